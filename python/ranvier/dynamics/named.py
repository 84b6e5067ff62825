"""States and parameters by name: which unit they have, and how they are taken and shown."""

import numpy as np

from ranvier.units.dimension import NUMBER
from ranvier.units.quantity import wrapped


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
        return wrapped(si, self.dimension, (self.unit, self.scale))


def _short(value):
    text = repr(value.item() if hasattr(value, "item") and getattr(value, "size", 0) == 1 else value)
    return text if len(text) < 60 else text[:57] + "..."


def number(name):
    """A plain number with a name."""
    return Named(name, "1", 1.0, NUMBER)
