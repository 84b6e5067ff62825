"""Named stretches of a recording."""

import datetime
import json
import numbers
import pathlib
import textwrap
from collections.abc import Mapping

import numpy as np

from ranvier import _core

from . import annotation_text
from .annotation_columns import all_names, check_times, column, columns_of, extra_text, extras_of, texts, written
from .checks import complain, one_of, output_path, path_of, rule_of
from .face import floats
from .info import date_from_engine, date_to_engine
from .logs import verbose as _verbose


class Annotations:
    """Named stretches of a recording, sorted by onset.

    Parameters
    ----------
    onset : array of float, shape (n,)
        Where they begin [s]: after `orig_time`, or after the first sample where that is None.
    duration : float | array of float, shape (n,)
        How long they are [s].
    description : str | array of str, shape (n,)
        Names; those that begin with "bad" (any case) mark data to reject.
    orig_time : datetime | float | str | None
        The time that onsets count from.
    ch_names : list of tuple of str | None
        The channels that each one is about; empty or None: all.
    extras : list of dict | None
        What else is known about each one: texts and numbers by names of your own.
    """

    _begin = 0.0  # where the recording that they are of begins on the clock of the onsets [s]

    def __init__(self, onset, duration, description, orig_time=None, ch_names=None, *, extras=None):
        self._engine = _core.meeg.Annotations()
        self._columns = {}
        self._orig_time = orig_time
        self.append(onset, duration, description, ch_names, extras=extras)

    @classmethod
    def _of(cls, engine, begin=0.0):
        """The annotations that the engine has; no copy."""
        self = object.__new__(cls)
        self._engine = engine
        self._columns = {}  # those that somebody has asked for
        self._begin = begin
        return self

    @property
    def _orig_time(self):
        return date_from_engine(self._engine.orig_time)

    @_orig_time.setter
    def _orig_time(self, time):
        self._engine.orig_time = date_to_engine(time)

    onset = column("onset", "Where they begin [s], shape (n,).")
    duration = column("duration", "How long they are [s], shape (n,).")
    description = column("description", "Names, shape (n,).")
    ch_names = column("ch_names", "The channels that each one is about, shape (n,).")

    @property
    def extras(self):
        """What else is known about each one, as a list of dicts."""
        return extras_of(self)

    @extras.setter
    def extras(self, extras):
        self._engine.extras = [extra_text(extra) for extra in extras]

    def _extra_keys(self):
        """Names of what else is known about any of them."""
        return list(dict.fromkeys(key for extra in self.extras for key in extra))

    def _assign(self, name, values):
        if isinstance(values, (str, numbers.Real)) and name in ("duration", "description"):
            values = [values] * len(self)
        values = {"description": texts, "ch_names": all_names}.get(name, floats)(values)
        if name in ("onset", "duration"):
            check_times(name, values)
        setattr(self._engine, name, values)

    def _assign_one(self, name, k, value):
        (value,) = {"description": texts, "ch_names": all_names}.get(name, floats)([value])
        if name in ("onset", "duration"):
            check_times(name, value)
        written(self, f"set_{name}", k, value)

    # -- a sequence

    @property
    def orig_time(self):
        """The time that onsets count from, or None: the first sample."""
        return self._orig_time

    def __len__(self):
        return len(self._engine)

    def __getitem__(self, key):
        if isinstance(key, (int, np.integer)):
            k = range(len(self))[key]  # counts from the end, and refuses what is not there
            *entry, extras = self._engine.item(k)
            return self._entry(*entry, json.loads(extras or "{}"))
        which = np.arange(len(self))[
            np.asarray(key, None if len(key) else int) if isinstance(key, (list, tuple)) else key
        ]
        return Annotations._of(self._engine.chosen(which.tolist()), self._begin)

    def __iter__(self):
        columns = self.onset, self.duration, self._engine.description, self.ch_names, self.extras
        return map(self._entry, *columns)

    def _entry(self, onset, duration, description, ch_names, extras):
        return {"onset": np.float64(onset), "duration": np.float64(duration), "description": description,
                "orig_time": self._orig_time, "ch_names": tuple(ch_names), "extras": dict(extras)}  # fmt: skip

    def __eq__(self, other):
        if not isinstance(other, Annotations):
            return False
        return self._engine == other._engine

    __hash__ = None

    def __add__(self, other):
        return self.copy().__iadd__(other)

    def __iadd__(self, other):
        if len(self) == 0:
            self._orig_time = other.orig_time
        if self._orig_time != other.orig_time:
            raise ValueError(
                f"orig_time must be the same to add annotations; got {self._orig_time} and {other.orig_time}"
            )
        return self.append(other.onset, other.duration, other.description, other.ch_names, extras=other.extras)

    def __repr__(self):
        names, counts = np.unique(self.description, return_counts=True)
        kinds = ", ".join(f"{n} ({c})" for n, c in zip(names, counts))
        text = f"<Annotations | {len(self)} segment{'' if len(self) == 1 else 's'}{': ' * bool(kinds)}{kinds}"
        return textwrap.shorten(text, 76, placeholder=" ...") + ">"

    def copy(self):
        """A deep copy."""
        return Annotations._of(self._engine.copy(), self._begin)

    def __deepcopy__(self, memo):
        return self.copy()

    def __reduce__(self):
        return Annotations, (np.array(self.onset), np.array(self.duration), np.array(self.description), self._orig_time,
                             list(self.ch_names)), {"_begin": self._begin, "extras": [dict(e) for e in self.extras]}  # fmt: skip

    def _about(self, ch_names, on_missing):
        """These, or where `on_missing` says so a copy in which only channels of `ch_names` are named."""
        on_missing = rule_of("on_missing", on_missing)
        known = set(ch_names)
        absent = sorted({c for chs in self.ch_names for c in chs} - known)
        if not absent:
            return self
        complain(on_missing, f"the channels of annotations must be in the recording; there is no {', '.join(absent)}")
        names = [tuple(c for c in chs if c in known) for chs in self.ch_names]
        # One about absent channels only would become one about all.
        keep = [k for k, (chs, left) in enumerate(zip(self.ch_names, names)) if left or not chs]
        annotations = self[keep]
        annotations.ch_names = [names[k] for k in keep]
        return annotations

    def __setstate__(self, state):
        self._begin, self.extras = state["_begin"], state["extras"]

    # -- changes

    def append(self, onset, duration, description, ch_names=None, *, extras=None):
        """Add one or several, in place. The arguments are those of `Annotations`."""
        self._engine.append(*columns_of(onset, duration, description, ch_names, extras))
        return self

    def delete(self, idx):
        """Remove the annotations at `idx`, in place."""
        keep = np.ones(len(self), bool)
        keep[idx] = False
        self._engine.assign(self._engine.chosen(np.flatnonzero(keep).tolist()))

    @_verbose
    def rename(self, mapping, verbose=None):
        """Change descriptions by a dict of old and new, in place."""
        if not isinstance(mapping, Mapping):
            raise TypeError(f"mapping must be a dict of old and new descriptions; got {type(mapping).__name__}")
        missing = [name for name in mapping if name not in self.description]
        if missing:
            raise ValueError(f"descriptions to rename must be there; there is no {missing}")
        self.description = [mapping.get(d, d) for d in self._engine.description]
        return self

    @_verbose
    def set_durations(self, mapping, verbose=None):
        """Set durations [s]: one for all, or a dict by description; in place."""
        if not isinstance(mapping, (Mapping, numbers.Real)):
            raise TypeError(f"durations must be a number or a dict by description; got {type(mapping).__name__}")
        if isinstance(mapping, Mapping):
            missing = [name for name in mapping if name not in self.description]
            if missing:
                raise ValueError(f"descriptions must be there to set their durations; there is no {missing}")
            self.duration = np.array([mapping.get(str(d), t) for d, t in zip(self.description, self.duration)], float)
        else:
            self.duration = np.full(len(self), float(mapping))
        return self

    @_verbose
    def crop(self, tmin=None, tmax=None, emit_warning=False, use_orig_time=True, verbose=None):
        """Keep what overlaps [tmin, tmax], cut to it, in place.

        Parameters
        ----------
        tmin, tmax : float | datetime | None
            The interval; None: the ends. A number is the time [s] on the clock of the onsets, or, where there is
            `orig_time`, seconds since 1970.
        emit_warning : bool
            Whether to warn when something is left out.
        use_orig_time : bool
            Whether limits are compared with `orig_time` plus the onsets; otherwise numbers are on the clock of the onsets
            and datetimes count from 1970. Default True.
        """
        from ranvier.errors import warn

        if len(self) == 0:
            return self
        ends = self.onset + self.duration
        tmin = float(self.onset.min()) if tmin is None else self._seconds(tmin, use_orig_time)
        tmax = float(ends.max()) if tmax is None else self._seconds(tmax, use_orig_time)
        before = len(self)
        reaching = (self.onset < tmin) & (ends >= tmin) | (self.onset <= tmax) & (ends > tmax)
        self._engine.crop(tmin, tmax)
        if emit_warning and len(self) < before:
            warn(f"{before - len(self)} of {before} annotations lie outside of the interval and were left out")
        if emit_warning and reaching.any():
            warn(f"{reaching.sum()} annotations reach outside of the data range and were cut")
        return self

    def _seconds(self, time, use_orig_time):
        if isinstance(time, datetime.datetime):
            if not use_orig_time:
                return time.timestamp()
            if self._orig_time is None:
                raise ValueError("a datetime as limit needs annotations with orig_time")
            return (time - self._orig_time).total_seconds()
        begin = self._orig_time.timestamp() if use_orig_time and self._orig_time is not None else 0.0
        return float(time) - begin

    # -- out

    def count(self):
        """How many there are of each description, as a dict."""
        names, counts = np.unique(self.description, return_counts=True)
        return dict(zip(names.tolist(), counts.tolist()))

    @_verbose
    def save(self, fname, *, overwrite=False, verbose=None):
        """Write to a file: FIFF (`-annot.fif`), `.csv`, or `.txt`.

        Parameters
        ----------
        fname : str | Path
            The file; its ending chooses the format. Text has onset, duration, description in its columns.
        overwrite : bool
            Whether to replace a file. Default False.

        Notes
        -----
        Extras have a column each in text, and what looks like a number comes back as one.
        """
        path = output_path(fname, overwrite)
        annotations = self
        if self._orig_time is None and self._begin:
            # In a file they stand alone, so their onsets count from the recording's first sample.
            annotations = self.copy()
            annotations.onset -= self._begin
        if path.suffix in (".csv", ".txt"):
            annotation_text.write(annotations, path, overwrite)
        else:
            _core.meeg.write_annotations_fif(annotations._engine, path, overwrite)

    def to_data_frame(self, time_format="datetime"):
        """A pandas DataFrame with columns onset, duration, description."""
        import pandas as pd

        onset = self.onset
        if time_format == "datetime":
            start = self._orig_time or datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
            onset = [(start + datetime.timedelta(seconds=t)).replace(tzinfo=None) for t in onset.tolist()]
        elif time_format == "timedelta":
            onset = pd.to_timedelta(onset, unit="s")
        elif one_of("time_format", time_format, (None, "ms")) == "ms":
            onset = np.round(onset * 1e3).astype(np.int64)
        columns = {"onset": onset, "duration": self.duration, "description": self.description}
        if any(len(c) for c in self.ch_names):
            columns["ch_names"] = self.ch_names
        extras = self.extras
        columns.update({key: [extra.get(key) for extra in extras] for key in self._extra_keys()})
        return pd.DataFrame(columns)


def read_annotations(fname, sfreq="auto", uint16_codec=None, encoding="utf8", ignore_marker_types=False,
                     data_format="auto"):  # fmt: skip
    """Read annotations from a file.

    Parameters
    ----------
    fname : str | Path
        FIFF, EDF, BDF, BrainVision (``.vmrk``, ``.amrk``), EEGLAB (``.set``), `.csv` or `.txt`.
    sfreq : float | "auto"
        Of BrainVision, whose markers count in samples: the sampling rate [Hz]. Default "auto": that of the header beside
        it.
    encoding : str
        Of the text in EDF, BDF ("utf8" or "latin1"), `.csv` and `.txt`. Default "utf8".
    ignore_marker_types : bool
        Of BrainVision: whether descriptions are "S  1" instead of "Stimulus/S  1". Default False.
    uint16_codec : str | None
        Of EEGLAB: what letters of 16 bits hold, "utf-8" or "latin1", where texts come out wrong. Default None: UTF-16.
    data_format
        Of formats that Ranvier does not read yet.

    Returns
    -------
    annotations : Annotations
        Onsets count from `orig_time` where the file has it.
    """
    path = path_of(fname)
    if not path.exists():
        from ranvier.errors import file_error

        raise file_error(f"{path}: there is no such file", str(path), -1)
    kind = "text" if path.suffix in (".csv", ".txt") else _core.meeg.format_of(path)
    if not kind:
        raise ValueError(f"annotations are read from {_core.meeg.extensions('read_annotations')}; got {path.name}")
    utf8 = encoding.lower().replace("-", "") == "utf8"
    given = {"sfreq": sfreq != "auto", "uint16_codec": uint16_codec is not None, "encoding": not utf8,
             "ignore_marker_types": bool(ignore_marker_types), "data_format": data_format != "auto"}  # fmt: skip
    for word, is_given in given.items():
        if is_given and word not in _settings_of.get(kind, ()):
            raise ValueError(f"{word} is not about files of {kind}, such as {path.name}; leave it out")
    if kind == "text":
        return Annotations._of(annotation_text.read(pathlib.Path(path), encoding))
    if kind in ("EDF", "BDF"):
        return Annotations._of(_core.meeg.read_annotations_edf(path, encoding))
    if kind == "BrainVision markers":
        rate = None if sfreq == "auto" else float(sfreq)
        return Annotations._of(_core.meeg.read_annotations_brainvision(path, rate, bool(ignore_marker_types)))
    if kind == "EEGLAB":
        return Annotations._of(_core.meeg.read_annotations_eeglab(path, {"uint16_codec": uint16_codec}))
    return Annotations._of(_core.meeg.read_annotations(path))


#: Which settings of `read_annotations` are about which formats.
_settings_of = {"text": ("encoding",), "EDF": ("encoding",), "BDF": ("encoding",),
                "BrainVision markers": ("sfreq", "ignore_marker_types"), "EEGLAB": ("uint16_codec",)}  # fmt: skip


def count_annotations(annotations):
    """How many annotations there are of each description, as a dict."""
    return annotations.count()


__all__ = ["Annotations", "count_annotations", "read_annotations"]
