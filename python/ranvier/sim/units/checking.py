"""Asking for dimensions, and insisting on them."""

import functools
import numbers

import numpy as np

from ranvier.sim.units.dimensions import DIMENSIONLESS, Dimension, interned
from ranvier.sim.units.quantity import Quantity
from ranvier.sim.units.registry import get_unit_for_display
from ranvier.units.dimension import DimensionMismatchError, dimension_of


def get_dimensions(obj):
    """The dimension of a value.

    Parameters
    ----------
    obj : Quantity | array_like | Dimension

    Returns
    -------
    dim : Dimension
    """
    if isinstance(obj, np.ndarray):
        return interned(dimension_of(obj))
    if isinstance(obj, (numbers.Number, np.generic)):
        return DIMENSIONLESS
    own = getattr(obj, "dim", None)
    if own is not None:
        return interned(own)
    if isinstance(obj, str) or not hasattr(obj, "__iter__"):
        raise TypeError(f"a {type(obj).__name__} has no dimension: give a number or a quantity")
    return Quantity(obj).dim


def is_dimensionless(obj):
    """Whether a value is a number.

    Parameters
    ----------
    obj : Quantity | array_like

    Returns
    -------
    dimensionless : bool
    """
    return get_dimensions(obj) is DIMENSIONLESS


def have_same_dimensions(obj1, obj2):
    """Whether two values have the same dimension.

    Parameters
    ----------
    obj1, obj2 : Quantity | array_like

    Returns
    -------
    same : bool
    """
    return get_dimensions(obj1) is get_dimensions(obj2)


def is_scalar_type(obj):
    """Whether a value is a single number without unit."""
    if hasattr(obj, "ndim"):
        return obj.ndim == 0 and is_dimensionless(obj)
    return np.isscalar(obj) and not isinstance(obj, str)


def fail_for_dimension_mismatch(obj1, obj2=None, error_message=None, **error_quantities):
    """Raises where two values have different dimensions; a plain 0 has any.

    Parameters
    ----------
    obj1, obj2 : Quantity | array_like
        No second one: the first must be a number.
    error_message : str, optional
        Said before the dimensions; may hold ``{names}``.
    **error_quantities : Quantity
        What these names stand for.

    Returns
    -------
    dim1, dim2 : Dimension
    """
    one = get_dimensions(obj1)
    two = DIMENSIONLESS if obj2 is None else get_dimensions(obj2)
    if one is two or (one is DIMENSIONLESS and _zero(obj1)) or (two is DIMENSIONLESS and _zero(obj2)):
        return one, two
    message = "the dimensions differ" if error_message is None else error_message
    if error_quantities:
        with np.printoptions(edgeitems=2, threshold=5):
            message = message.format(**error_quantities)
    raise DimensionMismatchError(message, one, *(() if obj2 is None or isinstance(obj2, Dimension) else (two,)))


def _zero(obj):
    return obj is not None and not isinstance(obj, Dimension) and bool(np.all(np.asarray(obj) == 0))


def in_unit(x, u, precision=None):
    """A value as text, in a unit.

    Parameters
    ----------
    x : Quantity | float
    u : Unit | Quantity
    precision : int, optional
        Digits; NumPy's print options decide if it is not given.

    Returns
    -------
    text : str

    Examples
    --------
    >>> from ranvier.sim import in_unit, mvolt, volt
    >>> in_unit(3*volt, mvolt)
    '3000. mV'
    """
    if is_dimensionless(x):
        fail_for_dimension_mismatch(x, u, f"{x} can't be shown in {u!r}")
        return str(np.asarray(x / np.asarray(u)))
    return x.in_unit(u, precision=precision)


def in_best_unit(x, precision=None):
    """A value as text, in the unit that suits its size.

    Parameters
    ----------
    x : Quantity | float
    precision : int, optional
        Digits; NumPy's print options decide if it is not given.

    Returns
    -------
    text : str
    """
    if is_dimensionless(x):
        return str(np.round(x, np.get_printoptions()["precision"] if precision is None else precision))
    return x.in_best_unit(precision=precision)


def check_units(**au):
    """A decorator: the arguments of a function, and its result, must have these units.

    Parameters
    ----------
    **au : Unit | 1 | bool | str | callable | None
        For each argument a unit; 1 for a number, ``bool`` for a truth value, the name of another argument for its unit,
        None for any. ``result=`` says that of the result, which may be a function of the dimensions of the arguments.

    Examples
    --------
    >>> from ranvier.sim import check_units, amp, ohm, volt
    >>> @check_units(I=amp, R=ohm, result=volt)
    ... def voltage(I, R):
    ...     return I*R
    >>> voltage(2*amp, 3*ohm)
    6. * volt
    """

    def decorate(f):
        code = getattr(f, "_orig_func", f).__code__
        names = getattr(f, "_orig_arg_names", code.co_varnames[: code.co_argcount])

        @functools.wraps(f)
        def checked(*args, **kwds):
            given = {**dict(zip(names, args, strict=False)), **kwds}
            for name, value in given.items():
                if au.get(name) is not None and value is not None and not isinstance(value, str):
                    _check_argument(_called(f, args), name, value, au[name], given)
            result = f(*args, **kwds)
            if au.get("result") is not None:
                _check_result(f.__name__, result, au["result"], args)
            return result

        checked._orig_func = f
        checked._arg_names = checked._orig_arg_names = names
        checked._arg_units = [au.get(name) for name in names]
        checked._return_unit = au.get("result")
        checked._returns_bool = au.get("result") is bool
        return checked

    return decorate


def _called(f, args):
    """What a user calls it: that which makes an object has the name of its class."""
    if f.__name__ != "__init__":
        return f.__name__
    return type(args[0]).__name__ if args else f.__qualname__.split(".")[-2]


def _truth(unit):
    return unit is bool or unit is np.bool_


def _check_argument(function, name, value, unit, given):
    if _truth(unit):
        if not isinstance(value, (bool, np.bool_)):
            raise TypeError(f"{function} wants True or False for {name!r}; got {value!r}")
        return
    if isinstance(unit, str):
        if unit not in given:
            raise TypeError(f"{function} wants the unit of {unit!r} for {name!r}, but {unit!r} is not given")
        if not have_same_dimensions(value, given[unit]):
            raise DimensionMismatchError(
                f"{function} wants one unit for {unit!r} and {name!r}; got {given[unit]} and {value}",
                get_dimensions(given[unit]),
                get_dimensions(value),
            )
        return
    try:
        own = get_dimensions(value)
    except TypeError:
        raise TypeError(f"{function} wants a value in {unit!r} for {name!r}; got {value!r}") from None
    if own is not get_dimensions(unit):
        raise DimensionMismatchError(f"{function} wants a value in {unit!r} for {name!r}; got {value!r}", own)


def _check_result(function, result, unit, args):
    if _truth(unit):
        if not isinstance(result, (bool, np.bool_)) and getattr(result, "dtype", None) != np.dtype(bool):
            raise TypeError(f"{function} promises True or False; it returned {result!r}")
        return
    expected = unit(*map(get_dimensions, args)) if callable(unit) and not hasattr(unit, "dim") else unit
    if not have_same_dimensions(result, expected):
        raise DimensionMismatchError(
            f"{function} promises a value in {get_unit_for_display(get_dimensions(expected))}; it returned {result!r}",
            get_dimensions(result),
        )
