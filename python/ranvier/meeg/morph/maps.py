"""Maps between the surfaces of two subjects."""

import operator

import numpy as np

from ranvier import _core
from ranvier.errors import warn

from ..checks import flag, needed
from ..logs import tell
from ..logs import verbose as _verbose
from ..subjects import subject_file, subjects_folder
from ..surface.files import read_surface


def _made(subject_from, subject_to, folder, names_from, names_to):
    """The maps of both hemispheres, from registered spheres."""
    maps = []
    for name_from, name_to in zip(names_from, names_to):
        rr, tris = read_surface(subject_file(subject_from, folder, "surf", name_from))
        if (subject_from, name_from) == (subject_to, name_to):
            maps.append(needed("scipy.sparse", "a morph map").eye_array(len(rr), format="csr"))
        else:
            maps.append(
                _core.meeg.morph_map(rr, tris, read_surface(subject_file(subject_to, folder, "surf", name_to))[0])
            )
    return maps


@_verbose
def read_morph_map(subject_from, subject_to, subjects_dir=None, xhemi=False, verbose=None):
    """The maps from one subject's surfaces to another's, from ``morph-maps/…-morph.fif`` in the folder of subjects.

    Where there is none, it is made of ``surf/?h.sphere.reg``, and kept there together with the way back.

    Parameters
    ----------
    subject_from, subject_to : str
    subjects_dir : path-like | None
    xhemi : bool
        Whether to lead to the other hemisphere, of the same subject; spheres are then ``?h.sphere.left_right``.

    Returns
    -------
    left_map, right_map : scipy.sparse.csr_array, shape (n_vertices_to, n_vertices_from)
    """
    folder = subjects_folder(subjects_dir)
    if flag("xhemi", xhemi) and subject_from != subject_to:
        raise NotImplementedError("maps between hemispheres are of one subject: subject_to must be subject_from")
    ending = "-xhemi-morph.fif" if xhemi else "-morph.fif"
    for first, second in ((subject_from, subject_to), (subject_to, subject_from)):
        path = folder / "morph-maps" / f"{first}-{second}{ending}"
        if path.is_file():
            for name_from, name_to, left, right in _core.meeg.read_morph_maps_fif(path):
                if (name_from, name_to) == (subject_from, subject_to) and left.shape[0] and right.shape[0]:
                    return left, right
            raise ValueError(f"{path} must hold the maps from {subject_from} to {subject_to} of both hemispheres")
    path = folder / "morph-maps" / f"{subject_from}-{subject_to}{ending}"
    tell(f"making morph map {path}")
    sides = ("lh.sphere.left_right", "rh.sphere.left_right") if xhemi else ("lh.sphere.reg", "rh.sphere.reg")
    others = sides[::-1] if xhemi else sides
    maps = _made(subject_from, subject_to, folder, sides, others)
    kept = [(subject_from, subject_to, *maps)]
    if subject_from != subject_to:
        kept.append((subject_to, subject_from, *_made(subject_to, subject_from, folder, sides, others)))
    try:
        path.parent.mkdir(exist_ok=True)
        _core.meeg.write_morph_maps_fif(kept, path, True)
    except OSError as wrong:
        warn(f"the morph map can't be kept in {path} ({wrong}); it is made anew each time")
    return tuple(maps)


@_verbose
def grade_to_vertices(subject, grade, subjects_dir=None, n_jobs=None, verbose=None):
    """The vertices of both hemispheres that an icosahedron samples on the registered sphere.

    Parameters
    ----------
    subject : str
    grade : int | list of array | None
        Of the icosahedron; vertices of one's own, for each hemisphere; None: all.
    subjects_dir : path-like | None

    Returns
    -------
    vertices : list of array of int
    """
    if isinstance(grade, (list, tuple)):
        if len(grade) != 2:
            raise ValueError(f"grade as a list holds vertices of both sides; got {len(grade)} arrays")
        return [np.asarray(each, np.int64) for each in grade]
    if subject == "fsaverage" and grade is not None and operator.index(grade) == 5:
        return [np.arange(10242), np.arange(10242)]  # it is made so
    vertices = []
    for hemi in ("lh", "rh"):
        rr = read_surface(subject_file(subject, subjects_dir, "surf", f"{hemi}.sphere.reg"))[0]
        if grade is None:
            vertices.append(np.arange(len(rr)))
            continue
        ico = _core.meeg.icosahedron(operator.index(grade))["rr"]
        size = np.linalg.norm(rr, axis=1, keepdims=True)
        # MNE-Python compares them in single precision.
        found = np.sort(_core.meeg.nearest_points((rr / size).astype(np.float32), ico.astype(np.float32)))
        if (np.diff(found) == 0).any():
            raise ValueError(f"grade must be lower than {grade}: the surface of {subject} has too few vertices for it")
        vertices.append(found)
    return vertices


__all__ = ["grade_to_vertices", "read_morph_map"]
