"""Small objects that test_arguments.py calls functions with, and how it compares what comes out."""

import contextlib
import importlib
import inspect
import io
import pathlib
import shutil
import sys
import types
import warnings

import numpy as np

MODULES = [
    "ranvier.meeg", "ranvier.meeg.io", "ranvier.meeg.channels", "ranvier.meeg.time_frequency", "ranvier.meeg.viz",
    "ranvier.meeg.filter", "ranvier.meeg.event", "ranvier.meeg.baseline", "ranvier.meeg.annotations",
    "ranvier.meeg.cov", "ranvier.meeg.bem", "ranvier.meeg.forward", "ranvier.meeg.label", "ranvier.meeg.morph",
    "ranvier.meeg.source_estimate", "ranvier.meeg.source_space", "ranvier.meeg.surface", "ranvier.meeg.transforms", "ranvier.meeg.preprocessing", "ranvier.meeg.chpi", "ranvier.meeg.rank", "ranvier.meeg.epochs", "ranvier.meeg.proj", "ranvier.meeg.export",
    "ranvier.meeg.minimum_norm", "ranvier.meeg.beamformer", "ranvier.meeg.inverse_sparse", "ranvier.meeg.inverse_sparse.mxne_optim", "ranvier.meeg.dipole",
    "ranvier.learn", "ranvier.dynamics", "ranvier.units",
]  # fmt: skip


ABSENT = object()  # of SETTINGS, where a situation must not have it


class Made:
    """A value that a function makes of a scene, afresh for every call."""

    def __init__(self, function):
        self.function = function

    def __repr__(self):
        return inspect.getsource(self.function).strip() if self.function.__name__ != "<lambda>" else "Made(...)"


def made(value, scene):
    return value.function(scene) if isinstance(value, Made) else value


class Scene:
    """Small objects, made when they are asked for."""

    def __init__(self, folder):
        self.folder = folder / "out"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()


    def raw(self, loaded=True, **changes):
        import ranvier.meeg as mne

        if "raw" not in _made_once:
            _made_once["raw"] = _new_raw(mne)
        raw = _made_once["raw"].copy()
        for key, value in changes.items():
            raw.info[key] = value
        if not loaded:
            raw.save(self.folder.parent / "lazy_raw.fif", overwrite=True)
            return mne.io.read_raw_fif(self.folder.parent / "lazy_raw.fif")
        return raw

    def events(self):
        return np.array([[k, 0, 1 + n % 2] for n, k in enumerate(range(60, 560, 50))])

    def epochs(self):
        import pandas as pd

        import ranvier.meeg as mne

        if "epochs" not in _made_once:
            events = self.events()
            _made_once["epochs"] = mne.Epochs(
                self.raw(), events, dict(left=1, right=2), -0.2, 0.3, None, preload=True, reject_by_annotation=False,
                metadata=pd.DataFrame({"k": range(len(events))}), proj=False)  # fmt: skip
        return _made_once["epochs"].copy()

    def evoked(self):
        if "evoked" not in _made_once:
            _made_once["evoked"] = self.epochs().average(picks="all")
        return _made_once["evoked"].copy()

    def eeg(self):
        """An average of EEG alone, as maps want it."""
        return self.evoked().pick("eeg")

    def spectrum(self):
        if "spectrum" not in _made_once:
            _made_once["spectrum"] = self.raw().compute_psd(n_fft=128, fmax=48)
        return _made_once["spectrum"].copy()

    def epochs_spectrum(self):
        return self.epochs().compute_psd()

    def tfr(self, average=True):
        key = "tfr", average
        if key not in _made_once:
            _made_once[key] = self.epochs().compute_tfr("morlet", [10.0, 15.0, 20.0, 30.0], n_cycles=2.0, average=average)
        return _made_once[key].copy()

    def annotations(self):
        import ranvier.meeg as mne

        return mne.Annotations([1.0, 2.0, 3.5], [0.5, 0.25, 1.0], ["go", "BAD_x", "stop"])

    def montage(self):
        return self.raw().get_montage()

    def projs(self):
        return self.raw().info["projs"]

    def axes(self, n=1):
        import matplotlib.pyplot as plt

        axes = plt.figure(figsize=(3, 2)).subplots(1, n, squeeze=False)[0]
        return axes[0] if n == 1 else list(axes)

    def system(self):
        from ranvier.dynamics import System

        return System("dv/dt = v - v**3/3 - w + I : 1\ndw/dt = 0.08*(v + 0.7 - 0.8*w) : 1", I=0.5)

    def quantity(self):
        from ranvier.units import Quantity

        return Quantity(np.array([[1.0, 2.0], [3.0, 5.0]]), "mV")

    def lorenz(self, **changes):
        from ranvier.dynamics import System

        return System("dx/dt = s*(y - x) : 1\ndy/dt = x*(r - z) - y : 1\ndz/dt = x*y - b*z : 1",
                      **{"s": 10, "r": 28, "b": 8 / 3, **changes})  # fmt: skip

    def X(self, n=40):
        return np.random.default_rng(3).standard_normal((n, 4)) + np.arange(n)[:, None] % 3

    def y(self, n=40):
        return np.arange(n) % 3


_made_once = {}
NAMES = ["Fp1", "Fp2", "C3", "C4", "O1", "O2", "Cz", "Pz"]


def _new_raw(mne):
    """EEG, magnetometers, a pair of gradiometers, EOG and triggers; places, annotations, a bad channel, a projection."""
    kinds = ["eeg"] * len(NAMES) + ["mag", "mag", "mag", "grad", "grad", "eog", "stim"]
    names = [*NAMES, "MEG 0111", "MEG 0121", "MEG 0131", "MEG 0112", "MEG 0113", "EOG 1", "STI 014"]
    info = mne.create_info(names, 100.0, kinds)
    info.set_montage("colin27_1005", on_missing="ignore")
    scale = np.array([{"eeg": 1e-5, "eog": 1e-4, "mag": 1e-12, "grad": 1e-11, "stim": 0}[k] for k in kinds])
    data = np.random.default_rng(0).standard_normal((len(names), 600)) * scale[:, None]
    data[:, 250] *= 3
    for sample, _, number in Scene.events(None):
        data[-1, sample : sample + 5] = number
    raw = mne.io.RawArray(data, info, first_samp=0)
    for k, place in enumerate([(0.06, 0, 0.08), (-0.06, 0.02, 0.08), (0, 0.08, 0.06), (0.03, -0.06, 0.07), (0.03, -0.06, 0.07)]):
        channel = raw.info["chs"][len(NAMES) + k]
        channel["loc"][:] = [*place, 1, 0, 0, 0, 1, 0, 0, 0, 1]
    raw.info["bads"] = ["Pz"]
    raw.set_annotations(mne.Annotations([0.6, 2.0, 3.5], [0.5, 0.25, 1.0], ["go", "BAD_x", "stop"]))
    raw.set_eeg_reference(projection=True)
    return raw


def shifted(inst):
    """The object with the head at another place in the helmet."""
    import ranvier.meeg as mne

    trans = np.eye(4)
    trans[0, 3] = 0.01
    inst.info["dev_head_t"] = mne.Transform("meg", "head", trans)
    return inst


# ---------------------------------------------------------------- what methods are called on


def _instance(owner, scene, more):
    made_here = {
        "BaseRaw": scene.raw, "RawResultsMixin": scene.raw, "ChannelsMixin": scene.raw, "FilterMixin": scene.raw,
        "ReferenceMixin": scene.raw, "BaseEpochs": scene.epochs, "EpochsResultsMixin": scene.epochs,
        "TimesMixin": scene.epochs, "SamplesMixin": scene.epochs, "Evoked": scene.evoked, "Spectrum": scene.spectrum,
        "EpochsSpectrum": scene.epochs_spectrum, "AverageTFR": scene.tfr, "EpochsTFR": lambda: scene.tfr(False),
        "_TFR": scene.tfr, "Annotations": scene.annotations, "Info": lambda: scene.raw().info,
        "DigMontage": scene.montage, "Projection": lambda: scene.projs()[0], "Analysis": scene.system,
        "Plots": scene.system, "System": scene.system, "Quantity": scene.quantity,
    }  # fmt: skip
    if owner in made_here:
        return made_here[owner]()
    if owner in more:
        return more[owner](scene)
    raise KeyError(f"nothing is made for methods of {owner}")


def _classes():
    found = {}
    for module in map(importlib.import_module, MODULES):
        for name in module.__all__:
            if inspect.isclass(thing := getattr(module, name)):
                for base in thing.__mro__:
                    found.setdefault(base.__name__, base)
    return found


def situation(name, function, given, folder, tables):
    """A call without arguments of a function, with what it requires and what is given; all objects new."""
    scene = Scene(folder)
    owner, _, method = name.rpartition(".")
    needed = {}
    for p in inspect.signature(function).parameters.values():
        if p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY):
            needed[p.name] = tables.REQUIRED.get((name, p.name), tables.REQUIRED.get(p.name))
    if owner:  # "self", or what it is called where a function is a method as well
        needed.pop(next(iter(inspect.signature(function).parameters)), None)
    everything = {**needed, **tables.SETTINGS.get(name, {}), **given}
    subject = everything.pop("_on", None)
    arguments = {key: made(value, scene) for key, value in everything.items() if value is not ABSENT}
    if method == "__init__":
        made_class = _classes()[owner]
        after = fitted if hasattr(made_class, "get_params") else tables.AFTER.get(owner, lambda inst, scene: inst)
        return lambda: after(made_class(**arguments), scene)
    if not owner:
        return lambda: (function(**arguments), [arguments.get(k) for k in tables.CHANGED.get(name, ())], scene.folder)
    inst = made(subject, scene) if subject is not None else _instance(owner, scene, tables.SUBJECTS)
    return lambda: (function(inst, **arguments), inst, scene.folder)


# ---------------------------------------------------------------- what came out


def outcome(call):
    """("result", state) or ("error", type, message)."""
    import matplotlib.pyplot as plt

    text = io.StringIO()
    with warnings.catch_warnings(record=True) as told, contextlib.redirect_stdout(text):
        warnings.simplefilter("always")
        try:
            result = ("result", state(call()), pictures(), text.getvalue(), sorted({str(w.message) for w in told}))
        except Exception as error:
            result = ("error", type(error).__name__, str(error))
        finally:
            plt.close("all")
    return result


def pictures():
    """All open figures: pixels, words (which may lie outside) and names of lines (which a legend would show)."""
    import matplotlib.pyplot as plt

    drawn = []
    for number in plt.get_fignums():
        figure = plt.figure(number)
        figure.set_layout_engine("none")
        figure.set_dpi(40)
        figure.canvas.draw()
        labels = [artist.get_label() for axes in figure.axes for artist in axes.lines]
        words = [text.get_text() for text in figure.findobj(plt.Text)]
        drawn.append((bytes(figure.canvas.buffer_rgba()), words, [name for name in labels if not name.startswith("_")]))
    return drawn


def state(value, depth=0):
    """All that a value holds, as something that can be compared."""
    if depth > 7:
        return "..."
    if isinstance(value, np.ndarray) and value.dtype != object:
        return "array", value.shape, str(value.dtype), value.tobytes()
    if isinstance(value, dict):
        inside = [(str(k), state(v, depth + 1)) for k, v in value.items()]
        return (type(value).__name__, inside, _public(value, depth)) if type(value).__module__.startswith("ranvier") else inside
    if isinstance(value, (list, tuple, set, types.GeneratorType)) or (isinstance(value, np.ndarray)):
        return [state(v, depth + 1) for v in value]
    if isinstance(value, pathlib.Path):
        files = [value] if value.is_file() else sorted(value.rglob("*")) if value.is_dir() else []
        return [(f.name, f.read_bytes()) for f in files if f.is_file()]
    module = type(value).__module__
    if module.startswith("pandas"):
        return value.to_csv(), [str(t) for t in value.dtypes], str(value.index[:2])
    if module.startswith("matplotlib"):
        return type(value).__name__
    if module.startswith("ranvier"):
        face = {}
        with contextlib.suppress(Exception):  # what looks like a dict, as Info does, or like a list
            face = {key: value[key] for key in value.keys()} if hasattr(value, "keys") else list(value)
        return type(value).__name__, _public(value, depth), state(face, depth + 1)
    return repr(value) if " at 0x" not in repr(value) else type(value).__name__


def _public(value, depth):
    held = {k: v for k, v in getattr(value, "__dict__", {}).items() if not k.startswith("_")}
    for name in dir(type(value)):
        if not name.startswith("_") and name not in held and not callable(getattr(type(value), name)):
            with contextlib.suppress(Exception):
                held[name] = getattr(value, name)
    if hasattr(value, "get_data") and hasattr(value, "info"):
        with contextlib.suppress(Exception):
            held["get_data()"] = value.get_data() if not hasattr(value, "drop_bad") else value.copy().load_data().get_data()
    if hasattr(value, "get_annotations_per_epoch"):
        probe = sys.modules["ranvier.meeg"].Annotations([0.0], [99.0], ["probe"])
        held["annotated"] = value.annotations, value.copy().set_annotations(probe).get_annotations_per_epoch()
    if hasattr(value, "parse_folder"):
        held["page"] = value._page.html()
    if hasattr(value, "nusselt"):
        held["theta()"] = value.theta((5, 6))
    return [(k, state(v, depth + 1)) for k, v in sorted(held.items())]


def fitted(model, scene):
    """What an estimator has learnt and says, without the settings that it merely holds."""
    X, y = _data_for(model, scene)
    model.fit(X, y)
    if getattr(model, "warm_start", False):
        model.fit(X, y)
    views = [k for k in dir(type(model)) if isinstance(getattr(type(model), k), property)]
    learnt = {}
    for name in (*vars(model), *views):
        if name.endswith("_") and not name.startswith("_"):
            with contextlib.suppress(AttributeError):
                learnt[name] = getattr(model, name)
    said = [getattr(model, word)(X) for word in ("predict", "transform", "recall") if hasattr(model, word)]
    return learnt, said


def _data_for(model, scene):
    name = type(model).__name__
    if name in ("HopfieldNetwork", "ART1"):
        X = np.random.default_rng(1).integers(0, 2, (6, 16)).astype(float)
        return (2 * X - 1 if name == "HopfieldNetwork" else X), None
    X = scene.X()
    if name == "ElmanNetwork":
        return X[:, :1], scene.y()
    if name == "MLPRegressor":
        return X, X[:, 0] * X[:, 1]
    if name in ("Perceptron", "Adaline"):
        return X, scene.y() > 0
    return X, scene.y()
