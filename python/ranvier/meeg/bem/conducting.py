"""Heads as conductors are made: spheres, and solutions of boundary elements."""

import numpy as np

from ranvier import _core

from ..checks import as_info, names_in, not_yet, one_of
from ..logs import tell
from ..logs import verbose as _verbose
from .model import ConductorModel, read_bem_surfaces


@_verbose
def fit_sphere_to_headshape(info, dig_kinds="auto", units="m", verbose=None):
    """Fit a sphere to digitised points, without those that are low and frontal.

    Parameters
    ----------
    info : Info
    dig_kinds : "auto" | str | list of str
        Kinds of points: "extra", "eeg", "cardinal", "hpi". Default "auto": those on the head's shape where there are at
        least four, else the electrodes with them.
    units : "m" | "mm"

    Returns
    -------
    radius : float
    origin_head : array of float, shape (3,)
        The centre in head coordinates.
    origin_device : array of float, shape (3,)
        The same in the device's; the head's where the info has no transform.
    """
    one_of("units", units, ("m", "mm"))
    kinds = names_in("dig_kinds", dig_kinds)
    for kind in kinds if kinds != ["auto"] else ():
        one_of("dig_kinds", kind, ("extra", "eeg", "cardinal", "hpi"))
    *centre, radius = _core.meeg.head_sphere(as_info(info)._engine, kinds)
    centre = np.array(centre)
    trans = info["dev_head_t"]
    device = centre if trans is None else np.linalg.solve(trans["trans"], np.r_[centre, 1])[:3]
    factor = 1e3 if units == "mm" else 1.0
    return radius * factor, centre * factor, device * factor


@_verbose
def make_sphere_model(r0=(0.0, 0.0, 0.04), head_radius=0.09, info=None, relative_radii=(0.90, 0.92, 0.97, 1.0),
                      sigmas=(0.33, 1.0, 0.004, 0.33), verbose=None):  # fmt: skip
    """Make a head of concentric shells.

    Parameters
    ----------
    r0 : array of float, shape (3,) | "auto"
        The centre [m], in head coordinates; "auto": fitted to the digitised points of `info`.
    head_radius : float | "auto" | None
        Radius of the scalp [m]; "auto": fitted; None: no shells, for MEG alone.
    info : Info | None
        Needed for "auto".
    relative_radii, sigmas : array of float
        Radii of the shells relative to the scalp's, and their conductivities [S/m].

    Returns
    -------
    sphere : ConductorModel
    """
    for name, value in (("r0", r0), ("head_radius", head_radius)):
        if isinstance(value, str):
            one_of(name, value, ("auto",))
    radii, sigmas = (np.asarray(values, float).ravel() for values in (relative_radii, sigmas))
    if len(radii) != len(sigmas):
        raise ValueError(f"relative_radii and sigmas must be as many; got {len(radii)} and {len(sigmas)}")
    if head_radius is not None and len(sigmas) < 2:
        raise ValueError(f"a sphere with head_radius needs at least 2 sigmas; got {len(sigmas)}")
    if isinstance(r0, str) or isinstance(head_radius, str):
        if info is None:
            raise ValueError('"auto" needs info=, whose digitised points the sphere is fitted to')
        radius, centre, _ = fit_sphere_to_headshape(info)
        r0 = centre if isinstance(r0, str) else r0
        head_radius = radius if isinstance(head_radius, str) else head_radius
    centre = np.asarray(r0, float)
    if centre.shape != (3,):
        raise ValueError(f"r0 must be three numbers [m]; got shape {centre.shape}")
    return ConductorModel(_core.meeg.layered_sphere(list(centre), head_radius, list(radii), list(sigmas)))


@_verbose
def make_bem_solution(surfs, *, solver="mne", verbose=None):
    """Solve a boundary-element model by linear collocation.

    Parameters
    ----------
    surfs : list of dict
        One surface, the inner skull, or three, as `make_bem_model` and `read_bem_surfaces` give them; in any order.
    solver : "mne"

    Returns
    -------
    bem : ConductorModel
        With the key "solution".
    """
    if one_of("solver", str(solver).lower(), ("mne", "openmeeg")) == "openmeeg":
        raise not_yet('solver="openmeeg"', 'solver="mne"')
    if isinstance(surfs, ConductorModel):
        surfs = surfs["surfs"]
    elif isinstance(surfs, str) or hasattr(surfs, "__fspath__"):
        surfs = read_bem_surfaces(surfs)
    model = _core.meeg.BemModel()
    model["surfs"] = list(surfs)
    tell(f"{'Three-layer model surfaces' if len(model['surfs']) == 3 else 'Homogeneous model surface'} loaded.")
    _core.meeg.solve_bem(model)
    return ConductorModel(model)


__all__ = ["fit_sphere_to_headshape", "make_bem_solution", "make_sphere_model"]
