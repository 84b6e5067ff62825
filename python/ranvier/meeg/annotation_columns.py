"""The columns of annotations as arrays and lists that write through to the engine."""

import json
import weakref
from collections.abc import Mapping
from functools import partial

import numpy as np

from ranvier import _core

from .face import LiveDict, LiveList, changing


def columns_of(onset, duration, description, ch_names, extras):
    """The columns of one or several annotations, of equal lengths."""
    onset = np.atleast_1d(np.array(onset, float))
    if onset.ndim != 1:
        raise ValueError(f"onset must have one dimension; got {onset.ndim}")
    duration = np.atleast_1d(np.array(duration, float))
    duration = np.full(len(onset), duration[0]) if len(duration) == 1 else duration
    description = [description] if isinstance(description, str) else texts(description)
    description = description * len(onset) if len(description) == 1 else description
    if not len(onset) == len(duration) == len(description):
        raise ValueError(
            "onset, duration and description must have equal lengths; got "
            f"{len(onset)}, {len(duration)} and {len(description)}"
        )
    check_times("onset", onset)
    check_times("duration", duration)
    if ch_names is None:
        ch_names = [()] * len(onset)
    elif len(ch_names) != len(onset):
        raise ValueError(f"ch_names must have one entry per annotation ({len(onset)}); got {len(ch_names)}")
    extras = [None] * len(onset) if extras is None else list(extras)
    if len(extras) != len(onset):
        raise ValueError(f"extras must have one entry per annotation ({len(onset)}); got {len(extras)}")
    return onset, duration, description, all_names(ch_names), [extra_text(extra) for extra in extras]


#: Names of columns that extras can't have.
own_words = ("onset", "duration", "description", "ch_names", "orig_time")


def extra_text(extra):
    """What else is known about an annotation, a dict or None, as JSON."""
    if extra is None:
        return ""
    if not isinstance(extra, Mapping) or not all(isinstance(key, str) for key in extra):
        raise TypeError(f"extras must be dicts with str as keys, or None; got {extra!r}")
    for key, value in extra.items():
        if key in own_words:
            raise ValueError(f"a key of extras must not be one of {', '.join(own_words)}; got {key!r}")
        if not isinstance(value, (str, int, float, np.number, type(None))):
            raise TypeError(f"values of extras must be a str, int, float or None; got {value!r} for {key!r}")
    plain = {key: value.item() if isinstance(value, np.generic) else value for key, value in extra.items()}
    try:
        return json.dumps(plain, allow_nan=False) if plain else ""
    except ValueError:
        raise ValueError(f"numbers of extras must be finite; got {plain}") from None


class _Extras(LiveList):
    """What else is known about every annotation."""

    _owner = None  # the annotations, weakly
    _seen = -1  # the engine's count of changes when it was as the engine has it

    def __setitem__(self, key, extra):
        annotations = self._owner and self._owner()
        if isinstance(key, bool):
            raise TypeError("extras are chosen by a whole number or a slice; got a bool")
        if isinstance(key, (int, np.integer)) and annotations and annotations._columns.get("extras") is self:
            if self._seen == _core.meeg.changes():
                k = range(len(self))[key]
                written(annotations, "set_extras", k, extra_text(extra))
                return list.__setitem__(self, k, _live_extra(self._owner, k))
        return super().__setitem__(key, extra)


def extras_of(annotations):
    """What else is known about every annotation, as dicts; what is changed in them is changed in the engine."""
    held = annotations._columns.get("extras")
    if held is None or held._seen != _core.meeg.changes():
        owner, now = weakref.ref(annotations), _core.meeg.changes()
        held = annotations._columns["extras"] = _Extras(partial(_live_extras, owner), partial(_write_extras, owner))
        held._owner, held._seen = owner, now
    return held


def _live_extras(owner):
    return [_live_extra(owner, k) for k in range(len(owner() or ()))]


def _write_extras(owner, extras):
    owner().extras = extras


def _live_extra(owner, k):
    def read():
        annotations = owner()
        there = annotations is not None and k < len(annotations)
        return json.loads(annotations._engine.item(k)[4] or "{}") if there else None

    return LiveDict(read, lambda extra: written(owner(), "set_extras", k, extra_text(extra)))


def written(annotations, function, *values):
    """Let the engine change its annotations; what was held of them and is told of the change stays."""
    seen = _core.meeg.changes()
    getattr(annotations._engine, function)(*values)
    if _core.meeg.changes() == seen + 1:  # nobody else has changed anything meanwhile
        for held in annotations._columns.values():
            held._seen += held._seen == seen


def check_times(name, values):
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

    _owner = None  # the annotations, weakly, and the name of the column
    _part_of = None  # another column
    _seen = -1  # the engine's count of changes when it was as the engine has it

    fill, put, sort = map(_writing, ("fill", "put", "sort"))

    def __setitem__(self, key, value):
        if self._owner and isinstance(key, (int, np.integer)) and not isinstance(key, bool):
            self._change_one(range(len(self))[key], value)
        else:
            self._change(lambda: super(_Column, self).__setitem__(key, value))

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
        with changing:
            before = np.array(column)
            annotations = column._current()
            self.flags.writeable = True
            try:
                result = write()
                if annotations is not None:
                    annotations._assign(column._owner[1], np.asarray(column))
            except BaseException:
                column._refill(before)
                raise
            finally:
                self.flags.writeable = False
            if annotations is not None:
                column._refill(_values(annotations._engine, column._owner[1]))  # numbers as the engine has them
        return result

    def _change_one(self, k, value):
        """The same for the k-th value alone, however many there are."""
        with changing:
            before = self[k]
            annotations = self._current()
            values = self.base
            try:
                values[k] = value
                if annotations is not None:
                    annotations._assign_one(self._owner[1], k, values[k])
            except BaseException:
                values[k] = before
                raise
            if annotations is not None and self._owner[1] == "ch_names":
                values[k] = tuple(annotations._engine.item(k)[3])

    def _current(self):
        """The annotations that have this column, or None once they have another."""
        annotations = self._owner[0]()
        held = annotations is not None and annotations._columns.get(self._owner[1]) is self
        return annotations if held and self._holds(annotations) else None

    def _holds(self, annotations):
        """Whether the values are those of the engine."""
        now = _core.meeg.changes()
        if self._seen != now:
            if not _same(np.asarray(self), _values(annotations._engine, self._owner[1])):
                return False
            self._seen = now
        return True

    def _refill(self, values):
        np.copyto(self.base, values, casting="unsafe")


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


def column(name, about):
    def get(self):
        held = self._columns.get(name)
        if held is None or not held._holds(self):
            now = _core.meeg.changes()
            held = _values(self._engine, name).view(_Column)
            held.flags.writeable = False
            held._owner, held._seen = (weakref.ref(self), name), now
            self._columns[name] = held
        return held

    def write(self, values):
        self._assign(name, values)
        if values is not self._columns.get(name):
            self._columns.pop(name, None)

    return property(get, write, doc=about)


def texts(values):
    return [str(v) for v in values]


def all_names(entries):
    return [_names(entry) for entry in entries]


def _names(entry):
    return [] if entry is None else [entry] if isinstance(entry, str) else [str(name) for name in entry]
