"""Spikes and other events."""

import functools

import numpy as np

from ranvier import _core
from ranvier.sim.core.base import SpikeSource
from ranvier.sim.groups.group import only_none
from ranvier.sim.monitors import rates
from ranvier.sim.monitors.recorded import HERTZ, SECOND, RecordedVariable, Recorder, folder_of
from ranvier.sim.units.allunits import find
from ranvier.sim.units.checking import check_units
from ranvier.sim.units.dimensions import DIMENSIONLESS
from ranvier.sim.units.quantity import Quantity

_second = find("second")


class EventMonitor(Recorder):
    """Records events: ``monitor.i`` are the elements, ``monitor.t`` the times.

    Parameters
    ----------
    source : Group
    event : str
    variables : str | list of str, optional
        What else to record of the element.
    record : bool
        Whether to record events, or only to count them.
    when : str, optional
        The slot of the operation that finds the event, if not given.
    order : int, optional
        Right behind that operation, if no slot is given.
    name : str
    codeobj_class : None
    stream : str | path-like, optional
        A folder: ``i.npy``, ``t.npy`` and a file for each variable are written there during the run, and memory stays as it is. See
        :attr:`stream`.
    """

    def __init__(self, source, event, variables=None, record=True, when=None, order=None, name="eventmonitor*",
                 codeobj_class=None, stream=None):  # fmt: skip
        only_none("codeobj_class", codeobj_class)
        if not isinstance(record, (bool, np.bool_)):
            raise TypeError(
                f"record is True or False; to record some elements, take a subgroup of the source; got {record!r}"
            )
        if not isinstance(event, str):
            raise TypeError(f"event is the name of an event; got {event!r}")
        if order is not None and when is None:
            raise ValueError("order is the place within a slot: say with when= which slot")
        if not isinstance(source, SpikeSource):
            raise TypeError(f"events are of neurons and inputs; got {type(source).__name__}")
        events = getattr(source, "events", {})
        if event not in events:
            hint = ": it has no threshold" if event == "spike" else ""
            raise ValueError(f"{source.name} has no event {event!r}{hint}")
        if when is None:
            when, finder = source._engine.finder(event)
            order = finder + 1
        Recorder.__init__(self, clock=source.clock, when=when, order=order or 0, namespace=source.namespace, name=name)
        self.source, self.event, self.record = source, event, bool(record)
        variables = [variables] if isinstance(variables, str) else list(variables or [])
        for variable in variables:
            if variable not in source.variables:
                raise KeyError(source._no_variable(variable))
        self._more = [v for v in variables if v not in ("i", "t")]
        self.record_variables = {*self._more, "i", "t"} if record else set(self._more)
        self.add_dependency(source)
        self._engine = _core.sim.EventMonitor(self.name, source._engine, event, self._more, self.record,
                                              self._clock._engine, self.when, self.order,
                                              folder_of(stream))  # fmt: skip

    def before_run(self, run_namespace):
        """Compiles, with what can be seen around run()."""
        names, functions = [], []
        for variable in self._more:
            found = self.source._engine.unknown(variable, "expression")
            names, functions = names + list(found[0]), functions + list(found[1])
        self._engine.prepare(self.source._engine_scope((names, functions), run_namespace, *self._more))

    def _need_records(self):
        if not self.record:
            raise AttributeError(f"{self.name} counts only: make it with record=True to have elements and times")

    @property
    def i(self):
        """The elements."""
        self._need_records()
        return self._shown(self._engine.i)

    i_ = i

    @property
    def t(self):
        """The times."""
        self._need_records()
        return self._dressed(self._engine.t, SECOND)

    @property
    def t_(self):
        """The times in seconds."""
        self._need_records()
        return self._shown(self._engine.t)

    count = property(lambda self: np.array(self._engine.count), doc="How many events each element has had.")
    N = property(lambda self: self._engine.n_events, doc="How many events there are.")
    num_events = N

    it = property(lambda self: (self.i, self.t), doc="Elements and times.")
    it_ = property(lambda self: (self.i, self.t_), doc="Elements, and times in seconds.")

    def __getattr__(self, name):
        if name.startswith("__") or "_more" not in self.__dict__:
            raise AttributeError(name)
        if name in self._more:
            return self._dressed(self._engine.values(name)[0], self.source.variables[name].dim)
        if name.endswith("_") and name[:-1] in self._more:
            return self._shown(self._engine.values(name[:-1])[0])
        recorded = ", ".join(sorted(self.record_variables)) or "nothing but counts: make it with record=True"
        raise AttributeError(f"{self.name} has no {name!r}; it records {recorded}")

    @property
    def variables(self):
        """What is recorded, by name."""
        dims = {"t": SECOND, "i": DIMENSIONLESS, **{v: self.source.variables[v].dim for v in self._more}}
        found = {}
        for name in self._recorded():
            get = functools.partial(self._state_of, name, False)
            values = np.atleast_1d(get())
            found[name] = RecordedVariable(self, name, dims.get(name, DIMENSIONLESS), values.dtype, len(values), get)
        return found

    def _trains(self, values):
        i = np.asarray(self.i)
        order = np.argsort(i, kind="stable")
        ends = np.searchsorted(i[order], np.arange(len(self.source) + 1))
        values = values[order]
        return {k: values[a:b] for k, (a, b) in enumerate(zip(ends[:-1], ends[1:], strict=True))}

    def values(self, var):
        """The values of a variable at the events of each element.

        Parameters
        ----------
        var : str

        Returns
        -------
        values : dict of int to Quantity
            In the order of time.
        """
        self._need_records()
        return self._trains(getattr(self, var))

    def all_values(self):
        """:meth:`values` of all recorded variables, times among them.

        Returns
        -------
        values : dict of str to dict
        """
        self._need_records()
        return {var: self.values(var) for var in sorted(self.record_variables - {"i"})}

    def event_trains(self):
        """The times of the events of each element.

        Returns
        -------
        trains : dict of int to Quantity
        """
        return self.values("t")

    @check_units(bin_size=_second)
    def binned_rate(self, bin_size):
        """Rates of each element in bins.

        Parameters
        ----------
        bin_size : Quantity
            A multiple of the step.

        Returns
        -------
        bins : Quantity
            When each begins.
        rates : Quantity
            A row for each element.
        """
        self._need_records()
        steps = rates.steps_of(bin_size, self.clock)
        count = int(self.clock.timestep // steps)
        counts = _core.sim.events_in_bins(self._engine, count, steps, self.clock.dt_)
        return rates.times(0.0, count, steps * self.clock.dt_), Quantity(counts / float(bin_size), dim=HERTZ)

    @check_units(width=_second)
    def smooth_rate(self, window="gaussian", width=None):
        """Rates of each element in a window.

        Parameters
        ----------
        window : str | array_like
            ``"gaussian"``, ``"flat"``, or its values, an odd number of them.
        width : Quantity, optional
            The standard deviation, or the length, of a window that has a name.

        Returns
        -------
        rate : Quantity
            A row for each element.
        """
        window = rates.window_of(window, width, self.clock)
        return rates.smoothed(self.binned_rate(self.clock.dt)[1], window)

    def state(self, name, use_units=True):
        """A recorded array.

        Parameters
        ----------
        name : str
        use_units : bool
            Whether it has its unit.
        """
        return getattr(self, name if use_units or name == "i" else f"{name}_")

    def __len__(self):
        return self.N

    def _recorded(self):
        return [*sorted(self.record_variables), "count", "N"]

    def _in_memory(self):
        more = [np.array(self._engine.values(v)[0], dtype=float) for v in self._more]
        return (
            np.array(self._engine.i, dtype=np.int64),
            np.array(self._engine.t),
            np.array(self._engine.count, dtype=np.int64),
            more,
        )

    def _beside_stream(self):
        return {"count": np.array(self._engine.count, dtype=np.int64)}

    def _go_back_to(self, state):
        self._engine.set_streamed(state["streamed"], state["count"])

    def __repr__(self):
        return f"<EventMonitor, recording event {self.event!r} from {self.source.name!r}>"


class SpikeMonitor(EventMonitor):
    """Records spikes: ``monitor.i`` are the neurons, ``monitor.t`` the times.

    Parameters
    ----------
    source : SpikeSource
    variables : str | list of str, optional
        What else to record of the neuron.
    record : bool
        Whether to record spikes, or only to count them.
    when : str, optional
    order : int, optional
    name : str
    codeobj_class : None
    stream : str | path-like, optional
        A folder: ``i.npy``, ``t.npy`` and a file for each variable are written there during the run, and memory stays as it is. See
        :attr:`stream`.

    Examples
    --------
    >>> from ranvier.sim import NeuronGroup, SpikeMonitor, ms, run
    >>> G = NeuronGroup(2, "dv/dt = (2 - v)/(10*ms) : 1", threshold="v > 1", reset="v = 0", method="exact")
    >>> M = SpikeMonitor(G)
    >>> run(10*ms)
    >>> M.num_spikes
    2
    """

    def __init__(self, source, variables=None, record=True, when=None, order=None, name="spikemonitor*",
                 codeobj_class=None, stream=None):  # fmt: skip
        super().__init__(source, "spike", variables=variables, record=record, when=when, order=order, name=name,
                         codeobj_class=codeobj_class, stream=stream)  # fmt: skip

    num_spikes = property(lambda self: self.N, doc="How many spikes there are.")

    def spike_trains(self):
        """The times of the spikes of each neuron.

        Returns
        -------
        trains : dict of int to Quantity
        """
        return self.event_trains()

    def __repr__(self):
        return f"<SpikeMonitor, recording from {self.source.name!r}>"
