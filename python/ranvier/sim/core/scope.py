"""Names in texts as the engine wants them."""

from ranvier import _core
from ranvier.sim.core import namespace


def engine_scope(unknown, own, around, lent=(), step=None, known=()):
    """The engine's Scope for names that a text uses.

    Parameters
    ----------
    unknown : tuple of (list of str, list of str)
        Names and functions that neither the model nor the language knows.
    own : dict | None
        The namespace of the group.
    around : mapping
        What can be seen around.
    lent : iterable of (VariableOwner, str)
        Expressions of other groups that the text looks at. What they name is looked up as these groups do it.
    step : float, optional
        The steps in which it is computed [s]; functions of time say where they don't go with them.
    known : iterable of str
        Names that the text may have meant.
    """
    names, functions = unknown
    constants, found = namespace.scope_of(names, own, around, functions, known)
    for group, expression in lent:
        names, functions = group._engine.unknown(expression, "expression")
        their_constants, their_functions = namespace.scope_of(names, group.namespace, around, functions)
        for mine, theirs in ((constants, their_constants), (found, their_functions)):
            for name, value in theirs.items():
                if mine.setdefault(name, value) != value:
                    raise ValueError(
                        f"{name!r} means one thing to {expression!r} of {group.name} and another here, where both are used: call one "
                        "of them differently"
                    )
    for function in found.values() if step is not None else ():
        if hasattr(function, "tell_of_step"):
            function.tell_of_step(step)
    scope = _core.sim.Scope(constants, {name: _engine_function(f, name) for name, f in found.items()})
    for group, _ in lent:
        group._engine.refresh(scope)
    return scope


def _engine_function(function, name):
    if hasattr(function, "table"):
        return function.table()
    if hasattr(function, "text"):
        return function.text()
    _, address, arguments, result = function.named(name)
    return address, arguments, result, *function.types(), function.whole
