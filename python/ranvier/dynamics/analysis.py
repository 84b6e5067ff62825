"""What can be asked of a system: equilibria, branches, planes, exponents, sections, basins, firing."""

import numpy as np

from ranvier import _core
from ranvier.dynamics.named import Named
from ranvier.dynamics.result import Result
from ranvier.errors import warn
from ranvier.settings import described, fields, given

_engine = _core.dynamics


def _column(points, name):
    """What is called `name` of every point, one row each."""
    return np.array([getattr(point, name) for point in points])


class Analysis:
    """Methods of :class:`ranvier.dynamics.System`."""

    def _frequency(self, si, unit="Hz", scale=1.0):
        """1/time as people see it."""
        if self._time.dimension.dimensionless:
            return si
        return Named("rate", unit, scale, type(self._time.dimension)() / self._time.dimension).shown(si)

    def _point(self, raw):
        conserved = [" + ".join(f"{'' if c == 1 else f'{c:g}*'}{s.name}" for c, s in zip(row, self._states, strict=True) if c)
                     for row in raw.conserved]  # fmt: skip
        return Result(x=self._shown_rows(raw.x), eigenvalues=raw.eigenvalues * self._time.scale,  # per unit of time
                      eigenvectors=raw.eigenvectors, kind=raw.kind, stable=raw.stable, conserved=conserved)  # fmt: skip

    def _box(self, box):
        """Bounds of all states: a dict name: (low, high)."""
        if box is None:
            reach = 100 * np.array([s.scale for s in self._states])
            return self._x0 - reach, self._x0 + reach
        low, high = self._x0.copy(), self._x0.copy()
        if missing := [s.name for s in self._states if s.name not in box]:
            raise ValueError(f"the box needs bounds for {', '.join(missing)} too: box={{'{missing[0]}': (low, high)}}")
        for name, bounds in box.items():
            k = self._state(name)
            low[k], high[k] = (float(self._states[k].si(b, f"a bound of {name}")) for b in bounds)
        return low, high

    def _plane(self, ranges, at=None):
        """Numbers of the two states of {x: (low, high), y: (low, high)}, and the plane, others resting at `at`."""
        if len(ranges) != 2:
            raise ValueError("a plane is a dict of two states and their ranges, e.g. {'v': (-2, 2), 'w': (-1, 1)}")
        indices = [self._state(name) for name in ranges]
        bounds = [tuple(float(self._states[k].si(b, f"a bound of {self._states[k].name}")) for b in pair)
                  for k, pair in zip(indices, ranges.values(), strict=True)]  # fmt: skip
        return indices, _engine.Plane(*indices, *bounds, self._start(at))

    def fixed_points(self, box=None, starts=0):
        """All equilibria that are found in a box, with their eigenvalues and kind.

        Parameters
        ----------
        box : dict | None
            (low, high) for each state; None: 100 units to both sides of the system's start.
        starts : int
            Number of searches; 0: chosen by the number of states.

        Returns
        -------
        points : list of Result
            ``x`` (in the states' units), ``eigenvalues`` (per unit of time), ``eigenvectors``, ``kind``, ``stable``,
            ``conserved``: sums of states that nothing changes, such as ``"A + B"``; they are those of the system's
            start, and ``kind`` and ``stable`` are about states with the same sums.
        """
        if starts < 0:
            raise ValueError(f"starts must be >= 0; got {starts}")
        flow, p = self._flow_and_values()
        return [self._point(raw) for raw in _engine.fixed_points(flow, p, *self._box(box), starts)]

    def fixed_point(self, x0=None):
        """The equilibrium near a state, or the one that attracts it.

        Parameters
        ----------
        x0 : dict | sequence | None
            Where to begin; None: the system's start.

        Returns
        -------
        point : Result
            As of :meth:`fixed_points`.
        """
        flow, p = self._flow_and_values()
        return self._point(_engine.fixed_point(flow, p, self._start(x0)))

    def nullclines(self, plane, at=None, resolution=128):
        """Where the derivatives of the two states of a plane vanish.

        Parameters
        ----------
        plane : dict
            Two states and their ranges.
        at : dict | None
            Where the other states rest.
        resolution : int
            Cells along each axis.

        Returns
        -------
        lines : dict
            For each of the two states a list of arrays (k, 2), in the states' units.
        """
        flow, p = self._flow_and_values()
        states, plane = self._plane(plane, at)
        scale = np.array([self._states[k].scale for k in states])
        return {self._states[k].name: [line / scale for line in _engine.nullcline(flow, p, plane, k, resolution)]
                for k in states}  # fmt: skip

    def vector_field(self, plane, at=None, shape=(21, 21)):
        """Derivatives on a grid of a plane.

        Parameters
        ----------
        plane, at : dict
            As of :meth:`nullclines`.
        shape : (int, int)
            Rows and columns.

        Returns
        -------
        x, y, dx, dy : ndarray
            Positions, and derivatives of shape (rows, columns), in the states' units (per unit of time).
        """
        flow, p = self._flow_and_values()
        states, plane = self._plane(plane, at)
        a, b = (self._states[k].scale for k in states)
        x, y, dx, dy = _engine.vector_field(flow, p, plane, shape[1], shape[0])
        return x / a, y / b, dx * self._time.scale / a, dy * self._time.scale / b

    @described("continue_equilibria")
    def continue_equilibria(self, parameter, range, x0=None, points=..., largest_step=..., **settings):
        """Branches of equilibria over a parameter, with folds, Hopf and branch points.

        Parameters
        ----------
        parameter : str
            Which parameter moves.
        range : (quantity, quantity)
            From where to where.
        x0 : dict | sequence | None
            Near the equilibrium where the walk starts, at the parameter's own value (or the nearer end of the range);
            where none is found there, at an end of the range.
        {settings}

        Returns
        -------
        diagram : Result
            ``branches`` (each with ``parameter``, ``x``, ``eigenvalues``, ``stable``), ``special_points`` (each with
            ``kind``, ``parameter``, ``x``, ``frequency``, ``lyapunov``: negative is supercritical).
        """
        flow, p = self._flow_and_values()
        named = self._parameter(parameter)
        bounds = tuple(float(named.si(b, f"the range of {parameter}")) for b in range)
        which = flow.parameters.index(parameter)
        settings = given("continue_equilibria", locals())
        branches, specials = _engine.continue_equilibria(flow, p, which, bounds, self._start(x0), settings)
        shown = [Result(parameter=named.shown(_column(b, "parameter")), x=self._shown_rows(_column(b, "x").T).T,
                        eigenvalues=_column(b, "eigenvalues") * self._time.scale, stable=_column(b, "stable"))
                 for b in branches]  # fmt: skip
        specials = [self._special(s, named, bounds, s) for s in specials]
        return Result(name=parameter, branches=shown, special_points=specials)

    def _parameter(self, name):
        if name in {s.name for s in self._states}:
            raise ValueError(f"no parameter is called '{name}', which is a state: its start is x0={{'{name}': …}}, e.g. in simulate")
        if name not in self._parameters:
            raise ValueError(f"no parameter is called '{name}'; there are: {', '.join(self._parameters) or 'none'}")
        return self._parameters[name]

    def _special(self, s, named, bounds, raw):
        return Result(kind=s.kind, parameter=named.shown(s.parameter), x=self._shown_rows(s.x),
                      frequency=self._frequency(s.frequency / (2 * np.pi)), lyapunov=s.lyapunov, branch=s.branch,
                      after=s.after, name=named.name, _raw=raw, _bounds=bounds)  # fmt: skip

    def _unit_of_time(self, x0):
        """What counts as one unit of time where no duration is given [s]: that in which time is shown; where that is the second, as of
        equations in text, at most ten times as long as what is fastest at the start takes."""
        if self._time.unit not in ("s", "second"):
            return self._time.scale
        flow, p = self._flow_and_values()
        slowest, fastest = _engine.rates(flow, p, self._start(x0))
        if not fastest > 0:
            return self._time.scale
        if fastest > 100 * slowest and 10 / fastest < self._time.scale:
            warn(f"at the start something is {fastest / slowest:.3g} times as slow as what is fastest, by which the times that are not "
                 "given are chosen; give them, or the slow part may hardly move")  # fmt: skip
        return min(self._time.scale, 10 / fastest)

    @described("continue_cycles")
    def limit_cycle(self, x0=None, transient=None, longest=None, intervals=...):
        """The cycle that a trajectory goes round after a while.

        Parameters
        ----------
        x0 : dict | sequence | None
            The start.
        transient : quantity | None
            Left out at the beginning; None: 1000 units of the system's time, where that is the second at most 10,000 times
            what is fastest at the start takes.
        longest : quantity | None
            The period is at most that; None: as long as the transient.
        {settings}

        Returns
        -------
        cycle : Result
            ``period``, ``low`` and ``high`` of each state, ``multipliers``, ``stable``, ``phase`` and ``x`` (points × states);
            :meth:`continue_cycles` follows it.
        """
        flow, p = self._flow_and_values()
        default = 1000 * self._unit_of_time(x0) if transient is None or longest is None else None
        lead = default if transient is None else float(self._time.si(transient, "transient"))
        bound = (lead or default) if longest is None else float(self._time.si(longest, "longest"))
        raw = _engine.limit_cycle(flow, p, self._start(x0), lead, bound, {"intervals": intervals})
        return Result(kind="cycle", period=self._time.shown(raw.period), low=self._shown_rows(raw.low),
                      high=self._shown_rows(raw.high), multipliers=raw.multipliers, stable=raw.stable, phase=raw.phase,
                      x=self._shown_rows(raw.x.T).T, _raw=raw)  # fmt: skip

    @described("continue_cycles")
    def continue_cycles(self, start, range=None, intervals=None, points=..., largest_period=None, parameter=None, **settings):
        """A branch of cycles: born at a Hopf point or at a period doubling, or through a cycle that is known.

        Parameters
        ----------
        start : Result
            A Hopf point of :meth:`continue_equilibria`, a period doubling among the special points of another branch of
            cycles, or a :meth:`limit_cycle`.
        range : (quantity, quantity) | None
            Of the parameter; None: that of the diagram or branch on which the starting point lies, for a limit cycle the
            parameter's value ± its size.
        intervals : int | None
            Of the mesh, for cycles born at a Hopf point; None: as many as of a limit cycle. Others have the mesh of the one that they come from, a
            doubled one twice as many.
        largest_period : quantity | None
            Beyond it the cycle counts as homoclinic; None: 100 times the first.
        parameter : str | None
            Which parameter moves, from its own value to both sides; for a limit cycle.
        {settings}

        Returns
        -------
        branch : Result
            ``parameter``, ``period``, ``low``, ``high`` (cycles × states), ``multipliers``, ``stable``,
            ``profiles`` (phase, states), ``special_points``, ``end`` (why it ends).
        """
        kind = start.get("kind")
        if kind not in ("Hopf", "period doubling", "cycle") or start.get("_raw") is None:
            raise ValueError(f"cycles are born at Hopf points and period doublings; got a point of kind {kind!r}")
        if (parameter is None) == (kind == "cycle"):
            raise ValueError("say which parameter moves where a limit cycle is followed, and only there")
        if intervals is not None and kind != "Hopf":
            raise ValueError(f"intervals is for cycles born at a Hopf point; that of kind {kind!r} has its mesh already")
        flow, p = self._flow_and_values()
        named = self._parameter(start.name if parameter is None else parameter)
        if range is None:
            centre = self._values[named.name]
            half = abs(centre) or named.scale
            bounds = start.get("_bounds") or (centre - half, centre + half)
        else:
            bounds = tuple(float(named.si(b, f"the range of {named.name}")) for b in range)
        longest = None if largest_period is None else float(self._time.si(largest_period, "largest_period"))
        intervals = fields("continue_cycles")["intervals"]["default"] if intervals is None else intervals
        settings = given("continue_cycles", locals(), largest_period=longest)
        which = flow.parameters.index(named.name)
        points, specials, cycles, end = _engine.continue_cycles(flow, p, which, bounds, start._raw,
                                                                kind == "period doubling", settings)  # fmt: skip
        return Result(name=named.name, parameter=named.shown(_column(points, "parameter")),
                      period=self._time.shown(_column(points, "period")),
                      low=self._shown_rows(_column(points, "low").T).T, high=self._shown_rows(_column(points, "high").T).T,
                      multipliers=_column(points, "multipliers"), stable=_column(points, "stable"), end=end,
                      profiles=[(q.phase, self._shown_rows(q.x.T).T) for q in points],
                      special_points=[self._special(s, named, bounds, c) for s, c in zip(specials, cycles, strict=True)])  # fmt: skip

    def voltage_clamp(self, voltages, current, duration, state="v", points=400):
        """A current's courses when the voltage steps from its start to each of several values.

        The membrane equation is replaced by the clamp: `state` is held, the other states follow.

        Parameters
        ----------
        voltages : quantity
            To which values the voltage is held.
        current : str
            A subexpression.
        duration : quantity
            Of the step.
        state : str
            The clamped state.
        points : int
            Of each course.

        Returns
        -------
        family : Result
            ``t``, ``voltages`` and ``current``, of shape (voltages, times).
        """
        if self._model is None:
            raise ValueError("a voltage clamp needs a system that is made of equations")
        k, named = self._state(state), self._named(current)
        t = np.linspace(0, float(self._time.si(duration, "duration")), points)
        levels = np.ascontiguousarray(np.atleast_1d(self._states[k].si(voltages, state)), dtype=float)
        courses = _engine.clamped(self._model, self._values, k, levels, self._x0, t, current)
        return Result(t=self._time.shown(t), voltages=self._states[k].shown(levels), current=named.shown(courses))

    def basins(self, plane, duration, at=None, shape=(50, 50), tolerance=0.02):
        """Which attractor a trajectory from each point of a plane reaches.

        Parameters
        ----------
        plane, at : dict
            As of :meth:`nullclines`.
        duration : quantity
            How long each is followed; where it goes in the last third tells its attractor.
        shape : (int, int)
            Rows and columns.
        tolerance : float
            Side of the cells in which visits are counted, in units of the plane's size: trajectories that visit
            the same cells are on one attractor.

        Returns
        -------
        basins : Result
            ``x``, ``y``, ``attractor`` (-1: diverges), and for each attractor ``mean`` and ``range`` of the states.
        """
        flow, p = self._flow_and_values()
        states, plane = self._plane(plane, at)
        span = float(self._time.si(duration, "duration"))
        x, y, attractor, mean, reach = _engine.basins(flow, p, plane, span, shape[1], shape[0], tolerance)
        a, b = (self._states[k].scale for k in states)
        return Result(x=x / a, y=y / b, attractor=attractor, mean=self._shown_rows(mean.T).T,
                      range=self._shown_rows(reach.T).T)  # fmt: skip

    @described("tolerance")
    def poincare_section(self, state, level, duration, transient=None, x0=None, direction=1, rtol=..., atol=...):
        """Where a trajectory meets a level of a state.

        Parameters
        ----------
        state : str
            Which state.
        level : quantity
            Which level.
        duration, transient : quantity
            How long, and how much is left out before.
        x0 : dict | sequence | None
            The start.
        direction : int
            +1: rising, -1: falling, 0: both.
        {settings}

        Returns
        -------
        t : quantity
            Times, shape (k,).
        x : ndarray
            States there, shape (k, n), in the states' units.
        """
        flow, p = self._flow_and_values()
        k = self._state(state)
        t, x = _engine.poincare_section(flow, p, self._start(x0), k, float(self._states[k].si(level, "the level")), direction,
                                        *self._times(transient, duration), given("tolerance", locals()))  # fmt: skip
        return self._time.shown(t), self._shown_rows(x.T).T

    def _times(self, transient, duration):
        lead = 0.0 if transient is None else float(self._time.si(transient, "transient"))
        return lead, float(self._time.si(duration, "duration"))

    @described("tolerance")
    def lyapunov_spectrum(self, duration=None, transient=None, interval=None, x0=None, count=0, rtol=..., atol=...):
        """Lyapunov exponents.

        Parameters
        ----------
        duration, transient : quantity | None
            How long, and how much is left out before; None: 1000 units of the system's time (where that is the second, at most
            10,000 times what is fastest at the start takes), and nothing.
        interval : quantity | None
            Between orthogonalisations; None: a thousandth of the default duration.
        x0 : dict | sequence | None
            The start.
        count : int
            How many; 0: all.
        {settings}

        Returns
        -------
        exponents : quantity
            Per time, descending.
        """
        if not isinstance(count, (int, np.integer)):
            raise TypeError(f"count must be a whole number; got {count!r}")
        flow, p = self._flow_and_values()
        unit = self._unit_of_time(x0) if duration is None or interval is None else None
        duration = self._time.shown(1000 * unit) if duration is None else duration
        between = min(unit, float(self._time.si(duration, "duration"))) if interval is None else float(self._time.si(interval, "interval"))
        exponents, _, _ = _engine.lyapunov_spectrum(flow, p, self._start(x0), *self._times(transient, duration), between, count,
                                                    given("tolerance", locals()))  # fmt: skip
        return self._frequency(exponents, f"1/{self._time.unit}", 1 / self._time.scale)

    @described("tolerance")
    def spike_trains(
        self, parameter, values, duration, transient=None, state=None, level=None, x0=None, rtol=..., atol=...
    ):
        """Times of spikes for each value of a parameter.

        Parameters
        ----------
        parameter : str
            Which parameter.
        values : quantity
            Its values.
        duration, transient : quantity
            How long, and how much is left out before.
        state : str | None
            The state that rises through `level` at a spike; None: the first one. Not for models with a threshold.
        level : quantity | None
            Which level; None: 0 in the state's unit.
        x0 : dict | sequence | None
            The start. Not for models with a threshold.
        {settings}

        Returns
        -------
        trains : list of quantity
            Times, for each value.
        """
        return [
            self._time.shown(t)
            for t in self._trains(parameter, values, duration, transient, state, level, x0, given("tolerance", locals()))
        ]

    def _trains(self, parameter, values, duration, transient, state, level, x0, tolerance):
        named = self._parameter(parameter)
        values = np.ascontiguousarray(np.atleast_1d(named.si(values, parameter)), dtype=float)
        if self._model is not None and self._model.spikes:
            for name, value in (("state", state), ("level", level)):
                if value is not None:
                    raise ValueError(f"{name} is for models without a threshold; {self.name} has its own")
            if x0 is not None:
                raise NotImplementedError("x0 of a model with a threshold is not in Ranvier yet; use simulate(), or a transient")
            return _engine.model_spike_trains(self._model, self._preset, self._given, parameter, values, *self._times(transient, duration),
                                              tolerance)  # fmt: skip
        flow, p = self._flow_and_values()
        k = 0 if state is None else self._state(state)
        at = 0.0 if level is None else float(self._states[k].si(level, "the level"))
        return _engine.spike_trains(flow, p, flow.parameters.index(parameter), values, self._start(x0), k, at,
                                    *self._times(transient, duration), tolerance)  # fmt: skip

    @described("tolerance")
    def fi_curve(
        self, parameter, values, duration, transient=None, state=None, level=None, x0=None, rtol=..., atol=...
    ):
        """Mean firing rate for each value of a parameter: (spikes - 1)/(last - first).

        Parameters
        ----------
        parameter, values, duration, transient, state, level, x0, rtol, atol
            As of :meth:`spike_trains`.

        Returns
        -------
        rates : quantity
            In Hz where time has a unit; 0 for fewer than two spikes.
        """
        trains = self._trains(parameter, values, duration, transient, state, level, x0, given("tolerance", locals()))
        return self._frequency(_engine.rates(trains))

    @described("tolerance")
    def isi_diagram(
        self, parameter, values, duration, transient=None, state=None, level=None, x0=None, rtol=..., atol=...
    ):
        """Intervals between spikes for each value of a parameter.

        Parameters
        ----------
        parameter, values, duration, transient, state, level, x0, rtol, atol
            As of :meth:`spike_trains`.

        Returns
        -------
        intervals : list of quantity
            For each value.
        """
        trains = self._trains(parameter, values, duration, transient, state, level, x0, given("tolerance", locals()))
        return [self._time.shown(np.diff(t)) for t in trains]
