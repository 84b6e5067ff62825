"""Projections beside data, electrodes that are bridged, regressions, and covariances as maps of the head."""

import numpy as np

from ranvier.errors import ConflictError, warn

from ..logs import verbose as _verbose
from ..picks import pick_types, picks_to_idx
from ..points import Projection
from . import style
from .head import draw_map, merged, merged_mask, plot_projs_topomap, plot_topomap, positions

_before, _after, _other = "#1b1b1b", "#1b7a3d", "#C9A400"


def _by_type(projs, evoked):
    """For each type of data channels: the channels, and the projections of them with their numbers."""
    found, used = {}, set()
    for kind in evoked.get_channel_types(unique=True, only_data_chs=True):
        names = [evoked.ch_names[k] for k in picks_to_idx(evoked.info, kind, allow_empty=True)]
        own = [(k, p) for k, p in enumerate(projs) if set(names) & set(p["data"]["col_names"])]
        used.update(k for k, _ in own)
        if own:
            found[kind] = names, own
    if len(used) < len(projs):
        warn(f"{len(projs) - len(used)} projections are of channels that the average lacks; they are not drawn")
    if not found:
        raise ValueError("none of the projections' channels are in the average")
    return found


def _vector(proj, names):
    """A projection's vector over named channels; 0 where it has no such channel."""
    columns = proj["data"]["col_names"]
    values = proj["data"]["data"][0]
    return np.array([values[columns.index(name)] if name in columns else 0.0 for name in names])


@_verbose
def plot_projs_joint(projs, evoked, picks_trace=None, *, topomap_kwargs=None, show=True, verbose=None):
    """Draw projections, and an average before and after them.

    For each type of channels: the average before (black) and after (green); a map for each projection; and the average
    again with what it has in the direction of each projection, all to one scale (lines) and each to its own (dashes).

    Parameters
    ----------
    projs : list of Projection
    evoked : Evoked
        The average, as of the epochs that the projections were made of.
    picks_trace : str | list | None
        Channels to draw beside them (yellow), as the ECG, to the scale of the largest.
    topomap_kwargs : dict | None
        More for the maps, as of `plot_projs_topomap`.
    show : bool

    Returns
    -------
    fig : matplotlib.figure.Figure
    """
    projs = [projs] if isinstance(projs, Projection) else list(projs)
    found = _by_type(projs, evoked)
    widest = max(len(own) for _, own in found.values())
    plt = style.pyplot()
    fig = plt.figure(figsize=(2.2 * widest + 7.5, 2.1 * len(found) + 0.4), layout="constrained")
    grid = fig.add_gridspec(len(found), widest + 2, width_ratios=[1.6, *[1] * widest, 1.6])
    colours = style.cycle
    for row, (kind, (names, own)) in enumerate(found.items()):
        left, right = fig.add_subplot(grid[row, 0]), fig.add_subplot(grid[row, widest + 1])
        maps = [fig.add_subplot(grid[row, 1 + k]) for k in range(len(own))]
        part = evoked.copy().pick(names)
        factor = style.factors.get(kind, 1.0)
        plot_projs_topomap([p for _, p in own], part.info, axes=maps, show=False, **(topomap_kwargs or {}))
        for ax, (number, _) in zip(maps, own):
            ax.set_title(f"projs[{number}]", fontsize=8)
        after = part.copy().add_proj([p.copy() for _, p in own]).apply_proj()
        for data, colour in ((part.data, _before), (after.data, _after)):
            left.plot(evoked.times, data.T * factor, color=colour, lw=0.5)
        right.plot(evoked.times, part.data.T * factor, color=_before, lw=0.5)
        left.set_ylabel(f"{style.titles[kind]}\n{style.units[kind]}")
        traces = np.array([_vector(p, names) for _, p in own]) @ part.data
        traces *= np.where((part.data @ traces.T).mean(axis=0) < 0, -1.0, 1.0)[:, None]
        scale = 0.8 * np.abs(right.get_ylim()).max()
        peaks = np.abs(traces).max(axis=1)
        for k, (number, _) in enumerate(own):
            look = {"color": colours[k % len(colours)]}
            right.plot(
                evoked.times, traces[k] / (peaks.max() or 1.0) * scale, label=f"projs[{number}]", zorder=5, **look
            )
            right.plot(evoked.times, traces[k] / (peaks[k] or 1.0) * scale, lw=1, ls="--", alpha=0.75, zorder=4, **look)
        if picks_trace is not None:
            idx = picks_to_idx(evoked.info, picks_trace)
            shown = evoked.data[idx] - evoked.data[idx].mean(axis=1, keepdims=True)
            lines = right.plot(
                evoked.times, shown.T / (np.abs(shown).max() or 1.0) * scale, color=_other, lw=3, alpha=0.75
            )
            lines[0].set_label(", ".join(evoked.ch_names[k] for k in idx))
        right.legend(loc="center left", bbox_to_anchor=(1.02, 0.5), fontsize=8, frameon=False)
        for ax in (left, right):
            style.tidy(ax)
            ax.set_xlim(evoked.times[0], evoked.times[-1])
            ax.set_xlabel("Time (s)" if row == len(found) - 1 else "")
        if row == 0:
            left.set_title("Before (black) and after (green)", fontsize=9)
            right.set_title("Projected time course", fontsize=9)
    return style.shown(fig, show)


def plot_bridged_electrodes(info, bridged_idx, ed_matrix, title=None, topomap_args=None):
    """Draw how far each electrode is, electrically, from the nearest, and red lines between those that are bridged.

    Parameters
    ----------
    info : Info
    bridged_idx : list of tuple of int
    ed_matrix : array of float, shape (n_epochs, n_channels, n_channels)
        Both as `compute_bridged_electrodes` returns them.
    title : str | None
    topomap_args : dict | None
        More for the map, as of `plot_topomap`; and whether there is to be a ``colorbar``.

    Returns
    -------
    fig : matplotlib.figure.Figure
    """
    look = {"image_interp": "nearest", "cmap": "summer_r", "contours": 0, **(topomap_args or {})}
    bar, sphere = look.pop("colorbar", True), look.get("sphere")
    idx = pick_types(info, eeg=True).tolist()
    ed_matrix = np.array(ed_matrix, float)
    n = len(idx)
    if ed_matrix.ndim != 3 or ed_matrix.shape[1:] != (n, n):
        raise ConflictError(f"ed_matrix must have shape (n_epochs, {n}, {n}), good EEG channels; got {ed_matrix.shape}")
    both = np.fmin(ed_matrix, ed_matrix.transpose(0, 2, 1))
    nearest = np.median(np.nanmin(both, axis=1), axis=0)
    part = info.copy()
    part._engine.pick(idx)
    if look.get("axes") is None:
        look["axes"] = style.pyplot().subplots(figsize=(4.6, 4.0), layout="constrained")[1]
    image, _ = plot_topomap(nearest, part, show=False, **{"names": part.ch_names, **look})
    for pair in bridged_idx:
        places = positions(info, [int(k) for k in pair], sphere)
        image.axes.plot(*places.T, color="r", zorder=6)
    if title is not None:
        image.axes.set_title(title)
    if bar:
        image.axes.figure.colorbar(image, ax=image.axes, shrink=0.6, label="Electrical distance (µV²)")
    return image.axes.figure


def plot_regression_weights(model, *, ch_type=None, sensors=True, show_names=False, mask=None, mask_params=None,
                            mask_label_params=None, contours=6, outlines="head", sphere=None, image_interp="cubic",
                            extrapolate="auto", border="mean", res=64, size=1, cmap=None, vlim=(None, None), cnorm=None,
                            axes=None, colorbar=True, cbar_fmt="%1.1e", title=None, show=True):  # fmt: skip
    """Draw how much of each artefact channel there is in all others: a map for each, and for each type of channels.

    Parameters
    ----------
    model : EOGRegression
        Fitted.
    ch_type : str | None
        Type of the channels; None: every type of data.
    show_names : bool | callable
        Whether to write the channels' names, or a function that makes of a name what is written.
    colorbar : bool
    title : str | None
        Of the figure, where it is a new one.
    axes : list of matplotlib.axes.Axes | None
        One for each map.

    The other arguments are those of `plot_topomap`.

    Returns
    -------
    fig : matplotlib.figure.Figure
    """
    if not hasattr(model, "coef_"):
        raise RuntimeError("the regression must be fitted before it is drawn: fit()")
    style.check_norm(cnorm, vlim)
    picks, artifacts = model._numbers(model.info_)
    names = [model.info_.ch_names[k] for k in artifacts]
    types = model.info_.get_channel_types(picks)
    kinds = list(dict.fromkeys(types)) if ch_type is None else [ch_type]
    if ch_type is not None and ch_type not in types:
        raise ValueError(f"no channel of type {ch_type!r} was cleaned; there are {sorted(set(types))}")
    given = axes is not None
    if not given:
        axes = style.pyplot().subplots(len(names), len(kinds), squeeze=False, layout="constrained",
                                       figsize=(2.4 * size * len(kinds), 2.0 * size * len(names) + 0.4))[1].T.ravel()  # fmt: skip
    axes = style.axes_list(axes, len(names) * len(kinds))
    where = iter(axes)
    for kind in kinds:
        rows = [k for k, this in enumerate(types) if this == kind]
        idx = [picks[k] for k in rows]
        for name, values in zip(names, model.coef_[rows].T):
            ax = next(where)
            places, shown, labels = merged(model.info_, idx, values, kind, sphere)
            lit = None if mask is None else merged_mask(model.info_, idx, np.asarray(mask)[rows], kind)[0]
            picture, _ = draw_map(ax, shown, places, vlim, cmap, kind=kind, norm=cnorm, sensors=sensors,
                                  names=style.labels_of(show_names, labels), mask=lit, mask_params=mask_params,
                                  mask_label_params=mask_label_params, contours=contours, res=res, outlines=outlines,
                                  image_interp=image_interp, extrapolate=extrapolate, border=border)  # fmt: skip
            ax.set_title(f"{kind}/{name}", fontsize=9)
            if colorbar:
                ax.figure.colorbar(picture, ax=ax, shrink=0.75, format=cbar_fmt)
    if title is not None and not given:
        axes[0].figure.suptitle(title)
    return style.shown(axes[0].figure, show)


@_verbose
def plot_cov_topomap(cov, info, ch_type=None, *, scalings=None, proj=False, noise_cov=None, sensors=True,
                     show_names=False, mask=None, mask_params=None, mask_label_params=None, contours=6, outlines="head",
                     sphere=None, image_interp="cubic", extrapolate="auto", border="mean", res=64, size=1, cmap=None,
                     vlim=(None, None), cnorm=None, colorbar=True, cbar_fmt="%3.1f", units=None, axes=None, show=True,
                     verbose=None):  # fmt: skip
    """Draw the variances of a covariance on the head.

    Parameters
    ----------
    cov : Covariance
    info : Info
        Where its channels are.
    ch_type : str | None
        Type of channels; None: the first of mag, grad, eeg.
    proj : bool
        Whether projections are applied to what is drawn. Default False.
    noise_cov : Covariance | None
        Noise that the variances are whitened by.
    scalings, units : dict | float | str | None
        Factor from SI, and what the colour bar says; None: squares of the units that channels are drawn in.

    The other arguments are those of `Evoked.plot_topomap`.

    Returns
    -------
    fig : matplotlib.figure.Figure
    """
    from ..cov.whitening import whiten_evoked
    from ..evoked import EvokedArray

    names = [name for name in info.ch_names if name in cov["names"]]
    if not names:
        raise ValueError("the covariance and the info have no channel in common")
    part = info.copy()
    part._engine.pick([info.ch_names.index(name) for name in names])
    variances = cov["data"] if cov["diag"] else np.diag(cov["data"])
    values = np.array([variances[cov["names"].index(name)] for name in names])
    evoked = EvokedArray(values[:, None], part)
    if noise_cov is not None:  # the whitener comes from both sides
        evoked = whiten_evoked(whiten_evoked(evoked, noise_cov), noise_cov)
        units = "AU" if units is None else units
        scalings = 1.0 if scalings is None else scalings
    if units is None:
        units = {kind: f"({unit})²" for kind, unit in style.units.items()}
    if scalings is None:
        scalings = {kind: factor**2 for kind, factor in style.factors.items()}
    if mask is not None and np.size(mask) != len(names):
        raise ValueError(f"mask must have one value for each of the {len(names)} channels; got {np.size(mask)}")
    mask = None if mask is None else np.reshape(mask, (-1, 1))
    return evoked.plot_topomap(
        [0], ch_type=ch_type, scalings=scalings, proj=proj, sensors=sensors, show_names=show_names, mask=mask,
        mask_params=mask_params, mask_label_params=mask_label_params, contours=contours, outlines=outlines, sphere=sphere,
        image_interp=image_interp, extrapolate=extrapolate, border=border, res=res, size=size, cmap=cmap, vlim=vlim,
        cnorm=cnorm, colorbar=colorbar, cbar_fmt=cbar_fmt, units=units, axes=axes, time_format="", show=show,
    )  # fmt: skip


__all__ = ["plot_bridged_electrodes", "plot_cov_topomap", "plot_projs_joint", "plot_regression_weights"]
