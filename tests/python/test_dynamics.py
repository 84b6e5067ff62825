"""ranvier.dynamics and ranvier.units: what people write and what they get."""

import pickle
import time

import numpy as np
import pytest

import ranvier
from ranvier import _core
from ranvier.dynamics import Convection, System, convection_onset, crossing, galerkin_convection
from ranvier.units import DimensionMismatchError, Quantity, cm, ms, mV, nA, second, uA, volt

LORENZ = """
dx/dt = sigma*(y - x) : 1
dy/dt = x*(rho - z) - y : 1
dz/dt = x*y - beta*z : 1
"""


def lorenz():
    return System(LORENZ, sigma=10, rho=28, beta=8 / 3)


# Quantities


def test_quantities_multiply_their_units_away():
    assert (3 * mV) / mV == pytest.approx(3)
    assert isinstance((3 * mV) / mV, float)
    assert repr(90 * uA / cm**2) == repr((90 * uA) / (cm * cm))
    assert np.allclose(Quantity([1, 2], "uA/cm**2") / (uA / cm**2), [1, 2])


def test_what_differs_in_dimension_is_not_added_or_compared():
    with pytest.raises(DimensionMismatchError):
        1 * mV + 1 * ms
    with pytest.raises(DimensionMismatchError):
        bool(1 * mV < 2)
    with pytest.raises(DimensionMismatchError):
        np.exp(1 * mV)
    with pytest.raises(DimensionMismatchError):
        float(1 * mV)
    assert 1 * mV > 0


def test_a_quantity_is_shown_in_its_unit():
    assert str(1.5 * mV) == "1.5 mV"
    assert str((1500 * mV).to("volt")) == "1.5 volt"
    assert 1000 * mV == 1 * volt


def test_reductions_keep_the_unit():
    v = Quantity([1.0, 2.0, 6.0], "mV")
    assert v.mean() / mV == pytest.approx(3)
    assert v.max() == 6 * mV
    assert np.diff(v)[1] == 4 * mV
    assert np.concatenate([v, v]).sum() == 18 * mV
    with pytest.raises(TypeError, match="knows no units"):
        np.vander(v)


def test_a_quantity_can_be_pickled():
    v = pickle.loads(pickle.dumps(Quantity([1.0, 2.0], "mV")))
    assert (v == Quantity([1.0, 2.0], "mV")).all()


def test_an_unknown_unit_is_an_attribute_error():
    import ranvier.units

    with pytest.raises(AttributeError):
        ranvier.units.parsec_of_nothing  # noqa: B018


# Systems


def test_a_trajectory_has_the_fields_of_scipy_and_its_values():
    result = lorenz().simulate((0, 5), [1, 1, 1], method="DOP853", rtol=1e-10, atol=1e-10)
    for field in ("t", "y", "sol", "t_events", "y_events", "nfev", "njev", "nlu", "status", "message", "success"):
        assert field in result
    assert result.success and result.y.shape == (3, len(result.t))
    assert np.array_equal(result.x, result.y[0])
    scipy = pytest.importorskip("scipy.integrate")
    f = lambda t, x: [10 * (x[1] - x[0]), x[0] * (28 - x[2]) - x[1], x[0] * x[1] - 8 / 3 * x[2]]  # noqa: E731
    reference = scipy.solve_ivp(f, (0, 5), [1, 1, 1], method="DOP853", rtol=1e-10, atol=1e-10)
    assert np.allclose(result.y[:, -1], reference.y[:, -1], atol=1e-6)


def test_times_and_dense_output_follow_the_request():
    oscillator = System("dx/dt = y : 1\ndy/dt = -x : 1")
    t = np.linspace(0, 6, 13)
    result = oscillator.simulate((0, 6), [0, 1], rtol=1e-9, atol=1e-9, t_eval=t, dense_output=True)
    assert np.array_equal(result.t, t)
    assert np.allclose(result.x, np.sin(t), atol=1e-7)
    assert np.allclose(result.sol(1.234), [np.sin(1.234), np.cos(1.234)], atol=1e-6)


def test_events_may_be_crossings_or_functions():
    oscillator = System("dx/dt = y : 1\ndy/dt = -x : 1")

    def falls(t, y):
        return y[0]

    falls.direction, falls.terminal = -1, True
    for event in (crossing("x", 0.0, direction=-1, terminal=True), falls):
        result = oscillator.simulate((0, 10), [0, 1], rtol=1e-9, atol=1e-9, events=event)
        assert result.status == 1
        assert result.t_events[0][-1] == pytest.approx(np.pi, abs=1e-7)


def test_an_exception_of_an_event_function_arrives():
    def broken(t, y):
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        lorenz().simulate((0, 1), [1, 1, 1], events=broken)


def test_a_bare_number_for_a_voltage_is_refused_with_the_unit():
    squid = System("hodgkin_huxley")
    with pytest.raises(ValueError, match=r"v has the unit mV; got the bare number -60: write -60\*mV"):
        squid.simulate((0 * ms, 1 * ms), {"v": -60})
    with pytest.raises(ValueError, match="t_span has the unit ms"):
        squid.simulate((0, 1))
    with pytest.raises(ValueError, match="must have the dimension of mV"):
        squid.simulate((0 * ms, 1 * ms), {"v": 1 * nA})


def test_results_come_in_the_models_units():
    result = System("hodgkin_huxley", I=10 * uA / cm**2).simulate((0 * ms, 20 * ms), rtol=1e-6, atol=1e-6)
    assert result.t.unit == "ms" and result.v.unit == "mV"
    assert 20 * mV < result.v.max() < 50 * mV
    assert result.y[0, 0] == pytest.approx(-65)


def test_unknown_names_say_which_there_are():
    with pytest.raises(ValueError, match="no parameter is called 'rh'"):
        lorenz().replace(rh=1)
    with pytest.raises(ValueError, match="no state is called 'w'"):
        lorenz().simulate((0, 1), {"w": 1})
    with pytest.raises(ValueError, match="no preset 'happy'"):
        System("morris_lecar", "happy")


def test_fixed_points_of_lorenz_are_named():
    points = lorenz().fixed_points({"x": (-30, 30), "y": (-30, 30), "z": (-5, 50)})
    assert [p.kind for p in points] == ["saddle-focus", "saddle", "saddle-focus"]
    assert points[2].x[2] == pytest.approx(27)


def test_nullclines_and_field_lie_in_the_plane():
    system = System("fitzhugh_nagumo")
    plane = {"v": (-2.5, 2.5), "w": (-2, 3)}
    lines = system.nullclines(plane)
    v, w = np.concatenate(lines["v"]).T
    current = system.parameters["I"]
    assert np.allclose(w, v - v**3 / 3 + current, atol=1e-12)
    x, y, dx, dy = system.vector_field(plane, shape=(5, 7))
    assert dx.shape == (5, 7)
    assert np.allclose(dx[2, 3], x[3] - x[3] ** 3 / 3 - y[2] + current)


def test_the_diagram_of_morris_and_lecar_has_its_hopf_points_and_cycles():
    unit = uA / cm**2
    neuron = System(ranvier.model("morris_lecar", preset="hopf"), I=0 * unit)
    diagram = neuron.continue_equilibria("I", (0 * unit, 300 * unit))
    assert [s.kind for s in diagram.special_points] == ["Hopf", "Hopf"]
    assert sorted(s.parameter / unit for s in diagram.special_points) == pytest.approx([93.858, 212.019], abs=1e-3)
    cycles = neuron.continue_cycles(diagram.special_points[0], (0 * unit, 300 * unit))
    assert cycles.end == "hopf"
    assert cycles.period.unit == "ms" and cycles.stable.any() and not cycles.stable.all()
    with pytest.raises(ValueError, match="Hopf points and period doublings; got a point of kind 'fold of cycles'"):
        neuron.continue_cycles(cycles.special_points[0])
    ax = neuron.plot_bifurcation(diagram, cycles)
    assert "mV" in ax.get_ylabel()


def test_the_rates_of_a_leaky_neuron_follow_the_formula():
    neuron = System("leaky_integrate_and_fire")
    currents = Quantity([0.3, 0.5, 0.9], "nA")
    rates = neuron.fi_curve("I", currents, 1000 * ms, transient=50 * ms, rtol=1e-12, atol=1e-12)
    drive = 40e6 * np.array([0.3, 0.5, 0.9]) * 1e-9
    with np.errstate(invalid="ignore"):
        expected = np.where(drive > 15e-3, 1 / (2e-3 + 10e-3 * np.log(drive / (drive - 15e-3))), 0)
    assert rates.unit == "Hz"
    assert rates.value == pytest.approx(expected, rel=1e-9)


def test_members_of_an_ensemble_are_those_that_run_alone():
    system = lorenz()
    rho = np.linspace(10, 28, 70)
    together = system.ensemble(1, 0.01, x0={"x": 1.0, "y": 1.0, "z": 1.0}, parameters={"rho": rho}, every=10)
    assert together.x.shape == (10, 70)
    alone = system.replace(rho=rho[33]).ensemble(1, 0.01, x0={"x": 1.0, "y": 1.0, "z": 1.0}, every=10)
    assert np.array_equal(together.x[:, 33], alone.x[:, 0])


def test_the_exponents_of_lorenz_add_up():
    exponents = lorenz().lyapunov_spectrum(200, transient=10, x0=[1, 1, 1])
    assert exponents.sum() == pytest.approx(-41 / 3, abs=1e-6)


def test_basins_and_sections():
    well = System("dx/dt = x - x**3 : 1\ndy/dt = -y : 1")
    basins = well.basins({"x": (-2, 2), "y": (-1, 1)}, 60, shape=(4, 10))
    assert (basins.attractor == (basins.x > 0)[None, :]).all()
    t, x = lorenz().poincare_section("z", 27, 50, transient=10, x0=[1, 1, 1])
    assert len(t) > 20 and np.allclose(x[:, 2], 27, atol=1e-6)


def test_convection_and_its_three_modes():
    onset, k = convection_onset()
    assert onset == pytest.approx(27 * np.pi**4 / 4, abs=1e-6)
    three = galerkin_convection().replace(Pr=10, Ra=1.5 * onset)
    rest = three.fixed_point(three.simulate((0, 5), method="DOP853").y[:, -1])
    assert rest.stable  # ρ = 1.5: steady rolls
    assert Convection(0.9 * onset).disturb().run(1e-3, 50).nusselt == pytest.approx(1, abs=1e-4)


def test_pictures_are_drawn_where_they_are_wanted():
    import matplotlib.pyplot as plt

    system = System("fitzhugh_nagumo")
    ax = plt.figure().add_subplot()
    drawn = system.plot_phase_portrait({"v": (-2.5, 2.5), "w": (-2, 3)}, ax=ax, trajectories=[[0, 0]], duration=50)
    assert drawn is ax and len(ax.lines) >= 4
    assert lorenz().plot_attractor(lorenz().simulate((0, 1), [1, 1, 1])).name == "3d"
    squid = System("hodgkin_huxley")
    ax = squid.plot_voltage_clamp(Quantity([-40, 0, 20], "mV"), "I_Na", 5 * ms)
    assert len(ax.lines) == 3
    # Outward positive: below the reversal potential of sodium its current flows in.
    assert ax.lines[1].get_ydata().min() < -100


def test_a_voltage_clamp_gives_the_currents_of_gates_that_relax():
    squid = System("hodgkin_huxley")
    levels = Quantity([-30.0, 0.0, 40.0], "mV")
    family = squid.voltage_clamp(levels, "I_K", 10 * ms, points=101)
    assert family.t.unit == "ms" and family.current.shape == (3, 101)
    n0 = squid.states["n"]
    for v, course in zip(levels.value, family.current, strict=True):
        a, b = 0.01 * (v + 55) / -np.expm1(-(v + 55) / 10), 0.125 * np.exp(-(v + 65) / 80)  # [1/ms]
        n = a / (a + b) + (n0 - a / (a + b)) * np.exp(-(a + b) * family.t.value)
        assert course / (uA / cm**2) == pytest.approx(36e3 * n**4 * (v + 77) * 1e-3, rel=1e-5)
    import matplotlib.pyplot as plt

    ax = plt.figure().add_subplot()
    assert squid.plot_voltage_clamp(levels, "I_K", 10 * ms, ax=ax) is ax
    assert np.allclose(ax.lines[2].get_ydata()[-1], family.current[2, -1] / (uA / cm**2))


def test_branches_are_switched_and_period_doublings_reported():
    fork = lorenz().replace(rho=0.2).continue_equilibria("rho", (0, 30), x0=[0, 0, 0])
    assert len(fork.branches) == 3  # the resting layer, and rolls of both directions
    kinds = sorted(s.kind for s in fork.special_points)
    assert kinds == ["Hopf", "Hopf", "branch point"]
    values = {s.kind: s.parameter for s in fork.special_points}
    assert values["branch point"] == pytest.approx(1, abs=1e-6)
    assert values["Hopf"] == pytest.approx(470 / 19, abs=1e-8)  # σ(σ+β+3)/(σ−β−1) = 24.7368
    rossler = System("rossler", a=0.001)
    rest = rossler.continue_equilibria("a", (0.001, 0.13), x0=[0, 0, 0])
    cycles = rossler.continue_cycles([s for s in rest.special_points if s.kind == "Hopf"][0], (0.001, 0.13))
    doubling = [s for s in cycles.special_points if s.kind == "period doubling"]
    # scipy 1.17.1 (DOP853 at 1e-11): the multiplier of the return map passes −1 at 0.10963894
    assert [s.parameter for s in doubling] == pytest.approx([0.10963894], abs=1e-6)
    before = cycles.parameter < doubling[0].parameter
    assert cycles.stable[1:][before[1:]].all() and not cycles.stable[~before].any()
    # The doubled cycle takes over, and doubles in its turn.
    second = rossler.continue_cycles(doubling[0], (0.001, 0.15))
    assert second.period[0] == pytest.approx(2 * cycles.period[before][-1], rel=0.01)
    assert second.stable[1] and second.special_points[0].kind == "period doubling"
    # A cascade, whose intervals shrink by Feigenbaum's 4.669 in the end.
    at = [doubling[0], second.special_points[0]]
    for _ in range(2):
        branch = rossler.continue_cycles(at[-1], (0.001, 0.17))
        at.append(next(s for s in branch.special_points if s.kind == "period doubling"))
    between = np.diff([s.parameter for s in at])
    assert 4.4 < between[1] / between[2] < 4.8


def test_a_cycle_without_a_hopf_point_is_found_and_followed():
    system = System("van_der_pol", mu=1)
    cycle = system.limit_cycle([1, 0], transient=50, longest=20)
    assert cycle.period == pytest.approx(6.66328685933, abs=1e-8)  # Andersen & Geer 1982
    assert cycle.stable and cycle.x.shape == (161, 2) and cycle.high[0] == pytest.approx(2.00862, abs=1e-4)
    branch = system.continue_cycles(cycle, (0.1, 5), parameter="mu")
    assert branch.end == "range" and branch.stable.all() and (np.diff(branch.period) > 0).all()
    assert system.plot_bifurcation(system.continue_equilibria("mu", (0.1, 5), x0=[0, 0]), branch, state="x") is not None
    with pytest.raises(ValueError, match="which parameter moves"):
        system.continue_cycles(cycle, (0.1, 5))
    with pytest.raises(ArithmeticError, match="rests"):
        System("fitzhugh_nagumo", I=0).limit_cycle()
    squid = System("hodgkin_huxley", I=10 * uA / cm**2)
    spike = squid.limit_cycle(transient=200 * ms, longest=50 * ms, intervals=60)
    assert 1e3 / spike.period.value == pytest.approx(68.32, abs=0.05)  # [Hz], the rate that RK4 gives
    assert squid.continue_cycles(spike, (0 * uA / cm**2, 200 * uA / cm**2), parameter="I").end == "hopf"


def test_where_no_cycle_is_found_it_is_said_why():
    oscillator = System("dx/dt = y : 1\ndy/dt = (1 - x**2)*y - x : 1")
    with pytest.raises(ArithmeticError, match="rests after the transient of .* begin elsewhere"):
        System("dx/dt = -x : 1").limit_cycle([1.0])
    with pytest.raises(ArithmeticError, match="does not come back .* longest period of 3.0 s: allow"):
        oscillator.limit_cycle([1.0, 0.0], longest=3)


def test_a_long_search_for_a_cycle_shows_its_progress(capfd):
    slow = System("dx/dt = y : 1\ndy/dt = (1 - x**2)*y - x : 1")
    old = _core.show_progress(True)
    try:
        slow.limit_cycle([1.0, 0.0], transient=400_000, longest=10)
    finally:
        _core.show_progress(old)
    assert "a limit cycle: " in capfd.readouterr().err


@pytest.mark.parametrize("settings, told", [
    (dict(duration=np.inf), "duration and interval must be positive and finite"),
    (dict(duration=10, transient=np.inf), "finite"), (dict(duration=1e30), "at most 1e8 intervals; got 1.*: choose a longer"),
    (dict(duration=10, interval=1e-30), "at most 1e8 intervals"), (dict(duration=10, count=1.0), "count must be a whole number"),
    (dict(duration=10, count=4), "count must be 1 … 3, or 0: all; got 4"),
])  # fmt: skip
def test_exponents_that_can_not_be_are_refused_by_the_rule(settings, told):
    with pytest.raises((ValueError, TypeError), match=told):
        System("lorenz").lyapunov_spectrum(**settings)


def test_the_exponents_of_what_rests_are_the_eigenvalues_real_parts():
    # Here a step as long as the interval between two orthogonalisations must fit into it, whatever rounding says.
    decision = System("wong_wang", "no_noise", coherence=0.1)
    exponents = decision.lyapunov_spectrum(1000 * ms, transient=2000 * ms)
    end = decision.simulate((0 * ms, 3000 * ms), method="DOP853", rtol=1e-9)
    truth = decision.fixed_point({name: end[name][-1] for name in decision.states})
    assert exponents.unit == "1/ms" and (exponents.value < 0).all()
    assert exponents.value[0] == pytest.approx(truth.eigenvalues.real.max(), rel=1e-3)


def test_defaults_follow_the_times_of_equations_in_text():
    text = "dv/dt = (v - v**3/3 - w + 0.5)/ms : 1\ndw/dt = 0.08*(v + 0.7 - 0.8*w)/ms : 1"
    begun = time.monotonic()
    cycle = System(text).limit_cycle()
    said = System(text, time_unit="ms").limit_cycle()
    assert cycle.period / ms == pytest.approx(said.period / ms, rel=1e-6) and 30 < cycle.period / ms < 50
    exponents = System(text).lyapunov_spectrum()
    assert abs(exponents[0] * ms) < 0.01 and exponents[1] * ms < -0.1
    assert time.monotonic() - begun < 20  # a thousand seconds of it would take minutes
    resting = System("dx/dt = a : 1", a=1 / (10 * ms))
    assert resting.lyapunov_spectrum() == [0] / second  # without any rate


def test_questions_have_answers_without_arguments():
    assert [p.kind for p in lorenz().fixed_points()] == ["saddle-focus", "saddle", "saddle-focus"]
    exponents = System("lorenz").lyapunov_spectrum()
    assert exponents[0] == pytest.approx(0.9056, abs=0.05) and exponents.sum() == pytest.approx(-41 / 3, abs=1e-5)
    assert System("lorenz", rho=0.5).fixed_points()[0].stable
    # What is made of others follows: Jansen and Rit's contacts, over which nothing else is said.
    assert System("jansen_rit").replace(C=100).parameters["C_3"] == 25


def test_every_picture_can_be_drawn_into_somebodys_axes():
    import inspect

    pictures = [name for name in dir(System) if name.startswith("plot_")]
    assert len(pictures) >= 7
    for name in pictures:
        assert "ax" in inspect.signature(getattr(System, name)).parameters, name


def test_every_public_name_is_documented():
    for name in dir(System):
        if not name.startswith("_"):
            assert getattr(System, name).__doc__, name


@pytest.mark.parametrize(
    "wrong, says",
    [
        (dict(first_step=0.0), "first_step must be > 0"),
        (dict(max_step=-1.0), "max_step must be > 0"),
        (dict(t_eval=[[0.0, 1.0]]), r"t_eval is a row of times; got shape \(1, 2\)"),
        (dict(atol=[1e-6, 1e-6]), "atol is one number or one for each of the 3 states"),
    ],
)
def test_settings_of_a_trajectory_that_make_no_sense_are_named(wrong, says):
    with pytest.raises(ValueError, match=says):
        System("lorenz").simulate((0, 1), **wrong)


def test_settings_of_the_engine_that_have_no_argument_of_their_own_are_taken_by_name():
    decay = System("dx/dt = -x/tau : 1", tau=10 * ms)
    run = decay.simulate((0 * ms, 100 * ms), [1.0], max_nfev=20)
    assert not run.success and "20" in run.message
    with pytest.raises(TypeError, match="max_nfevs"):
        decay.simulate((0 * ms, 100 * ms), [1.0], max_nfevs=20)
    fork = System("dx/dt = mu*x - x**3 : 1", mu=-0.5)
    whole, one = (fork.continue_equilibria("mu", (-1, 1), **more) for more in ({}, {"branches": 1}))
    assert len(whole.branches) > 1 and len(one.branches) == 1
    with pytest.raises(ValueError, match=r"largest_step must be > 0; got -0.5"):
        fork.continue_equilibria("mu", (-1, 1), largest_step=-0.5)
    with pytest.raises(ValueError, match=r"method must be one of 'RK45', .*; did you mean 'RK45'"):
        decay.simulate((0 * ms, 1 * ms), [1.0], method="RK46")
    assert "max_nfev" in System.simulate.__doc__ and "Default 40" in System.limit_cycle.__doc__


def test_a_default_duration_that_the_slow_part_does_not_see_is_said():
    stiff = System("dx/dt = y : 1\ndy/dt = (1-x**2)*y - x : 1\ndz/dt = -1e4*(z-x) : 1")
    with pytest.warns(RuntimeWarning, match="times as slow"):
        stiff.lyapunov_spectrum(x0=[1, 0, 0])
