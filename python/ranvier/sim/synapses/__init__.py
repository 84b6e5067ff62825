"""Synapses."""

from ranvier.sim.synapses.synapses import Synapses

__all__ = ["Synapses"]
