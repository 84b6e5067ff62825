"""Errors of the engine become Python's, with the rule, the value and the place."""

import ast
import os
import pathlib
import signal
import threading
import time
import warnings

import numpy as np
import pytest
from conftest import make_raw

import ranvier
import ranvier.meeg as mne


def test_a_bad_value_is_a_value_error(raw):
    with pytest.raises(ValueError, match="200"):
        raw.filter(None, 200.0)  # above half the sampling rate


def test_a_missing_file_is_a_file_not_found_error_that_knows_its_name(tmp_path):
    with pytest.raises(FileNotFoundError) as error:
        mne.io.read_raw_edf(tmp_path / "none.edf")
    assert isinstance(error.value, OSError)
    assert error.value.filename == str(tmp_path / "none.edf")
    assert "none.edf" in str(error.value)


def test_a_damaged_file_is_an_os_error_that_knows_name_and_byte(tmp_path):
    path = tmp_path / "damaged_raw.fif"
    path.write_bytes(b"\0" * 100)
    with pytest.raises(OSError) as error:
        mne.io.read_raw_fif(path)
    assert isinstance(error.value, ranvier.FileError)
    assert error.value.filename == str(path)
    assert error.value.offset is not None


def test_a_file_in_the_way_is_not_replaced(raw, tmp_path):
    path = tmp_path / "x_raw.fif"
    path.write_text("mine")
    with pytest.raises(FileExistsError, match="overwrite=True"):
        raw.save(path)
    assert path.read_text() == "mine"


def test_an_unknown_channel_names_what_may_be_meant(raw):
    with pytest.raises(ValueError, match="Fp1"):
        raw.pick(["Fp11"])


def test_a_warning_of_the_engine_is_a_python_warning_at_the_callers_line(raw):
    outside = mne.Annotations([100.0], [1.0], ["far away"])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        raw.set_annotations(outside)
    assert [w.category for w in caught] == [RuntimeWarning]
    assert caught[0].filename == __file__


def test_a_warning_can_be_made_an_error(raw):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(RuntimeWarning):
            raw.set_annotations(mne.Annotations([100.0], [1.0], ["far away"]))


def test_what_is_warned_of_before_an_error_is_said_with_it_and_not_with_the_next_call(raw):
    evoked = mne.EvokedArray(np.zeros((13, 50)), raw.info)
    events = np.array([[500, 0, 1], [100, 0, 1]])
    for raises, warned in ((lambda: mne.Epochs(raw, events, 1, 0, 0.5, baseline=(3, 4)), "order of time"),
                           (lambda: evoked.crop(-1, -2), "before the data")):  # fmt: skip
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            with pytest.raises(ValueError):
                raises()
            assert len(caught) == 1 and warned in str(caught[0].message) and caught[0].filename == __file__
            raw.copy().filter(1.0, 40.0)
        assert len(caught) == 1
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with pytest.raises(ValueError) as raised:  # the first error counts
                raises()
            assert isinstance(raised.value.__context__, RuntimeWarning) and warned in str(raised.value.__context__)
            raw.copy().filter(1.0, 40.0)


def test_a_thread_is_not_given_the_warnings_of_another(raw):
    outside, inside = mne.Annotations([100.0], [1.0], ["far"]), mne.Annotations([1.0], [1.0], ["near"])
    caught, ending = [], threading.Event()

    def warned(message, category, filename, lineno, file=None, line=None):
        caught.append(threading.current_thread().name)

    def again(annotations):
        mine = raw.copy()
        while not ending.is_set():
            mine.set_annotations(annotations)

    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = warned
        threads = [threading.Thread(target=again, args=(a,), name=a.description[0]) for a in (outside, inside)]
        for thread in threads:
            thread.start()
        time.sleep(0.5)
        ending.set()
        for thread in threads:
            thread.join()
    assert set(caught) == {"far"}


def test_ctrl_c_stops_long_work_and_the_next_call_works():
    raw = make_raw(n_times=400_000, sfreq=1000.0)
    main = threading.main_thread().ident
    assert main == threading.get_ident()

    def interrupt():
        time.sleep(0.15)
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        for _ in range(400):
            raw.filter(1.0, 40.0)
    thread.join()
    raw.copy().crop(0, 1).filter(1.0, 40.0)


def test_work_that_needs_data_in_memory_says_how_to_get_it(data):
    raw = mne.io.read_raw_edf(data / "eegmmidb_S001" / "S001R03.edf")
    with pytest.raises(RuntimeError, match="load_data"):
        raw.filter(1.0, 40.0)


def test_n_jobs_must_be_a_number_of_threads(raw):
    with pytest.raises(ValueError, match="n_jobs"):
        raw.filter(1.0, 40.0, n_jobs="gpu")
    with pytest.raises(TypeError, match="n_jobs"):
        raw.filter(1.0, 40.0, n_jobs=0.5)
    with pytest.raises(ValueError, match="n_jobs"):
        raw.filter(1.0, 40.0, n_jobs=0)


def test_a_script_that_asks_for_cuda_runs_on_the_processor_and_is_told(raw, caplog):
    want = raw.copy().filter(1.0, 40.0).get_data()
    got = raw.filter(1.0, 40.0, n_jobs="cuda", verbose=True).get_data()
    np.testing.assert_array_equal(got, want)
    assert "on the processor" in caplog.text


def test_verbose_shows_progress_on_stderr_and_silence_is_the_default(capfd):
    raw = make_raw()
    raw.filter(1.0, 40.0)
    assert capfd.readouterr() == ("", "")
    raw.filter(1.0, 40.0, verbose=True)
    assert capfd.readouterr().out == ""
    assert np.isfinite(raw.get_data()).all()


def test_log_levels_are_set_and_given_back():
    old = mne.set_log_level("INFO", return_old_level=True)
    with mne.use_log_level("ERROR"):
        pass
    assert mne.set_log_level(old, return_old_level=True) == 20
    with pytest.raises(ValueError, match="verbose"):
        mne.set_log_level("LOUD")


def test_warnings_of_a_call_are_kept_back_by_its_verbose():
    info = mne.create_info(["Cz", "Pz"], 100.0, "eeg")
    with info._unlock():
        info["lowpass"] = 40.0
    raw = mne.io.RawArray(np.zeros((2, 500)), info)
    epochs = mne.EpochsArray(np.zeros((2, 2, 50)), info)
    events = np.array([[100, 0, 1]])
    with pytest.warns(RuntimeWarning, match="alias"):
        epochs.copy().decimate(2, verbose=False)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        mne.Epochs(raw, events, 1, -0.1, 0.3, decim=2, verbose="error")
        epochs.average().decimate(2, verbose="error")
        epochs.copy().drop(0, "USER", "error").decimate(2, 0, verbose="error")
        with pytest.raises(ValueError, match="LOUD"):  # also where it is given by its place
            mne.io.RawArray(np.zeros((2, 500)), info, 0, "auto", "LOUD")


def test_what_takes_verbose_heeds_it():
    source = pathlib.Path(mne.__file__).parent
    for path in source.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.FunctionDef) or path.name == "logs.py":
                continue
            if "verbose" in {a.arg for a in node.args.args + node.args.kwonlyargs}:
                decorators = {ast.unparse(d) for d in node.decorator_list}
                kept = node.name == "__init__" and "self.verbose = verbose" in ast.unparse(node)  # for its methods
                assert kept or decorators & {"_verbose", "verbose"}, f"{path.relative_to(source)}: {node.name}"


def test_a_log_level_of_the_environment_that_is_none_is_refused(monkeypatch):
    old = mne.set_log_level("WARNING", return_old_level=True)
    try:
        monkeypatch.setenv("RANVIER_LOG_LEVEL", "LOUD")
        with pytest.raises(ValueError, match="RANVIER_LOG_LEVEL must be one of DEBUG, .*; got 'LOUD'"):
            mne.set_log_level()
        monkeypatch.setenv("RANVIER_LOG_LEVEL", "info")
        mne.set_log_level()
        assert mne.set_log_level("WARNING", return_old_level=True) == 20
    finally:
        mne.set_log_level(old)
