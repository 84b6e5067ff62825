"""Models in files that C++ and the command line read too (docs/model-files.md)."""

import numpy as np

from ranvier import _core
from ranvier.learn.base import TABLE, stored

_engine = _core.learn


def keeps(model):
    """Whether a model file can hold such a node of a flow."""
    import ranvier.learn as module

    kind = type(model).__name__
    return kind in TABLE and type(model) is getattr(module, kind)


def _common(model):
    """What scikit-learn keeps with every estimator, and the type of classes, which arrays of a file don't have."""
    names = ("n_features_in_", "feature_names_in_", "classes_")
    common = {name: getattr(model, name) for name in names if hasattr(model, name)}
    if "classes_" in common:
        common["classes_type"] = [str(model.classes_.dtype)]
    return {name: stored(v) for name, v in common.items()}


def _described(model):
    """(kind, settings, state) of an estimator or a flow of estimators."""
    kind = type(model).__name__
    if kind == "Flow":
        if not hasattr(model, "nodes_"):
            raise ValueError("Flow must be fitted before it is saved: it has no nodes_")
        nodes, state = [], _common(model)
        for number, node in enumerate(model.nodes_):
            if not keeps(node):
                raise ValueError(
                    f"a flow in a model file is made of Ranvier's {sorted(TABLE)}; got {type(node)}: use pickle"
                )
            kind_, settings, more = _described(node)
            nodes.append({"kind": kind_, "settings": settings})
            state.update({f"{number}.{name}": value for name, value in more.items()})
        return "Flow", {"nodes": nodes}, state
    if not keeps(model):
        raise ValueError(f"save takes one of Ranvier's {sorted([*TABLE, 'Flow'])}; got {type(model)}: use pickle")
    state = model._learnt()
    if not state:
        raise ValueError(f"{kind} must be fitted before it is saved: it has learnt nothing")
    return kind, model._settings(), state | _common(model)


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
    _engine.write_model(path, *_described(model), overwrite)


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
    kind, settings, state = _engine.read_model(path)
    try:
        return _restored(kind, settings, state)
    except (KeyError, TypeError, IndexError, AttributeError, ValueError) as error:
        raise ValueError(f"{path} holds no whole model of a known kind ({kind!r}): {error}") from error


def _restored(kind, settings, state):
    import ranvier.learn as module

    if kind == "Flow":
        nodes = []
        for number, node in enumerate(settings["nodes"]):
            prefix = f"{number}."
            own = {name[len(prefix) :]: v for name, v in state.items() if name.startswith(prefix)}
            nodes.append(_restored(node["kind"], node["settings"], own))
        flow = module.Flow(nodes)
        flow.nodes_ = nodes
        _take_common(flow, state)
        flow._n_features_out = getattr(nodes[-1], "_n_features_out", None)
        return flow
    if kind not in TABLE:
        raise ValueError(f"the kind is unknown; there are {sorted([*TABLE, 'Flow'])}")
    _engine.require_model(kind, settings, state)
    model = getattr(module, kind)(**settings)._take(state)
    _take_common(model, state)
    model._restore(state)
    return model


def _take_common(model, state):
    model.n_features_in_ = state["n_features_in_"]
    if "feature_names_in_" in state:
        model.feature_names_in_ = np.array(state["feature_names_in_"], dtype=object)
    if "classes_" in state:
        classes = np.asarray(state["classes_"])
        kind = np.dtype(state["classes_type"][0] if "classes_type" in state else classes.dtype)
        model.classes_ = (np.char.encode(classes, "latin-1") if kind.kind == "S" else classes).astype(kind)
