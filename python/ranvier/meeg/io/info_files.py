"""Reading and writing measurement info."""

from ranvier import _core

from ..checks import one_of, output_path, path_of
from ..info import Info
from ..logs import verbose as _verbose
from ..points import DigPoint, frame_numbers


@_verbose
def read_info(fname, verbose=None):
    """Read the Info of a FIFF file."""
    return Info(_core.meeg.read_info_fif(path_of(fname)))


@_verbose
def write_info(fname, info, *, overwrite=False, verbose=None):
    """Write an Info to a FIFF file."""
    _core.meeg.write_info_fif(info._engine, output_path(fname, overwrite), overwrite)


@_verbose
def anonymize_info(info, daysback=None, keep_his=False, verbose=None):
    """Remove what may tell who was measured, in place. See `Raw.anonymize`.

    Returns
    -------
    info : Info
        This object.
    """
    info.anonymize(daysback, keep_his)
    return info


@_verbose
def read_fiducials(fname, *, verbose=None):
    """Read digitised points, as landmarks of a head, from a FIFF file (``-fiducials.fif``).

    Returns
    -------
    pts : list of DigPoint
        [m]
    coord_frame : int
        FIFF's number of the frame that they are in.
    """
    points = _core.meeg.read_dig_fif(path_of(fname))
    return points, points[0]["coord_frame"]


@_verbose
def write_fiducials(fname, pts, coord_frame="unknown", *, overwrite=False, verbose=None):
    """Write digitised points, as landmarks of a head, to a FIFF file (``-fiducials.fif``).

    Parameters
    ----------
    fname : str | Path
    pts : list of DigPoint | list of dict
        With kind, ident and r [m].
    coord_frame : str | int
        The frame that they are in, as "mri" or "head"; those that say another are refused. Default "unknown".
    overwrite : bool
        Whether to replace a file. Default False.
    """
    frame = (
        frame_numbers[one_of("coord_frame", coord_frame, tuple(frame_numbers))]
        if isinstance(coord_frame, str)
        else int(coord_frame)
    )
    points = []
    for point in pts:
        own = int(point.get("coord_frame", frame))
        if own != frame:
            raise ValueError(f"all points must be in the frame coord_frame, {frame}; got one in frame {own}")
        points.append(DigPoint(int(point["kind"]), int(point["ident"]), point["r"], frame))
    _core.meeg.write_dig_fif(points, output_path(fname, overwrite), overwrite)
