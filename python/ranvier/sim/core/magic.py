"""The network of everything that can be seen."""

from ranvier.sim.core.around import Around
from ranvier.sim.core.base import BrianObject
from ranvier.sim.core.logger import get_logger
from ranvier.sim.core.network import Network
from ranvier.sim.units.allunits import find
from ranvier.sim.units.checking import check_units

logger = get_logger(__name__)
_second = find("second")


class MagicError(Exception):
    """It is not clear whether a run goes on or begins anew."""


def collect(level=0):
    """The objects that :func:`run` would run.

    Parameters
    ----------
    level : int
        How many calls above the caller to look.

    Returns
    -------
    objects : set of BrianObject
    """
    now = BrianObject._scope_current_key
    seen = Around(level).copied().values()
    return {v for v in seen if isinstance(v, BrianObject) and v.add_to_magic_network and v._scope_key == now}


class MagicNetwork(Network):
    """All objects that can be seen where run is called. There is one, `magic_network`.

    A run with new objects only begins at time 0; a run with those of the run before goes on. A mixture is refused; monitors
    may be new.
    """

    _made = False

    def __init__(self):
        if MagicNetwork._made:
            raise ValueError("there is one magic network: magic_network")
        MagicNetwork._made = True
        super().__init__(name="magicnetwork*")

    def add(self, *objs):
        """Refused: what can be seen is in it."""
        raise MagicError("the magic network holds what can be seen: make a Network to add objects")

    def remove(self, *objs):
        """Refused: what can be seen is in it."""
        raise MagicError("the magic network holds what can be seen: make a Network to remove objects")

    def _update_magic_objects(self, level=0):
        objects = collect(level)
        inner, waiting = set(objects), list(objects)
        while waiting:
            for contained in waiting.pop().contained_objects:
                if contained not in inner:
                    inner.add(contained)
                    waiting.append(contained)
        known = any(obj._network == self.id for obj in inner)
        new = any(obj._network is None and obj.invalidates_magic_network for obj in inner)
        if known and new:
            raise MagicError(
                "some of the objects that can be seen have run before and some are new: does the simulation go on or begin anew? Make "
                "a Network of those that shall run; collect() lists what can be seen"
            )
        if new:
            self._begin()
            self.assign_id()
        for obj in inner:
            if obj._network is None:
                obj._network = self.id
            obj._added = True
        self.objects = inner
        logger.debug(
            f"the magic network has {len(inner)} objects: {', '.join(sorted(o.name for o in inner))}",
            name_suffix="magic_objects",
        )

    def check_dependencies(self):
        """Keeps out of the run what depends on something that can't be seen."""
        for obj, missing in self._without_what_they_need():
            if obj.active:
                logger.warn(
                    f"{obj.name} can be seen, but not {missing}, on which it depends: it is set to inactive",
                    name_suffix="dependency_warning",
                )
                obj.active = False

    def after_run(self):
        """Lets go of the objects."""
        super().after_run()
        self.objects = set()

    def run(self, duration, report=None, report_period=10 * _second, namespace=None, profile=None, level=0):
        """As :func:`run`."""
        self._update_magic_objects(level=level)
        Network.run(self, duration, report=report, report_period=report_period, namespace=namespace, profile=profile,
                    level=level)  # fmt: skip

    def store(self, name="default", filename=None, level=0):
        """As of Network."""
        self._update_magic_objects(level=level)
        super().store(name=name, filename=filename)
        self.objects = set()

    def restore(self, name="default", filename=None, restore_random_state=False, level=0):
        """As of Network."""
        self._update_magic_objects(level=level)
        super().restore(name=name, filename=filename, restore_random_state=restore_random_state)
        self.objects = set()

    def get_states(self, units=True, format="dict", subexpressions=False, read_only_variables=True, level=0):
        """As of Network."""
        self._update_magic_objects(level=level)
        states = super().get_states(units, format, subexpressions, read_only_variables, level=level)
        self.objects = set()
        return states

    def set_states(self, values, units=True, format="dict", level=0):
        """As of Network."""
        self._update_magic_objects(level=level)
        super().set_states(values, units, format, level=level)
        self.objects = set()

    def __repr__(self):
        return "MagicNetwork()"


magic_network = MagicNetwork()


@check_units(duration=_second, report_period=_second)
def run(duration, report=None, report_period=10 * _second, namespace=None, profile=None, level=0):
    """Runs all objects that can be seen.

    Parameters
    ----------
    duration : Quantity
    report : None | "text" | "stdout" | "stderr" | callable
        Who is told how far it is: ``report(elapsed, completed, start, duration)``.
    report_period : Quantity
        How often, in real time.
    namespace : dict, optional
        Values for names that objects have not in a namespace of their own; if not given, those around this call.
    profile : bool, optional
        Whether to measure how long each object takes.
    level : int
        How many calls above the caller to look.
    """
    magic_network.run(duration, report=report, report_period=report_period, namespace=namespace, profile=profile,
                      level=level)  # fmt: skip


def store(name="default", filename=None):
    """Keeps the state of all objects that can be seen.

    Parameters
    ----------
    name : str
    filename : str, optional
        A file for it; otherwise it is kept in memory.
    """
    magic_network.store(name=name, filename=filename)


def restore(name="default", filename=None, restore_random_state=False):
    """Goes back to a state that was kept.

    Parameters
    ----------
    name : str
    filename : str, optional
    restore_random_state : bool
        Whether the random numbers go on as they did then, too.
    """
    magic_network.restore(name=name, filename=filename, restore_random_state=restore_random_state)


def stop():
    """Ends the run behind this step."""
    if Network._running is not None:
        Network._running.stop()


def start_scope():
    """Objects made before are no longer run by :func:`run`."""
    BrianObject._scope_current_key += 1
