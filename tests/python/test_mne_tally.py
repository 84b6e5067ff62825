"""Property: what the runner of MNE-Python's own tests says of each of them, on a small suite of our own."""

import json
import pathlib
import sys
import textwrap

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))

import mne_tally  # noqa: E402
from mne_swap import swapped  # noqa: E402

PEER = {
    "__init__.py": """
        from . import insides, utils
        from .insides import half, double, Signal
        __all__ = ["Signal", "double", "half"]
        """,
    "insides.py": """
        def half(x): return x / 2
        def double(x): return 2 * x
        def _secret(): return 1
        class Signal:
            def mean(self): return 2
            def median(self): return 2
        """,
    "annotations.py": "def _handle_meas_date(x): return x",
    "utils.py": """
        def same(a, b): return a == b
        def object_diff(a, b, pre="", *, allclose=False):
            return "" if [*map(type, a.values())] == [*map(type, b.values())] and a == b else "apart"
        """,
}
OURS = {
    "__init__.py": """
        class Signal:
            def mean(self): return 3
        def half(x):
            if isinstance(x, str):
                raise ValueError("a number is needed")
            return x / 2
        """
}
TESTS = {
    "conftest.py": "import pytest",
    "tests/__init__.py": "",
    "tests/data/three.txt": "3",
    "tests/test_more.py": "def check(x): assert x == 1",
    "tests/test_it.py": """
        import os
        from pathlib import Path
        import pytest
        import mne
        from mne import (double,
                         half)
        from mne.annotations import _handle_meas_date
        from mne.insides import _secret
        from mne.tests.test_more import check
        from mne.utils import object_diff, same
        ready_made = double(2)

        @pytest.mark.parametrize("x", [2, 4])
        def test_half(x): assert same(half(x), x / 2)
        def test_other_module(): check(half(2))
        def test_data(): assert half(6) == int((Path(__file__).parent / "data" / "three.txt").read_text())
        def test_words():
            with pytest.raises((ValueError, TypeError), match="unsupported operand"):
                half("two")
        def test_missing(): double(2)
        def test_missing_hidden():
            try:
                mne.double(2)
            except Exception:
                pass
        def test_missing_made_while_loading(): assert ready_made == 4
        def test_missing_method(): mne.Signal().median()
        def test_private(): _secret()
        def test_private_by_its_text():
            signal = mne.Signal()
            assert hasattr(signal, "_inside")
        def test_lists_of_ours_are_lists():
            class Names(list): __module__ = "ours.names"
            assert object_diff({"a": Names([1, 2])}, {"a": [1, 2]}) == "" and mne.Signal().mean() == 3
        def test_borrowed(): assert _handle_meas_date(half(4)) == 2
        def test_borrowed_alone(): assert _handle_meas_date(2) == 2
        def test_differs(): assert mne.Signal().mean() == 2
        def test_crash():
            if mne.Signal().mean() != 2:
                os.abort()
        def test_hang():
            while mne.Signal().mean() != 2:
                pass
        def test_skipped(): pytest.skip("needs the testing data set")
        def test_file_that_is_not_there(): open("nowhere")
        def test_after_all(): mne.half(2)
        """,
}


def write(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))


@pytest.fixture(scope="module")
def fates(tmp_path_factory):
    place = tmp_path_factory.mktemp("tally")
    write(place / "path" / "mne", PEER)
    write(place / "path" / "ours", OURS)
    write(place / "checkout" / "mne", TESTS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(place / "path"))
        got = mne_tally.tally(place / "checkout", ["tests/test_it.py"], "ours", timeout=3, keep=place / "work")
    return {i.removeprefix("tests/test_it.py::"): fate for i, fate in got.items()}


def test_each_parametrisation_has_its_kind(fates):
    assert {i: fate["kind"] for i, fate in fates.items()} == {
        "test_half[2]": "passed",
        "test_half[4]": "passed",
        "test_other_module": "passed",
        "test_data": "passed",
        "test_words": "words",
        "test_missing": "missing name",
        "test_missing_hidden": "missing name",
        "test_missing_made_while_loading": "missing name",
        "test_missing_method": "missing name",
        "test_private": "private name",
        "test_private_by_its_text": "private name",
        "test_lists_of_ours_are_lists": "passed",
        "test_borrowed": "passed",
        "test_borrowed_alone": "private name",
        "test_differs": "differs",
        "test_crash": "differs",
        "test_hang": "differs",
        "test_skipped": "data",
        "test_file_that_is_not_there": "data",
        "test_after_all": "passed",
    }


def test_what_is_missing_is_named(fates):
    assert fates["test_missing"]["name"] == "mne.double"
    assert fates["test_missing_method"]["name"] == "Signal.median"
    assert fates["test_private"]["name"] == "mne.insides._secret"
    assert fates["test_hang"]["error"] == "hang" and fates["test_crash"]["error"] == "crash"
    assert fates["test_differs"]["line"] == "def test_differs(): assert mne.Signal().mean() == 2"


def test_totals_per_file_and_in_all():
    text = mne_tally.table({"a::x": {"kind": "passed"}, "a::y": {"kind": "differs"}, "b::z": {"kind": "passed"}})
    assert [line.split() for line in text.splitlines()[1:]] == [
        ["a", "1", "0", "0", "0", "1", "0", "2"],
        ["b", "1", "0", "0", "0", "0", "0", "1"],
        ["all", "2", "0", "0", "0", "1", "0", "3"],
    ]


def test_what_changed_since_an_earlier_run():
    before = {"a": {"kind": "differs"}, "b": {"kind": "passed"}, "c": {"kind": "passed"}}
    after = {"a": {"kind": "passed"}, "b": {"kind": "passed"}, "d": {"kind": "data"}}
    assert mne_tally.changes(json.loads(json.dumps(before)), after) == [
        "differs -> passed  a",
        "passed -> not there  c",
        "not there -> data  d",
        "1 differs -> passed",
        "1 passed -> not there",
        "1 not there -> data",
    ]


def test_replaced_imports_keep_every_line_where_it_was():
    source = "import os\nfrom mne import (a,\n    b as c,\n)\nx = 1\n\ndef f():\n    import mne.viz as v; return v\n"
    new = swapped(source, "swapped.tests.test_x")
    assert len(new.splitlines()) == len(source.splitlines())
    assert new.splitlines()[4] == "x = 1" and "from mne" not in new and "import mne." not in new
    compile(new, "test_x", "exec")


def test_what_differs_by_intent_is_counted_apart():
    meant = {"ours is safer": ["a::x", "b::y[2]"]}
    fates = {"a::x[1]": {"kind": "differs"}, "a::xx": {"kind": "differs"}, "b::y[2]": {"kind": "missing name"},
             "b::y[3]": {"kind": "missing name"}, "a::x[2]": {"kind": "passed"}}  # fmt: skip
    assert mne_tally.reason("a::x[1]", meant) == "ours is safer" and mne_tally.reason("a::xx", meant) is None
    assert mne_tally.intent(fates, meant).splitlines() == [
        "said to differ, but passed: a::x[2]",
        "differs: 2, of which 1 are meant",
        "missing name: 2, of which 1 are meant",
    ]
