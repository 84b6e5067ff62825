"""Which browser draws long recordings in MNE-Python; here figures are pictures in either case."""

import contextlib

from ..checks import one_of
from ..logs import verbose as _verbose

_backends = ("matplotlib", "qt")
_chosen = ["matplotlib"]


def get_browser_backend():
    """The word that `set_browser_backend` was given last, "matplotlib" before."""
    return _chosen[0]


@_verbose
def set_browser_backend(backend_name, verbose=None):
    """Keep the name of MNE-Python's browser; figures here are the same with either.

    Parameters
    ----------
    backend_name : "matplotlib" | "qt"

    Returns
    -------
    backend_name : str
    """
    _chosen[0] = one_of("backend_name", backend_name, _backends)
    return backend_name


@contextlib.contextmanager
def use_browser_backend(backend_name):
    """Keep the name of MNE-Python's browser ("matplotlib" or "qt") within a ``with`` block."""
    before = get_browser_backend()
    set_browser_backend(backend_name)
    try:
        yield
    finally:
        set_browser_backend(before)
