"""What simulations tell: logs under the names of their modules, at Brian 2's levels.

Messages go through the logger ``ranvier.sim`` of Python's logging: to stderr, from ``prefs.logging.console_log_level`` on, and
to a file, ``BrianLogger.tmp_log``, which is made with the first message and goes away with the program.
"""

import contextlib
import io
import logging
import sys

DIAGNOSTIC = 5
logging.addLevelName(DIAGNOSTIC, "DIAGNOSTIC")
LOG_LEVELS = {name: getattr(logging, name) for name in ("CRITICAL", "ERROR", "WARNING", "INFO", "DEBUG")} | {
    "DIAGNOSTIC": DIAGNOSTIC
}
_ROOT = "ranvier.sim"
_told = set()


class BrianLogger:
    """A log under a name.

    Parameters
    ----------
    name : str
    """

    file_handler = None
    tmp_log = None
    _begin = None  # of core.logfile: takes the preferences and opens a file

    def __init__(self, name):
        self.name = name

    def _log(self, level, msg, name_suffix, once):
        name = f"{self.name}.{name_suffix}" if name_suffix else self.name
        if once and (name, msg) in _told:
            return
        if once:
            _told.add((name, msg))
        _listen()
        own = logging.getLogger(_own_name(name))
        if own.isEnabledFor(level):
            own.handle(own.makeRecord(name, level, "", 0, msg, (), None))

    def diagnostic(self, msg, name_suffix=None, once=False):
        """Tell what only those who look for a fault of Ranvier want to know.

        Parameters
        ----------
        msg : str
        name_suffix : str, optional
            Added to the name of the log.
        once : bool
            Whether to keep silent if it was said before.
        """
        self._log(DIAGNOSTIC, msg, name_suffix, once)

    def debug(self, msg, name_suffix=None, once=False):
        """Tell what those who look for a fault of their own want to know; arguments as of :meth:`diagnostic`."""
        self._log(logging.DEBUG, msg, name_suffix, once)

    def info(self, msg, name_suffix=None, once=False):
        """Tell; arguments as of :meth:`diagnostic`."""
        self._log(logging.INFO, msg, name_suffix, once)

    def warn(self, msg, name_suffix=None, once=False):
        """Warn; arguments as of :meth:`diagnostic`."""
        self._log(logging.WARNING, msg, name_suffix, once)

    def error(self, msg, name_suffix=None, once=False):
        """Tell of an error; arguments as of :meth:`diagnostic`."""
        self._log(logging.ERROR, msg, name_suffix, once)

    warning = warn

    @staticmethod
    def suppress_hierarchy(name, filter_log_file=False):
        """Say nothing more under a name and those below it.

        Parameters
        ----------
        name : str
            ``"brian2.…"`` is taken for ``"ranvier.sim.…"``.
        filter_log_file : bool
            Whether the log file leaves it out too.
        """
        prefix = _own_name(name)
        _suppress(lambda told: told == prefix or told.startswith(prefix + "."), filter_log_file)

    @staticmethod
    def suppress_name(name, filter_log_file=False):
        """Say nothing more under names that end so.

        Parameters
        ----------
        name : str
        filter_log_file : bool
            Whether the log file leaves it out too.
        """
        last = name.rpartition(".")[2]
        _suppress(lambda told: told.rpartition(".")[2] == last, filter_log_file)

    @staticmethod
    def initialize():
        """Take the preferences of logging, and begin a new log file."""
        _listen()
        if BrianLogger._begin is not None:
            BrianLogger._begin()

    def _level(level, what):
        @staticmethod
        def set_level():
            _handler.setLevel(level)
            logging.getLogger(_ROOT).setLevel(min(level, logging.DEBUG))

        set_level.__func__.__doc__ = f"Tell {what}."
        return set_level

    log_level_diagnostic = _level(DIAGNOSTIC, "everything")
    log_level_debug = _level(logging.DEBUG, "what is of use in looking for faults, and all above")
    log_level_info = _level(logging.INFO, "what happens, and all above")
    log_level_warn = _level(logging.WARNING, "warnings and errors")
    log_level_error = _level(logging.ERROR, "errors only")
    del _level


def _renamed(name):
    """A name with ours in the place of Brian 2's."""
    return _ROOT + name.removeprefix("brian2") if name.split(".")[0] == "brian2" else name


def _own_name(name):
    if name in ("brian2", _ROOT, "ranvier"):
        return _ROOT
    name = name.removeprefix("brian2.")
    return name if name.startswith(_ROOT + ".") else f"{_ROOT}.{name}"


_silent, _silent_in_file = [], []  # what is said no more: functions of a name


def _suppress(which, in_file):
    _silent.append(which)
    if in_file:
        _silent_in_file.append(which)


def heard(record, silent):
    """Whether a message is none of those that are said no more."""
    return not any(which(_own_name(record.name)) for which in silent)


class _ToStderr(logging.Handler):
    def filter(self, record):
        return heard(record, _silent)

    def emit(self, record):
        print(f"{record.levelname:<10} {record.getMessage()} [{record.name}]", file=sys.stderr)


_handler = _ToStderr(logging.INFO)


def _listen():
    logger = logging.getLogger(_ROOT)
    if _handler not in logger.handlers and not any(isinstance(handler, catch_logs) for handler in logger.handlers):
        logger.addHandler(_handler)
        logger.setLevel(DIAGNOSTIC)
        logger.propagate = False  # told once, whatever handlers the loggers above have
        if BrianLogger._begin is not None:
            BrianLogger._begin()


def get_logger(module_name="ranvier.sim"):
    """The log of a module.

    Parameters
    ----------
    module_name : str

    Returns
    -------
    logger : BrianLogger
    """
    return BrianLogger(module_name)


class catch_logs(logging.Handler, contextlib.AbstractContextManager):
    """Collects what is told inside a ``with``: a list of (level, name, message).

    Parameters
    ----------
    log_level : int
        The lowest level that is collected.
    only_from : tuple of str
        The names that are, and those below them.
    """

    def __init__(self, log_level=logging.WARNING, only_from=("ranvier.sim",)):
        super().__init__(log_level)
        self._from, self._list = [_renamed(name) for name in only_from], []

    def emit(self, record):
        """Collects one."""
        told = _renamed(record.name)
        if any(told == name or told.startswith(f"{name}.") for name in self._from):
            self._list.append((record.levelname, record.name, record.getMessage()))

    def __enter__(self):
        _listen()
        logger = logging.getLogger(_ROOT)
        self._told = set(_told)
        _told.clear()
        self._others, logger.handlers = logger.handlers, [self]
        return self._list

    def __exit__(self, *exc):
        logging.getLogger(_ROOT).handlers = self._others
        _told.clear()
        _told.update(self._told)


class std_silent(contextlib.AbstractContextManager):
    """Prints nothing inside a ``with``, unless it ends in an error.

    Parameters
    ----------
    alwaysprint : bool
        Whether to print all the same.
    """

    def __init__(self, alwaysprint=False):
        self.alwaysprint = alwaysprint

    def __enter__(self):
        self._kept, self._old = io.StringIO(), (sys.stdout, sys.stderr)
        if not self.alwaysprint:
            sys.stdout = sys.stderr = self._kept
        return self

    def __exit__(self, kind, *exc):
        sys.stdout, sys.stderr = self._old
        if kind is not None:
            sys.stdout.write(self._kept.getvalue())


logger = get_logger()
