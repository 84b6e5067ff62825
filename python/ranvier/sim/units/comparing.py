"""Comparisons of quantities."""

import numpy as np

from ranvier.sim.core.preferences import prefs
from ranvier.sim.units.checking import fail_for_dimension_mismatch

__all__ = ["assert_allclose"]


def assert_allclose(actual, desired, rtol=4.5e8, atol=0, **kwds):
    """Raises AssertionError where values differ, and DimensionMismatchError where their dimensions do.

    Parameters
    ----------
    actual, desired : Quantity | array_like
    rtol : float
        In units of the resolution of ``prefs.core.default_float_dtype``: 4.5e8 is about 1e-7.
    atol : float
    **kwds
        As of numpy.testing.assert_allclose.
    """
    fail_for_dimension_mismatch(actual, desired, "what is compared has different dimensions")
    resolution = np.finfo(prefs["core.default_float_dtype"]).eps
    np.testing.assert_allclose(np.asarray(actual), np.asarray(desired), rtol=rtol * resolution, atol=atol, **kwds)
