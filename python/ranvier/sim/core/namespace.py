"""What names in texts stand for: values and functions around the call of run."""

import inspect
import numbers
import sys

import numpy as np

from ranvier import _core
from ranvier.sim.core.around import Around
from ranvier.sim.core.functions import DEFAULT_CONSTANTS as DEFAULT_CONSTANTS
from ranvier.sim.core.functions import DEFAULT_FUNCTIONS as DEFAULT_FUNCTIONS
from ranvier.sim.core.functions import Constant, Function, as_function
from ranvier.sim.core.logger import get_logger
from ranvier.sim.core.names import near
from ranvier.sim.units import allunits
from ranvier.sim.units.checking import get_dimensions
from ranvier.sim.units.registry import _PREFIXES

logger = get_logger(__name__)


def get_local_namespace(level):
    """What can be seen at a place of the program.

    Parameters
    ----------
    level : int
        How many calls above the caller.

    Returns
    -------
    namespace : dict
        Global and local names.
    """
    return Around(level).copied()


class _Units(dict):
    """All units by name, each made when asked for."""

    def __init__(self):
        names = [n for n in allunits.names() if allunits._parts(n)[0] in _PREFIXES]
        super().__init__(dict.fromkeys([*names, *allunits.SHORT]))

    def __getitem__(self, name):
        super().__getitem__(name)
        return allunits.find(name)

    def get(self, name, default=None):
        return self[name] if name in self else default

    def values(self):
        return [self[name] for name in self]

    def items(self):
        return [(name, self[name]) for name in self]


DEFAULT_UNITS = _Units()


def external(name, own, around):
    """The value of a name of a text; KeyError where there is none.

    Parameters
    ----------
    name : str
    own : dict | None
        The namespace of the group, which goes before `around`.
    around : dict
        What can be seen where run was called.
    """
    return own[name] if own is not None and name in own else around[name]


def scope_of(names, own, around, functions=(), known=()):
    """Values and functions for the names of a text.

    Parameters
    ----------
    names, functions : sequence of str
    own, around : dict | None
        As for :func:`external`.
    known : iterable of str
        Names that the text may have meant, beside those around.

    Returns
    -------
    constants : dict of str to (float, Dimension)
    found : dict of str to Function
    """
    constants, found = {}, {}
    for name in names:
        if own is not None:
            _warn_of_two_values(name, own, around or {})
        if name in functions:
            continue
        try:
            value = external(name, own, around or {})
        except KeyError:
            if (
                _core.language.is_unit(name)
                or name in DEFAULT_FUNCTIONS
                or name in DEFAULT_CONSTANTS
                or name in ("t", "dt")
            ):
                continue
            raise MissingName(missing(name, own, around, known)) from None
        if (called := as_function(value)) is not None:
            found[name] = called
            continue
        if name in DEFAULT_FUNCTIONS or name in DEFAULT_CONSTANTS:
            continue
        constants[name] = constant(name, value)
    for name in functions:
        if name in DEFAULT_FUNCTIONS:
            continue
        found[name] = called_function(name, own, around or {}, known)
    return constants, found


class MissingName(KeyError):
    """A text names what nothing stands for."""

    def __str__(self):
        return str(self.args[0])


def missing(name, own, around=None, known=()):
    """What is said of a name that nothing stands for.

    Parameters
    ----------
    name : str
    own, around : dict | None
        As for :func:`external`.
    known : iterable of str
        Names of the model.
    """
    where = "the program around run()" if own is None else "the group's namespace and the program around run()"
    return f"nothing in {where} is called {name!r}, and neither the model nor the language knows it" + near(
        name, [*_said(own), *_said(around), *known]
    )


def _said(place):
    """Names of a place that a text may use and that the program itself has made."""
    ours = vars(sys.modules["ranvier.sim"])
    names = place.copied() if isinstance(place, Around) else place or {}

    def usable(value):
        number = isinstance(value, (numbers.Number, np.ndarray, np.generic))
        return number or isinstance(value, Function) or (inspect.isroutine(value) and hasattr(value, "_arg_units"))

    return [n for n, v in names.items() if usable(v) and ours.get(n) is not v and not n.startswith("_")]


def constant(name, value):
    """A value as the engine takes it: its SI number and its dimension."""
    if isinstance(value, (bool, np.bool_)):
        return bool(value), get_dimensions(0)
    if hasattr(value, "get_value") and not isinstance(value, np.ndarray):
        value = value.get_value()
    if hasattr(value, "get_item"):  # a variable of a group
        value = value[:] if getattr(value, "ndim", 0) else value
    array = np.asarray(value)
    if array.dtype.kind not in "biuf" or array.size != 1:
        shape = f"an array of shape {array.shape}" if array.dtype.kind in "biuf" else f"a {type(value).__name__}"
        raise TypeError(
            f"{name!r} stands for {shape}; a text can use single numbers: declare '{name} : 1 (constant)' and set it for arrays"
        )
    number = array.reshape(()).item()
    if isinstance(number, int) and abs(number) >= 2**63:
        raise TypeError(f"{name!r} is {number}, too large for a whole number of 64 bits")
    return number, get_dimensions(value)


def called_function(name, own, around, known=()):
    """The function that a text calls."""
    try:
        value = external(name, own, around)
    except KeyError:
        raise MissingName(missing(name, own, around, [*known, *DEFAULT_FUNCTIONS])) from None
    from ranvier.dynamics.c_functions import c_function

    if isinstance(value, c_function):
        return OfC(value)
    if (function := as_function(value)) is None:
        if isinstance(value, numbers.Number):
            raise TypeError(f"{name!r} is called like a function but stands for {value!r}")
        raise TypeError(
            f"{name!r} is a function that does not say its units: put @check_units(..., result=...) above it"
        )
    return function


class OfC(Function):
    """A C function under its wrapping of ranvier.dynamics."""

    def __init__(self, function):
        self._c, self.stateless = function, True

    whole = False

    def types(self):
        return "", "r"

    def named(self, name):
        return self._c._named(name)


def resolved(name, own, around, user=True):
    """What a name that is no variable stands for: a function, or a constant.

    Parameters
    ----------
    name : str
    own, around : dict | None
        As for :func:`external`.
    user : bool
        Whether it is told that the language's meaning goes before one around.

    Returns
    -------
    meaning : Function | Constant
    """
    known = None
    if name in DEFAULT_FUNCTIONS:
        known, value, what = DEFAULT_FUNCTIONS[name], None, "a function of the language"
    elif name in DEFAULT_CONSTANTS:
        known, value, what = DEFAULT_CONSTANTS[name], DEFAULT_CONSTANTS[name].value, "a constant of the language"
    elif _core.language.is_unit(name):
        value, what = allunits.find(name), "a unit"
        known = Constant(name, value)
    try:
        there = external(name, own, around or {})
    except KeyError:
        if known is None:
            raise MissingName(missing(name, own, around)) from None
        return known
    if known is None:
        function = as_function(there)
        return Constant(name, there) if function is None else function
    same = value is not None and get_dimensions(there) is get_dimensions(value) and np.all(np.equal(there, value))
    if user and not callable(there) and not same:
        warn_of_conflict(name, what, there)
    return known


def _warn_of_two_values(name, own, around):
    """Says where a name stands for one thing in the namespace of a group and for another around run()."""
    if name not in own or name not in around or (mine := own[name]) is (other := around[name]):
        return
    try:
        same = get_dimensions(mine) is get_dimensions(other) and bool(np.all(np.equal(mine, other)))
    except TypeError:  # functions
        same = False
    if not same:
        warn_of_conflict(name, f"what the namespace of the group says, {_short(mine)},", other)


def _short(value):
    with np.printoptions(threshold=10, edgeitems=2):
        return repr(value)


def warn_of_conflict(name, meaning, value):
    """Says where a name of a text means one thing to the model and stands for another around it."""
    logger.warn(
        f"{name!r} is {meaning} here; the {name!r} around run(), {_short(value)}, is not used",
        name_suffix="resolution_conflict",
        once=True,
    )
