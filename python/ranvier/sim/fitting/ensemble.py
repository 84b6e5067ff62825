"""Candidates as elements of one group."""

import re

import numpy as np

from ranvier.sim.core.network import Network
from ranvier.sim.groups.neurongroup import NeuronGroup
from ranvier.sim.input.timedarray import TimedArray
from ranvier.sim.monitors.spikemonitor import SpikeMonitor
from ranvier.sim.monitors.statemonitor import StateMonitor
from ranvier.sim.units.allunits import find
from ranvier.sim.units.dimensions import DIMENSIONLESS
from ranvier.sim.units.quantity import Quantity
from ranvier.sim.units.registry import get_unit

_second = find("second")
_INPUT = "ranvier_fit_input"
_OF_GROUPS = {"t", "dt", "i", "N", "t_in_timesteps", "lastspike", "not_refractory"}


class Ensemble:
    """Each candidate with each trace's input: element ``candidate*traces + trace``.

    Parameters
    ----------
    fitter : TraceFitter | SpikeFitter
        Whose model it is.
    n_samples : int
        How many candidates.
    names : list of str
        The parameters that candidates have.
    output : str | None
        The variable that is recorded; None: spikes.
    around : dict
        What names in texts may stand for.
    """

    def __init__(self, fitter, n_samples, names, output, around):
        self.fitter, self.n_samples, self.names, self.output = fitter, n_samples, names, output
        self.n_traces = len(fitter.input)
        unit = "1" if fitter.input_dim is DIMENSIONLESS else repr(get_unit(fitter.input_dim))
        model = f"{fitter.model.text}\n{fitter.input_var} = {_INPUT}(t, i % {self.n_traces}) : {unit}"
        timed = TimedArray(Quantity(fitter.input.T, dim=fitter.input_dim), dt=fitter.dt)
        texts = " ".join([model, *map(str, (fitter.threshold, fitter.reset, fitter.refractory)), *map(str, fitter.param_init.values())])  # fmt: skip
        words = set(re.findall(r"[A-Za-z_]\w*", texts)) - fitter.model.names - _OF_GROUPS
        namespace = {name: around[name] for name in words if name in around} | {_INPUT: timed}
        self.group = NeuronGroup(n_samples * self.n_traces, model, method=fitter.method, threshold=fitter.threshold,
                                 reset=fitter.reset, refractory=fitter.refractory, dt=fitter.dt, namespace=namespace,
                                 name="fitted*")  # fmt: skip
        self.monitor = SpikeMonitor(self.group) if output is None else StateMonitor(self.group, output, record=True)
        self.network = Network(self.group, self.monitor)
        self.network.store()

    def run(self, candidates):
        """Runs candidates; what they gave is in :meth:`results`.

        Parameters
        ----------
        candidates : array, shape (n_samples, parameters)
            SI numbers.

        Returns
        -------
        lost : array of bool, shape (n_samples,)
            Which became NaN; their results are of others.
        """
        candidates, lost = np.array(candidates, dtype=float), np.zeros(self.n_samples, dtype=bool)
        while True:
            self.network.restore()
            for name, values in zip(self.names, candidates.T, strict=True):
                self.group.variables[name].set_value(np.repeat(values, self.n_traces))
            for name, value in self.fitter.param_init.items():
                self.group._set_variable(name, value)
            try:
                self.network.run(self.fitter.input.shape[1] * self.fitter.dt, namespace={})
                return lost
            except ArithmeticError:
                states = [self.group.variables[n].get_value() for n in self.fitter.model.diff_eq_names]
                nan = np.isnan(states).any(axis=0).reshape(self.n_samples, self.n_traces).any(axis=1)
                if not nan.any():
                    raise
                lost |= nan
                if lost.all():
                    return lost
                candidates[lost] = candidates[~lost][0]

    def results(self):
        """Values over time, shape (candidates, traces, steps), or lists of times of spikes; SI numbers."""
        if self.output is not None:
            return np.asarray(getattr(self.monitor, f"{self.output}_")).reshape(self.n_samples, self.n_traces, -1)
        trains = [np.asarray(train) for train in self.monitor.spike_trains().values()]
        return [trains[k : k + self.n_traces] for k in range(0, len(trains), self.n_traces)]
