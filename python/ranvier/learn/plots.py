"""Pictures of what networks learnt, on matplotlib axes."""

import numpy as np


def _axes(ax):
    if ax is None:
        import matplotlib.pyplot as plt

        ax = plt.subplots(constrained_layout=True)[1]
    return ax


def plot_decision_boundary(model, X, y, ax=None, resolution=200):
    """Classes over the plane of two features, and the samples.

    Parameters
    ----------
    model : classifier
        Fitted on two features.
    X : array-like of shape (n_samples, 2)
    y : array-like of shape (n_samples,)
    ax : matplotlib Axes, optional
    resolution : int

    Returns
    -------
    ax : matplotlib Axes
    """
    X, y = np.asarray(X, dtype=float), np.asarray(y)
    if X.shape[1] != 2:
        raise ValueError(f"a decision boundary is drawn over two features; got {X.shape[1]}")
    ax = _axes(ax)
    margin = 0.1 * np.ptp(X, axis=0) + 1e-12
    (x0, y0), (x1, y1) = X.min(axis=0) - margin, X.max(axis=0) + margin
    u, v = np.meshgrid(np.linspace(x0, x1, resolution), np.linspace(y0, y1, resolution))
    classes = np.searchsorted(model.classes_, model.predict(np.column_stack([u.ravel(), v.ravel()])))
    top = len(model.classes_) - 1
    ax.contourf(u, v, classes.reshape(u.shape), levels=np.arange(top + 2) - 0.5, alpha=0.3, cmap="viridis")
    ax.scatter(*X.T, c=np.searchsorted(model.classes_, y), vmin=0, vmax=top, cmap="viridis", edgecolors="k", s=20)
    ax.set(xlabel="feature 0", ylabel="feature 1")
    return ax


def plot_loss(model, ax=None):
    """Loss after each epoch.

    Parameters
    ----------
    model : estimator with ``loss_curve_``
    ax : matplotlib Axes, optional

    Returns
    -------
    ax : matplotlib Axes
    """
    ax = _axes(ax)
    ax.plot(np.arange(1, len(model.loss_curve_) + 1), model.loss_curve_)
    ax.set(xlabel="epoch", ylabel="loss")
    return ax


def plot_map(som, values=None, ax=None, cmap="viridis"):
    """A value for each unit of a map, as squares or hexagons.

    Parameters
    ----------
    som : SelfOrganizingMap
    values : array-like of n_units, optional
        None: the U-matrix. ``som.hit_map(X)`` or one of ``som.component_planes()`` are others.
    ax : matplotlib Axes, optional
    cmap : str

    Returns
    -------
    ax : matplotlib Axes
    """
    from matplotlib.collections import PolyCollection

    ax = _axes(ax)
    values = som.u_matrix() if values is None else np.asarray(values)
    if som.lattice == "hexagonal":
        angles = np.pi / 6 + np.pi / 3 * np.arange(6)
        corners = np.column_stack([np.cos(angles), np.sin(angles)]) / np.sqrt(3)
    else:
        corners = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]])
    cells = PolyCollection(som.positions_[:, None] + corners, array=values.ravel(), cmap=cmap)
    ax.add_collection(cells)
    ax.autoscale_view()
    ax.set_aspect("equal")
    ax.figure.colorbar(cells, ax=ax)
    return ax


def plot_categories(model, X=None, ax=None):
    """Hyperboxes of a fuzzy ART or ARTMAP over two features.

    Parameters
    ----------
    model : FuzzyART or FuzzyARTMAP
    X : array-like of shape (n_samples, 2), optional
        Samples to draw beneath.
    ax : matplotlib Axes, optional

    Returns
    -------
    ax : matplotlib Axes
    """
    from matplotlib.patches import Rectangle

    low, high = model.hyperboxes()
    if low.shape[1] != 2:
        raise ValueError(f"hyperboxes are drawn over two features; got {low.shape[1]}")
    ax = _axes(ax)
    kinds = getattr(model, "_labels", np.arange(len(low)))
    for corner, size, kind in zip(low, high - low, kinds):
        ax.add_patch(Rectangle(corner, *size, fill=False, edgecolor=f"C{kind % 10}", linewidth=1.5))
    if X is not None:
        ax.scatter(
            *np.asarray(X).T,
            s=8,
            c=[
                f"C{k % 10}"
                for k in (
                    np.searchsorted(model.classes_, model.predict(X))
                    if hasattr(model, "classes_")
                    else model.predict(X)
                )
            ],
        )
    ax.autoscale_view()
    ax.set(xlabel="feature 0", ylabel="feature 1")
    return ax


def plot_patterns(patterns, shape=None, ax=None, columns=None):
    """Patterns of a memory, cues or what was recalled, as pictures side by side.

    Parameters
    ----------
    patterns : array-like of shape (n_patterns, n_units)
        ``recall.states`` or ``memory.patterns_``, for example.
    shape : (int, int), optional
        Rows and columns of a picture; None: a square.
    ax : matplotlib Axes, optional
    columns : int, optional
        Pictures in a row; None: all in one.

    Returns
    -------
    ax : matplotlib Axes
    """
    patterns = np.atleast_2d(np.asarray(patterns, dtype=float))
    n, units = patterns.shape
    rows, width = (int(np.sqrt(units)),) * 2 if shape is None else shape
    if rows * width != units:
        raise ValueError(f"{units} units don't fill a picture of {rows} x {width}; say shape=(rows, columns)")
    columns = n if columns is None else int(columns)
    lines = -(-n // columns)
    sheet = np.full((lines * (rows + 1) - 1, columns * (width + 1) - 1), np.nan)
    for k, pattern in enumerate(patterns):
        top, left = k // columns * (rows + 1), k % columns * (width + 1)
        sheet[top : top + rows, left : left + width] = pattern.reshape(rows, width)
    ax = _axes(ax)
    ax.imshow(sheet, cmap="gray_r", interpolation="nearest")
    ax.set(xticks=[], yticks=[])
    return ax


def plot_recall(recall, ax=None):
    """Energy of each cue, flip after flip.

    Parameters
    ----------
    recall : Recall
        What ``HopfieldNetwork.recall`` returned.
    ax : matplotlib Axes, optional

    Returns
    -------
    ax : matplotlib Axes
    """
    ax = _axes(ax)
    for path in recall.energies:
        ax.plot(path)
    ax.set(xlabel="flip", ylabel="energy")
    return ax


def plot_damage(fractions, scores, ax=None, label=None):
    """Mean and spread of a damage curve.

    Parameters
    ----------
    fractions, scores : ndarray
        What :func:`ranvier.learn.damage_curve` returned.
    ax : matplotlib Axes, optional
    label : str, optional

    Returns
    -------
    ax : matplotlib Axes
    """
    ax = _axes(ax)
    mean, spread = scores.mean(axis=1), scores.std(axis=1)
    (line,) = ax.plot(fractions, mean, "o-", label=label)
    ax.fill_between(fractions, mean - spread, mean + spread, alpha=0.2, color=line.get_color())
    ax.set(xlabel="part lost", ylabel="score")
    return ax
