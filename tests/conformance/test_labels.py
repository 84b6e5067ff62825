"""FreeSurfer's surfaces and labels beside MNE-Python's."""

import subprocess

import pytest
from peers import both, differences, peer_python
from test_anatomy import HEAD


@pytest.fixture(autouse=True)
def nibabel():
    """MNE-Python reads FreeSurfer's files with it."""
    if subprocess.run([peer_python(), "-c", "import nibabel"], capture_output=True).returncode:
        pytest.skip("the peers' environment lacks nibabel (make peers)")


LABEL = """
def keep_label(name, label):
    found[name + " vertices"], found[name + " pos"] = np.asarray(label.vertices, int), np.asarray(label.pos, float)
    found[name + " values"] = np.asarray(label.values, float)
    words = f"{label.name} {label.hemi} {label.comment} {label.subject}"
    found[name + " words"] = np.array([ord(letter) for letter in words])
    found[name + " color"] = np.array(label.color if label.color is not None else [], float)
"""
CODE = (
    HEAD
    + LABEL
    + """
subjects = data + "/freesurfer_subject"
heads = subjects + "/sample_ecog"
for name in ("surf/lh.white", "surf/rh.sphere", "bem/inner_skull.surf"):
    rr, tris, info = mne.read_surface(heads + "/" + name, read_metadata=True)
    found[name], found[name + " tris"] = rr, np.asarray(tris, int)
    for key in ("head", "volume", "voxelsize", "xras", "yras", "zras", "cras"):
        if key in info:
            found[f"{name} {key}"] = np.asarray(info[key], float)
    written = out + os.path.basename(name)
    mne.write_surface(written, rr, tris, "a stamp", {k: v for k, v in info.items() if k != "create_stamp"} or None)
    found[name + " bytes"] = np.fromfile(written, np.uint8)
mne.write_surface(out + "a.obj", rr[:5], np.array([[0, 1, 2], [2, 3, 4]]))
found["obj"], found["obj tris"] = mne.read_surface(out + "a.obj")
found["obj tris"] = np.asarray(found["obj tris"], int)
found["curv"] = mne.surface.read_curvature(heads + "/surf/lh.curv", binary=False).astype(float)
found["sulc"] = mne.surface.read_curvature(heads + "/surf/rh.sulc")

labels = {}
for name in ("lateraloccipital-lh", "pericalcarine-rh", "cuneus-lh", "cuneus-rh"):
    path = data + f"/sample/subjects/sample/label/aparc/{name}.label"
    labels[name] = mne.read_label(path, subject="sample", color=("red", "blue", (0.2, 0.9, 0.4, 0.5), "green")[len(labels)])
    keep_label(name, labels[name])
v1 = mne.read_label(data + "/sample/subjects/sample/label/lh.V1.label", subject="sample")
keep_label("v1", v1)
lateral, cuneus = labels["lateraloccipital-lh"], labels["cuneus-lh"]
for label in labels.values():
    label.pos[:] = 0.0
v1.pos[:] = 0.0
keep_label("sum", lateral + cuneus)
keep_label("sum of overlapping", lateral + v1)
keep_label("sum without colour", v1 + cuneus)
keep_label("difference", cuneus - v1)
keep_label("difference of hemispheres", cuneus - labels["cuneus-rh"])
both = lateral + labels["pericalcarine-rh"] + cuneus
keep_label("both lh", both.lh)
keep_label("both rh", both.rh)
found["both"] = np.r_[len(both), both.color]
keep_label("both less", both - labels["pericalcarine-rh"])
src = mne.read_source_spaces(data + "/sample/small-src.fif.gz")
used = lateral.restrict(src)
keep_label("restricted", used)
if src[0]["nearest"] is not None:
    keep_label("filled", used.fill(src, "all of it"))
written = [cuneus - v1, v1, labels["cuneus-rh"]]
for label, color in zip(written, (None, (0.1, 0.2, 0.3, 1.0), None)):
    label.color = color
for hemi in ("lh", "rh"):
    name = os.path.join(os.path.dirname(out), f"{hemi}.{os.path.basename(out)}.annot")
    mne.write_labels_to_annot(written, annot_fname=name)
    found["annot " + hemi] = np.fromfile(name, np.uint8)
mne.write_label(out + "a", cuneus)
found["label file"] = np.fromfile(out + "a-lh.label", np.uint8)
np.savez(out, **found)
"""
)


def test_surfaces_and_labels_are_those_of_mne(tmp_path):
    apart = differences(*both(CODE, tmp_path))
    assert not {name: d for name, d in apart.items() if not d < 1e-12}


ANNOTATION = (
    HEAD
    + LABEL
    + """
import shutil
folder = os.path.dirname(out) + "/" + os.path.basename(out) + "-subjects"
os.makedirs(folder + "/fs/label"); os.makedirs(folder + "/fs/surf")
for hemi in ("lh", "rh"):
    shutil.copy(data + f"/fsaverage/label/{hemi}.aparc.annot", folder + "/fs/label")
    n = int(np.fromfile(folder + f"/fs/label/{hemi}.aparc.annot", ">i4", 1)[0])
    rr = np.random.default_rng(0).normal(size=(n, 3))
    mne.write_surface(folder + f"/fs/surf/{hemi}.white", rr, np.array([[0, 1, 2]]))
for name, words in (("all", {}), ("some", dict(regexp="temporal")), ("right", dict(hemi="rh", regexp="bank.*"))):
    labels = mne.read_labels_from_annot("fs", subjects_dir=folder, **words)
    found[name] = np.array([len(label) for label in labels])
    keep_label(name + " first", labels[0])
    keep_label(name + " last", labels[-1])
mne.write_labels_to_annot(mne.read_labels_from_annot("fs", subjects_dir=folder), "fs", "again", subjects_dir=folder)
for hemi in ("lh", "rh"):
    found["bytes " + hemi] = np.fromfile(folder + f"/fs/label/{hemi}.again.annot", np.uint8)
np.savez(out, **found)
"""
)


def test_parcellations_are_those_of_mne(tmp_path):
    apart = differences(*both(ANNOTATION, tmp_path))
    assert not {name: d for name, d in apart.items() if not d < 1e-12}
