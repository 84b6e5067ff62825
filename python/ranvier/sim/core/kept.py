"""Runs that wait: after ``set_device(..., build_on_run=False)`` they happen when device.build or device.run is called."""

import numpy as np

from ranvier.sim.core.around import Around


class Kept:
    """Runs, and values set between them, in their order, with the state from which they begin."""

    def __init__(self):
        self.on, self.seeded, self.random_states = False, False, None
        self.forget()

    def forget(self):
        """Nothing waits any longer."""
        self._steps, self._states, self._clocks, self._networks = [], {}, {}, {}
        self._begun, self._done, self._now = None, False, False

    @property
    def waiting(self):
        """Are there runs behind which what is said now has its place?"""
        return self.on and bool(self._steps) and not self._now

    @property
    def unknown(self):
        """Are there values that come only from runs that wait?"""
        return self.waiting and not self._done

    def keep_run(self, network, run):
        """Keeps a run.

        Parameters
        ----------
        network : Network
        run : callable
            Runs it.
        """
        if not self._steps:
            self._begun = self.random_states()
        self._networks.setdefault(id(network), (network, network.t_))
        objects, clocks = network._stateful()
        for obj in objects.values():
            if id(obj) not in self._states:
                self._states[id(obj)] = obj, obj._full_state()
        for clock in clocks.values():
            self._clocks.setdefault(id(clock), (clock, clock.timestep))
        self._steps.append(run)

    def keep(self, step):
        """Keeps what is to be done behind the runs so far.

        Parameters
        ----------
        step : callable
        """
        self._steps.append(step)

    def happen(self, begin, values):
        """Goes back to the state at the beginning, sets values, and runs.

        Parameters
        ----------
        begin : callable
            Called with the state of the random numbers at the beginning.
        values : dict of VariableView | TimedArray | str to array_like
            By variables or by ``"group.variable"``.
        """
        if not self._steps:
            raise RuntimeError(
                "nothing waits to be run: call run() between set_device(..., build_on_run=False) and this"
            )
        self._now = True
        try:
            begin(self._begun)
            for obj, state in self._states.values():
                obj._restore_from_full_state(state)
            for clock, timestep in self._clocks.values():
                clock._engine.timestep = timestep
            for network, t in self._networks.values():
                network._engine.t = t
            for variable, value in values.items():
                self._set(variable, value)
            for step in self._steps:
                step()
        finally:
            self._now = False
        self._done = True

    def _set(self, variable, value):
        if isinstance(variable, str):
            variable = self._named(variable)
        if hasattr(variable, "set_item"):
            if isinstance(value, str):
                raise TypeError(f"{variable.name} in run_args is set to numbers; got the text {value!r}")
            variable.set_item(slice(None), value)
        elif hasattr(variable, "_set_values"):
            variable._set_values(value)
        else:
            raise TypeError(f"run_args are by variables of groups, e.g. G.v, or TimedArrays; got {variable!r}")

    def _named(self, name):
        group, _, variable = name.partition(".")
        for obj, _ in self._states.values():
            if obj.name == group and variable in getattr(obj, "variables", ()):
                return getattr(obj, f"{variable}_")
        raise KeyError(f"no group of what waits to be run has a variable {name!r}")


kept = Kept()


def as_given(run_args):
    """Values by variables, also of texts ``"group.variable=number"``.

    Parameters
    ----------
    run_args : dict | list of str | None
    """
    if run_args is None:
        return {}
    if hasattr(run_args, "items"):
        return dict(run_args)
    pairs = [text.partition("=") for text in run_args]
    for name, sign, _ in pairs:
        if not sign:
            raise ValueError(f"run_args are texts like 'neurongroup.v=0.1'; got {name!r}")
    return {
        name: {"True": True, "False": False}.get(value) if value in ("True", "False") else float(value)
        for name, _, value in pairs
    }


def as_now(around):
    """Names and values of a place as they are now, for what happens later."""
    return around.copied() if isinstance(around, Around) else around


def copied(value):
    """A value as it is now."""
    return value.copy() if isinstance(value, np.ndarray) else value
