"""Independent components."""

import numpy as np

from ..evoked import Evoked
from ..logs import verbose as _verbose
from ..picks import picks_to_idx
from ..preprocessing.ica.inputs import one_of_nouns, samples_between
from ..raw import BaseRaw
from . import style
from .backend import use_browser_backend, wants_page
from .epochs import plot_epochs
from .head import draw_map
from .ica_maps import chosen, kind_of, maps_of_component, title_of
from .ica_properties import plot_ica_properties
from .raw import plot_raw, unnamed
from .window import how_many


@_verbose
def plot_ica_components(ica, picks=None, ch_type=None, *, inst=None, plot_std=True, reject="auto", sensors=True,
                        show_names=False, contours=6, outlines="head", sphere=None, image_interp="cubic",
                        extrapolate="auto", border="mean", res=64, size=1, cmap="RdBu_r", vlim=(None, None), cnorm=None,
                        colorbar=False, cbar_fmt="%3.2f", axes=None, title=None, nrows="auto", ncols="auto", show=True,
                        image_args=None, psd_args=None, verbose=None):  # fmt: skip
    """Draw the maps of components; those in `exclude` have grey titles.

    Where magnetometers measure along several axes at one place, a component has two maps beside each other: of the radial
    ones, and the root mean square of the others.

    Parameters
    ----------
    ica : ICA
    picks : int | list of int | None
        Components. Default None: all, 20 to a figure.
    ch_type : str | None
        Channels whose part of the maps is drawn. Default None: "mag", else "grad", else "eeg".
    inst : Raw | Epochs | None
        Where a map that is clicked on shows its properties. A click on its title excludes a component, or takes it back.
    plot_std, reject, image_args, psd_args
        Of those properties: as of :func:`plot_ica_properties`.
    size : float
        Size of a map. Default 1.
    axes : Axes | list of Axes | None
        One for each map.
    title : str | None
        Of the figure. Default "Independent Components".
    nrows, ncols : int | "auto"
        Of maps in a figure. Default "auto": up to 4 rows of 5.
    sensors, show_names, contours, outlines, sphere, image_interp, extrapolate, border, res, cmap, vlim, cnorm, colorbar, cbar_fmt
        As of :func:`plot_topomap`.

    Returns
    -------
    fig : Figure | list of Figure
        A list where there are several.
    """
    plt = style.pyplot()
    style.check_norm(cnorm, vlim)
    idx = chosen(ica, picks)
    kind = kind_of(ica, ch_type)
    if inst is not None:
        one_of_nouns(inst, evoked=False)
    else:
        for name, value, default in (("plot_std", plot_std, True), ("reject", reject, "auto"),
                                     ("image_args", image_args, None), ("psd_args", psd_args, None)):  # fmt: skip
            if value is not default and value != default:
                raise ValueError(f"{name} is about the properties that a click on a map shows, which need inst")
    most = 20 if nrows == ncols == "auto" else len(idx) if "auto" in (nrows, ncols) else nrows * ncols
    groups = [idx] if picks is not None or axes is not None else [idx[k : k + most] for k in range(0, len(idx), most)]
    components, title = ica.get_components(), "Independent Components" if title is None else title
    figures = []
    for group in groups:
        maps = [(k, *one) for k in group for one in maps_of_component(ica, kind, components[:, k], sphere)]
        if axes is None:
            columns = min(5, len(group)) * len(maps) // len(group) if ncols == nrows == "auto" else ncols
            columns = -(-len(maps) // nrows) if columns == "auto" else columns
            rows = -(-len(maps) // columns) if nrows == "auto" else nrows
            if rows * columns < len(maps):
                raise ValueError(f"nrows x ncols must leave room for {len(maps)} maps; got {rows} x {columns}")
            figure, grid = plt.subplots(rows, columns, figsize=(1.7 * size * columns + 0.6, 1.9 * size * rows + 0.5),
                                        squeeze=False, layout="constrained")  # fmt: skip
            for ax in grid.ravel()[len(maps) :]:
                ax.axis("off")
            panels = list(grid.ravel()[: len(maps)])
            figure.suptitle(title, fontsize=10)
        else:
            panels = style.axes_list(axes, len(maps))
        titles = []
        for ax, (k, word, places, values, names) in zip(panels, maps):
            # A magnitude is drawn from 0 on, which is the middle of the colours.
            limits = style.bound(vlim, values, symmetric=True) if word == "tangential" else vlim
            picture, _ = draw_map(ax, values, places, limits, cmap, kind=kind, norm=cnorm, sensors=sensors,
                                  names=style.labels_of(show_names, names), contours=contours, res=res, outlines=outlines,
                                  image_interp=image_interp, extrapolate=extrapolate, border=border)  # fmt: skip
            colour = "gray" if k in ica.exclude else "black"
            text = title_of(ica, k, kind) + (f" [{word}]" if word else "")
            titles.append(ax.set_title(text, fontsize=9, color=colour))
            ax.set_label(ica._ica_names[k])
            if colorbar:
                ax.figure.colorbar(picture, ax=ax, shrink=0.7, format=cbar_fmt, label="AU")
        _answer_clicks(ica, inst, panels, titles, [int(k) for k, *_ in maps], plot_std, reject, image_args, psd_args)
        figures.append(style.shown(panels[0].figure, show))
    return figures[0] if len(figures) == 1 else figures


def _answer_clicks(ica, inst, panels, titles, components, plot_std, reject, image_args, psd_args):
    """Titles exclude components and take them back; maps show properties."""

    def clicked(event):
        for ax, title, k in zip(panels, titles, components):
            if title.contains(event)[0]:
                ica.exclude = [c for c in ica.exclude if c != k] if k in ica.exclude else [*ica.exclude, k]
                for other, component in zip(titles, components):
                    if component == k:
                        other.set_color("gray" if k in ica.exclude else "black")
                ax.figure.canvas.draw_idle()
            elif event.inaxes is ax and inst is not None:
                plot_ica_properties(ica, inst, [k], plot_std=plot_std, reject=reject, image_args=image_args,
                                    psd_args=psd_args)  # fmt: skip

    panels[0].figure.canvas.mpl_connect("button_press_event", clicked)


def draw_similar(ica, maps, names, title, ch_type, show, look):
    """Maps of components of several decompositions, for `corrmap`."""
    kind = kind_of(ica, ch_type)
    columns = max(1, min(5, len(maps)))
    rows = max(1, -(-len(maps) // columns))
    figure, grid = style.pyplot().subplots(rows, columns, figsize=(1.8 * columns + 0.6, 2 * rows + 0.5), squeeze=False,
                                           layout="constrained")  # fmt: skip
    figure.suptitle(title, fontsize=10)
    look = dict(look)
    sphere, show_names, cmap = (look.pop(name) for name in ("sphere", "show_names", "cmap"))
    for ax in grid.ravel():
        ax.axis("off")
    for ax, values, name in zip(grid.ravel(), maps, names):
        _, places, values, labels = maps_of_component(ica, kind, values, sphere)[0]
        draw_map(ax, values, places, (None, None), cmap or "RdBu_r", kind=kind,
                 names=style.labels_of(show_names, labels), **look)  # fmt: skip
        ax.set_title(name, fontsize=8)
    return style.shown(figure, show)


@_verbose
def plot_ica_sources(ica, inst, picks=None, start=None, stop=None, n_components=20, title=None, show=True, block=False,
                     show_first_samp=False, *, annotation_regex=".*", axes=None, verbose=None, **others):  # fmt: skip
    """Draw sources over time, those in `exclude` grey, with EOG and ECG channels below.

    In a notebook, and after ``set_browser_backend("page")``, those of recordings and epochs are a page on which components
    are left out and taken back by mouse and keyboard: ``exclude`` follows at once. Elsewhere it is a figure.

    Parameters
    ----------
    ica : ICA
    inst : Raw | Epochs | Evoked
    picks : int | list of int | None
        Components; with some it is always a figure. Default None: all.
    start, stop : float | int | None
        Of a recording or average: times [s]; of epochs: their numbers. Default None: from the begin, 20 of them.
    n_components : int
        How many rows. Default 20.
    title : str | None
    block : bool
        Whether to wait until Done is pressed on the page, or the figure's window is closed. Default False.
    show_first_samp : bool
        Whether times of a recording count from the acquisition's begin.
    annotation_regex : str
        Only annotations that match it are written. Default: all.
    axes : Axes | None
        Where to draw: always a figure.
    **others
        What MNE's window has beside. The page follows ``theme``, ``show_scrollbars`` and ``overview_mode``; what
        changes the picture otherwise is refused.

    Returns
    -------
    fig : Figure | Browser
    """
    style.check_others("plot_ica_sources", others, {
        "psd_args": (None, "ica.get_sources(inst).compute_psd()"), "time_format": ("float", '"float"')})  # fmt: skip
    one_of_nouns(inst, error=ValueError)
    idx = [int(k) for k in chosen(ica, picks)]
    if isinstance(inst, Evoked):
        return _lines(ica, inst.copy().crop(start, stop), idx, title, show, block, axes)
    beside = [name for name, t in zip(inst.ch_names, inst.get_channel_types()) if t in ("eog", "ecg")]
    sources = ica.get_sources(inst, add_channels=beside)
    order = [*idx, *range(ica.n_components_, ica.n_components_ + len(beside))]
    rows = min(how_many("n_components", n_components), len(order))
    begin = 0 if start is None else start
    last = inst.times[-1] if isinstance(inst, BaseRaw) else len(inst.events)
    end = min(begin + 20, last) if stop is None else stop
    if end <= begin:
        raise RuntimeError(f"stop must be larger than start; got {begin} and {end}")
    title = "ICA components" if title is None else title
    of_raw = isinstance(inst, BaseRaw)
    rooms = {"misc": 5.0} | {t: style.rooms[t] for t in ("eog", "ecg") if t in style.rooms}
    if picks is None and axes is None and wants_page():
        from . import browser

        window = browser.check_window("plot_ica_sources", others)
        length = 1 if of_raw else len(inst.times) / float(inst.info["sfreq"])  # [s] of what begin and end count
        sources.info["bads"] = ica._facts()[2]
        look = browser.look_of(
            order, sources.info.get_channel_types(order), start=begin * length, duration=(end - begin) * length,
            n_channels=rows, scalings=rooms if of_raw else None, remove_dc=of_raw, clipping=3,
            show_first_samp=show_first_samp, **window)  # fmt: skip
        look.set_marks_of_ica()
        if of_raw:
            look.unnamed = unnamed(sources, annotation_regex)
        page_of = browser.page_of_raw if of_raw else browser.page_of_epochs
        page = page_of(sources, look, None if of_raw else False, None, None, title, others.get("theme"))
        return browser.shown(page, ica, show, block)
    with use_browser_backend("matplotlib"):
        if of_raw:
            return plot_raw(sources, duration=end - begin, start=begin, n_channels=rows, order=order, scalings=rooms,
                            title=title, show=show, block=block, axes=axes, show_first_samp=show_first_samp,
                            annotation_regex=annotation_regex)  # fmt: skip
        return plot_epochs(sources[begin:end], picks="all", n_epochs=end - begin, n_channels=rows, order=order, title=title,
                           show=show, block=block, axes=axes)  # fmt: skip


def _lines(ica, evoked, idx, title, show, block, axes):
    """Sources of an average, those excluded in colour and named by their labels."""
    (axes,) = style.axes_for(axes, 1, (7, 4))
    data = ica.get_sources(evoked).data
    colours = iter(style.cycle * len(idx))
    for k in sorted(idx):
        if k not in ica.exclude:
            axes.plot(evoked.times, data[k], color="k", lw=1.2, zorder=2)
            continue
        labels = [name for name, those in ica.labels_.items() if "/" not in name and k in those]
        name = ica._ica_names[k] + (f" – {', '.join(labels)}" if labels else "")
        axes.plot(evoked.times, data[k], color=next(colours), lw=1.8, zorder=10, label=name)
    if set(idx) & set(ica.exclude):
        axes.legend(fontsize=8)
    axes.set(title="Reconstructed latent sources, time-locked" if title is None else title, xlabel="Time (s)", ylabel="(NA)",
             xlim=(evoked.times[0], evoked.times[-1]))  # fmt: skip
    style.mark_zero(axes, evoked.times)
    style.tidy(axes)
    return style.shown(axes.figure, show, block or None)


@_verbose
def plot_ica_scores(ica, scores, exclude=None, labels=None, axhline=None, title="ICA component scores", figsize=None,
                    n_cols=None, show=True, *, axes=None, verbose=None):  # fmt: skip
    """Draw scores of components as bars, those excluded red.

    Parameters
    ----------
    ica : ICA
    scores : array of float, shape (n_components,) | list of array
        As `ica.find_bads_eog` gives them.
    exclude : list of int | None
        Components to draw red. Default None: `ica.exclude`.
    labels : str | list of str | None
        Titles of the pictures; "ecg" or "eog": what `ica.labels_` calls the channels.
    axhline : float | list of float | None
        Heights of lines to draw.
    title : str
    figsize : tuple | None
    n_cols : int | None
        Columns of pictures.
    axes : Axes | list of Axes | None
        One for each list of scores.

    Returns
    -------
    fig : Figure
    """
    ica._check_fit()
    exclude = sorted({int(k) for k in (ica.exclude if exclude is None else exclude)})
    if not len(scores):
        raise ValueError(f"scores must be {ica.n_components_} numbers, or lists of as many; got none")
    lists = list(scores) if np.ndim(scores[0]) else [scores]
    n = len(lists)
    if any(len(one) != ica.n_components_ for one in lists):
        raise ValueError(f"there must be one score for each of the {ica.n_components_} components")
    if labels in ("ecg", "eog"):
        found = sorted(
            (name for name in ica.labels_ if name.startswith(f"{labels}/")), key=lambda name: name.split("/")[1]
        )
        labels = found or [name for name in ica.labels_ if name.startswith(labels)]
    labels = [labels] if isinstance(labels, str) else [None] * n if labels is None else list(labels)
    if len(labels) != n:
        raise ValueError(f"there must be as many labels as lists of scores, {n}; got {len(labels)}")
    if axes is None:
        rows = int(np.ceil(np.sqrt(n))) if n_cols is None else -(-n // min(n, n_cols))
        columns = -(-n // rows) if n_cols is None else min(n, n_cols)
        figure, grid = style.pyplot().subplots(rows, columns, figsize=figsize or (6.4 * columns, 2.7 * rows), sharex=True,
                                               sharey=True, squeeze=False, layout="constrained")  # fmt: skip
        panels = list(grid.ravel()[:n])
        figure.suptitle(title)
    else:
        panels = style.axes_list(axes, n)
    for label, values, ax in zip(labels, lists, panels):
        colours = ["r" if k in exclude else "gray" for k in range(len(values))]
        ax.bar(np.arange(len(values)), values, color=colours, edgecolor="k")
        for height in np.atleast_1d([] if axhline is None else axhline):
            ax.axhline(height, color="r", ls="--")
        if label is not None:
            words = label.split("/")
            ax.set_title(f"({', '.join([words[0], words[2]] if words[0] == 'eog' and len(words) > 2 else words)})")
        ax.set(xlabel="ICA components", ylabel="score", xlim=(-0.6, len(values) - 0.4))
        style.tidy(ax)
    return style.shown(panels[0].figure, show)


@_verbose
def plot_ica_overlay(ica, inst, exclude=None, picks=None, start=None, stop=None, title=None, show=True,
                     n_pca_components=None, *, on_baseline="warn", verbose=None):  # fmt: skip
    """Draw data before (red) and after (black) components are taken out.

    Parameters
    ----------
    ica : ICA
    inst : Raw | Evoked
    exclude : list of int | None
        Components. Default None: `ica.exclude`.
    picks : str | list | None
        Channels. Default None: those of `ica`.
    start, stop : float | int | None
        The stretch of a recording, as times [s] or samples; of an average [s]. Default: 3 s from the begin; all.
    title : str | None
    n_pca_components : int | float | None
        As of `ICA.apply`.
    on_baseline : str
        As of `ICA.apply`.

    Returns
    -------
    fig : Figure
    """
    ica._check_fit()
    if not isinstance(inst, (BaseRaw, Evoked)):
        raise TypeError(f"inst must be an instance of Raw or Evoked; got {type(inst).__name__}")
    title = "Signals before (red) and after (black) cleaning" if title is None else title
    idx = picks_to_idx(inst.info, ica.ch_names if picks is None else picks, exclude=())
    exclude = ica.exclude if exclude is None else exclude
    if not isinstance(exclude, (list, np.ndarray)):
        raise TypeError(f"exclude must be of type list; got {type(exclude).__name__}")
    if isinstance(inst, BaseRaw):
        first, last = samples_between(inst, 0.0 if start is None else start, 3.0 if stop is None else stop)
        before = inst.copy().crop(first / inst.info["sfreq"], max(last - 1, first) / inst.info["sfreq"]).load_data()
        after, times = before.copy(), before.times + first / inst.info["sfreq"]
        ica.apply(after, exclude=exclude, n_pca_components=n_pca_components)
    else:
        before = inst.copy().crop(start, stop)
        after, times = before.copy(), before.times
        ica.apply(after, exclude=exclude, n_pca_components=n_pca_components, on_baseline=on_baseline)
    kinds = before.get_channel_types(idx.tolist())
    figure = None
    for kind in dict.fromkeys(kinds) if isinstance(inst, BaseRaw) else (None,):
        figure = _overlay(before, after, times, [int(k) for k, t in zip(idx, kinds) if kind in (None, t)], kind, title)
        style.shown(figure, show)
    return figure


def _overlay(before, after, times, idx, kind, title):
    old, new = before._data[idx], after._data[idx]
    if kind is None:  # an average: one picture for each type
        kinds = before.get_channel_types(idx)
        shown = [t for t in ("mag", "grad", "eeg") if t in kinds] or list(dict.fromkeys(kinds))
        pairs = [
            (style.titles.get(t, t), [old[[k == t for k in kinds]], new[[k == t for k in kinds]]], t) for t in shown
        ]
        rows = [
            (name, [x * style.factors.get(t, 1.0) for x in both], style.units.get(t, "")) for name, both, t in pairs
        ]
    else:
        factor, unit, name = style.factors.get(kind, 1.0), style.units.get(kind, ""), style.titles.get(kind, kind)
        old, new = old * factor, new * factor
        rows = [(f"Raw {name} data", [old, new], unit)]
        if kind == "eeg":
            rows.append((f"{name} Global Field Power", [old.std(0)[None], new.std(0)[None]], unit))
        elif kind in ("mag", "grad"):
            rows.append((f"{name} RMS", [np.sqrt((x**2).mean(0))[None] for x in (old, new)], unit))
        referenced = any(p["active"] and p["kind"] == 10 for p in before.info["projs"])
        if kind != "eeg" or not referenced:
            rows.append((f"Average across {name} channels", [old.mean(0)[None], new.mean(0)[None]], unit))
    panels = style.axes_for(None, len(rows), (8, 2.1 * len(rows) + 0.6), below=True)
    panels[0].figure.suptitle(title, fontsize=10)
    for ax, (name, both, unit) in zip(panels, rows):
        for data, colour in zip(both, ("r", "k")):
            ax.plot(times, data.T, color=colour, lw=0.8)
        ax.set(title=name, ylabel=unit, xlim=(times[0], times[-1]))
        style.tidy(ax)
    panels[-1].set_xlabel("Time (s)")
    return panels[0].figure
