"""Forward solutions: what they hold, reading, writing, turning."""

from collections.abc import Mapping

import numpy as np

from ranvier import _core
from ranvier.errors import warn

from ..checks import fif_name, flag, names_in, not_yet, output_path, path_of
from ..face import KeyedFace
from ..info import Info
from ..logs import tell
from ..logs import verbose as _verbose
from ..picks import pick_types
from ..source_space.spaces import SourceSpaces

FIXED, FREE = 1, 2  # FIFFV_MNE_FIXED_ORI, FIFFV_MNE_FREE_ORI


def _set_gain(engine, value):
    engine.gain = value["data"] if isinstance(value, Mapping) else value


# What is under each key, and how it is set; keys without the latter follow from the others.
_keys = {
    "sol": (lambda self: self._sol(), lambda self, value: _set_gain(self._engine, value)),
    "sol_grad": (lambda self: None, None),
    "source_ori": (lambda self: self._engine.source_ori, lambda self, value: setattr(self._engine, "source_ori", int(value))),
    "coord_frame": (lambda self: self._engine.coord_frame,
                    lambda self, value: setattr(self._engine, "coord_frame", int(value))),
    "nsource": (lambda self: self._engine.nsource, None),
    "nchan": (lambda self: len(self._engine.names), None),
    "info": (lambda self: self._info(), None),
    "src": (lambda self: self._src(), lambda self, value: self._set_src(value)),
    "source_rr": (lambda self: self._engine.source_rr, None),
    "source_nn": (lambda self: self._engine.source_nn, lambda self, value: setattr(self._engine, "source_nn", value)),
    "surf_ori": (lambda self: self._engine.surf_ori, lambda self, value: setattr(self._engine, "surf_ori", bool(value))),
    "mri_head_t": (lambda self: self._engine.mri_head_t, lambda self, value: setattr(self._engine, "mri_head_t", value)),
    "_orig_source_ori": (lambda self: self._engine.original_ori, None),
    "_orig_sol": (lambda self: self._engine.original, lambda self, value: setattr(self._engine, "original", value)),
    "_orig_sol_grad": (lambda self: None, None),
}  # fmt: skip


def info_of(engine):
    """The Info of a forward solution or an inverse operator, which says beside it where they come from."""
    rest = dict(mri_head_t=engine.mri_head_t, mri_file=engine.mri_file or None, meas_file=engine.meas_file or None)
    return Info(engine.info, rest=rest)


class Forward(KeyedFace):
    """A forward solution, with MNE-Python's keys: "sol", "src", "info", "source_rr", "source_nn" …

    Made by `make_forward_solution` and `read_forward_solution`. The arrays are the engine's own and may be written to.

    Attributes
    ----------
    ch_names : list of str
    info : Info
    """

    _keys = _keys

    def __init__(self, engine):
        if not isinstance(engine, _core.meeg.ForwardSolution):
            raise TypeError("a Forward is made by make_forward_solution() or read_forward_solution()")
        self._engine = engine
        self._src_info = {}

    def _sol(self):
        data = self._engine.gain
        return dict(data=data, nrow=data.shape[0], ncol=data.shape[1], row_names=list(self._engine.names), col_names=[])

    def _info(self):
        return info_of(self._engine)

    def _src(self):
        return SourceSpaces(self._engine.spaces, self._src_info)

    def _set_src(self, value):
        self._engine.spaces = list(value)
        self._src_info = dict(getattr(value, "info", {}))

    def copy(self):
        """A copy that shares nothing."""
        copied = Forward(self._engine.copy())
        copied._src_info = dict(self._src_info)
        return copied

    def _words(self):
        kinds = [space["type"] for space in self["src"]]
        n = self["nsource"]
        if all(kind == "surf" for kind in kinds):
            sources = f"Surface with {n} vertices"
        elif all(kind == "vol" for kind in kinds):
            sources = f"Volume with {n} grid points"
        elif all(kind == "discrete" for kind in kinds):
            sources = f"Discrete with {n} dipoles"
        else:
            words = (("surf", "surface"), ("vol", "volume"), ("discrete", "discrete"))
            counts = ", ".join(f"{kinds.count(kind)} {word}" for kind, word in words if kind in kinds)
            sources = f"Mixed ({counts}) with {n} vertices"
        return sources, {0: "Unknown", FIXED: "Fixed", FREE: "Free"}[self["source_ori"]]

    def __repr__(self):
        info = self["info"]
        n_meg, n_eeg = (
            len(pick_types(info, meg=True, exclude=[])),
            len(pick_types(info, meg=False, eeg=True, exclude=[])),
        )
        sources, orientation = self._words()
        return (f"<Forward | MEG channels: {n_meg} | EEG channels: {n_eeg} | Source space: {sources} | "
                f"Source orientation: {orientation}>")  # fmt: skip

    def pick_channels(self, ch_names, ordered=False):
        """Keep some channels.

        Parameters
        ----------
        ch_names : list of str
        ordered : bool
            Whether they take the order of `ch_names`; all must be there then. Default False.
        """
        self._engine.pick(names_in("ch_names", ch_names), flag("ordered", ordered))
        return self

    @_verbose
    def save(self, fname, *, overwrite=False, verbose=None):
        """Write to a FIFF file (``-fwd.fif``), as `write_forward_solution`."""
        write_forward_solution(fname, self, overwrite=overwrite)


def as_forward(fwd):
    """`fwd`, which must be a forward solution."""
    if not isinstance(fwd, Forward):
        raise TypeError("fwd must be a Forward, as make_forward_solution() and read_forward_solution() make it; got "
                        f"{type(fwd).__name__}")  # fmt: skip
    return fwd


def is_fixed_orient(forward, orig=False):
    """Whether there is one column for each source; with `orig`, whether there was when it was computed."""
    return as_forward(forward)["_orig_source_ori" if flag("orig", orig) else "source_ori"] == FIXED


def _fif_alone(path):
    if path.suffix == ".h5":
        raise not_yet("HDF5 files of forward solutions", "a name that ends in -fwd.fif")
    return fif_name(path, "fwd")


@_verbose
def read_forward_solution(fname, include=(), exclude=(), *, ordered=True, verbose=None):
    """Read a forward solution from a FIFF file (``-fwd.fif``, ``-fwd.fif.gz``).

    Parameters
    ----------
    fname : path-like
    include, exclude : list of str
        Channels to read, default all; and channels to leave out.
    ordered : bool
        Whether channels take the order of `include`.

    Returns
    -------
    fwd : Forward
        Along x, y and z of the head, or along normals where it was computed so.
    """
    fwd = Forward(_core.meeg.read_forward_solution_fif(_fif_alone(path_of(fname))))
    include, exclude = names_in("include", list(include)), names_in("exclude", list(exclude))
    if include or exclude:
        names = [name for name in include or fwd["sol"]["row_names"] if name not in exclude]
        fwd.pick_channels(names, ordered=ordered and bool(include))
    return fwd


@_verbose
def write_forward_solution(fname, fwd, overwrite=False, verbose=None):
    """Write a forward solution to a FIFF file (``-fwd.fif``), as it was computed.

    What `convert_forward_solution` has turned is written along x, y and z, with a warning: files have no other.
    """
    path = _fif_alone(output_path(fname, overwrite))
    if as_forward(fwd)["surf_ori"]:
        if is_fixed_orient(fwd, orig=True):
            warn("this forward solution was computed for fixed orientations; those can't be reverted once it is read from "
                 "the file")  # fmt: skip
        else:
            warn("the file gets the forward solution along x, y and z, as it was computed; call "
                 "convert_forward_solution() after it is read")  # fmt: skip
    _core.meeg.write_forward_solution_fif(fwd._engine, path, overwrite)


@_verbose
def convert_forward_solution(fwd, surf_ori=False, force_fixed=False, copy=True, use_cps=True, *, verbose=None):
    """Turn the columns of a forward solution.

    Parameters
    ----------
    fwd : Forward
    surf_ori : bool
        Whether the third of three columns is along the surface's normal. Default False: along x, y and z.
    force_fixed : bool
        Whether each source has one column, along the normal. Default False.
    copy : bool
        Whether to leave `fwd` as it is. Default True.
    use_cps : bool
        Whether normals are means over the patch of each source, where patches are known. Default True.

    Returns
    -------
    fwd : Forward
    """
    fwd = as_forward(fwd).copy() if flag("copy", copy) else as_forward(fwd)
    fwd._engine.convert(flag("surf_ori", surf_ori), flag("force_fixed", force_fixed), flag("use_cps", use_cps))
    return fwd


def picked_types(orig, meg=False, eeg=False, ref_meg=True, seeg=False, ecog=False, dbs=False, include=(), exclude=()):
    """Keep channels of some types, on a copy."""
    info = as_forward(orig)["info"]
    picks = pick_types(info, meg=meg, eeg=eeg, ref_meg=ref_meg, seeg=seeg, ecog=ecog, dbs=dbs, include=include,
                       exclude=exclude)  # fmt: skip
    if len(picks) == 0:
        raise ValueError("no channel of the forward solution is left")
    chosen = {info["ch_names"][k] for k in picks}
    return orig.copy().pick_channels([name for name in orig["sol"]["row_names"] if name in chosen])


def pick_types_forward(orig, meg=False, eeg=False, ref_meg=True, seeg=False, ecog=False, dbs=False, include=[],
                       exclude=[]):  # fmt: skip
    """Keep channels of some types of a forward solution, on a copy; arguments as those of `pick_types`."""
    return picked_types(orig, meg, eeg, ref_meg, seeg, ecog, dbs, include, exclude)


@_verbose
def pick_channels_forward(orig, include=[], exclude=[], ordered=True, copy=True, *, verbose=None):
    """Keep some channels of a forward solution.

    Parameters
    ----------
    orig : Forward
    include, exclude : list of str
        Channels to keep, default all; and channels to leave out.
    ordered : bool
        Whether channels take the order of `include`. Default True.
    copy : bool
        Whether to leave `orig` as it is. Default True.
    """
    fwd = as_forward(orig).copy() if flag("copy", copy) else as_forward(orig)
    include, exclude = names_in("include", list(include)), names_in("exclude", list(exclude))
    if not include and not exclude:
        return fwd
    there = fwd["sol"]["row_names"]
    names = [name for name in include or there if name not in exclude and (ordered or name in there)]
    tell(f"    {len(names)} of {fwd['nchan']} channels kept")
    return fwd.pick_channels(names, ordered=flag("ordered", ordered) and bool(include))


def used_positions(fwd, vertices):
    """Positions among the sources of a forward solution of vertices of each space, positions among `vertices`, and how
    many of those there are."""
    spaces = fwd["src"]
    if len(spaces) != len(vertices):
        raise RuntimeError(f"the source estimate has {len(vertices)} source spaces, the forward solution {len(spaces)}")
    in_forward, in_estimate, first, begun = [], [], 0, 0
    for space, wanted in zip(spaces, vertices):
        _, here, there = np.intersect1d(space["vertno"], wanted, return_indices=True)
        in_forward.append(here + first)
        in_estimate.append(there + begun)
        first += space["nuse"]
        begun += len(wanted)
    return np.concatenate(in_forward), np.concatenate(in_estimate), begun
