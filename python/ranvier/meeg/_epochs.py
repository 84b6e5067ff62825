"""Pieces of recordings around events."""

import numpy as np

from ranvier import _core
from ranvier._errors import warn

from ._channels import ChannelsMixin, ReferenceMixin, unit_factors
from ._checks import interval, not_yet, one_of, output_path, path_of
from ._events import as_events, event_ids, events_from_annotations, make_fixed_length_events
from ._evoked import Evoked
from ._filtering import FilterMixin, resample_options
from ._info import Info
from ._picks import picks_to_idx
from ._times import TimesMixin
from ._verbose import verbose as _verbose


class BaseEpochs(ChannelsMixin, ReferenceMixin, FilterMixin, TimesMixin):
    """Pieces of a recording around events. See `Epochs`."""

    _default_pad = "edge"

    def __init__(self, engine, metadata=None, filename=None):
        self._engine_epochs = engine
        self.info = Info(engine.info)
        self.event_id = dict(engine.event_id)
        self._metadata = metadata
        self.filename = filename

    # -- between Python and the engine

    def _push(self):
        engine = self._engine_epochs
        engine.info = self.info._engine()
        engine.event_id = [(str(k), int(v)) for k, v in self.event_id.items()]
        return engine

    def _pull(self):
        self.info._take(self._engine_epochs.info)

    def _work(self, function):
        before = self.selection
        result = function(self._push())
        self._pull()
        self._follow(before)
        return result

    def _follow(self, before):
        """Drop the rows of the metadata whose epochs the engine has dropped."""
        if self._metadata is not None and len(self._metadata) != len(self.selection):
            self._metadata = self._metadata.iloc[np.flatnonzero(np.isin(before, self.selection))]

    def _derived(self, engine, metadata=None):
        twin = object.__new__(type(self) if type(self) is not Epochs else Epochs)
        twin.__dict__.update(self.__dict__)
        twin._engine_epochs = engine
        twin.info = self.info.copy()
        twin.event_id = dict(self.event_id)
        twin._metadata = metadata
        return twin

    def _keep_channels(self, idx):
        if idx != list(range(len(self.ch_names))):
            self._work(lambda engine: engine.pick(idx))

    def _need_data(self, what):
        if not self.preload:
            raise RuntimeError(f"{what} needs the epochs in memory; use preload=True or call load_data() first")

    # -- what they are

    @property
    def preload(self):
        """Whether the epochs are in memory."""
        return self._engine_epochs.preloaded

    @property
    def _bad_dropped(self):
        return self._engine_epochs.dropped_bad

    @property
    def _data(self):
        """The samples in memory, shape (n_epochs, n_channels, n_times): the engine's own, no copy."""
        data = self._engine_epochs.data
        if data is None:
            raise AttributeError("the epochs are not in memory; call load_data() first")
        return data

    @_data.setter
    def _data(self, data):
        self._push().set_data(np.ascontiguousarray(data, dtype=float), self._engine_epochs.tmin, float(self.info["sfreq"]))

    @property
    def times(self):
        """Times [s], shape (n_times,); 0 at the event."""
        return self._engine_epochs.times

    @property
    def events(self):
        """The events of the epochs, shape (n_epochs, 3)."""
        return self._engine_epochs.events

    @events.setter
    def events(self, events):
        self._engine_epochs.events = as_events(events)

    @property
    def selection(self):
        """Numbers of the epochs among the events that were given, shape (n_epochs,)."""
        return np.array(self._engine_epochs.selection, int)

    @property
    def drop_log(self):
        """For every event that was given: a tuple of the reasons why it was dropped."""
        return tuple(tuple(reasons) for reasons in self._engine_epochs.drop_log)

    @property
    def baseline(self):
        """The baseline (start, stop) [s], or None."""
        baseline = self._engine_epochs.baseline
        if baseline is None:
            return None
        times = self.times
        return (float(times[0]) if baseline[0] is None else baseline[0],
                float(times[-1]) if baseline[1] is None else baseline[1])  # fmt: skip

    @property
    def reject(self):
        """Limits by channel type above which epochs are dropped, or None."""
        return dict(self._engine_epochs.reject) or None

    @property
    def flat(self):
        """Limits by channel type below which epochs are dropped, or None."""
        return dict(self._engine_epochs.flat) or None

    @property
    def metadata(self):
        """A pandas DataFrame with one row per epoch, or None."""
        return self._metadata

    @metadata.setter
    def metadata(self, metadata):
        if metadata is not None and len(metadata) != len(self):
            raise ValueError(f"metadata must have one row per epoch ({len(self)}); got {len(metadata)}")
        self._metadata = None if metadata is None else metadata.copy()

    def __len__(self):
        if not self._bad_dropped and (self.reject or self.flat):
            raise RuntimeError(
                "how many epochs there are is known once bad ones are dropped; call drop_bad() or load_data() first"
            )
        return self._engine_epochs.n_epochs

    def __repr__(self):
        n = self._engine_epochs.n_epochs
        sure = self._bad_dropped or not (self.reject or self.flat)
        counts = self.events[:, 2].tolist()
        lines = [
            f"<{type(self).__name__} | {n} events ({'all good' if sure else 'good & bad'}), "
            f"{self.times[0]:.3g} – {self.times[-1]:.3g} s ("
            + ("baseline off" if self.baseline is None else f"baseline {self.baseline[0]:.3g} – {self.baseline[1]:.3g} s")
            + f"), data {'in memory' if self.preload else 'not in memory'}"
            + (", with metadata" if self._metadata is not None else "")
        ]
        lines += [f" {name!r}: {counts.count(number)}" for name, number in sorted(self.event_id.items())]
        return "\n".join(lines) + ">"

    def copy(self):
        """A copy that shares nothing that can change."""
        self._push()
        metadata = None if self._metadata is None else self._metadata.copy()
        return self._derived(self._engine_epochs.copy(), metadata)

    __copy__ = copy

    def __deepcopy__(self, memo):
        return self.copy()

    def __getstate__(self):
        self.load_data()
        engine = self._engine_epochs
        state = {k: v for k, v in self.__dict__.items() if k != "_engine_epochs"}
        state["_packed"] = (
            np.array(self._data), self.events, float(engine.tmin), self.baseline, self.reject or {}, self.flat or {},
            engine.selection, engine.drop_log,
        )  # fmt: skip
        return state

    def __setstate__(self, state):
        data, events, tmin, baseline, reject, flat, selection, drop_log = state.pop("_packed")
        self.__dict__.update(state)
        ids = list(self.event_id.items())
        engine = _core.Epochs.from_array(self.info._engine(), data, events, tmin, ids, None, [], [], False, None, None)
        engine.baseline, engine.selection, engine.drop_log = baseline, selection, drop_log
        self._engine_epochs = engine

    # -- choosing epochs

    def __getitem__(self, item):
        self._push()
        n = self._engine_epochs.n_epochs
        if isinstance(item, str):
            item = [item]
        if isinstance(item, slice):
            which = list(range(n))[item]
        elif isinstance(item, (int, np.integer)) and not isinstance(item, bool):
            which = [int(item) + (n if item < 0 else 0)]
        elif len(item) and all(isinstance(k, str) for k in item):
            which = self._named(list(item))
        else:
            array = np.asarray(item)
            if array.dtype == bool:
                if array.shape != (n,):
                    raise IndexError(f"a mask of epochs must have shape ({n},); got {array.shape}")
                which = np.flatnonzero(array).tolist()
            else:
                which = [int(k) + (n if k < 0 else 0) for k in array.ravel()]
        bad = [k for k in which if not 0 <= k < n]
        if bad:
            raise IndexError(f"there are {n} epochs; number {bad[0]} is not among them")
        metadata = None if self._metadata is None else self._metadata.iloc[which]
        chosen = self._derived(self._engine_epochs.subset(which), metadata)
        left = set(chosen.events[:, 2].tolist())
        chosen.event_id = {name: k for name, k in self.event_id.items() if k in left}
        return chosen

    def _named(self, keys):
        try:
            return self._engine_epochs.matching(keys)
        except ValueError as error:
            if self._metadata is None or len(keys) != 1:
                raise KeyError(str(error)) from None
            try:
                rows = self._metadata.reset_index(drop=True).query(keys[0]).index
            except Exception as wrong:
                raise KeyError(f"{error}; nor is it a query of the metadata: {wrong}") from None
            return rows.tolist()

    def __iter__(self):
        self._current = 0
        while True:
            try:
                yield self.next()
            except StopIteration:
                return

    def next(self, return_event_id=False):
        """The next epoch of an iteration, shape (n_channels, n_times)."""
        position = getattr(self, "_current", 0)
        if not self._bad_dropped:
            self.drop_bad()
        if position >= len(self):
            raise StopIteration
        self._current = position + 1
        epoch = self._data[position].copy() if self.preload else self[position].load_data()._data[0].copy()
        return (epoch, int(self.events[position, 2])) if return_event_id else epoch

    __next__ = next

    def iter_evoked(self, copy=False):
        """Each epoch as an Evoked of one average."""
        names = {number: name for name, number in self.event_id.items()}
        for epoch, event in zip(self, self.events[:, 2].tolist()):
            yield Evoked._made(self.info.copy(), epoch, self.tmin, 1, names.get(event, str(event)))

    @_verbose
    def load_data(self, verbose=None):
        """Read all epochs into memory and drop the bad ones, in place."""
        if not self.preload:
            self._work(lambda engine: engine.load())
        return self

    @_verbose
    def drop_bad(self, reject="existing", flat="existing", verbose=None):
        """Drop epochs by peak-to-peak limits, in place.

        Parameters
        ----------
        reject, flat : dict | "existing" | None
            Limits by channel type [V, T, T/m], as dict(eeg=100e-6); "existing": those that were given before.
        """
        if reject == "existing" and flat == "existing":
            self._work(lambda engine: engine.drop_bad())
        else:
            high = self.reject if isinstance(reject, str) else _checked_limits(self.info, reject, "reject")
            low = self.flat if isinstance(flat, str) else _checked_limits(self.info, flat, "flat")
            self._work(lambda engine: engine.drop_bad_by(list((high or {}).items()), list((low or {}).items())))
        return self

    def drop(self, indices, reason="USER", verbose=None):
        """Drop epochs by their numbers or a mask, in place."""
        which = np.atleast_1d(np.asarray(indices))
        n = self._engine_epochs.n_epochs
        if which.dtype == bool:
            which = np.flatnonzero(which)
        elif which.size and (which.min() < -n or which.max() >= n):
            raise IndexError(f"there are {n} epochs; got numbers from {which.min()} to {which.max()}")
        which = [int(k) + (n if k < 0 else 0) for k in which]
        reason = reason if isinstance(reason, str) else ", ".join(reason)
        self._work(lambda engine: engine.drop(which, reason))
        return self

    def drop_log_stats(self, ignore=("IGNORED",)):
        """Share of dropped epochs [%]."""
        log = [reasons for reasons in self.drop_log if not any(r in ignore for r in reasons)]
        return 100.0 * sum(bool(reasons) for reasons in log) / len(log) if log else 0.0

    def equalize_event_counts(self, event_ids=None, method="mintime", *, rng=None, random_state=None):
        """Make conditions equally frequent by dropping epochs, in place.

        Parameters
        ----------
        event_ids : list of str | list of list of str | dict | None
            Conditions; a list within the list makes one condition of several. Default: all.
        method : "mintime" | "truncate" | "random"
            Which epochs stay: those that follow each other in time as those of the rarest condition do, the first, or
            any.
        random_state : int | None
            Seed of "random".

        Returns
        -------
        epochs : Epochs
            This object.
        indices : array of int
            Numbers of the epochs that were dropped.
        """
        one_of("method", method, ("mintime", "truncate", "random"))
        if method == "random" and random_state is None and rng is None:
            raise ValueError('method "random" needs random_state, so that the result can be repeated')
        if event_ids is None:
            event_ids = list(self.event_id)
        groups = [[group] if isinstance(group, str) else list(group) for group in event_ids]
        seed = random_state if rng is None else rng
        if not self._bad_dropped:
            self.drop_bad()
        dropped = self._work(lambda engine: engine.equalize_event_counts(groups, method, int(seed or 0)))
        return self, np.array(dropped, int)

    def reset_drop_log_selection(self):
        """Forget which events were dropped, in place."""
        self._engine_epochs.reset_drop_log()

    # -- samples

    @_verbose
    def get_data(self, picks=None, item=None, units=None, tmin=None, tmax=None, *, exclude=(), copy=True, verbose=None):
        """Samples as an array.

        Parameters
        ----------
        picks : str | list | slice | None
            Channels; None, the default: all.
        item : int | slice | str | list | None
            Epochs, as in ``epochs[item]``; None: all.
        units : str | dict | None
            Units to return, as "uV" or dict(eeg="uV"). Default SI.
        tmin, tmax : float | None
            Range of times [s].
        copy : bool
            Whether the array is a copy; otherwise it may share memory with the epochs. Default True.

        Returns
        -------
        data : array of float, shape (n_epochs, n_channels, n_times)
        """
        idx = picks_to_idx(self.info, picks, "all", exclude=exclude)
        epochs = self if item is None else self[item]
        whole = len(idx) == len(self.ch_names) and np.array_equal(idx, np.arange(len(idx)))
        if not epochs.preload:
            if not self._bad_dropped:
                self.drop_bad()
                epochs = self if item is None else self[item]
            data, copy = epochs._push().data_of([int(k) for k in idx]), False
        else:
            data = epochs._data if whole else epochs._data[:, idx]
            copy = copy and whole
        if tmin is not None or tmax is not None:
            start = 0 if tmin is None else int(self.time_as_index(tmin)[0])
            stop = len(self.times) if tmax is None else int(self.time_as_index(tmax)[0])
            data = data[..., max(start, 0) : max(stop, 0)]
        if copy:
            data = data.copy()
        if units is not None:
            data = data * unit_factors(self.info, units, idx)[:, None]
        return data

    @_verbose
    def crop(self, tmin=None, tmax=None, include_tmax=True, verbose=None):
        """Keep times from `tmin` to `tmax` [s], in place."""
        self._need_data("crop()")
        self._work(lambda engine: engine.crop(tmin, tmax, include_tmax))
        return self

    @_verbose
    def apply_baseline(self, baseline=(None, 0), *, verbose=None):
        """Subtract the mean over an interval [s] from every epoch and channel, in place; None does nothing."""
        baseline = interval("baseline", baseline)
        if baseline is None and self.baseline is None:
            return self
        self._work(lambda engine: engine.apply_baseline(baseline))
        return self

    @_verbose
    def resample(self, sfreq, *, npad="auto", window="auto", n_jobs=None, pad="edge", method="fft", verbose=None):
        """Change the sampling rate [Hz], in place. See `Raw.resample`."""
        self._need_data("resample()")
        options = resample_options(sfreq, npad, window, method, pad)
        self._work(lambda engine: engine.resample(options))
        return self

    def decimate(self, decim, offset=0, *, verbose=None):
        """Keep every `decim`-th sample, in place; filter first."""
        self._need_data("decimate()")
        sfreq = float(self.info["sfreq"])
        if self.info["lowpass"] > sfreq / decim / 3 and self.info["lowpass"] < sfreq / 2:
            warn(f"the low-pass of {self.info['lowpass']} Hz is too high for a sampling rate of {sfreq / decim} Hz")
        self._work(lambda engine: engine.decimate(int(decim), int(offset)))
        return self

    def shift_time(self, tshift, relative=True):
        """Move the times by `tshift` [s], or to begin at it if not `relative`; in place."""
        self._need_data("shift_time()")
        self._work(lambda engine: engine.shift_time(float(tshift), bool(relative)))
        return self

    @_verbose
    def apply_function(self, fun, picks=None, dtype=None, n_jobs=None, channel_wise=True, verbose=None, **kwargs):
        """Replace samples by what a function of yours makes of them, in place.

        `fun` takes and returns an array of shape (n_times,), or (n_channels, n_times) if not `channel_wise`.
        """
        self._need_data("apply_function()")
        idx = picks_to_idx(self.info, picks, "data", exclude=())
        for epoch in self._data:
            if channel_wise:
                for k in idx:
                    epoch[k] = fun(epoch[k].copy(), **kwargs)
            else:
                epoch[idx] = fun(epoch[idx], **kwargs)
        return self

    def subtract_evoked(self, evoked=None):
        """Subtract an average (default: of these epochs) from every epoch, in place."""
        self._work(lambda engine: engine.subtract_evoked(None if evoked is None else evoked._push()))
        return self

    # -- averages

    def _averaged(self, kind, picks, by_event_type):
        if by_event_type:
            return [getattr(self[name], kind)(picks) for name in self.event_id]
        idx = [int(k) for k in picks_to_idx(self.info, picks, "data", exclude=())]
        return Evoked._from_engine(getattr(self._push(), kind)(idx))

    @_verbose
    def average(self, picks=None, method="mean", by_event_type=False, verbose=None):
        """The average over epochs.

        Parameters
        ----------
        picks : str | list | slice | None
            Channels; None: data channels.
        method : "mean" | "median" | callable
            A callable takes (n_epochs, n_channels, n_times) and returns (n_channels, n_times).
        by_event_type : bool
            Whether to return a list with one average per condition.

        Returns
        -------
        evoked : Evoked | list of Evoked
        """
        if method == "mean":
            return self._averaged("average", picks, by_event_type)
        if by_event_type:
            return [self[name].average(picks, method) for name in self.event_id]
        if not callable(method):
            one_of("method", method, ("mean", "median"))
            method = _median
        evoked = self._averaged("average", picks, False)
        data = np.asarray(method(self.get_data(picks=evoked.ch_names)), float)
        if data.shape != evoked.data.shape:
            raise ValueError(f"method must return an array of shape {evoked.data.shape}; got {data.shape}")
        evoked.data = data
        return evoked

    @_verbose
    def standard_error(self, picks=None, by_event_type=False, verbose=None):
        """The standard error of the average over epochs, as an Evoked."""
        return self._averaged("standard_error", picks, by_event_type)

    # -- spectra

    @_verbose
    def compute_psd(self, method="multitaper", fmin=0, fmax=np.inf, tmin=None, tmax=None, picks=None, proj=False,
                    remove_dc=True, exclude=(), *, n_jobs=None, verbose=None, **method_kw):  # fmt: skip
        """Power spectral density of each epoch: an EpochsSpectrum. See `Raw.compute_psd`."""
        from ._spectrum import spectrum_of_epochs

        return spectrum_of_epochs(self, method, fmin, fmax, tmin, tmax, picks, exclude, proj, remove_dc, method_kw)

    @_verbose
    def compute_tfr(self, method, freqs, *, tmin=None, tmax=None, picks=None, proj=False, output="power", average=False,
                    return_itc=False, decim=1, n_jobs=None, verbose=None, **method_kw):  # fmt: skip
        """Power over time and frequency.

        Parameters
        ----------
        method : "morlet"
        freqs : array of float, shape (n_freqs,)
            [Hz]
        tmin, tmax : float | None
            Range of times [s].
        picks : str | list | slice | None
            Channels; None: good data channels.
        output : "power"
        average : bool
            Whether to average over epochs. Default False.
        return_itc : bool
            Whether to return inter-trial coherence too; needs ``average=True``.
        decim : int
            Keep every so many samples. Default 1.
        **method_kw
            n_cycles=7.0, zero_mean=True.

        Returns
        -------
        tfr : EpochsTFR | AverageTFR | tuple of AverageTFR
        """
        from ._tfr import tfr_of_epochs

        return tfr_of_epochs(self, method, freqs, tmin, tmax, picks, proj, output, average, return_itc, decim, method_kw)

    # -- out

    @_verbose
    def save(self, fname, split_size="2GB", fmt="single", overwrite=False, split_naming="neuromag", verbose=None):
        """Write to a FIFF file (``-epo.fif``).

        Parameters
        ----------
        fmt : "single" | "double"
            How samples are stored. Default "single": 32 bit.

        Returns
        -------
        fnames : list of Path
        """
        path = output_path(fname, overwrite)
        one_of("fmt", fmt, ("single", "double"))
        epochs = self if self.preload else self.copy().load_data()
        _core.write_epochs_fif(epochs._push(), path, fmt, overwrite)
        if self._metadata is not None:
            warn("the metadata of the epochs are not written to FIFF files yet; save epochs.metadata with pandas")
        return [path]

    def to_data_frame(self, picks=None, index=None, scalings=None, copy=True, long_format=False, time_format=None, *,
                      verbose=None):  # fmt: skip
        """A pandas DataFrame with columns time, condition, epoch and one per channel. See `Raw.to_data_frame`."""
        from ._frames import frame_of

        data = self.get_data()
        idx = picks_to_idx(self.info, picks, "all", exclude=())
        names = {number: name for name, number in self.event_id.items()}
        conditions = [names.get(k, str(k)) for k in self.events[:, 2].tolist()]
        extra = [("condition", conditions), ("epoch", self.selection.tolist())]
        return frame_of(self.info, idx, data[:, idx], self.times, extra, index, scalings, long_format, time_format, 0.0)

    def to_mne(self):
        """The same epochs as an `mne.EpochsArray`. Needs MNE-Python."""
        from ._bridge import epochs_to_mne

        return epochs_to_mne(self)

    def plot(self, picks=None, scalings=None, n_epochs=20, n_channels=20, title=None, events=False, event_color=None,
             order=None, show=True, block=False, butterfly=False, axes=None, **ignored):  # fmt: skip
        """Draw epochs side by side. See `ranvier.meeg.viz.plot_epochs`."""
        from .viz import plot_epochs

        return plot_epochs(self, picks=picks, scalings=scalings, n_epochs=n_epochs, n_channels=n_channels, title=title,
                           show=show, butterfly=butterfly, axes=axes)  # fmt: skip

    def plot_image(self, picks=None, sigma=0.0, vmin=None, vmax=None, colorbar=True, order=None, show=True, units=None,
                   scalings=None, cmap=None, fig=None, axes=None, overlay_times=None, combine=None, group_by=None,
                   evoked=True, ts_args=None, title=None, clear=False):  # fmt: skip
        """Draw epochs as rows of an image, with their average below. See `ranvier.meeg.viz.plot_epochs_image`."""
        from .viz import plot_epochs_image

        return plot_epochs_image(self, picks=picks, sigma=sigma, vmin=vmin, vmax=vmax, colorbar=colorbar, order=order,
                                 show=show, cmap=cmap, fig=fig, axes=axes, combine=combine, evoked=evoked, title=title)  # fmt: skip

    def plot_drop_log(self, threshold=0, n_max_plot=20, subject=None, color=(0.3, 0.5, 0.7), width=0.8,
                      ignore=("IGNORED",), show=True):  # fmt: skip
        """Draw why epochs were dropped. See `ranvier.meeg.viz.plot_drop_log`."""
        from .viz import plot_drop_log

        return plot_drop_log(self.drop_log, threshold, n_max_plot, subject, color, width, ignore, show)

    def plot_psd(self, fmin=0, fmax=np.inf, tmin=None, tmax=None, picks=None, proj=False, *, average=False, dB=True,
                 ax=None, show=True, **ignored):  # fmt: skip
        """Draw the power spectral density; see `compute_psd`."""
        spectrum = self.compute_psd(fmin=fmin, fmax=fmax, tmin=tmin, tmax=tmax, picks=picks)
        return spectrum.plot(average=average, dB=dB, axes=ax, show=show)

    def as_type(self, ch_type="grad", mode="fast"):
        raise not_yet("as_type()")

    def add_channels(self, add_list, force_update_info=False):
        raise not_yet("add_channels() of Epochs", "Raw.add_channels()")


def _median(data):
    return np.median(data, axis=0)


def _checked_limits(info, limits, name):
    """Limits by channel type whose types the recording has."""
    if limits is None:
        return {}
    if not isinstance(limits, dict):
        raise TypeError(f"{name} must be a dict of limits by channel type, or None; got {type(limits).__name__}")
    types = set(info.get_channel_types(unique=True))
    for kind, value in limits.items():
        _core.known_type(kind)
        if kind not in types:
            raise ValueError(f"{name} has a limit for {kind!r}, but there are no such channels")
        if callable(value):
            raise not_yet(f"a function in {name}", "a number")
        if value is None or not float(value) >= 0:
            raise ValueError(f"{name}[{kind!r}] must be a number >= 0; got {value!r}")
    return {kind: float(value) for kind, value in limits.items()}


class Epochs(BaseEpochs):
    """Pieces of a recording around events.

    Parameters
    ----------
    raw : Raw
    events : array of int, shape (n_events, 3) | None
        From `find_events` or `events_from_annotations`; None: from the annotations.
    event_id : int | list of int | dict | None
        Which events, with names: dict(left=1, right=2). "/" separates tags. None: all.
    tmin, tmax : float
        Begin and end of the pieces [s] around the event. Default -0.2, 0.5.
    baseline : tuple (start, stop) | None
        Interval [s] whose mean is subtracted; None as an end: the end of the piece. Default (None, 0).
    picks : str | list | slice | None
        Channels; None, the default: all.
    preload : bool
        Whether to cut now; otherwise pieces are read when needed and memory stays flat. Default False.
    reject, flat : dict | None
        Peak-to-peak limits by channel type [V, T, T/m]: above `reject` or below `flat` an epoch is dropped.
    proj : bool
        Whether projections are applied. Default True.
    decim : int
        Keep every so many samples. Default 1.
    reject_tmin, reject_tmax : float | None
        Range of times [s] that `reject` and `flat` look at.
    detrend : 0 | 1 | None
        Subtract the mean, or a line.
    on_missing : "raise" | "warn" | "ignore"
        What to do where there is no event of an `event_id`.
    reject_by_annotation : bool
        Whether epochs that overlap with an annotation "bad..." are dropped. Default True.
    metadata : pandas.DataFrame | None
        One row per event.
    event_repeated : "error" | "drop" | "merge"
        What to do where two events have one sample.
    """

    @_verbose
    def __init__(self, raw, events=None, event_id=None, tmin=-0.2, tmax=0.5, baseline=(None, 0), picks=None,
                 preload=False, reject=None, flat=None, proj=True, decim=1, reject_tmin=None, reject_tmax=None,
                 detrend=None, on_missing="raise", reject_by_annotation=True, metadata=None, event_repeated="error", *,
                 on_outside="warn", verbose=None):  # fmt: skip
        from ._raw import BaseRaw

        if not isinstance(raw, BaseRaw):
            raise ValueError(f"raw must be a recording (Raw); got {type(raw).__name__}")
        one_of("on_missing", on_missing, ("raise", "warn", "ignore"))
        one_of("event_repeated", event_repeated, ("error", "drop", "merge"))
        one_of("detrend", detrend, (None, 0, 1))
        if isinstance(proj, str):
            raise not_yet(f"proj={proj!r}", "proj=True or proj=False")
        if events is None:
            events, found = events_from_annotations(raw)
            if event_id is None:
                event_id = found
            elif isinstance(event_id, (str, list, tuple)) and not isinstance(event_id, dict):
                names = [event_id] if isinstance(event_id, str) else list(event_id)
                event_id = {name: found[name] for name in names if name in found}
        events = as_events(events)
        if len(events) == 0:
            raise ValueError("there are no events to cut epochs around")
        ids = event_ids(events, event_id, on_missing)
        idx = picks_to_idx(raw.info, picks, "all", exclude=())
        baseline = interval("baseline", baseline)
        options = {
            "tmin": float(tmin), "tmax": float(tmax), "baseline": baseline,
            "reject": list(_checked_limits(raw.info, reject, "reject").items()),
            "flat": list(_checked_limits(raw.info, flat, "flat").items()), "reject_tmin": reject_tmin, "reject_tmax": reject_tmax, "picks": [int(k) for k in idx], "proj": bool(proj),
            "decim": int(decim), "detrend": -1 if detrend is None else detrend,
            "reject_by_annotation": bool(reject_by_annotation), "drop_repeated": event_repeated == "drop",
            "merge_repeated": event_repeated == "merge",
        }  # fmt: skip
        if metadata is not None and len(metadata) != len(events):
            raise ValueError(f"metadata must have one row per event ({len(events)}); got {len(metadata)}")
        engine = _core.Epochs.from_raw(raw._push(), events, list(ids.items()), options)
        super().__init__(engine)
        if metadata is not None:
            self._metadata = metadata.iloc[self.selection]
        if preload:
            self.load_data()


class EpochsArray(BaseEpochs):
    """Epochs from an array.

    Parameters
    ----------
    data : array of float, shape (n_epochs, n_channels, n_times)
        SI units; copied.
    info : Info
    events : array of int, shape (n_epochs, 3) | None
        None: numbered from 0, all of id 1.
    tmin : float
        First time [s]. Default 0.
    event_id : int | list of int | dict | None
    reject, flat : dict | None
        Peak-to-peak limits by channel type.
    baseline : tuple (start, stop) | None
        Interval [s] whose mean is subtracted. Default None.
    metadata : pandas.DataFrame | None
    """

    def __init__(self, data, info, events=None, tmin=0.0, event_id=None, reject=None, flat=None, reject_tmin=None,
                 reject_tmax=None, baseline=None, proj=True, on_missing="raise", metadata=None, selection=None, *,
                 drop_log=None, raw_sfreq=None, verbose=None):  # fmt: skip
        data = np.asarray(data)
        if np.iscomplexobj(data):
            raise not_yet("complex epochs", "real ones")
        if data.ndim != 3 or data.shape[1] != len(info["chs"]):
            raise ValueError(
                f"data must have shape (n_epochs, n_channels, n_times) with {len(info['chs'])} channels; got {data.shape}"
            )
        if events is None:
            n = len(data)
            events = np.stack([np.arange(n), np.zeros(n, int), np.ones(n, int)], axis=1)
        events = as_events(events)
        if len(events) != len(data):
            raise ValueError(f"there must be one event per epoch ({len(data)}); got {len(events)}")
        ids = event_ids(events, event_id, on_missing)
        baseline = interval("baseline", baseline)
        engine = _core.Epochs.from_array(
            info._engine(), np.ascontiguousarray(data, float), events, float(tmin), list(ids.items()), baseline,
            list(_checked_limits(info, reject, "reject").items()), list(_checked_limits(info, flat, "flat").items()),
            bool(proj), reject_tmin, reject_tmax,
        )  # fmt: skip
        super().__init__(engine)
        if selection is not None:
            engine.selection = [int(k) for k in selection]
        if drop_log is not None:
            engine.drop_log = [list(reasons) for reasons in drop_log]
        if metadata is not None:
            self.metadata = metadata


@_verbose
def read_epochs(fname, proj=True, preload=True, verbose=None):
    """Read epochs from a FIFF file (``-epo.fif``).

    Parameters
    ----------
    fname : str | Path
    proj : bool
        Whether projections are applied. Default True.
    preload : bool
        Epochs are read into memory in either case.

    Returns
    -------
    epochs : BaseEpochs
    """
    path = path_of(fname)
    return BaseEpochs(_core.read_epochs_fif(path, bool(proj)), filename=path)


@_verbose
def make_fixed_length_epochs(raw, duration=1.0, preload=False, reject_by_annotation=True, proj=True, overlap=0.0, id=1,
                             verbose=None):  # fmt: skip
    """Cut a recording into pieces of `duration` [s], which may overlap by `overlap` [s]."""
    events = make_fixed_length_events(raw, id, duration=duration, overlap=overlap)
    step = 1.0 / raw.info["sfreq"]
    return Epochs(raw, events, event_id=[id], tmin=0, tmax=duration - step, baseline=None, preload=preload,
                  reject_by_annotation=reject_by_annotation, proj=proj)  # fmt: skip


@_verbose
def concatenate_epochs(epochs_list, add_offset=True, *, on_mismatch="raise", verbose=None):
    """Put epochs behind each other.

    Parameters
    ----------
    epochs_list : list of Epochs
        With the same channels and times.
    add_offset : bool
        Whether sample numbers of events are moved so that they differ. Default True.

    Returns
    -------
    epochs : BaseEpochs
    """
    parts = [e if e.preload else e.copy().load_data() for e in epochs_list]
    if not parts:
        raise ValueError("there must be at least one Epochs object to concatenate")
    first = parts[0]
    for k, other in enumerate(parts[1:], 1):
        if other.ch_names != first.ch_names:
            raise ValueError(f"epochs_list[{k}] has other channels than epochs_list[0]")
        if len(other.times) != len(first.times) or not np.allclose(other.times, first.times):
            raise ValueError(f"epochs_list[{k}] has other times than epochs_list[0]")
        if other.baseline != first.baseline:
            raise ValueError(f"epochs_list[{k}] has another baseline than epochs_list[0]")
        if on_mismatch == "raise" and sorted(other.info["bads"]) != sorted(first.info["bads"]):
            raise ValueError(f"epochs_list[{k}] has other bad channels than epochs_list[0]")
    metadata = None
    have = [part.metadata is not None for part in parts]
    if all(have):
        import pandas as pd

        metadata = pd.concat([part.metadata for part in parts])
    elif any(have):
        raise ValueError("all or none of the epochs must have metadata")
    result = BaseEpochs(_core.concatenated_epochs([part._push() for part in parts], bool(add_offset)))
    if metadata is not None:
        result.metadata = metadata
    return result
