"""How sources are seen by sensors."""

from ranvier import _core

from ..checks import list_of, one_of
from ..logs import verbose as _verbose
from ..points import Projection
from ..proj import make_eeg_average_ref_proj
from ..source_estimate.classes import MixedSourceEstimate, SourceEstimate, VolSourceEstimate
from .solution import as_forward, convert_forward_solution, is_fixed_orient, pick_types_forward

_modes = ("free", "fixed", "ratio", "radiality", "angle", "remaining", "dampening")
_average = 10  # FIFFV_PROJ_ITEM_EEG_AVREF
_classes = {"surface": SourceEstimate, "mixed": MixedSourceEstimate}


@_verbose
def sensitivity_map(fwd, projs=None, ch_type="grad", mode="fixed", exclude=(), *, verbose=None):
    """How well each source is seen by a type of sensors.

    Parameters
    ----------
    fwd : Forward
        Computed for free orientations.
    projs : list of Projection | None
        What is projected out; of EEG, the average reference in any case.
    ch_type : "grad" | "mag" | "eeg"
    mode : str
        "fixed": size of the column along the normal; "free": of the best direction (both over the largest); "ratio": the
        first over the second; "radiality": 1 minus that; "angle": what of the column along the normal lies in what is
        projected out; "remaining", "dampening": what is left of it, and what is not.
    exclude : list of str | "bads"
        Channels to leave out.

    Returns
    -------
    stc : SourceEstimate | VolSourceEstimate | MixedSourceEstimate
        Of one time.
    """
    one_of("ch_type", ch_type, ("eeg", "grad", "mag"))
    one_of("mode", mode, _modes)
    if is_fixed_orient(as_forward(fwd), orig=True):
        raise ValueError("fwd must have been computed for free orientations")
    eeg = ch_type == "eeg"
    fwd = pick_types_forward(fwd, meg=False if eeg else ch_type, eeg=eeg, exclude=exclude)
    convert_forward_solution(fwd, surf_ori=True, copy=False)
    given = list_of("projs", [] if projs is None else projs, Projection, "Projections")
    if eeg and not any(proj["kind"] == _average for proj in given):
        given.append(make_eeg_average_ref_proj(fwd["info"]))
    values = _core.meeg.sensitivity(fwd._engine, mode, given)
    src = fwd["src"]
    vertices = [space["vertno"] for space in src]
    return _classes.get(src.kind, VolSourceEstimate)(values[:, None], vertices, 0.0, 1.0, src._subject)
