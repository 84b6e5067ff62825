"""What neurons, synapses and inputs have in common."""

import weakref

import numpy as np

from ranvier import _core
from ranvier.sim.core.base import BrianObject
from ranvier.sim.core.clocks import EventClock
from ranvier.sim.core.names import find_name
from ranvier.sim.core.namespace import resolved
from ranvier.sim.core.preferences import prefs
from ranvier.sim.equations.equations import BOOLEAN, FLOAT, INTEGER
from ranvier.sim.groups.owner import Indexing as Indexing
from ranvier.sim.groups.owner import Indices as IndexWrapper  # noqa: F401
from ranvier.sim.groups.owner import VariableOwner as VariableOwner
from ranvier.sim.groups.owner import raise_about
from ranvier.sim.stateupdaters import StateUpdateMethod


class Group(VariableOwner, BrianObject):
    """Variables that take part in a network."""

    prepared = 0  # groups are compiled before synapses, and these before monitors

    def __init__(self, *args, **kwds):
        BrianObject.__init__(self, *args, **kwds)
        if isinstance(self._clock, EventClock):
            raise TypeError(
                f"{type(self).__name__} needs steps of one length: give it dt= or a Clock; an EventClock is for monitors, network "
                "operations and statements (run_at)"
            )

    def engine_objects(self):
        """The group of the engine."""
        return [] if self._engine is None else [self._engine]

    def resolve_all(self, identifiers, run_namespace, user_identifiers=None, additional_variables=None):
        """What names stand for in texts of the group.

        Parameters
        ----------
        identifiers : iterable of str
        run_namespace : dict
            What can be seen where run is called.
        user_identifiers : iterable of str, optional
            Those of which it is told that they also mean something else there; all if not given.
        additional_variables : dict, optional
            Variables that go before those of the group.

        Returns
        -------
        meanings : dict of str to Variable, Function or Constant
        """
        users = set(identifiers if user_identifiers is None else user_identifiers)
        more, found = additional_variables or {}, {}
        for name in identifiers:
            own = more.get(name, self.variables.get(name))
            found[name] = resolved(name, self.namespace, run_namespace, name in users) if own is None else own
        return found

    def run_regularly(self, code, dt=None, clock=None, when="start", order=0, name=None, codeobj_class=None):
        """Statements that run at each step, or at each of a clock of their own.

        Parameters
        ----------
        code : str
        dt : Quantity, optional
        clock : Clock, optional
        when : str
        order : int
        name : str, optional
        codeobj_class : None

        Returns
        -------
        operation : CodeRunner
        """
        only_none("codeobj_class", codeobj_class)
        if dt is None and clock is None:
            clock = self.clock
        return CodeRunner(
            self,
            text_of(code, "code"),
            dt=dt,
            clock=clock,
            when=when,
            order=order,
            name=name or f"{self.name}_run_regularly*",
        )

    def run_on_clock(self, code, clock=None, when="start", order=0, name=None, codeobj_class=None):
        """As :meth:`run_regularly`, with a clock.

        Parameters
        ----------
        code : str
        clock : Clock, optional
        when, order, name, codeobj_class
            As there.
        """
        return self.run_regularly(code, clock=clock, when=when, order=order, name=name, codeobj_class=codeobj_class)

    def run_at(self, code, times, when="start", order=0, name=None, codeobj_class=None):
        """Statements that run at given times.

        Parameters
        ----------
        code : str
        times : array_like of Quantity
            In any order, each once.
        when : str
        order : int
        name : str, optional
        codeobj_class : None

        Returns
        -------
        operation : CodeRunner

        Examples
        --------
        >>> from ranvier.sim import NeuronGroup, ms
        >>> G = NeuronGroup(10, "v : 1")
        >>> kick = G.run_at("v += 1", times=[2, 7]*ms)
        """
        only_none("codeobj_class", codeobj_class)
        name = name or f"{self.name}_run_at*"
        return CodeRunner(
            self,
            text_of(code, "code"),
            clock=EventClock(times, name=f"{find_name(name)}_clock*"),
            when=when,
            order=order,
            name=name,
        )

    def custom_operation(self, *args, **kwds):
        """Refused: it is called :meth:`run_regularly`."""
        raise AttributeError("custom_operation is called run_regularly")

    runner = custom_operation


class CodeRunner(BrianObject):
    """Statements of a group that run at each step of a clock.

    Parameters
    ----------
    group : Group
    code : str
    dt, clock, when, order, name
        As of :class:`BrianObject`.
    """

    add_to_magic_network = False

    def __init__(self, group, code, dt=None, clock=None, when="start", order=0, name="coderunner*"):
        BrianObject.__init__(self, dt=dt, clock=clock, when=when, order=order, name=name)
        code = getattr(code, "code", code)
        if not isinstance(code, str):
            raise TypeError(f"the statements of run_regularly are a text; got {code!r}")
        self.code = self.abstract_code = code
        whole, start = group._within()  # which has this one, and need not be kept by it
        self._whole, self._part = weakref.ref(whole), None if whole is group else slice(start, start + len(group))
        self._group_engine = group._engine
        self._engine = _core.sim.RegularUpdate(group._engine, code, self._clock._engine, when, order, self.name)
        whole.contained_objects.append(self)  # nobody need keep a subgroup for it

    @property
    def group(self):
        """The group whose statements these are."""
        return self._kept_whole() if self._part is None else self._kept_whole()[self._part]

    def _kept_whole(self):
        if (whole := self._whole()) is None:
            raise ReferenceError(f"the group of {self.name} is gone: keep it as long as its statements")
        return whole

    def engine_objects(self):
        """The engine's operation, at its place in the schedule."""
        for operation in self._engine.operations:
            operation.when, operation.order = self.when, self.order
        return [self._engine]

    def before_run(self, run_namespace):
        """Compiles, with what can be seen around run()."""
        unknown = self._group_engine.unknown(self.code, "statements")
        try:
            self._engine.prepare(self._kept_whole()._engine_scope(unknown, run_namespace, self.code))
        except (ValueError, KeyError, TypeError, NotImplementedError) as error:
            raise_about(error, self)


def text_of(code, what, empty=False):
    """A text, or what an Expression or Statements say.

    Parameters
    ----------
    code : str | CodeString
    what : str
        What errors call it.
    empty : bool
        Whether it may say nothing.
    """
    code = getattr(code, "code", code)
    if not isinstance(code, str):
        raise TypeError(f"{what} is a text; got {code!r}")
    if not empty and not code.strip():
        raise ValueError(f"{what} is empty: leave it away, or write what it shall say")
    return code


def only_none(name, value):
    """Refuses what only Brian 2's compilers have; NumPy's and Cython's may be named, for their results are these."""
    if value is not None and getattr(value, "class_name", None) not in ("numpy", "cython"):
        raise NotImplementedError(f"{name} chooses a compiler of Brian 2; there is one engine here: leave it away")


def dtypes_of(equations, dtype):
    """The type in memory of each variable, as the engine names it.

    Parameters
    ----------
    equations : Equations
    dtype : dtype | dict of str to dtype | None
        For all real variables, or for some by name.
    """
    default = prefs["core.default_float_dtype"] if dtype is None or isinstance(dtype, dict) else dtype
    default = np.dtype(default)
    if default.kind != "f" or default.itemsize not in (4, 8):
        raise TypeError(f"real variables are float32 or float64; got {default}")
    kinds = {FLOAT: "f", INTEGER: "iu", BOOLEAN: "b"}
    found = {}
    for eq in equations.values():
        own = dtype.get(eq.varname) if isinstance(dtype, dict) else None
        if own is not None:
            own = np.dtype(own)
            if own.kind not in kinds[eq.var_type]:
                raise TypeError(f"{eq.varname} is a {eq.var_type} variable and can't be kept as {own}")
            found[eq.varname] = own.name
        elif eq.var_type == FLOAT and default != np.float64:
            found[eq.varname] = default.name
    return found


def method_names(method):
    """Integrators as the engine knows them: one name, or those to be tried in order."""
    if isinstance(method, str):
        known = StateUpdateMethod.stateupdaters.get(method)
        return method if known is None else known.engine_name()
    if isinstance(method, (list, tuple)):
        return tuple(method_names(m) for m in method)
    if hasattr(method, "engine_name"):
        return method.engine_name()
    raise TypeError(
        f"a method is a name, names to be tried in order, or an integrator such as ExplicitStateUpdater; got {method!r}"
    )
