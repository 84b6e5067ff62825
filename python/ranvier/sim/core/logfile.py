"""The file in which messages are kept, and the preferences of logging."""

import atexit
import contextlib
import logging
import logging.handlers
import os
import tempfile

from ranvier.sim.core import logger as messages
from ranvier.sim.core.logger import BrianLogger
from ranvier.sim.core.logger import get_logger as get_logger
from ranvier.sim.core.logger import logger as logger
from ranvier.sim.core.logger import std_silent as std_silent
from ranvier.sim.core.preferences import prefs


class _ToFile(logging.handlers.RotatingFileHandler):
    """A file that is made with the first message, and only written by the process that opened it."""

    def __init__(self, path, level, size):
        super().__init__(path, maxBytes=size, backupCount=1, encoding="utf-8", delay=True)
        self._process = os.getpid()
        self.setLevel(level)
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)-10s %(name)s: %(message)s"))

    def filter(self, record):
        return self._process == os.getpid() and messages.heard(record, messages._silent_in_file)


def _begin():
    """Takes the preferences, and opens a new file."""
    messages._handler.setLevel(prefs["logging.console_log_level"])
    own = logging.getLogger(messages._ROOT)
    if BrianLogger.file_handler is not None:
        own.removeHandler(BrianLogger.file_handler)
        _close(BrianLogger.file_handler)
        BrianLogger.file_handler = BrianLogger.tmp_log = None
    if not prefs["logging.file_log"]:
        return
    BrianLogger.tmp_log = os.path.join(tempfile.gettempdir(), f"ranvier_sim_{os.getpid()}_{os.urandom(4).hex()}.log")
    handler = _ToFile(BrianLogger.tmp_log, prefs["logging.file_log_level"], prefs["logging.file_log_max_size"])
    BrianLogger.file_handler = handler
    own.addHandler(handler)
    atexit.register(_close, handler)


def _close(handler):
    handler.close()
    if handler._process == os.getpid() and prefs["logging.delete_log_on_exit"]:
        for path in (handler.baseFilename, f"{handler.baseFilename}.1"):
            with contextlib.suppress(OSError):
                os.remove(path)


BrianLogger._begin = staticmethod(_begin)
