"""A report holds what was added to it, in its order, under its tags; the page says what the objects say."""

import base64
import json
import re
import struct
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from conftest import make_epochs, make_raw
from ranvier.errors import ConflictError

import ranvier.meeg as mne

plt = pytest.importorskip("matplotlib.pyplot")


def page_of(report, tmp_path):
    """What the page holds, and how to read its arrays."""
    path = report.save(tmp_path / "report.html", open_browser=False, overwrite=True)
    html = open(path).read()
    data = json.loads(re.search(r'<script id="ranvier-data" type="application/json">(.*?)</script>', html, re.S)[1])

    def values(ref):
        text = re.search(
            rf'id="ranvier-block-{ref["block"]}" type="application/octet-stream">(.*?)</script>', html, re.S
        )[1]
        raw = np.frombuffer(base64.b64decode(text), "<f4" if ref["dtype"] == "float32" else "<i2").reshape(ref["shape"])
        return raw * np.reshape(ref.get("scale", 1.0), (-1, *[1] * (raw.ndim - 1)))

    return data, values


def sections(report, tmp_path):
    return page_of(report, tmp_path)[0]["sections"]


def figures(n=2):
    made = []
    for k in range(n):
        figure = plt.figure(figsize=(4, 3))
        figure.subplots().plot([0, k + 1])
        made.append(figure)
    return made


def test_a_recording_is_shown_with_facts_traces_annotations_and_spectrum(tmp_path):
    raw = make_raw(stim=True)
    raw.info["bads"] = ["Cz"]
    raw.set_annotations(mne.Annotations([1, 3], 0.5, ["go", "BAD_x"]))
    report = mne.Report(title="Mine")
    report.add_raw(raw, "Run 1", psd=True, butterfly=False, scalings={"eeg": 3e-5})
    data, values = page_of(report, tmp_path)
    assert data["title"] == "Mine" and report.title == "Mine" and len(report) == 1
    kinds = [(s["kind"], s["title"], s["group"], s["tags"]) for s in data["sections"]]
    assert kinds == [("summary", "Run 1: in short", "Run 1", ["raw"]), ("recording", "Run 1: time series", "Run 1", ["raw"]),
                     ("events", "Run 1: annotations", "Run 1", ["raw"]), ("spectrum", "Run 1: spectrum", "Run 1", ["raw"])]  # fmt: skip
    facts, traces, _, spectrum = data["sections"]
    assert {"label": "Bad channels", "value": "Cz"} in facts["items"]
    assert (
        values(traces["data"])[:13] == pytest.approx(raw.get_data("eeg"), abs=4e-9)
        and traces["look"]["butterfly"] is False
    )
    assert traces["channels"][0]["half_range"] == 3e-5 and traces["marks_of"] == "recording"
    assert values(spectrum["conditions"][0]["data"]) == pytest.approx(raw.compute_psd("welch").data, rel=1e-6)
    report.add_raw(raw, "Run 2")
    assert [s["kind"] for s in sections(report, tmp_path)[4:]] == ["summary", "recording", "events"]


def test_epochs_are_shown_with_averages_drops_and_spectrum(tmp_path):
    epochs = make_epochs()
    epochs.drop([0], "blink").drop([1], "noise")
    report = mne.Report()
    report.add_epochs(epochs, "Epochs", drop_log_ignore=("noise",))
    data, values = page_of(report, tmp_path)
    by = {s["kind"]: s for s in data["sections"]}
    assert list(by) == ["summary", "recording", "evoked", "drops", "spectrum"]
    assert by["recording"]["marks_of"] == "epochs" and by["recording"]["epochs"]["numbers"] == epochs.selection.tolist()
    assert by["drops"]["reasons"] == [{"reason": "blink", "count": 1}]
    for condition in by["evoked"]["conditions"]:
        average = epochs[condition["name"]].average()
        assert values(condition["data"]) == pytest.approx(average.data, rel=1e-6) and condition["nave"] == average.nave
    report.add_epochs(epochs, "Short", psd=1.0)
    report.add_epochs(epochs, "None", psd=False)
    titles = {s["title"]: s for s in sections(report, tmp_path)}
    assert titles["Short: spectrum"]["conditions"][0]["name"] == "2 epochs" and "None: spectrum" not in titles


def test_averages_are_whitened_as_they_are_drawn(tmp_path):
    epochs = make_epochs()
    cov = mne.compute_covariance(epochs, tmax=0.0, verbose="error")
    evoked = epochs.average()
    report = mne.Report()
    report.add_evokeds([evoked, epochs["left"].average()], titles=["all", "left"], noise_cov=cov)
    data, values = page_of(report, tmp_path)
    assert [s["title"] for s in data["sections"]] == [
        "all", "all: whitened global field power", "left", "left: whitened global field power"]  # fmt: skip
    drawn = evoked.plot_white(cov, show=False).axes[-1].lines[0].get_ydata()
    assert values(data["sections"][1]["data"])[0] == pytest.approx(drawn, rel=1e-5)
    cov.save(tmp_path / "n-cov.fif")
    other = mne.Report(cov_fname=tmp_path / "n-cov.fif")
    other.add_evokeds(evoked)
    assert len(sections(other, tmp_path)) == 2
    with pytest.raises(ValueError, match="number of titles"):
        report.add_evokeds(evoked, titles=["a", "b"])


def test_covariances_are_matrices_and_eigenvalues(tmp_path):
    raw = make_raw().set_eeg_reference("average")
    cov = mne.compute_raw_covariance(raw)
    report = mne.Report()
    report.add_covariance(cov, info=raw.info, title="Noise")
    data, values = page_of(report, tmp_path)
    matrix, sigma = data["sections"]
    assert matrix["rows"] == raw.ch_names and values(matrix["data"]) == pytest.approx(cov.data, rel=1e-6)
    assert "rank ≈ 12" in sigma["title"] and sigma["y"]["log"]
    largest = np.sqrt(np.linalg.eigvalsh(cov.data)[::-1][:12])
    assert values(sigma["data"])[0, :12] == pytest.approx(largest, rel=1e-5)


def test_projections_are_maps_of_their_channels(tmp_path):
    raw = make_raw()
    projs = mne.compute_proj_raw(raw, n_eeg=2, verbose="error")
    raw.add_proj(projs)
    report = mne.Report(projs=True)
    report.add_projs(info=raw.info, title="SSP", section="Cleaning")
    report.add_raw(raw, "Run", projs=None)
    data, values = page_of(report, tmp_path)
    maps = data["sections"][0]
    assert (
        maps["kind"] == "maps"
        and maps["group"] == "Cleaning"
        and report.sections == ["Cleaning"]
        and not maps["judged"]
    )
    assert values(maps["data"]) == pytest.approx(np.array([p["data"]["data"][0] for p in projs]), rel=1e-6)
    assert maps["maps"][0]["note"].startswith("not applied, ") and data["sections"][-1]["title"] == "Run: projections"
    evoked = make_epochs().average()
    report.add_projs(info=evoked, projs=projs, title="Joint", joint=True)
    assert sections(report, tmp_path)[-1]["kind"] == "images"
    for wrong, words in ((dict(info=raw.info, joint=True), "needs an Evoked"), (dict(info=raw.info, picks_trace="Cz"), "joint=True"),
                         (dict(info=make_raw().info), "no projections")):  # fmt: skip
        with pytest.raises(ValueError, match=words):
            report.add_projs(**wrong, title="x")


def test_components_are_judged_on_maps_and_traces(tmp_path):
    report, raw = mne.Report(), make_raw()
    ica = mne.preprocessing.ICA(3, random_state=0, method="infomax", max_iter=5).fit(raw, picks="eeg")
    ica.exclude, ica.labels_ = [1], {"eog": [1]}
    report.add_ica(ica, "ICA", inst=raw, eog_scores=[0.1, -0.9, 0.2], eog_evoked=make_epochs().average())
    data, values = page_of(report, tmp_path)
    facts, maps, traces, scores, picture = data["sections"]
    assert {"label": "left out", "value": "ICA001"} in facts["items"]
    assert maps["judged"] and [(m["name"], m["note"], m["excluded"]) for m in maps["maps"]] == [
        ("ICA000", "", False), ("ICA001", "eog", True), ("ICA002", "", False)]  # fmt: skip
    assert values(maps["data"]) == pytest.approx(ica.get_components().T, rel=1e-6)
    assert traces["marks_of"] == "ica" and [c["bad"] for c in traces["channels"]] == [False, True, False]
    assert values(scores["data"]) == pytest.approx(np.array([[0.1, -0.9, 0.2]])) and picture["kind"] == "images"
    report.add_ica(ica, "Of epochs", inst=make_epochs())
    trials = sections(report, tmp_path)[-1]
    assert trials["marks_of"] == "ica" and [c["name"] for c in trials["channels"] if c["bad"]] == ["ICA001"]
    ica.save(tmp_path / "a-ica.fif")
    report.add_ica(tmp_path / "a-ica.fif", "Some", inst=None, picks=[2, 0], n_components=1)
    some = sections(report, tmp_path)[-1]
    assert [m["name"] for m in some["maps"]] == ["ICA002"] and not some[
        "judged"
    ]  # numbers would not be the components'


def test_spectra_stand_beside_each_other(tmp_path):
    raw = make_raw()
    clean = raw.copy().filter(None, 30.0)
    report = mne.Report()
    report.add_spectra({"before": raw, "after": clean.compute_psd("welch")}, "Cleaning", section="S")
    spectrum, means = sections(report, tmp_path)
    assert [c["name"] for c in spectrum["conditions"]] == ["before", "after"] == means["names"]
    assert means["xs"][0] > 0 and spectrum["group"] == "S"
    with pytest.raises(TypeError, match="dict of names"):
        report.add_spectra(raw, "x")


def test_events_have_their_names_and_times(tmp_path):
    report = mne.Report()
    report.add_events(
        np.array([[300, 0, 1], [500, 0, 2], [700, 0, 1]]), "Events", event_id={"left": 1}, sfreq=100.0, first_samp=100
    )
    (section,) = sections(report, tmp_path)
    assert section["groups"] == [{"name": "left", "times": [2.0, 6.0]}, {"name": "2", "times": [4.0]}]
    with pytest.raises(ValueError, match="at least one"):
        report.add_events(np.zeros((0, 3), int), "x", sfreq=1.0)
    with pytest.raises(NotImplementedError, match="color"):
        report.add_events(np.array([[1, 0, 1]]), "x", sfreq=1.0, color={1: "r"})


def picture(source):
    kind, text = re.fullmatch(r"data:image/(.*?);base64,(.*)", source).groups()
    return kind, base64.b64decode(text)


def test_figures_and_pictures_are_kept_whole(tmp_path):
    one, two = figures()
    report = mne.Report(img_max_width=200)
    report.add_figure([one, two], "Two", caption=["a", "b"])
    report.add_figure(one, "Lines", image_format="svg")
    report.add_figure(np.zeros((2, 3, 3)), "Pixels")
    report.add_figure(np.zeros((20, 30, 3)), "Pixels in a drawing", image_format="svg")
    one.savefig(tmp_path / "x.png")
    report.add_image(tmp_path / "x.png", "File", caption="of a file")
    two_, lines, pixels, drawing, file = sections(report, tmp_path)
    kind, png = picture(two_["images"][1]["source"])
    assert kind == "png" and struct.unpack(">II", png[16:24]) == (200, 150) and two_["images"][1]["caption"] == "b"
    kind, svg = picture(lines["images"][0]["source"])
    assert kind == "svg+xml" and ET.fromstring(svg).tag.endswith("svg")
    kind, svg = picture(drawing["images"][0]["source"])
    assert kind == "svg+xml" and [e.get("width") for e in ET.fromstring(svg).iter() if e.tag.endswith("image")] == [
        "30"
    ]
    assert struct.unpack(">II", picture(pixels["images"][0]["source"])[1][16:24]) == (3, 2)
    assert picture(file["images"][0]["source"])[1] == (tmp_path / "x.png").read_bytes()
    (tmp_path / "x.foo").write_bytes(b"")
    for wrong in (lambda: report.add_figure([one, two], "x", caption="one"), lambda: report.add_image(tmp_path / "x.foo", "x"),
                  lambda: report.add_figure(one, "x", image_format="gif"), lambda: mne.Report(image_format="gif")):  # fmt: skip
        with pytest.raises(ValueError):
            wrong()
    with pytest.raises(TypeError, match="figure of matplotlib"):
        report.add_figure("x", "x")
    assert len(report) == 5


def test_words_and_programs_are_shown_as_they_stand(tmp_path):
    report = mne.Report()
    report.add_html("<b>bold</b></script>", "Words")
    report.add_code("a < b", "Line")
    (tmp_path / "x.py").write_text("print(1)\n")
    report.add_code(tmp_path / "x.py", "File", language="python 3")
    report.add_sys_info("System")
    report.add_custom_css("b { color: red }")
    report.add_custom_js("window.mine = 1")
    words, line, file, system = sections(report, tmp_path)
    assert words["html"] == "<b>bold</b></script>" and line["code"] == "a < b"
    assert (file["code"], file["language"]) == ("print(1)\n", "python 3")
    assert {"label": "numpy", "value": np.__version__} in system["items"]
    html = (tmp_path / "report.html").read_text()
    assert "<style>b { color: red }\n</style>" in html and "<script>window.mine = 1\n</script>" in html
    assert report.include == "<style>b { color: red }\n</style>\n<script>window.mine = 1\n</script>\n"
    assert report.copy().include == report.include
    with pytest.raises(ValueError, match="must not hold"):
        report.add_custom_js("</script>")


def test_each_thing_can_stand_on_a_page_of_another(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    report = mne.Report(title="Whole")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1800000000")  # a page says when it is written, its parts when it was begun
    report.add_raw(make_raw(), "Run <1>")
    report.add_code("a < b", "Line", tags=("code", "mine"))
    titles, tags, htmls = report.get_contents()
    assert titles == ["Run <1>", "Line"] and tags == [("raw",), ("code", "mine")] and htmls == report.html
    assert len(report) == 2 and report.title == "Whole"
    for html, title, kinds, blocks in zip(htmls, titles, (["summary", "recording"], ["code"]), (True, False)):
        frame = ET.fromstring(html)
        assert (frame.tag, frame.get("title"), frame.get("sandbox")) == (
            "iframe",
            title,
            "allow-scripts allow-downloads",
        )
        page = frame.get("srcdoc")
        data = json.loads(re.search(r'<script id="ranvier-data" type="application/json">(.*?)</script>', page, re.S)[1])
        assert (
            data["title"] == title
            and data["created"] == "2023-11-14T22:13:20Z"
            and [s["kind"] for s in data["sections"]] == kinds
        )
        assert ('class="ranvier-block"' in page) == blocks
    other = report.copy()
    other.remove(title="Run <1>")
    assert other.html == htmls[1:]


def names(report, tmp_path):
    return [s["title"] for s in sections(report, tmp_path)]


def test_things_are_removed_by_title_and_tags_and_their_places_change(tmp_path):
    report = mne.Report()
    for title, tag in (("a", "x"), ("a", "y"), ("a", "x"), ("b", "x")):
        report.add_code(title, title, tags=(tag,))
    other = report.copy()
    assert other.remove(title="a") == 2 and len(other) == 3 and len(report) == 4
    assert report.copy().remove(title="a", tags=("y",)) == 1 and report.copy().remove(title="c") is None
    assert report.copy().remove() is None
    everything = report.copy()
    assert everything.remove(tags="x", remove_all=True) == (0, 2, 3) and everything.tags == ("y",)
    report.add_raw(make_raw(), "Run")  # two sections
    report.reorder([4, 3, 2, 1, 0])
    assert names(report, tmp_path) == ["Run: in short", "Run: time series", "b", "a", "a", "a"]
    report.remove(title="Run")
    assert names(report, tmp_path) == ["b", "a", "a", "a"] and "4 titles" in repr(report)
    for order, words in (([0, 1, 2], "permutation"), ([0.0, 1.0, 2.0, 3.0], "integers")):
        with pytest.raises(ValueError, match=words):
            report.reorder(order)


def test_what_is_replaced_keeps_its_place(tmp_path):
    report = mne.Report()
    for section in "ABC":
        report.add_code("old", "same", section=section)
    report.add_code("new", "same", section="B", replace=True)
    found = [(s["group"], s["code"]) for s in sections(report, tmp_path)]
    assert found == [("A", "old"), ("B", "new"), ("C", "old")] and report.sections == ["A", "B", "C"]
    report.add_code("again", "same", section="B")
    assert len(report) == 4


def test_what_fails_leaves_nothing_on_the_page(tmp_path):
    report = mne.Report()
    raw = make_raw()
    with pytest.raises(ValueError, match="scalings|half|number|could not"):
        report.add_raw(raw, "x", scalings={"eeg": "wide"})
    assert len(report) == 0 and sections(report, tmp_path) == []


@pytest.mark.parametrize(
    "tags, error", [(123, TypeError), ([1], TypeError), (["a b"], ValueError), (['a"'], ValueError), ([""], ValueError)]
)
def test_tags_are_words(tags, error):
    with pytest.raises(error, match="tags"):
        mne.Report().add_code("a", "b", tags=tags)


def test_tags_may_be_given_in_several_ways():
    report = mne.Report()
    for tags in ("a", ["b", "a"], ("c",), np.array(["d"])):
        report.add_code("a", "b", tags=tags)
    assert report.tags == ("a", "b", "c", "d")


def test_pages_are_saved_sorted_shown_and_not_overwritten(tmp_path, monkeypatch):
    opened = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    monkeypatch.chdir(tmp_path)
    report = mne.Report()
    for tag in ("evoked", "mine", "raw"):
        report.add_code(tag, tag, tags=(tag,))
    assert report.save() == str(tmp_path / "report.html") and opened == [(tmp_path / "report.html").as_uri()]
    with pytest.raises(FileExistsError):
        report.save(open_browser=False)
    report.save(open_browser=False, overwrite=True, sort_content=True)
    assert names(report, tmp_path) == ["raw", "evoked", "mine"]
    with pytest.raises(NotImplementedError, match="HDF5"):
        report.save("x.h5")
    with pytest.raises(OSError, match=".html"):
        report.save("x.txt")
    report.title = "Other"
    assert page_of(report, tmp_path)[0]["title"] == "Other"


def test_what_has_not_changed_need_not_be_written_again(tmp_path):
    report, path = mne.Report(), tmp_path / "r.html"
    assert report.unsaved_changes
    report.add_code("a", "b")
    report.save(path, open_browser=False)
    path.write_text("mine")
    assert report.save(path, open_browser=False, only_if_changed=True) == str(path)
    assert path.read_text() == "mine" and not report.unsaved_changes
    report.title = "x"
    with pytest.raises(FileExistsError):
        report.save(path, open_browser=False, only_if_changed=True)
    report.save(path, open_browser=False, overwrite=True, only_if_changed=True)
    assert path.read_text().startswith("<!doctype html>")
    report.save(tmp_path / "new.html", open_browser=False, only_if_changed=True)
    assert (tmp_path / "new.html").exists()


def test_a_notebook_shows_the_report_in_a_frame_without_rights():
    report = mne.Report(title='<"x">')
    report.add_code("a", "b")
    frame = ET.fromstring(report._repr_html_())
    assert frame.attrib["title"] == '<"x">' and frame.attrib["sandbox"] == "allow-scripts allow-downloads"
    assert "connect-src" not in frame.attrib["srcdoc"]


def test_a_folder_is_parsed_by_the_names_of_its_files(tmp_path, monkeypatch):
    folder = tmp_path / "study" / "sub"
    folder.mkdir(parents=True)
    raw, epochs = make_raw(), make_epochs()
    raw.save(folder / "run_raw.fif")
    epochs.save(folder / "run-epo.fif")
    mne.write_evokeds(folder / "run-ave.fif", [epochs.average()])
    cov = mne.compute_raw_covariance(raw)
    cov.save(folder / "noise-cov.fif")
    mne.write_events(folder / "run-eve.fif", epochs.events)
    (folder / "broken_raw.fif").write_bytes(b"no file")
    (folder / "notes.txt").write_text("x")
    report = mne.Report(info_fname=folder / "run_raw.fif", baseline=(None, 0))
    with pytest.warns(RuntimeWarning, match="broken_raw.fif is left out"):
        report.parse_folder(tmp_path / "study")
    assert [e.tags[0] for e in report._content] == ["raw", "events", "epochs", "covariance", "evoked"]
    assert str(report.data_path).endswith("study") and report._content[0].name == "sub/run_raw.fif"
    few = mne.Report()
    few.parse_folder(tmp_path / "study", "run*raw.fif", sort_content=False)
    assert len(few) == 1
    with pytest.raises(ValueError, match="info_fname"):
        few.parse_folder(tmp_path / "study", ["*-cov.fif"], on_error="raise")
    with pytest.raises(FileNotFoundError):
        few.parse_folder(tmp_path / "nowhere")
    with pytest.warns(RuntimeWarning, match="no file of"):
        few.parse_folder(tmp_path / "study", "*.txt", on_error="ignore")


def test_what_reports_lack_says_so():
    report = mne.Report()
    for call, words in (
        (lambda: mne.Report(subject="x"), "title="), (lambda: mne.Report(collapse="section"), "tags="),
        (lambda: report.add_bem("x", "y"), "add_figure"), (lambda: report.add_raw(make_raw(), "x", topomap_kwargs={}), "add_figure"),
        (lambda: report.add_evokeds(make_epochs().average(), n_time_points=3), "marker of time"),
        (lambda: report.add_epochs(make_epochs(), "x", image_kwargs={}), "plot_image"),
    ):  # fmt: skip
        with pytest.raises(NotImplementedError, match=words):
            call()
    with pytest.raises(TypeError, match="not pickled"):
        report.__reduce__()


def test_what_is_not_what_it_should_be_is_refused_in_words_and_leaves_nothing():
    report, raw, epochs = mne.Report(), make_raw(), make_epochs()
    ica = mne.preprocessing.ICA(3, random_state=0, method="infomax", max_iter=5).fit(raw, picks="eeg")
    bare = ica.copy()
    bare.info = None
    whole = raw.copy().apply_hilbert(n_fft=None)
    parts = epochs.copy().pick("eeg").apply_hilbert(n_fft=None)
    one = np.array([[1, 0, 1]])
    for call, error, words in (
        (lambda: report.add_raw(3, "x"), TypeError, "raw must be a Raw"), (lambda: report.add_raw(whole, "x"), ConflictError, "real samples"),
        (lambda: report.add_raw(raw, "x", psd=3), TypeError, "psd must be True or False"),
        (lambda: report.add_epochs(3, "x"), TypeError, "epochs must be Epochs"), (lambda: report.add_epochs(parts, "x"), ConflictError, "real samples"),
        (lambda: report.add_epochs(epochs, "x", psd=None), TypeError, "psd"), (lambda: report.add_epochs(epochs, "x", psd=0), ValueError, "psd.* > 0 s; got 0"),
        (lambda: report.add_epochs(epochs, "x", psd=np.nan), ValueError, "psd"),
        (lambda: report.add_evokeds(3), TypeError, "evokeds must be an Evoked"), (lambda: report.add_evokeds([epochs]), TypeError, "got Epochs"),
        (lambda: report.add_evokeds(parts.average()), ConflictError, "real samples"),
        (lambda: report.add_spectra({"a": 3}, "x"), TypeError, "spectra"),
        (lambda: report.add_projs(info=3, title="x"), TypeError, "info must be"), (lambda: report.add_projs(info=raw.info, projs=[3], title="x"), TypeError, "projections"),
        (lambda: report.add_ica(3, "x", inst=None), TypeError, "ica must be an ICA"), (lambda: report.add_ica(ica, "x", inst=3), TypeError, "inst must be"),
        (lambda: report.add_ica(ica, "x", inst=whole), ConflictError, "real samples"),
        (lambda: report.add_ica(mne.preprocessing.ICA(3), "x", inst=raw), RuntimeError, "must be fitted first"),
        (lambda: report.add_ica(bare, "x", inst=None), RuntimeError, "channels of this ICA"),
        (lambda: report.add_ica(ica, "x", inst=raw, picks=[5]), (ValueError, IndexError), "5"), (lambda: report.add_ica(ica, "x", inst=raw, picks=[1.5]), TypeError, "picks"),
        (lambda: report.add_ica(ica, "x", inst=raw, n_components=0), ValueError, "n_components must be >= 1"),
        (lambda: report.add_ica(ica, "x", inst=raw, n_components=1.5), TypeError, "whole number"),
        (lambda: report.add_ica(ica, "x", inst=raw, ecg_scores=[1, 2]), ValueError, "ecg_scores must be one number for each of the 3"),
        (lambda: report.add_ica(ica, "x", inst=raw, eog_scores="abc"), TypeError, "eog_scores must be numbers"),
        (lambda: report.add_ica(ica, "x", inst=raw, ecg_evoked=3), TypeError, "ecg_evoked must be an Evoked"),
        (lambda: report.add_events(one, "x", sfreq=0), ValueError, "sfreq must be > 0 Hz"), (lambda: report.add_events([1, 2, 3], "x", sfreq=1.0), ValueError, "shape"),
        (lambda: report.add_events(one, "x", sfreq=1.0, event_id=3), TypeError, "event_id must be"),
    ):  # fmt: skip
        with pytest.raises(error, match=words):
            call()
    assert len(report) == 0


def test_components_are_called_what_their_ica_calls_them(tmp_path, monkeypatch):
    monkeypatch.setattr(mne.preprocessing.ICA, "_ica_names", ["a", "b", "c"])
    report, raw = mne.Report(), make_raw()
    ica = mne.preprocessing.ICA(3, random_state=0, method="infomax", max_iter=5).fit(raw, picks="eeg")
    ica.exclude = [1]
    report.add_ica(ica, "x", inst=None, picks=slice(1, 3))
    facts, maps = sections(report, tmp_path)
    assert {"label": "left out", "value": "b"} in facts["items"] and [m["name"] for m in maps["maps"]] == ["b", "c"]
    report.add_ica(ica, "y", inst=None, picks=np.array([True, False, True]))
    report.add_ica(ica, "z", inst=None, picks=-1)
    assert [[m["name"] for m in s["maps"]] for s in sections(report, tmp_path) if s["kind"] == "maps"][1:] == [
        ["a", "c"],
        ["c"],
    ]


def test_two_things_of_one_title_are_judged_apart(tmp_path):
    report, raw = mne.Report(), make_raw()
    ica = mne.preprocessing.ICA(3, random_state=0, method="infomax", max_iter=5).fit(raw, picks="eeg")
    for _ in range(2):
        report.add_ica(ica, "ICA", inst=None)
    report.add_ica(ica, "ICA", inst=None, replace=True)
    assert [s["group"] for s in sections(report, tmp_path) if s["kind"] == "maps"] == ["ICA", "ICA (2)"]


def test_a_page_that_is_made_at_no_time_is_refused(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    with pytest.raises(ValueError, match="SOURCE_DATE_EPOCH must be a whole number"):
        mne.Report()._repr_html_()
