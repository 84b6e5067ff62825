"""Arrays of SI numbers with a dimension."""

from operator import attrgetter

import numpy as np

from ranvier import _core
from ranvier.units import rules
from ranvier.units.dimension import NUMBER, DimensionMismatchError, dimension_of, plain, same
from ranvier.units.figures import tell_matplotlib
from ranvier.units.shown import shown_unit

_engine = _core.units


def wrapped(values, dimension, shown=None, kind=None):
    """`values` as a quantity of that kind, or as they are where the dimension is that of a number."""
    if dimension.dimensionless:
        return np.asarray(values)[()] if isinstance(values, np.ndarray) and np.ndim(values) == 0 else values
    values = np.asarray(values)
    result = (values if values.dtype.kind in "fc" else values.astype(float)).view(kind or Quantity)
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

    _dimension = NUMBER
    _shown = None
    __array_priority__ = 1000

    def __new__(cls, value, unit=None):
        dimension = dimension_of(value)
        if unit is None and isinstance(value, Quantity):
            return value.copy()
        if unit is None:
            if dimension.dimensionless:
                raise DimensionMismatchError(
                    f"a quantity is made of numbers and a unit, or of quantities; got {value!r}"
                )
            same("Quantity", *value)
            first = next(x for x in np.ravel(np.array(value, dtype=object)) if isinstance(x, Quantity))
            return wrapped(np.array(plain(value)), dimension, getattr(first, "_shown", None))
        scale, own = _engine.unit(unit)
        if not dimension.dimensionless:
            result = cls(value)
            result._shown = result.to(unit)._shown
            return result
        result = np.array(np.asarray(value, dtype=float) * scale).view(cls)
        result._dimension, result._shown = own, (unit, scale)
        return result

    @classmethod
    def _kind(cls):
        """The class of what is computed from quantities of this one."""
        return Quantity

    def _part_of(self, values):
        return wrapped(values, self._dimension, self._shown, self._kind())

    def __array_finalize__(self, other):
        tell_matplotlib(Quantity)
        self._dimension = getattr(other, "_dimension", NUMBER)
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
        numbers = plain(self) / (self._shown[1] if self._shown else 1.0)
        return float(numbers) if numbers.ndim == 0 else numbers

    def __repr__(self):
        return f"{self.value!r}*{self.unit}" if self._shown else f"Quantity({self.value!r}, [{self.unit}])"

    def __str__(self):
        return f"{self.value} {self.unit}"

    def __format__(self, spec):
        return f"{self.value:{spec}} {self.unit}" if spec else str(self)

    def __getitem__(self, key):
        part = super().__getitem__(key)
        return part if isinstance(part, Quantity) else self._part_of(part)

    def __setitem__(self, key, value):
        same("=", self, value)
        plain(self)[key] = plain(value)

    def __iter__(self):
        return (self._part_of(v) for v in plain(self))

    def __float__(self):
        raise DimensionMismatchError(f"{self} is no plain number: divide by a unit, e.g. x / {self.unit}")

    __int__ = __complex__ = __index__ = __float__

    def fill(self, value):
        """All elements become `value`, which has the same dimension."""
        self[...] = value

    def __reduce__(self):
        return wrapped, (plain(self), self._dimension, self._shown, self._kind())

    def clip(self, min=None, max=None, out=None, **kwargs):
        """As of an array; the bounds have the same dimension."""
        return np.clip(self, min, max, out=out, **kwargs)

    def compress(self, condition, axis=None, out=None):
        """As of an array, with the unit."""
        return np.compress(condition, self, axis=axis, out=out)

    def _part(name):
        own = getattr(np.ndarray, name)

        def write(self, value):
            same("=", self, value)
            own.__set__(self, plain(value))

        return property(lambda self: self._part_of(getattr(plain(self), name)), write)

    real, imag = _part("real"), _part("imag")
    del _part

    def dot(self, other):
        """As of an array, with the unit of the product."""
        return np.matmul(self, other) if self.ndim and np.ndim(other) else self * np.asanyarray(other)

    def tolist(self):
        """A list of quantities."""
        return [q.tolist() if q.ndim else q for q in self] if self.ndim else self

    def item(self, *args):
        """One element, with the unit."""
        return self._part_of(np.asarray(plain(self).item(*args)))

    def astype(self, dtype, *args, **kwargs):
        """As of an array, with the unit; truth values have none."""
        return self._dressed(plain(self).astype(dtype, *args, **kwargs), rules.as_type("astype", self, dtype), (self,))

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **kwargs):
        name = ufunc.__name__
        dimension = rules.of_ufunc(name, method, inputs, kwargs)
        out = out or (None,) * ufunc.nout
        dimensions = dimension if isinstance(dimension, tuple) else (dimension,) * len(out)
        partly = method == "__call__" and kwargs.get("where", True) is not True
        for o, d in zip(out, dimensions, strict=True):
            _check_out(name, o, d, partly)
        if name in rules.IN_SHOWN_UNIT:
            where = kwargs.pop("where", True)
            shown, scale = _in_shown_unit(inputs[0])
            result = _put_into(out[0], ufunc(shown, **kwargs) * scale, where)
        else:
            if any(o is not None for o in out):
                kwargs["out"] = plain(out)
            result = getattr(ufunc, method)(*map(plain, inputs), **{key: plain(value) for key, value in kwargs.items()})
        if len(out) == 1:
            return self._finished(result, dimension, inputs, out[0])
        return tuple(self._finished(r, d, inputs, o) for r, d, o in zip(result, dimensions, out, strict=True))

    def __array_function__(self, function, types, args, kwargs):
        name = function.__name__
        if name == "apply_over_axes":
            return _applied_over_axes(*args, **kwargs)
        if name not in rules.FUNCTIONS:
            raise TypeError(f"numpy.{name} knows no units: give it plain numbers, e.g. x / {self.unit}")
        call = rules.signature(function).bind(*args, **kwargs)
        dimension = rules.of_function(name, call)
        given = call.arguments
        out = given.pop("out", None)
        inputs = list(given.values())
        _check_out(name, out, dimension)
        first = next(iter(given))
        if name in rules.CLOSE:
            given.setdefault("atol", 0.0)  # 1e-8 of which unit?
        if (in_shown_unit := name in rules.IN_SHOWN_UNIT) or name in rules.TEXTS:
            given[first], scale = _in_shown_unit(given[first])
        elif out is not None:
            given["out"] = plain(out)
        result = function(*map(plain, call.args), **{key: plain(value) for key, value in call.kwargs.items()})
        if name in rules.TEXTS:
            return result + rules.TEXTS[name] + self.unit
        if in_shown_unit:
            result = _put_into(out, result * scale)
        return self._finished(result, dimension, inputs, out)

    @classmethod
    def _finished(cls, result, dimension, inputs, out):
        """What is handed back: `out`, all of whose names see the new unit (`x *= 2*ms`), or the result with its dimension."""
        if isinstance(out, Quantity):
            out._dimension, out._shown = dimension or NUMBER, dimension and cls._unit_shown(dimension, inputs)
            return out
        return cls._dressed(result, dimension, inputs) if out is None else out

    @classmethod
    def _dressed(cls, result, dimension, inputs):
        """The results of a function with their dimensions: one, or one for each of a tuple (None: no quantity)."""
        if dimension is None or result is None:
            return result
        if isinstance(dimension, tuple):
            parts = [cls._dressed(r, d, inputs) for r, d in zip(result, dimension, strict=True)]
            return type(result)(*parts) if hasattr(result, "_fields") else type(result)(parts)
        shown, kind = cls._unit_shown(dimension, inputs), cls._kind()
        if isinstance(result, (list, tuple)):  # of split, unstack
            return type(result)(wrapped(r, dimension, shown, kind) for r in result)
        return wrapped(result, dimension, shown, kind)

    _unit_shown = staticmethod(shown_unit)


def _method(name):
    def method(self, *args, **kwargs):
        return getattr(np, name)(self, *args, **kwargs)

    method.__name__, method.__doc__ = name, "As of an array, with the unit."
    return method


_METHODS = """all any argmax argmin argpartition argsort choose cumprod cumsum diagonal max mean min nonzero
prod ptp put repeat round searchsorted std sum take trace var""".split()
for _name in _METHODS:
    setattr(Quantity, _name, _method(_name))


def _in_shown_unit(x):
    """An argument as numbers in the unit in which it is shown, and the unit's size."""
    scale = x._shown[1] if isinstance(x, Quantity) and x._shown else 1.0
    return np.asarray(plain(x)) / scale, scale


def _put_into(out, result, where=True):
    if out is not None:
        np.copyto(plain(out), result, where=where)
    return result


def _check_out(name, out, dimension, partly=False):
    """Refuses an `out` that can't hold the unit of what comes; `partly`: some of its elements stay as they are."""
    dimension = dimension or NUMBER
    if out is None or dimension_of(out) == dimension:
        return
    if not isinstance(out, Quantity):
        raise DimensionMismatchError(f"the result of {name} has the dimension {dimension!r}, which the plain array given as "
                                     "out can't hold: give a Quantity, or write x = x * y for x *= y")  # fmt: skip
    if partly:
        raise DimensionMismatchError(
            f"{name} changes the dimension of all of out, but where leaves elements as they are"
        )
    numbers = out.base  # those of a quantity of its own are an array that is nobody's view
    if isinstance(numbers, Quantity) or isinstance(getattr(numbers, "base", None), np.ndarray):
        raise DimensionMismatchError(f"{name} changes the dimension of out, which is a view or a part of another array "
                                     "whose unit would stay: write x = x * y for x *= y")  # fmt: skip


def _applied_over_axes(func, a, axes):
    for axis in np.atleast_1d(axes):
        result = func(a, axis)
        a = result if np.ndim(result) == np.ndim(a) else np.expand_dims(result, axis + np.ndim(a) if axis < 0 else axis)
    return a
