"""Spectra and time-frequency maps."""

from .lazy import attach as _attach

__getattr__, __dir__, __all__ = _attach(
    __name__,
    {
        "spectrum": "EpochsSpectrum Spectrum psd_array_multitaper psd_array_welch",
        "tfr": "AverageTFR EpochsTFR morlet tfr_array_morlet tfr_morlet",
    },
)
