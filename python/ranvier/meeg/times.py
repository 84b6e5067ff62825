"""Times of Epochs, Evoked and time-frequency maps."""

import numpy as np


def time_range(times, sfreq, tmin, tmax, include_tmax=True):
    """Positions [start, stop) of the times in [tmin, tmax], a bound being moved to the nearest sample first."""
    tmin = -np.inf if tmin is None else float(tmin)
    tmax = np.inf if tmax is None else float(tmax)
    if tmin > tmax:
        raise ValueError(f"tmin must be <= tmax; got tmin {tmin} s and tmax {tmax} s")
    low = int(np.round(tmin * sfreq)) / sfreq - 0.5 / sfreq if np.isfinite(tmin) else tmin
    if np.isfinite(tmax):
        tmax = int(np.round(tmax * sfreq)) / sfreq + (0.5 if include_tmax else -0.5) / sfreq
    inside = np.flatnonzero((times >= low) & (times <= tmax))
    if not len(inside):
        raise ValueError(f"no times lie in [{tmin}, {tmax}] s; they run from {times[0]} to {times[-1]} s")
    return int(inside[0]), int(inside[-1]) + 1


class TimesMixin:
    """Times of an object that has `times` and `info`."""

    @property
    def tmin(self):
        """First time [s]."""
        return float(self.times[0])

    @property
    def tmax(self):
        """Last time [s]."""
        return float(self.times[-1])

    def time_as_index(self, times, use_rounding=False):
        """Positions of times [s]; the fraction is cut off unless `use_rounding`."""
        index = (np.atleast_1d(np.asarray(times, float)) - self.times[0]) * float(self.info["sfreq"])
        return (np.round(index) if use_rounding else index).astype(np.int64)

