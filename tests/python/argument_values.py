"""Values that test_arguments.py tries, and the situations in which they matter."""

import datetime
import re

import argument_values_files
import argument_values_forward
import argument_values_ica
import argument_values_inverse
import argument_values_maxwell
import argument_values_mne
import argument_values_pages
import argument_values_repair
import argument_values_sources
import argument_values_volumes
import numpy as np
from argument_scenes import ABSENT, Made, Scene, shifted

_mask = np.arange(8 * 51).reshape(8, 51) % 5 > 2  # of the 8 EEG channels
_raw, _epochs, _evoked, _tfr = Made(Scene.raw), Made(Scene.epochs), Made(Scene.evoked), Made(Scene.tfr)
_events, _ax = Made(Scene.events), Made(Scene.axes)
_data = Made(lambda scene: scene.raw()._data[:4].copy())
_rows = np.random.default_rng(5).standard_normal((3, 2, 200))


def _file(name, write):
    def make(scene):
        path = scene.folder.parent / name
        if not path.exists():
            write(scene, path)
        return path

    return Made(make)


_fif = _file("a_raw.fif", lambda scene, path: scene.raw().save(path))
_edf = _file("a.edf", lambda scene, path: _in_german(scene.raw().pick(["eeg", "eog"])).export(path))


def _write_averages(scene, path):
    averages = [scene.evoked(), scene.epochs().average(picks="all"), scene.epochs().standard_error(picks="all")]
    for evoked, comment in zip(averages, ("all", "everything", "everything")):
        evoked.comment = comment
    _mne().write_evokeds(path, averages)


_averages = _file("e-ave.fif", _write_averages)


def _in_german(raw):
    return raw.set_annotations(_mne().Annotations([1.0, 2.0], 0.5, ["grün", "go"]))


def _same_labels(scene, path):
    """The EDF file with the label of its first channel on the second one too."""
    content = bytearray(_edf.function(scene).read_bytes())
    content[256 + 16 : 256 + 32] = content[256 : 256 + 16]
    path.write_bytes(content)


def _no_units(source):
    """A maker of an EDF or BDF file like that of `source`, whose signals have no unit."""
    def write(scene, path):
        content = bytearray(source.function(scene).read_bytes())
        n = int(content[252:256])
        content[256 + n * 96 : 256 + n * 104] = b" " * (n * 8)
        path.write_bytes(content)
    return write


def _write_bdf(scene, path):
    """A BDF file of two channels of one name, which Ranvier does not write, and two seconds."""
    labels, n, rate = ["EEG Cz", "EEG Cz", "Status"], 3, 50

    def column(values, width):
        return "".join(str(v).ljust(width) for v in values)

    head = "\xffBIOSEMI" + " " * 160 + "01.01.2001.00.00" + str(256 * (n + 1)).ljust(8) + "24BIT".ljust(44) + "2".ljust(8) + "1".ljust(8)
    head += str(n).ljust(4) + column(labels, 16) + column([""] * n, 80) + column(["uV"] * n, 8) + column([-100] * n, 8)
    head += column([100] * n, 8) + column([-8388608] * n, 8) + column([8388607] * n, 8) + column([""] * n, 80)
    head += column([rate] * n, 8) + column([""] * n, 32)
    samples = np.random.default_rng(0).integers(0, 1000, (2, n, rate)).astype("<i4")
    path.write_bytes(head.encode("latin1") + b"".join(v.tobytes()[:3] for v in samples.ravel()))


def _split(scene, path):
    """A recording in parts, of which one is lost."""
    parts = scene.raw().resample(8000).save(path, split_size=1_700_000)
    parts[-1].unlink()


def _shielded(scene, path):
    raw = scene.raw()
    with raw.info._unlock():
        raw.info["maxshield"] = True
    raw.save(path)
_taken = Made(lambda scene: _touched(scene.folder / "taken.fif"))


def _touched(path):
    path.write_text("precious")
    return path


def _out(name):
    return Made(lambda scene: scene.folder / name)


def _mne():
    import ranvier.meeg as mne

    return mne


_between = np.array([[70, 0, 3]])  # within the first epoch
_uneven = dict(method="random", random_state=7, _on=Made(lambda scene: scene.epochs().drop([0, 2, 4])))
_rejecting = dict(reject={"eeg": 2.5e-5})
# What functions require, by parameter, or by function and parameter.
REQUIRED = {
    "raw": _raw, "epochs": _epochs, "evoked": Made(Scene.eeg), "inst": _raw, "tfr": Made(lambda scene: scene.tfr()),
    "spectrum": Made(Scene.spectrum), "events": _events, "info": Made(lambda scene: scene.raw().info),
    "montage": Made(Scene.montage), "annotations": Made(Scene.annotations), "evokeds": Made(lambda scene: {
        "a": scene.eeg(), "b": scene.eeg().crop(-0.1, 0.3), "c": scene.eeg()}),
    "sfreq": 100.0, "l_freq": 2.0, "h_freq": 20.0, "freqs": [15.0, 20.0], "tshift": 0.05, "decim": 2, "ids": [1],
    "new_id": 9, "onset": [0.5], "duration": [0.2], "description": ["x"], "fname": _out("out-annot.fif"),
    "filename": _out("out-eve.fif"), "mapping": {"Fp1": "A"}, "ch_names": ["Cz", "C3"], "fun": np.abs, "times": [0.1],
    "picks": "eeg", "data": Made(lambda scene: scene.raw()._data), "x": _rows, "Fs": 100.0, "axis": -1,
    "projs": Made(Scene.projs), "kind": "colin27_1005", "anode": "C3", "cathode": "C4", "ref_channels": ["REF"],
    "types": ["eeg"], "condition": 0, "indices": [1, 3], "add_list": Made(lambda scene: [_other_names(scene.raw())]),
    "raws": Made(lambda scene: [scene.raw(), scene.raw()]), "epochs_list": Made(lambda scene: [scene.epochs(), scene.epochs()]),
    "all_spectrum": Made(lambda scene: [scene.raw().compute_psd(), scene.raw().compute_psd()]), "sensors": Made(Scene.montage),
    "all_inst": Made(lambda scene: [scene.eeg(), scene.eeg()]), "all_evoked": Made(lambda scene: [scene.eeg()] * 2),
    "cov": Made(lambda scene: _cov()), "subjects": 1, "runs": 6, "verbose": None,
}  # fmt: skip


def _two_kinds(scene):
    """A recording in which two channels are ECoG."""
    return scene.raw().del_proj().set_channel_types({"C3": "ecog", "C4": "ecog"})


def _annotated(scene):
    """Epochs of a recording with an annotation of which more is known."""
    mne, raw = _mne(), scene.raw()
    raw.set_annotations(mne.Annotations([1.0], [0.5], ["x"], raw.info["meas_date"], extras=[{"k": 1}]))
    return mne.Epochs(raw, scene.events(), baseline=None, preload=True)


def _noise(scene):
    """The covariance of epochs."""
    return _mne().compute_covariance(scene.epochs(), on_few_samples="ignore")


_other_data = ("seeg", "ecog", "hbo", "hbr", "fnirs_cw_amplitude", "fnirs_fd_ac_amplitude", "fnirs_fd_phase", "fnirs_od",
               "fnirs_td_gated_amplitude", "fnirs_td_moments_intensity", "fnirs_td_moments_mean",
               "fnirs_td_moments_variance", "csd", "dbs")  # fmt: skip


def _three(*names):
    return _mne().Covariance(np.diag([1.0, 2.0, 3.0]), list(names), [], [], 10)


def _long_epochs(scene):
    """Epochs of slow waves and noise, in which estimators differ."""
    random = np.random.default_rng(2)
    data = random.standard_normal((10, 8, 8)) @ random.standard_normal((8, 60)) + random.standard_normal((10, 8, 60))
    return _mne().EpochsArray(data * 1e-6, _mne().create_info(8, 100.0, "eeg"), baseline=(None, None))


class _Thirds:
    def split(self, X):
        return [(np.arange(len(X))[np.arange(len(X)) % 3 != k], np.arange(len(X))[np.arange(len(X)) % 3 == k]) for k in range(3)]


_epochs_info = Made(lambda scene: scene.epochs().info)
_far_too_high = dict(rank={"meg": 5}, noise_cov=Made(lambda scene: _weak_meg(scene)))


def _weak_meg(scene):
    cov = _noise(scene)
    data = cov.data.copy()
    data[8, :] = data[9, :]
    data[:, 8] = data[:, 9]
    cov["data"] = data
    return cov


def _two_names(scene):
    return [scene.epochs()["left"], shifted(scene.epochs()["right"])]


# More arguments of single functions.
SETTINGS = {
    "Quantity.compress": dict(condition=[True, False, True]),
    # noise
    "plot_cov": dict(cov=Made(_noise)), "plot_evoked_white": dict(noise_cov=Made(_noise)), "compute_proj_evoked": dict(evoked=_evoked),
    "compute_covariance": dict(inst=_epochs, on_few_samples="ignore"),
    "compute_raw_covariance": dict(on_few_samples="ignore"),
    "compute_rank": dict(inst=_epochs), "regularize": dict(cov=Made(_noise), info=_epochs_info),
    "prepare_noise_cov": dict(noise_cov=Made(_noise), info=Made(lambda scene: scene.epochs().pick("data", exclude="bads").info)),
    "compute_whitener": dict(noise_cov=Made(_noise), info=_epochs_info), "whiten_evoked": dict(evoked=_evoked, noise_cov=Made(_noise)),
    # annotations, events
    "Annotations.__init__": dict(onset=[0.5, 0.2], duration=[0.2, 0.1], description=["x", "y"]),
    "Annotations.crop": dict(tmin=0.2),
    "Annotations.save": dict(fname=_taken),
    "read_annotations": dict(fname=_edf),
    "find_events": dict(stim_channel="STI 014", verbose=None),
    "find_stim_steps": dict(stim_channel="STI 014"),
    "read_events": dict(filename=_file("e-eve.fif", lambda scene, path: _mne().write_events(path, scene.events()))),
    "write_events": dict(filename=Made(lambda scene: _touched(scene.folder / "taken-eve.fif"))),
    "merge_events": dict(ids=[1], new_id=9),
    # info, channels
    "create_info": dict(ch_names=["a", "b"], sfreq=100.0),
    "ChannelsMixin.set_montage": dict(montage="colin27_1005", on_missing="ignore"),
    "Info.set_montage": dict(montage="colin27_1005", on_missing="ignore"),
    "rename_channels": dict(mapping={"Fp1": "A"}), "pick_types": dict(info=Made(lambda scene: _all_kinds().info)),
    "ChannelsMixin.pick_types": dict(_on=Made(lambda scene: _all_kinds())),
    "set_bipolar_reference": dict(anode="C3", cathode="C4"),
    "make_dig_montage": dict(ch_pos={"a": (0, 0, 0.1), "b": (0, 0.1, 0)}),
    "read_custom_montage": dict(fname=_file("m.sfp", lambda scene, path: path.write_text("Cz 0 0 9\nOz 0 -9 0\n"))),
    "read_dig_hpts": dict(fname=_file("m.hpts", lambda scene, path: path.write_text("eeg Cz 0 0 90\n"))),
    "pick_channels": dict(ch_names=["a", "b", "c"], include=["c", "a"]),
    "pick_info": dict(info=REQUIRED["info"]),
    "Covariance.__init__": dict(data=np.eye(2), names=["a", "b"], bads=[], projs=[], nfree=10),
    "Covariance.pick_channels": dict(ch_names=["c", "a"], _on=REQUIRED["cov"]),
    "Covariance.save": dict(fname=_taken, _on=REQUIRED["cov"]),
    "write_cov": dict(fname=_taken), "write_info": dict(fname=_taken), "write_proj": dict(fname=_taken),
    "Info.save": dict(fname=_taken), "write_evokeds": dict(fname=_taken, evoked=_evoked),
    "Evoked.save": dict(fname=_taken),
    # filters
    "as_type": dict(inst=Made(lambda scene: scene.evoked())),
    "construct_iir_filter": dict(iir_params=dict(ftype="butter", gpass=1.0, gstop=20.0), f_pass=20.0, f_stop=30.0, sfreq=100.0),
    "create_filter": dict(data=None), "filter_data": dict(data=_rows), "notch_filter": dict(x=_rows, freqs=[20.0]),
    "BaseRaw.notch_filter": dict(freqs=[20.0]), "BaseRaw.resample": dict(sfreq=60.0), "BaseRaw.rescale": dict(scalings=dict(eeg=2.0)),
    "SamplesMixin.resample": dict(sfreq=60.0), "resample": dict(up=2.0, down=3.0),
    "rescale": dict(data=_rows + 2, times=np.arange(200) / 100, baseline=(0, 0.5)),
    # recordings
    "Raw.__init__": dict(fname=_fif), "read_raw_fif": dict(fname=_fif), "read_raw": dict(fname=_fif),
    "read_raw_edf": dict(input_fname=_edf), "read_raw_bdf": dict(input_fname=_file("b.bdf", _write_bdf)),
    "_TFR.apply_baseline": dict(baseline=(None, 0.0)), "plot_projs_topomap": dict(projs=Made(lambda scene: _uneven_proj(scene)), info=Made(
        lambda scene: scene.eeg().info)), "RawArray.__init__": dict(data=np.ones((2, 50)), info=Made(
        lambda scene: _mne().create_info(["a", "b"], 100.0, "eeg"))),
    "BaseRaw.__init__": dict(preload=np.ones((2, 50)), info=Made(lambda scene: _mne().create_info(["a", "b"], 100.0, "eeg"))),
    "annotations_per_epoch": dict(epochs=Made(_annotated)), "annotations_to_metadata": dict(epochs=Made(_annotated)),
    "BaseEpochs.set_annotations": dict(annotations=Made(Scene.annotations)),
    "BaseRaw.set_annotations": dict(annotations=Made(Scene.annotations)),
    "RawResultsMixin.save": dict(fname=_out("x_raw.fif")), "RawResultsMixin.export": dict(fname=_out("x.edf"), _on=Made(
        lambda scene: scene.raw().pick(["eeg", "eog"]))),
    "BaseRaw.append": dict(raws=_raw),
    # epochs, averages
    "Epochs.__init__": dict(raw=_raw, events=_events, event_id=dict(left=1, right=2), reject_by_annotation=False),
    "EpochsArray.__init__": dict(data=_rows, info=Made(lambda scene: _mne().create_info(["a", "b"], 100.0, "eeg"))),
    "EpochsResultsMixin.save": dict(fname=_out("x-epo.fif")),
    "tfr_of_epochs": dict(method="morlet", freqs=[15.0, 20.0], n_cycles=2.0),
    "tfr_of_raw": dict(method="morlet", freqs=[15.0, 20.0], n_cycles=2.0),
    "tfr_stockwell": dict(inst=_epochs), "tfr_array_stockwell": dict(data=_rows, sfreq=100.0),
    "combine_tfr": dict(all_tfr=Made(lambda scene: [scene.tfr(), scene.tfr() * 3.0])),
    "tfr_of_evoked": dict(method="morlet", freqs=[15.0, 20.0], n_cycles=2.0),
    "AverageTFRArray.__init__": dict(info=Made(lambda scene: _mne().create_info(2, 100.0, "eeg")), data=np.ones((2, 2, 3)), times=np.arange(3.0), freqs=[10.0, 20.0]),
    "EpochsTFRArray.__init__": dict(info=Made(lambda scene: _mne().create_info(2, 100.0, "eeg")), data=np.ones((3, 2, 2, 3)), times=np.arange(3.0), freqs=[10.0, 20.0]),
    "read_epochs": dict(fname=_file("e-epo.fif", lambda scene, path: scene.epochs().save(path))),
    "Evoked.__init__": dict(fname=_averages, condition="everything"), "read_evokeds": dict(fname=_averages),
    "EvokedArray.__init__": dict(data=_rows[0], info=Made(lambda scene: _mne().create_info(["a", "b"], 100.0, "eeg"))),
    # spectra, time-frequency
    "psd_array_welch": dict(x=_rows, sfreq=100.0, n_fft=64), "psd_array_multitaper": dict(x=_rows, sfreq=100.0),
    "tfr_morlet": dict(inst=_epochs, freqs=[15.0, 20.0], n_cycles=2.0),
    "tfr_array_morlet": dict(data=_rows, sfreq=100.0, freqs=[15.0, 20.0], output="power"),
    "morlet": dict(sfreq=100.0, freqs=[10.0, 20.0]),
    # figures
    "plot_topomap": dict(data=np.arange(7.0) - 2, pos=Made(lambda scene: scene.eeg().drop_channels(["Pz"]).info)),
    "plot_evoked_topomap": dict(times=[0.1]), "plot_evoked_joint": dict(times=[0.1]), "animate_topomap": dict(times=[0.1], blit=False),
    "plot_ch_adjacency": dict(adjacency=np.eye(3)[::-1], ch_names=["Fp1", "Cz", "O2"]),
    "plot_drop_log": dict(drop_log=((), ("a",), ("b",), ("IGNORED",))), "EpochsResultsMixin.plot_drop_log": dict(_on=Made(
        lambda scene: scene.epochs().drop([0, 1], "a").drop([0], "b"))), "plot_tfr": dict(picks=["Cz"]), "plot_tfr_joint": dict(picks="eeg"),
    "plot_epochs_image": dict(picks="eeg"), "plot_sensors": dict(ch_type="eeg"), "plot_spectrum": dict(picks="eeg"), "plot_spectrum_topomap": dict(bands={"a": (4, 8), "b": (8, 12)}),
    "plot_compare_evokeds": dict(picks="eeg", evokeds=Made(lambda scene: {name: scene.eeg().crop(-0.17, 0.27) for name in "abc"})), "plot_montage": dict(), "plot_tfr_map": dict(ch_type="eeg"),
    "plot_raw": dict(duration=3.0),
}
# ---- learn and dynamics


def _with(base, **learnt):
    """An estimator that has been trained."""
    import ranvier.learn as learn

    def make(scene):
        X, y = scene.X(), scene.y()
        return getattr(learn, base)(**{"random_state": 0, **learnt}).fit(X, y)

    return Made(make)


def _memory(scene):
    from ranvier.learn import HopfieldNetwork

    return HopfieldNetwork(random_state=0).fit(_patterns)


_patterns = 2.0 * np.random.default_rng(1).integers(0, 2, (3, 16)) - 1
_X, _y, _two = Made(Scene.X), Made(Scene.y), Made(lambda scene: scene.y() % 2)
_oscillator, _lorenz = Made(Scene.system), Made(Scene.lorenz)
_plane = {"v": (-2.5, 2.5), "w": (-1, 2)}
_planes = dict(plane=_plane)
_neuron = Made(lambda scene: _system("adex"))
_firing = dict(_on=_oscillator, parameter="I", values=[0.5, 0.6], duration=100.0)
_clamp = dict(_on=Made(lambda scene: _system("hodgkin_huxley")), current="I_Na", state="v", voltages=Made(
    lambda scene: _quantities([-20, 0], "mV")), duration=Made(lambda scene: _quantity(5, "ms")))  # fmt: skip


def _system(name, **more):
    from ranvier.dynamics import System

    return System(name, **more)


def _quantity(value, unit):
    from ranvier.units import Quantity

    return Quantity(value, unit)


def _quantities(values, unit):
    return _quantity(np.array(values, float), unit)


def _layer(scene):
    from ranvier.dynamics import Convection

    return Convection(2000.0, modes=(8, 8)).disturb().run(1e-3, 3)


def _still(scene):
    from ranvier.dynamics import Convection

    return Convection(2000.0, modes=(8, 8))


def _c_cos():
    import ctypes
    import ctypes.util

    cos = ctypes.CDLL(ctypes.util.find_library("m")).cos
    cos.restype, cos.argtypes = ctypes.c_double, [ctypes.c_double]
    return cos


def _presets():
    from ranvier import model

    return model("hindmarsh_rose")


def _simulated(system, scene):
    return system.parameters, [system.simulate((0, 2)).y for _ in range(1)]


_estimators = ("Adaline", "ElmanNetwork", "FastICA", "HopfieldNetwork", "Infomax", "MLPClassifier", "MLPRegressor",
               "Perceptron", "Picard", "SelfOrganizingMap")  # fmt: skip
SETTINGS.update({f"{name}.__init__": {"random_state": 0} for name in _estimators})
for _name, _more in {"MLPClassifier": dict(max_iter=8), "MLPRegressor": dict(max_iter=8), "ElmanNetwork": dict(
        max_iter=5), "SelfOrganizingMap": dict(max_iter=5, shape=(3, 4)), "Infomax": dict(max_iter=20),
        "FactorAnalysis": dict(n_components=2, max_iter=20)}.items():  # fmt: skip
    SETTINGS[f"{_name}.__init__"] = {**SETTINGS.get(f"{_name}.__init__", {}), **_more}
SETTINGS.update({
    "FromClasses.partial_fit": dict(_on=Made(lambda scene: _made("Perceptron", random_state=0)), X=_X, y=_two),
    "MLPClassifier.partial_fit": dict(_on=Made(lambda scene: _made("MLPClassifier", random_state=0)), X=_X, y=_y, classes=[0, 1, 2]),
    "MLPRegressor.partial_fit": dict(_on=Made(lambda scene: _made("MLPRegressor", random_state=0)), X=_X, y=_y),
    "_Net.fit": dict(_on=Made(lambda scene: _made("MLPClassifier", random_state=0, max_iter=5)), X=_X, y=_y),
    "HopfieldNetwork.recall": dict(_on=Made(_memory), X=_patterns),
    "Flow.fit_chunks": dict(_on=Made(lambda scene: _made("PCA", n_components=2) + _made("SFA", n_components=1)),
                            chunks=Made(lambda scene: [scene.X(), scene.X() + 1])),
    "damage_curve": dict(model=_with("MLPClassifier", max_iter=5), X=_X, y=_y, n_repeats=2, random_state=0),
    "lesion": dict(model=_with("MLPClassifier", max_iter=5), fraction=0.3, random_state=0),
    "linear_separability": dict(X=_X, y=_two), "fastica": dict(X=_X, random_state=0), "save": dict(model=_with("Perceptron"), path=Made(
        lambda scene: _touched(scene.folder / "taken.rvl"))),
    "plot_categories": dict(model=Made(lambda scene: _made("FuzzyART", rho=0.8).fit(scene.X()[:, :2]))),
    "plot_damage": dict(fractions=[0, 0.5, 1], scores=np.ones((3, 2))), "plot_loss": dict(model=_with("MLPClassifier", max_iter=5)),
    "plot_decision_boundary": dict(model=Made(lambda scene: _made("Perceptron", random_state=0).fit(
        scene.X()[:, :2], scene.y() % 2)), X=Made(lambda scene: scene.X()[:, :2]), y=_two, resolution=20),
    "plot_map": dict(som=_with("SelfOrganizingMap", shape=(3, 4), max_iter=3)), "plot_patterns": dict(patterns=_patterns),
    "plot_recall": dict(recall=Made(lambda scene: _memory(scene).recall(_patterns + 0))),
    # dynamics
    "Analysis.limit_cycle": dict(_on=_oscillator), "Analysis.fixed_points": dict(box={"v": (-3, 3), "w": (-3, 3)}),
    "Analysis.basins": dict(_on=Made(lambda scene: _system("dx/dt = x - x**3 : 1\ndy/dt = -y + z : 1\ndz/dt = -z : 1")),
                            plane={"x": (-2, 2), "y": (-1, 1)}, duration=20, shape=(6, 6)),
    "Analysis.nullclines": dict(_on=_lorenz, plane={"x": (-2, 2), "y": (-1, 1)}),
    "Analysis.vector_field": dict(_on=_lorenz, plane={"x": (-2, 2), "y": (-1, 1)}),
    "Analysis.continue_equilibria": dict(_on=Made(lambda scene: _system("dx/dt = x - x**3 + h : 1", h=0.0)), parameter="h",
                                         range=(-0.2, 0.2)),
    "Analysis.continue_cycles": dict(start=Made(lambda scene: scene.system().limit_cycle()), parameter="I", points=3),
    "Analysis.fixed_point": dict(_on=Made(lambda scene: _system("dx/dt = x - x**3 : 1"))),
    "Analysis.spike_trains": _firing, "Analysis.fi_curve": _firing, "Analysis.isi_diagram": _firing,
    "Analysis.poincare_section": dict(_on=_lorenz, state="z", level=27, duration=10, x0=[1, 1, 1]),
    "Analysis.lyapunov_spectrum": dict(_on=_lorenz, duration=5.0, transient=1.0, x0=[1, 1, 1]),
    "Analysis.voltage_clamp": _clamp, "Plots.plot_voltage_clamp": _clamp,
    "Convection.__init__": dict(Ra=2000.0, modes=(8, 8)), "Convection.disturb": dict(_on=Made(_still)),
    "Convection.plot": dict(_on=Made(_layer)), "Convection.psi": dict(_on=Made(_layer)), "Convection.theta": dict(_on=Made(_layer)),
    "Plots.plot_attractor": dict(_on=_lorenz, result=Made(lambda scene: scene.lorenz().simulate((0, 3), x0=[1, 1, 1]))),
    "Plots.plot_trace": dict(_on=_lorenz, result=Made(lambda scene: scene.lorenz().simulate((0, 3), x0=[1, 1, 1]))),
    "Plots.plot_bifurcation": dict(_on=_oscillator, diagram=Made(lambda scene: scene.system().continue_equilibria("I", (0, 1)))),
    "Plots.plot_fi": dict(values=[0.1, 0.2], rates=[3.0, 5.0]),
    "Plots.plot_isi_diagram": dict(parameter="I", values=[0.1, 0.2], intervals=[[1.0, 2.0], [1.5]]),
    "Plots.plot_phase_portrait": _planes,
    "System.__init__": dict(equations="dx/dt = -a*x + b : 1", a=1.0, b=2.0),
    "System.simulate": dict(_on=_lorenz, t_span=(0, 1), x0=[1, 1, 1]),
    "System.ensemble": dict(_on=_lorenz, duration=0.2, dt=0.01, members=2, x0={"x": 1, "y": 1, "z": 1}),
    "crossing.__init__": dict(state="x", level=0.0), "c_function.__init__": dict(function=Made(lambda scene: _c_cos()), arguments=["1"]),
})  # fmt: skip


def _made(name, **settings):
    import ranvier.learn as learn

    return getattr(learn, name)(**settings)


# Situations in which a parameter matters, beside SETTINGS.
CONTEXTS = {
    **{("compute_covariance", name): dict(inst=Made(_long_epochs), method=["shrunk", "empirical"]) for name in (
        "cv", "return_estimators", "method")}, ("compute_covariance", "inst"): {},
    ("compute_covariance", "method_params"): dict(method="shrinkage"), ("compute_covariance", "scalings"): dict(method="shrinkage"),
    ("compute_covariance", "rank"): dict(method="shrinkage"), ("compute_covariance", "on_few_samples"): dict(
        inst=Made(lambda scene: scene.epochs()[:1]), on_few_samples=ABSENT),
    ("compute_covariance", "on_mismatch"): dict(inst=Made(_two_names)), ("compute_covariance", "epochs"): dict(inst=ABSENT),
    **{("compute_raw_covariance", name): dict(method=["shrunk", "empirical"]) for name in ("cv", "return_estimators")},
    **{("compute_raw_covariance", name): dict(method="shrinkage") for name in ("method_params", "scalings", "rank")},
    ("compute_raw_covariance", "on_few_samples"): dict(tmax=0.3, on_few_samples=ABSENT),
    ("compute_raw_covariance", "tstep"): dict(reject={"eeg": 5e-5}), ("compute_rank", "inst"): {},
    ("compute_rank", "scalings"): dict(tol=1.0), ("compute_rank", "tol_kind"): dict(tol=0.9), ("compute_rank", "info"): dict(
        inst=Made(_noise)), ("compute_rank", "on_rank_mismatch"): dict(inst=Made(_weak_meg), info=_epochs_info, rank={"meg": 5}),
    ("compute_rank", "on_few_samples"): dict(inst=Made(lambda scene: scene.epochs()[:1].crop(0, 0.05))),
    ("plot_cov", "proj"): dict(info=Made(lambda scene: scene.raw().info)), ("compute_proj_raw", "duration"): dict(reject={"eeg": 5e-5}, n_eeg=1),
    ("compute_proj_raw", "start"): {}, ("regularize", "proj"): dict(rank="full"), **{("regularize", kind): dict(cov=Made(lambda scene: _three("a", "b", "c")), info=Made(
        lambda scene, kind=kind: _mne().create_info(["a", "b", "c"], 100.0, kind)), rank="full") for kind in _other_data},
    **{(name, "on_rank_mismatch"): _far_too_high for name in ("prepare_noise_cov", "compute_whitener")},
    ("Analysis.continue_cycles", "largest_step"): dict(points=30), ("SelfOrganizingMap.__init__", "shuffle"): dict(training="online"),
    ("_TFR.crop", "include_tmax"): dict(tmax=0.2), ("psd_array_multitaper", "max_iter"): dict(adaptive=True),
    ("concatenate_raws", "preload"): dict(raws=Made(lambda scene: [scene.raw(loaded=False), scene.raw(loaded=False)])),
    **{(f, "exclude_after_unique"): dict(input_fname=_file("same.edf", _same_labels), exclude=["Fp1"]) for f in ("read_raw_edf",)},
    ("read_raw_bdf", "exclude_after_unique"): dict(exclude=["EEG Cz"]),
    ("read_raw_edf", "units"): dict(input_fname=_file("bare.edf", _no_units(_edf))),
    ("read_raw_bdf", "units"): dict(input_fname=_file("bare.bdf", _no_units(_file("b.bdf", _write_bdf)))),
    **{(f, "on_split_missing"): dict(fname=_file("split_raw.fif", _split)) for f in ("Raw.__init__", "read_raw_fif")},
    **{(f, "allow_maxshield"): dict(fname=_file("shield_raw.fif", _shielded)) for f in ("Raw.__init__", "read_raw_fif")},
    ("ChannelsMixin.pick_types", "exclude"): dict(meg=True, eeg=True), ("pick_types", "exclude"): dict(meg=True, eeg=True),
    ("ChannelsMixin.pick_types", "selection"): dict(meg=True, eeg=True), ("pick_types", "selection"): dict(meg=True, eeg=True),
    ("make_fixed_length_events", "stop"): {}, ("BaseRaw.append", "preload"): dict(_on=Made(lambda scene: scene.raw(loaded=False)), raws=Made(
        lambda scene: [scene.raw(loaded=False)])), ("BaseRaw.load_data", "memmap"): dict(_on=Made(lambda scene: scene.raw(loaded=False))),
    ("FilterMixin.apply_function", "channel_wise"): dict(fun=lambda x: x - np.mean(x)),
    **{(f"{c}.crop", "include_tmax"): dict(tmax=0.2) for c in ("BaseRaw", "SamplesMixin")},
    ("RawResultsMixin.save", "drop_small_buffer"): dict(buffer_size_sec=0.37),
    ("BaseRaw.crop", "reset_first_samp"): dict(tmin=0.5), ("BaseEpochs.drop_log_stats", "ignore"): dict(_on=Made(
        lambda scene: scene.epochs().drop([0, 1], "a"))), ("BaseEpochs.equalize_event_counts", "random_state"): _uneven,
    ("BaseEpochs.equalize_event_counts", "rng"): _uneven, ("BaseEpochs.equalize_event_counts", "method"): _uneven,
    ("BaseEpochs.equalize_event_counts", "event_ids"): {**_uneven, "method": "truncate"},
    ("BaseRaw.set_annotations", "emit_warning"): dict(annotations=Made(lambda scene: _mne().Annotations([99.0], [1.0], ["late"]))),
    ("annotations_to_metadata", "overwrite"): dict(epochs=Made(lambda scene: _annotated(scene).add_annotations_to_metadata())),
    ("BaseEpochs.set_annotations", "on_missing"): dict(annotations=Made(lambda scene: _mne().Annotations([1.0], [1.0], ["x"], ch_names=[("no",)]))),
    ("BaseRaw.set_annotations", "on_missing"): dict(annotations=Made(lambda scene: _mne().Annotations([1.0], [1.0], ["x"], ch_names=[("no",)]))),
    ("BaseRaw.time_as_index", "use_rounding"): dict(times=[0.019]), ("TimesMixin.time_as_index", "use_rounding"): dict(times=[0.019]),
    ("BaseRaw.time_as_index", "origin"): dict(_on=Made(lambda scene: _subject(scene.raw()))),
    ("ReferenceMixin.set_eeg_reference", "joint"): dict(ch_type=["eeg", "ecog"], _on=Made(lambda scene: _two_kinds(scene))),
    ("set_eeg_reference", "joint"): dict(ch_type=["eeg", "ecog"], inst=Made(lambda scene: _two_kinds(scene))),
    ("compute_native_head_t", "on_missing"): dict(montage=Made(lambda scene: _mne().channels.make_dig_montage())),
    ("Epochs.__init__", "tmin"): dict(baseline=None), ("Epochs.__init__", "reject_by_annotation"): dict(reject_by_annotation=ABSENT),
    ("Epochs.__init__", "reject_tmin"): _rejecting, ("Epochs.__init__", "reject_tmax"): _rejecting,
    ("Epochs.__init__", "on_missing"): dict(event_id=dict(left=1, nobody=77)), ("EpochsArray.__init__", "on_missing"): dict(event_id=dict(
        q=1, nobody=77)), ("EpochsArray.__init__", "reject_tmin"): dict(reject={"eeg": 5.0}), ("EpochsArray.__init__", "reject_tmax"): dict(
        reject={"eeg": 5.0}), ("EpochsArray.__init__", "proj"): dict(info=Made(lambda scene: _two_referenced())),
    ("Epochs.__init__", "on_outside"): dict(events=Made(lambda scene: np.array([[100, 0, 1], [99999, 0, 2]]))), ("Epochs.__init__", "event_repeated"): dict(events=Made(
        lambda scene: np.array([[100, 0, 1], [100, 0, 2], [200, 0, 1]]))),
    ("EpochsResultsMixin.save", "overwrite"): dict(fname=Made(lambda scene: _touched(scene.folder / "taken-epo.fif"))),
    ("EpochsResultsMixin.save", "split_naming"): dict(split_size=1_250_000, fname=_out("x_epo.fif"), _on=Made(lambda scene: scene.epochs().resample(2000))),
    ("RawResultsMixin.save", "split_naming"): dict(split_size=1_700_000, _on=Made(lambda scene: scene.raw().resample(8000))),
    ("RawResultsMixin.save", "overwrite"): dict(fname=Made(lambda scene: _touched(scene.folder / "taken_raw.fif"))),
    ("read_evokeds", "kind"): dict(condition="everything"),
    **{("Evoked.get_peak", name): dict(ch_type="eeg") for name in ("tmin", "tmax", "mode", "time_as_index", "return_amplitude")},
    ("Evoked.get_peak", "strict"): dict(ch_type="eeg", mode="pos", _on=Made(lambda scene: _negative(scene.evoked()))),
    ("Evoked.get_peak", "merge_grads"): dict(ch_type="grad"),
    ("tfr_of_raw", "proj"): dict(picks="eeg"),
    ("add_channels", "force_update_info"): dict(add_list=Made(lambda scene: [_low(_other_names(scene.raw()))])),
    ("RawResultsMixin.export", "digital_range"): dict(_on=Made(lambda scene: _mne().io.read_raw_edf(_edf.function(scene), preload=True))),
    ("RawResultsMixin.export", "overwrite"): dict(fname=Made(lambda scene: _touched(scene.folder / "taken.edf"))),
    **{(f, "on_mismatch"): {k: Made(lambda scene, what=what: [shifted(getattr(scene, what)()), getattr(scene, what)()])}
       for f, k, what in (("concatenate_raws", "raws", "raw"), ("concatenate_epochs", "epochs_list", "epochs"))},
    ("write_evokeds", "on_mismatch"): dict(fname=_out("o-ave.fif"), evoked=Made(lambda scene: [shifted(scene.evoked()), scene.evoked()])),
    **{(f, name): dict(mask=_mask) for f in ("plot_evoked_image", "plot_tfr") for name in ("mask_style", "mask_cmap", "mask_alpha")},
    **{("plot_tfr", name): dict(mask=np.arange(4 * 51).reshape(4, 51) % 7 > 3) for name in ("mask_style", "mask_cmap", "mask_alpha")},
    ("plot_epochs_image", "clear"): dict(picks=["Cz"], axes=Made(lambda scene: _used(scene.axes(3)))),
    ("plot_epochs_image", "axes"): dict(picks=["Cz"]), ("plot_compare_evokeds", "cmap"): dict(colors=[0, 1, 2]),
    ("plot_compare_evokeds", "ci"): dict(evokeds=Made(lambda scene: {"a": [scene.eeg(), _louder(scene.eeg())]})),
    ("plot_compare_evokeds", "sphere"): dict(show_sensors=True), ("plot_topomap", "ch_type"): dict(pos=np.random.default_rng(2).uniform(
        -0.6, 0.6, (7, 2))), ("plot_topomap", "mask_params"): dict(mask=np.arange(7) > 3),
    ("plot_topomap", "mask_label_params"): dict(mask=np.arange(7) > 3, names=list("abcdefg")),
    ("plot_sensors", "cmap"): dict(ch_groups=[[0, 1], [2, 3], [4]]), ("plot_projs_topomap", "cbar_fmt"): dict(colorbar=True),
    ("plot_projs_topomap", "units"): dict(colorbar=True), ("plot_evoked_topomap", "ch_type"): dict(evoked=_evoked),
    ("animate_topomap", "ch_type"): dict(evoked=_evoked),
    ("plot_evoked_topomap", "mask_params"): dict(mask=_mask), ("plot_evoked_topomap", "nrows"): dict(times=[0, 0.1, 0.2]),
    ("plot_evoked_topomap", "ncols"): dict(times=[0, 0.1, 0.2]), ("plot_raw", "event_color"): dict(events=_events),
    ("plot_raw", "event_id"): dict(events=_events), ("plot_raw", "clipping"): dict(scalings={"eeg": 1e-6}),
    ("plot_raw", "show_first_samp"): dict(raw=Made(lambda scene: scene.raw().crop(0.5, None))), ("plot_events", "on_missing"): dict(
        event_id={"a": 1, "b": 2, "zz": 99}), ("plot_spectrum", "ci"): dict(average=True), ("plot_spectrum", "ci_alpha"): dict(average=True),
    ("plot_spectrum", "color"): dict(spatial_colors=False), **{(f, "mode"): dict(baseline=(None, 0.0)) for f in (
        "plot_tfr", "plot_tfr_map", "plot_tfr_joint")}, ("plot_tfr", "combine"): dict(picks="eeg"), ("plot_tfr", "exclude"): dict(picks="eeg"),
    ("plot_topomap", "border"): dict(extrapolate="local"),
    ("Annotations.crop", "emit_warning"): dict(tmin=2.5), ("Annotations.crop", "use_orig_time"): dict(
        _on=Made(lambda scene: _dated(scene)), tmin=datetime.datetime(1970, 1, 1, 0, 0, 2, tzinfo=datetime.timezone.utc)),
    ("Annotations.crop", "tmin"): dict(tmin=ABSENT),
    ("ChannelsMixin.anonymize", "daysback"): dict(_on=Made(lambda scene: _subject(scene.raw()))),
    ("ChannelsMixin.anonymize", "keep_his"): dict(_on=Made(lambda scene: _subject(scene.raw()))),
    ("BaseRaw.anonymize", "daysback"): dict(_on=Made(lambda scene: _subject(scene.raw()))),
    ("BaseRaw.anonymize", "keep_his"): dict(_on=Made(lambda scene: _subject(scene.raw()))),
    ("Info.anonymize", "daysback"): dict(_on=Made(lambda scene: _subject(scene.raw()).info)),
    ("Info.anonymize", "keep_his"): dict(_on=Made(lambda scene: _subject(scene.raw()).info)),
    **{(name, "allow_duplicates"): dict(mapping={"Fp1": "Fp2"}) for name in (
        "ChannelsMixin.rename_channels", "Info.rename_channels", "DigMontage.rename_channels", "rename_channels")},
    **{(name, "on_missing"): dict(mapping={"nobody": "A"}) for name in (
        "ChannelsMixin.rename_channels", "Info.rename_channels", "rename_channels")},
    ("ChannelsMixin.drop_channels", "on_missing"): dict(ch_names=["nobody"]),
    ("ChannelsMixin.set_montage", "match_case"): dict(_on=Made(lambda scene: _renamed(scene, "FP1")), on_missing="raise"),
    ("ChannelsMixin.set_montage", "on_missing"): dict(_on=Made(lambda scene: _renamed(scene, "nobody")), on_missing=ABSENT),
    ("Info.set_montage", "match_case"): dict(_on=Made(lambda scene: _renamed(scene, "FP1").info), on_missing="raise"),
    ("Info.set_montage", "on_missing"): dict(_on=Made(lambda scene: _renamed(scene, "nobody").info), on_missing=ABSENT),
    ("DigMontage.__init__", "dig"): dict(ch_names=Made(lambda scene: scene.montage().ch_names)),
    ("DigMontage.__init__", "ch_names"): dict(dig=Made(lambda scene: scene.montage().dig)),
    **{(name, "iir_params"): dict(method="iir") for name in ("FilterMixin.filter", "filter_data", "create_filter", "notch_filter",
                                                             "BaseRaw.notch_filter")},
    ("ReferenceMixin.add_proj", "remove_existing"): dict(projs=Made(lambda scene: [_other_proj(scene)])),
    ("ReferenceMixin.del_proj", "idx"): dict(_on=Made(lambda scene: scene.raw().add_proj(_other_proj(scene)))),
    ("ReferenceMixin.interpolate_bads", "on_bad_position"): dict(_on=Made(lambda scene: _nowhere(scene.raw()))),
    ("ReferenceMixin.set_eeg_reference", "ch_type"): dict(_on=Made(lambda scene: _with_ecog(scene.raw()))),
    ("set_eeg_reference", "ch_type"): dict(inst=Made(lambda scene: _with_ecog(scene.raw()))),
    ("events_from_annotations", "use_rounding"): dict(raw=Made(lambda scene: _between_samples(scene.raw()))),
    ("events_from_annotations", "tol"): dict(chunk_duration=0.3),
    ("find_events", "uint_cast"): dict(raw=Made(lambda scene: _triggers(scene.raw(), 100, -32767))),
    ("find_events", "mask_type"): dict(mask=1), ("find_events", "consecutive"): dict(raw=Made(
        lambda scene: _triggers(_triggers(_triggers(scene.raw(), 100, 1), 103, 3), 106, 2))),
    ("find_events", "initial_event"): dict(raw=Made(lambda scene: _triggers(scene.raw(), 0, 4))),
    ("construct_iir_filter", "btype"): dict(iir_params=dict(order=3, ftype="butter"), btype="low"),
    ("grand_average", "drop_bads"): dict(interpolate_bads=False),
    ("make_fixed_length_events", "first_samp"): dict(raw=Made(lambda scene: scene.raw().crop(0.5, None))),
    ("pick_channels", "exclude"): dict(include=[]), ("pick_events", "step"): dict(include=[0]),
    ("read_events", "mask_type"): dict(mask=1), ("set_bipolar_reference", "on_bad"): dict(anode="Pz"),
    ("ART1.__init__", "max_iter"): dict(rho=0.5, alpha=5.0), ("FuzzyART.__init__", "max_iter"): dict(rho=0.9, beta=0.1),
    ("MLPClassifier.__init__", "power_t"): dict(solver="sgd", learning_rate="invscaling"),
    ("MLPRegressor.__init__", "power_t"): dict(solver="sgd", learning_rate="invscaling"),
    ("MLPClassifier.__init__", "learning_rate"): dict(solver="sgd"), ("MLPRegressor.__init__", "learning_rate"): dict(solver="sgd"),
    ("MLPClassifier.__init__", "max_fun"): dict(solver="lbfgs", max_iter=200),
    ("MLPRegressor.__init__", "max_fun"): dict(solver="lbfgs", max_iter=200),
    ("MLPClassifier.__init__", "validation_fraction"): dict(early_stopping=True),
    ("MLPRegressor.__init__", "validation_fraction"): dict(early_stopping=True),
    ("MLPClassifier.__init__", "nesterovs_momentum"): dict(solver="sgd"), **{(f"{name}.__init__", "tol"): dict(
        max_iter=60, n_iter_no_change=2) for name in ("MLPClassifier", "MLPRegressor", "ElmanNetwork")},
    **{(f"{name}.__init__", "n_iter_no_change"): dict(max_iter=60, tol=5.0) for name in ("MLPClassifier", "MLPRegressor", "ElmanNetwork")},
    ("MLPRegressor.__init__", "nesterovs_momentum"): dict(solver="sgd"),
    ("Analysis.limit_cycle", "longest"): dict(transient=100.0),
    ("Plots.plot_attractor", "ax"): dict(states=["x", "z"]), ("Plots.plot_trace", "ax"): dict(names=["x"]),
    ("Plots.plot_phase_portrait", "trajectories"): dict(duration=5.0), ("Plots.plot_phase_portrait", "duration"): dict(
        trajectories=[[0.5, 0.5]]), ("SelfOrganizingMap.__init__", "learning_rate"): dict(training="online"),
    ("SelfOrganizingMap.__init__", "learning_rate_end"): dict(training="online"),
    ("SelfOrganizingMap.__init__", "random_state"): dict(init="random"),
    ("Perceptron.__init__", "alpha"): dict(penalty="l2"), ("Perceptron.__init__", "l1_ratio"): dict(penalty="elasticnet", alpha=0.1),
    ("HopfieldNetwork.__init__", "beta"): dict(update="modern"), ("HopfieldNetwork.__init__", "tol"): dict(update="modern", beta=0.2),
    ("MLPClassifier.__init__", "dead_zone"): dict(loss="squared_error"),
    ("System.ensemble", "seed"): dict(_on=Made(lambda scene: _system("jansen_rit", sigma=_quantity(100.0, "second**-0.5"))), x0=ABSENT, method="euler",
        duration=Made(lambda scene: _quantity(20, "ms")), dt=Made(lambda scene: _quantity(0.1, "ms"))),
    ("System.__init__", "reset"): dict(threshold="x > 1"), ("System.__init__", "refractory"): dict(threshold="x > 1", reset="x = 0"),
    ("System.__init__", "preset"): dict(equations=Made(lambda scene: _presets()), a=ABSENT, b=ABSENT),
    ("System.__init__", "values"): dict(equations="dx/dt = -a*x + b : 1\nb : 1", b=ABSENT),
    ("System.__init__", "functions"): dict(equations="dx/dt = -g(x) : 1", a=ABSENT, b=ABSENT),
}  # fmt: skip
# Values to try, by parameter, or by function and parameter.
VALUES = {
    ("Quantity.clip", "min"): [Made(lambda scene: _quantity(2.0, "mV"))], ("Quantity.clip", "max"): [Made(lambda scene: _quantity(2.0, "mV"))],
    ("Quantity.clip", "out"): [np.zeros(3)], ("Quantity.compress", "out"): [np.zeros(2)], ("Quantity.compress", "axis"): [7],
    ("read_custom_montage", "coord_frame"): ["mri"], "std": [{"eeg": 1e-6}], ("detrend", "order"): [0], ("detrend", "axis"): [0],
    **{(f, name): [value] for f in ("AverageTFRArray.__init__", "EpochsTFRArray.__init__")
       for name, value in (("comment", "a"), ("method", "b"), ("weights", np.ones(2)))},
    ("EpochsTFRArray.__init__", "events"): [np.array([[5, 0, 1], [9, 0, 1], [12, 0, 1]])], ("EpochsTFRArray.__init__", "event_id"): [{"q": 1}],
    ("EpochsTFRArray.__init__", "metadata"): [Made(lambda s: s.epochs().metadata[:3])], ("EpochsTFRArray.__init__", "selection"): [[2, 3, 4]],
    ("EpochsTFRArray.__init__", "drop_log"): [((), ("a",), (), ())], ("combine_tfr", "weights"): [[1.0, 2.0]],
    **{(f, name): [value] for f in ("tfr_stockwell", "tfr_array_stockwell") for name, value in (("fmin", 5.0), ("fmax", 20.0), ("n_fft", 1024), ("width", 2.0), ("decim", 2))},
    "smallest_step": [10.0, -1.0], "largest_state": [0.5], ("Analysis.continue_cycles", "largest_step"): [0.01],
    "eog": [["Fp1", "Cz"]], "misc": [["Fp1", "Cz"]], "include": [["Cz"]], "encoding": ["latin1"], "max_iter": [2, 3], "bandwidth": [20.0],
    "n_per_seg": [32], ("tfr_morlet", "average"): [False], ("make_fixed_length_epochs", "duration"): [0.5], ("plot_events", "sfreq"): [50.0],
    ("concatenate_raws", "events_list"): [Made(lambda s: [s.events(), s.events()])], ("RawResultsMixin.to_data_frame", "start"): [10],
    ("RawResultsMixin.to_data_frame", "stop"): [20], "buffer_size_sec": [0.5], "first_samps": [[3]], "last_samps": [[9]],
    "filenames": [["f"]], "raw_extras": [[{}, {}]], ("BaseRaw.__init__", "orig_units"): [True], ("BaseRaw.__init__", "dtype"): ["float32"],
    "nave": [3],
    "index": ["time", "freq"], ("Evoked.get_peak", "tmax"): [-0.15, -0.18], ("read_raw_bdf", "exclude"): [["EEG Cz"]], ("read_raw_edf", "units"): [{"Fp1": "uV"}], ("read_raw_bdf", "units"): [{"EEG Cz-0": "uV"}], "dtype": [np.float32], ("HopfieldNetwork.__init__", "dtype"): ["float32"], "item": [[0, 1]], ("BaseEpochs.get_data", "units"): [{"eeg": "uV"}],
    ("BaseRaw.get_data", "units"): [{"eeg": "uV"}], ("Evoked.get_data", "units"): [{"eeg": "uV"}], "rng": [1], "event_ids": [[["left", "right"]]],
    ("BaseEpochs.subtract_evoked", "evoked"): [Made(lambda s: _louder(s.epochs().average(picks="all")))], "preload": [True],
    ("BaseRaw.crop_by_annotations", "annotations"): [Made(Scene.annotations)], "memmap": [Made(lambda s: s.folder / "map")],
    "n_grad": [1], "n_mag": [1], "n_eeg": [1], "desc_prefix": ["x"], ("compute_proj_raw", "duration"): [0.5], ("compute_proj_raw", "reject"): [{"eeg": 6e-5}, {"eeg": 8e-5}], ("compute_proj_raw", "flat"): [{"eeg": x * 1e-5} for x in (3.5, 3.8, 4.1, 4.4)],
    "rank": ["full", {"eeg": 4, "meg": 3}], ("compute_rank", "tol"): [10.0, 30.0], "diag": [True], "pca": [True, "white"], ("compute_whitener", "info"): [None],
    ("prepare_noise_cov", "ch_names"): [["C3", "Fp1"]], ("compute_rank", "info"): [_epochs_info], ("compute_covariance", "projs"): [[]],
    ("compute_covariance", "epochs"): [_epochs], ("compute_covariance", "inst"): [_evoked, None], "cv": [4, _Thirds()], "method_params": [{"shrinkage": {"shrinkage": 0.4}}],
    ("compute_covariance", "method"): ["shrinkage"], ("compute_raw_covariance", "method"): ["shrinkage"], "tstep": [0.5],
    ("compute_raw_covariance", "tmin"): [1.0], ("compute_raw_covariance", "tmax"): [3.0], ("compute_raw_covariance", "picks"): ["eeg"],
    ("compute_covariance", "scalings"): [{"eeg": 1e3}], ("compute_raw_covariance", "scalings"): [{"eeg": 1e3}],
    **{(name, "scalings"): [{"mag": 1.0}] for name in ("compute_whitener", "prepare_noise_cov", "whiten_evoked")},
    ("compute_covariance", "rank"): [{"eeg": 4, "meg": 3}], ("compute_rank", "scalings"): [{"eeg": 1e3}],
    "stim_picks": [[0]], ("BaseRaw.resample", "events"): [_events], "origin": [datetime.datetime(2020, 1, 1, 0, 0, 3, tzinfo=datetime.timezone.utc)],
    ("Epochs.__init__", "events"): [Made(lambda s: s.events()[:4])], "reject": [{"eeg": 3e-5}], "flat": [{"eeg": 3e-5}],
    ("EpochsArray.__init__", "reject"): [{"eeg": 5.0}], ("EpochsArray.__init__", "flat"): [{"eeg": 5.0}], "reject_tmin": [0.25, 1.8],
    "reject_tmax": [0.0, 0.5], "detrend": [1], "metadata": [Made(lambda s: s.epochs().metadata * 2)], "condition": [0],
    ("EpochsArray.__init__", "events"): [np.array([[5, 0, 1], [9, 0, 1], [12, 0, 1]])], ("EpochsArray.__init__", "event_id"): [{"q": 1}],
    ("EpochsArray.__init__", "metadata"): [Made(lambda s: s.epochs().metadata[:3])], ("EpochsArray.__init__", "selection"): [[2, 3, 4]],
    ("EpochsArray.__init__", "drop_log"): [((), ("a",), (), ())], "raw_sfreq": [200.0], "on_missing": ["ignore", "warn"],
    ("ChannelsMixin.pick_types", "selection"): [[0]], ("pick_types", "selection"): [[0]], ("RawResultsMixin.export", "fmt"): ["brainvision"],
    ("Evoked.__init__", "kind"): ["standard_error"], ("read_evokeds", "kind"): ["standard_error"],
     ("events_from_annotations", "event_id"): [{"go": 7}],
    ("make_fixed_length_events", "duration"): [0.5], ("find_events", "shortest_event"): [60], ("plot_epochs", "events"): [_between],
    "n_epochs": [3], "n_channels": [3], "event_color": ["m"], "order": [[0, 2]], "event_id": [{"q": 1, "r": 2}], "sigma": [1.0],
    "vmin": [-5.0], "vmax": [5.0], "fig": [Made(lambda s: s.axes().figure)], "overlay_times": [np.linspace(0, 0.2, 10)],
    "combine": ["mean", "median", "rms"], "group_by": [{"a": ["Cz", "C3"]}], "ts_args": [{"hline": [1.0]}, {"gfp": True}],
    ("plot_epochs_image", "order"): [np.arange(10)[::-1]], ("plot_epochs_image", "axes"): [Made(lambda s: s.axes(3))], "threshold": [99],
    "n_max_plot": [1], "subject": ["S1"], "color": ["r", {1: "r"}], "ignore": [("a",)], "ylim": [{"eeg": (-5, 5)}], "xlim": [(0, 0.2)],
    "hline": [[3.0]], "titles": [{"eeg": "T"}], "noise_cov": [{}], "highlight": [(0, 0.1)], "spatial_colors": [False], "clim": [{"eeg": (-1, 1)}],
    "mask_style": ["contour"], "mask_cmap": ["viridis"], "show_names": ["all", True, False], "colors": [["r", "g", "b"]],
    "linestyles": [["--", ":"]], "styles": [{"a": {"lw": 4}}], "vlines": [[0.1]], "ci": [False, "range"], "truncate_yaxis": [True, False],
    "show_sensors": [True], "split_legend": [True], "contours": [3], "outlines": [None], "size": [2, 3], "cnorm": [Made(lambda s: _norm())],
    "onselect": [print], "names": [list("abcdefg")], ("plot_topomap", "mask"): [np.arange(7) > 3], "mask_params": [{"markersize": 9}],
    "mask_label_params": [{"color": "r", "fontsize": 14}], ("plot_topomap", "ch_type"): ["mag"], ("plot_evoked_topomap", "mask"): [_mask],
    ("plot_evoked_image", "mask"): [_mask], "ch_groups": [[[0, 1], [2, 3]]], "pointsize": [60], "linewidth": [5], "scale": [2.0],
    "ch_type": ["mag", "eeg"], ("plot_evoked_topomap", "times"): ["peaks"], "average": [0.1, True], "time_format": ["%0.1f"], "res": [20],
    ("animate_topomap", "times"): [[0.2]], "frame_rate": [5], "blit": [True], ("animate_topomap", "mask"): [_mask],
    ("animate_topomap", "axes"): [Made(lambda s: s.axes(2))], "cbar_fmt": ["%0.5f"], "nrows": [2], "ncols": [1], ("plot_evoked_topomap", "axes"): [Made(lambda s: s.axes(2))],
    "topomap_args": [{"contours": 0}], "duration": [1.0], "start": [1.0], "bgcolor": ["y"], "bad_color": ["g"], "annotation_colors": [{"go": "k"}],
    "annotation_regex": ["go"], "clipping": ["transparent"], ("plot_raw", "events"): [_events], "bands": [{"a": (8, 12)}], "agg_fun": [np.max],
    ("plot_epochs", "scalings"): [{"eeg": 3e-6}], ("plot_raw", "scalings"): [{"eeg": 3e-6}], "mode": ["ratio"], "layout": [1],
    ("plot_tfr", "picks"): [["C3"]], "yscale": ["log"], ("plot_tfr", "mask"): [np.arange(4 * 51).reshape(4, 51) % 7 > 3],
    "timefreqs": [[(0.1, 20.0)]], "image_args": [{"mask": np.arange(4 * 51).reshape(4, 51) % 7 > 3}], "alpha": [0.2],
    ("plot_projs_topomap", "units"): ["XY"], ("plot_spectrum_topomap", "units"): ["XY"], ("plot_tfr_map", "units"): ["XY"],
    ("plot_evoked_topomap", "units"): ["XY"], ("plot_evoked_joint", "times"): [[0.2]],
    ("plot_sensors", "show_names"): [True], ("plot_montage", "show_names"): [False], "border": [30.0], "vlim": [(0.1, 0.5)],
    ("plot_spectrum_topomap", "axes"): [Made(lambda s: s.axes(2))], ("plot_tfr_joint", "combine"): ["rms"],
    "orig_time": [10.0], "ch_names": [[("Cz",)]], "extras": [[{"k": 1}]], "daysback": [5], "keep_his": ["sex", True],
    ("Annotations.__init__", "ch_names"): [[("Cz",), ()]], ("Annotations.crop", "tmin"): [1.2], ("Annotations.crop", "tmax"): [3.0],
    ("Annotations.__init__", "extras"): [[{"k": 1}, None]], "selection": [["Left-temporal"]], "ref_meg": [True],
    ("ChannelsMixin.pick_types", "include"): [["eeg"]], ("pick_types", "include"): [["eeg"]],
    ("ChannelsMixin.pick_types", "exclude"): [["mag"]], ("pick_types", "exclude"): [["mag"]],
    ("Covariance.__init__", "eig"): [np.ones(2)], ("Covariance.__init__", "eigvec"): [np.eye(2)],
    ("Covariance.__init__", "method"): ["shrunk"], ("Covariance.__init__", "loglik"): [3.0],
    ("DigMontage.__init__", "dig"): [Made(lambda s: s.montage().dig)], ("DigMontage.__init__", "ch_names"): [
        Made(lambda s: s.montage().ch_names)], "iir_params": [{"order": 2, "ftype": "butter"}], "skip_by_annotation": [("go",)],
    "pad": ["edge", "constant", "reflect"], ("ReferenceMixin.apply_proj", "projs"): [Made(Scene.projs)],
    ("ReferenceMixin.reconstruct_proj", "origin"): [(0.01, 0.02, 0.03)], ("ReferenceMixin.reconstruct_proj", "projs"): [Made(Scene.projs)],
    ("ReferenceMixin.del_proj", "idx"): [1], ("ReferenceMixin.interpolate_bads", "method"): ["nan"],
    ("ReferenceMixin.interpolate_to", "method"): ["MNE"],
    ("construct_iir_filter", "f_pass"): [22.0], ("construct_iir_filter", "sfreq"): [200.0], ("construct_iir_filter", "f_stop"): [40.0], ("construct_iir_filter", "btype"): ["high"],
    ("construct_iir_filter", "iir_params"): [dict(ftype="cheby1", gpass=1.0, gstop=20.0)],
    ("ReferenceMixin.interpolate_to", "reg"): [0.1], ("ReferenceMixin.interpolate_to", "origin"): [(0.01, 0.02, 0.03)],
    ("combine_spectrum", "weights"): ["equal", [1, 2]],
    ("ReferenceMixin.interpolate_bads", "exclude"): [["Pz"]], ("ReferenceMixin.interpolate_bads", "origin"): [(0.01, 0.02, 0.03)],
    ("ReferenceMixin.set_eeg_reference", "ref_channels"): [["Cz"]], ("set_eeg_reference", "ref_channels"): [["Cz"]],
    ("ReferenceMixin.set_eeg_reference", "ch_type"): ["ecog"], ("set_eeg_reference", "ch_type"): ["ecog"], "forward": [{}],
 "event_desc": [{1: "one"}], ("count_events", "ids"): [[1]],
    ("events_from_annotations", "regexp"): ["go"], "chunk_duration": [0.2], ("events_from_annotations", "tol"): [0.2],
    "stim_channel": ["EOG 1"], "shortest_event": [10], "mask": [1], "pad_start": [1], "pad_stop": [1],
    ("create_info", "ch_types"): ["mag"], "stop": [3.0], "head_size": [0.08], "notch_widths": [3.0], "mt_bandwidth": [1.0],
    **{("make_dig_montage", name): [(0, 0.1, 0.0)] for name in ("nasion", "lpa", "rpa")}, ("make_dig_montage", "ch_pos"): [{"c": (0, 0, 0.1)}],
    ("make_dig_montage", "hsp"): [[(0, 0.1, 0)]], ("make_dig_montage", "hpi"): [[(0, 0.1, 0)]], ("pick_channels", "exclude"): [["c"]],
    ("pick_events", "include"): [[1]], ("pick_events", "exclude"): [[1]], ("read_events", "include"): [[1]], ("read_events", "exclude"): [[1]],
    ("pick_info", "sel"): [[0, 1]], "uint16_codec": ["latin1"], ("read_events", "mask_type"): ["not_and"], "ch_name": ["new"],
    "ch_info": [{"coord_frame": 0}], "add_frames": [1], ("set_bipolar_reference", "on_bad"): ["raise"],
    "picks": ["mag", ["Cz"]], "exclude": [["Cz"], []], "tmin": [0.1], "tmax": [0.2], "fmin": [12.0], "fmax": [18.0],
    "axes": [_ax], "title": ["a title"], "sphere": [0.07], "cmap": ["viridis", "magma"],
    "scalings": [{"eeg": 3e6}], "units": [{"eeg": "XY"}], "baseline": [(None, 0.05)], "overwrite": [True],
    "random_state": [1, 7], "n_components": [1], "ax": [_ax], "hidden_layer_sizes": [(5,)], "batch_size": [7], "init_range": [0.5],
    "feature_range": [(-5.0, 9.0)], "learning_rate": [0.1, "adaptive", "invscaling"], "learning_rate_end": [0.2],
    "class_weight": [{0: 5.0, 1: 1.0, 2: 1.0}, "balanced"], "sample_weight": [np.arange(40.0)], "tol": [0.5, 5.0],
    "label": ["a label"], "rtol": [1e-2, 1e-4], "atol": [1e-2, 1e-4], "x0": [[0.5, 0.2, 0.1], [-0.5, 0.2], [-0.5]],
    "shape": [(4, 5), (5, 4)], "at": [{"z": 3.0}], "box": [{"v": (5, 6), "w": (5, 6)}], "starts": [-1], "longest": [2.0], "largest_period": [0.5], "interval": [0.05, 0.5], "amplitude": [0.5], "transient": [2.0, 5.0],
    ("SelfOrganizingMap.__init__", "shape"): [(4, 3)], ("SelfOrganizingMap.__init__", "sigma"): [2.5],
    ("SelfOrganizingMap.__init__", "init"): ["sample"], ("FuzzyARTMAP.__init__", "rho"): [0.9], ("FuzzyARTMAP.__init__", "alpha"): [50.0],
    ("FuzzyART.__init__", "alpha"): [50.0], ("ART1.__init__", "alpha"): [50.0], ("Flow.__init__", "nodes"): [Made(lambda s: [_made("PCA")])],
    ("FromClasses.partial_fit", "classes"): [[0, 1, 2]],
    ("MLPClassifier.partial_fit", "classes"): [[0, 1, 2, 3]],
    ("Flow.fit_chunks", "checkpoint"): [Made(lambda s: s.folder / "kept.rvl")], ("damage_curve", "fractions"): [[0.2]],
    ("plot_map", "values"): [np.arange(12.0).reshape(3, 4)], ("plot_categories", "X"): [Made(lambda s: s.X()[:, :2])],
    ("plot_patterns", "shape"): [(2, 8)], ("plot_patterns", "columns"): [1], ("galerkin_convection", "k"): [3.0],
    ("galerkin_convection", "psi"): [((1, 1), (1, 3))], ("galerkin_convection", "theta"): [((1, 1), (0, 2), (1, 3))],
    ("linear_separability", "max_steps"): [1, 2], ("FastICA.__init__", "fun_args"): [{"alpha": 1.7}], ("FastICA.__init__", "w_init"): [Made(lambda s: np.eye(s.X().shape[1]).tolist())], ("System.__init__", "preset"): ["bursting"],
    ("System.__init__", "threshold"): ["x > 1"], ("System.__init__", "reset"): ["x = 0"], ("System.__init__", "refractory"): ["2*ms"],
    ("System.__init__", "time_unit"): ["ms"], ("System.__init__", "values"): [{"b": 3.0}],
    ("System.__init__", "functions"): [Made(lambda s: {"g": _c_function()})], ("c_function.__init__", "result"): ["mV"],
    ("System.simulate", "method"): ["DOP853"], ("System.simulate", "events"): [Made(lambda s: _crossing())],
    ("System.simulate", "t_eval"): [[0.2, 0.4]], ("System.simulate", "first_step"): [1e-3], ("System.simulate", "max_step"): [1e-2],
    ("System.ensemble", "parameters"): [{"r": [20.0, 30.0]}], ("System.ensemble", "method"): ["euler"], ("System.ensemble", "record"): [["x"]],
    ("System.ensemble", "every"): [5], ("System.ensemble", "members"): [3], ("System.ensemble", "seed"): [4],
    ("Convection.__init__", "modes"): [(4, 4)], ("Plots.plot_attractor", "states"): [["x", "z"]], ("Plots.plot_trace", "names"): [["x"]],
    ("Plots.plot_fi", "parameter"): ["I"], ("Plots.plot_phase_portrait", "trajectories"): [[[0.5, 0.5]]],
    ("Plots.plot_phase_portrait", "duration"): [3.0], ("Plots.plot_bifurcation", "state"): ["w"],
    ("Plots.plot_bifurcation", "cycles"): [Made(lambda s: _branch(s))], ("Analysis.continue_cycles", "range"): [(0.45, 0.51)],
    ("Analysis.continue_cycles", "points"): [2], ("Analysis.continue_cycles", "intervals"): [30],
    ("System.ensemble", "x0"): [{"x": 2.0, "y": 1.0, "z": 1.0}], ("Analysis.continue_cycles", "parameter"): [None, "a"], "state": ["w"], "level": [0.5],
    ("Analysis.lyapunov_spectrum", "duration"): [3.0], ("Analysis.basins", "tolerance"): [3.0, 10.0],
    ("MLPClassifier.__init__", "dead_zone"): [0.7], ("MLPClassifier.__init__", "n_iter_no_change"): [2], ("MLPRegressor.__init__", "n_iter_no_change"): [2],
    ("ElmanNetwork.__init__", "n_iter_no_change"): [2], ("HopfieldNetwork.__init__", "threshold"): [3.0, 8.0],
}  # fmt: skip
# Arguments that functions change.
CHANGED = {}
for _name in ("SETTINGS", "CONTEXTS", "VALUES", "CHANGED"):
    globals()[_name].update(getattr(argument_values_mne, _name) | getattr(argument_values_files, _name, {}))
    globals()[_name].update(getattr(argument_values_repair, _name) | getattr(argument_values_maxwell, _name, {}))
    globals()[_name].update(getattr(argument_values_pages, _name, {}))
    globals()[_name].update(getattr(argument_values_ica, _name, {}) | getattr(argument_values_sources, _name))
    globals()[_name].update(getattr(argument_values_volumes, _name))
    globals()[_name].update(getattr(argument_values_forward, _name, {}) | getattr(argument_values_inverse, _name, {}))
# What methods are called on, more than argument_scenes.py makes.
SUBJECTS = argument_values_sources.SUBJECTS | argument_values_volumes.SUBJECTS | argument_values_forward.SUBJECTS | argument_values_inverse.SUBJECTS
# What is asked of an object after it is made, so that settings which it merely holds don't count.
AFTER = {
    "ICA": argument_values_ica.fitted,
    "System": _simulated,
    "Convection": lambda layer, scene: layer.disturb(amplitude=0.5).run(1e-3, 50),
    "crossing": lambda event, scene: scene.lorenz().simulate((0, 8), x0=[1, 1, 1], events=event),
    "c_function": lambda f, scene: f._named("g"),
    **argument_values_pages.AFTER,
    **argument_values_sources.AFTER,
}


def _c_function():
    from ranvier.dynamics import c_function

    return c_function(_c_cos(), ["1"])


def _branch(scene):
    return scene.system().continue_cycles(scene.system().limit_cycle(), parameter="I", points=3)


def _crossing():
    from ranvier.dynamics import crossing

    return crossing("x", 2.0)


def _norm():
    from matplotlib.colors import Normalize

    return Normalize(-1, 3)


def _used(axes):
    axes[0].plot([0, 0.2], [1, 5], lw=9)
    return axes


def _louder(evoked):
    evoked.data = evoked.data * 2
    return evoked


def _two_referenced():
    info = _mne().create_info(["a", "b"], 100.0, "eeg")
    return _mne().io.RawArray(np.zeros((2, 5)), info).set_eeg_reference(projection=True).info


def _negative(evoked):
    evoked.data = -np.abs(evoked.data) - 1
    return evoked


def _low(raw):
    with raw.info._unlock():
        raw.info["lowpass"] = 20.0
    return raw


def _dated(scene):
    return _mne().Annotations([1.0, 3.0], 0.5, "x", datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc))


def _subject(raw):
    raw.set_meas_date(datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc))
    raw.info["subject_info"] = {"his_id": "x", "sex": 1, "hand": 2}
    return raw


def _renamed(scene, name):
    return scene.raw().rename_channels({"Fp1": name})


def _other_proj(scene):
    proj = scene.projs()[0].copy()
    proj["desc"] = "another"
    return proj


def _uneven_proj(scene):
    proj = scene.projs()[0].copy()
    proj["data"] = {**proj["data"], "data": np.arange(float(proj["data"]["data"].size))[None] - 3}
    return [proj]


def _nowhere(raw):
    for channel in raw.info["chs"]:
        if channel["ch_name"] == "Pz":
            channel["loc"][:3] = np.nan
    return raw


def _with_ecog(raw):
    return raw.del_proj().set_channel_types({"Fp1": "ecog", "Fp2": "ecog"}, on_unit_change="ignore")


def _between_samples(raw):
    return raw.set_annotations(_mne().Annotations([0.606], [0.1], ["x"]))


def _triggers(raw, sample, value):
    raw._data[-1, sample : sample + 5] = value
    return raw


def _all_kinds():
    kinds = dict(meg="mag", fnirs="hbo", eyetrack="eyegaze", **{k: k for k in (
        "eeg stim eog ecg emg ref_meg misc resp chpi exci ias syst seeg dipole gof bio ecog csd dbs temperature gsr").split()})
    mne = _mne()
    return mne.io.RawArray(np.ones((len(kinds), 10)), mne.create_info(list(kinds.values()), 100.0, list(kinds.values())))


def _other_names(raw):
    return raw.rename_channels(lambda name: name + "b")


def _cov():
    return _mne().Covariance(np.eye(3), ["a", "b", "c"], [], [], 10)


# What a value is tried for, where the table has none.
def candidates(name, parameter, default, doc):
    """Values other than the default: of the table, the documented choices, or by the default's type."""
    for key in ((name, parameter), parameter):
        if key in VALUES:
            return VALUES[key]
    entry = re.search(rf"(?m)^\s*(?:\w+, )*{parameter}(?:, \w+)*\s*:\s*(.*)$", doc)
    choices = [c for c in re.findall(r"""["']([^"']+)["']""", entry.group(1)) if c != default] if entry else []
    if isinstance(default, bool):
        return [not default, *choices]
    if choices:
        return choices
    if isinstance(default, int):
        return [default + 1, default + 3, 0]
    if isinstance(default, float):
        return [default * 0.5 + 0.01, default * 2 + 0.1]
    if isinstance(default, str):
        return ["no such value"]
    return []
