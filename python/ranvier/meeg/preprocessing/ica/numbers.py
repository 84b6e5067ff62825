"""Random numbers as MNE-Python draws them."""

import numpy as np


def legacy(random_state):
    """The numpy.random.RandomState that a `random_state` means."""
    if random_state is None or random_state is np.random:
        return np.random.mtrand._rand
    if isinstance(random_state, np.random.RandomState):
        return random_state
    if isinstance(random_state, (int, np.integer)) and not isinstance(random_state, bool):
        return np.random.RandomState(int(random_state))
    raise ValueError(f"random_state must be None, an int or a numpy.random.RandomState; got {random_state!r}")


def modern(rng):
    """The generator that an `rng` means."""
    return rng if isinstance(rng, np.random.RandomState) else np.random.default_rng(rng)


def draws(method, rng, random_state):
    """Functions that give n uniform and n normal numbers to a method.

    Infomax draws from a generator itself; the others take a seed of it, and draw from NumPy's legacy stream.
    """
    source = legacy(random_state) if random_state is not None else rng
    if method in ("infomax", "extended-infomax"):
        source = modern(source)
    elif not isinstance(source, (int, np.integer, np.random.RandomState)):
        source = legacy(int(modern(source).integers(np.iinfo(np.int32).max)))
    else:
        source = legacy(source)
    return (lambda n: source.uniform(size=n)), (lambda n: source.normal(size=n))
