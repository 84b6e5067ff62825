"""What a person marks on a page comes back to Python: as files and at once, and nobody else's does."""

import json
import re
import threading
import urllib.error
import urllib.request
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from conftest import make_epochs, make_raw
from ranvier.meeg.viz import page_server

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

    def open_page(address):
        opened.append(address)
        threading.Timer(0.1, lambda: sent(address + "done", marks_of_recording(["Cz"]))).start()

    monkeypatch.setattr("webbrowser.open", open_page)
    raw = make_raw()
    raw.plot(block=True)
    assert len(opened) == 1 and raw.info["bads"] == ["Cz"]


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
