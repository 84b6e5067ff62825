"""Linear decompositions."""

import numpy as np
from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils import check_array
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted

from ranvier import _core
from ranvier.learn.base import FLOATS, FromLabels, FromPieces, FromSamples, KeepsSingle, checked
from ranvier.learn.flow import Node

_engine = _core.learn


class _Linear(KeepsSingle, Node, ClassNamePrefixFeaturesOutMixin, TransformerMixin, FromSamples):
    """``(x - mean_) @ components_.T``, and back by ``mixing_`` of shape (n_features, n_components)."""

    _fewest = 2

    @property
    def _n_features_out(self):
        return len(self.components_)

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
        return _engine.transform(self._kind, self._settings(), self._learnt(), X).astype(X.dtype, copy=False)

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
        S = check_array(X, dtype=np.float64)
        if S.shape[1] != len(self.components_):
            raise ValueError(f"X has {S.shape[1]} components, but {type(self).__name__} has {len(self.components_)}")
        S = np.ascontiguousarray(S)
        return _engine.unprojected(S, np.ascontiguousarray(self.mixing_.T), self.mean_)


class _Moments(_Linear, FromPieces):
    """What is found from sums over the samples, which more samples may be added to: of a time course a further piece."""

    _known = "_moments"


class PCA(_Moments):
    """Principal components: orthogonal directions of largest variance.

    Attributes
    ----------
    mean_ : ndarray of shape (n_features,)
    components_ : ndarray of shape (n_components, n_features)
        Rows of unit length (``whiten``: divided by the standard deviation); the largest entry of each is positive.
    mixing_ : ndarray of shape (n_features, n_components)
    explained_variance_, explained_variance_ratio_, singular_values_ : ndarray of shape (n_components,)
    n_components_ : int
    """

    @property
    def n_components_(self):
        """How many there are."""
        return len(self.components_)


class Whitening(_Moments):
    """Decorrelation to unit variance.

    Attributes
    ----------
    mean_ : ndarray of shape (n_features,)
    components_ : ndarray of shape (n_components, n_features)
    mixing_ : ndarray of shape (n_features, n_components)
    """


class SFA(_Moments):
    """Slow feature analysis: directions in which successive samples change least. Rows of X are a time course.

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

    _known = "_data"


class FDA(FromLabels, _Linear):
    """Fisher's discriminant analysis: directions that part classes best.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
    mean_ : ndarray of shape (n_features,)
    components_ : ndarray of shape (n_components, n_features)
        Variance within classes is 1 along each.
    mixing_ : ndarray of shape (n_features, n_components)
    ratio_ : ndarray of shape (n_components,)
        Variance between classes over variance within.

    References
    ----------
    Fisher 1936, doi:10.1111/j.1469-1809.1936.tb02137.x
    """

    _known = "_moments"

    def partial_fit(self, X, y):
        """Take more samples into account, of other classes too.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)

        Returns
        -------
        self : FDA
        """
        known = getattr(self, "_moments", None)
        X, y = self._checked(X, y, piece=True)
        check_classification_targets(y)
        before, self.classes_ = (self.classes_, np.union1d(self.classes_, y)) if known else ([], np.unique(y))
        if len(self.classes_) < 2:
            raise ValueError(f"FDA needs samples of at least 2 classes; got one class: {self.classes_[0]!r}")
        if known:  # under the new numbers of their classes
            number = dict(zip(map(str, range(len(before))), np.searchsorted(self.classes_, before)))
            self._moments = {f"{number[key.partition('.')[0]]}.{key.partition('.')[2]}": v for key, v in known.items()}
        return self._fit(X, labels=np.searchsorted(self.classes_, y).astype(np.int32), piece=True)


class FactorAnalysis(_Linear):
    """Factors with independent noise per feature, by maximum likelihood.

    Attributes
    ----------
    mean_ : ndarray of shape (n_features,)
    components_ : ndarray of shape (n_components, n_features)
        Loadings.
    mixing_ : ndarray of shape (n_features, n_components)
        The same, transposed.
    noise_variance_ : ndarray of shape (n_features,)
    loglike_ : ndarray of shape (n_iter_,)
    n_iter_ : int
    converged_ : bool
    """
