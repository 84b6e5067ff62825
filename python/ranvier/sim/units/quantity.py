"""Quantities with Brian 2's manners: shown in the unit that suits their size, numbers where the dimension is none."""

import numbers

import numpy as np

from ranvier.sim.units.dimensions import DIMENSIONLESS, Dimension, get_or_create_dimension, interned
from ranvier.sim.units.registers import known
from ranvier.units import quantity as base
from ranvier.units import rules
from ranvier.units.dimension import DimensionMismatchError, dimension_of, plain, same


class Quantity(base.Quantity):
    """An array of SI numbers with a dimension.

    Parameters
    ----------
    arr : array_like
        SI numbers, or quantities.
    dim : Dimension | str, optional
        The dimension; that of `arr` if it has one. Given as the name of a unit, `arr` are numbers in that unit.
    dtype : dtype, optional
    copy : bool
        Whether to copy.
    force_quantity : bool
        Keep a dimensionless result a quantity, instead of an array.

    Examples
    --------
    >>> from ranvier.sim import Quantity, mV, volt
    >>> Quantity([0.01, 0.02], dim=volt.dim)
    array([10., 20.]) * mvolt
    """

    __array_priority__ = 1000

    def __new__(cls, arr, dim=None, dtype=None, copy=False, force_quantity=False):
        if isinstance(dim, str):
            return _part(np.asarray(base.Quantity(arr, dim)), base.Quantity(arr, dim)._dimension)
        values = _numbers(arr, dtype)
        if copy:
            values = values.copy()
        if dim is not None and interned(getattr(dim, "dim", dim)) is DIMENSIONLESS and not force_quantity:
            return values.item() if values.ndim == 0 else values
        if values.dtype.kind not in "biufc":
            raise TypeError(f"a quantity is made of numbers; got {arr!r}")
        result = values.view(cls)
        result._dimension = interned(_dimension_in(arr) if dim is None else getattr(dim, "dim", dim))
        result._shown = None
        return result

    @classmethod
    def _kind(cls):
        return Quantity

    _unit_shown = staticmethod(lambda dimension, inputs: None)

    @staticmethod
    def with_dimensions(value, *args, **keywords):
        """A quantity of SI numbers.

        Parameters
        ----------
        value : array_like
        *args : Dimension | sequence of float
            A dimension or its seven exponents.
        **keywords : float
            Exponents by name: ``metre=1, second=-1``.

        Returns
        -------
        q : Quantity
        """
        given = args[0] if args and isinstance(args[0], Dimension) else get_or_create_dimension(*args, **keywords)
        return Quantity(value, dim=given)

    @property
    def dim(self):
        """The dimension."""
        return interned(self._dimension)

    @dim.setter
    def dim(self, value):
        self._dimension = interned(value)

    dimensions = dim
    unit = property(lambda self: str(self.get_best_unit()), doc="The unit in which it is shown.")
    value = property(lambda self: np.asarray(self)[()], doc="The SI numbers.")

    @property
    def is_dimensionless(self):
        """Is it a number?"""
        return self._dimension.dimensionless

    def has_same_dimensions(self, other):
        """Whether another value has the same dimension."""
        return dimension_of(other) == self._dimension

    # What is shown

    def get_best_unit(self, *regs):
        """The unit that shows it best: the values lie near ten of it.

        Parameters
        ----------
        *regs : UnitRegistry
            Where to look; by default among all units that are known.

        Returns
        -------
        u : Unit | Quantity
        """
        for registry in regs or known:
            if not self._dimension.dimensionless and registry.of(self.dim):
                return registry[self]
        return Quantity(1.0, dim=self.dim, force_quantity=True)

    def in_unit(self, u, precision=None, python_code=False):
        """The quantity as text, in a unit.

        Parameters
        ----------
        u : Unit | Quantity
        precision : int, optional
            Digits; NumPy's print options decide if it is not given.
        python_code : bool
            Text that Python can read: ``5. * um ** 2`` in place of ``5. um^2``.

        Returns
        -------
        text : str
        """
        if dimension_of(u) != self._dimension:
            raise DimensionMismatchError("a quantity can't be shown in this unit", self.dim, interned(dimension_of(u)))
        values = np.asarray(np.asarray(self) / np.asarray(u))
        if values.ndim == 0:
            text = np.array_str(np.array([values]), precision=precision).strip("[] ")
        else:
            text = (np.array_repr if python_code else np.array_str)(values, precision=precision)
        if dimension_of(u).dimensionless:
            return f"{type(self).__name__}({text.strip()})" if python_code else text.strip()
        named = u if hasattr(u, "dispname") else u.dim
        return f"{text} * {named!r}".strip() if python_code else f"{text} {named}".strip()

    def in_best_unit(self, precision=None, python_code=False, *regs):
        """The quantity as text, in the unit that suits its size.

        Parameters
        ----------
        precision : int, optional
            Digits; NumPy's print options decide if it is not given.
        python_code : bool
            Text that Python can read.
        *regs : UnitRegistry
            Where to look for units.

        Returns
        -------
        text : str
        """
        return self.in_unit(self.get_best_unit(*regs), precision=precision, python_code=python_code)

    def __repr__(self):
        return self.in_best_unit(python_code=True)

    def __str__(self):
        return self.in_best_unit()

    def __format__(self, spec):
        if not spec:
            return str(self)
        return format(np.asarray(self)[()], spec)  # as Brian 2 does: the SI number

    def _latex(self, *args):
        unit = self.get_best_unit()
        named = unit._latex() if hasattr(unit, "name") else unit.dim._latex()
        values = np.asarray(np.asarray(self) / np.asarray(unit))
        if values.ndim == 0:
            return rf"{values[()]}\,{named}"
        rows = [" & ".join(_few(list(map(str, row)), r"\dots")) for row in _few(list(np.atleast_2d(values)), [])]
        return r"\left[\begin{matrix}" + r"\\".join(rows) + r"\end{matrix}\right]\," + named

    def _repr_latex_(self):
        return f"${self._latex()}$"

    # As numbers

    def __float__(self):
        return float(np.asarray(self))

    def __int__(self):
        return int(np.asarray(self))

    def __complex__(self):
        return complex(np.asarray(self))

    def __index__(self):
        return np.asarray(self).__index__()

    def __copy__(self):
        return self._part_of(np.asarray(self).copy())

    def __deepcopy__(self, memo):
        return Quantity(np.array(self), dim=self._dimension, force_quantity=True)

    def _part_of(self, values):
        return _part(values, self._dimension)

    def __eq__(self, other):
        return NotImplemented if other is None or isinstance(other, str) else super().__eq__(other)

    def __ne__(self, other):
        return NotImplemented if other is None or isinstance(other, str) else super().__ne__(other)

    __hash__ = None

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **kwargs):
        if any(hasattr(x, "get_item") for x in inputs):
            return NotImplemented  # variables of groups know what to do
        inputs = [np.asarray(x) if isinstance(x, (list, tuple)) else x for x in inputs]
        _refuse_types(ufunc.__name__, inputs)
        out = out or ()
        in_place = method == "__call__" and len(out) == 1 and out[0] is inputs[0]
        if not in_place:
            return super().__array_ufunc__(ufunc, method, *inputs, **({"out": out} if out else {}), **kwargs)
        result = super().__array_ufunc__(ufunc, method, *inputs, **kwargs)
        if np.ndim(out[0]) == 0:  # `x *= 2` makes a new number of x, whoever else holds the old one
            return result
        np.copyto(plain(out[0]), plain(result), casting="same_kind")
        if dimension_of(out[0]) == dimension_of(result):
            return out[0]
        if isinstance(out[0], Quantity) and not isinstance(out[0].base, base.Quantity):
            out[0]._dimension = dimension_of(result)
            return out[0]
        return _part(np.asarray(plain(out[0])), dimension_of(result))  # `w *= mV`: the same numbers, now with a unit

    def cumprod(self, *args, **kwargs):
        """As of an array, of numbers without unit: products of several would each have another."""
        if not self.is_dimensionless:
            raise TypeError(f"cumprod takes numbers without unit, for each product would have another; got {self}")
        return np.cumprod(np.asarray(self), *args, **kwargs)

    def __array_function__(self, function, types, args, kwargs):
        name = function.__name__
        if name == "cumprod" and args and isinstance(args[0], Quantity):
            return args[0].cumprod(*args[1:], **kwargs)
        if name in rules.FUNCTIONS:
            try:
                return super().__array_function__(function, types, args, kwargs)
            except DimensionMismatchError:
                if name in _STRICT:
                    raise
        return function(*map(_bare, args), **{key: _bare(value) for key, value in kwargs.items()})


# Functions of NumPy that insist on dimensions. Of all others, what has no one dimension is computed with the SI numbers.
_STRICT = frozenset("allclose clip copyto isclose linspace put searchsorted".split())


def _bare(value):
    """SI numbers, also of what lists and dicts hold."""
    return {k: _bare(v) for k, v in value.items()} if type(value) is dict else plain(value)


def _few(items, between):
    """At most ten of them, the middle left out."""
    return items if len(items) <= 10 else [*items[:3], *([between] if between else []), *items[-3:]]


def _refuse_types(name, inputs):
    if any(isinstance(x, str) or np.asarray(x).dtype.kind in "US" for x in inputs):
        raise TypeError(f"{name} of a quantity and a text")
    if name in ("bitwise_and", "bitwise_or", "bitwise_xor", "invert", "left_shift", "right_shift"):
        raise TypeError(f"{name} is for whole numbers, not for quantities")
    if name in ("power", "float_power") and np.size(inputs[1]) != 1:
        raise TypeError(
            f"the exponent of a quantity is one number, so that the result has one dimension; got {inputs[1]}"
        )


def _numbers(arr, dtype):
    try:
        return np.asarray(plain(arr), dtype=dtype)
    except ValueError:
        return np.asarray([np.asarray(a) for a in arr], dtype=dtype)


def _part(values, dimension):
    return base.wrapped(values, dimension, None, Quantity)


def _dimension_in(arr):
    """That of a value or of all values in a list, which is one."""
    if isinstance(arr, (np.ndarray, numbers.Number, np.generic)):
        return dimension_of(arr)
    if not hasattr(arr, "__iter__"):
        return getattr(arr, "dim", DIMENSIONLESS)
    items = list(_flat(arr))
    some = [isinstance(x, base.Quantity) for x in items]
    if not any(some):
        return DIMENSIONLESS
    if not all(some):
        raise TypeError("quantities and plain numbers can't stand in one list: give every item its unit")
    return same("a list", *items)


def _flat(items):
    """Items of nested lists; a tuple within a list is a record of unlike things, and plain."""
    for item in items:
        if isinstance(item, list):
            yield from _flat(item)
        else:
            yield item


def quantity_with_dimensions(floatval, dims):
    """A quantity of SI numbers with a dimension."""
    return Quantity(floatval, dim=interned(dims))
