"""What is good, bad and repaired in which epochs."""

import numpy as np

from ..checks import one_of
from . import style


def plot_reject_log(log, orientation, show_names, aspect, show, ax):
    """Draw a RejectLog. See `RejectLog.plot`."""
    from matplotlib.colors import ListedColormap
    from matplotlib.patches import Patch, Rectangle

    one_of("orientation", orientation, ("vertical", "horizontal"))
    n_epochs, n_channels = np.shape(log.labels)
    step = show_names
    if step == "auto":
        step = 1 if n_channels < 25 else 5
    ax = style.pyplot().subplots(figsize=(12, 6), layout="constrained")[1] if ax is None else ax
    image = np.asarray(log.labels, float)
    look = ListedColormap(["lightgreen", "red", "blue"])
    look.set_bad("white")
    across = orientation == "vertical"  # channels are columns
    ax.imshow(image if across else image.T, cmap=look, vmin=-0.5, vmax=2.5, interpolation="nearest", aspect=aspect)
    names, numbers = (ax.xaxis, ax.yaxis) if across else (ax.yaxis, ax.xaxis)
    names.set_ticks(range(0, n_channels, step), list(log.ch_names)[::step], fontsize=8, rotation=90 if across else 0)
    names.set_label_text("Channels")
    numbers.set_label_text("Epochs")
    ax.tick_params(length=0)
    for k in np.flatnonzero(log.bad_epochs):
        corner, size = (-0.5, k - 0.5), (n_channels, 1)
        corner, size = (corner, size) if across else (corner[::-1], size[::-1])
        ax.add_patch(Rectangle(corner, *size, linewidth=1, edgecolor="r", facecolor="none"))
    words = {"good": "lightgreen", "interpolated": "blue", "bad": "red"}
    ax.legend(handles=[Patch(color=colour, label=word) for word, colour in words.items()], loc="lower center",
              bbox_to_anchor=(0.5, 1.0), ncol=3, frameon=False)  # fmt: skip
    return style.shown(ax.figure, show)
