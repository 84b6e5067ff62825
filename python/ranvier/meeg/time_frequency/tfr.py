"""Power and inter-trial coherence over time and frequency."""

import numpy as np

from ranvier import _core

from ..baseline import modes
from ..channels.mixins import ChannelsMixin
from ..checks import as_info, interval, lacking, not_yet, one_of
from ..event import event_ids
from ..face import floats, of_engine
from ..lazy import drawn_by, made_by
from ..logs import verbose as _verbose
from ..picks import numbers_of, picks_to_idx
from ..times import AverageMixin, TimesMixin
from .spectrum import EpochsMixin, EpochsSpectrum, FreqsMixin, events_for, method_of


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
        if not isinstance(other, _TFR) or hasattr(self, "events") != hasattr(other, "events"):
            raise TypeError(f"a map can be combined with one of its kind; got {type(other).__name__}")
        for name in ("ch_names", "times", "freqs"):
            ours, theirs = getattr(self, name), getattr(other, name)
            if len(ours) != len(theirs) or not (ours == theirs if name == "ch_names" else np.allclose(ours, theirs)):
                raise ValueError(
                    f"time-frequency maps must have the same {name} to be combined; got {ours} and {theirs}"
                )
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
        if method in ("mean", "median"):
            made = {"epochs": engine.average, "freqs": engine.average_freqs, "times": engine.average_times}[dim](
                method == "median"
            )
        else:
            data = np.asarray(method_of(method)(self._data), float)
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
        engine = self._engine
        if dim == "epochs":
            return _core.meeg.AverageTfr(engine.info, data, self.times, self.freqs, len(self), "", self.method)
        ids = list(self.event_id.items())
        if dim == "times":
            return _core.meeg.Spectrum(engine.info, self.freqs, data, True, self.events, ids, self.method)
        freqs = [float(np.mean(self.freqs))]
        return _core.meeg.EpochsTfr(engine.info, data[:, :, None], self.times, freqs, self.events, ids, self.method)

    def iter_evoked(self, copy=False):
        """Each epoch's map as an AverageTFR of one epoch, named after its event."""
        for data, event in zip(self._data, self.events[:, 2].tolist()):
            one = AverageTFRArray(self.info, data, self.times, self.freqs, comment=str(event), method=self.method)
            one.baseline = self.baseline
            yield one


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


class RawTFR(_TFR):
    """Power over the time of a recording. Made by `Raw.compute_tfr`.

    Attributes
    ----------
    info : Info
    times, freqs : array of float
        [s], [Hz]
    data : array of float, shape (n_channels, n_freqs, n_times)
        Power [unit²].
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
