"""Peaks of a signal."""

import numpy as np

from ranvier import _core

from ..checks import number_or_none
from ..face import floats
from ..logs import verbose as _verbose


@_verbose
def peak_finder(x0, thresh=None, extrema=1, verbose=None):
    """Peaks that stand out from what surrounds them.

    Parameters
    ----------
    x0 : array of float, shape (n_times,)
    thresh : float | None
        How far a peak stands out from both sides. Default None: a quarter of the signal's range.
    extrema : 1 | -1
        Maxima, or minima. Default 1.

    Returns
    -------
    peak_loc : array of int, shape (n_peaks,)
        Where they are; of equal neighbours the first.
    peak_mag : array of float, shape (n_peaks,)
        How high they are.
    """
    x = floats(x0)
    if x.ndim != 1:
        raise ValueError(f"x0 must have one dimension; got {x.ndim}")
    if extrema not in (1, -1):
        raise ValueError(f"extrema must be 1 or -1; got {extrema!r}")
    found = _core.meeg.find_peaks(x, number_or_none("thresh", thresh), extrema == 1)
    return found, x[np.asarray(found, int)]
