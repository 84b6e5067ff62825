"""Labels that grow, graphs of neighbours, and surfaces of other files, beside MNE-Python's."""

from peers import both, differences
from test_anatomy import HEAD
from test_labels import LABEL, nibabel  # noqa: F401
from test_volumes import WORDS

CODE = (
    HEAD
    + LABEL
    + WORDS
    + """
import gzip, pathlib
subjects = data + "/freesurfer_subject"
for overlap in (True, False):
    grown = mne.grow_labels("sample_ecog", [10, [500, 5000], 9000], [10.0, 15.0, 20.0], [0, 1, 0], subjects, overlap=overlap, names=["a", "b-rh", "c"])
    # MNE-Python goes through hemispheres in the order of a set, which is another each time, and colours follow it.
    for k, label in enumerate(sorted(grown, key=lambda label: label.name)):
        label.color = label.color if overlap else (1.0, 0.0, 0.0, 1.0)
        keep_label(f"grown {overlap} {k}", label)
grown = sorted(grown, key=lambda label: label.name)
for k, label in enumerate(mne.random_parcellation("sample_ecog", 8, "lh", subjects, random_state=3)):
    keep_label(f"parcel {k}", label)
src = mne.setup_source_space("sample_ecog", "oct4", subjects_dir=subjects, add_dist=True)
def keep_graph(name, graph):
    graph = graph.tocsr()
    graph.sum_duplicates()
    found[name], found[name + " where"] = graph.data.astype(int), graph.indices.astype(int)
    found[name + " rows"] = graph.indptr.astype(int)
keep_graph("of triangles", mne.spatial_src_adjacency(src))
keep_graph("in time", mne.spatio_temporal_src_adjacency(src, 3))
keep_graph("within", mne.spatial_src_adjacency(src, dist=0.015))
keep_graph("within in time", mne.spatio_temporal_dist_adjacency(src, 2, 0.02))
keep_graph("across", mne.spatial_inter_hemi_adjacency(src, 0.02))
keep_graph("triangles", mne.spatio_temporal_tris_adjacency(mne.grade_to_tris(2), 2))
keep_graph("some triangles", mne.spatial_tris_adjacency(np.array([[5, 7, 9], [7, 9, 11]]), remap_vertices=True))
volume = mne.setup_volume_source_space(None, pos=15.0, mri=data + "/sample/subjects/sample/mri/T1.mgz", add_interpolator=False)
keep_graph("volume", mne.spatio_temporal_src_adjacency(volume, 2))
keep_graph("edges", mne.surface.mesh_edges(src[0]["tris"]))
lengths = mne.surface.mesh_dist(src[0]["tris"], src[0]["rr"])
found["lengths"] = lengths.data
whole = mne.surface.complete_surface_info(dict(rr=src[0]["rr"], tris=src[0]["tris"]), do_neighbor_vert=True)
for key in ("nn", "tri_area", "tri_cent", "tri_nn"):
    found[key] = whole[key]
for key in ("neighbor_vert", "neighbor_tri"):
    found[key] = np.concatenate([np.r_[len(each), np.asarray(each, int)] for each in whole[key]])
labels = mne.read_labels_from_annot("sample_ecog", "aparc", subjects_dir=subjects)[:6] if os.path.exists(subjects + "/sample_ecog/label/lh.aparc.annot") else grown
values = np.arange(2.0 * len(labels)).reshape(-1, 2)
for name, stc in (("plain", mne.labels_to_stc(labels, values, 0.1, 0.2)), ("src", mne.labels_to_stc(labels, values, src=src))):
    found[f"{name} data"], found[f"{name} vertices"] = stc.data, np.concatenate(stc.vertices)
stc = mne.SourceEstimate(np.zeros((sum(s["nuse"] for s in src), 2)), [s["vertno"] for s in src], 0, 1, "sample_ecog")
stc.data[[3, 4, 5, 60, 61, 200]] = np.arange(1.0, 13).reshape(6, 2)
for smooth in (True, False):
    for k, label in enumerate(mne.stc_to_label(stc, src, smooth=smooth)):
        if label is not None:
            keep_label(f"of estimate {smooth} {k}", label)
    for side, parts in enumerate(mne.stc_to_label(stc, src, smooth=smooth, connected=True)):
        for k, label in enumerate(parts):
            keep_label(f"part {smooth} {side} {k}", label)
others, turn = pathlib.Path(out + "-subjects"), mne.transforms.rotation3d(0.02, 0.05, -0.03)
for hemi in ("lh", "rh"):
    rr, tris = mne.read_surface(f"{subjects}/sample_ecog/surf/{hemi}.sphere")
    for subject, points in (("sample_ecog", rr), ("other", rr @ turn.T)):
        (others / subject / "surf").mkdir(parents=True, exist_ok=True)
        mne.write_surface(others / subject / "surf" / f"{hemi}.sphere.reg", points, tris)
        os.symlink(f"{subjects}/sample_ecog/surf/{hemi}.white", others / subject / "surf" / f"{hemi}.white")
moved = mne.morph_source_spaces(src, "other", subjects_dir=others)
for k, space in enumerate(moved):
    keep(f"moved {k}", space, "id np ntri coord_frame rr nn nuse inuse vertno tris use_tris subject_his_id")
for k, surface in enumerate(mne.source_space.get_decimated_surfaces(src)):
    found[f"decimated {k}"], found[f"decimated {k} tris"] = surface["rr"], np.asarray(surface["tris"], int)
rr, tris = mne.read_tri(data + "/sample/subjects/sample/bem/inner_skull.tri")
found["tri"], found["tri tris"] = rr, np.asarray(tris, int)
np.savez(out, **found)
"""
)


def test_labels_that_grow_and_graphs_are_those_of_mne(tmp_path):
    apart = differences(*both(CODE, tmp_path))
    # Normals come from surfaces in mm, and where they nearly cancel it shows.
    assert not {name: d for name, d in apart.items() if not d < (1e-10 if name.endswith("nn") else 1e-12)}


GIFTI = """
import argparse, os
import numpy as np
parser = argparse.ArgumentParser(); parser.add_argument("--out"); out = parser.parse_args().out
import ranvier.meeg as mne
folder, found = os.environ["RANVIER_DATA"] + "/fsaverage/fsaverage5", {}
if mne.__name__ == "mne":
    import nibabel
    def read(path): return nibabel.load(path).agg_data(("pointset", "triangle"))
else:
    read = mne.read_surface
for name in ("white_left", "pial_right", "sphere_left", "infl_right"):
    rr, tris = read(f"{folder}/{name}.gii.gz")
    found[name], found[name + " tris"] = np.asarray(rr, float), np.asarray(tris, int)
np.savez(out, **found)
"""


def test_gifti_surfaces_are_those_that_nibabel_reads(tmp_path):
    apart = differences(*both(GIFTI, tmp_path))
    assert not {name: d for name, d in apart.items() if d > 0}
