"""What an estimator has learnt, as a JSON file."""

import json

from ..checks import path_of, write_whole


def write_state(fname, state, overwrite):
    """Write what `read_state` reads; `state` says under "format" what it is of."""
    write_whole(fname, json.dumps(state).encode(), overwrite)


def read_state(fname, kind, source):
    """The state in a file. Raises OSError where its format is not `kind`, which `source` writes."""
    path = path_of(fname)
    try:
        state = json.loads(path.read_bytes())
    except ValueError:
        state = None
    if not isinstance(state, dict) or state.get("format") != kind:
        raise OSError(f"{path}: no file of {source}")
    return state
