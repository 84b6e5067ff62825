"""Self-organizing maps."""

import numpy as np
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from ranvier import _core
from ranvier.learn.base import FLOATS, checked, seed_of

_engine = _core.learn


class SelfOrganizingMap(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """Kohonen's map: a lattice of units that unfolds over the data, so that neighbours on it answer to similar samples.

    Parameters
    ----------
    shape : (int, int)
        Rows and columns of the lattice.
    lattice : {'rectangular', 'hexagonal'}
        8 or 6 neighbours.
    boundary : {'planar', 'toroidal'}
        Whether the lattice has a border.
    neighborhood : {'gaussian', 'bubble', 'mexican_hat'}
        How far a winner draws its neighbours along; with d the distance on the lattice, ``exp(-d²/2σ²)``, 1 within σ, or
        ``(1 - d²/σ²) exp(-d²/2σ²)`` (online only).
    training : {'batch', 'online'}
        All samples, then all units move to their weighted means; or a step after each sample.
    max_iter : int
        Passes over the data.
    sigma : float or None
        Width at the begin; None: half the longer side.
    sigma_end : float
        Width at the end.
    learning_rate : float
        Online step at the begin, in (0, 1].
    learning_rate_end : float
        Online step at the end, also that of :meth:`partial_fit`.
    decay : {'linear', 'exponential'}
        Of width and step.
    init : {'pca', 'sample', 'random'}
        A sheet in the plane of the two largest principal components, samples, or uniform in the range of the data.
    random_state : int, RandomState or None

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

    References
    ----------
    Kohonen 1982, doi:10.1007/BF00337288. Kohonen 2013, doi:10.1016/j.neunet.2012.09.018.
    """

    def __init__(self, shape=(10, 10), *, lattice="rectangular", boundary="planar", neighborhood="gaussian",
                 training="batch", max_iter=20, sigma=None, sigma_end=1.0, learning_rate=0.5, learning_rate_end=0.01,
                 decay="linear", init="pca", random_state=None):
        self.shape = shape
        self.lattice = lattice
        self.boundary = boundary
        self.neighborhood = neighborhood
        self.training = training
        self.max_iter = max_iter
        self.sigma = sigma
        self.sigma_end = sigma_end
        self.learning_rate = learning_rate
        self.learning_rate_end = learning_rate_end
        self.decay = decay
        self.init = init
        self.random_state = random_state

    def _lattice(self):
        if np.shape(self.shape) != (2,):
            raise ValueError(f"shape must be (rows, columns), such as (10, 10); got {self.shape!r}")
        rows, columns = self.shape
        return dict(rows=int(rows), columns=int(columns), lattice=self.lattice, boundary=self.boundary)

    def _options(self, **changes):
        return {**self._lattice(), **dict(
            neighborhood=self.neighborhood, training=self.training, epochs=int(self.max_iter),
            sigma=0.0 if self.sigma is None else float(self.sigma), sigma_end=float(self.sigma_end),
            rate=float(self.learning_rate), rate_end=float(self.learning_rate_end), decay=self.decay, start=self.init,
            seed=seed_of(self.random_state)), **changes}

    def _finish(self, X, weights, curve):
        self.weights_ = weights
        self.positions_ = _engine.map_positions(self._lattice())
        self._n_features_out = len(weights)
        self.loss_curve_ = curve
        self.n_iter_ = len(curve)
        self.quantization_error_ = _engine.quantization_error(X, weights)
        self.topographic_error_ = _engine.topographic_error(X, weights, self._lattice()) if len(weights) > 1 else 0.0
        return self

    def fit(self, X, y=None):
        """Train the map from its begin.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : ignored

        Returns
        -------
        self : SelfOrganizingMap
        """
        X = checked(self, X, reset=True, dtype=FLOATS)
        if self.sigma is not None and not self.sigma > 0:
            raise ValueError(f"sigma must be > 0 or None; got {self.sigma!r}")
        return self._finish(X, *_engine.som_fit(X, self._options(), None))

    def partial_fit(self, X, y=None):
        """One online pass over these samples with the final width and step: the map follows data that drift.

        The first call lays the map out by ``init`` on its samples.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : ignored

        Returns
        -------
        self : SelfOrganizingMap
        """
        first = not hasattr(self, "weights_")
        X = checked(self, X, reset=first, dtype=FLOATS if first else self.weights_.dtype)
        options = self._options(training="online", epochs=1, sigma=float(self.sigma_end),
                                rate=float(self.learning_rate_end))
        weights, curve = _engine.som_fit(X, options, None if first else self.weights_)
        before = [] if first else self.loss_curve_
        return self._finish(X, weights, np.concatenate([before, curve]))

    def _samples(self, X):
        check_is_fitted(self)
        return checked(self, X, reset=False, dtype=self.weights_.dtype)

    def predict(self, X):
        """Number of the best unit of each sample.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        unit : ndarray of shape (n_samples,)
        """
        if hasattr(self, "alive_"):  # a lesion left only these
            return self.alive_[_engine.best_units(self._samples(X), self._living())[0]]
        return _engine.best_units(self._samples(X), self.weights_)[0]

    def _living(self):
        return np.ascontiguousarray(self.weights_[self.alive_]) if hasattr(self, "alive_") else self.weights_

    def transform(self, X):
        """Distance of each sample to each unit's weights.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        distances : ndarray of shape (n_samples, n_units)
        """
        return _engine.unit_distances(self._samples(X), self.weights_)

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
        return _engine.quantization_error(self._samples(X), self._living())

    def topographic_error(self, X):
        """Part of the samples whose best and second best unit are not neighbours on the lattice.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        error : float
        """
        return _engine.topographic_error(self._samples(X), self.weights_, self._lattice())

    def u_matrix(self):
        """Mean distance of each unit's weights to those of its neighbours.

        Returns
        -------
        u : ndarray of shape (rows, columns)
        """
        check_is_fitted(self)
        return _engine.u_matrix(self.weights_, self._lattice())

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
        """
        check_is_fitted(self)
        return self.weights_.T.reshape(-1, *self.shape)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags
