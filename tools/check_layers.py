"""Fail when an include climbs to the same or a higher floor of the table in ARCHITECTURE.md."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def floors():
    """Floor number of each module, from the table after the `floors:` comment."""
    text = (ROOT / "ARCHITECTURE.md").read_text()
    table = text.split("<!-- floors:", 1)[1]
    rows = re.findall(r"^\| (\d+) \| ([a-z ]+) \|", table, flags=re.M)
    return {module: int(floor) for floor, modules in rows for module in modules.split()}


def main():
    floor = floors()
    mistakes = []
    seen = set()
    for path in sorted(ROOT.glob("src/ranvier/*/**/*")) + sorted(ROOT.glob("cli/*")) + sorted(ROOT.glob("python/**/*")):
        if path.suffix not in {".hpp", ".cpp"}:
            continue
        parts = path.relative_to(ROOT).parts
        module = parts[2] if parts[0] == "src" else parts[0]
        seen.add(module)
        if module not in floor:
            mistakes.append(f"{path.relative_to(ROOT)}: module '{module}' is not in the table of ARCHITECTURE.md")
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            match = re.match(r'\s*#include "ranvier/([a-z]+)/', line)
            if not match or match[1] == module:
                continue
            target = match[1]
            if target not in floor or floor[target] >= floor[module]:
                mistakes.append(
                    f"{path.relative_to(ROOT)}:{number}: {module} (floor {floor[module]}) includes "
                    f"{target} (floor {floor.get(target, '?')})"
                )
    mistakes += [f"the table names '{m}', which has no file" for m in floor if m not in seen]
    print("\n".join(mistakes) or f"layers hold: {len(seen)} modules")
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
