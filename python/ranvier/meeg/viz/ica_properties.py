"""What a component is: its map, its course, its spectrum."""

import numpy as np

from ..checks import not_yet, one_of
from ..epochs.base import BaseEpochs
from ..epochs.making import Epochs
from ..event import make_fixed_length_events
from ..logs import verbose as _verbose
from ..preprocessing.ica.inputs import one_of_nouns
from . import style
from .epochs import plot_epochs_image
from .head import draw_map
from .ica_maps import chosen, kind_of, maps_of_component, title_of


def _pieces(ica, inst, reject, reject_by_annotation):
    """Sources in pieces, which of them are bad, and what they are called."""
    if isinstance(inst, BaseEpochs):
        return ica.get_sources(inst), [], "Epochs"
    reject = ica.reject_ if isinstance(reject, str) and one_of("reject", reject, ("auto",)) else reject
    events = make_fixed_length_events(inst, duration=2.0)
    cut = dict(tmin=0, tmax=2 - 1 / float(inst.info["sfreq"]), baseline=None, proj=False, verbose="error")
    judged = Epochs(inst, events, reject=reject, reject_by_annotation=reject_by_annotation, **cut).drop_bad()
    sources = Epochs(ica.get_sources(inst), events, reject_by_annotation=False, preload=True, **cut)
    bad = [k for k, why in enumerate(judged.drop_log) if why]
    if len(bad) == len(sources):
        raise RuntimeError(f"none of {len(events)} pieces of 2 s is clean with reject={reject!r} and "
                           f"reject_by_annotation={reject_by_annotation!r}")  # fmt: skip
    return sources, bad, "Segment"


@_verbose
def plot_ica_properties(ica, inst, picks=None, axes=None, dB=True, plot_std=True, log_scale=False, topomap_args=None,
                        image_args=None, psd_args=None, figsize=None, show=True, reject="auto",
                        reject_by_annotation=True, *, estimate="power", verbose=None):  # fmt: skip
    """Draw for each component its map, its epochs as an image with their mean, its spectrum, and its variance over time.

    Parameters
    ----------
    ica : ICA
    inst : Raw | Epochs
        A recording is cut into pieces of 2 s.
    picks : int | list of int | None
        Components. Default None: the first five.
    axes : list of Axes | None
        Five: map, image, mean, spectrum, variance; for one component.
    dB : bool
        Whether power is drawn in dB. Default True.
    plot_std : bool | float
        Whether the spread of spectra over epochs is drawn, or how many standard deviations of it. Default True: 1.
    log_scale : bool
        Whether frequencies are drawn on a logarithmic axis.
    topomap_args, image_args, psd_args : dict | None
        Further arguments of the map (:func:`plot_topomap`), the image (`Epochs.plot_image`) and `compute_psd`.
    figsize : tuple | None
        Default (7, 6).
    reject : dict | "auto" | None
        Limits by which pieces count as bad: they are left out of the image, the spectrum and the histogram. Default
        "auto": those that ICA was fitted with.
    reject_by_annotation : bool
        Whether pieces with stretches annotated as bad are left out too. Default True.
    estimate : "power" | "amplitude"

    Returns
    -------
    figs : list of Figure
    """
    plt = style.pyplot()
    one_of("estimate", estimate, ("power", "amplitude"))
    for name, value in (("psd_args", psd_args), ("topomap_args", topomap_args), ("image_args", image_args)):
        if value is not None and not isinstance(value, dict):
            raise TypeError(f"{name} must be a dictionary; got {type(value).__name__}")
    if not isinstance(plot_std, (bool, int, float)):
        raise TypeError(f"plot_std must be a bool or a number; got {plot_std!r}")
    one_of_nouns(inst, evoked=False)
    idx = [int(k) for k in chosen(ica, picks)][: 5 if picks is None else None]
    if axes is not None and len(idx) > 1:
        raise ValueError("axes are those of one component; name it in picks")
    sources, bad, word = _pieces(ica, inst, reject, reject_by_annotation)
    good = np.setdiff1d(np.arange(len(sources)), bad)
    highest, low_pass = float(sources.info["sfreq"]) / 2, float(sources.info["lowpass"])
    settings = {"fmax": min(low_pass * 1.25, highest)} | (psd_args or {})
    spectrum = sources[good].compute_psd(picks="misc", exclude=(), **settings)
    power, freqs = spectrum.get_data(picks="misc", exclude=(), return_freqs=True)
    kind = None if ica.info is None else kind_of(ica, (topomap_args or {}).get("ch_type"))
    edge = low_pass if low_pass < highest and settings["fmax"] > low_pass else None
    figures = []
    for k in idx:
        if axes is None:
            figure = plt.figure(figsize=figsize or (7, 6), facecolor="0.95")
            places = ((0.08, 0.5, 0.3, 0.45), (0.5, 0.6, 0.45, 0.35), (0.5, 0.5, 0.45, 0.1), (0.11, 0.1, 0.29, 0.3),
                      (0.5, 0.1, 0.45, 0.25))  # fmt: skip
            names = ("topomap", "image", "erp", "spectrum", "variance")
            panels = [figure.add_axes(place, label=name) for place, name in zip(places, names)]
        else:
            panels = style.axes_list(axes, 5)
        _draw_map_of(ica, k, kind, panels[0], topomap_args or {})
        one = sources.copy().pick([k])
        variance = one._data[:, 0].var(-1)
        one._data[bad] = 0
        plot_epochs_image(one, picks=[0], axes=panels[1:3], colorbar=False, show=False,
                          **{"title": f"{word} image and ERP/ERF"} | (image_args or {}))  # fmt: skip
        panels[1].set_ylabel(word)
        panels[1].set_xlabel("")
        panels[2].set(xlabel="Time (s)", ylabel="AU")
        _draw_spectrum(panels[3], freqs, power[:, k], dB, estimate, float(plot_std), log_scale, edge)
        _draw_variance(panels[4], variance, bad, good, word)
        figures.append(style.shown(panels[0].figure, show))
    return figures


def _draw_map_of(ica, k, kind, ax, args):
    args = {name: value for name, value in args.items() if name != "ch_type"}
    sphere, vlim, cmap, colorbar = (args.pop(name, default) for name, default in (
        ("sphere", None), ("vlim", (None, None)), ("cmap", "RdBu_r"), ("colorbar", False)))  # fmt: skip
    if args.keys() - {"sensors", "contours", "outlines", "image_interp", "extrapolate", "border", "res"}:
        raise not_yet(f"topomap_args={args!r}", "sensors, contours, outlines, image_interp, extrapolate, border, res, sphere, "
                      "vlim, cmap, colorbar and ch_type")  # fmt: skip
    _, places, values, _ = maps_of_component(ica, kind, ica.get_components()[:, k], sphere)[0]
    picture, _ = draw_map(ax, values, places, vlim, cmap, kind=kind, **args)
    ax.set_title(title_of(ica, k, kind), fontsize=12)
    if colorbar:
        ax.figure.colorbar(picture, ax=ax, shrink=0.7, label="AU")


def _draw_spectrum(ax, freqs, power, dB, estimate, deviations, log_scale, edge):
    values = np.sqrt(power) if estimate == "amplitude" else power
    unit = "AU" if estimate == "amplitude" else "AU²/Hz"
    if dB:
        values, unit = (
            (20 if estimate == "amplitude" else 10) * np.log10(np.maximum(values, np.finfo(float).tiny)),
            f"{unit} (dB)",
        )
    mean = values.mean(0)
    ax.plot(freqs, mean, color="k")
    if deviations:
        off = values - mean
        sides = []
        for side in (off < 0, off > 0):  # of those below and of those above
            number = np.maximum(side.sum(0), 1)
            sides.append(deviations * np.sqrt((off**2 * side).sum(0) / number))
        ax.fill_between(freqs, mean - sides[0], mean + sides[1], color="k", alpha=0.2)
    if edge is not None:
        ax.axvline(edge, lw=2, ls="--", color="k", alpha=0.2)
    ax.set(title="Spectrum", xlabel="Frequency (Hz)", ylabel=unit, xlim=(freqs[0], freqs[-1]))
    if log_scale:
        ax.set_xscale("log")
        if not dB:
            ax.set_yscale("log")
        ax.set_xlim(max(freqs[0], freqs[1]), freqs[-1])
    style.tidy(ax)


def _draw_variance(ax, variance, bad, good, word):
    colours = ["r" if k in set(bad) else "k" for k in range(len(variance))]
    ax.scatter(np.arange(len(variance)), variance, c=colours, alpha=0.5, lw=0, s=14)
    ax.set(title=f"Dropped {'segments' if word == 'Segment' else 'epochs'}: {100 * len(bad) / len(variance):.2f} %", xlabel=word,
           ylabel="Variance (AU)")  # fmt: skip
    beside = ax.inset_axes([1.02, 0, 0.3, 1], sharey=ax)
    beside.hist(variance[good], orientation="horizontal", color="k", alpha=0.5)
    beside.axis("off")
    style.tidy(ax)
