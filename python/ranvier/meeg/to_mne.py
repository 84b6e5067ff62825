"""Objects of MNE-Python from ours, in memory: nothing is written to a file."""

import numpy as np


def _named(group, number):
    """MNE-Python's named integer of a FIFF constant."""
    from mne._fiff.constants import FIFF

    for name, value in FIFF.items():
        if name.startswith(group) and int(value) == int(number):
            return value
    return int(number)


_groups = {"coil_type": "FIFFV_COIL", "coord_frame": "FIFFV_COORD", "unit": "FIFF_UNIT", "unit_mul": "FIFF_UNITM"}


def _info_to_mne(info):
    import mne
    from mne._fiff._digitization import DigPoint

    out = mne.create_info(list(info.ch_names), float(info["sfreq"]), info.get_channel_types())
    with out._unlock():
        for theirs, ours in zip(out["chs"], info["chs"]):
            for key in ("cal", "range", "logno", "scanno"):
                theirs[key] = ours[key]
            for key, group in _groups.items():
                if int(theirs[key]) != ours[key]:
                    theirs[key] = _named(group, ours[key])
            theirs["loc"] = np.array(ours["loc"], float)
        out["highpass"], out["lowpass"] = float(info["highpass"]), float(info["lowpass"])
        out["line_freq"] = info["line_freq"]
        out["description"], out["experimenter"] = info["description"], info["experimenter"]
        out["custom_ref_applied"] = _named("FIFFV_MNE_CUSTOM_REF", info["custom_ref_applied"])
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
    out["bads"] = list(info["bads"])
    out.set_meas_date(info["meas_date"])
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

    data = epochs.get_data()
    return mne.EpochsArray(
        data, _info_to_mne(epochs.info), events=epochs.events, tmin=epochs.tmin, event_id=dict(epochs.event_id),
        metadata=epochs.metadata, selection=epochs.selection, drop_log=epochs.drop_log, proj=False, verbose="ERROR",
    )  # fmt: skip


def evoked_to_mne(evoked):
    """The same average as an `mne.EvokedArray`. Needs MNE-Python."""
    import mne

    return mne.EvokedArray(evoked.data.copy(), _info_to_mne(evoked.info), tmin=evoked.tmin, comment=evoked.comment,
                           nave=evoked.nave, kind=evoked.kind, verbose="ERROR")  # fmt: skip
