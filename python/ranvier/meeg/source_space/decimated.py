"""What follows from source spaces: surfaces of their vertices, and distances to sensors."""

import numpy as np

from ranvier import _core

from ..checks import as_info
from ..freesurfer import head_mri
from ..logs import verbose as _verbose
from ..picks import picks_to_idx
from ..transforms.algebra import apply_trans, between
from .spaces import SourceSpaces, as_spaces, read_source_spaces


def get_decimated_surfaces(src):
    """The surfaces of the vertices that are used.

    Parameters
    ----------
    src : SourceSpaces | path-like

    Returns
    -------
    surfaces : list of dict
        With "rr" and "tris", one for each surface of `src`.
    """
    surfaces = []
    for space in src if isinstance(src, SourceSpaces) else read_source_spaces(src):
        if space["type"] == "surf":
            vertno = np.asarray(space["vertno"])
            position = np.full(space["np"], -1)
            position[vertno] = np.arange(len(vertno))
            tris = np.empty((0, 3), int) if space["use_tris"] is None else position[space["use_tris"]]
            if (tris < 0).any():
                raise ValueError("triangles of vertices in use must have corners that are used")
            surfaces.append(dict(rr=space["rr"][vertno], tris=tris))
    return surfaces


@_verbose
def compute_distance_to_sensors(src, info, picks=None, trans=None, verbose=None):
    """How far sources are from sensors.

    Parameters
    ----------
    src : SourceSpaces
    info : Info
    picks : str | list | slice | None
        Default None: channels of data that are good.
    trans : Transform | path-like | None
        Between head and MRI; needed where sources are in MRI coordinates.

    Returns
    -------
    depth : array, shape (n_vertices, n_channels)
        [m].
    """
    as_spaces(src), as_info(info)
    places = np.concatenate([space["rr"][space["vertno"]] for space in src])
    if src[0]["coord_frame"] == 5:
        places = apply_trans(head_mri(trans, allow_none=False)[0], places)
    chosen = picks_to_idx(info, picks, "data", exclude=())
    types = info.get_channel_types(list(chosen))
    sensors = np.array([info["chs"][k]["loc"][:3] for k in chosen])
    magnetic = np.array([kind in ("mag", "grad") for kind in types], bool)
    if magnetic.any():
        sensors[magnetic] = apply_trans(between(info["dev_head_t"], "meg", "head"), sensors[magnetic])
    return _core.meeg.all_distances(places, sensors)


__all__ = ["compute_distance_to_sensors", "get_decimated_surfaces"]
