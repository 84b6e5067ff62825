"""What a network did, on the page of a report."""

import base64
import json
import re

import numpy as np
import pytest

from ranvier.meeg import Report
from ranvier.sim import (
    EventMonitor,
    Network,
    NeuronGroup,
    PopulationRateMonitor,
    SpikeMonitor,
    StateMonitor,
    TimedArray,  # noqa: F401
    ms,
    mV,
    second,
    start_scope,
)

TYPES = {"float32": "<f4", "int16": "<i2", "int32": "<i4"}


def section(report, tmp_path, which=0):
    """A section of the page, and how to read its arrays."""
    html = open(report.save(tmp_path / "report.html", open_browser=False, overwrite=True)).read()
    data = json.loads(re.search(r'<script id="ranvier-data" type="application/json">(.*?)</script>', html, re.S)[1])

    def values(ref):
        block = re.search(rf'id="ranvier-block-{ref["block"]}"[^>]*>(.*?)</script>', html, re.S)[1]
        raw = np.frombuffer(base64.b64decode(block), TYPES[ref["dtype"]]).reshape(ref["shape"])
        return raw * np.reshape(ref.get("scale", 1.0), (-1, *[1] * (raw.ndim - 1)))

    return data["sections"][which], values


@pytest.fixture
def cells():
    start_scope()
    group = NeuronGroup(
        6,
        """dv/dt = (-65*mV + I*(40*mV/nA) - v)/(10*ms) : volt
           I : amp (constant)
           u = 2*v : volt""",
        threshold="v > -50*mV", reset="v = -65*mV", events={"low": "v < -64.9*mV"}, method="exact", name="cells",
    )  # fmt: skip
    group.v, group.I = -65 * mV, "(0.4 + 0.1*i)*nA"
    return group


def test_monitors_become_raster_rates_and_traces(cells, tmp_path):
    spikes, rate = SpikeMonitor(cells), PopulationRateMonitor(cells)
    state = StateMonitor(cells, ["v", "I"], record=[0, 5])
    Network(cells, spikes, rate, state).run(100 * ms)
    report = Report()
    report.add_spikes(spikes, "Activity", rates=rate, traces=state, tags=("net",), section="Model 1")
    shown, values = section(report, tmp_path)
    assert (shown["kind"], shown["title"], shown["group"], shown["tags"]) == (
        "activity",
        "Activity",
        "Model 1",
        ["net"],
    )
    assert (shown["start"], shown["end"]) == (0, pytest.approx(0.1))
    (population,) = shown["populations"]
    assert (population["name"], population["n"]) == ("cells", 6)
    assert np.array_equal(values(population["i"])[0], spikes.i) and len(spikes.i) > 10
    assert np.allclose(values(population["t"])[0], spikes.t_, rtol=0, atol=1e-12)
    (curve,) = shown["rates"]
    assert (curve["name"], curve["population"], curve["step"]) == ("cells", 0, pytest.approx(1e-4))
    assert np.allclose(values(curve["values"])[0], rate.rate_)
    v, current = shown["traces"]
    assert (v["name"], v["unit"], v["population"], v["elements"]) == ("v", "mV", 0, [0, 5])
    assert np.allclose(values(v["data"]), state.v / mV, atol=0.01)
    assert (current["unit"], values(current["data"])[1, 0]) == ("pA", pytest.approx(900, rel=1e-4))


def test_several_monitors_stand_above_each_other_under_names_of_ones_own(cells, tmp_path):
    first, others = SpikeMonitor(cells[:2]), SpikeMonitor(cells[2:])
    low = EventMonitor(cells, "low")
    Network(cells, first, others, low).run(50 * ms)
    report = Report()
    report.add_spikes({"slow": first, "fast": others}, "By name")
    report.add_spikes([first, low], "In a list")
    shown, _ = section(report, tmp_path)
    assert [(p["name"], p["n"]) for p in shown["populations"]] == [("slow", 2), ("fast", 4)]
    assert [(r["name"], r["population"]) for r in shown["rates"]] == [("slow", 0), ("fast", 1)]  # counted from spikes
    shown, _ = section(report, tmp_path, 1)
    assert [p["name"] for p in shown["populations"]] == [first.source.name, "cells.low"]


def test_trains_are_given_as_arrays_of_times_by_number_or_as_monitors_have_them(cells, tmp_path):
    spikes = SpikeMonitor(cells)
    Network(cells, spikes).run(100 * ms)
    report = Report()
    report.add_spikes([[0.3, 0.1], np.array([]), [0.2] * second], "List", tmax=1.0)
    report.add_spikes({0: [0.1], 3: [0.2]}, "Numbers")
    report.add_spikes(spikes.spike_trains(), "Monitor")
    report.add_spikes({"a": [[0.1], [0.2]], "b": {0: [0.3]}}, "Names")
    shown, values = section(report, tmp_path, 0)
    (units,) = shown["populations"]
    assert (units["name"], units["n"], shown["end"]) == ("units", 3, 1.0)
    assert np.allclose(values(units["t"]), [[0.1, 0.2, 0.3]], rtol=0, atol=1e-8)
    assert values(units["i"]).tolist() == [[0, 2, 0]]
    shown, values = section(report, tmp_path, 1)
    assert shown["populations"][0]["n"] == 4 and values(shown["populations"][0]["i"]).tolist() == [[0, 3]]
    shown, values = section(report, tmp_path, 2)
    assert np.array_equal(values(shown["populations"][0]["i"])[0], spikes.i)
    shown, _ = section(report, tmp_path, 3)
    assert [(p["name"], p["n"]) for p in shown["populations"]] == [("a", 2), ("b", 1)]


def test_trains_of_neo_are_in_their_units(tmp_path):
    neo, pq = pytest.importorskip("neo"), pytest.importorskip("quantities")
    report = Report()
    report.add_spikes([neo.SpikeTrain([10, 20] * pq.ms, t_stop=100)], "Neo")
    shown, values = section(report, tmp_path)
    assert np.allclose(values(shown["populations"][0]["t"]), [[0.01, 0.02]], rtol=0, atol=1e-8)


def test_a_stretch_of_time_is_cut_out_of_all(cells, tmp_path):
    spikes, rate, state = (
        SpikeMonitor(cells),
        PopulationRateMonitor(cells),
        StateMonitor(cells, "u", record=[1], dt=1 * ms),
    )
    Network(cells, spikes, rate, state).run(100 * ms)
    report = Report()
    report.add_spikes(spikes, "x", rates=rate, traces=state, tmin=0.02, tmax=0.05)
    shown, values = section(report, tmp_path)
    inside = (spikes.t_ >= 0.02) & (spikes.t_ <= 0.05)
    assert np.array_equal(values(shown["populations"][0]["i"])[0], spikes.i[inside])
    assert shown["rates"][0]["start"] == pytest.approx(0.02) and len(values(shown["rates"][0]["values"])[0]) in (
        300,
        301,
    )
    (trace,) = shown["traces"]
    assert (trace["start"], trace["step"]) == (pytest.approx(0.02), pytest.approx(1e-3))
    assert np.allclose(values(trace["data"])[0], state.u[0][20:51] / mV, atol=0.01)


def test_rates_and_traces_are_shown_without_spikes(cells, tmp_path):
    rate, state = PopulationRateMonitor(cells), StateMonitor(cells, "v", record=True)
    Network(cells, rate, state).run(10 * ms)
    report = Report()
    report.add_spikes(None, "x", rates={"all": rate}, traces={"mine": state})
    shown, _ = section(report, tmp_path)
    assert shown["populations"] == [] and shown["rates"][0]["name"] == "all" and shown["rates"][0]["population"] is None
    assert shown["traces"][0]["elements"] == [0, 1, 2, 3, 4, 5]


def test_what_is_no_activity_is_refused_in_words(cells):
    counts, state, rate = (
        SpikeMonitor(cells, record=False),
        StateMonitor(cells, "v", record=True),
        PopulationRateMonitor(cells),
    )
    report = Report()
    with pytest.raises(ValueError, match="traces of cells has 0 records: run the network first"):
        report.add_spikes(None, "x", traces=state)
    Network(cells, counts, state, rate).run(5 * ms)
    with pytest.raises(AttributeError, match="make it with record=True"):
        report.add_spikes(counts, "x")
    with pytest.raises(TypeError, match="spikes must be SpikeMonitors, or spike trains; got StateMonitor"):
        report.add_spikes(state, "x")
    with pytest.raises(TypeError, match="rates must be PopulationRateMonitors; got StateMonitor"):
        report.add_spikes(None, "x", rates=state)
    with pytest.raises(TypeError, match="traces must be StateMonitors; got PopulationRateMonitor"):
        report.add_spikes(None, "x", traces=rate)
    with pytest.raises(
        TypeError, match="spikes must be SpikeMonitors, or an array of times for each neuron; got float"
    ):
        report.add_spikes(0.5, "x")
    with pytest.raises(ValueError, match="spikes, rates or traces must be given; got none"):
        report.add_spikes(None, "x")
    with pytest.raises(ValueError, match="must hold at least one spike train"):
        report.add_spikes([], "x")
    with pytest.raises(ValueError, match="an array for each neuron"):
        report.add_spikes([0.1, 0.2], "x")
    with pytest.raises(ValueError, match="tmax must be > tmin; got 0.5 to 0.2 s"):
        report.add_spikes([[0.1]], "x", tmin=0.5, tmax=0.2)
    with pytest.raises(ValueError, match="tmin must be a finite time"):
        report.add_spikes([[0.1]], "x", tmin=np.nan)
    with pytest.raises(ValueError, match="nothing of v lies between tmin and tmax"):
        report.add_spikes(None, "x", traces=state, tmin=1.0, tmax=2.0)
    assert len(report) == 0


def test_records_at_steps_of_several_lengths_are_refused(cells):
    state = StateMonitor(cells, "v", record=True)
    net = Network(cells, state)
    net.run(5 * ms)
    before, cells.clock.dt = cells.clock.dt, 0.5 * ms  # that of all groups of this process
    try:
        net.run(5 * ms)
    finally:
        cells.clock.dt = before
    with pytest.raises(ValueError, match="must be recorded in steps of one length"):
        Report().add_spikes(None, "x", traces=state)
