"""Channels and where they are."""

from ._lazy import attach as _attach

__getattr__, __dir__, __all__ = _attach(
    __name__,
    {
        "_montage": "DigMontage get_builtin_montages make_dig_montage make_standard_montage",
        "_reference": "equalize_channels rename_channels",
    },
)
