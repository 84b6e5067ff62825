"""Flows: nodes trained one behind the other, in chunks."""

import pathlib
import pickle

import numpy as np
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin, clone
from sklearn.utils.validation import check_is_fitted

from ranvier import _core
from ranvier.learn.base import FLOATS, checked

_engine = _core.learn


class Node:
    """What can stand in a flow: ``a + b`` is one."""

    def __add__(self, other):
        return Flow([*_nodes_of(self), *_nodes_of(other)])


def _nodes_of(x):
    return list(x.nodes) if isinstance(x, Flow) else [x]


class Flow(Node, ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """Nodes one after another, trained in phases: each on what those before it make of the samples.

    ``a + b`` of two nodes or flows is a flow.

    Parameters
    ----------
    nodes : sequence of estimators
        Each with ``fit`` and ``transform``; with ``partial_fit`` where samples come in chunks.

    Attributes
    ----------
    nodes_ : list of estimators
        The trained nodes.
    """

    def __init__(self, nodes=()):
        self.nodes = nodes

    def __len__(self):
        return len(self.nodes)

    def __getitem__(self, i):
        nodes = getattr(self, "nodes_", self.nodes)
        return Flow(list(nodes[i])) if isinstance(i, slice) else nodes[i]

    def fit(self, X, y=None):
        """Train all nodes on samples in memory.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : array-like of shape (n_samples,), optional
            For nodes that need it.

        Returns
        -------
        self : Flow
        """
        X = checked(self, X, reset=True, ensure_min_samples=2)
        self.nodes_ = []
        for node in self.nodes:
            node = clone(node)
            node.fit(X, y)
            X = np.ascontiguousarray(node.transform(X))
            self.nodes_.append(node)
        self._n_features_out = X.shape[1]
        return self

    def fit_chunks(self, chunks, checkpoint=None):
        """Train node after node on samples that come in chunks, so that only one is in memory.

        Parameters
        ----------
        chunks : list, or callable that returns an iterator
            Arrays, or pairs of samples and targets; gone through once per node.
        checkpoint : path, optional
            Where the trained nodes are kept after each phase, as a model file (docs/model-files.md; a pickle where nodes
            are not of this module). A file that is there is continued from.

        Returns
        -------
        self : Flow
        """
        trained = (
            [] if checkpoint is None or not pathlib.Path(checkpoint).exists() else self._kept(pathlib.Path(checkpoint))
        )
        for number, node in enumerate(self.nodes):
            if number < len(trained):
                continue
            if not hasattr(node, "partial_fit"):
                raise TypeError(f"{type(node).__name__} can't learn in chunks; use fit")
            node = clone(node)
            for chunk in chunks() if callable(chunks) else chunks:
                X, y = chunk if isinstance(chunk, tuple) else (chunk, None)
                for before in trained:
                    X = before.transform(X)
                node.partial_fit(np.ascontiguousarray(X), y)
            trained.append(node)
            if checkpoint is not None:
                self._keep(trained, pathlib.Path(checkpoint))
        self.nodes_ = trained
        self.n_features_in_ = trained[0].n_features_in_
        self._n_features_out = trained[-1]._n_features_out
        return self

    def _keep(self, trained, path):
        from ranvier.learn import files

        if all(map(files.keeps, trained)):
            flow = Flow(trained)
            flow.nodes_, flow.n_features_in_ = trained, trained[0].n_features_in_
            files.save(flow, path, overwrite=True)
            return
        _core.write_file(path, pickle.dumps(trained), True)

    def _kept(self, path):
        """The nodes of a checkpoint, which must be the first ones of this flow."""
        from ranvier.learn import files

        content = path.read_bytes()
        if content.startswith(b"RVLEARN1"):
            trained = files.load(path).nodes_
        else:
            try:
                trained = pickle.loads(content)
            except Exception as error:
                raise ValueError(f"checkpoint {path} is neither a model file nor a whole pickle: {error}") from error
        described = lambda nodes: [(type(n), n._settings() if files.keeps(n) else None) for n in nodes]  # noqa: E731
        if described(trained) != described(self.nodes[: len(trained)]):
            raise ValueError(
                f"checkpoint {path} belongs to another flow: delete it, or go on with the flow it was made by"
            )
        return list(trained)

    def transform(self, X):
        """What the last node makes of samples.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        X : ndarray of shape (n_samples, n_out)
            float32 where X is.
        """
        check_is_fitted(self)
        X = checked(self, X, reset=False, dtype=FLOATS)
        dtype = X.dtype
        X = X.astype(np.float64, copy=False)  # between nodes nothing is rounded
        for node in self.nodes_:
            X = np.ascontiguousarray(node.transform(X))
        return X.astype(dtype, copy=False)

    def inverse_transform(self, X):
        """Back through all nodes.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_out)

        Returns
        -------
        X : ndarray of shape (n_samples, n_features)
        """
        check_is_fitted(self)
        for node in reversed(self.nodes_):
            X = node.inverse_transform(X)
        return X

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.required = any(
            getattr(n.__sklearn_tags__().target_tags, "required", False) for n in self.nodes
        )
        return tags
