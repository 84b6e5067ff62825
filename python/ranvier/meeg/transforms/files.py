"""Transforms in files."""

from ranvier import _core

from ..checks import fif_name, flag, output_path, path_of
from ..logs import verbose as _verbose
from ..points import Transform
from ..subjects import subject_file


@_verbose
def read_trans(fname, return_all=False, verbose=None):
    """Read a coordinate transform from a FIFF file (``-trans.fif``).

    Parameters
    ----------
    fname : path-like
    return_all : bool
        Whether to return all of the file, as a list, and not only the first.

    Returns
    -------
    trans : Transform | list of Transform
    """
    transforms = _core.meeg.read_transforms_fif(path_of(fname))
    return transforms if flag("return_all", return_all) else transforms[0]


@_verbose
def write_trans(fname, trans, *, overwrite=False, verbose=None):
    """Write a coordinate transform to a FIFF file (``-trans.fif``)."""
    _core.meeg.write_transform_fif(trans, fif_name(output_path(fname, overwrite), "trans"), overwrite)


@_verbose
def save(trans, fname, *, overwrite=False, verbose=None):
    """Write to a FIFF file (``-trans.fif``), as `write_trans`."""
    write_trans(fname, trans, overwrite=overwrite)


@_verbose
def read_ras_mni_t(subject, subjects_dir=None, verbose=None):
    """Read the transform from the scanner's RAS to MNI's Talairach space [mm] (``mri/transforms/talairach.xfm``).

    Parameters
    ----------
    subject : str
    subjects_dir : path-like | None

    Returns
    -------
    ras_mni_t : Transform
    """
    path = subject_file(subject, subjects_dir, "mri", "transforms", "talairach.xfm")
    return Transform("ras", "mni_tal", _core.meeg.read_xfm(path))


__all__ = ["read_ras_mni_t", "read_trans", "save", "write_trans"]
