"""Reference values for the EDF and BDF readers: writes edf.json beside itself.

Run with MNE-Python 1.13 in an environment of its own: ``python edf.py FOLDER``, where FOLDER holds the recorded data.
Real files are described by samples and sums; the small made-up ones travel inside the JSON as base64.
"""

import base64
import json
import platform
import sys
import tempfile
import warnings
from pathlib import Path

import mne
import numpy as np

REAL = [
    "eegmmidb_S001/S001R06.edf", "eegmmidb_S001/S001R10.edf", "eegmmidb_S001/S001R14.edf",
    "formats/EDF/chtypes_edf.edf", "formats/EDF/subsecond_starttime.edf",
    "formats/EDF/test_edf_overlapping_annotations.edf", "formats/EDF/test_utf8_annotations.edf",
    "formats/BDF/multiple_annotation_chans.bdf", "formats/mne/edf_test.edf", "formats/mne/edf_test.bdf",
]


def made_file(signals, n_records, *, bdf=False, duration="1", reserved="EDF+C", patient="X X X X",
              recording="Startdate 02-MAR-2019 X X X", day="02.03.19", time="04.05.06", claimed=None):
    """Bytes of an EDF file. ``signals`` are dicts with the header fields and ``digital`` (records, samples) or bytes."""
    def field(value, length):
        raw = value if isinstance(value, bytes) else str(value).encode("latin-1")
        assert len(raw) <= length, value
        return raw.ljust(length)

    n = len(signals)
    out = b"\xffBIOSEMI" if bdf else field("0", 8)
    out += field(patient, 80) + field(recording, 80) + field(day, 8) + field(time, 8) + field(256 * (n + 1), 8)
    out += field(reserved, 44) + field(n_records if claimed is None else claimed, 8) + field(duration, 8) + field(n, 4)
    for key, length, default in [("label", 16, ""), ("transducer", 80, ""), ("unit", 8, "uV"), ("pmin", 8, -100),
                                 ("pmax", 8, 100), ("dmin", 8, -32767), ("dmax", 8, 32767), ("prefilter", 80, ""),
                                 ("samples", 8, None), ("reserved", 32, "")]:
        out += b"".join(field(s.get(key, default), length) for s in signals)
    for r in range(n_records):
        for s in signals:
            if "bytes" in s:
                out += s["bytes"][r].ljust(s["samples"] * (3 if bdf else 2), b"\0")
            else:
                values = np.asarray(s["digital"][r], np.int32)
                raw = values.astype("<i4").tobytes()
                out += b"".join(raw[4 * i:4 * i + 3] for i in range(len(values))) if bdf else values.astype("<i2").tobytes()
    return out


def tals(n_records, *texts, samples=40, label="EDF Annotations"):
    """An annotation signal: record r begins with its time, and holds texts[r]."""
    records = [f"+{r}\x14\x14\0".encode() + (texts[r] if r < len(texts) else b"") for r in range(n_records)]
    return dict(label=label, unit="", pmin=-1, pmax=1, dmin=-32768, dmax=32767, samples=samples, bytes=records)


def made():
    rng = np.random.default_rng(20190302)

    def noise(records, samples, top=20000):
        return rng.integers(-top, top, (records, samples))

    def signal(label, records, samples, **fields):
        return dict(label=label, samples=samples, digital=noise(records, samples), **fields)

    yield "mixed rates", "edf", {}, made_file(
        [signal("EEG A", 4, 64), signal("EEG B", 4, 32), signal("EEG C", 4, 15),
         dict(label="Trigger", unit="", pmin=-32768, pmax=32767, dmin=-32768, dmax=32767, samples=16,
              digital=rng.integers(0, 5, (4, 16))), tals(4)], 4)
    yield "units and ranges", "edf", {}, made_file(
        [signal("u", 2, 16), signal("m", 2, 16, unit="mV", pmin="-3,5", pmax="+4,25"), signal("v", 2, 16, unit="V"),
         signal("greek", 2, 16, unit=b"\xb5V", pmin=100, pmax=-100), signal("jis", 2, 16, unit=b"\x83\xcaV"),
         signal("warm", 2, 16, unit="degC", pmin=34.4, pmax=40.2), signal("none", 2, 16, unit=""),
         signal("flat range", 2, 16, pmin=5, pmax=5), signal("no digits", 2, 16, dmin=7, dmax=7)], 2,
        reserved="", recording="", day="31.12.84", time="23.59.59")
    yield "filters", "edf", {}, made_file(
        [signal("a", 1, 100, prefilter="HP:0.1Hz LP:40Hz N:50Hz"), signal("b", 1, 100, prefilter="HP: 0,3 LP: 35.5 Hz"),
         signal("c", 1, 100, prefilter="HP:DC LP:unknown"), signal("d", 1, 100)], 1)
    yield "filters crossed", "edf", {}, made_file([signal("a", 1, 100, prefilter="HP:40Hz LP:3Hz")], 1)
    yield "types and double names", "edf", dict(infer_types=True, eog=["H"], misc=["X Y"]), made_file(
        [signal("EEG Fp1", 1, 8), signal("eeg Fp1", 1, 8), signal("ECG  x", 1, 8), signal("EMG leg", 1, 8),
         signal("RESP belt", 1, 8), signal("TEMP t", 1, 8), signal("SaO2 s", 1, 8), signal("SEEG A1", 1, 8),
         signal("ECOG G1", 1, 8), signal("DBS L0", 1, 8), signal("BIO b", 1, 8), signal("EEG H", 1, 8),
         signal("MISC X Y", 1, 8), signal("Status", 1, 8), signal("P0-A1", 1, 8)], 1, reserved="")
    yield "latin1", "edf", dict(encoding="latin1"), made_file(
        [signal("EEG", 3, 16), tals(3, b"+0.5\x140.25 \xfcber\x14\0+1.5\x15.5\x14?\x14\0", b"+1.25\x150.5\x14a\x14b\x14\0")], 3)
    yield "texts of channels", "edf", {}, made_file(
        [signal("A", 3, 16), signal("B", 3, 16), tals(3, b"+0.5\x151\x14x@@A\x14\0+0.5\x151\x14x@@B\x14\0",
                                                      b"+1\x14y@@nobody\x14\0+2\x159\x14long\x14\0", samples=60)], 3)
    yield "outside", "edf", {}, made_file(
        [signal("A", 2, 16), tals(2, b"-1\x14before\x14\0+9\x14after\x14\0-1\x151.5\x14into\x14\0", samples=60)], 2)
    yield "records unknown", "edf", {}, made_file([signal("A", 3, 16), tals(3)], 3, claimed=-1)[:-10]
    yield "short records", "edf", {}, made_file([signal("A", 5, 7), signal("B", 5, 7)], 5, duration="0.3", day="1.2.xx",
                                                recording="Startdate X X X X")
    yield "bdf", "bdf", {}, made_file(
        [dict(label="Fp1", samples=10, digital=rng.integers(-2**23, 2**23, (2, 10)), pmin=-262144, pmax=262143,
              dmin=-8388608, dmax=8388607),
         dict(label="Status", unit="Boolean", samples=10, digital=rng.integers(-2**23, 2**23, (2, 10)), pmin=-8388608,
              pmax=8388607, dmin=-8388608, dmax=8388607),
         tals(2, b"+0.5\x14hello\x14\0", label="BDF Annotations")], 2, bdf=True, reserved="BDF+C")
    yield "excluded", "edf", dict(exclude=["A"]), made_file(
        [signal("A", 2, 64), signal("B", 2, 16), signal("A", 2, 64), signal("C", 2, 16)], 2)
    yield "included", "edf", dict(include=["B", "C"]), made_file(
        [signal("A", 2, 64), signal("B", 2, 16), signal("C", 2, 16)], 2)


def described(raw, full):
    data = raw.get_data()
    at = np.unique(np.linspace(0, raw.n_times - 1, 9).astype(int))
    out = dict(
        sfreq=raw.info["sfreq"], highpass=raw.info["highpass"], lowpass=raw.info["lowpass"], n_samples=raw.n_times,
        seconds=None if raw.info["meas_date"] is None else int(raw.info["meas_date"].timestamp()),
        names=raw.ch_names,
        channels=[[c["kind"], c["coil_type"], c["unit"]] for c in raw.info["chs"]],
        annotations=[[float(a["onset"]), float(a["duration"]), str(a["description"]), [str(n) for n in a.get("ch_names", ())]]
                     for a in raw.annotations],
        largest=np.abs(data).max(1).tolist())
    if full:
        out["data"] = data.tolist()
    else:
        out.update(at=at.tolist(), samples=data[:, at].tolist(), sums=data.sum(1).tolist(),
                   ramps=(data * np.linspace(0, 1, raw.n_times)).sum(1).tolist())
    return out


def main(folder):
    mne.set_log_level("error")
    warnings.simplefilter("ignore")
    readers = dict(edf=mne.io.read_raw_edf, bdf=mne.io.read_raw_bdf)
    result = dict(made_by=f"MNE-Python {mne.__version__}, NumPy {np.__version__}, Python {platform.python_version()}",
                  real=[], made=[])
    for name in REAL:
        for options in ({}, dict(infer_types=True)):
            if options and not name.endswith(("chtypes_edf.edf", "chans.bdf")):
                continue
            raw = readers[name[-3:]](folder / name, preload=True, **options)
            result["real"].append(dict(file=name, options=options, **described(raw, False)))
    with tempfile.TemporaryDirectory() as aside:
        for name, kind, options, content in made():
            path = Path(aside) / f"x.{kind}"
            path.write_bytes(content)
            raw = readers[kind](path, preload=True, **options)
            result["made"].append(dict(name=name, kind=kind, options=options, file=base64.b64encode(content).decode(),
                                       **described(raw, True)))
    Path(__file__).with_suffix(".json").write_text(json.dumps(result, default=lambda number: number.item()) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
