"""FIFF files written here and read by MNE-Python, and the other way round, hold the same data and info."""

import os
import warnings
from pathlib import Path

import numpy as np
import pytest

mne = pytest.importorskip("mne", minversion="1.13")
pd = pytest.importorskip("pandas")
meeg = pytest.importorskip("ranvier.meeg")
mne.set_log_level("error")

FOLDERS = [os.environ.get("RANVIER_DATA", ""), Path(__file__).parents[2] / "../shared/data"]
DATA = next((Path(f) for f in FOLDERS if f and Path(f).is_dir()), None)
pytestmark = pytest.mark.skipif(DATA is None, reason="no recorded data: set RANVIER_DATA")

RAW = [
    "formats/CTF/testdata_ctf_short_discontinuous.ds_raw.fif",
    "formats/misc/neuromag122_test_file-raw.fif",
    "formats/misc/test_elekta_3ch_raw.fif",
    "formats/mne/brainvision_test_bin_raw.fif",
    "formats/mne/bti_exported4D_linux_raw.fif",
    "formats/mne/kit_test_bin_raw.fif",
    "formats/mne/tests_test_ctf_comp_raw.fif",
    "freesurfer_subject/sample_ecog_ieeg.fif",
    "sample/SSS/sample_audvis_trunc_raw_sss.fif",
    "sss/141027_cropped_90Hz_raw.fif",
    "sss/test_move_anon_erm_raw.fif",
    "sss/test_move_anon_erm_st1FineCalCrossTalkRegIn_raw_sss.fif",
]
AVERAGES = ["sample/test-ave.fif.gz", "erp_core_p3/sub-015_ses-P3_task-P3_ave.fif"]


@pytest.fixture(autouse=True)
def quiet():
    """File names that MNE would rather see otherwise are not what is tested."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def found(name):
    path = DATA / name
    if not path.exists():
        pytest.skip(f"{name} is not here")
    return path


def difference(a, b):
    """What differs between two infos of MNE, besides the identity of the file."""
    a, b = dict(a), dict(b)
    for info in (a, b):
        info["file_id"] = None
    return mne.utils.object_diff(a, b)


@pytest.mark.parametrize("name", RAW)
def test_a_recording_is_read_as_mne_reads_it(name):
    path = found(name)
    theirs = mne.io.read_raw_fif(path, allow_maxshield="yes")
    ours = meeg.io.read_raw_fif(path, allow_maxshield=True)
    assert ours.ch_names == theirs.ch_names
    assert ours.first_samp == theirs.first_samp
    assert ours.info["sfreq"] == theirs.info["sfreq"]
    assert list(ours.info["bads"]) == theirs.info["bads"]
    np.testing.assert_array_equal(ours.get_data(), theirs.get_data())
    np.testing.assert_allclose(ours.annotations.onset, theirs.annotations.onset, atol=1e-4)


@pytest.mark.parametrize("fmt", ["single", "double"])
@pytest.mark.parametrize("name", RAW)
def test_a_recording_written_here_is_the_same_to_mne(name, fmt, tmp_path):
    path = found(name)
    theirs = mne.io.read_raw_fif(path, allow_maxshield="yes")
    meeg.io.read_raw_fif(path, allow_maxshield=True).save(tmp_path / "a_raw.fif", fmt=fmt)
    back = mne.io.read_raw_fif(tmp_path / "a_raw.fif", allow_maxshield="yes")
    assert difference(theirs.info, back.info) == ""
    assert back.first_samp == theirs.first_samp
    # Single precision: half a unit in the last of 24 bits. Double: a division and a multiplication by cal.
    data = theirs.get_data()
    limit = np.abs(data) * (2.0**-24 if fmt == "single" else 2.0**-52)
    assert (np.abs(back.get_data() - data) <= limit).all()
    assert list(back.annotations.description) == list(theirs.annotations.description)


@pytest.mark.parametrize("naming", ["neuromag", "bids"])
def test_a_split_recording_crosses_over_both_ways(naming, tmp_path):
    rng = np.random.default_rng(0)
    theirs = mne.io.RawArray(rng.standard_normal((60, 40_000)) * 1e-5, mne.create_info(60, 500.0, "eeg"))
    theirs.set_annotations(mne.Annotations([1, 20.5], [0, 2], ["a:b", "BAD x"]))
    for writer, reader, folder in [
        (theirs.save, meeg.io.read_raw_fif, "theirs"),
        (meeg.io.RawArray(theirs.get_data(), meeg.create_info(60, 500.0, "eeg")).save, mne.io.read_raw_fif, "ours"),
    ]:
        (tmp_path / folder).mkdir()
        writer(tmp_path / folder / "a_meg.fif", split_size="5MB", split_naming=naming)
        files = sorted(p.name for p in (tmp_path / folder).iterdir())
        assert len(files) == 3
        first = "a_split-01_meg.fif" if naming == "bids" else "a_meg.fif"
        back = reader(tmp_path / folder / first)
        np.testing.assert_allclose(back.get_data(), theirs.get_data(), rtol=2.0**-24)


@pytest.mark.parametrize("name", AVERAGES)
def test_averages_cross_over_both_ways(name, tmp_path):
    path = found(name)
    theirs = mne.read_evokeds(path, proj=False)
    ours = meeg.read_evokeds(path, proj=False)
    for a, b in zip(theirs, ours, strict=True):
        assert (a.comment, a.nave, a.first, a.kind) == (b.comment, b.nave, b.first, b.kind)
        np.testing.assert_allclose(b.data, a.data, rtol=1e-15)
    meeg.write_evokeds(tmp_path / "b-ave.fif", ours)
    for a, b in zip(theirs, mne.read_evokeds(tmp_path / "b-ave.fif", proj=False), strict=True):
        assert difference(a.info, b.info) == ""
        assert (a.comment, a.nave, a.first, a.last, a.kind, a.baseline) == (
            b.comment,
            b.nave,
            b.first,
            b.last,
            b.kind,
            b.baseline,
        )
        np.testing.assert_allclose(b.data, a.data, rtol=2.0**-23)


@pytest.mark.parametrize("fmt", ["single", "double"])
def test_complex_epochs_and_averages_cross_over_both_ways(fmt, tmp_path):
    data = np.random.default_rng(0).standard_normal((4, 3, 50)) * 1e-6
    theirs = mne.EpochsArray(data, mne.create_info(3, 100.0, "eeg")).apply_hilbert(n_fft=None)
    ours = meeg.EpochsArray(data, meeg.create_info(3, 100.0, "eeg")).apply_hilbert(n_fft=None)
    np.testing.assert_allclose(ours.get_data(), theirs.get_data(), rtol=1e-12)
    tolerance = 1e-6 if fmt == "single" else 1e-12
    theirs.save(tmp_path / "a-epo.fif", fmt=fmt)
    ours.save(tmp_path / "b-epo.fif", fmt=fmt)
    for read, path in ((meeg.read_epochs, "a-epo.fif"), (mne.read_epochs, "b-epo.fif")):
        np.testing.assert_allclose(read(tmp_path / path).get_data(), theirs.get_data(), rtol=tolerance)
    their_raw = mne.io.RawArray(theirs.get_data()[0], theirs.info)
    their_raw.save(tmp_path / "a_raw.fif")  # in double precision MNE-Python 1.13 gives them the type of single ones
    meeg.io.RawArray(ours.get_data()[0], ours.info).save(tmp_path / "b_raw.fif", fmt=fmt)
    for read, path, rtol in ((meeg.io.read_raw_fif, "a_raw.fif", 1e-6), (mne.io.read_raw_fif, "b_raw.fif", tolerance)):
        np.testing.assert_allclose(read(tmp_path / path).get_data(), their_raw.get_data(), rtol=rtol)
    theirs.average().save(tmp_path / "a-ave.fif")
    ours.average().save(tmp_path / "b-ave.fif")
    for read, path in ((meeg.read_evokeds, "a-ave.fif"), (mne.read_evokeds, "b-ave.fif")):
        np.testing.assert_allclose(read(tmp_path / path)[0].data, theirs.average().data, rtol=1e-6, atol=1e-15)


def test_epochs_cross_over_both_ways(tmp_path):
    rng = np.random.default_rng(0)
    info = mne.create_info(8, 100.0, "eeg")
    raw = mne.io.RawArray(rng.standard_normal((8, 3000)) * 1e-5, info)
    events = np.c_[np.arange(100, 2900, 70), np.zeros(40, int), np.tile([1, 2], 20)]
    table = pd.DataFrame(dict(word=[f"w{k}" for k in range(40)], rt=np.arange(40) / 100, correct=[True, False] * 20))
    theirs = mne.Epochs(raw, events, dict(left=1, right=2), -0.2, 0.4, reject=dict(eeg=6.5e-5), preload=True,
                        metadata=table)  # fmt: skip
    assert 0 < len(theirs) < 40
    theirs.save(tmp_path / "a-epo.fif", fmt="double")
    ours = meeg.read_epochs(tmp_path / "a-epo.fif")
    np.testing.assert_allclose(ours.get_data(), theirs.get_data(), rtol=1e-15)
    ours.save(tmp_path / "b-epo.fif", fmt="double")
    back = mne.read_epochs(tmp_path / "b-epo.fif")
    np.testing.assert_allclose(back.get_data(), theirs.get_data(), rtol=1e-15)
    np.testing.assert_array_equal(back.events, theirs.events)
    np.testing.assert_array_equal(back.selection, theirs.selection)
    assert back.event_id == theirs.event_id
    assert back.drop_log == theirs.drop_log
    assert back.reject == theirs.reject
    assert back.baseline == pytest.approx(theirs.baseline)
    pd.testing.assert_frame_equal(back.metadata, theirs.metadata)
