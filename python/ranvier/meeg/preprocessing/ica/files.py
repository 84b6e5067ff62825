"""Independent components in files, and those of MNE-Python."""

import numpy as np

from ranvier import _core

from ...checks import fif_name, one_of, output_path, path_of
from ...info import Info
from ...logs import verbose as _verbose
from .decomposition import ICA


def _plain(value):
    """What a file can hold of a setting: of a function its name."""
    return getattr(value, "__name__", "function") if callable(value) else value


@_verbose
def save_ica(ica, fname, *, overwrite=False, verbose=None):
    """Write to a FIFF file (``-ica.fif``), which MNE-Python reads too.

    Parameters
    ----------
    fname : str | Path
    overwrite : bool
        Whether to replace a file. Default False.

    Returns
    -------
    ica : ICA
        This object.
    """
    engine = ica._engine
    params = {name: _plain(value) for name, value in ica.fit_params.items()}
    engine.asked = ica._asked() | {"fit_params": params}
    engine.method = str(ica.method)
    engine.n_samples = None if ica.n_samples_ is None else int(ica.n_samples_)
    engine.n_iter = None if ica.n_iter_ is None else int(ica.n_iter_)
    engine.labels = [(str(name), [int(k) for k in those]) for name, those in ica.labels_.items()]
    engine.reject = ica.reject_
    _core.meeg.write_ica_fif(engine, fif_name(output_path(fname, overwrite), "ica"), overwrite)
    return ica


def _ica_of(engine):
    ica = ICA()._take(engine)
    asked = engine.asked_as_read
    ica.n_components, ica.allow_ref_meg = asked["n_components"], asked["allow_ref_meg"]
    ica.method, ica.fit_params = engine.method, asked["fit_params"] or {}
    ica.max_iter = ica.fit_params.get("max_iter", ica.max_iter)
    ica.n_pca_components = engine.n_pca_components
    ica.info = None if engine.info is None else Info(engine.info)
    ica.exclude, ica.labels_ = list(engine.exclude), {name: list(those) for name, those in engine.labels}
    ica.noise_cov = "Covariance" if ica.pre_whitener_.shape[1] > 1 else None
    return ica


@_verbose
def read_ica(fname, verbose=None):
    """Read independent components from a FIFF file (``-ica.fif``), one of MNE-Python too.

    Parameters
    ----------
    fname : str | Path

    Returns
    -------
    ica : ICA
        `noise_cov` is the text "Covariance" where one whitened: its whitener is kept, not itself.
    """
    return _ica_of(_core.meeg.read_ica_fif(fif_name(path_of(fname), "ica")))


@_verbose
def read_ica_eeglab(fname, *, montage_units="auto", verbose=None):
    """Read the independent components that an EEGLAB file holds.

    Parameters
    ----------
    fname : str | Path
        The ``.set`` file.
    montage_units : str
        Unit of places, as of :func:`ranvier.meeg.io.read_raw_eeglab`. Default "auto".

    Returns
    -------
    ica : ICA
    """
    one_of("montage_units", montage_units, ("m", "dm", "cm", "mm", "auto"))
    return _ica_of(_core.meeg.read_ica_eeglab(path_of(fname), montage_units))


_attributes = ("current_fit", "ch_names", "n_pca_components", "n_components_", "n_samples_", "n_iter_", "pre_whitener_",
               "pca_mean_", "pca_components_", "pca_explained_variance_", "unmixing_matrix_", "mixing_matrix_", "reject_",
               "drop_inds_", "exclude", "labels_", "max_iter", "fit_params", "method", "rng", "random_state",
               "allow_ref_meg", "n_components")  # fmt: skip


def _copied(source, target):
    for name in _attributes:
        if hasattr(source, name):
            value = getattr(source, name)
            if isinstance(value, (np.ndarray, list, dict)):
                value = value.copy()
            setattr(target, name, value)
    return target


def ica_to_mne(ica):
    """The same as an `mne.preprocessing.ICA`. Needs MNE-Python."""
    import mne

    from ...to_mne import _info_to_mne, covariance_to_mne

    out = _copied(ica, mne.preprocessing.ICA())
    out.info = None if ica.info is None else _info_to_mne(ica.info)
    cov = ica.noise_cov
    out.noise_cov = cov if cov is None or isinstance(cov, str) else covariance_to_mne(cov)
    if ica.current_fit != "unfitted":
        out._update_ica_names()
    return out


def ica_from_mne(inst, info_from_mne, covariance_from_mne):
    """Ours of an `mne.preprocessing.ICA`."""
    out = _copied(inst, ICA())
    out.info = None if inst.info is None else info_from_mne(inst.info)
    cov = inst.noise_cov
    out.noise_cov = cov if cov is None or isinstance(cov, str) else covariance_from_mne(cov)
    return out
