"""The examples give the numbers of MNE-Python when their import is swapped: errors <= 1e-9 of each channel's maximum."""

import pytest
from peers import ROOT, both, differences


@pytest.mark.parametrize("name", ["motor_imagery", "evoked_fields", "clean_recording"])
def test_an_example_gives_the_numbers_of_mne(name, tmp_path):
    found = differences(*both((ROOT / "examples" / f"{name}.py").read_text(), tmp_path))
    print({key: f"{value:.1e}" for key, value in found.items()})
    wrong = {key: value for key, value in found.items() if not value <= 1e-9}
    assert not wrong, f"max|difference| / max|reference| above 1e-9: {wrong}"
