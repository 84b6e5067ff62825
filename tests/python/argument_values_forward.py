"""More of argument_values.py: heads as conductors, and forward solutions."""

import functools

import argument_values_sources as sources
import numpy as np
from argument_scenes import Made


def _mne():
    import ranvier.meeg as mne

    return mne


_kinds = ["eeg"] * 6 + ["mag"] * 4 + ["grad"] * 4


@functools.cache
def _places():
    places = np.random.default_rng(4).normal(size=(len(_kinds), 3))
    return places / np.linalg.norm(places, axis=1, keepdims=True)


def _info(scene=None, other=()):
    """Electrodes on a head, and magnetometers and gradiometers around it."""
    mne = _mne()
    kinds = [*_kinds, *other]
    info = mne.create_info([f"{kind}{k}" for k, kind in enumerate(kinds)], 100.0, kinds)
    for ch, place in zip(info["chs"], [*_places(), *_places()[::-1]]):
        if ch["ch_name"].startswith("eeg"):
            ch["loc"][:] = np.r_[0.1 * place, np.zeros(9)]
        else:
            across = np.linalg.svd(place[None])[2][1:]
            ch["loc"][:] = np.r_[0.12 * place, across[0], across[1], place]
    info["dev_head_t"] = mne.Transform("meg", "head", np.eye(4))
    return info


def _digitised(scene):
    return scene.raw().info


def _with_references(scene):
    """With a reference sensor of KIT's."""
    info = _info(other=["ref_meg"])
    info["chs"][-1]["coil_type"] = 6002
    return info


def _with_all(scene):
    """The forward solution, of which channels are said to be of other kinds."""
    fwd = _forward()
    kinds = dict(seeg=802, ecog=902, dbs=803, ref_meg=301)
    for ch, kind in zip(fwd["info"]["chs"], kinds.values()):
        ch["kind"] = kind
    return fwd


@functools.cache
def _src():
    """Both hemispheres, with normals of patches."""
    folder = sources._made_once()
    return _mne().setup_source_space("s", "ico0", subjects_dir=folder, add_dist="patch")


def _solution_file(scene):
    path = scene.folder.parent / "a-bem-sol.fif"
    if not path.exists():
        mne = _mne()
        shells = mne.make_bem_model("s", ico=0, conductivity=[0.3], subjects_dir=sources._folder(scene))
        mne.write_bem_solution(path, mne.make_bem_solution(shells))
    return path


def _dipoles(scene=None):
    rr = np.array([[0, 0, 0.05], [0.02, 0, 0.03], [0, 0, 0.086]])
    nn = np.tile([0.0, 0.6, 0.8], (len(rr), 1))
    return _mne().SourceSpaces([dict(type="discrete", coord_frame=5, rr=rr, nn=nn, inuse=np.ones(len(rr), int))])


def _sphere(scene=None, radius=0.1):
    return _mne().make_sphere_model((0.0, 0.0, 0.0), radius)


@functools.cache
def _computed():
    return _mne().make_forward_solution(_info(), None, _src(), _sphere())


def _forward(scene=None):
    return _computed().copy()


def _along_normals(scene):
    return _mne().convert_forward_solution(_forward(), surf_ori=True)


def _fixed(scene):
    return _mne().convert_forward_solution(_forward(), force_fixed=True)


def _stc(scene=None, more=False):
    """Currents of the forward solution's sources, perhaps of another one too."""
    vertices = [space["vertno"] for space in _src()]
    if more:
        vertices[1] = np.union1d(vertices[1], [600])
    data = np.random.default_rng(2).normal(size=(sum(map(len, vertices)), 5))
    return _mne().SourceEstimate(1e-9 * data, vertices, -0.01, 0.01, "s")


def _beyond(scene):
    return _stc(more=True)


def _written(scene):
    path = scene.folder.parent / "a-fwd.fif"
    _mne().write_forward_solution(path, _forward(), overwrite=True)
    return path


def _magnetic(scene):
    return [_mne().Projection(active=False, kind=1, desc="a field", explained_var=0.1, data=dict(
        nrow=1, ncol=4, row_names=None, col_names=_names("mag"), data=np.array([[0.5, 0.5, -0.5, 0.5]])))]  # fmt: skip


def _names(kind):
    return [name for name in _info()["ch_names"] if name.startswith(kind)]


def _noise(scene):
    return _mne().make_ad_hoc_cov(_info())


_taken = sources._there("taken-fwd.fif")
_applied = dict(fwd=Made(_forward), stc=Made(_stc), info=Made(_info))
_chosen = dict(orig=Made(_forward), meg=True, eeg=True)
SUBJECTS = {"Forward": _forward, "ConductorModel": _sphere}
SETTINGS = {
    "make_bem_solution": dict(surfs=Made(lambda s: _mne().make_bem_model("s", ico=0, subjects_dir=sources._folder(s)))),
    "read_bem_solution": dict(fname=Made(_solution_file)), "fit_sphere_to_headshape": dict(info=Made(_digitised)),
    "make_forward_solution": dict(info=Made(_info), trans=None, src=Made(_dipoles), bem=Made(_sphere)),
    "compute_depth_prior": dict(forward=Made(_forward), info=Made(_info)), "compute_orient_prior": dict(forward=Made(_along_normals)),
    "is_fixed_orient": dict(forward=Made(_forward)), "sensitivity_map": dict(fwd=Made(_forward)), "convert_forward_solution": dict(fwd=Made(_forward)),
    "Forward.pick_channels": dict(_on=Made(_forward), ch_names=["mag7", "eeg1"]), "Forward.save": dict(_on=Made(_forward), fname=_taken),
    "write_forward_solution": dict(fname=_taken, fwd=Made(_forward)), "read_forward_solution": dict(fname=Made(_written)),
    "pick_types_forward": dict(orig=Made(_forward), meg="mag"), "pick_channels_forward": dict(orig=Made(_forward)),
    "apply_forward": _applied, "apply_forward_raw": _applied, "restrict_forward_to_stc": dict(fwd=Made(_forward), stc=Made(_stc)),
    "restrict_forward_to_label": dict(fwd=Made(_forward), labels=Made(lambda s: sources._label("front", 1, -9.0))),
    "average_forward_solutions": dict(fwds=Made(lambda s: [_forward(), _weaker()])),
    "Forward.__init__": dict(engine=Made(lambda s: _forward()._engine)), "ConductorModel.__init__": dict(engine=Made(lambda s: _sphere()._engine)),
}  # fmt: skip


def _weaker():
    fwd = _forward()
    fwd["sol"]["data"][:] *= 0.5
    return fwd


_whitened = dict(limit_depth_chs="whiten", noise_cov=Made(_noise))
CONTEXTS = {
    ("make_sphere_model", "info"): dict(r0="auto"), ("make_forward_solution", "ignore_ref"): dict(info=Made(_with_references)),
    ("make_forward_solution", "on_inside"): dict(bem=Made(lambda s: _sphere(radius=0.13))),
    ("compute_depth_prior", "noise_cov"): dict(limit_depth_chs="whiten"), ("compute_depth_prior", "rank"): _whitened,
    ("is_fixed_orient", "orig"): dict(forward=Made(_fixed)), ("sensitivity_map", "projs"): dict(ch_type="mag"),
    ("convert_forward_solution", "use_cps"): dict(surf_ori=True),
    **{("pick_types_forward", kind): dict(orig=Made(_with_all)) for kind in ("ref_meg", "seeg", "ecog", "dbs")},
    **{(name, "ordered"): dict(include=["mag7", "eeg1"]) for name in ("read_forward_solution", "pick_channels_forward")},
    **{(name, "on_missing"): dict(stc=Made(_beyond)) for name in ("apply_forward", "apply_forward_raw", "restrict_forward_to_stc")},
}  # fmt: skip
VALUES = {
    ("make_sphere_model", "r0"): [(0.0, 0.01, 0.04)], ("make_sphere_model", "head_radius"): [0.1, None], ("make_sphere_model", "info"): [Made(_digitised)],
    ("make_sphere_model", "relative_radii"): [(0.8, 0.92, 0.97, 1.0)], ("make_sphere_model", "sigmas"): [(0.3, 1.0, 0.004, 0.33)],
    ("make_forward_solution", "mindist"): [8.0],
    ("compute_depth_prior", "limit"): [1.1, None], ("compute_depth_prior", "limit_depth_chs"): [True], ("compute_depth_prior", "noise_cov"): [Made(_noise)],
    ("compute_depth_prior", "rank"): [{"meg": 3, "eeg": 3}], ("compute_orient_prior", "loose"): [0.5, 1.0],
    ("sensitivity_map", "projs"): [Made(_magnetic)], ("sensitivity_map", "exclude"): [["grad11"]],
    ("read_forward_solution", "include"): [["eeg1"]], ("read_forward_solution", "exclude"): [["eeg1"]],
    ("pick_channels_forward", "include"): [["eeg1"]], ("pick_channels_forward", "exclude"): [["eeg1"]],
    ("pick_types_forward", "include"): [["eeg1"]], ("pick_types_forward", "exclude"): [["mag7"]],
    **{(name, "start"): [2] for name in ("apply_forward", "apply_forward_raw")}, **{(name, "stop"): [3] for name in ("apply_forward", "apply_forward_raw")},
    ("pick_types_forward", "ref_meg"): [False], ("average_forward_solutions", "weights"): [[1, 3]],
}  # fmt: skip
