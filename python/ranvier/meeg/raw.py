"""Continuous recordings."""

import contextlib
import numbers
from operator import attrgetter

import numpy as np

from ranvier.errors import MixedKindsError

from ..settings import described, given
from .annotations import Annotations
from .channels.mixins import ChannelsMixin, ReferenceMixin, unit_factors
from .checks import flag, one_of, path_of, time_or_none
from .event import as_events
from .face import of_engine
from .filter import FilterMixin, filter_settings
from .info import date_from_engine, date_to_engine
from .io.loading import loaded
from .io.own import OfFiles, checked_units, engine_of
from .logs import tell
from .logs import verbose as _verbose
from .picks import picks_to_idx
from .raw_results import RawResultsMixin


class BaseRaw(OfFiles, ChannelsMixin, ReferenceMixin, FilterMixin, RawResultsMixin):
    """A continuous recording. Made by `ranvier.meeg.io.read_raw` or `RawArray`, or the base of a reader of one's own.

    Samples are in SI units (V, T, T/m). Times are in s and count from the first sample.

    Parameters
    ----------
    info : Info
    preload : bool | str | array of float, shape (n_channels, n_times)
        The samples, or whether to read them into memory at once; a file name maps them there. Default False: they are
        read when needed.
    first_samps, last_samps : sequence of int
        Numbers of the first and the last sample of each file. Default of the first: (0,); an array needs no last.
    filenames : sequence of str | sequence of Path | None
        The files. Default None: there are none.
    raw_extras : sequence of dict
        For each file what `_read_segment_file` needs to read it.
    orig_format : "double" | "single" | "int" | "short"
        How the files hold samples. Default "double".
    dtype : float64 | None
        What samples in memory are.
    buffer_size_sec : float
        How long the pieces are that `save` writes unless told otherwise [s]. Default 1.
    orig_units : dict | None
        Units in the files, by channel, as dict(Cz="uV").

    Attributes
    ----------
    info : Info
    annotations : Annotations
    preload : bool
        Whether the samples are in memory; otherwise they are read from the file when needed.
    orig_format, buffer_size_sec
        As given; "double" where samples never were in a file.

    Notes
    -----
    A reader of one's own calls `__init__` of this class and has `_read_segment_file`, which is called for one stretch
    after the other, from any thread, and never twice at a time.
    """

    @_verbose
    def __init__(self, info, preload=False, first_samps=(0,), last_samps=None, filenames=None, raw_extras=(None,),
                 orig_format="double", dtype=np.float64, buffer_size_sec=1.0, orig_units=None, *, verbose=None):  # fmt: skip
        samples = preload if isinstance(preload, np.ndarray) else None
        engine, names, extras = engine_of(self, info, samples, first_samps, last_samps, filenames, raw_extras,
                                          orig_format, dtype)  # fmt: skip
        self._begin(engine, names, info._rest)
        self._raw_extras = extras
        self._units = checked_units(orig_units, info)
        self.buffer_size_sec = float(buffer_size_sec)
        if not 0 < self.buffer_size_sec < np.inf:
            raise ValueError(f"buffer_size_sec must be > 0 s; got {buffer_size_sec!r}")
        if samples is None:
            loaded(self, preload)

    def _begin(self, engine, filenames=(), rest=None):
        self._hold(engine, rest)
        self._filenames = tuple(filenames)
        self.orig_format = engine.storage or "double"

    def _hold(self, engine, rest=None):
        super()._hold(engine, rest)
        self._annotations = Annotations._of(engine.annotations, self.first_time)

    def _renamed(self, names):
        old = {new: name for name, new in names.items()}
        units = self._units or {}
        self._units = {n: units[old[n]] for n in self.ch_names if old.get(n) in units}
        self._annotations.ch_names = [[names.get(c, c) for c in chs] for chs in self._annotations.ch_names]

    @contextlib.contextmanager
    def _new_annotations(self):
        """For work that gives the recording other annotations: whoever holds the old ones keeps them as they were."""
        self._annotations._engine = self._engine.annotations.copy()
        try:
            yield
        finally:
            self._annotations = Annotations._of(self._engine.annotations, self.first_time)

    def _need_data(self, what):
        if not self.preload:
            raise RuntimeError(f"{what} needs the samples in memory; read with preload=True or call load_data() first")

    # -- what it is

    preload = of_engine("preloaded", "Whether the samples are in memory.")
    n_times = of_engine("n_samples", "Number of samples.")
    first_samp = of_engine("first_samp", "Number of the first sample on the acquisition's clock.")

    @property
    def _data(self):
        """The samples in memory, shape (n_channels, n_times): the engine's own, no copy."""
        data = self._engine.data
        if data is None:
            raise AttributeError("the samples are not in memory; call load_data() first")
        return data

    @_data.setter
    def _data(self, data):
        self._take(data, lambda engine, part: setattr(engine, "data", part))

    @property
    def filenames(self):
        """The files, as a tuple of paths; (None,) for data from memory."""
        return self._filenames or (None,)

    @property
    def last_samp(self):
        """Number of the last sample on the acquisition's clock."""
        return self.first_samp + self.n_times - 1

    @property
    def first_time(self):
        """Time of the first sample on the acquisition's clock [s]."""
        return self.first_samp / float(self.info["sfreq"])

    _first_time = first_time

    @property
    def _last_time(self):
        return self.last_samp / float(self.info["sfreq"])

    @property
    def times(self):
        """Times of the samples [s], shape (n_times,); 0 at the first; not to be written to."""
        times = np.arange(self.n_times) / float(self.info["sfreq"])
        times.flags.writeable = False
        return times

    @property
    def tmin(self):
        """Time of the first sample [s]."""
        return 0.0

    @property
    def tmax(self):
        """Time of the last sample [s]."""
        return (self.n_times - 1) / float(self.info["sfreq"])

    @property
    def duration(self):
        """Length [s]."""
        return self.n_times / float(self.info["sfreq"])

    annotations = property(attrgetter("_annotations"), doc="The annotations, on the acquisition's clock.")

    def __len__(self):
        return self.n_times

    def __repr__(self):
        name = self.filenames[0]
        name = f"{name.name}, " if name is not None else ""
        size = len(self.ch_names) * self.n_times * 8 / 2**20
        state = "loaded" if self.preload else "in the file"
        return (
            f"<{type(self).__name__} | {name}{len(self.ch_names)} x {self.n_times} ({self.duration:0.1f} s), "
            f"~{size:.1f} MiB, data {state}>"
        )

    def _told(self):
        return {"Duration": self._get_duration_string()}

    def _get_duration_string(self):
        minutes, seconds = divmod(int(np.ceil(self.duration)), 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}"

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    def close(self):
        """Nothing to do: files are open only while they are read."""

    def __setstate__(self, state):
        annotations = state["_annotations"]
        super().__setstate__(state)
        self._engine.annotations.assign(annotations._engine)

    # -- samples

    @_verbose
    def load_data(self, *, memmap=None, verbose=None):
        """Read all samples into memory, in place; into the file `memmap`, paged in as needed, where it is given."""
        if not self.preload:
            self._engine.load(None if memmap is None else path_of(memmap))
        return self

    def time_as_index(self, times, use_rounding=False, origin=None):
        """Sample numbers of times [s]; the fraction is cut off unless `use_rounding`.

        Times count from the first sample, or from `origin`, a datetime or POSIX seconds.
        """
        times = np.atleast_1d(np.asarray(times, float))
        if origin is not None:
            if self.info["meas_date"] is None:
                raise ValueError(
                    f"origin needs a measurement date to count from; got {origin!r}, and info['meas_date'] None"
                )
            origin = date_from_engine(date_to_engine(origin))
            times = times + (origin - self.info["meas_date"]).total_seconds() - self.first_time
        index = times * float(self.info["sfreq"])
        return (np.round(index) if use_rounding else index).astype(np.int64)

    def _samples(self, idx, start, stop):
        return self._engine.samples([int(k) for k in idx], int(start), int(stop))

    @_verbose
    def get_data(self, picks=None, start=0, stop=None, reject_by_annotation=None, return_times=False, units=None, *,
                 exclude=(), tmin=None, tmax=None, verbose=None):  # fmt: skip
        """Samples as an array.

        Parameters
        ----------
        picks : str | list | slice | None
            Channels; None, the default: all.
        start : int
            First sample. Default 0.
        stop : int | None
            The sample after the last. Default: all.
        reject_by_annotation : None | "omit" | "NaN"
            What to do with stretches annotated as bad. Default None: nothing.
        return_times : bool
            Whether to return the times [s] too.
        units : str | dict | None
            Units to return, as "uV" or dict(eeg="uV", grad="fT/cm"). Default SI.
        exclude : list of str | "bads"
            Names to leave out where picks names types.
        tmin, tmax : float | None
            Times [s] instead of `start` and `stop`.

        Returns
        -------
        data : array of float, shape (n_channels, n_times)
        times : array of float, shape (n_times,)
            Only with `return_times`.
        """
        idx = picks_to_idx(self.info, picks, "all", exclude=exclude)
        n = self.n_times
        for word, value in (("start", start), ("stop", n if stop is None else stop)):
            if not isinstance(value, numbers.Integral):
                raise TypeError(f"{word} must be a whole number of samples; got {value!r}; tmin and tmax take times")
        tmin, tmax = time_or_none("tmin", tmin), time_or_none("tmax", tmax)
        if start == 0 and tmin is not None:
            start = int(self.time_as_index(tmin)[0])
        if stop is None:
            stop = n if tmax is None else int(self.time_as_index(tmax)[0])
        start, stop = min(max(0, int(start)), n), min(max(0, int(stop)), n)
        stop = max(start, stop)
        data = self._samples(idx, start, stop)
        times = np.arange(start, stop) / float(self.info["sfreq"])
        if reject_by_annotation is not None:
            one_of("reject_by_annotation", reject_by_annotation.lower(), ("omit", "nan"))
            good = self._good_samples(start, stop)
            tell(f"{(~good).sum()} of {stop - start} samples are annotated as bad; {good.sum()} are left")
            if not good.all():
                if reject_by_annotation.lower() == "omit":
                    data, times = data[:, good], times[good]
                else:
                    data[:, ~good] = np.nan
        if units is not None:
            data *= unit_factors(self.info, units, idx)[:, None]
        return (data, times) if return_times else data

    def _good_samples(self, start, stop):
        """Which samples of [start, stop) no annotation calls bad."""
        good = np.ones(stop - start, bool)
        for begin, end in zip(*self._engine.annotation_spans(["BAD"])):
            good[max(begin - start, 0) : max(end - start, 0)] = False
        return good

    def _selected(self, item):
        """Channel numbers and sample numbers of raw[item]."""
        sel, when = item if isinstance(item, tuple) else (item, slice(None))
        idx = picks_to_idx(self.info, sel)
        if isinstance(when, slice):
            return idx, np.arange(*when.indices(self.n_times))
        when = np.atleast_1d(np.asarray(when))
        if when.dtype == bool:
            when = np.flatnonzero(when)
        return idx, np.where(when < 0, when + self.n_times, when)

    def __getitem__(self, item):
        idx, when = self._selected(item)
        lo, hi = (when.min(), when.max() + 1) if len(when) else (0, 0)
        data = self._samples(idx, lo, hi)
        if not np.array_equal(when, np.arange(lo, hi)):
            data = data[:, when - lo]
        return data, when / float(self.info["sfreq"])

    def __setitem__(self, item, value):
        self._need_data("changing samples")
        self._need_real("raw[...] = ")
        idx, when = self._selected(item)
        self._data[np.ix_(idx, when)] = value

    @_verbose
    def rescale(self, scalings, *, verbose=None):
        """Multiply samples by factors, in place, as where a file's numbers are not in SI units.

        Parameters
        ----------
        scalings : float | dict
            One factor where all channels are of one type, or factors by type, as dict(eeg=1e-6).
        """
        self._need_data("rescale()")
        self._need_real("rescale()")
        types = self.get_channel_types()
        if not isinstance(scalings, dict):
            if len(set(types)) > 1:
                raise ValueError(f"scalings must be a dict by channel type where there are several types, "
                                 f"{', '.join(dict.fromkeys(types))}; got {scalings!r}")  # fmt: skip
            scalings = dict.fromkeys(types, scalings)
        for kind, factor in scalings.items():
            one_of("a type in scalings", kind, tuple(dict.fromkeys(types)))
            if isinstance(factor, bool) or not isinstance(factor, numbers.Real) or not np.isfinite(factor):
                raise ValueError(f"the factors in scalings must be finite numbers; got {factor!r} for {kind}")
        self._data[:] *= np.array([scalings.get(kind, 1.0) for kind in types], float)[:, None]
        return self

    # -- time

    @_verbose
    def crop(self, tmin=0.0, tmax=None, include_tmax=True, *, reset_first_samp=False, verbose=None):
        """Keep the samples from `tmin` to `tmax` [s], in place.

        Parameters
        ----------
        tmin, tmax : float | None
            Times after the first sample, both rounded to samples. Default: all.
        include_tmax : bool
            Whether the sample at `tmax` is kept. Default True.
        reset_first_samp : bool
            Whether the first sample becomes number 0.
        """
        include_tmax = flag("include_tmax", include_tmax)
        with self._new_annotations():
            self._engine.crop_times(float(tmin), None if tmax is None else float(tmax), include_tmax)
        if reset_first_samp:
            self._annotations.onset -= self.first_time
            self._annotations._begin = 0.0
            self._engine.first_samp = 0
        return self

    @_verbose
    def crop_by_annotations(self, annotations=None, *, verbose=None):
        """A list of recordings, one for each annotation."""
        annotations = self.annotations if annotations is None else annotations
        parts = []
        for a in annotations:
            start = a["onset"] - (self.first_time if a["orig_time"] == self.info["meas_date"] else 0)
            parts.append(self._like(self._engine.part(max(start, 0.0), min(start + a["duration"], self.tmax))))
        return parts

    @_verbose
    def set_annotations(self, annotations, emit_warning=True, on_missing="raise", *, verbose=None):
        """Set the annotations, in place; None removes them.

        Those with `orig_time` are brought to the recording's clock by it, those without count from the first sample.
        What lies outside of the recording is left out and what reaches outside is cut, with a warning if `emit_warning`.
        """
        if annotations is None:
            with self._new_annotations():
                self._engine.annotations.assign(Annotations([], [], [], self.info["meas_date"])._engine)
            return self
        if not isinstance(annotations, Annotations):
            raise TypeError(f"annotations must be Annotations or None; got {type(annotations).__name__}")
        annotations, emit_warning = annotations._about(self.ch_names, on_missing), flag("emit_warning", emit_warning)
        with self._new_annotations():
            self._engine.set_annotations(annotations._engine, emit_warning)
        return self

    def get_annotation_spans(self):
        """Sample numbers at which the annotations begin and end: two arrays."""
        return self._engine.annotation_spans([""])

    def set_meas_date(self, meas_date):
        """Set the date of the measurement; the annotations stay where they are in the recording; in place."""
        self.info.set_meas_date(meas_date)
        self._annotations._orig_time = self.info["meas_date"]
        return self

    @_verbose
    def anonymize(self, daysback=None, keep_his=False, verbose=None):
        """Remove what may tell who was measured, in place."""
        self.info.anonymize(daysback, keep_his)
        self._annotations._orig_time = self.info["meas_date"]
        return self

    @_verbose
    def append(self, raws, preload=None):
        """Put recordings behind this one, in place. Boundaries are annotated as "BAD boundary" and "EDGE boundary"."""
        raws = [raws] if isinstance(raws, BaseRaw) else list(raws)
        if other := [r for r in raws if not isinstance(r, BaseRaw)]:
            raise MixedKindsError(f"a recording is followed by recordings; got {type(other[0]).__name__}")
        for raw in (self, *raws):
            raw._need_real("append()")
        with self._new_annotations():
            self._engine.append([r._engine for r in raws])
        self._filenames = tuple(f for r in [self, *raws] for f in r._filenames)
        if preload:
            self.load_data(memmap=preload if isinstance(preload, str) else None)

    # -- signal processing

    @_verbose
    @described("notch_filter")
    def notch_filter(self, freqs, picks=None, filter_length=..., notch_widths=..., trans_bandwidth=..., n_jobs=None,
                     method=..., iir_params=..., mt_bandwidth=..., p_value=..., phase=..., fir_window=...,
                     fir_design=..., pad=..., skip_by_annotation=..., verbose=None, **settings):  # fmt: skip
        """Remove narrow bands, as that of the mains, in place.

        Parameters
        ----------
        freqs : float | array of float | None
            Centres of the bands [Hz]; None for what an F-test finds, with ``method="spectrum_fit"``.
        picks : str | list | slice | None
            Channels; None, the default: data channels, bad ones too.
        {settings}
        """
        self._need_data("notch_filter()")
        idx = picks_to_idx(self.info, picks, "data", exclude=())
        options = filter_settings("notch_filter", locals(), picks=idx)
        self._engine.notch_filter(options)
        return self

    @_verbose
    @described("resample")
    def resample(self, sfreq, *, npad=..., window=..., stim_picks=None, n_jobs=None, events=None, pad=..., method=...,
                 verbose=None, **settings):  # fmt: skip
        """Change the sampling rate, in place.

        Parameters
        ----------
        sfreq : float
            New rate [Hz].
        stim_picks : str | list | slice | None
            Channels of codes, whose values are kept and not interpolated. Default None: those of type stim.
        events : array of int, shape (n_events, 3) | None
            Events to move along.
        {settings}

        Returns
        -------
        raw : Raw
            This object.
        events : array of int, shape (n_events, 3)
            Only where events were given.
        """
        if stim_picks is not None:
            stim_picks = [int(k) for k in picks_to_idx(self.info, stim_picks, "stim", exclude=())]
        self.load_data()
        options = given("resample", locals())
        moved = None if events is None else as_events(events)
        result = self._engine.resample(options, moved, stim_picks)
        return self if events is None else (self, result)
