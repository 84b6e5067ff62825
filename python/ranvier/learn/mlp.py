"""Multilayer perceptrons."""

import warnings

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin, is_classifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.utils import column_or_1d
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.validation import _check_sample_weight, check_is_fitted

from ranvier import _core
from ranvier.learn.base import FLOATS, checked, class_indices, classes_of_partial_fit, seed_of

_engine = _core.learn

_PARAMETERS = """
    Parameters
    ----------
    hidden_layer_sizes : tuple of int
        Units of each hidden layer; () for none.
    activation : {'identity', 'logistic', 'tanh', 'relu'}
        Of hidden units.
    solver : {'adam', 'sgd', 'lbfgs'}
    alpha : float
        L2 penalty, ½ α Σ w² / n.
    batch_size : int or 'auto'
        Samples of a step; 'auto': 200, or all where there are fewer.
    learning_rate : {'constant', 'invscaling', 'adaptive'}
        Schedule of 'sgd'; 'adaptive' divides by five where the loss stands still.
    learning_rate_init : float
    power_t : float
        Exponent of 'invscaling'.
    max_iter : int
        Most epochs.
    shuffle : bool
    random_state : int, RandomState or None
    tol : float
        Gain of loss or score that counts; for 'lbfgs' the largest entry of the gradient at the end.
    momentum : float
    nesterovs_momentum : bool
    early_stopping : bool
        Score on a part set aside, and keep the best net.
    validation_fraction : float
    beta_1, beta_2, epsilon : float
        Of 'adam'.
    n_iter_no_change : int
        Epochs without gain that end training.
    max_fun : int
        Most evaluations of 'lbfgs'.
    init_range : float or None
        Weights begin uniform in ± it; None: by the sizes of the layers (Glorot & Bengio 2010).
"""

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


class _Net(BaseEstimator):
    def __init__(self, hidden_layer_sizes, activation, solver, alpha, batch_size, learning_rate, learning_rate_init,
                 power_t, max_iter, shuffle, random_state, tol, momentum, nesterovs_momentum, early_stopping,
                 validation_fraction, beta_1, beta_2, epsilon, n_iter_no_change, max_fun, init_range):
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.solver = solver
        self.alpha = alpha
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.learning_rate_init = learning_rate_init
        self.power_t = power_t
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.random_state = random_state
        self.tol = tol
        self.momentum = momentum
        self.nesterovs_momentum = nesterovs_momentum
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.n_iter_no_change = n_iter_no_change
        self.max_fun = max_fun
        self.init_range = init_range

    def _hidden(self):
        sizes = self.hidden_layer_sizes
        return [int(sizes)] if np.ndim(sizes) == 0 else [int(n) for n in sizes]

    def _shape(self):
        return dict(sizes=[self.n_features_in_, *self._hidden(), self.n_outputs_], activation=self.activation,
                    output=self.out_activation_, loss=self._loss(), dead_zone=float(getattr(self, "dead_zone", 0.0)))

    def _options(self):
        if self.batch_size != "auto" and not self.batch_size > 0:
            raise ValueError(f"batch_size must be 'auto' or > 0; got {self.batch_size!r}")
        return dict(
            solver=self.solver, alpha=float(self.alpha), batch=200 if self.batch_size == "auto" else int(self.batch_size),
            rate=float(self.learning_rate_init), schedule=self.learning_rate, power_t=float(self.power_t),
            max_epochs=int(self.max_iter), shuffle=bool(self.shuffle), tolerance=float(self.tol),
            patience=int(self.n_iter_no_change), momentum=float(self.momentum), nesterov=bool(self.nesterovs_momentum),
            beta_1=float(self.beta_1), beta_2=float(self.beta_2), epsilon=float(self.epsilon),
            max_evaluations=int(self.max_fun), start_range=0.0 if self.init_range is None else float(self.init_range))

    def _train(self, X, target, weights, state, one_epoch):
        """Target: what _targets returns; weights: None or an array."""
        dtype = X.dtype
        labels = target if target.dtype == np.int32 else None
        values = None if labels is not None else np.ascontiguousarray(target, dtype=dtype)
        seed = self._seed if state is not None else seed_of(self.random_state)
        self._seed = seed
        validation = None
        if self.early_stopping and not one_epoch:
            if self.solver == "lbfgs":
                raise ValueError("early_stopping needs solver 'sgd' or 'adam'; 'lbfgs' takes no epochs")
            rows = np.arange(len(X))
            if is_classifier(self):
                groups = labels if labels is not None else target.argmax(axis=1) if target.shape[1] > 1 else target[:, 0]
                fewest = np.unique(groups, return_counts=True)[1].min()
                groups = groups if fewest > 1 else None
            else:
                groups = None
            kept, aside = train_test_split(rows, test_size=self.validation_fraction, random_state=seed, stratify=groups)
            take = lambda a, r: None if a is None else np.ascontiguousarray(a[r])  # noqa: E731
            validation = tuple(take(a, aside) for a in (X, labels, values, weights))
            X, labels, values, weights = (take(a, kept) for a in (X, labels, values, weights))
        train = _engine.net_train_float32 if dtype == np.float32 else _engine.net_train_float64
        r = train((X, labels, values, weights), self._shape(), {**self._options(), "seed": seed}, state, validation,
                  one_epoch)
        before = list(self.loss_curve_) if state is not None else []
        self.coefs_, self.intercepts_ = r["coefs"], r["intercepts"]
        self.loss_curve_ = before + r["loss"].tolist()
        self.loss_ = self.loss_curve_[-1]
        self.best_loss_ = float(r["best_loss"])
        self.validation_scores_ = r["validation"].tolist() if validation is not None else None
        self.n_iter_ = int(r["epochs"])
        self.converged_ = r["converged"]
        self.n_layers_ = len(self.coefs_) + 1
        self.t_ = int(r["samples"])
        self._state = {k: r[k] for k in ("first", "second", "steps", "samples", "epochs", "rate", "best_loss")}
        if not one_epoch and not self.converged_:
            warnings.warn(f"the net did not converge in {self.max_iter} epochs", ConvergenceWarning, stacklevel=3)
        return self

    def _resumed(self):
        if not hasattr(self, "_state"):
            raise ValueError("the file that this net was loaded from has no state of its training to go on from; fit anew")
        return {"coefs": self.coefs_, "intercepts": self.intercepts_, **self._state}

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
        return self._outputs(X)

    def _outputs(self, X):
        check_is_fitted(self)
        X = checked(self, X, reset=False, dtype=self.coefs_[0].dtype)
        return _engine.net_outputs(X, self._shape(), self.coefs_, self.intercepts_)


class MLPClassifier(ClassifierMixin, _Net):
    __doc__ = (
        "Multilayer perceptron that classifies, trained by backpropagation.\n"
        + _PARAMETERS
        + """    class_weight : dict, 'balanced' or None
        Weights of classes.
    loss : {'log_loss', 'squared_error'}
        Cross entropy of a softmax (two classes: logistic) output, or ½ Σ (p − t)² of one logistic output per class.
    dead_zone : float
        An output that misses its target by less counts as right ('squared_error').
"""
        + _ATTRIBUTES.replace("    coefs_ :", "    classes_ : ndarray of shape (n_classes,)\n    coefs_ :", 1)
    )

    def __init__(self, hidden_layer_sizes=(100,), activation="relu", *, solver="adam", alpha=0.0001, batch_size="auto",
                 learning_rate="constant", learning_rate_init=0.001, power_t=0.5, max_iter=200, shuffle=True,
                 random_state=None, tol=1e-4, momentum=0.9, nesterovs_momentum=True, early_stopping=False,
                 validation_fraction=0.1, beta_1=0.9, beta_2=0.999, epsilon=1e-8, n_iter_no_change=10, max_fun=15000,
                 init_range=None, class_weight=None, loss="log_loss", dead_zone=0.0):
        super().__init__(hidden_layer_sizes, activation, solver, alpha, batch_size, learning_rate, learning_rate_init,
                         power_t, max_iter, shuffle, random_state, tol, momentum, nesterovs_momentum, early_stopping,
                         validation_fraction, beta_1, beta_2, epsilon, n_iter_no_change, max_fun, init_range)
        self.class_weight = class_weight
        self.loss = loss
        self.dead_zone = dead_zone

    def _loss(self):
        return self.loss

    def _targets(self, indices):
        k = len(self.classes_)
        if self.loss == "squared_error":
            self.n_outputs_, self.out_activation_ = k, "logistic"
            return np.eye(k)[indices]
        if k == 2:
            self.n_outputs_, self.out_activation_ = 1, "logistic"
            return indices.astype(np.float64)[:, None]
        self.n_outputs_, self.out_activation_ = k, "softmax"
        return indices.astype(np.int32)

    def _weights(self, X, y, sample_weight):
        if sample_weight is None and self.class_weight is None:
            return None
        weights = _check_sample_weight(sample_weight, X, dtype=X.dtype, ensure_non_negative=True)
        if self.class_weight is not None:
            weights = weights * compute_sample_weight(self.class_weight, y).astype(X.dtype)
        return np.ascontiguousarray(weights, dtype=X.dtype)

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
        X, y = checked(self, X, y, reset=True, dtype=FLOATS)
        y = column_or_1d(y, warn=True)
        target = self._targets(class_indices(self, y))
        return self._train(X, target, self._weights(X, y, sample_weight), None, False)

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
        first = not hasattr(self, "coefs_")
        X, y = checked(self, X, y, reset=first, dtype=FLOATS if first else self.coefs_[0].dtype)
        target = self._targets(classes_of_partial_fit(self, column_or_1d(y, warn=True), classes))
        return self._train(X, target, self._weights(X, y, sample_weight), None if first else self._resumed(), True)

    def predict_proba(self, X):
        """Probability of each class.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        p : ndarray of shape (n_samples, n_classes)
        """
        p = self._outputs(X)
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

    def predict(self, X):
        """Most probable class of each sample.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        y : ndarray of shape (n_samples,)
        """
        p = self._outputs(X)
        return self.classes_[(p[:, 0] > 0.5).astype(int) if self.n_outputs_ == 1 else p.argmax(axis=1)]


class MLPRegressor(RegressorMixin, _Net):
    __doc__ = (
        "Multilayer perceptron with linear outputs, trained by backpropagation of the squared error.\n"
        + _PARAMETERS + _ATTRIBUTES
    )

    def __init__(self, hidden_layer_sizes=(100,), activation="relu", *, solver="adam", alpha=0.0001, batch_size="auto",
                 learning_rate="constant", learning_rate_init=0.001, power_t=0.5, max_iter=200, shuffle=True,
                 random_state=None, tol=1e-4, momentum=0.9, nesterovs_momentum=True, early_stopping=False,
                 validation_fraction=0.1, beta_1=0.9, beta_2=0.999, epsilon=1e-8, n_iter_no_change=10, max_fun=15000,
                 init_range=None):
        super().__init__(hidden_layer_sizes, activation, solver, alpha, batch_size, learning_rate, learning_rate_init,
                         power_t, max_iter, shuffle, random_state, tol, momentum, nesterovs_momentum, early_stopping,
                         validation_fraction, beta_1, beta_2, epsilon, n_iter_no_change, max_fun, init_range)

    def _loss(self):
        return "squared_error"

    def _prepare(self, X, y, sample_weight, first):
        X, y = checked(self, X, y, reset=first, dtype=FLOATS if first else self.coefs_[0].dtype, multi_output=True,
                       y_numeric=True)
        if y.ndim == 2 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        target = y[:, None] if y.ndim == 1 else y
        if not first and target.shape[1] != self.n_outputs_:
            raise ValueError(f"y has {target.shape[1]} outputs; the net has {self.n_outputs_}")
        self.n_outputs_, self.out_activation_ = target.shape[1], "identity"
        weights = None
        if sample_weight is not None:
            weights = _check_sample_weight(sample_weight, X, dtype=X.dtype, ensure_non_negative=True)
        self._flat = y.ndim == 1
        return X, np.asarray(target, dtype=X.dtype), weights

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
        return self._train(*self._prepare(X, y, sample_weight, True), None, False)

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
        first = not hasattr(self, "coefs_")
        return self._train(*self._prepare(X, y, sample_weight, first), None if first else self._resumed(), True)

    def predict(self, X):
        """Outputs.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
        """
        p = self._outputs(X)
        return p[:, 0] if self._flat else p

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
