"""Signal-space projections from data."""

from ranvier import _core

from ..settings import described, given
from .logs import verbose as _verbose


@_verbose
@described("compute_proj")
def compute_proj_epochs(epochs, n_grad=2, n_mag=2, n_eeg=2, n_jobs=None, desc_prefix=None, meg=..., verbose=None):
    """Projections of what is strongest in epochs, as of heart beats or blinks.

    Parameters
    ----------
    epochs : Epochs
    n_jobs : int | None
        Threads; None, the default: all processors. The bits do not depend on it.
    {settings}

    Returns
    -------
    projs : list of Projection
        Of gradiometers, magnetometers and EEG, the strongest first, not applied. Signs are arbitrary.
    """
    return _core.meeg.projections_of_epochs(epochs._engine, given("compute_proj", locals()))


@_verbose
@described("compute_proj")
def compute_proj_evoked(evoked, n_grad=2, n_mag=2, n_eeg=2, desc_prefix=None, meg=..., verbose=None):
    """Projections of what is strongest in an average.

    Parameters
    ----------
    evoked : Evoked
    {settings}

    Returns
    -------
    projs : list of Projection
        As of :func:`compute_proj_epochs`.
    """
    return _core.meeg.projections_of_evoked(evoked._engine, given("compute_proj", locals()))


@_verbose
@described("compute_proj_raw")
def compute_proj_raw(raw, start=0, stop=None, duration=1, n_grad=2, n_mag=2, n_eeg=0, reject=None, flat=None,
                     n_jobs=None, meg=..., verbose=None):  # fmt: skip
    """Projections of what is strongest in a recording, as one of an empty room.

    Parameters
    ----------
    raw : Raw
    n_jobs : int | None
        Threads; None, the default: all processors. The bits do not depend on it.
    {settings}

    Returns
    -------
    projs : list of Projection
        As of :func:`compute_proj_epochs`.
    """
    return _core.meeg.projections_of_raw(raw._engine, given("compute_proj_raw", locals()))


__all__ = ["compute_proj_epochs", "compute_proj_evoked", "compute_proj_raw"]
