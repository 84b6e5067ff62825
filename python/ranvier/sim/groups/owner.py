"""Groups as owners of variables: attributes, indices, states."""

import contextlib
import re

import numpy as np

from ranvier.sim.core.around import Around
from ranvier.sim.core.base import about
from ranvier.sim.core.functions import failures
from ranvier.sim.core.meanings import OF_CLOCK
from ranvier.sim.core.names import Nameable, near
from ranvier.sim.core.namespace import DEFAULT_CONSTANTS, DEFAULT_FUNCTIONS, warn_of_conflict
from ranvier.sim.core.scope import engine_scope
from ranvier.sim.core.variables import LinkedVariable, Variables
from ranvier.sim.core.variableview import VariableView
from ranvier.sim.equations.single import SUBEXPRESSION
from ranvier.sim.groups.links import link_elements
from ranvier.sim.stateupdaters.unsupported import UnsupportedEquationsException
from ranvier.units.dimension import DimensionMismatchError

_WORD = re.compile(r"[A-Za-z_]\w*")


class VariableOwner(Nameable):
    """What has variables: ``group.v`` with units, ``group.v_`` without.

    The names of `group` are those of its variables; other attributes are made with :meth:`add_attribute`.
    """

    _engine = None
    namespace = None
    number_is_fixed = True  # of synapses it is not
    _lends_memory = True

    def _names(self):
        engine = self._engine
        names = [v.name for v in engine.variables] + [x.name for x in engine.subexpressions] + list(engine.linked)
        return dict.fromkeys([*names, *OF_CLOCK])

    def _array(self, name):
        """The SI numbers of a variable, a view; of what the clock says, an array of one."""
        engine = self._engine
        if name in OF_CLOCK:
            clock = self.clock
            return np.array([{"t": clock.t_, "dt": clock.dt_, "t_in_timesteps": clock.timestep}[name]])
        return engine.find(name).values

    def _value(self, text, around, elements=None, variable=None):
        """Values of an expression, and their dimension."""
        scope = self._scope(text, "expression", around)
        if variable is not None and variable.scalar and elements is None:
            elements = np.array([0], dtype=np.int64)
        with self._speaking():
            return self._engine.value(text, scope, elements)

    def _execute(self, text, around, elements=None):
        scope = self._scope(text, "statements", around)
        with self._speaking():
            self._engine.execute(text, scope, elements)

    def _conditional(self, name):
        """Does a variable rest in some elements?"""
        return False

    def _within(self):
        """The group whose elements these are, and the number of the first there."""
        return self, 0

    def _outer(self, name):
        """The group at the end of synapses to which a name leads, and the name there; None for one's own."""
        return None

    @property
    def variables(self):
        """What is known of each variable, by name."""
        own = self.__dict__.get("_variables")
        if own is None:
            own = Variables(self)
            object.__setattr__(self, "_variables", own)
        return own

    @variables.setter
    def variables(self, own):
        object.__setattr__(self, "_variables", own)

    @property
    def indices(self):
        """Numbers of the elements that an index or a condition means: ``G.indices["v > 5*mV"]``."""
        return Indices(self)

    def __len__(self):
        return self._engine.n

    @property
    def N(self):
        """How many elements it has."""
        return self._engine.n

    @N.setter
    def N(self, value):
        raise TypeError(f"N of {self.name} can only be looked at, not set")

    def __getattr__(self, name):
        if name.startswith("__") or self.__dict__.get("_engine") is None:
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")
        if (view := self._view(name)) is not None:
            return view
        raise AttributeError(self._no_variable(name))

    def _view(self, name):
        names = self._names()
        for own, units in ((name, True), (name[:-1], False)):
            if (units or name.endswith("_")) and (own in names or self._outer(own) is not None):
                return VariableView(own, self, units=units)
        return None

    def _no_variable(self, name):
        return f"{self.name} has no variable and no attribute {name!r}{near(name.rstrip('_'), self._names())}"

    def __setattr__(self, name, value):
        if self.__dict__.get("_engine") is None or name in self.__dict__ or hasattr(type(self), name):
            return object.__setattr__(self, name, value)
        return self._set_variable(name, value)

    def _set_variable(self, name, value):
        view = self._view(name)
        if view is None:
            if name.startswith("_"):
                return object.__setattr__(self, name, value)
            raise AttributeError(f"{self._no_variable(name)} (add_attribute({name!r}) makes a new attribute)")
        if isinstance(value, LinkedVariable):
            return self._link(view, value)
        if isinstance(value, VariableView) and value.name == view.name and value.group is self:
            return None  # `group.v += x` has set it already
        if isinstance(value, VariableView):
            value = value.get_item(slice(None))
        return view.set_item(slice(None), value)

    def _link(self, view, link):
        if not view.variable.linked:
            raise TypeError(
                f"{view.name} of {self.name} is not linked: write '{view.name} : … (linked)' in its equations"
            )
        if view.variable.dim is not link.variable.dim:
            raise DimensionMismatchError(
                f"{view.name} of {self.name} can't be linked to {link.name} of {link.group.name}",
                view.variable.dim,
                link.variable.dim,
            )
        if not (link.group.number_is_fixed or link.variable.scalar):
            raise NotImplementedError(
                f"{link.name} can't be linked to: {link.group.name} may still get synapses; link them to the neurons"
            )
        link_elements(self, view.name, link)
        return None

    def add_attribute(self, name):
        """Makes an attribute that is no variable, to be set afterwards.

        Parameters
        ----------
        name : str
        """
        object.__setattr__(self, name, None)

    def state(self, name, use_units=True, level=0):
        """A variable.

        Parameters
        ----------
        name : str
        use_units : bool
            Whether values have their unit.
        level : int
            Changes nothing: names are looked up when values are asked for.
        """
        if name not in self._names():
            raise KeyError(self._no_variable(name))
        return VariableView(name, self, units=use_units)

    # What the views ask

    def check_variable_write(self, variable):
        """Raises where a variable can't be set yet."""

    def _changed(self, name):
        """Called when values were set."""
        self._follow_links(name)

    def _follow_links(self, index=None):
        """Looks again which elements links mean that go by a variable: this one, or any."""
        for linked, (link, _) in self.__dict__.get("_linked_to", {}).items():
            if isinstance(link.index, str) and index in (None, link.index):
                link_elements(self, linked, link)

    def _elements(self, item):
        """Numbers of elements; one number for one."""
        if hasattr(item, "_indices"):
            item = item._indices()
        if isinstance(item, tuple):
            raise IndexError(f"{self.name} has one index; got {len(item)}")
        n = len(self)
        if isinstance(item, slice):
            return np.arange(*item.indices(n), dtype=np.int64)
        elements = np.asarray(item)
        if elements.dtype == bool:
            if elements.shape != (n,):
                raise IndexError(f"{n} truth values choose elements of {self.name}; got shape {elements.shape}")
            return np.flatnonzero(elements)
        if elements.dtype.kind not in "iu" and elements.size:
            raise TypeError(f"whole numbers, truth values, slices and conditions are indices; got {elements.dtype}")
        return checked_indices(elements.astype(np.int64), n, self.name)

    def _where(self, condition, around):
        scope = self._scope(condition, "expression", around)
        with self._speaking():
            return self._engine.where(condition, scope)

    def _scope(self, text, kind, around):
        unknown = self._engine.unknown(text, kind)
        with self._speaking():
            return self._engine_scope(unknown, around, text)

    def _engine_scope(self, unknown, around, *texts):
        """The engine's Scope of what texts of the group need.

        Parameters
        ----------
        unknown : tuple of (list of str, list of str)
            Names and functions that the engine asks for.
        around : mapping
            What can be seen around.
        *texts : str
        """
        return engine_scope(unknown, self.namespace, around, self._lent(*texts), self.clock.dt_, self._words_of_texts())

    def _words_of_texts(self):
        """Names that texts of the group may use."""
        return self._names()

    def _lent(self, *texts):
        """Expressions of other groups that texts look at, by way of synapses, links, or expressions of one's own."""
        waiting, seen, found = [(self, word) for text in texts for word in _WORD.findall(text)], set(), []
        while waiting:
            group, name = waiting.pop()
            whole = group._within()[0]
            if (id(whole), name) in seen:
                continue
            seen.add((id(whole), name))
            equation = getattr(whole, "equations", {}).get(name)
            if name in (links := whole.__dict__.get("_linked_to", {})):
                waiting.append((links[name][0].group, links[name][0].name))
            elif equation is not None and equation.type == SUBEXPRESSION:
                found += [] if whole is self._within()[0] else [(whole, name)]
                waiting += [(whole, word) for word in equation.identifiers]
            elif (outer := whole._outer(name)) is not None:
                waiting.append(outer)
        return found

    @contextlib.contextmanager
    def _speaking(self):
        """Errors inside say which group they are about, and which are of dimensions."""
        try:
            with failures():
                yield
        except (ValueError, KeyError, TypeError, IndexError, NotImplementedError) as error:
            raise_about(error, self)

    def _warn_of_conflicts(self, names, around):
        """Names of its texts that also stand for something around run()."""
        for name in names:
            own = self.namespace if name in (self.namespace or ()) else around
            if name not in own:
                continue
            if name in self._names():
                meaning = f"a variable of {self.name}"
            elif name in DEFAULT_CONSTANTS and own[name] != DEFAULT_CONSTANTS[name].value:
                meaning = "a constant of the language"
            elif name in DEFAULT_FUNCTIONS and not callable(own[name]):
                meaning = "a function of the language"
            else:
                continue
            warn_of_conflict(name, meaning, own[name])

    # All values at once

    def get_states(self, vars=None, units=True, format="dict", subexpressions=False, read_only_variables=True, level=0):
        """The values of variables.

        Parameters
        ----------
        vars : list of str, optional
            Which; all if not given.
        units : bool
            Whether they have their units.
        format : str
            ``"dict"`` or ``"pandas"``.
        subexpressions : bool
            Whether subexpressions are among them.
        read_only_variables : bool
            Whether what can only be looked at is.
        level : int
            How many calls above the caller names are looked up.

        Returns
        -------
        values : dict of str to array | DataFrame
        """
        from ranvier.sim.importexport import ImportExport

        if format not in ImportExport.methods:
            raise NotImplementedError(f"format must be one of {', '.join(ImportExport.methods)}; got {format!r}")
        if vars is None:
            vars = [
                name for name, v in self.variables.items()
                if (subexpressions or not v.subexpression)
                and (read_only_variables or not (v.read_only and not v.subexpression))
            ]  # fmt: skip
        return ImportExport.methods[format].export_data(self, vars, units=units, level=level)

    def set_states(self, values, units=True, format="dict", level=0):
        """Sets the values of variables.

        Parameters
        ----------
        values : dict of str to array | DataFrame
        units : bool
            Whether they have their units.
        format : str
            ``"dict"`` or ``"pandas"``.
        level : int
            How many calls above the caller names are looked up.
        """
        from ranvier.sim.importexport import ImportExport

        if format not in ImportExport.methods:
            raise NotImplementedError(f"format must be one of {', '.join(ImportExport.methods)}; got {format!r}")
        ImportExport.methods[format].import_data(self, values, units=units, level=level)

    def _full_state(self):
        """SI numbers of the variables, and who has each event in the last step: those of a later slot may not have seen it."""
        events = getattr(self._engine, "event_names", ())
        return {
            **{v.name: np.array(v.values) for v in self._engine.variables},
            **{f"event {name}": np.array(self._engine.event(name), dtype=np.int64) for name in events},
        }

    def _restore_from_full_state(self, state):
        for name, values in state.items():
            if name.startswith("event "):
                self._engine.set_event(name.removeprefix("event "), values)
                continue
            own = self._engine.find(name)
            if own is None or len(own.values) != len(values):
                raise ValueError(
                    f"the state that was stored has {len(values)} values of {name}; {self.name} has another number of them"
                )
            own.values[...] = values


def checked_indices(indices, n, name):
    """Indices from 0; negative ones count from the end."""
    if indices.size and (indices.min() < -n or indices.max() >= n):
        raise IndexError(
            f"{name} has {n} elements; there is no element {indices.max() if indices.max() >= n else indices.min()}"
        )
    return np.where(indices < 0, indices + n, indices)


def raise_about(error, obj):
    """Raises what the engine said as an error about an object, with the error in its own type as its cause.

    Parameters
    ----------
    error : Exception
    obj : BrianObject
    """
    cause = as_dimension_error(error)
    told = about(cause, obj)
    if told is cause:
        raise cause
    raise told from cause


class Indices:
    """Numbers of a group's elements by an index.

    Parameters
    ----------
    group : VariableOwner
    """

    def __init__(self, group):
        self._group = group

    def __getitem__(self, item):
        item = getattr(item, "code", item)
        return self._group._where(item, Around()) if isinstance(item, str) else self._group._elements(item)


class Indexing:
    """The same, by a call: ``Indexing(group)("v > 5*mV")``.

    Parameters
    ----------
    group : VariableOwner
    """

    def __init__(self, group):
        self.group = group

    def __call__(self, item=slice(None)):
        return Indices(self.group)[item]


class TextError(SyntaxError, ValueError):
    """A text of the model language that has a mistake."""


class NotInEquationsError(TextError, NotImplementedError):
    """A text asks for what no integrator can do."""


_KINDS = (
    (r"in an equation would change at every evaluation", NotInEquationsError),
    (r"\(suitable: ", UnsupportedEquationsException),
    (r"the refractory period must be|was never connected", TypeError),
    (r"'lastupdate' has no value here", KeyError),
    (r"\bdimension|is a number without unit|adds up into a variable in", DimensionMismatchError),
    (r"must be .*; .* is in \S+", DimensionMismatchError),
    (r"is no condition$|are whole numbers; .* is none$", TypeError),
    (r"is outside allowed range|a sample of .* can't be taken", IndexError),
    (r"^[^\s:]+:\d+:\d+: |could be changed here", TextError),
)


_HINTS = {
    KeyError: ": only synapses with (event-driven) equations have it by themselves. Declare 'lastupdate : second' and set "
    "'lastupdate = t' in on_pre or on_post"
}


def as_dimension_error(error):
    """What the engine says of a text, in the type that Python's users catch: DimensionMismatchError, SyntaxError, …

    Parameters
    ----------
    error : Exception

    Returns
    -------
    error : Exception
    """
    if type(error) is ValueError:
        for pattern, kind in _KINDS:
            if re.search(pattern, str(error)):
                return kind(f"{error}{_HINTS.get(kind, '')}")
    return error


__all__ = ["VariableOwner", "about", "as_dimension_error", "checked_indices"]
