"""What a user of recordings, epochs, spectra and maps would lose: numbers, names and whole arrays."""

import copy
import datetime
import gc
import operator
import pickle
import weakref

import numpy as np
import pytest
from conftest import make_raw
from test_mne_losses import four, noted

import ranvier.meeg as mne

# -- events


def test_marks_of_number_0_are_marks_as_the_others():
    raw = noted(["Stimulus/S  0", "Stimulus/S 12", "Response/R  1"])
    assert mne.events_from_annotations(raw)[1] == {"Stimulus/S  0": 0, "Stimulus/S 12": 12, "Response/R  1": 1001}


def test_merged_events_have_the_new_number_before_and_after():
    events = np.array([[1, 0, 1], [2, 1, 2], [3, 2, 3], [3, 0, 1]])
    assert mne.merge_events(events, [1, 2], 9).tolist() == [[1, 0, 9], [2, 9, 9], [3, 9, 3], [3, 0, 9]]
    both = [[1, 0, 1], [1, 0, 9], [2, 1, 2], [2, 9, 9], [3, 0, 1], [3, 0, 9], [3, 2, 3], [3, 9, 3]]
    assert mne.merge_events(events, [1, 2], 9, replace_events=False).tolist() == both


def test_events_with_fractions_are_not_moved_by_them():
    with pytest.raises(TypeError, match="whole numbers"):
        four().resample(50.0, events=[[101.9, 0, 1.7]])
    assert four().resample(50.0, events=[[100, 0, 1]])[1].tolist() == [[50, 0, 1]]


def test_the_words_about_a_mask_say_which_bits_it_keeps():
    text = " ".join(mne.find_events.__doc__.split())
    assert "'and' keeps the bits" in text and "kept, or taken out" in text


# -- annotations


def some_annotations():
    return mne.Annotations(
        [1.0, 2.0, 3.0], [0.5, 0.25, 0.5], ["a", "b", "c"], ch_names=[["A", "B"], ["C", "D"], ["A", "C"]]
    )


@pytest.mark.parametrize(("write", "onset"), [
    (lambda a: a.onset.fill(0), [0, 0, 0]), (lambda a: np.copyto(a.onset, [3, 4, 5]), [3, 4, 5]),
    (lambda a: operator.setitem(a.onset[1:], 0, 9), [1, 9, 3]), (lambda a: a.onset.put([0, 2], 7), [7, 2, 7]),
    (lambda a: np.putmask(a.onset, a.onset > 1, 8), [1, 8, 8]), (lambda a: np.add(a.onset, 1, out=a.onset), [2, 3, 4]),
    (lambda a: operator.iadd(a.onset[::2], 1), [2, 2, 4]), (lambda a: operator.setitem(a.onset[1:][1:], ..., 6), [1, 2, 6]),
    (lambda a: np.add.at(a.onset, [0, 0], 1), [3, 2, 3]),
])  # fmt: skip
def test_whatever_writes_to_a_column_of_annotations_changes_them(write, onset):
    raw = four().set_annotations(some_annotations())
    held = raw.annotations.onset
    write(raw.annotations)
    assert raw.annotations.onset.tolist() == raw.copy().annotations.onset.tolist() == held.tolist() == onset


def test_a_column_of_annotations_that_was_replaced_takes_no_old_values_back():
    a = some_annotations()
    held, part = a.onset, a.onset[1:]
    assert a.onset is held
    a.onset = [10, 20, 30]
    held[0] = part[0] = 5
    assert a.onset.tolist() == [10, 20, 30] and held.tolist() == [5, 5, 3]
    first, second = a.duration, a.duration
    first[0], second[2] = 1, 2
    assert a.duration.tolist() == first.tolist() == [1, 0.25, 2]
    names = a.description
    a.append(0.0, 0.0, "z")
    names[0] = "x"
    assert a.description.tolist() == ["z", "a", "b", "c"]


def test_what_can_not_be_written_to_a_column_of_annotations_says_so():
    a = some_annotations()
    with pytest.raises(ValueError, match="read-only"):
        a.onset.T[0] = 9
    with pytest.raises(ValueError, match="read-only"):
        np.asarray(a.onset)[0] = 9
    held = a.ch_names
    with pytest.raises(TypeError):
        a.ch_names[0] = 5
    assert a.ch_names is held and list(held) == [("A", "B"), ("C", "D"), ("A", "C")]
    a.ch_names[0] = "Q"
    assert list(held) == list(a.ch_names) == [("Q",), ("C", "D"), ("A", "C")]
    copy = a.onset[[0, 1]]
    copy[0] = 9
    assert a.onset.tolist() == [1, 2, 3]


def test_a_recording_goes_with_its_last_name_though_annotations_were_looked_at():
    raw = four().set_annotations(some_annotations())
    held, annotations = raw.annotations.onset, weakref.ref(raw.annotations)
    held[0] = 2.0
    gc.disable()
    try:
        del raw, held
        assert annotations() is None
    finally:
        gc.enable()


@pytest.mark.parametrize("duplicate", [lambda a: pickle.loads(pickle.dumps(a)), copy.copy, copy.deepcopy])
def test_pickled_annotations_of_a_recording_are_saved_where_they_were(tmp_path, duplicate):
    raw = four(first_samp=500).set_annotations(mne.Annotations([1.0], [0.5], ["a"]))
    assert raw.annotations.onset.tolist() == [6.0]
    duplicate(raw.annotations).save(tmp_path / "a-annot.fif")
    assert mne.read_annotations(tmp_path / "a-annot.fif").onset.tolist() == [1.0]


def test_times_of_another_zone_are_not_taken_for_utc(tmp_path):
    (tmp_path / "a.csv").write_text("onset,duration,description\n2020-01-01 02:00:00+02:00,0.5,a\n")
    utc = datetime.timezone.utc
    assert mne.read_annotations(tmp_path / "a.csv").orig_time == datetime.datetime(2020, 1, 1, 0, tzinfo=utc)
    (tmp_path / "a.csv").write_text("onset,duration,description\n2020-01-01 02:00:00,0.5,a\n")
    assert mne.read_annotations(tmp_path / "a.csv").orig_time == datetime.datetime(2020, 1, 1, 2, tzinfo=utc)


# -- projections


def test_a_projection_that_was_applied_elsewhere_is_applied_here_too():
    elsewhere = make_raw().set_eeg_reference(projection=True).apply_proj()
    [projection] = elsewhere.info["projs"]
    raw = make_raw(seed=2)
    held = raw.info["projs"]
    raw.add_proj([projection, projection])
    assert len(held) == len(raw.info["projs"]) == 1 and not raw.info["projs"][0]["active"] and projection["active"]
    assert np.abs(raw.apply_proj().get_data().mean(axis=0)).max() < 1e-18
    raw.add_proj(projection)  # it is there
    assert len(raw.info["projs"]) == 1 and raw.info["projs"][0]["active"]


@pytest.mark.parametrize("number", [5, -2, [0, 1]])
def test_removing_a_projection_that_is_not_there_removes_no_other(number):
    raw = make_raw().set_eeg_reference(projection=True)
    with pytest.raises(IndexError, match="there are 1 projections"):
        raw.del_proj(number)
    assert len(raw.info["projs"]) == 1 and len(raw.del_proj(-1).info["projs"]) == 0
    with pytest.raises(IndexError):
        raw.del_proj(0)


# -- epochs


def test_epochs_of_a_longer_list_of_events_know_their_numbers_in_it():
    info = mne.create_info(2, 100.0, "eeg")
    data = np.arange(4 * 2 * 10.0).reshape(4, 2, 10)
    epochs = mne.EpochsArray(data, info, selection=[6, 3, 4, 5])
    assert epochs.drop_log == (("IGNORED",),) * 3 + ((),) * 4 and epochs.selection.tolist() == [6, 3, 4, 5]
    assert epochs.drop([0]).drop_log[6] == ("USER",) and epochs.selection.tolist() == [3, 4, 5]
    again = mne.EpochsArray(epochs.get_data(), epochs.info, epochs.events, selection=epochs.selection).drop([1])
    assert again.drop_log == (("IGNORED",),) * 3 + ((), ("USER",), ())
    data[1, 0, 3] = 1e4
    logged = mne.EpochsArray(data, info, selection=[0, 2, 3, 4], drop_log=[(), ("x",), (), (), ()], reject={"eeg": 1e3})
    assert logged.selection.tolist() == [0, 3, 4] and logged.drop_log == ((), ("x",), ("0",), (), ())
    numbered = mne.EpochsArray(data, info, drop_log=[()] * 5)
    assert numbered.selection.tolist() == [0, 1, 2, 3] and len(numbered.drop_log) == 5


@pytest.mark.parametrize(("wrong", "words"), [
    (dict(selection=[0]), r"one number per event \(4\); got 1"), (dict(selection=[0, 1, 2, -1]), "got -1"),
    (dict(selection=[0, 1, 2, 4], drop_log=[()] * 4), "4 entries; got 4"), (dict(drop_log=[()]), "1 entries; got 1"),
    (dict(selection=[0], drop_log=[()]), "got 1"),
])  # fmt: skip
def test_numbers_that_no_log_of_epochs_has_are_refused(wrong, words):
    with pytest.raises(ValueError, match=words):
        mne.EpochsArray(np.zeros((4, 2, 10)), mne.create_info(2, 100.0, "eeg"), **wrong)


def test_epochs_that_are_there_twice_are_joined_dropped_and_kept():
    epochs = mne.EpochsArray(np.zeros((3, 2, 10)), mne.create_info(2, 100.0, "eeg"))
    joined = mne.concatenate_epochs([epochs[[0, 0, 2]], epochs.copy().drop([0])])
    assert joined.selection.tolist() == [0, 0, 2, 4, 5] and len(joined) == len(joined.selection)
    assert joined.drop([0, 4]).selection.tolist() == [0, 2, 4] and joined.drop_log[5] == ("USER",)


def test_a_decimation_warns_once():
    epochs = mne.EpochsArray(np.zeros((3, 2, 100)), mne.create_info(2, 100.0, "eeg"))
    with epochs.info._unlock():
        epochs.info["lowpass"] = 40.0
    with pytest.warns(RuntimeWarning, match="alias") as warned:
        epochs.decimate(2)
    assert len(warned) == 1


# -- spectra and maps


def test_maps_take_no_data_of_another_shape():
    info = mne.create_info(2, 100.0, "eeg")
    mean = mne.time_frequency.AverageTFRArray(info, np.ones((2, 3, 50)), np.arange(50) / 100, [10.0, 20.0, 30.0])
    each = mne.time_frequency.EpochsTFRArray(info, np.ones((4, 2, 3, 50)), np.arange(50) / 100, [10.0, 20.0, 30.0])
    for tfr, shape in ((mean, r"\(2, 3, 50\)"), (each, r"\(4, 2, 3, 50\)")):
        with pytest.raises(ValueError, match=rf"shape {shape}; got \(.*1, 1, 1\)"):
            tfr.data = np.zeros((1,) * tfr.data.ndim)
        with pytest.raises(ValueError, match=shape):
            tfr._engine.times = np.arange(1000.0)
        assert (tfr.data == 1).all() and len(tfr.times) == 50
        tfr.data = 2 * tfr.data
        assert (tfr.apply_baseline((None, None), "ratio").data == 1).all()


@pytest.mark.parametrize("kind", ["compute_psd", "compute_tfr", "mean"])
def test_spectra_and_maps_of_another_shape_than_they_say_are_not_unpickled(kind):
    info = mne.create_info(2, 100.0, "eeg")
    epochs = mne.EpochsArray(np.random.default_rng(0).random((3, 2, 60)), info)
    made = epochs.compute_psd() if kind == "compute_psd" else epochs.compute_tfr("morlet", [30.0], n_cycles=2)
    made = made.average() if kind == "mean" else made
    state = made.__getstate__()
    if kind == "compute_psd":
        engine, parts = state["_engine"]
        parts = tuple(part[..., :1] if isinstance(part, np.ndarray) and part.ndim > 2 else part for part in parts)
        state = {**state, "_engine": (engine, parts)}
    else:
        state = {**state, "data": state["data"][..., :1]}
    with pytest.raises(ValueError, match="data must have"):
        object.__new__(type(made)).__setstate__(state)


def test_rows_are_corrected_by_as_many_times_as_they_have():
    with pytest.raises(ValueError, match="one time per sample"):
        mne.baseline.rescale(np.ones((2, 5)), np.arange(5000.0), (None, None))


def test_a_spectrum_up_to_a_time_before_the_recording_is_not_of_all():
    for method in ("welch", "multitaper"):
        with pytest.raises(ValueError, match="tmax -1"):
            four().compute_psd(method, tmax=-1.0)
    with pytest.raises(ValueError, match="the end"):
        four().compute_psd(tmin=1e3)


def test_units_of_spectra_are_the_square_of_the_whole_unit():
    units = four(["grad", "eeg", "mag", "hbo"]).compute_psd(fmax=40.0)
    assert units.units() == {"grad": "(T/m)²/Hz", "eeg": "V²/Hz", "mag": "T²/Hz", "hbo": "M²/Hz"}
    assert units.units(latex=True)["grad"] == r"$\mathrm{(T/m)^{2}/Hz}$"


# -- channels


def test_fnirs_of_the_time_domain_are_picked_as_other_fnirs():
    kinds = ["fnirs_td_gated_amplitude", "fnirs_td_moments_mean", "eeg", "hbo"]
    raw = four(kinds)
    assert mne.pick_types(raw.info, fnirs=True).tolist() == [0, 1, 3]
    assert mne.pick_types(raw.info, fnirs=kinds[1]).tolist() == [1]
    assert raw.copy().pick(kinds[0]).ch_names == ["A"] and raw.copy().pick("fnirs").ch_names == ["A", "B", "D"]
    assert mne.channel_indices_by_type(raw.info)[kinds[1]] == [1]


def test_places_of_all_electrodes_go_with_the_montage():
    raw = four(["eeg", "seeg", "ecog", "dbs"])
    places = {name: [0.01 * k, 0.02, 0.03] for k, name in enumerate(raw.ch_names)}
    raw.set_montage(mne.channels.make_dig_montage(places, coord_frame="head"))
    assert all(np.isfinite(ch["loc"][:3]).all() for ch in raw.info["chs"])
    raw.set_montage(None)
    assert all(np.isnan(ch["loc"]).all() for ch in raw.info["chs"]) and raw.info["dig"] is None
    coil = four(["mag", "eeg", "hbo", "stim"])
    for channel in coil.info["chs"]:
        channel["loc"] = np.arange(12.0)
    coil.set_montage(None)
    assert [np.isnan(ch["loc"]).sum() for ch in coil.info["chs"]] == [0, 12, 9, 0]


@pytest.mark.parametrize("entry", [{"nokey": 1}, {"ch_name": "x"}, {"kind": "EEG"}])
def test_a_refused_bipolar_reference_leaves_the_channels(entry):
    raw = four()
    with pytest.raises((ValueError, TypeError)):
        mne.set_bipolar_reference(raw, ["A", "C"], ["B", "D"], ch_info=[{}, entry], copy=False)
    assert raw.ch_names == list("ABCD") and (raw.get_data()[:, 0] == [1, 2, 3, 4]).all()


def test_landmarks_that_define_no_frame_are_refused():
    point = [0.0, 0.08, 0.0]
    montage = mne.channels.make_dig_montage({"A": point}, nasion=point, lpa=point, rpa=point)
    with pytest.raises(ValueError, match="LPA and RPA"):
        mne.channels.compute_native_head_t(montage)


def test_names_that_are_there_already_are_not_given_to_doubles():
    names = ["a", "a", "a-0", "b"]
    montage = mne.channels.make_dig_montage({n: [k, 0, 0] for k, n in enumerate("wxyz")})
    montage.rename_channels(dict(zip("wxyz", names)), allow_duplicates=True)
    raw = four(names="wxyz").rename_channels(dict(zip("wxyz", names)), allow_duplicates=True)
    assert montage.ch_names == raw.ch_names == ["a-a", "a-1", "a-0", "b"]
