#!/usr/bin/env python3
"""Run every fuzz target for its share of the time and fail on the first finding of any.

The targets (tests/fuzz/fuzz_*.cpp) are built with clang's libFuzzer under address and undefined-behaviour sanitizers.
Seeds are small files that the reference values carry and that Ranvier's own writers make; what a run discovers is kept
in the build folder and continued the next time.
"""

import argparse
import base64
import concurrent.futures
import json
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "asan"
LIMITS = ["-rss_limit_mb=2048", "-malloc_limit_mb=512", "-timeout=10", "-print_final_stats=1"]


def built_targets(jobs):
    """Configure and build; return the programs by name."""
    quiet = dict(cwd=ROOT, stdout=sys.stderr, check=True)
    subprocess.run(["cmake", "--preset", "asan"], **quiet)
    subprocess.run(["cmake", "--build", "--preset", "asan", "--target", "fuzz_all", "-j", str(jobs)], **quiet)
    names = sorted(p.stem for p in (ROOT / "tests" / "fuzz").glob("fuzz_*.cpp"))
    return {name: BUILD / "tests" / "fuzz" / name for name in names}


def make_seeds(folder):
    """Write the seeds of all targets into ``folder/<target>/``."""
    values = json.loads((ROOT / "tests" / "reference" / "edf.json").read_text())
    for entry in values["made"]:
        target = folder / f"fuzz_{entry['kind']}"
        target.mkdir(parents=True, exist_ok=True)
        (target / (entry["name"].replace(" ", "_") + ".seed")).write_bytes(base64.b64decode(entry["file"]))
    labs = json.loads((ROOT / "tests" / "reference" / "lab_files.json").read_text())
    for entry in labs["made"]:
        kind, _, name = entry["name"].partition(" ")
        files = {file: base64.b64decode(content) for file, content in entry["files"].items()}
        opened = files.pop(entry["open"])
        target = folder / f"fuzz_{kind.lower()}"
        target.mkdir(parents=True, exist_ok=True)
        # the target of BrainVision takes header, markers and samples from one file
        others = b"".join(files.values()) if kind == "BrainVision" else b""
        (target / (name.replace(" ", "_") + ".seed")).write_bytes(opened.replace(b"[Comment]", others + b"[Comment]")
                                                                   if b"[Comment]" in opened else opened + others)  # fmt: skip
    lists = ["6 0 1\n120 0 5\n", "# comment\n 26.1 0.026 0 1\n6977 6.977 0 2", "-3,0,1\r\n2147483648 0 1\n"]
    objects = ['{"a": [1, 2.5e-3, null, true, "inf", "\\u00e9"], "b": {"c": []}}', "[[[[-0.0, 1e308]]]]", '"nan"']
    tables = ["0# Annotations\n# orig_time : 2002-12-03 19:01:10\n# onset, duration, description, ch_names, k\n"
              '1.5,0,"a ""b"",\nc",C3:EEG{COLON}1,-2e3\n+2,.5,x,,\n', "0# onset, duration, description\n1,2,a,b\n",
              "1onset,duration,description,k\n2002-12-03 19:01:11.25,1.0,x,nan\n1970-01-01T00:00:01+02:00,0,y,007\n"]  # fmt: skip
    networks = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "examples").glob("*.toml"))]
    others = {"fuzz_network": networks, "fuzz_events": lists, "fuzz_json": objects, "fuzz_annotation_table": tables}
    for name, texts in {**equation_texts(), **others}.items():
        target = folder / name
        target.mkdir(parents=True, exist_ok=True)
        for k, text in enumerate(texts):
            (target / f"{k}.seed").write_text(text, encoding="utf-8")
    maker = BUILD / "tests" / "fuzz" / "make_seeds"
    if maker.exists():
        subprocess.run([maker, folder], check=True)


def equation_texts():
    """Models whole, and their equations alone, as seeds."""
    models = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "models").glob("*.model"))]
    equations = [re.search(r"^equations:\n(.*?)(?=^\S|\Z)", text, flags=re.M | re.S) for text in models]
    return {
        "fuzz_model": models,
        "fuzz_equations": [found[1] + "@v > 1*mV@v = 0*mV; x = 2*tau@tau@g_post += 1*nS" for found in equations if found],
    }


def run_target(name, program, seconds, seeds):
    """Run one target. Return its name, executions, and what it found (None for nothing)."""
    work = BUILD / "fuzz" / name
    corpus, crashes = work / "corpus", work / "findings"
    for folder in (corpus, crashes, seeds / name):
        folder.mkdir(parents=True, exist_ok=True)
    environment = dict(os.environ, UBSAN_OPTIONS="print_stacktrace=1")
    command = [program, corpus, seeds / name, f"-max_total_time={seconds}", f"-artifact_prefix={crashes}/", *LIMITS]
    result = subprocess.run(command, capture_output=True, text=True, errors="replace", env=environment)
    done = re.search(r"stat::number_of_executed_units:\s*(\d+)", result.stderr)
    executions = int(done.group(1)) if done else 0
    if result.returncode != 0 or executions == 0:
        return name, executions, result.stderr[-6000:]
    return name, executions, None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10, help="wall time for all targets together")
    parser.add_argument("--targets", nargs="*", help="only these, such as fuzz_edf")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="targets at once")
    options = parser.parse_args()

    programs = built_targets(options.jobs)
    chosen = options.targets or sorted(programs)
    if unknown := [name for name in chosen if name not in programs]:
        parser.error(f"no target {unknown[0]}; there are {', '.join(sorted(programs))}")
    seeds = BUILD / "fuzz" / "seeds"
    make_seeds(seeds)

    workers = max(1, min(options.jobs, len(chosen)))
    seconds = max(5, round(options.minutes * 60 * workers / len(chosen)))
    total, findings = 0, 0
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        runs = [pool.submit(run_target, name, programs[name], seconds, seeds) for name in chosen]
        for run in concurrent.futures.as_completed(runs):
            name, executions, finding = run.result()
            total += executions
            print(f"{name}: {executions} executions in {seconds} s, {'a finding' if finding else 'no finding'}", flush=True)
            if finding:
                findings += 1
                print(finding, flush=True)
    print(f"fuzzing: {total} executions over {len(chosen)} targets, {findings} with findings"
          + (f"; inputs are in {BUILD.relative_to(ROOT)}/fuzz/<target>/findings" if findings else ""))
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
