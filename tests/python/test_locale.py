"""A desktop that speaks German: numbers are read and written as everywhere else."""

import pathlib
import re
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).parent

IN_GERMAN = """
import locale, sys
locale.setlocale(locale.LC_ALL, "de_DE.UTF-8")
assert locale.localeconv()["decimal_point"] == ","
"""


def in_german(program, *arguments, **options):
    return subprocess.run([sys.executable, "-c", IN_GERMAN + program, *map(str, arguments)], capture_output=True,
                          text=True, **options)


@pytest.mark.parametrize("name", ["test_files.py", "test_evoked.py", "test_annotations_events.py", "test_learn_files.py"])
def test_what_readers_and_writers_do_does_not_depend_on_the_language(name):
    done = in_german("import pytest; sys.exit(pytest.main(['-q', '-p', 'no:cacheprovider', sys.argv[1]]))", HERE / name,
                     cwd=HERE.parents[1])
    assert done.returncode == 0, done.stdout[-3000:]


def test_filters_of_a_recording_comments_and_messages_have_points(tmp_path):
    done = in_german(f"""
import numpy as np
import ranvier.meeg as meeg
raw = meeg.io.RawArray(np.random.default_rng(0).normal(size=(2, 1000)) * 1e-5, meeg.create_info(2, 100.0, "eeg"))
raw.filter(0.5, 40.5, filter_length="9s", verbose="error")
raw.export(r"{tmp_path / "a.edf"}", verbose="error")
again = meeg.io.read_raw_edf(r"{tmp_path / "a.edf"}", verbose="error")
assert (again.info["highpass"], again.info["lowpass"]) == (0.5, 40.5), again.info
evoked = meeg.EvokedArray(np.ones((2, 10)), meeg.create_info(2, 100.0, "eeg"))
assert "0.500 ×" in meeg.combine_evoked([evoked, evoked], [0.5, 0.5]).comment
try:
    raw.filter(None, 60.5)
except ValueError as error:
    assert "60.5" in str(error), error
else:
    raise SystemExit("60.5 Hz is above the Nyquist frequency")
""")
    assert done.returncode == 0, done.stderr


def test_no_source_reads_or_writes_numbers_by_the_language_of_the_machine():
    root = HERE.parents[1]
    words = re.compile(r"std::(to_string|stod|stof|strtod)\b|\bstrtod\(|\batof\(")
    found = [f"{path.relative_to(root)}: {line.strip()}" for folder in ("src", "cli", "python/bindings")
             for path in sorted((root / folder).rglob("*.[ch]pp")) if path.name != "number_text.hpp"
             for line in path.read_text().splitlines() if words.search(line)]  # fmt: skip
    assert not found, "\n".join(found)
