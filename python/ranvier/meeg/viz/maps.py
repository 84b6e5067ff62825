"""Averages as maps of the head."""

import numpy as np

from ..picks import picks_to_idx
from . import style
from .evoked import by_type, draw_butterfly
from .head import draw_map, merged


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


def plot_evoked_topomap(evoked, times="auto", *, average=None, ch_type=None, scalings=None, proj=False, sensors=True,
                        show_names=False, mask=None, mask_params=None, contours=6, sphere=None, res=64, size=1,
                        cmap=None, vlim=(None, None), cnorm=None, colorbar=True, cbar_fmt="%3.1f", units=None, axes=None,
                        time_unit="s", time_format=None, nrows=1, ncols="auto", show=True, **look):  # fmt: skip
    """Draw the values of moments on the head.

    Parameters
    ----------
    evoked : Evoked
    times : float | array of float | "auto" | "peaks"
        Moments [s]; "auto": 10 evenly apart; "peaks": 3 peaks of field strength.
    average : float | list of float | None
        Length of the window [s] that is averaged around each moment, or around every one.
    ch_type : str | None
        Type of channels; None: the first of mag, grad, eeg.
    proj : bool
        Whether projections are applied to what is drawn. Default False.
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
        One for each moment, and one more for the colour bar where there is to be one.
    show : bool
    **look
        `sphere`, `outlines`, `image_interp`, `extrapolate`, `border` and `mask_label_params` of `plot_topomap`.

    Returns
    -------
    fig : matplotlib.figure.Figure
    """
    plt = style.pyplot()
    evoked = style.projected(evoked, proj)
    types = evoked.info.get_channel_types(unique=True, only_data_chs=True)
    ch_type = ch_type or next((t for t in ("mag", "grad", "eeg") if t in types), types[0] if types else "eeg")
    idx = [int(k) for k in picks_to_idx(evoked.info, ch_type, exclude="bads")]
    idx = [k for k, ok in zip(idx, style.has_places(evoked.info, idx)) if ok]
    if not idx:
        raise ValueError(f"no good channel of type {ch_type!r} has a place; set a montage")
    times = wanted_times(evoked, times, idx)
    factor = scalings if isinstance(scalings, (int, float)) else (scalings or {}).get(ch_type, style.factors.get(ch_type, 1.0))
    maps, places, names = [], None, None
    n = len(times)
    windows = list(average) if np.ndim(average) else [average] * n
    if len(windows) != n:
        raise ValueError(f"average must be one length [s], or one for each of the {n} moments; got {len(windows)}")
    for time, window in zip(times, windows):
        places, values, names = merged(evoked.info, idx, values_at(evoked, idx, time, window) * factor, ch_type, sphere)
        maps.append(values)
    bar = None
    if axes is None:
        columns, rows = ncols, nrows
        if columns == "auto":
            columns = min(n, 10) if rows in (1, "auto") else -(-n // rows)
        if rows in (1, "auto"):
            rows = -(-n // columns)
        if rows * columns < n:
            raise ValueError(f"nrows x ncols must leave room for {n} maps; got {rows} x {columns}")
        fig, grid = plt.subplots(rows, columns, figsize=(1.6 * size * columns + 0.8, 1.9 * size * rows), squeeze=False,
                                 layout="constrained")  # fmt: skip
        for ax in grid.ravel()[n:]:
            ax.axis("off")
        axes = list(grid.ravel()[:n])
    else:
        axes = list(np.atleast_1d(np.asarray(axes, dtype=object)).ravel())
        if colorbar and len(axes) == n + 1:
            bar = axes.pop()
        elif colorbar and len(axes) == n:
            colorbar = False
        axes = style.axes_list(axes, n)
    vlim = style.bound(None if isinstance(vlim, str) else vlim, np.array(maps))
    scale = style.times_in(time_unit)
    pattern = ("%0.3f s" if time_unit == "s" else "%0.0f ms") if time_format is None else time_format
    for ax, time, values in zip(axes, times, maps):
        lit = None if mask is None else np.asarray(mask)[idx][:, int(np.argmin(np.abs(evoked.times - time)))]
        if lit is not None and ch_type == "grad":  # a pair is highlighted where one of it is
            lit = merged(evoked.info, idx, lit.astype(float), ch_type)[1] > 0
        picture, _ = draw_map(ax, values, places, vlim, cmap, kind=ch_type, norm=cnorm, sensors=sensors,
                              names=style.labels_of(show_names, names), mask=lit, mask_params=mask_params,
                              contours=contours, res=res, **look)  # fmt: skip
        ax.set_title(pattern % (time * scale) if pattern else "", fontsize=9)
    fig = axes[0].figure
    if colorbar:
        label = units if isinstance(units, str) else (units or {}).get(ch_type, style.units.get(ch_type, ""))
        where = {"cax": bar} if bar is not None else {"ax": axes, "shrink": 0.75, "pad": 0.02}
        shape = None if cbar_fmt == "%3.1f" else cbar_fmt
        fig.colorbar(picture, label=label, format=shape, **where)
    return style.shown(fig, show)


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
        More for the lines: ``gfp``, ``hline``, ``highlight``, ``scalings``, ``spatial_colors``, ``time_unit``, ``units``,
        ``xlim``, ``ylim``, ``zorder`` of `plot_evoked`.
    topomap_args : dict | None
        More for the maps: ``average``, ``cmap``, ``cnorm``, ``vlim`` of `plot_evoked_topomap`, ``sphere`` and what else
        `plot_topomap` draws with.

    Returns
    -------
    fig : matplotlib.figure.Figure | list of matplotlib.figure.Figure
        A list where there are several types.
    """
    plt = style.pyplot()
    from matplotlib.patches import ConnectionPatch

    ts = {"spatial_colors": "auto", "gfp": False, "time_unit": "s", **(ts_args or {})}
    ylim, scalings, units = (ts.pop(name, None) or {} for name in ("ylim", "scalings", "units"))
    look = dict(topomap_args or {})
    average, vlim, colours, norm, sphere = (look.pop(name, None) for name in ("average", "vlim", "cmap", "cnorm", "sphere"))
    figures = []
    for kind, idx in by_type(evoked, picks, exclude).items():
        placed = [k for k, ok in zip(idx, style.has_places(evoked.info, idx)) if ok]
        if len(placed) < 3:
            continue
        moments = wanted_times(evoked, times, idx)
        factor, unit = scalings.get(kind, style.factors.get(kind, 1.0)), units.get(kind, style.units.get(kind, ""))
        n = len(moments)
        fig = plt.figure(figsize=(7.8, 5.0))
        lines = fig.add_axes([0.1, 0.12, 0.8, 0.42])
        draw_butterfly(lines, evoked, idx, kind, factor=factor, unit=unit, title="", ylim=ylim.get(kind), sphere=sphere, **ts)
        scale = style.times_in(ts["time_unit"])
        lines.set_xlabel(f"Time ({ts['time_unit']})")
        values = []
        for moment in moments:
            v = values_at(evoked, placed, moment, average) * factor
            places, v, _ = merged(evoked.info, placed, v, kind, sphere)
            values.append(v)
        limits = style.bound(vlim, np.array(values))
        width = min(0.2, 0.8 / n)
        for k, (moment, v) in enumerate(zip(moments, values)):
            left = 0.1 + (k + 0.5) * 0.8 / n - width / 2
            ax = fig.add_axes([left, 0.64, width, 0.25])
            picture, _ = draw_map(ax, v, places, limits, colours, kind=kind, norm=norm, **look)
            ax.set_title(f"{moment * scale:0.3f} s" if scale == 1 else f"{moment * scale:0.0f} ms", fontsize=9)
            lines.axvline(moment * scale, color="#777777", lw=0.8, zorder=1)
            fig.add_artist(
                ConnectionPatch((moment * scale, 1.0), (0.5, -0.02), coordsA=lines.get_xaxis_transform(),
                                coordsB=ax.transAxes, color="#999999", lw=0.8)  # fmt: skip
            )
        bar = fig.add_axes([0.91, 0.66, 0.012, 0.2])
        fig.colorbar(picture, cax=bar, label=unit)
        text = title if title else (evoked.comment or style.titles.get(kind, kind))
        if title is not None:
            fig.suptitle(text if len(text) < 90 else text[:87] + "...", fontsize=11, y=0.985)
        figures.append(style.shown(fig, show))
    if not figures:
        raise ValueError("no type of channels has three channels with places; set a montage")
    return figures[0] if len(figures) == 1 else figures
