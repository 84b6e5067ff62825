"""Integrators: names that groups take as ``method=``."""

import re

from ranvier.sim.stateupdaters import abstract


class StateUpdateMethod:
    """An integrator.

    ``StateUpdateMethod.register("name", integrator)`` makes one of one's own known by a name.
    """

    stateupdaters = {}

    def engine_name(self):
        """What the engine calls it."""
        raise NotImplementedError("an integrator of one's own is an ExplicitStateUpdater")

    @staticmethod
    def register(name, stateupdater):
        """Makes an integrator known, to be named as ``method="name"``.

        Parameters
        ----------
        name : str
        stateupdater : StateUpdateMethod
        """
        if name in StateUpdateMethod.stateupdaters:
            raise ValueError(f"there is an integrator {name!r} already")
        if not isinstance(stateupdater, StateUpdateMethod):
            raise ValueError(
                f"an integrator is an ExplicitStateUpdater or one that ranvier.sim has; got {stateupdater!r}"
            )
        StateUpdateMethod.stateupdaters[name] = stateupdater


# Brian 2's heun is Heun's for the noise alone.
_ENGINE_NAMES = {"linear": "exact", "independent": "exact", "heun": "euler_heun"}


class _Named(StateUpdateMethod):
    def __init__(self, name):
        self.name = name

    def engine_name(self):
        if self.name.startswith("gsl"):
            raise NotImplementedError(
                f"{self.name!r} would choose its own steps inside those of the network, which is not in Ranvier yet: take 'rk4' or "
                "'exponential_euler', with a dt so small that half of it gives the same; of a model alone, "
                "ranvier.dynamics.System(...).simulate chooses its steps by their error"
            )
        return _ENGINE_NAMES.get(self.name, self.name)

    def __call__(self, equations, variables=None, method_options=None):
        """What it does with equations, as lines to read; `variables` and `method_options` are Brian 2's and change nothing."""
        name = self.engine_name()
        if name in abstract.RULES:
            return abstract.lines_of(abstract.RULES[name], equations)
        if name in ("exact", "exponential_euler"):
            return abstract.exponential_lines(equations, name == "exact")
        raise NotImplementedError(f"{self.name} chooses its steps while it runs: there are no lines of it to show")

    def __repr__(self):
        return f"<integrator {self.name!r}>"


class ExplicitStateUpdater(StateUpdateMethod):
    """An integrator as a few lines of mathematics.

    Parameters
    ----------
    description : str
        Lines ``name = expression`` and the last ``x_new = expression``, of ``x``, ``t``, ``dt``, ``f(x, t)``, the drift,
        ``g(x, t)``, the factor of the noise, and ``dW``, its increment.
    stochastic : str, optional
        ``"additive"`` or ``"multiplicative"``: what noise it is for; None: none.
    custom_check : callable, optional
        Refused.

    Examples
    --------
    >>> from ranvier.sim import ExplicitStateUpdater
    >>> euler = ExplicitStateUpdater("x_new = x + dt*f(x, t)")
    """

    def __init__(self, description, stochastic=None, custom_check=None):
        if custom_check is not None:
            raise NotImplementedError("custom_check= looks at sympy expressions, which are not here: leave it away")
        if stochastic not in (None, "additive", "multiplicative"):
            raise ValueError(f"stochastic must be None, 'additive' or 'multiplicative'; got {stochastic!r}")
        lines = [line.strip() for line in re.split(r"[\n;]", description) if line.strip()]
        for line in lines:
            if not re.fullmatch(r"[A-Za-z_]\w*\s*=[^=].*", line):
                raise SyntaxError(f"a line of an integrator is name = expression; got {line!r}")
        if not lines or not re.match(r"x_new\s*=", lines[-1]):
            raise SyntaxError("the last line of an integrator is x_new = expression")
        self.description, self.stochastic = "\n".join(lines), stochastic

    def engine_name(self):
        """Its lines."""
        return self.description

    def __call__(self, equations, variables=None, method_options=None):
        """What it does with equations, as lines to read; `variables` and `method_options` are Brian 2's and change nothing."""
        return abstract.lines_of(self.description, equations)

    def __repr__(self):
        return f"ExplicitStateUpdater({self.description!r}, stochastic={self.stochastic!r})"

    def __str__(self):
        return self.description


_NAMES = """linear exact independent milstein heun euler rk2 rk4 exponential_euler gsl gsl_rk2 gsl_rk4 gsl_rkf45 gsl_rkck
gsl_rk8pd""".split()
for _name in _NAMES:
    StateUpdateMethod.stateupdaters[_name] = globals()[_name] = _Named(_name)
__all__ = ["ExplicitStateUpdater", "StateUpdateMethod", *(n for n in _NAMES if n != "gsl")]  # noqa: PLE0604
