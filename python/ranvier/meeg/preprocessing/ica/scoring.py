"""How sources are like a signal."""

import inspect
import numbers

import numpy as np

from ranvier import _core
from ranvier.errors import warn

from ...epochs.base import BaseEpochs
from ...face import floats
from ...logs import verbose as _verbose
from ...picks import pick_types
from ...raw import BaseRaw
from .inputs import one_of_nouns, samples_between


def _per_row(function, first):
    def score(x, y):
        found = [function(row, np.ravel(y)) for row in x]
        return (
            np.array([tuple(r)[0] if np.ndim(r) or hasattr(r, "statistic") else r for r in found]) if first else found
        )

    score.__name__ = f"score_func.{function.__module__}.{function.__name__}"
    score.__doc__ = function.__doc__
    return score


def get_score_funcs():
    """What `ICA.score_sources` knows by name: functions of two signals of scipy.stats. Needs SciPy.

    Returns
    -------
    score_funcs : dict
        Functions by name.
    """
    try:
        from scipy import stats
    except ImportError:
        raise ImportError('scores but "pearsonr" need SciPy; install it with: pip install scipy') from None
    known = {}
    for name, function in vars(stats).items():
        if inspect.isfunction(function) and not name.startswith("_") and name != "somersd":
            kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
            if [p.name for p in inspect.signature(function).parameters.values() if p.kind in kinds] == ["x", "y"]:
                known[name] = _per_row(function, first=True)
    return known


def band_of(inst, l_freq, h_freq):
    """The band to which what is compared is filtered: of recordings alone."""
    for name, value in (("l_freq", l_freq), ("h_freq", h_freq)):
        if value is not None and (isinstance(value, bool) or not isinstance(value, numbers.Real)):
            raise TypeError(f"{name} must be a frequency [Hz] or None; got {value!r}")
    return (l_freq, h_freq) if isinstance(inst, BaseRaw) else (None, None)


def sources_of(ica, inst, start, stop, reject_by_annotation):
    """Sources of a recording, of epochs one behind the other, or of an average."""
    one_of_nouns(inst, error=lambda text: ValueError(f"Data input must be of Raw, Epochs or Evoked type: {text}"))
    ica._check_fit()
    ica._check_compensation(inst)
    if isinstance(inst, BaseRaw):
        return ica._transform_raw(inst, start, stop, reject_by_annotation)
    return ica._transform_epochs(inst, True) if isinstance(inst, BaseEpochs) else ica._transform_evoked(inst)


def target_of(inst, target, start, stop, reject_by_annotation):
    """A target's samples, shape (1, n), of a channel's name or of numbers."""
    if isinstance(target, str):
        if target not in inst.ch_names:
            raise ValueError(f"{target} is not in the channel list ({', '.join(inst.ch_names)})")
        pick = [inst.ch_names.index(target)]
        if isinstance(inst, BaseRaw):
            target = inst.get_data(pick, *samples_between(inst, start, stop),
                                   reject_by_annotation="omit" if reject_by_annotation else None)  # fmt: skip
        else:
            target = inst.get_data(picks=pick)
    return floats(target).reshape(1, -1)


@_verbose
def score_sources(ica, inst, target=None, score_func="pearsonr", start=None, stop=None, l_freq=None, h_freq=None,
                  reject_by_annotation=True, verbose=None):  # fmt: skip
    """Score each source: how it is like a target, or what a function of its own samples says.

    Parameters
    ----------
    inst : Raw | Epochs | Evoked
    target : str | array of float | None
        A channel, or samples. Default None: `score_func` takes the sources, shape (n_components, n_times), and the axis 1.
    score_func : str | callable
        "pearsonr", the default, another name in :func:`get_score_funcs`, or a function of the sources and the target.
    start, stop : int | float | None
        First sample of a recording, and the one behind the last; as float: times [s].
    l_freq, h_freq : float | None
        Band [Hz] to which sources and target of a recording are filtered first. Default None: they are not.
    reject_by_annotation : bool
        Whether stretches annotated as bad are left out. Default True.

    Returns
    -------
    scores : array of float, shape (n_components,)
    """
    band = band_of(inst, l_freq, h_freq)
    sources = sources_of(ica, inst, start, stop, reject_by_annotation)
    if target is None and isinstance(score_func, str):
        raise ValueError("without a target score_func must be a function of the sources and the axis 1, as scipy.stats.skew; "
                         f"got {score_func!r}")  # fmt: skip
    if target is None:
        return _function(score_func)(sources, 1)
    target = target_of(inst, target, start, stop, reject_by_annotation)
    if target.shape[1] != sources.shape[1]:
        raise ValueError("Sources and target do not have the same number of time slices, "
                         f"{sources.shape[1]} and {target.shape[1]}")  # fmt: skip
    target = target.copy()
    scores = _core.meeg.correlations(sources, target, float(inst.info["sfreq"]), *band)
    return np.asarray(scores)[0] if score_func == "pearsonr" else _function(score_func)(sources, target)


def _function(score_func):
    if isinstance(score_func, str):
        score_func = get_score_funcs().get(score_func, score_func)
    if not callable(score_func):
        raise ValueError(f"score_func must be a function, or the name of one of get_score_funcs(); got {score_func!r}")
    return score_func


def ecg_channel(ch_name, inst):
    """The number of the ECG channel, or None."""
    if ch_name is not None:
        if ch_name not in inst.ch_names:
            raise ValueError(f"{ch_name} is not in the channel list ({', '.join(inst.ch_names)})")
        return inst.ch_names.index(ch_name)
    found = pick_types(inst.info, ecg=True)
    if len(found) > 1:
        warn(f"there are {len(found)} ECG channels; {inst.ch_names[found[0]]} is taken. ch_name chooses another")
    return int(found[0]) if len(found) else None
