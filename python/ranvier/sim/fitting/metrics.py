"""How far candidates are from what was recorded."""

import numpy as np

from ranvier.sim.units.allunits import find
from ranvier.sim.units.checking import fail_for_dimension_mismatch, get_dimensions

_second = find("second")


class Metric:
    """What a fit makes small. One of one's own has :meth:`get_features` and perhaps :meth:`get_errors`."""

    def get_features(self, model_results, data_results, dt):
        """What is compared, of each candidate and trace.

        Parameters
        ----------
        model_results : array | list
            Of each candidate, of each trace: values in time, or the times of spikes. SI numbers.
        data_results : array | list
            Of each trace.
        dt : float
            The step. [s]

        Returns
        -------
        features : array, shape (candidates, traces)
        """
        raise NotImplementedError(f"{type(self).__name__} has no get_features")

    def get_errors(self, features):
        """The error of each candidate: the mean over traces.

        Parameters
        ----------
        features : array, shape (candidates, traces)

        Returns
        -------
        errors : array, shape (candidates,)
        """
        return np.mean(features, axis=1)

    def calc(self, model_results, data_results, dt):
        """The error of each candidate.

        Parameters
        ----------
        model_results, data_results, dt
            As of :meth:`get_features`.

        Returns
        -------
        errors : array, shape (candidates,)
        """
        return self.get_errors(self.get_features(model_results, data_results, dt))

    def error_dimension(self, dimension):
        """The dimension of errors, where outputs have one; the numbers have none if this is not said."""
        return dimension**0


class MSEMetric(Metric):
    """The mean square difference of traces.

    Parameters
    ----------
    t_start : Quantity
        Before it nothing counts.
    t_weights : array_like, optional
        The weight of each step.
    normalization : float | Quantity
        What both traces are divided by.

    Examples
    --------
    >>> from ranvier.sim import ms
    >>> from ranvier.sim.fitting import MSEMetric
    >>> metric = MSEMetric(t_start=5*ms)
    """

    def __init__(self, t_start=0 * _second, t_weights=None, normalization=1.0):
        fail_for_dimension_mismatch(t_start, _second, "t_start is a time")
        if not float(t_start) >= 0:
            raise ValueError(f"t_start must be >= 0 s; got {t_start}")
        self.t_start, self.normalization = t_start, normalization
        self.t_weights = None if t_weights is None else np.asarray(t_weights, dtype=float)
        if self.t_weights is not None and not (np.all(self.t_weights >= 0) and np.any(self.t_weights > 0)):
            raise ValueError("t_weights must be >= 0 and not all 0")
        if not float(normalization) > 0:
            raise ValueError(f"normalization must be > 0; got {normalization}")

    def weights(self, steps, dt):
        """The weight of each step, whose sum is 1."""
        if self.t_weights is not None and len(self.t_weights) != steps:
            raise ValueError(f"t_weights have one for each of {steps} steps; got {len(self.t_weights)}")
        weights = np.ones(steps) if self.t_weights is None else self.t_weights.copy()
        weights[: round(float(self.t_start) / dt)] = 0
        if not weights.sum() > 0:
            raise ValueError(f"nothing counts behind t_start = {self.t_start}: the traces last {steps * dt} s")
        return weights / weights.sum()

    def get_features(self, model_results, data_results, dt):
        """The mean square difference of each candidate and trace."""
        difference = (np.asarray(model_results) - np.asarray(data_results)) / float(self.normalization)
        return difference**2 @ self.weights(difference.shape[-1], dt)

    def error_dimension(self, dimension):
        """The square of what outputs have."""
        return (dimension / get_dimensions(self.normalization)) ** 2


class GammaFactor(Metric):
    """How few of the spikes coincide, beyond chance: see :func:`gamma_factor`.

    The error is 1 - Γ, and with `rate_correction` 1 + 2|ν_model - ν|/ν - Γ, so that a model with few spikes, all of them right, is
    not taken for a good one.

    Parameters
    ----------
    delta : Quantity
        So far apart spikes coincide.
    time : Quantity, optional
        How long was recorded; as long as the input if not given.
    rate_correction : bool

    Examples
    --------
    >>> from ranvier.sim import ms
    >>> from ranvier.sim.fitting import GammaFactor
    >>> metric = GammaFactor(delta=2*ms)
    """

    def __init__(self, delta=2e-3 * _second, time=None, rate_correction=True):
        fail_for_dimension_mismatch(delta, _second, "delta is a time")
        if not float(delta) > 0:
            raise ValueError(f"delta must be > 0 s; got {delta}")
        if time is not None:
            fail_for_dimension_mismatch(time, _second, "time is how long was recorded")
        self.delta, self.time, self.rate_correction = delta, time, bool(rate_correction)
        self._duration = None

    def get_features(self, model_results, data_results, dt):
        """The error of each candidate and trace."""
        time = self._duration if self.time is None else float(self.time)
        if time is None:
            raise TypeError("GammaFactor wants time=, how long was recorded")
        return np.array([
            [self._error(model, data, time) for model, data in zip(trains, data_results, strict=True)]
            for trains in model_results
        ])  # fmt: skip

    def _error(self, model, data, time):
        gamma = gamma_factor(model, data, float(self.delta), time)
        return 1 - gamma + (2 * abs(len(model) - len(data)) / len(data) if self.rate_correction else 0)


def gamma_factor(model, data, delta, time):
    """Coincidences of two spike trains beyond chance: 1 where all coincide, 0 for what chance would give.

        Γ = (N_c - 2ν∆N_data) / (½ (N_data + N_model)) / (1 - 2ν∆)

    N_c counts pairs at most ∆ apart, each spike in one pair at most. ν is the rate of the data: that of the model, which the
    authors take, would turn the sign for a model that spikes all the time.

    Parameters
    ----------
    model, data : array_like
        Times of spikes, in order. [s]
    delta : float
        So far apart spikes coincide. [s]
    time : float
        How long both last. [s]

    Returns
    -------
    gamma : float

    References
    ----------
    Kistler, Gerstner & van Hemmen 1997, doi:10.1162/neco.1997.9.5.1015. Jolivet et al. 2008,
    doi:10.1016/j.jneumeth.2007.11.006.

    Examples
    --------
    >>> from ranvier.sim.fitting import gamma_factor
    >>> round(gamma_factor([0.1, 0.2], [0.1, 0.2], delta=0.002, time=1.0), 12)
    1.0
    """
    model, data = np.asarray(model, dtype=float), np.asarray(data, dtype=float)
    if len(data) == 0:
        raise ValueError("the gamma factor compares with spikes: a trace that was recorded has none")
    chance = 2 * delta * len(data) / time
    if not chance < 1:
        raise ValueError(
            f"delta must be < {time / (2 * len(data)):g} s, half the mean interval of the recorded spikes; got {delta:g} s"
        )
    coincidences = _coincidences(model.tolist(), data.tolist(), delta * (1 + 1e-9))
    return (coincidences - chance * len(data)) / (0.5 * (len(data) + len(model))) / (1 - chance)


def _coincidences(a, b, delta):
    count = i = j = 0
    while i < len(a) and j < len(b):
        if abs(a[i] - b[j]) <= delta:
            count, i, j = count + 1, i + 1, j + 1
        elif a[i] < b[j]:
            i += 1
        else:
            j += 1
    return count
