"""Heart beats."""

import numpy as np

from ranvier import _core

from ...settings import described, given
from ..checks import as_raw
from ..epochs.making import Epochs
from ..info import create_info
from ..io.making import RawArray
from ..logs import verbose as _verbose


@_verbose
@described("find_ecg_events")
def find_ecg_events(raw, event_id=..., ch_name=None, tstart=..., l_freq=..., h_freq=..., qrs_threshold=...,
                    filter_length=..., return_ecg=False, reject_by_annotation=..., verbose=None):  # fmt: skip
    """Heart beats as events, at the peaks of the R waves.

    Parameters
    ----------
    raw : Raw
    return_ecg : bool
        Whether to return what was looked at, too. Default False.
    {settings}

    Returns
    -------
    ecg_events : array of int, shape (n_events, 3)
    ch_ecg : int | None
        The channel in which they were found; None: in the mean over the magnetometers, else gradiometers.
    average_pulse : float
        Beats a minute.
    ecg : array of float, shape (1, n_times)
        With `return_ecg`: the filtered channel; NaN where annotations leave it out.
    """
    events, channel, pulse, ecg = _core.meeg.find_ecg_events(as_raw(raw)._engine, given("find_ecg_events", locals()))
    return (events, channel, pulse, ecg[None]) if return_ecg else (events, channel, pulse)


@_verbose
def create_ecg_epochs(raw, ch_name=None, event_id=999, picks=None, tmin=-0.5, tmax=0.5, l_freq=8, h_freq=16,
                      reject=None, flat=None, baseline=None, preload=True, keep_ecg=False, reject_by_annotation=True,
                      decim=1, verbose=None):  # fmt: skip
    """Epochs around heart beats. Only the channel in which they are found is filtered.

    Parameters
    ----------
    raw : Raw
    ch_name : str | None
        The ECG channel. Default None: that of type ECG, else the mean over MEG sensors.
    event_id : int
        Number of the events. Default 999.
    picks : str | list | None
        Channels of the epochs. Default: all.
    tmin, tmax : float
        Times [s] around the beats. Default -0.5 to 0.5.
    l_freq, h_freq : float
        Band [Hz] in which beats are looked for. Default 8 to 16.
    reject, flat : dict | None
        Peak-to-peak limits by channel type.
    baseline : tuple | None
        As of `Epochs`. Default None.
    preload : bool
        Default True.
    keep_ecg : bool
        Whether the mean over MEG sensors, where no channel was at hand, becomes a channel ECG-SYN.
    reject_by_annotation : bool
        Whether stretches annotated as bad are left out. Default True.
    decim : int
        Keep every so many samples. Default 1.

    Returns
    -------
    epochs : Epochs
    """
    if keep_ecg and (ch_name is not None or "ecg" in raw or not preload):
        raise ValueError("keep_ecg=True needs preload=True, and a recording without ECG channel, where it is made up")
    events, _, _, ecg = find_ecg_events(raw, event_id, ch_name, l_freq=l_freq, h_freq=h_freq, return_ecg=True,
                                        reject_by_annotation=reject_by_annotation)  # fmt: skip
    if not len(events):
        raise ValueError("no heart beats were found; another ch_name, l_freq or h_freq may show them")
    around = dict(event_id=event_id, tmin=tmin, tmax=tmax, proj=False, baseline=baseline, decim=decim, preload=preload)
    epochs = Epochs(raw, events, picks=picks, reject=reject, flat=flat, reject_by_annotation=reject_by_annotation,
                    **around)  # fmt: skip
    if keep_ecg:
        info = create_info(["ECG-SYN"], raw.info["sfreq"], "ecg")
        beats = RawArray(np.nan_to_num(ecg), info, first_samp=raw.first_samp)
        epochs.add_channels([Epochs(beats, epochs.events, **around)], force_update_info=True)
    return epochs
