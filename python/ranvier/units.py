"""Quantities with physical units: ``100*ms``, ``9.8*uA/cm**2``.

Every unit that the model language knows is a name of this module: ``from ranvier.units import mV, ms``. What units mean
is decided by the engine, by the same table that checks models.
"""

import re
import sys
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
    """The dimension of a quantity, or of a list of quantities; that of a number for anything else."""
    if isinstance(value, Quantity):
        return value.dimension
    if isinstance(value, (list, tuple)):
        return next((d for d in map(dimension_of, value) if not d.dimensionless), _number)
    return _number


def _plain(value):
    """SI numbers, also of lists of quantities."""
    if isinstance(value, Quantity):
        return np.asarray(value).view(np.ndarray)
    return type(value)(map(_plain, value)) if type(value) in (list, tuple) else value


def _wrapped(values, dimension, shown=None):
    """`values` as a quantity, or as they are where the dimension is that of a number."""
    if dimension.dimensionless:
        return np.asarray(values)[()] if isinstance(values, np.ndarray) and np.ndim(values) == 0 else values
    result = np.asarray(values, dtype=complex if np.iscomplexobj(values) else float).view(Quantity)
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

    def __new__(cls, value, unit=None):
        dimension = dimension_of(value)
        if unit is None:
            if dimension.dimensionless:
                raise DimensionMismatchError(
                    f"a quantity is made of numbers and a unit, or of quantities; got {value!r}"
                )
            _same("Quantity", *value)
            first = next(x for x in np.ravel(np.array(value, dtype=object)) if isinstance(x, Quantity))
            return _wrapped(np.array(_plain(value)), dimension, getattr(first, "_shown", None))
        scale, own = _engine.unit(unit)
        if not dimension.dimensionless:
            return cls(value).to(unit) if not isinstance(value, Quantity) else value.copy().to(unit)
        result = np.array(np.asarray(value, dtype=float) * scale).view(cls)
        result._dimension, result._shown = own, (unit, scale)
        return result

    def __array_finalize__(self, other):
        _Figures.know_units()
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

    __int__ = __complex__ = __index__ = __float__

    def fill(self, value):
        """All elements become `value`, which has the same dimension."""
        self[...] = value

    def __reduce__(self):
        return _wrapped, (_plain(self), self._dimension, self._shown)

    def dot(self, other):
        """As of an array, with the unit of the product."""
        return np.matmul(self, other) if self.ndim and np.ndim(other) else self * np.asanyarray(other)

    def tolist(self):
        """A list of quantities."""
        return [q.tolist() if q.ndim else q for q in self] if self.ndim else self

    def item(self, *args):
        """One element, with the unit."""
        return _wrapped(np.asarray(_plain(self).item(*args)), self._dimension, self._shown)

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **kwargs):
        name = ufunc.__name__
        if name in _IN_SHOWN_UNIT:
            return self._in_shown_unit(lambda x: getattr(ufunc, method)(x, **kwargs))
        rule = _UFUNCS.get(name)
        if rule is None:
            for x in inputs:
                if not dimension_of(x).dimensionless:
                    raise DimensionMismatchError(f"{name} wants a plain number; got {x}")
            dimension = _number
        elif method in ("reduce", "accumulate", "reduceat"):
            if name == "multiply" and method == "reduce":
                return np.prod(self, **kwargs)
            if rule not in (_same, _keep, _truth):
                raise DimensionMismatchError(f"{name}.{method} of {self} has no one dimension")
            dimension = None if rule is _truth else self._dimension
        else:
            dimension = rule(name, *(inputs if method != "at" else (inputs[0], *inputs[2:])))
        if out is not None:
            kwargs["out"] = tuple(_plain(o) for o in out)
        result = getattr(ufunc, method)(*(_plain(x) for x in inputs), **kwargs)
        if method == "at":
            return None
        if out is not None and isinstance(out[0], Quantity):  # `x *= 2*ms`: all names of the array see its new unit
            out[0]._dimension, out[0]._shown = dimension or _number, dimension and _shown(dimension, inputs)
            return out[0]
        return _dressed(result, dimension, inputs)

    def _in_shown_unit(self, function):
        scale = self._shown[1] if self._shown else 1.0
        return _wrapped(function(_plain(self) / scale) * scale, self._dimension, self._shown)

    def __array_function__(self, function, types, args, kwargs):
        name = function.__name__
        if name in _IN_SHOWN_UNIT:
            return self._in_shown_unit(lambda x: function(x, *args[1:], **kwargs))
        if (rule := _FUNCTIONS.get(name)) is None:
            raise TypeError(f"numpy.{name} knows no units: give it plain numbers, e.g. x / {self.unit}")
        dimension = rule(name, *args, **kwargs)
        if name in ("isclose", "allclose") and len(args) < 4:
            kwargs.setdefault("atol", 0.0)  # 1e-8 of which unit?
        result = function(*map(_plain, args), **{key: _plain(value) for key, value in kwargs.items()})
        result = function(*map(_plain, args), **{key: _plain(value) for key, value in kwargs.items()})
        return _dressed(result, dimension, (*args, *kwargs.values()))


def _method(name):
    def method(self, *args, **kwargs):
        return getattr(np, name)(self, *args, **kwargs)

    method.__name__, method.__doc__ = name, "As of an array, with the unit."
    return method


for (
    _name
) in """all any argmax argmin argpartition argsort choose clip compress cumprod cumsum diagonal max mean min nonzero
        prod ptp put repeat round searchsorted std sum take trace var""".split():
    setattr(Quantity, _name, _method(_name))


def _quantities(values):
    for value in values:
        if isinstance(value, Quantity):
            yield value
        elif isinstance(value, (list, tuple)):
            yield from _quantities(value)


def _dressed(result, dimension, inputs):
    """The results of a function with their dimensions: one, or one for each of a tuple (None: no quantity)."""
    if dimension is None or result is None:
        return result
    if isinstance(dimension, tuple):
        parts = [_dressed(r, d, inputs) for r, d in zip(result, dimension, strict=True)]
        return type(result)(*parts) if hasattr(result, "_fields") else tuple(parts)
    shown = _shown(dimension, inputs)
    if isinstance(result, (list, tuple)):  # of split, unstack
        return type(result)(_wrapped(r, dimension, shown) for r in result)
    return _wrapped(result, dimension, shown)


def _shown(dimension, inputs):
    """In which unit a result is shown: that of an input of the same dimension, or a power, product or quotient."""
    quantities = list(_quantities(inputs))
    for q in quantities:
        if q._dimension == dimension:
            return q._shown
    factors = [(q._dimension, found) for q in quantities[:2] if (found := _factors(q))]
    made = [(d ** float(n), [(unit, n * power) for unit, power in f]) for d, f in factors for n in (2, -1, 3, 4)]
    if len(factors) == 2:
        (a, above), (b, other) = factors
        made += [(a * b, above + other), (a / b, above + [(unit, -power) for unit, power in other])]
    return next((_unit_of(units) for d, units in made if d == dimension), None)


def _factors(x):
    """The units of a quantity and their powers, [("uA", 1), ("cm", -2)]; None where it has no shown unit."""
    if not isinstance(x, Quantity):
        return []
    if x._shown is None or not re.fullmatch(r"\w+(\*\*-?\d+)?([*/]\w+(\*\*-?\d+)?)*", x._shown[0]):
        return None
    found = re.findall(r"(^|[*/])([A-Za-z]\w*)(?:\*\*(-?\d+))?", x._shown[0])
    return [(unit, (-1 if joint == "/" else 1) * int(power or 1)) for joint, unit, power in found]


def _unit_of(factors):
    powers = {}
    for unit, power in factors:
        powers[unit] = powers.get(unit, 0) + power
    word = {1: ""}
    above = [f"{u}{word.get(n, f'**{n}')}" for u, n in powers.items() if n > 0]
    below = [f"/{u}{word.get(-n, f'**{-n}')}" for u, n in powers.items() if n < 0]
    if not above:
        return None
    text = "*".join(above) + "".join(below)
    return text, _engine.unit(text)[0]


def _anything(x):
    """0, NaN and infinity are the same in every unit."""
    return (
        dimension_of(x).dimensionless
        and np.ndim(x) == 0
        and isinstance(x, (int, float, np.number))
        and (x == 0 or not np.isfinite(x))
    )


def _same(name, *values):
    """The one dimension of all."""
    values = [v for v in values if v is not None and not _anything(v)]
    for b in values[1:]:
        if dimension_of(values[0]) != dimension_of(b):
            raise DimensionMismatchError(f"{name} of {values[0]} and {b}: their dimensions differ")
    for v in values:
        if isinstance(v, (list, tuple)):
            _same(name, *v)
    return dimension_of(values[0]) if values else _number


def _truth(name, *values, **_):
    """No quantity comes out, whatever goes in."""


def _compared(name, *values, **_):
    _same(name, *values)


def _keep(name, a, *rest, **named):
    """That of the first argument; no other has one."""
    for x in (*rest, *named.values()):
        if not dimension_of(x).dimensionless and dimension_of(x) != dimension_of(a):
            raise DimensionMismatchError(f"{name} of {a} and {x}: their dimensions differ")
    return dimension_of(a)


def _times(name, a, b, *rest, **_):
    return dimension_of(a) * dimension_of(b)


def _power(name, a, b, *rest):
    if not dimension_of(b).dimensionless or np.ndim(b) != 0:
        raise DimensionMismatchError(f"the exponent of {a} must be one plain number; got {b}")
    return dimension_of(a) ** float(b)


def _to_the(exponent):
    return lambda name, a, *rest, **_: dimension_of(a) ** exponent


def _first_two(rule):
    return lambda name, a, b, *rest, **_: rule(name, a, b)


def _whole_quotient(name, a, b):
    _same(name, a, b)  # how often one goes into another of another kind depends on the units
    return None


_UFUNCS = {
    **dict.fromkeys("add subtract maximum minimum fmax fmin hypot remainder fmod clip".split(), _same),
    **dict.fromkeys("less less_equal greater greater_equal equal not_equal".split(), _compared),
    **dict.fromkeys("negative positive absolute fabs conjugate spacing".split(), _keep),
    **dict.fromkeys("isfinite isnan isinf sign signbit logical_and logical_or logical_xor logical_not".split(), _truth),
    **dict.fromkeys("multiply matmul vecdot matvec vecmat".split(), _times),
    "divide": lambda name, a, b: dimension_of(a) / dimension_of(b),
    "floor_divide": _whole_quotient,
    "divmod": lambda name, a, b: (_whole_quotient(name, a, b), _same(name, a, b)),
    "arctan2": _compared,
    "copysign": lambda name, a, b: dimension_of(a),
    "nextafter": _same,
    "heaviside": lambda name, a, b: dimension_of(b),
    "power": _power,
    "float_power": _power,
    "sqrt": _to_the(0.5),
    "cbrt": _to_the(1 / 3),
    "square": _to_the(2.0),
    "reciprocal": _to_the(-1.0),
}
# What depends on the unit happens in the one that is shown: 1.6 mV is rounded to 2 mV.
_IN_SHOWN_UNIT = frozenset("round around fix floor ceil trunc rint".split())


def _product(name, a, axis=None, *rest, **_):
    shape = np.shape(a)
    return dimension_of(a) ** float(np.prod(shape if axis is None else [shape[k] for k in np.atleast_1d(axis)]))


def _slope(name, f, *spacing, **named):
    steps = [dimension_of(s) for s in spacing] or [_number] * np.ndim(f)
    each = tuple(dimension_of(f) / d for d in (steps * np.ndim(f) if len(steps) == 1 else steps))
    return each[0] if np.ndim(f) == 1 or np.ndim(named.get("axis")) == 0 and "axis" in named else each


def _integral(name, y, x=None, dx=1.0, axis=-1):
    return dimension_of(y) * dimension_of(dx if x is None else x)


def _histogram(name, a, bins=10, range=None, density=None, weights=None):
    if not np.ndim(bins) == 0:
        _same(name, a, bins)
    if range is not None:
        _same(name, a, *range)
    count = None if weights is None else dimension_of(weights)
    return ((count or _number) / dimension_of(a) if density else count), dimension_of(a)


def _interpolated(name, x, xp, fp, left=None, right=None, period=None):
    _same(name, x, xp, period)
    return _same(name, fp, left, right)


def _chosen(name, condition, *choices):
    return _same(name, *choices) if choices else None


def _averaged(name, a, axis=None, weights=None, returned=False, **_):
    total = None if weights is None else dimension_of(weights)
    return (dimension_of(a), total) if returned else dimension_of(a)


def _padded(name, a, *rest, **named):
    for key in ("constant_values", "end_values"):
        _same(name, a, *np.ravel(np.array(named.get(key, 0), dtype=object)))
    return dimension_of(a)


def _filled(name, a, nan=0.0, posinf=None, neginf=None, *rest, **named):
    return _same(name, a, *(named.get(k, v) for k, v in dict(nan=nan, posinf=posinf, neginf=neginf).items()))


def _solved(name, a, b, *rest, **_):
    return dimension_of(b) / dimension_of(a)


def _with_counts(name, a, return_index=False, return_inverse=False, return_counts=False, **_):
    more = return_index + return_inverse + return_counts
    return (dimension_of(a), *[None] * more) if more else dimension_of(a)


def _close(name, a, b, rtol=1e-5, atol=0.0, equal_nan=False):
    _same(name, a, b, atol)


def _into(name, a, *rest, **named):
    """In place: what comes in has the dimension of what is there."""
    values = {"place": rest[-1:], "put": rest[1:2], "putmask": rest[-1:], "copyto": rest[:1], "fill_diagonal": rest[:1],
              "put_along_axis": rest[1:2]}[name]  # fmt: skip
    _same(name, a, *values)


_FUNCTIONS = {
    **dict.fromkeys(
        """amax amin array_split astype broadcast_to copy cumsum
        cumulative_sum delete diag diagflat diagonal diff dsplit ediff1d empty_like expand_dims fft fft2 fftn fftshift flip
        fliplr flipud hfft hsplit ifft ifft2 ifftn ifftshift ihfft imag irfft irfft2 irfftn matrix_norm matrix_transpose max
        mean median min moveaxis nancumsum nanmax nanmean nanmedian nanmin nanpercentile nanquantile nanstd nansum norm
        partition percentile permute_dims ptp quantile ravel real real_if_close repeat reshape resize rfft rfft2 rfftn roll
        rollaxis rot90 sort split squeeze std sum svdvals swapaxes take take_along_axis tile trace transpose tril trim_zeros
        triu unstack unwrap vector_norm vsplit zeros_like eigvals eigvalsh sort_complex""".split(),
        _keep,
    ),
    **dict.fromkeys(
        """argmax argmin argpartition argsort argwhere array2string array_repr array_str common_type corrcoef count_nonzero
        flatnonzero iscomplex iscomplexobj isneginf isposinf isreal isrealobj ix_ lexsort matrix_rank may_share_memory
        min_scalar_type nanargmax nanargmin ndim nonzero result_type shape shares_memory size all any cond""".split(),
        _truth,
    ),
    **dict.fromkeys(
        "concatenate concat stack hstack vstack column_stack dstack block".split(),
        lambda name, parts, *rest, **_: _same(name, *parts),
    ),
    **dict.fromkeys("cross inner outer vdot dot kron convolve correlate matmul vecdot tensordot".split(), _times),
    **dict.fromkeys("append union1d setdiff1d setxor1d".split(), _first_two(_same)),
    **dict.fromkeys("array_equal array_equiv isin searchsorted digitize".split(), _first_two(_compared)),
    **dict.fromkeys("linspace geomspace full_like".split(), _first_two(_same)),
    **dict.fromkeys("prod nanprod".split(), _product),
    **dict.fromkeys("var nanvar cov".split(), _to_the(2.0)),
    **dict.fromkeys("inv pinv tensorinv".split(), _to_the(-1.0)),
    **dict.fromkeys("place put putmask copyto fill_diagonal put_along_axis".split(), _into),
    **dict.fromkeys("isclose allclose".split(), _close),
    **dict.fromkeys("solve tensorsolve".split(), _solved),
    "insert": lambda name, a, where, values, *rest, **_: _same(name, a, values),
    "clip": lambda name, a, low=None, high=None, *rest, **named: _same(
        name, a, low, high, *(named.get(k) for k in ("a_min", "a_max", "min", "max"))
    ),
    "where": _chosen,
    "choose": lambda name, which, choices, *rest, **_: _same(name, *choices),
    "select": lambda name, conditions, choices, default=0: _same(name, *choices, default),
    **dict.fromkeys("compress extract".split(), lambda name, condition, a, *rest, **_: dimension_of(a)),
    "apply_over_axes": lambda name, function, a, axes: dimension_of(a),
    "angle": _truth,
    "average": _averaged,
    "bincount": lambda name, x, weights=None, minlength=0: dimension_of(weights),
    **dict.fromkeys("broadcast_arrays meshgrid".split(), lambda name, *arrays, **_: tuple(map(dimension_of, arrays))),
    **dict.fromkeys(
        "atleast_1d atleast_2d atleast_3d".split(),
        lambda name, *arrays: dimension_of(arrays[0]) if len(arrays) == 1 else tuple(map(dimension_of, arrays)),
    ),
    "gradient": _slope,
    "histogram": _histogram,
    "histogram_bin_edges": lambda *args, **kwargs: _histogram(*args, **kwargs)[1],
    "interp": _interpolated,
    "intersect1d": _first_two(_same),
    "nan_to_num": _filled,
    "pad": _padded,
    "trapezoid": _integral,
    "unique": _with_counts,
    "unique_values": _keep,
    "unique_counts": lambda name, a: (dimension_of(a), None),
    "unique_inverse": lambda name, a: (dimension_of(a), None),
    "unique_all": lambda name, a: (dimension_of(a), None, None, None),
    "cholesky": _to_the(0.5),
    "det": lambda name, a: dimension_of(a) ** float(np.shape(a)[-1]),
    "eig": lambda name, a: (dimension_of(a), None),
    "eigh": lambda name, a, UPLO="L": (dimension_of(a), None),
    "qr": lambda name, a, mode="reduced": dimension_of(a) if mode == "r" else (None, dimension_of(a)),
    "svd": lambda name, a, full_matrices=True, compute_uv=True, hermitian=False: (
        (None, dimension_of(a), None) if compute_uv else dimension_of(a)
    ),
    "matrix_power": _power,
}


class _Figures:
    """Matplotlib's way to draw quantities, told as soon as both are there."""

    told = False

    @classmethod
    def know_units(cls):
        if cls.told or "matplotlib.units" not in sys.modules:
            return
        cls.told = True
        from matplotlib import units

        class Shown(units.ConversionInterface):
            @staticmethod
            def default_units(x, axis):
                return next(_quantities([x] if isinstance(x, Quantity) else x)).unit

            @staticmethod
            def convert(value, unit, axis):
                if dimension_of(value).dimensionless:
                    return value
                quantity = value if isinstance(value, Quantity) else Quantity(value)
                return quantity.to(unit).value if quantity._shown else _plain(quantity)

            @staticmethod
            def axisinfo(unit, axis):
                return units.AxisInfo(label=unit)

        units.registry[Quantity] = Shown()


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
