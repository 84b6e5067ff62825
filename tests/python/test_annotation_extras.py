"""What else is known about annotations: in memory, in files, and of the epochs that are cut from a recording."""

import copy
import pickle
import weakref

import numpy as np
import pytest
from conftest import make_raw

import ranvier.meeg as mne
from ranvier.meeg import annotation_columns

EXTRAS = [{"rating": 3, "who": "A"}, None, {"rating": 0.25, "note": "a, b"}]


def noted(orig_time=None):
    return mne.Annotations(
        [1.0, 2.0, 3.0], [0.5, 0.0, 1.0], ["x", "y", "x"], orig_time, [[], ["Fz"], []], extras=EXTRAS
    )


def plain(annotations):
    return [dict(extra) for extra in annotations.extras]


def test_extras_stay_with_their_annotations():
    annotations = noted()
    assert plain(annotations) == [EXTRAS[0], {}, EXTRAS[2]]
    assert plain(annotations[[2, 0]]) == [EXTRAS[2], EXTRAS[0]] and annotations[0]["extras"] == EXTRAS[0]
    annotations.append(0.5, 0, "first", extras=[{"k": 1}])
    assert plain(annotations) == [{"k": 1}, EXTRAS[0], {}, EXTRAS[2]]
    annotations.delete(1)
    assert plain(annotations + noted()) == [{"k": 1}, EXTRAS[0], {}, {}, EXTRAS[2], EXTRAS[2]]
    for same in (annotations.copy(), copy.deepcopy(annotations), pickle.loads(pickle.dumps(annotations))):
        assert plain(same) == plain(annotations) and same == annotations
    annotations.crop(1.5, 2.5)
    assert plain(annotations) == [{}]


def test_what_is_written_into_extras_is_kept():
    annotations = noted()
    annotations.extras[1]["k"] = "v"
    annotations.extras[0].update(rating=4)
    annotations.extras[2] = {"new": None}
    del annotations.extras[0]["who"]
    assert plain(annotations) == [{"rating": 4}, {"k": "v"}, {"new": None}]
    for bad in ({"onset": 1}, {"k": [1]}, {"k": float("nan")}, {1: 2}, 5):
        with pytest.raises((ValueError, TypeError)):
            annotations.extras[1] = bad
        with pytest.raises((ValueError, TypeError)):
            mne.Annotations([1.0], [0.0], ["x"], extras=[bad])
    with pytest.raises(TypeError):
        annotations.extras[1]["k"] = [1]
    assert plain(annotations)[1] == {"k": "v"}
    with pytest.raises(ValueError, match="one entry per annotation"):
        mne.Annotations([1.0], [0.0], ["x"], extras=[{}, {}])


@pytest.mark.parametrize("ending", ["-annot.fif", "_annot.csv", "_annot.txt"])
def test_extras_and_names_with_colons_come_back_from_files(tmp_path, ending):
    annotations = noted()
    annotations.ch_names = [["a:b", "c"], [], ["Fz"]]
    annotations.save(tmp_path / f"x{ending}")
    back = mne.read_annotations(tmp_path / f"x{ending}")
    assert [tuple(c) for c in back.ch_names] == [("a:b", "c"), (), ("Fz",)]
    wanted = plain(annotations)
    if ending != "-annot.fif":  # a table has each column for all
        wanted = [{key: extra.get(key) for key in ("rating", "who", "note")} for extra in wanted]
    assert plain(back) == wanted


def test_a_recording_keeps_extras_in_its_file(tmp_path):
    raw = make_raw().set_annotations(noted())
    raw.save(tmp_path / "x_raw.fif")
    assert plain(mne.io.read_raw_fif(tmp_path / "x_raw.fif").annotations) == plain(noted())
    assert list(raw.annotations.to_data_frame()["rating"])[0] == 3


@pytest.fixture
def epochs():
    raw = make_raw(first_samp=400).set_annotations(noted())  # 200 Hz, the first sample at 2 s
    events = np.array([[400 + 200, 0, 1], [400 + 450, 0, 1], [400 + 800, 0, 1]])  # 1, 2.25 and 4 s into it
    return mne.Epochs(raw, events, tmin=-0.5, tmax=0.4, baseline=None, reject_by_annotation=False)


def test_epochs_know_the_annotations_that_they_overlap(epochs, tmp_path):
    wanted = [[(0.0, 0.5, "x")], [(-0.25, 0.0, "y")], [(-1.0, 1.0, "x")]]
    again = epochs.copy().load_data()
    again.save(tmp_path / "x-epo.fif")
    for some in (epochs, again, mne.read_epochs(tmp_path / "x-epo.fif"), pickle.loads(pickle.dumps(again)),
                 again.copy().decimate(2), again.copy().resample(100)):  # fmt: skip
        found = some.get_annotations_per_epoch()
        assert [[d for _, _, d in entries] for entries in found] == [["x"], ["y"], ["x"]]
        np.testing.assert_allclose(
            [entries[0][:2] for entries in found], [entries[0][:2] for entries in wanted], atol=1e-9
        )
    assert epochs.get_annotations_per_epoch(with_extras=True)[2][0][3] == EXTRAS[2]
    assert epochs[[1]].get_annotations_per_epoch()[0][0][2] == "y"


def test_annotations_become_metadata(epochs):
    epochs.add_annotations_to_metadata()
    table = epochs.metadata
    assert table["annot_description"].tolist() == [["x"], ["y"], ["x"]]
    assert table["annot_rating"].tolist() == [[3], [None], [0.25]]
    with pytest.raises(RuntimeError, match="overwrite=True"):
        epochs.add_annotations_to_metadata()
    epochs.add_annotations_to_metadata(overwrite=True, with_extras=False)


def test_annotations_of_epochs_can_be_changed_and_set(epochs):
    epochs.annotations.onset[0] = 3.25
    assert epochs.annotations.onset[0] == 3.25 and epochs.annotations is epochs.annotations
    assert epochs.copy().set_annotations(None).get_annotations_per_epoch() == [[], [], []]
    with pytest.raises(ValueError, match="there is no nobody"):
        epochs.set_annotations(mne.Annotations([1.0], [0.0], ["x"], ch_names=[["nobody"]]))
    array = mne.EpochsArray(
        np.zeros((1, 1, 10)), mne.create_info(1, 10.0, "eeg"), np.array([[1000, 0, 1]]), raw_sfreq=1000.0
    )
    array.set_annotations(mne.Annotations([1.2], [0.1], ["z"]))
    assert array.get_annotations_per_epoch()[0][0][2] == "z"


def test_cells_of_tables_are_what_they_were(tmp_path):
    values = ["1_000", "inf", "007x", 5, 2.5, None]
    annotations = mne.Annotations(np.arange(6.0), 0.0, "x", extras=[{"k": value} for value in values])
    annotations.save(tmp_path / "x_annot.txt")
    assert [extra["k"] for extra in mne.read_annotations(tmp_path / "x_annot.txt").extras] == values
    table = (tmp_path / "x_annot.txt").read_text()
    (tmp_path / "x_annot.txt").write_text(table.replace("2.5", "nan"))  # as pandas writes what is absent
    assert mne.read_annotations(tmp_path / "x_annot.txt").extras[4] == {"k": None}


@pytest.mark.parametrize("save", [lambda path: noted().save(path / "x_annot.txt"),
                                  lambda path: mne.write_events(path / "x.eve", np.array([[1, 0, 1]]))])  # fmt: skip
def test_text_files_are_written_whole_without_a_name_that_others_may_have(tmp_path, save):
    """Two programs that write side by side, or a leftover, must not meet under one name."""
    for name in ("x_annot.txt.part", "x.eve.part"):
        (tmp_path / name).mkdir()
    save(tmp_path)
    assert len(list(tmp_path.iterdir())) == 3


def test_annotations_that_somebody_holds_stay_when_the_epochs_get_others():
    epochs = mne.EpochsArray(np.zeros((1, 1, 10)), mne.create_info(1, 10.0, "eeg"))
    epochs.set_annotations(mne.Annotations([1.0, 2.0], [0.0, 0.0], ["a", "b"]))
    held = epochs.annotations
    epochs.set_annotations(mne.Annotations([5.0], [0.0], ["other"]))
    assert list(held.description) == ["a", "b"]
    held = epochs.annotations
    epochs.set_annotations(None)
    held.append(7.0, 1.0, "mine")
    assert list(held.description) == ["other", "mine"] and epochs.annotations is None
    held = epochs.set_annotations(held).annotations
    epochs.set_annotations(held)
    held.onset[0] = 4.0
    assert epochs.annotations.onset[0] == 4.0  # setting what is there leaves it there


def test_annotations_of_an_epoch_are_found_in_any_order():
    epochs = mne.EpochsArray(np.zeros((1, 1, 10)), mne.create_info(1, 10.0, "eeg"))
    epochs.set_annotations(mne.Annotations([0.1, 0.2], [0.0, 0.0], ["a", "b"]))
    epochs.annotations.onset[0] = 50.0
    assert [one[2] for one in epochs.get_annotations_per_epoch()[0]] == ["b"]


def test_tables_keep_hashes_commas_and_quotes(tmp_path):
    texts = ['# 1, "a"', "two\n# lines", "x, y", "#"]
    annotations = mne.Annotations(np.arange(4.0), 0.0, texts, extras=[{"a, b": "#1"}, None, {'"q"': 2}, None])
    for name in ("x_annot.txt", "x_annot.csv"):
        annotations.save(tmp_path / name)
        back = mne.read_annotations(tmp_path / name)
        assert list(back.description) == texts
        assert back.extras[0]["a, b"] == "#1" and back.extras[2]['"q"'] == 2


def test_what_is_changed_in_extras_by_any_means_is_changed_in_the_annotations():
    annotations = noted()
    n = len(annotations)
    annotations.extras[0].setdefault("new", 1)
    assert annotations.extras[0]["new"] == 1
    annotations.extras[0].popitem()
    assert "new" not in annotations.extras[0]
    annotations.extras[0] |= {"or": 2}
    annotations.extras[1] = {"c": 3}
    annotations.extras[1]["d"] = 4
    assert annotations.extras[0]["or"] == 2 and annotations.extras[1] == {"c": 3, "d": 4}
    for change in (lambda e: e.append({}), lambda e: e.clear(), lambda e: e.pop(), lambda e: e.extend([{}])):
        with pytest.raises(ValueError, match="one value per annotation"):
            change(annotations.extras)
    assert len(annotations.extras) == n and annotations.extras[1] == {"c": 3, "d": 4}
    annotations.extras.reverse()
    assert annotations.extras[n - 2] == {"c": 3, "d": 4}


def test_a_date_that_no_calendar_has_is_refused(tmp_path):
    with pytest.raises(ValueError, match="write a .txt"):
        mne.Annotations([9e11], [0.0], ["x"]).save(tmp_path / "x_annot.csv")


@pytest.mark.parametrize("name", ["onset", "duration", "description", "ch_names", "extras"])
def test_one_after_the_other_is_written_without_looking_at_all_each_time(name, monkeypatch):
    n = 300
    annotations = mne.Annotations(np.arange(n), 0.0, "x", ch_names=[("Cz",)] * n)
    raw = make_raw(n_times=400 * n, names=["Cz"])
    raw.set_annotations(annotations)
    value = {"onset": 0.25, "duration": 2.0, "description": "y", "ch_names": ("Cz", "Cz"), "extras": {"k": 1}}[name]
    looks = []
    for function in ("_values", "_live_extras"):
        real = getattr(annotation_columns, function)
        monkeypatch.setattr(annotation_columns, function, lambda *a, real=real: looks.append(a) or real(*a))
    for k in range(n):
        getattr(raw.annotations, name)[k] = value
        other = raw.annotations.duration if name != "duration" else raw.annotations.onset
        other[k] = other[k]  # of which the first column need not be told
    assert len(looks) <= 6
    held = getattr(raw.annotations, name)
    assert all(raw.annotations[k][name] == value for k in range(n)) and held[n - 1] == value
    raw.annotations.append(1.0, 0.0, "z")  # and what comes from elsewhere is seen
    assert len(getattr(raw.annotations, name)) == n + 1 and getattr(raw.annotations, name) is not held
    held[0] = held[1]
    assert len(raw.annotations) == n + 1
    for bad in ({"onset": np.nan, "duration": -1.0, "extras": {"k": []}}.get(name),):
        if bad is not None:
            before = getattr(raw.annotations, name)[3]
            with pytest.raises((ValueError, TypeError)):
                getattr(raw.annotations, name)[3] = bad
            assert getattr(raw.annotations, name)[3] == before == raw.annotations[3][name]


def test_a_column_outlives_its_annotations_and_does_not_keep_them():
    annotations = mne.Annotations([1.0, 2.0], 0.0, "x", extras=[{"k": 1}, {}])
    onset, extras, gone = annotations.onset, annotations.extras, weakref.ref(annotations)
    del annotations
    assert gone() is None
    onset[0], extras[0]["k"] = 3.0, 2
    assert onset[0] == 3 and extras[0] == {"k": 2}
    extras[1] = {"new": 1}
    assert extras[1] == {"new": 1}
