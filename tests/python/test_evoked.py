"""Averages and contrasts."""

import copy
import pickle

import numpy as np
import pytest
from conftest import make_epochs

import ranvier.meeg as mne


@pytest.fixture
def evoked():
    return make_epochs().average()


def test_an_average_from_an_array_keeps_it():
    data = np.random.default_rng(0).standard_normal((3, 50))
    evoked = mne.EvokedArray(data, mne.create_info(3, 100.0, "eeg"), tmin=-0.1, comment="x", nave=7)
    np.testing.assert_array_equal(evoked.data, data)
    assert (evoked.tmin, evoked.tmax, evoked.nave, evoked.comment) == (-0.1, 0.39, 7, "x")
    evoked.data *= 2
    np.testing.assert_array_equal(evoked.get_data(), 2 * data)
    with pytest.raises(ValueError, match="shape"):
        mne.EvokedArray(data[0], mne.create_info(3, 100.0, "eeg"))


def test_contrasts_weigh_data_and_numbers_of_epochs():
    epochs = make_epochs()
    left, right = epochs["left"].average(), epochs["right"].average()
    difference = mne.combine_evoked([left, right], [1, -1])
    np.testing.assert_allclose(difference.data, left.data - right.data, rtol=0, atol=1e-20)
    assert difference.nave == pytest.approx(1 / (1 / 4 + 1 / 4))
    both = mne.combine_evoked([left, right], "nave")
    np.testing.assert_allclose(both.data, epochs.average().data, rtol=0, atol=1e-12 * np.abs(left.data).max())
    assert both.nave == pytest.approx(8)
    with pytest.warns(RuntimeWarning, match="single object"):
        assert (mne.grand_average([left]).data == left.data).all()
    np.testing.assert_allclose(mne.grand_average([left, right]).data, (left.data + right.data) / 2, atol=1e-20)
    with pytest.raises(ValueError, match="weight"):
        mne.combine_evoked([left], [1, 2])
    with pytest.raises(ValueError):
        mne.combine_evoked([left, right.copy().crop(0, 0.1)], [1, 1])
    np.testing.assert_array_equal((-left).data, -left.data)


def test_averages_are_cropped_baselined_picked_filtered_and_resampled(evoked):
    data = evoked.data.copy()
    assert evoked.copy().crop(0.0, 0.1).data.shape == (13, 21)
    again = evoked.copy().apply_baseline((0.0, 0.1))
    assert np.abs(again.data[:, 40:61].mean(axis=1)).max() < 1e-19 and again.baseline == (0.0, 0.1)
    np.testing.assert_array_equal(evoked.copy().pick("Cz").data, data[[11]])
    assert evoked.copy().filter(None, 40.0).info["lowpass"] == 40.0
    slow = evoked.copy().resample(100.0)
    assert slow.info["sfreq"] == 100.0 and slow.tmin == pytest.approx(-0.2)
    assert evoked.copy().shift_time(0.1).tmin == pytest.approx(-0.1)
    np.testing.assert_array_equal(evoked.data, data)


def test_the_peak_is_where_it_was_put():
    data = np.zeros((2, 100))
    data[1, 30], data[0, 60] = -5e-6, 3e-6
    evoked = mne.EvokedArray(data, mne.create_info(["a", "b"], 100.0, "eeg"), tmin=-0.1)
    name, latency, amplitude = evoked.get_peak(return_amplitude=True)
    assert (name, amplitude) == ("b", -5e-6) and latency == pytest.approx(0.2)
    assert evoked.get_peak(mode="pos")[0] == "a" and evoked.get_peak(tmin=0.4)[0] == "a"
    assert evoked.get_peak(time_as_index=True)[1] == 30
    with pytest.raises(ValueError, match="mag"):
        evoked.get_peak(ch_type="mag")


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda e: e.copy(), lambda e: pickle.loads(pickle.dumps(e))])
def test_a_copy_shares_nothing(evoked, duplicate):
    other = duplicate(evoked)
    np.testing.assert_array_equal(other.data, evoked.data)
    assert other.comment == evoked.comment and other.baseline == evoked.baseline
    other.data[:] = 0
    assert evoked.data.any()


def test_averages_become_data_frames(evoked):
    pytest.importorskip("pandas")
    frame = evoked.to_data_frame(time_format="ms")
    assert list(frame.columns)[:2] == ["time", "Fp1"] and frame["time"].iloc[0] == -200
    np.testing.assert_allclose(frame["Cz"], evoked.data[11] * 1e6)


def test_averages_are_written_and_read_back(evoked, tmp_path):
    path = tmp_path / "x-ave.fif"
    second = evoked.copy()
    second.comment = "second"
    mne.write_evokeds(path, [evoked, second])
    first, again = mne.read_evokeds(path)
    # FIFF keeps averages in single precision.
    np.testing.assert_allclose(first.data, evoked.data, rtol=1e-6, atol=1e-12)
    assert again.comment == "second" and first.nave == 8 and first.ch_names == evoked.ch_names
    np.testing.assert_allclose(first.times, evoked.times, atol=1e-12)
    assert mne.read_evokeds(path, condition="second").comment == "second"
    assert mne.Evoked(path, condition=0).comment == evoked.comment
    with pytest.raises(ValueError, match="third"):
        mne.read_evokeds(path, condition="third")


def test_the_sample_averages_are_read(data):
    evokeds = mne.read_evokeds(data / "sample" / "test-ave.fif.gz", baseline=(None, 0))
    assert [e.comment for e in evokeds] == ["Left Auditory", "Right Auditory", "Left visual", "Right visual"]
    assert evokeds[0].get_channel_types(unique=True) == ["grad", "mag", "stim", "eeg", "eog"]
    assert all(p["active"] for p in evokeds[0].info["projs"])


def test_averages_are_changed_in_place(evoked):
    evoked.data[0] = 1.0
    evoked.info["bads"].append("Cz")
    evoked.comment, evoked.nave = "mine", 2.5
    other = evoked.copy()  # made by the engine
    assert (
        (other.data[0] == 1.0).all() and other.info["bads"] == ["Cz"] and (other.comment, other.nave) == ("mine", 2.5)
    )
    with pytest.raises(ValueError, match="shape"):
        evoked.data = evoked.data[1:]
