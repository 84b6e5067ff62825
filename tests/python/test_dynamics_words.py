"""What a mistake in a call or an equation says, and what is taken as it is meant."""

import re

import numpy as np
import pytest

from ranvier.dynamics import System
from ranvier.units import Hz, ms, mV, second


def test_an_edge_in_other_words_is_told_the_right_ones():
    with pytest.raises(ValueError, match="'falls over' passes no level; write 'falls below'"):
        System("du/dt = -u : 1", threshold="u falls over .2")
    with pytest.raises(
        ArithmeticError, match="one that counts only where a level is passed says 'rises above' or 'falls below'"
    ):
        System("du/dt = -u : 1\ndm/dt = 0 : 1", threshold="u < .2", reset="m = 0.5*m").simulate((0, 5), [1, 1])


def test_a_time_of_t_eval_that_misses_the_end_by_rounding_is_the_end():
    result = System("dx/dt = 1 : 1").simulate((0, 0.3), [0], t_eval=[0.1, 0.1 + 0.2])
    assert result.t[-1] == 0.3
    with pytest.raises(ValueError, match="t_eval must lie in t_span; got 0.31"):
        System("dx/dt = 1 : 1").simulate((0, 0.3), [0], t_eval=[0.31])


def test_times_of_t_eval_inside_the_span_stay_what_they_are():
    times = np.geomspace(1e-5, 1e11, 50)
    result = System("dx/dt = -x : 1").simulate((0, 1e11), [1], t_eval=times, method="rodas5")
    assert np.array_equal(result.t, times)
    assert result.y[0, 0] == pytest.approx(1 - 1e-5, abs=1e-9)


def test_a_slope_that_is_no_number_is_named_with_where():
    gate = System("dm/dt = 0.1*(v + 40)/(1 - exp(-(v + 40)/10))*(1 - m) - m : 1\ndv/dt = 0*m : 1")
    result = gate.simulate((0, 1), [0.1, -40])
    assert not result.success
    assert "dm/dt is nan at t = 0, m = 0.1, v = -40" in result.message


def test_numbers_in_messages_keep_their_digits():
    with pytest.raises(ValueError, match="1e-14"):
        System("dx/dt = 1 : 1").simulate((0, 1), [0], rtol=1e-14)


def test_a_line_without_a_sign_of_equality_is_an_equation_with_a_mistake():
    with pytest.raises(ValueError, match="equations:1:7: '=' is missing here; write 'dx/dt = ... : unit'"):
        System("dx/dt -x : 1")


@pytest.mark.parametrize(
    ("written", "hint", "instead", "value"),
    [
        ("pow(x, 3)", "write x**y", "x**3", lambda x: x**3),
        ("heaviside(x)", "write int(x > 0)", "int(x > 0)", lambda x: np.heaviside(x, 0)),
        (
            "arctan2(x, -2)",
            "write 2*arctan(y/(sqrt(x**2 + y**2) + x))",
            "2*arctan(x/(sqrt((-2)**2 + x**2) + (-2)))",
            lambda x: np.arctan2(x, -2),
        ),
        ("2*lambda*x", "call a variable 'lambda_'", "2*lambda_*x", lambda x: 2 * x),
        ("int(x > 1 & x < 2)", "write 'and'", "int(x > 1 and x < 2)", lambda x: (x > 1) & (x < 2)),
        ("int(x < 1 || x > 2)", "write 'or'", "int(x < 1 or x > 2)", lambda x: (x < 1) | (x > 2)),
        ("int(!(x > 1))", "write 'not'", "int(not (x > 1))", lambda x: not x > 1),
        ("x > 1 ? 2 : 3", "write where(condition, a, b)", "where(x > 1, 2, 3)", lambda x: np.where(x > 1, 2, 3)),
    ],
)
def test_what_other_languages_write_is_answered_with_what_is_right_here(written, hint, instead, value):
    with pytest.raises(ValueError, match=re.escape(hint)):
        System(f"dx/dt = {written} : 1")
    values = {"lambda_": 1} if "lambda" in instead else {}
    system = System(f"dy/dt = {instead} : 1\nx : 1", x=0, **values)
    for x in (-1.5, 0.5, 1.5, 2.5):
        assert system.replace(x=x).simulate((0, 1), [0]).y[0, -1] == pytest.approx(float(value(x)), rel=1e-12)


def test_a_function_that_the_language_lacks_is_given_in_c():
    with pytest.raises(ValueError, match="give a C function of this name, in Python functions"):
        System("dx/dt = erf(x) : 1")


def test_parameters_may_be_called_like_arguments():
    system = System("dx/dt = reset - threshold*x : 1", values={"threshold": 2, "reset": 4})
    assert system.simulate((0, 20), [0]).y[0, -1] == pytest.approx(2, rel=1e-3)
    for name in ("threshold", "reset", "preset"):
        with pytest.raises(TypeError, match=f"{name} is a text; got 2; .* values={{'{name}': 2}}"):
            System(f"dx/dt = -{name}*x : 1", **{name: 2})
        assert System(f"dx/dt = -{name}*x : 1", values={name: 2}).replace(**{name: 3}).parameters[name] == 3
    with pytest.raises(ValueError, match="'a' is given twice"):
        System("dx/dt = a : 1", values={"a": 1}, a=2)


def test_a_start_that_is_given_like_a_parameter_is_told_where_it_goes():
    with pytest.raises(ValueError, match=r"no parameter is called 'v', which is a state: its start is x0=\{'v': …\}"):
        System("dv/dt = -v/(10*ms) : volt", v=1 * mV)


def test_a_parameter_that_only_a_comment_names_is_refused():
    with pytest.raises(ValueError, match="no parameter is called 'k'; there are: none"):
        System("dx/dt = -x/second : 1 # k is nothing", k=3)
    with pytest.raises(ValueError, match="no parameter is called 'k'"):
        System("dx/dt = k : 1  # from here on, k is a state\ndk/dt = -x : 1", k=3)


def test_parameters_are_what_equations_threshold_reset_and_refractory_use_undeclared():
    neuron = System("dx/dt = (a - x)/tau : 1  # b", threshold="x > b", reset="x = c; d += u", refractory="f",
                    a=2, tau=10 * ms, b=1, c=0.5, d=0, u=0.1, f=2 * ms)  # fmt: skip
    assert neuron.parameters == {"a": 2, "tau": 10 * ms, "b": 1, "c": 0.5, "d": 0, "u": 0.1, "f": 2 * ms}
    # A bracket, a line that goes on, and names that groups of neurons have but systems do not
    system = System("dx/dt = (N*x\n + i*j)/(1*second) : 1", N=2, i=1, j=3)
    assert system.parameters == {"N": 2, "i": 1, "j": 3}
    assert System("dx/dt = -fF*x : 1", fF=2).parameters == {"fF": 2}  # no femtofarad where it is given


@pytest.mark.parametrize(("name", "why"), [("pi", "a constant"), ("exp", "a function"), ("mV", "a unit"),
                                           ("dt", "has a meaning")])  # fmt: skip
def test_a_name_of_the_language_can_be_no_parameter(name, why):
    with pytest.raises(ValueError, match=f"'{name}'.* {why}"):
        System(f"dx/dt = -x*{name if name != 'exp' else 'exp(x)'} : 1", **{name: 3})


def test_an_equation_whose_names_are_missing_says_which_to_give():
    with pytest.raises(ValueError, match=r"give tau=…, q=…, u=…, or declare it in the equations: 'tau : unit'"):
        System("dx/dt = -x/tau : 1  # z", threshold="x > q", reset="x = u*mV/mV")
    with pytest.raises(ValueError) as mistake:  # of another kind
        System("dx/dt = -x*fF : 1")
    assert "give" not in str(mistake.value)


def test_a_refractory_period_is_any_time_that_is_computed():
    def spikes(refractory):
        return System("dx/dt = 200*Hz : 1 (unless refractory)", threshold="x > 1", reset="x = 0", refractory=refractory).simulate(
            (0 * second, 0.1 * second)).spikes  # fmt: skip

    assert spikes(1 / (500 * Hz)).tolist() == spikes(2 * ms).tolist() == spikes("2*ms").tolist()
    assert np.diff(spikes(1 / (500 * Hz)) / ms) == pytest.approx(7) and np.diff(spikes("") / ms) == pytest.approx(5)
    number = System("dx/dt = 2 - x : 1 (unless refractory)", threshold="x > 1", reset="x = 0", refractory=0.2)
    assert np.diff(number.simulate((0, 5), [0]).spikes) == pytest.approx(np.log(2) + 0.2, rel=1e-3)
    for wrong in (2 * mV, [1, 2] * ms, [1.0, 2.0]):
        with pytest.raises(ValueError, match="refractory is one time, or the text of a time or a condition; got"):
            spikes(wrong)


def test_an_ensemble_takes_the_method_of_its_model():
    assert System("jansen_rit").ensemble(0.01 * second, 0.001 * second).method == "heun"
    assert System("dx/dt = -x : 1").ensemble(1, 0.1).method == "rk4"
    assert System("dx/dt = -x*(1 + x) + 0.1*xi : 1").ensemble(1, 0.1).method != "rk4"
    assert System("lorenz").ensemble(1, 0.1, method="euler").method == "euler"


def test_members_that_leave_the_numbers_are_named():
    runaway = System("dx/dt = x**2 : 1")
    with pytest.warns(RuntimeWarning, match=r"1 of 2 members .* \('x' of member 1 is") as told:
        runaway.ensemble(20, 0.1, x0={"x": [-1.0, 1.0]})
    assert told[0].filename == __file__


def test_a_step_must_divide_the_duration():
    with pytest.raises(ValueError, match="dt must divide the duration"):  # 600,000 steps and a half
        System("dx/dt = -x : 1").ensemble(600000.5, 1.0)
    with pytest.raises(ValueError, match="dt must divide the duration; got 1 in steps of 0.3, which are 3.33333"):
        System("dx/dt = -x : 1").ensemble(1, 0.3)
    assert len(System("dx/dt = -x : 1").ensemble(0.3, 0.1).t) == 3


def test_events_of_an_ensemble_are_members_and_steps():
    clock = System("dx/dt = a : 1\na : 1", threshold="x > 0.95", reset="x = 0", a=1)
    members, steps = clock.ensemble(2, 0.1, parameters={"a": [1, 0.5]}).events["spike"]
    assert members[0] == 0 and set(members) == {0, 1}
    assert steps[0] == 9  # x passes .95 at the end of the tenth step


def test_a_function_of_ones_own_can_not_take_a_name_that_has_a_function():
    """It would be the other one that runs."""
    import ctypes
    import ctypes.util

    from ranvier.dynamics import c_function

    libm = ctypes.CDLL(ctypes.util.find_library("m"))
    libm.erf.restype, libm.erf.argtypes = ctypes.c_double, [ctypes.c_double]
    for name in ("exp", "rand", "where", "clip", "timestep", "poisson"):
        with pytest.raises(ValueError, match=f"there is a function '{name}' already"):
            System(f"dx/dt = {name}(x)/second : 1", functions={name: c_function(libm.erf, ["1"], "1")})


@pytest.mark.parametrize("refractory", [None, -2 * ms, np.inf * ms, np.nan])
def test_a_refractory_period_that_cannot_be_is_refused(refractory):
    with pytest.raises(ValueError, match="refractory must be"):
        System("dx/dt = 200*Hz : 1", threshold="x > 1", reset="x = 0", refractory=refractory)
