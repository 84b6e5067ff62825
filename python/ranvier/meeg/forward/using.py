"""What is done with forward solutions."""

import numpy as np

from ranvier import _core
from ranvier.errors import warn

from ..checks import as_info, complain, list_of, rule_of
from ..evoked import EvokedArray
from ..io.making import RawArray
from ..logs import verbose as _verbose
from ..picks import pick_info
from .solution import Forward, as_forward, convert_forward_solution, is_fixed_orient, used_positions


def _chosen(fwd, stc, on_missing, advice=""):
    vertices = stc if isinstance(stc, list) else stc.vertices
    here, there, n = used_positions(fwd, vertices)
    if len(here) != n:
        complain(rule_of("on_missing", on_missing), f"only {len(here)} of {n} vertices of the source estimate are among the "
                 "sources of the forward solution", advice)  # fmt: skip
    return here, there


def _projected(fwd, stc, info, start, stop, on_missing, use_cps):
    """Samples of the channels, an Info of those, and the times."""
    as_info(info), as_forward(fwd)
    for needed in ("data", "vertices", "times", "tstep"):
        if not hasattr(stc, needed):
            raise TypeError(f"stc must be a SourceEstimate; got {type(stc).__name__}")
    missing = [name for name in fwd["sol"]["row_names"] if name not in info["ch_names"]]
    if missing:
        raise ValueError(f"channel {missing[0]} of the forward solution is not in info")
    data = np.asarray(stc.data)
    if data.ndim == 3:  # a vector for each source
        fwd = convert_forward_solution(fwd, force_fixed=False, surf_ori=False)
    elif not is_fixed_orient(fwd):
        fwd = convert_forward_solution(fwd, force_fixed=True, use_cps=use_cps)
    if (data > 0).all():
        warn('the source estimate has positive values alone; use pick_ori="normal" where it is made, so that it has '
             "currents and not their magnitudes")  # fmt: skip
    here, there = _chosen(fwd, stc, on_missing)
    times = np.array(stc.times[start:stop])
    currents = np.ascontiguousarray(data[there][..., start:stop].reshape(-1, len(times)), float)
    samples = fwd._engine.project(here, currents)
    names = fwd["sol"]["row_names"]
    rows = {name: k for k, name in enumerate(names)}
    picked = pick_info(info, [k for k, name in enumerate(info["ch_names"]) if name in rows])
    engine = picked._engine
    engine["bads"], engine["projs"] = [], []
    engine["sfreq"] = 1.0 / stc.tstep
    engine["highpass"], engine["lowpass"] = 0.0, 0.5 / stc.tstep
    return samples[[rows[name] for name in picked["ch_names"]]], picked, times


@_verbose
def apply_forward(fwd, stc, info, start=None, stop=None, use_cps=True, on_missing="raise", verbose=None):
    """Compute what sensors would measure of sources' currents, as an average.

    Parameters
    ----------
    fwd : Forward
    stc : SourceEstimate
        Currents [A m].
    info : Info
        The channels; it must have all of the forward solution's.
    start, stop : int | None
        First sample, and the one behind the last.
    use_cps : bool
        Whether normals are means over patches.
    on_missing : "raise" | "warn" | "ignore"
        What to do where vertices of `stc` are no sources of `fwd`.

    Returns
    -------
    evoked : EvokedArray
    """
    data, picked, times = _projected(fwd, stc, info, start, stop, on_missing, use_cps)
    return EvokedArray(data, picked, times[0], nave=1)


@_verbose
def apply_forward_raw(fwd, stc, info, start=None, stop=None, on_missing="raise", use_cps=True, verbose=None):
    """Compute what sensors would measure of sources' currents, as a recording; arguments as of `apply_forward`."""
    data, picked, times = _projected(fwd, stc, info, start, stop, on_missing, use_cps)
    return RawArray(data, picked, first_samp=int(np.round(times[0] * picked["sfreq"])))


def _restricted(fwd, sources):
    out = as_forward(fwd).copy()
    out._engine.restrict(np.sort(sources))
    return out


def restrict_forward_to_stc(fwd, stc, on_missing="ignore"):
    """Keep the sources that a source estimate has values of.

    Parameters
    ----------
    fwd : Forward
    stc : SourceEstimate
    on_missing : "raise" | "warn" | "ignore"
        What to do where vertices of `stc` are no sources of `fwd`. Default "ignore".
    """
    return _restricted(fwd, _chosen(as_forward(fwd), stc, on_missing)[0])


def restrict_forward_to_label(fwd, labels):
    """Keep the sources inside of a label, or of a list of labels."""
    labels = labels if isinstance(labels, list) else [labels]
    spaces = as_forward(fwd)["src"]
    vertices = [np.zeros(0, int), np.zeros(0, int)]
    for label in labels:
        for part in [label.lh, label.rh] if hasattr(label, "lh") else [label]:
            side = 0 if part.hemi == "lh" else 1
            vertices[side] = np.union1d(vertices[side], part.vertices)
    vertices = [np.intersect1d(wanted, space["vertno"]) for wanted, space in zip(vertices, spaces)]
    return _restricted(fwd, _chosen(fwd, vertices, "raise")[0])


@_verbose
def average_forward_solutions(fwds, weights=None, verbose=None):
    """Average forward solutions of the same channels and sources.

    Parameters
    ----------
    fwds : list of Forward
    weights : list of float | None
        Not negative; they are brought to a sum of 1. Default None: all alike.
    """
    if not isinstance(fwds, list):
        raise TypeError(f"fwds must be a list of Forward; got {type(fwds).__name__}")
    fwds = list_of("fwds", fwds, Forward, "forward solutions")
    weights = [] if weights is None else [float(w) for w in weights]
    return Forward(_core.meeg.average_forward_solutions([fwd._engine for fwd in fwds], weights))
