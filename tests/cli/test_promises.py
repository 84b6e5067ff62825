"""What every command of the program promises: nothing ignored, refusals before the work, words that help."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

import numpy as np
import pytest

from ranvier import meeg

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(os.environ.get("RANVIER_BUILD", ROOT / "build/dev")) / "cli/ranvier"

if not PROGRAM.exists():
    pytest.skip(f"no command-line program at {PROGRAM}: build first", allow_module_level=True)


def ranvier(*arguments, cwd=None, stdin=None, **env):
    return subprocess.run(
        [os.fsencode(PROGRAM), *map(os.fsencode, map(str, arguments))],
        cwd=cwd,
        input=stdin,
        text=True,
        capture_output=True,
        env={**os.environ, **env},
        timeout=300,
    )


def commands(*path):
    """All commands that do something, from the help."""
    text = ranvier(*path, "--help").stdout
    if "Subcommands:" not in text:
        return [path]
    lines = text.split("Subcommands:")[1].splitlines()
    names = [line.split()[0] for line in lines if line.startswith("  ") and line[2:3].strip()]
    return [leaf for name in names for leaf in commands(*path, name)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A recording, epochs of it, a table and a model trained on it."""
    folder = tmp_path_factory.mktemp("promises")
    info = meeg.create_info(["Fz", "Cz", "Pz", "Oz"], 200.0, "eeg")
    noise = np.random.default_rng(0).normal(size=(4, 12_000)) * 1e-5
    raw = meeg.io.RawArray(noise, info, verbose="error")
    raw.set_annotations(meeg.Annotations(np.arange(5.0, 55.0, 5.0), 0.5, ["left", "right"] * 5))
    raw.save(folder / "in.fif")
    events, ids = meeg.events_from_annotations(raw)
    meeg.Epochs(raw, events, ids, preload=True).save(folder / "in-epo.fif")
    rows = "\n".join(f"{a},{b},{'x' if a > 0 else 'y'}" for a, b in np.random.default_rng(1).normal(size=(40, 2)))
    (folder / "table.csv").write_text("a,b,kind\n" + rows + "\n")
    (folder / "new.csv").write_text("a,b\n0.5,1\n-0.5,2\n")
    assert ranvier("learn", "fit", "table.csv", "--model", "perceptron", "--target", "kind", "--out", "model.rvl",
                   cwd=folder).returncode == 0  # fmt: skip
    return folder


CALLS = {
    ("demo",): ["--synthetic", "--out", "{}"],
    ("info",): ["in.fif"],
    ("meeg", "filter"): ["in.fif", "{}.fif", "--l-freq", "1"],
    ("meeg", "notch"): ["in.fif", "{}.fif", "--freqs", "50"],
    ("meeg", "resample"): ["in.fif", "{}.fif", "--sfreq", "100"],
    ("meeg", "epochs"): ["in.fif", "{}-epo.fif", "--event", "left"],
    ("meeg", "average"): ["in-epo.fif", "{}-ave.fif"],
    ("report",): ["in.fif", "-o", "{}.html"],
    ("data", "list"): [],
    ("data", "get"): None,  # a network
    ("learn", "fit"): ["table.csv", "--model", "perceptron", "--target", "kind", "--out", "{}.rvl"],
    ("learn", "models"): ["som"],
    ("learn", "predict"): ["model.rvl", "new.csv"],
    ("learn", "inspect"): ["model.rvl"],
    ("model", "list"): [],
    ("model", "show"): ["morris_lecar"],
    ("model", "check"): ["morris_lecar"],
    ("model", "report"): ["leaky_integrate_and_fire", "--values", "3", "-o", "{}.html"],
    ("model", "new"): ["{}.model"],
    ("model", "parse"): [],
    ("doctor",): [],
    ("completion",): ["bash"],
}


def test_the_table_above_names_every_command():
    assert set(CALLS) == set(commands())


@pytest.mark.parametrize("command", [c for c, a in CALLS.items() if a is not None], ids=" ".join)
def test_json_is_heeded_by_every_command(command, folder, tmp_path):
    arguments = [a.format(tmp_path / "out") for a in CALLS[command]]
    done = ranvier(*command, *arguments, "--json", cwd=folder, stdin="[]")
    assert done.returncode == 0, done.stderr
    json.loads(done.stdout)


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_the_help_of_every_command_has_an_example_and_names_what_holds_everywhere(command):
    text = ranvier(*command, "--help").stdout
    assert "Example" in text and "ranvier " + " ".join(command) in text.split("Example")[1]
    for flag in ("--json", "--quiet", "--threads"):
        assert flag in text
    assert ranvier("help", *command).stdout == text


# What is written, and what its goal must not be.
GOALS = {c: a for c, a in CALLS.items() if a and any("{}" in x for x in a)}


@pytest.mark.parametrize("command", GOALS, ids=" ".join)
def test_a_goal_that_can_not_be_written_is_refused_before_the_work(command, folder, tmp_path):
    """The input is missing too: what is told is the goal."""

    def told(goal):
        arguments = [("missing" + a[a.index(".") :] if a in ("in.fif", "in-epo.fif", "table.csv") else a).format(goal)
                     for a in GOALS[command]]  # fmt: skip
        done = ranvier(*command, *arguments, cwd=folder)
        assert done.returncode == 3, (done.stdout, done.stderr)
        return done.stderr

    if command not in {("demo",), ("model", "report")}:  # they make folders
        assert "nowhere" in told(tmp_path / "nowhere/out")
    endings = [a.format("") for a in GOALS[command] if "{}" in a]
    if endings == [""]:
        (tmp_path / "out").mkdir()
        (tmp_path / "out/report.html").write_text("precious")
    else:
        (tmp_path / ("out" + endings[0])).write_text("precious")
    assert "exists already" in told(tmp_path / "out")
    if endings != [""] and command != ("model", "new"):
        wrong = [a.format(tmp_path / "x") if "{}" in a else a for a in GOALS[command]]
        wrong = [str(pathlib.Path(a).with_suffix(".bdf")) if a.startswith(str(tmp_path)) else a for a in wrong]
        done = ranvier(*command, *wrong, cwd=folder)
        assert done.returncode == 3 and not list(tmp_path.glob("*.bdf")), done.stderr


@pytest.mark.parametrize("command", [("meeg", "filter"), ("meeg", "notch"), ("meeg", "resample")], ids=" ".join)
def test_a_recording_is_not_replaced_by_what_was_made_of_it(command, folder, tmp_path):
    shutil.copy(folder / "in.fif", tmp_path / "in.fif")
    (tmp_path / "link.fif").symlink_to("in.fif")
    rest = CALLS[command][2:]
    for goal in ("in.fif", "link.fif"):
        done = ranvier(*command, "in.fif", goal, *rest, "--overwrite", cwd=tmp_path)
        assert done.returncode == 3 and "another file" in done.stderr
    assert (tmp_path / "in.fif").read_bytes() == (folder / "in.fif").read_bytes()


def test_epochs_are_counted_among_those_asked_for(folder, tmp_path):
    done = ranvier("meeg", "epochs", folder / "in.fif", "a-epo.fif", "--event", "left", cwd=tmp_path)
    assert done.stdout == "a-epo.fif: 5 epochs of 5 events\n"


def test_counts_are_whole_numbers(folder, tmp_path):
    done = ranvier("meeg", "average", folder / "in-epo.fif", "a-ave.fif", cwd=tmp_path)
    assert done.stdout == "left: 5 epochs\nright: 5 epochs\na-ave.fif\n"


def test_an_event_named_twice_is_refused(folder, tmp_path):
    done = ranvier("meeg", "average", folder / "in-epo.fif", tmp_path / "a-ave.fif", "--event", "a=left", "--event",
                   "a=right")  # fmt: skip
    assert done.returncode == 3 and "'a' twice" in done.stderr


def test_a_parameter_set_twice_is_refused(tmp_path):
    done = ranvier("model", "report", "morris_lecar", "--set", "I=1", "--set", "I=2", "-o", tmp_path / "a.html")
    assert done.returncode == 3 and "I twice" in done.stderr


@pytest.mark.parametrize(("words", "told"), [
    (["inof"], "there is no command 'inof'; did you mean 'info'?"),
    (["meeg"], "'ranvier meeg' needs a command: filter, notch, resample, epochs, average"),
    (["meeg", "filtr", "a", "b"], "there is no command 'filtr'; did you mean 'filter'?"),
    (["--threads", "2", "inof"], "there is no command 'inof'; did you mean 'info'?"),
    (["demo", "--sinthetic"], "'ranvier demo' has no option --sinthetic; did you mean '--synthetic'?"),
    (["learn", "fit", "x.csv", "--modle=som"], "has no option --modle; did you mean '--model'?"),
])  # fmt: skip
def test_a_mistyped_word_is_named_with_what_was_meant(words, told):
    done = ranvier(*words)
    assert done.returncode == 2 and told in done.stderr


def test_help_and_version_are_understood_in_every_form():
    version = ranvier("--version").stdout
    assert version.startswith("ranvier ") and ranvier("version").stdout == version == ranvier("-V").stdout
    assert ranvier("help").stdout == ranvier("--help").stdout == ranvier().stdout


def test_a_folder_that_can_not_be_made_is_invalid_input_and_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    begin = time.monotonic()
    done = ranvier("demo", "--synthetic", "--out", tmp_path / "file/out")
    assert done.returncode == 3 and "file/out" in done.stderr and "filesystem error" not in done.stderr
    assert time.monotonic() - begin < 2


def test_quiet_is_heeded_by_the_demo(tmp_path):
    done = ranvier("demo", "--synthetic", "--quiet", "--out", tmp_path / "out")
    assert done.returncode == 0 and [line for line in done.stderr.splitlines() if "warning" not in line] == []


def test_the_demo_does_not_replace_results_unless_asked(tmp_path):
    (tmp_path / "model.html").write_text("precious")
    done = ranvier("demo", "--synthetic", "--out", tmp_path)
    assert done.returncode == 3 and (tmp_path / "model.html").read_text() == "precious"
    assert ranvier("demo", "--synthetic", "--out", tmp_path, "--overwrite").returncode == 0


def test_names_in_a_file_do_not_steer_the_terminal(tmp_path):
    raw = meeg.io.RawArray(np.zeros((1, 1000)), meeg.create_info(["A"], 100.0, "eeg"), verbose="error")
    raw.set_annotations(meeg.Annotations([1.0, 2.0], 0.0, ["\x1b]0;owned\x07\x1b[31mred", "\x9b31m"]))
    raw.save(tmp_path / "a_raw.fif")
    done = ranvier("info", tmp_path / "a_raw.fif")
    assert done.returncode == 0 and "\x1b" not in done.stdout and "\x9b" not in done.stdout
    assert "\\x1b[31mred" in done.stdout
    facts = json.loads(ranvier("info", "--json", tmp_path / "a_raw.fif").stdout)
    assert set(facts["annotations"]) == {"\x1b]0;owned\x07\x1b[31mred", "\x9b31m"}
    done = ranvier("meeg", "average", tmp_path / "a_raw.fif", tmp_path / "b-ave.fif", "--event", "NOPE")
    assert done.returncode == 3 and "\x1b" not in done.stderr


def test_a_name_that_is_no_utf8_is_read_and_told(folder, tmp_path):
    path = os.fsencode(tmp_path) + b"/caf\xe9.fif"
    shutil.copy(os.fsencode(folder / "in.fif"), path)
    done = subprocess.run([os.fsencode(PROGRAM), b"info", b"--json", path], capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["files"][0].endswith("caf\ufffd.fif")


@pytest.mark.skipif(not shutil.which("bash"), reason="no bash here")
def test_the_shell_completes_commands_and_options(tmp_path):
    (tmp_path / "c").write_text(ranvier("completion", "bash").stdout)

    def completed(*words):
        line = " ".join(f"'{w}'" for w in words)
        script = (
            f"source {tmp_path}/c; COMP_WORDS=({line}); COMP_CWORD={len(words) - 1}; _ranvier; echo ${{COMPREPLY[*]}}"
        )
        return subprocess.run(["bash", "-c", script], text=True, capture_output=True, check=True).stdout.split()

    assert completed("ranvier", "in") == ["info"]
    assert completed("ranvier", "meeg", "f") == ["filter"]
    assert completed("ranvier", "meeg", "filter", "in.fif", "out.fif", "--l-f") == ["--l-freq"]
    assert completed("ranvier", "model", "show", "x", "--js") == ["--json"]


def test_python_runs_the_program_too():
    done = subprocess.run([sys.executable, "-m", "ranvier", "--version"], text=True, capture_output=True, timeout=60)
    assert done.returncode == 0 and done.stdout == ranvier("--version").stdout
