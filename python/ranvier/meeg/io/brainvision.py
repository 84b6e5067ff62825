"""Reading BrainVision."""

import configparser
from collections.abc import Mapping

from ranvier import _core
from ranvier.errors import FileError

from ...settings import described, given
from ..checks import path_of
from ..logs import verbose as _verbose
from ..raw import BaseRaw
from .loading import loaded
from .own import shown_units


class IncompleteHeaderError(FileError, RuntimeError, configparser.NoOptionError):
    """The header lacks what `overrides` can give. Whoever catches what MNE-Python raises for it catches this.

    Attributes
    ----------
    section, option : str
        What is missing.
    """


def incomplete_header(message, filename, offset, section, option):
    """The exception for an engine's IncompleteHeader."""
    error = IncompleteHeaderError(message)
    error.filename, error.offset = str(filename), offset
    error.message, error.section, error.option = message, section, option
    return error


class RawBrainVision(BaseRaw):
    """A recording in BrainVision files.

    Attributes
    ----------
    impedances : dict
        What the header says of each electrode: "imp", "imp_unit", where the recording has a date "imp_meas_time", and
        where the header has a range "imp_lower_bound", "imp_upper_bound", "imp_range_unit".
    """

    impedances = {}
    _of_brainvision = True  # whose marks have the numbers of its makers


def _impedances(found, date):
    impedances = {}
    for electrode, value, unit, clock, bounds, range_unit in found:
        entry = {"imp": value, "imp_unit": unit}
        if date is not None and clock < [24] and max(clock[1:]) < 60:
            hour, minute, second = clock
            entry["imp_meas_time"] = date.replace(hour=hour, minute=minute, second=second, microsecond=0)
        if bounds is not None:
            low, high = bounds
            entry |= {"imp_lower_bound": low, "imp_upper_bound": high, "imp_range_unit": range_unit}
        impedances[electrode] = entry
    return impedances


@_verbose
@described("read_raw_brainvision")
def read_raw_brainvision(vhdr_fname, eog=("HEOGL", "HEOGR", "VEOGb"), misc=..., scale=..., ignore_marker_types=...,
                         overrides=None, preload=False, verbose=None):  # fmt: skip
    """Read a recording from BrainVision files: header (``.vhdr``, ``.ahdr``), markers and samples.

    Parameters
    ----------
    vhdr_fname : str | Path
        The header, which names the other files.
    overrides : dict | None
        What counts instead of what the header says, where it is damaged or its files were renamed: data_fname,
        marker_fname (False: no markers), n_channels, sfreq, ch_names, units_fallback (unit of channels that the header
        does not describe), data_orientation ("MULTIPLEXED", "VECTORIZED"), data_format ("BINARY", "ASCII"),
        binary_format ("INT_16", "INT_32", "IEEE_FLOAT_32").
    preload : bool | str
        Whether to read the samples into memory; a file name maps them there. Default False: they are read when needed.
    {settings}

    Returns
    -------
    raw : RawBrainVision
        Samples in V; markers as `annotations`; `impedances` of the electrodes.

    Raises
    ------
    IncompleteHeaderError
        The header lacks what `overrides` can give; an OSError whose `section` and `option` say what.

    Notes
    -----
    Where a file that the header names is missing, one beside it with the header's own name is read, with a warning.
    """
    path = path_of(vhdr_fname)
    if overrides is not None:
        if not isinstance(overrides, Mapping):
            raise TypeError(f"overrides must be a dict or None; got {overrides!r}")
        for key in ("units_fallback", "data_orientation", "data_format", "binary_format"):
            if not isinstance(overrides.get(key, ""), str):
                raise TypeError(f"overrides[{key!r}] must be a text (str); got {overrides[key]!r}")
        overrides = {key: str(value) if hasattr(value, "__fspath__") else value for key, value in overrides.items()}
    settings = given("read_raw_brainvision", locals())
    engine, units, impedances = _core.meeg.read_brainvision(path, settings)
    raw = RawBrainVision._of(engine, engine.paths)
    raw._units = shown_units(units)
    raw.impedances = _impedances(impedances, raw.info["meas_date"])
    return loaded(raw, preload)
