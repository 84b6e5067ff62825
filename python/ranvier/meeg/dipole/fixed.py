"""A dipole that neither moves nor turns, and how strong it is."""

import numpy as np

from ..evoked import EvokedArray, read_evokeds, write_evokeds
from ..face import of_engine
from ..info import create_info
from ..logs import verbose as _verbose


class DipoleFixed:
    """A current dipole at one place and along one direction, with its course in time.

    Made by `fit_dipole` with `pos` and `ori`, and by `read_dipole` of FIFF files. It is kept as an average of two channels:
    the dipole, whose "loc" has its place and its direction, and how well it fits.

    Attributes
    ----------
    info : Info
    data : array of float, shape (2, n_times)
        Amplitudes [A m], and goodness of fit [%].
    times : array of float, shape (n_times,)
        [s].
    nave : int
    comment : str
    """

    @classmethod
    def _of(cls, evoked):
        self = cls.__new__(cls)
        self._evoked = evoked
        return self

    @classmethod
    def _fitted(cls, evoked, pos, ori, amplitude, gof):
        info = create_info(["dip 01", "goodness"], evoked.info["sfreq"], ["dipole", "gof"])
        with info._unlock():
            info["chs"][0]["loc"][:] = np.concatenate([pos, ori, np.zeros(6)])
            info["meas_date"] = evoked.info["meas_date"]
        data = np.array([amplitude, gof])
        return cls._of(EvokedArray(data, info, evoked.times[0], evoked.comment, evoked.nave, evoked.kind))

    @property
    def _engine(self):
        return self._evoked._engine

    nave = of_engine("nave", "How many epochs it is the average of.")
    info = property(lambda self: self._evoked.info, doc="Its two channels.")
    data = property(lambda self: self._evoked.data, doc="Amplitudes [A m], and goodness of fit [%].")
    times = property(lambda self: self._evoked.times, doc="[s]")
    comment = property(lambda self: self._evoked.comment, doc="What the average is of.")
    kind = property(lambda self: self._evoked.kind, doc='"average" or "standard_error".')
    name = comment
    ch_names = property(lambda self: self._evoked.ch_names, doc='"dip 01" and "goodness".')

    def __repr__(self):
        times = self.times
        return f"<DipoleFixed | n_times: {len(times)}, tmin: {times[0]:0.3f} s, tmax: {times[-1]:0.3f} s>"

    def __len__(self):
        return len(self.times)

    def copy(self):
        """A copy that shares nothing."""
        return DipoleFixed._of(self._evoked.copy())

    @_verbose
    def crop(self, tmin=None, tmax=None, include_tmax=True, verbose=None):
        """Keep the times from `tmin` to `tmax` [s], both included unless `include_tmax` is False; in place."""
        self._evoked.crop(tmin, tmax, include_tmax)
        return self

    def shift_time(self, tshift, relative=True):
        """Move the times by `tshift` [s], or to begin there where `relative` is False; in place."""
        self._evoked.shift_time(tshift, relative)
        return self

    def decimate(self, decim, offset=0):
        """Keep every `decim`-th time, from number `offset` on; in place."""
        self._evoked.decimate(decim, offset)
        return self

    @_verbose
    def save(self, fname, *, overwrite=False, verbose=None):
        """Write to a FIFF file (``-dip.fif``).

        Parameters
        ----------
        fname : path-like
        overwrite : bool
        """
        write_evokeds(fname, self._evoked, overwrite=overwrite)

    def plot(self, show=True, time_unit="s"):
        """Draw its course and how well it fits.

        Parameters
        ----------
        show : bool
        time_unit : "s" | "ms"

        Returns
        -------
        fig : matplotlib.figure.Figure
        """
        return self._evoked.plot(picks=["dipole", "gof"], show=show, time_unit=time_unit)


def read_fixed(path):
    """The dipole of a FIFF file."""
    (evoked,) = read_evokeds(path)
    return DipoleFixed._of(evoked)
