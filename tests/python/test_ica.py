"""Independent components: what is found is what was mixed, and what users lose where it is not."""

import os
import pickle
import signal
import subprocess
import sys
import threading
import time
import warnings

import numpy as np
import pytest
from conftest import PACKAGES, make_raw
from heart_and_eye import BLINKS, recording
from ranvier.meeg.preprocessing import ICA, corrmap, read_ica

import ranvier.meeg as mne

warnings.filterwarnings("ignore", "the data have not been high-pass filtered", RuntimeWarning)
RNG = np.random.default_rng(11)
N = 6000
SOURCES = np.vstack([np.sign(np.sin(0.05 * np.arange(N))), RNG.laplace(size=(4, N)), RNG.uniform(-1, 1, (1, N))])
MIXING = RNG.normal(size=(8, 6)) * 1e-5


def mixed(kind="eeg", **more):
    """Eight channels of six sources and a little noise of their own."""
    data = MIXING @ SOURCES + 1e-8 * np.random.default_rng(2).normal(size=(8, N))
    return mne.io.RawArray(data, mne.create_info(8, 200.0, kind), **more)


def fitted(inst=None, n=6, **settings):
    return ICA(n, random_state=0, **settings).fit(mixed() if inst is None else inst)


def alike(a, b):
    """The largest correlation of each row of b with a row of a."""
    return np.abs(np.corrcoef(a, b)[: len(a), len(a) :]).max(0)


@pytest.mark.parametrize("settings", [{}, dict(fit_params=dict(fun="exp")), dict(fit_params=dict(fun_args=dict(alpha=1.5))),
                                      dict(method="infomax", fit_params=dict(extended=True)), dict(method="picard")])  # fmt: skip
def test_sources_are_those_that_were_mixed(settings):
    ica = fitted(**settings)
    assert alike(ica.get_sources(mixed()).get_data(), SOURCES).min() > 0.99
    assert alike(ica.get_components().T, MIXING.T).min() > 0.99


def test_sources_are_sorted_by_the_variance_that_they_explain():
    raw = mixed()
    ica = fitted(raw)
    shares = [ica.get_explained_variance_ratio(raw, components=k)["eeg"] for k in range(6)]
    power = (ica.mixing_matrix_**2).sum(0) * (ica.get_sources(raw).get_data() ** 2).sum(1)
    assert (np.diff(power) <= 0).all() and shares[0] == max(shares)
    assert ica.get_explained_variance_ratio(raw)["eeg"] == pytest.approx(1, abs=1e-5)


def test_a_recording_in_its_file_gives_the_bits_of_one_in_memory(tmp_path):
    mixed().save(tmp_path / "x_raw.fif", fmt="double")
    lazy, loaded = (mne.io.read_raw_fif(tmp_path / "x_raw.fif", preload=preload) for preload in (False, True))
    lazy_ica = fitted(lazy)
    assert not lazy.preload and lazy_ica == fitted(loaded)
    assert np.array_equal(lazy_ica.get_sources(lazy).get_data(), lazy_ica.get_sources(loaded).get_data())


def test_lazy_epochs_give_what_loaded_ones_give_and_one_epoch_is_enough():
    events = np.c_[np.arange(200, 5800, 250), np.zeros(23, int), np.ones(23, int)].astype(int)
    lazy, loaded = (mne.Epochs(mixed(), events, tmin=-0.5, tmax=0.5, baseline=None, preload=p) for p in (False, True))
    assert fitted(lazy) == fitted(loaded) and not lazy.preload
    one = fitted(loaded[:1], n=4)
    assert one.n_samples_ == 201 and one.n_components_ == 4
    with pytest.raises(RuntimeError, match="none were found"):
        fitted(loaded[:0])


def test_a_random_state_gives_one_answer_and_a_generator_too():
    assert fitted() == fitted()
    for method in ("fastica", "infomax"):
        first, second = (ICA(6, rng=np.random.default_rng(4), method=method, max_iter=30) for _ in range(2))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            assert np.array_equal(first.fit(mixed()).unmixing_matrix_, second.fit(mixed()).unmixing_matrix_)
    state = np.random.RandomState(7)
    drawn = fitted().copy()
    drawn.random_state = state
    assert np.array_equal(drawn.fit(mixed()).unmixing_matrix_, fitted_with(7).unmixing_matrix_)
    assert state.randint(1000) != np.random.RandomState(7).randint(1000)  # numbers were taken
    with pytest.raises(TypeError, match="rng or random_state"):
        ICA(rng=1, random_state=1)


def fitted_with(seed):
    return ICA(6, random_state=seed).fit(mixed())


def test_who_is_stopped_early_is_told_so():
    with pytest.warns(UserWarning, match="FastICA did not converge in 2 iterations.*raise max_iter"):
        ICA(6, random_state=0, max_iter=2).fit(mixed())


def test_components_near_the_rank_warn_and_those_above_it_are_refused():
    raw = mixed()
    with pytest.warns(RuntimeWarning, match="unstable.*integer <= 6"):
        ICA(8, random_state=0, max_iter=2).fit(raw)
    raw.set_eeg_reference("average")
    with pytest.raises(ValueError, match="the rank of the data, 7 of 8 channels; got 8.*n_components=7 or None"):
        ICA(8).fit(raw)
    ica = ICA(random_state=0).fit(raw)
    cleaned = ica.apply(raw.copy(), exclude=[0]).get_data()
    assert ica.n_components_ == 6 and np.linalg.matrix_rank(cleaned - cleaned.mean(1, keepdims=True), tol=1e-12) == 6
    assert ica.apply(raw.copy()).get_data() == pytest.approx(raw.get_data(), abs=1e-18)


def test_projections_that_were_applied_are_applied_to_other_data_too():
    raw = mixed().set_eeg_reference(projection=True)
    projected = raw.copy().apply_proj()
    ica = fitted(projected, n=5)
    assert ica.apply(raw.copy()).get_data() == pytest.approx(projected.get_data(), abs=1e-18)
    assert ica.get_sources(raw).get_data() == pytest.approx(ica.get_sources(projected).get_data(), abs=1e-9)


def test_samples_that_are_no_numbers_are_named_and_left_out_where_they_are_annotated():
    raw = mixed()
    raw._data[3, 100:120] = np.nan
    with pytest.raises(ValueError, match="channel '3' holds NaN"):
        fitted(raw)
    raw.set_annotations(mne.Annotations([0.5], [0.1], ["BAD_nan"]))
    assert fitted(raw).n_samples_ == N - 20


def test_samples_that_are_taken_out_are_none_but_the_component_s():
    raw = mixed()
    ica = fitted(raw)
    ica.exclude = [2]
    cleaned = ica.apply(raw.copy(), exclude=[4])
    kept = [0, 1, 3, 5]
    again = ica.get_sources(cleaned).get_data()
    assert again[kept] == pytest.approx(ica.get_sources(raw).get_data()[kept], abs=1e-6)
    assert np.abs(again[[2, 4]]).max() < 1e-6 and ica.exclude == [2]
    assert ica.apply(raw.copy(), include=kept).get_data() == pytest.approx(cleaned.get_data(), abs=1e-18)
    part = ica.apply(raw.copy(), start=1000, stop=10.0).get_data()
    assert np.array_equal(part[:, :1000], raw.get_data()[:, :1000]) and np.array_equal(
        part[:, 2000:], raw.get_data()[:, 2000:]
    )
    assert part[:, 1000:2000] == pytest.approx(ica.apply(raw.copy()).get_data()[:, 1000:2000], abs=1e-18)


def test_baselines_that_come_undone_are_told_of_or_made_again():
    epochs = mne.Epochs(mixed(), [[1000, 0, 1], [2000, 0, 1]], tmin=-0.5, tmax=0.5, preload=True)
    ica = fitted()
    with pytest.warns(RuntimeWarning, match="baseline-correcting the cleaned data again"):
        ica.apply(epochs.copy(), exclude=[0])
    again = ica.apply(epochs.copy(), exclude=[0], on_baseline="reapply").get_data()
    assert np.abs(again[..., :101].mean(-1)).max() < 1e-18
    with pytest.raises(ValueError, match="baseline"):
        ica.apply(epochs, on_baseline="raise")


def test_copies_and_files_keep_all_and_share_nothing(tmp_path):
    ica = fitted()
    ica.labels_, ica.exclude = {"eog": [1], "eog/0/EOG; 1": [1]}, [1]
    for other in (ica.copy(), pickle.loads(pickle.dumps(ica))):
        assert other == ica
        other.exclude.append(2)
        other.unmixing_matrix_[:] = 0
        assert other != ica and ica.exclude == [1] and ica.unmixing_matrix_.any()
    for name in ("a-ica.fif", "b_ica.fif.gz"):
        ica.save(tmp_path / name)
        read = read_ica(tmp_path / name)
        assert (read.exclude, read.labels_, read.fit_params, read.method) == (
            [1],
            ica.labels_,
            ica.fit_params,
            "fastica",
        )
        assert np.array_equal(read.get_sources(mixed()).get_data(), ica.get_sources(mixed()).get_data())
        assert repr(read) == repr(ica)
    with pytest.raises(FileExistsError):
        ica.save(tmp_path / "a-ica.fif")
    with pytest.warns(RuntimeWarning, match="-ica.fif"):
        ica.save(tmp_path / "c.fif")
    with pytest.raises(RuntimeError, match="not known before it is fitted"):
        ICA(3).get_channel_types()
    with pytest.raises(RuntimeError, match="No fit available"):
        ICA().save(tmp_path / "d-ica.fif")


def test_what_is_shown_of_it():
    assert repr(ICA()) == "<ICA | no decomposition, method: fastica>"
    ica = fitted()
    ica.exclude = [1]
    assert "raw data decomposition" in repr(ica) and "1 sources marked for exclusion" in repr(ica)
    assert "max_iter=1000" in ica._repr_html_() and "ICA001" in ica._repr_html_()
    sources = ica.get_sources(mixed())
    assert sources.info["bads"] == ["ICA001"] and sources.get_channel_types(unique=True) == ["misc"]


# ---------------------------------------------------------------- judging


@pytest.fixture(scope="module")
def people():
    raw = recording()
    return raw, ICA(9, random_state=0).fit(raw, picks=["mag", "eeg"])


def test_hearts_and_eyes_are_found_by_their_channels(people):
    raw, ica = people
    eye, scores = ica.find_bads_eog(raw, threshold=2.5)
    assert len(eye) == 1 and np.argmax(np.abs(scores)) == eye[0] and ica.labels_["eog/0/eog9"] == eye
    beats = [ica.find_bads_ecg(raw, method=method, threshold=limit)[0] for method, limit in
             (("ctps", "auto"), ("correlation", "auto"), ("correlation", 2.5))]  # fmt: skip
    assert beats[0][0] == beats[2][0] and beats[0][0] not in eye and beats[1] == []  # 3 deviations: none of 9 can
    found = mne.preprocessing.ica_find_eog_events(raw, ica.get_sources(raw).get_data()[eye[0]])
    times = (found[:, 0] - raw.first_samp) / 250
    assert np.abs(times[:, None] - BLINKS).min(0).max() < 0.05


def test_without_an_eye_channel_it_says_what_to_name(people):
    raw, ica = people
    without = raw.copy().drop_channels(["eog9"])
    with pytest.raises(RuntimeError, match=r"No EOG channel.*ch_name=\['Fp1', 'Fp2'\]"):
        ica.find_bads_eog(without)
    by_name, by_type = (ica.find_bads_eog(inst, name, measure="correlation", threshold="auto")[0] for inst, name in
                        ((without, "eeg5"), (raw, None)))  # fmt: skip
    assert len(by_type) == 1 and by_name == by_type
    assert ica.find_bads_ecg(without.copy().drop_channels(["ecg10"]), threshold=0.1)[0]  # the mean over MEG sensors
    with pytest.raises(ValueError, match="no ECG channel, and no MEG sensors"):
        ica.find_bads_ecg(without.copy().pick("eeg"), method="correlation")


def test_muscles_are_components_whose_spectra_rise_at_the_rim():
    raw = mixed().set_channel_types({})
    names = ["Fz", "Cz", "Pz", "Oz", "C3", "C4", "T7", "FT7"]
    brain = np.cumsum(np.random.default_rng(1).laplace(size=(6, N)), 1)  # spectra that fall
    brain -= np.array([np.convolve(row, np.ones(200) / 200, "same") for row in brain])
    muscle = np.diff(np.random.default_rng(2).laplace(size=N + 1))  # one that rises
    data = 1e-6 * np.random.default_rng(3).normal(size=(8, 6)) @ brain
    data[6:] += 2e-5 * np.array([[1], [0.7]]) * muscle
    raw = mne.io.RawArray(data, mne.create_info(names, 200.0, "eeg")).set_montage("standard_1020")
    ica = ICA(7, random_state=0, max_iter=3000).fit(raw)
    found, scores = ica.find_bads_muscle(raw)
    assert len(found) == 1 and scores[found[0]] == scores.max()
    assert alike(ica.get_sources(raw).get_data()[found], muscle[None])[0] > 0.95
    with pytest.warns(RuntimeWarning, match="'slope' criterion"):
        assert ica.find_bads_muscle(raw.set_montage(None), threshold=0.9)[0] == found


def test_the_compensation_of_channels_that_are_not_decomposed_does_not_matter():
    raw = mixed("mag")
    raw.set_channel_types({"5": "ref_meg", "6": "ref_meg", "7": "ref_meg"}, on_unit_change="ignore")
    plain = raw.copy()
    for channel in raw.info["chs"][:5]:
        channel["coil_type"] += 3 << 16
    assert raw.compensation_grade == 3 and not plain.compensation_grade
    references = ICA(2, random_state=0, allow_ref_meg=True).fit(raw, picks=["5", "6", "7"])
    for inst in (raw, plain):
        assert references.get_sources(inst).get_data().shape == (2, N)
    fields = ICA(3, random_state=0).fit(raw)
    fields.get_sources(raw)
    with pytest.raises(RuntimeError, match=r"grade of ICA \(3\) and of RawArray \(0\)"):
        fields.get_sources(plain)


def test_noise_of_the_room_is_in_the_reference_channels():
    raw = mixed("mag")
    raw.set_channel_types({"6": "ref_meg", "7": "ref_meg"}, on_unit_change="ignore")
    room = np.random.default_rng(5).laplace(size=N)
    raw._data[6:] = np.random.default_rng(6).normal(size=(2, N)) * 1e-7 + np.array([[1e-5], [2e-5]]) * room
    raw._data[:6] += 3e-6 * room
    ica = ICA(7, random_state=0, allow_ref_meg=True).fit(raw, picks=["mag", "ref_meg"])
    found, scores = ica.find_bads_ref(raw, threshold=1.5)
    assert len(found) == 1 and alike(ica.get_sources(raw).get_data()[found], room[None])[0] > 0.99
    with pytest.raises(ValueError, match="allow_ref_meg=True"):
        ICA(3, random_state=0).fit(raw, picks=["mag", "ref_meg"])
    separate = ICA(4, random_state=0).fit(raw)
    assert "ref_meg" not in separate
    raw.rename_channels({"6": "REF_ICA000"})
    assert separate.find_bads_ref(raw, method="separate", threshold=1.0)[0]


def test_scores_are_what_a_function_says(people):
    raw, ica = people
    assert ica.score_sources(raw, score_func=lambda s, axis: s.std(axis)) == pytest.approx(
        ica.get_sources(raw).get_data().std(1))  # fmt: skip
    r = [np.corrcoef(s, raw.get_data("eog")[0])[0, 1] for s in ica.get_sources(raw).get_data()]
    assert ica.score_sources(raw, "eog9") == pytest.approx(r, abs=1e-12)
    with pytest.raises(ValueError, match="same number of time slices"):
        ica.score_sources(raw, np.arange(7.0))
    with pytest.raises(ValueError, match="both l_freq and h_freq"):
        ica.score_sources(raw, "eog9", l_freq=1.0)


def test_maps_of_others_are_found_whatever_their_sign_and_order():
    one, other = fitted(), fitted()
    other.mixing_matrix_ = -other.mixing_matrix_[:, ::-1]
    corrmap([one, other], (0, 1), label="blink", plot=False)
    assert one.labels_["blink"] == [1] and other.labels_["blink"] == [4]
    with pytest.raises(RuntimeError, match="No component detected"):
        corrmap([one, other], np.ones(8), threshold=0.9999, plot=False)
    with pytest.raises(ValueError, match="same channel names"):
        corrmap([one, ICA(2, random_state=0).fit(mixed(), picks=[0, 1, 2])], (0, 0))


# ---------------------------------------------------------------- time and memory


@pytest.mark.parametrize("method", ["fastica", "infomax"])
def test_a_fit_needs_at_most_1_2_times_the_memory_of_its_data(method):
    """All 64 components of 64 channels: white components alone are as large as the data."""
    code = f"""
import resource, warnings
import numpy as np
import ranvier.meeg as mne
warnings.simplefilter("ignore")
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
data = np.random.default_rng(0).laplace(size=(64, 150_000))
raw = mne.io.RawArray(data, mne.create_info(64, 500.0, "eeg"))
mne.preprocessing.ICA(4, random_state=0, max_iter=1).fit(raw, stop=2000)  # what is loaded once
before = peak()
mne.preprocessing.ICA(64, random_state=0, method={method!r}, max_iter=1).fit(raw)
print((peak() - before) / data.nbytes)
"""
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(PACKAGES)}, text=True,
                          capture_output=True, check=True)  # fmt: skip
    assert float(done.stdout) <= 1.2


def test_ctrl_c_ends_a_fit():
    raw = mixed()
    threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    begin = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        ICA(6, random_state=0, max_iter=10**7, fit_params=dict(tol=0.0)).fit(raw)
    assert time.monotonic() - begin < 5


def test_components_are_taken_out_by_whole_numbers_alone_and_imported_ones_not_found_anew():
    raw = make_raw()
    ica = mne.preprocessing.ICA(3, random_state=0, method="infomax", max_iter=5).fit(raw, picks="eeg")
    for wrong in ([1.5], "0", [True, False, False]):
        with pytest.raises(TypeError, match="by their numbers"):
            ica.apply(raw.copy(), exclude=wrong)
    with pytest.raises(ValueError, match="imported_eeglab"):
        mne.preprocessing.ICA(3, method="imported_eeglab").fit(raw)


def test_numbers_of_components_that_are_none_are_told():
    ica = fitted()
    for wrong in (None, 1, "ICA000", ["ICA000"], [True], [0.5]):
        with pytest.raises(TypeError, match="exclude must be a list|components must be given by their numbers"):
            ica.exclude = wrong
        assert ica.exclude == []
    ica.exclude = np.array([2, 0])
    assert ica.exclude == [2, 0] and ica.copy() == ica
    ica.exclude.append("ICA001")
    with pytest.raises(TypeError, match="given by their numbers; got 'ICA001'"):
        ica.apply(mixed())
    other = fitted()
    for wrong in ((9, 0), (0, 99), (-1, -1), (0, 0.5)):
        with pytest.raises(ValueError, match="template must be the number of one of"):
            corrmap([other, other], wrong, plot=False)
    with pytest.raises(ValueError, match="without a target score_func must be a function"):
        other.score_sources(mixed())
    assert len(other.score_sources(mixed(), score_func=np.ptp)) == 6
    with pytest.raises(TypeError, match="ch_name must be a name or a list of names; got 0"):
        other.find_bads_eog(mixed(), ch_name=0)
    with pytest.raises(TypeError, match="ch_name must be a name or a list of names; got 0"):
        other.find_bads_ref(mixed(), ch_name=0, method="separate")
    with pytest.raises(ValueError, match="ch_name must name a channel or more"):
        other.find_bads_eog(mixed(), ch_name=[])
    with pytest.raises(ValueError, match="scores must be 6 numbers, or lists of as many; got none"):
        other.plot_scores([])
    with pytest.raises(ValueError, match="random_state must be None, an int"):
        ICA(3, random_state="a").fit(mixed())
    drawn = [ICA(3, random_state=np.random.default_rng(5)).fit(mixed()).get_components() for _ in range(2)]
    assert np.array_equal(*drawn)


def test_looking_for_the_heart_copies_no_recording(monkeypatch):
    raw = mixed("mag")
    ica = fitted(raw)
    monkeypatch.setattr(type(raw), "copy", lambda self: pytest.fail("the recording was copied"))
    ica.find_bads_ecg(raw, method="ctps")
