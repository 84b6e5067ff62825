"""Heads of compartments: what they hold, reading and writing."""

import copy
from collections.abc import Mapping, MutableMapping

from ranvier import _core

from ..checks import complain, not_yet, output_path, path_of, rule_of
from ..logs import verbose as _verbose

_ids = {"inner_skull": 1, "outer_skull": 3, "head": 4}


class ConductorModel(MutableMapping):
    """A head as a conductor, with MNE-Python's keys: "is_sphere", and "surfs", "solution" … or "r0", "layers" …

    Made by `read_bem_solution`; it looks like a dict, and the engine holds what is in it.
    """

    def __init__(self, engine):
        self._engine = engine

    def __getitem__(self, key):
        return self._engine[key]

    def __setitem__(self, key, value):
        self._engine[key] = value

    def __delitem__(self, key):
        del self._engine[key]

    def __iter__(self):
        return iter(self._engine)

    def __len__(self):
        return len(self._engine)

    def __repr__(self):
        if not self["is_sphere"]:
            n = len(self["surfs"])
            return f"<ConductorModel | BEM ({n} layer{'s' * (n != 1)}) solver={self['solver']}>"
        centre = ", ".join(f"{1e3 * x:.1f}" for x in self["r0"])
        if self.radius is None:
            return f"<ConductorModel | Sphere (no layers): r0=[{centre}] mm>"
        n = len(self["layers"]) - 1
        return f"<ConductorModel | Sphere ({n} layer{'s' * (n != 1)}): r0=[{centre}] R={1e3 * self.radius:1.0f} mm>"

    def copy(self):
        """A copy that shares nothing."""
        return ConductorModel(copy.copy(self._engine))

    __copy__ = copy

    def __deepcopy__(self, memo):
        return self.copy()

    @property
    def radius(self):
        """The radius of a sphere [m]; None without layers."""
        if not self["is_sphere"]:
            raise RuntimeError("a model of surfaces has no radius; make_sphere_model() makes one that has")
        return self["layers"][-1]["rad"] if len(self["layers"]) else None


def _fif_alone(path):
    if path.suffix == ".h5":
        raise not_yet("HDF5 files of boundary-element models", "a name that ends in .fif")
    return path


@_verbose
def read_bem_surfaces(fname, patch_stats=False, s_id=None, on_defects="raise", *, verbose=None):
    """Read the surfaces of a boundary-element model (``-bem.fif``, ``-head.fif``).

    Parameters
    ----------
    fname : path-like
    patch_stats : bool
        Whether normals "nn" are computed, and not the file's. Areas, centres and normals of triangles ("tri_area",
        "tri_cent", "tri_nn") are there in any case.
    s_id : int | None
        The only surface to read. Default None: all.
    on_defects : "raise" | "warn" | "ignore"
        What to do where `patch_stats` is asked for and points have fewer than three triangles around them.

    Returns
    -------
    surf : list of dict | dict
        The surfaces, or the one of `s_id`.
    """
    on_defects = rule_of("on_defects", on_defects)
    path = _fif_alone(path_of(fname))
    surfaces = _core.meeg.read_bem_surfaces_fif(path)
    chosen = [surface for surface in surfaces if s_id in (None, surface["id"])]
    if s_id is not None and len(chosen) != 1:
        raise ValueError(
            f"s_id must be that of one surface of {path}, which has {[s['id'] for s in surfaces]}; got {s_id}"
        )
    for surface in chosen if patch_stats else ():
        complete(surface, on_defects)
    return chosen if s_id is None else chosen[0]


def complete(surface, on_defects, advice='; mend it, or pass on_defects="warn"'):
    """Compute a surface's normals; say of points with fewer than three triangles around them that they have."""
    surface.compute_normals()
    defects = surface.defects()
    if defects:
        listed = ", ".join(map(str, defects[:80])) + (", …" if len(defects) > 80 else "")
        complain(on_defects, f"surface {surface['id']} has {len(defects)} points of {surface['np']} with fewer than three "
                 f"triangles around them: {listed}", advice, RuntimeError)  # fmt: skip


@_verbose
def write_bem_surfaces(fname, surfs, overwrite=False, *, verbose=None):
    """Write surfaces of a boundary-element model to a FIFF file (``-bem.fif``).

    Parameters
    ----------
    fname : path-like
    surfs : dict | list of dict
    """
    surfs = [surfs] if isinstance(surfs, (Mapping, _core.meeg.Surface)) else list(surfs)
    _core.meeg.write_bem_surfaces_fif(surfs, _fif_alone(output_path(fname, overwrite)), overwrite)


@_verbose
def read_bem_solution(fname, *, verbose=None):
    """Read a boundary-element model with its solution (``-bem-sol.fif``): a ConductorModel."""
    return ConductorModel(_core.meeg.read_bem_solution_fif(_fif_alone(path_of(fname))))


@_verbose
def write_bem_solution(fname, bem, overwrite=False, *, verbose=None):
    """Write a boundary-element model with its solution to a FIFF file (``-bem-sol.fif``)."""
    if not isinstance(bem, ConductorModel) or bem["is_sphere"]:
        raise TypeError("bem must be a ConductorModel of surfaces, as make_bem_solution() makes it")
    _core.meeg.write_bem_solution_fif(bem._engine, _fif_alone(output_path(fname, overwrite)), overwrite)


__all__ = ["ConductorModel", "read_bem_solution", "read_bem_surfaces", "write_bem_solution", "write_bem_surfaces"]
