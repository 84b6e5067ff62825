"""Run Brian 2's own examples and tests with Ranvier behind the name `brian2`, and add up what became of them.

    python tools/brian_tally.py FOLDER [--examples | --tests] [NAME ...] [--against FILE] [--save FILE] [--known FILE]

FOLDER has Brian 2's examples/ and brian2/tests/ (a checkout of its sources, or tests copied from an installed package). The
interpreter needs ranvier, matplotlib, SciPy and pytest; Brian 2 itself has an environment of its own (`make conformance
BRIAN2=FOLDER`). Which scripts and tests count is frozen in tests/conformance/brian_examples.txt and brian_tests.txt.

Examples run as they are, in a copy of their folder. Each monitor that is alive at the end is compared, by name and kind; of
scripts whose monitors end with a function, what the figures show and the numbers among the script's names. What is the same in all of Brian's runs with
other seeds is deterministic: values agree to 1e-6 of the largest, spike times within a step. What differs between Brian's runs
is random: counts, rates, means and spreads over ten seeds each differ by at most 4 standard errors. A script

agrees        does what Brian's does
differs       runs to the end, but something else comes out
ran           runs to the end, but Brian's run leaves nothing to compare
fails         ends with an error, a crash or a hang
not in Brian  doesn't run in Brian 2 here either: a package, a download or time is wanting

and a test is passed, words, missing name, private name, differs or data as of tools/mne_tally.py; tools/brian_meant.json says
why those that differ by intent do.
"""

import argparse
import collections
import concurrent.futures
import datetime
import json
import math
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import numpy as np

TOOLS = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(TOOLS))

from mne_tally import KINDS, changes, intent, one_line, reason, run_file, sessions, table  # noqa: E402

FATES = ("agrees", "differs", "ran", "fails", "not in Brian")
FROZEN = TOOLS.parent / "tests" / "conformance"
MEANT = json.loads((TOOLS / "brian_meant.json").read_text())
SEEDS = 10


def frozen(name):
    """What a list in tests/conformance says: a dict from a script or test to (class, reason), ("", "") for what counts."""
    listed = {}
    for line in (FROZEN / name).read_text().splitlines():
        words, _, reason = line.partition("#")
        if words.strip():
            item, *kind = words.split()
            listed[item] = (" ".join(kind), reason.strip())
    return listed


def seconds_of(session):
    """Processor time of all processes of a session [s]: a script is not slow because the machine is busy."""
    ticks = 0
    for place in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = place.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session:
            ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def _end(*_):
    """End what runs, and this program."""
    for pid in list(sessions):
        os.killpg(pid, signal.SIGKILL)
    os._exit(143)


def _limited():
    resource.setrlimit(resource.RLIMIT_AS, (12 << 30, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run_watched(command, env, cwd, log, limit):
    """Run a command until it ends or has used `limit` seconds of processor time. Returns its status, or None for a hang."""
    with open(log, "ab") as file:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=file, stderr=file, env=env, cwd=cwd,
                                 start_new_session=True, preexec_fn=_limited)  # fmt: skip
    sessions.add(child.pid)
    began, ended = time.monotonic(), True
    try:
        while child.poll() is None:
            time.sleep(0.2)
            if seconds_of(child.pid) > limit or time.monotonic() - began > 6 * limit + 60:
                ended = False
                break
    finally:
        try:
            os.killpg(child.pid, signal.SIGKILL)  # and what it left behind
        except ProcessLookupError:
            pass
        child.wait()
        sessions.discard(child.pid)
    return child.returncode if ended else None


def run_example(script, python, seed, limit, package=None, target=None, keep=None):
    """What became of one run of a script, and the arrays of its monitors. `package`: what stands behind `brian2`."""
    with tempfile.TemporaryDirectory(prefix="brian-tally-") as scratch:
        place, out = pathlib.Path(scratch, "here"), pathlib.Path(scratch, "out")
        place.mkdir()
        for beside in script.parent.iterdir():
            if beside.is_file():
                shutil.copy(beside, place)
        env = {
            **os.environ,
            "MPLBACKEND": "agg",
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "PYTHONHASHSEED": "0",
        }
        if package:
            paths = [str(TOOLS / "brian_face"), str(TOOLS), *filter(None, [os.environ.get("PYTHONPATH")])]
            env |= {"PYTHONPATH": os.pathsep.join(paths), "BRIAN2_IS": package}
        else:
            env.pop("PYTHONPATH", None)
        command = [python, str(TOOLS / "brian_swap.py"), str(place / script.name), str(out), str(seed),
                   *([target] if target else [])]  # fmt: skip
        log = pathlib.Path(scratch, "log")
        status = run_watched(command, env, place, log, limit)
        try:
            told = json.loads(out.with_suffix(".json").read_text())
        except (OSError, ValueError):
            what = f"not done after {limit:g} s of processor time" if status is None else f"ended with status {status}"
            told = {"status": "failed", "error": "hang" if status is None else "crash", "message": what,
                    "tail": log.read_text(errors="replace")[-300:]}  # fmt: skip
        arrays = {}
        if told["status"] == "ran":
            with np.load(out.with_suffix(".npz")) as file:
                arrays = {name: file[name] for name in file.files}
        if keep and told["status"] == "ran":
            keep.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(out.with_suffix(".npz"), keep)
        return told, arrays


def random_entries(runs):
    """Names of what isn't the same in all runs of a script by Brian: each run is what brian_swap.py told."""
    digests = collections.defaultdict(set)
    for run in runs:
        for entry in run["entries"]:
            digests[entry["name"]].add(entry.get("digest"))
    return {name for name, seen in digests.items() if len(seen) > 1}


class Known:
    """What Brian itself makes of its scripts: a JSON file, and beside it a folder of the arrays of each first run."""

    def __init__(self, path):
        self.path = path
        self.told = json.loads(path.read_text()) if path and path.exists() else {}
        self.examples = self.told.setdefault("examples", {})
        self.tests = self.told.setdefault("tests", {})

    def arrays(self, name):
        """Where the arrays of a script's first run are."""
        return self.path.with_suffix(".arrays") / f"{name.replace('/', '__')}.npz"

    def write(self):
        """Write the file anew, whole."""
        if self.path:
            beside = self.path.with_suffix(".part")
            beside.write_text(json.dumps(self.told, indent=1) + "\n")
            beside.replace(self.path)


def ask_brian(name, folder, python, limit, known, seeds, quick=False):
    """Run a script in Brian with seeds 1 … `seeds`, where that isn't known: with NumPy first, which needs no compiler.

    If `quick`, what takes long is left for later.
    """
    at = known.examples.setdefault(name, {"seeds": {}})
    script = folder / "examples" / name
    for seed in range(1, 1 + (0 if quick and at.get("slow") else seeds)):
        if str(seed) in at["seeds"]:
            if at["seeds"][str(seed)]["status"] != "ran":
                break
            continue
        if seed > 2 and not random_entries([at["seeds"]["1"], at["seeds"]["2"]]):
            break
        tries = (
            [("numpy", limit / 10 if quick else limit / 3), ("", limit)] if seed == 1 else [(at["target"], 1.5 * limit)]
        )
        for target, most in tries[: 1 if quick else None]:
            told, _ = run_example(
                script, python, seed, most, target=target, keep=known.arrays(name) if seed == 1 else None
            )
            if told["status"] == "ran":
                break
        if quick and told["status"] != "ran":
            at["slow"] = told["error"]
            break
        if seed == 1:
            at |= {"target": target, "version": told.get("version"), "date": f"{datetime.date.today()}"}
        at["seeds"][str(seed)] = told
        known.write()
    return at


def compare_entry(kind, entry, theirs, mine):
    """What differs in the arrays of a deterministic monitor, in words, or None. Brian's is `theirs`."""
    step = entry.get("step", 1e-4)
    for part in theirs:
        if part not in mine:
            return f"{part} is missing"
    if kind == "EventMonitor":
        if theirs["count"].shape != mine["count"].shape or (theirs["count"] != mine["count"]).any():
            return f"{mine['count'].sum():g} spikes; {theirs['count'].sum():g} in Brian"
        if "t" not in theirs:
            return None
        late = np.abs(theirs["t"] - mine["t"]).max(initial=0)
        if late > 1.001 * step:
            return f"a spike is {late / step:.3g} steps off"
    for part, expected in theirs.items():
        if kind == "EventMonitor" and part in ("i", "t", "count"):
            continue
        got = mine[part]
        if expected.shape != got.shape:
            return f"{part} has {got.size} values; {expected.size} in Brian"
        if (np.isnan(expected) != np.isnan(got)).any():
            return f"{part} is NaN elsewhere than in Brian"
        largest = np.abs(expected[np.isfinite(expected)]).max(initial=0)
        with np.errstate(invalid="ignore"):
            off = np.nanmax(np.where(expected == got, 0, np.abs(expected - got)), initial=0)
        if off > 1e-6 * largest:
            return f"{part} is off by {off / largest if largest else math.inf:.3g} of the largest value"
    return None


def compare_statistics(theirs, mine):
    """What differs between statistics over seeds, two lists of dicts, in words, or None."""
    for name in theirs[0]:
        if any(name not in run for run in [*theirs, *mine]):
            if all(name in run for run in theirs):
                return f"{name} isn't there"
            continue
        a, b = (np.array([run[name] for run in runs]) for runs in (theirs, mine))
        error = math.sqrt(sum(x.var(ddof=1) / x.size for x in (a, b)))
        off = abs(a.mean() - b.mean())
        if off > 4 * error + 1e-6 * abs(a.mean()):
            return f"{name} is {b.mean():.5g}; {a.mean():.5g} in Brian: {off / error if error else math.inf:.3g} standard errors"
    return None


def parts_of(name, arrays):
    """Arrays of one monitor."""
    return {key.rpartition("|")[2]: array for key, array in arrays.items() if key.rpartition("|")[0] == name}


def compare(theirs, their_arrays, mine, my_arrays):
    """What differs between runs by Brian and by the package under test, a list of words; each is a list over seeds."""
    found = []
    unlike = random_entries(theirs)
    for entry in theirs[0]["entries"]:
        name = entry["name"]
        own = next((e for e in mine[0]["entries"] if (e["name"], e["kind"]) == (name, entry["kind"])), None)
        if "unreadable" in entry:
            continue
        if own is None:
            found.append(f"{name}: isn't there")
        elif "unreadable" in own:
            found.append(f"{name}: {own['unreadable']}")
        elif name not in unlike:
            words = compare_entry(entry["kind"], entry, parts_of(name, their_arrays), parts_of(name, my_arrays))
            found += [f"{name}: {words}"] if words else []
        elif len(theirs) < 3 or len(mine) < 3:
            found.append(f"{name}: is random, but there are {len(theirs)} runs by Brian and {len(mine)} others")
        else:
            told = [[next((e.get("is", {}) for e in run["entries"] if e["name"] == name), {}) for run in runs]
                    for runs in (theirs, mine)]  # fmt: skip
            words = compare_statistics(*told)
            found += [f"{name}: {words}"] if words else []
    return found


def fate_of(name, folder, python, limit, package, at, known, seeds=SEEDS):
    """What becomes of a script with `package` behind `brian2`, as a dict with its kind. `seeds`: runs of random ones."""
    script = folder / "examples" / name
    theirs = [run for _, run in sorted(at["seeds"].items(), key=lambda pair: int(pair[0])) if run["status"] == "ran"]
    told, arrays = run_example(script, python, 1, limit, package)
    fate = {"seconds": told.get("seconds")}
    if told["status"] != "ran":
        fate |= {"kind": "fails", **{k: told[k] for k in ("error", "message", "line", "in", "tail") if told.get(k)}}
        if "in" in fate and not fate["in"].startswith(script.name):
            fate["where"] = fate["in"]
        return fate if theirs else {"kind": "not in Brian", "message": first_words(at), "was": fate}
    if not theirs:
        return {"kind": "not in Brian", "message": first_words(at), "was": {"kind": "ran"}}
    runs = [told]
    if random_entries(theirs):
        for seed in range(2, min(seeds, len(theirs)) + 1):
            told, _ = run_example(script, python, seed, limit, package)
            if told["status"] != "ran":
                return {"kind": "fails", "error": told.get("error"), "message": f"seed {seed}: {told.get('message')}"}
            runs.append(told)
    with np.load(known.arrays(name)) as file:
        found = compare(theirs, {key: file[key] for key in file.files}, runs, arrays)
    compared = sum("unreadable" not in entry for entry in theirs[0]["entries"])
    if found:
        return fate | {"kind": "differs", "message": "; ".join(found), "compared": compared}
    if not compared:
        return fate | {"kind": "ran"}
    return fate | {"kind": "agrees", "compared": compared, "runs": len(runs)}


def first_words(at):
    """Why Brian doesn't run a script."""
    run = at["seeds"].get("1", {})
    return f"Brian: {run.get('error')}: {' '.join(str(run.get('message')).split())[:200]}"


def tally_examples(folder, names, options, known):
    """Fates of scripts, a dict. With `options.only_brian`, only what Brian makes of them is learnt."""

    def learn(name, seeds, quick):
        at = ask_brian(name, folder, options.brian, options.limit, known, seeds, quick)
        told = ", ".join(f"{run.get('seconds') or run['error']}" for run in at["seeds"].values())
        print(f"Brian {name}: {told}", file=sys.stderr, flush=True)

    def judge(name):
        fate = fate_of(
            name, folder, sys.executable, options.limit, options.package, known.examples[name], known, options.seeds
        )
        print(f"{fate['kind']:13} {name}", file=sys.stderr, flush=True)
        return fate

    def quickest(name):
        return known.examples.get(name, {}).get("seeds", {}).get("1", {}).get("seconds") or options.limit

    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for seeds, quick in ((1, True), (2, True), (1, False), (2, False), (options.seeds, False)):
            most = min(seeds, options.seeds)
            list(pool.map(lambda name, s=most, q=quick: learn(name, s, q), sorted(names, key=quickest)))
        return {} if options.only_brian else dict(zip(names, pool.map(judge, names), strict=True))


def of_functions(fates):
    """Fates of test functions: of a function with parameters, the worst."""
    worst = {}
    broken = {test: fate for test, fate in fates.items() if "::" not in test}  # files that can't be loaded
    for test, fate in fates.items():
        fate = broken.get(test.partition("::")[0], fate)
        if test in broken:
            continue
        function = test.removeprefix("swapped/tests/").split("[")[0]
        if function not in worst or KINDS.index(fate["kind"]) > KINDS.index(worst[function]["kind"]):
            worst[function] = fate
    return worst


def tally_tests(folder, names, options, known):
    """Fates of test functions, a dict. With `options.only_brian`, only what Brian makes of them is learnt."""
    import brian_suite

    root = pathlib.Path(options.keep or tempfile.mkdtemp(prefix="brian-tally-")).resolve()
    if "public" not in known.told:
        child = [options.brian, str(TOOLS / "brian_suite.py"), "public"]
        known.told["public"] = json.loads(subprocess.run(child, capture_output=True, text=True, check=True).stdout)
    brian_suite.lay_out(folder / "brian2" / "tests", root, known.told["public"])
    by_file = collections.defaultdict(list)
    for name in names:
        by_file[name.split("::")[0]].append(name)

    def brians(file, wanted):
        unknown = [f"swapped/tests/{function}" for function in wanted if function not in known.tests]
        if unknown:
            fates = run_file(
                f"tests/{file}", root, "brian2", unknown, options.limit, "brian_suite.py", options.brian, ""
            )
            known.tests.update(of_functions(fates))
            known.write()

    def judge(file):
        fates = {}
        if not options.only_brian:
            wanted = [f"swapped/tests/{function}" for function in by_file[file]]
            fates = of_functions(run_file(f"tests/{file}", root, options.package, wanted, 60, "brian_suite.py"))
        doubtful = [f for f, fate in fates.items() if fate["kind"] in ("missing name", "differs")]
        brians(file, by_file[file] if options.only_brian else doubtful)
        for function in doubtful:
            theirs = known.tests.get(function, {"kind": "passed"})
            if theirs["kind"] not in ("passed", "words"):
                fates[function] = {"kind": "data", "message": f"Brian: {one_line(theirs)}", "was": fates[function]}
        print(f"{file}: {len(fates) or len(by_file[file])}", file=sys.stderr, flush=True)
        return fates

    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        return {function: fate for fates in pool.map(judge, by_file) for function, fate in fates.items()}


def print_tests(fates, listed):
    """Each test with its fate, and the sums."""
    for name, fate in fates.items():
        print(f"{fate['kind']:13} {name}" + (f"  {one_line(fate)}" if fate["kind"] != "passed" else ""))
        if fate["kind"] not in ("passed", "words") and reason(name, MEANT):
            print(f"{'':13} meant: {reason(name, MEANT)}")
    print(table(fates) if fates else "no test ran")
    print(intent({test: fate for test, fate in fates.items() if fate["kind"] != "data"}, MEANT))
    counts = {name: fate["kind"] for name, fate in fates.items() if listed.get(name, ("", ""))[0] == ""}
    good = sum(kind in ("passed", "words") for kind in counts.values())
    print(f"of those that count: {good} of {len(counts)} pass" + (f", {good / len(counts):.1%}" if counts else ""))


def words_of(fate):
    """A fate in a line."""
    place = f"line {fate['line']}" if fate.get("line") else None
    parts = [fate.get("name"), fate.get("error"), fate.get("message"), place, fate.get("where")]
    return " | ".join(" ".join(str(p).split())[:300] for p in parts if p)


def print_examples(fates, listed):
    """Each script with its fate, and the sums."""
    count = collections.Counter(fate["kind"] for fate in fates.values())
    for name, fate in fates.items():
        print(f"{fate['kind']:13} {name}  {words_of(fate)}")
        if listed.get(name, ("", ""))[1]:
            print(f"{'':13} listed: {' '.join(filter(None, listed[name]))}")
    print(", ".join(f"{kind}: {count[kind]}" for kind in FATES))
    print(
        f"run to the end: {sum(count[kind] for kind in ('agrees', 'differs', 'ran'))} of {len(fates)}; agree: {count['agrees']}"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path, help="where Brian 2's examples/ and brian2/tests/ are")
    parser.add_argument("names", nargs="*", help="scripts, test files or tests, in place of all that count")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--examples", action="store_true", help="only the examples")
    which.add_argument("--tests", action="store_true", help="only the tests")
    parser.add_argument("--all", action="store_true", help="those too that don't count")
    parser.add_argument(
        "--against", type=pathlib.Path, metavar="FILE", help="print what changed since the run saved there"
    )
    parser.add_argument("--save", type=pathlib.Path, metavar="FILE", help="write this run as JSON")
    parser.add_argument(
        "--known", type=pathlib.Path, metavar="FILE", help="keep there what Brian 2 itself makes of them"
    )
    parser.add_argument(
        "--brian", default=str(TOOLS.parent / ".venv-brian/bin/python"), help="the interpreter that has Brian 2"
    )
    parser.add_argument("--package", default="ranvier.sim", help="what stands behind the name brian2")
    parser.add_argument("--only-brian", action="store_true", help="learn what Brian makes of them, and no more")
    parser.add_argument("--keep", metavar="FOLDER", help="leave the tests' logs there")
    parser.add_argument("--jobs", type=int, default=1, help="processes at once")
    parser.add_argument("--seeds", type=int, default=SEEDS, help="runs of random scripts")
    parser.add_argument("--limit", type=float, default=240, help="seconds of processor time that a script may take")
    options = parser.parse_intermixed_args()
    folder = options.folder.resolve()
    signal.signal(signal.SIGTERM, _end)
    if not pathlib.Path(options.brian).exists():
        parser.error(f"Brian 2 is wanted; {options.brian} isn't there (make peers)")
    with tempfile.TemporaryDirectory(prefix="brian-known-") as scratch:
        known = Known((options.known or pathlib.Path(scratch, "known.json")).resolve())
        fates = {}
        if not options.tests:
            listed = frozen("brian_examples.txt")
            names = options.names or [n for n, (kind, _) in listed.items() if options.all or kind != "cable"]
            names = [n for n in names if n.endswith(".py") and (folder / "examples" / n).exists()]
            found = tally_examples(folder, names, options, known)
            print_examples(found, listed)
            fates |= found
        if not options.examples:
            listed = frozen("brian_tests.txt")
            names = [n for n, (kind, _) in listed.items()
                     if ({n, n.split("::")[0]} & set(options.names) if options.names else options.all or not kind)]  # fmt: skip
            found = tally_tests(folder, names, options, known)
            print_tests(found, listed)
            fates |= found
        known.write()
    if options.save:
        options.save.write_text(json.dumps(fates, indent=1) + "\n")
    if options.against:
        print("\n".join(["", f"since {options.against}:", *changes(json.loads(options.against.read_text()), fates)]))


if __name__ == "__main__":
    main()
