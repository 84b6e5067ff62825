"""Where electrodes are."""

import copy
import re
from collections.abc import Mapping

import numpy as np

from ranvier import _core
from ranvier.errors import warn

from ..checks import one_of, rule_of
from ..lazy import drawn_by, made_by
from ..picks import fnirs_types
from ..points import DigPoint, frame_names, frame_numbers

_landmarks = (("lpa", 1), ("nasion", 2), ("rpa", 3))
_electrodes = ("eeg", "csd", "seeg", "ecog", "dbs")


class DigMontage:
    """Places of electrodes and landmarks. Made by `make_dig_montage` or `make_standard_montage`.

    Attributes
    ----------
    dig : list of DigPoint
    ch_names : list of str
        The electrodes, in the order of the EEG points of `dig`.
    """

    def __init__(self, *, dig=None, ch_names=None):
        self.dig = list(dig or [])
        self.ch_names = list(ch_names or [])
        n = sum(p["kind"] == 3 for p in self.dig)
        if n != len(self.ch_names):
            raise ValueError(f"there must be one name per EEG point ({n}); got {len(self.ch_names)}")

    def _in_one_frame(self):
        frames = {p["coord_frame"] for p in self.dig}
        if len(frames) > 1:
            raise ValueError(f"all points must be in one coordinate frame; got {[frame_names.get(f) for f in frames]}")
        return self.dig

    def _places(self):
        points = [p["r"] for p in self.dig if p["kind"] == 3]
        return dict(zip(self.ch_names, points))

    def get_positions(self):
        """A dict with ch_pos (name -> place [m]), coord_frame, nasion, lpa, rpa, hsp, hpi."""
        cardinal = {p["ident"]: p["r"] for p in self.dig if p["kind"] == 1}
        rest = {kind: [p["r"] for p in self.dig if p["kind"] == kind] for kind in (2, 4)}
        frame = self.dig[0]["coord_frame"] if self.dig else 0
        return {
            "ch_pos": self._places(), "coord_frame": frame_names.get(frame, "unknown"), "nasion": cardinal.get(2),
            "lpa": cardinal.get(1), "rpa": cardinal.get(3), "hsp": np.array(rest[4]) if rest[4] else None,
            "hpi": np.array(rest[2]) if rest[2] else None,
        }  # fmt: skip

    def copy(self):
        return copy.deepcopy(self)

    def rename_channels(self, mapping, allow_duplicates=False):
        """Rename electrodes by a dict of old and new names, in place.

        With `allow_duplicates`, those that get one name are told apart by "-0", "-1", ... behind it.
        """
        names = [mapping.get(n, n) if isinstance(mapping, dict) else mapping(n) for n in self.ch_names]
        if not allow_duplicates and len(set(names)) < len(names):
            raise ValueError(f"names must differ; got {names}; pass allow_duplicates=True to number them")
        self.ch_names = _core.meeg.unique_channel_names(names) if allow_duplicates else names
        return self

    def __iadd__(self, other):
        """Take in the points of another montage with other electrodes, in place."""
        twice = sorted(set(self.ch_names) & set(other.ch_names))
        if twice:
            raise RuntimeError(f"montages to add must have different electrodes; both have {twice}")
        own, others = ({p["ident"]: p for p in montage.dig if p["kind"] == 1} for montage in (self, other))
        if own and others and own != others:
            raise RuntimeError("montages to add must have the same fiducials in one coordinate frame")
        self.dig += [p for p in other.dig if not (own and p["kind"] == 1)]
        self.ch_names += other.ch_names
        return self

    def __add__(self, other):
        return self.copy().__iadd__(other)

    to_mne = made_by("to_mne.montage_to_mne")
    plot = drawn_by("plot_montage")

    def __eq__(self, other):
        return isinstance(other, DigMontage) and (self.dig, self.ch_names) == (other.dig, other.ch_names)

    __hash__ = None

    def __repr__(self):
        kinds = [p["kind"] for p in self.dig]
        return (
            f"<DigMontage | {kinds.count(4)} extras (headshape), {kinds.count(2)} HPIs, {kinds.count(1)} fiducials, "
            f"{kinds.count(3)} channels>"
        )


def make_dig_montage(ch_pos=None, nasion=None, lpa=None, rpa=None, hsp=None, hpi=None, coord_frame="unknown"):
    """Places of one's own.

    Parameters
    ----------
    ch_pos : dict
        Name -> place [m], shape (3,).
    nasion, lpa, rpa : array of float, shape (3,) | None
        Landmarks [m].
    hsp, hpi : array of float, shape (n, 3) | None
        Points on the head, coils [m].
    coord_frame : "unknown" | "head" | "mri" | "mni_tal" | "meg"

    Returns
    -------
    montage : DigMontage
    """
    frame = frame_numbers[one_of("coord_frame", coord_frame, tuple(frame_numbers))]
    dig = []
    given = {"lpa": lpa, "nasion": nasion, "rpa": rpa}
    for name, ident in _landmarks:
        if given[name] is not None:
            dig.append(DigPoint(kind=1, ident=ident, r=_point(given[name], name), coord_frame=frame))
    for kind, points in ((2, hpi), (4, hsp)):
        for number, r in enumerate([] if points is None else points, 1):
            dig.append(DigPoint(kind=kind, ident=number, r=_point(r, "a point"), coord_frame=frame))
    for number, (name, r) in enumerate((ch_pos or {}).items(), 1):
        dig.append(DigPoint(kind=3, ident=number, r=_point(r, name), coord_frame=frame))
    return DigMontage(dig=dig, ch_names=list(ch_pos or {}))


def _point(r, name):
    if not isinstance(r, (np.ndarray, list, tuple)):
        raise TypeError(f"the place of {name} must be an array of 3 coordinates; got {type(r).__name__}")
    r = np.asarray(r, float)
    if r.shape != (3,):
        raise ValueError(f"the place of {name} must have 3 coordinates; got shape {r.shape}")
    return r


def make_standard_montage(kind, head_size="auto"):
    """A montage that Ranvier knows by name.

    Parameters
    ----------
    kind : str
        See `get_builtin_montages`.
    head_size : float | None | "auto"
        Radius of the head [m]; "auto" and None leave it as it is.

    Returns
    -------
    montage : DigMontage
    """
    new = re.sub("^standard_", "colin27_", kind)
    if new != kind and new in get_builtin_montages():
        warn(f"{kind!r} is called {new!r} now; MNE-Python knows the old name until 1.14", FutureWarning)
    size = None if head_size is None or (isinstance(head_size, str) and head_size == "auto") else float(head_size)
    if not isinstance(kind, str):
        raise TypeError(f"kind must be the name of a montage; got {kind!r}")
    dig, names = _core.meeg.standard_montage(kind, size)
    return DigMontage(dig=dig, ch_names=names)


def get_builtin_montages(*, descriptions=False):
    """Names of the montages that `make_standard_montage` knows."""
    names = list(_core.meeg.standard_montage_names())
    return [(name, name.replace("_", " ")) for name in names] if descriptions else names


def set_montage(info, montage, match_case, match_alias, on_missing):
    """Give the channels of an Info their places."""
    on_missing = rule_of("on_missing", on_missing)
    if montage is None:
        with info._unlock():
            for channel in info["chs"]:
                if channel.type in _electrodes:
                    channel["loc"][:] = np.nan
                elif channel.type in fnirs_types:
                    channel["loc"][:9] = np.nan  # behind them stands the wavelength
            info["dig"] = None
        return
    if isinstance(montage, str):
        montage = make_standard_montage(montage)
    if not isinstance(montage, DigMontage):
        raise TypeError(f"montage must be a DigMontage, a name or None; got {type(montage).__name__}")
    points, names = montage._in_one_frame(), montage.ch_names
    if match_alias:
        points, names = _with_aliases(points, names, info.ch_names, match_alias, match_case)
    _core.meeg.set_montage(info._engine, points, names, on_missing, bool(match_case))


#: Names that electrodes have had besides those of the 10-10 system (T3 … T6 as Acharya et al. 2016,
#: doi:10.1097/WNP.0000000000000316, renamed them), and those that makers of caps give the cerebellar, mastoid and
#: vertex ones.
_aliases = {"T1": "T9", "T2": "T10", "T3": "T7", "T4": "T8", "T5": "P7", "T6": "P8", "M1": "TP9", "M2": "TP10",
            "Cb1": "POO7", "Cb2": "POO8", "CB1": "POO7", "CB2": "POO8", "VREF": "Cz", "Vertex Reference": "Cz"}  # fmt: skip


def _with_aliases(points, names, channels, aliases, match_case):
    """Points and names of a montage, in which channels that go by another name have the place of that name as well.

    Aliases that are given, not True, hold for channels too that have a place of their own."""
    same = str if match_case else str.lower
    own = aliases is True
    if not own and not isinstance(aliases, Mapping):
        raise TypeError(f"match_alias must be True, False or a dict of names; got {aliases!r}")
    meant = {same(alias): name for alias, name in (_aliases if own else aliases).items()}
    place = dict(zip(map(same, names), (p for p in points if p["kind"] == 3)))
    added = {}
    for channel in channels:
        name = meant.get(same(channel))
        if name is None or (own and same(channel) in place):
            continue
        if same(name) in place:
            added[channel] = place[same(name)].copy()
        elif not own:
            raise ValueError(f"match_alias says {name!r} for channel {channel!r}, but the montage has no such name")
    gone = {id(place[same(channel)]) for channel in added if same(channel) in place}
    moved = set(map(same, added))
    points = [p for p in points if id(p) not in gone] + list(added.values())
    return points, [name for name in names if same(name) not in moved] + list(added)


def montage_of_info(info):
    """The places of an Info's channels as a DigMontage, or None."""
    if not info["dig"]:
        return None
    eeg = [p for p in info["dig"] if p["kind"] == 3]
    kinds = ("eeg", "seeg", "ecog", "dbs")
    types = info.get_channel_types()
    channels = [c for c, t in zip(info["chs"], types) if t in kinds and np.isfinite(c["loc"][:3]).all()]
    rest = [p.copy() for p in info["dig"] if p["kind"] != 3]
    frame = eeg[0]["coord_frame"] if eeg else 4
    points = [DigPoint(kind=3, ident=k, r=np.array(c["loc"][:3]), coord_frame=frame) for k, c in enumerate(channels, 1)]
    return DigMontage(dig=rest + points, ch_names=[c["ch_name"] for c in channels])
