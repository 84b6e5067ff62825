"""Random numbers as MNE-Python draws them."""

import numpy as np

from ...checks import random_stream


def modern(rng):
    """The generator that an `rng` means; without one a new one."""
    return rng if isinstance(rng, np.random.RandomState) else np.random.default_rng(rng)


def draws(method, rng, random_state):
    """Functions that give n uniform and n normal numbers to a method.

    Infomax draws from a generator itself; the others take a seed of it, and draw from NumPy's legacy stream.
    """
    source = rng if random_state is None else random_stream(random_state)
    if method in ("infomax", "extended-infomax"):
        source = modern(source)
    elif not isinstance(source, (int, np.integer, np.random.RandomState)):
        source = random_stream(int(modern(source).integers(np.iinfo(np.int32).max)))
    else:
        source = random_stream(source)
    return (lambda n: source.uniform(size=n)), (lambda n: source.normal(size=n))
