"""Our objects from MNE-Python's, in memory: no samples are written to a file."""

import pathlib
import tempfile

from ranvier import _core
from ranvier.errors import warn

from .annotations import Annotations
from .epochs.making import EpochsArray
from .evoked import EvokedArray
from .info import Info
from .io.making import RawArray
from .to_mne import exact


def _info_from_mne(info):
    import mne

    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "x-info.fif")
        mne.io.write_info(path, info, verbose="ERROR")
        out = Info(_core.meeg.read_info_fif(path), {k: v for k, v in info.items() if k in ("working_dir", "command_line", "temp")})
    with out._unlock():
        exact(out, info)
    return out


def from_mne(inst):
    """The Ranvier object of an MNE-Python one: Raw, Epochs, Evoked, Info, Annotations; in memory.

    Parameters
    ----------
    inst : mne.io.BaseRaw | mne.BaseEpochs | mne.Evoked | mne.Info | mne.Annotations

    Returns
    -------
    inst : RawArray | EpochsArray | EvokedArray | Info | Annotations
    """
    import mne

    if isinstance(inst, mne.io.BaseRaw):
        raw = RawArray(inst.get_data(), _info_from_mne(inst.info), inst.first_samp)
        raw._engine.annotations.assign(_annotations_from_mne(inst.annotations)._engine)
        return raw
    if isinstance(inst, mne.BaseEpochs):
        out = EpochsArray(inst.get_data(copy=True), _info_from_mne(inst.info), inst.events, inst.tmin, inst.event_id,
                          proj=False, metadata=inst.metadata, selection=inst.selection, drop_log=inst.drop_log)  # fmt: skip
        out._engine.set_baseline(inst.baseline)
        return out
    if isinstance(inst, mne.Evoked):
        out = EvokedArray(inst.data, _info_from_mne(inst.info), inst.tmin, inst.comment, inst.nave, inst.kind)
        out.baseline = inst.baseline
        return out
    if isinstance(inst, mne.Info):
        return _info_from_mne(inst)
    if isinstance(inst, mne.Annotations):
        return _annotations_from_mne(inst)
    raise TypeError(f"from_mne() takes Raw, Epochs, Evoked, Info or Annotations of MNE-Python; got {type(inst).__name__}")


def _annotations_from_mne(annotations):
    if any(getattr(annotations, "extras", None) or ()):
        warn("extras of annotations are not carried over from MNE-Python")
    return Annotations(annotations.onset, annotations.duration, annotations.description, annotations.orig_time,
                       list(annotations.ch_names))  # fmt: skip


