"""What figures of components show is what is true."""

import numpy as np
import pytest
from conftest import NAMES, make_raw
from ranvier.meeg.preprocessing import ICA

import ranvier.meeg as mne

plt = pytest.importorskip("matplotlib.pyplot")
pytestmark = pytest.mark.filterwarnings("ignore:the data have not been high-pass filtered")


@pytest.fixture(scope="module")
def people():
    """A recording of six sparse sources, and its components; the second and the fourth are excluded."""
    raw = make_raw(4000)
    random = np.random.default_rng(3)
    raw._data[:] = 1e-5 * random.normal(size=(13, 6)) @ random.laplace(size=(6, 4000)) + 1e-8 * raw._data
    ica = ICA(6, random_state=0).fit(raw)
    ica.exclude, ica.labels_ = [1, 3], {"eog": [1], "eog/0/Fp1": [1]}
    return raw, ica


def value_at(axes, x, y):
    (image,) = axes.images
    data, (left, right, bottom, top) = np.ma.getdata(image.get_array()), image.get_extent()
    rows, columns = data.shape
    return data[int((y - bottom) / (top - bottom) * rows), int((x - left) / (right - left) * columns)]


def test_maps_are_those_of_the_components_and_those_excluded_have_grey_titles(people):
    _, ica = people
    axes = ica.plot_components(show=False, res=200).axes
    assert [ax.get_title() for ax in axes[:6]] == [f"ICA{k:03d}" for k in range(6)]
    assert [ax.title.get_color() == "gray" for ax in axes[:6]] == [False, True, False, True, False, False]
    places = mne.viz.head.positions(ica.info, range(13))
    for k in (0, 4):
        values = ica.get_components()[:, k]
        drawn = [value_at(axes[k], *place) for place in places]
        assert drawn == pytest.approx(values, abs=0.1 * np.abs(values).max())
    figures = ICA_of_many().plot_components(show=False)
    assert [sum(bool(ax.images) for ax in figure.axes) for figure in figures] == [20, 2]
    one = ica.plot_components([2], axes=plt.figure().add_subplot(), colorbar=True, show=False)
    assert one.axes[0].get_title() == "ICA002" and one.axes[1].get_ylabel() == "AU"


def ICA_of_many():
    names = [*NAMES, "F7", "F8", "T7", "T8", "P7", "P8", "FC1", "FC2", "CP1", "CP2"]
    raw = make_raw(4000, names=names)
    with pytest.warns(UserWarning, match="did not converge"):
        return ICA(22, random_state=0, max_iter=1).fit(raw)


def test_a_click_on_a_title_excludes_a_component_and_one_on_a_map_shows_its_properties(people):
    from matplotlib.backend_bases import MouseEvent

    raw, ica = people
    ica = ica.copy()
    figure = ica.plot_components(inst=raw, show=False)
    figure.canvas.draw()

    def click(x, y):
        figure.canvas.callbacks.process("button_press_event", MouseEvent("button_press_event", figure.canvas, x, y, 1))

    for expected in ([1, 3, 0], [1, 3]):
        box = figure.axes[0].title.get_window_extent()
        click((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2)
        assert ica.exclude == expected
    before = set(plt.get_fignums())
    click(*figure.axes[2].transData.transform((0, 0)))
    (new,) = set(plt.get_fignums()) - before
    assert plt.figure(new).axes[0].get_title() == "ICA002"


def test_sources_are_drawn_over_time_with_those_excluded_in_grey(people):
    raw, ica = people
    axes = ica.plot_sources(raw, start=2, stop=7, show=False).axes[0]
    sources, lines = ica.get_sources(raw).get_data(), [ln for ln in axes.lines if len(ln.get_xdata()) > 100]
    assert len(lines) == 6 and axes.get_xlim() == pytest.approx((2, 7), abs=0.01)
    for row, line in enumerate(lines):
        part = sources[row, 400:1400]
        assert (line.get_ydata()[:1000] + row) * 10 == pytest.approx(part - part.mean(), abs=0.05)  # 5 to either side
    assert [label.get_text() for label in axes.get_yticklabels()] == ica._ica_names
    events = [[500, 0, 1], [1500, 0, 1], [2500, 0, 1]]
    epochs = mne.Epochs(raw, events, tmin=0, tmax=0.5, baseline=None, preload=True)
    assert len(ica.plot_sources(epochs, picks=[0, 2], show=False).axes[0].get_yticklabels()) == 2
    axes = ica.plot_sources(epochs.average(), show=False).axes[0]
    named = {line.get_label(): line.get_ydata() for line in axes.lines if line.get_label().startswith("ICA")}
    assert list(named) == ["ICA001 – eog", "ICA003"]
    assert named["ICA001 – eog"] == pytest.approx(ica.get_sources(epochs.average()).data[1])


def test_what_was_there_is_red_and_what_is_left_is_black(people):
    raw, ica = people
    figure = ica.plot_overlay(raw, start=1.0, stop=3.0, show=False)
    top, power, mean = figure.axes
    old, new = (x.get_data()[:, 200:600] * 1e6 for x in (raw, ica.apply(raw.copy())))
    red, black = ([line.get_ydata() for line in top.lines if line.get_color() == colour] for colour in "rk")
    assert np.array(red) == pytest.approx(old, abs=1e-9) and np.array(black) == pytest.approx(new, abs=1e-9)
    assert power.lines[1].get_ydata() == pytest.approx(new.std(0)) and mean.lines[0].get_ydata() == pytest.approx(
        old.mean(0)
    )
    assert top.get_xlim() == (1.0, 2.995) and top.get_ylabel() == "µV"


def test_scores_are_bars_and_those_excluded_red(people):
    from matplotlib.colors import to_hex

    _, ica = people
    scores = [np.arange(6) / 10, -np.arange(6) / 10]
    figure = ica.plot_scores(scores, labels=["eog/0/Fp1", "eog/1/Fp2"], axhline=[0.3], show=False)
    for ax, values, title in zip(figure.axes, scores, ("(eog, Fp1)", "(eog, Fp2)")):
        assert [bar.get_height() for bar in ax.patches] == pytest.approx(values) and ax.get_title() == title
        assert [to_hex(bar.get_facecolor()) == "#ff0000" for bar in ax.patches] == [
            False,
            True,
            False,
            True,
            False,
            False,
        ]
        assert ax.lines[0].get_ydata()[0] == 0.3
    with pytest.raises(ValueError, match="one score for each of the 6"):
        ica.plot_scores([1.0, 2.0])


def test_properties_are_those_of_the_source_in_pieces_of_two_seconds(people):
    raw, ica = people
    raw = raw.copy().set_annotations(mne.Annotations([2.5], [0.5], ["bad"]))
    (figure,) = ica.plot_properties(raw, picks=[3], dB=False, show=False)
    topomap, image, mean, spectrum, variance = figure.axes[:5]
    assert topomap.get_title() == "ICA003" and variance.get_title() == "Dropped segments: 10.00 %"
    pieces = ica.get_sources(raw).get_data()[3].reshape(10, 400)
    drawn = variance.collections[0].get_offsets()
    assert np.array(drawn)[:, 1] == pytest.approx(pieces.var(1))
    kept = np.delete(pieces, 1, 0)
    freqs, power = spectrum.lines[0].get_data()
    assert freqs[-1] == 100 and power.sum() * freqs[1] / 200 == pytest.approx(kept.var(1).mean(), rel=0.03)
    pieces[1] = 0
    assert mean.lines[0].get_ydata() == pytest.approx(pieces.mean(0)) and image.images[0].get_array().shape == (10, 400)
    with pytest.raises(ValueError, match="axes are those of one component"):
        ica.plot_properties(raw, picks=[0, 1], axes=plt.figure().subplots(1, 5))


def test_maps_that_are_alike_stand_side_by_side(people):
    _, ica = people
    template, found = mne.preprocessing.corrmap([ica, ica.copy()], (0, 2), show=False)
    assert template.axes[0].images and [ax.get_title() for ax in found.axes] == [
        "Subject 0\nICA002",
        "Subject 1\nICA002",
    ]
