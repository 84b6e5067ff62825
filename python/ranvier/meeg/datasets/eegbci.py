"""EEG of motor movement and imagery, PhysioNet EEGMMIDB."""

import numpy as np

from ranvier import _core
from ranvier.errors import file_error

from ..checks import not_yet, path_of
from ..logs import verbose as _verbose

_set = "eegmmidb"


@_verbose
def load_data(subjects, runs, *, path=None, force_update=False, update_path=None, base_url=None, verbose=None):
    """Find recordings on this machine, or fetch them.

    They are looked for in ``$RANVIER_DATA``, ``../shared/data`` and the user's cache, then fetched from their public
    home, each with its SHA-256 checked.

    Parameters
    ----------
    subjects : int | list of int
        1 to 109. Ranvier fetches those of subject 1; files of others are found where they have been put.
    runs : int | list of int
        1 to 14; 6, 10, 14: imagery of hands against feet.
    path : str | Path | None
        One more folder to look in.
    update_path : bool | None
        Accepted for MNE-Python's sake, which would write `path` into a configuration file.

    Returns
    -------
    paths : list of Path
        The files, in the order of the runs.
    """
    if force_update:
        raise not_yet("force_update=True", "a new folder as path=, or remove the files")
    if base_url is not None:
        raise not_yet("base_url=", "path=, a folder that the files have been put into")
    subjects, runs = ([int(k) for k in np.atleast_1d(v)] for v in (subjects, runs))
    paths = []
    for subject in subjects:
        if not 1 <= subject <= 109:
            raise ValueError(f"subjects are numbered from 1 to 109; got {subject}")
        for run in runs:
            if not 1 <= run <= 14:
                raise ValueError(f"runs are numbered from 1 to 14; got {run}")
            paths.append(_found(subject, run, path))
    return paths


def _found(subject, run, path):
    name = f"S{subject:03d}R{run:02d}.edf"
    folder = f"S{subject:03d}"
    places = []
    if path is not None:
        base = path_of(path)
        places += [
            base / name,
            base / folder / name,
            base / f"eegmmidb_{folder}" / name,
            base / "MNE-eegbci-data/files/eegmmidb/1.0.0" / folder / name,
        ]
    for base in _core.meeg.sample_folders():
        places += [base / f"eegmmidb_{folder}" / name, base / "eegmmidb" / name, base / "eegmmidb" / folder / name]
    for place in places:
        if place.is_file():
            return place
    if name in _core.meeg.sample_files(_set):
        return _core.meeg.sample_path(_set, name)
    looked = ", ".join(str(p.parent) for p in places)
    raise file_error(
        f"{name} is not on this machine and is none of those that Ranvier fetches; looked in {looked}", name, -1
    )


def standardize(raw):
    """Give the channels of a recording their names in the 10-05 system ("Fc5." becomes "FC5"), in place."""

    def standard(name):
        name = name.strip(".").upper()
        if name.endswith("Z"):
            name = name[:-1] + "z"
        return "Fp" + name[2:] if name.startswith("FP") else name

    raw.rename_channels({name: standard(name) for name in raw.ch_names})
