"""What a report takes of networks: spikes, rates and traces, as monitors of ranvier.sim have them, or as plain times."""

import numpy as np

from ranvier import _core


class ActivityMixin:
    """The verb of a report for networks."""

    def add_spikes(self, spikes, title, *, rates=None, traces=None, tmin=None, tmax=None, tags=("spikes",), section=None,
                   replace=False):  # fmt: skip
        """Add what a network did: a raster, rates and traces over one axis of time.

        Parameters
        ----------
        spikes : SpikeMonitor | dict | list | None
            Monitors, alone, in a list, or by names of their own; or spike trains, an array of times [s] for each neuron, in a list,
            by number, or as Neo has them. None: rates and traces alone.
        title : str
        rates : PopulationRateMonitor | dict | list | None
            Rates; a population without one gets that of its spikes.
        traces : StateMonitor | dict | list | None
            Values of elements, which are marked in the raster.
        tmin, tmax : float | None
            What is shown [s]. Default None: all from 0 to the end of the last run, or to the last spike.
        tags : str | tuple of str
        section : str | None
            Under whose name it is listed.
        replace : bool
            Whether to take the place of what has that title and section. Default False.

        Examples
        --------
        >>> from ranvier.meeg import Report
        >>> from ranvier.sim import NeuronGroup, SpikeMonitor, StateMonitor, ms, run
        >>> G = NeuronGroup(5, "dv/dt = (1.5 + 0.1*i - v)/(10*ms) : 1", threshold="v > 1", reset="v = 0", method="exact")
        >>> spikes, v = SpikeMonitor(G), StateMonitor(G, "v", record=[0, 4])
        >>> run(100*ms)
        >>> report = Report(title="Five neurons")
        >>> report.add_spikes(spikes, "Activity", traces=v)
        """
        monitors = []
        populations = _named(spikes, _population_of, monitors, "spikes")
        shown = _named(rates, _rate_of, monitors, "rates")
        values = [one for several in _named(traces, _traces_of, monitors, "traces") for one in several]
        if not populations and not shown and not values:
            raise ValueError("spikes, rates or traces must be given; got none")
        start, stop = _stretch(populations, monitors, tmin, tmax)
        dt = min((float(m.clock.dt_) for m in monitors if hasattr(m, "i")), default=0.0)
        cut = [_cut_population(p, start, stop) for p in populations]
        arguments = (
            start,
            stop,
            dt,
            cut,
            [_cut(r, start, stop, 1) for r in shown],
            [_cut(v, start, stop, 3) for v in values],
        )
        self._add(title, tags, section, replace, lambda: self._page.add_activity(title, *arguments))


def _named(value, made, monitors, argument):
    """What is made of a monitor, of several, or of several by their names."""
    if value is None:
        return []
    if isinstance(value, dict) and value and all(isinstance(name, str) for name in value):
        entries = list(value.items())
    elif isinstance(value, (list, tuple)) and value and all(hasattr(each, "source") for each in value):
        entries = [(None, each) for each in value]
    else:
        entries = [(None, value)]
    monitors += [each for _, each in entries if hasattr(each, "source")]
    return [made(name, each, argument) for name, each in entries]


def _population_of(name, value, argument):
    """Name, number of neurons, who spiked, and when."""
    if hasattr(value, "source"):
        if not hasattr(value, "count"):
            raise TypeError(f"{argument} must be SpikeMonitors, or spike trains; got {type(value).__name__}")
        event = getattr(value, "event", "spike")
        own = value.source.name if event == "spike" else f"{value.source.name}.{event}"
        return name or own, len(value.source), np.asarray(value.i, dtype=np.int32), np.asarray(value.t_, dtype=float)
    if isinstance(value, dict):
        if not value or not all(isinstance(k, (int, np.integer)) and k >= 0 for k in value):
            raise TypeError(f"{argument} by neuron have whole numbers >= 0 as keys; got {list(value)[:3]}")
        trains = [value.get(k, ()) for k in range(int(max(value)) + 1)]
    elif isinstance(value, (list, tuple)) or (isinstance(value, np.ndarray) and value.dtype == object):
        trains = list(value)
    else:
        raise TypeError(
            f"{argument} must be SpikeMonitors, or an array of times for each neuron; got {type(value).__name__}"
        )
    if not trains:
        raise ValueError(f"{argument} must hold at least one spike train; got none")
    times = [_seconds(train, argument) for train in trains]
    who = np.repeat(np.arange(len(times), dtype=np.int32), [len(t) for t in times])
    when = np.concatenate(times)
    order = np.argsort(when, kind="stable")
    return name or "units", len(times), who[order], when[order]


def _seconds(train, argument):
    times = np.asarray(train.rescale("s") if hasattr(train, "rescale") else train, dtype=float)
    if times.ndim != 1 or not np.isfinite(times).all():
        raise ValueError(
            f"{argument} must be times that are finite, an array for each neuron; got the shape {times.shape}"
        )
    return times


def _rate_of(name, value, argument):
    """Name, beginning, step, values."""
    if not hasattr(value, "rate_"):
        raise TypeError(f"{argument} must be PopulationRateMonitors; got {type(value).__name__}")
    start, step = _axis(value, argument)
    return name or value.source.name, start, step, np.asarray(value.rate_, dtype=float)


def _traces_of(name, value, argument):
    """Of each variable: its name, whose it is, unit, beginning, step, elements, values."""
    if not hasattr(value, "record_variables") or not hasattr(value, "n_indices"):
        raise TypeError(f"{argument} must be StateMonitors; got {type(value).__name__}")
    start, step = _axis(value, argument)
    found = []
    for variable in value.record_variables:
        recorded = np.ascontiguousarray(getattr(value, f"{variable}_"), dtype=float)
        unit = _core.units.name(value.source.variables[variable].dim)
        found.append((variable, name or value.source.name, unit, start, step, value.record.tolist(), recorded))
    return found


def _axis(monitor, argument):
    """Where records begin, and the step from one to the next."""
    t = np.asarray(monitor.t_, dtype=float)
    if len(t) < 2:
        raise ValueError(f"{argument} of {monitor.source.name} has {len(t)} records: run the network first")
    step = float(t[1] - t[0])
    if np.abs(np.diff(t) - step).max() > 1e-3 * step:
        raise ValueError(
            f"{argument} of {monitor.source.name} must be recorded in steps of one length; use add_figure() for others"
        )
    return float(t[0]), step


def _stretch(populations, monitors, tmin, tmax):
    """From where to where is shown."""
    for name, value in (("tmin", tmin), ("tmax", tmax)):
        if value is not None and not np.isfinite(float(value)):
            raise ValueError(f"{name} must be a finite time [s]; got {value!r}")
    ends = [float(m.clock.t_) for m in monitors] + [float(p[3][-1]) for p in populations if len(p[3])]
    start = 0.0 if tmin is None else float(tmin)
    stop = max(ends, default=start) if tmax is None else float(tmax)
    if not start < stop:
        raise ValueError(f"tmax must be > tmin; got {start} to {stop} s (run the network first)")
    return start, stop


def _cut_population(population, start, stop):
    name, n, i, t = population
    inside = (t >= start) & (t <= stop)
    return name, n, np.ascontiguousarray(i[inside]), np.ascontiguousarray(t[inside])


def _cut(record, start, stop, at):
    """Regular records [..., beginning, step, ..., values] from `start` to `stop`."""
    begin, step, values = record[at], record[at + 1], record[-1]
    n = values.shape[-1]
    first = max(0, int(np.ceil((start - begin) / step - 1e-6)))
    last = min(n, int(np.floor((stop - begin) / step + 1e-6)) + 1)
    if last <= first:
        raise ValueError(f"nothing of {record[0]} lies between tmin and tmax, {start} and {stop} s")
    head = (*record[:at], begin + first * step, step, *record[at + 2 : -1])
    return (*head, np.ascontiguousarray(values[..., first:last]))
