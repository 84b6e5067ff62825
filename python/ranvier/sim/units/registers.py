"""Sets of units, among which that is found which shows a quantity best."""

import itertools

import numpy as np


class UnitRegistry:
    """Units among which the best for a quantity is found."""

    def __init__(self):
        self.units = {}
        self.units_for_dimensions = {}

    def add(self, u):
        """Makes a unit known.

        Parameters
        ----------
        u : Unit
        """
        self.units[repr(u)] = u
        self.units_for_dimensions.setdefault(u.dim, {})[float(np.asarray(u))] = u

    def of(self, dimension):
        """Units of a dimension by their size."""
        return self.units_for_dimensions.get(dimension, {})

    def __getitem__(self, x):
        """The one of which `x` has about ten, in the mean of logarithms over what is shown of x."""
        units = self.of(x.dim)
        if not units:
            raise KeyError(f"no unit of dimension {x.dim}")
        sizes = np.array(list(units))
        values = np.abs(_printed(np.asarray(x)).astype(float))[:, None] / sizes
        values[values == 0] = np.nan
        if np.isnan(values).all():
            return units.get(1.0, next(iter(units.values())))
        distance = np.nansum((np.log10(values) - 1) ** 2, axis=0)
        return list(units.values())[int(np.argmin(distance))]


def _printed(values):
    """What NumPy prints of an array."""
    options = np.get_printoptions()
    if values.size <= options["threshold"]:
        return values.ravel()
    edge = options["edgeitems"]
    ends = [[slice(edge), slice(-edge, None)] if n > 2 * edge else [slice(None)] for n in values.shape]
    return np.concatenate([values[part].ravel() for part in itertools.product(*ends)])


user_unit_register = UnitRegistry()
known = [user_unit_register]  # in the order in which they are asked; registry.py puts all named units before it
