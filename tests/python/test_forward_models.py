"""Forward solutions: what they obey, and what they refuse."""

import copy

import numpy as np
import pytest

import ranvier.meeg as mne


@pytest.fixture
def sphere():
    return mne.make_sphere_model((0.0, 0.0, 0.0), 0.09)


@pytest.fixture
def caps():
    """Electrodes on a sphere, and magnetometers around it."""
    places = np.random.default_rng(0).normal(size=(40, 3))
    places /= np.linalg.norm(places, axis=1, keepdims=True)
    info = mne.create_info(
        [f"E{k}" for k in range(20)] + [f"M{k}" for k in range(20)], 100.0, ["eeg"] * 20 + ["mag"] * 20
    )
    for ch, place in zip(info["chs"], places):
        if ch["ch_name"][0] == "E":
            ch["loc"][:] = np.r_[0.09 * place, np.zeros(9)]
        else:
            across = np.linalg.svd(place[None])[2][1:]
            ch["loc"][:] = np.r_[0.12 * place, across[0], across[1], place]
    info["dev_head_t"] = mne.Transform("meg", "head", np.eye(4))
    return info


def dipoles(*places, frame=5):
    rr = np.array(places, float)
    nn = np.tile([0.0, 0.0, 1.0], (len(rr), 1))
    return mne.SourceSpaces([dict(type="discrete", coord_frame=frame, rr=rr, nn=nn, inuse=np.ones(len(rr), int))])


def made(caps, sphere, *places, **arguments):
    return mne.make_forward_solution(caps, None, dipoles(*places), sphere, **arguments)


def test_rows_are_meg_then_eeg_and_columns_three_for_each_source(caps, sphere):
    fwd = made(caps, sphere, (0, 0, 0.05), (0.02, 0, 0.03))
    assert fwd["sol"]["data"].shape == (40, 6)
    assert fwd["sol"]["row_names"] == [f"M{k}" for k in range(20)] + [f"E{k}" for k in range(20)]
    assert fwd.ch_names == caps["ch_names"]
    assert (fwd["nchan"], fwd["nsource"], fwd["surf_ori"], fwd["source_ori"]) == (40, 2, False, 2)
    assert repr(fwd) == ("<Forward | MEG channels: 20 | EEG channels: 20 | Source space: Discrete with 2 dipoles | "
                         "Source orientation: Free>")  # fmt: skip


def test_a_dipole_along_the_radius_has_a_potential_and_no_field(caps, sphere):
    fwd = mne.convert_forward_solution(made(caps, sphere, (0, 0, 0.05)), force_fixed=True)
    gain = fwd["sol"]["data"]
    assert gain.shape == (40, 1)
    assert abs(gain[:20]).max() < 1e-20 and abs(gain[20:]).max() > 1


def test_turning_columns_keeps_their_power_and_turns_back(caps, sphere):
    fwd = made(caps, sphere, (0.01, 0.02, 0.03), (0.02, 0, -0.03))
    turned = mne.convert_forward_solution(fwd, surf_ori=True)
    power = [(f["sol"]["data"].reshape(40, 2, 3) ** 2).sum(-1) for f in (fwd, turned)]
    np.testing.assert_allclose(*power, rtol=1e-12)
    np.testing.assert_array_equal(turned["source_nn"][2::3], [[0, 0, 1], [0, 0, 1]])
    mne.convert_forward_solution(turned, copy=False)
    np.testing.assert_array_equal(turned["sol"]["data"], fwd["sol"]["data"])


def test_sources_outside_of_the_brain_and_too_near_to_it_are_left_out_with_a_message(caps, sphere, caplog):
    places = (0, 0, 0.05), (0, 0, 0.0805), (0, 0, 0.085)
    with caplog.at_level("INFO", "ranvier"):
        fwd = made(caps, sphere, *places, mindist=2.0, verbose=True)
    assert fwd["nsource"] == 1
    assert "1 source left out, not inside the inner skull" in caplog.text
    assert "1 source left out, nearer than 2.0 mm to the inner skull" in caplog.text
    with pytest.raises(ValueError, match="no source is left"):
        made(caps, sphere, (0, 0, 0.2))


def test_results_do_not_depend_on_threads(caps, sphere):
    gains = [made(caps, sphere, (0, 0, 0.05), (0.03, 0, 0), n_jobs=n)["sol"]["data"] for n in (1, 4)]
    np.testing.assert_array_equal(*gains)


def test_currents_are_projected_and_sources_restricted(caps, sphere):
    fwd = mne.convert_forward_solution(made(caps, sphere, (0, 0, 0.05), (0.03, 0, 0), (0, 0.04, 0)), force_fixed=True)

    class Estimate:
        data, vertices = np.array([[1.0, -2.0], [3.0, 4.0]]), [np.array([0, 2])]
        times, tstep = np.array([0.0, 0.01]), 0.01

    evoked = mne.apply_forward(fwd, Estimate(), caps)
    expected = fwd["sol"]["data"][:, [0, 2]] @ Estimate.data
    rows = [fwd["sol"]["row_names"].index(name) for name in evoked.ch_names]
    np.testing.assert_allclose(evoked.data, expected[rows], rtol=1e-12)
    raw = mne.apply_forward_raw(fwd, Estimate(), caps)
    np.testing.assert_array_equal(raw.get_data(), evoked.data)
    assert raw.info["sfreq"] == 100
    some = mne.forward.restrict_forward_to_stc(fwd, Estimate())
    np.testing.assert_array_equal(some["sol"]["data"], fwd["sol"]["data"][:, [0, 2]])
    np.testing.assert_array_equal(some["src"][0]["vertno"], [0, 2])
    Estimate.vertices = [np.array([0, 7])]
    with pytest.raises(ValueError, match="only 1 of 2 vertices"):
        mne.apply_forward(fwd, Estimate(), caps)


def test_averages_weigh_and_refuse_what_differs(caps, sphere):
    one, two = made(caps, sphere, (0, 0, 0.05)), made(caps, sphere, (0, 0, 0.06))
    mean = mne.average_forward_solutions([one, two], [1, 3])
    np.testing.assert_allclose(mean["sol"]["data"], 0.25 * one["sol"]["data"] + 0.75 * two["sol"]["data"], rtol=1e-12)
    with pytest.raises(ValueError, match="same channels and sources"):
        mne.average_forward_solutions([one, made(caps, sphere, (0, 0, 0.05), (0, 0, 0.06))])
    with pytest.raises(ValueError, match="same orientations"):
        mne.average_forward_solutions([one, mne.convert_forward_solution(two, surf_ori=True)])
    with pytest.raises(ValueError, match="all be zero"):
        mne.average_forward_solutions([one, two], [0, 0])


def test_files_keep_what_was_computed(caps, sphere, tmp_path):
    fwd = made(caps, sphere, (0, 0, 0.05), (0.02, 0, 0.03))
    with pytest.warns(RuntimeWarning, match="along x, y and z"):
        mne.convert_forward_solution(fwd, surf_ori=True).save(tmp_path / "a-fwd.fif")
    back = mne.read_forward_solution(tmp_path / "a-fwd.fif", include=["E3", "M1"])
    assert back["sol"]["row_names"] == ["E3", "M1"]
    rows = [fwd["sol"]["row_names"].index(name) for name in ("E3", "M1")]
    np.testing.assert_allclose(back["sol"]["data"], fwd["sol"]["data"][rows], rtol=1e-6)
    with pytest.raises(FileExistsError):
        fwd.save(tmp_path / "a-fwd.fif")
    (tmp_path / "b-fwd.fif").write_bytes((tmp_path / "a-fwd.fif").read_bytes()[:5000])
    with pytest.raises(OSError):
        mne.read_forward_solution(tmp_path / "b-fwd.fif")
    again = copy.deepcopy(fwd)
    again["sol"]["data"][:] = 0
    assert fwd["sol"]["data"].any()


def test_spheres_look_as_they_are(sphere):
    assert repr(sphere) == "<ConductorModel | Sphere (3 layers): r0=[0.0, 0.0, 0.0] R=90 mm>"
    assert sphere.radius == 0.09 and sphere["is_sphere"]
    assert [layer["rel_rad"] for layer in sphere["layers"]] == pytest.approx([0.9, 0.92, 0.97, 1])
    none = mne.make_sphere_model(head_radius=None)
    assert none.radius is None and len(none["layers"]) == 0


def test_a_sphere_is_fitted_to_the_points_of_a_head():
    places = np.random.default_rng(1).normal(size=(30, 3))
    places = 0.095 * places / np.linalg.norm(places, axis=1, keepdims=True)
    places[:, 2] = abs(places[:, 2])
    points = {f"E{k}": place + [0, 0.01, 0.04] for k, place in enumerate(places)}
    info = mne.create_info(list(points), 100.0, "eeg").set_montage(
        mne.channels.make_dig_montage(points, coord_frame="head")
    )
    radius, head, device = mne.bem.fit_sphere_to_headshape(info, units="mm")
    np.testing.assert_allclose([radius, *head, *device], [95, 0, 10, 40, 0, 10, 40], atol=1e-4)
    sphere = mne.make_sphere_model("auto", "auto", info)
    np.testing.assert_allclose([sphere.radius, *sphere["r0"]], [0.095, 0, 0.01, 0.04], atol=1e-7)
    with pytest.raises(ValueError, match="dig_kinds must be .* got 'hair'"):
        mne.bem.fit_sphere_to_headshape(info, ["eeg", "hair"])


@pytest.mark.parametrize(
    "change, words",
    [
        (dict(trans=mne.Transform("meg", "head", np.eye(4))), "trans must lead from MRI to head"),
        (dict(src=dipoles((0, 0, 0.05), frame=2)), "can't be brought to head coordinates"),
        (dict(meg=False, eeg=False), "needs MEG or EEG channels"),
        (dict(mindist=-1.0), "mindist must be >= 0"),
        (dict(bem=mne.make_sphere_model(head_radius=None)), "magnetic fields alone"),
        (dict(bem=mne.make_sphere_model((0, 0, 0), 0.13)), "MEG sensors inside the outermost sphere shell"),
    ],
)
def test_what_does_not_fit_is_an_error(caps, sphere, change, words):
    arguments = dict(info=caps, trans=None, src=dipoles((0, 0, 0.05)), bem=sphere) | change
    with pytest.raises(ValueError, match=words):
        mne.make_forward_solution(**arguments)


def test_a_head_of_surfaces_needs_a_transform_a_solution_and_three_layers_for_eeg(caps, octahedra):
    with pytest.raises(ValueError, match="trans is needed"):
        made(caps, mne.make_bem_solution(octahedra), (0, 0, 0.02))
    identity = mne.Transform("mri", "head", np.eye(4))
    one = mne.make_bem_solution(octahedra[2:])
    with pytest.raises(ValueError, match="EEG needs a boundary-element model of three layers"):
        mne.make_forward_solution(caps, identity, dipoles((0, 0, 0.02)), one)
    fwd = mne.make_forward_solution(caps, identity, dipoles((0, 0, 0.02), (0, 0, 0.2)), one, eeg=False)
    assert fwd["nsource"] == 1
    with pytest.raises(ValueError, match="one or three surfaces"):
        mne.make_bem_solution(octahedra[:2])


@pytest.fixture
def octahedra():
    """Three shells of eight triangles each."""
    corners = np.array([[0, 2, 4], [2, 1, 4], [1, 3, 4], [3, 0, 4], [2, 0, 5], [1, 2, 5], [3, 1, 5], [0, 3, 5]])
    points = np.concatenate([[row, -row] for row in np.eye(3)])
    return [
        dict(id=number, sigma=sigma, coord_frame=5, rr=radius * points, tris=corners)
        for number, sigma, radius in ((4, 0.3, 0.1), (3, 0.006, 0.09), (1, 0.3, 0.08))
    ]


def test_coils_that_nobody_knows_and_places_that_are_missing_are_told(caps, sphere):
    caps["chs"][25]["coil_type"] = 4711
    with pytest.raises(ValueError, match="4711"):
        made(caps, sphere, (0, 0, 0.05))
    caps["chs"][25]["coil_type"] = 2000
    caps["chs"][3]["loc"][:3] = np.nan
    with pytest.raises(ValueError, match="'E3' has no place"):
        made(caps, sphere, (0, 0, 0.05))
    caps["chs"][3]["loc"][:3] = 0.05
    caps["dev_head_t"] = None
    with pytest.raises(ValueError, match="dev_head_t"):
        made(caps, sphere, (0, 0, 0.05))
