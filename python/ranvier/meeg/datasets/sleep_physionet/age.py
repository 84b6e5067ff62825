"""Nights of people of all ages."""

import numpy as np

from ...checks import complain, not_yet, rule_of
from ...logs import verbose as _verbose
from ..table import absent, find

_folder, _variable = "physionet-sleep-data", "PHYSIONET_SLEEP_PATH"
_address = "https://physionet.org/files/sleep-edfx/1.0.0/sleep-cassette"
_no_subjects = (39, 68, 69, 78, 79)
_no_nights = ((36, 1), (52, 1), (13, 2))


@_verbose
def fetch_data(subjects, recording=(1, 2), path=None, force_update=False, base_url=_address, on_missing="raise", *,
               verbose=None):  # fmt: skip
    """Find nights of sleep on this machine; nothing is downloaded.

    Parameters
    ----------
    subjects : list of int
        0 to 82; there is no 39, 68, 69, 78, 79.
    recording : list of int
        Which nights, 1 and 2.
    path : str | Path | None
        The folder that holds ``physionet-sleep-data``; None: that of ``PHYSIONET_SLEEP_PATH``, of ``MNE_DATA``, of
        MNE-Python's settings, or ``~/mne_data``.
    on_missing : "raise" | "warn" | "ignore"
        What to do where the data set has no such subject or night. Default "raise".

    Returns
    -------
    paths : list of list of Path
        For each night the recording and the hypnogram.
    """
    if force_update:
        raise not_yet("force_update=True", "the files as they are")
    if base_url != _address:
        raise not_yet(f"base_url={base_url!r}", "path=, a folder that the files have been put into")
    on_missing = rule_of("on_missing", on_missing)
    subjects, recording = ([int(k) for k in np.atleast_1d(v)] for v in (subjects, recording))
    for subject in subjects:
        if not 0 <= subject <= 82:
            raise ValueError(f"subjects are numbered from 0 to 82; got {subject}")
    if not set(recording) <= {1, 2}:
        raise ValueError(f"recording must be of 1 and 2; got {recording}")
    found, places = find(_folder, _variable, path)
    paths = []
    for subject, night in [(s, n) for s in subjects for n in recording]:
        if subject in _no_subjects or (subject, night) in _no_nights:
            complain(on_missing, f"the data set has no night {night} of subject {subject}")
            continue
        stem = f"SC4{subject:02d}{night}"
        files = [sorted(found.glob(f"{stem}*-{kind}.edf")) if found else [] for kind in ("PSG", "Hypnogram")]
        if not all(files):
            raise absent(f"sleep_physionet (of subject {subject}, {stem}*-PSG.edf and {stem}*-Hypnogram.edf)", _folder,
                         _variable, _address, [found] if found else places)  # fmt: skip
        paths.append([file[0] for file in files])
    return paths
