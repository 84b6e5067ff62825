"""Source estimates in files."""

import numpy as np

from ranvier import _core
from ranvier.errors import file_error

from ..checks import not_yet, path_of
from ..subjects import subject_of
from .classes import SourceEstimate, VolSourceEstimate


def read_source_estimate(fname, subject=None):
    """Read what sources do in time, from ``.stc`` files (MNE's) or ``.w`` files (FreeSurfer's, of a single time).

    Parameters
    ----------
    fname : path-like
        A file of one hemisphere (``…-lh.stc``, ``…-rh.stc``, ``…-lh.w``, ``…-rh.w``), or what both begin with; or a file of a
        volume (``…-vl.stc``, ``…-vol.stc``, ``…-vl.w``, ``…-vol.w``).
    subject : str | None
        Whose sources they are, which files do not say.

    Returns
    -------
    stc : SourceEstimate | VolSourceEstimate
    """
    subject = subject_of(None, subject, False)
    name = str(path_of(fname))
    if path_of(name).is_file():
        if name.endswith(("-vl.stc", "-vol.stc", "-vl.w", "-vol.w")):
            is_stc = name.endswith(".stc")
            tmin, tstep, vertices, data = (_core.meeg.read_stc if is_stc else _core.meeg.read_w)(name)
            return VolSourceEstimate(data, [vertices], tmin, tstep if is_stc else 1.0, subject)
        if name.endswith(".h5"):
            raise not_yet("HDF5 files of source estimates", ".stc files")
        ending = next((e for e in (".stc", ".w") if name.endswith((f"-lh{e}", f"-rh{e}"))), None)
        if ending is None:
            raise file_error(
                f"{name}: a source estimate's file must end in -lh.stc, -rh.stc, -lh.w, -rh.w, -vl.stc or -vl.w",
                name,
                -1,
            )
        name, endings = name[: -3 - len(ending)], [ending]
    else:
        endings = [".stc", ".w"]
    for ending in endings:
        paths = [path_of(f"{name}-{hemi}{ending}") for hemi in ("lh", "rh")]
        there = [path.is_file() for path in paths]
        if all(there):
            return _both(paths, ending, subject)
        if any(there):
            raise file_error(f"Hemisphere missing for {name!r}: {paths[there.index(False)]} is not there", name, -1)
    if path_of(f"{name}-stc.h5").is_file() or path_of(f"{name}.h5").is_file():
        raise not_yet("HDF5 files of source estimates", ".stc files")
    raise file_error(f"no file of an estimate begins with {name!r}", name, -1)


def _both(paths, ending, subject):
    read = _core.meeg.read_stc if ending == ".stc" else _core.meeg.read_w
    (tmin, tstep, left, lh), (tmin_right, tstep_right, right, rh) = map(read, paths)
    if (tmin, tstep) != (tmin_right, tstep_right) or lh.shape[1] != rh.shape[1]:
        raise file_error(f"{paths[0]} and {paths[1]} must have the same times", str(paths[1]), -1)
    order = [np.argsort(left, kind="stable"), np.argsort(right, kind="stable")]
    data = np.concatenate([lh[order[0]], rh[order[1]]])
    return SourceEstimate(data, [left[order[0]], right[order[1]]], tmin, tstep, subject)


__all__ = ["read_source_estimate"]
