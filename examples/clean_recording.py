"""Cleaning a continuous recording: mains, drift, sampling rate, bad stretches, bad channels; spectra; files.

What it shows: what is done to a recording before anything else, how the spectrum tells that it worked, and that a file
gives back what was written to it.

Paper: Widmann, Schröger & Maess 2015, Digital filter design for electrophysiological data - a practical approach,
doi:10.1016/j.jneumeth.2014.08.002; Welch 1967, doi:10.1109/TAU.1967.1161901.

The script runs with MNE-Python when its import of ranvier.meeg becomes ``import mne``.
"""

import argparse
import os
import tempfile
from pathlib import Path

import numpy as np

import ranvier.meeg as mne

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--out", help="write the numbers to this .npz file")
parser.add_argument("--figures", help="write the figures into this folder")
args = parser.parse_args()

folder = Path(os.environ.get("RANVIER_DATA", "../shared/data")) / "eegmmidb_S001"
path = folder / "S001R03.edf" if folder.exists() else mne.datasets.eegbci.load_data(1, 3)[0]
raw = mne.io.read_raw(path, preload=True)
mne.datasets.eegbci.standardize(raw)
raw.set_montage("colin27_1005")
raw.crop(tmax=120.0)
before = raw.compute_psd(fmax=75.0, n_fft=512)

# Mains and drift out, then a lower sampling rate.
raw.notch_filter(60.0)
raw.filter(l_freq=0.5, h_freq=None, method="iir")
raw.resample(128.0)
after = raw.compute_psd(fmax=60.0, n_fft=512)

# A stretch and a channel that are not to be trusted.
blinks = mne.Annotations(onset=[10.0, 55.5], duration=[2.0, 1.5], description=["BAD_blink", "BAD_blink"])
raw.set_annotations(raw.annotations + mne.Annotations(blinks.onset, blinks.duration, blinks.description,
                                                      orig_time=raw.annotations.orig_time))  # fmt: skip
raw.info["bads"] = ["Fp1"]
good = raw.get_data(picks="eeg", reject_by_annotation="omit")
print(raw, f"{good.shape[1] / raw.info['sfreq']:.1f} s are good")
raw.set_eeg_reference("average", projection=True)
raw.apply_proj()
epochs = mne.make_fixed_length_epochs(raw, duration=4.0, preload=True)
tapered = epochs.compute_psd(method="multitaper", fmin=2.0, fmax=40.0, bandwidth=2.0, normalization="full")
alpha = tapered.average().get_data(picks=["O1", "Oz", "O2"], fmin=8.0, fmax=13.0).mean()
print(f"{len(epochs)} pieces of 4 s; alpha power over the back of the head: {alpha * 1e12:.3g} µV²/Hz")

# Written, and read back.
with tempfile.TemporaryDirectory() as temporary:
    name = Path(temporary) / "clean_raw.fif"
    raw.save(name, fmt="double")
    again = mne.io.read_raw_fif(name, preload=True)
    assert np.array_equal(again.get_data(), raw.get_data()), "the file must give back what was written"
    assert again.ch_names == raw.ch_names and again.info["bads"] == ["Fp1"]
    descriptions = [str(d) for d in again.annotations.description]

if args.figures:
    import matplotlib

    matplotlib.use("Agg")
    target = Path(args.figures)
    target.mkdir(parents=True, exist_ok=True)
    before.plot(show=False).savefig(target / "psd_before.png", dpi=100)
    after.plot(show=False).savefig(target / "psd_after.png", dpi=100)
    tapered.plot_topomap({"Alpha (8-13 Hz)": (8, 13)}, show=False).savefig(target / "alpha.png", dpi=100)

if args.out:
    np.savez(
        args.out, raw=raw.get_data()[:, ::50], good=good[:, ::50], psd_before=before.get_data(), psd_after=after.get_data(),
        freqs=after.freqs, epochs=epochs.get_data()[:, ::4], selection=epochs.selection, tapered=tapered.get_data(),
        onset=raw.annotations.onset, duration=raw.annotations.duration, n_descriptions=len(descriptions),
    )  # fmt: skip
