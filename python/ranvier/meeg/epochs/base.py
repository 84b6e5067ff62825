"""Pieces of recordings around events."""

from collections import Counter

import numpy as np

from ranvier.errors import ConflictError

from ...settings import given
from ..annotations import Annotations
from ..channels.mixins import ChannelsMixin, EventIdsMixin, ReferenceMixin, unit_factors
from ..checks import interval, one_of, random_stream, rows_that
from ..event import as_events
from ..evoked import EvokedArray
from ..face import of_engine
from ..filter import FilterMixin
from ..lazy import made_by
from ..logs import verbose as _verbose
from ..picks import numbers_of, picks_to_idx
from ..times import SamplesMixin
from .results import EpochsResultsMixin


class BaseEpochs(ChannelsMixin, EventIdsMixin, ReferenceMixin, FilterMixin, SamplesMixin, EpochsResultsMixin):
    """Pieces of a recording around events. See `Epochs`."""

    def __init__(self, engine, metadata=None, filename=None, rest=None):
        self._hold(engine, rest)
        self._metadata = metadata
        self.filename = filename

    def _derived(self, engine, metadata):
        other = self._like(engine)
        other._metadata = metadata
        return other

    @property
    def _metadata(self):
        """The table, less the rows whose epochs the engine has dropped."""
        table, before = self._rows
        if table is not None and len(before) != self._engine.n_epochs:
            self._metadata = table.iloc[np.flatnonzero(np.isin(before, self.selection))]
        return self._rows[0]

    @_metadata.setter
    def _metadata(self, table):
        selection = np.array(self.selection)
        self._rows = None if table is None else table.set_axis(selection), selection

    def _need_data(self, what):
        if not self.preload:
            raise RuntimeError(f"{what} needs the epochs in memory; use preload=True or call load_data() first")

    def _need_epochs(self, what):
        if self._engine.n_epochs == 0:
            counts = Counter(reason for reasons in self.drop_log for reason in reasons)
            why = ", ".join(f"{reason} {n}×" for reason, n in counts.most_common(5))
            raise RuntimeError(f"{what} needs an epoch, and none is left of {len(self.drop_log)}"
                               + (f"; what dropped them: {why}" if why else ""))  # fmt: skip

    def _loaded(self):
        """These epochs in memory, themselves or a copy; the bad ones are dropped, and these know it."""
        if self.preload:
            return self
        if not self._bad_dropped:
            self.drop_bad()
        return self.copy().load_data()

    # -- what they are

    preload = of_engine("preloaded", "Whether the epochs are in memory.")
    _bad_dropped = of_engine("dropped_bad", "Whether the bad ones have been looked for.")

    @property
    def _data(self):
        """The samples in memory, shape (n_epochs, n_channels, n_times): the engine's own, no copy."""
        data = self._engine.data
        if data is None:
            raise AttributeError("the epochs are not in memory; call load_data() first")
        return data

    @_data.setter
    def _data(self, data):
        self._take(data, lambda engine, part: engine.set_data(part, engine.tmin))

    events = of_engine("events", "The events, shape (n_epochs, 3). They are changed by assigning others.", as_events)
    selection = of_engine("selection", "Numbers of the epochs among the events that were given, shape (n_epochs,).")

    @property
    def drop_log(self):
        """For every event that was given: a tuple of the reasons why it was dropped."""
        return tuple(tuple(reasons) for reasons in self._engine.drop_log)

    @property
    def baseline(self):
        """The interval (start, stop) [s] whose mean was subtracted, or None.

        Say it where samples in memory were corrected otherwise; setting it subtracts nothing: `apply_baseline()` does.
        """
        baseline = self._engine.setting("baseline")
        return None if baseline is None else self._whole(baseline)

    @baseline.setter
    def baseline(self, baseline):
        if not self.preload:
            raise ConflictError(
                "baseline says what was done to samples in memory: load_data() first, or apply_baseline()"
            )
        baseline = interval("baseline", baseline)
        if baseline is not None:
            baseline = self._whole(baseline)
            if not self.tmin <= baseline[0] <= baseline[1] <= self.tmax:
                raise ValueError(
                    f"baseline must lie within the epochs, {self.tmin:g} to {self.tmax:g} s; got {baseline}"
                )
        self._engine.set_baseline(baseline)

    @property
    def reject(self):
        """Limits by channel type above which epochs are dropped, or None."""
        return self._engine.setting("reject")

    @property
    def reject_tmin(self):
        """Begin of what `reject` and `flat` look at [s], or None."""
        return self._engine.setting("reject_tmin")

    @property
    def reject_tmax(self):
        """End of what `reject` and `flat` look at [s], or None."""
        return self._engine.setting("reject_tmax")

    @property
    def flat(self):
        """Limits by channel type below which epochs are dropped, or None."""
        return self._engine.setting("flat")

    @property
    def metadata(self):
        """A pandas DataFrame with one row per epoch, or None."""
        return self._metadata

    @metadata.setter
    def metadata(self, metadata):
        if metadata is not None and len(metadata) != len(self):
            raise ValueError(f"metadata must have one row per epoch ({len(self)}); got {len(metadata)}")
        self._metadata = None if metadata is None else metadata.copy()

    @property
    def annotations(self):
        """Annotations of the recording that the epochs were cut from, on its clock, or None."""
        own = self._engine.annotations
        if own is None:
            return None
        held = self.__dict__.get("_annotations")
        if held is None or held._engine is not own:
            held = self._annotations = Annotations._of(own)
        return held

    @_verbose
    def set_annotations(self, annotations, on_missing="raise", *, verbose=None):
        """Set the annotations, in place; None removes them. Their onsets count on the recording's clock.

        `on_missing` says what becomes of those about channels that are not there: "raise", "warn", "ignore".
        """
        if annotations is not None and not isinstance(annotations, Annotations):
            raise TypeError(f"annotations must be Annotations or None; got {type(annotations).__name__}")
        if annotations is not None:
            annotations = annotations._about(self.ch_names, on_missing)
        held = self.annotations
        if held is not None and held is not annotations:  # whoever holds the old ones keeps them as they were
            held._engine = held._engine.copy()
        self._engine.annotations = None if annotations is None else annotations._engine
        return self

    get_annotations_per_epoch = made_by("epochs.annotated.annotations_per_epoch")
    add_annotations_to_metadata = made_by("epochs.annotated.annotations_to_metadata")

    def __len__(self):
        if not self._bad_dropped and (self.reject or self.flat):
            raise RuntimeError(
                "how many epochs there are is known once bad ones are dropped; call drop_bad() or load_data() first"
            )
        return self._engine.n_epochs

    def __repr__(self):
        n = self._engine.n_epochs
        sure = self._bad_dropped or not (self.reject or self.flat)
        counts = self.events[:, 2].tolist()
        lines = [
            f"<{type(self).__name__} | {n} events ({'all good' if sure else 'good & bad'}), "
            f"{self.times[0]:.3g} – {self.times[-1]:.3g} s ("
            + (
                "baseline off"
                if self.baseline is None
                else f"baseline {self.baseline[0]:.3g} – {self.baseline[1]:.3g} s"
            )
            + f"), data {'in memory' if self.preload else 'not in memory'}"
            + (", with metadata" if self._metadata is not None else "")
        ]
        lines += [f" {name!r}: {counts.count(number)}" for name, number in sorted(self.event_id.items())]
        return "\n".join(lines) + ">"

    def copy(self):
        """A copy that shares nothing that can change."""
        metadata = None if self._metadata is None else self._metadata.copy()
        return self._derived(self._engine.copy(), metadata)

    def __getstate__(self):
        self.load_data()
        state = super().__getstate__()
        state["_annotations"] = self.annotations, self._engine.raw_sfreq
        return dict(state, _rows=(self._metadata, self.selection))

    def __setstate__(self, state):
        annotations, raw_sfreq = state.pop("_annotations")
        super().__setstate__(state)
        self._engine.raw_sfreq = raw_sfreq
        self._engine.annotations = None if annotations is None else annotations._engine

    # -- choosing epochs

    def __getitem__(self, item):
        n = self._engine.n_epochs
        if isinstance(item, str):
            item = [item]
        if isinstance(item, slice):
            which = list(range(n))[item]
        elif np.ndim(item) and len(item) and all(isinstance(k, str) for k in item):
            which = self._named(list(item))
        else:
            which = numbers_of(item, n)
        metadata = None if self._metadata is None else self._metadata.iloc[which]
        return self._derived(self._engine.subset(which), metadata)

    def _named(self, keys):
        try:
            return self._engine.matching(keys)
        except ValueError as error:
            if self._metadata is None or len(keys) != 1:
                raise KeyError(str(error)) from None
            return rows_that(self._metadata, keys[0], error).tolist()

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
        epoch = self._engine.data_of_one(position)
        return (epoch, int(self.events[position, 2])) if return_event_id else epoch

    __next__ = next

    def iter_evoked(self, copy=False):
        """Each epoch as an Evoked of one average."""
        names = {number: name for name, number in self.event_id.items()}
        for epoch, event in zip(self, self.events[:, 2].tolist()):
            yield EvokedArray(epoch, self.info, self.tmin, names.get(event, str(event)))

    @_verbose
    def load_data(self, verbose=None):
        """Read all epochs into memory and drop the bad ones, in place."""
        if not self.preload:
            self._engine.load()
        return self

    @_verbose
    def drop_bad(self, reject="existing", flat="existing", verbose=None):
        """Drop epochs by peak-to-peak limits, in place.

        Parameters
        ----------
        reject, flat : dict | "existing" | None
            Limits by channel type [V, T, T/m], as dict(eeg=100e-6); "existing": those that were given before.
        """
        for name, limits in (("reject", reject), ("flat", flat)):
            if isinstance(limits, str):
                one_of(name, limits, ("existing",))
        if reject == "existing" and flat == "existing":
            self._engine.drop_bad()
        else:
            limits = {"reject": reject, "flat": flat}
            self._engine.drop_bad_by(
                given("epochs", {name: limit for name, limit in limits.items() if limit != "existing"})
            )
        return self

    @_verbose
    def drop(self, indices, reason="USER", verbose=None):
        """Drop epochs by their numbers or a mask, in place; `drop_log` keeps the reason, or several."""
        if not all(isinstance(part, str) for part in reason):
            raise TypeError(f"reason must be text, or several; got {reason!r}")
        if np.ndim(indices) > 1:
            raise TypeError(f"indices must be a number or a list of them; got {np.ndim(indices)} dimensions")
        reasons = [reason] if isinstance(reason, str) else list(reason)
        self._engine.drop(numbers_of(indices, self._engine.n_epochs), reasons)
        return self

    def drop_log_stats(self, ignore=("IGNORED",)):
        """Share of dropped epochs [%]."""
        log = [reasons for reasons in self.drop_log if not any(r in ignore for r in reasons)]
        return 100.0 * (sum(bool(reasons) for reasons in log) / len(log)) if log else 0.0

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
            Seed of "random". Default None: drawn from NumPy's own generator, which ``numpy.random.seed()`` seeds.

        Returns
        -------
        epochs : Epochs
            This object.
        indices : array of int
            Numbers of the epochs that were dropped.
        """
        one_of("method", method, ("mintime", "truncate", "random"))
        if event_ids is None:
            event_ids = list(self.event_id)
        groups = [[group] if isinstance(group, str) else list(group) for group in event_ids]
        seed = random_state if rng is None else rng
        if method == "random" and not isinstance(seed, (int, np.integer)):
            draws = random_stream(random_state, rng)
            seed = (draws.randint if isinstance(draws, np.random.RandomState) else draws.integers)(2**31)
        if seed is not None and not (isinstance(seed, (int, np.integer)) and seed >= 0):
            raise TypeError(f"{'random_state' if rng is None else 'rng'} must be a whole number >= 0; got {seed!r}")
        if not self._bad_dropped:
            self.drop_bad()
        dropped = self._engine.equalize_event_counts(groups, method, int(seed or 0))
        return self, np.array(dropped, int)

    def reset_drop_log_selection(self):
        """Forget which events were dropped, in place."""
        self._engine.reset_drop_log()

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
        exclude : list of str | "bads"
            Names to leave out where picks names types. Default: the bad channels where picks is given, else none.
        copy : bool
            Whether the array is a copy; otherwise it may share memory with the epochs. Default True.

        Returns
        -------
        data : array of float, shape (n_epochs, n_channels, n_times)
        """
        if picks is not None and exclude == ():
            exclude = "bads"
        idx = picks_to_idx(self.info, picks, "all", exclude=exclude)
        epochs = self if item is None else self[item]
        whole = len(idx) == len(self.ch_names) and np.array_equal(idx, np.arange(len(idx)))
        if not epochs.preload:
            if not self._bad_dropped:
                self.drop_bad()
                epochs = self if item is None else self[item]
            data, copy = epochs._engine.data_of([int(k) for k in idx]), False
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
    def apply_baseline(self, baseline=(None, 0), *, verbose=None):
        """Subtract the mean over an interval [s] from every epoch and channel, in place; None does nothing."""
        baseline = interval("baseline", baseline)
        if baseline is None and self.baseline is None:
            return self
        self._engine.apply_baseline({"baseline": baseline})
        return self

    @_verbose
    def decimate(self, decim, offset=0, *, verbose=None):
        """Keep every `decim`-th sample, in place; filter first."""
        self._engine.decimate(int(decim), int(offset))
        return self

    def subtract_evoked(self, evoked=None):
        """Subtract an average (default: of these epochs) from every epoch, in place."""
        self._engine.subtract_evoked(None if evoked is None else evoked._engine)
        return self

    # -- averages
