"""Places of electrodes from files."""

import csv
import xml.etree.ElementTree

import numpy as np

from ranvier import _core
from ranvier.errors import warn

from ..checks import one_of, path_of
from ..logs import verbose as _verbose
from ..points import Transform, frame_numbers
from .digitised import lines_of, place_of
from .montage import DigMontage, make_dig_montage

_units = {"m": 1.0, "cm": 1e-2, "mm": 1e-3}
_headshape = "headshape"  # what .sfp calls points between the electrodes


def _rows(path, comments="#", skip=0):
    """The words of each line that has some; what follows `comments` is none."""
    lines = [line.split(comments)[0].split() for line in path.read_text(encoding="utf-8").splitlines()]
    return [words for words in lines if words][skip:]


def _on_sphere(radius, azimuth, polar):
    """Cartesian coordinates of a point at angles in degrees, the polar one from the z axis."""
    a, p = np.deg2rad(azimuth), np.deg2rad(polar)
    return radius * np.array([np.sin(p) * np.cos(a), np.sin(p) * np.sin(a), np.cos(p)])


# What each reader returns: (label, place) of every point, in the unit of the file.


def _eeglab(path):
    return [(label, _on_sphere(1.0, 90 - float(theta), 180 * float(radius)))
            for _, theta, radius, label, *_ in _rows(path)]  # fmt: skip


def _labelled(path):
    return [(label, np.array(place, float)) for label, *place in _rows(path)]


def _csd(path):
    return [(row[0], np.array(row[4:7], float)) for row in _rows(path, "//")]


def _asa(path):
    lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    unit = next((line.split()[1] for line in lines if "UnitPosition" in line), None)
    if unit not in _units:
        raise RuntimeError(f"{path}: UnitPosition must be one of {', '.join(_units)}; got {unit}")
    start, labels = lines.index("Positions") + 1, lines.index("Labels")
    places = [line.split(":")[-1].split() for line in lines[start:labels] if line]
    one_line = any(":" in line for line in lines[start:labels])  # then all labels stand in one
    names = [word for line in lines[labels + 1 :] if line for word in (line.split() if one_line else [line])]
    return [(name, _units[unit] * np.array(place, float)) for name, place in zip(names, places)]


def _angles(path):
    return [(label, _on_sphere(1.0, float(phi), float(theta))) for label, theta, phi, *_ in _rows(path, skip=1)]


def _besa(path):
    points = []
    for _, label, polar, azimuth, radius, *_ in _rows(path):
        polar, azimuth = float(polar), float(azimuth)
        points.append((label, _on_sphere(float(radius) / 100, azimuth if polar >= 0 else 180 + azimuth, abs(polar))))
    return points


def _electrodes(path, kind):
    """The elements of an XML file that are called `kind`."""
    if "<!ENTITY" in path.read_text(encoding="utf-8"):
        raise ValueError(f"{path}: entities are not read: a file of places needs none")
    return xml.etree.ElementTree.parse(path).getroot().iter(kind)


def _brainvision(path):
    points = []
    for electrode in _electrodes(path, "Electrode"):
        radius, phi, theta = (float(electrode.findtext(word)) for word in ("Radius", "Phi", "Theta"))
        points.append((electrode.findtext("Name"), _on_sphere(radius, phi, theta)))
    return points


def _table(path):
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.reader(file, delimiter="," if path.suffix == ".csv" else "\t") if row]
    if path.suffix == ".xyz":
        return [(row[4].strip(), np.array(row[1:4], float)) for row in rows]
    return [(row[0].strip(), np.array(row[1:4], float)) for row in rows[1:]]


_landmarks = {"nasion": "Nz", "lpa": "LPA", "rpa": "RPA"}
# Reader, names of the landmarks, whether the size of the head scales what is read: "always", "asked" or "never".
_readers = {
    ".loc": (_eeglab, {}, "always"), ".locs": (_eeglab, {}, "always"), ".eloc": (_eeglab, {}, "always"),
    ".sfp": (_labelled, {"nasion": "FidNz", "lpa": "FidT9", "rpa": "FidT10"}, "asked"), ".csd": (_csd, {}, "asked"),
    ".elc": (_asa, _landmarks, "asked"), ".txt": (_angles, _landmarks, "always"), ".elp": (_besa, _landmarks, "asked"),
    ".bvef": (_brainvision, {}, "asked"), ".csv": (_table, {}, "never"), ".tsv": (_table, {}, "never"),
    ".xyz": (_table, {}, "never"),
}  # fmt: skip


@_verbose
def read_custom_montage(fname, head_size=0.095, coord_frame=None, *, verbose=None):
    """Read places of electrodes from a file.

    Parameters
    ----------
    fname : str | Path
        The ending of its name chooses the format: ``.loc``, ``.locs``, ``.eloc`` (EEGLAB), ``.sfp`` (BESA, EGI), ``.csd``
        (Matlab), ``.elc`` (ASA), ``.txt`` (angles in degrees), ``.elp`` (BESA), ``.bvef`` (BrainVision), or ``.csv``,
        ``.tsv`` and ``.xyz``, whose places are taken as they are, in m.
    head_size : float | None
        Radius of the head [m], to which the median distance of the points is brought; None, for formats with lengths:
        they stay as they are. Default 0.095.
    coord_frame : str | None
        The frame of the places. Default None: "unknown", of EEGLAB's "head".

    Returns
    -------
    montage : DigMontage
    """
    path = path_of(fname)
    read, landmarks, scaled = _readers[one_of("the ending of fname", path.suffix.lower(), tuple(_readers))]
    if scaled == "always" and head_size is None:
        raise ValueError(f"head_size must be a radius in m for {path.suffix}, which has angles only; got None")
    try:
        points = read(path)
        if not points or not all(place.shape == (3,) for _, place in points):
            raise ValueError("a place must have three numbers")
    except (ValueError, TypeError, IndexError, SyntaxError) as error:
        raise ValueError(
            f"{path}: a line does not hold a label and a place as {path.suffix} has them ({error})"
        ) from None
    names = [label for label, _ in points if label != _headshape]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        warn(f"electrodes have one place; of {', '.join(twice)}, which have several, the last is taken")
    if head_size is not None and scaled != "never":
        distances = [np.linalg.norm(place) for label, place in points if label != _headshape]
        factor = head_size / np.median(distances)
        points = [(label, place if label == _headshape else place * factor) for label, place in points]
    places = {label: place for label, place in points if label != _headshape}
    known = {ours: places.pop(theirs, None) for ours, theirs in landmarks.items()}
    frame = coord_frame or ("head" if read is _eeglab else "unknown")
    shape = [place for label, place in points if label == _headshape]
    return make_dig_montage(places, hsp=shape or None, coord_frame=frame, **known)


def read_dig_hpts(fname, unit="mm"):
    """Read digitised points from a text file whose lines hold kind ("cardinal", "eeg", "hpi", "extra"), label, x, y, z.

    Parameters
    ----------
    fname : str | Path
    unit : "m" | "cm" | "mm"
        Unit of the file. Default "mm".
    """
    factor = _units[one_of("unit", unit, tuple(_units))]
    found = {"cardinal": {}, "eeg": {}, "hpi": [], "extra": []}
    path, lines = lines_of(fname)
    for number, line in lines:
        words = line.split("#")[0].split()
        if not words:
            continue
        kind = words[0].lower()
        if len(words) != 5 or kind not in found:
            raise ValueError(
                f"{path}, line {number}: a line must hold a kind ({', '.join(found)}), label, x, y, z; got {line!r}"
            )
        place = factor * place_of(path, number, words[2:])
        if isinstance(found[kind], dict):
            found[kind][words[1]] = place
        else:
            found[kind].append(place)
    if not any(found.values()):
        raise ValueError(f"{path} holds no point; a line must hold a kind ({', '.join(found)}), label, x, y, z")
    landmarks = {name: found["cardinal"].get(number) for name, number in (("lpa", "1"), ("nasion", "2"), ("rpa", "3"))}
    return make_dig_montage(found["eeg"], hpi=found["hpi"] or None, hsp=found["extra"] or None, **landmarks)


def read_dig_captrak(fname):
    """Read digitised electrodes and landmarks from a file of CapTrak (``.bvct``), which has millimetres.

    Parameters
    ----------
    fname : str | Path

    Returns
    -------
    montage : DigMontage
    """
    path = path_of(fname)
    places = {}
    try:
        for electrode in _electrodes(path, "CapTrakElectrode"):
            places[electrode.findtext("Name")] = 1e-3 * np.array([float(electrode.findtext(axis)) for axis in "XYZ"])
    except (TypeError, ValueError, SyntaxError) as error:
        raise ValueError(
            f"{path}: an electrode does not have Name, X, Y and Z as CapTrak writes them ({error})"
        ) from None
    landmarks = {name.lower(): places.pop(name, None) for name in ("Nasion", "LPA", "RPA")}
    lost = [name for name, place in landmarks.items() if place is None]
    if lost:
        raise ValueError(
            f"{path}: a file of CapTrak holds the landmarks Nasion, LPA and RPA; there is no {', '.join(lost)}"
        )
    return make_dig_montage(places, **landmarks)


@_verbose
def compute_native_head_t(montage, *, on_missing="warn", verbose=None):
    """The transform from a montage's frame to that of the head, which its landmarks define.

    x runs from LPA to RPA, y through the nasion, both through the foot of the nasion on that line; z points up.

    Parameters
    ----------
    montage : DigMontage
    on_missing : "raise" | "warn" | "ignore"
        What to do where a landmark is missing; unless it is an error, the transform changes nothing.

    Returns
    -------
    native_head_t : Transform
    """
    from ..checks import complain

    if not isinstance(montage, DigMontage):
        raise TypeError(f"montage must be a DigMontage; got {type(montage).__name__}")
    known = montage.get_positions()
    missing = [name for name in ("nasion", "lpa", "rpa") if known[name] is None]
    if missing:
        complain(on_missing, f"landmarks (fiducials) define the frame of the head; there is no {', '.join(missing)}, so "
                 "places stay as they are", '; add them, or pass on_missing="warn"')  # fmt: skip
        return Transform("unknown", "head")
    landmarks = [known[name].tolist() for name in ("nasion", "lpa", "rpa")]
    return _core.meeg.head_transform(*landmarks, frame_numbers[known["coord_frame"]])
