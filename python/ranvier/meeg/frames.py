"""pandas DataFrames."""

import json

import numpy as np

from ranvier.errors import warn

from .channels.mixins import scalings_of
from .logs import verbose as _verbose
from .picks import picks_to_idx

_micro = ("eeg", "eog", "ecg", "emg", "mag", "grad")


def _factors(info, idx, scalings):
    types = info.get_channel_types(idx.tolist()) if len(idx) else []
    if scalings is None:
        return [f if t in _micro else 1.0 for t, f in zip(types, scalings_of(types))]
    return [float(scalings.get(t, f if t in _micro else 1.0)) for t, f in zip(types, scalings_of(types))]


def _written(times, time_format, info, offset):
    import pandas as pd

    if time_format is None:
        return times
    if time_format == "ms":
        return np.round(np.asarray(times) * 1e3).astype(np.int64)
    if time_format == "timedelta":
        return pd.to_timedelta(times, unit="s")
    if time_format == "datetime":
        if info["meas_date"] is None:
            warn('times are dates where there is a measurement date; there is none, so they are differences ("timedelta")')
            return pd.to_timedelta(times, unit="s")
        return pd.to_timedelta(np.asarray(times) + offset, unit="s") + pd.Timestamp(info["meas_date"])
    raise ValueError(f'time_format must be None, "ms", "timedelta" or "datetime"; got {time_format!r}')


def _framed(columns, names, data, index, long_format, types=None):
    """A frame of `columns` and one per channel; data: shape (n_pieces, n_channels, ...)."""
    import pandas as pd

    keys, values = list(columns), np.moveaxis(data, 1, -1).reshape(-1, len(names))
    if not long_format:
        frame = pd.concat([pd.DataFrame(columns), pd.DataFrame(values, columns=names)], axis=1)
        return _indexed(frame, keys, index)
    frame = pd.DataFrame(columns)
    frame = pd.concat([frame] * len(names), ignore_index=True)
    frame["channel"], frame["value"] = np.repeat(names, len(values)), values.ravel("F")
    keys.append("channel")
    if types is not None:
        frame["ch_type"] = np.repeat(types, len(values))
        keys.append("ch_type")
    return _indexed(frame, keys, index)


def _indexed(frame, keys, index):
    if index is None:
        return frame
    if not isinstance(index, (str, list, tuple)):
        raise TypeError(f"index must be a name, a list of names or None; got {type(index).__name__}")
    index = [index] if isinstance(index, str) else list(index)
    if not all(isinstance(i, str) for i in index):
        raise TypeError(f"index must be a name or several of {keys}; got {index[:3]}")
    wrong = [i for i in index if i not in keys]
    if wrong:
        raise ValueError(f"index must be of {keys}; got {wrong}")
    return frame.set_index(index)


def frame_of(inst, idx, data, times, index, scalings, long_format, time_format, offset=0.0):
    """A frame of samples, shape (n_pieces, n_channels, n_times)."""
    n, _, length = data.shape
    info = inst.info
    factors = np.array(_factors(info, idx, scalings))
    times = _written(times, time_format, info, offset)
    dated = time_format in ("timedelta", "datetime")
    columns = {"time": list(times) * n if dated else np.tile(times, n), **_of_epochs(inst, length)}
    names, types = [info.ch_names[k] for k in idx], info.get_channel_types(idx.tolist())
    return _framed(columns, names, data * factors[:, None], index, long_format, types)


def _of_epochs(inst, repeats):
    """The columns condition and epoch, each value `repeats` times; none where there are no epochs."""
    if not hasattr(inst, "events"):
        return {}
    names = {number: name for name, number in inst.event_id.items()}
    conditions = [names.get(number, str(number)) for number in inst.events[:, 2].tolist()]
    epochs = getattr(inst, "selection", np.arange(len(conditions)))
    return {"condition": np.repeat(conditions, repeats), "epoch": np.repeat(epochs, repeats)}


def _power_frame(inst, idx, columns, data, index, long_format, order):
    """Of spectra and maps: a long one has its keys in `order`, and channels change fastest."""
    names = [inst.ch_names[k] for k in idx]
    if not long_format:
        return _framed(columns, names, data[:, idx], index, False)
    import pandas as pd

    keys = [key for key in order if key in columns]
    frame = pd.DataFrame({key: columns[key] for key in keys})
    rows = len(frame)
    long = frame.loc[frame.index.repeat(len(names))].reset_index(drop=True)
    long["channel"] = np.tile(names, rows)
    long["ch_type"] = np.tile(inst.get_channel_types(idx.tolist()), rows)
    long["value"] = np.moveaxis(data[:, idx], 1, -1).ravel()
    return _indexed(long, [*keys, "channel", "ch_type"], index)


@_verbose
def samples_frame(inst, picks=None, index=None, scalings=None, copy=True, long_format=False, time_format=None, *,
                  verbose=None):  # fmt: skip
    """A pandas DataFrame with columns time, condition and epoch where there are epochs, and one per channel.

    See `Raw.to_data_frame`."""
    data = inst.get_data()
    inst._need_epochs("to_data_frame()")
    idx = picks_to_idx(inst.info, picks, "all", exclude=())
    return frame_of(inst, idx, data.reshape(-1, *data.shape[-2:])[:, idx], inst.times, index, scalings, long_format,
                    time_format)  # fmt: skip


@_verbose
def spectrum_frame(spectrum, picks=None, index=None, copy=True, long_format=False, *, verbose=None):
    """A pandas DataFrame with columns freq, taper or segment where they are apart, and one per channel [unit²/Hz]."""
    idx = picks_to_idx(spectrum.info, picks, "all", exclude=())
    data, freqs, parts = spectrum._data, spectrum.freqs, 1
    columns = {}
    if data.ndim == 4:
        part = "taper" if "taper" in spectrum._dims else "segment"
        data = np.moveaxis(data, 2, 3) if part == "taper" else data
        parts = data.shape[-1]
        columns[part] = np.tile(np.arange(parts), len(data) * len(freqs))
        data = data.reshape(*data.shape[:2], -1)
    columns = {**_of_epochs(spectrum, data.shape[-1]), "freq": np.tile(np.repeat(freqs, parts), len(data)), **columns}
    return _power_frame(
        spectrum, idx, columns, data, index, long_format, ("condition", "epoch", "freq", "taper", "segment")
    )


@_verbose
def tfr_frame(tfr, picks=None, index=None, long_format=False, time_format=None, *, verbose=None):
    """A pandas DataFrame with columns time, freq, condition and epoch of epochs, taper of tapers, and one per channel."""
    idx = picks_to_idx(tfr.info, picks, "all", exclude=())
    data = tfr.data if hasattr(tfr, "events") else tfr.data[None]
    n_tapers, n_freqs, n_times = 1 if tfr.weights is None else len(tfr.weights), len(tfr.freqs), len(tfr.times)
    n = len(data) * n_tapers
    times = _written(tfr.times, time_format, tfr.info, 0.0)
    columns = {"time": list(times) * (n * n_freqs), "freq": np.tile(np.repeat(tfr.freqs, n_times), n),
               **_of_epochs(tfr, n_tapers * n_freqs * n_times)}  # fmt: skip
    if tfr.weights is not None:
        columns["taper"] = np.tile(np.repeat(np.arange(n_tapers), n_freqs * n_times), len(data))
    return _power_frame(tfr, idx, columns, data, index, long_format, ("condition", "epoch", "taper", "freq", "time"))


def description_of(raw, data_frame=False):
    """Type, unit and five quantiles of every channel: printed, or returned as a pandas DataFrame."""
    raw._need_real("describe()")
    types = raw.get_channel_types()
    rows = []
    for k, (name, kind) in enumerate(zip(raw.ch_names, types)):
        data = raw[k][0][0]
        quantiles = np.percentile(data, [0, 25, 50, 75, 100])
        rows.append([name, kind, raw.info["chs"][k].unit_symbol, *quantiles])
    if data_frame:
        import pandas as pd

        table = pd.DataFrame(rows, columns=["name", "type", "unit", "min", "Q1", "median", "Q3", "max"])
        return table.rename_axis("ch")
    print(repr(raw))
    print(
        f"{'ch':>4}  {'name':<12} {'type':<6} {'unit':<5} {'min':>11} {'Q1':>11} {'median':>11} {'Q3':>11} {'max':>11}"
    )
    for k, (name, kind, unit, *quantiles) in enumerate(rows):
        print(f"{k:>4}  {name:<12} {kind.upper():<6} {unit:<5} " + " ".join(f"{q:>11.3g}" for q in quantiles))
    return None


def rows_of(metadata):
    """A table as JSON objects, one text per row; none for None."""
    if metadata is None:
        return []
    return [json.dumps(row) for row in json.loads(metadata.to_json(orient="records"))]


def table_of(rows):
    """The table that `rows_of` took apart, or None."""
    if not rows:
        return None
    try:
        import pandas as pd
    except ImportError:
        warn("the file has metadata of the epochs, which need pandas; install it and read again")
        return None
    return pd.DataFrame([json.loads(row) for row in rows])
