"""Sources whose variances the data choose."""

import numpy as np

from ranvier import _core

from ..logs import tell
from ..logs import verbose as _verbose
from .outcome import Outcome
from .preparation import check_orientation, prepared, same_channels, samples_of


@_verbose
def gamma_map(evoked, forward, noise_cov, alpha, loose="auto", depth=0.8, xyz_same_gamma=True, maxit=10000, tol=1e-6,
              update_mode=1, gammas=None, pca=True, return_residual=False, return_as_dipoles=False, rank=None,
              pick_ori=None, verbose=None):  # fmt: skip
    """Estimate currents by hierarchical Bayes (gamma-MAP): variances that the data choose, most of them 0.

    Parameters
    ----------
    evoked : Evoked
    forward : Forward
    noise_cov : Covariance
    alpha : float
        The variance of whitened noise, > 0.
    loose, depth, rank, pick_ori, return_residual, return_as_dipoles
        As for `mixed_norm`.
    xyz_same_gamma : bool
        Whether the orientations of a source share a variance. Default True.
    maxit : int
        No more steps. Default 10000.
    tol : float
        The change of variances in a step, as a share of them, that is small enough. Default 1e-6.
    update_mode : 1 | 2
        1, the default: MacKay's steps; 2: convex bounding.
    gammas : array of float, shape (n_columns,) | None
        Variances to start from. Default None: 1.
    pca : bool
        Whether whitened data are as many components as their rank. Default True.

    Returns
    -------
    stc : SourceEstimate | list of Dipole
        `stc.certificate.converged` says whether variances have settled; where not, a warning says so.
    residual : Evoked
        Only with `return_residual`.
    """
    if isinstance(evoked, (list, tuple)):
        raise TypeError("evoked must be an Evoked: gamma_map() takes one average")
    (evoked,) = same_channels(evoked)
    ready = prepared(evoked.info, forward, noise_cov, loose, depth, rank, pca)
    check_orientation(pick_ori, type(forward)(ready.forward))
    group = 1 if ready.forward.source_ori == 1 or not xyz_same_gamma else 3
    settings = dict(maxit=int(maxit), tol=float(tol), update_mode=update_mode, group_size=group)
    start = [] if gammas is None else list(np.asarray(gammas, float).ravel())
    estimate = _core.meeg.gamma_map_estimate(ready, samples_of([evoked], ready.picks), float(alpha), settings, start)
    if len(estimate.columns) == 0:
        raise ValueError(f"alpha={alpha:g} leaves no source active: give a smaller one")
    tell(f"{len(estimate.columns)} columns active after {estimate.certificate.iterations} steps")
    outcome = Outcome(estimate, ready, forward["src"], pick_ori == "vector")
    return outcome.returned([evoked], ready.picks, return_as_dipoles, return_residual)
