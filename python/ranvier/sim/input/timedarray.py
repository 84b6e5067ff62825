"""Functions of time that are arrays."""

import numpy as np

from ranvier import _core
from ranvier.sim.core.functions import Function
from ranvier.sim.core.logger import get_logger
from ranvier.sim.core.names import Nameable
from ranvier.sim.units.allunits import find
from ranvier.sim.units.checking import check_units, fail_for_dimension_mismatch, get_dimensions
from ranvier.sim.units.quantity import Quantity
from ranvier.sim.units.registry import get_unit

logger = get_logger(__name__)
_second = find("second")


class TimedArray(Function, Nameable):
    """A function of time with the values of an array: ``f(t)``, or ``f(t, i)`` of an array with columns.

    Before the first value and behind the last it keeps these.

    Parameters
    ----------
    values : array_like | Quantity
        Shape (times,) or (times, columns).
    dt : Quantity
        The time from one value to the next.
    name : str, optional

    Examples
    --------
    >>> from ranvier.sim import TimedArray, mV, ms
    >>> f = TimedArray([1, 2, 3, 4]*mV, dt=0.1*ms)
    >>> f(0.3*ms)
    4. * mvolt
    """

    @check_units(dt=_second)
    def __init__(self, values, dt, name=None):
        Nameable.__init__(self, name or "_timedarray*")
        if isinstance(dt, str):
            raise TypeError(
                f"dt, the time from one value to the next, is a time such as 0.1*ms, not a text; got {dt!r}"
            )
        self.dim = get_dimensions(values)
        self.values = np.ascontiguousarray(np.asarray(values), dtype=np.float64)
        self.dt = float(dt)
        if not 0 < self.dt < np.inf:
            raise ValueError(f"dt, the time from one value to the next, must be > 0 s and finite; got {dt}")
        if self.values.ndim not in (1, 2) or self.values.size == 0:
            raise NotImplementedError(
                f"the values of a TimedArray have shape (times,) or (times, columns); got {self.values.shape}"
            )
        unit = get_unit(self.dim)
        if self.values.ndim == 1:
            Function.__init__(self, self._at, arg_units=[_second], arg_names=["t"], return_unit=unit)
        else:
            Function.__init__(self, self._at, arg_units=[_second, 1], arg_names=["t", "i"], return_unit=unit)

    def _at(self, t, *i):
        from ranvier.sim.core.clocks import defaultclock

        if len(i) != self.values.ndim - 1:
            raise TypeError(f"{self.name} is called as f(t{', i' * (self.values.ndim - 1)})")
        fail_for_dimension_mismatch(t, _second, f"{self.name} is a function of time")
        step = defaultclock.dt_
        finer = max(int(2 ** np.ceil(np.log2(8 / step * self.dt))), 1)
        row = np.int_(np.round(np.asarray(t) / (self.dt / finer)) / finer)
        row = np.clip(row, 0, len(self.values) - 1)
        return Quantity(self.values[(row, *map(np.asarray, i))], dim=self.dim)

    def __call__(self, *args, **kwds):
        return self._at(*args, *kwds.values())

    def _set_values(self, values):
        fail_for_dimension_mismatch(values, Quantity(1.0, dim=self.dim, force_quantity=True), f"values of {self.name}")
        self.values = np.ascontiguousarray(np.broadcast_to(np.asarray(values, dtype=np.float64), self.values.shape))

    def is_locally_constant(self, dt):
        """Whether it stays the same during a step: its dt is a multiple of that of the step."""
        return not dt > self.dt and np.floor(self.dt / float(dt)) == self.dt / float(dt)

    def tell_of_step(self, dt):
        """Says where its values change within steps of `dt` seconds.

        Parameters
        ----------
        dt : float
        """
        ratio = self.dt / dt
        if ratio > 1 and abs(ratio - round(ratio)) > 1e-9 * ratio:
            logger.warn(
                f"the dt of a TimedArray, {Quantity(self.dt, dim=_second.dim)}, is no multiple of the step of the group that uses it, "
                f"{Quantity(dt, dim=_second.dim)}: its values change within steps",
                once=True,
            )

    def table(self):
        """What the engine takes."""
        values = self.values.reshape(len(self.values), -1)
        return _core.sim.Table(values, self.dt, self.dim, self.values.ndim == 2)
