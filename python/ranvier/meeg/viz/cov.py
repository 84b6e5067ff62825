"""Covariances: their matrices, and how many dimensions they have."""

import numpy as np

from ranvier import _core

from ..cov.covariance import Covariance
from ..logs import verbose as _verbose
from ..picks import excluded
from . import style


@_verbose
def plot_cov(cov, info, exclude=(), colorbar=True, proj=False, show_svd=True, show=True, verbose=None):
    """Draw a covariance, type by type.

    Parameters
    ----------
    cov : Covariance
    info : Info
    exclude : list of str | "bads"
        Channels to leave out; "bads": those of `info`. Default: none.
    colorbar : bool
        Whether colours are explained. Default True.
    proj : bool
        Whether projections of `info` are applied first. Default False.
    show_svd : bool
        Whether a second figure shows standard deviations along principal directions, and the rank. Default True.

    Returns
    -------
    fig_cov : Figure
    fig_svd : Figure | None
    """
    if not isinstance(cov, Covariance):
        raise TypeError(f"cov must be a Covariance; got {type(cov).__name__}")
    names = sorted(excluded(info, exclude))
    parts = _core.meeg.covariance_parts(cov, info._engine, names, bool(proj))
    if not parts:
        raise ValueError("the covariance and info have no channel in common; nothing can be drawn")
    for kind, data, _, _ in parts:
        if not data.any():
            raise ValueError(f"the covariance of {kind} channels is zero; nothing can be drawn")
    displays = _core.meeg.displays()

    def panels():
        figure, axes = style.pyplot().subplots(
            1, len(parts), squeeze=False, figsize=(3.8 * len(parts), 3.7), layout="constrained"
        )
        return figure, axes[0]

    fig_cov, axes = panels()
    for ax, (kind, data, _, _) in zip(axes, parts):
        reach = np.abs(data).max()
        image = ax.imshow(data, interpolation="nearest", vmin=-reach, vmax=reach, cmap="RdBu_r")
        ax.set_title(f"{displays[kind][0]} covariance")
        if colorbar:
            fig_cov.colorbar(image, ax=ax, format="%.0e", shrink=0.8)
    fig_svd = None
    if show_svd:
        fig_svd, axes = panels()
        for ax, (kind, _, singular, rank) in zip(axes, parts):
            title, unit, factor, _ = displays[kind]
            sigma = np.sqrt(np.where(singular > 0, singular, 1e-10 * singular[singular > 0].min())) * factor
            ax.plot(sigma, color="k", zorder=3)
            ax.axvline(rank - 1, ls="--", color="r", alpha=0.5, clip_on=False)
            ax.set(yscale="log", xlabel="Eigenvalue index", ylabel=f"Noise σ ({unit})", title=f"{title} covariance",
                   xlim=(0, max(len(sigma) - 1, 1)))  # fmt: skip
            ax.text(rank - 1, ax.get_ylim()[1], f"rank ≈ {rank}", ha="right", va="top", color="r", alpha=0.7)
    return style.shown(fig_cov, show), fig_svd and style.shown(fig_svd, show)
