"""Values of variables over time."""

import numbers

import numpy as np

from ranvier import _core
from ranvier.sim.core.base import group_like
from ranvier.sim.core.logger import get_logger
from ranvier.sim.groups.group import only_none
from ranvier.sim.groups.owner import raise_about
from ranvier.sim.monitors.recorded import SECOND, RecordedVariable, Recorder, folder_of
from ranvier.sim.synapses.pathway import SynapticPathway
from ranvier.sim.units.dimensions import DIMENSIONLESS

logger = get_logger(__name__)


class StateMonitor(Recorder):
    """Records variables at each step.

    ``monitor.t`` are the times, ``monitor.v`` the values, one row for each recorded element; ``monitor[3].v`` is the row of
    element 3 of the source.

    Parameters
    ----------
    source : Group
    variables : str | list of str | True
        True: all of the equations.
    record : bool | int | array_like of int
        Which elements; True: all; False: none, for variables that all elements share.
    dt : Quantity, optional
    clock : Clock, optional
        That of the source if neither is given.
    when : str
    order : int
    name : str
    dtype : dtype | dict, optional
        The type in which values are kept.
    codeobj_class : None
    stream : str | path-like, optional
        A folder: ``t.npy`` and, of shape (times, elements), a file for each variable are written there during the run, and memory
        stays as it is, however long a run. See :attr:`stream`.

    Examples
    --------
    >>> from ranvier.sim import NeuronGroup, StateMonitor, ms, run
    >>> G = NeuronGroup(1, "dv/dt = -v/(5*ms) : 1", method="exact")
    >>> M = StateMonitor(G, "v", record=True)
    >>> run(0.2*ms)
    >>> print(M.t)
    [  0. 100.] us
    """

    def __init__(self, source, variables, record, dt=None, clock=None, when="start", order=0, name="statemonitor*",
                 dtype=None, codeobj_class=None, stream=None):  # fmt: skip
        only_none("codeobj_class", codeobj_class)
        group_like(source, "source", "variables")
        if isinstance(source, SynapticPathway):
            raise NotImplementedError(
                f"delays stay as they are during a run: read {source.name.replace('_' + source.objname, '.' + source.objname)}.delay; "
                "of synapses their own variables are recorded, with those of the neurons as v_pre and v_post"
            )
        if dt is None and clock is None:
            clock = source.clock
        Recorder.__init__(self, dt=dt, clock=clock, when=when, order=order, namespace=source.namespace, name=name)
        self.source = source
        if variables is True:
            own = [v for v in ("lastspike", "not_refractory") if v in source.variables]
            variables = sorted({*source.equations.names, *own})
        if not isinstance(variables, (str, list, tuple, set)):
            raise TypeError(f"variables is a name, a list of names, or True; got {variables!r}")
        self.record_variables = [variables] if isinstance(variables, str) else list(variables)
        for variable in self.record_variables:
            if variable not in source.variables and source._view(variable) is None:
                raise KeyError(source._no_variable(variable))
        self.record_all = record is True
        self.record = self._elements(record)
        self.n_indices = len(self.record)
        self._dtypes = dtype if isinstance(dtype, dict) else dict.fromkeys(self.record_variables, dtype)
        for variable, kept in self._dtypes.items():
            _check_dtype(variable, source.variables[variable].dtype, kept)
        for variable in self.record_variables:
            if source.variables[variable].scalar and self.n_indices > 1:
                logger.warn(
                    f"{variable} has one value for all of {source.name} and is recorded {self.n_indices} times",
                    once=True,
                )
        self.add_dependency(source)
        folder = folder_of(stream)
        types = {v: self._dtype_of(v).str for v in self.record_variables} if folder else {}
        self._engine = _core.sim.StateMonitor(self.name, source._engine, self.record_variables, self.record,
                                              self._clock._engine, when, order, folder, types)  # fmt: skip

    def _elements(self, record):
        n = len(self.source)
        if record is True:
            return np.arange(n, dtype=np.int64)
        if record is False:
            return np.array([], dtype=np.int64)
        if hasattr(record, "_indices"):
            record = record._indices() - getattr(self.source, "start", 0)
        elements = np.atleast_1d(np.asarray([record] if isinstance(record, numbers.Number) else record))
        if elements.ndim > 1 or (elements.size and elements.dtype.kind not in "iu"):
            raise TypeError(f"record is True, False, or a list of numbers of elements; got {record!r}")
        elements = elements.astype(np.int64)
        if elements.size and (elements.min() < 0 or elements.max() >= n):
            wrong = elements.min() if elements.min() < 0 else elements.max()
            raise IndexError(f"{self.source.name} has {n} elements; there is no element {wrong} to record")
        return elements

    t = property(lambda self: self._dressed(self._engine.t, SECOND), doc="The times of the records.")
    t_ = property(lambda self: self._shown(self._engine.t), doc="The same in seconds.")
    N = property(lambda self: self._engine.n_records, doc="How many records there are.")

    def _values(self, name, units):
        values = self._engine.values(name)[0].reshape(self.N, self.n_indices).T
        values = values.astype(self._dtype_of(name), copy=False)
        return self._dressed(values, self.source.variables[name].dim) if units else self._shown(values)

    def __getattr__(self, name):
        if name.startswith("__") or "record_variables" not in self.__dict__:
            raise AttributeError(name)
        for units, wanted in ((True, name), (False, name.removesuffix("_"))):
            if wanted in self.record_variables and (units or name.endswith("_")):
                return self._values(wanted, units)
        raise AttributeError(f"{self.name} has no {name!r}; it records {', '.join(self.record_variables)}")

    def _dtype_of(self, name):
        return np.dtype(self._dtypes.get(name) or self.source.variables[name].dtype)

    @property
    def variables(self):
        """What is recorded, by name: a row of each variable for each time."""
        dimensions = {name: self.source.variables[name].dim for name in self.record_variables}
        return {
            "t": RecordedVariable(self, "t", SECOND, np.dtype(float), self.N, lambda: self.t_),
            "N": RecordedVariable(self, "N", DIMENSIONLESS, np.dtype(np.int64), 1, lambda: np.array([self.N])),
            **{
                name: RecordedVariable(self, name, dim, self._dtype_of(name), (self.N, self.n_indices),
                                       lambda name=name: self._values(name, False).T)
                for name, dim in dimensions.items()
            },
        }  # fmt: skip

    def __getitem__(self, item):
        if hasattr(item, "_indices"):
            return StateMonitorView(self, item._indices() - getattr(self.source, "start", 0))
        if isinstance(item, slice):
            return StateMonitorView(self, np.arange(*item.indices(len(self.source))))
        numbers_ = np.asarray(item)
        if numbers_.dtype.kind not in "iu":
            raise TypeError(f"elements are chosen by whole numbers; got {item!r}")
        return StateMonitorView(self, item)

    def __len__(self):
        return self.N

    def record_single_timestep(self):
        """Records now: the values at the end of a run, which the record at the start of a step leaves out."""
        if self._network is None:
            raise TypeError(f"{self.name} can record once the network has run; run(0*ms) is enough")
        self._engine.record_now()
        if self._streams:
            self._engine.write()

    def before_run(self, run_namespace):
        """Compiles, with what can be seen around run()."""
        try:
            names, functions = [], []
            for variable in self.record_variables:
                found = self.source._engine.unknown(variable, "expression")
                names, functions = names + list(found[0]), functions + list(found[1])
            self._engine.prepare(self.source._engine_scope((names, functions), run_namespace, *self.record_variables))
        except (ValueError, KeyError, TypeError, NotImplementedError) as error:
            raise_about(error, self)

    def _recorded(self):
        return ["t", "N", *self.record_variables]

    def _state_of(self, name, units):
        if name in ("t", "N"):
            return super()._state_of(name, units)
        return self._values(name, units).T

    def _in_memory(self):
        return np.array(self._engine.t), [
            np.array(self._engine.values(v)[0], dtype=float) for v in self.record_variables
        ]

    def __repr__(self):
        return f"<StateMonitor, recording {self.record_variables} from {self.source.name!r}>"


def _check_dtype(variable, own, kept):
    if kept is None:
        return
    wider = {"f": "f", "i": "iu", "u": "iu", "b": "b"}
    if np.dtype(kept).kind not in wider[own.kind]:
        raise TypeError(f"{variable} is {own} and can't be kept as {np.dtype(kept)}")


class StateMonitorView:
    """The records of some elements.

    Parameters
    ----------
    monitor : StateMonitor
    item : int | array_like of int
        Elements of the source.
    """

    def __init__(self, monitor, item):
        self.monitor, self.item = monitor, item
        rows = {element: row for row, element in reversed(list(enumerate(monitor.record.tolist())))}
        for element in np.atleast_1d(item).tolist():
            if element not in rows:
                raise IndexError(f"element {element} of {monitor.source.name} was not recorded")
        self.indices = (
            rows[int(item)] if np.ndim(item) == 0 else np.array([rows[e] for e in np.asarray(item).tolist()], dtype=int)
        )

    t = property(lambda self: self.monitor.t, doc="The times of the records.")
    t_ = property(lambda self: self.monitor.t_, doc="The same in seconds.")

    def __getattr__(self, name):
        if name.startswith("__") or "monitor" not in self.__dict__:
            raise AttributeError(name)
        return getattr(self.monitor, name)[self.indices]

    def __repr__(self):
        return f"<StateMonitorView, giving access to elements {self.item!r} recorded by {self.monitor.name}>"
