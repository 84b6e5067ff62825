"""The outer skin written, and distances to the inner skull."""

import numpy as np

from ranvier import _core

from ..checks import rule_of
from ..logs import verbose as _verbose
from ..transforms.algebra import apply_trans
from .model import ConductorModel, complete, write_bem_surfaces


@_verbose
def write_head_bem(fname, rr, tris, on_defects="raise", overwrite=False, *, verbose=None):
    """Write a head's surface (``-head.fif``).

    Parameters
    ----------
    fname : path-like
    rr : array, shape (n_vertices, 3)
        MRI coordinates [m].
    tris : array of int, shape (n_tris, 3)
    on_defects : "raise" | "warn" | "ignore"
        What to do where points have fewer than three triangles around them, or the surface is not closed.
    overwrite : bool
    """
    on_defects = rule_of("on_defects", on_defects)
    head = _core.meeg.Surface()
    head.update(rr=np.asarray(rr, float), tris=tris, id=4, sigma=1.0)
    head.check()
    complete(head, on_defects)
    if on_defects == "raise":
        head.check_closed()
    write_bem_surfaces(fname, [head], overwrite=overwrite)


@_verbose
def distance_to_bem(pos, bem, trans=None, verbose=None):
    """How far places are from the inner skull: from its nearest point, or from the innermost sphere.

    Parameters
    ----------
    pos : array, shape (n, 3) | (3,)
        Head coordinates [m].
    bem : ConductorModel
    trans : Transform | None
        From the model's coordinates to the head's. Default None: they are the same.

    Returns
    -------
    distances : array of float, shape (n,) | float
    """
    if not isinstance(bem, ConductorModel):
        raise TypeError(f"bem must be a ConductorModel; got {type(bem).__name__}")
    pos = np.asarray(pos, float)
    if pos.ndim not in (1, 2) or pos.shape[-1] != 3:
        raise ValueError(f"pos must have shape (n, 3) or (3,); got {pos.shape}")
    if bem["is_sphere"]:
        centre = np.asarray(bem["r0"], float)
        centre = centre if trans is None else apply_trans(trans, centre)
        bounds = [*map(float, centre), float(bem["layers"][0]["rad"])]
    else:
        bounds = _core.meeg.Surface()
        points = np.asarray(bem["surfs"][0]["rr"])
        bounds.update(rr=points if trans is None else apply_trans(trans, points), tris=bem["surfs"][0]["tris"])
    found = _core.meeg.distances_to(bounds, np.atleast_2d(pos))
    return found[0] if pos.ndim == 1 else found


__all__ = ["distance_to_bem", "write_head_bem"]
