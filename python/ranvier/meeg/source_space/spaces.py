"""Source spaces: what they hold, reading and writing."""

import copy

from ranvier import _core

from ..checks import fif_name, flag, lacking, list_of, output_path, path_of
from ..logs import verbose as _verbose
from ..points import frame_names

SourceSpace = _core.meeg.SourceSpace
_words = {"surf": "surface", "vol": "volume", "discrete": "discrete"}
hemispheres = {101: "lh", 102: "rh"}


def hemisphere(space):
    """ "lh" or "rh" of a surface; by where it lies where its id does not say so."""
    known = hemispheres.get(space["id"])
    return known or ("lh" if space["rr"][:, 0].sum() < 0 else "rh")


class SourceSpaces(list):
    """Source spaces as a list of dicts with MNE-Python's keys ("rr", "nn", "vertno" …).

    The arrays "rr", "nn" and "tris" are the engine's own and may be written to; "vertno" and "inuse" say the same and are set
    as a whole, "nuse" follows from them.

    Parameters
    ----------
    source_spaces : list of dict
        Two surfaces, left and right, or volumes, or both in that order.
    info : dict | None
        Where and how they were made: "working_dir", "command_line", "fname".
    """

    plot = lacking("SourceSpaces.plot()", "MNE-Python, with a file as the bridge")
    export_volume = lacking("SourceSpaces.export_volume()", "MNE-Python, with a file as the bridge")

    def __init__(self, source_spaces, info=None):
        if not isinstance(source_spaces, list):
            raise TypeError(f"source_spaces must be a list; got {type(source_spaces).__name__}")
        super().__init__(_space(each, k) for k, each in enumerate(source_spaces))
        _ = self.kind
        self.info = dict(info or {})

    @property
    def kind(self):
        """What they are together: "surface", "volume", "discrete" or "mixed"."""
        kinds = [space["type"] for space in self]
        on_surface = bool(kinds) and all(kind == "surf" for kind in kinds[:2])
        if any(kind == "surf" for kind in kinds[2 if on_surface else 0 :]):
            raise RuntimeError(f"source spaces must begin with both surfaces, and have no others; got {kinds}")
        if on_surface:
            return "surface" if len(kinds) == 2 else "mixed"
        return "discrete" if all(kind == "discrete" for kind in kinds) else "volume"

    @property
    def _subject(self):
        return self[0]["subject_his_id"] if self else None

    def __getitem__(self, key):
        chosen = super().__getitem__(key)
        return SourceSpaces(chosen, self.info) if isinstance(key, slice) else chosen

    def __add__(self, other):
        return SourceSpaces([*self.copy(), *(copy.deepcopy(each) for each in other)], self.info)

    def __repr__(self):
        words = []
        for space in self:
            word = _words[space["type"]]
            if space["type"] == "surf":
                word += f" ({hemisphere(space)}), n_vertices={space['np']}"
            elif space["type"] == "vol":
                word += f" ({space['seg_name']})" if "seg_name" in space else f", shape={space['shape']}"
            words.append(f"<{word}, n_used={space['nuse']}>")
        extra = [f"{frame_names.get(self[0]['coord_frame'], 'unknown')} coords"] if self else []
        extra += [f"subject {self._subject!r}"] if self._subject else []
        return f"<SourceSpaces: [{', '.join(words)}] {', '.join(extra)}>"

    def copy(self):
        """A copy that shares nothing."""
        return SourceSpaces([space.copy() for space in self], self.info)

    def __copy__(self):
        return SourceSpaces(list(self), self.info)

    def __deepcopy__(self, memo):
        return self.copy()

    def __reduce__(self):
        return SourceSpaces, (list(self), self.info)

    @_verbose
    def save(self, fname, overwrite=False, *, verbose=None):
        """Write to a FIFF file (``-src.fif``), as `write_source_spaces`."""
        write_source_spaces(fname, self, overwrite=overwrite)


def _space(given, k):
    """A source space of the engine, from one or from a dict."""
    if isinstance(given, SourceSpace):
        return given
    if not isinstance(given, dict) or "type" not in given:
        raise TypeError(f"source_spaces[{k}] must be a dict with the key 'type'; got {type(given).__name__}")
    space = SourceSpace()
    space.update({key: value for key, value in given.items() if key in _settable})
    space.check()
    return space


_settable = frozenset(
    """id type coord_frame rr nn tris inuse vertno use_tris nearest nearest_dist dist dist_limit subject_his_id shape
    src_mri_t vox_mri_t mri_ras_t interpolator mri_file mri_volume_name mri_width mri_height mri_depth neighbor_vert
    seg_name""".split()
)


def as_spaces(src, name="src"):
    """`src`, which must be source spaces."""
    if not isinstance(src, SourceSpaces):
        raise TypeError(f"{name} must be SourceSpaces, as read_source_spaces() and setup_source_space() make them; got "
                        f"{type(src).__name__}")  # fmt: skip
    return src


@_verbose
def read_source_spaces(fname, patch_stats=False, verbose=None):
    """Read source spaces from a FIFF file: of their own (``-src.fif``), or those of a forward solution or an inverse operator.

    Parameters
    ----------
    fname : path-like
    patch_stats : bool
        Areas, centres and normals of triangles ("tri_area", "tri_cent", "tri_nn") are there in any case.

    Returns
    -------
    src : SourceSpaces
    """
    flag("patch_stats", patch_stats)
    path = fif_name(path_of(fname), "src", "fwd", "inv")
    spaces, working_dir, command_line = _core.meeg.read_source_spaces_fif(path)
    info = {"fname": path}
    info.update({"working_dir": working_dir} if working_dir else {})
    info.update({"command_line": command_line} if command_line else {})
    return SourceSpaces(spaces, info)


@_verbose
def write_source_spaces(fname, src, *, overwrite=False, verbose=None):
    """Write source spaces to a FIFF file (``-src.fif``)."""
    as_spaces(src)
    path = fif_name(output_path(fname, overwrite), "src")
    _core.meeg.write_source_spaces_fif(
        list_of("src", src, SourceSpace, "source spaces"),
        src.info.get("working_dir") or "",
        src.info.get("command_line") or "",
        path,
        overwrite,
    )


__all__ = ["SourceSpaces", "read_source_spaces", "write_source_spaces"]
