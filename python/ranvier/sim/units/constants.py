"""Constants of nature as quantities, of the SI of 2019 and CODATA 2018; ``import *`` of ranvier.sim does not bring them."""

from ranvier import _core
from ranvier.sim.units.quantity import Quantity

_values = {name: Quantity(value, dim=dim) for name, (value, dim) in _core.language.constants().items() if "_" in name}
globals().update(_values)
__all__ = list(_values)  # noqa: PLE0605
