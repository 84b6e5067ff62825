"""Power, phase locking and spectra of sources."""

import numpy as np

from ranvier import _core
from ranvier.errors import warn

from ..baseline import modes, rescaled
from ..checks import as_raw, flag, one_of
from ..epochs.base import BaseEpochs
from ..epochs.making import Epochs
from ..event import make_fixed_length_events
from ..evoked import EvokedArray
from ..label.label import BiHemiLabel, Label
from ..logs import verbose as _verbose
from ..picks import pick_info
from ..time_frequency.tfr import EpochsTFR
from .applying import _Inverse, chosen_sources, estimate_of


def _samples(epochs, picks):
    return np.ascontiguousarray(epochs.get_data(copy=False)[:, picks], float)


def _groups(labels, src):
    """Positions of the sources in any of some labels, and of each label's among those."""
    own = [chosen_sources(label, src)[1] for label in labels]
    among, counts = np.unique(np.concatenate(own), return_counts=True)
    if counts.max(initial=0) > 1:
        raise RuntimeError(f"labels must not overlap: {int((counts > 1).sum())} vertices are in several of them")
    if empty := [label.name for label, each in zip(labels, own) if len(each) == 0]:
        raise ValueError(f"each label must have a source; {empty} have none")
    return among, [np.searchsorted(among, each) for each in own]


def _induced(epochs, inverse, label, lambda2, method, nave, pick_ori, prepared, method_params, use_cps, use_fft, plv,
             bands, **settings):  # fmt: skip
    """Power and phase locking of sources, or of labels; the operator made ready too."""
    if not isinstance(epochs, BaseEpochs):
        raise TypeError(f"epochs must be Epochs; got {type(epochs).__name__}")
    one_of("pick_ori", pick_ori, (None, "normal"))
    use_fft = flag("use_fft", use_fft)
    several = isinstance(label, (list, tuple)) and len(label) > 0
    for each in label if several else ():
        if not isinstance(each, (Label, BiHemiLabel)):
            raise TypeError(f"label must be a Label, a BiHemiLabel or a list of them; got one of {type(each).__name__}")
    if several and len(label) > 1 and plv:
        raise RuntimeError("phase locking is of single sources, not of averages over labels: pass return_plv=False, or "
                           "one label")  # fmt: skip
    ready = _Inverse(inverse, epochs.info, nave, lambda2, method, pick_ori, prepared, None if several else label or None,
                     method_params, use_cps, folds=False)  # fmt: skip
    groups = []
    if several:
        chosen, groups = _groups(label, ready.src)
        ready.kernel = ready.engine.kernel(method, pick_ori or "combined", flag("use_cps", use_cps), chosen)
    n_cycles = np.atleast_1d(np.asarray(settings.pop("n_cycles"), float))
    freqs = np.atleast_1d(np.asarray(settings.pop("freqs"), float))
    longest = _core.meeg.longest_wavelet(float(epochs.info["sfreq"]), list(freqs), list(n_cycles))
    if longest > len(epochs.times):
        words = (f"wavelets must be no longer than the epochs, which have {len(epochs.times)} samples; the longest has "
                 f"{longest}: take fewer n_cycles or longer epochs")  # fmt: skip
        if not use_fft:
            raise ValueError(f"{words}, or use_fft=True, which allows it")
        warn(words)
    settings = dict(settings, freqs=list(freqs), n_cycles=list(n_cycles))
    samples, sfreq = _samples(epochs, ready.picks), float(epochs.info["sfreq"])
    if several and plv:
        _, locking = _core.meeg.induced_power(ready.kernel, samples, sfreq, settings, [], [], True)
        return _core.meeg.induced_power(ready.kernel, samples, sfreq, settings, [], groups, False)[0], locking, ready
    return *_core.meeg.induced_power(ready.kernel, samples, sfreq, settings, bands, groups, plv), ready


def _rescaled(power, times, baseline, mode):
    one_of("baseline_mode", mode, modes)
    return power if baseline is None else rescaled(power, times, baseline, mode)


@_verbose
def source_induced_power(epochs, inverse_operator, freqs, label=None, lambda2=1.0 / 9.0, method="dSPM", nave=1,
                         n_cycles=5, decim=1, use_fft=False, pick_ori=None, baseline=None, baseline_mode="logratio",
                         pca=True, n_jobs=None, *, return_plv=True, zero_mean=False, prepared=False, method_params=None,
                         use_cps=True, verbose=None):  # fmt: skip
    """Power of sources at some frequencies, averaged over epochs, and how alike their phases are.

    Power without phases is found from what sensors have in common, at the same cost for any number of epochs.

    Parameters
    ----------
    epochs : Epochs
    inverse_operator : InverseOperator
    freqs : array of float
        [Hz].
    label : Label | list of Label | None
        Sources inside of it alone; of a list, powers are averaged over each label's sources.
    lambda2, method, nave, prepared, method_params, use_cps
        As for `apply_inverse_epochs`.
    n_cycles : float | array of float
        Cycles of the wavelets, one number or one for each frequency.
    decim : int
        Keep every so many times.
    use_fft : bool
        Whether wavelets may be longer than the epochs.
    pick_ori : None | "normal"
        Power of all directions, or of that along the normal. Phases are those of the normal.
    baseline : tuple (start, stop) | None
        The interval [s] that power is corrected by; None as an end: the end of the epochs.
    baseline_mode : "mean" | "ratio" | "logratio" | "percent" | "zscore" | "zlogratio"
    pca : bool
        Whether what the inverse hardly sees (below 1e-8 of what it sees best) is left out.
    return_plv : bool
        Whether to return phase locking, too.
    zero_mean : bool
        Whether the wavelets' mean is removed.

    Returns
    -------
    power : array, shape (n_sources or n_labels, n_freqs, n_times)
    plv : array, shape (n_sources, n_freqs, n_times)
        With `return_plv`.
    """
    one_of("baseline_mode", baseline_mode, modes)
    power, plv, _ = _induced(
        epochs, inverse_operator, label, lambda2, method, nave, pick_ori, prepared, method_params, use_cps, use_fft,
        flag("return_plv", return_plv), [], freqs=freqs, n_cycles=n_cycles, zero_mean=zero_mean, decim=decim, pca=pca)  # fmt: skip
    power = _rescaled(power, epochs.times[::decim], baseline, baseline_mode)
    return (power, plv) if return_plv else power


@_verbose
def source_band_induced_power(epochs, inverse_operator, bands, label=None, lambda2=1.0 / 9.0, method="dSPM", nave=1,
                              n_cycles=5, df=1, use_fft=False, decim=1, baseline=None, baseline_mode="logratio",
                              pca=True, n_jobs=None, prepared=False, method_params=None, use_cps=True, *,
                              verbose=None):  # fmt: skip
    """Power of sources along the normal in bands, averaged over their frequencies and over epochs.

    Parameters
    ----------
    epochs : Epochs
    inverse_operator : InverseOperator
    bands : dict
        First and last frequency [Hz] of each.
    df : float
        From one frequency to the next [Hz].
    label, lambda2, method, nave, n_cycles, use_fft, decim, baseline, baseline_mode, pca, prepared, method_params, use_cps
        As for `source_induced_power`.

    Returns
    -------
    stcs : dict of SourceEstimate
        Of a list of labels, dict of arrays of shape (n_labels, n_times).
    """
    one_of("baseline_mode", baseline_mode, modes)
    if not bands:
        raise ValueError("bands must have at least one band, as dict(alpha=(8, 12))")
    freqs = np.concatenate([np.arange(low, high + df / 2.0, df) for low, high in bands.values()])
    which = [np.flatnonzero((low <= freqs) & (freqs <= high)) for low, high in bands.values()]
    power, _, ready = _induced(
        epochs, inverse_operator, label, lambda2, method, nave, "normal", prepared, method_params, use_cps, use_fft,
        False, which, freqs=freqs, n_cycles=n_cycles, zero_mean=False, decim=decim, pca=pca)  # fmt: skip
    made, tstep = {}, float(decim) / epochs.info["sfreq"]
    for k, name in enumerate(bands):
        of_band = _rescaled(np.ascontiguousarray(power[:, k]), epochs.times[::decim], baseline, baseline_mode)
        several = isinstance(label, (list, tuple)) and len(label) > 0
        made[name] = of_band if several else estimate_of(of_band, ready.vertices, ready.src, epochs.times[0], tstep)
    return made


def _spectra(epochs, inverse, lambda2, method, fmin, fmax, pick_ori, label, nave, pca, inv_split, bandwidth, adaptive,
             low_bias, prepared, method_params, use_cps):  # fmt: skip
    """The operator made ready, and what makes spectra of samples."""
    one_of("pick_ori", pick_ori, (None, "normal"))
    if inv_split is not None and int(inv_split) < 1:
        raise ValueError(f"inv_split must be at least 1, or None; got {inv_split}")
    ready = _Inverse(inverse, epochs.info, nave, lambda2, method, pick_ori, prepared, label or None, method_params, use_cps,
                     folds=False)  # fmt: skip
    settings = dict(fmin=fmin, fmax=fmax, adaptive=adaptive, low_bias=low_bias, pca=pca)
    settings.update(dict(window=bandwidth) if isinstance(bandwidth, str) else dict(bandwidth=bandwidth))

    def made(samples, mean):
        return _core.meeg.source_spectra(ready.kernel, samples, float(epochs.info["sfreq"]), settings, mean)

    return ready, made


def _spectrum_of(ready, info, sources, sensors, freqs, step, comment, nave):
    """A source estimate and an average whose times are frequencies."""
    stc = estimate_of(sources, ready.vertices, ready.src, freqs[0], step)
    info = pick_info(info, ready.picks)
    info._engine["sfreq"] = 1.0 / step
    return stc, EvokedArray(sensors, info, freqs[0], comment, nave)


@_verbose
def compute_source_psd_epochs(epochs, inverse_operator, lambda2=1.0 / 9.0, method="dSPM", fmin=0.0, fmax=200.0,
                              pick_ori=None, label=None, nave=1, pca=True, inv_split=None, bandwidth=4.0, adaptive=False,
                              low_bias=True, return_generator=False, n_jobs=None, prepared=False, method_params=None,
                              return_sensor=False, use_cps=True, verbose=None):  # fmt: skip
    """Power spectra of sources in each epoch, by tapers.

    Parameters
    ----------
    epochs : Epochs
    inverse_operator : InverseOperator
    fmin, fmax : float
        First and last frequency [Hz].
    inv_split : int | None
        Sources are worked on in blocks that fit the cache, whatever it is.
    bandwidth : float | str
        Of the tapers' window [Hz]; the name of a window is for that one alone.
    adaptive : bool
        Whether tapers are weighted by Thomson's method.
    low_bias : bool
        Whether only tapers with more than 90 % of their energy inside the window are used.
    return_generator : bool
        Whether to return what yields one after the other.
    return_sensor : bool
        Whether spectra of the sensors, as far as the inverse sees them, are returned beside.
    lambda2, method, pick_ori, label, nave, pca, prepared, method_params, use_cps
        As for `source_induced_power`.

    Returns
    -------
    stcs : list of SourceEstimate
        Times are frequencies; with `return_sensor` pairs with an Evoked.
    """
    if not isinstance(epochs, BaseEpochs):
        raise TypeError(f"epochs must be Epochs; got {type(epochs).__name__}")
    flag("return_sensor", return_sensor)
    ready, spectra = _spectra(epochs, inverse_operator, lambda2, method, fmin, fmax, pick_ori, label, nave, pca, inv_split,
                              bandwidth, adaptive, low_bias, prepared, method_params, use_cps)  # fmt: skip

    def estimates():
        for k, epoch in enumerate(epochs.get_data(copy=False)):
            samples = np.ascontiguousarray(epoch[np.newaxis, ready.picks], float)
            sources, sensors, freqs, _ = spectra(samples, False)
            step = epochs.info["sfreq"] / len(epochs.times)
            stc, evoked = _spectrum_of(
                ready, epochs.info, sources[0], sensors[0], freqs, step, f"Epoch {k} PSD", nave
            )
            yield (stc, evoked) if return_sensor else stc

    return estimates() if flag("return_generator", return_generator) else list(estimates())


@_verbose
def compute_source_psd(raw, inverse_operator, lambda2=1.0 / 9.0, method="dSPM", tmin=0.0, tmax=None, fmin=0.0, fmax=200.0,
                       n_fft=2048, overlap=0.5, pick_ori=None, label=None, nave=1, pca=True, prepared=False,
                       method_params=None, inv_split=None, bandwidth="hann", adaptive=False, low_bias=False, n_jobs=None,
                       return_sensor=False, dB=False, *, verbose=None):  # fmt: skip
    """Power spectra of sources in a recording, averaged over segments.

    Parameters
    ----------
    raw : Raw
    inverse_operator : InverseOperator
    tmin, tmax : float | None
        Part of the recording [s].
    n_fft : int
        Samples of a segment.
    overlap : float
        Share of a segment that is in the next one, too, in [0, 1).
    dB : bool
        Whether spectra are 10 times the logarithm.
    lambda2, method, fmin, fmax, pick_ori, label, nave, pca, prepared, method_params, inv_split, bandwidth, adaptive,
    low_bias, return_sensor
        As for `compute_source_psd_epochs`.

    Returns
    -------
    stc : SourceEstimate
        Times are frequencies.
    sensor_psd : Evoked
        With `return_sensor`.
    """
    as_raw(raw)
    if not 0 <= float(overlap) < 1:
        raise ValueError(f"overlap must be at least 0 and less than 1; got {overlap}")
    sfreq = raw.info["sfreq"]
    start = 0.0 if tmin is None else float(tmin)
    events = make_fixed_length_events(raw, 1, start, tmax, (1.0 - float(overlap)) * int(n_fft) / sfreq)
    epochs = Epochs(raw, events, 1, 0, (int(n_fft) - 1) / sfreq, baseline=None)
    ready, spectra = _spectra(epochs, inverse_operator, lambda2, method, fmin, fmax, pick_ori, label, nave, pca, inv_split,
                              bandwidth, adaptive, low_bias, prepared, method_params, True)  # fmt: skip
    sources, sensors, freqs, _ = spectra(_samples(epochs, ready.picks), True)
    if flag("dB", dB):
        sources, sensors = 10.0 * np.log10(sources), 10.0 * np.log10(sensors)
    n = len(epochs)
    step = sfreq / len(epochs.times)
    stc, evoked = _spectrum_of(ready, epochs.info, sources[0], sensors[0], freqs, step, f"Epoch {n - 1} PSD", n)
    return (stc, evoked) if flag("return_sensor", return_sensor) else stc


@_verbose
def apply_inverse_tfr_epochs(epochs_tfr, inverse_operator, lambda2, method="dSPM", label=None, nave=1, pick_ori=None,
                             return_generator=False, prepared=False, method_params=None, use_cps=True,
                             verbose=None):  # fmt: skip
    """Apply inverse operators to complex coefficients of epochs; see `apply_inverse_epochs` for the other arguments.

    Parameters
    ----------
    epochs_tfr : EpochsTFR
        Complex, without tapers.
    inverse_operator : InverseOperator | list of InverseOperator
        One for all frequencies, or one for each.

    Returns
    -------
    stcs : list of list of SourceEstimate
        For each frequency, for each epoch. Linear estimates are complex, a kernel that all share beside the coefficients;
        the length of three directions is real.
    """
    if not isinstance(epochs_tfr, EpochsTFR):
        raise TypeError(f"epochs_tfr must be an EpochsTFR; got {type(epochs_tfr).__name__}")
    data = complex_data(epochs_tfr)
    operators = inverse_operator if isinstance(inverse_operator, (list, tuple)) else [inverse_operator]
    if isinstance(inverse_operator, (list, tuple)) and len(operators) != len(epochs_tfr.freqs):
        raise ValueError(f"inverse_operator must be one for each of the {len(epochs_tfr.freqs)} frequencies; got "
                         f"{len(operators)}")  # fmt: skip
    info, times = epochs_tfr.info, epochs_tfr.times

    def of_operator(operator):
        ready = _Inverse(operator, info, nave, lambda2, method, pick_ori, prepared, label, method_params, use_cps)
        return ready, ready.sources(times[0], 1.0 / info["sfreq"])

    every = [of_operator(operator) for operator in operators]

    def estimates(k):
        ready, sources = every[k if len(every) > 1 else 0]
        for epoch in data:
            yield sources.of(np.ascontiguousarray(epoch[:, k]), ready.picks)

    found = (estimates(k) for k in range(len(epochs_tfr.freqs)))
    return found if flag("return_generator", return_generator) else [list(each) for each in found]


def complex_data(tfr):
    """The coefficients of maps, which must be complex and without tapers."""
    if not np.iscomplexobj(tfr.data):
        raise RuntimeError('Time-frequency data must be complex to find sources: compute them with output="complex"')
    if tfr.weights is not None:
        raise ValueError('maps must not have tapers, whose coefficients are each for themselves: use method="morlet"')
    return tfr.data
