"""Volumes of sources, what FreeSurfer says of a subject, and transforms, beside MNE-Python's."""

from peers import both, differences
from test_anatomy import HEAD
from test_labels import nibabel  # noqa: F401

WORDS = """
def word(text): return float(sum((k + 1) * ord(c) for k, c in enumerate(text)))
"""
CODE = (
    HEAD
    + WORDS
    + """
subjects = data + "/sample/subjects"
bem = subjects + "/sample/bem"
def keep_volume(name, src):
    for k, space in enumerate(src):
        keep(f"{name} {k}", space, "id np coord_frame rr nn nuse inuse vertno src_mri_t")
        found[f"{name} {k} kind"] = np.array([word(space["type"]), word(space.get("seg_name", ""))])
        for key in ("shape", "mri_width", "mri_height", "mri_depth", "vox_mri_t", "mri_ras_t"):
            if key in space:
                keep(f"{name} {k}", space, key)
        if "interpolator" in space and space["interpolator"] is not None:
            # Of sources that are used: others have no values, and theirs hang on weights of the size of rounding.
            matrix, random = space["interpolator"][:, space["vertno"]], np.random.default_rng(0)
            found[f"{name} {k} shown"] = matrix @ random.normal(size=matrix.shape[1])
            found[f"{name} {k} summed"] = matrix.T @ random.normal(size=matrix.shape[0])
make = mne.setup_volume_source_space
keep_volume("head", make("sample", pos=10.0, subjects_dir=subjects))
keep_volume("skull", make("sample", pos=7.5, subjects_dir=subjects, bem=bem + "/sample-1280-bem.fif", mindist=3.0, exclude=20.0))
names = ["Left-Amygdala", "Right-Cerebellum-Cortex", "Brain-Stem"]
keep_volume("regions", make("sample", pos=6.0, subjects_dir=subjects, volume_label=names, sphere=(0, 0, 20, 100), sphere_units="mm"))
keep_volume("single", make("sample", pos=6.0, subjects_dir=subjects, mri="aseg.mgz", volume_label=dict(a=18, b=47), single_volume=True))
keep_volume("surface", make("sample", pos=6.0, subjects_dir=subjects, surface=bem + "/inner_skull.surf", mindist=2.0, add_interpolator=False))
own = make(pos=dict(rr=np.eye(3) * 0.05, nn=np.eye(3) * 2.0))
found["own"] = np.concatenate([own[0]["rr"], own[0]["nn"]])
keep_volume("unseen", make(pos=20.0))
src = make("sample", pos=10.0, subjects_dir=subjects)
mixed = own + src
found["kinds"] = np.array([word(own.kind), word(src.kind)])
src.save(out + "-src.fif", overwrite=True)
keep_volume("again", mne.read_source_spaces(out + "-src.fif"))
np.savez(out, **found)
"""
)


def test_sources_in_volumes_are_where_mne_puts_them(tmp_path):
    apart = differences(*both(CODE, tmp_path))
    # Files have single precision.
    assert not {name: d for name, d in apart.items() if not d < (1e-6 if name.startswith("again") else 1e-12)}


SUBJECT = (
    HEAD
    + WORDS
    + """
import pathlib
subjects, t = data + "/sample/subjects", mne.transforms
folder = pathlib.Path(out + "-subjects")
(folder / "x").mkdir(parents=True)
os.symlink(subjects + "/sample/mri", folder / "x/mri")
os.symlink(data + "/freesurfer_subject/sample_ecog/surf", folder / "x/surf")
def keep_transform(name, trans): found[name] = np.r_[trans["from"], trans["to"], np.ravel(trans["trans"])]
keep_transform("talairach", mne.read_talxfm("sample", subjects))
keep_transform("scanner", t.read_ras_mni_t("sample", subjects))
found["vertices"] = mne.vertex_to_mni([1, 2, 3], [0, 1, 1], "x", str(folder))
found["vertex"] = mne.vertex_to_mni(7, 0, "x", str(folder))
trans = t.Transform("head", "mri", t.rotation(0.1, -0.2, 0.3) @ t.translation(0.01, 0.02, 0.03))
points = np.random.default_rng(1).normal(size=(5, 3)) * 0.05
found["mni"] = mne.head_to_mni(points, "sample", trans, subjects)
found["mri"] = mne.head_to_mri(points, "sample", trans, subjects)
found["ras"] = mne.head_to_mri(points, "sample", t.invert_transform(trans), subjects, kind="ras")
names, colors = mne.get_volume_labels_from_aseg(subjects + "/sample/mri/aseg.mgz", return_colors=True)
found["names"], found["colors"] = np.array([word(n) for n in names]), np.array(colors)
ids, colors = mne.read_freesurfer_lut()
found["ids"], found["all colors"] = np.array([word(n) + k for n, k in ids.items()]), np.array(list(colors.values()))
lta = "type      = 0\\nnxforms   = 1\\nmean      = 0 0 0\\nsigma     = 1\\n1 4 4\\n" + "\\n".join(" ".join(map(str, row)) for row in trans["trans"])
geometry = "volume = 256 256 128\\nvoxelsize = 1 1 {}\\nxras = -1 0 0\\nyras = 0 0 -1\\nzras = 0 1 0\\ncras = 1 2 {}\\n"
lta += "\\nsrc volume info\\nvalid = 1\\nfilename = a\\n" + geometry.format(2, 3) + "dst volume info\\nvalid = 1\\nfilename = b\\n" + geometry.format(1, 5)
pathlib.Path(out + ".lta").write_text(lta)
found["lta"] = mne.read_lta(out + ".lta")
turns = np.array([t.rotation3d(*angles) for angles in np.random.default_rng(2).normal(size=(4, 3))])
found["turns"], found["quats"] = turns, t.rot_to_quat(turns)
found["angles"] = np.array(t.rotation_angles(turns[1]))
found["back"], found["axis"] = t.quat_to_rot(found["quats"]), t.rotation3d_align_z_axis(np.array([1.0, 2.0, -3.0]))
rigid = np.tile(np.eye(4), (4, 1, 1)); rigid[:, :3, :3] = turns; rigid[:, :3, 3] = points[:4]
found["apart"] = np.array(t.angle_distance_between_rigid(rigid, rigid[::-1], angle_units="deg", distance_units="mm"))
found["from rest"] = np.array(t.angle_distance_between_rigid(rigid))
found["fiducials"] = t.get_ras_to_neuromag_trans([0, 0.1, 0.01], [-0.07, 0.01, 0], [0.08, -0.01, 0.02])
goals = 1.3 * points @ turns[0].T + [0.1, 0.2, 0.3] + 0.001 * np.random.default_rng(4).normal(size=(5, 3))
for scale in (False, True):
    for weights in (None, np.arange(1.0, 6)):
        found[f"fit {scale} {weights is None}"] = t.fit_matched_points(points, goals, scale=scale, weights=weights)
        found[f"fitted {scale} {weights is None}"] = t.fit_matched_points(points, goals, scale=scale, weights=weights, out="params")
np.savez(out, **found)
"""
)


def test_what_freesurfer_knows_of_a_subject_and_transforms_are_mnes(tmp_path):
    apart = differences(*both(SUBJECT, tmp_path))
    assert not {name: d for name, d in apart.items() if not d < 1e-12}
