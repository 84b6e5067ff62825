"""Systems: what people write, and what they ask of it."""

from operator import attrgetter

import numpy as np

from ranvier import _core
from ranvier.dynamics.analysis import Analysis
from ranvier.dynamics.equations import is_text, refractory_text, with_parameters
from ranvier.dynamics.events import crossing
from ranvier.dynamics.named import Named, number
from ranvier.dynamics.plots import Plots
from ranvier.dynamics.result import Result
from ranvier.errors import warn
from ranvier.library import Model, model
from ranvier.notebook import table
from ranvier.settings import described, given
from ranvier.units import Quantity
from ranvier.units.dimension import dimension_of

_engine = _core.dynamics


class Trajectory:
    """A trajectory as a function of time: ``sol(t)`` of a result of :meth:`System.simulate`.

    Attributes
    ----------
    t_min, t_max : quantity
        Where it is known.
    """

    def __init__(self, dense, time, scale):
        self._dense, self._time, self._scale = dense, time, np.array(scale)
        self.t_min, self.t_max = time.shown(dense.t_min), time.shown(dense.t_max)

    def __call__(self, t):
        """States at times, plain numbers in the states' units, shape (states,) or (states, times).

        Parameters
        ----------
        t : quantity
            One or many.

        Returns
        -------
        y : ndarray
            The states there.
        """
        si = self._time.si(t, "t")
        y = self._dense(np.ascontiguousarray(np.atleast_1d(si), dtype=float)) / self._scale[:, None]
        return y[:, 0] if np.ndim(si) == 0 else y


class System(Analysis, Plots):
    """A dynamical system dx/dt = f(t, x, p).

    Parameters
    ----------
    equations : str | Model
        Equations as text (``"dx/dt = -x/tau : 1"``), the name or path of a model, or a :func:`ranvier.model`.
    preset : str
        A parameter set of the model.
    threshold, reset : str
        Of equations that spike, as in Brian 2. A threshold ``"u falls below 0.2"`` or ``"u rises above 0.2"`` counts only
        where the level is passed, not while it lies behind.
    refractory : str | quantity
        How long a spike is followed by none, or the condition under which it is.
    functions : dict of c_function
        C functions that the equations call, by name.
    values : dict of quantity
        Values of parameters by name, of those too whose names this call uses itself: ``values={"threshold": 1}``.
    time_unit : str | None
        In which times are shown, e.g. ``"ms"``; None: that of the model, of equations in text the second.
    **parameters : quantity
        Values of parameters. Names that the equations, the threshold, the reset or the refractory period use and the
        equations do not define become parameters.

    Attributes
    ----------
    states, parameters : dict
        Start and parameter values, by name.
    """

    def __init__(self, equations, preset="", *, threshold="", reset="", refractory="", functions=None,
                 values=None, time_unit=None, **parameters):  # fmt: skip
        for name, value in (("preset", preset), ("threshold", threshold), ("reset", reset)):
            if not isinstance(value, str):
                raise TypeError(f"{name} is a text; got {value!r}; a parameter of this name is given as "
                                f"values={{'{name}': {value!r}}}")  # fmt: skip
        for name, value in (values or {}).items():
            if name in parameters:
                raise ValueError(f"'{name}' is given twice, in values and as an argument")
            parameters[name] = value
        if isinstance(equations, str) and not is_text(equations):
            equations = model(equations, preset)
        elif isinstance(equations, Model) and preset:
            equations = Model(equations.engine, preset, equations._origin)
        functions = dict(functions or {})
        if isinstance(equations, Model):
            if functions or threshold or reset or refractory:
                raise ValueError("a model has its own threshold, reset and functions; others go with equations as text")
            self._model, chosen, self._made = equations.engine, equations.preset, equations
        else:
            spiking = (threshold, reset, refractory_text(refractory))
            text = with_parameters(equations, spiking, parameters)
            named = [f._named(name) for name, f in functions.items()]
            try:
                self._model = _core.language.model_of(text, *spiking, named)
            except ValueError as error:
                if missing := _core.language.free_names(text, *spiking):
                    error.args = (f"{error}\ngive {', '.join(f'{name}=…' for name in missing)}, or declare it in the "
                                  f"equations: '{missing[0]} : unit'",)  # fmt: skip
                raise
            chosen = preset
            self._made = (text, *spiking)
        self._functions = functions  # they must live as long as code that calls them
        self._describe(chosen, time_unit)
        self._give(self._si_parameters(parameters))

    def _describe(self, chosen, time_unit):
        """Takes names and units from the engine's model."""
        self._states = [Named(*v) for v in self._model.states]
        self._parameters = {v[0]: Named(*v) for v in self._model.parameters}
        self._time = Named("time", self._model.time_unit, self._model.time_scale, self._model.time)
        if time_unit is not None:
            wanted = Quantity(1.0, time_unit)
            self._time = Named("time", time_unit, float(self._time.si(wanted, "time_unit")), self._model.time)
        self._preset, self.name = chosen, self._model.name

    def __reduce__(self):
        if self._model is None or self._functions:
            raise TypeError(f"{self!r} can't be pickled or copied deeply: it lives in this process alone, "
                            "as C functions and systems without equations do")  # fmt: skip
        return _remade, (self._made, self._preset, self._given, self._time.unit)

    def _give(self, given):
        """Takes SI values of parameters; what the model makes of them follows."""
        self._given, self._own_flow = given, None
        self._values = self._model.values(self._preset, given)
        start = self._model.initial(self._values, self._preset)
        self._x0 = np.array([start.get(s.name, 0.0) for s in self._states])

    @classmethod
    def _of_flow(cls, flow, name):
        self = cls.__new__(cls)
        self._model, self._own_flow, self._preset, self.name = None, flow, "", name
        self._states = [number(s) for s in flow.states]
        self._parameters = {p: number(p) for p in flow.parameters}
        self._time = number("time")
        self._values = dict(zip(flow.parameters, flow.p0, strict=True))
        self._x0 = np.array(flow.x0)
        return self

    def __repr__(self):
        return f"<System {self.name} | {', '.join(s.name for s in self._states)}>"

    @property
    def states(self):
        """Start values by name."""
        return {s.name: s.shown(float(x)) for s, x in zip(self._states, self._x0, strict=True)}

    @property
    def parameters(self):
        """Parameter values by name."""
        return {name: p.shown(self._values[name]) for name, p in self._parameters.items() if name in self._values}

    def _repr_html_(self):
        return table(f"System {self.name}", {
            "equations": self.equations or "",
            "start": "\n".join(f"{name} = {value}" for name, value in self.states.items()),
            "parameters": "\n".join(f"{name} = {value}" for name, value in self.parameters.items()),
        })  # fmt: skip

    @property
    def equations(self):
        """The equations as text; None for a system that is made of none."""
        if isinstance(made := getattr(self, "_made", None), Model):
            return made.engine.equations
        return made[0] if made else None

    time_unit = property(attrgetter("_time.unit"), doc="The unit in which time is shown.")

    def replace(self, **parameters):
        """The same system with other values of parameters. What the model makes of them, and its start, follow.

        Parameters
        ----------
        **parameters : quantity
            By name.

        Returns
        -------
        system : System
            A new one.
        """
        other = System.__new__(System)
        other.__dict__.update(self.__dict__)
        changes = self._si_parameters(parameters)
        if self._model is None:
            other._values = {**self._values, **changes}
        else:
            other._give({**self._given, **changes})
        return other

    def _si_parameters(self, parameters):
        return {name: float(self._parameter(name).si(value)) for name, value in parameters.items()}

    def _flow_and_values(self):
        """The engine's flow and its parameter values."""
        if self._own_flow is None:
            self._own_flow = _engine.flow(self._model, self._preset, self._given)
        return self._own_flow, np.array([self._values[p] for p in self._own_flow.parameters], dtype=float)

    def _start(self, x0):
        """SI numbers of a state: of a dict (others as the system says), of a sequence of quantities, of an array of plain
        numbers in the states' units (as ``result.y[:, -1]`` and ``fixed_point().x`` are), or of None."""
        if x0 is None:
            return self._x0.copy()
        if isinstance(x0, dict):
            x = self._x0.copy()
            for name, value in x0.items():
                x[self._state(name)] = self._states[self._state(name)].si(value)
            return x
        many = _many(x0)
        if (
            isinstance(x0, np.ndarray)
            and x0.dtype.kind in "fiu"
            and dimension_of(x0).dimensionless
            and (x0.shape == (len(self._states),))
        ):
            return x0 * np.array([s.scale for s in self._states])  # as results have them
        if not many or len(x0) != len(self._states):
            raise ValueError(f"a state of {self.name} has {len(self._states)} values "
                             f"({', '.join(s.name for s in self._states)}); got {len(x0) if many else repr(x0)}")  # fmt: skip
        values = [s.si(v) for s, v in zip(self._states, x0, strict=True)]
        if any(np.ndim(v) for v in values):
            raise ValueError("each value of a start is one number; many starts at once are an ensemble")
        return np.array(values, dtype=float)

    def _state(self, name):
        names = [s.name for s in self._states]
        if name not in names:
            raise ValueError(f"no state is called '{name}'; there are: {', '.join(names)}")
        return names.index(name)

    def _shown_rows(self, si):
        """States along the first axis, each in its unit, as plain numbers."""
        return si / np.array([s.scale for s in self._states]).reshape((-1,) + (1,) * (si.ndim - 1))

    @described("simulate")
    def simulate(self, t_span, x0=None, method=..., rtol=..., atol=..., events=None, t_eval=None, dense_output=...,
                 first_step=None, max_step=None, **settings):  # fmt: skip
        """Integrate from a start, with steps that adapt to a tolerance.

        Parameters
        ----------
        t_span : (quantity, quantity)
            From when to when; the second may be earlier.
        x0 : dict | sequence of quantity | ndarray | None
            The start; what a dict does not name starts as the system says. An array holds plain numbers in the states'
            units, as ``result.y[:, -1]`` does.
        events : crossing | callable | sequence
            Roots to be located: :func:`crossing`, or functions ``event(t, y)`` of plain numbers in the states' units, with
            attributes ``terminal`` and ``direction`` as in scipy. They are looked for on the interpolant between steps: a
            crossing is found however short, of a function that jumps only what lasts a fifth of a step is sure to be
            found; ``max_step`` makes that a time.
        t_eval : quantity | None
            Times of the result; None: every step.
        first_step, max_step : quantity | None
            Bounds of steps; None: chosen, and none.
        {settings}

        Returns
        -------
        result : Result
            scipy's fields ``t``, ``y`` (states × times, plain numbers in the states' units), ``sol``, ``t_events``,
            ``y_events``, ``nfev``, ``njev``, ``nlu``, ``status``, ``message``, ``success``; each state by name, as a
            quantity (but where it is called like a field); ``spikes``, the times of a model with threshold. A model's own
            events run their statements and are all in ``t_events`` and ``y_events``, the threshold first, then in the
            order of the text.
        """
        if not _many(t_span) or len(t_span) != 2:
            raise ValueError(f"t_span is two times, from when to when; got {t_span!r}")
        t0, t1 = (float(self._time.si(t, "t_span")) for t in t_span)
        if t_eval is not None:
            t_eval = np.ascontiguousarray(self._time.si(t_eval, "t_eval"), dtype=float)
            if t_eval.ndim != 1:
                raise ValueError(f"t_eval is a row of times; got shape {t_eval.shape}")
        si = {}
        for what, step in (("first_step", first_step), ("max_step", max_step)):
            si[what] = None if step is None else float(self._time.si(step, what))
            if step is not None and not si[what] > 0:
                raise ValueError(f"{what} must be > 0; got {step!r}")
        if events is None:
            events = []
        elif callable(events) or isinstance(events, crossing):
            events = [events]
        requests = [self._event(e) for e in events]
        scale = [s.scale for s in self._states]
        if np.ndim(atol) > 1 or np.size(atol) not in (1, len(scale)):
            raise ValueError(
                f"atol is one number or one for each of the {len(scale)} states; got shape {np.shape(atol)}"
            )
        si["atol"] = np.broadcast_to(np.asarray(atol, dtype=float), len(scale)) * scale
        if requests and self._model is not None and self._model.events:
            own = "a threshold" if self._model.spikes else f"the event '{self._model.events[0]}'"
            raise ValueError(f"{self.name} has {own}; a run with events of the model takes no others")
        start, settings = self._start(x0), given("simulate", locals(), **si)

        def run(times):
            options = _engine.run_options(settings, times, requests, scale, self._time.scale)
            if self._model is None:
                return self._result(_engine.simulated_flow(*self._flow_and_values(), t0, t1, start, options))
            return self._result(_engine.simulated(self._model, self._values, t0, t1, start, options))

        result = run(t_eval)
        result["_again"] = run if t_eval is None and result.success else None  # at other times, for pictures
        return result

    def _event(self, event):
        direction, terminal = getattr(event, "direction", 0), int(getattr(event, "terminal", False))
        if isinstance(event, crossing):
            k = self._state(event.state)
            level = float(self._states[k].si(event.level, f"the level of {event.state}"))
            return None, k, level, int(direction), terminal
        return (event, 0, 0.0, int(np.sign(direction)), terminal)

    def _result(self, raw):
        result = Result(t=self._time.shown(raw["t"].copy()), y=self._shown_rows(raw["y"]))  # `_raw` stays as it is
        dense = raw.pop("dense")
        result["sol"] = None if dense is None else Trajectory(dense, self._time, [s.scale for s in self._states])
        result["t_events"] = [self._time.shown(t) for t in raw["t_events"]]
        result["y_events"] = [self._shown_rows(y.T).T for y in raw["y_events"]]
        for key in ("nfev", "njev", "nlu", "status", "message", "success"):
            result[key] = raw[key]
        if "spikes" in raw:
            result["spikes"] = self._time.shown(raw["spikes"])
        for s, row in zip(self._states, raw["y"], strict=True):
            result.setdefault(s.name, s.shown(row))
        result["_raw"] = raw
        return result

    def evaluate(self, name, result):
        """A subexpression (a current, a rate) along a trajectory.

        Parameters
        ----------
        name : str
            Its name in the equations.
        result : Result
            Of :meth:`simulate`.

        Returns
        -------
        values : quantity
            At ``result.t``.
        """
        for v in self._model.subexpressions if self._model is not None else ():
            if v[0] == name:
                return Named(*v).shown(
                    _engine.evaluated(self._model, self._values, name, result._raw["t"], result._raw["y"])
                )
        raise ValueError(f"no subexpression is called '{name}'")

    @described("ensemble")
    def ensemble(
        self, duration, dt, x0=None, parameters=None, method=None, record=None, every=..., seed=..., members=None
    ):
        """Many members with starts and parameters of their own, side by side in vector lanes and threads.

        Parameters
        ----------
        duration, dt : quantity
            Length of time and of a step, which divides it.
        x0, parameters : dict
            Arrays by name, all of one length; single values hold for all members.
        record : sequence of str | None
            States, subexpressions or parameters to be kept; None: all states.
        method : str | None
            An integrator for fixed steps: 'rk4', 'rk2', 'euler', 'heun', 'exponential_euler', 'exact', ... None: the one that
            the model names, else 'rk4', and with noise the first that suits.
        {settings}
        members : int | None
            How many; None: as many as the arrays have values. Members without values of their own differ by their noise.

        Returns
        -------
        result : Result
            ``t`` and each recorded name, shape (times, members); ``final``, a dict of the states at the end; ``events``, a
            dict by name ("spike" first) of two integer arrays: which member, and in which step, counted from 0; in the order
            of steps, then members. What happens in step k happens at its end, (k + 1)*dt.

        Warns
        -----
        RuntimeWarning
            Where states are no longer finite at the end.
        """
        if self._model is None:
            raise ValueError("ensembles need a system that is made of equations")
        names = {s.name: s for s in self._states}
        values = {k: np.atleast_1d(self._named(k).si(v)).tolist() for k, v in (parameters or {}).items()}
        starts = {k: np.atleast_1d(self._states[self._state(k)].si(v)).tolist() for k, v in (x0 or {}).items()}
        if members is None:
            members = max([len(v) for v in (*values.values(), *starts.values())], default=1)
        everything = {**{k: [v] for k, v in self._given.items()}, **values}
        step, length = float(self._time.si(dt, "dt")), float(self._time.si(duration, "duration"))
        if not (step > 0 and length >= 0 and np.isfinite(step) and np.isfinite(length)):
            raise ValueError(f"an ensemble runs for a finite duration in steps dt > 0; got {duration} and {dt}")
        steps = round(length / step)
        if abs(length / step - steps) > 1e-6 + 1e-12 * steps:  # roundings of dt and the duration add up
            raise ValueError(
                f"dt must divide the duration; got {duration} in steps of {dt}, which are {length / step:.6g}"
            )
        if method is None:
            method = self._model.method or ("" if self._model.noisy else "rk4")
        record = list(names) if record is None else list(record)
        settings = given("ensemble", locals(), dt=step, steps=steps)
        raw = _engine.ensemble(self._model, self._preset, everything, starts, members, settings)
        result = Result(t=self._time.shown(raw["t"]), method=raw["method"], events=raw["events"])
        _warn_of_infinity(raw["final"], raw["method"])
        result["final"] = {k: names[k].shown(v) for k, v in raw["final"].items()}
        for name in record:
            result[name] = self._named(name).shown(raw["recorded"][name])
        return result

    def _named(self, name):
        for v in (*self._states, *self._parameters.values()):
            if v.name == name:
                return v
        for v in self._model.subexpressions if self._model is not None else ():
            if v[0] == name:
                return Named(*v)
        raise ValueError(f"{self.name} has no '{name}'")


def _warn_of_infinity(final, method):
    """Members that left the numbers say so, once."""
    broken = {name: np.flatnonzero(~np.isfinite(values)) for name, values in final.items()}
    broken = {name: members for name, members in broken.items() if members.size}
    if broken:
        name, members = next(iter(broken.items()))
        everyone = np.unique(np.concatenate(list(broken.values())))
        warn(
            f"{everyone.size} of {final[name].size} members end with states that are not finite ('{name}' of member "
            f"{members[0]} is {final[name][members[0]]:g}); a shorter dt or another method than '{method}' may help"
        )


def _many(values):
    """Has it a length? (Arrays without axes say so, and have none.)"""
    return values.ndim > 0 if isinstance(values, np.ndarray) else hasattr(values, "__len__")


def _remade(made, preset, given, time_unit):
    """The system that was pickled: from its equations, or its model by name or file."""
    self = System.__new__(System)
    self._made, self._functions = made, {}
    if isinstance(made, Model):
        self._model = made.engine
    else:
        text, *spiking = made
        self._model = _core.language.model_of(text, *spiking, [])
    self._describe(preset, time_unit if time_unit != "1" else None)
    self._give(given)
    return self
