"""What a group does in a step, to be looked at, switched off and put elsewhere in the schedule."""

import weakref

from ranvier.sim.core.base import BrianObject
from ranvier.sim.stateupdaters import chosen_by


class Part(BrianObject):
    """One operation of a group. The group itself runs it, as a network knows of it.

    Parameters
    ----------
    group : Group
    operation : object
        That of the engine.
    """

    invalidates_magic_network = False

    def __init__(self, group, operation):
        self._group, self._operation = weakref.ref(group), operation
        BrianObject.__init__(self, clock=group.clock, when=operation.when, order=operation.order, name=operation.name)

    def _of_operation(name, what):
        def get(self):
            return getattr(self._operation, name)

        def set_it(self, value):
            setattr(self._operation, name, value)

        return property(get, set_it, doc=what)

    when = _of_operation("when", "The slot of the schedule.")
    order = _of_operation("order", "The place among what happens in the same slot.")
    active = _of_operation("active", "Whether it does something in a run.")
    del _of_operation

    @property
    def group(self):
        """The group whose operation it is."""
        if (group := self._group()) is None:
            raise ReferenceError(f"the group of {self.name} is gone: keep it as long as its parts")
        return group

    def __repr__(self):
        return (
            f"{type(self).__name__}(clock={self._clock!r}, when={self.when!r}, order={self.order}, name={self.name!r})"
        )


class StateUpdater(Part):
    """Moves the states."""

    method_choice = property(lambda self: self.group.method_choice, doc="What the group was given as method.")
    method_options = property(lambda self: self.group.method_options, doc="What it was given as method_options.")

    @property
    def method(self):
        """The integrator that it has in its runs; None before the first."""
        return chosen_by(self.group)


class Thresholder(Part):
    """Finds who has an event."""

    event = property(lambda self: self._operation.event, doc="The name of the event.")


class Resetter(Part):
    """Runs the statements of an event."""

    event = Thresholder.event


class SubexpressionUpdater(Part):
    """Computes what stays constant over a step."""


class SummedVariableUpdater(Part):
    """Adds up a (summed) variable."""


_KINDS = {"stateupdater": StateUpdater, "thresholder": Thresholder, "resetter": Resetter}


def take_parts(group):
    """Gives a group its parts as contained objects: those of its operations that have none yet.

    Parameters
    ----------
    group : Group
    """
    known = {obj.name for obj in group.contained_objects}
    for operation in group._engine.operations:
        name = operation.name.removeprefix(f"{group.name}_")
        kind = _KINDS.get(operation.kind)
        if name == "subexpression_update":
            kind = SubexpressionUpdater
        elif name.startswith("summed_variable_"):
            kind = SummedVariableUpdater
        if kind is not None and operation.name not in known:
            group.contained_objects.append(kind(group, operation))


def part_of(group, kind, event=None):
    """A part of a group; None where it has none such.

    Parameters
    ----------
    group : Group
    kind : type
    event : str, optional
        Of which event.
    """
    for obj in group.contained_objects:
        if type(obj) is kind and event in (None, getattr(obj, "event", None)):
            return obj
    return None
