"""Reading and writing signal-space projections."""

from ranvier import _core

from .checks import fif_name, names_in, one_of, output_path, path_of
from .logs import verbose as _verbose
from .points import Projection


@_verbose
def read_proj(fname, *, verbose=None):
    """Read projections from a FIFF file (``-proj.fif``): a list of Projection."""
    return _core.meeg.read_projections_fif(fif_name(path_of(fname), "proj"))


@_verbose
def write_proj(fname, projs, *, overwrite=False, verbose=None):
    """Write projections to a FIFF file."""
    projs = [projs] if isinstance(projs, Projection) else list(projs)
    _core.meeg.write_projections_fif(projs, fif_name(output_path(fname, overwrite), "proj"), overwrite)


@_verbose
def make_eeg_average_ref_proj(info, activate=True, *, ch_type="eeg", verbose=None):
    """The projection that subtracts the average of the good channels of a type, or of several.

    Parameters
    ----------
    info : Info
    activate : bool
        Whether it says of itself that it has been applied. Default True.
    ch_type : "eeg" | "ecog" | "seeg" | "dbs" | list of str
        Default "eeg".

    Returns
    -------
    proj : Projection
    """
    kinds = names_in("ch_type", ch_type)
    for kind in kinds:
        one_of("ch_type", kind, ("eeg", "ecog", "seeg", "dbs"))
        if kind not in info.get_channel_types():
            raise ValueError(f"an average reference needs channels of its ch_type; there are none of {kind!r}")
    if info["custom_ref_applied"]:
        raise RuntimeError("an average-reference projection can't follow another reference, and there is one already")
    proj = _core.meeg.average_reference(info._engine, kinds)
    proj["active"] = bool(activate)
    return proj


__all__ = ["make_eeg_average_ref_proj", "read_proj", "write_proj"]
