"""BrainVision and EEGLAB files: read as they are met in labs, written, and read again."""

import configparser
import re
import struct
import subprocess
import sys
import warnings

import numpy as np
import pytest
from ranvier.errors import FileError

import ranvier.meeg as mne

HEADER = """Brain Vision Data Exchange Header File Version 1.0

[Common Infos]
DataFile={data}
MarkerFile={markers}
DataFormat={form}
DataOrientation={orientation}
NumberOfChannels={n}
SamplingInterval=4000
{common}
[Binary Infos]
BinaryFormat={kind}
{binary}
[ASCII Infos]
{ascii}
[Channel Infos]
{channels}
"""
MARKERS = (
    "Brain Vision Data Exchange Marker File, Version 1.0\n[Marker Infos]\nMk1=New Segment,,1,1,0,20200229235959000001\n"
)
COUNTS = np.arange(30, dtype="<i2").reshape(10, 3)  # samples, channels


def write(folder, name="a", *, end="\n", mark=b"", encoding="utf-8", marks="Mk2=Stimulus,S  1,3,1,0\n", **changes):
    """A recording of three channels in three files, with what is changed in the header. Returns the header's path."""
    words = dict(data=f"{name}.eeg", markers=f"{name}.vmrk", form="BINARY", orientation="MULTIPLEXED", n=3, common="",
                 kind="INT_16", binary="", ascii="", channels="Ch1=A,,0.5,µV\nCh2=B,,0.5,µV\nCh3=C,,0.5,mV") | changes  # fmt: skip
    content = words.pop("content", COUNTS.tobytes())
    (folder / f"{name}.vhdr").write_bytes(mark + HEADER.format(**words).replace("\n", end).encode(encoding))
    (folder / f"{name}.vmrk").write_bytes(mark + (MARKERS + marks).replace("\n", end).encode(encoding))
    (folder / f"{name}.eeg").write_bytes(content)
    return folder / f"{name}.vhdr"


def expect_counts(raw):
    np.testing.assert_allclose(raw.get_data(), COUNTS.T * [[0.5e-6], [0.5e-6], [0.5e-3]], rtol=1e-15)


def quietly(read, *args):
    """What `read` returns, without its warnings: an EOG channel has no place in BrainVision."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return read(*args)


@pytest.fixture
def raw():
    """Eight channels of several types with places, and annotations of all kinds."""
    names = ["Fp1", "Fp2", "C3", "C4", "Öl, z", "HEOG", "aux", "STI 014"]
    info = mne.create_info(names, 256.0, ["eeg"] * 5 + ["eog", "misc", "stim"])
    data = np.random.default_rng(3).normal(0, 20e-6, (8, 1000))
    data[7] = np.repeat([0, 1, 0, 2], 250)
    raw = mne.io.RawArray(data, info)
    places = dict(zip(names[:5], np.random.default_rng(1).normal(size=(5, 3))))
    raw.set_montage(
        mne.channels.make_dig_montage({n: 0.09 * p / np.linalg.norm(p) for n, p in places.items()}, coord_frame="head")
    )
    raw.set_meas_date(1_600_000_000.123456)
    raw.set_annotations(mne.Annotations([0.5, 1.0, 1.5, 2.0], [0, 0.25, 0.5, 0], ["Stimulus/S  1", "Response/R 12", "blink, left", "grün"],
                                        orig_time=raw.info["meas_date"]))  # fmt: skip
    return raw


# -- BrainVision as it is met


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark, encoding", [(b"", "utf-8"), (b"\xef\xbb\xbf", "utf-8"), (b"", "latin-1")])
def test_line_ends_marks_and_letters_of_any_editor_are_read(tmp_path, end, mark, encoding):
    raw = mne.io.read_raw_brainvision(
        write(tmp_path, end=end, mark=mark, encoding=encoding, marks="Mk2=Comment,grün,3,1,0\n")
    )
    expect_counts(raw)
    assert raw.annotations.description.tolist() == ["Comment/grün"] and raw.annotations.onset.tolist() == [0.008]
    assert raw.info["meas_date"].isoformat() == "2020-02-29T23:59:59.000001+00:00"


def test_a_path_may_have_any_letters_and_the_data_file_the_headers_name(tmp_path):
    folder = tmp_path / "Größe 测试"
    folder.mkdir()
    expect_counts(mne.io.read_raw(write(folder, "ä b", data="$b.eeg", markers="$b.vmrk")))


def test_a_missing_file_of_samples_is_named(tmp_path):
    path = write(tmp_path)
    (tmp_path / "a.eeg").unlink()
    with pytest.raises(FileError, match=r"DataFile 'a\.eeg' is not there"):
        mne.io.read_raw_brainvision(path)


def test_files_that_were_renamed_together_are_found(tmp_path):
    path = write(tmp_path, data="old.eeg", markers=r"C:\\data\\old.vmrk")
    with pytest.warns(RuntimeWarning, match="is read instead") as said:
        raw = mne.io.read_raw_brainvision(path)
    assert "'old.eeg'" in str(said[0].message) and "'a.eeg'" in str(said[0].message)
    assert raw.filenames == (tmp_path / "a.eeg",) and len(raw.annotations) == 1
    expect_counts(raw)


def test_without_markers_there_are_no_annotations_and_a_warning(tmp_path):
    path = write(tmp_path)
    (tmp_path / "a.vmrk").unlink()
    with pytest.warns(RuntimeWarning, match="it has no annotations"):
        assert len(mne.io.read_raw_brainvision(path).annotations) == 0
    assert len(mne.io.read_raw_brainvision(write(tmp_path, markers="")).annotations) == 0
    assert len(mne.io.read_raw_brainvision(write(tmp_path, marks=""), verbose="error").annotations) == 0


def test_channels_of_one_name_get_numbers(tmp_path):
    path = write(tmp_path, channels="Ch1=A,,0.5,µV\nCh2=A,,0.5,µV\nCh3=C,,0.5,mV")
    with pytest.warns(RuntimeWarning, match="several channels have the same name"):
        assert mne.io.read_raw_brainvision(path).ch_names == ["A-0", "A-1", "C"]


@pytest.mark.parametrize("micro", ["\N{MICRO SIGN}", "\N{GREEK SMALL LETTER MU}", "u", "Â\N{MICRO SIGN}"])
def test_a_microvolt_is_one_however_its_first_letter_is_written(tmp_path, micro):
    raw = mne.io.read_raw_brainvision(write(tmp_path, channels=f"Ch1=A,,0.5,{micro}V\nCh2=B,,0.5\nCh3=C,,0.5,mV"))
    expect_counts(raw)
    assert set(raw.get_channel_types()) == {"eeg"}


def test_samples_may_be_text_in_either_order_with_points_or_commas(tmp_path):
    across = "\r\n".join(";".join(str(x).replace(".", ",") for x in row / 4) for row in COUNTS.T)
    names = "\r\n".join(f"{name} {line.replace(';', ' ')}" for name, line in zip("ABC", across.split("\r\n")))
    down = "\n".join(",".join(str(x) for x in row / 4) for row in COUNTS)
    for orientation, ascii, content in [("VECTORIZED", "DecimalSymbol=,", across), ("MULTIPLEXED", "SkipLines=1", "A,B,C\n" + down),
                                        ("VECTORIZED", "DecimalSymbol=,\nSkipColumns=1", names)]:  # fmt: skip
        path = write(tmp_path, form="ASCII", orientation=orientation, ascii=ascii, content=content.encode(),
                     channels="Ch1=A,,2,µV\nCh2=B,,2,µV\nCh3=C,,2,mV")  # fmt: skip
        expect_counts(mne.io.read_raw_brainvision(path))
    (tmp_path / "a.eeg").write_text(names.replace("1,5", "1x5"))
    with pytest.raises(FileError, match=r"line 1: '1x5' is no number"):
        mne.io.read_raw_brainvision(path)


def test_numbers_of_the_other_byte_order_are_read(tmp_path):
    expect_counts(
        mne.io.read_raw_brainvision(
            write(tmp_path, binary="UseBigEndianOrder=YES", content=COUNTS.astype(">i2").tobytes())
        )
    )


def test_a_recording_that_was_cut_off_says_so(tmp_path):
    path = write(tmp_path, common="DataPoints=10", content=COUNTS.tobytes()[:-7])
    with pytest.warns(RuntimeWarning, match="promises 10 samples; 53 bytes hold 8 of 6 bytes and a part of another"):
        raw = mne.io.read_raw_brainvision(path)
    np.testing.assert_array_equal(raw.get_data()[0], COUNTS[:8, 0] * (0.5 * 1e-6))
    path = write(tmp_path, common="DataPoints=10", orientation="VECTORIZED", content=COUNTS.tobytes()[:-6])
    with pytest.raises(FileError, match="none can be read safely"):
        mne.io.read_raw_brainvision(path)


@pytest.mark.parametrize(
    "changes, message",
    [
        (
            dict(orientation="SIDEWAYS"),
            r"line 7: DataOrientation must be one of MULTIPLEXED, VECTORIZED; got 'SIDEWAYS'",
        ),
        (dict(kind="INT_12"), "BinaryFormat must be one of INT_16, INT_32"),
        (dict(n=4), "missing are Ch4; .*units_fallback"),
        (dict(n=2), "there are 2 channels"),
        (dict(n="many"), "NumberOfChannels must be a whole number >= 1; got 'many'"),
        (dict(channels="Ch1=A,,0.5,µV\nCh1=B,,0.5,µV\nCh3=C,,0.5,mV"), r"line 18: channel Ch1 is described twice"),
        (
            dict(channels="Ch1=A,,zero,µV\nCh2=B,,0.5,µV\nCh3=C,,0.5,mV"),
            "resolution of Ch1 must be a number; got 'zero'",
        ),
        (dict(channels="Ch1=A,\nCh2=B,,0.5,µV\nCh3=C,,0.5,mV"), "Ch1 must hold name, reference and resolution"),
        (dict(common="DataType=FREQUENCYDOMAIN"), "DataType must be TIMEDOMAIN"),
        (dict(content=b""), "holds no whole sample"),
        (dict(marks="Mk2=Stimulus,S  1\n"), "line 4: a marker must hold type, description, position and size"),
        (dict(common="Codepage=KOI8-R"), "code page 'koi8-r'"),
    ],
)
def test_a_header_that_can_not_be_right_is_refused_with_the_line(tmp_path, changes, message):
    with pytest.raises(FileError, match=message):
        mne.io.read_raw_brainvision(write(tmp_path, **changes))


def test_what_is_odd_of_a_header_is_said_once(tmp_path):
    path = write(tmp_path, channels="Ch1=A,,0.5,µV\nCh2=A,,0.5,µV\nCh3=C,,0.5,mV\n")
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        raw = mne.io.read_raw_brainvision(path)
    assert [str(w.message) for w in said if "several channels have the same name" in str(w.message)] == [
        str(said[0].message)
    ]
    assert len({str(w.message) for w in said}) == len(said)
    assert raw._orig_units == {"A-0": "µV", "A-1": "µV", "C": "mV"}


@pytest.mark.parametrize("form", ["vhdr", "set"])
def test_channels_of_the_eye_are_named_or_numbered_from_either_end(raw, tmp_path, form):
    raw.copy().pick(raw.ch_names[:5]).export(tmp_path / f"a.{form}")
    read = mne.io.read_raw_brainvision if form == "vhdr" else mne.io.read_raw_eeglab
    assert read(tmp_path / f"a.{form}", eog=[0, -1, "C3"]).get_channel_types() == ["eog", "eeg", "eog", "eeg", "eog"]
    with pytest.raises(ValueError, match="numbers of channels from -5 to 4; got 5"):
        read(tmp_path / f"a.{form}", eog=[5])
    with pytest.raises(ValueError, match="names or numbers of channels; got 1.5"):
        read(tmp_path / f"a.{form}", eog=[1.5])


def test_what_a_format_can_not_hold_of_annotations_is_said(raw, tmp_path):
    raw.set_annotations(mne.Annotations([0.5], [0], ["a\\1b"]))
    with pytest.warns(RuntimeWarning, match="read back with a comma"):
        raw.export(tmp_path / "a.vhdr")
    raw.set_annotations(mne.Annotations([0.5], [0], ["a"], ch_names=[["C3"]]))
    with pytest.warns(RuntimeWarning, match="have no channels"):
        raw.export(tmp_path / "a.set")


def test_a_header_of_an_unknown_version_is_read_with_a_warning(tmp_path):
    path = write(tmp_path)
    path.write_text(path.read_text().replace("Version 1.0", "Version 3.0"))
    with pytest.warns(RuntimeWarning, match="of version 1.0 or 2.0"):
        expect_counts(mne.io.read_raw_brainvision(path))


@pytest.mark.parametrize(
    "overrides, error, message",
    [
        ([1], TypeError, r"overrides must be a dict or None; got \[1\]"),
        (dict(units_fallback=7), TypeError, r"overrides\['units_fallback'\] must be a text \(str\); got 7"),
        (dict(sfreqs=7.0), ValueError, "overrides has no setting 'sfreqs'; .*did you mean 'sfreq'"),
        (dict(sfreq=0.0), ValueError, "sfreq must be > 0"),
        (dict(ch_names=["a"]), ValueError, r"must hold one name per channel \(3\); got 1"),
        (dict(ch_names=["a", "b", "a"]), ValueError, "must differ from each other; got 'a' twice"),
    ],
)
def test_overrides_that_do_not_fit_are_refused(tmp_path, overrides, error, message):
    with pytest.raises(error, match=message):
        mne.io.read_raw_brainvision(write(tmp_path), overrides=overrides)


@pytest.mark.parametrize(
    "line, key, value",
    [
        ("DataFile", "data_fname", "a.eeg"),
        ("NumberOfChannels", "n_channels", 3),
        ("SamplingInterval", "sfreq", 250.0),
        ("DataOrientation", "data_orientation", "MULTIPLEXED"),
        ("DataFormat", "data_format", "BINARY"),
        ("BinaryFormat", "binary_format", "INT_16"),
        ("Ch2", "units_fallback", "µV"),
    ],
)
def test_an_incomplete_header_says_which_override_reads_it(tmp_path, line, key, value):
    path = write(tmp_path)
    whole = path.read_text(encoding="utf-8")
    path.write_text(re.sub(rf"^{line}=.*\n", "", whole, flags=re.M), encoding="utf-8")
    with pytest.raises(RuntimeError, match=rf"overrides=\{{'{key}': ") as raised:
        mne.io.read_raw_brainvision(path)
    error = raised.value
    assert isinstance(error, FileError) and isinstance(error, configparser.NoOptionError)
    assert error.option == line and f"[{error.section}]" in whole and error.filename == str(path)
    raw = mne.io.read_raw_brainvision(path, overrides={key: value})
    assert raw.info["sfreq"] == 250.0 and raw.get_data().shape == (3, 10)


def test_the_header_is_asked_for_where_another_file_is_named(tmp_path):
    path = write(tmp_path)
    with pytest.raises(FileError, match=r"\.vhdr or \.ahdr"):
        mne.io.read_raw_brainvision(path.with_suffix(".eeg"))
    (tmp_path / "b.vhdr").write_text("dear diary")
    with pytest.raises(FileError, match="is not the header file of a BrainVision recording"):
        mne.io.read_raw_brainvision(tmp_path / "b.vhdr")


def test_markers_alone_are_read_with_the_headers_rate_or_the_one_given(tmp_path):
    path = write(tmp_path, marks="Mk2=Stimulus,S  1,3,1,0\nMk3=Response,R  2,6,2,0\n").with_suffix(".vmrk")
    marks = mne.read_annotations(path)
    assert (
        marks.onset.tolist() == [0.008, 0.02] and marks.duration.tolist() == [0.004, 0.008] and marks.orig_time is None
    )
    assert mne.read_annotations(path, sfreq=1000.0, ignore_marker_types=True).onset.tolist() == [0.002, 0.005]
    assert mne.read_annotations(path, ignore_marker_types=True).description.tolist() == ["S  1", "R  2"]
    for sfreq in (0.0, -250.0, np.nan, np.inf):
        with pytest.raises(ValueError, match="sfreq must be finite and > 0 Hz"):
            mne.read_annotations(path, sfreq=sfreq)
    path.with_suffix(".vhdr").unlink()
    with pytest.raises(FileError, match="pass sfreq"):
        mne.read_annotations(path)


def test_marks_of_a_brainvision_file_have_the_numbers_of_its_makers(tmp_path):
    marks = "".join(
        f"Mk{k}={m},{k},1,0\n" for k, m in enumerate(["Stimulus,S  0", "Response,R 15", "Comment,b", "Comment,a"], 2)
    )
    raw = mne.io.read_raw_brainvision(write(tmp_path, marks=marks))
    _, ids = mne.events_from_annotations(raw)
    assert ids == {"Comment/a": 10001, "Comment/b": 10002, "Response/R 15": 1015, "Stimulus/S  0": 0}


def test_impedances_have_values_ranges_and_a_time(tmp_path):
    path = write(tmp_path, channels="Ch1=A,,0.5,µV\nCh2=B,,0.5,µV\nCh3=C,,0.5,mV\n[Comment]\n"
                 "Impedance Selected Impedance Measurement Range: 0 - 100 kOhm\nImpedance [kOhm] at 12:00:01 :\nA: 2.5\nGnd: ???\n\n")  # fmt: skip
    path.write_text(path.read_text().replace("A: 2.5\n", "A: 2.5\nC3:\n"))
    raw = mne.io.read_raw_brainvision(path)
    assert np.isnan(raw.impedances["C3"]["imp"])  # not measured, and no 3 kOhm
    assert raw.impedances["A"]["imp"] == 2.5 and np.isnan(raw.impedances["Gnd"]["imp"])
    assert raw.impedances["A"]["imp_meas_time"].isoformat() == "2020-02-29T12:00:01+00:00"
    assert [raw.impedances["A"][k] for k in ("imp_lower_bound", "imp_upper_bound", "imp_range_unit")] == [
        0,
        100,
        "kOhm",
    ]
    assert raw.copy().impedances == raw.impedances


@pytest.mark.parametrize("lost", ["", "LPA"])
def test_electrodes_and_landmarks_of_captrak_are_read_in_metres(tmp_path, lost):
    places = {"Nasion": (0, 100, 0), "LPA": (-70, 0, 0), "RPA": (72, 0, 1), "Cz": (1.5, 2, 90), "GND": (0, 80, 50)}
    entry = "<CapTrakElectrode><Name>{}</Name><X>{}</X><Y>{}</Y><Z>{}</Z></CapTrakElectrode>"
    body = "".join(entry.format(name, *xyz) for name, xyz in places.items() if name != lost)
    (tmp_path / "a.bvct").write_text(f"<CapTrak><CapTrakElectrodeList>{body}</CapTrakElectrodeList></CapTrak>")
    if lost:
        with pytest.raises(ValueError, match="there is no lpa"):
            mne.channels.read_dig_captrak(tmp_path / "a.bvct")
        return
    montage = mne.channels.read_dig_captrak(tmp_path / "a.bvct")
    found = montage.get_positions()
    assert montage.ch_names == ["Cz", "GND"] and found["coord_frame"] == "unknown"
    np.testing.assert_allclose(found["ch_pos"]["Cz"], [0.0015, 0.002, 0.09])
    np.testing.assert_allclose(
        [found["nasion"], found["lpa"], found["rpa"]], [[0, 0.1, 0], [-0.07, 0, 0], [0.072, 0, 0.001]]
    )


# -- written and read again


@pytest.mark.parametrize("ending", ["vhdr", "set"])
def test_what_is_written_comes_back(raw, tmp_path, ending):
    folder = tmp_path / "Ö"
    folder.mkdir()
    path = folder / f"ü x.{ending}"
    raw.export(path)
    again = quietly(mne.io.read_raw, path)
    np.testing.assert_allclose(again.get_data(), raw.get_data(), rtol=2.0**-23)  # 32-bit floats, twice rounded
    assert again.ch_names == raw.ch_names and again.info["sfreq"] == raw.info["sfreq"]
    types = (
        raw.get_channel_types() if ending == "set" else ["eeg"] * 5 + ["misc", "misc", "stim"]
    )  # BrainVision has no types
    assert again.get_channel_types() == types
    for was, now in zip(raw.info["chs"][:5], again.info["chs"]):
        np.testing.assert_allclose(now["loc"][:3], was["loc"][:3], rtol=1e-13, atol=1e-16)
    np.testing.assert_allclose(again.annotations.onset, raw.annotations.onset, atol=1e-9)
    np.testing.assert_allclose(again.annotations.duration, raw.annotations.duration, atol=1e-9)
    words = raw.annotations.description.tolist()
    assert again.annotations.description.tolist() == (
        words if ending == "set" else words[:2] + [f"Comment/{w}" for w in words[2:]]
    )
    if ending == "vhdr":
        assert again.info["meas_date"] == raw.info["meas_date"]
        assert sorted(p.suffix for p in folder.iterdir()) == [".eeg", ".vhdr", ".vmrk"]
    else:
        assert [p.name for p in folder.iterdir()] == ["ü x.set"]


def test_epochs_come_back_from_an_eeglab_file(raw, tmp_path):
    events = np.array([[300, 0, 1], [500, 0, 2], [700, 0, 1]])
    epochs = mne.Epochs(raw, events, {"go/left": 1, "stop": 2}, -0.25, 0.5, baseline=None, picks=["eeg", "eog"])
    epochs.export(tmp_path / "e.set")
    again = mne.read_epochs_eeglab(tmp_path / "e.set")
    np.testing.assert_allclose(again.get_data(), epochs.get_data(), rtol=2.0**-23)
    np.testing.assert_array_equal(again.times, epochs.times)
    assert again.event_id == epochs.event_id and again.events[:, 2].tolist() == [1, 2, 1]
    assert again.ch_names == epochs.ch_names and again.get_channel_types() == epochs.get_channel_types()
    given = mne.read_epochs_eeglab(tmp_path / "e.set", events=events[::-1], event_id={"stop": 2})
    assert len(given) == 1 and given.events.tolist() == [[500, 0, 2]]
    with pytest.raises(ValueError, match="events needs event_id"):
        mne.read_epochs_eeglab(tmp_path / "e.set", events=events)
    with pytest.raises(FileError, match="read_epochs_eeglab"):
        mne.io.read_raw_eeglab(tmp_path / "e.set")


def test_an_annotation_of_two_channels_becomes_a_marker_of_each(raw, tmp_path):
    raw.set_annotations(mne.Annotations([0.5], [0.1], ["x"], ch_names=[["Fp1", "C4"]], orig_time=raw.info["meas_date"]))
    raw.export(tmp_path / "a.vhdr")
    assert re.findall(r"Comment,x,129,26,(\d)", (tmp_path / "a.vmrk").read_text()) == ["1", "4"]


@pytest.mark.parametrize("ending, files", [("vhdr", ["a.eeg", "a.vhdr", "a.vmrk"]), ("set", ["a.set"])])
def test_files_are_replaced_when_asked_and_left_whole_when_writing_fails(raw, tmp_path, ending, files):
    path = tmp_path / f"a.{ending}"
    raw.export(path)
    before = [(tmp_path / name).read_bytes() for name in files]
    with pytest.raises(FileExistsError):
        raw.export(path)
    raw._data[0, 5] = 1e200
    with pytest.raises(ValueError, match="32-bit floats"):
        raw.export(path, overwrite=True)
    assert [(tmp_path / name).read_bytes() for name in files] == before
    assert sorted(p.name for p in tmp_path.iterdir()) == files
    raw._data[0, 5] = 0
    raw.export(path, overwrite=True)
    assert quietly(mne.io.read_raw, path).get_data()[0, 5] == 0


def test_settings_of_edf_are_refused_by_other_formats(raw, tmp_path):
    with pytest.raises(ValueError, match="physical_range='channelwise' is about EDF"):
        raw.export(tmp_path / "a.vhdr", physical_range="channelwise")
    with pytest.raises(ValueError, match=r"must be one of '.vhdr'.*'.set'; got '.xyz'"):
        raw.export(tmp_path / "a.xyz")


def test_a_recording_of_brainvision_keeps_its_calibration_in_fiff(tmp_path):
    raw = mne.io.read_raw_brainvision(write(tmp_path))
    raw.save(tmp_path / "a_raw.fif", fmt="short")
    np.testing.assert_allclose(mne.io.read_raw_fif(tmp_path / "a_raw.fif").get_data(), raw.get_data(), rtol=1e-6)


# -- EEGLAB as it is met


def test_a_missing_file_of_samples_of_eeglab_is_named_and_a_renamed_one_found(data, tmp_path):
    source = data / "eeglab" / "eeglab_data.set"
    (tmp_path / "new.set").write_bytes(source.read_bytes())
    with pytest.raises(FileError, match=r"'eeglab_data\.fdt' or 'new\.fdt', are not there"):
        mne.io.read_raw_eeglab(tmp_path / "new.set")
    (tmp_path / "new.fdt").symlink_to(source.with_suffix(".fdt"))
    with pytest.warns(RuntimeWarning, match="'new.fdt' is read instead"):
        raw = mne.io.read_raw_eeglab(tmp_path / "new.set")
    np.testing.assert_array_equal(raw.get_data(stop=100), mne.io.read_raw_eeglab(source).get_data(stop=100))
    assert len(mne.read_annotations(source)) == 154


def test_the_places_of_a_cap_in_millimetres_are_read_without_its_samples(data, tmp_path):
    source = data / "formats" / "EEGLAB" / "test_raw_chanloc.set"
    (tmp_path / "a.set").write_bytes(source.read_bytes())
    (tmp_path / "test_raw_chanloc.fdt").write_bytes(np.arange(61 * 385, dtype="<f4").tobytes())
    with pytest.warns(RuntimeWarning, match="'boundary' events"):
        raw = mne.io.read_raw_eeglab(tmp_path / "a.set")
    assert len(raw.ch_names) == 61 and raw.annotations.description.tolist() == ["boundary", "S 12"]
    np.testing.assert_allclose(
        raw.info["chs"][0]["loc"][:3] * 1e3, [-26.133014404070234, 80.78401376909139, -4.00108454195971]
    )
    (tmp_path / "test_raw_chanloc.fdt").write_bytes(b"\0" * (61 * 385 * 4 - 1))
    with pytest.raises(FileError, match="need 93940 bytes; there are 93939"):
        mne.io.read_raw_eeglab(tmp_path / "a.set", verbose="error")


def matlab(text, *elements):
    return text.ljust(124).encode() + struct.pack("<H", 0x100) + b"IM" + b"".join(elements)


@pytest.mark.parametrize(
    "content, message",
    [
        (matlab("MATLAB 7.3 MAT-file, HDF5"), "version 7.3.*not in Ranvier yet; save it with -v7 or -v6"),
        (b"\x89HDF\r\n\x1a\n" + b"\0" * 200, "version 7.3"),
        (matlab("MATLAB 5.0 MAT-file"), "holds no recording of EEGLAB"),
        (
            matlab("MATLAB 5.0 MAT-file", struct.pack("<II", 14, 1000)),
            r"byte 128.*says that it has 1000 bytes, and 0 are left",
        ),
        (matlab("MATLAB 5.0 MAT-file", struct.pack("<II", 15, 8), b"\0" * 8), "can't be unpacked"),
        (b"MATLAB 5.0", "ends early"),
        (matlab("MATLAB 5.0 MAT-file", struct.pack("<IIIIII", 14, 64, 6, 8, 2, 0), struct.pack("<IIii", 5, 8, 1, 2**31 - 1),
                struct.pack("<II4sI", 1, 3, b"EEG", 0), struct.pack("<HHI", 5, 4, 32), struct.pack("<II", 1, 0)),
         "there are 2147483647 structures without a field"),
    ],
)  # fmt: skip
def test_what_is_no_recording_of_eeglab_is_refused_with_the_reason(tmp_path, content, message):
    (tmp_path / "a.set").write_bytes(content)
    with pytest.raises(FileError, match=message):
        mne.io.read_raw_eeglab(tmp_path / "a.set")


def test_letters_are_those_that_the_codec_says(raw, tmp_path):
    raw.rename_channels({"Öl, z": "Ã\u00b6l"})  # UTF-8 that a program put into letters of 16 bits byte by byte
    raw.set_annotations(mne.Annotations([0.5], 0.0, ["grÃ¼n"], orig_time=raw.info["meas_date"]))
    raw.export(tmp_path / "a.set")
    content = (tmp_path / "a.set").read_bytes()
    for word in ("Ã\u00b6l", "grÃ¼n"):  # as letters of 16 bits, which say nothing of their meaning, instead of UTF-16
        units = word.encode("utf-16-le")
        assert struct.pack("<II", 17, len(units)) + units in content
        content = content.replace(struct.pack("<II", 17, len(units)) + units, struct.pack("<II", 4, len(units)) + units)
    (tmp_path / "a.set").write_bytes(content)
    assert mne.io.read_raw_eeglab(tmp_path / "a.set", uint16_codec="utf-8").ch_names[4] == "öl"
    assert mne.io.read_raw_eeglab(tmp_path / "a.set").ch_names[4] == "Ã\u00b6l"
    assert mne.read_annotations(tmp_path / "a.set", uint16_codec="utf8").description.tolist() == ["grün"]
    with pytest.raises(ValueError, match="uint16_codec"):
        mne.io.read_raw_eeglab(tmp_path / "a.set", uint16_codec="koi8-r")


STREAMED = """
import sys, numpy as np, ranvier.meeg as mne
def now(key):
    return int(next(line for line in open("/proc/self/status") if line.startswith(key)).split()[1]) / 1024
mne.read_evokeds, mne.Epochs, mne.io.read_raw  # load what works
open("/proc/self/clear_refs", "w").write("5")  # the peak counts from here
before = now("VmRSS")
raw = mne.io.read_raw(sys.argv[1], preload=False, verbose="error")
events = np.array([[s, 0, 1] for s in range(500, raw.n_times - 500, 1500)])
epochs = mne.Epochs(raw, events, tmin=-0.2, tmax=0.5, preload=False, verbose="error")
assert np.isfinite(epochs.average(picks="all").data).all()
print(now("VmHWM") - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="memory is looked up where Linux tells it")
@pytest.mark.parametrize("ending", ["_raw.fif", ".vhdr"])
def test_a_file_that_is_streamed_is_not_all_in_memory(tmp_path, ending):
    # The system may map all of the large page in which it keeps a file, wherever that is touched.
    info = mne.create_info(64, 500.0, "eeg")
    raw = mne.io.RawArray(np.random.default_rng(0).normal(0, 1e-5, (64, 50_000)), info, verbose="error")
    path = tmp_path / f"long{ending}"
    long = mne.concatenate_raws([raw, *(raw.copy() for _ in range(11))], verbose="error")
    long.save(path) if ending == "_raw.fif" else long.export(path)  # 154 MB
    out = subprocess.run([sys.executable, "-c", STREAMED, str(path)], check=True, text=True, stdout=subprocess.PIPE)
    assert float(out.stdout) < 70  # MB
