"""Models in files that C++ and the command line read too (docs/model-files.md)."""

import json

import numpy as np

from ranvier import _core

_engine = _core.learn

_LINEAR = ["mean_", "components_", "mixing_"]
# What a fitted estimator of each kind is made of, beside its parameters: what it must have, and what else is kept where
# it is there. Names of layers get numbers (coefs_0), entries of a dict a dot (weights_.U).
_CONTENT = {
    "Perceptron": (["classes_", "coef_", "intercept_"], ["n_iter_", "n_updates_", "converged_"]),
    "Adaline": (["classes_", "coef_", "intercept_"], ["n_iter_", "loss_curve_"]),
    "MLPClassifier": (["classes_"], ["loss_curve_", "validation_scores_", "best_loss_", "n_iter_", "t_", "converged_"]),
    "MLPRegressor": ([], ["loss_curve_", "validation_scores_", "best_loss_", "n_iter_", "t_", "converged_"]),
    "ElmanNetwork": (["weights_", "classes_", "n_steps_", "every_step_"], ["loss_curve_", "n_iter_", "converged_"]),
    "SelfOrganizingMap": (["weights_", "positions_"],
                          ["loss_curve_", "quantization_error_", "topographic_error_", "n_iter_", "alive_"]),
    "HopfieldNetwork": (["patterns_"], ["weights_", "n_iter_"]),
    "ART1": (["weights_"], ["labels_", "n_iter_", "settled_"]),
    "FuzzyART": (["weights_", "low_", "high_"], ["labels_", "n_iter_", "settled_"]),
    "FuzzyARTMAP": (["weights_", "low_", "high_", "classes_", "category_classes_"], ["n_iter_", "settled_"]),
    "PCA": (_LINEAR, ["explained_variance_", "explained_variance_ratio_", "_moments"]),
    "Whitening": (_LINEAR, ["_moments"]),
    "SFA": (_LINEAR, ["delta_", "_data", "_changes"]),
    "FDA": (_LINEAR, ["ratio_", "classes_"]),
    "FactorAnalysis": ([*_LINEAR, "noise_variance_"], ["loglike_", "n_iter_", "converged_"]),
    **{name: (_LINEAR, ["n_iter_", "converged_", "whitening_", "unmixing_"]) for name in ("FastICA", "Infomax", "Picard")},
}
# Entries of dictionaries.
_ENTRIES = {
    "weights_": {"U", "R", "V", "b", "c"}, "state": {"first", "second", "steps", "samples", "epochs", "rate", "best_loss"},
    **dict.fromkeys(("_moments", "_data", "_changes"), {"count", "mean", "scatter"}),
}
_LISTS = ("loss_curve_", "validation_scores_")  # of maps and factors: arrays


def _stored(value):
    value = np.asarray(value)
    value = np.ascontiguousarray(value).reshape(value.shape)  # ascontiguousarray gives every number an axis
    if value.dtype.kind in "iub":
        return value.astype(np.int64)
    if value.dtype.kind == "f":
        return value if value.dtype in (np.float32, np.float64) else value.astype(np.float64)
    if value.dtype.kind not in "US" and not all(isinstance(v, str) for v in value.ravel()):
        raise TypeError(f"values of type {value.dtype} can't be kept in a model file; use pickle")
    return [str(v) for v in value]


def _plain(value):
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, tuple):
        return list(value)
    raise TypeError(f"a parameter of type {type(value).__name__} can't be kept in a model file; use pickle")


def _settings(model):
    settings = model.get_params(deep=False)
    if "random_state" in settings and not isinstance(settings["random_state"], (int, np.integer)):
        settings["random_state"] = None  # a generator's state is not kept
    if isinstance(settings.get("class_weight"), dict):
        settings["class_weight"] = {str(k): float(v) for k, v in settings["class_weight"].items()}
    return json.loads(json.dumps(settings, default=_plain))


def _arrays(model, kind):
    must, may = _CONTENT[kind]
    arrays = {}
    for name in [*must, *may, "n_features_in_", "feature_names_in_"]:
        value = getattr(model, name, None)
        if name == "weights_" and kind == "HopfieldNetwork" and model.update == "modern":
            continue  # which keeps patterns alone
        if value is None:
            if name in must:
                raise ValueError(f"{kind} must be fitted before it is saved: it has no {name}")
            continue
        if isinstance(value, dict):
            arrays.update({f"{name}.{key}": _stored(v) for key, v in value.items()})
        else:
            arrays[name] = _stored(value)
    if kind.startswith("MLP"):
        if not hasattr(model, "coefs_"):
            raise ValueError(f"{kind} must be fitted before it is saved: it has no coefs_")
        for name in ("coefs_", "intercepts_"):
            arrays.update({f"{name}{layer}": _stored(v) for layer, v in enumerate(getattr(model, name))})
        arrays.update({f"state.{key}": _stored(v) for key, v in model._state.items()}, seed=_stored(model._seed))
    if kind == "FDA":
        for number, label in enumerate(model.classes_):
            arrays.update({f"_moments.{number}.{key}": _stored(v) for key, v in model._moments[label].items()})
    return arrays


def keeps(model):
    """Whether a model file can hold such a node of a flow."""
    import ranvier.learn as module

    kind = type(model).__name__
    return kind in _CONTENT and type(model) is getattr(module, kind)


def _described(model):
    """(kind, settings, arrays) of an estimator or a flow of estimators."""
    kind = type(model).__name__
    if kind == "Flow":
        if not hasattr(model, "nodes_"):
            raise ValueError("Flow must be fitted before it is saved: it has no nodes_")
        nodes, arrays = [], {"n_features_in_": _stored(model.n_features_in_)}
        for number, node in enumerate(model.nodes_):
            if not keeps(node):
                raise ValueError(f"a flow in a model file is made of Ranvier's {sorted(_CONTENT)}; got {type(node)}: use pickle")
            kind_, settings, more = _described(node)
            nodes.append({"kind": kind_, "settings": settings})
            arrays.update({f"{number}.{name}": value for name, value in more.items()})
        return "Flow", {"nodes": nodes}, arrays
    if not keeps(model):
        raise ValueError(f"save takes one of Ranvier's {sorted([*_CONTENT, 'Flow'])}; got {type(model)}: use pickle")
    return kind, _settings(model), _arrays(model, kind)


def save(model, path, overwrite=False):
    """Write a fitted estimator to a file that :func:`load`, C++ and ``ranvier learn`` read.

    Parameters
    ----------
    model : estimator
        A fitted estimator of this module, or a flow of such.
    path : path
        By custom ``*.rvl``.
    overwrite : bool
        Replace a file that is there.
    """
    kind, settings, arrays = _described(model)
    _engine.write_model(path, kind, json.dumps(settings), arrays, overwrite)


def load(path):
    """Read an estimator that :func:`save` or ``ranvier learn fit`` wrote.

    Parameters
    ----------
    path : path

    Returns
    -------
    model : estimator
        Fitted: ready to predict or transform, and to go on with ``partial_fit`` where its kind has that.

    Raises
    ------
    ranvier.FileError
        The file is missing or damaged.
    ValueError
        What the file holds is no model of this module.
    """
    kind, settings, arrays = _engine.read_model(path)
    values = {name: np.asarray(v).reshape(shape) for name, (v, shape) in arrays.items()}
    try:
        return _restored(kind, json.loads(settings), values)
    except (KeyError, TypeError, IndexError, AttributeError, ValueError) as error:
        raise ValueError(f"{path} holds no whole model of a known kind ({kind!r}): {error}") from error


def _restored(kind, settings, values):
    import ranvier.learn as module

    if kind == "Flow":
        nodes = []
        for number, node in enumerate(settings["nodes"]):
            prefix = f"{number}."
            own = {name[len(prefix) :]: v for name, v in values.items() if name.startswith(prefix)}
            nodes.append(_restored(node["kind"], node["settings"], own))
        flow = module.Flow(nodes)
        flow.nodes_ = nodes
        flow.n_features_in_ = nodes[0].n_features_in_
        flow._n_features_out = getattr(nodes[-1], "_n_features_out", None)
        return flow
    if kind not in _CONTENT:
        raise ValueError(f"the kind is unknown; there are {sorted([*_CONTENT, 'Flow'])}")
    for name in ("shape", "hidden_layer_sizes", "feature_range"):
        if isinstance(settings.get(name), list):
            settings[name] = tuple(settings[name])
    model = getattr(module, kind)(**settings)
    for name, default in getattr(module, kind)().get_params().items():
        value = settings.get(name, default)
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        fits = (isinstance(value, bool) if isinstance(default, bool) else number if isinstance(default, (int, float))
                else number or value == "auto" if name == "batch_size"
                else isinstance(value, str) if isinstance(default, str) else True)
        if not fits:
            raise ValueError(f"its setting {name} is {value!r}, where there is {default!r} by default")
    missing = [name for name in _CONTENT[kind][0] if name not in values and not any(v.startswith(f"{name}.") for v in values)]
    # mixing_ can be worked out, and positions_ follow from the shape.
    missing = [name for name in missing if name not in ("mixing_", "positions_")]
    if missing:
        raise ValueError(f"it lacks {', '.join(missing)}")
    if kind.startswith("MLP"):
        _restore_net(model, kind, settings, values)
    if kind == "FDA":
        labels = values.get("classes_", ())
        model._moments = {label: own for n, label in enumerate(labels)
                          if (own := _dict_of(values, f"_moments.{n}.", "_moments"))}
    for name in ("weights_", "_moments", "_data", "_changes"):
        if entries := _dict_of(values, f"{name}.", name):
            setattr(model, name, entries)
    for name, value in values.items():
        if "." not in name:
            setattr(model, name, _as_kept(model, name, value))
    if kind == "ElmanNetwork":
        model.every_step_ = bool(model.every_step_)
        model.converged_ = bool(getattr(model, "converged_", False))
    if kind == "SelfOrganizingMap":
        model._n_features_out = len(model.weights_)
        model.positions_ = _engine.map_positions(model._lattice())
        if "loss_curve_" not in values:
            model.loss_curve_ = np.zeros(0)
    if kind == "HopfieldNetwork" and model.update != "modern" and "weights_" not in values:
        raise ValueError("it lacks weights_")
    if kind == "FuzzyARTMAP":
        if len(model.category_classes_) != len(model.weights_) or not np.isin(model.category_classes_, model.classes_).all():
            raise ValueError("its category_classes_ don't fit its categories and classes")
        model._labels = np.searchsorted(model.classes_, model.category_classes_).astype(np.int32)
    if "components_" in values:
        model._n_features_out = len(model.components_)
        if "mixing_" not in values:
            model.mixing_ = np.linalg.pinv(model.components_)
    for name in ("coef_", "patterns_", "mean_", "low_", "weights_"):
        if name in values and not hasattr(model, "n_features_in_"):
            model.n_features_in_ = np.shape(values[name])[-1]
    return model


def _dict_of(values, prefix, what):
    """Entries of a dict whose array names begin so; numbers without axes as numbers."""
    entries = {name[len(prefix) :]: v.item() if v.ndim == 0 else v
               for name, v in values.items() if name.startswith(prefix) and "." not in name[len(prefix) :]}
    if entries and set(entries) != _ENTRIES[what]:
        raise ValueError(f"its {what} has {sorted(entries)} where {sorted(_ENTRIES[what])} are needed")
    return entries


def _as_kept(model, name, value):
    if value.ndim == 0:
        value = value.item()
        return bool(value) if name in ("converged_", "settled_") else value
    if name in _LISTS and type(model).__name__ != "SelfOrganizingMap":
        return value.tolist()
    return value


def _restore_net(model, kind, settings, values):
    layers = sum(name.startswith("coefs_") for name in values)
    if not layers:
        raise ValueError("it lacks coefs_0")
    model.coefs_ = [values.pop(f"coefs_{k}") for k in range(layers)]
    model.intercepts_ = [values.pop(f"intercepts_{k}") for k in range(layers)]
    model.n_layers_ = layers + 1
    model.n_outputs_ = model.coefs_[-1].shape[1]
    squared = settings.get("loss") == "squared_error"
    model.out_activation_ = (
        "identity" if kind == "MLPRegressor" else "logistic" if squared or model.n_outputs_ == 1 else "softmax")
    model._flat = model.n_outputs_ == 1
    model.n_features_in_ = len(model.coefs_[0])
    state = _dict_of(values, "state.", "state")
    if state:
        model._state = state
        model._seed = values.pop("seed").item()
    model.loss_curve_ = []
    if "loss_curve_" in values and len(values["loss_curve_"]):
        model.loss_ = float(values["loss_curve_"][-1])
