"""Elman's recurrent net."""

from sklearn.base import ClassifierMixin
from sklearn.utils import column_or_1d

from ranvier import _core
from ranvier.learn.base import Classes, Estimator, class_indices

_engine = _core.learn


class ElmanNetwork(Classes, ClassifierMixin, Estimator, by_place=2):
    """Simple recurrent net that classifies sequences: context units give the hidden layer its own last state.

    A row of X is a sequence, step after step. With one label per row the net is read at the last step; with a label for
    each step, ``y`` of shape (n_samples, n_steps), after every step.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
    weights_ : dict of ndarray
        U (inputs, hidden), R (hidden, hidden), V (hidden, classes), b (hidden,), c (classes,).
    loss_curve_ : list of float
    n_iter_, n_steps_ : int
    converged_ : bool
    every_step_ : bool
        Whether there was a label for each step.

    References
    ----------
    Elman 1990, doi:10.1207/s15516709cog1402_1. Werbos 1990, doi:10.1109/5.58337.
    """

    def fit(self, X, y):
        """Train a new net.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_steps * inputs_per_step)
        y : array-like of shape (n_samples,) or (n_samples, n_steps)

        Returns
        -------
        self : ElmanNetwork
        """
        X, y = self._checked(X, y, multi_output=True)
        if y.ndim == 2 and y.shape[1] > 1:
            steps = X.shape[1] / self.inputs_per_step
            if y.shape[1] != steps:
                raise ValueError(f"y must have one label per row or per step ({steps:g}); got {y.shape[1]}")
            return self._fit(X, labels=class_indices(self, y.ravel()))
        return self._fit(X, labels=class_indices(self, column_or_1d(y, warn=True)))

    def predict_proba(self, X):
        """Probability of each class.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        p : ndarray of shape (n_samples, n_classes) or (n_samples, n_steps, n_classes)
        """
        X = self._samples(X)
        p = _engine.elman_outputs(self._settings(), self._learnt(), X)
        return p if self.every_step_ else p[:, -1]

    def predict(self, X):
        """Most probable class.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_steps)
        """
        labels = super().predict(X)
        return labels.reshape(len(X), -1) if self.every_step_ else labels

    def context(self, X):
        """State of the hidden layer after each step.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        h : ndarray of shape (n_samples, n_steps, hidden_size)
        """
        X = self._samples(X)
        return _engine.elman_context(self._settings(), self._learnt(), X)
