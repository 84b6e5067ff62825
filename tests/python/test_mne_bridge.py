"""To MNE-Python and back, in memory."""

import pathlib
import runpy

import numpy as np
import pytest
from conftest import make_epochs, make_raw

import ranvier.meeg as rv

mne = pytest.importorskip("mne", reason="MNE-Python is not installed here")


def test_a_recording_goes_to_mne_and_back():
    raw = make_raw(stim=True, first_samp=100)
    raw.info["bads"] = ["Cz"]
    raw.set_annotations(rv.Annotations([1.0], [0.5], ["x"]))
    raw.set_eeg_reference("average", projection=True)
    theirs = raw.to_mne()
    np.testing.assert_array_equal(theirs.get_data(), raw.get_data())
    assert theirs.info["bads"] == ["Cz"] and theirs.first_samp == 100
    assert theirs.get_channel_types() == raw.get_channel_types()
    back = rv.from_mne(theirs)
    np.testing.assert_array_equal(back.get_data(), raw.get_data())
    assert back.annotations == raw.annotations and back.ch_names == raw.ch_names
    assert len(back.info["projs"]) == 1 and len(back.info["dig"]) == len(raw.info["dig"])


def test_epochs_and_averages_go_to_mne_and_back():
    epochs = make_epochs()
    theirs = epochs.to_mne()
    np.testing.assert_array_equal(theirs.get_data(), epochs.get_data())
    assert theirs.event_id == epochs.event_id
    np.testing.assert_array_equal(rv.from_mne(theirs).get_data(), epochs.get_data())
    evoked = epochs.average()
    their_evoked = evoked.to_mne()
    np.testing.assert_allclose(their_evoked.times, evoked.times)
    np.testing.assert_array_equal(rv.from_mne(their_evoked).data, evoked.data)


def test_the_names_that_ranvier_lacks_are_those_of_the_pinned_mne():
    if not mne.__version__.startswith(rv.__version__):
        pytest.skip(f"the list is of MNE-Python {rv.__version__}")
    tool = runpy.run_path(str(pathlib.Path(__file__).parents[2] / "tools/not_yet_names.py"))
    assert tool["TARGET"].read_text() == tool["text"]()
