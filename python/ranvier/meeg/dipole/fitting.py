"""Dipoles are fitted to averages."""

import numpy as np

from ranvier import _core

from ...settings import described, given
from ..cov.covariance import covariance_of
from ..cov.whitening import _rank
from ..evoked import Evoked
from ..forward.making import conductor_from, transform_from
from ..logs import verbose as _verbose
from .fixed import DipoleFixed
from .noun import Dipole


def _three(name, values):
    """Three finite numbers, or None."""
    if values is None:
        return None
    values = np.asarray(values, float)
    if values.shape != (3,) or not np.isfinite(values).all():
        raise ValueError(f"{name} must be three finite numbers; got {values}")
    return values


@_verbose
@described("fit_dipole")
def fit_dipole(evoked, cov, bem, trans=None, min_dist=..., n_jobs=None, pos=None, ori=None, rank=None, accuracy=...,
               tol=..., verbose=None):  # fmt: skip
    """Fit a dipole to each time of an average.

    Parameters
    ----------
    evoked : Evoked
    cov : Covariance | path-like
        Of the noise.
    bem : ConductorModel | path-like
        The head: a sphere, or a solved boundary-element model.
    trans : Transform | path-like | "identity" | "fsaverage" | None
        From MRI to head coordinates, or back; a sphere needs none.
    {settings}
    n_jobs : int | None
        Threads; None as many as there are processors. The result does not depend on it.
    pos : array of float, shape (3,) | None
        A place in the head's frame [m] that is not searched for.
    ori : array of float, shape (3,) | None
        A direction, of unit length, for a given place.
    rank : None | "info" | "full" | dict
        How the rank of the noise is found, as for `compute_rank`.

    Returns
    -------
    dip : Dipole | DipoleFixed
        The latter where both `pos` and `ori` are given.
    residual : Evoked
        What the dipole leaves of the good channels, with projections applied.
    """
    settings = given("fit_dipole", locals())
    if not isinstance(evoked, Evoked):
        raise TypeError(f"evoked must be an Evoked; got {type(evoked).__name__}")
    conductor = conductor_from(bem)
    transform, _ = transform_from(trans)
    if trans is None and not conductor["is_sphere"]:
        raise ValueError("trans is needed with a boundary-element model: where the head's coordinates are in the MRI")
    pos, ori = _three("pos", pos), _three("ori", ori)
    if ori is not None and pos is None:
        raise ValueError("ori is the direction at a given place: pass pos, too")
    if ori is not None and not np.isclose(np.linalg.norm(ori), 1.0):
        raise ValueError(f"ori must be of length 1; got one of {np.linalg.norm(ori):g}")
    dipole, picks, left = _core.meeg.fit_dipoles(
        evoked.info._engine, np.ascontiguousarray(evoked.data, float), np.ascontiguousarray(evoked.times, float),
        covariance_of(cov), conductor._engine, transform, settings, None if pos is None else list(pos),
        None if ori is None else list(ori), dict(rank=_rank(rank)))  # fmt: skip
    residual = evoked.copy().apply_proj()
    residual.data[picks] = left
    dipole = Dipole._of(dipole)
    dipole._engine.name = evoked.comment
    if ori is None:
        return dipole, residual
    return DipoleFixed._fitted(evoked, pos, ori, dipole.amplitude, dipole.gof), residual
