"""Where FreeSurfer's subjects lie."""

import os
import pathlib

from .checks import path_of


def subjects_folder(subjects_dir=None):
    """The folder of FreeSurfer's subjects, given or from the environment's SUBJECTS_DIR."""
    given = subjects_dir if subjects_dir is not None else os.environ.get("SUBJECTS_DIR")
    if given is None:
        raise KeyError(
            "subjects_dir must be the folder of FreeSurfer's subjects; pass it, or set SUBJECTS_DIR in the environment"
        )
    folder = path_of(given)
    if not folder.is_dir():
        raise FileNotFoundError(f"subjects_dir must be a folder; {folder} is none")
    return folder


def subject_file(subject, subjects_dir, *parts):
    """The path of a file of a subject, which must be there."""
    if not isinstance(subject, str):
        raise TypeError(f"subject must be a str; got {subject!r}")
    path = pathlib.Path(subjects_folder(subjects_dir), subject, *parts)
    if not path.is_file():
        raise FileNotFoundError(f"subject {subject!r} has no {'/'.join(parts)}: {path} is missing")
    return path


def subject_of(known, given, raise_error=True, name="subject"):
    """The subject that an object is of and that was given: they must agree."""
    if given is not None and not isinstance(given, str):
        raise TypeError(f"{name} must be a str or None; got {given!r}")
    if known is not None and given is not None and known != given:
        raise ValueError(f"{name} must be {known!r}, as the object says; got {given!r}")
    if raise_error and known is None and given is None:
        raise ValueError(f"{name} must be given, as the object does not say of whom it is")
    return given if known is None else known
