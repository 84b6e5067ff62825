"""Groups of neurons."""

import numbers

import numpy as np

from ranvier import _core
from ranvier.sim.core.base import SpikeSource
from ranvier.sim.core.logger import get_logger
from ranvier.sim.equations.codestrings import value_text
from ranvier.sim.equations.equations import DIFFERENTIAL_EQUATION, PARAMETER, SUBEXPRESSION, Equations
from ranvier.sim.groups.checks import check_equations, check_shared
from ranvier.sim.groups.group import Group, dtypes_of, method_names, only_none, text_of
from ranvier.sim.groups.operation import Resetter, StateUpdater, SubexpressionUpdater, Thresholder, part_of, take_parts
from ranvier.sim.groups.owner import as_dimension_error, raise_about
from ranvier.sim.groups.subgroup import Subgroup, start_and_stop
from ranvier.sim.stateupdaters import chosen_by, tell_of_choice
from ranvier.sim.units.allunits import find
from ranvier.sim.units.checking import get_dimensions
from ranvier.units.dimension import DimensionMismatchError

_second = find("second")
logger = get_logger(__name__)

FLAGS = {
    DIFFERENTIAL_EQUATION: ["unless refractory"],
    SUBEXPRESSION: ["shared", "constant over dt"],
    PARAMETER: ["constant", "shared", "linked"],
}
ENDINGS = ("_pre", "_post")


class NeuronGroup(Group, SpikeSource):
    """Neurons of one model.

    Parameters
    ----------
    N : int
        How many.
    model : str | Equations
    method : str | tuple of str | StateUpdateMethod
        The integrator, or several to be tried in order.
    method_options : dict, optional
        Options of the integrator.
    threshold : str, optional
        The condition of a spike.
    reset : str, optional
        Statements that a spike runs.
    refractory : Quantity | str | bool
        How long, or while what holds, a neuron is refractory behind a spike.
    events : dict of str to str, optional
        Conditions of events of one's own, by their names.
    namespace : dict, optional
        Values for names in its texts, which go before those around run().
    dtype : dtype | dict of str to dtype, optional
        The type in memory of its real variables.
    dt : Quantity, optional
    clock : Clock, optional
    order : int
    name : str
    codeobj_class : None

    Examples
    --------
    >>> from ranvier.sim import NeuronGroup, ms, mV
    >>> G = NeuronGroup(100, "dv/dt = -v/(10*ms) : volt", threshold="v > 10*mV", reset="v = 0*mV", method="exact")
    >>> G.v = "rand()*5*mV"
    """

    add_to_magic_network = True

    def __init__(self, N, model, method=("exact", "euler", "heun"), method_options=None, threshold=None, reset=None,
                 refractory=False, events=None, namespace=None, dtype=None, dt=None, clock=None, order=0,
                 name="neurongroup*", codeobj_class=None):  # fmt: skip
        only_none("codeobj_class", codeobj_class)
        Group.__init__(self, dt=dt, clock=clock, when="start", order=order, namespace=namespace, name=name)
        self.method_choice, self.method_options = method, method_options
        N = whole(N, "N, the number of neurons,", 1)
        equations = model_equations(model)
        self.equations = self.user_equations = equations
        if events is not None and not hasattr(events, "items"):
            raise TypeError(f"events is a dict from names to conditions; got {events!r}")
        self.events = {str(n): text_of(c, f"the condition of {n!r}") for n, c in (events or {}).items()}
        method_names(method)
        check_method_options(method_options)
        check_equations(equations, FLAGS, ENDINGS)
        if threshold is not None:
            if "spike" in self.events:
                raise ValueError("the event 'spike' is the threshold: give one of them")
            threshold = text_of(threshold, "threshold")
            self.events = {"spike": threshold, **self.events}
        reset = None if reset is None else text_of(reset, "reset", empty=True)
        if reset is not None and threshold is None and "spike" not in self.events:
            raise ValueError("a reset needs a threshold")
        for event in self.events:
            if not event.isidentifier():
                raise TypeError(f"an event's name has letters, digits and _; got {event!r}")
        self._refractory = refractory
        self._warn_of_what_is_missing(reset)
        self.event_codes = {} if reset is None else {"spike": reset}
        parts = {
            "equations": equations.text,
            "threshold": self.events.get("spike", ""),
            "reset": reset or "",
            "refractory": refractory_text(refractory),
            "events": {n: c for n, c in self.events.items() if n != "spike"},
            "on_event": {},
        }
        try:
            engine = _core.sim.NeuronGroup(self.name, N, self._clock._engine, parts, dtypes_of(equations, dtype))
        except ValueError as error:
            raise as_dimension_error(error) from None
        self._engine = engine
        for operation in engine.operations:
            operation.order = self.order
        take_parts(self)
        check_shared(self)

    @property
    def spikes(self):
        """Who spiked in this step."""
        return self._engine.event("spike")

    @property
    def state_updater(self):
        """What moves the states; None where nothing moves."""
        return part_of(self, StateUpdater)

    @property
    def subexpression_updater(self):
        """What computes expressions that are constant over a step; None where there are none."""
        return part_of(self, SubexpressionUpdater)

    @property
    def thresholder(self):
        """For each event what finds it."""
        return {event: part_of(self, Thresholder, event) for event in self.events}

    @property
    def resetter(self):
        """For each event that does something what does it."""
        return {event: part_of(self, Resetter, event) for event in self.event_codes}

    def run_on_event(self, event, code, when="after_resets", order=None):
        """Statements that an event runs.

        Parameters
        ----------
        event : str
        code : str
        when : str
        order : int, optional
            That of the group if not given.
        """
        self._check_event(event)
        if event in self.event_codes:
            raise ValueError(
                f"{event!r} runs {self.event_codes[event]!r} already; an event runs one block of statements"
            )
        self.event_codes[event] = code
        self._engine.on_event(event, code, when, self.order if order is None else order)
        take_parts(self)

    def set_event_schedule(self, event, when="after_thresholds", order=None):
        """Sets when an event is found.

        Parameters
        ----------
        event : str
        when : str
        order : int, optional
            That of the group if not given.
        """
        self._check_event(event)
        self._engine.set_event_schedule(event, when, self.order if order is None else order)

    def _check_event(self, event):
        if event not in self.events:
            raise ValueError(f"{self.name} has no event {event!r}; it has {', '.join(self.events) or 'none'}")

    def __getitem__(self, item):
        return Subgroup(self, *start_and_stop(item, len(self)))

    def before_run(self, run_namespace=None):
        """Compiles, with what can be seen around run()."""
        around = {} if run_namespace is None else run_namespace
        try:
            self._check_links()
            check_shared(self, linked=True)
            scope = self._engine_scope(self._engine.unknown_names, around, *self._texts())
            before = chosen_by(self)
            self._engine.prepare(scope, method_names(self.method_choice))
            tell_of_choice(self, before)
        except (ValueError, KeyError, TypeError, NotImplementedError) as error:
            raise_about(error, self)
        self._warn_of_conflicts({n for eq in self.equations.values() for n in eq.identifiers}, around)

    def _texts(self):
        """All that it says."""
        codes = [*self.events.values(), *self.event_codes.values(), refractory_text(self._refractory)]
        return [self.equations.text, *(getattr(code, "code", code) for code in codes)]

    def _conditional(self, name):
        return name in self.equations and "unless refractory" in self.equations[name].flags

    def _warn_of_what_is_missing(self, reset):
        if "spike" in self.events and reset is None and self._refractory is False:
            logger.warn(
                f"{self.name} has a threshold, but neither reset nor refractory period: it may spike in every step. "
                "reset='' says that this is meant",
                name_suffix="only_threshold",
            )
        waiting = [n for n, eq in self.equations.items() if "unless refractory" in eq.flags]
        if waiting and self._refractory is False:
            logger.warn(
                f"{', '.join(waiting)} of {self.name} rest while it is refractory, which it never is: give refractory=",
                name_suffix="no_refractory",
            )

    def _check_links(self):
        self._follow_links()
        for eq in self.equations.values():
            if "linked" in eq.flags and eq.varname not in self.__dict__.get("_linked_to", {}):
                raise TypeError(
                    f"{eq.varname} is linked to nothing: set {self.name}.{eq.varname} = linked_var(group, 'name')"
                )

    def __repr__(self):
        return f"NeuronGroup(clock={self._clock!r}, when={self.when!r}, order={self.order}, name={self.name!r})"

    def _repr_html_(self):
        lines = [f"<b>NeuronGroup {self.name}</b> with {len(self)} neurons", f"<pre>{self.equations}</pre>"]
        for event, condition in self.events.items():
            does = self.event_codes.get(event)
            lines.append(f"{event}: <code>{condition}</code>" + (f" &rarr; <code>{does}</code>" if does else ""))
        return "<br>".join(lines)


class NotWhole(TypeError, ValueError):
    """A number of elements that is none: Brian 2 raises the one or the other, and scripts catch what they know."""


def whole(value, what, least):
    """A whole number of at least `least`."""
    if not isinstance(value, (numbers.Number, np.generic)) and np.ndim(value) != 0:
        if isinstance(value, (str, list, tuple, np.ndarray, Equations)):
            raise NotWhole(f"{what} is a whole number; got {value!r}")
    try:
        number = int(value)
    except (TypeError, ValueError):
        raise NotWhole(f"{what} is a whole number; got {value!r}") from None
    if number != value or isinstance(value, bool):
        raise NotWhole(f"{what} is a whole number; got {value!r}")
    if number < least:
        raise NotWhole(f"{what} must be >= {least}; got {number}")
    return number


def check_method_options(options):
    """Refuses options that no integrator has."""
    unknown = set(options or ()) - {"simplify"}
    if unknown:
        raise KeyError(f"integrators have the option simplify; got {', '.join(map(repr, sorted(unknown)))}")


def model_equations(model):
    """Equations of what is given for them."""
    if isinstance(model, str):
        return Equations(model)
    if isinstance(model, Equations):
        return model
    raise TypeError(f"model is a text or Equations; got {type(model).__name__}")


def refractory_text(refractory):
    """A refractory period as text."""
    if isinstance(refractory, str):
        return refractory
    if isinstance(refractory, (bool, np.bool_)) or refractory is None:
        return "True" if refractory else ""
    if get_dimensions(refractory) is not _second.dim and not (np.ndim(refractory) == 0 and refractory == 0):
        raise DimensionMismatchError("refractory is a time or a condition", get_dimensions(refractory))
    if not 0 <= float(refractory) < 1e4:  # a neuron that has not fired yet did so 10,000 s ago
        raise ValueError(
            f"refractory must be >= 0 s and < 10000 s; got {refractory}: refractory=True lets a neuron fire but once"
        )
    return value_text(refractory) if float(refractory) else "0*second"
