"""How well single sources are found: resolution matrices, point-spread and cross-talk functions, and measures of them."""

import numpy as np

from ranvier import _core

from ..checks import flag, one_of
from ..forward.solution import FIXED, Forward, as_forward, convert_forward_solution, pick_channels_forward
from ..label.label import BiHemiLabel, Label
from ..logs import verbose as _verbose
from ..source_estimate.classes import SourceEstimate
from ..source_estimate.labels import _positions
from ..source_space.spaces import SourceSpaces, as_spaces
from .applying import INVERSE_METHODS, _check_regularisation, _eloreta_options, estimate_of
from .operator import InverseOperator, as_inverse

_modes = (None, "mean", "max", "svd", "sum", "maxval")
_metrics = ("peak_err", "cog_err", "sd_ext", "maxrad_ext", "peak_amp", "sum_amp")


@_verbose
def make_inverse_resolution_matrix(forward, inverse_operator, method="dSPM", lambda2=1.0 / 9.0, verbose=None):
    """What an inverse operator makes of each source by itself.

    Parameters
    ----------
    forward : Forward
    inverse_operator : InverseOperator
    method : "MNE" | "dSPM" | "sLORETA" | "eLORETA"
    lambda2 : float
        The regularisation.

    Returns
    -------
    resmat : array, shape (n_orient_inv * n_sources, n_orient_fwd * n_sources)
        The inverse times the forward operator: columns are point-spread functions, rows cross-talk functions. Directions of
        an inverse of free orientations lie along x, y, z.
    """
    one_of("method", method, INVERSE_METHODS)
    _check_regularisation(lambda2)
    inverse, forward = as_inverse(inverse_operator), as_forward(forward)
    free = inverse["source_ori"] != FIXED
    prior = inverse._engine.orient_prior
    surf_ori = prior is not None and not np.allclose(prior, 1.0)
    if free and forward["source_ori"] != FIXED and surf_ori != forward["surf_ori"]:
        forward = convert_forward_solution(forward, surf_ori=surf_ori, force_fixed=False)
    engine = inverse._current
    leads = pick_channels_forward(forward, list(engine.names), ordered=True)
    prepared = engine.prepared(1.0, float(lambda2), method, *_eloreta_options(None))
    kernel = prepared.kernel(method, "vector" if free else "combined", True, None)
    kernel.fold_norm()
    if free:
        kernel.turn_to_axes()
    return _core.meeg.product_of(kernel.matrix, np.ascontiguousarray(leads["sol"]["data"], float))


def _columns_of(idx, src):
    """Lists of positions among all sources: of labels, or as given."""
    if len(idx) == 0:
        raise ValueError("idx must have at least one source or label")
    if isinstance(idx[0], (Label, BiHemiLabel)):
        vertices = [np.asarray(space["vertno"]) for space in src]
        found = [_positions(label, vertices) for label in idx]
        for label, positions in zip(idx, found):
            if len(positions) == 0:
                raise ValueError(f"label {label.name!r} has no vertex in the source space")
        return found
    lists = idx if isinstance(idx[0], (list, np.ndarray)) else [idx]
    return [np.asarray(each, int) for each in lists]


def _summary(functions, mode, n_comp):
    """One or some functions that stand for several, and their shares of the power."""
    if mode == "svd":
        return _core.meeg.principal_columns(np.ascontiguousarray(functions), n_comp)
    if mode in ("max", "maxval"):
        sizes = np.linalg.norm(functions, axis=0) if mode == "max" else np.abs(functions).max(axis=0)
        best = np.argsort(sizes)[-n_comp:] if n_comp > 1 else [sizes.argmax()]
        return functions[:, best], None
    if mode in ("sum", "mean"):
        return getattr(functions, mode)(axis=1, keepdims=True), None
    return functions, None


def _functions(resmat, src, idx, mode, n_comp, norm, return_pca_vars, vector):
    """Columns of a resolution matrix as source estimates."""
    mode = {"pca": "svd", "maxnorm": "max"}.get(mode, mode)
    one_of("mode", mode, _modes)
    if mode in (None, "mean", "sum") and n_comp > 1:
        raise ValueError(f"mode={mode!r} gives one function: n_comp must be 1; got {n_comp}")
    if mode != "svd" and flag("return_pca_vars", return_pca_vars):
        raise ValueError("return_pca_vars is of mode='svd', whose components have variances")
    norm = "max" if norm is True else norm
    one_of("norm", norm, (None, False, "max", "norm"))
    if not isinstance(src, (InverseOperator, Forward, SourceSpaces)):
        raise TypeError(f"src must be SourceSpaces, a Forward or an InverseOperator; got {type(src).__name__}")
    spaces = src if isinstance(src, SourceSpaces) else src["src"]
    n = sum(int(space["nuse"]) for space in spaces)
    resmat = np.asarray(resmat, float)
    if any(size not in (n, 3 * n) for size in resmat.shape):
        raise ValueError(f"src has {n} sources, so a resolution matrix has {n} or {3 * n} rows and columns; got "
                         f"{resmat.shape}")  # fmt: skip
    directions = np.tile(np.eye(3), (n, 1, 1))
    if vector and spaces.kind == "surface":
        if isinstance(src, SourceSpaces):
            raise TypeError("src must be a Forward or an InverseOperator for a vector source estimate of a surface")
        directions = np.asarray(src["source_nn"])
    estimates, shares = [], []
    for sources in _columns_of(idx, spaces):
        if resmat.shape[1] != n:
            sources = (3 * sources[:, np.newaxis] + np.arange(3)).ravel()
        found = resmat[:, sources]
        if norm == "max":
            found = found / np.abs(found).max()
        elif norm == "norm":
            found = found / np.linalg.norm(found, axis=0).max()
        found, share = _summary(found, mode, n_comp)
        if vector:
            per = len(found) // n
            found = np.einsum("vac,vat->vct", directions.reshape(n, per, 3), found.reshape(n, per, -1))
        elif len(found) != n:
            found = np.linalg.norm(found.reshape(n, 3, -1), axis=1)
        vertices = [np.asarray(space["vertno"]) for space in spaces]
        estimates.append(estimate_of(found, vertices, spaces, 0.0, 1.0, bool(vector)))
        shares.append(share)
    if len(estimates) == 1:
        estimates, shares = estimates[0], shares[0]
    return (estimates, shares) if return_pca_vars else estimates


@_verbose
def get_point_spread(resmat, src, idx, mode=None, *, n_comp=1, norm=False, return_pca_vars=False, vector=False,
                     verbose=None):  # fmt: skip
    """Point-spread functions: what an inverse makes of single sources.

    Parameters
    ----------
    resmat : array, shape (n_orient_inv * n_sources, n_orient_fwd * n_sources)
        A resolution matrix.
    src : SourceSpaces | InverseOperator | Forward
    idx : list of int | list of list of int | list of Label
        The sources, by their positions among all; of several lists or labels an estimate each.
    mode : None | "mean" | "max" | "svd" | "sum" | "maxval"
        What stands for the functions of several sources: all of them; their mean or sum; those of the largest norm, or of
        the largest value; principal ones.
    n_comp : int
        How many, for "max", "maxval" and "svd".
    norm : None | bool | "max" | "norm"
        Whether they are divided by their largest value (True, "max") or norm.
    return_pca_vars : bool
        Whether to return the principal functions' shares of the power [%], too.
    vector : bool
        Whether directions are kept.

    Returns
    -------
    stcs : SourceEstimate | list of SourceEstimate
    pca_vars : array | list of array
        With `return_pca_vars`.
    """
    return _functions(resmat, src, idx, mode, n_comp, norm, return_pca_vars, vector)


@_verbose
def get_cross_talk(resmat, src, idx, mode=None, *, n_comp=1, norm=False, return_pca_vars=False, vector=False,
                   verbose=None):  # fmt: skip
    """Cross-talk functions: what single sources of an estimate have of all others; arguments as of `get_point_spread`."""
    return _functions(np.asarray(resmat).T, src, idx, mode, n_comp, norm, return_pca_vars, vector)


@_verbose
def resolution_metrics(resmat, src, function="psf", metric="peak_err", threshold=0.5, verbose=None):
    """One measure of resolution for each source.

    Parameters
    ----------
    resmat : array, shape (n_orient * n_sources, n_sources)
        A resolution matrix; several rows of a source count by their length.
    src : SourceSpaces
        Two surfaces.
    function : "psf" | "ctf"
        Of point-spread functions, or of cross-talk functions.
    metric : "peak_err" | "cog_err" | "sd_ext" | "maxrad_ext" | "peak_amp" | "sum_amp"
        How far the peak or the centre of gravity is from the source [cm]; the spatial deviation, or the largest radius at which
        amplitudes are above a share of the peak [cm]; the peak, or the sum, over the largest of all.
    threshold : float
        That share, for "maxrad_ext".

    Returns
    -------
    stc : SourceEstimate
    """
    one_of("function", function, ("psf", "ctf"))
    one_of("metric", metric, _metrics)
    resmat = np.ascontiguousarray(resmat, float)
    if resmat.ndim != 2:
        raise ValueError(f"resmat must have two dimensions; it has {resmat.ndim}")
    if as_spaces(src).kind != "surface":
        raise ValueError(f"src must be two surfaces; got {src.kind}")
    places = 100.0 * np.concatenate([space["rr"][space["vertno"]] for space in src])
    values = _core.meeg.resolution_metric(resmat, places, function == "ctf", metric, float(threshold))
    return SourceEstimate(values, [space["vertno"] for space in src], 0.0, 1.0)
