"""Lead fields made fit for inverse methods."""

from collections.abc import Mapping

import numpy as np

from ranvier import _core

from ..checks import one_of
from ..cov.covariance import covariance_of
from ..cov.whitening import _rank
from ..evoked import Evoked
from ..forward.solution import as_forward, is_fixed_orient

_kinds = {"surf": "surface", "vol": "volume", "discrete": "discrete"}
_sparse_depth = dict(exp=0.8, limit=None, limit_depth_chs="whiten", combine_xyz="fro", allow_fixed_depth=True)


def loose_of(loose, src):
    """How loose orientations are, for each source space."""
    kinds = [_kinds[space["type"]] for space in src]
    if isinstance(loose, str):
        one_of("loose", loose, ("auto",))
        loose = 0.2 if src.kind == "surface" else 1.0
    if not isinstance(loose, Mapping):
        loose = {kind: float(loose) for kind in kinds}
    if set(loose) != set(kinds):
        raise ValueError(
            f"loose, if dict, must have keys {sorted(set(kinds))} to match the source space, got {sorted(loose)}"
        )
    for kind, value in loose.items():
        if kind == "volume" and value != 1:
            raise ValueError(f'loose must be 1 or "auto" for volume source spaces, got {value}')
        if not 0 <= value <= 1:
            raise ValueError(f"loose ({kind}) must be between 0 and 1, got {value}")
    return [float(loose[kind]) for kind in kinds]


def depth_of(depth, defaults):
    """What a depth argument says: a number, None, or a dict of settings."""
    given = dict(depth) if isinstance(depth, Mapping) else dict(exp=None if depth is None else float(depth))
    unknown = sorted(set(given) - set(defaults))
    if unknown:
        raise KeyError(f"depth, if dict, must have keys among {sorted(defaults)}, got {unknown}")
    depth = {**defaults, **given}
    if depth["exp"] is not None and not depth["exp"] >= 0:
        raise ValueError(f"depth exponent should be greater than or equal to 0, got {depth['exp']}")
    if depth["limit_depth_chs"] not in (True, False, "whiten"):
        raise ValueError(f'limit_depth_chs must be True, False or "whiten"; got {depth["limit_depth_chs"]!r}')
    one_of("combine_xyz", depth["combine_xyz"], ("fro", "spectral"))
    return depth


def prepared(info, forward, noise_cov, loose="auto", depth=0.8, rank=None, pca=True):
    """The gain, whitened and weighted, as the engine keeps it."""
    forward = as_forward(forward)
    _core.meeg.check_reference(info._engine)
    depth = depth_of(depth, _sparse_depth)
    channels = {True: "best", False: "all", "whiten": "whiten"}[depth["limit_depth_chs"]]
    return _core.meeg.prepared_gain(
        forward._engine, info._engine, covariance_of(noise_cov), loose_of(loose, forward["src"]), depth["exp"] or None,
        depth["limit"], depth["combine_xyz"] == "spectral", channels, bool(depth["allow_fixed_depth"]), True,
        dict(rank=_rank(rank)), "components" if pca else "channels"
    )  # fmt: skip


def same_channels(evoked):
    """Averages as a list; all must have the same channels, good and bad."""
    several = list(evoked) if isinstance(evoked, (list, tuple)) else [evoked]
    for each in several:
        if not isinstance(each, Evoked):
            raise TypeError(f"evoked must be an Evoked or a list of those; got {type(each).__name__}")
        if each.ch_names != several[0].ch_names or sorted(each.info["bads"]) != sorted(several[0].info["bads"]):
            raise ValueError("All the datasets must have the same good channels: use equalize_channels(), and the same "
                             "info['bads']")  # fmt: skip
    if not several:
        raise ValueError("evoked must hold at least one average")
    return several


def check_orientation(pick_ori, forward):
    one_of("pick_ori", pick_ori, (None, "vector"))
    if pick_ori == "vector" and is_fixed_orient(forward):
        raise ValueError('pick_ori="vector" cannot be combined with a fixed orientation forward solution.')


def samples_of(several, picks):
    """Samples of all averages, one after the other."""
    return np.ascontiguousarray(np.concatenate([each.data[picks] for each in several], axis=1), float)
