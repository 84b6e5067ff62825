"""The head from above: sensors and maps."""

import numpy as np

from ranvier import _core

from ..checks import not_yet, one_of
from ..logs import verbose as _verbose
from ..picks import gradiometer_pairs, merged_gradiometers, picks_to_idx
from ..points import Projection
from . import style


def draw_head(axes, radius=1.0, colour="#222222", width=1.1):
    """Circle, nose and ears."""
    angle = np.linspace(0, 2 * np.pi, 200)
    axes.plot(radius * np.cos(angle), radius * np.sin(angle), color=colour, lw=width, zorder=5, clip_on=False)
    nose = np.array([[-0.13, 0.9915], [-0.04, 1.12], [0.0, 1.14], [0.04, 1.12], [0.13, 0.9915]]) * radius
    axes.plot(nose[:, 0], nose[:, 1], color=colour, lw=width, zorder=5, clip_on=False, solid_joinstyle="round")
    ear = np.array([[0.995, 0.16], [1.04, 0.19], [1.08, 0.14], [1.075, 0.05], [1.09, -0.06], [1.08, -0.15],
                    [1.03, -0.19], [0.985, -0.16]]) * radius  # fmt: skip
    for side in (1, -1):
        axes.plot(side * ear[:, 0], ear[:, 1], color=colour, lw=width, zorder=5, clip_on=False)


def bare(axes, reach=1.2):
    axes.set_aspect("equal")
    axes.set_xlim(-reach, reach)
    axes.set_ylim(-reach, reach)
    axes.axis("off")


def positions(info, idx, sphere=None, to_sphere=True):
    """Places on the head of channels, shape (n, 2). Raises where one has none."""
    head = style.sphere_of(info, sphere)
    places = _core.meeg.layout_positions(info._engine, [int(k) for k in idx], head, not to_sphere)
    lost = [info.ch_names[k] for k, ok in zip(idx, np.isfinite(places).all(axis=1)) if not ok]
    if lost:
        raise ValueError(
            f"{len(lost)} channels have no place on the head ({', '.join(lost[:5])}{', ...' if len(lost) > 5 else ''}); "
            "set a montage, or pick others"
        )
    return places


def maps_of(info, idx, data, kind, sphere=None, names=None):
    """What is drawn of channels: (word, places, values, names) of each map; `names` may be others than the channels'.

    Pairs of gradiometers are their root mean square. Of magnetometers at one place, as optically pumped ones that
    measure along several axes, the radial ones make a map and the root mean square of the others at each place another.
    """
    own = names is None
    names = [info.ch_names[k] for k in idx] if own else list(names)
    pairs, of_pairs = gradiometer_pairs([info.ch_names[k] for k in idx]) if kind == "grad" else ((), ())
    if len(pairs):
        places = positions(info, [idx[r] for r in pairs[:, 0]], sphere)
        return [("", places, merged_gradiometers(data, pairs), of_pairs if own else [names[r] for r in pairs[:, 0]])]
    groups = _core.meeg.colocated(info._engine, [int(k) for k in idx]) if kind == "mag" else []
    several = [group for group in groups if len(group) > 1]
    if not several:
        return [("", positions(info, idx, sphere), data, names)]
    radial = [group[0] for group in groups]
    across = np.array([np.sqrt(np.mean(data[group[1:]] ** 2, axis=0)) for group in several])
    return [
        ("radial", positions(info, [idx[r] for r in radial], sphere), data[radial], [names[r] for r in radial]),
        ("tangential", positions(info, [idx[group[0]] for group in several], sphere), across,
         [" ".join(names[r] for r in group[1:]) for group in several]),
    ]  # fmt: skip


def merged(info, idx, data, kind, sphere=None):
    """Places, values and names of the one map, or of the radial one, that `maps_of` gives."""
    return maps_of(info, idx, data, kind, sphere)[0][1:]


def merged_mask(info, idx, mask, kind):
    """Which points of each of the maps that `maps_of` gives are highlighted: where one of their channels is."""
    if np.shape(mask) != (len(idx),):
        raise ValueError(f"mask must have one value for each of the {len(idx)} channels of type {kind!r}; "
                         f"got shape {np.shape(mask)}")  # fmt: skip
    return [values > 0 for _, _, values, _ in maps_of(info, idx, np.asarray(mask, float), kind)]


def draw_map(axes, values, places, vlim, cmap, *, kind="eeg", norm=None, sensors=True, names=None, mask=None,
             mask_params=None, mask_label_params=None, contours=6, res=64, outlines="head", image_interp="cubic",
             extrapolate="auto", border="mean"):  # fmt: skip
    """One map of the head. Returns the image and the contour lines."""
    from matplotlib.patches import Circle, Polygon

    one_of("image_interp", image_interp, ("cubic", "linear", "nearest"))
    one_of("extrapolate", extrapolate, ("auto", "head", "local", "box"))
    if extrapolate == "auto":
        extrapolate = "local" if kind in ("mag", "grad", "ref_meg") else "head"
    if isinstance(border, str):
        one_of("border", border, ("mean",))
    if not isinstance(outlines, dict) and outlines is not None:
        one_of("outlines", outlines, ("head",))
    limits = vlim if norm is None or norm.vmin is None or norm.vmax is None else (norm.vmin, norm.vmax)
    low, high = style.bound(limits, values)
    values, places = np.ascontiguousarray(values, float), np.ascontiguousarray(places, float)
    corners = _core.meeg.map_border(places) if extrapolate == "local" else None
    if isinstance(outlines, dict):
        if "mask_pos" not in outlines:
            raise ValueError('outlines must have the key "mask_pos", the (x, y) of the corners that the map ends at')
        corners = np.transpose(outlines["mask_pos"])
    reach = max(1.0, float(np.hypot(*places.T).max()) * 1.02)
    if corners is not None:
        reach = max(reach, float(np.abs(corners).max()))
    pixels = max(int(res), 16)
    image = _core.meeg.topographic_image(places, values, pixels, reach, image_interp, extrapolate,
                                    None if isinstance(border, str) else float(border))  # fmt: skip
    limits = {"norm": norm} if norm is not None else {"vmin": low, "vmax": high}
    picture = axes.imshow(image, origin="lower", extent=[-reach, reach, -reach, reach], aspect="equal",
                          cmap=style.colour_map(cmap, low, high), interpolation="nearest" if image_interp == "nearest" else "bicubic", **limits)  # fmt: skip
    edge = Circle((0, 0), reach) if corners is None else Polygon(corners)
    edge.set_transform(axes.transData)
    picture.set_clip_path(edge)
    lines = None
    levels = contours
    if isinstance(contours, (int, np.integer)):
        levels = np.linspace(low, high, contours + 2)[1:-1] if contours else []
    if len(levels):
        x = np.linspace(-reach, reach, 2 * pixels + 1)[1::2]
        lines = axes.contour(x, x, image, levels=levels, colors="#00000088", linewidths=0.6, linestyles="solid")
        lines.set_clip_path(edge)
    if isinstance(outlines, dict):
        for part, (x, y) in outlines.items():
            if part != "mask_pos":
                axes.plot(x, y, color="#222222", lw=1.1, zorder=5, clip_on=False)
    elif outlines is not None:
        draw_head(axes)
        if corners is None and reach > 1.005:
            edge_line = Circle((0, 0), reach, fill=False, ec="#22222255", lw=0.6, zorder=4, clip_on=False)
            axes.add_patch(edge_line)
    if isinstance(sensors, str):
        axes.plot(places[:, 0], places[:, 1], sensors, zorder=6)
    elif sensors:
        axes.scatter(places[:, 0], places[:, 1], s=3, c="#111111", linewidths=0, zorder=6)
    mask = np.zeros(len(places), bool) if mask is None else np.asarray(mask, bool)
    if mask.any():
        look = {"marker": "o", "markerfacecolor": "w", "markeredgecolor": "k", "linestyle": "", "markersize": 5}
        look.update(mask_params or {})
        axes.plot(places[mask, 0], places[mask, 1], zorder=7, **look)
    for (x, y), name, lit in zip(places, names or (), mask):
        look = {"fontsize": 6, **((mask_label_params or {"fontweight": "bold"}) if lit else {})}
        axes.text(x, y, name, ha="center", va="center", zorder=8, **look)
    bare(axes, 1.18 * reach if reach <= 1.05 else 1.12 * reach)
    return picture, lines


def plot_topomap(data, pos, *, ch_type="eeg", sensors=True, names=None, mask=None, mask_params=None,
                 mask_label_params=None, contours=6, outlines="head", sphere=None, image_interp="cubic",
                 extrapolate="auto", border="mean", res=64, size=1, cmap=None, vlim=(None, None), cnorm=None, axes=None,
                 show=True, onselect=None):  # fmt: skip
    """Draw values on the head.

    Parameters
    ----------
    data : array of float, shape (n_channels,)
    pos : Info | array of float, shape (n_channels, 2)
        The channels, or their places; 1 is the edge of the head, +y the nose.
    ch_type : str
        Type of the channels where `pos` is an array; an Info knows it.
    sensors : bool | str
        Whether to mark the channels, or matplotlib's format of the marks. Default True.
    names : list of str | None
        Names to write, one per channel; of channels that make one point the first's.
    mask : array of bool, shape (n_channels,) | None
        Channels to highlight.
    mask_params, mask_label_params : dict | None
        How matplotlib draws the marks and the names of highlighted channels.
    contours : int | list of float
        Number of contour lines, or their values. Default 6.
    outlines : "head" | dict | None
        What is drawn around: the head, nothing, or curves by name, (x, y) each, of which "mask_pos" is where the map ends.
    sphere : float | array of float, shape (4,) | str | list of str | None
        The head: its radius [m] around the origin; (x, y, z, radius); "auto", "eeglab", or the digitised points that it is
        fitted to, one or several of "extra", "eeg", "cardinal", "hpi". None: "extra" where there are four such points,
        else 0.095 m. Needs an Info.
    image_interp : "cubic" | "linear" | "nearest"
        Between channels: smooth (a thin-plate spline), linear on triangles, or the value of the nearest channel.
    extrapolate : "auto" | "head" | "local" | "box"
        How far the map goes beyond the channels: to the edge of the head, to half a distance between neighbours, or as
        "head", with a box around the channels that holds the values. "auto": "local" for MEG, else "head".
    border : float | "mean"
        Value that the map runs to beyond the channels; "mean": that of the nearest ones.
    vlim : tuple (low, high)
        Colour limits. Default: from the data.
    axes : matplotlib.axes.Axes | None
    show : bool

    Returns
    -------
    im : matplotlib.image.AxesImage
    cn : contour set
    """
    data = np.asarray(data, float)
    if data.ndim != 1:
        raise ValueError(f"data must have one dimension; got shape {data.shape}")
    if mask is not None and np.shape(mask) != data.shape:
        raise ValueError(f"mask must have one value per channel ({len(data)}); got shape {np.shape(mask)}")
    if onselect is not None:
        raise not_yet("onselect=", "plot_sensors() to see which channels are where")
    if isinstance(pos, dict):
        types = pos.get_channel_types(unique=True)
        if len(types) > 1:
            raise ValueError(f"channels must be of one type to be drawn on one map; got {types}")
        if ch_type not in ("eeg", None, *types):
            raise ValueError(f"ch_type must be that of the channels, {types[0]!r}; got {ch_type!r}")
        if len(data) != len(pos["chs"]):
            raise ValueError(f"there must be one value per channel ({len(pos['chs'])}); got {len(data)}")
        ch_type = types[0]
        idx = list(range(len(data)))
        mask = None if mask is None else merged_mask(pos, idx, mask, ch_type)[0]
        if names is not None and len(names) != len(idx):
            raise ValueError(f"names must be one per channel ({len(idx)}); got {len(names)}")
        _, places, data, names = maps_of(pos, idx, data, ch_type, sphere, names or [""] * len(idx))[0]
    else:
        if sphere is not None:
            raise ValueError("sphere needs an Info as pos, whose places are in m; an array is in head radii already")
        places = np.asarray(pos, float)
        if places.shape != (len(data), 2):
            raise ValueError(f"pos must have shape ({len(data)}, 2); got {places.shape}")
    style.check_norm(cnorm, vlim)
    (axes,) = style.axes_for(axes, 1, (2.6 * size, 2.6 * size))
    image, lines = draw_map(axes, data, places, vlim, cmap, kind=ch_type, norm=cnorm, sensors=sensors, names=names,
                            mask=mask, mask_params=mask_params, mask_label_params=mask_label_params, contours=contours,
                            res=res, outlines=outlines, image_interp=image_interp, extrapolate=extrapolate,
                            border=border)  # fmt: skip
    style.shown(axes.figure, show)
    return image, lines


def _sensor_colours(info, idx, ch_groups, cmap):
    """A colour for each channel: by its group where there are groups, else dark; red where it is bad."""
    colours = ["#C62828" if info.ch_names[k] in info["bads"] else "#1b1b1b" for k in idx]
    if ch_groups is None:
        return colours
    if isinstance(ch_groups, str):
        raise not_yet(f"ch_groups={ch_groups!r}", "lists of channel numbers")
    colour = style.pyplot().get_cmap(cmap)
    for number, group in enumerate(ch_groups):
        for k in group:
            if int(k) in idx:
                colours[idx.index(int(k))] = colour(number / max(len(ch_groups) - 1, 1))
    return colours


@_verbose
def plot_sensors(info, kind="topomap", ch_type=None, title=None, show_names=False, ch_groups=None, to_sphere=True,
                 axes=None, block=None, show=True, sphere=None, pointsize=None, linewidth=1, *, cmap=None, verbose=None):  # fmt: skip
    """Draw where the channels are; bad ones in red.

    Parameters
    ----------
    info : Info | Raw | Epochs | Evoked
    kind : "topomap" | "3d"
    ch_type : str | None
        "mag", "grad", "eeg", ...; None: the first of these that there is.
    show_names : bool | list of str
        Whether to write names, or which.
    ch_groups : list of list of int | None
        Channels that share a colour of `cmap`.
    to_sphere : bool
        Whether the places are laid out on the sphere; otherwise they are seen from high above. Default True.
    sphere : see `plot_topomap`
    pointsize, linewidth : float
        Of the marks and their outlines [points]. A size of None: 25, or 75 where `kind` is "3d".
    """
    plt = style.pyplot()
    info = getattr(info, "info", info)
    if kind == "select":
        raise not_yet('kind="select"', '"topomap" or "3d"')
    one_of("kind", kind, ("topomap", "3d"))
    types = info.get_channel_types(unique=True, only_data_chs=True)
    if not types:
        raise ValueError("there are no data channels to draw")
    ch_type = ch_type or next((t for t in ("mag", "grad", "eeg") if t in types), types[0])
    idx = [int(k) for k in picks_to_idx(info, ch_type, exclude=())]
    ok = style.has_places(info, idx)
    idx = [k for k, good in zip(idx, ok) if good]
    if not idx:
        raise ValueError(f"no channel of type {ch_type!r} has a place; set a montage")
    names = [info.ch_names[k] for k in idx]
    pointsize = (75 if kind == "3d" else 25) if pointsize is None else pointsize
    look = {"c": _sensor_colours(info, idx, ch_groups, cmap), "s": pointsize, "linewidths": linewidth}
    look["edgecolors"] = _sensor_colours(info, idx, None, None)
    if kind == "3d":
        axes = plt.figure(figsize=(6, 6)).add_subplot(projection="3d") if axes is None else axes
        p = np.array([info["chs"][k]["loc"][:3] for k in idx])
        axes.scatter(*p.T, **look)
        for at, name in zip(p, names):
            if show_names is True or (show_names and name in show_names):
                axes.text(*at, name, fontsize=6)
        axes.set_aspect("equal")
    else:
        axes = plt.subplots(figsize=(5.5, 5.5), layout="constrained")[1] if axes is None else axes
        places = positions(info, idx, sphere, to_sphere)
        draw_head(axes)
        axes.scatter(places[:, 0], places[:, 1], zorder=6, **look)
        for (x, y), name in zip(places, names):
            if show_names is True or (show_names and name in show_names):
                size = 7 * np.sqrt(pointsize / 25)
                axes.text(x, y + 0.03, name, fontsize=size, ha="center", va="bottom", zorder=7)
        bare(axes, max(1.22, float(np.abs(places).max()) * 1.08))
    axes.set_title(f"{style.titles.get(ch_type, ch_type)}: {len(idx)} sensors" if title is None else title, fontsize=10)
    return style.shown(axes.figure, show)


@_verbose
def plot_montage(
    montage, *, scale=1.0, show_names=True, kind="topomap", show=True, sphere=None, axes=None, verbose=None
):
    """Draw the electrodes of a montage on the head, marks and names `scale` times as large as usual."""
    from ..info import create_info

    info = create_info(list(montage.ch_names), 1000.0, "eeg").set_montage(montage)
    title = f"{len(montage.ch_names)} electrodes"
    size = (75 if kind == "3d" else 25) * scale**2
    return plot_sensors(info, kind, "eeg", title, show_names, axes=axes, show=show, sphere=sphere, pointsize=size)


def plot_projs_topomap(projs, info, *, sensors=True, show_names=False, contours=6, sphere=None, res=64, size=1, cmap=None,
                       vlim=(None, None), cnorm=None, colorbar=False, cbar_fmt="%3.1f", units=None, axes=None, show=True,
                       **look):  # fmt: skip
    """Draw the vectors of projections on the head: one map for each projection and channel type.

    The arguments, `outlines`, `image_interp`, `extrapolate` and `border` too, are those of `plot_topomap`; with ``vlim="joint"``
    the colour limits are the same for all maps.
    """
    projs = [projs] if isinstance(projs, Projection) else list(projs)
    style.check_norm(cnorm, vlim)
    maps = []
    for p in projs:
        columns = p["data"]["col_names"]
        known = [name for name in columns if name in info.ch_names and name not in info["bads"]]
        for kind in info.get_channel_types(known, unique=True) if known else []:
            names = [n for n in known if info.get_channel_types([n])[0] == kind]
            idx = [info.ch_names.index(n) for n in names]
            values = p["data"]["data"][0][[columns.index(n) for n in names]]
            maps.append((p["desc"], kind, *merged(info, idx, values, kind, sphere)))
    if not maps:
        raise ValueError("none of the projections' channels are in the recording")
    axes = style.axes_for(axes, len(maps), (2.2 * size * len(maps), 2.4 * size))
    vlim = style.joint(vlim, [m[3] for m in maps])
    for ax, (title, kind, places, values, labels) in zip(axes, maps):
        picture, _ = draw_map(ax, values, places, vlim, cmap, kind=kind, norm=cnorm, sensors=sensors,
                              names=style.labels_of(show_names, labels), contours=contours, res=res, **look)  # fmt: skip
        ax.set_title(title, fontsize=8)
        if colorbar:
            ax.figure.colorbar(picture, ax=ax, shrink=0.7, format=cbar_fmt, label=units or "")
    return style.shown(axes[0].figure, show)
