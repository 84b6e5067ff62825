"""Multilayer perceptrons."""

import types

import numpy as np
import scipy.sparse
from sklearn.base import ClassifierMixin, RegressorMixin
from sklearn.utils import column_or_1d
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import type_of_target
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
    best_validation_score_ : float or None
    best_loss_, loss_ : float
        ``best_loss_`` is None with early stopping.
    n_iter_ : int
    t_ : int
        Samples that training has met.
    converged_ : bool
    n_layers_, n_outputs_ : int
    out_activation_ : str

    References
    ----------
    Rumelhart, Hinton & Williams 1986, doi:10.1038/323533a0. Kingma & Ba 2015, arXiv:1412.6980.
"""


def _takes_pieces(net):
    return net.solver != "lbfgs"


class _Net(Estimator):
    _known, _floats, _sparse = "coefs_", FLOATS, True

    def _take(self, state):
        super()._take(state)
        if not hasattr(self, "validation_scores_"):
            self.validation_scores_ = None
        else:
            self.best_loss_ = None
        return self

    def _fit(self, X, *, piece=False, **given):
        before = len(getattr(self, "loss_curve_", ())) if piece or self.warm_start else 0
        super()._fit(X, piece=piece, **given)
        for number, loss in enumerate(self.loss_curve_[before:] if self.verbose else (), before + 1):
            print(f"Iteration {number}: loss {loss:.8g}")
        return self

    def fit(self, X, y, sample_weight=None):
        """Train a new net.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Classes, or a column of 0 and 1 for each of several labels; of a regressor numbers.
        sample_weight : array-like of shape (n_samples,), optional

        Returns
        -------
        self : estimator
        """
        return self._train(X, y, sample_weight)

    @property
    def _optimizer(self):
        """What scripts look up the learning rate in."""
        return types.SimpleNamespace(learning_rate=self._state["rate"])

    @property
    def _no_improvement_count(self):
        return self._state["still"]

    @property
    def best_validation_score_(self):
        """The score of the net that early stopping kept, or None."""
        return None if self.validation_scores_ is None else max(self.validation_scores_)

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
        "    coefs_ :", "    classes_ : ndarray of shape (n_classes,)\n    coefs_ :", 1
    )

    def _settings(self, seed=None):
        settings = super()._settings(seed)
        if isinstance(self.class_weight, dict):  # by the names that classes have in the engine
            names = {c: str(c) for c in getattr(self, "classes_", ())}
            settings["class_weight"] = {names.get(c, str(c)): float(w) for c, w in self.class_weight.items()}
        return settings

    _several = None  # whether a sample may have several labels

    def _restore(self, state):
        if isinstance(self.class_weight, dict):
            classes = {str(c): c for c in self.classes_.tolist()}
            self.class_weight = {classes.get(c, c): weight for c, weight in self.class_weight.items()}

    @property
    def out_activation_(self):
        """What output units do."""
        return "logistic" if self.loss == "squared_error" or self.n_outputs_ == 1 or self._several else "softmax"

    @available_if(_takes_pieces)
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
        known = hasattr(self, "coefs_") and (piece or self.warm_start)
        X, y = self._checked(X, y, piece, multi_output=True)
        weights = self._weights(X, sample_weight)
        if scipy.sparse.issparse(y):
            y = y.toarray()
        if y.ndim == 2 and y.shape[1] > 1:
            if type_of_target(y) != "multilabel-indicator":
                raise ValueError(f"y of several columns must be 0 and 1, one for each label; it is {type_of_target(y)}")
            if known and (not self._several or self.n_outputs_ != y.shape[1]):
                raise ValueError(f"y has {y.shape[1]} labels; the net has {self.n_outputs_} outputs")
            self.classes_ = np.arange(y.shape[1])
            return self._fit(X, targets=np.ascontiguousarray(y, dtype=X.dtype), weights=weights, piece=piece)
        y = column_or_1d(y, warn=True)
        if known and not piece and not np.array_equal(np.unique(y), self.classes_):
            raise ValueError(f"a warm start needs the classes of before, {self.classes_}; y has {np.unique(y)}")
        return self._fit(X, labels=class_indices(self, y, piece, classes), weights=weights, piece=piece)

    def predict(self, X):
        """Most probable class of each sample, or its labels.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_labels)
        """
        return self._answer("predict", X).astype(int) if self._several else super().predict(X)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags

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
        if self._several:
            return p
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
    __doc__ = (
        "Multilayer perceptron with linear outputs, trained by backpropagation of the squared error.\n" + _ATTRIBUTES
    )

    @property
    def out_activation_(self):
        """What output units do."""
        return "exponential" if self.loss == "poisson" else "identity"

    def _train(self, X, y, sample_weight, piece=False):
        known = (piece or self.warm_start) and hasattr(self, "coefs_")
        X, y = self._checked(X, y, piece, multi_output=True, y_numeric=True)
        if y.ndim == 2 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        target = y[:, None] if y.ndim == 1 else y
        if known and target.shape[1] != self.n_outputs_:
            raise ValueError(f"y has {target.shape[1]} outputs; the net has {self.n_outputs_}")
        targets = np.ascontiguousarray(target, dtype=X.dtype)
        return self._fit(X, targets=targets, weights=self._weights(X, sample_weight), piece=piece)

    @available_if(_takes_pieces)
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
