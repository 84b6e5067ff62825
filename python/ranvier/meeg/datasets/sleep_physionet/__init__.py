"""Sleep of healthy people, PhysioNet Sleep-EDF."""

from . import age

__all__ = ["age"]
