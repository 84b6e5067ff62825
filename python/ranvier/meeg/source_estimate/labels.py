"""Courses of labels."""

import types

import numpy as np

from ranvier import _core
from ranvier.errors import warn

from ..checks import flag, one_of
from ..label.label import BiHemiLabel, Label
from ..logs import tell
from ..logs import verbose as _verbose
from ..source_space.spaces import as_spaces
from ..subjects import subject_of
from .base import BaseSourceEstimate
from .volumes import region_courses

_modes = ("max", "mean", "mean_flip", "pca_flip", None, "auto")


def normals_of(src, vertices, use_cps=False):
    """Normals of vertices; means over patches, where they are known and `use_cps`."""
    found = []
    for space, chosen in zip(as_spaces(src), vertices):
        if use_cps and space["nearest"] is not None:
            patches = dict(zip(space["vertno"], np.asarray(space["patch_inds"])))
            points, nn = space["pinfo"], space["nn"]
            means = np.array([nn[points[patches[v]]].sum(axis=0) for v in chosen]).reshape(-1, 3)
            sizes = np.linalg.norm(means, axis=1, keepdims=True)
            found.append(means / np.where(sizes > 0, sizes, 1))
        else:
            found.append(space["nn"][chosen])
    return np.concatenate(found)


def label_sign_flip(label, src):
    """Signs that align the sources of a label.

    Parameters
    ----------
    label : Label | BiHemiLabel
    src : SourceSpaces
        Of both hemispheres.

    Returns
    -------
    flip : array of float, shape (n_sources,)
        1 or -1, 1 outwards.
    """
    if len(as_spaces(src)) != 2:
        raise ValueError(f"src must have two sides; got {len(src)} source spaces")
    return _flips(label, src, [space["vertno"] for space in src])


def _flips(label, src, vertices):
    normals = []
    for part in (label.lh, label.rh) if label.hemi == "both" else (label,):
        k = 0 if part.hemi == "lh" else 1
        normals.append(src[k]["nn"][np.intersect1d(vertices[k], part.vertices)])
    normals = np.concatenate(normals)
    return _core.meeg.sign_flips(normals) if len(normals) else np.array([], int)


def _positions(label, vertices):
    """Where a label's vertices are among those of an estimate."""
    found = []
    for part in (label.lh, label.rh) if label.hemi == "both" else (label,):
        k = 0 if part.hemi == "lh" else 1
        offset = 0 if k == 0 else len(vertices[0])
        found.append(offset + np.flatnonzero(np.isin(vertices[k], part.vertices)))
    return np.concatenate(found)


def _check_fit(stc, src):
    subject_of(src._subject, stc.subject, False)
    for space, vertices, side in zip(src, stc.vertices, ("left", "right")):
        missing = int((~np.isin(vertices, space["vertno"])).sum())
        if missing:
            raise ValueError(
                f"src lacks {missing} of the {len(vertices)} vertices of the estimate on the {side}: it is another's"
            )


def _prepared(stc, labels, src, mode, allow_empty):
    """Positions and signs of the vertices of each label."""
    if src is not None:
        _check_fit(stc, src)
    rows, flips, empty = [], [], []
    for k, label in enumerate(labels):
        if not isinstance(label, (Label, BiHemiLabel)):
            raise TypeError(f"labels[{k}] must be a Label or BiHemiLabel; got {type(label).__name__}")
        subject_of(label.subject, stc.subject, False)
        rows.append(_positions(label, stc.vertices))
        if len(rows[-1]) == 0:
            empty.append(label.name)
        needs = mode in ("mean_flip", "pca_flip")
        flips.append(_flips(label, src, stc.vertices) if needs and len(rows[-1]) else np.zeros(len(rows[-1])))
    if empty:
        words = f"{len(empty)} label{'s have' if len(empty) > 1 else ' has'} no vertex in the source space: {empty}"
        if not allow_empty:
            raise ValueError(words)
        (tell if allow_empty == "ignore" else warn)(f"{words}; they get zeros")
    return rows, flips


def _courses(stcs, labels, src, mode, allow_empty, mri_resolution):
    one_of("mode", mode, _modes)
    if src is None and mode not in ("mean", "max"):
        as_spaces(src)
    kind = "surface" if src is None else as_spaces(src).kind
    if kind not in ("surface", "mixed"):
        yield from region_courses(stcs, labels, src, mode, allow_empty, mri_resolution)
        return
    labels = labels if isinstance(labels, (list, tuple)) else [labels]
    first = rows = flips = held = kernel = None
    for k, stc in enumerate(stcs):
        if not isinstance(stc, BaseSourceEstimate):
            raise TypeError(f"stcs[{k}] must be a source estimate; got {type(stc).__name__}")
        if stc._vector:
            one_of("mode of estimates with directions", mode, ("mean", "max", "auto"))
        how = ("mean" if stc._vector else "mean_flip") if mode == "auto" else mode
        vertices = stc.vertices
        if first is None:
            first = vertices
            rows, flips = _prepared(stc, labels, src, how, allow_empty)
        elif len(first) != len(vertices) or not all(np.array_equal(a, b) for a, b in zip(first, vertices)):
            raise ValueError(f"stcs[{k}] has other vertices than the first")
        if how is None:
            yield [stc._engine.rows(each) if len(each) else None for each in rows]
            continue
        engine = stc._engine
        if engine.formed or how not in ("mean", "mean_flip"):
            courses = engine.label_courses(rows, flips, how)
        else:
            if held is None or held.kernel_address != engine.kernel_address:
                kernel = engine.label_kernel(rows, flips, how)
            held = engine  # keeps the kernel where it is, so that no other one has its address
            courses = engine.projected(kernel)
        if kind == "mixed":
            counts = np.cumsum([0, *map(len, vertices)])
            volumes = [np.arange(a, b) for a, b in zip(counts[2:-1], counts[3:])]
            courses = np.concatenate(
                [courses, stc._engine.label_courses(volumes, [np.zeros(len(v)) for v in volumes], "mean")]
            )
        yield courses


@_verbose
def extract_label_time_course(stcs, labels, src, mode="auto", allow_empty=False, return_generator=False, *,
                              mri_resolution=True, verbose=None):  # fmt: skip
    """One course in time for each label.

    Of a kernel and samples, means are taken over rows of the kernel, so that data are not formed.

    Parameters
    ----------
    stcs : SourceEstimate | list of SourceEstimate
    labels : Label | BiHemiLabel | list | path-like
        Of a volume an atlas, or a list of an atlas and names (or a dict of names and numbers) of its regions.
    src : SourceSpaces
        Where the sources are; its normals say which signs align them. Of a mixed one, each volume adds a course at the end.
    mode : "mean" | "mean_flip" | "max" | "pca_flip" | "auto" | None
        The mean; the mean with signs that align directions; the largest magnitude at each time; the first principal component,
        with the sources' average power; None: all courses, one array for each label. Default "auto": "mean_flip", and "mean"
        with directions.
    allow_empty : bool | "ignore"
        Whether labels without vertices get zeros, with a warning, and not an error.
    return_generator : bool
        Whether to return what yields the courses of one estimate after the other.
    mri_resolution : bool
        Of volumes, whether regions have the MRI's voxels, and not the grid's points.

    Returns
    -------
    label_tc : array, shape (n_labels, n_times) | list of array
        A list where `stcs` is one.
    """
    flag("mri_resolution", mri_resolution)
    several = isinstance(stcs, (list, tuple, types.GeneratorType))
    found = _courses(stcs if several else [stcs], labels, src, mode, allow_empty, mri_resolution)
    if not several:
        return next(found)
    return found if flag("return_generator", return_generator) else list(found)


@_verbose
def of_one(stc, labels, src, mode="auto", allow_empty=False, *, mri_resolution=True, verbose=None):
    """One course in time for each label, as `extract_label_time_course`."""
    return extract_label_time_course(stc, labels, src, mode, allow_empty, mri_resolution=mri_resolution, verbose=verbose)


__all__ = ["extract_label_time_course", "label_sign_flip"]
