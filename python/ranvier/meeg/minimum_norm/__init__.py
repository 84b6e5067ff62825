"""Minimum-norm estimates: inverse operators and what they make of sensors' samples."""

from ..lazy import attach as _attach

__getattr__, __dir__, __all__ = _attach(__name__, __file__)
