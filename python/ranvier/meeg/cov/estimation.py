"""Noise covariances estimated from epochs, averages and recordings."""

import numpy as np

from ranvier import _core
from ranvier.errors import warn

from ...settings import described, given
from ..epochs.base import BaseEpochs
from ..evoked import Evoked
from ..logs import tell
from ..logs import verbose as _verbose
from ..picks import picks_to_idx
from .covariance import Covariance


@_verbose
@described("compute_covariance")
def compute_covariance(inst=None, keep_sample_mean=..., tmin=None, tmax=None, projs=None, *, epochs=None,
                       on_few_samples=..., method="empirical", method_params=None, cv=3, scalings=None, n_jobs=None,
                       return_estimators=False, on_mismatch=..., rank=None, verbose=None):  # fmt: skip
    """Estimate a noise covariance from epochs or from an average.

    Parameters
    ----------
    inst : Epochs | Evoked | list of Epochs
        Epochs of several names count name by name. The times of an average are the samples.
    projs : list of Projection | None
        What the covariance carries; None: the projections of the epochs, which must be the same.
    epochs : Epochs | Evoked | list of Epochs | None
        The former name of `inst`.
    method : str | list of str | None
        One or several of 'empirical', 'diagonal_fixed', 'shrunk', 'oas', 'ledoit_wolf', 'shrinkage', 'pca' and
        'factor_analysis'; or 'auto': 'shrunk', 'diagonal_fixed', 'empirical' and, with rank='full', 'factor_analysis'.
        Of several the one that is likeliest on samples left out is taken. None: 'empirical', the default.
    cv : int | object with a method split(X)
        Number of parts, neighbours in time, that are left out in turn; or a splitter of scikit-learn. Default 3.
    return_estimators : bool
        Whether to return a covariance for each of several methods. Default False.
    n_jobs : int | None
        Threads; None, the default: all processors. The bits do not depend on it.
    {settings}

    Returns
    -------
    cov : Covariance | list of Covariance
        With `method` and, of several, `loglik`, the mean log-likelihood of samples left out; a list has the likeliest
        first.
    """
    if epochs is not None:
        if inst is not None:
            raise ValueError("inst and epochs are one argument; give inst alone")
        warn("epochs= is the former name of inst=, which MNE-Python is about to drop; use inst=", FutureWarning)
        inst = epochs
    options, splits = _options(given("compute_covariance", locals()))
    if isinstance(inst, Evoked):
        found = _core.meeg.covariances_of_evoked(inst._engine, options, splits)
    else:
        parts = list(inst) if isinstance(inst, (list, tuple)) else [inst]
        if not parts or not all(isinstance(part, BaseEpochs) for part in parts):
            raise TypeError(f"inst must be Epochs, an Evoked or a list of Epochs; got {inst!r}")
        if projs is None:
            for part in parts[1:]:
                if part.proj != parts[0].proj or list(part.info["projs"]) != list(parts[0].info["projs"]):
                    raise ValueError(
                        "epochs of a covariance must have the same projections; pass projs= to choose them"
                    )
        for part in parts:
            part._need_real("compute_covariance()")
        found = _core.meeg.covariances_of_epochs([part._engine for part in parts], options, splits)
    covs = [Covariance._of(engine) for engine in found]
    for cov in covs if projs is not None else ():
        cov["projs"] = list(projs)
    return _best(covs, return_estimators)


@_verbose
@described("compute_raw_covariance")
def compute_raw_covariance(raw, tmin=0, tmax=None, tstep=..., reject=None, flat=None, picks=None, *, on_few_samples=...,
                           method="empirical", method_params=None, cv=3, scalings=None, n_jobs=None,
                           return_estimators=False, reject_by_annotation=..., rank=None, verbose=None):  # fmt: skip
    """Estimate a noise covariance from a recording, of an empty room or of rest.

    The mean over all of it is subtracted from each channel. Method 'empirical' reads piece after piece.

    Parameters
    ----------
    raw : Raw
    picks : str | list | slice | None
        Channels; None, the default: good data channels, where `reject` and `flat` look at all.
    method : str | list of str | None
        As for :func:`compute_covariance`.
    cv : int | object with a method split(X)
        Number of parts, neighbours in time, that are left out in turn; or a splitter of scikit-learn. Default 3.
    return_estimators : bool
        Whether to return a covariance for each of several methods. Default False.
    n_jobs : int | None
        Threads; None, the default: all processors. The bits do not depend on it.
    {settings}

    Returns
    -------
    cov : Covariance | list of Covariance
    """
    idx = [] if picks is None else picks_to_idx(raw.info, picks)
    options, splits = _options(given("compute_raw_covariance", locals(), picks=idx))
    covs = [Covariance._of(engine) for engine in _core.meeg.covariances_of_raw(raw._engine, options, splits)]
    return _best(covs, return_estimators)


def _options(options):
    """The engine's settings, and the function that splits samples where `cv` is an object that does."""
    cv, method = options["cv"], options["method"]
    if not isinstance(method, str) and method is not None:
        options["method"] = list(method)
    if not hasattr(cv, "split"):
        return options, None
    del options["cv"]
    return options, lambda n: [(np.asarray(train, np.int64), np.asarray(test, np.int64))
                               for train, test in cv.split(np.zeros((n, 1)))]  # fmt: skip


def _best(covs, return_estimators):
    if len(covs) > 1:
        tell("log-likelihood on samples left out: " + ", ".join(f"{c['method']} {c['loglik']:.3f}" for c in covs))
    return covs if return_estimators and len(covs) > 1 else covs[0]
