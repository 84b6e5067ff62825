"""Named stretches of recordings."""

from ._lazy import attach as _attach

__getattr__, __dir__, __all__ = _attach(
    __name__,
    {"_annotations": "Annotations count_annotations read_annotations"},
)
