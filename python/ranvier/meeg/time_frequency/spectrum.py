"""Power spectral densities."""

import numpy as np

from ranvier import _core

from ..channels.mixins import ChannelsMixin, HoldsEngine
from ..checks import not_yet, one_of
from ..info import Info
from ..lazy import drawn_by
from ..logs import verbose as _verbose
from ..picks import picks_to_idx

_welch = {"n_fft": None, "n_overlap": 0, "n_per_seg": None, "average": "mean", "window": "hamming"}
_multitaper = {"bandwidth": None, "adaptive": False, "low_bias": True, "normalization": "length", "max_iter": 150}
_drawing = {"average", "dB", "amplitude", "xscale", "color", "spatial_colors", "sphere", "axes", "show"}
_older_words = {"area_mode": "ci", "area_alpha": "ci_alpha", "line_alpha": "alpha", "ax": "axes"}


def plot_psd(inst, **kwargs):
    """Compute a spectrum and draw it; some arguments of the drawing have names of their own here, as in MNE-Python."""
    words = [name for name in kwargs if name in _drawing or name in _older_words]
    look = {_older_words.get(name, name): kwargs.pop(name) for name in words}
    return inst.compute_psd(**kwargs).plot(**look)


def _options(method, fmin, fmax, remove_dc, method_kw, picks=None):
    """The engine's options of a spectrum."""
    method = "multitaper" if method == "auto" else method
    one_of("method", method, ("welch", "multitaper"))
    known = dict(_welch if method == "welch" else _multitaper)
    given = {k: v for k, v in method_kw.items() if k != "output"}
    if method_kw.get("output", "power") != "power":
        raise not_yet(f"output={method_kw['output']!r}", 'output="power"')
    wrong = [k for k in given if k not in known]
    if wrong:
        raise TypeError(f"method {method!r} takes {', '.join(known)}; got {', '.join(wrong)}")
    known.update(given)
    if not np.isfinite(fmin) or fmin < 0 or fmax < fmin:
        raise ValueError(f"frequencies must satisfy 0 <= fmin <= fmax; got fmin {fmin} and fmax {fmax} Hz")
    if method == "welch":
        if known["average"] not in ("mean", "median"):
            raise not_yet(f"average={known['average']!r}", '"mean" or "median"')
        if not isinstance(known["window"], str):
            raise not_yet(f"window={known['window']!r}", "the name of a window")
        for key in ("n_fft", "n_overlap", "n_per_seg"):
            known[key] = None if known[key] is None else int(known[key])
    else:
        one_of("normalization", known["normalization"], ("length", "full"))
        known["bandwidth"] = None if known["bandwidth"] is None else float(known["bandwidth"])
    known.update(fmin=float(fmin), fmax=float(fmax) if np.isfinite(fmax) else -1.0, remove_dc=bool(remove_dc), picks=picks)
    return method, known


class Spectrum(HoldsEngine, ChannelsMixin):
    """Power spectral density of a recording or an average. Made by `compute_psd`.

    Attributes
    ----------
    info : Info
    freqs : array of float, shape (n_freqs,)
        [Hz]
    data : array of float, shape (n_channels, n_freqs)
        Power [unit²/Hz].
    """

    def __init__(self, engine, nave=None, metadata=None):
        self._engine = engine
        self.info = Info(engine.info)
        self.nave, self.metadata = nave, metadata

    @property
    def data(self):
        """Power [unit²/Hz]."""
        return self._engine.data[0]

    @property
    def freqs(self):
        """Frequencies [Hz], shape (n_freqs,)."""
        return self._engine.freqs

    @property
    def method(self):
        """ "welch" or "multitaper". """
        return self._engine.method

    @property
    def sfreq(self):
        """Sampling rate of the data [Hz]."""
        return self.info["sfreq"]

    @property
    def shape(self):
        """Shape of the data."""
        return self.data.shape

    def __len__(self):
        return len(self.data)

    def __getitem__(self, item):
        return self.get_data(exclude=())[item]

    def __repr__(self):
        return (
            f"<{type(self).__name__} ({self.method}) | {' x '.join(map(str, self.shape))}, "
            f"{self.freqs[0]:0.1f} – {self.freqs[-1]:0.1f} Hz>"
        )

    def _keep_channels(self, idx):
        self._engine.pick([int(k) for k in idx])

    def get_data(self, picks=None, exclude="bads", fmin=0, fmax=np.inf, return_freqs=False):
        """Power as an array.

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
        data = self.data[..., idx, :][..., keep]
        return (data, self.freqs[keep]) if return_freqs else data

    def units(self, latex=False):
        """Units by channel type, as "V²/Hz", or for LaTeX's mathematics."""
        kinds = dict(zip(self.get_channel_types(), self.info["chs"]))
        symbols = {kind: channel.unit_symbol for kind, channel in kinds.items()}
        if latex:
            return {kind: rf"$\mathrm{{{f'({s})' if '/' in s else s}^{{2}}/Hz}}$" for kind, s in symbols.items()}
        return {kind: f"{symbol}²/Hz" for kind, symbol in symbols.items()}

    def to_data_frame(self, picks=None, index=None, copy=True, long_format=False, *, verbose=None):
        """A pandas DataFrame with columns freq and one per channel [unit²/Hz]."""
        from ..frames import spectrum_frame

        return spectrum_frame(self, picks, index, long_format)

    plot = drawn_by("plot_spectrum")
    plot_topomap = drawn_by("plot_spectrum_topomap")

    def plot_topo(self, **kwargs):
        raise not_yet("plot_topo()", "plot() or plot_topomap()")

    def save(self, fname, *, overwrite=False, verbose=None):
        raise not_yet("saving a Spectrum", "to_data_frame()")


class EpochsMixin:
    """Epochs of a spectrum or a map."""

    @property
    def events(self):
        """The events of the epochs, shape (n_epochs, 3)."""
        return self._engine.events

    @property
    def event_id(self):
        """Names of the events and their numbers."""
        return dict(self._engine.event_id)

    def __len__(self):
        return len(self.data)

    def __iter__(self):
        return iter(self.data)

    def __getitem__(self, item):
        if isinstance(item, str) or (isinstance(item, list) and item and isinstance(item[0], str)):
            item = chosen(self.events, self.event_id, [item] if isinstance(item, str) else item)
        return self._subset(np.atleast_1d(np.arange(len(self))[item]))

    def _subset(self, which):
        part = object.__new__(type(self))
        part.__dict__.update(self.__dict__)
        part._engine = self._engine.subset(which.tolist())
        part.info = Info(part._engine.info, self.info._rest)
        if self.metadata is not None:
            part.metadata = self.metadata.iloc[which]
        return part


class EpochsSpectrum(EpochsMixin, Spectrum):
    """Power spectral density of each epoch: data of shape (n_epochs, n_channels, n_freqs)."""

    @property
    def data(self):
        """Power [unit²/Hz]."""
        return self._engine.data

    def average(self, method="mean"):
        """The mean (or median, or your function) over epochs: a Spectrum."""
        if method in ("mean", "median"):
            return Spectrum(self._engine.average(method == "median"), len(self))
        data = np.asarray(method_of(method)(self.data), float)[None]
        none = np.empty((0, 3), np.int64)
        return Spectrum(_core.meeg.Spectrum(self._engine.info, self.freqs, data, False, none, [], self.method), len(self))


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


def _projected(inst, proj):
    return inst.copy().load_data().apply_proj() if proj and hasattr(inst, "load_data") else inst


def spectrum_of_raw(raw, method, fmin, fmax, tmin, tmax, picks, exclude, proj, remove_dc, reject_by_annotation,
                    method_kw):  # fmt: skip
    """Spectrum of a recording."""
    idx = [int(k) for k in picks_to_idx(raw.info, picks, "data", exclude, with_ref_meg=False)]
    method, options = _options(method, fmin, fmax, remove_dc, method_kw, idx)
    raw = _projected(raw, proj)
    low, high = 0.0 if tmin is None else float(tmin), -1.0 if tmax is None else float(tmax)
    if method == "welch":
        return Spectrum(_core.meeg.raw_welch(raw._engine, options, low, high, bool(reject_by_annotation)))
    return Spectrum(_core.meeg.raw_multitaper(raw._engine, options, low, high, bool(reject_by_annotation)))


def _cropped(inst, tmin, tmax):
    if tmin is None and tmax is None:
        return inst
    inst = inst.copy()
    return (inst.load_data() if hasattr(inst, "load_data") else inst).crop(tmin, tmax)


def spectrum_of_epochs(epochs, method, fmin, fmax, tmin, tmax, picks, exclude, proj, remove_dc, method_kw):
    """Spectrum of each epoch."""
    idx = [int(k) for k in picks_to_idx(epochs.info, picks, "data", exclude, with_ref_meg=False)]
    method, options = _options(method, fmin, fmax, remove_dc, method_kw, idx)
    epochs = _cropped(_projected(epochs, proj), tmin, tmax)
    compute = _core.meeg.epochs_welch if method == "welch" else _core.meeg.epochs_multitaper
    if not epochs.preload:
        epochs = epochs.copy().load_data()
    return EpochsSpectrum(compute(epochs._engine, options), metadata=epochs.metadata)


def spectrum_of_evoked(evoked, method, fmin, fmax, tmin, tmax, picks, exclude, proj, remove_dc, method_kw):
    """Spectrum of an average."""
    idx = [int(k) for k in picks_to_idx(evoked.info, picks, "data", exclude, with_ref_meg=False)]
    method, options = _options(method, fmin, fmax, remove_dc, method_kw, idx)
    evoked = evoked.copy().apply_proj() if proj else evoked
    evoked = _cropped(evoked, tmin, tmax)
    compute = _core.meeg.evoked_welch if method == "welch" else _core.meeg.evoked_multitaper
    return Spectrum(compute(evoked._engine, options), evoked.nave)


def _rows(x):
    x = np.asarray(x)
    if np.iscomplexobj(x):
        raise ValueError("the data must be real; got complex numbers")
    return np.ascontiguousarray(x, float).reshape(-1, x.shape[-1]), x.shape[:-1]


@_verbose
def psd_array_welch(x, sfreq, fmin=0, fmax=np.inf, n_fft=256, n_overlap=0, n_per_seg=None, n_jobs=None, average="mean",
                    window="hamming", remove_dc=True, *, output="power", verbose=None):  # fmt: skip
    """Power spectral density of an array by Welch's method.

    Parameters
    ----------
    x : array of float, shape (..., n_times)
    sfreq : float
        Sampling rate [Hz].
    fmin, fmax : float
        Range of frequencies [Hz].
    n_fft, n_overlap, n_per_seg : int
        Lengths of transform, overlap and segments [samples]. Default 256, 0, n_fft.
    average : "mean" | "median"
    window : str
        Default "hamming".

    Returns
    -------
    psds : array of float, shape (..., n_freqs)
        [unit²/Hz]
    freqs : array of float, shape (n_freqs,)
        [Hz]
    """
    kw = dict(n_fft=n_fft, n_overlap=n_overlap, n_per_seg=n_per_seg, average=average, window=window, output=output)
    _, options = _options("welch", fmin, fmax, remove_dc, kw)
    rows, shape = _rows(x)
    made = _core.meeg.rows_welch(rows, float(sfreq), options)
    return made.data.reshape(shape + (len(made.freqs),)), made.freqs


@_verbose
def psd_array_multitaper(x, sfreq, fmin=0.0, fmax=np.inf, bandwidth=None, adaptive=False, low_bias=True,
                         normalization="length", remove_dc=True, output="power", n_jobs=None, *, max_iter=150,
                         verbose=None):  # fmt: skip
    """Power spectral density of an array by Slepian tapers.

    Parameters
    ----------
    x : array of float, shape (..., n_times)
    sfreq : float
        Sampling rate [Hz].
    fmin, fmax : float
        Range of frequencies [Hz].
    bandwidth : float | None
        Full width of the tapers' window [Hz]. Default 8 sfreq / n_times.
    adaptive : bool
        Whether tapers are weighted by Thomson's method. Default False.
    low_bias : bool
        Whether only tapers with more than 90 % of their energy inside the window are used. Default True.
    normalization : "length" | "full"
        "full" divides by the sampling rate: power per Hz.
    max_iter : int
        Of Thomson's weights, at most. Default 150.

    Returns
    -------
    psds : array of float, shape (..., n_freqs)
    freqs : array of float, shape (n_freqs,)
        [Hz]
    """
    kw = dict(bandwidth=bandwidth, adaptive=adaptive, low_bias=low_bias, normalization=normalization, output=output,
              max_iter=int(max_iter))  # fmt: skip
    _, options = _options("multitaper", fmin, fmax, remove_dc, kw)
    rows, shape = _rows(x)
    made = _core.meeg.rows_multitaper(rows, float(sfreq), options)
    return made.data.reshape(shape + (len(made.freqs),)), made.freqs
