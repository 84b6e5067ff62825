"""Auditory evoked fields: averages in MEG and EEG, projections, contrasts and maps.

What it shows: tones in the left and the right ear give a response about 0.1 s later (N100m) in magnetometers,
gradiometers and EEG; the difference of the two conditions shows which hemisphere leads. Signal-space projections
remove the field that all sensors share.

Paper: Hämäläinen et al. 1993, Magnetoencephalography: theory, instrumentation, and applications to noninvasive studies
of the working human brain, doi:10.1103/RevModPhys.65.413, section on auditory responses; Uusitalo & Ilmoniemi 1997,
Signal-space projection method, doi:10.1007/BF02534144.

The script runs with MNE-Python when its import of ranvier.meeg becomes ``import mne``.
"""

import argparse
import os
from pathlib import Path

import numpy as np

import ranvier.meeg as mne

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--out", help="write the numbers to this .npz file")
parser.add_argument("--figures", help="write the figures into this folder")
args = parser.parse_args()
data = Path(os.environ.get("RANVIER_DATA", "../shared/data"))

# Averages of the sample subject: tones and checkerboards, left and right.
path = data / "sample" / "test-ave.fif.gz"
left = mne.read_evokeds(path, condition="Left Auditory", baseline=(None, 0))
right = mne.read_evokeds(path, condition="Right Auditory", baseline=(None, 0))
for evoked in (left, right):
    evoked.pick(["meg", "eeg"], exclude="bads").crop(-0.15, 0.45)
print(left)
print(left.info["projs"])

# Contrast and mean.
difference = mne.combine_evoked([left, right], weights=[1, -1])
both = mne.combine_evoked([left, right], weights="nave")
mean = mne.grand_average([left, right])
peaks = {}
for kind in ("mag", "grad", "eeg"):
    channel, latency, amplitude = both.get_peak(ch_type=kind, tmin=0.05, tmax=0.2, return_amplitude=True)
    peaks[kind] = (latency, amplitude)
    print(f"{kind}: {channel} at {latency * 1e3:.0f} ms, {amplitude:.3g}")

# The low-passed difference, every second sample.
smooth = difference.copy().filter(None, 30.0).decimate(2)

# A recording with projections, cut into pieces of a second without and with them.
raw = mne.io.read_raw_fif(data / "sss" / "141027_cropped_90Hz_raw.fif", preload=True)
events = mne.make_fixed_length_events(raw, duration=1.0)
plain = mne.Epochs(raw, events, tmin=0, tmax=0.9, baseline=None, proj=False, preload=True)
clean = mne.Epochs(raw, events, tmin=0, tmax=0.9, baseline=None, proj=True, preload=True)
before, after = plain.copy().pick("mag").get_data().std(), clean.copy().pick("mag").get_data().std()
print(f"standard deviation of magnetometers: {before * 1e15:.0f} fT before, {after * 1e15:.0f} fT after projection")

if args.figures:
    import matplotlib

    matplotlib.use("Agg")
    target = Path(args.figures)
    target.mkdir(parents=True, exist_ok=True)
    both.plot(gfp=True, show=False).savefig(target / "evoked.png", dpi=100)
    both.copy().pick("eeg").plot_joint(show=False).savefig(target / "evoked_joint.png", dpi=100)
    difference.plot_topomap(times=[0.06, 0.1, 0.14, 0.2], ch_type="mag", show=False).savefig(target / "difference.png", dpi=100)
    figures = mne.viz.plot_compare_evokeds({"left": left, "right": right}, picks="eeg", show=False)
    figures[0].savefig(target / "conditions.png", dpi=100)

if args.out:
    np.savez(
        args.out, left=left.data, right=right.data, difference=difference.data, nave=difference.nave, both=both.data,
        mean=mean.data, smooth=smooth.data, times=smooth.times, plain=plain.get_data(), clean=clean.get_data(),
        standard_error=clean.standard_error().data,
        spread=np.array([before, after]), peaks=np.array([peaks[kind] for kind in ("mag", "grad", "eeg")]),
    )  # fmt: skip
