"""Equations as text."""

import numpy as np

from ranvier import _core
from ranvier.units.dimension import dimension_of, plain


def is_text(equations):
    """Equations as they are written, not the name or path of a model?"""
    return "=" in equations or "\n" in equations or (":" in equations and not equations.endswith(".model"))


def refractory_text(refractory):
    """A refractory period as text: what is a text or a condition already stays."""
    if isinstance(refractory, str):
        return refractory
    if refractory is None:
        raise ValueError('refractory must be a time, a condition or "" (none); got None')
    unit = {"1": "", "s": "*second"}.get(repr(dimension_of(refractory)))
    if unit is None or np.ndim(refractory) != 0:
        raise ValueError(f"refractory is one time, or the text of a time or a condition; got {refractory!r}")
    value = float(plain(refractory))
    if not 0 <= value < np.inf:
        raise ValueError(f"refractory must be finite and >= 0; got {refractory!r}")
    return f"{value!r}{unit}"


def with_parameters(equations, spiking, values):
    """The equations with a line for each parameter that is given and that they, or what spikes do, use undeclared."""
    free = set(_core.language.free_names(equations, *spiking, units=True))
    lines = []
    for name, value in values.items():
        if refusal := _core.language.refusal_of_name(name):
            raise ValueError(refusal)
        if name in free:
            unit = getattr(value, "_shown", None)
            lines.append(f"{name} : {unit[0] if unit else _base(getattr(value, 'dimension', None))}")
    return "\n".join([equations, *lines])


def _base(dimension):
    if dimension is None or dimension.dimensionless:
        return "1"
    words = {"m": "metre", "kg": "kilogram", "s": "second", "A": "amp", "K": "kelvin", "mol": "mole", "cd": "candle"}
    factors = []
    for part in repr(dimension).split():
        symbol, _, power = part.partition("^")
        factors.append(f"{words[symbol]}**{power}" if power else words[symbol])
    return "*".join(factors)
