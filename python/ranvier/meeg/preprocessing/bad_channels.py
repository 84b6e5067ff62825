"""Bad channels: found, made the same in all recordings, and electrodes that gel joins."""

import numbers

import numpy as np

from ranvier import _core
from ranvier.errors import warn

from ...settings import described, given
from ..checks import as_raw
from ..epochs.base import BaseEpochs
from ..logs import tell
from ..logs import verbose as _verbose
from ..picks import pick_types, picks_to_idx


@_verbose
@described("find_bad_channels_lof")
def find_bad_channels_lof(raw, n_neighbors=..., *, picks=None, metric=..., threshold=..., return_scores=False,
                          verbose=None):  # fmt: skip
    """Find channels whose samples lie far from those of all others, by their local outlier factor.

    Parameters
    ----------
    raw : Raw
    picks : str | list | slice | None
        Channels, of one type; None: good data channels.
    {settings}
    return_scores : bool
        Whether to return the factors too. Default False.

    Returns
    -------
    noisy_chs : list of str
    scores : array of float, shape (n_picks,)
        With `return_scores`: the factors less their sign, as scikit-learn has them.

    References
    ----------
    Breunig et al. 2000, doi:10.1145/342009.335388; Kumaravel et al. 2022, doi:10.3390/s22197314
    """
    idx = picks_to_idx(as_raw(raw).info, picks, "data")
    settings = given("find_bad_channels_lof", locals(), picks=idx)
    names, factors = _core.meeg.find_bad_channels_lof(raw._engine, settings)
    if n_neighbors > len(idx) - 1:
        warn(f"n_neighbors={n_neighbors}, but a channel has {len(idx) - 1} neighbours, which are taken")
    tell(f"LOF: bad channels: {names}")
    return (names, -factors) if return_scores else names


def equalize_bads(insts, interp_thresh=1.0, copy=True):
    """Give recordings one list of bad channels, so that they can be put together.

    Parameters
    ----------
    insts : list of Raw | list of Epochs | list of Evoked
    interp_thresh : float
        A channel that is good for this share of the time, or longer, is interpolated where it is bad; another is called
        bad everywhere. Default 1.0: none is interpolated; 0: all are.
    copy : bool
        Whether copies are changed. Default True.

    Returns
    -------
    insts_bads : list
        The recordings.
    """
    if not 0 <= interp_thresh <= 1:
        raise ValueError(f"interp_thresh must be in [0, 1]; got {interp_thresh}")
    insts = list(insts)
    if not insts:
        raise ValueError("insts must hold a recording or more")
    bads = list(dict.fromkeys(name for inst in insts for name in inst.info["bads"]))
    lengths = np.array([len(inst.times) * (len(inst) if isinstance(inst, BaseEpochs) else 1) for inst in insts], float)
    good = {name: sum(n for n, inst in zip(lengths, insts) if name not in inst.info["bads"]) / lengths.sum()
            for name in bads}  # fmt: skip
    kept = [name for name in bads if good[name] < interp_thresh]
    insts = [inst.copy() for inst in insts] if copy else insts
    for inst in insts:
        if set(inst.info["bads"]) - set(kept):
            inst.interpolate_bads(exclude=kept)
        inst.info["bads"] = [name for name in kept if name in inst.ch_names]
    return insts


@_verbose
@described("compute_bridged_electrodes")
def compute_bridged_electrodes(inst, lm_cutoff=..., epoch_threshold=..., l_freq=..., h_freq=..., epoch_duration=...,
                               bw_method=None, verbose=None):  # fmt: skip
    """Find EEG electrodes that gel joins: whose difference hardly varies.

    Parameters
    ----------
    inst : Raw | Epochs | Evoked
        In memory.
    {settings}

    Returns
    -------
    bridged_idx : list of tuple of int
        Pairs of numbers of channels.
    ed_matrix : array of float, shape (n_epochs, n_channels, n_channels)
        Electrical distances [µV²], the variances of differences, of the good EEG channels above the diagonal; NaN
        elsewhere.

    References
    ----------
    Tenke & Kayser 2001, doi:10.1016/S1388-2457(00)00553-8; Greischar et al. 2004, doi:10.1016/j.clinph.2003.10.005
    """
    inst._need_samples("compute_bridged_electrodes()")
    if not len(pick_types(inst.info, eeg=True)):
        raise RuntimeError("electrodes are bridged in pairs; there are no good EEG channels")
    return _core.meeg.compute_bridged_electrodes(inst._engine, given("compute_bridged_electrodes", locals()))


def interpolate_bridged_electrodes(inst, bridged_idx, bad_limit=4):
    """Replace electrodes that are bridged by interpolation, in place.

    What they measured is not lost: the mean of each group stands at its centre as one more electrode from which is
    interpolated.

    Parameters
    ----------
    inst : Raw | Epochs | Evoked
        In memory.
    bridged_idx : list of tuple of int
        Pairs of numbers of channels.
    bad_limit : int
        How many electrodes may be bridged together; more are an error. Default 4.

    Returns
    -------
    inst : Raw | Epochs | Evoked
        This object.
    """
    inst._need_samples("interpolate_bridged_electrodes()")
    n = len(inst.ch_names)
    try:
        pairs = [(a, b) for a, b in bridged_idx]
    except (TypeError, ValueError):
        pairs = None
    if pairs is None or not all(isinstance(k, numbers.Integral) and 0 <= k < n for pair in pairs for k in pair):
        raise ValueError(f"bridged_idx must be pairs of numbers of channels, 0 to {n - 1}; got {bridged_idx!r}")
    pairs = [(int(a), int(b)) for a, b in pairs]
    if isinstance(bad_limit, bool) or bad_limit < 1:
        raise ValueError(f"bad_limit must be > 0; got {bad_limit}")
    for group in _core.meeg.bridged_groups(pairs):
        if len(group) > bad_limit:
            raise RuntimeError(f"the channels {[inst.ch_names[k] for k in group]} are bridged together, more than "
                               f"bad_limit={bad_limit}: what is interpolated over such an area may be far off. Raise "
                               "bad_limit, or mark them as bad")  # fmt: skip
    _core.meeg.interpolate_bridged_electrodes(inst._engine, pairs, bad_limit)
    return inst
