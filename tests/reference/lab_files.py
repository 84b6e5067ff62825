"""Reference values for the BrainVision and EEGLAB readers: writes lab_files.json beside itself.

Run with MNE-Python 1.13 and SciPy in an environment of its own: ``python lab_files.py FOLDER``, where FOLDER holds the
recorded data. Real files are described by samples and sums; the small made-up ones travel inside the JSON as base64.
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
import scipy
from scipy.io import savemat

BIDS = "bids/tiny_bids/sub-01/ses-eeg/eeg/sub-01_ses-eeg_task-rest_eeg.vhdr"
RENAMED = dict(overrides=dict(data_fname="brainvision_test.eeg", marker_fname="brainvision_test.vmrk"))
REAL = [
    ("formats/Brainvision/Analyzer_nV_Export.vhdr", {}), ("formats/Brainvision/test_NO.vhdr", {}),
    ("formats/Brainvision/test_VAmp.ahdr", {}), ("formats/mne/brainvision_test.vhdr", RENAMED), (BIDS, {}),
    ("eeglab/eeglab_data.set", {}), ("eeglab/eeglab_data.set", dict(eog="auto")),
    ("eeglab/eeglab_data_epochs_ica.set", {}),
]  # fmt: skip
rng = np.random.default_rng(20201211)


def header(channels, *, first="Brain Vision Data Exchange Header File Version 1.0", codepage="UTF-8", kind="INT_16",
           orientation="MULTIPLEXED", interval=2000, common="", more="", comment="", data="x.eeg", markers="x.vmrk",
           end="\r\n", encoding="utf-8", mark=b"", n=None):  # fmt: skip
    """Bytes of a header. ``channels`` are the texts behind "Ch1=" and so on."""
    ascii = kind == "ASCII"
    lines = [first, "; made for tests", "", "[Common Infos]"]
    lines += [f"Codepage={codepage}"] if codepage else []
    lines += [f"DataFile={data}"] + ([f"MarkerFile={markers}"] if markers else [])
    lines += [f"DataFormat={'ASCII' if ascii else 'BINARY'}", "; Data orientation: MULTIPLEXED=ch1,pt1, ch2,pt1 ...",
              f"DataOrientation={orientation}", f"NumberOfChannels={n or len(channels)}", f"SamplingInterval={interval}"]
    lines += common.split("\n") if common else []
    lines += ["", "[ASCII Infos]", *more.split("\n")] if ascii else ["", "[Binary Infos]", f"BinaryFormat={kind}", ""]
    lines += ["[Channel Infos]", "; Each entry: Ch<Channel number>=<Name>,<Reference>,<Resolution>,<Unit>"]
    lines += [f"Ch{k}={text}" for k, text in enumerate(channels, 1)]
    lines += [""] + ([] if ascii else more.split("\n")) + (["[Comment]", *comment.split("\n")] if comment else [])
    return mark + end.join(lines).encode(encoding)


def marks(*entries, first="Brain Vision Data Exchange Marker File, Version 1.0", end="\r\n", encoding="utf-8", mark=b""):
    lines = [first, "", "[Common Infos]", "Codepage=UTF-8", "DataFile=x.eeg", "", "[Marker Infos]", "; Each entry: Mk1=..."]
    lines += [f"Mk{k}={text}" for k, text in enumerate(entries, 1)]
    return mark + end.join([*lines, ""]).encode(encoding)


def table(rows, low="Low Cutoff [s]", high="High Cutoff [Hz]"):
    lines = ["", "A m p l i f i e r  S e t u p", "Channels", "--------",
             f"#     Name      Phys. Chn.    Resolution / Unit   {low}   {high}   Notch [Hz]"]
    return "\n".join(lines + [f"{k}     {name}         {k}                0.5 µV             {a}              {b}              Off"
                              for k, (name, a, b) in enumerate(rows, 1)])  # fmt: skip


def brainvision():
    def numbers(n, samples, dtype="<i2", top=20000):
        return rng.integers(-top, top, (samples, n)).astype(dtype).tobytes()

    def volts(names, scale="0.5", unit="µV"):
        return [f"{name},,{scale},{unit}" for name in names]

    yield "units and names", {}, {
        "x.vhdr": header(["A,,0.5,µV", "B,,0.5,", "C,,0.25", "D,,,mV", "E,,2,nV", "F,,1,V", "G\\1H,,1,uV", "warm,,0.1,C",
                          "hot,,0.1,°C", "sweat,,1,µS", "sweat2,,1,uS", "belt,,1,ARU", "n,,1,n/a", "x,,1,BS", "STI 014,,1,",
                          "HEOGL,,1,µV", "far,ref,1,µV,more,fields"], common="DataPoints=40"),
        "x.vmrk": marks("New Segment,,1,1,0,20131113161403794232", "Stimulus,S  1,5,0,0", "Stimulus,S  2,9,10,3",
                        "Comment,left\\1 right,12,1,0", "New Segment,,20,1,0,20131113161503794232", "Response,R  1,25,1,0",
                        "SyncStatus,Sync On,25,x,0"),
        "x.eeg": numbers(17, 40)}  # fmt: skip
    yield "vectorized 32 bit", dict(scale=2.0), {
        "x.vhdr": header(volts("ABC"), kind="INT_32", orientation="VECTORIZED", common="DataPoints=30", end="\n"),
        "x.vmrk": marks("New Segment,,1,1,0,00000000000000000000", "Stimulus,S  7,30,1,0", end="\n"),
        "x.eeg": numbers(3, 30, "<i4", 2**30)}  # fmt: skip
    yield "vectorized floats", dict(ignore_marker_types=True), {
        "x.vhdr": header(volts("AB"), kind="IEEE_FLOAT_32", orientation="VECTORIZED", mark=b"\xef\xbb\xbf", interval=1953.125),
        "x.vmrk": marks("Stimulus,S  7,3,1,0", "Response,,4,1,0", mark=b"\xef\xbb\xbf"),
        "x.eeg": rng.normal(0, 30, (2, 16)).astype("<f4").tobytes()}  # fmt: skip
    text = "\r\n".join(" ".join(f"{x:.3f}".replace(".", ",") for x in row) for row in rng.normal(0, 30, (12, 3)))
    yield "text", {}, {
        "x.vhdr": header(volts("ABC"), kind="ASCII", more="DecimalSymbol=,\nSkipLines=1\nSkipColumns=0"),
        "x.vmrk": marks("New Segment,,1,1,0,20200229235959000001"), "x.eeg": ("A B C\r\n" + text + "\r\n").encode()}  # fmt: skip
    yield "latin1 without a word", {}, {
        "x.vhdr": header(volts(["Größe", "B"]), codepage="", encoding="latin-1"), "x.vmrk": marks("Comment,green,2,1,0"),
        "x.eeg": numbers(2, 10)}  # fmt: skip
    yield "ansi", {}, {
        "x.vhdr": header(volts(["Œil", "B"]), codepage="ANSI", encoding="cp1252"), "x.vmrk": marks("Comment,x,2,1,0"),
        "x.eeg": numbers(2, 10)}  # fmt: skip
    yield "places", {}, {
        "x.vhdr": header(volts(["Fp1", "Cz", "Pz", "HEOGL"]), more="[Coordinates]\nCh1=1,-90,-72\nCh2=95.5,3,4\nCh3=0,0,0\nCh4=0,0,0"),
        "x.vmrk": marks(), "x.eeg": numbers(4, 10)}  # fmt: skip
    yield "filters the same", {}, {
        "x.vhdr": header(volts(["Fp1", "C z"]), comment=table([("Fp1", "10", "250"), ("C z", "10", "250")])),
        "x.vmrk": marks(), "x.eeg": numbers(2, 10)}  # fmt: skip
    yield "filters that differ", {}, {
        "x.vhdr": header(volts(["Fp1", "Cz", "Pz"]), comment=table([("Fp1", "10", "100"), ("Cz", "5", "250"), ("Pz", "DC", "0")])),
        "x.vmrk": marks(), "x.eeg": numbers(3, 10)}  # fmt: skip
    yield "filters in Hz", {}, {
        "x.vhdr": header(volts(["Fp1", "Cz"]), comment=table([("Fp1", "0.5", "70"), ("Cz", "0.1", "80")], "Low Cutoff [Hz]")),
        "x.vmrk": marks(), "x.eeg": numbers(2, 10)}  # fmt: skip
    software = "\n\nS o f t w a r e  F i l t e r s\n==============================\n" + \
        "#     Low Cutoff [s]   High Cutoff [Hz]   Notch [Hz]\n1      0.9              50                 50\n2      0.9              50                 50"
    impedances = "\n\nData Electrodes Selected Impedance Measurement Range: 0 - 100 kOhm\n" + \
        "Ground Electrode Selected Impedance Measurement Range: 0 - 10 kOhm\n" + \
        "Reference Electrode Selected Impedance Measurement Range: 0 - 20 kOhm\n" + \
        "Impedance [kOhm] at 16:12:27 :\nFp1:        2.5\nC z:        ???\nRef:          0\nGnd:          4"
    yield "filters of the software and impedances", {}, {
        "x.vhdr": header(volts(["Fp1", "C z"]), comment=table([("Fp1", "10", "250"), ("C z", "10", "250")]) + software + impedances),
        "x.vmrk": marks("New Segment,,1,1,0,20131113161403794232"), "x.eeg": numbers(2, 10)}  # fmt: skip
    yield "types that are asked for", dict(eog=["A", 1], misc=["C", -1]), {
        "x.vhdr": header(volts("ABCDE")), "x.vmrk": marks(), "x.eeg": numbers(5, 10)}  # fmt: skip
    yield "overrides", dict(overrides=dict(data_fname="y.dat", marker_fname=False, n_channels=3, sfreq=100.0, units_fallback="mV",
                                           ch_names=["a", "b", "c"], data_orientation="VECTORIZED", binary_format="INT_32")), {
        "x.vhdr": header(volts("AB"), n=2), "y.dat": numbers(3, 10, "<i4")}  # fmt: skip
    yield "no markers", {}, {"x.vhdr": header(volts("AB"), markers=""), "x.eeg": numbers(2, 10)}


def struct(**fields):
    """A structure array of as many elements as each list has."""
    n = len(next(iter(fields.values())))
    array = np.zeros((1, n), dtype=[(name, object) for name in fields])
    for name, values in fields.items():
        for k, value in enumerate(values):
            array[name][0, k] = value
    return array


EMPTY = np.zeros((0, 0))


def eeglab():
    def places(n, scale):
        xyz = rng.normal(size=(n, 3))
        xyz *= scale / np.linalg.norm(xyz, axis=1, keepdims=True)
        return {name: list(column) for name, column in zip("XYZ", xyz.T)}

    def eeg(n=3, points=20, trials=1, data=None, **more):
        shape = (n, points) if trials == 1 else (n, points, trials)
        data = rng.normal(0, 20, shape).astype(np.float32) if data is None else data
        return {**dict(setname="made", nbchan=float(n), pnts=float(points), trials=float(trials), srate=128.0, xmin=-0.0,
                       xmax=(points - 1) / 128, data=data, chanlocs=EMPTY, event=EMPTY, epoch=EMPTY), **more}  # fmt: skip

    names = ["Fp1", "HEOG", "Pz"]
    events = struct(type=["square", "rt", 7.0, 2.5, "boundary"], latency=[3.0, 5.5, 1.0, 9.25, 12.0],
                    duration=[EMPTY, 2.0, 0.5, EMPTY, 0.0])  # fmt: skip
    plain, packed = dict(do_compression=False), dict(do_compression=True)
    yield "structure", {}, dict(EEG=eeg(chanlocs=struct(labels=names, type=["EEG", "EOG", "odd"], **places(3, 85.0)), event=events)), plain, None
    yield "structure packed", dict(eog="auto"), dict(EEG=eeg(chanlocs=struct(labels=names, **places(3, 0.09)))), packed, None
    yield "fields", dict(eog=["Fp1", 2]), eeg(chanlocs=struct(labels=names, **places(3, 9.0)), event=struct(type=["a"], latency=[2.0])), plain, None
    yield "fields packed", {}, eeg(event=struct(type=["a", "grün", "日本"], latency=[2.0, 3.0, 4.0])), packed, None
    yield "places partly", dict(montage_units="mm"), dict(EEG=eeg(chanlocs=struct(
        labels=names, X=[80.0, EMPTY, 1.0], Y=[2.0, EMPTY, 3.0], Z=[4.0, EMPTY, 86.0]))), plain, None
    yield "whole numbers", {}, dict(EEG=eeg(data=rng.integers(-9999, 9999, (3, 20)).astype(np.int16))), plain, None
    yield "doubles", {}, dict(EEG=eeg(data=rng.normal(0, 1, (3, 20)))), packed, None
    yield "one channel", {}, dict(EEG=eeg(1, chanlocs=struct(labels=["Cz"], **places(1, 85.0)))), plain, None
    yield "double names", {}, dict(EEG=eeg(chanlocs=struct(labels=["A", "B", "A"]))), plain, None
    yield "apart", {}, dict(EEG=eeg(data="x.fdt", event=struct(type=["a", "b"], latency=[2.0, 20.0]))), plain, \
        rng.normal(0, 20, (20, 3)).astype("<f4")
    epochs = dict(trials=4, chanlocs=struct(labels=names, **places(3, 85.0)),
                  event=struct(type=["a", "b", "a", "b", "b"], latency=[6.0, 9.0, 26.0, 46.0, 66.0], epoch=[1.0, 1.0, 2.0, 3.0, 4.0]),
                  xmin=-5 / 128, xmax=14 / 128)  # fmt: skip
    kinds = struct(event=[np.array([1.0, 2.0]), 3.0, 4.0, 5.0],
                   eventtype=[np.array(["a", "b"], dtype=object).reshape(1, 2), "a", "b", "b"])  # fmt: skip
    yield "epochs", {}, dict(EEG=eeg(epoch=kinds, **epochs)), plain, None
    yield "epochs packed", {}, eeg(epoch=kinds, **epochs), packed, None
    yield "epochs apart", dict(eog="auto"), dict(EEG=eeg(epoch=struct(event=[1.0, 3.0, 4.0, 5.0], eventtype=[1.0, 2.0, 1.0, 1.0]),
                                                  data="x.fdt", **epochs)), plain, rng.normal(0, 20, (80, 3)).astype("<f4")
    yield "epochs without events", {}, dict(EEG=eeg(trials=3)), plain, None


def described(inst, full):
    info = inst.info
    data = inst.get_data()
    dig = [[int(p["kind"]), int(p["ident"]), *np.asarray(p["r"], float).tolist()] for p in info["dig"] or [] if np.isfinite(p["r"]).all()]
    date = info["meas_date"]
    out = dict(
        sfreq=info["sfreq"], highpass=info["highpass"], lowpass=info["lowpass"], names=inst.ch_names,
        date=None if date is None else [int(date.timestamp()), date.microsecond], shape=list(data.shape),
        channels=[[c["kind"], c["coil_type"], c["unit"]] for c in info["chs"]], cals=[c["cal"] * c["range"] for c in info["chs"]],
        places=[c["loc"][:6].tolist() if np.isfinite(c["loc"][:3]).all() else None for c in info["chs"]], dig=dig)  # fmt: skip
    if isinstance(inst, mne.io.BaseRaw):
        out["annotations"] = [[float(a["onset"]), float(np.nan_to_num(a["duration"])), str(a["description"])] for a in inst.annotations]
        if hasattr(inst, "impedances"):
            out["impedances"] = [[name, *(None if value != value else value for value in (
                i["imp"], i["imp_unit"], i.get("imp_lower_bound"), i.get("imp_upper_bound")))]
                for name, i in inst.impedances.items()]  # fmt: skip
    else:
        out.update(events=inst.events.tolist(), event_id=inst.event_id, tmin=inst.tmin)
    if full:
        out["data"] = data.tolist()
    else:
        flat = data.reshape(-1, data.shape[-1]) if data.ndim == 3 else data
        rows = np.unique(np.linspace(0, len(flat) - 1, 40).astype(int))
        at = np.unique(np.linspace(0, flat.shape[1] - 1, 7).astype(int))
        flat = flat[rows]
        out.update(rows=rows.tolist(), at=at.tolist(), samples=flat[:, at].tolist(), sums=flat.sum(1).tolist(), largest=np.abs(flat).max(1).tolist())
    return out


def read(path, options):
    if path.suffix != ".set":
        return mne.io.read_raw_brainvision(path, **options)
    try:
        return mne.io.read_raw_eeglab(path, preload=True, **options)
    except TypeError:
        return mne.read_epochs_eeglab(path, **options)


def main(folder):
    mne.set_log_level("error")
    warnings.simplefilter("ignore")
    result = dict(made_by=f"MNE-Python {mne.__version__}, NumPy {np.__version__}, SciPy {scipy.__version__}, "
                          f"Python {platform.python_version()}", real=[], made=[])  # fmt: skip
    for name, options in REAL:
        result["real"].append(dict(file=name, options=options, **described(read(folder / name, options), False)))

    def add(name, options, path):
        files = {p.name: base64.b64encode(p.read_bytes()).decode() for p in sorted(path.parent.iterdir())}
        result["made"].append(dict(name=name, options=options, open=path.name, files=files, **described(read(path, options), True)))

    for name, options, files in brainvision():
        with tempfile.TemporaryDirectory() as aside:
            for file, content in files.items():
                (Path(aside) / file).write_bytes(content)
            add("BrainVision " + name, options, Path(aside) / "x.vhdr")
            if name == "places":  # MNE-Python counts electrodes at the origin, of unknown place, into the head's size
                del result["made"][-1]["dig"]
    for name, options, variables, how, apart in eeglab():
        with tempfile.TemporaryDirectory() as aside:
            savemat(Path(aside) / "x.set", variables, appendmat=False, **how)
            if apart is not None:
                (Path(aside) / "x.fdt").write_bytes(apart.tobytes())
            add("EEGLAB " + name, options, Path(aside) / "x.set")
    Path(__file__).with_suffix(".json").write_text(json.dumps(result, default=lambda number: number.item(), allow_nan=False) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
