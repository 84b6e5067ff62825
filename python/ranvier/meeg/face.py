"""Dicts whose items lie in the engine."""

from collections.abc import MutableMapping


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
