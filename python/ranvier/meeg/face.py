"""Dicts, lists and properties that lie in the engine."""

import threading
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


class KeyedFace(DictFace):
    """A dict over a noun of the engine: `_keys` has, under each key, what reads it and what sets it, or None."""

    _keys = {}

    def _has(self, key):
        """Whether a key of the table is there now."""
        return True

    def __getitem__(self, key):
        if key not in self:
            raise KeyError(key)
        return self._keys[key][0](self)

    def __setitem__(self, key, value):
        if key not in self._keys:
            raise KeyError(key)
        if self._keys[key][1] is None:
            raise KeyError(f"{key!r} can't be set: it follows from the other items, or from how this was made")
        self._keys[key][1](self, value)

    def __delitem__(self, key):
        raise TypeError("the keys are fixed; none can be removed")

    def __iter__(self):
        return (key for key in self._keys if self._has(key))

    def __len__(self):
        return sum(1 for _ in self)

    def __contains__(self, key):
        return key in self._keys and self._has(key)

    @property
    def info(self):
        return self["info"]

    @property
    def ch_names(self):
        return self["info"]["ch_names"]

    def __copy__(self):
        return self.copy()

    def __deepcopy__(self, memo):
        return self.copy()


changing = threading.RLock()  # so that what one thread adds is not lost in a list that another has just replaced


class _Live:
    """A list or dict of what `read` returns; changes are given to `write`, until the engine has others."""

    def __init__(self, read, write):
        self._read, self._write, self._live = read, write, True
        super().__init__(read())

    def current(self):
        """This one while it has the engine's items, otherwise another."""
        items = self._read()
        self._live = self._live and items == self
        return self if self._live else None if items is None else type(self)(self._read, self._write)

    def left(self):
        """Another, now that something else has been assigned: this one keeps what it has."""
        self._live = False
        return self.current()

    def copy(self):
        return self._kind(self)

    def __reduce__(self):
        return self._kind, (self._kind(self),)


def _changed(kind, method):
    def change(self, *args, **kwargs):
        with changing:
            items = kind(self)
            result = getattr(items, method)(*args, **kwargs)
            if self.current() is self:
                self._write(items)
                items = self._read()
            kind.clear(self)
            kind.__init__(self, items)
        return self if method in ("__iadd__", "__imul__", "__ior__") else result

    return change


def _live(kind, *methods):
    own = {"_kind": kind, "__hash__": None, **{method: _changed(kind, method) for method in methods}}
    return type(f"Live{kind.__name__.title()}", (_Live, kind), own)


LiveList = _live(list, "append", "extend", "insert", "pop", "remove", "clear", "sort", "reverse", "__setitem__",
                 "__delitem__", "__iadd__", "__imul__")  # fmt: skip
LiveDict = _live(dict, "pop", "popitem", "clear", "update", "setdefault", "__setitem__", "__delitem__", "__ior__")
