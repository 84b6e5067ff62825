"""Objects of MNE-Python from ours, in memory: no samples are written to a file."""

import copy
import pathlib
import tempfile

import numpy as np


def exact(out, info):
    """Give an Info that came through a file the numbers of the other in double precision."""
    for key in ("sfreq", "highpass", "lowpass", "line_freq", "file_id", "meas_id", "meas_date"):
        out[key] = info[key]
    for channel, other in zip(out["chs"], info["chs"]):
        channel.update(cal=float(other["cal"]), range=float(other["range"]), loc=np.array(other["loc"], float))
    for point, other in zip(out["dig"] or (), info["dig"] or ()):
        point["r"] = np.array(other["r"], float)
    for projection, other in zip(out["projs"], info["projs"]):
        projection["data"] = {**projection["data"], "data": np.array(other["data"]["data"], float)}
        projection["explained_var"] = other.get("explained_var")
    if info["dev_head_t"] is not None:
        out["dev_head_t"]["trans"] = np.array(info["dev_head_t"]["trans"], float)


def _info_to_mne(info):
    import mne

    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "x-info.fif")
        info.save(path)
        out = mne.io.read_info(path, verbose="ERROR")
    with out._unlock():
        exact(out, info)
        out.update(copy.deepcopy(info._rest))
    return out


def raw_to_mne(raw):
    """The same recording as an `mne.io.RawArray`. Needs MNE-Python."""
    import mne

    out = mne.io.RawArray(raw.get_data(), _info_to_mne(raw.info), first_samp=raw.first_samp, verbose="ERROR")
    a = raw.annotations
    if len(a):
        onset = a.onset - (0 if a.orig_time is not None else raw.first_time)
        out.set_annotations(
            _annotations_to_mne(a, onset),
            emit_warning=False, verbose="ERROR",
        )  # fmt: skip
    return out


def _annotations_to_mne(annotations, onset):
    import mne

    extras = {"extras": [dict(e) for e in annotations.extras]} if any(annotations.extras) else {}
    return mne.Annotations(onset, annotations.duration, annotations.description, annotations.orig_time,
                           [list(c) for c in annotations.ch_names], **extras)  # fmt: skip


def epochs_to_mne(epochs):
    """The same epochs as an `mne.EpochsArray`. Needs MNE-Python."""
    import mne

    out = mne.EpochsArray(
        epochs.get_data(), _info_to_mne(epochs.info), events=np.array(epochs.events), tmin=epochs.tmin,
        event_id=dict(epochs.event_id), metadata=epochs.metadata, selection=np.array(epochs.selection),
        drop_log=epochs.drop_log, proj=False, on_missing="ignore", raw_sfreq=epochs._engine.raw_sfreq, verbose="ERROR",
    )  # fmt: skip
    if epochs.annotations is not None:
        out.set_annotations(_annotations_to_mne(epochs.annotations, epochs.annotations.onset), on_missing="ignore")
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
        return mne.time_frequency.SpectrumArray(data, info, spectrum.freqs, spectrum._dims, spectrum.weights)
    out = mne.time_frequency.EpochsSpectrumArray(data, info, spectrum.freqs, np.array(spectrum.events),
                                                 dict(spectrum.event_id), spectrum._dims, spectrum.weights)  # fmt: skip
    out.selection, out.drop_log = np.array(spectrum.selection), spectrum.drop_log
    out.metadata = spectrum.metadata
    return out


def tfr_to_mne(tfr):
    """A time-frequency map as an `mne.time_frequency.AverageTFRArray` or `EpochsTFRArray`."""
    import mne

    info, data = _info_to_mne(tfr.info), np.array(tfr._data)
    if hasattr(tfr, "events"):
        return mne.time_frequency.EpochsTFRArray(info, data, np.array(tfr.times), np.array(tfr.freqs), method=tfr.method,
                                                 events=np.array(tfr.events), event_id=dict(tfr.event_id),
                                                 selection=np.array(tfr.selection), drop_log=tfr.drop_log,
                                                 metadata=tfr.metadata, weights=tfr.weights)  # fmt: skip
    return mne.time_frequency.AverageTFRArray(info, data, np.array(tfr.times), np.array(tfr.freqs), nave=tfr.nave,
                                              comment=tfr.comment, method=tfr.method, weights=tfr.weights)  # fmt: skip


def projection_to_mne(projection):
    """A projection as an `mne.Projection`."""
    import mne

    data = projection["data"]
    return mne.Projection(active=bool(projection["active"]), desc=projection["desc"], kind=int(projection["kind"]),
                          explained_var=projection.get("explained_var"),
                          data=dict(nrow=int(data["nrow"]), ncol=int(data["ncol"]), row_names=None,
                                    col_names=list(data["col_names"]), data=np.array(data["data"], float)))  # fmt: skip


def covariance_to_mne(cov):
    """A covariance as an `mne.Covariance`. Needs MNE-Python."""
    import mne

    def own(key):
        return None if cov[key] is None else np.array(cov[key])

    return mne.Covariance(np.array(cov["data"]), list(cov["names"]), list(cov["bads"]),
                          [projection_to_mne(p) for p in cov["projs"]], int(cov["nfree"]), own("eig"), own("eigvec"),
                          cov.get("method"), cov.get("loglik"))  # fmt: skip


def montage_to_mne(montage):
    """Places as an `mne.channels.DigMontage`. Needs MNE-Python."""
    import mne

    points = [mne._fiff._digitization.DigPoint(kind=int(p["kind"]), ident=int(p["ident"]), r=np.array(p["r"], float),
                                               coord_frame=int(p["coord_frame"])) for p in montage.dig]  # fmt: skip
    return mne.channels.DigMontage(dig=points, ch_names=list(montage.ch_names))
