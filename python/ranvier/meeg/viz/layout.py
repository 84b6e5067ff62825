"""Layouts."""

from . import style


def plot_layout(layout, picks=None, show_axes=False, show=True):
    """Draw where the channels of a layout stand.

    Parameters
    ----------
    layout : Layout
    picks : str | int | slice | list | None
        Channels, as of `Layout.pick`; None: all.
    show_axes : bool
        Whether the edges of the axes are drawn. Default False.
    show : bool

    Returns
    -------
    fig : matplotlib.figure.Figure
    """
    ax = style.pyplot().subplots(figsize=(6.4, 6.4), layout="constrained")[1]
    ax.set_aspect("equal")
    ax.axis("off")
    ax.plot([0, 1, 1, 0, 0], [0, 0, 1, 1, 0], color="k", lw=1)
    layout = layout.copy().pick(picks)
    for (x, y, width, height), name in zip(layout.pos, layout.names):
        ax.annotate(name, (x + width / 2, y + height / 2), ha="center", va="center", size="x-small")
        if show_axes:
            right, top = x + width, y + height
            ax.plot([x, x, right, right, x], [y, top, top, y, y], color="k", lw=0.8)
    return style.shown(ax.figure, show)


__all__ = ["plot_layout"]
