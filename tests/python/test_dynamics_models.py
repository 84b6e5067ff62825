"""What each model that comes with Ranvier does: numbers and behaviours that its paper, or a later one, reports."""

import numpy as np
import pytest

import ranvier
from ranvier.dynamics import System, crossing
from ranvier.units import Hz, Quantity, cm, mS, ms, mV, nA, second, uA

unit = uA / cm**2


@pytest.mark.parametrize("name", ranvier.models())
def test_every_model_names_a_paper_and_runs_with_its_own_method(name):
    model = ranvier.model(name)
    assert model.doi.startswith("10.") and model.paper
    engine = model.engine
    if any("_post" in s[0] for s in engine.subexpressions) or name.startswith("stdp"):
        return  # a synapse has no life of its own
    for preset in ("", *model.presets):
        system = System(name, preset)
        steps = min(2000, round(engine.span / engine.step))
        run = system.ensemble(
            steps * system._time.shown(engine.step), system._time.shown(engine.step), method=engine.method, every=steps
        )
        assert run.method == (engine.method or run.method)
        for state, value in run.final.items():
            assert np.isfinite(np.asarray(value)).all(), (preset, state)


# Integrate-and-fire


def intervals(name, preset, duration=1000):
    run = System(name, preset).simulate((0 * ms, duration * ms), method="DOP853", rtol=1e-9, atol=1e-9)
    return run.spikes / ms, np.diff(run.spikes / ms)


def test_adex_fires_in_the_patterns_of_naud_and_others():
    # Naud et al. 2008, figure 4: what each parameter set of table 1 is named after.
    patterns = {p: intervals("adex", p) for p in ranvier.model("adex").presets}
    assert patterns["tonic"][1].max() < 1.1 * patterns["tonic"][1].min()
    adapting = patterns["adapting"][1]
    assert (np.diff(adapting[:6]) > 0).all() and adapting[-1] > 5 * adapting[0]
    initial = patterns["initial_burst"][1]
    assert initial[0] < 5 and initial[1] < 10 and initial[2:].min() > 50  # one burst, then single spikes
    for bursting in ("regular_bursting", "delayed_regular_bursting"):
        later = patterns[bursting][1][4:]
        short = later < 20
        assert short.any() and (~short).any() and later[~short].min() > 5 * later[short].max()
    assert patterns["delayed_regular_bursting"][0][0] > 3 * patterns["regular_bursting"][0][0]  # the delay
    accelerating = patterns["delayed_accelerating"][1]
    assert (np.diff(accelerating[:20]) < 0).all() and patterns["delayed_accelerating"][0][0] > 30
    assert len(patterns["transient"][0]) == 1
    irregular = patterns["irregular"][1]
    assert irregular.std() > 0.4 * irregular.mean()


def test_adex_loses_its_rest_where_its_formulas_say():
    # Touboul & Brette 2008, doi:10.1007/s00422-008-0267-4: a fold at (g_L + a)(V_T - E_L - D + D ln(1 + a/g_L)), and where
    # a/g_L > tau_m/tau_w a Hopf point before it.
    adex = System("adex")
    p = adex.parameters
    g, a, D, reach = p["g_L"], p["a"], p["Delta_T"], p["V_T"] - p["E_L"]
    ratio = p["C"] / g / p["tau_w"]
    fold = (g + a) * (reach - D + D * np.log(1 + a / g))
    hopf = (g + a) * (reach - D + D * np.log(1 + ratio)) + D * g * (a / g - ratio)
    points = adex.continue_equilibria("I", (0 * nA, 2 * nA)).special_points
    found = {s.kind: s.parameter for s in points}
    assert len(points) == 2
    assert found["fold"] / fold == pytest.approx(1, rel=1e-9)
    assert found["Hopf"] / hopf == pytest.approx(1, rel=1e-9)
    # Below it is silent, above it fires with adaptation, as Brette & Gerstner's neuron does.
    assert len(adex.replace(I=0.8 * hopf).simulate((0 * ms, 500 * ms), rtol=1e-8, atol=1e-8).spikes) == 0
    run = adex.replace(I=1 * nA).simulate((0 * ms, 500 * ms), method="DOP853", rtol=1e-9, atol=1e-9)
    isi = np.diff(run.spikes / ms)
    assert run.success and (np.diff(isi) > 0).all() and isi[-1] > 2 * isi[0]


def test_the_exponential_neuron_stands_for_wang_and_buzsakis():
    # Fourcaud-Trocmé et al. 2003, figure 2: fitted to it, the same threshold, g_L (V_T - E_L - Delta_T), and rates beyond.
    eif, full = System("exponential_integrate_and_fire", I=0 * unit), System("wang_buzsaki")
    fold = [s.parameter / unit for s in eif.continue_equilibria("I", (0 * unit, 2 * unit)).special_points]
    assert fold == pytest.approx([0.1 * (65 - 59.9 - 3.48)], rel=1e-9)
    currents = Quantity([0.2, 0.5, 1.0], "uA/cm**2")
    rates = [s.fi_curve("I", currents, 2000 * ms, transient=500 * ms) / Hz for s in (eif, full)]
    assert rates[0] == pytest.approx(rates[1], rel=0.15)


def test_izhikevich_fires_in_the_patterns_of_its_figure_2():
    patterns = {p: intervals("izhikevich", p)[1] for p in ranvier.model("izhikevich").presets}
    regular = patterns["regular_spiking"]
    assert regular[1] > 1.5 * regular[0] and regular[2:] == pytest.approx(regular[-1], rel=1e-3)
    bursting = patterns["intrinsically_bursting"]
    assert bursting[:2].max() < 6 and bursting[2:].min() > 20  # a burst, then single spikes
    chattering = patterns["chattering"]
    assert 0.6 < (chattering < 6).mean() < 0.95 and chattering.max() > 25  # bursts, again and again
    fast, low = patterns["fast_spiking"], patterns["low_threshold_spiking"]
    assert len(fast) > 100 and fast[-1] < 1.8 * fast[0]  # fast, nearly without adaptation
    assert low[-1] > 3 * low[0]  # fast and adapting
    assert len(patterns["thalamo_cortical"]) > 200 and len(patterns["resonator"]) > 150


def test_the_rate_of_the_quadratic_neuron_follows_from_its_integral():
    # From V_r to V_cut in time tau ∫ dv (V_T - E_L)/((v - E_L)(v - V_T) + (V_T - E_L) R I): an arctangent.
    q = System("quadratic_integrate_and_fire")
    p = {name: value.value for name, value in q.parameters.items()}  # mV, ms, Mohm, nA
    currents = np.array([0.08, 0.1, 0.3])
    middle, span = (p["E_L"] + p["V_T"]) / 2, p["V_T"] - p["E_L"]
    root = np.sqrt(span * p["R"] * currents - span**2 / 4)
    period = p["tau_m"] * span / root * (np.arctan((p["V_cut"] - middle) / root) - np.arctan((p["V_r"] - middle) / root))
    rates = q.fi_curve("I", Quantity(currents, "nA"), 3000 * ms, transient=500 * ms, rtol=1e-11, atol=1e-11)
    assert rates / Hz == pytest.approx(1e3 / period, rel=1e-9)


def test_the_perfect_neuron_fires_at_its_current_over_its_charge():
    q = System("perfect_integrate_and_fire", t_ref=0 * ms)
    rates = q.fi_curve("I", Quantity([10, 100], "pA"), 3000 * ms, transient=500 * ms, rtol=1e-10, atol=1e-10)
    assert rates / Hz == pytest.approx(np.array([10, 100]) * 1e-12 / (200e-12 * 15e-3), rel=1e-9)


# Neurons with channels


def test_morris_lecar_and_fitzhugh_nagumo_change_where_the_literature_says():
    def special(name, preset, current, scale):
        system = System(name, preset, I=current[0] * scale)
        points = system.continue_equilibria("I", (current[0] * scale, current[1] * scale)).special_points
        return {kind: sorted(s.parameter / scale for s in points if s.kind == kind) for kind in ("fold", "Hopf")}

    # Rinzel & Ermentrout 1989: the three excitabilities; values to 1e-3 µA/cm²
    class_2 = special("morris_lecar", "hopf", (0, 300), unit)
    assert class_2["Hopf"] == pytest.approx([93.858, 212.019], abs=1e-3) and not class_2["fold"]
    class_1 = special("morris_lecar", "saddle_node", (-50, 200), unit)
    assert class_1["fold"][-1] == pytest.approx(39.963, abs=1e-3)
    assert class_1["Hopf"] == pytest.approx([97.788], abs=1e-3)
    homoclinic = special("morris_lecar", "homoclinic", (-50, 200), unit)
    assert homoclinic["Hopf"] == pytest.approx([36.316], abs=1e-3)
    assert special("fitzhugh_nagumo", "", (0, 2), 1)["Hopf"] == pytest.approx([0.331281, 1.418719], abs=1e-5)
    squid = special("hodgkin_huxley", "", (0, 200), unit)
    assert squid["Hopf"] == pytest.approx([9.775, 154.52], abs=0.01)


def test_wang_buzsaki_begins_to_fire_at_rate_zero():
    # Fourcaud-Trocmé et al. 2003 give 0.16 µA/cm² as its threshold; there a saddle meets a node, and the rate grows with
    # the root of the distance (Wang & Buzsáki 1996, figure 1A).
    neuron = System("wang_buzsaki", I=0 * unit)
    diagram = neuron.continue_equilibria("I", (-1 * unit, 2 * unit))
    folds = [s.parameter / unit for s in diagram.special_points if s.kind == "fold"]
    assert folds == pytest.approx([0.16], abs=5e-4)
    above = np.array([0.0005, 0.002])
    rates = neuron.fi_curve("I", (folds[0] + above) * unit, 6000 * ms, transient=1000 * ms) / Hz
    assert 0 < rates[0] < 2 and rates[1] / rates[0] == pytest.approx(2, rel=0.05)
    fast = neuron.fi_curve("I", Quantity([1.0, 20.0], "uA/cm**2"), 500 * ms, transient=100 * ms) / Hz
    assert 50 < fast[0] < 70 and fast[1] > 400  # hundreds per second without exhaustion


def test_connor_and_stevens_neuron_owes_its_slow_firing_to_the_a_current():
    # Dayan & Abbott 2001, section 6.2: with the A current firing begins at rate zero (type I) and after a delay; without it,
    # the leak changed so that rest is the same, the rate jumps (type II).
    neuron = System("connor_stevens", I=0 * unit)
    diagram = neuron.continue_equilibria("I", (0 * unit, 20 * unit))
    onset = max(s.parameter / unit for s in diagram.special_points if s.kind == "fold")
    rates = neuron.fi_curve("I", (onset + np.array([-0.02, 0.001, 0.004])) * unit, 8000 * ms, transient=1000 * ms) / Hz
    assert rates[0] == 0 and 0 < rates[1] < 2 and rates[2] / rates[1] == pytest.approx(2, rel=0.1)
    first = neuron.replace(I=10 * unit).simulate(
        (0 * ms, 300 * ms), method="DOP853", rtol=1e-8, atol=1e-8, events=crossing("v", 0 * mV, +1)
    )
    assert 15 < first.t_events[0][0] / ms  # milliseconds of delay, where the membrane's time constant is below 1
    # Without it: leak 6.8 mV below rest is not needed, a current holds the same voltage.
    without = neuron.replace(g_A=0 * mS / cm**2, E_L=-70 * mV)
    currents = np.linspace(2, 12, 101) * unit
    f = without.fi_curve("I", currents, 1000 * ms, transient=300 * ms, x0={"v": -70 * mV}, rtol=1e-7, atol=1e-7) / Hz
    assert f[f > 0].min() > 40 and (f == 0).any()


def test_hindmarsh_and_rose_show_tonic_bursting_and_chaotic_firing():
    """The diagram of interspike intervals over I in [1, 4]: how many different intervals a neuron repeats."""
    neuron = System("hindmarsh_rose")
    currents = np.array([1.2, 1.4, 2.0, 2.5, 2.8, 3.0, 3.1, 3.2, 3.25, 3.6, 4.0])
    diagram = neuron.isi_diagram("I", currents, 6000, transient=3000, state="x")

    def kinds(intervals):  # intervals further apart than 0.5 % are different ones
        d = np.sort(intervals)
        return 0 if len(d) == 0 else 1 + int((np.diff(d) > 0.005 * d[:-1]).sum())

    found = dict(zip(currents, map(kinds, diagram), strict=True))
    assert found[1.2] == 0  # rest
    assert found[1.4] == found[3.6] == found[4.0] == 1  # one spike after the other
    # Bursts of two, three and four spikes: that many intervals, one of them long.
    assert [found[2.0], found[2.5], found[2.8]] == [2, 3, 4]
    assert all(d.max() > 5 * d.min() for d in (diagram[2], diagram[3], diagram[4]))
    chaotic = {3.0, 3.1, 3.2, 3.25}
    assert min(found[I] for I in chaotic) > 20
    assert all(d.max() > 4 * d.min() for I, d in zip(currents, diagram, strict=True) if I in chaotic)  # and bursting
    # Chaos says the largest Lyapunov exponent. Its chance is about 1e-3 at this length: of regular bursts it is 0.
    largest = {
        I: neuron.replace(I=I).lyapunov_spectrum(8000, transient=2000, interval=2, count=1, rtol=1e-8, atol=1e-8)[0]
        for I in (2.0, 3.25, 4.0)
    }
    assert largest[3.25] > 0.008
    assert abs(largest[2.0]) < 0.003 and abs(largest[4.0]) < 0.003
    ax = neuron.plot_isi_diagram("I", currents, diagram)
    drawn = ax.collections[0].get_offsets() if ax.collections else ax.lines[0].get_xydata()
    assert len(drawn) == sum(map(len, diagram))


# Populations


def test_jansen_and_rit_have_the_bifurcations_and_the_alpha_rhythm():
    # Grimbert & Faugeras 2006, doi:10.1162/neco.2006.18.12.3052: over the input, Hopf points at 89.83 and 315.70 and a fold at
    # 113.58 pulses per second; between them alpha.
    column = System("jansen_rit", p=0 / second)
    diagram = column.continue_equilibria("p", (-100 / second, 400 / second))
    hopf = sorted(s.parameter * second for s in diagram.special_points if s.kind == "Hopf")
    folds = sorted(s.parameter * second for s in diagram.special_points if s.kind == "fold")
    assert hopf[-2:] == pytest.approx([89.83, 315.70], abs=0.01)
    assert folds[-1] == pytest.approx(113.58, abs=0.01)
    t = np.linspace(5, 15, 10001)
    for p, low, high in ((150, 8, 13), (220, 8, 13)):
        run = column.replace(p=p / second).simulate(
            (0 * second, 15 * second), method="DOP853", rtol=1e-9, atol=1e-9, t_eval=t * second
        )
        eeg = run.y[1] - run.y[2]
        up = np.flatnonzero((eeg[:-1] < eeg.mean()) & (eeg[1:] >= eeg.mean()))
        assert low < (len(up) - 1) / (t[up[-1]] - t[up[0]]) < high
        assert np.ptp(eeg) > 2  # [mV]
    assert np.ptp(column.simulate((0 * second, 5 * second), t_eval=np.linspace(4, 5, 50) * second).y[1]) < 0.01
    # Their contacts follow the one number that the paper varies (figure 3).
    assert column.replace(C=68).parameters["C_4"] == 17


def test_the_epileptor_has_seizures_above_its_critical_excitability():
    # Jirsa et al. 2014: x_0 > -2.06 makes seizures that begin and end by themselves; below, the system rests.
    def active(x_0):
        run = System("epileptor", x_0=x_0).simulate(
            (0, 20000), method="DOP853", rtol=1e-7, atol=1e-7, t_eval=np.arange(6000.0, 20000, 1)
        )
        return run.x_1 > -0.5

    assert not active(-2.08).any()
    seizure = active(-1.6)
    # Over windows of 200, longer than a discharge: seizures (all discharging) and silence take turns.
    share = seizure.reshape(-1, 200).mean(axis=1)
    assert (share > 0.95).any() and (share == 0).any()
    onsets = np.flatnonzero((share[:-1] < 0.05) & (share[1:] > 0.05))
    assert len(onsets) >= 3 and np.ptp(np.diff(onsets)) <= 2  # again and again, with a period set by tau_0


def test_wong_and_wangs_decision_is_a_choice_between_two_attractors():
    # Wong & Wang 2006, figure 5: without stimulus a symmetric resting state beside two memories; with 30 Hz on both sides the
    # symmetric state is a saddle, and either choice an attractor; a strong stimulus leaves one symmetric state.
    decision = System("wong_wang", "no_noise", coherence=0)
    box = {"s_1": (0, 1), "s_2": (0, 1), "n_1": (-0.1 * nA, 0.1 * nA), "n_2": (-0.1 * nA, 0.1 * nA)}

    def states(mu_0):
        points = decision.replace(mu_0=mu_0 * Hz).fixed_points(box)
        return [(p.stable, bool(abs(p.x[0] - p.x[1]) < 1e-6)) for p in points]

    assert sorted(states(0)) == sorted([(True, True), *2 * [(True, False)], *2 * [(False, False)]])
    assert sorted(states(30)) == sorted([(False, True), *2 * [(True, False)]])
    assert states(150) == [(True, True)]
    # The stimulus' coherence decides. The paper's chosen pool fires above its threshold of 15 Hz, the other falls silent.
    for coherence in (0.128, -0.128):
        run = decision.replace(coherence=coherence).simulate((0 * ms, 2000 * ms), method="DOP853", rtol=1e-8)
        rates = [decision.replace(coherence=coherence).evaluate(h, run)[-1] / Hz for h in ("H_1", "H_2")]
        assert (rates[0] > 15) == (coherence > 0) and (rates[1] > 15) == (coherence < 0)


def test_noise_makes_the_choice_uncertain_and_coherence_certain():
    # One-sided test of the psychometric function, α = 0.001: 500 trials each.
    right = []
    for coherence in (0.0, 0.032, 0.512):
        run = System("wong_wang", coherence=coherence).ensemble(
            2000 * ms, 0.5 * ms, method="euler", members=500, every=4000, seed=7
        )
        right.append((np.asarray(run.final["s_1"]) > np.asarray(run.final["s_2"])).mean())
    spread = 3.29 * np.sqrt(0.25 / 500)
    assert abs(right[0] - 0.5) < spread
    assert 0.5 < right[1] < 1 and right[2] > 0.99


def test_wilson_and_cowans_presets_cycle_and_remember():
    cycling = System("wilson_cowan", "limit_cycle")
    run = cycling.simulate((0 * ms, 500 * ms), method="DOP853", rtol=1e-8, atol=1e-8, t_eval=np.linspace(300, 500, 900) * ms)
    assert np.ptp(run.E) > 0.1
    rest = cycling.fixed_point()
    assert rest.kind == "unstable focus"
    two = System("wilson_cowan", "hysteresis").fixed_points({"E": (-0.1, 0.6), "I": (-0.1, 0.6)})
    assert [p.stable for p in two] == [True, False, True]
    assert two[0].x == pytest.approx([0, 0], abs=1e-9)  # rest without input, by construction


# Classical systems


def test_the_orbits_of_lotka_and_volterra_stay_closed_for_a_thousand_periods():
    animals = System("lotka_volterra")

    def invariant(y):
        p = animals.parameters
        return p["C"] * y[0] - p["D"] * np.log(y[0]) + p["B"] * y[1] - p["A"] * np.log(y[1])

    tight = dict(method="DOP853", rtol=1e-13, atol=1e-13)
    period = animals.simulate((0, 20), events=crossing("x", 20.0, direction=1), **tight).t_events[0]
    period = period[-1] - period[-2] if len(period) > 1 else period[-1]
    run = animals.simulate((0, 1000 * period), **tight)
    drift = invariant(run.y) - invariant(run.y[:, 0])
    assert np.abs(drift).max() < 1e-10
    assert np.abs(run.y[:, -1] - run.y[:, 0]).max() < 1e-6  # and the phase, too
    assert animals.evaluate("invariant", run)[-1] == pytest.approx(invariant(run.y[:, 0]), abs=1e-10)


def test_roesslers_attractor_is_chaotic_and_van_der_pols_is_not():
    # Sprott 2003, Chaos and Time-Series Analysis: 0.0714 for Rössler's own parameters; chance ~0.004 at this length
    assert System("rossler").lyapunov_spectrum(3000, transient=200)[0] == pytest.approx(0.0714, abs=0.01)
    assert abs(System("van_der_pol").lyapunov_spectrum(500, transient=50)[0]) < 5e-3  # 0 but for c/T
    # For large mu the period is (3 - 2 ln 2) mu + 7.014 mu^(-1/3): Dorodnitsyn 1947; at 50 the next terms are below 0.1.
    run = System("van_der_pol", mu=50).simulate(
        (0, 500), method="rodas5", rtol=1e-9, atol=1e-9, events=crossing("x", 0.0, direction=1)
    )
    assert np.diff(run.t_events[0])[-1] == pytest.approx((3 - 2 * np.log(2)) * 50 + 7.014 * 50 ** (-1 / 3), abs=0.15)


# Compartments


def test_two_passive_compartments_relax_with_two_exponentials():
    cell = System("two_compartments", "passive")
    p = {name: np.asarray(value).item() for name, value in cell.parameters.items()}  # SI
    A = np.array([
        [-(p["G_m1"] + p["G_core"]) / p["C_1"], p["G_core"] / p["C_1"]],
        [p["G_core"] / p["C_2"], -(p["G_m2"] + p["G_core"]) / p["C_2"]],
    ])  # fmt: skip
    drive = np.array([p["G_m1"] * p["E_leak"] / p["C_1"], (p["G_m2"] * p["E_leak"] + p["I_2"]) / p["C_2"]])
    # Symmetric by the weights sqrt(C_i), so that its modes are orthogonal and the exponentials are exact to rounding.
    root = np.sqrt([p["C_1"], p["C_2"]])
    rates, modes = np.linalg.eigh(root[:, None] * A / root)
    rest = -np.linalg.solve(A, drive)
    t = np.linspace(0.5, 50, 100)
    start = np.array([-65e-3, -65e-3])
    decay = np.exp(rates[:, None] * t * 1e-3)
    exact = rest[:, None] + (modes @ (decay * (modes.T @ (root * (start - rest)))[:, None])) / root[:, None]
    run = cell.simulate((0 * ms, 50 * ms), method="DOP853", rtol=1e-13, atol=1e-13, t_eval=t * ms)
    assert np.abs(run.y[:2] - exact * 1e3).max() < 1e-10  # [mV], of 30
    fixed = System("""
dE_1/dt = ((E_leak - E_1)*G_m1 + (E_2 - E_1)*G_core)/C_1 : volt
dE_2/dt = ((E_leak - E_2)*G_m2 + (E_1 - E_2)*G_core + I_2)/C_2 : volt
""", **{name: cell.parameters[name] for name in ("E_leak", "G_m1", "G_m2", "G_core", "C_1", "C_2", "I_2")})  # fmt: skip
    steps = fixed.ensemble(50 * ms, 0.5 * ms, x0={"E_1": -65 * mV, "E_2": -65 * mV}, method="exact")
    both = np.array([steps.E_1.value[:, 0], steps.E_2.value[:, 0]])
    assert np.abs(both / exact - 1).max() < 1e-12  # 100 products of the propagator


def test_a_compartment_without_neighbour_is_the_squid_axon():
    alone, squid = System("compartment"), System("hodgkin_huxley")
    density = alone.parameters["I_inject"] / alone.parameters["area"]
    tight = dict(method="DOP853", rtol=1e-11, atol=1e-11, t_eval=np.linspace(0, 40, 200) * ms)
    E = alone.simulate((0 * ms, 40 * ms), **tight).E
    v = squid.replace(I=density).simulate((0 * ms, 40 * ms), **tight).v
    assert v.max() > 30 * mV
    assert np.abs(E - v).max() < 1e-6 * mV


def test_branches_are_found_from_a_start_that_goes_round_a_cycle():
    # At the preset's own current Morris and Lecar's neuron fires; at the ends of the range it rests.
    diagram = System("morris_lecar", preset="saddle_node").continue_equilibria("I", (0 * unit, 200 * unit))
    found = {point.kind: point.parameter / unit for point in diagram.special_points}
    assert found["fold"] == pytest.approx(39.963, abs=1e-3)
    assert found["Hopf"] == pytest.approx(97.788, abs=1e-3)
