"""Limits that are learnt, trials that are repaired, channels that others do not predict."""

import numpy as np
import pytest
from ranvier.errors import FileError

import ranvier.meeg as mne
from ranvier.meeg import preprocessing

SPIKES = {(3, 5), (10, 5), (17, 2)}  # epoch, channel
LOUD = 20  # an epoch in which most channels are bad


def epochs(n=30, kind="eeg"):
    """Smooth fields and noise on 16 electrodes, with artefacts of single channels and a loud epoch."""
    random = np.random.default_rng(4)
    info = mne.create_info(mne.channels.make_standard_montage("biosemi16").ch_names, 100.0, "eeg").set_montage("biosemi16")
    places = np.array([ch["loc"][:3] for ch in info["chs"]])
    fields = np.einsum("ck,ekt->ect", places, random.normal(0, 1e-4, (n, 3, 120)))
    data = fields + random.normal(0, 1e-6, fields.shape)
    for e, c in SPIKES:
        if e < n:
            data[e, c, 30:80] += 3e-4
    if n > LOUD:
        data[LOUD, :, 40:60] -= 5e-4
    made = mne.EpochsArray(data, info)
    return made if kind == "eeg" else made.set_channel_types(dict.fromkeys(made.ch_names, kind), on_unit_change="ignore")


def test_a_limit_keeps_ordinary_epochs_and_drops_those_with_artefacts():
    limits = preprocessing.get_rejection_threshold(epochs())
    assert list(limits) == ["eeg"] and 2e-5 < limits["eeg"] < 2.5e-4
    kept = epochs().drop_bad(limits)
    assert not {3, 10, 17, LOUD} & set(kept.selection)
    some = preprocessing.get_rejection_threshold(epochs(), ch_types=["mag", "eeg"], decim=40, cv=3)
    assert some == preprocessing.get_rejection_threshold(epochs().decimate(40), cv=3) != preprocessing.get_rejection_threshold(epochs(), cv=3)
    assert some.keys() == {"eeg"}
    assert preprocessing.get_rejection_threshold(epochs(), ch_types="grad") == {}
    ecog = preprocessing.get_rejection_threshold(epochs(kind="ecog"))
    assert ecog == {"ecog": limits["eeg"]}
    with pytest.raises(ValueError, match="a type in ch_types must be one of"):
        preprocessing.get_rejection_threshold(epochs(), ch_types="stim")
    with pytest.raises(ValueError, match="cv must be between 2 and the number of epochs, 4; got 5"):
        preprocessing.get_rejection_threshold(epochs(4))


@pytest.mark.parametrize("method", ["bayesian_optimization", "random_search", "grid_search"])
def test_limits_of_channels_are_those_of_their_seed(method):
    one, two, other = (preprocessing.compute_thresholds(epochs(), method, random_state=seed) for seed in (1, 1, 2))
    assert one == two != other and list(one) == epochs().ch_names
    assert all(5e-6 < limit < 6e-4 for limit in one.values())
    np.random.seed(1)
    globally = preprocessing.compute_thresholds(epochs(), method)
    np.random.seed(1)
    assert preprocessing.compute_thresholds(epochs(), method) == globally
    alone = preprocessing.compute_thresholds(epochs(kind="ecog"), method, random_state=1, augment=False)
    assert list(alone) == list(one) and alone != one


def test_single_channels_are_repaired_and_loud_epochs_dropped():
    data = epochs()
    ar = preprocessing.AutoReject(random_state=0)
    assert repr(ar) == "<AutoReject | not fitted>"
    clean, log = ar.fit_transform(data, return_log=True)
    assert log.bad_epochs[LOUD] and all(log.labels[spike] == 2 for spike in SPIKES)
    assert clean.drop_log[LOUD] == ("AUTOREJECT",) and len(clean) == len(data) - log.bad_epochs.sum()
    fine = data.copy().get_data()
    at = list(clean.selection)
    for e, c in SPIKES:
        assert np.ptp(clean.get_data()[at.index(e), c]) < 2e-4 < np.ptp(fine[e, c])
    good = np.argwhere(log.labels == 0)
    assert all(np.array_equal(clean.get_data()[at.index(e), c], fine[e, c]) for e, c in good if e in at)
    assert ar.loss_["eeg"].shape == (11, 3, 10) and repr(ar) == "<AutoReject | fitted to 16 channels>"
    assert ar.consensus_["eeg"] * 16 > ar.n_interpolate_["eeg"]
    assert np.array_equal(data.get_data(), fine)


def test_a_repaired_trial_is_what_interpolation_from_the_others_gives():
    data = epochs()
    ar = preprocessing.AutoReject(random_state=0, n_interpolate=[1], consensus=[0.5]).fit(data)
    log = preprocessing.RejectLog(np.zeros(30, bool), np.zeros((30, 16)), data.ch_names)
    log.labels[4, [2, 9]] = 2
    fixed = ar.transform(data, reject_log=log).get_data()[4]
    one = data[4].copy()
    one.info["bads"] = [data.ch_names[2], data.ch_names[9]]
    # Around the origin of head coordinates, as it is there.
    expected = one.interpolate_bads(origin=(0.0, 0.0, 0.0)).get_data()[0]
    assert fixed == pytest.approx(expected, abs=1e-9 * np.abs(expected).max())


def test_an_epoch_without_a_channel_to_repair_by_stays_as_it_is():
    data = epochs()
    ar = preprocessing.AutoReject(random_state=0, n_interpolate=[16], consensus=[1.0, 0.5])
    with pytest.raises(ValueError, match="no consensus leaves"):
        ar.fit(data)
    ar = preprocessing.AutoReject(random_state=0, n_interpolate=[1], consensus=[0.5]).fit(data)
    log = preprocessing.RejectLog(np.zeros(30, bool), np.zeros((30, 16)), data.ch_names)
    log.labels[2] = 2
    assert np.array_equal(ar.transform(data, reject_log=log).get_data(), data.get_data())


def test_what_can_not_be_learnt_says_why():
    with pytest.raises(ValueError, match="two epochs or more; got 1"):
        preprocessing.compute_thresholds(epochs(1))
    with pytest.raises(ValueError, match="cv must be between 2 and the number of epochs, 1"):
        preprocessing.AutoReject().fit(epochs(1))
    with pytest.raises(ValueError, match="there must be 4 or more; got 3"):
        preprocessing.AutoReject(picks=[0, 1, 2]).fit(epochs())
    with pytest.raises(NotImplementedError, match="repairing trials of type 'ecog'"):
        preprocessing.AutoReject().fit(epochs(kind="ecog"))
    nowhere = mne.EpochsArray(epochs().get_data(), mne.create_info(16, 100.0, "eeg"))
    with pytest.raises(ValueError, match="has no place, which its repair needs: set a montage"):
        preprocessing.AutoReject().fit(nowhere)
    lost = epochs()
    lost._data[7, 3, 5] = np.nan
    with pytest.raises(ValueError, match=f"'{lost.ch_names[3]}' holds what is no finite number in epoch 7"):
        preprocessing.AutoReject().fit(lost)
    with pytest.raises(ValueError, match="there is no good channel"):
        preprocessing.AutoReject().fit(epochs(kind="eog"))
    with pytest.raises(ValueError, match="no consensus leaves epochs to learn from"):
        preprocessing.AutoReject(n_interpolate=[15], consensus=[0.5]).fit(epochs())
    with pytest.raises(ValueError, match=r"fit\(\) before"):
        preprocessing.AutoReject().transform(epochs())
    fitted = preprocessing.AutoReject(n_interpolate=[1], consensus=[0.5], random_state=0).fit(epochs())
    with pytest.raises(ValueError, match="channels must be those that were fitted"):
        fitted.transform(epochs().rename_channels(lambda name: name + "b"))
    with pytest.raises(ValueError, match="reject_log must be a RejectLog"):
        fitted.transform(epochs(), reject_log=3)
    with pytest.raises(NotImplementedError, match="thresh_func="):
        preprocessing.AutoReject(thresh_func=print)
    with pytest.raises(TypeError, match="learnt from Epochs; got Evoked"):
        preprocessing.compute_thresholds(epochs().average())


def test_flat_channels_are_never_bad_and_bad_ones_are_left_alone():
    data = epochs()
    data._data[:, 1] = 0
    data.info["bads"] = [data.ch_names[4]]
    with pytest.warns(RuntimeWarning, match="1 channels are marked as bad and ignored"):
        clean, log = preprocessing.AutoReject(random_state=0).fit_transform(data, return_log=True)
    assert (log.labels[:, 1] == 0).all() and np.isnan(log.labels[:, 4]).all()
    assert np.array_equal(clean.get_data()[:, 4], data.get_data()[~log.bad_epochs][:, 4])


def test_a_log_and_what_was_learnt_come_back_from_files(tmp_path):
    data = epochs()
    ar = preprocessing.AutoReject(random_state=0, n_interpolate=[1, 2]).fit(data)
    log = ar.get_reject_log(data)
    log.save(tmp_path / "log.npz")
    same = preprocessing.read_reject_log(tmp_path / "log.npz")
    assert np.array_equal(same.labels, log.labels) and np.array_equal(same.bad_epochs, log.bad_epochs)
    assert same.ch_names == log.ch_names and "of 30 epochs are bad" in repr(same)
    ar.save(tmp_path / "ar.json")
    again = preprocessing.read_auto_reject(tmp_path / "ar.json")
    assert again.threshes_ == ar.threshes_ and np.array_equal(again.loss_["eeg"], ar.loss_["eeg"])
    assert np.array_equal(again.transform(data).get_data(), ar.transform(data).get_data())
    for save in (log.save, ar.save):
        with pytest.raises(FileExistsError, match="overwrite=True"):
            save(tmp_path / "ar.json")
    (tmp_path / "x.json").write_text("[]")
    with pytest.raises(OSError, match=r"no file of AutoReject.save\(\)"):
        preprocessing.read_auto_reject(tmp_path / "x.json")
    with pytest.raises(ValueError, match="labels must have shape"):
        preprocessing.RejectLog(log.bad_epochs, log.labels[:, :3], log.ch_names)
    part = ar.get_reject_log(data, picks=[2, 5])
    assert np.isnan(part.labels[:, 3]).all() and np.array_equal(part.labels[:, 2] > 0, log.labels[:, 2] > 0)
    with pytest.raises(ValueError, match="picks must be among the channels that were fitted"):
        preprocessing.AutoReject(picks=list(range(8)), random_state=0, n_interpolate=[1]).fit(data).get_reject_log(data, picks=[9])


def test_a_channel_that_others_do_not_predict_is_found_and_interpolated():
    data = epochs()
    data._data[:, 6] = np.random.default_rng(0).normal(0, 2e-5, (30, 120))
    data._data[:, 9] = 0
    ransac = preprocessing.Ransac()
    clean = ransac.fit_transform(data)
    assert ransac.bad_chs_ == [data.ch_names[6], data.ch_names[9]] and ransac.corr_.shape == (30, 16)
    assert np.ptp(clean.get_data()[:, 6]) != np.ptp(data.get_data()[:, 6]) and clean.info["bads"] == []
    assert len(ransac.ch_subsets_) == 50 and all(len(set(names)) == 4 for names in ransac.ch_subsets_)
    fine = preprocessing.Ransac(picks=[0, 1, 2, 3, 4, 5], n_resample=10).fit(epochs())
    assert fine.corr_.shape == (30, 6)
    with pytest.raises(ValueError, match="min_channels=0.01 of 16 channels are 0"):
        preprocessing.Ransac(min_channels=0.01).fit(epochs())
    with pytest.raises(NotImplementedError, match="predicting channels of type 'ecog'"):
        preprocessing.Ransac().fit(epochs(kind="ecog"))
    with pytest.raises(ValueError, match="channels must be of one type"):
        preprocessing.Ransac().fit(epochs().set_channel_types({data.ch_names[0]: "ecog"}, on_unit_change="ignore"))
    with pytest.raises(ValueError, match=r"fit\(\) before transform\(\)"):
        preprocessing.Ransac().transform(epochs())


def test_the_picture_of_a_log_shows_every_trial():
    plt = pytest.importorskip("matplotlib.pyplot")
    labels = np.zeros((6, 4))
    labels[1, 2], labels[3, 0], labels[:, 3] = 1, 2, np.nan
    log = preprocessing.RejectLog(np.arange(6) == 1, labels, list("abcd"))
    ax = log.plot(show=False).axes[0]
    shown = np.ma.filled(ax.images[0].get_array().astype(float), np.nan)
    assert np.array_equal(shown, labels, equal_nan=True) and ax.get_xlabel() == "Channels"
    assert [t.get_text() for t in ax.get_xticklabels()] == list("abcd")
    frame = [p for p in ax.patches if p.get_width() == 4]
    assert len(frame) == 1 and frame[0].get_y() == 0.5
    ax = log.plot("horizontal", show_names=2, aspect="auto", show=False).axes[0]
    assert ax.get_xlabel() == "Epochs" and [t.get_text() for t in ax.get_yticklabels()] == ["a", "c"]
    assert np.ma.filled(ax.images[0].get_array().astype(float), np.nan).shape == (4, 6)
    data = epochs()
    log = preprocessing.AutoReject(random_state=0).fit(data).get_reject_log(data)
    axes = log.plot_epochs(data).axes[0]
    drawn = {}
    for line in axes.lines:
        drawn.setdefault(line.get_color(), []).append(line)
    assert len(drawn[(0.6, 0.6, 0.6, 1.0)]) == (log.labels[:20][~log.bad_epochs[:20]] == 2).sum()
    with pytest.raises(ValueError, match="butterfly must be False"):
        data.plot(epoch_colors=[["k"] * 16] * 30, butterfly=True)
    with pytest.raises(ValueError, match="epoch_colors must be a list of 16 colours"):
        data.plot(epoch_colors=[["k"] * 3] * 30)
    with pytest.raises(ValueError, match="epochs must be the 30 of 16 channels"):
        log.plot_epochs(data[:5])
    plt.close("all")


def test_folds_and_what_they_are_drawn_from_are_told_where_they_are_none():
    data = epochs()
    with pytest.raises(TypeError, match="learnt from Epochs; got RawArray"):
        preprocessing.AutoReject().fit(mne.io.RawArray(data.get_data()[0], data.info))
    for options, error, message in (
        (dict(consensus=[0.5, "a"]), ValueError, r"consensus must be shares in \[0, 1\]; got \[0.5, 'a'\]"),
        (dict(n_interpolate=[1.5]), ValueError, r"n_interpolate must be whole numbers; got \[1.5\]"),
        (dict(cv="a"), TypeError, "cv must be a number of folds, or have a method split"),
        (dict(cv=True), TypeError, "cv must be a number of folds"), (dict(random_state="a"), ValueError, "random_state must be None, an int"),
    ):  # fmt: skip
        with pytest.raises(error, match=message):
            preprocessing.AutoReject(**options).fit(data)
    for options in (dict(min_channels="a"), dict(min_corr="a"), dict(unbroken_time=None), dict(n_resample=2.5)):
        with pytest.raises(TypeError, match=f"{next(iter(options))} must be a"):
            preprocessing.Ransac(**options).fit(data)


def test_folds_are_those_that_scikit_learn_shuffles():
    from ranvier.meeg.preprocessing.autoreject.thresholds import _shuffled_folds

    split = pytest.importorskip("sklearn.model_selection", reason="scikit-learn is not installed here").StratifiedShuffleSplit
    for sizes in ((30, 30), (7, 7), (11,)):
        groups = np.split(np.arange(sum(sizes)), np.cumsum(sizes)[:-1])
        labels = np.repeat(np.arange(len(sizes)), sizes)
        theirs = split(n_splits=10, test_size=0.2, random_state=np.random.RandomState(3)).split(labels, labels)
        ours = _shuffled_folds(groups, np.random.RandomState(3))
        assert ours == [(train.tolist(), test.tolist()) for train, test in theirs]


def test_folds_differ_from_each_other_and_leave_the_order_of_epochs():
    from ranvier.meeg.preprocessing.autoreject.thresholds import _shuffled_folds

    folds = _shuffled_folds([np.arange(20), np.arange(20, 40)], np.random.RandomState(0))
    assert len(folds) == 10 and len({tuple(sorted(test)) for _, test in folds}) == 10
    for train, test in folds:
        assert sorted(train + test) == list(range(40)) and sum(k < 20 for k in test) == 4 == len(test) / 2
        for part in (train, test):
            assert part != sorted(part) and sorted(part, key=lambda k: k >= 20) != part


def test_a_log_of_other_epochs_is_no_log_of_these():
    data = epochs()
    ar = preprocessing.AutoReject(random_state=0, n_interpolate=[1], consensus=[0.5]).fit(data)
    log = ar.get_reject_log(data)
    for wrong in (data[:5], data.copy().drop_channels(data.ch_names[-1])):
        with pytest.raises(ValueError, match="epochs must be the 30 of 16 channels that were judged"):
            (ar if len(wrong) == 5 else preprocessing.AutoReject(n_interpolate=[1], consensus=[0.5]).fit(wrong)).transform(wrong, reject_log=log)
    turned = data.copy().reorder_channels(data.ch_names[::-1])
    with pytest.raises(ValueError, match=f"in their order; got '{data.ch_names[-1]}' in place of '{data.ch_names[0]}'"):
        ar.transform(turned, reject_log=log)
    with pytest.raises(ValueError, match="in their order"):
        log.plot_epochs(turned)


def test_channels_that_were_bad_before_stay_as_they_are():
    data = epochs()
    data._data[:, 6] = np.random.default_rng(0).normal(0, 2e-5, (30, 120))
    data.info["bads"] = [data.ch_names[2]]
    ransac = preprocessing.Ransac(verbose=False)
    clean = ransac.fit_transform(data)
    assert ransac.bad_chs_ == [data.ch_names[6]] and clean.info["bads"] == data.info["bads"]
    assert np.array_equal(clean.get_data()[:, 2], data.get_data()[:, 2])
    alone = data.copy()
    alone.info["bads"] = [data.ch_names[2], data.ch_names[6]]
    alone.interpolate_bads(exclude=[data.ch_names[2]])
    assert np.array_equal(clean.get_data(), alone.get_data()) and (clean.get_data()[:, 6] != data.get_data()[:, 6]).any()


def test_damaged_files_of_what_was_learnt_say_which_they_are(tmp_path):
    data = epochs()
    ar = preprocessing.AutoReject(random_state=0, n_interpolate=[1], consensus=[0.5]).fit(data)
    ar.get_reject_log(data).save(tmp_path / "log.npz")
    whole = (tmp_path / "log.npz").read_bytes()
    np.savez(tmp_path / "other.npz", a=1)
    np.save(tmp_path / "one.npy", np.zeros(3))
    (tmp_path / "junk.npz").write_bytes(b"junk")
    (tmp_path / "none.npz").write_bytes(b"")
    (tmp_path / "cut.npz").write_bytes(whole[: len(whole) // 2])
    for name in ("other.npz", "one.npy", "junk.npz", "none.npz", "cut.npz"):
        with pytest.raises(FileError, match=r"no file of RejectLog.save\(\), or a damaged one") as error:
            preprocessing.read_reject_log(tmp_path / name)
        assert error.value.filename == str(tmp_path / name)
    (tmp_path / "ar.json").write_text('{"format": "ranvier AutoReject", "picks": [1]}')
    with pytest.raises(FileError, match=r"no file of AutoReject.save\(\), or a damaged one .*n_interpolate"):
        preprocessing.read_auto_reject(tmp_path / "ar.json")
    with pytest.raises(FileNotFoundError):
        preprocessing.read_reject_log(tmp_path / "nothing.npz")
