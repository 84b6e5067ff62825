"""To MNE-Python and back, in memory."""

import datetime
import pathlib
import pickle
import runpy

import numpy as np
import pytest
from conftest import make_epochs, make_raw

import ranvier.meeg as rv

mne = pytest.importorskip("mne", reason="MNE-Python is not installed here")


def test_who_gives_an_object_of_mne_is_told_how_to_convert_it():
    raw = make_raw(stim=True).to_mne()
    for name, work in (
        ("ICA.fit", lambda: rv.preprocessing.ICA(2).fit(raw)), ("find_events", lambda: rv.find_events(raw)),
        ("Epochs", lambda: rv.Epochs(raw, np.array([[300, 0, 1]]))), ("compute_raw_covariance", lambda: rv.compute_raw_covariance(raw)),
        ("AutoReject.fit", lambda: rv.preprocessing.AutoReject().fit(raw)), ("BaseRaw.append", lambda: rv.concatenate_raws([make_raw(stim=True), raw])),
    ):  # fmt: skip
        with pytest.raises(
            TypeError, match=rf"^{name}\(\) takes Ranvier's objects, and this RawArray is MNE-Python's.*from_mne"
        ):
            work()


def test_a_recording_goes_to_mne_and_back():
    raw = make_raw(stim=True, first_samp=100)
    raw.info["bads"] = ["Cz"]
    raw.set_annotations(rv.Annotations([1.0], [0.5], ["x"]))
    raw.set_eeg_reference("average", projection=True)
    theirs = raw.to_mne()
    np.testing.assert_array_equal(theirs.get_data(), raw.get_data())
    assert theirs.info["bads"] == ["Cz"] and theirs.first_samp == 100
    assert theirs.get_channel_types() == raw.get_channel_types()
    back = rv.from_mne(theirs)
    np.testing.assert_array_equal(back.get_data(), raw.get_data())
    assert back.annotations == raw.annotations and back.ch_names == raw.ch_names
    assert len(back.info["projs"]) == 1 and len(back.info["dig"]) == len(raw.info["dig"])


def test_epochs_and_averages_go_to_mne_and_back():
    epochs = make_epochs()
    theirs = epochs.to_mne()
    np.testing.assert_array_equal(theirs.get_data(), epochs.get_data())
    assert theirs.event_id == epochs.event_id
    np.testing.assert_array_equal(rv.from_mne(theirs).get_data(), epochs.get_data())
    evoked = epochs.average()
    their_evoked = evoked.to_mne()
    np.testing.assert_allclose(their_evoked.times, evoked.times)
    np.testing.assert_array_equal(rv.from_mne(their_evoked).data, evoked.data)


def described(info):
    info["subject_info"] = {"his_id": "s1", "sex": 1, "birthday": datetime.date(1990, 5, 17), "weight": 60.5}
    info["device_info"] = {"type": "KIT", "serial": "7"}
    info["helium_info"] = {"he_level_raw": 12.5, "orig_file_guid": "x", "meas_date": DATE}
    info["description"], info["experimenter"], info["proj_name"], info["proj_id"] = "what", "who", "where", 5
    return info


DATE = datetime.datetime(2020, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)


def test_who_was_measured_with_what_survives_all_that_is_done_with_a_recording(tmp_path):
    raw = make_raw()
    described(raw.info)
    raw.save(tmp_path / "x_raw.fif")
    wanted = {key: raw.info[key] for key in ("subject_info", "device_info", "helium_info", "description", "proj_id")}
    assert (
        wanted["subject_info"]["birthday"] == datetime.date(1990, 5, 17) and wanted["helium_info"]["meas_date"] == DATE
    )
    epochs = rv.make_fixed_length_epochs(raw, 1.0, preload=True)
    theirs = raw.to_mne()
    others = (raw.copy(), pickle.loads(pickle.dumps(raw)), rv.concatenate_raws([raw.copy(), raw.copy()]), epochs,
              rv.concatenate_epochs([epochs, epochs]), epochs.average(), rv.io.read_raw(tmp_path / "x_raw.fif"),
              rv.from_mne(theirs), theirs, mne.io.read_raw_fif(tmp_path / "x_raw.fif", verbose="ERROR"))  # fmt: skip
    for other in others:
        assert {key: other.info[key] for key in wanted} == wanted
    raw.info["subject_info"]["sex"] = 2
    assert raw.copy().info["subject_info"]["sex"] == 2 and "his_id': 's1'" in repr(raw.info)
    held = raw.info["subject_info"]
    raw.info["subject_info"] = None
    assert held["sex"] == 2 and raw.info["subject_info"] is None
    with pytest.raises(ValueError, match="shoe"):
        raw.info["subject_info"] = {"shoe": 44}
    with pytest.raises(TypeError, match="weight"):
        raw.info["subject_info"] = {"weight": "heavy"}


def test_anonymous_recordings_keep_what_tells_of_nobody(tmp_path):
    raw = make_raw()
    info = described(raw.info)
    record = (901, [(103, 31, b"\1" * 20), (204, 3, b"\1" * 8), (212, 10, b"who"), (113, 10, b"maker")],
              [(502, [(264, 3, b"\0\0\0\2"), (204, 3, b"\1" * 8)], ())])  # fmt: skip
    measured = (108, [(103, 31, b"\1" * 20), (113, 10, b"maker")], [(110, [(236, 4, b"\0" * 4)], ())])
    with info._unlock():
        info["gantry_angle"], info["utc_offset"] = 68, "+01:00"
        tags, blocks = info._engine["preserved"]
        info._engine["preserved"] = (tags, (*blocks, (900, (), [record]), measured, (7777, [(410, 10, b"s1")], ())))
    info.anonymize()
    raw.save(tmp_path / "x_raw.fif")
    for kept in (
        info,
        rv.io.read_raw(tmp_path / "x_raw.fif").info,
        mne.io.read_info(tmp_path / "x_raw.fif", verbose="ERROR"),
    ):
        assert kept["gantry_angle"] == 68 and kept["device_info"] == {"type": "KIT"}
        helium = {key: value for key, value in kept["helium_info"].items() if value is not None}
        assert helium == {"he_level_raw": 12.5} and kept["subject_info"] is None
        assert kept["proj_id"] is None and kept["utc_offset"] is None
        [history], [coils] = kept["proc_history"], kept["hpi_meas"]
        assert history["creator"] == coils["creator"] == "maker" and history["experimenter"] == "anonymous"
        assert not history["block_id"]["machid"].any() and tuple(history["date"]) == (0, 2**31 - 1)
        assert "block_id" not in coils and len(coils["hpi_coils"]) == 1
    assert (
        b"who" not in (tmp_path / "x_raw.fif").read_bytes()
        and b"\1" * 8 not in repr(info._engine["preserved"]).encode()
    )
    assert 7777 not in [block[0] for block in info._engine["preserved"][1]]


def test_what_no_key_shows_of_a_subject_stays_where_another_key_is_set():
    info = described(make_raw().info)
    tags, blocks = info._engine["preserved"]
    blocks = [
        (n, [*t, (4321, 10, b"unknown")], [(555, [(1, 10, b"x")], ())]) if n == 106 else (n, t, c) for n, t, c in blocks
    ]
    info._engine["preserved"] = (tags, blocks)
    info["subject_info"]["sex"] = 2
    del info["subject_info"]["weight"]
    [(_, tags, children)] = [block for block in info._engine["preserved"][1] if block[0] == 106]
    assert (4321, 10, b"unknown") in tags and children == ((555, ((1, 10, b"x"),), ()),)
    assert [n for n, _, _ in tags].count(405) == 1 and 407 not in [n for n, _, _ in tags]
    assert info["subject_info"]["sex"] == 2 and info["subject_info"]["his_id"] == "s1"


def test_what_a_file_says_of_coils_and_history_goes_to_mne_and_back(data):
    path = data / "formats/mne/tests_test_ctf_comp_raw.fif"
    theirs, ours = mne.io.read_raw_fif(path, verbose="ERROR"), rv.io.read_raw(path)
    assert ours.compensation_grade == theirs.compensation_grade == 3
    for info in (ours.to_mne().info, rv.from_mne(ours.to_mne()).info, ours.info):
        for key in ("hpi_meas", "hpi_results", "hpi_subsystem", "gantry_angle", "proj_id", "proj_name", "meas_id", "file_id",
                    "acq_pars", "events", "ctf_head_t", "dev_ctf_t", "utc_offset", "subject_info"):  # fmt: skip
            assert not mne.utils.object_diff(plain(info[key]), plain(theirs.info[key])), key
        assert len(info["comps"]) == len(theirs.info["comps"]) == 5
        for a, b in zip(info["comps"], theirs.info["comps"]):
            assert (a["kind"], a["ctfkind"]) == (b["kind"], b["ctfkind"]) and list(a["data"]["row_names"]) == list(
                b["data"]["row_names"]
            )
    np.testing.assert_array_equal(
        ours.to_mne().info["comps"][0]["data"]["data"], theirs.info["comps"][0]["data"]["data"]
    )


def plain(value):
    if isinstance(value, dict) or hasattr(value, "keys"):
        return {key: plain(value[key]) for key in value if key != "coord_frame"}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    return np.asarray(value, np.float32).tolist() if isinstance(value, np.ndarray) else value  # as files have them


def test_baseline_and_limits_of_epochs_and_conditions_without_epochs_go_to_mne():
    epochs = make_epochs(reject=dict(eeg=1.0))
    epochs.drop(np.flatnonzero(epochs.events[:, 2] == 1))
    epochs.event_id = {"left": 1, "right": 2}
    theirs = epochs.to_mne()
    assert theirs.event_id == {"left": 1, "right": 2} and theirs.baseline == epochs.baseline
    assert theirs.reject == {"eeg": 1.0} and len(theirs) == len(epochs)
    assert epochs.average().to_mne().baseline == epochs.baseline


def test_limits_and_conditions_without_epochs_come_from_mne_and_go_back():
    limits = dict(reject=dict(eeg=1.0), flat=dict(eeg=1e-9), reject_tmin=-0.1, reject_tmax=0.3)
    theirs = make_epochs(**limits).to_mne()
    theirs.drop(np.flatnonzero(theirs.events[:, 2] == 1))
    ours = rv.from_mne(theirs)
    back = ours.to_mne()
    for epochs in (ours, back):
        for name in (*limits, "baseline", "event_id", "drop_log", "tmin", "tmax"):
            assert getattr(epochs, name) == getattr(theirs, name), name
        np.testing.assert_array_equal(epochs.get_data(), theirs.get_data())
        assert (
            epochs.selection.tolist() == theirs.selection.tolist() and epochs.events.tolist() == theirs.events.tolist()
        )
    with pytest.warns(RuntimeWarning, match="empty"):
        assert len(rv.from_mne(theirs.drop(np.arange(len(theirs))))) == 0


def test_spectra_and_maps_go_to_mne():
    epochs = make_epochs()
    maps = epochs.compute_tfr("morlet", freqs=[20.0, 30.0], n_cycles=2)
    for ours in (epochs.compute_psd(), epochs.average().compute_psd(), maps, maps.average()):
        theirs = ours.to_mne()
        np.testing.assert_array_equal(theirs.get_data(), ours.get_data())
        np.testing.assert_array_equal(theirs.freqs, ours.freqs)
        assert theirs.ch_names == ours.ch_names and getattr(theirs, "event_id", None) == getattr(ours, "event_id", None)


def test_the_names_that_ranvier_lacks_are_those_of_the_pinned_mne():
    if not mne.__version__.startswith(rv.__version__):
        pytest.skip(f"the list is of MNE-Python {rv.__version__}")
    tool = runpy.run_path(str(pathlib.Path(__file__).parents[2] / "tools/not_yet_names.py"))
    assert tool["TARGET"].read_text() == tool["text"]()


def test_components_whitened_by_a_covariance_keep_its_projections():
    epochs = make_epochs().set_eeg_reference(projection=True)
    cov = rv.compute_covariance(epochs, on_few_samples="ignore")
    ica = rv.preprocessing.ICA(3, noise_cov=cov, random_state=0).fit(make_raw())
    other = ica.to_mne()
    assert isinstance(other.noise_cov, mne.Covariance) and len(other.noise_cov["projs"]) == len(cov["projs"]) > 0
    assert list(rv.from_mne(other).noise_cov["projs"]) == list(cov["projs"])


def test_an_info_is_the_json_that_it_is_there(data):
    """What differs: sparse matrices, which are cut short there, and two keys that are said there twice."""
    path = data / "sample/SSS/sample_audvis_trunc_raw_sss.fif"
    ours, theirs = rv.io.read_info(path).to_json_dict(), mne.io.read_info(path, verbose="ERROR").to_json_dict()
    cross_talk = [info["proc_history"][0]["max_info"]["sss_ctc"].pop("decoupler") for info in (ours, theirs)]
    assert np.shape(cross_talk[0]) == (306, 306) and "306" in cross_talk[1]
    for key in set(theirs) - set(ours):
        assert key in ("cross_talk", "fine_calibration")
        del theirs[key]
    assert ours == theirs
