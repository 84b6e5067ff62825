"""Neurons that spike at random."""

import numpy as np

from ranvier import _core
from ranvier.sim.core.base import SpikeSource
from ranvier.sim.core.scope import engine_scope
from ranvier.sim.groups.group import Group, only_none
from ranvier.sim.groups.neurongroup import whole
from ranvier.sim.groups.owner import as_dimension_error, raise_about
from ranvier.sim.groups.subgroup import Subgroup, start_and_stop
from ranvier.sim.units.allunits import find
from ranvier.sim.units.checking import check_units


class PoissonGroup(Group, SpikeSource):
    """Neurons that spike at random, at rates of their own.

    Parameters
    ----------
    N : int
    rates : Quantity | str
        One rate, one for each, or a text that is computed at each step.
    dt : Quantity, optional
    clock : Clock, optional
    when : str
    order : int
    namespace : dict, optional
        Values for names in `rates`, which go before those around run().
    name : str
    codeobj_class : None
    """

    add_to_magic_network = True

    @check_units(rates=find("hertz"))
    def __init__(self, N, rates, dt=None, clock=None, when="thresholds", order=0, namespace=None, name="poissongroup*",
                 codeobj_class=None):  # fmt: skip
        only_none("codeobj_class", codeobj_class)
        Group.__init__(self, dt=dt, clock=clock, when=when, order=order, namespace=namespace, name=name)
        N = whole(N, "N, the number of neurons,", 1)
        self.events, self._rates = {"spike": "rand() < rates*dt"}, rates
        text = getattr(rates, "code", rates)
        text = text if isinstance(text, str) else ""
        self._given = not text
        try:
            self._engine = _core.sim.poisson_group(self.name, N, self._clock._engine, text)
            for operation in self._engine.operations:
                operation.when, operation.order = when, order
        except ValueError as error:
            raise as_dimension_error(error) from None
        if not text:
            self.rates = rates
            self._check_rates()

    @property
    def spikes(self):
        """Who spiked in this step."""
        return self._engine.event("spike")

    def __getitem__(self, item):
        return Subgroup(self, *start_and_stop(item, len(self)))

    def _check_rates(self):
        wrong = ~(self.rates_[:] >= 0)
        if np.any(wrong):
            raise ValueError(f"rates of {self.name} must be >= 0 Hz; got {self.rates[:][wrong][0]}")

    def before_run(self, run_namespace=None):
        """Compiles, with what can be seen around run()."""
        if self._given:
            self._check_rates()
        try:
            self._engine.prepare(engine_scope(self._engine.unknown_names, self.namespace, run_namespace or {}), "euler")
        except (ValueError, KeyError, TypeError, NotImplementedError) as error:
            raise_about(error, self)

    def __repr__(self):
        return f"PoissonGroup({len(self)}, rates={self._rates!r})"
