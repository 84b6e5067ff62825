"""Power spectral densities."""

from operator import attrgetter

import numpy as np

from ranvier import _core

from ..channels.mixins import ChannelsMixin, EventIdsMixin
from ..checks import as_info, axis_of, lacking, list_of, one_of, rows_that
from ..event import as_events, event_ids
from ..face import floats, of_engine
from ..lazy import drawn_by, made_by
from ..logs import verbose as _verbose
from ..picks import numbers_of, picks_to_idx


def shaped(engine):
    """The engine's numbers with all their axes: epochs, channels, and tapers before or segments after frequencies."""
    numbers = engine.data.view(complex) if engine.complex else engine.data
    inner = (engine.tapers or None, len(engine.freqs), engine.segments or None)
    return numbers.reshape(numbers.shape[:2] + tuple(n for n in inner if n is not None))


def _flat(data):
    """Numbers as the engine has them: complex ones as pairs."""
    return np.ascontiguousarray(data, complex).view(float) if np.iscomplexobj(data) else floats(data)


def weights_of(engine):
    return np.array(engine.weights)[None, :, None] if engine.tapers else None


class FreqsMixin:
    """Frequencies and shape of an object whose engine has them."""

    freqs = of_engine("freqs", "Frequencies [Hz], shape (n_freqs,).")
    method = of_engine("method", '"welch", "multitaper" or "morlet".')

    @property
    def sfreq(self):
        """Sampling rate of the data, or of a map's times [Hz]."""
        return self.info["sfreq"]

    shape = property(attrgetter("data.shape"), doc="Shape of the data.")


class Spectrum(ChannelsMixin, FreqsMixin):
    """Power spectral density of a recording or an average, or complex spectra. Made by `compute_psd`.

    Attributes
    ----------
    info : Info
    freqs : array of float, shape (n_freqs,)
        [Hz]
    data : array of float or complex, shape (n_channels, n_freqs)
        Power [unit²/Hz]. Segments that are not put together are a last axis, tapers the axis before the frequencies.
    weights : array of float, shape (1, n_tapers, 1) | None
        Of the tapers: with them 2 Σ |w X|² / Σ w² is the power.
    """

    _kind = ""

    def __init__(self, engine, nave=None, source="Array"):
        self._hold(engine)
        self.nave, self._source = nave, source

    @property
    def data(self):
        """Power [unit²/Hz], or complex numbers."""
        return self._data[0]

    @property
    def _data(self):
        return shaped(self._engine)

    @_data.setter
    def _data(self, data):
        self._engine.data = _flat(data).reshape(self._engine.data.shape)

    @property
    def weights(self):
        """Of the tapers that are not put together, shape (1, n_tapers, 1); else None."""
        return weights_of(self._engine)

    @property
    def _dims(self):
        """Names of the axes of the data."""
        engine = self._engine
        there = {
            "epoch": engine.of_epochs,
            "channel": True,
            "taper": engine.tapers,
            "freq": True,
            "segment": engine.segments,
        }
        return tuple(name for name, is_there in there.items() if is_there)

    def __len__(self):
        return len(self.data)

    def __getitem__(self, item):
        return self.get_data(exclude=())[item]

    def __repr__(self):
        kind = f"{self._kind}{'Complex' if self._engine.complex else 'Power'} Spectrum"
        sizes = " × ".join(f"{n} {name}s" for n, name in zip(self.shape, self._dims))
        return (f"<{kind} (from {self._source}, {self.method} method) | {sizes}, {self.freqs[0]:0.1f} – "
                f"{self.freqs[-1]:0.1f} Hz>")  # fmt: skip

    def get_data(self, picks=None, exclude="bads", fmin=0, fmax=np.inf, return_freqs=False):
        """Power, or complex numbers, as an array with the axes of `data`.

        Parameters
        ----------
        picks : str | list | slice | None
            Channels; None: good data channels.
        fmin, fmax : float
            Range of frequencies [Hz].
        return_freqs : bool
            Whether to return the frequencies [Hz] too.
        """
        idx = picks_to_idx(self.info, picks, "data", exclude=exclude, with_ref_meg=False)
        keep = (self.freqs >= fmin) & (self.freqs <= fmax)
        data = self.data.take(idx, self._dims.index("channel")).compress(keep, self._dims.index("freq"))
        return (data, self.freqs[keep]) if return_freqs else data

    def units(self, latex=False):
        """Units by channel type, as "V²/Hz", or for LaTeX's mathematics."""
        kinds = dict(zip(self.get_channel_types(), self.info["chs"]))
        units = {kind: _core.meeg.density_unit(channel.unit_symbol) for kind, channel in kinds.items()}
        if latex:
            return {kind: rf"$\mathrm{{{unit.replace('²', '^{2}')}}}$" for kind, unit in units.items()}
        return units

    to_data_frame = made_by("frames.spectrum_frame")
    plot = drawn_by("plot_spectrum")
    plot_topomap = drawn_by("plot_spectrum_topomap")
    plot_topo = drawn_by("plot_spectrum_topo")
    save = lacking("saving a Spectrum", "to_mne().save()")
    to_mne = made_by("to_mne.spectrum_to_mne")


class EpochsMixin(EventIdsMixin):
    """Epochs of a spectrum or a map."""

    events = of_engine("events", "The events of the epochs, shape (n_epochs, 3).")

    def _log(self, metadata=None, selection=None, drop_log=None):
        """Keep what is known of the epochs; without selection and log they are all that there were."""
        self.selection = np.arange(len(self)) if selection is None else np.array(selection, np.int64)
        if self.selection.shape != (len(self),):
            raise ValueError(f"selection must have one number per epoch ({len(self)}); got {self.selection.shape}")
        if len(self) and self.selection.min() < 0 or len(set(self.selection.tolist())) < len(self):
            raise ValueError(f"selection must hold different numbers >= 0; got {self.selection}")
        if drop_log is None and len(self) and self.selection.max() > 100 * len(self) + 1_000_000:
            raise ValueError(f"selection counts events up to {self.selection.max()}; give drop_log= where so many were")
        if drop_log is None:
            kept = set(self.selection.tolist())
            drop_log = [() if k in kept else ("IGNORED",) for k in range(max(kept, default=-1) + 1)]
        self.drop_log = tuple(tuple(reasons) for reasons in drop_log)
        if len(self) and self.selection.max() >= len(self.drop_log):
            raise ValueError(f"drop_log must have an entry for each number of selection, up to {self.selection.max()}; got "
                             f"{len(self.drop_log)} entries")  # fmt: skip
        self.metadata = metadata

    @property
    def metadata(self):
        """A pandas DataFrame with one row per epoch, or None."""
        return self._metadata

    @metadata.setter
    def metadata(self, metadata):
        if metadata is not None and len(metadata) != len(self):
            raise ValueError(f"metadata must have one row per epoch ({len(self)}); got {len(metadata)}")
        self._metadata = None if metadata is None else metadata.copy()

    def copy(self):
        """A copy that shares nothing that can change."""
        other = super().copy()
        other.metadata = self.metadata
        return other

    def __len__(self):
        return len(self.data)

    def __iter__(self):
        return iter(self.data)

    def __getitem__(self, item):
        if isinstance(item, str):
            item = [item]
        if isinstance(item, slice):
            which = np.arange(len(self))[item]
        elif np.ndim(item) and len(item) and all(isinstance(key, str) for key in item):
            which = self._named(list(item))
        else:
            which = np.array(numbers_of(item, len(self)), int)
        return self._subset(which)

    def _named(self, keys):
        try:
            return chosen(self.events, self.event_id, keys)
        except KeyError as error:
            if self.metadata is None or len(keys) != 1:
                raise
            return rows_that(self.metadata, keys[0], error)

    def _subset(self, which, reason="IGNORED"):
        part = self._like(self._engine.subset(which.tolist()))
        left = set(self.selection[which].tolist())
        log = [(reason,) if k not in left and not reasons else reasons for k, reasons in enumerate(self.drop_log)]
        part.selection, part.drop_log = self.selection[which], tuple(log)
        part._metadata = None if self.metadata is None else self.metadata.iloc[which]
        return part


class EpochsSpectrum(EpochsMixin, Spectrum):
    """Power spectral density of each epoch: data of shape (n_epochs, n_channels, n_freqs)."""

    def __init__(self, engine, metadata=None, selection=None, drop_log=None, source="Array"):
        super().__init__(engine, source=source)
        self._log(metadata, selection, drop_log)

    @property
    def data(self):
        """Power [unit²/Hz], or complex numbers."""
        return self._data

    def average(self, method="mean"):
        """The mean (or median, or your function) over epochs: a Spectrum."""
        if method in ("mean", "median"):
            return self._averaged(self._engine.average(method == "median"))
        own, data = self._engine, np.asarray(method_of(method)(self.data))
        if data.shape != self.shape[1:]:
            raise ValueError(f"method must make data of shape {self.shape[1:]}; got {data.shape}")
        made = _engine_of(data[None], own.info, self.freqs, own.tapers, own.segments, own.weights, method=self.method)
        return self._averaged(made)

    def _averaged(self, made):
        average = Spectrum(made, len(self), self._source)
        average._kind = "Averaged "
        return average


class SpectrumArray(Spectrum):
    """A spectrum from an array.

    Parameters
    ----------
    data : array of float or complex, shape (n_channels, n_freqs)
        Power [unit²/Hz] or complex numbers; copied. With more axes as `dim_names` says.
    info : Info
    freqs : array of float, shape (n_freqs,)
        [Hz]
    dim_names : tuple of str
        ("channel", "freq"), ("channel", "freq", "segment") or ("channel", "taper", "freq").
    weights : array of float, n_tapers numbers | None
        Of the tapers, where there are some.
    """

    @_verbose
    def __init__(self, data, info, freqs, dim_names=("channel", "freq"), weights=None, *, verbose=None):
        super().__init__(_spectrum_of(data, info, freqs, dim_names, weights))


class EpochsSpectrumArray(EpochsSpectrum):
    """Spectra of epochs from an array.

    Parameters
    ----------
    data : array of float or complex, shape (n_epochs, n_channels, n_freqs)
        Power [unit²/Hz] or complex numbers; copied. With more axes as `dim_names` says.
    info : Info
    freqs : array of float, shape (n_freqs,)
        [Hz]
    events : array of int, shape (n_epochs, 3) | None
        None: numbered from 0, all of id 1.
    event_id : dict | None
        Names of their numbers.
    dim_names, weights : see `SpectrumArray`; the first name is "epoch"
    """

    @_verbose
    def __init__(self, data, info, freqs, events=None, event_id=None, dim_names=("epoch", "channel", "freq"), weights=None,
                 *, verbose=None):  # fmt: skip
        events = events_for(len(data), events)
        ids = list(event_ids(events, event_id, "raise").items())
        super().__init__(_spectrum_of(data, info, freqs, dim_names, weights, events, ids))


def combine_spectrum(all_spectrum, weights="nave"):
    """A weighted sum of spectra: contrasts, and averages of averages.

    Parameters
    ----------
    all_spectrum : list of Spectrum
        With the same channels and frequencies; channels that are bad in one are bad in the sum.
    weights : list of float | "equal" | "nave"
        [1, -1] is a difference; "equal": 1/n each; "nave": by their numbers of averages. Default "nave".

    Returns
    -------
    spectrum : Spectrum
        `nave` is the effective number of averages, 1 / sum(w² / nave), where all have one.
    """
    spectra = list_of("all_spectrum", all_spectrum, Spectrum, "spectra")
    naves = [each.nave for each in spectra]
    counted = bool(naves) and None not in naves
    if isinstance(weights, str):
        if one_of("weights", weights, ("equal", "nave")) == "nave" and not counted:
            raise ValueError('weights="nave" needs spectra whose nave is known; here it is None; use "equal"')
        weights = [1 / len(naves)] * len(naves) if weights == "equal" else [n / sum(naves) for n in naves]
    weights = [float(w) for w in weights]
    made = _core.meeg.combined_spectrum([each._engine for each in spectra], weights)
    inverse = sum(w * w / n for w, n in zip(weights, naves)) if counted else 0
    return spectra[0]._like(made, nave=max(int(1 / inverse), 1) if inverse else None)


def events_for(n, events):
    """`n` events: those given, else numbered from 0, all of id 1."""
    events = as_events(
        np.stack([np.arange(n), np.zeros(n, int), np.ones(n, int)], axis=1) if events is None else events
    )
    if len(events) != n:
        raise ValueError(f"there must be one event per epoch ({n}); got {len(events)}")
    return events


_layouts = (("channel", "freq"), ("channel", "freq", "segment"), ("channel", "taper", "freq"))


def _spectrum_of(data, info, freqs, dim_names, weights, events=None, ids=()):
    """The engine's spectrum of data from outside, whose axes are named; of epochs where there are events."""
    data, freqs, names = np.asarray(data), axis_of("freqs", freqs, 0), tuple(dim_names)
    allowed = [(() if events is None else ("epoch",)) + layout for layout in _layouts]
    if names not in allowed:
        raise ValueError(f"dim_names must be one of {', '.join(map(str, allowed))}; got {names}")
    sizes = {"channel": len(as_info(info)["chs"]), "freq": len(freqs)}
    if data.ndim != len(names) or any(data.shape[names.index(name)] != n for name, n in sizes.items()):
        raise ValueError(f"data must have the dimensions {names}, with {sizes['channel']} channels and {sizes['freq']} "
                         f"frequencies; got {data.shape}")  # fmt: skip
    tapers, segments = (data.shape[names.index(name)] if name in names else 0 for name in ("taper", "segment"))
    if tapers + segments == 0 and len(names) > 2 + (events is not None):
        raise ValueError(f"data must have at least one taper or segment; got {data.shape}")
    weights = [] if weights is None else floats(weights).ravel()
    return _engine_of(
        data if events is not None else data[None], info._engine, freqs, tapers, segments, weights, events, ids
    )


def _engine_of(data, info, freqs, tapers, segments, weights, events=None, ids=(), method="unknown"):
    """The engine's spectrum of data of shape (epochs, channels, …)."""
    none = np.empty((0, 3), np.int64)
    return _core.meeg.Spectrum(info, freqs, _flat(data).reshape(*data.shape[:2], -1), events is not None,
                               none if events is None else events, list(ids), method, np.iscomplexobj(data), tapers,
                               segments, list(weights))  # fmt: skip


def method_of(method):
    """A function of one's own that averages."""
    if not callable(method):
        raise ValueError(f'method must be "mean", "median" or a function; got {method!r}')
    return method


def chosen(events, event_id, keys):
    """Positions of the epochs whose names equal a key or have all its tags."""
    numbers = set()
    for key in keys:
        tags = set(key.split("/"))
        hit = {n for name, n in event_id.items() if name == key or tags <= set(name.split("/"))}
        if not hit:
            raise KeyError(f"there is no event {key!r}; names are {list(event_id)}")
        numbers |= hit
    return np.flatnonzero(np.isin(events[:, 2], list(numbers)))
