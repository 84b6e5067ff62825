#!/bin/sh
# Make .venv-peers: the packages that Ranvier is compared with. Never a dependency of Ranvier or of its ordinary tests.
set -eu
cd "$(dirname "$0")/.."
digest=$(sha256sum tools/peers.txt | cut -d' ' -f1)
[ -f .venv-peers/ready ] && [ "$(cat .venv-peers/ready)" = "$digest" ] && exit 0
[ -x .venv-peers/bin/python ] || "${PYTHON:-/usr/bin/python3}" -m venv .venv-peers
.venv-peers/bin/python -m pip install -q --disable-pip-version-check -r tools/peers.txt
echo "$digest" > .venv-peers/ready
