"""Several channels as one."""

from collections.abc import Mapping

import numpy as np

from ranvier.errors import warn

from ..checks import flag, rule_of
from ..info import create_info
from ..logs import verbose as _verbose
from ..picks import pick_types, picks_to_idx

_methods = {"mean": np.mean, "median": np.median, "std": np.std}


@_verbose
def combine_channels(inst, groups, method="mean", keep_stim=False, drop_bad=False, *, on_missing="raise", verbose=None):
    """An object with a channel for each group of channels.

    Parameters
    ----------
    inst : Raw | Epochs | Evoked
    groups : dict
        Names of the new channels, and the channels that each is made of: names or numbers, all of one type.
    method : "mean" | "median" | "std" | callable
        How they become one; a function gets samples of shape (n_channels, n_times), of Epochs (n_epochs, n_channels,
        n_times), and returns those without the axis of the channels. Default "mean".
    keep_stim : bool
        Whether trigger channels stay, as they are. Default False.
    drop_bad : bool
        Whether bad channels are left out of the groups. Default False.
    on_missing : "raise" | "warn" | "ignore"
        Of Epochs: what to do where there are none of a name in `event_id`. Default "raise".

    Returns
    -------
    combined : Raw | Epochs | Evoked
        In memory, with the times, events, metadata, baseline and annotations of `inst`, of Evoked also the comment and
        number of averages. What "median", "std" and functions give is kept as it is; MNE-Python subtracts the baseline of
        Epochs and Evoked from it once more.
    """
    keep_stim, drop_bad = flag("keep_stim", keep_stim), flag("drop_bad", drop_bad)
    if not isinstance(groups, Mapping) or not groups:
        raise TypeError(f"groups must be a dict of names of new channels and lists of channels; got {groups!r}")
    if not hasattr(inst, "get_channel_types"):
        raise TypeError(f"inst must be Raw, Epochs or Evoked; got {type(inst).__name__}")
    on_missing = rule_of("on_missing", on_missing)
    if not callable(method) and method not in _methods:
        raise ValueError(f"method must be a function or one of {', '.join(_methods)}; got {method!r}")
    combine = method if callable(method) else lambda data: _methods[method](data, axis=-2)
    data, n = inst.get_data(), len(inst.ch_names)
    every, bads = inst.get_channel_types(), set(inst.info["bads"])
    names, types, rows = [], [], []
    for name, members in groups.items():
        outside = [k for k in np.atleast_1d(members).tolist() if isinstance(k, int) and not -n <= k < n]
        if outside:
            raise ValueError(f"channels of {name!r} must be numbers from 0 to {n - 1}; got {outside[0]}")
        idx = list(dict.fromkeys(picks_to_idx(inst.info, members, exclude=()).tolist()))
        kinds = {every[k] for k in idx}
        if len(kinds) > 1:
            raise ValueError(
                f"channels to combine must be of one type; those of {name!r} are {', '.join(sorted(kinds))}"
            )
        if drop_bad:
            idx = [k for k in idx if inst.ch_names[k] not in bads]
        if len(idx) < 2:
            warn(f"{name!r} is made of {len(idx)} channels")
        names.append(name)
        types.append(kinds.pop())
        rows.append(np.expand_dims(combine(data[..., idx, :]), -2))
    if keep_stim:
        stim = pick_types(inst.info, meg=False, stim=True, exclude=())
        if not len(stim):
            warn("there are no trigger channels to keep")
        names += [inst.ch_names[k] for k in stim]
        types += ["stim"] * len(stim)
        rows.append(data[..., stim, :])
    return _of_rows(inst, create_info(names, inst.info["sfreq"], types), np.concatenate(rows, axis=-2), on_missing)


def _of_rows(inst, info, data, on_missing):
    """An object like `inst`, with other channels."""
    from ..epochs.making import EpochsArray
    from ..evoked import Evoked, EvokedArray
    from ..io.making import RawArray

    for key in ("highpass", "lowpass", "meas_date"):
        with info._unlock():
            info[key] = inst.info[key]
    if hasattr(inst._engine, "first_samp"):
        raw = RawArray(data, info, first_samp=inst.first_samp)
        annotations = inst.annotations.copy()
        annotations.ch_names = [()] * len(annotations)
        annotations.onset -= 0 if annotations.orig_time else inst.first_time
        return raw.set_annotations(annotations)
    if isinstance(inst, Evoked):
        evoked = EvokedArray(data, info, inst.tmin, inst.comment, inst.nave, inst.kind)
        evoked.baseline = inst.baseline
        return evoked
    epochs = EpochsArray(
        data, info, inst.events, inst.tmin, inst.event_id, on_missing=on_missing, metadata=inst.metadata
    )
    epochs._engine.set_baseline(inst.baseline)
    return epochs
