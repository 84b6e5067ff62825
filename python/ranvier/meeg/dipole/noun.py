"""A current dipole at several times."""

import numpy as np

from ranvier import _core

from ..checks import lacking, number_or_none, output_path, path_of
from ..face import floats
from ..logs import verbose as _verbose

_bridge = "MNE-Python, with save() and read_dipole() as the bridge"


def _each_time(name, values, coordinates=None):
    """A number, or so many, for each time."""
    values = floats(values)
    if values.ndim != (1 if coordinates is None else 2):
        shape = "(n_times,)" if coordinates is None else f"(n_times, {coordinates})"
        raise ValueError(f"{name} must have shape {shape}; got {values.shape}")
    return values


class Dipole:
    """A current dipole at several times, where it may lie and point elsewhere.

    Parameters
    ----------
    times : array of float, shape (n_times,)
        [s].
    pos : array of float, shape (n_times, 3)
        Places in the head's frame [m].
    amplitude : array of float, shape (n_times,)
        [A m].
    ori : array of float, shape (n_times, 3)
        Unit vectors.
    gof : array of float, shape (n_times,)
        Goodness of fit [%].
    name : str | None
    conf : dict of array | None
        Limits of confidence: "vol" [m³], "depth", "long", "trans" [m], "qlong", "qtrans" [A m].
    khi2 : array of float, shape (n_times,) | None
        χ² of the fits.
    nfree : array of float, shape (n_times,) | None
        Numbers of degrees of freedom of the fits.
    """

    plot_locations = lacking("Dipole.plot_locations()", _bridge)
    plot_amplitudes = lacking("Dipole.plot_amplitudes()", "dip.amplitude and matplotlib")
    to_mni = lacking("Dipole.to_mni()", _bridge)
    to_mri = lacking("Dipole.to_mri()", _bridge)
    to_volume_labels = lacking("Dipole.to_volume_labels()", _bridge)

    @_verbose
    def __init__(self, times, pos, amplitude, ori, gof, name=None, conf=None, khi2=None, nfree=None, *, verbose=None):
        if name is not None and not isinstance(name, str):
            raise TypeError(f"name must be a str or None; got {name!r}")
        conf = {key: _each_time(f"conf[{key!r}]", values) for key, values in (conf or {}).items()}
        khi2 = None if khi2 is None else _each_time("khi2", khi2)
        nfree = None if nfree is None else _each_time("nfree", nfree)
        self._engine = _core.meeg.Dipole(
            _each_time("times", times), _each_time("pos", pos, 3), _each_time("amplitude", amplitude),
            _each_time("ori", ori, 3), _each_time("gof", gof), name, conf, khi2, nfree)  # fmt: skip

    @classmethod
    def _of(cls, engine):
        """The dipole that the engine made."""
        self = cls.__new__(cls)
        self._engine = engine
        return self

    times = property(lambda self: self._engine.times, doc="[s]")
    pos = property(lambda self: self._engine.pos, doc="Places in the head's frame [m].")
    amplitude = property(lambda self: self._engine.amplitude, doc="[A m]")
    ori = property(lambda self: self._engine.ori, doc="Unit vectors.")
    gof = property(lambda self: self._engine.gof, doc="Goodness of fit [%].")
    conf = property(lambda self: self._engine.conf, doc="Limits of confidence, by name.")
    khi2 = property(lambda self: self._engine.khi2, doc="χ² of the fits.")
    nfree = property(lambda self: self._engine.nfree, doc="Numbers of degrees of freedom of the fits.")

    @property
    def name(self):
        """The dipole's name."""
        return self._engine.name

    @name.setter
    def name(self, name):
        if not isinstance(name, str):
            raise TypeError(f"name must be a str; got {name!r}")
        self._engine.name = name

    def __repr__(self):
        return f"<Dipole | n_times : {len(self)}, tmin : {self.times.min():0.3f}, tmax : {self.times.max():0.3f}>"

    def __len__(self):
        return len(self.times)

    def copy(self):
        """A copy that shares nothing."""
        return Dipole._of(self._engine.copy())

    def __getitem__(self, item):
        """The dipole at some of its times."""
        item = [item] if isinstance(item, (int, np.integer)) else item
        khi2, nfree = (None if values is None else values[item] for values in (self.khi2, self.nfree))
        conf = {key: values[item] for key, values in self.conf.items()}
        return Dipole(self.times[item], self.pos[item], self.amplitude[item], self.ori[item], self.gof[item], self.name,
                      conf, khi2, nfree)  # fmt: skip

    @_verbose
    def crop(self, tmin=None, tmax=None, include_tmax=True, verbose=None):
        """Keep the times from `tmin` to `tmax` [s], both included unless `include_tmax` is False; in place."""
        sfreq = 1.0 / np.median(np.diff(self.times)) if len(self) > 1 else 1.0
        tmin, tmax = number_or_none("tmin", tmin), number_or_none("tmax", tmax)
        begin, end = _core.meeg.time_range(list(self.times), sfreq, tmin, tmax, bool(include_tmax))
        self._engine = self[begin:end]._engine
        return self

    @_verbose
    def save(self, fname, overwrite=False, *, verbose=None):
        """Write to a text file (``.dip``), or to one of Xfit's binary files (``.bdip``).

        Parameters
        ----------
        fname : path-like
        overwrite : bool
        """
        _core.meeg.write_dipole(self._engine, output_path(fname, overwrite), overwrite)


@_verbose
def read_dipole(fname, verbose=None):
    """Read a dipole from a text file (``.dip``), one of Xfit's binary files (``.bdip``), or a FIFF file (``-dip.fif``).

    Parameters
    ----------
    fname : path-like

    Returns
    -------
    dipole : Dipole | DipoleFixed
        The latter of FIFF files.
    """
    path = path_of(fname)
    if path.suffix == ".fif" or path.name.endswith(".fif.gz"):
        from .fixed import read_fixed

        return read_fixed(path)
    return Dipole._of(_core.meeg.read_dipole(path))
