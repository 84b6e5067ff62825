"""The language reads every equation and statement of Brian 2's own examples and documentation.

$RANVIER_BRIAN2 is the unpacked source distribution (pip download --no-binary brian2 --no-deps brian2).
"""

import json
import os
import pathlib
import subprocess

import brian_texts
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]

# What is no text of the language for Brian either: a page on error messages gives a condition as a reset, and an
# expression in the documentation has a bracket too many.
REFUSED = {"must follow 'V'": 3, "an operator is missing before ')'": 1}


def program():
    """The program `ranvier`."""
    for path in (os.environ.get("RANVIER_CLI"), ROOT / "build/release/cli/ranvier", ROOT / "build/dev/cli/ranvier"):
        if path and pathlib.Path(path).exists():
            return str(path)
    pytest.skip("the program 'ranvier' is not built")


@pytest.fixture(scope="module")
def sources():
    folder = os.environ.get("RANVIER_BRIAN2")
    if not folder or not pathlib.Path(folder, "examples").is_dir():
        pytest.skip("set RANVIER_BRIAN2 to an unpacked source distribution of Brian 2")
    return pathlib.Path(folder)


def test_every_text_of_brians_examples_and_documentation_is_read(sources):
    texts, files, unread = brian_texts.texts(sources)
    done = subprocess.run([program(), "model", "parse"], input=json.dumps(texts), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    refused = []
    for item, mistakes in zip(texts, json.loads(done.stdout)):
        if mistakes:
            refused.append((item, mistakes))
    counts = {kind: sum(t["kind"] == kind for t in texts) for kind in ("equations", "statements", "expression")}
    print(f"\n{len(texts)} texts of {files} files {counts}: {len(texts) - len(refused)} read, {len(refused)} refused; "
          f"{len(unread)} blocks of the documentation are no Python")  # fmt: skip
    unexpected, left = [], dict(REFUSED)
    for item, mistakes in refused:
        why = "; ".join(m["message"] for m in mistakes)
        print(f"  {item['file']}:{item['line']} ({item['kind']}): {why}\n      {item['text'].strip().splitlines()[0]}")
        part = next((part for part in left if part in why and left[part] > 0), None)
        if part is None:
            unexpected.append(item)
        else:
            left[part] -= 1
    assert len(texts) > 600, "the texts were not found"
    assert not unexpected


def test_nothing_in_brians_equations_is_refused_for_its_names_or_dimensions(sources):
    # What names from outside are is not known here; everything else is checked. A text does not say what kind of model it
    # is of, so one kind without mistakes is enough.
    equations = [t for t in brian_texts.texts(sources)[0] if t["kind"] == "equations"]
    kinds = ("neuron", "synapse", "cable")
    asked = [{"kind": kind, "text": t["text"]} for t in equations for kind in kinds]
    done = subprocess.run([program(), "model", "parse"], input=json.dumps(asked), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    answers = json.loads(done.stdout)
    refused = []
    for k, item in enumerate(equations):
        mistakes = min(answers[3 * k : 3 * k + 3], key=len)
        if mistakes:
            refused.append((f"{item['file']}:{item['line']}", [m["message"] for m in mistakes]))
    print(f"\n{len(equations)} texts of equations, {len(refused)} refused: {refused}")
    # The documentation gives a sine in volt where it shows how equations are added; Brian would refuse to run it.
    right = ["'I' must be in volt; 'sin(2*pi*freq*t)' is a number without unit"]
    assert [mistakes for _, mistakes in refused] == [right]
