"""Variables of groups: what they are, what they are linked to, and all of a group by their names."""

import weakref
from collections.abc import Mapping

import numpy as np

from ranvier.sim.core.functions import Constant as Constant
from ranvier.sim.core.meanings import OF_CLOCK
from ranvier.sim.core.variableview import VariableView
from ranvier.sim.units.allunits import find
from ranvier.sim.units.dimensions import DIMENSIONLESS, interned
from ranvier.sim.units.registry import get_unit

_second = find("second")


class Variable:
    """What is known of a variable.

    Parameters
    ----------
    owner : VariableOwner
    name : str
    """

    def __init__(self, owner, name):
        self._owner, self.name = weakref.ref(owner), name
        self.dim, self.is_integer, self.is_boolean = DIMENSIONLESS, False, False
        self.scalar = self.constant = self.read_only = self.subexpression = self.linked = False
        self.dtype = np.dtype(float)
        engine = owner._engine
        if name in engine.linked:
            self._link()
        elif (found := engine.find(name)) is not None:
            self._take(found)
            self.dtype, self.constant, self.read_only = np.dtype(found.dtype), found.constant, found.read_only
        elif (found := next((x for x in engine.subexpressions if x.name == name), None)) is not None:
            self._take(found)
            self.subexpression = self.read_only = True
            self.dtype = np.dtype(bool if self.is_boolean else np.int64 if self.is_integer else float)
        elif name in OF_CLOCK:
            self.dim = DIMENSIONLESS if name == "t_in_timesteps" else _second.dim
            self.scalar = self.read_only = True
            self.is_integer = name == "t_in_timesteps"
            self.dtype = np.dtype(np.int64 if self.is_integer else float)
        else:
            raise KeyError(name)

    def _take(self, found):
        self.dim, self.scalar = interned(found.dimension), found.shared
        self.is_integer, self.is_boolean = found.type == "integer", found.type == "boolean"

    def _link(self):
        self.linked = True
        equation = self.owner.equations[self.name]
        _, one = self.owner._within()[0].__dict__.get("_linked_to", {}).get(self.name, (None, False))
        self.dim, self.scalar = equation.dim, one or "shared" in equation.flags
        self.is_integer, self.is_boolean = equation.var_type == "integer", equation.var_type == "boolean"
        self.dtype = np.dtype(bool if self.is_boolean else np.int32 if self.is_integer else float)

    owner = property(lambda self: self._owner(), doc="The group that has it.")
    unit = property(lambda self: get_unit(self.dim), doc="The unit of size 1 of its dimension.")

    @property
    def conditional_write(self):
        """The variable that says in which elements it changes; None for those that always do."""
        return self.owner.variables["not_refractory"] if self.owner._conditional(self.name) else None

    @property
    def size(self):
        """How many values it has."""
        return 1 if self.scalar else len(self.owner)

    def get_value(self):
        """The SI numbers, a view."""
        return self.owner._array(self.name)

    def set_value(self, value):
        """Sets the SI numbers."""
        self.owner._array(self.name)[...] = value

    def item(self):
        """The one value."""
        return self.get_value().item()

    def __repr__(self):
        return f"<Variable {self.owner.name}.{self.name} ({self.unit!r}, {self.dtype})>"


class ArrayVariable(Variable):
    """A variable that has its values in memory."""


class DynamicArrayVariable(ArrayVariable):
    """One of synapses, of which there may be more later."""


class Subexpression(Variable):
    """A variable that is computed when it is looked at."""

    expr = property(lambda self: self.owner.equations[self.name].expr.code, doc="The text that says how.")


def _kind_of(owner, name):
    """The class of a group's variable."""
    engine = owner._engine
    found = engine.find(name)
    if found is None and name not in OF_CLOCK and name not in engine.linked:
        return Subexpression
    return ArrayVariable if owner.number_is_fixed or found is None or found.shared else DynamicArrayVariable


class Variables(Mapping):
    """The variables of a group by name.

    Parameters
    ----------
    owner : VariableOwner
    """

    def __init__(self, owner):
        self._weak_owner, self._known = weakref.ref(owner), {}

    _owner = property(lambda self: self._weak_owner())

    def __getitem__(self, name):
        if name not in self._owner._names():
            if (outer := self._owner._outer(name)) is None:
                raise KeyError(name)
            group, base = outer
            return group.variables[base]
        if name not in self._known:
            self._known[name] = _kind_of(self._owner, name)(self._owner, name)
        return self._known[name]

    @property
    def indices(self):
        """How each is reached: ``"0"`` one value for all, ``"_idx"`` each element's own, else whose index leads to it."""
        ends = {"_pre": "_presynaptic_idx"}
        return {
            name: "0" if self[name].scalar
            else ends.get(name[-4:], "_postsynaptic_idx") if self._owner._outer(name) is not None
            else "_idx"
            for name in self
        }  # fmt: skip

    def forget(self, name):
        """Looks again at a variable whose nature has changed.

        Parameters
        ----------
        name : str
        """
        self._known.pop(name, None)

    def __contains__(self, name):
        return name in self._owner._names() or self._owner._outer(name) is not None

    def __iter__(self):
        return iter(self._owner._names())

    def __len__(self):
        return len(self._owner._names())


class LinkedVariable:
    """Where a linked variable finds its values.

    Parameters
    ----------
    group : VariableOwner
    name : str
    index : array_like of int | str, optional
        Which element of `group` each element gets, or the name of a variable that says so.
    """

    def __init__(self, group, name, index=None):
        if not hasattr(group, "variables"):
            raise TypeError(f"what a variable is linked to is a group and a name; got {type(group).__name__}")
        if name not in group.variables:
            raise KeyError(group._no_variable(name))
        self.group, self.name, self.index = group, name, index
        self.variable = group.variables[name]


def linked_var(group_or_variable, name=None, index=None):
    """What a linked variable is set to.

    Parameters
    ----------
    group_or_variable : Group | VariableView
    name : str, optional
        The variable, if a group is given.
    index : array_like of int | str, optional
        Which element of the other group each element gets, or the name of a variable that says so.

    Returns
    -------
    link : LinkedVariable

    Examples
    --------
    >>> from ranvier.sim import NeuronGroup, linked_var, ms
    >>> G = NeuronGroup(10, "dv/dt = -v/(10*ms) : volt")
    >>> H = NeuronGroup(10, "v : volt (linked)")
    >>> H.v = linked_var(G, "v")
    """
    if isinstance(group_or_variable, VariableView):
        if name is not None:
            raise ValueError("give a variable, or a group and a name")
        return LinkedVariable(group_or_variable.group, group_or_variable.name, index)
    if name is None:
        raise ValueError(
            f"which variable of {group_or_variable.name}? Give its name, or {group_or_variable.name}.variable itself"
        )
    return LinkedVariable(group_or_variable, name, index)
