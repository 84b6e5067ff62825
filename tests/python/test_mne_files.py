"""What a user of MNE-Python's readers would lose: channels, samples, annotations, a recording that was cut off."""

import io
import warnings

import numpy as np
import pytest
from conftest import make_raw

import ranvier.meeg as mne


@pytest.fixture
def edf(tmp_path):
    path = tmp_path / "a.edf"
    make_raw().export(path)
    return path


def test_a_text_that_chooses_channels_is_a_regular_expression(edf):
    names = mne.io.read_raw_edf(edf).ch_names
    some = [name for name in names if name.startswith(names[0][0])]
    assert 0 < len(some) < len(names)
    assert mne.io.read_raw_edf(edf, include=f"{names[0][0]}.*").ch_names == some
    assert mne.io.read_raw_edf(edf, exclude=f"^{names[0][0]}").ch_names == [name for name in names if name not in some]
    assert mne.io.read_raw_edf(edf, include=[names[1]]).ch_names == [names[1]]
    assert mne.io.read_raw_edf(edf, exclude="").ch_names == names
    with pytest.raises(ValueError, match="fits none of the channels"):
        mne.io.read_raw_edf(edf, include="nobody")
    with pytest.raises(ValueError, match="can't be read as one"):
        mne.io.read_raw_edf(edf, exclude="(")


def test_trigger_channels_of_edf_are_chosen_by_name_and_place(edf):
    names = mne.io.read_raw_edf(edf).ch_names

    def stim(asked):
        raw = mne.io.read_raw_edf(edf, stim_channel=asked)
        return [name for name, kind in zip(raw.ch_names, raw.get_channel_types(), strict=True) if kind == "stim"]

    assert stim(1) == stim(names[1]) == stim(names[1].upper()) == stim(1 - len(names)) == [names[1]]
    assert stim(-1) == [names[-1]]
    assert stim([0, names[2], 1]) == names[:3]
    assert stim([]) == stim(None) == stim("") == []
    with pytest.raises(ValueError, match=rf"stim_channel must be in \[-{len(names)}, .*got {len(names)}"):
        stim([0, len(names)])
    for wrong in (1.5, True, [0, None]):
        with pytest.raises(ValueError, match="stim_channel must be a name, a whole number or a list of them"):
            stim(wrong)


def test_samples_beyond_the_range_asked_of_edf_are_clipped_with_a_warning(tmp_path):
    info = mne.create_info(["small", "large", "STI"], 100, ["eeg", "eeg", "stim"])
    samples = np.array([[-10e-6, 20e-6], [-900e-6, 30e-6], [0, 300]])
    raw = mne.io.RawArray(np.repeat(samples, 50, axis=1), info)
    with pytest.warns(RuntimeWarning, match=r"-100.0 to 50.0, are clipped in large \(-900.0 to 30.0 uV\)$"):
        raw.export(tmp_path / "a.edf", physical_range=(-100, 50))
    again = mne.io.read_raw_edf(tmp_path / "a.edf", stim_channel="STI")
    want = np.repeat([[-10e-6, 20e-6], [-100e-6, 30e-6]], 50, axis=1)
    np.testing.assert_allclose(again.get_data("eeg"), want, atol=150e-6 / 2**16)
    np.testing.assert_allclose(again.get_data("stim")[0], raw.get_data("stim")[0], atol=1e-9)
    for wrong in ((50, -100), (0, np.inf), (1, 2, 3), 5):
        with pytest.raises(ValueError, match="physical_range must be"):
            raw.export(tmp_path / "b.edf", physical_range=wrong)
    assert not (tmp_path / "b.edf").exists()


def test_double_names_of_edf_are_chosen_with_their_numbers(tmp_path):
    make_raw().export(tmp_path / "a.edf")
    content = bytearray((tmp_path / "a.edf").read_bytes())
    content[256 + 16 : 256 + 32] = content[256 : 256 + 16]
    (tmp_path / "a.edf").write_bytes(content)

    def names(**asked):
        with pytest.warns(RuntimeWarning, match="several channels are called"):
            return mne.io.read_raw_edf(tmp_path / "a.edf", exclude_after_unique=True, **asked).ch_names

    every = names()
    name = every[0].removesuffix("-0")
    assert every[:2] == [f"{name}-0", f"{name}-1"]
    assert names(include=name) == every[:2]
    assert names(include=f"{name}-1") == every[1:2]
    assert names(exclude=name) == every[2:]
    assert names(exclude=f"{name}-1") == every[:1] + every[2:]


def test_a_recording_that_was_cut_off_gives_its_whole_records(edf, tmp_path):
    whole = mne.io.read_raw_edf(edf, preload=True)
    cut = tmp_path / "cut.edf"
    cut.write_bytes(edf.read_bytes()[:-100])
    with pytest.warns(RuntimeWarning, match="ends early.*whole records are read"):
        raw = mne.io.read_raw_edf(cut, preload=True)
    assert whole.n_times - whole.info["sfreq"] <= raw.n_times < whole.n_times
    np.testing.assert_array_equal(raw.get_data(), whole.get_data()[:, : raw.n_times])


def test_a_unit_that_is_given_is_not_dropped_where_the_file_says_another_word(edf):
    content = bytearray(edf.read_bytes())
    n = int(content[252:256])
    for k in range(n):
        content[256 + n * 96 + 8 * k : 256 + n * 96 + 8 * k + 8] = b"n/a     "
    edf.write_bytes(content)
    with pytest.raises(ValueError, match="the file says n/a"):
        mne.io.read_raw_edf(edf, units="uV")


def test_a_unit_for_all_channels_is_a_text(edf):
    with pytest.raises(ValueError, match="the file says"):
        mne.io.read_raw_edf(edf, units="mV")  # it says uV
    same = mne.io.read_raw_edf(edf, units="uV")
    np.testing.assert_array_equal(same.get_data(), mne.io.read_raw_edf(edf).get_data())


def test_a_hypnogram_has_annotations_and_no_signal(data):
    path = data / "formats/EDF/SC4001EC-Hypnogram.edf"
    stages = mne.read_annotations(path)
    assert len(stages) == 154 and stages.description[0] == "Sleep stage W" and stages.duration[0] == 30630
    assert stages.onset[-1] + stages.duration[-1] > 80000 and stages.orig_time is None
    with pytest.raises(OSError, match=r"read_annotations\(\)"):
        mne.io.read_raw_edf(path)


def test_annotations_are_read_in_the_encoding_that_is_asked_for(edf, tmp_path):
    raw = make_raw().set_annotations(mne.Annotations([0.5], [0.1], ["ab"]))
    raw.export(tmp_path / "b.edf")
    latin = (tmp_path / "b.edf").read_bytes().replace(b"ab\x14", b"a\xfc\x14")
    (tmp_path / "c.edf").write_bytes(latin)
    with pytest.raises(OSError, match="latin1"):
        mne.read_annotations(tmp_path / "c.edf")
    assert mne.read_annotations(tmp_path / "c.edf", encoding="latin1").description.tolist() == ["aü"]


@pytest.mark.parametrize("ending", ["fif", "fif.gz", "edf"])
def test_an_open_file_is_read_as_one_with_a_name(tmp_path, edf, ending):
    path = edf if ending == "edf" else tmp_path / f"a_raw.{ending}"
    read = mne.io.read_raw_edf if ending == "edf" else mne.io.read_raw_fif
    if ending != "edf":
        make_raw().save(path)
    with open(path, "rb") as file, pytest.raises(ValueError, match="preload=True"):
        read(file)
    with open(path, "rb") as file:
        raw = read(file, preload=True)
    again = read(io.BytesIO(path.read_bytes()), preload=True)
    for got in (raw, again, raw.copy()):
        np.testing.assert_array_equal(got.get_data(), read(path).get_data())
    assert raw.filenames == (None,) and "Raw" in repr(raw)
    with pytest.raises(TypeError, match="binary"):
        read(io.StringIO("0"), preload=True)


def test_epochs_are_read_from_an_open_file(tmp_path):
    raw = make_raw()
    epochs = mne.make_fixed_length_epochs(raw, 0.5, preload=True)
    epochs.save(tmp_path / "a-epo.fif")
    with open(tmp_path / "a-epo.fif", "rb") as file, warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_array_equal(
            mne.read_epochs(file).get_data(), mne.read_epochs(tmp_path / "a-epo.fif").get_data()
        )


def test_mapping_samples_to_a_file_destroys_none(tmp_path):
    make_raw().save(tmp_path / "a_raw.fif")
    make_raw(n_times=500, seed=2).save(tmp_path / "b_raw.fif")
    before = (tmp_path / "a_raw.fif").read_bytes()
    for source in (str(tmp_path / "a_raw.fif"), tmp_path / "." / "a_raw.fif"):
        with pytest.raises((ValueError, OSError), match="from which they are read|holds something else"):
            mne.io.read_raw_fif(tmp_path / "a_raw.fif", preload=source)
    assert (tmp_path / "a_raw.fif").read_bytes() == before
    (tmp_path / "precious.txt").write_text("years of work")
    with pytest.raises(OSError, match="holds something else"):
        mne.io.read_raw_fif(tmp_path / "a_raw.fif", preload=str(tmp_path / "precious.txt"))
    assert (tmp_path / "precious.txt").read_text() == "years of work"
    with pytest.raises(OSError):
        mne.io.read_raw_fif(tmp_path / "a_raw.fif", preload=str(tmp_path / "no" / "map"))


def test_two_recordings_mapped_to_one_name_keep_their_own_samples(tmp_path):
    recordings = [make_raw(), make_raw(n_times=50_000, seed=2), make_raw(n_times=500, seed=3)]
    held = []
    for k, raw in enumerate(recordings):
        raw.save(tmp_path / f"{k}_raw.fif")
        held.append(mne.io.read_raw_fif(tmp_path / f"{k}_raw.fif", preload=str(tmp_path / "map.dat")))
    for raw, own in zip(recordings, held):
        np.testing.assert_allclose(own.get_data(), raw.get_data(), rtol=1e-6)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["0_raw.fif", "1_raw.fif", "2_raw.fif", "map.dat"]


@pytest.mark.parametrize("name, value", [("onset", np.nan), ("onset", 1e300), ("duration", -5.0), ("duration", np.inf)])
def test_no_annotation_takes_times_that_no_file_can_hold(name, value):
    annotations = mne.Annotations([1.0, 2.0], [0.5, 0.5], ["x", "y"])
    with pytest.raises(ValueError, match=f"{name} must be finite"):
        getattr(annotations, name)[0] = value
    with pytest.raises(ValueError, match=f"{name} must be finite"):
        setattr(annotations, name, [value, value])
    with pytest.raises(ValueError, match=f"{name} must be finite"):
        mne.Annotations(**{"onset": [1.0], "duration": [0.5], "description": ["x"], name: [value]})
    assert annotations == mne.Annotations([1.0, 2.0], [0.5, 0.5], ["x", "y"])


def test_a_number_as_window_of_polyphase_resampling_is_kaisers():
    raw = make_raw()
    np.testing.assert_array_equal(raw.copy().resample(80, method="polyphase", window=14.0).get_data(),
                                  raw.copy().resample(80, method="polyphase", window=("kaiser", 14.0)).get_data())  # fmt: skip


def test_a_unit_for_all_holds_for_potentials_whose_unit_the_file_omits_and_no_other(tmp_path):
    path = tmp_path / "a.edf"
    make_raw().export(path)
    whole, content = mne.io.read_raw_edf(path).get_data(), bytearray(path.read_bytes())
    n = int(content[252:256])
    units = 256 + 96 * n
    assert content[units : units + 2] == b"uV"
    for k in range(1, n - 1):  # the first keeps its own
        content[units + 8 * k : units + 8 * k + 8] = b" " * 8
    content[units + 8 : units + 16] = b"Boolean "  # as the triggers of BioSemi's recorders
    path.write_bytes(content)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        raw = mne.io.read_raw_edf(path, units="uV")
    np.testing.assert_allclose(raw.get_data()[[0, 2]], whole[[0, 2]], rtol=1e-12)
    np.testing.assert_allclose(raw.get_data()[1], whole[1] * 1e6, rtol=1e-12)


def test_a_range_that_is_kept_is_refused_of_every_edf(edf, tmp_path):
    for raw in (mne.io.read_raw_edf(edf), make_raw()):
        with pytest.raises(NotImplementedError, match="digital_range"):
            raw.export(tmp_path / "b.EDF", fmt="edf", digital_range="orig")


def test_names_of_patients_keep_their_letters(edf, tmp_path):
    content = bytearray(edf.read_bytes())
    content[8:88] = "P7 F X Zoë_Müller".encode("latin-1").ljust(80)
    edf.write_bytes(content)
    raw = mne.io.read_raw_edf(edf)
    assert (raw.info["subject_info"]["first_name"], raw.info["subject_info"]["last_name"]) == ("Zoë", "Müller")
    raw.save(tmp_path / "x_raw.fif")
    assert mne.io.read_raw_fif(tmp_path / "x_raw.fif").info["subject_info"]["last_name"] == "Müller"
    with pytest.warns(RuntimeWarning, match="ASCII"):
        raw.export(tmp_path / "y.edf")
    assert mne.io.read_raw_edf(tmp_path / "y.edf").info["subject_info"]["last_name"] == "M?ller"


@pytest.mark.parametrize("subject, written", [
    (dict(his_id="ward 7 bed 2", last_name="Haverkamp"), "ward_7_bed_2 X X Haverkamp"),
    (dict(his_id="7", first_name="Anna Maria", last_name="Haverkamp"), "7 X X Anna_Maria_Haverkamp"),
    (dict(his_id="7", first_name="Anna"), "7 X X Anna"), (dict(his_id="a" * 90), "a" * 80),
])  # fmt: skip
def test_a_patient_that_the_field_of_edf_changes_is_warned_of(raw, tmp_path, subject, written):
    raw.info["subject_info"] = subject
    with pytest.warns(RuntimeWarning, match=f"subject_info is written '{written}'"):
        raw.export(tmp_path / "x.edf")
    assert (tmp_path / "x.edf").read_bytes()[8:88].decode().rstrip() == written


@pytest.mark.parametrize("field, known", [
    ("X F 20-JAN-1998 Anna_Haverkamp", dict(his_id="X", sex=2, first_name="Anna", last_name="Haverkamp")),
    ("MCH-0234567 M 02-MAY-1951 A_B_C hand=1 weight=70.5 height=1.8", dict(his_id="MCH-0234567", sex=1, first_name="A",
     middle_name="B", last_name="C", hand=1, weight=70.5, height=pytest.approx(1.8))),
    ("X X X X", dict(his_id="X", sex=0, last_name="X")), ("P7", dict(his_id="P7")),
])  # fmt: skip
def test_the_patient_of_an_edf_is_the_subject_and_goes_on_into_files(edf, tmp_path, field, known):
    content = bytearray(edf.read_bytes())
    content[8:88] = field.ljust(80).encode()
    edf.write_bytes(content)
    raw = mne.io.read_raw_edf(edf)
    subject = dict(raw.info["subject_info"])
    born = subject.pop("birthday", None)
    assert subject == known
    assert str(born) == {"X F": "1998-01-20", "MCH": "1951-05-02"}.get(field[:3], "None")
    raw.save(tmp_path / "x_raw.fif")
    assert dict(mne.io.read_raw_fif(tmp_path / "x_raw.fif").info["subject_info"])["his_id"] == known["his_id"]
    raw.export(tmp_path / "y.edf")
    again = dict(mne.io.read_raw_edf(tmp_path / "y.edf").info["subject_info"])
    assert again.pop("birthday", None) == born
    assert again == {"sex": 0, "last_name": "X", **known}
