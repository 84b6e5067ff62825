"""`ranvier model report`: one model file becomes a page."""

import json
import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(os.environ.get("RANVIER_BUILD", ROOT / "build/dev")) / "cli/ranvier"

if not PROGRAM.exists():
    pytest.skip(f"no command-line program at {PROGRAM}: build first", allow_module_level=True)


def report(*arguments, cwd):
    return subprocess.run([str(PROGRAM), "model", "report", *map(str, arguments)], cwd=cwd, text=True,
                          capture_output=True, timeout=120)


def data_of(path):
    text = path.read_text()
    begin = text.index('<script id="ranvier-data" type="application/json">')
    return json.loads(text[text.index(">", begin) + 1:text.index("</script>", begin)])


def test_morris_lecar_becomes_a_page_that_names_its_bifurcations(tmp_path):
    done = report("morris_lecar", "--preset", "hopf", "--values", 5, "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    hopf = sorted(p["value"] for p in found["special_points"] if p["kind"] == "Hopf")
    assert hopf == pytest.approx([93.858, 212.019], abs=1e-3)  # models/morris_lecar.model
    assert found["unit"] == "uA/cm**2" and found["report"] == "morris_lecar.html"
    page = data_of(tmp_path / "morris_lecar.html")
    assert [s["kind"] for s in page["sections"]] == ["portrait", "equations", "run"]
    assert page["sections"][2]["inputs"][0]["path"].endswith("morris_lecar.model")
    assert page["sections"][2]["command"] == "ranvier model report morris_lecar --preset hopf --values 5 --json"


def test_the_text_output_says_what_was_found_and_where_the_page_is(tmp_path):
    done = report("morris_lecar", "--preset", "saddle_node", "--values", 2, "-o", "sub/page.html", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "Model: Morris–Lecar, preset saddle_node"
    assert "Fold: I = 39.9632 uA/cm**2" in lines
    assert lines[-1] == "Page: sub/page.html"
    assert (tmp_path / "sub/page.html").exists()


def test_an_existing_page_is_replaced_only_when_asked(tmp_path):
    (tmp_path / "lotka_volterra.html").write_text("mine")
    done = report("lotka_volterra", cwd=tmp_path)
    assert done.returncode == 3
    assert "lotka_volterra.html: exists already; ask for overwriting, or choose another name" in done.stderr
    assert (tmp_path / "lotka_volterra.html").read_text() == "mine"
    assert report("lotka_volterra", "--values", 2, "--overwrite", cwd=tmp_path).returncode == 0
    assert "ranvier-report" in (tmp_path / "lotka_volterra.html").read_text()


def test_values_are_numbers_in_the_unit_shown_or_quantities(tmp_path):
    numbers = report("morris_lecar", "--values", 2, "--set", "phi=0.05", "--set", "C=10", "--range", "80:100",
                     "--span", "200", "-o", "a.html", cwd=tmp_path)
    quantities = report("morris_lecar", "--values", 2, "--set", "phi=0.05", "--set", "C=0.1*farad/meter**2", "--range",
                        "0.8*amp/meter**2:1e-4*amp/cm**2", "--span", "0.2*second", "-o", "b.html", cwd=tmp_path)
    assert numbers.returncode == 0 and quantities.returncode == 0, numbers.stderr + quantities.stderr
    a, b = (data_of(tmp_path / name)["sections"][0] for name in ("a.html", "b.html"))
    assert a["range"] == pytest.approx(b["range"], rel=1e-12) and a["range"] == pytest.approx([0.8, 1.0])
    assert a["low"] == pytest.approx(b["low"], rel=1e-6)


@pytest.mark.parametrize("arguments, message", [
    (["morris_lecat"], "did you mean 'morris_lecar'?"),
    (["morris_lecar", "--preset", "hofp"], "did you mean 'hopf'?"),
    (["morris_lecar", "--parameter", "g_ca"], "has no parameter 'g_ca'; did you mean 'g_Ca'"),
    (["morris_lecar", "--range", "5"], "--range wants LOW:HIGH, such as --range 0:150; got '5'"),
    (["morris_lecar", "--range", "5:1"], "--range wants LOW:HIGH with LOW below HIGH; got '5:1'"),
    (["morris_lecar", "--range", "0*mV:5*mV"],
     "I must be a number in uA/cm**2, or a quantity such as '2*uA/cm**2'; got '0*mV'"),
    (["morris_lecar", "--set", "I"], "--set wants NAME=VALUE, such as --set I=50; got 'I'"),
    (["morris_lecar", "--set", "C=-1"], "C must be > 0 uF/cm**2; got -1 uF/cm**2"),
    (["morris_lecar", "--set", "C=2*("], "C:1"),
    (["morris_lecar", "--span", "-5"], "--span must be a positive time; got '-5'"),
    (["morris_lecar", "--values", "1"], "a page shows 2 … 201 values of a parameter; got 1"),
    (["stdp"], "'stdp' is a synapse"),
])
def test_a_mistake_is_told_with_what_to_do(arguments, message, tmp_path):
    done = report(*arguments, cwd=tmp_path)
    assert done.returncode == 3 and done.stdout == ""
    assert message in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_model_without_a_parameter_to_vary_is_told_how_to_name_one(tmp_path):
    (tmp_path / "mine.model").write_text("model: mine\nkind: system\ntime: 1\nspan: 10\nparameters:\n    a = 1\n"
                                         "    b = 2\nequations:\n    dx/dt = a - b*x : 1\n")
    done = report("./mine.model", cwd=tmp_path)
    assert done.returncode == 0
    assert "Name one of a, b with --parameter and its range with --range LOW:HIGH." in done.stderr
    section = data_of(tmp_path / "mine.html")["sections"][0]
    assert "diagram" not in section and len(section["values"]) == 1 and section["hint"]
    done = report("./mine.model", "--range", "0:1", "--overwrite", cwd=tmp_path)
    assert done.returncode == 3 and "--range needs --parameter" in done.stderr
    done = report("./mine.model", "--parameter", "a", "--range", "0:4", "--overwrite", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "diagram" in data_of(tmp_path / "mine.html")["sections"][0]


def test_a_file_says_what_to_vary(tmp_path):
    text = ("model: mine\nkind: system\ntime: 1\nspan: 10\nvary: a from 1 to 4\nparameters:\n    a = 1\n"
            "equations:\n    dx/dt = a - x : 1\n")
    (tmp_path / "mine.model").write_text(text)
    done = report("mine.model", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["range"] == [1, 4]
    for wrong, message in (("b from 1 to 4", "'b' is no parameter that could vary"),
                           ("a from 4 to 1", "must vary from a lower to a higher value"),
                           ("a from 1 to inf", "both finite and within its range"),
                           ("a from 1*mV to 4", "'1*mV' is no value of 'a', which is in 1"),
                           ("a, 1 to 4", "what to vary is said as 'vary: NAME from LOW to HIGH'")):
        (tmp_path / "mine.model").write_text(text.replace("a from 1 to 4", wrong))
        done = report("mine.model", "--overwrite", cwd=tmp_path)
        assert done.returncode == 3 and message in done.stderr and "mine.model:5:1" in done.stderr


# Every model that comes with Ranvier and that a page can show.
@pytest.mark.parametrize("name", ["adex", "connor_stevens", "wang_buzsaki", "wong_wang", "jansen_rit", "van_der_pol",
                                  "two_state_channel", "izhikevich"])
def test_models_that_come_with_ranvier_have_pages(name, tmp_path):
    done = report(name, "--values", 3, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    section = data_of(tmp_path / f"{name}.html")["sections"][0]
    assert "diagram" in section or "rates" in section
    assert all(not v["stopped"] for v in section["values"])
