"""Time-frequency maps."""

import functools

import numpy as np

from ..checks import not_yet, one_of
from ..logs import verbose as _verbose
from ..picks import picks_to_idx
from ..time_frequency.tfr import AverageTFRArray, EpochsTFRArray
from . import style
from .hands import DraggableBar, on_rectangle
from .head import draw_map, merged, merged_mask


def prepared(tfr, baseline, mode, tmin=None, tmax=None, fmin=None, fmax=None):
    """What is drawn: the average over epochs, a part of it; the power of complex values."""
    tfr = _without_tapers(tfr)
    tfr = tfr.average() if tfr.data.ndim == 4 else tfr.copy()
    if baseline is not None:
        tfr.apply_baseline(baseline, mode)
    fmax = None if fmax is None or np.isinf(fmax) else fmax
    return tfr.crop(tmin, tmax, fmin, fmax)


def _without_tapers(tfr):
    """Power of complex values, over tapers the weighted mean; the weighted mean direction of phases under tapers."""
    data, weights = tfr.data, tfr.weights
    if weights is None and not np.iscomplexobj(data):
        return tfr
    if weights is not None:
        weights, n = weights[:, :, None], len(weights)
        if np.iscomplexobj(data):
            data = (abs(weights * data) ** 2).sum(axis=-3) * ((2 if n > 1 else 1) / (weights**2).sum(axis=0))
        else:
            data = np.angle((weights * np.exp(1j * data)).sum(axis=-3))
    else:
        data = abs(data) ** 2
    own = {"events": tfr.events, "event_id": tfr.event_id} if hasattr(tfr, "events") else {}
    kind = EpochsTFRArray if own else AverageTFRArray
    return kind(tfr.info, data, tfr.times, tfr.freqs, method=tfr.method, **own)


def edges(times, freqs, yscale):
    """Where the cells of an image begin and end in time and frequency, and the scale of the latter, "auto" resolved."""
    one_of("yscale", yscale, ("auto", "linear", "log"))
    steps = np.diff(freqs)
    ratios = freqs[1:] / np.where(freqs[:-1] > 0, freqs[:-1], np.nan)
    if yscale == "auto":
        even = len(freqs) < 3 or np.allclose(steps, steps[0], rtol=0.05)
        yscale = "linear" if even or not np.allclose(ratios, ratios[0], rtol=0.05) else "log"
    half = (times[1] - times[0]) / 2 if len(times) > 1 else 0.5
    x = np.concatenate([times - half, [times[-1] + half]])
    if len(freqs) == 1:
        y = np.array([freqs[0] - 0.5, freqs[0] + 0.5])
    elif yscale == "log":
        mid = np.sqrt(freqs[1:] * freqs[:-1])
        y = np.concatenate([[freqs[0] ** 2 / mid[0]], mid, [freqs[-1] ** 2 / mid[-1]]])
    else:
        mid = (freqs[1:] + freqs[:-1]) / 2
        y = np.concatenate([[2 * freqs[0] - mid[0]], mid, [2 * freqs[-1] - mid[-1]]])
    return x, y, yscale


def draw_image(axes, data, times, freqs, vlim, cmap, norm=None, yscale="auto", mask=None, mask_style=None,
               mask_cmap="Greys", mask_alpha=0.1):  # fmt: skip
    """Values (freqs, times) as an image with true frequencies on the axis."""
    how = one_of("mask_style", mask_style, (None, "both", "contour", "mask")) or "both"
    x, y, yscale = edges(times, freqs, yscale)
    low, high = style.bound(vlim, data)
    cmap = style.colour_map(cmap, low, high)
    limits = {"norm": norm} if norm is not None else {"vmin": low, "vmax": high}
    shown = data
    if mask is not None:
        mask = np.asarray(mask, bool)
        if mask.shape != data.shape:
            raise ValueError(f"mask must have shape (n_freqs, n_times), {data.shape}; got {mask.shape}")
        if how in ("both", "mask"):
            shown = np.ma.masked_where(~mask, data)
            axes.pcolormesh(
                x, y, data, cmap=mask_cmap or cmap, shading="flat", rasterized=True, alpha=mask_alpha, **limits
            )
        if how in ("both", "contour") and mask.any() and not mask.all():
            axes.contour(times, freqs, mask.astype(float), levels=[0.5], colors="k", linewidths=0.8)
    picture = axes.pcolormesh(x, y, shown, cmap=cmap, shading="flat", rasterized=True, **limits)
    if yscale == "log":
        import matplotlib.ticker as ticker

        axes.set_yscale("log")
        axes.yaxis.set_major_locator(ticker.FixedLocator(freqs[:: max(1, len(freqs) // 8)]))
        axes.yaxis.set_major_formatter(ticker.FormatStrFormatter("%g"))
        axes.yaxis.set_minor_locator(ticker.NullLocator())
    style.mark_zero(axes, times, "#222222")
    axes.set_xlim(x[0], x[-1])
    axes.set_ylim(y[0], y[-1])
    return picture


def _combined(data, combine):
    """Channels made one."""
    if callable(combine):
        try:
            made = np.asarray(combine(data))
        except TypeError as wrong:
            raise ValueError(
                f"combine= must be a function of an array (n_channels, n_freqs, n_times): {wrong}"
            ) from wrong
        if made.shape != data.shape[1:]:
            raise RuntimeError(f"combine= must return shape {data.shape[1:]} (freqs, times); got {made.shape}")
        return made
    one_of("combine", combine, ("mean", "rms"))
    return data.mean(axis=0) if combine == "mean" else np.sqrt((data**2).mean(axis=0))


_ways = {"mean": "Mean", "rms": "RMS"}


def _kind_of(types):
    """What channels of these types are called together."""
    title = style.titles.get(types[0], types[0]) if len(set(types)) == 1 else ""
    return title if title.endswith("s") else f"{title} channels".strip()


@_verbose
def plot_tfr(tfr, picks=None, *, exclude=(), tmin=None, tmax=None, fmin=None, fmax=None, baseline=None, mode="mean",
             dB=False, combine=None, layout=None, yscale="auto", vlim=(None, None), cnorm=None, cmap=None, colorbar=True,
             title=None, mask=None, mask_style=None, mask_cmap="Greys", mask_alpha=0.1, axes=None, show=True,
             verbose=None):  # fmt: skip
    """Draw values over time and frequency, one picture for each channel, or one for all.

    In a window a rectangle that is drawn with the pointer opens the map of the head of what it holds; colour bars can be
    dragged: with the left button they move the limits, with the right one they spread them.

    Parameters
    ----------
    tfr : AverageTFR | EpochsTFR
        Epochs are averaged. Of complex values their power is drawn, of tapers the weighted mean (of phases the direction
        of the mean).
    picks : str | list | slice | None
        Channels; None: good data channels.
    baseline, mode
        See `AverageTFR.apply_baseline`; the object itself is not changed.
    dB : bool
        Whether to draw 10 log10 of the values.
    combine : "mean" | "rms" | callable | None
        How channels make one picture; None: one for each.
    vlim : tuple (low, high)
    mask : array of bool, shape (n_freqs, n_times) | None
        What stands out.
    mask_style : None | "both" | "contour" | "mask"
        A line around what stands out, the rest pale, or both (None, too).
    mask_cmap, mask_alpha
        Colours of the rest and how strong they are, in [0, 1].
    axes : matplotlib.axes.Axes | list | None
        One for each picture.
    title : str | "auto" | None

    Returns
    -------
    figs : list of matplotlib.figure.Figure
    """
    plt = style.pyplot()
    if layout is not None:
        raise not_yet("plot_tfr(layout=)", "plot_tfr_map() for maps of the head")
    style.check_norm(cnorm, vlim)
    tfr = prepared(tfr, baseline, mode, tmin, tmax, fmin, fmax)
    idx = picks_to_idx(tfr.info, picks, "data", exclude=exclude or "bads", with_ref_meg=False)
    data = tfr.data[idx]
    names = [tfr.ch_names[k] for k in idx]
    if combine is not None:
        data = _combined(data, combine)[None]
        if len(idx) > 1:
            names = [f"{_ways.get(combine, 'Combination')} of {len(idx)} {_kind_of(tfr.get_channel_types(list(idx)))}"]
    if dB:
        data = 10 * np.log10(np.maximum(data, 1e-300))
    own = axes is None
    if own:
        axes = [plt.subplots(figsize=(5.6, 3.8), layout="constrained")[1] for _ in names]
    axes = style.axes_list(axes, len(names))
    for ax, values, name in zip(axes, data, names):
        picture = draw_image(ax, values, tfr.times, tfr.freqs, vlim, cmap, cnorm, yscale, mask, mask_style, mask_cmap,
                             mask_alpha)  # fmt: skip
        ax.set_xlabel("Time (s)")
        ax.set_ylabel("Frequency (Hz)")
        (ax.figure.suptitle if own else ax.set_title)(name if title in (None, "auto") else title, fontsize=10)
        if colorbar:
            bar = ax.figure.colorbar(picture, ax=ax, shrink=0.9, label="dB" if dB else "")
            ax.CB = DraggableBar(bar, picture)
        on_rectangle(ax, functools.partial(_map_of, tfr, [tfr.ch_names[k] for k in idx]))
    return style.all_shown(axes, show)


def _map_of(tfr, names, tmin, tmax, fmin, fmax):
    """Draw the channels' mean over a rectangle on the head, where they have places."""
    part = tfr.copy().pick(names)
    if style.has_places(part.info, range(len(names))).all():
        nearest = (times[np.abs(times - t).argmin()] for times, t in ((tfr.times, tmin), (tfr.times, tmax),
                                                                      (tfr.freqs, fmin), (tfr.freqs, fmax)))  # fmt: skip
        plot_tfr_map(part, *nearest)


def plot_tfr_map(tfr, tmin=None, tmax=None, fmin=None, fmax=None, *, ch_type=None, baseline=None, mode="mean",
                 sensors=True, show_names=False, contours=6, sphere=None, res=64, size=2, cmap=None, vlim=(None, None),
                 cnorm=None, colorbar=True, cbar_fmt="%1.1e", units=None, axes=None, show=True, **look):  # fmt: skip
    """Draw the mean over a range of times [s] and frequencies [Hz] on the head, one picture for each channel type.

    The other arguments, `outlines`, `image_interp`, `extrapolate`, `border`, `mask`, `mask_params` and `mask_label_params`
    too, are those of `plot_tfr` and `plot_topomap`.
    """
    style.check_norm(cnorm, vlim)
    tfr = prepared(tfr, baseline, mode, tmin, tmax, fmin, fmax)
    types = tfr.info.get_channel_types(unique=True, only_data_chs=True)
    kinds = [ch_type] if ch_type else types
    axes = style.axes_for(axes, len(kinds), (1.7 * size * len(kinds), 1.5 * size))
    mask = look.pop("mask", None)
    for ax, kind in zip(axes, kinds):
        idx = [int(k) for k in picks_to_idx(tfr.info, kind, exclude="bads")]
        values = tfr.data[idx].mean(axis=(-2, -1))
        places, values, labels = merged(tfr.info, idx, values, kind, sphere)
        lit = None if mask is None else merged_mask(tfr.info, idx, mask, kind)[0]
        picture, _ = draw_map(ax, values, places, vlim, cmap, kind=kind, norm=cnorm, sensors=sensors, mask=lit,
                              names=style.labels_of(show_names, labels), contours=contours, res=res, **look)  # fmt: skip
        if len(kinds) > 1:
            ax.set_title(style.titles.get(kind, kind), fontsize=9)
        if colorbar:
            bar = ax.figure.colorbar(picture, ax=ax, shrink=0.75, pad=0.02, format=cbar_fmt)
            change = {"percent": "%", "zscore": "z", "zlogratio": "z", "logratio": "log10", "ratio": "ratio"}
            bar.set_label(units or (change.get(mode, "power") if baseline is not None else "power"))
    return style.shown(axes[0].figure, show)


@_verbose
def plot_tfr_joint(tfr, *, timefreqs=None, picks=None, exclude=(), combine="mean", tmin=None, tmax=None, fmin=None,
                   fmax=None, baseline=None, mode="mean", dB=False, yscale="auto", vlim=(None, None), cnorm=None, cmap=None,
                   colorbar=True, title=None, show=True, topomap_args=None, image_args=None, verbose=None):  # fmt: skip
    """Draw the mean over channels, with maps at some (time, frequency) pairs above it.

    Parameters
    ----------
    timefreqs : list of tuple (time, freq) | dict | None
        Places [s], [Hz]; a dict maps them to windows (dt, df) that are averaged. Default: the extreme.
    combine : "mean" | "rms" | callable
        How channels make one picture.
    topomap_args : dict | None
        More arguments for the maps, of `plot_topomap`.
    image_args : dict | None
        More arguments for the image: `mask`, `mask_style`, `mask_cmap` and `mask_alpha` of `plot_tfr`.

    The other arguments are those of `plot_tfr`.
    """
    plt = style.pyplot()
    from matplotlib.patches import ConnectionPatch

    style.check_norm(cnorm, vlim)
    tfr = prepared(tfr, baseline, mode, tmin, tmax, fmin, fmax)
    idx = [int(k) for k in picks_to_idx(tfr.info, picks, "data", exclude=exclude or "bads", with_ref_meg=False)]
    types = tfr.info.get_channel_types(idx, unique=True)
    if len(types) > 1:
        return [plot_tfr_joint(tfr, timefreqs=timefreqs, picks=[k for k, t in zip(idx, tfr.info.get_channel_types(idx)) if t == kind],
                               combine=combine, dB=dB, yscale=yscale, vlim=vlim, cnorm=cnorm, cmap=cmap, colorbar=colorbar,
                               title=title, show=show, topomap_args=topomap_args, image_args=image_args)
                for kind in types]  # fmt: skip
    data = tfr.data[idx]
    image = _combined(data, combine)
    if dB:
        data, image = (10 * np.log10(np.maximum(values, 1e-300)) for values in (data, image))
    if timefreqs is None:
        f, t = np.unravel_index(np.argmax(np.abs(image)), image.shape)
        timefreqs = [(tfr.times[t], tfr.freqs[f])]
    windows = timefreqs if isinstance(timefreqs, dict) else {tuple(tf): (0.0, 0.0) for tf in timefreqs}
    fig = plt.figure(figsize=(7.4, 5.6))
    main = fig.add_axes([0.1, 0.1, 0.76, 0.5])
    picture = draw_image(main, image, tfr.times, tfr.freqs, vlim, cmap, cnorm, yscale, **(image_args or {}))
    main.set_xlabel("Time (s)")
    main.set_ylabel("Frequency (Hz)")
    if colorbar:
        fig.colorbar(picture, cax=fig.add_axes([0.885, 0.1, 0.018, 0.5]), label="dB" if dB else "")
    look = dict(topomap_args or {})
    of_maps, colours, norm, sphere = (look.pop(name, None) for name in ("vlim", "cmap", "cnorm", "sphere"))
    n = len(windows)
    for k, ((time, freq), (dt, df)) in enumerate(windows.items()):
        inside_t = np.abs(tfr.times - time) <= max(dt / 2, np.abs(tfr.times - time).min() + 1e-9)
        inside_f = np.abs(tfr.freqs - freq) <= max(df / 2, np.abs(tfr.freqs - freq).min() + 1e-9)
        values = data[:, inside_f][:, :, inside_t].mean(axis=(1, 2))
        places, values, _ = merged(tfr.info, idx, values, types[0], sphere)
        width = min(0.24, 0.76 / n)
        ax = fig.add_axes([0.1 + (k + 0.5) * 0.76 / n - width / 2, 0.68, width, 0.24])
        draw_map(ax, values, places, of_maps, colours or cmap, kind=types[0], norm=norm, **look)
        ax.set_title(f"{time:0.2f} s, {freq:0.1f} Hz", fontsize=9)
        fig.add_artist(ConnectionPatch((time, freq), (0.5, -0.02), coordsA=main.transData, coordsB=ax.transAxes,
                                       color="#666666", lw=0.8))  # fmt: skip
    if title:
        fig.suptitle(title, fontsize=11)
    return style.shown(fig, show)
