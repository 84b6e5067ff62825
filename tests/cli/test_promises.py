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
    lines = text.split("Subcommands:")[1].split("\n\n")[0].splitlines()  # examples may follow
    names = [line.split()[0] for line in lines if line.startswith("  ") and line[2:3].strip()]
    return [leaf for name in names for leaf in commands(*path, name)]


def add_sources(folder, raw):
    """What stands between a recording and its sources: in-src.fif, in-fwd.fif, in-cov.fif, and a recording with places."""
    placed = raw.copy().set_montage("colin27_1005").set_eeg_reference(projection=True).apply_proj()
    placed.save(folder / "placed.fif")
    rr = 0.05 * np.array([[1.0, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]])
    tris = [[0, 2, 4], [2, 1, 4], [1, 3, 4], [3, 0, 4], [2, 0, 5], [1, 2, 5], [3, 1, 5], [0, 3, 5]]
    side = dict(type="surf", coord_frame=4, rr=rr + [0, 0, 0.04], nn=rr / 0.05, tris=np.array(tris), vertno=np.array([2, 4]))
    meeg.SourceSpaces([dict(side, id=101), dict(side, id=102)]).save(folder / "in-src.fif")
    sphere = meeg.make_sphere_model()
    meeg.make_forward_solution(placed.info, "identity", folder / "in-src.fif", sphere).save(folder / "in-fwd.fif")
    meeg.compute_raw_covariance(placed).save(folder / "in-cov.fif")


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
    add_sources(folder, raw)
    rows = "\n".join(f"{a},{b},{'x' if a > 0 else 'y'}" for a, b in np.random.default_rng(1).normal(size=(40, 2)))
    (folder / "table.csv").write_text("a,b,kind\n" + rows + "\n")
    (folder / "new.csv").write_text("a,b\n0.5,1\n-0.5,2\n")
    (folder / "net.toml").write_text('[[poisson]]\nname = "cells"\nn = 5\nrates = "10 Hz"\n')
    assert ranvier("learn", "fit", "table.csv", "--model", "perceptron", "--target", "kind", "--out", "model.rvl",
                   cwd=folder).returncode == 0  # fmt: skip
    return folder


CALLS = {
    ("demo",): ["--synthetic", "--out", "{}"],
    ("info",): ["in.fif"],
    ("meeg", "filter"): ["in.fif", "{}.fif", "--l-freq", "1"],
    ("meeg", "notch"): ["in.fif", "{}.fif", "--freqs", "50"],
    ("meeg", "resample"): ["in.fif", "{}.fif", "--sfreq", "100"],
    ("meeg", "maxwell"): None,  # recordings of magnetic fields; test_command_line.py has some
    ("meeg", "bad-channels"): None,
    ("meeg", "fine-calibration"): None,
    ("meeg", "hfc"): None,
    ("meeg", "concatenate"): ["in.fif", "in.fif", "{}.fif"],
    ("meeg", "ica"): ["in.fif", "{}.fif", "--eog", "Fz", "--max-iter", "5"],
    ("meeg", "epochs"): ["in.fif", "{}-epo.fif", "--event", "left"],
    ("meeg", "average"): ["in-epo.fif", "{}-ave.fif"],
    ("meeg", "covariance"): ["in.fif", "{}-cov.fif"],
    ("meeg", "forward"): ["placed.fif", "{}-fwd.fif", "--src", "in-src.fif", "--sphere", "0,0,0.04,0.09", "--trans", "identity"],
    ("meeg", "inverse"): ["placed.fif", "{}-lh.stc", "--forward", "in-fwd.fif", "--cov", "in-cov.fif"],
    ("meeg", "beamform"): ["placed.fif", "{}-lh.stc", "--forward", "in-fwd.fif"],
    ("meeg", "ssp"): ["in.fif", "{}.fif", "--ch-name", "Cz"],
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
    ("sim", "run"): ["net.toml", "--duration", "1ms", "--report", "{}.html"],
    ("sim", "keys"): [],
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
        arguments = [("missing" + a[a.index(".") :] if a in ("in.fif", "in-epo.fif", "placed.fif", "table.csv") else a).format(goal)
                     for a in GOALS[command]]  # fmt: skip
        done = ranvier(*command, *arguments, cwd=folder)
        assert done.returncode == 3, (done.stdout, done.stderr)
        return done.stderr

    if command not in {("demo",), ("model", "report"), ("sim", "run")}:  # they make folders
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
        wrong = [str(pathlib.Path(a).with_suffix(".ahdr")) if a.startswith(str(tmp_path)) else a for a in wrong]
        done = ranvier(*command, *wrong, cwd=folder)
        assert done.returncode == 3 and not list(tmp_path.glob("*.ahdr")), done.stderr


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


def test_several_recordings_are_worked_on_as_one(folder, tmp_path):
    other = meeg.io.read_raw_fif(folder / "in.fif").rename_channels({"Cz": "CZ."})
    other.save(tmp_path / "second.fif")
    both = ["in.fif", tmp_path / "second.fif"]
    done = ranvier("meeg", "concatenate", *both, tmp_path / "out.fif", cwd=folder)
    assert done.returncode == 3 and "CZ." in done.stderr  # channels that differ are not joined
    done = ranvier("meeg", "concatenate", *both, tmp_path / "out.fif", "--rename", "CZ.=Cz", "--rename", "Oz=O z",
                   cwd=folder)  # fmt: skip
    assert done.returncode == 0, done.stderr
    raw = meeg.io.read_raw_fif(tmp_path / "out.fif")
    assert raw.ch_names == ["Fz", "Cz", "Pz", "O z"] and raw.n_times == 24_000
    assert "EDGE boundary" in raw.annotations.description
    for name in ("filter", "resample"):
        limit = ["--l-freq", "1"] if name == "filter" else ["--sfreq", "100"]
        done = ranvier("meeg", name, "in.fif", "in.fif", tmp_path / f"{name}.fif", *limit, cwd=folder)
        assert done.returncode == 0, done.stderr
        assert meeg.io.read_raw_fif(tmp_path / f"{name}.fif").duration == pytest.approx(120, abs=0.02)
    done = ranvier("meeg", "average", "in.fif", "in.fif", tmp_path / "a-ave.fif", "--json", cwd=folder)
    counts = json.loads(done.stdout)["epochs"]
    assert counts["left"] == counts["right"] == 10
    done = ranvier("meeg", "average", "in-epo.fif", "in-epo.fif", tmp_path / "b-ave.fif", cwd=folder)
    assert done.returncode == 3 and "only recordings are joined; 'in-epo.fif' holds epochs" in done.stderr


@pytest.mark.parametrize("name", ["filter", "notch", "resample", "concatenate", "epochs", "average"])
def test_the_file_to_write_is_in_the_usage_and_told_where_it_is_missing(name):
    usage = f"Usage: ranvier meeg {name} [OPTIONS] IN... OUT\n"
    assert usage in ranvier("meeg", name, "--help").stdout
    for words, told in (([], "IN is required"), (["in.fif"], "OUT is missing: after 'in.fif', name the file to write")):
        done = ranvier("meeg", name, *words)
        assert done.returncode == 2 and f"{told}\n{usage}" in done.stderr


def test_a_channel_is_renamed_once(folder, tmp_path):
    done = ranvier("meeg", "concatenate", "in.fif", tmp_path / "out.fif", "--rename", "Cz=A", "--rename", "Cz=B", cwd=folder)
    assert done.returncode == 3 and "--rename may give a channel one name; 'Cz=' is given twice" in done.stderr


@pytest.mark.parametrize("text, told", [("Czz=A", "no channel is called 'Czz'; did you mean 'Cz'?"), ("Cz", "OLD=NEW"),
                                        ("=A", "OLD=NEW"), ("Cz=", "OLD=NEW"), ("Cz=Fz", "Fz")])  # fmt: skip
def test_a_new_name_is_for_a_channel_that_is_there(folder, tmp_path, text, told):
    done = ranvier("meeg", "concatenate", "in.fif", tmp_path / "out.fif", "--rename", text, cwd=folder)
    assert done.returncode == 3 and told in done.stderr and not (tmp_path / "out.fif").exists()


def test_files_of_annotations_alone_are_shown(folder, tmp_path):
    raw = meeg.io.read_raw_fif(folder / "in.fif")
    raw.annotations.save(tmp_path / "in-annot.fif")
    raw.export(tmp_path / "in.vhdr")
    raw.export(tmp_path / "in.edf")
    content = (tmp_path / "in.edf").read_bytes()
    signals = int(content[252:256])
    widths = [16, 80, 8, 8, 8, 8, 8, 80, 8, 32]
    begins = [256 + signals * sum(widths[:k]) for k in range(len(widths))]
    fields = [content[b + w * (signals - 1) : b + w * signals] for b, w in zip(begins, widths)]
    head = bytearray(content[:256] + b"".join(fields))
    head[184:192], head[252:256] = b"512".ljust(8), b"1".ljust(4)
    samples = [int(content[begins[8] + 8 * k : begins[8] + 8 * k + 8]) for k in range(signals)]
    record, records = 2 * sum(samples), content[256 * (signals + 1) :]
    marks = [records[k : k + record][-2 * samples[-1] :] for k in range(0, len(records), record)]
    (tmp_path / "marks.edf").write_bytes(bytes(head) + b"".join(marks))
    head[0:8], head[192:236], head[256:272] = b"\xffBIOSEMI", b"BDF+C".ljust(44), b"BDF Annotations ".ljust(16)
    marks = [mark + bytes(samples[-1]) for mark in marks]  # samples of three bytes
    (tmp_path / "marks.bdf").write_bytes(bytes(head) + b"".join(marks))
    for ending in (".csv", ".txt"):
        raw.annotations.save(tmp_path / f"in-annot{ending}")
    for name in ("in-annot.fif", "in-annot.csv", "in-annot.txt", "in.vmrk", "marks.edf", "marks.bdf"):
        facts = json.loads(ranvier("info", name, "--json", cwd=tmp_path).stdout)
        assert facts["holds"] == "annotations"
        assert {key.split("/")[-1]: n for key, n in facts["annotations"].items()} == {"left": 5, "right": 5}
        assert ranvier("report", name, "-o", f"{name}.html", cwd=tmp_path).returncode == 0


def test_a_link_to_itself_and_an_empty_name_are_told(tmp_path):
    (tmp_path / "loop.fif").symlink_to("loop.fif")
    done = ranvier("info", "loop.fif", cwd=tmp_path)
    assert done.returncode == 3 and "loop.fif: can't be opened: Too many levels of symbolic links" in done.stderr
    done = ranvier("info", "", cwd=tmp_path)
    assert done.returncode == 3 and "a file must be named" in done.stderr


@pytest.mark.parametrize("variable, words", [("RANVIER_MODELS", ["model", "list"]), ("RANVIER_DATA", ["data", "list"])])
def test_a_folder_that_a_variable_names_wrongly_is_told_once(tmp_path, variable, words):
    done = ranvier(*words, cwd=tmp_path, **{variable: "nowhere"})
    assert done.returncode == 0 and done.stderr.count(f"{variable} names 'nowhere', which is no folder") == 1
    assert variable not in ranvier(*words, cwd=tmp_path, **{variable: str(tmp_path)}).stderr


def test_tables_with_semicolons_and_decimal_commas_are_learnt_and_answers_go_to_a_file(folder, tmp_path):
    rows = (folder / "table.csv").read_text()
    (tmp_path / "table.csv").write_text(rows.replace(",", ";").replace(".", ","))
    (tmp_path / "new.csv").write_text("a;b\n0,5;1\n-0,5;2\n")
    done = ranvier(
        "learn", "fit", "table.csv", "--model", "perceptron", "--target", "kind", "--out", "m.rvl", cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    printed = ranvier("learn", "predict", "m.rvl", "new.csv", cwd=tmp_path).stdout
    assert printed == ranvier("learn", "predict", folder / "model.rvl", folder / "new.csv").stdout == "x\ny\n"
    assert ranvier("learn", "predict", "m.rvl", "new.csv", "--out", "said.csv", cwd=tmp_path).stdout == "said.csv\n"
    assert (tmp_path / "said.csv").read_text() == printed
    for goal in ("said.csv", "new.csv", "m.rvl"):
        assert ranvier("learn", "predict", "m.rvl", "new.csv", "--out", goal, cwd=tmp_path).returncode == 3
    facts = json.loads(ranvier("learn", "inspect", "m.rvl", "--json", cwd=tmp_path).stdout)
    assert facts["values"]["classes_"] == ["x", "y"] and facts["arrays"]["coef_"] == [1, 2]
    text = ranvier("learn", "inspect", "m.rvl", cwd=tmp_path).stdout
    assert "classes_: 2: x, y" in text and "coef_: 1 × 2: " in text


@pytest.mark.parametrize("target, told", [("", "line 2, column 'kind' must be a finite number"), ("", "--target"),
                                          ("knd", "among 3: a, b, kind; did you mean 'kind'?")])  # fmt: skip
def test_what_is_wrong_with_a_table_names_the_column(folder, tmp_path, target, told):
    done = ranvier("learn", "fit", "table.csv", "--model", "som", "--target", target, "--out", tmp_path / "m.rvl",
                   cwd=folder)  # fmt: skip
    assert done.returncode == 3 and told in done.stderr


@pytest.mark.parametrize("text", ["a;b\n1,5;2.5\n", "a;b\n1.234,5;2\n", "a;b\n1,5;2;3\n"])
def test_decimals_with_commas_and_with_points_are_not_mixed(tmp_path, text):
    (tmp_path / "t.csv").write_text(text)
    assert ranvier("learn", "fit", "t.csv", "--model", "som", "--out", "m.rvl", cwd=tmp_path).returncode == 3


def test_an_event_named_twice_is_refused(folder, tmp_path):
    done = ranvier("meeg", "average", folder / "in-epo.fif", tmp_path / "a-ave.fif", "--event", "a=left", "--event",
                   "a=right")  # fmt: skip
    assert done.returncode == 3 and "'a' twice" in done.stderr


def test_a_parameter_set_twice_is_refused(tmp_path):
    done = ranvier("model", "report", "morris_lecar", "--set", "I=1", "--set", "I=2", "-o", tmp_path / "a.html")
    assert done.returncode == 3 and "I twice" in done.stderr


@pytest.mark.parametrize(("words", "told"), [
    (["inof"], "there is no command 'inof'; did you mean 'info'?"),
    (["meeg"], "'ranvier meeg' needs a command: filter, notch, resample, maxwell, bad-channels, fine-calibration, concatenate, ica"),
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
    assert completed("ranvier", "meeg", "fi") == ["filter", "fine-calibration"]
    assert completed("ranvier", "meeg", "filter", "in.fif", "out.fif", "--l-f") == ["--l-freq"]
    assert completed("ranvier", "model", "show", "x", "--js") == ["--json"]


def test_python_runs_the_program_too():
    done = subprocess.run([sys.executable, "-m", "ranvier", "--version"], text=True, capture_output=True, timeout=60)
    assert done.returncode == 0 and done.stdout == ranvier("--version").stdout
