"""Fine calibrations of a small helmet whose coils are turned, scaled and out of balance by known amounts, in the field of
distant dipoles."""

import helmet
import numpy as np
import pytest
from ranvier.meeg.preprocessing import (
    compute_fine_calibration,
    maxwell_filter,
    read_fine_calibration,
    write_fine_calibration,
)

import ranvier.meeg as mne

N = 102
WIDE = dict(angle_limit=20, err_limit=40)


def _turn(axis, angle):
    x, y, z = axis / np.linalg.norm(axis)
    k = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.eye(3) + np.sin(angle) * k + (1 - np.cos(angle)) * k @ k


def _turned(info, triplet, axis, degrees):
    """A copy in which three coils at one place are turned."""
    made = info.copy()
    for ch in made["chs"][3 * triplet : 3 * triplet + 3]:
        ch["loc"][3:] = (_turn(np.asarray(axis, float), np.deg2rad(degrees)) @ ch["loc"][3:].reshape(3, 3).T).T.ravel()
    return made


def _sources():
    random = np.random.default_rng(5)
    for _ in range(8):
        place = random.normal(size=3)
        yield helmet.magnetic_dipole(4 * place / np.linalg.norm(place), 0.3 * random.normal(size=3))


def _room(true=None, seconds=20.0, change=lambda samples: samples, noise=0.1):
    """What coils that are `true` measure of eight distant dipoles, with the coils as they are drawn."""
    drawn = helmet.info(head=False, points=False)
    random, n = np.random.default_rng(6), int(seconds * helmet.SFREQ)
    samples = sum(
        np.outer(helmet.of_field(true or drawn, source), np.cumsum(random.normal(size=n)) / 30) for source in _sources()
    )
    size = np.where([ch["unit"] == 112 for ch in drawn["chs"][:N]], 3e-15, 3e-13)
    samples = change(samples) + noise * size[:, None] * random.normal(size=samples.shape)
    return mne.io.RawArray(np.vstack([samples, np.zeros((1, n))]), drawn)


def _angles(a, b):
    return np.rad2deg(np.arccos(np.clip((a[:, 9:] * b[:, 9:]).sum(1), -1, 1)))


def _locs(info):
    return np.array([ch["loc"] for ch in info["chs"][:N]])


def test_a_magnetometer_that_is_turned_and_too_weak_is_found_with_the_coils_beside_it():
    drawn = helmet.info(head=False, points=False)
    ex, ey = drawn["chs"][23]["loc"][3:9].reshape(2, 3)
    true = _turned(drawn, 7, ex - 0.5 * ey, 4.0)

    def weak(samples):
        samples[3 * 12 + 2] /= 1.08
        return samples

    calibration, count = compute_fine_calibration(_room(true, change=weak), n_imbalance=1)
    assert count == 2 and calibration["ch_names"] == drawn["ch_names"][:N]
    assert (
        _angles(calibration["locs"], _locs(true)).max()
        < 0.8
        < 3
        < _angles(calibration["locs"], _locs(drawn))[21:24].min()
    )
    np.testing.assert_array_equal(calibration["locs"][:, :3], _locs(drawn)[:, :3])
    gains = np.array([calibration["imb_cals"][k][0] for k in range(2, N, 3)])
    truth = np.ones(34)
    truth[12] = 1.08
    np.testing.assert_allclose(gains, truth, atol=0.01)
    axes = calibration["locs"][:, 3:].reshape(-1, 3, 3)
    np.testing.assert_allclose(axes @ axes.transpose(0, 2, 1), np.broadcast_to(np.eye(3), axes.shape), atol=1e-10)


@pytest.mark.parametrize("axes", [1, 3])
def test_what_gradiometers_take_up_of_the_field_along_their_axes_is_found(axes):
    drawn, random = helmet.info(head=False, points=False), np.random.default_rng(1)
    shares = random.uniform(-0.01, 0.01, size=(N, axes)) * (np.arange(N)[:, None] % 3 < 2)
    made = helmet.info(head=False, points=False)

    def along(axis):  # point magnetometers would be at the coils' places; these are as wide as a magnetometer
        looking = made.copy()
        for ch in looking["chs"][:N]:
            ch["loc"][9:] = ch["loc"][3 + 3 * axis : 6 + 3 * axis]
            ch["ch_name"] = "MEG" + ch["ch_name"][3:-1] + "1"
        return looking

    extra = np.zeros((N, 4000))
    random = np.random.default_rng(6)
    courses = [np.cumsum(random.normal(size=4000)) / 30 for _ in range(8)]
    for source, course in zip(_sources(), courses):
        for axis in range(axes):
            extra += 100 * np.outer(
                shares[:, axis]
                * [source(ch["loc"][:3]) @ ch["loc"][3 + 3 * axis : 6 + 3 * axis] for ch in made["chs"][:N]],
                course,
            )
    raw = _room(change=lambda samples: samples + extra, noise=0)
    as_drawn = {"ch_names": drawn["ch_names"][:N], "locs": _locs(drawn), "imb_cals": [np.array([1.0])] * N}
    calibration, count = compute_fine_calibration(raw, axes, calibration=as_drawn, ext_order=3)
    found = np.array([calibration["imb_cals"][k] for k in range(N) if k % 3 < 2])
    np.testing.assert_allclose(found, shares[[k for k in range(N) if k % 3 < 2]], atol=3e-4)
    assert count == 0
    np.testing.assert_allclose(calibration["locs"], _locs(drawn), atol=1e-12)


def _crooked():
    """All triplets turned by up to 2° and magnetometers off by up to 3 %."""
    random, true = np.random.default_rng(2), helmet.info(head=False, points=False)
    for k in range(34):
        true = _turned(true, k, random.normal(size=3), random.uniform(-2, 2))
    gains = np.ones((N, 1))
    gains[2::3, 0] = random.uniform(0.97, 1.03, 34)
    return _room(true, change=lambda samples: samples / gains, noise=0.01)


@pytest.fixture(scope="module")
def crooked():
    return _crooked()


def test_a_calibration_from_a_file_shields_better(crooked, tmp_path):
    calibration, _ = compute_fine_calibration(crooked, **WIDE)
    write_fine_calibration(tmp_path / "sss_cal.dat", calibration)
    read = read_fine_calibration(tmp_path / "sss_cal.dat")
    np.testing.assert_allclose(read["locs"], calibration["locs"], atol=6e-7)
    options = dict(coord_frame="meg", origin=(0, 0, 0), int_order=5, ext_order=2, regularize=None)

    def left(**more):
        return np.linalg.norm(maxwell_filter(crooked, **options, **more).get_data("meg"))

    assert left(calibration=str(tmp_path / "sss_cal.dat")) < 0.4 * left()


def test_three_imbalances_go_on_from_one(crooked):
    first, _ = compute_fine_calibration(crooked, 1, **WIDE)
    more, count = compute_fine_calibration(crooked, 3, calibration=first)
    whole, _ = compute_fine_calibration(crooked, 3, **WIDE)
    assert count == 0 and [len(c) for c in more["imb_cals"][:3]] == [3, 3, 1]
    np.testing.assert_allclose(more["locs"], first["locs"], atol=1e-12)
    for a, b in zip(more["imb_cals"], whole["imb_cals"]):
        np.testing.assert_allclose(a, b, atol=1e-9)


def test_cross_talk_is_taken_out_first(crooked):
    mix = np.eye(N) + 0.02 * np.eye(N, k=1) - 0.01 * np.eye(N, k=-1)
    mixed = crooked.copy()
    mixed._data[:N] = np.linalg.solve(mix, mixed._data[:N])
    talk = {"ch_names": crooked.ch_names[:N], "decoupler": mix.T}
    plain, _ = compute_fine_calibration(crooked, 1, **WIDE)
    clean, _ = compute_fine_calibration(mixed, 1, cross_talk=talk, **WIDE)
    np.testing.assert_allclose(clean["locs"], plain["locs"], atol=1e-7)


def test_windows_in_which_something_else_is_measured_do_not_count(crooked):
    whole = crooked.copy()
    whole._data[:N, :2000] += np.random.default_rng(0).normal(size=(N, 2000)) * np.abs(whole._data[:N]).max() / 3
    found, count = compute_fine_calibration(whole, 1, angle_limit=20, err_limit=20)
    late, one = compute_fine_calibration(crooked.copy().crop(10.0), 1, angle_limit=20, err_limit=20)
    assert count == one == 1
    np.testing.assert_allclose(found["locs"], late["locs"], atol=1e-12)
    with pytest.raises(
        RuntimeError,
        match=r"no window of 10.0 s is within angle_limit=0.1° and err_limit=5.0 %; of the first one .* unexplained",
    ):
        compute_fine_calibration(crooked, angle_limit=0.1)


def test_rounding_does_not_move_results(crooked):
    other = crooked.copy()
    other._data *= 1 + 1e-13 * np.random.default_rng(0).normal(size=other._data.shape)
    a, b = (compute_fine_calibration(raw, **WIDE)[0] for raw in (crooked, other))
    np.testing.assert_allclose(a["locs"], b["locs"], atol=1e-7)


@pytest.mark.parametrize("options, error, words", [
    (dict(n_imbalance=2), ValueError, "n_imbalance must be 1 or 3; got 2"), (dict(err_limit=-1), ValueError, "err_limit must be >= 0"),
    (dict(angle_limit=-1), ValueError, "angle_limit must be >= 0"), (dict(t_window=1e-9), ValueError, "t_window must be at least a sample"),
    (dict(ext_order=5), ValueError, "has 35 multipoles, and a fine calibration needs more magnetometers than that; got 34"),
    (dict(calibration="a.dat"), TypeError, "must be a dict as read_fine_calibration"), (dict(origin=(0, 0)), ValueError, "three numbers or 'auto'")])  # fmt: skip
def test_settings_that_cannot_be_are_refused_in_words(crooked, options, error, words):
    with pytest.raises(error, match=words):
        compute_fine_calibration(crooked, **options)


def test_recordings_that_are_of_no_empty_room_are_refused_in_words(crooked):
    bad = crooked.copy()
    bad.info["bads"] = ["MEG0113"]
    with pytest.raises(ValueError, match="these are bad: MEG0113. Drop them"):
        compute_fine_calibration(bad)
    with pytest.raises(ValueError, match="this recording has a head"):
        compute_fine_calibration(helmet.recording(2.0))
    flat = crooked.copy()
    flat._data[4] = 0
    with pytest.raises(ValueError, match="'MEG0123' is 0 from .* s to"):
        compute_fine_calibration(flat)
    flat._data[4, 30] = np.nan
    with pytest.raises(ValueError, match="'MEG0123' holds NaN"):
        compute_fine_calibration(flat)
    with pytest.raises(ValueError, match="needs more magnetometers than that; got 0"):
        compute_fine_calibration(crooked.copy().pick("grad"))


def _carrying(raw):
    """The recording with a calibration and a cross-talk matrix of its own, as newer systems write them; and what those are."""
    random, names = np.random.default_rng(3), raw.ch_names[:N]
    locs = _locs(raw.info)
    numbers = np.zeros((N, 14))
    numbers[:, 0], numbers[:, 1], numbers[:, 2:] = 1 + 0.01 * random.normal(size=N), 0.002 * random.normal(size=N), locs
    magnetometers = np.array([name.endswith("1") for name in names])
    numbers[~magnetometers, 0] = 1
    numbers[magnetometers, 1] = 0
    numbers = numbers.astype(np.float32)
    channels = np.c_[[int(name[3:]) for name in names], np.where(magnetometers, 3022, 3012)].astype(np.int32)
    matrix = (np.eye(N) + 0.02 * np.eye(N, k=1)).astype(np.float32)
    carrying = raw.copy()
    with carrying.info._unlock():
        carrying.info["fine_calibration"] = {"cal_chans": channels, "cal_corrs": numbers}
        carrying.info["cross_talk"] = {"decoupler": matrix.T, "ch_names": names}
    cals = [row[:1] if magnetometer else row[1:2] for row, magnetometer in zip(numbers.astype(float), magnetometers)]
    return (
        carrying,
        {"ch_names": names, "locs": numbers[:, 2:].astype(float), "imb_cals": cals},
        {"ch_names": names, "decoupler": matrix.T.astype(float)},
    )


OPTIONS = dict(coord_frame="meg", origin=(0, 0, 0), int_order=5, ext_order=2)


def test_what_a_recording_holds_of_its_system_is_used_unless_told_otherwise(crooked, tmp_path):
    carrying, calibration, talk = _carrying(crooked)
    carrying.save(tmp_path / "own_raw.fif", fmt="double")
    crooked.save(tmp_path / "plain_raw.fif", fmt="double")
    read, plain = mne.io.read_raw_fif(tmp_path / "own_raw.fif"), mne.io.read_raw_fif(tmp_path / "plain_raw.fif")
    assert (
        "cross_talk" in read.info
        and "fine_calibration" in list(read.info)
        and read.info["cross_talk"]["ch_names"] == talk["ch_names"]
    )
    assert "cross_talk" not in plain.info and plain.info.get("fine_calibration") is None

    def samples(raw, **options):
        return maxwell_filter(raw, **OPTIONS, **options).get_data("meg")

    given = samples(plain, calibration=calibration, cross_talk=talk)
    for options in ({}, dict(calibration=True, cross_talk=True), dict(cross_talk=True)):
        np.testing.assert_allclose(samples(read, **options), given, rtol=0, atol=1e-12 * np.abs(given).max())
    nothing = samples(read, calibration=False, cross_talk=False)
    np.testing.assert_array_equal(nothing, samples(plain))
    assert np.abs(nothing - given).max() > 1e-3 * np.abs(given).max()
    np.testing.assert_allclose(
        samples(read, calibration=False), samples(plain, cross_talk=talk), rtol=0, atol=1e-12 * np.abs(given).max()
    )
    ours = mne.preprocessing.compute_maxwell_basis(read.info, **OPTIONS)[0]
    np.testing.assert_allclose(
        ours,
        mne.preprocessing.compute_maxwell_basis(plain.info, calibration=calibration, **OPTIONS)[0],
        rtol=0,
        atol=1e-12 * np.abs(ours).max(),
    )
    found = compute_fine_calibration(read, 1, cross_talk=True, **WIDE)[0]
    np.testing.assert_array_equal(found["locs"], compute_fine_calibration(plain, 1, cross_talk=talk, **WIDE)[0]["locs"])
    for options, words in (
        (dict(calibration=True), "calibration=True takes"),
        (dict(cross_talk=True), "cross_talk=True takes"),
    ):
        with pytest.raises(RuntimeError, match=words):
            maxwell_filter(plain, **OPTIONS, **options)


def test_what_a_recording_holds_of_its_system_is_refused_where_it_is_damaged(crooked):
    carrying, _, _ = _carrying(crooked)
    own, blocks = carrying.info._engine["preserved"]

    def spoilt(block, tag, change):
        raw = carrying.copy()
        raw.info._engine["preserved"] = (own, [
            (n, [(t, kind, change(data) if (n, t) == (block, tag) else data) for t, kind, data in tags], children)
            for n, tags, children in blocks])  # fmt: skip
        return raw

    for block, tag, change, words in (
        (503, 271, lambda data: data[4:], "is not as large as it says"), (503, 270, lambda data: b"", "shorter than it should be"),
        (501, 800, lambda data: data[:8], "must be a sparse one|shorter"), (501, 3417, lambda data: data[:40], "as there are names"),
        (501, 800, lambda data: data[: 4 * 203 * 2] + b"\x7f\xff\xff\xff" * 103 + data[-16:], "lies outside of it"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=words):
            maxwell_filter(spoilt(block, tag, change), **OPTIONS)
