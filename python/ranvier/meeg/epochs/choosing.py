"""Epochs chosen by their times or by chance."""

import numpy as np

from ranvier import _core

from ..checks import names_in, one_of, random_stream


def equalize_epoch_counts(epochs_list, method="mintime", *, rng=None, random_state=None):
    """Make several objects equally long by dropping epochs of the longer ones, in place.

    Parameters
    ----------
    epochs_list : list of Epochs | list of EpochsTFR
    method : "mintime" | "truncate" | "random"
        Which epochs stay: those that follow each other in time as those of the shortest do, the first, or any.
    rng : int | numpy.random.Generator | None
        What "random" draws from, or its seed.
    random_state : int | numpy.random.RandomState | numpy.random.Generator | None
        The same of NumPy's legacy generators; a seed begins anew for each object. Default None: NumPy's own, which
        ``numpy.random.seed()`` seeds.
    """
    epochs_list = list(epochs_list)
    if not epochs_list or not all(hasattr(epochs, "drop_log") for epochs in epochs_list):
        raise ValueError(f"epochs_list must hold Epochs; got {[type(e).__name__ for e in epochs_list]}")
    one_of("method", method, ("mintime", "truncate", "random"))
    draws = random_stream(random_state, rng) if method == "random" else None
    for epochs in epochs_list:
        if not getattr(epochs, "_bad_dropped", True):
            epochs.drop_bad()
    samples = [epochs.events[:, 0].copy() for epochs in epochs_list]
    fewest = min(samples, key=len)
    for epochs, own in zip(epochs_list, samples):
        kept = np.arange(len(own)) < len(fewest)
        if method == "mintime":
            kept = np.array(_core.meeg.nearest(fewest.tolist(), own.tolist()), bool)
        elif draws is not None:
            if rng is None and isinstance(random_state, (int, np.integer)):
                draws = random_stream(random_state, None)
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
        The same of NumPy's legacy generators. Default None: NumPy's own, which ``numpy.random.seed()`` seeds.

    Returns
    -------
    epochs : Epochs
    """
    epochs._need_data("bootstrap()")
    draws = random_stream(random_state, rng)
    n = len(epochs)
    return epochs[draws.randint(0, n, n) if isinstance(draws, np.random.RandomState) else draws.integers(0, n, n)]


def combine_event_ids(epochs, old_event_ids, new_event_id, copy=True):
    """Give the epochs of several names one name and one number.

    Parameters
    ----------
    epochs : Epochs
    old_event_ids : str | list of str
        The names that become one.
    new_event_id : dict
        The one name and its number, as dict(both=12).
    copy : bool
        Whether `epochs` stay as they are. Default True.

    Returns
    -------
    epochs : Epochs
        Of which the others' names and numbers are unchanged.
    """
    names = names_in("old_event_ids", old_event_ids)
    ids = dict(epochs.event_id)
    if absent := [name for name in names if name not in ids]:
        raise KeyError(f"there is no event {absent[0]!r}; names are {list(ids)}")
    if not isinstance(new_event_id, dict) or len(new_event_id) != 1:
        raise ValueError(f"new_event_id must be one name and its number, as dict(both=12); got {new_event_id!r}")
    ((name, number),) = new_event_id.items()
    old = [ids.pop(each) for each in dict.fromkeys(names)]
    if name in ids or number in ids.values():
        raise ValueError(f"new_event_id must be a name and a number that no other events have; got {new_event_id}")
    out = epochs.copy() if copy else epochs
    out.event_id = {**ids, name: number}
    events = np.array(out.events)
    events[np.isin(events[:, 2], old), 2] = number
    out.events = events
    return out
