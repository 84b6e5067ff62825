"""Expressions and statements as texts that know the names in them."""

import re

import numpy as np

from ranvier import _core
from ranvier.sim.units.quantity import Quantity
from ranvier.units.dimension import dimension_of


def value_text(value):
    """A value as the language writes it, exactly: ``(10. * msecond)``."""
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    if np.ndim(value) != 0:
        raise SyntaxError(f"a name is replaced by one value or by another name; got {value!r}")
    dimension = dimension_of(value)
    number = np.asarray(value).item()
    if dimension.dimensionless:
        return f"({number!r})"
    unit = Quantity(value).get_best_unit()
    scaled = number / float(unit)
    if scaled * float(unit) == number and _core.language.is_unit(repr(unit)):
        return f"({np.format_float_positional(scaled)} * {unit!r})"
    return f"({number!r} * {_core.units.name(dimension)})"


def substituted(code, replacements):
    """A text in which names are replaced by names (texts) or by values; all at once, so that two may be swapped."""
    if not replacements:
        return code
    new = {name: r if isinstance(r, str) else value_text(r) for name, r in replacements.items()}
    lines = []
    for line in code.split("\n"):
        line, mark, comment = line.partition("#")
        names = {name: r for name, r in replacements.items() if isinstance(r, str)}  # values would not read well there
        lines.append(_with(new, line) + mark + _with(names, comment))
    return "\n".join(lines)


def _with(new, text):
    if not new:
        return text
    words = re.compile(r"\b(" + "|".join(map(re.escape, new)) + r")\b")
    return words.sub(lambda match: new[match[1]], text)


def is_noise(name):
    """Is it the name of white noise?"""
    return name == "xi" or name.startswith("xi_")


class CodeString:
    """A text of the model language.

    Parameters
    ----------
    code : str
    """

    def __init__(self, code):
        self._code = code.strip()
        self._used = None

    code = property(lambda self: self._code, doc="The text.")

    @property
    def identifiers(self):
        """Names of variables, units and functions in it."""
        return set(self._names()[0]) | set(self._names()[1])

    def __str__(self):
        return self.code

    def __repr__(self):
        return f"{type(self).__name__}({self.code!r})"

    def __eq__(self, other):
        return self.code == other.code if isinstance(other, CodeString) else NotImplemented

    def __hash__(self):
        return hash(self.code)


class Statements(CodeString):
    """Assignments.

    Parameters
    ----------
    code : str
        One or several, in lines or with ``;`` between them.
    **substitutions : str | float | Quantity
        Names in the text and what stands for them.

    Examples
    --------
    >>> from ranvier.sim import Statements
    >>> Statements("g += k*w", g="g_ampa", k=0.3)
    Statements('g_ampa += (0.3)*w')
    """

    def __init__(self, code, **substitutions):
        values = {name for name, r in substitutions.items() if not isinstance(r, str)}
        assigned = {target for target, *_ in _core.language.statements(code)} if values else set()
        if values & assigned:
            raise ValueError(
                f"{', '.join(sorted(values & assigned))} is assigned to: a value can't stand there, a name can"
            )
        super().__init__(substituted(code, substitutions))

    def _names(self):
        if self._used is None:
            statements = _core.language.statements(self.code)
            self._used = ([s[0] for s in statements] + [n for s in statements for n in s[3][0]],
                          [n for s in statements for n in s[3][1]])  # fmt: skip
        return self._used


class Expression(CodeString):
    """An expression.

    Parameters
    ----------
    code : str
    sympy_expression : sympy.Expr, optional
        In place of `code`.
    **substitutions : str | float | Quantity
        Names in the text and what stands for them.

    Examples
    --------
    >>> from ranvier.sim import Expression
    >>> Expression("g + k*w", k=0.3)
    Expression('g + (0.3)*w')
    """

    def __init__(self, code=None, sympy_expression=None, **substitutions):
        if (code is None) == (sympy_expression is None):
            raise TypeError("an expression is made of a text or of a sympy expression: give one of them")
        super().__init__(substituted(str(sympy_expression) if code is None else code, substitutions))
        self._names()

    def _names(self):
        if self._used is None:
            try:
                self._used = _core.language.expression(self.code)[1]
            except ValueError as error:
                raise SyntaxError(str(error)) from None
        return self._used

    @property
    def stochastic_variables(self):
        """The noises in it."""
        return set(filter(is_noise, self.identifiers))

    def split_stochastic(self):
        """What does not depend on noise, and the factor of each noise.

        Returns
        -------
        f : Expression
        factors : dict of str to Expression | None
            None where there is no noise.
        """
        if not self.stochastic_variables:
            return self, None
        drift, factors = _core.language.noise(self.code)
        return Expression(drift), {name: Expression(factor) for name, factor in factors.items()}
