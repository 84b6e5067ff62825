"""Where electrodes are."""

import numpy as np
import pytest

import ranvier.meeg as mne


def test_standard_montages_are_known_by_name():
    names = mne.channels.get_builtin_montages()
    assert {"colin27_1005", "colin27_1020", "biosemi64"} <= set(names)
    montage = mne.channels.make_standard_montage("colin27_1005")
    places = montage.get_positions()
    assert len(montage.ch_names) > 300 and places["nasion"].shape == (3,) and places["ch_pos"]["Cz"][2] > 0
    with pytest.raises(ValueError, match="colin27_1005"):
        mne.channels.make_standard_montage("colin27_1006")


def test_a_montage_gives_places_in_head_coordinates(raw):
    cz = raw.info["chs"][raw.ch_names.index("Cz")]
    assert cz["coord_frame"] == 4 and cz["loc"][2] > 0.08  # [m] above the ears
    left = raw.info["chs"][raw.ch_names.index("C3")]["loc"][0]
    assert left < 0 < raw.info["chs"][raw.ch_names.index("C4")]["loc"][0]
    assert set(raw.get_montage().ch_names) == set(raw.ch_names)


def test_channels_without_place_are_refused_warned_about_or_ignored():
    info = mne.create_info(["Cz", "Nowhere"], 100.0, "eeg")
    with pytest.raises(ValueError, match="Nowhere"):
        info.copy().set_montage("colin27_1020")
    with pytest.warns(RuntimeWarning, match="Nowhere"):
        info.copy().set_montage("colin27_1020", on_missing="warn")
    info.set_montage("colin27_1020", on_missing="ignore")
    assert np.isfinite(info["chs"][0]["loc"][:3]).all()


def test_a_montage_of_ones_own():
    places = {"a": [0.0, 0.09, 0.03], "b": [0.0, -0.09, 0.03]}
    montage = mne.channels.make_dig_montage(
        places, nasion=[0, 0.1, 0], lpa=[-0.08, 0, 0], rpa=[0.08, 0, 0], coord_frame="head"
    )
    assert montage.ch_names == ["a", "b"] and "3 fiducials, 2 channels" in repr(montage)
    info = mne.create_info(["b", "a"], 100.0, "eeg").set_montage(montage)
    np.testing.assert_allclose(info["chs"][0]["loc"][:3], places["b"], atol=1e-6)
    with pytest.raises(ValueError, match="3 coordinates"):
        mne.channels.make_dig_montage({"a": [0, 1]})


def test_eegbci_names_become_those_of_the_montage(data):
    paths = mne.datasets.eegbci.load_data(1, [6], path=data)
    raw = mne.io.read_raw_edf(paths[0])
    mne.datasets.eegbci.standardize(raw)
    assert {"Fp1", "FCz", "C3", "Iz", "T9"} <= set(raw.ch_names)
    raw.set_montage("colin27_1005")


def test_a_sample_file_that_nobody_has_is_an_os_error(monkeypatch, tmp_path):
    monkeypatch.setenv("RANVIER_DATA", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="S109R14"):
        mne.datasets.eegbci.load_data(109, 14)
    with pytest.raises(ValueError, match="subjects"):
        mne.datasets.eegbci.load_data(200, 1)


_files = {  # as the programs write them, with the place of the first electrode
    "a.loc": ("1  0  0.5  FPz\n2  -90  0.25  C3\n", (0, 0.095, 0)),
    "a.sfp": ("Cz 0 0 9\nOz 0 -9 0\nFidNz 0 10 -1\nFidT9 -8 0 -1\nFidT10 8 0 -1\n", (0, 0, 0.095)),
    "a.csd": ("// Label Theta Phi Radius X Y Z off\nE1 0 0 1 1 0 0 0\nE2 90 0 1 0 1 0 0\n", (0.095, 0, 0)),
    "a.elc": ("UnitPosition mm\nPositions\n0 0 80\n80 0 0\nLabels\nCz\nRPA\n", (0, 0, 0.095)),
    "a.txt": ("Site Theta Phi\nC4 90 0\nOz -90 90\n", (0.095, 0, 0)),
    "a.elp": ("EEG Cz 0 0 85\nEEG T8 90 0 85\n", (0, 0, 0.095)),
    "a.bvef": ("<E><Electrode><Name>Cz</Name><Theta>0</Theta><Phi>0</Phi><Radius>1</Radius></Electrode></E>", (0, 0, 0.095)),
    "a.csv": ("name,x,y,z\nCz,0,0,.08\n", (0, 0, 0.08)), "a.tsv": ("name\tx\ty\tz\nCz\t0\t0\t.08\n", (0, 0, 0.08)),
    "a.xyz": ("1\t0\t0\t.08\tCz\n", (0, 0, 0.08)),
}  # fmt: skip


@pytest.mark.parametrize("name", _files)
def test_places_come_from_the_files_of_other_programs(tmp_path, name):
    text, place = _files[name]
    (tmp_path / name).write_text(text)
    montage = mne.channels.read_custom_montage(tmp_path / name)
    np.testing.assert_allclose(next(iter(montage.get_positions()["ch_pos"].values())), place, atol=1e-12)
    (tmp_path / name).write_text("one two\nthree\n")
    with pytest.raises((ValueError, RuntimeError)):
        mne.channels.read_custom_montage(tmp_path / name)


def test_landmarks_of_a_file_lead_to_the_frame_of_the_head(tmp_path):
    (tmp_path / "a.sfp").write_text(_files["a.sfp"][0])
    montage = mne.channels.read_custom_montage(tmp_path / "a.sfp", head_size=None)
    to_head = mne.channels.compute_native_head_t(montage)
    nasion = to_head["trans"] @ [*montage.get_positions()["nasion"], 1]
    np.testing.assert_allclose(nasion, [0, 10, 0, 1], atol=1e-12)
    assert (to_head["from"], to_head["to"]) == (0, 4)
    with pytest.warns(RuntimeWarning, match="nasion"):
        assert np.array_equal(mne.channels.compute_native_head_t(mne.channels.make_dig_montage())["trans"], np.eye(4))
    (tmp_path / "a.hpts").write_text("cardinal 2 0 100 0\neeg Cz 0 0 90\nhpi 1 1 1 1\nextra 1 0 80 0\n")
    points = mne.channels.read_dig_hpts(tmp_path / "a.hpts").get_positions()
    assert points["nasion"].tolist() == [0, 0.1, 0] and points["ch_pos"]["Cz"].tolist() == [0, 0, 0.09]
    assert len(points["hpi"]) == len(points["hsp"]) == 1


def test_channels_are_found_under_other_names_where_that_is_asked_for():
    info = mne.create_info(["Cz", "T3", "m1"], 100.0, "eeg")
    with pytest.raises(ValueError, match="T3"):
        info.copy().set_montage("biosemi64", match_case=False)
    info.set_montage("biosemi64", match_case=False, match_alias={"T3": "T7", "M1": "P9"})
    want = mne.create_info(["Cz", "T7", "P9"], 100.0, "eeg").set_montage("biosemi64")
    for got, wanted in zip(info["chs"], want["chs"]):
        np.testing.assert_allclose(got["loc"][:3], wanted["loc"][:3])
    mne.create_info(["T3"], 100.0, "eeg").set_montage("biosemi64", match_alias=True)


def test_neighbours_are_those_of_a_triangulation(tmp_path):
    # A hub and four around it: all neighbour the hub, and each the next ones on the ring.
    places = {
        "hub": [0, 0, 0.095],
        "e": [0.06, 0, 0.07],
        "n": [0, 0.06, 0.07],
        "w": [-0.06, 0, 0.07],
        "s": [0, -0.06, 0.07],
    }
    info = mne.create_info(list(places), 100.0, "eeg")
    info.set_montage(mne.channels.make_dig_montage(places, coord_frame="head"))
    matrix, names = mne.channels.find_ch_adjacency(info, None)
    ring = [[1, 1, 0, 1], [1, 1, 1, 0], [0, 1, 1, 1], [1, 0, 1, 1]]
    assert (
        names == list(places)
        and matrix.toarray()[0].all()
        and matrix.toarray()[1:, 1:].tolist() == np.array(ring, bool).tolist()
    )
    for name in mne.channels.get_builtin_ch_adjacencies():
        matrix, names = mne.channels.read_ch_adjacency(name)
        assert (matrix != matrix.T).nnz == 0 and matrix.diagonal().all() and len(names) == matrix.shape[0]
    some, kept = mne.channels.read_ch_adjacency("biosemi16", ["Cz", "Pz"])
    assert kept == ["Cz", "Pz"] and some.toarray().all()


def test_neighbours_at_one_place_are_shared():
    info = mne.create_info(["MEG 0112", "MEG 0113", "MEG 0122", "MEG 0132"], 100.0, "grad")
    for channel, place in zip(info["chs"], ([0, 0, 0.1], [0, 0, 0.1], [0.05, 0, 0.1], [0, 0.05, 0.1])):
        channel["loc"][:3] = place
    matrix, _ = mne.channels.find_ch_adjacency(info, "grad")
    assert matrix.toarray().all()
    info["chs"][0]["loc"][:3] = np.nan
    with pytest.raises(ValueError, match="MEG 0112"):
        mne.channels.find_ch_adjacency(info, "grad")


def test_neighbours_come_from_fieldtrips_files(tmp_path):
    from scipy.io import savemat

    kind = [("label", "O"), ("neighblabel", "O")]
    cells = [("a", np.array(["b"], object)), ("b", np.array(["a", "c"], object)), ("c", np.array(["b"], object))]
    savemat(tmp_path / "n.mat", {"neighbours": np.array([cells], kind)})
    matrix, names = mne.channels.read_ch_adjacency(tmp_path / "n.mat", picks=[0, 2, 1])
    assert names == ["a", "c", "b"] and matrix.toarray().tolist() == [[1, 0, 1], [0, 1, 1], [1, 1, 1]]
    savemat(tmp_path / "n.mat", {"neighbours": np.array([cells[:2]], kind)})
    with pytest.raises(ValueError, match="b has c"):
        mne.channels.read_ch_adjacency(tmp_path / "n.mat")
    with pytest.raises(NotImplementedError, match="neuromag306mag"):
        mne.channels.read_ch_adjacency("neuromag306mag")
    with pytest.raises(ValueError, match="bananas"):
        mne.channels.read_ch_adjacency("bananas")


def test_a_place_is_shared_by_a_channel_and_one_of_another_name():
    def places(names, aliases, montage="biosemi64"):
        info = mne.create_info(names, 100.0, "eeg").set_montage(montage, match_alias=aliases)
        return {ch["ch_name"]: ch["loc"][:3] for ch in info["chs"]}

    found = places(["T3", "T8", "T7"], True)
    np.testing.assert_array_equal(found["T3"], found["T7"])
    plain = places(["Iz", "Oz", "Cz"], False)
    swapped = places(["Iz", "Oz", "Cz"], {"Cz": "Oz", "Oz": "Cz"})  # what is given holds for names that the montage has
    np.testing.assert_array_equal([swapped["Cz"], swapped["Oz"], swapped["Iz"]], [plain["Oz"], plain["Cz"], plain["Iz"]])
    with pytest.raises(ValueError, match="'nope' for channel 'Iz'"):
        places(["Iz"], {"Iz": "nope"})
    with pytest.raises(TypeError, match="match_alias must be"):
        places(["Iz"], "x")
