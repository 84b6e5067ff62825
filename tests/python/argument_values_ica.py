"""More of argument_values.py: independent components."""

import warnings

import numpy as np
from argument_scenes import ABSENT, Made

_made = {}


def _mne():
    import ranvier.meeg as mne

    return mne


def recording(scene, *, reference=False):
    """Sources that are no noise, and a stretch that is large."""
    raw = scene.raw().del_proj()
    random = np.random.default_rng(8)
    raw._data[:13] = np.std(raw._data[:13], axis=1, keepdims=True) * (
        random.normal(size=(13, 8)) @ random.laplace(size=(8, raw.n_times)) + 0.1 * random.normal(size=(13, raw.n_times)))  # fmt: skip
    raw._data[13] = 0.1 * raw._data[13] + 2e-4 * random.laplace(size=raw.n_times)
    raw._data[:, 400:450] *= 4
    if reference:
        raw.set_channel_types({"MEG 0131": "ref_meg"}, on_unit_change="ignore")
    return raw


def fitted(ica, scene):
    """What `ICA.__init__` is judged by."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ica.fit(recording(scene, reference=True))


def components(scene, reference=False):
    if reference not in _made:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ica = _mne().preprocessing.ICA(5, random_state=0, max_iter=30, allow_ref_meg=reference)
            _made[reference] = ica.fit(recording(scene, reference=reference))
    ica = _made[reference].copy()
    ica.exclude = [3]
    return ica


def _long(scene):
    """A recording in which hearts and blinks can be looked for, and its components."""
    from heart_and_eye import recording as of_heart_and_eye

    raw = of_heart_and_eye()
    raw.set_annotations(_mne().Annotations([20.0], [4.0], ["bad"]))
    if "long" not in _made:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            _made["long"] = _mne().preprocessing.ICA(4, random_state=0, max_iter=50).fit(raw)
    return raw, _made["long"].copy()


def _with_baseline(scene):
    return scene.epochs().apply_baseline((None, 0))


def _with_reference_sources(scene):
    raw = recording(scene)
    return raw.rename_channels({"C3": "REF_ICA000", "C4": "REF_ICA001"})


def _ica_with_reference_sources(scene):
    ica = components(scene)
    names = {"C3": "REF_ICA000", "C4": "REF_ICA001"}
    ica.ch_names = [names.get(name, name) for name in ica.ch_names]
    ica.info.rename_channels(names)
    return ica


def _labelled(scene):
    ica = components(scene)
    ica.labels_ = {"eog": [1], "eog/0/EOG 1": [1]}
    return ica


_ica, _inst = Made(components), Made(recording)
_on = dict(_on=_ica, inst=_inst)
_both = dict(ica=_ica, inst=_inst)
_beats = dict(ica=Made(lambda scene: _long(scene)[1]), inst=Made(lambda scene: _long(scene)[0]))
_ref = dict(ica=Made(lambda scene: components(scene, True)), inst=Made(lambda scene: recording(scene, reference=True)))
_separate = dict(ica=Made(_ica_with_reference_sources), inst=Made(_with_reference_sources), method="separate",
                 threshold=1.0)  # fmt: skip
_epochs = Made(lambda scene: scene.epochs())
_source = Made(lambda scene: np.ascontiguousarray(_long(scene)[0].get_data("ecg")[0]))
_eye_source = Made(lambda scene: np.ascontiguousarray(_long(scene)[0].get_data("eog")[0]))
_white = np.linalg.qr(np.random.default_rng(4).laplace(size=(300, 4)))[0] * np.sqrt(299)
_taken = Made(lambda scene: (scene.folder / "x-ica.fif", (scene.folder / "x-ica.fif").write_text("precious"))[0])

SETTINGS = {
    "ICA.__init__": dict(random_state=0, n_components=4, max_iter=20),
    "ICA.fit": dict(_on=Made(lambda scene: _mne().preprocessing.ICA(4, random_state=0, max_iter=20)), inst=_inst),
    "ICA.apply": _on, "ICA.get_sources": _on, "ICA.get_explained_variance_ratio": _on, "ICA.get_channel_types": dict(_on=Made(lambda scene: _with_eye(scene))),
    "score_sources": _both | dict(target="EOG 1"),
    "find_bads_eog": _both | dict(threshold=1.0), "find_bads_muscle": _both, "find_bads_ref": _ref | dict(threshold=1.0),
    "find_bads_ecg": _beats,
    "save_ica": dict(ica=_ica, fname=Made(lambda scene: scene.folder / "x-ica.fif")),
    "corrmap": dict(icas=Made(lambda scene: [components(scene), components(scene)]), template=(0, 1), ch_type="eeg"),
    "ica_find_ecg_events": dict(raw=Made(lambda scene: _long(scene)[0]), ecg_source=_source),
    "ica_find_eog_events": dict(raw=Made(lambda scene: _long(scene)[0]), eog_source=_eye_source),
    "infomax": dict(data=_white, random_state=0, max_iter=8, kurt_size=100),
    "plot_ica_components": dict(ica=_ica), "plot_ica_sources": _both, "plot_ica_overlay": _both,
    "plot_ica_scores": dict(ica=Made(_labelled), scores=np.array([0.5, -0.2, 0.1, 0.9, 0.3])),
    "plot_ica_properties": _both | dict(picks=[1]),
}  # fmt: skip
CONTEXTS = {
    ("ICA.__init__", "rng"): dict(random_state=ABSENT), ("ICA.__init__", "random_state"): dict(random_state=ABSENT),
    ("ICA.__init__", "fit_params"): dict(), ("ICA.__init__", "n_components"): dict(n_components=ABSENT),
    ("ICA.__init__", "max_iter"): dict(max_iter=ABSENT),
    ("ICA.fit", "flat"): dict(tstep=0.5), ("ICA.fit", "tstep"): dict(reject={"eeg": 6e-4}),
    ("ICA.fit", "reject"): dict(tstep=0.5),
    ("ICA.apply", "on_baseline"): dict(inst=Made(_with_baseline)),
    ("score_sources", "h_freq"): dict(l_freq=2.0), ("score_sources", "l_freq"): dict(h_freq=20.0),
    ("score_sources", "target"): dict(target=ABSENT, score_func=lambda sources, target: np.array([np.sum(target)])),
    ("find_bads_ecg", "reject_by_annotation"): _beats, ("find_bads_ecg", "measure"): _beats | dict(method="correlation"),
    ("find_bads_ecg", "start"): _beats | dict(method="correlation"), ("find_bads_ecg", "stop"): _beats | dict(method="correlation"),
    **{("find_bads_ref", name): _separate for name in ("ch_name", "start", "stop", "reject_by_annotation", "measure")},
    ("find_bads_ref", "l_freq"): _separate | dict(h_freq=20.0), ("find_bads_ref", "h_freq"): _separate | dict(l_freq=2.0),
    ("save_ica", "overwrite"): dict(fname=_taken),
    ("corrmap", "show_names"): dict(), ("corrmap", "ch_type"): dict(ch_type=ABSENT),
    ("infomax", "rng"): dict(random_state=ABSENT), ("infomax", "random_state"): dict(random_state=ABSENT),
    ("infomax", "w_change"): dict(max_iter=60, n_small_angle=None), ("infomax", "n_small_angle"): dict(max_iter=60),
    ("infomax", "max_iter"): dict(max_iter=ABSENT, kurt_size=100), ("infomax", "kurt_size"): dict(kurt_size=ABSENT),
    ("infomax", "anneal_deg"): dict(max_iter=40), ("infomax", "anneal_step"): dict(max_iter=40, anneal_deg=5.0),
    ("infomax", "blowup_fac"): dict(blowup=1e-6), ("infomax", "n_subgauss"): dict(ext_blocks=0),
    ("plot_ica_sources", "show_first_samp"): dict(inst=Made(lambda scene: _later(scene))),
    ("plot_ica_overlay", "on_baseline"): dict(inst=Made(lambda scene: _with_baseline(scene).average(picks="all"))),
    ("plot_ica_scores", "n_cols"): dict(scores=[np.arange(5.0)] * 3), ("plot_ica_scores", "labels"): dict(),
    ("plot_ica_properties", "picks"): dict(picks=ABSENT), ("plot_ica_components", "cbar_fmt"): dict(colorbar=True),
    ("plot_ica_components", "ncols"): dict(nrows="auto"), ("plot_ica_components", "axes"): dict(picks=[0]),
}  # fmt: skip
VALUES = {
    ("ICA.__init__", "noise_cov"): [Made(lambda scene: _mne().make_ad_hoc_cov(recording(scene).info))],
    ("ICA.__init__", "rng"): [3], ("ICA.__init__", "random_state"): [3], ("ICA.__init__", "n_components"): [3, 0.9],
    ("ICA.__init__", "fit_params"): [{"fun": "cube"}], ("ICA.__init__", "max_iter"): [3],
    ("ICA.fit", "decim"): [2], ("ICA.fit", "reject"): [{"eeg": 6e-4}], ("ICA.fit", "flat"): [{"eeg": 5e-5}],
    ("ICA.fit", "start"): [50, 1.0], ("ICA.fit", "stop"): [500], ("ICA.fit", "tstep"): [0.5],
    ("ICA.fit", "picks"): ["eeg"],
    ("ICA.apply", "include"): [[0]], ("ICA.apply", "exclude"): [[1]], ("ICA.apply", "n_pca_components"): [6],
    ("ICA.apply", "start"): [50], ("ICA.apply", "stop"): [500],
    ("ICA.get_sources", "add_channels"): [["EOG 1"]], ("ICA.get_sources", "start"): [50], ("ICA.get_sources", "stop"): [500],
    ("ICA.get_explained_variance_ratio", "components"): [[0, 1]], ("ICA.get_explained_variance_ratio", "ch_type"): ["eeg"],
    ("ICA.get_channel_types", "picks"): ["eeg"],
    ("score_sources", "target"): ["EOG 1"], ("score_sources", "score_func"): ["no such function", np.dot],
    **{(name, "start"): [50] for name in ("score_sources", "find_bads_eog", "find_bads_muscle", "find_bads_ref")},
    **{(name, "stop"): [500] for name in ("score_sources", "find_bads_eog", "find_bads_muscle", "find_bads_ref")},
    ("find_bads_ecg", "start"): [500], ("find_bads_ecg", "stop"): [9000],
    **{(name, "l_freq"): [3.0] for name in ("score_sources", "find_bads_ref")},
    **{(name, "h_freq"): [15.0] for name in ("score_sources", "find_bads_ref")},
    ("find_bads_eog", "l_freq"): [3.0], ("find_bads_eog", "h_freq"): [15.0], ("find_bads_eog", "ch_name"): ["Fp1"],
    ("find_bads_eog", "threshold"): [0.1], ("find_bads_eog", "measure"): ["correlation", "none"],
    ("find_bads_ecg", "ch_name"): ["mag0"], ("find_bads_ecg", "threshold"): [0.001, 0.99], ("find_bads_ecg", "l_freq"): [60.0],
    ("find_bads_ecg", "h_freq"): [3.0], ("find_bads_ecg", "measure"): ["none"],
    ("find_bads_ref", "ch_name"): [["REF_ICA001"]], ("find_bads_ref", "threshold"): [0.1],
    ("find_bads_ref", "measure"): ["none"], ("find_bads_muscle", "threshold"): [0.99], ("find_bads_muscle", "sphere"): [(0, 0.02, 0.04, 0.09)],
    ("corrmap", "threshold"): [0.999999, 3.0], ("corrmap", "label"): ["blink"], ("corrmap", "ch_type"): ["mag"],
    ("infomax", "weights"): [np.eye(4) + 0.1], ("infomax", "l_rate"): [0.02], ("infomax", "block"): [20],
    ("infomax", "w_change"): [1e-3], ("infomax", "anneal_deg"): [5.0], ("infomax", "anneal_step"): [0.5],
    ("infomax", "n_subgauss"): [2], ("infomax", "kurt_size"): [50], ("infomax", "ext_blocks"): [3], ("infomax", "max_iter"): [4],
    ("infomax", "blowup"): [1e-6], ("infomax", "blowup_fac"): [0.9], ("infomax", "n_small_angle"): [3], ("infomax", "rng"): [3],
    ("infomax", "random_state"): [3],
    ("ica_find_ecg_events", "tstart"): [20.0], ("ica_find_ecg_events", "qrs_threshold"): [5.0],
    ("ica_find_ecg_events", "l_freq"): [50.0], ("ica_find_ecg_events", "h_freq"): [3.0], ("ica_find_ecg_events", "event_id"): [7],
    ("ica_find_eog_events", "eog_source"): [None], ("ica_find_eog_events", "event_id"): [7],
    ("ica_find_eog_events", "l_freq"): [50.0], ("ica_find_eog_events", "h_freq"): [0.5],
    ("plot_ica_components", "picks"): [[0, 2]], ("plot_ica_components", "nrows"): [2], ("plot_ica_components", "ncols"): [2],
    ("plot_ica_components", "inst"): [Made(lambda scene: scene.evoked())], ("plot_ica_components", "vlim"): [(-0.1, 0.1)], ("plot_ica_components", "psd_args"): [{"fmax": 20.0}],
    ("plot_ica_components", "plot_std"): [2.0], ("plot_ica_components", "image_args"): [{"sigma": 1.0}],
    ("plot_ica_sources", "picks"): [[0, 2]], ("plot_ica_sources", "start"): [2.0], ("plot_ica_sources", "stop"): [3.0],
    ("plot_ica_sources", "n_components"): [2],
    ("plot_ica_overlay", "exclude"): [[0]], ("plot_ica_overlay", "start"): [1.0], ("plot_ica_overlay", "stop"): [2.0],
    ("plot_ica_overlay", "n_pca_components"): [6], ("plot_ica_overlay", "picks"): ["eeg"],
    ("plot_ica_scores", "exclude"): [[0]], ("plot_ica_scores", "labels"): ["eog"], ("plot_ica_scores", "axhline"): [0.4],
    ("plot_ica_scores", "figsize"): [(3, 3)], ("plot_ica_scores", "n_cols"): [3],
    ("plot_ica_properties", "picks"): [[1, 2]], ("plot_ica_properties", "axes"): [Made(lambda scene: scene.axes(5))],
    ("plot_ica_properties", "topomap_args"): [{"contours": 0}, {"ch_type": "eeg"}], ("plot_ica_properties", "image_args"): [{"sigma": 1.0}],
    ("plot_ica_properties", "psd_args"): [{"fmax": 20.0}], ("plot_ica_properties", "figsize"): [(4, 4)],
    ("plot_ica_properties", "reject"): [{"eeg": 1.5e-4}],
}  # fmt: skip


CHANGED = {"find_bads_ecg": ["ica"], "corrmap": ["icas"]}


def _with_eye(scene):
    ica = components(scene)
    ica.info.set_channel_types({"C3": "eog"}, on_unit_change="ignore")
    return ica


def _later(scene):
    raw = recording(scene)
    raw._engine.first_samp = 300
    return raw
