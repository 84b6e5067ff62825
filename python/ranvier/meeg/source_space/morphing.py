"""Source spaces carried over to another subject."""

import os

import numpy as np

from ranvier import _core

from ..logs import tell
from ..logs import verbose as _verbose
from ..subjects import subject_file, subject_of
from ..surface.files import read_surface
from .setup import surface_in
from .spaces import SourceSpaces, as_spaces, hemispheres


def _goals(space, subject_from, subject_to, hemi, subjects_dir):
    """The vertex of the other subject that each vertex in use goes to: the nearest on the registered spheres, and of its
    neighbours one that is free where it is taken."""
    own, other = (
        surface_in(subject_file(s, subjects_dir, "surf", f"{hemi}.sphere.reg")) for s in (subject_from, subject_to)
    )
    vertno = np.asarray(space["vertno"])
    nearest = _core.meeg.nearest_points(other["rr"], own["rr"][vertno])
    goals, taken, near = np.zeros(space["np"], int), set(), None
    for v, goal in zip(vertno.tolist(), nearest.tolist()):
        if goal in taken:
            if near is None:
                near = _core.meeg.neighbours(other["np"], other["tris"])[0]
            free = [k for k in near[goal].tolist() if k not in taken]
            if not free:
                raise RuntimeError(f"vertex {goal} of {subject_to} is wanted twice, and no neighbour is free")
            tell(f"vertex {goal} of {subject_to} is taken; {free[0]} beside it is used")
            goal = free[0]
        goals[v] = goal
        taken.add(goal)
    return goals


@_verbose
def morph_source_spaces(src_from, subject_to, surf="white", subject_from=None, subjects_dir=None, verbose=None):
    """The vertices of another subject's surface that correspond to those of a source space.

    Parameters
    ----------
    src_from : SourceSpaces
        Surfaces.
    subject_to : str
    surf : str
        The surface to put sources on.
    subject_from : str | None
        Default None: that of `src_from`.
    subjects_dir : path-like | None

    Returns
    -------
    src : SourceSpaces
    """
    subject_from = subject_of(as_spaces(src_from, "src_from")._subject, subject_from, name="subject_from")
    spaces = []
    for space in src_from:
        if space["type"] != "surf":
            raise RuntimeError(f"src_from must be of surfaces; got one of type {space['type']!r}")
        hemi = hemispheres.get(space["id"])
        if hemi is None:
            raise ValueError(
                f"src_from must say of its surfaces which hemisphere they are (id 101 or 102); got {space['id']}"
            )
        rr, tris = read_surface(subject_file(subject_to, subjects_dir, "surf", f"{hemi}.{surf}"))
        goals = _goals(space, subject_from, subject_to, hemi, subjects_dir)
        white = _core.meeg.Surface()
        white.update(rr=rr / 1e3, tris=tris, id=space["id"])
        made = _core.meeg.whole_surface(white)
        made["vertno"] = np.sort(goals[space["vertno"]])
        if space["use_tris"] is not None:
            made["use_tris"] = goals[space["use_tris"]]
        made["subject_his_id"] = subject_to
        spaces.append(made)
    return SourceSpaces(spaces, dict(working_dir=os.getcwd(), command_line="None"))


__all__ = ["morph_source_spaces"]
