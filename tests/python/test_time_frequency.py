"""Spectra and time-frequency maps."""

import copy
import pickle
import warnings

import numpy as np
import pytest
from conftest import make_epochs, make_raw

import ranvier.meeg as mne


def wave(freq=10.0, sfreq=200.0, n=2000, amplitude=2.0):
    return amplitude * np.sin(2 * np.pi * freq * np.arange(n) / sfreq)


@pytest.mark.parametrize("method, settings", [("welch", dict(n_fft=400)), ("multitaper", dict(normalization="full"))])
def test_the_spectrum_holds_the_power_of_a_wave_at_its_frequency(method, settings):
    raw = mne.io.RawArray(wave()[None], mne.create_info(1, 200.0, "eeg"))
    spectrum = raw.compute_psd(method, **settings)
    power, freqs = spectrum.get_data(return_freqs=True)
    # A wave of amplitude A has power A²/2; the window spreads it over a few bins near 10 Hz.
    assert abs(freqs[power[0].argmax()] - 10) < 1
    near = np.abs(freqs - 10) < 3
    assert power[0, near].sum() * (freqs[1] - freqs[0]) == pytest.approx(2.0, rel=0.02)


def test_spectra_choose_channels_and_frequencies():
    raw = make_raw()
    spectrum = raw.compute_psd(fmin=5, fmax=40, picks=["Cz", "Fz"])
    assert spectrum.ch_names == ["Cz", "Fz"] and spectrum.freqs[0] >= 5 and spectrum.freqs[-1] <= 40
    assert spectrum.get_data(fmin=10, fmax=20).shape[1] < spectrum.shape[1]
    assert spectrum.copy().pick("Fz").shape[0] == 1 and spectrum.units() == {"eeg": "V²/Hz"}
    epochs = make_epochs().compute_psd(fmax=50)
    assert epochs.shape[:2] == (8, 13) and epochs.average().shape[0] == 13 and len(epochs["left"]) == 4
    pytest.importorskip("pandas")
    assert list(spectrum.to_data_frame().columns) == ["freq", "Cz", "Fz"]


@pytest.mark.parametrize(
    "settings, error",
    [(dict(method="magic"), ValueError), (dict(fmin=40, fmax=5), ValueError), (dict(n_fftt=5), TypeError),
     (dict(fmax=101), ValueError), (dict(n_fft=10**6), ValueError)],
)  # fmt: skip
def test_wrong_settings_of_spectra_are_refused(raw, settings, error):
    with pytest.raises(error):
        raw.compute_psd(**settings)


def test_spectra_are_contrasted_and_averaged(raw):
    one, two = raw.compute_psd(), raw.compute_psd()
    two._data *= 2
    one.nave, two.nave = 1, 2
    two.info["bads"] = ["C3"]
    combined = mne.time_frequency.combine_spectrum([one, two])
    np.testing.assert_allclose(combined.data, one.data * 5 / 3, rtol=1e-15)
    assert combined.nave == 3 and combined.info["bads"] == ["C3"] and one.info["bads"] == []
    assert not mne.time_frequency.combine_spectrum([one, one], [1, -1]).data.any()
    np.testing.assert_allclose(mne.grand_average([one, two]).data, one.copy().drop_channels("C3").data * 1.5)
    with pytest.raises(ValueError, match="one weight per spectrum"):
        mne.time_frequency.combine_spectrum([one, one], [1, 1, 1])
    with pytest.raises(ValueError, match="same channels"):
        mne.time_frequency.combine_spectrum([one, one.copy().drop_channels("C3")], "equal")
    with pytest.raises(ValueError, match="same frequencies"):
        mne.time_frequency.combine_spectrum([one, raw.compute_psd(fmax=40)], "equal")
    with pytest.raises(ValueError, match="nave"):
        mne.time_frequency.combine_spectrum([raw.compute_psd()])


def _one_wave(phase=0.7, sfreq=100.0, freq=3.0):
    """Five epochs of 2 s with a wave of whole periods."""
    x = np.cos(2 * np.pi * freq * np.arange(1000) / sfreq + phase)
    raw = mne.io.RawArray(np.stack([x, x + 1, 2 * x]), mne.create_info(["Fz", "Cz", "Pz"], sfreq, "eeg"))
    return mne.make_fixed_length_epochs(raw, 2.0, preload=True)


@pytest.mark.parametrize(
    "settings, dims, inner",
    [(dict(method="welch", n_fft=100), ("freq",), (51,)),
     (dict(method="welch", n_fft=100, average=None), ("freq", "segment"), (51, 2)),
     (dict(method="multitaper"), ("taper", "freq"), (7, 101))],
)  # fmt: skip
def test_complex_spectra_keep_the_phase_of_a_wave(settings, dims, inner):
    epochs = _one_wave()
    spectrum = epochs.compute_psd(output="complex", **settings)
    data = spectrum.get_data()
    assert data.dtype == complex and spectrum.shape == data.shape == (5, 3, *inner)
    at = spectrum.get_data("Cz", fmin=3, fmax=3)
    at = at[..., 0, :] if "taper" in dims else at
    np.testing.assert_allclose(np.angle(at), 0.7, rtol=1e-4)
    # Chosen, averaged, made again from their arrays, pickled, drawn.
    assert np.array_equal(spectrum.copy().pick(["Pz", "Fz"]).data, data[:, [2, 0]])
    assert np.array_equal(spectrum[1:3].data, data[1:3])
    np.testing.assert_allclose(spectrum.average().data, data.mean(axis=0), rtol=1e-13, atol=1e-15)
    assert np.array_equal(spectrum.average(lambda x: x[0]).data, data[0])
    made = mne.time_frequency.EpochsSpectrumArray(data, spectrum.info, spectrum.freqs,
                                                  dim_names=("epoch", "channel", *dims), weights=spectrum.weights)  # fmt: skip
    assert np.array_equal(made.data, data) and np.array_equal(pickle.loads(pickle.dumps(spectrum)).data, data)
    assert np.array_equal(epochs.average().compute_psd(output="complex", **settings).shape, (3, *inner))


def test_power_is_drawn_of_complex_spectra_with_segments_and_tapers():
    rng = np.random.default_rng(1)
    raw = mne.io.RawArray(rng.standard_normal((2, 600)) * 1e-6, mne.create_info(["Fz", "Cz"], 100.0, "eeg"))
    for method, settings in (("welch", dict(n_fft=128, average=None)), ("multitaper", {})):
        power = raw.compute_psd(method, **(settings | dict(average="mean") if method == "welch" else {}))
        apart = raw.compute_psd(method, output="complex", **settings)
        lines = [s.plot(spatial_colors=False, show=False).axes[0].lines[1].get_ydata() for s in (power, apart)]
        np.testing.assert_allclose(lines[1], lines[0], rtol=1e-9)
    w, X = apart.weights, apart.data
    np.testing.assert_allclose(2 * (abs(w * X) ** 2).sum(1) / (w**2).sum(1), power.data, rtol=1e-9)
    with pytest.raises(ValueError, match="adaptive=False"):
        raw.compute_psd("multitaper", output="complex", adaptive=True)


def test_tables_of_spectra_number_segments_and_tapers():
    pytest.importorskip("pandas")
    epochs = _one_wave()[:2]
    spectrum = epochs.compute_psd("welch", n_fft=100, average=False)
    frame = spectrum.to_data_frame()
    assert list(frame.columns) == ["condition", "epoch", "freq", "segment", "Fz", "Cz", "Pz"]
    at = frame[(frame.epoch == 1) & (frame.freq == 3) & (frame.segment == 1)]
    assert at["Pz"].item() == spectrum.data[1, 2, 3, 1]
    tapers = epochs.compute_psd(output="complex")
    long = tapers.to_data_frame(long_format=True)
    at = long[(long.epoch == 0) & (long.freq == 5) & (long.taper == 4) & (long.channel == "Cz")]
    assert at["value"].item() == tapers.data[0, 1, 4, 10]


def test_complex_segments_agree_with_scipy():
    signal = pytest.importorskip("scipy.signal")
    x = np.random.default_rng(2).standard_normal((2, 500))
    settings = dict(n_fft=128, n_per_seg=100, n_overlap=30, window="triang", output="complex")
    apart, _ = mne.time_frequency.psd_array_welch(x, 100.0, average=None, **settings)
    _, _, expected = signal.spectrogram(x, 100.0, "triang", 100, 30, 128, "constant", mode="complex")
    np.testing.assert_allclose(apart, expected, rtol=1e-10, atol=1e-14)
    mean, _ = mne.time_frequency.psd_array_welch(x, 100.0, **settings)
    np.testing.assert_allclose(mean, apart.mean(axis=-1), rtol=1e-10, atol=1e-14)
    x[:, 200:210] = np.nan  # the segments of both good stretches
    apart, _ = mne.time_frequency.psd_array_welch(x, 100.0, average=None, **settings)
    assert apart.shape == (2, 65, 5)
    _, _, expected = signal.spectrogram(x[:, 210:], 100.0, "triang", 100, 30, 128, "constant", mode="complex")
    np.testing.assert_allclose(apart[..., 2:], expected, rtol=1e-10, atol=1e-14)
    with pytest.raises(ValueError, match="no segment is left"):
        mne.time_frequency.psd_array_welch(x * np.nan, 100.0, average=None)


@pytest.mark.parametrize(
    "names, data, weights, message",
    [(("channel", "freq", "taper"), (2, 3, 2), np.ones(2), "dim_names must be one of"),
     (("channel", "taper", "freq"), (2, 2, 3), None, "one weight per taper .2.; got 0"),
     (("channel", "freq", "segment"), (2, 3, 0), None, "at least one taper or segment"),
     (("channel", "freq"), (2, 3, 4), None, "2 channels and 3 frequencies")],
)  # fmt: skip
def test_axes_of_spectra_must_fit_their_data(names, data, weights, message):
    info = mne.create_info(2, 100.0, "eeg")
    with pytest.raises(ValueError, match=message):
        mne.time_frequency.SpectrumArray(np.ones(data), info, [1.0, 2.0, 3.0], names, weights)


def test_a_flat_channel_is_told_of_unless_it_is_bad(raw):
    raw._data[3] = 0
    with pytest.warns(UserWarning, match=f"spectrum of {raw.ch_names[3]} is 0:"):
        raw.compute_psd()
    raw.info["bads"] = [raw.ch_names[3]]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        raw.compute_psd()


def test_a_channel_with_nan_gives_nan_and_a_warning(raw):
    raw._data[3, 100] = np.nan
    with pytest.warns(RuntimeWarning, match="1 rows of 13 have NaN"):
        psd, _ = mne.time_frequency.psd_array_welch(raw.get_data(), 200.0)
    assert np.isnan(psd[3]).all() and np.isfinite(np.delete(psd, 3, 0)).all()


def test_spectra_of_arrays_equal_those_of_recordings(raw):
    psd, freqs = mne.time_frequency.psd_array_welch(raw.get_data(), 200.0, n_fft=256)
    np.testing.assert_array_equal(psd, raw.compute_psd(n_fft=256).get_data())
    three = raw.get_data().reshape(13, 2, 1000)
    assert mne.time_frequency.psd_array_multitaper(three, 200.0)[0].shape[:2] == (13, 2)


def test_a_flat_signal_has_no_power(raw):
    raw._data[0] = 5e-6
    power = raw.compute_psd().get_data()
    assert power[0].max() < 1e-25 * power[1].max() / 1e-12 and np.isfinite(power).all()


def test_morlet_power_is_greatest_at_the_frequency_of_a_wave():
    data = np.tile(wave(12.0, n=400), (6, 2, 1))
    epochs = mne.EpochsArray(data, mne.create_info(2, 200.0, "eeg"), tmin=-1.0)
    freqs = np.arange(6.0, 20.0, 2.0)
    power, itc = epochs.compute_tfr("morlet", freqs, n_cycles=4.0, average=True, return_itc=True)
    assert power.data.shape == (2, 7, 400) and power.nave == 6
    assert freqs[power.data[0, :, 200].argmax()] == 12.0
    np.testing.assert_allclose(itc.data[0, 3, 100:300], 1.0, atol=1e-12)  # the same phase in all epochs
    single = epochs.compute_tfr("morlet", freqs, n_cycles=4.0)
    np.testing.assert_allclose(single.average().data, power.data, rtol=1e-9)


def test_coherence_is_defined_where_the_signal_is_zero():
    data = np.random.default_rng(0).standard_normal((4, 1, 300))
    data[2] = 0.0
    epochs = mne.EpochsArray(data, mne.create_info(1, 200.0, "eeg"))
    power, itc = mne.time_frequency.tfr_morlet(epochs, [10.0, 20.0], 2.0)
    assert np.isfinite(power.data).all() and np.isfinite(itc.data).all() and itc.data.max() <= 0.75 + 1e-12


def test_maps_are_cropped_baselined_combined_and_framed():
    power = make_epochs().compute_tfr("morlet", [8.0, 10.0, 12.0], n_cycles=2.0, average=True)
    part = power.copy().crop(0.0, 0.3, 9, 12)
    assert part.freqs.tolist() == [10.0, 12.0] and part.times[0] == 0.0 and part.data.shape == (13, 2, 61)
    ratio = power.copy().apply_baseline((-0.2, 0.0), mode="ratio")
    np.testing.assert_allclose(ratio.data[..., :41].mean(axis=-1), 1.0)
    np.testing.assert_array_equal((power - power).data, 0)
    pytest.importorskip("pandas")
    assert list(power.to_data_frame().columns)[:3] == ["time", "freq", "Fp1"]
    with pytest.raises(ValueError, match="mode"):
        power.apply_baseline((None, 0), mode="magic")


def test_decimation_keeps_every_second_time():
    epochs = make_epochs()
    whole = epochs.compute_tfr("morlet", [10.0], n_cycles=2.0, average=True)
    half = epochs.compute_tfr("morlet", [10.0], n_cycles=2.0, average=True, decim=2)
    np.testing.assert_array_equal(half.data, whole.data[..., ::2])
    assert half.info["sfreq"] == 100.0 and half.times[1] == whole.times[2]


def test_power_of_arrays_equals_that_of_epochs():
    epochs = make_epochs().pick("eeg")
    data = epochs.get_data()
    array = mne.time_frequency.tfr_array_morlet(data, 200.0, [10.0, 20.0], 2.0, output="avg_power")
    np.testing.assert_array_equal(array, epochs.compute_tfr("morlet", [10.0, 20.0], n_cycles=2.0, average=True).data)
    assert mne.time_frequency.tfr_array_morlet(data, 200.0, [10.0], 2.0, output="power").shape == (8, 13, 1, 141)


def test_wavelets_have_norm_root_2():
    for w in mne.time_frequency.morlet(500.0, [5.0, 10.0, 40.0], 7.0):
        assert np.linalg.norm(w) == pytest.approx(np.sqrt(2)) and len(w) % 2 == 1


def test_rescale_corrects_rows():
    data = np.arange(12.0).reshape(2, 6) + 1
    times = np.arange(6) / 10
    out = mne.baseline.rescale(data, times, (0.0, 0.2), mode="mean")
    np.testing.assert_allclose(out, data - data[:, :3].mean(axis=1, keepdims=True))
    assert data[0, 0] == 1.0
    mne.baseline.rescale(data, times, (None, 0.2), mode="percent", copy=False)
    np.testing.assert_allclose(data[:, :3].mean(axis=1), 0, atol=1e-12)


def test_filters_of_arrays_work_on_any_shape():
    x = np.random.default_rng(0).standard_normal((2, 3, 2000))
    y = mne.filter.filter_data(x, 200.0, 1.0, 40.0)
    assert y.shape == x.shape and not np.shares_memory(x, y)
    np.testing.assert_array_equal(y[1, 2], mne.filter.filter_data(x[1, 2], 200.0, 1.0, 40.0))
    z = x.copy()
    assert mne.filter.filter_data(z, 200.0, 1.0, 40.0, copy=False) is z
    np.testing.assert_array_equal(z, y)
    assert mne.filter.resample(x, up=1, down=2).shape == (2, 3, 1000)
    assert mne.filter.notch_filter(x, 200.0, 50.0).shape == x.shape
    h = mne.filter.create_filter(None, 200.0, 1.0, 40.0)
    assert h.sum() == pytest.approx(0, abs=1e-3) and len(h) % 2 == 1
    assert mne.filter.create_filter(None, 200.0, 1.0, 40.0, method="iir")["sos"].shape == (4, 6)
    with pytest.raises(ValueError, match="float64"):
        mne.filter.filter_data(x.astype("f4"), 200.0, 1.0, 40.0)


@pytest.mark.parametrize("n_freqs, n_times", [(3, 9), (1, 1)])
@pytest.mark.parametrize("n_epochs", [1, 2, 7, 8, 150, 301])
def test_averages_over_epochs_have_the_bits_of_numpys(n_epochs, n_freqs, n_times):
    from ranvier import _core

    rng = np.random.default_rng(n_epochs)
    data = rng.standard_normal((n_epochs, 1, n_freqs, n_times)) * 10.0 ** rng.integers(-9, 9, (n_epochs, 1, 1, 1))
    info = mne.create_info(1, 100.0, "eeg")
    events = np.stack([np.arange(n_epochs), np.zeros(n_epochs, int), np.ones(n_epochs, int)], axis=1)
    times, freqs = np.arange(n_times) / 100.0, np.arange(n_freqs) + 1.0
    tfr = _core.meeg.EpochsTfr(info._engine, data, times, freqs, events, [("x", 1)], "morlet")
    assert tfr.average(False).data.tobytes() == data.mean(axis=0).tobytes()
    assert tfr.average(True).data.tobytes() == np.median(data, axis=0).tobytes()
    spectrum = _core.meeg.Spectrum(info._engine, times, data[:, :, 0], True, events, [("x", 1)], "welch")
    assert spectrum.average(False).data[0].tobytes() == data[:, :, 0].mean(axis=0).tobytes()
    data[0, 0, 0, 0] = np.nan
    assert np.isnan(_core.meeg.EpochsTfr(info._engine, data, times, freqs, events, [], "").average(True).data[0, 0, 0])


def test_maps_are_cropped_decimated_shifted_and_copied(epochs):
    tfr = epochs.compute_tfr("morlet", [8.0, 12.0, 20.0], n_cycles=2.0)
    data, times = tfr.data.copy(), tfr.times
    part = tfr.copy().crop(0.0, 0.2, fmin=10.0)
    inside = (times >= -1e-9) & (times <= 0.2 + 1e-9)
    np.testing.assert_array_equal(part.data, data[:, :, 1:][..., inside])
    np.testing.assert_array_equal(part.times, times[inside])
    assert part.freqs.tolist() == [12.0, 20.0]
    thin = tfr.copy().decimate(3, 1)
    np.testing.assert_array_equal(thin.data, data[..., 1::3])
    assert thin.sfreq == tfr.sfreq / 3 and thin.times.tolist() == times[1::3].tolist()
    np.testing.assert_array_equal(tfr.copy().shift_time(0.5).times, times + 0.5)
    np.testing.assert_array_equal(tfr.copy().pick(["Cz", "Fz"]).data, data[:, [11, 10]])
    np.testing.assert_array_equal(tfr.data, data)
    for wrong in (lambda: tfr.crop(fmin=50.0), lambda: tfr.crop(tmin=0.3, tmax=0.1), lambda: tfr.decimate(0)):
        with pytest.raises(ValueError):
            wrong()


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda x: x.copy(), lambda x: pickle.loads(pickle.dumps(x))])
def test_spectra_and_maps_survive_copying_and_pickling(epochs, duplicate):
    epochs.info["bads"].append("Cz")
    tfr = epochs.compute_tfr("morlet", [8.0, 12.0], n_cycles=2.0)
    for thing in (tfr, tfr.average(), epochs.compute_psd(), epochs.average().compute_psd()):
        other = duplicate(thing)
        assert type(other) is type(thing) and other.info == thing.info and other.freqs.tolist() == thing.freqs.tolist()
        np.testing.assert_array_equal(other.data, thing.data)
        other.data[:] = 0
        other.info["bads"].append("Fz")
        assert thing.data.any() and "Fz" not in thing.info["bads"]
    assert duplicate(tfr).event_id == tfr.event_id and duplicate(tfr)["left"].data.shape[0] == 4


def test_channels_may_be_called_like_the_columns_of_a_table():
    info = mne.create_info(["freq", "time", "channel"], 100.0, "eeg")
    data = np.random.default_rng(0).normal(size=(3, 400))
    spectrum = mne.io.RawArray(data, info).compute_psd()
    long = spectrum.to_data_frame(long_format=True)
    assert list(long["channel"][:3]) == info.ch_names
    np.testing.assert_array_equal(long["value"].to_numpy().reshape(-1, 3).T, spectrum.get_data())
    raw = mne.io.RawArray(data, info).to_data_frame(long_format=True)
    np.testing.assert_allclose(raw["value"].to_numpy().reshape(3, -1), data * 1e6)


def test_maps_of_recordings_are_those_of_one_long_epoch_and_nan_where_annotated_as_bad():
    raw = make_raw()
    tfr = raw.compute_tfr("morlet", [10.0, 20.0], n_cycles=3.0, tmin=1.0, tmax=4.0, picks=["Fz", "Cz"], decim=2)
    whole = mne.time_frequency.tfr_array_morlet(raw.get_data(["Fz", "Cz"])[None, :, 200:801], 200.0, [10.0, 20.0], 3.0,
                                                output="power")[0]  # fmt: skip
    assert isinstance(tfr, mne.time_frequency.RawTFR) and tfr.ch_names == ["Fz", "Cz"] and tfr.sfreq == 100
    np.testing.assert_array_equal(tfr.data, whole[..., ::2])
    np.testing.assert_allclose(tfr.times, 1 + np.arange(301) / 100)
    np.testing.assert_array_equal(tfr["Cz" == np.array(tfr.ch_names)], tfr.data[1:])
    raw.set_annotations(mne.Annotations(2.0, 0.5, "bad_jump"))
    gone = np.isnan(raw.compute_tfr("multitaper", [20.0], decim=slice(100, None, 4)).data)
    assert gone.any() and gone.sum() == gone[:, 0, 75:100].sum()
    assert not np.isnan(raw.compute_tfr("morlet", [20.0], reject_by_annotation=False).data).any()


@pytest.mark.parametrize("method", ["morlet", "multitaper"])
def test_a_slice_chooses_the_times_of_maps(method):
    epochs = make_epochs()
    whole = epochs.compute_tfr(method, [20.0], n_cycles=2.0)
    for part in (slice(0, 50), slice(1, 100, 3), slice(6, None, 4), slice(-20, -1, 2)):
        some = epochs.compute_tfr(method, [20.0], n_cycles=2.0, decim=part)
        np.testing.assert_array_equal(some.data, whole.data[..., part])
        np.testing.assert_allclose(some.times, whole.times[part])
        assert some.sfreq == 200 / (part.step or 1)
    for wrong, error in ((slice(9, 3), ValueError), (slice(9, 3, -1), ValueError), ("2", TypeError)):
        with pytest.raises(error, match="decim"):
            epochs.compute_tfr(method, [20.0], n_cycles=2.0, decim=wrong)


def test_maps_of_epochs_are_averaged_over_frequencies_or_times():
    tfr = make_epochs().compute_tfr("morlet", [8.0, 12.0, 25.0], n_cycles=2.0)
    data, own = tfr.data.copy(), {"mean": np.mean, "median": np.median}
    for method, function in own.items():
        freqs = tfr.average(method, dim="freqs", copy=True)
        np.testing.assert_allclose(freqs.data, function(data, axis=2, keepdims=True), rtol=1e-14)
        assert freqs.freqs.tolist() == [function(tfr.freqs)] and len(freqs["left"]) == 4
        times = tfr.average(method, dim="times")
        assert isinstance(times, mne.time_frequency.EpochsSpectrum) and times.freqs.tolist() == [8.0, 12.0, 25.0]
        np.testing.assert_allclose(times.data, function(data, axis=3), rtol=1e-14)
    np.testing.assert_allclose(tfr.average(lambda x: x.max(axis=3), dim="times").data, data.max(axis=3))
    assert tfr.average().comment == "mean of 8 EpochsTFR"
    assert [one.comment for one in tfr.iter_evoked()] == [str(number) for number in tfr.events[:, 2]]
    np.testing.assert_array_equal([one.data for one in tfr.iter_evoked()], data)
    with pytest.raises(RuntimeError, match="without times"):
        tfr.average(lambda x: x.max(axis=2), dim="times")
    assert tfr.average(dim="freqs") is tfr and tfr.shape[2] == 1


def test_maps_are_named_after_their_events_combined_and_put_together():
    power = make_epochs()["left"].compute_tfr("morlet", [8.0, 12.0], n_cycles=2.0, average=True)
    assert "left" in power.comment and power.nave == 4
    both = mne.time_frequency.combine_tfr([power, power * 4.0], [0.5, 0.25])
    np.testing.assert_allclose(both.data, 1.5 * power.data)
    assert both.nave == pytest.approx(1 / (0.25 / 4 + 0.0625 / 4))
    np.testing.assert_allclose(mne.time_frequency.combine_tfr([power, power * 3.0]).data, 2 * power.data)
    for wrong in (lambda: power + power.copy().crop(fmin=10), lambda: power - power.copy().crop(0.0, 0.1),
                  lambda: mne.time_frequency.combine_tfr([power], [1, 2])):  # fmt: skip
        with pytest.raises(ValueError):
            wrong()
    with pytest.raises(TypeError, match="one of its kind"):
        power + make_epochs()
    for tfr in (power, make_epochs().compute_tfr("morlet", [8.0, 12.0], n_cycles=2.0)):
        joined = tfr.copy().pick(["Fz", "Pz"]).add_channels([tfr.copy().pick(["Cz"])])
        assert joined == tfr.copy().pick(["Fz", "Pz", "Cz"])
        with pytest.raises(ValueError, match="times"):
            tfr.copy().pick(["Fz"]).add_channels([tfr.copy().pick(["Cz"]).shift_time(1.0)])
        with pytest.raises(ValueError, match="Fz"):
            tfr.add_channels([tfr.copy().pick(["Fz"])])


def test_maps_are_drawn_where_their_channels_are_with_titles_that_say_how_many():
    pytest.importorskip("matplotlib")
    power = make_epochs().compute_tfr("morlet", [8.0, 12.0, 16.0], n_cycles=2.0, average=True)
    figure = power.plot_topo(show=False)
    assert len([c for c in figure.axes[0].collections]) == len(mne.pick_types(power.info, eeg=True))
    assert power.plot(combine="rms", show=False)[0].get_suptitle() == f"RMS of {power.shape[0]} EEG channels"
    assert power.plot(["Cz"], show=False)[0].get_suptitle() == "Cz"
    with pytest.raises(RuntimeError, match="combine="):
        power.plot(combine=lambda data: 7, show=False)


def test_the_stockwell_transform_finds_a_wave_and_what_epochs_share():
    data = np.tile(wave(12.0, n=400), (6, 2, 1))
    data[:, 1] *= np.array([1, -1, 1, -1, 1, -1])[:, None]
    power, itc, freqs = mne.time_frequency.tfr_array_stockwell(data, 200.0, 5.0, 30.0, return_itc=True)
    # Frequencies are those of 512 samples: 200 / 512 Hz apart.
    assert freqs[0] == 13 * 200 / 512 and freqs[-1] < 30 and power.shape == (2, len(freqs), 400)
    assert np.abs(freqs[power[..., 150:250].mean(axis=(0, 2)).argmax()] - 12) < 0.4
    near = np.abs(freqs - 12).argmin()
    np.testing.assert_allclose(itc[0], 1.0, atol=1e-12)
    np.testing.assert_allclose(itc[1, near, 150:250], 0.0, atol=1e-12)
    # By the definition: the signal times the wave of a frequency, smoothed by its Gaussian around a circle of 512.
    bins = np.arange(512)
    window = np.exp(-0.5 * (freqs[near] * np.minimum(bins, 512 - bins) / 512 / 0.7) ** 2)
    turned = np.pad(data[0, 0], (0, 112)) * np.exp(-2j * np.pi * round(freqs[near] * 512 / 200) * bins / 512)
    value = sum(turned[(100 - bins) % 512] * window) / window.sum()
    own = mne.time_frequency.tfr_array_stockwell(data, 200.0, 5.0, 30.0, width=0.7)[0]
    assert own[0, near, 100] == pytest.approx(abs(value) ** 2)
    epochs = mne.EpochsArray(data, mne.create_info(2, 200.0, "eeg"))
    tfr = epochs.compute_tfr("stockwell", (5.0, 30.0), decim=slice(1, None, 2))
    np.testing.assert_array_equal(tfr.data, power[..., 1::2])
    np.testing.assert_array_equal(mne.time_frequency.tfr_stockwell(epochs, 5.0, 30.0).data, power)
    assert epochs.average().compute_tfr("stockwell", "auto").freqs[0] == 200 / 512
    for wrong in (dict(freqs=[5.0]), dict(freqs=(5.0, 5.1)), dict(freqs="auto", n_fft=128)):
        with pytest.raises(ValueError):
            epochs.compute_tfr("stockwell", **wrong)


def test_complex_values_are_convolutions_and_give_phases_and_the_power_of_either_method():
    x = np.random.default_rng(0).standard_normal((2, 3, 401))
    own = dict(sfreq=200.0, freqs=[10.0, 20.0], n_cycles=4.0)
    morlet = mne.time_frequency.tfr_array_morlet
    z = morlet(x, **own, decim=3)
    wavelet = mne.time_frequency.morlet(200.0, [20.0], 4.0, zero_mean=True)[0]
    assert z.shape == (2, 3, 2, 134) and np.allclose(z[1, 2, 1], np.convolve(x[1, 2], wavelet, "same")[::3])
    assert np.allclose(abs(z) ** 2, morlet(x, **own, output="power", decim=3))
    assert np.allclose(morlet(x, **own, output="phase", decim=3), np.angle(z), rtol=0, atol=1e-14)

    tapered = mne.time_frequency.tfr_array_multitaper
    z, w = tapered(x, **own, return_weights=True)
    assert z.shape == (2, 3, 3, 2, 401) and w.shape == (3, 2)
    power = (abs(w[..., None] * z) ** 2).sum(axis=2) * 2 / (w**2).sum(axis=0)[:, None]
    assert np.allclose(power, tapered(x, **own, output="power"))
    assert np.allclose(tapered(x, **own, output="phase"), np.angle(z), rtol=0, atol=1e-14)
    with pytest.raises(ValueError, match="single tapers"):
        tapered(x, **own, output="power", return_weights=True)


@pytest.mark.parametrize("output", ["complex", "phase"])
@pytest.mark.parametrize("method, tapers", [("morlet", ()), ("multitaper", (3,))])
def test_complex_maps_and_phases_are_cut_chosen_and_kept_as_power_is(method, tapers, output):
    epochs = make_epochs()
    own = dict(method=method, freqs=[15.0, 20.0, 25.0], n_cycles=2.0, output=output)
    tfr = epochs.compute_tfr(**own)
    n = len(epochs.times)
    assert tfr.shape == (8, 13, *tapers, 3, n) and tfr.data.dtype == (complex if output == "complex" else float)
    assert (tfr.weights is None) == (not tapers) and (not tapers or tfr.weights.shape == (3, 3))

    part = tfr["left"].copy().pick(["Cz", "Fz"]).crop(0.0, 0.1, fmin=18).decimate(2)
    at = [np.flatnonzero((epochs.times >= -1e-9) & (epochs.times <= 0.1 + 1e-9))[::2]]
    wanted = tfr.data[epochs.events[:, 2] == epochs.event_id["left"]][:, [tfr.ch_names.index(c) for c in ("Cz", "Fz")]]
    assert np.array_equal(part.data, wanted[..., 1:, :][..., at[0]]) and part.info["sfreq"] == epochs.info["sfreq"] / 2
    assert not tapers or np.array_equal(part.weights, tfr.weights[:, 1:])
    assert part == part.copy() == pickle.loads(pickle.dumps(part)) and (part + part).data[0, 0].mean() == pytest.approx(
        2 * part.data[0, 0].mean()
    )
    rest = tfr["left"].pick([tfr.ch_names[-1]]).crop(0.0, 0.1, fmin=18).decimate(2)
    assert np.array_equal(part.copy().add_channels([rest]).data[:, 2:], rest.data)
    values, numbers = part.get_data(picks="Fz", return_tapers=True)
    assert np.array_equal(values, part.data[:, 1:]) and (numbers is None or numbers.tolist() == [0, 1, 2])
    one = next(part.iter_evoked())
    assert np.array_equal(one.data, part.data[0]) and one.nave == 1

    average = epochs.average().compute_tfr(**own)
    assert average.shape == (13, *tapers, 3, n) and average.nave == 8 and average.comment == epochs.average().comment
    raw = make_raw()
    assert raw.compute_tfr(**own, picks=[0, 1]).shape == (2, *tapers, 3, len(raw.times))
    if tapers:
        with pytest.raises(NotImplementedError, match="single tapers"):
            tfr.average()
    else:
        assert np.allclose(tfr.average().data, tfr.data.mean(axis=0))
        assert np.allclose(tfr.average(dim="freqs", copy=True).data, tfr.data.mean(axis=2, keepdims=True))
    with pytest.raises(ValueError, match="average"):
        epochs.compute_tfr(**own, average=True)
    with pytest.raises(NotImplementedError, match="baseline"):
        tfr.apply_baseline((None, 0))
    pytest.importorskip("pandas")
    frame = part.to_data_frame()
    assert len(frame) == part.data[:, 0].size and ("taper" in frame) == bool(tapers)
    assert np.array_equal(frame["Fz"], part.data[:, 1].ravel())


def test_arrays_with_tapers_need_weights_that_fit():
    info, rng = mne.create_info(3, 100.0, "eeg"), np.random.default_rng(0)
    data, weights = rng.random((3, 4, 2, 6)), rng.random((4, 2))
    made = mne.time_frequency.AverageTFRArray(info, data, np.arange(6), [1, 2], weights=weights, nave=5, comment="c")
    assert made.shape == data.shape and np.array_equal(made.weights, weights) and (made.nave, made.comment) == (5, "c")
    for wrong in (None, weights[:-1], weights[:, :-1], weights[0]):
        with pytest.raises(ValueError, match="shape|dimensions"):
            mne.time_frequency.RawTFRArray(info, data, np.arange(6), [1, 2], weights=wrong)
    with pytest.raises(TypeError, match="real values"):
        mne.time_frequency.RawTFRArray(info, data[:, 0], np.arange(6), [1, 2]).data = data[:, 0] * 1j


def test_complex_maps_are_drawn_as_their_power_and_phases_of_tapers_in_their_mean_direction():
    pytest.importorskip("matplotlib").use("agg")
    evoked = make_epochs().average().pick(["Cz"])
    own = dict(freqs=[15.0, 20.0], n_cycles=2.0)
    for method in ("morlet", "multitaper"):
        drawn = evoked.compute_tfr(method, **own, output="complex").plot(show=False)[0].axes[0].collections[0]
        assert np.allclose(drawn.get_array(), evoked.compute_tfr(method, **own).data[0], rtol=1e-9, atol=0)
    data = np.array([3.0, -3.0])[None, :, None, None] + np.zeros((1, 2, 2, 4))
    tfr = mne.time_frequency.AverageTFRArray(evoked.info, data, np.arange(4), [0, 2], weights=np.ones((2, 2)))
    assert np.allclose(abs(tfr.plot(show=False)[0].axes[0].collections[0].get_array()), np.pi)


def test_maps_of_an_average_are_epochs_of_one_on_demand_and_have_no_coherence():
    evoked = make_epochs().average()
    for make in (mne.time_frequency.tfr_morlet, mne.time_frequency.tfr_multitaper):
        whole, one = (make(evoked, [15.0], 2.0, return_itc=False, average=average) for average in (True, False))
        assert isinstance(one, mne.time_frequency.EpochsTFR) and np.array_equal(one.average().data, whole.data)
        with pytest.raises(ValueError, match="coherence"):
            make(evoked, [15.0], 2.0)
