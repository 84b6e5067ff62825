"""Limits that are learnt by cross-validation, trials that are repaired, channels that others do not predict.

The vocabulary is that of PyPI's `autoreject`: Jas, Engemann, Bekhti, Raimondo & Gramfort 2017,
doi:10.1016/j.neuroimage.2017.06.030
"""

import contextlib
import functools
import json
import numbers

import numpy as np

from ranvier import _core
from ranvier.errors import warn

from ..checks import flag, not_yet, one_of, output_path, path_of
from ..epochs.base import BaseEpochs
from ..logs import tell, threads, use_log_level
from ..logs import verbose as _verbose
from ..picks import pick_types, picks_to_idx

_types = ("mag", "grad", "eeg", "eog", "hbo", "hbr", "ecog", "seeg")
_methods = ("bayesian_optimization", "random_search", "grid_search")


def _as_asked(method):
    """A method that says as much and takes as many threads as its object was told to."""

    @functools.wraps(method)
    def wrapper(self, *args, **kwargs):
        with contextlib.ExitStack() as stack:
            if self.verbose is not None:
                stack.enter_context(use_log_level(self.verbose))
            if self.n_jobs is not None:
                stack.enter_context(threads(self.n_jobs))
            return method(self, *args, **kwargs)

    return wrapper


def _random(random_state):
    """The stream of random numbers that a `random_state` means, as scikit-learn has it."""
    if random_state is None:
        return np.random.mtrand._rand
    return random_state if hasattr(random_state, "permutation") else np.random.RandomState(random_state)


def _folds(cv, n):
    """Numbers of epochs to learn from and to judge by: `cv` equal parts in their order, or those of a splitter."""
    if not isinstance(cv, numbers.Integral):
        splits = cv.split(np.zeros((n, 1))) if hasattr(cv, "split") else cv
        return [(np.asarray(train).tolist(), np.asarray(test).tolist()) for train, test in splits]
    if not 2 <= cv <= n:
        raise ValueError(f"cv must be between 2 and the number of epochs, {n}; got {cv}")
    ends = np.cumsum([0] + [n // cv + (k < n % cv) for k in range(cv)])
    return [([*range(start), *range(stop, n)], [*range(start, stop)]) for start, stop in zip(ends, ends[1:])]


def _shares(counts, n, random):
    """How many of each group are taken so that there are `n` in all, as their sizes are: what is left over goes to those
    with the largest rest, drawn among equals."""
    exact = counts / counts.sum() * n
    taken = np.floor(exact)
    missing = int(n - taken.sum())
    rest = exact - taken
    for value in np.sort(np.unique(rest))[::-1]:
        if not missing:
            break
        equal = np.flatnonzero(rest == value)
        more = min(len(equal), missing)
        taken[random.choice(equal, size=more, replace=False)] += 1
        missing -= more
    return taken.astype(int)


def _shuffled_folds(groups, random, n_splits=10, share=0.2):
    """Random folds in which each of the groups of epochs has its share; scikit-learn's StratifiedShuffleSplit, draw for
    draw."""
    counts = np.array([len(group) for group in groups])
    n = int(counts.sum())
    n_test = int(np.ceil(share * n))
    n_train = n - n_test
    if counts.min() < 2 or min(n_train, n_test) < len(groups):
        raise ValueError(f"limits are learnt from two epochs or more; got {counts.min()}")
    folds = []
    for _ in range(n_splits):
        learn = _shares(counts, n_train, random)
        judge = _shares(counts - learn, n_test, random)
        train, test = [], []
        for group, a, b in zip(groups, learn, judge):
            drawn = group[random.permutation(len(group))]
            train.extend(drawn[:a])
            test.extend(drawn[a : a + b])
        folds.append((random.permutation(train).tolist(), random.permutation(test).tolist()))
    return folds


def _checked(epochs, picks, telling=None):
    """Numbers of the channels that `picks` means, and by type."""
    if not isinstance(epochs, BaseEpochs):
        raise ValueError(f"limits are learnt from Epochs; got {type(epochs).__name__}")
    if not epochs.preload:
        raise ValueError("limits are learnt from epochs in memory: load_data(), or preload=True")
    if picks is None:
        idx = pick_types(epochs.info, meg=True, eeg=True, ref_meg=False, fnirs=True, ecog=True, seeg=True)
        if not len(idx):
            raise ValueError("there is no good channel of MEG, EEG, ECoG, sEEG or fNIRS")
    else:
        idx = picks_to_idx(epochs.info, picks)
    idx = sorted(int(k) for k in idx)
    bads = [name for name in epochs.info["bads"] if epochs.ch_names.index(name) not in idx]
    if bads and telling is not False:
        warn(f"{len(bads)} channels are marked as bad and ignored")
    kinds = {}
    for k, kind in zip(idx, epochs.info.get_channel_types(idx)):
        kinds.setdefault(kind, []).append(k)
    return idx, kinds


@_verbose
def get_rejection_threshold(epochs, decim=1, random_state=None, ch_types=None, cv=5, verbose=None):
    """Learn a peak-to-peak limit for each type of channels, as `reject` of epochs takes it.

    Parameters
    ----------
    epochs : Epochs
        In memory.
    decim : int
        Learn from every so many samples. Default 1.
    random_state : int | None
        Without effect: the search draws nothing. PyPI's `autoreject` takes it, and draws nothing with it either.
    ch_types : str | list of str | None
        Default None: each of mag, grad, eeg, eog, hbo, hbr, ecog and seeg that there is.
    cv : int | splitter
        Number of folds, parts of the epochs in their order; or an object with ``split``. Default 5.

    Returns
    -------
    reject : dict
        Limits [SI units] by type.
    """
    if ch_types is not None and not isinstance(ch_types, (str, list)):
        raise ValueError(f"ch_types must be a type, a list of types or None; got {ch_types!r}")
    if random_state is not None:
        _random(random_state)  # which refuses what is none
    _checked(epochs, "all", False)
    kinds = list(_types) if ch_types is None else [ch_types] if isinstance(ch_types, str) else ch_types
    for kind in kinds:
        one_of("a type in ch_types", kind, _types)
    epochs = epochs.copy().decimate(decim) if decim > 1 else epochs
    found = {}
    if decim < 1:
        raise ValueError(f"decim must be >= 1; got {decim}")
    folds = _folds(cv, len(epochs))
    for kind in kinds:
        idx = [int(k) for k in picks_to_idx(epochs.info, kind, exclude="bads", allow_empty=True)]
        if idx:
            found[kind] = _core.meeg.global_threshold(epochs._engine, idx, folds, "bayesian_optimization")
            tell(f"limit of {kind}: {found[kind]:.3g}")
    return found


@_verbose
def compute_thresholds(epochs, method="bayesian_optimization", random_state=None, picks=None, augment=True, verbose=None,
                       n_jobs=None):  # fmt: skip
    """Learn a peak-to-peak limit for each channel.

    Parameters
    ----------
    epochs : Epochs
        In memory.
    method : "bayesian_optimization" | "random_search" | "grid_search"
        How the limit of least error is looked for among the amplitudes: by a few steps of Bayesian optimisation, among 20
        random values, both as PyPI's `autoreject`; or among all.
    random_state : int | RandomState | None
        What folds and values are drawn from; None: NumPy's own stream.
    picks : str | list | slice | None
        Channels; None: good ones of MEG, EEG, ECoG, sEEG and fNIRS.
    augment : bool
        Whether to learn from what would be there if a channel were repaired, too; EEG with places. Default True.
    n_jobs : int | None
        Threads; None, the default: all processors. The bits do not depend on it.

    Returns
    -------
    threshes : dict
        Limits by channel.
    """
    one_of("method", method, _methods)
    augment = flag("augment", augment)
    found = {}
    for kind, idx in _checked(epochs, picks, verbose)[1].items():
        tell(f"limits of {len(idx)} channels of type {kind}")
        found |= _thresholds(epochs, idx, method, random_state, augment)
    return found


def _thresholds(epochs, idx, method, random_state, augment):
    n = len(epochs)
    groups = [np.arange(n), np.arange(n, 2 * n)] if augment else [np.arange(n)]
    random = _random(random_state)
    fixed = isinstance(random_state, numbers.Integral)  # every channel has the same folds
    folds, draws = [], [] if method == "random_search" else None
    for _ in idx:
        if draws is not None:
            draws.append((_random(random_state) if fixed else random).uniform(size=20).tolist())
        if not fixed or not folds:
            folds.append(_shuffled_folds(groups, random))
    found = _core.meeg.channel_thresholds(epochs._engine, idx, augment, folds, method, draws)
    return {epochs.ch_names[k]: value for k, value in zip(idx, found)}


class RejectLog:
    """Which channels are bad in which epochs, and which epochs are.

    Parameters
    ----------
    bad_epochs : array of bool, shape (n_epochs,)
    labels : array of float, shape (n_epochs, n_channels)
        0: good, 1: bad, 2: repaired; NaN for channels that were not judged.
    ch_names : list of str
    """

    def __init__(self, bad_epochs, labels, ch_names):
        if np.shape(labels) != (len(bad_epochs), len(ch_names)):
            raise ValueError(f"labels must have shape ({len(bad_epochs)}, {len(ch_names)}), one for each of bad_epochs and "
                             f"ch_names; got {np.shape(labels)}")  # fmt: skip
        self.bad_epochs = bad_epochs
        self.labels = labels
        self.ch_names = ch_names

    def plot(self, orientation="vertical", show_names="auto", aspect="equal", show=True, ax=None):
        """Draw what each channel is in each epoch; bad epochs are framed in red.

        Parameters
        ----------
        orientation : "vertical" | "horizontal"
            Whether epochs are rows, or columns.
        show_names : "auto" | int
            Write every so many names; "auto": all of fewer than 25, else every fifth.
        aspect : "equal" | "auto"
        show : bool
        ax : matplotlib.axes.Axes | None

        Returns
        -------
        figure : matplotlib.figure.Figure
        """
        from ..viz.autoreject import plot_reject_log

        return plot_reject_log(self, orientation, show_names, aspect, show, ax)

    def plot_epochs(self, epochs, scalings=None, title=""):
        """Draw the epochs that were judged: bad trials red, repaired ones grey, bad epochs red altogether.

        Parameters
        ----------
        epochs : Epochs
            Those before any was dropped.
        scalings : dict | None
            As of `Epochs.plot`.
        title : str

        Returns
        -------
        fig : matplotlib.figure.Figure
        """
        if np.shape(self.labels) != (len(epochs), len(epochs.ch_names)):
            raise ValueError(f"epochs must be the {len(self.bad_epochs)} of {len(self.ch_names)} channels that were judged; "
                             f"got {len(epochs)} of {len(epochs.ch_names)}")  # fmt: skip
        colours = {0.0: "k", 1.0: "r", 2.0: (0.6, 0.6, 0.6, 1.0)}
        rows = [["r" if bad else colours.get(float(label), "k") for label in row]
                for bad, row in zip(self.bad_epochs, self.labels)]  # fmt: skip
        return epochs.plot(epoch_colors=rows, scalings=scalings, title=title, events=epochs.events)

    def save(self, fname, overwrite=False):
        """Write to a file of NumPy's (``.npz``), as PyPI's `autoreject` does.

        Parameters
        ----------
        fname : str | Path
        overwrite : bool
            Whether a file that is there is replaced. Default False.
        """
        with open(output_path(fname, overwrite), "wb") as file:
            np.savez_compressed(file, ch_names=self.ch_names, bad_epochs=self.bad_epochs, labels=self.labels)

    def __repr__(self):
        return f"<RejectLog | {int(np.sum(self.bad_epochs))} of {len(self.bad_epochs)} epochs are bad>"


def read_reject_log(fname):
    """Read what `RejectLog.save` has written.

    Parameters
    ----------
    fname : str | Path

    Returns
    -------
    reject_log : RejectLog
    """
    with np.load(path_of(fname)) as file:
        return RejectLog(file["bad_epochs"], file["labels"], file["ch_names"].tolist())


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
        self.thresh_method = one_of("thresh_method", thresh_method, _methods)
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.verbose = verbose

    @_as_asked
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
        self.picks_, kinds = _checked(epochs, self.picks, self.verbose)
        if self.n_interpolate is None:
            if len(self.picks_) < 4:
                raise ValueError(f"a channel is repaired by others: there must be 4 or more; got {len(self.picks_)}")
            self.n_interpolate = np.array([1, 4, min(len(self.picks_) - 1, 32)])
        consensus = [float(c) for c in np.ravel(self.consensus)]
        if not consensus or not all(0 <= c <= 1 for c in consensus):
            raise ValueError(f"consensus must be shares in [0, 1]; got {self.consensus!r}")
        numbers_ = [int(n) for n in np.ravel(self.n_interpolate)]
        folds = _folds(self.cv, len(epochs))
        self.threshes_, self.consensus_, self.n_interpolate_, self.loss_ = {}, {}, {}, {}
        for kind, idx in kinds.items():
            own = _thresholds(epochs, idx, self.thresh_method, self.random_state, True)
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
        kinds = _checked(epochs, self.picks_, self.verbose)[1]
        names = [epochs.ch_names[k] for k in self.picks_]
        if not set(names) <= set(self.threshes_) or not set(kinds) <= set(self.consensus_):
            raise ValueError(f"channels must be those that were fitted, {list(self.threshes_)}; got {names}")
        return kinds

    @_as_asked
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

    @_as_asked
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
        output_path(fname, overwrite).write_text(json.dumps(state))

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
    path = path_of(fname)
    try:
        state = json.loads(path.read_text())
    except ValueError:
        state = None
    if not isinstance(state, dict) or state.get("format") != "ranvier AutoReject":
        raise OSError(f"{path}: no file of AutoReject.save()")
    ar = AutoReject(np.array(state["n_interpolate"]), np.array(state["consensus"]), picks=state["picks"],
                    thresh_method=state["thresh_method"])  # fmt: skip
    ar.picks_, ar.threshes_ = state["picks"], state["threshes_"]
    ar.consensus_, ar.n_interpolate_ = state["consensus_"], state["n_interpolate_"]
    ar.loss_ = {kind: np.array(loss) for kind, loss in state["loss_"].items()}
    return ar


class Ransac:
    """Finds channels that others do not predict, and interpolates them.

    Parameters
    ----------
    n_resample : int
        How many random sets of channels predict all. Default 50.
    min_channels : float
        Share of the channels in a set. Default 0.25.
    min_corr : float
        A channel is bad in an epoch where its correlation with the median of its predictions is below. Default 0.75.
    unbroken_time : float
        A channel is bad where it is so in more than this share of the epochs. Default 0.4.
    n_jobs : int | None
        Threads; None, the default: all processors. The bits do not depend on it.
    random_state : int | RandomState | None
        What sets are drawn from. Default 435656.
    picks : str | list | slice | None
        Channels; None: good ones. EEG can be predicted.
    verbose : bool | None
        Whether to say what is done; None, the default: as the log level says.

    Attributes
    ----------
    bad_chs_ : list of str
    corr_ : array of float, shape (n_epochs, n_channels)
        Correlations; 0 for a channel that is flat.
    bad_log : array of float, shape (n_epochs, n_channels)
        1 where a channel is bad.
    ch_subsets_ : list of list of str

    References
    ----------
    Bigdely-Shamlo et al. 2015, doi:10.3389/fninf.2015.00016
    """

    def __init__(self, n_resample=50, min_channels=0.25, min_corr=0.75, unbroken_time=0.4, n_jobs=None, random_state=435656,
                 picks=None, verbose=None):  # fmt: skip
        self.n_resample = n_resample
        self.min_channels = min_channels
        self.min_corr = min_corr
        self.unbroken_time = unbroken_time
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.picks = picks
        self.verbose = verbose

    @_as_asked
    def fit(self, epochs):
        """Find bad channels.

        Parameters
        ----------
        epochs : Epochs
            In memory, with places of all channels.

        Returns
        -------
        self : Ransac
        """
        idx, kinds = _checked(epochs, self.picks, self.verbose)
        if len(kinds) > 1:
            raise ValueError(f"channels must be of one type, as others predict them; got {list(kinds)}")
        self.picks = idx
        names = [epochs.ch_names[k] for k in idx]
        good = [k for k, name in enumerate(names) if name not in epochs.info["bads"]]
        size = int(np.round(self.min_channels * len(idx)))
        if not 1 <= size <= len(good):
            raise ValueError(f"min_channels={self.min_channels} of {len(idx)} channels are {size}; there must be one or more, "
                             f"and no more than the {len(good)} good ones")  # fmt: skip
        random = _random(self.random_state)
        subsets = [
            [good[k] for k in random.choice(len(good), size=size, replace=False)] for _ in range(self.n_resample)
        ]
        self.ch_subsets_ = [[names[k] for k in subset] for subset in subsets]
        self.corr_ = _core.meeg.ransac_correlations(epochs._engine, idx, subsets)
        self.bad_log = (self.corr_ < self.min_corr).astype(float)
        bad = self.bad_log.sum(axis=0) > self.unbroken_time * len(epochs)
        self.bad_chs_ = [name for name, out in zip(names, bad) if out]
        tell(f"RANSAC: bad channels: {self.bad_chs_}")
        return self

    @_as_asked
    def transform(self, epochs):
        """Interpolate what `fit` found, in a copy.

        Parameters
        ----------
        epochs : Epochs

        Returns
        -------
        epochs : Epochs
        """
        if not hasattr(self, "bad_chs_"):
            raise ValueError("fit() before transform()")
        epochs = epochs.copy()
        epochs.info["bads"] = self.bad_chs_
        return epochs.interpolate_bads(reset_bads=True) if self.bad_chs_ else epochs

    def fit_transform(self, epochs):
        """Find bad channels and interpolate them, in a copy.

        Parameters
        ----------
        epochs : Epochs
        """
        return self.fit(epochs).transform(epochs)
