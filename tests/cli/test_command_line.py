"""The command-line program as the shell sees it: output, errors, exit statuses."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import time

import numpy as np
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("RANVIER_BUILD", ROOT / "build/dev"))
PROGRAM = BUILD / "cli/ranvier"
DATA = pathlib.Path(os.environ.get("RANVIER_DATA") or ROOT.parent / "shared/data")

if not PROGRAM.exists():
    pytest.skip(f"no command-line program at {PROGRAM}: build first", allow_module_level=True)

needs_data = pytest.mark.skipif(not (DATA / "eegmmidb_S001/S001R06.edf").exists(),
                                reason="the sample recording is not on this machine (set RANVIER_DATA)")


def ranvier(*arguments, cwd=None, **env):
    return subprocess.run([str(PROGRAM), *map(str, arguments)], cwd=cwd, text=True, capture_output=True,
                          env={**os.environ, "RANVIER_DATA": str(DATA), **env}, timeout=300)


@pytest.fixture(scope="module")
def synthetic(tmp_path_factory):
    """The demo on a synthetic recording: its folder and what it printed."""
    folder = tmp_path_factory.mktemp("demo")
    done = ranvier("demo", "--synthetic", "--json", "--out", folder / "out", cwd=folder, SUBJECTS_DIR="", RANVIER_DATA=str(folder))
    assert done.returncode == 0, done.stderr
    return folder / "out", done


def test_every_command_of_the_help_explains_itself():
    done = ranvier("--help")
    assert done.returncode == 0 and done.stderr == ""
    commands = [line.split()[0] for line in done.stdout.split("Subcommands:")[1].splitlines() if line[:3].strip()]
    assert {"demo", "info", "meeg", "report", "data", "learn", "model", "doctor"} <= set(commands)
    for command in commands:
        own = ranvier(command, "--help")
        assert own.returncode == 0 and "--help" in own.stdout and own.stderr == ""


def test_a_word_that_is_no_command_is_named():
    done = ranvier("frobnicate")
    assert done.returncode == 2 and done.stdout == ""
    assert "there is no command 'frobnicate'; there are demo, info, meeg" in done.stderr


def test_a_mistyped_command_is_a_usage_error_with_a_suggestion():
    done = ranvier("doktor")
    assert done.returncode == 2 and done.stdout == ""
    assert "did you mean 'doctor'?" in done.stderr


def test_a_mistyped_option_is_a_usage_error_with_a_suggestion():
    done = ranvier("demo", "--sinthetic")
    assert done.returncode == 2
    assert "did you mean '--synthetic'?" in done.stderr


def test_a_mistyped_subcommand_is_a_usage_error_with_a_suggestion():
    done = ranvier("meeg", "filtr", "a", "b")
    assert done.returncode == 2
    assert "did you mean 'filter'?" in done.stderr


@pytest.mark.parametrize("words, message", [(["help", "foo"], "no command 'foo'"), (["help", "meeg", "filtr"], "did you mean 'filter'?"),
                                            (["--threads", "2", "inof"], "did you mean 'info'?")])  # fmt: skip
def test_help_of_what_is_no_command_is_no_success(words, message):
    done = ranvier(*words)
    assert done.returncode == 2 and done.stdout == "" and message in done.stderr


def test_help_may_be_asked_for_in_either_order():
    assert ranvier("help", "meeg", "filter").stdout == ranvier("meeg", "filter", "--help").stdout != ranvier("--help").stdout


def test_a_missing_file_is_invalid_input_and_is_named():
    done = ranvier("info", "/nowhere/at_all.edf")
    assert done.returncode == 3 and done.stdout == ""
    assert "/nowhere/at_all.edf" in done.stderr and "No such file" in done.stderr


def test_a_damaged_file_is_invalid_input(tmp_path):
    path = tmp_path / "damaged.edf"
    path.write_bytes(b"0       " + b"x" * 100)
    done = ranvier("info", path)
    assert done.returncode == 3 and "damaged.edf" in done.stderr


def test_an_unknown_kind_of_file_says_what_can_be_read(tmp_path):
    path = tmp_path / "recording.xyz"
    path.write_bytes(b"nothing")
    done = ranvier("info", path)
    assert done.returncode == 3 and ".fif" in done.stderr and ".edf" in done.stderr


def test_a_filter_without_edges_is_invalid_input(synthetic, tmp_path):
    done = ranvier("meeg", "filter", "in.fif", tmp_path / "out.fif")
    assert done.returncode == 3 and "--l-freq" in done.stderr


def test_doctor_prints_json_that_a_program_can_read():
    facts = json.loads(ranvier("doctor", "--json").stdout)
    assert {"Ranvier", "BLAS", "threads", "instruction set"} <= set(facts)


def test_the_demo_on_synthetic_data_finds_the_desynchronisation_that_was_put_in(synthetic):
    folder, done = synthetic
    result = json.loads(done.stdout)
    assert result["synthetic"] is True
    assert "synthetic" in done.stderr  # it says so to people too
    erd = result["erd_percent"]
    assert erd["C3"]["hands"] < -10 and erd["C4"]["hands"] < -10 and erd["Cz"]["feet"] < -10
    assert erd["C3"]["hands"] < erd["C3"]["feet"] and erd["Cz"]["feet"] < erd["Cz"]["hands"]
    assert (folder / "report.html").stat().st_size > 1_000_000
    assert (folder / "hands-feet-ave.fif").exists()


def test_the_demo_finds_where_sources_lose_their_rhythm(synthetic):
    folder, done = synthetic
    sources = json.loads(done.stdout)["sources"]
    # Truth: dipoles below C3 and C4 for hands, below Cz for feet, 83 % and less of the scalp's radius from its centre.
    peaks = {(peak["task"], peak["side"]): np.array(peak["place"]) for peak in sources["peaks"]}
    assert peaks["hands", "left"][0] < -0.03 and peaks["hands", "right"][0] > 0.03
    for side in ("left", "right"):
        assert abs(peaks["feet", side][0]) < 0.01 and peaks["feet", side][2] > peaks["hands", side][2] + 0.01
    assert all(peak["percent"] < -50 for peak in sources["peaks"])
    for area, task, other in (("left hand area", "hands", "feet"), ("right hand area", "hands", "feet"), ("foot area", "feet", "hands")):  # fmt: skip
        assert sources["areas"][area][task] < sources["areas"][area][other] - 30
    page = (folder / "report.html").read_text()
    assert '"title":"Where the rhythm weakens"' in page and "data:image/svg+xml;base64," in page
    assert "Power of sources, 8 to 13 Hz" in done.stderr
    assert sources["surface"] == "a sphere below the inner skull"
    assert "Sources are looked for on a sphere: fsaverage's cortex needs" in done.stderr


def test_the_demo_shows_a_model_beside_the_recording(synthetic):
    folder, done = synthetic
    model = json.loads(done.stdout)["model"]
    assert model["model"] == "morris_lecar" and model["report"] == str(folder / "model.html")
    assert sorted(p["value"] for p in model["special_points"] if p["kind"] == "Hopf") == pytest.approx(
        [93.858, 212.019], abs=1e-3)  # models/morris_lecar.model
    assert '"kind":"portrait"' in (folder / "model.html").read_text()


def test_without_any_data_the_demo_says_that_it_synthesises(tmp_path):
    # A cache folder that is empty, no data beside it, and a home that can't be reached.
    done = ranvier("demo", "--json", cwd=tmp_path, RANVIER_DATA="", RANVIER_CACHE=str(tmp_path / "cache"),
                   http_proxy="http://127.0.0.1:9", https_proxy="http://127.0.0.1:9", no_proxy="")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["synthetic"] is True and "synthetic" in done.stderr


@needs_data
def test_the_demo_on_the_real_recording_shows_desynchronisation_over_the_hand_areas(tmp_path):
    done = ranvier("demo", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["synthetic"] is False
    assert result["epochs"]["events"] == 45
    # At C3 and C4 the rhythm weakens while hands are imagined.
    assert result["erd_percent"]["C3"]["hands"] < -10 and result["erd_percent"]["C4"]["hands"] < -10
    assert (tmp_path / "out/report.html").exists()
    # The sources that lose it most for hands lie on both sides of the vertex, far from the midline: in the MRI's
    # coordinates on the cortex, in the head's on a sphere, whose origin lies some 4 cm lower.
    left, right = (peak["place"] for peak in result["sources"]["peaks"] if peak["task"] == "hands")
    assert left[0] < -0.03 and right[0] > 0.03 and min(left[2], right[2]) > 0.03
    assert all(peak["percent"] < -60 for peak in result["sources"]["peaks"] if peak["task"] == "hands")


@needs_data
@pytest.mark.skipif(not (DATA / "fsaverage/fsaverage5/pial_left.gii.gz").exists(), reason="fsaverage is not on this machine")
def test_the_demo_finds_the_hand_areas_on_the_cortex_of_fsaverage(tmp_path):
    done = ranvier("demo", "--json", cwd=tmp_path, SUBJECTS_DIR="")
    assert done.returncode == 0, done.stderr
    sources = json.loads(done.stdout)["sources"]
    assert sources["surface"] == "fsaverage's cortex" and 20_000 < sources["n"] <= 20_484
    # Mayka et al. 2006 have the hand's primary motor cortex at (37, -21, 58) mm on either side. A minimum norm of 64
    # electrodes in a sphere spreads a source over some 3 cm, in which the lowest point is anywhere.
    for peak in sources["peaks"]:
        if peak["task"] == "hands":
            side = -1 if peak["side"] == "left" else 1
            assert np.linalg.norm(np.array(peak["place"]) - [0.037 * side, -0.021, 0.058]) < 0.03
            assert peak["percent"] < -60
    areas = sources["areas"]
    assert areas["left hand area"]["hands"] < -40 and areas["right hand area"]["hands"] < -25
    assert min(areas[f"{side} hand area"]["hands"] - areas[f"{side} hand area"]["feet"] for side in ("left", "right")) < -20


@needs_data
def test_info_describes_a_real_recording():
    facts = json.loads(ranvier("info", "--json", DATA / "eegmmidb_S001/S001R06.edf").stdout)
    assert facts["channels"] == 64 and facts["sfreq"] == 160 and facts["samples"] == 20000
    assert facts["annotations"] == {"T0": 15, "T1": 7, "T2": 8} or sum(facts["annotations"].values()) == 30


@needs_data
def test_filter_epochs_average_and_report_work_in_a_row(tmp_path):
    source = DATA / "eegmmidb_S001/S001R06.edf"
    steps = [
        ("meeg", "filter", source, "filtered.fif", "--l-freq", "1", "--h-freq", "40"),
        ("meeg", "notch", source, "notched.fif", "--freqs", "60"),
        ("meeg", "resample", "filtered.fif", "slow.fif", "--sfreq", "80"),
        ("meeg", "epochs", "slow.fif", "hands-epo.fif", "--event", "hands=T1", "--event", "feet=T2", "--tmax", "1"),
        ("meeg", "average", "hands-epo.fif", "hands-ave.fif"),
        ("report", "slow.fif", "-o", "slow.html"),
    ]
    for step in steps:
        done = ranvier(*step, cwd=tmp_path)
        assert done.returncode == 0, (step, done.stderr)
    assert json.loads(ranvier("info", "--json", "slow.fif", cwd=tmp_path).stdout)["sfreq"] == 80
    for name in ("notched.fif", "hands-epo.fif", "hands-ave.fif", "slow.html"):
        assert (tmp_path / name).stat().st_size > 1000


@needs_data
def test_blinks_are_taken_out_and_the_components_kept(tmp_path):
    source = DATA / "eegmmidb_S001/S001R03.edf"
    flags = "--h-freq 40 --n-components 20 --method infomax --random-state 97 --measure correlation --threshold 0.3".split()
    done = ranvier("meeg", "ica", source, "clean.fif", "--eog", "Fp1.", "--eog", "Fp2.", *flags, "--save", "x-ica.fif", "--json",
                   cwd=tmp_path)  # fmt: skip
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["components"] == 20 and 1 <= len(said["taken_out"]) <= 3
    assert (tmp_path / "x-ica.fif").stat().st_size > 10_000 and (tmp_path / "clean.fif").stat().st_size > 100_000
    done = ranvier("meeg", "ica", source, "again.fif", cwd=tmp_path)
    assert done.returncode == 3 and "name channels near the eyes, as Fp1 and Fp2" in done.stderr
    done = ranvier("meeg", "ica", source, "again.fif", "--eog", "Fp9", cwd=tmp_path)
    assert done.returncode == 3 and "Fp9" in done.stderr and not (tmp_path / "again.fif").exists()


@needs_data
def test_an_existing_file_is_not_overwritten_unless_asked(tmp_path):
    shutil.copy(DATA / "eegmmidb_S001/S001R06.edf", tmp_path / "in.edf")
    (tmp_path / "out.fif").write_text("precious")
    command = ("meeg", "resample", "in.edf", "out.fif", "--sfreq", "80")
    done = ranvier(*command, cwd=tmp_path)
    assert done.returncode == 3 and (tmp_path / "out.fif").read_text() == "precious"
    assert ranvier(*command, "--overwrite", cwd=tmp_path).returncode == 0
    assert (tmp_path / "out.fif").stat().st_size > 1000


@needs_data
def test_an_unknown_condition_lists_the_known_ones(tmp_path):
    done = ranvier("meeg", "average", DATA / "eegmmidb_S001/S001R06.edf", tmp_path / "x-ave.fif", "--event", "T9")
    assert done.returncode == 3 and "T0, T1, T2" in done.stderr


@needs_data
def test_averages_of_epochs_heed_conditions_and_limits_and_refuse_what_is_about_cutting(tmp_path):
    source = DATA / "eegmmidb_S001/S001R06.edf"
    cut = ("meeg", "epochs", source, "a-epo.fif", "--event", "hands=T1", "--event", "feet=T2", "--tmax", "1")
    assert ranvier(*cut, cwd=tmp_path).returncode == 0

    def average(*flags):
        done = ranvier("meeg", "average", "a-epo.fif", "a-ave.fif", "--overwrite", "--json", *flags, cwd=tmp_path)
        return json.loads(done.stdout)["epochs"] if done.returncode == 0 else (done.returncode, done.stderr)

    every = average()
    assert set(every) == {"hands", "feet"}
    assert average("--event", "left=hands") == {"left": every["hands"]}
    assert sum(average("--reject", "eeg=300e-6").values()) < sum(every.values())
    code, told = average("--event", "hands=NOPE")
    assert code == 3 and "NOPE" in told and "hands, feet" in told
    code, told = average("--reject", "mag=1e-12")
    assert code == 3 and "mag" in told
    assert average("--reject", "eeg=300e-6", "--reject", "eeg=1e-12") == average("--reject", "eeg=1e-12")
    assert sum(average("--flat", "eeg=100e-6").values()) < sum(every.values())
    for flags in (("--tmin", "5"), ("--tmax", "2"), ("--baseline", "0", "1"), ("--no-baseline",), ("--decim", "2")):
        code, told = average(*flags)
        assert code == 3 and flags[0] in told


def test_a_new_model_says_where_it_is_in_json_too(tmp_path):
    done = ranvier("model", "new", "mine.model", "--json", cwd=tmp_path)
    assert json.loads(done.stdout) == {"written": "mine.model"}


def long_filter(folder, **env):
    """A filter that takes seconds, begun; the recording is written first."""
    recording = folder / "long_raw.fif"
    if not recording.exists():
        from ranvier import meeg

        info = meeg.create_info(64, 1000.0, "eeg")
        meeg.io.RawArray(np.random.default_rng(0).normal(size=(64, 300_000)) * 1e-5, info, verbose="error").save(recording)
    return subprocess.Popen([str(PROGRAM), "meeg", "filter", str(recording), str(folder / "out_raw.fif"), "--l-freq",
                             "1", "--h-freq", "40", "--filter-length", "20s"], cwd=folder, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, **env})


def wait_until_writing(process, folder):
    """Until the command has a file of its own open in the folder."""
    while process.poll() is None:
        for number in pathlib.Path(f"/proc/{process.pid}/fd").glob("*"):
            try:
                opened = pathlib.Path(os.readlink(number))
            except FileNotFoundError:
                continue
            if opened.parent == folder and opened.name != "long_raw.fif":
                return
    raise AssertionError(f"it ended before it wrote: {process.communicate()}")


# A file system without files that have no name (network shares, old kernels): O_TMPFILE is refused.
NO_TMPFILE = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/types.h>
static int pass(const char* name, const char* path, int flags, mode_t mode) {
    if ((flags & O_TMPFILE) == O_TMPFILE) { errno = EOPNOTSUPP; return -1; }
    int (*real)(const char*, int, ...) = dlsym(RTLD_NEXT, name);
    return real(path, flags, mode);
}
int open(const char* path, int flags, ...) {
    va_list rest; va_start(rest, flags); mode_t mode = va_arg(rest, int); va_end(rest);
    return pass("open", path, flags, mode);
}
int open64(const char* path, int flags, ...) {
    va_list rest; va_start(rest, flags); mode_t mode = va_arg(rest, int); va_end(rest);
    return pass("open64", path, flags, mode);
}
"""


@pytest.fixture(scope="module", params=["files without a name", "files with a name aside"])
def file_system(request, tmp_path_factory):
    """What a command needs in its environment to meet each kind of file system."""
    if request.param == "files without a name":
        return {}
    folder = tmp_path_factory.mktemp("preload")
    (folder / "no_tmpfile.c").write_text(NO_TMPFILE)
    subprocess.run(["cc", "-shared", "-fPIC", "-o", folder / "no_tmpfile.so", folder / "no_tmpfile.c", "-ldl"],
                   check=True)
    return {"LD_PRELOAD": str(folder / "no_tmpfile.so")}


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP", "SIGXCPU"])
def test_however_a_batch_system_ends_a_command_nothing_is_left_behind(tmp_path, file_system, name):
    process = long_filter(tmp_path, **file_system)
    wait_until_writing(process, tmp_path)
    process.send_signal(getattr(signal, name))
    process.communicate(timeout=60)
    assert process.returncode == 128 + getattr(signal, name)
    assert [p.name for p in tmp_path.iterdir()] == ["long_raw.fif"]


def test_a_killed_write_does_not_lock_the_file_for_ever(tmp_path, file_system):
    for _ in range(2):
        process = long_filter(tmp_path, **file_system)
        wait_until_writing(process, tmp_path)
        process.kill()
        process.communicate()
    process = long_filter(tmp_path, **file_system)
    _, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    assert (tmp_path / "out_raw.fif").exists()


def test_one_of_several_writers_wins_and_the_others_say_so(tmp_path, file_system):
    processes = [long_filter(tmp_path, **file_system) for _ in range(3)]
    codes = sorted(p.communicate(timeout=300) and p.returncode for p in processes)
    assert codes == [0, 3, 3]


@pytest.mark.parametrize(("text", "code"), [("99999999999", 0), ("9" * 30, 0), ("2048", 0), ("", 0), ("2", 0), ("2abc", 3), ("1e3", 3),
                                            ("0", 3), ("-1", 3), ("-99999999999", 3), ("000", 3)])
def test_threads_are_a_whole_number_of_which_no_more_are_made_than_help(tmp_path, text, code):
    begin = time.monotonic()
    done = ranvier("demo", "--synthetic", "--out", tmp_path, RANVIER_THREADS=text)
    assert done.returncode == code, done.stderr
    assert code == 0 or f"RANVIER_THREADS must be a whole number > 0; got '{text}'" in done.stderr
    assert time.monotonic() - begin < 60


needs_rooms = pytest.mark.skipif(not (DATA / "sss/test_move_anon_erm_raw.fif").exists(), reason="no recording of an empty room here")


@needs_rooms
def test_a_fine_calibration_is_computed_from_an_empty_room(tmp_path):
    room, out = DATA / "sss/test_move_anon_erm_raw.fif", tmp_path / "sss_cal.dat"
    options = ["--allow-maxshield", "--cross-talk", DATA / "sss/ct_sparse.fif", "--n-imbalance", "1"]
    done = ranvier("--json", "meeg", "fine-calibration", room, out, *options, "--angle-limit", "90", "--err-limit", "100")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"written": str(out), "channels": 306, "windows": 1}
    assert len(out.read_text().splitlines()) == 306
    again = ranvier("meeg", "fine-calibration", room, tmp_path / "b.dat", *options[:-1], "3", "--calibration", out)
    assert again.returncode == 0 and len((tmp_path / "b.dat").read_text().splitlines()[0].split()) == 16, again.stderr
    for arguments, words in (([out], "exists"), ([tmp_path / "c.fif"], "goes to a .dat file"),
                             ([tmp_path / "c.dat"], "no window of 10")):  # fmt: skip
        refused = ranvier("meeg", "fine-calibration", room, *arguments, *options)
        assert refused.returncode == 3 and words in refused.stderr, refused.stderr
    assert not (tmp_path / "c.dat").exists()


@needs_rooms
def test_maxwell_filters_and_names_bad_channels(tmp_path):
    room, out = DATA / "sss/test_move_anon_erm_raw.fif", tmp_path / "room_raw_sss.fif"
    options = ["--coord-frame", "meg", "--origin", "0,0.013,-0.006", "--bad-condition", "ignore", "--bads", "MEG0113"]
    done = ranvier("meeg", "maxwell", room, out, "--allow-maxshield", "--calibration", DATA / "sss/sss_cal_3053.dat",
                   "--cross-talk", DATA / "sss/ct_sparse.fif", "--st-duration", "0.5", *options)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert ranvier("info", out).returncode == 0
    again = ranvier("meeg", "maxwell", out, tmp_path / "b_raw_sss.fif", *options[:-2])
    assert again.returncode != 0 and "has been applied already" in again.stderr
    found = ranvier("meeg", "bad-channels", room, "--allow-maxshield", "--duration", "0.5", "--json", *options)
    assert found.returncode == 0, found.stderr
    assert set(json.loads(found.stdout)) == {"noisy", "flat"}
    refused = ranvier("meeg", "maxwell", room, tmp_path / "c_raw_sss.fif", "--allow-maxshield")
    assert refused.returncode != 0 and "coord_frame='meg'" in refused.stderr
    blank = ranvier("meeg", "bad-channels", room, "--allow-maxshield", "--duration", "0.5", "--json", *options[:-1], "MEG 0113")
    assert blank.stdout == found.stdout
    short = ranvier("meeg", "maxwell", room, out, "--allow-maxshield", "--origin", "0,0")
    assert short.returncode != 0 and "origin must be three numbers or 'auto'; got [0, 0]" in short.stderr
