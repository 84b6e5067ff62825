"""Connection rules make the synapses that they promise.

Statistical tests: each has α = 1e-6, the seeds are fixed.
"""

import os
import subprocess
import sys

import numpy as np
import pytest
from scipy import stats

from ranvier.sim import (
    DimensionMismatchError,
    NeuronGroup,
    SpikeGeneratorGroup,
    SpikeMonitor,
    Synapses,
    mm,
    ms,
    mV,
    run,
    seed,
    start_scope,
    um,
)

ALPHA = 1e-6


@pytest.fixture(autouse=True)
def _scope():
    start_scope()
    seed(7)


def groups(n=50, m=None):
    first = NeuronGroup(n, "v : 1\nx : metre\ny : metre", threshold="v > 1")
    return first, first if m is None else NeuronGroup(m, "v : 1\nx : metre\ny : metre", threshold="v > 1")


def made(source, target, rule, **settings):
    synapses = Synapses(source, target)
    synapses.connect(rule=rule, **settings)
    return np.array(synapses.i), np.array(synapses.j), synapses


def is_uniform(counts):
    assert stats.chisquare(counts).pvalue > ALPHA


def test_one_to_one_joins_neurons_of_one_number():
    i, j, _ = made(*groups(5, 5), "one_to_one")
    assert i.tolist() == j.tolist() == [0, 1, 2, 3, 4]
    with pytest.raises(ValueError, match="as many sources as targets; got 5 and 6"):
        made(*groups(5, 6), "one_to_one")


def test_all_to_all_spares_autapses_of_subgroups_too():
    G, _ = groups(10)
    i, j, _ = made(G[2:6], G[4:9], "all_to_all", allow_autapses=False)
    every = [(a, b) for a in range(4) for b in range(5) if a + 2 != b + 4]
    assert list(zip(i.tolist(), j.tolist(), strict=True)) == every
    i, j, _ = made(G[4:9], G[2:6], "pairwise_bernoulli", p=1, allow_autapses=False)
    assert list(zip(i.tolist(), j.tolist(), strict=True)) == [
        (b, a) for b in range(5) for a in range(4) if a + 2 != b + 4
    ]
    assert len(made(*groups(4, 5), "all_to_all", allow_autapses=False)[0]) == 20  # two groups have no autapses


@pytest.mark.parametrize("multapses", [True, False])
@pytest.mark.parametrize("autapses", [True, False])
@pytest.mark.parametrize("degree", ["indegree", "outdegree"])
def test_degrees_are_exact_and_the_other_end_is_uniform(degree, autapses, multapses):
    G, _ = groups(60)
    i, j, S = made(G, G, f"fixed_{degree}", **{degree: 40}, allow_autapses=autapses, allow_multapses=multapses)
    fixed, free = (j, i) if degree == "indegree" else (i, j)
    assert np.bincount(fixed, minlength=60).tolist() == [40] * 60
    assert len(S) == 2400 and np.all(np.diff(i * 60 + j) >= 0)
    pairs, times = np.unique(i * 60 + j, return_counts=True)
    assert (times.max() > 1) == multapses
    assert np.any(i == j) == autapses
    difference = np.bincount((free - fixed) % 60, minlength=60)
    if multapses:
        is_uniform(difference if autapses else difference[1:])
    else:  # without repetition counts vary less than Poisson's: each difference is binomial with p = 40/60 or 40/59
        n, p = 60, 40 / (60 if autapses else 59)
        counts = difference if autapses else difference[1:]
        low, high = stats.binom.interval(1 - ALPHA / 60, n, p)
        assert np.all((counts >= low) & (counts <= high))


def test_a_degree_that_cannot_be_had_is_refused():
    G, _ = groups(10)
    with pytest.raises(
        ValueError, match="indegree must be <= 9, as many neurons as there are .* got 10: allow_multapses=True"
    ):
        made(G, G, "fixed_indegree", indegree=10, allow_autapses=False, allow_multapses=False)
    assert len(made(G, G, "fixed_indegree", indegree=10, allow_multapses=False)[0]) == 100
    one = NeuronGroup(1, "v : 1")
    with pytest.raises(ValueError, match="outdegree must be <= 0"):
        made(one, one, "fixed_outdegree", outdegree=1, allow_autapses=False)


@pytest.mark.parametrize("autapses", [True, False])
@pytest.mark.parametrize("multapses", [True, False])
def test_a_total_number_is_kept_and_every_pair_is_as_likely(autapses, multapses):
    G, _ = groups(12)
    total = 100
    tally = np.zeros((12, 12), dtype=int)
    for _ in range(200):
        i, j, _ = made(G, G, "fixed_total_number", N=total, allow_autapses=autapses, allow_multapses=multapses)
        assert len(i) == total
        assert multapses or len(np.unique(i * 12 + j)) == total
        np.add.at(tally, (i, j), 1)
    assert autapses or not np.diag(tally).any()
    counts = tally[~np.eye(12, dtype=bool)] if not autapses else tally.ravel()
    if multapses:
        is_uniform(counts)
    else:
        low, high = stats.binom.interval(1 - ALPHA / counts.size, 200, total / counts.size)
        assert np.all((counts >= low) & (counts <= high))
    if not multapses:
        with pytest.raises(ValueError, match="as many pairs as there are; got 145"):
            made(G, G, "fixed_total_number", N=145, allow_multapses=False)


@pytest.mark.parametrize("autapses", [True, False])
def test_bernoulli_pairs_are_there_with_their_probability(autapses):
    G, _ = groups(300)
    i, j, _ = made(G, G, "pairwise_bernoulli", p=0.07, allow_autapses=autapses)
    assert len(np.unique(i * 300 + j)) == len(i)
    n = 300 * (300 if autapses else 299)
    assert stats.binomtest(len(i), n, 0.07).pvalue > ALPHA
    is_uniform(np.bincount(i, minlength=300))
    is_uniform(np.bincount(j, minlength=300))
    assert np.any(i == j) == autapses
    assert len(made(G, G, "pairwise_bernoulli", p=0)[0]) == 0
    assert len(made(G, G, "pairwise_bernoulli", p=1, allow_autapses=autapses)[0]) == n


KERNELS = {
    "constant": lambda x: np.ones_like(x),
    "gaussian": lambda x: np.exp(-(x**2) / 2),
    "exponential": lambda x: np.exp(-x),
    "linear": lambda x: np.maximum(0, 1 - x),
}


@pytest.mark.parametrize("periodic", [False, True])
@pytest.mark.parametrize("kernel", KERNELS)
def test_probabilities_fall_with_distance_as_the_kernel_says(kernel, periodic):
    source, target = groups(150, 200)
    for group in (source, target):
        group.x, group.y = "rand()*1000*um", "rand()*800*um"
    settings = {} if kernel == "constant" else {"width": 200 * um}
    if periodic:
        settings["extent"] = (1000 * um, 800 * um)
    i, j, _ = made(source, target, "distance", positions=("x", "y"), kernel=kernel, p=0.6, radius=350 * um, **settings)
    dx = np.asarray(target.x[:])[None, :] - np.asarray(source.x[:])[:, None]
    dy = np.asarray(target.y[:])[None, :] - np.asarray(source.y[:])[:, None]
    if periodic:
        dx, dy = np.minimum(abs(dx), 1e-3 - abs(dx)), np.minimum(abs(dy), 8e-4 - abs(dy))
    apart = np.hypot(dx, dy)
    expected = 0.6 * KERNELS[kernel](apart / 200e-6) * (apart <= 350e-6)
    found = np.zeros_like(apart)
    found[i, j] = 1
    assert found.sum() == len(i)
    assert not np.any(found[expected == 0])
    for low in range(0, 350, 50):  # a normal approximation of the sum of independent pairs, in rings
        ring = (apart >= low * 1e-6) & (apart < (low + 50) * 1e-6)
        mean, variance = expected[ring].sum(), (expected * (1 - expected))[ring].sum()
        assert abs(found[ring].sum() - mean) < stats.norm.isf(ALPHA / 2) * np.sqrt(variance) + 0.5


def test_positions_may_be_arrays_with_units():
    source, target = groups(3, 2)
    i, j, _ = made(source, target, "distance", positions=([0, 1, 2] * mm, [0, 2.4] * mm), radius=0.5 * mm)
    assert list(zip(i.tolist(), j.tolist(), strict=True)) == [(0, 0), (2, 1)]
    with pytest.raises(DimensionMismatchError, match="radius is a length"):
        made(source, target, "distance", positions=([0, 1, 2] * mm, [0, 2.4] * mm), radius=0.5 * mV)
    with pytest.raises(ValueError, match=r"a row for each of the 2 of .*; got \(3, 1\)"):
        made(source, target, "distance", positions=([0, 1, 2] * mm, [0, 1, 2] * mm))


@pytest.mark.parametrize(
    ("rule", "settings"),
    [
        ("fixed_indegree", {"indegree": 5}),
        ("fixed_outdegree", {"outdegree": 5, "allow_multapses": False}),
        ("fixed_total_number", {"N": 77}),
        ("pairwise_bernoulli", {"p": 0.2}),
        ("distance", {"p": 0.2, "positions": ("x", "y")}),
    ],
)
def test_the_same_seed_makes_the_same_synapses(rule, settings):
    G, _ = groups()
    once = []
    for number in (3, 3, 4):
        seed(number)
        once.append(np.column_stack(made(G, G, rule, **settings)[:2]).tolist())
    assert once[0] == once[1] != once[2]
    assert np.column_stack(made(G, G, rule, **settings)[:2]).tolist() != once[2]  # the next are others


def test_any_number_of_threads_makes_the_same_synapses():
    code = """if True:
        import hashlib
        from ranvier.sim import *
        seed(5)
        G = NeuronGroup(500, "x : metre")
        G.x = "rand()*mm"
        found = hashlib.sha256()
        for settings in (dict(rule="fixed_indegree", indegree=30), dict(rule="fixed_outdegree", outdegree=300, allow_multapses=False),
                         dict(rule="distance", positions="x", kernel="gaussian", width=100*um)):
            S = Synapses(G, G)
            S.connect(**settings)
            found.update(S.i[:].tobytes() + S.j[:].tobytes())
        print(len(S), found.hexdigest())"""
    said = {
        subprocess.run([sys.executable, "-c", code], env={**os.environ, "RANVIER_THREADS": n}, capture_output=True,
                       text=True, check=True).stdout
        for n in ("1", "3", "8")
    }  # fmt: skip
    assert len(said) == 1 and int(said.pop().split()[0]) > 1000


def test_n_makes_several_synapses_of_each_pair():
    i, _, _ = made(*groups(4, 4), "one_to_one", n=3)
    assert i.tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]


def test_synapses_of_a_rule_carry_spikes():
    source = SpikeGeneratorGroup(3, [0, 1, 2], [1, 2, 3] * ms)
    target = NeuronGroup(3, "v : 1", threshold="v > 0.5", reset="v = 0")
    synapses = Synapses(source, target, on_pre="v_post += 1")
    synapses.connect(rule="one_to_one")
    spikes = SpikeMonitor(target)
    run(4 * ms)
    assert spikes.i.tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"rule": "fixed"}, ValueError, "rule must be one_to_one, all_to_all, .*; got 'fixed'"),
        ({"rule": "fixed_indegree"}, ValueError, "the rule fixed_indegree wants indegree="),
        ({"rule": "fixed_indegree", "indegree": 2.5}, ValueError, "indegree must be a whole number >= 0; got 2.5"),
        ({"rule": "fixed_indegree", "indegree": 2 * mV}, DimensionMismatchError, "indegree is a number"),
        ({"rule": "fixed_indegree", "indegree": 2, "p": 0.5}, ValueError, "fixed_indegree takes no p; got 0.5"),
        ({"rule": "one_to_one", "outdegree": 2}, ValueError, "one_to_one takes no outdegree; got 2"),
        ({"rule": "one_to_one", "kernel": "linear"}, TypeError, "one_to_one takes no kernel="),
        ({"rule": "one_to_one", "allow_multapses": False}, TypeError, "leave allow_multapses away"),
        ({"rule": "fixed_indegree", "indegree": 2, "allow_autapses": 1}, TypeError, "allow_autapses is True or False; got 1"),
        ({"rule": "one_to_one", "condition": "i != j"}, ValueError, "leave condition, i, j and skip_if_invalid away"),
        ({"rule": "pairwise_bernoulli", "p": 1.5}, ValueError, "p must be a probability, from 0 to 1; got 1.5"),
        ({"rule": "distance"}, TypeError, "wants positions="),
        ({"rule": "distance", "positions": ("x", "y"), "kernel": "cubic", "width": 1 * mm}, ValueError, "kernel must be constant, gaussian, exponential, linear; got 'cubic'"),
        ({"rule": "distance", "positions": "x", "kernel": "linear"}, TypeError, "linear wants width="),
        ({"rule": "distance", "positions": "x", "extent": 0 * mm}, ValueError, "extent must be > 0; got 0"),
        ({"rule": "distance", "positions": "x", "extent": [1, 1] * mm}, ValueError, "one length for each of the 1 dimensions; got 2"),
        ({"indegree": 3}, TypeError, "takes indegree only beside rule="),
    ],
)  # fmt: skip
def test_what_a_rule_cannot_do_is_said(settings, error, message):
    synapses = Synapses(*groups(4, 4))
    with pytest.raises(error, match=message):
        synapses.connect(**settings)
    assert len(synapses) == 0
