"""Epochs chosen by their times or by chance."""

import numpy as np

from ranvier import _core

from ..checks import one_of


def generator(random_state, rng, what):
    """What draws numbers: `rng`, a generator of NumPy's or the seed of a new one, or the legacy one of `random_state`."""
    if rng is not None:
        return np.random.default_rng(rng)
    if random_state is None:
        raise ValueError(f"{what} needs random_state, so that the result can be repeated")
    made = (np.random.RandomState, np.random.Generator)
    return random_state if isinstance(random_state, made) else np.random.RandomState(random_state)


def equalize_epoch_counts(epochs_list, method="mintime", *, rng=None, random_state=None):
    """Make several objects equally long by dropping epochs of the longer ones, in place.

    Parameters
    ----------
    epochs_list : list of Epochs
    method : "mintime" | "truncate" | "random"
        Which epochs stay: those that follow each other in time as those of the shortest do, the first, or any.
    rng : int | numpy.random.Generator | None
        What "random" draws from, or its seed.
    random_state : int | numpy.random.RandomState | numpy.random.Generator | None
        The same of NumPy's legacy generators; a seed begins anew for each object.
    """
    from .base import BaseEpochs

    epochs_list = list(epochs_list)
    if not epochs_list or not all(isinstance(epochs, BaseEpochs) for epochs in epochs_list):
        raise ValueError(f"epochs_list must hold Epochs; got {[type(e).__name__ for e in epochs_list]}")
    one_of("method", method, ("mintime", "truncate", "random"))
    draws = generator(random_state, rng, 'method "random"') if method == "random" else None
    for epochs in epochs_list:
        if not epochs._bad_dropped:
            epochs.drop_bad()
    samples = [epochs.events[:, 0].copy() for epochs in epochs_list]
    fewest = min(samples, key=len)
    for epochs, own in zip(epochs_list, samples):
        kept = np.arange(len(own)) < len(fewest)
        if method == "mintime":
            kept = np.array(_core.meeg.nearest(fewest.tolist(), own.tolist()), bool)
        elif draws is not None:
            if rng is None and isinstance(random_state, (int, np.integer)):
                draws = generator(random_state, None, "")
            kept = np.isin(np.arange(len(own)), draws.choice(np.arange(len(own)), len(fewest), replace=False))
        epochs.drop(np.flatnonzero(~kept), reason="EQUALIZED_COUNT")


def bootstrap(epochs, *, rng=None, random_state=None):
    """As many epochs drawn at random, each as often as chance has it: a new object.

    Parameters
    ----------
    epochs : Epochs
        In memory.
    rng : int | numpy.random.Generator | None
        What draws, or its seed.
    random_state : int | numpy.random.RandomState | numpy.random.Generator | None
        The same of NumPy's legacy generators.

    Returns
    -------
    epochs : Epochs
    """
    epochs._need_data("bootstrap()")
    draws = generator(random_state, rng, "bootstrap()")
    n = len(epochs)
    return epochs[draws.randint(0, n, n) if isinstance(draws, np.random.RandomState) else draws.integers(0, n, n)]
