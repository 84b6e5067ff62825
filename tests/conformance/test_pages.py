"""Reports and browsers take MNE-Python's arguments, under its names and in its order."""

import inspect
import json
import subprocess

import pytest
from peers import peer_python
from ranvier.meeg.viz import style
from ranvier.meeg.viz.epochs import _lacking as epochs_lack
from ranvier.meeg.viz.raw import _lacking as raw_lacks

import ranvier.meeg as mne

LACKING = {"add_stc", "add_forward", "add_inverse_operator", "add_trans", "add_bem"}
THEIRS = """
import inspect, json, mne
def named(function):
    found = inspect.signature(function).parameters.values()
    return [(p.name, p.kind is p.POSITIONAL_OR_KEYWORD) for p in found if p.kind is not p.VAR_KEYWORD]
names = [n for n in dir(mne.Report) if n.startswith("add_")] + ["__init__", "copy", "parse_folder", "remove", "reorder", "save"]
print(json.dumps({**{n: named(getattr(mne.Report, n)) for n in names}, "plot_raw": named(mne.viz.plot_raw),
                  "plot_epochs": named(mne.viz.plot_epochs)}))
"""


@pytest.fixture(scope="module")
def theirs():
    done = subprocess.run([peer_python(), "-c", THEIRS], capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def named(function):
    found = inspect.signature(function).parameters.values()
    return [(p.name, p.kind is p.POSITIONAL_OR_KEYWORD) for p in found if p.kind is not p.VAR_KEYWORD]


def test_every_verb_of_a_report_takes_what_it_takes_there(theirs):
    refused = {"mri_decim", "image_format", "plot_src", "n_time_points_evokeds", "n_time_points_stcs", "stc_plot_kwargs",
               "topomap_kwargs"}  # fmt: skip
    verbs = [name for name in theirs if name not in LACKING | {"plot_raw", "plot_epochs"}]
    assert len(verbs) > 18
    for verb in verbs:
        wanted, ours = theirs[verb], named(getattr(mne.Report, verb))
        left = refused if verb == "parse_folder" else set()
        assert {n for n, _ in wanted} - {n for n, _ in ours} == left, verb
        places = [n for n, place in wanted if place and n not in left]
        assert [n for n, place in ours if place][: len(places)] == places or verb == "parse_folder", verb


def test_browsers_take_what_they_take_there(theirs):
    for name, lacking in (("plot_raw", raw_lacks), ("plot_epochs", epochs_lack)):
        known = {n for n, _ in named(getattr(mne.viz, name))} | style.window_arguments | set(lacking)
        assert {n for n, _ in theirs[name]} <= known, name


def test_what_reports_lack_is_refused_by_name():
    for verb in LACKING:
        with pytest.raises(NotImplementedError, match=verb):
            getattr(mne.Report(), verb)()
