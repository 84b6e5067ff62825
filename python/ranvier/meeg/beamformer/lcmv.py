"""Beamformers of linearly constrained minimum variance."""

import numpy as np

from ranvier import _core

from ..checks import as_info, as_raw, flag, one_of
from ..cov.covariance import Covariance, covariance_of, make_ad_hoc_cov
from ..cov.whitening import _rank
from ..epochs.base import BaseEpochs
from ..evoked import Evoked
from ..forward.priors import WHITENED, depth_rule
from ..forward.solution import as_forward, is_fixed_orient
from ..logs import verbose as _verbose
from ..minimum_norm.applying import Sources, chosen_sources, estimate_of
from ..picks import pick_info, pick_types
from .filters import Beamformer, as_filters, check_projections, positions_in

_norms = (None, "unit-noise-gain", "unit-noise-gain-invariant", "nai")


def _noise_or_unit(info, forward, data_cov, noise_cov):
    """The noise covariance; without one that of unit noise, for sensors of one type."""
    if noise_cov is not None:
        return covariance_of(noise_cov), True
    bads = {*info["bads"], *data_cov["bads"]}
    shared = [name for name in info["ch_names"]
              if name in set(forward["sol"]["row_names"]) & set(data_cov["names"]) and name not in bads]  # fmt: skip
    picked = pick_info(info, [info["ch_names"].index(name) for name in shared])
    kinds = [
        len(pick_types(picked, meg=meg, eeg=eeg)) > 0 for meg, eeg in (("mag", False), ("grad", False), (False, True))
    ]
    if sum(kinds) > 1:
        raise ValueError("sensors of several types are weighed by their noise: give noise_cov, or pick one type")
    return make_ad_hoc_cov(picked, std=dict(mag=1.0, grad=1.0, eeg=1.0)), False


@_verbose
def make_lcmv(info, forward, data_cov, reg=0.05, noise_cov=None, label=None, pick_ori=None, rank="info",
              weight_norm="unit-noise-gain-invariant", reduce_rank=False, depth=None, inversion="matrix",
              verbose=None):  # fmt: skip
    """Make a beamformer of linearly constrained minimum variance.

    Parameters
    ----------
    info : Info
        The channels; bad ones, of the covariances too, are left out.
    forward : Forward
    data_cov : Covariance
        Of the samples that the filters are for.
    reg : float
        What is added to the diagonal of the whitened covariance, as a share of its mean.
    noise_cov : Covariance | None
        None is for sensors of one type: noise of unit variance then.
    label : Label | None
        Sources inside of it alone.
    pick_ori : None | "normal" | "max-power" | "vector"
        The length of three directions; the one along the normal; the one of most power; all directions.
    rank : None | "info" | "full" | dict
        How the ranks of the covariances are found, as for `compute_rank`.
    weight_norm : None | "unit-noise-gain" | "unit-noise-gain-invariant" | "nai"
        Whether filters pass a source of 1 A m as that, or white noise of unit variance: for each direction by itself, or
        however directions are turned; "nai": the former over the noise that the data have.
    reduce_rank : bool
        Whether the direction of each source that sensors see least is left out, as MEG and a sphere need it.
    depth : float | dict | None
        How deep sources are favoured, as for `make_inverse_operator`.
    inversion : "matrix" | "single"
        Whether the directions of a source are inverted together or each by itself.

    Returns
    -------
    filters : Beamformer
    """
    as_info(info)
    forward, data_cov = as_forward(forward), covariance_of(data_cov)
    one_of("pick_ori", pick_ori, (None, "normal", "max-power", "vector"))
    one_of("weight_norm", weight_norm, _norms)
    one_of("inversion", inversion, ("matrix", "single"))
    free = not is_fixed_orient(forward)
    if pick_ori is not None and not free:
        raise ValueError(f"pick_ori={pick_ori!r} chooses among three directions, and this forward solution has one for each "
                         "source: give one of free orientation")  # fmt: skip
    if inversion == "single" and free and pick_ori == "vector" and weight_norm == "unit-noise-gain-invariant":
        raise ValueError('inversion="single" filters each direction by itself, which depends on how axes lie: with '
                         'pick_ori="vector" choose another weight_norm than "unit-noise-gain-invariant"')  # fmt: skip
    src = forward["src"]
    if pick_ori == "normal" and src.kind not in ("surface", "discrete"):
        raise RuntimeError(f'pick_ori="normal" needs normals, which surface and discrete source spaces have; got {src.kind}')
    vertices, sources = chosen_sources(label, src)
    engine = forward._engine
    if sources is not None:
        engine = engine.copy()
        engine.restrict(np.sort(sources))
    noise, same_ranks = _noise_or_unit(info, forward, data_cov, noise_cov)
    depth = depth_rule(depth, WHITENED)
    if inversion == "single" and depth["exp"] and free:
        raise NotImplementedError('depth with inversion="single" is not in Ranvier yet; use inversion="matrix"')
    made = _core.meeg.make_lcmv(
        info._engine, engine, data_cov, noise, same_ranks, float(reg), weight_norm or "none", pick_ori or "all",
        flag("reduce_rank", reduce_rank), inversion == "single", dict(rank=_rank(rank)), depth)  # fmt: skip
    return Beamformer(
        kind="LCMV", weights=made.weights, data_cov=Covariance._of(made.data_cov), noise_cov=noise, whitener=made.whitener,
        weight_norm=weight_norm, pick_ori=pick_ori, ch_names=list(made.names), proj=made.proj,
        is_ssp=made.has_projections, vertices=vertices, is_free_ori=made.free and pick_ori in (None, "vector"),
        n_sources=forward["nsource"] if sources is None else len(sources), src_type=src.kind,
        source_nn=np.array(forward["source_nn"] if sources is None else made.source_nn), subject=src._subject, rank=made.rank,
        max_power_ori=made.max_power_ori if pick_ori == "max-power" else None, inversion=inversion)  # fmt: skip


class _Ready:
    """Filters made ready for samples of some channels: weights and whitening in one matrix."""

    def __init__(self, filters, info):
        self.filters = as_filters(filters, "LCMV")
        self.picks = positions_in(info["ch_names"], filters)
        picked = pick_info(info, self.picks)
        _core.meeg.check_inverse_reference(picked._engine)
        check_projections(picked, filters)
        rows = 3 if filters["is_free_ori"] else 1
        self.vector = filters["pick_ori"] == "vector"
        self.kernel = _core.meeg.linear_kernel(
            np.ascontiguousarray(filters["weights"], float), np.ascontiguousarray(filters["whitener"], float), rows,
            bool(filters["is_free_ori"] and not self.vector), np.ascontiguousarray(filters["source_nn"], float))  # fmt: skip
        if self.vector:
            self.kernel.turn_to_axes()

    def sources(self, tmin, tstep):
        return Sources(self.kernel, self.filters["vertices"], _Spaces(self.filters), tmin, tstep, self.vector)


class _Spaces:
    """What a source estimate needs to know of the source spaces of a beamformer."""

    def __init__(self, filters):
        self.kind, self._subject = filters["src_type"], filters["subject"]


@_verbose
def apply_lcmv(evoked, filters, *, verbose=None):
    """Apply a beamformer to an average.

    Parameters
    ----------
    evoked : Evoked
    filters : Beamformer
        Of `make_lcmv`.

    Returns
    -------
    stc : SourceEstimate | VolSourceEstimate | VectorSourceEstimate
        A kernel beside the samples, formed when asked for; the length of three directions is formed at once.
    """
    if not isinstance(evoked, Evoked):
        raise TypeError(f"evoked must be an Evoked; got {type(evoked).__name__}")
    ready = _Ready(filters, evoked.info)
    return ready.sources(evoked.times[0], 1.0 / evoked.info["sfreq"]).of(evoked.data, ready.picks)


@_verbose
def apply_lcmv_epochs(epochs, filters, *, return_generator=False, verbose=None):
    """Apply a beamformer to epochs.

    Parameters
    ----------
    epochs : Epochs
    filters : Beamformer
        Of `make_lcmv`.
    return_generator : bool
        Whether to return what yields one estimate after the other.

    Returns
    -------
    stcs : list of SourceEstimate
    """
    if not isinstance(epochs, BaseEpochs):
        raise TypeError(f"epochs must be Epochs; got {type(epochs).__name__}")
    ready = _Ready(filters, epochs.info)
    sources = ready.sources(epochs.times[0], 1.0 / epochs.info["sfreq"])
    estimates = (sources.of(epoch, ready.picks) for epoch in epochs.get_data(copy=False))
    return estimates if flag("return_generator", return_generator) else list(estimates)


@_verbose
def apply_lcmv_raw(raw, filters, start=None, stop=None, *, verbose=None):
    """Apply a beamformer to a recording.

    Parameters
    ----------
    raw : Raw
    filters : Beamformer
        Of `make_lcmv`.
    start, stop : int | None
        First sample, and the one behind the last.

    Returns
    -------
    stc : SourceEstimate | VolSourceEstimate
    """
    ready = _Ready(filters, as_raw(raw).info)
    data, times = raw[ready.picks, start:stop]
    return ready.sources(times[0], 1.0 / raw.info["sfreq"]).of(data, list(range(len(data))))


@_verbose
def apply_lcmv_cov(data_cov, filters, verbose=None):
    """Power of sources, by a covariance of the sensors.

    Parameters
    ----------
    data_cov : Covariance
    filters : Beamformer
        Of `make_lcmv`.

    Returns
    -------
    stc : SourceEstimate | VolSourceEstimate
        Of one time.
    """
    as_filters(filters, "LCMV")
    data_cov = covariance_of(data_cov)
    rows = positions_in(data_cov["names"], filters)
    full = np.diag(data_cov["data"]) if data_cov["diag"] else np.asarray(data_cov["data"])
    white = np.asarray(filters["whitener"], float)
    kernel = _core.meeg.product_of(np.ascontiguousarray(filters["weights"], float), np.ascontiguousarray(white))
    directions = len(kernel) // filters["n_sources"]
    power = _core.meeg.filtered_power(kernel, directions, np.ascontiguousarray(full[np.ix_(rows, rows)], float))
    return estimate_of(power[:, np.newaxis], filters["vertices"], _Spaces(filters), 0.0, 1.0)
