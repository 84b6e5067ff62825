"""Small dictionaries that an Info holds: points, transforms, projections."""

import copy

import numpy as np

_frames = {0: "unknown", 1: "meg", 2: "isotrak", 3: "hpi", 4: "head", 5: "mri", 2003: "mni_tal"}
_frame_numbers = {"unknown": 0, "meg": 1, "meg_device": 1, "isotrak": 2, "hpi": 3, "head": 4, "mri": 5, "mni_tal": 2003}
_cardinals = {1: "LPA", 2: "Nasion", 3: "RPA"}


class DigPoint(dict):
    """A point on the head: kind, ident, r [m] of shape (3,), coord_frame."""

    def __repr__(self):
        kind = {1: _cardinals.get(self["ident"], "?"), 2: f"HPI #{self['ident']}", 3: f"EEG #{self['ident']}"}.get(
            self["kind"], f"Extra #{self['ident']}"
        )
        x, y, z = (1e3 * v for v in self["r"])
        return f"<DigPoint | {kind} : ({x:.1f}, {y:.1f}, {z:.1f}) mm : {_frames.get(self['coord_frame'])} frame>"

    def copy(self):
        return DigPoint({**self, "r": np.array(self["r"])})


class Transform(dict):
    """A rigid transform between coordinate frames: from, to, trans of shape (4, 4)."""

    def __init__(self, fro=0, to=0, trans=None):
        if isinstance(fro, dict):
            super().__init__(fro)
            return
        number = {str: _frame_numbers.get}.get(type(fro), lambda v: v)
        super().__init__(
            {
                "from": number(fro),
                "to": _frame_numbers.get(to, to) if isinstance(to, str) else to,
                "trans": np.eye(4) if trans is None else np.array(trans, float),
            }
        )

    def __repr__(self):
        return f"<Transform | {_frames.get(self['from'])}->{_frames.get(self['to'])}>\n{self['trans']}"

    def copy(self):
        return Transform({**self, "trans": np.array(self["trans"])})


class Projection(dict):
    """A signal-space projection: kind, active, desc, data, explained_var.

    ``data`` is a dict with ``col_names`` (the channels) and ``data``, the vectors in rows, shape (nrow, ncol).
    """

    def __init__(self, _values=None, *, data=None, desc="", kind=1, active=False, explained_var=None):
        if _values is not None:
            super().__init__(_values)
            return
        super().__init__(kind=kind, active=active, desc=desc, data=data, explained_var=explained_var)

    def __repr__(self):
        state = "on" if self["active"] else "off"
        return f"<Projection | {self['desc']}, active : {self['active']} ({state}), n_channels : {self['data']['ncol']}>"

    def __eq__(self, other):
        if not isinstance(other, dict):
            return NotImplemented
        mine, theirs = self["data"], other["data"]
        return (
            self["desc"] == other["desc"]
            and self["kind"] == other["kind"]
            and mine["col_names"] == theirs["col_names"]
            and np.array_equal(mine["data"], theirs["data"])
        )

    __hash__ = None

    def copy(self):
        return copy.deepcopy(self)

    def plot_topomap(self, info, **kwargs):
        """Draw the projection's vectors on the head. See `ranvier.meeg.viz.plot_projs_topomap`."""
        from .viz import plot_projs_topomap

        return plot_projs_topomap(self, info, **kwargs)
