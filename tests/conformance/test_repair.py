"""Bad channels, bridges, regressions and stretches that are filled, beside MNE-Python's."""

from peers import both, differences

SCRIPT = """
import argparse, os, warnings
os.environ["OPENBLAS_NUM_THREADS"] = "1"
import numpy as np
import ranvier.meeg as mne
warnings.simplefilter("ignore")
parser = argparse.ArgumentParser(); parser.add_argument("--out"); out = parser.parse_args().out
data, found = os.environ["RANVIER_DATA"], {}
lab = mne.io.read_raw_eeglab(data + "/eeglab/eeglab_data.set", preload=True)
lab.set_channel_types({name: "eog" for name in lab.ch_names if name.startswith("EOG")}).set_eeg_reference("average")
motor = mne.io.read_raw_edf(data + "/eegmmidb_S001/S001R03.edf", preload=True)
motor.rename_channels(lambda name: name.strip("."))
motor.set_montage(mne.channels.make_standard_montage("colin27_1005"), match_case=False)
new = mne.preprocessing

for metric in ("euclidean", "cosine", "correlation", "cityblock", "canberra", "braycurtis"):
    bads, found["outliers " + metric] = new.find_bad_channels_lof(motor, 10, metric=metric, threshold=1.2, return_scores=True)
    found["bads " + metric] = np.array([motor.ch_names.index(name) for name in bads])
found["outliers of another"] = new.find_bad_channels_lof(lab, 5, picks="eeg", return_scores=True)[1]

gel = motor.copy()
noise = np.random.default_rng(0).normal(0, 2e-6, (3, gel.n_times))
for k, (to, of) in enumerate(((1, 0), (41, 40), (42, 41))):
    gel._data[to] = gel._data[of] + noise[k]
epochs = mne.make_fixed_length_epochs(gel, 2.0, preload=True)
for name, inst, options in (
    ("raw", gel, {}), ("more", gel, dict(lm_cutoff=60, bw_method=0.3, l_freq=1.0, epoch_duration=1)), ("epochs", epochs, {}),
    ("silverman", gel, dict(lm_cutoff=100, epoch_threshold=0.2, bw_method="silverman")), ("average", epochs.average(), {}),
):
    pairs, found["distances " + name] = new.compute_bridged_electrodes(inst, **options)
    found["bridges " + name] = np.array(pairs)
pairs = [(0, 1), (40, 41), (41, 42)]
for name, inst in (("raw", gel), ("epochs", epochs), ("average", epochs.average())):
    found["unbridged " + name] = new.interpolate_bridged_electrodes(inst.copy(), pairs).get_data()

one, two = motor.copy(), motor.copy().crop(0, 20)
one.info["bads"], two.info["bads"] = ["Cz", "Fp1"], ["C3"]
for inst, name in zip(new.equalize_bads([one, two], 0.5), "ab"):
    found["equal " + name] = inst.get_data()
    found["equal bads " + name] = np.sort([motor.ch_names.index(bad) for bad in inst.info["bads"]])

pieces = mne.make_fixed_length_epochs(lab, 2.0, preload=True)
for name, inst in (("raw", lab), ("epochs", pieces), ("average", pieces.average(picks="all"))):
    clean, found["coefficients " + name] = new.regress_artifact(inst)
    found["regressed " + name] = clean.get_data()
found["regressed by others"] = new.EOGRegression(picks_artifact=["FPz", "EOG1"]).fit(pieces).apply(lab).get_data()

beats = np.cumsum(np.random.default_rng(0).normal(0.85, 0.05, 130))
for name, times, n in (("all", beats, 4), ("some", beats[3:50], 2), ("early", np.r_[0.2, beats], 4), ("few", beats[5:8], 1), ("mean", beats, 0)):
    found["hearts " + name] = new.apply_pca_obs(motor, ["Cz", "Fp1", "Oz"], qrs_times=times, n_components=n).get_data()

events = np.array([[1000, 0, 1], [3000, 0, 2], [5000, 0, 1]])
around = mne.Epochs(motor, events, tmin=-0.4, tmax=0.5, preload=True)
for mode in ("linear", "window", "constant"):
    options = dict(mode=mode, tmin=-0.01, tmax=0.05, baseline=(-0.3, -0.1) if mode == "constant" else None)
    found["filled " + mode] = new.fix_stim_artifact(motor.copy(), events, 1, **options).get_data()
    found["filled epochs " + mode] = new.fix_stim_artifact(around.copy(), **options).get_data()
    found["filled average " + mode] = new.fix_stim_artifact(around.average(), **options).data

for name, late, rate, sfreq in (("late", 0.5, 1.001, 160.0), ("early", -0.7, 0.999, 200.0)):
    raw, other = motor.copy().crop(5, 60), motor.copy().resample(sfreq * rate).crop(5 + late, 70)
    with other.info._unlock():
        other.info["sfreq"] = sfreq
    other.set_annotations(mne.Annotations([3.0, 10.0], [1.0, 2.0], ["x", "y"]))
    t = np.linspace(2, 50, 30)
    new.realign_raw(raw, other, t, (t - late) * rate + np.random.default_rng(0).normal(0, 1e-4, 30))
    found |= {name + " raw": raw.get_data(), name + " other": other.get_data()}
    found[name + " annotations"] = np.array([other.annotations.onset, other.annotations.duration])
    found[name + " begin"] = np.array([raw.first_samp, other.first_samp])
np.savez(out, **found)
"""


def test_repairs_are_those_of_mne(tmp_path):
    ours, theirs = both(SCRIPT, tmp_path)
    assert len(theirs["bridges raw"]) >= 3 and len(theirs["bads euclidean"]) > 0
    apart = differences(ours, theirs)
    assert not {name: d for name, d in apart.items() if not d < 1e-9}
