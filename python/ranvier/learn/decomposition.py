"""Linear decompositions."""

import warnings

import numpy as np
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted

from ranvier import _core
from ranvier.learn.base import FLOATS, checked
from ranvier.learn.flow import Node

_engine = _core.learn


class _Linear(Node, ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """``(x - mean_) @ components_.T``, and back by ``mixing_`` of shape (n_features, n_components)."""

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags

    def _count(self, most):
        if self.n_components is None:
            return most
        if not isinstance(self.n_components, (int, np.integer)) or not 1 <= self.n_components <= most:
            raise ValueError(f"n_components must be a whole number, 1 to {most}; got {self.n_components!r}")
        return int(self.n_components)

    def _set(self, mean, components, mixing):
        self.mean_, self.components_, self.mixing_ = mean, components, mixing
        self._n_features_out = len(components)
        return self

    def transform(self, X):
        """Components of samples.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        S : ndarray of shape (n_samples, n_components)
            float32 where X is.
        """
        check_is_fitted(self)
        X = checked(self, X, reset=False, dtype=FLOATS)
        return _engine.projected(X.astype(np.float64, copy=False), self.mean_, self.components_).astype(X.dtype, copy=False)

    def inverse_transform(self, X):
        """Samples from components.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_components)

        Returns
        -------
        X : ndarray of shape (n_samples, n_features)
        """
        check_is_fitted(self)
        S = np.ascontiguousarray(X, dtype=np.float64)
        return _engine.unprojected(S, np.ascontiguousarray(self.mixing_.T), self.mean_)


class PCA(_Linear):
    """Principal components: orthogonal directions of largest variance.

    Parameters
    ----------
    n_components : int or None
        None: all.
    whiten : bool
        Give components unit variance.

    Attributes
    ----------
    mean_ : ndarray of shape (n_features,)
    components_ : ndarray of shape (n_components, n_features)
        Rows of unit length (``whiten``: divided by the standard deviation); the largest entry of each is positive.
    mixing_ : ndarray of shape (n_features, n_components)
    explained_variance_, explained_variance_ratio_ : ndarray of shape (n_components,)
    """

    def __init__(self, n_components=None, *, whiten=False):
        self.n_components = n_components
        self.whiten = whiten

    def _finish(self, mean, components, variance, total):
        self.explained_variance_ = variance
        self.explained_variance_ratio_ = variance / total if total > 0 else np.zeros_like(variance)
        if self.whiten:
            if variance[-1] <= variance[0] * 1e-14:
                raise ValueError("components without variance can't be whitened; ask for fewer with n_components")
            root = np.sqrt(variance)[:, None]
            return self._set(mean, components / root, np.ascontiguousarray((components * root).T))
        return self._set(mean, components, np.ascontiguousarray(components.T))

    def fit(self, X, y=None):
        """Find the components.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : ignored

        Returns
        -------
        self : PCA
        """
        X = checked(self, X, reset=True, ensure_min_samples=2)
        self._moments = None
        return self._finish(*_engine.principal_components(X, self._count(min(X.shape))))

    def partial_fit(self, X, y=None):
        """Take more samples into account.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : ignored

        Returns
        -------
        self : PCA
        """
        first = getattr(self, "_moments", None) is None
        X = checked(self, X, reset=first, ensure_min_samples=2 if first else 1)
        self._moments = _engine.moments(X, None if first else self._moments)
        count = self._count(min(X.shape[1], int(self._moments["count"])))
        return self._finish(*_engine.principal_of_moments(self._moments, count))


class Whitening(_Linear):
    """Decorrelation to unit variance.

    Parameters
    ----------
    n_components : int or None
        None: all.
    method : {'pca', 'zca'}
        Along principal components, or turned back so that the result is as near to the samples as can be.

    Attributes
    ----------
    mean_ : ndarray of shape (n_features,)
    components_ : ndarray of shape (n_components, n_features)
    mixing_ : ndarray of shape (n_features, n_components)
    """

    def __init__(self, n_components=None, *, method="pca"):
        self.n_components = n_components
        self.method = method

    def _finish(self, moments, most):
        if self.method not in ("pca", "zca"):
            raise ValueError(f"method must be 'pca' or 'zca'; got {self.method!r}")
        mean, V, variance, _ = _engine.principal_of_moments(moments, self._count(most))
        kept = variance > variance[0] * 1e-14 * len(mean)
        if self.n_components is not None and not kept.all():
            raise ValueError(f"the samples have only {kept.sum()} dimensions; n_components={self.n_components!r}")
        V, root = V[kept], np.sqrt(variance[kept])[:, None]
        if self.method == "zca":
            return self._set(mean, V.T @ (V / root), V.T @ (V * root))
        return self._set(mean, V / root, np.ascontiguousarray((V * root).T))

    def fit(self, X, y=None):
        """Find the directions.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : ignored

        Returns
        -------
        self : Whitening
        """
        X = checked(self, X, reset=True, ensure_min_samples=2)
        self._moments = _engine.moments(X, None)
        return self._finish(self._moments, min(X.shape))

    def partial_fit(self, X, y=None):
        """Take more samples into account.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : ignored

        Returns
        -------
        self : Whitening
        """
        if not hasattr(self, "_moments"):
            return self.fit(X)
        X = checked(self, X, reset=False)
        self._moments = _engine.moments(X, self._moments)
        return self._finish(self._moments, min(X.shape[1], int(self._moments["count"])))


class SFA(_Linear):
    """Slow feature analysis: directions in which successive samples change least. Rows of X are a time course.

    Parameters
    ----------
    n_components : int or None
        None: as many as the samples have dimensions.

    Attributes
    ----------
    mean_ : ndarray of shape (n_features,)
    components_ : ndarray of shape (n_components, n_features)
        Slowest first; outputs have unit variance.
    mixing_ : ndarray of shape (n_features, n_components)
    delta_ : ndarray of shape (n_components,)
        Mean square change from sample to sample.

    References
    ----------
    Wiskott & Sejnowski 2002, doi:10.1162/089976602317318938
    """

    def __init__(self, n_components=None):
        self.n_components = n_components

    def _finish(self):
        if self.n_components is None:
            variance = _engine.principal_of_moments(
                self._data, min(self.n_features_in_, int(self._data["count"])))[2]
            count = max(1, int((variance > variance[0] * 1e-13 * self.n_features_in_).sum()))
        else:
            count = self._count(self.n_features_in_)
        mean, components, mixing, self.delta_ = _engine.slow_features(self._data, self._changes, count)
        return self._set(mean, components, np.ascontiguousarray(mixing.T))

    def fit(self, X, y=None):
        """Find the slow directions of one time course.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : ignored

        Returns
        -------
        self : SFA
        """
        self._data = self._changes = None
        return self._more(checked(self, X, reset=True, ensure_min_samples=2))

    def partial_fit(self, X, y=None):
        """Take a further piece into account; changes are counted within pieces.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : ignored

        Returns
        -------
        self : SFA
        """
        if getattr(self, "_data", None) is None:
            return self.fit(X)
        return self._more(checked(self, X, reset=False, ensure_min_samples=2))

    def _more(self, X):
        self._data = _engine.moments(X, self._data)
        self._changes = _engine.moments(np.diff(X, axis=0), self._changes)
        return self._finish()


class FDA(_Linear):
    """Fisher's discriminant analysis: directions that part classes best.

    Parameters
    ----------
    n_components : int or None
        None: one less than there are classes, at most the number of features.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
    mean_ : ndarray of shape (n_features,)
    components_ : ndarray of shape (n_components, n_features)
        Variance within classes is 1 along each.
    ratio_ : ndarray of shape (n_components,)
        Variance between classes over variance within.

    References
    ----------
    Fisher 1936, doi:10.1111/j.1469-1809.1936.tb02137.x
    """

    def __init__(self, n_components=None):
        self.n_components = n_components

    def fit(self, X, y):
        """Find the directions.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)

        Returns
        -------
        self : FDA
        """
        self._moments = {}
        return self._more(*checked(self, X, y, reset=True, ensure_min_samples=2))

    def partial_fit(self, X, y):
        """Take more samples into account.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)

        Returns
        -------
        self : FDA
        """
        if not getattr(self, "_moments", None):
            return self.fit(X, y)
        return self._more(*checked(self, X, y, reset=False))

    def _more(self, X, y):
        check_classification_targets(y)
        for label in np.unique(y):
            self._moments[label] = _engine.moments(np.ascontiguousarray(X[y == label]), self._moments.get(label))
        self.classes_ = np.array(sorted(self._moments))
        if len(self.classes_) < 2:
            raise ValueError(f"FDA needs samples of at least 2 classes; got one class: {self.classes_[0]!r}")
        count = self._count(min(self.n_features_in_, len(self.classes_) - 1))
        mean, components, self.ratio_ = _engine.fisher_discriminant([self._moments[c] for c in self.classes_], count)
        return self._set(mean, components, np.linalg.pinv(components))

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        return tags


class FactorAnalysis(_Linear):
    """Factors with independent noise per feature, by maximum likelihood.

    Parameters
    ----------
    n_components : int or None
        None: as many as features.
    max_iter : int
    tol : float
        Gain of the mean log likelihood that ends the iteration.

    Attributes
    ----------
    mean_ : ndarray of shape (n_features,)
    components_ : ndarray of shape (n_components, n_features)
        Loadings.
    noise_variance_ : ndarray of shape (n_features,)
    loglike_ : ndarray of shape (n_iter_,)
    n_iter_ : int
    """

    def __init__(self, n_components=None, *, max_iter=1000, tol=1e-6):
        self.n_components = n_components
        self.max_iter = max_iter
        self.tol = tol

    def fit(self, X, y=None):
        """Find the factors.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : ignored

        Returns
        -------
        self : FactorAnalysis
        """
        X = checked(self, X, reset=True, ensure_min_samples=2)
        mean, loadings, self.noise_variance_, self.loglike_, self.converged_ = _engine.factor_analysis(
            _engine.moments(X, None), self._count(X.shape[1]), int(self.max_iter), float(self.tol))
        self.n_iter_ = len(self.loglike_)
        if not self.converged_:
            warnings.warn(f"FactorAnalysis did not converge in {self.max_iter} iterations", ConvergenceWarning, stacklevel=2)
        return self._set(mean, loadings, np.ascontiguousarray(loadings.T))

    def transform(self, X):
        """Expected factors of samples.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        Z : ndarray of shape (n_samples, n_components)
            float32 where X is.
        """
        check_is_fitted(self)
        X = checked(self, X, reset=False, dtype=FLOATS)
        factors = _engine.factor_scores(X.astype(np.float64, copy=False), self.mean_, self.components_, self.noise_variance_)
        return factors.astype(X.dtype, copy=False)
