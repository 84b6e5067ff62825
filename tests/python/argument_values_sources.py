"""More of argument_values.py: surfaces, source spaces, labels, and what sources do in time."""

import functools
import pathlib
import shutil
import tempfile

import numpy as np
from argument_scenes import Made


def _mne():
    import ranvier.meeg as mne

    return mne


@functools.cache
def _made_once():
    """A folder with subjects "s" and "t", each a bumpy sphere on both sides, and their shells."""
    from ranvier import _core

    mne, folder = _mne(), pathlib.Path(tempfile.mkdtemp(prefix="ranvier-subjects-"))
    random = np.random.default_rng(0)
    for subject, sphere in (("s", _core.meeg.icosahedron(3)), ("t", _core.meeg.octahedron(4))):
        for part in ("surf", "bem", "label"):
            (folder / subject / part).mkdir(parents=True)
        rr, tris = np.array(sphere["rr"]), sphere["tris"]
        for hemi, x in (("lh", -30.0), ("rh", 30.0)):
            for name, points in (("sphere", 100 * rr), ("sphere.reg", 100 * rr), ("sphere.left_right", 100 * rr[::-1]),
                                 ("white", 60 * rr * [0.8, 1.2, 1] + random.normal(size=rr.shape) + [x, 0, 0]),
                                 ("pial", 65 * rr + [x, 0, 0])):  # fmt: skip
                mne.write_surface(folder / subject / "surf" / f"{hemi}.{name}", points, tris)
        for name, size in (("inner_skull", 70), ("outer_skull", 75), ("outer_skin", 80)):
            mne.write_surface(folder / subject / "bem" / f"{name}.surf", size * rr, tris)
    shells = mne.make_bem_model("s", ico=2, subjects_dir=folder)
    mne.write_bem_surfaces(folder / "s/bem/s-bem.fif", shells)
    opened = shells[0].copy()
    opened["tris"] = opened["tris"][40:]
    mne.write_bem_surfaces(folder / "s/bem/s-open.fif", [opened])
    mne.write_labels_to_annot([_label("top"), _label("front", 1, 40.0)], "s", "cut", subjects_dir=folder, sort=False)
    return folder


def _folder(scene):
    goal = scene.folder.parent / "subjects"
    if not goal.exists():
        shutil.copytree(_made_once(), goal)
    shutil.rmtree(goal / "morph-maps", ignore_errors=True)
    (goal / "s/label/lh.new.annot").unlink(missing_ok=True)
    (goal / "s/label/rh.new.annot").unlink(missing_ok=True)
    return goal


def _inside(scene):
    """The same, where what is written is seen."""
    return pathlib.Path(shutil.copytree(_folder(scene), scene.folder / "subjects"))


def _label(name="top", axis=2, above=35.0, subject="s"):
    rr = np.array(_white()) + [30.0, 0, 0]
    chosen = np.flatnonzero(rr[:, axis] > above)
    if name == "front":
        chosen = chosen[rr[chosen, 2] < 30.0]
    return _mne().Label(
        chosen,
        rr[chosen] / 1e3,
        np.arange(1.0, len(chosen) + 1),
        "lh",
        "a cap",
        f"{name}-lh",
        None,
        subject,
        (1.0, 0.0, 0.2, 1.0) if name == "top" else None,
    )


@functools.cache
def _white():
    from ranvier import _core

    rr = np.array(_core.meeg.icosahedron(3)["rr"])
    return 60 * rr * [0.8, 1.2, 1] + np.random.default_rng(0).normal(size=rr.shape) + [-30.0, 0, 0]


def _src(scene):
    return _mne().setup_source_space("s", "ico1", subjects_dir=_folder(scene), add_dist="patch")


def _stc(scene=None, vector=False, positive=False):
    random = np.random.default_rng(1)
    data = random.normal(size=(84, 3, 20) if vector else (84, 20))
    if positive:
        data = np.abs(data)
        data[42:] = 0
    data[45, ..., 10] = 9.0
    kind = _mne().VectorSourceEstimate if vector else _mne().SourceEstimate
    return kind(data, [np.arange(42), np.arange(42)], -0.05, 0.01, "s")


def _volume(scene):
    return _mne().VolSourceEstimate(np.arange(8.0).reshape(4, 2)[:, :1], [np.array([1, 2, 5, 7])], 0.0, 0.1, "s")


def _morph(scene):
    return _mne().compute_source_morph(_stc(), "s", "t", spacing=1, subjects_dir=_folder(scene))


def _solved(scene):
    from ranvier.meeg.bem import ConductorModel

    from ranvier import _core

    model = _core.meeg.BemModel()
    model.update(surfs=_mne().read_bem_surfaces(_bem_file(scene)), solution=np.eye(3), bem_method=2)
    return ConductorModel(model)


def _bem_file(scene):
    return _folder(scene) / "s/bem/s-open.fif"


def _there(name):
    """A path that is taken."""

    def make(scene):
        path = scene.folder / name
        path.write_text("taken")
        return path

    return Made(make)


def _saved_src(scene):
    path = scene.folder.parent / "a-src.fif"
    _mne().write_source_spaces(path, _src(scene), overwrite=True)
    return path


def _saved_trans(scene):
    path = scene.folder.parent / "a-trans.fif"
    _mne().write_trans(path, _mne().Transform("head", "mri"), overwrite=True)
    return path


def _saved_stc(scene):
    _stc().save(scene.folder.parent / "a", overwrite=True)
    return scene.folder.parent / "a"


def _saved_label(scene):
    _label().save(scene.folder.parent / "a")
    return scene.folder.parent / "a-lh.label"


def _surface_file(scene):
    return _folder(scene) / "s/surf/lh.white"


def _of(kind, vector=False):
    """A maker of an estimate of one of the classes."""
    spaces = dict(surface=2, volume=1, mixed=3)[kind]
    name = {"surface": "", "volume": "Vol", "mixed": "Mixed"}[kind] + ("Vector" if vector else "") + "SourceEstimate"

    def make(scene):
        random = np.random.default_rng(3)
        data = random.normal(size=(4 * spaces, 3, 20) if vector else (4 * spaces, 20))
        return getattr(_mne(), name)(data, [np.array([1, 2, 5, 7])] * spaces, -0.05, 0.01, "s")

    return make


def _both(scene=None):
    return _label() + _mne().Label([1, 2], hemi="rh", subject="s")


# What methods are called on.
SUBJECTS = {
    "Label": lambda scene: _label(), "BiHemiLabel": _both, "SourceSpaces": _src, "SourceMorph": _morph,
    "BaseSourceEstimate": _stc, "_OnSurface": _stc, "SourceEstimate": _stc, "_WithDirections": lambda scene: _stc(vector=True),
    "VectorSourceEstimate": lambda scene: _stc(vector=True), "_InVolume": _volume, "VolSourceEstimate": _volume,
    "VolVectorSourceEstimate": _of("volume", True), "_Mixed": _of("mixed"), "MixedSourceEstimate": _of("mixed"),
    "MixedVectorSourceEstimate": _of("mixed", True),
}  # fmt: skip


def _curvature_file(scene):
    path = scene.folder.parent / "lh.curv"
    path.write_bytes(
        b"\xff\xff\xff" + np.array([4, 2, 1], ">i4").tobytes() + np.array([0, 0.5, -1, 0], ">f4").tobytes()
    )
    return path


_points, _triangles = np.eye(3), np.array([[0, 1, 2]])
_estimate = dict(data=np.ones((6, 3)), vertices=[np.arange(3), np.arange(3)], tmin=0.0, tstep=0.1)
_directions = dict(data=np.ones((6, 3, 3)), vertices=[np.arange(3), np.arange(3)])
_at = {"subjects_dir": Made(_folder)}
_on_label = dict(label=Made(lambda scene: _label()), **_at)
SETTINGS = {
    "Label.__init__": dict(vertices=[1, 2], hemi="lh"), "BiHemiLabel.__init__": dict(lh=Made(lambda s: _mne().Label([1], hemi="lh")), rh=Made(lambda s: _mne().Label([1], hemi="rh"))),
    "Label.fill": dict(_on=Made(lambda s: _label().restrict(_src(s))), src=Made(_src)), "Label.restrict": dict(_on=Made(lambda s: _label()), src=Made(_src)),
    "Label.get_tris": dict(_on=Made(lambda s: _label()), tris=np.array([[300, 301, 302], [7, 8, 9]])), "Label.get_vertices_used": dict(_on=Made(lambda s: _label())),
    "compute_area": _on_label, "distances_to_outside": _on_label, "Label.center_of_mass": _at, "SourceEstimate.center_of_mass": dict(_on=Made(lambda s: _stc(positive=True)), hemi=0, **_at), "split": _on_label, "split_label": _on_label,
    "smooth": dict(_on_label, smooth=1), "morph": dict(_on_label, subject_to="t"), "morph_labels": dict(labels=Made(lambda s: [_label()]), subject_to="t", **_at),
    "read_label": dict(filename=Made(_saved_label)), "read_labels_from_annot": dict(subject="s", parc="cut", hemi="lh", **_at),
    "write_labels_to_annot": dict(labels=Made(lambda s: [_label("top"), _label("front", 1, 40.0)]), subject="s", parc="new", hemi="lh", subjects_dir=Made(_inside)),
    "SourceSpaces.__init__": dict(source_spaces=Made(lambda s: list(_src(s)))), "SourceSpaces.save": dict(_on=Made(_src), fname=_there("a-src.fif")),
    "read_source_spaces": dict(fname=Made(_saved_src)), "write_source_spaces": dict(fname=_there("a-src.fif"), src=Made(_src)),
    "setup_source_space": dict(subject="s", spacing="ico1", **_at), "add_source_space_distances": dict(src=Made(_src)),
    "read_bem_surfaces": dict(fname=Made(_bem_file)), "write_bem_surfaces": dict(fname=_there("a-bem.fif"), surfs=Made(lambda s: _mne().read_bem_surfaces(_bem_file(s)))),
    "make_bem_model": dict(subject="s", ico=1, **_at), "get_head_surf": dict(subject="s", source="bem", **_at),
    "write_bem_solution": dict(fname=_there("a-bem-sol.fif"), bem=Made(_solved)),
    "read_trans": dict(fname=Made(_saved_trans)), "write_trans": dict(fname=_there("a-trans.fif"), trans=Made(lambda s: _mne().Transform("head", "mri"))),
    "read_surface": dict(fname=Made(_surface_file)), "read_curvature": dict(filepath=Made(_curvature_file)), "Label.save": dict(filename=Made(lambda s: s.folder / "a")),
    "write_label": dict(filename=Made(lambda s: s.folder / "a"), label=Made(lambda s: _label())), "label_sign_flip": dict(label=Made(lambda s: _label()), src=Made(_src)), "write_surface": dict(fname=_there("lh.a"), coords=_points, faces=_triangles, overwrite=True),
    "BaseSourceEstimate.__init__": _estimate, "MixedSourceEstimate.__init__": _estimate, "MixedVectorSourceEstimate.__init__": _directions, "_WithDirections.__init__": _directions,
    **{f"BaseSourceEstimate.{name}": dict(_on=Made(_stc)) for name in ("apply_baseline", "crop", "get_peak")},
    "BaseSourceEstimate.apply_function": dict(_on=Made(_stc), fun=np.abs), "BaseSourceEstimate.bin": dict(_on=Made(_stc), width=0.03),
    "BaseSourceEstimate.resample": dict(_on=Made(_stc), sfreq=37.0), "BaseSourceEstimate.time_as_index": dict(_on=Made(_stc), times=0.0161),
    "BaseSourceEstimate.transform_data": dict(_on=Made(_stc), func=np.abs), "SourceEstimate.transform": dict(_on=Made(_stc), func=np.abs),
    "SourceEstimate.save": dict(_on=Made(lambda s: _stc().mean()), fname=Made(lambda s: (_there("a-lh.stc").function(s), s.folder / "a")[1]), overwrite=True),
    "VolSourceEstimate.save": dict(_on=Made(_volume), fname=Made(lambda s: (_there("a-vl.stc").function(s), s.folder / "a")[1]), overwrite=True),
    "_OnSurface.get_peak": dict(_on=Made(_stc)),
    "_OnSurface.expand": dict(_on=Made(_stc), vertices=[np.arange(50), np.arange(50)]),
    "BaseSourceEstimate.save": dict(_on=Made(_stc), fname="a"), "SourceMorph.save": dict(_on=Made(_morph), fname="a"),
    "_OnSurface.in_label": dict(_on=Made(_stc), label=Made(lambda s: _label("front", 1, -9.0))), "_WithDirections.project": dict(_on=Made(lambda s: _stc(vector=True)), directions="normal", src=Made(_src)),
    "extract_label_time_course": dict(stcs=Made(lambda s: [_stc()]), labels=Made(lambda s: [_label("front", 1, -9.0)]), src=Made(lambda s: _small(s))),
    "of_one": dict(stc=Made(_stc), labels=Made(lambda s: [_label("front", 1, -9.0)]), src=Made(lambda s: _small(s))),
    "to_data_frame": dict(stc=Made(_stc)), "read_source_estimate": dict(fname=Made(_saved_stc)),
    "read_morph_map": dict(subject_from="s", subject_to="s", **_at), "grade_to_vertices": dict(subject="s", grade=1, **_at),
    "compute_source_morph": dict(src=Made(_stc), subject_to="t", spacing=1, **_at), "SourceMorph.apply": dict(_on=Made(_morph), stc_from=Made(_stc)),
}  # fmt: skip


def _small(scene):
    src = _src(scene)
    for space in src:
        space["vertno"] = np.arange(42)
    return src


CONTEXTS = {
    ("read_bem_surfaces", "on_defects"): {"patch_stats": True}, ("read_bem_surfaces", "patch_stats"): {"on_defects": "ignore"}, ("get_head_surf", "on_defects"): {"source": "open"},
    ("BaseSourceEstimate.crop", "include_tmax"): {"tmax": 0.05}, ("write_labels_to_annot", "overwrite"): {"parc": "cut"},
    ("compute_source_morph", "warn"): {"smooth": 1}, ("compute_source_morph", "xhemi"): {"subject_to": "s"}, ("compute_source_morph", "src_to"): {"subject_to": "s"},
    ("compute_source_morph", "sparse"): {"spacing": None},
    **{(name, "allow_empty"): {"labels": Made(lambda s: [_mne().Label([600], hemi="lh")])} for name in ("extract_label_time_course", "of_one")},
    ("split_label", "freesurfer"): {"parts": 9}, ("split", "freesurfer"): {"parts": 9},
}  # fmt: skip
_other = [Made(lambda s: s.folder / "none")]
VALUES = {
    "subjects_dir": _other,
    **{("Label.__init__", name): [value] for name, value in (("vertices", [3, 4]), ("pos", np.ones((2, 3))), ("values", [3, 4]), ("hemi", "rh"), ("comment", "x"), ("name", "x"), ("filename", "x-lh.label"), ("subject", "x"), ("color", "red"))},
    ("BiHemiLabel.__init__", "name"): ["x"], ("BiHemiLabel.__init__", "color"): ["red"], ("Label.fill", "name"): ["x"], ("Label.restrict", "name"): ["x"],
    ("Label.get_tris", "vertices"): [np.arange(5)], ("Label.get_vertices_used", "vertices"): [np.arange(5)],
    **{(name, "subject"): ["nobody"] for name in ("compute_area", "distances_to_outside", "Label.center_of_mass", "SourceEstimate.center_of_mass", "split", "split_label", "smooth", "read_label", "read_source_estimate", "BaseSourceEstimate.__init__", "MixedSourceEstimate.__init__", "MixedVectorSourceEstimate.__init__", "_WithDirections.__init__")},
    **{(name, "surface"): ["pial"] for name in ("compute_area", "distances_to_outside", "setup_source_space")}, ("SourceEstimate.center_of_mass", "hemi"): [1],
    **{(f"{base}.center_of_mass", name): [value] for base in ("Label", "SourceEstimate") for name, value in (("surf", "sphere.left_right"), ("restrict_vertices", np.arange(5)))},
    ("split", "parts"): [3], ("split_label", "parts"): [3], ("smooth", "smooth"): [2], ("smooth", "grade"): [0], ("morph", "smooth"): [1], ("morph", "grade"): [0], ("morph", "subject_from"): ["nobody"], ("morph", "subject_to"): ["s"],
    ("morph_labels", "subject_from"): ["nobody"], ("morph_labels", "surf_name"): ["pial"], ("read_label", "color"): ["red"],
    ("read_labels_from_annot", "parc"): ["none"], ("read_labels_from_annot", "surf_name"): ["pial"], ("read_labels_from_annot", "regexp"): ["front"], ("read_labels_from_annot", "annot_fname"): [Made(lambda s: s.folder / "lh.none")], ("read_labels_from_annot", "sort"): [False],
    ("write_labels_to_annot", "subject"): ["none"], ("write_labels_to_annot", "hemi"): ["rh"], ("write_labels_to_annot", "parc"): ["other"], ("write_labels_to_annot", "annot_fname"): [Made(lambda s: s.folder / "none.annot")], ("write_labels_to_annot", "colormap"): ["no such map"],
    ("SourceSpaces.__init__", "info"): [{"working_dir": "x"}], ("setup_source_space", "spacing"): ["oct2"], ("setup_source_space", "add_dist"): [False], ("add_source_space_distances", "dist_limit"): [0.01],
    ("read_source_spaces", "patch_stats"): ["x"], ("read_bem_surfaces", "s_id"): [3], ("make_bem_model", "ico"): [0], ("make_bem_model", "conductivity"): [0.3], ("get_head_surf", "source"): ["none"],
    ("write_surface", "create_stamp"): ["x"], ("write_surface", "volume_info"): [{"head": [20]}],
    ("BaseSourceEstimate.apply_baseline", "baseline"): [(0.0, 0.1)], ("BaseSourceEstimate.apply_function", "picks"): [[0]], ("BaseSourceEstimate.apply_function", "dtype"): ["f4"],
    ("BaseSourceEstimate.bin", "tstart"): [0.0], ("BaseSourceEstimate.bin", "tstop"): [0.05], ("BaseSourceEstimate.bin", "func"): [np.max], ("BaseSourceEstimate.crop", "tmin"): [0.0], ("BaseSourceEstimate.crop", "tmax"): [0.05],
    **{(f"{base}.get_peak", name): [value] for base in ("BaseSourceEstimate", "_OnSurface") for name, value in (("tmin", 0.1), ("tmax", 0.0))},
    ("BaseSourceEstimate.resample", "npad"): [0], ("BaseSourceEstimate.resample", "window"): ["hann"], ("BaseSourceEstimate.resample", "method"): ["polyphase"], ("BaseSourceEstimate.resample", "pad"): ["edge"],
    **{("BaseSourceEstimate.transform_data", name): [value] for name, value in (("idx", [1, 2]), ("tmin_idx", 2), ("tmax_idx", 5))},
    **{("SourceEstimate.transform", name): [value] for name, value in (("idx", [1, 2]), ("tmin", 0.0), ("tmax", 50.0))},
    ("SourceEstimate.save", "overwrite"): [False], ("VolSourceEstimate.save", "overwrite"): [False], ("write_surface", "overwrite"): [False],
    ("extract_label_time_course", "allow_empty"): ["ignore"], ("extract_label_time_course", "mri_resolution"): [5], ("to_data_frame", "index"): ["time"], ("to_data_frame", "scalings"): [{}], ("to_data_frame", "time_format"): ["ms"],
    **{(name, "tmin"): [0.3] for name in ("MixedSourceEstimate.__init__", "MixedVectorSourceEstimate.__init__", "_WithDirections.__init__")},
    **{(name, "tstep"): [0.3] for name in ("MixedSourceEstimate.__init__", "MixedVectorSourceEstimate.__init__", "_WithDirections.__init__")},
    **{(name, "vertices"): [[np.arange(2), np.arange(4)]] for name in ("MixedSourceEstimate.__init__", "MixedVectorSourceEstimate.__init__", "_WithDirections.__init__")},
    ("compute_source_morph", "subject_from"): ["nobody"], ("compute_source_morph", "subject_to"): ["s"], ("compute_source_morph", "zooms"): [5.0], ("compute_source_morph", "niter_affine"): [(1,)], ("compute_source_morph", "niter_sdr"): [(1,)],
    ("compute_source_morph", "spacing"): [0], ("compute_source_morph", "smooth"): [1], ("compute_source_morph", "src_to"): [Made(_src)], ("SourceMorph.apply", "output"): ["nifti1"], ("SourceMorph.apply", "mri_space"): [True], ("SourceMorph.apply", "mri_resolution"): [True],
    ("grade_to_vertices", "grade"): [0], ("_WithDirections.project", "src"): [None], ("extract_label_time_course", "return_generator"): ["x"],
}  # fmt: skip
CHANGED = {}
AFTER = {"SourceSpaces": lambda src, scene: (list(src), src.info)}
