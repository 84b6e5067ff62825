"""Synapses between two groups."""

import numpy as np

from ranvier import _core
from ranvier.sim.core.around import Around
from ranvier.sim.core.base import SpikeSource
from ranvier.sim.core.logger import get_logger
from ranvier.sim.core.variableview import VariableView
from ranvier.sim.equations.equations import DIFFERENTIAL_EQUATION, PARAMETER, SUBEXPRESSION, Equations
from ranvier.sim.groups.checks import check_drive, check_equations, check_shared, check_summed
from ranvier.sim.groups.group import Group, dtypes_of, method_names, only_none
from ranvier.sim.groups.neurongroup import check_method_options, model_equations
from ranvier.sim.groups.operation import StateUpdater, SubexpressionUpdater, SummedVariableUpdater, part_of, take_parts
from ranvier.sim.groups.owner import as_dimension_error, checked_indices, raise_about
from ranvier.sim.stateupdaters import chosen_by, tell_of_choice
from ranvier.sim.synapses import connect as connecting
from ranvier.sim.synapses import rules
from ranvier.sim.synapses.pathway import SynapticPathway
from ranvier.sim.synapses.selection import SynapticSubgroup, selected
from ranvier.sim.units.allunits import find
from ranvier.sim.units.checking import fail_for_dimension_mismatch

logger = get_logger(__name__)
_second = find("second")

FLAGS = {
    DIFFERENTIAL_EQUATION: ["event-driven", "clock-driven"],
    SUBEXPRESSION: ["summed", "shared", "constant over dt"],
    PARAMETER: ["constant", "shared", "linked"],
}


class Synapses(Group):
    """Synapses from the neurons of one group to those of another; :meth:`connect` makes them.

    Parameters
    ----------
    source : SpikeSource
    target : Group, optional
        The source if not given.
    model : str | Equations, optional
    on_pre, on_post : str | dict of str to str, optional
        Statements that spikes of the source, or of the target, run; several by name.
    pre, post : str, optional
        Earlier names of `on_pre` and `on_post`.
    connect : None
        Refused: call :meth:`connect`.
    delay : Quantity | dict of str to Quantity, optional
        One delay for all synapses, of ``pre`` or by the names of the statements.
    on_event : str | dict of str to str
        Which event runs them.
    multisynaptic_index : str, optional
        The name of a variable that counts the synapses of one pair.
    namespace : dict, optional
        Values for names in texts, which go before those around run().
    dtype : dtype | dict of str to dtype, optional
    codeobj_class : None
    dt : Quantity, optional
    clock : Clock, optional
    order : int
    method : str | tuple of str
        The integrator of clock-driven equations.
    method_options : dict, optional
    name : str

    Examples
    --------
    >>> from ranvier.sim import NeuronGroup, Synapses, mV
    >>> G = NeuronGroup(10, "v : volt", threshold="v > 10*mV", reset="v = 0*mV")
    >>> S = Synapses(G, G, "w : volt", on_pre="v_post += w")
    >>> S.connect(condition="i != j", p=0.1)
    >>> S.w = "rand()*mV"
    """

    add_to_magic_network = True
    prepared = 1
    number_is_fixed = False

    def __init__(self, source, target=None, model=None, on_pre=None, pre=None, on_post=None, post=None, connect=None,
                 delay=None, on_event="spike", multisynaptic_index=None, namespace=None, dtype=None, codeobj_class=None,
                 dt=None, clock=None, order=0, method=("exact", "euler", "heun"), method_options=None,
                 name="synapses*"):  # fmt: skip
        only_none("codeobj_class", codeobj_class)
        if connect is not None:
            raise TypeError("connect= is gone: call the method connect of the synapses")
        on_pre, on_post = _renamed("pre", pre, on_pre), _renamed("post", post, on_post)
        Group.__init__(self, dt=dt, clock=clock, when="start", order=order, namespace=namespace, name=name)
        self.method_choice, self.method_options = method, method_options
        target = source if target is None else target
        if not isinstance(source, (Group, SpikeSource)):
            raise TypeError(f"source is a group; got {type(source).__name__}")
        self.source, self.target = source, target
        self.multisynaptic_index, self._connect_called = multisynaptic_index, False
        if multisynaptic_index is not None and not isinstance(multisynaptic_index, str):
            raise TypeError(f"multisynaptic_index is the name of a variable; got {multisynaptic_index!r}")
        method_names(method)
        check_method_options(method_options)
        equations = Equations("") if model is None else model_equations(model)
        self.equations = equations
        self._check_equations(equations)
        coded = {"pre": _by_name(on_pre, "pre"), "post": _by_name(on_post, "post")}
        twice = coded["pre"].keys() & coded["post"].keys()
        if twice:
            raise ValueError(f"the statements {', '.join(twice)} have one name on both sides: give them different ones")
        names = [*coded["pre"], *coded["post"]]
        self._delays = self._delays_of(delay, names)
        events = on_event if isinstance(on_event, dict) else dict.fromkeys(names, on_event)
        for side in ("pre", "post"):
            for pathway in coded[side]:
                self._check_event(side, events.get(pathway, "spike"))
        for unknown in set(events) - set(names):
            raise ValueError(
                f"on_event names {unknown!r}, and there are no statements of that name; there are {', '.join(names)}"
            )
        pathways = [
            (pathway, side, events.get(pathway, "spike"), code, self._delays[pathway], {"pre": -1, "post": 1}[side])
            for side in ("pre", "post") for pathway, code in coded[side].items()
        ]  # fmt: skip
        self.events = {}
        self.add_dependency(source)
        self.add_dependency(target)
        try:
            engine = _core.sim.Synapses(self.name, source._engine, target._engine, self._clock._engine, equations.text,
                                        pathways, dtypes_of(equations, dtype), multisynaptic_index or "")  # fmt: skip
        except ValueError as error:
            raise as_dimension_error(error) from None
        self._engine = engine
        for operation in engine.operations:
            part = operation.name.removeprefix(f"{self.name}_")
            if part.startswith("summed_variable_"):
                operation.order = target.order - 1  # before the target's equations use it
            elif part not in names:
                operation.order = self.order
        take_parts(self)
        check_shared(self)
        object.__setattr__(self, "_pathways", [])
        for side in ("pre", "post"):
            for pathway, code in coded[side].items():
                made = SynapticPathway(self, code, side, pathway, events.get(pathway, "spike"))
                object.__setattr__(self, pathway, made)
                self._pathways.append(made)
                self.contained_objects.append(made)

    def _check_equations(self, equations):
        check_equations(equations, FLAGS)
        check_drive(equations)
        check_summed(equations, {"_pre": self.source, "_post": self.target})
        for name, eq in equations.items():
            if name.endswith(("_pre", "_post")) and "summed" not in eq.flags:
                raise ValueError(f"{name!r} would be a variable of a neuron, because of its ending: rename it")
            for group in (self.source, self.target):
                if name in getattr(group, "equations", ()):
                    raise ValueError(f"{name!r} is a variable of {group.name}: give that of the synapses another name")

    def _check_event(self, side, event):
        group = self.source if side == "pre" else self.target
        if event not in getattr(group, "events", {}):
            hint = ": it has no threshold" if event == "spike" else ""
            raise ValueError(f"{getattr(group, 'name', group)} has no event {event!r}{hint}")

    def _delays_of(self, delay, names):
        if delay is None:
            delay = {}
        elif not isinstance(delay, dict):
            if "pre" not in names:
                raise ValueError(
                    f"delay= is that of 'pre', and there is no such pathway: give a dict with {', '.join(names) or 'a name'}"
                )
            delay = {"pre": delay}
        for name, value in delay.items():
            if name not in names:
                raise ValueError(
                    f"delay= names {name!r}, and there are no statements of that name; there are {', '.join(names)}"
                )
            if np.ndim(value) != 0:
                raise TypeError(
                    f"delay= is one time for all synapses; set {self.name}.{name}.delay for each its own; got {value!r}"
                )
            fail_for_dimension_mismatch(value, _second, f"the delay of {name} is a time")
            if not float(value) >= 0:
                raise ValueError(f"delays must be >= 0 s; got {value}")
        return {name: float(delay[name]) if name in delay else None for name in names}

    # Attributes

    @property
    def delay(self):
        """The delays of the pathway ``pre``."""
        return self._pre().delay

    @delay.setter
    def delay(self, value):
        self._pre()._set_delay(value, True)

    @property
    def delay_(self):
        """The same in seconds."""
        return self._pre().delay_

    @delay_.setter
    def delay_(self, value):
        self._pre()._set_delay(value, False)

    def _pre(self):
        if "pre" not in self.__dict__:
            raise AttributeError(
                f"{self.name} has no pathway 'pre' whose delay is meant: set that of a pathway by its name"
            )
        return self.__dict__["pre"]

    @property
    def state_updater(self):
        """What moves clock-driven variables; None where there are none."""
        return part_of(self, StateUpdater)

    @property
    def subexpression_updater(self):
        """What computes expressions that are constant over a step; None where there are none."""
        return part_of(self, SubexpressionUpdater)

    @property
    def summed_updaters(self):
        """For each (summed) variable what adds it up."""
        parts = [obj for obj in self.contained_objects if type(obj) is SummedVariableUpdater]
        return {part.name.removeprefix(f"{self.name}_summed_variable_"): part for part in parts}

    @property
    def N_outgoing_pre(self):
        """How many synapses leave each neuron of the source."""
        return np.bincount(self._array("i"), minlength=len(self.source))

    @property
    def N_incoming_post(self):
        """How many synapses reach each neuron of the target."""
        return np.bincount(self._array("j"), minlength=len(self.target))

    def _outer(self, name):
        if name in self._names():
            return None
        for ending, group in (("_pre", self.source), ("_post", self.target), ("", self.target)):
            base = name.removesuffix(ending)
            if name.endswith(ending) and (base in group._names() or group._outer(base) is not None):
                return group, base
        return None

    def _ends(self, name):
        """For each synapse the element at the end whose variable a name is."""
        return super()._array("i" if name.endswith("_pre") else "j")

    def _array(self, name):
        if name in ("N_incoming", "N_outgoing"):  # of each synapse, those of its target or source
            return super()._array(name)[super()._array("j" if name == "N_incoming" else "i")]
        return super()._array(name)

    def check_variable_write(self, variable):
        """Raises where there are no synapses yet."""
        if not self._connect_called:
            raise TypeError(f"{self.name} has no synapses yet: call connect before {variable.name} is set")

    def _elements(self, item):
        if isinstance(item, tuple):
            return selected(self, item)
        if isinstance(item, SynapticSubgroup):
            return item._indices()
        if isinstance(item, (int, np.integer)) and not isinstance(item, bool):
            return checked_indices(np.asarray(item), len(self), self.name)
        try:
            return super()._elements(item)
        except TypeError as error:
            raise IndexError(str(error)) from None

    def __getitem__(self, item):
        item = getattr(item, "code", item)
        numbers = self._where(item, Around()) if isinstance(item, str) else self._elements(item)
        return SynapticSubgroup(self, numbers)

    # Making synapses

    def connect(self, condition=None, i=None, j=None, p=1.0, n=1, skip_if_invalid=False, namespace=None, level=0, *,
                rule=None, **settings):  # fmt: skip
        """Makes synapses.

        Parameters
        ----------
        condition : str | bool, optional
            Which pairs, as a condition on ``i``, ``j`` and variables with ``_pre`` and ``_post``.
        i, j : int | array_like of int | str, optional
            Numbers of neurons, pair by pair; or a text that says which neurons each of the other side is joined to:
            ``j="k for k in range(i - 3, i + 4) if k != i"``, ``j="k for k in sample(N_post, p=0.1)"``.
        p : float | str
            The probability of each synapse.
        n : int | str
            How many synapses a pair gets.
        skip_if_invalid : bool
            Whether to leave out neurons that are not there, in place of an error.
        namespace : dict, optional
            Values for names in texts; if not given, those around this call.
        level : int
            How many calls above the caller names are looked up.
        rule : str, optional
            In place of a condition, a connection rule of NEST: ``"one_to_one"``, ``"all_to_all"``, ``"fixed_indegree"``,
            ``"fixed_outdegree"``, ``"fixed_total_number"``, ``"pairwise_bernoulli"``, ``"distance"``.
        **settings : int | float | bool | str | Quantity
            Those of the rule. ``indegree``, ``outdegree``, ``N`` (of synapses): numbers of theirs. ``allow_autapses``: whether a neuron
            may have synapses onto itself; ``allow_multapses``: whether a pair may be drawn several times (both True if not given).
            Of the rule ``"distance"``: ``positions``, names of variables of both groups or two arrays of coordinates;
            ``kernel``, how the probability falls from p: ``"constant"``, ``"gaussian"``, ``"exponential"``, ``"linear"``; ``width``,
            the standard deviation, the length of the exponential, or the distance at which the line is 0; ``radius``, beyond
            which there are none; ``extent``, the lengths of a box that closes on itself.

        Examples
        --------
        >>> from ranvier.sim import NeuronGroup, Synapses
        >>> G = NeuronGroup(100, "v : 1", threshold="v > 1")
        >>> S = Synapses(G, G)
        >>> S.connect(rule="fixed_indegree", indegree=10, allow_autapses=False)
        >>> len(S)
        1000
        """
        if rule is not None:
            if condition is not None or i is not None or j is not None or skip_if_invalid:
                raise ValueError("a rule says which pairs: leave condition, i, j and skip_if_invalid away")
            if p != 1 or rule in ("pairwise_bernoulli", "distance"):
                settings["p"] = p
            with self._speaking():
                rules.connect(self, rule, n, settings)
            self._connect_called = True
            return
        if settings:
            raise TypeError(f"connect takes {', '.join(settings)} only beside rule=")
        condition, i, j, p, n = connecting.checked_arguments(condition, i, j, p, n)
        around = Around(level) if namespace is None else namespace
        arrays = i is not None and j is not None and not isinstance(i, str) and not isinstance(j, str)
        if skip_if_invalid and arrays:
            raise ValueError("skip_if_invalid is for texts: leave out pairs that are not there yourself")
        self._connect_called = True
        with self._speaking():
            if condition is not None:
                self._connect_by_condition(condition, p, n, around)
            elif arrays:
                self._connect_pairs(*connecting.pairs(i, j, n), p)
            else:
                self._connect_by_text(i, j, p, n, skip_if_invalid, around)

    def _connect_by_condition(self, condition, p, n, around):
        if condition is False or condition == "False":
            self._connect_pairs(*connecting.pairs([], [], 1), 1)
            return
        texts = ["True" if condition is True else condition, connecting.count_text(p), connecting.count_text(n)]
        self._engine.connect(*texts, self._scope_of(texts, around))

    def _connect_pairs(self, i, j, n, p):
        for name, numbers, group in (("i", i, self.source), ("j", j, self.target)):
            if numbers.size and (numbers.min() < 0 or numbers.max() >= len(group)):
                wrong = numbers.min() if numbers.min() < 0 else numbers.max()
                raise IndexError(f"{name} has the neuron {wrong}, and {group.name} has {len(group)}")
        if isinstance(p, str):
            raise TypeError("p is a number where i and j are; write a condition or a text for j to have it computed")
        if p != 1:
            keep = np.random.rand(len(i)) < p
            i, j, n = i[keep], j[keep], n[keep]
        self._engine.connect_arrays(*map(np.ascontiguousarray, (i, j, n)))

    def _connect_by_text(self, i, j, p, n, skip_if_invalid, around):
        over, text, other = ("j", j, i) if isinstance(j, str) else ("i", i, j)
        if not isinstance(text, str):
            raise ValueError("give i and j as numbers, or one of them as a text, or a condition")
        if other is not None:
            raise TypeError(
                f"{over} is a text that says which neurons each of the other side gets: leave the other index away"
            )
        text = connecting.generator(text, p)
        scope = self._scope_of([*connecting.pieces(text), connecting.count_text(n)], around)
        self._engine.connect_generator(text, over == "i", connecting.count_text(n), bool(skip_if_invalid), scope)

    def _scope_of(self, texts, around):
        names, functions = [], []
        for text in texts:
            found = self._engine.unknown(text, "expression")
            names += [x for x in found[0] if x not in names and not x.startswith("_k_")]
            functions += [x for x in found[1] if x not in functions]
        return self._engine_scope((names, functions), around, *texts)

    def _words_of_texts(self):
        ends = [("_pre", self.source), ("_post", self.target), ("", self.target)]
        return [*self._names(), *(f"{name}{end}" for end, group in ends for name in group._names())]

    # Running

    def before_run(self, run_namespace=None):
        """Compiles, with what can be seen around run()."""
        around = {} if run_namespace is None else run_namespace
        try:
            self._follow_links()
            texts = [self.equations.text, *(pathway.code for pathway in self._pathways)]
            scope = self._engine_scope(self._engine.unknown_names, around, *texts)
            before = chosen_by(self)
            self._engine.prepare(scope, method_names(self.method_choice))
            tell_of_choice(self, before)
        except (ValueError, KeyError, TypeError, NotImplementedError) as error:
            raise_about(error, self)
        self._warn_of_conflicts({x for eq in self.equations.values() for x in eq.identifiers}, around)
        for pathway in self._pathways:
            pathway.warn_of_clocks()

    def summed_into(self):
        """For each (summed) variable the group in whose memory its goal lies, the goal's name, and from where to where."""
        goals = []
        for name, eq in self.equations.items():
            if "summed" in eq.flags:
                ends, base = (self.source, name[:-4]) if name.endswith("_pre") else (self.target, name[:-5])
                whole, start = ends._within()
                goals.append((whole, base, start, start + len(ends)))
        return goals

    def _full_state(self):
        pending = {p.objname: [np.array(x, dtype=np.int64) for x in p._pathway.pending()] for p in self._pathways}
        delays = {p.objname: np.array(p._pathway.delay.values) for p in self._pathways}
        return {"variables": super()._full_state(), "pending": pending, "delays": delays}

    def _restore_from_full_state(self, state):
        i, j = state["variables"]["i"], state["variables"]["j"]
        if len(i) != len(self):
            if len(self):
                raise ValueError(
                    f"{self.name} has {len(self)} synapses and the state that was stored has {len(i)}: restore it before connect(), or "
                    "after the same one"
                )
            self._engine.connect_arrays(*(np.ascontiguousarray(x, dtype=np.int64) for x in (i, j, np.ones(len(i)))))
        self._connect_called = self._connect_called or len(i) > 0
        super()._restore_from_full_state(state["variables"])
        for pathway in self._pathways:
            pathway._pathway.delay.values[...] = state["delays"][pathway.objname]
            pathway._pathway.set_pending(*state["pending"][pathway.objname])

    def __repr__(self):
        return f"<Synapses {self.name!r} from {self.source.name!r} to {self.target.name!r}, {len(self)} of them>"


def _renamed(old, value, new):
    if value is None:
        return new
    if new is not None:
        raise TypeError(f"{old}= is the earlier name of on_{old}=: give one of them")
    logger.warn(f"{old}= is called on_{old}= now", name_suffix=f"deprecated_{old}", once=True)
    return value


def _by_name(code, name):
    if code is None:
        return {}
    if isinstance(code, dict):
        return {str(k): getattr(v, "code", v) for k, v in code.items()}
    code = getattr(code, "code", code)
    if not isinstance(code, str):
        raise TypeError(f"on_{name} is a text or a dict of texts; got {type(code).__name__}")
    return {name: code}


__all__ = ["Synapses", "SynapticPathway", "SynapticSubgroup", "VariableView"]
