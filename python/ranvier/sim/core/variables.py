"""Variables of groups: looked at, indexed, set and computed with like arrays."""

import weakref
from collections.abc import Mapping

import numpy as np

from ranvier import _core
from ranvier.sim.core.around import Around
from ranvier.sim.core.functions import Constant as Constant
from ranvier.sim.core.kept import as_now, copied, kept
from ranvier.sim.core.meanings import OF_CLOCK, warn_of_two_meanings
from ranvier.sim.units.allunits import find
from ranvier.sim.units.checking import fail_for_dimension_mismatch, get_dimensions
from ranvier.sim.units.dimensions import DIMENSIONLESS, interned
from ranvier.sim.units.quantity import Quantity
from ranvier.sim.units.registry import get_unit, get_unit_for_display

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


class VariableView:
    """A variable of a group, like an array.

    Parameters
    ----------
    name : str
    group : VariableOwner
    units : bool
        Whether values have their unit.
    """

    __array_priority__ = 10

    def __init__(self, name, group, units=True):
        self.name, self.group = name, group
        self.variable = group.variables[name]
        self.dim = self.variable.dim if units else None

    unit = property(lambda self: get_unit(self.dim or DIMENSIONLESS), doc="The unit of size 1 of its dimension.")
    shape = property(lambda self: () if self.variable.scalar else (len(self.group),), doc="() of one value for all.")
    ndim = property(lambda self: len(self.shape), doc="0 of one value for all, else 1.")
    dtype = property(lambda self: self.variable.dtype, doc="The type of its values.")
    size = property(lambda self: 1 if self.variable.scalar else len(self.group), doc="How many values it has.")

    # Looking

    def get_item(self, item, level=0, namespace=None):
        """Values.

        Parameters
        ----------
        item : slice | int | array_like | str
            Which; a text is a condition.
        level : int
            How many calls above the caller names of the text are looked up.
        namespace : dict, optional
            Where they are looked up instead.

        Returns
        -------
        values : Quantity | array | float
            Of ``[:]`` the group's own memory, as in Brian 2: what is written there is written to the group, and it follows the
            group (``.copy()`` keeps what it is now). All else are copies.
        """
        item = getattr(item, "code", item)
        texts = isinstance(item, str) or self.variable.subexpression or self.variable.linked
        around = Around(level) if texts and namespace is None else namespace
        if kept.unknown and not self.variable.constant:
            raise NotImplementedError(
                f"{self.name} of {self.group.name} depends on runs that wait: call device.build() or device.run() first"
            )
        if _with_new_axes(item):
            values = np.asarray(self._values(None, around))[item]
        elif self.variable.scalar:
            self._check_scalar_index(item)
            values = self._values(None, around)[0]
        elif isinstance(item, str):
            values = self._values(self.group._where(item, around), around)
        elif _all(item):
            values = self.group._array(self.name) if self._lent() else self._values(None, around)
        else:
            elements = self.group._elements(item)
            values = self._values(np.atleast_1d(elements), around)
            values = values[0] if np.ndim(elements) == 0 else values
        if self.dim is None or self.dim is DIMENSIONLESS:
            return values
        return Quantity(values, dim=self.dim)

    def _lent(self):
        """Whether ``[:]`` is the memory of the group: of its own variables that may be set."""
        variable = self.variable
        follows = variable.read_only or variable.subexpression or variable.linked or self.group._outer(self.name)
        return self.group._lends_memory and not follows and not kept.waiting

    def _values(self, elements, around):
        if self.variable.subexpression or self.variable.linked:
            return self.group._value(self.name, around, elements, self.variable)[0]
        if (outer := self.group._outer(self.name)) is not None:
            there, base = outer
            array = there._array(base) if self.variable.scalar else there._array(base)[self.group._ends(self.name)]
        else:
            array = self.group._array(self.name)
        return array.copy() if elements is None else array[elements]

    def _check_scalar_index(self, item):
        if isinstance(item, str):
            raise IndexError(f"{self.name} has one value for all elements: a condition can't choose among them")
        if not _all(item):
            raise IndexError(f"{self.name} has one value for all elements: its only index is [:]; got {item!r}")

    def __getitem__(self, item):
        return self.get_item(item)

    # Setting

    def set_item(self, item, value, level=0, namespace=None):
        """Sets values.

        Parameters
        ----------
        item : slice | int | array_like | str
            Which; a text is a condition.
        value : Quantity | array_like | float | str
            A text is an expression of the group's variables.
        level : int
            How many calls above the caller names of texts are looked up.
        namespace : dict, optional
            Where they are looked up instead.
        """
        if self.variable.read_only:
            raise TypeError(f"{self.name} of {self.group.name} can only be looked at, not set")
        if self.variable.linked:
            raise ValueError(
                f"{self.name} lives in another group: set it there, or link it to another variable with linked_var"
            )
        self.group.check_variable_write(self.variable)
        item, value = getattr(item, "code", item), getattr(value, "code", value)
        around = Around(level) if namespace is None and (isinstance(item, str) or isinstance(value, str)) else namespace
        if kept.waiting:
            item, value, around = copied(item), copied(value), as_now(around)
            kept.keep(lambda: self.set_item(item, value, namespace=around))
            return
        elements = self._elements_to_set(item, around)
        if isinstance(value, str):
            warn_of_two_meanings(self, value, item)
            self._assign(value, elements, around)
            self.group._warn_of_conflicts(_core.language.expression(value)[1][0], around)
        else:
            if isinstance(item, str) and np.size(value) != 1:
                raise TypeError(
                    f"a condition chooses the elements of {self.name}: give one value for all of them, or a text; got {np.size(value)} values"
                )
            self._set(elements, value)

    def _elements_to_set(self, item, around):
        if self.variable.scalar:
            if isinstance(item, str) and item != "True":
                raise IndexError(f"{self.name} has one value for all elements: a condition can't choose among them")
            if not isinstance(item, str):
                self._check_scalar_index(item)
            return None
        if isinstance(item, str):
            return None if item == "True" else self.group._where(item, around)
        return None if _all(item) else np.atleast_1d(self.group._elements(item))

    def _assign(self, text, elements, around):
        if self.group._conditional(self.name):
            self.group._execute(f"{self.name} = {text}", around, elements)
            return
        values, dimension = self.group._value(text, around, elements, self.variable)
        self._set(elements, Quantity(values, dim=dimension) if self.dim is not None else values)

    def _set(self, elements, value):
        if self.dim is not None and get_dimensions(value) is not self.dim:
            fail_for_dimension_mismatch(
                value, self.dim, "{name} of {group} takes values in {unit}; got {value}", name=_Word(self.name),
                group=_Word(self.group.name), unit=_Word(get_unit_for_display(self.dim)), value=value,
            )  # fmt: skip
        if (outer := self.group._outer(self.name)) is not None:
            there, base = outer
            if not self.variable.scalar:
                elements = self.group._ends(self.name)[slice(None) if elements is None else elements]
            VariableView(base, there, self.dim is not None)._set(elements, value)
            return
        array = self.group._array(self.name)
        numbers = np.asarray(value)
        count = len(array) if elements is None else len(elements)
        if numbers.ndim and numbers.size not in (1, count):
            raise ValueError(f"{count} values are needed for {self.name} of {self.group.name}; got {numbers.size}")
        if numbers.dtype.kind not in "biuf":
            raise TypeError(f"{self.name} of {self.group.name} takes real numbers; got {numbers.dtype}")
        numbers = numbers.reshape(-1) if numbers.ndim > 1 else numbers
        if array.dtype.kind in "iu":
            self._check_whole(numbers, array.dtype)
        array[slice(None) if elements is None else elements] = numbers
        self.group._changed(self.name)

    def _check_whole(self, numbers, dtype):
        """Numbers that an integer of this type can't be are refused, not wrapped."""
        if not np.isfinite(numbers).all():
            raise ValueError(f"{self.name} of {self.group.name} takes whole numbers; got {numbers[~np.isfinite(numbers)].flat[0]}"
                             if numbers.ndim else f"{self.name} of {self.group.name} takes whole numbers; got {numbers}")  # fmt: skip
        limits = np.iinfo(dtype)
        wrong = (numbers < limits.min) | (numbers > limits.max)
        if np.any(wrong):
            raise OverflowError(
                f"{self.name} of {self.group.name} is {dtype} and holds {limits.min} to {limits.max}; got "
                f"{np.atleast_1d(numbers)[np.atleast_1d(wrong)][0]}: dtype={{{self.name!r}: np.int64}} makes it wider"
            )

    def __setitem__(self, item, value):
        self.set_item(item, value)

    # Computing

    def _all_values(self):
        return self.get_item(slice(None))

    def __array__(self, dtype=None, copy=None):
        return np.array(self.get_item(slice(None)), dtype=dtype, subok=True)

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        inputs = [x.get_item(slice(None)) if isinstance(x, VariableView) else x for x in inputs]
        return getattr(ufunc, method)(*inputs, **kwargs)

    def __array_function__(self, function, types, args, kwargs):
        return function(*_arrays(args), **{k: _arrays(v) for k, v in kwargs.items()})

    def __len__(self):
        if self.variable.scalar:
            raise TypeError(f"{self.name} has one value for all elements, which has no length")
        return len(self.group)

    def __iter__(self):
        return iter(self._all_values())

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(np.asanyarray(self.get_item(slice(None))), name)

    def __float__(self):
        return float(self._all_values())

    def __int__(self):
        return int(self._all_values())

    def __index__(self):
        return int(self._all_values())

    def __bool__(self):
        return bool(self._all_values())

    def __format__(self, spec):
        return format(self._all_values(), spec)

    def __hash__(self):
        return hash((self.group.name, self.name))

    def __str__(self):
        return str(self._all_values())

    def __repr__(self):
        with np.printoptions(threshold=10):
            shown = repr(self._all_values())
        return f"<{self.group.name}.{self.name}{'_' if self.dim is None else ''}: {shown}>"

    def _binary(name):
        def method(self, other):
            other = other.get_item(slice(None)) if isinstance(other, VariableView) else other
            return getattr(np.asanyarray(self.get_item(slice(None))), name)(other)

        method.__name__ = name
        return method

    for _name in """add radd sub rsub mul rmul truediv rtruediv floordiv rfloordiv mod rmod pow rpow matmul rmatmul eq ne lt le gt ge
    and rand or ror xor rxor divmod""".split():
        locals()[f"__{_name}__"] = _binary(f"__{_name}__")
    del _name, _binary

    def __neg__(self):
        return -np.asanyarray(self._all_values())

    def __pos__(self):
        return +np.asanyarray(self._all_values())

    def __abs__(self):
        return abs(np.asanyarray(self._all_values()))

    def _in_place(sign, compute):
        def method(self, other):
            if isinstance(other, str):
                raise TypeError(
                    f"{self.name} {sign}= takes no text: write {self.name} = '{self.name} {sign} ({other})'"
                )
            own = np.asanyarray(self.get_item(slice(None)))
            self.set_item(slice(None), compute(own, _array(other)))
            return self

        return method

    __iadd__ = _in_place("+", lambda a, b: a + b)
    __isub__ = _in_place("-", lambda a, b: a - b)
    __imul__ = _in_place("*", lambda a, b: a * b)
    __itruediv__ = _in_place("/", lambda a, b: a / b)
    __idiv__ = __itruediv__
    __ifloordiv__ = _in_place("//", lambda a, b: a // b)
    __imod__ = _in_place("%", lambda a, b: a % b)
    __ipow__ = _in_place("**", lambda a, b: a**b)
    del _in_place


def _with_new_axes(item):
    """Is an index ``[:, np.newaxis]``, as of those who draw?"""
    return isinstance(item, tuple) and any(x is None for x in item) and all(x is None or _all(x) for x in item)


class _Word(str):
    """A word of a message, which is no quantity."""


def _all(item):
    return isinstance(item, slice) and item == slice(None)


def _array(x):
    return x.get_item(slice(None)) if isinstance(x, VariableView) else x


def _arrays(args):
    return type(args)(map(_arrays, args)) if type(args) in (list, tuple) else _array(args)
