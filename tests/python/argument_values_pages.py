"""Values that test_arguments.py tries on pages, marks and reports."""

from argument_scenes import Made

_marks = {"format": "ranvier-marks/1", "of": "recording", "bads": ["Cz"], "first_time": 0, "annotations": []}


def _taken(name):
    def make(scene):
        path = scene.folder / name
        path.write_text("taken")
        return path

    return Made(make)


SETTINGS = {
    "apply_marks": dict(inst=Made(lambda scene: scene.raw(bads=["C3"])), marks=_marks),
    "save_marks": dict(fname=Made(lambda scene: scene.folder / "m.json")),
}
CONTEXTS = {
    ("save_marks", "overwrite"): dict(fname=_taken("m.json")),
    ("plot_raw", "filtorder"): dict(lowpass=20.0),
}
VALUES = {"lowpass": [20.0], "highpass": [5.0]}
