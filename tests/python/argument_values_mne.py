"""More of argument_values.py: names that ranvier.meeg has for scripts written for MNE-Python."""

import numpy as np
from argument_scenes import ABSENT, Made

_ids = {"stim/left": 1, "stim/right": 2}
_table = dict(events=Made(lambda scene: scene.events()), event_id=_ids, tmin=0.0, tmax=1.2, sfreq=100.0)
_info = Made(lambda scene: _mne().create_info(2, 100.0, "eeg"))
_rows = np.random.default_rng(5).standard_normal((3, 2, 200))


def _mne():
    import ranvier.meeg as mne

    return mne


def _text(name, text):
    """A file of that text."""

    def make(scene):
        (scene.folder / name).write_text(text)
        return scene.folder / name

    return Made(make)


def _taken(name):
    return _text(name, "precious")


_points = "% FastSCAN\n1 2 3\n4 5 6\n7 8 9\n10 11 12\n"
_two = Made(lambda scene: [scene.eeg(), _named(scene.eeg(), "b")])


def _with_nobody(scene):
    epochs = scene.epochs()
    epochs.event_id = {**epochs.event_id, "nobody": 77}
    return epochs


def _heart_and_eye(*kinds, words=None):
    """A recording with beats and blinks, or some of its channels; a stretch of it with a name."""

    def make(scene):
        from heart_and_eye import recording

        raw = recording(ecg="ecg" in kinds)
        if words is not None:
            raw.set_annotations(_mne().Annotations([20.0], [4.0], [words]))
        return raw.pick(list(kinds)) if kinds else raw

    return Made(make)


_heart, _eye = (dict(raw=_heart_and_eye(kind, "eeg", "mag")) for kind in ("ecg", "eog"))
_bad_heart, _bad_eye = (dict(raw=_heart_and_eye(kind, "eeg", words="bad")) for kind in ("ecg", "eog"))
_proj = dict(reject=None, n_mag=1, n_eeg=1)


def _marked():
    def make(scene):
        from test_marking import recording

        words = ["go", "bad_x", "go"]
        return recording().set_annotations(_mne().Annotations([2.0, 4.0, 25.0], [1.0, 0.5, 1.0], words))

    return Made(make)


def _with_projection(kind):
    def make(scene):
        raw = _heart_and_eye(kind, "eeg", "mag").function(scene)
        return raw.set_eeg_reference(projection=True)

    return Made(make)


def _named(evoked, comment):
    evoked.comment = comment
    return evoked


_counts = dict(
    epochs_list=Made(lambda scene: [scene.epochs(), scene.epochs()[[0, 5, 6]]]), random_state=7, method="random"
)

_epochs = Made(lambda scene: scene.epochs())

SETTINGS = {
    "compute_current_source_density": dict(inst=Made(lambda scene: scene.evoked().pick("eeg", exclude="bads"))),
    "annotate_amplitude": dict(raw=_marked(), flat=0.0), "annotate_nan": dict(raw=_marked()),
    "annotate_break": dict(raw=_marked()), "annotate_muscle_zscore": dict(raw=_marked(), ch_type="eeg", threshold=2.0),
    "find_ecg_events": _heart, "create_ecg_epochs": _heart, "compute_proj_ecg": _heart | _proj,
    "find_eog_events": _eye, "create_eog_epochs": _eye | dict(thresh=2e-4), "compute_proj_eog": _eye | _proj,
    "peak_finder": dict(x0=np.sin(np.arange(90.0)) * np.arange(90.0)),
    "estimate_ringing_samples": dict(system=([1.0], [1.0, -0.9])),
    "next_fast_len": dict(target=97),
    "FilterMixin.savgol_filter": dict(h_freq=10.0),
    "define_target_events": dict(events=Made(lambda scene: scene.events()), reference_id=1, target_id=2, sfreq=100.0,
                                 tmin=0.0, tmax=0.6),
    "match_event_names": dict(event_names=_ids, keys="left"),
    "equalize_epoch_counts": _counts,
    "bootstrap": dict(random_state=7),
    "make_metadata": _table,
    "SpectrumArray.__init__": dict(data=np.ones((2, 3)), info=_info, freqs=[1.0, 2.0, 3.0]),
    "EpochsSpectrumArray.__init__": dict(data=np.ones((3, 2, 3)), info=_info, freqs=[1.0, 2.0, 3.0]),
    "RawTFRArray.__init__": dict(info=_info, data=np.ones((2, 2, 3)), times=np.arange(3.0), freqs=[10.0, 20.0]),
    "tfr_multitaper": dict(inst=Made(lambda scene: scene.epochs()), freqs=[15.0, 20.0], n_cycles=2.0),
    "tfr_array_multitaper": dict(data=_rows, sfreq=100.0, freqs=[15.0, 20.0], output="power"),
    "export_raw": dict(fname=Made(lambda scene: scene.folder / "x.edf"), raw=Made(lambda scene: scene.raw().pick(["eeg", "eog"]))),
    "read_fiducials": dict(fname=_text("none.fif", "")),
    "write_fiducials": dict(fname=Made(lambda scene: scene.folder / "new-fiducials.fif"), pts=[{"kind": 1, "ident": 2, "r": [0, 0.1, 0]}]),
    "read_dig_dat": dict(fname=_text("a.dat", "Cz 1 0 0 9")),
    "read_dig_localite": dict(fname=_text("a.csv", "id\n1,Cz,0,0,90\n2,nas,0,100,0\n")),
    "read_polhemus_fastscan": dict(fname=_text("a.txt", _points)),
    "read_dig_polhemus_isotrak": dict(fname=_text("a.hsp", _points.removeprefix("% FastSCAN\n"))),
    "anonymize_info": dict(info=Made(lambda scene: _subject(scene.raw()).info)),
    "plot_evoked_topo": dict(evoked=_two), "plot_topo_image_epochs": dict(),
    "EpochsTFR.__init__": dict(inst=_epochs, method="morlet", freqs=[15.0, 20.0], n_cycles=2.0),
    "AverageTFR.__init__": dict(inst=_epochs, method="morlet", freqs=[15.0, 20.0], n_cycles=2.0),
    "RawTFR.__init__": dict(inst=Made(lambda scene: scene.raw()), method="morlet", freqs=[15.0, 20.0], n_cycles=2.0),
    "combine_event_ids": dict(epochs=_epochs, old_event_ids=["left", "right"], new_event_id={"any": 9}),
    "plot_spectrum_topo": dict(spectrum=Made(lambda scene: scene.spectrum().pick("eeg"))),
    "plot_psd_topo": dict(n_fft=128, picks="eeg"), "plot_psd_topomap": dict(n_fft=128),
    "make_eeg_average_ref_proj": dict(info=Made(lambda scene: scene.raw().info)),
    "combine_channels": dict(inst=Made(lambda scene: scene.raw()), groups={"new": ["C3", "C4", "Cz"]}),
    "pick_channels_cov": dict(orig=Made(lambda scene: _mne().make_ad_hoc_cov(scene.raw().info))),
    "read_ch_adjacency": dict(fname="biosemi16"),
}  # fmt: skip
CONTEXTS = {
    ("SpectrumArray.__init__", "dim_names"): dict(data=np.ones((2, 2, 3)), weights=np.ones(2)),
    ("SpectrumArray.__init__", "weights"): dict(data=np.ones((2, 2, 3)), dim_names=("channel", "taper", "freq")),
    ("EpochsSpectrumArray.__init__", "dim_names"): dict(data=np.ones((3, 2, 2, 3)), weights=np.ones(2)),
    ("EpochsSpectrumArray.__init__", "weights"): dict(data=np.ones((3, 2, 2, 3)),
                                                      dim_names=("epoch", "channel", "taper", "freq")),
    ("annotate_muscle_zscore", "min_length_good"): dict(threshold=0.5),
    ("combine_channels", "drop_bad"): dict(inst=Made(lambda scene: scene.raw(bads=["Cz"]))),
    ("combine_channels", "on_missing"): dict(inst=Made(_with_nobody)),
    ("pick_channels_cov", "ordered"): dict(include=["Cz", "C3"]),
    ("ChannelsMixin.set_montage", "match_alias"): dict(_on=Made(lambda scene: _t3(scene)), on_missing="ignore"),
    ("Info.set_montage", "match_alias"): dict(_on=Made(lambda scene: _t3(scene).info), on_missing="ignore"),
    ("find_ecg_events", "reject_by_annotation"): _bad_heart, ("create_ecg_epochs", "reject_by_annotation"): _bad_heart,
    ("find_eog_events", "reject_by_annotation"): _bad_eye, ("create_eog_epochs", "reject_by_annotation"): _bad_eye,
    ("create_ecg_epochs", "keep_ecg"): dict(raw=_heart_and_eye("mag")),
    **{(f"compute_proj_{kind}", "meg"): dict(raw=_heart_and_eye("mag", "ecg", "eog"), n_grad=1) for kind in ("ecg", "eog")},
    **{(f"compute_proj_{kind}", "iir_params"): dict(filter_method="iir") for kind in ("ecg", "eog")},
    **{(f"compute_proj_{kind}", "no_proj"): dict(raw=_with_projection(kind)) for kind in ("ecg", "eog")},
    **{(f"compute_proj_{kind}", "reject"): dict(reject=ABSENT) for kind in ("ecg", "eog")},
    **{(f"compute_proj_{kind}", name): {name: ABSENT} for kind in ("ecg", "eog") for name in ("n_mag", "n_eeg")},
    **{(f"compute_proj_{kind}", "n_grad"): dict(raw=_heart_and_eye("mag", "ecg", "eog"), meg="combined") for kind in ("ecg", "eog")},
    **{(f"create_{kind}_epochs", "preload"): dict(reject={"eeg": 5e-5}) for kind in ("ecg", "eog")},
    ("create_eog_epochs", "l_freq"): dict(thresh=1e-4),
    ("FilterMixin.apply_hilbert", "n_fft"): dict(envelope=True),
    ("FilterMixin.apply_hilbert", "picks"): dict(envelope=True),
    ("match_event_names", "on_missing"): dict(keys="nobody"),
    ("define_target_events", "fill_na"): dict(tmax=0.1),
    ("export_raw", "overwrite"): dict(fname=_taken("taken.edf")),
    ("export_raw", "digital_range"): dict(raw=Made(lambda scene: _from_edf(scene))),
    ("write_fiducials", "overwrite"): dict(fname=_taken("taken-fiducials.fif")),
    ("read_polhemus_fastscan", "on_header_missing"): dict(fname=_text("b.txt", "1 2 3\n")),
    ("plot_tfr_topo", "mode"): dict(baseline=(None, 0.0)), ("plot_psd_topomap", "proj"): dict(ch_type="eeg"),
    **{(f"{kind}TFR.__init__", "proj"): dict(picks="eeg") for kind in ("Raw", "Epochs", "Average")},
    ("plot_topo_image_epochs", "scalings"): dict(vmin=-5.0, vmax=5.0),
    ("plot_evoked_topo", "proj"): dict(evoked=Made(lambda scene: scene.evoked().pick("eeg"))),
}
VALUES = {
    ("compute_current_source_density", "sphere"): [(0.0, 0.0, 0.01, 0.09)], ("compute_current_source_density", "lambda2"): [0.1],
    ("annotate_amplitude", "peak"): [2e-5], ("annotate_amplitude", "flat"): [1e-7, None], ("annotate_amplitude", "picks"): ["mag"],
    ("annotate_amplitude", "bad_percent"): [50.0], ("annotate_amplitude", "min_duration"): [1.0],
    ("annotate_break", "events"): [np.array([[1200, 0, 1]])], ("annotate_break", "ignore"): [["go"]],
    ("annotate_break", "min_break_duration"): [30.0], ("annotate_muscle_zscore", "ch_type"): ["mag"],
    ("annotate_muscle_zscore", "min_length_good"): [9.0], ("annotate_muscle_zscore", "filter_freq"): [(60.0, 90.0)],
    ("peak_finder", "thresh"): [30.0], ("peak_finder", "extrema"): [-1],
    **{(name, "ch_name"): ["eeg5"] for name in ("find_ecg_events", "create_ecg_epochs", "compute_proj_ecg",
                                                "find_eog_events", "create_eog_epochs", "compute_proj_eog")},
    **{(name, "tstart"): [20.0] for name in ("find_ecg_events", "compute_proj_ecg", "find_eog_events", "compute_proj_eog")},
    **{(name, "qrs_threshold"): [0.9, 5.0] for name in ("find_ecg_events", "compute_proj_ecg")},
    ("find_eog_events", "thresh"): [2e-4], ("compute_proj_eog", "tmax"): [0.1],
    ("compute_proj_eog", "raw_event"): [Made(lambda scene: _heart_and_eye("eog").function(scene).crop(0, 30))],
    **{(name, "preload"): [False] for name in ("create_ecg_epochs", "create_eog_epochs")},
    ("find_ecg_events", "h_freq"): [6.0, 5.5], ("find_ecg_events", "l_freq"): [30.0], ("compute_proj_ecg", "ecg_h_freq"): [6.0, 5.5], ("create_eog_epochs", "thresh"): [2e-5], ("create_eog_epochs", "l_freq"): [2.0, 3.0, 0.1],
    ("compute_proj_ecg", "raw_event"): [_heart_and_eye("mag", words="bad")],
    **{(f"compute_proj_{kind}", "bads"): [["mag1"]] for kind in ("ecg", "eog")},
    **{(f"compute_proj_{kind}", "flat"): [{"eeg": 1.0}] for kind in ("ecg", "eog")},
    **{(f"compute_proj_{kind}", "filter_length"): ["4s"] for kind in ("ecg", "eog")},
    **{(f"find_{kind}_events", "filter_length"): ["1s"] for kind in ("ecg", "eog")},
    ("FilterMixin.apply_hilbert", "n_fft"): [700],
    ("estimate_ringing_samples", "max_try"): [10],
    ("EpochsSpectrumArray.__init__", "events"): [np.array([[5, 0, 1], [9, 0, 1], [12, 0, 1]])],
    ("EpochsSpectrumArray.__init__", "event_id"): [{"q": 1}], ("SpectrumArray.__init__", "dim_names"): [("channel", "taper", "freq")],
    ("EpochsSpectrumArray.__init__", "dim_names"): [("epoch", "channel", "taper", "freq")],
    ("SpectrumArray.__init__", "weights"): [np.ones(2)], ("EpochsSpectrumArray.__init__", "weights"): [np.ones(2)],
    **{(f"{kind}TFR.__init__", name): [value] for kind in ("Raw", "Epochs", "Average")
       for name, value in (("method", "multitaper"), ("freqs", [30.0]), ("inst", None), ("decim", 2))},
    ("plot_psd_topomap", "bands"): [{"own": (5, 9)}], ("plot_psd_topomap", "ch_type"): ["eeg"], **{(f, "tmax"): [3.0] for f in ("plot_psd_topo", "plot_psd_topomap")}, "axis_facecolor": ["y"],
    ("plot_spectrum_topo", "color"): ["r"], ("plot_psd_topo", "fmax"): [30.0],
    ("RawTFRArray.__init__", "weights"): [np.ones(2)], ("RawTFRArray.__init__", "method"): ["own"],
    ("tfr_multitaper", "average"): [False], "time_bandwidth": [3.0, 6.0], ("export_raw", "fmt"): ["brainvision"],
    **{("read_dig_localite", name): ["nas"] for name in ("nasion", "lpa", "rpa")},
    ("read_dig_polhemus_isotrak", "ch_names"): [["a"]], ("write_fiducials", "coord_frame"): ["mri"],
    ("plot_evoked_topo", "color"): [["r", "g"]], ("plot_evoked_topo", "fig_background"): [np.zeros((2, 2, 3))],
    ("plot_topo_image_epochs", "fig_background"): [np.full((2, 2, 3), 0.5)], ("plot_topo_image_epochs", "colorbar"): [True], ("plot_evoked_topo", "vline"): [[0.1], None],
    ("plot_evoked_topo", "legend"): [False, "lower left"], "background_color": ["y"], "fig_facecolor": ["y"], "font_color": ["r"],
    ("plot_evoked_topo", "border"): ["r"], ("plot_topo_image_epochs", "border"): ["r"], ("plot_tfr_topo", "border"): ["r"], ("plot_tfr_topo", "fig_background"): [np.full((2, 2, 3), 0.5)], "layout_scale": [0.5],
    ("plot_topo_image_epochs", "order"): [np.arange(10)[::-1]],
    "new_id": [9], "fill_na": [99],
    "row_events": [["stim/left"]], "keep_first": ["stim"], "keep_last": ["stim"],
    ("equalize_epoch_counts", "rng"): [1], ("bootstrap", "rng"): [1],
    ("make_eeg_average_ref_proj", "ch_type"): [["seeg"]],
}  # fmt: skip
CHANGED = {"equalize_epoch_counts": ["epochs_list"]}


def _t3(scene):
    return scene.raw().rename_channels({"C3": "CB1"})


def _subject(raw):
    import datetime

    raw.set_meas_date(datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc))
    raw.info["subject_info"] = {"his_id": "x", "sex": 1, "hand": 2}
    return raw


def _from_edf(scene):
    scene.raw().pick(["eeg", "eog"]).export(scene.folder / "from.edf")
    return _mne().io.read_raw_edf(scene.folder / "from.edf", preload=True)
