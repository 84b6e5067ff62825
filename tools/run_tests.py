"""Run all tests — C++ through ctest, Python through pytest, the viewer through vitest and Playwright — and add them up.

The last line is `N passed, N failed, N skipped`. A suite that dies without leaving results counts as one failure.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as ET

ROOT = pathlib.Path(__file__).resolve().parent.parent


def counts_of_junit(path):
    """(passed, failed, skipped) of a JUnit-like file, as gtest and pytest write it."""
    passed = failed = skipped = 0
    for case in ET.parse(path).getroot().iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        elif case.find("skipped") is not None or case.get("result") == "skipped" or case.get("status") == "notrun":
            skipped += 1
        else:
            passed += 1
    return passed, failed, skipped


def counts_of_vitest(path):
    report = json.loads(path.read_text())
    return report["numPassedTests"], report["numFailedTests"], report["numPendingTests"] + report["numTodoTests"]


def counts_of_playwright(path):
    stats = json.loads(path.read_text())["stats"]
    return stats["expected"], stats["unexpected"] + stats["flaky"], stats["skipped"]


def run_suite(name, command, results, counts_of, cwd=ROOT, env=None):
    """Run one suite. Returns its (passed, failed, skipped)."""
    print(f"\n== {name}", flush=True)
    start = time.monotonic()
    code = subprocess.run(command, cwd=cwd, env={**os.environ, **(env or {})}).returncode
    files = sorted(results.parent.glob(results.name))
    total = [0, 0, 0]
    for file in files:
        try:
            total = [a + b for a, b in zip(total, counts_of(file))]
        except Exception as error:  # a report cut short is a failure of the suite, not of this script
            print(f"{name}: unreadable results {file.name}: {error}")
            total[1] += 1
    if not files or (code != 0 and total[1] == 0):
        print(f"{name}: ended with status {code} without saying which test failed")
        total[1] += 1
    print(f"{name}: {total[0]} passed, {total[1]} failed, {total[2]} skipped in {time.monotonic() - start:.0f} s")
    return total


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/dev", help="CMake build folder")
    parser.add_argument("--only", nargs="*", choices=["layers", "cpp", "python", "viewer", "browser"])
    args = parser.parse_args()
    build = args.build.resolve()
    out = build / "test-results"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    wanted = set(args.only or ["layers", "cpp", "python", "viewer", "browser"])
    totals = []

    if "layers" in wanted:
        print("\n== layers", flush=True)
        failed = subprocess.run([sys.executable, "tools/check_layers.py"], cwd=ROOT).returncode != 0
        totals.append([not failed, failed, 0])
    if "cpp" in wanted:
        totals.append(
            run_suite("C++", ["ctest", "--test-dir", str(build), "--output-on-failure", "-j2"], out / "cpp-*.xml",
                      counts_of_junit, env={"RANVIER_TEST_RESULTS": str(out)})
        )
    if "python" in wanted:
        junit = out / "python.xml"
        totals.append(
            run_suite("Python",
                      [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junit-xml={junit}",
                       "tests/python", "tests/cli", "tests/docs"],
                      junit, counts_of_junit, env={"RANVIER_BUILD": str(build), "PYTHONPATH": str(build / "python")})
        )
    viewer_env = {"RANVIER_TEST_JSON_DIR": str(out), "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD": "1"}
    if "viewer" in wanted:
        totals.append(run_suite("viewer", ["npm", "test", "--silent"], out / "vitest.json", counts_of_vitest,
                                cwd=ROOT / "viewer", env=viewer_env))
    if "browser" in wanted:
        totals.append(run_suite("browser", ["npm", "run", "--silent", "test:e2e"], out / "playwright.json",
                                counts_of_playwright, cwd=ROOT / "viewer", env=viewer_env))

    passed, failed, skipped = (sum(column) for column in zip(*totals))
    print(f"\n{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
