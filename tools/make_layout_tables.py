"""Write python/ranvier/meeg/channels/layouts/*.tsv: where makers of MEG and EEG draw their channels.

The numbers are those of the layouts that MNE-Python ships; only they and the channels' names are taken. Run with a Python
that has MNE-Python 1.13:

    python tools/make_layout_tables.py
"""

import pathlib

import mne

OUT = pathlib.Path(__file__).resolve().parent.parent / "python/ranvier/meeg/channels/layouts"
DATA = pathlib.Path(mne.__file__).parent / "channels/data/layouts"


def main():
    OUT.mkdir(exist_ok=True)
    for path in sorted(DATA.iterdir()):
        if path.suffix not in (".lout", ".lay"):
            continue
        lines = path.read_text().splitlines()
        table = [f"# source: {path.name} of MNE-Python {mne.__version__}"]
        if path.suffix == ".lout":
            table.append("# box: " + " ".join(lines.pop(0).split()))
        for line in filter(str.strip, lines):
            number, x, y, width, height, name = line.split(maxsplit=5)
            table.append("\t".join([str(int(number)), x, y, width, height, " ".join(name.split())]))
        (OUT / f"{path.stem}.tsv").write_text("\n".join(table) + "\n")


if __name__ == "__main__":
    main()
