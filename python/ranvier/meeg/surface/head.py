"""The outer skin."""

import glob

from ..bem.model import read_bem_surfaces
from ..checks import names_in
from ..logs import verbose as _verbose
from ..subjects import subjects_folder


@_verbose
def get_head_surf(subject, source=("bem", "head"), subjects_dir=None, on_defects="raise", verbose=None):
    """The outer skin of a subject, from ``bem/SUBJECT-bem.fif`` or ``SUBJECT-head.fif``, or the like.

    Parameters
    ----------
    subject : str
    source : str | list of str
        What the file's name ends in, in the order in which they are looked for.
    subjects_dir : path-like | None
    on_defects : "raise" | "warn" | "ignore"
        What to do where points have fewer than three triangles around them.

    Returns
    -------
    surf : dict
    """
    folder = subjects_folder(subjects_dir) / subject / "bem"
    if not folder.is_dir():
        raise FileNotFoundError(f"subject {subject!r} has no folder bem: {folder} is missing")
    for ending in names_in("source", list(source) if not isinstance(source, str) else source):
        own = folder / f"{subject}-{ending}.fif"
        found = [own] if own.exists() else sorted(folder.glob(f"{glob.escape(subject)}*{ending}.fif"))
        for path in found:
            try:
                return read_bem_surfaces(path, True, 4, on_defects)
            except ValueError:  # no outer skin in it
                continue
    raise OSError(f"source must name a file with an outer skin; there is no {subject}*{source} with one in {folder}")


__all__ = ["get_head_surf"]
