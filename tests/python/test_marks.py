"""What a person marks on a page comes back to Python: as files and at once, and nobody else's does."""

import gc
import json
import os
import pathlib
import re
import socket
import stat
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import warnings
import xml.etree.ElementTree as ET
from types import SimpleNamespace

import numpy as np
import pytest
from conftest import make_epochs, make_raw
from ranvier.errors import ConflictError
from ranvier.meeg.viz import page_server
from ranvier.meeg.viz.window import events_within

import ranvier.meeg as mne


def marks_of_recording(bads=(), stretches=(), first_time=0.0):
    annotations = [{"onset": o, "duration": d, "description": t} for o, d, t in stretches]
    return {
        "format": "ranvier-marks/1",
        "of": "recording",
        "first_time": first_time,
        "bads": list(bads),
        "annotations": annotations,
    }


def marked_raw():
    raw = make_raw(first_samp=400)
    return raw.set_annotations(mne.Annotations([1, 3], [0.5, 1], ["rest", "BAD_old"], ch_names=[(), ("Cz",)]))


@pytest.fixture
def page():
    with mne.viz.use_browser_backend("page"):
        yield


def sent(address, data=None, host=None, method=None):
    """What the server answers: status and text."""
    request = urllib.request.Request(address, None if data is None else json.dumps(data).encode(), method=method)
    if host:
        request.add_header("Host", host)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_marks_in_a_file_and_on_a_page_hold_the_channels_of_stretches(tmp_path):
    raw = marked_raw()
    raw.save_marks(tmp_path / "marks.json")
    copy = make_raw(first_samp=400).apply_marks(tmp_path / "marks.json")
    assert [tuple(names) for names in copy.annotations.ch_names] == [("Cz",)]
    report = mne.Report()
    report.add_raw(raw, "marked", psd=False)
    report.save(tmp_path / "page.html", open_browser=False)
    assert re.search(r'"ch_names":\s*\["Cz"\]', (tmp_path / "page.html").read_text())
    with pytest.warns(RuntimeWarning, match="1 of 1 marked stretches reach outside"):
        raw.apply_marks(marks_of_recording(stretches=[(1, 1e6, "BAD")], first_time=raw.first_time))


def test_marks_of_a_file_become_bad_channels_and_stretches(tmp_path):
    raw = marked_raw()
    held = raw.annotations
    file = tmp_path / "marks.json"
    file.write_text(json.dumps(marks_of_recording(["Fz"], [(3, 1, "BAD_old"), (5, 0.5, "BAD_new")], raw.first_time)))
    assert raw.apply_marks(file) is raw
    assert raw.info["bads"] == ["Fz"]
    assert raw.annotations.description.tolist() == ["rest", "BAD_old", "BAD_new"]
    assert raw.annotations.onset == pytest.approx(np.array([1, 3, 5]) + raw.first_time)
    assert raw.annotations.ch_names.tolist() == [(), ("Cz",), ()] and len(held) == 2
    raw.apply_marks(marks_of_recording())
    assert raw.info["bads"] == [] and raw.annotations.description.tolist() == ["rest"]
    raw.apply_marks(marks_of_recording(["Fz"]), keep=True).apply_marks(marks_of_recording(["Cz"]), keep=True)
    assert raw.info["bads"] == ["Fz", "Cz"]


def test_a_script_marks_the_file_that_it_reads_again(tmp_path):
    raw = marked_raw().apply_marks(marks_of_recording(["O1"], [(4, 1, "BAD_x")]))
    raw.save_marks(tmp_path / "m.json")
    with pytest.raises(FileExistsError):
        raw.save_marks(tmp_path / "m.json")
    raw.save_marks(tmp_path / "m.json", overwrite=True)
    fresh = make_raw(first_samp=400).crop(1.0).apply_marks(tmp_path / "m.json")
    assert fresh.info["bads"] == ["O1"]
    assert fresh.annotations.onset.tolist() == raw.annotations.onset[raw.annotations.description == "BAD_x"].tolist()


def test_epochs_are_dropped_once_and_say_who_did_it(tmp_path):
    epochs = make_epochs()
    n = len(epochs)
    marks = {"format": "ranvier-marks/1", "of": "epochs", "bads": ["Cz"], "dropped": [1, 4]}
    epochs.apply_marks(marks).apply_marks(marks)
    assert len(epochs) == n - 2 and epochs.drop_log[4] == ("USER",) and epochs.info["bads"] == ["Cz"]
    epochs.save_marks(tmp_path / "m.json")
    again = make_epochs().apply_marks(tmp_path / "m.json")
    assert again.selection.tolist() == epochs.selection.tolist()
    with pytest.raises(ValueError, match="among the 9 events|among the 8 events"):
        epochs.apply_marks({**marks, "dropped": [99]})


def test_components_are_left_out(tmp_path):
    ica = mne.preprocessing.ICA(3, random_state=0, method="infomax", max_iter=5).fit(make_raw(), picks="eeg")
    ica.exclude = [0]
    ica.apply_marks({"format": "ranvier-marks/1", "of": "ica", "exclude": [2, 1]})
    assert ica.exclude == [1, 2]
    ica.save_marks(tmp_path / "m.json")
    ica.exclude = [0]
    assert ica.copy().apply_marks(tmp_path / "m.json", keep=True).exclude == [0, 1, 2]
    with pytest.raises(ValueError, match="among the 3 of the ICA"):
        ica.apply_marks({"format": "ranvier-marks/1", "of": "ica", "exclude": [3]})
    with pytest.raises(ValueError, match="marks of epochs; they can't be applied to an ICA"):
        ica.apply_marks({"format": "ranvier-marks/1", "of": "epochs", "bads": [], "dropped": []})


@pytest.mark.parametrize(
    "marks, error, words",
    [
        (7, TypeError, "a file or a dict"),
        ({"format": "x"}, ValueError, 'format must be "ranvier-marks/1"'),
        (marks_of_recording(["Fpz"]), ValueError, "'Fpz' is not; did you mean"),
        (
            {"format": "ranvier-marks/1", "of": "ica", "exclude": []},
            ValueError,
            "marks of ica; they can't be applied to a recording",
        ),
        ("nowhere.json", OSError, "nowhere.json"),
    ],
)
def test_what_does_not_fit_is_refused(marks, error, words):
    with pytest.raises(error, match=words):
        make_raw().apply_marks(marks)


def test_in_a_script_recordings_are_drawn_and_the_backend_chooses():
    raw = make_raw()
    assert type(raw.plot(show=False)).__name__ == "Figure"
    with mne.viz.use_browser_backend("qt"):  # a window in MNE-Python
        assert (
            type(raw.plot(show=False)).__name__ == "Browser"
            and type(make_epochs().plot(show=False)).__name__ == "Browser"
        )
    axes = pytest.importorskip("matplotlib.pyplot").figure().subplots()
    with mne.viz.use_browser_backend("page"):
        assert raw.plot(show=False, axes=axes) is axes.figure


def data_of(html):
    return json.loads(re.search(r'<script id="ranvier-data" type="application/json">(.*?)</script>', html, re.S)[1])


def test_the_page_opens_as_the_arguments_say(page, tmp_path):
    raw = make_raw(stim=True, first_samp=100)
    raw.set_annotations(mne.Annotations([1, 2], 0.5, ["go", "BAD_x"]))
    events = mne.find_events(raw)
    browser = raw.plot(
        events, 4.0, 1.5, 7, "#eeeeee", {"eeg": "b"}, "r", "g", scalings={"eeg": 3e-5, "stim": "auto"}, remove_dc=False,
        order=[13, 2, 1], title="Mine", show=False, clipping="transparent", show_first_samp=True, butterfly=True,
        annotation_colors={"go": "y"}, annotation_regex="^BAD", event_id={"left": 1}, show_scalebars=False,
        show_zero_line=True, show_scrollbars=False, time_format="clock", theme="dark")  # fmt: skip
    browser.save(tmp_path / "p.html")
    data = data_of((tmp_path / "p.html").read_text())
    assert data["theme"] == "dark" and data["title"] == "Mine" and "marks" not in data
    (section,) = data["sections"]
    assert section["look"] == {
        "start": 1.5, "duration": 4.0, "rows": 7, "remove_mean": False, "butterfly": True, "scale_bars": False,
        "zero_lines": True, "overview": False, "clock": True, "first_time": True, "clip_hides": True, "clip": 0.5,
        "bad_colour": "#ff0000", "background": "#eeeeee", "colours": [{"name": "eeg", "value": "#0000ff"}]}  # fmt: skip
    assert [c["name"] for c in section["channels"]] == ["STI 014", "F3", "Fp2"]
    assert section["channels"][1]["half_range"] == 3e-5 and "half_range" not in section["channels"][0]
    assert [(a["named"], a.get("colour")) for a in section["annotations"] if a["description"] == "go"] == [
        (False, "#bfbf00")
    ]
    first = section["events"][0]
    assert (
        first["time"] == pytest.approx((events[0, 0] - 100) / 200)
        and first["name"] == "left"
        and first["colour"] == "#008000"
    )
    with pytest.raises(FileExistsError):
        browser.save(tmp_path / "p.html")


def test_what_is_shown_can_be_filtered_and_ordered(page, tmp_path):
    raw = make_raw(stim=True)
    raw.set_channel_types({"Fp1": "eog"})
    before = raw.get_data()

    def channels(**how):
        raw.plot(show=False, **how).save(tmp_path / "p.html", overwrite=True)
        section = data_of((tmp_path / "p.html").read_text())["sections"][0]
        return [c["name"] for c in section["channels"]], section["data"]["scale"]

    by_type, wide = channels()
    assert by_type[-2:] == ["Fp1", "STI 014"] and channels(group_by="original")[0] == raw.ch_names
    narrow = channels(lowpass=5.0)[1]
    assert narrow[0] < 0.6 * wide[0] and narrow[-1] == wide[-1] and np.array_equal(raw.get_data(), before)
    assert channels(lowpass=5.0, filtorder=0)[1][0] != narrow[0]
    for how, words in ((dict(group_by="selection"), '"type" or "original"'), (dict(overview_mode="zscore"), '"hidden"'),
                       (dict(noise_cov=1), "noise_cov=None"), (dict(decim=2), "resample")):  # fmt: skip
        with pytest.raises(NotImplementedError, match=words):
            raw.plot(show=False, **how)


def test_a_notebook_shows_the_page_in_a_frame_without_rights(page):
    raw = make_raw()
    raw.rename_channels({"Cz": '"><script>alert(1)</script>'})
    frame = ET.fromstring(raw.plot(show=False)._repr_html_())
    assert (
        frame.tag == "iframe" and frame.attrib["sandbox"] == "allow-scripts allow-downloads" and frame.attrib["title"]
    )
    address = data_of(frame.attrib["srcdoc"])["marks"]["address"]
    assert f"connect-src {address}/" in frame.attrib["srcdoc"] and "<script>alert(1)" not in frame.attrib["srcdoc"]


def test_marks_are_applied_as_they_are_made(page):
    raw = make_raw()
    browser = raw.plot(show=False)
    assert browser.marks is None and sent(browser.address + "marks") == (404, "nothing has been marked")
    assert sent(browser.address)[1].startswith("<!doctype html>")
    assert sent(browser.address + "marks", marks_of_recording(["Cz"], [(2, 1, "BAD_x")])) == (200, "")
    assert raw.info["bads"] == ["Cz"] and raw.annotations.description.tolist() == ["BAD_x"]
    assert browser.marks["bads"] == ["Cz"] and json.loads(sent(browser.address + "marks")[1]) == browser.marks
    assert not browser.wait(0.01)
    threading.Timer(0.1, lambda: sent(browser.address + "done", marks_of_recording(["Pz"]))).start()
    assert browser.wait(20) and raw.info["bads"] == ["Pz"]
    address = browser.address
    browser.close()
    assert sent(address + "marks", marks_of_recording())[0] == 404 and raw.info["bads"] == ["Pz"]


def test_epochs_are_dropped_when_marking_is_done(page):
    epochs = make_epochs()
    browser, n = epochs.plot(show=False), len(epochs)
    marks = {"format": "ranvier-marks/1", "of": "epochs", "bads": ["Cz"], "dropped": [0]}
    assert sent(browser.address + "marks", marks)[0] == 200
    assert len(epochs) == n and epochs.info["bads"] == ["Cz"]  # so that it can be taken back
    assert sent(browser.address + "done", marks)[0] == 200 and len(epochs) == n - 1


def test_plot_opens_the_page_in_the_browser_and_waits_if_asked_to(page, monkeypatch):
    opened = []

    def open_page(file):
        opened.append(file)
        threading.Timer(0.1, lambda: sent(led_to(file) + "done", marks_of_recording(["Cz"]))).start()

    monkeypatch.setattr("webbrowser.open", open_page)
    raw = make_raw()
    raw.plot(block=True)
    assert len(opened) == 1 and raw.info["bads"] == ["Cz"]


def led_to(file):
    """Where a file leads that a web browser is told to open."""
    text = urllib.request.urlopen(file).read().decode()
    return re.search('url=(http://127[^"]*/)"', text)[1]


def test_the_secret_is_not_in_the_command_that_opens_the_page(page, monkeypatch):
    opened = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    browser = make_raw().plot()
    secret = browser.address.rstrip("/").rpartition("/")[2]
    (file,) = opened
    path = pathlib.Path(urllib.request.url2pathname(file.removeprefix("file://")))
    assert file.startswith("file:") and secret not in file and led_to(file) == browser.address
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    browser.close()
    del browser
    gc.collect()
    assert not path.exists()


def test_nobody_else_can_mark_or_look(page):
    raw = make_raw()
    browser = raw.plot(show=False)
    port = browser.address.split(":")[2].split("/")[0]
    secret = browser.address.rstrip("/").rpartition("/")[2]
    assert len(secret) >= 43
    good = marks_of_recording(["Cz"])
    for address in (
        f"http://127.0.0.1:{port}/",
        f"http://127.0.0.1:{port}/marks",
        browser.address.replace(secret[:4], "aaaa") + "marks",
    ):
        assert sent(address, good)[0] == 404 and sent(address)[0] == 404
    assert sent(browser.address + "marks", good, host=f"evil.example:{port}")[0] == 404
    assert sent(browser.address + "other", good)[0] == 404 and sent(browser.address + "other")[0] == 404
    assert raw.info["bads"] == []
    status, words = sent(browser.address + "marks", marks_of_recording(["nobody"]))
    assert status == 400 and "'nobody' is not" in words
    assert sent(browser.address + "marks", {"format": "ranvier-marks/1", "of": "ica", "exclude": []})[0] == 400
    assert raw.info["bads"] == [] and browser.marks is None
    assert page_server._server.server_address[0] == "127.0.0.1"
    with urllib.request.urlopen(urllib.request.Request(browser.address, method="OPTIONS"), timeout=20) as answer:
        assert answer.status == 204


def test_the_oldest_of_many_pages_is_forgotten(page):
    raw = make_raw(n_times=100)
    browsers = [raw.plot(show=False) for _ in range(page_server._PAGES + 1)]
    addresses = [b.address for b in browsers]
    assert sent(addresses[0])[0] == 404 and sent(addresses[1])[0] == 200


def test_a_page_that_was_forgotten_is_served_anew_when_it_is_shown_again(page):
    raw = make_raw(n_times=100)
    first = raw.plot(show=False)
    before = first.address
    others = [raw.plot(show=False) for _ in range(page_server._PAGES)]
    assert len([other.address for other in others]) == page_server._PAGES
    assert f"connect-src {before}" not in first._repr_html_() and first.address != before
    assert sent(first.address + "marks", marks_of_recording(["Cz"]))[0] == 200 and raw.info["bads"] == ["Cz"]


def test_after_done_nothing_is_applied_until_the_page_is_opened_again(page):
    epochs = make_epochs()
    browser, n = epochs.plot(show=False), len(epochs)
    marks = {"format": "ranvier-marks/1", "of": "epochs", "bads": [], "dropped": [0]}
    sent(browser.address)
    assert sent(browser.address + "done", marks)[0] == 200 and len(epochs) == n - 1
    for what in ("marks", "done"):
        status, words = sent(browser.address + what, {**marks, "bads": ["Cz"], "dropped": [1]})
        assert status == 400 and "open the page again" in words
    assert len(epochs) == n - 1 and epochs.info["bads"] == [] and browser.marks == marks
    sent(browser.address)
    assert sent(browser.address + "marks", {**marks, "bads": ["Cz"]})[0] == 200 and epochs.info["bads"] == ["Cz"]


@pytest.mark.parametrize("length", ["²", "1²", "+5", "", "5_0", "9" * 5000])
def test_a_length_of_odd_digits_is_refused_in_words(page, length):
    browser = make_raw().plot(show=False)
    host, _, path = browser.address.removeprefix("http://").partition("/")
    with socket.create_connection(("127.0.0.1", int(host.split(":")[1])), timeout=20) as line:
        head = f"POST /{path}marks HTTP/1.1\r\nHost: {host}\r\nContent-Length: {length}\r\n\r\n"
        line.sendall(head.encode("latin-1"))
        assert line.recv(1000).startswith(b"HTTP/1.1 413")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_child_ends_and_serves_pages_of_its_own():
    program = """
import os, sys, urllib.request, warnings
warnings.simplefilter("ignore")
import numpy as np
import ranvier.meeg as mne
mne.viz.set_browser_backend("page")
raw = mne.io.RawArray(np.zeros((1, 100)), mne.create_info(1, 100.0, "eeg"), verbose=False)
browser = raw.plot(show=False)
parents = browser.address
child = os.fork()
if child == 0:
    assert browser.address.split("/")[2] != parents.split("/")[2]
    assert urllib.request.urlopen(browser.address, timeout=20).status == 200
    sys.exit(7)
status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
assert urllib.request.urlopen(parents, timeout=20).status == 200
print("the child ended with", status)
"""
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert told.stdout == "the child ended with 7\n", told.stderr


def mixed():
    """A recording of sparse sources with an eye channel, and its components; the second is excluded."""
    raw = make_raw(4000)
    random = np.random.default_rng(3)
    raw._data[:] = 1e-5 * random.normal(size=(13, 4)) @ random.laplace(size=(4, 4000)) + 1e-8 * raw._data
    raw.set_channel_types({"Fp1": "eog"}, on_unit_change="ignore")
    raw.set_annotations(mne.Annotations([1, 2], 0.5, ["go", "rest"]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ica = mne.preprocessing.ICA(3, random_state=0).fit(raw)
    ica.exclude = [1]
    return raw, ica


def test_components_that_are_left_out_on_the_page_of_their_sources_are_left_out(page, monkeypatch):
    raw, ica = mixed()
    browser = ica.plot_sources(raw, start=2, stop=5, show=False, theme="dark", overview_mode="hidden", title="Mine",
                               n_components=2, annotation_regex="go")  # fmt: skip
    data = data_of(sent(browser.address)[1])
    (section,) = data["sections"]
    assert data["theme"] == "dark" and section["title"] == "Mine" and section["marks_of"] == "ica"
    assert [(c["name"], c["type"], c["bad"]) for c in section["channels"]] == [
        ("ICA000", "misc", False), ("ICA001", "misc", True), ("ICA002", "misc", False), ("Fp1", "eog", False)]  # fmt: skip
    look = section["look"]
    assert (look["start"], look["duration"], look["rows"], look["overview"]) == (2, 3, 2, False)
    assert {a["description"]: a.get("named", True) for a in section["annotations"]} == {"go": True, "rest": False}
    assert sent(browser.address + "marks", {"format": "ranvier-marks/1", "of": "ica", "exclude": [0, 2]}) == (200, "")
    assert ica.exclude == [0, 2] and raw.info["bads"] == []
    events = np.c_[np.arange(300, 3900, 400), np.zeros(9, int), np.ones(9, int)]
    epochs = mne.Epochs(raw, events, tmin=0, tmax=0.5, baseline=None, preload=True)
    of_epochs = ica.plot_sources(epochs, start=2, stop=6, show=False)
    (section,) = data_of(sent(of_epochs.address)[1])["sections"]
    assert section["marks_of"] == "ica" and [c["bad"] for c in section["channels"]] == [True, False, True, False]
    length = len(epochs.times) / 200
    assert (section["look"]["start"], section["look"]["duration"]) == pytest.approx((2 * length, 4 * length))
    sent(of_epochs.address + "marks", {"format": "ranvier-marks/1", "of": "ica", "exclude": []})
    assert ica.exclude == [] and len(epochs) == 9
    with pytest.raises(NotImplementedError, match="overview_mode"):
        ica.plot_sources(raw, overview_mode="zscore", show=False)
    with pytest.raises(ValueError, match="theme"):
        ica.plot_sources(raw, theme="pink", show=False)
    some = ica.plot_sources(raw, picks=[2, 0], show=False)
    assert type(some).__name__ == "Figure" and len(some.axes[0].get_yticklabels()) == 3
    done = {"format": "ranvier-marks/1", "of": "ica", "exclude": [2]}
    monkeypatch.setattr(
        "webbrowser.open", lambda file: threading.Timer(0.1, lambda: sent(led_to(file) + "done", done)).start()
    )
    ica.plot_sources(raw, block=True)
    assert ica.exclude == [2]


def test_marks_of_what_has_none_are_refused_in_words():
    marks = marks_of_recording()
    for inst in (3, make_epochs().average(), None):
        with pytest.raises(TypeError, match="a Raw, Epochs or ICA"):
            mne.marks.apply_marks(inst, marks)
    with pytest.raises(RuntimeError, match="must be fitted first"):
        mne.preprocessing.ICA(3).apply_marks({"format": "ranvier-marks/1", "of": "ica", "exclude": []})
    for inst in (make_raw().apply_hilbert(n_fft=None), make_epochs().pick("eeg").apply_hilbert(n_fft=None)):
        for call, given in ((inst.apply_marks, marks), (inst.save_marks, "x.json")):
            with pytest.raises(ConflictError, match="of real samples"):
                call(given)


@pytest.mark.parametrize("backend", ["matplotlib", "page"])
@pytest.mark.parametrize(("how", "error", "words"), [
    (dict(duration=0), ValueError, "duration must be > 0 s; got 0"), (dict(duration=-5), ValueError, "got -5"),
    (dict(duration="all"), TypeError, "duration must be a number; got 'all'"), (dict(duration=np.nan), ValueError, "finite"),
    (dict(start=10.0), ValueError, "within the 10 s"), (dict(start=-1), ValueError, "got -1"),
    (dict(start="now"), TypeError, "start must be a number"), (dict(n_channels=-1), ValueError, "n_channels must be >= 1"),
    (dict(n_channels=2.5), TypeError, "whole number"), (dict(clipping="clip"), ValueError, "clipping must be one of"),
    (dict(clipping=-1), ValueError, "clipping must be > 0"), (dict(clipping=np.nan), ValueError, "finite"),
    (dict(scalings=-1e-6), ValueError, "scalings must be > 0"), (dict(scalings={"eeg": 0}), ValueError, r"scalings\['eeg'\]"),
    (dict(scalings={"eeg": np.nan}), ValueError, "finite"), (dict(scalings={"eggs": 1}), ValueError, "'eggs' is none"),
    (dict(scalings="wide"), ValueError, '"auto"'), (dict(scalings=[1]), TypeError, "a number"),
])  # fmt: skip
def test_windows_that_show_nothing_are_refused_in_figures_and_on_pages(backend, how, error, words):
    with mne.viz.use_browser_backend(backend):
        with pytest.raises(error, match=words):
            make_raw().plot(show=False, **how)
        if "start" not in how and "duration" not in how and "clipping" not in how:
            with pytest.raises(error, match=words):
                make_epochs().plot(show=False, **how)
        for n_epochs in (0, -2):
            with pytest.raises(ValueError, match="n_epochs must be >= 1"):
                make_epochs().plot(show=False, n_epochs=n_epochs)


def test_events_in_many_epochs_are_found_at_once():
    n = 20000
    own = np.c_[np.arange(n) * 100, np.zeros(n, int), np.ones(n, int)]
    others = np.c_[np.arange(n) * 100 + 30, np.zeros(n, int), np.full(n, 2)]
    epochs = SimpleNamespace(times=np.arange(-20, 50) / 100.0, info={"sfreq": 100.0}, events=own)
    begin = time.perf_counter()
    found = events_within(epochs, np.r_[others[::-1], own])
    assert time.perf_counter() - begin < 5 and found[:2] == [(0, 50, 2), (1, 50, 2)] and len(found) == n
