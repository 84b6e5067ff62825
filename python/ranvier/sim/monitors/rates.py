"""Rates of events in bins and in windows."""

import numpy as np

from ranvier import _core
from ranvier.sim.core.functions import timestep
from ranvier.sim.monitors.recorded import HERTZ, SECOND
from ranvier.sim.units.quantity import Quantity


def steps_of(bin_size, clock):
    """How many steps a bin has."""
    steps = float(bin_size) / clock.dt_
    if abs(steps - round(steps)) > 1e-6 or round(steps) < 1:
        raise ValueError(f"a bin has whole steps of {clock.dt}; got {bin_size}")
    return timestep(float(bin_size), clock.dt_)


def window_of(window, width, clock):
    """A window that sums up to 1, with an odd number of values.

    Parameters
    ----------
    window : str | array_like
        ``"gaussian"``, ``"flat"``, or its values, one for each step.
    width : Quantity | None
        The standard deviation, or the length.
    clock : Clock
    """
    if isinstance(window, str):
        if width is None:
            raise TypeError(f"how wide is the window {window!r}? Give width=")
        if window not in ("gaussian", "flat"):
            raise NotImplementedError(f"window must be 'gaussian', 'flat' or its values; got {window!r}")
        if not 0 < float(width) < np.inf:
            raise ValueError(f"the width of a window must be > 0 s and finite; got {width}")
        return _core.sim.rate_window(window, float(width) / clock.dt_)
    if width is not None:
        raise TypeError("width= belongs to windows that have a name")
    values = np.asarray(window, dtype=float)
    if values.ndim != 1:
        raise TypeError(f"a window has one dimension; got {values.ndim}")
    if len(values) % 2 != 1:
        raise TypeError(f"a window has an odd number of values, so that it has a middle; got {len(values)}")
    return values / np.sum(values)


def smoothed(rates, window):
    """Rates of rows, in a window."""
    values = np.asarray(rates, dtype=float)
    result = _core.sim.smoothed(np.ascontiguousarray(np.atleast_2d(values)), window)
    return Quantity(result.reshape(values.shape), dim=HERTZ)


def times(first, count, step):
    """When bins begin."""
    return Quantity(first + np.arange(count) * step, dim=SECOND)
