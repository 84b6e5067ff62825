"""Power spectral densities."""

from operator import attrgetter

import numpy as np

from ranvier import _core
from ranvier.errors import warn

from ...settings import described, given
from ..channels.mixins import ChannelsMixin, EventIdsMixin
from ..checks import as_info, axis_of, lacking, one_of, rows_that
from ..event import as_events, event_ids
from ..face import floats, of_engine
from ..lazy import drawn_by, made_by
from ..logs import tell
from ..logs import verbose as _verbose
from ..picks import numbers_of, picks_to_idx

_drawing = {"average", "dB", "amplitude", "xscale", "color", "spatial_colors", "sphere", "axes", "show"}
_older_words = {"area_mode": "ci", "area_alpha": "ci_alpha", "line_alpha": "alpha", "ax": "axes"}


def plot_psd(inst, fmin=0, fmax=np.inf, tmin=None, tmax=None, picks=None, proj=False, **kwargs):
    """Draw the power spectral density: `compute_psd` and `Spectrum.plot`, whose other arguments it takes.

    Some arguments of the drawing have names of their own here, as in MNE-Python.
    """
    words = [name for name in kwargs if name in _drawing or name in _older_words]
    look = {_older_words.get(name, name): kwargs.pop(name) for name in words}
    return inst.compute_psd(fmin=fmin, fmax=fmax, tmin=tmin, tmax=tmax, picks=picks, proj=proj, **kwargs).plot(**look)


def _settings(inst, picks, exclude, method, method_kw, **common):
    """The method, "auto" resolved, and the engine's settings of it."""
    idx = picks_to_idx(inst.info, picks, "data", exclude, with_ref_meg=False)
    method = one_of("method", "multitaper" if method == "auto" else method, ("welch", "multitaper"))
    return method, given(method, {"settings": method_kw}, called="compute_psd", picks=idx, **common)


def _shaped(engine):
    """The engine's numbers with all their axes: epochs, channels, and tapers before or segments after frequencies."""
    numbers = engine.data.view(complex) if engine.complex else engine.data
    inner = (engine.tapers or None, len(engine.freqs), engine.segments or None)
    return numbers.reshape(numbers.shape[:2] + tuple(n for n in inner if n is not None))


def _flat(data):
    """Numbers as the engine has them: complex ones as pairs."""
    return np.ascontiguousarray(data, complex).view(float) if np.iscomplexobj(data) else floats(data)


def _told_of_zeros(spectrum):
    """The spectrum, with a warning where good channels are 0 at all frequencies: there is no decibel and no phase."""
    where = abs(spectrum.data).max(axis=spectrum._dims.index("freq")) == 0
    channel = spectrum._dims.index("channel")
    flat = where.any(axis=tuple(axis for axis in range(where.ndim) if axis != channel))
    flat = [name for name, is_flat in zip(spectrum.ch_names, flat) if is_flat]
    flat = [name for name in flat if name not in spectrum.info["bads"]]
    if flat:
        warn(f"the spectrum of {', '.join(flat)} is 0: no decibel and no phase is known there", UserWarning)
    return spectrum


def _weights_of(engine):
    return np.array(engine.weights)[None, :, None] if engine.tapers else None


class FreqsMixin:
    """Frequencies and shape of an object whose engine has them."""

    freqs = of_engine("freqs", "Frequencies [Hz], shape (n_freqs,).")
    method = of_engine("method", '"welch", "multitaper" or "morlet".')

    @property
    def sfreq(self):
        """Sampling rate of the data, or of a map's times [Hz]."""
        return self.info["sfreq"]

    shape = property(attrgetter("data.shape"), doc="Shape of the data.")


class Spectrum(ChannelsMixin, FreqsMixin):
    """Power spectral density of a recording or an average, or complex spectra. Made by `compute_psd`.

    Attributes
    ----------
    info : Info
    freqs : array of float, shape (n_freqs,)
        [Hz]
    data : array of float or complex, shape (n_channels, n_freqs)
        Power [unit²/Hz]. Segments that are not put together are a last axis, tapers the axis before the frequencies.
    weights : array of float, shape (1, n_tapers, 1) | None
        Of the tapers: with them 2 Σ |w X|² / Σ w² is the power.
    """

    def __init__(self, engine, nave=None):
        self._hold(engine)
        self.nave = nave

    @property
    def data(self):
        """Power [unit²/Hz], or complex numbers."""
        return self._data[0]

    @property
    def _data(self):
        return _shaped(self._engine)

    @_data.setter
    def _data(self, data):
        self._engine.data = _flat(data).reshape(self._engine.data.shape)

    @property
    def weights(self):
        """Of the tapers that are not put together, shape (1, n_tapers, 1); else None."""
        return _weights_of(self._engine)

    @property
    def _dims(self):
        """Names of the axes of the data."""
        engine = self._engine
        there = {
            "epoch": engine.of_epochs,
            "channel": True,
            "taper": engine.tapers,
            "freq": True,
            "segment": engine.segments,
        }
        return tuple(name for name, is_there in there.items() if is_there)

    def __len__(self):
        return len(self.data)

    def __getitem__(self, item):
        return self.get_data(exclude=())[item]

    def __repr__(self):
        return (
            f"<{type(self).__name__} ({self.method}) | {' x '.join(map(str, self.shape))}, "
            f"{self.freqs[0]:0.1f} – {self.freqs[-1]:0.1f} Hz>"
        )

    def get_data(self, picks=None, exclude="bads", fmin=0, fmax=np.inf, return_freqs=False):
        """Power, or complex numbers, as an array with the axes of `data`.

        Parameters
        ----------
        picks : str | list | slice | None
            Channels; None: good data channels.
        fmin, fmax : float
            Range of frequencies [Hz].
        return_freqs : bool
            Whether to return the frequencies [Hz] too.
        """
        idx = picks_to_idx(self.info, picks, "data", exclude=exclude, with_ref_meg=False)
        keep = (self.freqs >= fmin) & (self.freqs <= fmax)
        data = self.data.take(idx, self._dims.index("channel")).compress(keep, self._dims.index("freq"))
        return (data, self.freqs[keep]) if return_freqs else data

    def units(self, latex=False):
        """Units by channel type, as "V²/Hz", or for LaTeX's mathematics."""
        kinds = dict(zip(self.get_channel_types(), self.info["chs"]))
        units = {kind: _core.meeg.density_unit(channel.unit_symbol) for kind, channel in kinds.items()}
        if latex:
            return {kind: rf"$\mathrm{{{unit.replace('²', '^{2}')}}}$" for kind, unit in units.items()}
        return units

    to_data_frame = made_by("frames.spectrum_frame")
    plot = drawn_by("plot_spectrum")
    plot_topomap = drawn_by("plot_spectrum_topomap")
    plot_topo = lacking("plot_topo()", "plot() or plot_topomap()")
    save = lacking("saving a Spectrum", "to_mne().save()")
    to_mne = made_by("to_mne.spectrum_to_mne")


class EpochsMixin(EventIdsMixin):
    """Epochs of a spectrum or a map."""

    events = of_engine("events", "The events of the epochs, shape (n_epochs, 3).")

    def _log(self, metadata=None, selection=None, drop_log=None):
        """Keep what is known of the epochs; without selection and log they are all that there were."""
        self.selection = np.arange(len(self)) if selection is None else np.array(selection, np.int64)
        if self.selection.shape != (len(self),):
            raise ValueError(f"selection must have one number per epoch ({len(self)}); got {self.selection.shape}")
        if len(self) and self.selection.min() < 0 or len(set(self.selection.tolist())) < len(self):
            raise ValueError(f"selection must hold different numbers >= 0; got {self.selection}")
        if drop_log is None and len(self) and self.selection.max() > 100 * len(self) + 1_000_000:
            raise ValueError(f"selection counts events up to {self.selection.max()}; give drop_log= where so many were")
        if drop_log is None:
            kept = set(self.selection.tolist())
            drop_log = [() if k in kept else ("IGNORED",) for k in range(max(kept, default=-1) + 1)]
        self.drop_log = tuple(tuple(reasons) for reasons in drop_log)
        if len(self) and self.selection.max() >= len(self.drop_log):
            raise ValueError(f"drop_log must have an entry for each number of selection, up to {self.selection.max()}; got "
                             f"{len(self.drop_log)} entries")  # fmt: skip
        self.metadata = metadata

    @property
    def metadata(self):
        """A pandas DataFrame with one row per epoch, or None."""
        return self._metadata

    @metadata.setter
    def metadata(self, metadata):
        if metadata is not None and len(metadata) != len(self):
            raise ValueError(f"metadata must have one row per epoch ({len(self)}); got {len(metadata)}")
        self._metadata = None if metadata is None else metadata.copy()

    def copy(self):
        """A copy that shares nothing that can change."""
        other = super().copy()
        other.metadata = self.metadata
        return other

    def __len__(self):
        return len(self.data)

    def __iter__(self):
        return iter(self.data)

    def __getitem__(self, item):
        if isinstance(item, str):
            item = [item]
        if isinstance(item, slice):
            which = np.arange(len(self))[item]
        elif np.ndim(item) and len(item) and all(isinstance(key, str) for key in item):
            which = self._named(list(item))
        else:
            which = np.array(numbers_of(item, len(self)), int)
        return self._subset(which)

    def _named(self, keys):
        try:
            return chosen(self.events, self.event_id, keys)
        except KeyError as error:
            if self.metadata is None or len(keys) != 1:
                raise
            return rows_that(self.metadata, keys[0], error)

    def _subset(self, which, reason="IGNORED"):
        part = self._like(self._engine.subset(which.tolist()))
        left = set(self.selection[which].tolist())
        log = [(reason,) if k not in left and not reasons else reasons for k, reasons in enumerate(self.drop_log)]
        part.selection, part.drop_log = self.selection[which], tuple(log)
        part._metadata = None if self.metadata is None else self.metadata.iloc[which]
        return part


class EpochsSpectrum(EpochsMixin, Spectrum):
    """Power spectral density of each epoch: data of shape (n_epochs, n_channels, n_freqs)."""

    def __init__(self, engine, metadata=None, selection=None, drop_log=None):
        super().__init__(engine)
        self._log(metadata, selection, drop_log)

    @property
    def data(self):
        """Power [unit²/Hz], or complex numbers."""
        return self._data

    def average(self, method="mean"):
        """The mean (or median, or your function) over epochs: a Spectrum."""
        if method in ("mean", "median"):
            return Spectrum(self._engine.average(method == "median"), len(self))
        own, data = self._engine, np.asarray(method_of(method)(self.data))
        if data.shape != self.shape[1:]:
            raise ValueError(f"method must make data of shape {self.shape[1:]}; got {data.shape}")
        made = _engine_of(data[None], own.info, self.freqs, own.tapers, own.segments, own.weights, method=self.method)
        return Spectrum(made, len(self))


class SpectrumArray(Spectrum):
    """A spectrum from an array.

    Parameters
    ----------
    data : array of float or complex, shape (n_channels, n_freqs)
        Power [unit²/Hz] or complex numbers; copied. With more axes as `dim_names` says.
    info : Info
    freqs : array of float, shape (n_freqs,)
        [Hz]
    dim_names : tuple of str
        ("channel", "freq"), ("channel", "freq", "segment") or ("channel", "taper", "freq").
    weights : array of float, n_tapers numbers | None
        Of the tapers, where there are some.
    """

    @_verbose
    def __init__(self, data, info, freqs, dim_names=("channel", "freq"), weights=None, *, verbose=None):
        super().__init__(_spectrum_of(data, info, freqs, dim_names, weights))


class EpochsSpectrumArray(EpochsSpectrum):
    """Spectra of epochs from an array.

    Parameters
    ----------
    data : array of float or complex, shape (n_epochs, n_channels, n_freqs)
        Power [unit²/Hz] or complex numbers; copied. With more axes as `dim_names` says.
    info : Info
    freqs : array of float, shape (n_freqs,)
        [Hz]
    events : array of int, shape (n_epochs, 3) | None
        None: numbered from 0, all of id 1.
    event_id : dict | None
        Names of their numbers.
    dim_names, weights : see `SpectrumArray`; the first name is "epoch"
    """

    @_verbose
    def __init__(self, data, info, freqs, events=None, event_id=None, dim_names=("epoch", "channel", "freq"), weights=None,
                 *, verbose=None):  # fmt: skip
        events = events_for(len(data), events)
        ids = list(event_ids(events, event_id, "raise").items())
        super().__init__(_spectrum_of(data, info, freqs, dim_names, weights, events, ids))


def combine_spectrum(all_spectrum, weights="nave"):
    """A weighted sum of spectra: contrasts, and averages of averages.

    Parameters
    ----------
    all_spectrum : list of Spectrum
        With the same channels and frequencies; channels that are bad in one are bad in the sum.
    weights : list of float | "equal" | "nave"
        [1, -1] is a difference; "equal": 1/n each; "nave": by their numbers of averages. Default "nave".

    Returns
    -------
    spectrum : Spectrum
        `nave` is the effective number of averages, 1 / sum(w² / nave), where all have one.
    """
    spectra = list(all_spectrum)
    for each in spectra:
        if not isinstance(each, Spectrum):
            raise TypeError(f"all_spectrum must hold spectra; got {type(each).__name__}")
    naves = [each.nave for each in spectra]
    counted = bool(naves) and None not in naves
    if isinstance(weights, str):
        if one_of("weights", weights, ("equal", "nave")) == "nave" and not counted:
            raise ValueError('weights="nave" needs spectra whose nave is known; here it is None; use "equal"')
        weights = [1 / len(naves)] * len(naves) if weights == "equal" else [n / sum(naves) for n in naves]
    weights = [float(w) for w in weights]
    made = _core.meeg.combined_spectrum([each._engine for each in spectra], weights)
    inverse = sum(w * w / n for w, n in zip(weights, naves)) if counted else 0
    return spectra[0]._like(made, nave=max(int(1 / inverse), 1) if inverse else None)


def events_for(n, events):
    """`n` events: those given, else numbered from 0, all of id 1."""
    events = as_events(
        np.stack([np.arange(n), np.zeros(n, int), np.ones(n, int)], axis=1) if events is None else events
    )
    if len(events) != n:
        raise ValueError(f"there must be one event per epoch ({n}); got {len(events)}")
    return events


_layouts = (("channel", "freq"), ("channel", "freq", "segment"), ("channel", "taper", "freq"))


def _spectrum_of(data, info, freqs, dim_names, weights, events=None, ids=()):
    """The engine's spectrum of data from outside, whose axes are named; of epochs where there are events."""
    data, freqs, names = np.asarray(data), axis_of("freqs", freqs, 0), tuple(dim_names)
    allowed = [(() if events is None else ("epoch",)) + layout for layout in _layouts]
    if names not in allowed:
        raise ValueError(f"dim_names must be one of {', '.join(map(str, allowed))}; got {names}")
    sizes = {"channel": len(as_info(info)["chs"]), "freq": len(freqs)}
    if data.ndim != len(names) or any(data.shape[names.index(name)] != n for name, n in sizes.items()):
        raise ValueError(f"data must have the dimensions {names}, with {sizes['channel']} channels and {sizes['freq']} "
                         f"frequencies; got {data.shape}")  # fmt: skip
    tapers, segments = (data.shape[names.index(name)] if name in names else 0 for name in ("taper", "segment"))
    if tapers + segments == 0 and len(names) > 2 + (events is not None):
        raise ValueError(f"data must have at least one taper or segment; got {data.shape}")
    weights = [] if weights is None else floats(weights).ravel()
    return _engine_of(
        data if events is not None else data[None], info._engine, freqs, tapers, segments, weights, events, ids
    )


def _engine_of(data, info, freqs, tapers, segments, weights, events=None, ids=(), method="unknown"):
    """The engine's spectrum of data of shape (epochs, channels, …)."""
    none = np.empty((0, 3), np.int64)
    return _core.meeg.Spectrum(info, freqs, _flat(data).reshape(*data.shape[:2], -1), events is not None,
                               none if events is None else events, list(ids), method, np.iscomplexobj(data), tapers,
                               segments, list(weights))  # fmt: skip


def method_of(method):
    """A function of one's own that averages."""
    if not callable(method):
        raise ValueError(f'method must be "mean", "median" or a function; got {method!r}')
    return method


def chosen(events, event_id, keys):
    """Positions of the epochs whose names equal a key or have all its tags."""
    numbers = set()
    for key in keys:
        tags = set(key.split("/"))
        hit = {n for name, n in event_id.items() if name == key or tags <= set(name.split("/"))}
        if not hit:
            raise KeyError(f"there is no event {key!r}; names are {list(event_id)}")
        numbers |= hit
    return np.flatnonzero(np.isin(events[:, 2], list(numbers)))


def within(tmin, tmax):
    """A range of times [s], of which infinity is no bound."""
    return None if tmin is None or tmin == -np.inf else tmin, None if tmax is None or tmax == np.inf else tmax


def prepared(inst, proj, tmin=None, tmax=None):
    """A copy with its projections applied, cropped, where that is asked for."""
    tmin, tmax = within(tmin, tmax)
    cropped = tmin is not None or tmax is not None
    if proj or cropped:
        inst = inst.copy()
        if hasattr(inst, "load_data"):
            inst.load_data()
        if proj:
            inst.apply_proj()
        if cropped:
            inst.crop(tmin, tmax)
    return inst


@_verbose
def spectrum_of_raw(raw, method="welch", fmin=0, fmax=np.inf, tmin=None, tmax=None, picks=None, exclude=(), proj=False,
                    remove_dc=True, reject_by_annotation=True, *, n_jobs=None, verbose=None, **method_kw):  # fmt: skip
    """Power spectral density.

    Parameters
    ----------
    method : "welch" | "multitaper"
    fmin, fmax : float
        Range of frequencies [Hz].
    tmin, tmax : float | None
        Range of times [s].
    picks : str | list | slice | None
        Channels; None: data channels.
    remove_dc : bool
        Whether the mean of each segment is subtracted. Default True.
    reject_by_annotation : bool
        Whether stretches annotated as bad are left out. Default True.
    **method_kw
        Of both: output="power" or "complex" (the transforms themselves: their phases are known, and of multitaper
        those of each taper; `Spectrum.weights` put these together). Of "welch": n_fft=None [samples] (all, at most
        2048), n_overlap=0, n_per_seg=None (n_fft), average="mean", "median" or None (segments stay apart),
        window="hamming". Of "multitaper": bandwidth=None [Hz], adaptive=False, low_bias=True, normalization="length"
        or "full".

    Returns
    -------
    spectrum : Spectrum
        Power [unit²/Hz], shape (n_channels, n_freqs); of single segments (n_channels, n_freqs, n_segments), of single
        tapers (n_channels, n_tapers, n_freqs).
    """
    method, settings = _settings(raw, picks, exclude, method, method_kw, fmin=fmin, fmax=fmax, remove_dc=remove_dc)
    tmin, tmax = within(tmin, tmax)
    begin, end = 0.0 if tmin is None else float(tmin), None if tmax is None else float(tmax)
    made = _core.meeg.psd(prepared(raw, proj)._engine, method, settings, begin, end, bool(reject_by_annotation))
    return _told_of_zeros(Spectrum(made))


@_verbose
def spectrum_of_epochs(epochs, method="multitaper", fmin=0, fmax=np.inf, tmin=None, tmax=None, picks=None, proj=False,
                       remove_dc=True, exclude=(), *, n_jobs=None, verbose=None, **method_kw):  # fmt: skip
    """Power spectral density of an average, or of each epoch: a Spectrum or EpochsSpectrum. See `Raw.compute_psd`."""
    method, settings = _settings(epochs, picks, exclude, method, method_kw, fmin=fmin, fmax=fmax, remove_dc=remove_dc)
    epochs = prepared(epochs if epochs.preload else epochs._loaded(), proj, tmin, tmax)
    epochs._need_epochs("compute_psd()")
    made = _core.meeg.psd(epochs._engine, method, settings)
    if not made.of_epochs:
        return _told_of_zeros(Spectrum(made, epochs.nave))
    return _told_of_zeros(EpochsSpectrum(made, epochs.metadata, epochs.selection, epochs.drop_log))


def _array_psd(x, sfreq, method, settings):
    """Spectra of an array with the shape that its leading axes say, frequencies, and weights where tapers have them."""
    x = np.asarray(x)
    if np.iscomplexobj(x):
        raise ValueError("the data must be real; got complex numbers")
    rows = np.ascontiguousarray(x, float).reshape(-1, 1, x.shape[-1])
    made = _core.meeg.psd(_core.meeg.plain_epochs(rows, float(sfreq)), method, {**settings, "picks": [0]})
    spectra = _shaped(made)
    weights = _weights_of(made)
    return (spectra.reshape(x.shape[:-1] + spectra.shape[2:]), made.freqs) + (() if weights is None else (weights,))


@_verbose
@described("welch")
def psd_array_welch(x, sfreq, fmin=..., fmax=..., n_fft=256, n_overlap=..., n_per_seg=None, n_jobs=None, average=...,
                    window=..., remove_dc=..., *, output=..., verbose=None):  # fmt: skip
    """Power spectral density of an array by Welch's method.

    Parameters
    ----------
    x : array of float, shape (..., n_times)
    sfreq : float
        Sampling rate [Hz].
    average : "mean" | "median" | None
        How the segments are put together; None: not at all. Default "mean".
    output : "power" | "complex"
        "complex": the segments' Fourier coefficients X, or their mean or median. |X|² is half the
        one-sided power. Default "power".
    {settings}

    Returns
    -------
    psds : array of float or complex, shape (..., n_freqs), of all segments (..., n_freqs, n_segments)
        [unit²/Hz], complex ones [unit/√Hz]
    freqs : array of float, shape (n_freqs,)
        [Hz]
    """
    length = n_per_seg or n_fft
    tell(f"Welch's method, using {n_fft}-point FFT on {length} samples with {n_overlap} overlap, a {window} window")
    return _array_psd(x, sfreq, "welch", given("welch", locals()))


@_verbose
@described("multitaper")
def psd_array_multitaper(x, sfreq, fmin=..., fmax=..., bandwidth=..., adaptive=..., low_bias=..., normalization=...,
                         remove_dc=..., output=..., n_jobs=None, *, max_iter=..., verbose=None):  # fmt: skip
    """Power spectral density of an array by Slepian tapers.

    Parameters
    ----------
    x : array of float, shape (..., n_times)
    sfreq : float
        Sampling rate [Hz].
    {settings}

    Returns
    -------
    psds : array of float, shape (..., n_freqs), or of complex, shape (..., n_tapers, n_freqs)
    freqs : array of float, shape (n_freqs,)
        [Hz]
    weights : array of float, shape (1, n_tapers, 1)
        Only with output="complex": 2 Σ |weights · psds|² / Σ weights² over tapers is the power.
    """
    return _array_psd(x, sfreq, "multitaper", given("multitaper", locals()))
