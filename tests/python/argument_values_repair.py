"""More of argument_values.py: bad channels, bridges between electrodes, artefacts that are regressed or filled."""

import importlib.util
import sys
import types

import numpy as np
from argument_scenes import Made


class _Series(list):
    """What stands here for objects of NiTime and xarray where those are not installed: all that they were told."""

    def __init__(self, *told, **more):
        super().__init__([*told, more])


for _package, _module, _name in (("nitime", "nitime.timeseries", "TimeSeries"), ("xarray", "xarray", "DataArray")):
    if importlib.util.find_spec(_package) is None:
        sys.modules[_module] = types.ModuleType(_module)
        setattr(sys.modules[_module], _name, _Series)


def _mne():
    import ranvier.meeg as mne

    return mne


def _raw(scene):
    from test_repair import recording

    return recording()


def _bridged(scene):
    from test_repair import bridged_recording

    return bridged_recording()


def _two_kinds(scene):
    return _raw(scene).set_channel_types(dict.fromkeys(["Fz", "O1", "O2", "C4"], "ecog"), on_unit_change="ignore")


def _two_triggers(scene):
    raw = _raw(scene).set_channel_types({"F3": "stim"}, on_unit_change="ignore")
    raw._data[raw.ch_names.index("F3")] = 0
    raw._data[raw.ch_names.index("F3"), 900:910] = 3
    return raw


def _to_project(scene):
    return _raw(scene).add_proj(_projections(scene))


def _epochs(scene):
    return _mne().make_fixed_length_epochs(_raw(scene), 2.0, preload=True)


def _unequal(scene):
    first, second = _raw(scene), _raw(scene).crop(0, 10)
    first.info["bads"], second.info["bads"] = ["C3"], ["C4"]
    return [first, second]


def _fitted(scene):
    return _mne().preprocessing.EOGRegression().fit(_raw(scene))


def _distances(scene):
    return _mne().preprocessing.compute_bridged_electrodes(_raw(scene))[1]


def _info(scene):
    return _raw(scene).info


def _average(scene):
    return _epochs(scene).average(picks="all")


def _projections(scene):
    return _mne().compute_proj_evoked(_average(scene), n_eeg=2)


def _cov(scene):
    return _mne().compute_covariance(_epochs(scene), on_few_samples="ignore")


def _trials(scene):
    from test_autoreject import epochs

    return epochs(24)


def _some_bad(scene):
    inst = _trials(scene)
    inst.info["bads"] = inst.ch_names[:2]
    return inst


def _learnt(scene):
    data = _trials(scene)
    ar = _mne().preprocessing.AutoReject(random_state=0, n_interpolate=[1, 2], consensus=[0.5, 0.9], picks=list(range(8)))
    return ar.fit(data)


def _predicting(scene):
    return _mne().preprocessing.Ransac(n_resample=5).fit(_trials(scene))


def _log(scene):
    return _learnt(scene).get_reject_log(_trials(scene))


def _other_log(scene):
    log = _log(scene)
    log.bad_epochs[:] = np.arange(24) == 1
    return log


def _taken(scene):
    path = scene.folder / "taken"
    path.write_text("precious")
    return path


class _Halves:
    """Two folds: the even and the odd."""

    def split(self, X):
        even = np.arange(len(X)) % 2 == 0
        return [(np.flatnonzero(even), np.flatnonzero(~even)), (np.flatnonzero(~even), np.flatnonzero(even))]


_learning = dict(random_state=0, n_interpolate=[1, 2], consensus=[0.5, 0.9], picks=list(range(8)))
_events = np.array([[300, 0, 1], [900, 0, 2]])
_mask = np.arange(8) % 2 == 0
def _layout(scene):
    return _mne().channels.make_eeg_layout(_raw(scene).info)


def _layout_file(scene):
    _layout(scene).save(scene.folder / "in.lout")
    return scene.folder / "in.lout"


def _marked_info(scene):
    info = _raw(scene).info
    info["bads"] = ["C3"]
    return info


def _no_landmarks(scene):
    return _mne().channels.make_dig_montage({"a": [0.0, 0, 1]})


_xy = np.array([[1.0, 2], [3, 4], [1, 6]])
SETTINGS = {
    "raw_to_nitime": dict(raw=Made(lambda scene: _raw(scene).crop(1, 2))), "raw_to_xarray": dict(raw=Made(_raw)),
    **{f"epochs_to_{name}": dict(epochs=Made(_epochs)) for name in ("nitime", "xarray")},
    **{f"evoked_to_{name}": dict(evoked=Made(_average)) for name in ("nitime", "xarray")},
    "EOGRegression.save": dict(_on=Made(_fitted), fname=Made(lambda scene: scene.folder / "a.json")),
    "Layout.__init__": dict(box=(0, 1, 0, 1), pos=np.zeros((1, 4)), names=["a"], ids=[1], kind="x"),
    "Layout.save": dict(_on=Made(_layout), fname=Made(lambda scene: scene.folder / "a.lout")),
    "Layout.pick": dict(_on=Made(_layout)), "plot_layout": dict(layout=Made(_layout)),
    "read_layout": dict(fname=Made(_layout_file)), "make_eeg_layout": dict(info=Made(_marked_info)),
    "make_grid_layout": dict(info=Made(lambda scene: _mne().create_info(7, 100.0, "misc"))),
    "find_layout": dict(info=Made(_marked_info)), "generate_2d_layout": dict(xy=_xy),
    "transform_to_head": dict(montage=Made(_no_landmarks)),
    "find_bad_channels_lof": dict(raw=Made(lambda scene: _raw(scene).pick("eeg")), n_neighbors=3, return_scores=True),
    "equalize_bads": dict(insts=Made(_unequal)),
    "compute_bridged_electrodes": dict(inst=Made(_bridged)),
    "interpolate_bridged_electrodes": dict(inst=Made(_raw), bridged_idx=[(2, 3), (3, 4)]),
    "regress_artifact": dict(inst=Made(_raw)),
    "EOGRegression.__init__": {}, "EOGRegression.fit": dict(_on=Made(_fitted), inst=Made(_raw)),
    "EOGRegression.apply": dict(_on=Made(_fitted), inst=Made(_raw)),
    "fix_stim_artifact": dict(inst=Made(_raw), events=_events, tmax=0.1),
    "apply_pca_obs": dict(raw=Made(_raw), picks="eeg", qrs_times=np.arange(0.4, 19.0, 0.8)),
    "realign_raw": dict(raw=Made(_raw), other=Made(_raw), t_raw=np.arange(20.0) * 0.9, t_other=np.arange(20.0) * 0.9001),
    "plot_projs_joint": dict(projs=Made(_projections), evoked=Made(_average)),
    "plot_bridged_electrodes": dict(info=Made(_info), bridged_idx=[(2, 3)], ed_matrix=Made(_distances)),
    "plot_regression_weights": dict(model=Made(_fitted)),
    "get_rejection_threshold": dict(epochs=Made(_trials)), "compute_thresholds": dict(epochs=Made(_trials), random_state=0),
    "AutoReject.__init__": _learning, "AutoReject.fit": dict(_on=Made(_learnt), epochs=Made(_trials)), "Ransac.__init__": {},
    **{f"Ransac.{name}": dict(_on=Made(_predicting), epochs=Made(_trials)) for name in ("fit", "transform", "fit_transform")},
    **{f"AutoReject.{name}": dict(_on=Made(_learnt), epochs=Made(_trials)) for name in ("get_reject_log", "transform", "fit_transform")},
    "AutoReject.save": dict(_on=Made(_learnt), fname=Made(lambda scene: scene.folder / "a.json")),
    "RejectLog.save": dict(_on=Made(_log), fname=Made(lambda scene: scene.folder / "a.npz")),
    "RejectLog.plot": dict(_on=Made(_log)), "RejectLog.plot_epochs": dict(_on=Made(_log), epochs=Made(_trials)),
    "RejectLog.__init__": dict(bad_epochs=[False], labels=np.zeros((1, 2)), ch_names=["a", "b"]),
    "plot_cov_topomap": dict(info=Made(_info), cov=Made(_cov)),
}
CONTEXTS = {
    ("EOGRegression.save", "overwrite"): dict(fname=Made(_taken)),
    ("Layout.save", "overwrite"): dict(fname=Made(lambda scene: _layout_file(scene))),
    ("make_eeg_layout", "csd"): dict(info=Made(lambda scene: _raw(scene).set_channel_types({"C3": "csd", "C4": "csd"}, on_unit_change="ignore").info)),
    **{("find_layout", "ch_type"): dict(info=Made(lambda scene: _raw(scene).set_channel_types({"C3": "csd", "C4": "csd"}, on_unit_change="ignore").info))},
    ("AutoReject.save", "overwrite"): dict(fname=Made(_taken)), ("RejectLog.save", "overwrite"): dict(fname=Made(_taken)),
    ("fix_stim_artifact", "baseline"): dict(mode="constant"),
    ("fix_stim_artifact", "stim_channel"): dict(events=None, inst=Made(_two_triggers)),
    ("find_bad_channels_lof", "return_scores"): dict(return_scores=False), ("regress_artifact", "proj"): dict(inst=Made(_to_project)),
    ("plot_cov_topomap", "ch_type"): dict(info=Made(lambda scene: _two_kinds(scene).info)),
    ("plot_regression_weights", "ch_type"): dict(model=Made(lambda scene: _mne().preprocessing.EOGRegression().fit(_two_kinds(scene)))),
    ("plot_regression_weights", "mask_params"): dict(mask=_mask),
    ("plot_cov_topomap", "mask_params"): dict(mask=_mask), ("plot_cov_topomap", "mask_label_params"): dict(mask=_mask, show_names=True),
    ("plot_cov_topomap", "proj"): dict(info=Made(lambda scene: _to_project(scene).info)),
    ("plot_regression_weights", "mask_label_params"): dict(mask=_mask, show_names=True),
}
VALUES = {
    **{(f"raw_to_{what}", "picks"): [["C4"]] for what in ("nitime", "xarray")}, ("raw_to_nitime", "start"): [5],
    **{(f"{what}_to_{name}", "picks"): [["C4"]] for what in ("epochs", "evoked") for name in ("nitime", "xarray")},
    ("raw_to_nitime", "stop"): [50], ("epochs_to_nitime", "epochs_idx"): [[0]], ("generate_2d_layout", "pad"): [0.5],
    ("Layout.pick", "picks"): [["C4"]], ("Layout.pick", "exclude"): [["C4"]], ("plot_layout", "picks"): [["C4"]],
    ("read_layout", "fname"): [3], ("read_layout", "scale"): [False], ("make_eeg_layout", "width"): [0.1], ("make_eeg_layout", "height"): [0.1],
    ("make_eeg_layout", "exclude"): [["O1", "O2"]], ("find_layout", "exclude"): [["O1", "O2"]], ("find_layout", "ch_type"): ["csd"],
    ("make_grid_layout", "picks"): [[0, 1]], ("make_grid_layout", "n_col"): [5],
    ("generate_2d_layout", "ch_names"): [["a", "b", "c"]], ("generate_2d_layout", "ch_indices"): [[3, 4, 5]],
    ("generate_2d_layout", "name"): ["x"], ("generate_2d_layout", "bg_image"): [np.zeros((9, 8))],
    ("AutoReject.__init__", "n_interpolate"): [[3]], ("AutoReject.__init__", "consensus"): [[0.6]],
    ("AutoReject.__init__", "thresh_func"): [print], ("AutoReject.__init__", "cv"): [3, _Halves()],
    ("AutoReject.transform", "reject_log"): [Made(_other_log)], ("RejectLog.plot", "show_names"): [3],
    ("get_rejection_threshold", "ch_types"): [["mag"]], ("get_rejection_threshold", "cv"): [2, _Halves(), 99],
    ("plot_epochs", "epoch_colors"): [[["r"]]],
    ("find_bad_channels_lof", "picks"): [["C3", "C4", "Cz", "Fz"]], ("find_bad_channels_lof", "metric"): ["cosine"],
    ("find_bad_channels_lof", "threshold"): [1.01, 50.0],
    ("equalize_bads", "interp_thresh"): [0.5],
    ("compute_bridged_electrodes", "lm_cutoff"): [0.001], ("compute_bridged_electrodes", "epoch_threshold"): [1.0],
    ("compute_bridged_electrodes", "l_freq"): [2.0], ("compute_bridged_electrodes", "h_freq"): [20.0],
    ("compute_bridged_electrodes", "epoch_duration"): [1.0], ("compute_bridged_electrodes", "bw_method"): [-1.0],
    ("interpolate_bridged_electrodes", "bad_limit"): [2],
    **{(name, "picks"): [["C3", "C4"]] for name in ("regress_artifact", "EOGRegression.__init__")},
    **{(name, "exclude"): [["C3"]] for name in ("regress_artifact", "EOGRegression.__init__")},
    **{(name, "picks_artifact"): [["Fz"]] for name in ("regress_artifact", "EOGRegression.__init__")},
    ("regress_artifact", "betas"): [np.ones((8, 1))],
    ("fix_stim_artifact", "event_id"): [1], ("fix_stim_artifact", "tmin"): [-0.1], ("fix_stim_artifact", "tmax"): [0.2],
    ("fix_stim_artifact", "baseline"): [(-0.2, -0.1)], ("fix_stim_artifact", "stim_channel"): ["F3"],
    ("fix_stim_artifact", "picks"): [["C3"]], ("fix_stim_artifact", "events"): [_events[:1]],
    ("apply_pca_obs", "n_components"): [1], ("plot_projs_joint", "picks_trace"): ["EOG"],
    ("plot_projs_joint", "topomap_kwargs"): [dict(contours=0)], ("plot_bridged_electrodes", "topomap_args"): [dict(contours=3)],
    ("plot_cov_topomap", "mask"): [_mask], ("plot_cov_topomap", "ch_type"): ["ecog"], ("plot_cov_topomap", "noise_cov"): [Made(_cov)],
    ("plot_regression_weights", "mask"): [_mask], ("plot_regression_weights", "ch_type"): ["eeg"],
}
CHANGED = {}
