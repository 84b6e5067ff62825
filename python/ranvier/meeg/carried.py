"""What an Info carries from file to file in FIFF's tags and blocks, as MNE-Python shows it."""

import datetime

import numpy as np

from .points import Transform

_epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


def _numbers(code):
    kind = {">i4": 3, ">f4": 4}[code]
    return kind, lambda b: np.frombuffer(b, code).astype(code[1:]), lambda v: np.asarray(v, code).tobytes()


def _number(code, python):
    kind, read, write = _numbers(code)
    return kind, lambda b: python(read(b)[0]), lambda v: write([python(v)])


def _matrix(data):  # behind the numbers stand the extents, last axis first, and how many there are
    n = int(np.frombuffer(data[-4:], ">i4")[0])
    return (
        np.frombuffer(data[: -4 * n - 4], ">f4").reshape(np.frombuffer(data[-4 * n - 4 : -4], ">i4")[::-1]).astype("f4")
    )


def _int_matrix(data):
    n = int(np.frombuffer(data[-4:], ">i4")[0])
    return np.frombuffer(data[: -4 * n - 4], ">i4").reshape(np.frombuffer(data[-4 * n - 4 : -4], ">i4")[::-1]).astype("i4")


def _sparse(data):
    """A sparse matrix that lies by columns: values, rows, where columns begin; their number, rows, columns, and 2.

    Without SciPy it is an array, which is written back alike."""
    count, rows, columns, _ = np.frombuffer(data[-16:], ">i4").tolist()
    values = np.frombuffer(data[: 4 * count], ">f4").astype("f4")
    at = np.frombuffer(data[4 * count : -16], ">i4").astype("i4")
    try:
        from scipy.sparse import csc_array
    except ImportError:
        whole = np.zeros((rows, columns), "f4")
        whole[at[:count], np.repeat(np.arange(columns), np.diff(at[count:]))] = values
        return whole
    return csc_array((values, at[:count], at[count:]), shape=(rows, columns))


def _to_sparse(m):
    if hasattr(m, "tocsc"):
        m = m.tocsc()
        values, rows, begins = m.data, m.indices, m.indptr
    else:
        m = np.asarray(m, float)
        columns, rows = np.nonzero(m.T)
        values, begins = m[rows, columns], np.searchsorted(columns, np.arange(m.shape[1] + 1))
    parts = (values, ">f4"), (rows, ">i4"), (begins, ">i4"), ([len(values), *m.shape, 2], ">i4")
    return b"".join(np.asarray(part, kind).tobytes() for part, kind in parts)


def _to_matrix(m, kind=">f4"):
    m = np.atleast_2d(np.asarray(m, kind))
    return m.tobytes() + np.array([*m.shape[::-1], m.ndim], ">i4").tobytes()


def _from_id(data):
    numbers = np.frombuffer(data, ">i4")
    return {
        "version": int(numbers[0]),
        "machid": numbers[1:3].astype("i4"),
        "secs": int(numbers[3]),
        "usecs": int(numbers[4]),
    }


def _from_transform(data):
    rows = np.frombuffer(data[8:56], ">f4").astype(float)
    frames = np.frombuffer(data[:8], ">i4")
    matrix = np.eye(4)
    matrix[:3, :3], matrix[:3, 3] = rows[:9].reshape(3, 3), rows[9:]
    return Transform(int(frames[0]), int(frames[1]), matrix)


def _to_transform(t):
    there, back = np.asarray(t["trans"], float), np.linalg.inv(np.asarray(t["trans"], float))
    parts = [part for m in (there, back) for part in (m[:3, :3].ravel(), m[:3, 3])]
    return np.array([int(t["from"]), int(t["to"])], ">i4").tobytes() + np.concatenate(parts).astype(">f4").tobytes()


def _from_dig(data):
    kind, ident = np.frombuffer(data[:8], ">i4").tolist()
    return {"kind": kind, "ident": ident, "r": np.frombuffer(data[8:20], ">f4").astype("f4"), "coord_frame": 0}


def _to_dig(p):
    return np.array([p["kind"], p["ident"]], ">i4").tobytes() + np.asarray(p["r"], ">f4").tobytes()


_no_date = 0, 2**31 - 1  # how FIFF says that a date is unknown


def _date(data):
    seconds, microseconds = np.frombuffer(data, ">i4").tolist()
    if (seconds, microseconds) == _no_date:
        return None
    return _epoch + datetime.timedelta(seconds=seconds, microseconds=microseconds)


# FIFF's type, how a tag's bytes are read, and written where that can be
_kinds = {
    "int": _number(">i4", int), "float": _number(">f4", float), "ints": _numbers(">i4"), "floats": _numbers(">f4"),
    "text": (10, lambda b: b.decode("latin-1"), lambda v: str(v).encode("latin-1")), "matrix": (4 | 1 << 30, _matrix, _to_matrix),
    "int matrix": (3 | 1 << 30, _int_matrix, lambda v: _to_matrix(v, ">i4")), "sparse": (4 | 0x401 << 20, _sparse, _to_sparse),
    "names": (10, lambda b: b.decode("latin-1").split(":"), lambda v: ":".join(v).encode("latin-1")),
    "id": (31, _from_id, lambda v: np.array([v["version"], *v["machid"], v["secs"], v["usecs"]], ">i4").tobytes()),
    "transform": (35, _from_transform, _to_transform), "dig": (33, _from_dig, _to_dig),
    "date": (3, _date, lambda v: np.array([(v - _epoch).days * 86400 + (v - _epoch).seconds, v.microsecond], ">i4").tobytes()),
    "julian": (6, lambda b: datetime.date.fromordinal(int(np.frombuffer(b, ">i4")[0]) - 1721425),
               lambda v: np.array([v.toordinal() + 1721425], ">i4").tobytes()),
}  # fmt: skip

# Tags of the measurement info: number and kind; transforms also by their frames.
_tags = {
    "proj_id": (500, "int"), "utc_offset": (159, "text"), "gantry_angle": (282, "int"), "meas_id": (110, "id"),
    "file_id": (100, "id"), "xplotter_layout": (3501, "text"), "kit_system_id": (3612, "int"),
    "ctf_head_t": (222, "transform", (1004, 4)), "dev_ctf_t": (222, "transform", (1, 1004)),
}  # fmt: skip
_coil = {"number": (245, "int"), "epoch": (302, "matrix"), "slopes": (215, "floats"), "corr_coeff": (226, "floats"),
         "coil_freq": (236, "float")}  # fmt: skip
# What a Maxwell filter says of itself, in blocks of which there is one each.
_max_info = {
    "sss_info": (502, {
        "job": (264, "int"), "frame": (263, "int"), "origin": (265, "floats"), "in_order": (266, "int"),
        "out_order": (267, "int"), "nchan": (268, "int"), "components": (269, "ints"), "nfree": (278, "int"),
        "hpi_g_limit": (243, "float"), "hpi_dist_limit": (244, "float"),
    }),
    "max_st": (504, {"job": (264, "int"), "subspcorr": (272, "float"), "buflen": (279, "float")}),
    "sss_ctc": (501, {
        "block_id": (103, "id"), "parent_block_id": (110, "id"), "date": (204, "ints"), "creator": (113, "text"),
        "decoupler": (800, "sparse"), "ch_names": (3417, "names"),
    }),
    "sss_cal": (503, {"cal_chans": (270, "int matrix"), "cal_corrs": (271, "matrix")}),
}  # fmt: skip
# Blocks: number, and their tags; in a list: there may be several; a dict as kind is one of blocks within, which have one
# number; without a number they have names, and each is there once or is empty.
_blocks = {
    "subject_info": (106, {
        "id": (400, "int"), "his_id": (410, "text"), "last_name": (403, "text"), "first_name": (401, "text"),
        "middle_name": (402, "text"), "birthday": (404, "julian"), "sex": (405, "int"), "hand": (406, "int"),
        "weight": (407, "float"), "height": (408, "float"),
    }),
    "device_info": (124, {"type": (152, "text"), "model": (153, "text"), "serial": (154, "text"), "site": (155, "text")}),
    "helium_info": (125, {
        "he_level_raw": (156, "float"), "gantry_angle": (282, "int"), "helium_level": (157, "float"),
        "orig_file_guid": (158, "text"), "meas_date": (204, "date"),
    }),
    "hpi_subsystem": (121, {"ncoil": (216, "int"), "event_channel": (602, "text"),
                            "hpi_coils": (110, {"event_bits": (603, "ints")})}),
    "hpi_results": (109, [{
        "dig_points": (213, ["dig"]), "order": (247, "ints"), "used": (246, "ints"), "moments": (240, "matrix"),
        "goodness": (241, "floats"), "good_limit": (243, "float"), "dist_limit": (244, "float"), "accept": (242, "int"),
        "coord_trans": (222, "transform"),
    }]),
    "hpi_meas": (108, [{
        "block_id": (103, "id"), "parent_id": (110, "id"), "creator": (113, "text"), "sfreq": (201, "float"),
        "nchan": (200, "int"), "nave": (207, "int"), "ncoil": (216, "int"), "first_samp": (208, "int"),
        "last_samp": (209, "int"), "hpi_coils": (110, _coil),
    }]),
    "events": (115, [{"channels": (600, "ints"), "list": (601, "ints")}]),
    "cross_talk": _max_info["sss_ctc"], "fine_calibration": _max_info["sss_cal"],
    "acquisition": (117, {"acq_pars": (150, "text"), "acq_stim": (151, "text")}),
    "history": (900, {"proc_history": (901, {
        "block_id": (103, "id"), "date": (204, "ints"), "experimenter": (212, "text"), "creator": (113, "text"),
        "max_info": (None, _max_info),
    })}),
}  # fmt: skip
_within = {"acq_pars": "acquisition", "acq_stim": "acquisition", "proc_history": "history"}
if_there = ("cross_talk", "fine_calibration")  # keys that an Info lacks where there is nothing to show
flat = ("subject_info", "device_info", "helium_info")
keys = (*_tags, *(key for key in _blocks if key not in _within.values()), *_within)


def _frames(data):
    return tuple(np.frombuffer(data[:8], ">i4").tolist())


def _is(tag, number, kind, frames=None):
    return tag[0] == number and (frames is None or _frames(tag[2]) == frames)


def _shown(block, fields):
    """A block as a dict."""
    _, tags, children = block
    found = {}
    for key, (number, kind) in fields.items():
        if number is None:
            within = {name: [c for c in children if c[0] == n] for name, (n, _) in kind.items()}
            found[key] = {name: _shown(some[0], kind[name][1]) if some else {} for name, some in within.items()}
        elif isinstance(kind, dict):
            found[key] = [_shown(child, kind) for child in children if child[0] == number]
        else:
            values = [_kinds[kind if isinstance(kind, str) else kind[0]][1](data) for n, _, data in tags if n == number]
            if isinstance(kind, list):
                found[key] = values
            elif values:
                found[key] = values[-1]
    return found


def read(engine, key):
    """What `info[key]` is, from what the engine carries."""
    tags, blocks = engine["preserved"]
    if key in _tags:
        found = [_kinds[_tags[key][1]][1](tag[2]) for tag in tags if _is(tag, *_tags[key])]
        if key == "dev_ctf_t" and not found:
            there, ctf = engine["dev_head_t"], read(engine, "ctf_head_t")
            found = [Transform(1, 1004, np.linalg.inv(ctf["trans"]) @ there["trans"])] if there and ctf else []
        return found[0] if found else None
    if key in _within:
        outer = read(engine, _within[key])
        return (outer or {}).get(key, [] if key == "proc_history" else None)
    number, fields = _blocks[key]
    several = isinstance(fields, list)
    found = [_shown(block, fields[0] if several else fields) for block in blocks if block[0] == number]
    return found if several else found[0] if found else None


def write(engine, key, value):
    """Let the engine carry `value` as `info[key]`. Raises ValueError where FIFF has no place for it."""
    tags, blocks = engine["preserved"]
    if key in _tags:
        number, kind, *frames = _tags[key]
        tags = [tag for tag in tags if not _is(tag, *_tags[key])]
        tags += [] if value is None else [_tag(f"info[{key!r}]", number, kind, value)]
        if value is not None and frames and _frames(tags[-1][2]) != frames[0]:
            raise ValueError(
                f"info[{key!r}] must be a transform between frames {frames[0]}; got {_frames(tags[-1][2])}"
            )
    elif key not in flat and _same(read(engine, key), value):
        return
    elif key in _within:
        outer = {**(read(engine, _within[key]) or {}), key: value}
        return write(engine, _within[key], outer if any(outer.values()) else None)
    else:
        number, fields = _blocks[key]
        before = [block for block in blocks if block[0] == number]
        blocks = [block for block in blocks if block[0] != number]
        if isinstance(fields, list):
            blocks += [_block(f"info[{key!r}]", number, fields[0], one, _of_like(before, fields[0], one)) for one in value or ()]
        elif value is not None:
            blocks.append(_block(f"info[{key!r}]", number, fields, value, before[0] if before else None))
    engine["preserved"] = (tags, blocks)


def _of_like(blocks, fields, value):
    """The one of several blocks that `value` says again: with its id; or None."""
    one = value.get("block_id")
    return next((b for b in blocks if one is not None and _same(_shown(b, fields).get("block_id"), one)), None)


def _block(what, number, fields, value, before=None):
    """A dict as a block, which keeps of the one `before` what no key shows."""
    if unknown := set(value) - set(fields):
        raise ValueError(f"{what} has {', '.join(fields)}; got {', '.join(sorted(map(str, unknown)))}")
    _, tags, children = before or (number, (), ())
    known = {kind[0] for kind in fields.values()} | {n for w, kind in fields.values() if w is None for n, _ in kind.values()}
    old, own = children, []
    tags, children = ([part for part in parts if part[0] not in known] for parts in (tags, children))
    for name, (within, kind) in fields.items():  # in this order, so that what is equal is written equal
        if name not in value:
            continue
        item, place = value[name], f"{what}[{name!r}]"
        if within is None:
            if unknown := set(item) - set(kind):
                raise ValueError(f"{place} has {', '.join(kind)}; got {', '.join(sorted(map(str, unknown)))}")
            for part, (n, parts) in kind.items():
                there = next((child for child in old if child[0] == n), None)
                if item.get(part):
                    children.append(_block(f"{place}[{part!r}]", n, parts, item[part], there))
        elif isinstance(kind, dict):
            same = [child for child in old if child[0] == within]
            children += [_block(place, within, kind, each, _of_like(same, kind, each)) for each in item]
        elif isinstance(kind, list):
            own += [_tag(place, within, kind[0], each) for each in item]
        elif item is not None:
            own.append(_tag(place, within, kind, item))
    return number, own + tags, children


_telling = {100, 103, 110, 154, 155, 158, 204, 212}  # tags: of files, blocks and machines, dates, names


def anonymize(engine):
    """Take out of what the engine carries who was measured, by whom, when, where and on which machine.

    What has no key in MNE-Python's Info is taken out too: nobody knows what it tells.
    """
    tags, blocks = engine["preserved"]
    kept = [row for key, row in _tags.items() if key not in ("proj_id", "utc_offset", "meas_id", "file_id")]
    known = {row[0] for key, row in _blocks.items() if key != "subject_info"}
    engine["preserved"] = (
        [tag for tag in tags if any(_is(tag, *row) for row in kept)],
        [_without_names(block) for block in blocks if block[0] in known],
    )


def _without_names(block):
    number, tags, children = block
    if number == _blocks["history"][1]["proc_history"][0]:  # whose records MNE-Python wants whole
        blank = {103: _kinds["id"][2]({"version": 0, "machid": (0, 0), "secs": _no_date[0], "usecs": _no_date[1]}),
                 204: np.array(_no_date, ">i4").tobytes(), 212: b"anonymous"}  # fmt: skip
        tags = [(n, kind, blank.get(n, data)) for n, kind, data in tags if n in blank or n not in _telling]
    else:
        tags = [tag for tag in tags if tag[0] not in _telling]
    return number, tags, [_without_names(child) for child in children]


def _tag(what, number, kind, value):
    try:
        return number, _kinds[kind][0], _kinds[kind][2](value)
    except (TypeError, ValueError, AttributeError, KeyError) as wrong:
        raise TypeError(f"{what} must be of kind {kind}; got {value!r}") from wrong


def _same(a, b):
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_same(a[key], b[key]) for key in a)
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return len(a) == len(b) and all(map(_same, a, b))
    a, b = (m.toarray() if hasattr(m, "toarray") else m for m in (a, b))  # of sparse matrices
    return np.array_equal(a, b) if isinstance(a, np.ndarray) else a == b or (not a and not b)
