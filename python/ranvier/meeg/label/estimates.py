"""Estimates of labels, and labels of estimates."""

import numpy as np

from ranvier import _core

from ..checks import flag
from ..logs import verbose as _verbose
from ..source_space.spaces import SourceSpaces
from ..subjects import subject_file, subject_of
from ..surface.files import read_surface
from .colours import distinct
from .label import BiHemiLabel, Label


def _spread_over(labels, values, subject):
    """The mean value at each vertex of any label, for each hemisphere."""
    sums = ({}, {})
    for k, label in enumerate(labels):
        if not isinstance(label, (Label, BiHemiLabel)):
            raise TypeError(f"labels[{k}] must be a Label or BiHemiLabel; got {type(label).__name__}")
        subject = subject_of(label.subject, subject, False)
        for part in (label.lh, label.rh) if label.hemi == "both" else (label,):
            side = 0 if part.hemi == "lh" else 1
            for v in part.vertices.tolist():
                sums[side].setdefault(v, []).append(k)
    vertices, rows = [], []
    for side in range(2):
        found = sorted(sums[side])
        vertices.append(np.array(found, np.int64))
        rows += [values[sums[side][v]].mean(axis=0) for v in found]
    return np.array(rows).reshape(len(rows), values.shape[1]), vertices, subject


@_verbose
def labels_to_stc(labels, values, tmin=0, tstep=1, subject=None, src=None, verbose=None):
    """An estimate that has a label's values at all of its vertices.

    Parameters
    ----------
    labels : list of Label | str | list
        With a volume `src`, what `extract_label_time_course` takes there.
    values : array, shape (n_labels,) | (n_labels, n_times)
    tmin, tstep : float
        [s].
    subject : str | None
    src : SourceSpaces | None
        Surfaces or a volume. Default None: the vertices are those of the labels; at those of several, means.

    Returns
    -------
    stc : SourceEstimate | VolSourceEstimate
    """
    from ..source_estimate.classes import classes
    from ..source_estimate.labels import extract_label_time_course

    values = np.array(values, float)
    values = values[:, np.newaxis] if values.ndim == 1 else values
    if values.ndim != 2:
        raise ValueError(f"values must have 1 or 2 dimensions; got {values.ndim}")
    if src is None:
        labels = labels if isinstance(labels, (list, tuple)) else [labels]
        _fit(len(labels), values)
        data, vertices, subject = _spread_over(labels, values, subject)
        return classes["surface", False](data, vertices, tmin, tstep, subject)
    if not isinstance(src, SourceSpaces):
        raise TypeError(f"src must be SourceSpaces or None; got {type(src).__name__}")
    if src.kind not in ("surface", "volume"):
        raise ValueError(f"src must be of surfaces or a volume; got kind {src.kind!r}")
    subject = subject_of(src._subject, subject, False)
    vertices = [np.array(space["vertno"]) for space in src]
    n, made = sum(map(len, vertices)), classes[src.kind, False]
    shares = extract_label_time_course(
        made(np.eye(n), vertices, 0, 1, subject), labels, src, mode="mean", allow_empty=True
    )
    _fit(len(shares), values)
    return made(values[np.argmax(shares, axis=0)], vertices, tmin, tstep, subject)


def _fit(n, values):
    if n != len(values):
        raise ValueError(f"values must have a row for each of the {n} labels; got {len(values)}")


@_verbose
def stc_to_label(stc, src=None, smooth=True, connected=False, subjects_dir=None, verbose=None):
    """Labels of the vertices where an estimate is not 0.

    Parameters
    ----------
    stc : SourceEstimate
    src : SourceSpaces | str | None
        Where the sources are; or the subject. Default None: the estimate's subject.
    smooth : bool
        Whether labels are filled with what is nearest to their vertices; needs source spaces.
    connected : bool
        Whether parts that hang together are labels of their own, the strongest first; needs source spaces.
    subjects_dir : path-like | None

    Returns
    -------
    labels : list of Label | list of list of Label
        Of each hemisphere; None, or an empty list, where there is none.
    """
    from ..source_estimate.adjacency import spatial_src_adjacency
    from ..source_estimate.classes import SourceEstimate

    if not isinstance(smooth, (bool, np.bool_)):
        raise ValueError(f"smooth must be True or False; got {smooth!r}")
    flag("connected", connected)
    if not isinstance(stc, SourceEstimate):
        raise ValueError(f"stc must be a SourceEstimate; got {type(stc).__name__}")
    src = stc.subject if src is None else src
    if src is None:
        raise ValueError("src must be given, as the estimate has no subject")
    if isinstance(src, str):
        if connected:
            raise ValueError("connected=True needs src as SourceSpaces, whose triangles say what hangs together")
        if smooth:
            raise ValueError("smooth=True needs src as SourceSpaces, which know the nearest vertices")
        subject = src
        places = [read_surface(subject_file(subject, subjects_dir, "surf", f"{h}.white"))[0] for h in ("lh", "rh")]
    else:
        if not isinstance(src, SourceSpaces):
            raise TypeError(f"src must be SourceSpaces or a subject's name; got {type(src).__name__}")
        if len(src) != 2:
            raise ValueError(f"src must be both hemispheres; got {len(src)} source spaces")
        subject = stc.subject
        places = [1e3 * space["rr"] for space in src]
        graph = spatial_src_adjacency(src).tocsr() if connected else None
    labels, before, before_full = [], 0, 0
    for side, (hemi, vertno) in enumerate(zip(("lh", "rh"), stc.vertices)):
        data = stc.data[before : before + len(vertno)]
        before += len(vertno)
        if connected:
            whole = np.asarray(src[side]["vertno"])
            if not np.isin(vertno, whole).all():
                raise RuntimeError(f"src must have the vertices of the estimate; it lacks some of {hemi}")
            size = np.zeros(len(whole))
            size[np.searchsorted(whole, vertno)] = np.abs(data).max(axis=1) if data.shape[1] else 0.0
            part = _core.meeg.connected(
                graph[before_full : before_full + len(whole)][:, before_full : before_full + len(whole)],
                (size > 0).tolist(),
            )
            before_full += len(whole)
            parts = [np.flatnonzero(part == k) for k in range(part.max(initial=-1) + 1)]
            strongest = np.argsort([size[p].max() for p in parts])[::-1] if parts else []
            parts = [whole[parts[k]] for k in strongest]
        else:
            parts = [vertno[np.any(data, axis=1)]]
        parts = [part for part in parts if len(part)]
        made = []
        for part, color in zip(parts, distinct(len(parts), whole=False) if parts else []):
            label = Label(part, places[side][part], None, hemi, "Label from stc", subject=subject, color=color)
            made.append(label.fill(src) if smooth else label)
        labels.append(made if connected else made[0] if made else None)
    return labels


__all__ = ["labels_to_stc", "stc_to_label"]
