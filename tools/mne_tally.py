"""Run MNE-Python's own tests with Ranvier behind the name `mne`, and add up what became of them.

    python tools/mne_tally.py FOLDER [--against FILE] [--save FILE]

FOLDER is a checkout of MNE-Python's sources; the interpreter needs MNE-Python itself, pytest and ranvier
(`make conformance MNE=FOLDER`). Each parametrisation is one of

passed        as MNE-Python's
words         passed, but an error or a warning says it in other words than the test looks for; counted as passed
missing name  the test uses a public function, class or method that Ranvier lacks
private name  the test uses a name of MNE-Python's insides, so it can't pass
differs       anything else, a crash and a hang among them
data          MNE-Python itself doesn't pass it here: the testing data set, a file or a package isn't there

Those that differ by intent are printed with the reason, which tools/mne_meant.json has.
Files run in processes of their own; one that crashes or hangs costs its test only. `--suite cleaning` runs, of all test
files, the tests whose text has one of the names in `CLEANING`, `--suite sources` those in `SOURCES`.
"""

import argparse
import ast
import collections
import concurrent.futures
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

KINDS = ("passed", "words", "missing name", "private name", "differs", "data")
FILES = """
    tests/test_filter.py tests/test_epochs.py tests/test_evoked.py tests/test_event.py tests/test_annotations.py
    tests/test_proj.py tests/test_cov.py _fiff/tests/test_pick.py _fiff/tests/test_meas_info.py
    _fiff/tests/test_reference.py _fiff/tests/test_compensator.py time_frequency/tests/test_psd.py
    time_frequency/tests/test_multitaper.py time_frequency/tests/test_tfr.py time_frequency/tests/test_spectrum.py
    channels/tests/test_montage.py channels/tests/test_standard_montage.py channels/tests/test_channels.py
    channels/tests/test_interpolation.py io/array/tests/test_array.py io/edf/tests/test_edf.py
    io/fiff/tests/test_raw_fiff.py io/tests/test_raw.py io/tests/test_apply_function.py io/tests/test_read_raw.py
    export/tests/test_export.py
""".split()
# What takes artefacts out and says what noise is; the list was made before the first run and doesn't change with results.
CLEANING = """
    compute_proj_raw compute_proj_epochs compute_proj_evoked compute_proj_ecg compute_proj_eog compute_proj_hfc
    find_ecg_events find_eog_events create_ecg_epochs create_eog_epochs plot_projs_topomap plot_projs_joint ICA read_ica
    read_ica_eeglab corrmap get_score_funcs ica_find_ecg_events ica_find_eog_events maxwell_filter
    find_bad_channels_maxwell maxwell_filter_prepare_emptyroom compute_maxwell_basis compute_fine_calibration
    read_fine_calibration write_fine_calibration read_head_pos write_head_pos compute_chpi_amplitudes compute_chpi_locs
    compute_head_pos compute_chpi_snr head_pos_to_trans_rot_t extract_chpi_locs_ctf extract_chpi_locs_kit get_chpi_info
    filter_chpi annotate_amplitude annotate_muscle_zscore annotate_nan annotate_break annotate_movement
    compute_average_dev_head_t find_bad_channels_lof compute_bridged_electrodes interpolate_bridged_electrodes
    plot_bridged_electrodes EOGRegression read_eog_regression regress_artifact realign_raw compute_current_source_density
    apply_pca_obs equalize_bads interpolate_bads peak_finder compute_covariance compute_raw_covariance make_ad_hoc_cov
    compute_rank regularize whiten_evoked compute_whitener plot_cov plot_white find_ch_adjacency read_ch_adjacency
    get_builtin_ch_adjacencies combine_channels equalize_channels find_layout make_eeg_layout make_grid_layout
    read_layout generate_2d_layout transform_to_head compute_native_head_t read_raw_brainvision read_raw_eeglab
    read_epochs_eeglab grand_average Report open_report
""".split()

# What goes from sensors to cortex, names of issue and documentation; made before the first run as well.
SOURCES = """
    read_surface write_surface read_curvature read_label write_label read_labels_from_annot write_labels_to_annot
    read_source_spaces write_source_spaces setup_source_space setup_volume_source_space add_source_space_distances
    SourceSpaces get_volume_labels_from_aseg get_volume_labels_from_src compute_source_morph SourceMorph read_source_morph
    read_morph_map grade_to_vertices grade_to_tris Label BiHemiLabel grow_labels random_parcellation split_label
    morph_labels labels_to_stc stc_to_label label_sign_flip extract_label_time_course gen_extract_label_time_course
    morph_source_spaces head_to_mni head_to_mri vertex_to_mni read_talxfm read_lta read_freesurfer_lut read_trans
    write_trans Coregistration decimate_surface complete_surface_info make_bem_model make_bem_solution make_sphere_model
    fit_sphere_to_headshape read_bem_surfaces write_bem_surfaces read_bem_solution write_bem_solution
    make_forward_solution read_forward_solution write_forward_solution convert_forward_solution apply_forward
    apply_forward_raw average_forward_solutions restrict_forward_to_label restrict_forward_to_stc sensitivity_map
    make_forward_dipole make_field_map use_coil_def make_inverse_operator read_inverse_operator write_inverse_operator
    prepare_inverse_operator apply_inverse apply_inverse_raw apply_inverse_epochs apply_inverse_cov
    apply_inverse_tfr_epochs make_inverse_resolution_matrix make_lcmv_resolution_matrix get_point_spread get_cross_talk
    resolution_metrics estimate_snr compute_depth_prior compute_orient_prior INVERSE_METHODS mixed_norm tf_mixed_norm
    gamma_map make_stc_from_dipoles rap_music trap_music make_lcmv apply_lcmv apply_lcmv_raw apply_lcmv_epochs
    apply_lcmv_cov read_beamformer make_dics apply_dics apply_dics_epochs apply_dics_csd apply_dics_tfr_epochs
    csd_fourier csd_multitaper csd_morlet csd_array_fourier csd_array_multitaper csd_array_morlet csd_tfr read_csd
    CrossSpectralDensity pick_channels_csd fit_dipole read_dipole Dipole DipoleFixed get_phantom_dipoles
    source_induced_power source_band_induced_power compute_source_psd compute_source_psd_epochs SourceEstimate
    VectorSourceEstimate VolSourceEstimate VolVectorSourceEstimate MixedSourceEstimate MixedVectorSourceEstimate
    read_source_estimate simulate_sparse_stc simulate_stc simulate_raw simulate_evoked select_source_in_label
    SourceSimulator add_noise add_eog add_ecg add_chpi
""".split()
SUITES = {"cleaning": CLEANING, "sources": SOURCES}


def using(names, mne):
    """Tests below the folder `mne` whose text has one of `names`: a dict from file to node ids without parameters."""
    word, found = re.compile(rf"\b({'|'.join(names)})\b"), {}
    for path in sorted(mne.rglob("tests/test_*.py")):
        text, file = path.read_text(), path.relative_to(mne).as_posix()
        lines = text.splitlines()
        for node in ast.parse(text).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
                if word.search("\n".join(lines[first - 1 : node.end_lineno])):
                    found.setdefault(file, []).append(f"swapped/{file}::{node.name}")
    return found


def lay_out(folder, root, stand_in=None):
    """Make `root`/swapped: the tests of `folder`/mne with their imports replaced, beside links to their data.

    `stand_in`, a folder of tools/mne_stand_in.py, has data in place of those that are not here.
    """
    from mne_swap import swapped

    mne = folder / "mne"
    sources = [
        mne / "conftest.py",
        mne / "utils" / "_testing.py",
        *(p for p in mne.rglob("*.py") if p.parent.name == "tests"),
    ]
    for source in sources:
        if not source.exists():
            continue
        place = pathlib.PurePath("swapped", source.relative_to(mne))
        target = root / place
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(swapped(source.read_text(), ".".join(place.with_suffix("").parts)))
    for tests in mne.rglob("tests"):
        for thing in tests.iterdir():
            if thing.suffix not in (".py", ".pyc") and thing.name != "__pycache__":
                (root / "swapped" / thing.relative_to(mne)).symlink_to(thing)
    for place in [root / "swapped", *(root / "swapped").rglob("*/")]:
        if not place.is_symlink() and (place / "__init__.py").exists() is False:
            (place / "__init__.py").touch()
    if stand_in:
        (root / "data").symlink_to(stand_in / "data")
        for thing in (stand_in / "repository").rglob("*.*"):
            place = root / "swapped" / thing.relative_to(stand_in / "repository")
            tests = next((p for p in place.parents if p.is_symlink()), None)
            if tests is not None:  # a folder of the sources: its files are linked one by one, so that others fit in
                source = tests.resolve()
                tests.unlink()
                tests.mkdir()
                for each in source.iterdir():
                    (tests / each.name).symlink_to(each)
            if not place.exists():
                place.symlink_to(thing)
    (root / "data").mkdir(exist_ok=True)  # where the testing data set would be
    (root / "pytest.ini").write_text("[pytest]\nmarkers =\n    flaky\n    mne_c\n    timeout\n")


sessions = set()  # leaders of the sessions that are at work, for whoever ends this program


def seconds_used(pid):
    """Processor time of a process [s]: a test is not slow because the machine is busy."""
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def run_file(file, root, package, wanted, timeout, program="mne_swap.py", python=sys.executable, paths=None):
    """Fates of the tests of one file, a dict from node id to a dict with its kind. `wanted`: ids, or None for all.

    `program` of this folder runs them, `python` is its interpreter, `paths` its PYTHONPATH if not this one's.
    """
    fates, broken = {}, []
    out = root / f"{package}-{file.replace('/', '-')}.jsonl"
    asked = out.with_suffix(".wanted")
    left = wanted
    while left is None or left:
        out.write_text("")
        if left is not None:
            asked.write_text(json.dumps(left))
        env = {"MNE_DATA": str(root / "data"), **os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1",
               "_MNE_FAKE_HOME_DIR": str(root), "MPLBACKEND": "agg", "PYTHONHASHSEED": "0"}  # fmt: skip
        if paths is not None:
            env["PYTHONPATH"] = paths
        command = [python, str(pathlib.Path(__file__).parent / program), package, str(root), str(out),
                   "-" if left is None else str(asked), file]  # fmt: skip
        with open(out.with_suffix(".log"), "ab") as log:
            child = subprocess.Popen(command, stdout=log, stderr=log, env=env, cwd=root, start_new_session=True)
            sessions.add(child.pid)
            end = "crash"
            since, used, size = time.monotonic(), 0.0, 0
            while child.poll() is None:
                time.sleep(0.1)
                if out.stat().st_size != size:
                    since, used, size = time.monotonic(), seconds_used(child.pid), out.stat().st_size
                elif seconds_used(child.pid) - used > timeout or time.monotonic() - since > 10 * timeout + 60:
                    end = "hang"
                    os.killpg(child.pid, signal.SIGKILL)
                    child.wait()
            sessions.discard(child.pid)
        lines = [json.loads(line) for line in out.read_text().splitlines(True) if line.endswith("\n")]
        ids = next((line["collected"] for line in lines if "collected" in line), None)
        broken += [line for line in lines if "broken" in line]
        running = None
        for line in lines:
            if "start" in line:
                running = line["start"]
            elif "done" in line:
                running = None
                fates[line.pop("done")] = line
        if running:
            what = f"not done after {timeout:g} s" if end == "hang" else f"ended with status {child.returncode}"
            fates[running] = {"kind": "differs", "error": end, "message": what}
        before, left = left, [i for i in ids or left or [] if i not in fates]
        if left == before:  # it can't be brought to run them
            fates |= {i: {"kind": "differs", "error": "crash", "message": "never began"} for i in left}
            break
    for node, line in {line["broken"]: line for line in broken}.items():
        fate = {"kind": "differs", "error": "import", "message": line["why"]}
        if line["absent"]:  # of which the module itself makes something
            fate |= {"kind": "missing name", "name": line["absent"]}
        fates |= dict.fromkeys([i for i in wanted or () if i.startswith(node + "::")] or [node], fate)
    if not fates and wanted is None:
        fates[f"swapped/{file}"] = {
            "kind": "differs",
            "error": "import",
            "message": f"nothing ran; see {out.with_suffix('.log')}",
        }
    return fates


def tally(folder, files, package="ranvier.meeg", jobs=2, timeout=60, keep=None, known=None, stand_in=None):
    """Fates of all tests of `files`, those that MNE-Python doesn't pass either being "data".

    `files` may be a dict from file to the ids of the tests that are meant.
    `known`, a dict, has what MNE-Python itself made of tests, and gets what is learnt.
    """
    known = {} if known is None else known
    root = pathlib.Path(keep or tempfile.mkdtemp(prefix="mne-tally-")).resolve()
    lay_out(folder, root, stand_in)

    def both(file):
        fates = run_file(file, root, package, files[file] if isinstance(files, dict) else None, timeout)
        doubtful = [i for i, f in fates.items() if f["kind"] in ("missing name", "differs")]
        unknown = [i for i in doubtful if i not in known]
        known.update(run_file(file, root, "mne", unknown, 2 * timeout) if unknown else {})
        for i in doubtful:
            fate = known.get(i, {"kind": "passed"})
            if fate["kind"] not in ("passed", "words"):
                fates[i] = {
                    "kind": "data",
                    "message": "MNE-Python: " + fate.get("message", ""),
                    "was": fates.get(i, {}),
                }
        print(f"{file}: {len(fates)}", file=sys.stderr, flush=True)
        return fates

    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        return {i.removeprefix("swapped/"): f for fates in pool.map(both, files) for i, f in fates.items()}


def table(fates):
    """Totals per file and in all, as text."""
    counts = collections.defaultdict(collections.Counter)
    for i, fate in fates.items():
        counts[i.split("::")[0]][fate["kind"]] += 1
        counts["all"][fate["kind"]] += 1
    width = max(map(len, counts))
    lines = [" ".join([" " * width, *(k.rjust(12) for k in KINDS), "total".rjust(12)])]
    for file in [*(f for f in counts if f != "all"), "all"]:
        row = [counts[file][k] for k in KINDS]
        lines.append(" ".join([file.ljust(width), *(str(n).rjust(12) for n in [*row, sum(row)])]))
    return "\n".join(lines)


def changes(before, after):
    """Lines for what changed its kind, what came and what went, and their number per kind of change."""
    lines, count = [], collections.Counter()
    for i in sorted({*before, *after}):
        old, new = (fates.get(i, {}).get("kind", "not there") for fates in (before, after))
        if old != new:
            lines.append(f"{old} -> {new}  {i}")
            count[f"{old} -> {new}"] += 1
    return [*lines, *(f"{n} {change}" for change, n in count.most_common())]


MEANT = json.loads((pathlib.Path(__file__).parent / "mne_meant.json").read_text())


def reason(test, meant=None):
    """Why a test differs by intent, or None: mne_meant.json has tests by reason, with all their parametrisations or one."""
    for why, tests in (MEANT if meant is None else meant).items():
        if any(test == known or test.startswith(known + "[") for known in tests):
            return why
    return None


def intent(fates, meant=None):
    """How many tests that differ or miss a name are meant to, as text, and which are said to but don't."""
    apart = {i for i, fate in fates.items() if fate["kind"] in ("differs", "missing name")}
    said = [i for i in fates if reason(i, meant)]
    lines = [f"said to differ, but {fates[i]['kind']}: {i}" for i in said if i not in apart]
    for kind in ("differs", "missing name"):
        of_kind = [i for i in apart if fates[i]["kind"] == kind]
        lines.append(f"{kind}: {len(of_kind)}, of which {sum(reason(i, meant) is not None for i in of_kind)} are meant")
    return "\n".join(lines)


def one_line(fate):
    """Why a test did not pass, in a line."""
    parts = [fate.get("name"), fate.get("error"), fate.get("message"), fate.get("line")]
    return " | ".join(" ".join(str(p).split())[:160] for p in parts if p)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path, help="a checkout of MNE-Python's sources")
    parser.add_argument(
        "--against", type=pathlib.Path, metavar="FILE", help="print what changed since the run saved there"
    )
    parser.add_argument("--save", type=pathlib.Path, metavar="FILE", help="write this run as JSON")
    parser.add_argument("--files", nargs="+", default=FILES, help="test files below FOLDER/mne")
    parser.add_argument("--suite", choices=list(SUITES), help="tests by the names they use, in place of --files")
    parser.add_argument("--package", default="ranvier.meeg", help="what stands behind the name mne")
    parser.add_argument("--jobs", type=int, default=2, help="processes at once")
    parser.add_argument("--timeout", type=float, default=60, help="seconds that a test may take")
    parser.add_argument(
        "--known", type=pathlib.Path, metavar="FILE", help="keep there what MNE-Python itself makes of its tests"
    )
    parser.add_argument("--stand-in", type=pathlib.Path, metavar="FOLDER", help="data by tools/mne_stand_in.py")
    parser.add_argument("--keep", metavar="FOLDER", help="leave the rewritten tests and logs there")
    options = parser.parse_args()
    known = json.loads(options.known.read_text()) if options.known and options.known.exists() else {}
    folder = options.folder.resolve()
    files = using(SUITES[options.suite], folder / "mne") if options.suite else options.files
    fates = tally(folder, files, options.package, options.jobs, options.timeout, options.keep, known,
                  options.stand_in and options.stand_in.resolve())  # fmt: skip
    for i, fate in fates.items():
        print(f"{fate['kind']:13} {i}" + (f"  {one_line(fate)}" if fate["kind"] != "passed" else ""))
        if fate["kind"] in ("differs", "missing name") and reason(i):
            print(f"{'':13} meant: {reason(i)}")
    print(table(fates))
    print(intent(fates))
    if options.known:
        options.known.write_text(json.dumps(known, indent=1) + "\n")
    if options.save:
        options.save.write_text(json.dumps(fates, indent=1) + "\n")
    if options.against:
        print("\n".join(["", f"since {options.against}:", *changes(json.loads(options.against.read_text()), fates)]))


if __name__ == "__main__":
    main()
