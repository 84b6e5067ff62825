"""Multilayer perceptrons."""

import numpy as np
from sklearn.base import ClassifierMixin, RegressorMixin
from sklearn.utils import column_or_1d
from sklearn.utils.validation import _check_sample_weight

from ranvier.learn.base import FLOATS, Classes, Estimator, class_indices

_ATTRIBUTES = """
    Attributes
    ----------
    coefs_ : list of ndarray of shape (n_units_l, n_units_l+1)
    intercepts_ : list of ndarray
    loss_curve_ : list of float
        Mean loss with penalty, per epoch.
    validation_scores_ : list of float or None
    best_loss_, loss_ : float
    n_iter_ : int
    converged_ : bool
    n_layers_, n_outputs_ : int
    out_activation_ : str

    References
    ----------
    Rumelhart, Hinton & Williams 1986, doi:10.1038/323533a0. Kingma & Ba 2015, arXiv:1412.6980.
"""


class _Net(Estimator):
    _known, _floats = "coefs_", FLOATS

    def _take(self, state):
        super()._take(state)
        if not hasattr(self, "validation_scores_"):
            self.validation_scores_ = None
        return self

    def _weights(self, X, sample_weight):
        if sample_weight is None:
            return None
        return _check_sample_weight(sample_weight, X, dtype=X.dtype, ensure_non_negative=True).astype(np.float64)

    @property
    def loss_(self):
        """Loss of the last epoch."""
        return self.loss_curve_[-1]

    @property
    def n_layers_(self):
        """Layers of units, with that of the inputs."""
        return len(self.coefs_) + 1

    @property
    def n_outputs_(self):
        """Output units."""
        return self.coefs_[-1].shape[1]

    def outputs(self, X):
        """What the output units say.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        values : ndarray of shape (n_samples, n_outputs_)
            Two classes have one unit, unless ``loss`` is 'squared_error'.
        """
        return self._answer("scores", X)


class MLPClassifier(Classes, ClassifierMixin, _Net, by_place=2):
    __doc__ = "Multilayer perceptron that classifies, trained by backpropagation.\n" + _ATTRIBUTES.replace(
        "    coefs_ :", "    classes_ : ndarray of shape (n_classes,)\n    coefs_ :", 1)

    def _settings(self, seed=None):
        settings = super()._settings(seed)
        if isinstance(self.class_weight, dict):  # by the names that classes have in the engine
            names = {c: str(c) for c in getattr(self, "classes_", ())}
            settings["class_weight"] = {names.get(c, str(c)): float(w) for c, w in self.class_weight.items()}
        return settings

    @property
    def out_activation_(self):
        """What output units do."""
        return "logistic" if self.loss == "squared_error" or self.n_outputs_ == 1 else "softmax"

    def fit(self, X, y, sample_weight=None):
        """Train a new net.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)
        sample_weight : array-like of shape (n_samples,), optional

        Returns
        -------
        self : MLPClassifier
        """
        return self._train(X, y, sample_weight)

    def partial_fit(self, X, y, classes=None, sample_weight=None):
        """One epoch over these samples.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)
        classes : array-like of shape (n_classes,), optional
            All classes there will be; needed in the first call unless ``y`` has them all.
        sample_weight : array-like of shape (n_samples,), optional

        Returns
        -------
        self : MLPClassifier
        """
        return self._train(X, y, sample_weight, True, classes)

    def _train(self, X, y, sample_weight, piece=False, classes=None):
        X, y = self._checked(X, y, piece)
        labels = class_indices(self, column_or_1d(y, warn=True), piece, classes)
        return self._fit(X, labels=labels, weights=self._weights(X, sample_weight), piece=piece)

    def predict_proba(self, X):
        """Probability of each class.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        p : ndarray of shape (n_samples, n_classes)
        """
        p = self.outputs(X)
        if self.n_outputs_ == 1:
            return np.hstack([1 - p, p])
        return p / p.sum(axis=1, keepdims=True) if self.loss == "squared_error" else p

    def predict_log_proba(self, X):
        """Logarithm of the probability of each class.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        log_p : ndarray of shape (n_samples, n_classes)
        """
        return np.log(self.predict_proba(X))


class MLPRegressor(RegressorMixin, _Net, by_place=2):
    __doc__ = "Multilayer perceptron with linear outputs, trained by backpropagation of the squared error.\n" + _ATTRIBUTES

    out_activation_ = "identity"

    def _train(self, X, y, sample_weight, piece=False):
        known = piece and hasattr(self, "coefs_")
        X, y = self._checked(X, y, piece, multi_output=True, y_numeric=True)
        if y.ndim == 2 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        target = y[:, None] if y.ndim == 1 else y
        if known and target.shape[1] != self.n_outputs_:
            raise ValueError(f"y has {target.shape[1]} outputs; the net has {self.n_outputs_}")
        targets = np.ascontiguousarray(target, dtype=X.dtype)
        return self._fit(X, targets=targets, weights=self._weights(X, sample_weight), piece=piece)

    def fit(self, X, y, sample_weight=None):
        """Train a new net.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
        sample_weight : array-like of shape (n_samples,), optional

        Returns
        -------
        self : MLPRegressor
        """
        return self._train(X, y, sample_weight)

    def partial_fit(self, X, y, sample_weight=None):
        """One epoch over these samples.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
        sample_weight : array-like of shape (n_samples,), optional

        Returns
        -------
        self : MLPRegressor
        """
        return self._train(X, y, sample_weight, piece=True)

    def predict(self, X):
        """Outputs.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
        """
        p = self._answer("predict", X)
        return p[:, 0] if p.shape[1] == 1 else p

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
