"""What Raw, Epochs, Evoked, spectra and time-frequency maps share: channels, references, projections."""

import functools
from numbers import Integral
from operator import attrgetter

import numpy as np

from ranvier import _core
from ranvier.errors import ConflictError, warn

from ...settings import described, given
from ..checks import complain, names_in, not_yet, one_of, refusal, rule_of
from ..complex_samples import Parts, replaced
from ..face import LiveDict, changing
from ..info import Info, create_info, in_notebook
from ..lazy import drawn_by
from ..logs import tell
from ..logs import verbose as _verbose
from ..picks import pick_channels, pick_types, picks_to_idx
from ..points import Projection
from .montage import DigMontage


class HoldsEngine:
    """Copies and pickling of an object that holds what the engine made (`_engine`) and the `info` that points into it."""

    def _hold(self, engine, rest=None):
        self._engine = engine
        self.info = Info(engine.info, rest)
        self._ids = None

    def _like(self, engine, **own):
        """An object like this one that holds `engine`."""
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__, **own)
        other._hold(engine, self.info._rest)
        return other

    def copy(self):
        """A copy that shares nothing that can change."""
        return self._like(self._engine.copy())

    def __copy__(self):
        return self.copy()

    def __deepcopy__(self, memo):
        return self.copy()

    def __getstate__(self):
        return {**self.__dict__, "_engine": (type(self._engine), self._engine.parts), "info": self.info._rest}

    def __setstate__(self, state):
        kind, parts = state.pop("_engine")
        rest = state.pop("info")
        self.__dict__.update(state)
        self._hold(kind(*parts), rest)

    def _need_data(self, what):
        """Raises where samples aren't in memory, which `what` needs."""

    def _need_real(self, what):
        """Raises where samples are complex, which `what` can't work on."""
        if isinstance(self._engine, Parts):
            raise ConflictError(refusal(what))

    def _take(self, data, write):
        """Let samples be `data`, real or complex; `write` gives those of a part to an object of the engine."""
        self._engine = replaced(self._engine, np.asarray(data), write)

    def _need_samples(self, what):
        """Raises where there is nothing in memory that `what` can change."""
        self._need_data(what)
        self._need_epochs(what)

    def _need_epochs(self, what):
        """Raises where all epochs were dropped, so that `what` has nothing to work on."""

    def __eq__(self, other):
        """Whether another of its kind has the same info and samples."""
        if self is other or not isinstance(other, type(self)):
            return self is other
        for held in (self, other):
            held._need_data("comparing")
        return self.info == other.info and np.array_equal(self._data, other._data, equal_nan=True)

    def __hash__(self):
        self._need_data("hashing")
        return hash((type(self).__name__, tuple(self.ch_names), np.ascontiguousarray(self._data).tobytes()))

    def _keep_channels(self, idx):
        if idx != list(range(len(self.ch_names))):
            self._engine.pick(idx)


def _set_ids(engine, ids):
    numbers = {}
    for name, number in ids.items():
        if not isinstance(number, Integral) or not -(2**31) <= number < 2**31:
            raise ValueError(f"event_id must give a whole number of 32 bits for {name!r}; got {number!r}")
        if int(number) in numbers:
            raise ValueError(f"event_id gives {numbers[int(number)]!r} and {name!r} one number, {number}")
        numbers[int(number)] = str(name)
    engine.event_id = [(name, number) for number, name in numbers.items()]


class EventIdsMixin:
    """Names of the events of an object that holds the engine's."""

    @property
    def event_id(self):
        """Names of the events and their numbers, as a dict."""
        with changing:
            if self._ids is None:
                engine = self._engine
                self._ids = LiveDict(lambda: dict(engine.event_id), functools.partial(_set_ids, engine))
            self._ids = self._ids.current()
            return self._ids

    @event_id.setter
    def event_id(self, ids):
        if ids is not self._ids:
            _set_ids(self._engine, ids)
            self._ids = self._ids and self._ids.left()


class ChannelsMixin(HoldsEngine):
    """Channels of an object that holds the engine's."""

    ch_names = property(attrgetter("info.ch_names"), doc="Names of the channels.")
    compensation_grade = property(attrgetter("info.compensation_grade"),
                                  doc="Grade of the compensation of CTF gradiometers.")  # fmt: skip

    def __contains__(self, ch_type):
        """Whether there is a channel of a type; "meg" is a magnetometer or gradiometer."""
        types = ("mag", "grad") if ch_type == "meg" else (_core.meeg.known_type(ch_type),)
        return not set(types).isdisjoint(self.info._engine.types)

    def _repr_html_(self, caption=None):
        return in_notebook(caption or " ".join(repr(self).strip("<>\n").split()), self.info, self._told())

    def _told(self):
        """What notebooks say of it besides its info."""
        return {}

    def get_channel_types(self, picks=None, unique=False, only_data_chs=False):
        """Types of channels, as "eeg", "stim". See `Info.get_channel_types`."""
        return self.info.get_channel_types(picks, unique, only_data_chs)

    @_verbose
    def pick(self, picks, exclude=(), *, verbose=None):
        """Keep some channels, in place.

        Parameters
        ----------
        picks : str | list | slice
            Names, types ("eeg", "data"), or numbers; names and numbers give the order.
        exclude : list of str | "bads"
            Names to leave out where picks names types. Default: none.
        """
        idx = picks_to_idx(self.info, picks, "all", exclude=exclude)
        self._keep_channels([int(k) for k in idx])
        return self

    @_verbose
    def pick_types(self, meg=False, eeg=False, stim=False, eog=False, ecg=False, emg=False, ref_meg="auto", *,
                   misc=False, resp=False, chpi=False, exci=False, ias=False, syst=False, seeg=False, dipole=False,
                   gof=False, bio=False, ecog=False, fnirs=False, csd=False, dbs=False, temperature=False, gsr=False,
                   eyetrack=False, include=(), exclude="bads", selection=None, verbose=None):  # fmt: skip
        """Keep channels of given types, in place. See `ranvier.meeg.pick_types`."""
        arguments = {name: value for name, value in locals().items() if name not in ("self", "verbose")}
        idx = pick_types(self.info, **arguments)
        if len(idx) == 0:
            raise ValueError("no channels match the selection")
        self._keep_channels(idx.tolist())
        return self

    @_verbose
    def pick_channels(self, ch_names, ordered=True, *, verbose=None):
        """Keep named channels, in place, in the order of the names."""
        self._keep_channels(pick_channels(self.ch_names, ch_names, ordered=ordered).tolist())
        return self

    def drop_channels(self, ch_names, on_missing="raise"):
        """Remove named channels, in place."""
        on_missing = rule_of("on_missing", on_missing)
        names = names_in("ch_names", ch_names, ValueError)
        known = self.ch_names
        missing = [name for name in names if name not in known]
        if missing:
            complain(on_missing, f"channels to drop must be in the recording; there is no {missing}")
        keep = [k for k, name in enumerate(known) if name not in names]
        if not keep:
            raise ValueError("all channels would be dropped")
        self._keep_channels(keep)
        return self

    def reorder_channels(self, ch_names):
        """Put channels into the order of `ch_names`, in place; channels not named are dropped."""
        ch_names = names_in("ch_names", ch_names)
        if len(set(ch_names)) != len(ch_names):
            raise ValueError("a channel is named twice")
        known = self.ch_names
        missing = [name for name in ch_names if name not in known]
        if missing:
            raise ValueError(f"channels must be in the recording; there is no {missing}")
        self._keep_channels([known.index(name) for name in ch_names])
        return self

    @_verbose
    def rename_channels(self, mapping, allow_duplicates=False, *, on_missing="raise", verbose=None):
        """Rename channels by a dict of old and new names, or by a function; in place."""
        old = self.ch_names
        self.info.rename_channels(mapping, allow_duplicates, on_missing=on_missing)
        self._renamed(dict(zip(old, self.ch_names)))
        return self

    def _renamed(self, names):
        """Called with old and new names after the info has the new ones."""

    @_verbose
    def set_channel_types(self, mapping, *, on_unit_change="warn", verbose=None):
        """Set the types of channels by a dict of names and types; in place."""
        self.info.set_channel_types(mapping, on_unit_change=on_unit_change)
        return self

    def set_meas_date(self, meas_date):
        """Set the date of the measurement: a datetime with time zone, POSIX seconds, or None; in place."""
        self.info.set_meas_date(meas_date)
        return self

    @_verbose
    def anonymize(self, daysback=None, keep_his=False, verbose=None):
        """Remove what may tell who was measured, in place."""
        self.info.anonymize(daysback, keep_his)
        return self

    @_verbose
    def set_montage(self, montage, match_case=True, match_alias=False, on_missing="raise", verbose=None):
        """Give EEG, sEEG, ECoG and DBS channels their places, in place.

        Parameters
        ----------
        montage : str | DigMontage | None
            A name of `ranvier.meeg.channels.get_builtin_montages`, or places of one's own; None removes them.
        match_case : bool
            Whether "Fp1" and "FP1" differ. Default True.
        match_alias : bool | dict
            Whether channels that the montage does not have are looked for under other names, "T3" as "T7"; a dict says
            which. Default False.
        on_missing : "raise" | "warn" | "ignore"
            What to do where a channel has no place in the montage. Default "raise".
        """
        self.info.set_montage(montage, match_case, match_alias, on_missing)
        return self

    def get_montage(self):
        """The places of the channels as a DigMontage, or None."""
        return self.info.get_montage()

    plot_sensors = drawn_by("plot_sensors")


_type_names = {"eeg": "EEG", "ecog": "ECoG", "seeg": "sEEG", "dbs": "DBS"}


class ReferenceMixin:
    """Projections and references of an object with samples; `_engine` is what the engine has of it."""

    @property
    def proj(self):
        """Whether there are projections and all have been applied."""
        return bool(self.info["projs"]) and all(p["active"] for p in self.info["projs"])

    @_verbose
    def add_proj(self, projs, remove_existing=False, verbose=None):
        """Add projections, not yet applied; in place.

        Parameters
        ----------
        projs : Projection | list of Projection
        remove_existing : bool
            Whether to remove those that are there and not yet applied.
        """
        projs = [projs] if isinstance(projs, Projection) else list(projs)
        if not all(isinstance(p, Projection) for p in projs):
            raise ValueError("only Projection objects can be added")
        if remove_existing:
            self.del_proj()
        _core.meeg.add_projections(self.info._engine, projs)
        return self

    def del_proj(self, idx="all"):
        """Remove projections that have not been applied, in place; `idx`: a number, numbers, or "all"."""
        projs = self.info["projs"]
        n_projs = len(projs)
        numbers = range(n_projs) if isinstance(idx, str) and idx == "all" else np.atleast_1d(idx).tolist()
        if not all(isinstance(n, int) and not isinstance(n, bool) for n in numbers):
            raise ValueError(f'idx must be a number, numbers, or "all"; got {idx!r}')
        absent = [n for n in numbers if not -n_projs <= n < n_projs]
        if absent:
            raise IndexError(f"there are {n_projs} projections; number {absent[0]} is not among them")
        numbers = {n % n_projs for n in numbers}
        for n in numbers:
            if projs[n]["active"] and set(projs[n]["data"]["col_names"]) & set(self.ch_names):
                raise ValueError(f"projection {projs[n]['desc']!r} has been applied and can't be removed")
        projs[:] = [p for n, p in enumerate(projs) if n not in numbers]
        return self

    @_verbose
    def apply_proj(self, *, projs=None, verbose=None):
        """Apply the projections that are not active yet, in place."""
        if projs is not None:
            raise not_yet("apply_proj(projs=...)", "add_proj() before apply_proj()")
        if all(p["active"] for p in self.info["projs"]):
            return self
        self._engine.apply_projections()
        return self

    @_verbose
    @described("reconstruct_proj")
    def reconstruct_proj(self, *, projs=None, mode=..., origin=..., forward=None, rank=None, verbose=None):
        """Apply all projections and give back what they took of fields, in place, so that maps look like fields again.

        Good MEG and EEG channels become what they would measure, without projections, of the smallest currents that
        explain what projections have left; an average reference of EEG is kept. MEG stays as it is where no projection is
        about it, and so does EEG.

        Parameters
        ----------
        {settings}

        Returns
        -------
        inst : Raw | Epochs | Evoked
        """
        if projs is not None:
            raise not_yet("reconstruct_proj(projs=...)", "add_proj() of the wanted ones, to a copy without others")
        if forward is not None:
            raise not_yet("reconstruct_proj(forward=...)", "the sphere that `origin` is the centre of")
        if rank is not None:
            raise ValueError(f"rank is about forward models; got {rank!r} without one")
        self._need_samples("reconstruct_proj()")
        self._need_real("reconstruct_proj()")
        if len(self.info["projs"]):
            self._engine.reconstruct_projected(given("reconstruct_proj", locals()))
        return self

    @_verbose
    def set_eeg_reference(self, ref_channels="average", projection=False, ch_type="auto", forward=None, *, joint=False,
                          verbose=None):  # fmt: skip
        """Set what potentials are measured against, in place.

        Parameters
        ----------
        ref_channels : "average" | str | list of str | dict
            The mean of these channels is subtracted; "average": of all good ones. An empty list leaves the data and
            marks the reference as chosen. A dict names for each channel to change its own reference, or a list.
        projection : bool
            Whether to add the average reference as a projection, to be applied later. Default False.
        ch_type : "auto" | str | list of str
            Type of the channels to change; "auto": EEG, else ECoG, sEEG, DBS. With several each type gets an average
            reference of its own, unless `joint`.
        joint : bool
            Whether several types have one reference. Default False.
        """
        if isinstance(ref_channels, str) and ref_channels == "REST":
            raise not_yet('ref_channels="REST"', '"average"')
        if forward is not None:
            raise not_yet('forward=, which ref_channels="REST" needs,', '"average"')
        if isinstance(ref_channels, dict):
            if projection:
                raise ValueError('projection=True needs ref_channels="average"; got a dict')
            if ch_type != "auto" or joint:
                raise ValueError(
                    f"a dict says which channels change; leave out ch_type and joint (got {ch_type!r}, {joint})"
                )
            own = [(*names_in("a channel to reference", to), names_in(f"the reference of {to!r}", of))
                   for to, of in ref_channels.items()]  # fmt: skip
            self._engine.set_own_references(own)
            return self
        types = self.get_channel_types(unique=True)
        if ch_type == "auto":
            kinds = [t for t in ("eeg", "ecog", "seeg", "dbs") if t in types][:1]
            if not kinds:
                raise ValueError("there are no EEG, ECoG, sEEG or DBS channels to reference")
        else:
            kinds = [ch_type] if isinstance(ch_type, str) else list(ch_type)
            if absent := [kind for kind in kinds if kind not in types]:
                raise ValueError(f"there are no channels of type {absent[0]!r} to reference")
        average = isinstance(ref_channels, str) and ref_channels == "average"
        reference = [] if average else names_in("ref_channels", ref_channels)
        groups = [kinds] if joint else [[kind] for kind in kinds]
        if projection:
            if not average:
                raise ValueError('projection=True is supported for ref_channels="average" only')
            if any(p["kind"] == 10 for p in self.info["projs"]):
                warn("an average reference projection is there already; nothing was added")
                return self
            before = self.info["custom_ref_applied"]
            with self.info._unlock():
                self.info["custom_ref_applied"] = 0
                try:
                    projs = [_core.meeg.average_reference(self.info._engine, group) for group in groups]
                except ValueError:
                    self.info["custom_ref_applied"] = before
                    raise
            self.info["projs"].extend(projs)
            return self
        missing = [name for name in reference if name not in self.ch_names]
        if missing:
            raise ValueError(f"reference channels must be in the recording; there is no {missing}")
        for group in groups if average else [kinds]:
            to = "their average" if average else ", ".join(reference) or "what they have"
            tell(f"Applying a custom {tuple(_type_names.get(kind, kind) for kind in group)} reference: {to}")
            self._engine.set_eeg_reference(reference, group, average or bool(reference))
        return self

    @_verbose
    def apply_gradient_compensation(self, grade, verbose=None):
        """Bring the samples to a grade of compensation with reference sensors, in place: synthetic gradiometers of CTF.

        Parameters
        ----------
        grade : int
            1, 2 or 3, or whichever others `info["comps"]` has; 0: as they were recorded.
        """
        self._need_epochs("apply_gradient_compensation()")
        self._engine.apply_gradient_compensation(int(grade))
        return self

    @_verbose
    @described("interpolate_bads")
    def interpolate_bads(self, reset_bads=..., mode=..., origin=..., method=..., exclude=..., on_bad_position="warn",
                         verbose=None):  # fmt: skip
        """Replace bad channels by what the good ones of their kind say of their places, in place.

        MEG becomes what the smallest currents would give that explain the good channels, EEG and ECoG spherical splines,
        depth electrodes a cubic spline along their shaft, fNIRS the nearest good pair of the same wavelength. Bad channels
        of other types keep their data and stay bad.

        Parameters
        ----------
        {settings}
        """
        self._need_samples("interpolate_bads()")
        self._engine.interpolate_bads(given("interpolate_bads", locals()))
        return self

    @_verbose
    @described("interpolate_to")
    def interpolate_to(self, sensors, origin=..., method=..., mode="accurate", reg=...):
        """A copy whose EEG channels are those of other electrodes, interpolated from the good ones.

        They stand where the first EEG channel stood; other channels stay, and projections of EEG channels end.

        Parameters
        ----------
        sensors : DigMontage
            The electrodes, as of `make_standard_montage`.
        mode : "accurate" | "fast"
            About maps of magnetic fields; EEG has one way.
        {settings}

        Returns
        -------
        inst : Raw | Epochs | Evoked
        """
        one_of("mode", mode, ("accurate", "fast"))
        if isinstance(sensors, str):
            raise not_yet(f"sensors={sensors!r}, a system of magnetometers,", "a DigMontage, for EEG")
        if not isinstance(sensors, DigMontage):
            raise TypeError(f"sensors must be a DigMontage; got {type(sensors).__name__}")
        if not sensors.ch_names:
            raise ValueError("sensors must have electrodes; the montage has none")
        self._need_data("interpolate_to()")
        electrodes = create_info(sensors.ch_names, self.info["sfreq"], "eeg")
        electrodes.set_montage(sensors)
        other = self.copy()
        other._engine.interpolate_to(electrodes._engine, given("interpolate_to", locals()))
        return other

    def add_reference_channels(self, ref_channels):
        """Add EEG channels of zeros, the electrodes that the recording was referenced to; in place."""
        names = names_in("ref_channels", ref_channels)
        self._engine.add_reference_channels(names)
        return self


def scalings_of(types):
    """Factors from SI to the units that people read: µV, fT, fT/cm."""
    displays = _core.meeg.displays()
    return [displays[t][2] for t in types]


_prefixes = {"": 1.0, "m": 1e3, "µ": 1e6, "u": 1e6, "n": 1e9, "p": 1e12, "f": 1e15}


def unit_factors(info, units, picks):
    """Factors from SI to `units`, one per pick: a str for all, or a dict by channel type."""
    types = info.get_channel_types(picks)
    if isinstance(units, str):
        kinds = set(types) - {"stim", "misc"}
        if len(kinds) > 1:
            raise ValueError(f"units must be a dict by channel type where there are several types: {sorted(kinds)}")
        units = {kind: units for kind in kinds}
    for kind in units:
        one_of("a key of units", kind, tuple(_core.meeg.displays()))
    factors = []
    for k, kind in zip(picks, types):
        unit = units.get(kind)
        factors.append(1.0 if unit is None else _factor(unit, info["chs"][k].unit_symbol, kind))
    return np.array(factors)


def _factor(unit, si, kind):
    if si == "T/m" and unit.endswith("T/cm"):
        prefix = unit[: -len("T/cm")]
        if prefix in _prefixes:
            return _prefixes[prefix] * 1e-2
    if unit.endswith(si) and unit[: len(unit) - len(si)] in _prefixes:
        return _prefixes[unit[: len(unit) - len(si)]]
    raise ValueError(f"unit {unit!r} does not fit channels of type {kind!r}, which are in {si or 'no unit'}")
