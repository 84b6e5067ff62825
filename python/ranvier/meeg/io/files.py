"""Reading recordings."""

from ranvier import _core

from ..checks import not_yet, one_of, path_of
from ..logs import verbose as _verbose
from ..raw import BaseRaw


class Raw(BaseRaw):
    """A recording in a FIFF file; the arguments are those of `read_raw_fif`."""

    def __init__(self, fname, allow_maxshield=False, preload=False, on_split_missing="raise", verbose=None):
        one_of("on_split_missing", on_split_missing, ("raise", "warn", "ignore"))
        path = path_of(fname)
        engine = _core.meeg.read_raw_fif(path, bool(allow_maxshield), on_split_missing == "raise")
        super().__init__(engine, list(dict.fromkeys(engine.paths)) or [path])
        _preload(self, preload)


class RawEDF(BaseRaw):
    """A recording in an EDF or EDF+ file."""


class RawBDF(BaseRaw):
    """A recording in a BDF file."""


def _preload(raw, preload):
    if isinstance(preload, (str, bytes)) or hasattr(preload, "__fspath__"):
        raw.load_data(memmap=preload)
    elif preload:
        raw.load_data()
    return raw


@_verbose
def read_raw_fif(fname, allow_maxshield=False, preload=False, on_split_missing="raise", verbose=None):
    """Read a recording from a FIFF file (``.fif``, ``.fif.gz``), with all parts of a split one.

    Parameters
    ----------
    fname : str | Path
    allow_maxshield : bool | "yes"
        Whether data with active shielding are read. Default False.
    preload : bool | str
        Whether to read the samples into memory; a file name maps them there. Default False: they are read when needed.
    on_split_missing : "raise" | "warn" | "ignore"
        What to do where a further part is missing. Default "raise".

    Returns
    -------
    raw : Raw
    """
    return Raw(fname, allow_maxshield, preload, on_split_missing)


def _names(value):
    return [] if value is None else [value] if isinstance(value, str) else [str(v) for v in value]


def _read_edf(kind, read, fname, eog, misc, stim_channel, exclude, infer_types, include, preload, units, encoding,
              exclude_after_unique):  # fmt: skip
    path = path_of(fname)
    if units is not None:
        raise not_yet("units=", "the units of the file, or Raw.apply_function()")
    for name, value in (("eog", eog), ("misc", misc)):
        if any(not isinstance(v, str) for v in (value or ())):
            raise TypeError(f"{name} must be a list of channel names; got {value!r}")
    if isinstance(stim_channel, (list, tuple)):
        if len(stim_channel) > 1:
            raise not_yet("several stim channels", "one name")
        stim_channel = stim_channel[0] if stim_channel else None
    if isinstance(stim_channel, int):
        raise not_yet("stim_channel as a number", "its name")
    options = {
        "eog": _names(eog), "misc": _names(misc), "stim_channel": "" if not stim_channel else stim_channel,
        "infer_types": infer_types, "exclude": _names(exclude), "include": _names(include), "encoding": encoding,
        "exclude_after_unique": exclude_after_unique,
    }  # fmt: skip
    return _preload(kind(read(path, options), [path]), preload)


@_verbose
def read_raw_edf(input_fname, eog=None, misc=None, stim_channel="auto", exclude=(), infer_types=False, include=None,
                 preload=False, units=None, encoding="utf8", exclude_after_unique=False, *, verbose=None):  # fmt: skip
    """Read a recording from an EDF or EDF+ file.

    Parameters
    ----------
    input_fname : str | Path
    eog, misc : list of str | None
        Names of channels of those types; all others are EEG.
    stim_channel : "auto" | str | None
        Name of the trigger channel; "auto": "Status" or "Trigger".
    exclude, include : list of str
        Names to leave out, or the only ones to read.
    infer_types : bool
        Whether "EEG Fp1" means type EEG, name Fp1. Default False.
    preload : bool | str
        Whether to read the samples into memory; a file name maps them there. Default False: they are read when needed.
    encoding : "utf8" | "latin1"
        Of the annotations.

    Returns
    -------
    raw : RawEDF
        Samples in V; TAL annotations as `annotations`.
    """
    return _read_edf(RawEDF, _core.meeg.read_raw_edf, input_fname, eog, misc, stim_channel, exclude, infer_types, include,
                     preload, units, encoding, exclude_after_unique)  # fmt: skip


@_verbose
def read_raw_bdf(input_fname, eog=None, misc=None, stim_channel="auto", exclude=(), infer_types=False, include=None,
                 preload=False, units=None, encoding="utf8", exclude_after_unique=False, *, verbose=None):  # fmt: skip
    """Read a recording from a BDF file (24 bit). The arguments are those of `read_raw_edf`."""
    return _read_edf(RawBDF, _core.meeg.read_raw_bdf, input_fname, eog, misc, stim_channel, exclude, infer_types, include,
                     preload, units, encoding, exclude_after_unique)  # fmt: skip


#: The readers that have options of their own, by format; other formats are read without.
_readers = {"FIFF": read_raw_fif, "EDF": read_raw_edf, "BDF": read_raw_bdf}


def read_raw(fname, *, preload=False, verbose=None, **kwargs):
    """Read a recording; its first bytes, or the ending of its name, choose the format.

    Parameters
    ----------
    fname : str | Path
        The file, of any format that is known here.
    preload : bool | str
        Whether to read the samples into memory. Default False.
    **kwargs
        Handed to the reader of the format.
    """
    path = path_of(fname)
    kind = _core.meeg.format_of(path)
    if not kind:
        raise ValueError(f"recordings are read from {_core.meeg.extensions('read_raw')}; got {path.name!r}")
    if kind in _readers:
        return _readers[kind](fname, preload=preload, verbose=verbose, **kwargs)
    if kwargs:
        raise TypeError(f"{kind} is read without options; got {', '.join(kwargs)}")
    return _preload(BaseRaw(_core.meeg.read_raw(path), [path]), preload)
