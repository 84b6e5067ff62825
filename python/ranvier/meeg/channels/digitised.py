"""Points that were digitised on heads, from text files."""

import re

import numpy as np

from ranvier.errors import warn

from ..checks import complain, names_in, one_of, path_of, rule_of
from ..logs import verbose as _verbose
from .montage import make_dig_montage

_units = {"m": 1.0, "cm": 1e-2, "mm": 1e-3}


def lines_of(fname):
    """The path and the lines of a file that hold something, with their numbers."""
    path = path_of(fname)
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return path, [(number, line.strip()) for number, line in enumerate(lines, 1) if line.strip()]


def place_of(path, number, words):
    """Three finite numbers, or an error that says the line."""
    try:
        place = np.array([float(word) for word in words])
    except ValueError:
        place = np.empty(0)
    if place.shape != (3,) or not np.isfinite(place).all():
        raise ValueError(f"{path}, line {number}: a point must have three numbers x, y, z; got {' '.join(words)!r}")
    return place


def read_dig_dat(fname):
    """Read places of electrodes from a ``.dat`` file of Neuroscan (Compumedics).

    Each line holds a label, a number that tells what it is (78 nasion, 76 and 82 the points before the ears, 67 the centre,
    which is left out), and a place.

    Parameters
    ----------
    fname : str | Path

    Returns
    -------
    montage : DigMontage
    """
    path, lines = lines_of(fname)
    landmarks, places = {}, {}
    for number, line in lines:
        words = line.split()
        if len(words) != 5:
            raise ValueError(f"{path}, line {number}: a line must hold label, number, x, y, z; got {len(words)} words")
        place = place_of(path, number, words[2:])
        if words[1] in ("78", "76", "82"):
            landmarks[{"78": "nasion", "76": "lpa", "82": "rpa"}[words[1]]] = place
        elif words[1] != "67":
            if words[0] in places:
                warn(f"electrodes have one place; of {words[0]}, which has several, the last is taken")
            places[words[0]] = place
    return make_dig_montage(places, **landmarks)


def read_dig_localite(fname, nasion=None, lpa=None, rpa=None):
    """Read places of electrodes from a ``.csv`` file of Localite: number, label, and a place in mm.

    Parameters
    ----------
    fname : str | Path
    nasion, lpa, rpa : str | None
        Labels of the landmarks. Default None: there are none.

    Returns
    -------
    montage : DigMontage
    """
    path, lines = lines_of(fname)
    places = {}
    for number, line in lines[1:]:
        words = [word.strip() for word in line.split(",")]
        if len(words) != 5:
            raise ValueError(f"{path}, line {number}: a line must hold number, label, x, y, z; got {len(words)} words")
        if not words[0].isdigit() or not words[1] or words[1] in places:
            raise ValueError(f"{path}, line {number}: a number and a label of its own must stand first; got {line!r}")
        places[words[1]] = 1e-3 * place_of(path, number, words[2:])
    if not places:
        raise ValueError(f"{path} holds no point; after a line of titles each must hold number, label, x, y, z")
    landmarks = {}
    for name, label in (("nasion", nasion), ("lpa", lpa), ("rpa", rpa)):
        if label is not None:
            if label not in places:
                raise ValueError(f"{name} must be a label of {path}; there is no {label!r} among {', '.join(places)}")
            landmarks[name] = places.pop(label)
    return make_dig_montage(places, **landmarks)


@_verbose
def read_polhemus_fastscan(fname, unit="mm", on_header_missing="raise", *, verbose=None):
    """Read points on a head from a ``.txt`` file of Polhemus FastSCAN.

    Parameters
    ----------
    fname : str | Path
    unit : "m" | "cm" | "mm"
        Unit of the file. Default "mm".
    on_header_missing : "raise" | "warn" | "ignore"
        What to do where no line that begins with "%" names FastSCAN. Default "raise".

    Returns
    -------
    points : array of float, shape (n_points, 3)
        [m]
    """
    factor = _units[one_of("unit", unit, tuple(_units))]
    on_header_missing = rule_of("on_header_missing", on_header_missing)
    path, lines = lines_of(fname)
    one_of("the ending of fname", path.suffix, (".txt",))
    if not any(line.startswith("%") and "FastSCAN" in line for _, line in lines):
        complain(on_header_missing, f"{path} has no header of Polhemus FastSCAN",
                 '; if it holds points nevertheless, pass on_header_missing="ignore"')  # fmt: skip
    points = [place_of(path, number, line.split()) for number, line in lines if not line.startswith("%")]
    return factor * np.array(points).reshape(-1, 3)


def read_dig_polhemus_isotrak(fname, ch_names=None, unit="m"):
    """Read points on a head from a ``.hsp``, ``.elp`` or ``.eeg`` file of Polhemus Isotrak.

    Parameters
    ----------
    fname : str | Path
    ch_names : list of str | None
        Names of the points, which then are electrodes; None: those of ``.elp`` are coils, others points between them.
    unit : "m" | "cm" | "mm"
        Unit of the file. Default "m".

    Returns
    -------
    montage : DigMontage
    """
    factor = _units[one_of("unit", unit, tuple(_units))]
    path, lines = lines_of(fname)
    one_of("the ending of fname", path.suffix, (".hsp", ".elp", ".eeg"))
    # Comments begin with "//". What holds three numbers is a point; "%F" stands before landmarks, "%N" before names.
    points, announced = [], None
    for number, line in lines:
        words = line.removeprefix("%F").split()
        if line.startswith(("//", "%N")) or not all(re.fullmatch(r"[-+.\deE]+", word) for word in words):
            continue
        if len(words) < 3 and all(word.isdigit() for word in words):
            announced = int(words[0]) if len(words) == 2 else announced
        else:
            points.append(factor * place_of(path, number, words))
    if len(points) < 3:
        raise ValueError(f"{path} must begin with three landmarks, nasion, lpa and rpa; it holds {len(points)} points")
    nasion, lpa, rpa, *rest = points
    if path.suffix != ".elp" and announced not in (None, len(rest)):
        raise ValueError(f"{path} announces {announced} points; it holds {len(rest)}")
    if ch_names is not None:
        names = names_in("ch_names", ch_names)
        if len(names) != len(rest):
            raise ValueError(f"ch_names must have one name for each of the {len(rest)} points; got {len(names)}")
        return make_dig_montage(dict(zip(names, rest)), nasion, lpa, rpa)
    kind = "hpi" if path.suffix == ".elp" else "hsp"
    return make_dig_montage(None, nasion, lpa, rpa, **{kind: np.array(rest).reshape(-1, 3)})
