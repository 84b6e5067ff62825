"""The names of `ranvier.sim` without those of NumPy and pylab: ``from ranvier.sim.only import *``."""

from ranvier import sim
from ranvier.sim.names import own_names


def __getattr__(name):
    if name == "__all__":
        return own_names()
    if name.startswith("_"):
        raise AttributeError(name)
    return getattr(sim, name)
