"""Coils on a head whose places and movements are made up, and so known. (No recording of coils that are on is at hand.)"""

import helmet
import numpy as np
import pytest

import ranvier.meeg as mne
from ranvier.meeg import chpi

RAW, HEADS, PLACES = helmet.with_chpi()


def test_where_coils_and_heads_are_is_found():
    freqs, pick, on = chpi.get_chpi_info(RAW.info)
    assert tuple(freqs) == helmet.COIL_FREQS and RAW.ch_names[pick] == "STI" and list(on) == [1, 2, 4, 8]
    amplitudes = chpi.compute_chpi_amplitudes(RAW, t_step_min=0.1)
    assert amplitudes["slopes"].shape == (len(amplitudes["times"]), 4, 102) and len(amplitudes["times"]) > 20
    locs = chpi.compute_chpi_locs(RAW.info, amplitudes, t_step_max=0.4)
    assert locs["gofs"].min() > 0.9
    middles = RAW.first_time + np.array([0.35, 1.35, 2.4])
    for weighted in (None, True):
        found = chpi.compute_head_pos(RAW.info, locs, weighted=weighted)
        where, turned, times = chpi.head_pos_to_trans_rot_t(found)
        for middle, head, places in zip(middles, HEADS, PLACES):
            near = np.argmin(np.abs(times - middle))
            assert np.abs(where[near] - head[:3, 3]).max() < 1e-3 and np.abs(turned[near] - head[:3, :3]).max() < 0.01
            there = locs["rrs"][np.argmin(np.abs(locs["times"] - times[near]))]
            assert np.linalg.norm(there - places, axis=1).max() < 1.5e-3


def test_coils_and_line_are_taken_out():
    raw, t = RAW.copy(), RAW.times
    raw._data[:102] += 1e-11 * np.sin(2 * np.pi * 50 * t)
    before = raw.get_data("mag")
    assert chpi.filter_chpi(raw) is raw
    inside = slice(100, 180)  # within one place
    spectrum = [np.abs(np.fft.rfft(x[:, inside] * np.hanning(80), axis=1)).max(0) for x in (before, raw.get_data("mag"))]
    freqs = np.fft.rfftfreq(80, 1 / 200)
    for freq in (*helmet.COIL_FREQS, 50.0):
        at = np.argmin(np.abs(freqs - freq))
        assert spectrum[1][at] < 0.1 * spectrum[0][at]
    low = freqs < 20
    np.testing.assert_allclose(spectrum[1][low], spectrum[0][low], rtol=0.1, atol=0.02 * spectrum[0][low].max())


def test_how_far_coils_stand_out_is_told():
    found = chpi.compute_chpi_snr(RAW, t_step_min=0.2, tmax=0.9)
    assert found["mag_snr"].shape == found["grad_power"].shape == (len(found["times"]), 4)
    assert found["grad_resid"].shape == (len(found["times"]), 1) and (found["mag_snr"] > 0).all()


def test_times_without_coils_are_left_out():
    raw = RAW.copy()
    raw._data[-1, :250] = 3
    amplitudes = chpi.compute_chpi_amplitudes(raw, t_step_min=0.2)
    nothing = np.isnan(amplitudes["slopes"]).all(axis=(1, 2))
    assert nothing.any() and not nothing.all()
    locs = chpi.compute_chpi_locs(raw.info, amplitudes)
    assert locs["times"][0] > raw.first_time + 0.9


def test_what_is_missing_is_told():
    raw = helmet.recording(1.0)
    with pytest.raises(ValueError, match="does not say with which frequencies"):
        chpi.compute_chpi_amplitudes(raw)
    with pytest.warns(match="does not say with which frequencies"):
        assert chpi.get_chpi_info(raw.info, "warn")[1] is None
    with pytest.raises(ValueError, match="include_line=True needs the frequency of the line"):
        chpi.filter_chpi(raw, allow_line_only=True)
    raw.info["line_freq"] = 50.0
    assert chpi.filter_chpi(raw, allow_line_only=True) is raw
    with pytest.raises(ValueError, match="chpi_amplitudes must be a dict with times, slopes, proj"):
        chpi.compute_chpi_locs(RAW.info, {})
    with pytest.raises(RuntimeError, match="nine channels HLC0011"):
        chpi.extract_chpi_locs_ctf(raw)


def test_places_that_ctf_keeps_in_channels_are_read():
    names = [f"HLC00{k}{axis}-4504" for k in (1, 2, 3) for axis in (1, 2, 3)]
    data = np.repeat(np.arange(9.0)[:, None], 20, axis=1) / 100
    data[0, 10:] += 0.01
    locs = chpi.extract_chpi_locs_ctf(mne.io.RawArray(data, mne.create_info(names, 100.0, "misc")))
    assert list(locs["times"]) == [0.0, 0.1] and locs["gofs"].shape == (2, 3)
    np.testing.assert_allclose(locs["rrs"][0, 1], [-0.01 / np.sqrt(2), 0.01 / np.sqrt(2), 0.02], atol=1e-12)  # the nasion


def test_ranges_that_hold_no_time_and_projections_of_others_are_told():
    for function in (chpi.compute_chpi_amplitudes, chpi.compute_chpi_snr):
        with pytest.raises(ValueError, match=r"tmin must be before tmax and before the recording's end; got 1.5 s and 0.5 s"):
            function(RAW, tmin=1.5, tmax=0.5)
    found = chpi.compute_chpi_amplitudes(RAW, t_step_min=0.5)
    with pytest.raises(TypeError, match=r"chpi_amplitudes\['proj'\] must be a Projection, as from_mne\(\) makes it"):
        chpi.compute_chpi_locs(RAW.info, {**found, "proj": {}})
    with pytest.raises(ValueError, match="chpi_locs must be a dict with times, rrs, gofs, moments; got"):
        chpi.compute_head_pos(RAW.info, found)


@pytest.mark.parametrize(
    "options, words",
    [(dict(tmin=1e300), "tmin must lie within the recording, which is 3.0 s long; got"),
     (dict(tmin=3.0), "tmin must lie within the recording, which is 3.0 s long; got 3.0"),
     (dict(t_step_min=1e-300), "t_step_min must be at least a tenth of a sample, 5e-04 s; got"),
     (dict(t_window=1e300), "t_window must hold a sample, and be no longer than twice the recording, 6.0 s; got")],
)  # fmt: skip
def test_times_that_no_recording_has_are_refused(options, words):
    for function in (chpi.compute_chpi_amplitudes, chpi.compute_chpi_snr):
        with pytest.raises(ValueError, match=words):
            function(RAW, **options)
    if "t_window" in options:
        with pytest.raises(ValueError, match=words):
            chpi.filter_chpi(RAW.copy(), **options)


def test_an_end_behind_the_end_is_the_end_and_one_step_takes_all():
    whole = chpi.compute_chpi_amplitudes(RAW, t_step_min=0.3)
    for tmax in (1e300, np.inf):
        late = chpi.compute_chpi_amplitudes(RAW, t_step_min=0.3, tmax=tmax)
        np.testing.assert_array_equal(late["slopes"], whole["slopes"])
    once = [chpi.filter_chpi(RAW.copy(), t_step=step, interp=None).get_data() for step in (3.0, 1e17, 1e300)]
    np.testing.assert_array_equal(once[1], once[0])
    np.testing.assert_array_equal(once[2], once[0])


def test_a_sample_that_is_no_number_is_named_and_bad_channels_may_hold_it():
    raw = RAW.copy()
    raw._data[3, 220] = np.nan
    for function in (chpi.compute_chpi_amplitudes, chpi.compute_chpi_snr):
        with pytest.raises(ValueError, match="channel 'MEG0122' holds NaN or infinity at 1.1 s: mark it as bad"):
            function(raw, t_step_min=0.2)
    assert np.isfinite(chpi.compute_chpi_amplitudes(raw, t_step_min=0.2, tmax=1.0)["slopes"]).all()
    raw.info["bads"] = ["MEG0122"]
    assert np.isfinite(chpi.compute_chpi_amplitudes(raw, t_step_min=0.2)["slopes"]).all()


def test_stretches_in_which_nothing_was_measured_say_nothing_of_the_head():
    raw = RAW.copy()
    raw._data[:102, 200:400] = 0
    amplitudes = chpi.compute_chpi_amplitudes(raw, t_step_min=0.1)
    locs = chpi.compute_chpi_locs(raw.info, amplitudes, t_step_max=0.4)
    flat = np.isin(locs["times"], np.array(amplitudes["times"])[(amplitudes["slopes"] == 0).all(axis=(1, 2))])
    assert flat.sum() == 9 and np.isnan(locs["gofs"][flat]).all() and (locs["moments"][flat] == 0).all()
    assert np.isfinite(locs["rrs"]).all() and np.isfinite(locs["gofs"][~flat]).all()
    for weighted in (None, True):
        with pytest.warns(RuntimeWarning, match="0 of 4 coils fit well"):
            times = chpi.compute_head_pos(raw.info, locs, weighted=weighted)[:, 0]
        assert len(times) >= 3 and not np.isin(times, locs["times"][flat]).any()


def test_samples_are_filtered_alike_wherever_blocks_of_time_end():
    long = helmet.with_chpi(30.0)[0]
    whole = chpi.filter_chpi(long.copy(), t_step=0.1).get_data("mag")
    part = chpi.filter_chpi(long.copy().crop(tmin=0, tmax=22.0), t_step=0.1).get_data("mag")  # ends within a block
    np.testing.assert_allclose(part[:, :4200], whole[:, :4200], rtol=0, atol=1e-12 * np.abs(whole).max())
    before, n = long.get_data("mag"), helmet.SFREQ * 0.1
    for at in (4096 // n * n, 2000):  # around the end of a block as elsewhere, what coils made is gone
        around = slice(int(at) - 40, int(at) + 40)
        spectrum = [np.abs(np.fft.rfft(x[:, around] * np.hanning(80), axis=1)).max(0) for x in (before, whole)]
        for freq in helmet.COIL_FREQS:
            at = np.argmin(np.abs(np.fft.rfftfreq(80, 1 / 200) - freq))
            assert spectrum[1][at] < 0.1 * spectrum[0][at]


def test_a_dozen_coils_are_tried_in_all_ways_without_trying_one_twice():
    random = np.random.default_rng(0)
    raw = helmet.recording(1.0)
    head = random.normal(scale=0.06, size=(12, 3))
    raw.info.set_montage(mne.channels.make_dig_montage(nasion=[0, 0.1, 0], lpa=[-0.08, 0, 0], rpa=[0.08, 0, 0], hpi=head, coord_frame="head"))
    tags = [(213, 33, np.array([2, k + 1], ">i4").tobytes() + np.zeros(3, ">f4").tobytes()) for k in range(12)]
    own, blocks = raw.info._engine["preserved"]
    raw.info._engine["preserved"] = (own, (*blocks, (109, tags, ())))
    device = head - helmet.UPRIGHT["trans"][:3, 3]
    device[[3, 8]] += [[0.02, 0, 0], [0, 0, -0.03]]
    locs = {"times": np.array([0.0]), "rrs": device[np.newaxis], "gofs": np.ones((1, 12)), "moments": np.zeros((1, 12, 3))}
    found = chpi.compute_head_pos(raw.info, locs)
    np.testing.assert_allclose(found[0, 4:7], helmet.UPRIGHT["trans"][:3, 3], atol=1e-7)
    assert found[0, 7] > 1 - 1e-9 and found[0, 8] < 1e-6
