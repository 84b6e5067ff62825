"""What a group does in a step are objects of the network, as in Brian 2: they can be found, moved and switched off."""

import weakref

import numpy as np
import pytest

from ranvier.sim import (
    BrianObject,
    EventMonitor,
    Hz,
    Network,
    NeuronGroup,
    PoissonGroup,
    SpikeGeneratorGroup,
    SpikeMonitor,
    StateMonitor,
    Synapses,
    ms,
    run,
    start_scope,
)


@pytest.fixture(autouse=True)
def _scope():
    start_scope()


def cells(**words):
    words = {"threshold": "v > 1", "reset": "v = 0", "method": "euler", "name": "cells"} | words
    return NeuronGroup(2, "dv/dt = 1/ms : 1\nw = 2*v : 1 (constant over dt)", **words)


def test_a_network_counts_and_finds_the_parts_of_its_groups():
    group = cells()
    statements = group.run_regularly("v += 0", name="regular")
    synapses = Synapses(
        group, group, "dx/dt = -x/ms : 1 (clock-driven)", on_pre="v += 0", method="exact", name="joints"
    )
    synapses.connect()
    rates, given = PoissonGroup(2, 10 * Hz, name="rates"), SpikeGeneratorGroup(1, [0], [1] * ms, name="given")
    network = Network(group, synapses, rates, given)
    own = [
        "cells",
        "cells_spike_resetter",
        "cells_spike_thresholder",
        "cells_stateupdater",
        "cells_subexpression_update",
    ]
    rest = ["given", "joints", "joints_pre", "joints_stateupdater", "rates", "rates_spike_thresholder", "regular"]
    assert sorted(obj.name for obj in network) == own + rest and len(network) == len(own + rest)
    assert {obj.name for obj in group.contained_objects} == {*own[1:], "regular"}
    assert all(isinstance(obj, BrianObject) for obj in network)
    assert network["cells_stateupdater"] is group.state_updater and "cells_spike_resetter" in network
    assert group.subexpression_updater in network and statements in network
    assert group.thresholder["spike"].group is group and group.resetter["spike"].event == "spike"
    assert len(network.objects) == 4
    names = [obj.name for obj in network.sorted_objects]
    assert names.index("cells_stateupdater") < names.index("rates_spike_thresholder") < names.index("joints_pre")
    network.run(1 * ms)


def test_parts_are_moved_and_switched_off():
    group = cells()
    network = Network(group)
    for part in group.contained_objects:
        if part.name.endswith("resetter"):
            part.active = False
    network.run(2 * ms)
    np.testing.assert_allclose(group.v[:], 2)
    group.state_updater.when, group.state_updater.order = "end", 7
    entry = next(e for e in network.scheduling_summary().entries if e.name == "cells_stateupdater")
    assert (entry.when, entry.order) == ("end", 7)
    network["cells_stateupdater"].active = False
    network.run(2 * ms)
    np.testing.assert_allclose(group.v[:], 2)
    group.active = True
    assert group.state_updater.active and group.resetter["spike"].active


def test_statements_of_an_event_that_come_later_are_a_part_too():
    group = cells(events={"high": "v > 0.5"})
    run(0.1 * ms)
    group.run_on_event("high", "v = 0.4")
    run(1 * ms)
    assert group.resetter["high"].when == "after_resets" and group.resetter["high"] in group.contained_objects
    assert np.all(group.v < 0.5 + 1e-9)


def test_sums_are_parts():
    group = NeuronGroup(2, "total : 1\ndx/dt = (total - x)/ms : 1", order=3, method="euler")
    synapses = Synapses(group, group, "total_post = 2 : 1 (summed)", name="joints")
    synapses.connect()
    updater = synapses.summed_updaters["total_post"]
    assert updater.name == "joints_summed_variable_total_post"
    assert (updater.when, updater.order) == ("groups", 2)  # before what it is for
    run(0.1 * ms)
    np.testing.assert_allclose(group.total[:], 4)


def test_the_order_of_a_group_is_that_of_its_parts():
    first, last = cells(name="z", order=-1), cells(name="a", order=1)
    assert {part.order for part in first.contained_objects} == {-1}
    assert {part.order for part in last.contained_objects} == {1}
    synapses = Synapses(first, last, "dx/dt = -x/ms : 1 (clock-driven)", on_pre="v += 1", on_post="x = 1", order=3)
    assert synapses.state_updater.order == 3 and (synapses.pre.order, synapses.post.order) == (-1, 1)
    names = [e.name for e in Network(first, last).scheduling_summary().entries if e.when == "groups"]
    assert names == ["z_stateupdater", "a_stateupdater"]


@pytest.mark.parametrize("source, event, slot, order", [
    (lambda: cells(), "spike", "thresholds", 1), (lambda: cells(order=5), "spike", "thresholds", 6),
    (lambda: cells(order=5)[:1], "spike", "thresholds", 6), (lambda: PoissonGroup(2, 1 * Hz, order=2), "spike", "thresholds", 3),
    (lambda: PoissonGroup(2, 1 * Hz, when="start"), "spike", "start", 1),
    (lambda: SpikeGeneratorGroup(1, [0], [0] * ms, order=2, when="groups"), "spike", "groups", 3),
    (lambda: cells(events={"high": "v > 0.5"}), "high", "after_thresholds", 1),
    (lambda: cells(events={"high": "v > 0.5"})[:1], "high", "after_thresholds", 1),
])  # fmt: skip
def test_a_monitor_of_events_stands_right_behind_what_finds_them(source, event, slot, order):
    group = source()
    monitor = EventMonitor(group, event)
    assert (monitor.when, monitor.order) == (slot, order)
    entry = next(e for e in Network(group if hasattr(group, "run_regularly") else [], monitor).scheduling_summary().entries
                 if e.name == monitor.name)  # fmt: skip
    assert (entry.when, entry.order) == (slot, order)
    assert (EventMonitor(group, event, when="end").order, EventMonitor(group, event, when="end", order=4).order) == (
        0,
        4,
    )


def test_a_monitor_follows_an_event_that_was_moved_before():
    group = cells(events={"high": "v > 0.5"})
    group.set_event_schedule("high", when="before_resets", order=-3)
    monitor = EventMonitor(group, "high")
    assert (monitor.when, monitor.order) == ("before_resets", -2)
    run(1 * ms)
    assert len(monitor) > 0


def test_a_group_is_let_go_with_its_parts():
    def ran():
        group = cells()
        run(0.1 * ms)
        return weakref.ref(group), group.state_updater

    gone, part = ran()
    assert gone() is None  # at once: nothing goes in a circle
    with pytest.raises(ReferenceError, match="the group of cells_stateupdater is gone"):
        part.group  # noqa: B018


def test_records_have_numbers():
    group = cells()
    spikes, trace = SpikeMonitor(group), StateMonitor(group, "v", record=True)
    run(2.5 * ms)
    np.testing.assert_array_equal(spikes.i_, spikes.i)
    np.testing.assert_array_equal(spikes.indices[:], np.arange(4))
    assert trace.indices[3] == 3 and len(trace.indices) == 25
