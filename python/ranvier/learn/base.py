"""What all estimators share: the engine's table of them, checked arrays, errors in scikit-learn's words."""

import inspect
import itertools
import numbers

import numpy as np
import scipy.sparse
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from ranvier import _core
from ranvier.errors import warn
from ranvier.settings import entry, fields

_engine = _core.learn
FLOATS = [np.float64, np.float32]
# What a state of each estimator is made of: (name, how it is kept, whether answers need it).
TABLE = _engine.estimators()


def seed_of(random_state):
    """The seed that the engine and the command line have too: a whole number is one; of a generator one is drawn."""
    if isinstance(random_state, numbers.Integral):
        return int(random_state)
    return int(check_random_state(random_state).randint(np.iinfo(np.int32).max))


def checked(estimator, X, y="no_validation", *, reset, dtype=np.float64, **kwargs):
    """X (and y) as scikit-learn validates them, in rows that the engine can read."""
    if getattr(estimator, "_sparse", False) and scipy.sparse.issparse(X):
        X = X.toarray()
    return validate_data(estimator, X, y, reset=reset, dtype=dtype, order="C", **kwargs)


def _require_classes(y):
    """Whole numbers and text are classes; anything else is looked at."""
    if not (isinstance(y, np.ndarray) and y.ndim == 1 and y.dtype.kind in "biuUS"):
        check_classification_targets(y)


def class_indices(estimator, y, piece=False, classes=None):
    """Sets ``classes_`` and returns y as numbers of classes; the first of several pieces must name all or have all."""
    _require_classes(y)
    if piece and hasattr(estimator, "classes_"):
        if classes is not None and not np.array_equal(np.unique(classes), estimator.classes_):
            raise ValueError(f"classes={classes!r} are not those of the first partial_fit: {estimator.classes_!r}")
        classes = estimator.classes_
    if classes is None:
        estimator.classes_, indices = np.unique(y, return_inverse=True)
    else:
        estimator.classes_ = np.unique(classes)
        unknown = np.setdiff1d(y, estimator.classes_)
        if len(unknown):
            raise ValueError(f"y contains classes that are not among those of the first partial_fit: {unknown}")
        indices = np.searchsorted(estimator.classes_, y)
    if len(estimator.classes_) < 2:
        raise ValueError(
            f"{type(estimator).__name__} needs samples of at least 2 classes in the data, but the data contains only one "
            f"class: {estimator.classes_[0]!r}"
        )
    return indices.astype(np.int32)


def stored(value):
    """As the engine and model files hold it: a number, or an array of float64, float32, int64, or a list of words."""
    if isinstance(value, (int, float)):
        return value
    value = np.asarray(value)
    value = np.ascontiguousarray(value).reshape(value.shape)  # ascontiguousarray gives every number an axis
    if value.dtype.kind in "iub":
        return value.astype(np.int64, copy=False)
    if value.dtype.kind == "f":
        return value if value.dtype in (np.float32, np.float64) else value.astype(np.float64)
    if value.dtype.kind not in "US" and not all(isinstance(v, str) for v in value.ravel()):
        raise TypeError(f"values of type {value.dtype} can't be kept in a model file; use pickle")
    return [v.decode("latin-1") if isinstance(v, bytes) else str(v) for v in value]


def _constructor(kind, by_place):
    """``__init__`` with the engine's settings for parameters, the first `by_place` of which may be given by place."""
    place = inspect.Parameter.POSITIONAL_OR_KEYWORD
    parameters = [inspect.Parameter("self", place)] + [
        inspect.Parameter(
            name, place if number < by_place else inspect.Parameter.KEYWORD_ONLY, default=field["default"]
        )
        for number, (name, field) in enumerate(fields(kind).items())
    ]
    signature = inspect.Signature(parameters)

    def __init__(self, *args, **kwargs):
        bound = signature.bind(self, *args, **kwargs)
        bound.apply_defaults()
        for name in fields(kind):
            setattr(self, name, bound.arguments[name])

    __init__.__signature__ = signature
    return __init__


class NumericalError(ArithmeticError, ValueError):
    """Training left the range of numbers: smaller learning rates or scaled data are needed."""


class Estimator(BaseEstimator):
    """A row of the engine's table: settings are parameters, the state is attributes.

    Names in a state become attributes; those without an underscore at either end get one in front.
    """

    _known = "weights_"  # the attribute from which partial_fit goes on
    _floats = np.float64  # which samples may have
    _fewest = 1  # samples to begin with
    _sparse = False  # whether sparse samples are taken, and made dense

    def __init_subclass__(cls, by_place=1, **kwargs):
        super().__init_subclass__(**kwargs)
        if cls.__name__ in TABLE and cls.__module__.startswith("ranvier.learn."):
            cls._kind = cls.__name__
            cls.__init__ = _constructor(cls._kind, by_place)
            if cls.__doc__:
                text = "".join(entry(field) for field in fields(cls._kind).values())
                cls.__doc__ = cls.__doc__.replace(
                    "    Attributes\n", f"    Parameters\n    ----------\n{text}\n    Attributes\n", 1
                )

    def _settings(self, seed=None):
        settings = {name: getattr(self, name) for name in fields(self._kind)}
        if "random_state" in settings and not isinstance(self.random_state, numbers.Integral):
            settings["random_state"] = None  # a generator's state is not kept
        return settings | ({} if seed is None else {"random_state": seed})

    def _entries(self):
        return [(name, name if name.startswith("_") or name.endswith("_") else f"_{name}", kind)
                for name, kind, _ in TABLE[self._kind]]  # fmt: skip

    def _learnt(self):
        """What the engine has to know to answer or to go on."""
        state = {}
        for name, attribute, kind in self._entries():
            value = getattr(self, attribute, None)
            if value is None:
                continue
            if kind == "layers":
                state.update({f"{name}{layer}": stored(v) for layer, v in enumerate(value)})
            elif kind == "entries":
                state.update({f"{name}.{key}": stored(v) for key, v in value.items()})
            else:
                state[name] = stored([-1 if v is None else v for v in value] if kind == "perhaps" else value)
        return state

    def _take(self, state):
        """The contrary."""
        for name, attribute, kind in self._entries():
            self.__dict__.pop(attribute, None)
            if kind == "layers":
                layers = itertools.takewhile(
                    lambda key: key in state, (f"{name}{layer}" for layer in itertools.count())
                )
                setattr(self, attribute, [state[key] for key in layers])
            elif kind == "entries":
                found = {key[len(name) + 1 :]: v for key, v in state.items() if key.startswith(f"{name}.")}
                if found:
                    setattr(self, attribute, found)
            elif name in state:
                value = state[name]
                keep = {
                    "list": np.ndarray.tolist,
                    "yes_no": bool,
                    "perhaps": lambda a: [None if v < 0 else bool(v) for v in a],
                }
                setattr(self, attribute, keep[kind](value) if kind in keep else value)
        return self

    def _restore(self, state):
        """What files of old have in another way."""

    def _precision(self):
        """That of what is known, where samples may have several."""
        known = getattr(self, self._known, None)
        return self._floats if known is None or self._floats is np.float64 else np.asarray(known[0]).dtype

    def _checked(self, X, y="no_validation", piece=False, **kwargs):
        """Samples to train on; a piece must fit what is known."""
        first = not (piece and hasattr(self, self._known))
        return checked(self, X, y, reset=first, dtype=self._floats if first else self._precision(),
                       ensure_min_samples=self._fewest if first else 1, **kwargs)  # fmt: skip

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = self._sparse
        return tags

    def _fit(self, X, *, labels=None, targets=None, weights=None, piece=False):
        """Trains anew, or, on a piece of the samples or warm, goes on from what is known."""
        before = (self._learnt() or None) if piece or getattr(self, "warm_start", False) else None
        goes_on = bool(before) and piece and hasattr(self, "_seed")  # which the engine then knows
        seed = seed_of(self.random_state) if "random_state" in fields(self._kind) and not goes_on else None
        classes = [] if labels is None else [str(c) for c in self.classes_]
        try:
            state, report = _engine.fit(
                self._kind, self._settings(seed), X, labels, classes, targets, weights, before, piece
            )
        except ArithmeticError as error:
            raise NumericalError(str(error)) from None
        self._take(state)
        if not piece and not getattr(self, "converged_", True):
            passes = f"max_iter={self.max_iter} passes"
            when = (
                f"in {passes}"
                if self.n_iter_ >= self.max_iter
                else f"and ended after {self.n_iter_} of at most {passes}"
            )
            impossible = "; no plane parts the classes" if report.get("not_separable") else ""
            warn(f"{self._kind} did not converge {when}{impossible}", ConvergenceWarning)
        return self

    def _samples(self, X):
        """Samples to say something of."""
        if not hasattr(self, "n_features_in_"):
            check_is_fitted(self)  # which takes longer than many an answer
        return checked(self, X, reset=False, dtype=self._precision())

    def _answer(self, what, X):
        """The engine's `what` ("predict", "transform", "scores") of samples."""
        X = self._samples(X)
        return getattr(_engine, what)(self._kind, self._settings(), self._learnt(), X)


class KeepsSingle:
    """Gives single precision for single precision."""

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags


class FromSamples(Estimator):
    """Learns from samples alone."""

    def fit(self, X, y=None):
        """Learn from new.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : ignored

        Returns
        -------
        self : estimator
        """
        return self._fit(self._checked(X))


class FromPieces(FromSamples):
    """Learns from samples that may come in pieces."""

    def partial_fit(self, X, y=None):
        """Learn from these samples too, from what is known: one pass over them where training has passes.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : ignored

        Returns
        -------
        self : estimator
        """
        return self._fit(self._checked(X, piece=True), piece=True)


class Winners:
    """Says of samples which unit or category they are most like."""

    def predict(self, X):
        """Number of the unit, or of the category, that is best for each sample.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        number : ndarray of shape (n_samples,)
            −1 for what is like no category: analog samples farther from all boxes than ``feature_range`` is wide.
        """
        return self._answer("predict", X)


class Classes:
    """Says of samples which class they have."""

    def predict(self, X):
        """Most probable class of each sample.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        y : ndarray of shape (n_samples,)
        """
        numbers = self._answer("predict", X)  # before classes_, which only what is fitted has
        return self.classes_[numbers]


class FromLabels(Estimator):
    """Learns from samples of known classes."""

    def fit(self, X, y):
        """Learn from new.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)

        Returns
        -------
        self : estimator
        """
        X, y = self._checked(X, y)
        return self._fit(X, labels=class_indices(self, y))

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        return tags


class FromClasses(Classes, ClassifierMixin, FromLabels):
    """Learns classes from samples that may come in pieces."""

    def partial_fit(self, X, y, classes=None):
        """One pass over these samples, from what is known.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)
        classes : array-like of shape (n_classes,), optional
            All classes there will be; needed in the first call unless ``y`` has them all.

        Returns
        -------
        self : estimator
        """
        X, y = self._checked(X, y, piece=True)
        return self._fit(X, labels=class_indices(self, y, True, classes), piece=True)
