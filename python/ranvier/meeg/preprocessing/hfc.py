"""Projections of the environment's field."""

from ranvier import _core

from ...settings import described, given
from ..checks import as_info
from ..logs import verbose as _verbose
from ..picks import picks_to_idx


@_verbose
@described("compute_proj_hfc")
def compute_proj_hfc(info, order=..., picks="meg", exclude="bads", *, accuracy=..., verbose=None):
    """Projections of what the environment's field may be at the sensors, as of optically pumped magnetometers.

    Parameters
    ----------
    info : Info
    picks : str | list | slice | None
        Channels; "meg", the default, or None: all of MEG but reference sensors; ("meg", "ref_meg"): those too.
    exclude : "bads" | list of str
        Names to leave out where picks names types. Default: the bad channels.
    {settings}

    Returns
    -------
    projs : list of Projection
        Not applied: ``raw.add_proj(projs).apply_proj()``.

    References
    ----------
    Tierney et al. 2021, NeuroImage 244:118484, doi:10.1016/j.neuroimage.2021.118484
    Tierney et al. 2022, NeuroImage 258:119338, doi:10.1016/j.neuroimage.2022.119338
    """
    idx = picks_to_idx(as_info(info), "meg" if picks is None else picks, exclude=exclude, with_ref_meg=False)
    return _core.meeg.compute_proj_hfc(info._engine, idx.tolist(), given("compute_proj_hfc", locals()))


__all__ = ["compute_proj_hfc"]
