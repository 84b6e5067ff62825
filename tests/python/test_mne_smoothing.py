"""Smoothing, envelopes and resampling under MNE-Python's names. Truth: scipy where noted, else figures of MNE-Python 1.13."""

import numpy as np
import pytest

import ranvier.meeg as mne

signal = pytest.importorskip("scipy.signal")


def raw(n=1000, sfreq=200.0):
    info = mne.create_info(["Fz", "Cz", "STI"], sfreq, ["eeg", "eeg", "stim"])
    return mne.io.RawArray(np.random.default_rng(0).standard_normal((3, n)) * 1e-5, info)


def epochs():
    return mne.make_fixed_length_epochs(raw(), 1.0, preload=True)


@pytest.mark.parametrize("make", [raw, epochs, lambda: epochs().average(picks="all")])
@pytest.mark.parametrize("h_freq, window", [(10.0, 21), (9.0, 23), (25.0, 9)])
def test_savgol_filter_fits_polynomials_of_fifth_order_to_all_channels(make, h_freq, window):
    inst = make()
    before = inst.get_data(picks="all").copy()
    expected = signal.savgol_filter(before, window, 5, axis=-1)
    assert inst.savgol_filter(h_freq) is inst
    np.testing.assert_allclose(inst.get_data(picks="all"), expected, rtol=0, atol=1e-16 + 1e-13 * abs(expected).max())


def test_savgol_filter_says_which_frequencies_it_can_do():
    with pytest.raises(ValueError, match=r"h_freq must be in \(0, 100\) Hz, below half the sampling rate; got 100"):
        raw().savgol_filter(100)
    with pytest.raises(ValueError, match="h_freq=60 Hz makes pieces of 3 samples; there must be more than 5"):
        raw().savgol_filter(60)
    with pytest.raises(ValueError, match="at most the 50 of the data"):
        raw(50).savgol_filter(2)
    lazy = mne.make_fixed_length_epochs(raw(), 1.0)
    with pytest.raises(RuntimeError, match="needs"):
        lazy.savgol_filter(10.0)


@pytest.mark.parametrize("n", [997, 1000, 1024])
@pytest.mark.parametrize("n_fft", ["auto", None, 1500])
def test_the_envelope_is_the_magnitude_of_the_analytic_signal(n, n_fft):
    inst = raw(n)
    before = inst.get_data().copy()
    length = {"auto": mne.filter.next_fast_len(n), None: n, 1500: 1500}[n_fft]
    expected = np.abs(signal.hilbert(before[:2], N=length, axis=-1))[:, :n]
    assert inst.apply_hilbert(envelope=True, n_fft=n_fft) is inst
    np.testing.assert_allclose(inst.get_data()[:2], expected, rtol=1e-12)
    assert np.array_equal(inst.get_data()[2], before[2]), "triggers have no envelope"


def test_the_envelope_of_a_tone_is_its_amplitude():
    t = np.arange(1000) / 200.0
    inst = mne.io.RawArray(3e-6 * np.cos(2 * np.pi * 10 * t)[None], mne.create_info(["Cz"], 200.0, "eeg"))
    np.testing.assert_allclose(inst.apply_hilbert(envelope=True, n_fft=None).get_data(), 3e-6, rtol=1e-12)


def test_epochs_and_averages_have_envelopes_of_picked_channels():
    inst = epochs()
    before = inst.get_data().copy()
    inst.apply_hilbert(picks=["Cz"], envelope=True)
    np.testing.assert_allclose(inst.get_data()[:, 1], np.abs(signal.hilbert(before[:, 1], axis=-1)), rtol=1e-12)
    assert np.array_equal(inst.get_data()[:, [0, 2]], before[:, [0, 2]])


def test_a_transform_shorter_than_the_samples_is_refused():
    with pytest.raises(ValueError, match="n_fft must be at least the number of times, 1000; got 10"):
        raw().apply_hilbert(envelope=True, n_fft=10)


def test_lengths_that_transforms_are_fast_of_are_products_of_2_3_and_5():
    lengths = [mne.filter.next_fast_len(n) for n in (1, 2, 7, 11, 97, 601, 1021, 65537, 999999)]
    assert lengths == [1, 2, 8, 12, 100, 625, 1024, 65610, 1000000]


def test_how_long_a_filter_rings():
    assert mne.filter.estimate_ringing_samples(signal.butter(4, 0.1, output="sos")) == 66
    assert mne.filter.estimate_ringing_samples(signal.butter(4, 0.1)) == 66
    assert mne.filter.estimate_ringing_samples(signal.butter(2, 0.0005, output="sos")) == 7225
    assert mne.filter.estimate_ringing_samples((np.r_[np.ones(5), np.zeros(20)], [1.0])) == 4
    with pytest.warns(RuntimeWarning, match="still rings after 2000 samples"):
        assert mne.filter.estimate_ringing_samples(signal.butter(2, 0.0005), max_try=2000) == 2000


@pytest.mark.parametrize(
    "window", ["hamming", "hann", "blackman", "boxcar", "bartlett", "cosine", "nuttall", "blackmanharris", "flattop",
               ("kaiser", 8.6), "array", "even array"],
)  # fmt: skip
@pytest.mark.parametrize("up, down", [(2, 3), (5, 2), (1, 4)])
def test_polyphase_resampling_is_scipys_under_any_window(window, up, down):
    x = np.random.default_rng(1).standard_normal((3, 240))
    if isinstance(window, str) and window.endswith("array"):
        window = signal.firwin(61 if window == "array" else 60, 1 / max(up, down), window=("gaussian", 12))
    expected = signal.resample_poly(x, up, down, axis=-1, window=window, padtype="reflect")
    got = mne.filter.resample(x, up, down, method="polyphase", window=window)
    np.testing.assert_allclose(got, expected, rtol=0, atol=1e-13)


def test_windows_that_are_none_are_refused():
    x = np.zeros(100)
    with pytest.raises(ValueError, match="with a parameter there is 'kaiser' only; got"):
        mne.filter.resample(x, 2, 3, method="polyphase", window=("tukey", 0.5))
    with pytest.raises(ValueError, match="did you mean 'hamming'"):
        mne.filter.resample(x, 2, 3, method="polyphase", window="haming")
    with pytest.raises(ValueError, match="window of method 'fft' must be a name"):
        mne.filter.resample(x, 2, 3, window=("kaiser", 5.0))


def test_a_line_at_half_the_sampling_rate_is_taken_out():
    n = np.arange(4000)
    x = 3 * np.cos(np.pi * n) + 0.1 * np.random.default_rng(0).standard_normal(4000)
    assert np.abs(mne.filter.notch_filter(x.copy(), 100.0, None, method="spectrum_fit")).mean() < 1.5
