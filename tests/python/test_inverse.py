"""Minimum norms and beamformers, of sources that were put where they should be found."""

import functools

import numpy as np
import pytest
from ranvier.meeg.minimum_norm import (
    apply_inverse,
    apply_inverse_cov,
    apply_inverse_epochs,
    apply_inverse_raw,
    estimate_snr,
    make_inverse_operator,
    make_inverse_resolution_matrix,
    prepare_inverse_operator,
    read_inverse_operator,
    resolution_metrics,
    write_inverse_operator,
)

import ranvier.meeg as mne

RADIUS, N_EEG = 0.09, 64


def spiral(n, radius):
    """Points on the upper part of a sphere, about as far from each other."""
    z = np.linspace(0.15, 0.98, n)
    angle = np.pi * (1 + 5**0.5) * np.arange(n)
    across = np.sqrt(1 - z * z)
    return radius * np.c_[across * np.cos(angle), across * np.sin(angle), z]


@functools.cache
def head():
    """Electrodes on a sphere of three layers, and sources on two caps inside of it; nobody may write to them."""
    names = [f"EEG{k:03d}" for k in range(N_EEG)]
    info = mne.create_info(names, 200.0, "eeg")
    for ch, place in zip(info["chs"], spiral(N_EEG, RADIUS)):
        ch["loc"][:3] = place
    evoked = mne.EvokedArray(np.zeros((N_EEG, 1)), info).set_eeg_reference(projection=True)
    places = spiral(160, 0.065)
    spaces = []
    for side, inside in ((101, places[:, 0] < 0), (102, places[:, 0] >= 0)):
        rr = np.ascontiguousarray(places[inside])
        spaces.append(dict(type="surf", id=side, coord_frame=4, rr=rr, nn=rr / np.linalg.norm(rr, axis=1, keepdims=True),
                           vertno=np.arange(len(rr)), inuse=np.ones(len(rr), int), tris=np.zeros((0, 3), int)))  # fmt: skip
    src = mne.SourceSpaces(spaces)
    sphere = mne.make_sphere_model((0, 0, 0), RADIUS)
    fwd = mne.make_forward_solution(evoked.info, None, src, sphere, meg=False)
    return evoked.info, fwd


def noise_cov(info, variance=1e-14):
    return mne.Covariance(variance * np.eye(N_EEG), info["ch_names"], [], info["projs"], 1000)


@functools.cache
def operator(**options):
    info, fwd = head()
    return make_inverse_operator(info, fwd, noise_cov(info), **options)


def measured(source, direction=2, amplitude=3e-8):
    """What electrodes see of a source along its normal, with its course: a bump."""
    info, fwd = head()
    gain = np.asarray(mne.convert_forward_solution(fwd, surf_ori=True)["sol"]["data"])
    course = amplitude * np.exp(-(((np.arange(40) - 20) / 6.0) ** 2))
    return mne.EvokedArray(gain[:, [3 * source + direction]] * course, info, tmin=-0.1, nave=10)


@pytest.mark.parametrize("source", [3, 40, 77, 140])
@pytest.mark.parametrize("options", [{}, dict(fixed=True), dict(loose=1.0)])
def test_sloreta_finds_a_single_source_where_it_is(source, options):
    # of one source and no noise, sLORETA's peak is at the source: that is what it was made for
    stc = apply_inverse(measured(source), operator(**options), 1e-4, "sLORETA")
    assert np.argmax(np.abs(stc.data[:, 20])) == source


@pytest.mark.parametrize("method", ["MNE", "dSPM", "sLORETA", "eLORETA"])
def test_every_method_finds_a_source_within_a_centimetre(method):
    info, fwd = head()
    places = fwd["source_rr"]
    for source in (10, 60, 111):
        stc = apply_inverse(measured(source), operator(fixed=True), 1e-3, method)
        found = places[np.argmax(np.abs(stc.data[:, 20]))]
        assert np.linalg.norm(found - places[source]) < (0.01 if method != "MNE" else 0.02)


def test_noise_alone_has_unit_variance_in_dspm():
    info, fwd = head()
    inverse = operator(fixed=True)
    proj = np.eye(N_EEG) - 1 / N_EEG
    power = apply_inverse_cov(noise_cov(info), info, inverse, nave=1, method="dSPM")
    np.testing.assert_allclose(power.data, 1.0, rtol=1e-9)
    assert inverse["noise_cov"]["dim"] == N_EEG and np.isclose(np.trace(proj), N_EEG - 1)


def test_linear_estimates_keep_kernel_and_samples_apart_until_asked():
    evoked = measured(20)
    epochs = mne.EpochsArray(np.array([evoked.data, -2 * evoked.data]), evoked.info, tmin=-0.1)
    inverse = operator()
    stcs = apply_inverse_epochs(epochs, inverse, 0.1, "dSPM", pick_ori="normal")
    assert [stc._engine.formed for stc in stcs] == [False, False]
    once = apply_inverse(mne.EvokedArray(evoked.data, evoked.info, -0.1, nave=1), inverse, 0.1, pick_ori="normal")
    np.testing.assert_allclose(stcs[1].data, -2 * once.data, rtol=1e-10)
    assert np.abs(stcs[0].get_peak(mode="abs", vert_as_index=True)[0]) < 160
    generator = apply_inverse_epochs(epochs, inverse, 0.1, "dSPM", return_generator=True)
    vector = apply_inverse(mne.EvokedArray(evoked.data, evoked.info, -0.1, nave=1), inverse, 0.1, pick_ori="vector")
    np.testing.assert_allclose(next(generator).data, vector.magnitude().data, rtol=1e-10)


def test_epochs_share_a_kernel_and_one_that_is_changed_changes_no_other():
    evoked = measured(20)
    epochs = mne.EpochsArray(np.array([evoked.data, evoked.data]), evoked.info, tmin=-0.1)
    first, second = apply_inverse_epochs(epochs, operator(), 0.1, "dSPM", pick_ori="normal")
    assert first._engine.kernel_address == second._engine.kernel_address
    first *= 3
    labels = [mne.Label(space["vertno"], hemi=hemi, name=hemi) for space, hemi in zip(operator()["src"], ("lh", "rh"))]
    of_first, of_second = mne.extract_label_time_course([first, second], labels, operator()["src"], mode="mean")
    assert not first._engine.formed and not second._engine.formed
    np.testing.assert_allclose(of_first, 3 * of_second, rtol=1e-10)
    np.testing.assert_allclose(first.data, 3 * second.data, atol=1e-10 * np.abs(first.data).max())
    np.testing.assert_allclose(of_second[0], second.lh_data.mean(axis=0), atol=1e-10 * np.abs(of_second).max())


def test_a_recording_in_buffers_is_that_in_one():
    evoked = measured(20)
    raw = mne.io.RawArray(np.tile(evoked.data, 3), evoked.info)
    whole = apply_inverse_raw(raw, operator(), 0.1, "MNE", start=5, stop=100)
    parts = apply_inverse_raw(raw, operator(), 0.1, "MNE", start=5, stop=100, buffer_size=7)
    np.testing.assert_allclose(parts.data, whole.data, rtol=1e-12)
    assert whole.times[0] == raw.times[5]


def test_what_is_not_explained_is_small_where_a_source_explains_all():
    evoked = measured(33)
    stc, residual = apply_inverse(evoked, operator(loose=1.0), 1e-6, "MNE", return_residual=True)
    left = residual.data - residual.data.mean(axis=0)  # the average is nobody's, with an average reference
    assert np.linalg.norm(left) < 1e-3 * np.linalg.norm(evoked.data)
    snr, snr_est = estimate_snr(evoked, operator(loose=1.0))
    assert snr.argmax() == 20 and (snr_est > 0).any()


def test_the_resolution_matrix_of_sloreta_has_its_peaks_on_the_diagonal():
    info, fwd = head()
    fixed = mne.convert_forward_solution(fwd, surf_ori=True, force_fixed=True)
    matrix = make_inverse_resolution_matrix(fixed, operator(fixed=True), "sLORETA", 1e-3)
    errors = resolution_metrics(matrix, operator(fixed=True)["src"], "psf", "peak_err")
    np.testing.assert_array_equal(errors.data, 0)


def test_a_file_gives_the_operator_back(tmp_path):
    inverse = operator()
    write_inverse_operator(tmp_path / "a-inv.fif", inverse)
    back = read_inverse_operator(tmp_path / "a-inv.fif")
    assert repr(back) == repr(inverse) and back.ch_names == inverse.ch_names and list(back) == list(inverse)
    np.testing.assert_allclose(back["sing"], inverse["sing"], rtol=1e-6)
    evoked = measured(12)
    ours, theirs = (apply_inverse(evoked, each, 0.1).data for each in (inverse, back))
    np.testing.assert_allclose(theirs, ours, atol=1e-5 * ours.max())
    eloreta = prepare_inverse_operator(inverse, 1, 0.1, "eLORETA")
    with pytest.raises(ValueError, match="prepared for eLORETA can't be written"):
        write_inverse_operator(tmp_path / "b-inv.fif", eloreta)


def test_preparing_leaves_the_operator_as_it_was():
    inverse = operator()
    sing, noise = np.array(inverse["sing"]), np.array(inverse["noise_cov"]["data"])
    prepared = prepare_inverse_operator(inverse, 9, 0.2, "eLORETA")
    assert prepared["nave"] == 9 and inverse["nave"] == 1 and "colorer" not in inverse and "colorer" in prepared
    np.testing.assert_array_equal(inverse["sing"], sing)
    np.testing.assert_array_equal(inverse["noise_cov"]["data"], noise)
    assert prepared["eigen_leads_weighted"] and not inverse["eigen_leads_weighted"]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda i: apply_inverse(measured(1), i, 0.0), "lambda2 must be > 0"),
        (lambda i: apply_inverse(measured(1), i, -1.0), "lambda2 must be > 0"),
        (lambda i: apply_inverse(measured(1), i, method="dspm"), "method must be one of"),
        (lambda i: apply_inverse(measured(1), i, prepared=True), "prepare_inverse_operator\\(\\) has made ready"),
        (lambda i: apply_inverse(measured(1).drop_channels(["EEG003"]), i), "needs 1 channels that the data lack"),
        (lambda i: apply_inverse(measured(1), operator(fixed=True), pick_ori="normal"), "one for each source"),
        (lambda i: prepare_inverse_operator(i, 0, 0.1), "nave, the number of averages, must be > 0"),
    ],
)  # fmt: skip
def test_what_cannot_be_says_why(call, words):
    with pytest.raises(ValueError, match=words):
        call(operator())


def test_eeg_without_an_average_reference_is_refused():
    evoked = measured(1)
    bare = mne.EvokedArray(evoked.data, mne.create_info(evoked.ch_names, 200.0, "eeg"))
    with pytest.raises(ValueError, match="average reference as a projection"):
        apply_inverse(bare, operator())


def test_orientations_and_depths_that_do_not_go_together_say_why():
    info, fwd = head()
    fixed = mne.convert_forward_solution(fwd, force_fixed=True)
    with pytest.raises(ValueError, match="one direction for each source"):
        make_inverse_operator(info, fixed, noise_cov(info))
    with pytest.raises(ValueError, match="fixed to one"):
        make_inverse_operator(info, fixed, noise_cov(info), fixed=True)
    with pytest.raises(ValueError, match="fixed=True needs loose=0"):
        make_inverse_operator(info, fwd, noise_cov(info), fixed=True, loose=0.3)
    with pytest.raises(ValueError, match="loose must lie in"):
        make_inverse_operator(info, fwd, noise_cov(info), loose=1.5)
    with pytest.raises(KeyError, match="depth has no setting"):
        make_inverse_operator(info, fwd, noise_cov(info), depth=dict(exponent=1))


def test_bad_channels_of_either_side_are_left_out():
    info, fwd = head()
    cov = noise_cov(info)
    cov["bads"] = ["EEG007"]
    other = info.copy()
    other["bads"] = ["EEG001"]
    inverse = make_inverse_operator(other, fwd, cov)
    assert not {"EEG001", "EEG007"} & set(inverse["noise_cov"]["names"]) and inverse["nchan"] == N_EEG - 2
