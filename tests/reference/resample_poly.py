"""Write resample_poly.json: what scipy.signal.resample_poly makes of some signals.

Run with any scipy: python tests/reference/resample_poly.py
"""

import json
import pathlib

import numpy as np
import scipy
from scipy import signal

rng = np.random.default_rng(1)
cases = []
for n, up, down in [(600, 1, 3), (601, 1, 3), (500, 2, 5), (250, 3, 2), (97, 7, 4), (40, 1, 3), (300, 4, 6)]:
    x = np.cumsum(rng.standard_normal(n)) + 3
    for padtype in ("reflect", "edge", "constant", "antireflect"):
        y = signal.resample_poly(x, up, down, padtype=padtype)
        cases.append(dict(padtype=padtype, up=up, down=down, x=x.tolist(), y=y.tolist()))
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(dict(tool="scipy.signal.resample_poly", version=scipy.__version__, cases=cases)))
