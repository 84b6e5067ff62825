"""Thousands of models drawn at random leave the same bits in stretches as step by step (some minutes)."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "python" / "sim"))
from random_models import RandomModel, differing  # noqa: E402


def test_three_thousand_random_models_leave_the_same_in_stretches():
    differ = {}
    for number in range(1000, 4000):
        model = RandomModel(number)
        names = differing(model.left(), model.left(profile=True))
        if names:
            differ[number] = names
    assert not differ
