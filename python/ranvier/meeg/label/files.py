"""Labels and parcellations in files."""

import re

import numpy as np

from ranvier import _core
from ranvier.errors import warn

from ..checks import flag, list_of, one_of, output_path, path_of, text_of
from ..logs import tell
from ..logs import verbose as _verbose
from ..subjects import subject_file, subjects_folder
from ..surface.files import read_surface
from .colours import distinct
from .label import Label


@_verbose
def read_label(filename, subject=None, color=None, *, verbose=None):
    """Read a label of FreeSurfer's.

    Parameters
    ----------
    filename : path-like
        It says the hemisphere: ``lh.…``, ``rh.…``, ``…lh.label`` or ``…rh.label``.
    subject : str | None
    color : color of Matplotlib | None
        Neither is in the file.

    Returns
    -------
    label : Label
    """
    if subject is not None and not isinstance(subject, str):
        raise TypeError(f"subject must be a str or None; got {subject!r}")
    path = path_of(filename)
    base = path.name
    found = re.match(r"(lh|rh)\.", base) or re.search(r"(lh|rh)\.label$", base)
    if found is None:
        raise ValueError(
            f"a label's file must say its hemisphere: begin with lh. or rh., or end in lh.label or rh.label; got {base}"
        )
    if found.start() == 0 and base[2] == ".":
        stem = base[:-6] if base.endswith(".label") else base[3:]  # MNE-Python keeps "lh." in the first case
    else:
        stem = base[:-9]
    label = Label._of(_core.meeg.read_freesurfer_label(path))
    label.hemi, label.subject, label.color = found[1], subject, color
    label.name, label.filename = f"{stem}-{found[1]}", str(filename)
    return label


@_verbose
def write_label(filename, label, verbose=None):
    """Write a label to a file of FreeSurfer's, which has no place for subject and colour.

    Parameters
    ----------
    filename : path-like
        "-lh" or "-rh" and ".label" are added where they lack. A file of that name is replaced.
    label : Label
    """
    if not isinstance(label, Label):
        raise TypeError(f"label must be a Label, of one hemisphere; got {type(label).__name__}")
    path = path_of(filename)
    name = path.name.removesuffix(".label")
    if not name.startswith(label.hemi) and not name.endswith(label.hemi):
        name += f"-{label.hemi}"
    _core.meeg.write_freesurfer_label(label, path.with_name(name + ".label"), True)


def save(label, filename):
    """Write to a file of FreeSurfer's, as `write_label`."""
    write_label(filename, label)


def _annotation_files(annot_fname, subject, hemi, parc, subjects_dir):
    """Files of a parcellation, and their hemispheres."""
    if annot_fname is not None:
        path = path_of(annot_fname)
        if path.name[:2] not in ("lh", "rh"):
            raise ValueError(f"annot_fname must begin with lh or rh, to say its hemisphere; got {path.name}")
        return [(path, path.name[:2])]
    one_of("hemi", hemi, ("lh", "rh", "both"))
    folder = subjects_folder(subjects_dir) / subject / "label"
    return [(folder / f"{side}.{parc}.annot", side) for side in (("lh", "rh") if hemi == "both" else (hemi,))]


@_verbose
def read_labels_from_annot(subject, parc="aparc", hemi="both", surf_name="white", *, annot_fname=None, regexp=None,
                           subjects_dir=None, sort=True, verbose=None):  # fmt: skip
    """Read the labels of a parcellation (``?h.….annot``).

    Parameters
    ----------
    subject : str
    parc : str
        Its name. Default "aparc".
    hemi : "lh" | "rh" | "both"
    surf_name : str
        The surface on which the vertices lie. Default "white".
    annot_fname : path-like | None
        The only file to read, in place of those that `parc` and `hemi` name.
    regexp : str | None
        A part of the wanted names, or a regular expression that matches them from their beginning.
    subjects_dir : path-like | None
    sort : bool
        By name. Default True.

    Returns
    -------
    labels : list of Label
    """
    wanted = None
    if regexp is not None:
        wanted = re.compile(f".*{regexp}.*" if regexp.replace("_", "").isalnum() else regexp)
    labels, names = [], set()
    for path, side in _annotation_files(annot_fname, subject, hemi, parc, subjects_dir):
        if not path.is_file():
            raise FileNotFoundError(
                f"annotation file {path} is missing: parc or annot_fname must name one that is there"
            )
        ids, regions, _ = _core.meeg.read_annotation(path)
        places = read_surface(subject_file(subject, subjects_dir, "surf", f"{side}.{surf_name}"))[0] / 1e3
        if len(places) != len(ids):
            raise RuntimeError(
                f"{path} must be of the {len(places)} vertices of {side}.{surf_name} of {subject}; it has {len(ids)}"
            )
        for region, number, rgbt in regions:
            vertices = np.flatnonzero(ids == number)
            if len(vertices) == 0:
                continue  # none of the cortex
            name = f"{region.decode()}-{side}"
            names.add(region.decode())
            if wanted is None or wanted.match(name):
                colour = (rgbt[0] / 255, rgbt[1] / 255, rgbt[2] / 255, (255 - rgbt[3]) / 255)
                labels.append(Label(vertices, places[vertices], hemi=side, name=name, subject=subject, color=colour))
    if not labels:
        raise RuntimeError(f"there are no labels that match {regexp!r}; there are {', '.join(sorted(names))}")
    return sorted(labels, key=lambda label: label.name) if flag("sort", sort) else labels


def _colours(labels, colormap, problems):
    """Red, green, blue, opacity of each label, 0 to 255; those without get distinct ones."""
    given = [None if label.color is None else tuple(round(255 * part) for part in label.color) for label in labels]
    by_colour = {}
    for label, colour in zip(labels, given):
        if colour is not None:
            by_colour.setdefault(colour[:3], []).append(label.name)
    hemi = labels[0].hemi if labels else ""
    for colour, names in by_colour.items():
        if colour == (0, 0, 0):
            warn("a label is black (0, 0, 0), which some tools of FreeSurfer can't read")
        if max(colour) > 255 or min(colour) < 0:
            problems.append(f"colours must be from 0 to 1; got {colour} of {', '.join(names)} ({hemi})")
        if len(names) > 1:
            problems.append(
                f"labels of a hemisphere must have colours of their own; {colour} have {', '.join(names)} ({hemi})"
            )
    if None in given:
        spare, taken, at = distinct(len(labels), colormap), set(by_colour), 0
        for k, colour in enumerate(given):
            if colour is None:
                colour = spare[k]
                while colour[:3] in taken:
                    colour, at = spare[at], at + 1
                given[k] = colour
                taken.add(colour[:3])
    return given


@_verbose
def write_labels_to_annot(labels, subject=None, parc=None, overwrite=False, subjects_dir=None, annot_fname=None,
                          colormap="hsv", hemi="both", sort=True, table_name="MNE-Python Colortable",
                          verbose=None):  # fmt: skip
    """Write labels that do not overlap as a parcellation (``?h.….annot``).

    Parameters
    ----------
    labels : list of Label
    subject : str | None
    parc : str | None
        Its name.
    overwrite : bool
    subjects_dir : path-like | None
    annot_fname : path-like | None
        The only file to write, in place of those that `subject`, `parc` and `hemi` name.
    colormap : str
        Where labels without colour get theirs. Default "hsv".
    hemi : "lh" | "rh" | "both"
    sort : bool
        By name. Default True.
    table_name : str

    Notes
    -----
    Vertices without label are in a region "unknown".
    """
    list_of("labels", labels, Label, "labels")
    text_of("table_name", table_name)
    files = _annotation_files(annot_fname, subject, hemi, parc, subjects_dir)
    for path, _ in files:
        if path.exists() and not flag("overwrite", overwrite):
            raise ValueError(f"{path} exists; pass overwrite=True to replace it")
    problems, ready = [], []
    for path, side in files:
        chosen = [label for label in labels if label.hemi == side]
        if any(label.name is None for label in chosen):
            raise ValueError("labels of a parcellation must have names; there are some without")
        chosen = sorted(chosen, key=lambda label: label.name) if flag("sort", sort) else chosen
        colours = _colours(chosen, colormap, problems)
        numbers = [r + (g << 8) + (b << 16) for r, g, b, _ in colours]
        ids = np.full(_n_vertices(chosen, side, subject, subjects_dir), -1, np.int64)
        for label, number in zip(chosen, numbers):
            if len(label) and label.vertices[-1] >= len(ids):
                raise ValueError(f"{label.name} has vertex {label.vertices[-1]}, and the surface has {len(ids)}")
            others = set(ids[label.vertices]) - {-1}
            if others:
                names = ", ".join(chosen[numbers.index(other)].name for other in others)
                problems.append(f"each vertex can be in one label only; {label.name} overlaps {names} ({side})")
            ids[label.vertices] = number
        names = [label.name.removesuffix(f"-{side}") for label in chosen]
        if (ids == -1).any():
            grey = next((k for k in range(1, 256) if (k, k, k) not in {c[:3] for c in colours}), None)
            if grey is None:
                raise ValueError('a shade of grey must be free for the region "unknown"; change colours of labels')
            tell(f"{(ids == -1).sum()} vertices of {side} without label become 'unknown-{side}'")
            ids[ids == -1] = grey * 0x010101
            colours, names = [*colours, (grey, grey, grey, 0)], [*names, "unknown"]
        ready.append((path, ids, [(name, (r, g, b, 255 - a)) for name, (r, g, b, a) in zip(names, colours)]))
    if problems:
        raise ValueError("; ".join(problems))
    for path, ids, regions in ready:
        _core.meeg.write_annotation(ids, regions, table_name, output_path(path, overwrite), overwrite)


def _n_vertices(labels, side, subject, subjects_dir):
    """How many vertices the surface has; where it can't be read, as many as labels name."""
    try:
        return len(read_surface(subject_file(subject, subjects_dir, "surf", f"{side}.white"))[0])
    except (KeyError, TypeError, FileNotFoundError):
        warn("how many vertices the surface has is not known without subject and subjects_dir; the largest of the labels' is "
             "taken for the last")  # fmt: skip
        return max((int(label.vertices[-1]) for label in labels if len(label)), default=0) + 1


__all__ = ["read_label", "read_labels_from_annot", "write_label", "write_labels_to_annot"]
