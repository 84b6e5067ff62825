"""Our objects from MNE-Python's, in memory: no samples are written to a file."""

import pathlib
import tempfile

from ranvier import _core

from ..settings import given
from .annotations import Annotations
from .complex_samples import made_of
from .epochs.base import BaseEpochs
from .epochs.making import EpochsArray
from .event import as_events
from .evoked import EvokedArray
from .info import Info
from .io.making import RawArray
from .to_mne import exact


def _info_from_mne(info):
    import mne

    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "x-info.fif")
        mne.io.write_info(path, info, verbose="ERROR")
        out = Info(
            _core.meeg.read_info_fif(path),
            {k: v for k, v in info.items() if k in ("working_dir", "command_line", "temp")},
        )
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
        return _epochs_from_mne(inst)
    if isinstance(inst, mne.Evoked):
        out = EvokedArray(inst.data, _info_from_mne(inst.info), inst.tmin, inst.comment, inst.nave, inst.kind)
        out.baseline = inst.baseline
        return out
    if isinstance(inst, mne.Info):
        return _info_from_mne(inst)
    if isinstance(inst, mne.Annotations):
        return _annotations_from_mne(inst)
    raise TypeError(
        f"from_mne() takes Raw, Epochs, Evoked, Info or Annotations of MNE-Python; got {type(inst).__name__}"
    )


def _epochs_from_mne(inst):
    """What has been done to the samples already is only told."""
    data = inst.get_data(copy=True)  # which drops bad ones
    info = _info_from_mne(inst.info)
    settings = {name: getattr(inst, name) for name in ("baseline", "reject", "flat", "reject_tmin", "reject_tmax")}
    settings.update(tmin=float(inst.tmin), tmax=float(inst.tmax), proj=inst.proj)
    about = (as_events(inst.events), list(inst.event_id.items()), inst.selection.tolist(), [list(r) for r in inst.drop_log], [],
             float(inst.tmin), True, given("epochs", settings))  # fmt: skip
    engine = made_of(data, lambda part: _core.meeg.Epochs(info._engine, part, *about))
    out = object.__new__(EpochsArray)
    BaseEpochs.__init__(out, engine, rest=info._rest)
    out.metadata = inst.metadata
    engine.raw_sfreq = float(getattr(inst, "_raw_sfreq", None) or inst.info["sfreq"])
    if getattr(inst, "annotations", None) is not None:
        out.set_annotations(_annotations_from_mne(inst.annotations), on_missing="ignore")
    return out


def _annotations_from_mne(annotations):
    return Annotations(annotations.onset, annotations.duration, annotations.description, annotations.orig_time,
                       list(annotations.ch_names), extras=getattr(annotations, "extras", None))  # fmt: skip
