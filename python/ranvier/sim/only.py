"""The names of `ranvier.sim` without those of NumPy and pylab: ``from ranvier.sim.only import *``."""

from ranvier import sim
from ranvier.sim.names import OF_THE_WHOLE, own_names


def __getattr__(name):
    if name == "__all__":
        return [name for name in own_names() if name not in OF_THE_WHOLE]
    if name.startswith("_"):
        raise AttributeError(name)
    return getattr(sim, name)
