"""Names of MNE-Python that Ranvier lacks say so."""

import pytest

import ranvier.meeg as mne


@pytest.mark.parametrize(
    "place, name, words",
    [
        (mne, "open_report", "mne.open_report is not in Ranvier yet; use Report()"),
        (mne, "make_forward_dipole", "mne.make_forward_dipole is not in Ranvier yet; use MNE-Python"),
        (mne.io, "read_raw_ctf", "mne.io.read_raw_ctf is not in Ranvier yet; use read_raw_fif"),
        (mne.channels, "read_dig_egi", "mne.channels.read_dig_egi is not in Ranvier yet; use make_dig_montage()"),
        (mne.viz, "plot_alignment", "mne.viz.plot_alignment is not in Ranvier yet"),
        (mne.datasets, "limo", "mne.datasets.limo is not in Ranvier yet"),
    ],
)
def test_a_name_that_only_mne_has_says_so(place, name, words):
    with pytest.raises(AttributeError) as error:
        getattr(place, name)
    assert str(error.value).startswith(words)


def test_a_name_that_nobody_has_is_an_ordinary_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'nonsense'"):
        mne.nonsense  # noqa: B018


def test_importing_a_missing_name_fails_with_the_same_words():
    with pytest.raises(ImportError):
        exec("from ranvier.meeg import open_report")


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda raw: raw.set_eeg_reference("REST"), "REST"),
    ],
)
def test_a_method_or_option_that_only_mne_has_says_so(raw, call, words):
    with pytest.raises(NotImplementedError, match="is not in Ranvier yet") as error:
        call(raw)
    assert words in str(error.value)
