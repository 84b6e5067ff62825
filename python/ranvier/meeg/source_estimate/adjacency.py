"""Which sources are neighbours, in space and time."""

import numpy as np

from ranvier import _core
from ranvier.errors import warn

from ..checks import flag, needed
from ..logs import verbose as _verbose
from ..source_space.spaces import as_spaces
from ..surface.geometry import mesh_edges


def _graph(rows, columns, n, n_times=1):
    """A graph of entries, at each of some times."""
    if isinstance(n_times, bool) or not hasattr(n_times, "__index__") or n_times < 1:
        raise ValueError(f"n_times must be a whole number >= 1; got {n_times!r}")
    rows, columns = _core.meeg.over_times(rows, columns, n, int(n_times))
    sparse = needed("scipy.sparse", "a graph of neighbours")
    return sparse.coo_array((np.ones(len(rows), np.int64), (rows, columns)), shape=(n * n_times, n * n_times))


def _of_triangles(tris, n_times):
    sparse = needed("scipy.sparse", "a graph of neighbours")
    edges = mesh_edges(tris)
    edges = (edges + sparse.eye_array(edges.shape[0], format="csr")).tocoo()
    return _graph(edges.row, edges.col, edges.shape[0], n_times)


@_verbose
def spatio_temporal_tris_adjacency(tris, n_times, remap_vertices=False, verbose=None):
    """Which corners of triangles are neighbours, in space and time.

    Parameters
    ----------
    tris : array of int, shape (n_tris, 3)
    n_times : int
    remap_vertices : bool
        Whether corners are counted anew, without those that no triangle has.

    Returns
    -------
    adjacency : scipy.sparse.coo_array
        Nodes are the points at the first time, then those at the second …
    """
    tris = np.asarray(tris)
    if flag("remap_vertices", remap_vertices):
        tris = np.searchsorted(np.unique(tris), tris)
    return _of_triangles(tris, n_times)


@_verbose
def spatial_tris_adjacency(tris, remap_vertices=False, verbose=None):
    """Which corners of triangles are neighbours, as `spatio_temporal_tris_adjacency` at one time."""
    return spatio_temporal_tris_adjacency(tris, 1, remap_vertices)


@_verbose
def spatio_temporal_dist_adjacency(src, n_times, dist, verbose=None):
    """Which sources are within a distance along the surface, in space and time.

    Parameters
    ----------
    src : SourceSpaces
        With distances, as ``setup_source_space(add_dist=True)`` makes them.
    n_times : int
    dist : float
        [m].

    Returns
    -------
    adjacency : scipy.sparse.coo_array
    """
    if any(space["dist"] is None for space in as_spaces(src)):
        raise RuntimeError("src must have distances; setup_source_space(add_dist=True) adds them")
    rows, columns, before = [], [], 0
    for space in src:
        vertno = np.asarray(space["vertno"])
        block = space["dist"][vertno][:, vertno].tocoo()
        keep = (block.data > 0) & (block.data <= dist)
        order = np.lexsort((block.col[keep], block.row[keep]))
        rows.append(before + block.row[keep][order])
        columns.append(before + block.col[keep][order])
        before += len(vertno)
    return _graph(np.concatenate(rows), np.concatenate(columns), before, n_times)


@_verbose
def spatial_dist_adjacency(src, dist, verbose=None):
    """Which sources are within a distance, as `spatio_temporal_dist_adjacency` at one time."""
    return spatio_temporal_dist_adjacency(src, 1, dist)


def _of_surfaces(src, n_times):
    if any(space["use_tris"] is None for space in src):
        raise RuntimeError(
            "src must be of ico or oct spacing, whose triangles say which sources are neighbours; use dist="
        )
    used = [np.unique(space["use_tris"]) for space in src]
    before = np.cumsum([0, *map(len, used)])
    tris = np.concatenate([np.searchsorted(u, space["use_tris"]) + b for u, space, b in zip(used, src, before)])
    graph = spatio_temporal_tris_adjacency(tris, n_times)
    kept = [np.isin(u, space["vertno"]) for u, space in zip(used, src)]
    if [int(k.sum()) for k in kept] != [space["nuse"] for space in src]:
        raise ValueError("src must use corners of its triangles alone")
    kept = np.concatenate(kept)
    if not kept.all():
        missing = 100 * (1 - kept.mean())
        warn(
            f"{missing:0.1f}% of the corners of triangles are no sources, so neighbours are lacking there; dist= does without"
        )
        chosen = np.flatnonzero(np.tile(kept, n_times))
        graph = graph.tocsr()[chosen][:, chosen].tocoo()
    return graph


@_verbose
def spatio_temporal_src_adjacency(src, n_times, dist=None, verbose=None):
    """Which sources are neighbours, in space and time.

    Parameters
    ----------
    src : SourceSpaces
        Surfaces, or one volume.
    n_times : int
    dist : float | None
        Up to which distance along the surface [m]. Default None: corners of one triangle.

    Returns
    -------
    adjacency : scipy.sparse.coo_array
    """
    if as_spaces(src)[0]["type"] == "vol":
        if dist is not None:
            raise ValueError(f"dist must be None for volumes; got {dist}")
        if len(src) != 1:
            raise ValueError(f"src must be a single volume; got {len(src)} source spaces")
        vertno = src[0]["vertno"]
        return _graph(*_core.meeg.grid_graph(list(src[0]["shape"]), vertno), len(vertno), n_times)
    return _of_surfaces(src, n_times) if dist is None else spatio_temporal_dist_adjacency(src, n_times, dist)


@_verbose
def spatial_src_adjacency(src, dist=None, verbose=None):
    """Which sources are neighbours, as `spatio_temporal_src_adjacency` at one time."""
    return spatio_temporal_src_adjacency(src, 1, dist)


@_verbose
def spatial_inter_hemi_adjacency(src, dist, verbose=None):
    """Which sources are within a straight distance of those of the other hemisphere.

    Parameters
    ----------
    src : SourceSpaces
        Both surfaces.
    dist : float
        [m].

    Returns
    -------
    adjacency : scipy.sparse.csr_array
    """
    if as_spaces(src).kind != "surface":
        raise ValueError(f"src must be both surfaces; got kind {src.kind!r}")
    left, right = (space["rr"][space["vertno"]] for space in src)
    rows, columns = _core.meeg.near_pairs(left, right, float(dist))
    n = len(left) + len(right)
    columns = columns + len(left)
    sparse = needed("scipy.sparse", "a graph of neighbours")
    entries = np.concatenate([rows, columns]), np.concatenate([columns, rows])
    return sparse.csr_array((np.ones(2 * len(rows), int), entries), shape=(n, n))


@_verbose
def grade_to_tris(grade, verbose=None):
    """The triangles of an icosahedron of a grade, for both hemispheres.

    Parameters
    ----------
    grade : int

    Returns
    -------
    tris : array of int, shape (n_tris, 3)
    """
    tris = np.asarray(_core.meeg.icosahedron(int(grade))["tris"])
    return np.concatenate([tris, tris + tris.max() + 1])


__all__ = ["grade_to_tris", "spatial_dist_adjacency", "spatial_inter_hemi_adjacency", "spatial_src_adjacency",
           "spatial_tris_adjacency", "spatio_temporal_dist_adjacency", "spatio_temporal_src_adjacency",
           "spatio_temporal_tris_adjacency"]  # fmt: skip
