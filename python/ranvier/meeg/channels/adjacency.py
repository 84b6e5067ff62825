"""Which channels are neighbours."""

import numpy as np

from ranvier import _core

from ..checks import not_yet, path_of
from ..info import create_info
from ..picks import picks_to_idx
from .montage import make_standard_montage

#: Names that MNE-Python has neighbours for, and the montages that those which Ranvier computes come from.
_montages = {"biosemi16": "biosemi16", "biosemi32": "biosemi32", "biosemi64": "biosemi64", "easycapM1": "easycap-M1"}
_only_mne = frozenset(
    """
    bti148 bti248 bti248grad ctf64 ctf151 ctf275 easycap32ch-avg easycap64ch-avg easycap128ch-avg easycapM11 easycapM14
    easycapM15 KIT-157 KIT-208 KIT-NYU-2019 KIT-UMD-1 KIT-UMD-2 KIT-UMD-3 KIT-UMD-4 neuromag306mag neuromag306planar
    neuromag122cmb neuromag306cmb ecog256 ecog256bipolar eeg1010_neighb elec1005 elec1010 elec1020 itab28 itab153
    language29ch-avg mpi_59_channels yokogawa160 yokogawa440
""".split()
)


def get_builtin_ch_adjacencies(*, descriptions=False):
    """Names of the caps whose neighbours `read_ch_adjacency` computes.

    Parameters
    ----------
    descriptions : bool
        Whether to return pairs of name and description. Default False.
    """
    return [
        (name, f"neighbours in the montage {montage}") if descriptions else name for name, montage in _montages.items()
    ]


def read_ch_adjacency(fname, picks=None):
    """Neighbours of channels, from a file or for a cap.

    Parameters
    ----------
    fname : str | Path
        A file of FieldTrip's neighbours (``.mat``), or a name of `get_builtin_ch_adjacencies`, whose neighbours are
        computed as by `find_ch_adjacency`: they are not those of FieldTrip's templates.
    picks : list of str | list of int | slice | None
        Channels to keep. Default None: all.

    Returns
    -------
    ch_adjacency : scipy.sparse.csr_array of bool, shape (n_channels, n_channels)
        True where two are neighbours, and on the diagonal.
    ch_names : list of str
    """
    if fname in _montages:
        montage = make_standard_montage(_montages[fname])
        info = create_info(montage.ch_names, 1.0, "eeg").set_montage(montage)
        adjacency, names = find_ch_adjacency(info, "eeg")
    elif fname in _only_mne:
        raise not_yet(f"the table of neighbours {fname!r}", "find_ch_adjacency(info, ch_type), or FieldTrip's file")
    elif str(fname).endswith(".mat"):
        adjacency, names = _of_fieldtrip(path_of(fname))
    else:
        raise ValueError(f"neighbours are read from .mat files, or computed for {', '.join(_montages)}; got {fname!r}")
    if picks is None:
        return adjacency, names
    idx = picks_to_idx(create_info(names, 1.0, "eeg"), picks, exclude=())
    return adjacency[idx][:, idx], [names[k] for k in idx]


def find_ch_adjacency(info, ch_type):
    """Neighbours among the channels of a type, by where they are.

    Parameters
    ----------
    info : Info
    ch_type : "eeg" | "mag" | "grad" | None
        None where all channels are of one type.

    Returns
    -------
    ch_adjacency : scipy.sparse.csr_array of bool, shape (n_channels, n_channels)
        True where two are neighbours, and on the diagonal.
    ch_names : list of str
        The channels, bad ones too.

    Notes
    -----
    Neighbours are those that an edge of Delaunay's triangulation of the places on a map joins; planar gradiometers at one
    place have theirs in common. MNE-Python does the same, but for helmets that it has FieldTrip's tables of.
    """
    types = info.get_channel_types(unique=True)
    if ch_type is None:
        if len(types) != 1:
            raise ValueError(f"ch_type must be given where channels are of several types; they are {', '.join(types)}")
        ch_type = types[0]
    elif ch_type not in ("eeg", "mag", "grad"):
        raise ValueError(f'ch_type must be "eeg", "mag", "grad" or None; got {ch_type!r}')
    idx = picks_to_idx(info, ch_type, exclude=())
    pairs = _core.meeg.neighbours(info._engine, idx.tolist())
    return _matrix(pairs, len(idx)), [info.ch_names[k] for k in idx]


def _matrix(pairs, n):
    from scipy.sparse import csr_array

    matrix = np.eye(n, dtype=bool)
    for a, b in pairs:
        matrix[a, b] = matrix[b, a] = True
    return csr_array(matrix)


def _of_fieldtrip(path):
    """What a struct array `neighbours` with the fields label and neighblabel says."""
    from scipy.io import loadmat
    from scipy.sparse import csr_array

    entries = loadmat(path, struct_as_record=True)["neighbours"].ravel()
    names = [str(np.ravel(entry["label"])[0]) for entry in entries]
    matrix = np.eye(len(names), dtype=bool)
    for row, entry in enumerate(entries):
        for cell in np.ravel(entry["neighblabel"]):
            name = str(np.ravel(cell)[0])
            if name not in names:
                raise ValueError(f"neighbours must be channels of the table; {names[row]} has {name} ({path})")
            matrix[row, names.index(name)] = True
    return csr_array(matrix), names
