#!/bin/sh
# Make this checkout ready to build: system packages, the Python environment .venv, node packages of viewer/.
# Does nothing where nothing is missing. Run as root it installs system packages; as an ordinary user it prints the line
# that does.
set -eu
cd "$(dirname "$0")/.."

packages=$(sed 's/#.*//' tools/packages.txt | tr -s ' \n' ' ')
missing=
for package in $packages; do
    status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing="$missing $package"
done
if [ -n "$missing" ]; then
    if [ "$(id -u)" = 0 ]; then
        echo "Installing:$missing"
        apt-get update -q
        DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing
    else
        printf '%s\n\n    %s\n\n' "Some system packages are missing. Please run this line, then make again:" \
            "sudo apt-get update && sudo apt-get install -y --no-install-recommends$missing" >&2
        exit 1
    fi
fi

# A stamp holds the digest of what it was made from, so a changed list is installed again.
fresh() { [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]; }

digest=$(sha256sum tools/requirements.txt | cut -d' ' -f1)
if ! fresh .venv/ready "$digest"; then
    echo "Preparing the Python environment .venv"
    # Debian's own interpreter, for which python3-dev has the headers.
    [ -x .venv/bin/python ] || "${PYTHON:-/usr/bin/python3}" -m venv .venv
    .venv/bin/python -m pip install -q --disable-pip-version-check -r tools/requirements.txt
    echo "$digest" > .venv/ready
fi

if [ -f viewer/package-lock.json ]; then
    digest=$(sha256sum viewer/package-lock.json | cut -d' ' -f1)
    if ! fresh viewer/node_modules/.ready "$digest"; then
        echo "Installing node packages of viewer/"
        (cd viewer && PATH="$PWD/../.venv/bin:$PATH" PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 \
            npm ci --loglevel error --no-audit --no-fund)
        echo "$digest" > viewer/node_modules/.ready
    fi
fi

tools/example_data.sh
