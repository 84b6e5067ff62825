"""Lead fields made fit for inverse methods."""

import numpy as np

from ranvier import _core

from ..checks import one_of
from ..cov.covariance import covariance_of
from ..cov.whitening import _rank
from ..evoked import Evoked
from ..forward.priors import WHITENED, depth_rule, loose_by_space
from ..forward.solution import as_forward, is_fixed_orient


def prepared(info, forward, noise_cov, loose="auto", depth=0.8, rank=None, pca=True):
    """The gain, whitened and weighted, as the engine keeps it."""
    forward = as_forward(forward)
    _core.meeg.check_reference(info._engine)
    return _core.meeg.prepared_gain(
        forward._engine, info._engine, covariance_of(noise_cov), loose_by_space(forward["src"], loose),
        depth_rule(depth, WHITENED), True, dict(rank=_rank(rank)), "components" if pca else "channels")  # fmt: skip


def same_channels(evoked):
    """Averages as a list; all must have the same channels, good and bad."""
    several = list(evoked) if isinstance(evoked, (list, tuple)) else [evoked]
    for each in several:
        if not isinstance(each, Evoked):
            raise TypeError(f"evoked must be an Evoked or a list of those; got {type(each).__name__}")
        if each.ch_names != several[0].ch_names or sorted(each.info["bads"]) != sorted(several[0].info["bads"]):
            raise ValueError("averages must agree in their channels and bad channels: equalize_channels() and info['bads'] "
                             "bring them together")  # fmt: skip
    if not several:
        raise ValueError("evoked must hold at least one average")
    return several


def check_orientation(pick_ori, forward):
    one_of("pick_ori", pick_ori, (None, "vector"))
    if pick_ori == "vector" and is_fixed_orient(forward):
        raise ValueError('pick_ori="vector" needs three directions for each source; this forward solution has one')


def samples_of(several, picks):
    """Samples of all averages, one after the other."""
    return np.ascontiguousarray(np.concatenate([each.data[picks] for each in several], axis=1), float)
