"""Values and situations in which arguments of Maxwell filters and of moving heads matter."""

import functools

import numpy as np
from argument_scenes import ABSENT, Made


def _mne():
    import ranvier.meeg as mne

    return mne


def _helmet(words=None, spoilt=False, ref=False, bad=False, coils=False, **kinds):
    def make(scene):
        import helmet

        made = helmet.info(**kinds)
        raw = helmet.recording(5.0, made)
        if spoilt:
            raw._data[7] += 3e-10 * np.sin(np.arange(raw.n_times))
            raw._data[20, 400:600] += 3e-10 * np.sin(np.arange(200))
            raw._data[12] = 0
        if bad:
            raw.info["bads"] = ["MEG0111"]
        if ref:
            with raw.info._unlock():
                for name in ("MEG0113", "MEG0123"):
                    raw.info["chs"][raw.ch_names.index(name)]["kind"] = 301
        if coils:
            helmet.with_coils(raw)
        if words:
            raw.set_annotations(_mne().Annotations([1.0, 3.0], [0.5, 0.2], words))
        return raw

    return Made(make)


def _moves(scene):
    import helmet

    return helmet.moves(helmet.recording(5.0))


def _cal(scene):
    import helmet

    chs = helmet.info()["chs"][:-1]
    return {"ch_names": [ch["ch_name"] for ch in chs], "locs": np.array([ch["loc"] for ch in chs]),
            "imb_cals": [np.array([1.01 if ch["ch_name"][-1] == "1" else 0.002]) for ch in chs]}  # fmt: skip


def _talk(scene):
    from scipy.sparse import csc_array

    names = _cal(scene)["ch_names"]
    return {"ch_names": names, "decoupler": csc_array(np.eye(len(names)) + 0.01 * np.eye(len(names), k=1))}


def _projs(scene):
    raw = _helmet(spoilt=True).function(scene)
    return _mne().compute_proj_raw(raw, n_grad=1, n_mag=1, meg="combined")


def _pos_file(scene):
    path = scene.folder.parent / "a.pos"
    _mne().chpi.write_head_pos(path, _moves(scene))
    return path


def _cal_file(scene):
    path = scene.folder.parent / "a.dat"
    _mne().preprocessing.write_fine_calibration(path, _cal(scene))
    return path


@functools.cache
def _coils_on():
    import helmet

    raw = helmet.with_chpi(1.8)[0]
    raw._data[:102] += 1e-12 * np.sin(2 * np.pi * 50 * raw.times)
    return raw


@functools.cache
def _amplitudes():
    return _mne().chpi.compute_chpi_amplitudes(_coils_on(), t_step_min=0.1)


@functools.cache
def _locs():
    locs = _mne().chpi.compute_chpi_locs(_coils_on().info, _amplitudes())
    locs["rrs"][:, 0] += 0.003  # a coil that came off
    locs["gofs"][:, 0] = 0.985
    return locs


def _misplaced(scene):
    """A coil that was not used at first and digitised where it is not."""
    raw = _coils_on().copy()
    own, blocks = raw.info._engine["preserved"]
    new = [(n, [t if t[0] != 246 else (246, 3, np.array([2, 3, 4], ">i4").tobytes()) for t in tags], children) for n, tags, children in blocks]
    raw.info._engine["preserved"] = (own, new)
    for point in raw.info["dig"]:
        if point["kind"] == 2 and point["ident"] == 1:
            point["r"] = np.array(point["r"]) + 0.02
    return raw.info


def _at_a_sensor():
    """Amplitudes that only one magnetometer has, as a coil at it would make."""
    found = {key: value for key, value in _amplitudes().items()}
    found["slopes"] = np.zeros_like(found["slopes"])
    found["slopes"][:, :, 2] = 1e-9
    return found


def _refitting():
    import test_refit_hpi

    raw = test_refit_hpi._recorded(order=(1, 2, 4, 3))[0]
    for point in raw.info["dig"]:  # one came off
        if point["kind"] == 2 and point["ident"] == 4:
            point["r"] = np.array(point["r"]) + 0.002
    return raw.info


def _lined():
    import helmet

    raw = helmet.recording(2.0)
    raw.info["line_freq"] = 50.0
    return raw


_on = Made(lambda scene: _coils_on().copy())
_on_info = Made(lambda scene: _coils_on().copy().info)

_small = dict(int_order=4, ext_order=2)
_of = dict(raw=_helmet(), **_small)
_st = dict(st_duration=2.0, raw=_helmet(spoilt=True))
_finding = dict(raw=_helmet(spoilt=True), duration=1.0, min_count=2, **_small)
_both = ("maxwell_filter", "find_bad_channels_maxwell")
_all = (*_both, "compute_maxwell_basis")
_moving = dict(raw=_helmet(coils=True), pos=Made(_moves))

SETTINGS = {
    "maxwell_filter": _of, "find_bad_channels_maxwell": _finding | dict(return_scores=True),
    "compute_maxwell_basis": dict(info=Made(lambda scene: _helmet().function(scene).info), **_small),
    "maxwell_filter_prepare_emptyroom": dict(raw_er=_helmet(words=["bad own", "own"], head=False, points=False), raw=_helmet(words=["bad x", "y"], bad=True)),
    "compute_fine_calibration": dict(raw=_helmet(head=False, points=False), angle_limit=180.0, err_limit=1000.0, t_window=1.0),
    "compute_proj_hfc": dict(info=Made(lambda scene: _helmet(bad=True).function(scene).pick("mag").info)),
    "read_fine_calibration": dict(fname=Made(_cal_file)),
    "write_fine_calibration": dict(fname=Made(lambda scene: scene.folder / "b.dat"), calibration=Made(_cal)),
    "compute_chpi_amplitudes": dict(raw=_on), "compute_chpi_snr": dict(raw=_on), "filter_chpi": dict(raw=_on),
    "get_chpi_info": dict(info=Made(lambda scene: _helmet().function(scene).info)),
    "compute_chpi_locs": dict(info=_on_info, chpi_amplitudes=Made(lambda scene: _amplitudes())),
    "compute_head_pos": dict(info=_on_info, chpi_locs=Made(lambda scene: _locs())),
    "get_active_chpi": dict(raw=_on), "refit_hpi": dict(info=Made(lambda scene: _refitting())),
    "extract_chpi_locs_ctf": dict(raw=Made(lambda scene: _mne().io.RawArray(np.ones((9, 5)), _mne().create_info([f"HLC00{i}{k}" for i in (1, 2, 3) for k in (1, 2, 3)], 9.0, "misc")))),
    "read_head_pos": dict(fname=Made(_pos_file)),
    "write_head_pos": dict(fname=Made(lambda scene: scene.folder / "b.pos"), pos=Made(_moves)),
    "head_pos_to_trans_rot_t": dict(quats=Made(_moves)),
    "annotate_movement": _moving | dict(translation_velocity_limit=1e-3), "compute_average_dev_head_t": _moving,
}  # fmt: skip
CONTEXTS = {
    **{("maxwell_filter", name): _st for name in ("st_correlation", "st_fixed", "st_only", "st_overlap")},
    **{(name, "mc_interp"): dict(head_pos=Made(_moves)) for name in _both},
    ("maxwell_filter", "st_fixed"): _st | dict(head_pos=Made(_moves)),
    **{(name, "skip_by_annotation"): dict(raw=_helmet(words=["bad x", "edge"], spoilt=True)) for name in _both},
    **{(name, "ignore_ref"): dict(raw=_helmet(ref=True, spoilt=True)) for name in _both},
    ("compute_maxwell_basis", "ignore_ref"): dict(info=Made(lambda scene: _helmet(ref=True).function(scene).info)),
    **{(name, "bad_condition"): dict(origin=(0.0, 0.0, 0.2), regularize=None) for name in _all},
    **{(name, "regularize"): dict(int_order=7, bad_condition="ignore") for name in _all},
    **{(name, "int_order"): dict(int_order=ABSENT, bad_condition="ignore") for name in _all},
    **{(name, "ext_order"): dict(ext_order=ABSENT, bad_condition="ignore") for name in _all},
    **{("find_bad_channels_maxwell", name): {name: ABSENT} for name in ("duration", "min_count")},
    ("find_bad_channels_maxwell", "return_scores"): dict(return_scores=ABSENT),
    ("annotate_movement", "translation_velocity_limit"): dict(translation_velocity_limit=ABSENT),
    **{("compute_fine_calibration", name): {name: ABSENT} for name in ("angle_limit", "err_limit", "t_window")},
    ("compute_chpi_locs", "adjust_dig"): dict(info=Made(_misplaced)), ("compute_head_pos", "adjust_dig"): dict(info=Made(_misplaced)),
    ("compute_chpi_locs", "too_close"): dict(chpi_amplitudes=Made(lambda scene: _at_a_sensor())),
    **{("refit_hpi", name): dict(amplitudes=False) for name in ("locs", "ext_order")},
    ("refit_hpi", "order"): dict(amplitudes=False, locs=False, use=[0, 1, 2]), ("get_active_chpi", "on_missing"): dict(raw=_helmet()),
    ("filter_chpi", "allow_line_only"): dict(raw=Made(lambda scene: _lined())),
    ("annotate_movement", "use_dev_head_trans"): dict(mean_distance_limit=1e-3),
    ("maxwell_filter_prepare_emptyroom", "emit_warning"): dict(raw_er=Made(lambda scene: _helmet(head=False, points=False).function(scene).crop(0, 2))),
    ("maxwell_filter_prepare_emptyroom", "meas_date"): dict(raw=Made(lambda scene: _helmet().function(scene).set_meas_date(9e8))),
    ("maxwell_filter_prepare_emptyroom", "bads"): dict(raw_er=_helmet(head=False, points=False)),
}  # fmt: skip
VALUES = {
    **{(name, "origin"): [(0.0, 0.0, 0.03)] for name in _all}, **{(name, "coord_frame"): ["meg"] for name in _all},
    **{(name, "int_order"): [4] for name in _all}, **{(name, "ext_order"): [2] for name in _all},
    **{(name, "calibration"): [Made(_cal)] for name in _all}, **{(name, "cross_talk"): [Made(_talk)] for name in _both},
    **{(name, "regularize"): [None] for name in _all}, **{(name, "bad_condition"): ["warning"] for name in _all},
    **{(name, "mag_scale"): [30.0] for name in _all}, **{(name, "head_pos"): [Made(_moves)] for name in _both},
    **{(name, "extended_proj"): [Made(_projs)] for name in _all}, **{(name, "mc_interp"): ["zero"] for name in _both},
    **{(name, "skip_by_annotation"): [["bad x"]] for name in _both},
    ("compute_fine_calibration", "n_imbalance"): [1], ("compute_fine_calibration", "ext_order"): [1],
    ("compute_fine_calibration", "origin"): [(0.0, 0.0, 0.03)], ("compute_fine_calibration", "calibration"): [Made(_cal)],
    ("compute_fine_calibration", "cross_talk"): [Made(_talk)], ("compute_fine_calibration", "t_window"): [2.0],
    ("compute_fine_calibration", "angle_limit"): [1.0], ("compute_fine_calibration", "err_limit"): [1.0],
    ("compute_proj_hfc", "order"): [2], ("compute_proj_hfc", "accuracy"): ["point"],
    ("maxwell_filter", "st_duration"): [2.0], ("maxwell_filter", "st_correlation"): [0.2],
    ("maxwell_filter", "destination"): [(0.0, 0.0, 0.05)],
    ("find_bad_channels_maxwell", "limit"): [3.0], ("find_bad_channels_maxwell", "duration"): [2.0],
    ("find_bad_channels_maxwell", "min_count"): [1], ("find_bad_channels_maxwell", "h_freq"): [None],
    ("maxwell_filter_prepare_emptyroom", "bads"): ["keep"], ("maxwell_filter_prepare_emptyroom", "annotations"): ["keep"],
    ("maxwell_filter_prepare_emptyroom", "meas_date"): ["from_raw"],
    **{(name, "tmin"): [0.5] for name in ("compute_chpi_amplitudes", "compute_chpi_snr")},
    **{(name, "tmax"): [0.9] for name in ("compute_chpi_amplitudes", "compute_chpi_snr")},
    **{(name, "t_step_min"): [0.1] for name in ("compute_chpi_amplitudes", "compute_chpi_snr")},
    **{(name, "t_window"): [0.5] for name in ("compute_chpi_amplitudes", "compute_chpi_snr", "filter_chpi")},
    **{(name, "ext_order"): [2] for name in ("compute_chpi_amplitudes", "compute_chpi_snr", "filter_chpi")},
    ("filter_chpi", "t_step"): [0.05], ("filter_chpi", "interp"): ["linear"], ("filter_chpi", "include_line"): [False],
    ("filter_chpi", "allow_line_only"): [True], ("get_chpi_info", "on_missing"): ["ignore"],
    ("refit_hpi", "amplitudes"): [False], ("refit_hpi", "locs"): [False], ("refit_hpi", "order"): [False],
    ("refit_hpi", "ext_order"): [3], ("refit_hpi", "gof_limit"): [0.9], ("refit_hpi", "dist_limit"): [0.02],
    ("refit_hpi", "use"): [[0, 1, 2]], ("refit_hpi", "colinearity_limit"): [0.5], ("get_active_chpi", "on_missing"): ["ignore"],
    ("compute_chpi_locs", "t_step_max"): [0.15], ("compute_chpi_locs", "too_close"): ["info"],
    ("compute_head_pos", "dist_limit"): [1e-5], ("compute_head_pos", "gof_limit"): [0.99], ("compute_head_pos", "weighted"): [True],
    ("annotate_movement", "rotation_velocity_limit"): [0.1], ("annotate_movement", "translation_velocity_limit"): [1e-3],
    ("annotate_movement", "mean_distance_limit"): [1e-3], ("annotate_movement", "use_dev_head_trans"): ["info"],
}  # fmt: skip
