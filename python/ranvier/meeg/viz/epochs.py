"""Epochs, and why they were dropped."""

import numpy as np

from ..checks import one_of
from ..event import as_events
from ..picks import picks_to_idx
from . import style
from .backend import wants_page
from .raw import draw_butterflies, draw_traces, ordered, rooms_of, scale_bars
from .window import check_rooms, events_within, how_many

_lacking = {
    "decim": ("auto", "epochs.copy().decimate()"), "noise_cov": (None, "noise_cov=None, which draws what was measured"),
    "annotation_colors": (None, "annotation_colors=None"),
}  # fmt: skip


def plot_epochs(epochs, picks=None, scalings=None, n_epochs=20, n_channels=20, title=None, events=False,
                event_color=None, order=None, show=True, block=False, butterfly=False, show_scalebars=True,
                show_zero_line=False, event_id=None, group_by="type", axes=None, epoch_colors=None, **others):  # fmt: skip
    """Draw epochs side by side.

    In a notebook, and after ``set_browser_backend("page")``, this is a page on which to look around, mark bad channels and
    mark epochs to drop by mouse and keyboard; elsewhere it is a figure of the first of them.

    Parameters
    ----------
    epochs : Epochs
    picks : str | list | slice | None
        Channels; None: good data channels.
    scalings : dict | "auto" | None
        Half the room of a trace by channel type, in SI units.
    n_epochs, n_channels : int
        How many. Default 20.
    events : bool | array of int, shape (n_events, 3)
        Events to draw within the epochs beside their own; True: those of all epochs. Default False.
    event_color : colour | dict | None
        Of events: one for all, or by number or name, -1 standing for the others.
    event_id : dict | None
        Names of events. Default: those of the epochs.
    order : array of int | None
        Channel numbers in the order in which they are drawn.
    block : bool
        Whether to wait until Done is pressed on the page, or the figure's window is closed. Default False.
    butterfly : bool
        Whether the channels of one type are drawn over each other.
    show_scalebars, show_zero_line : bool
        Whether to draw bars as long as a trace's room (default True), and a line at 0 of each trace.
    group_by : "type" | "original"
        Whether channels of a type stand together, or as in the epochs. Default "type".
    axes : matplotlib.axes.Axes | None
        Where to draw: always a figure.
    epoch_colors : list of list of colour, shape (n_epochs, n_channels) | None
        Of each trace of each channel of `epochs`; not with `butterfly`. Then it is always a figure.
    **others
        What MNE's window has beside. The page follows ``theme``, ``show_scrollbars`` and ``overview_mode``; what
        changes the picture otherwise is refused.

    Returns
    -------
    fig : matplotlib.figure.Figure | Browser
    """
    epochs._need_real("plot_epochs()")
    style.check_others("plot_epochs", others, _lacking)
    epochs.drop_bad()
    epochs._need_epochs("plot()")
    idx = picks_to_idx(epochs.info, picks, "data", exclude=())
    idx = ordered(idx, epochs.info.get_channel_types(idx.tolist()), order, group_by)
    n_epochs, n_channels = how_many("n_epochs", n_epochs), how_many("n_channels", n_channels)
    check_rooms(scalings)
    if axes is None and epoch_colors is None and wants_page():
        from . import browser

        window = browser.check_window("plot_epochs", others)
        length = len(epochs.times) / float(epochs.info["sfreq"])
        look = browser.look_of(
            idx, epochs.info.get_channel_types(idx.tolist()), duration=n_epochs * length, n_channels=n_channels,
            scalings=scalings, remove_dc=False, clipping=3, butterfly=butterfly, show_scalebars=show_scalebars,
            show_zero_line=show_zero_line, **window)  # fmt: skip
        page = browser.page_of_epochs(
            epochs, look, events, event_id, event_color, title or "Epochs", others.get("theme")
        )
        return browser.shown(page, epochs, show, block)
    idx = idx if butterfly else idx[:n_channels]
    types = epochs.info.get_channel_types(idx.tolist())
    part = epochs[: min(n_epochs, len(epochs))]
    n = len(part)
    data = part.get_data()[:, idx]
    length = data.shape[-1]
    joined = np.concatenate(list(data), axis=1)
    names = [epochs.ch_names[k] for k in idx]
    rows = 3 * len(set(types)) if butterfly else len(idx)
    (axes,) = style.axes_for(axes, 1, (11, min(9.5, max(2.4, 0.34 * rows + 1.3))))
    rooms = rooms_of(types, joined, "auto" if scalings is None else scalings)
    along = np.arange(n * length) / length
    if butterfly:
        draw_butterflies(axes, along, joined, types, rooms)
    else:
        draw_traces(axes, along, joined, types, names, epochs.info["bads"], rooms=rooms, clip=3)
    if show_scalebars:
        scale_bars(axes, list(dict.fromkeys(types)) if butterfly else types, rooms)
    if show_zero_line:
        for row in range(len(set(types)) if butterfly else len(idx)):
            axes.axhline(-row, color="#999999", lw=0.5, zorder=1)
    if epoch_colors is not None:
        _colour_traces(axes, epoch_colors, idx, n, epochs, butterfly)
    conditions = {number: name for name, number in (event_id or epochs.event_id).items()}
    found = sorted(set(part.events[:, 2].tolist()))
    first = int(round(float(epochs.times[0]) * float(epochs.info["sfreq"])))  # of an epoch, counted from its event
    zero = -first / length
    if events is not False:
        events = epochs.events if events is True else as_events(events)
        found = sorted({*found, *events[:, 2].tolist()})
        for k, sample, number in events_within(part, events):
            colour = style.event_colour(event_color, number, found, conditions)
            axes.axvline(k + sample / length, lw=0.8, ls=":", color=colour)
    for k, number in enumerate(part.events[:, 2].tolist()):
        colour = style.event_colour(event_color, number, found, conditions)
        axes.axvline(k, color="#555555", lw=0.7)
        axes.axvline(k + zero, color=colour, lw=0.8, ls="--")
        axes.text(k + 0.5, 1.004, conditions.get(number, str(number)), transform=axes.get_xaxis_transform(), ha="center",
                  va="bottom", fontsize=7, color=colour)  # fmt: skip
    axes.set_xlim(0, n)
    axes.set_xticks(np.arange(n) + 0.5, part.selection.tolist(), fontsize=7)
    axes.set_xlabel("Epoch number")
    if title is not None:
        axes.set_title(title, fontsize=10, pad=14)
    style.tidy(axes)
    return style.shown(axes.figure, show, block or None)


def _colour_traces(axes, colours, idx, n, epochs, butterfly):
    """Draw traces of single epochs again, in colours of their own."""
    if butterfly:
        raise ValueError("epoch_colors are those of single traces: butterfly must be False")
    if [len(row) for row in colours] != [len(epochs.ch_names)] * len(epochs):
        raise ValueError(f"epoch_colors must be a list of {len(epochs.ch_names)} colours, one for each channel, for each of "
                         f"the {len(epochs)} epochs")  # fmt: skip
    lines = [line for line in axes.lines if len(line.get_xdata()) > n]
    for line, channel in zip(lines, idx):
        x, y = line.get_data()
        for k in range(n):
            inside = (x >= k) & (x < k + 1)
            axes.plot(
                x[inside], y[inside], color=colours[k][channel], lw=line.get_linewidth(), zorder=line.get_zorder() + 0.1
            )


def _smoothed(data, sigma):
    """Rows smoothed over their neighbours with a Gaussian of `sigma` epochs, for the eye."""
    if sigma <= 0:
        return data
    rows = np.arange(len(data))
    weights = np.exp(-0.5 * ((rows[:, None] - rows[None]) / sigma) ** 2)
    return (weights / weights.sum(axis=1, keepdims=True)) @ data


def plot_epochs_image(epochs, picks=None, sigma=0.0, vmin=None, vmax=None, colorbar=True, order=None, show=True,
                      units=None, scalings=None, cmap=None, fig=None, axes=None, overlay_times=None, combine=None,
                      group_by=None, evoked=True, ts_args=None, title=None, clear=False):  # fmt: skip
    """Draw epochs as rows of an image, with their average below.

    Parameters
    ----------
    epochs : Epochs
    picks : str | list | None
        Named channels are drawn one by one; types are combined, one picture for each. None: all data types.
    sigma : float
        Smoothing over epochs, standard deviation [epochs]. Default 0.
    vmin, vmax : float | None
        Colour limits, in the units drawn.
    order : array of int | callable | None
        Order of the epochs; a function takes (times, data).
    combine : "mean" | "median" | "gfp" | "std" | callable | None
        How channels of a type make one. Default "gfp" (standard deviation).
    evoked : bool
        Whether to draw the average. Default True.
    group_by : dict | None
        Title -> channels of one type, which are combined: one picture for each.
    overlay_times : array of float, shape (n_epochs,) | None
        A moment of each epoch [s] to mark, as a reaction.
    ts_args : dict | None
        For the average: `hline`, `ylim` (pair in the units drawn), `invert_y`, and what else matplotlib's line takes.
    axes : list of matplotlib.axes.Axes | None
        Image, average (where drawn) and colour bar (where drawn) of one picture.
    clear : bool
        Whether what is in `fig` or `axes` is removed first.

    Returns
    -------
    figs : list of matplotlib.figure.Figure
    """
    epochs._need_real("plot_epochs_image()")
    plt = style.pyplot()
    epochs = epochs._loaded()
    epochs._need_epochs("plot_image()")
    words = [picks] if isinstance(picks, str) else picks
    by_name = words is not None and all(isinstance(p, str) and p in epochs.ch_names for p in words)
    idx = picks_to_idx(epochs.info, picks, "data")
    types = epochs.info.get_channel_types(idx.tolist())
    if group_by is not None:
        groups = []
        for name, chosen in group_by.items():
            rows = picks_to_idx(epochs.info, chosen, "data").tolist()
            kinds = epochs.info.get_channel_types(rows, unique=True)
            if len(kinds) > 1:
                raise ValueError(f"group_by[{name!r}] must have channels of one type; got {kinds}")
            groups.append((name, rows, kinds[0]))
    elif (
        by_name
        and combine is None
        or (
            words is not None
            and all(isinstance(p, (int, np.integer)) for p in np.atleast_1d(words))
            and combine is None
        )
    ):
        groups = [(epochs.ch_names[k], [int(k)], t) for k, t in zip(idx, types)]
    else:
        groups = [(style.titles.get(kind, kind), [int(k) for k, t in zip(idx, types) if t == kind], kind)
                  for kind in dict.fromkeys(types)]  # fmt: skip
    figures = []
    all_data = epochs._data
    for name, rows, kind in groups:
        data = all_data[:, rows] * (scalings or {}).get(kind, style.factors.get(kind, 1.0))
        if len(rows) == 1:
            image = data[:, 0]
            how = ""
        elif callable(combine):
            image, how = np.asarray(combine(data)), ""
        else:
            how = one_of("combine", combine or "gfp", ("mean", "median", "gfp", "std"))
            image = {"mean": np.mean, "median": np.median, "gfp": np.std, "std": np.std}[how](data, axis=1)
            how = f" ({how.upper() if how == 'gfp' else how})"
        ranks = order(epochs.times, image) if callable(order) else order
        shown = image if ranks is None else image[np.asarray(ranks, int)]
        shown = _smoothed(shown, sigma)
        low, high = style.bound((vmin, vmax), shown)
        n_axes = 1 + bool(evoked) + bool(colorbar)
        if axes is not None:
            panels = style.axes_list(axes, n_axes)
            for panel in panels if clear else ():
                panel.clear()
        else:
            if fig is not None and clear:
                fig.clear()
            figure = fig or plt.figure(figsize=(6.2, 5.2), layout="constrained")
            grid = figure.add_gridspec(2 if evoked else 1, 2 if colorbar else 1, height_ratios=[3, 1] if evoked else [1],
                                       width_ratios=[1, 0.035] if colorbar else [1])  # fmt: skip
            panels = [figure.add_subplot(grid[0, 0])]
            if evoked:
                panels.append(figure.add_subplot(grid[1, 0], sharex=panels[0]))
            if colorbar:
                panels.append(figure.add_subplot(grid[0, 1]))
        top, times = panels[0], epochs.times
        half = 0.5 / float(epochs.info["sfreq"])
        picture = top.imshow(shown, aspect="auto", origin="lower", cmap=style.colour_map(cmap, low, high), vmin=low,
                             vmax=high, interpolation="nearest",
                             extent=[times[0] - half, times[-1] + half, 0, len(shown)])  # fmt: skip
        style.mark_zero(top, times)
        if overlay_times is not None:
            when = np.asarray(overlay_times, float)
            when = when if ranks is None else when[np.asarray(ranks, int)]
            top.plot(when, np.arange(len(when)) + 0.5, color="k", lw=1.5)
        top.set_ylabel("Epochs")
        top.set_title(f"{name}{how}" if title is None else title, fontsize=10)
        unit = (units or {}).get(kind, style.units.get(kind, ""))
        if evoked:
            bottom = panels[1]
            look = dict(ts_args or {})
            hline, ylim, inverted = (look.pop(name, None) for name in ("hline", "ylim", "invert_y"))
            mean = image.mean(axis=0)
            if len(image) > 1:  # 95 % of where the mean would lie
                reach = 1.96 * image.std(axis=0, ddof=1) / np.sqrt(len(image))
                bottom.fill_between(times, mean - reach, mean + reach, color="#1b1b1b", alpha=0.2, lw=0)
            bottom.plot(times, mean, **{"color": "#1b1b1b", "lw": 1.3, **look})
            for height in (0, *(hline or ())):
                bottom.axhline(height, color="#999999", lw=0.6)
            if ylim is not None:
                bottom.set_ylim(ylim)
            if inverted:
                bottom.invert_yaxis()
            style.mark_zero(bottom, times)
            bottom.set_ylabel(unit)
            bottom.set_xlim(times[0], times[-1])
            style.tidy(bottom)
            top.tick_params(labelbottom=False)
        panels[1 if evoked else 0].set_xlabel("Time (s)")
        if colorbar:
            top.figure.colorbar(picture, cax=panels[-1], label=unit)
        figures.append(style.shown(top.figure, show))
    return figures


def plot_drop_log(drop_log, threshold=0, n_max_plot=20, subject=None, color=(0.3, 0.5, 0.7), width=0.8,
                  ignore=("IGNORED",), show=True, axes=None):  # fmt: skip
    """Draw the share of epochs that each reason dropped.

    Parameters
    ----------
    drop_log : tuple of tuple of str
        Of an Epochs object.
    threshold : float
        Least share of dropped epochs [%] that is worth a figure. Default 0.
    n_max_plot : int
        Largest number of reasons drawn.
    """
    used = [reasons for reasons in drop_log if not any(r in ignore for r in reasons)]
    dropped = sum(bool(reasons) for reasons in used)
    share = 100.0 * dropped / len(used) if used else 0.0
    if share < threshold:
        return None
    counts = {}
    for reasons in used:
        for reason in reasons:
            counts[reason] = counts.get(reason, 0) + 1
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[: int(n_max_plot)]
    (axes,) = style.axes_for(axes, 1, (max(4.5, 1.5 + 0.38 * len(ranked)), 3.4))
    heights = [100.0 * c / len(used) for _, c in ranked]
    axes.bar(range(len(ranked)), heights, width=width, color=color, edgecolor="#333333", lw=0.5)
    axes.set_xticks(range(len(ranked)), [r for r, _ in ranked], rotation=45, ha="right", fontsize=8)
    axes.set_ylabel("% of epochs dropped")
    axes.set_title(
        f"{subject + ': ' if subject else ''}{dropped} of {len(used)} epochs dropped ({share:.1f} %)", fontsize=10
    )
    axes.grid(axis="y", color="#DDDDDD", lw=0.6)
    axes.set_axisbelow(True)
    if not ranked:
        axes.set_ylim(0, 1)
    style.tidy(axes)
    return style.shown(axes.figure, show)
