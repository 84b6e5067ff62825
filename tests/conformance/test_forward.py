"""Conductors and forward solutions beside MNE-Python's, computed live."""

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
info = mne.read_evokeds(data + "/sample/test-ave.fif.gz", 0).info
trans = mne.read_trans(data + "/sample/MEG/sample_audvis_trunc-trans.fif")
heads = data + "/sample/subjects/sample/bem/"
src = mne.read_source_spaces(data + "/sample/small-src.fif.gz")
for space in src:
    space["rr"][:] *= 1000.0  # the file has a thousandth
# The places at which a search ends follow rounding: both get the same.
def same(sphere):
    sphere["mu"] = np.array([0.9448371460468897, 0.667745300262057, -0.2920116174497071])
    sphere["lambda"] = np.array([0.4147418970735669, 2.0718007608829447, -0.030877195325551533])
    return sphere
def keep(name, fwd):
    found[name] = np.asarray(fwd["sol"]["data"], float)
    for key in ("source_rr", "source_nn"):
        found[f"{name} {key}"] = np.asarray(fwd[key], float)
    for key in ("source_ori", "coord_frame", "nsource", "nchan", "surf_ori", "_orig_source_ori"):
        found[f"{name} {key}"] = np.array([float(fwd[key])])
    for k, space in enumerate(fwd["src"]):
        found[f"{name} vertices {k}"] = np.asarray(space["vertno"], float)
    found[f"{name} words"] = np.array([float(sum(map(ord, "".join([repr(fwd), *fwd["sol"]["row_names"],
                                                                   *fwd["info"]["ch_names"]]))))])
"""
LEAD_FIELDS = (
    HEAD
    + """
sphere = same(mne.make_sphere_model())
small = mne.make_sphere_model(r0=(0, 0.01, 0.05), head_radius=None)
layers = mne.read_bem_solution(heads + "sample-320-320-320-bem-sol.fif")
brain = mne.read_bem_solution(heads + "sample-1280-bem-sol.fif")
keep("sphere", mne.make_forward_solution(info, trans, src, sphere))
keep("sphere, far", mne.make_forward_solution(info, trans, src, sphere, mindist=12.0))
keep("no layers", mne.make_forward_solution(info, trans, src, small, eeg=False))
keep("three layers", mne.make_forward_solution(info, trans, src, layers))
keep("three layers, far", mne.make_forward_solution(info, trans, src, layers, mindist=5.0, meg=False))
keep("one layer", mne.make_forward_solution(info, trans, src, brain, eeg=False))
np.savez(out, **found)
"""
)


def _apart(ours, theirs):
    """Of every array, the largest distance between columns over the size of theirs."""
    apart = {}
    for name in theirs.keys() | ours.keys():
        a, b = ours[name], theirs[name]
        assert a.shape == b.shape, name
        gain = b.ndim == 2 and "source" not in name
        size = np.linalg.norm(b, axis=0) if gain else max(np.abs(b).max(initial=0), 1e-300)
        distance = np.linalg.norm(a - b, axis=0) if gain else np.abs(a - b).max(initial=0)
        apart[name] = float(np.max(distance / np.where(size > 0, size, 1)))
    return apart


def _arrays(path):
    with np.load(path) as file:
        return {name: file[name] for name in file.files}


def _compared(script, tmp_path, tolerance):
    ours, theirs = both(script, tmp_path)
    apart = _apart(ours, theirs)
    assert not {name: d for name, d in apart.items() if not d < tolerance}


def test_lead_fields_of_spheres_and_compartments_are_mne_s(tmp_path):
    # 1e-12 for those; matrices of trans files have single precision, and their inverse is ours or LAPACK's
    _compared(LEAD_FIELDS, tmp_path, 1e-9)


SOLUTIONS = (
    HEAD
    + """
for name in ("sample-1280-bem.fif", "sample-320-320-320-bem.fif"):
    bem = mne.make_bem_solution(mne.read_bem_surfaces(heads + name))
    found[name] = np.asarray(bem["solution"])
    found[name + " words"] = np.array([float(sum(map(ord, repr(bem))))])
np.savez(out, **found)
"""
)


def test_solutions_of_boundary_elements_are_mne_s(tmp_path):
    _compared(SOLUTIONS, tmp_path, 1e-10)


CONVERTED = (
    HEAD
    + """
fwd = mne.make_forward_solution(info, trans, src, same(mne.make_sphere_model()))
keep("fixed", mne.convert_forward_solution(fwd, force_fixed=True, use_cps=True))
keep("fixed, no patches", mne.convert_forward_solution(fwd, force_fixed=True, use_cps=False))
turned = mne.convert_forward_solution(fwd, surf_ori=True)
# Directions across the surface are anybody's: powers across it, and what is along it.
g = np.asarray(turned["sol"]["data"])
found["across"] = g[:, 0::3] ** 2 + g[:, 1::3] ** 2
found["along"] = g[:, 2::3]
found["normals source"] = np.asarray(turned["source_nn"])[2::3]
keep("back", mne.convert_forward_solution(turned, surf_ori=False))
keep("picked", mne.convert_forward_solution(fwd.copy().pick_channels(["EEG 001", "MEG 0113"])))
keep("ordered", fwd.copy().pick_channels(["EEG 001", "MEG 0113"], ordered=True))
keep("mean", mne.average_forward_solutions([fwd, mne.make_forward_solution(info, trans, src, same(mne.make_sphere_model(
    r0=(0, 0, 0.045))))], weights=[1.0, 2.0]))
np.savez(out, **found)
"""
)


def test_converted_picked_and_averaged_solutions_are_mne_s(tmp_path):
    _compared(CONVERTED, tmp_path, 3e-7)  # there fixed orientations have single precision


COILS = (
    HEAD
    + """
numbers = [2, 2000, 3012, 3013, 3014, 3015, 3022, 3023, 3024, 3025, 4001, 4002, 4003, 4004, 4005, 5001, 5002, 5003, 5004,
           6001, 7001, 7002, 7003, 7004, 7501, 7502, 7503, 8001, 8002, 8101, 8201, 9001, 9101, 9102]
rng = np.random.default_rng(0)
own = mne.create_info([f"{n}" for n in numbers], 100.0, "mag")
for ch, number in zip(own["chs"], numbers):
    axes = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    place = rng.normal(size=3) * [1, 1, 0.3] + [0, 0, 0.5]
    ch["loc"][:] = np.r_[0.14 * place / np.linalg.norm(place), axes.ravel()]
    ch["coil_type"] = number
own["dev_head_t"] = info["dev_head_t"]
fwd = mne.make_forward_solution(own, trans, src, mne.make_sphere_model(head_radius=None))
found["coils"] = np.asarray(fwd["sol"]["data"]).T  # by coils
np.savez(out, **found)
"""
)


def test_every_coil_of_the_table_is_integrated_as_mne_does(tmp_path):
    _compared(COILS, tmp_path, 1e-10)


WRITE = """
import os, sys, warnings
import PACKAGE as mne
warnings.simplefilter("ignore")
data = os.environ["RANVIER_DATA"]
info = mne.read_evokeds(data + "/sample/test-ave.fif.gz", 0).info
src = mne.read_source_spaces(data + "/sample/small-src.fif.gz")
for space in src:
    space["rr"][:] *= 1000.0  # the file has a thousandth
sphere = mne.make_sphere_model()
fwd = mne.make_forward_solution(info, data + "/sample/MEG/sample_audvis_trunc-trans.fif", src, sphere)
mne.write_forward_solution("a-fwd.fif", mne.convert_forward_solution(fwd, surf_ori=True), overwrite=True)
fwd.save("b-fwd.fif.gz", overwrite=True)
"""
READ = (
    HEAD
    + """
keep("a", mne.read_forward_solution("a-fwd.fif"))
keep("b", mne.read_forward_solution("b-fwd.fif.gz"))
keep("some", mne.read_forward_solution("a-fwd.fif", include=["EEG 003", "MEG 0113", "MEG 0112"], exclude=["MEG 0112"]))
np.savez(out, **found)
"""
)


def test_files_are_read_by_mne_with_the_same_numbers_and_back(tmp_path):
    environment = {**os.environ, "RANVIER_DATA": str(data_folder()), "MNE_LOGGING_LEVEL": "ERROR"}
    for writer, package in ((sys.executable, "ranvier.meeg"), (peer_python(), "mne")):
        subprocess.run([writer, "-c", WRITE.replace("PACKAGE", package)], cwd=tmp_path, env=environment, check=True)
        found = []
        for reader, name in ((sys.executable, "ranvier.meeg"), (peer_python(), "mne")):
            (tmp_path / "read.py").write_text(READ.replace("ranvier.meeg", name))
            out = tmp_path / f"{name}.npz"
            subprocess.run([reader, "read.py", "--out", str(out)], cwd=tmp_path, env=environment, check=True)
            found.append(_arrays(out))
        apart = _apart(*found)
        assert not {name: d for name, d in apart.items() if not d < 1e-12}


PRIORS = (
    HEAD
    + """
compute_depth_prior, compute_orient_prior = mne.forward.compute_depth_prior, mne.forward.compute_orient_prior
fwd = mne.make_forward_solution(info, trans, src, same(mne.make_sphere_model()))
chosen = mne.pick_info(info, [k for k, name in enumerate(info["ch_names"]) if name in fwd.ch_names])
turned, fixed = mne.convert_forward_solution(fwd, surf_ori=True), mne.convert_forward_solution(fwd, force_fixed=True)
cov = mne.read_cov(data + "/sample/MEG/sample_audvis_trunc-cov.fif")
good = [name for name in turned.ch_names if name not in info["bads"]]
some = turned.copy().pick_channels([name for name in cov["names"] if name in good], ordered=True)
some_info = mne.pick_info(info, [info["ch_names"].index(name) for name in some["sol"]["row_names"]])
for name, forward, about, arguments in (
        ("usual", turned, chosen, dict(limit_depth_chs=True)), ("all", turned, chosen, {}), ("fixed", fixed, chosen, {}),
        ("fro", turned, chosen, dict(combine_xyz="fro", limit=None)),
        ("fixed usual", fixed, chosen, dict(limit_depth_chs=True, exp=0.5, limit=3.0)),
        ("white", some, some_info, dict(limit_depth_chs="whiten", noise_cov=cov, limit=None, combine_xyz="fro"))):
    found[name] = np.atleast_1d(compute_depth_prior(forward, about, **arguments))
found["loose"] = compute_orient_prior(turned)
found["looser"] = compute_orient_prior(turned, loose=0.7)
found["fixed loose"] = compute_orient_prior(fixed, loose=0.0)
np.savez(out, **found)
"""
)


def test_priors_of_depth_and_orientation_are_mne_s(tmp_path):
    _compared(PRIORS, tmp_path, 3e-7)


ANALYTIC = (
    HEAD
    + """
def surface(path, number, sigma):
    lines = open(path).read().split("\\n")
    n = int(lines[0].split()[1])
    rr = np.array([line.split()[:3] for line in lines[1 : n + 1]], float)
    tris = np.array([line.split()[:3] for line in lines[n + 2 :] if line.split()], int)
    a, b, c = (rr[tris[:, k]] for k in range(3))
    if (np.cross(b - a, c - a) * (a + b + c)).sum() < 0:
        tris = tris[:, [1, 0, 2]]
    extra = dict(np=len(rr), ntri=len(tris)) if mne.__name__ == "mne" else {}
    return dict(id=number, sigma=sigma, coord_frame=5, rr=rr, tris=tris, **extra)
folder = data + "/openmeeg_ref/"
for k in (1, 2, 3):
    head = f"{folder}data/Head{k}/"
    bem = mne.make_bem_solution([surface(f"{head}{name}.{k}.tri", number, sigma) for name, number, sigma in
                                 (("scalp", 4, 1.0), ("skull", 3, 0.0125), ("cortex", 1, 1.0))])
    dipoles = np.loadtxt(f"{head}Head{k}.dip", ndmin=2)
    strength = np.linalg.norm(dipoles[:, 3:], axis=1)
    pos = dict(rr=dipoles[:, :3], nn=dipoles[:, 3:] / strength[:, None])
    if mne.__name__ == "mne":
        space = mne.setup_volume_source_space(pos=pos)
    else:
        space = mne.SourceSpaces([dict(type="discrete", coord_frame=5, inuse=np.ones(len(dipoles), int), **pos)])
    lines = open(f"{head}Head{k}.patches").read().split("\\n")
    places = np.array([line.split()[-3:] for line in lines if line.split()], float)
    caps = mne.create_info([f"E{n}" for n in range(len(places))], 100.0, "eeg")
    for ch, place in zip(caps["chs"], places):
        ch["loc"][:] = np.r_[place, np.zeros(9)]
    fwd = mne.convert_forward_solution(mne.make_forward_solution(caps, mne.Transform("head", "mri"), space, bem, meg=False),
                                       force_fixed=True)
    true = np.loadtxt(f"{folder}tests/analytic/eeg_head{k}_analytic.txt", ndmin=2)
    true = (true / strength)[:, fwd["src"][0]["vertno"]]
    true, made = (x - x.mean(0) for x in (true, np.asarray(fwd["sol"]["data"], float)))
    sizes = [np.linalg.norm(x, axis=0) for x in (made, true)]
    found[f"RDM {k}"] = np.linalg.norm(made / sizes[0] - true / sizes[1], axis=0)
    found[f"MAG {k}"] = np.abs(sizes[0] / sizes[1] - 1)
np.savez(out, **found)
"""
)


def test_analytic_heads_are_met_as_well_as_mne_meets_them(tmp_path):
    ours, theirs = both(ANALYTIC, tmp_path)
    for name, reference in theirs.items():
        print(name, "ours", ours[name].round(4), "MNE-Python", reference.round(4))
        assert ours[name].shape == reference.shape
        assert (ours[name] <= reference + 1e-6).all()  # which has columns of single precision
    assert ours["RDM 3"][:3].max() < 0.05  # of the finest head, not near the skull


SENSITIVITY = (
    HEAD
    + """
fwd = mne.make_forward_solution(info, trans, src, same(mne.make_sphere_model()))
projs = mne.read_proj(data + "/sample/MEG/sample_audvis_eog-proj.fif")
for ch_type in ("grad", "mag", "eeg"):
    for mode in ("fixed", "free", "ratio", "radiality", "angle", "remaining", "dampening"):
        stc = mne.sensitivity_map(fwd, projs=projs, ch_type=ch_type, mode=mode, exclude="bads")
        found[f"{ch_type} {mode}"] = np.ravel(stc.data).astype(float)
found["no projections"] = np.ravel(mne.sensitivity_map(fwd, ch_type="mag").data).astype(float)
found["places"] = np.concatenate(stc.vertices).astype(float)
np.savez(out, **found)
"""
)


def test_sensitivity_maps_are_mne_s(tmp_path):
    _compared(SENSITIVITY, tmp_path, 1e-8)
