"""Averages over time."""

import numpy as np

from ranvier import _core

from ..checks import not_yet, one_of
from ..cov.whitening import whiten_evoked
from ..logs import verbose as _verbose
from ..picks import picks_to_idx
from . import style
from .head import draw_head, positions
from .projecting import offer_projections


def by_type(evoked, picks, exclude, with_ref_meg=True, none="data"):
    """Channel numbers by type, of what is drawn."""
    evoked._need_real("a figure")
    idx = picks_to_idx(evoked.info, picks, none, exclude=exclude, with_ref_meg=with_ref_meg)
    types = evoked.info.get_channel_types(idx.tolist())
    kinds = [kind for kind in dict.fromkeys(types) if picks is not None or kind != "stim"]
    return {kind: [int(k) for k, t in zip(idx, types) if t == kind] for kind in kinds}


def legend_head(axes, info, idx, colours, corner="upper left", sphere=None, fewest=2):
    """A small head with the channels in their colours, in a corner."""
    ok = style.has_places(info, idx)
    if ok.sum() < fewest:
        return
    vertical, side = one_of(
        "corner", corner, [f"{v} {s}" for v in ("upper", "lower") for s in ("left", "right")]
    ).split()
    inset = axes.inset_axes([0.0 if side == "left" else 0.8, 0.68 if vertical == "upper" else 0.0, 0.2, 0.32])
    places = positions(info, [k for k, good in zip(idx, ok) if good], sphere)
    draw_head(inset, width=0.7)
    inset.scatter(places[:, 0], places[:, 1], c=colours[ok], s=7, linewidths=0, zorder=6)
    inset.set_aspect("equal")
    reach = max(1.2, float(np.abs(places).max()) * 1.05)
    inset.set_xlim(-reach, reach)
    inset.set_ylim(-reach, reach)
    inset.axis("off")
    inset.set_anchor({"upper": "N", "lower": "S"}[vertical] + {"left": "W", "right": "E"}[side])


def draw_butterfly(axes, evoked, idx, kind, *, factor, unit, spatial_colors, gfp, time_unit, hline=None, ylim=None,
                   xlim="tight", highlight=None, title=None, zorder="unsorted", sphere=None):  # fmt: skip
    """All channels of one type over each other."""
    scale = style.times_in(time_unit)
    times, data = evoked.times * scale, evoked.data[idx] * factor
    bads = [evoked.ch_names[k] in evoked.info["bads"] for k in idx]
    colours = style.spatial_colours(evoked.info, idx)
    if spatial_colors == "auto":
        spatial_colors = len(idx) > 1 and style.has_places(evoked.info, idx).sum() > 1
    if highlight is not None:
        for span in np.atleast_2d(highlight):
            axes.axvspan(*(span * scale), color="#FFF3C4", zorder=0)
    if callable(zorder):
        order = np.argsort(zorder(data), kind="stable")
    elif one_of("zorder", zorder, ("std", "unsorted")) == "std":
        order = np.argsort(-data.std(axis=1))
    else:
        order = range(len(idx))
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
        axes.text(
            times[-1], base + power[-1], " GFP" if kind == "eeg" else " RMS", color="#1B5E20", fontsize=8, va="center"
        )
        axes.set_ylim(low, max(high, (base + power).max()))
    axes.axhline(0, color="#999999", lw=0.6, zorder=1)
    style.mark_zero(axes, times, "#555555", 0.8, zorder=1)
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
        legend_head(axes, evoked.info, idx, colours, sphere=sphere)


@_verbose
def plot_evoked(evoked, picks=None, exclude="bads", unit=True, show=True, ylim=None, xlim="tight", proj=False,
                hline=None, units=None, scalings=None, titles=None, axes=None, gfp=False, window_title=None,
                spatial_colors="auto", zorder="unsorted", selectable=True, noise_cov=None, time_unit="s", sphere=None,
                *, highlight=None, verbose=None):  # fmt: skip
    """Draw all channels of an average over each other, one picture for each type.

    Parameters
    ----------
    evoked : Evoked
    picks : str | list | slice | None
        Channels; None: all but stimulus channels.
    exclude : list of str | "bads"
        Names to leave out. Default "bads".
    noise_cov : Covariance | None
        What to whiten with before drawing; values then are in standard deviations of the noise. Default None.
    gfp : bool | "only"
        Whether to draw the global field power (EEG: standard deviation over channels; MEG: root mean square).
    spatial_colors : bool | "auto"
        Whether colours tell where a channel is.
    ylim : dict | None
        Limits by channel type, in the units drawn.
    time_unit : "s" | "ms"
    zorder : "unsorted" | "std" | callable
        Which channels lie on top: later ones, those that vary least, or those for which a function of the data, shape
        (n_channels, n_times), gives the highest numbers.
    proj : bool | "interactive" | "reconstruct"
        Whether projections are applied to what is drawn; "interactive": those that are ticked in a second window;
        "reconstruct": all, and what they took of fields is given back, as `reconstruct_proj` does. Default False.
    sphere : see `plot_topomap`; for the small head with the channels' colours
    selectable : bool
        Accepted: MNE-Python lets a window be painted in.
    highlight : pair of float | list of pairs | None
        Stretches [s] with a coloured background.
    axes : matplotlib.axes.Axes | list | None
        One for each type.
    show : bool

    Returns
    -------
    fig : matplotlib.figure.Figure
    """
    choice = proj == "interactive"
    evoked = style.projected(evoked, False if choice else proj)
    groups = by_type(evoked, picks, exclude, none="all")
    axes = style.axes_for(axes, len(groups), (7.2, 0.6 + 2.6 * len(groups)), below=True)

    def draw(evoked):
        evoked = evoked if noise_cov is None else whiten_evoked(evoked, noise_cov)
        for ax, (kind, idx) in zip(axes, groups.items()):
            factor = (scalings or {}).get(kind, style.factors.get(kind, 1.0)) if unit else 1.0
            label = (units or {}).get(kind, style.units.get(kind, "")) if unit else "SI"
            if noise_cov is not None:
                factor, label = 1.0, "σ"
            title = titles.get(kind) if isinstance(titles, dict) else titles
            draw_butterfly(ax, evoked, idx, kind, factor=factor, unit=label, spatial_colors=spatial_colors, gfp=gfp,
                           time_unit=time_unit, hline=hline, ylim=(ylim or {}).get(kind), xlim=xlim, highlight=highlight,
                           title=title, zorder=zorder, sphere=sphere)  # fmt: skip
            if title is None:
                ax.set_title(f"N_ave = {evoked.nave}", fontsize=8, loc="right", color="#555555")
        axes[-1].set_xlabel(f"Time ({time_unit})")

    draw(evoked)
    if choice:
        offer_projections(evoked, axes, draw)
    fig = axes[0].figure
    if window_title and fig.canvas.manager is not None:
        fig.canvas.manager.set_window_title(window_title)
    return style.shown(fig, show)


def _masked_image(axes, data, mask, mask_style, mask_cmap, mask_alpha, **look):
    """Rows as an image; what `mask` leaves out is pale, what it holds has a line around it."""
    how = one_of("mask_style", mask_style, (None, "both", "contour", "mask")) or "both"
    if mask is None:
        return axes.imshow(data, **look)
    mask = np.asarray(mask, bool)
    image = axes.imshow(data, **look)
    if how in ("both", "mask"):
        axes.imshow(data, **{**look, "cmap": mask_cmap or look["cmap"], "alpha": mask_alpha})
        image.set_data(np.ma.masked_where(~mask, data))
    if how in ("both", "contour") and mask.any() and not mask.all():
        left, right, bottom, top = look["extent"]
        sides = np.linspace(left, right, mask.shape[1] + 1), np.linspace(bottom, top, mask.shape[0] + 1)
        for row, column in np.argwhere(np.diff(mask.astype(int), axis=1)):
            axes.plot([sides[0][column + 1]] * 2, sides[1][[row, row + 1]], color="k", lw=0.8)
        for row, column in np.argwhere(np.diff(mask.astype(int), axis=0)):
            axes.plot(sides[0][[column, column + 1]], [sides[1][row + 1]] * 2, color="k", lw=0.8)
    return image


def plot_evoked_image(evoked, picks=None, exclude="bads", unit=True, show=True, clim=None, xlim="tight", proj=False,
                      units=None, scalings=None, titles=None, axes=None, cmap="RdBu_r", colorbar=True, mask=None,
                      mask_style=None, mask_cmap="Greys", mask_alpha=0.25, time_unit="s", show_names=None,
                      group_by=None, sphere=None):  # fmt: skip
    """Draw channels as rows of an image, one picture for each type.

    Parameters
    ----------
    mask : array of bool, shape (n_channels, n_times) | None
        What stands out, of the channels that are picked or of all.
    mask_style : None | "both" | "contour" | "mask"
        A line around what stands out, the rest pale, or both (None, too).
    mask_cmap, mask_alpha
        Colours of the rest and how strong they are, in [0, 1].
    clim : dict | None
        Colour limits by channel type, in the units drawn.
    show_names : None | bool | "auto" | "all"
        Whether to write the channels' names; True and "auto": up to 40.
    group_by : dict | None
        Title -> channels: one picture for each.

    The other arguments are those of `plot_evoked`.
    """
    if sphere is not None:
        raise not_yet("plot_evoked_image(sphere=)", "plot_evoked_topomap(), which draws a head")
    choice = proj == "interactive"
    evoked = style.projected(evoked, False if choice else proj)
    if group_by is None:
        groups = by_type(evoked, picks, exclude)
        groups = [(f"{style.titles.get(kind, kind)} ({len(idx)} channels)", kind, idx) for kind, idx in groups.items()]
    else:
        groups = [
            (name, *pair) for name, chosen in group_by.items() for pair in by_type(evoked, chosen, exclude).items()
        ]
    axes = style.axes_for(axes, len(groups), (7.2, 0.6 + 2.8 * len(groups)), below=True)
    times = evoked.times * style.times_in(time_unit)
    half = (times[1] - times[0]) / 2 if len(times) > 1 else 0.5
    drawn = sorted(k for _, _, idx in groups for k in idx)
    if mask is not None:
        mask = np.asarray(mask, bool)
        if mask.shape not in (evoked.data.shape, (len(drawn), len(times))):
            raise ValueError(f"mask must have the shape of the data, {evoked.data.shape}; got {mask.shape}")

    def draw(evoked):
        images = []
        for ax, (name, kind, idx) in zip(axes, groups):
            data = evoked.data[idx] * ((scalings or {}).get(kind, style.factors.get(kind, 1.0)) if unit else 1.0)
            low, high = style.bound((clim or {}).get(kind), data, symmetric=True)
            lit = mask
            if mask is not None:
                lit = mask[idx] if len(mask) == len(evoked.data) else mask[[drawn.index(k) for k in idx]]
            image = _masked_image(ax, data, lit, mask_style, mask_cmap, mask_alpha, aspect="auto", origin="lower", cmap=cmap,
                                  vmin=low, vmax=high, interpolation="nearest",
                                  extent=[times[0] - half, times[-1] + half, -0.5, len(idx) - 0.5])  # fmt: skip
            images.append(image)
            style.mark_zero(ax, times, lw=0.8)
            if xlim is not None and xlim != "tight":
                ax.set_xlim(xlim)
            ax.set_ylabel("Channels")
            if show_names == "all" or (show_names in (True, "auto") and len(idx) <= 40):
                ax.set_yticks(range(len(idx)), [evoked.ch_names[k] for k in idx], fontsize=6)
            ax.set_title(titles.get(kind, name) if isinstance(titles, dict) else titles or name, fontsize=10)
        axes[-1].set_xlabel(f"Time ({time_unit})")
        return images

    images = draw(evoked)
    bars = []
    for ax, image, (_, kind, _) in zip(axes, images, groups) if colorbar else ():
        label = (units or {}).get(kind, style.units.get(kind, "")) if unit else "SI"
        bars.append(ax.figure.colorbar(image, ax=ax, label=label, shrink=0.9))
    if choice:

        def redraw(evoked):
            new = draw(evoked)
            for bar, image in zip(bars, new):
                bar.update_normal(image)

        offer_projections(evoked, axes, redraw)
    return style.shown(axes[0].figure, show)


def _lines(evokeds, names, kind, combine, factor):
    """A line of each average, shape (n_evokeds, n_times): its named channels as one."""
    data = np.array([e.data[[e.ch_names.index(name) for name in names]] for e in evokeds]) * factor
    if callable(combine):
        lines = np.asarray(combine(data), float)
        if lines.shape != (len(data), data.shape[-1]):
            raise ValueError(f"combine must make of an array (n_evokeds, n_channels, n_times), here {data.shape}, one "
                             f"(n_evokeds, n_times); its result has shape {lines.shape}")  # fmt: skip
        return lines
    if combine is None:
        combine = "mean" if len(names) == 1 else "gfp"
    one_of("combine", combine, ("mean", "median", "gfp", "rms", "std"))
    if combine == "gfp":
        combine = "std" if kind == "eeg" else "rms"
    return {"mean": lambda: data.mean(axis=1), "median": lambda: np.median(data, axis=1),
            "std": lambda: data.std(axis=1), "rms": lambda: np.sqrt((data**2).mean(axis=1))}[combine]()  # fmt: skip


def _looks(given, names, spare):
    """What is given for each name: in a dict by name, or in a list that is gone through again and again."""
    if isinstance(given, dict):
        return [given.get(name, spare[k % len(spare)]) for k, name in enumerate(names)]
    given = list(given or spare)
    return [given[k % len(given)] for k in range(len(names))]


def _mapped(colors, names, cmap):
    """Colours along a map, for whole numbers by their steps and for others by their place in [0, 1]; and its name."""
    label, cmap = cmap if isinstance(cmap, tuple) else ("", cmap)
    values = _looks(colors, names, range(len(names)))
    if not all(isinstance(v, (int, float, np.number)) and not isinstance(v, bool) for v in values):
        raise ValueError(f"colors must be numbers where cmap is given; got {colors!r}")
    steps = all(isinstance(v, (int, np.integer)) for v in values)
    top = max(max(values), 1) if steps else 1
    colour = style.pyplot().get_cmap(cmap)
    return [colour(float(v) / top) for v in values], label, colour, top


def _truncated(ax, data, truncate_xaxis, truncate_yaxis):
    """Let the axes' lines end at their first and last ticks."""
    if truncate_xaxis:
        ticks = [t for t in ax.get_xticks() if ax.get_xlim()[0] <= t <= ax.get_xlim()[1]]
        if ticks:
            ax.spines["bottom"].set_bounds(ticks[0], ticks[-1])
    if isinstance(truncate_yaxis, str):
        one_of("truncate_yaxis", truncate_yaxis, ("auto",))
        low, high = sorted(ax.get_ylim())
        ticks = [t for t in ax.get_yticks() if low <= t <= high]
        if ticks:
            ax.spines["left"].set_bounds(ticks[0], ticks[-1])
    elif truncate_yaxis:
        top = round(np.abs(data).max() / 2 / 0.25) * 0.25 or 0.25
        ax.spines["left"].set_bounds(-top if data.min() < 0 else 0, top)


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
        How several channels make one line. Default "gfp": of EEG the standard deviation over channels, of others the
        root mean square. A function gets the averages of a condition, shape (n_evokeds, n_channels, n_times), in the units
        drawn, and returns their lines, (n_evokeds, n_times).
    colors, linestyles : dict | list | None
        By condition, or in their order. With `cmap`, colors are steps (int) or places (float in [0, 1]) along it.
    styles : dict | None
        More arguments of matplotlib's lines, by condition.
    cmap : str | matplotlib.colors.Colormap | tuple of (label, cmap) | None
        Colours of the conditions, with a colour bar.
    vlines : "auto" | list of float
        Moments [s] that are marked. Default: 0.
    ci : bool | float | callable | None
        Whether to draw the interval, its level, or a function of an array, shape (n, n_times), that returns its lower and
        upper end. Default True: 0.95. By Student's t; MNE-Python's bootstrap is too narrow for few subjects.
    truncate_xaxis : bool
        Whether the axis' line ends at its first and last tick. Default True.
    truncate_yaxis : bool | "auto"
        "auto": the same; True: it ends at half the largest value.
    invert_y : bool
        Whether negative is up.
    show_sensors : bool | str | None
        Whether to draw the channels on a small head, or its corner, as "upper right". None: where there is one channel.
    sphere : see `plot_topomap`

    Returns
    -------
    fig : list of matplotlib.figure.Figure
    """
    plt = style.pyplot()
    if split_legend:
        raise not_yet("plot_compare_evokeds(split_legend=True)", "legend=True, one entry for each condition")
    if isinstance(axes, str):
        raise not_yet(f"plot_compare_evokeds(axes={axes!r})", "one call for each channel, picks=[name]")
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
        axes = [plt.subplots(figsize=(7.2, 3.6), layout="constrained")[1] for _ in types]
    axes = style.axes_list(axes, len(types))
    scale = style.times_in(time_unit)
    level = 0.95 if ci is True else ci if callable(ci) else float(ci or 0)
    dashes = _looks(linestyles, groups, ["-"])
    colours = _looks(colors, groups, style.cycle) if cmap is None else _mapped(colors, groups, cmap)[0]
    for ax, (kind, idx) in zip(axes, types.items()):
        names = [first.ch_names[k] for k in idx]
        factor = style.factors.get(kind, 1.0)
        drawn = []
        for (name, items), colour, dash in zip(groups.items(), colours, dashes):
            lines = _lines(items, names, kind, combine, factor)
            times = items[0].times * scale
            mean = lines.mean(axis=0)
            drawn.append(mean)
            ax.plot(times, mean, label=name, **{"color": colour, "ls": dash, "lw": 1.8, **(styles or {}).get(name, {})})
            if level and len(lines) > 1:
                if callable(level):
                    low, high = level(lines)
                else:
                    reach = _core.meeg.reach_of_mean(np.ascontiguousarray(lines, float), level)
                    low, high = mean - reach, mean + reach
                ax.fill_between(times, low, high, color=colour, alpha=0.2, lw=0)
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
        how = (
            ""
            if len(names) == 1
            else f" ({combine if isinstance(combine, str) else ('GFP' if kind == 'eeg' else 'RMS')})"
        )
        what = (
            names[0]
            if len(names) == 1
            else f"{style.titles.get(kind, kind)}{how if combine is None or isinstance(combine, str) else ''}"
        )
        ax.set_title(what if title is None else title, fontsize=10)
        ax.set_xlabel(f"Time ({time_unit})")
        ax.set_ylabel(style.units.get(kind, ""))
        if cmap is not None:
            _, label, colour, top = _mapped(colors, groups, cmap)
            scale_of = plt.cm.ScalarMappable(plt.Normalize(0, top), colour)
            ax.figure.colorbar(scale_of, ax=ax, label=label)
        if legend:
            ax.legend(frameon=False, loc=legend if isinstance(legend, (str, int)) and legend is not True else "best")
        if show_sensors or (show_sensors is None and len(names) == 1):
            corner = show_sensors if isinstance(show_sensors, str) else "upper right"
            legend_head(ax, first.info, idx, np.full((len(idx), 3), 0.1), corner, sphere, fewest=1)
        style.tidy(ax)
        _truncated(ax, np.concatenate(drawn), truncate_xaxis, truncate_yaxis)
    return style.all_shown(axes, show)
