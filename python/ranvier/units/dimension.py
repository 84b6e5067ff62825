"""What has which dimension, and what must have the same."""

import numpy as np

from ranvier import _core

NUMBER = _core.units.Dimension()  # that of plain numbers


class DimensionMismatchError(ValueError):
    """Quantities of different dimensions were added, compared or given for each other.

    Parameters
    ----------
    desc : str
        What was tried.
    *dims : Dimension
        The dimensions that do not fit.
    """

    def __init__(self, desc="", *dims):
        super().__init__(desc, *dims)
        self.desc, self.dims = desc, dims

    def __str__(self):
        if not self.dims:
            return str(self.desc)
        return f"{self.desc} (of dimension {' and '.join(map(_core.units.name, self.dims))})"


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
    if type(x) is np.ndarray:
        return x.dtype.kind in "biuf" and not np.any(np.isfinite(x) & (x != 0))
    return isinstance(x, (int, float, np.number)) and (x == 0 or not np.isfinite(x))


def _all_anything(x):
    """Are all numbers of a plain array the same in every unit?"""
    plain_numbers = isinstance(x, np.ndarray) and not hasattr(x, "_dimension") and x.dtype.kind in "biufc"
    return plain_numbers and bool(np.all((x == 0) | ~np.isfinite(x)))


def same(name, *values):
    """The one dimension of all."""
    if all(isinstance(v, np.ndarray) for v in values) and len(set(map(dimension_of, values))) == 1:
        return dimension_of(values[0])
    values = [v for v in values if v is not None and not anything(v)]
    if any(dimension_of(b) != dimension_of(values[0]) for b in values[1:]):
        values = [v for v in values if not _all_anything(v)]
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
