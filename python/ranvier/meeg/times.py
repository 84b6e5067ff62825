"""Times of Epochs, Evoked and time-frequency maps."""

import numpy as np


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

