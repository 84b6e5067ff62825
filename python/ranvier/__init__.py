"""Ranvier: computational neuroscience, from the ion channel to the MEG sensor.

Modules are imported when they are first used:

- :mod:`ranvier.meeg`: M/EEG analysis in the vocabulary of MNE-Python.
"""

import importlib

__version__ = "0.1.0"
__all__ = ["FileError", "meeg"]


def __getattr__(name):
    if name == "meeg":
        return importlib.import_module("ranvier.meeg")
    if name == "FileError":
        from ranvier._errors import FileError

        return FileError
    raise AttributeError(f"module 'ranvier' has no attribute {name!r}")


def __dir__():
    return sorted([*globals(), *__all__])
