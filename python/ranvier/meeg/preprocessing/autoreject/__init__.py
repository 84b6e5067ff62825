"""Limits that are learnt by cross-validation, trials that are repaired, channels that others do not predict.

The vocabulary is that of PyPI's `autoreject`.
"""

from ...lazy import attach as _attach

__getattr__, __dir__, __all__ = _attach(__name__, __file__)
