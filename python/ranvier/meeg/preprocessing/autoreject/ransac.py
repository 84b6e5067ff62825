"""Channels that others do not predict."""

import numbers

import numpy as np

from ranvier import _core

from ...checks import random_stream
from ...logs import tell
from .thresholds import as_asked, checked


class Ransac:
    """Finds channels that others do not predict, and interpolates them.

    Parameters
    ----------
    n_resample : int
        How many random sets of channels predict all. Default 50.
    min_channels : float
        Share of the channels in a set. Default 0.25.
    min_corr : float
        A channel is bad in an epoch where its correlation with the median of its predictions is below. Default 0.75.
    unbroken_time : float
        A channel is bad where it is so in more than this share of the epochs. Default 0.4.
    n_jobs : int | None
        Threads; None, the default: all processors. The bits do not depend on it.
    random_state : int | RandomState | None
        What sets are drawn from. Default 435656.
    picks : str | list | slice | None
        Channels; None: good ones. EEG can be predicted.
    verbose : bool | None
        Whether to say what is done; None, the default: as the log level says.

    Attributes
    ----------
    bad_chs_ : list of str
    corr_ : array of float, shape (n_epochs, n_channels)
        Correlations; 0 for a channel that is flat.
    bad_log : array of float, shape (n_epochs, n_channels)
        1 where a channel is bad.
    ch_subsets_ : list of list of str

    References
    ----------
    Bigdely-Shamlo et al. 2015, doi:10.3389/fninf.2015.00016
    """

    def __init__(self, n_resample=50, min_channels=0.25, min_corr=0.75, unbroken_time=0.4, n_jobs=None, random_state=435656,
                 picks=None, verbose=None):  # fmt: skip
        self.n_resample = n_resample
        self.min_channels = min_channels
        self.min_corr = min_corr
        self.unbroken_time = unbroken_time
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.picks = picks
        self.verbose = verbose

    @as_asked
    def fit(self, epochs):
        """Find bad channels.

        Parameters
        ----------
        epochs : Epochs
            In memory, with places of all channels.

        Returns
        -------
        self : Ransac
        """
        idx, kinds = checked(epochs, self.picks, self.verbose)
        if len(kinds) > 1:
            raise ValueError(f"channels must be of one type, as others predict them; got {list(kinds)}")
        self.picks = idx
        for name in ("min_channels", "min_corr", "unbroken_time"):
            if isinstance(getattr(self, name), bool) or not isinstance(getattr(self, name), numbers.Real):
                raise TypeError(f"{name} must be a number; got {getattr(self, name)!r}")
        if isinstance(self.n_resample, bool) or not isinstance(self.n_resample, numbers.Integral):
            raise TypeError(f"n_resample must be a whole number; got {self.n_resample!r}")
        if self.n_resample < 1:
            raise ValueError(f"n_resample must be 1 or more; got {self.n_resample}")
        names = [epochs.ch_names[k] for k in idx]
        good = [k for k, name in enumerate(names) if name not in epochs.info["bads"]]
        size = int(np.round(self.min_channels * len(idx)))
        if not 1 <= size <= len(good):
            raise ValueError(f"min_channels={self.min_channels} of {len(idx)} channels are {size}; there must be one or more, "
                             f"and no more than the {len(good)} good ones")  # fmt: skip
        random = random_stream(self.random_state)
        subsets = [
            [good[k] for k in random.choice(len(good), size=size, replace=False)] for _ in range(self.n_resample)
        ]
        self.ch_subsets_ = [[names[k] for k in subset] for subset in subsets]
        self.corr_ = _core.meeg.ransac_correlations(epochs._engine, idx, subsets)
        self.bad_log = (self.corr_ < self.min_corr).astype(float)
        bad = self.bad_log.sum(axis=0) > self.unbroken_time * len(epochs)
        self.bad_chs_ = [name for name, out in zip(names, bad) if out]
        tell(f"RANSAC: bad channels: {self.bad_chs_}")
        return self

    @as_asked
    def transform(self, epochs):
        """Interpolate what `fit` found, in a copy. Other channels that are bad stay so.

        Parameters
        ----------
        epochs : Epochs

        Returns
        -------
        epochs : Epochs
        """
        if not hasattr(self, "bad_chs_"):
            raise ValueError("fit() before transform()")
        epochs = epochs.copy()
        if self.bad_chs_:
            others = [name for name in epochs.info["bads"] if name not in self.bad_chs_]
            epochs.info["bads"] = [*others, *self.bad_chs_]
            epochs.interpolate_bads(exclude=others)
            epochs.info["bads"] = others
        return epochs

    def fit_transform(self, epochs):
        """Find bad channels and interpolate them, in a copy.

        Parameters
        ----------
        epochs : Epochs
        """
        return self.fit(epochs).transform(epochs)
