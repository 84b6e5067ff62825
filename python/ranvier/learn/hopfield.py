"""Associative memory of threshold units."""

from collections import namedtuple

import numpy as np
from sklearn.base import OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from ranvier import _core
from ranvier.learn.base import FromPieces, seed_of

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


class HopfieldNetwork(OneToOneFeatureMixin, TransformerMixin, FromPieces):
    """Memory of binary threshold units, s = ±1, that completes damaged patterns.

    Each row given to :meth:`fit` is a pattern; :meth:`transform` lets the network run from each row as a cue. Energy is
    ``E = -s @ W @ s / 2``.

    Attributes
    ----------
    patterns_ : ndarray of shape (n_patterns, n_features)
        What was stored.
    weights_ : ndarray of shape (n_features, n_features)
    n_iter_ : int
        1: patterns are stored at once.

    References
    ----------
    Hopfield 1982, doi:10.1073/pnas.79.8.2554. Personnaz, Guyon & Dreyfus 1985, doi:10.1051/jphyslet:01985004608035900.
    Storkey & Valabregue 1999, doi:10.1016/S0893-6080(99)00038-6. Ramsauer et al. 2020, arXiv:2008.02217.
    """

    _known = "patterns_"

    def _restore(self, state):
        if "weights_" in state:  # a file of old
            self.weights_ = state["weights_"]

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
        X = self._samples(X)
        return Recall(*_engine.hopfield_recall(*self._memory(), X, energies))

    def _memory(self):
        return self._settings(seed_of(self.random_state)), self._learnt()

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
        X = self._samples(X)
        return _engine.hopfield_energy(*self._memory(), X)

    def census(self):
        """Find all minima of the energy, by trying every state (at most 24 units).

        Returns
        -------
        census : Census
        """
        check_is_fitted(self)
        if self.update == "modern":
            raise ValueError("census counts states of binary units; the modern network has continuous ones")
        states, energies, kinds, patterns, basins = _engine.hopfield_census(*self._memory())
        return Census(states, energies, _KINDS[kinds], patterns, basins)
