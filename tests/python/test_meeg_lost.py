"""What a user of recordings, epochs, spectra and maps would lose: numbers, names and whole arrays."""

import numpy as np
import pytest
from conftest import make_raw
from test_mne_losses import four

import ranvier.meeg as mne

# -- projections


def test_a_projection_that_was_applied_elsewhere_is_applied_here_too():
    elsewhere = make_raw().set_eeg_reference(projection=True).apply_proj()
    [projection] = elsewhere.info["projs"]
    raw = make_raw(seed=2)
    held = raw.info["projs"]
    raw.add_proj([projection, projection])
    assert len(held) == len(raw.info["projs"]) == 1 and not raw.info["projs"][0]["active"] and projection["active"]
    assert np.abs(raw.apply_proj().get_data().mean(axis=0)).max() < 1e-18
    raw.add_proj(projection)  # it is there
    assert len(raw.info["projs"]) == 1 and raw.info["projs"][0]["active"]


@pytest.mark.parametrize("number", [5, -2, [0, 1]])
def test_removing_a_projection_that_is_not_there_removes_no_other(number):
    raw = make_raw().set_eeg_reference(projection=True)
    with pytest.raises(IndexError, match="there are 1 projections"):
        raw.del_proj(number)
    assert len(raw.info["projs"]) == 1 and len(raw.del_proj(-1).info["projs"]) == 0
    with pytest.raises(IndexError):
        raw.del_proj(0)


# -- epochs


def test_epochs_of_a_longer_list_of_events_know_their_numbers_in_it():
    info = mne.create_info(2, 100.0, "eeg")
    data = np.arange(4 * 2 * 10.0).reshape(4, 2, 10)
    epochs = mne.EpochsArray(data, info, selection=[6, 3, 4, 5])
    assert epochs.drop_log == (("IGNORED",),) * 3 + ((),) * 4 and epochs.selection.tolist() == [6, 3, 4, 5]
    assert epochs.drop([0]).drop_log[6] == ("USER",) and epochs.selection.tolist() == [3, 4, 5]
    again = mne.EpochsArray(epochs.get_data(), epochs.info, epochs.events, selection=epochs.selection).drop([1])
    assert again.drop_log == (("IGNORED",),) * 3 + ((), ("USER",), ())
    data[1, 0, 3] = 1e4
    logged = mne.EpochsArray(data, info, selection=[0, 2, 3, 4], drop_log=[(), ("x",), (), (), ()], reject={"eeg": 1e3})
    assert logged.selection.tolist() == [0, 3, 4] and logged.drop_log == ((), ("x",), ("0",), (), ())
    numbered = mne.EpochsArray(data, info, drop_log=[()] * 5)
    assert numbered.selection.tolist() == [0, 1, 2, 3] and len(numbered.drop_log) == 5


@pytest.mark.parametrize(("wrong", "words"), [
    (dict(selection=[0]), r"one number per event \(4\); got 1"), (dict(selection=[0, 1, 2, -1]), "got -1"),
    (dict(selection=[0, 1, 2, 4], drop_log=[()] * 4), "4 entries; got 4"), (dict(drop_log=[()]), "1 entries; got 1"),
    (dict(selection=[0], drop_log=[()]), "got 1"),
])  # fmt: skip
def test_numbers_that_no_log_of_epochs_has_are_refused(wrong, words):
    with pytest.raises(ValueError, match=words):
        mne.EpochsArray(np.zeros((4, 2, 10)), mne.create_info(2, 100.0, "eeg"), **wrong)


def test_epochs_that_are_there_twice_are_joined_dropped_and_kept():
    epochs = mne.EpochsArray(np.zeros((3, 2, 10)), mne.create_info(2, 100.0, "eeg"))
    joined = mne.concatenate_epochs([epochs[[0, 0, 2]], epochs.copy().drop([0])])
    assert joined.selection.tolist() == [0, 0, 2, 4, 5] and len(joined) == len(joined.selection)
    assert joined.drop([0, 4]).selection.tolist() == [0, 2, 4] and joined.drop_log[5] == ("USER",)


def test_a_decimation_warns_once():
    epochs = mne.EpochsArray(np.zeros((3, 2, 100)), mne.create_info(2, 100.0, "eeg"))
    with epochs.info._unlock():
        epochs.info["lowpass"] = 40.0
    with pytest.warns(RuntimeWarning, match="alias") as warned:
        epochs.decimate(2)
    assert len(warned) == 1


# -- spectra and maps


def test_maps_take_no_data_of_another_shape():
    info = mne.create_info(2, 100.0, "eeg")
    mean = mne.time_frequency.AverageTFRArray(info, np.ones((2, 3, 50)), np.arange(50) / 100, [10.0, 20.0, 30.0])
    each = mne.time_frequency.EpochsTFRArray(info, np.ones((4, 2, 3, 50)), np.arange(50) / 100, [10.0, 20.0, 30.0])
    for tfr, shape in ((mean, r"\(2, 3, 50\)"), (each, r"\(4, 2, 3, 50\)")):
        with pytest.raises(ValueError, match=rf"shape {shape}; got \(.*1, 1, 1\)"):
            tfr.data = np.zeros((1,) * tfr.data.ndim)
        with pytest.raises(ValueError, match=shape):
            tfr._engine.times = np.arange(1000.0)
        assert (tfr.data == 1).all() and len(tfr.times) == 50
        tfr.data = 2 * tfr.data
        assert (tfr.apply_baseline((None, None), "ratio").data == 1).all()


@pytest.mark.parametrize("kind", ["compute_psd", "compute_tfr", "mean"])
def test_spectra_and_maps_of_another_shape_than_they_say_are_not_unpickled(kind):
    info = mne.create_info(2, 100.0, "eeg")
    epochs = mne.EpochsArray(np.random.default_rng(0).random((3, 2, 60)), info)
    made = epochs.compute_psd() if kind == "compute_psd" else epochs.compute_tfr("morlet", [30.0], n_cycles=2)
    made = made.average() if kind == "mean" else made
    state = made.__getstate__()
    engine, parts = state["_engine"]
    parts = tuple(part[..., :1] if isinstance(part, np.ndarray) and part.ndim > 2 else part for part in parts)
    with pytest.raises(ValueError, match="data must have shape"):
        object.__new__(type(made)).__setstate__({**state, "_engine": (engine, parts)})


def test_rows_are_corrected_by_as_many_times_as_they_have():
    with pytest.raises(ValueError, match="one time per sample"):
        mne.baseline.rescale(np.ones((2, 5)), np.arange(5000.0), (None, None))


def test_a_spectrum_up_to_a_time_before_the_recording_is_not_of_all():
    for method in ("welch", "multitaper"):
        with pytest.raises(ValueError, match="tmax -1"):
            four().compute_psd(method, tmax=-1.0)
    with pytest.raises(ValueError, match="the end"):
        four().compute_psd(tmin=1e3)


def test_units_of_spectra_are_the_square_of_the_whole_unit():
    units = four(["grad", "eeg", "mag", "hbo"]).compute_psd(fmax=40.0)
    assert units.units() == {"grad": "(T/m)²/Hz", "eeg": "V²/Hz", "mag": "T²/Hz", "hbo": "M²/Hz"}
    assert units.units(latex=True)["grad"] == r"$\mathrm{(T/m)^{2}/Hz}$"
