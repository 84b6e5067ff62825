"""Writing files of other formats."""

from ..checks import not_yet


def export_raw(fname, raw, fmt="auto", *, physical_range="auto", digital_range="auto", add_ch_type=False,
               overwrite=False, verbose=None):  # fmt: skip
    """Write a recording to a file of another format: EDF+. See `Raw.export`."""
    raw.export(fname, fmt, physical_range, digital_range=digital_range, add_ch_type=add_ch_type, overwrite=overwrite)


def export_epochs(fname, epochs, fmt="auto", *, overwrite=False, verbose=None):
    """Refuse to write epochs: there is no format for them yet but FIFF, which ``epochs.save()`` writes."""
    raise not_yet("exporting epochs", "epochs.save() for FIFF, or epochs.to_mne().export()")


def export_evokeds(fname, evoked, fmt="auto", *, overwrite=False, verbose=None):
    """Refuse to write averages: there is no format for them yet but FIFF, which ``write_evokeds()`` writes."""
    raise not_yet("exporting averages", "write_evokeds() for FIFF")
