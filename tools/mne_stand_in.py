"""Make stand-ins for data that MNE-Python's tests read, so that more of them run: files of the same names, by MNE-Python.

    python tools/mne_stand_in.py FOLDER

FOLDER gets `data/MNE-testing-data`, as the testing data set is laid out, and `repository`, with recordings that lie in
MNE-Python's own repository. What $RANVIER_DATA has of them is linked; the rest is made of it: recordings are noise of
the sample's covariance with its averages added where its events are, forward solutions and inverse operators are of the
sample's source space with 258 points a side. `tools/mne_tally.py --stand-in FOLDER` runs the tests on them; a test that
wants what only the real files have fails with MNE-Python too, and counts as lacking data.
"""

import gzip
import os
import pathlib
import shutil
import sys

import mne
import numpy as np
from mne.datasets.config import RELEASES

GIVEN = pathlib.Path(os.environ["RANVIER_DATA"]).resolve()
SAMPLE = GIVEN / "sample"


def link(source, target):
    """Link a file, or all files of a folder, where nothing lies yet."""
    if source.is_dir():
        for each in source.iterdir():
            link(each, target / each.name)
    elif not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.symlink_to(source)


def recording(evokeds, cov, events, sfreq, first_samp, n_samples):
    """Noise of a covariance, an average at each event, and the events on the stimulus channel."""
    evoked = evokeds[0]
    names, rng = evoked.ch_names, np.random.default_rng(0)
    rows = [names.index(name) for name in cov.ch_names]
    values, vectors = np.linalg.eigh(cov.data)
    data = np.zeros((len(names), n_samples))
    data[rows] = (vectors * np.sqrt(values.clip(0))) @ rng.normal(size=(len(rows), n_samples))
    for k in mne.pick_types(evoked.info, meg=False, eog=True):
        data[k] = 5e-5 * rng.normal(size=n_samples)
    step = round(evoked.info["sfreq"] / sfreq)
    stim = names.index("STI 014")
    for sample, _, code in events:
        at = sample - first_samp
        if not 0 <= at < n_samples or not 1 <= code <= 32:
            continue
        data[stim, at : at + 5] = code
        if code <= len(evokeds):
            begin = at + round(evokeds[code - 1].times[0] * sfreq)
            part = evokeds[code - 1].data[:, ::step]
            first, last = max(begin, 0), min(begin + part.shape[1], n_samples)
            if first < last:
                data[rows, first:last] += part[rows, first - begin : last - begin]
    info = evoked.info.copy()
    with info._unlock():
        info["sfreq"], info["lowpass"], info["highpass"] = sfreq, min(info["lowpass"], sfreq / 3), 0.1
        for proj in info["projs"]:
            proj["active"] = False
    return mne.io.RawArray(data, info, first_samp=first_samp)


def main(folder):
    folder = pathlib.Path(folder).resolve()
    testing, repository = folder / "data" / "MNE-testing-data", folder / "repository"
    meg, subject = testing / "MEG" / "sample", testing / "subjects" / "sample"
    repository.mkdir(parents=True, exist_ok=True)
    for source, target in ((SAMPLE / "MEG", meg), (SAMPLE / "subjects" / "sample", subject), (SAMPLE / "SSS", testing / "SSS"),
                           (SAMPLE / "MEG" / "labels", meg / "labels")):  # fmt: skip
        link(source, target)
    (testing / "version.txt").write_text(RELEASES["testing"])
    average = repository / "io" / "tests" / "data" / "test-ave.fif"
    average.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(SAMPLE / "test-ave.fif.gz") as packed, open(average, "wb") as plain:
        shutil.copyfileobj(packed, plain)
    evokeds, cov = mne.read_evokeds(average), mne.read_cov(SAMPLE / "test-cov.fif")
    for name in ("sample_audvis-ave.fif", "sample_audvis_trunc-ave.fif"):
        shutil.copy(average, meg / name)
    events = mne.read_events(SAMPLE / "test_raw-eve.fif")
    raw = recording(evokeds, cov, events, evokeds[0].info["sfreq"], 25800, 14400)
    raw.save(average.with_name("test_raw.fif"), overwrite=True)
    raw.save(average.with_name("test_raw.fif.gz"), overwrite=True)
    bads = raw.copy()
    bads.info["bads"] = ["MEG 0113", "EEG 053"]
    bads.save(average.with_name("test_withbads_raw.fif"), overwrite=True)
    events = mne.read_events(SAMPLE / "MEG" / "sample_audvis_trunc_raw-eve.fif")
    raw = recording(evokeds, cov, events, evokeds[0].info["sfreq"] / 2, 12900, 16000)
    raw.save(meg / "sample_audvis_trunc_raw.fif", overwrite=True)

    trans, bem = SAMPLE / "MEG" / "sample_audvis_trunc-trans.fif", subject / "bem"
    src = mne.read_source_spaces(SAMPLE / "small-src.fif.gz")
    for space in src:
        space["rr"] *= 1000.0  # the file has a thousandth
    solution = mne.make_bem_solution(mne.read_bem_surfaces(bem / "sample-1280-1280-1280-bem.fif"))
    mne.write_bem_solution(bem / "sample-1280-1280-1280-bem-sol.fif", solution, overwrite=True)
    one = mne.read_bem_solution(bem / "sample-1280-bem-sol.fif")
    volume = mne.setup_volume_source_space("sample", pos=7.0, bem=one, add_interpolator=False,
                                           subjects_dir=subject.parent)
    volume.save(bem / "sample-volume-7mm-src.fif", overwrite=True)
    for name in ("oct-2", "oct-4", "oct-6"):
        src.save(bem / f"sample-{name}-src.fif", overwrite=True)
    both = mne.make_forward_solution(raw.info, trans, src, solution)
    inside = mne.make_forward_solution(raw.info, trans, volume, one, eeg=False)
    mixed = mne.make_forward_solution(raw.info, trans, src + volume, one, eeg=False)
    for name, forward in (("trunc-meg-eeg-oct-4", both), ("trunc-meg-eeg-oct-6", both), ("trunc-meg-vol-7", inside),
                          ("-meg-oct-6-mixed", mixed),
                          ("trunc-meg-eeg-oct-2-grad", both)):  # fmt: skip
        name = f"sample_audvis{name}" if name.startswith("-") else f"sample_audvis_{name}"
        mne.write_forward_solution(meg / f"{name}-fwd.fif", forward, overwrite=True)
    noise = mne.read_cov(SAMPLE / "MEG" / "sample_audvis_trunc-cov.fif")
    magnetic = mne.pick_types_forward(both, meg=True, eeg=False)
    make = mne.minimum_norm.make_inverse_operator
    for name, operator in (
        ("meg-eeg-oct-4-meg", make(raw.info, magnetic, noise)),
        ("meg-eeg-oct-6-meg", make(raw.info, magnetic, noise)),
        ("meg-eeg-oct-4-meg-fixed", make(raw.info, magnetic, noise, fixed=True)),
        ("meg-eeg-oct-4-meg-nodepth-fixed", make(raw.info, magnetic, noise, fixed=True, depth=None)),
        ("meg-eeg-oct-4-meg-eeg-diagnoise", make(raw.info, both, noise.as_diag())),
        ("meg-vol-7-meg", make(raw.info, inside, noise)),
    ):
        mne.minimum_norm.write_inverse_operator(meg / f"sample_audvis_trunc-{name}-inv.fif", operator, overwrite=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
