"""`verbose`, `n_jobs`, and log levels."""

import contextlib
import functools
import inspect
import logging
import operator
import os

from ranvier import _core
from ranvier.errors import ConflictError

from .checks import not_yet

logger = logging.getLogger("ranvier")
_names = {"DEBUG": 10, "INFO": 20, "WARNING": 30, "ERROR": 40, "CRITICAL": 50}
_level = 30


def _number(verbose):
    if verbose is None:
        word = os.environ.get("RANVIER_LOG_LEVEL", "") or "WARNING"
        if word.upper() not in _names:
            raise ValueError(f"RANVIER_LOG_LEVEL must be one of {', '.join(_names)}; got {word!r}")
        return _names[word.upper()]
    if isinstance(verbose, bool):
        return 20 if verbose else 30
    if isinstance(verbose, str):
        if verbose.upper() not in _names:
            raise ValueError(f"verbose must be a bool, an int or one of {', '.join(_names)}; got {verbose!r}")
        return _names[verbose.upper()]
    return int(verbose)


def set_log_level(verbose=None, return_old_level=False, add_frames=None):
    """Set how much Ranvier tells.

    Parameters
    ----------
    verbose : bool | str | int | None
        "INFO" or True shows the progress of long work on stderr; "WARNING" or False, the default, does not; "ERROR"
        keeps warnings back too.
    return_old_level : bool
        Whether to return the level that was set before.
    """
    global _level
    if add_frames is not None:
        raise not_yet("add_frames=", "add_frames=None")
    old, _level = _level, _number(verbose)
    logger.setLevel(_level)
    _core.show_progress(_level <= 20)
    return old if return_old_level else None


def tell(text):
    """Say what was done to whoever listens to the log "ranvier" at level INFO."""
    logger.info(text)


@contextlib.contextmanager
def use_log_level(verbose, *, add_frames=None):
    """Set the log level for a `with` block."""
    old = set_log_level(verbose, return_old_level=True, add_frames=add_frames)
    try:
        yield
    finally:
        set_log_level(old)


def _threads(n_jobs):
    """Number of threads that `n_jobs` means; 0: all."""
    if n_jobs is None:
        return 0
    if isinstance(n_jobs, str):
        if n_jobs != "cuda":
            raise ValueError(f'n_jobs must be a whole number, None (all processors) or "cuda"; got {n_jobs!r}')
        tell('n_jobs="cuda": Ranvier computes on the processor, here on all of its cores')
        return 0
    try:
        n_jobs = operator.index(n_jobs)
    except TypeError:
        raise TypeError(f"n_jobs must be a whole number or None (all processors); got {n_jobs!r}") from None
    if n_jobs == 0:
        raise ValueError("n_jobs must not be 0; None and -1 mean all processors")
    return n_jobs if n_jobs > 0 else max(1, _core.processors() + 1 + n_jobs)


@contextlib.contextmanager
def threads(n_jobs):
    """Bound the number of threads for a `with` block. Results have the same bits for any number."""
    old = _core.set_threads(_threads(n_jobs))
    try:
        yield
    finally:
        _core.set_threads(old)


def _of_mne(values):
    """The class of the first object of MNE-Python's among values and what their lists hold, or None."""
    flat = (item for value in values for item in (value if isinstance(value, (list, tuple)) else (value,)))
    return next((type(item).__name__ for item in flat if type(item).__module__.split(".")[0] == "mne"), None)


@contextlib.contextmanager
def in_our_words(function, values):
    """Say what is wrong with objects that a function can't know: of complex samples, and MNE-Python's."""
    try:
        yield
    except (TypeError, ValueError, AttributeError) as wrong:
        if isinstance(wrong, TypeError) and "complex_samples.Parts" in str(wrong):  # the engine knows real ones only
            from .checks import refusal

            raise ConflictError(refusal(f"{function.__name__}()")) from None
        if "from_mne()" not in str(wrong) and (theirs := _of_mne(values)):
            name = function.__qualname__.removesuffix(".__init__")
            raise TypeError(f"{name}() takes Ranvier's objects, and this {theirs} is MNE-Python's; "
                            f"ranvier.meeg.from_mne() makes ours of it ({wrong})") from wrong  # fmt: skip
        raise


def verbose(function):
    """Give a function's `verbose` and `n_jobs` arguments their meaning, by name or by position."""
    parameters = inspect.signature(function).parameters.values()
    places = {p.name: k for k, p in enumerate(parameters) if p.kind is p.POSITIONAL_OR_KEYWORD}

    def given(name, args, kwargs):
        place = places.get(name, len(args))
        return args[place] if place < len(args) else kwargs.get(name)

    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        level, n_jobs = given("verbose", args, kwargs), given("n_jobs", args, kwargs)
        with contextlib.ExitStack() as stack:
            if level is not None:
                stack.enter_context(use_log_level(level))
            if n_jobs is not None:
                stack.enter_context(threads(n_jobs))
            stack.enter_context(in_our_words(function, (*args, *kwargs.values())))
            return function(*args, **kwargs)

    return wrapper
