"""Averages in units of the noise."""

import numpy as np

from ..cov.covariance import covariance_of, pick_channels_cov
from ..cov.whitening import whiten_evoked
from ..logs import verbose as _verbose
from ..picks import picks_to_idx
from ..rank import compute_rank
from . import style
from .evoked import by_type, draw_butterfly


@_verbose
def plot_evoked_white(evoked, noise_cov, show=True, rank=None, time_unit="s", sphere=None, axes=None, *,
                      spatial_colors="auto", verbose=None):  # fmt: skip
    """Draw a whitened average, and its global field power.

    Where the covariance is that of the noise, the baseline of a channel lies within ±1.96 for 95 % of the time (dotted
    lines), and the global field power, a χ² over its degrees of freedom, about 1 (dashed line).

    Parameters
    ----------
    evoked : Evoked
    noise_cov : Covariance | str | Path | list of Covariance
        The noise; of several the first whitens the channels on the left, and the powers of all are on the right.
    rank : None | "info" | "full" | dict
        As for :func:`ranvier.meeg.compute_rank`.
    time_unit : "s" | "ms"
    sphere : see `plot_topomap`; for the small head with the channels' colours
    axes : list of matplotlib.axes.Axes | None
        One for each type of channel and one for the power; of several covariances two for each type, shape (n_types, 2).
    spatial_colors : bool | "auto"
        Whether colours tell where a channel is.
    show : bool

    Returns
    -------
    fig : matplotlib.figure.Figure

    References
    ----------
    Engemann & Gramfort 2015, NeuroImage 108:328, doi:10.1016/j.neuroimage.2014.12.040
    """
    covs = list(map(covariance_of, noise_cov if isinstance(noise_cov, (list, tuple)) else [noise_cov]))
    if not covs:
        raise ValueError("noise_cov must hold at least one covariance; got none")
    evoked = evoked.copy()
    evoked.del_proj([k for k, p in enumerate(evoked.info["projs"]) if not p["active"]])
    evoked.pick(picks_to_idx(evoked.info, None, exclude="bads", with_ref_meg=False))
    groups = by_type(evoked, None, ())
    # What Maxwell filtering leaves is of all sensors, and so is one rank for MEG.
    together = evoked.info["proc_history"] or (isinstance(rank, dict) and "meg" in rank)
    if together and {"mag", "grad"} <= set(groups):
        groups = {"meg": sorted(groups.pop("mag") + groups.pop("grad")), **groups}
    ranks = [{kind: _rank(cov, rank, evoked, idx) for kind, idx in groups.items()} for cov in covs]
    white = [whiten_evoked(evoked, cov, rank=of) for cov, of in zip(covs, ranks)]

    n, several = len(groups), len(covs) > 1
    shape = (n, 2) if several else (n + 1, 1)
    if axes is None:
        _, axes = style.pyplot().subplots(
            *shape, figsize=(8.8, 2.3 * shape[0]), sharex=True, layout="constrained", squeeze=False
        )
    elif (axes := np.array(axes)).size != shape[0] * shape[1]:
        raise ValueError(f"axes must have shape {shape if several else shape[:1]}; got {axes.shape}")
    axes = axes.reshape(shape)
    times = evoked.times * style.times_in(time_unit)
    for k, (kind, idx) in enumerate(groups.items()):
        title = f"MEG, all sensors ({len(idx)} channels)" if kind == "meg" else None
        draw_butterfly(axes[k, 0], white[0], idx, kind, factor=1.0, unit="σ", spatial_colors=spatial_colors, gfp=False,
                       time_unit=time_unit, hline=(-1.96, 1.96), title=title, sphere=sphere)  # fmt: skip
        panel = axes[k, 1] if several else axes[n, 0]
        for cov, of, each, colour in zip(covs, ranks, white, style.cycle):
            label = cov.get("method") or "empirical"
            name = style.titles.get(kind, "MEG")
            panel.plot(times, (each.data[idx] ** 2).sum(axis=0) / of[kind], lw=0.9,
                       color=colour if several else style.line_colours.get("mag" if kind == "meg" else kind, colour),
                       label=label if several else f"{name} (rank {of[kind]})")  # fmt: skip
            panel.set_title(
                f"{name} (rank {of[kind]})" if several else f"Global field power, covariance: {label}", fontsize=10
            )
    for panel in axes[:, 1] if several else axes[n:, 0]:
        panel.axhline(1, color="#C62828", ls="--", lw=1.2)
        panel.set(ylabel="χ² / rank", ylim=(0, 10), xlim=(times[0], times[-1]))
        panel.legend(loc="upper right", fontsize=8)
        style.tidy(panel)
    for last in axes[-1]:
        last.set_xlabel(f"Time ({time_unit})")
    return style.shown(axes[0, 0].figure, show)


def _rank(cov, rank, evoked, idx):
    """How many dimensions the channels `idx` have."""
    some = evoked.copy().pick(idx)
    if isinstance(rank, dict):
        types = set(some.get_channel_types())
        kinds = types | ({"meg"} if types & {"mag", "grad"} else set())
        rank = {kind: number for kind, number in rank.items() if kind in kinds}
    return sum(
        compute_rank(pick_channels_cov(cov, some.ch_names, ordered=False), rank or None, info=some.info).values()
    )
