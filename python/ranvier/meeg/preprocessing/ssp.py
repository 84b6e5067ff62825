"""Signal-space projections against heart beats and blinks."""

import numpy as np

from ranvier import _core
from ranvier.errors import warn

from ...settings import described, given
from ..logs import verbose as _verbose
from .ecg import find_ecg_events
from .eog import find_eog_events


def _projections(word, raw, events, settings, copy, return_drop_log):
    if not len(events):
        warn(f"no {word} events were found, and so no projections computed")
        return ([], events, []) if return_drop_log else ([], events)
    if not copy:
        raw.load_data()
    projs, drop_log = _core.meeg.compute_exg_projections(raw._engine, events, settings, word)
    drop_log = tuple(map(tuple, drop_log))
    return (projs, events, drop_log) if return_drop_log else (projs, events)


@_verbose
@described("compute_proj_exg")
def compute_proj_ecg(raw, raw_event=None, tmin=..., tmax=0.4, n_grad=2, n_mag=2, n_eeg=2, l_freq=..., h_freq=...,
                     average=..., filter_length=..., n_jobs=None, ch_name=None,
                     reject=dict(grad=2000e-13, mag=3000e-15, eeg=50e-6, eog=250e-6), flat=None, bads=(), avg_ref=...,
                     no_proj=..., event_id=999, ecg_l_freq=5, ecg_h_freq=35, tstart=0.0, qrs_threshold="auto",
                     filter_method=..., iir_params=None, copy=True, return_drop_log=False, meg=...,
                     verbose=None):  # fmt: skip
    """Projections against heart beats.

    Parameters
    ----------
    raw : Raw
    raw_event : Raw | None
        The recording in which beats are looked for. Default None: `raw`.
    {settings}
    n_jobs : int | None
        Threads; None, the default: all processors. The bits do not depend on it.
    ch_name : str | None
        The ECG channel. Default None: that of type ECG, else the mean over MEG sensors.
    event_id : int
        Number of the events. Default 999.
    ecg_l_freq, ecg_h_freq : float
        Band [Hz] in which beats are looked for. Default 5 to 35.
    tstart : float
        Where looking begins [s]. Default 0.
    qrs_threshold : float | "auto"
        As of `find_ecg_events`.
    copy : bool
        False reads samples that are in a file into `raw`, which is never filtered itself. Default True.
    return_drop_log : bool
        Whether to return why beats were left out. Default False.

    Returns
    -------
    projs : list of Projection
        Those of `raw`, unless `no_proj`, and new ones; not applied: `raw.add_proj(projs)`.
    ecg_events : array of int, shape (n_events, 3)
    drop_log : tuple of tuple of str
        With `return_drop_log`.
    """
    events, _, _ = find_ecg_events(raw if raw_event is None else raw_event, event_id, ch_name, tstart, ecg_l_freq,
                                   ecg_h_freq, qrs_threshold, filter_length)  # fmt: skip
    return _projections("ECG", raw, events, given("compute_proj_exg", locals()), copy, return_drop_log)


@_verbose
@described("compute_proj_exg")
def compute_proj_eog(raw, raw_event=None, tmin=..., tmax=0.2, n_grad=2, n_mag=2, n_eeg=2, l_freq=..., h_freq=...,
                     average=..., filter_length=..., n_jobs=None,
                     reject=dict(grad=2000e-13, mag=3000e-15, eeg=500e-6, eog=np.inf), flat=None, bads=(), avg_ref=...,
                     no_proj=..., event_id=998, eog_l_freq=1, eog_h_freq=10, tstart=0.0, filter_method=...,
                     iir_params=None, ch_name=None, copy=True, return_drop_log=False, meg=...,
                     verbose=None):  # fmt: skip
    """Projections against blinks.

    Parameters
    ----------
    raw : Raw
    raw_event : Raw | None
        The recording in which blinks are looked for. Default None: `raw`.
    {settings}
    n_jobs : int | None
        Threads; None, the default: all processors. The bits do not depend on it.
    ch_name : str | list of str | None
        The EOG channels. Default None: those of type EOG.
    event_id : int
        Number of the events. Default 998.
    eog_l_freq, eog_h_freq : float
        Band [Hz] in which blinks are looked for. Default 1 to 10.
    tstart : float
        Where looking begins [s]. Default 0.
    copy : bool
        False reads samples that are in a file into `raw`, which is never filtered itself. Default True.
    return_drop_log : bool
        Whether to return why blinks were left out. Default False.

    Returns
    -------
    projs : list of Projection
        Those of `raw`, unless `no_proj`, and new ones; not applied: `raw.add_proj(projs)`.
    eog_events : array of int, shape (n_events, 3)
    drop_log : tuple of tuple of str
        With `return_drop_log`.
    """
    events = find_eog_events(raw if raw_event is None else raw_event, event_id, eog_l_freq, eog_h_freq, filter_length,
                             ch_name, tstart)  # fmt: skip
    return _projections("EOG", raw, events, given("compute_proj_exg", locals()), copy, return_drop_log)
