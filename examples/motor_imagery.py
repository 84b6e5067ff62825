"""Hands against feet: event-related desynchronisation in the EEG of imagined movement.

What it shows: imagining to move the hands weakens the mu rhythm (8-12 Hz) over both hand areas (C3, C4) against
imagining to move the feet. The recording is subject 1 of the EEG Motor Movement/Imagery Dataset.

Paper: Pfurtscheller & Lopes da Silva 1999, Event-related EEG/MEG synchronization and desynchronization: basic
principles, doi:10.1016/S1388-2457(99)00141-8; after their figure 1 (power relative to the time before the cue).
Data: Schalk et al. 2004, BCI2000, doi:10.1109/TBME.2004.827072.

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

# The recordings: three runs, in which T1 means both hands and T2 both feet.
folder = Path(os.environ.get("RANVIER_DATA", "../shared/data")) / "eegmmidb_S001"
if folder.exists():
    paths = [folder / f"S001R{run:02d}.edf" for run in (6, 10, 14)]
else:
    paths = mne.datasets.eegbci.load_data(1, [6, 10, 14])
raw = mne.concatenate_raws([mne.io.read_raw_edf(path, preload=True) for path in paths])
mne.datasets.eegbci.standardize(raw)
raw.set_montage(mne.channels.make_standard_montage("colin27_1005"))
raw.set_eeg_reference("average")
raw.filter(1.0, 40.0)
print(raw)

# Epochs around the cues.
events, event_id = mne.events_from_annotations(raw, event_id=dict(T1=1, T2=2))
epochs = mne.Epochs(raw, events, dict(hands=1, feet=2), tmin=-1.0, tmax=4.0, baseline=None, reject=dict(eeg=400e-6),
                    preload=True)  # fmt: skip
print(epochs)

# Power over time and frequency, relative to the second before the cue.
freqs = np.arange(6.0, 31.0, 2.0)
maps = {}
for name in ("hands", "feet"):
    power, itc = epochs[name].compute_tfr("morlet", freqs, n_cycles=freqs / 2.0, average=True, return_itc=True, decim=4)
    power.apply_baseline((-0.8, -0.2), mode="logratio").crop(-0.5, 3.5)
    itc.crop(-0.5, 3.5)
    maps[name] = (power, itc)

# The mu rhythm over the hand areas while the movement is imagined.
mu = {}
for name, (power, _) in maps.items():
    part = power.copy().pick(["C3", "Cz", "C4"]).crop(0.5, 3.5, 8.0, 12.0)
    mu[name] = part.data.mean(axis=(1, 2))
    print(f"{name}: log10 of mu power against baseline at C3, Cz, C4: {np.round(mu[name], 3)}")

evoked = mne.combine_evoked([epochs["hands"].average(), epochs["feet"].average()], weights=[1, -1])

if args.figures:
    import matplotlib

    matplotlib.use("Agg")
    target = Path(args.figures)
    target.mkdir(parents=True, exist_ok=True)
    hands = maps["hands"][0]
    limits = (-0.5, 0.5)
    hands.plot(["C3"], vlim=limits, title="C3, hands", show=False)[0].savefig(target / "erd_c3.png", dpi=100)
    hands.plot_topomap(tmin=0.5, tmax=3.5, fmin=8, fmax=12, vlim=limits, show=False).savefig(target / "erd_mu.png", dpi=100)
    evoked.plot_joint(show=False).savefig(target / "hands_minus_feet.png", dpi=100)
    epochs.plot_drop_log(show=False)

if args.out:
    np.savez(
        args.out, raw=raw.get_data()[:, ::100], events=events, epochs=epochs.get_data()[:, ::8], contrast=evoked.data,
        nave=evoked.nave, power_hands=maps["hands"][0].data, power_feet=maps["feet"][0].data,
        itc_hands=maps["hands"][1].data, times=maps["hands"][0].times, mu_hands=mu["hands"], mu_feet=mu["feet"],
    )  # fmt: skip
