"""Distances along the cortex."""

import numpy as np

from ranvier import _core
from ranvier.errors import warn

from ..logs import verbose as _verbose
from .spaces import as_spaces


@_verbose
def add_source_space_distances(src, dist_limit=np.inf, n_jobs=None, *, verbose=None):
    """Add the distances between vertices along the surface, and which vertex is nearest to each point; in place.

    Parameters
    ----------
    src : SourceSpaces
        Surfaces.
    dist_limit : float
        Distances beyond are left out [m]. Default: none. With 0, only what is nearest to each point is found.
    n_jobs : int | None
        Threads.

    Returns
    -------
    src : SourceSpaces
        `src` itself. "nearest" is there only where all points are within the limit of a vertex.
    """
    if as_spaces(src).kind != "surface":
        raise RuntimeError(f"distances are along surfaces; this source space is of kind {src.kind!r}")
    dist_limit = float(dist_limit)
    largest = max(space["nuse"] for space in src)
    if dist_limit == np.inf and largest > 10242:
        warn(
            f"all distances between {largest} vertices take long and much memory; give a dist_limit, or 0 for patches alone"
        )
    _core.meeg.add_distances(src, dist_limit)
    return src


__all__ = ["add_source_space_distances"]
