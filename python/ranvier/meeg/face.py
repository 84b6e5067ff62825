"""Dicts and properties that lie in the engine."""

from collections.abc import MutableMapping
from operator import attrgetter

import numpy as np


def floats(values):
    """As an array that the engine takes."""
    return np.ascontiguousarray(values, float)


def of_engine(name, about, written=None):
    """A property that is the engine's `name`; it can be set where `written` makes what the engine takes."""

    def write(self, value):
        setattr(self._engine, name, written(value))

    return property(attrgetter(f"_engine.{name}"), written and write, doc=about)


class DictFace(MutableMapping, dict):
    """A dict to `isinstance` that stores nothing: a subclass says where the items are."""

    __hash__ = None
    __ne__ = object.__ne__  # dict's own would compare what is stored

    def __or__(self, other):
        return {**self, **other}

    def __ror__(self, other):
        return {**other, **self}

    def __ior__(self, other):
        self.update(other)
        return self

    def __reversed__(self):
        return reversed(list(self))
