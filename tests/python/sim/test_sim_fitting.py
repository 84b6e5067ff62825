"""Fits find the parameters that made the data, and records go out to other packages with their numbers and units."""

import numpy as np
import pytest
from ranvier.sim.fitting import (
    DifferentialEvolution,
    GammaFactor,
    Metric,
    MSEMetric,
    SpikeFitter,
    TraceFitter,
    gamma_factor,
)
from sim_packages import installed

from ranvier.sim import (
    DimensionMismatchError,
    NeuronGroup,
    PopulationRateMonitor,
    SpikeGeneratorGroup,
    SpikeMonitor,
    StateMonitor,
    amp,
    have_same_dimensions,
    ms,
    msiemens,
    mV,
    nA,
    nS,
    pA,
    pF,
    run,
    second,
    seed,
    start_scope,
    uF,
    usiemens,
    volt,
)

LEAK = """dv/dt = (g*(E_L - v) + I)/C : volt
          g : siemens (constant)
          C : farad (constant)"""
E_L = -70 * mV
E_Na, E_K, E_l, C_m = 50 * mV, -77 * mV, -54.4 * mV, 1 * uF  # of 1 cm2, Hodgkin & Huxley 1952 in today's signs


@pytest.fixture(autouse=True)
def _scope():
    start_scope()
    seed(1)


def steps_of_current(size=100 * pA, steps=1000):
    current = np.zeros((2, steps))
    current[0, 100:800], current[1, 200:500] = float(size), -0.5 * float(size)
    return current * amp


def leak_fitter(output=None, **settings):
    inputs = steps_of_current()
    output = np.zeros(inputs.shape) * volt if output is None else output
    settings = {"dt": 0.1 * ms, "n_samples": 30, "method": "exponential_euler", "param_init": {"v": "E_L"}, **settings}
    return TraceFitter(LEAK, input={"I": inputs}, output={"v": output}, **settings)


LEAK_BOUNDS = {"g": [1 * nS, 100 * nS], "C": [10 * pF, 1000 * pF]}


def test_the_membrane_of_a_leaky_neuron_is_found():
    truth = {"g": 10 * nS, "C": 150 * pF}
    traces = leak_fitter().generate_traces(truth)
    # v = E_L + I/g (1 - exp(-t g/C)) behind the step that begins at 10 ms; the integrator is exact for a constant current
    t = np.arange(700) * 1e-4
    expected = -0.07 + 0.01 * (1 - np.exp(-t * 10e-9 / 150e-12))
    np.testing.assert_allclose(np.asarray(traces)[0, 100:800], expected, rtol=1e-9)

    fitter = leak_fitter(traces)
    best, error = fitter.fit(n_rounds=25, optimizer=DifferentialEvolution(seed=2), callback=None, **LEAK_BOUNDS)
    assert best["g"] == pytest.approx(10e-9, rel=0.02) and best["C"] == pytest.approx(150e-12, rel=0.05)
    assert have_same_dimensions(error, volt**2) and float(error) < 1e-8
    refined, result = fitter.refine()
    assert refined["g"] == pytest.approx(10e-9, rel=1e-6) and refined["C"] == pytest.approx(150e-12, rel=1e-6)
    assert result.success and float(fitter.best_error) < 1e-15
    np.testing.assert_allclose(np.asarray(fitter.generate_traces()), np.asarray(traces), atol=1e-8)


def test_a_sodium_conductance_of_hodgkin_and_huxley_is_found():
    model = """dv/dt = (I - g_Na*m**3*h*(v - E_Na) - g_K*n**4*(v - E_K) - g_l*(v - E_l))/C_m : volt
        dm/dt = (0.1/mV)*(10*mV)/exprel(-(v + 40*mV)/(10*mV))/ms*(1 - m) - 4*exp(-(v + 65*mV)/(18*mV))/ms*m : 1
        dh/dt = 0.07*exp(-(v + 65*mV)/(20*mV))/ms*(1 - h) - 1/(1 + exp(-(v + 35*mV)/(10*mV)))/ms*h : 1
        dn/dt = (0.01/mV)*(10*mV)/exprel(-(v + 55*mV)/(10*mV))/ms*(1 - n) - 0.125*exp(-(v + 65*mV)/(80*mV))/ms*n : 1
        g_Na : siemens (constant)
        g_K : siemens (constant)
        g_l : siemens (constant)"""
    current = np.zeros((1, 1500))
    current[0, 100:1200] = 10e-6
    start = {"v": -65 * mV, "m": 0.0529, "h": 0.5961, "n": 0.3177, "g_K": 36 * msiemens, "g_l": 300 * usiemens}

    def fitter(output):
        return TraceFitter(model, input={"I": current * amp}, output={"v": output}, dt=0.02 * ms, n_samples=20,
                           method="exponential_euler", param_init=start)  # fmt: skip

    traces = fitter(np.zeros((1, 1500)) * volt).generate_traces({"g_Na": 120 * msiemens})
    assert traces.max() > 20 * mV  # it spikes
    found = fitter(traces)
    best, _ = found.fit(n_rounds=15, optimizer=DifferentialEvolution(seed=3), callback=None,
                        g_Na=[50 * msiemens, 300 * msiemens])  # fmt: skip
    assert best["g_Na"] == pytest.approx(0.12, rel=0.01)
    assert found.refine()[0]["g_Na"] == pytest.approx(0.12, rel=1e-5)


def lif(output, **settings):
    model = """dv/dt = (R*I - v)/tau : volt (unless refractory)
               R : ohm (constant)
               tau : second (constant)"""
    rng = np.random.default_rng(3)
    current = np.repeat(rng.uniform(0, 2, (2, 50)), 100, axis=1) * nA  # 500 ms, a new value every 10 ms
    return SpikeFitter(model, input={"I": current}, output=output, dt=0.1 * ms, n_samples=40, method="exponential_euler",
                       threshold="v > 10*mV", reset="v = 0*mV", refractory=2 * ms, **settings)  # fmt: skip


def test_a_leaky_neuron_is_found_from_its_spikes():
    from ranvier.sim import Mohm

    spikes = lif([[] * second, [] * second]).generate_spikes({"R": 20 * Mohm, "tau": 15 * ms})
    assert [len(train) for train in spikes] == [len(np.unique(train)) for train in spikes] and len(spikes[0]) > 10
    fitter = lif(spikes)
    metric = GammaFactor(delta=1 * ms)
    best, error = fitter.fit(n_rounds=25, metric=metric, optimizer=DifferentialEvolution(seed=1), callback=None,
                             R=[5 * Mohm, 100 * Mohm], tau=[2 * ms, 80 * ms])  # fmt: skip
    assert error < 0.05
    assert best["R"] == pytest.approx(20e6, rel=0.05) and best["tau"] == pytest.approx(15e-3, rel=0.1)
    again = fitter.generate_spikes()
    assert all(gamma_factor(a, b, 1e-3, 0.5) > 0.9 for a, b in zip(again, spikes, strict=True))


def test_the_gamma_factor_is_1_for_the_same_train_and_near_0_for_chance():
    rng = np.random.default_rng(5)
    data = np.sort(rng.uniform(0, 10, 100))
    assert gamma_factor(data, data, 0.002, 10) == pytest.approx(1)
    assert gamma_factor(data + 0.0019, data, 0.002, 10) > 0.95 > 0.1 > gamma_factor([], data, 0.002, 10)
    # By hand: N_c = 2 of 4 and 3 spikes in 1 s, 2ν∆N = 2*4*0.01*4 = 0.32, ½(4 + 3) = 3.5, 1 - 2ν∆ = 0.92
    assert gamma_factor([0.1, 0.305, 0.9], [0.1, 0.3, 0.5, 0.7], 0.01, 1.0) == pytest.approx((2 - 0.32) / 3.5 / 0.92)
    chance = [gamma_factor(np.sort(rng.uniform(0, 10, 100)), data, 0.002, 10) for _ in range(300)]
    # α = 1e-6: mean of 300 within 4.9 standard errors of 0; the few spikes that one coincidence keeps from another weigh less
    assert abs(np.mean(chance)) < 4.9 * np.std(chance) / np.sqrt(300) + 0.005
    with pytest.raises(ValueError, match="a trace that was recorded has none"):
        gamma_factor([0.1], [], 0.01, 1.0)
    with pytest.raises(ValueError, match=r"delta must be < 0.125 s, half the mean interval .* got 0.2 s"):
        gamma_factor([0.1], [0.1, 0.2, 0.3, 0.4], 0.2, 1.0)


def test_errors_weigh_what_they_are_told_to():
    model = np.array([[[1.0, 2.0, 3.0, 5.0]]])
    data = np.array([[1.0, 1.0, 1.0, 1.0]])
    assert MSEMetric().calc(model, data, 1e-3).tolist() == [(1 + 4 + 16) / 4]
    assert MSEMetric(t_start=2 * ms).calc(model, data, 1e-3).tolist() == [(4 + 16) / 2]
    assert MSEMetric(t_weights=[0, 1, 0, 3]).calc(model, data, 1e-3).tolist() == [(1 + 3 * 16) / 4]
    assert MSEMetric(normalization=2).calc(model, data, 1e-3).tolist() == [21 / 16]
    with pytest.raises(ValueError, match="nothing counts behind t_start"):
        MSEMetric(t_start=9 * ms).calc(model, data, 1e-3)
    gamma = GammaFactor(delta=10 * ms, time=1 * second)
    data = [[0.1, 0.3, 0.5, 0.7]]
    one = (2 - 0.32) / 3.5 / 0.92
    assert gamma.calc([[[0.1, 0.305, 0.9]]], data, 1e-4).tolist() == pytest.approx([1 - one + 2 / 4])
    plain = GammaFactor(delta=10 * ms, time=1 * second, rate_correction=False)
    assert plain.calc([[[0.1, 0.305, 0.9]]], data, 1e-4).tolist() == pytest.approx([1 - one])


def test_a_fit_goes_on_where_it_ended_and_says_what_it_tried():
    traces = leak_fitter().generate_traces({"g": 10 * nS, "C": 150 * pF})
    whole, halves = leak_fitter(traces), leak_fitter(traces)
    best, error = whole.fit(n_rounds=4, optimizer=DifferentialEvolution(seed=4), callback=None, **LEAK_BOUNDS)
    halves.fit(n_rounds=2, optimizer=DifferentialEvolution(seed=4), callback=None, **LEAK_BOUNDS)
    halves.fit(n_rounds=2, callback=None, **LEAK_BOUNDS)
    table, other = whole.results("dataframe"), halves.results("dict")
    assert list(table.columns) == ["g", "C", "error"] and len(table) == 4 * 30 == len(other["g"])
    assert str(other["C"].dim) == str(pF.dim)
    assert table["error"].min() == float(error) and table["g"][table["error"].idxmin()] == float(best["g"])
    assert (
        whole.results()[7]["error"] == other["error"][7]
    )  # the first generation; later ones draw as SciPy begins anew
    assert halves.best_error <= min(row["error"] for row in halves.results())
    with pytest.raises(ValueError, match="say restart=True"):
        whole.fit(callback=None, metric=MSEMetric(t_start=1 * ms), **LEAK_BOUNDS)
    whole.fit(callback=None, restart=True, metric=MSEMetric(normalization=1 * mV), **LEAK_BOUNDS)
    assert len(whole.results()) == 30 and isinstance(whole.best_error, float)


def test_the_same_seed_tries_the_same_candidates():
    traces = leak_fitter().generate_traces({"g": 10 * nS, "C": 150 * pF})
    tried = []
    for number in (7, 7, 8):
        seed(number)
        fitter = leak_fitter(traces)
        fitter.fit(n_rounds=3, callback=None, **LEAK_BOUNDS)
        tried.append(fitter.results("dataframe").values.tolist())
    assert tried[0] == tried[1] != tried[2]


def test_a_callback_is_told_of_each_round_and_may_end_the_fit(capsys):
    traces = leak_fitter().generate_traces({"g": 10 * nS, "C": 150 * pF})
    fitter, told = leak_fitter(traces), []

    def callback(params, errors, best_params, best_error, index, info):
        told.append((params.shape, errors.shape, index, info["param_names"], float(best_error)))
        return index == 3

    fitter.fit(n_rounds=10, callback=callback, **LEAK_BOUNDS)
    assert [entry[:4] for entry in told] == [((30, 2), (30,), k, ["g", "C"]) for k in (1, 2, 3)]
    assert told[0][4] >= told[1][4] >= told[2][4] == float(fitter.best_error)
    leak_fitter(traces).fit(n_rounds=2, **LEAK_BOUNDS)
    out = capsys.readouterr().out.splitlines()
    assert len(out) == 2 and out[1].startswith("round 2: error ") and "g = " in out[1] and "V^2" in out[1]


def test_a_candidate_that_becomes_nan_does_not_end_the_fit():
    model = "dv/dt = (I - sqrt(a)*v)/(10*ms) : 1\na : 1 (constant)"
    settings = {"input": {"I": np.ones((2, 200))}, "dt": 0.1 * ms, "n_samples": 10, "method": "euler"}
    traces = TraceFitter(model, output={"v": np.zeros((2, 200))}, **settings).generate_traces({"a": 4.0})
    fitter = TraceFitter(model, output={"v": traces}, **settings)
    best, error = fitter.fit(n_rounds=10, optimizer=DifferentialEvolution(seed=1), callback=None, a=[-10, 10])
    tried = fitter.results("dataframe")
    assert np.isinf(tried["error"][tried["a"] < 0]).all() and np.isfinite(tried["error"][tried["a"] >= 0]).all()
    assert best["a"] == pytest.approx(4, abs=0.5) and (tried["a"] < 0).any()
    with pytest.raises(ValueError, match="no candidate gave numbers"):
        fitter.fit(restart=True, callback=None, a=[-10, -1])


def test_an_own_metric_is_used():
    class Largest(Metric):
        def get_features(self, model_results, data_results, dt):
            return np.abs(model_results - data_results).max(axis=2)

    traces = leak_fitter().generate_traces({"g": 10 * nS, "C": 150 * pF})
    fitter = leak_fitter(traces, use_units=False)
    best, error = fitter.fit(n_rounds=2, metric=Largest(), callback=None, **LEAK_BOUNDS)
    difference = np.abs(np.asarray(fitter.generate_traces()) - np.asarray(traces)).max(axis=1)
    assert error == pytest.approx(difference.mean()) and type(best["g"]) is float


def test_names_around_the_fit_are_found():
    def fitted(rest):
        fitter = TraceFitter(LEAK.replace("E_L", "rest"), input={"I": steps_of_current()}, output={"v": traces}, dt=0.1 * ms,
                             n_samples=5, method="exponential_euler", param_init={"v": "rest"})  # fmt: skip
        fitter.fit(callback=None, **LEAK_BOUNDS)
        return fitter.refine()[0]["g"], fitter.generate_traces()[0, 0], fitter.generate("v")[0, 0]

    traces = leak_fitter().generate_traces({"g": 10 * nS, "C": 150 * pF})
    found, first, again = fitted(-70 * mV)
    assert found == pytest.approx(10e-9, rel=1e-5) and first == again == -70 * mV


def test_the_first_candidates_cover_the_bounds():
    fitter = leak_fitter(n_samples=20)
    fitter.fit(callback=None, **LEAK_BOUNDS)
    for name, (low, high) in LEAK_BOUNDS.items():
        part = (fitter.results("dict", use_units=False)[name] - float(low)) / float(high - low) * 20
        assert sorted(np.floor(part)) == list(range(20))  # one candidate in each twentieth


def test_other_variables_are_generated_too():
    fitter = leak_fitter()
    current = fitter.generate("I", {"g": 10 * nS, "C": 150 * pF})
    np.testing.assert_allclose(np.asarray(current), np.asarray(steps_of_current()))
    assert have_same_dimensions(current, amp)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: leak_fitter().fit(g=LEAK_BOUNDS["g"]), TypeError, r"give bounds of C: C=\[lowest, highest\]"),
        (lambda: leak_fitter().fit(**LEAK_BOUNDS, x=[1, 2]), ValueError, "x is no parameter of the model; there are C, g"),
        (lambda: leak_fitter().fit(g=[1, 2], C=LEAK_BOUNDS["C"]), DimensionMismatchError, "the bounds of g have its unit"),
        (lambda: leak_fitter().fit(g=[2 * nS, 1 * nS], C=LEAK_BOUNDS["C"]), ValueError, "the lower one first"),
        (lambda: leak_fitter().fit(callback="progressbar", **LEAK_BOUNDS), ValueError, "callback must be 'text', None"),
        (lambda: leak_fitter().fit(metric="mse", **LEAK_BOUNDS), TypeError, "metric is a Metric"),
        (lambda: leak_fitter(n_samples=4).fit(callback=None, **LEAK_BOUNDS), ValueError, "n_samples >= 5; got 4"),
        (lambda: leak_fitter().generate_traces(), TypeError, "nothing was fitted yet"),
        (lambda: leak_fitter(np.zeros((1, 1000)) * volt), ValueError, r"one shape; got \(2, 1000\) and \(1, 1000\)"),
        (lambda: leak_fitter(np.zeros((2, 1000))*amp), DimensionMismatchError, "the output has the unit of v"),
        (lambda: leak_fitter(param_init={"u": 1}), ValueError, "param_init names 'u'; the model has C, g, v"),
        (lambda: lif([[1, 2] * ms]), ValueError, "times of spikes of each of 2 traces"),
        (lambda: GammaFactor(delta=0 * ms), ValueError, "delta must be > 0 s"),
        (lambda: TraceFitter(LEAK + "\nI : amp", input={"I": np.zeros((1, 3)) * amp}), ValueError, "I is the input: use it"),
    ],
)  # fmt: skip
def test_what_cannot_be_fitted_is_said(call, error, message):
    with pytest.raises(error, match=message):
        call()


# Records for other packages


def recorded():
    G = NeuronGroup(4, "dv/dt = -v/(10*ms) : volt\nx : integer", method="exact")
    G.v = "(i + 1)*mV"
    source = SpikeGeneratorGroup(3, [2, 0], [1, 2] * ms)
    return G, source, StateMonitor(G, ["v", "x"], record=[1, 3]), SpikeMonitor(source), PopulationRateMonitor(source)


def test_monitors_become_tables_of_pandas():
    pytest.importorskip("pandas")
    G, source, states, spikes, rate = recorded()
    run(3 * ms)
    table = states.to_pandas()
    np.testing.assert_allclose(table["v"][3], 4e-3 * np.exp(-np.arange(30) / 100))
    assert table.index.name == "t" and table.columns.tolist() == [("v", 1), ("v", 3), ("x", 1), ("x", 3)]
    assert table["x"].dtypes.tolist() == [states.x.dtype] * 2 and states.x.dtype.kind == "i"
    assert table.attrs["units"] == {"t": "s", "v": "V"}
    assert spikes.to_pandas()["i"].tolist() == [2, 0] and spikes.to_pandas()["t"].tolist() == pytest.approx(
        [1e-3, 2e-3]
    )
    assert rate.to_pandas()["rate"].max() == pytest.approx(1 / 3 / 1e-4)
    assert rate.to_pandas().attrs["units"]["rate"] == "Hz"


def test_states_of_a_monitor_are_not_left_out_of_its_table():
    pytest.importorskip("pandas")
    G, source, states, spikes, rate = recorded()
    run(3 * ms)
    assert states.get_states(units=False, format="pandas").equals(states.to_pandas())
    some = states.get_states(["v", "t"], units=False, format="pandas")
    assert some.columns.tolist() == [("v", 1), ("v", 3)] and some.index.name == "t"
    assert spikes.get_states(["t"], units=False, format="pandas")["t"].tolist() == pytest.approx([1e-3, 2e-3])
    with pytest.raises(KeyError, match="'count' has no column in the table of .*; there are t, i"):
        spikes.get_states(["count"], units=False, format="pandas")
    with pytest.raises(NotImplementedError, match="say units=False"):
        rate.get_states(format="pandas")


@pytest.mark.parametrize(("method", "package"), [("to_xarray", "xarray"), ("to_neo", "neo"), ("to_pandas", "pandas")])
def test_what_is_missing_is_named(method, package, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, package, None)
    spikes = recorded()[3]
    with pytest.raises(ImportError, match=f"{package} is not installed: pip install {package}"):
        getattr(spikes, method)()


@pytest.mark.skipif(not installed("xarray"), reason="xarray is not installed")
def test_monitors_become_datasets_of_xarray():
    G, source, states, spikes, rate = recorded()
    run(3 * ms)
    data = states.to_xarray()
    assert data["v"].dims == ("element", "t") and data["v"].attrs["units"] == "V"
    np.testing.assert_allclose(data["v"].sel(element=3), 4e-3 * np.exp(-np.arange(30) / 100))
    assert spikes.to_xarray()["i"].values.tolist() == [2, 0]
    assert rate.to_xarray()["rate"].attrs["units"] == "Hz"


@pytest.mark.skipif(not installed("neo"), reason="neo is not installed")
def test_monitors_become_trains_and_signals_of_neo():
    G, source, states, spikes, rate = recorded()
    run(3 * ms)
    trains = spikes.to_neo()
    assert [len(train) for train in trains] == [1, 0, 1] and float(trains[0][0].rescale("ms")) == pytest.approx(2)
    v = states.to_neo()[0]
    assert v.shape == (30, 2) and float(v[0, 1].rescale("mV")) == pytest.approx(4)
