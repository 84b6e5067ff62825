#!/bin/sh
# Make .venv-peers: the packages that Ranvier is compared with, and those of Debian in tools/peers-packages.txt; and
# .venv-brian: Brian 2, which wants a Python and a NumPy of its own. Never a dependency of Ranvier or of its ordinary tests.
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

# environment FOLDER PYTHON LIST [PACKAGE ...]: make or renew one, unless it is of that list and those packages already.
environment() {
    folder=$1 python=$2 list=$3
    shift 3
    digest=$({ cat "$list"; echo "$@"; } | sha256sum | cut -d' ' -f1)
    [ -f "$folder/ready" ] && [ "$(cat "$folder/ready")" = "$digest" ] && return 0
    [ -x "$folder/bin/python" ] || "$python" -m venv "$folder"
    "$folder/bin/python" -m pip install -q --disable-pip-version-check -r "$list" "$@"
    echo "$digest" > "$folder/ready"
}

environment .venv-peers "${PYTHON:-/usr/bin/python3}" tools/peers.txt

# Brian 2.11 wants Python 3.12 or newer; 2.9, the last for an older one, doesn't import with NumPy 2.4.
newer=
for python in ${BRIAN_PYTHON:-} python3.13 python3.12 "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.1[23].*/bin/python; do
    if "$python" -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null; then
        newer=$python
        break
    fi
done
if [ -n "$newer" ]; then
    environment .venv-brian "$newer" tools/peers-brian.txt 'brian2>=2.11'
else
    environment .venv-brian "${PYTHON:-/usr/bin/python3}" tools/peers-brian.txt 'brian2<2.10' 'numpy<2.4'
fi
.venv-brian/bin/python - <<'END'
import importlib.metadata
import platform

names = ("brian2", "numpy", "sympy", "cython")
print("Brian's own:", *(f"{name} {importlib.metadata.version(name)}," for name in names), "Python", platform.python_version())
END
