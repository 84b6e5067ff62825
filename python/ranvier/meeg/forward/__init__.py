"""Forward solutions: what every channel measures of every source."""

from ..lazy import attach as _attach

__getattr__, __dir__, __all__ = _attach(__name__, __file__)
