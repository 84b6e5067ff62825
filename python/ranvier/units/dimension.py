"""What has which dimension, and what must have the same."""

import numpy as np

from ranvier import _core

NUMBER = _core.units.Dimension()  # that of plain numbers


class DimensionMismatchError(ValueError):
    """Quantities of different dimensions were added, compared or given for each other."""


def dimension_of(value):
    """The dimension of a quantity, or of a list of quantities; that of a number for anything else."""
    if isinstance(value, np.ndarray):
        return getattr(value, "_dimension", NUMBER)
    if isinstance(value, (list, tuple)):
        return next((d for d in map(dimension_of, value) if not d.dimensionless), NUMBER)
    return NUMBER


def plain(value):
    """SI numbers, also of lists of quantities."""
    if isinstance(value, np.ndarray) and hasattr(value, "_dimension"):
        return np.asarray(value).view(np.ndarray)
    return type(value)(map(plain, value)) if type(value) in (list, tuple) else value


def anything(x):
    """0, NaN and infinity are the same in every unit."""
    if isinstance(x, (list, tuple)):
        return all(map(anything, x))
    return isinstance(x, (int, float, np.number)) and (x == 0 or not np.isfinite(x))


def same(name, *values):
    """The one dimension of all."""
    values = [v for v in values if v is not None and not anything(v)]
    for b in values[1:]:
        if dimension_of(values[0]) != dimension_of(b):
            raise DimensionMismatchError(f"{name} of {values[0]} and {b}: their dimensions differ")
    for v in values:
        if isinstance(v, (list, tuple)):
            same(name, *v)
    return dimension_of(values[0]) if values else NUMBER


def want_plain(name, **arguments):
    """Refuses quantities where they mean nothing."""
    for argument, value in arguments.items():
        if not dimension_of(value).dimensionless:
            raise DimensionMismatchError(f"{name} wants a plain number for {argument}; got {value}")
