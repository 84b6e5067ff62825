"""Independent components."""

import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from ranvier import _core
from ranvier.learn.base import checked, seed_of

_engine = _core.learn

from ranvier.learn.decomposition import _Linear


class _Independent(_Linear):
    def _fit(self, method, X):
        X = checked(self, X, reset=True, ensure_min_samples=2)
        k = self._count(min(X.shape[0] - 1, X.shape[1]))
        if self.n_components is None:  # as many as the samples have dimensions
            variance = _engine.principal_components(X, k)[2]
            k = max(1, int((variance > variance[0] * 1e-13 * X.shape[1]).sum()))
        options = dict(max_iterations=int(self.max_iter), tolerance=float(self.tol), fun=getattr(self, "fun", "logcosh"),
                       extended=bool(getattr(self, "extended", True)), seed=seed_of(self.random_state))
        mean, components, mixing, self.n_iter_, self.converged_, self.whitening_, self.unmixing_ = _engine.ica(
            method, X, k, options)
        self.n_iter_ = max(1, self.n_iter_)
        if not self.converged_:
            warnings.warn(f"{type(self).__name__} did not converge in {self.max_iter} iterations", ConvergenceWarning,
                          stacklevel=3)
        return self._set(mean, components, np.ascontiguousarray(mixing.T))

    def fit(self, X, y=None):
        """Find the sources.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : ignored

        Returns
        -------
        self : estimator
        """
        return self._fit(self._method, X)


_ICA = """
    n_components : int or None
        None: as many as the samples have dimensions.
    max_iter : int
    tol : float
        {tol}
    random_state : int, RandomState or None

    Attributes
    ----------
    mean_ : ndarray of shape (n_features,)
    components_ : ndarray of shape (n_components, n_features)
        From samples to sources of about unit variance.
    mixing_ : ndarray of shape (n_features, n_components)
    whitening_ : ndarray of shape (n_components, n_features)
    unmixing_ : ndarray of shape (n_components, n_components)
        Of whitened samples.
    n_iter_ : int
    converged_ : bool
"""


class FastICA(_Independent):
    __doc__ = """Independent components by the fixed-point rule, with symmetric decorrelation.

    Parameters
    ----------""" + _ICA.format(tol="Largest turn of a direction, 1 − |cosine|, at the end.").replace(
        "    max_iter : int", "    fun : {'logcosh', 'exp', 'cube'}\n        Contrast.\n    max_iter : int", 1) + """
    References
    ----------
    Hyvärinen 1999, doi:10.1109/72.761722
    """
    _method = "fastica"

    def __init__(self, n_components=None, *, fun="logcosh", max_iter=200, tol=1e-4, random_state=None):
        self.n_components = n_components
        self.fun = fun
        self.max_iter = max_iter
        self.tol = tol
        self.random_state = random_state


class Infomax(_Independent):
    __doc__ = """Independent components by natural gradient on the entropy of the outputs.

    Parameters
    ----------""" + _ICA.format(tol="Squared change of the weights in a pass at the end.").replace(
        "    max_iter : int", "    extended : bool\n        Sub-Gaussian sources too.\n    max_iter : int", 1) + """
    References
    ----------
    Bell & Sejnowski 1995, doi:10.1162/neco.1995.7.6.1129. Lee, Girolami & Sejnowski 1999,
    doi:10.1162/089976699300016719
    """
    _method = "infomax"

    def __init__(self, n_components=None, *, extended=True, max_iter=500, tol=1e-12, random_state=None):
        self.n_components = n_components
        self.extended = extended
        self.max_iter = max_iter
        self.tol = tol
        self.random_state = random_state


class Picard(_Independent):
    __doc__ = """Independent components by maximum likelihood, preconditioned L-BFGS.

    Parameters
    ----------""" + _ICA.format(tol="Largest entry of the relative gradient at the end.").replace(
        "    max_iter : int", "    extended : bool\n        Sub-Gaussian sources too.\n    max_iter : int", 1) + """
    References
    ----------
    Ablin, Cardoso & Gramfort 2018, doi:10.1109/TSP.2018.2844203
    """
    _method = "picard"

    def __init__(self, n_components=None, *, extended=True, max_iter=500, tol=1e-7, random_state=None):
        self.n_components = n_components
        self.extended = extended
        self.max_iter = max_iter
        self.tol = tol
        self.random_state = random_state
