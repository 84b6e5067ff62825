"""What an estimator has learnt, as a JSON file."""

import json

from ..checks import path_of, reading, write_whole


def write_state(fname, state, overwrite):
    """Write what `read_state` reads; `state` says under "format" what it is of."""
    write_whole(fname, json.dumps(state).encode(), overwrite)


def read_state(fname, kind, source, make):
    """What `make` makes of the state in a file. Raises FileError unless its format is `kind`, which `source` writes, and
    what is in it is whole."""
    path = path_of(fname)
    with reading(path, f"file of {source}"):
        state = json.loads(path.read_bytes())
        if state["format"] != kind:
            raise ValueError(f"its format is {state['format']!r}")
        return make(state)
