"""Graceful degradation: what is left of a network when parts of it are."""

import copy

import numpy as np
from sklearn.utils import check_array, check_random_state
from sklearn.utils.validation import check_is_fitted

from ranvier import _core
from ranvier.learn.base import seed_of

_engine = _core.learn


def _chosen(count, fraction, seed):
    return _engine.chosen(count, int(round(fraction * count)), seed)


def lesion(model, fraction, kind="weights", random_state=None):
    """A damaged copy of a trained network.

    Parameters
    ----------
    model : MLPClassifier, MLPRegressor, SelfOrganizingMap or HopfieldNetwork
    fraction : float
        Part that is lost, in [0, 1].
    kind : {'weights', 'units'}
        Single weights become 0 (of a Hopfield network both directions), or units fall silent: hidden units of a net, units
        of a map (of those that it has left) or of a memory (whose weights all become 0).
    random_state : int, RandomState or None
        Which are lost.

    Returns
    -------
    damaged : estimator
        The model itself stays as it is. Lost units of a map and of a memory stay lost; a net that learns on (`partial_fit`)
        lets lost weights grow again.
    """
    if not 0 <= fraction <= 1:
        raise ValueError(f"fraction must be in [0, 1]; got {fraction!r}")
    if kind not in ("weights", "units"):
        raise ValueError(f"kind must be 'weights' or 'units'; got {kind!r}")
    check_is_fitted(model)
    seed = seed_of(random_state)
    damaged = copy.deepcopy(model)
    name = type(model).__name__
    if name in ("MLPClassifier", "MLPRegressor"):
        coefs = damaged.coefs_
        parts = [W.ravel() for W in coefs] if kind == "weights" else coefs[1:]  # of units: what the next layer hears
        starts = np.cumsum([0] + [len(part) for part in parts])
        lost = _chosen(starts[-1], fraction, seed)
        for part, begin, end in zip(parts, starts[:-1], starts[1:]):
            part[lost[(lost >= begin) & (lost < end)] - begin] = 0
    elif name == "SelfOrganizingMap":
        # What was measured on the whole map is none of the damaged one's.
        for measured in ("quantization_error_", "topographic_error_", "loss_curve_"):
            damaged.__dict__.pop(measured, None)
        if kind == "weights":
            damaged.weights_.ravel()[_chosen(damaged.weights_.size, fraction, seed)] = 0
        else:
            alive = getattr(damaged, "alive_", np.arange(len(damaged.weights_)))
            damaged.alive_ = np.delete(alive, _chosen(len(alive), fraction, seed))
            if not len(damaged.alive_):
                raise ValueError("a map without units answers nothing; lose less than all of them")
    elif name == "HopfieldNetwork" and model.update != "modern":
        M = damaged._matrix
        damaged._hebbian = False
        if kind == "weights":
            i, j = np.tril_indices(len(M), -1)
            lost = _chosen(len(i), fraction, seed)
            M[i[lost], j[lost]] = M[j[lost], i[lost]] = 0
        else:
            lost = _chosen(len(M), fraction, seed)
            M[lost] = 0
            M[:, lost] = 0
    else:
        raise TypeError(f"lesion takes a trained net, map or binary memory; got {name}")
    return damaged


def damage_curve(model, X, y=None, fractions=None, kind="weights", n_repeats=10, random_state=None):
    """How a network does as more and more of it is lost.

    Parameters
    ----------
    model : MLPClassifier, MLPRegressor, SelfOrganizingMap or HopfieldNetwork
    X : array-like
        Samples to score on; for a memory the cues.
    y : array-like, optional
        Targets; for a memory the patterns that the cues should lead to. None for a map.
    fractions : array-like, optional
        Parts that are lost; None: 0, 0.1 … 0.9.
    kind : {'weights', 'units'}
    n_repeats : int
        Independent lesions of each size.
    random_state : int, RandomState or None

    Returns
    -------
    fractions : ndarray of shape (n_fractions,)
    scores : ndarray of shape (n_fractions, n_repeats)
        Accuracy, R², minus the quantisation error, or mean overlap with the patterns.
    """
    fractions = np.arange(10) / 10 if fractions is None else np.asarray(fractions, dtype=float)
    random = check_random_state(random_state)
    memory = type(model).__name__ == "HopfieldNetwork"
    if memory and y is None:
        raise ValueError("damage_curve of a memory needs y: the patterns that the cues should lead to")
    if memory:
        y = check_array(y, input_name="y")
        if y.shape != np.shape(X):
            raise ValueError(f"y must hold a pattern for each cue, of shape {np.shape(X)}; its shape is {y.shape}")
        y = np.where(y > model.threshold, 1.0, -1.0)
    scores = np.empty((len(fractions), n_repeats))
    for i, fraction in enumerate(fractions):
        for k in range(n_repeats):
            damaged = lesion(model, fraction, kind, random)
            scores[i, k] = np.mean(damaged.transform(X) * y) if memory else damaged.score(X, y)
    return fractions, scores
