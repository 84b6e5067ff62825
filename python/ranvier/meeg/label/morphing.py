"""Labels on another surface."""

import numpy as np

from ..checks import list_of
from ..logs import verbose as _verbose
from ..morph.maps import grade_to_vertices, read_morph_map
from ..morph.morph import compute_source_morph
from ..source_estimate.classes import SourceEstimate
from ..subjects import subject_file, subject_of
from ..surface.files import read_surface
from .label import Label


@_verbose
def morph(
    label, subject_from=None, subject_to=None, smooth=5, grade=None, subjects_dir=None, n_jobs=None, verbose=None
):
    """Carry the label over to another subject, in place; its places are zeros then.

    Parameters
    ----------
    subject_from : str | None
    subject_to : str
    smooth : int
        How many times values are spread to their neighbours. Default 5.
    grade : int | list of array | array | None
        The grade of the icosahedron that samples the other surface, or its vertices. Default None: all.
    subjects_dir : path-like | None

    Returns
    -------
    label : Label
        The label itself.
    """
    subject_from = subject_of(label.subject, subject_from, name="subject_from")
    if not isinstance(subject_to, str):
        raise TypeError("subject_to must be a str")
    if not isinstance(smooth, (int, np.integer)):
        raise TypeError(f"smooth must be a whole number of steps; got {smooth!r}")
    if not label.values.any():
        raise ValueError(
            "a label whose values are all 0 has no vertices left when it is carried over; label.values[:] = 1 helps"
        )
    side, none = (0 if label.hemi == "lh" else 1), np.array([], np.int64)
    if isinstance(grade, np.ndarray):
        grade = [grade if k == side else none for k in (0, 1)]
    grade = grade_to_vertices(subject_to, grade, subjects_dir)
    stc = SourceEstimate(label.values, [label.vertices if k == side else none for k in (0, 1)], 1, 1, subject_from)
    spacing = [grade[side] if k == side else none for k in (0, 1)]
    stc = compute_source_morph(
        stc, subject_from, subject_to, subjects_dir, spacing=spacing, smooth=smooth, warn=False
    ).apply(stc)
    inside = np.flatnonzero(stc.data)
    made = Label(
        stc.vertices[side][inside],
        None,
        stc.data[inside, 0],
        label.hemi,
        label.comment,
        label.name,
        None,
        subject_to,
        label.color,
    )
    filename = label.filename
    label._take(made)
    label.filename = filename
    return label


@_verbose
def smooth(label, subject=None, smooth=2, grade=None, subjects_dir=None, n_jobs=None, verbose=None):
    """Spread the label over its surface, in place; its places are zeros then.

    Parameters
    ----------
    subject : str | None
    smooth : int
        How many times values are spread to their neighbours. Default 2.
    grade : int | list of array | array | None
        As in `morph`.
    subjects_dir : path-like | None

    Returns
    -------
    label : Label
        The label itself.
    """
    subject = subject_of(label.subject, subject)
    return morph(label, subject, subject, smooth, grade, subjects_dir)


@_verbose
def morph_labels(labels, subject_to, subject_from=None, subjects_dir=None, surf_name="white", verbose=None):
    """Carry labels that do not overlap over to another subject: each of its vertices gets the label of the nearest.

    Parameters
    ----------
    labels : list of Label
    subject_to : str
    subject_from : str | None
    subjects_dir : path-like | None
    surf_name : str
        Where vertices lie. Default "white".

    Returns
    -------
    labels : list of Label
    """
    for label in list_of("labels", labels, Label, "labels"):
        subject_from = subject_of(label.subject, subject_from, name="subject_from")
    maps = read_morph_map(subject_from, subject_to, subjects_dir)
    nearest = [np.asarray(each.argmax(axis=1)).ravel() for each in maps]
    places = [
        read_surface(subject_file(subject_to, subjects_dir, "surf", f"{hemi}.{surf_name}"))[0] / 1e3
        for hemi in ("lh", "rh")
    ]
    made = []
    for label in labels:
        side = 0 if label.hemi == "lh" else 1
        if len(places[side]) != len(nearest[side]):
            raise RuntimeError(
                f"surface {surf_name} of {subject_to} must have the {len(nearest[side])} vertices of the morph map; it has {len(places[side])}"
            )
        vertices = np.flatnonzero(np.isin(nearest[side], label.vertices))
        made.append(
            Label(
                vertices,
                places[side][vertices],
                None,
                label.hemi,
                label.comment,
                label.name,
                None,
                subject_to,
                label.color,
            )
        )
    return made


__all__ = ["morph_labels"]
