"""Independent components beside MNE-Python's: the same random_state gives the same ones."""

from peers import both, differences

SCRIPT = """
import argparse, os, warnings
os.environ["OPENBLAS_NUM_THREADS"] = "1"
import numpy as np
import ranvier.meeg as mne
warnings.simplefilter("ignore")
parser = argparse.ArgumentParser(); parser.add_argument("--out"); out = parser.parse_args().out
data, found = os.environ["RANVIER_DATA"], {}
ICA = mne.preprocessing.ICA
extended = dict(method="infomax", fit_params=dict(extended=True))
def keep(name, ica, inst):
    found[name] = ica.get_components()
    found[name + " whitener"], found[name + " mean"] = ica.pre_whitener_, ica.pca_mean_
    found[name + " unmixing"], found[name + " mixing"] = ica.unmixing_matrix_, ica.mixing_matrix_
    found[name + " variances"] = ica.pca_explained_variance_[:ica.n_components_]
    found[name + " count"] = np.array([ica.n_components_, ica.n_samples_])
    found[name + " sources"] = ica.get_sources(inst).get_data()[..., :2000]
def keep_found(name, ica, result):
    labels, scores = result
    found[name + " scores"] = np.atleast_2d(scores)
    found[name + " labels"] = np.array(sorted(map(int, labels)), int)
lab = mne.io.read_raw_eeglab(data + "/eeglab/eeglab_data.set", preload=True)
lab.set_channel_types({name: "eog" for name in lab.ch_names if name.startswith("EOG")})
lab.filter(1, 40, picks="all")
lab.set_annotations(mne.Annotations([10, 30], [5, 2.5], ["BAD_a", "bad b"]))
motor = mne.io.read_raw_edf(data + "/eegmmidb_S001/S001R03.edf", preload=True).filter(1, None)
motor.rename_channels(lambda name: name.strip("."))
for name, raw, n, settings, how in (
    ("lab", lab, 12, {}, {}), ("lab rejected", lab, 8, {}, dict(reject=dict(eeg=1e-4), flat=dict(eeg=1e-7), tstep=1.0, decim=3)),
    ("lab part", lab, 0.95, extended, dict(start=5.0, stop=100.0)), ("lab eog", lab, 10, {}, dict(picks=["eeg", "eog"])),
    ("motor", motor, 20, {}, {}), ("motor exp", motor, 15, dict(fit_params=dict(fun="exp")), {}),
    ("motor alpha", motor, 15, dict(fit_params=dict(fun_args=dict(alpha=1.5))), {}),
    ("motor cube", motor, 10, dict(fit_params=dict(fun="cube")), {}),
    ("motor deflation", motor, 12, dict(fit_params=dict(algorithm="deflation")), {}),
    ("motor infomax", motor, 20, dict(method="infomax"), {}), ("motor extended", motor, None, dict(max_iter=60, **extended), {}),
    ("motor rule", motor, 15, dict(method="infomax", max_iter=50, fit_params=dict(
        extended=True, l_rate=2e-3, block=50, kurt_size=2000, ext_blocks=2, n_subgauss=2, anneal_deg=40.0, use_bias=False)), {})):
    ica = ICA(n, random_state=97, **settings).fit(raw, **how)
    keep(name, ica, raw)
    found[name + " cleaned"] = ica.apply(raw.copy(), exclude=[0, 2]).get_data("eeg")
    found[name + " reduced"] = ica.apply(raw.copy(), include=[1, 3], n_pca_components=25 if raw is lab else 40).get_data("eeg")
    found[name + " share"] = np.array([ica.get_explained_variance_ratio(raw, components=[0, 1])["eeg"]])
    eyes = ["EOG1", "EOG2"] if raw is lab else ["Fp1", "Fp2"]
    keep_found(name + " eyes", ica, ica.find_bads_eog(raw, eyes, threshold=2.0))
    keep_found(name + " alike", ica, ica.find_bads_eog(raw, eyes[0], measure="correlation", threshold=0.3))
    if name in ("lab", "motor"):
        keep_found(name + " heart", ica, ica.find_bads_ecg(raw, eyes[0], threshold=0.05))
        keep_found(name + " heart r", ica, ica.find_bads_ecg(raw, eyes[0], method="correlation", threshold=1.5))
placed = motor.copy()
placed.set_montage("standard_1005", match_case=False)
ica = ICA(15, random_state=97).fit(placed)
keep_found("muscles", ica, ica.find_bads_muscle(placed))
events, ids = mne.events_from_annotations(motor)
epochs = mne.Epochs(motor, events, ids, tmin=-0.2, tmax=0.8, baseline=None, preload=True)
for name, how in (("epochs", {}), ("epochs decimated", dict(decim=3))):
    ica = ICA(15, random_state=3, max_iter=100, **extended).fit(epochs, **how)
    keep(name, ica, epochs)
    average = epochs.average()
    found[name + " cleaned"] = ica.apply(epochs.copy(), exclude=[1]).get_data()
    found[name + " average"] = ica.apply(average.copy(), exclude=[1]).data
    found[name + " average's sources"] = ica.get_sources(average).data
    found[name + " share"] = np.array([ica.get_explained_variance_ratio(x, components=[0])["eeg"] for x in (epochs, average)])
    keep_found(name + " heart", ica, ica.find_bads_ecg(epochs, "Fp1"))
referenced = lab.copy().pick("eeg").set_eeg_reference(projection=True).apply_proj()
ica = ICA(10, random_state=2).fit(referenced)
keep("projected", ica, referenced)
found["projected cleaned"] = ica.apply(lab.copy().pick("eeg"), exclude=[0]).get_data()
rng = np.random.default_rng(4)
meg = mne.io.RawArray(rng.normal(size=(20, 20)) @ rng.laplace(size=(20, 8000)) * 1e-12,
                      mne.create_info(20, 250.0, ["mag"] * 10 + ["grad"] * 10))
ica = ICA(10, random_state=2, noise_cov=mne.make_ad_hoc_cov(meg.info)).fit(meg)
keep("whitened", ica, meg)
found["whitened cleaned"] = ica.apply(meg.copy(), exclude=[0]).get_data()
one, two = ICA(10, random_state=1).fit(motor), ICA(10, random_state=9).fit(motor)
for k, threshold in enumerate(("auto", 0.7, [0.6, 0.9], 2.0)):
    mne.preprocessing.corrmap([one, two], (0, 0), threshold=threshold, label="like", plot=False)
    found[f"like {k}"] = np.array([*map(int, one.labels_.pop("like")), -1, *map(int, two.labels_.pop("like"))])
imported = mne.preprocessing.read_ica_eeglab(data + "/eeglab/eeglab_data_epochs_ica.set")
found["imported"] = imported.get_components()
found["imported cleaned"] = imported.apply(mne.io.read_epochs_eeglab(data + "/eeglab/eeglab_data_epochs_ica.set"), exclude=[0, 1]).get_data()
white = np.linalg.svd(rng.laplace(size=(1000, 5)), full_matrices=False)[0] * np.sqrt(999)
for k, settings in enumerate((dict(), dict(extended=False), dict(weights=np.eye(5) + 0.1), dict(n_small_angle=None, max_iter=30))):
    found[f"infomax {k}"] = mne.preprocessing.infomax(white, random_state=5, **settings)
found["infomax rng"] = mne.preprocessing.infomax(white, rng=5)
np.savez(out, **found)
"""


def test_components_are_those_of_mne(tmp_path):
    apart = differences(*both(SCRIPT, tmp_path))
    assert not {name: d for name, d in apart.items() if not d < 1e-6}
