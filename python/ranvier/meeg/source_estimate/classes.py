"""Source estimates on surfaces, in volumes, and both; with directions and without."""

import numpy as np

from ranvier import _core

from ..checks import lacking, not_yet, number_or_none, one_of, output_path, path_of
from ..lazy import made_by
from ..logs import verbose as _verbose
from .base import BaseSourceEstimate


class _OnSurface(BaseSourceEstimate):
    _kind, _n_spaces = "surface", 2
    to_original_src = lacking("to_original_src()", "the estimate of the subject's own source space")
    save_as_surface = lacking("save_as_surface()", "save(), which writes .stc files")

    @property
    def lh_vertno(self):
        """Vertices of the left hemisphere."""
        return self.vertices[0]

    @property
    def rh_vertno(self):
        """Vertices of the right hemisphere."""
        return self.vertices[1]

    @property
    def lh_data(self):
        """Data of the left hemisphere."""
        return self.data[: len(self.vertices[0])]

    @property
    def rh_data(self):
        """Data of the right hemisphere."""
        return self.data[len(self.vertices[0]) :]

    def in_label(self, label):
        """The estimate of the vertices that are in a label; as lazy as this one.

        Parameters
        ----------
        label : Label | BiHemiLabel
        """
        from ..label.label import BiHemiLabel, Label

        if not isinstance(label, (Label, BiHemiLabel)):
            raise TypeError(f"label must be a Label or BiHemiLabel; got {type(label).__name__}")
        if None not in (label.subject, self.subject) and label.subject != self.subject:
            raise RuntimeError(
                f"the label is of subject {label.subject!r}, the estimate of {self.subject!r}; they must be of one"
            )
        parts = {"lh": (), "rh": ()}
        for part in (label.lh, label.rh) if label.hemi == "both" else (label,):
            parts[part.hemi] = part.vertices
        lh, rh = (np.isin(own, parts[hemi]) for own, hemi in zip(self.vertices, ("lh", "rh")))
        positions = np.flatnonzero(np.concatenate([lh, rh]))
        if len(positions) == 0:
            raise ValueError(f"the estimate has no vertex in label {label.name!r}")
        return type(self)._of(self._engine.picked(positions))

    def expand(self, vertices):
        """Add vertices, with zeros; in place.

        Parameters
        ----------
        vertices : list of array of int
            Of each hemisphere; those that are there already stay.
        """
        if not isinstance(vertices, list):
            raise TypeError(f"vertices must be a list of arrays; got {type(vertices).__name__}")
        if len(vertices) != len(self.vertices):
            raise ValueError(f"vertices are of {len(self.vertices)} source spaces; got {len(vertices)}")
        old, data = self.vertices, self.data
        new = [np.union1d(a, np.asarray(b, np.int64)) for a, b in zip(old, vertices)]
        whole = np.zeros((sum(map(len, new)), *data.shape[1:]))
        whole[np.concatenate([np.isin(b, a) for a, b in zip(old, new)])] = data
        engine = self._engine.copy()
        engine.vertices, engine.data = new, whole
        self._engine = engine
        return self

    def get_peak(self, hemi=None, tmin=None, tmax=None, mode="abs", vert_as_index=False, time_as_index=False):
        """The vertex and the time of the largest value.

        Parameters
        ----------
        hemi : "lh" | "rh" | None
            Where to look. Default None: in both.
        tmin, tmax : float | None
            [s].
        mode : "abs" | "pos" | "neg"
        vert_as_index, time_as_index : bool
            Whether to return positions.

        Returns
        -------
        pos : int
        latency : float | int
        """
        one_of("hemi", hemi, ("lh", "rh", None))
        where, n_left = self, len(self.vertices[0])
        if hemi is not None:
            both = np.arange(self._engine.n_vertices)
            where = type(self)._of(self._engine.picked(both[:n_left] if hemi == "lh" else both[n_left:]))
        pos, latency = super(_OnSurface, where).get_peak(tmin, tmax, mode, vert_as_index, time_as_index)
        return pos + (n_left if hemi == "rh" and vert_as_index else 0), latency


class _WithDirections(BaseSourceEstimate):
    _vector = True
    _scalar = None

    @_verbose
    def __init__(self, data, vertices=None, tmin=None, tstep=None, subject=None, verbose=None):
        super().__init__(data, vertices, 0.0 if tmin is None else tmin, 1.0 if tstep is None else tstep, subject)

    def magnitude(self):
        """The length of each vertex' three numbers, as an estimate without directions."""
        return self._scalar._of(self._engine.magnitude())

    def project(self, directions, src=None, use_cps=True):
        """Data along one direction for each vertex.

        Parameters
        ----------
        directions : array of float, shape (n_vertices, 3) | "normal"
            "normal": the source space's normals.
        src : SourceSpaces | None
        use_cps : bool
            Whether normals are means over patches, where they are known. Default True.

        Returns
        -------
        stc : SourceEstimate
        directions : array of float, shape (n_vertices, 3)
        """
        if isinstance(directions, str):
            one_of("directions", directions, ("normal", "pca"))
            if directions == "pca":
                raise not_yet('directions="pca"', "an array of directions")
            if src is None:
                raise ValueError('directions="normal" needs src, which has the normals')
            from .labels import normals_of

            directions = normals_of(src, self.vertices, use_cps)
        directions = np.asarray(directions, float)
        if directions.shape != (self.shape[0], 3):
            raise ValueError(f"directions must have shape {(self.shape[0], 3)}; got {directions.shape}")
        data = np.matmul(directions[:, np.newaxis], self.data)[:, 0]
        return self._scalar(data, list(self.vertices), self.tmin, self.tstep, self.subject), directions


class SourceEstimate(_OnSurface):
    """What sources on both hemispheres do in time.

    Parameters
    ----------
    data : array of float, shape (n_vertices, n_times) | tuple of array
        The numbers; or (kernel, samples), of shapes (n_vertices, n_sensors) and (n_sensors, n_times), whose product they are.
    vertices : list of array of int
        Of the left and the right hemisphere, rising.
    tmin, tstep : float
        The first time, and from one to the next [s].
    subject : str | None
    """

    center_of_mass = made_by("source_estimate.centres.center_of_mass")
    estimate_snr = lacking("estimate_snr()", "MNE-Python, with save() and read_source_estimate() as the bridge")

    @_verbose
    def save(self, fname, ftype="stc", *, overwrite=False, verbose=None):
        """Write to two files, ``…-lh.stc`` and ``…-rh.stc``, in single precision.

        Parameters
        ----------
        fname : path-like
            Without the ends.
        ftype : "stc" | "w"
            "w": ``…-lh.w`` and ``…-rh.w``, of a single time.
        overwrite : bool
        """
        _check_kind(ftype)
        stem = str(path_of(fname))
        paths = [output_path(f"{stem}-{hemi}.{ftype}", overwrite) for hemi in ("lh", "rh")]
        for path, vertices, data in zip(paths, self.vertices, (self.lh_data, self.rh_data)):
            _write(self, vertices, data, path, ftype, overwrite)

    def transform(self, func, idx=None, tmin=None, tmax=None, copy=False):
        """Apply a linear function of time.

        Parameters
        ----------
        func : callable
            As in `transform_data`.
        idx : array of int | None
            Positions of vertices. Default None: all.
        tmin, tmax : float | None
            [ms].
        copy : bool
            Whether to return a new estimate and leave this one. Default False.

        Returns
        -------
        stcs : SourceEstimate | list of SourceEstimate
            A list, one for each entry of a third dimension, where results have it; this needs ``copy=True``.
        """
        tmin, tmax = number_or_none("tmin", tmin), number_or_none("tmax", tmax)
        begin, end = _core.meeg.time_range(list(1e3 * self.times), self.sfreq, tmin, tmax, True)
        data = self.transform_data(func, idx, None if tmin is None else begin, None if tmax is None else end)
        chosen = np.arange(len(np.concatenate(self.vertices)))[slice(None) if idx is None else idx]
        vertices = self._engine.picked(chosen).vertices
        start = self.times[0 if tmin is None else begin]
        if data.ndim > 2:
            if not copy:
                raise ValueError("the function made several estimates of one, so copy must be True")
            return [
                SourceEstimate(data[:, :, k], vertices, start, self.tstep, self.subject) for k in range(data.shape[2])
            ]
        made = SourceEstimate(data, vertices, start, self.tstep, self.subject)
        if copy:
            return made
        self._engine = made._engine
        return self


class VectorSourceEstimate(_WithDirections, _OnSurface):
    """What sources on both hemispheres do in time, along x, y and z: data of shape (n_vertices, 3, n_times)."""

    _scalar = SourceEstimate


class _InVolume(BaseSourceEstimate):
    _kind = "volume"
    as_volume = made_by("source_estimate.volumes.as_volume")
    save_as_volume = made_by("source_estimate.volumes.save_as_volume")
    in_label = made_by("source_estimate.volumes.in_label")
    plot_3d = lacking("plot_3d()", "MNE-Python")


class VolSourceEstimate(_InVolume):
    """What sources in a volume do in time. Parameters are those of `SourceEstimate`, with one list of vertices per volume."""

    @_verbose
    def save(self, fname, ftype="stc", *, overwrite=False, verbose=None):
        """Write to a file ``…-vl.stc``, in single precision.

        Parameters
        ----------
        fname : path-like
            "-vl.stc" is added where it does not end in it or in "-vol.stc".
        ftype : "stc" | "w"
            "w": ``…-vl.w``, of a single time.
        overwrite : bool
        """
        _check_kind(ftype)
        if len(self.vertices) != 1:
            raise ValueError("files hold a single volume source space; this estimate has several")
        name = str(path_of(fname))
        if not name.endswith((f"-vl.{ftype}", f"-vol.{ftype}")):
            name += f"-vl.{ftype}"
        _write(self, self.vertices[0], self.data, output_path(name, overwrite), ftype, overwrite)


class VolVectorSourceEstimate(_WithDirections, _InVolume):
    """What sources in a volume do in time, along x, y and z: data of shape (n_vertices, 3, n_times)."""

    _scalar = VolSourceEstimate


class _Mixed(BaseSourceEstimate):
    _kind = "mixed"

    def _part(self, kinds, first, last):
        counts = np.cumsum([0, *map(len, self.vertices)])
        end = len(self.vertices) if last is None else last
        engine = self._engine.picked(np.arange(counts[first], counts[end]))
        engine.vertices = engine.vertices[first:end]
        return kinds[self._vector]._of(engine)

    def surface(self):
        """The estimate of the surfaces alone."""
        return self._part((SourceEstimate, VectorSourceEstimate), 0, 2)

    def volume(self):
        """The estimate of the volumes alone."""
        return self._part((VolSourceEstimate, VolVectorSourceEstimate), 2, None)


def _check_mixed(vertices):
    if not isinstance(vertices, (list, tuple)) or len(vertices) < 2:
        raise ValueError("a mixed estimate takes a list of vertices, of two source spaces at least")


class MixedSourceEstimate(_Mixed):
    """What sources on both hemispheres and in volumes do in time. Parameters are those of `SourceEstimate`."""

    @_verbose
    def __init__(self, data, vertices=None, tmin=None, tstep=None, subject=None, verbose=None):
        _check_mixed(vertices)
        super().__init__(data, vertices, 0.0 if tmin is None else tmin, 1.0 if tstep is None else tstep, subject)


class MixedVectorSourceEstimate(_WithDirections, _Mixed):
    """What sources on both hemispheres and in volumes do in time, along x, y and z."""

    _scalar = MixedSourceEstimate

    @_verbose
    def __init__(self, data, vertices=None, tmin=None, tstep=None, subject=None, verbose=None):
        _check_mixed(vertices)
        super().__init__(data, vertices, tmin, tstep, subject)


def _check_kind(ftype):
    one_of("ftype", ftype, ("stc", "w", "h5"))
    if ftype == "h5":
        raise not_yet('ftype="h5"', 'ftype="stc"')


def _write(stc, vertices, data, path, ftype, overwrite):
    if np.iscomplexobj(data):
        raise ValueError("files of source estimates hold real numbers: save stc.data.real and stc.data.imag by themselves")
    write = _core.meeg.write_stc if ftype == "stc" else _core.meeg.write_w
    write(stc.tmin, stc.tstep, vertices, data, path, overwrite)


classes = {
    ("surface", False): SourceEstimate,
    ("surface", True): VectorSourceEstimate,
    ("volume", False): VolSourceEstimate,
    ("volume", True): VolVectorSourceEstimate,
    ("discrete", False): VolSourceEstimate,
    ("discrete", True): VolVectorSourceEstimate,
    ("mixed", False): MixedSourceEstimate,
    ("mixed", True): MixedVectorSourceEstimate,
}
