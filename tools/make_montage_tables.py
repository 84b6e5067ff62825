"""Write montages/*.tsv: the coordinates of the standard montages.

The coordinates are those that MNE-Python ships (from FieldTrip, EasyCap, BioSemi, EGI and eeg-positions); only the
numbers are taken, in the units of their files. Run with a Python that has MNE-Python 1.13:

    python tools/make_montage_tables.py
"""

import pathlib

import mne

OUT = pathlib.Path(__file__).resolve().parent.parent / "montages"
DATA = pathlib.Path(mne.__file__).parent / "channels/data/montages"

# The unit of a file follows from its kind, and its kind from its suffix.
UNITS = {"elc": "mm", "tsv": "m", "txt": "degree", "sfp": "cm", "csd": "1"}


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
    return [(c[0], c[1:3]) for c in (line.split() for line in text.splitlines()[1:] if line.strip())]


def sfp(text):
    return [(c[0], c[1:4]) for c in (line.split() for line in text.splitlines() if line.strip())]


def csd(text):
    return [(c[0], c[4:7]) for c in (line.split() for line in text.splitlines() if not line.startswith("//")) if c]


READ = {"elc": elc, "tsv": tsv, "txt": angles, "sfp": sfp, "csd": csd}


def main():
    OUT.mkdir(exist_ok=True)
    for file in sorted(p for p in DATA.iterdir() if p.suffix[1:] in READ):
        kind = file.suffix[1:]
        sites = {}
        for name, row in READ[kind](file.read_text()):
            sites[name] = row  # of double names the last position, at the place of the first
        unit = "1" if file.stem.startswith("spherical") else UNITS[kind]
        head = [f"# source: {file.name} of MNE-Python {mne.__version__}", f"# unit: {unit}", f"# kind: {kind}"]
        rows = ["\t".join([name, *map(number, row)]) for name, row in sites.items()]
        (OUT / f"{file.stem}.tsv").write_text("\n".join(head + rows) + "\n")


def number(text):
    """The same number, without zeros that say nothing."""
    if "." in text and "e" not in text.lower():
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


if __name__ == "__main__":
    main()
