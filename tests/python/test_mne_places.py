"""Where data sets lie, digitised points from files, and names about figures and exports that scripts for MNE-Python use."""

import json
import pathlib
import sys

import numpy as np
import pytest
from ranvier.errors import FileError

import ranvier.meeg as mne


@pytest.fixture
def nowhere(tmp_path, monkeypatch):
    """A home without data sets, and no variable that says where they are."""
    for name in (
        "MNE_DATA",
        "MNE_DATASETS_SAMPLE_PATH",
        "MNE_DATASETS_BRAINSTORM_PATH",
        "PHYSIONET_SLEEP_PATH",
        "APPDATA",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("_MNE_FAKE_HOME_DIR", str(tmp_path / "home"))
    (tmp_path / "home" / ".mne").mkdir(parents=True)
    return tmp_path


def put(folder, name="MNE-sample-data"):
    (folder / name).mkdir(parents=True)
    return folder / name


def configured(nowhere, **settings):
    (nowhere / "home" / ".mne" / "mne-python.json").write_text(json.dumps(settings))


def test_a_data_set_is_found_where_mne_python_keeps_it(nowhere, monkeypatch):
    data_path = mne.datasets.sample.data_path
    by_default = put(nowhere / "home" / "mne_data")
    assert data_path() == by_default
    general = put(nowhere / "general")
    configured(nowhere, MNE_DATA=str(nowhere / "general"))
    assert data_path() == general and mne.datasets.default_path() == nowhere / "general"
    monkeypatch.setenv("MNE_DATA", str(nowhere / "other"))
    assert data_path() == general, "the variable's folder holds none"
    other = put(nowhere / "other")
    assert data_path() == other
    own = put(nowhere / "own")
    configured(nowhere, MNE_DATASETS_SAMPLE_PATH=str(nowhere / "own"))
    assert data_path() == own
    variable = put(nowhere / "variable")
    monkeypatch.setenv("MNE_DATASETS_SAMPLE_PATH", str(nowhere / "variable"))
    assert data_path() == variable
    given = put(nowhere / "given")
    assert data_path(path=nowhere / "given") == data_path(str(given)) == given
    assert mne.datasets.has_dataset("sample") and not mne.datasets.has_dataset("bst_raw")
    (variable / "version.txt").write_text("1.2\n")
    assert mne.datasets.sample.get_version() == "1.2"


def test_where_a_data_set_is_absent_the_error_says_where_it_was_looked_for_and_how_to_get_it(nowhere, monkeypatch):
    monkeypatch.setenv("MNE_DATA", str(nowhere / "other"))
    with pytest.raises(FileError) as error:
        mne.datasets.sample.data_path()
    for words in ("the data set sample is not on this machine", str(nowhere / "other" / "MNE-sample-data"),
                  str(nowhere / "home" / "mne_data" / "MNE-sample-data"), "https://osf.io/download/86qa2",
                  "MNE_DATASETS_SAMPLE_PATH"):  # fmt: skip
        assert words in str(error.value), words
    with pytest.raises(FileError) as error:
        mne.datasets.sample.data_path(path=nowhere / "given")
    assert str(nowhere / "given") in str(error.value) and "mne_data" not in str(error.value)
    assert mne.datasets.sample.data_path(download=False) == pathlib.Path("")
    with pytest.raises(NotImplementedError, match="force_update=True"):
        mne.datasets.sample.data_path(force_update=True)
    (nowhere / "home" / ".mne" / "mne-python.json").write_text("{")
    with pytest.raises(FileError, match="mne-python.json is not JSON"):
        mne.datasets.sample.data_path()


def test_data_sets_are_modules_as_in_mne_python(nowhere):
    from ranvier.meeg.datasets import brainstorm, multimodal, somato, spm_face, testing
    from ranvier.meeg.datasets.brainstorm import bst_raw
    from ranvier.meeg.datasets.brainstorm.bst_auditory import data_path  # noqa: F401
    from ranvier.meeg.datasets.sample import data_path as of_sample

    assert brainstorm.bst_raw is bst_raw and sys.modules["ranvier.meeg.datasets.brainstorm.bst_raw"] is bst_raw
    place = put(nowhere / "home" / "mne_data", "MNE-brainstorm-data/bst_raw")
    assert bst_raw.data_path(accept=True) == place
    assert of_sample(download=False) == somato.data_path(download=False) == pathlib.Path("")
    for module in (multimodal, spm_face, testing):
        with pytest.raises(FileError, match="is not on this machine"):
            module.data_path()
    with pytest.raises(ValueError, match="name must be that of a data set, one of bst_auditory"):
        mne.datasets.has_dataset("nothing")


def test_nights_of_sleep_are_found(nowhere):
    from ranvier.meeg.datasets.sleep_physionet.age import fetch_data

    folder = put(nowhere / "home" / "mne_data", "physionet-sleep-data")
    names = ["SC4001E0-PSG.edf", "SC4001EC-Hypnogram.edf", "SC4131E0-PSG.edf", "SC4131EC-Hypnogram.edf"]
    for name in names:
        (folder / name).touch()
    assert fetch_data([0], [1]) == [[folder / names[0], folder / names[1]]]
    with pytest.warns(RuntimeWarning, match="no night 2 of subject 13"):
        assert fetch_data(subjects=[13], on_missing="warn") == [[folder / names[2], folder / names[3]]]
    with pytest.raises(ValueError, match="no night 1 of subject 39"):
        fetch_data([39])
    with pytest.raises(FileError, match=r"SC4012\*-PSG.edf.*physionet.org.*PHYSIONET_SLEEP_PATH"):
        fetch_data([1], [2])
    with pytest.raises(ValueError, match="subjects are numbered from 0 to 82; got 90"):
        fetch_data([90])


def test_the_name_of_the_browser_is_kept():
    assert mne.viz.get_browser_backend() == "matplotlib"
    with mne.viz.use_browser_backend("qt"):
        assert mne.viz.get_browser_backend() == "qt"
    assert mne.viz.get_browser_backend() == "matplotlib"
    with pytest.raises(RuntimeError), mne.viz.use_browser_backend("qt"):
        raise RuntimeError
    assert mne.viz.get_browser_backend() == "matplotlib"
    with pytest.raises(ValueError, match="backend_name must be one of 'matplotlib', 'qt', 'page'; got 'gtk'"):
        mne.viz.set_browser_backend("gtk")


def test_recordings_are_exported_and_what_has_no_writer_says_so(tmp_path):
    raw = mne.io.RawArray(np.random.default_rng(0).standard_normal((2, 400)) * 1e-5, mne.create_info(2, 100.0, "eeg"))
    mne.export.export_raw(tmp_path / "a.edf", raw, physical_range="channelwise")
    np.testing.assert_allclose(mne.io.read_raw_edf(tmp_path / "a.edf").get_data(), raw.get_data(), atol=1e-8)
    epochs = mne.make_fixed_length_epochs(raw, 1.0, preload=True)
    mne.export.export_epochs(tmp_path / "a.set", epochs)
    np.testing.assert_allclose(mne.read_epochs_eeglab(tmp_path / "a.set").get_data(), epochs.get_data(), rtol=2.0**-23)
    with pytest.raises(NotImplementedError, match=r"averages as MFF is not in Ranvier yet; use write_evokeds"):
        mne.export.export_evokeds(tmp_path / "a.mff", epochs.average())
    for name, fmt in [("a.vhdr", "auto"), ("a.edf", "EDF")]:
        with pytest.raises(ValueError, match=r"a format that holds averages; got '(vhdr|edf)'; write_evokeds"):
            mne.export.export_evokeds(tmp_path / name, epochs.average(), fmt=fmt)
    with pytest.raises(FileExistsError):
        mne.export.export_raw(tmp_path / "a.edf", raw)


def written(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    return tmp_path / name


def test_points_of_neuroscan_localite_and_polhemus(tmp_path):
    dat = written(tmp_path, "a.dat", "NA 78 0 10 0\nLE 76 -7 0 0\nRE 82 7 0 0\nCz 1 0 0 9\nOz 2 0 -8 1\nC 67 0 0 0\n")
    places = mne.channels.read_dig_dat(dat).get_positions()
    assert list(places["ch_pos"]) == ["Cz", "Oz"] and places["ch_pos"]["Oz"].tolist() == [0, -8, 1]
    assert places["nasion"].tolist() == [0, 10, 0] and places["rpa"].tolist() == [7, 0, 0]

    csv = written(tmp_path, "a.csv", "id,name,x,y,z\n1,Cz,0,0,90\n2,nas,0,100,0\n3,Oz,1.5,-80,10\n")
    places = mne.channels.read_dig_localite(csv, nasion="nas").get_positions()
    assert list(places["ch_pos"]) == ["Cz", "Oz"] and places["ch_pos"]["Oz"].tolist() == [0.0015, -0.08, 0.01]
    assert places["nasion"].tolist() == [0, 0.1, 0] and places["lpa"] is None

    scan = written(tmp_path, "a.txt", "% FastSCAN points\n% mm\n1.0 2.0 3.0\n-4 5e1 6\n")
    np.testing.assert_allclose(
        mne.channels.read_polhemus_fastscan(scan), [[0.001, 0.002, 0.003], [-0.004, 0.05, 0.006]]
    )
    assert mne.channels.read_polhemus_fastscan(scan, unit="m")[0].tolist() == [1, 2, 3]


HSP = """3\t200
//Shape file
3\t
//Position of fiducials X+, Y+, Y- on the subject
%F\t0.11\t0.0\t0.0
%F\t-0.001\t0.08\t0.0
%F\t0.001\t-0.08\t0.0
//No of rows, no of columns; position of digitized points
2\t3
0.01\t0.02\t0.1
-0.01\t0.02\t0.11
"""


def test_points_of_polhemus_isotrak(tmp_path):
    places = mne.channels.read_dig_polhemus_isotrak(written(tmp_path, "a.hsp", HSP)).get_positions()
    assert places["nasion"].tolist() == [0.11, 0, 0] and places["lpa"].tolist() == [-0.001, 0.08, 0]
    assert places["hsp"].tolist() == [[0.01, 0.02, 0.1], [-0.01, 0.02, 0.11]]
    named = mne.channels.read_dig_polhemus_isotrak(tmp_path / "a.hsp", ch_names=["a", "b"], unit="cm").get_positions()
    assert named["ch_pos"]["b"].tolist() == [-0.0001, 0.0002, 0.0011] and named["hsp"] is None
    coils = "3 2\n//Probe file\n3\n%F 0.11 0 0\n%F 0 0.08 0\n%F 0 -0.08 0\n//Sensor name\n%N 1\n0.1 0.01 0.02\n%N 2\n0.1 0.03 0.02\n"
    coils = written(tmp_path, "a.elp", coils)
    assert mne.channels.read_dig_polhemus_isotrak(coils).get_positions()["hpi"].tolist() == [
        [0.1, 0.01, 0.02],
        [0.1, 0.03, 0.02],
    ]
    with pytest.raises(ValueError, match="ch_names must have one name for each of the 2 points; got 1"):
        mne.channels.read_dig_polhemus_isotrak(coils, ["a"])


@pytest.mark.parametrize(
    "read, name, text, words",
    [("read_dig_dat", "a.dat", "Cz 1 0 0\n", "line 1: a line must hold label, number, x, y, z; got 4 words"),
     ("read_dig_dat", "a.dat", "\nCz 1 0 0 up\n", "line 2: a point must have three numbers x, y, z; got '0 0 up'"),
     ("read_dig_localite", "a.csv", "id\n1,Cz,0,0\n", "line 2: a line must hold number, label, x, y, z; got 4 words"),
     ("read_dig_localite", "a.csv", "id\n1,Cz,0,0,nan\n", "line 2: a point must have three numbers x, y, z; got '0 0 nan'"),
     ("read_dig_localite", "a.csv", "id\nx,Cz,0,0,1\n", "line 2: a number and a label of its own must stand first"),
     ("read_dig_localite", "a.csv", "id\n1,Cz,0,0,1\n2,Cz,0,0,1\n", "line 3: a number and a label of its own"),
     ("read_dig_localite", "a.csv", "nothing\n", "holds no point"),
     ("read_dig_hpts", "a.hpts", "# x\neeg Fz 0 0\n", "line 2: a line must hold a kind (cardinal, eeg, hpi, extra), label"),
     ("read_dig_hpts", "a.hpts", "egg Fz 0 0 1\n", "line 1: a line must hold a kind"),
     ("read_dig_hpts", "a.hpts", "eeg Fz 0 0 inf\n", "line 1: a point must have three numbers x, y, z; got '0 0 inf'"),
     ("read_dig_hpts", "a.hpts", "# nothing\n", "holds no point"),
     ("read_polhemus_fastscan", "a.txt", "1 2 3\n", "has no header of Polhemus FastSCAN; if it holds points"),
     ("read_polhemus_fastscan", "a.txt", "% FastSCAN\n1 2\n", "line 2: a point must have three numbers"),
     ("read_polhemus_fastscan", "a.dat", "% FastSCAN\n", "the ending of fname must be one of '.txt'"),
     ("read_dig_polhemus_isotrak", "a.hsp", "1 2 3\n", "must begin with three landmarks, nasion, lpa and rpa; it holds 1"),
     ("read_dig_polhemus_isotrak", "a.hsp", HSP[:-20], "line 10: a point must have three numbers x, y, z; got '0.01 0.02'"),
     ("read_dig_polhemus_isotrak", "a.hsp", HSP[:-17], "announces 2 points; it holds 1")],
)  # fmt: skip
def test_files_of_points_that_are_none_say_where(tmp_path, read, name, text, words):
    with pytest.raises(ValueError) as error:
        getattr(mne.channels, read)(written(tmp_path, name, text))
    assert words in str(error.value)


def test_landmarks_come_back_from_a_file(tmp_path):
    montage = mne.channels.make_dig_montage(
        nasion=[0, 0.1, 0], lpa=[-0.08, 0, 0], rpa=[0.08, 0, 0.01], coord_frame="mri"
    )
    mne.io.write_fiducials(tmp_path / "a-fiducials.fif", montage.dig, "mri")
    points, frame = mne.io.read_fiducials(tmp_path / "a-fiducials.fif")
    assert frame == 5 and [p["ident"] for p in points] == [p["ident"] for p in montage.dig]
    np.testing.assert_allclose([p["r"] for p in points], [p["r"] for p in montage.dig], atol=1e-8)
    mne.io.write_fiducials(tmp_path / "b-fiducials.fif", [{"kind": 1, "ident": 2, "r": [0, 0.1, 0]}], coord_frame=4)
    assert mne.io.read_fiducials(tmp_path / "b-fiducials.fif")[1] == 4
    with pytest.raises(ValueError, match="all points must be in the frame coord_frame, 4; got one in frame 5"):
        mne.io.write_fiducials(tmp_path / "c-fiducials.fif", montage.dig, "head")
    with pytest.raises(FileExistsError):
        mne.io.write_fiducials(tmp_path / "b-fiducials.fif", montage.dig, "mri")
    mne.io.write_info(tmp_path / "x-info.fif", mne.create_info(1, 100.0))
    with pytest.raises(FileError, match="holds no digitised points"):
        mne.io.read_fiducials(tmp_path / "x-info.fif")


def test_an_info_forgets_who_was_measured():
    info = mne.create_info(1, 100.0)
    info["experimenter"] = "somebody"
    assert mne.io.anonymize_info(info) is info and info["experimenter"] != "somebody"


plt = pytest.importorskip("matplotlib.pyplot")


def placed(n_epochs=5):
    names = ["Fz", "Cz", "Pz", "C3", "C4", "Oz"]
    info = mne.create_info(names, 100.0, "eeg").set_montage("colin27_1020")
    data = np.random.default_rng(4).standard_normal((n_epochs, 6, 40)) * 1e-6
    return mne.EpochsArray(data, info, tmin=-0.1)


def test_traces_lie_where_their_channels_are():
    evoked = placed().average()
    figure = evoked.plot_topo(ylim={"eeg": (-2, 2)}, vline=None, show=False)
    (axes,) = figure.axes
    traces = [line for line in axes.lines if len(line.get_xdata()) == 40]
    middles = {n: (line.get_xdata().mean(), line.get_ydata().mean()) for n, line in zip(evoked.ch_names, traces)}
    assert middles["C3"][0] < middles["Cz"][0] < middles["C4"][0]
    assert middles["Oz"][1] < middles["Pz"][1] < middles["Cz"][1] < middles["Fz"][1]
    # The same height stands for the same voltage in each trace.
    ranges = [np.ptp(line.get_ydata()) / np.ptp(np.clip(evoked.data[k] * 1e6, -2, 2)) for k, line in enumerate(traces)]
    np.testing.assert_allclose(ranges, ranges[0])
    assert "-0.1 … 0.29 s, -2 … 2 µV" in [text.get_text() for text in axes.texts]
    assert [t.get_text() for t in axes.texts[:6]] == evoked.ch_names


def test_several_averages_are_told_apart_and_types_have_their_own_picture():
    a, b = placed().average(), placed().average()
    a.comment, b.comment = "one", "two"
    (axes,) = mne.viz.plot_evoked_topo([a, b], color=["r", "b"], show=False).axes
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["one", "two"]
    mixed = a.copy().set_channel_types({"Oz": "ecog", "Pz": "ecog"}, on_unit_change="ignore")
    assert [ax.get_title() for ax in mixed.plot_topo(show=False).axes] == ["EEG (4 channels)", "ECoG (2 channels)"]
    with pytest.raises(ValueError, match="no data channel has a place on the head"):
        mne.EvokedArray(np.zeros((1, 5)), mne.create_info(1, 100.0, "eeg")).plot_topo(show=False)
    with pytest.raises(ValueError, match="color must be one for each of the 2 averages; got 1"):
        mne.viz.plot_evoked_topo([a, b], color="r", show=False)


def test_images_of_epochs_lie_where_their_channels_are():
    epochs = placed()
    axes = epochs.plot_topo_image(vmin=-3, vmax=3, order=[4, 3, 2, 1, 0], show=False).axes[0]
    images = dict(zip(epochs.ch_names, axes.images))
    assert images["C3"].get_extent()[0] < images["C4"].get_extent()[0]
    assert images["Oz"].get_extent()[2] < images["Fz"].get_extent()[2]
    np.testing.assert_allclose(images["Cz"].get_array(), epochs.get_data()[::-1, 1] * 1e6)
    assert images["Cz"].get_clim() == (-3, 3)
