"""Named stretches of a recording."""

import csv
import datetime
import io
import json
import pathlib
import weakref
from collections.abc import Mapping

import numpy as np

from ranvier import _core

from .checks import complain, one_of, output_path, path_of
from .face import changing, floats
from .info import date_from_engine, date_to_engine, epoch_start


def _columns(onset, duration, description, ch_names, extras):
    onset = np.atleast_1d(np.array(onset, float))
    if onset.ndim != 1:
        raise ValueError(f"onset must have one dimension; got {onset.ndim}")
    duration = np.atleast_1d(np.array(duration, float))
    duration = np.full(len(onset), duration[0]) if len(duration) == 1 else duration
    description = [description] if isinstance(description, str) else _texts(description)
    description = description * len(onset) if len(description) == 1 else description
    if not len(onset) == len(duration) == len(description):
        raise ValueError(
            "onset, duration and description must have equal lengths; got "
            f"{len(onset)}, {len(duration)} and {len(description)}"
        )
    _check_times("onset", onset)
    _check_times("duration", duration)
    if ch_names is None:
        ch_names = [()] * len(onset)
    elif len(ch_names) != len(onset):
        raise ValueError(f"ch_names must have one entry per annotation ({len(onset)}); got {len(ch_names)}")
    extras = [None] * len(onset) if extras is None else list(extras)
    if len(extras) != len(onset):
        raise ValueError(f"extras must have one entry per annotation ({len(onset)}); got {len(extras)}")
    return onset, duration, description, _all_names(ch_names), [_extra_text(extra) for extra in extras]


#: Names of columns that extras can't have.
_own_words = ("onset", "duration", "description", "ch_names", "orig_time")


def _extra_text(extra):
    """What else is known about an annotation, a dict or None, as JSON."""
    if extra is None:
        return ""
    if not isinstance(extra, Mapping) or not all(isinstance(key, str) for key in extra):
        raise TypeError(f"extras must be dicts with str as keys, or None; got {extra!r}")
    for key, value in extra.items():
        if key in _own_words:
            raise ValueError(f"a key of extras must not be one of {', '.join(_own_words)}; got {key!r}")
        if not isinstance(value, (str, int, float, np.number, type(None))):
            raise TypeError(f"values of extras must be a str, int, float or None; got {value!r} for {key!r}")
    plain = {key: value.item() if isinstance(value, np.generic) else value for key, value in extra.items()}
    try:
        return json.dumps(plain, allow_nan=False) if plain else ""
    except ValueError:
        raise ValueError(f"numbers of extras must be finite; got {plain}") from None


class _Extras(list):
    """What else is known about every annotation, as dicts; what is changed in them is changed in the engine."""

    def __init__(self, annotations):
        super().__init__(_Extra(self, json.loads(text or "{}")) for text in annotations._engine.extras)
        self._owner = annotations

    def __setitem__(self, key, value):
        before = list(self)
        super().__setitem__(key, value)
        self._write_or(lambda: super(_Extras, self).__setitem__(slice(None), before))

    def _write_or(self, take_back):
        try:
            self._owner._engine.extras = [_extra_text(extra) for extra in self]
        except (TypeError, ValueError):
            take_back()
            raise


class _Extra(dict):
    def __init__(self, column, items):
        super().__init__(items)
        self._column = column

    def _changed(self, change):
        before = dict(self)

        def take_back():
            super(_Extra, self).clear()
            super(_Extra, self).update(before)

        result = change()
        self._column._write_or(take_back)
        return result

    def __setitem__(self, key, value):
        self._changed(lambda: super(_Extra, self).__setitem__(key, value))

    def __delitem__(self, key):
        self._changed(lambda: super(_Extra, self).__delitem__(key))

    def update(self, *args, **kwargs):
        self._changed(lambda: super(_Extra, self).update(*args, **kwargs))

    def pop(self, *args):
        return self._changed(lambda: super(_Extra, self).pop(*args))

    def clear(self):
        self._changed(super().clear)

    def __reduce__(self):
        return dict, (dict(self),)


def _check_times(name, values):
    """Times that files can hold: finite, within some 30,000 years, durations not negative."""
    values = np.asarray(values)
    wrong = values[~(np.abs(values) < 1e12) | ((values < 0) if name == "duration" else False)]
    if wrong.size:
        raise ValueError(f"{name} must be finite" + (" and >= 0 s" if name == "duration" else "") + f"; got {wrong[0]}")


def _writing(name):
    own = getattr(np.ndarray, name)

    def write(self, *args, **kwargs):
        return self._change(lambda: own(self, *args, **kwargs))

    return write


class _Column(np.ndarray):
    """What the engine says of every annotation, or a part of that.

    What is changed in it is changed in the engine, while the annotations have it: they have another once others are
    assigned, and where annotations come, go or are sorted. NumPy's other ways to write find it read-only.
    """

    _owner = None  # the annotations and the name of the column
    _part_of = None  # another column

    __setitem__, fill, put, sort = map(_writing, ("__setitem__", "fill", "put", "sort"))

    def __getitem__(self, key):
        part = super().__getitem__(key)
        if isinstance(part, _Column) and not part.flags.writeable:  # no copy
            part._part_of = self if self._owner else self._part_of
        return part

    def __array_function__(self, function, types, args, kwargs):
        def call():
            return super(_Column, self).__array_function__(function, types, args, kwargs)

        written = args[0] if args and function in (np.copyto, np.put, np.place, np.putmask) else None
        return written._change(call) if isinstance(written, _Column) else call()

    def __array_ufunc__(self, ufunc, method, *inputs, out=(), **kwargs):
        plain = [np.asarray(x) if isinstance(x, _Column) else x for x in inputs]
        if method == "at":
            out, plain[0] = inputs[:1], np.array(inputs[0])
            ufunc.at(*plain)
            out[0][...] = plain[0]
            return None
        results = tuple(np.array(x) if isinstance(x, _Column) else x for x in out)
        if out:
            kwargs["out"] = results
        result = getattr(ufunc, method)(*plain, **kwargs)
        for x, values in zip(out, results):
            if isinstance(x, _Column):
                x[...] = values
        return out[0] if len(out) == 1 else out or result

    def _change(self, write):
        """Let `write` change the values, and give them to the engine."""
        column = self if self._owner else self._part_of
        if column is None:
            return write()
        annotations, name = column._owner
        with changing:
            before = np.array(column)
            current = annotations._columns.get(name) is column and _same(before, _values(annotations._engine, name))
            self.flags.writeable = True
            try:
                result = write()
                if current:
                    annotations._assign(name, np.asarray(column))
            except BaseException:
                _refill(column, before)
                raise
            finally:
                self.flags.writeable = False
            if current:
                _refill(column, _values(annotations._engine, name))  # numbers as the engine has them
        return result


def _refill(column, values):
    np.copyto(column.base, values, casting="unsafe")


def _same(a, b):
    return np.array_equal(a, b, equal_nan=a.dtype.kind == "f")


def _values(engine, name):
    """The column that the engine has, as an array."""
    values = getattr(engine, name)
    if name == "ch_names":
        array = np.empty(len(values), object)
        for k, names in enumerate(values):
            array[k] = tuple(names)
        return array
    return np.array(values, None if len(values) else {"description": str}.get(name, float))


def _column(name, about):
    def get(self):
        values = _values(self._engine, name)
        column = self._columns.get(name)
        if column is None or not _same(column, values):
            column = values.view(_Column)
            column.flags.writeable = False
            column._owner = self, name
            self._columns[name] = column
        return column

    def write(self, values):
        self._assign(name, values)
        if values is not self._columns.get(name):
            self._columns.pop(name, None)

    return property(get, write, doc=about)


def _texts(values):
    return [str(v) for v in values]


def _all_names(entries):
    return [_names(entry) for entry in entries]


def _names(entry):
    return [] if entry is None else [entry] if isinstance(entry, str) else [str(name) for name in entry]


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
        self._columns = weakref.WeakValueDictionary()
        self._orig_time = orig_time
        self.append(onset, duration, description, ch_names, extras=extras)

    @classmethod
    def _of(cls, engine, begin=0.0):
        """The annotations that the engine has; no copy."""
        self = object.__new__(cls)
        self._engine = engine
        self._columns = weakref.WeakValueDictionary()  # those that somebody holds
        self._begin = begin
        return self

    @property
    def _orig_time(self):
        return date_from_engine(self._engine.orig_time)

    @_orig_time.setter
    def _orig_time(self, time):
        self._engine.orig_time = date_to_engine(time)

    onset = _column("onset", "Where they begin [s], shape (n,).")
    duration = _column("duration", "How long they are [s], shape (n,).")
    description = _column("description", "Names, shape (n,).")
    ch_names = _column("ch_names", "The channels that each one is about, shape (n,).")

    @property
    def extras(self):
        """What else is known about each one, as a list of dicts."""
        return _Extras(self)

    @extras.setter
    def extras(self, extras):
        self._engine.extras = [_extra_text(extra) for extra in extras]

    def _extra_keys(self):
        """Names of what else is known about any of them."""
        return list(dict.fromkeys(key for extra in self.extras for key in extra))

    def _assign(self, name, values):
        values = {"description": _texts, "ch_names": _all_names}.get(name, floats)(values)
        if name in ("onset", "duration"):
            _check_times(name, values)
        setattr(self._engine, name, values)

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
        kinds = ", ".join(f"{n} ({c})" for n, c in list(zip(names, counts))[:8]) + (", ..." if len(names) > 8 else "")
        plural = "" if len(self) == 1 else "s"
        return f"<Annotations | {len(self)} segment{plural}" + (f": {kinds}>" if len(self) else ">")

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
        one_of("on_missing", on_missing, ("raise", "warn", "ignore"))
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
        self._engine.append(*_columns(onset, duration, description, ch_names, extras))
        return self

    def delete(self, idx):
        """Remove the annotations at `idx`, in place."""
        keep = np.ones(len(self), bool)
        keep[idx] = False
        self._engine.assign(self._engine.chosen(np.flatnonzero(keep).tolist()))

    def rename(self, mapping, verbose=None):
        """Change descriptions by a dict of old and new, in place."""
        missing = [name for name in mapping if name not in self.description]
        if missing:
            raise ValueError(f"descriptions to rename must be there; there is no {missing}")
        self.description = [mapping.get(d, d) for d in self._engine.description]
        return self

    def set_durations(self, mapping, verbose=None):
        """Set durations [s]: one for all, or a dict by description; in place."""
        if isinstance(mapping, dict):
            missing = [name for name in mapping if name not in self.description]
            if missing:
                raise ValueError(f"descriptions must be there to set their durations; there is no {missing}")
            self.duration = np.array([mapping.get(str(d), t) for d, t in zip(self.description, self.duration)], float)
        else:
            self.duration = np.full(len(self), float(mapping))
        return self

    def crop(self, tmin=None, tmax=None, emit_warning=False, use_orig_time=True, verbose=None):
        """Keep what overlaps [tmin, tmax], cut to it, in place.

        Parameters
        ----------
        tmin, tmax : float | datetime | None
            The interval [s], on the clock of the onsets; None: the ends.
        emit_warning : bool
            Whether to warn when something is left out.
        use_orig_time : bool
            Whether a datetime is compared with `orig_time` plus the onsets; otherwise onsets count from 1970. Default True.
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
        return float(time)

    # -- out

    def count(self):
        """How many there are of each description, as a dict."""
        names, counts = np.unique(self.description, return_counts=True)
        return dict(zip(names.tolist(), counts.tolist()))

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
            _save_text(annotations, path)
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


_colon = "{COLON}"  # in the name of a channel, as MNE-Python writes it


def _save_text(annotations, path):
    """Write a table: with a date as onset as .csv, with seconds as .txt; a list of channels has ":" between them."""
    dates = path.suffix == ".csv"
    names = [":".join(ch.replace(":", _colon) for ch in chs) for chs in annotations.ch_names]
    keys = annotations._extra_keys()
    head = ["onset", "duration", "description", *(["ch_names"] if any(names) else []), *keys]
    start = annotations.orig_time or epoch_start
    text = io.StringIO()
    if not dates:
        text.write("# Annotations\n")
        if annotations.orig_time is not None:
            text.write(f"# orig_time : {annotations.orig_time.replace(tzinfo=None)}\n")
    text.write(",".join(head) + "\n" if dates else f"# {', '.join(head)}\n")
    table = csv.writer(text, lineterminator="\n")
    for one, channels in zip(annotations, names):
        onset = float(one["onset"])
        if dates:
            onset = (start + datetime.timedelta(seconds=onset)).replace(tzinfo=None)
        row = [onset, float(one["duration"]), one["description"], *([channels] if any(names) else [])]
        table.writerow(row + [one["extras"].get(key) for key in keys])
    part = path.with_name(path.name + ".part")
    part.write_text(text.getvalue(), encoding="utf-8")
    part.replace(path)


def _read_text(path, encoding):
    lines = path.read_text(encoding=encoding).splitlines(keepends=True)
    comments = [line[1:].strip() for line in lines if line.startswith("#")]
    table = csv.reader([line for line in lines if not line.startswith("#")])
    orig_time, head = None, ["onset", "duration", "description"]
    for comment in comments:
        if comment.startswith("orig_time"):
            orig_time = _date(comment.split(":", 1)[1].strip())
        elif comment.startswith("onset"):
            head = [word.strip() for word in comment.split(",")]
    dates = path.suffix == ".csv"
    if dates:
        head = next(table, head)
    rows, onsets = [], []
    for row in table:
        if not row:
            continue
        if len(head) == 3 and not dates:
            row = [*row[:2], ",".join(row[2:])]  # a description with commas, not quoted
        try:
            found = dict(zip(head, row, strict=True))
            onsets.append(_date(found["onset"]) if dates else float(found["onset"]))
            found["duration"] = float(found["duration"])
            rows.append(found)
        except (ValueError, KeyError):
            raise ValueError(f"a line must hold {', '.join(head)}; got {','.join(row)!r} ({path})") from None
    if dates and onsets:
        orig_time = None if onsets[0].year == 1970 else onsets[0]
        onsets = [(date - (orig_time or epoch_start)).total_seconds() for date in onsets]
    names = [[c.replace(_colon, ":") for c in row.get("ch_names", "").split(":") if c] for row in rows]
    extras = [{key: _word(row[key]) for key in head if key not in _own_words} for row in rows]
    return Annotations(onsets, [row["duration"] for row in rows], [row["description"].strip() for row in rows], orig_time,
                       names, extras=extras)  # fmt: skip


def _word(text):
    """What a cell of a table holds: a whole number, a number, a text, or None."""
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            pass
    return text or None


def _date(text):
    """The time in UTC, which is meant where the text names no zone."""
    time = datetime.datetime.fromisoformat(text)
    return time.replace(tzinfo=datetime.timezone.utc) if time.tzinfo is None else time.astimezone(datetime.timezone.utc)


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
        raise ValueError(f"annotations are read from {_core.meeg.extensions('read_annotations')}, .csv, .txt; got {path.name}")
    utf8 = encoding.lower().replace("-", "") == "utf8"
    given = {"sfreq": sfreq != "auto", "uint16_codec": uint16_codec is not None, "encoding": not utf8,
             "ignore_marker_types": bool(ignore_marker_types), "data_format": data_format != "auto"}  # fmt: skip
    for word, is_given in given.items():
        if is_given and word not in _settings_of.get(kind, ()):
            raise ValueError(f"{word} is not about files of {kind}, such as {path.name}; leave it out")
    if kind == "text":
        return _read_text(pathlib.Path(path), encoding)
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
