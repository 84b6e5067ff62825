"""Recordings whose samples a class of somebody's own reads."""

import atexit
import pathlib
import weakref

import numpy as np

from ranvier import _core

from ..checks import as_info, one_of, samples_of
from ..complex_samples import made_of
from ..info import Info

#: Units that BIDS has a word for.
known_units = frozenset(["V", "mV", "µV", "uV", "nV", "C", "°C", "S", "µS", "N", "n/a"])


def shown_units(units):
    """Units of channels, by name, with what is no unit that is known as "n/a"."""
    return {name: {"uV": "µV"}.get(unit, unit) if unit in known_units else "n/a" for name, unit in units.items()}


def _whole(name, numbers):
    """Sample numbers, which may come as floats but must be whole."""
    numbers = np.atleast_1d(np.asarray(numbers, float))
    whole = np.rint(numbers)
    if not np.isfinite(numbers).all() or np.abs(numbers - whole).max(initial=0) > 1e-6:
        raise ValueError(f"{name} must be whole numbers of samples; got {numbers.tolist()}")
    return [int(k) for k in whole]


def _per_file(name, values, files):
    values = list(values)
    if len(values) != files:
        raise ValueError(f"{name} must have one entry per file ({files}, as first_samps has); got {len(values)}")
    return values


def checked_units(units, info):
    """The units that a file says of its channels: a dict that names all."""
    if not units:
        return {}
    if not isinstance(units, dict):
        raise ValueError(f"orig_units must be a dict of channels and their units; got {units!r}")
    lacking = [name for name in info.ch_names if name not in units]
    if lacking:
        raise ValueError(f"orig_units must say a unit for each channel; there is none for {lacking[0]!r}")
    return shown_units(units)


class _FileReader:
    """What the engine calls for samples of one file."""

    def __init__(self, reader, cals, fi, first):
        self.reader, self.cals, self.fi, self.first = reader, cals, fi, first
        _in_use.add(self)

    def __call__(self, channels, start, stop):
        data = np.zeros((len(channels), stop - start))
        in_a_row = len(channels) > 0 and (np.diff(channels) == 1).all()
        idx = slice(int(channels[0]), int(channels[-1]) + 1) if in_a_row else channels
        first, last = self.first + start, self.first + stop
        self.reader._read_segment_file(data, idx, self.fi, first, last, self.cals[channels], None)
        return data


_in_use = weakref.WeakSet()


@atexit.register
def _let_go():  # Python can't see that the engine holds these, and with them the script in which their class stands
    for file in _in_use:
        file.reader = None


def engine_of(raw, info, samples, first_samps, last_samps, filenames, raw_extras, orig_format, dtype):
    """What the engine needs to know of a recording that `raw` reads, and its files; `samples` is an array or None."""
    as_info(info)
    kind = np.dtype(complex if samples is not None and np.iscomplexobj(samples) else float)
    if dtype is not None and np.dtype(dtype) != kind:
        raise ValueError(f"dtype must be {kind}, which these samples are in memory; got {np.dtype(dtype)}")
    one_of("orig_format", orig_format, ("double", "single", "int", "short"))
    firsts = _whole("first_samps", first_samps)
    extras = [
        {} if extra is None else extra
        for extra in _per_file("raw_extras", raw_extras or [None] * len(firsts), len(firsts))
    ]
    names = _per_file("filenames", filenames or [None] * len(firsts), len(firsts))
    names = tuple(None if name is None else pathlib.Path(name) for name in names)
    cals = np.array([[c["range"] * c["cal"]] for c in info["chs"]]).reshape(-1, 1)
    if (cals == 0).any():
        raise ValueError(
            f"cal and range of a channel must not be 0; one is, of {info.ch_names[int(np.argmin(abs(cals)))]}"
        )
    if samples is not None:
        samples = samples_of(samples, info, 2)
        if last_samps is not None and _whole("last_samps", last_samps) != [firsts[0] + samples.shape[1] - 1]:
            raise ValueError(
                f"last_samps must be that of the array, {firsts[0] + samples.shape[1] - 1}; got {last_samps}"
            )
        return made_of(samples, lambda part: _core.meeg.Raw(info._engine, part, firsts[0])), names, extras
    if last_samps is None:
        raise ValueError(
            "last_samps, the number of the last sample of each file, must be given, or an array as preload"
        )
    lasts = _per_file("last_samps", _whole("last_samps", last_samps), len(firsts))
    if any(last < first for first, last in zip(firsts, lasts)):
        raise ValueError(f"last_samps must not lie before first_samps; got {lasts} and {firsts}")

    # Not `raw` itself: what reads must outlive it in its copies, and must not change with it.
    reader = object.__new__(type(raw))
    reader.info, reader._filenames, reader._raw_extras = Info(info._engine.copy(), info._rest), names, extras

    files = [
        (_FileReader(reader, cals, fi, first), last - first + 1, name or pathlib.Path(), orig_format)
        for fi, (first, last, name) in enumerate(zip(firsts, lasts, names))
    ]
    return _core.meeg.Raw.of_readers(info._engine, files, firsts[0]), names, extras


class OfFiles:
    """What a recording knows of the files that it is read from."""

    buffer_size_sec = 1.0
    _units = {}

    @classmethod
    def _of(cls, engine, filenames=()):
        """A recording that the engine has made."""
        raw = object.__new__(cls)
        raw._begin(engine, filenames)
        return raw

    @property
    def _orig_units(self):
        """Units in the file, by channel, as far as it says them."""
        if self._units is None:
            return None
        return {name: self._units[name] for name in self.ch_names if name in self._units}

    @_orig_units.setter
    def _orig_units(self, units):
        self._units = None if units is None else dict(units)

    def _read_segment_file(self, data, idx, fi, start, stop, cals, mult):
        """Read samples, where a class derives from this one to read files of its own.

        Of `self` there are `info`, as it was given, `filenames` and `_raw_extras`.

        Parameters
        ----------
        data : array of float, shape (len(idx), stop - start)
            To be filled, in SI units.
        idx : slice | array of int
            The channels.
        fi : int
            Which of the files.
        start, stop : int
            Samples [start, stop), numbered as `first_samps` and `last_samps` number them.
        cals : array of float, shape (len(idx), 1)
            "cal" times "range" of the channels: SI units per number in the file.
        mult : None
            What MNE-Python's readers are given for projections, which are applied elsewhere here.
        """
        raise NotImplementedError(
            f"{type(self).__name__} has no samples to give: it must have _read_segment_file(), which reads them, or get "
            "an array as preload"
        )
