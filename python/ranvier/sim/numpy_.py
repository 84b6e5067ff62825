"""NumPy, with the functions of :mod:`ranvier.sim.units.unitsafefunctions` in the place of its own."""

import sys

import numpy

from ranvier.sim.later import LaterModule
from ranvier.sim.units import unitsafefunctions

_SUBMODULES = ("fft", "linalg", "random")


def star_names():
    """What pylab brings of NumPy: its own names, and those of these three submodules."""
    modules = (numpy, *(getattr(numpy, m) for m in _SUBMODULES))
    return dict.fromkeys(name for module in modules for name in module.__all__ if not name.startswith("_"))


def found(name):
    """One of them; KeyError where there is none."""
    if name in numpy.__numpy_submodules__ and f"numpy.{name}" not in sys.modules:
        return LaterModule(f"numpy.{name}")  # f2py alone takes longer to import than all else
    for module in (*reversed(_SUBMODULES), None):
        of = getattr(numpy, module) if module else numpy
        if name in of.__all__:
            return getattr(of, name)
    raise KeyError(name)


def __getattr__(name):
    if name in unitsafefunctions.__all__:
        return getattr(unitsafefunctions, name)
    return getattr(numpy, name)


def __dir__():
    return [*dir(numpy), *unitsafefunctions.__all__]
