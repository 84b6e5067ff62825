"""Solvers of mixed norms for whitened data and gains, as arrays."""

import numpy as np

from ranvier import _core

from ..logs import tell
from ..logs import verbose as _verbose

__all__ = ["mixed_norm_solver", "iterative_mixed_norm_solver", "tf_mixed_norm_solver", "iterative_tf_mixed_norm_solver"]
_AT_THE_END = 1e15  # dgap_freq=np.inf: only after the last pass


class Solution:
    """What a solver has found.

    Attributes
    ----------
    X : array of float, shape (n_active * n_orient, n_times)
    positions : array of int, shape (n_active,)
    objective : list of float
        After each round.
    certificate : Certificate
        Its `gap` says how far above the least objective this one may be, and `converged` whether that is little enough.
    """

    def __init__(self, parts):
        self.X, self.positions, self.objective, self.certificate = parts
        tell(str(self.certificate))

    def columns(self, n_orient):
        """Columns of the gain that are active."""
        return (self.positions[:, np.newaxis] * n_orient + np.arange(n_orient)).ravel()

    def mask(self, n_columns, n_orient):
        active = np.zeros(n_columns, bool)
        active[self.columns(n_orient)] = True
        return active


def array_of(values, name):
    values = np.ascontiguousarray(values, float)
    if values.ndim != 2:
        raise ValueError(f"{name} must have two dimensions; it has {values.ndim}")
    return values


def settings_of(**settings):
    if "dgap_freq" in settings:
        settings["dgap_freq"] = float(np.minimum(settings["dgap_freq"], _AT_THE_END))
    if "maxit" in settings:
        settings["maxit"] = int(settings["maxit"])
    return settings


@_verbose
def mixed_norm_solver(M, G, alpha, maxit=3000, tol=1e-8, verbose=None, active_set_size=50, debias=True, n_orient=1,
                      solver="auto", return_gap=False, dgap_freq=10, active_set_init=None, X_init=None):  # fmt: skip
    """Minimise 1/2 ‖M - G X‖² + alpha Σ ‖X_j‖.

    Parameters
    ----------
    M : array of float, shape (n_sensors, n_times)
        Whitened data.
    G : array of float, shape (n_sensors, n_positions * n_orient)
        Whitened gain.
    alpha : float
    maxit : int
        No more rounds, and no more passes in each. Default 3000.
    tol : float
        The duality gap that is small enough. Default 1e-8.
    active_set_size : int | None
        Positions that join in a round. Default 50; None: all that may be active join at once.
    debias : bool
        Whether amplitudes are rid of what the penalty took from them. Default True.
    n_orient : int
        Columns of each position. Default 1.
    solver : "auto" | "bcd" | "cd"
        "bcd": block coordinate descent, and Newton's steps on what is active; "cd": coordinate descent alone, for one
        orientation; "auto", the default: "bcd".
    return_gap : bool
        Whether to return the duality gap too. Default False.
    dgap_freq : int | np.inf
        Passes from one look at the duality gap to the next. Default 10.
    active_set_init : array of bool, shape (n_columns,) | None
        Positions that are worked on from the first round.
    X_init : array of float, shape (n_columns, n_times) | None
        Time courses to start from.

    Returns
    -------
    X : array of float, shape (n_active, n_times)
    active_set : array of bool, shape (n_columns,)
    E : list of float
        The objective after each round, before debiasing.
    gap : float
        Only with `return_gap`. It is certain: no X has an objective lower than E[-1] - gap.
    """
    found = solve(M, G, alpha, active_set_init, X_init, maxit=maxit, tol=tol, active_set_size=active_set_size,
                  debias=debias, n_orient=n_orient, solver=solver, dgap_freq=dgap_freq)  # fmt: skip
    parts = found.X, found.mask(np.shape(G)[1], n_orient), found.objective
    return (*parts, found.certificate.gap) if return_gap else parts


def solve(M, G, alpha, active_set_init=None, X_init=None, **settings):
    """The same as a `Solution`."""
    M, G = array_of(M, "M"), array_of(G, "G")
    n_orient = settings.get("n_orient", 1)
    positions, mask, start = np.zeros(0, np.int64), None, None
    if X_init is not None:
        if np.shape(X_init) != (G.shape[1], M.shape[1]):
            raise ValueError(f"X_init must have shape {(G.shape[1], M.shape[1])}; got {np.shape(X_init)}")
        start = array_of(X_init, "X_init")
    if active_set_init is not None:
        mask = np.asarray(active_set_init, bool)
        if mask.shape != (G.shape[1],):
            raise ValueError(f"active_set_init must have shape {(G.shape[1],)}; got {mask.shape}")
        if start is not None and np.any(start[~mask]):
            raise ValueError("X_init must be 0 where active_set_init is False")
    elif start is not None:
        mask = np.any(start, axis=1)
    if mask is not None:
        positions = np.unique(np.flatnonzero(mask) // n_orient)
    if start is not None:
        start = np.ascontiguousarray(start.reshape(-1, n_orient, M.shape[1])[positions].reshape(-1, M.shape[1]))
    return Solution(
        _core.meeg.mixed_norm(M, G, float(alpha), settings_of(**settings), positions.astype(np.int64), start)
    )


@_verbose
def iterative_mixed_norm_solver(M, G, alpha, n_mxne_iter, maxit=3000, tol=1e-8, verbose=None, active_set_size=50,
                                debias=True, n_orient=1, dgap_freq=10, solver="auto", weight_init=None):  # fmt: skip
    """Minimise 1/2 ‖M - G X‖² + alpha Σ √‖X_j‖, which is not convex, by mixed norms that are weighted anew each time.

    Parameters
    ----------
    M, G, alpha, maxit, tol, active_set_size, debias, n_orient, dgap_freq, solver
        As for `mixed_norm_solver`.
    n_mxne_iter : int
        No more mixed norms than these.
    weight_init : array of float, shape (n_columns,) | None
        Weights of the columns for the first one. Default None: 1.

    Returns
    -------
    X : array of float, shape (n_active, n_times)
    active_set : array of bool, shape (n_columns,)
    E : list of float
        The objective after each mixed norm, before debiasing.
    """
    found = solve_again(M, G, alpha, n_mxne_iter, weight_init, maxit=maxit, tol=tol, active_set_size=active_set_size,
                        debias=debias, n_orient=n_orient, solver=solver, dgap_freq=dgap_freq)  # fmt: skip
    return found.X, found.mask(np.shape(G)[1], n_orient), found.objective


def solve_again(M, G, alpha, n_mxne_iter, weight_init=None, **settings):
    """The same as a `Solution`, whose certificate is that of the last mixed norm."""
    weights = [] if weight_init is None else np.asarray(weight_init, float).ravel()
    return Solution(_core.meeg.iterative_mixed_norm(
        array_of(M, "M"), array_of(G, "G"), float(alpha), int(n_mxne_iter), settings_of(**settings), list(weights)
    ))  # fmt: skip


def windows_of(wsize, tstep):
    wsize, tstep = np.atleast_1d(wsize), np.atleast_1d(tstep)
    if len(wsize) != len(tstep):
        raise ValueError(f"wsize and tstep must have the same number of entries; got {wsize} and {tstep}")
    return [int(w) for w in wsize], [int(t) for t in tstep]


@_verbose
def tf_mixed_norm_solver(M, G, alpha_space, alpha_time, wsize=64, tstep=4, n_orient=1, maxit=200, tol=1e-8,
                         active_set_size=None, debias=True, return_gap=False, dgap_freq=10, verbose=None):  # fmt: skip
    """Minimise 1/2 ‖M - G Z Φᵀ‖² + alpha_space Σ ‖Z_j‖ + alpha_time Σ |z|, for short-time Fourier coefficients Z.

    Parameters
    ----------
    M, G, n_orient, debias
        As for `mixed_norm_solver`.
    alpha_space, alpha_time : float
    wsize : int | list of int
        Length of the windows, a multiple of 4. Default 64. A list: a dictionary of several.
    tstep : int | list of int
        Steps from window to window: even, a divisor of `wsize`, at most half of it. Default 4.
    maxit : int
        No more rounds, and no more passes in each. Default 200.
    tol : float
        The duality gap that is small enough. Default 1e-8.
    active_set_size : None
        Not in use: the set grows by what is needed.
    return_gap : bool
        Whether to return the duality gap too. Default False.
    dgap_freq : int | np.inf
        Passes from one look at the duality gap to the next. Default 10.

    Returns
    -------
    X : array of float, shape (n_active, n_times)
    active_set : array of bool, shape (n_columns,)
    E : list of float
        The objective after each round, before debiasing.
    gap : float
        Only with `return_gap`.
    """
    if active_set_size is not None:
        raise ValueError(f"active_set_size must be None: the set grows by what is needed; got {active_set_size!r}")
    found = solve_tf(M, G, alpha_space, alpha_time, 1, wsize, tstep, n_orient=n_orient, maxit=maxit, tol=tol,
                     debias=debias, dgap_freq=dgap_freq)  # fmt: skip
    parts = found.X, found.mask(np.shape(G)[1], n_orient), found.objective
    return (*parts, found.certificate.gap) if return_gap else parts


@_verbose
def iterative_tf_mixed_norm_solver(M, G, alpha_space, alpha_time, n_tfmxne_iter, wsize=64, tstep=4, maxit=3000, tol=1e-8,
                                   debias=True, n_orient=1, dgap_freq=10, verbose=None):  # fmt: skip
    """The same with square roots in the penalties, by problems as that one, weighted anew each time.

    Parameters
    ----------
    M, G, alpha_space, alpha_time, wsize, tstep, maxit, tol, debias, n_orient, dgap_freq
        As for `tf_mixed_norm_solver`.
    n_tfmxne_iter : int
        No more problems than these.

    Returns
    -------
    X : array of float, shape (n_active, n_times)
    active_set : array of bool, shape (n_columns,)
    E : list of float
        The objective after each problem, before debiasing.
    """
    found = solve_tf(M, G, alpha_space, alpha_time, n_tfmxne_iter, wsize, tstep, n_orient=n_orient,
                     maxit=maxit, tol=tol, debias=debias, dgap_freq=dgap_freq)  # fmt: skip
    return found.X, found.mask(np.shape(G)[1], n_orient), found.objective


def solve_tf(M, G, alpha_space, alpha_time, n_tfmxne_iter, wsize, tstep, **settings):
    """The same as a `Solution`."""
    return Solution(_core.meeg.tf_mixed_norm(
        array_of(M, "M"), array_of(G, "G"), float(alpha_space), float(alpha_time), int(n_tfmxne_iter),
        *windows_of(wsize, tstep), settings_of(**settings)
    ))  # fmt: skip
