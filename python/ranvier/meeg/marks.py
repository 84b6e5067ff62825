"""What a person has marked while looking at data: kept in small JSON files, applied to recordings, epochs and ICAs."""

import json
import os
from collections.abc import Mapping

from ranvier import _core

from .checks import output_path, path_of


def _read(marks):
    """Marks of the engine, from a file or from what such a file holds."""
    if isinstance(marks, Mapping):
        return _core.report.Marks.of_json(json.dumps(dict(marks)))
    if not isinstance(marks, (str, os.PathLike)):
        raise TypeError(f"marks must be a file or a dict of what such a file holds; got {type(marks).__name__}")
    return _core.report.Marks.read(path_of(marks))


def _kind(inst):
    from .epochs.base import BaseEpochs
    from .preprocessing.ica.decomposition import ICA
    from .raw import BaseRaw

    for kind, noun in (("recording", BaseRaw), ("epochs", BaseEpochs), ("ica", ICA)):
        if isinstance(inst, noun):
            return kind
    raise TypeError(f"inst must be a Raw, Epochs or ICA, of which there are marks; got {type(inst).__name__}")


def _of(inst):
    """What is marked of an object now."""
    kind, Marks = _kind(inst), _core.report.Marks
    if kind != "ica":
        inst._need_real("save_marks()")
    if kind == "ica":
        return Marks.of_components(sorted({int(k) for k in inst.exclude}))
    return Marks.of_raw(inst._engine) if kind == "recording" else Marks.of_epochs(inst._engine)


def _apply(inst, marks, keep):
    kind = _kind(inst)
    if kind != "ica":
        inst._need_real("apply_marks()")
    if kind == "recording":
        with inst._new_annotations():
            marks.apply_to_raw(inst._engine, keep)
    elif kind == "epochs":
        marks.apply_to_epochs(inst._engine, keep)
    else:
        if marks.of != "ica":
            raise ValueError(f"these are marks of {marks.of}; they can't be applied to an ICA")
        inst._check_fit()
        n = int(inst.n_components_)
        excluded = list(marks.excluded)
        if any(k >= n for k in excluded):
            raise ValueError(f"components that are left out must be among the {n} of the ICA; got {excluded}")
        inst.exclude = sorted({*(inst.exclude if keep else ()), *excluded})


def apply_marks(inst, marks, keep=False):
    """Apply what a person has marked, in place.

    Of a recording the bad channels and the bad stretches (annotations that begin with ``BAD``) become those of the
    marks; other annotations stay. Of epochs the bad channels become those of the marks, and the epochs that they name
    are dropped ("USER"). Of an ICA ``exclude`` becomes that of the marks.

    Parameters
    ----------
    inst : Raw | Epochs | ICA
    marks : str | Path | dict
        The JSON file that a page, or `save_marks`, has written; or what it holds.
    keep : bool
        Whether what is bad beside the marks stays bad. Default False: the marks are the whole truth.

    Returns
    -------
    inst : Raw | Epochs | ICA
        The object.
    """
    _apply(inst, _read(marks), bool(keep))
    return inst


def save_marks(inst, fname, overwrite=False):
    """Write what is marked now to a small JSON file, for `apply_marks`.

    Parameters
    ----------
    inst : Raw | Epochs | ICA
    fname : str | Path
        The file, ``.json``.
    overwrite : bool
        Whether to replace a file. Default False.
    """
    _of(inst).write(output_path(fname, overwrite), bool(overwrite))
