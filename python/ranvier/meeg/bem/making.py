"""Making heads of compartments out of surfaces."""

import numbers

import numpy as np

from ranvier import _core
from ranvier.errors import warn

from ..logs import verbose as _verbose
from ..source_space.setup import surface_in
from ..subjects import subject_file
from .model import complete

_files = (("inner_skull", 1), ("outer_skull", 3), ("outer_skin", 4))


@_verbose
def make_bem_model(subject, ico=4, conductivity=(0.3, 0.006, 0.3), subjects_dir=None, verbose=None):
    """The surfaces of a head as a conductor, of one or three shells.

    Parameters
    ----------
    subject : str
        Whose ``bem/inner_skull.surf``, ``outer_skull.surf`` and ``outer_skin.surf`` are taken.
    ico : int | None
        20 · 4^ico triangles are left of each surface, which must be a subdivided icosahedron. Default 4: 5120; None: all.
    conductivity : float | list of float
        Of brain, skull and skin [S/m], or of the brain alone for one shell. Default (0.3, 0.006, 0.3).
    subjects_dir : path-like | None

    Returns
    -------
    surfaces : list of dict
        The outermost first. Each is closed and lies inside of the one before.
    """
    conductivity = np.atleast_1d(np.asarray(conductivity, float))
    if conductivity.shape not in ((1,), (3,)):
        raise ValueError(f"conductivity must be a number, or a list of 1 or 3; got {conductivity}")
    if not (np.isfinite(conductivity) & (conductivity > 0)).all():
        raise ValueError(f"conductivity must be > 0 S/m; got {conductivity}")
    if ico is not None and (isinstance(ico, bool) or not isinstance(ico, numbers.Integral)):
        raise TypeError(f"ico must be a whole number or None; got {ico!r}")
    surfaces = []
    for (name, number), sigma in zip(_files, conductivity):
        surface = surface_in(subject_file(subject, subjects_dir, "bem", f"{name}.surf"))
        surface.update(id=number, sigma=float(sigma))
        surface = surface if ico is None else _core.meeg.decimated(surface, ico)
        complete(surface, "raise", "; mend it")
        surfaces.append(surface)
    surfaces = _core.meeg.shells(surfaces)
    if len(surfaces) > 1 and surfaces[0]["np"] > 10000:
        warn(
            f"these surfaces have {surfaces[0]['np']} points each, and a solution needs their square in memory; ico=4 is enough"
        )
    return surfaces


__all__ = ["make_bem_model"]
