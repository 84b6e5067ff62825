"""Contrasts between averages, and averages of averages."""


import numpy as np

from ranvier import _core

from .checks import one_of
from .evoked import Evoked


def combine_evoked(all_evoked, weights):
    """A weighted sum of averages: contrasts, and averages of averages.

    Parameters
    ----------
    all_evoked : list of Evoked
        With the same channels and times.
    weights : list of float | "equal" | "nave"
        [1, -1] is a difference; "equal": 1/n each; "nave": by their numbers of epochs.

    Returns
    -------
    evoked : Evoked
        `nave` is the effective number of epochs, 1 / sum(w² / nave).
    """
    evokeds = list(all_evoked)
    if not evokeds:
        raise ValueError("there must be at least one Evoked to combine")
    engines = [e._engine for e in evokeds]
    if isinstance(weights, str):
        rule = one_of("weights", weights, ("equal", "nave"))
        weights = _core.meeg.combination_weights(engines, rule)
    weights = [float(w) for w in weights]
    if len(weights) != len(evokeds):
        raise ValueError(f"there must be one weight per Evoked ({len(evokeds)}); got {len(weights)}")
    return Evoked._of(_core.meeg.combine_evoked(engines, weights))


def grand_average(all_inst, interpolate_bads=True, drop_bads=True):
    """The mean over subjects of averages or time-frequency maps, each with equal weight.

    Parameters
    ----------
    all_inst : list of Evoked | list of AverageTFR
    interpolate_bads : bool
        Whether bad channels are interpolated first (Evoked only). Default True.
    drop_bads : bool
        Whether channels that are bad in any are left out. Default True.
    """
    from .channels.reference import equalize_channels

    instances = [inst.copy() for inst in all_inst]
    if not instances:
        raise ValueError("there must be at least one object to average")
    if not all(type(inst) is type(instances[0]) or isinstance(inst, Evoked) for inst in instances):
        raise ValueError("all objects must be of one kind, Evoked or AverageTFR")
    evoked = isinstance(instances[0], Evoked)
    if evoked and interpolate_bads:
        instances = [inst.interpolate_bads() if inst.info["bads"] else inst for inst in instances]
    if drop_bads:
        bads = {b for inst in instances for b in inst.info["bads"]}
        for inst in instances:
            inst.drop_channels([b for b in inst.ch_names if b in bads])
    instances = equalize_channels(instances, copy=False)
    n = len(instances)
    if evoked:
        result = combine_evoked(instances, [1 / n] * n)
    else:
        result = instances[0].copy()
        result._data = np.mean([inst._data for inst in instances], axis=0)
    result.nave, result.comment = n, f"Grand average (n = {n})"
    return result
