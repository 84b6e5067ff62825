"""Writing files of other formats than FIFF."""

from ranvier import _core
from ranvier.errors import warn

from ..checks import flag, not_yet, one_of, output_path, path_of
from ..logs import verbose as _verbose

_raw_formats = {".vhdr": "brainvision", ".vmrk": "brainvision", ".eeg": "brainvision", ".edf": "edf", ".bdf": "bdf",
                ".set": "eeglab"}  # fmt: skip


def _format(path, fmt, known):
    """The format that a name asks for, or `fmt` does."""
    if fmt.lower() != "auto":
        return one_of("fmt", fmt.lower(), tuple(dict.fromkeys(known.values())))
    return known[one_of("the ending of fname", path.suffix.lower(), tuple(known))]


def _warn_of_projections(inst):
    if any(not projection["active"] for projection in inst.info["projs"]):
        warn("projections that have not been applied are not in the file; apply_proj() applies them")


@_verbose
def export_raw(fname, raw, fmt="auto", *, physical_range="auto", digital_range="auto", add_ch_type=False, overwrite=False,
               verbose=None):  # fmt: skip
    """Write a recording to a file of another format: EDF+, BDF+, BrainVision or EEGLAB.

    Parameters
    ----------
    fname : str | Path
        The file: ``.edf``, ``.bdf``, ``.set``, or the header ``.vhdr``, beside which ``.vmrk`` and ``.eeg`` are written.
    raw : Raw
    fmt : "auto" | "edf" | "bdf" | "brainvision" | "eeglab"
        The format. Default "auto": that of the ending of `fname`.
    physical_range : "auto" | "channelwise" | tuple of float
        Of EDF and BDF: how far the 16 or 24 bits reach, by the range of each type, or of each channel; or the minimum and the maximum
        of all, in µV of channels in volts and SI units of others. Samples outside are clipped, with a warning; channels of
        trigger codes keep their own range.
    digital_range : "auto" | "orig"
        Of EDF and BDF: all bits; "orig" would keep the range of the file that was read, which Ranvier does not yet.
    add_ch_type : bool
        Of EDF and BDF: whether labels are "EEG Fp1" instead of "Fp1". Default False.
    overwrite : bool
        Whether to replace files. Default False.
    """
    path = path_of(fname)
    fmt = _format(path, fmt, _raw_formats)
    if fmt == "brainvision":
        path = path.with_suffix(".vhdr")  # the header, whichever of the files was named
    path = output_path(path, overwrite)
    if one_of("digital_range", digital_range, ("auto", "orig")) == "orig" and fmt in ("edf", "bdf"):
        raise not_yet('digital_range="orig"', '"auto"')
    add_ch_type = flag("add_ch_type", add_ch_type)
    limits = None
    if not isinstance(physical_range, str):
        try:
            low, high = physical_range
            limits = float(low), float(high)
        except (TypeError, ValueError):
            raise ValueError(f'physical_range must be "auto", "channelwise" or (minimum, maximum); got {physical_range!r}') from None  # fmt: skip
    _warn_of_projections(raw)
    if fmt in ("edf", "bdf"):
        write = _core.meeg.write_raw_edf if fmt == "edf" else _core.meeg.write_raw_bdf
        write(raw._engine, path, "auto" if limits else physical_range, add_ch_type, overwrite, limits)
        return
    for word, value, default in (("physical_range", physical_range, "auto"), ("digital_range", digital_range, "auto"),
                                 ("add_ch_type", add_ch_type, False)):  # fmt: skip
        if value != default:
            raise ValueError(f"{word}={value!r} is about EDF and BDF; {fmt} holds floating-point numbers and plain names")
    write = _core.meeg.write_raw_brainvision if fmt == "brainvision" else _core.meeg.write_raw_eeglab
    write(raw._engine, path, overwrite)


@_verbose
def export_epochs(fname, epochs, fmt="auto", *, overwrite=False, verbose=None):
    """Write epochs to a file of another format: EEGLAB.

    Parameters
    ----------
    fname : str | Path
        The file, ``.set``.
    epochs : Epochs
        At least two.
    fmt : "auto" | "eeglab"
        The format. Default "auto": that of the ending of `fname`.
    overwrite : bool
        Whether to replace a file. Default False.
    """
    path = path_of(fname)
    _format(path, fmt, {".set": "eeglab"})
    path = output_path(path, overwrite)
    _warn_of_projections(epochs)
    _core.meeg.write_epochs_eeglab(epochs._loaded()._engine, path, overwrite)


def _no_averages(fname, fmt):
    """The error for averages in a format: most have no place for them, MFF has."""
    kind = path_of(fname).suffix.lower().removeprefix(".") if fmt.lower() == "auto" else fmt.lower()
    if kind == "mff":
        return not_yet("exporting averages as MFF", "write_evokeds() for FIFF")
    return ValueError(f"fmt must be a format that holds averages; got {kind!r}; write_evokeds() writes them to FIFF")


@_verbose
def export_evokeds(fname, evoked, fmt="auto", *, overwrite=False, verbose=None):
    """Refuse to write averages: there is no format for them yet but FIFF, which ``write_evokeds()`` writes.

    EDF, BrainVision and EEGLAB have no place for averages; MFF has, but is not written yet.
    """
    raise _no_averages(fname, fmt)
