"""Where the peers are: .venv-peers, made by `make peers`, or the python that $RANVIER_PEERS names."""

import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def data_folder():
    folder = pathlib.Path(os.environ.get("RANVIER_DATA") or ROOT.parent / "shared/data")
    if not folder.exists():
        pytest.skip("the recorded data is not on this machine (set RANVIER_DATA)")
    return folder


@pytest.fixture(scope="session")
def peers_python():
    python = pathlib.Path(os.environ.get("RANVIER_PEERS") or ROOT / ".venv-peers/bin/python")
    if not python.exists():
        pytest.skip("no peers to compare with: run `make peers`")
    return python


@pytest.fixture
def run_peer(peers_python, data_folder):
    """Runs the peers' python with arguments; returns what it printed."""

    def run(*arguments):
        done = subprocess.run([str(peers_python), *map(str, arguments)], text=True, capture_output=True,
                              env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
                              | {"RANVIER_DATA": str(data_folder)})  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    return run
