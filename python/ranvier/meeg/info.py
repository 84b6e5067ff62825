"""What is known about a recording besides its numbers."""

import contextlib
import copy
import datetime

import numpy as np

from ranvier import _core

from .checks import one_of
from .lazy import drawn_by
from .points import DigPoint, Projection, Transform

# Fields of MNE-Python's Info that Ranvier keeps but does not fill.
_unfilled = {
    "acq_pars": None, "acq_stim": None, "ctf_head_t": None, "dev_ctf_t": None, "device_info": None, "events": [],
    "file_id": None, "gantry_angle": None, "helium_info": None, "hpi_meas": [], "hpi_results": [],
    "hpi_subsystem": None, "kit_system_id": None, "meas_id": None, "proc_history": [],
    "proj_id": None, "subject_info": None, "utc_offset": None, "working_dir": None, "command_line": "",
    "xplotter_layout": None,
}  # fmt: skip
_free = {"bads", "description", "device_info", "experimenter", "helium_info", "line_freq", "subject_info", "temp",
         "dev_head_t", "proj_name", "proj_id"}  # fmt: skip
_setters = {
    "chs": "pick(), reorder_channels(), set_channel_types()", "ch_names": "rename_channels()", "nchan": "pick()",
    "dig": "set_montage()", "sfreq": "resample()", "meas_date": "set_meas_date()", "projs": "add_proj(), del_proj()",
    "highpass": "filter()", "lowpass": "filter()", "custom_ref_applied": "set_eeg_reference()",
}  # fmt: skip

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


class _Bads(list):
    """Names of bad channels, each of which the Info must have."""

    def __init__(self, names, info):
        self._info = info
        super().__init__(self._checked(names))

    def _checked(self, names):
        names = list(names)
        known = self._info.ch_names
        missing = [name for name in names if name not in known]
        if missing:
            raise ValueError(f"bad channels must be channels of the recording; there is no {missing}")
        return names

    def append(self, name):
        super().extend(self._checked([name]))

    def extend(self, names):
        super().extend(self._checked(names))

    def insert(self, position, name):
        self._checked([name])
        super().insert(position, name)

    def __iadd__(self, names):
        super().extend(self._checked(names))
        return self

    def __reduce__(self):
        return list, (list(self),)

    def __deepcopy__(self, memo):
        return list(self)


class Info(dict):
    """Channels, rates, positions, projections of a recording: a dict with MNE-Python's keys.

    ``info["bads"]`` is a list to change at will; most other fields are changed through methods of the object that the
    info belongs to. Frequencies are in Hz, positions in m.
    """

    _locked = False

    def __init__(self, engine=None):
        super().__init__()
        self._preserved = ((), ())
        if engine is not None:
            self._take(engine)

    # -- to and from the engine

    def _take(self, engine):
        """Become what the engine says; this object and its list of bad channels stay the same objects."""
        values = dict(_unfilled)
        values.update({key: dict.__getitem__(self, key) for key in _unfilled if key in self})
        values.update(engine)
        self._preserved = values.pop("preserved", ((), ()))
        values["projs"] = [Projection(p) for p in values["projs"]]
        values["dig"] = None if values["dig"] is None else [DigPoint(p) for p in values["dig"]]
        values["dev_head_t"] = None if values["dev_head_t"] is None else Transform(values["dev_head_t"])
        values["meas_date"] = date_from_engine(values["meas_date"])
        values["ch_names"] = [channel["ch_name"] for channel in values["chs"]]
        values["nchan"] = len(values["chs"])
        bads = values.pop("bads")
        old = dict.get(self, "bads")
        for key, value in values.items():
            dict.__setitem__(self, key, value)
        if isinstance(old, _Bads):
            list.__setitem__(old, slice(None), bads)
        else:
            dict.__setitem__(self, "bads", _Bads(bads, self))
        self._locked = True

    def _engine(self):
        """The values that the engine reads."""
        values = dict(self)
        values["meas_date"] = date_to_engine(self["meas_date"])
        values["bads"] = list(self["bads"])
        values["preserved"] = self._preserved
        return values

    # -- a dict that guards what hangs together

    def __setitem__(self, key, value):
        if self._locked:
            if key not in _free:
                use = _setters.get(key)
                raise RuntimeError(
                    f"info[{key!r}] can't be set directly" + (f"; use {use} of the object it belongs to" if use else "")
                )
            if key == "bads":
                value = _Bads(value, self)
            elif key == "line_freq" and value is not None:
                value = float(value)
            elif key == "dev_head_t" and value is not None:
                value = Transform(value)
        super().__setitem__(key, value)

    def update(self, other=None, **more):
        for key, value in {**(other or {}), **more}.items():
            self[key] = value

    def __delitem__(self, key):
        raise RuntimeError(f"info[{key!r}] can't be removed")

    @contextlib.contextmanager
    def _unlock(self, **ignored):
        before, self._locked = self._locked, False
        try:
            yield
        finally:
            self._locked = before

    def __reduce__(self):
        return _restored, (self._engine(), {key: dict.__getitem__(self, key) for key in _unfilled})

    def __deepcopy__(self, memo):
        engine = {key: value for key, value in self._engine().items() if key not in _unfilled}
        preserved = engine.pop("preserved")  # nothing in it can be changed
        unfilled = {key: dict.__getitem__(self, key) for key in _unfilled}
        return _restored(copy.deepcopy(engine, memo) | {"preserved": preserved}, copy.deepcopy(unfilled, memo))

    def copy(self):
        """A deep copy."""
        return copy.deepcopy(self)

    # -- what it knows

    @property
    def ch_names(self):
        """Names of the channels."""
        return dict.__getitem__(self, "ch_names")

    @property
    def compensation_grade(self):
        """Grade of the compensation of CTF gradiometers; 0 for none."""
        return (self["chs"][0]["coil_type"] >> 16) if self["chs"] else None

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
        idx = picks_to_idx(self, picks, none, exclude=(), allow_empty=True)
        types = _core.channel_types([self["chs"][i] for i in idx])
        if only_data_chs:
            types = [t for t in types if _core.is_data_type(t)]
        return list(dict.fromkeys(types)) if unique else types

    def rename_channels(self, mapping, allow_duplicates=False, *, on_missing="raise", verbose=None):
        """Rename channels by a dict of old and new names, or by a function."""
        if callable(mapping):
            mapping = {name: mapping(name) for name in self.ch_names}
        one_of("on_missing", on_missing, ("raise", "warn", "ignore"))
        missing = [name for name in mapping if name not in self.ch_names]
        if missing:
            text = f"channels to rename must be in the recording; there is no {missing}"
            if on_missing == "raise":
                raise ValueError(text)
            if on_missing == "warn":
                from ranvier.errors import warn

                warn(text)
        pairs = [(old, new) for old, new in mapping.items() if old in self.ch_names]
        self._take(_core.renamed_info(self._engine(), pairs))
        return self

    def set_channel_types(self, mapping, *, on_unit_change="warn", verbose=None):
        """Set the types of channels by a dict of names and types."""
        from ranvier.errors import warn

        one_of("on_unit_change", on_unit_change, ("raise", "warn", "ignore"))
        changed = {}
        for name, kind in mapping.items():
            if name not in self.ch_names:
                raise ValueError(f"channel {name!r} is not in the recording")
            position = self.ch_names.index(name)
            channel = self["chs"][position]
            new = _core.retyped(channel, kind)
            if new["unit"] != channel["unit"] and on_unit_change != "ignore":
                old_unit, new_unit = (_core.unit_symbol(c) or "NA" for c in (channel, new))
                changed.setdefault(f"{old_unit} to {new_unit}", []).append(name)
            channel.update(new)
        for change, names in changed.items():
            text = f"the unit of these channels changed from {change}: {', '.join(names)}"
            if on_unit_change == "raise":
                raise ValueError(text)
            warn(text)
        return self

    def set_meas_date(self, meas_date):
        """Set the date of the measurement (UTC): a datetime with time zone, (s, us), POSIX seconds, or None."""
        with self._unlock():
            self["meas_date"] = date_from_engine(date_to_engine(meas_date))
        return self

    def anonymize(self, daysback=None, keep_his=False, verbose=None):
        """Remove what may tell who was measured; the date becomes 2000-01-01, or moves back by `daysback` days."""
        self._preserved = ((), ())
        with self._unlock():
            date = self["meas_date"]
            if date is not None:
                self["meas_date"] = (
                    datetime.datetime(2000, 1, 1, tzinfo=datetime.timezone.utc)
                    if daysback is None
                    else date - datetime.timedelta(days=daysback)
                )
            for key in ("description", "experimenter", "subject_info", "proj_name", "proj_id", "device_info"):
                self[key] = None
        return self

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

    def save(self, fname, *, overwrite=False, verbose=None):
        """Write to a FIFF file."""
        from .checks import output_path

        _core.write_info_fif(self._engine(), output_path(fname, overwrite), overwrite)

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
        lines.append(f" meas_date: {self['meas_date'] or 'unspecified'}")
        for p in self["projs"]:
            lines.append(f" projs: {p['desc']}: {'on' if p['active'] else 'off'}")
        if not self["projs"]:
            lines.append(" projs: []")
        lines.append(f" sfreq: {self['sfreq']:g} Hz")
        return "\n".join(lines) + "\n>"


def _restored(engine, unfilled):
    info = Info()
    for key, value in unfilled.items():
        dict.__setitem__(info, key, value)
    info._take({key: value for key, value in engine.items() if key not in _unfilled})
    return info


def create_info(ch_names, sfreq, ch_types="misc", verbose=None):
    """Make an Info for data of one's own.

    Parameters
    ----------
    ch_names : list of str | int
        Names of the channels, or how many there are (then "0", "1", ...).
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
    if isinstance(ch_types, str):
        ch_types = [ch_types] * len(ch_names)
    ch_types = list(np.atleast_1d(np.array(ch_types, np.str_)))
    if len(ch_types) != len(ch_names):
        raise ValueError(f"ch_types must have one type per channel ({len(ch_names)}); got {len(ch_types)}")
    types = ["mag" if t == "meg" else str(t) for t in ch_types]
    return Info(_core.create_info([str(n) for n in ch_names], float(sfreq), types))
