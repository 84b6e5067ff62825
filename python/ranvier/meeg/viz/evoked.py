"""Averages over time."""

import numpy as np

from ..checks import one_of
from ..picks import picks_to_idx
from . import style
from .head import draw_head, positions


def by_type(evoked, picks, exclude):
    """Channel numbers by type, of what is drawn."""
    idx = picks_to_idx(evoked.info, picks, "data", exclude=exclude)
    types = evoked.info.get_channel_types(idx.tolist())
    return {kind: [int(k) for k, t in zip(idx, types) if t == kind] for kind in dict.fromkeys(types)}


def legend_head(axes, info, idx, colours, side="left"):
    """A small head with the channels in their colours, in an upper corner."""
    ok = style.has_places(info, idx)
    if ok.sum() < 2:
        return
    inset = axes.inset_axes([0.0 if side == "left" else 0.8, 0.68, 0.2, 0.32])
    places = positions(info, [k for k, good in zip(idx, ok) if good])
    draw_head(inset, width=0.7)
    inset.scatter(places[:, 0], places[:, 1], c=colours[ok], s=7, linewidths=0, zorder=6)
    inset.set_aspect("equal")
    reach = max(1.2, float(np.abs(places).max()) * 1.05)
    inset.set_xlim(-reach, reach)
    inset.set_ylim(-reach, reach)
    inset.axis("off")
    inset.set_anchor("NW" if side == "left" else "NE")


def draw_butterfly(axes, evoked, idx, kind, *, factor, unit, spatial_colors, gfp, time_unit, hline=None, ylim=None,
                   xlim="tight", highlight=None, title=None, zorder="unsorted"):  # fmt: skip
    """All channels of one type over each other."""
    scale = style.times_in(evoked.times, time_unit)
    times, data = evoked.times * scale, evoked.data[idx] * factor
    bads = [evoked.ch_names[k] in evoked.info["bads"] for k in idx]
    colours = style.spatial_colours(evoked.info, idx)
    if spatial_colors == "auto":
        spatial_colors = len(idx) > 1 and style.has_places(evoked.info, idx).sum() > 1
    if highlight is not None:
        for span in np.atleast_2d(highlight):
            axes.axvspan(*(span * scale), color="#FFF3C4", zorder=0)
    order = range(len(idx))
    if zorder == "std":
        order = np.argsort(-data.std(axis=1))
    if gfp != "only":
        for rank, row in enumerate(order):
            colour = "#C62828" if bads[row] else colours[row] if spatial_colors else "#1b1b1b"
            axes.plot(times, data[row], color=colour, lw=0.6, alpha=0.85, zorder=2 + 0.001 * rank)
    if gfp:
        good = [row for row, bad in enumerate(bads) if not bad]
        power = data[good].std(axis=0) if kind == "eeg" else np.sqrt((data[good] ** 2).mean(axis=0))
        low, high = axes.get_ylim() if gfp != "only" else (0, power.max() * 1.05 or 1)
        base = low if gfp != "only" else 0
        axes.fill_between(times, base, base + power, color="#2E7D32", alpha=0.25, lw=0, zorder=3)
        axes.plot(times, base + power, color="#1B5E20", lw=1.2, zorder=4)
        axes.text(times[-1], base + power[-1], " GFP" if kind == "eeg" else " RMS", color="#1B5E20", fontsize=8, va="center")
        axes.set_ylim(low, max(high, (base + power).max()))
    axes.axhline(0, color="#999999", lw=0.6, zorder=1)
    if times[0] < 0 < times[-1]:
        axes.axvline(0, color="#555555", lw=0.8, ls="--", zorder=1)
    for level in hline or ():
        axes.axhline(level, color="#777777", lw=0.8, ls=":")
    if xlim == "tight":
        axes.set_xlim(times[0], times[-1])
    elif xlim is not None:
        axes.set_xlim(xlim)
    if ylim is not None:
        axes.set_ylim(ylim)
    axes.set_ylabel(unit)
    axes.set_title(f"{style.titles.get(kind, kind)} ({len(idx)} channels)" if title is None else title, fontsize=10)
    style.tidy(axes)
    if spatial_colors and gfp != "only":
        legend_head(axes, evoked.info, idx, colours)


def plot_evoked(evoked, picks=None, exclude="bads", unit=True, show=True, ylim=None, xlim="tight", proj=False,
                hline=None, units=None, scalings=None, titles=None, axes=None, gfp=False, window_title=None,
                spatial_colors="auto", zorder="unsorted", selectable=True, noise_cov=None, time_unit="s", sphere=None,
                *, highlight=None, verbose=None):  # fmt: skip
    """Draw all channels of an average over each other, one picture for each type.

    Parameters
    ----------
    evoked : Evoked
    picks : str | list | slice | None
        Channels; None: data channels.
    exclude : list of str | "bads"
        Names to leave out. Default "bads".
    gfp : bool | "only"
        Whether to draw the global field power (EEG: standard deviation over channels; MEG: root mean square).
    spatial_colors : bool | "auto"
        Whether colours tell where a channel is.
    ylim : dict | None
        Limits by channel type, in the units drawn.
    time_unit : "s" | "ms"
    axes : matplotlib.axes.Axes | list | None
        One for each type.
    show : bool

    Returns
    -------
    fig : matplotlib.figure.Figure
    """
    plt = style.pyplot()
    groups = by_type(evoked, picks, exclude)
    if axes is None:
        fig, axes = plt.subplots(len(groups), 1, figsize=(7.2, 0.6 + 2.6 * len(groups)), sharex=True, squeeze=False,
                                 layout="constrained")  # fmt: skip
    axes = style.axes_list(axes, len(groups))
    for ax, (kind, idx) in zip(axes, groups.items()):
        factor = (scalings or {}).get(kind, style.factors.get(kind, 1.0)) if unit else 1.0
        label = (units or {}).get(kind, style.units.get(kind, "")) if unit else "SI"
        title = titles.get(kind) if isinstance(titles, dict) else titles
        draw_butterfly(ax, evoked, idx, kind, factor=factor, unit=label, spatial_colors=spatial_colors, gfp=gfp,
                       time_unit=time_unit, hline=hline, ylim=(ylim or {}).get(kind), xlim=xlim, highlight=highlight,
                       title=title, zorder=zorder)  # fmt: skip
    axes[-1].set_xlabel(f"Time ({time_unit})")
    fig = axes[0].figure
    if window_title and fig.canvas.manager is not None:
        fig.canvas.manager.set_window_title(window_title)
    return style.shown(fig, show)


def plot_evoked_image(evoked, picks=None, exclude="bads", unit=True, show=True, clim=None, xlim="tight", proj=False,
                      units=None, scalings=None, titles=None, axes=None, cmap="RdBu_r", colorbar=True, mask=None,
                      mask_style=None, mask_cmap="Greys", mask_alpha=0.25, time_unit="s", show_names=None,
                      group_by=None, sphere=None):  # fmt: skip
    """Draw channels as rows of an image, one picture for each type. The arguments are those of `plot_evoked`."""
    plt = style.pyplot()
    groups = by_type(evoked, picks, exclude)
    if axes is None:
        fig, axes = plt.subplots(len(groups), 1, figsize=(7.2, 0.6 + 2.8 * len(groups)), sharex=True, squeeze=False,
                                 layout="constrained")  # fmt: skip
    axes = style.axes_list(axes, len(groups))
    scale = style.times_in(evoked.times, time_unit)
    times = evoked.times * scale
    half = (times[1] - times[0]) / 2 if len(times) > 1 else 0.5
    for ax, (kind, idx) in zip(axes, groups.items()):
        data = evoked.data[idx] * ((scalings or {}).get(kind, style.factors.get(kind, 1.0)) if unit else 1.0)
        low, high = style.bound((clim or {}).get(kind), data, symmetric=True)
        image = ax.imshow(data, aspect="auto", origin="upper", cmap=cmap, vmin=low, vmax=high, interpolation="nearest",
                          extent=[times[0] - half, times[-1] + half, len(idx) - 0.5, -0.5])  # fmt: skip
        if times[0] < 0 < times[-1]:
            ax.axvline(0, color="#333333", lw=0.8, ls="--")
        ax.set_ylabel("Channels")
        if show_names == "all" or (show_names in (True, "auto") and len(idx) <= 40):
            ax.set_yticks(range(len(idx)), [evoked.ch_names[k] for k in idx], fontsize=6)
        ax.set_title(f"{style.titles.get(kind, kind)} ({len(idx)} channels)", fontsize=10)
        if colorbar:
            label = (units or {}).get(kind, style.units.get(kind, "")) if unit else "SI"
            ax.figure.colorbar(image, ax=ax, label=label, shrink=0.9)
    axes[-1].set_xlabel(f"Time ({time_unit})")
    return style.shown(axes[0].figure, show)


def _one_line(evoked, idx, kind, combine, factor):
    data = evoked.data[idx] * factor
    if callable(combine):
        return np.asarray(combine(data))
    if combine is None:
        combine = "mean" if len(idx) == 1 else ("gfp" if kind == "eeg" else "rms")
    one_of("combine", combine, ("mean", "median", "gfp", "rms", "std"))
    return {
        "mean": lambda: data.mean(axis=0), "median": lambda: np.median(data, axis=0),
        "gfp": lambda: data.std(axis=0), "std": lambda: data.std(axis=0),
        "rms": lambda: np.sqrt((data**2).mean(axis=0)),
    }[combine]()  # fmt: skip


def plot_compare_evokeds(evokeds, picks=None, colors=None, linestyles=None, styles=None, cmap=None, vlines="auto",
                         ci=True, truncate_yaxis="auto", truncate_xaxis=True, ylim=None, invert_y=False,
                         show_sensors=None, legend=True, split_legend=None, axes=None, title=None, show=True,
                         combine=None, sphere=None, time_unit="s"):  # fmt: skip
    """Draw conditions over each other, as one line each.

    Parameters
    ----------
    evokeds : Evoked | list of Evoked | dict
        Conditions; an entry of a dict may be a list (as of subjects), which is drawn as mean and 95 % interval.
    picks : str | list | slice | None
        Channels; several are combined. None: data channels, one picture for each type.
    combine : "mean" | "median" | "gfp" | "rms" | "std" | callable | None
        How several channels make one line. Default: global field power of EEG, root mean square of MEG.
    colors : dict | list | None
    ci : bool | float
        Whether to draw the interval, or its level. Default True: 0.95.
    invert_y : bool
        Whether negative is up.

    Returns
    -------
    fig : list of matplotlib.figure.Figure
    """
    plt = style.pyplot()
    if not isinstance(evokeds, (dict, list, tuple)):
        evokeds = [evokeds]
    if not isinstance(evokeds, dict):
        named = {}
        for k, e in enumerate(evokeds, 1):
            named[e.comment if e.comment and e.comment not in named else f"{e.comment} ({k})".strip()] = e
        evokeds = named
    groups = {name: list(e) if isinstance(e, (list, tuple)) else [e] for name, e in evokeds.items()}
    first = next(iter(groups.values()))[0]
    types = by_type(first, picks, "bads")
    if axes is None:
        made = [plt.subplots(figsize=(7.2, 3.6), layout="constrained")[1] for _ in types]
        axes = made
    axes = style.axes_list(axes, len(types))
    scale = style.times_in(first.times, time_unit)
    level = 0.95 if ci is True else float(ci or 0)
    for ax, (kind, idx) in zip(axes, types.items()):
        names = [first.ch_names[k] for k in idx]
        factor = style.factors.get(kind, 1.0)
        for k, (name, items) in enumerate(groups.items()):
            lines = np.array([
                _one_line(e, [e.ch_names.index(n) for n in names], kind, combine, factor) for e in items
            ])  # fmt: skip
            colour = colors.get(name) if isinstance(colors, dict) else colors[k] if colors else style.cycle[k % 8]
            look = (styles or {}).get(name, {})
            dash = (linestyles or {}).get(name, "-") if isinstance(linestyles, dict) else "-"
            times = items[0].times * scale
            ax.plot(times, lines.mean(axis=0), label=name, **{"color": colour, "ls": dash, "lw": 1.8, **look})
            if level and len(lines) > 1:
                from statistics import NormalDist

                reach = NormalDist().inv_cdf((1 + level) / 2) * lines.std(axis=0, ddof=1) / np.sqrt(len(lines))
                mean = lines.mean(axis=0)
                ax.fill_between(times, mean - reach, mean + reach, color=colour, alpha=0.2, lw=0)
        ax.axhline(0, color="#999999", lw=0.7)
        marks = [0.0] if isinstance(vlines, str) else vlines
        for mark in marks:
            if times[0] <= mark * scale <= times[-1]:
                ax.axvline(mark * scale, color="#555555", lw=0.8, ls="--")
        ax.set_xlim(times[0], times[-1])
        if ylim and kind in ylim:
            ax.set_ylim(ylim[kind])
        if invert_y:
            ax.invert_yaxis()
        how = "" if len(names) == 1 else f" ({combine if isinstance(combine, str) else ('GFP' if kind == 'eeg' else 'RMS')})"
        what = names[0] if len(names) == 1 else f"{style.titles.get(kind, kind)}{how if combine is None or isinstance(combine, str) else ''}"
        ax.set_title(what if title is None else title, fontsize=10)
        ax.set_xlabel(f"Time ({time_unit})")
        ax.set_ylabel(style.units.get(kind, ""))
        if legend:
            ax.legend(frameon=False, loc=legend if isinstance(legend, (str, int)) and legend is not True else "best")
        style.tidy(ax)
    figures = list(dict.fromkeys(ax.figure for ax in axes))
    for fig in figures:
        style.shown(fig, show)
    return figures
