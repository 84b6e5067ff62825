"""RAP-MUSIC and TRAP-MUSIC of averages."""

import numpy as np

from ranvier import _core

from ..cov.covariance import covariance_of
from ..dipole.noun import Dipole
from ..evoked import Evoked
from ..forward.priors import WHITENED, depth_rule
from ..forward.solution import as_forward, convert_forward_solution, is_fixed_orient
from ..logs import tell
from ..logs import verbose as _verbose


def _found(evoked, forward, noise_cov, n_dipoles, return_residual, truncated):
    if not isinstance(evoked, Evoked):
        raise TypeError(f"evoked must be an Evoked; got {type(evoked).__name__}")
    forward = as_forward(forward)
    fixed = is_fixed_orient(forward)
    if forward["surf_ori"] and not fixed:
        forward = convert_forward_solution(forward, surf_ori=False)
    loose = [0.0 if fixed else 1.0] * len(forward["src"])
    ready = _core.meeg.prepared_gain(forward._engine, evoked.info._engine, covariance_of(noise_cov), loose,
                                     depth_rule(None, WHITENED), True, {}, "channels")  # fmt: skip
    data = np.ascontiguousarray(evoked.data[ready.picks], float)
    dipoles, explained = _core.meeg.music_dipoles(
        ready, data, np.ascontiguousarray(evoked.times), int(n_dipoles), truncated
    )
    dipoles = [Dipole._of(dipole) for dipole in dipoles]
    for k, dipole in enumerate(dipoles):
        tell(f"source {k + 1} found: pos = {dipole.pos[0]}, ori = {dipole.ori[0]}")
    if not return_residual:
        return dipoles
    residual = evoked.copy().pick([evoked.ch_names[k] for k in ready.picks])
    residual.data = residual.data - explained
    active = [proj for proj in residual.info["projs"] if proj["active"]]
    for proj in active:
        proj["active"] = False
    residual.add_proj(active, remove_existing=True)
    residual.apply_proj()
    return dipoles, residual


@_verbose
def rap_music(evoked, forward, noise_cov, n_dipoles=5, return_residual=False, *, verbose=None):
    """Find dipoles one after the other, each in what is orthogonal to the fields of those before (RAP-MUSIC).

    Parameters
    ----------
    evoked : Evoked
    forward : Forward
    noise_cov : Covariance
    n_dipoles : int
        How many dipoles are looked for. Default 5.
    return_residual : bool
        Whether to return what the dipoles leave, too.

    Returns
    -------
    dipoles : list of Dipole
        Each keeps its place and orientation; its goodness of fit is its share of what all explain.
    residual : Evoked
        Only with `return_residual`.
    """
    return _found(evoked, forward, noise_cov, n_dipoles, return_residual, False)


@_verbose
def trap_music(evoked, forward, noise_cov, n_dipoles=5, return_residual=False, *, verbose=None):
    """The same with a subspace of the signal that has a dimension less after each dipole (TRAP-MUSIC).

    Parameters
    ----------
    evoked : Evoked
    forward : Forward
    noise_cov : Covariance
    n_dipoles : int
        How many dipoles are looked for. Default 5.
    return_residual : bool
        Whether to return what the dipoles leave, too.

    Returns
    -------
    dipoles : list of Dipole
        As of `rap_music`.
    residual : Evoked
        Only with `return_residual`.
    """
    return _found(evoked, forward, noise_cov, n_dipoles, return_residual, True)
