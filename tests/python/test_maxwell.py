"""Maxwell filters on a small helmet whose sources are known: a homogeneous field and far sources go, near ones stay,
heads that move seem to rest. (No recording of a moving head longer than a second is at hand.)"""

import helmet
import numpy as np
import pytest
from ranvier.meeg.chpi import head_pos_to_trans_rot_t, read_head_pos, write_head_pos
from ranvier.meeg.preprocessing import (
    annotate_movement,
    compute_average_dev_head_t,
    compute_maxwell_basis,
    find_bad_channels_maxwell,
    maxwell_filter,
    maxwell_filter_prepare_emptyroom,
    read_fine_calibration,
    write_fine_calibration,
)

import ranvier as rv
import ranvier.meeg as mne

SMALL = dict(int_order=5, ext_order=2, origin=(0.0, 0.0, 0.04))


def quiet(data, made=None, **kwargs):
    """A recording of given samples of the MEG sensors."""
    made = helmet.info() if made is None else made
    stim = np.zeros((1, data.shape[1]))
    return mne.io.RawArray(np.vstack([data, stim]), made, **kwargs)


def size(x):
    return np.sqrt(np.mean(x**2))


def test_a_homogeneous_field_is_taken_out_and_near_sources_stay():
    made, t = helmet.info(), np.arange(400) / 200
    everywhere = helmet.of_field(made, lambda p: np.array([1e-9, -2e-9, 0.5e-9]))
    far = helmet.of_field(made, helmet.magnetic_dipole([2.0, 0.5, 1.0], [0, 0.02, 0.01]))
    near = helmet.of_field(made, helmet.magnetic_dipole([0.01, 0.005, 0.01], [2e-8, 0, 1e-8]))
    for source, limit in ((everywhere, 1e-9), (far, 1e-2)):
        raw = quiet(np.outer(source, np.sin(t)), made)
        after = maxwell_filter(raw, **SMALL).get_data("mag")
        assert size(after) < limit * size(raw.get_data("mag"))
    raw = quiet(np.outer(near, np.sin(t)) + np.outer(everywhere, np.cos(3 * t)), made)
    after = maxwell_filter(raw, regularize=None, **SMALL | dict(int_order=6)).get_data("meg")
    assert size(after - np.outer(near, np.sin(t))) < 0.03 * size(np.outer(near, np.sin(t)))


def test_what_multipoles_make_is_split_into_what_is_inside_and_outside():
    made, random = helmet.info(), np.random.default_rng(0)
    S, pinv, moments, n_in = compute_maxwell_basis(made, regularize=None, **SMALL)
    assert S.shape == (102, 35 + 8) and pinv.shape == S.T.shape and n_in == 35 and list(moments) == list(range(43))
    parts = random.normal(size=(43, 50)) / np.linalg.norm(S, axis=0)[:, None] * 1e-12
    raw = quiet(S @ parts, made)
    inside = S[:, :n_in] @ parts[:n_in]
    after = maxwell_filter(raw, regularize=None, **SMALL).get_data("meg")
    np.testing.assert_allclose(after, inside, atol=1e-9 * np.abs(inside).max())
    assert np.linalg.matrix_rank(after / size(after), tol=1e-8) == mne.compute_rank(maxwell_filter(raw, regularize=None, **SMALL), "info")["meg"] == 35


def test_bad_sensors_are_made_of_the_others():
    raw = helmet.recording(2.0, noise=0.1)
    truth = maxwell_filter(raw, **SMALL)
    raw.info["bads"] = ["MEG0111", "MEG0203"]
    raw._data[[raw.ch_names.index(name) for name in raw.info["bads"]]] = np.nan
    after = maxwell_filter(raw, **SMALL)
    assert after.info["bads"] == [] and raw.info["bads"] == ["MEG0111", "MEG0203"]
    for name in ("MEG0111", "MEG0203"):
        assert np.corrcoef(after.get_data(name), truth.get_data(name))[0, 1] > 0.99
    np.testing.assert_array_equal(after.get_data("stim"), raw.get_data("stim"))


@pytest.mark.parametrize("interp", ["zero", "hann", "linear"])
def test_a_head_that_moves_seems_to_rest(interp):
    made, random = helmet.info(), np.random.default_rng(0)
    n_in, table = 35, helmet.moves(helmet.recording(3.0), 5)
    if interp != "zero":  # the head rests at each place for long, and moves at once
        table = np.repeat(table, 2, axis=0)
        table[1::2, 0] = np.r_[table[2::2, 0] - 0.01, table[-1, 0] + 0.1]
    scale = np.linalg.norm(compute_maxwell_basis(made, regularize=None, **SMALL)[0][:, :n_in], axis=0)
    parts = random.normal(size=(n_in, 600)) / scale[:, None] * 1e-12  # of the head, wherever it is
    steps = np.r_[0, np.round((table[:, 0] - 2.0) * 200).astype(int), 600]
    data = np.zeros((102, 600))
    for k, (start, stop) in enumerate(zip(steps[:-1], steps[1:])):
        there = made.copy()
        if k:
            q, where = head_pos_to_trans_rot_t(table)[1][k - 1], table[k - 1, 4:7]
            there["dev_head_t"] = mne.Transform("meg", "head", np.block([[q, where[:, None]], [np.zeros((1, 3)), np.ones((1, 1))]]))
        S = compute_maxwell_basis(there, regularize=None, **SMALL)[0]
        data[:, start:stop] = S[:, :n_in] @ parts[:, start:stop]
    raw = quiet(data, made, first_samp=400)
    rest = made.copy()
    rest["dev_head_t"] = goal = mne.Transform("meg", "head", np.diag([1.0, 1, 1, 1]) + np.pad([[0.0], [0], [0.045]], ((0, 1), (3, 0))))
    still = compute_maxwell_basis(rest, regularize=None, **SMALL)[0][:, :n_in] @ parts
    after = maxwell_filter(raw, head_pos=table, mc_interp=interp, destination=goal, regularize=None, **SMALL)
    moved = np.abs(after.get_data("meg") - still).max(axis=0)
    sure = np.ones(600, bool)
    for a in steps[1:-1] if interp != "zero" else ():
        sure[max(0, a - (60 if a == steps[1] else 3)) : a + 3] = False  # while it moves
    assert moved[sure].max() < 1e-8 * np.abs(still).max()
    plain = maxwell_filter(raw, destination=goal, regularize=None, **SMALL).get_data("meg")
    assert np.abs(plain - still).max() > 0.01 * np.abs(still).max()
    np.testing.assert_allclose(after.get_data("CHPI003")[0, -1], table[-1, 4])
    assert after.ch_names[-9:] == [f"CHPI00{k}" for k in range(9)] and after.info["dev_head_t"] == goal
    np.testing.assert_allclose(after.get_data(after.ch_names[-9:])[:, steps[2]], table[1, 1:])


@pytest.mark.parametrize("regularize", ["in", None])
def test_between_two_places_of_the_head_samples_are_between_those_of_either(regularize):
    raw = helmet.recording(3.0)
    table = helmet.moves(raw, 3)
    table[2, 4:7] += 0.03, -0.02, 0.02  # so far that other moments are used there
    given = dict(destination=(0.0, 0.0, 0.045), regularize=regularize, **SMALL)
    at = np.round((table[:, 0] - raw.first_time) * raw.info["sfreq"]).astype(int)
    here, there = (maxwell_filter(raw, head_pos=np.r_[[np.r_[table[0, 0], row[1:]]]], mc_interp="zero", **given)
                   for row in table[1:])  # fmt: skip
    mixed = maxwell_filter(raw, head_pos=table, mc_interp="linear", **given)
    x = np.arange(at[2] - at[1]) / (at[2] - at[1])
    part = slice(at[1], at[2])
    expected = (1 - x) * here.get_data("meg")[:, part] + x * there.get_data("meg")[:, part]
    np.testing.assert_allclose(mixed.get_data("meg")[:, part], expected, rtol=0, atol=1e-9 * np.abs(expected).max())


def test_what_lies_between_inside_and_outside_goes_with_its_time_course():
    made = helmet.info()
    braces = helmet.of_field(made, helmet.magnetic_dipole([0, 0.12, -0.05], [1e-6, 1e-6, 0]))
    raw = helmet.recording(6.0, made, noise=0.3)
    clean = maxwell_filter(raw, **SMALL)
    course = np.random.default_rng(8).normal(size=raw.n_times)
    raw._data[:102] += np.outer(braces, course)
    left = {name: size(maxwell_filter(raw, **SMALL, **options).get_data("mag") - clean.get_data("mag"))
            for name, options in dict(space={}, time=dict(st_duration=6.0), overlap=dict(st_duration=2.0)).items()}  # fmt: skip
    assert left["time"] < 0.2 * left["space"] and left["overlap"] < 0.2 * left["space"]
    only = maxwell_filter(raw, **SMALL, st_duration=6.0, st_only=True)
    done = only.info["proc_history"][0]["max_info"]
    assert done["sss_info"] == {} and done["max_st"]["job"] == 11
    braced = [np.abs(np.corrcoef(x._data[np.argmax(np.abs(braces))], course)[0, 1]) for x in (raw, only)]
    assert braced[0] > 0.5 and braced[1] < 0.05


def test_noisy_and_flat_channels_are_found():
    raw = helmet.recording(8.0)
    raw._data[10] += 3e-10 * np.random.default_rng(4).normal(size=raw.n_times)
    raw._data[41, 400:] = 0
    raw.info["bads"] = [raw.ch_names[60]]
    noisy, flat, scores = find_bad_channels_maxwell(raw, duration=2.0, min_count=2, limit=5.0, return_scores=True, **SMALL)
    assert noisy == [raw.ch_names[10]] and flat == [raw.ch_names[41]]
    assert scores["scores_noisy"].shape == (102, 4) and np.isnan(scores["scores_noisy"][60]).all()
    assert (scores["scores_noisy"][10] > 5).all() and scores["ch_types"][10] == "grad"
    np.testing.assert_allclose(scores["bins"][:, 0], [0, 2, 4, 6])
    assert find_bad_channels_maxwell(helmet.recording(8.0), duration=2.0, min_count=2, **SMALL) == ([], [])


def test_samples_in_a_file_give_the_same_and_what_was_done_is_kept(tmp_path):
    raw = helmet.recording(3.0)
    raw.save(tmp_path / "a_raw.fif", fmt="double")
    options = dict(st_duration=1.0, **SMALL)
    lazy = mne.io.read_raw_fif(tmp_path / "a_raw.fif")
    after = maxwell_filter(lazy, **options)
    loaded = mne.io.read_raw_fif(tmp_path / "a_raw.fif", preload=True)
    np.testing.assert_array_equal(after.get_data(), maxwell_filter(loaded, **options).get_data())
    assert not lazy.preload
    after.save(tmp_path / "a_raw_sss.fif")
    back = mne.io.read_raw_fif(tmp_path / "a_raw_sss.fif")
    for info in (after.info, back.info):
        record = info["proc_history"][0]
        assert record["creator"].startswith("ranvier ")
        told = record["max_info"]["sss_info"]
        assert (told["in_order"], told["out_order"], told["nchan"], told["frame"]) == (5, 2, 102, 4)
        assert told["components"].sum() - 8 == told["nfree"] == mne.compute_rank(back, "info")["meg"] <= 35
        assert record["max_info"]["max_st"] == {"job": 10, "subspcorr": pytest.approx(0.98), "buflen": 1.0}
    with pytest.raises(ValueError, match="signal-space separation has been applied already"):
        maxwell_filter(back, **SMALL)


def test_the_bits_do_not_depend_on_threads():
    raw = helmet.recording(6.0)
    results = []
    for n in (1, 2, 5):
        rv.set_threads(n)
        results.append(maxwell_filter(raw, st_duration=2.0, head_pos=helmet.moves(raw), **SMALL).get_data().tobytes())
    rv.set_threads(0)
    assert len(set(results)) == 1


def test_files_of_positions_and_calibrations_come_back(tmp_path):
    table = np.round(helmet.moves(helmet.recording(3.0)), 5)
    table[:, 0] = np.round(table[:, 0], 3)
    write_head_pos(tmp_path / "a.pos", table)
    np.testing.assert_allclose(read_head_pos(tmp_path / "a.pos"), table, atol=1e-12)
    where, turned, times = head_pos_to_trans_rot_t(table)
    np.testing.assert_allclose(turned @ turned.transpose(0, 2, 1), np.tile(np.eye(3), (6, 1, 1)), atol=1e-12)
    np.testing.assert_array_equal(where, table[:, 4:7])
    chs = helmet.info()["chs"][:-1]
    cal = {"ch_names": [ch["ch_name"] for ch in chs], "locs": np.round([ch["loc"] for ch in chs], 6), "imb_cals": [np.array([0.5])] * 102}
    write_fine_calibration(tmp_path / "a.dat", cal)
    back = read_fine_calibration(tmp_path / "a.dat")
    assert back["ch_names"] == cal["ch_names"]
    np.testing.assert_allclose(back["locs"], cal["locs"], atol=1e-12)
    (tmp_path / "b.dat").write_text("111 1 2 3\n")
    with pytest.raises(OSError, match="should have 14 or 16 words a line"):
        read_fine_calibration(tmp_path / "b.dat")
    (tmp_path / "b.pos").write_text(" Time\n1 2 3\n")
    with pytest.raises(OSError, match="should have ten numbers a line"):
        read_head_pos(tmp_path / "b.pos")


def test_movements_are_annotated_and_averaged():
    raw = helmet.recording(4.0)
    table = np.zeros((4, 10))
    table[:, 0] = raw.first_time + np.arange(4)
    table[:, 4] = [0, 0, 0.01, 0.01]
    spans, _ = annotate_movement(raw, table, translation_velocity_limit=5e-3)
    np.testing.assert_allclose(spans.onset, [1.0])
    np.testing.assert_allclose(spans.duration, [1.0])
    np.testing.assert_allclose(compute_average_dev_head_t(raw, table)["trans"][:3, 3], [0.005, 0, 0])
    raw.set_annotations(mne.Annotations([2.0], [2.0], ["bad"]))
    np.testing.assert_allclose(compute_average_dev_head_t(raw, table)["trans"], np.eye(4), atol=1e-12)


def test_an_empty_room_is_filtered_like_the_head():
    room, raw = helmet.recording(3.0, helmet.info(head=False, points=False)), helmet.recording(3.0)
    raw.info["bads"] = ["MEG0111"]
    with pytest.raises(ValueError, match="maxwell_filter_prepare_emptyroom"):
        maxwell_filter(room, **SMALL)
    made = maxwell_filter_prepare_emptyroom(room, raw=raw)
    assert made.info["bads"] == ["MEG0111"] and made.first_samp == raw.first_samp and room.info["dev_head_t"] is None
    np.testing.assert_allclose(maxwell_filter(made, **SMALL).get_data("meg"), maxwell_filter(raw, **SMALL).get_data("meg"), atol=1e-22)


@pytest.mark.parametrize("date", [None, 1e9])
def test_annotations_of_an_empty_room_keep_their_place_in_its_samples(date):
    room, raw = helmet.recording(3.0, helmet.info(head=False, points=False)), helmet.recording(3.0)
    room._engine.first_samp, raw._engine.first_samp = 100, 700
    for inst, begin, what in ((room, 1.0, "door"), (raw, 2.0, "cough")):
        inst.set_meas_date(date)
        begin += 0 if date is None else inst.first_time
        inst.set_annotations(mne.Annotations([begin], [0.5], [what], orig_time=inst.info["meas_date"]))
    door, cough = ("door", pytest.approx(1.0)), ("cough", pytest.approx(2.0))
    for which, expected in (("keep", [door]), ("from_raw", [cough]), ("union", [door, cough])):
        made = maxwell_filter_prepare_emptyroom(room, raw=raw, annotations=which)
        found = made.annotations
        assert list(zip(found.description.tolist(), (found.onset - made.first_time).tolist())) == expected
    assert room.annotations.onset.tolist() == [pytest.approx(1.0 + room.first_time)]
    room.set_channel_types({"STI": "eeg"}, on_unit_change="ignore")  # of which nobody knows a place
    assert maxwell_filter_prepare_emptyroom(room, raw=raw).ch_names == room.ch_names


def _lying(size, shear=0.0):
    """A transform that is no rotation: one axis is longer, or leans."""
    matrix = np.diag([1.0, 1.0, size, 1.0])
    matrix[0, 1] = shear
    return mne.Transform("meg", "head", matrix)


def _with(change):
    raw = helmet.recording(1.0)
    change(raw)
    return raw


@pytest.mark.parametrize(
    "change, options, words",
    [
        (lambda raw: raw.pick("stim"), {}, "needs MEG channels; there are none"),
        (lambda raw: None, dict(int_order=10), "ask for 128 multipoles, which must be no more than the 102 good sensors"),
        (lambda raw: raw._data.__setitem__((3, 20), np.nan), {}, "channel 'MEG0122' holds NaN or infinity at 0.1 s: mark it as bad"),
        (lambda raw: raw.add_proj(mne.compute_proj_raw(raw, n_grad=1, n_mag=1)).apply_proj(), {}, "projections must not have been applied"),
        (lambda raw: None, dict(head_pos=np.zeros((2, 9))), r"must have shape \(N, 10\)"),
        (lambda raw: None, dict(head_pos=np.zeros((1, 10))), "head positions must not begin before the recording does, at 2.0 s"),
        (lambda raw: None, dict(head_pos=np.full((2, 10), 3.0)), "times of head positions must rise"),
        (lambda raw: None, dict(coord_frame="meg", destination=(0, 0, 0.04)), "destination is one of the head"),
        (lambda raw: None, dict(destination="nowhere"), "nowhere"),
        (lambda raw: None, dict(destination=_lying(np.nan)), "destination must hold finite numbers"),
        (lambda raw: None, dict(destination=_lying(2.0)), "destination must be a rotation and a shift; got one whose determinant is 2.0"),
        (lambda raw: None, dict(destination=_lying(1.0, 0.1)), "destination must be a rotation and a shift"),
        (lambda raw: None, dict(head_pos=np.r_[2.0, 1, 1, np.zeros(7)][np.newaxis]), "unit quaternions, of whose last three numbers the squares sum up to no more than 1; those of number 0 sum up to 2.0"),
        (lambda raw: None, dict(int_order=0, ext_order=0), "int_order and ext_order must not both be 0"),
        (lambda raw: None, dict(origin=(0, 0)), "origin must be three numbers or 'auto'; got"),
        (lambda raw: None, dict(st_duration=1.0 + 1 / 200), "no longer than the longest stretch without interruption, 1.0 s; got 1.005"),
        (lambda raw: None, dict(st_duration=1e300), "no longer than the longest stretch without interruption"),
        (lambda raw: None, dict(st_only=True), "st_only=True needs windows"),
        (lambda raw: None, dict(st_duration=20.0), "no longer than the longest stretch without interruption, 1.0 s; got 20.0"),
        (lambda raw: None, dict(origin=(0, 0, 0.1), int_order=8, regularize=None), "inner and outer fields are hard to tell apart"),
        (lambda raw: None, dict(calibration={"ch_names": ["A"], "locs": np.ones((1, 12)), "imb_cals": [[1.0]]}), "every MEG channel must be in the fine calibration; it lacks MEG0112"),
        (lambda raw: raw.set_annotations(mne.Annotations(0, 2, "edge")), {}, "nothing is left to filter"),
        (lambda raw: raw.info["chs"][4].__setitem__("coil_type", 99), {}, "coils of type 99 are not known"),
        (lambda raw: raw.info["chs"][4]["loc"].__setitem__(slice(None), np.nan), {}, "channel 'MEG0123' has no place and direction"),
    ],
)  # fmt: skip
def test_what_can_not_be_filtered_says_why(change, options, words):
    with pytest.raises((ValueError, OSError), match=words):
        maxwell_filter(_with(change), **SMALL | options)


def test_magnetometers_alone_and_gradiometers_alone_are_filtered():
    for kind in ("mag", "grad"):
        raw = helmet.recording(1.0).pick(kind)
        after = maxwell_filter(raw, int_order=3, ext_order=2, bad_condition="ignore", origin=(0, 0, 0.04))
        assert np.isfinite(after.get_data()).all() and size(after.get_data()) < size(raw.get_data())


def test_heads_that_are_far_are_annotated():
    raw = helmet.with_coils(helmet.recording(4.0))
    table = np.zeros((4, 10))
    table[:, 0] = raw.first_time + np.arange(4)
    table[:, 4] = [0, 0, 0.01, 0]
    spans, far = annotate_movement(raw, table, mean_distance_limit=5e-3)
    np.testing.assert_allclose(spans.onset, [2.0])
    np.testing.assert_allclose(far, np.abs(table[:, 4:5] - 0.0025) * np.ones(3), atol=1e-9)
    with pytest.raises(ValueError, match="takes coils of the head position indicator"):
        annotate_movement(helmet.recording(4.0), table, mean_distance_limit=5e-3)


def test_a_limit_that_leaves_too_few_channels_is_told():
    with pytest.raises(ValueError, match="tell no more 43 multipoles apart: raise limit"):
        find_bad_channels_maxwell(helmet.recording(2.0), duration=2.0, limit=0.0, **SMALL)


def test_recordings_shorter_than_a_window_are_one(tmp_path):
    raw = helmet.recording(3.0)
    raw._data[10] += 3e-10 * np.random.default_rng(4).normal(size=raw.n_times)
    with pytest.warns(RuntimeWarning, match="no stretch of the recording is as long as duration=5.0 s: windows of 3.0 s"):
        noisy, flat, scores = find_bad_channels_maxwell(raw, limit=5.0, return_scores=True, **SMALL)
    assert noisy == [raw.ch_names[10]] and flat == [] and scores["scores_noisy"].shape == (102, 1)
    with pytest.raises(ValueError, match="duration must be a sample or longer"):
        find_bad_channels_maxwell(raw, duration=1e-6, **SMALL)


def test_calibrations_and_cross_talk_of_no_kind_are_told(tmp_path):
    raw = helmet.recording(1.0)
    names = raw.ch_names[:-1]
    for wrong, message in (({}, "calibration must be a dict with ch_names, locs, imb_cals; got"),
                           (dict(cal_chans=[]), "calibration must be a dict with cal_chans, cal_corrs"),
                           (dict(ch_names=["a"], locs=[[1.0]], imb_cals=[1]), r"must have shape \(1, 12\)")):  # fmt: skip
        with pytest.raises(ValueError, match=message):
            write_fine_calibration(tmp_path / "a.dat", wrong)
        assert not (tmp_path / "a.dat").exists()
    for wrong, message in (({}, "cross_talk must be a dict with ch_names, decoupler; got"),
                           (dict(ch_names=names, decoupler=np.eye(3)), "a row and a column for each of 102 ch_names")):  # fmt: skip
        with pytest.raises(ValueError, match=message):
            maxwell_filter(raw, cross_talk=wrong, **SMALL)
    sparse = pytest.importorskip("scipy.sparse")
    mixed = np.eye(102) + 0.01 * np.eye(102, k=1)
    ours, theirs = (maxwell_filter(raw, cross_talk=dict(ch_names=names, decoupler=m), **SMALL).get_data("meg")
                    for m in (mixed, sparse.csc_array(mixed)))  # fmt: skip
    assert np.array_equal(ours, theirs) and not np.array_equal(ours, maxwell_filter(raw, **SMALL).get_data("meg"))


@pytest.mark.parametrize("use", [maxwell_filter, find_bad_channels_maxwell, lambda x: maxwell_filter_prepare_emptyroom(x, raw=x),
                                 mne.preprocessing.annotate_nan, mne.preprocessing.find_eog_events, mne.preprocessing.find_ecg_events,
                                 mne.preprocessing.annotate_amplitude, mne.preprocessing.annotate_break, mne.chpi.filter_chpi,
                                 mne.preprocessing.annotate_muscle_zscore, mne.preprocessing.find_bad_channels_lof,
                                 mne.chpi.compute_chpi_amplitudes, mne.chpi.compute_chpi_snr, mne.chpi.extract_chpi_locs_ctf])  # fmt: skip
def test_epochs_are_no_recording(use):
    with pytest.raises(TypeError, match="this is of recordings: raw must be a Raw; got"):
        use(mne.make_fixed_length_epochs(helmet.recording(2.0), 1.0, preload=True))
