"""Annotations and events."""

import copy
import datetime
import pickle
import struct
import warnings

import numpy as np
import pytest
from conftest import make_raw

import ranvier.meeg as mne


def some():
    return mne.Annotations([3.0, 1.0, 2.0], [0.5, 1.0, 0.0], ["c", "BAD_a", "b"])


def test_annotations_are_sorted_and_a_sequence():
    a = some()
    assert a.onset.tolist() == [1, 2, 3] and a.description.tolist() == ["BAD_a", "b", "c"]
    assert len(a) == 3 and a[0]["onset"] == 1.0 and a[-1]["description"] == "c"
    assert [x["duration"] for x in a] == [1.0, 0.0, 0.5]
    assert len(a[1:]) == 2 and len(a[[True, False, True]]) == 2
    assert a.count() == {"BAD_a": 1, "b": 1, "c": 1}
    assert "3 segments" in repr(a)


def test_annotations_are_appended_deleted_renamed_and_added():
    a = some()
    a.append([0.5], [0.1], ["first"])
    assert a.description[0] == "first"
    a.delete(0)
    a.rename({"b": "B"})
    a.set_durations({"B": 2.0})
    assert a[1]["description"] == "B" and a[1]["duration"] == 2.0
    assert len(a + some()) == 6 and len(a) == 3
    with pytest.raises(ValueError, match="zz"):
        a.rename({"zz": "y"})


def test_cropping_cuts_annotations_at_the_ends():
    a = some().crop(1.5, 3.2)
    assert a.onset.tolist() == [1.5, 2.0, 3.0]
    np.testing.assert_allclose(a.duration, [0.5, 0.0, 0.2], atol=1e-6)


@pytest.mark.parametrize(
    "arguments, words",
    [
        (([1, 2, 3], [1, 2], ["a", "b", "c"]), "equal lengths"),
        (([1], [-1], ["a"]), ">= 0"),
        (([1], [1], ["a"], None, [("x",), ("y",)]), "one entry per annotation"),
    ],
)
def test_annotations_that_contradict_themselves_are_refused(arguments, words):
    with pytest.raises(ValueError, match=words):
        mne.Annotations(*arguments)


def test_seconds_in_a_csv_of_annotations_are_told_where_they_belong(tmp_path):
    (tmp_path / "a.csv").write_text("onset,duration,description\n1.5,0.5,x\n")
    with pytest.raises(ValueError, match=r"onsets of a .csv must be dates, .*; got 1.5 .*seconds .* belong in a .txt"):
        mne.read_annotations(tmp_path / "a.csv")


@pytest.mark.parametrize("name", ["a-annot.fif", "a.csv", "a.txt"])
def test_annotations_are_written_and_read_back(tmp_path, name):
    date = datetime.datetime(2020, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)
    a = mne.Annotations([1.25, 2.5], [0.5, 0.0], ["x y", "bad"], orig_time=date)
    a.save(tmp_path / name)
    b = mne.read_annotations(tmp_path / name)
    start = 0.0 if b.orig_time == date else (b.orig_time - date).total_seconds()  # text keeps the first onset as origin
    np.testing.assert_allclose(b.onset + start, a.onset, atol=1e-6)
    np.testing.assert_allclose(b.duration, a.duration)
    assert b.description.tolist() == a.description.tolist()


def test_annotations_of_a_recording_are_on_its_clock():
    raw = make_raw(first_samp=400)
    raw.set_annotations(mne.Annotations([1.0], [0.5], ["x"]))
    assert raw.annotations.onset.tolist() == [3.0]  # 1 s after the first sample, which lies at 2 s
    date = datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)
    raw.set_meas_date(date)
    assert raw.annotations.orig_time == date
    raw.set_annotations(mne.Annotations([4.0], [0.5], ["y"], orig_time=date))
    assert raw.annotations.onset.tolist() == [4.0]
    raw.crop(1.0, 5.0)
    assert raw.annotations.onset.tolist() == [4.0]


def test_events_are_found_on_a_trigger_channel():
    raw = make_raw(stim=True)
    events = mne.find_events(raw)
    assert events.dtype == np.int64 and events.shape[1] == 3
    assert events[:, 0].tolist() == list(range(200, 1800, 200)) and set(events[:, 2]) == {1, 2}
    assert mne.find_events(raw, output="offset")[0, 0] == 209
    with pytest.raises(ValueError, match="STI 999"):
        mne.find_events(raw, stim_channel="STI 999")


def test_events_and_annotations_turn_into_each_other(raw):
    raw.set_annotations(mne.Annotations([1.0, 2.0, 3.0], 0.0, ["go", "stop", "BAD"]))
    events, ids = mne.events_from_annotations(raw)
    assert ids == {"go": 1, "stop": 2} and events[:, 0].tolist() == [200, 400]
    events, ids = mne.events_from_annotations(raw, event_id={"stop": 7})
    assert ids == {"stop": 7} and events.tolist() == [[400, 0, 7]]
    back = mne.annotations_from_events(events, 200.0, {7: "stop"})
    assert back.onset.tolist() == [2.0] and back.description.tolist() == ["stop"]
    with pytest.raises(ValueError, match="no annotation"):
        mne.events_from_annotations(raw, event_id={"nowhere": 1})


def test_events_of_fixed_distance():
    raw = make_raw(first_samp=100)
    events = mne.make_fixed_length_events(raw, id=3, duration=2.0)
    assert events[:, 0].tolist() == [100, 500, 900, 1300, 1700] and set(events[:, 2]) == {3}
    assert len(mne.make_fixed_length_events(raw, duration=2.0, overlap=1.0)) == 9
    with pytest.raises(ValueError):
        mne.make_fixed_length_events(raw, duration=1000.0)


def test_events_are_merged_picked_counted_and_shifted():
    events = np.array([[1, 0, 1], [2, 0, 2], [3, 0, 3]])
    assert mne.merge_events(events, [1, 2], 9)[:, 2].tolist() == [9, 9, 3]
    assert mne.merge_events(events, [1, 2], 9, replace_events=False).shape == (5, 3)
    assert mne.pick_events(events, include=[1, 3])[:, 0].tolist() == [1, 3]
    assert mne.pick_events(events, exclude=1)[:, 0].tolist() == [2, 3]
    assert mne.count_events(events) == {1: 1, 2: 1, 3: 1}
    assert mne.event.shift_time_events(events, [1], 0.1, 100.0)[0, 0] == 11


@pytest.mark.parametrize("name", ["x-eve.fif", "x.eve", "x-eve.txt"])
def test_events_are_written_and_read_back(tmp_path, name):
    events = np.array([[10, 0, 1], [20, 0, 2], [35, 2, 4]])
    mne.write_events(tmp_path / name, events)
    np.testing.assert_array_equal(mne.read_events(tmp_path / name), events)
    assert mne.read_events(tmp_path / name, include=2).tolist() == [[20, 0, 2]]
    with pytest.raises(FileExistsError):
        mne.write_events(tmp_path / name, events)


def test_the_annotations_of_a_recording_are_changed_in_place(raw):
    raw.set_annotations(mne.Annotations([1.0, 2.0], [0.5, 0.5], ["a", "b"], ch_names=[["Cz"], []]))
    own = raw.annotations
    own.onset[1] = 3.0
    own.duration += 0.25
    later = own.onset
    later += 1.0
    own.description[own.description == "b"] = "c"
    own.append(0.5, 0.1, "BAD")
    assert raw.annotations is own
    for annotations in (own, raw.copy().annotations):  # the copy is made by the engine
        assert annotations.onset.tolist() == [0.5, 2.0, 4.0] and annotations.duration.tolist() == [0.1, 0.75, 0.75]
        assert annotations.description.tolist() == ["BAD", "a", "c"] and list(annotations.ch_names) == [(), ("Cz",), ()]
    assert mne.events_from_annotations(raw)[0][:, 0].tolist() == [400, 800]
    raw.rename_channels({"Cz": "CZ"})
    assert own.ch_names[1] == ("CZ",)
    raw.set_annotations(None)  # the recording has others now
    assert len(raw.annotations) == 0 and len(own) == 3
    raw.set_annotations(own).crop(1.0, 3.0)
    assert len(raw.annotations) == 1 and len(own) == 3


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda a: a.copy(), lambda a: pickle.loads(pickle.dumps(a))])
def test_annotations_survive_copying_and_pickling(duplicate):
    a = mne.Annotations([1.0, 2.0], [0.5, 0.5], ["a", "b"], (10, 5), [["x", "y"], None])
    b = duplicate(a)
    assert b == a and b.orig_time == a.orig_time
    b.onset[0] = 0.5
    assert a.onset[0] == 1.0 and b != a


def test_numbers_as_limits_count_from_1970_where_the_onsets_have_a_date():
    begin = -908196945.0  # seconds before 1970 count too
    dated = mne.Annotations([0.0, 1.0, 2.0], 0.0, "x", orig_time=begin)
    assert dated.copy().crop(begin + 0.5, begin + 1.5).onset.tolist() == [1.0]
    assert dated.copy().crop(0.5, 1.5, use_orig_time=False).onset.tolist() == [1.0]


def test_one_duration_or_description_is_that_of_all():
    a = some()
    a.duration, a.description = 2.0, "bad"
    assert a.duration.tolist() == [2.0] * 3 and a.description.tolist() == ["bad"] * 3
    with pytest.raises(TypeError, match="dict"):
        a.rename("bad")
    with pytest.raises(TypeError, match="dict"):
        a.set_durations({"bad"})
    assert len(repr(mne.Annotations(range(40), 0, [f"name {k}" for k in range(40)]))) < 80


def test_annotations_that_reach_outside_are_cut_with_a_warning():
    raw = make_raw()
    end = raw.n_times / raw.info["sfreq"]
    with pytest.warns(RuntimeWarning, match="reach outside"):
        raw.set_annotations(mne.Annotations([end - 0.5, 0.5], [2.0, 0.1], "bad"))
    assert raw.annotations.duration[-1] == pytest.approx(0.5)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        raw.set_annotations(mne.Annotations([end - 0.5], [0.5], "bad"))
        raw.set_annotations(mne.Annotations([end - 0.5], [2.0], "bad"), emit_warning=False)
        raw.set_annotations(mne.Annotations([end - 0.5], [2.0], "bad"), verbose="error")


def test_events_that_a_mask_hides_and_names_that_conventions_know_are_warned_of(tmp_path):
    events = np.array([[1, 0, 1], [2, 0, 4]])
    mne.write_events(tmp_path / "a-eve.fif", events)
    with pytest.warns(RuntimeWarning, match="1 events"):
        assert mne.read_events(tmp_path / "a-eve.fif", mask=3, mask_type="and").tolist() == [[1, 0, 1]]
    with pytest.warns(RuntimeWarning, match="-eve.fif"):
        mne.write_events(tmp_path / "a.fif", events)
    with pytest.raises(RuntimeError, match="names"):
        mne.read_events(tmp_path / "a-eve.fif", return_event_id=True)
    for wrong in (1.5, {"a": 1}):
        with pytest.raises(TypeError, match="whole numbers"):
            mne.pick_events(events, include=wrong)
    with pytest.raises(TypeError, match="duration"):
        mne.make_fixed_length_events(make_raw(), duration="abc")


def test_names_of_events_come_from_a_file_of_comments(tmp_path):
    mne.write_events(tmp_path / "a-eve.fif", np.array([[1, 0, 7], [2, 0, 9], [3, 0, 7]]))
    data = bytearray((tmp_path / "a-eve.fif").read_bytes())
    comments = b"left\0right\0left\0"
    at = data.index(struct.pack(">iii", 3561, 3, 36)) + 16 + 36  # behind the list of events
    data[at:at] = struct.pack(">iiii", 3566, 1, len(comments), 0) + comments
    (tmp_path / "b-eve.fif").write_bytes(data)
    events, names = mne.read_events(tmp_path / "b-eve.fif", return_event_id=True)
    assert events[:, 2].tolist() == [7, 9, 7] and names == {"left": 7, "right": 9}


def test_a_table_that_has_come_meanwhile_is_not_replaced(tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    noted = mne.Annotations([1.0], [0.5], ["x"])
    monkeypatch.setattr("ranvier.meeg.annotations.output_path", lambda name, overwrite: path)  # it was not there then
    path.write_text("another's")
    with pytest.raises(FileExistsError):
        noted.save(path)
    assert path.read_text() == "another's"
    noted.save(path, overwrite=True)
    assert mne.read_annotations(path).description.tolist() == ["x"]


def test_true_is_no_number_of_an_annotation():
    noted = mne.Annotations([1.0, 2.0], [0.5, 0.5], ["x", "y"])
    noted.onset[True] = 9  # of all, as NumPy has it
    assert noted.onset.tolist() == [9, 9]
    with pytest.raises(TypeError, match="a whole number or a slice; got a bool"):
        noted.extras[True] = {"a": 1}
    assert not any(noted.extras)
