"""Source spaces on the cortex."""

import operator
import os
import re

import numpy as np

from ranvier import _core

from ..checks import one_of
from ..logs import verbose as _verbose
from ..subjects import subject_file, subjects_folder
from ..surface.files import read_surface
from .distances import add_source_space_distances
from .spaces import SourceSpaces


def _sampling(spacing):
    """What is laid over the sphere, and the number of a spacing; each or None."""
    allowed = '"ico#", "oct#", "all" or a whole number >= 2'
    if isinstance(spacing, str):
        if spacing == "all":
            return None, None
        found = re.fullmatch(r"(ico|oct)(.*)", spacing)
        if found is None:
            raise ValueError(f"spacing must be {allowed}; got {spacing!r}")
        if not re.fullmatch(r"[+-]?\d+", found[2]):
            raise ValueError(f"spacing must be {allowed}, with a whole number behind {found[1]}; got {spacing!r}")
        make = _core.meeg.icosahedron if found[1] == "ico" else _core.meeg.octahedron
        return make(int(found[2])), None
    try:
        steps = operator.index(spacing)
    except TypeError:
        raise TypeError(f"spacing must be {allowed}; got {spacing!r}") from None
    return None, steps


def surface_in(path):
    """A surface of FreeSurfer's as the engine has them [m]; its file is in mm."""
    rr, tris = read_surface(path)
    surface = _core.meeg.Surface()
    surface.update(rr=rr / 1e3, tris=tris)
    return surface


@_verbose
def setup_source_space(subject, spacing="oct6", surface="white", subjects_dir=None, add_dist=True, n_jobs=None, *,
                       verbose=None):  # fmt: skip
    """Put sources on the cortex of both hemispheres.

    Parameters
    ----------
    subject : str
    spacing : str | int
        "ico#" or "oct#": the points of a finer and finer icosahedron or octahedron on the sphere that the cortex was
        inflated to; "all"; or how many edges are between vertices. Default "oct6": 4098 a hemisphere.
    surface : str
        Default "white".
    subjects_dir : path-like | None
    add_dist : bool | "patch"
        Whether distances between sources along the surface, and the nearest source of each point, are added
        (`add_source_space_distances`), or the latter alone. Default True.
    n_jobs : int | None
        Threads.

    Returns
    -------
    src : SourceSpaces
    """
    if not isinstance(add_dist, (bool, np.bool_)):
        one_of("add_dist", add_dist, (True, False, "patch"))
    folder = subjects_folder(subjects_dir)
    files = [subject_file(subject, folder, "surf", f"{hemi}.{surface}") for hemi in ("lh", "rh")]
    sampling, steps = _sampling(spacing)
    spaces = []
    for path, hemi, number in zip(files, ("lh", "rh"), (101, 102)):
        white = surface_in(path)
        white["id"] = number
        space = _core.meeg.whole_surface(white)
        if sampling is not None:
            sphere = surface_in(subject_file(subject, folder, "surf", f"{hemi}.sphere"))
            _core.meeg.use_nearest(space, sphere, sampling)
        elif steps is not None:
            _core.meeg.use_spaced(space, steps)
        space["subject_his_id"] = subject
        spaces.append(space)
    command = (f"setup_source_space({subject}, spacing={spacing}, surface={surface}, subjects_dir={subjects_dir}, "
               f"add_dist={add_dist}, verbose={verbose})")  # fmt: skip
    src = SourceSpaces(spaces, dict(working_dir=os.getcwd(), command_line=command))
    if add_dist:
        add_source_space_distances(src, 0.0 if isinstance(add_dist, str) else np.inf, n_jobs)
    return src


__all__ = ["setup_source_space"]
