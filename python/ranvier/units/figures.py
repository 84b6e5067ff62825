"""Matplotlib's way to draw quantities."""

import sys

from ranvier.units.dimension import dimension_of, plain
from ranvier.units.shown import quantities_in

_told = False


def tell_matplotlib(quantity):
    """Registers the class of quantities, once, as soon as matplotlib is there."""
    global _told
    if _told or "matplotlib.units" not in sys.modules:
        return
    _told = True
    from matplotlib import units

    class Shown(units.ConversionInterface):
        @staticmethod
        def default_units(x, axis):
            return next(quantities_in([x])).unit

        @staticmethod
        def convert(value, unit, axis):
            if dimension_of(value).dimensionless:
                return value
            value = value if isinstance(value, quantity) else quantity(value)
            return value.to(unit).value if value._shown else plain(value)

        @staticmethod
        def axisinfo(unit, axis):
            return units.AxisInfo(label=unit)

    units.registry[quantity] = Shown()
