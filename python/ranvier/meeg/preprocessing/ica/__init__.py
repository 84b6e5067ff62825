"""Independent component analysis: what eyes, hearts and muscles add to recordings, found and taken out."""

from ...lazy import attach as _attach

__getattr__, __dir__, __all__ = _attach(__name__, __file__)
