"""What NumPy's RandomState draws, for ranvier::NumpyRandom. Writes numpy_random.json."""

import json
import pathlib

import numpy as np

cases = []
for seed in (0, 3, 5489, 2**32 - 1):
    draw = lambda: np.random.RandomState(seed)  # noqa: B023, E731
    mixed = draw()
    cases.append({
        "seed": seed,
        "uniform": draw().random_sample(5).tolist(),
        "late": draw().random_sample(1000)[-3:].tolist(),  # after two turns of the state
        "normal": draw().standard_normal(5).tolist(),
        "integers": draw().randint(-3, 1000, 8).tolist(),
        "int_max": draw().randint(np.iinfo(np.int32).max, size=3).tolist(),
        "wide": draw().randint(-5, 2**40, 4).tolist(),
        "permutation": draw().permutation(12).tolist(),
        "mixed": [mixed.standard_normal(), mixed.random_sample(), int(mixed.randint(0, 7)), mixed.standard_normal()],
    })
pathlib.Path(__file__).with_suffix(".json").write_text(
    json.dumps({"tool": "numpy", "version": np.__version__, "cases": cases}, indent=1) + "\n")
