"""How what the engine says reaches Python: exceptions and warnings."""

import logging
import os
import sys
import warnings

_here = os.path.dirname(os.path.abspath(__file__))


class FileError(OSError):
    """A file is missing, unreadable, damaged or not of the expected kind.

    Attributes
    ----------
    filename : str
        The file.
    offset : int | None
        The byte at which the trouble begins, where that is known.
    """

    offset = None

    def __str__(self):
        return str(self.args[0]) if self.args else ""


class MissingFileError(FileError, FileNotFoundError):
    """The file is not there."""


def file_error(message, filename, offset):
    """The exception for an engine's FileError."""
    kind = FileError if not filename or os.path.exists(filename) else MissingFileError
    error = kind(message)
    error.filename = filename
    error.offset = None if offset < 0 else offset
    return error


def tell(level, message):
    """Hand on what the engine has to say: warnings to `warnings`, the rest to `logging`."""
    if level < 2:
        logging.getLogger("ranvier").log((logging.DEBUG, logging.INFO)[level], message)
    else:
        warn(message)


def warn(message, category=RuntimeWarning):
    """Warn at the first line that is not Ranvier's own."""
    depth, frame = 1, sys._getframe()
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_here):
        frame = frame.f_back
        depth += 1
    warnings.warn(message, category, stacklevel=depth)
