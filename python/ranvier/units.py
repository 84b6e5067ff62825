"""Quantities with physical units: ``100*ms``, ``9.8*uA/cm**2``.

Every unit that the model language knows is a name of this module: ``from ranvier.units import mV, ms``. What units mean
is decided by the engine, by the same table that checks models.
"""

from operator import attrgetter

import numpy as np

from ranvier import _core

_engine = _core.units
_number = _engine.Dimension()

_COMMON = """A Hz Mohm amp cm farad hertz kHz kelvin kohm mA mM mS mV meter metre mm ms nA nF nS ns ohm pA pF second siemens uA
uF uS uV um us volt""".split()
__all__ = ["Quantity", "DimensionMismatchError"]
__all__ += _COMMON  # made when asked for, by __getattr__


class DimensionMismatchError(ValueError):
    """Quantities of different dimensions were added, compared or given for each other."""


def dimension_of(value):
    """The dimension of a quantity; that of a number for anything else."""
    return value.dimension if isinstance(value, Quantity) else _number


def _plain(value):
    return np.asarray(value).view(np.ndarray) if isinstance(value, Quantity) else value


def _wrapped(values, dimension, shown=None):
    """`values` as a quantity, or as they are where the dimension is that of a number."""
    if dimension.dimensionless:
        return np.asarray(values)[()] if isinstance(values, np.ndarray) and np.ndim(values) == 0 else values
    result = np.asarray(values, dtype=float).view(Quantity)
    result._dimension, result._shown = dimension, shown
    return result


class Quantity(np.ndarray):
    """An array of SI numbers with a dimension, shown in a unit.

    Parameters
    ----------
    value : array_like
        Numbers in `unit`.
    unit : str
        A unit or an expression of units, e.g. ``"mV"``, ``"uA/cm**2"``.

    Examples
    --------
    >>> from ranvier.units import Quantity, mV
    >>> 2 * Quantity([1, 2], "mV") / mV
    array([2., 4.])
    """

    _dimension = _number
    _shown = None
    __array_priority__ = 1000

    def __new__(cls, value, unit):
        scale, dimension = _engine.unit(unit)
        if dimension_of(value) != _number:
            raise DimensionMismatchError("a quantity is made of plain numbers and a unit")
        result = np.array(np.asarray(value, dtype=float) * scale).view(cls)
        result._dimension, result._shown = dimension, (unit, scale)
        return result

    def __array_finalize__(self, other):
        self._dimension = getattr(other, "_dimension", _number)
        self._shown = getattr(other, "_shown", None)

    dimension = property(attrgetter("_dimension"), doc="The dimension, e.g. ``m^2 kg s^-3 A^-1``.")

    @property
    def unit(self):
        """The unit in which it is shown."""
        return self._shown[0] if self._shown else repr(self._dimension)

    def to(self, unit):
        """The same quantity, shown in another unit.

        Parameters
        ----------
        unit : str
            A unit of the same dimension.

        Returns
        -------
        quantity : Quantity
            Not a copy.
        """
        scale, dimension = _engine.unit(unit)
        if dimension != self._dimension:
            raise DimensionMismatchError(f"{self} can't be shown in {unit}")
        result = self.view(Quantity)
        result._shown = (unit, scale)
        return result

    @property
    def value(self):
        """Plain numbers in the unit in which it is shown."""
        plain = _plain(self) / (self._shown[1] if self._shown else 1.0)
        return float(plain) if plain.ndim == 0 else plain

    def __repr__(self):
        return f"{self.value!r}*{self.unit}" if self._shown else f"Quantity({self.value!r}, [{self.unit}])"

    def __str__(self):
        return f"{self.value} {self.unit}"

    def __format__(self, spec):
        return f"{self.value:{spec}} {self.unit}" if spec else str(self)

    def __getitem__(self, key):
        return _wrapped(_plain(self)[key], self._dimension, self._shown)

    def __setitem__(self, key, value):
        _same("=", self, value)
        _plain(self)[key] = _plain(value)

    def __iter__(self):
        return (_wrapped(v, self._dimension, self._shown) for v in _plain(self))

    def __float__(self):
        raise DimensionMismatchError(f"{self} is no plain number: divide by a unit, e.g. x / {self.unit}")

    def __reduce__(self):
        return _wrapped, (_plain(self), self._dimension, self._shown)

    def dot(self, other):
        """As of an array, with the unit of the product."""
        return np.matmul(self, other) if self.ndim and np.ndim(other) else self * other

    def tolist(self):
        """A list of quantities."""
        return [q.tolist() if q.ndim else q for q in self] if self.ndim else self

    def item(self, *args):
        """One element, with the unit."""
        return _wrapped(np.asarray(_plain(self).item(*args)), self._dimension, self._shown)

    def mean(self, *args, **kwargs):
        """As of an array, with the unit."""
        return _wrapped(_plain(self).mean(*args, **kwargs), self._dimension, self._shown)

    def std(self, *args, **kwargs):
        """As of an array, with the unit."""
        return _wrapped(_plain(self).std(*args, **kwargs), self._dimension, self._shown)

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **kwargs):
        rule = _RULES.get(ufunc)
        if rule is None:
            for x in inputs:
                if not dimension_of(x).dimensionless:
                    raise DimensionMismatchError(f"{ufunc.__name__} wants a plain number; got {x}")
            dimension = _number
        elif method in ("reduce", "accumulate"):
            if rule is not _same and rule is not _keep:
                raise DimensionMismatchError(f"{ufunc.__name__}.{method} of {self} has no one dimension")
            dimension = self._dimension
        else:
            dimension = rule(ufunc.__name__, *inputs)
        if out is not None:
            kwargs["out"] = tuple(_plain(o) for o in out)
        result = getattr(ufunc, method)(*(_plain(x) for x in inputs), **kwargs)
        if dimension is None:  # comparisons, isfinite, sign: no quantity
            return result
        shown = next((x._shown for x in inputs if isinstance(x, Quantity) and x._dimension == dimension), None)
        if out is not None and isinstance(out[0], Quantity):  # `x *= 2*ms`: all names of the array see its new unit
            out[0]._dimension, out[0]._shown = dimension, shown
            return out[0]
        return _wrapped(result, dimension, shown)

    def __array_function__(self, function, types, args, kwargs):
        if function in _JOINS:
            parts = args[0]
            first = next(x for x in parts if isinstance(x, Quantity))
            for x in parts:
                _same(function.__name__, first, x)
            joined = function([_plain(x) for x in parts], *args[1:], **kwargs)
            return _wrapped(joined, first._dimension, first._shown)
        if function.__name__ not in _KNOWN_FUNCTIONS:
            raise TypeError(f"numpy.{function.__name__} knows no units: give it plain numbers, e.g. x / {self.unit}")
        return super().__array_function__(function, types, args, kwargs)


def _is_zero(x):
    return not isinstance(x, Quantity) and np.ndim(x) == 0 and x == 0


def _same(name, a, b=None, *rest):
    if b is not None and dimension_of(a) != dimension_of(b) and not _is_zero(a) and not _is_zero(b):
        raise DimensionMismatchError(f"{name} of {a} and {b}: their dimensions differ")
    return dimension_of(b if _is_zero(a) and b is not None else a)


def _compared(name, a, b):
    _same(name, a, b)


def _keep(name, a, *rest):
    return dimension_of(a)


def _power(name, a, b):
    if not dimension_of(b).dimensionless or np.ndim(b) != 0:
        raise DimensionMismatchError(f"the exponent of {a} must be one plain number; got {b}")
    return dimension_of(a) ** float(b)


_RULES = {
    **dict.fromkeys(
        (np.add, np.subtract, np.maximum, np.minimum, np.fmax, np.fmin, np.hypot, np.remainder, np.clip), _same
    ),
    **dict.fromkeys((np.less, np.less_equal, np.greater, np.greater_equal, np.equal, np.not_equal), _compared),
    **dict.fromkeys((np.negative, np.positive, np.absolute, np.fabs, np.conjugate), _keep),
    **dict.fromkeys((np.isfinite, np.isnan, np.isinf, np.sign, np.signbit), lambda name, a: None),
    **dict.fromkeys((np.multiply, np.matmul), lambda name, a, b: dimension_of(a) * dimension_of(b)),
    **dict.fromkeys((np.true_divide, np.floor_divide), lambda name, a, b: dimension_of(a) / dimension_of(b)),
    np.power: _power,
    np.float_power: _power,
    np.sqrt: lambda name, a: dimension_of(a) ** 0.5,
    np.square: lambda name, a: dimension_of(a) ** 2.0,
    np.reciprocal: lambda name, a: _number / dimension_of(a),
}
_JOINS = (np.concatenate, np.stack, np.hstack, np.vstack)
_KNOWN_FUNCTIONS = frozenset(
    "linspace diff mean std sum max min amax amin ptp clip reshape ravel transpose squeeze atleast_1d broadcast_to copy shape "
    "ndim size array_repr array_str array2string cumsum flip roll sort repeat tile expand_dims moveaxis swapaxes isfinite "
    "result_type may_share_memory shares_memory argmax argmin argsort nonzero iscomplexobj isrealobj".split()
)


class Named:
    """A state or parameter of a model: its name, unit, and what the text says about it.

    Attributes
    ----------
    name, unit, about : str
    scale : float
        One unit in SI.
    """

    def __init__(self, name, unit, scale, dimension, about=""):
        self.name, self.unit, self.scale, self.dimension, self.about = name, unit, scale, dimension, about

    def __repr__(self):
        return f"<{self.name} : {self.unit}>"

    def si(self, value, what=None):
        """The SI number(s) of a quantity. Bare numbers are refused where the dimension is not that of a number."""
        what = what or self.name
        if not isinstance(value, np.ndarray) and isinstance(value, (list, tuple)):
            return np.array([self.si(v, what) for v in value], dtype=float)
        dimension = getattr(value, "dimension", None)
        if dimension is None or not hasattr(value, "to"):
            if not self.dimension.dimensionless:
                raise ValueError(f"{what} has the unit {self.unit}; got the bare number {_short(value)}: "
                                 f"write {_short(value)}*{self.unit}")  # fmt: skip
            return np.asarray(value, dtype=float)[()] if np.ndim(value) == 0 else np.asarray(value, dtype=float)
        if dimension != self.dimension:
            raise ValueError(f"{what} must have the dimension of {self.unit}; got {value}")
        return np.asarray(value).view(np.ndarray)[()]

    def shown(self, si):
        """SI numbers as people see them: a quantity in the model's unit, or plain numbers."""
        if self.dimension.dimensionless:
            return si / self.scale if self.scale != 1 else si
        return _wrapped(si, self.dimension, (self.unit, self.scale))


def _short(value):
    text = repr(value.item() if hasattr(value, "item") and getattr(value, "size", 0) == 1 else value)
    return text if len(text) < 60 else text[:57] + "..."


def number(name):
    """A plain number with a name."""
    return Named(name, "1", 1.0, _number)


def __getattr__(name):
    if name.startswith("_"):
        raise AttributeError(f"module 'ranvier.units' has no attribute {name!r}")
    try:
        return Quantity(1.0, name)
    except ValueError as error:
        raise AttributeError(str(error)) from None
