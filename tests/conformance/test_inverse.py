"""Minimum-norm inverses beside MNE-Python's, computed live."""

import os
import subprocess
import sys

import numpy as np
from peers import both, data_folder, peer_python

HEAD = """
import argparse, os, warnings
os.environ["OPENBLAS_NUM_THREADS"] = "1"
import numpy as np
import ranvier.meeg as mne
warnings.simplefilter("ignore")
parser = argparse.ArgumentParser(); parser.add_argument("--out"); out = parser.parse_args().out
data, found = os.environ["RANVIER_DATA"], {}
evoked = mne.read_evokeds(data + "/sample/test-ave.fif.gz", 0, baseline=(None, 0))
info = evoked.info
cov = mne.read_cov(data + "/sample/test-cov.fif")
trans = mne.read_trans(data + "/sample/MEG/sample_audvis_trunc-trans.fif")
src = mne.read_source_spaces(data + "/sample/small-src.fif.gz")
for space in src:
    space["rr"][:] *= 1000.0  # the file has a thousandth
if not os.path.exists("same-fwd.fif"):  # both get the same numbers: small singular values magnify what differs
    bem = mne.read_bem_solution(data + "/sample/subjects/sample/bem/sample-320-320-320-bem-sol.fif")
    mne.write_forward_solution("same-fwd.fif", mne.make_forward_solution(info, trans, src, bem))
fwd = mne.read_forward_solution("same-fwd.fif")
if mne.__name__ == "mne":  # which rounds gains of fixed orientations to single precision: here they keep theirs
    import mne.minimum_norm.inverse, mne.beamformer._compute_beamformer
    fwd["sol"]["data"], fwd["_orig_sol"] = fwd["sol"]["data"].astype(float), fwd["_orig_sol"].astype(float)
    rounding = mne.convert_forward_solution
    def precise(*args, **kwargs):
        fwd = rounding(*args, **kwargs)
        if fwd["source_ori"] == 1:
            columns = fwd["_orig_sol"].reshape(len(fwd["_orig_sol"]), -1, 3)
            fwd["sol"]["data"] = np.einsum("csd,sd->cs", columns, fwd["source_nn"])
        return fwd
    mne.minimum_norm.inverse.convert_forward_solution = mne.convert_forward_solution = precise
mn = mne.minimum_norm
short = evoked.copy().crop(0.05, 0.15)
METHODS = ("MNE", "dSPM", "sLORETA", "eLORETA")
def keep(name, values):
    values = np.asarray(values, float)
    found[name] = values.reshape(-1) if values.size == 1 else values
def stc(name, estimate):
    keep(name, estimate.data)
    keep(name + " times", estimate.times)
    for k, v in enumerate(estimate.vertices):
        keep(f"{name} vertices {k}", v)
"""


def _apart(ours, theirs):
    apart = {}
    for name in theirs.keys() | ours.keys():
        a, b = ours[name], theirs[name]
        assert a.shape == b.shape, name
        apart[name] = float(np.abs(a - b).max(initial=0) / max(np.abs(b).max(initial=0), 1e-300))
    return apart


def _compared(script, tmp_path, tolerance):
    apart = _apart(*both(HEAD + script, tmp_path))
    assert not {name: d for name, d in apart.items() if not d < tolerance}


MADE = """
def keep_inverse(name, inv):
    for key in ("sing", "source_ori", "nsource", "coord_frame", "methods", "nave"):
        keep(f"{name} {key}", inv[key])
    for key in ("source_cov", "depth_prior", "orient_prior"):
        if inv[key] is not None:
            keep(f"{name} {key}", inv[key]["data"])
    along = np.asarray(inv["eigen_leads"]["data"]) * np.asarray(inv["sing"])
    if inv["source_ori"] == 2:  # directions across the surface are anybody's
        along = along[2::3]
    keep(f"{name} gain", along @ along[:40].T)
    keep(f"{name} words", sum(map(ord, repr(inv))))
keep_inverse("loose", mn.make_inverse_operator(info, fwd, cov))
keep_inverse("loose, no depth", mn.make_inverse_operator(info, fwd, cov, depth=None, loose=0.4))
keep_inverse("fixed", mn.make_inverse_operator(info, fwd, cov, fixed=True))
keep_inverse("fixed already", mn.make_inverse_operator(info, mne.convert_forward_solution(fwd, force_fixed=True), cov,
                                                       loose=0.0, depth=None))
keep_inverse("free", mn.make_inverse_operator(info, fwd, cov, loose=1.0, depth=0.5))
keep_inverse("whitened depth", mn.make_inverse_operator(info, fwd, cov, depth=dict(
    exp=0.8, limit=None, limit_depth_chs="whiten", combine_xyz="fro")))
keep_inverse("depth of all", mn.make_inverse_operator(info, fwd, cov, depth=dict(limit_depth_chs=False)))
keep_inverse("rank info", mn.make_inverse_operator(info, fwd, cov, rank="info", use_cps=False))
eeg = evoked.copy().pick("eeg").info
keep_inverse("eeg", mn.make_inverse_operator(eeg, fwd, cov))
np.savez(out, **found)
"""


def test_inverse_operators_are_mne_s(tmp_path):
    _compared(MADE, tmp_path, 1e-7)


APPLIED = """
inv = mn.make_inverse_operator(info, fwd, cov, loose=0.2, depth=0.8)
fixed = mn.make_inverse_operator(info, fwd, cov, fixed=True)
free = mn.make_inverse_operator(info, fwd, cov, loose=1.0)
for method in METHODS:
    for name, op in (("loose", inv), ("fixed", fixed), ("free", free)):
        stc(f"{name} {method}", mn.apply_inverse(short, op, 1 / 9, method))
    for pick in ("normal", "vector"):
        stc(f"loose {method} {pick}", mn.apply_inverse(short, inv, 1 / 9, method, pick_ori=pick))
        stc(f"free {method} {pick}", mn.apply_inverse(short, free, 1 / 9, method, pick_ori=pick))
    stc(f"vector of fixed {method}", mn.apply_inverse(short, fixed, 1 / 9, method, pick_ori="vector"))
stc("equal", mn.apply_inverse(short, inv, 1 / 9, "eLORETA", method_params=dict(force_equal=True, max_iter=30)))
stc("strict", mn.apply_inverse(short, fixed, 1 / 16, "eLORETA", method_params=dict(eps=1e-3)))
label = mne.read_label(data + "/sample/test-rh.label")
for method in ("dSPM", "MNE"):
    stc(f"label {method}", mn.apply_inverse(short, inv, 1 / 9, method, label=label))
    stc(f"label fixed {method}", mn.apply_inverse(short, fixed, 1 / 9, method, label=label))
for method in ("MNE", "dSPM", "sLORETA"):
    estimate, residual = mn.apply_inverse(short, inv, 1 / 9, method, return_residual=True)
    keep(f"residual {method}", residual.data)
    prepared = mn.prepare_inverse_operator(inv, 40, 1 / 4, method)
    stc(f"prepared {method}", mn.apply_inverse(short, prepared, 99.0, method, prepared=True))
    for key in ("reginv", "proj", "noisenorm"):
        keep(f"prepared {method} {key}", prepared[key])
for k, snr in enumerate(mn.estimate_snr(short, inv)):
    keep(f"snr {k}", snr)
keep("rank", mn.compute_rank_inverse(inv))
power = mne.Covariance(cov.data * 2 + np.diag(np.diag(cov.data)), cov.ch_names, [], cov["projs"], 10)
for method in METHODS:
    stc(f"cov {method}", mn.apply_inverse_cov(power, info, inv, nave=3, method=method))
    stc(f"cov normal {method}", mn.apply_inverse_cov(power, info, inv, method=method, pick_ori="normal", label=label))
    stc(f"cov fixed {method}", mn.apply_inverse_cov(power, info, fixed, method=method))
events = np.c_[np.arange(4) * 200, np.zeros(4, int), np.ones(4, int)]
rng = np.random.default_rng(3)
samples = evoked.data[:, None, :40] * (1 + rng.random((1, 4, 1))) + 0
epochs = mne.EpochsArray(samples.transpose(1, 0, 2), info, events, tmin=-0.1)
raw = mne.io.RawArray(np.concatenate(list(samples.transpose(1, 0, 2)), axis=1), info)
for name, op, pick in (("loose", inv, None), ("normal", inv, "normal"), ("fixed", fixed, None), ("vector", inv, "vector")):
    for k, each in enumerate(mn.apply_inverse_epochs(epochs, op, 1 / 9, "dSPM", pick_ori=pick)):
        stc(f"epochs {name} {k}", each)
    stc(f"raw {name}", mn.apply_inverse_raw(raw, op, 1 / 9, "sLORETA", start=10, stop=70, pick_ori=pick, buffer_size=17))
stc("raw function", mn.apply_inverse_raw(raw, inv, 1 / 9, "MNE", time_func=lambda x: x[:, ::2], nave=4))
np.savez(out, **found)
"""


def test_estimates_of_all_methods_and_orientations_are_mne_s(tmp_path):
    _compared(APPLIED, tmp_path, 1e-7)


RESOLUTION = """
inv = mn.make_inverse_operator(info, fwd, cov, loose=0.2, depth=0.8)
fixed = mn.make_inverse_operator(info, fwd, cov, fixed=True)
free = mn.make_inverse_operator(info, fwd, cov, loose=1.0)
fwd_fixed = mne.convert_forward_solution(fwd, surf_ori=True, force_fixed=True)
label = mne.read_label(data + "/sample/test-rh.label")
for method in ("MNE", "dSPM", "sLORETA"):
    square = mn.make_inverse_resolution_matrix(fwd_fixed, fixed, method, 1 / 9)
    wide = mn.make_inverse_resolution_matrix(fwd_fixed, inv, method, 1 / 9)
    keep(f"{method} square", square)
    keep(f"{method} wide", wide)
    # The radius is what MNE-Python's text says; its code sums over sources where it should over coordinates.
    places = 100 * np.concatenate([s["rr"][s["vertno"]] for s in inv["src"]])
    if "ranvier" in mne.__name__:
        keep(f"{method} radius", mn.resolution_metrics(square, inv["src"], "psf", "maxrad_ext", 0.4).data[:, 0])
    else:
        keep(f"{method} radius", [np.linalg.norm(places[np.abs(c) > 0.4 * np.abs(c).max()] - places[k], axis=1).max()
                                  for k, c in enumerate(square.T)])
    keep(f"{method} free", mn.make_inverse_resolution_matrix(fwd, free, method, 1 / 4))
    for function in ("psf", "ctf"):
        for metric in ("peak_err", "cog_err", "sd_ext", "peak_amp", "sum_amp"):
            stc(f"{method} {function} {metric}", mn.resolution_metrics(square, inv["src"], function, metric, 0.4))
        stc(f"{method} {function} wide", mn.resolution_metrics(wide, inv["src"], function, "cog_err"))
    for name, get in (("psf", mn.get_point_spread), ("ctf", mn.get_cross_talk)):
        stc(f"{method} {name} some", get(square, inv["src"], [3, 10, 400]))
        for mode in ("mean", "max", "sum", "maxval"):
            stc(f"{method} {name} {mode}", get(square, inv, [label], mode=mode, norm="max"))
        parts, shares = get(square, inv, [label], mode="svd", n_comp=2, norm="norm", return_pca_vars=True)
        keep(f"{method} {name} svd", np.abs(parts.data))
        keep(f"{method} {name} shares", shares)
    for k, each in enumerate(mn.get_point_spread(wide, fwd, [[3], [10, 11]], vector=True)):
        stc(f"{method} vector {k}", each)
    for k, each in enumerate(mn.get_point_spread(wide, fwd, [[3], [10, 11]], norm=True)):
        stc(f"{method} lengths {k}", each)
np.savez(out, **found)
"""


def test_resolution_matrices_and_their_measures_are_mne_s(tmp_path):
    _compared(RESOLUTION, tmp_path, 1e-7)


WRITE = (
    HEAD
    + """
for name, options in (("loose", {}), ("fixed", dict(fixed=True)), ("free", dict(loose=1.0, depth=None))):
    mn.write_inverse_operator(f"{name}-inv.fif", mn.make_inverse_operator(info, fwd, cov, **options), overwrite=True)
np.savez(out, **found)
"""
)
READ = (
    HEAD
    + """
for name in ("loose", "fixed", "free"):
    inv = mn.read_inverse_operator(f"{name}-inv.fif")
    for key in ("sing", "source_ori", "nsource", "nchan", "coord_frame", "methods", "nave", "source_nn"):
        keep(f"{name} {key}", inv[key])
    for key in ("source_cov", "depth_prior", "orient_prior", "eigen_fields", "eigen_leads"):
        if inv[key] is not None:
            keep(f"{name} {key}", inv[key]["data"])
    keep(f"{name} words", sum(map(ord, repr(inv) + "".join(inv.ch_names) + str(inv["units"]))))
    keep(f"{name} projs", len(inv["projs"]))
    stc(f"{name} applied", mn.apply_inverse(short, inv, 1 / 9, "dSPM"))
np.savez(out, **found)
"""
)


def test_files_are_read_by_mne_with_the_same_numbers_and_back(tmp_path):
    environment = {**os.environ, "RANVIER_DATA": str(data_folder()), "MNE_LOGGING_LEVEL": "ERROR"}
    people = ((sys.executable, "ranvier.meeg"), (peer_python(), "mne"))
    for writer, package in people:
        found = []
        for step, (python, name) in (("write", (writer, package)), *(("read", each) for each in people)):
            script = (WRITE if step == "write" else READ).replace("ranvier.meeg", name)
            (tmp_path / "run.py").write_text(script)
            out = tmp_path / f"{step} {name}.npz"
            subprocess.run([python, "run.py", "--out", str(out)], cwd=tmp_path, env=environment, check=True)
            if step == "read":
                with np.load(out) as file:
                    found.append({key: file[key] for key in file.files})
        # The numbers of the file are the same to the bit; MNE-Python keeps them in single precision.
        apart = _apart(*found)
        assert not {name: d for name, d in apart.items() if not d < (1e-7 if name.endswith("applied") else 1e-12)}
