"""Sample data.

Most modules here are rows of the table in `table.py`: ``datasets.sample.data_path()`` says where a data set of MNE-Python
lies on this machine.
"""

import sys as _sys
import types as _types

from ..lazy import only_mne as _only_mne
from . import eegbci, sleep_physionet
from .table import DataSet as _DataSet
from .table import default_path, has_dataset
from .table import rows as _rows

brainstorm = _types.ModuleType(f"{__name__}.brainstorm", "Data sets of Brainstorm, as MNE-Python has them.")
for _name in _rows:
    _folder, _, _own = _name.rpartition(".")
    _made = _DataSet(_name)
    setattr(brainstorm if _folder else _sys.modules[__name__], _own, _made)
    _sys.modules[f"{__name__}.{_name}"] = _made  # so that `from ranvier.meeg.datasets.sample import data_path` works
brainstorm.__path__ = []
_sys.modules[f"{__name__}.brainstorm"] = brainstorm

__all__ = [
    "brainstorm",
    "default_path",
    "eegbci",
    "has_dataset",
    "sleep_physionet",
    *(n for n in _rows if "." not in n),
]
__getattr__ = _only_mne(__name__)
