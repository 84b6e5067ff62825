"""Ranvier: computational neuroscience, from the ion channel to the MEG sensor.

Modules are imported when they are first used:

- :mod:`ranvier.dynamics`: dynamical systems, as text with units.
- :mod:`ranvier.sim`: networks of neurons and synapses, in the words of Brian 2.
- :mod:`ranvier.units`: quantities.
- :mod:`ranvier.meeg`: M/EEG analysis in the vocabulary of MNE-Python.
- :mod:`ranvier.learn`: networks that learn, with the conventions of scikit-learn.
"""

import importlib

__version__ = "0.1.0"
__all__ = ["FileError", "dynamics", "learn", "meeg", "model", "models", "set_threads", "show_progress",
           "sim", "units"]

TYPE_CHECKING = False
if TYPE_CHECKING:  # for editors; at run time __getattr__ imports these when they are first used
    from . import dynamics, learn, meeg, sim, units
    from .errors import FileError
    from .library import model, models


def set_threads(n):
    """Bound the number of threads that later calls from this thread may use.

    Parameters
    ----------
    n : int
        Number of threads; 0 means all processors. An ``n_jobs`` given to a call has precedence. Results do not depend
        on it.

    Returns
    -------
    before : int
        The bound that held before; 0 if there was none.
    """
    from ranvier import _core

    return _core.set_threads(n)


def show_progress(on=True):
    """Let long work say on stderr how far it is: epochs of nets and maps, iterations, reading.

    Bars on a terminal, plain lines (at most one every five seconds) elsewhere; work that ends within a second says
    nothing before it is done.

    Parameters
    ----------
    on : bool

    Returns
    -------
    before : bool
        Whether it did so before.
    """
    from ranvier import _core

    return _core.show_progress(bool(on))


def __getattr__(name):
    if name in ("dynamics", "learn", "meeg", "sim", "units"):
        return importlib.import_module(f"ranvier.{name}")
    if name in ("model", "models"):
        return getattr(importlib.import_module("ranvier.library"), name)
    if name == "FileError":
        from ranvier.errors import FileError

        return FileError
    raise AttributeError(f"module 'ranvier' has no attribute {name!r}")


def __dir__():
    return sorted([*globals(), *__all__])
