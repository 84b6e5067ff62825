"""Connection rules of NEST."""

import numpy as np

from ranvier import _core
from ranvier.sim.units.checking import fail_for_dimension_mismatch, get_dimensions
from ranvier.sim.units.quantity import Quantity

_NUMBERS = ("indegree", "outdegree", "N", "p")
_SPACE = ("positions", "kernel", "width", "radius", "extent")
_ALLOWED = ("allow_autapses", "allow_multapses")
_NOWHERE = np.empty((0, 0))
RULES = tuple(_core.sim.connection_rules())


def connect(synapses, rule, n, settings):
    """Makes the synapses of a rule; raises where a setting is not one of the rule's.

    Parameters
    ----------
    synapses : Synapses
    rule : str
    n : int
        How many synapses each pair gets.
    settings : dict
    """
    if rule not in RULES:
        raise ValueError(f"rule must be {', '.join(RULES)}; got {rule!r}")
    known = (*_ALLOWED, *_NUMBERS, *(_SPACE if rule == "distance" else ()))
    for name in settings:
        if name not in known:
            raise TypeError(f"the rule {rule} takes no {name}=")
    if isinstance(n, str) or np.ndim(n) or int(n) != n or n < 0:
        raise TypeError(f"n is a whole number beside a rule; got {n!r}")
    numbers = {name: _number(name, settings[name]) for name in _NUMBERS if name in settings}
    allowed = [_flag(name, settings.get(name, True)) for name in _ALLOWED]
    if "allow_multapses" in settings and rule not in ("fixed_indegree", "fixed_outdegree", "fixed_total_number"):
        raise TypeError(f"the rule {rule} makes one synapse for a pair (n= makes more): leave allow_multapses away")
    space = ("", _NOWHERE, _NOWHERE, [])
    if rule == "distance":
        numbers["p"] = numbers.get("p", 1.0)
        space = _space(synapses, settings, numbers)
    synapses._engine.connect_rule(rule, numbers, *allowed, *space, int(n))


def _number(name, value):
    if isinstance(value, str) or np.ndim(value):
        raise TypeError(f"{name} is a number; got {value!r}")
    fail_for_dimension_mismatch(value, error_message=f"{name} is a number without unit")
    return float(value)


def _flag(name, value):
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name} is True or False; got {value!r}")
    return bool(value)


def _space(synapses, settings, numbers):
    """Kernel, coordinates of sources and targets, and the box; adds width and radius to the numbers."""
    if "positions" not in settings:
        raise TypeError("the rule distance wants positions=: names of variables, or coordinates of sources and targets")
    positions = settings["positions"]
    positions = (positions,) if isinstance(positions, str) else tuple(positions)
    if all(isinstance(x, str) for x in positions):
        both = [[getattr(group, name)[:] for name in positions] for group in (synapses.source, synapses.target)]
        dimension = get_dimensions(both[0][0])
        for name, values in zip(positions, both[0], strict=True):
            fail_for_dimension_mismatch(values, both[0][0], f"{name} and {positions[0]} have one unit")
        both = [np.column_stack([np.asarray(v, dtype=float) for v in values]) for values in both]
    elif len(positions) == 2:
        dimension = get_dimensions(positions[0])
        fail_for_dimension_mismatch(positions[0], positions[1], "positions of sources and targets have one unit")
        both = [np.atleast_2d(np.asarray(p, dtype=float).T).T for p in positions]
        for array, group in zip(both, (synapses.source, synapses.target), strict=True):
            if array.ndim != 2 or len(array) != len(group) or array.shape[1] != both[0].shape[1]:
                raise ValueError(
                    f"positions have a row for each of the {len(group)} of {group.name}; got {array.shape}"
                )
    else:
        raise TypeError(f"positions are names of variables, or two arrays; got {len(positions)} things")
    kernel = settings.get("kernel", "gaussian" if "width" in settings else "constant")
    if not isinstance(kernel, str):
        raise TypeError(f"kernel is a name; got {kernel!r}")
    if kernel == "constant" and "width" in settings:
        raise TypeError("a constant kernel has no width: leave it away, or choose another kernel")
    if kernel != "constant" and "width" not in settings:
        raise TypeError(f"the kernel {kernel} wants width=, a length")
    like = Quantity(1.0, dim=dimension)
    for name, default in (("width", 1.0), ("radius", np.inf)):
        value = settings.get(name)
        if value is not None:
            fail_for_dimension_mismatch(value, like, f"{name} is a length, in the unit of positions")
        numbers[name] = default if value is None else float(value)
    extent = settings.get("extent")
    if extent is not None:
        fail_for_dimension_mismatch(extent, like, "extent has lengths, in the unit of positions")
        extent = np.atleast_1d(np.asarray(extent, dtype=float)).tolist()
    return kernel, *map(np.ascontiguousarray, both), extent or []
