"""Binomial random numbers."""

import numpy as np

from ranvier.sim.core.functions import Function
from ranvier.sim.core.names import Nameable
from ranvier.sim.units.checking import check_units


class BinomialFunction(Function, Nameable):
    """A function without arguments, each call of which draws a number: of n trials, how many succeed.

    Parameters
    ----------
    n : int
        Number of trials.
    p : float
        Probability of success.
    approximate : bool
        Draw a normal number of the same mean and variance where ``n*p > 5`` and ``n*(1 - p) > 5``.
    name : str

    Examples
    --------
    >>> from ranvier.sim import BinomialFunction
    >>> noise = BinomialFunction(100, 0.1, approximate=False)
    >>> 0 <= noise() <= 100
    True
    """

    @check_units(n=1, p=1)
    def __init__(self, n, p, approximate=True, name="_binomial*"):
        if int(n) != n or n < 1:
            raise TypeError(f"n, the number of trials, is a whole number of at least 1; got {n!r}")
        if not 0 <= p <= 1:
            raise TypeError(f"p is a probability in [0, 1]; got {p!r}")
        Nameable.__init__(self, name)
        self.n, self.p = int(n), float(p)
        self.normal = bool(approximate) and self.n * self.p > 5 and self.n * (1 - self.p) > 5
        Function.__init__(self, self._draw, arg_units=[], return_unit=1, stateless=False, auto_vectorise=True)

    def _draw(self, size=None):
        if self.normal:
            mean, spread = self.n * self.p, np.sqrt(self.n * self.p * (1 - self.p))
            return mean + spread * np.random.randn(*(() if size is None else np.atleast_1d(size)))
        return np.random.binomial(self.n, self.p, size)

    def text(self):
        """What the language writes for one draw."""
        if self.normal:
            return f"({self.n * self.p!r} + {float(np.sqrt(self.n * self.p * (1 - self.p)))!r}*randn())"
        return f"binomial({self.n}, {self.p!r})"
