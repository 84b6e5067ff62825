"""More of argument_values.py: volumes, and what is said of a subject's MRI."""

import gzip

import numpy as np
from argument_scenes import Made
from argument_values_sources import _folder, _label, _src, _stc, _there


def _mne():
    import ranvier.meeg as mne

    return mne


def write_mgz(path, data, size=(1.0, 1.0, 1.0), centre=(0.0, 0.0, 0.0), kind=0):
    """A volume as FreeSurfer has it: x to the left, y down, z to the front."""
    dtype = {0: ">u1", 1: ">i4", 3: ">f4", 4: ">i2", 10: ">u2"}[kind]
    head = np.array([1, *data.shape, 1, kind, 0], ">i4").tobytes() + np.array([1], ">i2").tobytes()
    head += np.array([*size, -1, 0, 0, 0, 0, -1, 0, 1, 0, *centre], ">f4").tobytes()
    with gzip.open(path, "wb") as file:
        file.write(head.ljust(284, b"\0") + np.asarray(data, dtype).tobytes(order="F"))


def with_mri(scene):
    """The folder of subjects, where "s" has volumes of two regions too."""
    folder = _folder(scene)
    mri = folder / "s/mri"
    if not (mri / "aseg.mgz").exists():
        (mri / "transforms").mkdir(parents=True)
        data = np.zeros((16, 16, 16), int)
        data[2:8, 2:14, 2:14], data[8:14, 2:14, 2:14] = 18, 54
        for name in ("T1", "aseg"):
            write_mgz(mri / f"{name}.mgz", data, (10.0, 10.0, 10.0), (1.0, 2.0, 3.0))
        (mri / "transforms/talairach.xfm").write_text(
            "MNI Transform File\n\nLinear_Transform =\n1.1 0 0 2\n0 1 0.1 -3\n0 0 0.9 4;\n"
        )
    return folder


def _file(name):
    return Made(lambda scene: with_mri(scene) / "s" / name)


def _table(scene):
    path = scene.folder.parent / "table.txt"
    path.write_text("1 here 10 20 30 0\n18 there 1 2 3 0\n")
    return path


def _lta(scene):
    path = scene.folder.parent / "a.lta"
    path.write_text(
        "type      = 1\nnxforms   = 1\nmean = 0 0 0\nsigma = 1\n1 4 4\n1 0 0 1\n0 1 0 2\n0 0 1 3\n0 0 0 1\n"
    )
    return path


def _trans(frames=("head", "mri")):
    return Made(lambda scene: _mne().transforms.Transform(*frames, _mne().transforms.translation(0.01, 0.02, 0.03)))


def _electrodes(scene):
    info = _mne().create_info(["Fz", "Cz", "x"], 100.0, ["eeg", "eeg", "misc"])
    for k, channel in enumerate(info["chs"]):
        channel["loc"][:3] = 0.01 * k, 0.02, 0.1
    return info


_points = np.array([[0.01, 0.02, 0.03], [0.03, 0.0, 0.02], [0.0, 0.04, 0.0], [-0.02, 0.01, 0.05]])
_moved = 1.2 * _points @ np.array([[0, 1.0, 0], [-1, 0, 0], [0, 0, 1]]) + [0.0, 0.1, 0.01]
_turn = np.array([[0, -1.0, 0, 0], [1, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]])
_at = {"subjects_dir": Made(with_mri)}
_none = [Made(lambda s: s.folder / "none")]
def _volume(scene):
    folder = with_mri(scene)
    return _mne().setup_volume_source_space("s", 20.0, folder / "s/mri/aseg.mgz", sphere=0.07, subjects_dir=folder)


def _in_volume(scene, vector=False):
    src = _volume(scene)
    shape = (src[0]["nuse"], 3, 2) if vector else (src[0]["nuse"], 2)
    kind = _mne().VolVectorSourceEstimate if vector else _mne().VolSourceEstimate
    return kind(np.random.default_rng(2).normal(size=shape), [src[0]["vertno"]], 0.0, 0.1, "s")


def _with_distances(scene):
    src = _src(scene)
    return _mne().add_source_space_distances(src)


def _on_brain(scene):
    info = _mne().create_info(["a", "b", "c"], 100.0, ["ecog", "ecog", "eeg"])
    for k, channel in enumerate(info["chs"]):
        channel["loc"][:3], channel["coord_frame"] = (-0.05, 0.01 * k, 0.05), 4
    return _mne().EvokedArray(np.arange(6.0).reshape(3, 2), info)


def _tri(scene):
    path = scene.folder.parent / "a.tri"
    path.write_text("3\n0 0 0\n1 0 0\n0 1 0\n1\n1 2 3\n")
    return path


def _two_caps(scene):
    return [_label("top"), _label("front", 1, 40.0)]


def _ico():
    from ranvier import _core

    return _core.meeg.icosahedron(2)


_square = np.array([[0, 1, 2], [2, 1, 3]])
_far = np.array([[0, 1, 5], [5, 1, 9]])
SUBJECTS = {"Transform": lambda scene: _trans().function(scene)}
SETTINGS = {
    "Transform.save": dict(_on=_trans(), fname=_there("a-trans.fif")),
    "setup_volume_source_space": dict(subject="s", pos=20.0, **_at), "get_volume_labels_from_aseg": dict(mgz_fname=_file("mri/aseg.mgz")),
    "read_freesurfer_lut": {}, "read_lta": dict(fname=Made(_lta)), "read_talxfm": dict(subject="s", **_at), "read_ras_mni_t": dict(subject="s", **_at),
    "head_to_mni": dict(pos=_points, subject="s", mri_head_t=_trans(), **_at), "head_to_mri": dict(pos=_points, subject="s", mri_head_t=_trans(), **_at),
    "vertex_to_mni": dict(vertices=[1, 2], hemis=[0, 1], subject="s", **_at),
    "compute_distance_to_sensors": dict(src=Made(_src), info=Made(_electrodes), trans=_trans()), "get_decimated_surfaces": dict(src=Made(_src)),
    "apply_trans": dict(trans=_trans(), pts=_points), "invert_transform": dict(trans=_trans()), "combine_transforms": dict(t_first=_trans(), t_second=_trans(("mri", "ras")), fro="head", to="ras"),
    "transform_surface_to": dict(surf=Made(lambda s: _src(s)[0]), dest="head", trans=_trans()), "rotation3d_align_z_axis": dict(target_z_axis=[1.0, 2.0, 3.0]),
    "rotation_angles": dict(m=np.eye(3)), "quat_to_rot": dict(quat=[0.1, 0.2, 0.3]), "rot_to_quat": dict(rot=np.eye(3)), "angle_distance_between_rigid": dict(a=np.eye(4)),
    "get_ras_to_neuromag_trans": dict(nasion=[0, 0.1, 0], lpa=[-0.08, 0, 0], rpa=[0.08, 0, 0]), "fit_matched_points": dict(src_pts=_points, tgt_pts=_moved),
    "as_volume": dict(stc=Made(_in_volume), src=Made(_volume)), "save_as_volume": dict(stc=Made(_in_volume), fname=Made(lambda s: s.folder / "a.nii"), src=Made(_volume)),
    "in_label": dict(stc=Made(_in_volume), label="Left-Amygdala", mri=_file("mri/aseg.mgz"), src=Made(_volume)),
    "grow_labels": dict(subject="s", seeds=[3, 200], extents=20.0, hemis=0, **_at), "random_parcellation": dict(subject="s", n_parcel=4, hemi="lh", random_state=0, **_at),
    "labels_to_stc": dict(labels=Made(_two_caps), values=[1.0, 2.0]), "stc_to_label": dict(stc=Made(_stc), src=Made(_src)), "morph_source_spaces": dict(src_from=Made(_src), subject_to="t", **_at),
    "spatial_tris_adjacency": dict(tris=_square), "spatio_temporal_tris_adjacency": dict(tris=_square, n_times=2), "spatial_dist_adjacency": dict(src=Made(_with_distances), dist=0.04),
    "spatio_temporal_dist_adjacency": dict(src=Made(_with_distances), n_times=2, dist=0.04), "spatial_src_adjacency": dict(src=Made(_with_distances)),
    "spatio_temporal_src_adjacency": dict(src=Made(_with_distances), n_times=2), "spatial_inter_hemi_adjacency": dict(src=Made(_src), dist=0.03), "grade_to_tris": dict(grade=1),
    "read_tri": dict(fname_in=Made(_tri)), "complete_surface_info": dict(surf=dict(rr=np.eye(4, 3), tris=_square)), "mesh_edges": dict(tris=_square), "mesh_dist": dict(tris=_square, vert=np.eye(4, 3)),
    "fast_cross_3d": dict(x=np.eye(3), y=np.ones(3)), "decimate_surface": dict(points=Made(lambda s: _ico()["rr"]), triangles=Made(lambda s: _ico()["tris"]), n_triangles=80, method="sphere"),
    "write_head_bem": dict(fname=_there("a-head.fif"), rr=np.eye(4, 3), tris=_square, overwrite=True, on_defects="ignore"), "distance_to_bem": dict(pos=_points, bem=Made(lambda s: _mne().make_sphere_model())),
    "stc_near_sensors": dict(evoked=Made(_on_brain), trans=_trans(), subject="s", distance=0.05, surface="white", **_at),
}  # fmt: skip
CONTEXTS = {
    **{(name, "remap_vertices"): {"tris": _far} for name in ("spatial_tris_adjacency", "spatio_temporal_tris_adjacency")}, ("save_as_volume", "overwrite"): {"fname": _there("a.nii")},
    ("stc_to_label", "subjects_dir"): {"src": "s", "smooth": False}, ("stc_near_sensors", "project"): {"distance": 0.03}, ("write_head_bem", "on_defects"): {"overwrite": True},
    ("setup_volume_source_space", "sphere_units"): {"sphere": 0.05}, ("setup_volume_source_space", "single_volume"): {"volume_label": ["Left-Amygdala", "Right-Amygdala"]},
    ("setup_volume_source_space", "exclude"): {"pos": 10.0}, ("angle_distance_between_rigid", "distance_units"): {"b": np.diag([1.0, 1, 1, 1]) + 0.1 * np.eye(4, k=3)},
    ("angle_distance_between_rigid", "angle_units"): {"b": _turn},
}  # fmt: skip
VALUES = {
    **{("setup_volume_source_space", name): [value] for name, value in (
        ("subject", None), ("pos", 15.0), ("mri", "none.mgz"), ("sphere", 0.05), ("bem", _file("bem/s-bem.fif")), ("surface", _file("bem/inner_skull.surf")), ("mindist", 20.0),
        ("exclude", 60.0), ("volume_label", "Left-Amygdala"), ("add_interpolator", False))},
    **{(name, "subjects_dir"): _none for name in ("setup_volume_source_space", "read_talxfm", "read_ras_mni_t", "head_to_mni", "head_to_mri", "vertex_to_mni")},
    **{(name, "subjects_dir"): _none for name in ("grow_labels", "random_parcellation", "morph_source_spaces", "stc_to_label", "stc_near_sensors")},
    ("grow_labels", "names"): [["a", "b"]], ("grow_labels", "surface"): ["pial"], ("grow_labels", "colors"): [np.array([1.0, 0, 0, 1])], ("random_parcellation", "random_state"): [1], ("random_parcellation", "rng"): [7],
    ("labels_to_stc", "tmin"): [1.0], ("labels_to_stc", "tstep"): [0.5], ("labels_to_stc", "subject"): ["nobody"], ("labels_to_stc", "src"): [Made(_src)], ("stc_to_label", "src"): ["s"],
    ("morph_source_spaces", "surf"): ["pial"], ("morph_source_spaces", "subject_from"): ["t"], ("spatial_src_adjacency", "dist"): [0.05], ("spatio_temporal_src_adjacency", "dist"): [0.05],
    ("distance_to_bem", "trans"): [_trans()], ("write_head_bem", "on_defects"): ["raise"], ("write_head_bem", "overwrite"): [False], ("as_volume", "dest"): ["none"], ("save_as_volume", "dest"): ["none"],
    ("stc_near_sensors", "distance"): [0.03], ("stc_near_sensors", "src"): [Made(_src)], ("stc_near_sensors", "picks"): [["a"]], ("stc_near_sensors", "surface"): ["pial"], ("decimate_surface", "method"): ["quadric"],
    ("read_freesurfer_lut", "fname"): [Made(_table)], ("get_volume_labels_from_aseg", "atlas_ids"): [{"x": 18}], ("head_to_mri", "unscale"): [True],
    ("compute_distance_to_sensors", "picks"): [["Cz"]], ("compute_distance_to_sensors", "trans"): [None], ("angle_distance_between_rigid", "b"): [_turn],
    **{(name, axis): [2.0] for name in ("rotation", "rotation3d", "scaling", "translation") for axis in "xyz"},
    ("fit_matched_points", "x0"): [(1,)], ("fit_matched_points", "tol"): [1e-9], ("fit_matched_points", "weights"): [np.arange(1.0, 5)], ("rot_to_quat", "tol"): [5.0], ("of_one", "mri_resolution"): [5],
}  # fmt: skip
CHANGED = {}
AFTER = {}
