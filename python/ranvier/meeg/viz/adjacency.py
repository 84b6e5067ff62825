"""Which channels are neighbours."""

import numpy as np

from ..checks import one_of
from . import style
from .head import bare, draw_head, positions


def _lines(axes, places, matrix, colour="#C62828"):
    """A line between each two neighbours, as a dict from pairs of channels to lines."""
    rows, columns = np.nonzero(np.triu(matrix, 1))
    return {(int(r), int(c)): axes.plot(*places[[r, c]].T, color=colour, lw=1)[0] for r, c in zip(rows, columns)}


def plot_ch_adjacency(info, adjacency, ch_names, kind="2d", edit=False):
    """Draw which channels are neighbours: a line between each two.

    Parameters
    ----------
    info : Info
        Where the channels are.
    adjacency : array | scipy.sparse matrix, shape (n_channels, n_channels)
        As `find_ch_adjacency` gives it.
    ch_names : list of str
        Its rows' channels.
    kind : "2d" | "3d"
    edit : bool
        Whether clicks change `adjacency`: the first chooses a channel, one on a second joins the two, or parts them where
        they were joined, one on the same channel gives it free. For "2d" only. Default False.

    Returns
    -------
    fig : matplotlib.figure.Figure
    """
    one_of("kind", kind, ("2d", "3d"))
    if edit and kind == "3d":
        raise ValueError('edit=True needs kind="2d", where a click means one channel')
    if adjacency.shape != (len(ch_names), len(ch_names)):
        raise ValueError(
            f"adjacency must have a row and a column for each of {len(ch_names)} channels; got {adjacency.shape}"
        )
    if lost := [name for name in ch_names if name not in info.ch_names]:
        raise ValueError(f"info lacks the channels {', '.join(lost[:5])}{', ...' if len(lost) > 5 else ''}")
    idx = [info.ch_names.index(name) for name in ch_names]
    matrix = np.asarray(adjacency.toarray() if hasattr(adjacency, "toarray") else adjacency) != 0
    plt = style.pyplot()
    if kind == "3d":
        axes = plt.figure(figsize=(6, 6)).add_subplot(projection="3d")
        places = np.array([info["chs"][k]["loc"][:3] for k in idx])
        axes.scatter(*places.T, s=25, c="#1b1b1b")
        _lines(axes, places, matrix)
        for place, name in zip(places, ch_names):
            axes.text(*place, name, fontsize=6)
        axes.set_aspect("equal")
        return style.shown(axes.figure, True)

    axes = plt.subplots(figsize=(6.5, 6.5), layout="constrained")[1]
    places = positions(info, idx)
    draw_head(axes)
    lines = _lines(axes, places, matrix)
    axes.scatter(*places.T, s=30, c="#1b1b1b", zorder=6)
    if not edit:
        for (x, y), name in zip(places, ch_names):
            axes.text(x, y + 0.03, name, fontsize=6, ha="center", va="bottom", zorder=7)
    bare(axes, max(1.22, float(np.abs(places).max()) * 1.08))
    axes.set_title(f"{len(idx)} channels, {len(lines)} pairs of neighbours", fontsize=10)
    if edit:
        _editable(axes, places, adjacency, lines)
    return style.shown(axes.figure, True)


def _editable(axes, places, adjacency, lines):
    """Let clicks join and part channels, in the picture and in `adjacency`."""
    chosen = []  # a channel and its mark

    def click(event):
        if event.inaxes is not axes:
            return
        apart = np.linalg.norm(axes.transData.transform(places) - [event.x, event.y], axis=1)
        nearest = int(apart.argmin())
        if apart[nearest] > 15:  # points
            return
        if chosen:
            before, mark = chosen.pop()
            mark.remove()
            if before == nearest:
                axes.figure.canvas.draw_idle()
                return
            pair = (min(before, nearest), max(before, nearest))
            joined = pair in lines
            adjacency[pair] = adjacency[pair[::-1]] = not joined
            if joined:
                lines.pop(pair).remove()
            else:
                lines[pair] = axes.plot(*places[list(pair)].T, color="tab:green", lw=1)[0]
        chosen.append((nearest, axes.scatter(*places[[nearest]].T, s=60, c="tab:green", zorder=7)))
        axes.figure.canvas.draw_idle()

    axes.figure.canvas.mpl_connect("button_press_event", click)


__all__ = ["plot_ch_adjacency"]
