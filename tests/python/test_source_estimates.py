"""Source spaces, labels and source estimates, without other packages."""

import copy
import pickle

import numpy as np
import pytest

import ranvier.meeg as mne


def octahedron(scale=0.1):
    rr = scale * np.array([[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]], float)
    tris = np.array([[0, 2, 4], [2, 1, 4], [1, 3, 4], [3, 0, 4], [2, 0, 5], [1, 2, 5], [3, 1, 5], [0, 3, 5]])
    return rr, tris


def spaces():
    rr, tris = octahedron()
    return mne.SourceSpaces([
        dict(type="surf", id=number, coord_frame=5, rr=rr + [x, 0, 0], nn=rr / 0.1, tris=tris, use_tris=tris,
             vertno=np.array([0, 4, 5]), subject_his_id="somebody")
        for number, x in ((101, -0.2), (102, 0.2))
    ])  # fmt: skip


def estimate(lazy=True):
    random = np.random.default_rng(0)
    kernel, samples = random.normal(size=(6, 4)), random.normal(size=(4, 10))
    return mne.SourceEstimate(
        (kernel, samples) if lazy else kernel @ samples, [[0, 4, 5], [0, 4, 5]], -0.1, 0.1, "somebody"
    )


def test_source_spaces_are_lists_of_dicts_whose_arrays_are_the_engine_s(tmp_path):
    src = spaces()
    assert repr(src) == ("<SourceSpaces: [<surface (lh), n_vertices=6, n_used=3>, <surface (rh), n_vertices=6, n_used=3>] "
                         "mri coords, subject 'somebody'>")  # fmt: skip
    assert src.kind == "surface" and isinstance(src, list) and len(src[:2]) == 2
    src[0]["rr"][0, 0] = 7.0
    assert src[0]["rr"][0, 0] == 7.0 and src.copy()[0]["rr"][0, 0] == 7.0
    other = copy.deepcopy(src)
    other[0]["rr"][0, 0] = 0.0
    assert src[0]["rr"][0, 0] == 7.0
    src[0]["inuse"] = [0, 1, 0, 0, 0, 1]
    assert list(src[0]["vertno"]) == [1, 5] and src[0]["nuse"] == 2
    with pytest.raises(ValueError):
        src[0]["vertno"][0] = 3  # it would be lost
    assert pickle.loads(pickle.dumps(src))[0] == src[0]
    mne.write_source_spaces(tmp_path / "a-src.fif", src)
    assert list(mne.read_source_spaces(tmp_path / "a-src.fif")[0]["vertno"]) == [1, 5]
    with pytest.raises(FileNotFoundError):
        mne.read_source_spaces(tmp_path / "b-src.fif")
    with pytest.raises(RuntimeError, match="both surfaces"):
        src + src[:1]


def test_distances_along_an_octahedron_are_its_edges():
    src = mne.add_source_space_distances(spaces())
    distances = src[0]["dist"].toarray()
    np.testing.assert_allclose(distances[0, 4], 0.1 * np.sqrt(2))
    np.testing.assert_allclose(distances[4, 5], 0.2 * np.sqrt(2))
    assert list(src[1]["nearest"]) == [0, 4, 0, 0, 4, 5]
    label = mne.Label([0], hemi="lh", subject="somebody").fill(src)
    assert list(label.vertices) == [0, 2, 3]
    with pytest.raises(ValueError, match="from vertices that the source space uses; 1 is not"):
        mne.Label([1], hemi="lh").fill(src)
    with pytest.raises(ValueError, match="dist_limit must be >= 0"):
        mne.add_source_space_distances(src, -1)


def test_labels_of_other_subjects_and_hemispheres_are_told():
    a, b = mne.Label([1, 2], hemi="lh", subject="a"), mne.Label([2, 3], hemi="lh", subject="b")
    with pytest.raises(ValueError, match="one subject"):
        a + b
    b.subject = "a"
    assert list((a + b).vertices) == [1, 2, 3] and list((a + b).values) == [1, 2, 1]
    both = a + mne.Label([2, 3], hemi="rh", subject="a")
    assert isinstance(both, mne.BiHemiLabel) and len(both) == 4
    with pytest.raises(ValueError, match="vertices must rise"):
        mne.Label([3, 2], hemi="lh")
    with pytest.raises(TypeError, match="can be put together"):
        a + 1
    assert list(copy.deepcopy(a).vertices) == [1, 2] and pickle.loads(pickle.dumps(a)).subject == "a"


def test_a_label_s_file_comes_back(tmp_path):
    label = mne.Label([1, 5], pos=[[0.01, 0, 0], [0, 0.02, 0]], values=[1, 2.5], hemi="rh", comment="hand")
    label.save(tmp_path / "a")
    back = mne.read_label(tmp_path / "a-rh.label", "somebody")
    np.testing.assert_allclose(back.pos, label.pos)
    assert back.name == "a-rh" and back.comment == "hand" and list(back.values) == [1, 2.5] and back.hemi == "rh"
    (tmp_path / "nowhere.label").write_text("#\n0\n")
    with pytest.raises(ValueError, match="hemisphere"):
        mne.read_label(tmp_path / "nowhere.label")


def test_what_is_asked_of_a_kernel_does_not_form_data():
    stc, dense = estimate(), estimate(lazy=False)
    for ask in (
        lambda stc: stc.copy().crop(0.0, 0.5),
        lambda stc: stc.mean(),
        lambda stc: stc * 3,
        lambda stc: stc.in_label(mne.Label([4, 5], hemi="rh")),
    ):
        mine = ask(stc)
        assert not stc._engine.formed
        np.testing.assert_allclose(mine.data, ask(dense).data, rtol=1e-12, atol=1e-14)
        np.testing.assert_allclose(mine.times, ask(dense).times)
    assert stc.get_peak() == dense.get_peak() and not stc._engine.formed
    label = mne.Label([0, 4], hemi="lh", subject="somebody")
    for mode in ("mean", "mean_flip", "max", "pca_flip"):
        np.testing.assert_allclose(stc.extract_label_time_course(label, spaces(), mode),
                                   dense.extract_label_time_course(label, spaces(), mode), atol=1e-13)  # fmt: skip
    assert not stc._engine.formed
    assert stc.data.shape == (6, 10) and stc._engine.formed


def test_estimates_are_computed_with_like_numbers():
    stc = estimate(lazy=False)
    np.testing.assert_allclose((1 - stc).data, 1 - stc.data)  # MNE-Python has stc - 1
    np.testing.assert_allclose((stc + stc / 2 - 1).data, 1.5 * stc.data - 1)
    np.testing.assert_allclose(abs(-stc).sqrt().data, np.sqrt(abs(stc.data)))
    other = mne.SourceEstimate(stc.data, [[0, 4], [0, 1, 4, 5]], 0, 0.1, "somebody")
    with pytest.raises(ValueError, match=r"stc.expand\(\)"):
        stc + other
    stc.subject = "nobody"
    with pytest.raises(ValueError, match="of two subjects, 'nobody'"):
        stc + estimate()


def test_estimates_that_can_t_be_are_told(tmp_path):
    data = np.zeros((6, 4))
    for words, arguments in (
        ("a row for each of the 6 vertices", (data[:5], [[0, 4, 5], [0, 4, 5]], 0, 1)),
        ("vertices must rise", (data, [[4, 0, 5], [0, 4, 5]], 0, 1)),
        ("takes vertices of 2 source spaces", (data, [np.arange(6)], 0, 1)),
        ("can't be multiplied", ((data, data), [[0, 4, 5], [0, 4, 5]], 0, 1)),
    ):
        with pytest.raises(ValueError, match=words):
            mne.SourceEstimate(*arguments)
    assert np.iscomplexobj(mne.SourceEstimate(1j * data, [[0, 4, 5], [0, 4, 5]], 0, 1).data)
    stc = estimate()
    with pytest.raises(ValueError, match="tmin must lie in"):
        stc.get_peak(tmin=-1)
    with pytest.raises(ValueError, match="no vertex in label"):
        stc.in_label(mne.Label([1], hemi="lh"))
    with pytest.raises(RuntimeError, match="label is of subject 'nobody'"):
        stc.in_label(mne.Label([0], hemi="lh", subject="nobody"))
    with pytest.raises(ValueError, match="label has no vertex in the source space"):
        stc.extract_label_time_course(mne.Label([1], hemi="lh"), spaces())
    stc.save(tmp_path / "a")
    (tmp_path / "a-rh.stc").unlink()
    with pytest.raises(OSError, match="Hemisphere missing"):
        mne.read_source_estimate(tmp_path / "a")
    with pytest.raises(OSError, match="no file of an estimate"):
        mne.read_source_estimate(tmp_path / "b")
    with pytest.raises(FileExistsError):
        (tmp_path / "a-rh.stc").touch()
        stc.save(tmp_path / "a")


def test_estimates_are_copied_and_pickled_as_lazy_as_they_are():
    stc = estimate()
    for twin in (copy.copy(stc), copy.deepcopy(stc), pickle.loads(pickle.dumps(stc))):
        assert not twin._engine.formed
        np.testing.assert_array_equal(twin.data, estimate().data)
    assert not stc._engine.formed


def test_a_subject_without_files_says_which_is_missing(tmp_path, monkeypatch):
    monkeypatch.delenv("SUBJECTS_DIR", raising=False)
    with pytest.raises(KeyError, match="SUBJECTS_DIR"):
        mne.setup_source_space("nobody")
    (tmp_path / "s").mkdir()
    with pytest.raises(FileNotFoundError, match="surf/lh.white"):
        mne.setup_source_space("s", subjects_dir=tmp_path)
    with pytest.raises(FileNotFoundError, match="inner_skull.surf"):
        mne.make_bem_model("s", subjects_dir=tmp_path)


def test_sources_are_put_on_a_sphere(tmp_path):
    from ranvier import _core

    folder = tmp_path / "ball/surf"
    folder.mkdir(parents=True)
    ico = _core.meeg.icosahedron(4)
    for hemi in ("lh", "rh"):
        for name, size in (("white", 60.0), ("sphere", 100.0)):
            mne.write_surface(folder / f"{hemi}.{name}", size * ico["rr"], ico["tris"])
    src = mne.setup_source_space("ball", "ico2", subjects_dir=tmp_path, add_dist="patch")
    assert [space["nuse"] for space in src] == [162, 162] and src[0]["dist"] is None
    np.testing.assert_allclose(np.linalg.norm(src[0]["rr"], axis=1), 0.06, rtol=1e-3)
    for spacing, words in (
        ("ico", "whole number"),
        ("cube3", "ico#"),
        (1, "spacing must be >= 2"),
        ("oct0", "1 to 10"),
        ("ico5", "too coarse"),
    ):
        with pytest.raises(ValueError, match=words):
            mne.setup_source_space("ball", spacing, subjects_dir=tmp_path)


@pytest.mark.parametrize("allowed", [[-1], [6], [], [1.5], "nonsense", -1])
def test_a_centre_is_looked_for_among_vertices_that_are_there(tmp_path, allowed):
    rr, tris = octahedron(100.0)
    (tmp_path / "ball" / "surf").mkdir(parents=True)
    mne.write_surface(tmp_path / "ball" / "surf" / "lh.sphere", rr, tris)
    label = mne.Label([0, 2, 4], hemi="lh", subject="ball", values=[1.0, 1.0, 3.0])
    assert label.center_of_mass(subjects_dir=tmp_path) == 4
    assert label.center_of_mass(restrict_vertices=[1, 2], subjects_dir=tmp_path) == 2
    with pytest.raises(ValueError, match="restrict_vertices must be True, False, SourceSpaces or vertices"):
        label.center_of_mass(restrict_vertices=allowed, subjects_dir=tmp_path)


@pytest.mark.parametrize("wrong", [dict(coords=-1), dict(coords=np.zeros((4, 2))), dict(faces="all"), dict(faces=np.zeros((2, 3))),
                                   dict(create_stamp=None), dict(volume_info=["x"])])  # fmt: skip
def test_a_surface_that_can_t_be_is_told_before_a_file_is_there(tmp_path, wrong):
    rr, tris = octahedron()
    with pytest.raises((TypeError, ValueError), match=f"{next(iter(wrong))} must be"):
        mne.write_surface(tmp_path / "lh.a", **{"coords": rr, "faces": tris, **wrong})
    assert list(tmp_path.iterdir()) == []
