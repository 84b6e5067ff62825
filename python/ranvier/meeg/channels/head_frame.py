"""Digitised points in the coordinates of the head, and where the head is in the helmet."""

import numpy as np

from ranvier import _core

from ..points import DigPoint
from .montage_files import compute_native_head_t

_device, _head = 1, 4  # FIFF's numbers of the frames
_cardinal, _coil = 1, 2  # and of the kinds of points


def transform_to_head(montage):
    """A montage in the frame of the head, which its landmarks define.

    Parameters
    ----------
    montage : DigMontage
        Where landmarks are missing, places stay as they are, and landmarks are added on the axes, as far from the origin
        as the points are in the mean.

    Returns
    -------
    montage : DigMontage
        A copy; points in other frames than that of the landmarks stay as they are.
    """
    native_head_t = compute_native_head_t(montage)
    matrix = np.asarray(native_head_t["trans"])
    montage = montage.copy()
    if native_head_t["from"] != _head:
        for point in montage.dig:
            if point["coord_frame"] == native_head_t["from"]:
                point["r"] = matrix[:3, :3] @ point["r"] + matrix[:3, 3]
                point["coord_frame"] = _head
    present = {point["ident"] for point in montage.dig if point["kind"] == _cardinal}
    radii = [np.linalg.norm(p["r"]) for p in montage.dig if p["coord_frame"] == _head and np.isfinite(p["r"]).all()]
    for ident, axis in ((1, (-1.0, 0.0, 0.0)), (2, (0.0, 1.0, 0.0)), (3, (1.0, 0.0, 0.0))):
        if ident not in present and radii:
            montage.dig.append(DigPoint(kind=_cardinal, ident=ident, r=np.mean(radii) * np.array(axis), coord_frame=_head))
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
    return _core.meeg.rigid_motion(device, head)
