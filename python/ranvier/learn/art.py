"""Adaptive resonance."""

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, ClusterMixin
from sklearn.utils.validation import check_is_fitted

from ranvier import _core
from ranvier.learn.base import checked, class_indices, classes_of_partial_fit

_engine = _core.learn


class _Resonance(BaseEstimator):
    def _options(self):
        return dict(rho=float(self.rho), alpha=float(self.alpha), beta=float(getattr(self, "beta", 1.0)),
                    epsilon=float(getattr(self, "epsilon", 0.0)), max_epochs=int(self.max_iter),
                    max_categories=int(self.max_categories))

    def _inputs(self, X, first):
        """Samples as the rule takes them, in [0, 1]."""
        if first:
            if self.feature_range is None:
                self.low_, self.high_ = X.min(axis=0), X.max(axis=0)
            else:
                self.low_, self.high_ = np.broadcast_arrays(*self.feature_range, X[0])[:2]
                if not (self.high_ > self.low_).all():
                    raise ValueError(f"feature_range must be (low, high) with low < high; got {self.feature_range!r}")
        width = np.where(self.high_ > self.low_, self.high_ - self.low_, 1.0)
        return np.ascontiguousarray(np.clip((X - self.low_) / width, 0.0, 1.0))

    def boxes(self):
        """The region that each category stands for, in the units of the data.

        Returns
        -------
        low, high : ndarray of shape (n_categories, n_features)
        """
        check_is_fitted(self)
        d = self.n_features_in_
        width = self.high_ - self.low_
        return self.low_ + self.weights_[:, :d] * width, self.low_ + (1 - self.weights_[:, d:]) * width


class ART1(ClusterMixin, _Resonance):
    """Adaptive resonance for binary inputs: templates that hold what their inputs have in common.

    Parameters
    ----------
    rho : float
        Vigilance: the part of an input's ones that a template must share.
    alpha : float
        Choice parameter, > 0.
    threshold : float
        A feature above it is read as 1, any other as 0.
    max_iter : int
        Most passes; training ends where one changes nothing.
    max_categories : int

    Attributes
    ----------
    weights_ : ndarray of shape (n_categories, n_features)
        Templates of 0 and 1.
    labels_ : ndarray of shape (n_samples,)
        Category of each training sample.
    n_iter_ : int

    References
    ----------
    Carpenter & Grossberg 1987, doi:10.1016/S0734-189X(87)80014-2
    """

    def __init__(self, rho=0.6, *, alpha=0.001, threshold=0.5, max_iter=20, max_categories=1000000):
        self.rho = rho
        self.alpha = alpha
        self.threshold = threshold
        self.max_iter = max_iter
        self.max_categories = max_categories

    def _read(self, X):
        return np.ascontiguousarray(X > self.threshold, dtype=np.float64)

    def fit(self, X, y=None):
        """Form categories.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : ignored

        Returns
        -------
        self : ART1
        """
        X = self._read(checked(self, X, reset=True))
        self.weights_, _, self.labels_, self.n_iter_, self.settled_ = _engine.art_fit("art1", X, None, self._options(), None, None)
        return self

    def partial_fit(self, X, y=None):
        """One pass over these samples, from the categories as they are.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : ignored

        Returns
        -------
        self : ART1
        """
        first = not hasattr(self, "weights_")
        X = self._read(checked(self, X, reset=first))
        self.weights_, _, self.labels_, self.n_iter_, self.settled_ = _engine.art_fit(
            "art1", X, None, {**self._options(), "max_epochs": 1}, None if first else self.weights_, None)
        return self

    def predict(self, X):
        """Category of largest choice.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        category : ndarray of shape (n_samples,)
        """
        check_is_fitted(self)
        return _engine.art_categories("art1", self._read(checked(self, X, reset=False)), self.weights_, float(self.alpha), 0.0)

    def boxes(self):
        """ART 1 has templates instead: see ``weights_``."""
        raise AttributeError("ART1 has templates (weights_), not boxes")


class FuzzyART(ClusterMixin, _Resonance):
    """Adaptive resonance for analog inputs, complement-coded: categories are boxes that grow as far as vigilance allows.

    Parameters
    ----------
    rho : float
        Vigilance, in [0, 1].
    alpha : float
        Choice parameter, > 0.
    beta : float
        Learning rate in (0, 1]; 1: fast learning.
    feature_range : (low, high) or None
        What is scaled to [0, 1]; None: the range of each feature in the first samples. Values outside are clipped.
    max_iter : int
        Most passes; training ends where one changes nothing.
    max_categories : int

    Attributes
    ----------
    weights_ : ndarray of shape (n_categories, 2 n_features)
        (low corner, 1 − high corner) of each box, scaled. :meth:`boxes` gives them in the units of the data.
    labels_ : ndarray of shape (n_samples,)
        Category of each training sample.
    n_iter_ : int

    References
    ----------
    Carpenter, Grossberg & Rosen 1991, doi:10.1016/0893-6080(91)90056-B
    """

    def __init__(self, rho=0.6, *, alpha=0.001, beta=1.0, feature_range=None, max_iter=20, max_categories=1000000):
        self.rho = rho
        self.alpha = alpha
        self.beta = beta
        self.feature_range = feature_range
        self.max_iter = max_iter
        self.max_categories = max_categories

    def fit(self, X, y=None):
        """Form categories.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : ignored

        Returns
        -------
        self : FuzzyART
        """
        X = self._inputs(checked(self, X, reset=True), True)
        self.weights_, _, self.labels_, self.n_iter_, self.settled_ = _engine.art_fit("fuzzy", X, None, self._options(), None, None)
        return self

    def partial_fit(self, X, y=None):
        """One pass over these samples, from the categories as they are.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : ignored

        Returns
        -------
        self : FuzzyART
        """
        first = not hasattr(self, "weights_")
        X = self._inputs(checked(self, X, reset=first), first)
        self.weights_, _, self.labels_, self.n_iter_, self.settled_ = _engine.art_fit(
            "fuzzy", X, None, {**self._options(), "max_epochs": 1}, None if first else self.weights_, None)
        return self

    def predict(self, X):
        """Category of largest choice.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        category : ndarray of shape (n_samples,)
        """
        check_is_fitted(self)
        X = self._inputs(checked(self, X, reset=False), False)
        return _engine.art_categories("fuzzy", X, self.weights_, float(self.alpha), 0.0)


class FuzzyARTMAP(ClassifierMixin, _Resonance):
    """Fuzzy ART whose categories carry classes (simplified ARTMAP): a wrong winner raises vigilance (match tracking).

    Parameters
    ----------
    rho : float
        Baseline vigilance, in [0, 1].
    alpha : float
        Choice parameter, > 0.
    beta : float
        Learning rate in (0, 1]; 1: fast learning.
    epsilon : float
        How far match tracking raises vigilance above a wrong winner's match; negative: MT−.
    feature_range : (low, high) or None
        What is scaled to [0, 1]; None: the range of each feature in the first samples. Values outside are clipped.
    max_iter : int
        Most passes; training ends where one changes nothing.
    max_categories : int

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
    weights_ : ndarray of shape (n_categories, 2 n_features)
    category_classes_ : ndarray of shape (n_categories,)
        Class of each category.
    n_iter_ : int

    References
    ----------
    Carpenter, Grossberg, Markuzon, Reynolds & Rosen 1992, doi:10.1109/72.159059. Kasuba 1993.
    """

    def __init__(self, rho=0.0, *, alpha=0.001, beta=1.0, epsilon=1e-10, feature_range=None, max_iter=1,
                 max_categories=1000000):
        self.rho = rho
        self.alpha = alpha
        self.beta = beta
        self.epsilon = epsilon
        self.feature_range = feature_range
        self.max_iter = max_iter
        self.max_categories = max_categories

    def _learn(self, X, indices, options, start):
        weights, classes = (None, None) if start is None else start
        self.weights_, self._labels, _, self.n_iter_, self.settled_ = _engine.art_fit(
            "artmap", X, indices.astype(np.int32), options, weights, classes)
        self.category_classes_ = self.classes_[self._labels]
        return self

    def fit(self, X, y):
        """Learn from new.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)

        Returns
        -------
        self : FuzzyARTMAP
        """
        X, y = checked(self, X, y, reset=True)
        indices = class_indices(self, y)
        return self._learn(self._inputs(X, True), indices, self._options(), None)

    def partial_fit(self, X, y, classes=None):
        """One pass over these samples, from the categories as they are.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)
        classes : array-like of shape (n_classes,), optional
            All classes there will be; needed in the first call unless ``y`` has them all.

        Returns
        -------
        self : FuzzyARTMAP
        """
        first = not hasattr(self, "weights_")
        X, y = checked(self, X, y, reset=first)
        indices = classes_of_partial_fit(self, y, classes)
        return self._learn(self._inputs(X, first), indices, {**self._options(), "max_epochs": 1},
                           None if first else (self.weights_, self._labels))

    def categories(self, X):
        """Category of largest choice.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        category : ndarray of shape (n_samples,)
        """
        check_is_fitted(self)
        X = self._inputs(checked(self, X, reset=False), False)
        return _engine.art_categories("fuzzy", X, self.weights_, float(self.alpha), 0.0)

    def predict(self, X):
        """Class of the category of largest choice.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        y : ndarray of shape (n_samples,)
        """
        categories = self.categories(X)
        return self.category_classes_[categories]
