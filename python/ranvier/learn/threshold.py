"""Single threshold units: Rosenblatt's perceptron and Widrow's Adaline."""

import warnings

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.validation import check_is_fitted

from ranvier import _core
from ranvier.learn.base import checked, class_indices, classes_of_partial_fit, seed_of

_engine = _core.learn


def linear_separability(X, y, max_steps=1000):
    """Decide whether a plane parts two classes, and find the widest margin.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        The samples.
    y : array-like of shape (n_samples,)
        Two classes.
    max_steps : int
        Steps after which the question is left open.

    Returns
    -------
    separable : bool or None
        None where ``max_steps`` came first.
    margin : float
        The largest ``min_i t_i (w @ x_i + b)`` over all ``(w, b)`` of length 1, with t = ±1; 0 where not separable. A
        perceptron needs at most ``(R / margin) ** 2`` updates, R the greatest length of ``(x, 1)``.
    """
    X = np.ascontiguousarray(X, dtype=np.float64)
    classes, indices = np.unique(y, return_inverse=True)
    if len(classes) != 2:
        raise ValueError(f"linear_separability takes two classes; got {len(classes)}")
    separable, margin, _, _ = _engine.linear_separability(X, indices.astype(np.float64), max_steps)
    return separable, margin


class _Units(ClassifierMixin, BaseEstimator):
    """One unit for two classes, one unit against the rest for each of more."""

    def decision_function(self, X):
        """Weighted sums before the threshold.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        scores : ndarray of shape (n_samples,) or (n_samples, n_classes)
        """
        check_is_fitted(self)
        X = checked(self, X, reset=False)
        scores = [_engine.activations(X, w, float(b)) for w, b in zip(self.coef_, self.intercept_)]
        return scores[0] if len(scores) == 1 else np.stack(scores, axis=1)

    def predict(self, X):
        """Class of each sample: of two, the second where the sum is > 0; else the one with the greatest sum.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        y : ndarray of shape (n_samples,)
        """
        scores = self.decision_function(X)
        return self.classes_[(scores > 0).astype(int) if scores.ndim == 1 else scores.argmax(axis=1)]

    def _problems(self, indices, low):
        """Targets of each unit."""
        if len(self.classes_) == 2:
            return [np.where(indices == 1, 1.0, low)]
        return [np.where(indices == k, 1.0, low) for k in range(len(self.classes_))]


class Perceptron(_Units):
    """Rosenblatt's perceptron: 1 where ``w @ x + b > 0``, else 0 (exactly 0 gives 0).

    More than two classes are learnt one against the rest.

    Parameters
    ----------
    eta0 : float
        Learning rate.
    max_iter : int
        Most passes over the data.
    margin : float
        Learn also from samples that are right by no more than this.
    pocket : bool
        Keep the weights that classified most samples so far: for data that no plane parts.
    shuffle : bool
        Take the samples in a new order in each pass.
    fit_intercept : bool
        Learn ``b``.
    diagnose : bool
        Where the rule did not converge, try to prove that no plane parts the classes (``separable_``).
    random_state : int, RandomState or None
        Seed of the orders.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
    coef_ : ndarray of shape (1 or n_classes, n_features)
    intercept_ : ndarray of shape (1 or n_classes,)
    n_iter_ : int
        Passes that the slowest unit needed.
    n_updates_ : ndarray
        Changes of the weights, per unit. Separable data take at most (R/γ)² (Novikoff 1962).
    converged_ : bool
        Every unit went once through all samples without an update.
    separable_ : list of bool or None
        Per unit: True (it converged), False (proven impossible), None (not known).

    References
    ----------
    Rosenblatt 1958, doi:10.1037/h0042519. Gallant 1990, doi:10.1109/72.80230.
    """

    def __init__(self, eta0=1.0, max_iter=1000, *, margin=0.0, pocket=False, shuffle=True, fit_intercept=True,
                 diagnose=True, random_state=None):
        self.eta0 = eta0
        self.max_iter = max_iter
        self.margin = margin
        self.pocket = pocket
        self.shuffle = shuffle
        self.fit_intercept = fit_intercept
        self.diagnose = diagnose
        self.random_state = random_state

    def _learn(self, X, indices, max_iter, start):
        options = dict(eta=float(self.eta0), margin=float(self.margin), pocket=bool(self.pocket),
                       shuffle=bool(self.shuffle), intercept=bool(self.fit_intercept), max_epochs=int(max_iter),
                       seed=seed_of(self.random_state))
        problems = self._problems(indices, 0.0)
        results = [
            _engine.perceptron_fit(X, targets, options, *((None, 0.0) if start is None else (start[0][k], start[1][k])))
            for k, targets in enumerate(problems)
        ]
        self.coef_ = np.stack([r[0] for r in results])
        self.intercept_ = np.array([r[1] for r in results])
        self.n_iter_ = max(r[2] for r in results)
        self.n_updates_ = np.array([r[3] for r in results])
        self.converged_ = all(r[5] for r in results)
        return problems, results

    def fit(self, X, y):
        """Learn from all samples until none is wrong or ``max_iter`` passes are over.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)

        Returns
        -------
        self : Perceptron
        """
        X, y = checked(self, X, y, reset=True)
        problems, results = self._learn(X, class_indices(self, y), self.max_iter, None)
        self.separable_ = [True if r[5] and self.margin == 0 else None for r in results]
        if self.diagnose:
            for k, targets in enumerate(problems):
                if self.separable_[k] is None:
                    self.separable_[k] = _engine.linear_separability(X, targets, 1000)[0]
        if not self.converged_:
            impossible = any(s is False for s in self.separable_)
            warnings.warn(
                f"the perceptron did not converge in {self.max_iter} passes"
                + ("; no plane parts the classes" if impossible else ""),
                ConvergenceWarning, stacklevel=2)
        return self

    def partial_fit(self, X, y, classes=None):
        """One pass over these samples, from the weights as they are.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)
        classes : array-like of shape (n_classes,), optional
            All classes there will be; needed in the first call unless ``y`` has them all.

        Returns
        -------
        self : Perceptron
        """
        first = not hasattr(self, "coef_")
        X, y = checked(self, X, y, reset=first)
        indices = classes_of_partial_fit(self, y, classes)
        self._learn(X, indices, 1, None if first else (self.coef_, self.intercept_))
        return self


class Adaline(_Units):
    """Adaptive linear neuron: learns from the error of the sum before the threshold.

    Parameters
    ----------
    eta0 : float
        Learning rate; in (0, 2) for the normalised rule.
    max_iter : int
        Most passes over the data.
    tol : float
        Stop where the mean squared error fell by less than this part of itself.
    rule : {'alpha', 'mu'}
        'alpha' divides each step by the squared length of the sample and is stable for any scale of the data; 'mu' is
        plain steepest descent.
    shuffle : bool
        Take the samples in a new order in each pass.
    fit_intercept : bool
        Learn the intercept.
    random_state : int, RandomState or None
        Seed of the orders.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
    coef_ : ndarray of shape (1 or n_classes, n_features)
    intercept_ : ndarray of shape (1 or n_classes,)
    loss_curve_ : list of float
        Mean squared error of each pass, averaged over units.
    n_iter_ : int

    References
    ----------
    Widrow & Hoff 1960. Both rules: Widrow & Lehr 1990, doi:10.1109/5.58323.
    """

    def __init__(self, eta0=0.1, max_iter=50, *, tol=1e-6, rule="alpha", shuffle=True, fit_intercept=True,
                 random_state=None):
        self.eta0 = eta0
        self.max_iter = max_iter
        self.tol = tol
        self.rule = rule
        self.shuffle = shuffle
        self.fit_intercept = fit_intercept
        self.random_state = random_state

    def _learn(self, X, indices, max_iter, start):
        if self.rule not in ("alpha", "mu"):
            raise ValueError(f"rule must be 'alpha' or 'mu'; got {self.rule!r}")
        options = dict(eta=float(self.eta0), normalised=self.rule == "alpha", shuffle=bool(self.shuffle),
                       intercept=bool(self.fit_intercept), max_epochs=int(max_iter), tolerance=float(self.tol),
                       seed=seed_of(self.random_state))
        results = [
            _engine.adaline_fit(X, targets, options, *((None, 0.0) if start is None else (start[0][k], start[1][k])))
            for k, targets in enumerate(self._problems(indices, -1.0))
        ]
        self.coef_ = np.stack([r[0] for r in results])
        self.intercept_ = np.array([r[1] for r in results])
        self.n_iter_ = max(len(r[2]) for r in results)
        return results

    def fit(self, X, y):
        """Learn from all samples until the error falls no more or ``max_iter`` passes are over.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)

        Returns
        -------
        self : Adaline
        """
        X, y = checked(self, X, y, reset=True)
        results = self._learn(X, class_indices(self, y), self.max_iter, None)
        self.loss_curve_ = [float(np.mean([r[2][min(k, len(r[2]) - 1)] for r in results])) for k in range(self.n_iter_)]
        return self

    def partial_fit(self, X, y, classes=None):
        """One pass over these samples, from the weights as they are.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)
        classes : array-like of shape (n_classes,), optional
            All classes there will be; needed in the first call unless ``y`` has them all.

        Returns
        -------
        self : Adaline
        """
        first = not hasattr(self, "coef_")
        X, y = checked(self, X, y, reset=first)
        indices = classes_of_partial_fit(self, y, classes)
        results = self._learn(X, indices, 1, None if first else (self.coef_, self.intercept_))
        before = [] if first else getattr(self, "loss_curve_", [])
        self.loss_curve_ = [*before, float(np.mean([r[2][0] for r in results]))]
        return self
