"""Models in files that C++ and the command line read too (docs/model-files.md)."""

import inspect
import json

import numpy as np

from ranvier import _core

_engine = _core.learn

# What a fitted estimator of each kind is made of, beside its parameters.
_CONTENT = {
    "Perceptron": ["classes_", "coef_", "intercept_"],
    "Adaline": ["classes_", "coef_", "intercept_"],
    "MLPClassifier": ["classes_", "coefs_", "intercepts_"],
    "MLPRegressor": ["coefs_", "intercepts_"],
    "SelfOrganizingMap": ["weights_", "positions_"],
    "HopfieldNetwork": ["weights_", "patterns_"],
    "ART1": ["weights_"],
    "FuzzyART": ["weights_", "low_", "high_"],
    "FuzzyARTMAP": ["weights_", "low_", "high_", "classes_", "category_classes_"],
    "FactorAnalysis": ["mean_", "components_", "mixing_", "noise_variance_"],
    **{name: ["mean_", "components_", "mixing_"] for name in ("PCA", "Whitening", "FastICA", "Infomax", "Picard", "SFA", "FDA")},
}


def _stored(value):
    value = np.ascontiguousarray(value)
    if value.dtype.kind in "iub":
        return value.astype(np.int64)
    if value.dtype.kind == "f":
        return value if value.dtype in (np.float32, np.float64) else value.astype(np.float64)
    return [str(v) for v in value]


def _plain(value):
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, tuple):
        return list(value)
    raise TypeError(f"a parameter of type {type(value).__name__} can't be kept in a model file; use pickle")


def save(model, path, overwrite=False):
    """Write a fitted estimator to a file that :func:`load`, C++ and ``ranvier learn`` read.

    Parameters
    ----------
    model : estimator
        A fitted estimator of this module (flows and Elman nets: use pickle).
    path : path
        By custom ``*.rvl``.
    overwrite : bool
        Replace a file that is there.
    """
    kind = type(model).__name__
    if kind not in _CONTENT:
        raise ValueError(f"save takes one of {sorted(_CONTENT)}; got {kind}: use pickle")
    arrays = {}
    for name in _CONTENT[kind]:
        if not hasattr(model, name):
            if name == "weights_" and kind == "HopfieldNetwork":
                continue  # the modern network has patterns alone
            raise ValueError(f"{kind} must be fitted before it is saved: it has no {name}")
        value = getattr(model, name)
        if name in ("coefs_", "intercepts_"):
            arrays.update({f"{name}{layer}": _stored(v) for layer, v in enumerate(value)})
        else:
            arrays[name] = _stored(value)
    settings = model.get_params(deep=False)
    settings["random_state"] = settings.get("random_state") if isinstance(settings.get("random_state"), int) else None
    if "random_state" not in inspect.signature(type(model).__init__).parameters:
        del settings["random_state"]
    _engine.write_model(path, kind, json.dumps(settings, default=_plain), arrays, overwrite)


def load(path):
    """Read an estimator that :func:`save` or ``ranvier learn fit`` wrote.

    Parameters
    ----------
    path : path

    Returns
    -------
    model : estimator
        Fitted: ready to predict or transform.

    Raises
    ------
    ranvier.FileError
        The file is missing or damaged.
    """
    import ranvier.learn as module

    kind, settings, arrays = _engine.read_model(path)
    if kind not in _CONTENT:
        raise ValueError(f"{path} holds a model of the unknown kind {kind!r}")
    settings = json.loads(settings)
    for name in ("shape", "hidden_layer_sizes"):
        if isinstance(settings.get(name), list):
            settings[name] = tuple(settings[name])
    model = getattr(module, kind)(**settings)
    values = {name: np.asarray(v).reshape(shape) for name, (v, shape) in arrays.items()}
    if kind.startswith("MLP"):
        layers = sum(name.startswith("coefs_") for name in values)
        model.coefs_ = [values.pop(f"coefs_{k}") for k in range(layers)]
        model.intercepts_ = [values.pop(f"intercepts_{k}") for k in range(layers)]
        model.n_layers_ = layers + 1
        model.n_outputs_ = model.coefs_[-1].shape[1]
        squared = settings.get("loss") == "squared_error"
        model.out_activation_ = (
            "identity" if kind == "MLPRegressor" else "logistic" if squared or model.n_outputs_ == 1 else "softmax")
        model._flat = model.n_outputs_ == 1
        model.n_features_in_ = len(model.coefs_[0])
    for name, value in values.items():
        setattr(model, name, value)
    if kind == "SelfOrganizingMap":
        model._n_features_out = len(model.weights_)
        model.positions_ = _engine.map_positions(model._lattice())
    if kind == "FuzzyARTMAP":
        model._labels = np.searchsorted(model.classes_, model.category_classes_).astype(np.int32)
    if "components_" in values:
        model._n_features_out = len(model.components_)
        if "mixing_" not in values:
            model.mixing_ = np.linalg.pinv(model.components_)
    for name in ("coef_", "patterns_", "mean_", "low_", "weights_"):
        if name in values and not hasattr(model, "n_features_in_"):
            model.n_features_in_ = np.shape(values[name])[-1]
    return model
