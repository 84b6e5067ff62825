"""Objects of NiTime and xarray from ours."""

import numpy as np

from .checks import needed
from .picks import picks_to_idx


def _time_series(inst, data, idx, start):
    made = needed("nitime.timeseries", "to_nitime()").TimeSeries(
        data, sampling_rate=float(inst.info["sfreq"]), t0=start, time_unit="s"
    )
    made.ch_names = [inst.ch_names[k] for k in idx]
    return made


def raw_to_nitime(raw, picks=None, start=None, stop=None, use_first_samp=False, copy=True):
    """The samples as a `nitime.timeseries.TimeSeries`.

    Parameters
    ----------
    picks : str | list | slice | None
        Channels; None: all.
    start, stop : int | None
        First sample, and the one behind the last. Default: all.
    use_first_samp : bool
        Whether times count from the acquisition's first sample instead of the recording's. Default False.
    copy : bool
        Whether the series has samples of its own; otherwise those in memory, where all channels are taken.

    Returns
    -------
    series : nitime.timeseries.TimeSeries
        Shape (n_channels, n_times); ``series.ch_names`` are the channels.
    """
    idx = picks_to_idx(raw.info, picks, "all", exclude=())
    start, stop, _ = slice(start, stop).indices(raw.n_times)
    if start >= stop:
        raise ValueError(f"start must be below stop; got {start} and {stop}")
    whole = raw.preload and list(idx) == list(range(len(raw.ch_names)))
    data = raw._data[:, start:stop] if whole and not copy else raw.get_data(idx, start, stop)
    return _time_series(raw, data, idx, (start + (raw.first_samp if use_first_samp else 0)) / float(raw.info["sfreq"]))


def epochs_to_nitime(epochs, picks=None, epochs_idx=None, collapse=False, copy=True, first_samp=0):
    """The samples as a `nitime.timeseries.TimeSeries`.

    Parameters
    ----------
    picks : str | list | slice | None
        Channels; None: all.
    epochs_idx : list of int | slice | None
        Numbers of epochs. Default: all.
    collapse : bool
        Whether the epochs are put one behind the other. Default False.
    copy : bool
        Whether the series has samples of its own; otherwise those in memory, where all epochs and channels are taken.
    first_samp : int
        Sample that the series begins at. Default 0.

    Returns
    -------
    series : nitime.timeseries.TimeSeries
        Shape (n_epochs, n_channels, n_times), or (n_channels, n_epochs · n_times); ``series.ch_names`` are the channels.
    """
    epochs.drop_bad()
    epochs._need_epochs("to_nitime()")
    idx = picks_to_idx(epochs.info, picks, "all", exclude=())
    chosen = epochs if epochs_idx is None else epochs[epochs_idx]
    whole = epochs.preload and epochs_idx is None and list(idx) == list(range(len(epochs.ch_names)))
    data = epochs._data if whole and not copy and not collapse else chosen.get_data(idx)
    if collapse:
        data = np.concatenate(list(data), axis=-1)
    return _time_series(epochs, data, idx, first_samp / float(epochs.info["sfreq"]))


def evoked_to_nitime(evoked, picks=None):
    """The average as a `nitime.timeseries.TimeSeries`, which begins where the average does.

    Parameters
    ----------
    picks : str | list | slice | None
        Channels; None: all.

    Returns
    -------
    series : nitime.timeseries.TimeSeries
        Shape (n_channels, n_times); ``series.ch_names`` are the channels.
    """
    idx = picks_to_idx(evoked.info, picks, "all", exclude=())
    return _time_series(evoked, evoked.data[idx], idx, float(evoked.times[0]))


def _channel_coordinates(inst, idx):
    return {
        "channel": [inst.ch_names[k] for k in idx],
        "ch_type": ("channel", inst.get_channel_types(idx.tolist())),
        "bad": ("channel", [inst.ch_names[k] in inst.info["bads"] for k in idx]),
    }


def _array(inst, data, dims, coordinates, name, **more):
    kept = {"sfreq": float(inst.info["sfreq"]), **{key: value for key, value in more.items() if value is not None}}
    return needed("xarray", "to_xarray()").DataArray(data, coordinates, dims, name=name, attrs=kept)


def raw_to_xarray(raw, picks=None):
    """The samples as an `xarray.DataArray`.

    Parameters
    ----------
    picks : str | list | slice | None
        Channels; None: all.

    Returns
    -------
    array : xarray.DataArray
        Axes channel and time [s]; values in SI units. Type of each channel and whether it is bad lie along channel.
    """
    idx = picks_to_idx(raw.info, picks, "all", exclude=())
    date = raw.info["meas_date"]
    return _array(raw, raw.get_data(idx), ("channel", "time"), {**_channel_coordinates(raw, idx), "time": raw.times}, "raw",
                  first_samp=int(raw.first_samp), meas_date=None if date is None else date.isoformat())  # fmt: skip


def epochs_to_xarray(epochs, picks=None):
    """The samples as an `xarray.DataArray`.

    Parameters
    ----------
    picks : str | list | slice | None
        Channels; None: all.

    Returns
    -------
    array : xarray.DataArray
        Axes epoch (its number among the events given), channel and time [s]; values in SI units. Type of each channel
        and whether it is bad lie along channel; the event's sample, its name as condition, and the columns of the
        metadata along epoch.
    """
    epochs.drop_bad()
    epochs._need_epochs("to_xarray()")
    idx = picks_to_idx(epochs.info, picks, "all", exclude=())
    names = {number: name for name, number in epochs.event_id.items()}
    coordinates = {
        "epoch": np.array(epochs.selection), **_channel_coordinates(epochs, idx), "time": epochs.times,
        "condition": ("epoch", [names.get(number, str(number)) for number in epochs.events[:, 2].tolist()]),
        "sample": ("epoch", np.array(epochs.events[:, 0])),
    }  # fmt: skip
    if epochs.metadata is not None:
        coordinates |= {
            key: ("epoch", column.to_numpy()) for key, column in epochs.metadata.items() if key not in coordinates
        }
    return _array(epochs, epochs.get_data(idx), ("epoch", "channel", "time"), coordinates, "epochs")


def evoked_to_xarray(evoked, picks=None):
    """The average as an `xarray.DataArray`.

    Parameters
    ----------
    picks : str | list | slice | None
        Channels; None: all.

    Returns
    -------
    array : xarray.DataArray
        Axes channel and time [s]; values in SI units. Type of each channel and whether it is bad lie along channel.
    """
    idx = picks_to_idx(evoked.info, picks, "all", exclude=())
    return _array(evoked, evoked.data[idx], ("channel", "time"), {**_channel_coordinates(evoked, idx), "time": evoked.times},
                  evoked.comment or "evoked", nave=evoked.nave, kind=evoked.kind)  # fmt: skip
