"""Functions that equations may call."""

import contextlib
import ctypes
import inspect

import numpy as np

from ranvier import _core
from ranvier.sim.units import unitsafefunctions as safe
from ranvier.sim.units.allunits import find
from ranvier.sim.units.checking import _truth, get_dimensions, is_dimensionless
from ranvier.sim.units.checking import check_units as check_units
from ranvier.sim.units.dimensions import DIMENSIONLESS
from ranvier.sim.units.quantity import Quantity

_TYPES = ("boolean", "integer", "float")
_second = find("second")


def declare_types(**types):
    """A decorator: the types of a function's arguments and of its result.

    Parameters
    ----------
    **types : str
        For each argument ``"boolean"``, ``"integer"``, ``"float"`` or ``"any"``; for ``result`` the first three or
        ``"highest"``, that of the widest argument.
    """

    def decorate(f):
        names = getattr(f, "_orig_arg_names", None) or f.__code__.co_varnames[: f.__code__.co_argcount]
        for name, kind in types.items():
            if name != "result" and name not in names:
                raise ValueError(f"{f.__name__} has no argument {name!r}; it has {', '.join(names)}")
            allowed = (*_TYPES, "highest" if name == "result" else "any")
            if kind not in allowed:
                raise ValueError(
                    f"the type of {name!r} of {f.__name__} must be one of {', '.join(allowed)}; got {kind!r}"
                )
        f._arg_types = [types.get(name, "any") for name in names]
        f._return_type = types.get("result", "float")
        f._orig_arg_names = names
        return f

    return decorate


class Function:
    """A function of Python, or one of the language, with the units of its arguments and of its result.

    Parameters
    ----------
    pyfunc : callable
    sympy_func : sympy.Function, optional
        What it is to sympy; the engine needs none.
    arg_units : list of Unit, optional
        For each argument a unit, None for any, or the name of another argument; as :func:`check_units` of `pyfunc` says if
        not given.
    arg_names : list of str, optional
        Needed where `arg_units` names arguments.
    return_unit : Unit | bool | callable, optional
        That of the result, or a function of the dimensions of the arguments.
    arg_types, return_type : list of str, str, optional
        As :func:`declare_types` says.
    stateless : bool
        Whether the same arguments always give the same result.
    auto_vectorise : bool
        Whether `pyfunc` wants to be told how many values to return.
    """

    def __init__(self, pyfunc, sympy_func=None, arg_units=None, arg_names=None, return_unit=None, arg_types=None,
                 return_type=None, stateless=True, auto_vectorise=False):  # fmt: skip
        name = getattr(pyfunc, "__name__", type(pyfunc).__name__)
        self.pyfunc, self.sympy_func, self._arg_names = pyfunc, sympy_func, arg_names
        self.stateless, self.auto_vectorise = stateless, auto_vectorise
        if arg_units is not None and any(isinstance(u, str) for u in arg_units):
            if arg_names is None:
                raise TypeError(f"arg_units of {name} names an argument: give arg_names too")
            if len(arg_names) != len(arg_units):
                raise TypeError(
                    f"{name} has {len(arg_names)} arg_names and {len(arg_units)} arg_units; they go together"
                )
        self._arg_units = self._said(name, "_arg_units", arg_units, "arg_units")
        self._return_unit = self._said(name, "_return_unit", return_unit, "return_unit")
        self._returns_bool = self._return_unit is bool
        self._arg_types = arg_types or getattr(pyfunc, "_arg_types", None) or ["any"] * len(self._arg_units)
        self._return_type = return_type or getattr(pyfunc, "_return_type", "float")
        for kind, unit in zip(self._arg_types, self._arg_units, strict=True):
            if kind not in (*_TYPES, "any"):
                raise ValueError(f"the types of arguments are {', '.join(_TYPES)} and any; got {kind!r} for {name}")
            if (
                kind not in ("float", "any")
                and unit is not None
                and not isinstance(unit, str)
                and not is_dimensionless(unit)
            ):
                raise TypeError(f"an argument of {name} is {kind} and can't have the unit {unit!r}")
        if self._return_type not in (*_TYPES, "highest"):
            raise ValueError(
                f"the types of results are {', '.join(_TYPES)} and highest; got {self._return_type!r} for {name}"
            )
        self.implementations = Implementations(self)

    def _said(self, name, attribute, given, argument):
        if given is not None:
            return given
        said = getattr(self.pyfunc, attribute, None)
        if said is None:
            raise ValueError(
                f"the function {name} does not say all its units: put @check_units(..., result=...) above it, or give {argument}="
            )
        return said

    def is_locally_constant(self, dt):
        """Whether its value, as a function of time, stays the same during a step."""
        return False

    def __call__(self, *args):
        return self.pyfunc(*args)

    # What the engine takes

    def dimensions(self):
        """Dimensions of the arguments (None: any) and of the result (None: that of the first argument)."""
        arguments = [None if u is None or isinstance(u, str) else _dimension_of_unit(u) for u in self._arg_units]
        unit = self._return_unit
        result = None if callable(unit) and not _truth(unit) and not hasattr(unit, "dim") else _dimension_of_unit(unit)
        return arguments, result

    def callback(self):
        """The engine's way of calling it: once for all elements, with arrays of SI numbers."""
        function, units = self._plain(), self._arg_units

        def call(n, types, arguments, result, elements):
            out = np.ctypeslib.as_array(result, (n,))
            if _failed:  # the run ends at the end of this step
                out[:] = np.nan
                return
            try:
                values = [_argument(arguments[k], letter, n) for k, letter in enumerate(types.decode())]
                more = [_elements(elements, n)] if self.auto_vectorise else []
                out[:] = self._checked(np.asarray(function(*values, *more, units=units)), n)
            except BaseException as error:  # C can't pass it on: failures() raises it
                _failed.append(_explained(error, self._name()))
                _stop[-1]()
                out[:] = np.nan

        return _WHOLE(call)

    def _name(self):
        return getattr(self.pyfunc, "__name__", type(self.pyfunc).__name__)

    def _checked(self, result, n):
        if result.shape not in ((), (n,), (1,)):
            raise ValueError(f"{self._name()}() was given {n} values and returned an array of shape {result.shape}")
        return result

    def _plain(self):
        implemented = self.implementations.get("numpy")
        plain_arguments = implemented is not None and getattr(implemented, "discard_units", False)
        function = implemented.function if implemented is not None else self.pyfunc
        if plain_arguments:
            inner = getattr(function, "_orig_func", function)
            return lambda *values, units: inner(*values)

        def dressed(*values, units):
            with_units = [
                v
                if u is None or isinstance(u, (str, type)) or is_dimensionless(u)
                else Quantity(v, dim=get_dimensions(u))
                for v, u in zip(values, units, strict=False)
            ]
            return function(*with_units, *values[len(with_units) :])  # which elements they are of has no unit

        return dressed

    def types(self):
        """The engine's letters for the types of the arguments and of the result: r (any number), i (whole), b (condition)."""
        letters = {"integer": "i", "boolean": "b"}
        result = "b" if self._returns_bool else letters.get(self._return_type, "r")
        if self._return_type == "highest":
            result = "r"
        return "".join("b" if u is bool else letters.get(t, "r")
                       for t, u in zip(self._arg_types, self._arg_units, strict=True)), result  # fmt: skip

    whole = True  # called once for all elements

    def named(self, name):
        """The engine's words for it: name, address, dimensions of arguments and result."""
        self._kept = getattr(self, "_kept", None) or self.callback()
        arguments, result = self.dimensions()
        any_dimension = [DIMENSIONLESS if a is None else a for a in arguments]
        address = ctypes.cast(self._kept, ctypes.c_void_p).value
        return name, address, any_dimension, DIMENSIONLESS if result is None else result


def _dimension_of_unit(unit):
    return DIMENSIONLESS if _truth(unit) or unit is None else get_dimensions(unit)


_failed, _stop = [], [lambda: None]
_WHOLE = ctypes.CFUNCTYPE(None, ctypes.c_int64, ctypes.c_char_p, ctypes.POINTER(ctypes.c_void_p),
                          ctypes.POINTER(ctypes.c_double), ctypes.c_void_p)  # fmt: skip
_LETTERS = {"r": (ctypes.c_double, float), "i": (ctypes.c_int64, np.int64), "b": (ctypes.c_uint8, bool)}


def _argument(address, letter, n):
    """A copy of the values at an address; one number where it is the same for all elements."""
    kind, dtype = _LETTERS[letter.lower()]
    values = np.frombuffer((kind * n).from_address(address), dtype=dtype)
    return values[0] if letter.isupper() else values.copy()


def _elements(address, n):
    if not address:
        return np.arange(n, dtype=np.int32)
    return np.frombuffer((ctypes.c_int32 * n).from_address(address), dtype=np.int32).copy()


def _explained(error, name):
    """The error, with a hint where a function of one number was given an array."""
    told = str(error)
    if (isinstance(error, ValueError) and "ambiguous" in told) or (
        isinstance(error, TypeError) and "converted to Python scalars" in told
    ):
        hint = (f"{name}() is given the values of all elements as an array: write it with NumPy's functions (np.where in place of "
                "if), or decorate it with np.vectorize")  # fmt: skip
        return type(error)(f"{told}; {hint}")
    return error


@contextlib.contextmanager
def failures(stop=None):
    """Raises at its end what a function of Python raised when the engine called it.

    Parameters
    ----------
    stop : callable, optional
        Called when one raises: ends the run behind the present step.
    """
    before = len(_failed)
    _stop.append(stop or (lambda: None))
    try:
        yield
    finally:
        _stop.pop()
        if len(_failed) > before:
            error = _failed[before]
            del _failed[before:]
            raise error


class _Implementation:
    def __init__(self, function, discard_units):
        self.function, self.discard_units = function, discard_units


class Implementations(dict):
    """Other implementations of a function: in Python; those in other languages are refused."""

    def __init__(self, function):
        super().__init__()
        self._function = function

    def add_numpy_implementation(self, wrapped_func, dependencies=None, discard_units=None, compiler_kwds=None):
        """A function of arrays of SI numbers, in place of `pyfunc`.

        Parameters
        ----------
        wrapped_func : callable
        dependencies, compiler_kwds : None
            Nothing else is taken.
        discard_units : bool, optional
            Whether it takes and returns plain SI numbers.
        """
        if dependencies or compiler_kwds:
            raise NotImplementedError("functions of Python need no dependencies and no compiler: leave both away")
        self["numpy"] = _Implementation(wrapped_func, bool(discard_units))

    def add_implementation(self, target, code, namespace=None, dependencies=None, availability_check=None, name=None,
                           compiler_kwds=None):  # fmt: skip
        """Takes a function of Python, refuses texts in other languages."""
        if target in ("numpy", None) and callable(code):
            return self.add_numpy_implementation(code, dependencies)
        return _refuse_text(target)

    def add_dynamic_implementation(self, target, code, namespace=None, dependencies=None, availability_check=None,
                                   name=None, compiler_kwds=None):  # fmt: skip
        """Refused: a function has one implementation for all groups."""
        _refuse_text(target)


def _refuse_text(target):
    raise NotImplementedError(
        f"implementations in {target!r} are not compiled: Ranvier has one engine, which compiles equations. Leave it away if the "
        "function can be called from Python, or compile the C function to a library and give it as "
        "ranvier.dynamics.c_function(function, arguments=[...], result=...) in the namespace"
    )


def implementation(
    target, code=None, namespace=None, dependencies=None, discard_units=None, name=None, **compiler_kwds
):
    """A decorator: another implementation of a function. For ``"numpy"`` it is the function itself; texts are refused.

    Parameters
    ----------
    target : str
        ``"numpy"``; implementations in other languages are ignored if the function also works in Python: they are refused,
        with what to do instead.
    code, namespace, dependencies, name : None
        Of other languages.
    discard_units : bool, optional
        Whether the function takes and returns SI numbers without unit.
    **compiler_kwds
        Of other languages.
    """
    if target not in ("numpy", None) or code is not None:
        _refuse_text(target)
    if namespace or dependencies or name or compiler_kwds:
        raise NotImplementedError(
            "functions of Python need no namespace, dependencies, name or compiler: leave them away"
        )

    def decorate(f):
        function = f if isinstance(f, Function) else Function(f)
        function.implementations.add_numpy_implementation(function.pyfunc, discard_units=discard_units)
        return function

    return decorate


class Constant:
    """A value with a name.

    Parameters
    ----------
    name : str
    value : float | Quantity
    """

    def __init__(self, name, value, dimensions=None, owner=None):
        self.name, self.value = name, np.asarray(value).item() if np.ndim(value) == 0 else value
        self.dim = get_dimensions(value) if dimensions is None else dimensions
        self.owner = owner

    def get_value(self):
        """The SI number."""
        return self.value

    def get_value_with_unit(self):
        """The value with its unit."""
        return Quantity(self.value, dim=self.dim)


def timestep(t, dt):
    """The step in which a time lies; multiples of `dt` lie in the step that begins with them.

    Parameters
    ----------
    t : Quantity | float
    dt : Quantity | float

    Returns
    -------
    step : int | array of int64
    """
    steps = np.array((np.asarray(t) + 1e-3 * np.asarray(dt)) / np.asarray(dt), dtype=np.int64)
    return steps.item() if steps.ndim == 0 else steps


def _known(name):
    """What the engine's function of that name is in Python."""
    one = dict(arg_units=[None], return_unit=lambda u: u)
    special = {
        "sqrt": lambda: Function(np.sqrt, arg_units=[None], return_unit=lambda u: u**0.5),
        "ceil": lambda: Function(np.ceil, **one),
        "floor": lambda: Function(np.floor, **one),
        "abs": lambda: Function(np.abs, return_type="highest", **one),
        "sign": lambda: Function(np.sign, return_type="highest", arg_units=[None], return_unit=1),
        "rand": lambda: Function(_rand, arg_units=[], return_unit=1, stateless=False, auto_vectorise=True),
        "randn": lambda: Function(_randn, arg_units=[], return_unit=1, stateless=False, auto_vectorise=True),
        "poisson": lambda: Function(_poisson, arg_units=[1], return_unit=1, return_type="integer", stateless=False,
                                    auto_vectorise=True),
        "binomial": lambda: Function(_binomial, arg_units=[1, 1], return_unit=1, return_type="integer", stateless=False,
                                     auto_vectorise=True),
        "clip": lambda: Function(np.clip, arg_units=[None, "a", "a"], arg_names=["a", "a_min", "a_max"],
                                 return_type="highest", return_unit=lambda a, low, high: a),
        "int": lambda: Function(np.int_, return_type="integer", arg_units=[1], return_unit=1),
        "timestep": lambda: Function(timestep, return_type="integer", arg_units=[_second, _second], return_unit=1),
        "min": lambda: Function(np.minimum, arg_units=[None, None], return_unit=lambda a, b: a),
        "max": lambda: Function(np.maximum, arg_units=[None, None], return_unit=lambda a, b: a),
        "mod": lambda: Function(np.mod, arg_units=[None, None], return_unit=lambda a, b: a),
        "where": lambda: Function(np.where, arg_units=[bool, None, None], return_unit=lambda c, a, b: a),
    }  # fmt: skip
    return special[name]() if name in special else Function(getattr(safe, name))


def _rand(*shape):
    return np.random.rand(*shape)


def _randn(*shape):
    return np.random.randn(*shape)


def _poisson(lam, size=None):
    return np.random.poisson(lam, size)


def _binomial(n, p, size=None):
    return np.random.binomial(n, p, size)


DEFAULT_FUNCTIONS = {name: _known(name) for name in _core.language.function_names()}
DEFAULT_CONSTANTS = {name: Constant(name, value) for name, value in
                     (("pi", np.pi), ("e", np.e), ("inf", np.inf), ("-inf", -np.inf))}  # fmt: skip


def as_function(value):
    """What a text may call: a Function, a decorated function of Python, NumPy's own; None for anything else."""
    if isinstance(value, Function):
        return value
    if inspect.isroutine(value) or hasattr(value, "_arg_units"):
        if not hasattr(value, "_arg_units"):
            return None
        made = value.__dict__.get("_as_function")
        if made is None:  # kept with it: the engine calls it by its address
            made = value.__dict__["_as_function"] = Function(value)
        return made
    return None
