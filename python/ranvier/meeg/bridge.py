"""Our objects from MNE-Python's, in memory: no samples are written to a file."""

import pathlib
import tempfile

import numpy as np

from ranvier import _core

from ..settings import given
from .annotations import Annotations
from .channels.montage import DigMontage
from .complex_samples import made_of
from .cov.covariance import Covariance
from .epochs.base import BaseEpochs
from .epochs.making import EpochsArray
from .event import as_events
from .evoked import EvokedArray
from .info import Info
from .io.making import RawArray
from .points import DigPoint, Projection
from .preprocessing.ica.files import ica_from_mne
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
    """The Ranvier object of an MNE-Python one, in memory.

    Parameters
    ----------
    inst : mne.io.BaseRaw | mne.BaseEpochs | mne.Evoked | mne.Info | mne.Annotations | mne.Covariance | mne.Projection | mne.channels.DigMontage | mne.preprocessing.ICA

    Returns
    -------
    inst : RawArray | EpochsArray | EvokedArray | Info | Annotations | Covariance | Projection | DigMontage | ICA
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
    if isinstance(inst, mne.preprocessing.ICA):
        return ica_from_mne(inst, _info_from_mne, _covariance_from_mne)
    if isinstance(inst, mne.Projection):
        return _projection_from_mne(inst)
    if isinstance(inst, mne.Covariance):
        return _covariance_from_mne(inst)
    if isinstance(inst, mne.channels.DigMontage):
        points = [DigPoint(kind=int(p["kind"]), ident=int(p["ident"]), r=np.array(p["r"], float),
                           coord_frame=int(p["coord_frame"])) for p in inst.dig]  # fmt: skip
        return DigMontage(dig=points, ch_names=list(inst.ch_names))
    raise TypeError(
        "from_mne() takes Raw, Epochs, Evoked, Info, Annotations, Covariance, Projection, DigMontage or ICA of MNE-Python; got "
        f"{type(inst).__name__}"
    )


def _covariance_from_mne(cov):
    projs = [_projection_from_mne(p) for p in cov["projs"]]
    return Covariance(np.array(cov["data"]), cov["names"], cov["bads"], projs, cov["nfree"], cov["eig"], cov["eigvec"],
                      cov.get("method"), cov.get("loglik"))  # fmt: skip


def _projection_from_mne(projection):
    data = projection["data"]
    return Projection(active=bool(projection["active"]), desc=projection["desc"], kind=int(projection["kind"]),
                      explained_var=projection.get("explained_var"),
                      data=dict(nrow=int(data["nrow"]), ncol=int(data["ncol"]), row_names=None,
                                col_names=list(data["col_names"]), data=np.array(data["data"], float)))  # fmt: skip


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
