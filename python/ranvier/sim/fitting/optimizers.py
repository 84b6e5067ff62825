"""What proposes candidates."""

import numpy as np


class DifferentialEvolution:
    """Differential evolution, by SciPy: each round is a generation, whose candidates are tried together.

    Parameters
    ----------
    strategy : str
    mutation : float | tuple of float
    recombination : float
        As of ``scipy.optimize.differential_evolution``.
    seed : int, optional
        If not given, NumPy's random numbers decide, which ``ranvier.sim.seed`` sets.

    References
    ----------
    Storn & Price 1997, doi:10.1023/A:1008202821328.

    Examples
    --------
    >>> from ranvier.sim.fitting import DifferentialEvolution
    >>> optimizer = DifferentialEvolution(seed=1)
    """

    def __init__(self, strategy="best1bin", mutation=(0.5, 1), recombination=0.7, seed=None):
        self.strategy, self.mutation, self.recombination, self.seed = strategy, mutation, recombination, seed
        self.restart()

    def restart(self):
        """Forgets all candidates."""
        seed = int(np.random.randint(2**31)) if self.seed is None else self.seed
        self._random = np.random.default_rng(seed)
        self._population = self._errors = None

    def run(self, errors_of, bounds, n_samples, n_rounds):
        """Goes on for some rounds.

        Parameters
        ----------
        errors_of : callable
            ``errors_of(candidates)``, shape (n_samples, parameters): the error of each, and whether to stop.
        bounds : array_like, shape (parameters, 2)
        n_samples : int
            How many candidates a round has.
        n_rounds : int
        """
        try:
            from scipy.optimize import differential_evolution
        except ImportError as error:
            raise ImportError("fitting needs scipy, 1.15 or newer: pip install scipy") from error
        if n_samples < 5:
            raise ValueError(f"differential evolution wants n_samples >= 5; got {n_samples}")
        bounds, stop = np.asarray(bounds, dtype=float), False
        if self._population is None:
            shape = (
                len(bounds),
                n_samples,
            )  # a Latin hypercube: of each parameter one candidate in each of n_samples parts
            cells = self._random.permuted(np.tile(np.arange(n_samples), (len(bounds), 1)), axis=1)
            unit = (cells + self._random.random(shape)).T / n_samples
            self._population = bounds[:, 0] + unit * np.ptp(bounds, axis=1)
            self._errors, stop = errors_of(self._population)
            n_rounds -= 1
        if n_rounds == 0 or stop:
            return
        state = {"known": self._errors, "stop": False}

        def cost(candidates):
            if state["known"] is not None:  # SciPy asks again for those with which it begins
                known, state["known"] = state["known"], None
                return known
            errors, state["stop"] = errors_of(candidates.T)
            return errors

        found = differential_evolution(
            cost, bounds, strategy=self.strategy, maxiter=n_rounds, tol=0, mutation=self.mutation,
            recombination=self.recombination, rng=self._random, polish=False, init=self._population,
            updating="deferred", vectorized=True, callback=lambda intermediate_result: state["stop"],
        )  # fmt: skip
        self._population, self._errors = found.population, found.population_energies
