"""Reference values for Welch, multitaper and Morlet spectra: writes spectra.json beside itself.

Run with MNE-Python installed: python tests/reference/spectra.py
"""

import json
import warnings
from pathlib import Path

import mne
import numpy as np
import scipy
from mne.time_frequency import psd_array_multitaper, psd_array_welch, tfr_array_morlet
from mne.time_frequency.tfr import morlet

mne.set_log_level("ERROR")
warnings.simplefilter("ignore")
rng = np.random.default_rng(7)


def rows(n_rows, n):
    """Coloured noise with an offset, one tiny and one large row, rounded so that the file stays small."""
    x = np.cumsum(rng.standard_normal((n_rows, n)), axis=1) + 3
    x = np.round(x, 3)
    x[0] *= 2.0**-40
    x[-1] *= 2.0**20
    return x


def numbers(a):
    """NaN has no place in JSON."""
    return [[None if np.isnan(v) else v for v in row] for row in np.asarray(a).tolist()]


def welch_cases():
    cases = []
    for n, n_fft, n_per_seg, n_overlap, average, window, remove_dc in (
        (53, 53, 53, 0, "mean", "hamming", True), (97, 32, 32, 0, "mean", "hamming", True),
        (97, 32, 20, 13, "mean", "hann", True), (97, 25, 25, 12, "median", "hamming", True),
        (97, 16, 16, 8, "median", "hamming", False), (40, 64, 31, 0, "mean", "boxcar", False),
    ):
        x = rows(3, n)
        psd, _ = psd_array_welch(x, 100.0, n_fft=n_fft, n_per_seg=n_per_seg, n_overlap=n_overlap, average=average,
                                 window=window, remove_dc=remove_dc)
        cases.append(dict(x=numbers(x), n_fft=n_fft, n_per_seg=n_per_seg, n_overlap=n_overlap, median=average == "median",
                          window=window, remove_dc=remove_dc, psd=numbers(psd)))
    # Bad spans: NaN in all rows, leaving stretches of 30, 7 and 45 samples.
    for average in ("mean", "median"):
        x = rows(3, 97)
        x[:, 30:40] = np.nan
        x[:, 47:52] = np.nan
        psd, _ = psd_array_welch(x, 100.0, n_fft=16, n_overlap=4, average=average)
        cases.append(dict(x=numbers(x), n_fft=16, n_per_seg=16, n_overlap=4, median=average == "median",
                          window="hamming", remove_dc=True, psd=numbers(psd)))
    # NaN in one row only, and one behind the last whole segment of another.
    x = rows(3, 50)
    x[1, 20] = np.nan
    x[2, 49] = np.nan
    psd, _ = psd_array_welch(x, 100.0, n_fft=16)
    cases.append(dict(x=numbers(x), n_fft=16, n_per_seg=16, n_overlap=0, median=False, window="hamming", remove_dc=True,
                      psd=numbers(psd)))
    return cases


def multitaper_cases():
    cases = []
    for n, bandwidth, adaptive, low_bias, normalization, fmin, fmax, remove_dc in (
        (53, None, False, True, "length", 0, np.inf, True), (60, None, False, True, "full", 0, np.inf, True),
        (60, 12.0, False, False, "length", 10, 40, False), (53, None, True, True, "length", 0, np.inf, True),
        (60, None, True, True, "full", 5, 30, True),
    ):
        x = rows(3, n)
        psd, freqs = psd_array_multitaper(x, 100.0, bandwidth=bandwidth, adaptive=adaptive, low_bias=low_bias,
                                          normalization=normalization, fmin=fmin, fmax=fmax, remove_dc=remove_dc)
        half_nbw = 4.0 if bandwidth is None else bandwidth * n / 200.0
        first = int(round(freqs[0] * n / 100.0))
        cases.append(dict(x=numbers(x), half_nbw=half_nbw, k=int(2 * half_nbw), adaptive=adaptive, low_bias=low_bias,
                          full=normalization == "full", first=first, last=first + len(freqs), remove_dc=remove_dc,
                          psd=numbers(psd)))
    return cases


def morlet_cases():
    freqs, n_cycles = np.array([12.0, 20.0, 35.0]), np.array([2.0, 3.0, 3.0])
    cases = []
    for n, n_epochs, decim, zero_mean in ((64, 11, 1, True), (53, 4, 3, False)):
        x = np.round(rng.standard_normal((n_epochs, 2, n)) * 10, 3)
        both = tfr_array_morlet(x, 100.0, freqs, n_cycles=n_cycles, zero_mean=zero_mean, decim=decim,
                                output="avg_power_itc")
        each = tfr_array_morlet(x[:2], 100.0, freqs, n_cycles=n_cycles, zero_mean=zero_mean, decim=decim, output="power")
        wavelets = [[w.real.tolist(), w.imag.tolist()] for w in morlet(100.0, freqs, n_cycles, zero_mean=zero_mean)]
        cases.append(dict(x=x.tolist(), freqs=freqs.tolist(), n_cycles=n_cycles.tolist(), zero_mean=zero_mean,
                          decim=decim, wavelets=wavelets, power=both.real.tolist(), itc=both.imag.tolist(),
                          each=each.tolist()))
    return cases


result = dict(
    made_by="tests/reference/spectra.py",
    tools=dict(mne=mne.__version__, scipy=scipy.__version__, numpy=np.__version__),
    welch=welch_cases(), multitaper=multitaper_cases(), morlet=morlet_cases(),
)
Path(__file__).with_name("spectra.json").write_text(json.dumps(result) + "\n")
