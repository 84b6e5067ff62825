"""The examples of ranvier.learn run, come near the published results and draw their pictures."""

import json
import os
import subprocess
import sys

import pytest
from conftest import PACKAGES, ROOT

pytest.importorskip("sklearn")
sys.path.insert(0, str(ROOT / "examples"))
import r_data  # noqa: E402


def outcome(name, folder, *words):
    """What an example writes, after it ran and drew."""
    out, figure = folder / "out.json", folder / "figure.png"
    environment = {**os.environ, "PYTHONPATH": str(PACKAGES), "MPLBACKEND": "Agg"}
    done = subprocess.run([sys.executable, str(ROOT / f"examples/{name}.py"), "--out", str(out), "--figure", str(figure), *words],
                          env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert figure.read_bytes()[:4] == b"\x89PNG" and figure.stat().st_size > 5000
    return json.loads(out.read_text())


def needs(package, name):
    if r_data.find(package, name) is None:
        pytest.skip(f"r-cran-{package} is not on this machine (tools/example_data.sh fetches its data)")


def test_sonar_returns_are_told_apart_as_in_1988(tmp_path):
    where = []
    if "RANVIER_DATA" not in os.environ and not (ROOT.parent / "shared/data/sonar").exists():
        needs("mlbench", "Sonar")
        where = ["--data", str(tmp_path / "none")]
    elif "RANVIER_DATA" not in os.environ:
        where = ["--data", str(ROOT.parent / "shared/data/sonar")]
    table = outcome("sonar_returns", tmp_path, "--runs", "2", *where)["table"]
    assert len(table) == 12
    # Two runs instead of ten: the mean of the 13-fold rows varies by about 2 %, so two of the paper's deviations are
    # allowed where the whole protocol is held to one.
    for row in table:
        assert abs(row["test"] - row["paper"]) <= 2 * max(row["paper_deviation"], 2), row
    # Hidden units are what the paper is about: without them the training returns are not all learnt, with 24 they are.
    angles = {row["hidden"]: row for row in table if row["kind"] == 1}
    assert angles[0]["training"] < 90 and angles[24]["training"] > 99


def test_loans_cost_less_than_refusing_everyone(tmp_path):
    needs("caret", "GermanCredit")
    costs = outcome("credit_scoring", tmp_path, "--repeats", "2")
    # Statlog: 0.538 for the logistic discriminant. 1,000 decisions of deviation about 1.2 leave 0.04 of chance.
    assert abs(costs["no hidden layer"] - 0.538) < 0.08
    assert costs["10 hidden units"] < 0.70 < costs["10 hidden units, 0/1 decision"]


def test_simulated_card_fraud_is_found_as_in_the_handbook(tmp_path):
    result = outcome("card_fraud", tmp_path)
    assert 0.005 < result["part"] < 0.011  # the handbook's simulation has 0.8 %
    area, precision, cards = result["table"]["ours: 40 hidden units"]
    # Its nets reach 0.876, 0.675 and 0.303; its own weeks differ by 0.01 to 0.02, and another draw by somewhat more.
    assert area > 0.84 and precision > 0.62 and cards > 0.26
    assert precision > result["table"]["ours: no hidden layer"][1]


def test_digits_are_read(tmp_path):
    right = outcome("digit_images", tmp_path)
    assert right["100 hidden units"] > 0.93 and right["fuzzy ARTMAP (rho 0.8)"] > 0.90
    assert right["map of 15 x 15 units, voting"] > 0.88


def test_screening_for_diabetes_is_as_good_as_adap(tmp_path):
    needs("mlbench", "PimaIndiansDiabetes")
    result = outcome("medical_screening", tmp_path, "--divisions", "10")
    mean = sum(result["equal"]) / 10
    assert abs(mean - 0.76) < 0.04  # one division of 192 women has a deviation of 0.03, and ADAP had one
    assert 0.79 < sum(result["areas"]) / 10 < 0.87


def test_failures_of_the_shuttle_are_told_apart(tmp_path):
    needs("mlbench", "Shuttle")
    errors = outcome("equipment_failure", tmp_path)
    assert errors["40 hidden units"] < 0.43  # backpropagation in Statlog
    assert errors["fuzzy ARTMAP, one pass"] < 0.43 and errors["no hidden layer"] < 4.83


def test_the_reactor_follows_its_goal(tmp_path):
    results = outcome("process_control", tmp_path)
    others = [r for name, r in results.items() if name != "network"]
    assert all(results["network"]["all"] < other["all"] for other in others)
    assert results["network"]["high"] < 0.5 * max(other["high"] for other in others)


def test_the_network_flies_as_the_tutorial_asks(tmp_path):
    for name, r in outcome("autopilot", tmp_path).items():
        assert r["overshoot"] < 10 and r["rise"] < 2 and r["settling"] < 10 and r["error"] < 2, name
        assert r["gusts"] < 0.01  # rad


def test_an_orientation_map_grows(tmp_path):
    result = outcome("orientation_map", tmp_path, "--seeds", "1", "--stimuli", "8000")
    assert result["sharpness"] > 0.4  # units without preference have 0
    # A torus holds as many pinwheels of one sense as of the other; cortex has 3.14 a squared column spacing.
    assert result["pinwheels"][0] % 2 == 0 and 1.8 < result["density"][0] < 4.5


def test_exclusive_or_defeats_one_unit_and_not_two(tmp_path):
    result = outcome("exclusive_or", tmp_path, "--runs", "30")
    assert result["and"] == result["or"] == dict(separable=True, converged=True, right=1.0)
    assert not result["exclusive or"]["separable"] and result["exclusive or"]["right"] < 1
    assert result["hidden"] > 0.5


def test_a_model_that_goes_on_learning_follows_drifting_data(tmp_path):
    parts = outcome("drifting_data", tmp_path)
    assert min(parts["net, goes on learning"]) > 0.86  # 0.90 can be had
    assert min(parts["Adaline, goes on learning"]) > 0.84
    assert parts["net, stopped after the first quarter"][3] < 0.82
