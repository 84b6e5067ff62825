"""From one brain to another: maps between surfaces, and estimates that are carried along them."""

from ..lazy import attach as _attach

__getattr__, __dir__, __all__ = _attach(__name__, __file__)
