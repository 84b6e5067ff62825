"""More of argument_values.py: files of other formats than FIFF and EDF, read and written."""

from argument_scenes import Made


def _mne():
    import ranvier.meeg as mne

    return mne


def _recording(scene):
    """Electrodes with places, an eye channel, a mark, and letters that are UTF-8 put into 16 bits byte by byte."""
    raw = scene.raw().pick(["eeg", "eog"])
    raw.rename_channels({raw.ch_names[1]: "Ã¶"})
    marks = _mne().Annotations([1.0, 2.0], 0.5, ["Stimulus/S  1", "grÃ¼n"], orig_time=raw.info["meas_date"])
    return raw.set_annotations(marks)


def _file(name, write):
    def make(scene):
        path = scene.folder.parent / name
        if not path.exists():
            write(scene, path)
        return path

    return Made(make)


def _touched(name):
    def make(scene):
        path = scene.folder / name
        path.write_text("precious")
        return path

    return Made(make)


def _out(name):
    return Made(lambda scene: scene.folder / name)


_vhdr = _file("a.vhdr", lambda scene, path: _recording(scene).export(path))
_vmrk = Made(lambda scene: _vhdr.function(scene).with_suffix(".vmrk"))


def _plain_letters(path):
    """Letters of 16 bits that say nothing of their meaning, instead of UTF-16."""
    path.write_bytes(path.read_bytes().replace(b"\x11\0\0\0", b"\x04\0\0\0"))


def _write_set(scene, path):
    _recording(scene).export(path)
    _plain_letters(path)


def _write_epochs(scene, path):
    scene.epochs().pick(["eeg", "eog"]).rename_channels({"Fp2": "Ã¶"}).export(path)
    _plain_letters(path)


_set, _epochs = _file("a.set", _write_set), _file("e.set", _write_epochs)
_recordings = dict(raw=Made(lambda scene: scene.raw().pick(["eeg", "eog"])))

SETTINGS = {
    "read_raw_brainvision": dict(vhdr_fname=_vhdr), "read_raw_eeglab": dict(input_fname=_set),
    "read_epochs_eeglab": dict(input_fname=_epochs), "export_raw": dict(fname=_out("x.edf"), **_recordings),
    "export_epochs": dict(fname=_out("x.set")), "EpochsResultsMixin.export": dict(fname=_out("x.set")),
}  # fmt: skip
CONTEXTS = {
    ("read_annotations", "sfreq"): dict(fname=_vmrk), ("read_annotations", "ignore_marker_types"): dict(fname=_vmrk),
    ("read_annotations", "uint16_codec"): dict(fname=_set),
    ("export_raw", "overwrite"): dict(fname=_touched("taken.vhdr")),
    ("export_epochs", "overwrite"): dict(fname=_touched("taken.set")),
    ("EpochsResultsMixin.export", "overwrite"): dict(fname=_touched("taken.set")),
    ("export_raw", "digital_range"): dict(fname=_out("x.vhdr")),
}  # fmt: skip
VALUES = {
    **{(f, "eog"): [["Fp1"]] for f in ("read_raw_brainvision", "read_raw_eeglab", "read_epochs_eeglab")},
    ("read_raw_brainvision", "misc"): [["Fp1"]], "overrides": [{"sfreq": 10.0}],
    ("read_annotations", "sfreq"): [10.0], "uint16_codec": ["utf-8"],
    ("read_epochs_eeglab", "events"): [[[0, 0, 1]]], ("read_epochs_eeglab", "event_id"): [{"a": 1}],
    ("export_epochs", "fmt"): ["edf"], ("EpochsResultsMixin.export", "fmt"): ["edf"],
}  # fmt: skip
