"""Epochs from recordings, arrays and files."""

import numpy as np

from ranvier import _core
from ranvier.errors import ConflictError

from ...settings import described, given
from ..checks import complain, interval, names_in, readable, refusal, rule_of, same_head_position, samples_of
from ..complex_samples import Parts, made_of, of_each
from ..event import as_events, event_ids, events_from_annotations, make_fixed_length_events
from ..frames import table_of
from ..logs import verbose as _verbose
from ..picks import picks_to_idx
from ..raw import BaseRaw
from .base import BaseEpochs


class Epochs(BaseEpochs):
    """Pieces of a recording around events.

    Parameters
    ----------
    raw : Raw
    events : array of int, shape (n_events, 3) | None
        From `find_events` or `events_from_annotations`; None: from the annotations.
    event_id : int | list of int | dict | None
        Which events, with names: dict(left=1, right=2). "/" separates tags. None: all.
    tmin, tmax : float
        Begin and end of the pieces [s] around the event. Default -0.2, 0.5.
    baseline : tuple (start, stop) | None
        Interval [s] whose mean is subtracted; None as an end: the end of the piece. Default (None, 0).
    picks : str | list | slice | None
        Channels; None, the default: all.
    preload : bool
        Whether to cut now; otherwise pieces are read when needed and memory stays flat. Default False.
    reject, flat : dict | None
        Peak-to-peak limits by channel type [V, T, T/m]: above `reject` or below `flat` an epoch is dropped.
    proj : bool | "delayed"
        Whether projections are applied. "delayed": not until `apply_proj`, but `reject` and `flat` look at projected data.
        Default True.
    decim : int
        Keep every so many samples. Default 1.
    reject_tmin, reject_tmax : float | None
        Range of times [s] that `reject` and `flat` look at.
    detrend : 0 | 1 | None
        Subtract the mean, or a line.
    on_missing : "raise" | "warn" | "ignore"
        What to do where there is no event of an `event_id`.
    reject_by_annotation : bool
        Whether epochs that overlap with an annotation "bad..." are dropped. Default True.
    metadata : pandas.DataFrame | None
        One row per event.
    event_repeated : "error" | "drop" | "merge"
        What to do where two events have one sample.
    on_outside : "raise" | "warn" | "ignore"
        What to do where an event lies outside of the recording. Epochs that reach beyond it are dropped in any case,
        as `drop_log` says. Default "warn".
    """

    @_verbose
    @described("epochs")
    def __init__(self, raw, events=None, event_id=None, tmin=..., tmax=..., baseline=..., picks=None, preload=False,
                 reject=..., flat=..., proj=..., decim=..., reject_tmin=..., reject_tmax=..., detrend=...,
                 on_missing="raise", reject_by_annotation=..., metadata=None, event_repeated=..., *,
                 on_outside=..., verbose=None):  # fmt: skip
        if not isinstance(raw, BaseRaw):
            raise ValueError(f"raw must be a recording (Raw); got {type(raw).__name__}")
        on_missing = rule_of("on_missing", on_missing)
        if events is None:
            events, found = events_from_annotations(raw)
            if not found:
                raise RuntimeError("there are no annotations to cut epochs around; set some, or pass events")
            if event_id is None:
                event_id = found
            elif isinstance(event_id, (str, list, tuple, set)):
                names = names_in("event_id", event_id)
                missing = [name for name in names if name not in found]
                if missing:
                    complain(
                        on_missing, f"no annotations are called {', '.join(missing)}; there are {', '.join(found)}"
                    )
                event_id = {name: found[name] for name in names if name in found}
                if not event_id:
                    raise ValueError("there are no events to cut epochs around")
        events = as_events(events)
        if len(events) == 0:
            raise ValueError("there are no events to cut epochs around")
        ids = event_ids(events, event_id, on_missing)
        idx = picks_to_idx(raw.info, picks, "all", exclude=())
        baseline = interval("baseline", baseline)
        if metadata is not None and len(metadata) != len(events):
            raise ValueError(f"metadata must have one row per event ({len(events)}); got {len(metadata)}")
        settings = given("epochs", locals(), picks=idx)
        if reject or flat:
            raw._need_real("rejection by reject= and flat=")
        engine = of_each(
            lambda part: _core.meeg.Epochs.from_raw(part, events, list(ids.items()), settings), raw._engine
        )
        super().__init__(engine)
        if metadata is not None:
            self._metadata = metadata.iloc[self.selection]
        if preload:
            self.load_data()


class EpochsArray(BaseEpochs):
    """Epochs from an array.

    Parameters
    ----------
    data : array of float or complex, shape (n_epochs, n_channels, n_times)
        SI units; copied.
    info : Info
    events : array of int, shape (n_epochs, 3) | None
        None: numbered from 0, all of id 1.
    tmin : float
        First time [s]. Default 0.
    event_id : int | list of int | dict | None
    reject, flat : dict | None
        Peak-to-peak limits by channel type.
    baseline : tuple (start, stop) | None
        Interval [s] whose mean is subtracted. Default None.
    metadata : pandas.DataFrame | None
    selection : array of int, shape (n_epochs,) | None
        Where these epochs are cut from a longer list of events: their numbers in it. Default None: 0, 1, ...
    drop_log : list of list of str | None
        For each event of that list why it was dropped. Default None: those not in `selection` were "IGNORED".
    raw_sfreq : float | None
        Rate [Hz] at which the events' samples count, for annotations. Default None: that of `info`.
    """

    @_verbose
    def __init__(self, data, info, events=None, tmin=0.0, event_id=None, reject=None, flat=None, reject_tmin=None,
                 reject_tmax=None, baseline=None, proj=True, on_missing="raise", metadata=None, selection=None, *,
                 drop_log=None, raw_sfreq=None, verbose=None):  # fmt: skip
        data = samples_of(data, info, 3)
        if events is None:
            n = len(data)
            events = np.stack([np.arange(n), np.zeros(n, int), np.ones(n, int)], axis=1)
        events = as_events(events)
        if len(events) != len(data):
            raise ValueError(f"there must be one event per epoch ({len(data)}); got {len(events)}")
        ids = event_ids(events, event_id, on_missing)
        baseline = interval("baseline", baseline)
        settings = given("epochs", locals())
        if np.iscomplexobj(data) and (reject or flat):
            raise ConflictError(refusal("rejection by reject= and flat="))
        engine = made_of(
            data, lambda part: _core.meeg.Epochs.from_array(info._engine, part, events, list(ids.items()), settings)
        )
        super().__init__(engine, rest=info._rest)
        if raw_sfreq is not None:
            if not raw_sfreq > 0:
                raise ValueError(f"raw_sfreq must be > 0 Hz; got {raw_sfreq}")
            engine.raw_sfreq = float(raw_sfreq)
        if selection is not None or drop_log is not None:
            if selection is not None and np.asarray(selection).dtype.kind not in "iu":
                raise TypeError(f"selection must be whole numbers; got {selection!r}")
            engine.set_log(None if selection is None else np.ravel(selection).tolist(),
                           None if drop_log is None else [list(reasons) for reasons in drop_log])  # fmt: skip
        if metadata is not None:
            self.metadata = metadata


@_verbose
def read_epochs(fname, proj=True, preload=True, verbose=None):
    """Read epochs from a FIFF file (``-epo.fif``).

    Parameters
    ----------
    fname : str | Path | file-like
        A file name, or an open binary file.
    proj : bool
        Whether projections are applied. Default True.
    preload : bool
        Epochs are read into memory in either case; an open file can't be read later, so False is refused for it.

    Returns
    -------
    epochs : BaseEpochs
    """
    with readable(fname, "-epo.fif", preload) as path:
        engine, imaginary = _core.meeg.read_epochs_fif(path, bool(proj))
    if imaginary is not None:
        engine = Parts(engine, imaginary)
    return BaseEpochs(engine, table_of(engine.metadata), filename=None if hasattr(fname, "read") else path)


@_verbose
def make_fixed_length_epochs(raw, duration=1.0, preload=False, reject_by_annotation=True, proj=True, overlap=0.0, id=1,
                             verbose=None):  # fmt: skip
    """Cut a recording into pieces of `duration` [s], which may overlap by `overlap` [s]."""
    events = make_fixed_length_events(raw, id, duration=duration, overlap=overlap)
    step = 1.0 / raw.info["sfreq"]
    return Epochs(raw, events, event_id=[id], tmin=0, tmax=duration - step, baseline=None, preload=preload,
                  reject_by_annotation=reject_by_annotation, proj=proj)  # fmt: skip


@_verbose
def concatenate_epochs(epochs_list, add_offset=True, *, on_mismatch="raise", verbose=None):
    """Put epochs behind each other.

    Parameters
    ----------
    epochs_list : list of Epochs
        With the same channels and times.
    add_offset : bool
        Whether sample numbers of events are moved so that they differ. Default True.
    on_mismatch : "raise" | "warn" | "ignore"
        What to do where ``info["dev_head_t"]``, the place of the head in the helmet, differs. Default "raise".

    Returns
    -------
    epochs : BaseEpochs
    """
    parts = [epochs._loaded() for epochs in epochs_list]
    if not parts:
        raise ValueError("there must be at least one Epochs object to concatenate")
    same_head_position([part.info for part in parts], on_mismatch)
    first = parts[0]
    for k, other in enumerate(parts[1:], 1):
        if other.ch_names != first.ch_names:
            raise ValueError(f"epochs_list[{k}] has other channels than epochs_list[0]")
        if len(other.times) != len(first.times) or not np.allclose(other.times, first.times):
            raise ValueError(f"epochs_list[{k}] has other times than epochs_list[0]")
        if other.baseline != first.baseline:
            raise ValueError(f"epochs_list[{k}] has another baseline than epochs_list[0]")
        if sorted(other.info["bads"]) != sorted(first.info["bads"]):
            raise ValueError(f"epochs_list[{k}] has other bad channels than epochs_list[0]")
    metadata = None
    have = [part.metadata is not None for part in parts]
    if all(have):
        import pandas as pd

        metadata = pd.concat([part.metadata for part in parts])
    elif any(have):
        raise ValueError("all or none of the epochs must have metadata")
    result = object.__new__(EpochsArray)
    engines = [part._engine for part in parts]
    BaseEpochs.__init__(
        result, of_each(lambda *each: _core.meeg.concatenated_epochs(list(each), bool(add_offset)), *engines)
    )
    if metadata is not None:
        result.metadata = metadata
    return result
