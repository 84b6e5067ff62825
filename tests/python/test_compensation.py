"""Reference sensors far from the head take noise out of gradiometers, and give it back."""

import numpy as np
import pytest

import ranvier.meeg as mne

PATH = "formats/mne/tests_test_ctf_comp_raw.fif"


@pytest.fixture
def raw(data):
    return mne.io.read_raw_fif(data / PATH)


def test_samples_lose_what_the_reference_sensors_say_and_get_it_back(raw):
    assert raw.compensation_grade == raw.info.compensation_grade == 3
    three, (comp,) = raw.get_data(), [c for c in raw.info["comps"] if c["kind"] == 1]
    plain = raw.copy().apply_gradient_compensation(0)
    assert plain.compensation_grade == 0 and raw.compensation_grade == 3
    recorded = plain.get_data()
    one = plain.copy().apply_gradient_compensation(1).get_data()
    rows, columns = comp["data"]["row_names"], comp["data"]["col_names"]
    matrix = comp["data"]["data"]
    at = raw.ch_names.index
    expected = recorded.copy()
    expected[[at(n) for n in rows]] -= matrix @ recorded[[at(n) for n in columns]]
    np.testing.assert_allclose(one, expected, rtol=1e-9, atol=1e-22)
    np.testing.assert_allclose(plain.apply_gradient_compensation(3).get_data(), three, rtol=1e-12, atol=1e-25)
    assert np.abs(one - recorded).max() > 1e-13
    untouched = [k for k, kind in enumerate(raw.get_channel_types()) if kind != "mag"]
    np.testing.assert_array_equal(recorded[untouched], three[untouched])


def test_recordings_in_memory_or_in_a_file_epochs_and_averages_are_compensated_alike(raw, tmp_path):
    lazy = raw.copy().apply_gradient_compensation(1)
    one = lazy.get_data()
    loaded = raw.copy().load_data().apply_gradient_compensation(1)
    np.testing.assert_allclose(loaded.get_data(), one, rtol=1e-12, atol=1e-25)
    epochs = mne.make_fixed_length_epochs(raw, 0.1, preload=False, proj=False)
    average = epochs.copy().load_data().average(picks="all").apply_gradient_compensation(1)
    epochs.apply_gradient_compensation(1)
    assert epochs.compensation_grade == average.compensation_grade == 1
    length = epochs.get_data().shape[-1]
    np.testing.assert_allclose(epochs.get_data()[2], one[:, 2 * length : 3 * length], rtol=1e-12, atol=1e-25)
    np.testing.assert_allclose(average.data, epochs.average(picks="all").data, rtol=1e-10, atol=1e-24)
    lazy.save(tmp_path / "one_raw.fif")
    again = mne.io.read_raw_fif(tmp_path / "one_raw.fif")
    assert again.compensation_grade == 1
    np.testing.assert_allclose(again.get_data(), one, rtol=1e-6, atol=1e-18)  # 32 bits
    again.apply_gradient_compensation(3)
    np.testing.assert_allclose(again.get_data(), raw.get_data(), rtol=1e-6, atol=1e-18)


def test_what_can_not_be_compensated_is_refused_by_name(raw):
    with pytest.raises(ValueError, match=r"there is none for 33, but for 0, 1, 2, "):
        raw.apply_gradient_compensation(33)
    projected = raw.copy().load_data()
    projected.add_proj(mne.compute_proj_raw(projected, duration=0.1)).apply_proj()
    with pytest.raises(RuntimeError, match="compensate before projections are applied"):
        projected.apply_gradient_compensation(1)
    assert projected.apply_gradient_compensation(3) is projected
    without = raw.copy().pick(["mag"])
    with pytest.raises(ValueError, match="there is none for 3, but for 0"):
        without.apply_gradient_compensation(0)
    eeg = mne.io.RawArray(np.zeros((1, 9)), mne.create_info(1, 9.0, "eeg"))
    with pytest.raises(ValueError, match="the recording has none"):
        eeg.apply_gradient_compensation(1)
