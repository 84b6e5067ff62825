"""Adaptive resonance."""

import numpy as np
from sklearn.base import ClusterMixin
from sklearn.utils.validation import check_is_fitted

from ranvier import _core
from ranvier.learn.base import FromClasses, FromPieces, Winners

_engine = _core.learn


class _Hyperboxes:
    def hyperboxes(self):
        """The region that each category stands for, in the units of the data.

        Returns
        -------
        low, high : ndarray of shape (n_categories, n_features)
        """
        check_is_fitted(self)
        return _engine.hyperboxes(self._learnt())


class ART1(Winners, ClusterMixin, FromPieces):
    """Adaptive resonance for binary inputs: templates that hold what their inputs have in common.

    Attributes
    ----------
    weights_ : ndarray of shape (n_categories, n_features)
        Templates of 0 and 1.
    labels_ : ndarray of shape (n_samples,)
        Category of each training sample.
    n_iter_ : int
    settled_ : bool
        The last pass changed nothing.

    References
    ----------
    Carpenter & Grossberg 1987, doi:10.1016/S0734-189X(87)80014-2
    """


class FuzzyART(_Hyperboxes, Winners, ClusterMixin, FromPieces):
    """Adaptive resonance for analog inputs, complement-coded: hyperboxes that grow as far as vigilance allows.

    Attributes
    ----------
    weights_ : ndarray of shape (n_categories, 2 n_features)
        (low corner, 1 − high corner) of each box, scaled. :meth:`hyperboxes` gives them in the units of the data.
    low_, high_ : ndarray of shape (n_features,)
        What vigilance takes as the length 1 of each feature; where they are equal that is 1.
    labels_ : ndarray of shape (n_samples,)
        Category of each training sample.
    n_iter_ : int
    settled_ : bool
        The last pass changed nothing.

    References
    ----------
    Carpenter, Grossberg & Rosen 1991, doi:10.1016/0893-6080(91)90056-B
    """


class FuzzyARTMAP(_Hyperboxes, FromClasses):
    """Fuzzy ART whose categories carry classes (simplified ARTMAP): a wrong winner raises vigilance (match tracking).

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
    weights_ : ndarray of shape (n_categories, 2 n_features)
    low_, high_ : ndarray of shape (n_features,)
        What vigilance takes as the length 1 of each feature; where they are equal that is 1.
    category_classes_ : ndarray of shape (n_categories,)
        Class of each category.
    n_iter_ : int
    settled_ : bool
        The last pass changed nothing.

    References
    ----------
    Carpenter, Grossberg, Markuzon, Reynolds & Rosen 1992, doi:10.1109/72.159059. Kasuba 1993.
    """

    def _learnt(self):
        state = super()._learnt()
        return state | {"classes_": [str(c) for c in self.classes_]} if state else state

    def _restore(self, state):
        if "category_classes_" in state:
            self._labels = np.searchsorted(self.classes_, state["category_classes_"])

    def decision_function(self, X):
        """How well each class fits: the largest choice of its categories.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        scores : ndarray of shape (n_samples, n_classes), or (n_samples,) for two classes
            Of two classes the second's less the first's. Negative entries of more classes belong to samples that are
            farther from all boxes of the class than ``feature_range`` is wide, −∞ to classes without a category.
        """
        scores = self._answer("scores", X)
        return scores[:, 1] - scores[:, 0] if scores.shape[1] == 2 else scores

    def predict_proba(self, X):
        """Shares of the classes in the sum of their largest choices. They order the classes; they are no frequencies.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        p : ndarray of shape (n_samples, n_classes)
        """
        scores = self._answer("scores", X)
        shares = np.maximum(scores, 0)
        novel = ~shares.any(axis=1)
        shares[novel] = np.eye(scores.shape[1])[scores[novel].argmax(axis=1)]
        return shares / shares.sum(axis=1, keepdims=True)

    @property
    def category_classes_(self):
        """Class of each category."""
        return self.classes_[self._labels]

    def categories(self, X):
        """Category of largest choice.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        category : ndarray of shape (n_samples,)
        """
        X = self._samples(X)
        settings = {name: value for name, value in self._settings().items() if name != "epsilon"}
        return _engine.predict("FuzzyART", settings, self._learnt(), X)
