"""What numpy does with arrays of quantities, and what systems say of starts and times that make no sense."""

import copy
import pickle

import numpy as np
import pytest

import ranvier
from ranvier.dynamics import System, galerkin_convection
from ranvier.units import DimensionMismatchError, ms, mV, uA


def test_products_lists_and_single_elements_keep_their_unit():
    v = np.arange(3) * mV
    assert v.dot([1, 2, 3]) == 8 * mV
    assert (v.dot(v) / mV / mV) == pytest.approx(5)
    assert v.tolist() == [0 * mV, 1 * mV, 2 * mV]
    assert v.item(2) == 2 * mV
    with pytest.raises(DimensionMismatchError):
        v.dot([1, 2, 3]) + 1


def test_an_array_changed_in_place_has_its_new_unit_under_all_its_names():
    v = np.arange(3) * mV
    other = v
    v *= 2 * ms
    assert (other / (mV * ms)).tolist() == [0, 2, 4]


def test_the_columns_of_a_result_are_changed_apart_from_it():
    system = System("dv/dt = -v/(10*ms) : volt\nw = 2*v : volt")
    result = system.simulate((0 * ms, 5 * ms), {"v": 1 * mV})
    before = system.evaluate("w", result)
    with pytest.raises(DimensionMismatchError, match="a view or a part"):
        result.v *= 2 * ms
    result.t *= 2 * mV
    assert np.array_equal(system.evaluate("w", result), before)


@pytest.mark.parametrize("twin", [lambda s: pickle.loads(pickle.dumps(s)), copy.deepcopy, copy.copy])
@pytest.mark.parametrize(
    "system",
    [
        System("dx/dt = -x/tau : 1", tau=10 * ms),
        System("dv/dt = (2 - v)/(10*ms) : 1", threshold="v > 1", reset="v = 0"),
        System("morris_lecar", preset="hopf", I=60 * uA / ranvier.units.cm**2),
        System(ranvier.model("lorenz"), rho=20).replace(sigma=9),
    ],
    ids=lambda s: s.name,
)
def test_systems_are_pickled_and_copied(twin, system):
    other = twin(system)
    assert other.parameters == system.parameters
    span = (0 * ms, 5 * ms) if system.time_unit != "1" else (0, 5)
    start = {next(iter(system.states)): 0.5 * mV if "mV" in repr(next(iter(system.states.values()))) else 0.5}
    assert np.array_equal(other.simulate(span, start).y, system.simulate(span, start).y)


def test_what_lives_in_one_process_says_so():
    with pytest.raises(TypeError, match="can't be pickled"):
        pickle.dumps(galerkin_convection())


@pytest.mark.parametrize("span", [(0, 1, 2), 5, (0,), None])
def test_a_span_is_two_times(span):
    with pytest.raises(ValueError, match="t_span is two times"):
        System("lorenz").simulate(span)


@pytest.mark.parametrize("start", [1.0, np.float64(1), [1, 2], [[1, 2]] * 3])
def test_a_start_is_one_number_for_each_state(start):
    with pytest.raises(ValueError, match="a start is one number|has 3 values"):
        System("lorenz").simulate((0, 1), start)


@pytest.mark.parametrize(("duration", "dt"), [(1, 0), (np.inf, 0.1), (-1, 0.1), (1, np.nan)])
def test_an_ensemble_runs_for_a_finite_time(duration, dt):
    with pytest.raises(ValueError, match="a finite duration in steps dt > 0"):
        System("lorenz").ensemble(duration, dt)


def test_a_quantity_of_a_quantity_is_that_quantity():
    for q in (3 * mV, [1, 2] * mV, np.ones((2, 2)) * uA):
        again = ranvier.units.Quantity(q)
        assert again.dimension == q.dimension and repr(again) == repr(q) and again is not q
        np.testing.assert_array_equal(np.asarray(again), np.asarray(q))
