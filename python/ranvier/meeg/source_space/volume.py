"""Sources in volumes, and at points of one's own."""

import numbers
import os
from collections.abc import Mapping

import numpy as np

from ranvier import _core
from ranvier.errors import warn

from ..bem.model import ConductorModel, read_bem_surfaces
from ..checks import flag, one_of, path_of
from ..freesurfer import get_volume_labels_from_aseg, mri_path, read_freesurfer_lut
from ..logs import tell
from ..logs import verbose as _verbose
from ..subjects import subject_file
from ..surface.files import read_surface
from .spaces import SourceSpaces, as_spaces

_inner_skull, _mri_frame = 1, 5


def sphere_of(sphere, sphere_units):
    """Centre and radius of a sphere [m], from four numbers, a radius, a conductor, or None for a head of 95 mm."""
    one_of("sphere_units", sphere_units, ("m", "mm"))
    if sphere is None:
        return np.array([0.0, 0.0, 0.0, 0.095])
    if isinstance(sphere, ConductorModel):
        if not sphere["is_sphere"] or not len(sphere["layers"]):
            raise ValueError("sphere must be a conductor of spherical layers, as make_sphere_model() makes it")
        return np.array([*sphere["r0"], sphere.radius])
    if isinstance(sphere, str):
        raise ValueError(f"sphere must be four numbers, a radius, a ConductorModel or None; got {sphere!r}")
    made = np.asarray(sphere, float)
    made = np.array([0.0, 0.0, 0.0, made[()]]) if made.ndim == 0 else made
    if made.shape != (4,):
        raise ValueError(f"sphere must be (x, y, z, radius) or a radius; got shape {made.shape}")
    return made * (1e-3 if sphere_units == "mm" else 1.0)


def _surface(rr, tris):
    made = _core.meeg.Surface()
    made.update(rr=np.asarray(rr, float), tris=tris)
    made.check()
    return made


def bounds_of(bem, surface, sphere):
    """What bounds the sources, as the engine takes it: a surface [m], or a sphere."""
    if isinstance(bem, ConductorModel):
        if bem["is_sphere"]:
            return [float(x) for x in sphere]
        skull = [each for each in bem["surfs"] if each["id"] == _inner_skull]
        if len(skull) != 1:
            raise ValueError(f"bem must have one inner skull; it has {len(skull)}")
        if skull[0]["coord_frame"] != _mri_frame:
            raise ValueError(f"bem must be in MRI coordinates (5); it is in frame {skull[0]['coord_frame']}")
        return _surface(skull[0]["rr"], skull[0]["tris"])
    if bem is not None:
        skull = read_bem_surfaces(path_of(bem), s_id=_inner_skull)
        return _surface(skull["rr"], skull["tris"])
    if isinstance(surface, Mapping):
        missing = [key for key in ("rr", "tris") if key not in surface]
        if missing:
            raise KeyError(f"surface as a dict must have rr and tris; it lacks {missing}")
        return _surface(np.asarray(surface["rr"], float) / 1e3, surface["tris"])
    if surface is not None:
        rr, tris = read_surface(surface)
        return _surface(rr / 1e3, tris)
    return [float(x) for x in sphere]


def regions_named(volume_label, mri):
    """Names of regions and their numbers, in the order given."""
    if mri is None:
        raise TypeError("mri must be a file where volume_label is given")
    if isinstance(volume_label, str):
        volume_label = [volume_label]
    if not isinstance(volume_label, (list, tuple, Mapping)):
        raise TypeError(f"volume_label must be a str, list or dict; got {type(volume_label).__name__}")
    if not isinstance(volume_label, Mapping):
        if not str(mri).endswith("aseg.mgz"):
            raise RuntimeError(
                f"volume_label must be a dict of names and numbers unless mri is an …aseg.mgz; it is {mri}"
            )
        ids = read_freesurfer_lut()[0]
        for name in volume_label:
            if name not in ids:
                raise ValueError(f"volume_label must be of FreeSurfer's table of regions; {name!r} is not in it")
        volume_label = {name: ids[name] for name in volume_label}
    made = {}
    for name, number in volume_label.items():
        if not isinstance(name, str) or isinstance(number, bool) or not isinstance(number, numbers.Integral):
            raise TypeError(f"volume_label must be names and whole numbers; got {name!r}: {number!r}")
        made[name] = int(number)
    return made


def _number(name, value):
    if isinstance(value, bool) or not isinstance(value, numbers.Real) or not value >= 0:
        raise ValueError(f"{name} must be a number >= 0 mm; got {value!r}")
    return float(value) / 1e3


def discrete(pos):
    """Sources at points of one's own, from a dict of "rr" [m] and "nn"."""
    missing = [key for key in ("rr", "nn") if key not in pos]
    if missing:
        raise KeyError(f"pos as a dict must have rr and nn; it lacks {missing}")
    rr, nn = np.array(pos["rr"], float), np.array(pos["nn"], float)
    if rr.ndim != 2 or rr.shape[1] != 3 or nn.shape != rr.shape:
        raise RuntimeError(f"rr and nn of pos must have one shape (n, 3); got {rr.shape} and {nn.shape}")
    try:
        return _core.meeg.discrete_space(rr, nn, _mri_frame)
    except ValueError as wrong:
        raise RuntimeError(str(wrong)) from None


@_verbose
def setup_volume_source_space(subject=None, pos=5.0, mri=None, sphere=None, bem=None, surface=None, mindist=5.0,
                              exclude=0.0, subjects_dir=None, volume_label=None, add_interpolator=True, sphere_units="m",
                              single_volume=False, *, n_jobs=None, verbose=None):  # fmt: skip
    """Put sources on a grid in a volume, or at points of one's own.

    Parameters
    ----------
    subject : str | None
    pos : float | dict
        The spacing of the grid [mm]; or points, "rr" [m] in MRI coordinates and "nn", which make a discrete source space.
    mri : path-like | None
        The volume that sources are shown on, or whose regions are asked for. Default None: the subject's ``T1.mgz``, or
        ``aseg.mgz`` with `volume_label`.
    sphere : array, shape (4,) | float | ConductorModel | None
        Where sources may lie, without `bem` and `surface`: centre and radius. Default None: 95 mm around the origin.
    bem : path-like | ConductorModel | None
        Its inner skull bounds the sources.
    surface : path-like | dict | None
        FreeSurfer's surface that bounds them [mm].
    mindist : float
        How near to the bounds sources may be [mm]. Default 5.
    exclude : float
        How near to their centre [mm]. Default 0.
    subjects_dir : path-like | None
    volume_label : str | list of str | dict | None
        Regions, of FreeSurfer's names, or names and numbers of another atlas: one source space each.
    add_interpolator : bool
        Whether the matrix is made that shows values on the MRI. Default True.
    sphere_units : "m" | "mm"
    single_volume : bool
        Whether regions are put into one source space.
    n_jobs : int | None
        Threads.

    Returns
    -------
    src : SourceSpaces
    """
    for name, value, kinds in (("bem", bem, (ConductorModel,)), ("surface", surface, (Mapping,))):
        if value is not None and not isinstance(value, (str, os.PathLike, *kinds)):
            raise TypeError(f"{name} must be a path, a {kinds[0].__name__} or None; got {type(value).__name__}")
        if isinstance(value, (str, os.PathLike)) and not path_of(value).is_file():
            raise FileNotFoundError(f"{name} must be a file; {value} is none")
    if volume_label is not None and not isinstance(volume_label, (str, list, tuple, Mapping)):
        raise TypeError(f"volume_label must be a str, list, dict or None; got {type(volume_label).__name__}")
    if bem is not None and surface is not None:
        raise ValueError("bem and surface both say where sources may lie: give one of them")
    flag("add_interpolator", add_interpolator), flag("single_volume", single_volume)
    on_grid = not isinstance(pos, Mapping)
    if mri is None and subject is not None:
        mri = "aseg.mgz" if volume_label is not None else "T1.mgz" if isinstance(pos, numbers.Real) else None
    if mri is not None:
        mri = mri_path(mri, subject, subjects_dir)
        if not on_grid:
            raise ValueError("mri must be None where pos is a dict: points of one's own are not shown on it")
    regions = None if volume_label is None else regions_named(volume_label, mri)
    if isinstance(bem, ConductorModel) and bem["is_sphere"]:
        sphere, sphere_units = bem, "m"
    sphere = sphere_of(sphere, sphere_units)
    mindist, exclude = _number("mindist", mindist), _number("exclude", exclude)
    if not on_grid:
        spaces = [discrete(pos)]
    else:
        try:
            spacing = float(pos) / 1e3
        except (TypeError, ValueError):
            raise ValueError(f"pos must be a spacing in mm, or a dict with rr and nn; got {pos!r}") from None
        grid = _core.meeg.volume_grid(bounds_of(bem, surface, sphere), spacing, exclude, mindist)
        tell(f"{grid['nuse']} sources of a grid of {grid['np']} points lie inside")
        spaces = [grid] if regions is None else _in_regions(grid, mri, regions, single_volume, spacing)
        if mri is not None:
            head = _core.meeg.read_mgh(mri, False)
            for space in spaces:
                _core.meeg.show_on(space, head, str(mri))
                if regions is not None:
                    space["mri_file"] = str(mri)
            if add_interpolator:
                _core.meeg.add_interpolators(spaces)
        else:
            spaces[0]["type"] = "discrete"  # nothing to show it on, as MNE-Python has it
    for space in spaces:
        space["subject_his_id"] = subject
    return SourceSpaces(spaces, dict(working_dir=os.getcwd(), command_line="None"))


def _in_regions(grid, mri, regions, single, spacing):
    spaces = _core.meeg.regions_of(grid, _core.meeg.read_mgh(mri), list(regions.items()), single)
    for space, name in zip(spaces, regions) if not single else ():
        if space["nuse"] == 0:
            warn(f"no source of a grid of {1e3 * spacing:g} mm lies in {name!r} (number {regions[name]})")
    return spaces


def get_volume_labels_from_src(src, subject, subjects_dir):
    """The volumes of a mixed source space as labels.

    Parameters
    ----------
    src : SourceSpaces
        Both surfaces, and volumes behind them.
    subject : str
    subjects_dir : path-like

    Returns
    -------
    labels_aseg : list of Label
        Of both hemispheres where the region's name says neither left nor right.
    """
    from ..label.label import Label

    if len(as_spaces(src)) < 3:
        raise ValueError(f"src must have volumes behind both surfaces; it has {len(src)} source spaces")
    if any(space["type"] != "vol" for space in src[2:]):
        raise ValueError(f"src must have volumes alone behind both surfaces; got {[space['type'] for space in src]}")
    names, colors = get_volume_labels_from_aseg(
        subject_file(subject, subjects_dir, "mri", "aseg.mgz"), return_colors=True
    )
    labels, color = [], None
    for space in src[2:]:
        name = space["seg_name"]
        if name in names:
            color = np.array(colors[names.index(name)]) / 255
        hemi = "both"
        for word, side in (("left", "lh"), ("right", "rh")):
            if word in name.lower():
                name, hemi = name.replace(f"{word.capitalize()}-", "") + f"-{side}", side
                break
        label = Label(space["vertno"], space["rr"][space["vertno"]], hemi=hemi if hemi != "both" else "lh", name=name,
                      color=color, subject=subject)  # fmt: skip
        if hemi == "both":
            label.hemi = hemi
        labels.append(label)
    return labels


__all__ = ["get_volume_labels_from_src", "setup_volume_source_space"]
