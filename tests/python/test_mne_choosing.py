"""Channels added, epochs chosen and tables of events under MNE-Python's names. Truth: figures that MNE-Python 1.13 gives."""

import numpy as np
import pytest

import ranvier.meeg as mne

EVENTS = np.array([[100, 0, 1], [140, 0, 3], [180, 0, 4], [300, 0, 2], [330, 0, 3], [500, 0, 1], [560, 0, 4],
                   [570, 0, 3], [700, 0, 2]])  # fmt: skip
IDS = {"stim/left": 1, "stim/right": 2, "response/left": 3, "response/right": 4}


def epochs(names=("a", "b"), samples=(100, 200, 300), tmin=-0.1, kind="eeg"):
    data = np.random.default_rng(len(names)).standard_normal((len(samples), len(names), 30)) * 1e-6
    events = np.array([[s, 0, 1] for s in samples])
    return mne.EpochsArray(data, mne.create_info(list(names), 100.0, kind), events, tmin)


def test_channels_are_added_to_epochs_and_averages():
    first, second = epochs(), epochs(["c"])
    second.info["bads"] = ["c"]
    before, added = first.get_data().copy(), second.get_data().copy()
    assert first.add_channels([second]) is first
    assert first.ch_names == ["a", "b", "c"] and first.info["bads"] == ["c"]
    assert np.array_equal(first.get_data(), np.concatenate([before, added], axis=1))
    average = epochs().average()
    assert average.add_channels([epochs(["c"]).average(picks="all")]) is average
    np.testing.assert_allclose(average.data, before.mean(axis=0).tolist() + added.mean(axis=0).tolist(), rtol=1e-12)
    assert average.nave == 3
    first.average()  # goes on as ever


@pytest.mark.parametrize("make", [lambda **own: epochs(**own), lambda **own: epochs(**own).average()])
def test_channels_of_other_times_are_added_where_that_is_asked_for(make):
    with pytest.raises(ValueError, match="begin at -0.1 and 0.0 s; with force_update_info=True the former hold"):
        make().add_channels([make(names=["c"], tmin=0.0)])
    assert make().add_channels([make(names=["c"], tmin=0.0)], force_update_info=True).tmin == -0.1


def test_channels_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="event 2 is 1 at sample 300 and 1 at 301; with force_update_info=True"):
        epochs().add_channels([epochs(["c"], samples=(100, 200, 301))])
    with pytest.raises(ValueError, match="number of epochs is the same; got 3 and 2"):
        epochs().add_channels([epochs(["c"], samples=(100, 200))])
    with pytest.raises(TypeError, match="objects of one kind, BaseEpochs; got Evoked"):
        epochs().add_channels([epochs(["c"]).average()])
    with pytest.raises(ValueError, match="'a'"):
        epochs().add_channels([epochs(["a"])])
    filtered = epochs(["c"])
    with filtered.info._unlock():
        filtered.info["lowpass"] = 20.0
    with pytest.raises(ValueError, match="'lowpass'.*must be the same"):
        epochs().add_channels([filtered])


def test_projections_come_along_and_must_be_applied_to_all_or_none():
    def part(name, applied):
        inst = epochs([name]).copy()
        proj = mne.Projection(active=False, kind=1, desc="p", explained_var=None,
                              data={"nrow": 1, "ncol": 2, "row_names": None, "col_names": ["a", "c"],
                                    "data": np.array([[0.6, 0.8]])})  # fmt: skip
        proj["active"] = applied
        inst.info["projs"].append(proj)
        return inst

    assert [p["desc"] for p in epochs().add_channels([part("c", False)]).info["projs"]] == ["p"]
    assert len(part("a", False).add_channels([part("c", False)]).info["projs"]) == 1
    with pytest.raises(ValueError, match="projection 'p' must have been applied to all or to none"):
        part("a", False).add_channels([part("c", True)])


def long_and_short():
    long = epochs(samples=(100, 200, 300, 400, 12000, 12100))
    return long, epochs(samples=(350, 450, 12050, 12150))


@pytest.mark.parametrize(
    "method, settings, kept",
    [("mintime", {}, [2, 3, 4, 5]), ("truncate", {}, [0, 1, 2, 3]), ("random", {"random_state": 3}, [1, 3, 4, 5]),
     ("random", {"random_state": np.random.RandomState(3)}, [1, 3, 4, 5]), ("random", {"rng": 3}, [0, 1, 2, 4]),
     ("random", {"rng": np.random.default_rng(3)}, [0, 1, 2, 4])],
)  # fmt: skip
def test_objects_are_made_equally_long(method, settings, kept):
    long, short = long_and_short()
    assert mne.epochs.equalize_epoch_counts([long, short], method, **settings) is None
    assert long.selection.tolist() == kept and short.selection.tolist() == [0, 1, 2, 3]
    assert [reasons for reasons in long.drop_log if reasons] == [("EQUALIZED_COUNT",)] * 2


def test_chance_without_a_seed_is_that_of_numpys_own_generator_and_equal_counts_need_epochs():
    for draw in (lambda: _equalized(), lambda: mne.epochs.bootstrap(long_and_short()[0]).selection.tolist(),
                 lambda: epochs_of_two().equalize_event_counts(method="random")[1].tolist()):  # fmt: skip
        found = []
        for seed in (3, 3, *range(4, 12)):
            np.random.seed(seed)
            found.append(draw())
        assert found[0] == found[1] and any(one != found[0] for one in found)
    np.random.seed(3)
    assert _equalized() == [1, 3, 4, 5]  # as random_state=3
    with pytest.raises(ValueError, match="epochs_list must hold Epochs; got .'Evoked'"):
        mne.epochs.equalize_epoch_counts([epochs().average()])


def _equalized():
    long, short = long_and_short()
    mne.epochs.equalize_epoch_counts([long, short], "random")
    return long.selection.tolist()


def epochs_of_two():
    events = np.array([[k, 0, 1 + (k % 3 == 0)] for k in range(30)])
    return mne.EpochsArray(np.zeros((30, 1, 5)), mne.create_info(1, 100.0, "eeg"), events)


def test_epochs_are_drawn_with_replacement():
    long = long_and_short()[0]
    drawn = mne.epochs.bootstrap(long, random_state=3)
    assert drawn.selection.tolist() == [2, 0, 1, 3, 0, 0]
    assert np.array_equal(drawn.get_data(), long.get_data()[[2, 0, 1, 3, 0, 0]])
    assert mne.epochs.bootstrap(long, rng=3).selection.tolist() == [4, 0, 1, 1, 1, 4]


def rows(table, *columns):
    return [[None if v != v else v for v in row] for row in table[list(columns)].to_numpy(object).tolist()]


def test_a_table_says_what_happens_around_each_event():
    table, events, ids = mne.epochs.make_metadata(
        EVENTS, IDS, -0.2, 1.0, 100.0, ["stim/left", "stim/right"], "response"
    )
    assert table.columns.tolist() == ["event_name", *IDS, "response", "first_response"]
    assert table["event_name"].tolist() == ["stim/left", "stim/right", "stim/left", "stim/right"]
    assert table.index.tolist() == [0, 3, 5, 8] and events[:, 0].tolist() == [100, 300, 500, 700]
    assert ids == {"stim/left": 1, "stim/right": 2}
    assert rows(table, *IDS, "response", "first_response") == [
        [0.0, None, 0.4, 0.8, 0.4, "left"], [None, 0.0, 0.3, None, 0.3, "left"], [0.0, None, 0.7, 0.6, 0.6, "right"],
        [None, 0.0, None, None, None, None]]  # fmt: skip
    assert table.dtypes[["stim/left", "response"]].tolist() == [float, float]


def test_a_window_may_reach_from_one_event_to_the_next():
    table, _, _ = mne.epochs.make_metadata(EVENTS, IDS, None, None, 100.0, "stim/left", keep_last="response")
    # The last response before the next stimulus to the left is at sample 330. (MNE-Python, which looks at the first of
    # each name only, says 0.8.)
    assert rows(table, *IDS, "response", "last_response") == [
        [0.0, 2.0, 0.4, 0.8, 2.3, "left"], [0.0, 2.0, 0.7, 0.6, 0.7, "left"]]  # fmt: skip
    table, _, _ = mne.epochs.make_metadata(EVENTS, IDS, "stim/left", ["response/left"], 100.0)
    assert rows(table, *IDS) == [
        [0.0, None, 0.4, None], [-0.4, None, 0.0, None], [-0.8, 1.2, -0.4, 0.0], [-2.0, 0.0, -1.6, -1.2],
        [-2.3, -0.3, -1.9, -1.5], [0.0, None, 0.7, 0.6], [-0.6, None, 0.1, 0.0], [-0.7, None, 0.0, -0.1],
        [-2.0, 0.0, -1.3, -1.4]]  # fmt: skip
    table, _, _ = mne.epochs.make_metadata(EVENTS, IDS, 0, 0.39, 100.0)
    assert rows(table, "response/left")[0] == [0.4] and rows(table, "response/right")[1] == [0.4]


def test_tables_of_events_go_with_epochs():
    raw = mne.io.RawArray(np.zeros((1, 900)), mne.create_info(["Cz"], 100.0, "eeg"))
    table, events, ids = mne.epochs.make_metadata(EVENTS, IDS, 0, 1.0, 100.0, ["stim/left", "stim/right"], "response")
    cut = mne.Epochs(raw, events, ids, 0, 0.5, None, metadata=table, preload=True)
    assert len(cut["first_response == 'left'"]) == 2 and len(cut["response < 0.5"]) == 2


@pytest.mark.parametrize(
    "settings, words",
    [(dict(keep_first="button"), "keep_first must be names or tags in event_id; 'button' is not"),
     (dict(keep_first="response", keep_last=["response"]), "must not share names; both have response"),
     (dict(row_events="button"), "row_events must be names in event_id; button are not"),
     (dict(tmin="button"), "tmin must be names in event_id"), (dict(event_id={}), "a dict of at least one name")],
)  # fmt: skip
def test_tables_of_events_refuse_names_that_are_none(settings, words):
    with pytest.raises(ValueError, match=words):
        mne.epochs.make_metadata(
            **{"events": EVENTS, "event_id": IDS, "tmin": 0, "tmax": 1, "sfreq": 100.0, **settings}
        )


def test_events_that_others_follow():
    new, lag = mne.event.define_target_events(EVENTS, 1, 3, 100.0, 0, 0.5)
    assert new.tolist() == [[100, 0, 1]] and lag.tolist() == [400.0]
    new, lag = mne.event.define_target_events(EVENTS, 2, 3, 100.0, 0, 0.5, 9, 99)
    assert new.tolist() == [[300, 0, 9], [700, 0, 99]] and lag[0] == 300 and np.isnan(lag[1])
    new, lag = mne.event.define_target_events(EVENTS, 7, 3, 100.0, 0, 0.5)
    assert len(new) == len(lag) == 0


def test_names_of_events_are_found_by_their_tags():
    assert mne.event.match_event_names(IDS, "left") == ["response/left", "stim/left"]
    assert mne.event.match_event_names(list(IDS), ["stim", "left"]) == ["response/left", "stim/left", "stim/right"]
    assert mne.event.match_event_names(IDS, "left/stim") == ["stim/left"]
    with pytest.raises(KeyError, match="no event is called up; there are stim/left"):
        mne.event.match_event_names(IDS, "up")
    with pytest.warns(RuntimeWarning, match="no event is called up"):
        assert mne.event.match_event_names(IDS, "up", on_missing="warn") == []


def test_the_average_reference_as_a_projection():
    info = mne.create_info(["a", "b", "c", "d"], 100.0, ["eeg", "eeg", "eeg", "ecog"])
    info["bads"] = ["b"]
    proj = mne.proj.make_eeg_average_ref_proj(info)
    assert proj["active"] and proj["data"]["col_names"] == ["a", "c"]
    np.testing.assert_allclose(np.abs(proj["data"]["data"]), 0.5**0.5)
    assert not mne.proj.make_eeg_average_ref_proj(info, activate=False, ch_type=["eeg", "ecog"])["active"]
    with pytest.raises(ValueError, match="there are none of 'seeg'"):
        mne.proj.make_eeg_average_ref_proj(info, ch_type="seeg")


def test_channels_of_one_type_become_one():
    info = mne.create_info(["a", "b", "c", "s"], 100.0, ["eeg", "eeg", "mag", "stim"])
    raw = mne.io.RawArray(np.arange(12.0).reshape(4, 3), info, first_samp=5)
    raw.set_annotations(mne.Annotations(0.01, 0.01, "x"))
    for method, want in (("mean", [1.5, 2.5, 3.5]), ("std", [1.5] * 3), (lambda x: x[0], [0.0, 1, 2])):
        out = mne.channels.combine_channels(raw, {"new": ["a", "b"]}, method)
        assert out.get_data().tolist() == [want]
    out = mne.channels.combine_channels(raw, {"new": [0, 1]}, "mean", keep_stim=True)
    assert out.ch_names == ["new", "s"] and out.get_channel_types() == ["eeg", "stim"] and out.first_samp == 5
    assert out.get_data().tolist() == [[1.5, 2.5, 3.5], [9, 10, 11]]
    assert out.annotations.onset.tolist() == raw.annotations.onset.tolist()
    raw.info["bads"] = ["b"]
    with pytest.warns(RuntimeWarning, match="1 channels"):
        assert mne.channels.combine_channels(raw, {"new": [0, 1]}, drop_bad=True).get_data()[0, 0] == 0
    for groups, error, match in (({"n": [0, 2]}, ValueError, "one type"), ({"n": [0, 9]}, ValueError, "9")):
        with pytest.raises(error, match=match):
            mne.channels.combine_channels(raw, groups)
    with pytest.raises(ValueError, match="median"):
        mne.channels.combine_channels(raw, {"n": [0, 1]}, "sum")
    events = np.array([[0, 0, 1], [5, 0, 2]])
    epochs = mne.EpochsArray(np.ones((2, 4, 3)), info, events, -0.01, {"u": 1, "v": 2}, baseline=(None, 0))
    out = mne.channels.combine_channels(epochs, {"new": [0, 1]})
    assert (
        out.event_id == epochs.event_id and out.baseline == epochs.baseline and out.events.tolist() == events.tolist()
    )
    evoked = mne.channels.combine_channels(epochs.average(), {"new": ["a", "b"]})
    assert evoked.nave == 2 and evoked.tmin == -0.01


def test_planar_gradiometers_peak_in_pairs():
    info = mne.create_info(["MEG 0112", "MEG 0113", "MEG 0122", "MEG 0123"], 100.0, "grad")
    evoked = mne.EvokedArray(np.array([[0, 4.0], [0, 0], [3, 0], [-3, 0]]), info)
    assert evoked.get_peak("grad")[0] == "MEG 0112"
    name, time, value = evoked.get_peak("grad", merge_grads=True, return_amplitude=True)
    assert (name, time, value) == ("MEG 012X", 0.0, 3.0)
    for wrong in ({"tmax": 9.0}, {"tmin": -1.0}, {"merge_grads": True, "mode": "neg"}):
        with pytest.raises(ValueError, match="must lie|neg"):
            evoked.get_peak("grad", **wrong)
    with pytest.raises(TypeError, match="seconds"):
        evoked.get_data(tmin=[1])
    with pytest.raises(TypeError, match="index"):
        evoked.to_data_frame(index=np.arange(4))
    with pytest.raises(TypeError, match="int"):
        mne.grand_average([1, evoked])
    with pytest.warns(RuntimeWarning, match="orders"):
        mne.combine_evoked([evoked, evoked.copy().reorder_channels(evoked.ch_names[::-1])], "equal")
