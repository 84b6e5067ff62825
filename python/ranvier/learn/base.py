"""What all estimators share: random seeds, checked arrays, errors in scikit-learn's words."""

import numbers

import numpy as np
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import validate_data

FLOATS = [np.float64, np.float32]


def seed_of(random_state):
    """The seed that the engine and the command line have too: a whole number is one; of a generator one is drawn."""
    if isinstance(random_state, numbers.Integral):
        if random_state < 0:
            raise ValueError(f"random_state must be >= 0; got {random_state}")
        return int(random_state)
    return int(check_random_state(random_state).randint(np.iinfo(np.int32).max))


def checked(estimator, X, y="no_validation", *, reset, dtype=np.float64, **kwargs):
    """X (and y) as scikit-learn validates them, in rows that the engine can read."""
    return validate_data(estimator, X, y, reset=reset, dtype=dtype, order="C", **kwargs)


def _require_classes(y):
    """Whole numbers and text are classes; anything else is looked at."""
    if not (isinstance(y, np.ndarray) and y.ndim == 1 and y.dtype.kind in "biuUS"):
        check_classification_targets(y)


def class_indices(estimator, y, classes=None):
    """Sets ``classes_`` and returns y as numbers of classes."""
    _require_classes(y)
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
    return indices


def classes_of_partial_fit(estimator, y, classes):
    """The same for partial_fit, whose first call must name all classes or see them in y."""
    _require_classes(y)
    if not hasattr(estimator, "classes_"):
        return class_indices(estimator, y, classes)
    if classes is not None and not np.array_equal(np.unique(classes), estimator.classes_):
        raise ValueError(f"classes={classes!r} are not those of the first partial_fit: {estimator.classes_!r}")
    return class_indices(estimator, y, estimator.classes_)
