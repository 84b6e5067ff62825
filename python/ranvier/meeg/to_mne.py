"""Objects of MNE-Python from ours, in memory: no samples are written to a file."""

import copy
import pathlib
import tempfile

import numpy as np


def _named(group, number):
    """MNE-Python's named integer of a FIFF constant."""
    from mne._fiff.constants import FIFF

    for name, value in FIFF.items():
        if name.startswith(group) and int(value) == int(number):
            return value
    return int(number)


def _info_to_mne(info):
    import mne
    from mne._fiff._digitization import DigPoint

    with tempfile.TemporaryDirectory() as folder:  # FIFF carries all; numbers that it has in single precision follow
        path = pathlib.Path(folder, "x-info.fif")
        info.save(path)
        out = mne.io.read_info(path, verbose="ERROR")
    with out._unlock():
        for theirs, ours in zip(out["chs"], info["chs"]):
            for key in ("cal", "range"):
                theirs[key] = ours[key]
            theirs["loc"] = np.array(ours["loc"], float)
        for key in ("sfreq", "highpass", "lowpass", "line_freq", "file_id", "meas_id", "meas_date"):
            out[key] = info[key]
        out["projs"] = [_projection_to_mne(p) for p in info["projs"]]
        if info["dig"] is not None:
            out["dig"] = [
                DigPoint(
                    kind=_named("FIFFV_POINT", p["kind"]),
                    ident=_named("FIFFV_POINT", p["ident"]) if p["kind"] == 1 else int(p["ident"]),
                    r=np.array(p["r"], float),
                    coord_frame=_named("FIFFV_COORD", p["coord_frame"]),
                )
                for p in info["dig"]
            ]
        t = info["dev_head_t"]
        if t is not None:
            out["dev_head_t"] = mne.transforms.Transform(int(t["from"]), int(t["to"]), np.array(t["trans"]))
        for key, value in info._rest.items():
            out[key] = copy.deepcopy(value)
    return out


def _projection_to_mne(p):
    import mne

    data = {**p["data"], "col_names": list(p["data"]["col_names"]), "data": np.array(p["data"]["data"])}
    return mne.Projection(kind=_named("FIFFV_PROJ_ITEM", p["kind"]), active=p["active"], desc=p["desc"], data=data,
                          explained_var=p["explained_var"])  # fmt: skip


def raw_to_mne(raw):
    """The same recording as an `mne.io.RawArray`. Needs MNE-Python."""
    import mne

    out = mne.io.RawArray(raw.get_data(), _info_to_mne(raw.info), first_samp=raw.first_samp, verbose="ERROR")
    a = raw.annotations
    if len(a):
        onset = a.onset - (0 if a.orig_time is not None else raw.first_time)
        out.set_annotations(
            mne.Annotations(onset, a.duration, a.description, a.orig_time, [list(c) for c in a.ch_names]),
            emit_warning=False, verbose="ERROR",
        )  # fmt: skip
    return out


def epochs_to_mne(epochs):
    """The same epochs as an `mne.EpochsArray`. Needs MNE-Python."""
    import mne

    out = mne.EpochsArray(
        epochs.get_data(), _info_to_mne(epochs.info), events=np.array(epochs.events), tmin=epochs.tmin,
        event_id=dict(epochs.event_id), metadata=epochs.metadata, selection=np.array(epochs.selection),
        drop_log=epochs.drop_log, proj=False, on_missing="ignore", verbose="ERROR",
    )  # fmt: skip
    # What has been done to the samples already is only told.
    out.baseline, out.reject, out.flat = epochs.baseline, epochs.reject, epochs.flat
    out.reject_tmin, out.reject_tmax = epochs._engine.setting("reject_tmin"), epochs._engine.setting("reject_tmax")
    return out


def evoked_to_mne(evoked):
    """The same average as an `mne.EvokedArray`. Needs MNE-Python."""
    import mne

    out = mne.EvokedArray(evoked.data.copy(), _info_to_mne(evoked.info), tmin=evoked.tmin, comment=evoked.comment,
                          nave=evoked.nave, kind=evoked.kind, verbose="ERROR")  # fmt: skip
    out.baseline = evoked.baseline
    return out


def spectrum_to_mne(spectrum):
    """A spectrum as an `mne.time_frequency.SpectrumArray` or `EpochsSpectrumArray`."""
    import mne

    info, data = _info_to_mne(spectrum.info), np.array(spectrum.get_data(exclude=()))
    if not hasattr(spectrum, "events"):
        return mne.time_frequency.SpectrumArray(data, info, spectrum.freqs)
    return mne.time_frequency.EpochsSpectrumArray(data, info, spectrum.freqs, events=np.array(spectrum.events),
                                                  event_id=dict(spectrum.event_id))  # fmt: skip


def tfr_to_mne(tfr):
    """A time-frequency map as an `mne.time_frequency.AverageTFRArray` or `EpochsTFRArray`."""
    import mne

    info, data = _info_to_mne(tfr.info), np.array(tfr._data)
    if hasattr(tfr, "events"):
        return mne.time_frequency.EpochsTFRArray(info, data, np.array(tfr.times), np.array(tfr.freqs), method=tfr.method,
                                                 events=np.array(tfr.events), event_id=dict(tfr.event_id))  # fmt: skip
    return mne.time_frequency.AverageTFRArray(info, data, np.array(tfr.times), np.array(tfr.freqs), nave=tfr.nave,
                                              comment=tfr.comment, method=tfr.method)  # fmt: skip
