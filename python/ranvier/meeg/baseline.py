"""Baseline correction of arrays."""

import numpy as np

from ranvier import _core

from .checks import interval, one_of
from .lazy import only_mne as _only_mne
from .logs import verbose as _verbose
from .picks import picks_to_idx

modes = ("mean", "ratio", "logratio", "percent", "zscore", "zlogratio")


def rescaled(data, times, baseline, mode="mean"):
    """`data` (..., n_times) corrected by the baseline interval, a new array."""
    one_of("mode", mode, modes)
    tmin, tmax = interval("baseline", baseline)
    rows = np.ascontiguousarray(data, float).reshape(-1, data.shape[-1])
    return _core.meeg.rescaled(rows, [float(t) for t in times], tmin, tmax, mode).reshape(data.shape)


@_verbose
def rescale(data, times, baseline, mode="mean", copy=True, picks=None, verbose=None):
    """Correct an array by an interval of its times.

    Parameters
    ----------
    data : array of float, shape (..., n_times)
    times : array of float, shape (n_times,)
        [s].
    baseline : tuple (start, stop) | None
        The interval [s]; None as an end: the end of the data. None: nothing is done.
    mode : "mean" | "ratio" | "logratio" | "percent" | "zscore" | "zlogratio"
        Subtract the mean m; divide by m; log10 of that; (x - m) / m; (x - m) / sd; log10(x / m) / its sd.
    copy : bool
        Whether to leave `data` as it is. Default True.
    picks : list of int | None
        Rows of the last but one axis; None: all.

    Returns
    -------
    data : array of float, shape (..., n_times)
    """
    data = np.asarray(data)
    out = data.copy() if copy else data
    one_of("mode", mode, modes)
    if baseline is None:
        return out
    if picks is None or out.ndim == 1:
        out[...] = rescaled(out, times, baseline, mode)
    else:
        idx = picks_to_idx(out.shape[-2], picks)
        out[..., idx, :] = rescaled(out[..., idx, :], times, baseline, mode)
    return out


__all__ = ["rescale"]
__getattr__ = _only_mne(__name__)
