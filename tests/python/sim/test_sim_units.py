"""Quantities and units of ranvier.sim: Brian 2's manners."""

import copy
import pickle

import numpy as np
import pytest
from ranvier.sim.units import (
    amp,
    arange,
    cm,
    concatenate,
    exprel,
    get_dimensions,
    get_unit,
    have_same_dimensions,
    in_best_unit,
    in_unit,
    is_dimensionless,
    is_scalar_type,
    kHz,
    linspace,
    mM,
    ms,
    msecond,
    mV,
    mvolt,
    nA,
    nS,
    ohm,
    register_new_unit,
    second,
    uA,
    um,
    volt,
    watt,
    zeros_like,
)
from ranvier.sim.units.fundamentalunits import (
    DIMENSIONLESS,
    UnitRegistry,
    fail_for_dimension_mismatch,
    get_or_create_dimension,
    quantity_with_dimensions,
)

from ranvier.sim import DimensionMismatchError, Quantity, Unit, check_units, units
from ranvier.units import Quantity as Plain


@pytest.mark.parametrize("q, shown, code", [
    (lambda: 3 * mV, "3. mV", "3. * mvolt"),
    (lambda: 0.00123456 * volt, "1.23456 mV", "1.23456 * mvolt"),
    (lambda: [1, 2] * nS, "[1. 2.] nS", "array([1., 2.]) * nsiemens"),
    (lambda: 8000 * um**3, "8000. um^3", "8000. * umetre3"),
    (lambda: 0 * mV, "0. V", "0. * volt"),
    (lambda: 2 / ms, "2. kHz", "2. * khertz"),
    (lambda: 3 * mM, "3. mM", "3. * mmolar"),
    (lambda: mV, "mV", "mvolt"),
    (lambda: uA / cm**2, "uA/(cm^2)", "uamp / (cmetre ** 2)"),
    (lambda: 1 / ms, "ms^-1", "msecond ** -1"),
])  # fmt: skip
def test_a_quantity_is_shown_in_the_unit_that_suits_its_size(q, shown, code):
    assert str(q()) == shown
    assert repr(q()) == code
    names = {"array": np.array, **{n: getattr(units.allunits, n) for n in
                                    "mvolt volt nsiemens umetre3 khertz mmolar uamp cmetre msecond".split()}}  # fmt: skip
    back = eval(code, names)
    assert back.dim is q().dim
    np.testing.assert_allclose(np.asarray(back), np.asarray(q()), rtol=1e-12)


def test_a_unit_of_ones_own_is_shown_after_it_was_used():
    permeability = 2e-6 * units.metre / second * mM
    assert str(permeability) == "2.e-06 m^-2 s^-1 mol"
    assert str(units.umetre / second * mM) == "um/s mM"
    assert str(permeability) == "2. um/s mM"
    register_new_unit(volt * second)
    assert str(5 * volt * second) == "5. Wb"  # a named unit comes first


def test_values_in_a_given_unit_are_text():
    assert in_unit(3 * volt, mvolt) == "3000. mV"
    assert in_unit(123123 * msecond, second, 2) == "123.12 s"
    assert in_unit(10 * mV, ohm * amp) == "0.01 ohm A"
    assert in_best_unit(0.00123456 * volt, 2) == "1.23 mV"
    assert in_best_unit(0.123456, 2) == "0.12"
    assert (25.123456 * mV).in_unit(volt, 3) == "0.025 V"
    with pytest.raises(DimensionMismatchError):
        in_unit(10 * nS, ohm)


def test_results_without_unit_are_plain_numbers():
    assert type(3 * mV / mV) is np.float64
    assert type(Quantity(5, dim=DIMENSIONLESS)) is int
    assert type([1, 2] * mV / mV) is np.ndarray
    assert float(3 * mV) == 0.003
    assert np.exp(3 * mV / mV) == np.exp(3.0)


def test_units_make_units_and_numbers_make_quantities():
    assert type(nS / cm**2) is Unit
    assert type(3 * nS) is Quantity
    assert isinstance(3 * nS, Plain)
    assert ms is msecond
    assert volt * amp == watt
    assert (volt * amp).dim is watt.dim
    assert get_unit(volt.dim) is volt
    with pytest.raises(TypeError, match="does not change"):
        unit = mV
        unit *= 2


def test_dimensions_are_one_object_each_also_after_pickling():
    assert get_or_create_dimension(length=2, mass=1, time=-3, current=-1) is volt.dim
    assert get_or_create_dimension((2, 1, -3, -1, 0, 0, 0)) is volt.dim
    assert pickle.loads(pickle.dumps(volt.dim)) is volt.dim
    assert get_dimensions(3 * mV).get_dimension("time") == -3
    assert str(volt.dim) == "m^2 kg s^-3 A^-1"
    assert repr(volt.dim) == "metre ** 2 * kilogram * second ** -3 * amp ** -1"
    with pytest.raises(TypeError, match="seven exponents"):
        get_or_create_dimension([1, 2, 3])


@pytest.mark.parametrize("q", [3 * mV, mV, nS / cm**2, np.arange(3) * mV], ids=str)
def test_pickled_and_copied_quantities_are_what_they_were(q):
    for other in (pickle.loads(pickle.dumps(q)), copy.deepcopy(q), copy.copy(q)):
        assert type(other) is type(q)
        assert repr(other) == repr(q)


def test_numbers_in_place_do_not_change_who_else_holds_them():
    x = 3 * mV
    y = x
    x += 1 * mV
    assert str(y) == "3. mV"
    assert str(x) == "4. mV"
    a = np.array([1.0, 2.0]) * mV
    b = a
    a *= 2
    assert b is a
    w = np.ones(3)
    w *= mV
    assert str(w) == "[1. 1. 1.] mV"
    with pytest.raises(DimensionMismatchError):
        a += 1 * second


def test_zero_and_infinity_have_any_unit():
    assert 3 * mV != 0
    assert 3 * mV < np.inf
    assert str(3 * mV + 0) == "3. mV"
    assert str(sum([1 * mV, 2 * mV])) == "3. mV"
    with pytest.raises(DimensionMismatchError):
        3 * mV + 1


def test_numpys_functions_keep_or_refuse_units():
    x = np.array([1.0, 2.0]) * mV
    assert str(np.mean(x)) == "1.5 mV"
    assert str(arange(0 * ms, 1 * ms, 0.25 * ms)) == "[0.   0.25 0.5  0.75] ms"
    assert str(linspace(0 * mV, 1 * mV, 3)) == "[0.  0.5 1. ] mV"
    assert str(concatenate([x, [3 * mV]])) == "[1. 2. 3.] mV"
    assert str(concatenate([np.zeros(1), x])) == "[0. 1. 2.] mV"
    assert type(zeros_like(x)) is np.ndarray
    assert exprel(0.0) == 1.0
    np.testing.assert_allclose(exprel(np.array([1e-9, 1.0])), [1.0, np.e - 1], rtol=1e-8)
    with pytest.raises(DimensionMismatchError, match="exp wants a number"):
        units.exp(3 * mV)
    with pytest.raises(DimensionMismatchError):
        arange(1 * mV, 5 * ms)
    with pytest.raises(DimensionMismatchError):
        concatenate([x, [1 * ms]])
    with pytest.raises(DimensionMismatchError):
        units.where(x > 1 * mV, x, 1 * ms)
    assert str(units.where(x > 1 * mV, x, 0 * mV)) == "[0. 2.] mV"


def test_products_of_several_quantities_have_no_unit_in_common():
    three = np.array([1, 2, 3]) * mV
    for cumprod in (np.cumprod, lambda x: x.cumprod()):
        with pytest.raises(TypeError, match="numbers without unit.*got"):
            cumprod(three)
        np.testing.assert_array_equal(cumprod(three / mV), [1, 2, 6])


def test_lists_have_one_dimension():
    assert Quantity([500 * ms, 1 * second]).dim is second.dim
    with pytest.raises(TypeError, match="plain numbers"):
        Quantity([500 * ms, 1])
    with pytest.raises(DimensionMismatchError):
        Quantity([500 * ms, 1 * volt])
    with pytest.raises(TypeError):
        Quantity(["a", "b"])


def test_what_has_a_dimension_says_so():
    assert is_dimensionless(3)
    assert not is_dimensionless(3 * mV)
    assert is_scalar_type(3.0)
    assert not is_scalar_type(3 * mV)
    assert not is_scalar_type("3")
    assert have_same_dimensions(3 * mV, volt)
    assert (3 * mV).has_same_dimensions(volt)
    assert quantity_with_dimensions(0.001, volt.dim) == 1 * mV
    assert Quantity.with_dimensions(2, metre=1, second=-1).dim is get_or_create_dimension(length=1, time=-1)
    with pytest.raises(DimensionMismatchError, match=r"rate 3\. mV"):
        fail_for_dimension_mismatch(3 * mV, 1 * second, "rate {x}", x=3 * mV)
    with pytest.raises(TypeError):
        get_dimensions("a text")


def test_decorated_functions_refuse_other_units():
    @check_units(I=amp, R=ohm, on=bool, other="I", result=volt)
    def voltage(I, R, on=True, other=None):  # noqa: E741
        return I * R if on else 3

    assert str(voltage(2 * amp, 3 * ohm)) == "6. V"
    assert str(voltage(2 * amp, 3 * ohm, other=1 * nA)) == "6. V"
    with pytest.raises(DimensionMismatchError, match="voltage wants a value in amp for 'I'"):
        voltage(2 * volt, 3 * ohm)
    with pytest.raises(TypeError, match="True or False for 'on'"):
        voltage(2 * amp, 3 * ohm, 1)
    with pytest.raises(DimensionMismatchError, match="one unit for 'I' and 'other'"):
        voltage(2 * amp, 3 * ohm, other=1 * volt)
    with pytest.raises(DimensionMismatchError, match="promises a value in V"):
        voltage(2 * amp, 3 * ohm, False)


def test_every_unit_has_its_size():
    for name, size in {"mvolt": 1e-3, "cmetre2": 1e-4, "Yfarad3": 1e72, "molar": 1e3, "mliter": 1e-6, "kgram": 1,
                       "usiemens": 1e-6, "Mohm": 1e6, "dametre": 10, "candle": 1}.items():  # fmt: skip
        np.testing.assert_allclose(float(getattr(units.allunits, name)), size, rtol=1e-12)
    assert len(units.allunits.all_units) > 2000
    assert str(3 * kHz) == "3. kHz"
    with pytest.raises(TypeError, match="zero_celsius"):
        37 * units.allunits.celsius


def test_a_registry_of_ones_own_is_asked_first():
    registry = UnitRegistry()
    registry.add(volt)
    assert (3 * mV).in_best_unit(None, False, registry) == "0.003 V"


def test_constants_have_units_and_are_not_brought_by_star():
    from ranvier.sim.units.constants import faraday_constant, gas_constant, zero_celsius

    assert str(zero_celsius) == "273.15 K"
    np.testing.assert_allclose(float(gas_constant), 8.31446261815324)
    assert have_same_dimensions(faraday_constant, units.coulomb / units.mole)
    assert "gas_constant" not in units.__all__
