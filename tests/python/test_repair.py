"""Bad channels, bridged electrodes, artefacts that other channels hold, stretches that are filled, two clocks."""

import numpy as np
import pytest
from ranvier.errors import FileError
from ranvier.meeg.viz.head import positions

import ranvier.meeg as mne
from ranvier.meeg import preprocessing

NAMES = ["Fz", "Cz", "Pz", "C3", "C4", "O1", "O2", "F3"]
SFREQ = 200.0


def recording(seconds=20.0, seed=0):
    """EEG with a reference, of which the eyes' channel is a part, and triggers; no two electrodes alike."""
    random = np.random.default_rng(seed)
    n = int(seconds * SFREQ)
    brain = random.normal(0, 1e-5, (len(NAMES), n))
    eye = np.cumsum(random.normal(0, 1e-5, n)) * 0.3
    data = np.vstack([brain + np.linspace(0.5, 0.1, len(NAMES))[:, None] * eye, eye, np.zeros(n)])
    data[-1, 500:510], data[-1, 1500:1510] = 1, 2
    info = mne.create_info([*NAMES, "EOG", "STI"], SFREQ, ["eeg"] * len(NAMES) + ["eog", "stim"])
    raw = mne.io.RawArray(data, info).set_montage("colin27_1005", on_missing="ignore")
    return raw.set_eeg_reference([])


def bridged_recording():
    """C3 and C4 are one electrode but for noise of 1 µV, in twenty places."""
    raw = mne.io.RawArray(np.random.default_rng(3).normal(0, 2e-5, (20, 8000)), mne.create_info(
        mne.channels.make_standard_montage("biosemi32").ch_names[:20], SFREQ, "eeg"))  # fmt: skip
    raw.set_montage("biosemi32")
    raw._data[4] = raw._data[3] + np.random.default_rng(4).normal(0, 1e-6, 8000)
    raw._data[9] = raw._data[8] + np.random.default_rng(5).normal(0, 5e-6, 8000)
    return raw


def test_a_channel_unlike_all_others_is_found_and_no_other():
    raw = recording().pick("eeg")
    common = np.random.default_rng(1).normal(0, 3e-5, raw.n_times)
    raw._data[:] = common + raw._data * np.linspace(0.5, 1, len(NAMES))[:, None] * 0.2
    raw._data[4] = np.random.default_rng(2).normal(0, 2e-4, raw.n_times)
    names, scores = preprocessing.find_bad_channels_lof(raw, n_neighbors=4, return_scores=True)
    assert names == ["C4"] and scores.argmin() == 4 and (scores[[0, 1, 2, 3, 5, 6, 7]] > -1.5).all()
    assert preprocessing.find_bad_channels_lof(raw, n_neighbors=4, threshold=1e3) == []
    with pytest.warns(RuntimeWarning, match="a channel has 7 neighbours"):
        preprocessing.find_bad_channels_lof(raw)
    raw._data[2, 100] = np.nan
    with pytest.raises(ValueError, match="'Pz' holds what is no finite number"):
        preprocessing.find_bad_channels_lof(raw, n_neighbors=4)
    raw.info["bads"] = ["Pz"]
    assert preprocessing.find_bad_channels_lof(raw, n_neighbors=4) == ["C4"]
    with pytest.raises(ValueError, match="two or more channels of one type; got 1"):
        preprocessing.find_bad_channels_lof(raw, picks=["C4"])
    with pytest.raises(ValueError, match="two or more channels of one type; got 9 of type 'eeg', 'eog'"):
        preprocessing.find_bad_channels_lof(recording(), picks=["eeg", "eog"])
    with pytest.raises(ValueError, match="no channels match"):
        preprocessing.find_bad_channels_lof(recording().pick("eog"))


def test_identical_channels_are_no_outliers_but_the_one_beside_them_is():
    data = np.tile(np.random.default_rng(0).normal(size=1000), (6, 1))
    data[5] += 3
    raw = mne.io.RawArray(data * 1e-5, mne.create_info(6, 100.0, "eeg"))
    assert preprocessing.find_bad_channels_lof(raw, n_neighbors=3) == ["5"]


def test_bads_become_the_same_everywhere_and_what_is_mostly_good_is_interpolated():
    first, second = recording(), recording().crop(0, 9.995)
    first.info["bads"], second.info["bads"] = ["C3"], ["C4"]  # C3 is good in a third of the time, C4 in two thirds
    one, two = preprocessing.equalize_bads([first, second], interp_thresh=0.5)
    assert one.info["bads"] == two.info["bads"] == ["C3"] and second.info["bads"] == ["C4"]
    assert np.array_equal(one.get_data(), first.get_data())
    kept = second.copy().interpolate_bads(exclude=["C3"])
    assert two.get_data("C4") == pytest.approx(kept.get_data("C4"), abs=1e-18) and (two.get_data("C4") != second.get_data("C4")).any()
    assert preprocessing.equalize_bads([first, second])[1].info["bads"] == ["C3", "C4"]
    same = preprocessing.equalize_bads([first, second], 0.0, copy=False)
    assert same[0] is first and first.info["bads"] == []
    with pytest.raises(ValueError, match=r"interp_thresh must be in \[0, 1\]; got 2"):
        preprocessing.equalize_bads([first], 2)
    with pytest.raises(ValueError, match="must hold a recording"):
        preprocessing.equalize_bads([])


def test_what_is_excluded_is_neither_interpolated_nor_interpolated_from():
    raw = recording()
    raw.info["bads"] = ["C3", "Fz"]
    fixed = raw.copy().interpolate_bads(exclude=["C4", "Fz"], origin=(0, 0, 0.04))
    fewer = raw.copy().drop_channels(["C4", "Fz"]).interpolate_bads(origin=(0, 0, 0.04))
    assert fixed.get_data("C3") == pytest.approx(fewer.get_data("C3"), abs=1e-18) and fixed.info["bads"] == ["Fz"]
    assert np.array_equal(fixed.get_data(["C4", "Fz"]), raw.get_data(["C4", "Fz"]))


def test_electrodes_that_gel_joins_are_found():
    raw = bridged_recording()
    pairs, distances = preprocessing.compute_bridged_electrodes(raw)
    assert pairs == [(3, 4)] and distances.shape == (20, 20, 20)
    assert np.isnan(distances[:, 4, 3]).all() and np.isnan(distances[0].diagonal()).all()
    low = raw.copy().filter(0.5, 30).get_data()[:, :400]
    assert distances[0, 3, 7] == pytest.approx(np.var(low[3] - low[7]) * 1e12, rel=1e-9)
    epochs = mne.make_fixed_length_epochs(raw, 2.0, preload=True)
    assert preprocessing.compute_bridged_electrodes(epochs)[0] == [(3, 4)]
    one = preprocessing.compute_bridged_electrodes(epochs[:1])
    assert one[1].shape == (1, 20, 20) and set(one[0]) <= {(3, 4)}
    raw.info["bads"] = [raw.ch_names[4]]
    pairs, distances = preprocessing.compute_bridged_electrodes(raw)
    assert pairs == [] and distances.shape == (20, 19, 19)
    with pytest.raises(ValueError, match="bw_method must be > 0; got -1"):
        preprocessing.compute_bridged_electrodes(bridged_recording(), bw_method=-1.0)
    with pytest.raises(RuntimeError, match="there are no good EEG channels"):
        preprocessing.compute_bridged_electrodes(recording().pick(["eog", "stim"]))
    raw._data[7, 50] = np.nan
    with pytest.raises(ValueError, match="no finite numbers"):
        preprocessing.compute_bridged_electrodes(raw)


def test_flat_channels_have_no_distance_and_its_density_no_minimum():
    raw = bridged_recording()
    raw._data[:2] = 0
    pairs, distances = preprocessing.compute_bridged_electrodes(raw)
    assert (0, 1) in pairs and (distances[:, 0, 1] == 0).all()
    raw = recording().pick(["C3", "C4"])
    raw._data[:] = 0
    with pytest.raises(ValueError, match="needs two or more that differ below lm_cutoff"):
        preprocessing.compute_bridged_electrodes(raw)


def test_a_bridge_is_interpolated_from_its_own_mean_too():
    raw = bridged_recording()
    raw.info["bads"] = [raw.ch_names[12]]
    fixed = preprocessing.interpolate_bridged_electrodes(raw.copy(), [(3, 4)])
    others = [k for k in range(20) if k not in (3, 4)]
    assert np.array_equal(fixed.get_data()[others], raw.get_data()[others]) and fixed.info["bads"] == raw.info["bads"]
    mean = raw.get_data()[3:5].mean(axis=0)
    plain = raw.copy()
    plain.info["bads"] = [raw.ch_names[k] for k in (3, 4)]
    plain.interpolate_bads()
    for k in (3, 4):
        apart = [np.corrcoef(mean, inst.get_data()[k])[0, 1] for inst in (fixed, plain)]
        assert apart[0] > 0.4 > apart[1]
    with pytest.raises(ValueError, match="bad_limit must be > 0; got 0"):
        preprocessing.interpolate_bridged_electrodes(raw, [(3, 4)], bad_limit=0)
    with pytest.raises(RuntimeError, match="bridged together, more than bad_limit=2"):
        preprocessing.interpolate_bridged_electrodes(raw, [(3, 4), (4, 5)], bad_limit=2)
    with pytest.raises(ValueError, match="'EOG' is none: set a montage"):
        preprocessing.interpolate_bridged_electrodes(recording(), [(0, 8)])
    for wrong in ([(0, 99)], "x", ["ab"], [(0, 1, 2)], [(0.0, 1.0)], 3, [(-1, 2)]):
        with pytest.raises(ValueError, match="bridged_idx must be pairs of numbers of channels, 0 to 19; got"):
            preprocessing.interpolate_bridged_electrodes(raw.copy(), wrong)
    same = preprocessing.interpolate_bridged_electrodes(raw.copy(), [])
    assert np.array_equal(same.get_data(), raw.get_data())


def test_regression_takes_out_the_eyes_as_far_as_least_squares_goes():
    raw = recording()
    model = preprocessing.EOGRegression().fit(raw)
    assert repr(model) == "<EOGRegression | fitted to 1 artifact channel>"
    assert model.coef_[:, 0] == pytest.approx(np.linspace(0.5, 0.1, len(NAMES)), abs=0.02)
    clean = model.apply(raw)
    eye = raw.get_data("eog")[0] - raw.get_data("eog").mean()
    assert np.abs(clean.get_data("eeg") @ eye).max() < 1e-12 * np.abs(raw.get_data("eeg") @ eye).max()
    assert np.array_equal(clean.get_data("eog"), raw.get_data("eog"))
    again, betas = preprocessing.regress_artifact(raw, betas=model.coef_)
    assert np.array_equal(again.get_data(), clean.get_data()) and betas is model.coef_
    epochs = mne.make_fixed_length_epochs(raw, 1.0, preload=True)
    one = preprocessing.EOGRegression().fit(epochs[:1])
    assert one.coef_ == pytest.approx(preprocessing.EOGRegression().fit(raw.copy().crop(0, 0.995)).coef_, abs=1e-12)
    with pytest.raises(ValueError, match="data channels must be those that were fitted"):
        model.apply(raw.copy().reorder_channels(["Cz", "Fz", *raw.ch_names[2:]]))


def test_a_regression_on_projected_data_leaves_those_of_its_user():
    raw = recording().set_eeg_reference("average", projection=True)
    before = raw.get_data()
    for use in (lambda: preprocessing.regress_artifact(raw), lambda: preprocessing.EOGRegression().fit(raw),
                lambda: preprocessing.regress_artifact(raw, betas=np.ones((8, 1)))):  # fmt: skip
        use()
        assert np.array_equal(raw.get_data(), before) and not raw.proj
    clean, betas = preprocessing.regress_artifact(raw)
    projected = raw.copy().apply_proj()
    expected, others = preprocessing.regress_artifact(projected, proj=False)
    assert np.array_equal(clean.get_data(), expected.get_data()) and np.array_equal(betas, others)
    with pytest.raises(RuntimeError, match="projections must be applied before regression"):
        preprocessing.regress_artifact(raw, proj=False)
    same, _ = preprocessing.regress_artifact(raw, copy=False)
    assert same is raw and raw.proj and np.array_equal(raw.get_data(), clean.get_data())


def test_a_regression_comes_back_from_its_file(tmp_path):
    raw = recording()
    model = preprocessing.EOGRegression(picks=["C3", "C4"]).fit(raw)
    model.save(tmp_path / "eog.json")
    again = preprocessing.read_eog_regression(tmp_path / "eog.json")
    assert np.array_equal(again.coef_, model.coef_) and again.info_.ch_names == raw.ch_names
    assert np.array_equal(again.apply(raw).get_data(), model.apply(raw).get_data())
    with pytest.raises(FileExistsError, match="overwrite=True"):
        model.save(tmp_path / "eog.json")
    assert all(np.array_equal(a["loc"], b["loc"], equal_nan=True) for a, b in zip(again.info_["chs"], raw.info["chs"]))
    preprocessing.EOGRegression(picks=["C3"], proj=False).fit(raw).save(tmp_path / "plain.json")
    again = preprocessing.read_eog_regression(tmp_path / "plain.json")
    assert again.proj is False and repr(again) == "<EOGRegression | fitted to 1 artifact channel>"
    (tmp_path / "y.json").write_text('{"format": "ranvier EOGRegression", "picks": ["C3"]}')
    with pytest.raises(FileError, match=r"no file of EOGRegression.save.*damaged one .*picks_artifact"):
        preprocessing.read_eog_regression(tmp_path / "y.json")
    (tmp_path / "x.h5").write_bytes(b"\x89HDF")
    with pytest.raises(OSError, match="no file of EOGRegression.save"):
        preprocessing.read_eog_regression(tmp_path / "x.h5")
    with pytest.raises(RuntimeError, match=r"fit\(\) before save\(\)"):
        preprocessing.EOGRegression().save(tmp_path / "y")


def test_what_can_not_be_regressed_says_why():
    raw = recording()
    with pytest.raises(RuntimeError, match=r"fit\(\) before apply\(\)"):
        preprocessing.EOGRegression().apply(raw)
    with pytest.raises(ValueError, match="no channels match picks=.*'eog'"):
        preprocessing.EOGRegression().fit(raw.copy().pick("eeg"))
    flat = raw.copy()
    flat._data[8] = 0.3e-3  # which no sum over samples holds to the last bit
    with pytest.raises(ValueError, match="artefact channel 'EOG' is flat"):
        preprocessing.EOGRegression().fit(flat)
    lost = raw.copy()
    lost._data[3, 7] = np.nan
    with pytest.raises(ValueError, match="channel 'C3' holds what is no finite number"):
        preprocessing.EOGRegression().fit(lost)
    lost._data[8, 7] = np.nan
    with pytest.raises(ValueError, match="artefact channel 'EOG' holds what is no finite number"):
        preprocessing.EOGRegression().fit(lost)
    double = raw.copy().set_channel_types({"F3": "eog"})
    double._data[7] = 2 * double._data[8]
    with pytest.raises(ValueError, match="a sum of the others"):
        preprocessing.EOGRegression().fit(double)
    with pytest.raises(RuntimeError, match="a reference of the EEG that was chosen"):
        preprocessing.EOGRegression().fit(mne.io.RawArray(raw.get_data(), mne.create_info(10, SFREQ, raw.get_channel_types())))
    with pytest.raises(ValueError, match=r"betas must have shape \(8, 1\)"):
        preprocessing.regress_artifact(raw, betas=np.ones((2, 1)))


def test_stimulation_is_filled_by_a_line_a_window_or_the_baseline():
    raw = recording()
    x = raw.get_data("C3")[0]
    events = np.array([[500, 0, 1], [1500, 0, 2]])
    line = preprocessing.fix_stim_artifact(raw.copy(), events, 1, 0.0, 0.05).get_data("C3")[0]
    assert line[500:511] == pytest.approx(np.linspace(x[500], x[510], 11)) and np.array_equal(line[511:], x[511:])
    faded = preprocessing.fix_stim_artifact(raw.copy(), tmax=0.05, mode="window").get_data("C3")[0]
    assert np.allclose(faded[1500:1510], x[1500:1510] * np.r_[1, 0.25, np.zeros(6), 0.25, 1], atol=0)
    epochs = mne.Epochs(raw, events, tmin=-0.2, tmax=0.2, baseline=None, preload=True)
    level = preprocessing.fix_stim_artifact(epochs.copy(), tmax=0.05, mode="constant", baseline=(-0.1, 0))
    assert level.get_data("C3")[0, 0, 40:50] == pytest.approx(np.full(10, x[480:500].mean()))
    mean = preprocessing.fix_stim_artifact(epochs.average(), tmax=0.05)
    both = preprocessing.fix_stim_artifact(epochs.copy(), tmax=0.05).average()
    assert mean.data == pytest.approx(both.data, abs=1e-18)


def test_nothing_is_regressed_on_a_channel_that_is_flat_in_every_epoch():
    raw = recording()
    raw._data[8] = np.repeat(np.arange(raw.n_times // 100 + 1), 100)[: raw.n_times] * 0.3e-3
    events = np.c_[np.arange(200, 1200, 100), np.zeros(10, int), np.ones(10, int)]
    epochs = mne.Epochs(raw, events, tmin=0, tmax=0.99, baseline=None, preload=True)
    epochs._data[:, 8] = np.arange(1, len(epochs) + 1)[:, None] * 0.1e-3
    with pytest.raises(ValueError, match="artefact channel 'EOG' is flat"):
        preprocessing.EOGRegression().fit(epochs)


def test_no_stretch_is_filled_where_one_of_them_can_not_be():
    raw = recording()
    before = raw.get_data()
    for events in (
        np.array([[500, 0, 1], [raw.n_times - 1, 0, 1]]),
        np.array([[500, 0, 1], [700, 0, 1], [2**31 - 1, 0, 1]]),
    ):
        with pytest.raises(ValueError, match="must lie within the data"):
            preprocessing.fix_stim_artifact(raw, events, 1, 0.0, 0.05)
        assert np.array_equal(raw.get_data(), before)
    for words in (dict(tmin=-1e300), dict(tmax=1e300), dict(tmin=-1e300, tmax=1e300)):
        with pytest.raises(ValueError, match="must lie within the data"):
            preprocessing.fix_stim_artifact(raw, np.array([[500, 0, 1]]), 1, **words)


def test_stretches_that_can_not_be_filled_say_why():
    raw = recording()
    events = np.array([[500, 0, 1]])
    for words, message in (
        (dict(tmax=-0.1), "tmax must be later"), (dict(mode="window", tmax=0.01), "needs 4 samples or more"),
        (dict(mode="constant"), "needs baseline"), (dict(tmin=-5.0), "must lie within the data"),
        (dict(mode="constant", baseline=(-5.0, -4.0)), "the baseline must lie within"), (dict(event_id=9), "there is none"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=message):
            preprocessing.fix_stim_artifact(raw, events, **words)
    judged = mne.Epochs(raw, events, reject={"eeg": 1.0}, preload=True)
    with pytest.raises(ValueError, match="have judged the artefacts already"):
        preprocessing.fix_stim_artifact(judged)


def test_heart_beats_go_and_what_else_there_is_stays():
    n = 12000
    random = np.random.default_rng(2)
    beats = np.cumsum(random.normal(0.85, 0.03, 68))
    times = np.arange(n) / SFREQ
    heart = sum(np.exp(-(((times - b) / 0.03) ** 2)) for b in beats) * 2e-4
    noise = np.cumsum(random.normal(0, 1e-6, n)) * 0.1 + random.normal(0, 3e-6, n)
    info = mne.create_info(2, SFREQ, "eeg")
    raw = mne.io.RawArray(np.array([heart + noise, noise]), info)
    clean = preprocessing.apply_pca_obs(raw, [0], qrs_times=beats[beats < 58])
    marked = raw.copy()
    marked.info["bads"] = ["0"]
    assert np.array_equal(preprocessing.apply_pca_obs(marked, "eeg", qrs_times=beats[beats < 58]).get_data()[0], clean.get_data()[0])
    inside = slice(400, 11000)
    left = clean.get_data()[0, inside] - noise[inside]
    assert left.std() < 0.2 * heart[inside].std() and np.array_equal(clean.get_data()[1], raw.get_data()[1])
    assert raw.get_data()[0].std() > 3 * clean.get_data()[0].std()
    few = preprocessing.apply_pca_obs(raw, [0], qrs_times=beats[:3], n_components=0).get_data()[0] - noise
    around = slice(int((beats[0] - 0.3) * SFREQ), int((beats[2] + 0.3) * SFREQ))
    assert few[around].std() < 0.3 * heart[around].std()
    with pytest.raises(ValueError, match="in three beats or more; 2 lie within"):
        preprocessing.apply_pca_obs(raw, [0], qrs_times=beats[:2])
    with pytest.raises(ValueError, match="must be finite and >= 0 s"):
        preprocessing.apply_pca_obs(raw, [0], qrs_times=np.array([-1.0, 2.0]))
    with pytest.raises(TypeError, match="must be an array of times .* got list"):
        preprocessing.apply_pca_obs(raw, [0], qrs_times=beats[:20].tolist())
    with pytest.warns(RuntimeWarning, match="behind the end"):
        preprocessing.apply_pca_obs(raw, [0], qrs_times=np.r_[beats[:20], 1000.0])
    flat = mne.io.RawArray(np.zeros((1, n)), mne.create_info(1, SFREQ, "eeg"))
    assert not preprocessing.apply_pca_obs(flat, "eeg", qrs_times=beats[:40]).get_data().any()
    raw._data[0, 5] = np.nan
    with pytest.raises(ValueError, match="'0' holds what is no finite number"):
        preprocessing.apply_pca_obs(raw, [0], qrs_times=beats[:20])


def test_a_recording_by_a_slow_clock_comes_to_lie_beside_the_other():
    rate, late = 1.001, 0.5  # the other's seconds are longer, and it began later
    times = np.arange(6000) / SFREQ

    def sine(t):
        return np.sin(2 * np.pi * 3 * t)

    info = mne.create_info(["a"], SFREQ, "eeg")
    raw = mne.io.RawArray(sine(times)[None], info)
    other = mne.io.RawArray(sine(late + times * rate)[None], info).set_annotations(mne.Annotations([10.0], [1.0], ["x"]))
    t = np.arange(1.0, 25.0)
    preprocessing.realign_raw(raw, other, late + t * rate, t)
    assert raw.n_times == other.n_times and raw.info["sfreq"] == other.info["sfreq"] == SFREQ
    middle = slice(100, -100)
    assert np.abs(raw.get_data()[0, middle] - other.get_data()[0, middle]).max() < 0.02
    assert other.annotations.onset == pytest.approx([10.0 * rate])
    with pytest.raises(ValueError, match="can't be those of the same events"):
        preprocessing.realign_raw(raw, other, t, t[::-1])
    with pytest.raises(ValueError, match="one dimension and one length"):
        preprocessing.realign_raw(raw, other, t, t[1:])
    with pytest.warns(RuntimeWarning, match="fewer than 20"):
        preprocessing.realign_raw(raw, other, t[:19], t[:19])
    with pytest.raises(ValueError, match="at different times"):
        preprocessing.realign_raw(raw, other, [1.0] * 5, [1.0] * 5)


def test_pictures_of_repairs_show_what_was_found():
    plt = pytest.importorskip("matplotlib.pyplot")
    raw = bridged_recording()
    pairs, distances = preprocessing.compute_bridged_electrodes(raw)
    axes = mne.viz.plot_bridged_electrodes(raw.info, pairs, distances, title="gel").axes[0]
    assert axes.get_title() == "gel"
    (line,) = [ln for ln in axes.lines if ln.get_color() == "r"]
    assert np.allclose(np.array(line.get_data()).T, positions(raw.info, pairs[0]))
    with pytest.raises(ValueError, match=r"must have shape \(n_epochs, 20, 20\)"):
        mne.viz.plot_bridged_electrodes(raw.info, pairs, distances[:, :3])

    model = preprocessing.EOGRegression().fit(recording())
    axes = model.plot(show=False, title="eyes").axes[0]
    assert axes.get_title() == "eeg/EOG" and axes.figure._suptitle.get_text() == "eyes"
    with pytest.raises(ValueError, match="no channel of type 'mag' was cleaned"):
        model.plot(ch_type="mag")

    epochs = mne.make_fixed_length_epochs(recording(), 1.0, preload=True)
    evoked, projs = epochs.average(picks="all"), mne.compute_proj_epochs(epochs, n_eeg=2)
    fig = mne.viz.plot_projs_joint(projs, evoked, picks_trace="EOG", show=False)
    left, right = fig.axes[0], fig.axes[1]
    black = np.array([ln.get_ydata() for ln in left.lines[:8]])
    assert black == pytest.approx(evoked.get_data("eeg") * 1e6)
    green = np.array([ln.get_ydata() for ln in left.lines[8:]])
    after = evoked.copy().add_proj(projs).apply_proj().get_data("eeg")
    assert green == pytest.approx(after * 1e6) and not any(p["active"] for p in projs)
    labels = [text.get_text() for text in right.get_legend().get_texts()]
    assert labels == ["projs[0]", "projs[1]", "EOG"]

    cov = mne.compute_covariance(epochs, on_few_samples="ignore")
    fig = cov.plot_topomap(epochs.info, show=False)
    assert fig.axes[-1].get_ylabel() == "(µV)²"
    plt.close("all")


def test_bad_channels_are_never_filled_where_nobody_knows_a_place():
    raw = mne.io.RawArray(np.random.default_rng(0).normal(size=(4, 100)), mne.create_info(4, 100.0, "eeg"))
    raw.info["bads"] = ["0"]
    before = raw.get_data()
    with pytest.raises(ValueError, match="no EEG channel has a position"):
        raw.interpolate_bads()
    assert (raw.get_data() == before).all() and raw.info["bads"] == ["0"]
