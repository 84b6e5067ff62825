"""Figures, drawn with matplotlib.

Every function takes ``axes=`` to draw into and ``show=`` to show the figure at once, and returns the figure.
"""

from ..lazy import attach as _attach

__getattr__, __dir__, __all__ = _attach(__name__, __file__)
