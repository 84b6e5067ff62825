"""Surfaces in files: FreeSurfer's, Wavefront's, GIFTI's, and .tri."""

from collections.abc import Mapping

import numpy as np

from ranvier import _core
from ranvier.errors import warn

from ..checks import flag, not_yet, one_of, output_path, path_of
from ..logs import verbose as _verbose


def _kind(path, file_format):
    one_of("file_format", file_format, ("auto", "freesurfer", "obj"))
    name = path.name.lower().removesuffix(".gz")
    if file_format == "auto" and name.endswith(".gii"):
        return "gifti"
    return "obj" if file_format == "obj" or (file_format == "auto" and path.suffix.lower() == ".obj") else "freesurfer"


_readers = {"obj": "read_obj_surface", "freesurfer": "read_freesurfer_surface", "gifti": "read_gifti_surface"}


@_verbose
def read_surface(fname, read_metadata=False, return_dict=False, file_format="auto", verbose=None):
    """Read a surface of triangles, of FreeSurfer's, Wavefront's (``.obj``) or GIFTI's (``.gii``, ``.gii.gz``).

    Parameters
    ----------
    fname : path-like
    read_metadata : bool
        Whether to return also what the file says of the volume that the surface was made from.
    return_dict : bool
        Whether to return also a dict with the keys "rr", "tris", "ntri", "use_tris", "np".
    file_format : "auto" | "freesurfer" | "obj"
        Default "auto": by the file's name.

    Returns
    -------
    rr : array of float, shape (n_vertices, 3)
        Places, as the file has them: mm in FreeSurfer's.
    tris : array of int, shape (n_triangles, 3)
    volume_info : dict
        Only where `read_metadata`.
    surf : dict
        Only where `return_dict`.
    """
    path = path_of(fname)
    rr, tris, geometry, stamp = getattr(_core.meeg, _readers[_kind(path, file_format)])(path)
    found = [rr, tris]
    if flag("read_metadata", read_metadata):
        found.append({**geometry, **({"create_stamp": stamp} if geometry else {})})
    if flag("return_dict", return_dict):
        found.append(dict(rr=rr, tris=tris, ntri=len(tris), use_tris=tris, np=len(rr)))
    return tuple(found)


def _rows_of_three(name, values, kinds):
    """An array of shape (n, 3), of numbers of some kinds."""
    rows = np.asarray(values)
    if rows.ndim != 2 or rows.shape[1] != 3 or rows.dtype.kind not in kinds:
        words = "whole numbers" if kinds == "iu" else "numbers"
        raise ValueError(f"{name} must be an array of {words} of shape (n, 3); got {rows.dtype} of shape {rows.shape}")
    return rows


@_verbose
def write_surface(fname, coords, faces, create_stamp="", volume_info=None, file_format="auto", overwrite=False, *,
                  verbose=None):  # fmt: skip
    """Write a surface of triangles, as `read_surface` reads it.

    Parameters
    ----------
    fname : path-like
    coords : array of float, shape (n_vertices, 3)
    faces : array of int, shape (n_triangles, 3)
    create_stamp : str
        A line at the beginning of the file.
    volume_info : dict | None
        What `read_surface` returns with ``read_metadata=True``; FreeSurfer's files alone have it.
    file_format : "auto" | "freesurfer" | "obj"
    overwrite : bool
    """
    coords, faces = _rows_of_three("coords", coords, "fiu"), _rows_of_three("faces", faces, "iu")
    if not isinstance(create_stamp, str):
        raise TypeError(f"create_stamp must be a text; got {create_stamp!r}")
    if volume_info is not None and not isinstance(volume_info, Mapping):
        raise TypeError(f"volume_info must be a dict or None; got {volume_info!r}")
    path = output_path(fname, overwrite)
    if _kind(path, file_format) == "gifti":
        raise not_yet("writing GIFTI files", "a name without .gii, for FreeSurfer's, or one that ends in .obj")
    if _kind(path, file_format) == "obj":
        if volume_info:
            raise ValueError("volume_info must be None for .obj files, which have no place for it")
        _core.meeg.write_obj_surface(coords, faces, create_stamp, None, path, overwrite)
    else:
        _core.meeg.write_freesurfer_surface(coords, faces, create_stamp, volume_info or None, path, overwrite)


def read_curvature(filepath, binary=True):
    """Read values at the points of a surface (``?h.curv``).

    Parameters
    ----------
    filepath : path-like
    binary : bool
        Whether to return, for each, 1 where the value is 0 and else 0, as MNE-Python does. Default True.

    Returns
    -------
    curv : array, shape (n_vertices,)
    """
    values = _core.meeg.read_freesurfer_curvature(path_of(filepath))
    return np.array(values == 0, np.int64) if flag("binary", binary) else values


@_verbose
def read_tri(fname_in, swap=False, verbose=None):
    """Read a surface of triangles from a text file (``.tri``).

    Parameters
    ----------
    fname_in : path-like
    swap : bool
        Whether its triangles are clockwise from outside, and are turned.

    Returns
    -------
    rr : array of float, shape (n_vertices, 3)
    tris : array of int, shape (n_triangles, 3)
    """
    rr, tris, normals = _core.meeg.read_tri_surface(path_of(fname_in))
    if normals:
        warn("the file has normals, too, which are not returned; complete_surface_info() computes them")
    return rr, np.ascontiguousarray(tris[:, [0, 2, 1]]) if flag("swap", swap) else tris


__all__ = ["read_curvature", "read_surface", "read_tri", "write_surface"]
