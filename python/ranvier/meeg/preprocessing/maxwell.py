"""Maxwell filters: signal-space separation of what comes from inside and from outside the helmet."""

import os

import numpy as np

from ranvier import _core
from ranvier.errors import ConflictError

from ...settings import described, given
from ..checks import as_info, as_raw, list_of, names_in, one_of, output_path, parts_of, path_of
from ..face import floats
from ..logs import verbose as _verbose
from ..points import Projection, Transform


def _is_path(value):
    return isinstance(value, (str, os.PathLike))


def _own(name, key, info):
    """What a recording itself holds of its system."""
    if key not in info:
        raise ConflictError(f"{name}=True takes what the recording itself holds (info[{key!r}]), and this one holds nothing; "
                            "give a file name, or None")  # fmt: skip
    return info[key]


def _calibration(value, info):
    """A fine calibration as the engine takes it: a path, or its parts; None: the recording's own, False: none."""
    if value is True:
        value = _own("calibration", "fine_calibration", info)
    if value is None or value is False:
        return value
    if _is_path(value):
        return str(path_of(value))
    if not isinstance(value, dict):
        raise TypeError(f"calibration must be a file name, or a dict as read_fine_calibration() gives; got {value!r}")
    if "cal_chans" in value:  # as the history of a recording has it
        channels, numbers = parts_of("calibration", value, ("cal_chans", "cal_corrs"))
        channels, numbers = np.asarray(channels), np.asarray(numbers, float)
        planar = np.isin(channels[:, 1], (3011, 3012, 3013, 3014, 3015))
        names = [f"MEG{number:04d}" for number in channels[:, 0]]
        cals = [row[1:-12] if is_planar else row[:1] for row, is_planar in zip(numbers, planar)]
        return names, numbers[:, -12:].tolist(), [cal.tolist() for cal in cals]
    names, locs, cals = parts_of("calibration", value, ("ch_names", "locs", "imb_cals"))
    names, locs = names_in("calibration['ch_names']", names), np.asarray(locs, float)
    if locs.shape != (len(names), 12):
        raise ValueError(f"calibration['locs'] must have shape ({len(names)}, 12), as ch_names say; got {locs.shape}")
    return names, locs.tolist(), [np.atleast_1d(np.asarray(c, float)).tolist() for c in cals]


def _cross_talk(value, info):
    """A cross-talk matrix as the engine takes it: a path, or its parts; None: the recording's own, False: none."""
    if value is True:
        value = _own("cross_talk", "cross_talk", info)
    if value is None or value is False:
        return value
    if _is_path(value):
        return str(path_of(value))
    if not isinstance(value, dict):
        raise TypeError(f"cross_talk must be a file name, or a dict with ch_names and decoupler; got {value!r}")
    names, matrix = parts_of("cross_talk", value, ("ch_names", "decoupler"), others=True)
    names = names_in("cross_talk['ch_names']", names)
    matrix = matrix.toarray() if hasattr(matrix, "toarray") else matrix
    matrix = np.asarray(matrix, float).T  # recordings have it transposed
    if matrix.shape != (len(names), len(names)):
        raise ValueError(f"cross_talk['decoupler'] must have a row and a column for each of {len(names)} ch_names; got "
                         f"shape {matrix.shape}")  # fmt: skip
    rows, columns = np.nonzero(matrix)
    return names, rows.tolist(), columns.tolist(), matrix[rows, columns].tolist()


def _destination(value):
    if value is None or isinstance(value, Transform):
        if value is not None and (value["from"], value["to"]) != (1, 4):
            raise ValueError("destination must be a transform from the device (meg) to the head; got another")
        return value
    if _is_path(value):
        return _core.meeg.read_head_transform_fif(path_of(value))
    try:
        place = np.asarray(value, float)
    except (TypeError, ValueError):
        place = np.empty(0)
    if place.shape != (3,):
        raise ValueError(f"destination must be a place (x, y, z), a file name, a Transform or None; got {value!r}")
    matrix = np.eye(4)
    matrix[:3, 3] = place
    return Transform("meg", "head", matrix)


def as_positions(value, name="head_pos"):
    """Head positions as the engine takes them, or None."""
    if value is None:
        return None
    if not isinstance(value, np.ndarray):
        raise TypeError(
            f"{name} must be an array of shape (N, 10), as read_head_pos() gives; got {type(value).__name__}"
        )
    if value.ndim != 2 or value.shape[1] != 10:
        raise ValueError(f"{name} must have shape (N, 10); got {value.shape}")
    return floats(value)


@_verbose
@described("maxwell_filter")
def maxwell_filter(raw, origin=..., int_order=..., ext_order=..., calibration=None, cross_talk=None, st_duration=...,
                   st_correlation=..., coord_frame=..., destination=None, regularize=..., ignore_ref=...,
                   bad_condition=..., head_pos=None, st_fixed=..., st_only=..., mag_scale=..., skip_by_annotation=...,
                   extended_proj=(), st_overlap=..., mc_interp=..., verbose=None):  # fmt: skip
    """Take out of MEG what comes from outside the helmet (SSS; with `st_duration`, tSSS).

    The moments of multipoles inside and outside are estimated from the good sensors, and the samples of all sensors, bad
    ones too, are made of the inner ones.

    Parameters
    ----------
    raw : Raw
        Without applied projections. Bad channels should be marked (`find_bad_channels_maxwell`).
    calibration : path | dict | bool | None
        The system's fine calibration (``.dat``), or what `read_fine_calibration` gives. Default None: what the recording
        itself holds (``info["fine_calibration"]``, of newer MEGIN systems), if any; True: that, and no less; False: none.
    cross_talk : path | dict | bool | None
        The system's cross-talk matrix (``.fif``); None, True and False as for `calibration` (``info["cross_talk"]``).
    destination : path | Transform | array of float, shape (3,) | None
        Where the head is put: as another recording has it, or at a place [m], upright. Default None: where it is by
        ``raw.info["dev_head_t"]``.
    head_pos : array of float, shape (n_pos, 10) | None
        Where the head was over time, as `ranvier.meeg.chpi.read_head_pos` gives: movements are compensated, and nine
        channels ``CHPI000`` … tell them.
    extended_proj : list of Projection
        More that is outside (eSSS), over all good MEG channels.
    {settings}

    Returns
    -------
    raw_sss : Raw
        In memory. MEG channels are good, projections of MEG are gone, and ``info["proc_history"]`` tells what was done.

    Notes
    -----
    The rank of the result is what `compute_rank` with ``rank="info"`` says. Windows of tSSS that overlap have an even
    number of samples, so that their weights add up to 1.

    References
    ----------
    Taulu & Kajola 2005, Journal of Applied Physics 97:124905, doi:10.1063/1.1935742
    Taulu & Simola 2006, Physics in Medicine and Biology 51:1759, doi:10.1088/0031-9155/51/7/008
    """
    engine = _core.meeg.maxwell_filter(as_raw(raw)._engine, given("maxwell_filter", locals()), _calibration(calibration, raw.info),
                                       _cross_talk(cross_talk, raw.info), list_of("extended_proj", extended_proj, Projection, "projections"), _destination(destination),
                                       as_positions(head_pos))  # fmt: skip
    return raw._like(engine)


@_verbose
@described("compute_maxwell_basis")
def compute_maxwell_basis(info, origin=..., int_order=..., ext_order=..., calibration=None, coord_frame=...,
                          regularize=..., ignore_ref=True, bad_condition=..., mag_scale=..., extended_proj=(),
                          verbose=None):  # fmt: skip
    """What sensors measure of multipoles, and its inverse.

    Parameters
    ----------
    info : Info
    calibration : path | dict | bool | None
        The system's fine calibration, as of `maxwell_filter`.
    extended_proj : list of Projection
        More that is outside (eSSS).
    {settings}

    Returns
    -------
    S : array of float, shape (n_meg, n_moments)
        ``S[:, :n_use_in] @ pS[:n_use_in] @ samples_of_good_sensors`` are samples of what is inside.
    pS : array of float, shape (n_moments, n_good_meg)
    reg_moments : array of int, shape (n_moments,)
        Which multipoles are used.
    n_use_in : int
        How many of them are inner ones.
    """
    as_info(info)
    return _core.meeg.compute_maxwell_basis(info._engine, given("compute_maxwell_basis", locals()),
                                            _calibration(calibration, info), list_of("extended_proj", extended_proj, Projection, "projections"))  # fmt: skip


@_verbose
@described("find_bad_channels_maxwell")
def find_bad_channels_maxwell(raw, limit=..., duration=..., min_count=..., return_scores=False, origin=...,
                              int_order=..., ext_order=..., calibration=None, cross_talk=None, coord_frame=...,
                              regularize=..., ignore_ref=..., bad_condition=..., head_pos=None, mag_scale=...,
                              skip_by_annotation=..., h_freq=..., extended_proj=(), mc_interp=...,
                              verbose=None):  # fmt: skip
    """Find MEG channels that are flat, or that differ from what all others say.

    In each window, the channel whose difference from its reconstruction has the largest range is taken out while the
    range stands out by `limit` standard deviations.

    Parameters
    ----------
    raw : Raw
    return_scores : bool
        Whether to return the scores too. Default False.
    calibration : path | dict | bool | None
        The system's fine calibration, as of `maxwell_filter`.
    cross_talk : path | dict | bool | None
        The system's cross-talk matrix.
    head_pos : array of float, shape (n_pos, 10) | None
        Where the head was over time.
    extended_proj : list of Projection
        More that is outside (eSSS).
    {settings}

    Returns
    -------
    noisy_chs, flat_chs : list of str
    scores : dict
        With `return_scores`: ``ch_names``, ``ch_types``, ``bins`` (first and last time of each window [s]),
        ``scores_flat``, ``limits_flat`` (standard deviations), ``scores_noisy``, ``limits_noisy`` (standard scores); NaN
        for channels that were bad.
    """
    settings = given("find_bad_channels_maxwell", locals())
    noisy, flat, picks, bins, flat_scores, flat_limits, noisy_scores, noisy_limits = (
        _core.meeg.find_bad_channels_maxwell(as_raw(raw)._engine, settings, _calibration(calibration, raw.info), _cross_talk(cross_talk, raw.info),
                                             list_of("extended_proj", extended_proj, Projection, "projections"), as_positions(head_pos)))  # fmt: skip
    if not return_scores:
        return noisy, flat
    types = raw.get_channel_types(picks)
    return noisy, flat, {
        "ch_names": np.array([raw.ch_names[k] for k in picks]), "ch_types": np.array(types), "bins": bins,
        "scores_flat": flat_scores, "limits_flat": flat_limits[:, np.newaxis],
        "scores_noisy": noisy_scores, "limits_noisy": noisy_limits[:, np.newaxis],
    }  # fmt: skip


@_verbose
@described("compute_fine_calibration")
def compute_fine_calibration(raw, n_imbalance=..., t_window=..., ext_order=..., origin=..., cross_talk=None,
                             calibration=None, *, angle_limit=..., err_limit=..., verbose=None):  # fmt: skip
    """Fine calibration of a system, by the field of its empty room.

    Magnetometers are turned and scaled until they measure best what the others' multipoles say; the gradiometers beside
    them turn along, and get the shares of the field along their axes that they take up.

    Parameters
    ----------
    raw : Raw
        Of an empty room, at most some minutes, without bad channels.
    cross_talk : path | dict | bool | None
        The system's cross-talk matrix; True: what the recording itself holds. Default None: none.
    calibration : dict | None
        A calibration whose normals and gains hold, so that only imbalances are estimated: to go on from ``n_imbalance=1``
        to 3.
    {settings}

    Returns
    -------
    calibration : dict
        As `read_fine_calibration` gives; `write_fine_calibration` and `maxwell_filter` take it.
    count : int
        How many windows normals and gains are means of; 0 with `calibration`.

    Notes
    -----
    Each magnetometer is sought three times at most, so that a mean of several windows, and a room with fields from many
    sides, tell more. MNE-Python's search ends at steps of 1e-4 and its own directions move by 0.002 where samples change by
    1e-12 of themselves (0.1 of a second of real data); ours, which are as near to them, do not.
    """
    if calibration is not None and not isinstance(calibration, dict):
        raise TypeError(f"calibration must be a dict as read_fine_calibration() gives; got {calibration!r}")
    parts, count = _core.meeg.compute_fine_calibration(as_raw(raw)._engine, given("compute_fine_calibration", locals()),
                                                       _calibration(calibration, raw.info), _cross_talk(cross_talk, raw.info))  # fmt: skip
    return _calibration_dict(parts), count


def read_fine_calibration(fname):
    """Read a fine calibration.

    Parameters
    ----------
    fname : path
        A ``.dat`` file.

    Returns
    -------
    calibration : dict
        ``ch_names``, ``locs`` (place [m] and three directions), ``imb_cals`` (of magnetometers by how much they measure
        too little; of gradiometers one or three imbalances).
    """
    return _calibration_dict(_core.meeg.read_fine_calibration(path_of(fname)))


def _calibration_dict(parts):
    names, locs, numbers = parts
    return {"ch_names": names, "locs": np.array(locs), "imb_cals": [np.array(n) for n in numbers]}


def write_fine_calibration(fname, calibration):
    """Write a fine calibration, with six decimals; a file that is there is replaced.

    Parameters
    ----------
    fname : path
        A ``.dat`` file.
    calibration : dict
        As `read_fine_calibration` gives.
    """
    if not isinstance(calibration, dict):
        raise TypeError(f"calibration must be a dict as read_fine_calibration() gives; got {calibration!r}")
    _core.meeg.write_fine_calibration(_calibration(calibration, {}), output_path(fname, True))


@_verbose
def maxwell_filter_prepare_emptyroom(raw_er, *, raw, bads="from_raw", annotations="from_raw", meas_date="keep",
                                     emit_warning=False, verbose=None):  # fmt: skip
    """A recording of an empty room as if the head had been there, so that both are filtered alike.

    Parameters
    ----------
    raw_er : Raw
        Of the empty room; not changed.
    raw : Raw
        Of the experiment, from which where the head is, points, and the first sample's time are taken.
    bads : "from_raw" | "union" | "keep"
        Which MEG channels are bad. Default: those of `raw`.
    annotations : "from_raw" | "union" | "keep"
        Whose annotations it has. Default: those of `raw`.
    meas_date : "keep" | "from_raw"
        Whose date it has. Default: its own.
    emit_warning : bool
        Whether to warn of annotations that it is too short for. Default False.

    Returns
    -------
    raw_er_prepared : Raw
    """
    for name, value in (("bads", bads), ("annotations", annotations)):
        one_of(name, value, ("from_raw", "union", "keep"))
    one_of("meas_date", meas_date, ("keep", "from_raw"))
    as_raw(raw)
    made = as_raw(raw_er).copy()
    wanted = {"from_raw": raw.info["bads"], "keep": made.info["bads"],
              "union": sorted({*raw.info["bads"], *made.info["bads"]})}[bads]  # fmt: skip
    meg = {name for name, kind in zip(made.ch_names, made.get_channel_types()) if kind in ("mag", "grad")}
    made.info["bads"] = [name for name in wanted if name in meg]
    made.info["dev_head_t"] = raw.info["dev_head_t"]
    made.set_montage(raw.get_montage(), on_missing="ignore")
    own, shift = made.annotations.copy(), raw.first_time - made.first_time
    made._engine.first_samp = int(round(raw.first_time * made.info["sfreq"]))
    own.onset = own.onset + shift
    if annotations == "from_raw":
        own.delete(np.arange(len(own)))
    if annotations != "keep":
        other = raw.annotations
        own.append(other.onset, other.duration, other.description, other.ch_names)
    if made.info["meas_date"] is None:  # as they are given: counted from the first sample
        own.onset = own.onset - made.first_time
    made.set_annotations(own, emit_warning)
    if meas_date == "from_raw":
        made.set_meas_date(raw.info["meas_date"])
    return made


__all__ = ["compute_fine_calibration", "compute_maxwell_basis", "find_bad_channels_maxwell", "maxwell_filter", "maxwell_filter_prepare_emptyroom",
           "read_fine_calibration", "write_fine_calibration"]  # fmt: skip
