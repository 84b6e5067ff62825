"""Rates of events in bins and in windows."""

import numpy as np

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
        ratio = float(width) / clock.dt_
        if not 0 < ratio < np.inf:
            raise ValueError(f"the width of a window must be > 0 s and finite; got {width}")
        if window == "gaussian":
            reach = int(np.round(2 * ratio))
            values = np.exp(-(np.arange(-reach, reach + 1) ** 2) / (2 * ratio**2))
        elif window == "flat":
            values = np.ones(int(np.round(ratio / 2)) * 2 + 1)
        else:
            raise NotImplementedError(f"window must be 'gaussian', 'flat' or its values; got {window!r}")
    else:
        if width is not None:
            raise TypeError("width= belongs to windows that have a name")
        values = np.asarray(window)
        if values.ndim != 1:
            raise TypeError(f"a window has one dimension; got {values.ndim}")
        if len(values) % 2 != 1:
            raise TypeError(f"a window has an odd number of values, so that it has a middle; got {len(values)}")
    return values / np.sum(values)


def smoothed(rates, window):
    """Rates of rows, in a window."""
    values = np.asarray(rates)
    rows = np.atleast_2d(values)
    before = len(window) // 2  # not mode="same", which is as long as the window where that is longer
    result = np.array([np.convolve(row, window)[before : before + len(row)] for row in rows])
    return Quantity(result.reshape(values.shape), dim=HERTZ)


def times(first, count, step):
    """When bins begin."""
    return Quantity(first + np.arange(count) * step, dim=SECOND)
