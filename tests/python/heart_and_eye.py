"""A recording whose heart beats and blinks are known."""

import numpy as np

import ranvier.meeg as mne

SFREQ = 250.0
BEATS = np.arange(0.9, 59, 0.9)  # [s]
BLINKS = np.array([3.0, 9.5, 20.0, 31.0, 47.3])  # [s]


def bumps(times, width, n=15000):
    """Bells at `times`, `width` seconds wide."""
    t = np.arange(n)[:, None] / SFREQ
    return np.exp(-(((t - times) / width) ** 2)).sum(axis=1)


def recording(ecg=True):
    """A minute of five sensors, four electrodes, an eye and, with `ecg`, a heart channel."""
    random = np.random.default_rng(5)
    heart, eye = bumps(BEATS, 0.015), bumps(BLINKS, 0.12)
    kinds = ["mag"] * 5 + ["eeg"] * 4 + ["eog"] + ["ecg"] * ecg
    data = random.normal(size=(len(kinds), len(heart)))
    data[:5] = 1e-13 * data[:5] + 2e-12 * np.outer([1, 0.5, 0.3, 0.8, 0.1], heart)
    data[5:9] = 2e-6 * data[5:9] + 2e-4 * np.outer([1, 0.9, 0.2, 0.05], eye)
    data[9] = 5e-6 * data[9] + 4e-4 * eye
    if ecg:
        data[10] = 2e-5 * data[10] + 1e-3 * heart
    info = mne.create_info([f"{kind}{k}" for k, kind in enumerate(kinds)], SFREQ, kinds)
    return mne.io.RawArray(data, info, first_samp=1000)
