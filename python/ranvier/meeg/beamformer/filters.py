"""What a beamformer holds."""

import copy

import numpy as np

from ranvier import _core

from ..checks import not_yet
from ..logs import verbose as _verbose


class Beamformer(dict):
    """A beamformer: a dict with MNE-Python's keys, "weights", "whitener", "ch_names", "vertices" …

    Made by `make_lcmv`.
    """

    def copy(self):
        """A copy that shares nothing."""
        return copy.deepcopy(self)

    @_verbose
    def save(self, fname, overwrite=False, verbose=None):
        """Not there yet: MNE-Python's files of beamformers are HDF5."""
        raise not_yet("Beamformer.save(), which writes HDF5", "pickle")

    def __repr__(self):
        subject = "unknown" if self["subject"] is None else f'"{self["subject"]}"'
        words = [f"<Beamformer | {self['kind']}", f"subject {subject}", f"{sum(map(len, self['vertices']))} vert",
                 f"{len(self['ch_names'])} ch"]  # fmt: skip
        words += [f"{self['pick_ori']} ori"] if self["pick_ori"] is not None else []
        words += [f"{self['weight_norm']} norm"] if self["weight_norm"] is not None else []
        words += [f"{self['inversion']} inversion"] if self.get("inversion") is not None else []
        words += [f"rank {self['rank']}"] if "rank" in self else []
        return ", ".join(words) + ">"


def read_beamformer(fname):
    """Not there yet: MNE-Python's files of beamformers are HDF5."""
    raise not_yet("read_beamformer(), which reads HDF5", "pickle")


def as_filters(filters, kind):
    """`filters`, which must be a beamformer of a kind."""
    if not isinstance(filters, Beamformer) or filters["kind"] != kind:
        raise TypeError(
            f"filters must be a Beamformer, as make_{kind.lower()}() makes it; got {type(filters).__name__}"
        )
    return filters


def positions_in(ch_names, filters):
    """Where the filters' channels are."""
    here = {name: k for k, name in enumerate(ch_names)}
    for name in filters["ch_names"]:
        if name not in here:
            raise ValueError(f"these filters weigh channel {name!r}, and the data lack it: make filters of the channels that "
                             "the data have")  # fmt: skip
    return [here[name] for name in filters["ch_names"]]


def check_projections(info, filters):
    """The channels of `info`, which are the filters', must have the projections that the filters were made with."""
    if filters["is_ssp"] and not np.allclose(
        _core.meeg.projector_of(info._engine), filters["proj"], atol=np.finfo(float).eps, rtol=1e-13
    ):
        raise ValueError("the data have other projections than those that the filters were made with: make filters with "
                         "the info of these data")  # fmt: skip
