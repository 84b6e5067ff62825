"""Components of several people that are alike."""

import numbers

import numpy as np

from ranvier import _core

from ...face import floats
from ...logs import tell
from ...logs import verbose as _verbose


def _among(number, n, what):
    """`number`, which must be one of `n`."""
    if isinstance(number, bool) or not isinstance(number, numbers.Integral) or not 0 <= number < n:
        raise ValueError(f"template must be the number of one of {n} {what}, from 0 on; got {number!r}")
    return int(number)


@_verbose
def corrmap(icas, template, threshold="auto", label=None, ch_type="eeg", *, sensors=True, show_names=False, contours=6,
            outlines="head", sphere=None, image_interp="cubic", extrapolate="auto", border="mean", cmap=None, plot=True,
            show=True, verbose=None):  # fmt: skip
    """Find components whose maps are like a template, in several decompositions.

    Maps like the template are averaged, and those like the average are found.

    Parameters
    ----------
    icas : list of ICA
        Fitted to the same channels.
    template : tuple of int | array of float, shape (n_channels,)
        The number of a decomposition and of its component, or a map.
    threshold : "auto" | float | list of float
        Least correlation; of several the best is taken. Above 1: standard deviations. Default "auto": 0.6 to 0.94.
    label : str | None
        What those found are called in `labels_` of their ICA. Default None: nothing is written there.
    ch_type : str
        Channels that are drawn. Default "eeg".
    sensors, show_names, contours, outlines, sphere, image_interp, extrapolate, border, cmap
        As of :meth:`ICA.plot_components`.
    plot : bool
        Whether to draw. Default True.
    show : bool
        Whether to open windows. Default True.

    Returns
    -------
    template_fig, labelled_ics : Figure
        The template, and those found. Only with `plot`.

    References
    ----------
    Campos Viola et al. 2009, doi:10.1016/j.clinph.2009.01.015
    """
    if not isinstance(plot, bool):
        raise ValueError(f"plot must be a bool; got {plot!r}")
    icas = list(icas)
    if not icas:
        raise ValueError("icas must be at least one fitted ICA")
    if any(ica.ch_names != icas[0].ch_names for ica in icas):
        raise ValueError("Not all ICA instances have the same channel names; interpolate bad channels, or pick those that "
                         "all have, before ICA is fitted")  # fmt: skip
    maps = [np.ascontiguousarray(ica.get_components().T) for ica in icas]
    of_one = np.shape(template) == (2,)
    if not of_one and np.shape(template) != (maps[0].shape[1],):
        raise ValueError("template must be the numbers of a decomposition and of its component, or a map of "
                         f"{maps[0].shape[1]} channels; got {np.shape(template)}")  # fmt: skip
    if of_one:
        own = maps[_among(template[0], len(maps), "decompositions")]
        target = own[_among(template[1], len(own), "components of that")]
    else:
        target = floats(template)
    limits = np.arange(60, 95) / 100 if isinstance(threshold, str) and threshold == "auto" else threshold
    try:
        median, found = _core.meeg.similar_maps(maps, target, floats(np.atleast_1d(limits)))
    except ValueError as error:
        raise RuntimeError(str(error)) from None
    tell(f"Median correlation with constructed map: {median:0.3f}")
    nobody = [k for k, those in enumerate(found) if not those]
    tell(f"No maps selected for subjects {nobody}, consider a lower threshold" if nobody
         else "At least 1 IC detected for each subject.")  # fmt: skip
    if label is not None:
        for ica, those in zip(icas, found):
            ica.labels_[label] = list(dict.fromkeys([*those, *ica.labels_.get(label, ())]))
    if not plot:
        return None
    from ...viz.ica import draw_similar

    look = dict(sensors=sensors, show_names=show_names, contours=contours, outlines=outlines, sphere=sphere,
                image_interp=image_interp, extrapolate=extrapolate, border=border, cmap=cmap)  # fmt: skip
    title = f"Template from subj. {template[0]}" if of_one else "Template"
    first = draw_similar(icas[0], [target], [""], title, ch_type, show, look)
    chosen = [(k, c) for k, those in enumerate(found) for c in those]
    names = [f"Subject {k}\nICA{c:03d}" for k, c in chosen]
    second = draw_similar(icas[0], [maps[k][c] for k, c in chosen], names, f"Detected components{f' of type {label}' if label else ''}",
                          ch_type, show, look)  # fmt: skip
    return first, second
