"""Neurons that spike at given times."""

import numpy as np

from ranvier import _core
from ranvier.sim.core.base import SpikeSource, about
from ranvier.sim.core.logger import get_logger
from ranvier.sim.groups.group import Group, only_none
from ranvier.sim.groups.neurongroup import whole
from ranvier.sim.groups.subgroup import Subgroup, start_and_stop
from ranvier.sim.units.allunits import find
from ranvier.sim.units.checking import check_units
from ranvier.sim.units.quantity import Quantity

logger = get_logger(__name__)
_second = find("second")


class SpikeGeneratorGroup(Group, SpikeSource):
    """Neurons that spike at given times.

    Parameters
    ----------
    N : int
    indices : array_like of int
        Who spikes, spike by spike.
    times : Quantity
        When.
    dt : Quantity, optional
    clock : Clock, optional
    period : Quantity
        After which all begins anew; 0: never.
    when : str
    order : int
    sorted : bool
        Whether the spikes stand in the order of time already.
    name : str
    codeobj_class : None
    """

    add_to_magic_network = True

    @check_units(N=1, indices=1, times=_second, period=_second)
    def __init__(self, N, indices, times, dt=None, clock=None, period=0 * _second, when="thresholds", order=0,
                 sorted=False, name="spikegeneratorgroup*", codeobj_class=None):  # fmt: skip
        only_none("codeobj_class", codeobj_class)
        Group.__init__(self, dt=dt, clock=clock, when=when, order=order, name=name)
        N = whole(N, "N, the number of neurons,", 1)
        self.events = {"spike": None}
        i, t, T = self._checked(indices, times, period, N)
        self._spikes, self._new_spikes = (i, t, T), False
        self._engine = _core.sim.SpikeGeneratorGroup(self.name, N, self._clock._engine, i, t, T)
        for operation in self._engine.operations:
            operation.when, operation.order = when, order

    def _checked(self, indices, times, period, n):
        i, t, T = np.atleast_1d(np.asarray(indices)), np.atleast_1d(np.asarray(times, dtype=float)), float(period)
        if i.ndim != 1 or t.ndim != 1:
            raise ValueError(f"indices and times are lists, spike by spike; got the shapes {i.shape} and {t.shape}")
        if len(i) != len(t):
            raise ValueError(f"a spike has a neuron and a time; got {len(i)} indices and {len(t)} times")
        if i.size and np.any(i != np.round(i)):
            raise TypeError(f"indices are whole numbers; got {i.dtype}")
        if i.size and (i.min() < 0 or i.max() >= n):
            raise ValueError(f"indices must be in [0, {n}); got {i.min() if i.min() < 0 else i.max()}")
        if t.size and not t.min() >= 0:
            raise ValueError(f"times must be >= 0 s; got {t.min()} s")
        if not 0 <= T < np.inf:
            raise ValueError(f"period must be >= 0 s; got {period}")
        if T and t.size:
            dt = self._clock.dt_
            if t.max() >= T:
                raise ValueError(f"times must lie within the period of {period}; got {t.max()} s")
            if T >= dt and int(t.max() / dt + 1e-3) >= round(T / dt):
                raise ValueError(
                    f"the time {t.max()} s belongs to the step at {period}, where the next period begins: leave it away"
                )
        return i.astype(np.int64), t, T

    @check_units(indices=1, times=_second, period=_second)
    def set_spikes(self, indices, times, period=0 * _second, sorted=False):
        """Sets which neurons spike when.

        Parameters
        ----------
        indices, times, period, sorted
            As of the group.
        """
        i, t, T = self._checked(indices, times, period, len(self))
        self._spikes, self._new_spikes = (i, t, T), True
        self._engine.set_spikes(i, t, T)

    neuron_index = property(lambda self: self._spikes[0].copy(), doc="Who spikes, spike by spike.")
    spike_time = property(lambda self: Quantity(self.spike_time_, dim=_second.dim), doc="When.")
    spike_time_ = property(lambda self: self._spikes[1].copy(), doc="The same in seconds.")
    period = property(
        lambda self: Quantity(self.period_, dim=_second.dim), doc="After which all begins anew; 0: never."
    )
    period_ = property(lambda self: self._spikes[2], doc="The same in seconds.")

    def _full_state(self):
        return {**super()._full_state(), "_given": self._spikes}

    def _restore_from_full_state(self, state):
        i, t, T = state["_given"]
        self._spikes, self._new_spikes = (i, t, T), False
        self._engine.set_spikes(i, t, T)
        super()._restore_from_full_state({name: v for name, v in state.items() if name != "_given"})

    @property
    def spikes(self):
        """Who spiked in this step."""
        return self._engine.event("spike")

    def __getitem__(self, item):
        return Subgroup(self, *start_and_stop(item, len(self)))

    def before_run(self, run_namespace=None):
        """Checks that no neuron spikes twice in a step."""
        try:
            self._check_period()
            self._engine.prepare()
        except (ValueError, NotImplementedError) as error:
            raise about(error, self) from error
        _, t, T = self._spikes
        past = np.count_nonzero(t < self._clock.t_ - 1e-3 * self._clock.dt_)
        if self._new_spikes and past and not T:
            logger.warn(
                f"{past} of the spikes that {self.name} was given lie before {self._clock.t}, where it is now: they never come",
                name_suffix="ignored_spikes",
            )
        self._new_spikes = False

    def _check_period(self):
        T, dt = self._spikes[2], self._clock.dt_
        if not T:
            return
        if T < dt * (1 - 1e-4):
            raise ValueError(f"period must be at least one step of {self._clock.dt}; got {T} s")
        if abs(round(T / dt) * dt - T) > 1e-4 * dt:
            raise NotImplementedError(f"period must be a multiple of the step, {self._clock.dt}; got {T} s")

    def __repr__(self):
        return f"SpikeGeneratorGroup({len(self)}, {len(self._spikes[0])} spikes)"
