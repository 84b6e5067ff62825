"""Pictures of what networks did and how they are wired, in the words of brian2tools.

>>> from ranvier.sim.plotting import brian_plot, plot_raster

matplotlib is imported when something is drawn. Each function draws into `ax` (or `axes`, or else into pyplot's current axes) and
returns it.
"""

import numpy as np

from ranvier.sim.core.variableview import VariableView
from ranvier.sim.input.timedarray import TimedArray
from ranvier.sim.monitors.ratemonitor import PopulationRateMonitor
from ranvier.sim.monitors.spikemonitor import EventMonitor
from ranvier.sim.monitors.statemonitor import StateMonitor, StateMonitorView
from ranvier.sim.synapses.synapses import Synapses
from ranvier.sim.units.allunits import find
from ranvier.sim.units.checking import fail_for_dimension_mismatch, get_dimensions
from ranvier.sim.units.dimensions import DIMENSIONLESS
from ranvier.sim.units.quantity import Quantity

__all__ = ["add_background_pattern", "brian_plot", "plot_raster", "plot_rate", "plot_state", "plot_synapses"]

_ms, _Hz = find("msecond"), find("hertz")


def brian_plot(brian_obj, ax=None, *, axes=None, **kwds):
    """Draws something as suits it.

    Parameters
    ----------
    brian_obj : EventMonitor | PopulationRateMonitor | StateMonitor | StateMonitorView | Synapses | VariableView | TimedArray
        Events become a raster, rates and states curves, synapses dots, and a variable of synapses their colours; a variable of
        neurons is drawn over their numbers, a TimedArray in steps.
    ax, axes : matplotlib.axes.Axes, optional
    **kwds
        Of the function that draws: :func:`plot_raster`, :func:`plot_rate`, :func:`plot_state`, :func:`plot_synapses`.
        Of a rate also ``smooth_width``, the standard deviation of the window that smooths it: 1 ms if not given, None: none.
        Of a monitor with several variables ``variable``, the name of one.

    Returns
    -------
    ax : matplotlib.axes.Axes
    """
    ax = _axes(ax, axes)
    if isinstance(brian_obj, EventMonitor):
        return plot_raster(brian_obj.i, brian_obj.t, ax=ax, **kwds)
    if isinstance(brian_obj, PopulationRateMonitor):
        width = kwds.pop("smooth_width", 1 * _ms)
        rate = brian_obj.rate if width is None else brian_obj.smooth_rate(window="gaussian", width=width)
        return plot_rate(brian_obj.t, rate, ax=ax, **kwds)
    if isinstance(brian_obj, (StateMonitor, StateMonitorView)):
        monitor = getattr(brian_obj, "monitor", brian_obj)
        names = monitor.record_variables
        name = kwds.pop("variable", names[0] if len(names) == 1 else None)
        if name not in names:
            raise TypeError(
                f"{monitor.name} records {', '.join(names)}: say variable= with one of them"
                + (f"; got {name!r}" if name else "")
            )
        values = getattr(brian_obj, name)
        return plot_state(brian_obj.t, values, ax=ax, **{"var_name": name, **kwds})
    if isinstance(brian_obj, Synapses):
        return plot_synapses(brian_obj.i, brian_obj.j, ax=ax, **kwds)
    if isinstance(brian_obj, VariableView):
        group, name = brian_obj.group, brian_obj.name
        values = brian_obj[:]
        if isinstance(group, Synapses):
            return plot_synapses(group.i, group.j, values, ax=ax, **{"var_name": name, **kwds})
        return _plot_variable(values, name, ax, **kwds)
    if isinstance(brian_obj, TimedArray):
        times = Quantity(np.arange(len(brian_obj.values)) * brian_obj.dt, dim=find("second").dim)
        values = Quantity(brian_obj.values.T, dim=brian_obj.dim)
        return plot_state(times, values, ax=ax, **{"drawstyle": "steps-post", **kwds})
    raise TypeError(
        "brian_plot draws monitors, synapses, variables of groups and TimedArrays; "
        f"got {type(brian_obj).__name__}: draw its values with matplotlib"
    )


def _plot_variable(values, name, ax, var_unit=None, **kwds):
    values, unit = _in_unit(values, var_unit)
    ax.plot(values, **{"linestyle": "none", "marker": ".", **kwds})
    ax.set(xlabel="Neuron index", ylabel=_label(name, unit))
    return ax


def plot_raster(spike_indices, spike_times, time_unit=_ms, ax=None, *, axes=None, **kwds):
    """Draws a dot for each spike.

    Parameters
    ----------
    spike_indices : array_like of int
    spike_times : Quantity
    time_unit : Unit
    ax, axes : matplotlib.axes.Axes, optional
    **kwds
        Of ``ax.plot``.

    Returns
    -------
    ax : matplotlib.axes.Axes

    Examples
    --------
    >>> from ranvier.sim import ms
    >>> from ranvier.sim.plotting import plot_raster
    >>> plot_raster([0, 1, 0], [1, 2, 3]*ms).get_xlabel()
    'Time (ms)'
    """
    ax = _axes(ax, axes)
    times, indices = _times(spike_times, time_unit), np.asarray(spike_indices)
    _alike("spike_indices", indices, "spike_times", times)
    ax.plot(times, indices, **{"linestyle": "none", "marker": ".", "color": "k", **kwds})
    ax.set(xlabel=_label("Time", time_unit), ylabel="Neuron index")
    return ax


def plot_rate(times, rate, time_unit=_ms, rate_unit=_Hz, ax=None, *, axes=None, **kwds):
    """Draws a rate over time.

    Parameters
    ----------
    times, rate : Quantity
    time_unit, rate_unit : Unit
    ax, axes : matplotlib.axes.Axes, optional
    **kwds
        Of ``ax.plot``.

    Returns
    -------
    ax : matplotlib.axes.Axes
    """
    ax = _axes(ax, axes)
    fail_for_dimension_mismatch(rate, rate_unit, "rate is something in a time")
    x, y = _times(times, time_unit), np.asarray(rate) / float(rate_unit)
    _alike("times", x, "rate", y)
    ax.plot(x, y, **kwds)
    ax.set(xlabel=_label("Time", time_unit), ylabel=_label("Population rate", rate_unit))
    return ax


def plot_state(times, values, time_unit=_ms, var_unit=None, var_name=None, ax=None, *, axes=None, **kwds):
    """Draws values over time.

    Parameters
    ----------
    times : Quantity
    values : Quantity | array_like
        Of one variable: a curve, shape (times,), or a row or a column for each curve; rows where there are as many as times.
    time_unit : Unit
    var_unit : Unit, optional
        The unit that suits the values, if not given.
    var_name : str, optional
    ax, axes : matplotlib.axes.Axes, optional
    **kwds
        Of ``ax.plot``.

    Returns
    -------
    ax : matplotlib.axes.Axes
    """
    ax = _axes(ax, axes)
    x = _times(times, time_unit)
    y, unit = _in_unit(values, var_unit)
    if y.ndim == 2 and y.shape[1] == len(x):  # rows, as monitors have them
        y = y.T
    _alike("times", x, "values", y)
    ax.plot(x, y, **kwds)
    ax.set(xlabel=_label("Time", time_unit), ylabel=_label(var_name or "", unit))
    return ax


def plot_synapses(sources, targets, values=None, var_unit=None, var_name=None, plot_type=None, ax=None, *, axes=None,
                  **kwds):  # fmt: skip
    """Draws which neurons are joined.

    Parameters
    ----------
    sources, targets : array_like of int
    values : Quantity | array_like, optional
        Of each synapse, for its colour; if not given, how many synapses a pair has, where some have several.
    var_unit : Unit, optional
        The unit that suits the values, if not given.
    var_name : str, optional
    plot_type : "scatter" | "image" | "hexbin", optional
        Dots; a matrix, in which values of one pair are added up; or sums over hexagons. If not given, dots up to 10,000 synapses, a
        matrix up to 1,000 neurons on each side, else hexagons.
    ax, axes : matplotlib.axes.Axes, optional
    **kwds
        Of ``ax.scatter``, ``ax.imshow`` or ``ax.hexbin``.

    Returns
    -------
    ax : matplotlib.axes.Axes
    """
    ax = _axes(ax, axes)
    i, j = np.asarray(sources[:]), np.asarray(targets[:])
    _alike("sources", i, "targets", j)
    rows, columns = (i.max() + 1, j.max() + 1) if len(i) else (1, 1)
    unit, numbers = None, None
    if values is not None:
        numbers, unit = _in_unit(values[:], var_unit)
        _alike("sources", i, "values", numbers)
    if plot_type is None:
        plot_type = "scatter" if len(i) <= 10_000 else "image" if max(rows, columns) <= 1000 else "hexbin"
    draw = {"scatter": _dots, "image": _matrix, "hexbin": _hexagons}.get(plot_type)
    if draw is None:
        raise ValueError(f"plot_type must be scatter, image or hexbin; got {plot_type!r}")
    drawn = draw(ax, i, j, numbers, (rows, columns), kwds)
    ax.set(xlabel="Source neuron index", ylabel="Target neuron index")
    if drawn is not None:
        label = "Number of synapses" if values is None else _label(var_name or "", unit)
        ax.figure.colorbar(drawn, ax=ax, label=label)
    return ax


def _dots(ax, i, j, values, shape, kwds):
    if values is None:
        pairs, times = np.unique(i.astype(np.int64) * shape[1] + j, return_counts=True)
        if not (times > 1).any():
            ax.scatter(i, j, **{"marker": ".", "color": "k", **kwds})
            return None
        i, j, values = pairs // shape[1], pairs % shape[1], times
    return ax.scatter(i, j, c=values, **{"marker": ".", **kwds})


def _matrix(ax, i, j, values, shape, kwds):
    sums = np.zeros(shape[::-1])
    np.add.at(sums, (j, i), 1 if values is None else values)
    return ax.imshow(sums, **{"origin": "lower", "aspect": "auto", "interpolation": "nearest", **kwds})


def _hexagons(ax, i, j, values, shape, kwds):
    kwds = {"gridsize": max(1, min(50, *shape)), **kwds}
    return ax.hexbin(i, j, C=np.ones(len(i)) if values is None else values, reduce_C_function=np.sum, **kwds)


def add_background_pattern(ax, hatch="xxx", fill=True, fc=(0.9, 0.9, 0.9), ec=(0.8, 0.8, 0.8), zorder=-10, **kwds):
    """Fills axes with a pattern, so that white stands out.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    hatch : str
    fill : bool
    fc, ec : colour
        Of face and edge.
    zorder : float
    **kwds
        Of ``matplotlib.patches.Rectangle``.
    """
    from matplotlib.patches import Rectangle

    ax.add_patch(Rectangle((0, 0), 1, 1, transform=ax.transAxes, hatch=hatch, fill=fill, fc=fc, ec=ec, zorder=zorder,
                           **kwds))  # fmt: skip


def _axes(ax, axes):
    if ax is not None and axes is not None and ax is not axes:
        raise TypeError("ax= and axes= are one thing: give one of them")
    if ax is None:
        ax = axes
    if ax is None:
        import matplotlib.pyplot as plt

        ax = plt.gca()
    return ax


def _times(times, unit):
    fail_for_dimension_mismatch(times, find("second"), "times are in units of time: give monitor.t, not monitor.t_")
    fail_for_dimension_mismatch(unit, find("second"), "time_unit is a unit of time")
    return np.asarray(times) / float(unit)


def _in_unit(values, unit):
    """Numbers, and the unit that they are in: that which is given, or one that suits them."""
    if unit is not None:
        fail_for_dimension_mismatch(values, unit, "var_unit is a unit of the values")
        return np.asarray(values) / float(unit), unit
    if get_dimensions(values) is DIMENSIONLESS:
        return np.asarray(values), None
    unit = Quantity(values).get_best_unit()
    return np.asarray(values) / float(unit), unit


def _label(name, unit):
    if unit is None or get_dimensions(unit) is DIMENSIONLESS:
        return name
    return f"{name} ({unit})".strip()


def _alike(name, one, other_name, other):
    if len(one) != len(other):
        raise ValueError(f"{name} and {other_name} have one length; got {len(one)} and {len(other)}")
