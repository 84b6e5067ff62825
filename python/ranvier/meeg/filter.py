"""Filters and resampling: the arguments of MNE-Python turned into the engine's options."""

import numpy as np

from ranvier import _core

from .checks import not_yet, one_of
from .lazy import attach as _attach
from .logs import verbose as _verbose
from .picks import picks_to_idx

_pads = {"constant": "zero", "reflect": "reflect", "edge": "edge", "reflect_limited": "reflect_limited", "zero": "zero"}


def _pad(pad):
    return _pads[one_of("pad", pad, tuple(_pads))]


def _band(value, name):
    if isinstance(value, str):
        if value != "auto":
            raise ValueError(f'{name} must be a number [Hz] or "auto"; got {value!r}')
        return None
    return None if value is None else float(value)


def _butterworth_order(method, iir_params):
    one_of("method", method, ("fir", "iir", "spectrum_fit"))
    if method == "spectrum_fit":
        raise not_yet('method="spectrum_fit"', '"fir" or "iir"')
    if iir_params is None:
        return 4
    known = {"order", "ftype", "output"}
    if method == "iir" and (iir_params.get("ftype", "butter") not in ("butter", "butterworth") or set(iir_params) - known):
        raise not_yet(f"iir_params={iir_params}", 'dict(order=..., ftype="butter")')
    if iir_params.get("output", "sos") != "sos":
        raise not_yet(f"iir_params output={iir_params['output']!r}", '"sos"')
    return int(iir_params.get("order", 4))


def filter_options(l_freq, h_freq, filter_length="auto", l_trans_bandwidth="auto", h_trans_bandwidth="auto",
                   method="fir", iir_params=None, phase="zero", fir_window="hamming", fir_design="firwin",
                   pad="reflect_limited", picks=None):  # fmt: skip
    """The engine's options of a filter."""
    one_of("fir_design", fir_design, ("firwin", "firwin2"))
    if fir_design == "firwin2":
        raise not_yet('fir_design="firwin2"', '"firwin"')
    one_of("phase", phase, ("zero", "zero-double", "minimum", "minimum-half", "forward"))
    return {
        "l_freq": None if l_freq is None else float(l_freq),
        "h_freq": None if h_freq is None else float(h_freq),
        "filter_length": str(filter_length),
        "l_trans_bandwidth": _band(l_trans_bandwidth, "l_trans_bandwidth"),
        "h_trans_bandwidth": _band(h_trans_bandwidth, "h_trans_bandwidth"),
        "method": method,
        "iir_order": _butterworth_order(method, iir_params),
        "phase": phase,
        "fir_window": one_of("fir_window", fir_window, ("hamming", "hann", "blackman")),
        "fir_design": fir_design,
        "pad": _pad(pad),
        "picks": picks,
    }


def notch_options(freqs, filter_length="auto", notch_widths=None, trans_bandwidth=1.0, method="fir", iir_params=None,
                  phase="zero", fir_window="hamming", fir_design="firwin", pad="reflect_limited", picks=None):  # fmt: skip
    """The engine's options of a notch filter."""
    if freqs is None:
        raise not_yet("freqs=None (found by spectrum_fit)", "a list of frequencies")
    widths = [] if notch_widths is None else np.atleast_1d(np.asarray(notch_widths, float)).tolist()
    freqs = np.atleast_1d(np.asarray(freqs, float)).tolist()
    return {
        "freqs": freqs,
        "notch_widths": widths * len(freqs) if len(widths) == 1 else widths,
        "trans_bandwidth": float(trans_bandwidth),
        "filter_length": str(filter_length),
        "method": method,
        "iir_order": _butterworth_order(method, iir_params),
        "phase": phase,
        "fir_window": one_of("fir_window", fir_window, ("hamming", "hann", "blackman")),
        "pad": _pad(pad),
        "picks": picks,
    }


def resample_options(sfreq, npad="auto", window="auto", method="fft", pad="auto"):
    """The engine's options of a change of sampling rate."""
    one_of("method", method, ("fft", "polyphase"))
    if not isinstance(window, str):
        raise not_yet(f"window={window!r}", 'the name of a window, as "boxcar" or "hann"')
    if method == "polyphase" and npad not in ("auto", 100):
        raise ValueError('npad is for method="fft" only')
    return {
        "sfreq": None if sfreq is None else float(sfreq),
        "npad": str(npad),
        "window": window,
        "method": method,
        "pad": pad if pad == "auto" else _pad(pad),
    }


class FilterMixin:
    """Filters of Raw, Epochs and Evoked."""

    @_verbose
    def filter(self, l_freq, h_freq, picks=None, filter_length="auto", l_trans_bandwidth="auto",
               h_trans_bandwidth="auto", n_jobs=None, method="fir", iir_params=None, phase="zero",
               fir_window="hamming", fir_design="firwin", skip_by_annotation=("edge", "bad_acq_skip"), pad=None, *,
               verbose=None):  # fmt: skip
        """Filter the samples, in place.

        Parameters
        ----------
        l_freq, h_freq : float | None
            Edges of the pass-band [Hz]; None for none. l_freq > h_freq makes a band-stop.
        picks : str | list | slice | None
            Channels; None, the default: data channels, bad ones too.
        filter_length : str | int
            "auto" (default), "10s", "5500ms", or taps.
        l_trans_bandwidth, h_trans_bandwidth : float | "auto"
            Widths of the transitions [Hz].
        n_jobs : int | None
            Threads; None, the default: all processors. The bits do not depend on it.
        method : "fir" | "iir"
            Overlap-save with a windowed FIR, or Butterworth sections forward and backward.
        iir_params : dict | None
            ``dict(order=4, ftype="butter")`` of method "iir".
        phase : "zero" | "zero-double" | "minimum" | "forward"
        fir_window : "hamming" | "hann" | "blackman"
        skip_by_annotation : tuple of str
            Annotations that split the recording.
        pad : str
            How samples go on beyond the ends: "reflect_limited" (default of Raw), "edge" (of Epochs and Evoked),
            "reflect", "constant".
        """
        self._need_data("filter()")
        if l_freq is None and h_freq is None:
            return self
        self._check_skips(skip_by_annotation)
        pad = self._default_pad if pad is None else pad
        idx = [int(k) for k in picks_to_idx(self.info, picks, "data", exclude=())]
        options = filter_options(l_freq, h_freq, filter_length, l_trans_bandwidth, h_trans_bandwidth, method,
                                 iir_params, phase, fir_window, fir_design, pad, idx)  # fmt: skip
        self._work(lambda engine: engine.filter(options))
        return self

    def _check_skips(self, skip_by_annotation):
        given = {skip_by_annotation} if isinstance(skip_by_annotation, str) else set(skip_by_annotation)
        if given != {"edge", "bad_acq_skip"}:
            raise not_yet(f"skip_by_annotation={skip_by_annotation!r}", 'the default ("edge", "bad_acq_skip")')

    def savgol_filter(self, h_freq, verbose=None):
        raise not_yet("savgol_filter()", "filter(None, h_freq)")

    def apply_hilbert(self, *args, **kwargs):
        raise not_yet("apply_hilbert()", "compute_tfr()")


@_verbose
def filter_data(data, sfreq, l_freq, h_freq, picks=None, filter_length="auto", l_trans_bandwidth="auto",
                h_trans_bandwidth="auto", n_jobs=None, method="fir", iir_params=None, copy=True, phase="zero",
                fir_window="hamming", fir_design="firwin", pad="reflect_limited", *, verbose=None):  # fmt: skip
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

    Returns
    -------
    data : array of float, shape (..., n_times)

    The other arguments are those of `Raw.filter`.
    """
    options = filter_options(l_freq, h_freq, filter_length, l_trans_bandwidth, h_trans_bandwidth, method, iir_params,
                             phase, fir_window, fir_design, pad)  # fmt: skip
    return _on_rows(data, picks, copy, lambda rows: _core.filter_data(rows, float(sfreq), options))


@_verbose
def notch_filter(x, Fs, freqs, filter_length="auto", notch_widths=None, trans_bandwidth=1, method="fir",
                 iir_params=None, mt_bandwidth=None, p_value=0.05, picks=None, n_jobs=None, copy=True, phase="zero",
                 fir_window="hamming", fir_design="firwin", pad="reflect_limited", *, verbose=None):  # fmt: skip
    """Remove narrow bands around `freqs` [Hz] from an array, along its last axis. See `Raw.notch_filter`."""
    options = notch_options(freqs, filter_length, notch_widths, trans_bandwidth, method, iir_params, phase, fir_window,
                            fir_design, pad)  # fmt: skip
    return _on_rows(x, picks, copy, lambda rows: _core.notch_filter_data(rows, float(Fs), options))


def _on_rows(data, picks, copy, work):
    array = np.asarray(data)
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
def resample(x, up=1.0, down=1.0, *, axis=-1, window="auto", n_jobs=None, pad="auto", npad=100, method="fft",
             verbose=None):  # fmt: skip
    """Change the sampling rate of an array by up / down.

    Parameters
    ----------
    x : array of float
    up, down : float
    axis : int
        The axis of time. Default the last.
    npad : int | "auto"
        Samples to pad with on either side; "auto": up to a power of two. Method "fft" only.

    Returns
    -------
    y : array of float
    """
    moved = np.moveaxis(np.asarray(x, float), axis, -1)
    rows = np.ascontiguousarray(moved).reshape(-1, moved.shape[-1])
    options = resample_options(None, npad, window, method, pad)
    result = _core.resampled(rows, float(up), float(down), options)
    return np.moveaxis(result.reshape(moved.shape[:-1] + (result.shape[-1],)), -1, axis)


def create_filter(data, sfreq, l_freq, h_freq, filter_length="auto", l_trans_bandwidth="auto",
                  h_trans_bandwidth="auto", method="fir", iir_params=None, phase="zero", fir_window="hamming",
                  fir_design="firwin", verbose=None):  # fmt: skip
    """Design a filter as `Raw.filter` does.

    Parameters
    ----------
    data : array of float, shape (..., n_times) | None
        Data that will be filtered, for checks of the length; or None.

    Returns
    -------
    filt : array of float, shape (taps,) | dict
        The impulse response of method "fir"; a dict with the second-order sections "sos" of method "iir".
    """
    options = filter_options(l_freq, h_freq, filter_length, l_trans_bandwidth, h_trans_bandwidth, method, iir_params,
                             phase, fir_window, fir_design)  # fmt: skip
    if method == "fir":
        n = 0 if data is None else np.shape(data)[-1]
        return _core.fir_coefficients(float(sfreq), options, n)
    edges = [f for f in (l_freq, h_freq) if f is not None]
    kind = "lowpass" if l_freq is None else "highpass" if h_freq is None else "bandpass" if l_freq < h_freq else "bandstop"
    sos = _core.butterworth(options["iir_order"], sorted(float(e) for e in edges), kind, float(sfreq))
    return {"sos": sos, "order": options["iir_order"], "ftype": "butter", "output": "sos", "btype": kind}


__getattr__, __dir__, __all__ = _attach(__name__, {"filter": "create_filter filter_data notch_filter resample"})
