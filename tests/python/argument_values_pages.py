"""Values that test_arguments.py tries on pages, marks and reports."""

import inspect
import os

import numpy as np
from argument_scenes import Made
from argument_values_ica import components, recording

os.environ.setdefault("SOURCE_DATE_EPOCH", "0")  # pages that are made later are the same

_marks = {"format": "ranvier-marks/1", "of": "recording", "bads": ["Cz"], "first_time": 0, "annotations": []}


def _taken(name):
    def make(scene):
        path = scene.folder / name
        path.write_text("taken")
        return path

    return Made(make)


def _report(*titles, **settings):
    def make(scene):
        import ranvier.meeg as mne

        report = mne.Report(**settings)
        for title in titles:
            report.add_code(title, title, tags=(title,))
        return report

    return Made(make)


def _figure():
    import matplotlib.pyplot as plt

    figure = plt.figure(figsize=(2, 1.5))
    figure.subplots().plot([1, 2])
    return figure


def _cov(scene):
    import ranvier.meeg as mne

    return mne.compute_raw_covariance(scene.raw(), verbose="error")


def _pixels(scene):
    path = scene.folder.parent / "x.png"
    _figure().savefig(path)
    return path


def _folder(scene):
    folder = scene.folder.parent / "study"
    if not folder.exists():
        folder.mkdir()
        scene.raw().save(folder / "b_raw.fif")
        scene.evoked().save(folder / "a-ave.fif")
        (folder / "c_raw.fif").write_bytes(b"broken")
    return folder


def _used(report, scene):
    """The page of a report that was put to use."""
    report.add_raw(scene.raw(), "raw")
    report.add_evokeds(scene.eeg().pick(["Fp1", "Fp2", "C3", "C4"]))
    report.add_figure(_figure(), "figure")
    for path in ((_folder(scene) / "a-ave.fif"),):
        report.add_evokeds(path)
    report.parse_folder(_folder(scene), "a-*", on_error="raise")
    if report.info_fname is not None:
        report.add_covariance(_cov(scene), info=report.info_fname, title="cov")
    return report._page.html()


def _info_file(scene):
    return _folder(scene) / "b_raw.fif"


def _cov_file(scene):
    path = scene.folder.parent / "n-cov.fif"
    _cov(scene).save(path, overwrite=True)
    return path


_on = _report()
_raw = Made(lambda scene: scene.raw())
_add = "AddingMixin.add_"
_spikes = "ActivityMixin.add_spikes"
SETTINGS = {
    "apply_marks": dict(inst=Made(lambda scene: scene.raw(bads=["C3"])), marks=_marks),
    "save_marks": dict(fname=Made(lambda scene: scene.folder / "m.json")),
    _add + "raw": dict(_on=_on, raw=_raw, title="x"),
    _add + "epochs": dict(_on=_on, epochs=Made(lambda scene: scene.epochs().drop([0], "blink")), title="x"),
    _add + "evokeds": dict(_on=_on, evokeds=Made(lambda scene: scene.eeg().pick(["Fp1", "Fp2", "C3", "C4"]))),
    _add + "spectra": dict(_on=_on, spectra=Made(lambda scene: {"a": scene.spectrum()}), title="x"),
    _add + "covariance": dict(_on=_on, cov=Made(_cov), info=Made(lambda scene: scene.raw().info), title="x"),
    _add + "projs": dict(_on=_on, info=Made(lambda scene: scene.raw().info), title="x"),
    _add + "ica": dict(_on=_on, ica=Made(components), inst=Made(recording), title="x"),
    _add + "events": dict(_on=_on, events=Made(lambda scene: scene.events()), sfreq=100.0, title="x"),
    _add + "figure": dict(_on=_on, fig=Made(lambda scene: _figure()), title="x"),
    _add + "image": dict(_on=_on, image=Made(_pixels), title="x"),
    _add + "html": dict(_on=_on, html="<b>x</b>", title="x"),
    _add + "code": dict(_on=_on, code="x = 1", title="x"),
    _add + "sys_info": dict(_on=_on, title="x"),
    _spikes: dict(_on=_on, spikes=[[0.1, 0.3], [0.2]], title="x", tmax=0.4),
    _add + "custom_css": dict(_on=_on, css="b {}"),
    _add + "custom_js": dict(_on=_on, js="1"),
    "Report.reorder": dict(_on=_report("a", "b"), order=[1, 0]),
    "Report.copy": dict(_on=_report("a")),
    "Report.remove": dict(_on=_report("a", "b", "a", "c"), title="a"),
    "Report.save": dict(
        _on=_report("mne-sysinfo", "raw"), fname=Made(lambda scene: scene.folder / "r.html"), open_browser=False
    ),
    "Report.parse_folder": dict(_on=_on, data_path=Made(_folder)),
}


def _verbs(parameter):
    """The verbs of a report that have a parameter."""
    import ranvier.meeg as mne

    verbs = (name for name in SETTINGS if name.startswith((_add, _spikes)))
    return [
        name
        for name in verbs
        if parameter in inspect.signature(getattr(mne.Report, name.partition(".")[2])).parameters
    ]


def _monitor(kind):
    """A monitor of a network that has run."""

    def make(scene):
        from ranvier.sim import Network, NeuronGroup, PopulationRateMonitor, StateMonitor, ms

        cells = NeuronGroup(2, "dv/dt = 1/(50*ms) : 1", threshold="v > 1", reset="v = 0", method="euler", name="units")
        monitor = StateMonitor(cells, "v", record=True) if kind == "traces" else PopulationRateMonitor(cells)
        Network(cells, monitor).run(200 * ms)
        return monitor

    return Made(make)


CONTEXTS = {
    ("save_marks", "overwrite"): dict(fname=_taken("m.json")),
    ("plot_raw", "filtorder"): dict(lowpass=20.0),
    ("Report.save", "overwrite"): dict(fname=_taken("r.html")),
    ("Report.save", "only_if_changed"): dict(_on=Made(lambda scene: _saved(scene)), overwrite=True),
    ("Report.remove", "title"): dict(title=None),
    **{(name, "replace"): dict(_on=_report("x", "y")) for name in _verbs("replace")},
    (_add + "evokeds", "replace"): dict(_on=_report("x", "y"), titles="x"),
    (_add + "events", "first_samp"): dict(first_samp=0),
}
VALUES = {
    "lowpass": [20.0], "highpass": [5.0],
    **{(name, "tags"): [("z",)] for name in _verbs("tags")},
    **{(name, "section"): ["S"] for name in _verbs("section")},
    **{(name, "projs"): [True] for name in (_add + "raw", _add + "epochs", _add + "evokeds")},
    **{(name, "topomap_kwargs"): [{"res": 8}] for name in _verbs("topomap_kwargs")},
    (_add + "raw", "psd"): [True], (_add + "raw", "scalings"): [{"eeg": 1e-5}], (_add + "epochs", "image_kwargs"): [{"a": 1}],
    (_add + "epochs", "drop_log_ignore"): [("blink",)], (_add + "evokeds", "titles"): ["t"], (_add + "evokeds", "noise_cov"): [Made(_cov)],
    (_add + "evokeds", "n_time_points"): [3], (_add + "projs", "projs"): [Made(lambda scene: _turned(scene.projs()))],
    (_add + "projs", "picks_trace"): ["Cz"], (_add + "ica", "picks"): [1], (_add + "ica", "n_components"): [1],
    **{(_add + "ica", name): [Made(lambda scene: scene.evoked())] for name in ("ecg_evoked", "eog_evoked")},
    **{(_add + "ica", name): [[0.5, 0.1, 0.2, 0.3, 0.4]] for name in ("ecg_scores", "eog_scores")},
    (_add + "events", "event_id"): [{"q": 1}], (_add + "events", "first_samp"): [10], (_add + "events", "color"): [{1: "r"}],
    (_spikes, "spikes"): [[[0.1], [0.2]]], (_spikes, "tmin"): [0.15], (_spikes, "tmax"): [0.35],
    (_spikes, "rates"): [_monitor("rates")], (_spikes, "traces"): [_monitor("traces")],
    (_add + "figure", "caption"): ["c"], (_add + "image", "caption"): ["c"], (_add + "code", "language"): ["c"],
    ("Report.remove", "title"): ["b"], ("Report.remove", "tags"): ["b"], ("Report.save", "fname"): [Made(lambda scene: scene.folder / "s.html")],
    ("Report.parse_folder", "pattern"): ["a*"], ("Report.__init__", "info_fname"): [Made(_info_file)],
    ("Report.__init__", "subjects_dir"): ["x"], ("Report.__init__", "subject"): ["x"], ("Report.__init__", "title"): ["t"],
    ("Report.__init__", "cov_fname"): [Made(_cov_file)], ("Report.__init__", "baseline"): [(None, 0)], ("Report.__init__", "image_format"): ["svg"],
    ("Report.__init__", "img_max_width"): [50], ("Report.__init__", "img_max_res"): [40], ("Report.__init__", "collapse"): [("section",)],
}  # fmt: skip
AFTER = {"Report": _used}


def _saved(scene):
    """A report that was saved; somebody wrote to its file since."""
    report = _report("a").function(scene)
    path = scene.folder / "r.html"
    report.save(path, open_browser=False)
    path.write_text("mine")
    return report


def _turned(projs):
    proj = projs[0].copy()
    proj["data"] = {**proj["data"], "data": np.arange(float(proj["data"]["data"].size))[None] - 3}
    return [proj]
