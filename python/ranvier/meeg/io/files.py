"""Reading recordings."""

import re

from ranvier import _core
from ranvier.errors import ConflictError

from ...settings import described, given
from ..checks import fif_name, path_of, raw_endings, readable, rule_of
from ..complex_samples import Parts
from ..logs import verbose as _verbose
from ..raw import BaseRaw
from .brainvision import read_raw_brainvision
from .eeglab import read_raw_eeglab
from .loading import loaded
from .own import shown_units


class Raw(BaseRaw):
    """A recording in a FIFF file; the arguments are those of `read_raw_fif`."""

    @_verbose
    def __init__(self, fname, allow_maxshield=False, preload=False, on_split_missing="raise", verbose=None):
        on_split_missing = rule_of("on_split_missing", on_split_missing)
        with readable(fname, "_raw.fif", preload) as path:
            fif_name(path, *raw_endings)
            engine, imaginary = _core.meeg.read_raw_fif(path, bool(allow_maxshield), on_split_missing == "raise")
            engine = engine if imaginary is None else Parts(engine, imaginary)
            self._begin(engine, [] if hasattr(fname, "read") else list(dict.fromkeys(engine.paths)) or [path])
            loaded(self, preload)


class RawEDF(BaseRaw):
    """A recording in an EDF or EDF+ file."""


class RawBDF(BaseRaw):
    """A recording in a BDF file."""


@_verbose
def read_raw_fif(fname, allow_maxshield=False, preload=False, on_split_missing="raise", verbose=None):
    """Read a recording from a FIFF file (``.fif``, ``.fif.gz``), with all parts of a split one.

    Parameters
    ----------
    fname : str | Path | file-like
        An open binary file needs ``preload=True``.
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


def _fitting(word, pattern, path, infer_types, unique):
    """The channels whose names begin with what the regular expression `pattern` says; of an empty one, none."""
    if not pattern:
        return []
    labels = _core.meeg.edf_labels(path, infer_types, unique)
    try:
        wanted = [name for name in labels if re.match(pattern, name)]
    except re.error as error:
        raise ValueError(f"{word}={pattern!r} is a text and so a regular expression, but it can't be read as one: {error}; "
                         "a list holds names") from None  # fmt: skip
    if word == "include" and not wanted:
        raise ValueError(f"include={pattern!r}, a regular expression, fits none of the channels {labels}")
    return wanted


def _read_edf(kind, read, fname, ending, preload, settings):
    with readable(fname, ending, preload) as path:
        for word in ("include", "exclude"):
            if isinstance(settings.get(word), str):
                settings[word] = _fitting(word, settings[word], path, settings.get("infer_types") is True,
                                          settings.get("exclude_after_unique") is True)  # fmt: skip
        if isinstance(settings.get("units"), str):
            settings["units"] = {"": settings["units"]}
        raw = kind._of(read(path, settings), [] if hasattr(fname, "read") else [path])
        raw._units = shown_units(dict(zip(raw.ch_names, raw._engine.units)))
        return loaded(raw, preload)


@_verbose
@described("read_raw_edf")
def read_raw_edf(input_fname, eog=None, misc=None, stim_channel=..., exclude=..., infer_types=..., include=None,
                 preload=False, units=..., encoding=..., exclude_after_unique=..., *, verbose=None):  # fmt: skip
    """Read a recording from an EDF or EDF+ file.

    Parameters
    ----------
    input_fname : str | Path | file-like
        An open binary file needs ``preload=True``.
    preload : bool | str
        Whether to read the samples into memory; a file name maps them there. Default False: they are read when needed.
    {settings}

    Notes
    -----
    A text as `include` or `exclude` is a regular expression that names begin with (`re.match`); a list holds names. Double
    names have their numbers there where `exclude_after_unique`.
    A text as `units` holds for the channels whose unit the file doesn't say.

    Returns
    -------
    raw : RawEDF
        Samples in V; TAL annotations as `annotations`.
    """
    settings = given("read_raw_edf", locals())
    return _read_edf(RawEDF, _core.meeg.read_raw_edf, input_fname, ".edf", preload, settings)


@_verbose
@described("read_raw_edf")
def read_raw_bdf(input_fname, eog=None, misc=None, stim_channel=..., exclude=..., infer_types=..., include=None,
                 preload=False, units=..., encoding=..., exclude_after_unique=..., *, verbose=None):  # fmt: skip
    """Read a recording from a BDF file (24 bit). The arguments are those of `read_raw_edf`."""
    settings = given("read_raw_edf", locals())
    return _read_edf(RawBDF, _core.meeg.read_raw_bdf, input_fname, ".bdf", preload, settings)


#: The readers that have options of their own, by format; other formats are read without.
_readers = {"FIFF": read_raw_fif, "EDF": read_raw_edf, "BDF": read_raw_bdf, "BrainVision": read_raw_brainvision,
            "BrainVision of V-Amp": read_raw_brainvision, "EEGLAB": read_raw_eeglab}  # fmt: skip


@_verbose
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
    if path.suffix.lower() in (".vmrk", ".amrk"):
        header = path.with_suffix({".vmrk": ".vhdr", ".amrk": ".ahdr"}[path.suffix.lower()]).name
        raise ValueError(f"{path.name} holds the markers of a recording, which is read by its header: {header}")
    kind = _core.meeg.format_of(path)
    if not kind:
        raise ConflictError(f"recordings are read from {_core.meeg.extensions('read_raw')}; got {path.name!r}")
    if kind in _readers:
        return _readers[kind](fname, preload=preload, verbose=verbose, **kwargs)
    if kwargs:
        raise TypeError(f"{kind} is read without options; got {', '.join(kwargs)}")
    return loaded(BaseRaw._of(_core.meeg.read_raw(path), [path]), preload)
