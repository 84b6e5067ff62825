"""Models: checked texts with units, by name or file."""

from ranvier import _core

_engine = _core.language


class Model:
    """A model of the library or of a file, with the choice of a preset.

    Made by :func:`ranvier.model`.

    Attributes
    ----------
    name, title, paper, doi, about : str
        What the text says about itself.
    preset : str
        The chosen preset, or ``""``.
    presets : list of str
        Those that there are.
    """

    def __init__(self, engine, preset="", origin=None):
        if preset and preset not in engine.presets:
            raise ValueError(
                f"the model '{engine.name}' has no preset '{preset}'; there are: {', '.join(engine.presets) or 'none'}"
            )
        self.engine, self.preset = engine, preset
        self._origin = origin or engine.name  # by which another process finds it

    def __getattr__(self, name):
        if name in ("name", "title", "paper", "doi", "about", "presets"):
            return getattr(self.engine, name)
        raise AttributeError(name)

    def __reduce__(self):
        return model, (self._origin, self.preset)

    def __repr__(self):
        states = ", ".join(s[0] for s in self.engine.states)
        return f"<Model {self.engine.name}{': ' + self.preset if self.preset else ''} | {states}>"


def model(name, preset=""):
    """Load a model.

    Parameters
    ----------
    name : str
        A model that comes with Ranvier (``"morris_lecar"``; :func:`models` lists them), one of the folders in
        ``$RANVIER_MODELS``, or the path of a ``.model`` file.
    preset : str
        The name of one of its parameter sets.

    Returns
    -------
    model : Model
        To be given to :class:`ranvier.dynamics.System`.
    """
    return Model(_engine.load_model(str(name)), preset, str(name))


def models():
    """Names of the models that can be loaded by name.

    Returns
    -------
    names : list of str
        Sorted.
    """
    return _engine.model_names()
