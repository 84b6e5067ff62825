"""What FreeSurfer knows of a subject besides surfaces: volumes, their regions, and the way to MNI's Talairach space."""

import operator
import pathlib

import numpy as np

from ranvier import _core

from .checks import flag, not_yet, one_of, path_of
from .logs import verbose as _verbose
from .points import Transform
from .subjects import subject_file, subjects_folder
from .surface.files import read_surface
from .transforms.algebra import apply_trans, between, combine_transforms
from .transforms.files import read_ras_mni_t, read_trans


def _table(fname):
    return _core.meeg.freesurfer_regions() if fname is None else _core.meeg.read_colour_table(path_of(fname))


def read_freesurfer_lut(fname=None):
    """Read a table of an atlas' regions.

    Parameters
    ----------
    fname : path-like | None
        Default None: FreeSurfer's own.

    Returns
    -------
    atlas_ids : dict
        Names of regions and their numbers.
    colors : dict
        Names of regions and their colours: red, green, blue, transparency, 0 to 255.
    """
    table = _table(fname)
    return {name: np.int64(number) for name, number, _ in table}, {name: np.array(colour) for name, _, colour in table}


@_verbose
def read_lta(fname, verbose=None):
    """Read FreeSurfer's file of a linear transform (``.lta``).

    Parameters
    ----------
    fname : path-like

    Returns
    -------
    affine : array, shape (4, 4)
    """
    return _core.meeg.read_lta(path_of(fname))


def get_volume_labels_from_aseg(mgz_fname, return_colors=False, atlas_ids=None):
    """The names of the regions that occur in a volume, in the order of their numbers.

    Parameters
    ----------
    mgz_fname : path-like
        As ``aseg.mgz``.
    return_colors : bool
        Whether to return their colours, too.
    atlas_ids : dict | None
        Names and numbers of regions. Default None: FreeSurfer's.

    Returns
    -------
    label_names : list of str
    label_colors : list of array
        Only where `return_colors`.
    """
    if flag("return_colors", return_colors) and atlas_ids is not None:
        raise ValueError("return_colors must be False with atlas_ids, which have no colours")
    present = set(_core.meeg.read_mgh(path_of(mgz_fname)).different_values().astype(float).tolist())
    ids, colors = read_freesurfer_lut()
    ids = ids if atlas_ids is None else atlas_ids
    names = sorted((name for name, number in ids.items() if float(number) in present), key=lambda name: ids[name])
    return (names, [colors[name] for name in names]) if return_colors else names


def mri_path(mri, subject, subjects_dir):
    """The path of a volume: a file, or the name of one of the subject's."""
    path = path_of(mri)
    if path.is_file():
        return path
    if subject is None:
        raise FileNotFoundError(f"mri must be a file, or with subject= the name of one of the subject's; {mri} is none")
    path = subjects_folder(subjects_dir) / subject / "mri" / mri
    if not path.is_file():
        raise FileNotFoundError(f"subject {subject!r} has no mri/{mri}: {path} is missing")
    return path


@_verbose
def read_talxfm(subject, subjects_dir=None, verbose=None):
    """The transform from a subject's MRI coordinates to MNI's Talairach space [m].

    Parameters
    ----------
    subject : str
    subjects_dir : path-like | None

    Returns
    -------
    mri_mni_t : Transform
    """
    ras_mni = read_ras_mni_t(subject, subjects_dir)
    folder = subjects_folder(subjects_dir) / subject / "mri"
    path = next((folder / name for name in ("orig.mgz", "T1.mgz") if (folder / name).is_file()), None)
    if path is None:
        raise OSError(f"subject {subject!r} must have mri/orig.mgz or mri/T1.mgz; {folder} has neither")
    return _core.meeg.read_mgh(path, False).mri_mni_t(ras_mni["trans"])


@_verbose
def head_to_mni(pos, subject, mri_head_t, subjects_dir=None, verbose=None):
    """Bring places from head coordinates to MNI's Talairach space.

    Parameters
    ----------
    pos : array, shape (n, 3)
        [m].
    subject : str
    mri_head_t : Transform
    subjects_dir : path-like | None

    Returns
    -------
    coordinates : array, shape (n, 3)
        [mm].
    """
    head_mri = between(mri_head_t, "head", "mri")
    trans = combine_transforms(head_mri, read_talxfm(subject, subjects_dir), "head", "mni_tal")
    return apply_trans(trans, pos) * 1000.0


@_verbose
def head_to_mri(pos, subject, mri_head_t, subjects_dir=None, *, kind="mri", unscale=False, verbose=None):
    """Bring places from head coordinates to those of the MRI.

    Parameters
    ----------
    pos : array, shape (n, 3)
        [m].
    subject : str
    mri_head_t : Transform
    subjects_dir : path-like | None
    kind : "mri" | "ras"
        FreeSurfer's surface RAS, or the scanner's.
    unscale : bool
        Only False.

    Returns
    -------
    coordinates : array, shape (n, 3)
        [mm].
    """
    one_of("kind", kind, ("ras", "mri"))
    if flag("unscale", unscale):
        raise not_yet("unscale=True, of MRIs that were scaled", "unscale=False")
    trans = between(mri_head_t, "head", "mri")
    if kind == "ras":
        mri = _core.meeg.read_mgh(subject_file(subject, subjects_dir, "mri", "T1.mgz"), False)
        trans = combine_transforms(trans, mri.mri_ras_t, "head", "ras")
    else:
        subjects_folder(subjects_dir)
    return apply_trans(trans, pos) * 1000.0


@_verbose
def vertex_to_mni(vertices, hemis, subject, subjects_dir=None, verbose=None):
    """Where vertices of the white surface are in MNI's Talairach space.

    Parameters
    ----------
    vertices : int | list of int
    hemis : int | list of int
        0 left, 1 right; one for all, or one for each.
    subject : str
    subjects_dir : path-like | None

    Returns
    -------
    coordinates : array, shape (n_vertices, 3)
        [mm]; of a single vertex of shape (3,).
    """
    single = not isinstance(vertices, (list, tuple, np.ndarray))
    vertices = [operator.index(vertices)] if single else list(vertices)
    sides = list(hemis) if isinstance(hemis, (list, tuple, np.ndarray)) else [hemis] * len(vertices)
    if len(sides) != len(vertices):
        raise ValueError(f"hemis must be one, or one for each of the {len(vertices)} vertices; got {len(sides)}")
    rr = [read_surface(subject_file(subject, subjects_dir, "surf", f"{h}.white"))[0] for h in ("lh", "rh")]
    trans = np.array(read_talxfm(subject, subjects_dir)["trans"])
    trans[:3, 3] *= 1000.0  # to mm
    places = apply_trans(trans, np.array([rr[side][v] for side, v in zip(sides, vertices)]))
    return places[0] if single else places


def head_mri(trans, allow_none=True):
    """The transform from the MRI to the head: given, of a file, or where None is allowed none; and how it is named."""
    if isinstance(trans, Transform):
        return between(trans, "mri", "head"), "instance of Transform"
    if trans is None:
        if not allow_none:
            raise TypeError("trans must be a Transform or the path of one; got None")
        return Transform("mri", "head"), "identity"
    if trans == "fsaverage":
        raise not_yet('trans="fsaverage"', "the path of fsaverage-trans.fif")
    path = pathlib.Path(path_of(trans))
    if not path.is_file():
        raise FileNotFoundError(f"trans must be a file; {path} is none")
    if path.suffix in (".fif", ".gz"):
        return between(read_trans(path), "mri", "head"), str(path)
    return between(Transform("head", "mri", np.loadtxt(path)), "mri", "head"), str(path)


__all__ = ["get_volume_labels_from_aseg", "head_to_mni", "head_to_mri", "read_freesurfer_lut", "read_lta", "read_talxfm",
           "vertex_to_mni"]  # fmt: skip
