"""Clocks."""

import numpy as np

from ranvier import _core
from ranvier.sim.core.logger import get_logger
from ranvier.sim.core.names import Nameable
from ranvier.sim.units.allunits import find
from ranvier.sim.units.checking import check_units, fail_for_dimension_mismatch
from ranvier.sim.units.dimensions import DIMENSIONLESS
from ranvier.sim.units.quantity import Quantity

logger = get_logger(__name__)
_second, _ms = find("second"), find("msecond")
_many_steps = 2**40  # beyond, t = steps*dt is no longer exact to 1e-4 of a step


class BaseClock(Nameable):
    """Steps of time.

    Parameters
    ----------
    name : str
    """

    _end = None  # the step at which advance() stops

    def __init__(self, name):
        Nameable.__init__(self, name)

    t = property(lambda self: Quantity(self.t_, dim=_second.dim), doc="The time.")
    t_ = property(lambda self: self._engine.t, doc="The time in seconds.")
    timestep = property(lambda self: self._engine.timestep, doc="How many steps lie behind.")

    @property
    def variables(self):
        """What the clock says, by name: ``t``, ``timestep`` and, of regular steps, ``dt``."""
        names = ("timestep", "t") if isinstance(self, EventClock) else ("timestep", "t", "dt")
        return {name: ClockVariable(self, name) for name in names}

    def same_time(self, other):
        """Whether another clock shows the same time, to 1e-4 of a step."""
        return self._engine.same_time(other._engine)

    def _state(self, t):
        """What :meth:`_set_state` takes, as of the time of a network: step and dt."""
        return self._engine.timestep_of(t), self._engine.dt

    def _set_state(self, state):
        timestep, dt = state
        if self._engine.regular:
            self._engine.dt = dt
        self._engine.timestep = timestep

    def advance(self):
        """Goes on by a step; StopIteration at the end of what :meth:`set_interval` has set."""
        if self._end is not None and self.timestep >= self._end:
            raise StopIteration(f"{self.name} is at the end of its interval, {self.t}")
        self._engine.advance()

    @check_units(start=_second, end=_second)
    def set_interval(self, start, end):
        """Goes to the step of a time, and lets :meth:`advance` go as far as another.

        Parameters
        ----------
        start, end : Quantity
        """
        first, last = self._engine.timestep_of(float(start)), self._engine.timestep_of(float(end))
        if last > _many_steps:
            logger.warn(
                f"{self.name} would make {last:.3g} steps until {end}, more than can be told apart: is its dt too small?",
                name_suffix="many_timesteps",
            )
        self._engine.timestep, self._end = first, last


class ClockVariable:
    """What a clock says under a name.

    Parameters
    ----------
    clock : BaseClock
    name : str
    """

    size, scalar, read_only = 1, True, True

    def __init__(self, clock, name):
        self.clock, self.name = clock, name
        self.dim = DIMENSIONLESS if name == "timestep" else _second.dim
        self.dtype = np.dtype(np.int64 if name == "timestep" else float)

    def get_value(self):
        """The SI number, an array of one."""
        return np.array([self.item()], dtype=self.dtype)

    def item(self):
        """The SI number."""
        return getattr(self.clock, self.name if self.name == "timestep" else f"{self.name}_")

    def __repr__(self):
        return f"<ClockVariable {self.clock.name}.{self.name}>"


class Clock(BaseClock):
    """A clock of regular steps.

    Parameters
    ----------
    dt : Quantity
        The step.
    name : str
    """

    epsilon_dt = 1e-4

    def __init__(self, dt, name="clock*"):
        super().__init__(name)
        value = _seconds(dt)
        self._engine = _core.sim.Clock(self.name, value)

    @property
    def dt_(self):
        """The step in seconds."""
        return self._engine.dt

    @dt_.setter
    def dt_(self, value):
        self._engine.dt = _positive(value)

    @property
    def dt(self):
        """The step."""
        return Quantity(self.dt_, dim=_second.dim)

    @dt.setter
    def dt(self, value):
        self._engine.dt = _seconds(value)

    def __repr__(self):
        return f"Clock(dt={self.dt!r}, name={self.name!r})"


class EventClock(BaseClock):
    """A clock that ticks at given times and never after.

    For monitors, network operations and statements; groups and synapses need steps of one length.

    Parameters
    ----------
    times : array_like of Quantity
        In any order, each once.
    name : str

    Examples
    --------
    >>> from ranvier.sim import EventClock, ms
    >>> clock = EventClock([0, 3, 4]*ms)
    >>> clock[1]
    3. * msecond
    """

    def __init__(self, times, name="eventclock*"):
        super().__init__(name)
        fail_for_dimension_mismatch(times, _second, f"the times of an EventClock are in seconds; got {times!r}")
        self._engine = _core.sim.Clock(self.name, np.atleast_1d(np.asarray(times, dtype=float)).ravel().tolist())

    times = property(lambda self: Quantity(self._engine.times, dim=_second.dim), doc="The times, ascending.")

    def __getitem__(self, step):
        return self.times[step]

    def __len__(self):
        return len(self._engine.times)

    def __repr__(self):
        return f"EventClock(times={self.times!r}, name={self.name!r})"


def _seconds(dt):
    fail_for_dimension_mismatch(dt, _second, f"dt, the step, is a time such as 0.1*ms; got {dt!r}")
    return _positive(dt)


def _positive(value):
    if np.size(value) != 1:
        raise TypeError(f"a clock has one step, dt; got {value!r}")
    value = float(np.asarray(value).reshape(()))
    if not 0 < value < np.inf:
        raise ValueError(f"the step of a clock, dt, must be > 0 s and finite; got {value!r} s")
    return value


def clock_for(dt, clock, name):
    """The clock of a new object: the one given, one of its own with step `dt`, or the default clock."""
    if clock is not None:
        if dt is not None:
            raise ValueError("give a clock or dt, not both")
        if clock is defaultclock:
            return default_clock()
        if not isinstance(clock, BaseClock):
            raise TypeError(f"clock is a Clock(dt=…); got {clock!r}; a step alone is given as dt=")
        return clock
    return default_clock() if dt is None else Clock(dt, name=f"{name}_clock*")


_default = None


def default_clock():
    """The default clock itself."""
    global _default
    if _default is None:
        _default = Clock(0.1 * _ms, name="defaultclock")
    return _default


class _DefaultClock:
    """Stands for the default clock."""

    def __getattr__(self, name):
        return getattr(default_clock(), name)

    def __setattr__(self, name, value):
        if name not in ("dt", "dt_"):
            raise AttributeError(f"of the default clock only dt can be set, not {name!r}")
        setattr(default_clock(), name, value)

    def __repr__(self):
        return repr(default_clock())


defaultclock = _DefaultClock()
