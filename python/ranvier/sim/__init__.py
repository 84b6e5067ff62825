"""Networks of neurons and synapses in the words of Brian 2.

A script for Brian 2 runs when ``brian2`` in its import becomes ``ranvier.sim``. ``from ranvier.sim import *`` brings NumPy's
names and pylab's too, which import matplotlib only when one is used; :mod:`ranvier.sim.only` leaves them away.

>>> from ranvier.sim import NeuronGroup, SpikeMonitor, ms, run
>>> G = NeuronGroup(10, "dv/dt = (2 - v)/(10*ms) : 1", threshold="v > 1", reset="v = 0", method="exact")
>>> spikes = SpikeMonitor(G)
>>> run(20*ms)
>>> int(spikes.num_spikes)
20
"""

import functools
import importlib
import sys

from ranvier.sim import elsewhere as _elsewhere
from ranvier.sim import names as _names

__version__ = "2.11.0"  # of Brian 2, whose names and defaults these are
__version_tuple__ = (2, 11, 0)
sys.meta_path.append(_elsewhere.Finder())


@functools.cache
def _module(name):
    return importlib.import_module(f"ranvier.sim.{name}")


@functools.cache
def _everything():
    numpy_, pylab_names = _module("numpy_"), _module("pylab_names")
    own = _names.own_names()
    all_names = dict.fromkeys([*pylab_names.NAMES, *numpy_.star_names(), "np", "numpy", *_names.MODULES, *own])
    return [name for name in all_names if name not in _names.UNWANTED]


def _found(name):
    if name in _names.PLACES:
        return getattr(_module(_names.PLACES[name]), name)
    if name in _names.MODULES:
        return _module(name)
    numpy_, pylab_names, units = map(_module, ("numpy_", "pylab_names", "units"))
    if name in ("np", "numpy"):
        return numpy_
    if name in units.__all__:
        return getattr(units, name)
    if (drawing := pylab_names.found(name)) is not None:
        return drawing
    return numpy_.found(name)


def __getattr__(name):
    if name == "__all__":
        return _everything()
    try:
        if name.startswith("__"):
            raise KeyError(name)
        value = _found(name)
    except KeyError:
        raise AttributeError(f"module 'ranvier.sim' has no attribute {name!r}") from None
    globals()[name] = value
    return value


def __dir__():
    return _everything()
