"""The environment's field taken out of a small helmet of magnetometers: what is homogeneous, or has gradients, goes."""

import helmet
import numpy as np
import pytest
from ranvier.meeg.preprocessing import compute_proj_hfc

import ranvier.meeg as mne


def _magnetometers(field=None, **kwargs):
    """A recording of 34 magnetometers and a trigger, of a field [T] and some noise."""
    made = helmet.info(**kwargs)
    data = 1e-14 * np.random.default_rng(0).normal(size=(len(made["chs"]), 50))
    if field is not None:
        data[:-1] += np.outer(helmet.of_field(made, field), np.sin(np.arange(50)))
    return mne.io.RawArray(data, made).pick(["mag", "stim"])


def _left(raw, order):
    clean = raw.copy().add_proj(compute_proj_hfc(raw.info, order)).apply_proj()
    return np.abs(clean.get_data("mag")).max() / np.abs(raw.get_data("mag")).max()


def test_a_homogeneous_field_goes_by_order_1_and_gradients_by_order_2_and_theirs_by_order_3():
    same = _magnetometers(lambda p: np.array([1e-9, -2e-9, 0.5e-9]))
    assert _left(same, 1) < 1e-4  # noise
    steep = _magnetometers(lambda p: 1e-8 * np.array([p[1] + p[2], p[0], p[0]]))  # neither divergence nor curl
    assert _left(steep, 1) > 0.5 and _left(steep, 2) < 1e-4
    curved = _magnetometers(lambda p: 1e-7 * np.array([2 * p[0] * p[2], -2 * p[1] * p[2], p[0] ** 2 - p[1] ** 2]))
    assert _left(curved, 2) > 0.5 and _left(curved, 3) < 2e-3  # coils are squares of 21 mm


def test_vectors_of_order_1_are_the_directions_of_the_sensors():
    raw = _magnetometers()
    normals = np.array([ch["loc"][9:] for ch in raw.info["chs"][:-1]])
    normals /= np.linalg.norm(normals, axis=0)
    projs = compute_proj_hfc(raw.info, accuracy="point")
    for proj, axis, sign in zip(projs, (1, 2, 0), (-1, -1, 1)):  # y, z, x
        np.testing.assert_allclose(proj["data"]["data"][0], sign * normals[:, axis], atol=1e-12)
    assert [p["desc"] for p in projs] == ["HFC: l=1 m=-1", "HFC: l=1 m=0", "HFC: l=1 m=1"]
    assert not projs[0]["active"] and projs[0]["data"]["col_names"] == raw.ch_names[:-1]


def test_bad_channels_and_reference_sensors_are_left_out_unless_they_are_asked_for():
    raw = _magnetometers()
    with raw.info._unlock():
        raw.info["chs"][3]["kind"] = 301
    raw.info["bads"] = [raw.ch_names[0]]
    names = raw.ch_names[:-1]

    def used(**options):
        return compute_proj_hfc(raw.info, **options)[0]["data"]["col_names"]

    assert used() == used(picks=None) == [n for k, n in enumerate(names) if k not in (0, 3)]
    assert used(picks=("meg", "ref_meg"), exclude=[]) == names
    assert used(picks=[0, 5, 7, 9]) == [names[k] for k in (0, 5, 7, 9)]


@pytest.mark.parametrize("options, words", [
    (dict(order=0), "order must be in .1, 40.; got 0"), (dict(accuracy="rough"), "accuracy"), (dict(picks=[0, 34]), "'STI' is of type 'stim'"),
    (dict(picks="eeg"), "no channels match")])  # fmt: skip
def test_what_has_no_such_field_is_refused_in_words(options, words):
    with pytest.raises(ValueError, match=words):
        compute_proj_hfc(_magnetometers().info, **options)


def test_channels_without_a_place_are_named():
    raw = _magnetometers()
    raw.info["chs"][2]["loc"][:] = np.nan
    with pytest.raises(ValueError, match=f"'{raw.ch_names[2]}' has no place"):
        compute_proj_hfc(raw.info)


def test_gradiometers_alone_do_not_project_out_their_own_rounding():
    made = helmet.info()
    with pytest.raises(ValueError, match="do not measure the environment's field of degree 1"):
        compute_proj_hfc(made, picks="grad")
    assert len(compute_proj_hfc(made, order=2)) == 8
