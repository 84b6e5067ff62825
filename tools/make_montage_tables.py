"""Write src/ranvier/meeg/sensors/montage_table_*.cpp: the coordinates of the standard montages.

The coordinates are those that MNE-Python ships (from FieldTrip, EasyCap, BioSemi, EGI and eeg-positions); only the
numbers are taken, in the units of their files. Run with a Python that has MNE-Python 1.13:

    python tools/make_montage_tables.py
"""

import pathlib

import mne
from mne._freesurfer import get_mni_fiducials

OUT = pathlib.Path(__file__).resolve().parent.parent / "src/ranvier/meeg/sensors"
DATA = pathlib.Path(mne.__file__).parent / "channels/data/montages"

# family -> files; the kind of a file follows from its suffix
FAMILIES = {
    "colin27": [f"colin27_{n}.elc" for n in ("1005", "1020", "alphabetic", "postfixed", "prefixed", "primed")],
    "fsaverage": [f"fsaverage_{n}.tsv" for n in ("1005", "1010", "1020")],
    "spherical": [f"spherical_{n}.tsv" for n in ("1005", "1010", "1020")],
    "biosemi": [f"biosemi{n}.txt" for n in (16, 32, 64, 128, 160, 256)],
    "easycap": ["easycap-M1.txt", "easycap-M10.txt", "easycap-M43.txt", "brainproducts-RNP-BA-128.txt"],
    "geodesic": ["EGI_256.csd"] + [f"GSN-HydroCel-{n}.sfp" for n in ("32", "64_1.0", "65_1.0", "128", "129", "256", "257")],
    "mgh": ["mgh60.elc", "mgh70.elc"],
    "artinis": ["artinis-octamon.elc", "artinis-brite23.elc"],
}


def elc(text):
    """Positions [mm], then labels."""
    body = text.split("Positions\n", 1)[1]
    numbers, labels = body.split("Labels\n", 1)
    rows = [line.split() for line in numbers.splitlines() if line.strip()]
    names = []
    for line in labels.splitlines():
        if not line.strip():
            break
        names.append(line.strip(" "))
    return list(zip(names, rows, strict=True))


def tsv(text):
    return [(c[0], c[1:4]) for c in (line.split("\t") for line in text.splitlines()[1:] if line)]


def angles(text):
    """Inclination and azimuth [degree]."""
    return [(c[0], c[1:3] + ["0"]) for c in (line.split() for line in text.splitlines()[1:] if line.strip())]


def sfp(text):
    return [(c[0], c[1:4]) for c in (line.split() for line in text.splitlines() if line.strip())]


def csd(text):
    return [(c[0], c[4:7]) for c in (line.split() for line in text.splitlines() if not line.startswith("//")) if c]


READ = {"elc": elc, "tsv": tsv, "txt": angles, "sfp": sfp, "csd": csd}


def identifier(name):
    return "".join(c if c.isalnum() else "_" for c in name)


def main():
    index = []
    for family, files in FAMILIES.items():
        out = [
            f"// Coordinates of the {family} montages, in the units of their sources. Written by",
            f"// tools/make_montage_tables.py from MNE-Python {mne.__version__}; edit that, not this.",
            '#include "ranvier/meeg/sensors/montage_tables.hpp"',
            "",
            "namespace ranvier::meeg::montages {",
            "",
            "// clang-format off",
        ]
        for file in files:
            stem, suffix = file.rsplit(".", 1)
            sites = {}
            for name, row in READ[suffix]((DATA / file).read_text()):
                sites[name] = row  # of double names the last position, at the place of the first
            index.append((stem, suffix, len(sites)))
            out.append(f"extern const Site {identifier(stem)}[{len(sites)}] = {{")
            line = "   "
            for name, row in sites.items():
                item = ' {"' + name.replace('"', '\\"') + '", ' + ", ".join(number(x) for x in row) + "},"
                if len(line) + len(item) > 118:
                    out.append(line)
                    line = "   "
                line += item
            out += [line, "};"]
        out += ["// clang-format on", "", "}  // namespace ranvier::meeg::montages", ""]
        (OUT / f"montage_table_{family}.cpp").write_text("\n".join(out))

    fiducials = {f["ident"]: f["r"] for f in get_mni_fiducials("fsaverage")}
    out = [
        "// The list of the standard montages. Written by tools/make_montage_tables.py; edit that, not this.",
        '#include "ranvier/meeg/sensors/montage_tables.hpp"',
        "",
        "namespace ranvier::meeg::montages {",
        "",
        "// clang-format off",
    ]
    out += [f"extern const Site {identifier(s)}[{n}];" for s, _, n in index]
    out += ["", f"extern const Table tables[{len(index)}] = {{"]
    out += [f'    {{"{s}", Kind::{k}, {identifier(s)}, {n}}},' for s, k, n in index]
    out += ["};", f"extern const int n_tables = {len(index)};", ""]
    for ident, word in ((1, "lpa"), (2, "nasion"), (3, "rpa")):
        values = ", ".join(repr(float(x)) for x in fiducials[ident])
        out.append(f"extern const double fsaverage_{word}[3] = {{{values}}};  // [m]")
    out += ["// clang-format on", "", "}  // namespace ranvier::meeg::montages", ""]
    (OUT / "montage_tables.cpp").write_text("\n".join(out))


def number(text):
    """The same number, without zeros that say nothing."""
    if "." in text and "e" not in text.lower():
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


if __name__ == "__main__":
    main()
