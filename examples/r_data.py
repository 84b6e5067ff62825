"""Data frames that R packages carry (.rda), read without R.

Looked for in the installed packages, in the folder .example-data that tools/example_data.sh fills, and in
$RANVIER_R_DATA. The format: R Internals, chapter "Serialization Formats".
"""

import bz2
import gzip
import lzma
import os
import pathlib
import struct

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[1]
PLACES = [os.environ.get("RANVIER_R_DATA", ""), ROOT / ".example-data", "/usr/lib/R/site-library",
          "/usr/local/lib/R/site-library"]


def find(package, name):
    """Path of a data set, or None."""
    for place in PLACES:
        for ending in (".rda", ".RData"):
            path = pathlib.Path(place) / package / "data" / (name + ending)
            if str(place) and path.exists():
                return path
    return None


def data_frame(package, name):
    """Columns of a data frame: {name: array}; factors become arrays of text."""
    path = find(package, name)
    if path is None:
        raise SystemExit(f"the data set {name} of r-cran-{package} is not on this machine: run tools/example_data.sh")
    raw = path.read_bytes()
    opened = {b"\xfd7zXZ": lzma.decompress, b"BZh": bz2.decompress, b"\x1f\x8b": gzip.decompress}
    for magic, decompress in opened.items():
        if raw.startswith(magic):
            raw = decompress(raw)
    if raw[:5] not in (b"RDX2\n", b"RDX3\n") or raw[5:7] != b"X\n":
        raise SystemExit(f"{path} is not a binary .rda file")
    return _Reader(raw, 7).frame(name)


class _Reader:
    """Values of one serialised stream, big-endian."""

    def __init__(self, raw, at):
        self.raw, self.at, self.seen = raw, at, []
        version = self.int()
        self.at += 8
        if version == 3:
            self.at += self.int()  # name of the encoding

    def int(self):
        (value,) = struct.unpack_from(">i", self.raw, self.at)
        self.at += 4
        return value

    def numbers(self, kind):
        n = self.int()
        values = np.frombuffer(self.raw, kind, n, self.at)
        self.at += values.nbytes
        return values.astype(kind[1:])

    def item(self):
        """(value, attributes) of the next object."""
        flags = self.int()
        kind, has_attributes, has_tag = flags & 255, flags & 512, flags & 1024
        if kind in (254, 253, 242, 251):  # NULL, the global environment, the empty ones
            return None, {}
        if kind == 255:
            return self.seen[(flags >> 8) - 1], {}
        if kind == 1:
            self.seen.append(self.item()[0])
            return self.seen[-1], {}
        if kind == 2:
            attributes = self.attributes() if has_attributes else {}
            tag = self.item()[0] if has_tag else None
            return [(tag, self.item())] + (self.item()[0] or []), attributes
        if kind == 9:
            n = self.int()
            text = self.raw[self.at : self.at + max(n, 0)]
            self.at += max(n, 0)
            return text.decode("utf-8", "replace") if n >= 0 else None, {}
        if kind in (10, 13):
            value = self.numbers(">i4")
        elif kind == 14:
            value = self.numbers(">f8")
        elif kind == 16:
            value = [self.item()[0] for _ in range(self.int())]
        elif kind == 19:
            value = [self.item() for _ in range(self.int())]
        elif kind == 238:  # a compact form of the kind, its state, its attributes
            form = self.item()[0][0][1][0]
            state, _ = self.item()
            self.item()
            if form != "compact_intseq":
                raise SystemExit(f"an R object of the form {form} can't be read")
            n, first, step = state
            return (first + step * np.arange(int(n))).astype(int), {}
        else:
            raise SystemExit(f"an R object of type {kind} can't be read")
        return value, self.attributes() if has_attributes else {}

    def attributes(self):
        return {tag: value for tag, value in self.item()[0]}

    def frame(self, wanted):
        for name, (columns, attributes) in self.item()[0]:
            if name == wanted:
                result = {}
                for column, (values, about) in zip(attributes["names"][0], columns):
                    levels = about.get("levels")
                    if levels is None:
                        result[column] = np.array(values)
                    else:  # numbers from 1; NA is the least integer
                        result[column] = np.array([""] + levels[0])[np.maximum(values, 0)]
                return result
        raise SystemExit(f"there is no {wanted} in the file")
