"""Reference values for noise covariances, ranks, regularisation and whitening.

Run with MNE-Python 1.13 and scikit-learn installed: python tests/reference/noise.py
The samples are NumPy's numbers of a seed, so that the tests need no file but the JSON.
"""

import json
import pathlib
import warnings

import mne
import numpy as np
import sklearn

mne.set_log_level("ERROR")
warnings.simplefilter("ignore")
TYPES = ["mag"] * 3 + ["grad"] * 4 + ["eeg"] * 6
SCALES = {"mag": 1e-13, "grad": 5e-12, "eeg": 4e-6}


def made(kinds=TYPES, n_epochs=12, n_times=50):
    """Epochs of correlated noise."""
    random = np.random.default_rng(7)
    n = len(kinds)
    mix = np.eye(n) + 0.3 * random.standard_normal((n, n))
    data = mix @ random.standard_normal((n_epochs, n, n_times)) * np.array([SCALES[k] for k in kinds])[:, None]
    info = mne.create_info([f"c{k}" for k in range(n)], 100.0, kinds)
    events = np.array([[k * n_times, 0, 1 + k % 2] for k in range(n_epochs)])
    return mne.EpochsArray(data, info, events, -0.2, dict(a=1, b=2), baseline=(None, 0))


epochs = made()
eeg = made(["eeg"] * 7).set_eeg_reference(projection=True).apply_proj()
out = {
    "tool": "MNE-Python",
    "version": mne.__version__,
    "sklearn": sklearn.__version__,
    "covariances": [],
    "whitening": [],
}
full = dict(rank="full")
few = dict(iter_n_components=[1, 2, 4])
for name, inst, options in [
    *[
        ("meg+eeg", epochs, dict(method=m))
        for m in ("empirical", "shrunk", "oas", "ledoit_wolf", "shrinkage", "diagonal_fixed")
    ],
    ("meg+eeg", epochs, dict(method="auto")),
    ("meg+eeg", epochs, dict(method="empirical", keep_sample_mean=False)),
    ("meg+eeg", epochs, dict(method="shrunk", cv=5, tmax=0.0)),
    ("meg+eeg", epochs, dict(method="pca", method_params=dict(pca=few), **full)),
    (
        "meg+eeg",
        epochs,
        dict(method="factor_analysis", method_params=dict(factor_analysis=dict(**few, svd_method="lapack")), **full),
    ),
    *[("average reference", eeg, dict(method=m)) for m in ("empirical", "shrinkage", "diagonal_fixed")],
]:
    cov = mne.compute_covariance(inst, **options)
    out["covariances"].append(dict(of=name, options=options, method=cov["method"], loglik=cov["loglik"], nfree=cov["nfree"],
                                   data=cov.data.tolist()))  # fmt: skip
for name, inst in (("meg+eeg", epochs), ("average reference", eeg)):
    cov = mne.compute_covariance(inst)
    W, _, rank, colorer = mne.cov.compute_whitener(cov, inst.info, return_rank=True, return_colorer=True)
    out["whitening"].append(dict(
        of=name, W=W.tolist(), colorer=colorer.tolist(), rank=int(rank), ranks=mne.compute_rank(inst),
        regularized=mne.cov.regularize(cov, inst.info, mag=0.2, eeg=0.3).data.tolist(),
        full=mne.cov.regularize(cov, inst.info, rank="full").data.tolist(),
        white=mne.whiten_evoked(inst.average(), cov).data.tolist()))  # fmt: skip
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(out) + "\n")
