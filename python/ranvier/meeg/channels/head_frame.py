"""Digitised points in the coordinates of the head, and where the head is in the helmet."""

import numpy as np

from ranvier import _core

from ..points import Transform
from .montage_files import compute_native_head_t

_device, _head = 1, 4  # FIFF's numbers of the frames
_cardinal, _coil = 1, 2  # and of the kinds of points


def transform_to_head(montage):
    """A copy of a montage whose points are in head coordinates.

    Parameters
    ----------
    montage : DigMontage
        With the landmarks nasion, LPA and RPA. Points of other frames than theirs stay as they are.

    Returns
    -------
    montage : DigMontage
    """
    native = compute_native_head_t(montage)
    montage = montage.copy()
    for point in montage.dig:
        if point["coord_frame"] == native["from"] != _head:
            point["r"] = native["trans"][:3, :3] @ point["r"] + native["trans"][:3, 3]
            point["coord_frame"] = _head
    return montage


def compute_dev_head_t(montage):
    """Where the head is in the helmet, from coils on the head whose places are known in both.

    Parameters
    ----------
    montage : DigMontage
        With landmarks in head coordinates, as `transform_to_head` gives them, and the coils (``hpi``) in head and in device
        coordinates ("meg"), in one order.

    Returns
    -------
    dev_head_t : Transform
        From the device to the head; the rigid motion that brings the coils nearest to each other (least squares).
    """
    if not any(p["kind"] == _cardinal and p["coord_frame"] == _head for p in montage.dig):
        raise ValueError("the landmarks must be in head coordinates; transform_to_head() brings a montage there")
    device, head = (
        np.array([p["r"] for p in montage.dig if p["kind"] == _coil and p["coord_frame"] == frame]).reshape(-1, 3)
        for frame in (_device, _head)
    )
    if len(device) != len(head) or len(head) < 3:
        raise ValueError("from the device to the head there must be as many coils in both, three at least; got "
                         f"{len(device)} in device and {len(head)} in head coordinates")  # fmt: skip
    return Transform(_device, _head, _core.meeg.rigid_motion(device, head))
