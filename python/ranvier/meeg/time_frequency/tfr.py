"""Power and inter-trial coherence over time and frequency."""

import numpy as np

from ranvier import _core

from ..baseline import modes
from ..channels.mixins import ChannelsMixin
from ..checks import as_info, axis_of, interval, lacking, not_yet, one_of
from ..event import event_ids
from ..face import floats
from ..lazy import drawn_by, made_by
from ..logs import verbose as _verbose
from ..picks import numbers_of, picks_to_idx
from ..times import AverageMixin, TimesMixin
from .spectrum import EpochsMixin, EpochsSpectrum, FreqsMixin, events_for, method_of


class _TFR(ChannelsMixin, FreqsMixin, TimesMixin):
    def __init__(self, engine):
        self._hold(engine)
        self.baseline = None

    @property
    def data(self):
        """The values; see the class for their shape."""
        return values_of(self._engine, hasattr(self, "events"))

    @data.setter
    def data(self, data):
        data = np.asarray(data)
        if data.ndim and np.ndim(self._engine.data) == 5:
            data = _with_axes(data, self.weights is not None, hasattr(self, "events"))
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
        self._engine.crop(tmin, tmax, fmin, fmax, include_tmax)
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
            raise TypeError(f"a map can be combined with one of its kind; got {type(other).__name__}")
        for name in ("ch_names", "times", "freqs"):
            ours, theirs = getattr(self, name), getattr(other, name)
            if len(ours) != len(theirs) or not (ours == theirs if name == "ch_names" else np.allclose(ours, theirs)):
                raise ValueError(
                    f"time-frequency maps must have the same {name} to be combined; got {ours} and {theirs}"
                )
        if self.shape != other.shape:
            raise ValueError(f"maps must have the same shape to be combined; got {self.shape} and {other.shape}")
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
    """Power or inter-trial coherence of an average.

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
    data : array of float or complex, shape (n_epochs, n_channels, n_freqs, n_times)
        Power [unit²], complex values or phases [rad]. The latter two of tapers have an axis of them behind the channels.
    weights : array of float, shape (n_tapers, n_freqs) | None
        Of tapers.
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
        out = AverageTFR(made)
        out.comment = f"{getattr(method, '__name__', method)} of {len(self)} EpochsTFR"
        out.baseline = self.baseline
        return out

    def _averaged_as(self, dim, data):
        """What the engine holds of an average that is made already."""
        own = dict(info=self._engine.info, times=self.times, method=self.method)
        if dim == "epochs":
            return _held(data, freqs=self.freqs, nave=len(self), **own)
        ids = list(self.event_id.items())
        if dim == "freqs":
            return _held(data[:, :, None], freqs=[float(np.mean(self.freqs))], events=self.events, ids=ids, **own)
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
        data = _checked(info, data, times, freqs, 3, weights)
        super().__init__(_held(data, info._engine, times, freqs, weights, nave=nave, comment=comment, method=method))


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
        data = _checked(info, data, times, freqs, 4, weights)
        events = events_for(len(data), events)
        ids = list(event_ids(events, event_id, "raise").items())
        super().__init__(_held(data, info._engine, times, freqs, weights, events, ids, method=method), metadata, selection,
                         drop_log)  # fmt: skip
        self.comment = comment or ""


class RawTFR(_TFR):
    """Power over the time of a recording. Made by `Raw.compute_tfr`.

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

    def __repr__(self):
        return (
            f"<RawTFR | {len(self.ch_names)} channels, {len(self.freqs)} freqs ({self.freqs[0]:g} – "
            f"{self.freqs[-1]:g} Hz), {self.times[0]:.3g} – {self.times[-1]:.3g} s>"
        )

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
        data = _checked(info, data, times, freqs, 3, weights)
        super().__init__(_held(data, info._engine, times, freqs, weights, method=method))


def values_of(engine, of_epochs):
    """The engine's data with the axes that a map shows: that of epochs or not, that of tapers where there are some."""
    data = engine.data
    if data.ndim == 5:
        data = data if engine.weights is not None else data[:, :, 0]
        data = data if of_epochs else data[0]
    return data


def _with_axes(data, tapers, of_epochs):
    """The data with axes of epochs and tapers."""
    data = data if of_epochs else data[None]
    return data if tapers else data[:, :, None]


def _checked(info, data, times, freqs, ndim, weights):
    """The data of a map, whose shape goes with the rest."""
    data = np.asarray(data)
    shape = (len(as_info(info)["chs"]), len(freqs), len(times))
    if weights is not None:
        weights = np.asarray(weights)
        if weights.ndim != 2 or weights.shape[1] != len(freqs):
            raise ValueError(
                f"weights must have shape (n_tapers, {len(freqs)}), as there are freqs; got {weights.shape}"
            )
        shape = (shape[0], len(weights), *shape[1:])
        ndim += 1
    if data.ndim != ndim or data.shape[-len(shape) :] != shape:
        axes = "channels, freqs, times; with weights= tapers behind channels"
        raise ValueError(f"data must have {ndim} dimensions, the last {len(shape)} {shape} ({axes}); got {data.shape}")
    return data


def _held(data, info, times, freqs, weights=None, events=None, ids=None, *, nave=None, comment=None, method=None):
    """What the engine holds of a map; without events an average."""
    axes = (axis_of("times", times), axis_of("freqs", freqs, 0))
    nave, comment, method = float(nave or 1), comment or "", method or ""
    if weights is None and not np.iscomplexobj(data):
        if events is None:
            return _core.meeg.AverageTfr(info, floats(data), *axes, nave, comment, method)
        return _core.meeg.EpochsTfr(info, floats(data), *axes, events, ids, method)
    kind, sample = (_core.meeg.Coefficients, complex) if np.iscomplexobj(data) else (_core.meeg.Phases, float)
    data = np.ascontiguousarray(_with_axes(data, weights is not None, events is not None), sample)
    if events is None:
        events, ids = np.array([[0, 0, 1]], np.int64), [("1", 1)]
    weights = None if weights is None else floats(weights)
    return kind(info, data, *axes, events, ids, weights, nave, comment, method)


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
