"""Noise covariances: what they hold, reading and writing."""

import os
from collections.abc import Mapping
from operator import itemgetter

import numpy as np

from ranvier import _core

from ..checks import fif_name, names_in, one_of, output_path, path_of
from ..lazy import drawn_by, made_by
from ..logs import verbose as _verbose
from ..picks import pick_channels


class Covariance(_core.meeg.Covariance):
    """A noise covariance, with MNE-Python's keys; "method" and "loglik" are there where an estimator said them.

    Parameters
    ----------
    data : array of float, shape (n_channels, n_channels), or (n_channels,) for a diagonal one
    names : list of str
        The channels.
    bads : list of str
    projs : list of Projection
    nfree : int
        Degrees of freedom.
    method : str | None
        Name of the estimator.
    loglik : float | None
        Its score, a log-likelihood.
    """

    @_verbose
    def __init__(
        self, data, names, bads, projs, nfree, eig=None, eigvec=None, method=None, loglik=None, *, verbose=None
    ):
        if np.shape(data)[-1] != len(names):
            raise ValueError(f"data must have one row per name ({len(names)}); got shape {np.shape(data)}")
        super().__init__()
        self.update(data=np.asarray(data, float), names=list(names), bads=list(bads), projs=list(projs),
                    nfree=int(nfree), eig=eig, eigvec=eigvec, method=method, loglik=loglik)  # fmt: skip

    @classmethod
    def _of(cls, engine):
        """The covariance that the engine made; its matrix is taken over."""
        self = cls.__new__(cls)
        _core.meeg.Covariance.__init__(self, engine)
        return self

    data = property(itemgetter("data"), doc="The matrix, or the diagonal of a diagonal one.")
    ch_names = property(itemgetter("names"), doc="Names of the channels.")
    nfree = property(itemgetter("nfree"), doc="Degrees of freedom.")

    def copy(self):
        return Covariance._of(super().copy())

    def __iadd__(self, other):
        """Take another one in, weighted by degrees of freedom; in place."""
        if self["names"] != other["names"] or list(self["projs"]) != list(other["projs"]):
            raise ValueError("covariances to add must have the same channels in one order, and the same projections")
        n = self["nfree"] + other["nfree"]
        self["data"] = (self["data"] * self["nfree"] + other["data"] * other["nfree"]) / n
        self.update(nfree=n, bads=list(dict.fromkeys([*self["bads"], *other["bads"]])))
        return self

    def __add__(self, other):
        return self.copy().__iadd__(other)

    __copy__ = copy

    def __deepcopy__(self, memo):
        return self.copy()

    def as_diag(self):
        """Keep the diagonal, in place."""
        if not self["diag"]:
            self["data"] = np.diag(self["data"])
            self["eig"] = self["eigvec"] = None
        return self

    @_verbose
    def pick_channels(self, ch_names, ordered=True, *, verbose=None):
        """Keep named channels, in place."""
        idx = pick_channels(self["names"], ch_names, ordered=ordered)
        self["data"] = self["data"][idx] if self["diag"] else self["data"][np.ix_(idx, idx)]
        self["names"] = [self["names"][k] for k in idx]
        self["bads"] = [b for b in self["bads"] if b in self["names"]]
        self["eig"] = self["eigvec"] = None
        return self

    def _range(self):
        values = np.asarray(self["data"])
        return f"{values.min():.2g} – {values.max():.2g}" if values.size else "none"

    @_verbose
    def save(self, fname, *, overwrite=False, verbose=None):
        """Write to a FIFF file."""
        write_cov(fname, self, overwrite=overwrite)

    to_mne = made_by("to_mne.covariance_to_mne")
    plot = drawn_by("plot_cov")
    plot_topomap = made_by("viz.artefacts.plot_cov_topomap")

    def __repr__(self):
        kind = "diagonal" if self["diag"] else f"{self['dim']} x {self['dim']}"
        return f"<Covariance | kind : {kind}, range : {self._range()}, n_samples : {self['nfree']}>"


@_verbose
def pick_channels_cov(orig, include=(), exclude="bads", ordered=True, copy=True, *, verbose=None):
    """The noise covariance of some channels.

    Parameters
    ----------
    orig : Covariance
    include : list of str
        Names to keep; empty, the default: all.
    exclude : list of str | "bads"
        Names to leave out; "bads", the default: the bad channels.
    ordered : bool
        Whether to take the order of `include` and refuse names that are missing. Default True.
    copy : bool
        Whether to leave `orig` as it is. Default True.

    Returns
    -------
    cov : Covariance
    """
    out = orig["bads"] if isinstance(exclude, str) and exclude == "bads" else names_in("exclude", exclude)
    names = names_in("include", include)
    kept = [orig["names"][k] for k in pick_channels(orig["names"], names, out, ordered=ordered)]
    return (orig.copy() if copy else orig).pick_channels(kept)


@_verbose
def make_ad_hoc_cov(info, std=None, *, verbose=None):
    """A diagonal noise covariance of MEG and EEG channels, of values that are usual.

    Parameters
    ----------
    info : Info
    std : dict | None
        Standard deviations by type. Default None: dict(grad=5e-13, mag=20e-15, eeg=0.2e-6) [T/m, T, V].

    Returns
    -------
    cov : Covariance
    """
    usual = {"grad": 5e-13, "mag": 20e-15, "eeg": 0.2e-6}
    if not isinstance(std, (Mapping, type(None))):
        raise TypeError(f"std must be a dict of types and standard deviations, or None; got {std!r}")
    for kind, deviation in (std or {}).items():
        one_of("a type in std", kind, tuple(usual))
        if not 0 <= deviation < np.inf:
            raise ValueError(f"std of {kind} must be finite and >= 0; got {deviation!r}")
    deviations = {**usual, **(std or {})}
    types = info.get_channel_types()
    names = [name for name, kind in zip(info.ch_names, types) if kind in usual]
    data = np.array([deviations[kind] ** 2 for kind in types if kind in usual])
    return Covariance(data, names, list(info["bads"]), list(info["projs"]), nfree=0)


def covariance_of(noise_cov):
    """A covariance, or that in a file."""
    if isinstance(noise_cov, Covariance):
        return noise_cov
    if isinstance(noise_cov, (str, os.PathLike)):
        return read_cov(noise_cov)
    raise TypeError(f"noise_cov must be a Covariance or the name of its file; got {type(noise_cov).__name__}")


@_verbose
def read_cov(fname, verbose=None):
    """Read a noise covariance from a FIFF file (``-cov.fif``)."""
    return Covariance._of(_core.meeg.read_covariance_fif(fif_name(path_of(fname), "cov")))


@_verbose
def write_cov(fname, cov, *, overwrite=False, verbose=None):
    """Write a noise covariance to a FIFF file."""
    _core.meeg.write_covariance_fif(cov, fif_name(output_path(fname, overwrite), "cov"), overwrite)


__all__ = ["Covariance", "make_ad_hoc_cov", "pick_channels_cov", "read_cov", "write_cov"]
