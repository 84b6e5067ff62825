"""What a user of MNE-Python's names would lose: an answer that differs in silence, an argument that does nothing."""

import warnings

import numpy as np
import pytest
from conftest import make_raw

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


@pytest.mark.parametrize("preload", [True, False])
def test_each_channel_of_a_dict_gets_its_own_reference(tmp_path, preload):
    four().save(tmp_path / "a_raw.fif", fmt="double")
    raw = mne.io.read_raw_fif(tmp_path / "a_raw.fif", preload=preload)
    raw.set_eeg_reference({"B": "A", "C": ["A", "B"]})
    assert raw.get_data()[:, 0].tolist() == [1, 1, 1.5, 4] and raw.info["custom_ref_applied"] == 1
    epochs = mne.EpochsArray(four().get_data()[None], four().info)
    copy, reference = mne.set_eeg_reference(epochs, {"D": ("B", "C")})
    assert copy.get_data()[0, :, 0].tolist() == [1, 2, 3, 1.5] and reference is None
    with pytest.warns(RuntimeWarning, match="its own reference"):
        four().set_eeg_reference({"A": "A"})
    bad = four()
    bad.info["bads"] = ["A"]
    with pytest.warns(RuntimeWarning, match="marked as bad"):
        bad.set_eeg_reference({"B": "A"})
    with pytest.warns(RuntimeWarning, match="different channel type"):
        four(["eeg", "eeg", "ecog", "ecog"]).set_eeg_reference({"A": "D"})


@pytest.mark.parametrize("wrong", [{"A": 1}, {1: "A"}, {"A": {"B": "C"}}, 3, [1, 2], None, b"A", (n for n in "AB")])
def test_references_of_another_kind_do_not_reach_the_engine(wrong):
    with pytest.raises(TypeError, match="name"):
        four().set_eeg_reference(wrong)
    if not isinstance(wrong, dict):
        with pytest.raises(TypeError, match="name"):
            four().add_reference_channels(wrong)
        with pytest.raises(ValueError, match="name"):
            four().drop_channels(wrong)
        with pytest.raises(TypeError, match="name"):
            mne.set_bipolar_reference(four(), "A", wrong)


def test_channels_of_another_reference_can_be_given_a_new_one():
    """A projection after linked mastoids, and for each type of electrode."""
    raw = four()
    raw.set_eeg_reference(["A", "B"])
    raw.set_eeg_reference(projection=True).apply_proj()
    np.testing.assert_allclose(raw.get_data().mean(0), 0, atol=1e-12)
    two = four(["ecog", "ecog", "seeg", "seeg"])
    names = [p["desc"] for p in two.copy().set_eeg_reference(ch_type=["ecog", "seeg"], projection=True).info["projs"]]
    assert names == ["Average ECOG reference", "Average SEEG reference"]
    [joint] = two.copy().set_eeg_reference(ch_type=["ecog", "seeg"], projection=True, joint=True).info["projs"]
    assert joint["desc"] == "Average ECOG/SEEG reference" and joint["data"]["col_names"] == list("ABCD")
    assert two.copy().set_eeg_reference(ch_type=["ecog", "seeg"]).get_data()[:, 0].tolist() == [-0.5, 0.5, -0.5, 0.5]
    once = two.copy().set_eeg_reference(ch_type=["ecog", "seeg"], joint=True)
    assert once.get_data()[:, 0].tolist() == [-1.5, -0.5, 0.5, 1.5]


def test_data_that_have_their_reference_are_said_to_have_it():
    raw = four().set_eeg_reference(projection=True)
    raw.set_eeg_reference([])
    assert raw.info["custom_ref_applied"] == 1 and len(raw.info["projs"]) == 0
    assert raw.get_data()[:, 0].tolist() == [1, 2, 3, 4]


def test_bipolar_channels_that_are_no_electrodes_leave_the_reference_of_the_others():
    raw = mne.set_bipolar_reference(four(["eeg", "eeg", "eog", "eog"]), "C", "D")
    assert raw.info["custom_ref_applied"] == 0
    assert mne.set_bipolar_reference(four(), "A", "B").info["custom_ref_applied"] == 1
    assert mne.set_bipolar_reference(four(), "A", "B", ch_info={"kind": 202}).get_channel_types()[-1] == "eog"


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


def test_one_duration_and_one_description_are_those_of_all_annotations():
    a = mne.Annotations([1, 2, 3], [0.5], ["a"])
    assert a.duration.tolist() == [0.5] * 3 and list(a.description) == ["a"] * 3
    with pytest.warns(RuntimeWarning, match="reach outside"):
        a.crop(1.2, 2.1, emit_warning=True)


# -- projections


def test_projections_of_which_few_channels_are_left_say_so_until_they_are_normalised():
    raw = make_raw()
    names = raw.ch_names[:8]
    data = {"nrow": 1, "ncol": 8, "row_names": None, "col_names": names, "data": np.ones((1, 8)) / np.sqrt(8)}
    raw.add_proj(mne.Projection(kind=1, active=False, desc="x", data=data, explained_var=None))
    events = np.array([[500, 0, 1]])
    with pytest.warns(RuntimeWarning, match="projection"):
        epochs = mne.Epochs(raw, events, picks=names[:3], proj=False)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        epochs.info.normalize_proj()
        epochs.apply_proj()
    [proj] = epochs.info["projs"]
    assert proj["data"]["col_names"] == names[:3] and proj["data"]["nrow"] == 1
    np.testing.assert_allclose(proj["data"]["data"], np.ones((1, 3)) / np.sqrt(3))


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


# -- maps and trends of arrays


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


# -- what was done is said to who listens


def said(caplog, work):
    caplog.clear()
    with caplog.at_level("INFO", "ranvier"):
        result = work()
    return result, " ".join(caplog.messages)


def test_what_a_failed_call_had_to_say_is_not_said_at_the_next():
    raw = four(["eeg", "eeg", "ecog", "ecog"])
    raw.add_proj(mne.Projection(kind=1, active=False, desc="x", explained_var=None, data={
        "nrow": 1, "ncol": 1, "row_names": None, "col_names": ["B"], "data": np.ones((1, 1))}))  # fmt: skip
    with pytest.raises(ValueError, match="not been applied"):
        raw.set_eeg_reference({"A": "D", "B": "C"})  # warns of types, then fails
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        raw.filter(None, 20.0)


def test_filters_say_what_they_came_to(caplog):
    taps, text = said(caplog, lambda: mne.filter.create_filter(None, 1000.0, 1.0, 40.0, verbose=True))
    assert f"Filter length: {len(taps)} samples" in text and "-6 dB cutoff frequency: 45.00 Hz" in text
    assert "bandpass" in text and "0.50 Hz" in text and " non-causal " in text
    made, text = said(caplog, lambda: mne.filter.create_filter(
        None, 1000.0, None, 40.0, method="iir", iir_params={"order": 4, "ftype": "ellip", "rp": 3, "rs": 80}, verbose=True))  # fmt: skip
    assert "ellip lowpass" in text and "-6.00 dB" in text and "Filter order 8" in text and made["sos"].shape == (2, 6)
    raw = noted(["foo", "foo"])
    assert (
        "3 contiguous segments"
        in said(caplog, lambda: raw.filter(None, 20.0, skip_by_annotation="foo", verbose=True))[1]
    )
    _, text = said(caplog, lambda: mne.time_frequency.psd_array_welch(raw.get_data(), 100.0, verbose=True))
    assert "256-point FFT on 256 samples with 0 overlap" in text and "hamming window" in text


@pytest.mark.parametrize("ftype", ["bessel", "cheby1", "cheby2", "elliptic"])
def test_recursive_filters_of_every_family_come_as_polynomials_too(ftype):
    params = {"order": 3, "ftype": ftype, "output": "ba"}
    params |= {"rp": 1.0} if ftype in ("cheby1", "elliptic") else {}
    params |= {"rs": 40.0} if ftype in ("cheby2", "elliptic") else {}
    made = mne.filter.create_filter(None, 200.0, 2.0, 30.0, method="iir", iir_params=params)
    assert len(made["b"]) == len(made["a"]) == 7 and made["padlen"] > 0
    z = np.exp(-2j * np.pi * 12 / 200.0)
    gain = abs(np.polyval(made["b"][::-1], z) / np.polyval(made["a"][::-1], z))
    assert 0.85 < gain < 1.001
    with pytest.raises(ValueError, match="rp" if ftype in ("cheby1", "bessel") else "rs"):
        wrong = {"order": 3, "ftype": ftype} | ({"rp": 1.0} if ftype in ("bessel", "elliptic") else {})
        mne.filter.create_filter(None, 200.0, 2.0, 30.0, method="iir", iir_params=wrong)


@pytest.mark.parametrize("ids", [{"a": 1, "b": 1}, {"a": 1.5}, {"a": 2**31}])
def test_names_of_events_that_epochs_can_not_have_are_refused(ids):
    epochs = mne.EpochsArray(np.zeros((2, 1, 10)), mne.create_info(1, 100.0, "eeg"), np.array([[0, 0, 1], [1, 0, 2]]))
    before = dict(epochs.event_id)
    with pytest.raises(ValueError, match="event_id"):
        epochs.event_id = ids
    assert epochs.event_id == before


def test_a_figure_for_each_channel_is_refused_by_name():
    with pytest.raises(NotImplementedError, match="axes='topo'"):
        mne.viz.plot_compare_evokeds(
            {"a": mne.EvokedArray(np.zeros((1, 10)), mne.create_info(1, 100.0, "eeg"))}, axes="topo"
        )
