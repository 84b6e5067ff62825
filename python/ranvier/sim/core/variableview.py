"""A variable of a group, looked at, indexed, set and computed with like an array."""

import numpy as np

from ranvier import _core
from ranvier.sim.core.around import Around
from ranvier.sim.core.kept import as_now, copied, kept
from ranvier.sim.core.meanings import warn_of_two_meanings
from ranvier.sim.units.checking import fail_for_dimension_mismatch, get_dimensions
from ranvier.sim.units.dimensions import DIMENSIONLESS
from ranvier.sim.units.quantity import Quantity
from ranvier.sim.units.registry import get_unit, get_unit_for_display


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
