"""Groups."""

from ranvier.sim.groups.group import CodeRunner, Group, VariableOwner
from ranvier.sim.groups.neurongroup import NeuronGroup

__all__ = ["CodeRunner", "Group", "NeuronGroup", "VariableOwner"]
