"""Filters and resampling: the arguments of MNE-Python turned into the engine's options."""

import inspect

import numpy as np

from ranvier import _core
from ranvier.errors import ConflictError

from ..settings import described, given
from .checks import not_yet, one_of
from .complex_samples import Parts
from .lazy import only_mne as _only_mne
from .logs import verbose as _verbose
from .picks import picks_to_idx

_of_recordings = ("skip_by_annotation",)  # which arrays don't have


def filter_settings(of, arguments, **changes):
    """The engine's settings among the arguments of a filter function."""
    return given(of, arguments, **changes)


class FilterMixin:
    """Filters of Raw, Epochs and Evoked."""

    @_verbose
    @described("filter")
    def filter(self, l_freq, h_freq, picks=None, filter_length=..., l_trans_bandwidth=..., h_trans_bandwidth=...,
               n_jobs=None, method=..., iir_params=..., phase=..., fir_window=..., fir_design=...,
               skip_by_annotation=..., pad=..., *, verbose=None, **settings):  # fmt: skip
        """Filter the samples, in place.

        Parameters
        ----------
        l_freq, h_freq : float | None
            Edges of the pass-band [Hz]; None for none. l_freq > h_freq makes a band-stop.
        picks : str | list | slice | None
            Channels; None, the default: data channels, bad ones too.
        n_jobs : int | None
            Threads; None, the default: all processors. The bits do not depend on it.
        {settings}
        """
        self._need_samples("filter()")
        if l_freq is None and h_freq is None:
            return self
        idx = picks_to_idx(self.info, picks, "data", exclude=())
        options = filter_settings("filter", locals(), picks=idx)
        self._engine.filter(options)
        return self

    @_verbose
    def apply_function(self, fun, picks=None, dtype=None, n_jobs=None, channel_wise=True, verbose=None, **kwargs):
        """Replace samples by what a function of yours makes of them, in place.

        Parameters
        ----------
        fun : callable
            Takes and returns an array of shape (n_times,), or of shape (..., n_channels, n_times) with all epochs at
            once if not `channel_wise`. Where it has arguments `ch_idx` and `ch_name`, it is told the channel's.
        picks : str | list | slice | None
            Channels; None: data channels.
        dtype : type | None
            Of the samples afterwards, float or complex; None, the default: as before. What makes complex samples real,
            as ``numpy.abs``, needs float, and what makes real ones complex needs complex.
        channel_wise : bool
            Whether `fun` sees one channel at a time. Default True.
        **kwargs
            Handed to `fun`.
        """
        if dtype is not None and np.dtype(dtype) not in (np.float64, np.complex128):
            raise not_yet(f"dtype={dtype!r}", "float64 or complex128, in which all samples are kept")
        self._need_samples("apply_function()")
        idx = picks_to_idx(self.info, picks, "data", exclude=())
        source = self._data
        dtype = np.dtype(dtype or source.dtype)
        samples = _as_type(source, dtype, idx)
        told = _words_of(fun) & {"ch_idx", "ch_name"}
        if not channel_wise:
            if told:
                raise ValueError("fun cannot access ch_idx or ch_name when channel_wise=False: it sees all channels")
            rows = source[..., idx, :]
            samples[..., idx, :] = _fitting(fun(rows, **kwargs), rows.shape, dtype)
        else:
            pairs = (a.reshape(-1, *source.shape[-2:]) for a in (source, samples))
            for before, after in zip(*pairs):
                for k in idx:
                    about = {"ch_idx": int(k), "ch_name": self.ch_names[k]}
                    made = fun(before[k].copy(), **{w: about[w] for w in told}, **kwargs)
                    after[k] = _fitting(made, before[k].shape, dtype)
        if samples is not source:
            self._data = samples
        return self

    @_verbose
    def savgol_filter(self, h_freq, verbose=None):
        """Smooth all channels by local polynomials of fifth order (Savitzky and Golay), in place.

        Parameters
        ----------
        h_freq : float
            About where the pass-band ends [Hz]: a polynomial is fitted to the samples of one period of it.
        """
        self._need_samples("savgol_filter()")
        self._need_real("savgol_filter()")
        sfreq = float(self.info["sfreq"])
        if not 0 < h_freq < sfreq / 2:
            raise ValueError(f"h_freq must be in (0, {sfreq / 2:g}) Hz, below half the sampling rate; got {h_freq}")
        window = int(np.round(sfreq / h_freq)) // 2 * 2 + 1
        if not 5 < window <= self._data.shape[-1]:
            raise ValueError(f"h_freq={h_freq:g} Hz makes pieces of {window} samples; there must be more than 5, for a "
                             f"polynomial of order 5, and at most the {self._data.shape[-1]} of the data")  # fmt: skip
        _on_rows(self._data, None, False, lambda rows: _core.meeg.savgol_filter(rows, window, 5))
        return self

    @_verbose
    def apply_hilbert(self, picks=None, envelope=False, n_jobs=None, n_fft="auto", *, verbose=None):
        """Replace samples by the analytic signal, which is complex, or by its magnitude, the envelope; in place.

        Complex samples can be chosen, cropped, filtered, re-referenced, cut into epochs, averaged, combined and saved; what works on real samples alone refuses them. ``get_data()`` has them as an array.

        Parameters
        ----------
        picks : str | list | slice | None
            Channels; None, the default: data channels, bad ones too.
        envelope : bool
            Whether to take the magnitude. Default False.
        n_fft : int | "auto" | None
            Length that zeros fill up before the transform [samples]; "auto", the default: the next fast one
            (`ranvier.meeg.filter.next_fast_len`); None: none.
        """
        self._need_samples("apply_hilbert()")
        self._need_real("apply_hilbert()")
        idx = picks_to_idx(self.info, picks, "data", exclude=(), with_ref_meg=False)
        n = self._data.shape[-1]
        if isinstance(n_fft, str):
            one_of("n_fft", n_fft, ("auto",))
            n_fft = next_fast_len(n)
        n_fft = n if n_fft is None else int(n_fft)
        if n_fft < n:
            raise ValueError(f"n_fft must be at least the number of times, {n}; got {n_fft}")
        if envelope:
            _on_rows(self._data, idx, False, lambda rows: _core.meeg.envelope(rows, n_fft))
            return self
        imaginary = self._engine.copy()
        _on_rows(imaginary.data, idx, False, lambda rows: _core.meeg.hilbert(rows, n_fft))
        imaginary.data[..., np.setdiff1d(np.arange(len(self.ch_names)), idx), :] = 0
        self._engine = Parts(self._engine, imaginary)
        return self


def _words_of(function):
    """Names of a function's parameters, where they can be known."""
    if not callable(function):
        raise ValueError(f"fun must be a function; got {function!r}")
    try:
        return set(inspect.signature(function).parameters)
    except (TypeError, ValueError):  # functions written in C
        return set()


def _as_type(samples, dtype, idx):
    """The samples themselves where they are real and stay so; else a copy of a type, of which channels `idx` may lose their
    imaginary parts."""
    if samples.dtype == dtype and dtype != np.complex128:
        return samples
    if samples.dtype == np.complex128 and dtype == np.float64:
        others = np.setdiff1d(np.arange(samples.shape[-2]), idx)
        if samples[..., others, :].imag.any():
            raise ConflictError("dtype=float would lose the imaginary parts of channels that are not picked; pick all")
        return samples.real.copy()
    return samples.astype(dtype)


def _fitting(result, shape, dtype):
    """What a user's function returned, which must be an array of that shape, and real unless samples are complex."""
    if not isinstance(result, np.ndarray):
        raise TypeError(f"fun must return an array; got {type(result).__name__}")
    if result.shape != shape:
        raise ValueError(f"fun must return an array of shape {shape}, as it was given; got {result.shape}")
    if np.iscomplexobj(result) and dtype != np.complex128:
        raise ConflictError("fun returned complex numbers for real samples; pass dtype=complex to keep them")
    return result


@_verbose
@described("filter", without=_of_recordings)
def filter_data(data, sfreq, l_freq, h_freq, picks=None, filter_length=..., l_trans_bandwidth=...,
                h_trans_bandwidth=..., n_jobs=None, method=..., iir_params=..., copy=True, phase=..., fir_window=...,
                fir_design=..., pad=..., *, verbose=None, **settings):  # fmt: skip
    """Filter an array along its last axis.

    Parameters
    ----------
    data : array of float, shape (..., n_times)
    sfreq : float
        Sampling rate [Hz].
    l_freq, h_freq : float | None
        Edges of the pass-band [Hz].
    picks : list of int | None
        Rows of the last but one axis; None: all.
    copy : bool
        Whether to leave `data` as it is. Default True.
    {settings}

    Returns
    -------
    data : array of float, shape (..., n_times)
    """
    options = filter_settings("filter", locals(), without=_of_recordings, picks=[])
    return _on_rows(data, picks, copy, lambda rows: _core.meeg.filter_data(rows, float(sfreq), options))


@_verbose
@described("notch_filter", without=_of_recordings)
def notch_filter(x, Fs, freqs, filter_length=..., notch_widths=..., trans_bandwidth=..., method=..., iir_params=...,
                 mt_bandwidth=..., p_value=..., picks=None, n_jobs=None, copy=True, phase=..., fir_window=...,
                 fir_design=..., pad=..., *, verbose=None, **settings):  # fmt: skip
    """Remove narrow bands around `freqs` [Hz] from an array, along its last axis. See `Raw.notch_filter`."""
    options = filter_settings("notch_filter", locals(), without=_of_recordings, picks=[])
    return _on_rows(x, picks, copy, lambda rows: _core.meeg.notch_filter_data(rows, float(Fs), options))


def _on_rows(data, picks, copy, work):
    if hasattr(data, "get_data"):
        raise TypeError(f"data must be an array; got {type(data).__name__}, which has methods for it: .copy().filter(...)")
    array = np.asarray(data)
    if array.dtype.kind not in "biufc":
        raise TypeError(f"data must be an array of numbers; got {data!r}")
    if array.dtype != np.float64:
        raise ValueError(f"data must be float64; got {array.dtype}")
    out = np.array(array, order="C") if copy or not array.flags.c_contiguous else array
    n = out.shape[-1]
    if picks is None or out.ndim == 1:
        work(out.reshape(-1, n))
    else:
        idx = picks_to_idx(out.shape[-2], picks)
        part = np.ascontiguousarray(out[..., idx, :])
        work(part.reshape(-1, n))
        out[..., idx, :] = part
    if not copy and out is not array:
        array[...] = out
        return array
    return out


@_verbose
@described("resample", without=("sfreq",))
def resample(x, up=1.0, down=1.0, *, axis=-1, window=..., n_jobs=None, pad=..., npad=100, method=..., verbose=None,
             **settings):  # fmt: skip
    """Change the sampling rate of an array by up / down.

    Parameters
    ----------
    x : array of float
    up, down : float
    axis : int
        The axis of time. Default the last.
    {settings}

    Returns
    -------
    y : array of float
    """
    moved = np.moveaxis(np.asarray(x, float), axis, -1)
    rows = np.ascontiguousarray(moved).reshape(-1, moved.shape[-1])
    options = given("resample", locals(), without=("sfreq",))
    result = _core.meeg.resampled(rows, float(up), float(down), options)
    return np.moveaxis(result.reshape(moved.shape[:-1] + (result.shape[-1],)), -1, axis)


def next_fast_len(target):
    """The smallest length >= `target` that is a product of twos, threes and fives, which transforms are fast of."""
    target = int(target)
    if target < 1:
        raise ValueError(f"target must be >= 1; got {target}")
    return _core.meeg.next_fast_len(target)


def estimate_ringing_samples(system, max_try=100000):
    """How many samples a filter rings: from there on its impulse response stays below 0.001 of the largest value.

    Parameters
    ----------
    system : tuple of array | array of float, shape (n_sections, 6)
        The polynomials (b, a), or second-order sections.
    max_try : int
        How many samples to look at; with a warning, this is returned where it rings longer. Default 100000.

    Returns
    -------
    n : int
    """
    if isinstance(system, tuple):
        b, a = (np.ravel(np.asarray(coefficients, float)).tolist() for coefficients in system)
        return _core.meeg.ringing_samples(b, a, int(max_try))
    sections = np.ascontiguousarray(system, float)
    if sections.ndim != 2:
        raise ValueError(f"system must be (b, a) or sections of shape (n_sections, 6); got {system!r}")
    return _core.meeg.ringing_samples(sections, int(max_try))


def detrend(x, order=1, axis=-1):
    """Subtract from an array along an axis its mean (`order` 0), or the line that fits it best (1)."""
    one_of("order", order, (0, 1))
    x = np.moveaxis(np.asarray(x, float), axis, -1)
    steps = np.arange(x.shape[-1]) - (x.shape[-1] - 1) / 2
    rest = x - x.mean(axis=-1, keepdims=True)
    if order == 1 and x.shape[-1] > 1:
        rest -= (rest @ steps / (steps @ steps))[..., None] * steps
    return np.moveaxis(rest, -1, axis)


@_verbose
@described("filter")
def create_filter(data, sfreq, l_freq, h_freq, filter_length=..., l_trans_bandwidth=..., h_trans_bandwidth=...,
                  method=..., iir_params=..., phase=..., fir_window=..., fir_design=..., verbose=None):  # fmt: skip
    """Design a filter as `Raw.filter` does.

    Parameters
    ----------
    data : array of float, shape (..., n_times) | None
        Data that will be filtered, for checks of the length; or None.

    Returns
    -------
    filt : array of float, shape (taps,) | dict
        The impulse response of method "fir"; of method "iir" a dict with the second-order sections "sos", or with the
        polynomials "b" and "a", as ``iir_params["output"]`` says, and the samples "padlen" that pad the ends.
    """
    options = filter_settings("filter", locals())
    if method == "fir":
        n = 0 if data is None else np.shape(data)[-1]
        return _core.meeg.fir_coefficients(float(sfreq), options, n)
    params = {"order": 4, "ftype": "butter", "output": "sos", **(iir_params or {})}
    return params | _coefficients(params, *_core.meeg.iir_sections(float(sfreq), options))


def _coefficients(params, sos, b, a, padlen):
    """What the engine has made of iir_params, in the form that they ask for."""
    as_polynomials = sos is None or ("sos" not in params and params.get("output") == "ba")
    return {"padlen": padlen} | ({"b": b, "a": a} if as_polynomials else {"sos": sos})


_band_types = {"lowpass": 0, "low": 0, "lp": 0, "l": 0, "highpass": 1, "high": 1, "hp": 1, "h": 1, "bandpass": 2,
               "band": 2, "pass": 2, "bp": 2, "bandstop": 3, "bands": 3, "stop": 3, "bs": 3}  # fmt: skip


@_verbose
def construct_iir_filter(iir_params, f_pass=None, f_stop=None, sfreq=None, btype=None, return_copy=True, *, phase="zero",
                         verbose=None):  # fmt: skip
    """Make the coefficients of a recursive filter.

    Parameters
    ----------
    iir_params : dict
        What describes the filter, by "ftype" and either "order", with "rp" and "rs" where the family needs them, or
        "gpass" and "gstop", the most that the pass-band may lose and the least that the stop-band must [dB], which make
        the lowest order that does it. "output" is "sos", the default, or "ba". Or the filter itself: "sos", or "b" and
        "a". "padlen" is the number of samples that pad the ends where it is to be another than the filter rings for.
    f_pass, f_stop : float | list of float
        Edges of the pass-band and, with "gpass", of the stop-band [Hz]: one, or two of a band.
    sfreq : float
        Sampling rate [Hz].
    btype : str
        "lowpass", "highpass", "bandpass", "bandstop", or a short form of them ("low", "bp"). With "gpass" the edges say it.
    return_copy : bool
        Whether `iir_params` stays as it is. Default True.
    phase : "zero" | "zero-double" | "forward"
        How the filter is to be used, for the gains that are told: forward and backward, or forward.

    Returns
    -------
    iir_params : dict
        The same with "sos", or "b" and "a", and "padlen", as ``filter(method="iir", iir_params=...)`` takes it.
    """
    if not isinstance(iir_params, dict):
        raise TypeError(f"iir_params must be a dict; got {type(iir_params).__name__}")
    one_of("phase", phase, ("zero", "zero-double", "forward"))
    ready = "sos" in iir_params or {"a", "b"} & iir_params.keys()
    if not ready and sfreq is None:
        raise ValueError("a filter that is yet to be made needs sfreq, the sampling rate")
    if not ready and "order" in iir_params and {"gpass", "gstop"} & iir_params.keys():
        raise ConflictError("iir_params must have an order, or gpass and gstop that give it; got both")
    if btype is not None:
        btype = _band_types[one_of("btype", btype, tuple(_band_types))]
    edges = [[] if f is None else np.ravel(np.asarray(f, float)).tolist() for f in (f_pass, f_stop)]
    made = _core.meeg.construct_iir_filter(
        iir_params, *edges, 0.0 if sfreq is None else float(sfreq), btype, phase != "forward"
    )
    params = dict(iir_params) if return_copy else iir_params
    params |= _coefficients(params, *made)
    return params


__all__ = [
    "construct_iir_filter",
    "create_filter",
    "detrend",
    "estimate_ringing_samples",
    "filter_data",
    "next_fast_len",
    "notch_filter",
    "resample",
]
__getattr__ = _only_mne(__name__)
