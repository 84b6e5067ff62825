"""Where and when sources are active in the mean."""

import numpy as np

from ..checks import one_of
from ..label.on_surface import centre
from ..subjects import subject_of


def center_of_mass(stc, subject=None, hemi=None, restrict_vertices=False, subjects_dir=None, surf="sphere"):
    """The vertex and the time at the centre of activity.

    Parameters
    ----------
    subject : str | None
    hemi : 0 | 1 | None
        Left or right. Default None: the one that is active, where the other is zero.
    restrict_vertices : bool | array of int | SourceSpaces
        Which vertices it may be: any (False, the default), the estimate's (True), or some.
    subjects_dir : path-like | None
    surf : str
        Where places are taken. Default "sphere".

    Returns
    -------
    vertex : int
    hemi : int
    t : float
        [s].
    """
    subject = subject_of(stc.subject, subject)
    if (stc.data < 0).any():
        raise ValueError("a centre of mass needs values >= 0; this estimate has negative ones")
    values, n_left = stc.data.sum(axis=1), len(stc.vertices[0])
    sides = values[:n_left], values[n_left:]
    if hemi is None:
        active = [k for k in (0, 1) if sides[k].sum()]
        if len(active) != 1:
            raise ValueError("hemi must be 0 or 1 where both hemispheres are active, or none is")
        hemi = active[0]
    one_of("hemi", hemi, (0, 1))
    vertex = centre(stc.vertices[hemi], sides[hemi], ("lh", "rh")[hemi], surf, subject, subjects_dir, restrict_vertices)
    masses = stc.data.sum(axis=0)
    return vertex, hemi, stc.tmin + stc.tstep * (masses @ np.arange(len(masses))) / masses.sum()
