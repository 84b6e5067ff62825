"""Equations, expressions and statements."""

from ranvier.sim.equations.codestrings import Expression, Statements
from ranvier.sim.equations.equations import Equations

__all__ = ["Equations", "Expression", "Statements"]
