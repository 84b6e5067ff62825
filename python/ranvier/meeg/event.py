"""Events: arrays of shape (n_events, 3) with sample number, value before, value after."""

import numbers
import re

import numpy as np

from ranvier import _core
from ranvier.errors import warn

from ..settings import described, given
from .annotations import Annotations
from .checks import complain, fif_name, names_in, not_yet, one_of, output_path, path_of, rule_of, time_or_none
from .info import date_to_engine
from .lazy import only_mne as _only_mne
from .logs import verbose as _verbose


def as_events(events):
    """Events as an int64 array of shape (n_events, 3)."""
    if isinstance(events, tuple) and len(events) == 2 and isinstance(events[1], dict):
        raise TypeError("events must be an array; got a pair of events and their names, as events_from_annotations() "
                        "returns: pass the two as events and event_id")  # fmt: skip
    array = np.asarray(events)
    if array.ndim != 2 or array.shape[1] != 3:
        raise ValueError(f"events must have shape (n_events, 3); got {array.shape}")
    if array.dtype.kind not in "iu":
        raise TypeError(f"events must be whole numbers; got {array.dtype}")
    too_large = array[:, 1:][(array[:, 1:] > 2**31 - 1) | (array[:, 1:] < -(2**31))]
    if too_large.size:
        raise ValueError(f"numbers of events must lie within 32 bits, {-(2**31)} … {2**31 - 1}; got {too_large[0]}")
    if array.size and array[:, 0].max() > 2**63 - 1:
        raise ValueError(f"samples of events must lie below 2**63; got {array[:, 0].max()}")
    return np.ascontiguousarray(array, np.int64)


@_verbose
@described("find_events")
def find_events(raw, stim_channel=None, output=..., consecutive=..., min_duration=..., shortest_event=..., mask=...,
                uint_cast=..., mask_type=..., initial_event=..., verbose=None):  # fmt: skip
    """Events on trigger channels.

    Parameters
    ----------
    raw : Raw
    {settings}

    Returns
    -------
    events : array of int64, shape (n_events, 3)
        Sample numbers include `raw.first_samp`.
    """
    if mask is not ... and mask is not None and not isinstance(mask, numbers.Integral):
        raise TypeError(f"mask must be a whole number or None; got {mask!r}")
    return _core.meeg.find_events(raw._engine, given("find_events", locals()))


def find_stim_steps(raw, pad_start=None, pad_stop=None, merge=0, stim_channel=None):
    """All changes on trigger channels, as events."""
    for name, value, default in (("pad_start", pad_start, None), ("pad_stop", pad_stop, None), ("merge", merge, 0)):
        if value != default:
            raise not_yet(f"{name}={value!r} of find_stim_steps()", 'find_events(output="step")')
    return find_events(raw, stim_channel, output="step", consecutive=True, shortest_event=0)


@_verbose
def events_from_annotations(raw, event_id="auto", regexp=r"^(?![Bb][Aa][Dd]|[Ee][Dd][Gg][Ee]).*$", use_rounding=True,
                            chunk_duration=None, tol=1e-8, verbose=None):  # fmt: skip
    """Events at the onsets of annotations.

    Parameters
    ----------
    raw : Raw
    event_id : "auto" | None | dict | callable
        Numbers of descriptions, as a dict or a function (None leaves one out). None: in alphabetical order from 1; so
        does "auto", unless all are marks as BrainVision writes them, or come from its files: "Stimulus/S  2" is 2,
        "Response/R  2" 1002, and descriptions without number count from 10001.
    regexp : str | None
        Which descriptions. Default: all but those that begin with "bad" or "edge".
    use_rounding : bool
        Whether onsets are rounded to samples; otherwise the fraction is cut off. Default True.
    chunk_duration : float | None
        If given: an event every so many seconds within each annotation.
    tol : float
        How much shorter [s] than `chunk_duration` the rest of an annotation may be to get an event. Default 1e-8.

    Returns
    -------
    events : array of int64, shape (n_events, 3)
    event_id : dict
        Numbers of the descriptions that were found.
    """
    if len(raw.annotations) == 0:
        return np.empty((0, 3), int), event_id if isinstance(event_id, dict) else {}
    pattern = re.compile(regexp) if regexp is not None else None
    found = raw.annotations.description.tolist()
    wanted = sorted({d for d in found if pattern is None or pattern.match(d)})
    marks = getattr(raw, "_of_brainvision", False) or None not in map(_mark_code, found)
    if isinstance(event_id, str) and event_id == "auto" and marks:
        other = [d for d in wanted if _mark_code(d) is None]
        ids = {d: _first_other_mark + other.index(d) if d in other else _mark_code(d) for d in wanted}
    elif event_id is None or (isinstance(event_id, str) and event_id == "auto"):
        ids = {d: k for k, d in enumerate(wanted, 1)}
    elif callable(event_id):
        ids = {d: event_id(d) for d in wanted}
        ids = {d: int(v) for d, v in ids.items() if v is not None}
    elif isinstance(event_id, dict):
        ids = {d: int(event_id[d]) for d in wanted if d in event_id}
    else:
        raise ValueError(f'event_id must be a dict, a function, "auto" or None; got {event_id!r}')
    if not ids:
        raise ValueError(f"no annotation matches; descriptions are {sorted(set(found))}")
    chunk = float(chunk_duration or 0.0)
    events, _ = _core.meeg.events_from_annotations(
        raw._engine, list(ids.items()), chunk, bool(use_rounding), float(tol)
    )
    return events, ids


_mark_offsets = {"Event/": 0, "Stimulus/S": 0, "Response/R": 1000, "Optic/O": 2000}
_marks = {"New Segment/": 99999, "SyncStatus/Sync On": 99998}
_first_other_mark = 10001


def _mark_code(description):
    """The number of a mark as BrainVision writes them; None of other descriptions."""
    kind, number = description[:-3], description[-3:].strip()
    if kind in _mark_offsets and number.isdigit():
        return _mark_offsets[kind] + int(number)
    return _marks.get(description)


@_verbose
def annotations_from_events(events, sfreq, event_desc=None, first_samp=0, orig_time=None, verbose=None):
    """Annotations of no duration at events.

    Parameters
    ----------
    events : array of int, shape (n_events, 3)
    sfreq : float
        Sampling rate [Hz].
    event_desc : dict | list of int | callable | None
        Descriptions of event numbers; a list: the numbers to keep, described by themselves. None: all.
    first_samp : int
        Sample number of the recording's begin.
    orig_time : datetime | float | None

    Returns
    -------
    annotations : Annotations
    """
    events = as_events(events)
    numbers = sorted(set(events[:, 2].tolist()))
    if event_desc is None:
        names = {n: str(n) for n in numbers}
    elif callable(event_desc):
        names = {n: event_desc(n) for n in numbers}
        names = {n: d for n, d in names.items() if d is not None}
    elif isinstance(event_desc, dict):
        names = {int(n): d for n, d in event_desc.items() if d is not None}
    else:
        names = {int(n): str(n) for n in event_desc}
    pairs = [(str(d), n) for n, d in names.items()]
    return Annotations._of(
        _core.meeg.annotations_from_events(events, float(sfreq), pairs, int(first_samp), date_to_engine(orig_time))
    )


def make_fixed_length_events(raw, id=1, start=0.0, stop=None, duration=1.0, first_samp=True, overlap=0.0):
    """Events every `duration` - `overlap` seconds.

    Parameters
    ----------
    raw : Raw
    id : int
        Number of the events. Default 1.
    start, stop : float | None
        Range of times [s]; None: the end.
    duration : float
        Length of a piece [s]. Default 1.
    first_samp : bool
        Whether sample numbers include `raw.first_samp`. Default True.
    overlap : float
        How far pieces overlap [s]. Default 0.

    Returns
    -------
    events : array of int64, shape (n_events, 3)
    """
    if not hasattr(getattr(raw, "_engine", None), "first_samp"):
        raise TypeError(f"raw must be a recording (Raw); got {type(raw).__name__}")
    _whole_numbers("id", [id])
    if not isinstance(time_or_none("duration", duration), numbers.Real):
        raise TypeError("duration must be a number of seconds; got None")
    if not 0 <= overlap < duration:
        raise ValueError(f"overlap must be in [0, duration); got {overlap} s with a duration of {duration} s")
    sfreq, offset = float(raw.info["sfreq"]), raw.first_samp if first_samp else 0
    first = int(raw.time_as_index(start, use_rounding=True)[0]) + offset
    last = raw.n_times if stop is None else min(int(raw.time_as_index(stop, use_rounding=True)[0]), raw.n_times)
    last += offset - int(np.round(sfreq * duration))
    samples = np.arange(first, last + 1, sfreq * (duration - overlap)).astype(np.int64)
    if len(samples) == 0:
        raise ValueError(f"the recording from {start:g} s on is shorter than one piece of {duration:g} s")
    events = np.zeros((len(samples), 3), np.int64)
    events[:, 0] = samples
    events[:, 2] = id
    return events


def _whole_numbers(name, value):
    array = np.atleast_1d(np.asarray(value))
    if array.ndim != 1 or (array.size and array.dtype.kind not in "iu"):
        raise TypeError(f"{name} must be whole numbers; got {value!r}")
    return array


def merge_events(events, ids, new_id, replace_events=True):
    """Give several numbers, before and after an event, one number.

    With `replace_events=False` the events as they were stay too; all are sorted by sample, then by their numbers.
    """
    events = np.asarray(events)
    hit = np.isin(events, np.atleast_1d(ids))
    hit[:, 0] = False  # samples
    merged = np.where(hit, new_id, events)
    if replace_events:
        return merged
    out = np.concatenate([merged, events[hit.any(axis=1)]])
    return out[np.lexsort(out.T[::-1])]


def pick_events(events, include=None, exclude=None, step=False):
    """Keep the events of some numbers, or remove some."""
    events = np.asarray(events)
    columns = events[:, 1:] if step else events[:, 2:]
    if include is not None:
        keep = np.isin(columns, _whole_numbers("include", include)).any(axis=1)
    elif exclude is not None:
        keep = ~np.isin(columns, _whole_numbers("exclude", exclude)).any(axis=1)
    else:
        keep = np.ones(len(events), bool)
    if not keep.any():
        raise RuntimeError("no events are left")
    return events[keep]


def count_events(events, ids=None):
    """How many events there are of each number, as a dict."""
    numbers = np.asarray(events)[:, 2]
    ids = np.unique(numbers) if ids is None else ids
    return {int(n): int((numbers == n).sum()) for n in ids}


def shift_time_events(events, ids, tshift, sfreq):
    """Move events by `tshift` [s]; `ids`: their numbers, or None for all."""
    events = np.array(events)
    hit = np.ones(len(events), bool) if ids is None else np.isin(events[:, 2], ids)
    events[hit, 0] += int(tshift * sfreq)
    return events


def concatenate_events(events, first_samps, last_samps):
    """Put the events of recordings behind each other, as `concatenate_raws` puts the recordings."""
    if not len(events) == len(first_samps) == len(last_samps):
        raise ValueError("events, first_samps and last_samps must have equal lengths")
    parts = [np.array(events[0])]
    end = last_samps[0]
    for part, first, last in zip(events[1:], first_samps[1:], last_samps[1:]):
        moved = np.array(part)
        moved[:, 0] += end + 1 - first
        parts.append(moved)
        end += last - first + 1
    return np.concatenate(parts)


@_verbose
def read_events(filename, include=None, exclude=None, mask=None, mask_type="and", return_event_id=False, verbose=None):
    """Read events from a FIFF file (``-eve.fif``) or a text file (``.eve``, ``.lst``, ``.txt``, ``.csv``, ``.tsv``).

    Parameters
    ----------
    filename : str | Path
    include, exclude : int | list of int | None
        Numbers to keep, or to leave out.
    mask : int | None
        Bits of the values that count ("and"), or that don't ("not_and"). Default None: all.
    mask_type : "and" | "not_and"
    return_event_id : bool
        Whether to return the names of the events too, which a FIFF file may have. Default False.

    Returns
    -------
    events : array of int64, shape (n_events, 3)
    event_id : dict
        Numbers of names; only with `return_event_id`.
    """
    path = path_of(filename)
    one_of("mask_type", mask_type, ("and", "not_and"))
    if path.name.lower().endswith((".fif", ".fif.gz")):
        if not path.name.endswith("-annot.fif"):
            fif_name(path, "eve")
        events, names = _core.meeg.read_events_fif(path)
    else:
        events, names = _read_text(path), None
    if return_event_id and names is None:
        raise RuntimeError(f"{path.name} has no names of events; leave out return_event_id=True")
    if mask is not None:
        keep = ~mask if mask_type == "not_and" else mask
        events = events.copy()
        events[:, 1:] &= keep
        kept = events[:, 1] != events[:, 2]
        if not kept.all():
            warn(f"{(~kept).sum()} events are none under the mask, and were left out")
        events = events[kept]
    if include is not None or exclude is not None:
        events = pick_events(events, include, exclude)
    return (events, dict(names)) if return_event_id else events


def _read_text(path):
    try:
        table = np.loadtxt(path, comments="#", delimiter="," if path.suffix == ".csv" else None, ndmin=2)
    except FileNotFoundError:
        from ranvier.errors import file_error

        raise file_error(f"{path}: there is no such file", str(path), -1) from None
    if table.shape[1] not in (3, 4):
        raise ValueError(f"an event file must have 3 or 4 columns; got {table.shape[1]} ({path})")
    if table.shape[1] == 4:
        table = table[:, [0, 2, 3]]
    events = table.astype(np.int64)
    if len(events) and events[0, 1] == 0 and events[0, 2] == 0:
        events = events[1:]
        warn(f"the first row of {path.name}, which has no number, marks the first sample, and was left out")
    return events


@_verbose
def write_events(filename, events, *, overwrite=False, verbose=None):
    """Write events to a FIFF file (``-eve.fif``) or a text file (``.eve``, ``.lst``, ``.txt``)."""
    path = output_path(filename, overwrite)
    events = as_events(events)
    if path.name.lower().endswith((".fif", ".fif.gz")):
        _core.meeg.write_events_fif(events, fif_name(path, "eve"), overwrite)
    else:
        lines = "".join(f"{sample} {before} {number}\n" for sample, before, number in events.tolist())
        _core.write_file(path, lines.encode(), overwrite)


def define_target_events(events, reference_id, target_id, sfreq, tmin, tmax, new_id=None, fill_na=None):
    """Events that another kind of event follows, or precedes, within an interval.

    Parameters
    ----------
    events : array of int, shape (n_events, 3)
    reference_id : int
        Number of the events that are looked at.
    target_id : int
        Number of those that must lie between `tmin` and `tmax`, the ends left out.
    sfreq : float
        Sampling rate [Hz].
    tmin, tmax : float
        Begin and end of the interval after an event [s], cut to samples.
    new_id : int | None
        Number of the events that are returned; None, the default: `reference_id`.
    fill_na : int | None
        Number of the events that no other follows; None, the default: these are left out.

    Returns
    -------
    new_events : array of int, shape (n_events, 3)
    lag : array of float, shape (n_events,)
        Time between an event and the first that lies in its interval [ms]; NaN where there is none.
    """
    events = as_events(events)
    targets = events[events[:, 2] == target_id, 0]
    new_events, lag = [], []
    for sample, before, _ in events[events[:, 2] == reference_id].tolist():
        near = targets[(targets > sample + int(tmin * sfreq)) & (targets < sample + int(tmax * sfreq))]
        if len(near):
            new_events.append((sample, before, reference_id if new_id is None else new_id))
            lag.append(abs(sample - near[0]) * 1e3 / sfreq)
        elif fill_na is not None:
            new_events.append((sample, before, fill_na))
            lag.append(np.nan)
    return np.array(new_events, np.int64).reshape(-1, 3), np.array(lag, float)


def match_event_names(event_names, keys, *, on_missing="raise"):
    """Names of events that have all "/"-separated tags of one of the keys.

    Parameters
    ----------
    event_names : list of str | dict
        Names, or a dict with names as keys.
    keys : str | list of str
        Names or tags, as "auditory/left".
    on_missing : "raise" | "warn" | "ignore"
        What to do where no name fits. Default "raise": a KeyError.

    Returns
    -------
    matches : list of str
        Sorted, each once.
    """
    on_missing = rule_of("on_missing", on_missing)
    keys = names_in("keys", keys, ValueError)
    names = list(event_names)
    matches = sorted({name for name in names for key in keys if set(key.split("/")) <= set(name.split("/"))})
    if not matches:
        complain(on_missing, f"no event is called {', '.join(keys)}; there are {', '.join(names)}", error=KeyError)
    return matches


def event_ids(events, event_id, on_missing):
    """`event_id` as a dict of names and numbers, each of which occurs in `events`."""
    numbers = set(events[:, 2].tolist())
    if event_id is None:
        ids = {str(n): int(n) for n in sorted(numbers)}
    elif isinstance(event_id, dict):
        ids = {str(name): int(n) for name, n in event_id.items()}
    elif isinstance(event_id, (int, np.integer)):
        ids = {str(int(event_id)): int(event_id)}
    else:
        ids = {str(int(n)): int(n) for n in event_id}
    missing = [name for name, n in ids.items() if n not in numbers]
    if missing:
        complain(on_missing, "there are no events of " + ", ".join(f"{name!r} ({ids[name]})" for name in missing))
    return {name: n for name, n in ids.items() if n in numbers} if missing else ids


__all__ = [
    "concatenate_events",
    "count_events",
    "define_target_events",
    "find_events",
    "find_stim_steps",
    "make_fixed_length_events",
    "match_event_names",
    "merge_events",
    "pick_events",
    "read_events",
    "shift_time_events",
    "write_events",
]
__getattr__ = _only_mne(__name__)
