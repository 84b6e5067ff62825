"""Artefacts: where the heart and the eyes are in the data, and projections that take them out."""

from ..lazy import attach as _attach

__getattr__, __dir__, __all__ = _attach(__name__, __file__)
