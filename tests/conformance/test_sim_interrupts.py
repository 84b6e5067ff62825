"""A thousand interrupts at random moments, each continued, change no bit (a minute)."""

import os
import subprocess
import sys
from pathlib import Path


def test_a_thousand_interrupts_change_no_bit():
    tests = Path(__file__).parents[1] / "python"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tests / "sim" / "test_sim_determinism.py"),
         "-k", "interrupted"],
        env=os.environ | {"RANVIER_INTERRUPTS": "1000", "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:]
    assert "1 passed" in done.stdout
