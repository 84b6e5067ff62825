"""What notebooks show of objects: tables in which nothing of a file can act as HTML."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest
from conftest import make_epochs, make_raw

from ranvier.dynamics import System
from ranvier.learn import PCA
from ranvier.units import ms


def rows_of(thing):
    html = thing._repr_html_()
    table = ET.fromstring(html.replace("<br>", "<br/>")).find("table")
    return "".join(table.find("caption").itertext()), {
        row[0].text: "\n".join(row[1].itertext()) for row in table.findall("tr")}  # fmt: skip


@pytest.mark.parametrize("make", [make_raw, make_epochs, lambda: make_epochs().average(), lambda: make_raw().info])
def test_recordings_say_what_they_hold(make):
    title, rows = rows_of(make())
    assert rows["Good channels"].startswith("13 eeg") and rows["Rate"] == "200 Hz"
    assert title.split()[0] in ("RawArray", "Epochs", "EpochsArray", "Evoked", "Info")


def test_names_are_text_and_no_html():
    raw = make_raw()
    raw.rename_channels({"Cz": "<script>"})
    raw.info["bads"] = ["<script>"]
    assert "<script>" not in raw._repr_html_() and rows_of(raw)[1]["Bad channels"] == "<script>"


def test_systems_show_equations_and_values():
    title, rows = rows_of(System("fitzhugh_nagumo", I=0.5))
    assert title == "System fitzhugh_nagumo" and "dv/dt" in rows["equations"] and "I = 0.5" in rows["parameters"]


def test_results_are_a_line_for_each_entry_however_long_they_are():
    system = System("dv/dt = (r*v - v**3)/(10*ms) : 1", r=1)
    result = system.simulate((0 * ms, 9000 * ms), [0.1], t_eval=np.linspace(0, 9000, 5000) * ms)
    lines = repr(result).splitlines()
    assert len(lines) == len([k for k in result if not k.startswith("_")]) and max(map(len, lines)) < 200
    assert lines[0].split() == "t: 5000 from 0 … 9 second".split() and "success: True" in repr(result)
    assert rows_of(result)[1]["y"].startswith("1 × 5000 from 0.1 … ")
    diagram = system.continue_equilibria("r", (-1, 1), x0=[1.0])
    assert "special_points: 1: branch point" in repr(diagram) and max(map(len, repr(diagram).splitlines())) < 200
    assert "<table" in diagram._repr_html_() and len(repr(system.fixed_points({"v": (-2, 2)})[0])) < 400
    for few in (np.zeros(3), [1, 2], "text", None, [], {}):
        assert repr(type(result)(x=few)).split(": ")[1] == repr(few)
    nothing = repr(type(result)(x=np.full(20, np.nan), ok=np.arange(20) > 4, z=np.full(20, 1j)))
    assert "20 from none finite" in nothing and "20 truth values, 15 true" in nothing and "20 of complex128" in nothing


def test_estimators_show_their_settings():
    assert "n_components" in PCA(3)._repr_html_() or "PCA" in PCA(3)._repr_html_()
