"""Averages over epochs."""

from numbers import Number

import numpy as np

from ranvier import _core
from ranvier.errors import warn

from .channels.mixins import ChannelsMixin, ReferenceMixin, unit_factors
from .channels.reference import equalize_channels
from .checks import (
    interval,
    lacking,
    one_of,
    output_path,
    path_of,
    same_head_position,
    samples_of,
    text_of,
    time_or_none,
)
from .complex_samples import Parts, made_of, of_each, parts_of
from .face import of_engine
from .filter import FilterMixin, detrend
from .lazy import drawn_by, made_by
from .logs import verbose as _verbose
from .picks import gradiometer_pairs, merged_gradiometers, picks_to_idx
from .times import AverageMixin, SamplesMixin

_kinds = ("average", "standard_error")


class Evoked(ChannelsMixin, ReferenceMixin, FilterMixin, SamplesMixin, AverageMixin):
    """An average over epochs; ``Evoked(fname, condition)`` reads one from a file.

    Attributes
    ----------
    info : Info
    data : array of float, shape (n_channels, n_times)
        SI units.
    times : array of float, shape (n_times,)
        [s]
    nave : int
        Number of epochs averaged.
    comment : str
        What it is.
    kind : "average" | "standard_error"
    """

    @_verbose
    def __init__(self, fname, condition=None, proj=True, kind="average", allow_maxshield=False, *, verbose=None):
        found = read_evokeds(fname, condition, None, kind, proj, allow_maxshield)
        if isinstance(found, list):
            if len(found) > 1:
                names = [e.comment for e in found]
                raise ValueError(f"the file has {len(found)} averages; choose one by condition=: {names}")
            found = found[0]
        self._hold(found._engine)
        self.filename = found.filename

    @classmethod
    def _of(cls, engine, filename=None):
        """The average that the engine made; no copy."""
        self = object.__new__(Evoked)
        self._hold(engine)
        self.filename = filename
        return self

    preload = True
    filename = None

    def _hold(self, engine, rest=None):
        super()._hold(engine, rest)
        self._fill_baseline()

    def _fill_baseline(self):
        """A baseline without begin or end began or ended with the times that there were."""
        if self.baseline is not None:
            self.baseline = self._whole(self.baseline)

    @property
    def data(self):
        """The samples, shape (n_channels, n_times): the engine's own, no copy; complex ones are a copy."""
        return self._engine.data

    @data.setter
    def data(self, data):
        self._take(data, lambda engine, part: setattr(engine, "data", part))

    _data = data
    kind = of_engine("kind", '"average" or "standard_error".', lambda kind: one_of("kind", kind, _kinds))

    @property
    def baseline(self):
        """The interval (start, stop) [s] whose mean was subtracted, or None."""
        baseline = self._engine.baseline_tmin, self._engine.baseline_tmax
        return None if baseline == (None, None) else baseline

    @baseline.setter
    def baseline(self, baseline):
        self._engine.baseline_tmin, self._engine.baseline_tmax = baseline or (None, None)

    @property
    def first(self):
        """Sample number of the first time; 0 at the event."""
        return int(np.round(self.times[0] * self.info["sfreq"]))

    @property
    def last(self):
        """Sample number of the last time."""
        return self.first + len(self.times) - 1

    def __repr__(self):
        comment = self.comment if len(self.comment) < 60 else self.comment[:57] + "..."
        return (
            f"<Evoked | '{comment}' ({self.kind}, N={self.nave}), {self.times[0]:.5g} – {self.times[-1]:.5g} s, "
            + (
                "baseline off"
                if self.baseline is None
                else f"baseline {self.baseline[0]:.5g} – {self.baseline[1]:.5g} s"
            )
            + f", {len(self.ch_names)} ch>"
        )

    def __neg__(self):
        return Evoked._of(of_each(_core.meeg.negated, self._engine))

    def __add__(self, other):
        """The sum with another, as of `combine_evoked`: `nave` is the effective number of epochs."""
        return combine_evoked([self, other], [1, 1]) if isinstance(other, Evoked) else NotImplemented

    def __radd__(self, other):
        return self.copy() if isinstance(other, Number) and other == 0 else NotImplemented  # where sum() begins

    def __sub__(self, other):
        """The difference from another, as of `combine_evoked`."""
        return combine_evoked([self, other], [1, -1]) if isinstance(other, Evoked) else NotImplemented

    def __mul__(self, factor):
        """The average times a number, as of `combine_evoked`."""
        return combine_evoked([self], [factor]) if isinstance(factor, Number) else NotImplemented

    __rmul__ = __mul__

    def __truediv__(self, divisor):
        return self * (1 / divisor) if isinstance(divisor, Number) else NotImplemented

    # -- samples and times

    def get_data(self, picks=None, units=None, tmin=None, tmax=None, exclude=()):
        """Samples as an array, shape (n_channels, n_times).

        Parameters
        ----------
        picks : str | list | slice | None
            Channels; None: all.
        units : str | dict | None
            Units to return, as "uV" or dict(eeg="uV"). Default SI.
        tmin, tmax : float | None
            Range of times [s].
        """
        idx = picks_to_idx(self.info, picks, "all", exclude=exclude)
        time_or_none("tmin", tmin), time_or_none("tmax", tmax)
        start = 0 if tmin is None else max(int(self.time_as_index(tmin)[0]), 0)
        stop = len(self.times) if tmax is None else max(int(self.time_as_index(tmax)[0]), 0)
        data = self._data[idx, start:stop]
        return data if units is None else data * unit_factors(self.info, units, idx)[:, None]

    @_verbose
    def apply_baseline(self, baseline=(None, 0), *, verbose=None):
        """Subtract the mean over an interval [s], in place; None does nothing."""
        baseline = interval("baseline", baseline)
        if baseline is None:
            if self.baseline is not None:
                raise ValueError("a baseline that has been subtracted can't be taken back")
            return self
        self._engine.apply_baseline(*baseline)
        self._fill_baseline()
        return self

    @_verbose
    def decimate(self, decim, offset=0, *, verbose=None):
        """Keep every `decim`-th sample, in place; filter first."""
        self._engine.decimate(int(decim), int(offset))
        return self

    def detrend(self, order=1, picks=None):
        """Subtract from each channel its mean (`order` 0), or the line that fits it best (1); in place.

        Parameters
        ----------
        order : 0 | 1
        picks : str | list | slice | None
            Channels; None: good data channels.
        """
        self._need_real("detrend()")
        idx = picks_to_idx(self.info, picks, "data")
        self._data[idx] = detrend(self._data[idx], order)
        return self

    def get_peak(self, ch_type=None, tmin=None, tmax=None, mode="abs", time_as_index=False, merge_grads=False,
                 return_amplitude=False, *, strict=True):  # fmt: skip
        """Where the largest value is.

        Parameters
        ----------
        ch_type : str | None
            Channels; None where all are of one type.
        tmin, tmax : float | None
            Range of times [s].
        mode : "abs" | "pos" | "neg"
        time_as_index : bool
            Whether to return the position instead of the time.
        merge_grads : bool
            Whether the planar gradiometers at one place count as their root mean square, "MEG 244X" for "MEG 2442" and
            "MEG 2443". Default False.
        return_amplitude : bool
            Whether to return the value too.
        strict : bool
            Whether a positive peak must be positive and a negative one negative. Default True.

        Returns
        -------
        ch_name : str
        latency : float | int
            [s], or position.
        amplitude : float
            Only with `return_amplitude`.
        """
        self._need_real("get_peak()")
        for name, time in (("tmin", tmin), ("tmax", tmax)):
            if time is not None and not self.tmin <= time <= self.tmax:
                raise ValueError(f"{name} must lie in {self.tmin:g} … {self.tmax:g} s; got {time} s")
        types = self.info.get_channel_types(unique=True, only_data_chs=True)
        if ch_type is None:
            if len(types) > 1:
                raise RuntimeError(f"there are channels of types {types}; choose one by ch_type=")
            ch_type = types[0]
        elif ch_type not in types:
            raise ValueError(f"there are no channels of type {ch_type!r}")
        one_of("mode", mode, ("abs", "pos", "neg"))
        idx = picks_to_idx(self.info, ch_type, exclude="bads")
        start, stop = _core.meeg.time_range(self.times, float(self.info["sfreq"]), tmin, tmax)
        data, names = self._data[idx, start:stop], [self.ch_names[k] for k in idx]
        if merge_grads:
            if ch_type != "grad" or mode == "neg":
                raise ValueError(
                    "merge_grads is about gradiometers, whose root mean square is not negative: it needs "
                    f'ch_type="grad" and no mode="neg"; got {ch_type!r} and {mode!r}'
                )
            pairs, names = gradiometer_pairs(names)
            data = merged_gradiometers(data, pairs)
        value = {"abs": np.abs, "pos": np.positive, "neg": np.negative}[mode](data)
        if strict and mode != "abs" and not (value > 0).any():
            raise ValueError(f"there are no {'positive' if mode == 'pos' else 'negative'} values; use mode='abs'")
        channel, time = np.unravel_index(np.argmax(value), value.shape)
        name = names[channel]
        latency = int(time + start) if time_as_index else float(self.times[time + start])
        return (name, latency, float(data[channel, time])) if return_amplitude else (name, latency)

    add_channels = made_by("channels.adding.add_channels")

    # -- spectra

    compute_tfr = made_by("time_frequency.wavelets.tfr_of_evoked")

    # -- out

    @_verbose
    def save(self, fname, *, overwrite=False, verbose=None):
        """Write to a FIFF file (``-ave.fif``)."""
        write_evokeds(fname, self, overwrite=overwrite)

    to_mne = made_by("to_mne.evoked_to_mne")
    to_nitime = made_by("exchange.evoked_to_nitime")
    to_xarray = made_by("exchange.evoked_to_xarray")
    as_type = made_by("channels.virtual.as_type")
    animate_topomap = drawn_by("maps.animate_topomap")
    plot_white = drawn_by("plot_evoked_white")
    plot_field = lacking("plot_field()", "plot_topomap()")
    plot = drawn_by("plot_evoked")
    plot_topomap = drawn_by("plot_evoked_topomap")
    plot_joint = drawn_by("plot_evoked_joint")
    plot_image = drawn_by("plot_evoked_image")
    plot_topo = drawn_by("plot_evoked_topo")


def _engine_of(info, data, tmin, comment="", nave=1, kind="average"):
    """The engine's average of an array whose first time is that of the nearest sample."""
    sfreq = float(info["sfreq"])
    tmin = int(np.round(tmin * sfreq)) / sfreq
    comment = text_of("comment", comment)
    return made_of(data, lambda part: _core.meeg.Evoked(info._engine, part, tmin, float(nave), comment, kind))


class EvokedArray(Evoked):
    """An average from an array.

    Parameters
    ----------
    data : array of float or complex, shape (n_channels, n_times)
        SI units; copied.
    info : Info
    tmin : float
        First time [s]. Default 0.
    comment : str
    nave : int
        Number of epochs averaged. Default 1.
    kind : "average" | "standard_error"
    baseline : tuple (start, stop) | None
        Interval [s] whose mean is subtracted. Default None.
    """

    @_verbose
    def __init__(self, data, info, tmin=0.0, comment="", nave=1, kind="average", baseline=None, *, verbose=None):
        data = samples_of(data, info, 2)
        one_of("kind", kind, _kinds)
        self._hold(_engine_of(info, data, tmin, comment, nave, kind), rest=info._rest)
        if baseline is not None:
            self.apply_baseline(baseline)


@_verbose
def read_evokeds(fname, condition=None, baseline=None, kind="average", proj=True, allow_maxshield=False, verbose=None):
    """Read averages from a FIFF file (``-ave.fif``).

    Parameters
    ----------
    fname : str | Path
    condition : int | str | list | None
        Numbers or comments; None, the default: all.
    baseline : tuple (start, stop) | None
        Interval [s] whose mean is subtracted. Default None.
    kind : "average" | "standard_error"
        Which of those with a given comment.
    proj : bool
        Whether projections are applied. Default True.
    allow_maxshield : bool | "yes"
        Whether averages with active shielding are read. Default False.

    Returns
    -------
    evokeds : Evoked | list of Evoked
        One where `condition` names one.
    """
    path = path_of(fname)
    pairs = _core.meeg.read_evokeds_fif(path, bool(allow_maxshield))
    found = [Evoked._of(real if imag is None else Parts(real, imag), path) for real, imag in pairs]
    if condition is not None:
        wanted = condition if isinstance(condition, list) else [condition]
        chosen = []
        for want in wanted:
            if isinstance(want, str):
                hits = [e for e in found if e.comment == want and e.kind == kind]
                if len(hits) != 1:
                    names = [f"{e.comment!r} ({e.kind})" for e in found]
                    raise ValueError(
                        f"{len(hits)} averages are named {want!r} ({kind}); the file has {', '.join(names)}"
                    )
                chosen.append(hits[0])
            else:
                if not -len(found) <= want < len(found):
                    raise ValueError(f"the file has {len(found)} averages; number {want} is not among them")
                chosen.append(found[want])
        found = chosen
    for evoked in found:
        if proj:
            evoked.apply_proj()
        if baseline is not None:
            evoked.apply_baseline(baseline)
    return found if condition is None or isinstance(condition, list) else found[0]


@_verbose
def write_evokeds(fname, evoked, *, on_mismatch="raise", overwrite=False, verbose=None):
    """Write averages to a FIFF file (``-ave.fif``).

    Parameters
    ----------
    fname : str | Path
    evoked : Evoked | list of Evoked
    on_mismatch : "raise" | "warn" | "ignore"
        What to do where ``info["dev_head_t"]``, the place of the head in the helmet, differs. Default "raise".
    overwrite : bool
        Whether to replace a file. Default False.
    """
    evokeds = [evoked] if isinstance(evoked, Evoked) else list(evoked)
    same_head_position([e.info for e in evokeds], on_mismatch)
    pairs = [parts_of(e._engine) for e in evokeds]
    _core.meeg.write_evokeds_fif(pairs, output_path(fname, overwrite), overwrite)


def combine_evoked(all_evoked, weights):
    """A weighted sum of averages: contrasts, and averages of averages.

    Parameters
    ----------
    all_evoked : list of Evoked
        With the same channels and times.
    weights : list of float | "equal" | "nave"
        [1, -1] is a difference; "equal": 1/n each; "nave": by their numbers of epochs.

    Returns
    -------
    evoked : Evoked
        `nave` is the effective number of epochs, 1 / sum(w² / nave).
    """
    evokeds = list(all_evoked)
    if not evokeds:
        raise ValueError("there must be at least one Evoked to combine")
    engines = [e._engine for e in evokeds]
    if isinstance(weights, str):
        rule = one_of("weights", weights, ("equal", "nave"))
        weights = _core.meeg.combination_weights([parts_of(e)[0] for e in engines], rule)
    weights = [float(w) for w in weights]
    if len(weights) != len(evokeds):
        raise ValueError(f"there must be one weight per Evoked ({len(evokeds)}); got {len(weights)}")
    if any(e.ch_names != evokeds[0].ch_names for e in evokeds):
        warn("the averages have their channels in several orders; those of the others are reordered to the first's")
    return Evoked._of(of_each(lambda *each: _core.meeg.combine_evoked(list(each), weights), *engines))


def grand_average(all_inst, interpolate_bads=True, drop_bads=True):
    """The mean over subjects of averages, spectra or time-frequency maps, each with equal weight.

    Parameters
    ----------
    all_inst : list of Evoked | list of Spectrum | list of AverageTFR
    interpolate_bads : bool
        Whether bad channels are interpolated first (Evoked only). Default True.
    drop_bads : bool
        Whether channels that are bad in any are left out. Default True.
    """
    if wrong := [inst for inst in all_inst if not hasattr(inst, "nave")]:
        raise TypeError(f"what is averaged must be Evoked or AverageTFR; got {type(wrong[0]).__name__}")
    instances = [inst.copy() for inst in all_inst]
    if not instances:
        raise ValueError("there must be at least one object to average")
    if len(instances) == 1:
        warn("there is a single object to average: the result is what it was")
    if not all(type(inst) is type(instances[0]) or isinstance(inst, Evoked) for inst in instances):
        raise ValueError("all objects must be of one kind, Evoked, Spectrum or AverageTFR")
    evoked = isinstance(instances[0], Evoked)
    if evoked and interpolate_bads:
        instances = [inst.interpolate_bads() if inst.info["bads"] else inst for inst in instances]
    if drop_bads:
        bads = {b for inst in instances for b in inst.info["bads"]}
        for inst in instances:
            inst.drop_channels([b for b in inst.ch_names if b in bads])
    instances = equalize_channels(instances, copy=False)
    n = len(instances)
    if evoked:
        result = combine_evoked(instances, [1 / n] * n)
    else:
        result = instances[0].copy()
        result._data = np.mean([inst._data for inst in instances], axis=0)
    result.nave, result.comment = n, f"Grand average (n = {n})"
    return result


__all__ = ["Evoked", "EvokedArray", "combine_evoked", "grand_average", "read_evokeds", "write_evokeds"]
