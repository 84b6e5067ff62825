"""Which sources are eyes, hearts, muscles, or noise of the room."""

import numbers

import numpy as np

from ranvier import _core
from ranvier.errors import warn

from ...checks import names_in, one_of
from ...epochs.base import BaseEpochs
from ...face import floats
from ...logs import tell
from ...logs import verbose as _verbose
from ...picks import pick_channels_regexp, pick_types, picks_to_idx
from ...raw import BaseRaw
from ..ecg import create_ecg_epochs
from .inputs import one_of_nouns
from .scoring import band_of, ecg_channel, sources_of, target_of


def _threshold(threshold, measure):
    if isinstance(threshold, str):
        one_of("threshold", threshold, ("auto",))
    elif isinstance(threshold, bool) or not isinstance(threshold, numbers.Real):
        raise TypeError(f'threshold must be an instance of str or numeric: "auto" or a number; got {threshold!r}')
    one_of("measure", measure, ("zscore", "correlation"))
    return {"zscore": 3.0, "correlation": 0.9}[measure] if threshold == "auto" else float(threshold)


def _like_channels(ica, inst, targets, names, prefix, threshold, start, stop, l_freq, h_freq, reject_by_annotation,
                   measure):  # fmt: skip
    """Sources that are like targets; labels for each, and all. Returns them and their scores."""
    band = band_of(inst, l_freq, h_freq)
    sources = sources_of(ica, inst, start, stop, reject_by_annotation)
    targets = np.vstack([target_of(inst, t, start, stop, reject_by_annotation) for t in targets])
    if targets.shape[1] != sources.shape[1]:
        raise ValueError("Sources and target do not have the same number of time slices, "
                         f"{sources.shape[1]} and {targets.shape[1]}")  # fmt: skip
    scores = np.asarray(_core.meeg.correlations(sources, floats(targets), float(inst.info["sfreq"]), *band))
    found, by_target = _core.meeg.alike(scores, threshold, measure == "correlation")
    for k, (name, those) in enumerate(zip(names, by_target)):
        ica.labels_[f"{prefix}/{k}/{name}"] = list(those)
    ica.labels_[prefix] = list(found)
    return ica.labels_[prefix], scores[0] if len(scores) == 1 else list(scores)


@_verbose
def find_bads_eog(ica, inst, ch_name=None, threshold=3.0, start=None, stop=None, l_freq=1, h_freq=10,
                  reject_by_annotation=True, measure="zscore", verbose=None):  # fmt: skip
    """Find the sources of blinks and other movements of the eyes, by their correlation with EOG channels.

    Parameters
    ----------
    inst : Raw | Epochs | Evoked
    ch_name : str | list of str | None
        Channels, as Fp1 and Fp2 where there is no EOG. Default None: the good ones of type EOG.
    threshold : float | "auto"
        How far a correlation stands out: standard deviations of those of all sources, or with ``measure="correlation"``
        the correlation itself. Default 3; "auto": 3 or 0.9.
    start, stop : int | float | None
        First sample of a recording, and the one behind the last; as float: times [s].
    l_freq, h_freq : float | None
        Band of a recording that is looked at [Hz]. Default 1 to 10.
    reject_by_annotation : bool
        Whether stretches annotated as bad are left out. Default True.
    measure : "zscore" | "correlation"

    Returns
    -------
    eog_idx : list of int
        The sources, the strongest first; also in ``labels_["eog"]``, and for each channel in ``labels_["eog/0/NAME"]``.
    scores : array of float | list of array of float
        Correlations of the sources, for each channel.
    """
    limit = _threshold(threshold, measure)
    one_of_nouns(inst)
    if ch_name is None:
        chosen = [inst.ch_names[k] for k in pick_types(inst.info, eog=True)]
        if not chosen:
            raise RuntimeError(
                "No EOG channel(s) found; name channels near the eyes, as ch_name=['Fp1', 'Fp2'], or set types: "
                'inst.set_channel_types({"NAME": "eog"})'
            )
    else:
        names = names_in("ch_name", ch_name)
        if not names:
            raise ValueError("ch_name must name a channel or more; got none")
        if missing := [name for name in names if name not in inst.ch_names]:
            raise ValueError(
                f"there is no channel {', '.join(missing)}; ch_name must name some of: {', '.join(inst.ch_names)}"
            )
        chosen = [name for name in inst.ch_names if name in names]
    return _like_channels(ica, inst, chosen, chosen, "eog", limit, start, stop, l_freq, h_freq, reject_by_annotation,
                          measure)  # fmt: skip


def _stand_in(inst, start):
    """The type of MEG sensors whose mean stands for an ECG that was not recorded."""
    kind = next((kind for kind in ("mag", "grad") if kind in inst), None)
    if kind is None:
        raise ValueError(
            "there is no ECG channel, and no MEG sensors whose mean could stand for it; name another in ch_name"
        )
    if isinstance(start, numbers.Integral) and not isinstance(inst, BaseRaw):
        raise ValueError("integer values of start and stop are about recordings; give times [s] of epochs and averages")
    return kind


def _made_up(inst, start, stop, reject_by_annotation):
    """The mean over MEG sensors, where no ECG was recorded."""
    picks = pick_types(inst.info, meg=_stand_in(inst, start))
    if isinstance(inst, BaseRaw):
        begin, end = (("start", "stop") if isinstance(start, numbers.Integral) else ("tmin", "tmax"))  # fmt: skip
        omit = "omit" if reject_by_annotation else None
        return inst.get_data(picks, **{begin: start, end: stop}, reject_by_annotation=omit).mean(0)
    data = inst.get_data(picks, tmin=start, tmax=stop)
    return (np.hstack(data) if isinstance(inst, BaseEpochs) else data).mean(0)


@_verbose
def find_bads_ecg(ica, inst, ch_name=None, threshold="auto", start=None, stop=None, l_freq=8, h_freq=16, method="ctps",
                  reject_by_annotation=True, measure="zscore", verbose=None):  # fmt: skip
    """Find the sources of the heart.

    Parameters
    ----------
    inst : Raw | Epochs | Evoked
    ch_name : str | None
        The ECG channel. Default None: that of type ECG, else the mean over MEG sensors.
    threshold : float | "auto"
        Of "ctps" the least significance; "auto": 0.3. Of "correlation" as of :meth:`find_bads_eog`.
    start, stop : int | float | None
        Of "correlation": first sample of a recording, and the one behind the last; as float: times [s].
    l_freq, h_freq : float | None
        Band in which beats are looked for [Hz]. Default 8 to 16.
    method : "ctps" | "correlation"
        Whether phases of sources around beats are alike (Kuiper's test, of Raw and Epochs), or sources are correlated
        with the channel. Default "ctps".
    reject_by_annotation : bool
        Whether stretches annotated as bad are left out. Default True.
    measure : "zscore" | "correlation"
        Of "correlation", as of :meth:`find_bads_eog`.

    Returns
    -------
    ecg_idx : list of int
        The sources, the strongest first; also in ``labels_["ecg"]``.
    scores : array of float
        Significances −ln p / (2 n), or correlations.

    References
    ----------
    Dammers et al. 2008, doi:10.1109/TBME.2008.926677
    """
    limit = _threshold(threshold, measure)
    one_of("method", method, ("ctps", "correlation"))
    one_of_nouns(inst)
    at = ecg_channel(ch_name, inst)
    if method == "correlation":
        target = _made_up(inst, start, stop, reject_by_annotation) if at is None else inst.ch_names[at]
        name = "ECG-MAG" if at is None else target
        return _like_channels(ica, inst, [target], [name], "ecg", limit, start, stop, l_freq, h_freq,
                              reject_by_annotation, measure)  # fmt: skip
    if at is None:
        _stand_in(inst, start)
    if isinstance(inst, BaseRaw):
        beats = create_ecg_epochs(inst, ch_name, l_freq=l_freq, h_freq=h_freq, preload=False,
                                  reject_by_annotation=reject_by_annotation)  # fmt: skip
        sources = ica._transform_epochs(beats, False)
        if not len(sources):
            warn("no heart beat is left to look at; another ch_name, l_freq or h_freq may show them")
    elif isinstance(inst, BaseEpochs):
        sources = ica._transform_epochs(inst, False)
    else:
        raise ValueError('with method="ctps" only Raw and Epochs input is supported; use method="correlation"')
    limit = 0.3 if threshold == "auto" else limit
    tell(f"components whose phases around beats are alike by more than {limit:g}")
    scores = np.asarray(_core.meeg.cross_trial_phase(sources)[1]).max(-1)
    found = np.flatnonzero(scores >= limit)
    found = found[np.argsort(scores[found])[::-1]].tolist()
    ica.labels_["ecg"] = list(found)
    ica.labels_[f"ecg/{ch_name or 'ECG-MAG'}"] = list(found)
    return ica.labels_["ecg"], scores


@_verbose
def find_bads_ref(ica, inst, ch_name=None, threshold=3.0, start=None, stop=None, l_freq=None, h_freq=None,
                  reject_by_annotation=True, method="together", measure="zscore", verbose=None):  # fmt: skip
    """Find sources of noise of the room, by the reference channels of MEG.

    Parameters
    ----------
    inst : Raw | Epochs | Evoked
    ch_name : list of str | None
        With "separate": the channels. Default None: those whose names begin with REF_ICA.
    threshold : float | "auto"
        As of :meth:`find_bads_eog`; with "together" in standard deviations.
    start, stop : int | float | None
        With "separate": first sample of a recording, and the one behind the last; as float: times [s].
    l_freq, h_freq : float | None
        With "separate": band of a recording that is looked at [Hz].
    reject_by_annotation : bool
        Whether stretches annotated as bad are left out. Default True.
    method : "together" | "separate"
        Whether reference channels were decomposed with MEG, and their weights are judged; or sources of the reference
        channels alone have been added to `inst` as channels, with which those of MEG are correlated.
    measure : "zscore" | "correlation"
        With "separate", as of :meth:`find_bads_eog`.

    Returns
    -------
    ref_idx : list of int
        The sources, the strongest first; also in ``labels_["ref_meg"]``.
    scores : array of float | list of array of float
    """
    limit = _threshold(threshold, measure)
    one_of("method", method, ("together", "separate"))
    if method == "separate":
        names = names_in("ch_name", () if ch_name is None else ch_name)
        names = names or [inst.ch_names[k] for k in pick_channels_regexp(inst.ch_names, "REF_ICA*")]
        names = [name for name in inst.ch_names if name in names]
        if not names:
            raise ValueError('No valid channels available: with method="separate", ch_name must name some, or there must be '
                             "some called REF_ICA…")  # fmt: skip
        return _like_channels(ica, inst, names, names, "ref_meg", limit, start, stop, l_freq, h_freq,
                              reject_by_annotation, measure)  # fmt: skip
    if measure != "zscore":
        tell(f'with method="together" the measure is "zscore", not {measure!r}')
    limit = 3.0 if threshold == "auto" else limit
    scores = np.asarray(ica._engine.reference_scores())
    ica.labels_["ref_meg"] = list(_core.meeg.outliers(scores, limit, 1))
    return ica.labels_["ref_meg"], scores


@_verbose
def find_bads_muscle(ica, inst, threshold=0.5, start=None, stop=None, l_freq=7, h_freq=45, sphere=None, verbose=None):
    """Find the sources of muscles: spectra that rise, and maps that are strong at the rim and not smooth.

    Parameters
    ----------
    inst : Raw | Epochs
    threshold : float
        Least score of each of the three criteria, whose product is judged. Default 0.5.
    start, stop : int | float | None
        First sample of a recording, and the one behind the last; as float: times [s].
    l_freq, h_freq : float
        Band in which spectra are judged [Hz]. Default 7 to 45.
    sphere : float | tuple | str | None
        The head: radius [m], or (x, y, z, radius). Default None: the digitised points say.

    Returns
    -------
    muscle_idx : list of int
        The sources; also in ``labels_["muscle"]``.
    scores : array of float, shape (n_components,)
        0 to 1.

    References
    ----------
    Dharmaprani et al. 2016, doi:10.1109/EMBC.2016.7592097
    """
    if isinstance(threshold, bool) or not isinstance(threshold, numbers.Real):
        raise TypeError(f"threshold must be a number; got {threshold!r}")
    from ...viz.style import has_places, sphere_of

    spectrum = ica.get_sources(inst, start=start, stop=stop).compute_psd(fmin=l_freq, fmax=h_freq, picks="misc",
                                                                         exclude=())  # fmt: skip
    power, freqs = spectrum.get_data(picks="misc", exclude=(), return_freqs=True)
    power = power.mean(0) if power.ndim > 2 else power
    idx = [int(k) for k in picks_to_idx(inst.info, ica.ch_names, exclude=())]
    places, criteria = np.zeros((0, 2)), 1
    if has_places(inst.info, idx).all():
        places = _core.meeg.muscle_places(inst.info._engine, idx, sphere_of(inst.info, sphere))
        criteria = 3
    else:
        warn("no places of sensors are known, so muscles are found by the 'slope' criterion of their spectra alone; "
             "set a montage")  # fmt: skip
    scores = _core.meeg.muscle_scores(ica.get_components(), floats(places), floats(power), floats(freqs))
    scores = np.asarray(scores)
    ica.labels_["muscle"] = np.flatnonzero(scores > threshold**criteria).tolist()
    return ica.labels_["muscle"], scores
