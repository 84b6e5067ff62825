"""The window through which traces are seen first, in figures and on pages: what can be asked for, and what lies in it."""

import numbers

import numpy as np

from . import style


def _real(name, value):
    """`value`, which must be a finite number."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, numbers.Real):
        raise TypeError(f"{name} must be a number; got {value!r}")
    if not np.isfinite(value):
        raise ValueError(f"{name} must be finite; got {value!r}")
    return float(value)


def above_zero(name, value, unit=""):
    """`value`, which must be a finite number > 0."""
    if not _real(name, value) > 0:
        raise ValueError(f"{name} must be > 0{unit and ' ' + unit}; got {value!r}")
    return float(value)


def how_many(name, value):
    """`value`, which must be a whole number >= 1."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, numbers.Integral):
        raise TypeError(f"{name} must be a whole number; got {value!r}")
    if value < 1:
        raise ValueError(f"{name} must be >= 1; got {value!r}")
    return int(value)


def start_within(start, end):
    """`start` [s], which must lie between 0 and the `end`."""
    if not 0 <= _real("start", start) < end:
        raise ValueError(f"start must lie within the {end:g} s that there are; got {start!r}")
    return float(start)


def check_rooms(scalings):
    """Refuse `scalings` that are none: half the room of a trace is a number > 0 or "auto", for all or by channel type."""
    if isinstance(scalings, dict):
        known = {*style.titles, "whitened"}  # of which MNE-Python's defaults speak; nothing is whitened here
        if unknown := [kind for kind in scalings if kind not in known]:
            raise ValueError(f"scalings must be of channel types, such as 'eeg'; {unknown[0]!r} is none")
    for kind, room in scalings.items() if isinstance(scalings, dict) else [("", scalings)]:
        name = f"scalings[{kind!r}]" if kind else "scalings"
        if isinstance(room, str):
            if room != "auto":
                raise ValueError(f'{name} must be a number > 0 or "auto"; got {room!r}')
        elif room is not None:
            above_zero(name, room)


def check_clipping(clipping):
    """Refuse a `clipping` that is no number > 0, "clamp" nor "transparent"."""
    if isinstance(clipping, str):
        style.one_of("clipping", clipping, ("clamp", "transparent"))
    elif clipping is not None:
        above_zero("clipping", clipping)


def events_within(epochs, events):
    """Of events that lie in epochs without being their own: (number of the epoch, sample in it, number of the event)."""
    events = np.asarray(events)
    events = events[np.argsort(events[:, 0], kind="stable")]
    length = len(epochs.times)
    own = epochs.events[:, 0]
    begins = own + int(round(float(epochs.times[0]) * float(epochs.info["sfreq"])))
    firsts, lasts = (np.searchsorted(events[:, 0], begins + shift) for shift in (0, length))
    found = []
    for k, (first, last) in enumerate(zip(firsts.tolist(), lasts.tolist())):
        for sample, _, number in events[first:last].tolist():
            if sample != own[k]:
                found.append((k, sample - int(begins[k]), number))
    return found
