"""Labels in parts."""

import numpy as np

from ranvier import _core

from ..checks import flag
from ..subjects import subject_file, subject_of
from ..surface.files import read_surface
from .colours import in_steps
from .files import read_label
from .label import Label


def _names(name, n_parts):
    base, ending = (name[:-3], name[-3:]) if name.endswith(("lh", "rh")) else (name, "")
    return [f"{base}_div{k}{ending}" for k in range(1, n_parts + 1)]


def _parts(label, subject, numbers, names):
    """A label for each number of `numbers`, which has one for each vertex."""
    colours = [None] * len(names) if label.color is None else in_steps(label.color, len(names))
    made = []
    for k, (name, colour) in enumerate(zip(names, colours)):
        mine = numbers == k
        made.append(
            Label(
                label.vertices[mine],
                label.pos[mine],
                label.values[mine],
                label.hemi,
                label.comment,
                name,
                None,
                subject,
                colour,
            )
        )
    return made


def split_label(label, parts=2, subject=None, subjects_dir=None, freesurfer=False):
    """Cut a label into parts of equal length, from posterior to anterior.

    Parameters
    ----------
    label : Label | path-like
    parts : int | tuple of str
        How many, or their names. Default 2.
    subject : str | None
    subjects_dir : path-like | None
    freesurfer : bool
        Whether the plane in which its longest direction is looked for touches the sphere as in FreeSurfer's
        ``mris_divide_parcellation``, and not below the label's centre.

    Returns
    -------
    labels : list of Label
    """
    label = _one_side(label)
    subject = subject_of(label.subject, subject)
    n_parts = int(parts) if np.isscalar(parts) else len(parts)
    if n_parts < 2:
        raise ValueError(f"parts must be two or more; got {n_parts}")
    rr, tris = read_surface(subject_file(subject, subjects_dir, "surf", f"{label.hemi}.sphere"))
    points = rr[label.vertices]
    normal = points.mean(axis=0)
    if flag("freesurfer", freesurfer):
        nearest = label.vertices[np.argmin(np.linalg.norm(points - normal, axis=1))]
        corners = rr[tris[(tris == nearest).any(axis=1)]]
        normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]).mean(axis=0)
    numbers = np.asarray(_core.meeg.parts_along(points, list(normal), n_parts))
    return _parts(label, subject, numbers, _names(label.name, n_parts) if np.isscalar(parts) else list(parts))


def _contiguous(label, subject, subjects_dir):
    """The parts that hang together, the largest first."""
    subject = subject_of(label.subject, subject)
    rr, tris = read_surface(subject_file(subject, subjects_dir, "surf", f"{label.hemi}.sphere"))
    numbers = np.asarray(_core.meeg.connected_parts(rr, tris, label.vertices), int)
    sizes = np.bincount(numbers)
    place = np.empty(len(sizes), int)
    place[np.argsort(-sizes, kind="stable")] = np.arange(len(sizes))
    names = _names(label.name, len(sizes))
    if len(sizes) == 1 and label.color is not None:  # nothing to tell apart
        return [
            Label(
                label.vertices, label.pos, label.values, label.hemi, label.comment, names[0], None, subject, label.color
            )
        ]
    return _parts(label, subject, place[numbers], names)


def _one_side(label):
    label = label if hasattr(label, "hemi") else read_label(label)
    if not isinstance(label, Label):
        raise TypeError(f"a label that is split lies in one hemisphere; got a {type(label).__name__}")
    return label


def split(label, parts=2, subject=None, subjects_dir=None, freesurfer=False):
    """Cut the label into parts.

    Parameters
    ----------
    parts : int | tuple of str | "contiguous"
        How many parts of equal length, or their names; or those that hang together, the largest first. Default 2.
    subject : str | None
    subjects_dir : path-like | None
    freesurfer : bool
        As in `split_label`.

    Returns
    -------
    labels : list of Label
    """
    if isinstance(parts, str):
        if parts != "contiguous":
            raise ValueError(f'parts must be a number, a tuple of names or "contiguous"; got {parts!r}')
        return _contiguous(label, subject, subjects_dir)
    if not isinstance(parts, (tuple, int, np.integer)):
        raise ValueError(f'parts must be a number, a tuple of names or "contiguous"; got {parts!r}')
    return split_label(label, parts, subject, subjects_dir, freesurfer)


__all__ = ["split_label"]
