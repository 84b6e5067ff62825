"""Readers of one's own: what a lab's class on BaseRaw gets, and what it gives."""

import gc
import pickle
import threading
import weakref

import numpy as np
import pytest

import ranvier.meeg as mne

N = 60_000


class RawLab(mne.io.BaseRaw):
    """Channel c has at sample k the value 1e-6 (1000 c + scale k)."""

    def __init__(self, preload=False, first=5, n=N, raw_extras=({"scale": 2.0},)):
        info = mne.create_info(4, 1000.0, "eeg")
        for channel in info["chs"]:
            channel["cal"] = 1e-6
        super().__init__(info, preload, [first], [first + n - 1], ["some.lab"], raw_extras, "int", buffer_size_sec=2.0,
                         orig_units=dict.fromkeys(info.ch_names, "uV"))  # fmt: skip

    def _value(self, channel, k):
        return 1000.0 * channel + self._raw_extras[0]["scale"] * k

    def _read_segment_file(self, data, idx, fi, start, stop, cals, mult):
        assert self.filenames[fi].name == "some.lab" and self.info["nchan"] == 4 and mult is None
        assert data.shape[0] == len(cals) and data.shape[1] == stop - start
        data[:] = self._value(np.arange(4)[idx][:, None], np.arange(start, stop)) * cals


WANT = 1e-6 * (1000.0 * np.arange(4)[:, None] + 2.0 * np.arange(5, 5 + N))


def test_a_class_of_ones_own_reads_when_samples_are_needed():
    raw = RawLab()
    assert (len(raw), raw.first_samp, raw.last_samp, raw.duration) == (N, 5, N + 4, 60.0)
    assert not raw.preload and raw.orig_format == "int" and raw.buffer_size_sec == 2.0
    assert "some.lab" in repr(raw) and "00:01:00" in raw._repr_html_()
    np.testing.assert_array_equal(raw.get_data(), WANT)
    np.testing.assert_array_equal(raw.get_data([2, 0], 7, 99), WANT[[2, 0], 7:99])
    part = raw.copy().crop(1, 2).pick([3, 1])
    del raw
    gc.collect()
    np.testing.assert_array_equal(part.get_data(), WANT[[3, 1], 1000:2001])
    assert part.set_channel_types({"1": "misc"}, on_unit_change="ignore").get_channel_types() == ["eeg", "misc"]


def test_what_reads_lets_go_of_the_recording():
    raw = RawLab()
    gone = weakref.ref(raw)
    copy = raw.copy()
    del raw
    gc.collect()
    assert gone() is None
    np.testing.assert_array_equal(copy.get_data(), WANT)


def test_samples_come_from_memory_a_mapped_file_or_an_array(tmp_path):
    for preload in (True, tmp_path / "map", str(tmp_path / "another")):
        raw = RawLab(preload)
        assert raw.preload
        np.testing.assert_array_equal(raw._data, WANT)
    raw = mne.io.BaseRaw(mne.create_info(2, 10.0, "eeg"), np.ones((2, 30)), first_samps=[7])
    assert raw.preload and raw.filenames == (None,) and (raw.first_samp, raw.last_samp) == (7, 36)


def test_what_is_made_of_it_is_as_of_any_recording(tmp_path):
    raw, plain = RawLab(), mne.io.RawArray(WANT, RawLab().info, first_samp=5)
    events = mne.make_fixed_length_events(raw, duration=1.0)
    for make in (
        lambda r: mne.Epochs(r, events, tmin=0, tmax=0.5, baseline=None).get_data(),
        lambda r: mne.Epochs(r, events, tmin=0, tmax=0.5, baseline=None).average().data,
        lambda r: r.copy().set_eeg_reference().get_data(),
        lambda r: r.copy().set_eeg_reference().load_data().get_data(),
        lambda r: r.copy().load_data().filter(None, 40.0).get_data(),
        lambda r: r.compute_psd(fmax=50).get_data(),
        lambda r: mne.compute_raw_covariance(r)["data"],
        lambda r: mne.concatenate_raws([r.copy(), r.copy()]).get_data(),
        lambda r: pickle.loads(pickle.dumps(r)).get_data(),
    ):
        np.testing.assert_allclose(make(raw), make(plain), rtol=1e-12, atol=1e-20)  # rounding of operators
    raw.save(tmp_path / "x_raw.fif", fmt="int")
    np.testing.assert_allclose(
        mne.io.read_raw_fif(tmp_path / "x_raw.fif").get_data(), WANT, rtol=1e-8, atol=1e-12
    )  # a calibration is 32 bit


def test_several_files_follow_each_other():
    class Two(mne.io.BaseRaw):
        def _read_segment_file(self, data, idx, fi, start, stop, cals, mult):
            data[:] = 100 * fi + np.arange(start, stop)

    raw = Two(mne.create_info(1, 10.0, "eeg"), False, [3, 20], [7, 22], ["a", "b"], [{}, {}])
    assert raw.get_data().tolist() == [[3, 4, 5, 6, 7, 120, 121, 122]]


@pytest.mark.parametrize("use", [
    lambda raw: raw.get_data(), lambda raw: raw.load_data(), lambda raw: raw.compute_psd(),
    lambda raw: mne.Epochs(raw, [[1000, 0, 1], [2000, 0, 1]], tmin=0, tmax=0.5, baseline=None).load_data(),
])  # fmt: skip
def test_errors_of_a_reader_come_out_as_they_are(use):
    class Broken(RawLab):
        def _read_segment_file(self, *args):
            raise LookupError("the tape is torn")

    with pytest.raises(LookupError, match="the tape is torn"):
        use(Broken())


def test_several_threads_read_one_after_the_other():
    inside, errors = [], []

    class Watched(RawLab):
        def _read_segment_file(self, data, *args):
            inside.append(1)
            assert len(inside) == 1
            super()._read_segment_file(data, *args)
            inside.pop()

    raw = Watched()

    def work(own):
        try:
            for _ in range(3):
                np.testing.assert_array_equal(own.get_data(stop=3000), WANT[:, :3000])
                own.copy().load_data()
                mne.Epochs(own, [[1000, 0, 1], [2000, 0, 1]], tmin=0, tmax=0.5, baseline=None).average()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(own,)) for own in (raw, raw, raw.copy())]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not errors and not any(thread.is_alive() for thread in threads)


def test_a_recording_without_a_reader_says_so_when_asked_for_samples():
    raw = mne.io.BaseRaw(mne.create_info(1, 1000.0, "eeg"), last_samps=[3 * 3600 * 1000 - 1])
    assert raw.duration == 3 * 3600 and raw.times[-1] == raw.tmax and "03:00:00" in raw._repr_html_()
    with pytest.raises(
        NotImplementedError, match=r"BaseRaw has no samples to give: it must have _read_segment_file\(\)"
    ):
        raw.get_data()


@pytest.mark.parametrize(("wrong", "rule"), [
    (dict(), "last_samps, the number of the last sample of each file, must be given"),
    (dict(last_samps=[9.5]), r"last_samps must be whole numbers of samples; got \[9.5\]"),
    (dict(last_samps=[9, 10]), r"last_samps must have one entry per file \(1"),
    (dict(last_samps=[9], first_samps=[10]), "last_samps must not lie before first_samps"),
    (dict(last_samps=[9], raw_extras=[{}, {}]), "raw_extras must have one entry per file"),
    (dict(last_samps=[9], orig_units={"Pz": "uV"}), "orig_units must say a unit for each channel; there is none for '0'"),
    (dict(last_samps=[9], orig_units=True), "orig_units must be a dict"),
    (dict(last_samps=[9], orig_format="long"), "orig_format must be one of"),
    (dict(last_samps=[9], buffer_size_sec=0), "buffer_size_sec must be > 0 s"),
])  # fmt: skip
def test_what_contradicts_itself_is_refused(wrong, rule):
    with pytest.raises(ValueError, match=rule):
        mne.io.BaseRaw(mne.create_info(1, 10.0, "eeg"), **wrong)


def test_units_of_the_file_stay_with_their_channels():
    raw = RawLab(True)
    raw._units = dict(zip(raw.ch_names, ["µV", "mV", "V", "n/a"]))
    raw.rename_channels({"0": "1", "1": "0"})
    assert raw._orig_units == {"1": "µV", "0": "mV", "2": "V", "3": "n/a"}
    some, rest = raw.copy().pick(["2"]), raw.copy().pick(["0", "1"])
    assert some._orig_units == {"2": "V"}
    assert some.add_channels([rest])._orig_units == {"2": "V", "0": "mV", "1": "µV"}


def test_a_last_buffer_that_is_not_full_is_left_out_for_maxfilter(tmp_path):
    raw = mne.io.RawArray(np.arange(950.0)[None], mne.create_info(1, 100.0, "eeg"))
    for kept, settings in (
        (800, {}),
        (900, dict(tmax=9.2)),
        (950, dict(drop_small_buffer=False)),
        (250, dict(tmax=2.49)),
    ):
        size = 4 if settings.get("tmax", 0) < 9 else 3
        raw.save(
            tmp_path / "x_raw.fif", overwrite=True, buffer_size_sec=size, **{"drop_small_buffer": True, **settings}
        )
        assert mne.io.read_raw_fif(tmp_path / "x_raw.fif").n_times == kept
