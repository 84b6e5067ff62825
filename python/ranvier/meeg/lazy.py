"""Names that are imported when first used, and names that MNE-Python has and Ranvier lacks."""

import importlib
import types

import lazy_loader


class made_by:
    """A method that is a function of a module of `ranvier.meeg`, which is loaded when it is first asked for.

    >>> class Evoked:
    ...     to_mne = made_by("to_mne.evoked_to_mne")
    """

    def __init__(self, function):
        self._module, _, self._name = f"ranvier.meeg.{function}".rpartition(".")

    def __get__(self, inst, owner):
        function = getattr(importlib.import_module(self._module), self._name)
        return function if inst is None else types.MethodType(function, inst)


class drawn_by(made_by):
    """A method that is a function of `ranvier.meeg.viz`; it draws no complex samples."""

    def __init__(self, name):
        super().__init__(f"viz.{name}")

    def __get__(self, inst, owner):
        if type(getattr(inst, "_engine", None)).__name__ == "Parts":
            return lambda *args, **kwargs: inst._need_real(f"{self._name}()")
        return super().__get__(inst, owner)


def only_mne(module):
    """The `__getattr__` of a public module: names that MNE-Python has and Ranvier lacks say so."""
    short = module.removeprefix("ranvier.meeg").lstrip(".")
    prefix = f"mne.{short}." if short else "mne."

    def __getattr__(name):
        if not name.startswith("_"):
            from .not_yet import hints, lacking

            if name in lacking.get(short, ()):
                use = hints.get(prefix + name, "MNE-Python, with to_mne() and from_mne() as the bridge")
                raise AttributeError(f"{prefix}{name} is not in Ranvier yet; use {use}")
        raise AttributeError(f"module {module!r} has no attribute {name!r}")

    return __getattr__


def attach(module, file):
    """`__getattr__`, `__dir__` and `__all__` of a package whose names are those of the stub beside it.

    Parameters
    ----------
    module, file : str
        ``__name__`` and ``__file__`` of the package; ``__init__.pyi`` says what it imports when first used.
    """
    load, _, everything = lazy_loader.attach_stub(module, file)
    missing = only_mne(module)
    return (lambda name: load(name) if name in everything else missing(name)), (lambda: everything), everything
