"""What equations of a group may not say."""

from ranvier.sim.equations.equations import (
    DIFFERENTIAL_EQUATION,
    PARAMETER,
    SUBEXPRESSION,
    EquationError,
)
from ranvier.sim.units.checking import get_dimensions
from ranvier.units.dimension import DimensionMismatchError


def check_equations(equations, flags, endings=()):
    """Raises ValueError where flags or names don't suit the kind of group.

    Parameters
    ----------
    equations : Equations
    flags : dict of str to list of str
        Those that each type of equation may have.
    endings : tuple of str
        Endings that no name may have: in synapses they say to which neuron a variable belongs.
    """
    equations.check_flags(flags, [("event-driven", "clock-driven")])
    for name in equations:
        if name.endswith(endings):
            raise ValueError(f"{name!r} ends like a name that synapses use for a variable of a neuron: rename it")


def check_shared(group, linked=False):
    """Raises SyntaxError where one value for all is computed from what differs between elements.

    Parameters
    ----------
    group : Group
    linked : bool
        Whether it is known by now to what (linked) parameters lead: one element is one value for all.
    """
    for eq in group.equations.values():
        if eq.type != SUBEXPRESSION or "shared" not in eq.flags:
            continue
        for name in eq.identifiers:
            waits = not linked and name in group.equations and "linked" in group.equations[name].flags
            if not waits and name in group.variables and not group.variables[name].scalar:
                raise SyntaxError(
                    f"{eq.varname!r} of {group.name} is (shared), one value for all, but {name!r} has one for each element"
                )


def check_drive(equations):
    """Raises EquationError where what is computed in each step needs what is computed at spikes only, or the reverse.

    Parameters
    ----------
    equations : Equations
    """
    for name, needed in equations.dependencies.items():
        eq = equations[name]
        if eq.type == SUBEXPRESSION and "summed" not in eq.flags:
            continue
        at_spikes = "event-driven" in eq.flags
        for dependency in needed:
            other = dependency.equation
            if other.type != DIFFERENTIAL_EQUATION or ("event-driven" in other.flags) == at_spikes:
                continue
            when = ("at spikes", "in each step")
            way = f" by way of {' and '.join(map(repr, dependency.via))}" if dependency.via else ""
            raise EquationError(
                f"{name!r} is computed {when[not at_spikes]} and needs {other.varname!r}{way}, which is computed "
                f"{when[at_spikes]}: make both event-driven or both clock-driven"
            )


def check_summed(equations, ends):
    """Raises ValueError where a sum has no variable of its own to go to.

    Parameters
    ----------
    equations : Equations
    ends : dict of str to Group
        The groups that ``_pre`` and ``_post`` mean.
    """
    goals = {}
    for name, eq in equations.items():
        if "summed" not in eq.flags:
            continue
        ending = next((e for e in ends if name.endswith(e)), None)
        if ending is None:
            raise ValueError(f"{name!r} is (summed): call it '{name}_post' or '{name}_pre', whichever it adds up into")
        group, base = ends[ending], name.removesuffix(ending)
        if base not in group.variables:
            raise ValueError(f"{name!r} is (summed), and {group.name} has no variable {base!r}")
        there = getattr(group, "equations", {})
        if base in there and there[base].type != PARAMETER:
            raise ValueError(
                f"{name!r} adds up into {base!r} of {group.name}, which has an equation of its own; it must be a parameter"
            )
        if group.variables[base].dim is not eq.dim:
            raise DimensionMismatchError(
                f"{name!r} adds up into {base!r} of {group.name}", get_dimensions(eq.unit), group.variables[base].dim
            )
        goal = (group._within()[0].name, base)
        if goal in goals:
            raise ValueError(f"{goals[goal]!r} and {name!r} add up into the same variable: write one sum of both")
        goals[goal] = name
