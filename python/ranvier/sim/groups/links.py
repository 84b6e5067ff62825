"""Linked variables: whose values they are."""

import numpy as np


def link_elements(group, name, link):
    """Makes a linked variable one of another group, element by element.

    What it is linked to may be linked itself: then both ways are followed.

    Parameters
    ----------
    group : VariableOwner
        Whose variable it is.
    name : str
    link : LinkedVariable
    """
    index = _index(group, link)
    there, variable = link.group, link.name
    while (further := there._within()[0].__dict__.get("_linked_to", {}).get(variable)) is not None:
        whole, start = there._within()
        if index is None and len(there) == 1 and len(group) != 1:
            index = np.zeros(len(group), dtype=np.int64)
        if whole is not there:
            index = start + (np.arange(len(there)) if index is None else index)
        behind = _index(whole, further[0])
        if behind is not None:
            index = behind if index is None else behind[index]
        elif index is not None and len(further[0].group) == 1:
            index = np.zeros(len(group), dtype=np.int64)
        there, variable = further[0].group, further[0].name
    whole, start = there._within()
    if whole is group and there is not group:  # the engine's group would keep itself by way of a part of itself
        index = start + (np.zeros(len(group), dtype=np.int64) if index is None else index)
        there = whole
    group._engine.link(
        name, there._engine, variable, None if index is None else np.ascontiguousarray(index, dtype=np.int64)
    )
    links = {**group.__dict__.get("_linked_to", {}), name: (link, len(there) == 1 or link.variable.scalar)}
    object.__setattr__(group, "_linked_to", links)
    group.variables.forget(name)


def _index(group, link):
    """The element of the other group for each of this; None where they are alike, or the other has one."""
    index = link.index
    if isinstance(index, str):
        if index not in group._names():
            raise ValueError(f"{index!r}, the index of the link, is no variable of {group.name}")
        if not group.variables[index].is_integer or group.variables[index].scalar:
            raise TypeError(f"{index!r}, the index of the link, must be an integer variable of each element")
        index = np.array(group._array(index))
    elif index is not None:
        index = np.asarray(index)
        if not group.number_is_fixed:
            raise TypeError(f"{group.name} may still get synapses: give the name of an integer variable as index=")
        if index.dtype.kind not in "iu":
            raise TypeError(f"the index of a link is whole numbers; got {index.dtype}")
        if index.shape != (len(group),):
            raise TypeError(
                f"the index of a link has one number for each of {len(group)} elements; got shape {index.shape}"
            )
    elif not link.variable.scalar and len(link.group) not in (1, len(group)):
        raise ValueError(
            f"{group.name} has {len(group)} elements and {link.group.name} {len(link.group)}: say with index= which "
            "belongs to which"
        )
    if index is not None and len(index) and (index.min() < 0 or index.max() >= len(link.group)):
        raise ValueError(
            f"the index of a link goes from 0 to {len(link.group) - 1}; got {index.min()} to {index.max()}"
        )
    return index
