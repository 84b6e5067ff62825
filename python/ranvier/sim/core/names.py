"""Names of objects: ``neurongroup``, ``neurongroup_1``, …"""

import difflib
import itertools
import re
import uuid
import weakref

_instances = weakref.WeakSet()
_made = itertools.count()


def find_name(name, names=None):
    """A free name.

    Parameters
    ----------
    name : str
        Taken as it is; one that ends in ``*`` without it, and with a number if it is taken.
    names : iterable of str, optional
        Names that are taken; those of all objects if not given.

    Returns
    -------
    name : str
    """
    if not name.endswith("*"):
        return name
    stem = name[:-1]
    taken = {getattr(o, "name", None) for o in list(_instances)} if names is None else set(names)
    if stem not in taken:
        return stem
    k = 1
    while f"{stem}_{k}" in taken:
        k += 1
    return f"{stem}_{k}"


def near(name, known):
    """The words ``; did you mean 'tau'?`` for a name that is none of those that are known, or nothing.

    Parameters
    ----------
    name : str
    known : iterable of str

    Returns
    -------
    words : str
    """
    found = difflib.get_close_matches(name, dict.fromkeys(known), 3, 0.6)
    return f"; did you mean {' or '.join(map(repr, found))}?" if found else ""


def object_of(identity):
    """The object that has an id; None where there is none any longer."""
    return next((o for o in list(_instances) if getattr(o, "_id", None) == identity), None)


def _again(identity, name):
    """The object itself in a process that was forked from that which made it: objects are handed over, not copied."""
    if (found := object_of(identity)) is not None:
        return found
    raise LookupError(
        f"{name} was made in another process: objects of a network can be handed only to processes that are forked from their own, "
        "and be made anew in others"
    )


class Trackable:
    """What is remembered as long as somebody holds it."""

    def __new__(cls, *args, **kwds):
        self = object.__new__(cls)
        _instances.add(self)
        return self

    @classmethod
    def __instances__(cls):
        return [weakref.ref(o) for o in list(_instances) if isinstance(o, cls)]


class Nameable(Trackable):
    """What has a name.

    Parameters
    ----------
    name : str
        Letters, digits and ``_``, with ``*`` behind it if a number may be added.
    """

    def __init__(self, name):
        if getattr(self, "_name", None) is not None and name is None:
            return
        self.assign_id()
        if not isinstance(name, str):
            raise TypeError(f"a name is a text; got {name!r}")
        if not re.fullmatch(r"[_A-Za-z][_a-zA-Z0-9]*\*?", name):
            raise ValueError(f"a name has letters, digits and _, and begins with no digit; got {name!r}")
        self._name = find_name(name)
        self._numbered, self._made = name.endswith("*"), next(_made)

    def __reduce__(self):
        return _again, (self._id, self._name)

    def assign_id(self):
        """Makes it another object to networks."""
        self._id = uuid.uuid4()

    name = property(lambda self: self._name, doc="The name.")
    id = property(lambda self: self._id, doc="What tells it from objects that have had its name.")
