"""Source spaces that are made, beside MNE-Python's."""

from peers import both, differences
from test_anatomy import HEAD
from test_labels import nibabel  # noqa: F401

CODE = (
    HEAD
    + """
subjects = data + "/freesurfer_subject"
for spacing in ("oct5", "ico4", "ico5", 7, 2, "all"):
    src = mne.setup_source_space("sample_ecog", spacing, subjects_dir=subjects, add_dist=False)
    for k, space in enumerate(src):
        keep(f"{spacing} {k}", space, "id np ntri coord_frame rr nn nuse inuse vertno tris subject_his_id dist nearest")
        if spacing not in (7, 2, "all"):
            keep(f"{spacing} {k}", space, "nuse_tri use_tris")
src = mne.setup_source_space("sample_ecog", "oct4", subjects_dir=subjects, add_dist="patch")
for k, space in enumerate(src):
    keep(f"patch {k}", space, "nearest nearest_dist pinfo patch_inds")
label = mne.Label(src[0]["vertno"][10:40], hemi="lh", subject="sample_ecog").fill(src, "filled")
found["filled"], found["filled pos"] = np.asarray(label.vertices, int), np.asarray(label.pos, float)
src = mne.setup_source_space("sample_ecog", "oct3", subjects_dir=subjects, add_dist=True)
for k, space in enumerate(src):
    keep(f"all {k}", space, "nearest nearest_dist dist")
mne.add_source_space_distances(src, dist_limit=0.03)
for k, space in enumerate(src):
    keep(f"near {k}", space, "dist")
np.savez(out, **found)
"""
)


def test_sources_on_the_cortex_are_where_mne_puts_them(tmp_path):
    apart = differences(*both(CODE, tmp_path))
    # Distances are single precision there; normals come from surfaces in mm, and where they nearly cancel it shows.
    bar = {name: 1e-6 if "dist" in name else 1e-10 if name.endswith("nn") else 1e-12 for name in apart}
    assert not {name: d for name, d in apart.items() if not d < bar[name]}


MODEL = (
    HEAD
    + """
subjects = data + "/freesurfer_subject"
for name, words in (("three", dict(ico=3)), ("whole", dict(ico=None, conductivity=0.3)), ("one", dict(conductivity=[0.4]))):
    for k, surface in enumerate(mne.make_bem_model("sample_ecog", subjects_dir=subjects, **words)):
        keep(f"{name} {k}", surface, "id sigma np ntri coord_frame rr tris")
head = mne.get_head_surf("sample_ecog", subjects_dir=subjects, on_defects="ignore")
keep("head", head, "id rr nn tris tri_area")
np.savez(out, **found)
"""
)


def test_shells_of_heads_are_those_of_mne(tmp_path):
    apart = differences(*both(MODEL, tmp_path))
    assert not {name: d for name, d in apart.items() if not d < 1e-12}
