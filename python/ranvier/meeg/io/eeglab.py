"""Reading EEGLAB."""

import numpy as np

from ranvier import _core

from ...settings import described, given
from ..checks import path_of
from ..epochs.base import BaseEpochs
from ..epochs.making import EpochsArray
from ..event import as_events, event_ids, read_events
from ..logs import verbose as _verbose
from ..raw import BaseRaw
from .loading import loaded


class RawEEGLAB(BaseRaw):
    """A recording in an EEGLAB file."""


class EpochsEEGLAB(BaseEpochs):
    """Epochs in an EEGLAB file."""


@_verbose
@described("read_raw_eeglab")
def read_raw_eeglab(input_fname, eog=(), preload=False, uint16_codec=None, montage_units=..., verbose=None):
    """Read a recording from an EEGLAB file, ``.set`` with or without ``.fdt``.

    Parameters
    ----------
    input_fname : str | Path
        The ``.set`` file, of MATLAB's versions 6 or 7.
    preload : bool | str
        Whether to read the samples into memory; a file name maps them there. Default False: they are read when needed.
    {settings}

    Returns
    -------
    raw : RawEEGLAB
        Samples in V; events as `annotations`.
    """
    path = path_of(input_fname)
    engine = _core.meeg.read_raw_eeglab(path, given("read_raw_eeglab", locals()))
    raw = RawEEGLAB._of(engine, engine.paths)
    return loaded(raw, preload)


@_verbose
@described("read_raw_eeglab")
def read_epochs_eeglab(input_fname, events=None, event_id=None, eog=(), *, uint16_codec=None, montage_units=...,
                       verbose=None):  # fmt: skip
    """Read epochs from an EEGLAB file, ``.set`` with or without ``.fdt``.

    Parameters
    ----------
    input_fname : str | Path
        The ``.set`` file, of MATLAB's versions 6 or 7.
    events : array of int, shape (n_events, 3) | str | Path | None
        An event for each epoch, or a file of them. Default None: those of the file, each epoch's types joined by "/".
    event_id : dict | int | list of int | None
        Names and numbers of the events to keep; needed with `events`, and only then.
    {settings}

    Returns
    -------
    epochs : EpochsEEGLAB
        In memory.
    """
    path = path_of(input_fname)
    if (events is None) != (event_id is None):
        given_one, other = ("events", "event_id") if event_id is None else ("event_id", "events")
        raise ValueError(f"{given_one} needs {other}, and both are None to take what the file says")
    engine = _core.meeg.read_epochs_eeglab(path, given("read_raw_eeglab", locals()))
    if events is None:
        return EpochsEEGLAB(engine, filename=path)
    if isinstance(events, str) or hasattr(events, "__fspath__"):
        events = read_events(events)
    events, own = as_events(events), BaseEpochs(engine)
    if len(events) != len(own):
        raise ValueError(f"there must be one event per epoch ({len(own)}); got {len(events)}")
    kept = np.isin(events[:, 2], list(event_ids(events, event_id, "raise").values()))
    made = EpochsArray(own.get_data()[kept], own.info, events[kept], own.tmin, event_id, selection=np.flatnonzero(kept),
                       drop_log=[() if k else ("IGNORED",) for k in kept])  # fmt: skip
    return EpochsEEGLAB(made._engine, filename=path)
