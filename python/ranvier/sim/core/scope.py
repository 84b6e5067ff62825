"""Names in texts as the engine wants them."""

import sys

from ranvier import _core
from ranvier.sim.core import namespace


class Around:
    """What can be seen at a place of the program, without a copy of it.

    Parameters
    ----------
    level : int
        How many calls above the caller.
    """

    def __init__(self, level):
        frame = sys._getframe(level + 1)
        self._places = (frame.f_locals, frame.f_globals)

    def __getitem__(self, name):
        for place in self._places:
            if name in place:
                return place[name]
        raise KeyError(name)

    def __contains__(self, name):
        return any(name in place for place in self._places)

    def copied(self):
        """All names with their values, as they are now."""
        own, everybodys = self._places
        return {**everybodys, **own}

    def get(self, name, default=None):
        """The value of a name, or a default."""
        return self[name] if name in self else default


def engine_scope(unknown, own, around):
    """The engine's Scope for names that a text uses.

    Parameters
    ----------
    unknown : tuple of (list of str, list of str)
        Names and functions that neither the model nor the language knows.
    own : dict | None
        The namespace of the group.
    around : mapping
        What can be seen around.
    """
    names, functions = unknown
    constants, found = namespace.scope_of(names, own, around, functions)
    return _core.sim.Scope(constants, {name: _engine_function(f, name) for name, f in found.items()})


def _engine_function(function, name):
    if hasattr(function, "table"):
        return function.table()
    if hasattr(function, "text"):
        return function.text()
    _, address, arguments, result = function.named(name)
    return address, arguments, result, *function.types(), function.whole
