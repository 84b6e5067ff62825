"""Sensors' samples become sources' currents."""

import numpy as np

from ranvier import _core
from ranvier.errors import warn

from ..checks import as_info, as_raw, flag, one_of
from ..cov.covariance import covariance_of
from ..epochs.base import BaseEpochs
from ..evoked import Evoked
from ..label.label import BiHemiLabel, Label
from ..logs import tell
from ..logs import verbose as _verbose
from ..picks import pick_info
from ..source_estimate import classes
from .operator import InverseOperator, as_inverse

INVERSE_METHODS = ("MNE", "dSPM", "sLORETA", "eLORETA")
_eloreta = dict(eps=1e-6, max_iter=20, force_equal=False)
_classes = {
    "surface": (classes.SourceEstimate, classes.VectorSourceEstimate),
    "volume": (classes.VolSourceEstimate, classes.VolVectorSourceEstimate),
    "discrete": (classes.VolSourceEstimate, classes.VolVectorSourceEstimate),
    "mixed": (classes.MixedSourceEstimate, classes.MixedVectorSourceEstimate),
}


def estimate_of(data, vertices, src, tmin, tstep, vector=False):
    """A source estimate of the class that goes with its source spaces."""
    return _classes[src.kind][vector](data, vertices, tmin, tstep, src._subject)


class Sources:
    """Where estimates of a kernel are: they are made of samples, and share it."""

    def __init__(self, kernel, vertices, src, tmin, tstep, vector):
        self._kernel, self._vertices, self._src, self._vector = kernel, vertices, src, vector
        self._tmin, self._tstep = float(tmin), float(tstep)
        self._like = _core.meeg.SourceEstimate()
        self._like.vertices, self._like.vector = [np.asarray(v, np.int64) for v in vertices], vector
        self._like.tmin, self._like.tstep, self._like.subject = self._tmin, self._tstep, src._subject

    def of(self, samples, picks):
        """Of some rows of samples: a kernel beside them, or the lengths of three directions, which are real."""
        samples = np.ascontiguousarray(samples, complex if np.iscomplexobj(samples) else float)
        if self._kernel.combines:
            some = np.ascontiguousarray(samples[picks])
            data = self._kernel.applied(np.ascontiguousarray(some.real))
            if np.iscomplexobj(some):
                data = np.hypot(data, self._kernel.applied(np.ascontiguousarray(some.imag)))
            return estimate_of(data, self._vertices, self._src, self._tmin, self._tstep)
        return _classes[self._src.kind][self._vector]._of(self._kernel.beside(self._like, samples, picks))


def chosen_sources(label, src):
    """Vertices of each source space and positions among all sources, of a label or, without one, of all."""
    vertices = [np.asarray(space["vertno"]) for space in src]
    if label is None:
        return vertices, None
    if not isinstance(label, (Label, BiHemiLabel)):
        raise TypeError(f"label must be a Label or BiHemiLabel; got {type(label).__name__}")
    if src[0]["type"] != "surf":
        raise ValueError(f"label chooses vertices of surfaces; this is a {src.kind} source space")
    parts = {"lh": (label,), "rh": (label,), "both": (getattr(label, "lh", None), getattr(label, "rh", None))}[
        label.hemi
    ]
    kept, positions = [np.zeros(0, int)] * 2, []
    for part in parts:
        side = 0 if part.hemi == "lh" else 1
        found = np.isin(vertices[side], part.vertices)
        kept[side] = vertices[side][found]
        positions.append(np.flatnonzero(found) + side * len(vertices[0]))
    return kept, np.concatenate(positions)


def _eloreta_options(options):
    unknown = sorted(set(options or {}) - set(_eloreta))
    if unknown:
        raise KeyError(f"method_params must have keys among {sorted(_eloreta)}, got {unknown}")
    options = {**_eloreta, **(options or {})}
    return float(options["eps"]), int(options["max_iter"]), bool(options["force_equal"])


def _check_regularisation(lambda2):
    if not lambda2 > 0:
        raise ValueError(f"lambda2 must be > 0, as a rule 1 / SNR ** 2; got {lambda2}")


@_verbose
def prepare_inverse_operator(orig, nave, lambda2, method="dSPM", method_params=None, copy=True, verbose=None):
    """Prepare an inverse operator for being applied several times.

    Parameters
    ----------
    orig : InverseOperator
    nave : int
        Number of averages, by which noise is scaled.
    lambda2 : float
        The regularisation, as a rule 1 / SNR ** 2.
    method : "MNE" | "dSPM" | "sLORETA" | "eLORETA"
    method_params : dict | None
        For eLORETA, as for `apply_inverse`.
    copy : bool | "non-src"
        Whether the prepared one shares nothing with `orig`; "non-src": it shares the source spaces; False: `orig` itself
        is prepared.

    Returns
    -------
    inv : InverseOperator
    """
    one_of("method", method, INVERSE_METHODS)
    if isinstance(copy, str):
        one_of("copy", copy, ("non-src",))
    _check_regularisation(lambda2)
    engine = as_inverse(orig)._current
    engine = engine.copy() if copy is True else engine
    prepared = engine.prepared(float(nave), float(lambda2), method, *_eloreta_options(method_params))
    if copy is False:
        orig._engine, orig._noise_cov = prepared, None
        return orig
    return InverseOperator(prepared)


def _check_data(inverse, info):
    """Whether an inverse operator can be applied to samples of these channels; their positions in its order."""
    engine = inverse._current
    here = {name: k for k, name in enumerate(info["ch_names"])}
    picked = pick_info(info, [here[name] for name in inverse["info"]["ch_names"] if name in here])
    _core.meeg.check_inverse_reference(picked._engine)
    missing = sorted(set(engine.names) - set(here))
    if missing:
        raise ValueError(f"the inverse operator needs {len(missing)} channels that the data lack: {missing}")
    engine.check()
    grades = _core.meeg.compensation_of(inverse["info"]._engine), _core.meeg.compensation_of(info._engine)
    if grades[0] != grades[1]:
        raise RuntimeError(f"the inverse operator is for compensation grade {grades[0]}, the data have {grades[1]}: use "
                           "apply_gradient_compensation()")  # fmt: skip
    return [here[name] for name in engine.names]


class _Inverse:
    """An inverse operator made ready for samples of some channels: what all the functions here share."""

    def __init__(self, inverse, info, nave, lambda2, method, pick_ori, prepared, label, method_params, use_cps, folds=True):
        inverse = as_inverse(inverse)
        one_of("method", method, INVERSE_METHODS)
        one_of("pick_ori", pick_ori, (None, "normal", "vector"))
        self.src = inverse["src"]
        if pick_ori == "normal" and self.src.kind not in ("surface", "discrete"):
            raise RuntimeError('pick_ori="normal" needs normals, which surface and discrete source spaces have; got '
                               f"{self.src.kind}")  # fmt: skip
        self.picks = _check_data(inverse, info)
        engine = inverse._current
        if not flag("prepared", prepared):
            _check_regularisation(lambda2)
            options = _eloreta_options(method_params)
            engine = engine.prepared(float(nave), float(lambda2), method, *options)
        self.engine, self.vector = engine, pick_ori == "vector"
        self.vertices, sources = chosen_sources(label, self.src)
        self.kernel = engine.kernel(method, pick_ori or "combined", flag("use_cps", use_cps), sources)
        if folds and not self.kernel.combines:
            self.kernel.fold_norm()
        if self.vector:
            self.kernel.turn_to_axes()

    def sources(self, tmin, tstep):
        return Sources(self.kernel, self.vertices, self.src, tmin, tstep, self.vector)


def _samples(data, picks):
    return np.ascontiguousarray(data[..., picks, :], float)


@_verbose
def apply_inverse(evoked, inverse_operator, lambda2=1.0 / 9.0, method="dSPM", pick_ori=None, prepared=False, label=None,
                  method_params=None, return_residual=False, use_cps=True, verbose=None):  # fmt: skip
    """Apply an inverse operator to an average.

    Parameters
    ----------
    evoked : Evoked
    inverse_operator : InverseOperator
    lambda2 : float
        The regularisation, as a rule 1 / SNR ** 2.
    method : "MNE" | "dSPM" | "sLORETA" | "eLORETA"
        Currents [A m], or what they are over their noise; eLORETA weighs sources so that single ones are found where they
        are.
    pick_ori : None | "normal" | "vector"
        The length of three directions, the current along the normal, or all directions.
    prepared : bool
        Whether `inverse_operator` has been prepared; `lambda2`, `method_params` and the number of averages are those then.
    label : Label | None
        Sources inside of it alone.
    method_params : dict | None
        Of eLORETA: "eps" (1e-6), "max_iter" (20), "force_equal" (False): one weight for the directions of a source.
    return_residual : bool
        Whether to return what the estimate does not explain.
    use_cps : bool
        Whether normals are means over patches, for `pick_ori` "normal" of operators with loose 1.

    Returns
    -------
    stc : SourceEstimate | VectorSourceEstimate | VolSourceEstimate
        Of linear estimates a kernel beside the samples, formed when asked for.
    residual : Evoked
        With `return_residual`.
    """
    if not isinstance(evoked, Evoked):
        raise TypeError(f"evoked must be an Evoked; got {type(evoked).__name__}")
    if flag("return_residual", return_residual) and method == "eLORETA":
        tell("the residual of eLORETA is that of its weighted inverse")
    ready = _Inverse(inverse_operator, evoked.info, evoked.nave, lambda2, method, pick_ori, prepared, label,
                     method_params, use_cps)  # fmt: skip
    stc = ready.sources(evoked.times[0], 1.0 / evoked.info["sfreq"]).of(evoked.data, ready.picks)
    if not return_residual:
        return stc
    explained, share = ready.engine.explained(_samples(evoked.data, ready.picks))
    tell(f"    Explained {100 * share:5.1f}% variance")
    residual = evoked.copy()
    residual.data[ready.picks] -= explained
    return stc, residual


@_verbose
def apply_inverse_raw(raw, inverse_operator, lambda2, method="dSPM", label=None, start=None, stop=None, nave=1,
                      time_func=None, pick_ori=None, buffer_size=None, prepared=False, method_params=None, use_cps=True,
                      verbose=None):  # fmt: skip
    """Apply an inverse operator to a recording; see `apply_inverse` for the other arguments.

    Parameters
    ----------
    raw : Raw
    start, stop : int | None
        First sample, and the one behind the last.
    nave : int
        Number of averages.
    time_func : callable | None
        A linear function of the samples, shape (n_channels, n_times), that is applied before.
    buffer_size : int | None
        Samples that are worked on at a time, beside the result. None: blocks of sources of all samples.
    """
    as_raw(raw)
    if buffer_size is not None and int(buffer_size) < 1:
        raise ValueError(f"buffer_size must be at least 1 sample; got {buffer_size}")
    ready = _Inverse(inverse_operator, raw.info, nave, lambda2, method, pick_ori, prepared, label, method_params,
                     use_cps)  # fmt: skip
    data, times = raw[ready.picks, start:stop]
    data = np.ascontiguousarray(data if time_func is None else time_func(data), float)
    tmin, tstep = float(times[0]), 1.0 / raw.info["sfreq"]
    if buffer_size is None or not ready.kernel.combines:
        return ready.sources(tmin, tstep).of(data, list(range(len(data))))
    parts = [ready.kernel.applied(np.ascontiguousarray(data[:, k : k + int(buffer_size)]))
             for k in range(0, data.shape[1], int(buffer_size))]  # fmt: skip
    return estimate_of(np.concatenate(parts, axis=1), ready.vertices, ready.src, tmin, tstep)


@_verbose
def apply_inverse_epochs(epochs, inverse_operator, lambda2, method="dSPM", label=None, nave=1, pick_ori=None,
                         return_generator=False, prepared=False, method_params=None, use_cps=True, verbose=None):  # fmt: skip
    """Apply an inverse operator to epochs; see `apply_inverse` for the other arguments.

    Parameters
    ----------
    epochs : Epochs
    nave : int
        Number of averages.
    return_generator : bool
        Whether to return what yields one estimate after the other.

    Returns
    -------
    stcs : list of SourceEstimate
        Of linear estimates (fixed orientations, `pick_ori` "normal" or "vector") a kernel that all share beside the
        samples of each epoch: label courses are made of them without the numbers of all sources.
    """
    if not isinstance(epochs, BaseEpochs):
        raise TypeError(f"epochs must be Epochs; got {type(epochs).__name__}")
    ready = _Inverse(inverse_operator, epochs.info, nave, lambda2, method, pick_ori, prepared, label, method_params,
                     use_cps)  # fmt: skip

    def estimates():
        sources = ready.sources(epochs.times[0], 1.0 / epochs.info["sfreq"])
        for epoch in epochs.get_data(copy=False):
            yield sources.of(epoch, ready.picks)

    return estimates() if flag("return_generator", return_generator) else list(estimates())


@_verbose
def apply_inverse_cov(cov, info, inverse_operator, nave=1, lambda2=1 / 9, method="dSPM", pick_ori=None, prepared=False,
                      label=None, method_params=None, use_cps=True, verbose=None):  # fmt: skip
    """Power of sources, by the covariance of the sensors; see `apply_inverse` for the other arguments.

    Parameters
    ----------
    cov : Covariance
        Of the samples whose power is wanted.
    info : Info
        The channels.
    pick_ori : None | "normal"
        The power of all directions, or that along the normal.

    Returns
    -------
    stc : SourceEstimate | VolSourceEstimate
        Of one time.
    """
    one_of("pick_ori", pick_ori, (None, "normal"))
    as_info(info)
    inverse = as_inverse(inverse_operator)
    covariance = covariance_of(cov)
    missing = [name for name in inverse._engine.names if name not in covariance["names"]]
    if missing:
        raise ValueError(f"cov lacks channels of the inverse operator, {missing}: make an operator of the channels that it "
                         "has")  # fmt: skip
    ready = _Inverse(inverse, info, nave, lambda2, method, pick_ori, prepared, label, method_params, use_cps)
    rows = [covariance["names"].index(name) for name in ready.engine.names]
    full = np.diag(covariance["data"]) if covariance["diag"] else np.asarray(covariance["data"])
    power = ready.kernel.power(np.ascontiguousarray(full[np.ix_(rows, rows)], float))
    return estimate_of(power[:, np.newaxis], ready.vertices, ready.src, 0.0, 1.0 / info["sfreq"])


@_verbose
def estimate_snr(evoked, inv, verbose=None):
    """The ratio of signal to noise at each time, in two ways.

    Parameters
    ----------
    evoked : Evoked
    inv : InverseOperator

    Returns
    -------
    snr : array, shape (n_times,)
        Root of the whitened power, over that of noise.
    snr_est : array, shape (n_times,)
        1 / λ of the largest regularisation whose misfit noise would exceed once in 1,000 times.
    """
    if not isinstance(evoked, Evoked):
        raise TypeError(f"evoked must be an Evoked; got {type(evoked).__name__}")
    picks = _check_data(as_inverse(inv), evoked.info)
    prepared = inv._current.prepared(float(evoked.nave), 1.0 / 9.0, "MNE", *_eloreta_options(None))
    snr, snr_est, converged = prepared.estimate_snr(_samples(evoked.data, picks))
    if not converged:
        warn("snr_est is not exact everywhere: no regularisation was found that noise fits")
    return snr, snr_est
