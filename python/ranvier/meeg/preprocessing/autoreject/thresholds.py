"""Limits of peak-to-peak amplitude that are learnt by cross-validation.

The vocabulary is that of PyPI's `autoreject`: Jas, Engemann, Bekhti, Raimondo & Gramfort 2017,
doi:10.1016/j.neuroimage.2017.06.030
"""

import contextlib
import functools
import numbers
from collections.abc import Iterable

import numpy as np

from ranvier import _core
from ranvier.errors import warn

from ...checks import flag, one_of, random_stream
from ...epochs.base import BaseEpochs
from ...logs import in_our_words, tell, threads, use_log_level
from ...logs import verbose as _verbose
from ...picks import pick_types, picks_to_idx

_types = ("mag", "grad", "eeg", "eog", "hbo", "hbr", "ecog", "seeg")
methods = ("bayesian_optimization", "random_search", "grid_search")


def as_asked(method):
    """A method that says as much and takes as many threads as its object was told to."""

    @functools.wraps(method)
    def wrapper(self, *args, **kwargs):
        with contextlib.ExitStack() as stack:
            if self.verbose is not None:
                stack.enter_context(use_log_level(self.verbose))
            if self.n_jobs is not None:
                stack.enter_context(threads(self.n_jobs))
            stack.enter_context(in_our_words(method, (*args, *kwargs.values())))
            return method(self, *args, **kwargs)

    return wrapper


def folds_of(cv, n):
    """Numbers of epochs to learn from and to judge by: `cv` equal parts in their order, or those of a splitter."""
    if not isinstance(cv, numbers.Integral) or isinstance(cv, bool):
        if isinstance(cv, (str, bool)) or not (hasattr(cv, "split") or isinstance(cv, Iterable)):
            raise TypeError(f"cv must be a number of folds, or have a method split(); got {cv!r}")
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


def checked(epochs, picks, telling=None):
    """Numbers of the channels that `picks` means, and by type."""
    if not isinstance(epochs, BaseEpochs):
        raise TypeError(f"limits are learnt from Epochs; got {type(epochs).__name__}")
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
        random_stream(random_state)  # which refuses what is none
    checked(epochs, "all", False)
    kinds = list(_types) if ch_types is None else [ch_types] if isinstance(ch_types, str) else ch_types
    for kind in kinds:
        one_of("a type in ch_types", kind, _types)
    epochs = epochs.copy().decimate(decim) if decim > 1 else epochs
    found = {}
    if decim < 1:
        raise ValueError(f"decim must be >= 1; got {decim}")
    folds = folds_of(cv, len(epochs))
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
    one_of("method", method, methods)
    augment = flag("augment", augment)
    found = {}
    for kind, idx in checked(epochs, picks, verbose)[1].items():
        tell(f"limits of {len(idx)} channels of type {kind}")
        found |= thresholds_of(epochs, idx, method, random_state, augment)
    return found


def thresholds_of(epochs, idx, method, random_state, augment):
    n = len(epochs)
    groups = [np.arange(n), np.arange(n, 2 * n)] if augment else [np.arange(n)]
    random = random_stream(random_state)
    fixed = isinstance(random_state, numbers.Integral)  # every channel has the same folds
    folds, draws = [], [] if method == "random_search" else None
    for _ in idx:
        if draws is not None:
            draws.append((random_stream(random_state) if fixed else random).uniform(size=20).tolist())
        if not fixed or not folds:
            folds.append(_shuffled_folds(groups, random))
    found = _core.meeg.channel_thresholds(epochs._engine, idx, augment, folds, method, draws)
    return {epochs.ch_names[k]: value for k, value in zip(idx, found)}
