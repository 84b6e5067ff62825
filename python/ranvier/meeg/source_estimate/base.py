"""What all source estimates have: numbers, or a kernel beside the sensors' samples, and times."""

import numpy as np

from ranvier import _core

from ..baseline import rescaled
from ..checks import flag, lacking, not_yet, number_or_none, one_of
from ..filter import resample
from ..lazy import made_by
from ..logs import verbose as _verbose
from ..subjects import subject_of

_bridge = "MNE-Python, with stc.data and a new estimate as the bridge"


class BaseSourceEstimate:
    """What sources do in time. Of a kernel and samples, data are formed when somebody asks for them."""

    _vector, _kind, _n_spaces = False, None, None
    plot = lacking("plot() of source estimates", "MNE-Python, with save() and read_source_estimate() as the bridge")
    extract_label_time_course = made_by("source_estimate.labels.of_one")
    to_data_frame = made_by("source_estimate.frames.to_data_frame")

    @_verbose
    def __init__(self, data, vertices, tmin, tstep, subject=None, verbose=None):
        if not isinstance(vertices, (list, tuple)):
            raise TypeError(
                f"vertices must be a list of arrays, one for each source space; got {type(vertices).__name__}"
            )
        if self._n_spaces not in (None, len(vertices)):
            raise ValueError(f"{type(self).__name__} takes vertices of {self._n_spaces} source spaces; got {len(vertices)}")
        engine = _core.meeg.SourceEstimate()
        engine.vertices, engine.vector = [np.asarray(v, np.int64) for v in vertices], self._vector
        engine.tmin, engine.subject = float(tmin), subject_of(None, subject, False)
        engine.tstep = float(tstep)
        if isinstance(data, tuple):
            if len(data) != 2:
                raise ValueError(f"data as a tuple is (kernel, samples); got {len(data)} parts")
            kernel, samples = map(np.asarray, data)
            if samples.ndim != 2 or kernel.ndim != 2 or kernel.shape[1] != samples.shape[0]:
                raise ValueError(f"a kernel of shape {kernel.shape} can't be multiplied with samples of shape {samples.shape}")
            if len(kernel) == 0:
                engine.data = np.zeros((0, *((3,) * self._vector), samples.shape[1]))
            elif np.iscomplexobj(kernel):  # real products alone: (K + iL) x is K x + L (i x)
                engine.set_product(np.hstack([kernel.real, kernel.imag]), np.vstack([samples, 1j * samples]))
            else:
                engine.set_product(kernel, samples)
        else:
            engine.data = self._shaped(data, engine.n_vertices)
        self._engine = engine
        engine.check()

    def _shaped(self, data, n_vertices):
        """Data of one's own, with an axis of times."""
        data = np.asarray(data)
        ndim = 3 if self._vector else 2
        if data.ndim not in (ndim, ndim - 1):
            raise ValueError(f"data of a {type(self).__name__} have {ndim} axes; got shape {data.shape}")
        if len(data) != n_vertices:
            raise ValueError(f"data must have a row for each of the {n_vertices} vertices; got {len(data)}")
        if self._vector and data.shape[1] != 3:
            raise ValueError(f"data must have shape[1] == 3, three directions; got shape {data.shape}")
        return data if data.ndim == ndim else data[..., np.newaxis]

    @classmethod
    def _of(cls, engine):
        """The estimate that the engine made."""
        self = cls.__new__(cls)
        self._engine = engine
        return self

    def __repr__(self):
        subject = "" if self.subject is None else f", subject : {self.subject}"
        return (f"<{type(self).__name__} | {self._engine.n_vertices} vertices{subject}, tmin : {1e3 * self.tmin} (ms), "
                f"tmax : {1e3 * self.times[-1]} (ms), tstep : {1e3 * self.tstep} (ms), data shape : {self.shape}>")  # fmt: skip

    @property
    def vertices(self):
        """Numbers of the vertices of each source space, which are set as a whole."""
        lists = self._engine.vertices
        for each in lists:
            each.flags.writeable = False
        return lists

    @vertices.setter
    def vertices(self, vertices):
        trial = self._engine.copy()
        trial.vertices = list(vertices)
        trial.check()
        self._engine.vertices = list(vertices)

    @property
    def data(self):
        """The numbers, shape (n_vertices, n_times), with directions (n_vertices, 3, n_times); formed when first asked for."""
        return self._engine.data

    @data.setter
    def data(self, data):
        data = np.asarray(data)
        ndim = 3 if self._vector else 2
        if data.ndim != ndim:
            raise ValueError(f"data must have {ndim} axes; got shape {data.shape}")
        self._engine.data = self._shaped(data, self._engine.n_vertices)

    @property
    def shape(self):
        """Shape of the data."""
        return (self._engine.n_vertices, *((3,) * self._vector), self._engine.n_times)

    @property
    def subject(self):
        """Whose sources they are, or None."""
        return self._engine.subject

    @subject.setter
    def subject(self, subject):
        self._engine.subject = subject_of(None, subject, False)

    @property
    def tmin(self):
        """The first time [s]."""
        return self._engine.tmin

    @tmin.setter
    def tmin(self, tmin):
        self._engine.tmin = float(tmin)

    @property
    def tstep(self):
        """From one time to the next [s]."""
        return self._engine.tstep

    @tstep.setter
    def tstep(self, tstep):
        if not tstep > 0:
            raise ValueError(f"tstep must be > 0 s; got {tstep}")
        self._engine.tstep = float(tstep)

    @property
    def sfreq(self):
        """Times per second."""
        return 1.0 / self.tstep

    @property
    def times(self):
        """The times [s]; they follow from tmin and tstep."""
        times = self.tmin + self.tstep * np.arange(self._engine.n_times)
        times.flags.writeable = False
        return times

    @property
    def tmax(self):
        """The last time [s]."""
        return self.times[-1]

    def copy(self):
        """A copy that shares nothing."""
        return type(self)._of(self._engine.copy())

    __copy__ = copy

    def __deepcopy__(self, memo):
        return self.copy()

    def __reduce__(self):
        data = self.data if self._engine.formed else (self._engine.kernel, self._engine.sensor_data)
        return type(self), (data, list(self.vertices), self.tmin, self.tstep, self.subject)

    # -- in time

    def time_as_index(self, times, use_rounding=False):
        """Positions of times, rounded towards the first or, with `use_rounding`, to the nearest."""
        positions = (np.atleast_1d(times) - self.tmin) * self.sfreq
        return (np.round(positions) if use_rounding else positions).astype(np.int64)

    def crop(self, tmin=None, tmax=None, include_tmax=True):
        """Keep the times from `tmin` to `tmax` [s]; in place. Of a kernel and samples, samples are cropped."""
        begin, end = _core.meeg.time_range(list(self.times), self.sfreq, number_or_none("tmin", tmin),
                                           number_or_none("tmax", tmax), flag("include_tmax", include_tmax))  # fmt: skip
        self._engine.crop(begin, end)
        return self

    @_verbose
    def resample(self, sfreq, *, npad=100, method="fft", window="auto", pad="auto", n_jobs=None, verbose=None):
        """Change the number of times per second; in place. Data are formed. Arguments are those of `mne.filter.resample`."""
        if sfreq != self.sfreq:
            self._engine.data = by_parts(
                lambda x: resample(x, sfreq, self.sfreq, npad=npad, method=method, window=window, pad=pad), self.data
            )
            self.tstep = 1.0 / sfreq
        return self

    @_verbose
    def apply_baseline(self, baseline=(None, 0), *, verbose=None):
        """Subtract the mean over an interval of times [s]; in place."""
        if baseline is not None:
            self.data = by_parts(lambda x: rescaled(x, self.times, baseline), self.data)
        return self

    def mean(self):
        """The mean over times, as an estimate of one time; of a kernel and samples, that of samples is projected."""
        made = self.sum()
        made._engine.scale(1.0 / self._engine.n_times)
        return made

    def sum(self):
        """The sum over times, as an estimate of one time."""
        return type(self)._of(self._engine.summed())

    def bin(self, width, tstart=None, tstop=None, func=np.mean):
        """An estimate of what a function makes of the times in each bin.

        Parameters
        ----------
        width : float
            Of a bin [s].
        tstart, tstop : float | None
            Where the first bin begins, and where the last one ends at the latest [s]. Default None: the first and last time.
        func : callable
            Takes data and ``axis=-1``. Default: the mean.
        """
        first = self.tmin if tstart is None else tstart
        last = self.times[-1] if tstop is None else tstop
        edges, times = np.arange(first, last + self.tstep, width), self.times
        parts = [func(self.data[..., (times >= a) & (times < b)], axis=-1) for a, b in zip(edges[:-1], edges[1:])]
        if not parts:
            raise ValueError(f"width must be that of a bin between {first} s and {last} s; got {width} s")
        return type(self)(np.stack(parts, axis=-1), list(self.vertices), edges[0] + width / 2, width, self.subject)

    def get_peak(self, tmin=None, tmax=None, mode="abs", vert_as_index=False, time_as_index=False):
        """The vertex and the time of the largest value.

        Parameters
        ----------
        tmin, tmax : float | None
            Where to look [s].
        mode : "abs" | "pos" | "neg"
        vert_as_index, time_as_index : bool
            Whether to return positions.

        Returns
        -------
        pos : int
        latency : float | int
        """
        one_of("mode", mode, ("abs", "neg", "pos"))
        times = self.times
        first, last = times[0] if tmin is None else tmin, times[-1] if tmax is None else tmax
        for name, value in (("tmin", first), ("tmax", last)):
            if not times[0] <= value <= times[-1]:
                raise ValueError(f"{name} must lie in [{times[0]:g}, {times[-1]:g}] s, the times there are; got {value}")
        if first > last:
            raise ValueError(f"tmin ({first}) must be <= tmax ({last})")
        if self._engine.n_vertices == 0:
            raise RuntimeError("an estimate without vertices has no peak")
        begin, end = np.searchsorted(times, first), np.searchsorted(times, last, "right")
        vertex, time = self._engine.peak(int(begin), int(end), mode)
        if not vert_as_index:
            vertex = int(np.concatenate(self.vertices)[vertex])
        return vertex, time if time_as_index else times[time]

    # -- functions of the data

    @_verbose
    def apply_function(self, fun, picks=None, dtype=None, n_jobs=None, verbose=None, **kwargs):
        """Replace each vertex' course by what a function makes of it; in place.

        Parameters
        ----------
        fun : callable
            Takes a course and returns one as long.
        picks : list of int | None
            Positions of vertices. Default None: all.
        """
        if dtype not in (None, float, np.float64):
            raise not_yet("dtype= of apply_function()", "dtype=None; data are float64")
        data = self.data
        for k in range(len(data)) if picks is None else picks:
            made = np.asarray(fun(data[k], **kwargs))
            if made.shape != data[k].shape:
                raise ValueError(f"fun must return courses of shape {data[k].shape}; got {made.shape}")
            data[k] = made
        return self

    def transform_data(self, func, idx=None, tmin_idx=None, tmax_idx=None):
        """What a linear function of time makes of the data; of the samples, where data are not formed.

        Parameters
        ----------
        func : callable
            Its first result is taken.
        idx : array of int | None
            Positions of vertices. Default None: all.
        tmin_idx, tmax_idx : int | None
            Positions of the first time, and of that behind the last.

        Returns
        -------
        data_t : array, shape (n_vertices, ...)
        """
        chosen = self._engine if idx is None else self._engine.picked(np.arange(self._engine.n_vertices)[idx])
        formed = chosen.formed
        made = func((chosen.data if formed else np.array(chosen.sensor_data))[..., tmin_idx:tmax_idx])
        made = np.asarray(made[0] if isinstance(made, tuple) else made)
        if formed:
            return made
        whole = _core.meeg.SourceEstimate()
        whole.vertices, whole.vector = chosen.vertices, chosen.vector
        whole.set_product(chosen.kernel, made.reshape(len(made), -1))
        data = whole.data
        return data.reshape(*data.shape[:-1], *made.shape[1:])

    # -- arithmetic

    def _same_sources(self, other):
        if type(self) is not type(other):
            raise ValueError(f"Cannot combine {type(self).__name__} and {type(other).__name__}.")
        ours, theirs = self.vertices, other.vertices
        if len(ours) != len(theirs) or not all(np.array_equal(a, b) for a, b in zip(ours, theirs)):
            raise ValueError(
                "these estimates are of different vertices, so nothing fits: stc.expand() gives them the same"
            )
        if self.subject != other.subject:
            raise ValueError(
                f"estimates of two subjects, {self.subject!r} and {other.subject!r}; morph one of them"
            )

    def _with(self, other, operation):
        """In place: `operation` of the data and a number, an array or another estimate of the same sources."""
        if isinstance(other, BaseSourceEstimate):
            self._same_sources(other)
            other = other.data
        operation(self.data, other, out=self.data)
        return self

    def __iadd__(self, other):
        return self._with(other, np.add)

    def __isub__(self, other):
        return self._with(other, np.subtract)

    def __imul__(self, other):
        if np.ndim(other) == 0 and not isinstance(other, BaseSourceEstimate) and not np.iscomplexobj(other):
            self._engine.scale(float(other))
            return self
        return self._with(other, np.multiply)

    def __itruediv__(self, other):
        return self._with(other, np.divide)

    def __ipow__(self, other):
        return self._with(other, np.power)

    def __add__(self, other):
        return self.copy().__iadd__(other)

    def __sub__(self, other):
        return self.copy().__isub__(other)

    def __mul__(self, other):
        return self.copy().__imul__(other)

    def __truediv__(self, other):
        return self.copy().__itruediv__(other)

    def __pow__(self, other):
        return self.copy().__ipow__(other)

    def __radd__(self, other):
        return self + other

    def __rsub__(self, other):
        return -self + other

    def __rmul__(self, other):
        return self * other

    def __neg__(self):
        return self * -1

    def __pos__(self):
        return self

    def __abs__(self):
        return type(self)._of(self._engine.absolute())

    def sqrt(self):
        """The square root of the data, as an estimate."""
        return self**0.5

    @_verbose
    def save(self, fname, ftype="h5", *, overwrite=False, verbose=None):
        """Not in Ranvier yet: HDF5 is the only file for these."""
        raise not_yet(f"{type(self).__name__}.save(), which is HDF5", _bridge)


def by_parts(function, data):
    """What a linear function makes of data; of complex ones, of the real and of the imaginary part."""
    return function(data.real) + 1j * function(data.imag) if np.iscomplexobj(data) else function(data)
