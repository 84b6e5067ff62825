"""Measurement info: a dict that guards what hangs together."""

import copy
import datetime
import gc
import json
import pickle
import sys
import warnings
from collections.abc import MutableMapping, MutableSequence

import numpy as np
import pytest

import ranvier.meeg as mne


def info(n=4):
    return mne.create_info([f"EEG{k}" for k in range(n)], 250.0, "eeg")


def test_create_info_knows_names_types_and_rate():
    made = mne.create_info(["a", "b", "s"], 100.0, ["eeg", "mag", "stim"])
    assert made["sfreq"] == 100.0 and made["lowpass"] == 50.0 and made["highpass"] == 0.0
    assert made.ch_names == ["a", "b", "s"] == made["ch_names"] and made["nchan"] == 3
    assert made.get_channel_types() == ["eeg", "mag", "stim"]
    assert mne.channel_type(made, 1) == "mag"
    assert made["chs"][0]["loc"].shape == (12,) and np.isnan(made["chs"][0]["loc"][:3]).all()
    assert mne.create_info(2, 10.0).ch_names == ["0", "1"]


@pytest.mark.parametrize(
    "names, sfreq, types, words",
    [
        (["a"], 0.0, "eeg", "sfreq"),
        (["a"], 100.0, "egg", "eeg"),
        (["a", "b"], 100.0, ["eeg"], "one type per channel"),
    ],
)
def test_create_info_refuses_what_contradicts_itself(names, sfreq, types, words):
    with pytest.raises(ValueError, match=words):
        mne.create_info(names, sfreq, types)


def test_bad_channels_are_a_list_that_takes_only_channels():
    made = info()
    made["bads"] = ["EEG1"]
    made["bads"].append("EEG2")
    made["bads"] += ["EEG3"]
    assert made["bads"] == ["EEG1", "EEG2", "EEG3"]
    for change in (lambda: made["bads"].append("no"), lambda: made.__setitem__("bads", ["no"])):
        with pytest.raises(ValueError, match="no"):
            change()


def test_fields_that_hang_together_are_not_set_directly():
    made = info()
    with pytest.raises(RuntimeError, match="resample"):
        made["sfreq"] = 10.0
    made["line_freq"] = 50
    made["description"] = "mine"
    assert made["line_freq"] == 50.0


def test_the_list_of_bad_channels_stays_the_same_object_through_engine_work(raw):
    bads = raw.info["bads"]
    bads.append("Fz")
    raw.crop(0, 5)
    assert raw.info["bads"] is bads and bads == ["Fz"]
    raw.pick(["Fp1", "Fz"])
    assert raw.info["bads"] is bads and bads == ["Fz"]
    raw.pick(["Fp1"])
    assert bads == ["Fz"] and raw.info["bads"] == []  # which is another list now


@pytest.mark.parametrize(
    "duplicate", [copy.deepcopy, copy.copy, lambda x: x.copy(), lambda x: pickle.loads(pickle.dumps(x))]
)
def test_info_survives_copying_and_pickling(raw, duplicate):
    raw.info["bads"] = ["Cz"]
    other = duplicate(raw.info)
    assert other["bads"] == ["Cz"] and other.ch_names == raw.ch_names
    np.testing.assert_array_equal(other["chs"][3]["loc"], raw.info["chs"][3]["loc"])
    assert len(other["dig"]) == len(raw.info["dig"])


def test_channels_are_renamed_retyped_and_dated():
    made = info()
    made.rename_channels({"EEG0": "Cz"}).rename_channels(str.lower)
    assert made.ch_names == ["cz", "eeg1", "eeg2", "eeg3"]
    with pytest.warns(RuntimeWarning, match="unit"):
        made.set_channel_types({"eeg1": "mag"})
    made.set_channel_types({"eeg2": "eog"})
    assert made.get_channel_types() == ["eeg", "mag", "eog", "eeg"]
    date = datetime.datetime(2020, 1, 2, 3, 4, 5, 678901, tzinfo=datetime.timezone.utc)
    assert made.set_meas_date(date)["meas_date"] == date
    assert made.set_meas_date((1, 500000))["meas_date"].timestamp() == 1.5
    with pytest.raises(ValueError, match="time zone"):
        made.set_meas_date(datetime.datetime(2020, 1, 1))
    with pytest.raises(ValueError, match="no"):
        made.rename_channels({"nowhere": "x"})


def test_picks_mean_names_types_numbers_slices_and_masks(raw):
    names = raw.ch_names
    for picks, expected in [
        ("Cz", ["Cz"]), (["Cz", "Fz"], ["Cz", "Fz"]), ([0, -1], [names[0], names[-1]]), (slice(0, 2), names[:2]),
        ("eeg", names), (["eeg"], names), ("all", names), (np.array(names) == "Pz", ["Pz"]), (3, [names[3]]),
    ]:  # fmt: skip
        assert raw.copy().pick(picks).ch_names == expected


@pytest.mark.parametrize(
    "picks, error", [("meg", ValueError), (["Cz", "eog"], ValueError), ([99], IndexError), ([], ValueError)]
)
def test_picks_that_mean_nothing_are_refused(raw, picks, error):
    with pytest.raises(error):
        raw.pick(picks)


def test_pick_types_and_pick_info_follow_bad_channels():
    made = mne.create_info(["a", "b", "c"], 100.0, ["eeg", "eeg", "stim"])
    made["bads"] = ["a"]
    assert mne.pick_types(made, eeg=True).tolist() == [1]
    assert mne.pick_types(made, eeg=True, stim=True, exclude=[]).tolist() == [0, 1, 2]
    part = mne.pick_info(made, [2, 0])
    assert part.ch_names == ["c", "a"] and part["bads"] == ["a"] and made["nchan"] == 3
    assert mne.pick_channels(["a", "b"], ["b"]).tolist() == [1]
    assert mne.pick_channels(["a", "b", "ab"], "ab").tolist() == [2]  # a name, and not its letters
    assert mne.pick_channels(["a", "b", "ab"], [], exclude="ab").tolist() == [0, 1]
    with pytest.raises(ValueError, match="missing"):
        mne.pick_channels(["a"], ["z"])


def test_repr_names_what_matters(raw):
    text = repr(raw.info)
    for word in ("EEG", "200 Hz", "bads", "projs"):
        assert word in text


def test_what_is_changed_in_place_is_changed_in_the_engine(raw):
    raw.info["chs"][0]["loc"][:3] = (0.01, 0.02, 0.03)
    raw.info["chs"][1]["ch_name"] = "new"
    raw.info["bads"].append("new")
    raw.set_eeg_reference(projection=True)
    raw.info["projs"][0]["data"]["data"][:] = 0.5
    raw.info["dig"][0]["r"][0] = 7.0
    other = raw.copy()  # made by the engine
    assert other.info["chs"][0]["loc"][:3].tolist() == [0.01, 0.02, 0.03] and other.ch_names[1] == "new"
    assert other.info["bads"] == ["new"] and (other.info["projs"][0]["data"]["data"] == 0.5).all()
    assert other.info["dig"][0]["r"][0] == 7.0 and other.info == raw.info
    other.info["chs"][0]["loc"][0] = 1.0
    assert raw.info["chs"][0]["loc"][0] == 0.01 and other.info != raw.info


def test_lists_of_channels_projections_and_points_are_lists(raw):
    channels, dig = raw.info["chs"], raw.info["dig"]
    assert channels is raw.info["chs"] and channels[2] is channels[2] and len(channels[1:4]) == 3
    assert [c["ch_name"] for c in channels] == raw.ch_names and channels[-1]["ch_name"] == raw.ch_names[-1]
    assert (
        isinstance(channels[0], MutableMapping) and isinstance(channels, MutableSequence) and isinstance(raw.info, dict)
    )
    assert {**channels[0]}.keys() == set(channels[0]) and dict(raw.info).keys() == set(raw.info)
    point = dig.pop()
    assert point not in list(dig) and len(raw.info["dig"]) == len(dig)
    raw.info["bads"] = ["Cz", "Fz"]
    bads = raw.info["bads"]
    assert bads + ["x"] == ["Cz", "Fz", "x"] and ["x"] + bads == ["x", "Cz", "Fz"] and bads.pop() == "Fz"
    bads.insert(0, "Pz")
    bads.sort()
    assert raw.info["bads"] == ["Cz", "Pz"] and repr(bads) == "['Cz', 'Pz']" and "Pz" in bads and bads.index("Pz") == 1
    with pytest.raises(KeyError, match="nothing"):
        channels[0]["nothing"]
    with pytest.raises(ValueError, match=r"shape \(12,\)"):
        channels[0]["loc"] = [1.0, 2.0]


def test_a_view_of_a_channel_follows_it_and_outlives_its_recording(raw):
    info = raw.info.copy()
    channel, loc = info["chs"][3], info["chs"][3]["loc"]
    part = mne.pick_info(info, [5, 3], copy=False)
    assert part["chs"][1] is channel and np.shares_memory(part["chs"][1]["loc"], loc)
    mne.pick_info(info, [0], copy=False)
    name, place, bads, chs = channel["ch_name"], loc.copy(), raw.info["bads"], raw.info["chs"]
    del info, part, raw
    gc.collect()
    assert channel["ch_name"] == name and loc.tobytes() == place.tobytes()
    assert bads == [] and len(chs) == 13


@pytest.mark.parametrize(
    "duplicate", [copy.deepcopy, copy.copy, lambda x: x.copy(), lambda x: pickle.loads(pickle.dumps(x))]
)
def test_the_nouns_of_an_info_survive_copying_and_pickling(raw, duplicate):
    raw.set_eeg_reference(projection=True)
    info = raw.info
    with info._unlock():
        info["dev_head_t"] = mne.Transform("meg", "head", np.diag([1.0, 2.0, 3.0, 1.0]))
    for noun in (info["chs"][0], info["dig"][0], info["projs"][0], info["dev_head_t"], info):
        other = duplicate(noun)
        assert type(other) is type(noun) and other == noun and other is not noun
    other = duplicate(info["chs"][0])
    other["loc"][:] = 5.0
    assert other != info["chs"][0]
    info["dev_head_t"]["trans"][0, 3] = 0.04
    assert raw.copy().info["dev_head_t"]["trans"][0, 3] == 0.04 and "meg->head" in repr(info["dev_head_t"])


@pytest.mark.parametrize("change", [lambda chs: chs.append(chs[0]), lambda chs: chs.pop(), lambda chs: chs.clear(),
                                    lambda chs: chs.__delitem__(0), lambda chs: chs.insert(0, chs[1])])  # fmt: skip
def test_channels_come_and_go_with_their_samples_only(raw, change):
    before = raw.get_data()
    with pytest.raises(ValueError, match="channels come and go with their samples"):
        change(raw.info["chs"])
    assert np.array_equal(raw.get_data(), before)


def test_methods_of_a_noun_want_such_a_noun(raw):
    channel = type(raw.info["chs"][0])
    for call in (lambda: channel.__getitem__(5, "cal"), lambda: channel.__repr__(object()), lambda: channel.__iter__([]),
                 lambda: channel.__getstate__({}), lambda: channel.__new__(channel)["cal"]):  # fmt: skip
        with pytest.raises(TypeError):
            call()


def test_a_projection_has_a_number_for_each_of_its_channels(raw):
    raw.set_eeg_reference("average", projection=True)
    with pytest.raises(ValueError, match="one number for each of its"):
        raw.info["projs"][0]["data"] = {"col_names": raw.ch_names, "data": np.ones((1, 1))}
    raw.apply_proj()


def test_a_list_of_bads_that_was_replaced_keeps_its_names(raw):
    first, second = raw.ch_names[:2]
    raw.info["bads"] = [first]
    held = raw.info["bads"]
    raw.info["bads"] = []
    assert held == [first] and raw.info["bads"] == []
    raw.info["bads"] = held
    assert raw.info["bads"] == [first]
    live = raw.info["bads"]
    raw.info["bads"] += [second]
    assert live == raw.info["bads"] == [first, second]
    live.remove(second)
    assert raw.info["bads"] == [first]
    raw.interpolate_bads()
    assert live == [first] and raw.info["bads"] == []
    held.append("of nothing")
    assert raw.info["bads"] == []


def test_unlocking_checks_afterwards_where_asked(raw):
    info = raw.info.copy()
    with info._unlock():
        info["sfreq"] = -1.0
    with pytest.raises(ValueError, match="sfreq"), info._unlock(check_after=True):
        info["sfreq"] = -2.0
    with pytest.raises(TypeError), info._unlock(chek_after=True):
        pass


def test_equal_names_get_a_letter_where_their_number_is_taken():
    for names, want in ((["A", "A", "A"], ["A-0", "A-1", "A-2"]), (["A", "A", "A-0"], ["A-a", "A-1", "A-0"])):
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # verbose="error" keeps warnings back
            assert mne.create_info(names, 100.0, verbose="error").ch_names == want
    with pytest.raises(ValueError, match="one letter"), pytest.warns(RuntimeWarning, match="numbers"):
        mne.create_info(["A", "A", *(f"A-{c}" for c in "0abcdefghijklmnopqrstuvwxyz")], 100.0)


def test_what_an_info_can_not_hold_is_refused():
    info = mne.create_info(["a"], 100.0, "eeg")
    with pytest.raises(ValueError, match="device"):
        info["dev_head_t"] = mne.Transform(5, 4, np.eye(4))
    with pytest.raises(TypeError, match="meas_date"):
        info.set_meas_date("2025-01-01 00:00:00.000000")
    with pytest.raises(ValueError, match="dict"):
        mne.rename_channels(info, 1.0)
    with pytest.raises(ValueError, match="no channels match"):
        info.get_channel_types(picks=[])
    with pytest.raises(TypeError, match="str"):
        mne.create_info([1, 2], 100.0)
    assert {"maxshield", "working_dir", "command_line"}.isdisjoint(info)


def test_numbers_have_the_names_that_they_have_in_their_place():
    info = mne.create_info(["a", "b"], 100.0, "eeg")
    info.set_montage(mne.channels.make_dig_montage({"a": [0, 0, 0.1], "b": [0, 0.1, 0]}, [0, 0.1, 0], [-0.1, 0, 0], [0.1, 0, 0],
                                                   hsp=[[0, 0, 0.09]], hpi=[[0, 0.09, 0]], coord_frame="head"))  # fmt: skip
    plain = info.to_json_dict()
    named = [(p["kind"]["name"], p["ident"]["name"] if isinstance(p["ident"], dict) else p["ident"]) for p in plain["dig"]]
    assert named == [("FIFFV_POINT_CARDINAL", f"FIFFV_POINT_{name}") for name in ("LPA", "NASION", "RPA")] + [
        ("FIFFV_POINT_HPI", 1), ("FIFFV_POINT_EXTRA", 1), ("FIFFV_POINT_EEG", 1), ("FIFFV_POINT_EEG", 2)]  # fmt: skip
    assert plain["custom_ref_applied"]["name"] == "FIFFV_MNE_CUSTOM_REF_OFF"
    assert plain["chs"][0]["kind"]["name"] == "FIFFV_EEG_CH"
    point = dict(kind=2, ident=1, r=np.zeros(3), coord_frame=0)
    with info._unlock():
        info["hpi_results"] = [dict(dig_points=[point])]
    (shown,) = info.to_json_dict()["hpi_results"][0]["dig_points"]
    assert shown["kind"]["name"] == "FIFFV_POINT_HPI" and shown["coord_frame"]["value"] == 0
    assert mne.Info.from_json_dict(info.to_json_dict()) == info


def test_cross_talk_is_shown_and_kept_without_scipy(tmp_path, monkeypatch):
    matrix = np.array([[1.0, 0, 0.5], [0, 1, 0], [0.25, 0, 1]])
    info = mne.create_info(3, 100.0, "mag")
    with info._unlock():
        info["proc_history"] = [dict(max_info=dict(sss_ctc=dict(ch_names=["a", "b", "c"], decoupler=matrix)))]
    info.save(tmp_path / "a-info.fif")
    scipy = pytest.importorskip("scipy.sparse")
    shown = info["proc_history"][0]["max_info"]["sss_ctc"]["decoupler"]
    assert isinstance(shown, scipy.csc_array) and np.array_equal(shown.toarray(), matrix) and shown.nnz == 5
    monkeypatch.setitem(sys.modules, "scipy", None)
    monkeypatch.setitem(sys.modules, "scipy.sparse", None)
    back = mne.io.read_info(tmp_path / "a-info.fif")
    assert np.array_equal(dict(back)["proc_history"][0]["max_info"]["sss_ctc"]["decoupler"], matrix)
    again = mne.Info.from_json_dict(json.loads(json.dumps(back.to_json_dict())))
    assert again["proc_history"][0]["max_info"]["sss_ctc"]["decoupler"].tolist() == matrix.tolist()
    with back._unlock():
        back["proc_history"] = [{**back["proc_history"][0], "experimenter": "x"}]
    back.save(tmp_path / "b-info.fif")
    monkeypatch.undo()
    (record,) = mne.io.read_info(tmp_path / "b-info.fif")["proc_history"]
    assert record["experimenter"] == "x" and np.array_equal(record["max_info"]["sss_ctc"]["decoupler"].toarray(), matrix)
    with info._unlock():
        info["proc_history"] = info["proc_history"]  # which are compared
