"""Tables of what happens around events."""

import numpy as np

from ..checks import names_in
from ..event import as_events, match_event_names


def _listed(name, value, event_id):
    """Names of events as a list, none of None; all must be names in `event_id`."""
    names = [] if value is None else names_in(name, value)
    unknown = sorted(set(names) - set(event_id))
    if unknown:
        raise ValueError(f"{name} must be names in event_id; {', '.join(unknown)} are not")
    return names


def _bound(name, value, event_id, sfreq):
    """An end of the window: whole samples, or the numbers of events that make it; None of None."""
    if value is None:
        return None, None
    if isinstance(value, (int, float, np.number)):
        return int(round(value * sfreq)), None
    return None, [event_id[event] for event in _listed(name, value, event_id)]


def make_metadata(events, event_id, tmin, tmax, sfreq, row_events=None, keep_first=None, keep_last=None):
    """A table with a row for each event that says when others happened around it.

    Parameters
    ----------
    events : array of int, shape (n_events, 3)
    event_id : dict
        Names of the events and their numbers; each name is a column.
    tmin, tmax : float | str | list of str | None
        Window around an event of a row [s]; `tmax` reaches to the sample behind it. Names of events: from the last of
        them before, to the first of them after. None: from the event, to the sample before the next of its own name,
        or to the last event.
    sfreq : float
        Sampling rate [Hz].
    row_events : str | list of str | None
        Names of the events that get a row; None, the default: all.
    keep_first, keep_last : str | list of str | None
        Names or tags, as "response" of "response/left" and "response/right": the first, or last, event in the window
        that has them fills a column of that name, and what remains of its name the column ``first_…`` or ``last_…``.
        All events in the window count, where MNE-Python looks at the first of each name only.

    Returns
    -------
    metadata : pandas.DataFrame
        Column "event_name", and times [s] after the row's event, NaN where there was none.
    events : array of int, shape (n_rows, 3)
        The events of the rows.
    event_id : dict
        Their names and numbers.
    """
    import pandas as pd

    if not isinstance(event_id, dict) or not event_id:
        raise ValueError(f"event_id must be a dict of at least one name; got {event_id!r}")
    events = as_events(events)
    numbers = np.arange(len(events))[np.isin(events[:, 2], list(event_id.values()))]
    events = events[numbers]
    names_of = {number: name for name, number in event_id.items()}
    first, last = ([] if value is None else names_in(name, value)
                   for name, value in (("keep_first", keep_first), ("keep_last", keep_last)))  # fmt: skip
    if both := sorted(set(first) & set(last)):
        raise ValueError(f"keep_first and keep_last must not share names; both have {', '.join(both)}")
    groups = {}
    for name, group in [("keep_first", g) for g in first] + [("keep_last", g) for g in last]:
        groups[group] = match_event_names(event_id, group, on_missing="ignore")
        if not groups[group]:
            raise ValueError(f"{name} must be names or tags in event_id; {group!r} is not: {', '.join(event_id)}")
    row_names = _listed("row_events", row_events, event_id) or list(event_id)
    start, from_events = _bound("tmin", tmin, event_id, sfreq)
    stop, to_events = _bound("tmax", tmax, event_id, sfreq)

    by_time = events[np.argsort(events[:, 0], kind="stable")]
    samples = by_time[:, 0]

    def samples_of(numbers):
        return samples[np.isin(by_time[:, 2], numbers)]

    marks_before, marks_after = samples_of(from_events or []), samples_of(to_events or [])
    own = {number: samples_of([number]) for number in names_of}
    rows, kept = [], []
    for k, (sample, _, code) in enumerate(events.tolist()):
        if names_of[code] not in row_names:
            continue
        low = sample if start is None else sample + start
        if from_events is not None:
            past = np.searchsorted(marks_before, sample, "right")
            low = marks_before[past - 1] if past else sample
        if stop is not None:
            high = sample + stop + 1
        elif to_events is not None:
            past = np.searchsorted(marks_after, sample)
            high = marks_after[past] if past < len(marks_after) else samples[-1]
        else:
            past = np.searchsorted(own[code], sample, "right")
            high = own[code][past] - 1 if past < len(own[code]) else samples[-1]
        window = by_time[np.searchsorted(samples, low) : np.searchsorted(samples, high, "right")]
        rows.append(_row(names_of[code], window, sample, sfreq, names_of, groups, last))
        kept.append(k)

    new = [group for group in groups if group not in event_id]
    text = [f"{'last' if group in last else 'first'}_{group}" for group in new]
    metadata = pd.DataFrame(rows, columns=["event_name", *event_id, *new, *text], index=numbers[kept])
    metadata = metadata.astype({name: float for name in [*event_id, *new]} | {name: object for name in text})
    metadata[text] = metadata[text].where(metadata[text].notna(), None)
    return metadata, events[kept], {name: number for name, number in event_id.items() if name in row_names}


def _row(name, window, sample, sfreq, names_of, groups, last):
    """What a row says: columns and values."""
    row = {"event_name": name}
    for other, _, code in window.tolist():
        event, time = names_of[code], (other - sample) / sfreq
        if event not in row or event in last:
            row[event] = time
        for group, members in groups.items():
            if event in members and (group in last or f"first_{group}" not in row):
                row[group] = time
                rest = [tag for tag in event.split("/") if tag not in group.split("/")]
                row[f"{'last' if group in last else 'first'}_{group}"] = "/".join(rest)
    return row
