"""Quantities, units and NumPy's functions for them, under Brian 2's names."""

from ranvier.sim.units import allunits, fundamentalunits, unitsafefunctions
from ranvier.sim.units.fundamentalunits import *  # noqa: F403
from ranvier.sim.units.unitsafefunctions import *  # noqa: F403

_BASES = """amp metre meter second mole coulomb farad gram gramme hertz joule molar liter litre pascal ohm siemens volt
watt""".split()
UNITS = [p + b for b in _BASES for p in ("p", "n", "u", "m", "", "k", "M", "G", "T")]
UNITS += ["kelvin", "kilogram", "cmetre", "cmeter", *allunits.SHORT]  # made when asked for, by __getattr__
__all__ = [*UNITS, *unitsafefunctions.__all__, *fundamentalunits.__all__]  # noqa: PLE0604


def __getattr__(name):
    unit = allunits.find(name) if name in UNITS else None
    if unit is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return unit
