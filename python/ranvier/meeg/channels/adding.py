"""Channels of one object added to another."""

from ..checks import same_head_position
from ..logs import verbose as _verbose


@_verbose
def add_channels(inst, add_list, force_update_info=False):
    """Add the channels of other objects of the same kind and length, in place.

    Bad channels are those of all, and projections that this object lacks are added.

    Parameters
    ----------
    add_list : list of Raw | list of Epochs | list of Evoked | list of maps
        In memory, with the same number of samples, at the same sampling rate.
    force_update_info : bool
        Whether this object's filter edges, line frequency, place of the head, events and times hold for the others too.
        Default False: they must be the same.
    """
    if not isinstance(add_list, (list, tuple)):
        raise TypeError(f"add_list must be a list of objects to take channels from; got {type(add_list).__name__}")
    kind = next(c for c in type(inst).__mro__ if c.__name__ in ("BaseRaw", "BaseEpochs", "Evoked", "EpochsTFR", "_TFR"))
    for other in (inst, *add_list):
        if not isinstance(other, kind):
            raise TypeError(f"channels are added from objects of one kind, {kind.__name__}; got {type(other).__name__}")
        other._need_data("add_channels()")
        other._need_real("add_channels()")
    if not force_update_info:
        for other in add_list:
            for key in ("highpass", "lowpass", "line_freq"):
                if other.info[key] != inst.info[key]:
                    raise ValueError(f"info[{key!r}] must be the same to add channels; got {inst.info[key]} and "
                                     f"{other.info[key]}; pass force_update_info=True to keep the former")  # fmt: skip
        same_head_position([each.info for each in (inst, *add_list)], "raise")
    place = (not force_update_info,) if kind.__name__ in ("BaseEpochs", "Evoked") else ()
    inst._engine.add_channels([other._engine for other in add_list], *place)
    if kind.__name__ == "BaseRaw":
        inst._units = {name: unit for each in (inst, *add_list) for name, unit in (each._orig_units or {}).items()}
    return inst
