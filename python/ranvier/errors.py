"""How what the engine says reaches Python: exceptions and warnings."""

import errno
import logging
import os
import sys
import warnings

_here = os.path.dirname(os.path.abspath(__file__))


class ConflictError(ValueError, RuntimeError):
    """Things that are right each by itself do not go together, or what an object is does not allow what it is asked."""


class MixedKindsError(ConflictError, TypeError):
    """Objects of kinds that do not go together."""


class UnknownNameError(ValueError, KeyError):
    """There is nothing of that name."""

    def __str__(self):
        return str(self.args[0])


class FileError(OSError):
    """A file is missing, unreadable, damaged or not of the expected kind.

    Attributes
    ----------
    filename : str
        The file.
    offset : int | None
        The byte at which the trouble begins, where that is known.
    errno : int | None
        The system's number, where it was the system that refused.
    """

    offset = None

    def __str__(self):
        return str(self.args[0]) if self.args else ""


class MissingFileError(FileError, FileNotFoundError):
    """The file is not there."""


class ExistingFileError(FileError, FileExistsError):
    """The file is there already."""


class DeniedFileError(FileError, PermissionError):
    """The file may not be read or written."""


_kinds = {errno.EEXIST: ExistingFileError, errno.EACCES: DeniedFileError, errno.EPERM: DeniedFileError}


def file_error(message, filename, offset, number=0):
    """The exception for an engine's FileError; `number` is errno, or 0 where the system did not refuse."""
    missing = number == errno.ENOENT or (not number and filename and not os.path.exists(filename))
    error = (MissingFileError if missing else _kinds.get(number, FileError))(message)
    error.filename = filename
    if number:
        error.errno, error.strerror = number, os.strerror(number)
    error.offset = None if offset < 0 else offset
    return error


def tell(level, message):
    """Hand on what the engine has to say: warnings to `warnings`, the rest to `logging`."""
    if level < 2:
        logging.getLogger("ranvier").log((logging.DEBUG, logging.INFO)[level], message)
    else:
        warn(message)


def warn(message, category=RuntimeWarning):
    """Warn at the first line that is not Ranvier's own, unless the log level, as `verbose="error"` sets it, is above."""
    if logging.getLogger("ranvier").getEffectiveLevel() > logging.WARNING:
        return
    depth, frame = 1, sys._getframe()
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_here):
        frame = frame.f_back
        depth += 1
    warnings.warn(message, category, stacklevel=depth)
