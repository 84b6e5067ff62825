"""Which channels are meant: names, types, numbers, slices."""

from collections.abc import Iterable, Mapping

import numpy as np

from ranvier import _core

from .checks import names_in
from .logs import verbose as _verbose

_all_types = tuple(_core.meeg.displays())
fnirs_types = tuple(kind for kind in _all_types if kind in ("hbo", "hbr") or kind.startswith("fnirs_"))
_eyetrack = ("eyegaze", "pupil")
_groups = {"meg": ("mag", "grad"), "fnirs": fnirs_types, "eyetrack": _eyetrack}


def channel_type(info, idx):
    """Type of channel number `idx`, as "eeg"."""
    if not isinstance(idx, (int, np.integer)):
        raise TypeError(f"idx must be the number of a channel; got {idx!r}")
    return info["chs"][idx].type


def _types(info):
    return info._engine.types


def excluded(info, exclude):
    """The names that `exclude` means: "bads", or a list of them."""
    if exclude is None:
        return set()
    if isinstance(exclude, str):
        if exclude != "bads":
            raise ValueError(f'exclude must be a list of names or "bads"; got {exclude!r}')
        return set(info["bads"])
    return set(names_in("exclude", exclude))


def pick_types(info, meg=False, eeg=False, stim=False, eog=False, ecg=False, emg=False, ref_meg="auto", *, misc=False,
               resp=False, chpi=False, exci=False, ias=False, syst=False, seeg=False, dipole=False, gof=False,
               bio=False, ecog=False, fnirs=False, csd=False, dbs=False, temperature=False, gsr=False, eyetrack=False,
               include=(), exclude="bads", selection=None):  # fmt: skip
    """Numbers of the channels of given types.

    Parameters
    ----------
    info : Info
    meg : bool | str
        True: magnetometers and gradiometers; "mag", "grad", "planar1" or "planar2": those alone.
    eeg, stim, eog, ... : bool
        Whether to include that type.
    ref_meg : bool | str
        Reference channels; "auto" where compensation needs them and MEG is picked.
    include : list of str
        Names to include in any case.
    exclude : list of str | "bads"
        Names to leave out; "bads", the default: the bad channels.

    Returns
    -------
    picks : array of int, shape (n_picks,)
    """
    wanted = {kind: value for kind, value in locals().items() if kind in _all_types}
    if not isinstance(meg, (bool, np.bool_)) and meg not in ("mag", "grad", "planar1", "planar2"):
        raise ValueError(f'meg must be a bool, "mag", "grad", "planar1" or "planar2"; got {meg!r}')
    if isinstance(exclude, (list, tuple, set)) is False and exclude != "bads" and exclude is not None:
        raise ValueError(f'exclude must be a list of names or "bads"; got {exclude!r}')
    if ref_meg == "auto":
        ref_meg = bool(info["comps"]) and bool(meg)
    wanted["ref_meg"] = ref_meg
    wanted["mag"] = meg is True or meg == "mag"
    wanted["grad"] = meg is True or meg in ("grad", "planar1", "planar2")
    for given, names in ((fnirs, fnirs_types), (eyetrack, _eyetrack)):
        wanted.update({name: given is True or given == name for name in names})
    out = excluded(info, exclude)
    picks = []
    for k, (kind, name) in enumerate(zip(_types(info), info.ch_names)):
        hit = wanted.get(kind, False)
        if hit and kind == "grad" and meg in ("planar1", "planar2"):
            hit = name.endswith("2" if meg == "planar1" else "3")
        if (hit and name not in out) or (name in include):
            picks.append(k)
    if selection is not None:
        picks = [k for k in picks if k in set(np.atleast_1d(selection).tolist())]
    return np.array(picks, int)


@_verbose
def pick_channels(ch_names, include, exclude=(), ordered=True, *, verbose=None):
    """Numbers of named channels.

    Parameters
    ----------
    ch_names : list of str
        The names to look in.
    include : list of str
        Names to find; empty: all.
    exclude : list of str
        Names to leave out.
    ordered : bool
        Whether to keep the order of `include` and refuse names that are missing. Default True.
    """
    if len(set(ch_names)) != len(ch_names):
        raise RuntimeError("ch_names is not a unique list of names")
    exclude, include = set(names_in("exclude", exclude)), names_in("include", include)
    if not ordered:
        wanted = set(include)
        return np.array([k for k, n in enumerate(ch_names) if (not wanted or n in wanted) and n not in exclude], int)
    names = include or list(ch_names)
    missing = [name for name in names if name not in ch_names]
    if missing:
        raise ValueError(f"channels are missing from ch_names: {missing}")
    return np.array([ch_names.index(name) for name in dict.fromkeys(names) if name not in exclude], int)


def pick_channels_regexp(ch_names, regexp):
    """Numbers of the channels whose names a regular expression matches."""
    import re

    return [k for k, name in enumerate(ch_names) if re.match(regexp, name)]


@_verbose
def pick_info(info, sel=(), copy=True, verbose=None):
    """The Info of some channels.

    Parameters
    ----------
    info : Info
    sel : list of int
        Numbers of the channels to keep, in this order; empty is an error.
    copy : bool
        Whether to leave `info` as it is. Default True.
    """
    if sel is None:
        return info.copy() if copy else info
    if len(sel) == 0:
        raise ValueError("no channels match the selection")
    result = info.copy() if copy else info
    result._engine.pick([int(k) for k in sel])
    return result


def channel_indices_by_type(info, picks=None):
    """A dict of channel types and the numbers of their channels."""
    idx = picks_to_idx(info, picks, "all", exclude=(), allow_empty=True)
    result = {name: [] for name in _all_types}
    types = _types(info)
    for k in idx:
        result[types[k]].append(int(k))
    return result


def _of_type(info, word, exclude, with_ref_meg):
    """Numbers of the channels of a type, or of a word for several types."""
    out = excluded(info, exclude)
    if word == "all" and not out:
        return range(info._engine.n_channels)
    fits = {
        "all": lambda kind, name: True,
        "data": lambda kind, name: _core.meeg.is_data_type(kind) or (with_ref_meg and kind == "ref_meg"),
        "planar1": lambda kind, name: kind == "grad" and name.endswith("2"),
        "planar2": lambda kind, name: kind == "grad" and name.endswith("3"),
    }.get(word, lambda kind, name: kind in _groups.get(word, (word,)))
    return [
        k for k, (kind, name) in enumerate(zip(_types(info), info.ch_names)) if name not in out and fits(kind, name)
    ]


def picks_to_idx(info, picks, none="data", exclude="bads", allow_empty=False, with_ref_meg=True):
    """Numbers of the channels that `picks` means.

    Parameters
    ----------
    info : Info | int
        Where to look; an int: so many things without names.
    picks : None | str | int | slice | list of str | list of int | array of bool
        Names, types ("eeg", "meg", "data", "all"), numbers (negative from the end).
    none : "data" | "all"
        What None means.
    exclude : "bads" | list of str
        Names to leave out where picks is None or names types.
    """
    counted = isinstance(info, (int, np.integer))
    n = int(info) if counted else info._engine.n_channels
    if picks is None:
        picks = "all" if counted or none == "all" else "data"
        return _some(range(n) if counted else _of_type(info, picks, exclude, with_ref_meg), allow_empty, picks)
    if isinstance(picks, slice):
        return _some(list(range(n))[picks], allow_empty, picks)
    if isinstance(picks, str):
        picks = [picks]
    if isinstance(picks, (int, np.integer)) and not isinstance(picks, bool):
        picks = [picks]
    given = picks
    if not isinstance(picks, Iterable) or isinstance(picks, Mapping):
        raise TypeError(f"picks must be names, types or whole numbers; got {given!r}")
    if not isinstance(picks, np.ndarray):
        picks = list(picks) if not isinstance(picks, (list, tuple)) else picks
    if len(picks) == 0:
        return _some([], allow_empty, given)
    if all(isinstance(p, str) for p in picks):
        if counted:
            raise ValueError(f"picks must be numbers here; got {given!r}")
        return _some(_by_words(info, list(picks), exclude, with_ref_meg), allow_empty, given)
    array = np.asarray(picks)
    if array.dtype == bool:
        if array.shape != (n,):
            raise ValueError(f"a mask of channels must have shape ({n},); got {array.shape}")
        return _some(np.flatnonzero(array), allow_empty, given)
    if array.ndim != 1 or array.dtype.kind not in "iu":
        raise TypeError(f"picks must be names, types or whole numbers; got {given!r}")
    if array.size and (array.min() < -n or array.max() >= n):
        bad = array[(array < -n) | (array >= n)][0]
        raise IndexError(f"picks must be between {-n} and {n - 1}; got {bad}")
    return _some(np.where(array < 0, array + n, array), allow_empty, given)


def _by_words(info, words, exclude, with_ref_meg):
    names = info.ch_names
    if all(w in names for w in words):
        return [names.index(w) for w in words]
    kinds = {"all", "data", "planar1", "planar2", *_groups, *_all_types}
    if all(w in kinds for w in words):
        return sorted({k for w in words for k in _of_type(info, w, exclude, with_ref_meg)})
    from difflib import get_close_matches

    unknown = [w for w in words if w not in names and w not in kinds]
    near = [m for w in unknown for m in get_close_matches(w, names, 2)]
    hint = f"; did you mean {' or '.join(map(repr, near[:3]))}?" if near else ""
    raise ValueError(
        f"picks must be channel names or types; {unknown or words} is neither all of one nor the other{hint}"
    )


def _some(idx, allow_empty, picks):
    idx = np.array(idx, int)
    if idx.size == 0 and not allow_empty:
        raise ValueError(f"no channels match picks={picks!r}; nothing is left to work on")
    return idx


def gradiometer_pairs(names):
    """Planar gradiometers at one place: the numbers of their names, shape (n, 2), and a name for each place."""
    places = {}
    for k, name in enumerate(names):
        places.setdefault(name[:-1], []).append(k)
    pairs = {place + "X": rows for place, rows in places.items() if len(rows) == 2}
    return np.array(list(pairs.values()), int).reshape(-1, 2), list(pairs)


def merged_gradiometers(data, pairs):
    """The root mean square of each pair of rows."""
    return np.sqrt((data[pairs[:, 0]] ** 2 + data[pairs[:, 1]] ** 2) / 2)


def numbers_of(item, n):
    """Numbers among `n` epochs of a number, several, which may count from the end, or a mask."""
    array = np.ravel(item)
    if array.dtype == bool and array.shape != (n,):
        raise IndexError(f"a mask of epochs must have shape ({n},); got {np.shape(item)}")
    if array.size and array.dtype.kind not in "biu":
        raise IndexError(f"epochs are chosen by names, whole numbers, slices or masks; got {item!r}")
    array = np.flatnonzero(array) if array.dtype == bool else array.astype(int)
    bad = array[(array < -n) | (array >= n)]
    if bad.size:
        raise IndexError(f"there are {n} epochs; number {bad[0]} is not among them")
    return np.where(array < 0, array + n, array).tolist()
