"""Many Poisson spike trains into one variable."""

import numpy as np

from ranvier import _core
from ranvier.sim.core.base import BrianObject, group_like
from ranvier.sim.equations.codestrings import value_text
from ranvier.sim.groups.neurongroup import whole
from ranvier.sim.groups.owner import raise_about
from ranvier.sim.units.allunits import find
from ranvier.sim.units.checking import check_units, fail_for_dimension_mismatch


class PoissonInput(BrianObject):
    """Adds to a variable of each neuron what N independent Poisson trains of its own bring in a step.

    Parameters
    ----------
    target : Group
    target_var : str
    N : int
        Number of trains of each neuron.
    rate : Quantity
        Of each train.
    weight : Quantity | str
        What a spike adds.
    when : str
    order : int
    """

    add_to_magic_network = True

    @check_units(N=1, rate=find("hertz"))
    def __init__(self, target, target_var, N, rate, weight, when="synapses", order=0):
        group_like(target, "target", "variables")
        BrianObject.__init__(self, clock=target.clock, when=when, order=order, name="poissoninput*",
                             namespace=target.namespace)  # fmt: skip
        if target_var not in target.variables:
            raise KeyError(target._no_variable(target_var))
        self._target, self._target_var, self._weight = target, target_var, getattr(weight, "code", weight)
        self._N, self._rate = whole(N, "N, the number of trains,", 1), rate
        dimension = target.variables[target_var].dim
        if not isinstance(self._weight, str):
            fail_for_dimension_mismatch(weight, dimension, f"weight has the dimension of {target_var}")
        if np.ndim(rate) != 0 or not 0 <= float(rate) < np.inf:
            raise ValueError(f"rate must be one rate >= 0 Hz; got {rate}")
        text = self._weight if isinstance(self._weight, str) else value_text(self._weight)
        self._text = f"{target_var} += ({text})*rand()"
        self._engine = _core.sim.poisson_input(self.name, target._engine, target_var, str(self._N), value_text(rate), text,
                                               self._clock._engine, when, order)  # fmt: skip

    target = property(lambda self: self._target, doc="The group.")
    target_var = property(lambda self: self._target_var, doc="The variable.")
    N = property(lambda self: self._N, doc="The number of trains.")
    rate = property(lambda self: self._rate, doc="The rate of each.")
    weight = property(lambda self: self._weight, doc="What a spike adds.")

    def engine_objects(self):
        """The engine's operation."""
        return [self._engine]

    def before_run(self, run_namespace):
        """Compiles, with what can be seen around run()."""
        if float(self._rate) * self._clock.dt_ > 1:
            raise ValueError(
                f"{self.name}: {self._rate} is more than one spike in a step of {self._clock.dt}; take a smaller step"
            )
        unknown = self._target._engine.unknown(self._text, "statements")
        try:
            self._engine.prepare(self._target._engine_scope(unknown, run_namespace, self._text))
        except ValueError as error:
            raise_about(error, self)
