"""Recordings and events."""

import re

import numpy as np

from ranvier.errors import warn

from ..logs import verbose as _verbose
from ..picks import picks_to_idx
from . import style
from .backend import wants_page
from .window import above_zero, check_clipping, check_rooms, how_many, start_within


def rooms_of(types, data, scalings):
    """Half the room of a trace, by type, in SI units."""
    rooms = dict(style.rooms)
    if isinstance(scalings, dict):
        rooms.update({k: float(v) for k, v in scalings.items() if v != "auto"})
    for kind in set(types):
        given = scalings.get(kind) if isinstance(scalings, dict) else scalings
        if given == "auto" or kind not in rooms:
            rows = [k for k, t in enumerate(types) if t == kind]
            spread = np.nanpercentile(np.abs(data[rows]), 99.5) if rows else 0
            rooms[kind] = float(spread) or 1.0
    return rooms


def draw_traces(axes, times, data, types, names, bads, *, rooms, colour=None, bad_colour="lightgray", clip=None):
    """Channels below each other."""
    n = len(names)
    for row in range(n):
        room = rooms[types[row]]
        values = data[row] / (2 * room)
        if clip == "transparent":
            values = np.where(np.abs(values) > 0.5, np.nan, values)
        elif clip is not None:
            clip_at = 0.5 if clip == "clamp" else clip
            values = np.clip(values, -clip_at, clip_at)
        bad = names[row] in bads
        line = bad_colour if bad else (colour.get(types[row], "#1b1b1b") if isinstance(colour, dict) else colour)
        line = line or style.line_colours.get(types[row], "#1b1b1b")
        axes.plot(times, values - row, color=line, lw=0.6, zorder=1 if bad else 2)
    axes.set_yticks(-np.arange(n), names, fontsize=7 if n > 25 else 8)
    for label, name in zip(axes.get_yticklabels(), names):
        if name in bads:
            label.set_color("#C62828")
    axes.set_ylim(-n + 0.2, 0.8)
    axes.set_xlim(times[0], times[-1])
    axes.tick_params(axis="y", length=0)


def scale_bars(axes, types, rooms):
    """One bar for each type at the right, as long as its room."""
    for kind in dict.fromkeys(t for t in types if t not in ("stim", "misc")):
        row = types.index(kind)
        size = 2 * rooms[kind] * style.factors.get(kind, 1.0)
        axes.annotate("", xy=(1.006, -row - 0.5), xytext=(1.006, -row + 0.5), xycoords=axes.get_yaxis_transform(),
                      arrowprops={"arrowstyle": "|-|,widthA=0.15,widthB=0.15", "color": "#444444", "lw": 0.8},
                      annotation_clip=False)  # fmt: skip
        axes.text(1.012, -row, f"{size:.3g} {style.units.get(kind, '')}", transform=axes.get_yaxis_transform(), fontsize=7,
                  va="center", color="#444444")  # fmt: skip


def draw_butterflies(axes, times, data, types, rooms, colour=None):
    """Channels of one type over each other, types below each other."""
    kinds = list(dict.fromkeys(types))
    for row, kind in enumerate(kinds):
        line = colour.get(kind) if isinstance(colour, dict) else colour
        for k in [k for k, t in enumerate(types) if t == kind]:
            axes.plot(times, data[k] / (2 * rooms[kind]) - row, lw=0.5, alpha=0.7,
                      color=line or style.line_colours.get(kind, "#1b1b1b"))  # fmt: skip
    axes.set_yticks(-np.arange(len(kinds)), [style.titles.get(k, k) for k in kinds])
    axes.set_ylim(-len(kinds) + 0.2, 0.8)
    axes.set_xlim(times[0], times[-1])


_lacking = {
    "decim": ("auto", "raw.copy().resample()"),
    "noise_cov": (None, "noise_cov=None, which draws what was measured"),
}  # fmt: skip

# Channels come in the order of these types, as in MNE-Python's browsers; other types follow.
_type_order = (
    "grad mag eeg csd eog ecg resp emg ref_meg misc stim chpi exci ias syst seeg bio ecog dbs temperature gsr gof dipole"
).split()


def ordered(idx, types, order, group_by):
    """Channel numbers in the order in which they are drawn."""
    if group_by in ("selection", "position"):
        raise style.not_yet(f"group_by={group_by!r}", '"type" or "original", with picks= or order=')
    style.one_of("group_by", group_by, ("type", "original"))
    if order is not None:
        return np.asarray(order, int)
    if group_by == "original":
        return idx
    ranks = [_type_order.index(t) if t in _type_order else len(_type_order) for t in types]
    return np.asarray(idx)[np.argsort(ranks, kind="stable")]


def displayed(raw, proj, highpass, lowpass, filtorder):
    """The recording, or a copy as it is looked at: projected, and filtered forwards and backwards."""
    raw = style.projected(raw, proj)
    if highpass is None and lowpass is None:
        return raw
    if filtorder < 0:
        raise ValueError(f"filtorder must be >= 0; got {filtorder}")
    how = (
        {"method": "fir"}
        if filtorder == 0
        else {"method": "iir", "iir_params": {"order": int(filtorder), "ftype": "butter"}}
    )
    return raw.copy().load_data().filter(highpass, lowpass, picks="data", verbose="error", **how)


@_verbose
def plot_raw(raw, events=None, duration=10.0, start=0.0, n_channels=20, bgcolor="w", color=None, bad_color="lightgray",
             event_color=None, *, annotation_colors=None, annotation_regex=".*", scalings=None, remove_dc=True, order=None,
             title=None, show=True, block=False, highpass=None, lowpass=None, filtorder=4, clipping=3, show_first_samp=False,
             proj=True, group_by="type", butterfly=False, event_id=None, show_scalebars=True, show_zero_line=False,
             time_format="float", picks=None, axes=None, verbose=None, **others):  # fmt: skip
    """Draw a recording: channels below each other, annotations as bands, events as lines.

    In a notebook, and after ``set_browser_backend("page")``, this is a page on which to look around and mark bad channels
    and bad stretches by mouse and keyboard; elsewhere it is a figure of a stretch.

    Parameters
    ----------
    raw : Raw
    events : array of int, shape (n_events, 3) | None
    duration, start : float
        The stretch [s]. Default 10 s from the begin.
    n_channels : int
        How many channels. Default 20.
    event_color : colour | dict | None
        Of events: one for all, or by number or name, -1 standing for the others.
    annotation_colors : dict | None
        Colours of annotations by their descriptions.
    annotation_regex : str
        Only annotations that match it are written. Default: all.
    scalings : dict | "auto" | None
        Half the room of a trace by channel type, in SI units.
    remove_dc : bool
        Whether the mean is subtracted from what is drawn. Default True.
    order : array of int | None
        Channel numbers in the order in which they are drawn.
    block : bool
        Whether to wait until Done is pressed on the page, or the figure's window is closed. Default False.
    highpass, lowpass : float | None
        Cut-off frequencies [Hz] of a filter for what is drawn.
    filtorder : int
        Order of that filter, a Butterworth filter forwards and backwards; 0: an FIR filter. Default 4.
    clipping : float | "clamp" | "transparent" | None
        How many spaces between channels a trace reaches before it is cut; "clamp": half of one; "transparent": what is
        beyond is left out instead.
    proj : bool
        Whether projections are applied to what is drawn. Default True.
    group_by : "type" | "original"
        Whether channels of a type stand together, or as in the recording. Default "type".
    butterfly : bool
        Whether the channels of one type are drawn over each other.
    show_scalebars, show_zero_line : bool
        Whether to draw bars as long as a trace's room (default True), and a line at 0 of each trace.
    time_format : "float" | "clock"
        How the page writes times: in seconds, or as on a clock.
    picks : str | list | slice | None
        Channels; None: all.
    axes : matplotlib.axes.Axes | None
        Where to draw: always a figure.
    show : bool
    **others
        What MNE's window has beside. The page follows ``theme``, ``show_scrollbars`` and ``overview_mode``; what
        changes the picture otherwise is refused.

    Returns
    -------
    fig : matplotlib.figure.Figure | Browser
    """
    raw._need_real("plot_raw()")
    style.check_others("plot_raw", others, _lacking)
    style.one_of("time_format", time_format, ("float", "clock"))
    idx = picks_to_idx(raw.info, picks, "all", exclude=())
    idx = ordered(idx, raw.info.get_channel_types(idx.tolist()), order, group_by)
    types = raw.info.get_channel_types(idx.tolist())
    _check_annotation_colours(raw, annotation_colors)
    start = start_within(start, raw.n_times / float(raw.info["sfreq"]))
    duration, n_channels = above_zero("duration", duration, "s"), how_many("n_channels", n_channels)
    check_rooms(scalings)
    check_clipping(clipping)
    if axes is None and wants_page():
        from . import browser

        window = browser.check_window("plot_raw", others)
        look = browser.look_of(
            idx, types, start=start, duration=duration, n_channels=n_channels, scalings=scalings, remove_dc=remove_dc,
            clipping=clipping, butterfly=butterfly, show_scalebars=show_scalebars, show_zero_line=show_zero_line,
            time_format=time_format, show_first_samp=show_first_samp, color=color, annotation_colors=annotation_colors,
            bad_color=None if bad_color == "lightgray" else bad_color, bgcolor=None if bgcolor == "w" else bgcolor, **window)  # fmt: skip
        look.unnamed = unnamed(raw, annotation_regex)
        name = raw.filenames[0]
        page = browser.page_of_raw(
            displayed(raw, proj, highpass, lowpass, filtorder), look, None if events is None else np.asarray(events),
            event_id, event_color, title or (name.name if name is not None else "Recording"), others.get("theme"))  # fmt: skip
        return browser.shown(page, raw, show, block)
    if time_format == "clock":
        raise style.not_yet('time_format="clock" in a figure', 'set_browser_backend("page")')
    if not butterfly:
        idx, types = idx[:n_channels], types[:n_channels]
    sfreq = float(raw.info["sfreq"])
    first = min(int(round(start * sfreq)), raw.n_times - 1)
    last = min(raw.n_times, max(first + int(round(duration * sfreq)), first + 2))
    if highpass is not None or lowpass is not None:
        data = displayed(raw, proj, highpass, lowpass, filtorder)._samples(idx, first, last)
    elif style.to_project(raw.info, proj):
        part = raw.copy().crop(first / sfreq, (last - 1) / sfreq).load_data()
        data = part.apply_proj()._samples(idx, 0, last - first)
    else:
        data = raw._samples(idx, first, last)
    times = np.arange(first, last) / sfreq
    shift = raw.first_time if show_first_samp else 0.0
    zeros = np.zeros((len(idx), 1))
    if remove_dc:
        means = np.nanmean(data, axis=1, keepdims=True)
        zeros = np.where(np.array([t == "stim" for t in types])[:, None], 0, means)
        data = data - zeros
    rooms = rooms_of(types, data, scalings)
    rows = 3 * len(set(types)) if butterfly else len(idx)
    (axes,) = style.axes_for(axes, 1, (11, min(9.5, max(2.4, 0.34 * rows + 1.2))))
    axes.set_facecolor(bgcolor)
    if butterfly:
        draw_butterflies(axes, times + shift, data, types, rooms, color)
    else:
        names = [raw.ch_names[k] for k in idx]
        draw_traces(axes, times + shift, data, types, names, raw.info["bads"], rooms=rooms, colour=color,
                    bad_colour=bad_color, clip=clipping)  # fmt: skip
        if show_zero_line:
            for row, zero in enumerate(zeros[:, 0]):
                axes.axhline(-zero / (2 * rooms[types[row]]) - row, color="#999999", lw=0.5, zorder=1)
    if show_scalebars:
        scale_bars(axes, list(dict.fromkeys(types)) if butterfly else types, rooms)
    _draw_annotations(axes, raw, times[0], times[-1], shift, annotation_colors or {}, annotation_regex)
    if events is not None:
        _draw_events(axes, raw, np.asarray(events), times[0], times[-1], shift, event_color, event_id)
    axes.set_xlabel("Time (s)")
    if title is not None:
        axes.set_title(title, fontsize=10)
    style.tidy(axes)
    return style.shown(axes.figure, show, block or None)


def unnamed(raw, regex):
    """Descriptions of annotations that are not written: those that `regex` does not match."""
    return [d for d in set(raw.annotations.description) if re.search(regex, d) is None]


def _check_annotation_colours(raw, colours):
    unknown = set(colours or ()) - set(raw.annotations.description)
    if unknown:
        warn(f"annotation_colors has descriptions that no annotation has: {sorted(unknown)}")


def _draw_annotations(axes, raw, low, high, shift, colours, regex):
    annotations = raw.annotations
    names = list(dict.fromkeys(annotations.description))
    for a in annotations:
        begin = a["onset"] - raw.first_time
        end = begin + a["duration"]
        if end < low or begin > high:
            continue
        bad = a["description"].upper().startswith("BAD")
        colour = "#C62828" if bad else style.cycle[names.index(a["description"]) % len(style.cycle)]
        colour = colours.get(a["description"], colour)
        axes.axvspan(max(begin, low) + shift, min(end, high) + shift, color=colour, alpha=0.16, lw=0, zorder=0)
        if re.search(regex, a["description"]) is None:
            continue
        axes.text(max(begin, low) + shift, 1.004, a["description"], transform=axes.get_xaxis_transform(), fontsize=7,
                  color=colour, va="bottom", clip_on=False)  # fmt: skip


def _draw_events(axes, raw, events, low, high, shift, event_color, event_id):
    names = {n: name for name, n in (event_id or {}).items()}
    numbers = sorted(set(events[:, 2].tolist()))
    for sample, _, number in events.tolist():
        time = (sample - raw.first_samp) / float(raw.info["sfreq"])
        if not low <= time <= high:
            continue
        colour = style.event_colour(event_color, number, numbers, names)
        axes.axvline(time + shift, color=colour, lw=1.0, zorder=3)
        axes.text(time + shift, 1.004, names.get(number, str(number)), transform=axes.get_xaxis_transform(), fontsize=7,
                  color=colour, ha="center", va="bottom", clip_on=False)  # fmt: skip


@_verbose
def plot_events(events, sfreq=None, first_samp=0, color=None, event_id=None, axes=None, equal_spacing=True, show=True,
                on_missing="raise", verbose=None):  # fmt: skip
    """Draw events over time, one row for each number.

    Parameters
    ----------
    events : array of int, shape (n_events, 3)
    sfreq : float | None
        Sampling rate [Hz]; None: time is in samples.
    first_samp : int
        Sample number of time 0.
    color : dict | None
        Colours by number.
    event_id : dict | None
        Names of the numbers.
    """
    events = np.asarray(events)
    if len(events) == 0:
        raise ValueError("there are no events to draw")
    names = {n: name for name, n in (event_id or {}).items()}
    found = sorted(set(events[:, 2].tolist()))
    numbers = [n for n in found if not names or n in names]
    missing = [name for n, name in names.items() if n not in found]
    if missing and on_missing == "raise":
        raise ValueError(f"there are no events {missing}")
    (axes,) = style.axes_for(axes, 1, (8, 1.2 + 0.32 * len(numbers)))
    times = (events[:, 0] - first_samp) / (sfreq or 1.0)
    for row, number in enumerate(numbers):
        hit = events[:, 2] == number
        level = row if equal_spacing else number
        colour = (color or {}).get(number, style.cycle[row % len(style.cycle)])
        axes.plot(times[hit], np.full(hit.sum(), level), "o", ms=4, color=colour,
                  label=f"{names.get(number, number)} ({hit.sum()})")  # fmt: skip
    if equal_spacing:
        axes.set_yticks(range(len(numbers)), [str(n) for n in numbers])
    axes.set_ylabel("Event id")
    axes.set_xlabel("Time (s)" if sfreq else "Samples")
    axes.grid(axis="x", color="#DDDDDD", lw=0.6)
    axes.legend(frameon=False, fontsize=8, loc="center left", bbox_to_anchor=(1.0, 0.5))
    style.tidy(axes)
    return style.shown(axes.figure, show)
