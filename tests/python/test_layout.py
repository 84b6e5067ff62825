"""Where small axes of channels stand in a figure."""

import pathlib

import numpy as np
import pytest
from ranvier.errors import FileError

import ranvier.meeg as mne
from ranvier.meeg import channels


def cap(kind="eeg"):
    names = channels.make_standard_montage("biosemi32").ch_names
    info = mne.create_info(names, 100.0, "eeg").set_montage("biosemi32")
    info["bads"] = [names[3]]
    return info if kind == "eeg" else info.set_channel_types(dict.fromkeys(names, kind), on_unit_change="ignore")


def overlapping(pos):
    """Pairs of axes that share more than an edge."""
    left, low, width, height = pos.T
    x = np.minimum.outer(left + width, left + width) - np.maximum.outer(left, left)
    y = np.minimum.outer(low + height, low + height) - np.maximum.outer(low, low)
    return int(np.triu((x > 1e-12) & (y > 1e-12), 1).sum())


def test_electrodes_lie_as_seen_from_above_and_none_on_another():
    layout = channels.make_eeg_layout(cap())
    at = dict(zip(layout.names, layout.pos[:, :2] + layout.pos[:, 2:] / 2))
    assert len(layout.names) == 31 and layout.kind == "EEG" and cap()["bads"][0] not in layout.names
    assert at["Fp1"][1] > at["Cz"][1] > at["O1"][1] and at["T7"][0] < at["Cz"][0] < at["T8"][0]
    assert overlapping(layout.pos) == 0 and (layout.pos[:, :2] >= 0).all() and (layout.pos[:, :2] + layout.pos[:, 2:] <= 1).all()
    small = channels.make_eeg_layout(cap(), radius=0.2, width=0.05, height=0.02, exclude=[])
    assert len(small.names) == 32 and np.allclose(small.pos[:, 2] / small.pos[:, 3], 2.5)
    assert channels.find_layout(cap()).names == layout.names
    assert channels.make_eeg_layout(cap("csd"), csd=True).names == channels.find_layout(cap("csd"), "csd").names == layout.names
    for options, message in ((dict(radius=2), r"radius must be in \[0, 0.5\]"), (dict(width=3), "width must be in"), (dict(height=-1), "height must be")):
        with pytest.raises(ValueError, match=message):
            channels.make_eeg_layout(cap(), **options)
    with pytest.raises(ValueError, match="has no place on the head"):
        channels.make_eeg_layout(mne.create_info(3, 100.0, "eeg"))
    with pytest.raises(RuntimeError, match="no CSD channel"):
        channels.make_eeg_layout(cap(), csd=True)
    one = mne.create_info(["Cz", "C3"], 100.0, "eeg").set_montage("standard_1005")
    one["bads"] = ["Cz"]
    assert channels.make_eeg_layout(one).pos.shape == (1, 4)


@pytest.mark.parametrize("n, columns, shape", [(1, None, (1, 1)), (4, None, (2, 2)), (5, None, (2, 3)), (12, None, (3, 4)), (7, 2, (4, 2))])
def test_a_grid_is_nearly_a_square_unless_told(n, columns, shape):
    layout = channels.make_grid_layout(mne.create_info(n, 100.0, "misc"), n_col=columns)
    assert (len(set(layout.pos[:, 1])), len(set(layout.pos[:, 0]))) == shape and overlapping(layout.pos) == 0
    assert layout.pos.min() >= 0 and (layout.pos[:, :2] + layout.pos[:, 2:]).max() <= 1
    with pytest.raises(ValueError, match="n_col must be >= 1"):
        channels.make_grid_layout(mne.create_info(n, 100.0, "misc"), n_col=0)
    with pytest.raises(ValueError, match="no channel to lay out"):
        channels.make_grid_layout(mne.create_info(n, 100.0, "eeg"))
    assert channels.make_grid_layout(mne.create_info(n, 100.0, "eeg"), picks="eeg").names == [str(k) for k in range(n)]


def test_places_of_ones_own_are_brought_into_the_figure():
    xy = np.array([[1.0, 10], [3, 10], [1, 30]])
    layout = channels.generate_2d_layout(xy, w=0.1, h=0.2, ch_names=list("abc"), ch_indices=[4, 5, 6], name="grid")
    assert layout.pos.tolist() == [[0, 0, 0.1, 0.2], [1, 0, 0.1, 0.2], [0, 1, 0.1, 0.2]]
    assert layout.ids.tolist() == [4, 5, 6] and layout.names == list("abc") and xy[0, 0] == 1
    image = channels.generate_2d_layout(xy, bg_image=np.zeros((40, 4, 3)))
    assert image.pos[:, :2].tolist() == [[0.25, 0.25], [0.75, 0.25], [0.25, 0.75]] and image.names == ["0", "1", "2"]
    assert channels.generate_2d_layout(xy, normalize=False).pos[:, 0].tolist() == [1, 3, 1]
    assert channels.find_layout(cap("ecog")).kind == "custom" and cap()["bads"][0] not in channels.find_layout(cap("ecog")).names
    with pytest.raises(ValueError, match="share one x or one y"):
        channels.generate_2d_layout(xy[:2])
    with pytest.raises(ValueError, match="one entry per channel; got 2, 3 and 3"):
        channels.generate_2d_layout(xy, ch_names=["a", "b"])
    with pytest.raises(ValueError, match=r"shape \(n_channels, 2\)"):
        channels.generate_2d_layout(xy.T)


def test_layouts_of_makers_are_found_by_their_coils():
    info = mne.create_info([f"MEG 01{k}{n}" for k in (1, 2) for n in (1, 2, 3)], 100.0, ["mag", "grad", "grad"] * 2)
    info["bads"] = ["MEG 0122"]
    layout = channels.find_layout(info)
    assert layout.kind == "Vectorview-all" and len(layout.names) == 305 and "MEG 0122" not in layout.names
    assert [len(channels.find_layout(info, kind, exclude=[]).names) for kind in ("mag", "grad", "meg")] == [102, 204, 306]
    assert "MEG0111" in channels.find_layout(info.rename_channels(lambda name: name.replace(" ", "")), exclude=[]).names
    assert (layout.pos[:, :2] > 0).all() and (layout.pos[:, :2] + layout.pos[:, 2:] < 1.01).all()
    with pytest.raises(RuntimeError, match="no MEG channel"):
        channels.find_layout(cap(), "meg")
    with pytest.raises(RuntimeError, match="no EEG channel"):
        channels.find_layout(info, "eeg")
    with pytest.raises(ValueError, match="ch_type must be one of"):
        channels.find_layout(cap(), "x")


def test_every_known_layout_has_its_channels_once():
    for path in (pathlib.Path(channels.__file__).parent / "layouts").glob("*.tsv"):
        layout = channels.read_layout(path.stem)
        assert len(set(layout.names)) == len(layout.names) > 50 and np.isfinite(layout.pos).all() and layout.kind == path.stem
    assert channels.read_layout("biosemi.lay").names == channels.read_layout("biosemi").names
    with pytest.raises(FileNotFoundError, match="there are CTF-275, CTF151"):
        channels.read_layout("Vectorview")


@pytest.mark.parametrize("ending", ["lout", "lay"])
def test_layouts_come_back_from_files(tmp_path, ending):
    layout = channels.make_eeg_layout(cap())
    layout.save(tmp_path / f"a.{ending}")
    again = channels.read_layout(tmp_path / f"a.{ending}", scale=False)
    assert again.names == layout.names and again.ids.tolist() == layout.ids.tolist() and again.kind == "a"
    assert np.abs(again.pos - layout.pos).max() <= 0.005 and again.box == ((0, 1, 0, 1) if ending == "lout" else None)
    scaled = channels.read_layout(tmp_path / f"a.{ending}")
    assert scaled.pos[:, :2].min() == pytest.approx(0.03 * 0.97 / 1.03) and (scaled.pos[:, :2] + scaled.pos[:, 2:]).max() < 1.05
    with pytest.raises(FileExistsError):
        layout.save(tmp_path / f"a.{ending}")
    layout.save(tmp_path / f"a.{ending}", overwrite=True)
    with pytest.raises(ValueError, match="must end in .lout or .lay"):
        layout.save(tmp_path / "a.txt")


@pytest.mark.parametrize("text", ["", "1 2 3\n", "0 1 0 1\n1 2 3\n", "0 1 0 1\nx 1 2 3 4 a\n", "0 1 0 1\n1 2 3 4 nan a\n", "0 1 0 x\n"])
def test_damaged_layouts_say_where(tmp_path, text):
    (tmp_path / "a.lout").write_text(text)
    with pytest.raises(OSError, match="a.lout:"):
        channels.read_layout(tmp_path / "a.lout")
    with pytest.raises(FileNotFoundError):
        channels.read_layout(tmp_path / "b.lout")
    with pytest.raises(TypeError, match="got None"):
        channels.read_layout()


def test_channels_of_a_layout_are_picked_by_name_and_number():
    layout = channels.generate_2d_layout(np.eye(4)[:, :2] + np.arange(8).reshape(4, 2), ch_names=list("abcd"))
    assert layout.copy().pick(["c", 0]).names == ["a", "c"] and layout.copy().pick("d").pos.shape == (1, 4)
    assert layout.copy().pick(slice(1, 3)).names == ["b", "c"] and layout.copy().pick(exclude=["a", 3]).names == ["b", "c"]
    assert layout.copy().pick("all", exclude="b").ids.tolist() == [0, 2, 3] and layout.names == list("abcd")
    with pytest.warns(RuntimeWarning, match="twice"):
        assert layout.copy().pick(["a", 0]).names == ["a"]
    for picks, error, message in (
        ("x", ValueError, "x in picks is none of the layout's"), ([7], ValueError, "from 0 to 3; got 7"), ([1.5], TypeError, "whole numbers or names"),
        (dict(a=1), TypeError, "must be a list"), (np.eye(2, dtype=int), ValueError, "one dimension"), (slice("a"), TypeError, "a slice of picks"),
        ([], RuntimeError, "no channel is left"),
    ):  # fmt: skip
        with pytest.raises(error, match=message):
            layout.copy().pick(picks)
    with pytest.raises(ValueError, match="ids must have one dimension"):
        channels.Layout((0, 1, 0, 1), layout.pos, layout.names, [[1]], "x")
    with pytest.raises(ValueError, match="one entry per channel"):
        channels.Layout((0, 1, 0, 1), layout.pos, layout.names, [1], "x")


def test_the_picture_of_a_layout_has_each_name_in_its_axes():
    plt = pytest.importorskip("matplotlib.pyplot")
    layout = channels.make_grid_layout(mne.create_info(4, 100.0, "misc"))
    ax = layout.plot(show_axes=True, show=False).axes[0]
    centres = {text.get_text(): text.xy for text in ax.texts}
    assert all(np.allclose(centres[name], p[:2] + p[2:] / 2) for name, p in zip(layout.names, layout.pos)) and len(ax.lines) == 5
    assert len(layout.plot(picks=[1], show=False).axes[0].texts) == 1
    plt.close("all")


def test_what_is_excluded_are_names_not_letters():
    info = mne.create_info(["M", "E"], 100.0, "mag")
    for ch in info["chs"]:
        ch["coil_type"] = 3024
    assert len(channels.find_layout(info).names) == 102
    with pytest.raises(ValueError, match='exclude must be a list of names or "bads"'):
        channels.find_layout(info, exclude="MEG0111")
    assert "MEG0111" not in channels.find_layout(info, exclude=["MEG0111"]).names
    pytest.importorskip("matplotlib")
    cov = mne.make_ad_hoc_cov(cap())
    with pytest.raises(ValueError, match='exclude must be a list of names or "bads"'):
        mne.viz.plot_cov(cov, cap(), exclude="Cz", show=False)


def test_files_that_hold_no_layout_are_file_errors(tmp_path):
    rows = {"latin.lout": "0 1 0 1\n1 0.1 0.1 0.2 0.2 Fühler\n".encode("latin-1"), "few.lay": b"1 0.1 0.1\n", "no.lay": b"\n",
            "nan.lay": b"1 0.1 0.1 nan 0.2 a\n", "flat.lay": b"1 0.1 0.1 0 0.2 a\n"}  # fmt: skip
    for name, content in rows.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(FileError, match=name) as error:
            channels.read_layout(tmp_path / name)
        assert error.value.filename == str(tmp_path / name)
    assert channels.read_layout(tmp_path / "flat.lay", scale=False).pos.tolist() == [[0.1, 0.1, 0, 0.2]]
    with pytest.raises(FileNotFoundError, match="nor a layout of that name"):
        channels.read_layout(tmp_path / "none.lay")
