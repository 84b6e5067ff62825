"""Associative memory of threshold units."""

from collections import namedtuple

import numpy as np
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from ranvier import _core
from ranvier.learn.base import checked, seed_of

_engine = _core.learn

Recall = namedtuple("Recall", "states n_iter n_flips period energies")
Recall.__doc__ = """What a memory did with its cues.

``states`` (n_cues, n_units); ``n_iter`` sweeps or steps of each cue; ``n_flips`` changes of units; ``period`` 1 for a
fixed point, 2 for a cycle of two, 0 where ``max_iter`` came first; ``energies`` a list with the path of each cue.
"""

Census = namedtuple("Census", "states energies kinds patterns basins")
Census.__doc__ = """All minima of a memory's energy, deepest first.

``states`` ±1, (n_minima, n_units); ``kinds`` 'stored', 'reversed', 'mixture' or 'spurious'; ``patterns`` the stored
pattern of each, −1 for none; ``basins`` the number of states from which steepest descent leads there.
"""

_KINDS = np.array(["stored", "reversed", "mixture", "spurious"])


class HopfieldNetwork(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """Memory of binary threshold units, s = ±1, that completes damaged patterns.

    Each row given to :meth:`fit` is a pattern; :meth:`transform` lets the network run from each row as a cue. Energy is
    ``E = -s @ W @ s / 2``.

    Parameters
    ----------
    storage : {'hebbian', 'pseudo_inverse', 'storkey'}
        How patterns become weights.
    update : {'asynchronous', 'synchronous', 'modern'}
        One unit after another (ends in a minimum of the energy), all at once (may end in a cycle of two), or the
        continuous update of Ramsauer et al. 2020, which keeps the patterns themselves.
    order : {'random', 'cyclic'}
        In which units take their turns (asynchronous).
    max_iter : int
        Most sweeps or steps.
    threshold : float
        A feature above it is read as 1, any other as −1 (not 'modern', which takes numbers as they are).
    zero_diagonal : bool
        No unit feeds itself.
    beta : float
        Inverse temperature of 'modern'.
    tol : float
        'modern' ends where no entry moves by more.
    dtype : {'float64', 'float32'}
        Precision in which weights are kept; sums always have double precision.
    random_state : int, RandomState or None
        Seed of the orders.

    Attributes
    ----------
    patterns_ : ndarray of shape (n_patterns, n_features)
        What was stored.
    weights_ : ndarray of shape (n_features, n_features)

    References
    ----------
    Hopfield 1982, doi:10.1073/pnas.79.8.2554. Personnaz, Guyon & Dreyfus 1985, doi:10.1051/jphyslet:01985004608035900.
    Storkey & Valabregue 1999, doi:10.1016/S0893-6080(99)00038-6. Ramsauer et al. 2020, arXiv:2008.02217.
    """

    def __init__(self, storage="hebbian", *, update="asynchronous", order="random", max_iter=100, threshold=0.0,
                 zero_diagonal=True, beta=8.0, tol=1e-10, dtype="float64", random_state=None):
        self.storage = storage
        self.update = update
        self.order = order
        self.max_iter = max_iter
        self.threshold = threshold
        self.zero_diagonal = zero_diagonal
        self.beta = beta
        self.tol = tol
        self.dtype = dtype
        self.random_state = random_state

    def _check(self):
        for name, known in (("storage", ("hebbian", "pseudo_inverse", "storkey")), ("order", ("random", "cyclic")),
                            ("update", ("asynchronous", "synchronous", "modern")), ("dtype", ("float64", "float32"))):
            if getattr(self, name) not in known:
                raise ValueError(f"{name} must be one of {known}; got {getattr(self, name)!r}")

    def _read(self, X):
        return X if self.update == "modern" else np.where(X > self.threshold, 1.0, -1.0)

    def _store(self, patterns, before):
        options = dict(storage=self.storage, zero_diagonal=bool(self.zero_diagonal))
        name = _engine.hopfield_store if self.dtype == "float64" else _engine.hopfield_store_float32
        self._matrix, self._scale = name(patterns, options, before)
        # Weights that hold nothing but the patterns let the engine find fields from those, at less cost.
        self._hebbian = self.storage == "hebbian" and (before is None or getattr(self, "_hebbian", False))

    def fit(self, X, y=None):
        """Store the rows of X, forgetting what was stored.

        Parameters
        ----------
        X : array-like of shape (n_patterns, n_units)
        y : ignored

        Returns
        -------
        self : HopfieldNetwork
        """
        self._check()
        X = checked(self, X, reset=True)
        self.patterns_ = self._read(X)
        if self.update != "modern":
            self._store(self.patterns_, None)
        self.n_iter_ = 1
        return self

    def partial_fit(self, X, y=None):
        """Store the rows of X beside what is stored.

        Parameters
        ----------
        X : array-like of shape (n_patterns, n_units)
        y : ignored

        Returns
        -------
        self : HopfieldNetwork
        """
        if not hasattr(self, "patterns_"):
            return self.fit(X)
        self._check()
        new = self._read(checked(self, X, reset=False))
        self.patterns_ = np.concatenate([self.patterns_, new])
        if self.update == "modern":
            return self
        if self.storage == "pseudo_inverse":
            self._store(self.patterns_, None)
        else:
            self._store(new, self._matrix)
        return self

    @property
    def weights_(self):
        """Weights of shape (n_units, n_units)."""
        return self._matrix * self._matrix.dtype.type(self._scale)

    @weights_.setter
    def weights_(self, W):
        W = np.ascontiguousarray(W, dtype=self.dtype)
        if not np.array_equal(W, W.T):
            raise ValueError("weights of a Hopfield network must be symmetric")
        self._matrix, self._scale, self._hebbian = W, 1.0, False

    def recall(self, X, energies=True):
        """Let the network run from each cue.

        Parameters
        ----------
        X : array-like of shape (n_cues, n_units)
        energies : bool
            Record the energy after each flip (or step).

        Returns
        -------
        recall : Recall
        """
        check_is_fitted(self)
        self._check()
        X = checked(self, X, reset=False)
        if self.update == "modern":
            states, steps, path = _engine.modern_recall(self.patterns_, X, float(self.beta), int(self.max_iter),
                                                        float(self.tol))
            return Recall(states, steps, np.zeros_like(steps), (steps < self.max_iter).astype(int), path)
        r = _engine.hopfield_recall(
            self._matrix, self._scale, np.zeros(self.n_features_in_), self._read(X),
            dict(synchronous=self.update == "synchronous", random_order=self.order == "random",
                 max_sweeps=int(self.max_iter), path=bool(energies), seed=seed_of(self.random_state)),
            self.patterns_ if getattr(self, "_hebbian", False) else None)
        return Recall(r["states"], r["sweeps"], r["flips"], r["period"], r["path"])

    def transform(self, X):
        """The states in which the network ends.

        Parameters
        ----------
        X : array-like of shape (n_cues, n_units)

        Returns
        -------
        states : ndarray of shape (n_cues, n_units)
        """
        return self.recall(X, energies=False).states

    def predict(self, X):
        """Number of the stored pattern that each cue's final state overlaps most.

        Parameters
        ----------
        X : array-like of shape (n_cues, n_units)

        Returns
        -------
        pattern : ndarray of shape (n_cues,)
        """
        return (self.transform(X) @ self.patterns_.T).argmax(axis=1)

    def energy(self, X):
        """Energy of states.

        Parameters
        ----------
        X : array-like of shape (n_states, n_units)

        Returns
        -------
        energy : ndarray of shape (n_states,)
        """
        check_is_fitted(self)
        X = checked(self, X, reset=False)
        if self.update == "modern":
            return np.array([path[0] for path in _engine.modern_recall(self.patterns_, X, float(self.beta), 1, 0.0)[2]])
        return _engine.hopfield_energy(self._matrix, self._scale, np.zeros(self.n_features_in_), self._read(X))

    def census(self):
        """Find all minima of the energy, by trying every state (at most 24 units).

        Returns
        -------
        census : Census
        """
        check_is_fitted(self)
        if self.update == "modern":
            raise ValueError("census counts states of binary units; the modern network has continuous ones")
        states, energies, kinds, patterns, basins = _engine.hopfield_census(
            self._matrix, self._scale, np.zeros(self.n_features_in_), self.patterns_)
        return Census(states, energies, _KINDS[kinds], patterns, basins)
