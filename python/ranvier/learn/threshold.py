"""Single threshold units: Rosenblatt's perceptron and Widrow's Adaline."""

import numpy as np

from ranvier import _core
from ranvier.learn.base import FromClasses

_engine = _core.learn


def linear_separability(X, y, max_steps=1000):
    """Decide whether a plane parts two classes, and find the widest margin.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        The samples.
    y : array-like of shape (n_samples,)
        Two classes.
    max_steps : int
        Steps after which the question is left open.

    Returns
    -------
    separable : bool or None
        None where ``max_steps`` came first.
    margin : float
        The largest ``min_i t_i (w @ x_i + b)`` over all ``(w, b)`` of length 1, with t = ±1; 0 where not separable. A
        perceptron needs at most ``(R / margin) ** 2`` updates, R the greatest length of ``(x, 1)``.
    """
    X = np.ascontiguousarray(X, dtype=np.float64)
    classes, indices = np.unique(y, return_inverse=True)
    if len(classes) != 2:
        raise ValueError(f"linear_separability takes two classes; got {len(classes)}")
    return _engine.linear_separability(X, indices.astype(np.float64), max_steps)


class _Units(FromClasses):
    """One unit for two classes, one unit against the rest for each of more."""

    _known, _sparse = "coef_", True

    def decision_function(self, X):
        """Weighted sums before the threshold.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        scores : ndarray of shape (n_samples,) or (n_samples, n_classes)
        """
        scores = self._answer("scores", X)
        return scores[:, 0] if scores.shape[1] == 1 else scores


class Perceptron(_Units, by_place=2):
    """Rosenblatt's perceptron: 1 where ``w @ x + b > 0``, else 0 (exactly 0 gives 0).

    More than two classes are learnt one against the rest.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
    coef_ : ndarray of shape (1 or n_classes, n_features)
    intercept_ : ndarray of shape (1 or n_classes,)
    n_iter_ : int
        Passes that the slowest unit needed.
    n_updates_ : ndarray
        Changes of the weights, per unit. Separable data take at most (R/γ)² (Novikoff 1962).
    converged_ : bool
        Every unit went once through all samples without an update, and, where a penalty drew its weights, got all right.
    separable_ : list of bool or None
        Per unit, whether a plane parts its class from the rest: True (the unit does, or a plane was found that does),
        False (proven impossible), None (not known, as after :meth:`partial_fit`, unless it was impossible before).

    References
    ----------
    Rosenblatt 1958, doi:10.1037/h0042519. Gallant 1990, doi:10.1109/72.80230.
    """


class Adaline(_Units, by_place=2):
    """Adaptive linear neuron: learns from the error of the sum before the threshold.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
    coef_ : ndarray of shape (1 or n_classes, n_features)
    intercept_ : ndarray of shape (1 or n_classes,)
    loss_curve_ : list of float
        Mean squared error of each pass, averaged over units.
    n_iter_ : int

    References
    ----------
    Widrow & Hoff 1960. Both rules: Widrow & Lehr 1990, doi:10.1109/5.58323.
    """
