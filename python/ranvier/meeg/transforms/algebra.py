"""Transforms put together, turned round, and applied; rotations by their matrices, angles and quaternions."""

import copy as _copy

import numpy as np

from ranvier import _core

from ..checks import flag, one_of
from ..points import Transform, frame_names, frame_numbers


def matrix_of(trans):
    """The matrix of a transform, or the array that is one."""
    try:
        matrix = np.asarray(trans["trans"], float)
    except (IndexError, TypeError, KeyError):
        matrix = np.asarray(trans, float)
    if matrix.shape != (4, 4):
        raise ValueError(f"a transform must be a Transform or a matrix of shape (4, 4); got shape {matrix.shape}")
    return matrix


def frame_number(frame, name="a coordinate frame"):
    """FIFF's number of a frame, from its name or from itself."""
    if isinstance(frame, str):
        if frame not in frame_numbers:
            raise ValueError(f"{name} must be one of {', '.join(frame_numbers)}; got {frame!r}")
        return frame_numbers[frame]
    if isinstance(frame, (bool, float)) or not hasattr(frame, "__index__"):
        raise TypeError(f"{name} must be a name or a number; got {frame!r}")
    return int(frame)


def _name(number):
    return frame_names.get(int(number), str(number))


def apply_trans(trans, pts, move=True):
    """Bring places to another frame.

    Parameters
    ----------
    trans : Transform | array, shape (4, 4)
    pts : array, shape (3,) | (n, 3)
    move : bool
        Whether they are moved, too, as places are and directions are not. Default True.

    Returns
    -------
    pts : array of float, of the same shape
    """
    flag("move", move)
    pts = np.asarray(pts)
    if pts.size == 0:
        return pts.copy()
    made = _core.meeg.transformed(matrix_of(trans), np.atleast_2d(pts), move)
    return made[0] if pts.ndim == 1 else made


def invert_transform(trans):
    """The way back.

    Parameters
    ----------
    trans : Transform

    Returns
    -------
    inv_trans : Transform
    """
    return _core.meeg.inverse_transform(trans)


def combine_transforms(t_first, t_second, fro, to):
    """One transform, and then another.

    Parameters
    ----------
    t_first, t_second : Transform
        The second must begin at the frame where the first ends.
    fro, to : str | int
        The frames that both together must begin and end at.

    Returns
    -------
    trans : Transform
    """
    fro, to = frame_number(fro, "fro"), frame_number(to, "to")
    for words, wanted, got in (("t_first must begin at", fro, t_first["from"]), ("t_second must lead to", to, t_second["to"]),
                               ("t_second must begin at", t_first["to"], t_second["from"])):  # fmt: skip
        if wanted != got:
            raise RuntimeError(f"{words} {_name(wanted)} coordinates; got {_name(got)}")
    return _core.meeg.combined_transform(t_first, t_second)


def between(trans, fro, to):
    """The one of some transforms that lies between two frames, turned round where it needs to be."""
    fro, to = frame_number(fro), frame_number(to)
    given = list(trans) if isinstance(trans, (list, tuple)) else [trans]
    found = [each for each in given if isinstance(each, Transform) and {each["from"], each["to"]} == {fro, to}]
    if len(found) != 1:
        got = ", ".join(f"{_name(t['from'])}->{_name(t['to'])}" if isinstance(t, Transform) else repr(t) for t in given)
        raise ValueError(f"trans must be one Transform between {_name(fro)} and {_name(to)} coordinates; got {got}")
    return found[0] if found[0]["from"] == fro else invert_transform(found[0])


def transform_surface_to(surf, dest, trans, copy=False):
    """Bring a surface or a source space to another frame.

    Parameters
    ----------
    surf : dict
        With "rr", "coord_frame" and perhaps "nn".
    dest : str | int
        The frame: "head", "mri", "meg" …
    trans : Transform | list of Transform
        One of them must lie between the frames.
    copy : bool
        Default False: in place.

    Returns
    -------
    surf : dict
    """
    surf = _copy.deepcopy(surf) if flag("copy", copy) else surf
    if isinstance(dest, str) and dest not in frame_numbers:
        raise KeyError(f"dest must be one of {', '.join(frame_numbers)}; got {dest!r}")
    dest = frame_number(dest, "dest")
    if surf["coord_frame"] == dest:
        return surf
    trans = between(trans, int(surf["coord_frame"]), dest)
    surf["coord_frame"] = dest
    surf["rr"] = apply_trans(trans, surf["rr"])
    if "nn" in surf and surf["nn"] is not None:
        surf["nn"] = apply_trans(trans, surf["nn"], move=False)
    return surf


# -- rotations


def rotation3d(x=0, y=0, z=0):
    """A rotation about x, then y, then z [rad], as a matrix of shape (3, 3)."""
    return _core.meeg.rotation_about([float(x), float(y), float(z)])


def _four(matrix):
    made = np.eye(4)
    made[:3, :3] = matrix
    return made


def rotation(x=0, y=0, z=0):
    """A rotation about x, then y, then z [rad], as a matrix of shape (4, 4)."""
    return _four(rotation3d(x, y, z))


def translation(x=0, y=0, z=0):
    """What moves by (x, y, z), as a matrix of shape (4, 4)."""
    made = np.eye(4)
    made[:3, 3] = x, y, z
    return made


def scaling(x=1, y=1, z=1):
    """What stretches along each axis, as a matrix of shape (4, 4)."""
    return _four(np.diag(np.array([x, y, z], float)))


def rotation3d_align_z_axis(target_z_axis):
    """A rotation that brings z to a direction, as a matrix of shape (3, 3)."""
    axis = np.ravel(target_z_axis)
    if axis.shape != (3,) or axis.dtype.kind not in "fiu":
        raise ValueError(f"target_z_axis must be three numbers; got {target_z_axis!r}")
    return _core.meeg.rotation_of_z_to([float(x) for x in axis])


def rotation_angles(m):
    """The angles about x, y and z of a rotation [rad].

    Parameters
    ----------
    m : array, shape (3, 3) or larger

    Returns
    -------
    x, y, z : float
    """
    return tuple(_core.meeg.angles_of(np.array(m, float)[:3, :3]))


def quat_to_rot(quat):
    """Rotations as matrices, from the last three numbers of unit quaternions.

    Parameters
    ----------
    quat : array, shape (..., 3)

    Returns
    -------
    rot : array, shape (..., 3, 3)
    """
    quat = np.asarray(quat, float)
    return _core.meeg.rotations_of(quat.reshape(-1, 3)).reshape(*quat.shape[:-1], 3, 3)


def rot_to_quat(rot, *, tol=1e-3):
    """The last three numbers of unit quaternions, from rotations as matrices.

    Parameters
    ----------
    rot : array, shape (..., 3, 3)
    tol : float
        By how much a determinant may differ from 1; 1e-3 at most.

    Returns
    -------
    quat : array, shape (..., 3)
    """
    if not 0 < tol <= 1e-3:
        raise ValueError(f"tol must be above 0 and at most 1e-3; got {tol}")
    rot = np.asarray(rot, float)
    return _core.meeg.quaternions_of(rot.reshape(-1, 9), float(tol)).reshape(*rot.shape[:-2], 3)


def _rigid(matrices, name):
    matrices = np.asarray(matrices, float)
    if matrices.shape[-2:] != (4, 4):
        raise ValueError(f"{name} must have shape (..., 4, 4); got {matrices.shape}")
    return rot_to_quat(matrices[..., :3, :3]), matrices[..., :3, 3]


def angle_distance_between_rigid(a, b=None, *, angle_units="rad", distance_units="m"):
    """By how much two rigid transforms turn and move differently.

    Parameters
    ----------
    a : array, shape (..., 4, 4)
    b : array, shape (..., 4, 4) | None
        Default None: what neither turns nor moves.
    angle_units : "rad" | "deg"
    distance_units : "m" | "mm"

    Returns
    -------
    angles, distances : array, shape (...)
    """
    one_of("angle_units", angle_units, ("rad", "deg"))
    one_of("distance_units", distance_units, ("m", "mm"))
    quat_a, move_a = _rigid(a, "a")
    quat_b, move_b = (np.zeros(3), np.zeros(3)) if b is None else _rigid(b, "b")
    quat_a, quat_b = np.broadcast_arrays(quat_a, quat_b)
    shape = quat_a.shape[:-1]
    angles, distances = _core.meeg.apart(
        quat_a.reshape(-1, 3), quat_b.reshape(-1, 3), np.broadcast_to(move_a - move_b, quat_a.shape).reshape(-1, 3)
    )
    factors = (180 / np.pi if angle_units == "deg" else 1.0), (1e3 if distance_units == "mm" else 1.0)
    return tuple(x.reshape(shape)[()] * factor for x, factor in zip((angles, distances), factors))


def get_ras_to_neuromag_trans(nasion, lpa, rpa):
    """The matrix that leads to head coordinates, from three fiducials.

    Parameters
    ----------
    nasion, lpa, rpa : array, shape (3,)

    Returns
    -------
    trans : array, shape (4, 4)
    """
    places = [np.asarray(each, float) for each in (nasion, lpa, rpa)]
    for name, place in zip(("nasion", "lpa", "rpa"), places):
        if place.shape != (3,):
            raise ValueError(f"{name} must be three numbers; got shape {place.shape}")
    return np.array(_core.meeg.head_frame(*[list(place) for place in places])["trans"])


def fit_matched_points(src_pts, tgt_pts, rotate=True, translate=True, scale=False, tol=None, x0=None, out="trans",
                       weights=None):  # fmt: skip
    """What brings points closest to others, one by one.

    Parameters
    ----------
    src_pts, tgt_pts : array, shape (n, 3)
        The points, and those they are brought to.
    rotate, translate : bool
        Only True.
    scale : bool
        Whether one factor stretches them, too.
    tol : float | None
        How far a point may be from its goal afterwards; else RuntimeError.
    x0 : None
        There is nothing to begin with: the result is found at once.
    out : "trans" | "params"
        A matrix of shape (4, 4); or angles about x, y, z [rad], a move and, with `scale`, the factor.
    weights : array, shape (n,) | None

    Returns
    -------
    trans : array
    """
    from ..checks import not_yet

    if x0 is not None:
        raise not_yet("x0 of fit_matched_points()", "x0=None")
    if not (rotate and translate) or int(scale) not in (0, 1):
        raise not_yet("rotate=False, translate=False and scale=3", "rotate=True, translate=True, scale=False or True")
    one_of("out", out, ("trans", "params"))
    source, target = np.atleast_2d(src_pts), np.atleast_2d(tgt_pts)
    if source.shape != target.shape:
        raise ValueError(f"src_pts and tgt_pts must have one shape; got {source.shape} and {target.shape}")
    given = [] if weights is None else [float(w) for w in np.ravel(weights)]
    if weights is not None and (np.ndim(weights) != 1 or len(given) not in (1, len(source))):
        raise ValueError(f"weights must be None or have shape ({len(source)},); got {np.shape(weights)}")
    angles, move, factor = _core.meeg.fit_matched_points(source, target, given, bool(scale))
    trans = _core.meeg.matrix_product(
        translation(*move), _core.meeg.matrix_product(rotation(*angles), scaling(factor, factor, factor))
    )
    if tol is not None:
        away = np.linalg.norm(apply_trans(trans, source) - target, axis=1)
        if (away > tol).any():
            raise RuntimeError(f"tol: points must come to within {tol} of their goals; they are up to {away.max()} away")
    return trans if out == "trans" else np.array([*angles, *move, *([factor] if scale else [])])


__all__ = [
    "angle_distance_between_rigid", "apply_trans", "combine_transforms", "fit_matched_points", "get_ras_to_neuromag_trans",
    "invert_transform", "quat_to_rot", "rot_to_quat", "rotation", "rotation3d", "rotation3d_align_z_axis",
    "rotation_angles", "scaling", "transform_surface_to", "translation",
]  # fmt: skip
