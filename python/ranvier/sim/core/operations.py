"""Functions of Python that a network calls at each step."""

import inspect

from ranvier.sim.core.base import BrianObject, PythonSteps
from ranvier.sim.units.allunits import find
from ranvier.sim.units.quantity import Quantity

_second = find("second")


class NetworkOperation(BrianObject):
    """A function that is called at each step.

    Parameters
    ----------
    function : callable
        Without arguments, or of the time.
    dt : Quantity, optional
    clock : Clock, optional
    when : str
    order : int
    name : str
    """

    add_to_magic_network = True

    def __init__(self, function, dt=None, clock=None, when="start", order=0, name="networkoperation*"):
        BrianObject.__init__(self, dt=dt, clock=clock, when=when, order=order, name=name)
        if not callable(function):
            raise TypeError(f"a network operation is a function that is called at each step; got {function!r}")
        self.function = function
        self._takes_time = _takes_time(function)
        self._own_steps = PythonSteps(self, NetworkOperation._called)

    def _called(self, t):
        self.function(*([Quantity(t, dim=_second.dim)] if self._takes_time else []))

    def run(self):
        """Calls it now."""
        self._called(self._clock.t_)

    def engine_objects(self):
        """The engine's operation, at its place in the schedule."""
        return [self._own_steps.placed(self)]


def _takes_time(function):
    code = getattr(function, "__code__", None)
    if code is None:
        return False
    name, method = getattr(function, "__name__", "the function"), inspect.ismethod(function)
    names = code.co_varnames[: code.co_argcount]
    if not method and names[:1] == ("self",):
        raise TypeError(
            f"{name} has the argument 'self' and is no method here: make NetworkOperation(object.{name}) of the method of an object"
        )
    if len(names) - method > 1:
        raise TypeError(f"{name} has {len(names) - method} arguments; a network operation has none, or one, the time")
    return len(names) - method == 1


def network_operation(*args, **kwds):
    """A decorator: the function is called at each step.

    Parameters
    ----------
    *args, **kwds
        As of :class:`NetworkOperation`, but for the function.

    Examples
    --------
    >>> from ranvier.sim import network_operation, ms
    >>> @network_operation(dt=10*ms)
    ... def tell(t):
    ...     print(t)
    """
    if len(args) == 1 and callable(args[0]) and not kwds:
        return _named(NetworkOperation(args[0]), args[0])
    if args:
        raise TypeError("network_operation takes its arguments by name: @network_operation(dt=..., when=...)")
    return lambda function: _named(NetworkOperation(function, **kwds), function)


def _named(operation, function):
    operation.__name__, operation.__doc__ = function.__name__, function.__doc__
    return operation
