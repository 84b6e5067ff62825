"""Property: what the runner of Brian 2's scripts and tests says of each, on a small package, two scripts and a suite of our own."""

import json
import pathlib
import sys
import textwrap

import numpy as np
import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))

import brian_suite  # noqa: E402
import brian_tally  # noqa: E402
from mne_tally import run_file  # noqa: E402

PACKAGE = """
    import math
    import numpy as np
    __version__ = "1"
    units = __import__(__name__ + ".units", fromlist=["second"])
    _generator = np.random.default_rng(0)
    _number = 0
    class defaultclock: dt = 1e-3
    class Monitor:
        def __init__(self, values):
            global _number
            self.name = f"monitor_{_number}"
            _number += 1
            self.take(np.asarray(values, float))
    class StateMonitor(Monitor):
        record_variables = ["v"]
        def take(self, values): self.t, self.v = np.arange(values.size) * 1e-3, values * SCALE
    class SpikeMonitor(Monitor):
        def take(self, values):
            self.t, self.i, self.count = values + LATE, np.zeros(values.size, int), np.array([values.size])
    def seed(value=None):
        global _generator
        _generator = np.random.default_rng(value)
    def set_device(name): pass
    def poisson(mean): return _generator.poisson(mean * SCALE)
    def have_same_dimensions(a, b): return True
    def half(x):
        if isinstance(x, str): raise ValueError("a number is wanted")
        return x / 2
    """
STEADY = """
    from brian2 import *
    import brian2
    import brian2.units.more as more
    import TOY.units.more
    assert more is TOY.units.more and brian2.units.second == 1
    seen = StateMonitor([1, 2, 3, float("nan")])
    spikes = SpikeMonitor([0.001, 0.002, 0.01])
    """
CHANCE = """
    import brian2 as b
    from beside import MEAN
    b.seed(7)
    spikes = b.SpikeMonitor(range(b.poisson(MEAN)))
    """
SUITE = """
    import pytest
    from brian2 import *
    from brian2.core.functions import double
    from brian2.insides import secret
    from brian2.tests.utils import assert_allclose, exc_isinstance
    from brian2.utils.logger import catch_logs

    def test_passes():
        assert_allclose(half(2.0), 1 + 1e-10)
        with catch_logs() as told:
            __import__("warnings").warn("beware")
        assert told == [("WARNING", "UserWarning", "beware")]
        logging = __import__("logging")
        with catch_logs(only_from=("brian2.insides",)) as told:
            for name in ("toy.insides.more", "toy.inside", "toy", "other"):
                logging.getLogger("toy").handle(logging.makeLogRecord(dict(name=name, levelno=30, levelname="WARNING", msg=name)))
        assert told == [("WARNING", "brian2.insides.more", "toy.insides.more")]

    def test_says_it_otherwise():
        with pytest.raises(ValueError, match="no text") as error:
            half("1")
        assert exc_isinstance(error, ValueError)

    def test_misses_a_name(): assert double(2) == 4
    def test_wants_the_insides(): assert secret() == 1
    def test_differs(): assert half(3) == 1
    """


def package(folder, name, scale=1.0, late=0.0):
    """A package to stand behind the name brian2."""
    place = folder / name
    (place / "units").mkdir(parents=True)
    (place / "__init__.py").write_text(
        textwrap.dedent(PACKAGE).replace("SCALE", repr(scale)).replace("LATE", repr(late))
    )
    (place / "units" / "__init__.py").write_text("second = 1.0\n")
    (place / "units" / "more.py").write_text("")


def runs(folder, name, script, monkeypatch, seeds=1, limit=30, **constants):
    """What a script does with a package of these constants behind brian2."""
    package(folder, name, **constants)
    monkeypatch.setenv("PYTHONPATH", str(folder))
    place = folder / f"{name}_scripts"
    place.mkdir()
    (place / "beside.py").write_text("MEAN = 400")
    (place / "script.py").write_text(textwrap.dedent(script).replace("TOY", name))
    done = [
        brian_tally.run_example(place / "script.py", sys.executable, seed + 1, limit, name) for seed in range(seeds)
    ]
    return [told for told, _ in done], done[0][1]


def differences(tmp_path, monkeypatch, script, seeds=1, **constants):
    theirs = runs(tmp_path, "toy", script, monkeypatch, seeds)
    return brian_tally.compare(*theirs, *runs(tmp_path, "other", script, monkeypatch, seeds, **constants))


@pytest.mark.parametrize(
    ("constants", "words"),
    [
        ({}, []),
        ({"scale": 1 + 1e-7, "late": 0.001}, []),
        ({"scale": 1 + 1e-5}, ["monitor_0: v is off by 1e-05 of the largest value"]),
        ({"late": 0.002}, ["monitor_1: a spike is 2 steps off"]),
    ],
)
def test_values_agree_to_a_millionth_and_spikes_to_a_step(tmp_path, monkeypatch, constants, words):
    assert differences(tmp_path, monkeypatch, STEADY, **constants) == words


def test_random_counts_are_compared_over_seeds_and_the_seeds_a_script_sets_are_shifted(tmp_path, monkeypatch):
    # Poisson counts of mean 400 over 4 seeds have a standard error of 10: 400 against 600 is 9 errors of the difference
    theirs = runs(tmp_path, "toy", CHANCE, monkeypatch, 4)
    assert brian_tally.random_entries(theirs[0]) == {"monitor_0"}
    assert brian_tally.compare(*theirs, *theirs) == []
    (words,) = brian_tally.compare(*theirs, *runs(tmp_path, "more", CHANCE, monkeypatch, 4, scale=1.5))
    assert words.startswith("monitor_0: spikes is ") and words.endswith("standard errors")


def test_of_monitors_that_end_with_a_function_figures_and_numbers_among_names_are_compared(tmp_path, monkeypatch):
    script = """
        import brian2, pylab
        rates = [brian2.StateMonitor([2]).v[0], 1.0]
        name = "x"
        pylab.plot(rates)
        """
    (told,), arrays = runs(tmp_path, "toy", script, monkeypatch)
    assert [entry["name"] for entry in told["entries"]] == ["figure 1, axes 0, line 0", "rates"]
    assert np.array_equal(arrays["rates|value"], [2, 1])
    assert np.array_equal(arrays["figure 1, axes 0, line 0|y"], [2, 1])


def test_a_script_that_fails_is_told_with_its_line_and_one_that_hangs_is_ended(tmp_path, monkeypatch):
    (told,), _ = runs(tmp_path, "toy", "import brian2\n\nbrian2.nothing()\n", monkeypatch)
    assert (told["status"], told["error"], told["line"]) == ("failed", "AttributeError", 3)
    (told,), _ = runs(tmp_path, "slow", "while True: pass\n", monkeypatch, limit=2)
    assert (told["status"], told["error"]) == ("failed", "hang")


def test_a_script_that_leaves_nothing_behind_ran(tmp_path, monkeypatch):
    package(tmp_path, "toy")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    (tmp_path / "examples").mkdir()
    script = tmp_path / "examples" / "quiet.py"
    script.write_text("import brian2\n")
    known = brian_tally.Known(tmp_path / "known.json")
    told, _ = brian_tally.run_example(script, sys.executable, 1, 30, "toy", keep=known.arrays("quiet.py"))
    at = {"seeds": {"1": told, "2": told}}
    assert brian_tally.fate_of("quiet.py", tmp_path, sys.executable, 30, "toy", at, known)["kind"] == "ran"
    script.write_text("import brian2\nbrian2.units.hour\n")
    fate = brian_tally.fate_of("quiet.py", tmp_path, sys.executable, 30, "toy", at, known)
    assert fate["kind"] == "fails" and "line 2" in brian_tally.words_of(fate)
    never = {"seeds": {"1": {"status": "failed", "error": "ImportError", "message": "No module named torch"}}}
    fate = brian_tally.fate_of("quiet.py", tmp_path, sys.executable, 30, "toy", never, known)
    assert fate["kind"] == "not in Brian" and "No module named torch" in fate["message"]


def test_the_suite_tells_words_missing_and_private_names_and_differences_apart(tmp_path, monkeypatch):
    package(tmp_path, "toy")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    tests, root = tmp_path / "tests", tmp_path / "root"
    tests.mkdir()
    (tests / "test_it.py").write_text(textwrap.dedent(SUITE))
    brian_suite.lay_out(tests, root, ["half", "double"])
    fates = brian_tally.of_functions(run_file("tests/test_it.py", root, "toy", None, 30, "brian_suite.py"))
    assert {name.partition("::")[2]: (fate["kind"], fate.get("name")) for name, fate in fates.items()} == {
        "test_passes": ("passed", None),
        "test_says_it_otherwise": ("words", None),
        "test_misses_a_name": ("missing name", "brian2.core.functions.double"),
        "test_wants_the_insides": ("private name", "brian2.insides.secret"),
        "test_differs": ("differs", None),
    }


def test_what_brian_makes_of_scripts_is_kept_and_not_asked_again(tmp_path):
    known = brian_tally.Known(tmp_path / "known.json")
    run = {"status": "ran", "entries": [{"name": "m", "kind": "names", "digest": "1"}]}
    known.examples["a.py"] = {"seeds": {"1": run, "2": run}}
    at = brian_tally.ask_brian("a.py", tmp_path, "no interpreter", 1, known, 10)
    assert list(at["seeds"]) == ["1", "2"], "what two seeds don't change isn't run ten times"
    known.write()
    assert brian_tally.Known(tmp_path / "known.json").examples == json.loads(json.dumps(known.examples))


def test_the_frozen_lists_count_what_needs_no_cable():
    scripts, tests = brian_tally.frozen("brian_examples.txt"), brian_tally.frozen("brian_tests.txt")
    assert len(scripts) == 98 and [kind for kind, _ in scripts.values()].count("cable") == 17
    assert {kind for kind, _ in tests.values()} == {"", "cable", "private"}
    assert all(why for kind, why in tests.values() if kind == "private")


def test_what_differs_by_intent_is_among_the_tests_that_count_and_has_one_reason():
    listed = brian_tally.frozen("brian_tests.txt")
    meant = [test for tests in brian_tally.MEANT.values() for test in tests]
    assert len(set(meant)) == len(meant)
    assert {test for test in meant if listed.get(test, ("not listed",))[0]} == set()
