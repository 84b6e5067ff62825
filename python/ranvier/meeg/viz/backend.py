"""Which browser draws recordings and epochs: a picture of matplotlib's, or a page on which to look around and mark."""

import contextlib

from ..checks import one_of
from ..logs import verbose as _verbose

_backends = ("matplotlib", "qt", "page")
_chosen = [None]


def in_notebook():
    """Whether a notebook shows what a cell gives."""
    import sys

    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None and hasattr(ipython, "get_ipython") else None
    return type(shell).__name__ == "ZMQInteractiveShell"


def get_browser_backend():
    """The word that `set_browser_backend` was given last; before, "page" in a notebook and "matplotlib" elsewhere."""
    return _chosen[0] or ("page" if in_notebook() else "matplotlib")


def wants_page():
    """Whether recordings and epochs are shown on a page."""
    return get_browser_backend() != "matplotlib"


@_verbose
def set_browser_backend(backend_name, verbose=None):
    """Choose what `Raw.plot` and `Epochs.plot` give.

    Parameters
    ----------
    backend_name : "matplotlib" | "page" | "qt"
        A figure; or a page on which to look around and mark: in a notebook as what the cell shows, else in the web
        browser. "qt", which opens a window in MNE-Python, is "page" here.

    Returns
    -------
    backend_name : str
    """
    _chosen[0] = one_of("backend_name", backend_name, _backends)
    return backend_name


@contextlib.contextmanager
def use_browser_backend(backend_name):
    """Choose what `Raw.plot` and `Epochs.plot` give ("matplotlib", "page" or "qt") within a ``with`` block."""
    before = _chosen[0]
    set_browser_backend(backend_name)
    try:
        yield
    finally:
        _chosen[0] = before
