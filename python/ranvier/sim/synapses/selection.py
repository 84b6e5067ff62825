"""Which synapses an index means."""

import numpy as np


class SynapticSubgroup:
    """Some synapses.

    Parameters
    ----------
    synapses : Synapses
    indices : array of int
    """

    def __init__(self, synapses, indices):
        self.synapses, self._stored = synapses, np.atleast_1d(indices)
        self._count = len(synapses)

    def _indices(self, index_var=None):
        if len(self.synapses) != self._count:
            raise RuntimeError("synapses were made since these were chosen: choose again")
        return self._stored

    def __len__(self):
        return len(self._stored)

    def __repr__(self):
        return f"<SynapticSubgroup, storing {len(self._stored)} indices of {self.synapses.name}>"


def selected(synapses, item):
    """Numbers of the synapses that an index means.

    Parameters
    ----------
    synapses : Synapses
    item : slice | int | array_like | tuple
        One index counts synapses; two are source and target, three also the number among those that both share.

    Returns
    -------
    numbers : array of int64
    """
    if len(item) == 2:
        item = (*item, slice(None))
    if len(item) != 3:
        raise IndexError(f"synapses have 1, 2 or 3 indices; got {len(item)}")
    i = _neurons(synapses.source, item[0])
    j = _neurons(synapses.target, item[1])
    k = None
    if not _all(item[2]):
        if synapses.multisynaptic_index is None:
            raise IndexError("the third index needs multisynaptic_index='name' where the synapses are made")
        if isinstance(item[2], slice):
            most = int(synapses._array(synapses.multisynaptic_index).max(initial=-1)) + 1
            k = np.arange(*item[2].indices(most), dtype=np.int64)
        elif np.ndim(item[2]) == 0:
            k = np.array([item[2]], dtype=np.int64)
        else:
            raise NotImplementedError("the third index of synapses is one number or a slice")
    chosen = np.ones(len(synapses), dtype=bool)
    for name, numbers in (("i", i), ("j", j), (synapses.multisynaptic_index, k)):
        if numbers is not None:
            chosen &= np.isin(synapses._array(name), numbers)
    return np.flatnonzero(chosen)


def _neurons(group, item):
    """Numbers of neurons, None for all."""
    if _all(item):
        return None
    n = len(group)
    if hasattr(item, "_indices"):
        item = item._indices()
        return np.asarray(item, dtype=np.int64) - getattr(group, "start", 0)
    if isinstance(item, slice):
        return np.arange(*item.indices(n), dtype=np.int64)
    elements = np.asarray(item)
    if elements.dtype == bool:
        return np.flatnonzero(elements)
    if elements.dtype.kind not in "iu":
        raise TypeError(f"neurons are chosen by whole numbers, truth values and slices; got {elements.dtype}")
    elements = np.atleast_1d(elements).astype(np.int64)
    wrong = elements[(elements < -n) | (elements >= n)]
    if wrong.size:
        raise IndexError(f"{group.name} has {n} elements; there is no element {wrong[0]}")
    return np.where(elements < 0, elements + n, elements)


def _all(item):
    return isinstance(item, slice) and item == slice(None)
