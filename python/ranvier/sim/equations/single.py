"""One equation, and the rules of names in equations."""

import keyword
import re

from ranvier import _core
from ranvier.sim.units.dimensions import DIMENSIONLESS, interned
from ranvier.sim.units.registry import get_unit, get_unit_for_display

PARAMETER = "parameter"
DIFFERENTIAL_EQUATION = "differential equation"
SUBEXPRESSION = "subexpression"
FLOAT, INTEGER, BOOLEAN = "float", "integer", "boolean"


class EquationError(ValueError):
    """A text that is no set of equations, or names in it that clash."""


class SingleEquation:
    """A differential equation, a subexpression or a parameter.

    Parameters
    ----------
    type : str
        DIFFERENTIAL_EQUATION, SUBEXPRESSION or PARAMETER.
    varname : str
    dimensions : Dimension
    var_type : str
        FLOAT, INTEGER or BOOLEAN.
    expr : Expression, optional
        What stands right of the sign.
    flags : list of str, optional
    unit_text : str, optional
        The unit as the text says it; otherwise that of size 1.
    """

    def __init__(self, type, varname, dimensions, var_type=FLOAT, expr=None, flags=None, unit_text=None):
        self.type, self.varname, self.var_type, self.expr = type, varname, var_type, expr
        self.dim = interned(getattr(dimensions, "dim", dimensions))
        self.flags = list(flags or [])
        if var_type != FLOAT and self.dim is not DIMENSIONLESS:
            raise TypeError(f"{varname} is {var_type} and can't have a unit")
        if type == DIFFERENTIAL_EQUATION and var_type != FLOAT:
            raise TypeError(f"{varname} has a differential equation and can't be {var_type}: write ': 1' or a unit")
        self._unit_text = unit_text
        self.update_order = -1

    unit = property(lambda self: get_unit(self.dim), doc="The unit of size 1 of its dimension.")

    @property
    def identifiers(self):
        """Names in the expression."""
        return self.expr.identifiers if self.expr is not None else set()

    @property
    def stochastic_variables(self):
        """Noises in the expression."""
        return self.expr.stochastic_variables if self.expr is not None else set()

    def _key(self):
        return self.type, self.varname, self.dim, self.var_type, self.expr, tuple(self.flags)

    def __eq__(self, other):
        return self._key() == other._key() if isinstance(other, SingleEquation) else NotImplemented

    def __hash__(self):
        return hash(self._key())

    @property
    def text(self):
        """The equation as the engine reads it."""
        unit = self.var_type if self.var_type != FLOAT else self._unit_text or _core.units.name(self.dim)
        return self._written(unit)

    def _written(self, unit):
        head = f"d{self.varname}/dt" if self.type == DIFFERENTIAL_EQUATION else self.varname
        middle = "" if self.expr is None else f" = {self.expr}"
        return head + middle + f" : {unit}" + (f" ({', '.join(self.flags)})" if self.flags else "")

    def __str__(self):
        return self._written(self.var_type if self.var_type != FLOAT else get_unit_for_display(self.dim))

    def __repr__(self):
        middle = "" if self.expr is None else f": {self.expr}"
        flags = f", flags: {', '.join(self.flags)}" if self.flags else ""
        return f"<{self.type} {self.varname}{middle} (Unit: {get_unit_for_display(self.dim)}{flags})>"

    def _latex(self, *args):
        name = _latex_name(self.varname)
        head = rf"\frac{{\mathrm{{d}}{name}}}{{\mathrm{{d}}t}}" if self.type == DIFFERENTIAL_EQUATION else name
        return head if self.expr is None else f"{head} = {_latex_of(str(self.expr))}"

    def _repr_latex_(self):
        return f"${self._latex()}$"

    def _repr_pretty_(self, printer, cycle):
        printer.text(str(self))


_GREEK = frozenset("""alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi
psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega""".split())  # fmt: skip
_EXPONENT = re.compile(r"\*\*\s*([+-]?(?:\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+|[A-Za-z_]\w*(?![\w(])|\([^()]*\)))")


def _latex_name(name):
    stem, _, rest = name.partition("_")
    if not rest and (numbered := re.fullmatch(r"([A-Za-z]+)(\d+)", stem)):
        stem, rest = numbered.groups()
    letter = rf"\{stem}" if stem in _GREEK else stem if rest or len(stem) == 1 else rf"\mathrm{{{stem}}}"
    return f"{letter}_{{{_latex_name(rest) if rest in _GREEK else rest}}}" if rest else letter


def _latex_of(text):
    """An expression in LaTeX, in the order in which it is written."""
    text = _EXPONENT.sub(r"^{\1}", text)
    text = re.sub(r"[A-Za-z_]\w*", lambda m: _latex_name(m[0]), text)
    return text.replace("**", "^").replace("*", r"\,")


# What a variable may be called

_RESERVED = ("t", "dt", "t_in_timesteps", "xi", "i", "N")
_REFRACTORY = ("not_refractory", "refractory", "refractory_until", "lastspike")


def check_identifier_basic(identifier):
    """Letters, digits and ``_``, no digit or ``_`` in front, and no word of Python."""
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", identifier):
        raise SyntaxError(f"{identifier!r} is no name for a variable: letters, digits and _ make one")
    if keyword.iskeyword(identifier):
        raise SyntaxError(f"{identifier!r} is a word of Python and names no variable")
    if identifier.startswith("_"):
        raise SyntaxError(f"{identifier!r} begins with _: such names are kept for what Ranvier adds")


def check_identifier_reserved(identifier):
    """Not one of the names that every model has."""
    if identifier in _RESERVED or identifier.startswith("xi_"):
        raise SyntaxError(f"{identifier!r} has a meaning in equations and names no variable")


def check_identifier_refractory(identifier):
    """Not one of the names of refractoriness."""
    if identifier in _REFRACTORY:
        raise SyntaxError(f"{identifier!r} belongs to refractoriness and names no variable")


def check_identifier_functions(identifier):
    """Not the name of a function."""
    from ranvier.sim.core.functions import DEFAULT_FUNCTIONS

    if identifier in DEFAULT_FUNCTIONS:
        raise SyntaxError(f"{identifier!r} is a function and names no variable")


def check_identifier_constants(identifier):
    """Not the name of a constant."""
    if identifier in ("pi", "e", "inf"):
        raise SyntaxError(f"{identifier!r} is a constant and names no variable")


def check_identifier_units(identifier):
    """Not the name of a unit."""
    from ranvier.sim.core.namespace import DEFAULT_UNITS

    if identifier in DEFAULT_UNITS:
        raise SyntaxError(f"{identifier!r} is a unit and names no variable")
