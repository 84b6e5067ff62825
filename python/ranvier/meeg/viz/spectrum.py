"""Power over frequency."""

import numpy as np

from ranvier import _core
from ranvier.errors import warn

from ..checks import one_of
from ..picks import picks_to_idx
from . import style
from .evoked import by_type, legend_head
from .head import draw_map, merged, merged_mask

_bands = {
    "Delta (0-4 Hz)": (0, 4), "Theta (4-8 Hz)": (4, 8), "Alpha (8-12 Hz)": (8, 12), "Beta (12-30 Hz)": (12, 30),
    "Gamma (30-45 Hz)": (30, 45),
}  # fmt: skip


def averaged(spectrum):
    """The power, whatever the spectrum holds, with the mean over epochs, segments and tapers."""
    power = spectrum._like(spectrum._engine.power())
    return power.average() if hasattr(power, "events") else power


def written(power, kind, dB, amplitude):
    """Power in the units drawn, and their name."""
    factor, unit = style.factors.get(kind, 1.0), style.units.get(kind, "")
    values = power * factor**2
    if amplitude:
        values, name = np.sqrt(values), f"{unit}/√Hz"
        return (20 * np.log10(np.maximum(values, 1e-300)), f"{name} (dB)") if dB else (values, name)
    name = _core.meeg.density_unit(unit)
    return (10 * np.log10(np.maximum(values, 1e-300)), f"{name} (dB)") if dB else (values, name)


def plot_spectrum(spectrum, *, picks=None, average=False, dB=True, amplitude=False, xscale="linear", ci="sd",
                  ci_alpha=0.3, color="black", alpha=None, spatial_colors=True, sphere=None, exclude=(), axes=None,
                  show=True):  # fmt: skip
    """Draw power over frequency, one picture for each channel type.

    Parameters
    ----------
    spectrum : Spectrum | EpochsSpectrum
        Epochs are averaged.
    picks : str | list | slice | None
        Channels; None: data channels.
    average : bool
        Whether to draw the mean over channels with a band. Default False.
    dB : bool
        Whether the scale is in decibel. Default True.
    amplitude : bool
        Whether to draw amplitude instead of power.
    xscale : "linear" | "log"
    ci : "sd" | "range" | None
        Band of ``average=True``.
    sphere : see `plot_topomap`; for the small head with the channels' colours
    spatial_colors : bool
        Whether colours tell where a channel is, and bad ones are grey; otherwise bad ones are red. Default True.
    axes : matplotlib.axes.Axes | list | None
        One for each type.
    """
    one_of("ci", ci, ("sd", "std", "range", None))
    one_of("xscale", xscale, ("linear", "log"))
    spectrum = averaged(spectrum)
    groups = by_type(spectrum, picks, exclude, with_ref_meg=False)
    axes = style.axes_for(axes, len(groups), (7.2, 0.6 + 2.7 * len(groups)), below=True)
    freqs = spectrum.freqs
    for ax, (kind, rows) in zip(axes, groups.items()):
        values, unit = written(spectrum.data[rows], kind, dB, amplitude)
        for edge in (spectrum.info["highpass"], spectrum.info["lowpass"]):
            if freqs[0] < edge < freqs[-1]:
                ax.axvline(edge, color="#888888", lw=0.8, ls=":")
        colours = style.spatial_colours(spectrum.info, rows)
        if average:
            mean = values.mean(axis=0)
            ax.plot(freqs, mean, color=color, lw=1.4, alpha=alpha)
            if ci in ("sd", "std"):
                spread = values.std(axis=0)
                ax.fill_between(freqs, mean - spread, mean + spread, color=color, alpha=ci_alpha, lw=0)
            elif ci == "range":
                ax.fill_between(freqs, values.min(axis=0), values.max(axis=0), color=color, alpha=ci_alpha, lw=0)
        else:
            placed = spatial_colors and style.has_places(spectrum.info, rows).sum() > 1
            if spatial_colors and not style.has_places(spectrum.info, rows).any():
                warn(f"{kind} channels have no places that colours could tell: set a montage, or spatial_colors=False")
            for line, k, colour in zip(values, rows, colours):
                bad = spectrum.ch_names[k] in spectrum.info["bads"]
                ax.plot(freqs, line, lw=0.7, alpha=0.75 if alpha is None else alpha,
                        color=("0.5" if placed else "r") if bad else colour if placed else color)  # fmt: skip
            if placed:
                legend_head(ax, spectrum.info, rows, colours, "upper right", sphere)
        if xscale == "log":
            ax.set_xscale("log")
        ax.set_xlim(freqs[freqs > 0][0] if xscale == "log" else freqs[0], freqs[-1])
        ax.set_ylabel(unit)
        ax.set_title(f"{style.titles.get(kind, kind)} ({len(rows)} channels)", fontsize=10)
        ax.grid(color="#E6E6E6", lw=0.6)
        ax.set_axisbelow(True)
        style.tidy(ax)
    axes[-1].set_xlabel("Frequency (Hz)")
    return style.shown(axes[0].figure, show)


def plot_spectrum_topomap(spectrum, bands=None, ch_type=None, *, normalize=False, agg_fun=None, dB=False, sensors=True,
                          show_names=False, contours=6, sphere=None, res=64, size=1, cmap=None, vlim=(None, None),
                          cnorm=None, colorbar=True, cbar_fmt="auto", units=None, axes=None, show=True, **look):  # fmt: skip
    """Draw the power of frequency bands on the head.

    Parameters
    ----------
    spectrum : Spectrum | EpochsSpectrum
    bands : dict | None
        Name -> (low, high) [Hz] or one frequency. Default: delta, theta, alpha, beta, gamma, as far as they are covered.
    normalize : bool
        Whether power is divided by the whole.
    agg_fun : callable | None
        How frequencies make one value; default the mean, or the sum where normalised.
    vlim : tuple (low, high) | "joint"
        Colour limits; "joint": the same for all bands.
    cbar_fmt : str
        Format of the numbers at the colour bars, as "%3.1f". Default "auto": matplotlib's.
    units : str | dict | None
        Unit that is written, or units by channel type.
    axes : list of matplotlib.axes.Axes | None
        One for each band.
    **look
        `sphere`, `outlines`, `image_interp`, `extrapolate`, `border`, `mask`, `mask_params` and `mask_label_params` of
        `plot_topomap`.
    """
    style.check_norm(cnorm, vlim)
    spectrum = averaged(spectrum)
    types = spectrum.info.get_channel_types(unique=True, only_data_chs=True)
    ch_type = ch_type or next((t for t in ("mag", "grad", "eeg") if t in types), types[0] if types else "eeg")
    idx = [int(k) for k in picks_to_idx(spectrum.info, ch_type, exclude="bads")]
    freqs = spectrum.freqs
    if bands is None:
        bands = {
            name: limits
            for name, limits in _bands.items()
            if limits[0] >= freqs[0] - 1 and limits[1] <= freqs[-1] + 1e-9
        }
    power = spectrum.data[idx]
    if normalize:
        power = power / power.sum(axis=-1, keepdims=True)
    combine = agg_fun or (np.sum if normalize else np.mean)
    maps = []
    for name, limits in bands.items():
        if np.ndim(limits) == 0:
            inside = [int(np.argmin(np.abs(freqs - limits)))]
        else:
            inside = np.flatnonzero((freqs >= limits[0]) & (freqs <= limits[1]))
        if not len(inside):
            raise ValueError(f"band {name!r} has no frequencies; they run from {freqs[0]:g} to {freqs[-1]:g} Hz")
        values = combine(power[:, inside], axis=-1)
        unit = "share"
        if not normalize:
            values, unit = written(values, ch_type, dB, False)
        elif dB:
            values, unit = 10 * np.log10(values), "dB"
        maps.append((str(name), *merged(spectrum.info, idx, values, ch_type, sphere)))
    if not maps:
        raise ValueError("no band lies within the frequencies; pass bands=")
    if look.get("mask") is not None:
        look["mask"] = merged_mask(spectrum.info, idx, look["mask"], ch_type)[0]
    axes = style.axes_for(axes, len(maps), (2.3 * size * len(maps), 2.4 * size))
    vlim = style.joint(vlim, [m[2] for m in maps])
    unit = units.get(ch_type, unit) if isinstance(units, dict) else units or unit
    for ax, (name, places, values, labels) in zip(axes, maps):
        low, high = style.bound(vlim, values)
        picture, _ = draw_map(ax, values, places, (low, high), cmap or ("viridis" if not low < 0 < high else "RdBu_r"),
                              kind=ch_type, norm=cnorm, sensors=sensors, names=style.labels_of(show_names, labels),
                              contours=contours, res=res, **look)  # fmt: skip
        ax.set_title(name, fontsize=9)
        if colorbar:
            bar = ax.figure.colorbar(
                picture, ax=ax, shrink=0.6, pad=0.02, format=None if cbar_fmt == "auto" else cbar_fmt
            )
            bar.ax.tick_params(labelsize=7)
            bar.set_label(unit, fontsize=7)
    return style.shown(axes[0].figure, show)
