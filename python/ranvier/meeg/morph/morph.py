"""Carrying estimates over to another subject."""

import operator

import numpy as np

from ranvier import _core
from ranvier.errors import warn as _warn

from ..checks import flag, needed, not_yet
from ..logs import verbose as _verbose
from ..source_estimate.base import BaseSourceEstimate
from ..source_estimate.classes import _OnSurface, classes
from ..source_space.spaces import SourceSpaces, as_spaces
from ..subjects import subject_file, subject_of
from ..surface.files import read_surface
from .maps import grade_to_vertices, read_morph_map

_volumes = "morphing volumes"
_use = "MNE-Python, which needs dipy for it"


class SourceMorph:
    """A map from the vertices of one subject to those of another; made by `compute_source_morph`.

    Attributes
    ----------
    subject_from, subject_to : str
    kind : str
        "surface".
    morph_mat : scipy.sparse.csr_array, shape (n_vertices_to, n_vertices_from)
    vertices_to : list of array of int
    spacing, smooth, xhemi
        As they were given.
    """

    def __init__(self, subject_from, subject_to, kind, spacing, smooth, xhemi, morph_mat, vertices_to, vertices_from):
        self.subject_from, self.subject_to, self.kind = subject_from, subject_to, kind
        self.spacing, self.smooth, self.xhemi = spacing, smooth, xhemi
        self.morph_mat, self.vertices_to = morph_mat, vertices_to
        self.src_data = dict(vertices_from=vertices_from)

    def __repr__(self):
        return f"<SourceMorph | {self.kind}, {self.subject_from} -> {self.subject_to}, spacing : {self.spacing}, smooth : {self.smooth}, xhemi : {self.xhemi}>"

    @_verbose
    def apply(self, stc_from, output="stc", mri_resolution=False, mri_space=None, verbose=None):
        """Carry an estimate over; of a kernel and samples, the kernel is.

        Parameters
        ----------
        stc_from : SourceEstimate | VectorSourceEstimate | list
            A list, or what yields estimates, gives what yields them.
        output : "stc"

        Returns
        -------
        stc_to : SourceEstimate | VectorSourceEstimate | generator
        """
        if output != "stc" or mri_resolution or mri_space is not None:
            raise not_yet("output, mri_resolution and mri_space of volumes", 'output="stc"')
        if not isinstance(stc_from, BaseSourceEstimate) and hasattr(stc_from, "__iter__"):
            return (self.apply(each) for each in stc_from)
        if not isinstance(stc_from, _OnSurface):
            raise TypeError(
                f"stc_from must be an estimate on surfaces, as this morph is; got {type(stc_from).__name__}"
            )
        if stc_from.subject not in (None, self.subject_from):
            raise ValueError(f"stc.subject ({stc_from.subject}) != morph.subject_from ({self.subject_from})")
        for side, wanted, got in zip(("left", "right"), self.src_data["vertices_from"], stc_from.vertices):
            if not np.array_equal(wanted, got):
                raise ValueError(f"vertices of the {side} hemisphere must be those that the morph was computed for, "
                                 f"{len(wanted)}; got {len(got)}: compute_source_morph() makes one for them")  # fmt: skip
        made = classes["surface", stc_from._vector]._of(stc_from._engine.mapped(self.morph_mat, self.vertices_to))
        made.subject = self.subject_to
        return made

    @_verbose
    def save(self, fname, overwrite=False, verbose=None):
        """Not in Ranvier yet: HDF5 is its only file."""
        raise not_yet("SourceMorph.save(), which is HDF5", "compute_source_morph() again")


def _source_of(src):
    """Vertices and the subject of a source space or an estimate."""
    if isinstance(src, BaseSourceEstimate):
        kind, vertices, subject = src._kind, list(src.vertices), src.subject
    elif isinstance(src, SourceSpaces):
        kind, vertices, subject = src.kind, [np.array(space["vertno"]) for space in src], src._subject
    else:
        raise TypeError(f"src must be SourceSpaces or a source estimate; got {type(src).__name__}")
    if kind != "surface":
        raise not_yet(_volumes, _use)
    return vertices, subject


def _hemisphere(tris, n_points, vertices_to, vertices_from, smooth, map_, warn):
    """The map from some vertices to some of the other surface."""
    sparse = needed("scipy.sparse", "a morph map")
    if len(vertices_from) == 0:
        return sparse.csr_array((len(vertices_to), 0))
    spread, missing, _ = _core.meeg.spread(n_points, tris, vertices_from, smooth)
    if missing and warn:
        _warn(f"smooth={smooth} steps leave {missing} of {n_points} vertices without a value; more steps reach them")
    return map_[vertices_to] @ spread


def _single(vertices_from, subject_from, subject_to, subjects_dir):
    """Each vertex goes to the one that is nearest to it."""
    sparse = needed("scipy.sparse", "a morph map")
    vertices, columns, before = [], [], 0
    for chosen, map_ in zip(vertices_from, read_morph_map(subject_to, subject_from, subjects_dir)):
        goals = np.asarray(map_[chosen].argmax(axis=1)).ravel()
        order = np.argsort(goals, kind="stable")
        vertices.append(goals[order].astype(np.int64))
        if (np.diff(vertices[-1]) == 0).any():
            raise ValueError(
                f"sparse=True needs a vertex of {subject_to} for each; vertices that lie close go to the same"
            )
        columns.append(before + order)
        before += len(goals)
    columns = np.concatenate(columns)
    return vertices, sparse.csr_array((np.ones(before), (np.arange(before), columns)), shape=(before, before))


@_verbose
def compute_source_morph(src, subject_from=None, subject_to="fsaverage", subjects_dir=None, zooms="auto",
                         niter_affine=(100, 100, 10), niter_sdr=(5, 5, 3), spacing=5, smooth=None, warn=True, xhemi=False,
                         sparse=False, src_to=None, precompute=False, verbose=None):  # fmt: skip
    """A map from the vertices of one subject to those of another, along their registered spheres.

    Parameters
    ----------
    src : SourceSpaces | SourceEstimate
        Of surfaces.
    subject_from : str | None
        Default None: that of `src`.
    subject_to : str | None
        Default "fsaverage"; None: that of `src_to`.
    subjects_dir : path-like | None
    spacing : int | list of array | None
        The grade of the icosahedron that samples the other surface, or its vertices; None: all. Default 5.
    smooth : int | None
        How many times values are spread to their neighbours. Default None: until all points have one.
    warn : bool
        Whether to warn of points that have none. Default True.
    xhemi : bool
        Whether to lead to the other hemisphere, of the same subject.
    sparse : bool
        Whether each vertex goes to one vertex alone; `spacing` must be None then.
    src_to : SourceSpaces | None
        The vertices to lead to, in place of `spacing`.

    Returns
    -------
    morph : SourceMorph
    """
    if precompute:
        raise not_yet("precompute=True, of volumes", _use)
    if zooms != "auto" or tuple(niter_affine) != (100, 100, 10) or tuple(niter_sdr) != (5, 5, 3):
        raise not_yet("zooms, niter_affine and niter_sdr, of volumes", _use)
    if isinstance(smooth, str):
        raise not_yet(f"smooth={smooth!r}", "a number of steps, or None")
    smooth = None if smooth is None else operator.index(smooth)
    vertices_from, subject = _source_of(src)
    subject_from = subject_of(subject, subject_from, name="subject_from")
    if src_to is not None and as_spaces(src_to, "src_to").kind != "surface":
        raise not_yet(_volumes, _use)
    if src_to is None and subject_to is None:
        raise ValueError("the goal is missing: give subject_to or src_to")
    subject_to = subject_of(None if src_to is None else src_to._subject, subject_to, name="subject_to")
    if flag("sparse", sparse):
        if spacing is not None:
            raise ValueError("sparse=True takes one vertex for each, so spacing must be None")
        if xhemi:
            raise ValueError("xhemi=True needs sparse=False: hemispheres are crossed by dense maps")
        vertices_to, matrix = _single(vertices_from, subject_from, subject_to, subjects_dir)
    else:
        if src_to is None:
            vertices_to = grade_to_vertices(subject_to, spacing, subjects_dir)
        else:
            vertices_to, spacing = [np.array(space["vertno"]) for space in src_to], None
        maps = read_morph_map(subject_from, subject_to, subjects_dir, xhemi)
        parts = []
        for to in range(2):
            own = 1 - to if xhemi else to
            rr, tris = read_surface(subject_file(subject_from, subjects_dir, "surf", f"{('lh', 'rh')[own]}.sphere.reg"))
            parts.append(_hemisphere(tris, len(rr), vertices_to[to], vertices_from[own], smooth, maps[own], warn))
        scipy_sparse = needed("scipy.sparse", "a morph")
        blocks = [[None, parts[0]], [parts[1], None]] if xhemi else [[parts[0], None], [None, parts[1]]]
        matrix = scipy_sparse.block_array(blocks, format="csr")
    return SourceMorph(subject_from, subject_to, "surface", spacing, smooth, xhemi, matrix, vertices_to, vertices_from)


__all__ = ["SourceMorph", "compute_source_morph"]
