"""Values of recorded FIFF files, read with MNE-Python, for tests/formats/fiff_*_test.cpp.

Run: python fiff.py DATA_FOLDER (with MNE-Python installed); writes fiff.json beside itself.
"""

import json
import sys
from pathlib import Path

import mne
import numpy as np

RAW = [
    "formats/CTF/testdata_ctf_short_discontinuous.ds_raw.fif",
    "formats/misc/neuromag122_test_file-raw.fif",
    "formats/misc/test_elekta_3ch_raw.fif",
    "formats/mne/brainvision_test_bin_raw.fif",
    "formats/mne/bti_exported4D_linux_raw.fif",
    "formats/mne/kit_test_bin_raw.fif",
    "formats/mne/tests_test_ctf_comp_raw.fif",
    "freesurfer_subject/sample_ecog_ieeg.fif",
    "sample/SSS/sample_audvis_trunc_raw_sss.fif",
    "sss/141027_cropped_90Hz_raw.fif",
    "sss/test_move_anon_erm_raw.fif",
    "sss/test_move_anon_erm_st1FineCalCrossTalkRegIn_raw_sss.fif",
]
EVOKED = [
    "sample/test-ave.fif.gz",
    "formats/misc/test_elekta-ave.fif",
    "erp_core_p3/sub-015_ses-P3_task-P3_ave.fif",
]
COV = ["sample/test-cov.fif", "sample/test_erm-cov.fif", "sample/MEG/sample_audvis-cov.fif"]
EVENTS = ["sample/test-eve.fif", "sample/test_raw-eve.fif", "sample/MEG/sample_audvis_trunc_raw-eve.fif"]
PROJ = ["sample/test-proj.fif", "sample/MEG/sample_audvis_ecg-proj.fif"]


def values(data, rng):
    rows = rng.integers(0, data.shape[0], 12)
    columns = rng.integers(0, data.shape[1], 12)
    return [[int(r), int(c), float(data[r, c])] for r, c in zip(rows, columns)]


def main():
    mne.set_log_level("error")
    data = Path(sys.argv[1])
    rng = np.random.default_rng(1)
    out = dict(tool="MNE-Python", version=mne.__version__, raw=[], evoked=[], cov=[], events=[], proj=[])
    for name in RAW:
        raw = mne.io.read_raw_fif(data / name, allow_maxshield="yes")
        info = raw.info
        out["raw"].append(
            dict(
                file=name,
                first_samp=int(raw.first_samp),
                n_times=len(raw.times),
                sfreq=info["sfreq"],
                highpass=info["highpass"],
                lowpass=info["lowpass"],
                bads=info["bads"],
                ch_names=raw.ch_names,
                ch_types=raw.get_channel_types(),
                n_dig=len(info["dig"] or []),
                n_projs=len(info["projs"]),
                n_comps=len(info["comps"]),
                values=values(raw.get_data(), rng),
            )
        )
    for name in EVOKED:
        for k, evoked in enumerate(mne.read_evokeds(data / name, proj=False, allow_maxshield="yes")):
            out["evoked"].append(
                dict(
                    file=name,
                    number=k,
                    comment=evoked.comment,
                    nave=evoked.nave,
                    first=int(evoked.first),
                    kind=evoked.kind,
                    n_times=len(evoked.times),
                    values=values(evoked.data, rng),
                )
            )
    for name in COV:
        cov = mne.read_cov(data / name)
        out["cov"].append(
            dict(
                file=name,
                names=cov["names"],
                bads=cov["bads"],
                nfree=cov["nfree"],
                diag=cov["diag"],
                n_projs=len(cov["projs"]),
                values=values(np.atleast_2d(cov["data"]), rng),
            )
        )
    for name in EVENTS:
        out["events"].append(dict(file=name, events=mne.read_events(data / name).tolist()))
    for name in PROJ:
        projs = mne.read_proj(data / name)
        out["proj"].append(
            dict(
                file=name,
                projs=[
                    dict(desc=p["desc"], kind=int(p["kind"]), names=p["data"]["col_names"],
                         values=values(p["data"]["data"], rng))
                    for p in projs
                ],
            )
        )
    (Path(__file__).parent / "fiff.json").write_text(json.dumps(out, indent=0, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
