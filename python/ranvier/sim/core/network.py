"""Networks: what runs together."""

import importlib
from collections import Counter

import numpy as np

from ranvier import _core
from ranvier.sim.core import functions
from ranvier.sim.core import states as states_
from ranvier.sim.core.around import Around
from ranvier.sim.core.base import BrianObject, about
from ranvier.sim.core.kept import as_now, kept
from ranvier.sim.core.names import Nameable, object_of
from ranvier.sim.core.preferences import prefs
from ranvier.sim.core.reports import ProfilingSummary as ProfilingSummary
from ranvier.sim.core.reports import SchedulingSummary, check_schedule, report_function
from ranvier.sim.core.reports import TextReport as TextReport
from ranvier.sim.units.allunits import find
from ranvier.sim.units.checking import check_units
from ranvier.sim.units.quantity import Quantity

_second = find("second")


def __getattr__(name):
    if name in ("profiling_summary", "scheduling_summary"):  # Brian 2 has them here; they know the magic network
        return getattr(importlib.import_module("ranvier.sim.core.summaries"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def check_sums(objects):
    """Raises NotImplementedError where several (summed) variables have one goal: each sets it, so that the last would win.

    Parameters
    ----------
    objects : list of BrianObject
    """
    goals = [(obj, *goal) for obj in objects for goal in getattr(type(obj), "summed_into", lambda _: ())(obj)]
    for k, (obj, group, name, start, stop) in enumerate(goals):
        for other, group2, name2, start2, stop2 in goals[:k]:
            if group is group2 and name == name2 and start < stop2 and start2 < stop:
                raise NotImplementedError(
                    f"{other.name} and {obj.name} both sum up into {name!r} of {group.name}: give each a variable of its "
                    "own, and add these"
                )


class Network(Nameable):
    """Objects that run together.

    Parameters
    ----------
    *objs : BrianObject | iterable of BrianObject
    name : str

    Examples
    --------
    >>> from ranvier.sim import Network, NeuronGroup, ms
    >>> G = NeuronGroup(10, "dv/dt = -v/(10*ms) : 1", method="exact")
    >>> net = Network(G)
    >>> net.run(1*ms)
    """

    _running = None

    def __init__(self, *objs, **kwds):
        name = kwds.pop("name", "network*")
        if kwds:
            raise TypeError(f"Network has the argument name=; got {', '.join(kwds)}")
        Nameable.__init__(self, name)
        self.objects = set()
        self._begin()
        self._stored_state, self._schedule, self._profiled, self._at_work = {}, None, [], False
        for obj in objs:
            self.add(obj)

    def _begin(self):
        """At time 0, without anything that the engine has."""
        self._engine = _core.sim.Network()

    t = property(lambda self: Quantity(self.t_, dim=_second.dim), doc="The time.")

    @property
    def t_(self):
        """The time in seconds."""
        return self._engine.t

    @t_.setter
    def t_(self, value):
        if not 0 <= float(value) < np.inf:
            raise ValueError(f"the time of a network must be >= 0 s and finite; got {value!r}")
        self._engine.t = float(value)

    # Its objects

    def add(self, *objs):
        """Adds objects.

        Parameters
        ----------
        *objs : BrianObject | iterable of BrianObject
        """
        for obj in objs:
            if isinstance(obj, BrianObject):
                if obj._network is not None and obj._network != self.id:
                    raise RuntimeError(
                        f"{obj.name} has run in another network: add and remove objects of that one instead"
                    )
                self.objects.add(obj)
                obj._added = True
            else:
                self._each(self.add, obj, "added to")

    def remove(self, *objs):
        """Takes objects out.

        Parameters
        ----------
        *objs : BrianObject | iterable of BrianObject
        """
        for obj in objs:
            if isinstance(obj, BrianObject):
                if obj not in self.objects:
                    raise KeyError(f"{self.name} has no object {obj.name!r} of its own to take out")
                self.objects.remove(obj)
            else:
                self._each(self.remove, obj, "taken out of")

    def _each(self, verb, obj, what):
        if isinstance(obj, (str, bytes)) or not hasattr(obj, "__iter__"):
            raise TypeError(
                f"groups, synapses, monitors and lists of such can be {what} a network; got {type(obj).__name__}"
            )
        for inner in obj.values() if hasattr(obj, "values") else obj:
            verb(inner)

    def _all_objects(self):
        found, waiting = {}, list(self.objects)
        while waiting:
            obj = waiting.pop()
            if id(obj) not in found:
                found[id(obj)] = obj
                waiting.extend(getattr(obj, "contained_objects", ()))
        return sorted(found.values(), key=lambda o: o.name)

    def __getitem__(self, item):
        if not isinstance(item, str):
            raise TypeError(f"objects of a network are found by name; got {item!r}")
        for obj in self._all_objects():
            if obj.name == item:
                return obj
        raise KeyError(f"{self.name} has no object {item!r}")

    def __delitem__(self, key):
        self.remove(self[key])

    def __contains__(self, item):
        return any(obj.name == item or obj is item for obj in self._all_objects())

    def __len__(self):
        return len(self._all_objects())

    def __iter__(self):
        return iter(self._all_objects())

    # Its schedule

    @property
    def schedule(self):
        """The slots of a step in order; each has one before and one behind it, ``before_…`` and ``after_…``."""
        return list(self._schedule or prefs["core.network.default_schedule"])

    @schedule.setter
    def schedule(self, slots):
        if slots is None:
            self._schedule = None
            return
        check_schedule(slots)
        self._schedule = list(slots)

    @property
    def sorted_objects(self):
        """Its objects in the order in which they run."""
        place = {name: 3 * k + 1 for k, name in enumerate(self.schedule)}
        place |= {f"before_{name}": k - 1 for name, k in place.items()} | {
            f"after_{name}": k + 1 for name, k in place.items()
        }
        objects = self._all_objects()
        for obj in objects:
            if obj.when not in place:
                raise ValueError(
                    f"{obj.name} runs in the slot {obj.when!r}, which the schedule has not; it has {', '.join(self.schedule)}"
                )
        return sorted(objects, key=lambda o: (place[o.when], o.order, o.name))

    def scheduling_summary(self):
        """What runs in which order.

        Returns
        -------
        summary : SchedulingSummary
        """
        self._fill_engine()
        return SchedulingSummary(self)

    # Running

    def check_dependencies(self):
        """Raises where an object's source is not in the network."""
        for obj, missing in self._without_what_they_need():
            raise ValueError(
                f"{obj.name} is in {self.name}, but not {missing}, on which it depends: add {missing}, or take {obj.name} out"
            )

    def _without_what_they_need(self):
        """Objects, each with the names of those on which it depends and which are not here."""
        ids = {obj.id for obj in self._all_objects()}
        for obj in self._all_objects():
            missing = sorted(getattr(object_of(identity), "name", "an object") for identity in obj._dependencies - ids)
            if missing:
                yield obj, " and ".join(missing)

    def before_run(self, run_namespace):
        """Prepares all objects.

        Parameters
        ----------
        run_namespace : dict
            What can be seen where run was called.
        """
        prefs.check_all_validated()
        objects = self.sorted_objects
        twice = [name for name, count in Counter(obj.name for obj in objects).items() if count > 1]
        if twice:
            raise ValueError(f"objects of a network have names of their own; there are several {', '.join(twice)}")
        self.check_dependencies()
        check_sums(objects)
        _core.sim.set_random_names(self._random_names())
        for obj in objects:
            if obj._network is not None and obj._network != self.id:
                raise RuntimeError(f"{obj.name} has run in another network: add and remove objects of that one instead")
        for obj in sorted(objects, key=lambda o: o.prepared):
            if obj.active:
                try:
                    obj.before_run(run_namespace)
                except Exception as error:
                    told = about(error, obj)
                    if told is error:
                        raise
                    raise told from error
        for obj in objects:
            obj._network, obj._added = self.id, True

    def _random_names(self):
        """What random numbers are keyed by in place of names that depend on which other objects are alive."""
        ranks, names = Counter(), {}
        for obj in sorted(self._all_objects(), key=lambda o: o._made):
            if obj._numbered:
                names[obj.name] = f"{type(obj).__name__}#{ranks[type(obj)]}"
                ranks[type(obj)] += 1
        return names

    def after_run(self):
        """Called behind a run."""
        for obj in self.sorted_objects:
            if obj.active:
                obj.after_run()

    def _fill_engine(self):
        """Tells the engine what runs."""
        engines = [engine for obj in self._all_objects() for engine in obj.engine_objects()]
        self._engine.operations = [operation for engine in engines for operation in engine.operations]
        self._engine.schedule = self.schedule

    @check_units(duration=_second, report_period=_second)
    def run(self, duration, report=None, report_period=10 * _second, namespace=None, profile=None, level=0):
        """Runs.

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
            How many calls above the caller names are looked up.
        """
        if isinstance(duration, str) or np.size(duration) != 1:
            raise TypeError(f"a run has one duration, a time such as 100*ms; got {duration!r}")
        if namespace is not None and not hasattr(namespace, "__getitem__"):
            raise TypeError(f"namespace is a dict from names to values; got {type(namespace).__name__}")
        if self._at_work:
            raise RuntimeError(
                f"{self.name} is running: a function that it calls can't run it; call stop() or run it behind"
            )
        seconds = float(duration)
        if not 0 <= seconds < np.inf:
            raise ValueError(f"the duration of a run must be >= 0 s and finite; got {duration}")
        around = Around(level) if namespace is None else namespace
        tell = report_function(report)
        if kept.on and not kept._now:
            kept.keep_run(self, self._run_later(seconds, tell, float(report_period), as_now(around), profile))
        else:
            self._run(seconds, tell, float(report_period), around, profile)

    def _run_later(self, *args):
        """The run, of the objects that are in the network now."""
        objects = set(self.objects)

        def run():
            self.objects = objects
            self._run(*args)

        return run

    def _run(self, seconds, tell, period, around, profile):
        self.before_run(around)
        self._fill_engine()
        outer, Network._running, self._at_work = Network._running, self, True
        try:
            with functions.failures(self.stop):
                self._engine.run(seconds, tell, period, bool(profile))
        except KeyboardInterrupt:
            raise KeyboardInterrupt(
                f"interrupted between two steps: {self.name} stands at t = {self.t}, and a run goes on from there"
            ) from None
        finally:
            Network._running, self._at_work = outer, False
            measured = [(o.name, o.seconds) for o in self._engine.operations if profile]
            self._profiled = sorted(measured, key=lambda pair: -pair[1])
            self.after_run()

    def stop(self):
        """Ends the run behind this step."""
        self._engine.stop()

    @property
    def profiling_info(self):
        """Name and time of each object, the longest first, of the last run with ``profile=True``."""
        if not self._profiled:
            raise ValueError("nothing was measured: run with profile=True")
        return [(name, Quantity(seconds, dim=_second.dim)) for name, seconds in self._profiled]

    def get_profiling_info(self):
        """As :attr:`profiling_info`."""
        return self.profiling_info

    # States

    def _stateful(self):
        """Objects with a state, and their clocks, by name."""
        objects = {obj.name: obj for obj in self._all_objects() if hasattr(obj, "_full_state")}
        clocks = {obj.clock.name: obj.clock for obj in self._all_objects()}
        return objects, clocks

    def _full_state(self):
        self._fill_engine()
        objects, clocks = self._stateful()
        return {
            "0_t": self.t_,
            **{name: obj._full_state() for name, obj in objects.items()},
            **{name: clock._state(self.t_) for name, clock in clocks.items()},
        }

    def store(self, name="default", filename=None):
        """Keeps the state of all objects; of what monitors stream, how many rows there are.

        Parameters
        ----------
        name : str
        filename : str, optional
            A file for it; otherwise it is kept in memory.
        """
        if not isinstance(name, str):
            raise TypeError(f"the name of a stored state is a text; got {name!r}")
        state = self._full_state()
        state["_random_generator_state"] = {"engine": _core.sim.random_state(), "numpy": np.random.get_state()}
        if filename is None:
            self._stored_state[name] = state
            return
        for obj in self._all_objects():
            if hasattr(obj, "_on_disk"):  # a file refers to nothing that a power cut could take away
                obj._on_disk()
        try:
            states = states_.read(filename)
        except FileNotFoundError:
            states = {}
        states_.write(filename, {**states, name: state})

    def restore(self, name="default", filename=None, restore_random_state=False):
        """Goes back to a state that was kept, and cuts what monitors stream back to it: monitors of a new process go on with the
        files in their folder.

        Parameters
        ----------
        name : str
        filename : str, optional
            The file where it is.
        restore_random_state : bool
            Whether the random numbers go on as they did then, too.
        """
        states = self._stored_state if filename is None else states_.read(filename)
        if name not in states:
            raise KeyError(f"no state {name!r} was stored; there are {', '.join(map(repr, states)) or 'none'}")
        state = dict(states[name])
        random = state.pop("_random_generator_state")
        network = state.pop("0_t")
        objects, clocks = self._stateful()
        missing = (set(objects) | set(clocks)) - set(state)
        unknown = set(state) - set(objects) - set(clocks)
        if missing or unknown:
            raise KeyError(
                f"the state {name!r} and {self.name} do not fit: "
                + "; ".join(filter(None, [
                    f"it has nothing of {', '.join(sorted(missing))}" if missing else "",
                    f"it has {', '.join(sorted(unknown))}, which the network has not" if unknown else "",
                ])) + ". Names must be those of when it was stored"
            )  # fmt: skip
        for object_name, obj in objects.items():
            if hasattr(obj, "_check_state"):  # nothing is cut off where another can't follow
                obj._check_state(state[object_name])
        for object_name, obj in objects.items():
            obj._restore_from_full_state(state[object_name])
        for clock_name, clock in clocks.items():
            clock._set_state(state[clock_name])
        self._engine.t = network
        if restore_random_state:
            _core.sim.set_random_state(*random["engine"])
            np.random.set_state(random["numpy"])

    def get_states(self, units=True, format="dict", subexpressions=False, read_only_variables=True, level=0):
        """The values of all variables of all groups.

        Parameters
        ----------
        units, format, subexpressions, read_only_variables, level
            As of :meth:`Group.get_states`.

        Returns
        -------
        states : dict of str to dict
        """
        return {
            obj.name: obj.get_states(None, units, format, subexpressions, read_only_variables, level=level)
            for obj in self._all_objects()
            if "get_states" in dir(type(obj)) and getattr(obj, "_engine", self) is not None
        }

    def set_states(self, values, units=True, format="dict", level=0):
        """Sets values of variables.

        Parameters
        ----------
        values : dict of str to dict
            By names of objects and variables.
        units, format, level
            As of :meth:`Group.set_states`.
        """
        for name, states in values.items():
            if name not in self:
                raise KeyError(f"{self.name} has no object {name!r}")
            self[name].set_states(states, units=units, format=format, level=level)

    def __repr__(self):
        names = ", ".join(repr(obj.name) for obj in self._all_objects())
        return f"<{type(self).__name__} at time t={self.t}, containing objects: {names}>"
