"""Names that are imported when first used, and names that MNE-Python has and Ranvier lacks."""

import importlib
import types

from .not_yet import hints, lacking


class drawn_by:
    """A method that is a function of `ranvier.meeg.viz`, which is loaded when it is first asked for.

    >>> class Evoked:
    ...     plot = drawn_by("plot_evoked")
    """

    def __init__(self, name):
        self._name = name

    def __get__(self, inst, owner):
        function = getattr(importlib.import_module("ranvier.meeg.viz"), self._name)
        return function if inst is None else types.MethodType(function, inst)


def attach(module, names, submodules=()):
    """`__getattr__`, `__dir__` and `__all__` of a public module.

    Parameters
    ----------
    module : str
        ``__name__`` of the module, as "ranvier.meeg.io".
    names : dict
        Private module -> names that it defines, in one string.
    submodules : tuple of str
    """
    place = {name: source for source, listed in names.items() for name in listed.split()}
    short = module.removeprefix("ranvier.meeg").lstrip(".")
    prefix = f"mne.{short}." if short else "mne."

    def __getattr__(name):
        if name in submodules:
            return importlib.import_module(f"{module}.{name}")
        if name in place:
            value = getattr(importlib.import_module(f"ranvier.meeg.{place[name]}"), name)
            importlib.import_module(module).__dict__[name] = value
            return value
        if name in lacking.get(short, ()):
            use = hints.get(prefix + name)
            raise AttributeError(f"{prefix}{name} is not in Ranvier yet" + (f"; use {use}" if use else "; use MNE-Python, "
                                 "with to_mne() and from_mne() as the bridge"))  # fmt: skip
        raise AttributeError(f"module {module!r} has no attribute {name!r}")

    everything = sorted([*place, *submodules])
    return __getattr__, (lambda: everything), everything
