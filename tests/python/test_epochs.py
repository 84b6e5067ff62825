"""Epochs: cutting, choosing, rejecting, averaging."""

import copy
import pickle

import numpy as np
import pytest
from conftest import make_epochs, make_raw

import ranvier.meeg as mne


def test_epochs_are_the_recording_around_the_events():
    raw = make_raw(stim=True)
    events = mne.find_events(raw)
    epochs = mne.Epochs(raw, events, tmin=-0.1, tmax=0.2, baseline=None, preload=True)
    data = epochs.get_data()
    assert data.shape == (8, 14, 61) == epochs._data.shape
    for epoch, (sample, _, _) in zip(data, events):
        np.testing.assert_array_equal(epoch, raw._data[:, sample - 20 : sample + 41])
    assert epochs.times[0] == -0.1 and epochs.times[20] == 0.0
    assert epochs.event_id == {"1": 1, "2": 2} and len(epochs) == 8


def test_the_baseline_has_mean_zero_and_lazy_epochs_are_the_same():
    lazy, loaded = make_epochs(preload=False), make_epochs()
    assert not lazy.preload
    np.testing.assert_array_equal(lazy.get_data(), loaded.get_data())
    assert not lazy.preload
    before = loaded.get_data("eeg")[..., loaded.times <= 0].mean(axis=-1)
    assert np.abs(before).max() < 1e-19  # of 1e-5: rounding
    assert loaded.baseline == (-0.2, 0.0)
    assert lazy.average().data.tobytes() == loaded.average().data.tobytes()


def test_epochs_share_memory_with_the_engine(epochs):
    view = epochs._data
    view[:] = 1.0
    assert (epochs.get_data(copy=False) == 1.0).all() and np.shares_memory(epochs.get_data(copy=False), view)
    assert not np.shares_memory(epochs.get_data(), view)


def test_epochs_are_chosen_by_name_number_slice_mask_and_tag():
    raw = make_raw(stim=True)
    epochs = mne.Epochs(raw, mne.find_events(raw), {"go/left": 1, "go/right": 2}, preload=True)
    assert len(epochs["go/left"]) == 4 and len(epochs["left"]) == 4 and len(epochs["go"]) == 8
    assert len(epochs[["left", "right"]]) == 8 and epochs["left"].event_id == {"go/left": 1}
    assert epochs[2].events.tolist() == epochs.events[[2]].tolist() and len(epochs[:3]) == 3 and len(epochs[-1]) == 1
    assert len(epochs[[0, 5]]) == 2 and len(epochs[np.arange(8) > 5]) == 2
    for wrong, error in (("nowhere", KeyError), (99, IndexError)):
        with pytest.raises(error):
            epochs[wrong]


def test_iterating_gives_each_epoch(epochs):
    pieces = list(epochs)
    assert len(pieces) == 8 and pieces[0].shape == (14, 141)
    np.testing.assert_array_equal(np.array(pieces), epochs.get_data())
    assert [e.comment for e in epochs.iter_evoked()][:2] == ["left", "right"]
    assert len(list(make_epochs(preload=False))) == 8


def test_large_and_flat_epochs_are_dropped_and_the_log_says_why():
    raw = make_raw(stim=True)
    raw._data[0, 400:410] = 1e-3  # a jump in Fp1 in the second epoch
    raw._data[2, 560:680] = 0.0  # F3 is flat in the third
    events = mne.find_events(raw)
    epochs = mne.Epochs(raw, events, tmin=-0.1, tmax=0.2, baseline=None, reject=dict(eeg=500e-6), flat=dict(eeg=1e-7))
    with pytest.raises(RuntimeError, match="drop_bad"):
        len(epochs)
    epochs.drop_bad()
    assert len(epochs) == 6 and epochs.selection.tolist() == [0, 3, 4, 5, 6, 7]
    assert epochs.drop_log[:4] == ((), ("Fp1",), ("F3",), ())
    assert epochs.drop_log_stats() == 25.0
    epochs.drop([0], reason="MINE")
    assert epochs.drop_log[0] == ("MINE",) and len(epochs) == 5


def test_where_all_epochs_are_rejected_the_average_says_so():
    epochs = make_epochs(reject=dict(eeg=1e-9))
    assert len(epochs) == 0 and epochs.get_data().shape == (0, 14, 141)
    for made in (epochs, make_epochs(reject=dict(eeg=1e-9), preload=False)):  # which averaging finds out while it reads
        with pytest.raises(RuntimeError, match="average.. needs an epoch, and none is left of 8; .*: Fp1 8×"):
            made.average()


def test_epochs_in_bad_stretches_are_dropped():
    raw = make_raw(stim=True)
    raw.set_annotations(mne.Annotations([2.0], [0.1], ["BAD_move"]))
    events = mne.find_events(raw)
    assert len(mne.Epochs(raw, events, tmin=-0.1, tmax=0.2, preload=True)) == 7
    assert len(mne.Epochs(raw, events, tmin=-0.1, tmax=0.2, preload=True, reject_by_annotation=False)) == 8


def test_one_sample_is_an_epoch():
    raw = make_raw(stim=True)
    epochs = mne.Epochs(raw, mne.find_events(raw), tmin=0, tmax=0, baseline=None, preload=True)
    assert epochs.get_data().shape == (8, 14, 1) and epochs.average().data.shape == (13, 1)


@pytest.mark.parametrize(
    "settings, words",
    [
        (dict(event_id=dict(nobody=9)), "nobody"),
        (dict(tmin=0.5, tmax=-0.5), "tmin"),
        (dict(reject=dict(mag=1e-12)), "mag"),
        (dict(reject=dict(egg=1.0)), "eeg"),
        (dict(baseline=(-5.0, 0.0)), "baseline"),
        (dict(baseline=3), "baseline"),
        (dict(detrend=7), "detrend"),
        (dict(event_repeated="maybe"), "event_repeated"),
        (dict(picks="mag"), "mag"),
    ],
)
def test_what_contradicts_itself_is_refused(settings, words):
    with pytest.raises(ValueError, match=words):
        make_epochs(**settings)


def test_missing_events_may_be_ignored_or_warned_about():
    ids = dict(left=1, nobody=9)
    assert make_epochs(event_id=ids, on_missing="ignore").event_id == {"left": 1}
    with pytest.warns(RuntimeWarning, match="nobody"):
        make_epochs(event_id=ids, on_missing="warn")


def test_the_average_is_the_mean_and_the_standard_error_that_of_the_mean(epochs):
    data = epochs.get_data("eeg")
    evoked = epochs.average()
    assert evoked.ch_names == epochs.ch_names[:13] and evoked.nave == 8
    np.testing.assert_allclose(evoked.data, data.mean(axis=0), rtol=0, atol=1e-12 * np.abs(data).max())
    error = epochs.standard_error()
    np.testing.assert_allclose(error.data, data.std(axis=0) / np.sqrt(8), rtol=1e-9)
    assert error.kind == "standard_error" and epochs["left"].average().comment == "left"
    assert [e.comment for e in epochs.average(by_event_type=True)] == ["left", "right"]
    np.testing.assert_allclose(epochs.average(method="median").data, np.median(data, axis=0))


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda e: e.copy(), lambda e: pickle.loads(pickle.dumps(e))])
def test_a_copy_shares_nothing(epochs, duplicate):
    other = duplicate(epochs)
    np.testing.assert_array_equal(other.get_data(), epochs.get_data())
    assert other.event_id == epochs.event_id and other.drop_log == epochs.drop_log and other.baseline == epochs.baseline
    np.testing.assert_array_equal(other.events, epochs.events)
    other._data[:] = 0
    assert epochs._data.any()


def test_epochs_are_cropped_decimated_shifted_and_baselined(epochs):
    data = epochs.get_data()
    part = epochs.copy().crop(0.0, 0.3)
    np.testing.assert_array_equal(part.get_data(), data[..., 40:101])
    assert part.tmin == 0.0 and part.tmax == 0.3
    thin = epochs.copy().decimate(4)
    np.testing.assert_array_equal(thin.get_data(), data[..., ::4])
    assert thin.info["sfreq"] == 50.0 and thin.tmin == -0.2
    assert epochs.copy().shift_time(0.1).tmin == pytest.approx(-0.1)
    again = epochs.copy().apply_baseline((0.1, 0.3))
    inside = (again.times >= 0.1 - 1e-9) & (again.times <= 0.3 + 1e-9)
    assert np.abs(again.get_data("eeg")[..., inside].mean(axis=-1)).max() < 1e-18
    assert again.baseline == (0.1, 0.3)


def test_a_baseline_that_was_subtracted_otherwise_can_be_said(epochs):
    data = epochs.get_data()
    epochs.baseline = None
    assert epochs.baseline is None and epochs.average().baseline is None
    epochs.baseline = (None, 0.1)
    assert epochs.baseline == (-0.2, 0.1) and epochs.average().baseline == (-0.2, 0.1)
    np.testing.assert_array_equal(epochs.get_data(), data)
    with pytest.raises(ValueError, match="must lie within the epochs"):
        epochs.baseline = (-1.0, 0.0)


def test_what_epochs_in_a_file_will_be_corrected_by_is_not_said_by_hand():
    epochs = make_epochs(preload=False)
    with pytest.raises(RuntimeError, match="load_data"):
        epochs.baseline = None


def test_channels_are_picked_and_data_frames_made(epochs):
    data = epochs.get_data()
    part = epochs.copy().pick(["Cz", "Fz"])
    np.testing.assert_array_equal(part.get_data(), data[:, [11, 10]])
    pytest.importorskip("pandas")
    frame = part.to_data_frame()
    assert list(frame.columns) == ["time", "condition", "epoch", "Cz", "Fz"] and len(frame) == 8 * 141
    np.testing.assert_allclose(frame["Cz"].to_numpy()[:141], data[0, 11] * 1e6)


def test_counts_are_made_equal():
    raw = make_raw(stim=True)
    events = mne.find_events(raw)[:-1]
    epochs = mne.Epochs(raw, events, dict(left=1, right=2), preload=True)
    assert len(epochs["left"]) == 4 and len(epochs["right"]) == 3
    same, dropped = epochs.equalize_event_counts()
    assert same is epochs and len(epochs["left"]) == len(epochs["right"]) == 3 and len(dropped) == 1


def test_metadata_follow_the_epochs():
    pd = pytest.importorskip("pandas")
    table = pd.DataFrame({"rt": np.arange(8) / 10, "side": list("LRLRLRLR")})
    epochs = make_epochs(metadata=table)
    assert len(epochs["rt > 0.35 and side == 'L'"]) == 2
    epochs.drop([0, 1])
    assert epochs.metadata["rt"].tolist() == pytest.approx(list(np.arange(2, 8) / 10))
    assert epochs["left"].metadata["side"].unique().tolist() == ["L"]
    with pytest.raises(ValueError, match="one row per event"):
        make_epochs(metadata=table[:3])


def test_epochs_from_an_array_keep_it():
    data = np.random.default_rng(0).standard_normal((5, 3, 50))
    epochs = mne.EpochsArray(data, mne.create_info(3, 100.0, "eeg"), tmin=-0.1)
    np.testing.assert_array_equal(epochs.get_data(), data)
    assert epochs.times[0] == -0.1 and epochs.event_id == {"1": 1} and epochs.events[:, 0].tolist() == [0, 1, 2, 3, 4]
    with pytest.raises(ValueError, match="one event per epoch"):
        mne.EpochsArray(data, mne.create_info(3, 100.0, "eeg"), events=np.array([[0, 0, 1]]))


def test_epochs_are_concatenated(epochs):
    both = mne.concatenate_epochs([epochs["left"], epochs["right"]])
    assert len(both) == 8 and both.event_id == {"left": 1, "right": 2}
    np.testing.assert_array_equal(both.get_data()[:4], epochs["left"].get_data())
    assert len(set(both.events[:, 0])) == 8


def test_pieces_of_fixed_length(raw):
    epochs = mne.make_fixed_length_epochs(raw, duration=2.0, preload=True)
    np.testing.assert_array_equal(epochs.get_data()[1], raw._data[:, 400:800])
    assert len(mne.make_fixed_length_epochs(raw, duration=2.0, overlap=1.0, preload=True)) == 9


def test_changing_the_recording_later_leaves_lazy_epochs_usable():
    raw = make_raw(stim=True)
    epochs = mne.Epochs(raw, mne.find_events(raw), tmin=-0.1, tmax=0.2, baseline=None)
    expected = epochs.get_data()
    raw.crop(0, 1).pick(["Cz"])
    np.testing.assert_array_equal(epochs.get_data(), expected)


@pytest.mark.parametrize("n", [2, 8])
def test_averages_and_power_have_the_same_bits_on_any_number_of_threads(n):
    def results(n):
        epochs = make_epochs(preload=False, reject=dict(eeg=1.0))
        power, itc = epochs.compute_tfr("morlet", [8.0, 12.0], n_cycles=2.0, average=True, return_itc=True, n_jobs=n)
        epochs.load_data()
        psd = epochs.compute_psd("multitaper", n_jobs=n)
        return [epochs.average().data, power.data, itc.data, psd.data, epochs.copy().filter(1, 30, n_jobs=n)._data]

    for one, many in zip(results(1), results(n)):
        assert one.tobytes() == many.tobytes()


def test_metadata_come_back_from_a_file_in_their_order(tmp_path):
    pd = pytest.importorskip("pandas")
    table = pd.DataFrame(dict(side=["L", "R"] * 4, rt=np.arange(8) / 10, answer=range(8), about=["a", None] * 4))
    epochs = make_epochs(metadata=table)
    epochs.save(tmp_path / "x-epo.fif")
    back = mne.read_epochs(tmp_path / "x-epo.fif")
    pd.testing.assert_frame_equal(back.metadata, epochs.metadata.reset_index(drop=True))
    assert back[2:4].metadata["answer"].tolist() == [2, 3]


def test_epochs_are_split_over_files_no_larger_than_was_asked_for(tmp_path):
    epochs = mne.concatenate_epochs([make_epochs() for _ in range(25)])
    whole = epochs.save(tmp_path / "whole-epo.fif")
    limit = whole[0].stat().st_size - 10_000
    parts = epochs.save(tmp_path / "parts-epo.fif", split_size=limit)
    assert len(whole) == 1 and len(parts) > 1 and all(part.stat().st_size <= limit for part in parts)
    np.testing.assert_array_equal(mne.read_epochs(parts[0]).get_data(), mne.read_epochs(whole[0]).get_data())
    with pytest.raises(ValueError, match="split_size must hold the measurement info, one epoch"):
        epochs.save(tmp_path / "z-epo.fif", split_size=1000)


def test_names_of_events_and_info_are_changed_in_place(epochs):
    epochs.event_id["go/left"] = epochs.event_id.pop("left")
    epochs.info["bads"].append("Cz")
    other = epochs.copy()  # made by the engine
    assert other.event_id == {"right": 2, "go/left": 1} == epochs.event_id and len(other["go"]) == 4
    assert other.info["bads"] == ["Cz"] and "Cz" in epochs.average().info["bads"]
    epochs.event_id = {"x": 1, "right": 2}
    assert repr(epochs.event_id) == "{'x': 1, 'right': 2}" and len(epochs["x"]) == 4


def test_events_are_changed_by_assigning_others(epochs):
    with pytest.raises(ValueError, match="read-only"):
        epochs.events[:, 2] += 10
    changed = epochs.events.copy()
    changed[:, 2] = 12
    epochs.events = changed
    epochs.event_id = {"h": 12}
    assert len(epochs["h"]) == len(epochs)


@pytest.mark.parametrize("selection, error", [([3.7, 5], TypeError), ([3, 3], ValueError)])
def test_a_selection_of_epochs_that_cannot_be_is_refused(selection, error):
    with pytest.raises(error, match="selection"):
        mne.EpochsArray(np.zeros((2, 1, 10)), mne.create_info(1, 10.0, "eeg"), selection=selection)


def test_samples_of_events_that_no_recording_has_are_refused():
    with pytest.raises(ValueError, match="below 2"):
        mne.EpochsArray(
            np.zeros((1, 1, 10)), mne.create_info(1, 10.0, "eeg"), np.array([[2**63, 0, 1]], dtype=np.uint64)
        )


def test_what_computes_on_epochs_that_are_all_gone_says_what_dropped_them(epochs):
    empty = epochs.copy().drop(range(8), reason="noisy")
    for method, arguments in {
        "apply_function": dict(fun=np.abs), "average": {}, "compute_psd": {}, "filter": dict(l_freq=None, h_freq=30),
        "plot": {}, "plot_image": {}, "resample": dict(sfreq=100), "savgol_filter": dict(h_freq=20),
        "standard_error": {}, "to_data_frame": {},
    }.items():  # fmt: skip
        with pytest.raises(RuntimeError, match="none is left of 8; what dropped them: noisy 8×"):
            getattr(empty.copy(), method)(**arguments)
    assert empty.copy().pick("eeg").crop(0, 0.1) == empty.copy().pick("eeg").crop(0, 0.1)


def test_limits_of_types_that_are_picked_away_are_not_kept():
    raw = make_raw(stim=True).set_channel_types({"O1": "eog"})
    epochs = mne.Epochs(raw, mne.find_events(raw), reject=dict(eeg=1.0, eog=1.0), flat=dict(eog=1e-30), preload=True)
    epochs.pick("eeg")
    assert epochs.reject == {"eeg": 1.0} and not epochs.flat
    assert len(epochs.drop_bad()) == 8


def test_whoever_concatenates_epochs_hears_that_their_annotations_go(epochs):
    epochs.set_annotations(mne.Annotations([0.5], [0.1], ["blink"]))
    with pytest.warns(RuntimeWarning, match="no annotations"):
        assert mne.concatenate_epochs([epochs, epochs]).annotations is None


def test_arguments_that_are_near_misses_are_explained(tmp_path, epochs):
    raw = make_raw(stim=True)
    with pytest.raises(TypeError, match="pass the two as events and event_id"):
        mne.Epochs(raw, (mne.find_events(raw), {"left": 1}))
    raw.set_annotations(None)
    with pytest.raises(RuntimeError, match="no annotations to cut epochs around"):
        mne.Epochs(raw)
    with pytest.raises(TypeError, match="index must be a name"):
        epochs.to_data_frame(index=np.arange(3))
    with pytest.raises(TypeError, match="reason must be text"):
        epochs.drop([1], reason=("a", 2))
    with pytest.raises(TypeError, match="2 dimensions"):
        epochs.drop([[1, 2], [3, 4]])
    epochs.save(tmp_path / "a-epo.fif")
    with open(tmp_path / "a-epo.fif", "rb") as file, pytest.raises(ValueError, match="preload=True"):
        mne.read_epochs(file, preload=False)


def test_a_generator_draws_epochs_as_random_state_too(epochs):
    drawn = [mne.epochs.bootstrap(epochs, **{name: np.random.default_rng(3)}) for name in ("rng", "random_state")]
    assert drawn[0] == drawn[1] and len(drawn[0]) == 8
