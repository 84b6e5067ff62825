"""Times of Epochs, Evoked and time-frequency maps, and what averages know."""

import numpy as np

from ..settings import described, given
from .checks import flag, time_or_none
from .face import of_engine
from .lazy import made_by
from .logs import verbose as _verbose


class TimesMixin:
    """Times of an object whose engine has them."""

    times = of_engine("times", "Times [s], shape (n_times,); 0 at the event.")

    @property
    def tmin(self):
        """First time [s]."""
        return float(self.times[0])

    @property
    def tmax(self):
        """Last time [s]."""
        return float(self.times[-1])

    def _whole(self, interval):
        """The interval [s], whose ends are those of the times where they are None."""
        low, high = interval
        return self.tmin if low is None else low, self.tmax if high is None else high

    def time_as_index(self, times, use_rounding=False):
        """Positions of times [s]; the fraction is cut off unless `use_rounding`."""
        index = (np.atleast_1d(np.asarray(times, float)) - self.times[0]) * float(self.info["sfreq"])
        return (np.round(index) if use_rounding else index).astype(np.int64)


class SamplesMixin(TimesMixin):
    """What is done to times and samples of Epochs and Evoked."""

    @_verbose
    def crop(self, tmin=None, tmax=None, include_tmax=True, verbose=None):
        """Keep times from `tmin` to `tmax` [s], in place."""
        self._need_data("crop()")
        tmin, tmax = time_or_none("tmin", tmin), time_or_none("tmax", tmax)
        self._engine.crop(tmin, tmax, flag("include_tmax", include_tmax))
        return self

    @_verbose
    @described("resample")
    def resample(self, sfreq, *, npad=..., window=..., n_jobs=None, pad=..., method=..., verbose=None, **settings):
        """Change the sampling rate [Hz], in place. See `Raw.resample`."""
        self._need_samples("resample()")
        self._engine.resample(given("resample", locals()))
        return self

    def shift_time(self, tshift, relative=True):
        """Move the times by `tshift` [s], or to begin at it if not `relative`; in place."""
        self._need_data("shift_time()")
        self._engine.shift_time(float(tshift), bool(relative))
        return self

    compute_psd = made_by("time_frequency.psd.spectrum_of_epochs")
    plot_psd = made_by("time_frequency.psd.plot_psd")
    plot_psd_topo = made_by("time_frequency.psd.plot_psd_topo")
    plot_psd_topomap = made_by("time_frequency.psd.plot_psd_topomap")
    to_data_frame = made_by("frames.samples_frame")


class AverageMixin:
    """How many epochs are in an average, and what it is."""

    @property
    def nave(self):
        """Number of epochs averaged; the effective number, perhaps a fraction, of combinations."""
        nave = self._engine.nave
        return int(nave) if nave == int(nave) else nave

    @nave.setter
    def nave(self, nave):
        self._engine.nave = float(nave)

    comment = of_engine("comment", "What it is.", lambda comment: comment or "")
