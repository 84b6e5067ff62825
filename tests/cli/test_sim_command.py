"""`ranvier sim`: networks from files, on the engine that Python has."""

import json
import os
import pathlib
import re
import signal
import subprocess
import time

import numpy as np
import pytest

from ranvier.sim import (
    Mohm,
    Network,
    NeuronGroup,
    PoissonInput,
    SpikeMonitor,
    StateMonitor,
    Synapses,
    ms,
    mV,
    nA,
    seed,
)

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(os.environ.get("RANVIER_BUILD", ROOT / "build/dev")) / "cli/ranvier"

if not PROGRAM.exists():
    pytest.skip(f"no command-line program at {PROGRAM}: build first", allow_module_level=True)


def ranvier(*arguments, cwd=None, **env):
    return subprocess.run([str(PROGRAM), *map(str, arguments)], cwd=cwd, text=True, capture_output=True,
                          env={**os.environ, **env}, timeout=120)  # fmt: skip


def table(path):
    """Names of the columns, and the numbers."""
    lines = path.read_text().splitlines()
    return lines[0].split(","), np.array([[float(x) for x in line.split(",")] for line in lines[1:]])


SMALL = """\
[run]
duration = "20 ms"
seed = 3

[[neurons]]
name = "cells"
model = "leaky_integrate_and_fire"
n = 20
set = { I = "(0.5 + 0.1*rand())*nA", v = "E_L + rand()*15*mV" }

[[synapses]]
name = "inputs"
source = "cells[:10]"
target = "cells"
connect = { p = 0.5 }
on_pre = "v += weight"
weight = "2 mV"
delay = "1 ms"
"""


@pytest.fixture
def small(tmp_path):
    (tmp_path / "small.toml").write_text(SMALL)
    return tmp_path


def run(folder, *arguments, text=None, code=0):
    if text is not None:
        (folder / "small.toml").write_text(text)
    done = ranvier("sim", "run", "small.toml", "--overwrite", "--json", *arguments, cwd=folder)
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout) if code == 0 else done.stderr


# The engine is the same


def spikes_of(folder, name):
    columns, numbers = table(folder / f"{name}.spikes.csv")
    assert columns == ["t", "i"]
    return numbers[:, 0], numbers[:, 1].astype(int)


def test_the_network_of_conductances_spikes_as_in_python_bit_for_bit(tmp_path):
    done = ranvier("sim", "run", ROOT / "examples/coba.toml", "--duration", "200 ms", "-o", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    seed(1)
    tau_m, tau_e, tau_i, E_L, E_exc, E_inh, drive = 20 * ms, 5 * ms, 10 * ms, -60 * mV, 0 * mV, -80 * mV, 20 * mV  # noqa: F841
    V_t, V_r = -50 * mV, -60 * mV  # noqa: F841
    cells = NeuronGroup(
        4000,
        """dv/dt = (E_L - v + drive + g_exc*(E_exc - v) + g_inh*(E_inh - v))/tau_m : volt (unless refractory)
           dg_exc/dt = -g_exc/tau_e : 1
           dg_inh/dt = -g_inh/tau_i : 1""",
        threshold="v > V_t", reset="v = V_r", refractory=5*ms, method="exponential_euler", name="cells",
    )  # fmt: skip
    cells.v = "(-65 + 5*randn())*mV"
    cells.g_exc, cells.g_inh = "4 + 1.5*randn()", "20 + 12*randn()"
    excitation = Synapses(cells[:3200], cells, on_pre="g_exc += 0.6", name="excitation")
    excitation.connect(p=0.02)
    inhibition = Synapses(cells[3200:], cells, on_pre="g_inh += 6.7", name="inhibition")
    inhibition.connect(p=0.02)
    spikes, trace = SpikeMonitor(cells), StateMonitor(cells, "v", record=[0, 1, 2])
    Network(cells, excitation, inhibition, spikes, trace).run(200 * ms)
    t, i = spikes_of(tmp_path / "out", "cells")
    assert len(t) > 10_000
    assert np.array_equal(t, spikes.t_) and np.array_equal(i, spikes.i)
    columns, v = table(tmp_path / "out/cells.v.csv")
    assert columns == ["t", "v[0]", "v[1]", "v[2]"]
    assert np.array_equal(v[:, 0], trace.t_) and np.array_equal(v[:, 1:].T, trace.v_)
    assert len(table(tmp_path / "out/cells.g_exc.csv")[1]) == 200  # every ms


def test_brunels_network_spikes_as_in_python_bit_for_bit_on_any_number_of_threads(tmp_path):
    found = []
    for threads in (1, 2, 3):
        done = ranvier("sim", "run", ROOT / "examples/brunel.toml", "--duration", "60ms", "--set", "g=6", "--set", "nu_ext=4",
                       "--threads", threads, "-o", tmp_path / str(threads))  # fmt: skip
        assert done.returncode == 0, done.stderr
        found.append(spikes_of(tmp_path / str(threads), "cells"))
    seed(1)
    tau_m, R, E_L, V_r, V_t, t_ref, I = 20 * ms, 40 * Mohm, 0 * mV, 10 * mV, 20 * mV, 2 * ms, 0 * nA  # noqa: E741, F841
    g, nu_ext, J = 6, 4, 0.25 * mV
    w_inh = g * J  # noqa: F841
    cells = NeuronGroup(5000, "dv/dt = (E_L - v + R*I)/tau_m : volt (unless refractory)", threshold="v > V_t",
                        reset="v = V_r", refractory="t_ref", method="exact", name="cells")  # fmt: skip
    cells.v = "rand()*V_t"
    excitation = Synapses(cells[:4000], cells, on_pre="v += J", delay=1.5 * ms, name="excitation")
    excitation.connect(rule="fixed_indegree", indegree=400)
    inhibition = Synapses(cells[4000:], cells, on_pre="v -= w_inh", delay=1.5 * ms, name="inhibition")
    inhibition.connect(rule="fixed_indegree", indegree=100)
    outside = PoissonInput(cells, "v", 400, nu_ext * (20 * mV / (400 * J * 20 * ms)), weight=J)
    spikes = SpikeMonitor(cells[:4000])
    Network(cells, excitation, inhibition, outside, spikes).run(60 * ms)
    for t, i in found:
        assert len(t) > 5000
        assert np.array_equal(t, spikes.t_) and np.array_equal(i, spikes.i)


def test_the_network_of_the_documentation_runs_and_every_key_is_on_the_page(tmp_path):
    page = (ROOT / "docs/network-files.md").read_text()
    text = re.search(r"^```toml\n(.*?)^```", page, flags=re.M | re.S)[1]
    said = run(tmp_path, text=text)
    assert {r["name"] for r in said["recordings"]} == {"cells.spikes", "cells.rate", "cells.v"}
    assert said["recordings"][0]["events"] > 0
    tables = json.loads(ranvier("sim", "keys", "--json").stdout)
    rest = page.split("## Tables")[1]
    for name, what in tables.items():
        assert what["several"] == (f"[[{name}]]" in rest) or "." in name
        for key in what["keys"]:
            assert f"`{key}`" in rest or f"`{key} = " in rest, key


# What may be said


def test_flags_and_set_stand_in_place_of_what_the_file_says(small):
    said = run(small, "--duration", "5ms", "--dt", "0.05 ms", "--seed", "9", "--set", "cells.n=30", "--set", "cells.I=0.6 nA",
               "--set", "inputs.connect.p=1", "--set", "inputs.weight=1 mV", "--record", "cells[0:2,29].v")  # fmt: skip
    assert (said["simulated"], said["dt"], said["seed"]) == (0.005, 5e-5, 9)
    assert [g.get("neurons", g.get("synapses")) for g in said["groups"]] == [30, 300]
    assert table(small / "small/cells.v.csv")[0] == ["t", "v[0]", "v[1]", "v[29]"]
    assert len(table(small / "small/cells.v.csv")[1]) == 100


def test_a_run_without_seed_says_which_it_took_and_can_be_repeated(small):
    text = SMALL.replace("seed = 3\n", "")
    first = run(small, "-o", "a", text=text)["seed"]
    assert run(small, "-o", "b", text=text)["seed"] != first
    run(small, "-o", "c", "--seed", first, text=text)
    assert (small / "a/cells.spikes.csv").read_text() == (small / "c/cells.spikes.csv").read_text()


def test_what_was_recorded_can_be_played_into_another_network_and_read_by_learn(small):
    run(small, "-o", "first", "--record", "cells.spikes", "--record", "cells[:3].v")
    text = """
[run]
duration = "20 ms"
[[spikes]]
name = "cells"
n = 20
file = "first/cells.spikes.csv"
"""
    run(small, "-o", "second", text=text)
    assert (small / "first/cells.spikes.csv").read_text() == (small / "second/cells.spikes.csv").read_text()
    done = ranvier("learn", "fit", small / "first/cells.v.csv", "--model", "pca", "--out", small / "m.rvl")
    assert done.returncode == 0, done.stderr


def test_recordings_of_nothing_are_files_without_rows(small):
    assert run(small, "--set", "cells.I=0 nA", "--set", "cells.v=-65 mV")["recordings"][0]["events"] == 0
    assert (small / "small/cells.spikes.csv").read_text() == "t,i\n"
    text = '[run]\nduration="1 ms"\n[[spikes]]\nname="s"\nn=3\nfile="small/cells.spikes.csv"\n'
    assert run(small, "-o", "b", text=text)["recordings"][0]["events"] == 0


def test_synapses_that_learn_sources_at_random_events_and_links(tmp_path):
    (tmp_path / "mine.model").write_text("""\
model: a neuron with a clock of its own
kind: neuron
time: ms
parameters:
    tau = 10*ms in (0, inf)
    rise : volt
equations:
    dv/dt = -v/tau : mV
    g : siemens
    gain : 1 (linked)
    count : integer
    shown = gain*v : mV
threshold: v > 10*mV
reset: v = 0*mV
event high: v > 8*mV
on high:
    count += 1
each step:
    v += rise
every 2*ms:
    g = 0*nS
""")
    (tmp_path / "small.toml").write_text("""
[run]
duration = "20 ms"
seed = 1
record = ["out.high", "out[0:2].shown every 1 ms", "plastic[0:4].w every 5 ms", "out.spikes", "in.rate", "out[1].count"]
[constants]
base = "40 Hz"
[[neurons]]
name = "modulator"
model = "./mine.model"
n = 3
link = { gain = "modulator.g_none" }
set = { rise = "0.1 mV" }
[[neurons]]
name = "out"
model = "mine.model"
n = 3
set = { rise = "(0.2 + 0.1*i)*mV" }
link = { gain = "in.rates" }
[[poisson]]
name = "in"
n = 3
rates = "(i + 1)*2*base"
[[synapses]]
name = "plastic"
source = "in"
target = "out"
model = "stdp"
connect = { j = "k for k in range(N_post) if k != i" }
delay = { pre = "2 ms", post = "rand()*ms" }
set = { w = "rand()*w_max", w_max = "0.2 nS" }
""")
    # A rate is no number without unit, and nobody has g_none: both are told.
    told = run(tmp_path, code=3)
    assert "small.toml:12: 'modulator' has no variable 'g_none'" in told, told
    text = (tmp_path / "small.toml").read_text().replace('link = { gain = "modulator.g_none" }\n', "")
    assert "small.toml:" in run(tmp_path, text=text, code=3)
    (tmp_path / "mine.model").write_text((tmp_path / "mine.model").read_text().replace("gain : 1 (linked)", "gain : Hz (linked)")
                                         .replace("gain*v : mV", "gain*v : mV*Hz"))  # fmt: skip
    text = text.replace('name = "modulator"', 'name = "modulator"\nlink = { gain = "in.rates" }').replace(
        'rates = "(i + 1)*2*base"', 'rates = "80 Hz"')  # fmt: skip
    said = run(tmp_path, text=text)
    assert [r["name"] for r in said["recordings"]] == [
        "out.high",
        "out.shown",
        "plastic.w",
        "out.spikes",
        "in.rate",
        "out.count",
    ]
    assert said["groups"][-1] == {"name": "plastic", "synapses": 6}
    t, count = table(tmp_path / "small/out.count.csv")[1].T
    high = table(tmp_path / "small/out.high.csv")[1]
    before = [np.sum((high[:, 1] == 1) & (high[:, 0] < start - 1e-9)) for start in t]
    assert count[-1] > 5 and np.array_equal(count, before)  # values are those with which a step begins
    w = table(tmp_path / "small/plastic.w.csv")[1]
    assert w.shape == (4, 5) and 0 < w[0, 1:].max() <= 0.2e-9


def test_positions_rules_and_pairs_join_as_in_python(tmp_path):
    text = """
[run]
duration = "1 ms"
seed = 5
record = []
[[neurons]]
name = "cells"
model = "./flat.model"
n = 50
set = { x = "i*20*um", y = "rand()*mm" }
"""
    (tmp_path / "flat.model").write_text("model: flat\nkind: neuron\nequations:\n    x : meter\n    y : meter\n    g : 1\nthreshold: g > 1\n"
                                         "reset: g = 0\n")  # fmt: skip

    def synapses(connect):
        more = f'[[synapses]]\nsource = "cells"\ntarget = "cells"\nconnect = {connect}\non_pre = "g += 1"\n'
        return run(tmp_path, text=text + more)["groups"][1]["synapses"]

    seed(5)
    cells = NeuronGroup(50, "x : meter\ny : meter\ng : 1", threshold="g > 1", reset="g = 0", name="cells")
    cells.x, cells.y = "i*20*umeter", "rand()*mmeter"
    near = Synapses(cells, cells, on_pre="g += 1")
    from ranvier.sim import um

    near.connect(rule="distance", positions=("x", "y"), p=0.9, width=200 * um, radius=400 * um, allow_autapses=False)
    assert synapses('{ rule = "distance", positions = ["x", "y"], p = 0.9, width = "200 um", radius = "400 um", allow_autapses = false }') == len(near)  # fmt: skip
    assert synapses('{ rule = "one_to_one", n = 2 }') == 100
    assert synapses('{ rule = "fixed_total_number", N = 77 }') == 77
    assert synapses("{ i = [0, 1, 2], j = [3, 4, 49] }") == 3
    assert synapses('{ j = "k for k in range(i - 1, i + 2) if k != i", skip_if_invalid = true }') == 98
    assert synapses('{ condition = "abs(x_pre - x_post) < 30*um", n = 3 }') == 3 * (50 + 2 * 49)


# What is wrong is told where it stands

WRONG = {
    "an unknown key": ("n = 20", "nn = 20", "small.toml:8: neurons has no setting 'nn'; did you mean 'n'?"),
    "a missing key": ("n = 20\n", "", "small.toml:5: [[neurons]] want n = …"),
    "a word for a number": ("n = 20", 'n = "many"', "small.toml:8: n must be int; got 'many'"),
    "an unknown table": ("[[neurons]]", "[[neuron]]", "small.toml:5: a network has no 'neuron'; did you mean 'neurons'?"),
    "one table for a list": ("[[neurons]]", "[neurons]", "small.toml:5: there may be several neurons: write [[neurons]]"),
    "an unknown model": ("integrate_and_fire", "integrate_and_fir", "small.toml:7: there is no model 'leaky_integrate_and_fir'; did you mean"),
    "a missing file": ('"leaky_integrate_and_fire"', '"./none.model"', "small.toml:7: ./none.model: can't be opened"),
    "a model of the wrong kind": ("leaky_integrate_and_fire", "stdp", "small.toml:7: 'stdp' is a model of kind synapse: it has its place in [[synapses]]"),
    "a model without seconds": ("leaky_integrate_and_fire", "van_der_pol", "small.toml:7: 'van_der_pol' is a model of kind system in which time is a number"),
    "an unknown parameter": ("{ I =", "{ II =", "small.toml:9: the model 'leaky_integrate_and_fire' has no parameter or state 'II'; did you mean 'I'?"),
    "a wrong unit": ("rand())*nA", "rand())*mV", "small.toml:9: 'I' is in amp; '(0.5 + 0.1*rand())*mV' is in volt"),
    "an unknown unit": ("2 mV", "2 mQ", "small.toml:17: there is no unit 'mQ'"),
    "an unknown function": ("rand()*15", "rond()*15", "there is no function 'rond'; did you mean 'rand'"),
    "a value out of range": ("{ I =", '{ tau_m = "0 ms", I =', "small.toml:9: tau_m must be > 0 ms; got 0 ms"),
    "drawn values out of range": ("{ I =", '{ tau_m = "-rand()*ms", I =', "small.toml:9: tau_m must be > 0 ms; got -"),
    "an unknown group": ('target = "cells"', 'target = "cels"', "small.toml:14: there are no 'cels' above; did you mean 'cells'?"),
    "elements beyond the last": ("cells[:10]", "cells[:30]", "small.toml:13: 'cells' has the elements 0 to 19; got [:30]"),
    "an impossible probability": ("p = 0.5", "p = 1.5", "small.toml:15: p must be a probability, from 0 to 1; got 1.5"),
    "an unknown rule": ("p = 0.5", 'rule = "one_to_on"', "small.toml:15: rule must be one of 'one_to_one'"),
    "another rule's number": ("p = 0.5", 'rule = "one_to_one", indegree = 3', "small.toml:15: 'indegree' of connect says nothing beside the rule one_to_one"),
    "two ways of joining": ("p = 0.5", 'p = 0.5, j = "i"', "small.toml:15: 'p' of connect says nothing beside j as a text"),
    "an unknown variable": ("v += weight", "u += weight", "small.toml:16: inputs.pre:1:1: there is no 'u'"),
    "no statements": ('on_pre = "v += weight"\n', "", "small.toml:11: what do spikes do? Say on_pre"),
    "a weight that nobody uses": ("v += weight", "v += 1*mV", "small.toml:17: weight is given, but on_pre does not name it"),
    "a weight of another unit": ("2 mV", "2 nA", "small.toml:16: inputs.pre:1:6: what changes 'v' must be in volt"),
    "a negative delay": ("1 ms", "-1 ms", "small.toml:18: a delay must be >= 0 s; got '-1 ms'"),
    "drawn negative delays": ('"1 ms"', '"-rand()*ms"', "small.toml:18: delays must be >= 0 s and finite"),
    "a delay that is no time": ("1 ms", "1 mV", "small.toml:18: a delay is a time; '1 mV' is in volt"),
    "a model beside statements": ('weight = "2 mV"', 'model = "stdp"', "small.toml:16: 'on_pre' says nothing beside model"),
    "two of one name": ('name = "inputs"', 'name = "cells"', "small.toml:12: there is a 'cells' already"),
    "no TOML": ("[run]", "[run", "small.toml:1:5: this is no TOML"),
    "a date": ("seed = 3", "seed = 1979-05-27", "small.toml:3: 'run.seed' is a date"),
    "a duration in volt": ("20 ms", "20 mV", "small.toml:2: duration must be in second; '20 mV' is in volt"),
    "no duration": ('duration = "20 ms"\n', "", "how long shall it run? Say duration"),
    "an integrator that does not suit": ("n = 20", 'n = 20\nmethod = "exacct"', "small.toml:9: "),
    "a constant that is a parameter": ("[[neurons]]", '[constants]\nI = "1 nA"\n[[neurons]]', "small.toml:9: 'I' is one of the constants, and 'leaky_integrate_and_fire' has another"),
    "an unknown thing to record": ("seed = 3", 'record = ["cells.w"]', "small.toml:3: 'cells' has no 'w'; did you mean"),
    "a thing recorded twice": ("seed = 3", 'record = ["cells[0].v", "cells[1].v"]', "small.toml:3: 'cells.v' is recorded twice"),
    "words that record nothing": ("seed = 3", 'record = ["cells"]', "small.toml:3: what is recorded is said as 'cells.spikes'"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_told_with_its_line(what, small):
    old, new, told = WRONG[what]
    assert old in SMALL
    done = run(small, text=SMALL.replace(old, new, 1), code=3)
    assert told in done
    assert not (small / "small").exists()


@pytest.mark.parametrize(("words", "told"), [
    ("tau=3", "--set tau: the file has no constant 'tau'; what belongs to a group is named with it"),
    ("cels.n=3", "--set cels.n: nothing in the file is called 'cels'; did you mean 'cells'?"),
    ("cells.tau_n=3 ms", "--set cells.tau_n: the model 'leaky_integrate_and_fire' has no parameter or state 'tau_n'; did you mean 'tau_m'"),
    ("cells.tau_m=-3 ms", "--set cells.tau_m: tau_m must be > 0 ms; got -3 ms"),
    ("inputs.connect.pp=1", "has no setting 'pp'; did you mean 'p'"),
    ("cells", "--set wants NAME=VALUE"),
])  # fmt: skip
def test_what_is_wrong_with_a_flag_is_told_by_its_name(words, told, small):
    assert told in run(small, "--set", words, code=3)


def test_a_name_that_means_two_things_where_a_neurons_value_follows_from_it_is_refused(tmp_path):
    (tmp_path / "n.model").write_text("model: n\nkind: neuron\nparameters:\n    tau = 10*ms\nequations:\n    dv/dt = -v/tau : 1\n"
                                      "    u = v*tau : second\n    got : second\nthreshold: v > 1\nreset: v = 0\n")  # fmt: skip
    (tmp_path / "s.model").write_text("model: s\nkind: synapse\npost:\n    u : second\n    got : second\nparameters:\n    tau = 2*ms\nequations:\n    w : 1\n"
                                      "on pre:\n    got_post += u_post*tau/second\n")  # fmt: skip
    text = """[run]
duration = "1 ms"
[[neurons]]
name = "cells"
model = "n.model"
n = 2
[[synapses]]
source = "cells"
target = "cells"
model = "s.model"
connect = { p = 1 }
"""
    assert "small.toml:10: 'u_post' follows from 'tau' of 'cells', and another 'tau'" in run(
        tmp_path, text=text, code=3
    )
    assert run(tmp_path, "--set", "cells.tau=2 ms", text=text)["whole"]


# Files


def test_the_page_of_a_run_has_what_it_did_and_what_it_is_made_of(small):
    run(small, "--report", "pages/small.html", "--record", "cells.spikes", "--record", "cells[0:2].v")
    html = (small / "pages/small.html").read_text()
    data = json.loads(re.search(r'<script id="ranvier-data" type="application/json">(.*?)</script>', html, re.S)[1])
    assert [(s["kind"], s["title"]) for s in data["sections"]] == [
        ("summary", "Summary"),
        ("activity", "Activity"),
        ("code", "The network"),
        ("code", "Model leaky_integrate_and_fire"),
        ("run", "How this page was made"),
    ]
    activity = data["sections"][1]
    assert activity["end"] == 0.02 and activity["populations"][0]["name"] == "cells"
    assert (activity["traces"][0]["name"], activity["traces"][0]["unit"], activity["traces"][0]["elements"]) == (
        "v",
        "mV",
        [0, 1],
    )
    assert data["sections"][2]["code"] == SMALL
    done = ranvier("sim", "run", "missing.toml", "--report", "pages/small.html", cwd=small)
    assert done.returncode == 3 and "exists already" in done.stderr  # before anything is read or run
    assert "small.txt" in run(small, "--report", "small.txt", code=3)
    run(
        small,
        "--report",
        "none.html",
        "-o",
        "none",
        text='[run]\nduration="1 ms"\nrecord=[]\n[[poisson]]\nname="p"\nn=1\nrates="1 Hz"\n',
    )


def test_files_that_are_there_are_kept_unless_told_otherwise(small):
    run(small)
    done = ranvier("sim", "run", "small.toml", cwd=small)
    assert done.returncode == 3 and "exists already" in done.stderr


def test_the_record_of_a_run_says_what_made_it(small):
    run(small, "--set", "cells.n=15")
    said = json.loads((small / "small/run.json").read_text())
    assert said["seed"] == 3 and said["whole"] and said["run"]["inputs"][0]["path"] == "small.toml"
    assert "--set cells.n=15" in said["run"]["command"]
    assert {v["name"] for v in said["run"]["versions"]} >= {"Ranvier"}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_leaves_whole_files_of_what_has_run(number, small):
    (small / "small.toml").write_text(SMALL.replace("n = 20", "n = 2000"))
    process = subprocess.Popen([str(PROGRAM), "sim", "run", "small.toml", "--duration", "1000s", "--record", "cells.spikes",
                                "--record", "cells[0].v every 1 ms"], cwd=small, stderr=subprocess.PIPE, text=True)  # fmt: skip
    time.sleep(2)
    process.send_signal(number)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 128 + number
    said = json.loads((small / "small/run.json").read_text())
    assert not said["whole"] and 0 < said["simulated"] < 1000
    assert "what was recorded until then is in small" in told
    t, _ = spikes_of(small / "small", "cells")
    # The same as a run of that length.
    run(small, "--duration", f"{said['simulated']} s", "-o", "again", "--record", "cells.spikes", "--record", "cells[0].v every 1 ms",
        text=(small / "small.toml").read_text())  # fmt: skip
    for name in ("cells.spikes.csv", "cells.v.csv"):
        assert (small / "small" / name).read_bytes() == (small / "again" / name).read_bytes()


def test_a_state_that_becomes_nan_ends_the_run_and_what_was_recorded_is_written(tmp_path):
    (tmp_path / "bad.model").write_text(
        "model: bad\nkind: neuron\nequations:\n    dv/dt = sqrt(0.5*second - t)/second**1.5 : 1\nmethod: euler\n"
    )
    text = '[run]\nduration="1 s"\nrecord=["c.v every 1 ms"]\n[[neurons]]\nname="c"\nmodel="bad.model"\nn=1\n'
    (tmp_path / "small.toml").write_text(text)
    done = ranvier("sim", "run", "small.toml", cwd=tmp_path)
    assert done.returncode == 1 and "became NaN in the step that began at 0.5" in done.stderr
    assert len(table(tmp_path / "small/c.v.csv")[1]) in (500, 501)
