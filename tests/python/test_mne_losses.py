"""What a user of MNE-Python's names would lose: an answer that differs in silence, an argument that does nothing."""

import warnings

import numpy as np
import pytest

import ranvier.meeg as mne


def four(types="eeg", n=1000, names="ABCD", **kwargs):
    """Channels whose samples are 1, 2, 3, 4 at 100 Hz."""
    info = mne.create_info(list(names), 100.0, types)
    return mne.io.RawArray(np.ones((len(names), n)) * np.arange(1.0, len(names) + 1)[:, None], info, **kwargs)


def noted(descriptions, **kwargs):
    raw = four(**kwargs)
    n = len(descriptions)
    return raw.set_annotations(mne.Annotations(np.arange(1.0, n + 1), [0.1] * n, descriptions))


# -- references


@pytest.mark.parametrize("wrong", [{"A": "B"}, 3, [1, 2], None, b"A", (n for n in "AB")])
def test_references_of_another_kind_do_not_reach_the_engine(wrong):
    with pytest.raises(TypeError, match="name"):
        four().set_eeg_reference(wrong)
    with pytest.raises(TypeError, match="name"):
        four().add_reference_channels(wrong)
    with pytest.raises(TypeError, match="name"):
        four().drop_channels(wrong)
    with pytest.raises(TypeError, match="name"):
        mne.set_bipolar_reference(four(), "A", wrong)


# -- events


def test_numbers_of_marks_are_those_that_the_amplifier_sent():
    marks = ["Stimulus/S  2", "Response/R 15", "Stimulus/S  9", "New Segment/"]
    events, ids = mne.events_from_annotations(noted(marks))
    assert events[:, 2].tolist() == [2, 1015, 9, 99999] and ids["Response/R 15"] == 1015
    assert mne.events_from_annotations(noted(marks), None)[0][:, 2].tolist() == [3, 2, 4, 1]
    mixed = mne.events_from_annotations(noted([*marks, "left"]))
    assert mixed[0][:, 2].tolist() == [3, 2, 4, 1, 5]


def test_annotations_that_begin_with_bad_are_events_where_they_are_asked_for():
    raw = noted(["BAD x", "EDGE y", "foo"])
    assert mne.events_from_annotations(raw)[1] == {"foo": 1}
    assert len(mne.events_from_annotations(raw, regexp=None)[0]) == 3
    assert mne.events_from_annotations(raw, regexp="^BAD")[0][:, 0].tolist() == [100]


@pytest.mark.parametrize("ending", ["-eve.fif", ".eve"])
def test_a_mask_keeps_the_bits_that_it_names(tmp_path, ending):
    mne.write_events(tmp_path / f"a{ending}", np.array([[1, 0, 0x101], [5, 0, 0x102]]))
    assert mne.read_events(tmp_path / f"a{ending}", mask=255)[:, 2].tolist() == [1, 2]
    assert mne.read_events(tmp_path / f"a{ending}", mask=255, mask_type="not_and")[:, 2].tolist() == [256, 256]


def test_names_that_no_event_has_are_not_all_events():
    raw = noted(["a", "b", "c"])
    with pytest.raises(ValueError, match="foo"):
        mne.Epochs(raw, event_id=["foo"], baseline=None)
    with pytest.warns(RuntimeWarning, match="foo"):
        epochs = mne.Epochs(raw, event_id=["a", "foo"], baseline=None, on_missing="warn")
    assert len(epochs) == 1 and epochs.event_id == {"a": 1}


def test_events_beyond_the_recording_are_not_written_at_its_end():
    raw = mne.io.RawArray(np.zeros((1, 100)), mne.create_info(["STI 014"], 100.0, "stim"), first_samp=10)
    for wrong in (5, 9, 110, 200):
        with pytest.raises(ValueError, match="10 … 109"):
            raw.add_events([[wrong, 0, 3]])
    assert not raw.get_data().any()
    raw.add_events([[10, 0, 3], [109, 0, 4], [109, 0, 1]])
    assert raw.get_data()[0, [0, 99]].tolist() == [3, 5]
    raw.add_events([[50, 0, 2]], replace=True)
    assert np.flatnonzero(raw.get_data()).tolist() == [40]


# -- annotations


@pytest.mark.parametrize("how", ["ignore", "warn"])
def test_an_annotation_about_a_missing_channel_is_not_about_all(how):
    annotations = mne.Annotations([1, 2, 3], [0.1] * 3, list("abc"), ch_names=[["Z"], ["A", "Z"], []])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        raw = four().set_annotations(annotations, on_missing=how)
    assert list(raw.annotations.description) == ["b", "c"] and list(raw.annotations.ch_names) == [("A",), ()]
    assert len(caught) == (how == "warn") and len(annotations) == 3
    assert len(four().set_annotations(annotations[:1], on_missing="ignore").annotations) == 0


# -- epochs and samples


def spiked():
    raw = four()
    raw._data[0, 150:160] = 99
    return mne.Epochs(raw, np.array([[150, 0, 1], [400, 0, 1]]), tmin=-0.2, tmax=0.2, baseline=None, reject={"eeg": 1})


@pytest.mark.parametrize("work", [
    lambda epochs, path: epochs.save(path / "a-epo.fif"),
    lambda epochs, path: epochs.compute_psd(),
    lambda epochs, path: epochs.compute_tfr("morlet", [30.0], n_cycles=2),
    lambda epochs, path: epochs.plot_image(picks=[0], show=False),
    lambda epochs, path: mne.concatenate_epochs([epochs]),
])  # fmt: skip
def test_lazy_epochs_know_which_were_dropped_by_what_was_made_of_them(tmp_path, work):
    epochs = spiked()
    work(epochs, tmp_path)
    assert epochs.drop_log == (("A",), ()) and len(epochs) == 1 and not epochs.preload


def test_a_function_of_all_channels_sees_all_epochs_at_once():
    epochs = mne.EpochsArray(np.zeros((3, 2, 10)), mne.create_info(2, 100.0, "eeg"))
    seen = []
    epochs.apply_function(lambda x: (seen.append(x.shape), x + 1)[1], channel_wise=False)
    assert seen == [(3, 2, 10)] and (epochs.get_data() == 1).all()
    epochs.apply_function(lambda x, ch_idx, ch_name: x + ch_idx + int(ch_name))
    assert epochs.get_data()[:, :, 0].tolist() == [[1, 3]] * 3
    with pytest.raises(ValueError, match="cannot access"):
        epochs.apply_function(lambda x, ch_idx: x, channel_wise=False)
    with pytest.raises(ValueError, match="shape"):
        epochs.apply_function(lambda x: x[:-1])
    with pytest.raises(TypeError, match="array"):
        epochs.apply_function(lambda x: None)


# -- what was done is said to who listens


def said(caplog, work):
    caplog.clear()
    with caplog.at_level("INFO", "ranvier"):
        result = work()
    return result, " ".join(caplog.messages)


# -- what epochs know of their recording


def test_maps_are_made_of_arrays():
    info = mne.create_info(3, 100.0, "eeg")
    data = np.random.default_rng(0).random((4, 3, 2, 5))
    events = np.array([[1, 0, 1], [2, 0, 1], [3, 0, 2], [4, 0, 2]])
    maps = mne.time_frequency.EpochsTFRArray(info, data, np.arange(5) / 10, [10.0, 20.0], events=events,
                                             event_id={"a": 1, "b": 2})  # fmt: skip
    np.testing.assert_array_equal(maps["b"].data, data[2:])
    mean = mne.time_frequency.AverageTFRArray(info, data.mean(0), np.arange(5) / 10, [10.0, 20.0], nave=4)
    np.testing.assert_allclose(maps.average().data, mean.data)
    assert mean.nave == 4 and maps.average(method=lambda x: x.mean(0)).data.shape == (3, 2, 5)
    with pytest.raises(ValueError, match="shape|dimensions"):
        mne.time_frequency.AverageTFRArray(info, data, np.arange(5) / 10, [10.0, 20.0])
    assert mne.time_frequency.fwhm(10, 7) == pytest.approx(7 * np.sqrt(2 * np.log(2)) / (np.pi * 10))


def test_trends_are_taken_from_arrays_and_averages():
    t = np.arange(50.0)
    assert np.abs(mne.filter.detrend(3 * t + 1)).max() < 1e-12 and mne.filter.detrend(t, 0).mean() == 0
    evoked = mne.EvokedArray(np.stack([t, 2 * t]), mne.create_info(2, 100.0, "eeg"))
    assert np.abs(evoked.detrend().data).max() < 1e-12
    assert mne.io.get_channel_type_constants()["eeg"] == {"kind": 2, "unit": 107, "coil_type": 1}
    cov = mne.make_ad_hoc_cov(mne.create_info(2, 100.0, ["eeg", "mag"]))
    assert cov["data"].tolist() == [0.2e-6**2, 20e-15**2] and cov["diag"]


@pytest.mark.parametrize("ending", [".txt", ".csv", "-annot.fif"])
def test_channels_of_annotations_survive_a_file(tmp_path, ending):
    a = mne.Annotations([1, 2, 3], [0.5] * 3, ["a", "b, c", "d"], ch_names=[["A", "B"], [], ["C"]])
    a.save(tmp_path / f"x{ending}")
    b = mne.read_annotations(tmp_path / f"x{ending}")
    assert b.description.tolist() == ["a", "b, c", "d"] and b.onset.tolist() == [1, 2, 3]
    assert list(b.ch_names) == [("A", "B"), (), ("C",)] and b.duration.tolist() == [0.5] * 3


@pytest.mark.parametrize("ending", [".txt", ".csv", "-annot.fif"])
def test_annotations_of_a_cropped_recording_come_back_where_they_were(tmp_path, ending):
    raw = noted(["a", "b", "c", "d"]).crop(2, 6)
    raw.annotations.copy().save(tmp_path / f"x{ending}")
    back = raw.copy().set_annotations(mne.read_annotations(tmp_path / f"x{ending}"))
    np.testing.assert_allclose(back.annotations.onset, [2, 3, 4], atol=1e-12)
    np.testing.assert_allclose(back.annotations.duration, 0.1, atol=1e-12)
    assert raw.annotations.onset.tolist() == [2, 3, 4] and list(back.annotations.description) == ["b", "c", "d"]


def test_epochs_that_reach_beyond_the_recording_are_in_the_log_only():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        epochs = mne.Epochs(four(), np.array([[5, 0, 1], [500, 0, 1], [995, 0, 1]]), tmin=-0.2, tmax=0.2, baseline=None)
        epochs.drop_bad()
    assert epochs.drop_log == (("NO_DATA",), (), ("TOO_SHORT",))
    late = np.array([[500, 0, 1], [2000, 0, 1]])
    with pytest.warns(RuntimeWarning, match="outside"):
        mne.Epochs(four(), late, baseline=None)
    with pytest.raises(ValueError, match="outside"):
        mne.Epochs(four(), late, baseline=None, on_outside="raise")


def test_one_duration_and_one_description_are_those_of_all_annotations():
    a = mne.Annotations([1, 2, 3], [0.5], ["a"])
    assert a.duration.tolist() == [0.5] * 3 and list(a.description) == ["a"] * 3
    with pytest.warns(RuntimeWarning, match="reach outside"):
        a.crop(1.2, 2.1, emit_warning=True)
