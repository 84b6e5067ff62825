"""Quantities with physical units: ``100*ms``, ``9.8*uA/cm**2``.

Every unit that the model language knows is a name of this module: ``from ranvier.units import mV, ms``. What units mean
is decided by the engine, by the same table that checks models.
"""

from ranvier.units.dimension import DimensionMismatchError as DimensionMismatchError
from ranvier.units.quantity import Quantity as Quantity
from ranvier.units.quantity import wrapped as _wrapped  # noqa: F401  what was pickled by earlier versions names it

_COMMON = """A Hz Mohm amp cm farad hertz kHz kelvin kohm mA mM mS mV meter metre mm ms nA nF nS ns ohm pA pF second siemens uA
uF uS uV um us volt""".split()
__all__ = ["Quantity", "DimensionMismatchError"]
__all__ += _COMMON  # made when asked for, by __getattr__


def __getattr__(name):
    if name.startswith("_"):
        raise AttributeError(f"module 'ranvier.units' has no attribute {name!r}")
    try:
        return Quantity(1.0, name)
    except ValueError as error:
        raise AttributeError(str(error)) from None
