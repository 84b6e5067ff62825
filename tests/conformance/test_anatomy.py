"""Surfaces, source spaces and heads of compartments beside MNE-Python's, read from files and written to them."""

import os
import subprocess
import sys

import numpy as np
from peers import both, data_folder, differences, peer_python

HEAD = """
import argparse, os, warnings
os.environ["OPENBLAS_NUM_THREADS"] = "1"
import numpy as np
import ranvier.meeg as mne
warnings.simplefilter("ignore")
parser = argparse.ArgumentParser(); parser.add_argument("--out"); out = parser.parse_args().out
data, found = os.environ["RANVIER_DATA"], {}
def keep(name, thing, keys):
    for key in keys.split():
        value = thing.get(key)
        if value is None or isinstance(value, str):
            found[f"{name} {key}"] = np.array([0.0 if value is None else float(sum(map(ord, value)))])
        elif key in ("pinfo", "neighbor_vert"):
            found[f"{name} {key}"] = np.concatenate([np.r_[len(each), each] for each in value]).astype(int)
        elif key in ("dist", "interpolator"):
            dense = value.tocsr()
            dense.sort_indices()
            found[f"{name} {key}"], found[f"{name} {key} where"] = dense.data.astype(float), dense.indices.astype(int)
            found[f"{name} {key} rows"] = dense.indptr.astype(int)
        elif key.endswith("_t"):
            found[f"{name} {key}"] = np.r_[value["from"], value["to"], value["trans"].ravel()].astype(float)
        elif np.size(value) == 1:
            found[f"{name} {key}"] = np.ravel(np.asarray(value, float))
        else:
            found[f"{name} {key}"] = np.asarray(value, float if np.asarray(value).dtype.kind == "f" else int)
def keep_space(name, src):
    for k, space in enumerate(src):
        keep(f"{name} {k}", space, "id np ntri coord_frame rr nn nuse inuse vertno nuse_tri nearest nearest_dist patch_inds dist "
             "dist_limit subject_his_id" + (" tris use_tris" if space["type"] == "surf" else ""))
        if space["nearest"] is not None:
            keep(f"{name} {k}", space, "pinfo")
        if space["type"] == "vol":
            keep(f"{name} {k}", space, "shape src_mri_t vox_mri_t mri_ras_t mri_file mri_width mri_height mri_depth "
                 "neighbor_vert")
"""
READ = (
    HEAD
    + """
keep_space("small", mne.read_source_spaces(data + "/sample/small-src.fif.gz"))
keep_space("volume", mne.read_source_spaces(data + "/fsaverage/fsaverage-vol7-nointerp-src.fif.gz"))
heads = data + "/sample/subjects/sample/bem/"
for name in ("sample-1280-bem.fif", "sample-320-320-320-bem.fif", "sample-head.fif"):
    for k, surface in enumerate(mne.read_bem_surfaces(heads + name, patch_stats=True, on_defects="ignore")):
        keep(f"{name} {k}", surface, "id sigma np ntri coord_frame rr nn tris tri_area tri_cent tri_nn")
for name in ("sample-1280-bem-sol.fif", "sample-320-320-320-bem-sol.fif"):
    bem = mne.read_bem_solution(heads + name)
    keep(name, bem, "solution bem_method nsol sigma source_mult field_mult gamma")
for k, trans in enumerate(mne.read_trans(data + "/fsaverage/fsaverage-trans.fif", return_all=True)):
    keep(f"trans {k}", dict(trans_t=trans), "trans_t")
np.savez(out, **found)
"""
)


def test_what_files_hold_is_what_mne_reads(tmp_path):
    apart = differences(*both(READ, tmp_path))
    assert not {name: d for name, d in apart.items() if not d < 1e-12}


WRITE = """
import sys, os
import ranvier.meeg as mne
data = os.environ["RANVIER_DATA"]
mne.read_source_spaces(data + "/sample/small-src.fif.gz").save("small-src.fif", overwrite=True)
mne.read_source_spaces(data + "/fsaverage/fsaverage-vol7-nointerp-src.fif.gz").save("volume-src.fif", overwrite=True)
heads = data + "/sample/subjects/sample/bem/"
mne.write_bem_surfaces("a-bem.fif", mne.read_bem_surfaces(heads + "sample-320-320-320-bem.fif"))
mne.write_bem_solution("a-bem-sol.fif", mne.read_bem_solution(heads + "sample-320-320-320-bem-sol.fif"))
mne.write_trans("a-trans.fif", mne.read_trans(data + "/fsaverage/fsaverage-trans.fif"))
"""
READ_BACK = (
    HEAD.replace("import ranvier.meeg as mne", "import mne")
    + """
for k, folder in enumerate((out.rpartition("/")[0] + "/", None)):
    names = ["small-src.fif", "volume-src.fif", "a-bem.fif", "a-bem-sol.fif", "a-trans.fif"]
    if folder is None:
        heads = data + "/sample/subjects/sample/bem/"
        names = [data + "/sample/small-src.fif.gz", data + "/fsaverage/fsaverage-vol7-nointerp-src.fif.gz",
                 heads + "sample-320-320-320-bem.fif", heads + "sample-320-320-320-bem-sol.fif",
                 data + "/fsaverage/fsaverage-trans.fif"]
    small, volume, surfaces, solution, trans = [(folder or "") + name for name in names]
    keep_space(f"{k} small", mne.read_source_spaces(small))
    keep_space(f"{k} volume", mne.read_source_spaces(volume))
    for n, surface in enumerate(mne.read_bem_surfaces(surfaces)):
        keep(f"{k} {n}", surface, "id sigma np ntri coord_frame rr nn tris")
    keep(f"{k}", mne.read_bem_solution(solution), "solution")
    keep(f"{k}", dict(trans_t=mne.read_trans(trans)), "trans_t")
np.savez(out, **found)
"""
)


def test_what_we_write_is_read_by_mne_with_the_same_numbers(tmp_path):
    environment = {**os.environ, "RANVIER_DATA": str(data_folder()), "MNE_LOGGING_LEVEL": "ERROR"}
    subprocess.run([sys.executable, "-c", WRITE], cwd=tmp_path, env=environment, check=True)
    (tmp_path / "back.py").write_text(READ_BACK)
    out = tmp_path / "back.npz"
    subprocess.run([peer_python(), "back.py", "--out", str(out)], cwd=tmp_path, env=environment, check=True)
    with np.load(out) as file:
        found = {name: file[name] for name in file.files}
    ours = {name[2:]: value for name, value in found.items() if name.startswith("0 ")}
    theirs = {name[2:]: value for name, value in found.items() if name.startswith("1 ")}
    # Normals that a file lacked are written too, in single precision.
    assert not {
        name: d for name, d in differences(ours, theirs).items() if not d < (1e-6 if name.endswith("nn") else 1e-12)
    }
