"""Write python/ranvier/meeg/not_yet_names.py: what MNE-Python has and ranvier.meeg lacks.

Run with an interpreter that has the MNE-Python whose vocabulary we speak (mne.__version__ begins with ranvier.meeg's) and
finds ranvier, as PYTHONPATH=build/dev/python .venv-peers/bin/python tools/not_yet_names.py
"""

import importlib
import inspect
import pathlib
import textwrap

import mne

import ranvier.meeg

MODULES = ("", "baseline", "beamformer", "bem", "channels", "chpi", "datasets", "dipole", "event", "export", "filter", "inverse_sparse", "io", "minimum_norm", "preprocessing", "source_space", "surface", "time_frequency",
           "transforms", "viz")  # fmt: skip
TARGET = pathlib.Path(__file__).parent.parent / "python/ranvier/meeg/not_yet_names.py"


def names_of(module):
    """Public names of a module of MNE-Python: what it lists, else its own functions, classes and submodules."""
    listed = getattr(module, "__all__", None)
    if listed is None:
        listed = [n for n, v in vars(module).items() if getattr(v, "__module__", None) == module.__name__
                  and (inspect.isfunction(v) or inspect.isclass(v))]  # fmt: skip
    return {n for n in listed if not n.startswith("_")}


def text():
    """The whole file."""
    if not mne.__version__.startswith(ranvier.meeg.__version__):
        raise SystemExit(f"MNE-Python {ranvier.meeg.__version__} is wanted; this is {mne.__version__}")
    lines = [f'"""Names of MNE-Python {ranvier.meeg.__version__} that Ranvier lacks; written by tools/not_yet_names.py."""', "", "lacking = {"]
    for name in MODULES:
        theirs = importlib.import_module(f"mne.{name}".rstrip("."))
        ours = importlib.import_module(f"ranvier.meeg.{name}".rstrip("."))
        lacking = sorted(names_of(theirs) - set(ours.__all__))
        block = textwrap.indent(textwrap.fill(" ".join(lacking), 112, break_on_hyphens=False), " " * 8)
        lines += [f'    "{name}": frozenset("""', *([block] if lacking else []), '    """.split()),']
    return "\n".join([*lines, "}", ""])


if __name__ == "__main__":
    TARGET.write_text(text())
