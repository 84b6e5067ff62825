"""Forward solutions are computed."""

import os

import numpy as np

from ranvier import _core

from ..bem.model import ConductorModel, read_bem_solution
from ..checks import as_info, flag, rule_of
from ..io.info_files import read_info
from ..logs import verbose as _verbose
from ..source_space.spaces import SourceSpaces, as_spaces, read_source_spaces
from ..transforms.files import read_trans
from .solution import Forward

# fsaverage's MRI in the head's coordinates, which its fiducials say: a constant of that template.
_fsaverage = dict([("from", 5), ("to", 4), ("trans", np.array([
    [0.9999935422358484, 0.00355187029113863, 0.0002020244473279, -0.00176273064625697],
    [-0.00355761378335007, 0.9983891728513405, 0.05662618167569543, 0.03109436899867509],
    [-0.00000058611666826, -0.05662629898620652, 0.9983954908642263, 0.0395972485325352],
    [0.0, 0.0, 0.0, 1.0]]))])  # fmt: skip


def transform_from(trans):
    """MRI to head, or head to MRI, and its words: of a transform, a file of one, "identity" or None."""
    if trans is None or (isinstance(trans, str) and trans == "identity"):
        return dict([("from", 5), ("to", 4), ("trans", np.eye(4))]), "identity"
    if isinstance(trans, str) and trans == "fsaverage":
        return _fsaverage, "fsaverage"
    if isinstance(trans, (str, os.PathLike)):
        return read_trans(trans), str(trans)
    return trans, "instance of Transform"


def conductor_from(bem):
    """A conductor, or that of a file."""
    if isinstance(bem, (str, os.PathLike)):
        bem = read_bem_solution(bem)
    if not isinstance(bem, ConductorModel):
        raise TypeError("bem must be a ConductorModel, as make_sphere_model() and make_bem_solution() make it, or a file of "
                        f"one; got {type(bem).__name__}")  # fmt: skip
    return bem


@_verbose
def make_forward_solution(info, trans, src, bem, meg=True, eeg=True, *, mindist=0.0, ignore_ref=False, n_jobs=None,
                          on_inside="raise", verbose=None):  # fmt: skip
    """Compute what every MEG and EEG channel measures of every source.

    Parameters
    ----------
    info : Info | path-like
        The channels and where they are.
    trans : Transform | path-like | "identity" | "fsaverage" | None
        From MRI to head coordinates, or back. None and "identity": they are the same, as for a sphere.
    src : SourceSpaces | path-like
        Where the sources are.
    bem : ConductorModel | path-like
        The head: a sphere, or a solved boundary-element model.
    meg, eeg : bool
        Whether their channels get rows. Default True.
    mindist : float
        Least distance of sources from the inner skull [mm]. Nearer ones, and those outside, are left out with a message.
    ignore_ref : bool
        Whether to leave reference sensors out of the compensation, as for KIT. Default False.
    n_jobs : int | None
        Threads; None as many as there are processors. The result does not depend on it.
    on_inside : "raise" | "warn" | "ignore"
        What to do where MEG sensors lie inside of the head.

    Returns
    -------
    fwd : Forward
        With three columns for each source, along x, y and z of the head.
    """
    info_words = "instance of Info"
    if isinstance(info, (str, os.PathLike)):
        info_words = str(info)
        info = read_info(info)
    if isinstance(src, (str, os.PathLike)):
        src = read_source_spaces(src)
    transform, words = transform_from(trans)
    conductor = conductor_from(bem)
    if trans is None and not conductor["is_sphere"]:
        raise ValueError("trans is needed with a boundary-element model: where the head's coordinates are in the MRI")
    engine = _core.meeg.make_forward_solution(
        as_info(info)._engine, transform, list(as_spaces(src)), conductor._engine, flag("meg", meg), flag("eeg", eeg),
        float(mindist), flag("ignore_ref", ignore_ref), rule_of("on_inside", on_inside))  # fmt: skip
    engine.mri_file, engine.meas_file = words, info_words
    return Forward(engine)


__all__ = ["SourceSpaces", "make_forward_solution"]
