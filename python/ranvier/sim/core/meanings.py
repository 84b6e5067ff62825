"""Names in a text that mean one thing to the group that is set, and another to a group that is the index."""

from ranvier import _core
from ranvier.sim.core.logger import get_logger

logger = get_logger(__name__)
OF_CLOCK = ("t", "dt", "t_in_timesteps")
_ENDS = {"N_pre": "source", "N_post": "target"}


def warn_of_two_meanings(view, text, item):
    """Tells which names of a text are those of the group that is set, where a group that is the index has them too.

    Parameters
    ----------
    view : VariableView
        What is set.
    text : str
        To what.
    item : object
        The index.
    """
    chosen = [g for g in (item if isinstance(item, tuple) else (item,)) if hasattr(g, "_within")]
    if not chosen:
        return
    for name in sorted(set(_core.language.expression(text)[1][0]) - {*OF_CLOCK}):
        owner, base = view.group._outer(name) or (view.group, name)
        if owner is view.group and name in _ENDS and hasattr(owner, _ENDS[name]):
            owner, base = getattr(owner, _ENDS[name]), "N"
        elif owner is view.group and name not in owner.variables:
            continue
        if any(_means_another(group, owner, base) for group in chosen):
            logger.warn(
                f"{name!r}, in what {view.name} is set to, is that of {view.group.name}, not of the group in the index",
                name_suffix="ambiguous_string_expression",
            )


def _means_another(group, owner, name):
    """Is a name of one group something else in another?"""
    if group is owner or name not in group.variables:
        return False
    return name in ("i", "N") or group._within()[0] is not owner._within()[0]
