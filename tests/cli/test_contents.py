"""What Ranvier writes, `ranvier info` says and `ranvier report` shows."""

import json
import os
import pathlib
import subprocess
import sys

import numpy as np
import pytest

import ranvier.learn as rl
from ranvier import meeg

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(os.environ.get("RANVIER_BUILD", ROOT / "build/dev")) / "cli/ranvier"

if not PROGRAM.exists():
    pytest.skip(f"no command-line program at {PROGRAM}: build first", allow_module_level=True)


def ranvier(*arguments, cwd=None):
    return subprocess.run([str(PROGRAM), *map(str, arguments)], cwd=cwd, text=True, capture_output=True, timeout=120)


def sections(page):
    """The sections of a page, as the viewer reads them."""
    text = pathlib.Path(page).read_text()
    begin = text.index('<script id="ranvier-data" type="application/json">')
    data = text[text.index(">", begin) + 1 : text.index("</script>", begin)]
    return {s["title"]: s for s in json.loads(data)["sections"]}


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """One file of each noun that Ranvier writes, by its word."""
    folder = tmp_path_factory.mktemp("contents")
    info = meeg.create_info(["Fz", "Cz", "Pz", "Oz"], 100.0, "eeg")
    noise = np.random.default_rng(0).normal(size=(4, 6000)) * 1e-5
    noise[0, 1500] = 1e-2  # one epoch is over the limit
    raw = meeg.io.RawArray(noise, info, verbose="error")
    raw.set_montage("standard_1005")
    raw.set_meas_date(1_000_000_000)
    raw.set_annotations(meeg.Annotations(np.arange(5.0, 55.0, 5.0), 0.5, ["left", "right"] * 5))
    raw.set_eeg_reference(projection=True)
    raw.save(folder / "a_raw.fif")
    raw.export(folder / "a.edf", fmt="edf", verbose="error")
    raw.export(folder / "b.vhdr", verbose="error")
    raw.export(folder / "b.set", verbose="error")
    events, ids = meeg.events_from_annotations(raw)
    epochs = meeg.Epochs(raw, events, ids, tmin=-0.5, tmax=1.0, reject=dict(eeg=5e-3), preload=True)
    epochs.save(folder / "a-epo.fif")
    epochs.export(folder / "e.set", verbose="error")
    meeg.write_evokeds(folder / "a-ave.fif", [epochs["left"].average(), epochs["right"].average()])
    meeg.write_cov(folder / "a-cov.fif", meeg.Covariance(np.cov(noise), raw.ch_names, [], [], nfree=6000))
    meeg.write_events(folder / "a-eve.fif", events)
    meeg.write_events(folder / "a.eve", events)
    meeg.write_proj(folder / "a-proj.fif", raw.info["projs"])
    raw.annotations.save(folder / "a-annot.fif")
    meeg.io.write_info(folder / "a-info.fif", raw.info)
    rl.save(rl.PCA(2).fit(noise.T), folder / "a.rvl")
    words = {
        "a_raw.fif": "recordings",
        "a.edf": "recordings",
        "b.vhdr": "recordings",
        "b.vmrk": "annotations",
        "b.set": "recordings",
        "e.set": "epochs",
        "a-epo.fif": "epochs",
        "a-ave.fif": "averages",
        "a-cov.fif": "covariances",
        "a-eve.fif": "events",
        "a.eve": "events",
        "a-proj.fif": "projections",
        "a-annot.fif": "annotations",
        "a-info.fif": "measurement info",
        "a.rvl": "trained models",
    }
    return {folder / name: word for name, word in words.items()}


def test_info_says_what_every_file_that_ranvier_writes_holds(files):
    for path, word in files.items():
        done = ranvier("info", path, "--json")
        assert done.returncode == 0, (path.name, done.stderr)
        assert json.loads(done.stdout)["holds"] == word, path.name
        told = ranvier("info", path)
        assert told.returncode == 0 and word in told.stdout


def test_info_of_averages_and_epochs_says_what_was_averaged_and_dropped(files):
    averages = json.loads(ranvier("info", "--json", by_name(files, "a-ave.fif")).stdout)["averages"]
    assert [(a["comment"], a["nave"]) for a in averages] == [("left", 4), ("right", 5)]
    epochs = json.loads(ranvier("info", "--json", by_name(files, "a-epo.fif")).stdout)
    assert epochs["conditions"] == {"left": 4, "right": 5} and epochs["epochs"] == 9
    assert epochs["dropped"] == "1 of 10 epochs were dropped: Fz 1×"


def by_name(files, name):
    return next(p for p in files if p.name == name)


def test_a_page_of_every_file_shows_what_it_holds(files, tmp_path):
    wanted = {
        "a_raw.fif": {"Recording", "Annotations over time", "Power spectral density"},
        "a-epo.fif": {"Averages", "Dropped epochs", "Events over time", "Power spectral density"},
        "a-ave.fif": {"Averages"},
        "a-cov.fif": {"Covariance"},
        "a-eve.fif": {"Events over time"},
        "a-annot.fif": {"Annotations over time"},
        "a.rvl": {"components_"},
    }
    for path in files:
        page = tmp_path / f"{path.name}.html"
        done = ranvier("report", path, "-o", page)
        assert done.returncode == 0, (path.name, done.stderr)
        titles = set(sections(page))
        assert {"In short", "How this page was made"} | wanted.get(path.name, set()) <= titles, path.name


def test_a_page_says_when_and_how_the_recording_was_made(files, tmp_path):
    page = tmp_path / "a.html"
    assert ranvier("report", by_name(files, "a_raw.fif"), "-o", page).returncode == 0
    shown = sections(page)
    facts = {i["label"]: i["value"] for i in shown["In short"]["items"]}
    assert facts["measured"] == "2001-09-09 01:46:40 UTC"
    assert facts["filtered"] == "0 to 50 Hz" and facts["rate"] == "100 Hz"
    assert facts["reference"] == "as recorded; the average reference is stored as a projection, not applied"
    made = {p["name"]: p["value"] for p in shown["How this page was made"]["parameters"]}
    assert "windows of 2048 samples (20.48 s), hamming" in made["spectrum"]
    assert made["traces"] == "every sample, 16 bits"
    assert shown["Power spectral density"]["method"] == made["spectrum"]
    assert [g["name"] for g in shown["Annotations over time"]["groups"]] == ["left", "right"]


def test_a_page_of_epochs_says_why_some_were_dropped(files, tmp_path):
    page = tmp_path / "a.html"
    assert ranvier("report", by_name(files, "a-epo.fif"), "-o", page).returncode == 0
    drops = sections(page)["Dropped epochs"]
    assert drops["given"] == 10 and drops["dropped"] == 1 and drops["reasons"] == [{"reason": "Fz", "count": 1}]


@pytest.fixture(scope="module")
def fast(tmp_path_factory):
    path = tmp_path_factory.mktemp("fast") / "fast_raw.fif"
    info = meeg.create_info(["A", "B"], 500.0, "eeg")
    meeg.io.RawArray(np.random.default_rng(0).normal(size=(2, 60_000)) * 1e-5, info, verbose="error").save(path)
    return path


def test_a_page_states_the_rate_of_the_recording_and_that_of_its_thinned_traces(fast, tmp_path):
    page = tmp_path / "a.html"
    assert ranvier("report", fast, "-o", page).returncode == 0
    recording = sections(page)["Recording"]
    assert recording["recorded_sfreq"] == 500 and recording["sfreq"] == 250
    assert {i["label"]: i["value"] for i in sections(page)["In short"]["items"]}["rate"] == "500 Hz"


def test_a_page_is_no_larger_than_asked_and_keeps_peaks(fast, tmp_path):
    page = tmp_path / "a.html"
    assert ranvier("report", fast, "-o", page, "--max-size", "0.05").returncode == 0
    small = page.stat().st_size
    assert ranvier("report", fast, "-o", page, "--overwrite").returncode == 0
    assert small < page.stat().st_size - 100_000
    assert ranvier("report", fast, "-o", page, "--max-size", "0.05", "--overwrite").returncode == 0
    recording = sections(page)["Recording"]
    n = recording["data"]["shape"][1]
    assert 2 * 2 * n * 4 / 3 <= 50_000 + 16
    largest = np.abs(meeg.io.read_raw_fif(fast, verbose="error").get_data()).max(axis=1)
    assert np.allclose(np.array(recording["data"]["scale"]) * 32767, largest)  # the greatest sample is still there


@pytest.mark.parametrize("epochs", [False, True])
def test_one_sample_has_a_page_without_a_spectrum(tmp_path, epochs):
    info = meeg.create_info(["Fz", "Cz"], 100.0, "eeg")
    if epochs:
        path = tmp_path / "one-epo.fif"
        meeg.EpochsArray(np.ones((3, 2, 1)) * 1e-6, info, verbose="error").save(path)
    else:
        path = tmp_path / "one_raw.fif"
        meeg.io.RawArray(np.ones((2, 1)) * 1e-6, info, verbose="error").save(path)
    done = ranvier("report", path, "-o", tmp_path / "one.html")
    assert done.returncode == 0, done.stderr
    assert "Power spectral density" not in sections(tmp_path / "one.html")


def test_a_montage_gives_the_electrodes_of_an_edf_their_places(files, tmp_path):
    source = by_name(files, "a.edf")
    page = tmp_path / "a.html"
    assert ranvier("report", source, "-o", page).returncode == 0
    assert all(c["position"] is None for c in sections(page)["Recording"]["channels"])
    assert ranvier("report", source, "-o", page, "--overwrite", "--montage", "standard_1005").returncode == 0
    assert all(c["position"] for c in sections(page)["Recording"]["channels"])
    done = ranvier("report", source, "-o", page, "--overwrite", "--montage", "standard_1o05")
    assert done.returncode == 3 and "standard_1005" in done.stderr
    done = ranvier("report", by_name(files, "a-eve.fif"), "-o", tmp_path / "b.html", "--montage", "standard_1005")
    assert done.returncode == 3 and "events" in done.stderr


def test_the_recording_is_never_replaced_by_its_page(files):
    source = by_name(files, "a.edf")
    before = source.read_bytes()
    done = ranvier("report", source, "-o", source, "--overwrite")
    assert done.returncode == 3 and "another file" in done.stderr and source.read_bytes() == before
    done = ranvier("report", source, "-o", source.with_suffix(".fif"), "--overwrite")
    assert done.returncode == 3 and ".html" in done.stderr and not source.with_suffix(".fif").exists()


def test_a_recording_is_written_as_bdf_where_the_goal_says_so(files, tmp_path):
    done = ranvier("meeg", "filter", by_name(files, "a_raw.fif"), tmp_path / "x.bdf", "--h-freq", "30")
    assert done.returncode == 0, done.stderr
    filtered = meeg.io.read_raw_fif(by_name(files, "a_raw.fif"), preload=True).filter(None, 30).get_data()
    again = meeg.io.read_raw_bdf(tmp_path / "x.bdf")
    np.testing.assert_allclose(again.get_data(), filtered, atol=np.ptp(filtered) / 2**24)
    assert again.annotations.description[0] == "left"
    assert json.loads(ranvier("info", tmp_path / "x.bdf", "--json").stdout)["channels"]


def test_a_name_never_says_another_format_than_is_written(tmp_path):
    raw = meeg.io.RawArray(np.zeros((1, 300)), meeg.create_info(["A"], 100.0, "eeg"), verbose="error")
    with pytest.raises(OSError, match=".fif"):
        raw.save(tmp_path / "x_raw.edf")
    with pytest.raises(OSError, match=".edf"):
        raw.export(tmp_path / "x.bdf", fmt="edf")
    with pytest.raises(OSError, match=".rvl"):
        rl.save(rl.PCA(1).fit(np.eye(3)), tmp_path / "x.fif")
    assert not list(tmp_path.iterdir())


@pytest.fixture(scope="module")
def blinking(tmp_path_factory):
    """Ten blinks over alpha waves: Fp1 and Fp2 have most of them, the EOG channel nothing else."""
    rng, sfreq = np.random.default_rng(5), 200.0
    t = np.arange(12000) / sfreq
    blinks = sum(np.exp(-0.5 * ((t - 3 - 5.5 * k) / 0.08) ** 2) for k in range(10))
    gains = np.array([200e-6, 180e-6, 60e-6, 20e-6, 8e-6, 300e-6])
    data = gains[:, None] * blinks + rng.normal(size=(6, t.size)) * 2e-6
    data[:5] += 5e-6 * np.sin(2 * np.pi * 10 * t) * np.array([0.2, 0.2, 0.4, 0.8, 1.0])[:, None]
    info = meeg.create_info(["Fp1", "Fp2", "Fz", "Pz", "Oz", "EOG"], sfreq, ["eeg"] * 5 + ["eog"])
    path = tmp_path_factory.mktemp("blinking") / "in_raw.fif"
    meeg.io.RawArray(data, info, verbose="error").save(path)
    return path, blinks


def test_blinks_are_projected_out_of_a_recording(blinking, tmp_path):
    path, blinks = blinking
    goal = tmp_path / "clean_raw.fif"
    done = ranvier("--json", "meeg", "ssp", path, goal, "--n-eeg", 1)
    assert done.returncode == 0, done.stderr
    events = meeg.preprocessing.find_eog_events(meeg.io.read_raw_fif(path))
    assert json.loads(done.stdout) == {"written": str(goal), "events": len(events), "projections": 1}
    raw, clean = meeg.io.read_raw_fif(path), meeg.io.read_raw_fif(goal)
    assert clean.proj and clean.info["projs"][0]["desc"].startswith("EOG")
    for name in ("Fp1", "Fp2", "Fz"):
        before, after = (np.dot(r.get_data([name])[0], blinks) / np.dot(blinks, blinks) for r in (raw, clean))
        assert before > 50e-6 and abs(after) < 0.03 * before
    projs, _ = meeg.preprocessing.compute_proj_eog(raw, n_eeg=1)
    alone = ranvier("meeg", "ssp", path, tmp_path / "blinks-proj.fif", "--n-eeg", 1)
    assert alone.returncode == 0 and alone.stdout.startswith(f"blinks: {len(events)}, projections: 1")
    (read,) = meeg.read_proj(tmp_path / "blinks-proj.fif")
    np.testing.assert_allclose(read["data"]["data"], projs[0]["data"]["data"], rtol=1e-6)
    loud = ranvier("meeg", "ssp", path, tmp_path / "Blinks-Proj.FIF", "--n-eeg", 1)
    assert loud.returncode == 0 and len(meeg.read_proj(tmp_path / "Blinks-Proj.FIF")) == 1, loud.stderr
    imported = ranvier("meeg", "ica", path, tmp_path / "ica_raw.fif", "--eog", "Fp1", "--method", "imported_eeglab")
    assert imported.returncode != 0 and "says where components come from" in imported.stderr
    kept = ranvier("meeg", "ssp", path, tmp_path / "kept_raw.fif", "--ch-name", "Fp1", "--no-apply")
    assert kept.returncode == 0 and not meeg.io.read_raw_fif(tmp_path / "kept_raw.fif").proj


def test_the_environments_field_is_projected_out_of_a_recording(tmp_path):
    sys.path.insert(0, str(ROOT / "tests/python"))
    import helmet

    made = helmet.info()
    field = helmet.of_field(made, lambda p: np.array([1e-9, -2e-9, 5e-10]))
    data = np.vstack([np.outer(field, np.sin(np.arange(100))), np.zeros((1, 100))])
    meeg.io.RawArray(data, made, verbose="error").pick("mag").save(tmp_path / "in_raw.fif")
    done = ranvier("--json", "meeg", "hfc", tmp_path / "in_raw.fif", tmp_path / "out_raw.fif")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"written": str(tmp_path / "out_raw.fif"), "projections": 3, "channels": 34}
    assert np.abs(meeg.io.read_raw_fif(tmp_path / "out_raw.fif").get_data()).max() < 1e-6 * np.abs(data).max()
    done = ranvier("meeg", "hfc", tmp_path / "in_raw.fif", tmp_path / "field-proj.fif", "--order", 2)
    assert done.returncode == 0 and len(meeg.read_proj(tmp_path / "field-proj.fif")) == 8
    done = ranvier("meeg", "hfc", tmp_path / "in_raw.fif", tmp_path / "other_raw.fif", "--order", 0)
    assert done.returncode == 3 and "order" in done.stderr and not (tmp_path / "other_raw.fif").exists()


def test_a_calibration_that_a_recording_holds_is_used_unless_there_is_to_be_none(tmp_path):
    sys.path.insert(0, str(ROOT / "tests/python"))
    import test_fine_calibration as calibrations

    raw = calibrations._carrying(calibrations._room(seconds=2.0))[0]
    raw.save(tmp_path / "in_raw.fif", fmt="double")
    options = ["--coord-frame", "meg", "--origin", "0,0,0", "--int-order", "5", "--ext-order", "2"]
    for name, arguments, wanted in (("own", [], True), ("none", ["--calibration", "none", "--cross-talk", "none"], False)):
        done = ranvier("meeg", "maxwell", tmp_path / "in_raw.fif", tmp_path / f"{name}_raw_sss.fif", *options, *arguments)
        assert done.returncode == 0, done.stderr
        told = meeg.io.read_raw_fif(tmp_path / f"{name}_raw_sss.fif").info["proc_history"][0]["max_info"]
        assert (bool(told["sss_cal"]), bool(told["sss_ctc"])) == (wanted, wanted)


@pytest.mark.parametrize("arguments, words", [
    (["--against", "ecg"], "ECG"), (["--ch-name", "Fp3"], "Fp3"), (["--against", "eog", "--tmax", "-1"], "tmax"),
    (["--reject", "eeg=1e-6"], "rejected by its amplitude"), (["--ch-name", "Fz", "--ch-name", "Pz", "--against", "ecg"], "one channel")])  # fmt: skip
def test_what_can_not_be_projected_out_is_said_and_nothing_written(blinking, tmp_path, arguments, words):
    done = ranvier("meeg", "ssp", blinking[0], tmp_path / "clean_raw.fif", *arguments)
    assert done.returncode in (2, 3) and words in done.stderr and not list(tmp_path.iterdir())


def test_covariances_of_recordings_and_of_epochs_are_those_of_python(files, tmp_path):
    goal = tmp_path / "noise-cov.fif"
    raw_path, epochs_path = ((next(p for p in files if p.name == name)) for name in ("a_raw.fif", "a-epo.fif"))
    done = ranvier("--json", "meeg", "covariance", raw_path, goal, "--method", "shrunk", "--tmin", 1)
    assert done.returncode == 0, done.stderr
    cov = meeg.compute_raw_covariance(meeg.io.read_raw_fif(raw_path), tmin=1, method="shrunk")
    assert json.loads(done.stdout) == {"written": str(goal), "channels": 4, "method": "shrunk", "samples": cov["nfree"]}
    np.testing.assert_allclose(meeg.read_cov(goal).data, cov.data, rtol=1e-9)
    assert ranvier("meeg", "covariance", raw_path, goal).returncode == 3  # it is there
    done = ranvier("meeg", "covariance", epochs_path, goal, "--tmax", 0, "--overwrite")
    assert done.returncode == 0, done.stderr
    cov = meeg.compute_covariance(meeg.read_epochs(epochs_path), tmax=0)
    np.testing.assert_allclose(meeg.read_cov(goal).data, cov.data, rtol=1e-9)
    refused = ranvier("meeg", "covariance", epochs_path, goal, "--overwrite", "--tstep", 0.1)
    assert refused.returncode == 3 and "--tstep is about recordings" in refused.stderr
    assert ranvier("meeg", "covariance", raw_path, tmp_path / "noise.edf").returncode == 3


def test_a_page_shows_events_projections_and_marks_of_other_files(files, tmp_path):
    marks = {"format": "ranvier-marks/1", "of": "recording", "first_time": 0, "bads": ["Cz"],
             "annotations": [{"onset": 2.0, "duration": 1.0, "description": "BAD_x"}]}  # fmt: skip
    (tmp_path / "m.json").write_text(json.dumps(marks))
    page = tmp_path / "p.html"
    more = [
        "--events",
        by_name(files, "a-eve.fif"),
        "--projs",
        by_name(files, "a-proj.fif"),
        "--marks",
        tmp_path / "m.json",
        "-o",
        page,
    ]
    done = ranvier("report", by_name(files, "a_raw.fif"), *more)
    assert done.returncode == 0, done.stderr
    shown = sections(page)
    recording = shown["Recording"]
    assert [c["name"] for c in recording["channels"] if c["bad"]] == ["Cz"]
    assert [a["onset"] for a in recording["annotations"] if a["description"] == "BAD_x"] == [2.0]
    assert len(recording["events"]) == 10 == sum(len(g["times"]) for g in shown["Events over time"]["groups"])
    assert recording["events"][0]["time"] == 5.0
    assert shown["Projections"]["kind"] == "maps" and shown["Projections"]["maps"][0]["note"] == "not applied"
    for wrong, words in ((["--events", by_name(files, "a-proj.fif")], "--events must name a file of"),
                         (["--projs", by_name(files, "a-eve.fif")], "--projs must name a file of"), (["--marks", by_name(files, "a-eve.fif")], "no JSON")):  # fmt: skip
        done = ranvier("report", by_name(files, "a_raw.fif"), *wrong, "-o", page, "--overwrite")
        assert done.returncode != 0 and words in done.stderr
    done = ranvier(
        "report", by_name(files, "a-cov.fif"), "--projs", by_name(files, "a-proj.fif"), "-o", page, "--overwrite"
    )
    assert done.returncode != 0 and "--projs is about channels" in done.stderr
