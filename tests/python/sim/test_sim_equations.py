"""Equations, expressions and statements of ranvier.sim."""

import pickle

import numpy as np
import pytest
from ranvier.sim.equations.equations import (
    DIFFERENTIAL_EQUATION,
    PARAMETER,
    SUBEXPRESSION,
    EquationError,
    SingleEquation,
    dimensions_and_type_from_string,
    extract_constant_subexpressions,
)
from ranvier.sim.units import Hz, ms, mV, second, volt

from ranvier.sim import DimensionMismatchError, Equations, Expression, Statements, units

LEAKY = """
dv/dt = -(v + ge +   # the excitatory one
          I)/tau + sigma*xi*tau**-0.5 : volt (unless refractory)
dge/dt = -ge/tau_e : mV
I = sin(2*pi*f*t)*mV*gain : volt
gain = 2*n : 1 (constant over dt)
f : Hz (constant, shared)
b : boolean
n : integer
"""


def test_equations_are_read_as_a_dict_of_names():
    eqs = Equations(LEAKY)
    assert list(eqs) == ["v", "ge", "I", "gain", "f", "b", "n"]
    assert eqs.diff_eq_names == {"v", "ge"}
    assert eqs.subexpr_names == {"I", "gain"}
    assert eqs.eq_names == {"v", "ge", "I", "gain"}
    assert eqs.parameter_names == {"f", "b", "n"}
    assert [eq.varname for eq in eqs.ordered] == ["gain", "I", "ge", "v", "b", "f", "n"]
    assert eqs.dimensions["v"] is volt.dim
    assert eqs["f"].unit is Hz
    assert eqs["f"].flags == ["constant", "shared"]
    assert (eqs["b"].var_type, eqs["n"].var_type, eqs["v"].var_type) == ("boolean", "integer", "float")
    assert eqs.identifiers == {"tau", "tau_e", "sigma", "xi", "sin", "pi", "t", "mV"}
    assert dict(eqs.diff_eq_expressions)["ge"] == Expression("-ge/tau_e")
    assert eqs["v"].type == DIFFERENTIAL_EQUATION
    assert eqs["I"].type == SUBEXPRESSION
    assert eqs["b"].type == PARAMETER


def test_what_is_printed_reads_as_the_same_equations():
    eqs = Equations(LEAKY)
    assert "dv/dt = -(v + ge + I)/tau + sigma*xi*tau**-0.5 : V (unless refractory)" in str(eqs)
    assert Equations(eqs.text) == eqs
    assert hash(Equations(eqs.text)) == hash(eqs)
    assert "dge/dt = -ge/tau_e : mV" in eqs.text  # the unit in which it is shown
    assert "b : boolean" in eqs.text
    assert repr(eqs["f"]) == "<parameter f (Unit: Hz, flags: constant, shared)>"
    assert r"\frac{\mathrm{d}v}{\mathrm{d}t} &= -(v" in eqs._repr_latex_()
    assert pickle.loads(pickle.dumps(eqs)) == eqs


@pytest.mark.parametrize("text, written", [
    ("dv/dt = -v/tau : volt", r"-v/\tau$"), ("dv/dt = sigma*xi*tau_m**-0.5 : 1", r"\sigma\,\xi\,\tau_{m}^{-0.5}$"),
    ("x = alpha2 + I_beta**(a + b) - Delta_T**2.5 : 1", r"\alpha_{2} + I_{\beta}^{(a + b)} - \Delta_{T}^{2.5}$"),
    ("x = y**n - rate*z : 1", r"y^{n} - \mathrm{rate}\,z$"),
])  # fmt: skip
def test_greek_letters_and_exponents_are_written_as_such(text, written):
    (equation,) = Equations(text).values()
    assert equation._repr_latex_().endswith(written)


def test_names_are_replaced_by_names_and_values():
    eqs = Equations("dv/dt = -v/tau : volt", v="u", tau=10 * ms)
    assert eqs.text == "du/dt = -u/(10. * msecond) : volt"
    assert Equations("dx/dt = a*x - b : 1", a="b", b="a")["x"].expr == Expression("b*x - a")  # both at once
    third = Equations("x = k : 1", k=1 / 3)["x"].expr
    assert float(third.code.strip("()")) == 1 / 3
    with pytest.raises(ValueError, match="can't become a value"):
        Equations("dv/dt = -v/tau : 1", v=3 * mV)
    with pytest.raises(SyntaxError, match="one value"):
        Equations("dv/dt = -v/tau : 1", tau=np.arange(5))
    with pytest.raises(EquationError, match="there is an equation of 'x'"):
        Equations("dv/dt = -v : 1\ndx/dt = -x : 1", v="x")
    with pytest.raises(SyntaxError):
        Equations("dv/dt = -v/tau : 1", v="t")


def test_equations_are_added():
    whole = Equations("dv/dt = I/tau : 1\nI : 1")
    assert Equations("dv/dt = I/tau : 1") + Equations("I : 1") == whole
    assert Equations("dv/dt = I/tau : 1") + "I : 1" == whole
    with pytest.raises(EquationError, match="two equations"):
        whole + "I : 1"
    with pytest.raises(TypeError):
        whole + 5


@pytest.mark.parametrize("text, error, message", [
    ("dv/dt = -v : volt\nv = 1*volt : volt", EquationError, "'v' has two equations"),
    ("dv/dt = -v/tau", EquationError, "does not say its unit"),
    ("dv/dt = -v/tau : voltage", EquationError, "no unit"),
    ("dv/d = -v : 1", EquationError, "no equation begins here"),
    ("dt/dt = -t : 1", SyntaxError, "has a meaning in equations"),
    ("exp : 1", SyntaxError, "is a function"),
    ("pi : 1", SyntaxError, "is a constant"),
    ("mV : 1", SyntaxError, "is a unit"),
    ("_v : 1", SyntaxError, "begins with _"),
    ("lastspike : second", SyntaxError, "refractoriness"),
    ("dv/dt = -v/ms : boolean", TypeError, "can't be boolean"),
    ("I = xi*second**0.5 : 1", EquationError, "differential equations only"),
    ("dv/dt = xi : 1\ndw/dt = xi : 1", EquationError, "one noise or several"),
    ("a = b : 1\nb = a : 1", ValueError, "circle"),
])  # fmt: skip
def test_equations_that_say_nothing_are_refused(text, error, message):
    with pytest.raises(error, match=message):
        Equations(text)


@pytest.mark.parametrize("text", [None, 42, ["dv/dt = -v : 1"]])
def test_equations_are_a_text(text):
    with pytest.raises(TypeError, match="equations are a text"):
        Equations(text)


def test_flags_are_checked_by_type_and_together():
    eqs = Equations("dv/dt = -v/ms : 1 (a, b)")
    eqs.check_flags({DIFFERENTIAL_EQUATION: ["a", "b"]})
    with pytest.raises(ValueError, match="'v' can't be 'b'|can't be 'b'"):
        eqs.check_flags({DIFFERENTIAL_EQUATION: ["a"]})
    with pytest.raises(ValueError, match="'a' and 'b' at once"):
        eqs.check_flags({DIFFERENTIAL_EQUATION: ["a", "b"]}, incompatible_flags=[("a", "b")])


@pytest.mark.parametrize("noise, kind", [
    ("0", None),
    ("sigma*xi", "additive"),
    ("sigma*xi_1 + 2*xi_2", "additive"),
    ("v*xi", "multiplicative"),
    ("t*xi", "multiplicative"),
    ("factor*xi", "multiplicative"),
])  # fmt: skip
def test_noise_is_additive_where_nothing_that_moves_stands_before_it(noise, kind):
    eqs = Equations(f"dv/dt = -v/tau + {noise} : 1\nfactor = 2*v : 1")
    assert eqs.stochastic_type == kind
    assert eqs.is_stochastic == (kind is not None)


def test_an_expression_is_split_into_drift_and_noise():
    f, factors = Expression("a*v + b*xi_1 - xi_2/c").split_stochastic()
    assert f == Expression("a*v")
    assert set(factors) == {"xi_1", "xi_2"}
    assert factors["xi_1"] == Expression("b")
    assert Expression("a*v").split_stochastic() == (Expression("a*v"), None)
    with pytest.raises(ValueError, match="can only be added"):
        Expression("xi**2").split_stochastic()


def test_subexpressions_are_written_out():
    eqs = Equations("dv/dt = I/C : 1\nI = a + b : 1\na = 2*v : 1\nb : 1")
    ((v, expr),) = eqs.get_substituted_expressions()
    assert (v, expr) == ("v", Expression("(2*v + b)/C"))
    assert [name for name, _ in eqs.get_substituted_expressions(include_subexpressions=True)] == ["a", "I", "v"]


def test_dependencies_lead_through_subexpressions():
    deps = Equations("dv/dt = I/C : 1\nI = a + b : 1\na = 2*v : 1\nb : 1").dependencies
    assert {d.equation.varname: d.via for d in deps["v"]} == {"I": (), "a": ("I",), "v": ("I", "a"), "b": ("I",)}
    assert {d.equation.varname: d.via for d in deps["I"]} == {"a": (), "b": (), "v": ("a",)}


def test_dimensions_are_checked_with_the_values_around():
    class Group:
        namespace = {"tau": 5 * ms, "bad": 5 * mV}
        variables = {}

    Equations("dv/dt = -v/tau : volt").check_units(Group, {})
    with pytest.raises(DimensionMismatchError):
        Equations("dv/dt = -v/bad : volt").check_units(Group, {})
    with pytest.raises(DimensionMismatchError):
        Equations("dv/dt = -v : volt").check_units(Group, {})


def test_subexpressions_constant_over_dt_become_parameters():
    variable, constant = extract_constant_subexpressions(Equations(LEAKY.replace("xi", "1")))
    assert variable["gain"].type == PARAMETER
    assert constant["gain"].type == SUBEXPRESSION
    assert set(constant) == {"gain"}


def test_single_equations_are_values():
    one = SingleEquation(DIFFERENTIAL_EQUATION, "v", volt.dim, expr=Expression("-v/tau"))
    assert Equations([one]) == Equations("dv/dt = -v/tau : volt")
    assert str(one) == "dv/dt = -v/tau : V"
    with pytest.raises(TypeError, match="can't have a unit"):
        SingleEquation(PARAMETER, "b", volt.dim, var_type="boolean")


def test_units_behind_a_colon_are_read():
    assert dimensions_and_type_from_string("siemens/metre**2")[0] is (units.siemens / units.metre**2).dim
    assert dimensions_and_type_from_string("boolean")[1] == "boolean"
    with pytest.raises(TypeError, match="'boolean', not 'bool'"):
        dimensions_and_type_from_string("bool")
    with pytest.raises(ValueError):
        dimensions_and_type_from_string("metr/second")


def test_statements_know_what_they_assign():
    s = Statements("g += k*w; x = rand()")
    assert s.identifiers == {"g", "k", "w", "x", "rand"}
    assert repr(Statements("g += k*w", g="g_ampa", k=0.3)) == "Statements('g_ampa += (0.3)*w')"
    with pytest.raises(ValueError, match="g is assigned to"):
        Statements("g += k*w", g=0.3)


def test_names_may_be_refused_by_a_rule_of_ones_own():
    rules = set(Equations.identifier_checks)

    def no_gaba(name):
        if name.startswith("gaba"):
            raise SyntaxError("not this")

    try:
        Equations.register_identifier_check(no_gaba)
        with pytest.raises(SyntaxError, match="not this"):
            Equations("gaba : 1")
        with pytest.raises(ValueError, match="a function of a name"):
            Equations.register_identifier_check("no function")
    finally:
        Equations.identifier_checks = rules
    assert second.dim is not None
