"""Reference values for signal-space projections from data.

Run with MNE-Python 1.13 installed: python tests/reference/ssp.py
The samples are NumPy's numbers of a seed, so that the tests need no file but the JSON.
"""

import json
import pathlib
import warnings

import mne
import numpy as np

mne.set_log_level("ERROR")
warnings.simplefilter("ignore")
KINDS = ["mag"] * 3 + ["grad"] * 4 + ["eeg"] * 5 + ["eog"]


def recording():
    random = np.random.default_rng(11)
    n = len(KINDS)
    scale = np.array([{"mag": 1e-13, "grad": 5e-12, "eeg": 4e-6, "eog": 1e-4}[k] for k in KINDS])
    data = (np.eye(n) + 0.5 * random.standard_normal((n, n))) @ random.standard_normal((n, 2000)) * scale[:, None]
    data[7, 700:720] *= 50
    info = mne.create_info([f"c{k}" for k in range(n)], 100.0, KINDS)
    info["bads"] = ["c9"]
    return mne.io.RawArray(data, info)


raw = recording()
epochs = mne.Epochs(raw, np.array([[k, 0, 3] for k in range(50, 1900, 90)]), 3, -0.2, 0.4, preload=True)
out = {"tool": "MNE-Python", "version": mne.__version__, "cases": []}
for name, options in [
    ("epochs", {}), ("epochs", dict(n_grad=0.7, n_mag=0, n_eeg=0.99, desc_prefix="x")), ("epochs", dict(meg="combined", n_eeg=1)),
    ("evoked", {}), ("raw", {}), ("raw", dict(start=1.0, stop=9.0, duration=0.5, reject=dict(eeg=1e-4), n_eeg=2)),
    ("raw", dict(duration=None, n_grad=1, n_mag=1, n_eeg=3, stop=5.0)),
]:  # fmt: skip
    of = dict(epochs=epochs, evoked=epochs.average(), raw=raw)[name]
    projs = getattr(mne, f"compute_proj_{name}")(of, **options)
    out["cases"].append(dict(of=name, options=options, projs=[
        dict(desc=p["desc"], names=p["data"]["col_names"], vector=p["data"]["data"][0].tolist(), explained=float(p["explained_var"]))
        for p in projs]))  # fmt: skip
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(out) + "\n")
