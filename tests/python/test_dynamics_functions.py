"""C functions inside equations: by ctypes, by cffi, by address."""

import ctypes
import ctypes.util
import math
import pickle

import numpy as np
import pytest

from ranvier.dynamics import System, c_function
from ranvier.units import Quantity, cm, ms, mV, uA

libm = ctypes.CDLL(ctypes.util.find_library("m"))


def of_libm(name, arguments=1):
    function = libm[name]  # a new object each time, so that signatures of different tests don't meet
    function.restype, function.argtypes = ctypes.c_double, arguments * [ctypes.c_double]
    return function


def test_a_function_of_ctypes_is_integrated_as_the_formula_is():
    # The integral of erf is t erf(t) + (exp(-t²) - 1)/sqrt(pi).
    erf = c_function(of_libm("erf"), ["1"])
    system = System("dx/dt = erf(t) : 1", functions={"erf": erf})
    run = system.simulate((0, 2), [0], method="DOP853", rtol=1e-12, atol=1e-12)
    exact = run.t * np.array([math.erf(t) for t in run.t]) + (np.exp(-(run.t**2)) - 1) / math.sqrt(math.pi)
    assert np.abs(run.x - exact).max() < 1e-11


def test_a_function_of_cffi_gives_the_same_bits():
    cffi = pytest.importorskip("cffi")
    ffi = cffi.FFI()
    ffi.cdef("double hypot(double, double);")
    lib = ffi.dlopen(ctypes.util.find_library("m"))
    text = "dx/dt = y : 1\ndy/dt = -x*hypot(x, y) : 1"
    runs = [
        System(text, functions={"hypot": c_function(f, ["1", "1"])}).simulate((0, 5), [1, 0], rtol=1e-9, atol=1e-9)
        for f in (lib.hypot, of_libm("hypot", 2), ctypes.cast(of_libm("hypot", 2), ctypes.c_void_p).value)
    ]
    assert np.array_equal(runs[0].y, runs[1].y) and np.array_equal(runs[0].y, runs[2].y)
    formula = System("dx/dt = y : 1\ndy/dt = -x*sqrt(x**2 + y**2) : 1").simulate((0, 5), [1, 0], rtol=1e-9, atol=1e-9)
    assert formula.y[:, -1] == pytest.approx(runs[0].y[:, -1], abs=1e-8)


def test_functions_take_si_numbers_and_their_units_are_checked():
    seen = []

    @ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_double)
    def current(v):
        seen.append(v)
        return 2e-9 * (v + 65e-3) / 10e-3  # [A]

    leak = c_function(current, ["mV"], "nA")
    text = "dv/dt = -leak(v)/(100*pF) : mV"
    system = System(text, functions={"leak": leak})
    run = system.simulate((0 * ms, 1 * ms), [-60 * mV], method="DOP853", rtol=1e-10, atol=1e-10)
    assert run.v[-1] / mV == pytest.approx(-65 + 5 * math.exp(-2), abs=1e-8)  # tau = 100 pF / 200 nS = 0.5 ms
    assert -0.0651 < min(seen) and max(seen) < -0.0599  # volt
    with pytest.raises(ValueError, match="must be in volt|must be a voltage|'3\\*nA'|volt"):
        System("dv/dt = -leak(3*nA)/(100*pF) : mV", functions={"leak": leak})
    with pytest.raises(ValueError, match="takes 1 argument"):
        System("dv/dt = -leak(v, v)/(100*pF) : mV", functions={"leak": leak})
    with pytest.raises(ValueError, match="did you mean 'leak'"):
        System("dv/dt = -laek(v)/(100*pF) : mV", functions={"leak": leak})


def test_all_that_looks_at_systems_takes_functions():
    tanh = c_function(of_libm("tanh"), ["1"])
    # Derivatives that nobody knows are taken by differences: a pitchfork of x' = tanh(g x) - x at g = 1.
    text = "dx/dt = tanh_c(g*x) - x : 1\ndy/dt = -y : 1"
    fork = System(text, functions={"tanh_c": tanh}, g=2)
    points = fork.fixed_points({"x": (-2, 2), "y": (-1, 1)})
    assert [p.stable for p in points] == [True, False, True]
    assert points[2].x[0] == pytest.approx(math.tanh(2 * points[2].x[0]), abs=1e-12)
    diagram = fork.replace(g=0.5).continue_equilibria("g", (0.2, 2), x0=[0, 0])
    assert [s.kind for s in diagram.special_points] == ["branch point"]
    assert diagram.special_points[0].parameter == pytest.approx(1, abs=1e-6)
    stiff = fork.simulate((0, 10), [0.1, 1], method="rodas5", rtol=1e-8, atol=1e-8)
    assert stiff.y[0, -1] == pytest.approx(fork.simulate((0, 10), [0.1, 1], rtol=1e-9, atol=1e-9).y[0, -1], abs=1e-6)
    starts = np.linspace(-1, 1, 1000)
    ensemble = fork.ensemble(10, 0.01, x0={"x": starts})
    alone = fork.ensemble(10, 0.01, x0={"x": starts[123]})
    assert np.array_equal(ensemble.x[:, 123], alone.x[:, 0])


def test_spikes_of_a_neuron_with_a_function_of_its_own():
    neuron = System(
        "dv/dt = (drive(v)*mV - v)/(10*ms) : mV",
        threshold="v > 15*mV", reset="v = 0*mV",
        functions={"drive": c_function(ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_double)(lambda v: 20.0), ["mV"])},
    )  # fmt: skip
    spikes = neuron.simulate((0 * ms, 100 * ms), [0 * mV], method="DOP853", rtol=1e-10, atol=1e-10).spikes
    assert np.diff(spikes) / Quantity(10, "ms") == pytest.approx(math.log(4), rel=1e-9)


def test_what_is_no_such_function_is_refused():
    wrong = libm["cos"]
    wrong.argtypes = [ctypes.c_double]
    with pytest.raises(ValueError, match="restype = c_double"):
        c_function(wrong, ["1"])
    with pytest.raises(ValueError, match="takes 2 arguments, but 1 units"):
        c_function(of_libm("hypot", 2), ["1"])
    with pytest.raises(ValueError, match="one of ctypes or cffi"):
        c_function(math.sin, ["1"])
    with pytest.raises(ValueError, match="one unit for each argument"):
        c_function(of_libm("erf"), "mV")
    with pytest.raises(ValueError, match="1 to 8 arguments|takes 1 to 8"):
        System("dx/dt = f() : 1", functions={"f": c_function(12345, [])}).simulate((0, 1), [0])
    with pytest.raises(ValueError, match="go with equations as text"):
        System("lorenz", functions={"erf": c_function(of_libm("erf"), ["1"])})
    cffi = pytest.importorskip("cffi")
    ffi = cffi.FFI()
    ffi.cdef("float sinf(float);")
    with pytest.raises(ValueError, match=r"float.*called as double f\(double\)"):
        c_function(ffi.dlopen(ctypes.util.find_library("m")).sinf, ["1"])


def test_a_driven_system_rests_nowhere_and_says_so():
    driven = System("dx/dt = (-x + a*cos(t/second))/second : 1", a=1)
    for ask in (driven.fixed_point, driven.fixed_points, lambda: driven.continue_equilibria("a", (0, 1)),
                driven.limit_cycle):
        with pytest.raises(NotImplementedError, match="depend on the time t"):
            ask()


def test_a_neuron_that_fires_does_not_rest_above_its_threshold():
    def neuron(I):
        return System("dv/dt = (I - v)/(10*ms) : 1", threshold="v > 1", reset="v = 0", I=I)

    rests = neuron(0.5).fixed_point()
    assert rests.stable and rests.x == pytest.approx([0.5])
    with pytest.raises(ArithmeticError, match="beyond the threshold"):
        neuron(1.5).fixed_point()
    assert neuron(1.5).fixed_points({"v": (-5, 5)}) == []
    for name in ("limit_cycle", "lyapunov_spectrum"):
        with pytest.raises(NotImplementedError, match="jumps at events"):
            getattr(neuron(1.5), name)(*([1000 * ms] if name == "lyapunov_spectrum" else []))


def test_a_closed_scheme_says_what_it_conserves():
    scheme = System("dA/dt = (-A + 2*B)/second : 1\ndB/dt = (A - 2*B)/second : 1")
    point = scheme.fixed_point({"A": 1, "B": 0.5})
    assert point.conserved == ["A + B"]
    assert point.x == pytest.approx([1.0, 0.5]) and point.stable


def test_what_is_given_by_keyword_is_a_parameter_wherever_it_is_named():
    neuron = System("dv/dt = (E - v)/tau : volt (unless refractory)", threshold="v > V_t", reset="v = V_r", refractory=2 * ms, E=-40 * mV,
                    tau=10 * ms, V_t=-50 * mV, V_r=-65 * mV)  # fmt: skip
    spikes = neuron.simulate((0 * ms, 100 * ms), [-65 * mV], rtol=1e-9, atol=1e-9).spikes
    assert np.diff(spikes)[0] / ms == pytest.approx(2 + 10 * np.log(25 / 10), rel=1e-6)
    epidemic = System("dS/dt = -b*S*I/N/second : 1\ndI/dt = (b*S*I/N - g*I)/second : 1", N=100, b=1, g=0.1)
    assert epidemic.parameters["N"] == 100
    assert System("dx/dt = -x*i*j/second : 1", i=1, j=2).parameters == {"i": 1, "j": 2}


def test_a_missing_name_says_how_to_give_it():
    with pytest.raises(ValueError, match=r"give k=…, tau=…, or declare it in the equations: 'k : unit'"):
        System("dx/dt = -x*k/tau : 1")


def test_what_comes_out_goes_in():
    system = System("morris_lecar", preset="hopf")
    result = system.simulate((0 * ms, 50 * ms), dense_output=True)
    on = system.simulate((50 * ms, 60 * ms), result.y[:, -1])
    assert on.v[0] == result.v[-1]
    point = system.fixed_point(system.fixed_point().x)
    diagram = system.continue_equilibria("I", (0 * uA / cm**2, 300 * uA / cm**2), point.x)
    assert [s.kind for s in diagram.special_points] == ["Hopf", "Hopf"]
    assert result.sol([1 * ms, 2 * ms]).shape == (2, 2)
    assert type(result.copy()) is type(result)
    for thing in (result, diagram, system.limit_cycle()):
        again = pickle.loads(pickle.dumps(thing))
        assert set(again) >= set(thing) - {"_again"}
    assert np.array_equal(pickle.loads(pickle.dumps(result)).sol(3 * ms), result.sol(3 * ms))
    hopf = pickle.loads(pickle.dumps(diagram)).special_points[0]
    whole = system.continue_cycles(hopf)
    assert np.array_equal(whole.parameter, system.continue_cycles(diagram.special_points[0]).parameter)


def test_a_model_says_its_equations():
    equations = System("morris_lecar").equations
    assert "dv/dt" in equations and "I : uA/cm**2" in equations
    assert System("dx/dt = -x/second : 1").equations == "dx/dt = -x/second : 1"


def test_cycles_are_followed_over_the_range_of_the_diagram():
    system = System("fitzhugh_nagumo")
    diagram = system.continue_equilibria("I", (-1, 3))
    branch = system.continue_cycles(diagram.special_points[0])
    assert branch.end == "hopf" and branch.parameter[-1] == pytest.approx(diagram.special_points[1].parameter, rel=1e-6)
