"""Infomax on arrays."""

import numpy as np

from ranvier import _core

from ...settings import described, given
from ..checks import random_stream
from ..face import floats
from ..logs import verbose as _verbose
from .ica.numbers import modern


@_verbose
@described("infomax")
def infomax(data, weights=None, l_rate=..., block=..., w_change=..., anneal_deg=..., anneal_step=..., extended=...,
            n_subgauss=..., kurt_size=..., ext_blocks=..., max_iter=..., blowup=..., blowup_fac=..., n_small_angle=...,
            use_bias=..., verbose=None, return_n_iter=False, *, rng=None, random_state=None):  # fmt: skip
    """The unmixing matrix of white samples, by Infomax.

    Parameters
    ----------
    data : array of float, shape (n_samples, n_features)
        White: of variance 1 and without correlation.
    weights : array of float, shape (n_features, n_features) | None
        The matrix to begin with. Default None: the identity.
    {settings}
    return_n_iter : bool
        Whether to return the number of passes too. Default False.
    rng, random_state : None | int | numpy.random.Generator | numpy.random.RandomState
        Where random numbers come from; give one of them. With `random_state`, those that MNE-Python draws.

    Returns
    -------
    unmixing_matrix : array of float, shape (n_features, n_features)
        Sources are ``unmixing_matrix @ data.T``.
    n_iter : int
        With `return_n_iter`.

    References
    ----------
    Bell & Sejnowski 1995, doi:10.1162/neco.1995.7.6.1129. Lee, Girolami & Sejnowski 1999,
    doi:10.1162/089976699300016719
    """
    data = floats(data)
    if data.ndim != 2:
        raise ValueError(f"data must have shape (n_samples, n_features); got {data.shape}")
    if rng is not None and random_state is not None:
        raise TypeError("give rng or random_state, not both")
    source = modern(rng) if random_state is None else random_stream(random_state)
    first = np.zeros((0, 0)) if weights is None else floats(weights)
    if first.ndim != 2:
        raise ValueError(f"weights must be a matrix of {data.shape[1]} rows and columns, or None; got {weights!r}")
    W, n_iter = _core.meeg.infomax(data, given("infomax", locals()), first, lambda n: source.uniform(size=n))
    return (np.asarray(W), n_iter) if return_n_iter else np.asarray(W)
