"""Inverse operators: what they hold, how they are made, reading and writing."""

import numpy as np

from ranvier import _core

from ..checks import as_info, fif_name, flag, output_path, path_of
from ..cov.covariance import Covariance, covariance_of
from ..cov.whitening import _rank
from ..face import KeyedFace
from ..forward.priors import BY_BEST_CHANNELS, depth_rule, loose_by_space
from ..forward.solution import as_forward, info_of
from ..logs import verbose as _verbose
from ..picks import pick_types
from ..source_space.spaces import SourceSpaces

_units = {0: None, 1: "Am", 2: "Am/m^2", 3: "Am/m^3"}


def _prior(values, kind):
    """A covariance of sources as a dict; its numbers are the engine's."""
    if values is None:
        return None
    return dict(data=values, kind=kind, diag=True, dim=len(values), names=[], projs=[], eig=None, eigvec=None, nfree=1,
                bads=[])  # fmt: skip


def _matrix(data, columns=()):
    return dict(data=data, nrow=data.shape[0], ncol=data.shape[1], row_names=[], col_names=list(columns))


def _prepared(name):
    """Empty until the operator is prepared, as in files."""

    def read(self):
        value = getattr(self._engine, name)
        return [] if value is None else value

    return read


# What is under each key; those without a second function follow from the others.
_keys = {
    "projs": (lambda self: self._engine.projs, lambda self, value: setattr(self._engine, "projs", value)),
    "eigen_leads_weighted": (lambda self: self._engine.leads_weighted, None),
    "source_ori": (lambda self: self._engine.source_ori, None),
    "mri_head_t": (lambda self: self._engine.mri_head_t, None),
    "nsource": (lambda self: self._engine.nsource, None),
    "nchan": (lambda self: len(self._engine.names), None),
    "units": (lambda self: _units[self._engine.units], None),
    "coord_frame": (lambda self: self._engine.coord_frame, None),
    "source_nn": (lambda self: self._engine.source_nn, None),
    "src": (lambda self: SourceSpaces(self._engine.spaces), None),
    "fmri_prior": (lambda self: _prior(self._engine.fmri_prior, 3), None),
    "info": (lambda self: self._info(), None),
    "eigen_fields": (lambda self: _matrix(self._engine.fields, self._engine.names), None),
    "eigen_leads": (lambda self: _matrix(self._engine.leads), None),
    "sing": (lambda self: self._engine.sing, None),
    "nave": (lambda self: self._engine.nave, lambda self, value: setattr(self._engine, "nave", float(value))),
    "depth_prior": (lambda self: _prior(self._engine.depth_prior, 5), None),
    "source_cov": (lambda self: _prior(self._engine.source_cov, 2), None),
    "noise_cov": (lambda self: self._noise(), lambda self, value: self._set_noise(value)),
    "orient_prior": (lambda self: _prior(self._engine.orient_prior, 6), None),
    "methods": (lambda self: self._engine.methods, None),
    "proj": (_prepared("proj"), None),
    "whitener": (_prepared("whitener"), None),
    "reginv": (_prepared("reginv"), None),
    "noisenorm": (_prepared("noisenorm"), None),
    "colorer": (_prepared("colorer"), None),
}


class InverseOperator(KeyedFace):
    """An inverse operator, with MNE-Python's keys: "sing", "eigen_leads", "eigen_fields", "noise_cov", "src" …

    Made by `make_inverse_operator` and `read_inverse_operator`. "proj", "whitener", "reginv", "noisenorm" are empty, and
    "colorer" is not there, until it is prepared.

    Attributes
    ----------
    ch_names : list of str
    info : Info
    """

    _keys = _keys

    def __init__(self, engine):
        if not isinstance(engine, _core.meeg.InverseOperator):
            raise TypeError("an InverseOperator is made by make_inverse_operator() or read_inverse_operator()")
        self._engine, self._noise_cov = engine, None

    def _info(self):
        return info_of(self._engine)

    def _noise(self):
        """The covariance may be written to: it goes back to the engine before that is used."""
        if self._noise_cov is None:
            self._noise_cov = Covariance._of(self._engine.noise_cov)
        return self._noise_cov

    def _set_noise(self, value):
        self._noise_cov = covariance_of(value)

    @property
    def _current(self):
        """The engine's operator, with all that was set here."""
        if self._noise_cov is not None:
            self._engine.noise_cov = self._noise_cov
        return self._engine

    def _has(self, key):
        return key != "colorer" or self._engine.is_prepared

    def copy(self):
        """A copy that shares nothing."""
        return InverseOperator(self._current.copy())

    def __repr__(self):
        info, engine = self["info"], self._engine
        n_meg, n_eeg = len(pick_types(info, meg=True, eeg=False)), len(pick_types(info, meg=False, eeg=True))
        orientation = {0: "Unknown", 1: "Fixed", 2: "Free"}[engine.source_ori]
        prior = engine.orient_prior
        if orientation == "Free" and prior is not None and not np.allclose(prior, 1.0):
            orientation = f"Loose ({np.min(prior)})"
        return (f"<InverseOperator | MEG channels: {n_meg} | EEG channels: {n_eeg} | Source space: "
                f"{self['src'].kind} with {engine.nsource} sources | Source orientation: {orientation}>")  # fmt: skip


def as_inverse(inverse_operator):
    """`inverse_operator`, which must be one."""
    if not isinstance(inverse_operator, InverseOperator):
        raise TypeError("inverse_operator must be an InverseOperator, as make_inverse_operator() and "
                        f"read_inverse_operator() make it; got {type(inverse_operator).__name__}")  # fmt: skip
    return inverse_operator


@_verbose
def make_inverse_operator(info, forward, noise_cov, loose="auto", depth=0.8, fixed="auto", rank=None, use_cps=True,
                          verbose=None):  # fmt: skip
    """Make an inverse operator of a forward solution and a noise covariance.

    Parameters
    ----------
    info : Info
        The channels; those in ``info["bads"]`` and ``noise_cov["bads"]`` are left out.
    forward : Forward
    noise_cov : Covariance
    loose : float | "auto" | dict
        Variance of currents across the surface, as a share of that along the normal: 0 fixed, 1 free; for each kind of
        source space in a dict. "auto": 0.2 for surfaces, 1 for others, 0 with ``fixed=True``.
    depth : float | dict | None
        Exponent by which deep sources are favoured; None and 0: not at all. In a dict "exp", "limit", "limit_depth_chs",
        "combine_xyz", "allow_fixed_depth".
    fixed : bool | "auto"
        Whether orientations are fixed to the normals; "auto": as `loose` says.
    rank : None | "info" | "full" | dict
        How the rank of the noise is found, as for `compute_rank`.
    use_cps : bool
        Whether normals are means over the patch of each source, where patches are known.

    Returns
    -------
    inv : InverseOperator
    """
    forward = as_forward(forward)
    engine = _core.meeg.make_inverse_operator(
        as_info(info)._engine, forward._engine, covariance_of(noise_cov), loose_by_space(forward["src"], loose, fixed),
        depth_rule(depth, BY_BEST_CHANNELS), flag("use_cps", use_cps), dict(rank=_rank(rank)))  # fmt: skip
    return InverseOperator(engine)


@_verbose
def read_inverse_operator(fname, *, verbose=None):
    """Read an inverse operator from a FIFF file (``-inv.fif``, ``-inv.fif.gz``).

    Parameters
    ----------
    fname : path-like

    Returns
    -------
    inv : InverseOperator
    """
    return InverseOperator(_core.meeg.read_inverse_operator_fif(fif_name(path_of(fname), "inv")))


@_verbose
def write_inverse_operator(fname, inv, *, overwrite=False, verbose=None):
    """Write an inverse operator to a FIFF file (``-inv.fif``), in single precision.

    Parameters
    ----------
    fname : path-like
    inv : InverseOperator
        Not prepared for eLORETA, whose weights files can't hold.
    overwrite : bool
    """
    path = fif_name(output_path(fname, overwrite), "inv")
    _core.meeg.write_inverse_operator_fif(as_inverse(inv)._current, path, overwrite)


def compute_rank_inverse(inv):
    """The number of whitened components that noise has."""
    return as_inverse(inv)._current.rank
