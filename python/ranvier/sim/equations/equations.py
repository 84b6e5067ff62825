"""Sets of equations."""

import difflib
from collections import namedtuple
from collections.abc import Mapping

from ranvier import _core
from ranvier.sim.equations.codestrings import Expression, is_noise, substituted
from ranvier.sim.equations.single import BOOLEAN as BOOLEAN
from ranvier.sim.equations.single import (
    DIFFERENTIAL_EQUATION,
    FLOAT,
    INTEGER,
    PARAMETER,
    SUBEXPRESSION,
    EquationError,
    SingleEquation,
    check_identifier_basic,
    check_identifier_constants,
    check_identifier_functions,
    check_identifier_refractory,
    check_identifier_reserved,
    check_identifier_units,
)
from ranvier.sim.units.dimensions import DIMENSIONLESS, interned

Dependency = namedtuple("Dependency", ["equation", "via"], defaults=((),))


def dimensions_and_type_from_string(unit_string):
    """What ``"siemens/metre**2"``, ``"1"``, ``"boolean"`` or ``"integer"`` say behind a colon.

    Parameters
    ----------
    unit_string : str

    Returns
    -------
    dimension : Dimension
    type : str
        FLOAT, INTEGER or BOOLEAN.
    """
    if unit_string.strip() == "bool":
        raise TypeError("the type of truth values is written 'boolean', not 'bool'")
    ((*_, dimension, kind, _, _),) = _core.language.equations(f"x : {unit_string}")
    return interned(dimension), kind


def parse_string_equations(eqns):
    """A text as a dict of its equations.

    Parameters
    ----------
    eqns : str

    Returns
    -------
    equations : dict of str to SingleEquation
    """
    try:
        parsed = _core.language.equations(eqns)
    except ValueError as error:
        raise EquationError(str(error)) from None
    found = {}
    for form, name, code, unit, _, dimension, kind, flags, _ in parsed:
        if name in found:
            raise EquationError(f"{name!r} has two equations; a name has one")
        found[name] = SingleEquation(
            form, name, dimension, kind, None if code is None else Expression(code), flags, unit
        )
    return found


class Equations(Mapping):
    """The equations of a model, by the names of their variables.

    Parameters
    ----------
    eqns : str | list of SingleEquation
        Lines ``dx/dt = expression : unit (flags)``, ``x = expression : unit (flags)`` or ``x : unit (flags)``.
    **kwds : str | float | Quantity
        Names in the text and what stands for them: another name, or a value.

    Examples
    --------
    >>> from ranvier.sim import Equations, ms
    >>> Equations("dv/dt = -v/tau : volt", tau=10*ms)
    dv/dt = -v/(0.01*second) : V
    """

    identifier_checks = {check_identifier_basic, check_identifier_reserved, check_identifier_refractory,
                         check_identifier_functions, check_identifier_constants, check_identifier_units}  # fmt: skip

    def __init__(self, eqns, **kwds):
        if isinstance(eqns, str):
            self._equations = parse_string_equations(eqns)
            for name in self._equations:
                self.check_identifier(name)
        else:
            self._equations = {}
            if not hasattr(eqns, "__iter__"):
                raise TypeError(f"equations are a text; got {type(eqns).__name__}")
            for eq in eqns:
                if not isinstance(eq, SingleEquation):
                    raise TypeError(
                        f"equations are a text or a list of SingleEquation; got a list with {type(eq).__name__}"
                    )
                if eq.varname in self._equations:
                    raise EquationError(f"{eq.varname!r} has two equations; a name has one")
                self._equations[eq.varname] = eq
        self._equations = self._replaced(kwds)
        self._check_noise()
        self._sort()

    def _replaced(self, replacements):
        if not replacements:
            return dict(self._equations)
        new = {}
        for name, eq in self._equations.items():
            name = replacements.get(name, name)
            if not isinstance(name, str):
                raise ValueError(
                    f"{eq.varname!r} is a variable of the model and can't become a value; it can become another name"
                )
            if name != eq.varname:
                self.check_identifier(name)
                if name in self._equations or name in new:
                    raise EquationError(f"{eq.varname!r} can't be renamed: there is an equation of {name!r} already")
            expr = None if eq.expr is None else Expression(substituted(eq.expr.code, replacements))
            new[name] = SingleEquation(eq.type, name, eq.dim, eq.var_type, expr, eq.flags, eq._unit_text)
        return new

    def _check_noise(self):
        noisy = [eq for eq in self._equations.values() if "xi" in eq.identifiers]
        for eq in noisy:
            if eq.type != DIFFERENTIAL_EQUATION:
                raise EquationError(
                    f"xi is white noise and stands in differential equations only, not in that of {eq.varname!r}"
                )
        if len(noisy) > 1:
            raise EquationError(
                f"xi stands in the equations of {' and '.join(repr(eq.varname) for eq in noisy)}: is it one noise or several? "
                "Write xi_name in each; equal names are the same noise"
            )

    def _sort(self):
        needs = {
            name: [n for n in eq.identifiers if n in self and self[n].type == SUBEXPRESSION]
            for name, eq in self._equations.items()
            if eq.type == SUBEXPRESSION
        }
        order = {name: k for k, name in enumerate(_sorted_by_needs(needs))}
        for eq in self._equations.values():
            last = len(order) + (eq.type == PARAMETER)
            eq.update_order = order.get(eq.varname, last)

    @property
    def text(self):
        """The equations as the engine reads them."""
        return "\n".join(eq.text for eq in self._equations.values())

    def substitute(self, **kwds):
        """Equations with other names, or values in the place of names.

        Parameters
        ----------
        **kwds : str | float | Quantity

        Returns
        -------
        equations : Equations
        """
        return Equations(list(self._equations.values()), **kwds)

    def __iter__(self):
        return iter(self._equations)

    def __len__(self):
        return len(self._equations)

    def __getitem__(self, key):
        return self._equations[key]

    def __add__(self, other):
        if isinstance(other, str):
            other = parse_string_equations(other)
            for name in other:
                self.check_identifier(name)
        elif not isinstance(other, Equations):
            return NotImplemented
        return Equations([*self.values(), *other.values()])

    def __eq__(self, other):
        return self._equations == other._equations if isinstance(other, Equations) else NotImplemented

    def __hash__(self):
        return hash(frozenset(self._equations.items()))

    @staticmethod
    def register_identifier_check(func):
        """Another rule for names of variables.

        Parameters
        ----------
        func : callable
            Called with each name; raises SyntaxError where it does not like it.
        """
        if not callable(func):
            raise ValueError(f"a rule for names is a function of a name; got {func!r}")
        Equations.identifier_checks.add(func)

    @staticmethod
    def check_identifier(identifier):
        """Raises SyntaxError where a variable can't be called that."""
        for check in sorted(Equations.identifier_checks, key=lambda f: f is not check_identifier_basic):
            check(identifier)

    def check_identifiers(self):
        """Raises SyntaxError where a variable can't be called what it is."""
        for name in self.names:
            self.check_identifier(name)

    def check_flags(self, allowed_flags, incompatible_flags=None):
        """Raises ValueError where an equation has a flag that its type may not have.

        Parameters
        ----------
        allowed_flags : dict of str to list of str
            For each type of equation.
        incompatible_flags : list of tuple, optional
            Flags that no equation may have together.
        """
        for eq in self.values():
            for flag in eq.flags:
                if flag not in allowed_flags.get(eq.type, ()):
                    may = ", ".join(allowed_flags.get(eq.type, ())) or "none"
                    near = difflib.get_close_matches(flag, allowed_flags.get(eq.type, ()), 1)
                    hint = f"; did you mean {near[0]!r}?" if near else f"; its flags: {may}"
                    raise ValueError(f"the {eq.type} of {eq.varname!r} can't be {flag!r}{hint}")
            for group in incompatible_flags or ():
                if all(flag in eq.flags for flag in group):
                    raise ValueError(f"{eq.varname!r} can't be {' and '.join(map(repr, group))} at once")

    def get_substituted_expressions(self, variables=None, include_subexpressions=False):
        """The differential equations with all subexpressions written out.

        Parameters
        ----------
        variables : dict, optional
            Names outside the equations; they stay as they are.
        include_subexpressions : bool
            Whether to list subexpressions too.

        Returns
        -------
        expressions : list of (str, Expression)
        """
        whole, found = {}, []
        for eq in self.ordered:
            if eq.expr is None:
                continue
            code = substituted(eq.expr.code, {n: f"({whole[n]})" for n in eq.identifiers if n in whole})
            if eq.type == SUBEXPRESSION:
                whole[eq.varname] = code
            if eq.type == DIFFERENTIAL_EQUATION or include_subexpressions:
                found.append((eq.varname, Expression(_core.language.expression(code)[0])))
        return found

    def _of_type(self, *types):
        return [eq for eq in self.values() if eq.type in types]

    def _names_of(self, *types):
        return {eq.varname for eq in self._of_type(*types)}

    @property
    def ordered(self):
        """All equations, subexpressions first, each behind those that it needs."""
        return sorted(self.values(), key=lambda eq: (eq.update_order, eq.varname))

    @property
    def diff_eq_expressions(self):
        """Name and expression of each differential equation."""
        return [(eq.varname, eq.expr) for eq in self._of_type(DIFFERENTIAL_EQUATION)]

    @property
    def eq_expressions(self):
        """Name and expression of each differential equation and subexpression."""
        return [(eq.varname, eq.expr) for eq in self._of_type(DIFFERENTIAL_EQUATION, SUBEXPRESSION)]

    names = property(lambda self: set(self._equations), doc="All names.")
    diff_eq_names = property(lambda self: self._names_of(DIFFERENTIAL_EQUATION), doc="Those of differential equations.")
    subexpr_names = property(lambda self: self._names_of(SUBEXPRESSION), doc="Those of subexpressions.")
    eq_names = property(lambda self: self._names_of(DIFFERENTIAL_EQUATION, SUBEXPRESSION), doc="Those of both.")
    parameter_names = property(lambda self: self._names_of(PARAMETER), doc="Those of parameters.")
    dimensions = property(lambda self: {eq.varname: eq.dim for eq in self.values()}, doc="The dimension of each name.")

    @property
    def identifiers(self):
        """Names that the equations use and do not define."""
        return set().union(*(eq.identifiers for eq in self.values())) - self.names

    @property
    def stochastic_variables(self):
        """Names of the noises."""
        return set(filter(is_noise, self.identifiers))

    is_stochastic = property(lambda self: bool(self.stochastic_variables), doc="Is there noise?")

    @property
    def stochastic_type(self):
        """None without noise; ``"additive"`` if no factor of a noise depends on time or a variable, else ``"multiplicative"``."""
        if not self.is_stochastic:
            return None
        for _, expr in self.get_substituted_expressions():
            for factor in (expr.split_stochastic()[1] or {}).values():
                if factor.identifiers & (self.diff_eq_names | {"t"}):
                    return "multiplicative"
        return "additive"

    @property
    def dependencies(self):
        """What each equation depends on, itself or by way of subexpressions.

        Returns
        -------
        dependencies : dict of str to list of Dependency
            Each has the ``equation`` and ``via``, the names that lead to it.
        """
        found = {}
        for eq in self.ordered:
            if eq.expr is None:
                continue
            direct = [n for n in self._equations if n in eq.identifiers]
            listed = {n: Dependency(self[n]) for n in direct}
            for n in direct:
                for further in found.get(n, ()) if self[n].type == SUBEXPRESSION else ():
                    listed.setdefault(further.equation.varname, Dependency(further.equation, (n, *further.via)))
            found[eq.varname] = list(listed.values())
        return found

    def check_units(self, group, run_namespace):
        """Raises DimensionMismatchError where the two sides of an equation have different dimensions.

        Parameters
        ----------
        group : object with ``namespace``
        run_namespace : dict
            What names outside the equations stand for.
        """
        from ranvier.sim.core.namespace import scope_of
        from ranvier.units.dimension import DimensionMismatchError

        names = self.identifiers - set(group.variables)
        constants, functions = scope_of(names, getattr(group, "namespace", None), run_namespace)
        try:
            named = [f.named(n) for n, f in functions.items()]
            _core.language.check_equations(self.text, constants, named, [f.types() for f in functions.values()])
        except ValueError as error:
            raise DimensionMismatchError(str(error)) from None

    def __str__(self):
        return "\n".join(map(str, self._equations.values()))

    def __repr__(self):
        return str(self)

    def _latex(self, *args):
        lines = [r"\begin{align*}"]
        for eq in self.values():
            flags = f"\\text{{({', '.join(eq.flags)})}}" if eq.flags else ""
            lines.append(f"{eq._latex().replace(' = ', ' &= ', 1)} && {eq.unit._latex()} {flags}\\\\")
        return "\n".join([*lines, r"\end{align*}"])

    def _repr_latex_(self):
        return self._latex()

    def _repr_pretty_(self, printer, cycle):
        printer.text(str(self))


def _sorted_by_needs(needs):
    order, state = [], {}

    def visit(name):
        if state.get(name) == "open":
            raise ValueError(f"the subexpression {name!r} needs itself: subexpressions can't stand in a circle")
        if name not in state:
            state[name] = "open"
            for other in sorted(needs[name]):
                visit(other)
            state[name] = "done"
            order.append(name)

    for name in needs:
        visit(name)
    return order


def extract_constant_subexpressions(eqs):
    """Equations in which subexpressions that are constant over a step are parameters, and those subexpressions.

    Parameters
    ----------
    eqs : Equations

    Returns
    -------
    variable, constant : Equations
    """
    variable, constant = [], []
    for eq in eqs.ordered:
        if eq.type == SUBEXPRESSION and "constant over dt" in eq.flags:
            if set(filter(is_noise, eq.identifiers)):
                raise TypeError(f"noise stands in the subexpression {eq.varname!r}, which is constant over dt")
            variable.append(SingleEquation(PARAMETER, eq.varname, eq.dim, eq.var_type, flags=["shared"] if "shared" in eq.flags else []))  # fmt: skip
            constant.append(eq)
        else:
            variable.append(eq)
    return Equations(variable), Equations(constant)


__all__ = ["DIMENSIONLESS", "FLOAT", "INTEGER", "Equations", "EquationError", "SingleEquation"]
