"""Coils on the head that each send a sinusoid, and where that says the head is."""

import numpy as np

from ranvier import _core

from ...settings import described, given
from ..checks import as_info, as_raw, complain, not_yet, parts_of, rule_of
from ..face import floats
from ..logs import verbose as _verbose
from ..points import Projection


@_verbose
def get_chpi_info(info, on_missing="raise", verbose=None):
    """What a recording says of its coils.

    Parameters
    ----------
    info : Info
    on_missing : "raise" | "warn" | "ignore"
        What to do where it says nothing. Default "raise".

    Returns
    -------
    hpi_freqs : array of float, shape (n_coils,)
        [Hz]
    hpi_pick : int | None
        Number of the channel that tells when coils are on.
    hpi_on : array of int, shape (n_coils,)
        Bits of that channel.
    """
    found = _core.meeg.hpi_coils(as_info(info)._engine)
    if found is None:
        complain(rule_of("on_missing", on_missing), "the recording does not say with which frequencies head position coils "
                 "were driven (info['hpi_meas'])")  # fmt: skip
        return np.empty(0), None, np.empty(0)
    rule_of("on_missing", on_missing)
    return found


@_verbose
def get_active_chpi(raw, *, on_missing="raise", verbose=None):
    """How many coils are on at each sample.

    Parameters
    ----------
    raw : Raw
    on_missing : "raise" | "warn" | "ignore"
        What to do where the recording says nothing of coils. Default "raise".

    Returns
    -------
    n_active : array of int, shape (n_times,)
        0 where no channel tells it.
    """
    _, pick, on = get_chpi_info(as_raw(raw).info, on_missing)
    if pick is None or not len(on):
        return np.zeros(raw.n_times)
    return _core.meeg.active_coils(raw._engine)


@_verbose
@described("refit_hpi")
def refit_hpi(info, *, amplitudes=..., locs=..., order=..., ext_order=..., gof_limit=..., dist_limit=..., use=None,
              colinearity_limit=..., verbose=None):  # fmt: skip
    """Fit anew where the head was when the recording began.

    Amplitudes of the coils come from what was measured then; their places from those; which digitised point each coil is,
    of all orders the one that fits best; and where the head is, of the coils that fit.

    Parameters
    ----------
    info : Info
        It is changed: ``info["dev_head_t"]``, and the last of ``info["hpi_results"]`` and ``info["hpi_meas"]``.
    {settings}
    use : int | list of int | None
        How many coils tell where the head is, three or more, the best of those within the limits; or which ones, counted
        from 0. Default None: all within the limits.

    Returns
    -------
    info : Info
        The same.
    """
    most, which = None, []
    if use is not None:
        given_use = np.asarray(use)
        if given_use.dtype.kind not in "iu" or given_use.ndim > 1:
            raise ValueError(f"use must be a number of coils, a list of their numbers, or None; got {use!r}")
        most, which = (int(use), []) if given_use.ndim == 0 else (None, given_use.tolist())
    _core.meeg.refit_hpi(as_info(info)._engine, given("refit_hpi", locals()), most, which)
    return info


@_verbose
@described("compute_chpi_amplitudes")
def compute_chpi_amplitudes(raw, t_step_min=..., t_window=..., ext_order=..., tmin=..., tmax=..., verbose=None):
    """How strongly each sensor sees each coil, over time.

    Parameters
    ----------
    raw : Raw
        As measured, with coils on.
    {settings}

    Returns
    -------
    chpi_amplitudes : dict
        ``times`` [s], ``slopes`` of shape (n_times, n_coils, n_channels), whose sign is not defined, and ``proj``, the
        outer fields that were taken out.
    """
    times, slopes, proj = _core.meeg.compute_chpi_amplitudes(
        as_raw(raw)._engine, given("compute_chpi_amplitudes", locals())
    )
    return {"times": times, "slopes": slopes, "proj": proj}


@_verbose
@described("compute_chpi_amplitudes", without=("ext_order",))
def compute_chpi_snr(raw, t_step_min=..., t_window=..., ext_order=1, tmin=..., tmax=..., verbose=None):
    """How far each coil stands out, over time.

    Parameters
    ----------
    raw : Raw
    {settings}
    ext_order : int
        Samples are not projected for this, so that it must be 1.

    Returns
    -------
    chpi_snrs : dict
        ``times`` [s], ``freqs`` [Hz], and of ``mag_`` and ``grad_`` ``snr`` [dB], ``power``, ``resid``.
    """
    if ext_order != 1:
        raise not_yet("compute_chpi_snr(ext_order=) other than 1", "the default: samples are not projected for it")
    return _core.meeg.compute_chpi_snr(as_raw(raw)._engine, given("compute_chpi_amplitudes", locals()))


@_verbose
@described("compute_chpi_locs")
def compute_chpi_locs(info, chpi_amplitudes, t_step_max=..., too_close=..., adjust_dig=..., *, verbose=None):
    """Where coils are: magnetic dipoles that fit their amplitudes.

    Parameters
    ----------
    info : Info
    chpi_amplitudes : dict
        As `compute_chpi_amplitudes` gives.
    {settings}

    Returns
    -------
    chpi_locs : dict
        ``times`` [s], ``rrs`` [m] in device coordinates, ``gofs``, ``moments``.
    """
    times, slopes, proj = parts_of("chpi_amplitudes", chpi_amplitudes, ("times", "slopes", "proj"))
    if not isinstance(proj, Projection):
        raise TypeError("chpi_amplitudes['proj'] must be a Projection, as from_mne() makes it of one of MNE-Python's; got "
                        f"{type(proj).__name__}")  # fmt: skip
    settings = given("compute_chpi_locs", locals())
    found = _core.meeg.compute_chpi_locs(as_info(info)._engine, floats(times), floats(slopes), proj, settings)
    return dict(zip(("times", "rrs", "gofs", "moments"), found))


@_verbose
@described("compute_head_pos")
def compute_head_pos(info, chpi_locs, dist_limit=..., gof_limit=..., adjust_dig=..., *, weighted=None, verbose=None):
    """Where the head is, by its coils.

    Parameters
    ----------
    info : Info
    chpi_locs : dict
        As `compute_chpi_locs` or `extract_chpi_locs_ctf` gives.
    {settings}
    weighted : bool | None
        Whether all good coils count, by how good they are. Default None: the best of three or more count alike.

    Returns
    -------
    quats : array of float, shape (n_pos, 10)
        As `read_head_pos` gives.
    """
    times, rrs, gofs, _ = parts_of("chpi_locs", chpi_locs, ("times", "rrs", "gofs", "moments"))
    settings = given("compute_head_pos", locals(), weighted=bool(weighted))
    return _core.meeg.compute_head_pos(as_info(info)._engine, floats(times), floats(rrs), floats(gofs), settings)


@_verbose
@described("filter_chpi")
def filter_chpi(raw, include_line=..., t_step=..., t_window=..., ext_order=1, allow_line_only=..., *, interp=...,
                verbose=None):  # fmt: skip
    """Take the coils' sinusoids, and those of the line, out of all MEG channels.

    Parameters
    ----------
    raw : Raw
        In memory; it is changed.
    {settings}
    ext_order : int
        Samples are not projected for this, so that it must be 1.

    Returns
    -------
    raw : Raw
    """
    if ext_order != 1:
        raise not_yet("filter_chpi(ext_order=) other than 1", "the default: samples are not projected for it")
    as_raw(raw)._need_data("filter_chpi")
    _core.meeg.filter_chpi(raw._engine, given("filter_chpi", locals()))
    return raw


@_verbose
def extract_chpi_locs_ctf(raw, verbose=None):
    """Where coils are, as CTF's systems keep it in channels.

    Parameters
    ----------
    raw : Raw
        With channels ``HLC0011`` … ``HLC0033``.

    Returns
    -------
    chpi_locs : dict
        ``times`` [s] at which a place changes, ``rrs`` [m] in device coordinates (LPA, nasion, RPA), ``gofs``, ``moments``.
    """
    names = sorted(
        name for name in as_raw(raw).ch_names if name[:5] == "HLC00" and name[5:6] in "123" and name[6:7] in "123"
    )
    if len(names) != 9:
        raise RuntimeError(f"nine channels HLC0011 … HLC0033 must tell where coils are; there are {len(names)}")
    data = raw.get_data([names[k] for k in (3, 4, 5, 0, 1, 2, 6, 7, 8)])
    at = np.r_[0, np.flatnonzero(np.diff(data, axis=1).any(axis=0)) + 1]
    turn = np.array([[1, -1, 0], [1, 1, 0], [0, 0, np.sqrt(2)]]) / np.sqrt(2)  # CTF's device to ours
    rrs = data[:, at].T.reshape(len(at), 3, 3) @ turn.T
    return {"rrs": rrs, "gofs": np.ones(rrs.shape[:2]), "times": raw.times[at] + raw.first_time, "moments": np.zeros(rrs.shape)}  # fmt: skip


__all__ = ["compute_chpi_amplitudes", "compute_chpi_locs", "compute_chpi_snr", "compute_head_pos", "extract_chpi_locs_ctf",
           "filter_chpi", "get_active_chpi", "get_chpi_info", "refit_hpi"]  # fmt: skip
