"""Each channel's trace or image at its place on the head."""

import numpy as np

from ranvier.errors import warn

from ..checks import not_yet
from ..logs import verbose as _verbose
from ..picks import picks_to_idx
from . import style
from .epochs import _smoothed
from .head import positions
from .spectrum import averaged, written
from .tfr import edges, prepared


def _placed(info, exclude, layout):
    """Data channels that have a place, by type."""
    if layout is not None:
        raise not_yet("layout=", "None: where the channels are on the head")
    idx = picks_to_idx(info, None, "data", exclude=exclude)
    idx = idx[style.has_places(info, idx)]
    if not len(idx):
        raise ValueError("no data channel has a place on the head; set a montage")
    types = info.get_channel_types(idx.tolist())
    return {kind: [int(k) for k, t in zip(idx, types) if t == kind] for kind in dict.fromkeys(types)}


def _boxes(info, idx, layout_scale):
    """Left lower corners and the size of a box for each channel, in [0, 1]²; those at one place lie below each other."""
    places = positions(info, idx)
    spread = np.ptp(places, axis=0)
    places = (places - places.min(axis=0)) / np.where(spread > 0, spread, 1)
    places[:, spread == 0] = 0.5
    apart = np.linalg.norm(places[:, None] - places[None], axis=-1)
    same = apart < 1e-6
    near = apart[~same].min() if (~same).any() else 0.6
    width, height = 1.15 * min(near, 0.6), 0.75 * min(near, 0.6)
    rank = np.array([np.count_nonzero(same[k, :k]) for k in range(len(idx))])
    height /= 1 + rank.max()
    corners = (places - 0.5) * (layout_scale - np.array([width, height * (1 + rank.max())])) + 0.5
    corners[:, 1] -= (rank - (same.sum(axis=1) - 1) / 2) * height
    return corners - np.array([width, height]) / 2, width, height


def _empty(axes, colour, background):
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_facecolor(colour)
    for side in axes.spines.values():
        side.set_visible(False)
    if background is not None:
        axes.imshow(background, extent=(0, 1, 0, 1), aspect="auto", zorder=-1)


def _framed(axes, corner, width, height, border):
    if border != "none":
        axes.plot(corner[0] + width * np.array([0, 1, 1, 0, 0]), corner[1] + height * np.array([0, 0, 1, 1, 0]),
                  color=border, lw=0.5)  # fmt: skip


def plot_evoked_topo(evoked, layout=None, layout_scale=0.945, color=None, border="none", ylim=None, scalings=None,
                     title=None, proj=False, vline=(0.0,), fig_background=None, merge_grads=False, legend=True, axes=None,
                     background_color="w", noise_cov=None, exclude="bads", select=False, show=True):  # fmt: skip
    """Draw each channel's trace at its place on the head, one picture for each type.

    Parameters
    ----------
    evoked : Evoked | list of Evoked
        Several are drawn over each other.
    layout_scale : float
        How much of the picture the channels take, in (0, 1]. Default 0.945.
    color : list of color | color | None
        Of each average.
    border : str
        Colour of the frames around the traces; "none", the default: no frames.
    ylim : dict | None
        Limits by channel type, in the units drawn, as dict(eeg=(-20, 20)); None: of the largest value.
    scalings : dict | None
        Factors by channel type from SI to what is drawn.
    title : str | None
    proj : bool
        Whether projections are applied to what is drawn. Default False.
    vline : float | list of float | None
        Times [s] that are marked. Default 0.
    fig_background : array | None
        An image behind everything.
    legend : bool | int | str | tuple
        Whether to name the averages, or where, as matplotlib says it. Default True.
    axes : matplotlib.axes.Axes | list | None
        One for each type.
    background_color : color
    exclude : list of str | "bads"
        Channels to leave out. Default "bads".
    show : bool

    Returns
    -------
    fig : matplotlib.figure.Figure
    """
    if merge_grads:
        raise not_yet("plot_evoked_topo(merge_grads=True)", "merge_grads=False, which draws both of a pair")
    if noise_cov is not None:
        raise not_yet("plot_evoked_topo(noise_cov=)", "noise_cov=None, which draws what was measured")
    if select:
        raise not_yet("plot_evoked_topo(select=True), which needs a window,", "evoked.pick()")
    evokeds = [style.projected(e, proj) for e in (evoked if isinstance(evoked, (list, tuple)) else [evoked])]
    first = evokeds[0]
    if any(e.ch_names != first.ch_names for e in evokeds):
        raise ValueError("averages to draw together must have the same channels, in one order")
    groups = _placed(first.info, exclude, layout)
    colours = [style.cycle[n % len(style.cycle)] for n in range(len(evokeds))]
    if color is not None:
        colours = color if isinstance(color, (list, np.ndarray)) else [color]
    if len(colours) < len(evokeds):
        raise ValueError(f"color must be one for each of the {len(evokeds)} averages; got {len(colours)}")
    axes = style.axes_for(axes, len(groups), (7.0 * len(groups), 6.0))
    begin, end = min(e.times[0] for e in evokeds), max(e.times[-1] for e in evokeds)
    for ax, (kind, idx) in zip(axes, groups.items()):
        _empty(ax, background_color, fig_background)
        corners, width, height = _boxes(first.info, idx, layout_scale)
        factor = (scalings or {}).get(kind, style.factors.get(kind, 1.0))
        top = max(np.abs(e.data[idx]).max() for e in evokeds) * factor or 1.0
        low, high = (ylim or {}).get(kind, (-top, top))

        def across(times, corner, width=width):
            return corner[0] + width * (np.asarray(times) - begin) / ((end - begin) or 1)

        def up(values, corner, low=low, high=high, height=height):
            return corner[1] + height * (np.clip(values, low, high) - low) / (high - low)

        for corner, k in zip(corners, idx):
            _framed(ax, corner, width, height, border)
            ax.plot(across([begin, end], corner), up(np.zeros(2), corner), color="#BBBBBB", lw=0.4)
            for mark in () if vline is None else np.atleast_1d(vline):
                if begin <= mark <= end:
                    ax.plot(across([mark, mark], corner), up(np.array([low, high]), corner), color="#888888", lw=0.5)
            for n, (e, colour) in enumerate(zip(evokeds, colours)):
                ax.plot(across(e.times, corner), up(e.data[k] * factor, corner), color=colour, lw=0.8,
                        label=e.comment if k == idx[0] else f"_{e.comment}{n}")  # fmt: skip
            ax.text(corner[0], corner[1] + height, first.ch_names[k], fontsize=5, va="bottom", color="#555555")
        unit = style.units.get(kind, "")
        ax.text(0, 0, f"{begin:g} … {end:g} s, {low:.3g} … {high:.3g} {unit}", fontsize=7, va="bottom", color="#555555")
        ax.set_title(
            title if title is not None else f"{style.titles.get(kind, kind)} ({len(idx)} channels)", fontsize=10
        )
        if legend and (len(evokeds) > 1 or legend is not True):
            ax.legend(frameon=False, fontsize=8, loc="upper right" if legend is True else legend)
    return style.shown(axes[0].figure, show)


def plot_topo_image_epochs(epochs, layout=None, sigma=0.0, vmin=None, vmax=None, colorbar=None, order=None, cmap="RdBu_r",
                           layout_scale=0.95, title=None, scalings=None, border="none", fig_facecolor="k",
                           fig_background=None, font_color="w", select=False, show=True):  # fmt: skip
    """Draw each channel's epochs as an image at its place on the head, one picture for each type.

    Parameters
    ----------
    epochs : Epochs
    sigma : float
        Width of the Gaussian that smooths along epochs; 0, the default: none.
    vmin, vmax : float | None
        Limits of the colours, in the units drawn; None: of the largest value of a type.
    colorbar : bool | None
        Whether to draw one; None, the default: where there is one type.
    order : array of int | callable | None
        Order of the epochs, or a function of the times and the data of a channel, shape (n_epochs, n_times), that makes it.
    cmap : str | matplotlib.colors.Colormap
    layout_scale : float
        How much of the picture the channels take, in (0, 1]. Default 0.95.
    title : str | None
    scalings : dict | None
        Factors by channel type from SI to what is drawn.
    border : str
        Colour of the frames around the images; "none", the default: no frames.
    fig_facecolor, font_color : color
        Behind the images, and of what is written.
    fig_background : array | None
        An image behind everything.
    show : bool

    Returns
    -------
    fig : matplotlib.figure.Figure
    """
    if select:
        raise not_yet("plot_topo_image_epochs(select=True), which needs a window,", "epochs.pick()")
    epochs = epochs._loaded()
    epochs._need_epochs("plot_topo_image()")
    groups = _placed(epochs.info, "bads", layout)
    axes = style.axes_for(None, len(groups), (7.0 * len(groups), 6.0))
    axes[0].figure.set_facecolor(fig_facecolor)
    for ax, (kind, idx) in zip(axes, groups.items()):
        _empty(ax, fig_facecolor, fig_background)
        corners, width, height = _boxes(epochs.info, idx, layout_scale)
        data = epochs._data[:, idx] * (scalings or {}).get(kind, style.factors.get(kind, 1.0))
        low, high = style.bound((vmin, vmax), data, symmetric=vmin is None and vmax is None)
        image = None
        for row, (corner, k) in enumerate(zip(corners, idx)):
            ranks = order(epochs.times, data[:, row]) if callable(order) else order
            shown = data[:, row] if ranks is None else data[np.asarray(ranks, int), row]
            x, y = corner
            image = ax.imshow(_smoothed(shown, sigma), aspect="auto", origin="lower", cmap=cmap, vmin=low, vmax=high,
                              interpolation="nearest", extent=(x, x + width, y, y + height), zorder=2)  # fmt: skip
            _framed(ax, corner, width, height, border)
            ax.text(x, y + height, epochs.ch_names[k], fontsize=5, va="bottom", color=font_color)
        ax.set_xlim(0, 1)
        ax.set_ylim(0, 1)
        ax.set_title(title if title is not None else f"{style.titles.get(kind, kind)} ({len(idx)} channels)", fontsize=10,
                     color=font_color)  # fmt: skip
        if colorbar or (colorbar is None and len(groups) == 1):
            bar = ax.figure.colorbar(image, ax=ax, shrink=0.5, label=style.units.get(kind, ""))
            bar.ax.yaxis.set_tick_params(color=font_color, labelcolor=font_color)
            bar.ax.yaxis.label.set_color(font_color)
    return style.shown(axes[0].figure, show)


def plot_spectrum_topo(spectrum, *, dB=True, layout=None, color="w", fig_facecolor="k", axis_facecolor="k", axes=None,
                       show=True, block=None):  # fmt: skip
    """Draw each channel's power over frequency at its place on the head, one picture for each type.

    Parameters
    ----------
    spectrum : Spectrum | EpochsSpectrum
        Epochs are averaged.
    dB : bool
        Whether the scale is in decibel. Default True.
    color, fig_facecolor, axis_facecolor : color
        Of the lines, behind the pictures, and behind the lines.
    axes : matplotlib.axes.Axes | list | None
        One for each type.
    show : bool
    block : bool | None
        Whether to wait until the window is closed. MNE-Python takes this argument no longer; leave it out.

    Returns
    -------
    fig : matplotlib.figure.Figure
    """
    if block is not None:
        warn("plot_topo(block=) will go, as it does in MNE-Python; use matplotlib.pyplot.show(block=)", FutureWarning)
    spectrum = averaged(spectrum)
    groups = _placed(spectrum.info, "bads", layout)
    axes = style.axes_for(axes, len(groups), (7.0 * len(groups), 6.0))
    axes[0].figure.set_facecolor(fig_facecolor)
    freqs = spectrum.freqs
    for ax, (kind, idx) in zip(axes, groups.items()):
        _empty(ax, fig_facecolor, None)
        corners, width, height = _boxes(spectrum.info, idx, 0.945)
        values, unit = written(spectrum.data[idx], kind, dB, False)
        low, high = style.bound(None, values, symmetric=False)
        for corner, name, line in zip(corners, (spectrum.ch_names[k] for k in idx), values):
            ax.add_patch(style.pyplot().Rectangle(corner, width, height, facecolor=axis_facecolor, edgecolor="none"))
            ax.plot(corner[0] + width * (freqs - freqs[0]) / (np.ptp(freqs) or 1),
                    corner[1] + height * (line - low) / (high - low), color=color, lw=0.7)  # fmt: skip
            ax.text(corner[0], corner[1] + height, name, fontsize=5, va="bottom", color=color)
        ax.text(0, 0, f"{freqs[0]:g} … {freqs[-1]:g} Hz, {low:.3g} … {high:.3g} {unit}", fontsize=7, va="bottom",
                color=color)  # fmt: skip
        ax.set_title(f"{style.titles.get(kind, kind)} ({len(idx)} channels)", fontsize=10, color=color)
    return style.shown(axes[0].figure, show, block)


@_verbose
def plot_tfr_topo(tfr, picks=None, baseline=None, mode="mean", tmin=None, tmax=None, fmin=None, fmax=None, vmin=None,
                  vmax=None, layout=None, cmap=None, title=None, dB=False, colorbar=True, layout_scale=0.945, show=True,
                  border="none", fig_facecolor="k", fig_background=None, font_color="w", yscale="auto",
                  verbose=None):  # fmt: skip
    """Draw each channel's map over time and frequency at its place on the head, one picture for each type.

    Parameters
    ----------
    tfr : AverageTFR | EpochsTFR | RawTFR
        Epochs are averaged.
    picks : str | list | slice | None
        Channels; None: good data channels.
    vmin, vmax : float | None
        Limits of the colours; None: of the largest value of a type.

    The other arguments are those of `plot_tfr` and `plot_topo_image_epochs`.

    Returns
    -------
    fig : matplotlib.figure.Figure
    """
    tfr = prepared(tfr, baseline, mode, tmin, tmax, fmin, fmax)
    if picks is not None:
        tfr.pick(picks)
    groups = _placed(tfr.info, "bads" if picks is None else (), layout)
    x, y, yscale = edges(tfr.times, tfr.freqs, yscale)
    if yscale == "log":
        y = np.log(y)
    x, y = ((values - values[0]) / (values[-1] - values[0]) for values in (x, y))
    axes = style.axes_for(None, len(groups), (7.0 * len(groups), 6.0))
    axes[0].figure.set_facecolor(fig_facecolor)
    for ax, (kind, idx) in zip(axes, groups.items()):
        _empty(ax, fig_facecolor, fig_background)
        corners, width, height = _boxes(tfr.info, idx, layout_scale)
        data = tfr.data[idx]
        if dB:
            data = 10 * np.log10(np.maximum(data, 1e-300))
        low, high = style.bound((vmin, vmax), data)
        colours = style.colour_map(cmap, low, high)
        for corner, values, k in zip(corners, data, idx):
            image = ax.pcolormesh(corner[0] + width * x, corner[1] + height * y, values, cmap=colours, vmin=low, vmax=high,
                                  shading="flat", rasterized=True)  # fmt: skip
            _framed(ax, corner, width, height, border)
            ax.text(corner[0], corner[1] + height, tfr.ch_names[k], fontsize=5, va="bottom", color=font_color)
        ax.set_title(title if title is not None else f"{style.titles.get(kind, kind)} ({len(idx)} channels)", fontsize=10,
                     color=font_color)  # fmt: skip
        if colorbar:
            bar = ax.figure.colorbar(image, ax=ax, shrink=0.5, label="dB" if dB else "")
            bar.ax.yaxis.set_tick_params(color=font_color, labelcolor=font_color)
            bar.ax.yaxis.label.set_color(font_color)
    return style.shown(axes[0].figure, show)
