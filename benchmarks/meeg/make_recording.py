"""Write the recording that both sides read: 306 MEG and 60 EEG channels, 5 min at 600 Hz (run with the peers' python)."""

import sys

import mne
import numpy as np
from worker import N_CHANNELS, N_SAMPLES, SFREQ


def main():
    folder = sys.argv[1]
    rng = np.random.default_rng(20)
    types = ["grad", "grad", "mag"] * 102 + ["eeg"] * 60
    info = mne.create_info([f"C{k:03d}" for k in range(N_CHANNELS)], SFREQ, types)
    scale = {"grad": 1e-12, "mag": 1e-13, "eeg": 1e-5}
    data = rng.standard_normal((N_CHANNELS, N_SAMPLES))
    # Pink-like: an AR(1) process at each channel, so that low frequencies carry most power, as in a real recording.
    for t in range(1, N_SAMPLES):
        data[:, t] += 0.95 * data[:, t - 1]
    data *= np.array([scale[t] for t in types])[:, None]
    mne.io.RawArray(data, info, verbose="error").save(f"{folder}/bench_raw.fif", overwrite=True, verbose="error")


if __name__ == "__main__":
    main()
