"""Signatures, docstrings and checks of settings come from what the engine says of them."""

import inspect
import itertools

import numpy as np
import pytest
from ranvier.settings import described, fields, given

import ranvier.meeg as mne


def raw():
    info = mne.create_info(["Fz", "Cz"], 100.0, "eeg")
    return mne.io.RawArray(np.random.default_rng(0).normal(size=(2, 1000)) * 1e-6, info)


@pytest.mark.parametrize(
    "function, of",
    [(mne.io.BaseRaw.filter, "filter"), (mne.filter.filter_data, "filter"), (mne.io.BaseRaw.notch_filter, "notch_filter"),
     (mne.io.BaseRaw.resample, "resample"), (mne.Evoked.resample, "resample"), (mne.find_events, "find_events"),
     (mne.Evoked.interpolate_bads, "interpolate_bads"), (mne.Evoked.interpolate_to, "interpolate_to"),
     (mne.io.read_raw_edf, "read_raw_edf")],
)  # fmt: skip
def test_signatures_and_docstrings_hold_every_setting_with_the_engines_default(function, of):
    unlike = ("stim_channel", "on_bad_position", "eog", "misc", "include")  # None, "warn" as in MNE-Python
    parameters = inspect.signature(function).parameters
    for name, field in fields(of).items():
        if function is mne.filter.filter_data and name == "skip_by_annotation":
            continue  # arrays have no annotations
        assert name in parameters, f"{function.__qualname__} lacks {name}"
        if parameters[name].default is not inspect.Parameter.empty and name not in ("picks", "npad", *unlike):
            assert parameters[name].default == field["default"], name
    assert "{settings}" not in function.__doc__
    assert "settings" not in parameters


def test_the_docstring_says_default_unit_and_choices():
    text = mne.io.BaseRaw.notch_filter.__doc__
    assert "trans_bandwidth : float" in text and "Width of the transitions [Hz]; >= 0. Default 1.0." in text
    assert "method : 'fir', 'iir'" in text


def test_what_a_signature_does_not_spell_out_is_taken_by_name():
    @described("notch_filter")
    def notch(freqs, **settings):
        return given("notch_filter", locals())

    assert notch(50.0, trans_bandwidth=2.0) == {"freqs": 50.0, "trans_bandwidth": 2.0}
    with pytest.raises(TypeError, match="unexpected keyword argument 'trans_bandwith'"):
        notch(50.0, trans_bandwith=2.0)


@pytest.mark.parametrize(
    "settings, error, message",
    [
        (dict(phase="zeor"), ValueError, "did you mean 'zero'"),
        (dict(iir_params=dict(ftype="cheby1"), method="iir"), ValueError, "need rp"),
        (dict(iir_params=dict(order=0), method="iir"), ValueError, "order must be >= 1; got 0"),
        (dict(iir_params=dict(ripple=3), method="iir"), ValueError, "iir_params has no setting 'ripple'"),
        (dict(l_trans_bandwidth="wide"), ValueError, r"l_trans_bandwidth must be float \| 'auto'; got 'wide'"),
        (dict(l_trans_bandwidth=-1), ValueError, "l_trans_bandwidth must be > 0 Hz; got -1"),
        (dict(filter_length=[1]), ValueError, "filter_length must be"),
    ],
)
def test_what_does_not_fit_is_refused_with_rule_and_value(settings, error, message):
    with pytest.raises(error, match=message):
        raw().filter(1.0, 20.0, **settings)


def test_numpy_numbers_and_arrays_are_numbers_and_lists():
    a = raw().notch_filter(np.array([20.0, 30.0]), trans_bandwidth=np.float32(1.0)).get_data()
    b = raw().notch_filter([20, 30]).get_data()
    assert np.array_equal(a, b)


def test_what_belongs_to_spectrum_fit_is_refused():
    with pytest.raises(ValueError, match="mt_bandwidth"):
        raw().notch_filter(20.0, mt_bandwidth=2.0)
    with pytest.raises(ValueError, match="p_value"):
        mne.filter.notch_filter(raw().get_data(), 100.0, 20.0, p_value=0.1)
    with pytest.raises(ValueError, match="spectrum_fit"):
        raw().notch_filter(None)
    with pytest.raises(ValueError, match="notch_filter"):
        raw().filter(1.0, 40.0, method="spectrum_fit")


def test_annotations_that_split_a_recording_can_be_chosen():
    whole, parts = raw(), raw()
    for r in (whole, parts):
        r.set_annotations(mne.Annotations([4.0], [2.0], ["artefact"]))
    whole.filter(1.0, 20.0)
    parts.filter(1.0, 20.0, skip_by_annotation="artefact")
    assert np.array_equal(parts.get_data(start=450, stop=550), raw().get_data(start=450, stop=550))
    assert not np.array_equal(whole.get_data(), parts.get_data())


@pytest.mark.parametrize(
    "value, message",
    [
        (10**30, "whole number below 2"),
        (-(2**70), "whole number below 2"),
        (np.uint64(2**63), "whole number below 2"),
        ("\ud800", "Unicode that UTF-8 can hold"),
        ("hamming\0junk", "fir_window must be one of"),
    ],
)
def test_values_that_no_setting_holds_are_named(value, message):
    with pytest.raises(ValueError, match=message):
        raw().filter(1.0, 20.0, fir_window=value)


def test_lists_within_lists_have_an_end():
    endless = []
    endless.append(endless)
    with pytest.raises(ValueError, match="lists within lists"):
        raw().notch_filter(endless)


@pytest.mark.parametrize("value", [b"ab", itertools.count(), object()])
def test_what_is_no_number_text_or_list_is_refused(value):
    with pytest.raises(TypeError, match="a setting can't be a"):
        raw().notch_filter(value)
