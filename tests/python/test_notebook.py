"""What notebooks show of objects: tables in which nothing of a file can act as HTML."""

import xml.etree.ElementTree as ET

import pytest
from conftest import make_epochs, make_raw

from ranvier.dynamics import System
from ranvier.learn import PCA


def rows_of(thing):
    html = thing._repr_html_()
    table = ET.fromstring(html.replace("<br>", "<br/>"))
    return "".join(table.find("caption").itertext()), {
        row[0].text: "\n".join(row[1].itertext()) for row in table.findall("tr")}  # fmt: skip


@pytest.mark.parametrize("make", [make_raw, make_epochs, lambda: make_epochs().average(), lambda: make_raw().info])
def test_recordings_say_what_they_hold(make):
    title, rows = rows_of(make())
    assert rows["channels"].startswith("13 eeg") and rows["rate"] == "200 Hz"
    assert title.split()[0] in ("RawArray", "Epochs", "EpochsArray", "Evoked", "Info")


def test_names_are_text_and_no_html():
    raw = make_raw()
    raw.rename_channels({"Cz": "<script>"})
    raw.info["bads"] = ["<script>"]
    assert "<script>" not in raw._repr_html_() and rows_of(raw)[1]["bad"] == "<script>"


def test_systems_show_equations_and_values():
    title, rows = rows_of(System("fitzhugh_nagumo", I=0.5))
    assert title == "System fitzhugh_nagumo" and "dv/dt" in rows["equations"] and "I = 0.5" in rows["parameters"]


def test_estimators_show_their_settings():
    assert "n_components" in PCA(3)._repr_html_() or "PCA" in PCA(3)._repr_html_()
