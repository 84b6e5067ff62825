"""What stimulators and hearts spoil; and two clocks made one."""

import numpy as np

from ranvier import _core

from ...settings import described, given
from ..event import as_events, find_events
from ..logs import verbose as _verbose
from ..picks import picks_to_idx
from ..raw import BaseRaw


@described("fix_stim_artifact")
def fix_stim_artifact(inst, events=None, event_id=None, tmin=..., tmax=..., *, baseline=None, mode=...,
                      stim_channel=None, picks=None):  # fmt: skip
    """Fill what stimulation spoils, in place.

    Parameters
    ----------
    inst : Raw | Epochs | Evoked
        In memory; epochs without `reject`.
    events : array of int, shape (n_events, 3) | None
        Of a Raw; None: those of `stim_channel`.
    event_id : int | None
        Number of the events of stimulation among them; None: all are.
    {settings}
    stim_channel : str | None
        As of `find_events`.
    picks : str | list | slice | None
        Channels; None: data channels, bad ones too.

    Returns
    -------
    inst : Raw | Epochs | Evoked
        This object.
    """
    picks = picks_to_idx(inst.info, picks, "data", exclude=())
    settings = given("fix_stim_artifact", locals())
    inst._need_samples("fix_stim_artifact()")
    if not isinstance(inst, BaseRaw):
        _core.meeg.fix_stim_artifact(inst._engine, settings)
        return inst
    events = find_events(inst, stim_channel=stim_channel) if events is None else as_events(events)
    if event_id is not None:
        events = events[events[:, 2] == event_id]
    _core.meeg.fix_stim_artifact(inst._engine, np.ascontiguousarray(events), settings)
    return inst


@_verbose
def apply_pca_obs(raw, picks, *, qrs_times, n_components=4, n_jobs=None, copy=True, verbose=None):
    """Take heart beats out of channels by optimal basis sets.

    Parameters
    ----------
    raw : Raw
        In memory.
    picks : str | list | slice | None
        Channels; None: data channels, bad ones too.
    qrs_times : array of float, shape (n_beats,)
        Times [s] of the R peaks after the first sample; three or more, within the recording by half their distance.
    n_components : int
        Principal components beside the mean beat; 0: the mean beat alone. Default 4.
    n_jobs : int | None
        Threads; None, the default: all processors. The bits do not depend on it.
    copy : bool
        Whether a copy is changed. Default True.

    Returns
    -------
    raw : Raw
        Its channels have a mean of 0, too.

    Notes
    -----
    As in MNE-Python each fit is subtracted one sample before where it was made.

    References
    ----------
    Niazy et al. 2005, doi:10.1016/j.neuroimage.2005.06.067
    """
    if not isinstance(qrs_times, np.ndarray):
        raise TypeError(f"qrs_times must be an array of times [s]; got {type(qrs_times).__name__}")
    if qrs_times.ndim != 1 or qrs_times.dtype.kind not in "iuf":
        raise ValueError(
            f"qrs_times must be an array of times [s] of one dimension; got shape {qrs_times.shape}, {qrs_times.dtype}"
        )
    if (qrs_times < 0).any() or not np.isfinite(qrs_times).all():
        raise ValueError("qrs_times must be finite and >= 0 s; some are not")
    if not isinstance(n_components, (int, np.integer)) or isinstance(n_components, bool):
        raise TypeError(f"n_components must be a whole number; got {n_components!r}")
    raw._need_samples("apply_pca_obs()")
    idx = picks_to_idx(raw.info, picks, "data", exclude=(), with_ref_meg=False).tolist()
    raw = raw.copy() if copy else raw
    _core.meeg.apply_pca_obs(raw._engine, idx, raw.time_as_index(qrs_times).tolist(), n_components)
    return raw


@_verbose
def realign_raw(raw, other, t_raw, t_other, *, verbose=None):
    """Bring a recording to the clock of another that was made at the same time, in place.

    The one that began earlier is cropped, `other` resampled to the rate of `raw`, its annotations moved along, and the
    one that ends later cropped.

    Parameters
    ----------
    raw, other : Raw
    t_raw, t_other : array of float, shape (n_events,)
        Times [s] of events that both recorded, after the first sample of each; 20 or more.
    """
    t_raw, t_other = np.array(t_raw, float), np.array(t_other, float)
    if t_raw.ndim != 1 or t_raw.shape != t_other.shape:
        raise ValueError(
            f"t_raw and t_other must have one dimension and one length; got shapes {t_raw.shape} and {t_other.shape}"
        )
    if raw is other:
        raise ValueError("raw and other must be two recordings; got one for both")
    with raw._new_annotations(), other._new_annotations():
        _core.meeg.realign(raw._engine, other._engine, t_raw.tolist(), t_other.tolist())
