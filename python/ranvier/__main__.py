"""``python -m ranvier`` is the program ``ranvier``."""

import os
import pathlib
import shutil
import sys
import sysconfig


def program():
    """Where the command-line program lies: of a build, in this environment's scripts, or on the path."""
    places = [
        pathlib.Path(__file__).parents[2] / "cli" / "ranvier",  # of the build folder this package was imported from
        pathlib.Path(sysconfig.get_path("scripts")) / "ranvier",
    ]
    return next((str(p) for p in places if p.is_file()), None) or shutil.which("ranvier")


def main():
    found = program()
    if found is None:
        sys.exit("ranvier: the program 'ranvier' is not installed beside this package; 'pip install .' brings it")
    os.execv(found, [found, *sys.argv[1:]])


if __name__ == "__main__":
    main()
