"""What is given to Maxwell filters and can not be, or is unusual: it is refused in words, or taken rightly."""

import helmet
import numpy as np
import pytest
import scipy.sparse
from ranvier.meeg.preprocessing import compute_maxwell_basis, find_bad_channels_maxwell, maxwell_filter

import ranvier.meeg as mne

SMALL = dict(int_order=5, ext_order=2, origin=(0.0, 0.0, 0.04))


def decoupler(n=102):
    """Every channel holds a little of some others."""
    matrix = np.eye(n) + np.diag(np.full(n - 3, 0.01), 3) + np.diag(np.full(n - 7, -0.02), -7)
    return matrix.astype(np.float32)


def with_blanks(raw):
    """As older files name channels."""
    return raw.rename_channels({name: name.replace("MEG", "MEG ") for name in raw.ch_names if name.startswith("MEG")})


def calibration(raw, **changed):
    chs = raw.info["chs"][:102]
    numbers = [np.array([1.01 if ch["unit"] == 112 else 0.001]) for ch in chs]
    for name, value in changed.items():
        numbers[raw.ch_names.index(name)] = np.array([value])
    return {"ch_names": raw.ch_names[:102], "locs": np.array([ch["loc"] for ch in chs]), "imb_cals": numbers}


@pytest.mark.parametrize("kind", ["csc", "csr", "coo", "shuffled", "in parts"])
def test_a_cross_talk_matrix_of_any_layout_is_told_as_it_was_given(kind):
    raw, matrix = helmet.recording(1.0), decoupler()
    given = scipy.sparse.coo_array(matrix)
    if kind == "shuffled":
        order = np.random.default_rng(0).permutation(given.nnz)
        given = scipy.sparse.coo_array((given.data[order], (given.row[order], given.col[order])), given.shape)
    elif kind == "in parts":  # numbers of one place add up
        twice = np.r_[given.row, given.row], np.r_[given.col, given.col]
        given = scipy.sparse.coo_array((np.r_[given.data, given.data] / 2, twice), given.shape)
    else:
        given = given.asformat(kind)
    after = maxwell_filter(raw, cross_talk={"ch_names": raw.ch_names[:102], "decoupler": given}, **SMALL)
    told = after.info["proc_history"][0]["max_info"]["sss_ctc"]
    np.testing.assert_array_equal(told["decoupler"].toarray(), matrix)
    plain = raw.copy()
    plain._data[:102] = matrix.T @ raw._data[:102]
    np.testing.assert_allclose(after.get_data("meg"), maxwell_filter(plain, **SMALL).get_data("meg"), rtol=0, atol=1e-20)


@pytest.mark.parametrize("names, value, words", [(102, np.nan, "must hold finite numbers; that of channels 'MEG0112' and 'MEG0132' is"),
                                                 (40, 1.0, "must have a row and a column for each of 40 ch_names; got shape")])  # fmt: skip
def test_a_cross_talk_matrix_that_is_none_is_refused(names, value, words):
    raw, matrix = helmet.recording(1.0), decoupler()
    matrix[6, 0] = value
    given = {"ch_names": raw.ch_names[:names], "decoupler": scipy.sparse.csc_array(matrix)}
    for function in (maxwell_filter, find_bad_channels_maxwell):
        with pytest.raises(ValueError, match=words):
            function(raw, cross_talk=given, **SMALL)


def test_channels_named_with_blanks_keep_their_numbers_in_the_history():
    raw = helmet.recording(1.0)
    old = with_blanks(raw.copy())
    told = [maxwell_filter(r, calibration=calibration(r), **SMALL).info["proc_history"][0]["max_info"]["sss_cal"]["cal_chans"] for r in (raw, old)]
    np.testing.assert_array_equal(told[0], told[1])
    assert told[1][0, 0] == 112


@pytest.mark.parametrize("name, value, rule", [("MEG0111", 0.0, "gains that are finite and not 0"), ("MEG0111", np.nan, "gains that are finite and not 0"),
                                               ("MEG0112", np.nan, "imbalances that are finite")])  # fmt: skip
def test_a_calibration_that_makes_nothing_but_nan_is_refused(name, value, rule):
    raw = helmet.recording(1.0)
    with pytest.raises(ValueError, match=f"must have {rule}; that of channel '{name}' has"):
        maxwell_filter(raw, calibration=calibration(raw, **{name: value}), **SMALL)


def test_multipoles_outside_alone_are_a_basis_and_none_at_all_is_refused():
    assert compute_maxwell_basis(helmet.info(), int_order=0, ext_order=3, origin=(0, 0, 0.04))[3] == 0
    with pytest.raises(ValueError, match="int_order and ext_order must not both be 0"):
        compute_maxwell_basis(helmet.info(), int_order=0, ext_order=0, origin=(0, 0, 0.04))


def test_windows_shorter_than_a_sample_are_refused_at_once():
    with pytest.raises(ValueError, match="duration must be a sample or longer"):
        find_bad_channels_maxwell(helmet.recording(1.0), duration=1e-6, **SMALL)


@pytest.mark.parametrize("duration", [1.1, 1e300])
def test_windows_longer_than_the_recording_are_as_long_as_it_is(duration):
    raw = helmet.recording(1.0)
    with pytest.warns(RuntimeWarning, match="no stretch of the recording is as long as duration="):
        found = find_bad_channels_maxwell(raw, duration=duration, **SMALL)
    assert found == find_bad_channels_maxwell(raw, duration=1.0, **SMALL)


@pytest.mark.parametrize("fixed", [True, False])
def test_stretches_that_no_window_of_tsss_fits_are_named(fixed):
    raw = helmet.recording(5.0).set_annotations(mne.Annotations([1.0], [0.5], ["bad_acq_skip"]))
    with pytest.warns(RuntimeWarning, match="tSSS leaves stretches as they are that are shorter than st_duration=2.0 s: 0.000 - 0.995 s"):
        maxwell_filter(raw, st_duration=2.0, st_fixed=fixed, **SMALL)


def said(caplog, work):
    caplog.clear()
    with caplog.at_level("INFO", "ranvier"):
        work()
    return sum("harmonic components" in record.getMessage() for record in caplog.records)


def test_what_is_told_apart_for_a_head_that_rests_is_told_once(caplog):
    raw = helmet.recording(8.0)
    for options in ({}, dict(st_duration=1.0), dict(st_duration=1.0, st_fixed=False)):
        assert said(caplog, lambda options=options: maxwell_filter(raw, verbose="INFO", **SMALL, **options)) == 1
    assert said(caplog, lambda: find_bad_channels_maxwell(raw, duration=1.0, h_freq=None, verbose="INFO", **SMALL)) == 1
