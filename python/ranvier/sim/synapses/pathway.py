"""What happens at synapses when a spike has come."""

import weakref

import numpy as np

from ranvier.sim.core.base import BrianObject
from ranvier.sim.core.logger import get_logger
from ranvier.sim.core.variableview import VariableView
from ranvier.sim.groups.owner import VariableOwner
from ranvier.sim.units.allunits import find
from ranvier.sim.units.checking import fail_for_dimension_mismatch
from ranvier.sim.units.quantity import Quantity

logger = get_logger(__name__)
_second = find("second")


class SynapticPathway(VariableOwner, BrianObject):
    """Statements of synapses that spikes run, with their delays.

    Parameters
    ----------
    synapses : Synapses
    code : str
    prepost : str
        Whose spikes: ``"pre"`` or ``"post"``.
    objname : str
        What the synapses call it.
    event : str
    """

    def __init__(self, synapses, code, prepost, objname, event):
        BrianObject.__init__(self, clock=(synapses.source if prepost == "pre" else synapses.target).clock, when="synapses",
                             order=synapses.order, name=f"{synapses.name}_{objname}")  # fmt: skip
        self._synapses = weakref.ref(synapses)  # which have this one
        self.code, self.prepost, self.objname, self.event = code, prepost, objname, event
        found = next(p for p in synapses._engine.pathways if p.name == objname)
        object.__setattr__(self, "_pathway", found)
        self.order = self._pathway.operation.order

    def __setattr__(self, name, value):
        if name == "delay":
            self._set_delay(value, True)
        elif name == "delay_":
            self._set_delay(value, False)
        else:
            object.__setattr__(self, name, value)
            if name in ("when", "order") and "_pathway" in self.__dict__:
                setattr(self._pathway.operation, name, value)

    @property
    def synapses(self):
        """The synapses whose statements these are."""
        if (synapses := self._synapses()) is None:
            raise ReferenceError(f"the synapses of {self.name} are gone: keep them as long as their pathways")
        return synapses

    group = source = synapses

    delay = property(lambda self: DelayView(self, True), doc="How long spikes take to arrive, for each synapse or all.")
    delay_ = property(lambda self: DelayView(self, False), doc="The same in seconds.")

    def _set_delay(self, value, units):
        DelayView(self, units).set_item(slice(None), value)

    def __len__(self):
        return len(self.synapses)

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self.synapses, name)

    @property
    def active(self):
        """Whether spikes do something."""
        return self._pathway.operation.active

    @active.setter
    def active(self, on):
        self._pathway.operation.active = bool(on)

    def _full_state(self):
        return {}

    def _restore_from_full_state(self, state):
        pass

    def engine_objects(self):
        """Nothing: it is part of the synapses."""
        return []

    def warn_of_clocks(self):
        """Says where the clocks of synapses and neurons differ: delays are whole steps of that of the spikes."""
        groups = (self.synapses.source, self.synapses, self.synapses.target)
        if len({group.clock.dt_ for group in groups}) > 1:
            steps = ", ".join(f"{group.name} {group.clock.dt}" for group in groups)
            logger.warn(
                f"{self.name} joins objects of different steps ({steps}); its delays are rounded to steps of {self.clock.dt}",
                name_suffix="synapses_dt_mismatch",
                once=True,
            )

    def __repr__(self):
        return f"<SynapticPathway {self.objname!r} of {self.synapses.name!r}: {self.code!r}>"


class DelayView(VariableView):
    """The delays of a pathway.

    Parameters
    ----------
    pathway : SynapticPathway
    units : bool
        Whether values have their unit.
    """

    def __init__(self, pathway, units):
        self.name, self.group, self.pathway = "delay", pathway.synapses, pathway
        self.variable = _Delay(pathway)
        self.dim = _second.dim if units else None

    def _lent(self):
        return False

    def _values(self, elements, around):
        delays = self.pathway._pathway.delay.values
        return np.array(delays) if elements is None else delays[elements]

    def _assign(self, text, elements, around):
        values, dimension = self.group._value(text, around, elements, self.variable)
        self._set(elements, Quantity(values, dim=dimension) if self.dim is not None else values)

    def _set(self, elements, value):
        if self.dim is not None:
            fail_for_dimension_mismatch(value, self.dim, f"the delay of {self.pathway.name} is a time")
        numbers = np.asarray(value, dtype=float)
        if numbers.size and not (np.isfinite(numbers).all() and numbers.min() >= 0):
            raise ValueError(
                f"delays must be >= 0 s and finite; got {numbers.min() if np.isfinite(numbers).all() else numbers}"
            )
        delays = self.pathway._pathway.delay.values
        count = len(delays) if elements is None else len(elements)
        if self.variable.scalar and numbers.size > 1 and len(np.unique(numbers)) == 1:
            numbers = numbers.flat[0]
        if np.ndim(numbers) and np.size(numbers) not in (1, count):
            raise ValueError(f"{count} delays are needed for {self.pathway.name}; got {np.size(numbers)}")
        delays[slice(None) if elements is None else elements] = numbers

    def __repr__(self):
        return f"<{self.pathway.name}.delay: {self._all_values()!r}>"


class _Delay:
    """What is known of the delay of a pathway."""

    name, dim, constant, read_only, subexpression, linked = "delay", _second.dim, True, False, False, False
    is_boolean = is_integer = False
    dtype = np.dtype(np.float64)

    def __init__(self, pathway):
        self.owner = pathway

    scalar = property(lambda self: self.owner._pathway.delay.shared)
    size = property(lambda self: len(self.owner._pathway.delay.values))

    def get_value(self):
        return self.owner._pathway.delay.values
