"""Fitting models to recorded traces and spikes, in the words of brian2modelfitting.

Candidates are elements of one group: a round of a fit is one run.
"""

from ranvier.sim.fitting.fitter import SpikeFitter, TraceFitter
from ranvier.sim.fitting.metrics import GammaFactor, Metric, MSEMetric, gamma_factor
from ranvier.sim.fitting.optimizers import DifferentialEvolution

__all__ = ["DifferentialEvolution", "GammaFactor", "MSEMetric", "Metric", "SpikeFitter", "TraceFitter", "gamma_factor"]
