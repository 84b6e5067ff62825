"""Pieces of recordings around events."""

from ..lazy import attach as _attach

__getattr__, __dir__, __all__ = _attach(
    __name__,
    {
        "epochs.base": "BaseEpochs",
        "epochs.making": "Epochs EpochsArray concatenate_epochs make_fixed_length_epochs read_epochs",
    },
)
