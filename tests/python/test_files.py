"""What is written is read back."""

import datetime

import numpy as np
import pytest
from conftest import make_epochs, make_raw

import ranvier.meeg as mne


@pytest.mark.parametrize("fmt", ["single", "double"])
@pytest.mark.parametrize("ending", [".fif", ".fif.gz"])
def test_a_recording_comes_back_from_fiff(tmp_path, fmt, ending):
    raw = make_raw(stim=True, first_samp=400)
    raw.info["bads"] = ["Cz"]
    raw.info["description"] = "mine"
    raw.set_meas_date(datetime.datetime(2020, 1, 2, tzinfo=datetime.timezone.utc))
    raw.set_annotations(mne.Annotations([1.0], [0.5], ["BAD x"]))
    raw.set_eeg_reference("average", projection=True)
    path = tmp_path / f"x_raw{ending}"
    assert [str(p) for p in raw.save(path, fmt=fmt)] == [str(path)]
    again = mne.io.read_raw_fif(path)
    if fmt == "double":
        np.testing.assert_array_equal(again.get_data(), raw.get_data())
    else:  # 24 bit of mantissa
        np.testing.assert_allclose(again.get_data(), raw.get_data(), rtol=2**-23)
    assert again.first_samp == 400 and again.info["bads"] == ["Cz"] and again.ch_names == raw.ch_names
    assert again.get_channel_types() == raw.get_channel_types() and again.info["description"] == "mine"
    assert again.info["meas_date"] == raw.info["meas_date"]
    np.testing.assert_allclose(again.annotations.onset, raw.annotations.onset, atol=1e-6)
    assert again.annotations.description.tolist() == ["BAD x"]
    assert [p["desc"] for p in again.info["projs"]] == [p["desc"] for p in raw.info["projs"]]
    np.testing.assert_allclose(again.info["chs"][0]["loc"][:3], raw.info["chs"][0]["loc"][:3], atol=1e-7)


def test_parts_of_a_recording_are_saved(raw, tmp_path):
    path = tmp_path / "x_raw.fif"
    raw.save(path, picks=["Cz", "Fz"], tmin=1.0, tmax=2.0, fmt="double")
    again = mne.io.read_raw(path)
    np.testing.assert_array_equal(again.get_data(), raw.get_data(["Cz", "Fz"], 200, 401))
    assert again.first_samp == 200


def test_a_long_recording_is_split_and_joined(tmp_path):
    raw = make_raw(n_times=60_000)
    files = raw.save(tmp_path / "x_raw.fif", split_size="2MB", fmt="single")
    assert len(files) > 1
    again = mne.io.read_raw_fif(files[0])
    assert again.n_times == raw.n_times
    np.testing.assert_allclose(again.get_data(), raw.get_data(), rtol=2**-23)


def test_a_recording_is_exported_to_edf_and_comes_back(raw, tmp_path):
    raw.set_annotations(mne.Annotations([1.0], [0.5], ["x"]))
    path = tmp_path / "x.edf"
    raw.export(path, physical_range="channelwise")
    again = mne.io.read_raw_edf(path)
    # 16 bit over each channel's range of some 1e-4 V.
    np.testing.assert_allclose(again.get_data()[:, : raw.n_times], raw.get_data(), atol=2e-4 / 2**16)
    assert again.ch_names == raw.ch_names and "x" in again.annotations.description


def test_a_recording_is_exported_to_bdf_with_24_bits_and_comes_back(raw, tmp_path):
    raw.set_annotations(mne.Annotations([1.0], [0.5], ["x"]))
    codes = np.zeros(raw.n_times)
    codes[100:110] = 70_001  # more than 16 bits
    triggers = mne.io.RawArray(codes[None], mne.create_info(["STI"], 200.0, "stim"))
    raw.add_channels([triggers], force_update_info=True)
    raw.export(tmp_path / "x.bdf", physical_range="channelwise")
    again = mne.io.read_raw_bdf(tmp_path / "x.bdf", stim_channel="STI", preload=True)
    np.testing.assert_allclose(again.get_data("eeg")[:, : raw.n_times], raw.get_data("eeg"), atol=2e-4 / 2**24)
    np.testing.assert_array_equal(again.get_data(["STI"])[0, : raw.n_times], codes)
    assert again.ch_names == raw.ch_names and "x" in again.annotations.description
    assert mne.io.read_raw(tmp_path / "x.bdf").ch_names == raw.ch_names
    with pytest.raises(OSError, match="must end in .bdf"):
        raw.export(tmp_path / "x.edf", fmt="bdf", overwrite=True)
    with pytest.raises(NotImplementedError, match="digital_range"):
        raw.export(tmp_path / "y.bdf", digital_range="orig")


def test_epochs_come_back_from_fiff(tmp_path):
    epochs = make_epochs()
    epochs.drop([1])
    path = tmp_path / "x-epo.fif"
    epochs.save(path, fmt="double")
    again = mne.read_epochs(path)
    np.testing.assert_array_equal(again.get_data(), epochs.get_data())
    np.testing.assert_array_equal(again.events, epochs.events)
    assert again.event_id == epochs.event_id and again.drop_log == epochs.drop_log
    assert again.baseline == pytest.approx(epochs.baseline)
    np.testing.assert_allclose(again.times, epochs.times, atol=1e-12)


def test_projections_and_covariances_come_back(data, tmp_path):
    projs = mne.read_proj(data / "sample" / "test-proj.fif")
    assert len(projs) > 0 and projs[0]["data"]["data"].shape == (1, projs[0]["data"]["ncol"])
    mne.write_proj(tmp_path / "x-proj.fif", projs)
    again = mne.read_proj(tmp_path / "x-proj.fif")
    assert [p["desc"] for p in again] == [p["desc"] for p in projs]
    np.testing.assert_allclose(again[0]["data"]["data"], projs[0]["data"]["data"], atol=1e-7)
    cov = mne.read_cov(data / "sample" / "test-cov.fif")
    assert cov.data.shape == (len(cov.ch_names),) * 2
    mne.write_cov(tmp_path / "x-cov.fif", cov)
    back = mne.read_cov(tmp_path / "x-cov.fif")
    np.testing.assert_array_equal(back.data, cov.data)
    assert back.nfree == cov.nfree and back.ch_names == cov.ch_names
    assert cov.copy().as_diag().data.ndim == 1


def test_info_comes_back(raw, tmp_path):
    raw.info.save(tmp_path / "x-info.fif")
    again = mne.io.read_info(tmp_path / "x-info.fif")
    assert again.ch_names == raw.ch_names and again["sfreq"] == 200.0


def test_real_meg_is_read_with_projections_and_transform(data):
    raw = mne.io.read_raw_fif(data / "sss" / "141027_cropped_90Hz_raw.fif")
    assert len(raw.info["projs"]) == 11
    moved = mne.io.read_raw_fif(data / "sample" / "SSS" / "sample_audvis_trunc_raw_sss.fif").info["dev_head_t"]["trans"]
    np.testing.assert_allclose(moved[:3, :3] @ moved[:3, :3].T, np.eye(3), atol=1e-6)  # a rotation, in single precision
    before = raw.get_data(picks="mag").std()
    raw.apply_proj()
    assert raw.get_data(picks="mag").std() < 0.1 * before  # the empty room's field is gone


def test_an_unknown_ending_names_those_that_are_read(tmp_path):
    with pytest.raises(ValueError, match=".fif"):
        mne.io.read_raw(tmp_path / "x.xyz")


def test_fiff_is_not_saved_under_the_name_of_another_format(raw, tmp_path):
    for name in ("x_raw.edf", "x_raw.bdf", "x"):
        with pytest.raises(OSError, match=".fif"):
            raw.save(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_the_first_bytes_choose_the_reader(raw, tmp_path):
    raw.save(tmp_path / "x_raw.fif")
    (tmp_path / "x_raw.fif").rename(tmp_path / "x.edf")
    assert isinstance(mne.io.read_raw(tmp_path / "x.edf"), mne.io.Raw)


def test_annotations_of_an_unknown_format_say_what_is_read(tmp_path):
    (tmp_path / "x.xyz").write_text("nothing")
    with pytest.raises(ValueError, match=r"\.fif.*\.edf.*\.csv"):
        mne.read_annotations(tmp_path / "x.xyz")


@pytest.mark.parametrize("ending", [".edf", ".vhdr", ".set"])
def test_fields_do_not_become_voltages_without_a_word(tmp_path, ending, recwarn):
    raw = mne.io.RawArray(
        np.random.default_rng(0).standard_normal((3, 300)) * 1e-12,
        mne.create_info(["a", "b", "c"], 100.0, ["mag", "eeg", "ref_meg"]),
    )
    with pytest.warns(RuntimeWarning, match="channels of type mag, ref_meg are written as numbers.*write FIFF"):
        raw.export(tmp_path / f"x{ending}")
    recwarn.clear()
    raw.pick("eeg").export(tmp_path / f"y{ending}")
    assert not [w for w in recwarn if "format of voltages" in str(w.message)]
    if ending == ".set":
        epochs = make_epochs()
        epochs.set_channel_types({epochs.ch_names[0]: "grad"}, on_unit_change="ignore")
        with pytest.warns(RuntimeWarning, match="channels of type grad"):
            epochs.export(tmp_path / "z.set")
