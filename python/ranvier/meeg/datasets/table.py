"""The data sets that MNE-Python knows, and where they lie on this machine."""

import json
import os
import pathlib
import types

from ranvier import _core
from ranvier.errors import file_error

from ..checks import not_yet, path_of
from ..logs import verbose as _verbose

_osf = "https://osf.io/download/"
# Name under ranvier.meeg.datasets: folder, variable that may say where that is, address.
rows = {
    "brainstorm.bst_auditory": ("MNE-brainstorm-data/bst_auditory", "MNE_DATASETS_BRAINSTORM_PATH", _osf + "5t9n8"),
    "brainstorm.bst_phantom_ctf": ("MNE-brainstorm-data/bst_phantom_ctf", "MNE_DATASETS_BRAINSTORM_PATH", _osf + "sxr8y"),
    "brainstorm.bst_phantom_elekta": ("MNE-brainstorm-data/bst_phantom_elekta", "MNE_DATASETS_BRAINSTORM_PATH", _osf + "dpcku"),
    "brainstorm.bst_raw": ("MNE-brainstorm-data/bst_raw", "MNE_DATASETS_BRAINSTORM_PATH", _osf + "9675n"),
    "brainstorm.bst_resting": ("MNE-brainstorm-data/bst_resting", "MNE_DATASETS_BRAINSTORM_PATH", _osf + "m7bd3"),
    "epilepsy_ecog": ("MNE-epilepsy-ecog-data", "MNE_DATASETS_EPILEPSY_ECOG_PATH", _osf + "z4epq"),
    "erp_core": ("MNE-ERP-CORE-data", "MNE_DATASETS_ERP_CORE_PATH", _osf + "rzgba"),
    "eyelink": ("MNE-eyelink-data", "MNE_DATASETS_EYELINK_PATH", _osf + "xsu4g"),
    "fieldtrip_cmc": ("MNE-fieldtrip_cmc-data", "MNE_DATASETS_FIELDTRIP_CMC_PATH", _osf + "j9b6s"),
    "fnirs_motor": ("MNE-fNIRS-motor-data", "MNE_DATASETS_FNIRS_MOTOR_PATH", _osf + "dj3eh"),
    "hf_sef": ("hf_sef", "MNE_DATASETS_HF_SEF_PATH", _osf + "25f8d"),
    "kiloword": ("MNE-kiloword-data", "MNE_DATASETS_KILOWORD_PATH", _osf + "qkvf9"),
    "lite_data": ("MNE-lite-data", "MNE_DATASETS_LITE_DATA_PATH", _osf + "a8qbx"),
    "misc": ("MNE-misc-data", "MNE_DATASETS_MISC_PATH", "https://codeload.github.com/mne-tools/mne-misc-data/tar.gz/0.27"),
    "mtrf": ("mTRF_1.5", "MNE_DATASETS_MTRF_PATH", _osf + "h85s2"),
    "multimodal": ("MNE-multimodal-data", "MNE_DATASETS_MULTIMODAL_PATH", "https://ndownloader.figshare.com/files/5999598"),
    "opm": ("MNE-OPM-data", "MNE_DATASETS_OPM_PATH", _osf + "p6ae7"),
    "phantom_4dbti": ("MNE-phantom-4DBTi", "MNE_DATASETS_PHANTOM_4DBTI_PATH", _osf + "v2brw"),
    "phantom_kernel": ("MNE-phantom-kernel-data", "MNE_DATASETS_PHANTOM_KERNEL_PATH", _osf + "dj7wz"),
    "phantom_kit": ("MNE-phantom-KIT-data", "MNE_DATASETS_PHANTOM_KIT_PATH", _osf + "fb6ya"),
    "refmeg_noise": ("MNE-refmeg-noise-data", "MNE_DATASETS_REFMEG_NOISE_PATH", _osf + "drt6v"),
    "sample": ("MNE-sample-data", "MNE_DATASETS_SAMPLE_PATH", _osf + "86qa2"),
    "somato": ("MNE-somato-data", "MNE_DATASETS_SOMATO_PATH", _osf + "tp4sg"),
    "spm_face": ("MNE-spm-face", "MNE_DATASETS_SPM_FACE_PATH", _osf + "je4s8"),
    "ssvep": ("ssvep-example-data", "MNE_DATASETS_SSVEP_PATH", _osf + "z8h6k"),
    "testing": ("MNE-testing-data", "MNE_DATASETS_TESTING_PATH", "https://codeload.github.com/mne-tools/mne-testing-data/tar.gz/0.176"),
    "ucl_opm_auditory": ("auditory_OPM_stationary", "MNE_DATASETS_UCL_OPM_AUDITORY_PATH", _osf + "tp324"),
    "visual_92_categories": ("MNE-visual_92_categories-data", "MNE_DATASETS_VISUAL_92_CATEGORIES_PATH", _osf + "8ejrs"),
}  # fmt: skip


def _configured():
    """MNE-Python's own settings, from its file; none where there is no such file."""
    home = pathlib.Path(os.environ.get("_MNE_FAKE_HOME_DIR") or pathlib.Path.home())
    for folder in (pathlib.Path(os.environ.get("APPDATA") or home), home):
        file = folder / ".mne" / "mne-python.json"
        try:
            settings = json.loads(file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            continue
        except ValueError as error:
            raise file_error(f"{file} is not JSON: {error}", str(file), -1) from None
        if isinstance(settings, dict):
            return settings
    return {}


def folders(variable):
    """Where data sets may lie, in the order of MNE-Python: what variables say, its settings, its default; then ours."""
    settings = _configured()
    home = pathlib.Path(os.environ.get("_MNE_FAKE_HOME_DIR") or pathlib.Path.home())
    said = [place for name in (variable, "MNE_DATA") for place in (os.environ.get(name), settings.get(name)) if place]
    return [*map(path_of, said), home / "mne_data", *_core.meeg.sample_folders()]


@_verbose
def default_path(*, verbose=None):
    """The folder in which MNE-Python keeps data sets: ``$MNE_DATA``, that of its settings, or ``~/mne_data``."""
    return folders("MNE_DATA")[0]


def find(folder, variable, path=None):
    """The folder of a data set, or None, and the places where it was looked for."""
    places = []
    for base in folders(variable) if path is None else [path_of(path)]:
        places += [base / folder, *([base] if base.name == folder else [])]
    return next((place for place in places if place.is_dir()), None), list(dict.fromkeys(places))


def absent(name, folder, variable, address, places):
    """The error for a data set that is not on this machine."""
    looked = ", ".join(str(place) for place in places)
    return file_error(
        f"the data set {name} is not on this machine, and Ranvier fetches none of MNE-Python's by itself; looked for "
        f"{looked}. Get it from {address} and unpack it, or let MNE-Python fetch it; then set {variable} or MNE_DATA to the "
        f"folder that holds {folder}, or pass that as path=", folder, -1)  # fmt: skip


class DataSet(types.ModuleType):
    """A data set of MNE-Python, with the functions of the module that is called so there."""

    def __init__(self, name):
        super().__init__(f"ranvier.meeg.datasets.{name}", f"The data set {name} of MNE-Python.")
        self._name = name

    @_verbose
    def data_path(self, path=None, force_update=False, update_path=True, download=True, accept=False, *, verbose=None):
        """Where the data set lies on this machine. Nothing is downloaded.

        Parameters
        ----------
        path : str | Path | None
            The folder that holds the data set's. None: that of the variable of the data set, as
            ``MNE_DATASETS_SAMPLE_PATH``, of ``MNE_DATA``, of MNE-Python's settings in ``~/.mne/mne-python.json``, or
            ``~/mne_data``.
        update_path, accept : bool
            Accepted for MNE-Python's sake, which would write `path` into its settings, and ask about a licence.
        download : bool
            Whether it is an error where the data set is absent; otherwise an empty path is returned.

        Returns
        -------
        path : Path
        """
        if force_update:
            raise not_yet("force_update=True", "data_path(force_update=True) of MNE-Python")
        folder, variable, address = rows[self._name]
        found, places = find(folder, variable, path)
        if found is None and download:
            raise absent(self._name, folder, variable, address, places)
        return found or pathlib.Path("")

    def get_version(self):
        """The version that the data set's file version.txt names, or None."""
        file = self.data_path(download=False) / "version.txt"
        return file.read_text(encoding="utf-8").strip() if file.is_file() else None


def has_dataset(name):
    """Whether a data set of MNE-Python is on this machine.

    Parameters
    ----------
    name : str
        As "sample", or "bst_raw" of ``datasets.brainstorm``.
    """
    known = {row.rpartition(".")[2]: row for row in rows} | {"spm": "spm_face"}
    if name not in known:
        raise ValueError(f"name must be that of a data set, one of {', '.join(known)}; got {name!r}")
    folder, variable, _ = rows[known[name]]
    return find(folder, variable)[0] is not None
