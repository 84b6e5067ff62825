"""Filters in space that pass a source and suppress what else varies, and sources in the subspace of the signal."""

from ..lazy import attach as _attach

__getattr__, __dir__, __all__ = _attach(__name__, __file__)
