"""Reference values for windows, Slepian sequences and filter design: writes design.json beside itself.

Run with MNE-Python and SciPy installed: python tests/reference/design.py
"""

import json
from pathlib import Path

import mne
import numpy as np
import scipy
from mne.filter import create_filter
from mne.time_frequency.multitaper import dpss_windows
from scipy import signal

mne.set_log_level("ERROR")


def windows():
    cases = []
    for name in ("boxcar", "hann", "hamming", "blackman"):
        for n in (1, 2, 7, 8):
            for symmetric in (True, False):
                w = signal.get_window(name, n, fftbins=not symmetric)
                cases.append(dict(name=name, n=n, symmetric=symmetric, beta=5.0, w=w.tolist()))
    for beta in (0.0, 5.0, 14.0):
        w = signal.windows.kaiser(9, beta)
        cases.append(dict(name="kaiser", n=9, symmetric=True, beta=beta, w=w.tolist()))
    return cases


def tapers():
    cases = []
    for n, half_nbw, k, symmetric in (
        (32, 4.0, 8, True), (33, 2.5, 5, True), (33, 2.5, 5, False), (64, 4.0, 7, False), (10, 1.0, 10, True),
    ):
        v, r = signal.windows.dpss(n, half_nbw, k, sym=symmetric, norm=2, return_ratios=True)
        kept = dpss_windows(n, half_nbw, k, sym=symmetric, low_bias=True)[1]
        cases.append(dict(n=n, half_nbw=half_nbw, k=k, symmetric=symmetric, tapers=v.tolist(), ratios=r.tolist(),
                          n_low_bias=len(kept)))
    v, r = signal.windows.dpss(421, 4.0, 8, sym=False, norm=2, return_ratios=True)
    cases.append(dict(n=421, half_nbw=4.0, k=8, symmetric=False, tapers=v[:, :40].tolist(), ratios=r.tolist(),
                      n_low_bias=int((r > 0.9).sum())))
    return cases


def firs():
    cases = []
    for sfreq, l_freq, h_freq, window in (
        (100.0, None, 20.0, "hamming"), (100.0, 5.0, None, "hann"), (250.0, 8.0, 30.0, "blackman"),
        (250.0, 60.0, 40.0, "hamming"),
    ):
        h = create_filter(None, sfreq, l_freq, h_freq, l_trans_bandwidth=4.0, h_trans_bandwidth=6.0, fir_window=window,
                          fir_design="firwin")
        if l_freq is None:
            freqs, gains = [0, h_freq, h_freq + 6, sfreq / 2], [1, 1, 0, 0]
        elif h_freq is None:
            freqs, gains = [0, l_freq - 4, l_freq, sfreq / 2], [0, 0, 1, 1]
        elif l_freq < h_freq:
            freqs, gains = [0, l_freq - 4, l_freq, h_freq, h_freq + 6, sfreq / 2], [0, 0, 1, 1, 0, 0]
        else:
            # Band-stop: pass below h_freq and above l_freq; MNE puts the transitions inside the stop band.
            freqs, gains = [0, h_freq, h_freq + 6, l_freq - 4, l_freq, sfreq / 2], [1, 1, 0, 0, 1, 1]
        cases.append(dict(sfreq=sfreq, window=window, freqs=freqs, gains=gains, h=h.tolist()))
    h = create_filter(None, 100.0, None, 20.0, h_trans_bandwidth=10.0, phase="minimum")
    linear = create_filter(None, 100.0, None, 20.0, h_trans_bandwidth=10.0, phase="zero")
    return cases, dict(linear=linear.tolist(), minimum=h.tolist())


def butterworths():
    cases = []
    for order in (1, 2, 3, 4, 5, 8):
        for kind, edges in (("lowpass", [40.0]), ("highpass", [0.5]), ("bandpass", [1.0, 40.0]),
                            ("bandstop", [48.0, 52.0]), ("bandpass", [0.1, 200.0])):
            sos = signal.iirfilter(order, edges if len(edges) > 1 else edges[0], btype=kind, ftype="butter",
                                   output="sos", fs=600.0)
            cases.append(dict(order=order, type=kind, edges=edges, sfreq=600.0, sos=sos.tolist()))
    return cases


def families():
    """The families with ripples and that of even delay, at 3 dB and 40 dB."""
    cases = []
    for family in ("cheby1", "cheby2", "ellip", "bessel"):
        for order in (1, 2, 3, 4, 7):
            for kind, edges in (("lowpass", [40.0]), ("highpass", [5.0]), ("bandpass", [1.0, 40.0]), ("bandstop", [48.0, 52.0])):
                sos = signal.iirfilter(order, edges if len(edges) > 1 else edges[0], rp=3, rs=40, btype=kind,
                                       ftype=family, output="sos", fs=600.0)
                cases.append(dict(family=family, order=order, type=kind, edges=edges, sfreq=600.0, sos=sos.tolist()))
    return cases


fir, minimum = firs()
result = dict(
    made_by="tests/reference/design.py",
    tools=dict(mne=mne.__version__, scipy=scipy.__version__, numpy=np.__version__),
    windows=windows(), tapers=tapers(), fir=fir, minimum_phase=minimum, butterworth=butterworths(),
    families=families(),
)
Path(__file__).with_name("design.json").write_text(json.dumps(result) + "\n")
