"""Averages."""

from ._lazy import attach as _attach

__getattr__, __dir__, __all__ = _attach(
    __name__,
    {"_evoked": "Evoked EvokedArray read_evokeds write_evokeds", "_contrasts": "combine_evoked grand_average"},
)
