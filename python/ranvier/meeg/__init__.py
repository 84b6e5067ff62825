"""M/EEG analysis in the vocabulary of MNE-Python.

Names, arguments, defaults and units (SI floats) are those of MNE-Python 1.13, so a script written for it runs here when
``import mne`` becomes ``import ranvier.meeg as mne``. What differs: ``n_jobs=None`` means all processors, since results
have the same bits on any number of threads, and so does ``n_jobs="cuda"``; and little is told unless ``verbose`` asks for it. A name that MNE-Python
has and Ranvier lacks says so and names what to use instead.
"""

from .lazy import attach as _attach

__version__ = "1.13"  # of the vocabulary: scripts ask `mne.__version__` to know what they may call

__getattr__, __dir__, __all__ = _attach(__name__, __file__)
