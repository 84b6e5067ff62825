"""Estimates in volumes: as images, in regions of an atlas, and the courses of regions."""

import operator

import numpy as np

from ranvier import _core
from ranvier.errors import warn

from ..checks import flag, needed, one_of, output_path
from ..freesurfer import mri_path, read_freesurfer_lut
from ..logs import tell
from ..logs import verbose as _verbose
from ..source_space.spaces import as_spaces
from ..source_space.volume import regions_named
from ..subjects import subject_of
from .base import BaseSourceEstimate


def _volumes_of(src):
    """The volumes of a source space, which lie on one grid."""
    kind = as_spaces(src).kind
    if kind not in ("volume", "mixed"):
        raise ValueError(f"src must be of volumes, or mixed; got kind {kind!r}")
    volumes = list(src[2:]) if kind == "mixed" else list(src)
    if any(space["type"] != "vol" for space in volumes) or len({tuple(space["shape"]) for space in volumes}) != 1:
        raise ValueError("src must have volumes on one grid alone, behind surfaces where there are some")
    if any("vox_mri_t" not in space for space in volumes):
        raise ValueError("src must know its MRI; setup_volume_source_space(mri=) makes such a volume")
    return volumes


def _image(stc, src, dest, mri_resolution, format):  # noqa: A002
    """Values of an image, shape (n_voxels, n_times), its shape, its affine [mm], and NIfTI's version."""
    one_of("dest", dest, ("mri", "surf"))
    one_of("format", format, ("nifti", "nifti1", "nifti2"))
    flag("mri_resolution", mri_resolution)
    volumes = _volumes_of(src)
    subject_of(src._subject, stc.subject, False)
    data = (stc.magnitude() if stc._vector else stc).data
    if len(data) != sum(space["nuse"] for space in volumes):
        raise ValueError(
            f"src must have the {len(data)} vertices of the estimate; it has {sum(space['nuse'] for space in volumes)}"
        )
    values, before = np.zeros((volumes[0]["np"], data.shape[1])), 0
    for space in volumes:
        values[space["vertno"]] = data[before : before + space["nuse"]]
        before += space["nuse"]
    last = volumes[-1]
    shape, affine = last["shape"], last["src_mri_t"]["trans"]
    if mri_resolution:
        if any("interpolator" not in space for space in volumes):
            raise RuntimeError(
                "src must have an interpolator; setup_volume_source_space(add_interpolator=True) makes it"
            )
        shown = [_core.meeg.sparse_product(space["interpolator"], values) for space in volumes]
        values = shown[0] if len(shown) == 1 else np.sum(shown, axis=0)
        shape, affine = (last["mri_width"], last["mri_height"], last["mri_depth"]), last["vox_mri_t"]["trans"]
    affine = _core.meeg.matrix_product(last["mri_ras_t"]["trans"], affine)
    affine[:3] *= 1e3  # to mm
    return values, shape, affine, 2 if format == "nifti2" else 1


def as_volume(stc, src, dest="mri", mri_resolution=False, format="nifti1"):  # noqa: A002
    """Turn an estimate into an image; this needs nibabel, and `save_as_volume` does not.

    Parameters
    ----------
    src : SourceSpaces
        Volumes, or mixed, of which the estimate is that of the volumes.
    dest : "mri" | "surf"
        The image lies in the scanner's coordinates with either, as in MNE-Python.
    mri_resolution : bool
        Whether it has the MRI's voxels, and not the grid's points. Default False.
    format : "nifti1" | "nifti2"

    Returns
    -------
    img : nibabel.Nifti1Image | nibabel.Nifti2Image
    """
    values, shape, affine, version = _image(stc, src, dest, mri_resolution, format)
    nibabel = needed("nibabel", "an image")
    header = getattr(nibabel, f"Nifti{version}Header")()
    header.set_xyzt_units("mm", "msec")
    header["pixdim"][4] = 1e3 * stc.tstep
    return getattr(nibabel, f"Nifti{version}Image")(values.reshape((*shape, -1), order="F"), affine, header=header)


@_verbose
def save_as_volume(stc, fname, src, dest="mri", mri_resolution=False, format="nifti1", *, overwrite=False,  # noqa: A002
                   verbose=None):  # fmt: skip
    """Write an estimate to an image, as `as_volume` makes it.

    Parameters
    ----------
    fname : path-like
        Ends in .nii or .nii.gz.
    src : SourceSpaces
    dest : "mri" | "surf"
    mri_resolution : bool
    format : "nifti1" | "nifti2"
    overwrite : bool
    """
    path = output_path(fname, overwrite)
    values, shape, affine, version = _image(stc, src, dest, mri_resolution, format)
    _core.meeg.write_nifti(list(shape), values, affine, stc.tstep, version, path, overwrite)


def _atlas(src, mri, names):
    """The volume of an atlas, and its regions: names and numbers."""
    if len(src) != 1 or src.kind != "volume":
        raise RuntimeError(
            f"regions are of a single volume of the whole brain; src has {len(src)} of kind {src.kind!r}"
        )
    path = mri_path(mri, None, None)
    atlas = _core.meeg.read_mgh(path)
    if names is None:
        present = set(atlas.different_values().astype(float).tolist())
        names = {name: number for name, number in read_freesurfer_lut()[0].items() if float(number) in present}
    names = regions_named(names, path)
    space = src[0]
    if "vox_mri_t" not in space:
        raise RuntimeError("src must know its MRI; setup_volume_source_space(mri=) makes such a volume")
    if not np.allclose(atlas.vox_mri_t["trans"], space["vox_mri_t"]["trans"], atol=1e-6):
        raise RuntimeError("the atlas must lie where the MRI of src does; its vox_mri_t differs")
    shape = tuple(space[f"mri_{key}"] for key in ("width", "height", "depth"))
    if atlas.shape != shape:
        raise RuntimeError(f"the atlas must have the shape of the MRI of src, {shape}; got {atlas.shape}")
    return atlas, names


@_verbose
def in_label(stc, label, mri, src, *, verbose=None):
    """The part of an estimate in a region of an atlas.

    Parameters
    ----------
    label : str | int
        The region's name in FreeSurfer's table, or its number.
    mri : path-like
        The atlas.
    src : SourceSpaces
        A single volume of the whole brain.

    Returns
    -------
    stc : VolSourceEstimate | VolVectorSourceEstimate
    """
    if len(stc.vertices) != 1:
        raise RuntimeError(f"regions are of a single volume; this estimate has {len(stc.vertices)}")
    if not isinstance(label, str):
        label = {f"number {label}": operator.index(label)}
    atlas, names = _atlas(as_spaces(src), mri, label)
    vertno = np.asarray(src[0]["vertno"])
    values = _core.meeg.values_at(atlas, src[0]["rr"][vertno])
    inside = vertno[values == next(iter(names.values()))]
    return type(stc)._of(stc._engine.picked(np.flatnonzero(np.isin(stc.vertices[0], inside))))


def region_weights(src, labels, mri_resolution):
    """How much each vertex has of each region's voxels: a matrix of voxels by vertices for each region, and their names.

    Without `mri_resolution` a voxel is a vertex: the one that lies in the region."""
    mri, names = (labels, None) if not isinstance(labels, (list, tuple)) else _pair(labels)
    atlas, names = _atlas(as_spaces(src), mri, names)
    vertno = np.asarray(src[0]["vertno"])
    weights = []
    if flag("mri_resolution", mri_resolution):
        if "interpolator" not in src[0]:
            raise RuntimeError(
                "src must have an interpolator; setup_volume_source_space(add_interpolator=True) makes it"
            )
        shown, values = src[0]["interpolator"][:, vertno], atlas.data
        weights = [shown[values == number] for number in names.values()]
    else:
        values = _core.meeg.values_at(atlas, src[0]["rr"][vertno])
        sparse = needed("scipy.sparse", "regions of volumes")
        whole = sparse.eye_array(len(vertno), format="csr")
        weights = [whole[values == number] for number in names.values()]
    return weights, list(names)


def region_courses(stcs, labels, src, mode, allow_empty, mri_resolution):
    """One course for each region of a volume, of one estimate after the other."""
    weights, names = region_weights(src, labels, mri_resolution)
    empty = [name for name, each in zip(names, weights) if each.shape[0] == 0]
    if empty:
        words = f"{len(empty)} regions have no vertex in the source space: {empty}"
        if not allow_empty:
            raise ValueError(words)
        (tell if allow_empty == "ignore" else warn)(f"{words}; they get zeros")
    how = "mean" if one_of("mode of volumes", mode, ("mean", "max", "auto")) == "auto" else mode
    if how == "mean":  # of all voxels of a region at once
        sparse = needed("scipy.sparse", "regions of volumes")
        means = sparse.csr_array(np.array([w.sum(axis=0) / max(w.shape[0], 1) for w in weights]))
    vertno = src[0]["vertno"]
    for k, stc in enumerate(stcs):
        if not isinstance(stc, BaseSourceEstimate):
            raise TypeError(f"stcs[{k}] must be a source estimate; got {type(stc).__name__}")
        subject_of(src._subject, stc.subject, False)
        if len(stc.vertices) != 1 or not np.array_equal(stc.vertices[0], vertno):
            raise ValueError(f"stcs[{k}] must have the vertices of src; it has others")
        data = stc.data
        flat = data.reshape(len(data), -1)
        if how == "mean":
            yield _core.meeg.sparse_product(means, flat).reshape(len(weights), *data.shape[1:])
            continue
        found = [_core.meeg.sparse_product(w, flat).reshape(w.shape[0], *data.shape[1:]) for w in weights]
        yield np.array([np.abs(each).max(axis=0, initial=0) for each in found])


def _pair(labels):
    if len(labels) != 2:
        raise ValueError(f"labels must be an atlas, or a pair of an atlas and regions; got {len(labels)} items")
    return labels


__all__ = ["as_volume", "in_label", "save_as_volume"]
