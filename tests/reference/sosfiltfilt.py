"""Write sosfiltfilt.json: what scipy.signal.sosfiltfilt and sosfilt_zi make of some filters.

Run with any scipy: python tests/reference/sosfiltfilt.py
"""

import json
import pathlib

import numpy as np
import scipy
from scipy import signal

FILTERS = {
    "butterworth band-pass 1-40 Hz": signal.butter(4, [1, 40], "bandpass", fs=600, output="sos"),
    "butterworth low-pass 40 Hz": signal.butter(5, 40, "lowpass", fs=600, output="sos"),
    "butterworth high-pass 0.1 Hz": signal.butter(4, 0.1, "highpass", fs=600, output="sos"),
    "butterworth band-stop 48-52 Hz": signal.butter(4, [48, 52], "bandstop", fs=600, output="sos"),
    "chebyshev 2 low-pass": signal.cheby2(8, 60, 50, "lowpass", fs=600, output="sos"),
    "elliptic band-pass": signal.ellip(5, 0.5, 60, [8, 30], "bandpass", fs=600, output="sos"),
    "bessel low-pass, odd order": signal.bessel(7, 30, "lowpass", fs=600, output="sos"),
}

rng = np.random.default_rng(0)
cases = []
for name, sos in FILTERS.items():
    x = np.cumsum(rng.standard_normal(400)) + 5
    ntaps = 2 * len(sos) + 1 - min((sos[:, 2] == 0).sum(), (sos[:, 5] == 0).sum())
    padlen = 3 * int(ntaps)
    y = signal.sosfiltfilt(sos, x, padlen=padlen)
    cases.append(
        dict(name=name, sos=sos.tolist(), padlen=padlen, zi=signal.sosfilt_zi(sos).tolist(), x=x.tolist(), y=y.tolist())
    )
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(dict(tool="scipy.signal.sosfiltfilt", version=scipy.__version__, cases=cases)))
