"""Mixed-norm estimates of averages."""

import numpy as np

from ranvier import _core
from ranvier.errors import warn

from ..checks import one_of, random_stream
from ..logs import tell
from ..logs import verbose as _verbose
from .mxne_optim import settings_of, windows_of
from .outcome import Outcome
from .preparation import check_orientation, prepared, same_channels, samples_of


def _percents(alpha, what="alpha"):
    if isinstance(alpha, bool) or not isinstance(alpha, (int, float, np.number)):
        raise TypeError(f"{what} must be a number; got {alpha!r}")
    return float(alpha)


def _weights(weights):
    """A number for each source: as given, or the largest of each source's time course."""
    if weights is None:
        return []
    if hasattr(weights, "vertices"):
        weights = np.abs(weights.data).max(axis=1)
    return list(np.asarray(weights, float).ravel())


def _at_least_one(name, value):
    if value < 1:
        raise ValueError(f"{name} must be >= 1; got {value}")
    return int(value)


def _frequency(dgap_freq):
    if not dgap_freq > 0:
        raise ValueError(f"dgap_freq must be >= 1, a number of steps; got {dgap_freq}")
    return dgap_freq


def _tell_variance(estimate):
    if len(estimate.columns):
        left = estimate.data - estimate.gain @ estimate.X
        tell(f"Explained {100 * (1 - (left**2).sum() / (estimate.data**2).sum()):5.1f}% variance")
    tell(str(estimate.certificate))


@_verbose
def mixed_norm(evoked, forward, noise_cov, alpha="sure", loose="auto", depth=0.8, maxit=3000, tol=1e-4,
               active_set_size=10, debias=True, time_pca=True, weights=None, weights_min=0.0, solver="auto",
               n_mxne_iter=1, return_residual=False, return_as_dipoles=False, dgap_freq=10, rank=None, pick_ori=None,
               sure_alpha_grid="auto", verbose=None, *, rng=None, random_state=None):  # fmt: skip
    """Estimate currents of few sources, each active at all times or silent (MxNE and irMxNE).

    Parameters
    ----------
    evoked : Evoked | list of Evoked
        What is explained. Sources are the same for all.
    forward : Forward
    noise_cov : Covariance
    alpha : float | "sure"
        The penalty, in percents of the one that leaves no source active: in [0, 100). "sure", the default: the one of the
        least risk by Stein's estimate.
    loose : float | "auto" | dict
        Variance of currents across the surface, as a share of that along its normal: 0 for fixed orientations, 1 for free
        ones. "auto", the default: 0.2 for surfaces, else 1.
    depth : float | None | dict
        How much deep sources are favoured. Default 0.8. A dict: "exp", "limit", "limit_depth_chs", "combine_xyz",
        "allow_fixed_depth".
    maxit : int
        No more rounds of the solver, and no more passes in each. Default 3000.
    tol : float
        The duality gap that is small enough, as a share of the power of the whitened data. Default 1e-4.
    active_set_size : int | None
        Sources that join in a round. Default 10; None: all that may be active join at once.
    debias : bool
        Whether amplitudes are rid of what the penalty took from them. Default True.
    time_pca : bool | int
        Whether data are brought to their principal components in time; an int: how many are kept. Default True.
    weights : None | array of float, shape (n_sources,) | SourceEstimate
        How much the penalty spares a source.
    weights_min : float
        Sources whose weights are no more than this are left out. Default 0.
    solver : "auto" | "bcd" | "cd"
        "bcd": block coordinate descent, and Newton's steps on what is active; "cd": coordinate descent alone, for fixed
        orientations; "auto", the default: "bcd".
    n_mxne_iter : int
        More than 1: weights are adapted so many times, which leaves fewer sources (irMxNE). Default 1.
    return_residual : bool
        Whether to return what the sources leave, too.
    return_as_dipoles : bool
        Whether to return a list of dipoles.
    dgap_freq : int | np.inf
        Passes from one look at the duality gap to the next. Default 10.
    rank : None | "info" | "full" | dict
        As for `compute_rank`.
    pick_ori : None | "vector"
        "vector": estimates keep directions.
    sure_alpha_grid : "auto" | array of float
        Penalties that "sure" chooses among. "auto", the default: 15 from 100 to 10.
    rng, random_state : None | int | numpy.random.Generator | numpy.random.RandomState
        Where the random numbers of "sure" come from; give one of them.

    Returns
    -------
    stc : SourceEstimate | list of Dipole | list of those
        `stc.certificate` says what is certain: `gap` is how far at most the objective is above the least one, and
        `converged` whether that is no more than was asked for. Where it is not, a warning says so.
    residual : Evoked | list of Evoked
        Only with `return_residual`.
    """
    sure = isinstance(alpha, str)
    if sure:
        one_of("alpha", alpha, ("sure",))
    elif not 0.0 <= _percents(alpha) < 100:
        raise ValueError(f'alpha must be "sure", or a percentage in [0, 100); got {alpha}')
    grid = []
    if not isinstance(sure_alpha_grid, str):
        if not isinstance(sure_alpha_grid, (np.ndarray, list)):
            raise ValueError(f'sure_alpha_grid must be "auto", or an array of percentages; got {type(sure_alpha_grid).__name__}')
        if not sure:
            raise ValueError(f'sure_alpha_grid is what alpha="sure" chooses from; got alpha={alpha}')
        grid = [float(each) for each in sure_alpha_grid]
    else:
        one_of("sure_alpha_grid", sure_alpha_grid, ("auto",))
    settings = settings_of(maxit=maxit, tol=float(tol), active_set_size=active_set_size, debias=bool(debias), solver=solver,
                           dgap_freq=_frequency(dgap_freq))  # fmt: skip
    n_mxne_iter = _at_least_one("n_mxne_iter", n_mxne_iter)
    several = same_channels(evoked)
    ready = prepared(several[0].info, forward, noise_cov, loose, depth, rank)
    check_orientation(pick_ori, type(forward)(ready.forward))
    data = samples_of(several, ready.picks)
    limit = None if isinstance(time_pca, bool) else _at_least_one("time_pca", time_pca)
    n_components, normals = len(ready.gain), None
    if sure:
        n_times = data.shape[1]
        if time_pca is not False:
            n_times = min(n_components, n_times, limit or n_times)
        normals = np.ascontiguousarray(random_stream(random_state, rng).standard_normal((n_components, n_times)))
    estimate = _core.meeg.mixed_norm_estimate(
        ready, data, None if sure else float(alpha), grid, normals, n_mxne_iter, time_pca is not False, limit,
        _weights(weights), float(weights_min), settings
    )  # fmt: skip
    if sure:
        tell(f"by SURE alpha={estimate.alpha:g}")
    if len(estimate.columns) == 0:
        chosen = estimate.alpha if sure else alpha
        warn(f"alpha={chosen:g} leaves no source active: give a smaller one")
    _tell_variance(estimate)
    outcome = Outcome(estimate, ready, forward["src"], pick_ori == "vector")
    return outcome.returned(several, ready.picks, return_as_dipoles, return_residual)


def _windowed(evoked, window):
    """A copy whose ends rise and fall, over so many seconds."""
    left, right = (window, window) if isinstance(window, (int, float)) else window
    sfreq = evoked.info["sfreq"]
    evoked = evoked.copy()
    shape = _core.meeg.sloped_window(len(evoked.times), int(left * sfreq), int(right * sfreq))
    evoked.data = evoked.data * shape
    return evoked


@_verbose
def tf_mixed_norm(evoked, forward, noise_cov, loose="auto", depth=0.8, maxit=3000, tol=1e-4, weights=None,
                  weights_min=0.0, pca=True, debias=True, wsize=64, tstep=4, window=0.02, return_residual=False,
                  return_as_dipoles=False, alpha=None, l1_ratio=None, dgap_freq=10, rank=None, pick_ori=None,
                  n_tfmxne_iter=1, verbose=None):  # fmt: skip
    """Estimate currents of few sources at few times and frequencies (TF-MxNE and irTF-MxNE).

    Parameters
    ----------
    evoked : Evoked
    forward : Forward
    noise_cov : Covariance
    loose, depth, maxit, tol, weights, weights_min, debias, return_residual, return_as_dipoles, dgap_freq, rank, pick_ori
        As for `mixed_norm`.
    pca : bool
        Whether whitened data are as many components as their rank. Default True.
    wsize : int | list of int
        Length of the windows of the short-time Fourier transform, a multiple of 4 [samples]. Default 64. A list: several
        transforms together.
    tstep : int | list of int
        Steps from window to window [samples]: even, a divisor of `wsize`, at most half of it. Default 4.
    window : float | (float, float) | None
        Over how many seconds the ends of the data rise and fall. Default 0.02.
    alpha : float
        The penalty, in percents of the one that leaves no source active: in [0, 100).
    l1_ratio : float
        What the penalty on single coefficients has of it, in [0, 1]; 0 gives MxNE.
    n_tfmxne_iter : int
        More than 1: weights are adapted so many times. Default 1.

    Returns
    -------
    stc : SourceEstimate | list of Dipole
        With a `certificate`, as of `mixed_norm`.
    residual : Evoked
        Only with `return_residual`.
    """
    if alpha is None or not 0.0 <= _percents(alpha) < 100.0:
        raise ValueError(f"alpha must be a percentage in [0, 100); got {alpha}")
    if l1_ratio is None or not 0.0 <= _percents(l1_ratio, "l1_ratio") <= 1.0:
        raise ValueError(f"l1_ratio must lie in [0, 1]; got {l1_ratio}")
    n_tfmxne_iter = _at_least_one("n_tfmxne_iter", n_tfmxne_iter)
    settings = settings_of(maxit=maxit, tol=float(tol), debias=bool(debias), dgap_freq=_frequency(dgap_freq))
    wsize, tstep = windows_of(wsize, tstep)
    if isinstance(evoked, (list, tuple)):
        raise TypeError("evoked must be an Evoked: time-frequency mixed norms take one average")
    (evoked,) = same_channels(evoked)
    ready = prepared(evoked.info, forward, noise_cov, loose, depth, rank, pca)
    check_orientation(pick_ori, type(forward)(ready.forward))
    if window is not None:
        evoked = _windowed(evoked, window)
    estimate = _core.meeg.tf_mixed_norm_estimate(
        ready, samples_of([evoked], ready.picks), float(alpha), float(l1_ratio), n_tfmxne_iter, wsize, tstep,
        _weights(weights), float(weights_min), settings
    )  # fmt: skip
    if len(estimate.columns) == 0:
        raise ValueError(f"alpha={alpha:g} leaves no source active: give a smaller one")
    _tell_variance(estimate)
    outcome = Outcome(estimate, ready, forward["src"], pick_ori == "vector")
    return outcome.returned([evoked], ready.picks, return_as_dipoles, return_residual)
