"""Blinks and other movements of the eyes."""

from ranvier import _core

from ...settings import described, given
from ..checks import as_raw
from ..epochs.making import Epochs
from ..logs import verbose as _verbose


@_verbose
@described("find_eog_events")
def find_eog_events(raw, event_id=..., l_freq=..., h_freq=..., filter_length=..., ch_name=None, tstart=...,
                    reject_by_annotation=..., thresh=None, verbose=None):  # fmt: skip
    """Blinks as events, at their peaks.

    Parameters
    ----------
    raw : Raw
    {settings}

    Returns
    -------
    eog_events : array of int, shape (n_events, 3)
    """
    return _core.meeg.find_eog_events(as_raw(raw)._engine, given("find_eog_events", locals()))


@_verbose
def create_eog_epochs(raw, ch_name=None, event_id=998, picks=None, tmin=-0.5, tmax=0.5, l_freq=1, h_freq=10,
                      reject=None, flat=None, baseline=None, preload=True, reject_by_annotation=True, thresh=None,
                      decim=1, verbose=None):  # fmt: skip
    """Epochs around blinks. Only the channel in which they are found is filtered.

    Parameters
    ----------
    raw : Raw
    ch_name : str | list of str | None
        The EOG channels. Default None: those of type EOG.
    event_id : int
        Number of the events. Default 998.
    picks : str | list | None
        Channels of the epochs. Default: all.
    tmin, tmax : float
        Times [s] around the blinks. Default -0.5 to 0.5.
    l_freq, h_freq : float
        Band [Hz] in which blinks are looked for. Default 1 to 10.
    reject, flat : dict | None
        Peak-to-peak limits by channel type.
    baseline : tuple | None
        As of `Epochs`. Default None.
    preload : bool
        Default True.
    reject_by_annotation : bool
        Whether stretches annotated as bad are left out. Default True.
    thresh : float | None
        How far a blink stands out [V]. Default None: a quarter of the channel's range.
    decim : int
        Keep every so many samples. Default 1.

    Returns
    -------
    epochs : Epochs
    """
    events = find_eog_events(raw, event_id, l_freq, h_freq, ch_name=ch_name, thresh=thresh,
                             reject_by_annotation=reject_by_annotation)  # fmt: skip
    if not len(events):
        raise ValueError("no blinks were found; a lower thresh or another ch_name may show them")
    return Epochs(raw, events, event_id, tmin, tmax, baseline, picks, preload, reject, flat, proj=False, decim=decim,
                  reject_by_annotation=reject_by_annotation)  # fmt: skip
