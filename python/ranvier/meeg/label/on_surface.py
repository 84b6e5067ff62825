"""What the surface says of a label."""

import numpy as np

from ranvier import _core
from ranvier.errors import warn

from ..logs import verbose as _verbose
from ..source_space.spaces import SourceSpaces
from ..subjects import subject_file, subject_of
from ..surface.files import read_surface


def surface_of(label, subject, subjects_dir, surface):
    """Places and triangles of the surface that a label is on."""
    subject = subject_of(label.subject, subject)
    return read_surface(subject_file(subject, subjects_dir, "surf", f"{label.hemi}.{surface}"))


@_verbose
def compute_area(label, subject=None, subjects_dir=None, surface="white", *, verbose=None):
    """The area of the triangles whose corners are all in the label [m²].

    Parameters
    ----------
    subject : str | None
    subjects_dir : path-like | None
    surface : str
        Default "white".
    """
    rr, tris = surface_of(label, subject, subjects_dir, surface)
    area = _core.meeg.area_of(rr, tris, label.vertices)
    if area == 0:
        warn("the label has no triangle with all corners, so no area: label.fill(src) gives it its vertices")
    return area * 1e-6


@_verbose
def distances_to_outside(label, subject=None, subjects_dir=None, surface="white", *, verbose=None):
    """How far each vertex is from the nearest one outside of the label, along the surface.

    Parameters
    ----------
    subject : str | None
    subjects_dir : path-like | None
    surface : str
        Default "white".

    Returns
    -------
    dist : array of float, shape (n_vertices,)
        [m].
    outside_vertices : array of int, shape (n_vertices,)
    """
    rr, tris = surface_of(label, subject, subjects_dir, surface)
    inside = np.zeros(len(rr), bool)
    inside[label.vertices] = True
    outside = np.flatnonzero(~inside)
    if len(outside) == 0:
        raise ValueError("the label must leave vertices of the surface outside")
    distances, sources = _core.meeg.reached(rr, tris, outside, np.inf)
    return distances[label.vertices] * 1e-3, sources[label.vertices]


def centre(vertices, values, hemi, surf, subject, subjects_dir, restrict_vertices):
    """The vertex that is nearest to the mean place of some, weighted by values."""
    if not isinstance(surf, str):
        raise TypeError(f"surf must be the name of a surface; got {surf!r}")
    values = np.asarray(values, float)
    if (values < 0).any() or not (values > 0).any():
        raise ValueError(
            "a centre of mass is of values >= 0 that are not all 0; set label.values[:] = 1 for that of its places"
        )
    rr = read_surface(subject_file(subject, subjects_dir, "surf", f"{hemi}.{surf}"))[0]
    if restrict_vertices is True:
        restrict_vertices = vertices
    elif restrict_vertices is False:
        restrict_vertices = np.arange(len(rr))
    elif isinstance(restrict_vertices, SourceSpaces):
        restrict_vertices = restrict_vertices[1 if restrict_vertices.kind == "surface" and hemi == "rh" else 0][
            "vertno"
        ]
    allowed = np.asarray(restrict_vertices)
    whole = allowed.ndim == 1 and len(allowed) > 0 and allowed.dtype.kind in "iu"
    if not whole or allowed.min() < 0 or allowed.max() >= len(rr):
        raise ValueError(f"restrict_vertices must be True, False, SourceSpaces or vertices of the surface, 0 to {len(rr) - 1}; "
                         f"got {restrict_vertices!r}")  # fmt: skip
    place = values @ rr[vertices] / values.sum()
    return int(allowed[_core.meeg.nearest_points(rr[allowed], place[np.newaxis])[0]])


def center_of_mass(label, subject=None, restrict_vertices=False, subjects_dir=None, surf="sphere"):
    """The vertex at the centre of the label, weighted by its values.

    Parameters
    ----------
    subject : str | None
    restrict_vertices : bool | array of int | SourceSpaces
        Which vertices it may be: any (False, the default), the label's (True), or some.
    subjects_dir : path-like | None
    surf : str
        Where places are taken. Default "sphere".

    Returns
    -------
    vertex : int
    """
    subject = subject_of(label.subject, subject)
    return centre(label.vertices, label.values, label.hemi, surf, subject, subjects_dir, restrict_vertices)
