"""What takes part in a network."""

import numbers
import sys
import weakref

from ranvier import _core
from ranvier.sim.core.clocks import clock_for
from ranvier.sim.core.logfile import prefs
from ranvier.sim.core.logger import get_logger
from ranvier.sim.core.names import Nameable

logger = get_logger(__name__)


class PythonSteps:
    """The engine's operation that calls Python at each step. It doesn't keep the object alive.

    Parameters
    ----------
    obj : BrianObject
    call : callable
        Of the object and the time in seconds.
    """

    def __init__(self, obj, call):
        it = weakref.ref(obj)

        def step(t):
            obj = it()
            if obj is not None and obj.active:
                call(obj, t)

        self.operations = [_core.sim.python_operation(obj.name, obj.clock._engine, obj.when, obj.order, step)]

    def placed(self, obj):
        """This, at the object's place in the schedule."""
        for operation in self.operations:
            operation.when, operation.order, operation.active = obj.when, obj.order, obj.active
        return self


class SpikeSource:
    """What spikes."""


class BrianObject(Nameable):
    """What takes part in a network: it has a clock, a place in the schedule, and other objects in it.

    Parameters
    ----------
    dt : Quantity, optional
        The step of a clock of its own.
    clock : Clock, optional
        The clock; the default clock if neither this nor `dt` is given.
    when : str
        The slot of the schedule.
    order : int
        The place among what happens in the same slot.
    namespace : dict, optional
        Values for names in its texts, which go before those around run().
    name : str
    """

    prepared = 2
    add_to_magic_network = False
    invalidates_magic_network = True
    _scope_current_key = 0

    def __init__(self, dt=None, clock=None, when="start", order=0, namespace=None, name="brianobject*"):
        Nameable.__init__(self, name)
        if not isinstance(when, str):
            raise TypeError(f"when is the name of a slot of the schedule, e.g. 'start'; got {when!r}")
        if not isinstance(order, numbers.Integral):
            raise TypeError(f"order is a whole number, the place among what runs in the same slot; got {order!r}")
        self._scope_key = BrianObject._scope_current_key
        self._clock = clock_for(dt, clock, self.name)
        self.when, self.order, self.namespace = when, order, namespace
        self._contained_objects, self._active, self._network = [], True, None
        self._dependencies = set()
        self._own_steps, self._added = None, False

    contained_objects = property(lambda self: self._contained_objects, doc="Objects in it, which join its networks.")
    clock = property(lambda self: self._clock, doc="Its clock, which stays.")
    updaters = property(lambda self: [], doc="Empty: the engine runs it.")
    code_objects = property(lambda self: [], doc="Empty: the engine runs it.")

    @property
    def active(self):
        """Whether it does something in a run; what is in it follows."""
        return self._active

    @active.setter
    def active(self, on):
        self._active = bool(on)
        for engine in self.engine_objects():
            for operation in engine.operations:
                operation.active = self._active
        for inner in self.contained_objects:
            inner.active = on

    def add_dependency(self, obj):
        """Says that it can't run without another object.

        Parameters
        ----------
        obj : BrianObject
        """
        self._dependencies.add(getattr(obj, "source", obj).id if type(obj).__name__ == "Subgroup" else obj.id)

    def run(self):
        """What it does at each step of its clock; a class of one's own says it here."""

    def engine_objects(self):
        """What a network of the engine is given of it: here its own :meth:`run`, if its class has one."""
        if type(self).run is BrianObject.run:
            return []
        if self._own_steps is None:
            self._own_steps = PythonSteps(self, lambda it, t: it.run())
        return [self._own_steps.placed(self)]

    def before_run(self, run_namespace):
        """Prepares for a run.

        Parameters
        ----------
        run_namespace : dict
            What can be seen where run was called.
        """

    def after_run(self):
        """Called behind a run."""

    def __del__(self):
        if sys is None or sys.is_finalizing() or self.__dict__.get("_added", True):
            return
        if self.add_to_magic_network and prefs["logging.warn_for_unused_objects"]:
            logger.warn(
                f"{self.name} goes away and was never part of a network: is a name missing that keeps it?",
                name_suffix="unused_brian_object",
            )

    def __repr__(self):
        return (
            f"{type(self).__name__}(clock={self._clock!r}, when={self.when!r}, order={self.order}, name={self.name!r})"
        )


class BrianObjectException(Exception):
    """An error with the object that it is about; it is also of the type of the error itself.

    Parameters
    ----------
    message : str
    brianobj : BrianObject
    """

    def __init__(self, message, brianobj):
        super().__init__(f"{brianobj.name}: {message}")


def group_like(value, what, attribute="clock"):
    """`value`, if it has what a group has; raises where a group was to be given and is not.

    Parameters
    ----------
    value : object
    what : str
        The argument's name.
    attribute : str
        What a group of the wanted kind has.
    """
    if not isinstance(value, BrianObject) or not hasattr(value, attribute):
        raise TypeError(f"{what} is a group; got {type(value).__name__}")
    return value


def about(error, brianobj):
    """The same error, which says which object it is about.

    Parameters
    ----------
    error : Exception
    brianobj : BrianObject

    Returns
    -------
    error : BrianObjectException
    """
    if isinstance(error, (BrianObjectException, OSError)):
        return error
    message = error.args[0] if isinstance(error, KeyError) and error.args else str(error)
    kind = type(
        type(error).__name__, (BrianObjectException, type(error)), {"__str__": lambda self: Exception.__str__(self)}
    )
    try:
        return kind(message, brianobj)
    except TypeError:
        return BrianObjectException(message, brianobj)
