"""Fitting parameters of a model."""

import numpy as np

from ranvier.sim.core.clocks import defaultclock
from ranvier.sim.core.namespace import get_local_namespace
from ranvier.sim.fitting.ensemble import Ensemble
from ranvier.sim.fitting.metrics import GammaFactor, Metric, MSEMetric
from ranvier.sim.fitting.optimizers import DifferentialEvolution
from ranvier.sim.groups.neurongroup import model_equations, whole
from ranvier.sim.units.allunits import find
from ranvier.sim.units.checking import fail_for_dimension_mismatch, get_dimensions
from ranvier.sim.units.quantity import Quantity

_second = find("second")


class Fitter:
    """What fitters have in common: :class:`TraceFitter` and :class:`SpikeFitter` are such."""

    _output_variable = None

    def __init__(self, model, input_var, input, dt, n_samples, method, threshold, reset, refractory, param_init,
                 use_units):  # fmt: skip
        self.model = model_equations(model)
        if isinstance(input, dict):
            if len(input) != 1 or input_var not in (None, *input):
                raise ValueError(f"input is that of one variable, {{name: values}}; got {', '.join(input) or 'none'}")
            input_var, input = next(iter(input.items()))
        if input is None or input_var is None:
            raise TypeError("give input={name: values}, a row for each trace")
        if input_var in self.model.names:
            raise ValueError(
                f"{input_var} is the input: use it in the model, but take its line away; the fitter adds one"
            )
        self.input_var, self.input_dim, self.input = input_var, get_dimensions(input), _rows(input, "input")
        self.dt = defaultclock.dt if dt is None else dt
        fail_for_dimension_mismatch(self.dt, _second, "dt is a time")
        self.n_samples = whole(n_samples, "n_samples", 1)
        self.method = ("exact", "euler", "heun") if method is None else method
        self.threshold, self.reset, self.refractory = threshold, reset, refractory
        self.param_init, self.use_units = dict(param_init or {}), bool(use_units)
        for name in self.param_init:
            if name not in self.model.names:
                raise ValueError(f"param_init names {name!r}; the model has {', '.join(sorted(self.model.names))}")
        self._forget()

    def _forget(self):
        self._tried, self._errors, self._setting = [], [], None

    def _parameter_names(self, names):
        for name in names:
            if name not in self.model.parameter_names:
                there = ", ".join(sorted(self.model.parameter_names)) or "none"
                raise ValueError(f"{name} is no parameter of the model; there are {there}")
        return list(names)

    def _checked_bounds(self, params):
        free = self.model.parameter_names - set(self.param_init)
        if missing := sorted(free - set(params)):
            raise TypeError(f"give bounds of {', '.join(missing)}: {missing[0]}=[lowest, highest]")
        names, bounds = self._parameter_names(params), []
        for name in names:
            if np.shape(params[name]) != (2,):
                raise ValueError(f"{name}=[lowest, highest] are the bounds of a parameter; got {params[name]!r}")
            for value in params[name]:
                unit = Quantity(1.0, dim=self.model[name].dim)
                fail_for_dimension_mismatch(value, unit, f"the bounds of {name} have its unit")
            low, high = map(float, params[name])
            if not low < high or not np.isfinite([low, high]).all():
                raise ValueError(f"the bounds of {name} must be finite, the lower one first; got {params[name]!r}")
            bounds.append((low, high))
        return names, np.array(bounds)

    def fit(self, optimizer=None, metric=None, n_rounds=1, callback="text", restart=False, level=0, **params):
        """Looks for the parameters with the smallest error.

        Parameters
        ----------
        optimizer : DifferentialEvolution, optional
        metric : Metric, optional
            :class:`MSEMetric` for traces, :class:`GammaFactor` for spikes.
        n_rounds : int
            Each tries `n_samples` candidates, in one run. A further call goes on where the last one ended.
        callback : "text" | None | callable
            Told of each round: ``callback(params, errors, best_params, best_error, index, additional_info)``; True ends the fit.
        restart : bool
            Whether to begin anew.
        level : int
            How many calls above the caller names in the model are looked up.
        **params : [lowest, highest]
            The bounds of each parameter.

        Returns
        -------
        best_params : dict of str to Quantity
        best_error : float | Quantity
        """
        if callback is not None and callback != "text" and not callable(callback):
            raise ValueError(f"callback must be 'text', None or a function; got {callback!r}")
        n_rounds = whole(n_rounds, "n_rounds", 1)
        names, bounds = self._checked_bounds(params)
        if restart:
            self._forget()
        if self._setting is None:
            optimizer = DifferentialEvolution() if optimizer is None else optimizer
            metric = self._default_metric() if metric is None else metric
            if not isinstance(metric, Metric):
                raise TypeError(f"metric is a Metric, such as MSEMetric(); got {metric!r}")
            optimizer.restart()
        else:
            before = self._setting
            same = names == before[2] and np.array_equal(bounds, before[3])
            if not same or optimizer not in (None, before[0]) or metric not in (None, before[1]):
                raise ValueError("a fit goes on with its optimizer, metric and bounds: say restart=True for other ones")
            optimizer, metric = before[:2]
        self._setting = optimizer, metric, names, bounds
        around = get_local_namespace(level)
        ensemble = Ensemble(self, self.n_samples, names, self._output_variable, around)

        def errors_of(candidates):
            lost = ensemble.run(candidates)
            errors = np.full(len(candidates), np.inf)
            if not lost.all():
                errors = self._errors_of(metric, ensemble.results())
                errors[lost | np.isnan(errors)] = np.inf
            self._tried.append(np.array(candidates))
            self._errors.append(errors)
            return errors, self._told(callback, candidates, errors)

        optimizer.run(errors_of, bounds, self.n_samples, n_rounds)
        if not np.isfinite(self.best_error):
            raise ValueError("no candidate gave numbers: choose narrower bounds, a smaller dt or another method")
        return self.best_params, self.best_error

    def _told(self, callback, candidates, errors):
        index = len(self._errors)
        if callback is None:
            return False
        if callback == "text":
            best = ", ".join(f"{name} = {value}" for name, value in self.best_params.items())
            print(f"round {index}: error {self.best_error} with {best}")
            return False
        info = {"metric": self._setting[1], "optimizer": self._setting[0], "param_names": self._setting[2]}
        return bool(callback(np.array(candidates), errors.copy(), self.best_params, self.best_error, index, info))

    def _need_fit(self):
        if not self._errors:
            raise TypeError("nothing was fitted yet: call fit")

    def _best(self):
        self._need_fit()
        return np.concatenate(self._tried)[np.argmin(np.concatenate(self._errors))]

    @property
    def best_params(self):
        """The parameters with the smallest error so far."""
        return dict(zip(self._setting[2], map(self._dressed, self._setting[2], self._best()), strict=True))

    @property
    def best_error(self):
        """The smallest error so far."""
        self._need_fit()
        return self._dressed_error(np.concatenate(self._errors).min())

    def _dressed(self, name, value):
        return Quantity(value, dim=self.model[name].dim) if self.use_units else float(value)

    def _dressed_error(self, value):
        return Quantity(value, dim=self._error_dimension()) if self.use_units else float(value)

    def _error_dimension(self):
        return self._setting[1].error_dimension(get_dimensions(1.0))

    def results(self, format="list", use_units=None):
        """All candidates that were tried.

        Parameters
        ----------
        format : "list" | "dict" | "dataframe"
            Dicts, a dict of arrays, or a table of pandas, which has no units.
        use_units : bool, optional
            That of the fitter if not given.

        Returns
        -------
        results : list of dict | dict of str to array | DataFrame
            Parameters by name, and ``error``.
        """
        self._need_fit()
        use_units = (self.use_units and format != "dataframe") if use_units is None else use_units
        if format == "dataframe" and use_units:
            raise NotImplementedError("a table of pandas has no units: say use_units=False")
        dims = {name: self.model[name].dim for name in self._setting[2]} | {"error": self._error_dimension()}
        values = np.column_stack([np.concatenate(self._tried), np.concatenate(self._errors)]).T
        columns = {n: Quantity(v, dim=dims[n]) if use_units else v for n, v in zip(dims, values, strict=True)}
        if format == "dict":
            return columns
        if format == "list":
            return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
        if format == "dataframe":
            import pandas as pd

            return pd.DataFrame(columns)
        raise ValueError(f"format must be list, dict or dataframe; got {format!r}")

    def _generated(self, output, params, level):
        if params is None:
            params = dict(zip(self._setting[2], self._best(), strict=True)) if self._errors else None
            if params is None:
                self._need_fit()
        else:
            for name in self._parameter_names(params):
                unit = Quantity(1.0, dim=self.model[name].dim)
                fail_for_dimension_mismatch(params[name], unit, f"{name} has the unit of the model")
        ensemble = Ensemble(self, 1, list(params), output, get_local_namespace(level))
        if ensemble.run([[float(v) for v in params.values()]]).any():
            raise ArithmeticError("the model becomes NaN with these parameters: take a smaller dt or another method")
        return ensemble.results()[0]

    def generate(self, output_var=None, params=None, level=0):
        """What the model does with the input.

        Parameters
        ----------
        output_var : str
            A variable of the model, or ``"spikes"``; what is fitted if not given.
        params : dict of str to Quantity, optional
            The best ones if not given.
        level : int
            How many calls above the caller names in the model are looked up.

        Returns
        -------
        values : Quantity | list of Quantity
            A row for each trace; of spikes their times.
        """
        output = self._output_variable if output_var is None else None if output_var == "spikes" else output_var
        found = self._generated(output, params, level)
        if output is None:
            return [Quantity(train, dim=_second.dim) for train in found]
        return Quantity(found, dim=self.model[output].dim if output in self.model.names else self.input_dim)


class TraceFitter(Fitter):
    """Fits parameters to traces of a variable.

    Parameters
    ----------
    model : str | Equations
        With the input in it, but without a line for the input; each parameter ``name : unit (constant)`` is fitted.
    input_var : str, optional
    input : dict of str to Quantity | Quantity
        The input, shape (traces, steps).
    output_var : str, optional
    output : dict of str to Quantity | Quantity
        What was recorded, shape (traces, steps): the values with which steps begin.
    dt : Quantity, optional
        The step of both, and of the simulation; that of ``defaultclock`` if not given.
    n_samples : int
        How many candidates a round has.
    method : str, optional
    threshold, reset, refractory
        As of :class:`NeuronGroup`.
    param_init : dict of str to Quantity or str, optional
        With which values variables begin.
    use_units : bool
        Whether results have units.

    Examples
    --------
    >>> import numpy as np
    >>> from ranvier.sim import ms
    >>> from ranvier.sim.fitting import TraceFitter
    >>> decay = 2*np.exp(-np.arange(50)*0.1/3.0)
    >>> fitter = TraceFitter("dv/dt = (I - v)/tau : 1\\ntau : second (constant)", input={"I": np.zeros((1, 50))},
    ...                      output={"v": [decay]}, dt=0.1*ms, param_init={"v": 2}, n_samples=20, method="exponential_euler")
    >>> best, error = fitter.fit(n_rounds=10, callback=None, tau=[1*ms, 10*ms])
    """

    def __init__(self, model, input_var=None, input=None, output_var=None, output=None, dt=None, n_samples=60, method=None,
                 threshold=None, reset=None, refractory=False, param_init=None, use_units=True):  # fmt: skip
        super().__init__(
            model, input_var, input, dt, n_samples, method, threshold, reset, refractory, param_init, use_units
        )
        if isinstance(output, dict):
            if len(output) != 1 or output_var not in (None, *output):
                raise ValueError(f"output is that of one variable, {{name: values}}; got {', '.join(output) or 'none'}")
            output_var, output = next(iter(output.items()))
        if output is None or output_var is None:
            raise TypeError("give output={name: values}, a row for each trace")
        if output_var not in self.model.names:
            raise ValueError(
                f"output_var is a variable of the model, {', '.join(sorted(self.model.names))}; got {output_var!r}"
            )
        self.output_var = self._output_variable = output_var
        unit = Quantity(1.0, dim=self.model[output_var].dim)
        fail_for_dimension_mismatch(output, unit, f"the output has the unit of {output_var}")
        self.output = _rows(output, "output")
        if self.output.shape != self.input.shape:
            raise ValueError(f"input and output have one shape; got {self.input.shape} and {self.output.shape}")

    def _default_metric(self):
        return MSEMetric()

    def _errors_of(self, metric, results):
        return np.asarray(metric.calc(results, self.output, float(self.dt)))

    def _error_dimension(self):
        return self._setting[1].error_dimension(self.model[self.output_var].dim)

    def generate_traces(self, params=None, level=0):
        """Traces of the output.

        Parameters
        ----------
        params : dict of str to Quantity, optional
            The best ones if not given.
        level : int
            How many calls above the caller names in the model are looked up.

        Returns
        -------
        traces : Quantity, shape (traces, steps)
        """
        return self.generate(params=params, level=level)

    def refine(self, params=None, level=0, **kwds):
        """Goes down to the nearest minimum of the mean square error: least squares, by SciPy, inside the bounds of the fit.

        All derivatives are had from one run.

        Parameters
        ----------
        params : dict of str to Quantity, optional
            Where to begin; at the best ones if not given.
        level : int
            How many calls above the caller names in the model are looked up.
        **kwds
            Of ``scipy.optimize.least_squares``.

        Returns
        -------
        params : dict of str to Quantity
        result : OptimizeResult
        """
        from scipy.optimize import least_squares

        self._need_fit()
        _, metric, names, bounds = self._setting
        if not isinstance(metric, MSEMetric):
            raise TypeError(f"refine makes the mean square error small, and the fit was by {type(metric).__name__}")
        if params is not None and set(params) != set(names):
            raise ValueError(f"params are {', '.join(names)}; got {', '.join(params)}")
        start = self._best() if params is None else np.array([float(params[name]) for name in names])
        low, width = bounds[:, 0], np.ptp(bounds, axis=1)
        ensemble = Ensemble(self, len(names) + 1, names, self.output_var, get_local_namespace(level))
        weights = np.sqrt(metric.weights(self.output.shape[1], float(self.dt)) / len(self.output))
        scale = float(np.std(self.output)) or 1.0  # SciPy's tolerances are for numbers near 1
        known = {}

        def around(x):
            """Residuals at x and their derivatives; parameters are counted in widths of their bounds."""
            if known.get("x") != x.tolist():
                steps = np.where(x < 0.5, 1e-6, -1e-6)
                lost = ensemble.run(low + width * np.vstack([x, x + np.diag(steps)]))
                if lost.any():
                    raise ArithmeticError("the model becomes NaN near these parameters: take a smaller dt")
                residuals = ((ensemble.results() - self.output) / scale * weights).reshape(len(names) + 1, -1)
                known.update(x=x.tolist(), f=residuals[0], jac=((residuals[1:] - residuals[0]) / steps[:, None]).T)
            return known

        x = np.clip((start - low) / width, 1e-9, 1 - 1e-9)
        found = least_squares(lambda x: around(x)["f"], x, jac=lambda x: around(x)["jac"], bounds=(0, 1), **kwds)
        values = low + width * found.x
        error = float(2 * found.cost) * (scale / float(metric.normalization)) ** 2
        self._tried.append(values[None, :])
        self._errors.append(np.array([error]))
        return dict(zip(names, map(self._dressed, names, values), strict=True)), found


class SpikeFitter(Fitter):
    """Fits parameters to the times of spikes.

    Parameters
    ----------
    model : str | Equations
        With the input in it, but without a line for the input; each parameter ``name : unit (constant)`` is fitted.
    input_var : str, optional
    input : dict of str to Quantity | Quantity
        The input, shape (traces, steps).
    output : list of Quantity
        The times of the spikes of each trace.
    dt : Quantity, optional
        The step of the input and of the simulation; that of ``defaultclock`` if not given.
    n_samples : int
        How many candidates a round has.
    method : str, optional
    threshold, reset, refractory
        As of :class:`NeuronGroup`.
    param_init : dict of str to Quantity or str, optional
        With which values variables begin.
    use_units : bool
        Whether results have units.

    Examples
    --------
    >>> import numpy as np
    >>> from ranvier.sim import ms
    >>> from ranvier.sim.fitting import SpikeFitter
    >>> fitter = SpikeFitter("dv/dt = (I - v)/tau : 1\\ntau : second (constant)", input={"I": np.full((1, 500), 2.0)},
    ...                      output=[[7, 14, 21]*ms], dt=0.1*ms, threshold="v > 1", reset="v = 0", n_samples=20)
    >>> best, error = fitter.fit(n_rounds=2, callback=None, tau=[1*ms, 30*ms])
    """

    def __init__(self, model, input_var=None, input=None, output=None, dt=None, n_samples=60, method=None,
                 threshold=None, reset=None, refractory=False, param_init=None, use_units=True):  # fmt: skip
        super().__init__(
            model, input_var, input, dt, n_samples, method, threshold, reset, refractory, param_init, use_units
        )
        if threshold is None:
            raise TypeError("spikes are fitted of a model that has some: give threshold=")
        if isinstance(output, Quantity) or output is None or len(output) != len(self.input):
            raise ValueError(f"output is a list of the times of spikes of each of {len(self.input)} traces")
        for train in output:
            fail_for_dimension_mismatch(train, _second, "the output are times of spikes")
        self.output = [np.sort(np.asarray(train, dtype=float)) for train in output]

    def _default_metric(self):
        return GammaFactor()

    def _errors_of(self, metric, results):
        if isinstance(metric, GammaFactor):
            metric._duration = self.input.shape[1] * float(self.dt)
        return np.asarray(metric.calc(results, self.output, float(self.dt)))

    def generate_spikes(self, params=None, level=0):
        """The times of spikes.

        Parameters
        ----------
        params : dict of str to Quantity, optional
            The best ones if not given.
        level : int
            How many calls above the caller names in the model are looked up.

        Returns
        -------
        trains : list of Quantity
            Of each trace.
        """
        return self.generate(params=params, level=level)


def _rows(values, name):
    array = np.array(values, dtype=float)
    if array.ndim != 2 or array.size == 0:
        raise ValueError(f"{name} has a row for each trace, shape (traces, steps); got {array.shape}")
    return array
