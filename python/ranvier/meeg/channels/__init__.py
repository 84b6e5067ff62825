"""Channels and where they are."""

from ..lazy import attach as _attach

__getattr__, __dir__, __all__ = _attach(
    __name__,
    {
        "channels.montage": "DigMontage get_builtin_montages make_dig_montage make_standard_montage",
        "channels.reference": "equalize_channels rename_channels",
    },
)
