"""Averages as maps of the head."""

import numpy as np

from ..logs import verbose as _verbose
from ..picks import picks_to_idx
from . import style
from .evoked import by_type, draw_butterfly
from .head import draw_map, maps_of, merged, merged_mask
from .projecting import offer_projections


def peak_times(evoked, idx, n=3):
    """Times of the `n` highest peaks of the field strength that stand apart, in order."""
    power = evoked.data[idx].std(axis=0) if len(idx) > 1 else np.abs(evoked.data[idx][0])
    inner = np.flatnonzero((power[1:-1] > power[:-2]) & (power[1:-1] >= power[2:])) + 1
    ranked = inner[np.argsort(-power[inner], kind="stable")]
    apart = max(1, len(power) // (2 * n + 2))
    chosen = []
    for k in ranked:
        if all(abs(int(k) - c) >= apart for c in chosen):
            chosen.append(int(k))
        if len(chosen) == n:
            break
    return evoked.times[sorted(chosen)] if chosen else evoked.times[[int(np.argmax(power))]]


def wanted_times(evoked, times, idx):
    """Moments as an array [s]."""
    if isinstance(times, str):
        if times == "peaks":
            return peak_times(evoked, idx)
        if times == "auto":
            return np.linspace(evoked.times[0], evoked.times[-1], min(10, len(evoked.times)))
        raise ValueError(f'times must be numbers [s], "auto" or "peaks"; got {times!r}')
    times = np.atleast_1d(np.asarray(times, float))
    step = 1 / float(evoked.info["sfreq"])
    if (times < evoked.times[0] - step).any() or (times > evoked.times[-1] + step).any():
        raise ValueError(f"times must lie within {evoked.times[0]:g} to {evoked.times[-1]:g} s; got {times.tolist()}")
    return times


def values_at(evoked, idx, time, average):
    """Values of channels at a moment, or their mean over a window of `average` [s] around it."""
    if average is None:
        return evoked.data[idx, int(np.argmin(np.abs(evoked.times - time)))]
    inside = np.abs(evoked.times - time) <= average / 2 + 1e-9
    return evoked.data[idx][:, inside].mean(axis=1)


def placed(evoked, ch_type):
    """The type whose maps are drawn, None being the first of mag, grad, eeg, and its good channels that have a place."""
    types = evoked.info.get_channel_types(unique=True, only_data_chs=True)
    ch_type = ch_type or next((t for t in ("mag", "grad", "eeg") if t in types), types[0] if types else "eeg")
    idx = [int(k) for k in picks_to_idx(evoked.info, ch_type, exclude="bads")]
    idx = [k for k, ok in zip(idx, style.has_places(evoked.info, idx)) if ok]
    if not idx:
        raise ValueError(f"no good channel of type {ch_type!r} has a place; set a montage")
    return ch_type, idx


def factor_of(ch_type, scalings):
    """From SI to what is drawn."""
    return (
        scalings
        if isinstance(scalings, (int, float))
        else (scalings or {}).get(ch_type, style.factors.get(ch_type, 1.0))
    )


def written(time, time_unit, time_format=None, window=None, times=None):
    """A moment as the title of its map, or the `window` around it as far as it lies within `times`."""
    pattern = ("%0.3f s" if time_unit == "s" else "%0.0f ms") if time_format is None else time_format
    scale = style.times_in(time_unit)
    if window and pattern and time_format is None:
        begin, end = max(time - window / 2, times[0]) * scale, min(time + window / 2, times[-1]) * scale
        return f"{pattern.split()[0] % begin} – {pattern % end}"
    return pattern % (time * scale) if pattern else ""


def plot_evoked_topomap(evoked, times="auto", *, average=None, ch_type=None, scalings=None, proj=False, sensors=True,
                        show_names=False, mask=None, mask_params=None, contours=6, sphere=None, res=64, size=1,
                        cmap=None, vlim=(None, None), cnorm=None, colorbar=True, cbar_fmt="%3.1f", units=None, axes=None,
                        time_unit="s", time_format=None, nrows=1, ncols="auto", show=True, **look):  # fmt: skip
    """Draw the values of moments on the head.

    Where magnetometers measure along several axes at one place, a first row of maps shows the radial ones and a second
    the root mean square of the others.

    Parameters
    ----------
    evoked : Evoked
    times : float | array of float | "auto" | "peaks"
        Moments [s]; "auto": 10, or as many as there are `axes`, evenly apart; "peaks": 3 peaks of field strength.
    average : float | list of float | None
        Length of the window [s] that is averaged around each moment, or around every one.
    ch_type : str | None
        Type of channels; None: the first of mag, grad, eeg.
    proj : bool | "interactive" | "reconstruct"
        Whether projections are applied to what is drawn; "interactive": those that are ticked in a second window;
        "reconstruct": all, and what they took of fields is given back, as `reconstruct_proj` does. Default False.
    show_names : bool | callable
        Whether to write the channels' names, or a function that makes of a name what is written.
    mask : array of bool, shape (n_channels, n_times) | None
        Where channels are highlighted.
    nrows, ncols : int | "auto"
        Of maps. Default: one row of up to 10.
    vlim : tuple (low, high)
        Colour limits in the units drawn. Default: the same for all maps, from the data.
    colorbar : bool
    axes : list of matplotlib.axes.Axes | None
        One for each moment, and one more for the colour bar where there is to be one; of two rows of maps twice as many.
    show : bool
    **look
        `sphere`, `outlines`, `image_interp`, `extrapolate`, `border` and `mask_label_params` of `plot_topomap`.

    Returns
    -------
    fig : matplotlib.figure.Figure
    """
    plt = style.pyplot()
    style.check_norm(cnorm, vlim)
    choice = proj == "interactive"
    evoked = style.projected(evoked, False if choice else proj)
    ch_type, idx = placed(evoked, ch_type)
    if axes is not None and isinstance(times, str) and times == "auto":
        times = np.linspace(evoked.times[0], evoked.times[-1], np.size(axes) - (colorbar and np.size(axes) > 1))
    times = wanted_times(evoked, times, idx)
    n = len(times)
    windows = list(average) if np.ndim(average) else [average] * n
    if len(windows) != n:
        raise ValueError(f"average must be one length [s], or one for each of the {n} moments; got {len(windows)}")
    factor = factor_of(ch_type, scalings)

    def rows_of(evoked):
        """The maps of all moments, row by row."""
        values = [values_at(evoked, idx, time, window) * factor for time, window in zip(times, windows)]
        return list(zip(*(maps_of(evoked.info, idx, one, ch_type, sphere) for one in values)))

    drawn = rows_of(evoked)
    n_maps, bars = n * len(drawn), []
    if axes is None:
        columns, rows = ncols, nrows
        if columns == "auto":
            columns = min(n, 10) if rows in (1, "auto") else -(-n // rows)
        if rows in (1, "auto"):
            rows = -(-n // columns)
        if rows * columns < n:
            raise ValueError(f"nrows x ncols must leave room for {n} maps; got {rows} x {columns}")
        grid = plt.subplots(rows * len(drawn), columns, figsize=(1.6 * size * columns + 0.8, 1.9 * size * rows * len(drawn)),
                            squeeze=False, layout="constrained")[1].reshape(len(drawn), -1)  # fmt: skip
        for ax in grid[:, n:].ravel():
            ax.axis("off")
        axes = list(grid[:, :n].ravel())
    else:
        axes = list(np.atleast_1d(np.asarray(axes, dtype=object)).ravel())
        if colorbar and len(axes) == n_maps + len(drawn):
            axes, bars = axes[:n_maps], axes[n_maps:]
        elif colorbar and len(axes) == n_maps:
            colorbar = False
        axes = style.axes_list(axes, n_maps)
    limits = [style.bound(None if isinstance(vlim, str) else vlim, np.array([m[2] for m in row])) for row in drawn]

    def draw(evoked):
        """All maps; the last picture of each row."""
        pictures = []
        for number, (row, lowest_highest) in enumerate(zip(rows_of(evoked), limits)):
            for ax, time, window, (word, places, values, names) in zip(axes[number * n :], times, windows, row):
                lit = None
                if mask is not None:
                    column = int(np.argmin(np.abs(evoked.times - time)))
                    lit = merged_mask(evoked.info, idx, np.asarray(mask)[idx][:, column], ch_type)[number]
                picture, _ = draw_map(ax, values, places, lowest_highest, cmap, kind=ch_type, norm=cnorm, sensors=sensors,
                                      names=style.labels_of(show_names, names), mask=lit, mask_params=mask_params,
                                      contours=contours, res=res, **look)  # fmt: skip
                title = written(time, time_unit, time_format, window, evoked.times)
                ax.set_title(f"{word}\n{title}" if word else title, fontsize=9)
            pictures.append(picture)
        return pictures

    fig = axes[0].figure
    for number, picture in enumerate(draw(evoked)):
        if colorbar:
            label = units if isinstance(units, str) else (units or {}).get(ch_type, style.units.get(ch_type, ""))
            row = axes[number * n : (number + 1) * n]
            where = {"cax": bars[number]} if bars else {"ax": row, "shrink": 0.75, "pad": 0.02}
            fig.colorbar(picture, label=label, format=None if cbar_fmt == "%3.1f" else cbar_fmt, **where)
    if choice:
        offer_projections(evoked, axes, draw)
    return style.shown(fig, show)


@_verbose
def animate_topomap(evoked, *, times=None, average=None, ch_type=None, scalings=None, proj=False, sensors=True,
                    show_names=False, mask=None, contours=6, sphere=None, res=64, size=1, cmap=None, vlim=(None, None),
                    cnorm=None, colorbar=True, cbar_fmt="%3.1f", units=None, axes=None, time_unit="s", time_format=None,
                    frame_rate=None, butterfly=False, blit=True, show=True, verbose=None, **look):  # fmt: skip
    """Draw the values of moments on the head, one after the other; a click halts, the next goes on.

    Parameters
    ----------
    evoked : Evoked
    times : array of float | None
        Moments [s]. None: 10 evenly apart.
    average : float | None
        Length of the window [s] that is averaged around each moment.
    ch_type : str | None
        Type of channels; None: the first of mag, grad, eeg.
    proj : bool
        Whether projections are applied to what is drawn. Default False.
    mask : array of bool, shape (n_channels, n_times) | None
        Where channels are highlighted.
    vlim : tuple (low, high)
        Colour limits in the units drawn. Default: from the data at all moments.
    axes : list of matplotlib.axes.Axes | None
        For the map, for the colour bar where there is one, and for the traces where there are to be some.
    frame_rate : float | None
        Pictures per second; None: a tenth of the sampling rate.
    butterfly : bool
        Whether the traces of all channels are below, with a line at the moment. Default False.
    blit : bool
        Whether only what changes is drawn anew. Default True.
    show : bool
    **look
        What else `plot_topomap` draws with.

    Returns
    -------
    fig : matplotlib.figure.Figure
    anim : matplotlib.animation.FuncAnimation
        Keep it as long as it runs; `anim.save()` writes a film.
    """
    plt = style.pyplot()
    from matplotlib.animation import FuncAnimation

    style.check_norm(cnorm, vlim)
    evoked = style.projected(evoked, proj)
    ch_type, idx = placed(evoked, ch_type)
    times = wanted_times(evoked, "auto" if times is None else times, idx)
    rate = evoked.info["sfreq"] / 10 if frame_rate is None else frame_rate
    if not rate > 0:
        raise ValueError(f"frame_rate must be above 0 pictures per second; got {frame_rate!r}")
    factor = factor_of(ch_type, scalings)
    maps = []
    for time in times:
        places, values, names = merged(
            evoked.info, idx, values_at(evoked, idx, time, average) * factor, ch_type, sphere
        )
        maps.append(values)
    limits = style.bound(vlim, np.array(maps))
    n_axes = 1 + bool(colorbar) + bool(butterfly)
    if axes is None:
        fig = plt.figure(figsize=(4.2 * size, (5.6 if butterfly else 3.8) * size))
        low = 0.34 if butterfly else 0.06
        axes = [fig.add_axes([0.04, low, 0.72, 0.88 - low])]
        axes += [fig.add_axes([0.82, low + 0.12, 0.03, 0.6 - low])] if colorbar else []
        axes += [fig.add_axes([0.16, 0.1, 0.8, 0.2])] if butterfly else []
    axes = style.axes_list(axes, n_axes)
    fig, head = axes[0].figure, axes[0]
    moment = None
    if butterfly:
        draw_butterfly(axes[-1], evoked, idx, ch_type, factor=factor, unit=style.units.get(ch_type, ""), title="",
                       time_unit=time_unit, spatial_colors=True, gfp=False)  # fmt: skip
        moment = axes[-1].axvline(times[0] * style.times_in(time_unit), color="#D55E00", lw=1)

    def draw(frame):
        head.clear()
        lit = None
        if mask is not None:
            column = int(np.argmin(np.abs(evoked.times - times[frame])))
            lit = merged_mask(evoked.info, idx, np.asarray(mask)[idx][:, column], ch_type)[0]
        picture, _ = draw_map(head, maps[frame], places, limits, cmap, kind=ch_type, norm=cnorm, sensors=sensors,
                              names=style.labels_of(show_names, names), mask=lit, contours=contours, res=res, **look)  # fmt: skip
        head.set_title(written(times[frame], time_unit, time_format, average, evoked.times), fontsize=10)
        if moment is not None:
            moment.set_xdata([times[frame] * style.times_in(time_unit)] * 2)
        return [*head.get_children(), *([moment] if moment is not None else [])]

    draw(0)
    if colorbar:
        label = units if isinstance(units, str) else (units or {}).get(ch_type, style.units.get(ch_type, ""))
        fig.colorbar(head.images[0], cax=axes[1], label=label, format=None if cbar_fmt == "%3.1f" else cbar_fmt)
    anim = FuncAnimation(fig, draw, frames=len(times), interval=1e3 / rate, blit=blit, init_func=lambda: draw(0))
    running = [True]

    def halt(event):
        (anim.pause if running[0] else anim.resume)()
        running[0] = not running[0]

    fig.canvas.mpl_connect("button_press_event", halt)
    return style.shown(fig, show), anim


def plot_evoked_joint(evoked, times="peaks", title="", picks=None, exclude="bads", show=True, ts_args=None,
                      topomap_args=None):  # fmt: skip
    """Draw all channels over each other, and maps of some moments above them.

    Parameters
    ----------
    evoked : Evoked
    times : float | array of float | "peaks" | "auto"
        Moments of the maps [s]. Default "peaks": 3 peaks of field strength.
    title : str | None
        Default: the comment of the average.
    picks : str | list | slice | None
        Channels; None: data channels, one figure for each type.
    ts_args : dict | None
        More for the lines: ``axes``, ``gfp``, ``hline``, ``highlight``, ``proj``, ``scalings``, ``spatial_colors``,
        ``time_unit``, ``units``, ``xlim``, ``ylim``, ``zorder`` of `plot_evoked`.
    topomap_args : dict | None
        More for the maps: the arguments of `plot_evoked_topomap`, ``axes`` (one for each moment and one for the colour
        bar; then `ts_args` has axes too) and ``proj`` (as that of `ts_args`; default True) among them.

    Returns
    -------
    fig : matplotlib.figure.Figure | list of matplotlib.figure.Figure
        A list where there are several types.
    """
    plt = style.pyplot()
    from matplotlib.patches import ConnectionPatch

    ts = {"spatial_colors": "auto", "gfp": False, "time_unit": "s", **(ts_args or {})}
    look = {"proj": True, **(topomap_args or {})}
    for name in ("show", "times", "exclude"):
        if name in ts or name in look:
            raise ValueError(f"{name} is an argument of plot_joint() itself, not of ts_args and topomap_args")
    proj = ts.pop("proj", True)
    if proj == "interactive":
        raise ValueError(
            'plot_joint() applies projections or does not; proj="interactive" is for plot() and plot_topomap()'
        )
    if look["proj"] != proj:
        raise ValueError(
            f"proj must be the same in ts_args and topomap_args (default True); got {proj!r} and {look['proj']!r}"
        )
    given = ts.pop("axes", None), look.pop("axes", None)
    if (given[0] is None) != (given[1] is None):
        raise ValueError("axes must be in both ts_args and topomap_args, or in none")
    ylim, scalings, units = (ts.pop(name, None) or {} for name in ("ylim", "scalings", "units"))
    evoked = style.projected(evoked, look.pop("proj"))
    look.setdefault("time_unit", ts["time_unit"])
    figures = []
    groups = by_type(evoked, picks, exclude)
    groups = {kind: idx for kind, idx in groups.items() if style.has_places(evoked.info, idx).sum() >= 2}
    if not groups:
        raise ValueError("no type of channels has two channels with places; set a montage")
    if given[0] is not None and len(groups) > 1:
        raise ValueError(f"axes are for one type of channels; got {', '.join(groups)}: choose one by picks")
    for kind, idx in groups.items():
        moments = wanted_times(evoked, times, idx)
        n, rows = len(moments), len(maps_of(evoked.info, idx, np.zeros(len(idx)), kind))
        if given[0] is None:
            fig = plt.figure(figsize=(7.8, 5.0 + 1.6 * (rows - 1)))
            low, high = (0.64, 0.25) if rows == 1 else (0.46, 0.18)
            lines = fig.add_axes([0.1, 0.12, 0.8, low - 0.22])
            width = min(0.2, 0.8 / n)
            lefts = [0.1 + (k + 0.5) * 0.8 / n - width / 2 for k in range(n)]
            bottoms = [low + 0.25 * row for row in reversed(range(rows))]
            heads = [fig.add_axes([left, bottom, width, high]) for bottom in bottoms for left in lefts]
            bar = [fig.add_axes([0.91, bottom + 0.02, 0.012, 0.8 * high]) for bottom in bottoms]
            bar = bar if look.get("colorbar", True) else []
        else:
            (lines,), heads = style.axes_list(given[0], 1), style.axes_list(given[1], (n + 1) * rows)
            fig, heads, bar = lines.figure, heads[: n * rows], heads[n * rows :]
        unit = units.get(kind, style.units.get(kind, ""))
        draw_butterfly(lines, evoked, idx, kind, factor=scalings.get(kind, style.factors.get(kind, 1.0)), unit=unit, title="",
                       ylim=ylim.get(kind), sphere=look.get("sphere"), **ts)  # fmt: skip
        lines.set_xlabel(f"Time ({ts['time_unit']})")
        chosen = evoked.copy().pick(idx)
        plot_evoked_topomap(chosen, moments, ch_type=kind, axes=[*heads, *bar], show=False,
                            **{"scalings": scalings or None, "units": units or None, **look})  # fmt: skip
        scale = style.times_in(ts["time_unit"])
        for moment, head in zip(moments, heads[-n:]):
            lines.axvline(moment * scale, color="#777777", lw=0.8, zorder=1)
            fig.add_artist(
                ConnectionPatch(
                    (moment * scale, 1.0),
                    (0.5, -0.02),
                    coordsA=lines.get_xaxis_transform(),
                    coordsB=head.transAxes,
                    color="#999999",
                    lw=0.8,
                )  # fmt: skip
            )
        text = title if title else (evoked.comment or style.titles.get(kind, kind))
        if title is not None:
            fig.suptitle(text if len(text) < 90 else text[:87] + "...", fontsize=11, y=0.985)
        figures.append(style.shown(fig, show))
    return figures[0] if len(figures) == 1 else figures
