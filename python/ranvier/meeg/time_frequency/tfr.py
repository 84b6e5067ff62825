"""Power and inter-trial coherence over time and frequency."""

import numpy as np

from ranvier import _core

from ...settings import described, given
from ..baseline import modes
from ..channels.mixins import ChannelsMixin
from ..checks import as_info, interval, lacking, not_yet, one_of
from ..event import event_ids
from ..face import floats, of_engine
from ..lazy import drawn_by, made_by
from ..logs import verbose as _verbose
from ..picks import numbers_of, picks_to_idx
from ..times import AverageMixin, TimesMixin
from .spectrum import EpochsMixin, FreqsMixin, events_for, method_of, prepared


class _TFR(ChannelsMixin, FreqsMixin, TimesMixin):
    def __init__(self, engine):
        self._hold(engine)
        self.baseline = None

    data = of_engine("data", "The values; see the class for their shape.", floats)
    _data = data

    def crop(self, tmin=None, tmax=None, fmin=None, fmax=None, include_tmax=True):
        """Keep times [s] and frequencies [Hz] in given ranges, in place."""
        self._engine.crop(tmin, tmax, fmin, fmax, include_tmax)
        return self

    def decimate(self, decim, offset=0, *, verbose=None):
        """Keep every `decim`-th time, in place."""
        self._engine.decimate(int(decim), int(offset))
        return self

    def shift_time(self, tshift, relative=True):
        """Move the times by `tshift` [s], or to begin at it if not `relative`; in place."""
        self._engine.times = self.times + (tshift if relative else tshift - self.times[0])
        return self

    def apply_baseline(self, baseline, mode="mean", verbose=None):
        """Correct by an interval of the times, in place.

        Parameters
        ----------
        baseline : tuple (start, stop) | None
            The interval [s]; None as an end: the end of the data. None: nothing is done.
        mode : "mean" | "ratio" | "logratio" | "percent" | "zscore" | "zlogratio"
            See `ranvier.meeg.baseline.rescale`.
        """
        one_of("mode", mode, modes)
        baseline = interval("baseline", baseline)
        if baseline is not None:
            self._engine.apply_baseline(*baseline, mode)
            self.baseline = self._whole(baseline)
        return self

    def get_data(self, picks=None, exclude="bads", fmin=None, fmax=None, tmin=None, tmax=None, return_times=False,
                 return_freqs=False, return_tapers=False):  # fmt: skip
        """Values as an array, with times [s] and frequencies [Hz] on demand."""
        if return_tapers:
            raise not_yet("return_tapers=True", "Morlet wavelets, which have no tapers")
        part = self.copy().crop(tmin, tmax, fmin, fmax)
        idx = picks_to_idx(self.info, picks, "data", exclude=exclude, with_ref_meg=False)
        out = [part._data[..., idx, :, :]]
        if return_times:
            out.append(part.times)
        if return_freqs:
            out.append(part.freqs)
        return out[0] if len(out) == 1 else tuple(out)

    def __sub__(self, other):
        return self._with(self._data - self._matching(other))

    def __add__(self, other):
        return self._with(self._data + self._matching(other))

    def __mul__(self, factor):
        return self._with(self._data * factor)

    def __truediv__(self, divisor):
        return self._with(self._data / divisor)

    def _matching(self, other):
        if self.ch_names != other.ch_names or not np.allclose(self.times, other.times):
            raise ValueError("time-frequency maps must have the same channels and times to be combined")
        return other._data

    def _with(self, data):
        out = self.copy()
        out._data = data
        return out

    save = lacking("saving time-frequency maps", "to_mne().save()")
    to_mne = made_by("to_mne.tfr_to_mne")
    to_data_frame = made_by("frames.tfr_frame")
    plot = drawn_by("plot_tfr")
    plot_topomap = drawn_by("plot_tfr_map")
    plot_joint = drawn_by("plot_tfr_joint")
    plot_topo = lacking("plot_topo()", "plot() or plot_topomap()")


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


class AverageTFR(_TFR, AverageMixin):
    """Power or inter-trial coherence of an average.

    Attributes
    ----------
    info : Info
    times, freqs : array of float
        [s], [Hz]
    data : array of float, shape (n_channels, n_freqs, n_times)
        Power [unit²], or coherence in [0, 1].
    nave : int
    """

    def __repr__(self):
        return (
            f"<AverageTFR | {len(self.ch_names)} channels, {len(self.freqs)} freqs ({self.freqs[0]:g} – "
            f"{self.freqs[-1]:g} Hz), {self.times[0]:.3g} – {self.times[-1]:.3g} s, nave {self.nave}>"
        )


class EpochsTFR(EpochsMixin, _TFR):
    """Power of each epoch.

    Attributes
    ----------
    info : Info
    times, freqs : array of float
        [s], [Hz]
    data : array of float, shape (n_epochs, n_channels, n_freqs, n_times)
        Power [unit²].
    events : array of int, shape (n_epochs, 3)
    event_id : dict
    """

    comment = ""

    def __init__(self, engine, metadata=None, selection=None, drop_log=None):
        super().__init__(engine)
        self._log(metadata, selection, drop_log)

    def __repr__(self):
        return (
            f"<EpochsTFR | {len(self)} epochs x {len(self.ch_names)} channels, {len(self.freqs)} freqs "
            f"({self.freqs[0]:g} – {self.freqs[-1]:g} Hz), {self.times[0]:.3g} – {self.times[-1]:.3g} s>"
        )

    def drop(self, indices, reason="USER", verbose=None):
        """Drop epochs by their numbers or a mask, in place; `drop_log` keeps the reason."""
        gone = numbers_of(indices, len(self))
        kept = np.array([k for k in range(len(self)) if k not in set(gone)], int)
        self.__dict__.update(self._subset(kept, reason).__dict__)
        return self

    def average(self, method="mean", *, dim="epochs", copy=False):
        """The mean (or median, or your function) over epochs: an AverageTFR."""
        one_of("dim", dim, ("epochs",))
        if method in ("mean", "median"):
            out = AverageTFR(self._engine.average(method == "median"))
        else:
            data = np.asarray(method_of(method)(self._data), float)
            out = AverageTFR(
                _core.meeg.AverageTfr(self._engine.info, data, self.times, self.freqs, len(self), "", self.method)
            )
        out.baseline = self.baseline
        return out


class AverageTFRArray(AverageTFR):
    """A time-frequency map from an array.

    Parameters
    ----------
    info : Info
    data : array of float, shape (n_channels, n_freqs, n_times)
        Copied.
    times, freqs : array of float
        [s], [Hz]
    nave : int
        Number of epochs averaged. Default 1.
    comment, method : str | None
        What it is, and how it was made.
    """

    def __init__(self, info, data, times, freqs, *, nave=None, comment=None, method=None, weights=None):
        data, times, freqs = _map_of(info, data, times, freqs, 3, weights)
        super().__init__(
            _core.meeg.AverageTfr(info._engine, data, times, freqs, float(nave or 1), comment or "", method or "")
        )


class EpochsTFRArray(EpochsTFR):
    """Time-frequency maps of epochs from an array.

    Parameters
    ----------
    info : Info
    data : array of float, shape (n_epochs, n_channels, n_freqs, n_times)
        Copied.
    times, freqs : array of float
        [s], [Hz]
    comment, method : str | None
        What they are, and how they were made.
    events : array of int, shape (n_epochs, 3) | None
        None: numbered from 0, all of id 1.
    event_id : dict | None
    selection : array of int, shape (n_epochs,) | None
        Their numbers among the events that there were; None: from 0.
    drop_log : tuple of tuple of str | None
        For each of those events, why it was dropped, or nothing.
    metadata : pandas.DataFrame | None
        One row per epoch.
    """

    def __init__(self, info, data, times, freqs, *, comment=None, method=None, events=None, event_id=None,
                 selection=None, drop_log=None, metadata=None, weights=None):  # fmt: skip
        data, times, freqs = _map_of(info, data, times, freqs, 4, weights)
        events = events_for(len(data), events)
        ids = list(event_ids(events, event_id, "raise").items())
        super().__init__(_core.meeg.EpochsTfr(info._engine, data, times, freqs, events, ids, method or ""), metadata,
                         selection, drop_log)  # fmt: skip
        self.comment = comment or ""


class RawTFRArray(_TFR):
    """A time-frequency map of a recording, from an array.

    Parameters
    ----------
    info : Info
    data : array of float, shape (n_channels, n_freqs, n_times)
        Copied.
    times, freqs : array of float
        [s], [Hz]
    method : str | None
        How it was made.
    """

    def __init__(self, info, data, times, freqs, *, method=None, weights=None):
        data, times, freqs = _map_of(info, data, times, freqs, 3, weights)
        super().__init__(_core.meeg.AverageTfr(info._engine, data, times, freqs, 1.0, "", method or ""))

    def __repr__(self):
        return (
            f"<RawTFR | {len(self.ch_names)} channels, {len(self.freqs)} freqs ({self.freqs[0]:g} – "
            f"{self.freqs[-1]:g} Hz), {self.times[0]:.3g} – {self.times[-1]:.3g} s>"
        )


def _map_of(info, data, times, freqs, ndim, weights):
    """Data, times and frequencies of a map as the engine takes them."""
    if weights is not None:
        raise not_yet("weights=, which tapers have,")
    data = np.asarray(data)
    if np.iscomplexobj(data):
        raise not_yet("complex time-frequency maps", "their power")
    shape = (len(as_info(info)["chs"]), len(freqs), len(times))
    if data.ndim != ndim or data.shape[-3:] != shape:
        raise ValueError(
            f"data must have {ndim} dimensions, the last three {shape} (channels, freqs, times); got {data.shape}"
        )
    return floats(data), floats(times), floats(freqs)


def _decim(decim):
    if isinstance(decim, slice):
        if decim.start or decim.stop:
            raise not_yet(f"decim={decim}", "a number")
        decim = decim.step or 1
    return int(decim)


def _options(method, freqs, output, decim, method_kw, idx):
    """The method, and the engine's settings of it."""
    one_of("method", method, ("morlet", "multitaper", "stockwell"))
    if method == "stockwell":
        raise not_yet(f"method={method!r}", '"morlet" or "multitaper"')
    if output != "power":
        raise not_yet(f"output={output!r}", '"power"')
    own = {name: value for name, value in method_kw.items() if name != "use_fft"}  # the bits are the same
    kind = "morlet" if method == "morlet" else "tfr_multitaper"
    return method, given(kind, {"settings": own}, called="compute_tfr", freqs=freqs, decim=_decim(decim), picks=idx)


@_verbose
def tfr_of_epochs(epochs, method, freqs, *, tmin=None, tmax=None, picks=None, proj=False, output="power", average=False,
                  return_itc=False, decim=1, n_jobs=None, verbose=None, **method_kw):  # fmt: skip
    """Power over time and frequency.

    Parameters
    ----------
    method : "morlet" | "multitaper"
    freqs : array of float, shape (n_freqs,)
        [Hz]
    tmin, tmax : float | None
        Range of times [s].
    picks : str | list | slice | None
        Channels; None: good data channels.
    output : "power"
    average : bool
        Whether to average over epochs. Default False.
    return_itc : bool
        Whether to return inter-trial coherence too; needs ``average=True``.
    decim : int
        Keep every so many samples. Default 1.
    **method_kw
        n_cycles=7.0, zero_mean=True; of "multitaper" also time_bandwidth=4.0, of which floor(time_bandwidth - 1) tapers
        come.

    Returns
    -------
    tfr : EpochsTFR | AverageTFR | tuple of AverageTFR
    """
    if return_itc and not average:
        raise ValueError("inter-trial coherence is of an average: return_itc=True needs average=True")
    idx = picks_to_idx(epochs.info, picks, "data", with_ref_meg=False)
    method, options = _options(method, freqs, output, decim, method_kw, idx)
    epochs = prepared(epochs._loaded(), proj, tmin, tmax)
    if not average:
        made = getattr(_core.meeg, f"{method}_epochs")(epochs._engine, options)
        return EpochsTFR(made, epochs.metadata, epochs.selection, epochs.drop_log)
    power, itc = map(AverageTFR, getattr(_core.meeg, f"{method}_average")(epochs._engine, options))
    return (power, itc) if return_itc else power


@_verbose
def tfr_of_evoked(evoked, method, freqs, *, tmin=None, tmax=None, picks=None, proj=False, output="power", decim=1,
                  n_jobs=None, verbose=None, **method_kw):  # fmt: skip
    """Power over time and frequency of the average. See `Epochs.compute_tfr`."""
    idx = picks_to_idx(evoked.info, picks, "data", with_ref_meg=False)
    method, options = _options(method, freqs, output, decim, method_kw, idx)
    made = getattr(_core.meeg, f"{method}_evoked")(prepared(evoked, proj, tmin, tmax)._engine, options)
    return AverageTFR(made)


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
        Whether to return inter-trial coherence too. Default True.
    average : bool
        Whether to average over epochs. Default True.

    Returns
    -------
    power : AverageTFR | EpochsTFR
    itc : AverageTFR
        Only with `return_itc`.
    """
    of_epochs = {} if isinstance(inst._engine, _core.meeg.Evoked) else {"average": average, "return_itc": return_itc}
    return inst.compute_tfr("morlet", freqs, picks=picks, output=output, decim=decim, n_cycles=n_cycles,
                            zero_mean=zero_mean, **of_epochs)  # fmt: skip


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
        Whether to return inter-trial coherence too. Default True.
    average : bool
        Whether to average over epochs. Default True.

    Returns
    -------
    power : AverageTFR | EpochsTFR
    itc : AverageTFR
        Only with `return_itc`.
    """
    of_epochs = {} if isinstance(inst._engine, _core.meeg.Evoked) else {"average": average, "return_itc": return_itc}
    return inst.compute_tfr("multitaper", freqs, picks=picks, decim=decim, n_cycles=n_cycles, use_fft=use_fft,
                            time_bandwidth=time_bandwidth, **of_epochs)  # fmt: skip


def _array_tfr(data, sfreq, method, output, settings):
    """Power and coherence of an array, as `output` wants them."""
    one_of("output", output, ("complex", "phase", "power", "avg_power", "itc", "avg_power_itc"))
    if output in ("complex", "phase"):
        raise not_yet(f"output={output!r}", 'output="power", "avg_power", "itc" or "avg_power_itc"')
    epochs = _core.meeg.plain_epochs(np.ascontiguousarray(data, float), float(sfreq))
    if output == "power":
        return getattr(_core.meeg, f"{method}_epochs")(epochs, settings).data
    power, itc = (values.data for values in getattr(_core.meeg, f"{method}_average")(epochs, settings))
    return power if output == "avg_power" else itc if output == "itc" else power + 1j * itc


@_verbose
@described("tfr_multitaper")
def tfr_array_multitaper(data, sfreq, freqs, n_cycles=7.0, zero_mean=..., time_bandwidth=..., use_fft=True, decim=1,
                         output="complex", n_jobs=None, *, return_weights=False, verbose=None):  # fmt: skip
    """Power of an array by Slepian tapers.

    Parameters
    ----------
    data : array of float, shape (n_epochs, n_channels, n_times)
    sfreq : float
        Sampling rate [Hz].
    freqs : array of float, shape (n_freqs,)
        [Hz]
    time_bandwidth : float
        Length times full bandwidth of the tapers, of which there are floor(time_bandwidth - 1). Default 4.0.
    output : "power" | "avg_power" | "itc" | "avg_power_itc"
        Power of each epoch; its mean; coherence; mean power + i coherence. MNE's default "complex" is not in Ranvier
        yet.

    Returns
    -------
    out : array
        Shape (n_epochs, n_channels, n_freqs, n_times), without the first axis for averages.
    """
    if return_weights:
        raise not_yet("return_weights=True, which single tapers need,", "the power, which is weighted already")
    data = _three(data)
    settings = given("tfr_multitaper", locals(), decim=_decim(decim), picks=range(data.shape[1]))
    return _array_tfr(data, sfreq, "multitaper", output, settings)


def _three(data):
    data = np.asarray(data)
    if data.ndim != 3:
        raise ValueError(f"data must have shape (n_epochs, n_channels, n_times); got {data.shape}")
    return data


@_verbose
@described("morlet")
def tfr_array_morlet(data, sfreq, freqs, n_cycles=7.0, zero_mean=..., use_fft=True, decim=1, output="complex",
                     n_jobs=None, *, verbose=None):  # fmt: skip
    """Power of an array by Morlet wavelets.

    Parameters
    ----------
    data : array of float, shape (n_epochs, n_channels, n_times)
    sfreq : float
        Sampling rate [Hz].
    freqs : array of float, shape (n_freqs,)
        [Hz]
    output : "power" | "avg_power" | "itc" | "avg_power_itc"
        Power of each epoch; its mean; coherence; mean power + i coherence. MNE's default "complex" is not in Ranvier
        yet.

    Returns
    -------
    out : array
        Shape (n_epochs, n_channels, n_freqs, n_times), without the first axis for averages.
    """
    data = _three(data)
    settings = given("morlet", locals(), decim=_decim(decim), picks=range(data.shape[1]))
    return _array_tfr(data, sfreq, "morlet", output, settings)


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
