"""The rate of a population over time."""

import abc

import numpy as np

from ranvier import _core
from ranvier.sim.core.base import group_like
from ranvier.sim.groups.group import only_none
from ranvier.sim.monitors import rates
from ranvier.sim.monitors.recorded import HERTZ, SECOND, Recorder, folder_of
from ranvier.sim.units.allunits import find
from ranvier.sim.units.checking import check_units
from ranvier.sim.units.quantity import Quantity

_second = find("second")


class RateMonitor(abc.ABC):
    """What has rates: monitors of spikes and other events, and of populations."""

    @abc.abstractmethod
    def binned_rate(self, bin_size):
        """Rates in bins."""

    @classmethod
    def __subclasshook__(cls, other):
        return cls is RateMonitor and hasattr(other, "binned_rate") and hasattr(other, "smooth_rate")


class PopulationRateMonitor(Recorder):
    """Records at each step how many neurons spike, per neuron and time.

    Parameters
    ----------
    source : SpikeSource
    name : str
    codeobj_class : None
    dtype : dtype
        The type in which rates are kept.
    stream : str | path-like, optional
        A folder: ``t.npy`` and ``rate.npy`` are written there during the run, and memory stays as it is.

    Examples
    --------
    >>> from ranvier.sim import NeuronGroup, PopulationRateMonitor
    >>> G = NeuronGroup(10, "v : 1", threshold="v > 1")
    >>> M = PopulationRateMonitor(G)
    """

    def __init__(self, source, name="ratemonitor*", codeobj_class=None, dtype=np.float64, stream=None):
        only_none("codeobj_class", codeobj_class)
        group_like(source, "source")
        Recorder.__init__(self, clock=source.clock, when="end", order=0, name=name)
        self.source, self._dtype = source, np.dtype(dtype)
        self.add_dependency(source)
        folder = folder_of(stream)
        types = {"rate": self._dtype.str} if folder else {}
        self._engine = _core.sim.RateMonitor(self.name, source._engine, "spike", self._clock._engine, "end", 0,
                                             folder, types)  # fmt: skip

    t = property(lambda self: self._dressed(self._engine.t, SECOND), doc="The times of the records.")
    t_ = property(lambda self: self._shown(self._engine.t), doc="The same in seconds.")
    rate = property(lambda self: self._dressed(self.rate_, HERTZ), doc="The rates.")
    rate_ = property(
        lambda self: self._shown(self._engine.rate).astype(self._dtype, copy=False), doc="The same in hertz."
    )
    N = property(lambda self: self._engine.n_records, doc="How many records there are.")

    @check_units(bin_size=_second)
    def binned_rate(self, bin_size):
        """Mean rates in bins.

        Parameters
        ----------
        bin_size : Quantity
            A multiple of the step.

        Returns
        -------
        bins : Quantity
            When each begins.
        rates : Quantity
        """
        steps = rates.steps_of(bin_size, self.clock)
        means = _core.sim.means_in_bins(np.asarray(self._engine.rate, dtype=float), steps)
        first = self.t_[0] if self.N else 0.0
        return rates.times(first, len(means), steps * self.clock.dt_), Quantity(means, dim=HERTZ)

    @check_units(width=_second)
    def smooth_rate(self, window="gaussian", width=None):
        """Rates in a window.

        Parameters
        ----------
        window : str | array_like
            ``"gaussian"``, ``"flat"``, or its values, an odd number of them.
        width : Quantity, optional
            The standard deviation, or the length, of a window that has a name.

        Returns
        -------
        rate : Quantity
        """
        return rates.smoothed(self.rate_, rates.window_of(window, width, self.clock))

    def _recorded(self):
        return ["t", "rate", "N"]

    def _in_memory(self):
        return np.array(self._engine.t), np.array(self._engine.rate)

    def __repr__(self):
        return f"<PopulationRateMonitor, recording {self.source.name!r}>"
