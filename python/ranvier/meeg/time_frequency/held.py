"""What the engine holds of a time-frequency map."""

import numpy as np

from ranvier import _core

from ..checks import as_info, axis_of, text_of
from ..face import floats


def values_of(engine, of_epochs):
    """The engine's data with the axes that a map shows: that of epochs or not, that of tapers where there are some."""
    data = engine.data
    if data.ndim == 5:
        data = data if engine.weights is not None else data[:, :, 0]
        data = data if of_epochs else data[0]
    return data


def with_axes(data, tapers, of_epochs):
    """The data with axes of epochs and tapers."""
    data = data if of_epochs else data[None]
    return data if tapers else data[:, :, None]


def checked(info, data, times, freqs, ndim, weights):
    """The data of a map, whose shape goes with the rest."""
    data = np.asarray(data)
    shape = (len(as_info(info)["chs"]), len(freqs), len(times))
    if weights is not None:
        weights = np.asarray(weights)
        if weights.ndim != 2 or weights.shape[1] != len(freqs):
            raise ValueError(
                f"weights must have shape (n_tapers, {len(freqs)}), as there are freqs; got {weights.shape}"
            )
        shape = (shape[0], len(weights), *shape[1:])
        ndim += 1
    if data.ndim != ndim or data.shape[-len(shape) :] != shape:
        axes = "channels, freqs, times; with weights= tapers behind channels"
        raise ValueError(f"data must have {ndim} dimensions, the last {len(shape)} {shape} ({axes}); got {data.shape}")
    return data


def held(data, info, times, freqs, weights=None, events=None, ids=None, *, nave=None, comment=None, method=None):
    """What the engine holds of a map; without events an average."""
    axes = (axis_of("times", times), axis_of("freqs", freqs, 0))
    nave, comment, method = float(nave or 1), text_of("comment", comment), text_of("method", method)
    if weights is None and not np.iscomplexobj(data):
        if events is None:
            return _core.meeg.AverageTfr(info, floats(data), *axes, nave, comment, method)
        return _core.meeg.EpochsTfr(info, floats(data), *axes, events, ids, method)
    kind, sample = (_core.meeg.Coefficients, complex) if np.iscomplexobj(data) else (_core.meeg.Phases, float)
    data = np.ascontiguousarray(with_axes(data, weights is not None, events is not None), sample)
    if events is None:
        events, ids = np.array([[0, 0, 1]], np.int64), [("1", 1)]
    weights = None if weights is None else floats(weights)
    return kind(info, data, *axes, events, ids, weights, nave, comment, method)
