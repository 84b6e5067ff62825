"""What is known about a recording besides its numbers."""

import contextlib
import copy
import datetime
from collections.abc import Mapping

import numpy as np

from ranvier import _core
from ranvier.errors import UnknownNameError, warn

from ..notebook import table
from . import carried
from .checks import complain, one_of, rule_of
from .face import DictFace, LiveDict, LiveList, changing
from .lazy import drawn_by
from .logs import verbose as _verbose

# Keys of MNE-Python's Info that the engine knows.
_known = ("chs", "sfreq", "highpass", "lowpass", "line_freq", "bads", "projs", "comps", "dig", "dev_head_t", "meas_date",
          "custom_ref_applied", "maxshield", "description", "experimenter", "proj_name", "ch_names", "nchan")  # fmt: skip
_free = {"bads", "description", "device_info", "experimenter", "helium_info", "line_freq", "subject_info", "temp",
         "dev_head_t", "proj_name", "proj_id"}  # fmt: skip
_setters = {
    "chs": "pick(), reorder_channels(), set_channel_types()", "ch_names": "rename_channels()", "nchan": "pick()",
    "dig": "set_montage()", "sfreq": "resample()", "meas_date": "set_meas_date()", "projs": "add_proj(), del_proj()",
    "highpass": "filter()", "lowpass": "filter()", "custom_ref_applied": "set_eeg_reference()",
}  # fmt: skip

_live = ("bads", *carried.flat)


def _read(engine, key):
    return engine[key] if key == "bads" else carried.read(engine, key)


def _write(engine, key, value):
    if key == "bads":
        engine[key] = list(value)
    else:
        carried.write(engine, key, value)


def _live_part(engine, key):
    """What `info[key]` is, as a list or dict that writes what is changed in it."""
    if _read(engine, key) is None:
        return None
    return (LiveList if key == "bads" else LiveDict)(
        lambda: _read(engine, key), lambda value: _write(engine, key, value)
    )


epoch_start = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


def date_to_engine(date):
    """A datetime, (seconds, microseconds), POSIX seconds or None as (seconds, microseconds) or None."""
    if date is None:
        return None
    if isinstance(date, datetime.datetime):
        if date.tzinfo is None:
            raise ValueError(f"a measurement date must have a time zone (UTC); got {date!r} without one")
        passed = date - epoch_start
        return passed.days * 86400 + passed.seconds, passed.microseconds
    if isinstance(date, str):
        parsed = datetime.datetime.strptime(date, "%Y-%m-%d %H:%M:%S.%f")
        return date_to_engine(parsed.replace(tzinfo=datetime.timezone.utc))
    if np.isscalar(date):
        seconds = int(np.floor(date))
        return seconds, round((float(date) - seconds) * 1e6)
    seconds, microseconds = date
    return int(seconds), int(microseconds)


def date_from_engine(date):
    """(seconds, microseconds) or None as a datetime in UTC, or None."""
    return None if date is None else epoch_start + datetime.timedelta(seconds=date[0], microseconds=date[1])


class Info(DictFace):
    """Channels, rates, positions, projections of a recording, under MNE-Python's keys.

    What is read is the engine's and what is written goes there, also in place: ``info["bads"].append("C3")``,
    ``info["chs"][0]["loc"][:3] = x``. Most fields but ``info["bads"]`` are changed through methods of the object that the
    info belongs to. Frequencies are in Hz, positions in m.
    """

    _locked = True

    def __init__(self, engine=None, rest=None):
        self._engine = _core.meeg.Info() if engine is None else engine
        self._live = {}
        self._rest = copy.deepcopy({} if rest is None else rest)

    # -- a dict that guards what hangs together

    def __getitem__(self, key):
        if key in _live:
            with changing:
                held = self._live.get(key)
                self._live[key] = _live_part(self._engine, key) if held is None else held.current()
                return self._live[key]
        if key in carried.keys:
            value = carried.read(self._engine, key)
            if value is None and key in carried.if_there:
                raise KeyError(key)
            return value
        if key not in _known:
            return self._rest[key]
        value = self._engine[key]
        return date_from_engine(value) if key == "meas_date" else value

    def __setitem__(self, key, value):
        if self._locked and key not in _free:
            use = _setters.get(key)
            raise RuntimeError(
                f"info[{key!r}] can't be set directly" + (f"; use {use} of the object it belongs to" if use else "")
            )
        if key in _live:
            held = self._live.get(key)
            if value is not held:
                _write(self._engine, key, value)
                self._live[key] = held and held.left()
        elif key in carried.keys:
            carried.write(self._engine, key, value)
        elif key in ("highpass", "lowpass") and value is None:  # not known: as for files that don't say it
            self._engine[key] = 0.0 if key == "highpass" else self["sfreq"] / 2
        elif key in _known:
            self._engine[key] = date_to_engine(value) if key == "meas_date" else value
        else:
            self._rest[key] = value

    def __delitem__(self, key):
        raise RuntimeError(f"info[{key!r}] can't be removed")

    def __iter__(self):
        known = _known if self._engine["maxshield"] else [key for key in _known if key != "maxshield"]
        there = [key for key in carried.keys if key not in carried.if_there or carried.read(self._engine, key)]
        return iter((*known, *there, *self._rest))

    def __len__(self):
        return sum(1 for _ in self)

    def __contains__(self, key):
        if key in carried.if_there:
            return bool(carried.read(self._engine, key))
        return key in (*carried.keys, *self._rest) or (
            key in _known and (key != "maxshield" or bool(self._engine["maxshield"]))
        )

    def __eq__(self, other):
        if not isinstance(other, Info):
            return NotImplemented
        return self._engine == other._engine and self._rest == other._rest

    @contextlib.contextmanager
    def _unlock(self, *, update_redundant=False, check_after=False):
        # update_redundant has nothing to do: ch_names and nchan follow from chs.
        before, self._locked = self._locked, False
        try:
            yield
        finally:
            self._locked = before
        if check_after:
            self._engine.check()

    def __reduce__(self):
        return Info, (self._engine, self._rest)

    def copy(self):
        """A deep copy."""
        return Info(self._engine.copy(), self._rest)

    __copy__ = copy

    def __deepcopy__(self, memo):
        return self.copy()

    # -- what it knows

    @property
    def ch_names(self):
        """Names of the channels."""
        return self._engine["ch_names"]

    @property
    def compensation_grade(self):
        """Grade of the compensation of CTF gradiometers; 0 for none."""
        return self._grade_of(self.ch_names)

    def _grade_of(self, names):
        """Grade of the compensation of the MEG channels among `names`; None where there is none."""
        names = set(names)
        grades = {c["coil_type"] >> 16 for c in self["chs"] if c["kind"] == 1 and c["ch_name"] in names}
        if len(grades) > 1:
            raise ValueError(f"the MEG channels must have one grade of compensation; got {sorted(grades)}")
        return grades.pop() if grades else None

    def get_channel_types(self, picks=None, unique=False, only_data_chs=False):
        """Types of channels, as "eeg", "mag", "stim".

        Parameters
        ----------
        picks : str | list | slice | None
            Channels; None, the default, means all.
        unique : bool
            Whether to name each type once.
        only_data_chs : bool
            Whether to leave out what is no data, as stim and EOG channels.
        """
        from .picks import picks_to_idx

        none = "data" if only_data_chs else "all"
        idx = picks_to_idx(self, picks, none, exclude=(), allow_empty=picks is None)
        every = self._engine.types
        types = [every[i] for i in idx]
        if only_data_chs:
            types = [t for t in types if _core.meeg.is_data_type(t)]
        return list(dict.fromkeys(types)) if unique else types

    @_verbose
    def rename_channels(self, mapping, allow_duplicates=False, *, on_missing="raise", verbose=None):
        """Rename channels by a dict of old and new names, or by a function.

        With `allow_duplicates`, channels that get one name are told apart by "-0", "-1", ... behind it.
        """
        if not callable(mapping) and not isinstance(mapping, Mapping):
            raise ValueError(
                f"mapping must be a dict of old and new names, or a function; got {type(mapping).__name__}"
            )
        if callable(mapping):
            mapping = {name: mapping(name) for name in self.ch_names}
        on_missing = rule_of("on_missing", on_missing)
        known = self.ch_names
        missing = [name for name in mapping if name not in known]
        if missing:
            complain(on_missing, f"channels to rename must be in the recording; there is no {missing}")
        pairs = [(old, new) for old, new in mapping.items() if old in known]
        if allow_duplicates:
            renamed = dict(pairs)
            pairs = list(zip(known, _core.meeg.unique_channel_names([renamed.get(name, name) for name in known])))
        self._engine.rename(pairs)
        return self

    @_verbose
    def set_channel_types(self, mapping, *, on_unit_change="warn", verbose=None):
        """Set the types of channels by a dict of names and types."""
        on_unit_change = rule_of("on_unit_change", on_unit_change)
        changed = {}
        known = self.ch_names
        for name, kind in mapping.items():
            if name not in known:
                raise ValueError(f"channel {name!r} is not in the recording")
            channel = self["chs"][known.index(name)]
            new = channel.copy()
            new.set_type(kind)
            if new["unit"] != channel["unit"] and on_unit_change != "ignore":
                old_unit, new_unit = (c.unit_symbol or "NA" for c in (channel, new))
                changed.setdefault(f"{old_unit} to {new_unit}", []).append(name)
            held = [p["desc"] for p in self["projs"] if name in p["data"]["col_names"]]
            if held and new["kind"] != channel["kind"]:
                raise RuntimeError(f"the type of channel {name!r} can't change while projection {held[0]!r} holds it; "
                                   "remove the projection first")  # fmt: skip
        texts = [f"the unit of these channels changed from {c}: {', '.join(names)}" for c, names in changed.items()]
        if texts and on_unit_change == "raise":
            raise ValueError("; ".join(texts))
        self._engine.set_types([(name, str(kind)) for name, kind in mapping.items()])
        for text in texts:
            complain(on_unit_change, text)
        return self

    def set_meas_date(self, meas_date):
        """Set the date of the measurement (UTC): a datetime with time zone, (s, us), POSIX seconds, or None."""
        if isinstance(meas_date, str):
            raise TypeError(f"meas_date must be a datetime, (s, us), POSIX seconds or None; got {meas_date!r}")
        with self._unlock():
            self["meas_date"] = date_from_engine(date_to_engine(meas_date))
        return self

    @_verbose
    def anonymize(self, daysback=None, keep_his=False, verbose=None):
        """Remove what may tell who was measured, by whom, where and on which machine.

        The date becomes 2000-01-01, or moves back by `daysback` days.

        Parameters
        ----------
        daysback : int | None
        keep_his : bool | str | list of str
            What of "his_id", "sex" and "hand" of the subject stays; True: all. Default False: nothing does.
        """
        kept = (
            ("his_id", "sex", "hand")
            if keep_his is True
            else [keep_his]
            if isinstance(keep_his, str)
            else keep_his or ()
        )
        for key in kept:
            one_of("keep_his", key, ("his_id", "sex", "hand"))
        subject = {key: value for key, value in (self["subject_info"] or {}).items() if key in kept}
        carried.anonymize(self._engine)
        with self._unlock():
            date = self["meas_date"]
            if date is not None:
                self["meas_date"] = (
                    datetime.datetime(2000, 1, 1, tzinfo=datetime.timezone.utc)
                    if daysback is None
                    else date - datetime.timedelta(days=daysback)
                )
            for key in ("description", "experimenter", "proj_name"):
                self[key] = None
            self["subject_info"] = subject or None
        return self

    def to_json_dict(self):
        """All that it holds as a dict of dicts, lists, texts and numbers, which `json.dump` takes.

        MNE-Python's `Info.from_json_dict` reads it, too.
        """
        from .info_json import plain

        return plain(self)

    @classmethod
    def from_json_dict(cls, data_dict):
        """The Info of a dict that `to_json_dict`, here or in MNE-Python, made.

        Parameters
        ----------
        data_dict : dict

        Returns
        -------
        info : Info
        """
        from .info_json import restored

        info = cls()
        with info._unlock(check_after=True):
            values = restored(data_dict)
            for key in ("chs", *(key for key in values if key not in ("chs", "ch_names", "nchan"))):
                info[key] = values[key]
        return info

    def normalize_proj(self):
        """Bring projections to the good channels that are here, in place, so that none warns of those that are not."""
        _core.meeg.normalize_projections(self._engine)

    @_verbose
    def set_montage(self, montage, match_case=True, match_alias=False, on_missing="raise", verbose=None):
        """Give channels their places. See `Raw.set_montage`."""
        from .channels.montage import set_montage

        set_montage(self, montage, match_case, match_alias, on_missing)
        return self

    def get_montage(self):
        """The places of the channels as a DigMontage, or None."""
        from .channels.montage import montage_of_info

        return montage_of_info(self)

    plot_sensors = drawn_by("plot_sensors")

    @_verbose
    def save(self, fname, *, overwrite=False, verbose=None):
        """Write to a FIFF file."""
        from .checks import output_path

        _core.meeg.write_info_fif(self._engine, output_path(fname, overwrite), overwrite)

    def _repr_html_(self):
        return in_notebook("Info", self)

    def __repr__(self):
        types = self.get_channel_types() if self["chs"] else []
        counts = ", ".join(f"{types.count(t)} {t.upper()}" for t in dict.fromkeys(types))
        lines = [f"<Info | {len(self['chs'])} channels, {self['sfreq']:g} Hz"]
        lines.append(f" bads: {', '.join(self['bads']) or '[]'}")
        names = self.ch_names
        lines.append(f" ch_names: {', '.join(names[:8])}{', ...' if len(names) > 8 else ''}")
        lines.append(f" chs: {counts}")
        lines.append(f" custom_ref_applied: {bool(self['custom_ref_applied'])}")
        lines.append(f" dig: {len(self['dig']) if self['dig'] else 'None'}")
        lines.append(f" highpass: {self['highpass']:g} Hz")
        lines.append(f" lowpass: {self['lowpass']:g} Hz")
        lines.append(f" meas_date: {f'{date:%Y-%m-%d %H:%M:%S} UTC' if (date := self['meas_date']) else 'unspecified'}")
        for p in self["projs"]:
            lines.append(f" projs: {p['desc']}: {'on' if p['active'] else 'off'}")
        if not self["projs"]:
            lines.append(" projs: []")
        lines.append(f" sfreq: {self['sfreq']:g} Hz")
        lines += [
            f" {key}: {self[key]!r}" for key in ("description", "experimenter", "proj_name", *carried.flat) if self[key]
        ]
        return "\n".join(lines) + "\n>"


def told_of(info, more=None):
    """What is said of an object that has an Info, by its names, and `more`."""
    types = [kind for kind, name in zip(info._engine.types, info.ch_names) if name not in info["bads"]]
    return {
        "Good channels": ", ".join(f"{types.count(t)} {t}" for t in dict.fromkeys(types)),
        "Bad channels": ", ".join(info["bads"]),
        "Rate": f"{info['sfreq']:g} Hz",
        "Filter": f"{info['highpass']:g} to {info['lowpass']:g} Hz",
        "Measured": info["meas_date"] or "unknown",
        "Points digitised": len(info["dig"] or ()) or "",
        "Projections": "\n".join(f"{p['desc']}: {'on' if p['active'] else 'off'}" for p in info["projs"]),
        **(more or {}),
    }  # fmt: skip


def in_notebook(title, info, more=None):
    """What notebooks show of an object that has an Info, and `more` to say of it."""
    return table(title, told_of(info, more))


@_verbose
def create_info(ch_names, sfreq, ch_types="misc", verbose=None):
    """Make an Info for data of one's own.

    Parameters
    ----------
    ch_names : list of str | int
        Names of the channels, or how many there are (then "0", "1", ...). Equal names get numbers, with a warning.
    sfreq : float
        Sampling rate [Hz], > 0.
    ch_types : str | list of str
        "eeg", "mag", "grad", "stim", "eog", "misc" ...; one for all or one per channel. Default "misc".

    Returns
    -------
    info : Info
    """
    if isinstance(ch_names, (int, np.integer)):
        ch_names = [str(k) for k in range(ch_names)]
    if isinstance(ch_names, str):
        raise TypeError("ch_names must be a list of names or a number of channels; got a str")
    ch_names = list(ch_names)
    if wrong := [name for name in ch_names if not isinstance(name, str)]:
        raise TypeError(f"names of channels must be str; got {wrong[0]!r}")
    if isinstance(ch_types, str):
        ch_types = [ch_types] * len(ch_names)
    ch_types = list(np.atleast_1d(np.array(ch_types, np.str_)))
    if len(ch_types) != len(ch_names):
        raise ValueError(f"ch_types must have one type per channel ({len(ch_names)}); got {len(ch_types)}")
    types = ["mag" if t == "meg" else str(t) for t in ch_types]
    for kind in dict.fromkeys(types):
        try:
            _core.meeg.known_type(kind)
        except ValueError as wrong:
            raise UnknownNameError(str(wrong)) from None
    names = [str(n) for n in ch_names]
    if twice := sorted({n for n in names if names.count(n) > 1}):
        warn(f"names of channels must differ; those called {', '.join(twice)} get numbers behind a dash")
        names = _core.meeg.unique_channel_names(names)
    return Info(_core.meeg.create_info(names, float(sfreq), types))
