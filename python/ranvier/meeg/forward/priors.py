"""What inverse solutions assume beforehand of sources, by a forward solution."""

import numbers
from collections.abc import Mapping

from ranvier import _core

from ...settings import described, given
from ..checks import as_info
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
    """Looseness by kind of source space, of "auto", a number, or a dict."""
    kinds = {_kinds[space["type"]] for space in src}
    given_loose = loose
    if isinstance(loose, str):
        if loose != "auto":
            raise ValueError(f'loose must be "auto", a number or a dict; got {loose!r}')
        loose = 0.0 if fixed is True else 0.2 if src.kind == "surface" else 1.0
    if isinstance(loose, numbers.Real):
        loose = dict.fromkeys(kinds, float(loose))
    if not isinstance(loose, Mapping):
        raise TypeError(f'loose must be "auto", a number or a dict; got {loose!r}')
    if set(loose) != kinds:
        raise ValueError(f"loose must have the keys {sorted(kinds)}, the kinds of source spaces; got {sorted(loose)}")
    if fixed is True and any(loose.values()):
        raise ValueError(f'with fixed=True loose must be 0 or "auto"; got {given_loose}')
    if fixed is False and not all(loose.values()):
        raise ValueError('where loose is 0, fixed must be True or "auto"; got False')
    return {kind: float(value) for kind, value in loose.items()}


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
