"""What inverse solutions assume beforehand of sources, by a forward solution."""

import numbers
from collections.abc import Mapping

import numpy as np

from ranvier import _core

from ...settings import described, given
from ..checks import as_info, one_of
from ..cov.covariance import Covariance
from ..cov.whitening import compute_whitener
from ..logs import verbose as _verbose
from .solution import as_forward, is_fixed_orient

_kinds = {"surf": "surface", "vol": "volume", "discrete": "discrete"}


@_verbose
@described("compute_depth_prior")
def compute_depth_prior(forward, info, exp=..., limit=..., limit_depth_chs=False, combine_xyz=..., noise_cov=None,
                        rank=None, verbose=None):  # fmt: skip
    """Weights of sources that make up for the weak gains of deep ones.

    Parameters
    ----------
    forward : Forward
    info : Info
    {settings}
    limit_depth_chs : bool | "whiten"
        True: gains of planar gradiometers count, without them of other MEG channels, without those of EEG; "whiten": of
        all channels, whitened by `noise_cov`; False, the default: of all channels in their own units, and the limit is
        counted from the strongest source.
    noise_cov : Covariance | None
        Needed for "whiten".
    rank : None | "info" | "full" | dict
        Of the covariance, as for `compute_rank`.

    Returns
    -------
    depth_prior : array of float
        One for each column.
    """
    options = given("compute_depth_prior", locals())
    as_info(info), as_forward(forward)
    whitener = None
    if isinstance(limit_depth_chs, str):
        if limit_depth_chs != "whiten":
            raise ValueError(f'limit_depth_chs must be True, False or "whiten"; got {limit_depth_chs!r}')
        if not isinstance(noise_cov, Covariance):
            raise ValueError(f'limit_depth_chs="whiten" needs noise_cov=, a Covariance; got {type(noise_cov).__name__}')
        whitener = compute_whitener(noise_cov, info, pca=True, rank=rank)[0]
    elif not isinstance(limit_depth_chs, bool):
        raise TypeError(f'limit_depth_chs must be True, False or "whiten"; got {limit_depth_chs!r}')
    return _core.meeg.depth_prior(forward._engine, whitener, limit_depth_chs is True, limit_depth_chs is False, options)


def loose_of(src, loose, fixed="auto"):
    """Looseness by kind of source space ("surface", "volume", "discrete"), of "auto", a number, or a dict."""
    if not isinstance(fixed, (str, bool, np.bool_)):
        raise TypeError(f'fixed must be True, False or "auto"; got {fixed!r}')
    if isinstance(fixed, str):
        one_of("fixed", fixed, ("auto",))
    kinds, asked = {_kinds[space["type"]] for space in src}, loose
    if isinstance(loose, str):
        one_of("loose", loose, ("auto",))
        loose = 0.0 if fixed is True else 0.2 if src.kind == "surface" else 1.0
    if isinstance(loose, numbers.Real):
        loose = dict.fromkeys(kinds, loose)
    if not isinstance(loose, Mapping):
        raise TypeError(f'loose must be "auto", a number or a dict; got {loose!r}')
    if set(loose) != kinds:
        raise ValueError(f"loose needs {sorted(kinds)}, the kinds of source spaces there are; got {sorted(loose)}")
    loose = {kind: float(value) for kind, value in loose.items()}
    for kind, value in loose.items():
        if not 0 <= value <= 1:
            raise ValueError(f"loose must lie in [0, 1]; got {value:g} for {kind} source spaces")
    if fixed is True and any(loose.values()):
        raise ValueError(f'fixed=True needs loose=0 or loose="auto"; got loose={asked}')
    if fixed is False and not all(loose.values()):
        raise ValueError('loose=0 fixes orientations, so fixed=False contradicts it: leave fixed="auto"')
    return loose


def loose_by_space(src, loose, fixed="auto"):
    """Looseness of each source space; in volumes there are no normals to be loose about."""
    loose = loose_of(src, loose, fixed)
    if loose.get("volume", 1.0) != 1.0:
        raise ValueError(f'in volumes no direction is a normal: loose must be 1 or "auto" there; got {loose["volume"]:g}')
    return [loose[_kinds[space["type"]]] for space in src]


# What depth= stands for where it is a number: the limit counted by the most precise sensors, or after whitening.
BY_BEST_CHANNELS = dict(exp=0.8, limit=10.0, limit_depth_chs=True, combine_xyz="spectral", allow_fixed_depth=False)
WHITENED = dict(exp=0.8, limit=None, limit_depth_chs="whiten", combine_xyz="fro", allow_fixed_depth=True)


def depth_rule(depth, defaults):
    """What a depth argument says, as the engine takes it: a number, None, or a dict of settings beside `defaults`."""
    given = dict(depth) if isinstance(depth, Mapping) else dict(exp=None if depth is None else float(depth))
    unknown = sorted(map(str, set(given) - set(defaults)))
    if unknown:
        raise KeyError(f"depth has no setting {unknown}; there are {sorted(defaults)}")
    rule = {**defaults, **given}
    if rule["exp"] is not None and not rule["exp"] >= 0:
        raise ValueError(f"the exponent of depth weighting must be >= 0; got {rule['exp']}")
    channels = {True: "best", False: "all", "whiten": "whiten"}
    if rule["limit_depth_chs"] not in channels:
        raise ValueError(f'limit_depth_chs must be True, False or "whiten"; got {rule["limit_depth_chs"]!r}')
    one_of("combine_xyz", rule["combine_xyz"], ("fro", "spectral"))
    return dict(exp=rule["exp"] or None, limit=rule["limit"], spectral=rule["combine_xyz"] == "spectral",
                channels=channels[rule["limit_depth_chs"]], allow_fixed=bool(rule["allow_fixed_depth"]))  # fmt: skip


@_verbose
def compute_orient_prior(forward, loose="auto", verbose=None):
    """Weights of columns by how they lie to the surface's normal.

    Parameters
    ----------
    forward : Forward
    loose : "auto" | float | dict
        Weight of columns across the normal, 0 to 1, perhaps by kind of source space ("surface", "volume", "discrete").
        "auto": 0.2 on surfaces alone, else 1.

    Returns
    -------
    orient_prior : array of float
        One for each column.
    """
    loose = loose_of(as_forward(forward)["src"], loose)
    default = 0.0 if is_fixed_orient(forward) else 1.0
    return _core.meeg.orientation_prior(
        forward._engine, loose.get("surface", default), loose.get("volume", 1.0), loose.get("discrete", default)
    )
