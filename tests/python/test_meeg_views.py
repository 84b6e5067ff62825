"""What a user holds in hands stays what it was, and what several threads hold stays whole."""

import copy
import json
import pickle
import sys
import threading

import numpy as np
import pytest
from conftest import make_epochs, make_raw

import ranvier.meeg as mne


def replaced(info, key, value):
    with info._unlock():
        info[key] = value


@pytest.fixture
def info():
    raw = make_raw()
    raw.set_eeg_reference(projection=True)
    replaced(raw.info, "dev_head_t", mne.Transform("meg", "head", np.eye(4)))
    return raw.info


@pytest.mark.parametrize("key, other", [("projs", []), ("dig", None), ("dig", []), ("dev_head_t", None), ("comps", []),
                                        ("dev_head_t", mne.Transform("meg", "head", np.diag([2.0, 2, 2, 1])))])  # fmt: skip
def test_what_an_info_showed_stays_as_it_was_when_it_shows_something_else(info, key, other):
    held, before = info[key], copy.deepcopy(info[key])
    replaced(info, key, other)
    assert held == before and (info[key] or None) == (other or None)
    for name in ("chs", "projs", "dig"):
        held = info[name]
        assert held is info[name] or held is None


def test_numbers_of_channels_points_and_projections_stay_when_others_are_assigned(info):
    for noun, key, other in ((info["chs"][0], "loc", np.ones(12)), (info["dig"][0], "r", np.ones(3)),
                             (info["dev_head_t"], "trans", 2 * np.eye(4))):  # fmt: skip
        held, before = noun[key], noun[key].copy()
        noun[key] = other
        np.testing.assert_array_equal(held, before)
        np.testing.assert_array_equal(noun[key], other)
        noun[key][0] = 7
        assert np.all(noun[key][0] == 7) and not np.any(held == 7)
    data, n = info["projs"][0]["data"]["data"], len(info["projs"][0]["data"]["col_names"])
    before = data.copy()
    info["projs"][0]["data"] = {"col_names": info.ch_names[:n], "data": np.zeros((1, n))}
    np.testing.assert_array_equal(data, before)


def test_elements_that_two_infos_share_stay_whole_when_one_of_them_gets_others(info):
    other = info.copy()
    replaced(other, "chs", info["chs"])
    replaced(other, "projs", info["projs"])
    loc, projs = other["chs"][1]["loc"], other["projs"]
    info["chs"][1]["loc"] = np.full(12, 3.0)
    assert not np.any(loc == 3) and np.all(other["chs"][1]["loc"] == 3)
    replaced(info, "projs", [])
    assert len(projs) == 1 and len(other["projs"]) == 1 and len(info["projs"]) == 0


@pytest.mark.parametrize("change", [lambda raw: raw.drop_channels(raw.ch_names[0]), lambda raw: raw.pick(raw.ch_names[3:]),
                                    lambda raw: raw.add_reference_channels("REF"),
                                    lambda raw: mne.pick_info(raw.info, [4, 5], copy=False)])  # fmt: skip
def test_a_list_of_channels_stays_when_channels_go(change):
    raw = make_raw()
    chs, names = raw.info["chs"], raw.ch_names
    raw.info["bads"] = [names[0]]
    bads = raw.info["bads"]
    change(raw)
    assert [c["ch_name"] for c in chs] == names and bads == names[:1]
    assert [c["ch_name"] for c in raw.info["chs"]] == raw.ch_names != names


def test_what_an_info_shows_stays_that_of_the_recording_through_its_work():
    raw = make_raw()
    chs, dig, loc = raw.info["chs"], raw.info["dig"], raw.info["chs"][0]["loc"]
    raw.set_eeg_reference().filter(1, 20).crop(0, 2)
    assert chs is raw.info["chs"] and dig is raw.info["dig"] and np.shares_memory(loc, raw.info["chs"][0]["loc"])
    raw.pick([0, 1])
    assert chs[0] is raw.info["chs"][0] and dig is raw.info["dig"]


@pytest.mark.parametrize("kind", [lambda e: e, lambda e: e.compute_psd()])
def test_names_of_events_stay_when_others_are_assigned(kind):
    inst = kind(make_epochs())
    held, before = inst.event_id, dict(inst.event_id)
    assert held is inst.event_id and json.loads(json.dumps(held)) == before and isinstance(held, dict)
    inst.event_id = {"x": 1, "y": 2}
    assert held == before and inst.event_id == {"x": 1, "y": 2}
    held["z"] = 3
    inst.event_id["x2"] = inst.event_id.pop("x")
    assert inst.copy().event_id == {"y": 2, "x2": 1}


def test_bad_channels_are_a_list_to_whoever_asks():
    info = make_raw().info
    info["bads"] = info.ch_names[:2]
    assert isinstance(info["bads"], list) and json.loads(json.dumps(info["bads"])) == info.ch_names[:2]
    assert type(pickle.loads(pickle.dumps(info["bads"]))) is list and type(copy.deepcopy(info["bads"])) is list
    with pytest.raises(ValueError, match="no such"):
        info["bads"].append("no such")
    assert info["bads"] == info.ch_names[:2]


@pytest.mark.parametrize("change", [lambda e: e.drop([0]), lambda e: e.drop_bad(reject=dict(eeg=25e-6)),
                                    lambda e: e.equalize_event_counts(), lambda e: e.pick([1, 0]),
                                    lambda e: e.crop(0, 0.1), lambda e: e.decimate(2), lambda e: e.drop([0, 2, 3])])  # fmt: skip
def test_samples_that_somebody_looks_at_stay_where_they_are(change):
    epochs = make_epochs()
    held, before = epochs.get_data(copy=False), epochs.get_data()
    change(epochs)
    np.testing.assert_array_equal(held, before)


def together(*works, times=30):
    """What works raise that are done at the same time, each in a thread of its own."""
    errors = []

    def go(work):
        for _ in range(times):
            try:
                work()
            except Exception as error:  # noqa: BLE001
                errors.append(error)

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    threads = [threading.Thread(target=go, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sys.setswitchinterval(before)
    return errors


def test_threads_that_change_one_recording_take_turns():
    raw = make_raw()
    n = raw.n_times
    errors = together(lambda: raw.crop(0, raw.times[-2]), lambda: raw.get_data(), lambda: raw.info["chs"][0]["loc"][0],
                      lambda: raw.filter(1, 20), lambda: repr(raw.info), lambda: raw.set_eeg_reference())  # fmt: skip
    assert not [e for e in errors if not isinstance(e, ValueError)]  # a stop that another thread has cropped away
    assert raw.n_times < n and raw.get_data().shape == (len(raw.ch_names), raw.n_times)


def test_threads_that_append_lose_nothing():
    raw = make_raw()
    names = raw.ch_names[:2]
    errors = together(lambda: raw.info["bads"].append(names[0]), lambda: raw.info["bads"].append(names[1]),
                      lambda: raw.annotations.append(1, 1, "x"), lambda: raw.annotations.append(2, 1, "y"))  # fmt: skip
    assert not errors and len(raw.annotations) == 60 and sorted(raw.info["bads"]) == sorted(30 * names)


def test_threads_that_drop_read_and_load_the_same_epochs_take_turns():
    epochs = make_epochs(preload=False)
    errors = together(lambda: epochs.load_data(), lambda: epochs.copy().drop([0]), lambda: epochs.average(),
                      lambda: epochs.get_data(), lambda: epochs.events, lambda: epochs[0], times=10)  # fmt: skip
    assert not errors and len(epochs.events) == len(epochs.get_data())


def test_threads_with_recordings_of_their_own_work_at_the_same_time():
    raws = [make_raw() for _ in range(4)]
    wanted = make_raw().filter(1, 20).get_data()
    assert not together(*(lambda raw=raw: raw.filter(1, 20) for raw in raws), times=1)
    for raw in raws:
        np.testing.assert_array_equal(raw.get_data(), wanted)


@pytest.mark.parametrize("noun, name", [
    (lambda: make_raw(), "times"), (make_epochs, "times"), (make_epochs, "selection"), (make_epochs, "events"),
    (lambda: make_epochs().average(), "times"), (lambda: make_epochs().compute_psd(), "freqs"),
    (lambda: make_epochs().compute_psd(), "events"),
])  # fmt: skip
def test_what_is_made_anew_when_asked_for_takes_no_numbers_that_would_be_lost(noun, name):
    array = getattr(noun(), name)
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 7


def test_epochs_of_which_a_condition_has_none_left_are_pickled():
    epochs = make_epochs(reject=dict(eeg=1.0))
    epochs.drop(np.flatnonzero(epochs.events[:, 2] == 1))
    epochs.event_id = {"left": 1, "right": 2}
    for left in (epochs, epochs.copy().drop(np.arange(len(epochs)))):
        other = pickle.loads(pickle.dumps(left))
        assert other.event_id == left.event_id and other == left and other.drop_log == left.drop_log
        assert np.array_equal(other.events, left.events) and other.reject == {"eeg": 1.0} and other.tmin == left.tmin


def test_rows_of_metadata_are_numbered_as_the_epochs_are(tmp_path):
    pd = pytest.importorskip("pandas")
    epochs = make_epochs()
    epochs.metadata = pd.DataFrame({"x": range(len(epochs))}, index=list("abcdefgh"[: len(epochs)]))
    epochs.drop([0])
    both = mne.concatenate_epochs([epochs, epochs])
    epochs.save(tmp_path / "x-epo.fif")
    for some in (
        epochs,
        epochs[[2, 1]],
        both,
        mne.read_epochs(tmp_path / "x-epo.fif"),
        pickle.loads(pickle.dumps(epochs)),
    ):
        assert some.metadata.index.tolist() == some.selection.tolist()


def test_types_change_for_all_channels_or_for_none(raw):
    before = raw.info.copy()
    for mapping, how in (({"Fp1": "eog", "no": "eeg"}, {}), ({"Fp1": "eog", "Fp2": "nothing"}, {}),
                         ({"Fp1": "eog", "Fp2": "misc"}, {"on_unit_change": "raise"})):  # fmt: skip
        with pytest.raises(ValueError):
            raw.set_channel_types(mapping, **how)
        assert raw.info == before
    loc = raw.info["chs"][0]["loc"]
    raw.set_channel_types({"Fp1": "eog"})
    assert np.shares_memory(loc, raw.info["chs"][0]["loc"]) and raw.get_channel_types()[0] == "eog"


def test_epochs_leave_bad_channels_out_where_types_are_asked_for(epochs):
    epochs.info["bads"] = [epochs.ch_names[0]]
    n, n_eeg = len(epochs.ch_names), epochs.get_channel_types().count("eeg")
    for picks, count in (("all", n - 1), ("data", n_eeg - 1), ("eeg", n_eeg - 1), (None, n), (epochs.ch_names[:2], 2)):
        assert epochs.get_data(picks=picks).shape[1] == count
    assert epochs.get_data(picks="all", exclude=[]).shape[1] == n


def test_annotations_are_read_one_by_one_and_in_milliseconds(raw):
    pytest.importorskip("pandas")
    raw.set_annotations(mne.Annotations([1.25, 2.5], [0.5, 1], ["x", "y"], ch_names=[("Cz",), ()]))
    last = raw.annotations[-1]
    assert (last["onset"], last["duration"], last["description"], last["ch_names"]) == (2.5, 1.0, "y", ())
    assert list(raw.annotations)[1] == last and raw.annotations[0]["ch_names"] == ("Cz",)
    with pytest.raises(IndexError):
        raw.annotations[2]
    assert raw.annotations.to_data_frame("ms")["onset"].tolist() == [1250, 2500]
    with pytest.raises(ValueError, match="time_format"):
        raw.annotations.to_data_frame("s")
    parts = raw.crop_by_annotations()
    assert [len(part) for part in parts] == [101, 201] and parts[0].annotations[0]["description"] == "x"
    np.testing.assert_array_equal(parts[1].get_data(), raw.get_data(tmin=2.5, tmax=3.505))


def test_what_has_the_wrong_type_is_named(info):
    for noun, key, value in ((info["chs"][0], "cal", "much"), (info["chs"][0], "ch_name", 5), (info["dig"][0], "kind", "x"),
                             (info["projs"][0], "desc", 3)):  # fmt: skip
        with pytest.raises(TypeError, match=f"{key} can't be"):
            noun[key] = value
    with pytest.raises(TypeError):
        info["bads"] = [5]
    with pytest.raises(TypeError):
        replaced(info, "sfreq", "fast")


def test_what_a_function_does_not_take_is_told_with_its_name_and_what_it_takes(epochs):
    with pytest.raises(TypeError, match=r"compute_psd\(\) got an unexpected keyword argument 'bandwith'.*bandwidth"):
        epochs.compute_psd(bandwith=2)
    with pytest.raises(NotImplementedError, match="functions in reject= are not in Ranvier yet; use numbers"):
        epochs.drop_bad(reject=dict(eeg=lambda x: (True, "bad")))


def test_a_type_of_channels_is_in_what_has_such_channels(raw, epochs):
    raw.set_channel_types({"Fp1": "eog"})
    for inst, eog in ((raw, True), (epochs, False), (epochs.average(), False), (epochs.compute_psd(), False),
                      (epochs.compute_tfr("morlet", freqs=[20.0], n_cycles=2), False)):  # fmt: skip
        assert "eeg" in inst and ("eog" in inst) == eog and "meg" not in inst
        with pytest.raises(ValueError, match="nothing"):
            "nothing" in inst  # noqa: B015


def test_equal_nouns_are_equal_and_others_are_not(raw, epochs):
    for inst in (raw, epochs, epochs.average(), epochs.compute_psd(), epochs.average().compute_psd()):
        other = inst.copy()
        assert inst == other and hash(inst) == hash(other) and inst != "x"
        (other._data if hasattr(other, "_data") else other.data)[..., 0] += 1
        assert inst != other
    renamed = raw.copy().rename_channels({"Fp1": "A"})
    assert raw != renamed
    with pytest.raises(RuntimeError, match="in memory"):
        hash(make_epochs(preload=False))


def test_montages_are_added():
    one = mne.channels.make_dig_montage({"A": [0, 0, 0.1]}, nasion=[0, 0.1, 0], lpa=[-0.1, 0, 0], rpa=[0.1, 0, 0])
    two = mne.channels.make_dig_montage({"B": [0, 0.1, 0]}, nasion=[0, 0.1, 0], lpa=[-0.1, 0, 0], rpa=[0.1, 0, 0])
    both = one + two
    assert both.ch_names == ["A", "B"] and len(both.dig) == 5 and one.ch_names == ["A"]
    with pytest.raises(RuntimeError, match="different electrodes"):
        one + one
    with pytest.raises(RuntimeError, match="same fiducials"):
        one + mne.channels.make_dig_montage({"C": [0, 0.1, 0]}, nasion=[0, 0.2, 0])


def test_covariances_are_added_by_their_degrees_of_freedom():
    one = mne.Covariance(np.eye(2), ["A", "B"], ["A"], [], 1)
    two = mne.Covariance(4 * np.eye(2), ["A", "B"], ["B"], [], 2)
    both = one + two
    np.testing.assert_array_equal(both.data, 3 * np.eye(2))
    assert both.nfree == 3 and both["bads"] == ["A", "B"] and one.nfree == 1 and one["data"][0, 0] == 1
    with pytest.raises(ValueError, match="same channels"):
        one + mne.Covariance(np.eye(2), ["A", "C"], [], [], 1)


def test_numbers_of_events_are_whole(epochs):
    with pytest.raises(ValueError, match="whole number of 32 bits"):
        epochs.event_id["left"] = "b"
    assert epochs.event_id == {"left": 1, "right": 2}
