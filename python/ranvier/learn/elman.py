"""Elman's recurrent net."""

import warnings

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import column_or_1d
from sklearn.utils.validation import check_is_fitted

from ranvier import _core
from ranvier.learn.base import checked, class_indices, seed_of

_engine = _core.learn


class ElmanNetwork(ClassifierMixin, BaseEstimator):
    """Simple recurrent net that classifies sequences: context units give the hidden layer its own last state.

    A row of X is a sequence, step after step. With one label per row the net is read at the last step; with a label for
    each step, ``y`` of shape (n_samples, n_steps), after every step.

    Parameters
    ----------
    hidden_size : int
        Hidden units, and as many context units.
    activation : {'tanh', 'logistic', 'relu', 'identity'}
    inputs_per_step : int
        Features that belong to one step.
    alpha : float
        L2 penalty.
    learning_rate_init : float
        Of Adam.
    batch_size : int
        Sequences of a step.
    max_iter : int
        Most epochs.
    tol : float
        Gain of loss that counts.
    n_iter_no_change : int
        Epochs without gain that end training.
    shuffle : bool
    random_state : int, RandomState or None

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
    weights_ : dict of ndarray
        U (inputs, hidden), R (hidden, hidden), V (hidden, classes), b (hidden,), c (classes,).
    loss_curve_ : list of float
    n_iter_, n_steps_ : int

    References
    ----------
    Elman 1990, doi:10.1207/s15516709cog1402_1. Werbos 1990, doi:10.1109/5.58337.
    """

    def __init__(self, hidden_size=20, activation="tanh", *, inputs_per_step=1, alpha=1e-4, learning_rate_init=0.01,
                 batch_size=32, max_iter=200, tol=1e-4, n_iter_no_change=10, shuffle=True, random_state=None):
        self.hidden_size = hidden_size
        self.activation = activation
        self.inputs_per_step = inputs_per_step
        self.alpha = alpha
        self.learning_rate_init = learning_rate_init
        self.batch_size = batch_size
        self.max_iter = max_iter
        self.tol = tol
        self.n_iter_no_change = n_iter_no_change
        self.shuffle = shuffle
        self.random_state = random_state

    def _shape(self):
        return dict(inputs=int(self.inputs_per_step), hidden=int(self.hidden_size), outputs=len(self.classes_),
                    steps=self.n_steps_, activation=self.activation, every_step=self.every_step_)

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
        X, y = checked(self, X, y, reset=True, multi_output=True)
        self.n_steps_, rest = divmod(X.shape[1], int(self.inputs_per_step))
        if rest:
            raise ValueError(f"rows of {X.shape[1]} features hold no whole steps of inputs_per_step={self.inputs_per_step}")
        self.every_step_ = bool(y.ndim == 2 and y.shape[1] > 1)
        if self.every_step_ and y.shape[1] != self.n_steps_:
            raise ValueError(f"y must have one label per row or per step ({self.n_steps_}); got {y.shape[1]}")
        flat = y.ravel() if self.every_step_ else column_or_1d(y, warn=True)
        labels = class_indices(self, flat).astype(np.int32)
        options = dict(alpha=float(self.alpha), rate=float(self.learning_rate_init), batch=int(self.batch_size),
                       max_epochs=int(self.max_iter), tolerance=float(self.tol), patience=int(self.n_iter_no_change),
                       shuffle=bool(self.shuffle), seed=seed_of(self.random_state))
        self.weights_, loss, self.converged_ = _engine.elman_fit(X, labels, self._shape(), options)
        self.loss_curve_ = loss.tolist()
        self.n_iter_ = len(loss)
        if not self.converged_:
            warnings.warn(f"the Elman net did not converge in {self.max_iter} epochs", ConvergenceWarning, stacklevel=2)
        return self

    def _probabilities(self, X):
        check_is_fitted(self)
        p = _engine.elman_outputs(checked(self, X, reset=False), self._shape(), self.weights_)
        return p if self.every_step_ else p[:, -1]

    def predict_proba(self, X):
        """Probability of each class.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        p : ndarray of shape (n_samples, n_classes) or (n_samples, n_steps, n_classes)
        """
        return self._probabilities(X)

    def predict(self, X):
        """Most probable class.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_steps)
        """
        p = self._probabilities(X)
        return self.classes_[p.argmax(axis=-1)]

    def context(self, X):
        """State of the hidden layer after each step.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        h : ndarray of shape (n_samples, n_steps, hidden_size)
        """
        check_is_fitted(self)
        return _engine.elman_context(checked(self, X, reset=False), self._shape(), self.weights_)
