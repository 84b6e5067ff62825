"""Pictures of systems, drawn with matplotlib."""

import re

import numpy as np

from ranvier.dynamics.result import Result

_STABLE, _UNSTABLE = "#1f5fa8", "#c0392b"
_MARKS = {"fold": "s", "Hopf": "o", "branch point": "D", "fold of cycles": "^", "period doubling": "v", "torus": "P",
          "homoclinic": "*"}  # fmt: skip


def _axes(ax, **kwargs):
    if ax is None:
        import matplotlib.pyplot as plt

        ax = plt.figure(figsize=(5.5, 4), layout="constrained").add_subplot(**kwargs)
    return ax


_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def _typeset(unit):
    """A unit as books print it: uA/cm**2 as µA/cm²."""
    unit = re.sub(r"\*\*(-?\d+)", lambda m: m[1].translate(_SUPERSCRIPTS), unit)
    return re.sub(r"\bu(?=[A-Za-z])", "µ", unit).replace("*", "·")


def _label(named):
    return named.name if named.unit == "1" else f"{named.name} [{_typeset(named.unit)}]"


def _plain(values):
    return values.value if hasattr(values, "to") else values


class Plots:
    """Methods of :class:`ranvier.dynamics.System` that draw."""

    def plot_phase_portrait(self, plane, ax=None, trajectories=(), duration=None, at=None, starts=0):
        """Draw vector field, nullclines, equilibria and trajectories in a plane of two states.

        Parameters
        ----------
        plane : dict
            Two states and their ranges.
        ax : matplotlib.axes.Axes | None
            Where to draw; a new figure if None.
        trajectories : sequence
            Starts from which trajectories are drawn.
        duration : quantity | None
            Of the trajectories.
        at : dict | None
            Where other states rest.
        starts : int
            Searches for equilibria (of systems of two states).

        Returns
        -------
        ax : matplotlib.axes.Axes
            The axes.
        """
        ax = _axes(ax)
        names = list(plane)
        k = [self._state(n) for n in names]
        x, y, dx, dy = self.vector_field(plane, at)
        length = np.hypot(dx / np.ptp(x), dy / np.ptp(y))
        length[length == 0] = 1
        # In data units, which both axes stretch as they stretch trajectories; of one length across the plane.
        ax.quiver(x, y, dx / length, dy / length, color="0.75", angles="xy", scale_units="xy", scale=1.3 * len(x),
                  pivot="mid", width=2e-3)  # fmt: skip
        for (name, lines), colour in zip(self.nullclines(plane, at).items(), ("#d98500", "#3a8f3a"), strict=True):
            for i, line in enumerate(lines):
                ax.plot(*line.T, color=colour, lw=1.2, label=f"d{name}/dt = 0" if i == 0 else None)
        for start in trajectories:
            result = self.simulate(
                (self._time.shown(0.0), duration), start, method="DOP853", rtol=1e-8, dense_output=True
            )
            t = self._time.shown(np.linspace(0, float(self._time.si(duration)), 2000))
            ax.plot(*result.sol(t)[k], color=_STABLE, lw=1)
        if len(self._states) == 2:
            for point in self.fixed_points(plane, starts):
                ax.plot(*point.x[k], "o", color="k", mfc="k" if point.stable else "w", ms=6)
        ax.set(
            xlabel=_label(self._states[k[0]]), ylabel=_label(self._states[k[1]]), xlim=(x[0], x[-1]), ylim=(y[0], y[-1])
        )
        ax.legend(loc="best", fontsize="small", frameon=False)
        return ax

    def plot_bifurcation(self, diagram, cycles=(), state=None, ax=None):
        """Draw branches of equilibria and cycles over the parameter.

        Parameters
        ----------
        diagram : Result
            Of :meth:`continue_equilibria`.
        cycles : Result | sequence of Result
            Of :meth:`continue_cycles`.
        state : str | None
            Which state is drawn; None: the first.
        ax : matplotlib.axes.Axes | None
            Where to draw.

        Returns
        -------
        ax : matplotlib.axes.Axes
            The axes: stable branches are full lines, cycles appear as their extremes; marks of cycles are hollow.
        """
        ax = _axes(ax)
        k = 0 if state is None else self._state(state)
        cycles = [cycles] if isinstance(cycles, dict) else list(cycles)
        lines = [("", b.parameter, b.stable, [b.x[:, k]]) for b in diagram.branches]
        lines += [(" cycle", c.parameter, c.stable, [c.low[:, k], c.high[:, k]]) for c in cycles]
        seen = set()

        def once(text):
            first = text not in seen
            seen.add(text)
            return text if first else None

        for what, parameter, stability, edges in lines:
            for stable, style in ((True, dict(color=_STABLE)), (False, dict(color=_UNSTABLE, ls="--"))):
                for edge in edges if (stability == stable).any() else ():
                    ax.plot(np.asarray(_plain(parameter)), np.where(_grown(stability == stable), edge, np.nan),
                            lw=1 if what else 1.5, label=once(("stable" if stable else "unstable") + what), **style)  # fmt: skip
        for s in diagram.special_points:
            ax.plot(_plain(s.parameter), s.x[k], _MARKS.get(s.kind, "x"), color="k", ms=5, label=once(s.kind))
        for c in cycles:
            for s in c.special_points:
                for edge in (s._raw.low, s._raw.high):
                    ax.plot(_plain(s.parameter), self._shown_rows(edge)[k], _MARKS.get(s.kind, "x"), color="k", ms=5,
                            mfc="w", label=once(s.kind))  # fmt: skip
        ax.legend(loc="best", fontsize="small", frameon=False)
        ax.set(xlabel=_label(self._parameters[diagram.name]), ylabel=_label(self._states[k]))
        return ax

    def plot_attractor(self, result, states=None, ax=None, **kwargs):
        """Draw a trajectory in the space of two or three states.

        Parameters
        ----------
        result : Result
            Of :meth:`simulate`.
        states : sequence of str | None
            Which; None: the first three (or two).
        ax : matplotlib.axes.Axes | None
            Where to draw; with ``projection="3d"`` for three states.
        **kwargs
            Of the line.

        Returns
        -------
        ax : matplotlib.axes.Axes
            The axes.
        """
        names = [s.name for s in self._states[:3]] if states is None else list(states)
        k = [self._state(n) for n in names]
        ax = _axes(ax, projection="3d" if len(k) == 3 else None)
        ax.plot(*result.y[k], **{"lw": 0.6, "color": _STABLE, **kwargs})
        for i, axis in zip(k, "xyz", strict=False):
            getattr(ax, f"set_{axis}label")(_label(self._states[i]))
        return ax

    def plot_trace(self, result, names=None, ax=None):
        """Draw states or subexpressions over time, one panel each, as smooth as they are between steps.

        Parameters
        ----------
        result : Result
            Of :meth:`simulate`. With ``t_eval`` its points are joined as they are.
        names : sequence of str | None
            Which; None: all states.
        ax : matplotlib.axes.Axes | sequence of Axes | None
            Where to draw.

        Returns
        -------
        axes : sequence of matplotlib.axes.Axes
            One for each name.
        """
        names = [s.name for s in self._states] if names is None else list(names)
        if ax is None:
            import matplotlib.pyplot as plt

            ax = plt.subplots(len(names), sharex=True, layout="constrained", figsize=(6, 1 + 1.4 * len(names)))[1]
        ax = np.atleast_1d(ax)
        if (again := result.get("_again")) is not None:
            result = self._smooth(result, again)
        for a, name in zip(ax, names, strict=True):
            is_state = any(s.name == name for s in self._states)
            values = result.y[self._state(name)] if is_state else self.evaluate(name, result)
            a.plot(_plain(result.t), _plain(values), color=_STABLE, lw=1)
            a.set_ylabel(_label(self._named(name)))
        ax[-1].set_xlabel(_label(self._time).replace("time", "t"))
        return ax

    def _smooth(self, result, again):
        """A trajectory at its steps, where spikes are, and at times between them, because steps are long."""
        t, y = result._raw["t"], result._raw["y"]
        between = again(np.setdiff1d(np.linspace(t[0], t[-1], 4000), t)[:: 1 if t[-1] >= t[0] else -1])._raw
        t, y = np.r_[t, between["t"]], np.concatenate([y, between["y"]], axis=1)
        order = np.argsort(t if t[-1] >= t[0] else -t, kind="stable")  # a reset is two rows of one time
        t, y = t[order], y[:, order]
        return Result(t=self._time.shown(t), y=self._shown_rows(y), _raw={"t": t, "y": y})

    def plot_voltage_clamp(self, voltages, current, duration, state="v", ax=None, points=400):
        """Draw the family of a current's courses when the voltage steps from its start to each of several values.

        Parameters
        ----------
        voltages, current, duration, state
            As of :meth:`voltage_clamp`.
        ax : matplotlib.axes.Axes | None
            Where to draw.
        points : int
            Of each curve.

        Returns
        -------
        ax : matplotlib.axes.Axes
            The axes.
        """
        ax = _axes(ax)
        held = self.voltage_clamp(voltages, current, duration, state, points)
        for voltage, course in zip(np.asarray(_plain(held.voltages)), np.asarray(_plain(held.current)), strict=True):
            ax.plot(_plain(held.t), course, lw=1, label=f"{voltage:g}")
        ax.set(xlabel=_label(self._time).replace("time", "t"), ylabel=_label(self._named(current)))
        ax.legend(title=_label(self._states[self._state(state)]), fontsize="x-small", frameon=False)
        return ax

    def plot_isi_diagram(self, parameter, values, intervals, ax=None, **kwargs):
        """Draw all intervals between spikes over a parameter.

        Parameters
        ----------
        parameter : str
            Which parameter.
        values, intervals : quantity, list of quantity
            Given to and got from :meth:`isi_diagram`.
        ax : matplotlib.axes.Axes | None
            Where to draw.
        **kwargs
            Of the points.

        Returns
        -------
        ax : matplotlib.axes.Axes
            The axes, with a logarithmic scale of intervals.
        """
        ax = _axes(ax)
        counts = [len(i) for i in intervals]
        x = np.repeat(np.asarray(_plain(values)), counts)
        y = np.concatenate([np.asarray(_plain(i)) for i in intervals]) if counts else np.empty(0)
        ax.plot(x, y, **{"color": _STABLE, "marker": ".", "ls": "", "ms": 2, **kwargs})
        ax.set(
            xlabel=_label(self._parameters[parameter]),
            ylabel=_label(self._time).replace("time", "interval"),
            yscale="log",
        )
        return ax

    def plot_fi(self, values, rates, parameter=None, ax=None, **kwargs):
        """Draw a firing-rate curve.

        Parameters
        ----------
        values, rates : quantity
            Given to and got from :meth:`fi_curve`.
        parameter : str | None
            Its name, for the label.
        ax : matplotlib.axes.Axes | None
            Where to draw.
        **kwargs
            Of the line.

        Returns
        -------
        ax : matplotlib.axes.Axes
            The axes.
        """
        ax = _axes(ax)
        ax.plot(_plain(values), _plain(rates), **{"color": _STABLE, "marker": ".", **kwargs})
        ax.set(
            xlabel=_label(self._parameters[parameter]) if parameter else "",
            ylabel="rate" if not hasattr(rates, "unit") else f"rate [{_typeset(rates.unit)}]",
        )
        return ax


def _grown(mask):
    """A mask one point longer at each end, so that lines of different style meet."""
    return mask | np.r_[mask[1:], False]


def convection(layer, ax=None, shape=(65, 192)):
    """Draw a :class:`Convection`: temperature, and stream lines over it."""
    ax = _axes(ax)
    theta, psi = layer.theta(shape), layer.psi(shape)
    z = np.linspace(0, 1, shape[0])
    extent = (0, layer.length, 0, 1)
    ax.imshow(theta + 1 - z[:, None], origin="lower", extent=extent, cmap="RdBu_r", vmin=0, vmax=1, aspect="equal")
    x = np.arange(shape[1]) * layer.length / shape[1]
    if np.ptp(psi) > 0:
        ax.contour(x, z, psi, 10, colors="k", linewidths=0.5)
    ax.set(xlabel="x", ylabel="z")
    return ax
