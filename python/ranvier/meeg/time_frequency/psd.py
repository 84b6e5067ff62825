"""Power spectral densities: of recordings, epochs, averages and arrays, and drawn at once."""

import inspect

import numpy as np

from ranvier import _core
from ranvier.errors import warn

from ...settings import described, given
from ..checks import one_of, time_or_none
from ..logs import tell
from ..logs import verbose as _verbose
from ..picks import picks_to_idx
from .spectrum import EpochsSpectrum, Spectrum, shaped, weights_of

_of_maps = {"outlines", "image_interp", "extrapolate", "border", "mask", "mask_params", "mask_label_params"}
_older_words = {"area_mode": "ci", "area_alpha": "ci_alpha", "line_alpha": "alpha", "ax": "axes"}


def plot_psd(inst, fmin=0, fmax=np.inf, tmin=None, tmax=None, picks=None, proj=False, **kwargs):
    """Draw the power spectral density: `compute_psd` and `Spectrum.plot`, whose other arguments it takes.

    Some arguments of the drawing have names of their own here, as in MNE-Python.
    """
    words = {_older_words.get(name, name): value for name, value in kwargs.items()}
    return _drawn(inst, "plot", words, fmin=fmin, fmax=fmax, tmin=tmin, tmax=tmax, picks=picks, proj=proj)


def plot_psd_topo(inst, tmin=None, tmax=None, fmin=0, fmax=100, proj=False, **kwargs):
    """Draw each channel's power at its place: `compute_psd` and `Spectrum.plot_topo`, whose other arguments it takes.

    Parameters
    ----------
    tmin, tmax : float | None
        Range of times [s].
    fmin, fmax : float
        Range of frequencies [Hz]. Default 0 to 100, at most half the sampling rate.
    proj : bool
        Whether projections are applied. Default False.
    """
    fmax = min(fmax, inst.info["sfreq"] / 2)
    return _drawn(inst, "plot_topo", kwargs, tmin=tmin, tmax=tmax, fmin=fmin, fmax=fmax, proj=proj)


def plot_psd_topomap(inst, bands=None, tmin=None, tmax=None, ch_type=None, *, proj=False, **kwargs):
    """Draw the power of frequency bands on the head: `compute_psd` and `Spectrum.plot_topomap`, whose other arguments it takes.

    Parameters
    ----------
    bands : dict | None
        Name -> (low, high) [Hz]; see `Spectrum.plot_topomap`.
    tmin, tmax : float | None
        Range of times [s].
    ch_type : str | None
    proj : bool
        Whether projections are applied. Default False.
    """
    return _drawn(inst, "plot_topomap", dict(kwargs, bands=bands, ch_type=ch_type), tmin=tmin, tmax=tmax, proj=proj)


def _drawn(inst, method, words, **limits):
    """The spectrum of an object drawn by a method of it, which takes those of the words that it has a place for."""
    draw = getattr(Spectrum, method)
    drawing = {*inspect.signature(draw).parameters, *_of_maps}
    look = {name: words.pop(name) for name in list(words) if name in drawing}
    return draw(inst.compute_psd(**limits, **words), **look)


def _settings(inst, picks, exclude, method, method_kw, **common):
    """The method, "auto" resolved, and the engine's settings of it."""
    idx = picks_to_idx(inst.info, picks, "data", exclude, with_ref_meg=False)
    method = one_of("method", "multitaper" if method == "auto" else method, ("welch", "multitaper"))
    return method, given(method, {"settings": method_kw}, called="compute_psd", picks=idx, **common)


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


def within(tmin, tmax):
    """A range of times [s], of which infinity is no bound."""
    tmin, tmax = time_or_none("tmin", tmin), time_or_none("tmax", tmax)
    return None if tmin == -np.inf else tmin, None if tmax == np.inf else tmax


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
    return _told_of_zeros(Spectrum(made, source="Raw"))


@_verbose
def spectrum_of_epochs(epochs, method="multitaper", fmin=0, fmax=np.inf, tmin=None, tmax=None, picks=None, proj=False,
                       remove_dc=True, exclude=(), *, n_jobs=None, verbose=None, **method_kw):  # fmt: skip
    """Power spectral density of an average, or of each epoch: a Spectrum or EpochsSpectrum. See `Raw.compute_psd`."""
    method, settings = _settings(epochs, picks, exclude, method, method_kw, fmin=fmin, fmax=fmax, remove_dc=remove_dc)
    epochs = prepared(epochs if epochs.preload else epochs._loaded(), proj, tmin, tmax)
    epochs._need_epochs("compute_psd()")
    made = _core.meeg.psd(epochs._engine, method, settings)
    if not made.of_epochs:
        return _told_of_zeros(Spectrum(made, epochs.nave, "Evoked"))
    return _told_of_zeros(EpochsSpectrum(made, epochs.metadata, epochs.selection, epochs.drop_log, "Epochs"))


def _array_psd(x, sfreq, method, settings):
    """Spectra of an array with the shape that its leading axes say, frequencies, and weights where tapers have them."""
    x = np.asarray(x)
    if np.iscomplexobj(x):
        raise ValueError("the data must be real; got complex numbers")
    rows = np.ascontiguousarray(x, float).reshape(-1, 1, x.shape[-1])
    made = _core.meeg.psd(_core.meeg.plain_epochs(rows, float(sfreq)), method, {**settings, "picks": [0]})
    spectra = shaped(made)
    weights = weights_of(made)
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
