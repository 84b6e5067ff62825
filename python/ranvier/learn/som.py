"""Self-organizing maps."""

import numpy as np
from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from ranvier import _core
from ranvier.learn.base import FLOATS, FromPieces, KeepsSingle, Winners

_engine = _core.learn


class SelfOrganizingMap(KeepsSingle, ClassNamePrefixFeaturesOutMixin, TransformerMixin, Winners, FromPieces):
    """Kohonen's map: a lattice of units that unfolds over the data, so that neighbours on it answer to similar samples.

    ``partial_fit`` takes one online pass with the final width and step: the map follows data that drift. Its first call lays
    the map out by ``init`` on its samples.

    Attributes
    ----------
    weights_ : ndarray of shape (n_units, n_features)
        Unit ``u`` stands in row ``u // columns`` and column ``u % columns``.
    positions_ : ndarray of shape (n_units, 2)
        Where units stand: x, y. Neighbours are 1 apart.
    quantization_error_, topographic_error_ : float
        Of the training data.
    loss_curve_ : ndarray of shape (n_iter_,)
        Quantisation error of each pass, before (batch) or while (online) units moved.
    n_iter_ : int
    alive_ : ndarray of int
        Units that :func:`lesion` left, ascending; only a map that has lost units has it.

    References
    ----------
    Kohonen 1982, doi:10.1007/BF00337288. Kohonen 2013, doi:10.1016/j.neunet.2012.09.018.
    """

    _floats = FLOATS

    def fit_predict(self, X, y=None):
        """Learn from new, and say which unit is the best of each sample.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : ignored

        Returns
        -------
        unit : ndarray of shape (n_samples,)
        """
        return self.fit(X).predict(X)

    @property
    def _n_features_out(self):
        return len(self.weights_)

    @property
    def _alive(self):
        return list(getattr(self, "alive_", ()))

    def transform(self, X):
        """Distance of each sample to each unit's weights.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        distances : ndarray of shape (n_samples, n_units)
            Infinite to units that a lesion took.
        """
        return self._answer("transform", X)

    def score(self, X, y=None):
        """Minus the quantisation error, so that greater is better.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : ignored

        Returns
        -------
        score : float
        """
        return -self.quantization_error(X)

    def quantization_error(self, X):
        """Mean distance of a sample to its best unit.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        error : float
        """
        X = self._samples(X)
        return _engine.quantization_error(X, self.weights_, self._alive)

    def topographic_error(self, X):
        """Part of the samples whose best and second best unit are not neighbours on the lattice.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        error : float
        """
        X = self._samples(X)
        return _engine.topographic_error(self._settings(), X, self.weights_, self._alive)

    def u_matrix(self):
        """Mean distance of each unit's weights to those of its neighbours.

        Returns
        -------
        u : ndarray of shape (rows, columns)
            NaN for units that a lesion took.
        """
        check_is_fitted(self)
        return _engine.u_matrix(self._settings(), self.weights_, self._alive)

    def hit_map(self, X):
        """How many samples each unit is best for.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        hits : ndarray of shape (rows, columns)
        """
        return np.bincount(self.predict(X), minlength=len(self.weights_)).reshape(self.shape)

    def component_planes(self):
        """Weights of each feature, laid out as the map.

        Returns
        -------
        planes : ndarray of shape (n_features, rows, columns)
            NaN for units that a lesion took.
        """
        check_is_fitted(self)
        planes = self.weights_.T
        if hasattr(self, "alive_"):
            planes = np.full_like(planes, np.nan)
            planes[:, self.alive_] = self.weights_.T[:, self.alive_]
        return planes.reshape(-1, *self.shape)
