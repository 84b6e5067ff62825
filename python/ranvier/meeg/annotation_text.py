"""Annotations as tables in text files."""

import csv
import datetime
import io

from ranvier import _core

from .info import epoch_start

_colon = "{COLON}"  # in the name of a channel, as MNE-Python writes it


def write(annotations, path, overwrite):
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
        text.write("# ")
    table = csv.writer(text, lineterminator="\n")
    table.writerow(head)
    for one, channels in zip(annotations, names):
        onset = float(one["onset"])
        if dates:
            try:
                onset = (start + datetime.timedelta(seconds=onset)).replace(tzinfo=None)
            except OverflowError:
                raise ValueError(f"an onset of {onset} s is no date; write a .txt, which holds seconds") from None
        row = [onset, float(one["duration"]), one["description"], *([channels] if any(names) else [])]
        table.writerow(row + [one["extras"].get(key) for key in keys])
    _core.write_file(path, text.getvalue().encode(), overwrite)


def read(path, encoding):
    """What the engine makes of a table that `write` or MNE-Python wrote."""
    return _core.meeg.annotations_of_table(path.read_text(encoding=encoding), path.suffix == ".csv", path)
