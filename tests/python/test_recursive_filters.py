"""Recursive filters that are made first and used afterwards."""

import numpy as np
import pytest
from ranvier.meeg.filter import construct_iir_filter, create_filter, filter_data

import ranvier.meeg as mne

SFREQ = 1000.0


def gain(params, f):
    """What a filter makes of a frequency, in dB, from its definition."""
    z = np.exp(-2j * np.pi * np.atleast_1d(f) / SFREQ)
    if "sos" in params:
        h = np.prod([(s[0] + s[1] * z + s[2] * z**2) / (s[3] + s[4] * z + s[5] * z**2) for s in params["sos"]], axis=0)
    else:
        h = np.polyval(params["b"][::-1], z) / np.polyval(params["a"][::-1], z)
    return 20 * np.log10(np.abs(h))


@pytest.mark.parametrize("ftype", ["butter", "cheby1", "cheby2", "ellip"])
@pytest.mark.parametrize("output", ["sos", "ba"])
def test_the_lowest_order_that_does_what_is_asked_is_found(ftype, output):
    demand = dict(ftype=ftype, gpass=1.0, gstop=30.0, output=output)
    for f_pass, f_stop, btype in (
        (40, 80, "low"), (80, 40, "high"), ([40, 90], [25, 140], "bandpass"), ([25, 140], [40, 90], "bandstop")
    ):  # fmt: skip
        made = construct_iir_filter(demand, f_pass, f_stop, SFREQ, btype)
        assert (gain(made, f_pass) > -1 - 1e-6).all() and (gain(made, f_stop) < -30 + 1e-6).all()
        assert made["padlen"] > 0 and ("sos" in made) == (output == "sos")
        assert "padlen" not in demand
    assert len(construct_iir_filter(dict(ftype="cheby1", gpass=1, gstop=20, output="ba"), 40, 80, SFREQ)["a"]) == 4


def test_what_was_made_filters_as_what_it_was_made_of():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(3, 2000))
    told = dict(order=2, ftype="butter")  # polynomials of high degree round too much to be compared
    for output, close in (("sos", 0), ("ba", 1e-9)):
        params = construct_iir_filter(
            {**told, "output": output}, [20.0, 90.0], None, SFREQ, "bandpass", return_copy=False
        )
        for phase in ("zero", "forward"):
            plain = filter_data(x, SFREQ, 20.0, 90.0, method="iir", iir_params=told, phase=phase)
            again = filter_data(x, SFREQ, 20.0, 90.0, method="iir", iir_params=params, phase=phase)
            np.testing.assert_allclose(again, plain, rtol=0, atol=close * np.abs(plain).max())
    same = create_filter(None, SFREQ, 20.0, 90.0, method="iir", iir_params=told)
    np.testing.assert_array_equal(construct_iir_filter(same)["sos"], same["sos"])
    raw = mne.io.RawArray(x, mne.create_info(3, SFREQ, "eeg"))
    ours = raw.copy().filter(20.0, 90.0, method="iir", iir_params=same).get_data()
    np.testing.assert_array_equal(ours, filter_data(x, SFREQ, 20.0, 90.0, method="iir", iir_params=told))


def test_a_filter_of_ones_own_is_run_as_it_is():
    x = np.random.default_rng(1).normal(size=(2, 300))
    params = construct_iir_filter(dict(b=np.full(10, 0.1), a=[1.0], padlen=0))
    assert params["padlen"] == 0 and params["a"] == pytest.approx([1.0])
    forward = filter_data(x, SFREQ, None, 40.0, method="iir", iir_params=params, phase="forward")
    np.testing.assert_allclose(forward[0], np.convolve(x[0], np.full(10, 0.1))[:300], atol=1e-14)


@pytest.mark.parametrize(
    "params, arguments, error, words",
    [(3, (), TypeError, "must be a dict"), (dict(order=3, ftype="butter"), (40.0,), ValueError, "needs sfreq"),
     (dict(order=3, ftype="butter"), (40.0, None, SFREQ), ValueError, "needs btype"),
     (dict(order=3, ftype="butter"), (40.0, None, SFREQ, "lowish"), ValueError, "btype must be one of"),
     (dict(order=3, ftype="butter", gpass=1, gstop=9), (40.0, 80.0, SFREQ), ValueError, "got both"),
     (dict(ftype="butter", gpass=1), (40.0, 80.0, SFREQ), ValueError, "need gstop"),
     (dict(ftype="butter", gpass=1, gstop=20), (40.0, None, SFREQ), ValueError, "stop-band"),
     (dict(ftype="butter", gpass=1, gstop=20), (40.0, 80.0, SFREQ, "high"), ValueError, "these are a lowpass's"),
     (dict(ftype="bessel", gpass=1, gstop=20), (40.0, 80.0, SFREQ), ValueError, "Bessel"),
     (dict(b=[1.0]), (), ValueError, "need a"), (dict(b=[1.0], a=[1.0, -1.1]), (), RuntimeError, "unit circle"),
     (dict(sos=[[1, 0, 0, 1, 0, 1.2]]), (), RuntimeError, "unit circle"), (dict(oder=3), (40.0, None, SFREQ, "low"), ValueError, "oder")],
)  # fmt: skip
def test_what_makes_no_filter_is_refused(params, arguments, error, words):
    with pytest.raises(error, match=words):
        construct_iir_filter(params, *arguments)
