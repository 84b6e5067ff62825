"""Small dictionaries that an Info holds: points, transforms, projections."""

from ranvier import _core

from .constants import shown
from .lazy import drawn_by, made_by

DigPoint, Transform, Projection = _core.meeg.DigPoint, _core.meeg.Transform, _core.meeg.Projection

frame_numbers = {"unknown": 0, "meg": 1, "meg_device": 1, "isotrak": 2, "hpi": 3, "head": 4, "mri": 5, "mni_tal": 2003}
frame_names = {0: "unknown", 1: "meg", 2: "isotrak", 3: "hpi", 4: "head", 5: "mri", 2003: "mni_tal"}

Projection.to_mne = made_by("to_mne.projection_to_mne")
_core.meeg.Channel.__repr__ = shown
Projection.plot_topomap = drawn_by("plot_projs_topomap")
