"""Reference values of adaptive integration from scipy's solve_ivp: python tests/reference/adaptive.py"""

import json
import pathlib

import scipy
from scipy.integrate import solve_ivp


def lorenz(t, u):
    x, y, z = u
    return [10 * (y - x), x * (28 - z) - y, x * y - 8 / 3 * z]


runs = []
for method, tolerance in [("RK45", 1e-3), ("RK45", 1e-8), ("DOP853", 1e-5), ("DOP853", 1e-10)]:
    s = solve_ivp(lorenz, (0, 5), [0, 1, 0], method=method, rtol=tolerance, atol=tolerance)
    runs.append(
        {"method": method, "tolerance": tolerance, "t1": 5, "nfev": int(s.nfev), "points": len(s.t), "x": s.y[:, -1].tolist()}
    )
out = {"tool": "scipy.integrate.solve_ivp", "version": scipy.__version__, "lorenz": runs}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(out, indent=1) + "\n")
