"""Recordings: samples, times, channels, annotations, signal processing."""

import copy
import pickle

import numpy as np
import pytest
from conftest import make_raw

import ranvier.meeg as mne


def test_a_recording_knows_its_times(raw):
    assert len(raw) == raw.n_times == 2000 and raw.times[-1] == 1999 / 200 == raw.tmax
    late = make_raw(first_samp=400)
    assert (late.first_samp, late.last_samp, late.first_time) == (400, 2399, 2.0)
    assert late.times[0] == 0
    assert raw.time_as_index([0.0149, 1.0]).tolist() == [2, 200]
    assert raw.time_as_index(0.0149, use_rounding=True).tolist() == [3]


def test_samples_share_memory_with_the_engine(raw):
    view = raw._data
    assert view.dtype == np.float64 and view.shape == (13, 2000) and view.flags.c_contiguous
    view[0, 0] = 42.0
    assert raw.get_data()[0, 0] == 42.0
    raw._data[1] *= 2
    assert np.shares_memory(raw._data, view)
    held = raw._data
    del raw
    assert held[0, 0] == 42.0  # the memory lives as long as a view of it


def test_times_that_are_no_numbers_are_refused(raw):
    for wrong in ([1, 2], "1"):
        with pytest.raises(TypeError, match="tmin must be a number of seconds or None"):
            raw.get_data(tmin=wrong)
        with pytest.raises(TypeError, match="tmax must be a number of seconds or None"):
            raw.get_data(tmax=wrong)


def test_dates_in_a_data_frame_keep_what_the_first_sample_lies_beyond_a_microsecond():
    pytest.importorskip("pandas")
    info = mne.create_info(1, 600.614990234375, "eeg")
    raw = mne.io.RawArray(np.zeros((1, 3)), info, first_samp=25800)
    raw.set_meas_date(1_000_000_000)
    dates = raw.to_data_frame(time_format="datetime")["time"].astype("datetime64[ns, UTC]").astype("int64")
    want = (25800 + np.arange(3)) / 600.614990234375 * 1e9
    np.testing.assert_allclose(dates - 1_000_000_000 * 10**9, want, rtol=0, atol=2)


def test_codes_in_channels_of_other_types_survive_resampling():
    codes = np.repeat([0, 5, 0, 7.0], 100)
    raw = mne.io.RawArray(np.stack([codes, codes]), mne.create_info(["A", "B"], 1000, ["eeg", "misc"]))
    data = raw.copy().resample(500, stim_picks="misc").get_data()
    np.testing.assert_array_equal(data[1], np.repeat([0, 5, 0, 7.0], 50))
    assert not np.isin(data[0], [0, 5, 7]).all()
    raw = mne.io.RawArray(np.stack([codes, codes]), mne.create_info(["A", "B"], 1000, ["eeg", "stim"]))
    assert not np.isin(raw.resample(500, stim_picks=["A"]).get_data()[1], [0, 5, 7]).all()


def test_get_data_chooses_channels_times_and_units(raw):
    data, times = raw.get_data(["Cz", "Fz"], 100, 110, return_times=True)
    np.testing.assert_array_equal(data, raw._data[[11, 10], 100:110])
    np.testing.assert_array_equal(times, np.arange(100, 110) / 200)
    np.testing.assert_array_equal(raw.get_data(tmin=0.5, tmax=1.0), raw._data[:, 100:200])
    np.testing.assert_array_equal(raw.get_data("Cz", units="uV"), raw._data[[11]] * 1e6)
    np.testing.assert_array_equal(raw.get_data("Cz", units=dict(eeg="nV")), raw._data[[11]] * 1e9)
    with pytest.raises(ValueError, match="fT"):
        raw.get_data(units="fT")


def test_indexing_gives_data_and_times_and_takes_new_samples(raw):
    data, times = raw["Cz", 10:20:2]
    assert data.shape == (1, 5) and times.tolist() == (np.arange(10, 20, 2) / 200).tolist()
    assert raw[[0, 2], :5][0].shape == (2, 5) and raw[-1][0].shape == (1, 2000) and raw[:][0].shape == (13, 2000)
    raw["Cz", :3] = 7.0
    assert raw._data[11, :4].tolist()[:3] == [7.0] * 3


def test_crop_keeps_both_ends_and_moves_the_first_sample(raw):
    data = raw.get_data()
    assert raw.crop(1.0, 2.0) is raw
    assert raw.n_times == 201 and raw.first_samp == 200
    np.testing.assert_array_equal(raw.get_data(), data[:, 200:401])
    assert raw.copy().crop(0, 0.5, include_tmax=False).n_times == 100
    with pytest.raises(ValueError, match="tmax"):
        raw.crop(0, 100)
    with pytest.raises(ValueError, match="tmin"):
        raw.crop(0.9, 0.1)


def test_channels_are_dropped_reordered_renamed_and_retyped(raw):
    data = raw.get_data()
    raw.drop_channels(["Fp1"]).reorder_channels(["Cz", "Fz"]).rename_channels({"Cz": "VEOG"})
    raw.set_channel_types({"VEOG": "eog"})
    assert raw.ch_names == ["VEOG", "Fz"] and raw.get_channel_types() == ["eog", "eeg"]
    np.testing.assert_array_equal(raw.get_data(), data[[11, 10]])
    with pytest.raises(ValueError, match="Fp9"):
        raw.drop_channels("Fp9")
    raw.drop_channels("Fp9", on_missing="ignore")


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda r: r.copy(), lambda r: pickle.loads(pickle.dumps(r))])
def test_a_copy_shares_nothing(raw, duplicate):
    raw.set_annotations(mne.Annotations([1.0], [0.5], ["x"]))
    raw.info["bads"] = ["Cz"]
    other = duplicate(raw)
    assert type(other) is type(raw) and other.info["bads"] == ["Cz"] and other.annotations == raw.annotations
    np.testing.assert_array_equal(other.get_data(), raw.get_data())
    other._data[:] = 0
    other.info["bads"].append("Fz")
    assert raw._data.any() and raw.info["bads"] == ["Cz"]


def test_methods_that_change_a_recording_return_it(raw):
    raw.info["bads"] = []
    for call in (
        lambda r: r.filter(1, 40), lambda r: r.notch_filter(50), lambda r: r.resample(100), lambda r: r.crop(0, 1),
        lambda r: r.pick("eeg"), lambda r: r.set_montage("colin27_1005"), lambda r: r.set_eeg_reference(),
        lambda r: r.load_data(), lambda r: r.set_annotations(None), lambda r: r.add_proj([]), lambda r: r.apply_proj(),
        lambda r: r.del_proj(), lambda r: r.rename_channels({}), lambda r: r.set_meas_date(None),
        lambda r: r.apply_function(lambda x: x), lambda r: r.anonymize(),
    ):  # fmt: skip
        other = raw.copy()
        assert call(other) is other


def test_the_average_reference_leaves_no_mean(raw):
    raw.info["bads"] = ["O1"]
    raw.set_eeg_reference("average")
    good = [k for k, n in enumerate(raw.ch_names) if n != "O1"]
    # A mean of 12 values of 1e-5 in double precision: a few ulp of the largest sample.
    assert np.abs(raw._data[good].mean(axis=0)).max() < 1e-19
    assert raw.info["custom_ref_applied"] == 1


def test_the_average_reference_as_projection_gives_the_same_numbers(raw):
    direct = raw.copy().set_eeg_reference("average").get_data()
    raw.set_eeg_reference("average", projection=True)
    assert len(raw.info["projs"]) == 1 and not raw.proj
    raw.apply_proj()
    assert raw.proj
    np.testing.assert_allclose(raw.get_data(), direct, rtol=0, atol=1e-12 * np.abs(direct).max())
    with pytest.raises(ValueError, match="applied"):
        raw.del_proj()


def test_a_named_reference_is_zero_afterwards(raw):
    raw.set_eeg_reference(["Cz"])
    assert not raw._data[raw.ch_names.index("Cz")].any()
    with pytest.raises(ValueError, match="Q1"):
        raw.set_eeg_reference(["Q1"])


@pytest.mark.parametrize("method, settings", [("fir", {}), ("iir", {})])
def test_a_band_pass_passes_its_band_and_stops_the_rest(method, settings):
    sfreq, n = 500.0, 10_000
    t = np.arange(n) / sfreq
    inside, outside = np.sin(2 * np.pi * 10 * t), np.sin(2 * np.pi * 100 * t)
    raw = mne.io.RawArray(np.stack([inside + outside]), mne.create_info(1, sfreq, "eeg"))
    raw.filter(2.0, 30.0, method=method)
    middle = slice(2000, -2000)  # away from the ends
    # -53 dB of a Hamming window, or 2 x 4th order at more than three times the edge: below 1 %.
    assert np.abs(raw._data[0, middle] - inside[middle]).max() < 0.01
    assert raw.info["highpass"] == 2.0 and raw.info["lowpass"] == 30.0


def test_a_notch_removes_the_mains():
    sfreq, n = 500.0, 20_000
    t = np.arange(n) / sfreq
    raw = mne.io.RawArray(
        np.stack([np.sin(2 * np.pi * 10 * t) + np.sin(2 * np.pi * 50 * t)]), mne.create_info(1, sfreq, "eeg")
    )
    raw.notch_filter([50.0, 100.0])
    middle = slice(4000, -4000)
    assert np.abs(raw._data[0, middle] - np.sin(2 * np.pi * 10 * t)[middle]).max() < 0.01


@pytest.mark.parametrize("method", ["fft", "polyphase"])
def test_resampling_keeps_a_slow_wave_and_moves_events(method):
    sfreq, n = 600.0, 6000

    def wave(t):  # a slow wave that begins and ends gently: nothing is lost by what is assumed beyond the ends
        return np.sin(2 * np.pi * 5 * t) * np.sin(np.pi * t / 10) ** 4

    raw = mne.io.RawArray(wave(np.arange(n) / sfreq)[None], mne.create_info(1, sfreq, "eeg"))
    events = np.array([[300, 0, 1], [3000, 0, 2]])
    # 300 samples of padding make the ratio of the padded lengths exactly 3, as that of the rates.
    padding = dict(npad=300) if method == "fft" else {}
    same, moved = raw.resample(200.0, events=events, method=method, **padding)
    assert same is raw and raw.info["sfreq"] == 200.0 and raw.n_times == 2000
    assert moved[:, 0].tolist() == [100, 1000] and moved[:, 2].tolist() == [1, 2]
    # The FFT keeps what lies below half the rate; the polyphase filter's pass-band is right to some 1e-3.
    assert np.abs(raw._data[0] - wave(raw.times)).max() < (1e-6 if method == "fft" else 5e-3)


@pytest.mark.parametrize(
    "work",
    [
        lambda r, n: r.filter(1, 40, n_jobs=n), lambda r, n: r.filter(1, 40, method="iir", n_jobs=n),
        lambda r, n: r.notch_filter(50, n_jobs=n), lambda r, n: r.resample(128, n_jobs=n),
        lambda r, n: r.resample(50, method="polyphase", n_jobs=n),
    ],
)  # fmt: skip
def test_the_bits_are_the_same_on_1_2_and_8_threads(work):
    results = [work(make_raw(n_times=30_000), n).get_data() for n in (1, 2, 8)]
    assert results[0].tobytes() == results[1].tobytes() == results[2].tobytes()


def test_spectra_have_the_same_bits_on_1_2_and_8_threads(raw):
    for method in ("welch", "multitaper"):
        results = [raw.compute_psd(method, n_jobs=n).get_data() for n in (1, 2, 8)]
        assert results[0].tobytes() == results[1].tobytes() == results[2].tobytes()


def test_recordings_are_concatenated_with_their_events_and_boundaries():
    parts = [make_raw(seed=k) for k in range(3)]
    data = np.concatenate([p.get_data() for p in parts], axis=1)
    events = [np.array([[100, 0, k]]) for k in range(3)]
    raw, moved = mne.concatenate_raws(parts, events_list=events)
    assert raw is parts[0] and raw.n_times == 6000
    np.testing.assert_array_equal(raw.get_data(), data)
    assert moved[:, 0].tolist() == [100, 2100, 4100]
    assert sorted(set(raw.annotations.description)) == ["BAD boundary", "EDGE boundary"]
    with pytest.raises(ValueError):
        mne.concatenate_raws([make_raw(), make_raw(sfreq=100.0)])


def test_bad_stretches_are_omitted_or_become_nan(raw):
    raw.set_annotations(mne.Annotations([1.0, 5.0], [0.5, 0.5], ["BAD_x", "fine"]))
    assert raw.get_data(reject_by_annotation="omit").shape == (13, 1900)
    masked = raw.get_data(reject_by_annotation="NaN")
    assert np.isnan(masked).sum() == 13 * 100 and np.isnan(masked[:, 200:300]).all()


def test_a_flat_channel_stays_flat_and_nan_stays_where_it_reaches():
    samples = np.random.default_rng(0).standard_normal((3, 4000))
    samples[0] = 3.0
    samples[1, 2000] = np.nan
    raw = mne.io.RawArray(samples, mne.create_info(3, 200.0, "eeg"))
    raw.filter(1.0, 40.0)
    assert np.abs(raw._data[0]).max() < 1e-10  # a constant has no part in the band
    assert np.isnan(raw._data[1]).any() and np.isfinite(raw._data[2]).all()


def test_one_sample_is_a_recording():
    raw = mne.io.RawArray(np.ones((1, 1)), mne.create_info(1, 100.0, "eeg"))
    assert raw.n_times == 1 and raw.get_data().tolist() == [[1.0]] and raw.times.tolist() == [0.0]


def test_arrays_of_the_wrong_shape_are_refused():
    made = mne.create_info(2, 100.0, "eeg")
    for data in (np.zeros((3, 5)), np.zeros(5), np.zeros((3, 5), complex)):
        with pytest.raises(ValueError):
            mne.io.RawArray(data, made)


def test_channels_of_another_recording_are_added(raw):
    other = mne.io.RawArray(np.ones((1, 2000)), mne.create_info(["EOG"], 200.0, "eog"))
    raw.add_channels([other])
    assert raw.ch_names[-1] == "EOG" and raw._data[-1].all() and raw.get_channel_types()[-1] == "eog"


@pytest.mark.parametrize(
    "freqs, length, most", [(None, "auto", 0.002), (None, None, 0.002), ([50.0, 100.0], "5s", 0.06)]
)
def test_lines_are_found_and_fitted_away_without_their_neighbours(freqs, length, most, caplog):
    sfreq, t = 487.0, np.arange(487 * 21) / 487.0
    noise = np.random.default_rng(0).normal(size=(2, len(t)))
    lines = 2 * np.sin(2 * np.pi * 50 * t + 1) + np.cos(2 * np.pi * 100 * t)
    raw = mne.io.RawArray(noise + lines, mne.create_info(["a", "b"], sfreq, "eeg"))
    raw.notch_filter(freqs, method="spectrum_fit", filter_length=length, verbose=True)
    # What is left of the lines, of power 2.5, and what is taken from the noise, of power 1: bands of freqs / 200 hold
    # several frequencies of a short window.
    assert np.mean((raw.get_data() - noise) ** 2) < most
    assert " 50.00 :" in caplog.text and "100.00 :" in caplog.text and "60.00" not in caplog.text


def test_a_function_of_ones_own_is_applied(raw):
    data = raw.get_data()
    raw.apply_function(lambda x, factor: x * factor, picks=["Cz"], factor=2.0)
    data[11] *= 2
    np.testing.assert_array_equal(raw.get_data(), data)


def test_a_bad_channel_is_interpolated_from_its_neighbours(raw):
    places = np.array([c["loc"][:3] for c in raw.info["chs"]])
    raw._data[:] = (places[:, 0] * 1e-3)[:, None]  # a field that grows from left to right
    raw._data[4] = 1.0
    raw.info["bads"] = ["C3"]
    raw.interpolate_bads()
    assert raw.info["bads"] == []
    # A spline of smooth data: right to a small part of the field's range.
    assert np.abs(raw._data[4] - places[4, 0] * 1e-3).max() < 0.1 * np.ptp(places[:, 0] * 1e-3)


@pytest.mark.parametrize("method, accuracy", [("spline", 0.02), ("MNE", 0.06)])
@pytest.mark.parametrize("kind", ["raw", "epochs", "evoked"])
def test_a_field_is_interpolated_to_the_electrodes_of_another_cap(kind, method, accuracy):
    cap, other = mne.channels.make_standard_montage("biosemi64"), mne.channels.make_standard_montage("biosemi32")
    names = ["STI", *cap.ch_names, "EOG"]
    info = mne.create_info(names, 100.0, ["stim"] + ["eeg"] * 64 + ["eog"])
    raw = mne.io.RawArray(np.ones((66, 200)), info).set_montage(cap)
    places = np.array([c["loc"][:3] for c in raw.info["chs"]])[1:-1]
    raw._data[1:-1] = (places @ [1e-3, 5e-4, 0])[:, None]  # grows to the right and the front
    raw._data[5] = 1.0
    raw.info["bads"] = [names[5], "EOG"]
    epochs = mne.make_fixed_length_epochs(raw, 1.0, preload=True)
    inst = {"raw": raw, "epochs": epochs, "evoked": epochs.average(picks="all")}[kind]
    before = inst.get_data().copy()
    new = inst.interpolate_to(other, method=method, origin=(0.0, 0.0, 0.0))
    assert new.ch_names == ["STI", *other.ch_names, "EOG"] and new.info["bads"] == ["EOG"]
    goals = np.array([c["loc"][:3] for c in new.info["chs"]])[1:-1]
    want = np.broadcast_to((goals @ [1e-3, 5e-4, 0])[:, None], new.get_data()[..., 1:-1, :].shape)
    assert np.abs(new.get_data()[..., 1:-1, :] - want).max() < accuracy * np.ptp(want)
    np.testing.assert_array_equal(new.get_data()[..., [0, -1], :], before[..., [0, -1], :])
    np.testing.assert_array_equal(inst.get_data(), before)
    assert new.get_montage().ch_names == other.ch_names


def test_an_average_reference_and_what_is_wrong_are_heeded_when_a_cap_changes(raw):
    other = mne.channels.make_standard_montage("biosemi16")
    raw.set_eeg_reference(projection=True)
    new = raw.interpolate_to(other, method="MNE")
    eeg = new.get_data("eeg")
    assert not new.info["projs"] and np.abs(eeg.mean(axis=0)).max() < 1e-12 * np.abs(eeg).max()
    with pytest.raises(NotImplementedError, match="ctf151"):
        raw.interpolate_to("ctf151")
    with pytest.raises(ValueError, match="method"):
        raw.interpolate_to(other, method="linear")
    raw.info["bads"] = raw.copy().pick("eeg").ch_names
    with pytest.raises(ValueError, match="good EEG channels"):
        raw.interpolate_to(other)


def test_a_recording_is_a_context_manager(raw):
    with raw as same:
        assert same is raw


def test_describe_and_data_frames_have_the_numbers(raw):
    pd = pytest.importorskip("pandas")
    table = raw.describe(data_frame=True)
    assert list(table.columns[:3]) == ["name", "type", "unit"] and len(table) == 13
    frame = raw.to_data_frame()
    assert isinstance(frame, pd.DataFrame) and list(frame.columns) == ["time", *raw.ch_names]
    np.testing.assert_allclose(frame["Cz"], raw._data[11] * 1e6)
    long = raw.to_data_frame(picks=["Cz", "Fz"], stop=10, long_format=True)
    assert len(long) == 20 and set(long["channel"]) == {"Cz", "Fz"}
    assert raw.to_data_frame(index="time").index.name == "time"


def test_an_edf_recording_is_read_lazily_and_like_preloaded(data):
    path = data / "eegmmidb_S001" / "S001R03.edf"
    lazy, loaded = mne.io.read_raw_edf(path), mne.io.read_raw(path, preload=True)
    assert not lazy.preload and loaded.preload and lazy.filenames == (path,)
    assert lazy.info["sfreq"] == 160.0 and len(lazy.ch_names) == 64
    np.testing.assert_array_equal(lazy.get_data(picks=[3, 1], start=1000, stop=1500), loaded._data[[3, 1], 1000:1500])
    np.testing.assert_array_equal(lazy.crop(10, 20).get_data(), loaded.crop(10, 20).get_data())
    assert len(lazy.annotations) == len(loaded.annotations) > 0


def test_a_recording_is_mapped_to_a_file(data, tmp_path):
    path = data / "eegmmidb_S001" / "S001R03.edf"
    raw = mne.io.read_raw_edf(path, preload=str(tmp_path / "samples.dat"))
    assert raw.preload and (tmp_path / "samples.dat").stat().st_size >= raw._data.nbytes
    np.testing.assert_array_equal(raw.get_data(), mne.io.read_raw_edf(path).get_data())


def test_mapping_replaces_what_it_made_and_nothing_else(data, tmp_path):
    path, goal = data / "eegmmidb_S001" / "S001R03.edf", tmp_path / "samples.dat"
    goal.write_bytes(b"x" * 640)  # of a length that mapped samples could have
    with pytest.raises(OSError, match="something else than mapped samples"):
        mne.io.read_raw_edf(path, preload=str(goal))
    assert goal.read_bytes() == b"x" * 640
    goal.unlink()
    for _ in range(2):
        mne.io.read_raw_edf(path, preload=str(goal))


def test_samples_that_are_not_in_si_units_are_rescaled():
    raw = mne.io.RawArray(np.ones((3, 4)), mne.create_info(["a", "b", "e"], 10.0, ["eeg", "eeg", "eog"]))
    assert raw.rescale(dict(eeg=2)) is raw
    np.testing.assert_array_equal(raw.get_data()[:, 0], [2, 2, 1])
    with pytest.raises(ValueError, match="scalings must be a dict by channel type .* eeg, eog; got 3"):
        raw.rescale(3)
    with pytest.raises(ValueError, match="a type in scalings must be one of .*; got 'mag'"):
        raw.rescale(dict(eeg=2, mag=2))
    with pytest.raises(ValueError, match="must be finite numbers; got nan for eeg"):
        raw.rescale(dict(eeg=np.nan))
    np.testing.assert_array_equal(raw.pick("eeg").rescale(3).get_data(), np.full((2, 4), 6.0))


def test_numbers_of_samples_are_whole():
    raw = mne.io.RawArray(np.ones((1, 4)), mne.create_info(1, 10.0, "eeg"))
    assert raw.get_data(start=np.int64(1), stop=3).shape == (1, 2)
    with pytest.raises(TypeError, match="stop must be a whole number of samples; got 2.3; tmin and tmax"):
        raw.get_data(stop=2.3)


def test_heads_whose_place_was_not_measured_alike_go_together():
    place = np.eye(4)
    place[0, 0] = np.nan
    raws = [mne.io.RawArray(np.ones((1, 4)), mne.create_info(1, 10.0, "mag")) for _ in range(2)]
    for raw in raws:
        raw.info["dev_head_t"] = mne.Transform("meg", "head", place)
    assert mne.concatenate_raws(raws).n_times == 8
