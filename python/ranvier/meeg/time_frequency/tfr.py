"""Power and inter-trial coherence over time and frequency."""

import numpy as np

from ranvier import _core
from ranvier.errors import ConflictError, MixedKindsError

from ..baseline import modes
from ..channels.mixins import ChannelsMixin
from ..checks import flag, interval, lacking, not_yet, number_or_none, one_of
from ..event import event_ids
from ..face import floats
from ..lazy import drawn_by, made_by
from ..logs import verbose as _verbose
from ..picks import numbers_of, picks_to_idx
from ..times import AverageMixin, TimesMixin
from .held import checked, held, values_of, with_axes
from .psd import within
from .spectrum import EpochsMixin, EpochsSpectrum, FreqsMixin, events_for, method_of


class _TFR(ChannelsMixin, FreqsMixin, TimesMixin):
    @classmethod
    def _of(cls, engine, *log, **about):
        """Maps that the engine made."""
        made = object.__new__(cls)
        made._begin(engine, *log, **about)
        return made

    def _begin(self, engine, source="Array", kind=None, rest=None):
        """Hold what the engine made of a `source` as "Epochs"."""
        self._hold(engine, rest)
        self.baseline, self._source = None, source
        what = {"Coefficients": "Complex Amplitude", "Phases": "Phase"}
        self._kind = kind or what.get(type(engine).__name__, "Power Estimates")

    def _compute(self, inst, sources, method, freqs, settings):
        """Become what ``inst.compute_tfr`` makes, or what a state as of `__getstate__` says."""
        if isinstance(inst, dict):
            self.__setstate__(inst)
            return
        if not {kind.__name__ for kind in type(inst).__mro__} & set(sources):
            raise TypeError(f"inst must be {' or '.join(sources)}, or a state; got {type(inst).__name__}")
        if method is None or freqs is None:
            raise ValueError(f"{type(self).__name__} needs a method and freqs; got {method!r} and {freqs!r}")
        self.__dict__.update(inst.compute_tfr(method, freqs, **settings).__dict__)

    def __getstate__(self):
        names = ("info", "data", "times", "freqs", "method", "weights", "baseline", *self._own)
        state = {name: getattr(self, name) for name in names}
        if "event_id" in state:
            state["event_id"] = dict(self.event_id)
        return {**state, "data_type": self._kind, "inst_type_str": self._source, "dims": self._dims}

    def __setstate__(self, state):
        needed = ("info", "data", "times", "freqs")
        others = ("method", "weights", "baseline", *self._own, "data_type", "inst_type_str", "dims")
        state = {**dict.fromkeys(others), **state}
        if wrong := sorted(set(state) ^ {*needed, *others}):
            raise ValueError(f"a state of {type(self).__name__} must have {', '.join(needed)} and may have "
                             f"{', '.join(others)}; lacking or too many: {', '.join(wrong)}")  # fmt: skip
        del state["dims"]  # the data have them
        info, data, times, freqs, weights = (state.pop(name) for name in ("info", "data", "times", "freqs", "weights"))
        data = checked(info, data, times, freqs, 3 + (self._axes[0] == "epoch"), weights)
        about = {"source": state.pop("inst_type_str") or "Array", "kind": state.pop("data_type"), "rest": info._rest}
        baseline, method = state.pop("baseline"), state.pop("method")
        self._restore((data, info._engine, times, freqs, weights), method, about, **state)
        self.baseline = baseline

    def _restore(self, parts, method, about, **own):
        """Begin anew from data, info, times, freqs and weights."""
        self._begin(held(*parts, method=method, **own), **about)

    _axes = ("channel", "freq", "time")
    _own = ()

    @property
    def _dims(self):
        """Names of the axes of the data."""
        behind = self._axes.index("channel") + 1
        return self._axes[:behind] + (("taper",) if self.weights is not None else ()) + self._axes[behind:]

    def __repr__(self):
        nave = f" (nave={self.nave})" if hasattr(self, "nave") else ""
        sizes = " × ".join(f"{n} {name}s" for n, name in zip(self.shape, self._dims))
        return (
            f"<{self._kind} from {self._source}{nave}, {self.method or 'unknown'} method | {sizes}, {self.freqs[0]:g} – "
            f"{self.freqs[-1]:g} Hz, {self.times[0]:.3g} – {self.times[-1]:.3g} s>"
        )

    def _told(self):
        return {"Data type": self._kind, "Data source": self._source, "Estimation method": self.method}

    @property
    def data(self):
        """The values; see the class for their shape. One number may be assigned to all."""
        return values_of(self._engine, hasattr(self, "events"))

    @data.setter
    def data(self, data):
        data = np.asarray(data)
        if data.ndim == 0:
            data = np.full(self.shape, data)
        if np.ndim(self._engine.data) == 5:
            data = with_axes(data, self.weights is not None, hasattr(self, "events"))
        if np.iscomplexobj(data) and not np.iscomplexobj(self._engine.data):
            raise TypeError("this map has real values; make one of the complex values with its class of arrays")
        self._engine.data = np.ascontiguousarray(data, np.asarray(self._engine.data).dtype)

    _data = data

    @property
    def weights(self):
        """What each taper counts at each frequency, shape (n_tapers, n_freqs), or None where the data have no tapers."""
        return getattr(self._engine, "weights", None)

    def crop(self, tmin=None, tmax=None, fmin=None, fmax=None, include_tmax=True):
        """Keep times [s] and frequencies [Hz] in given ranges, in place."""
        tmin, tmax = within(tmin, tmax)
        fmin, fmax = number_or_none("fmin", fmin, "Hz"), number_or_none("fmax", fmax, "Hz")
        self._engine.crop(tmin, tmax, fmin, fmax, flag("include_tmax", include_tmax))
        return self

    @_verbose
    def decimate(self, decim, offset=0, *, verbose=None):
        """Keep every `decim`-th time, in place."""
        self._engine.decimate(int(decim), int(offset))
        return self

    def shift_time(self, tshift, relative=True):
        """Move the times by `tshift` [s], or to begin at it if not `relative`; in place."""
        self._engine.times = self.times + (tshift if relative else tshift - self.times[0])
        return self

    @_verbose
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
            if not hasattr(self._engine, "apply_baseline"):
                raise not_yet("a baseline of complex values, phases and tapers", 'output="power"')
            self._engine.apply_baseline(*baseline, mode)
            self.baseline = self._whole(baseline)
        return self

    def get_data(self, picks=None, exclude="bads", fmin=None, fmax=None, tmin=None, tmax=None, return_times=False,
                 return_freqs=False, return_tapers=False):  # fmt: skip
        """Values as an array, with times [s], frequencies [Hz] and numbers of tapers (None: no tapers) on demand."""
        part = self.copy().crop(tmin, tmax, fmin, fmax)
        idx = picks_to_idx(self.info, picks, "data", exclude=exclude, with_ref_meg=False)
        out = [part._data.take(idx, axis=int(hasattr(self, "events")))]
        if return_times:
            out.append(part.times)
        if return_freqs:
            out.append(part.freqs)
        if return_tapers:
            out.append(None if part.weights is None else np.arange(len(part.weights)))
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
        if not isinstance(other, _TFR) or hasattr(self, "events") != hasattr(other, "events"):
            raise MixedKindsError(f"a map can be combined with one of its kind; got {type(other).__name__}")
        for name in ("ch_names", "times", "freqs"):
            ours, theirs = getattr(self, name), getattr(other, name)
            if len(ours) != len(theirs) or not (ours == theirs if name == "ch_names" else np.allclose(ours, theirs)):
                raise ConflictError(
                    f"time-frequency maps must have the same {name} to be combined; got {ours} and {theirs}"
                )
        if self.shape != other.shape:
            raise ConflictError(f"maps must have the same shape to be combined; got {self.shape} and {other.shape}")
        return other._data

    def _with(self, data):
        out = self.copy()
        out._data = data
        return out

    add_channels = made_by("channels.adding.add_channels")
    save = lacking("saving time-frequency maps", "to_mne().save()")
    to_mne = made_by("to_mne.tfr_to_mne")
    to_data_frame = made_by("frames.tfr_frame")
    plot = drawn_by("plot_tfr")
    plot_topomap = drawn_by("plot_tfr_map")
    plot_joint = drawn_by("plot_tfr_joint")
    plot_topo = drawn_by("plot_tfr_topo")


class AverageTFR(_TFR, AverageMixin):
    """Power or inter-trial coherence of an average: that of `inst`, Epochs or Evoked, as `compute_tfr` makes it.

    Attributes
    ----------
    info : Info
    times, freqs : array of float
        [s], [Hz]
    data : array of float or complex, shape (n_channels, n_freqs, n_times)
        Power [unit²], coherence in [0, 1], complex values or phases [rad]. The latter two of tapers have an axis of them
        behind the channels.
    weights : array of float, shape (n_tapers, n_freqs) | None
        Of tapers.
    nave : int
    """

    _own = ("nave", "comment")

    @_verbose
    def __init__(self, *, inst=None, freqs=None, method=None, tmin=None, tmax=None, picks=None, proj=False, decim=1,
                 n_jobs=None, verbose=None, **method_kw):  # fmt: skip
        settings = dict(tmin=tmin, tmax=tmax, picks=picks, proj=proj, decim=decim, **method_kw)
        if hasattr(inst, "drop_log"):
            settings["average"] = True
        self._compute(inst, ("BaseEpochs", "Evoked"), method, freqs, settings)


class EpochsTFR(EpochsMixin, _TFR):
    """Power of each epoch of `inst`, as `Epochs.compute_tfr` makes it.

    Attributes
    ----------
    info : Info
    times, freqs : array of float
        [s], [Hz]
    data : array of float or complex, shape (n_epochs, n_channels, n_freqs, n_times)
        Power [unit²], complex values or phases [rad]. The latter two of tapers have an axis of them behind the channels.
    weights : array of float, shape (n_tapers, n_freqs) | None
        Of tapers.
    events : array of int, shape (n_epochs, 3)
    event_id : dict
    """

    comment = ""

    _axes = ("epoch", "channel", "freq", "time")
    _own = ("comment", "events", "event_id", "selection", "drop_log", "metadata")

    @_verbose
    def __init__(self, *, inst=None, freqs=None, method=None, tmin=None, tmax=None, picks=None, proj=False, decim=1,
                 n_jobs=None, verbose=None, **method_kw):  # fmt: skip
        settings = dict(tmin=tmin, tmax=tmax, picks=picks, proj=proj, decim=decim, **method_kw)
        self._compute(inst, ("BaseEpochs",), method, freqs, settings)

    def _begin(self, engine, metadata=None, selection=None, drop_log=None, **about):
        super()._begin(engine, **about)
        self._log(metadata, selection, drop_log)

    def _restore(self, parts, method, about, comment, events, event_id, **log):
        events = events_for(len(parts[0]), events)
        ids = list((event_id or event_ids(events, None, "raise")).items())
        self._begin(held(*parts, events, ids, method=method), **log, **about)
        self.comment = comment or ""

    @_verbose
    def drop(self, indices, reason="USER", verbose=None):
        """Drop epochs by their numbers or a mask, in place; `drop_log` keeps the reason."""
        gone = numbers_of(indices, len(self))
        kept = np.array([k for k in range(len(self)) if k not in set(gone)], int)
        self.__dict__.update(self._subset(kept, reason).__dict__)
        return self

    def average(self, method="mean", *, dim="epochs", copy=False):
        """The mean (or median, or your function) over epochs, frequencies or times.

        Parameters
        ----------
        method : "mean" | "median" | callable
            A function takes the data, shape (n_epochs, n_channels, n_freqs, n_times), and returns them without the axis.
        dim : "epochs" | "freqs" | "times"
        copy : bool
            Of "freqs": whether these maps stay as they are. Default False: their frequencies become one, in place.

        Returns
        -------
        average : AverageTFR | EpochsTFR | EpochsSpectrum
            Over epochs, frequencies (one is left, their mean or median), times.
        """
        axis = {"epochs": 0, "freqs": 2, "times": 3}[one_of("dim", dim, ("epochs", "freqs", "times"))]
        engine = self._engine
        if self.weights is not None:
            raise not_yet("an average of single tapers", 'output="power", or the average of the epochs before')
        if method in ("mean", "median") and hasattr(engine, "average"):
            made = {"epochs": engine.average, "freqs": engine.average_freqs, "times": engine.average_times}[dim](
                method == "median"
            )
        else:
            function = {"mean": np.mean, "median": np.median}.get(method) if isinstance(method, str) else None
            data = function(self._data, axis=axis) if function else np.asarray(method_of(method)(self._data))
            shape = self.shape[:axis] + self.shape[axis + 1 :]
            if data.shape != shape:
                raise RuntimeError(f"method= must return shape {shape}, the data's without {dim}; got {data.shape}")
            made = self._averaged_as(dim, data)
        if dim == "times":
            return EpochsSpectrum(made, self.metadata, self.selection, self.drop_log)
        if dim == "freqs":
            out = self.copy() if copy else self
            out._hold(made, self.info._rest)
            return out
        kind = f"Average {self._kind.removesuffix(' Estimates')}"
        out = AverageTFR._of(made, source=self._source, kind=kind, rest=self.info._rest)
        out.comment = f"{getattr(method, '__name__', method)} of {len(self)} EpochsTFR"
        out.baseline = self.baseline
        return out

    def _averaged_as(self, dim, data):
        """What the engine holds of an average that is made already."""
        own = dict(info=self._engine.info, times=self.times, method=self.method)
        if dim == "epochs":
            return held(data, freqs=self.freqs, nave=len(self), **own)
        ids = list(self.event_id.items())
        if dim == "freqs":
            return held(data[:, :, None], freqs=[float(np.mean(self.freqs))], events=self.events, ids=ids, **own)
        if np.iscomplexobj(data):
            raise not_yet("complex spectra", "the mean over epochs")
        return _core.meeg.Spectrum(self._engine.info, self.freqs, floats(data), True, self.events, ids, self.method)

    def iter_evoked(self, copy=False):
        """Each epoch's map as an AverageTFR of one epoch, named after its event."""
        for data, event in zip(self._data, self.events[:, 2].tolist()):
            one = AverageTFRArray(self.info, data, self.times, self.freqs, comment=str(event), method=self.method,
                                  weights=self.weights)  # fmt: skip
            one.baseline = self.baseline
            yield one


class AverageTFRArray(AverageTFR):
    """A time-frequency map from an array.

    Parameters
    ----------
    info : Info
    data : array of float or complex, shape (n_channels, n_freqs, n_times)
        Copied. With `weights` an axis of tapers is behind the channels.
    times, freqs : array of float
        [s], [Hz]
    nave : int
        Number of epochs averaged. Default 1.
    comment, method : str | None
        What it is, and how it was made.
    weights : array of float, shape (n_tapers, n_freqs) | None
        Of the tapers, where the data have some.
    """

    def __init__(self, info, data, times, freqs, *, nave=None, comment=None, method=None, weights=None):
        data = checked(info, data, times, freqs, 3, weights)
        self._begin(held(data, info._engine, times, freqs, weights, nave=nave, comment=comment, method=method),
                    rest=info._rest)  # fmt: skip


class EpochsTFRArray(EpochsTFR):
    """Time-frequency maps of epochs from an array.

    Parameters
    ----------
    info : Info
    data : array of float or complex, shape (n_epochs, n_channels, n_freqs, n_times)
        Copied. With `weights` an axis of tapers is behind the channels.
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
    weights : array of float, shape (n_tapers, n_freqs) | None
        Of the tapers, where the data have some.
    """

    def __init__(self, info, data, times, freqs, *, comment=None, method=None, events=None, event_id=None,
                 selection=None, drop_log=None, metadata=None, weights=None):  # fmt: skip
        data = checked(info, data, times, freqs, 4, weights)
        events = events_for(len(data), events)
        ids = list(event_ids(events, event_id, "raise").items())
        self._begin(held(data, info._engine, times, freqs, weights, events, ids, method=method), metadata, selection,
                    drop_log, rest=info._rest)  # fmt: skip
        self.comment = comment or ""


class RawTFR(_TFR):
    """Power over the time of a recording `inst`, as `Raw.compute_tfr` makes it.

    Attributes
    ----------
    info : Info
    times, freqs : array of float
        [s], [Hz]
    data : array of float or complex, shape (n_channels, n_freqs, n_times)
        Power [unit²], complex values or phases [rad]. The latter two of tapers have an axis of them behind the channels.
    weights : array of float, shape (n_tapers, n_freqs) | None
        Of tapers.
    """

    @_verbose
    def __init__(self, inst, method=None, freqs=None, *, tmin=None, tmax=None, picks=None, proj=False,
                 reject_by_annotation=False, decim=1, n_jobs=None, verbose=None, **method_kw):  # fmt: skip
        settings = dict(tmin=tmin, tmax=tmax, picks=picks, proj=proj, decim=decim, **method_kw)
        self._compute(inst, ("BaseRaw",), method, freqs, {**settings, "reject_by_annotation": reject_by_annotation})

    def __getitem__(self, item):
        return self.get_data(exclude=())[item]


class RawTFRArray(RawTFR):
    """A time-frequency map of a recording, from an array.

    Parameters
    ----------
    info : Info
    data : array of float or complex, shape (n_channels, n_freqs, n_times)
        Copied. With `weights` an axis of tapers is behind the channels.
    times, freqs : array of float
        [s], [Hz]
    method : str | None
        How it was made.
    weights : array of float, shape (n_tapers, n_freqs) | None
        Of the tapers, where the data have some.
    """

    def __init__(self, info, data, times, freqs, *, method=None, weights=None):
        data = checked(info, data, times, freqs, 3, weights)
        self._begin(held(data, info._engine, times, freqs, weights, method=method), rest=info._rest)


def combine_tfr(all_tfr, weights="nave"):
    """A weighted sum of time-frequency maps.

    Parameters
    ----------
    all_tfr : list of AverageTFR
        With the same channels, times and frequencies.
    weights : list of float | "nave" | "equal"
        "nave": by their numbers of epochs; "equal": 1/n each.

    Returns
    -------
    tfr : AverageTFR
        `nave` is the effective number of epochs, 1 / sum(w² / nave); channels bad in one are bad.
    """
    maps = list(all_tfr)
    if not maps or not all(isinstance(tfr, AverageTFR) for tfr in maps):
        raise ValueError(f"all_tfr must be a list of AverageTFR; got {[type(tfr).__name__ for tfr in maps]}")
    if isinstance(weights, str):
        equal = one_of("weights", weights, ("nave", "equal")) == "equal"
        weights = np.array([1.0 if equal else tfr.nave for tfr in maps])
        weights = weights / weights.sum()
    weights = np.asarray(weights, float)
    if weights.shape != (len(maps),):
        raise ValueError(f"there must be one weight per map ({len(maps)}); got {weights.shape}")
    out = maps[0]._with(sum(weight * maps[0]._matching(tfr) for weight, tfr in zip(weights, maps)))
    out.nave = 1 / sum(weight**2 / tfr.nave for weight, tfr in zip(weights, maps))
    out.info["bads"] = sorted({bad for tfr in maps for bad in tfr.info["bads"]})
    return out
