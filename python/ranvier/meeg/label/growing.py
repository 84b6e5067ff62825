"""Labels that grow from points."""

import numpy as np

from ranvier import _core

from ..checks import flag, one_of, random_stream
from ..subjects import subject_file, subjects_folder
from ..surface.files import read_surface
from .colours import distinct
from .label import Label


def _each(name, values, n):
    values = np.atleast_1d(values)
    if len(values) not in (1, n):
        raise ValueError(f"{name} must be one, or one for each of the {n} seeds; got {len(values)}")
    return np.tile(values, n) if len(values) == 1 else values


def grow_labels(subject, seeds, extents, hemis, subjects_dir=None, n_jobs=None, overlap=True, names=None,
                surface="white", colors=None):  # fmt: skip
    """Labels of what is within a distance of some vertices along the surface.

    Parameters
    ----------
    subject : str
    seeds : int | list
        A vertex; or for each label a vertex, or several.
    extents : float | array of float
        Distances [mm].
    hemis : int | array of int
        0 left, 1 right.
    subjects_dir : path-like | None
    n_jobs : int | None
        Threads.
    overlap : bool
        Whether labels may have vertices in common. Default True.
    names : str | list of str | None
    surface : str
    colors : array, shape (n, 4) | (4,) | None
        Default None: colours that differ.

    Returns
    -------
    labels : list of Label
        Their values are distances, in whole mm; of labels that do not overlap 1.
    """
    folder = subjects_folder(subjects_dir)
    seeds = [np.atleast_1d(seed) for seed in ([seeds] if np.isscalar(seeds) else seeds)]
    n = len(seeds)
    extents, sides = _each("extents", extents, n), _each("hemis", hemis, n)
    if not np.isin(sides, (0, 1)).all():
        raise ValueError(f"hemis must be 0 (left) or 1 (right); got {hemis!r}")
    sides = ["lh" if side == 0 else "rh" for side in sides]
    if colors is not None:
        colors = np.atleast_2d(np.asarray(colors, float))
        if colors.shape[-1] != 4 or len(colors) not in (1, n):
            raise ValueError(f"colors must have shape (4,) or ({n}, 4); got {colors.shape}")
    if names is None:
        names = [f"Label_{k}-{side}" for k, side in enumerate(sides)]
    else:
        names = [names] if isinstance(names, str) else list(names)
        if len(names) != n:
            raise ValueError(f"names must be one for each of the {n} seeds; got {len(names)}")
        names = [name if name.endswith(side) else f"{name}-{side}" for name, side in zip(names, sides)]
    flag("overlap", overlap)
    labels = {}
    for side in dict.fromkeys(sides):
        rr, tris = read_surface(subject_file(subject, folder, "surf", f"{side}.{surface}"))
        own = [k for k in range(n) if sides[k] == side]
        of_side = [seeds[k] for k in own], [float(extents[k]) for k in own]
        if overlap:
            for k, (vertices, distances) in zip(own, _core.meeg.grown(rr, tris, *of_side)):
                words = ",".join(map(str, seeds[k])) if len(seeds[k]) > 1 else str(seeds[k])
                labels[k] = Label(vertices, rr[vertices], distances.astype(int), side,
                                  f"Circular label: seed={words}, extent={extents[k]:0.1f}mm", names[k], subject=subject)  # fmt: skip
        else:
            for k, vertices in zip(own, _core.meeg.grown_apart(rr, tris, *of_side)):
                labels[k] = Label(vertices, hemi=side, name=names[k], subject=subject)
    order = range(n) if overlap else [k for side in ("lh", "rh") for k in range(n) if sides[k] == side]
    made = [labels[k] for k in order]
    for k, label in enumerate(made):
        label.color = distinct(n, whole=False)[k] if colors is None else colors[k % len(colors)]
    return made


def random_parcellation(subject, n_parcel, hemi, subjects_dir=None, surface="white", *, rng=None, random_state=None):
    """Cut the cortex in parcels that grow from vertices drawn at random.

    Parameters
    ----------
    subject : str
    n_parcel : int
        How many, of both hemispheres together.
    hemi : "lh" | "rh" | "both"
    subjects_dir : path-like | None
    surface : str
    rng : int | numpy.random.Generator | None
        What draws; before `random_state`.
    random_state : int | numpy.random.RandomState | None

    Returns
    -------
    labels : list of Label
    """
    folder = subjects_folder(subjects_dir)
    sides = ("lh", "rh") if one_of("hemi", hemi, ("lh", "rh", "both")) == "both" else (hemi,)
    if isinstance(n_parcel, bool) or not hasattr(n_parcel, "__index__") or n_parcel < len(sides):
        raise ValueError(f"n_parcel must be a whole number >= {len(sides)}; got {n_parcel!r}")
    stream = random_stream(random_state, rng)
    labels = []
    for side in sides:
        rr, tris = read_surface(subject_file(subject, folder, "surf", f"{side}.{surface}"))
        size = len(sides) * len(rr) // n_parcel
        parcels = _core.meeg.random_parcels(rr, tris, size, n_parcel // len(sides), lambda n: int(stream.choice(n)))
        labels += [Label(vertices, hemi=side, name=f"label_{k}", subject=subject) for k, vertices in enumerate(parcels)]
    for label, color in zip(labels, distinct(len(labels), whole=False)):
        label.color = color
    return labels


__all__ = ["grow_labels", "random_parcellation"]
