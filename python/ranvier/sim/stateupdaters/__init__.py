"""Integrators: names that groups take as ``method=``."""

import importlib
import re

from ranvier.sim.core.logger import get_logger
from ranvier.sim.stateupdaters import abstract

logger = get_logger("ranvier.sim.stateupdaters.base")  # where Brian 2 says it


def chosen_by(group):
    """The integrator that a group has in its runs, by the name that it was given; None before the first.

    Parameters
    ----------
    group : NeuronGroup | Synapses
    """
    engine, choice = group._engine.method, group.method_choice
    for one in choice if isinstance(choice, (list, tuple)) else [choice]:
        known = StateUpdateMethod.stateupdaters.get(one) if isinstance(one, str) else one
        if known is not None and engine == ("own" if hasattr(known, "description") else known.engine_name()):
            return one if isinstance(one, str) else getattr(known, "name", engine)
    return engine or None


def tell_of_choice(group, before):
    """Says which integrator a group has, where it is another than before.

    Parameters
    ----------
    group : NeuronGroup | Synapses
    before : str | None
        The one of the run before.
    """
    chosen = chosen_by(group)
    if chosen is None or chosen == before:
        return
    if isinstance(group.method_choice, (list, tuple)):
        logger.info(f"no method= was given for {group.name}: it is integrated by {chosen!r}", "method_choice")
    else:
        logger.debug(f"{group.name} is integrated by {chosen!r}, its method=", "method_choice")


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
for _name in (
    "exact",
    "exponential_euler",
):  # Brian 2's modules: imported now, they can't take the names of these later
    importlib.import_module(f"{__name__}.{_name}")
for _name in _NAMES:
    StateUpdateMethod.stateupdaters[_name] = globals()[_name] = _Named(_name)
__all__ = ["ExplicitStateUpdater", "StateUpdateMethod", *(n for n in _NAMES if n != "gsl")]  # noqa: PLE0604
