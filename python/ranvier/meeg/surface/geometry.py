"""What follows from the triangles of a surface."""

import copy as _copy

import numpy as np

from ranvier import _core

from ..checks import flag, not_yet, one_of
from ..logs import tell
from ..logs import verbose as _verbose


@_verbose
def complete_surface_info(surf, do_neighbor_vert=False, copy=True, do_neighbor_tri=True, *, verbose=None):
    """Add what follows from points and triangles of a surface.

    Parameters
    ----------
    surf : dict
        With "rr" and "tris".
    do_neighbor_vert, do_neighbor_tri : bool
        Whether to add the neighbours of each point ("neighbor_vert"), and the triangles around it ("neighbor_tri").
    copy : bool
        Default True; False: in place.

    Returns
    -------
    surf : dict
        With "ntri", "np", "tri_area", "tri_cent", "tri_nn" and normals "nn", too.
    """
    surf = _copy.deepcopy(surf) if flag("copy", copy) else surf
    made = _core.meeg.Surface()
    made.update(rr=np.asarray(surf["rr"], float), tris=surf["tris"])
    made.check()
    made.compute_normals()
    items = dict(ntri=made["ntri"], np=made["np"], nn=np.array(made["nn"]))
    items.update({key: np.array(made[key]) for key in ("tri_area", "tri_cent", "tri_nn")})
    if flag("do_neighbor_vert", do_neighbor_vert) or flag("do_neighbor_tri", do_neighbor_tri):
        points, triangles = _core.meeg.neighbours(made["np"], made["tris"])
        few = [k for k, around in enumerate(triangles) if 0 < len(around) < 3]
        if few:
            tell(f"{len(few)} points have fewer than three triangles around them; they get none: {few[:20]}")
        if do_neighbor_tri:
            items["neighbor_tri"] = [around if len(around) >= 3 else np.array([], int) for around in triangles]
        if do_neighbor_vert:
            items["neighbor_vert"] = list(points)
    for key, value in items.items():
        if not isinstance(surf, _core.meeg.Surface) or key == "nn":
            surf[key] = value
    return surf


def _points(tris):
    tris = np.asarray(tris)
    if tris.ndim != 2 or tris.shape[1] != 3 or tris.dtype.kind not in "iu":
        raise ValueError(f"tris must be whole numbers of shape (n, 3); got {tris.dtype} of shape {tris.shape}")
    if tris.size and tris.max() > len(np.unique(tris)):
        raise ValueError(
            f"tris must have all points as corners; they have {len(np.unique(tris))} of {tris.max() + 1}: number them anew"
        )
    return tris, int(tris.max(initial=-1)) + 1


def mesh_edges(tris):
    """The edges of triangles.

    Parameters
    ----------
    tris : array of int, shape (n_tris, 3)

    Returns
    -------
    edges : scipy.sparse.csr_array, shape (n_points, n_points)
        How many triangles have each edge, as MNE-Python counts them.
    """
    tris, n = _points(tris)
    return _core.meeg.edge_counts(n, tris)


def mesh_dist(tris, vert):
    """The lengths of the edges of triangles.

    Parameters
    ----------
    tris : array of int, shape (n_tris, 3)
    vert : array of float, shape (n_vert, 3)

    Returns
    -------
    dist_matrix : scipy.sparse.csr_array
    """
    tris, n = _points(tris)
    vert = np.asarray(vert, float)
    if vert.ndim != 2 or vert.shape[1] != 3 or len(vert) < n:
        raise ValueError(f"vert must have shape (n_vert, 3) with at least {n} rows; got {vert.shape}")
    return _core.meeg.edge_lengths(vert[:n], tris)


def fast_cross_3d(x, y):
    """Cross products of vectors along the last axis."""
    x, y = np.asarray(x), np.asarray(y)
    if x.shape[-1:] != (3,) or y.shape[-1:] != (3,):
        raise ValueError(f"x and y must end in three numbers each; got shapes {x.shape} and {y.shape}")
    return np.cross(x, y)


@_verbose
def decimate_surface(points, triangles, n_triangles, method="quadric", *, verbose=None):
    """Not in Ranvier yet, but for surfaces that are subdivided icosahedra.

    Parameters
    ----------
    points : array of float, shape (n_points, 3)
    triangles : array of int, shape (n_tris, 3)
    n_triangles : int
        20, 80, 320, 1280, 5120 or 20480.
    method : "sphere"

    Returns
    -------
    points : array of float, shape (n_points, 3)
    triangles : array of int, shape (n_triangles, 3)
    """
    if n_triangles > len(triangles):
        raise ValueError(f"n_triangles must be at most {len(triangles)}, as many as there are; got {n_triangles}")
    if one_of("method", method, ("quadric", "sphere")) == "quadric":
        raise not_yet('method="quadric", which is VTK\'s', 'method="sphere" of surfaces that are icosahedra')
    grades = {20 * 4**grade: grade for grade in range(8)}
    if n_triangles not in grades:
        raise ValueError(f"n_triangles must be one of {', '.join(map(str, grades))}; got {n_triangles}")
    whole = _core.meeg.Surface()
    whole.update(rr=np.asarray(points, float), tris=triangles)
    made = _core.meeg.decimated(whole, grades[n_triangles])
    return np.array(made["rr"]), np.array(made["tris"])


__all__ = ["complete_surface_info", "decimate_surface", "fast_cross_3d", "mesh_dist", "mesh_edges"]
