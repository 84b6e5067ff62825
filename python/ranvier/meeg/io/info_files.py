"""Reading and writing measurement info."""

from ranvier import _core

from ..checks import output_path, path_of
from ..info import Info


def read_info(fname, verbose=None):
    """Read the Info of a FIFF file."""
    return Info(_core.meeg.read_info_fif(path_of(fname)))


def write_info(fname, info, *, overwrite=False, verbose=None):
    """Write an Info to a FIFF file."""
    _core.meeg.write_info_fif(info._engine, output_path(fname, overwrite), overwrite)
