"""Covariances made fit for whitening, and whitening."""

from collections.abc import Mapping

import numpy as np

from ranvier import _core

from ..checks import one_of
from ..logs import verbose as _verbose
from ..picks import picks_to_idx
from .covariance import Covariance, covariance_of


@_verbose
def regularize(cov, info, mag=0.1, grad=0.1, eeg=0.1, exclude="bads", proj=True, *, seeg=0.1, ecog=0.1, hbo=0.1,
               hbr=0.1, fnirs_cw_amplitude=0.1, fnirs_fd_ac_amplitude=0.1, fnirs_fd_phase=0.1, fnirs_od=0.1,
               fnirs_td_gated_amplitude=0.1, fnirs_td_moments_intensity=0.1, fnirs_td_moments_mean=0.1,
               fnirs_td_moments_variance=0.1, csd=0.1, dbs=0.1, rank=None, scalings=None, verbose=None):  # fmt: skip
    """Load the diagonal of a covariance, type by type, within the rank of the data.

    Parameters
    ----------
    cov : Covariance
    info : Info
    mag, grad, eeg, seeg, ecog, hbo, hbr, fnirs_cw_amplitude, fnirs_fd_ac_amplitude, fnirs_fd_phase, fnirs_od, \
fnirs_td_gated_amplitude, fnirs_td_moments_intensity, fnirs_td_moments_mean, fnirs_td_moments_variance, csd, dbs : float
        What is added to the diagonal of the channels of a type, as a share of its mean. Default 0.1. After Maxwell
        filtering `mag` and `grad` must be equal.
    exclude : list of str | "bads"
        Channels that stay as they are; "bads", the default: those bad in `info` or `cov`.
    proj : bool
        With rank='full': whether projections of `info` and `cov` are kept. Default True.
    rank : None | "info" | "full" | dict
        As for :func:`ranvier.meeg.compute_rank`.
    scalings : dict | None
        As for :func:`ranvier.meeg.compute_rank`.

    Returns
    -------
    cov : Covariance
        A new one.
    """
    loads = {name: float(value) for name, value in locals().items()
             if name not in ("cov", "info", "exclude", "proj", "rank", "scalings", "verbose")}  # fmt: skip
    if exclude is None or (isinstance(exclude, str) and exclude != "bads"):
        raise ValueError(f"exclude must be a list of names or 'bads'; got {exclude!r}")
    names = None if isinstance(exclude, str) else list(exclude)
    return Covariance._of(
        _core.meeg.regularized(covariance_of(cov), info._engine, list(loads.items()), names, bool(proj), _rank(rank), scalings)
    )


@_verbose
def prepare_noise_cov(noise_cov, info, ch_names=None, rank=None, scalings=None, on_rank_mismatch="ignore", *,
                      verbose=None):  # fmt: skip
    """A covariance of chosen channels with its eigenvalues and eigenvectors, type by type.

    Parameters
    ----------
    noise_cov : Covariance
    info : Info
    ch_names : list of str | None
        Channels, in order; None: all of `info`.
    rank : None | "info" | "full" | dict
        As for :func:`ranvier.meeg.compute_rank`. Eigenvalues beyond it are zero.
    scalings : dict | None
        As for :func:`ranvier.meeg.compute_rank`.
    on_rank_mismatch : "ignore" | "warn" | "raise"
        What to do where a rank given for MEG is above that of the covariance.

    Returns
    -------
    cov : Covariance
        A new one, with `eig` and `eigvec`, an eigenvector in each row.
    """
    ranking = dict(rank=_rank(rank), scalings=scalings, on_rank_mismatch=on_rank_mismatch)
    names = [] if ch_names is None else list(ch_names)
    return Covariance._of(_core.meeg.prepared_noise_covariance(covariance_of(noise_cov), info._engine, names, ranking))


@_verbose
def compute_whitener(noise_cov, info=None, picks=None, rank=None, scalings=None, return_rank=False, pca=False,
                     return_colorer=False, on_rank_mismatch="warn", verbose=None):  # fmt: skip
    """The matrix that makes noise white.

    Parameters
    ----------
    noise_cov : Covariance
    info : Info | None
        None, the default, where `noise_cov` comes from :func:`prepare_noise_cov`.
    picks : str | list | slice | None
        Channels; None: good data channels.
    rank, scalings, on_rank_mismatch
        As for :func:`prepare_noise_cov`.
    return_rank : bool
        Whether to return the rank too.
    pca : bool | "white"
        False, the default: whitened data are channels again; True: components, as many as the rank; "white": as many
        components as channels, those beyond the rank zero.
    return_colorer : bool
        Whether to return the matrix that undoes it too.

    Returns
    -------
    W : array of float, shape (n_channels, n_channels) or (rank, n_channels)
    ch_names : list of str
    rank : int
        Only with `return_rank`.
    colorer : array of float, the transposed shape of `W`
        Only with `return_colorer`.
    """
    one_of("pca", pca, (True, False, "white"))
    if info is None:
        prepared = noise_cov
        if noise_cov["eig"] is None:
            raise ValueError("info may be None for a covariance of prepare_noise_cov() only; this one has no eig")
    else:
        idx = picks_to_idx(info, picks, "data", exclude="bads", with_ref_meg=False)
        prepared = prepare_noise_cov(noise_cov, info, [info.ch_names[k] for k in idx], rank, scalings, on_rank_mismatch)
    space = "white" if pca == "white" else "pca" if pca else "channels"
    W, colorer, rank = _core.meeg.whitener(prepared, space)
    return (W, list(prepared["names"])) + ((rank,) if return_rank else ()) + ((colorer,) if return_colorer else ())


@_verbose
def whiten_evoked(evoked, noise_cov, picks=None, diag=None, rank=None, scalings=None, verbose=None):
    """An average in units of the noise that averaging has left.

    Parameters
    ----------
    evoked : Evoked
    noise_cov : Covariance
    picks : str | list | slice | None
        Channels; None: good data channels.
    diag : bool
        Whether only variances count. Default False.
    rank, scalings
        As for :func:`prepare_noise_cov`.

    Returns
    -------
    evoked : Evoked
        A new one.
    """
    idx = picks_to_idx(evoked.info, picks, "data", exclude="bads")
    out = evoked.copy()
    ranking = dict(rank=_rank(rank), scalings=scalings, on_rank_mismatch="warn")
    white = _core.meeg.whitened(evoked._engine, covariance_of(noise_cov), [int(k) for k in idx], ranking, bool(diag))
    out.data = np.asarray(white.data)
    return out


def _rank(rank):
    if rank is not None and not isinstance(rank, (str, Mapping)):
        raise TypeError(f'rank must be None, "info", "full" or a dict of ranks by channel type; got {rank!r}')
    return rank
