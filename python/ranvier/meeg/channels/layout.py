"""Where small axes of channels stand in a figure."""

import copy
import pathlib

import numpy as np

from ranvier import _core
from ranvier.errors import file_error, warn

from ..checks import not_yet, number_or_none, one_of, path_of, reading, write_whole
from ..lazy import drawn_by
from ..logs import verbose as _verbose
from ..picks import excluded, pick_types, picks_to_idx


class Layout:
    """Places of channels in a figure.

    Parameters
    ----------
    box : tuple of float
        Its edges: left, right, bottom, top.
    pos : array of float, shape (n_channels, 4)
        Left and lower edge, width and height of each channel's axes.
    names : list of str
    ids : list of int
        Numbers of the channels.
    kind : str
        What it is called.
    """

    def __init__(self, box, pos, names, ids, kind):
        self.box = box
        self.pos = pos
        self.names = names
        self.ids = np.array(ids)
        if self.ids.ndim != 1:
            raise ValueError(f"ids must have one dimension; got shape {self.ids.shape}")
        if not len(self.names) == len(self.ids) == len(pos):
            raise ValueError(f"names, ids and pos must have one entry per channel; got {len(names)}, {len(self.ids)} and "
                             f"{len(pos)}")  # fmt: skip
        self.kind = kind

    def copy(self):
        """A copy that shares nothing that can change."""
        return copy.deepcopy(self)

    def save(self, fname, overwrite=False):
        """Write to a text file, ``.lout`` or ``.lay``, which MNE-Python reads.

        Parameters
        ----------
        fname : str | Path
        overwrite : bool
            Whether a file that is there is replaced. Default False.
        """
        path = path_of(fname)
        if path.suffix not in (".lout", ".lay"):
            raise ValueError(f"fname must end in .lout or .lay; got {path.name}")
        lines = ["{:8.2f} {:8.2f} {:8.2f} {:8.2f}".format(*self.box)] if path.suffix == ".lout" else []
        for number, place, name in zip(self.ids, self.pos, self.names):
            lines.append(f"{number:03d} " + " ".join(f"{value:8.2f}" for value in place) + f" {name}")
        write_whole(path, ("\n".join(lines) + "\n").encode(), overwrite)

    def __repr__(self):
        return f"<Layout | {self.kind} - Channels: {', '.join(self.names[:3])} ...>"

    plot = drawn_by("plot_layout")

    @_verbose
    def pick(self, picks=None, exclude=(), *, verbose=None):
        """Keep some channels, in place.

        Parameters
        ----------
        picks : str | int | slice | list | None
            Names or numbers; "all" or None: all but those in `exclude`.
        exclude : str | int | list
            Names or numbers that are left out of all. Default: none.

        Returns
        -------
        layout : Layout
            This object; channels keep their order.
        """
        everything = picks is None or (isinstance(picks, str) and picks == "all")
        kept = list(range(len(self.names))) if everything else self._numbers("picks", picks)
        out = self._numbers("exclude", exclude) if everything else []
        kept = [k for k in sorted(set(kept)) if k not in out]
        if not kept:
            raise RuntimeError("no channel is left: picks and exclude must leave one or more")
        self.pos, self.ids = np.asarray(self.pos)[kept], self.ids[kept]
        self.names = [self.names[k] for k in kept]
        return self

    def _numbers(self, what, given):
        """Numbers of channels, of names and numbers."""
        n = len(self.names)
        if isinstance(given, slice):
            if any(not isinstance(part, (int, type(None))) for part in (given.start, given.stop, given.step)):
                raise TypeError(f"a slice of {what} must be of whole numbers; got {given}")
            return list(range(n))[given]
        if isinstance(given, (str, int, np.integer)):
            given = [given]
        if not isinstance(given, (list, tuple, set, np.ndarray)):
            raise TypeError(f"{what} must be a list of names or numbers; got {type(given).__name__}")
        if isinstance(given, np.ndarray) and given.ndim != 1:
            raise ValueError(f"{what} must have one dimension; got {given.ndim}")
        found = []
        for item in given:
            if isinstance(item, str):
                if item not in self.names:
                    raise ValueError(f"the channel name {item} in {what} is none of the layout's")
                found.append(self.names.index(item))
            elif isinstance(item, (int, np.integer)) and not isinstance(item, bool):
                if not 0 <= item < n:
                    raise ValueError(f"numbers in {what} must be from 0 to {n - 1}; got {item}")
                found.append(int(item))
            else:
                raise TypeError(f"{what} must hold whole numbers or names; got {item!r}")
        if len(set(found)) < len(found):
            warn(f"{what} names channels twice, which are taken once")
        return found


_tables = pathlib.Path(__file__).parent / "layouts"


def read_layout(fname=None, *, scale=True):
    """A layout by its name, or from a text file.

    Parameters
    ----------
    fname : str | Path
        A ``.lout`` or ``.lay`` file; or one that is known: "biosemi", "CTF151", "CTF275", "CTF-275", "EEG1005", "EGI256",
        "GeodesicHeadWeb-130", "GeodesicHeadWeb-280", "KIT-125", "KIT-157", "KIT-160", "KIT-AD", "KIT-AS-2008", "KIT-UMD-3",
        "magnesWH3600", "Neuromag_122", "Vectorview-all", "Vectorview-grad", "Vectorview-grad_norm", "Vectorview-mag".
    scale : bool
        Whether places and sizes are brought into a figure of size 1. Default True.

    Returns
    -------
    layout : Layout
    """
    if not isinstance(fname, (str, pathlib.PurePath)):
        raise TypeError(f"fname must be the name of a layout, or of a file, .lout or .lay; got {fname!r}")
    known = _tables / (str(fname).removesuffix(".lout").removesuffix(".lay") + ".tsv")
    if isinstance(fname, str) and known.parent == _tables and known.is_file():
        box, rows = None, []
        for line in known.read_text(encoding="utf-8").splitlines():
            if line.startswith("# box: "):
                box = tuple(map(float, line[7:].split()))
            elif not line.startswith("#"):
                rows.append(line.split("\t"))
        ids, names = [int(row[0]) for row in rows], [row[5] for row in rows]
        return _layout(box, np.array([row[1:5] for row in rows], float), names, ids, known.stem, scale)
    path = pathlib.Path(fname).expanduser()
    if not path.is_file():
        names = ", ".join(sorted(file.stem for file in _tables.glob("*.tsv")))
        raise file_error(f"{path}: there is no such file, nor a layout of that name; there are {names}", str(path), -1)
    one_of("the extension of fname", path.suffix, (".lout", ".lay"))
    with reading(path, "layout in UTF-8"):
        lines = path.read_text(encoding="utf-8").splitlines()
    box = None
    if path.suffix == ".lout":
        box = tuple(_floats(path, 1, (lines or [""])[0].split()))
    names, places, ids = [], [], []
    for row, line in enumerate(lines[box is not None :], 1 + (box is not None)):
        parts = line.split(maxsplit=5)
        if not parts:
            continue
        if len(parts) < 6 or not parts[0].lstrip("-").isdigit():
            raise file_error(
                f"{path}:{row}: a line must hold number, x, y, width, height and name; got {line!r}", str(path), -1
            )
        ids.append(int(parts[0]))
        places.append(_floats(path, row, parts[1:5]))
        names.append(" ".join(parts[5].split()))
    if not names:
        raise file_error(f"{path}: no channel in it", str(path), -1)
    try:
        return _layout(box, np.array(places), names, ids, path.stem, scale)
    except ValueError as wrong:
        raise file_error(f"{path}: {wrong}", str(path), -1) from None


def _layout(box, pos, names, ids, kind, scale):
    if scale:
        pos[:, :2] -= pos[:, :2].min(axis=0)
        reach = pos[:, :2].max() + pos[0, 2]
        if not reach > 0:
            raise ValueError("places that are one, of no width, can't be brought into a figure of size 1: scale=False")
        pos /= reach
        pos[:, :2] = (pos[:, :2] + 0.03) * (0.97 / 1.03)
        pos[:, 2:] *= 0.94
    return Layout(box, pos, names, ids, kind)


def _floats(path, row, words):
    try:
        values = [float(word) for word in words]
    except ValueError:
        values = []
    if len(values) != 4 or not np.isfinite(values).all():
        raise file_error(f"{path}:{row}: there must be four finite numbers; got {' '.join(words)!r}", str(path), -1)
    return values


def make_eeg_layout(info, radius=0.5, width=None, height=None, exclude="bads", csd=False):
    """Lay out electrodes as they are seen from above.

    Parameters
    ----------
    info : Info
    radius : float
        Of the head, as a share of the figure. Default 0.5.
    width, height : float | None
        Of the axes, as shares of the figure; None: so that none overlap.
    exclude : list of str | "bads"
        Channels that are left out. Default: the bad ones.
    csd : bool
        Whether to take channels of current source density instead. Default False.

    Returns
    -------
    layout : Layout
    """
    idx = pick_types(info, eeg=not csd, csd=csd, exclude=exclude).tolist()
    if not idx:
        raise RuntimeError(f"there is no {'CSD' if csd else 'EEG'} channel to lay out")
    width, height = number_or_none("width", width), number_or_none("height", height)
    pos = _core.meeg.electrode_boxes(info._engine, idx, float(radius), width, height)
    return Layout((0, 1, 0, 1), pos, [info.ch_names[k] for k in idx], 1 + np.arange(len(idx)), "EEG")


def make_grid_layout(info, picks=None, n_col=None):
    """Lay out channels in rows and columns.

    Parameters
    ----------
    info : Info
    picks : str | list | slice | None
        Channels; None: good ones of type misc.
    n_col : int | None
        Number of columns; None: nearly a square.

    Returns
    -------
    layout : Layout
    """
    idx = picks_to_idx(info, "misc" if picks is None else picks, allow_empty=True)
    if not len(idx):
        raise ValueError("there is no channel to lay out; None picks those of type misc")
    if n_col is not None and (not isinstance(n_col, (int, np.integer)) or isinstance(n_col, bool)):
        raise TypeError(f"n_col must be a whole number or None; got {n_col!r}")
    pos = _core.meeg.grid_boxes(len(idx), n_col)
    return Layout((0, 1, 0, 1), pos, [info.ch_names[k] for k in idx], list(range(len(idx))), "grid-misc")


def generate_2d_layout(xy, w=0.07, h=0.05, pad=0.02, ch_names=None, ch_indices=None, name="ecog", bg_image=None,
                       normalize=True):  # fmt: skip
    """Lay out channels at places of one's own.

    Parameters
    ----------
    xy : array of float, shape (n_channels, 2)
    w, h : float
        Width and height of the axes, as shares of the figure. Default 0.07 and 0.05.
    pad : float
        Share of the room between places that is left free in `box`. Default 0.02.
    ch_names : list of str | None
        Names; None: the numbers.
    ch_indices : list of int | None
        Numbers; None: counted from 0.
    name : str
        What the layout is called. Default "ecog".
    bg_image : array | str | Path | None
        An image whose pixels `xy` counts.
    normalize : bool
        Whether places are brought to 0 … 1, where there is no image. Default True.

    Returns
    -------
    layout : Layout
    """
    xy = np.array(xy, float)
    if xy.ndim != 2 or xy.shape[1] != 2 or not np.isfinite(xy).all():
        raise ValueError(f"xy must be finite places of shape (n_channels, 2); got {xy.shape}")
    ids = np.arange(len(xy)) if ch_indices is None else ch_indices
    names = [str(k) for k in ids] if ch_names is None else list(ch_names)
    if not len(names) == len(ids) == len(xy):
        raise ValueError(f"ch_names, ch_indices and xy must have one entry per channel; got {len(names)}, {len(ids)} and "
                         f"{len(xy)}")  # fmt: skip
    if bg_image is not None:
        if isinstance(bg_image, (str, pathlib.Path)):
            from ..viz.style import pyplot

            bg_image = pyplot().imread(bg_image)
        xy /= np.array(bg_image.shape[1::-1])
    elif normalize:
        xy -= xy.min(axis=0)
        reach = xy.max(axis=0)
        if not reach.all():
            raise ValueError("places that share one x or one y can't be brought to 0 … 1: normalize=False")
        xy /= reach
    size = _core.meeg.box_size(xy, float(pad))
    return Layout((0, 0, *size), np.c_[xy, np.tile([float(w), float(h)], (len(xy), 1))], names, ids, name)


_vector_view = {"mag": (3022, 3023, 3024), "grad": (3012, 3013, 3014)}
_neuromag_122, _magnes, _ctf, _kit = 2, 4001, (5001, 5002, 5003, 5004), 6001
_kit_by_number = {160: "KIT-160", 125: "KIT-125"}


def _of_maker(info, ch_type):
    """The name of the layout that a maker of MEG draws its channels by, or None."""
    coils = [int(ch["coil_type"]) & 0xFFFF for ch in info["chs"]]
    mag, grad = (not set(kinds).isdisjoint(coils) for kinds in _vector_view.values())
    if (mag and grad and ch_type is None) or ((mag or grad) and ch_type == "meg"):
        return "Vectorview-all"
    if mag and (not grad or ch_type == "mag"):
        return "Vectorview-mag"
    if grad and (not mag or ch_type == "grad"):
        return "Vectorview-grad_norm" if info.ch_names[0].endswith("X") else "Vectorview-grad"
    if _neuromag_122 in coils:
        return "Neuromag_122"
    if ch_type in ("eeg", "csd"):
        return None
    if _magnes in coils:
        return "magnesWH3600"
    if not set(_ctf).isdisjoint(coils):
        return "CTF-275"
    if n := coils.count(_kit):
        if n <= 157 and n not in _kit_by_number:
            raise not_yet(f"telling which system of KIT has {n} gradiometers", 'read_layout("KIT-157") or another')
        return _kit_by_number.get(n, "KIT-AD")
    return None


def find_layout(info, ch_type=None, exclude="bads"):
    """A layout that fits the channels: that of the maker of MEG, electrodes seen from above, others laid out flat.

    Parameters
    ----------
    info : Info
    ch_type : "mag" | "grad" | "meg" | "eeg" | "csd" | None
        Type of channels; None: what there is, MEG first.
    exclude : list of str | "bads"
        Channels that are left out. Default: the bad ones.

    Returns
    -------
    layout : Layout
        That of a maker has all channels of the system, whether they are there or not.
    """
    one_of("ch_type", ch_type, (None, "mag", "grad", "meg", "eeg", "csd"))
    types = set(info.get_channel_types())
    if ch_type == "meg" and not types & {"mag", "grad"}:
        raise RuntimeError("there is no MEG channel to lay out")
    if ch_type == "eeg" and "eeg" not in types:
        raise RuntimeError("there is no EEG channel to lay out")
    name = None if ch_type in ("eeg", "csd") else _of_maker(info, ch_type)
    if name is not None:
        layout = read_layout(name)
        if " " not in info.ch_names[0]:
            layout.names = [name.replace(" ", "") for name in layout.names]
        if layout.kind == "CTF-275":
            layout.names = [name.split("-")[0] for name in layout.names]
        left_out = excluded(info, exclude)
        return layout.pick([k for k, name in enumerate(layout.names) if name not in left_out])
    if "eeg" in types and ch_type in (None, "eeg"):
        return make_eeg_layout(info, exclude=exclude)
    if "csd" in types and ch_type in (None, "csd"):
        return make_eeg_layout(info, exclude=exclude, csd=True)
    idx = picks_to_idx(info, "data", exclude=exclude, with_ref_meg=False).tolist()
    names = [info.ch_names[k] for k in idx]
    return generate_2d_layout(_core.meeg.flat_places(info._engine, idx), ch_names=names, name="custom")
