"""Small dictionaries that an Info holds: points, transforms, projections."""

import numpy as np

from ranvier import _core

from .constants import shown
from .lazy import drawn_by, made_by

DigPoint, Transform, Projection = _core.meeg.DigPoint, _core.meeg.Transform, _core.meeg.Projection

frame_numbers = {
    "isotrak": 2, "meg": 1, "meg_device": 1, "mri": 5, "mri_voxel": 2001, "head": 4, "hpi": 3, "mni_tal": 2003, "ras": 2002,
    "fs_tal": 2006, "ctf_head": 1004, "ctf_meg": 1001, "unknown": 0,
}  # fmt: skip
frame_names = {number: name for name, number in frame_numbers.items() if name != "meg_device"}
_long_names = {1: "MEG device", 5: "MRI (surface RAS)", 2001: "MRI voxel", 1001: "CTF MEG device", 1004: "CTF/4D/KIT head",
               2002: "RAS (non-zero origin)", 2003: "MNI Talairach", 2006: "FS Talairach"}  # fmt: skip


def _long(number):
    return _long_names.get(number, frame_names.get(number, "unknown"))


def _same(self, other, rtol=0.0, atol=0.0):
    """Whether both lie between the same frames and have the same matrix, to within tolerances."""
    return (isinstance(other, Transform) and self["from"] == other["from"] and self["to"] == other["to"]
            and bool(np.allclose(self["trans"], other["trans"], rtol=rtol, atol=atol)))  # fmt: skip


Transform.__eq__ = _same
Transform.from_str = property(lambda self: _long(self["from"]), doc="Where it begins, in words.")
Transform.to_str = property(lambda self: _long(self["to"]), doc="Where it leads, in words.")
Transform.save = made_by("transforms.files.save")
Projection.to_mne = made_by("to_mne.projection_to_mne")
_core.meeg.Channel.__repr__ = shown
Projection.plot_topomap = drawn_by("plot_projs_topomap")
