"""A part of a hemisphere's surface."""

import copy
import pathlib

import numpy as np

from ranvier import _core

from ..checks import needed, text_of
from ..lazy import made_by
from ..logs import verbose as _verbose

_state = ("vertices", "pos", "values", "hemi", "comment", "subject", "color", "name", "filename")


class Label(_core.meeg.Label):
    """A part of one hemisphere's surface: vertices with places and values.

    ``a + b`` has the vertices of both, and adds values of those that both have; ``a - b`` those of `a` that `b` lacks. Labels
    of both hemispheres add up to a BiHemiLabel.

    Parameters
    ----------
    vertices : array of int, shape (n_vertices,)
        Numbers of points, rising.
    pos : array of float, shape (n_vertices, 3) | None
        Their places [m]. Default None: zeros.
    values : array of float, shape (n_vertices,) | None
        Default None: ones.
    hemi : "lh" | "rh"
    comment, name, filename : str
    subject : str | None
    color : color of Matplotlib | None
    """

    @_verbose
    def __init__(self, vertices=(), pos=None, values=None, hemi=None, comment="", name=None, filename=None, subject=None,
                 color=None, *, verbose=None):  # fmt: skip
        super().__init__()
        for what, value in (("comment", comment), ("name", name), ("subject", subject)):
            text_of(what, value)
        if not isinstance(hemi, str):
            raise ValueError(f'hemi must be "lh" or "rh"; got {hemi!r}')
        vertices = np.asarray(vertices, np.int64)
        self.vertices = vertices
        self.pos = np.zeros((len(vertices), 3)) if pos is None else _numbers("pos", pos, 2)
        self.values = np.ones(len(vertices)) if values is None else _numbers("values", values, 1)
        self.hemi, self.comment, self.subject = hemi, comment or "", subject
        self.filename = None if filename is None else str(filename)
        self.name = pathlib.Path(self.filename[:-6]).name if name is None and filename is not None else name
        self.color = color
        self.check()

    @classmethod
    def _of(cls, engine):
        """The label that the engine made."""
        self = cls.__new__(cls)
        _core.meeg.Label.__init__(self)
        self._take(engine)
        return self

    @property
    def color(self):
        """Red, green, blue and opacity, 0 to 1, or None."""
        return self._rgba

    @color.setter
    def color(self, color):
        if color is not None and not (isinstance(color, tuple) and len(color) == 4):
            color = needed("matplotlib.colors", "a colour by name").to_rgba(color)
        self._rgba = None if color is None else tuple(map(float, color))

    def __getstate__(self):
        return {key: getattr(self, key) for key in _state}

    def __setstate__(self, state):
        _core.meeg.Label.__init__(self)
        for key in _state:
            setattr(self, key, state.get(key))

    def __len__(self):
        return len(self.vertices)

    def __repr__(self):
        name = "unnamed" if self.name is None else repr(self.name)
        return f"<Label | {self.subject or 'unknown'}, {name}, {self.hemi} : {len(self)} vertices>"

    def __add__(self, other):
        if isinstance(other, BiHemiLabel):
            return other + self
        _need_label(other)
        if self.hemi != other.hemi:
            if self.subject != other.subject:
                raise ValueError(f"labels that are put together must be of one subject; got {self.subject!r} and "
                                 f"{other.subject!r}; set their subject")  # fmt: skip
            lh, rh = (self, other) if self.hemi == "lh" else (other, self)
            return BiHemiLabel(lh.copy(), rh.copy(), f"{self.name} + {other.name}", _blended(self.color, other.color))
        return Label._of(self._sum(other))

    def __sub__(self, other):
        if isinstance(other, BiHemiLabel):
            return self - (other.lh if self.hemi == "lh" else other.rh)
        _need_label(other)
        return Label._of(self._difference(other))

    def copy(self):
        """A copy that shares nothing."""
        made = Label._of(self)
        made.filename = self.filename
        return made

    __copy__ = copy

    def __deepcopy__(self, memo):
        return self.copy()

    def fill(self, src, name=None):
        """The label with all points of the surface that are nearest to its vertices.

        Parameters
        ----------
        src : SourceSpaces
            The source space that has all vertices of the label. Where it does not know which vertex is nearest to each point,
            that is computed, and kept in it.
        name : str | None
            Default None: this label's.
        """
        return self._of_source_space(src, name, "_filled")

    def restrict(self, src, name=None):
        """The label with the vertices alone that a source space uses.

        Parameters
        ----------
        src : SourceSpaces
        name : str | None
            Default None: this label's.
        """
        return self._of_source_space(src, name, "_restricted")

    def _of_source_space(self, src, name, how):
        from ..source_space.spaces import as_spaces

        text_of("name", name)
        if as_spaces(src).kind != "surface":
            raise RuntimeError(f"src must be a source space of surfaces; got one of kind {src.kind!r}")
        if len(self) == 0:
            return self.copy()
        space = src[0 if self.hemi == "lh" else 1]
        if how == "_filled" and space["nearest"] is None:
            from ranvier.errors import warn

            from ..source_space.distances import add_source_space_distances

            warn(
                "the source space gets to know which vertex is nearest to each point; add_source_space_distances() does so beforehand"
            )
            add_source_space_distances(src, dist_limit=0)
        made = Label._of(getattr(self, how)(space))
        made.name = self.name if name is None else name
        return made

    def get_vertices_used(self, vertices=None):
        """Those of some vertices that the label has. Default None: of 10242, as ico 5 has them."""
        vertices = np.arange(10242) if vertices is None else np.asarray(vertices)
        return vertices[np.isin(vertices, self.vertices)]

    def get_tris(self, tris, vertices=None):
        """The triangles whose corners are all in the label.

        Parameters
        ----------
        tris : array of int, shape (n_triangles, 3)
        vertices : array of int | None
            As in `get_vertices_used`.

        Returns
        -------
        label_tris : array of int, shape (n_label_triangles, 3)
            Vertices that no triangle has stand at the end, three times each.
        """
        used, tris = self.get_vertices_used(vertices), np.asarray(tris)
        chosen = tris[np.isin(tris, used).all(axis=1)]
        return np.concatenate([chosen, np.repeat(np.setdiff1d(used, chosen)[:, None], 3, axis=1)])

    save = made_by("label.files.save")
    compute_area = made_by("label.on_surface.compute_area")
    distances_to_outside = made_by("label.on_surface.distances_to_outside")
    center_of_mass = made_by("label.on_surface.center_of_mass")
    split = made_by("label.splitting.split")
    smooth = made_by("label.morphing.smooth")
    morph = made_by("label.morphing.morph")


class BiHemiLabel:
    """A label of both hemispheres: two labels, `lh` and `rh`, of one subject.

    Parameters
    ----------
    lh, rh : Label
    name : str | None
    color : color of Matplotlib | None
    """

    hemi = "both"

    def __init__(self, lh, rh, name=None, color=None):
        if lh.subject != rh.subject:
            raise ValueError(f"both sides must be of one subject; got {lh.subject!r} and {rh.subject!r}")
        self.lh, self.rh, self.name, self.color, self.subject = lh, rh, name, color, lh.subject

    def __repr__(self):
        name = "unnamed" if self.name is None else repr(self.name)
        return f"<BiHemiLabel | {self.subject or 'unknown'}, {name}, lh : {len(self.lh)} vertices,  rh : {len(self.rh)} vertices>"

    def __len__(self):
        return len(self.lh) + len(self.rh)

    def __add__(self, other):
        if isinstance(other, BiHemiLabel):
            lh, rh = self.lh + other.lh, self.rh + other.rh
        else:
            _need_label(other)
            lh = self.lh + other if other.hemi == "lh" else self.lh
            rh = self.rh if other.hemi == "lh" else self.rh + other
        return BiHemiLabel(lh, rh, f"{self.name} + {other.name}", _blended(self.color, other.color))

    def __sub__(self, other):
        if isinstance(other, BiHemiLabel):
            lh, rh = self.lh - other.lh, self.rh - other.rh
        else:
            _need_label(other)
            lh = self.lh - other if other.hemi == "lh" else self.lh
            rh = self.rh if other.hemi == "lh" else self.rh - other
        if len(lh) == 0 or len(rh) == 0:
            return rh if len(lh) == 0 else lh
        return BiHemiLabel(lh, rh, f"{self.name} - {other.name}", self.color)

    def copy(self):
        """A copy that shares nothing."""
        return BiHemiLabel(self.lh.copy(), self.rh.copy(), self.name, copy.copy(self.color))


def _numbers(name, values, ndim):
    """An array of so many dimensions."""
    try:
        values = np.asarray(values, float)
    except (TypeError, ValueError):
        raise TypeError(f"{name} must be an array of numbers; got {values!r}") from None
    if values.ndim != ndim:
        raise ValueError(f"{name} must have {ndim} dimension{'s' * (ndim > 1)}; got shape {values.shape}")
    return values


def _need_label(other):
    if not isinstance(other, Label):
        raise TypeError(f"a label can be put together with a Label or BiHemiLabel; got {type(other).__name__}")


def _blended(a, b):
    return _core.meeg.blended(a, b) if a is not None and b is not None else a if b is None else b


__all__ = ["BiHemiLabel", "Label"]
