"""Stretches in which the head moves, and where it is on average."""

from ranvier import _core

from ..annotations import Annotations
from ..checks import as_raw, number_or_none, one_of
from ..logs import verbose as _verbose
from .maxwell import as_positions


@_verbose
def annotate_movement(raw, pos, rotation_velocity_limit=None, translation_velocity_limit=None, mean_distance_limit=None,
                      use_dev_head_trans="average", *, verbose=None):  # fmt: skip
    """Find stretches in which the head moves fast, or is far from where it usually is.

    Parameters
    ----------
    raw : Raw
    pos : array of float, shape (n_pos, 10)
        Where the head was, as `ranvier.meeg.chpi.read_head_pos` gives.
    rotation_velocity_limit : float | None
        [°/s]
    translation_velocity_limit : float | None
        [m/s]
    mean_distance_limit : float | None
        How far any coil of the head position indicator may be from its usual place [m].
    use_dev_head_trans : "average" | "info"
        Whether that is the mean over what is not annotated as bad, or as ``raw.info["dev_head_t"]`` says. Default
        "average".

    Returns
    -------
    annotations : Annotations
        ``BAD_mov_rotat_vel``, ``BAD_mov_trans_vel``, ``BAD_mov_dist``; not set.
    hpi_disp : array of float, shape (n_pos, n_coils)
        Distances of the coils [m]; empty without `mean_distance_limit`.
    """
    word = one_of("use_dev_head_trans", str(use_dev_head_trans).lower(), ("average", "info"))
    coils = []
    limits = [number_or_none("rotation_velocity_limit", rotation_velocity_limit),
              number_or_none("translation_velocity_limit", translation_velocity_limit),
              number_or_none("mean_distance_limit", mean_distance_limit)]  # fmt: skip
    if mean_distance_limit is not None and as_raw(raw).info["hpi_results"]:
        points = sorted(raw.info["hpi_results"][-1]["dig_points"], key=lambda point: point["ident"])
        coils = [[float(x) for x in point["r"]] for point in points]
    annotations, distances = _core.meeg.annotate_movement(
        as_raw(raw)._engine, as_positions(pos, "pos"), *limits,
        word == "average", coils)  # fmt: skip
    return Annotations._of(annotations), distances if mean_distance_limit is not None else []


@_verbose
def compute_average_dev_head_t(raw, pos, *, verbose=None):
    """Where the head is on average, over samples that no annotation says "bad" of.

    Parameters
    ----------
    raw : Raw | list of Raw
    pos : array of float, shape (n_pos, 10) | list of array
        Where the head was, of each recording.

    Returns
    -------
    dev_head_t : Transform
        From the device to the head.
    """
    raws = raw if isinstance(raw, (list, tuple)) else [raw]
    tables = pos if isinstance(pos, (list, tuple)) else [pos]
    if len(raws) != len(tables):
        raise ValueError(f"there must be head positions for each recording; got {len(tables)} for {len(raws)}")
    return _core.meeg.average_head_position([as_raw(r)._engine for r in raws], [as_positions(p, "pos") for p in tables])


__all__ = ["annotate_movement", "compute_average_dev_head_t"]
