"""Annotations as tables in text files."""

import csv
import datetime
import io
import math

from ranvier import _core

from .annotation_columns import own_words
from .info import epoch_start

_colon = "{COLON}"  # in the name of a channel, as MNE-Python writes it


def write(annotations, path):
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
    _core.write_file(path, text.getvalue().encode(), True)


def read(path, encoding):
    """What a table that `write` or MNE-Python wrote holds, as the arguments of `Annotations`."""
    text = io.StringIO(path.read_text(encoding=encoding))
    comments, begin = [], 0
    while (line := text.readline()).startswith("#"):
        comments.append(line[1:].strip())
        begin = text.tell()
    text.seek(begin)
    table = csv.reader(text)
    orig_time, head = None, ["onset", "duration", "description"]
    for comment in comments:
        if comment.startswith("orig_time"):
            orig_time = _date(comment.split(":", 1)[1].strip())
        elif comment.startswith("onset"):
            head = next(csv.reader([comment], skipinitialspace=True))
    dates = path.suffix == ".csv"
    if dates:
        head = next(table, head)
    rows, onsets = [], []
    for row in table:
        if not row:
            continue
        if len(head) == 3 and not dates:
            row = [*row[:2], ",".join(row[2:])]  # a description with commas, not quoted
        try:
            found = dict(zip(head, row, strict=True))
            onsets.append(_date(found["onset"]) if dates else float(found["onset"]))
            found["duration"] = float(found["duration"])
            rows.append(found)
        except (ValueError, KeyError):
            raise ValueError(f"a line must hold {', '.join(head)}; got {','.join(row)!r} ({path})") from None
    if dates and onsets:
        orig_time = None if onsets[0].year == 1970 else onsets[0]
        onsets = [(date - (orig_time or epoch_start)).total_seconds() for date in onsets]
    names = [[c.replace(_colon, ":") for c in row.get("ch_names", "").split(":") if c] for row in rows]
    extras = [{key: _word(row[key]) for key in head if key not in own_words} for row in rows]
    return {"onset": onsets, "duration": [row["duration"] for row in rows], "orig_time": orig_time, "ch_names": names,
            "description": [row["description"].strip() for row in rows], "extras": extras}  # fmt: skip


def _word(text):
    """What a cell of a table holds: a whole number, a number, a text, or None (of what pandas writes as nan, too)."""
    for kind in (int, float) if "_" not in text else ():  # Python would read 1_000 as a number
        try:
            number = kind(text)
        except ValueError:
            continue
        return number if math.isfinite(number) else None if math.isnan(number) else text
    return text or None


def _date(text):
    """The time in UTC, which is meant where the text names no zone."""
    time = datetime.datetime.fromisoformat(text)
    return time.replace(tzinfo=datetime.timezone.utc) if time.tzinfo is None else time.astimezone(datetime.timezone.utc)
