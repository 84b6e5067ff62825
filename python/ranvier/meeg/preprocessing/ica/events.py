"""Heart beats and blinks in sources."""

import numpy as np

from ...info import create_info
from ...io.making import RawArray
from ...logs import verbose as _verbose
from ..ecg import find_ecg_events
from ..eog import find_eog_events


def _alone(raw, source, kind):
    source = np.asarray(source, float).reshape(1, -1)
    return RawArray(source, create_info([kind.upper()], float(raw.info["sfreq"]), kind), first_samp=raw.first_samp)


@_verbose
def ica_find_ecg_events(raw, ecg_source, event_id=999, tstart=0.0, l_freq=5, h_freq=35, qrs_threshold="auto",
                        verbose=None):  # fmt: skip
    """Heart beats in a source.

    Parameters
    ----------
    raw : Raw
        The recording, whose rate and first sample count.
    ecg_source : array of float, shape (n_times,)
    event_id, tstart, l_freq, h_freq, qrs_threshold
        As of :func:`find_ecg_events`.

    Returns
    -------
    ecg_events : array of int, shape (n_events, 3)
    """
    return find_ecg_events(_alone(raw, ecg_source, "ecg"), event_id, "ECG", tstart, l_freq, h_freq, qrs_threshold)[0]


@_verbose
def ica_find_eog_events(raw, eog_source=None, event_id=998, l_freq=1, h_freq=10, verbose=None):
    """Blinks in a source.

    Parameters
    ----------
    raw : Raw
        The recording, whose rate and first sample count.
    eog_source : array of float, shape (n_times,)
    event_id, l_freq, h_freq
        As of :func:`find_eog_events`.

    Returns
    -------
    eog_events : array of int, shape (n_events, 3)
    """
    if eog_source is None:
        raise ValueError("eog_source must be the samples of a source, as ica.get_sources(raw).get_data()[0]")
    return find_eog_events(_alone(raw, eog_source, "eog"), event_id, l_freq, h_freq, ch_name="EOG")
