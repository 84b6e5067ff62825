"""NumPy's functions where Brian 2 has its own in their place."""

import numpy as np
from numpy import diagonal as diagonal  # these know quantities
from numpy import dot as dot
from numpy import ptp as ptp
from numpy import ravel as ravel
from numpy import trace as trace

from ranvier.sim.units.checking import check_units, fail_for_dimension_mismatch
from ranvier.sim.units.quantity import Quantity
from ranvier.units.dimension import DimensionMismatchError, dimension_of, plain

__all__ = """log log10 exp expm1 log1p exprel sin cos tan arcsin arccos arctan sinh cosh tanh arcsinh arccosh arctanh diagonal
ravel trace dot where ones_like zeros_like arange linspace ptp concat concatenate""".split()


def _of_number(name):
    ufunc = getattr(np, name)

    def function(x, *args, **kwds):
        if not dimension_of(x).dimensionless:
            raise DimensionMismatchError(f"{name} wants a number without unit; got {x}", dimension_of(x))
        return ufunc(plain(np.asarray(x)), *args, **kwds)

    function.__name__, function.__doc__ = name, f"numpy.{name}, for numbers without unit."
    function._arg_units, function._return_unit = [1], 1
    return function


log, log10, exp, expm1, log1p = map(_of_number, "log log10 exp expm1 log1p".split())
sin, cos, tan, arcsin, arccos, arctan = map(_of_number, "sin cos tan arcsin arccos arctan".split())
sinh, cosh, tanh, arcsinh, arccosh, arctanh = map(_of_number, "sinh cosh tanh arcsinh arccosh arctanh".split())


@check_units(x=1, result=1)
def exprel(x):
    """(exp(x) - 1)/x, which is 1 at 0.

    Parameters
    ----------
    x : array_like
        Without unit.

    Returns
    -------
    y : float | array
    """
    x = np.asarray(x, dtype=float)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        return np.where(np.abs(x) < 1e-16, 1.0, np.where(x > 717, np.inf, np.expm1(x) / np.where(x == 0, 1, x)))[()]


def where(condition, *values):
    """numpy.where; both values have one dimension, which the result has too."""
    if len(values) == 2:
        fail_for_dimension_mismatch(*values, "both values of where have one dimension")
    return np.where(condition, *values)


def ones_like(a, *args, **kwds):
    """numpy.ones_like, without unit whatever `a` has."""
    return np.ones_like(plain(np.asarray(a)), *args, **kwds)


def zeros_like(a, *args, **kwds):
    """numpy.zeros_like, without unit whatever `a` has."""
    return np.zeros_like(plain(np.asarray(a)), *args, **kwds)


def arange(*args, **kwargs):
    """numpy.arange; start, stop and step have one dimension, which the result has too."""
    names = {1: ["stop"], 2: ["start", "stop"], 3: ["start", "stop", "step"]}.get(len(args), [])
    if len(args) > 3:
        raise TypeError(f"arange takes start, stop and step; got {len(args)} values")
    for name in names:
        if name in kwargs:
            raise TypeError(f"arange got {name} twice")
    given = {**dict(zip(names, args, strict=True)), **kwargs}
    if given.get("stop") is None:
        raise TypeError("arange needs stop: where the values end")
    start, stop, step = given.pop("start", 0), given.pop("stop"), given.pop("step", 1)
    fail_for_dimension_mismatch(start, stop, "arange from {start} to {stop}", start=start, stop=stop)
    fail_for_dimension_mismatch(stop, step, "arange to {stop} in steps of {step}", stop=stop, step=step)
    return Quantity(np.arange(plain(np.asarray(start)), plain(np.asarray(stop)), plain(np.asarray(step)), **given),
                    dim=dimension_of(stop))  # fmt: skip


def linspace(start, stop, num=50, endpoint=True, retstep=False, dtype=None):
    """numpy.linspace; start and stop have one dimension, which the result has too."""
    fail_for_dimension_mismatch(start, stop, "linspace from {start} to {stop}", start=start, stop=stop)
    values = np.linspace(plain(np.asarray(start)), plain(np.asarray(stop)), num, endpoint, retstep, dtype)
    dimension = dimension_of(start)
    return tuple(Quantity(v, dim=dimension) for v in values) if retstep else Quantity(values, dim=dimension)


def concatenate(arrays, axis=0, out=None, **kwargs):
    """numpy.concatenate; all have one dimension, which the result has too; zeros have any."""
    arrays = list(arrays)
    dimension = next((d for d in map(dimension_of, arrays) if not d.dimensionless), dimension_of(0))
    for a in arrays if not dimension.dimensionless else ():
        fail_for_dimension_mismatch(a, Quantity(1.0, dim=dimension, force_quantity=True), "concatenate")
    if out is not None and dimension_of(out) != dimension:
        raise DimensionMismatchError("out of concatenate has another dimension", dimension_of(out), dimension)
    numbers = arrays if dimension.dimensionless else [np.asarray(plain(a)) for a in arrays]
    result = np.concatenate(numbers, axis=axis, out=None if out is None else plain(out), **kwargs)
    return out if out is not None else result if dimension.dimensionless else Quantity(result, dim=dimension)


concat = concatenate
