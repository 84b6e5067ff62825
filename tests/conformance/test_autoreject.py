"""Limits that are learnt, beside PyPI's `autoreject`: equal from equal seeds."""

import subprocess

import pytest
from peers import both, differences, peer_python

SCRIPT = """
import argparse, os, warnings
os.environ["OPENBLAS_NUM_THREADS"] = "1"
import numpy as np
import ranvier.meeg as mne
try:
    import autoreject as learnt
    quiet = dict(verbose=False)
except ImportError:
    from ranvier.meeg import preprocessing as learnt
    quiet = {}
warnings.simplefilter("ignore")
parser = argparse.ArgumentParser(); parser.add_argument("--out"); out = parser.parse_args().out
data, found = os.environ["RANVIER_DATA"], {}
motor = mne.concatenate_raws([mne.io.read_raw_edf(f"{data}/eegmmidb_S001/S001R{run:02d}.edf", preload=True) for run in (3, 7, 11)])
motor.rename_channels(lambda name: name.strip("."))
motor.set_montage(mne.channels.make_standard_montage("standard_1005"), match_case=False).filter(1, 40)
events, _ = mne.events_from_annotations(motor)
lab = mne.io.read_raw_eeglab(data + "/eeglab/eeglab_data.set", preload=True)
lab.set_channel_types({name: "eog" for name in lab.ch_names if name.startswith("EOG")}).filter(1, 40)
for name, epochs in (("motor", mne.Epochs(motor, events, tmin=-0.5, tmax=1.5, baseline=None, preload=True)),
                     ("lab", mne.make_fixed_length_epochs(lab, 2.0, preload=True))):
    found[name + " limits"] = np.array(list(learnt.get_rejection_threshold(epochs, **quiet).values()), float)
    # Of so few all amplitudes are tried: nothing hangs on rounding.
    few = epochs.copy()[:20].pick([n for n, kind in zip(epochs.ch_names, epochs.get_channel_types()) if kind == "eeg"][::3])
    for method in ("bayesian_optimization", "random_search"):
        for what, options in (("few", {}), ("alone", dict(augment=False))):
            limits = learnt.compute_thresholds(few, method, random_state=42, **options, **quiet)
            found[f"{name} {what} {method}"] = np.array(list(limits.values()), float)
    found[name + " many"] = np.array(list(learnt.compute_thresholds(epochs, random_state=7, **quiet).values()), float)
    ar = learnt.AutoReject(n_interpolate=[1, 4, 8], random_state=0, **quiet)
    clean, log = ar.fit_transform(few, return_log=True)
    found |= {name + " labels": log.labels, name + " bad": np.array(log.bad_epochs, int), name + " data": clean.get_data(),
              name + " loss": np.nan_to_num(ar.loss_["eeg"], posinf=-1), name + " consensus": np.array(ar.consensus_["eeg"], float),
              name + " n_interpolate": np.array(int(ar.n_interpolate_["eeg"]))}
    eeg = [k for k, kind in enumerate(epochs.get_channel_types()) if kind == "eeg"]
    ransac = learnt.Ransac(picks=eeg, **quiet).fit(epochs)
    found |= {name + " correlations": ransac.corr_, name + " unpredicted": np.array([epochs.ch_names.index(n) for n in ransac.bad_chs_], int)}
np.savez(out, **found)
"""


def test_limits_and_repairs_are_those_of_autoreject(tmp_path):
    if subprocess.run([peer_python(), "-c", "import autoreject"], capture_output=True).returncode:
        pytest.skip("no autoreject beside MNE-Python (make peers)")
    ours, theirs = both(SCRIPT, tmp_path)
    # Of many amplitudes Bayesian optimisation tries some, chosen by numbers that are rounding to 1e-5: neighbours may
    # change places.
    for name in ("motor many", "lab many"):
        mine, reference = ours.pop(name), theirs.pop(name)
        off = abs(mine - reference) > 1e-9 * reference
        assert off.mean() <= 0.05 and (abs(mine - reference) < 0.1 * reference).all(), name
    apart = differences(ours, theirs)
    assert not {name: d for name, d in apart.items() if not d < 1e-9}
