"""Files of head positions."""

import numpy as np

from ranvier import _core

from ..checks import output_path, path_of
from ..face import floats
from ..preprocessing.maxwell import as_positions


def read_head_pos(fname):
    """Read head positions.

    Parameters
    ----------
    fname : path
        A ``.pos`` file of MaxFilter or `write_head_pos`.

    Returns
    -------
    pos : array of float, shape (n_pos, 10)
        Time [s] on the acquisition's clock; the last three numbers of the rotation's unit quaternion; translation [m];
        goodness of fit; error [m]; velocity [m/s]. They lead from the device to the head.
    """
    return _core.meeg.read_head_positions(path_of(fname))


def write_head_pos(fname, pos):
    """Write head positions as MaxFilter does, times with three decimals, the rest with five; a file is replaced.

    Parameters
    ----------
    fname : path
    pos : array of float, shape (n_pos, 10)
        As `read_head_pos` gives.
    """
    _core.meeg.write_head_positions(as_positions(np.array(pos, float), "pos"), output_path(fname, True))


def head_pos_to_trans_rot_t(quats):
    """Head positions as translations, rotations and times.

    Parameters
    ----------
    quats : array of float, shape (n_pos, 10)
        As `read_head_pos` gives.

    Returns
    -------
    translation : array of float, shape (n_pos, 3)
        [m]
    rotation : array of float, shape (n_pos, 3, 3)
    t : array of float, shape (n_pos,)
        [s]
    """
    quats = floats(quats)
    if quats.ndim < 1 or quats.shape[-1] != 10:
        raise ValueError(f"quats must have shape (n_pos, 10), as read_head_pos() gives; got {quats.shape}")
    rows = quats.reshape(-1, quats.shape[-1])
    rotation = np.array([_core.meeg.rotation_of(row[1:4].tolist()) for row in rows]).reshape(*quats.shape[:-1], 3, 3)
    return quats[..., 4:7].copy(), rotation, quats[..., 0].copy()


__all__ = ["head_pos_to_trans_rot_t", "read_head_pos", "write_head_pos"]
