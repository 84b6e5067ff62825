"""Recordings from arrays and from other recordings."""

from ranvier import _core

from ..checks import same_head_position, samples_of
from ..complex_samples import made_of
from ..logs import verbose as _verbose
from ..raw import BaseRaw


class RawArray(BaseRaw):
    """A recording from an array.

    Parameters
    ----------
    data : array of float or complex, shape (n_channels, n_times)
        Samples in SI units. They are copied.
    info : Info
        From `create_info`.
    first_samp : int
        Number of the first sample on the acquisition's clock. Default 0.
    copy : "auto" | "data" | "info" | "both" | None
        Accepted for MNE-Python's sake; data and info are always copied.
    """

    @_verbose
    def __init__(self, data, info, first_samp=0, copy="auto", verbose=None):
        data = samples_of(data, info, 2)
        engine = made_of(data, lambda part: _core.meeg.Raw(info._engine, part, int(first_samp)))
        self._begin(engine, rest=info._rest)


@_verbose
def concatenate_raws(raws, preload=None, events_list=None, *, on_mismatch="raise", verbose=None):
    """Put recordings behind the first one, which is changed.

    Parameters
    ----------
    raws : list of Raw
    preload : bool | str | None
        Whether to read everything into memory (into a mapped file of that name). Default: as the parts are.
    events_list : list of array of int | None
        Events of each, to be moved along.
    on_mismatch : "raise" | "warn" | "ignore"
        What to do where ``info["dev_head_t"]``, the place of the head in the helmet, differs. Default "raise".

    Returns
    -------
    raw : Raw
        The first one.
    events : array of int, shape (n_events, 3)
        Only where events were given.
    """
    raws = list(raws)
    if not raws:
        raise ValueError("there must be at least one recording to concatenate")
    if events_list is not None and len(events_list) != len(raws):
        raise ValueError(f"events_list must have one entry per recording ({len(raws)}); got {len(events_list)}")
    same_head_position([r.info for r in raws], on_mismatch)
    if events_list is None:
        raws[0].append(raws[1:], preload)
        return raws[0]
    first, last = [r.first_samp for r in raws], [r.last_samp for r in raws]
    raws[0].append(raws[1:], preload)
    from ..event import concatenate_events

    return raws[0], concatenate_events(events_list, first, last)
