#!/bin/sh
# Make .venv-peers: the packages that Ranvier is compared with, and those of Debian in tools/peers-packages.txt. Never a
# dependency of Ranvier or of its ordinary tests.
set -eu
cd "$(dirname "$0")/.."

missing=
for package in $(sed 's/#.*//' tools/peers-packages.txt | tr -s ' \n' ' '); do
    status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing="$missing $package"
done
if [ -n "$missing" ]; then
    if [ "$(id -u)" = 0 ]; then
        apt-get update -q
        DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing
    else
        echo "Not compared with:$missing. To have them: sudo apt-get install -y --no-install-recommends$missing" >&2
    fi
fi

digest=$(sha256sum tools/peers.txt | cut -d' ' -f1)
[ -f .venv-peers/ready ] && [ "$(cat .venv-peers/ready)" = "$digest" ] && exit 0
[ -x .venv-peers/bin/python ] || "${PYTHON:-/usr/bin/python3}" -m venv .venv-peers
.venv-peers/bin/python -m pip install -q --disable-pip-version-check -r tools/peers.txt
echo "$digest" > .venv-peers/ready
