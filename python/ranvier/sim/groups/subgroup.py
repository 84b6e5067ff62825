"""Some of a group's elements, which are neighbours."""

import numpy as np

from ranvier import _core
from ranvier.sim.core.base import SpikeSource
from ranvier.sim.groups.group import Group


class Subgroup(Group, SpikeSource):
    """Elements from `start` to before `stop` of a group; its variables are those of the group.

    Parameters
    ----------
    source : Group
    start, stop : int
    name : str, optional
    """

    add_to_magic_network = False
    _lends_memory = False
    invalidates_magic_network = False

    def __init__(self, source, start, stop, name=None):
        whole = source
        if isinstance(source, Subgroup):
            start, stop, whole = start + source.start, stop + source.start, source.source
        Group.__init__(self, clock=whole.clock, when="thresholds", order=whole.order + 1, namespace=whole.namespace,
                       name=name or f"{whole.name}_subgroup*")  # fmt: skip
        self.source, self.start, self.stop = whole, start, stop
        self.events = getattr(whole, "events", {})
        self.add_dependency(whole)
        self._engine = _core.sim.Subgroup(self.name, whole._engine, start, stop)

    @property
    def spikes(self):
        """Who spiked in this step."""
        return self._engine.event("spike")

    whole = property(lambda self: self.source, doc="The group.")
    equations = property(lambda self: self.source.equations, doc="Those of the group.")

    def _names(self):
        return self.source._names()

    def _array(self, name):
        values = self.source._array(name)
        if name in ("i", "N"):
            return np.arange(len(self)) if name == "i" else np.array([len(self)])
        return (
            values if len(values) != len(self.source) or self.variables[name].scalar else values[self.start : self.stop]
        )

    def _conditional(self, name):
        return self.source._conditional(name)

    def _full_state(self):
        return {}

    def _restore_from_full_state(self, state):
        pass

    def _within(self):
        return self.source, self.start

    def _indices(self):
        return np.arange(self.start, self.stop)

    def __getitem__(self, item):
        start, stop = start_and_stop(item, len(self))
        return Subgroup(self, start, stop)

    def engine_objects(self):
        """Nothing: the group itself runs."""
        return []

    def __repr__(self):
        return f"<Subgroup {self.name!r} of {self.source.name!r} from {self.start} to {self.stop}>"


def start_and_stop(item, n):
    """The ends of what an index takes of `n` elements, which must be neighbours.

    Parameters
    ----------
    item : slice | int | array_like of int
    n : int

    Returns
    -------
    start, stop : int
    """
    if hasattr(item, "_indices"):
        item = item._indices()
    if isinstance(item, slice):
        start, stop, step = item.indices(n)
        if step != 1:
            raise IndexError("a subgroup has neighbours only: slices with a step make none")
    else:
        if isinstance(item, (str, tuple)):
            raise TypeError(f"a subgroup is made by a slice or by indices; got {item!r}")
        indices = np.asarray(item)
        if indices.dtype.kind not in "iu" or indices.ndim > 1 or indices.size == 0:
            raise TypeError(f"a subgroup is made by a slice or by indices; got {item!r}")
        indices = np.atleast_1d(indices)
        indices = np.where(indices < 0, indices + n, indices) if indices.ndim == 1 and indices.size == 1 else indices
        if np.any(np.diff(indices) != 1):
            raise IndexError("a subgroup has neighbours only, in ascending order: [3, 4, 5], not [3, 5]")
        start, stop = int(indices[0]), int(indices[-1]) + 1
    if start < 0 or stop > n or start >= stop:
        raise IndexError(f"a subgroup of {n} elements must have some of them; got {start} to {stop}")
    return start, stop
