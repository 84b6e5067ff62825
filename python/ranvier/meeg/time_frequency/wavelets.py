"""Time-frequency maps by wavelets."""

import math
import operator

import numpy as np

from ranvier import _core

from ...settings import described, given
from ..checks import not_yet, one_of
from ..logs import verbose as _verbose
from ..picks import pick_info, picks_to_idx
from .held import values_of
from .psd import prepared, within
from .tfr import AverageTFR, EpochsTFR, EpochsTFRArray, RawTFR, RawTFRArray


def _cut(decim, n):
    """The engine's decimation, and the (start, stop, step) of what then is kept; `decim`: a number or a slice."""
    if not isinstance(decim, slice):
        return _whole("decim", decim), None
    start, stop, step = decim.indices(n)
    if step < 1 or start >= stop:
        raise ValueError(f"decim must keep at least one of the {n} times, in their order; got {decim}")
    common = math.gcd(start, step)
    return common, (start // common, (stop - 1 - start) // step * step // common + start // common, step // common)


def _whole(name, value):
    try:
        return operator.index(value)
    except TypeError:
        raise TypeError(f"{name} must be a whole number or a slice; got {value!r}") from None


def _kept(made, cut):
    """Maps of the engine, of whose times only those of a slice are left."""
    for each in made if isinstance(made, tuple) else (made,):
        if cut is not None:
            start, last, step = cut
            each.crop(None, each.times[last], None, None, True)
            each.decimate(step, start)
    return made


def _options(method, freqs, output, decim, method_kw, idx, n_times):
    """The method, the engine's settings of it, and what is cut out of its times then."""
    one_of("method", method, ("morlet", "multitaper", "stockwell"))
    one_of("output", output, ("power",) if method == "stockwell" else ("power", "complex", "phase"))
    own = {name: value for name, value in method_kw.items() if name != "use_fft"}  # the bits are the same
    kind = "tfr_multitaper" if method == "multitaper" else method
    range_of = {"freqs": freqs}
    if method == "stockwell":
        range_of = _range_of(freqs)
    decim, cut = _cut(decim, n_times)
    return method, given(kind, {"settings": own}, called="compute_tfr", decim=decim, picks=idx, **range_of), cut


def _made(engine, method, kind, options, cut):
    """Maps of the engine: `kind` says of what, or "complex" or "phase"."""
    return _kept(getattr(_core.meeg, f"{method}_{kind}")(engine, options), cut)


@_verbose
def tfr_of_epochs(epochs, method, freqs, *, tmin=None, tmax=None, picks=None, proj=False, output="power", average=False,
                  return_itc=False, decim=1, n_jobs=None, verbose=None, **method_kw):  # fmt: skip
    """Power, complex values or phases over time and frequency.

    Parameters
    ----------
    method : "morlet" | "multitaper" | "stockwell"
        "stockwell" averages over epochs always.
    freqs : array of float, shape (n_freqs,) | "auto" | (fmin, fmax)
        [Hz]. Of "stockwell" a range, from whose frequencies the transform takes its own, or "auto", all.
    tmin, tmax : float | None
        Range of times [s].
    picks : str | list | slice | None
        Channels; None: good data channels.
    output : "power" | "complex" | "phase"
        The latter two, phases in [rad], are of single epochs, and of "multitaper" of single tapers: the data have an
        axis of these behind the channels, and `weights`.
    average : bool
        Whether to average over epochs. Default False.
    return_itc : bool
        Whether to return inter-trial coherence too; needs ``average=True``.
    decim : int | slice
        Keep every so many samples, or those of a slice. Default 1.
    **method_kw
        n_cycles=7.0, zero_mean=True; of "multitaper" also time_bandwidth=4.0, of which floor(time_bandwidth - 1) tapers
        come. Of "stockwell": n_fft=None [samples], width=1.0.

    Returns
    -------
    tfr : EpochsTFR | AverageTFR | tuple of AverageTFR
    """
    average = average or method == "stockwell"
    if return_itc and not average:
        raise ValueError("inter-trial coherence is of an average: return_itc=True needs average=True")
    if average and output != "power":
        raise ValueError(f'output must be "power" of averages over epochs; got {output!r}: average the epochs before')
    idx = picks_to_idx(epochs.info, picks, "data", with_ref_meg=False)
    epochs = prepared(epochs._loaded(), proj, tmin, tmax)
    method, options, cut = _options(method, freqs, output, decim, method_kw, idx, len(epochs.times))
    if not average:
        made = _made(epochs._engine, method, "epochs" if output == "power" else output, options, cut)
        return EpochsTFR._of(made, epochs.metadata, epochs.selection, epochs.drop_log, source="Epochs")
    power, itc = _power_and_coherence(_made(epochs._engine, method, "average", options, cut))
    return (power, itc) if return_itc else power


def _power_and_coherence(made):
    kinds = ("Average Power", "Inter-trial Coherence")
    return (AverageTFR._of(each, source="Epochs", kind=kind) for each, kind in zip(made, kinds))


@_verbose
def tfr_of_evoked(evoked, method, freqs, *, tmin=None, tmax=None, picks=None, proj=False, output="power", decim=1,
                  n_jobs=None, verbose=None, **method_kw):  # fmt: skip
    """Power, complex values or phases over time and frequency of the average. See `Epochs.compute_tfr`."""
    idx = picks_to_idx(evoked.info, picks, "data", with_ref_meg=False)
    evoked = prepared(evoked, proj, tmin, tmax)
    method, options, cut = _options(method, freqs, output, decim, method_kw, idx, len(evoked.times))
    made = _made(evoked._engine, method, "evoked" if output == "power" else output, options, cut)
    return AverageTFR._of(made, source="Evoked")


def _range_of(freqs):
    """The range that frequencies of a Stockwell transform are from."""
    if isinstance(freqs, str) and freqs == "auto":
        return {}
    if np.shape(freqs) != (2,):
        raise ValueError(f'freqs must be "auto" or (fmin, fmax) for method="stockwell"; got {freqs!r}')
    return {"fmin": freqs[0], "fmax": freqs[1]}


@_verbose
def tfr_of_raw(raw, method, freqs, *, tmin=None, tmax=None, picks=None, proj=False, output="power",
               reject_by_annotation=True, decim=1, n_jobs=None, verbose=None, **method_kw):  # fmt: skip
    """Power, complex values or phases over time and frequency of a recording: a RawTFR. See `Epochs.compute_tfr`.

    Parameters
    ----------
    reject_by_annotation : bool
        Whether the values are NaN within stretches annotated as bad; wavelets beside them still reach into them. Default True.
    """
    idx = picks_to_idx(raw.info, picks, "data", with_ref_meg=False)
    one_of("method of a recording", method, ("morlet", "multitaper"))
    raw._need_real("compute_tfr()")
    tmin, tmax = within(tmin, tmax)
    first, raw = raw.first_samp, prepared(raw, proj, 0.0 if tmin is None and tmax is not None else tmin, tmax)
    which = decim if isinstance(decim, slice) else slice(None, None, decim)
    method, options, cut = _options(method, freqs, output, decim, method_kw, range(len(idx)), len(raw.times))
    whole = _core.meeg.plain_epochs(np.ascontiguousarray(raw.get_data(idx)[None]), raw.info["sfreq"])
    made = _made(whole, method, "epochs" if output == "power" else output, options, cut)
    info = pick_info(raw.info, idx)
    with info._unlock():
        info["sfreq"] /= which.step or 1
    begin = (raw.first_samp - first) / raw.info["sfreq"]
    weights = getattr(made, "weights", None)
    out = RawTFRArray(info, values_of(made, True)[0], made.times + begin, made.freqs, method=method, weights=weights)
    if reject_by_annotation:
        out.data[..., ~raw._good_samples(0, raw.n_times)[which]] = np.nan
    return RawTFR._of(out._engine, source="Raw")


def _of_either(inst, average, return_itc, **settings):
    """Maps of Epochs, or of Evoked, which is one epoch where it's not to be an average."""
    if not isinstance(inst._engine, _core.meeg.Evoked):
        return inst.compute_tfr(average=average, return_itc=return_itc, **settings)
    if return_itc:
        raise ValueError("an average has no inter-trial coherence: pass return_itc=False")
    made = inst.compute_tfr(**settings)
    if average:
        return made
    return EpochsTFRArray(made.info, made.data[None], made.times, made.freqs, comment=made.comment, method=made.method,
                          weights=made.weights)  # fmt: skip


@_verbose
def tfr_morlet(inst, freqs, n_cycles, use_fft=False, return_itc=True, decim=1, n_jobs=None, picks=None, zero_mean=True,
               average=True, output="power", verbose=None):  # fmt: skip
    """Power over time and frequency by Morlet wavelets.

    Parameters
    ----------
    inst : Epochs | Evoked
    freqs : array of float, shape (n_freqs,)
        [Hz]
    n_cycles : float | array of float
        Cycles of the wavelets, one for all or one per frequency.
    return_itc : bool
        Whether to return inter-trial coherence too, which Evoked lacks. Default True.
    average : bool
        Whether to average over epochs. Default True. False of Evoked: an EpochsTFR of one.

    Returns
    -------
    power : AverageTFR | EpochsTFR
    itc : AverageTFR
        Only with `return_itc`.
    """
    return _of_either(inst, average, return_itc, method="morlet", freqs=freqs, picks=picks, output=output, decim=decim,
                      n_cycles=n_cycles, zero_mean=zero_mean)  # fmt: skip


@_verbose
def tfr_multitaper(inst, freqs, n_cycles, time_bandwidth=4.0, use_fft=True, return_itc=True, decim=1, n_jobs=None,
                   picks=None, average=True, *, verbose=None):  # fmt: skip
    """Power over time and frequency by Slepian tapers.

    Parameters
    ----------
    inst : Epochs | Evoked
    freqs : array of float, shape (n_freqs,)
        [Hz]
    n_cycles : float | array of float
        How long the tapers are, in cycles of a frequency: one for all or one per frequency.
    time_bandwidth : float
        Length times full bandwidth of the tapers, of which there are floor(time_bandwidth - 1). Default 4.0.
    return_itc : bool
        Whether to return inter-trial coherence too, which Evoked lacks. Default True.
    average : bool
        Whether to average over epochs. Default True. False of Evoked: an EpochsTFR of one.

    Returns
    -------
    power : AverageTFR | EpochsTFR
    itc : AverageTFR
        Only with `return_itc`.
    """
    return _of_either(inst, average, return_itc, method="multitaper", freqs=freqs, picks=picks, decim=decim,
                      n_cycles=n_cycles, use_fft=use_fft, time_bandwidth=time_bandwidth)  # fmt: skip


@_verbose
@described("stockwell")
def tfr_stockwell(inst, fmin=None, fmax=None, n_fft=None, width=..., decim=1, return_itc=False, n_jobs=None,
                  verbose=None):  # fmt: skip
    """Mean power over time and frequency by the Stockwell transform.

    Parameters
    ----------
    inst : Epochs | Evoked
    {settings}
    return_itc : bool
        Whether to return inter-trial coherence too. Default False.

    Returns
    -------
    power : AverageTFR
    itc : AverageTFR
        Only with `return_itc`.
    """
    idx = picks_to_idx(inst.info, None, "data", with_ref_meg=False)
    cut_of, cut = _cut(decim, len(inst.times))
    options = given("stockwell", locals(), decim=cut_of, picks=idx)
    if isinstance(inst._engine, _core.meeg.Evoked):
        if return_itc:
            raise ValueError("an average has no inter-trial coherence; got return_itc=True")
        return AverageTFR._of(_kept(_core.meeg.stockwell_evoked(inst._engine, options), cut), source="Evoked")
    power, itc = _power_and_coherence(_kept(_core.meeg.stockwell_average(inst._loaded()._engine, options), cut))
    return (power, itc) if return_itc else power


@_verbose
@described("stockwell")
def tfr_array_stockwell(data, sfreq, fmin=None, fmax=None, n_fft=None, width=..., decim=1, return_itc=False, n_jobs=None,
                        *, verbose=None):  # fmt: skip
    """Mean power of an array by the Stockwell transform.

    Parameters
    ----------
    data : array of float, shape (n_epochs, n_channels, n_times)
    sfreq : float
        Sampling rate [Hz].
    {settings}
    return_itc : bool
        Whether to return inter-trial coherence too. Default False.

    Returns
    -------
    power : array of float, shape (n_channels, n_freqs, n_times)
    itc : array of float | None
        Of the same shape; None without `return_itc`.
    freqs : array of float, shape (n_freqs,)
        [Hz]
    """
    data = _three(data)
    cut_of, cut = _cut(decim, data.shape[2])
    options = given("stockwell", locals(), decim=cut_of, picks=range(data.shape[1]))
    epochs = _core.meeg.plain_epochs(np.ascontiguousarray(data, float), float(sfreq))
    power, itc = _kept(_core.meeg.stockwell_average(epochs, options), cut)
    return power.data, itc.data if return_itc else None, power.freqs


def _array_tfr(data, sfreq, method, output, settings, cut, return_weights=False):
    """Values, power and coherence of an array, as `output` wants them."""
    one_of("output", output, ("complex", "phase", "power", "avg_power", "itc", "avg_power_itc"))
    epochs = _core.meeg.plain_epochs(np.ascontiguousarray(data, float), float(sfreq))
    if output in ("complex", "phase"):
        made = _made(epochs, method, output, settings, cut)
        return (values_of(made, True), made.weights) if return_weights else values_of(made, True)
    if return_weights:
        raise ValueError(f'return_weights=True needs output="complex" or "phase", of single tapers; got {output!r}')
    if output == "power":
        return _made(epochs, method, "epochs", settings, cut).data
    power, itc = (values.data for values in _made(epochs, method, "average", settings, cut))
    return power if output == "avg_power" else itc if output == "itc" else power + 1j * itc


@_verbose
@described("tfr_multitaper")
def tfr_array_multitaper(data, sfreq, freqs, n_cycles=7.0, zero_mean=..., time_bandwidth=..., use_fft=True, decim=1,
                         output="complex", n_jobs=None, *, return_weights=False, verbose=None):  # fmt: skip
    """Complex values, phases or power of an array by Slepian tapers.

    Parameters
    ----------
    data : array of float, shape (n_epochs, n_channels, n_times)
    sfreq : float
        Sampling rate [Hz].
    freqs : array of float, shape (n_freqs,)
        [Hz]
    time_bandwidth : float
        Length times full bandwidth of the tapers, of which there are floor(time_bandwidth - 1). Default 4.0.
    output : "complex" | "phase" | "power" | "avg_power" | "itc" | "avg_power_itc"
        The values, phases [rad] or power of each epoch; mean power; coherence; mean power + i coherence. Default
        "complex".
    return_weights : bool
        Whether to return the weights of the tapers too; only with "complex" and "phase". Default False.

    Returns
    -------
    out : array
        Shape (n_epochs, n_channels, n_freqs, n_times), without the first axis for averages. Complex values and phases
        have an axis of tapers behind the channels.
    weights : array of float, shape (n_tapers, n_freqs)
        Only with `return_weights`. Power is Σ|w z|² / Σw² over the tapers, twice that where there are several.
    """
    data = _three(data)
    decim, cut = _cut(decim, data.shape[2])
    settings = given("tfr_multitaper", locals(), decim=decim, picks=range(data.shape[1]))
    return _array_tfr(data, sfreq, "multitaper", output, settings, cut, return_weights)


def _three(data):
    data = np.asarray(data)
    if data.ndim != 3:
        raise ValueError(f"data must have shape (n_epochs, n_channels, n_times); got {data.shape}")
    return data


@_verbose
@described("morlet")
def tfr_array_morlet(data, sfreq, freqs, n_cycles=7.0, zero_mean=..., use_fft=True, decim=1, output="complex",
                     n_jobs=None, *, verbose=None):  # fmt: skip
    """Complex values, phases or power of an array by Morlet wavelets.

    Parameters
    ----------
    data : array of float, shape (n_epochs, n_channels, n_times)
    sfreq : float
        Sampling rate [Hz].
    freqs : array of float, shape (n_freqs,)
        [Hz]
    output : "complex" | "phase" | "power" | "avg_power" | "itc" | "avg_power_itc"
        The values, phases [rad] or power of each epoch; mean power; coherence; mean power + i coherence. Default
        "complex".

    Returns
    -------
    out : array
        Shape (n_epochs, n_channels, n_freqs, n_times), without the first axis for averages.
    """
    data = _three(data)
    decim, cut = _cut(decim, data.shape[2])
    settings = given("morlet", locals(), decim=decim, picks=range(data.shape[1]))
    return _array_tfr(data, sfreq, "morlet", output, settings, cut)


def morlet(sfreq, freqs, n_cycles=7.0, sigma=None, zero_mean=False):
    """Morlet wavelets.

    Parameters
    ----------
    sfreq : float
        Sampling rate [Hz].
    freqs : float | array of float
        [Hz]
    n_cycles : float | array of float
    zero_mean : bool
        Whether their mean is removed. Default False.

    Returns
    -------
    wavelets : list of array of complex | array of complex
        One per frequency, of norm sqrt(2); an array where `freqs` is a number.
    """
    if sigma is not None:
        raise not_yet("sigma=", "n_cycles=")
    wavelets = _core.meeg.morlet(float(sfreq), given("morlet", locals()))
    return wavelets[0] if np.isscalar(freqs) else wavelets


def fwhm(freq, n_cycles):
    """How long a Morlet wavelet is at half of its height, n_cycles √(2 ln 2) / (π f) [s].

    Parameters
    ----------
    freq : float
        [Hz]
    n_cycles : float
        Seven is the default of `tfr_morlet`.
    """
    return n_cycles * np.sqrt(2 * np.log(2)) / (np.pi * freq)
