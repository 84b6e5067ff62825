"""What a subgroup sees of its group's equations is what the group sees."""

import numpy as np
import pytest

from ranvier.sim import (
    Network,
    NeuronGroup,
    SpikeMonitor,
    StateMonitor,
    Synapses,
    defaultclock,
    linked_var,
    start_scope,
)


@pytest.fixture(autouse=True)
def _scope():
    start_scope()


def test_subexpressions_of_a_subgroup_number_the_whole_group():
    group = NeuronGroup(4, "sub = i*0.1 + N*10 : 1\nv : 1", threshold="i == 2", name="whole")
    part, inner = group[1:4], group[1:4][1:3]
    np.testing.assert_allclose(part.sub[:], group.sub[1:4])
    np.testing.assert_allclose(inner.sub[:], group.sub[2:4])
    among = Synapses(part, part, "w : 1\nu : 1")
    among.connect(j="i")
    among.w, among.u = "sub_pre", "sub_post + i"
    np.testing.assert_allclose(among.w, group.sub[1:4])
    np.testing.assert_allclose(among.u, group.sub[1:4] + np.arange(3))
    few = Synapses(part, part)
    few.connect("sub_pre < 40.15")
    assert len(few) == 3
    linked = NeuronGroup(3, "l : 1 (linked)\nx = l : 1")
    linked.l = linked_var(part, "sub")
    np.testing.assert_allclose(linked.x[:], group.sub[1:4])
    part.v = "sub + i"  # written in an assignment, i is the subgroup's
    np.testing.assert_allclose(group.v, [0, *(group.sub[1:4] + np.arange(3))])
    trace, spikes = StateMonitor(part, "sub", record=True), SpikeMonitor(part, "sub")
    Network(group, trace, spikes).run(defaultclock.dt)
    np.testing.assert_allclose(trace.sub[:, 0], group.sub[1:4])
    np.testing.assert_allclose(spikes.sub, group.sub[2])
