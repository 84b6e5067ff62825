"""Trials that are repaired, and epochs that are dropped.

Jas, Engemann, Bekhti, Raimondo & Gramfort 2017,
doi:10.1016/j.neuroimage.2017.06.030
"""

import numbers

import numpy as np

from ranvier import _core

from ...checks import not_yet, one_of
from ...logs import tell
from ...picks import picks_to_idx
from ..state import read_state, write_state
from .reject_log import RejectLog
from .thresholds import as_asked, checked, folds_of, methods, thresholds_of


class AutoReject:
    """Learns which epochs are bad, and which channels to repair in which of the others.

    Parameters
    ----------
    n_interpolate : array of int | None
        How many channels of an epoch may be repaired: the numbers to try. Default None: 1, 4, and 32 or one less than
        there are channels.
    consensus : array of float | None
        Which share of the channels must be bad so that an epoch is: the shares to try. Default None: 0, 0.1 … 1.
    thresh_func : None
        PyPI's `autoreject` takes it and does nothing with it; it is refused here.
    cv : int | splitter
        Number of folds, parts of the epochs in their order; or an object with ``split``. Default 10.
    picks : str | list | slice | None
        Channels; None: good ones of MEG, EEG, ECoG, sEEG and fNIRS. EEG can be repaired.
    thresh_method : "bayesian_optimization" | "random_search" | "grid_search"
        As `method` of `compute_thresholds`.
    n_jobs : int | None
        Threads; None, the default: all processors. The bits do not depend on it.
    random_state : int | RandomState | None
        As of `compute_thresholds`.
    verbose : bool | None
        Whether to say what is done; None, the default: as the log level says.

    Attributes
    ----------
    threshes_ : dict
        Limits by channel.
    consensus_, n_interpolate_ : dict
        What was chosen, by type.
    loss_ : dict of array, shape (n_consensus, n_n_interpolate, n_folds)
    picks_ : list of int
        Numbers of the channels.
    """

    def __init__(self, n_interpolate=None, consensus=None, thresh_func=None, cv=10, picks=None,
                 thresh_method="bayesian_optimization", n_jobs=None, random_state=None, verbose=None):  # fmt: skip
        if thresh_func is not None:
            raise not_yet(f"thresh_func={thresh_func!r}", "thresh_method")
        self.n_interpolate = n_interpolate
        self.consensus = np.linspace(0, 1.0, 11) if consensus is None else consensus
        self.cv = cv
        self.picks = picks
        self.thresh_method = one_of("thresh_method", thresh_method, methods)
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.verbose = verbose

    @as_asked
    def fit(self, epochs):
        """Learn from epochs.

        Parameters
        ----------
        epochs : Epochs
            In memory, with places of all channels.

        Returns
        -------
        self : AutoReject
        """
        self.picks_, kinds = checked(epochs, self.picks, self.verbose)
        if self.n_interpolate is None:
            if len(self.picks_) < 4:
                raise ValueError(f"a channel is repaired by others: there must be 4 or more; got {len(self.picks_)}")
            self.n_interpolate = np.array([1, 4, min(len(self.picks_) - 1, 32)])
        consensus = np.ravel(self.consensus).tolist()
        if not consensus or not all(isinstance(c, numbers.Real) and 0 <= c <= 1 for c in consensus):
            raise ValueError(f"consensus must be shares in [0, 1]; got {self.consensus!r}")
        wanted = np.ravel(self.n_interpolate)
        if not wanted.size or wanted.dtype.kind not in "iu":
            raise ValueError(f"n_interpolate must be whole numbers; got {self.n_interpolate!r}")
        numbers_ = wanted.tolist()
        folds = folds_of(self.cv, len(epochs))
        self.threshes_, self.consensus_, self.n_interpolate_, self.loss_ = {}, {}, {}, {}
        for kind, idx in kinds.items():
            own = thresholds_of(epochs, idx, self.thresh_method, self.random_state, True)
            loss = _core.meeg.rejection_losses(epochs._engine, idx, list(own.values()), consensus, numbers_, folds)
            mean = loss.mean(axis=-1)
            if not np.isfinite(mean).any():
                raise ValueError("no consensus leaves epochs to learn from with an n_interpolate below it: give larger "
                                 "shares in consensus or smaller numbers in n_interpolate")  # fmt: skip
            best, number = np.unravel_index(mean.argmin(), mean.shape)
            self.threshes_ |= own
            self.consensus_[kind], self.n_interpolate_[kind] = consensus[best], numbers_[number]
            self.loss_[kind] = loss
            tell(f"{kind}: consensus {consensus[best]:.2f}, n_interpolate {numbers_[number]}")
        return self

    def _fitted(self, epochs):
        """Channels by type, once it is sure that they were fitted."""
        if not hasattr(self, "threshes_"):
            raise ValueError("fit() before get_reject_log() and transform()")
        if max(self.picks_) >= len(epochs.ch_names):
            raise ValueError("the epochs lack channels that were fitted: fit() to these")
        kinds = checked(epochs, self.picks_, self.verbose)[1]
        names = [epochs.ch_names[k] for k in self.picks_]
        if not set(names) <= set(self.threshes_) or not set(kinds) <= set(self.consensus_):
            raise ValueError(f"channels must be those that were fitted, {list(self.threshes_)}; got {names}")
        return kinds

    @as_asked
    def get_reject_log(self, epochs, picks=None):
        """What each channel is in each epoch, and which epochs are bad.

        Parameters
        ----------
        epochs : Epochs
            In memory.
        picks : str | list | slice | None
            Channels among those that were fitted; None: all of them.

        Returns
        -------
        reject_log : RejectLog
        """
        kinds = self._fitted(epochs)
        wanted = self.picks_ if picks is None else [int(k) for k in picks_to_idx(epochs.info, picks)]
        if strange := [epochs.ch_names[k] for k in wanted if k not in self.picks_]:
            raise ValueError(f"picks must be among the channels that were fitted; {strange} are not")
        labels = np.full((len(epochs), len(epochs.ch_names)), np.nan)
        bad = np.zeros(len(epochs), bool)
        for kind, idx in kinds.items():
            idx = [k for k in idx if k in wanted]
            if idx:
                limits = [self.threshes_[epochs.ch_names[k]] for k in idx]
                labels[:, idx], dropped = _core.meeg.judged_trials(epochs._engine, idx, limits, self.n_interpolate_[kind],
                                                                   self.consensus_[kind])  # fmt: skip
                bad |= dropped
        return RejectLog(bad, labels, epochs.ch_names)

    @as_asked
    def transform(self, epochs, return_log=False, reject_log=None):
        """Repair trials and drop bad epochs, in a copy.

        Parameters
        ----------
        epochs : Epochs
            In memory.
        return_log : bool
            Whether to return what was done, too. Default False.
        reject_log : RejectLog | None
            What to do; None: what `get_reject_log` says.

        Returns
        -------
        epochs_clean : Epochs
            Those dropped say "AUTOREJECT" in the drop log.
        reject_log : RejectLog
            With `return_log`.
        """
        kinds = self._fitted(epochs)
        if reject_log is not None and not isinstance(reject_log, RejectLog):
            raise ValueError(f"reject_log must be a RejectLog; got {type(reject_log).__name__}")
        reject_log = self.get_reject_log(epochs) if reject_log is None else reject_log
        reject_log._check(epochs)
        clean = epochs.copy()
        for idx in kinds.values():
            labels = np.ascontiguousarray(np.asarray(reject_log.labels, float)[:, idx])
            _core.meeg.repair_trials(clean._engine, idx, labels)
        bad = np.flatnonzero(reject_log.bad_epochs)
        if len(bad):
            clean.drop(bad, reason="AUTOREJECT")
        else:
            tell("no epoch is bad; trials may have been repaired")
        return (clean, reject_log) if return_log else clean

    def fit_transform(self, epochs, return_log=False):
        """Learn from epochs, repair their trials and drop bad ones, in a copy.

        Parameters
        ----------
        epochs : Epochs
        return_log : bool
            As of `transform`.
        """
        return self.fit(epochs).transform(epochs, return_log=return_log)

    def save(self, fname, overwrite=False):
        """Write what was learnt to a JSON file.

        Parameters
        ----------
        fname : str | Path
        overwrite : bool
            Whether a file that is there is replaced. Default False.

        Notes
        -----
        PyPI's `autoreject` writes HDF5.
        """
        if not hasattr(self, "threshes_"):
            raise ValueError("fit() before save()")
        state = {"format": "ranvier AutoReject", "picks": self.picks_, "thresh_method": self.thresh_method,
                 "consensus": np.ravel(self.consensus).tolist(), "n_interpolate": np.ravel(self.n_interpolate).tolist(),
                 "threshes_": self.threshes_, "consensus_": self.consensus_, "n_interpolate_": self.n_interpolate_,
                 "loss_": {kind: loss.tolist() for kind, loss in self.loss_.items()}}  # fmt: skip
        write_state(fname, state, overwrite)

    def __repr__(self):
        state = f"fitted to {len(self.picks_)} channels" if hasattr(self, "threshes_") else "not fitted"
        return f"<AutoReject | {state}>"


def read_auto_reject(fname):
    """Read what `AutoReject.save` has written.

    Parameters
    ----------
    fname : str | Path

    Returns
    -------
    ar : AutoReject
    """
    return read_state(fname, "ranvier AutoReject", "AutoReject.save()", _auto_reject_of)


def _auto_reject_of(state):
    ar = AutoReject(np.array(state["n_interpolate"]), np.array(state["consensus"]), picks=state["picks"],
                    thresh_method=state["thresh_method"])  # fmt: skip
    ar.picks_, ar.threshes_ = state["picks"], state["threshes_"]
    ar.consensus_, ar.n_interpolate_ = state["consensus_"], state["n_interpolate_"]
    ar.loss_ = {kind: np.array(loss) for kind, loss in state["loss_"].items()}
    return ar
