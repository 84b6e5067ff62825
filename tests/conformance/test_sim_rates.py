"""Networks of textbooks fire as they are known to: means over ten seeds, within 5 % (half a minute; Brian's own take longer)."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
BRIAN = ROOT / ".venv-brian" / "bin" / "python"
RATES = """
import importlib, sys
sys.path.insert(0, {models!r})
import models
b = importlib.import_module({package!r})
if {package!r} == "brian2":
    b.prefs.codegen.target = "numpy"
for seed in range(1, 11):
    b.start_scope()
    b.seed(seed)
    objects, duration, dt = models.NETWORKS[{name!r}](b)
    b.defaultclock.dt = dt*b.ms
    spikes = b.SpikeMonitor(objects[0])
    b.Network(objects, spikes).run(duration)
    print(spikes.num_spikes/4000/float(duration))
"""


def mean_rate(python, package, name):
    script = RATES.format(models=str(ROOT / "benchmarks" / "networks"), package=package, name=name)
    done = subprocess.run([python, "-c", script], capture_output=True, text=True, check=True)
    rates = [float(line) for line in done.stdout.splitlines() if line[:1].isdigit()]
    assert len(rates) == 10
    return np.mean(rates)


# CUBA and COBAHH as Brette et al. (2007), doi:10.1007/s10827-007-0038-6, have them in Brian's versions.
@pytest.mark.parametrize(("name", "rate"), [("CUBA", 5.6), ("COBAHH", 37.3)])
def test_the_rate_is_the_known_one(name, rate):
    mine = mean_rate(sys.executable, "ranvier.sim", name)
    print(f"{name}: {mine:.2f} Hz")
    assert abs(mine - rate) < 0.05 * rate


@pytest.mark.skipif(not BRIAN.exists(), reason="Brian 2 is not there (make peers)")
def test_the_rate_of_conductances_is_that_of_brian():
    mine, brians = mean_rate(sys.executable, "ranvier.sim", "COBA"), mean_rate(BRIAN, "brian2", "COBA")
    print(f"COBA: {mine:.2f} Hz; {brians:.2f} Hz in Brian")
    assert abs(mine - brians) < 0.05 * brians
