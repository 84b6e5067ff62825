#!/bin/sh
# Fetch the recorded data of the learning examples: two Debian packages of R data sets, unpacked into .example-data
# without installing R. Needs no rights; where there is no apt, the examples that need the data say so and stop.
set -eu
cd "$(dirname "$0")/.."
goal=$PWD/.example-data
[ -f "$goal/ready" ] && exit 0
command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || { echo "no apt: the learning examples lack their data" >&2; exit 0; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
for package in mlbench caret; do
    if ! (cd "$work" && { apt-get download -q "r-cran-$package" || { apt-get update -q && apt-get download -q "r-cran-$package"; }; }) \
            >"$work/log" 2>&1; then
        echo "r-cran-$package can't be fetched: the learning examples lack its data" >&2
        exit 0
    fi
    dpkg-deb --fsys-tarfile "$work"/r-cran-${package}_*.deb | tar -x -C "$work" "./usr/lib/R/site-library/$package/data"
    mkdir -p "$goal/$package"
    rm -rf "$goal/$package/data"
    mv "$work/usr/lib/R/site-library/$package/data" "$goal/$package/data"
done
touch "$goal/ready"
