"""Reports: pages of recordings, epochs, averages, noise and figures."""

from ..lazy import attach as _attach

__getattr__, __dir__, __all__ = _attach(__name__, __file__)
