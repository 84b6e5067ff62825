"""What independent components may be found in, and how users choose among them."""

import numbers

import numpy as np

from ...epochs.base import BaseEpochs
from ...evoked import Evoked
from ...raw import BaseRaw

lists = (list, tuple, set, range, np.ndarray)


def one_of_nouns(inst, evoked=True, error=TypeError):
    """`inst`, which must be Raw or Epochs, or, if `evoked`, Evoked."""
    if not isinstance(inst, (BaseRaw, BaseEpochs) + ((Evoked,) if evoked else ())):
        raise error(f"inst must be an instance of Raw{', Epochs or Evoked' if evoked else ' or Epochs'}; "
                    f"got {type(inst).__name__}")  # fmt: skip
    return inst


def samples_between(raw, start, stop):
    """The first sample, and the one behind the last, of what users give as numbers of samples or times [s]."""
    found = []
    for value, none in ((start, 0), (stop, raw.n_times)):
        if value is not None and not isinstance(value, numbers.Integral):
            value = raw.time_as_index(value)[0]
        found.append(none if value is None else min(max(int(value), 0), raw.n_times))
    return found


def no_epochs(epochs):
    """Say that there are no epochs to decompose."""
    raise RuntimeError(f"ICA needs epochs, but none were found: there are no events, of {len(epochs.drop_log)} given")


def component_numbers(components):
    """The numbers of components as a list; TypeError for one that is no whole number."""
    chosen = [] if components is None else list(components) if isinstance(components, lists) else [components]
    if wrong := [k for k in chosen if isinstance(k, (bool, np.bool_)) or not isinstance(k, (int, np.integer))]:
        raise TypeError(f"components must be given by their numbers; got {wrong[0]!r}")
    return [int(k) for k in chosen]
