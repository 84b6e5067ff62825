"""`ranvier model`: list, show, check, new."""

import json
import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(os.environ.get("RANVIER_BUILD", ROOT / "build/dev")) / "cli/ranvier"

if not PROGRAM.exists():
    pytest.skip(f"no command-line program at {PROGRAM}: build first", allow_module_level=True)


def ranvier(*arguments, cwd=None, text=None, **env):
    return subprocess.run([str(PROGRAM), *map(str, arguments)], cwd=cwd, text=True, input=text, capture_output=True,
                          env={**os.environ, **env}, timeout=60)


def test_the_list_names_every_file_of_the_folder_and_all_are_sound():
    models = json.loads(ranvier("model", "list", "--json").stdout)
    assert {m["name"] for m in models} == {p.stem for p in (ROOT / "models").glob("*.model")}
    assert all(m["sound"] for m in models)
    assert "morris_lecar" in ranvier("model", "list").stdout


def test_show_prints_the_text_and_the_values_of_a_preset():
    assert ranvier("model", "show", "lorenz").stdout.strip() == (ROOT / "models/lorenz.model").read_text().strip()
    shown = json.loads(ranvier("model", "show", "morris_lecar", "--preset", "homoclinic", "--json").stdout)
    values = {p["name"]: p["value"] for p in shown["parameters"]}
    assert values["phi"] == 0.23 and values["g_Ca"] == pytest.approx(40)  # 4 mS/cm² in SI
    assert "phi = 0.23" in ranvier("model", "show", "morris_lecar", "--preset", "homoclinic").stdout


def test_a_name_that_is_nearly_right_is_suggested():
    done = ranvier("model", "show", "morris_lecat")
    assert done.returncode == 3 and "did you mean 'morris_lecar'?" in done.stderr
    done = ranvier("model", "show", "morris_lecar", "--preset", "hofp")
    assert done.returncode == 3 and "did you mean 'hopf'?" in done.stderr


def test_a_new_model_is_sound_and_its_mistakes_are_told_with_carets(tmp_path):
    assert ranvier("model", "new", "mine", cwd=tmp_path).stdout.strip() == "mine.model"
    assert ranvier("model", "check", "mine.model", cwd=tmp_path).returncode == 0
    assert ranvier("model", "new", "mine", cwd=tmp_path).returncode == 3  # it exists
    path = tmp_path / "mine.model"
    path.write_text(path.read_text().replace("R*I)/tau", "R*I)/tua").replace("nA", "nV", 1))
    done = ranvier("model", "check", "./mine.model", cwd=tmp_path)
    assert done.returncode == 3 and done.stdout == ""
    assert "there is no 'tua'; did you mean 'tau'?" in done.stderr and "^~~" in done.stderr
    found = json.loads(ranvier("model", "check", "./mine.model", "--json", cwd=tmp_path).stdout)
    assert {"line", "column", "length", "message", "suggestion", "place"} == set(found[0]["diagnostics"][0])


def test_models_of_a_folder_of_ones_own_are_found_by_name(tmp_path):
    ranvier("model", "new", "mine", cwd=tmp_path)
    assert "mine" in ranvier("model", "list", RANVIER_MODELS=str(tmp_path)).stdout
    assert ranvier("model", "check", "mine", RANVIER_MODELS=str(tmp_path)).returncode == 0


def test_parse_tells_mistakes_of_syntax():
    texts = [{"kind": "equations", "text": "dv/dt = -v/tau : volt"}, {"kind": "expression", "text": "a +"}]
    done = ranvier("model", "parse", text=json.dumps(texts))
    first, second = json.loads(done.stdout)
    assert first == [] and second[0]["column"] == 4
    assert ranvier("model", "parse", text="nonsense").returncode == 3
