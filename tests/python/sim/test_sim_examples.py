"""The examples of ranvier.sim run, find what their papers found (they assert it themselves) and draw their pictures."""

import os
import subprocess
import sys

from conftest import PACKAGES, ROOT


def told(name, folder, *words):
    """What an example prints; it fails where it doesn't find what it is about."""
    figure = folder / "figure.png"
    environment = {**os.environ, "PYTHONPATH": str(PACKAGES), "MPLBACKEND": "Agg"}
    done = subprocess.run(
        [sys.executable, str(ROOT / f"examples/{name}.py"), "--figure", str(figure), *words],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert figure.read_bytes()[:4] == b"\x89PNG" and figure.stat().st_size > 5000
    return done.stdout


def test_one_network_has_four_states_as_brunel_says(tmp_path):
    assert "asynchronous irregular" in told(
        "brunel_states", tmp_path, "--neurons", "4000", "--inputs", "400", "--milliseconds", "150"
    )


def test_benchmark_networks_fire_irregularly_at_the_known_rates(tmp_path):
    assert "COBAHH" in told("irregular_benchmarks", tmp_path, "--seeds", "3")


def test_synapses_compete_and_regulate_the_rate(tmp_path):
    assert "strong" in told("spike_timing_plasticity", tmp_path, "--seconds", "400")


def test_a_volley_of_spikes_sharpens_or_dies(tmp_path):
    assert "volleys that arrive" in told("synfire_chain", tmp_path, "--repeats", "2")


def test_a_decision_is_right_when_the_evidence_is_strong_and_is_remembered(tmp_path):
    assert "coherence 51.2 %" in told("perceptual_decision", tmp_path)


def test_a_tired_synapse_sends_the_same_current_at_any_high_rate(tmp_path):
    assert "depressing" in told("short_term_plasticity", tmp_path)


def test_a_place_in_the_row_tells_where_a_sound_is(tmp_path):
    assert "-200 us fires most" in told("sound_localisation", tmp_path)


def test_balance_makes_neurons_selective_whose_inputs_are_not(tmp_path):
    assert "selectivity" in told("balanced_orientation", tmp_path)


def test_stimulation_ends_seizures_early_and_keeps_a_neighbour_healthy(tmp_path):
    assert "longest seizure" in told("seizure_control", tmp_path)


def test_a_tap_moves_the_small_motor_neurons_first_and_silences_the_other_muscle(tmp_path):
    assert "central latency" in told("stretch_reflex", tmp_path)


def test_a_bump_remembers_where_the_cue_was(tmp_path):
    assert "cue at 270 degrees" in told("working_memory_bump", tmp_path)
