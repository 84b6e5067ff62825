"""Maps and spectra of epochs, and those made of arrays, under MNE-Python's names. Truth: figures of MNE-Python 1.13."""

import time

import numpy as np
import pandas as pd
import pytest

import ranvier.meeg as mne

FREQS = [8.0, 12.0, 20.0]


def epochs(n=6):
    data = np.random.default_rng(3).standard_normal((n, 2, 100)) * 1e-6
    events = np.array([[100 * k, 0, 1 + k % 2] for k in range(n)])
    info = mne.create_info(["Fz", "Cz"], 100.0, "eeg")
    return mne.EpochsArray(data, info, events, -0.2, {"go/left": 1, "go/right": 2},
                           metadata=pd.DataFrame({"rt": np.arange(n) / 10}))  # fmt: skip


def maps(inst):
    return inst.compute_tfr("morlet", FREQS, n_cycles=2.0)


def spectra(inst):
    return inst.compute_psd()


@pytest.mark.parametrize("made", [maps, spectra])
def test_maps_and_spectra_know_which_epochs_they_are_of(made):
    inst = epochs()
    inst.drop([1], "BLINK")
    of = made(inst)
    assert of.selection.tolist() == inst.selection.tolist() == [0, 2, 3, 4, 5]
    assert of.drop_log == inst.drop_log and of.drop_log[1] == ("BLINK",)
    assert of.metadata["rt"].tolist() == [0.0, 0.2, 0.3, 0.4, 0.5]


@pytest.mark.parametrize("made", [maps, spectra])
@pytest.mark.parametrize("item", ["left", "go/right", ["go/left", "go/right"], "rt > 0.25", 2, -1, [0, 3], slice(1, 5, 2),
                                  np.array([True, False, False, True, False, True])])  # fmt: skip
def test_they_are_chosen_as_epochs_are(made, item):
    inst = epochs()
    of, part, wanted = made(inst), made(inst)[item], inst[item]
    assert part.selection.tolist() == wanted.selection.tolist()
    assert part.drop_log == wanted.drop_log
    assert part.metadata.equals(wanted.metadata.set_axis(part.metadata.index))
    assert np.array_equal(part.events, wanted.events)
    assert np.array_equal(part.data, of.data[wanted.selection])


@pytest.mark.parametrize("made", [maps, spectra, lambda inst: inst])
def test_what_chooses_no_epochs_says_why(made):
    of = made(epochs())
    with pytest.raises(KeyError, match="nobody.*nor is it a query of the metadata"):
        of["nobody"]
    for wrong in (1.5, [0.5, 1.0], None):
        with pytest.raises(IndexError, match="chosen by names, whole numbers, slices or masks; got"):
            of[wrong]
    with pytest.raises(IndexError, match="there are 6 epochs; number 6"):
        of[6]


def test_maps_are_dropped_with_a_reason_and_copies_are_their_own():
    of = maps(epochs())
    twin = of.copy()
    of.drop([0, 2], "MOVED")
    assert of.selection.tolist() == [1, 3, 4, 5] and len(twin) == 6
    assert of.drop_log == (("MOVED",), (), ("MOVED",), (), (), ())
    twin.metadata["rt"] = 9.0
    assert of.metadata["rt"].tolist() == [0.1, 0.3, 0.4, 0.5]
    with pytest.raises(ValueError, match="one row per epoch .4.; got 2"):
        of.metadata = of.metadata[:2]


def test_arrays_become_maps_with_a_selection_and_a_log():
    info = mne.create_info(2, 100.0, "eeg")
    data = np.arange(2.0 * 2 * 3 * 4).reshape(2, 2, 3, 4)
    of = mne.time_frequency.EpochsTFRArray(info, data, np.arange(4) / 100, FREQS, selection=[1, 3], comment="c",
                                           drop_log=(("a",), (), ("b",), ()))  # fmt: skip
    assert of.selection.tolist() == [1, 3] and of.drop_log[2] == ("b",) and of.comment == "c"
    assert mne.time_frequency.EpochsTFRArray(info, data, np.arange(4) / 100, FREQS, selection=[1, 3]).drop_log == (
        ("IGNORED",), (), ("IGNORED",), ())  # fmt: skip
    with pytest.raises(ValueError, match="selection must have one number per epoch"):
        mne.time_frequency.EpochsTFRArray(info, data, np.arange(4) / 100, FREQS, selection=[1])
    with pytest.raises(ValueError, match="drop_log must have an entry for each number"):
        mne.time_frequency.EpochsTFRArray(info, data, np.arange(4) / 100, FREQS, selection=[1, 3], drop_log=((),))


def test_arrays_become_spectra_and_maps_of_recordings():
    info = mne.create_info(["Fz", "Cz"], 100.0, "eeg")
    data = np.arange(6.0).reshape(2, 3)
    spectrum = mne.time_frequency.SpectrumArray(data, info, FREQS)
    assert isinstance(spectrum, mne.time_frequency.Spectrum)
    assert np.array_equal(spectrum.get_data(), data) and spectrum.freqs.tolist() == FREQS
    assert np.array_equal(spectrum.copy().pick(["Cz"]).data, data[1:])
    of_epochs = mne.time_frequency.EpochsSpectrumArray(np.stack([data, data + 2]), info, FREQS,
                                                       np.array([[1, 0, 4], [2, 0, 5]]), {"a": 4, "b": 5})  # fmt: skip
    assert np.array_equal(of_epochs["b"].data[0], data + 2)
    assert np.array_equal(of_epochs.average().data, data + 1)
    with pytest.raises(ValueError, match="with 2 channels and 3 frequencies; got .3, 2."):
        mne.time_frequency.SpectrumArray(data.T, info, FREQS)
    with pytest.raises(TypeError, match="info must be an Info"):
        mne.time_frequency.SpectrumArray(data, {"sfreq": 100.0}, FREQS)
    of_raw = mne.time_frequency.RawTFRArray(info, np.ones((2, 3, 5)), np.arange(5) / 100, FREQS, method="own")
    assert of_raw.shape == (2, 3, 5) and of_raw.method == "own" and of_raw.crop(tmin=0.02).times[0] == 0.02


def tapered(x, sfreq, freqs, n_cycles, time_bandwidth, zero_mean=True):
    """Power of epochs (n_epochs, n_times), the weighted mean over tapers, by its definition."""
    windows = pytest.importorskip("scipy.signal").windows
    n_tapers = int(time_bandwidth - 1)
    power = np.zeros((len(x), len(freqs), x.shape[-1]))
    coherence = np.zeros((len(freqs), x.shape[-1]))
    for k, f in enumerate(freqs):
        t = np.arange(0, n_cycles / f, 1 / sfreq)
        tapers, ratios = windows.dpss(len(t), time_bandwidth / 2, n_tapers, sym=False, return_ratios=True, norm=2)
        for taper, ratio in zip(tapers, ratios):
            w = np.exp(2j * np.pi * f * (t - n_cycles / f / 2)) * taper
            w -= w.mean() if zero_mean else 0
            w *= np.sqrt(2) / np.linalg.norm(w)
            z = np.array([np.convolve(row, w, "full")[(len(w) - 1) // 2 :][: x.shape[-1]] for row in x])
            power[:, k] += (2 if n_tapers > 1 else ratios.sum()) * ratio / ratios.sum() * np.abs(z) ** 2
            coherence[k] += np.abs((z / np.abs(z)).mean(axis=0)) / n_tapers
    return power, coherence


@pytest.mark.parametrize("n_cycles, time_bandwidth, zero_mean", [(2.0, 4.0, True), (3.0, 2.0, True), (4.0, 5.5, False)])
def test_multitaper_power_is_the_weighted_mean_over_slepian_tapers(n_cycles, time_bandwidth, zero_mean):
    x = np.random.default_rng(8).standard_normal((3, 2, 120))
    power, coherence = tapered(x[:, 1], 100.0, FREQS, n_cycles, time_bandwidth, zero_mean)
    own = dict(n_cycles=n_cycles, time_bandwidth=time_bandwidth, zero_mean=zero_mean)
    got = mne.time_frequency.tfr_array_multitaper(x, 100.0, FREQS, output="power", **own)
    np.testing.assert_allclose(got[:, 1], power, rtol=1e-7, atol=1e-9 * power.max())
    both = mne.time_frequency.tfr_array_multitaper(x, 100.0, FREQS, output="avg_power_itc", **own)
    np.testing.assert_allclose(both[1].real, power.mean(axis=0), rtol=1e-7, atol=1e-9 * power.max())
    np.testing.assert_allclose(both[1].imag, coherence, rtol=1e-7, atol=1e-7)


def test_multitaper_maps_of_epochs_and_averages():
    inst = epochs()
    own = dict(n_cycles=2.0, time_bandwidth=4.0)
    power, itc = mne.time_frequency.tfr_multitaper(inst, FREQS, **own, decim=2)
    x = inst.get_data()
    expected = mne.time_frequency.tfr_array_multitaper(x, 100.0, FREQS, 2.0, output="avg_power_itc", decim=2)
    np.testing.assert_allclose(power.data, expected.real, rtol=1e-12)
    np.testing.assert_allclose(itc.data, expected.imag, rtol=1e-12)
    assert power.method == "multitaper" and power.nave == 6
    each = mne.time_frequency.tfr_multitaper(inst, FREQS, **own, average=False, return_itc=False, decim=2)
    np.testing.assert_allclose(each.average().data, power.data, rtol=1e-12)
    single = inst.average().compute_tfr("multitaper", FREQS, **own)
    np.testing.assert_allclose(
        single.data, mne.time_frequency.tfr_array_multitaper(inst.average().data[None], 100.0, FREQS, 2.0,
                                                             output="avg_power"), rtol=1e-12)  # fmt: skip


def test_multitaper_says_what_it_can_not_do():
    x = np.zeros((1, 1, 50))
    with pytest.raises(ValueError, match="time_bandwidth must be >= 2"):
        mne.time_frequency.tfr_array_multitaper(x, 100.0, FREQS, time_bandwidth=1.0, output="power")
    with pytest.raises(ValueError, match="the wavelet of 8.0? Hz is longer"):
        mne.time_frequency.tfr_array_multitaper(x, 100.0, FREQS, n_cycles=7.0, output="power")
    with pytest.raises(ValueError, match="too few for a time_bandwidth of 20"):
        mne.time_frequency.tfr_array_multitaper(x, 100.0, [20.0], n_cycles=2.0, time_bandwidth=20.0, output="power")


@pytest.mark.parametrize("average", [None, False])
def test_segments_of_welchs_method_may_stay_apart(average):
    signal = pytest.importorskip("scipy.signal")
    x = np.random.default_rng(2).standard_normal((2, 3, 500))
    psds, freqs = mne.time_frequency.psd_array_welch(x, 100.0, n_fft=128, n_per_seg=100, n_overlap=30, average=average)
    assert psds.shape == (2, 3, 65, 6)
    f, _, expected = signal.spectrogram(x, 100.0, "hamming", 100, 30, 128, "constant", mode="psd", axis=-1)
    np.testing.assert_allclose(freqs, f)
    np.testing.assert_allclose(psds, expected, rtol=1e-10)
    mean, _ = mne.time_frequency.psd_array_welch(x, 100.0, n_fft=128, n_per_seg=100, n_overlap=30)
    np.testing.assert_allclose(psds.mean(axis=-1), mean, rtol=1e-12)


def test_lazy_epochs_are_decimated():
    raw = mne.io.RawArray(np.random.default_rng(0).standard_normal((1, 900)), mne.create_info(["Cz"], 100.0, "eeg"))
    with raw.info._unlock():
        raw.info["lowpass"] = 10.0
    events = np.array([[200, 0, 1], [500, 0, 1]])
    lazy = mne.Epochs(raw, events, tmin=-0.2, tmax=0.5, baseline=None).decimate(4)
    loaded = mne.Epochs(raw, events, tmin=-0.2, tmax=0.5, baseline=None, preload=True).decimate(4)
    assert not lazy.preload and lazy.info["sfreq"] == 25.0
    assert np.array_equal(lazy.times, loaded.times) and np.array_equal(lazy.get_data(), loaded.get_data())


def test_times_may_count_from_a_moment_in_posix_seconds():
    raw = mne.io.RawArray(np.zeros((1, 900)), mne.create_info(["Cz"], 100.0, "eeg")).set_meas_date(1000.0)
    assert raw.time_as_index([0.5], origin=1002.5).tolist() == [300]
    assert raw.time_as_index([0.5], origin=1002).tolist() == [250]
    with pytest.raises(ValueError, match="origin needs a measurement date"):
        raw.set_meas_date(None).time_as_index([0.5], origin=0.0)


def test_infinity_is_the_end_of_the_data():
    raw = mne.io.RawArray(np.random.default_rng(0).standard_normal((1, 900)), mne.create_info(["Cz"], 100.0, "eeg"))
    assert np.array_equal(raw.compute_psd(tmax=np.inf).data, raw.compute_psd().data)
    inst = epochs()
    assert np.array_equal(inst.compute_psd(tmin=-np.inf, tmax=np.inf).data, inst.compute_psd().data)


def test_what_is_no_info_or_event_is_refused():
    with pytest.raises(TypeError, match=r"info must be an Info, as create_info\(\) makes it; got dict"):
        mne.io.RawArray(np.zeros((1, 5)), {"sfreq": 10})
    with pytest.raises(TypeError, match="info must be an Info"):
        mne.EvokedArray(np.zeros((1, 5)), {"sfreq": 10})
    info = mne.create_info(1, 100.0, "eeg")
    for numbers in ([5, 0, 2**40], [5, 2**31, 1], [5, 0, -(2**31) - 1]):
        with pytest.raises(ValueError, match="numbers of events must lie within 32 bits"):
            mne.EpochsArray(np.zeros((1, 1, 5)), info, np.array([numbers]))


def test_projections_are_removed_by_numbers_that_there_are():
    raw = mne.io.RawArray(np.zeros((3, 5)), mne.create_info(3, 100.0, "eeg")).set_eeg_reference(projection=True)
    for wrong in ("foo", 0.0, True):
        with pytest.raises(ValueError, match='idx must be a number, numbers, or "all"; got'):
            raw.del_proj(wrong)
    for wrong in (1, -2, [0, 1]):
        with pytest.raises(IndexError, match="there are 1 projections; number"):
            raw.del_proj(wrong)
    assert len(raw.info["projs"]) == 1 and raw.del_proj([-1]).info["projs"] == []


def test_channels_of_one_name_are_told_apart_with_a_warning():
    with pytest.warns(RuntimeWarning, match="those called a, b get numbers behind a dash"):
        info = mne.create_info(["a", "b", "a", "c", "b"], 100.0)
    assert info["ch_names"] == ["a-0", "b-0", "a-1", "c", "b-1"]


def test_long_tables_of_spectra_and_maps_name_types_and_channels_change_fastest():
    raw = mne.io.RawArray(
        np.random.default_rng(0).normal(size=(2, 300)) * 1e-5, mne.create_info(["a", "b"], 100.0, ["eeg", "mag"])
    )
    events = np.array([[50, 0, 1], [150, 0, 2]])
    epochs = mne.Epochs(raw, events, {"x": 1, "y": 2}, 0, 0.3, baseline=None, preload=True)
    spectrum = epochs.compute_psd()
    assert list(spectrum.to_data_frame().columns) == ["condition", "epoch", "freq", "a", "b"]
    table = spectrum.to_data_frame(long_format=True)
    assert list(table.columns) == ["condition", "epoch", "freq", "channel", "ch_type", "value"]
    assert table["channel"].tolist()[:3] == ["a", "b", "a"] and table["ch_type"].tolist()[:2] == ["eeg", "mag"]
    np.testing.assert_array_equal(table["value"], np.moveaxis(spectrum.get_data(picks="all"), 1, -1).ravel())
    maps = epochs.compute_tfr("morlet", [10.0, 20.0], n_cycles=2)
    table = maps.to_data_frame(long_format=True)
    assert list(table.columns) == ["condition", "epoch", "freq", "time", "channel", "ch_type", "value"]
    np.testing.assert_array_equal(table["value"], np.moveaxis(maps.data, 1, -1).ravel())
    assert maps.to_data_frame(long_format=True, index=["channel", "freq"]).index.names == ["channel", "freq"]
    assert list(maps.average().to_data_frame(long_format=True).columns) == [
        "freq",
        "time",
        "channel",
        "ch_type",
        "value",
    ]


def test_the_description_of_a_recording_is_looked_up_by_type():
    raw = mne.io.RawArray(np.zeros((2, 30)), mne.create_info(["a", "b"], 100.0, ["eeg", "eog"]))
    table = raw.describe(data_frame=True)
    assert table.index.name == "ch" and table[table.type == "eeg"].name.tolist() == ["a"]


@pytest.mark.parametrize("selection", [[0, 10**15], [-1, 0], [2, 2]])
def test_numbers_of_events_that_none_can_have_are_refused(selection):
    info = mne.create_info(["a"], 100.0, "eeg")
    with pytest.raises(ValueError, match="selection"):
        mne.time_frequency.EpochsTFRArray(info, np.zeros((2, 1, 1, 3)), np.arange(3.0), [10.0], selection=selection)


@pytest.mark.parametrize("axis", [[1.0, np.nan], [2.0, 1.0], [1.0, 1.0]])
def test_axes_of_arrays_are_finite_and_rise(axis):
    info = mne.create_info(1, 100.0, "eeg")
    fine, data = [1.0, 2.0], np.ones((1, 2, 2))
    for make in (
        lambda: mne.time_frequency.SpectrumArray(np.ones((1, 2)), info, axis),
        lambda: mne.time_frequency.EpochsSpectrumArray(data[:1, :1], info, axis),
        lambda: mne.time_frequency.AverageTFRArray(info, data, fine, axis),
        lambda: mne.time_frequency.AverageTFRArray(info, data, axis, fine),
        lambda: mne.time_frequency.EpochsTFRArray(info, data[None], axis, fine),
        lambda: mne.time_frequency.RawTFRArray(info, data, axis, fine),
    ):
        with pytest.raises(ValueError, match="must be a list of finite numbers that rise"):
            make()


def test_units_are_of_types_that_there_are():
    raw = mne.io.RawArray(np.ones((1, 10)), mne.create_info(1, 100.0, "eeg"), verbose="error")
    with pytest.raises(ValueError, match="a key of units must be .*nope"):
        raw.get_data(units={"nope": "µV"})
    assert (raw.get_data(units={"eeg": "µV", "mag": "fT"}) == 1e6).all()  # types that others have are fine


def test_tables_of_events_and_extras_of_annotations_grow_with_their_number():
    n = 20_000
    events = np.stack([10 * np.arange(n), np.zeros(n, int), 1 + np.arange(n) % 2], axis=1)
    start = time.process_time()
    table, rows, _ = mne.epochs.make_metadata(events, {"a": 1, "b": 2}, tmin=0.0, tmax=0.1, sfreq=100.0)
    assert time.process_time() - start < 3 and len(table) == n  # with the square 5 s and more
    assert table["b"].tolist()[:2] == [0.1, 0.0]
    notes = mne.Annotations(np.arange(n), 0.0, "x", extras=[{"k": 1}] * n)
    start = time.process_time()
    extras = notes.extras
    assert [extra["k"] for extra in extras] == [1] * n
    for k in range(200):
        extras[k]["k"] = 2
    assert time.process_time() - start < 3
    assert [extra["k"] for extra in notes.extras[198:202]] == [2, 2, 1, 1]
