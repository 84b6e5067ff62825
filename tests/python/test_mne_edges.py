"""What scripts of MNE-Python do at the edges: numbers by name, info as JSON, old names, times that are kept."""

import json
import warnings

import numpy as np
import pytest
from conftest import make_raw

import ranvier.meeg as mne


def test_numbers_of_a_channel_are_shown_with_their_names():
    channel = mne.create_info(["Cz"], 100.0, "eeg")["chs"][0]
    shown = repr(channel)
    for part in ("'kind': 2 (FIFFV_EEG_CH)", "'coil_type': 1 (FIFFV_COIL_EEG)", "'unit': 107 (FIFF_UNIT_V)",
                 "'unit_mul': 0 (FIFF_UNITM_NONE)", "'coord_frame': 4 (FIFFV_COORD_HEAD)", "'ch_name': 'Cz'"):  # fmt: skip
        assert part in shown
    channel["kind"] = 4711  # which FIFF does not know
    assert "'kind': 4711, " in repr(channel)


def full_info():
    info = mne.create_info(["Fz", "Cz", "Pz", "STI"], 100.0, ["eeg", "eeg", "eeg", "stim"]).set_montage("colin27_1020")
    info.set_meas_date(1_000_000_000.25)
    info["bads"] = ["Cz"]
    info["subject_info"] = dict(his_id="s1", sex=1, birthday=np.datetime64("1990-01-15").item(), weight=70.0)
    with info._unlock():
        info["hpi_subsystem"] = dict(ncoil=1, hpi_coils=[dict(event_bits=np.array([256, 0, 256, 256]))])
    return mne.io.RawArray(np.zeros((4, 10)), info).set_eeg_reference(projection=True).info


def test_an_info_goes_through_json():
    info = full_info()
    again = mne.Info.from_json_dict(json.loads(json.dumps(info.to_json_dict())))
    assert again == info and again is not info
    assert again["meas_date"] == info["meas_date"] and again["subject_info"] == info["subject_info"]
    assert again["projs"] == info["projs"] and len(again["dig"]) == len(info["dig"])
    assert again["dev_head_t"] is None or again["dev_head_t"] == info["dev_head_t"]
    with pytest.raises(ValueError, match="_mne_type must be"):
        mne.Info.from_json_dict(info.to_json_dict() | {"sfreq": {"_mne_type": "Quantity"}})


def test_what_maxfilter_did_can_be_set_and_is_saved(tmp_path):
    info, fname = full_info(), tmp_path / "x-info.fif"
    identity = dict(version=4, machid=np.ones(2, int), secs=1717707794, usecs=2)
    record = dict(block_id=identity, experimenter="j", date=(1717707794, 2),
                  max_info=dict(max_st=dict(), sss_ctc=dict(), sss_cal=dict(), sss_info=dict(in_order=8)))  # fmt: skip
    with info._unlock():
        info["proc_history"] = [record]
    info.save(fname)
    (read,) = mne.io.read_info(fname)["proc_history"]
    assert read["max_info"] == record["max_info"] and read["experimenter"] == "j"
    assert read["block_id"]["secs"] == 1717707794 and tuple(read["date"]) == record["date"]
    with (
        info._unlock(),
        pytest.raises(ValueError, match=r"max_info'\] has sss_info, max_st, sss_ctc, sss_cal; got sss"),
    ):
        info["proc_history"] = [dict(max_info=dict(sss=dict()))]
    with info._unlock():
        info["proc_history"] = []
    assert info["proc_history"] == []


def test_what_no_key_shows_stays_when_a_record_is_changed():
    info = full_info()
    identity = dict(version=4, machid=[1, 2], secs=3, usecs=4)
    with info._unlock():
        info["proc_history"] = [dict(block_id=identity, max_info=dict(sss_ctc=dict(creator="us")))]
    tags, blocks = info._engine["preserved"]
    ((number, own, ((record, mine, ((ctc, hidden, rest),)),)),) = [b for b in blocks if b[0] == 900]
    kept = (899, 4, b"\0\0\0\1")
    others = [b for b in blocks if b[0] != 900]
    info._engine["preserved"] = tags, [*others, (number, own, [(record, mine, [(ctc, [*hidden, kept], rest)])])]
    with info._unlock():
        info["proc_history"] = [{**info["proc_history"][0], "experimenter": "x"}]
    ((_, _, ((_, mine, ((_, hidden, _),)),)),) = [b for b in info._engine["preserved"][1] if b[0] == 900]
    assert kept in [tuple(tag) for tag in hidden] and info["proc_history"][0]["experimenter"] == "x"


def test_what_maxwell_filters_say_of_themselves_can_be_set_again_and_is_kept_in_files(tmp_path):
    sparse = pytest.importorskip("scipy.sparse")
    said = dict(
        sss_ctc=dict(creator="us", decoupler=sparse.csc_array(np.diag([1.0, 0.5, 2.0])), ch_names=["MEG0111", "MEG0112", "MEG0113"]),
        sss_cal=dict(cal_chans=np.array([[111, 3012], [112, 3024]]), cal_corrs=np.arange(4.0).reshape(2, 2)),
    )
    raw = make_raw()
    with raw.info._unlock():
        raw.info["proc_history"] = [dict(block_id=dict(version=4, machid=[1, 2], secs=3, usecs=4), max_info=said)]
        raw.info["proc_history"] = [{**raw.info["proc_history"][0], "experimenter": "x"}]
    raw.save(tmp_path / "a_raw.fif")
    (entry,) = mne.io.read_raw_fif(tmp_path / "a_raw.fif").info["proc_history"]
    found = entry["max_info"]
    assert entry["experimenter"] == "x" and found["sss_ctc"]["ch_names"] == said["sss_ctc"]["ch_names"]
    assert (found["sss_ctc"]["decoupler"] != said["sss_ctc"]["decoupler"]).nnz == 0
    for key, values in said["sss_cal"].items():
        assert found["sss_cal"][key].tolist() == values.tolist()


@pytest.mark.parametrize("name", ["1005", "1020", "alphabetic", "postfixed", "prefixed", "primed"])
def test_old_names_of_montages_say_the_new_ones(name):
    with pytest.warns(FutureWarning, match=f"'standard_{name}' is called 'colin27_{name}' now"):
        old = mne.channels.make_standard_montage(f"standard_{name}")
    assert old == mne.channels.make_standard_montage(f"colin27_{name}")
    assert f"standard_{name}" not in mne.channels.get_builtin_montages()


def test_bad_channels_can_become_not_a_number(raw):
    raw.info["bads"] = ["Cz", raw.ch_names[0]]
    with pytest.warns(RuntimeWarning, match="reset_bads=False keeps them bad"):
        assert raw.copy().interpolate_bads(method="nan").info["bads"] == []
    raw.interpolate_bads(method="nan", reset_bads=False, exclude=["Cz"])
    assert np.isnan(raw.get_data(raw.ch_names[0])).all() and np.isfinite(raw.get_data(raw.ch_names[1:])).all()
    assert raw.info["bads"] == ["Cz", raw.ch_names[0]]


def test_times_without_a_date_are_differences_and_a_warning_says_so():
    pd = pytest.importorskip("pandas")
    raw = mne.io.RawArray(np.zeros((1, 3)), mne.create_info(1, 10.0, "eeg"))
    with pytest.warns(RuntimeWarning, match="there is none, so they are differences"):
        frame = raw.to_data_frame(time_format="datetime")
    assert isinstance(frame["time"].iloc[1], pd.Timedelta)


@pytest.mark.parametrize(("wrong", "right"), [("x.vmrk", "x.vhdr"), ("x.amrk", "x.ahdr")])
def test_markers_say_which_file_to_read(wrong, right):
    with pytest.raises(
        ValueError, match=f"{wrong} holds the markers of a recording, which is read by its header: {right}"
    ):
        mne.io.read_raw(wrong)


def test_a_text_is_no_signal():
    with pytest.raises(TypeError, match="data must be an array of numbers; got 'foo'"):
        mne.filter.filter_data("foo", 1000.0, None, 40.0)


def test_what_has_a_filter_of_its_own_is_told_so(raw):
    with pytest.raises(TypeError, match=r"got RawArray, which has methods for it: .copy\(\).filter"):
        mne.filter.filter_data(raw, 1000.0, None, 40.0)


def test_names_of_recordings_say_what_they_hold(raw, tmp_path):
    with pytest.warns(RuntimeWarning, match="x.fif should end in -raw.fif or _raw.fif"):
        raw.save(tmp_path / "x.fif")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name in ("x_raw.fif", "x-raw.fif.gz", "x_raw_sss.fif", "x_eeg.fif", "raw.fif"):
            raw.save(tmp_path / name)


def test_only_recordings_follow_recordings(raw):
    epochs = mne.make_fixed_length_epochs(raw, preload=True)
    for kind in (TypeError, ValueError):
        with pytest.raises(kind, match="a recording is followed by recordings; got Epochs"):
            mne.concatenate_raws([raw, epochs])


def test_scripts_catch_what_does_not_go_together(tmp_path):
    raw = mne.io.RawArray(np.zeros((1, 100)), mne.create_info(["a name far too long for it"], 10.0, "eeg"))
    with pytest.raises(RuntimeError, match="have room for 16"):
        raw.export(tmp_path / "x.edf")
    with pytest.raises(RuntimeError, match="need a recording with meas_date"):
        raw.set_annotations(mne.Annotations([0], [1], ["x"], orig_time=5.0))


def test_times_that_decimation_keeps_stay_what_they_were():
    evoked = mne.EvokedArray(np.zeros((1, 20)), mne.create_info(1, 10.0, "eeg"), -1.0)
    evoked.info._engine["lowpass"] = 0.5
    assert evoked.decimate(6, offset=1).times.tolist() == [-0.5, 0.1, 0.7]


def test_half_the_attenuation_takes_the_same_length():
    settings = dict(data=None, sfreq=1000.0, l_freq=10.0, h_freq=None, filter_length=1001, l_trans_bandwidth=5.0)
    whole, half = (mne.filter.create_filter(phase=phase, **settings) for phase in ("minimum", "minimum-half"))
    assert len(whole) == len(half) == 1001
    stop, passed = (np.abs(np.exp(-2j * np.pi * f / 1000 * np.arange(1001)) @ half) for f in (2.0, 100.0))
    assert -45 < 20 * np.log10(stop) < -20 and abs(passed - 1) < 0.01
    assert 20 * np.log10(np.abs(whole.sum())) < -100 < 20 * np.log10(np.abs(half.sum()))


def turned(points, matrix):
    return points @ matrix[:3, :3].T + matrix[:3, 3]


def test_coils_say_where_the_head_is_in_the_helmet():
    rng = np.random.default_rng(5)
    angles = rng.normal(size=3)
    c, s = np.cos(angles), np.sin(angles)
    trans = np.eye(4)
    trans[:3, :3] = (np.array([[c[0], -s[0], 0], [s[0], c[0], 0], [0, 0, 1]]) @ np.array([[1, 0, 0], [0, c[1], -s[1]], [0, s[1], c[1]]])
                     @ np.array([[c[2], 0, s[2]], [0, 1, 0], [-s[2], 0, c[2]]]))  # fmt: skip
    trans[:3, 3] = [0.01, -0.02, 0.04]
    device = rng.normal(scale=0.08, size=(5, 3))
    landmarks = dict(nasion=[0, 0.1, 0], lpa=[-0.08, 0, 0], rpa=[0.08, 0, 0])
    head = mne.channels.make_dig_montage(**landmarks, hpi=turned(device, trans), coord_frame="head")
    helmet = mne.channels.make_dig_montage(hpi=device, coord_frame="meg")
    found = mne.channels.compute_dev_head_t(head + helmet)
    assert (found["from"], found["to"]) == (1, 4)
    np.testing.assert_allclose(found["trans"], trans, rtol=0, atol=1e-12)

    away = np.linalg.inv(trans)  # as a digitiser would see it
    points = {key: turned(np.array(p), away) for key, p in landmarks.items()}
    montage = mne.channels.make_dig_montage(**points, hpi=turned(turned(device, trans), away), coord_frame="unknown")
    with pytest.raises(ValueError, match=r"transform_to_head\(\) brings a montage there"):
        mne.channels.compute_dev_head_t(montage + helmet)
    brought = mne.channels.transform_to_head(montage + helmet)
    np.testing.assert_allclose(brought.get_positions()["nasion"], landmarks["nasion"], rtol=0, atol=1e-12)
    np.testing.assert_allclose(mne.channels.compute_dev_head_t(brought)["trans"], trans, rtol=0, atol=1e-12)
    with pytest.raises(ValueError, match="got 0 in device and 5 in head coordinates"):
        mne.channels.compute_dev_head_t(head)


def test_of_two_dates_the_one_that_the_calendar_has_counts(tmp_path):
    raw = mne.io.RawArray(np.zeros((1, 20)), mne.create_info(1, 10.0, "eeg")).set_meas_date(1_398_729_600)  # 2014-04-29
    raw.export(tmp_path / "x.edf")
    content = (tmp_path / "x.edf").read_bytes()
    assert b"29-APR-2014" in content and content[168:176] == b"29.04.14"
    for old, new in ((b"29-APR-2014", b"29-FEB-2014"), (b"29.04.14", b"29.02.14")):
        (tmp_path / "y.edf").write_bytes(content.replace(old, new))
        assert mne.io.read_raw_edf(tmp_path / "y.edf").info["meas_date"] == raw.info["meas_date"]
