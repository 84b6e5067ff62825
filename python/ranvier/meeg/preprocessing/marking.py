"""Stretches of a recording that are artefacts or breaks, as annotations."""

from ranvier import _core

from ...settings import described, given
from ..annotations import Annotations
from ..checks import as_raw
from ..event import as_events
from ..logs import verbose as _verbose
from ..picks import picks_to_idx


@_verbose
@described("annotate_amplitude")
def annotate_amplitude(raw, peak=None, flat=None, bad_percent=..., min_duration=..., picks=None, *, verbose=None):
    """Find where neighbouring samples differ too much, or do not differ.

    Parameters
    ----------
    raw : Raw
    peak, flat : float | dict | None
        Limits [SI units] of the difference of neighbouring samples, for all channels or by type: stretches that reach
        `peak`, or stay within `flat`, are marked. 0 as `flat` marks what does not change at all.
    picks : str | list | slice | None
        Channels; None: good data channels.
    {settings}

    Returns
    -------
    annotations : Annotations
        ``BAD_peak`` and ``BAD_flat``, not set: ``raw.set_annotations(raw.annotations + annotations)``.
    bads : list of str
        Channels that are so for `bad_percent` of the time or more, and whose stretches are not annotated.

    Notes
    -----
    It is the step from sample to sample that is judged, not the range within a window, as `reject` of epochs does.
    """
    idx = picks_to_idx(as_raw(raw).info, picks, "data", exclude="bads")
    types = raw.info.get_channel_types(idx.tolist(), unique=True)
    peak, flat = (limit if limit is None or isinstance(limit, dict) else dict.fromkeys(types, float(limit))
                  for limit in (peak, flat))  # fmt: skip
    settings = given("annotate_amplitude", locals(), picks=idx)
    annotations, bads = _core.meeg.annotate_amplitude(raw._engine, settings)
    return Annotations._of(annotations), bads


@_verbose
def annotate_nan(raw, *, verbose=None):
    """Find samples that are no numbers.

    Parameters
    ----------
    raw : Raw

    Returns
    -------
    annotations : Annotations
        ``BAD_NAN``, each about its channel; not set.
    """
    return Annotations._of(_core.meeg.annotate_nan(as_raw(raw)._engine))


@_verbose
@described("annotate_break")
def annotate_break(raw, events=None, min_break_duration=..., t_start_after_previous=..., t_stop_before_next=...,
                   ignore=..., *, verbose=None):  # fmt: skip
    """Find breaks: long stretches in which nothing is annotated, or no event happens.

    Parameters
    ----------
    raw : Raw
    events : array of int, shape (n_events, 3) | None
        Look between these. Default None: between annotations.
    {settings}

    Returns
    -------
    annotations : Annotations
        ``BAD_break``, not set.
    """
    events = None if events is None else as_events(events)
    settings = given("annotate_break", locals())
    return Annotations._of(_core.meeg.annotate_break(as_raw(raw)._engine, events, settings))


@_verbose
@described("annotate_muscle_zscore")
def annotate_muscle_zscore(raw, threshold=..., ch_type=None, min_length_good=..., filter_freq=..., n_jobs=None,
                           verbose=None):  # fmt: skip
    """Find muscles: where the envelope of a high band is far above its mean, over all channels of one type.

    Parameters
    ----------
    raw : Raw
        Sampled at more than twice the upper frequency.
    {settings}
    n_jobs : int | None
        Threads; None, the default: all processors. The bits do not depend on it.

    Returns
    -------
    annotations : Annotations
        ``BAD_muscle``, not set.
    scores_muscle : array of float, shape (n_times,)
        z-scores; NaN in stretches annotated as bad.
    """
    annotations, scores = _core.meeg.annotate_muscle_zscore(
        as_raw(raw)._engine, given("annotate_muscle_zscore", locals())
    )
    return Annotations._of(annotations), scores
