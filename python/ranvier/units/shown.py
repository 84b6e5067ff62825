"""In which unit a result is shown."""

import re

from ranvier import _core


def shown_unit(dimension, inputs):
    """That of an input of the same dimension, or a power, product or quotient: its text and its scale; None: of none."""
    quantities = list(quantities_in(inputs))
    for q in quantities:
        if q._dimension == dimension:
            return q._shown
    factors = [(q._dimension, found) for q in quantities[:2] if (found := _factors(q))]
    made = [
        (d**n, powers)
        for d, f in factors
        for n in (2.0, -1.0, 3.0, 4.0, 1 / 2, 1 / 3, 1 / 4)
        if (powers := _raised(f, n))
    ]
    if len(factors) == 2:
        (a, above), (b, other) = factors
        made += [(a * b, above + other), (a / b, above + [(unit, -power) for unit, power in other])]
    return next((_unit_of(units) for d, units in made if d == dimension), None)


def quantities_in(values):
    """The quantities of a sequence and of the lists in it."""
    for value in values:
        if hasattr(value, "_shown"):
            yield value
        elif isinstance(value, (list, tuple)):
            yield from quantities_in(value)


def _factors(x):
    """The units of a quantity and their powers, [("uA", 1), ("cm", -2)]; None where it has no shown unit."""
    if x._shown is None or not re.fullmatch(r"\w+(\*\*-?\d+)?([*/]\w+(\*\*-?\d+)?)*", x._shown[0]):
        return None
    found = re.findall(r"(^|[*/])([A-Za-z]\w*)(?:\*\*(-?\d+))?", x._shown[0])
    return [(unit, (-1 if joint == "/" else 1) * int(power or 1)) for joint, unit, power in found]


def _raised(factors, exponent):
    """Units to a power, those of sqrt(x*x) too; None where one would have a broken power."""
    powers = [(unit, power * exponent) for unit, power in factors]
    return None if any(abs(n - round(n)) > 1e-9 for _, n in powers) else [(unit, round(n)) for unit, n in powers]


def _unit_of(factors):
    powers = {}
    for unit, power in factors:
        powers[unit] = powers.get(unit, 0) + power
    word = {1: ""}
    above = [f"{u}{word.get(n, f'**{n}')}" for u, n in powers.items() if n > 0]
    below = [f"/{u}{word.get(-n, f'**{-n}')}" for u, n in powers.items() if n < 0]
    if not above and not below:
        return None
    text = ("*".join(above) or "1") + "".join(below)
    return text, _core.units.unit(text)[0]
