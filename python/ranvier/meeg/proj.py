"""Reading and writing signal-space projections."""

from ranvier import _core

from .checks import output_path, path_of
from .points import Projection


def read_proj(fname, *, verbose=None):
    """Read projections from a FIFF file (``-proj.fif``): a list of Projection."""
    return _core.meeg.read_projections_fif(path_of(fname))


def write_proj(fname, projs, *, overwrite=False, verbose=None):
    """Write projections to a FIFF file."""
    projs = [projs] if isinstance(projs, Projection) else list(projs)
    _core.meeg.write_projections_fif(projs, output_path(fname, overwrite), overwrite)


__all__ = ["read_proj", "write_proj"]
