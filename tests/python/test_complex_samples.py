"""Complex samples: carried, cut, averaged, kept in files; and refused by what works on real ones.

Truth: the same done to arrays of complex numbers.
"""

import copy
import pickle

import numpy as np
import pytest
from conftest import make_epochs, make_raw
from ranvier.errors import ConflictError

import ranvier.meeg as mne
from ranvier.meeg import preprocessing


def analytic(x):
    """x + i H[x] by its definition: no negative frequencies."""
    n = x.shape[-1]
    spectrum = np.fft.fft(x)
    spectrum[..., 1 : (n + 1) // 2] *= 2
    spectrum[..., n // 2 + 1 :] = 0
    return np.fft.ifft(spectrum)


def complex_raw(**own):
    return make_raw(**own).apply_hilbert(n_fft=None)


def complex_epochs():
    return make_epochs().pick("eeg").apply_hilbert(n_fft=None)


EACH = pytest.mark.parametrize("make", [complex_raw, complex_epochs, lambda: complex_epochs().average()])


@pytest.mark.parametrize("make", [make_raw, make_epochs, lambda: make_epochs().average()])
def test_the_analytic_signal_has_no_negative_frequencies(make):
    inst = make().pick("eeg")
    before = inst.get_data()
    made = inst.copy().apply_hilbert(n_fft=None).get_data()
    assert made.dtype == complex and np.array_equal(made.real, before)
    np.testing.assert_allclose(made, analytic(before), atol=1e-18)
    few = inst.copy().apply_hilbert(picks=["Cz"], n_fft=None).get_data()
    k = inst.ch_names.index("Cz")
    np.testing.assert_allclose(few[..., k, :], made[..., k, :], atol=1e-18)
    assert not np.delete(few, k, axis=-2).imag.any()
    padded = inst.copy().apply_hilbert(n_fft="auto").get_data()
    np.testing.assert_allclose(abs(padded), inst.apply_hilbert(envelope=True).get_data(), rtol=1e-9)


@pytest.mark.parametrize("preload", [True, False])
def test_epochs_of_complex_recordings_are_their_pieces(preload):
    raw = complex_raw(stim=True)
    raw.set_annotations(mne.Annotations([2.9], [0.3], ["bad_x"]))
    events = mne.find_events(make_raw(stim=True))
    epochs = mne.Epochs(raw, events, tmin=-0.1, tmax=0.2, preload=preload)
    whole = raw.get_data()
    pieces = np.array([whole[:, s - 20 : s + 41] for s, _, _ in events])
    for channel in range(13):
        pieces[:, channel] -= pieces[:, channel, :21].mean(axis=-1, keepdims=True)
    kept = epochs.drop_bad().selection
    assert 0 < len(kept) < len(events) and ("bad_x",) in epochs.drop_log
    np.testing.assert_allclose(epochs.get_data(), pieces[kept], atol=1e-18)
    np.testing.assert_allclose(epochs.average().data, pieces[kept, :13].mean(axis=0), atol=1e-18)
    eeg = pieces[kept, :13]
    median = np.median(eeg.real, axis=0) + 1j * np.median(eeg.imag, axis=0)  # of each part, as MNE-Python
    np.testing.assert_allclose(epochs.average(method="median").data, median, atol=1e-18)
    np.testing.assert_allclose(np.array(list(epochs)), pieces[kept], atol=1e-18)
    with pytest.raises(ConflictError, match="reject= and flat= is of real samples"):
        mne.Epochs(raw, events, reject={"eeg": 1})
    with pytest.raises(ConflictError, match="standard_error.. is of real samples"):
        epochs.standard_error()


def test_what_is_chosen_and_changed_is_that_of_both_parts():
    epochs = complex_epochs()
    data, times = epochs.get_data(), epochs.times
    part = epochs["left"].copy().pick(["Cz", "C3"]).crop(0, 0.2).shift_time(1.0)
    at = (times >= -1e-9) & (times <= 0.2 + 1e-9)
    rows = [epochs.ch_names.index(name) for name in ("Cz", "C3")]
    wanted = data[epochs.events[:, 2] == 1][:, rows][..., at]
    assert np.array_equal(part.get_data(), wanted) and part.times[0] == pytest.approx(1.0)
    assert np.array_equal(part.copy().decimate(2).get_data(), wanted[..., ::2])
    assert np.array_equal(part.copy().drop([0]).get_data(), wanted[1:])
    joined = mne.concatenate_epochs([part, part]).get_data()
    assert np.array_equal(joined, np.concatenate([wanted, wanted]))
    mean = epochs.copy().set_eeg_reference().get_data().mean(axis=1)
    assert np.abs(mean).max() < 1e-18
    epochs.info["bads"] = ["Cz"]  # of which neither part knows more than the other: it is not in the mean, and stays
    bad = epochs.ch_names.index("Cz")
    wanted = data - np.delete(data, bad, axis=1).mean(axis=1, keepdims=True)
    wanted[:, bad] = data[:, bad]
    np.testing.assert_allclose(epochs.copy().set_eeg_reference().get_data(), wanted, atol=1e-18)
    named = complex_epochs().rename_channels({"Cz": "middle"}).pick(["middle"])
    assert np.array_equal(named.get_data()[:, 0], data[:, epochs.ch_names.index("Cz")])


def test_filters_and_averages_are_linear():
    raw = complex_raw()
    filtered = raw.copy().filter(1, 30).get_data()
    for part, real in (("real", raw.get_data().real), ("imag", raw.get_data().imag)):
        alone = mne.io.RawArray(real, make_raw().info).filter(1, 30).get_data()
        assert np.array_equal(getattr(filtered, part), alone)
    a, b = (complex_epochs()[name].average() for name in ("left", "right"))
    assert np.array_equal(mne.combine_evoked([a, b], [1, -1]).data, a.data - b.data) and np.array_equal(
        (-a).data, -a.data
    )
    with pytest.raises(ConflictError, match="do not go together"):
        mne.combine_evoked([a, make_epochs().average()], [1, -1])


@EACH
@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda x: x.copy(), lambda x: pickle.loads(pickle.dumps(x))])
def test_copies_share_nothing(make, duplicate):
    inst = make()
    other = duplicate(inst)
    before = inst.get_data()
    assert other == inst and np.array_equal(other.get_data(), before) and type(other) is type(inst)
    other.pick(["Cz"])
    assert np.array_equal(inst.get_data(), before)


@EACH
def test_functions_make_complex_samples_real_and_real_ones_complex(make):
    inst = make()
    before = inst.get_data()
    assert np.array_equal(inst.copy().apply_function(np.abs, dtype=float).get_data(), abs(before))
    assert np.array_equal(
        inst.copy().apply_function(np.angle, dtype=np.float64, channel_wise=False).get_data(), np.angle(before)
    )
    twice = inst.copy().apply_function(lambda x: 2j * x)
    assert np.array_equal(twice.get_data(), 2j * before)
    real = inst.copy().apply_function(np.real, dtype=float)
    assert np.array_equal(real.copy().apply_function(lambda x: 1j * x, dtype=complex).get_data(), 1j * before.real)
    with pytest.raises(ConflictError, match="pass dtype=complex"):
        real.apply_function(lambda x: 1j * x)
    with pytest.raises(ConflictError, match="would lose the imaginary parts of channels that are not picked"):
        inst.apply_function(np.abs, picks=["Cz"], dtype=float)
    if not isinstance(inst, mne.io.BaseRaw):
        return
    inst._data = before[:, ::-1]
    assert np.array_equal(inst.get_data(), before[:, ::-1])
    inst._data = before.real
    assert inst.get_data().dtype == float and np.array_equal(inst.get_data(), before.real)


@EACH
@pytest.mark.parametrize("work", [
    lambda x: x.compute_psd(), lambda x: x.compute_tfr("morlet", [10.0], n_cycles=2), lambda x: x.plot(show=False),
    lambda x: x.interpolate_bads(), lambda x: x.apply_hilbert(), lambda x: x.savgol_filter(10),
    lambda x: x.add_channels([x.copy().rename_channels(lambda name: name + "2")]),
])  # fmt: skip
def test_what_works_on_real_samples_refuses_complex_ones(make, work):
    inst = make()
    inst.info["bads"] = ["Cz"]
    before = inst.get_data()
    with pytest.raises(
        ConflictError, match="is of real samples, and these are complex; apply_function.numpy.abs, dtype=float"
    ):
        work(inst)
    assert np.array_equal(inst.get_data(), before)
    with pytest.raises(ValueError, match="read-only"):
        inst._data[...] = 0


def ica_of_real_samples():
    with pytest.warns(Warning):
        return preprocessing.ICA(2, max_iter=1, random_state=0).fit(make_raw())


of_ica = (
    lambda x: ica_of_real_samples().get_sources(x),
    lambda x: ica_of_real_samples().get_explained_variance_ratio(x),
)


@pytest.mark.parametrize(("make", "refused"), [
    (complex_raw, [lambda x: x.describe(), lambda x: mne.viz.plot_raw(x), lambda x: mne.find_events(x, "Cz"), lambda x: x.notch_filter(50), lambda x: x.rescale(2.0), lambda x: x.append(complex_raw()), *of_ica]),
    (complex_epochs, [lambda x: mne.viz.plot_epochs_image(x), lambda x: mne.viz.plot_epochs(x), lambda x: x.subtract_evoked(), lambda x: x.drop_bad(reject={"eeg": 1}), lambda x: mne.compute_covariance(x), *of_ica, lambda x: preprocessing.AutoReject(cv=2).fit(x), lambda x: preprocessing.Ransac().fit(x)]),
    (lambda: complex_epochs().average(), [lambda x: mne.viz.plot_evoked(x), lambda x: x.get_peak(), lambda x: x.detrend(), *of_ica]),
])  # fmt: skip
def test_so_do_functions_of_each(make, refused):
    inst = make()
    for work in refused:
        with pytest.raises(ConflictError, match="of real samples"):
            work(inst)


@pytest.mark.filterwarnings("ignore:complex samples are written")
@pytest.mark.parametrize("fmt, rtol", [("single", 1e-6), ("double", 1e-15)])
@pytest.mark.parametrize("ending", [".fif", ".fif.gz"])
def test_complex_recordings_come_back_from_files(tmp_path, fmt, rtol, ending):
    raw = complex_raw(stim=True, first_samp=30)
    raw.set_annotations(mne.Annotations([1.0], [0.5], ["x"]))
    raw.save(tmp_path / f"a_raw{ending}", fmt=fmt)
    for preload in (False, True):
        back = mne.io.read_raw_fif(tmp_path / f"a_raw{ending}", preload=preload)
        np.testing.assert_allclose(back.get_data(), raw.get_data(), rtol=rtol, atol=1e-20)
        np.testing.assert_allclose(back["Cz", 100:200][0], raw["Cz", 100:200][0], rtol=rtol, atol=1e-20)
        assert back.first_samp == 30 and back.annotations == raw.annotations
        assert back.copy().crop(1, 2).pick(["Cz"]).get_data().shape == (1, 201)
    with pytest.warns(RuntimeWarning, match="complex samples are written"):
        back.crop(0, 1).save(tmp_path / f"b_raw{ending}", tmax=0.5)
    with pytest.raises(ValueError, match='written as "single" or "double"; got "short"'):
        raw.save(tmp_path / "c_raw.fif", fmt="short")


@pytest.mark.filterwarnings("ignore:complex samples are written")
def test_complex_recordings_are_split_over_files_by_their_size(tmp_path):
    data = np.random.default_rng(0).standard_normal((8, 60_000)) * np.exp(1j)
    paths = mne.io.RawArray(data, mne.create_info(8, 1000.0, "eeg")).save(
        tmp_path / "a_raw.fif", split_size="3MB", fmt="double"
    )
    assert len(paths) > 2 and max(path.stat().st_size for path in paths) <= 3 * 2**20
    assert np.array_equal(mne.io.read_raw_fif(paths[0]).get_data(), data)


@pytest.mark.parametrize("fmt, rtol", [("single", 1e-6), ("double", 1e-15)])
@pytest.mark.parametrize("ending", ["-epo.fif", "-epo.fif.gz"])
def test_complex_epochs_come_back_from_files(tmp_path, fmt, rtol, ending):
    epochs = complex_epochs()
    epochs.save(tmp_path / f"a{ending}", fmt=fmt)
    back = mne.read_epochs(tmp_path / f"a{ending}")
    np.testing.assert_allclose(back.get_data(), epochs.get_data(), rtol=rtol, atol=1e-20)
    assert back.drop_log == epochs.drop_log and np.array_equal(
        back["left"].get_data(), back.get_data()[back.events[:, 2] == 1]
    )


def test_complex_epochs_are_split_over_files_by_their_size(tmp_path):
    info = mne.create_info(4, 1000.0, "eeg")
    data = np.random.default_rng(0).standard_normal((100, 4, 2000)) * np.exp(1j)
    paths = mne.EpochsArray(data, info).save(tmp_path / "a-epo.fif", split_size="3MB", fmt="double")
    assert len(paths) > 4 and max(path.stat().st_size for path in paths) <= 3 * 2**20
    assert np.array_equal(mne.read_epochs(paths[0]).get_data(), data)


def test_complex_and_real_averages_share_a_file(tmp_path):
    averages = [complex_epochs().average(), make_epochs().average()]
    mne.write_evokeds(tmp_path / "a-ave.fif", averages)
    for back, evoked in zip(mne.read_evokeds(tmp_path / "a-ave.fif"), averages):
        assert back.data.dtype == evoked.data.dtype
        np.testing.assert_allclose(back.data, evoked.data, rtol=1e-6, atol=1e-13)
