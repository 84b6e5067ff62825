"""Fail when an include or import climbs, or goes in a circle, or when two types of C++ have one name.

ARCHITECTURE.md has two tables: the floors of modules, and the floors of the rooms inside a module. An include goes to a
lower floor or stays in its room; what lies in a module's folder itself stands above its rooms. Headers, Python modules
and the viewer's TypeScript files include and import without circles.
"""

import ast
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def tables():
    """Floor of each module, and of each room as "module/room"."""
    text = (ROOT / "ARCHITECTURE.md").read_text()
    modules, rooms = text.split("<!-- floors:", 1)[1].split("<!-- rooms:", 1)
    floors = {}
    for number, names in re.findall(r"^\| (\d+) \| ([a-z ]+) \|", modules, flags=re.M):
        floors.update({name: int(number) for name in names.split()})
    inside = {}
    for module, order in re.findall(r"^\| ([a-z]+) \| ([a-z ,]+) \|", rooms, flags=re.M):
        if module in floors:
            for number, names in enumerate(order.split(",")):
                inside.update({f"{module}/{name}": number for name in names.split()})
    return floors, inside


def circles(graph):
    """The circles of {node: {node: where}}, one per knot, as lists of nodes."""
    state, path, found = {}, [], []

    def visit(node):
        state[node] = "open"
        path.append(node)
        for target in sorted(graph.get(node, ())):
            if state.get(target) == "open":
                found.append([*path[path.index(target) :], target])
            elif target not in state:
                visit(target)
        path.pop()
        state[node] = "done"

    sys.setrecursionlimit(10000)
    for node in sorted(graph):
        if node not in state:
            visit(node)
    return found


def check_includes(floors, rooms):
    mistakes, seen, graph = [], set(), {}
    places = [*ROOT.glob("src/ranvier/*/**/*"), *ROOT.glob("cli/*"), *ROOT.glob("python/**/*")]
    for path in sorted(p for p in places if p.suffix in {".hpp", ".cpp"}):
        parts = path.relative_to(ROOT).parts
        module = parts[2] if parts[0] == "src" else parts[0]
        room = f"{module}/{parts[3]}" if parts[0] == "src" and len(parts) > 4 else module
        seen.add(module)
        if module not in floors:
            mistakes.append(f"{path.relative_to(ROOT)}: module '{module}' is not in the table of ARCHITECTURE.md")
            continue
        if room != module and any(r.startswith(f"{module}/") for r in rooms) and room not in rooms and parts[3] != "kernels":
            mistakes.append(f"{path.relative_to(ROOT)}: room '{room}' is not in the table of ARCHITECTURE.md")
        this = str(path.relative_to(ROOT)).removeprefix("src/")
        for number, line in enumerate(path.read_text().splitlines(), 1):
            match = re.match(r'\s*#include "(ranvier/([a-z]+)/(?:([a-z]+)/)?[^"]*)"', line)
            if not match:
                continue
            target, place = match[2], f"{path.relative_to(ROOT)}:{number}"
            graph.setdefault(this, {})[match[1]] = place
            if target != module:
                if target not in floors or floors[target] >= floors[module]:
                    mistakes.append(f"{place}: {module} (floor {floors[module]}) includes {target} (floor {floors.get(target, '?')})")
                continue
            target_room = f"{target}/{match[3]}"
            if target_room == f"{target}/kernels":
                continue  # the innermost loops of a module, below all its rooms
            if room in rooms and target_room != room and (target_room not in rooms or rooms[target_room] >= rooms[room]):
                mistakes.append(f"{place}: {room} includes {match[1]}, which is no lower room")
    mistakes += [f"the table names '{m}', which has no file" for m in floors if m not in seen]
    mistakes += [f"includes in a circle: {' > '.join(c)}" for c in circles(graph)]
    return mistakes, len(seen)


def python_imports():
    """{module: {module: place}} of python/ranvier."""
    base = ROOT / "python"
    names = {}
    for path in sorted(base.glob("ranvier/**/*.py")):
        parts = path.relative_to(base).with_suffix("").parts
        names[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    graph = {}
    for name, path in names.items():
        package = name if path.name == "__init__.py" else name.rpartition(".")[0]
        targets = graph.setdefault(name, {})

        def add(target, line, targets=targets, name=name, path=path):
            while target and target not in names:
                target = target.rpartition(".")[0]
            # A package that is imported on the way to its parts is no import of what it holds.
            if target and target != name and not name.startswith(f"{target}."):
                targets[target] = f"{path.relative_to(ROOT)}:{line}"

        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    add(alias.name, node.lineno)
            elif isinstance(node, ast.ImportFrom):
                source = node.module or ""
                if node.level:
                    up = package.split(".")[: len(package.split(".")) - node.level + 1]
                    source = ".".join([*up, *([node.module] if node.module else [])])
                for alias in node.names:
                    add(f"{source}.{alias.name}" if f"{source}.{alias.name}" in names else source, node.lineno)
    return graph


def viewer_imports():
    """{file: {file: place}} of viewer/src, imports of types alone included."""
    graph = {}
    for path in sorted((ROOT / "viewer/src").rglob("*.ts")):
        targets = graph.setdefault(str(path.relative_to(ROOT)), {})
        for match in re.finditer(r'^(?:import|export)\b[^;]*?from "(\.[^"]+)"', path.read_text(), flags=re.M | re.S):
            target = (path.parent / match[1]).resolve()
            target = target if target.suffix == ".ts" else target.with_name(target.name + ".ts")
            if target.exists():
                targets[str(target.relative_to(ROOT))] = str(path)
    return graph


def doubles():
    """Types that two files define under one name of one namespace: the linker keeps the functions of either for both."""
    places = {}
    files = [path for folder in ("src", "python/bindings", "cli") for path in (ROOT / folder).rglob("*.[ch]pp")]
    for path in sorted(files):
        inside = []
        for line in path.read_text().splitlines():
            if opened := re.match(r"namespace ([\w:]*) ?\{$", line):
                inside.append(opened[1])
            elif inside and line.startswith("}  // namespace"):
                inside.pop()
            elif (kind := re.match(r"(?:struct|class|enum class) (\w+)(?: final)?(?: : .*)?(?: \{.*)?$", line)) and "" not in inside:
                name = "::".join([*inside, kind[1]])
                if "RANVIER_ISA" not in name:  # each of them a namespace of its own
                    places.setdefault(name, []).append(str(path.relative_to(ROOT)))
    return [f"{name} is defined in {' and in '.join(files)}" for name, files in places.items() if len(files) > 1]


def main():
    floors, rooms = tables()
    mistakes, count = check_includes(floors, rooms)
    mistakes += doubles()
    mistakes += [f"imports in a circle: {' > '.join(c)}" for graph in (python_imports(), viewer_imports()) for c in circles(graph)]
    print("\n".join(mistakes) or f"layers hold: {count} modules, {len(rooms)} rooms, no circles")
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
