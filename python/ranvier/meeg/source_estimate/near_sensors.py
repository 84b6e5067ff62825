"""Estimates from electrodes in or on the brain."""

import numpy as np

from ranvier import _core
from ranvier.errors import warn

from ..checks import one_of
from ..freesurfer import head_mri
from ..logs import verbose as _verbose
from ..picks import pick_types
from ..source_space.spaces import as_spaces
from ..subjects import subject_file, subject_of, subjects_folder
from ..surface.files import read_surface
from ..transforms.algebra import apply_trans, invert_transform
from .classes import classes


def _weights(distances, distance, mode):
    """How much each sensor counts at each vertex."""
    weights = np.maximum(1.0 - distances / distance, 0)
    if mode in ("single", "nearest"):
        rows, best = np.arange(len(weights)), np.argmax(weights, axis=1)
        values = weights[rows, best] if mode == "single" else 1.0
        weights[:] = 0
        weights[rows, best] = values
    elif mode == "weighted":
        sums = weights.sum(axis=1, keepdims=True)
        weights /= np.where(sums == 0, 1.0, sums)
    return weights


@_verbose
def stc_near_sensors(evoked, trans, subject, distance=0.01, mode="sum", project=True, subjects_dir=None, src=None,
                     picks=None, surface="auto", verbose=None):  # fmt: skip
    """Spread what electrodes in or on the brain measure over what is near to them.

    Parameters
    ----------
    evoked : Evoked
    trans : Transform | path-like | None
        Between head and MRI; None: they are the same.
    subject : str
    distance : float
        How far a sensor counts [m].
    mode : "sum" | "single" | "nearest" | "weighted"
        Weights fall from 1 at a sensor to 0 at `distance`, and are summed; of the nearest sensor alone; 1 for the nearest
        one; or they are 1 together.
    project : bool
        Whether sensors are put on the surface first.
    subjects_dir : path-like | None
    src : SourceSpaces | None
        Default None: all of the surface.
    picks : str | list | slice | None
        Default None: ECoG, sEEG and DBS.
    surface : str | None
        Default "auto": the pial surface, unless `src` has volumes.

    Returns
    -------
    stc : SourceEstimate | VolSourceEstimate | MixedSourceEstimate
    """
    one_of("mode", mode, ("sum", "single", "nearest", "weighted"))
    if not distance > 0:
        raise ValueError(f"distance must be > 0 m; got {distance!r}")
    kind = "surface" if src is None else as_spaces(src).kind
    if surface == "auto":
        surface = "pial" if kind == "surface" else None
    evoked = evoked.copy().pick(pick_types(evoked.info, ecog=True, seeg=True, dbs=True) if picks is None else picks)
    frames = {int(ch["coord_frame"]) for ch in evoked.info["chs"]}
    if frames != {4}:
        raise RuntimeError(f"channels must lie in head coordinates (4); they are in {sorted(frames)}")
    places = np.array([ch["loc"][:3] for ch in evoked.info["chs"]])
    lost = np.isnan(places).any(axis=1)
    if lost.any():
        evoked.drop_channels([evoked.ch_names[k] for k in np.flatnonzero(lost)])
    head_to_mri = invert_transform(head_mri(trans)[0])
    places = apply_trans(head_to_mri, places[~lost])
    subject_of(None, subject, False)
    folder = subjects_folder(subjects_dir)
    rr = None
    if surface is not None:
        rr = [read_surface(subject_file(subject, folder, "surf", f"{h}.{surface}"))[0] / 1e3 for h in ("lh", "rh")]
    elif src is None:
        raise TypeError("surface must be a name where src is None; got None")
    if src is None:
        vertices = [np.arange(len(each)) for each in rr]
        points = np.concatenate(rr)
    else:
        vertices = [np.array(space["vertno"]) for space in src]
        own = [space["rr"] for space in src] if rr is None else rr
        points = np.concatenate([each[vertno] for each, vertno in zip(own, vertices)])
        if rr is None and src[0]["coord_frame"] == 4:
            points = apply_trans(head_to_mri, points)
    if kind not in ("surface", "volume", "mixed"):
        raise ValueError(f"src must be of surfaces, a volume or both; got kind {kind!r}")
    if project and kind == "surface":
        places = points[_core.meeg.nearest_points(points, places)]
    distances = _core.meeg.all_distances(points, places)
    near = np.flatnonzero((distances <= distance).any(axis=1))
    weights = _weights(distances[near], distance, mode)
    silent = [evoked.ch_names[k] for k in np.flatnonzero(~weights.any(axis=0))]
    if silent:
        warn(f"no vertex is within {distance} m of these channels, so they count nowhere: {', '.join(silent)}")
    values = weights @ evoked.data
    if src is None:
        data, n = values, len(vertices[0])
        vertices = [near[near < n], near[near >= n] - n]
    else:
        data = np.zeros((len(points), values.shape[1]))
        data[near] = values
    return classes[kind, False](data, vertices, evoked.times[0], 1.0 / evoked.info["sfreq"], subject)


__all__ = ["stc_near_sensors"]
