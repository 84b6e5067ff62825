"""Every equation, condition and statement in Brian 2's examples and documentation, found without importing Brian.

    python tests/conformance/brian_texts.py FOLDER   # an unpacked source distribution; prints JSON
"""

import ast
import json
import pathlib
import re
import sys

GROUPS = {"NeuronGroup": 1, "SpatialNeuron": None, "Synapses": 2, "Subgroup": None, "PoissonGroup": None}
EXPRESSIONS = {"threshold", "refractory", "rates", "condition", "p"}
STATEMENTS = {"reset", "on_pre", "on_post", "pre", "post"}


class Strings:
    """What names and expressions of a module are as strings, where that can be seen without running it."""

    def __init__(self, tree):
        self.named = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
                self.named.setdefault(node.targets[0].id, []).append(node.value)
            elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name) and isinstance(node.op, ast.Add):
                self.named.setdefault(node.target.id, []).append(node.value)

    def of(self, node, depth=0):
        """All strings that a node may be."""
        if node is None or depth > 8:
            return []
        if isinstance(node, ast.Constant):
            return [(node.value, node.lineno)] if isinstance(node.value, str) else []
        if isinstance(node, ast.Name):
            return [s for value in self.named.get(node.id, []) for s in self.of(value, depth + 1)]
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return self.of(node.left, depth + 1) + self.of(node.right, depth + 1)
        if isinstance(node, ast.Call):
            name = called(node)
            if name == "Equations" and node.args and not any(k.arg not in (None,) for k in node.keywords):
                return self.of(node.args[0], depth + 1)
            return []
        if isinstance(node, ast.Dict):
            return [s for value in node.values for s in self.of(value, depth + 1)]
        if isinstance(node, (ast.List, ast.Tuple)):
            return [s for value in node.elts for s in self.of(value, depth + 1)]
        if isinstance(node, ast.IfExp):
            return self.of(node.body, depth + 1) + self.of(node.orelse, depth + 1)
        return []


def called(call):
    if isinstance(call.func, ast.Name):
        return call.func.id
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def texts_of_module(source, place, first_line=1):
    """Texts of one module, as (kind, text, place, line)."""
    tree = ast.parse(source)
    strings = Strings(tree)
    found = []

    def add(kind, node):
        for text, line in strings.of(node):
            # texts with holes: filled in by format() and %, or an ellipsis of the documentation
            if text.strip() and "{" not in text and "%s" not in text and "..." not in text:
                found.append((kind, text, place, line + first_line - 1))

    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = called(node)
            if name == "Equations" and node.args:
                add("equations", node.args[0])
            elif name in GROUPS:
                position = GROUPS[name]
                if position is not None and len(node.args) > position:
                    add("equations", node.args[position])
                for keyword in node.keywords:
                    if keyword.arg == "model":
                        add("equations", keyword.value)
                    elif keyword.arg in STATEMENTS:
                        add("statements", keyword.value)
                    elif keyword.arg in EXPRESSIONS:
                        add("expression", keyword.value)
                    elif keyword.arg == "events":
                        add("expression", keyword.value)
            elif name in {"run_regularly"} and node.args:
                add("statements", node.args[0])
            elif name == "run_on_event" and len(node.args) > 1:
                add("statements", node.args[1])
            elif name == "connect":
                for keyword in node.keywords:
                    if keyword.arg in EXPRESSIONS:
                        add("expression", keyword.value)
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], (ast.Attribute, ast.Subscript)):
            goal = node.targets[0]
            while isinstance(goal, ast.Subscript):
                goal = goal.value
            group = isinstance(goal, ast.Attribute) and isinstance(goal.value, ast.Name)
            if group and goal.value.id not in {"prefs", "plt", "np", "self", "sys", "os", "mpl"} and "." not in str(goal.attr):
                if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
                    add("expression", node.value)
    return found


def blocks_of_page(text):
    """Python code in a page of reStructuredText, as (code, first line)."""
    lines = text.splitlines()
    blocks, k = [], 0
    while k < len(lines):
        line = lines[k]
        if line.rstrip().endswith("::") and not re.match(r"\s*\.\. (image|math|note|figure)", line) or re.match(r"\s*\.\. code", line):
            indent = len(line) - len(line.lstrip())
            k += 1
            block, start = [], None
            while k < len(lines) and (not lines[k].strip() or len(lines[k]) - len(lines[k].lstrip()) > indent):
                if lines[k].strip() and start is None:
                    start = k + 1
                if start is not None:
                    block.append(lines[k])
                k += 1
            if start is not None:
                width = min(len(b) - len(b.lstrip()) for b in block if b.strip())
                block = [b[width:] for b in block]
                if any(b.startswith(">>> ") for b in block):
                    # input keeps its lines, output becomes blank ones
                    block = [b[4:] if b.startswith((">>> ", "... ")) else "" for b in block]
                blocks.append(("\n".join(block), start))
        elif line.lstrip().startswith(">>> "):
            start, block = k + 1, []
            while k < len(lines) and lines[k].strip():
                words = lines[k].strip()
                if words.startswith((">>> ", "... ")):
                    block.append(words[4:])
                k += 1
            blocks.append(("\n".join(block), start))
        else:
            k += 1
    return blocks


def texts(folder):
    """All texts of a source distribution: (texts, files, blocks that are no Python)."""
    folder = pathlib.Path(folder)
    found, files, unread = [], 0, []
    for path in sorted(folder.glob("examples/**/*.py")):
        files += 1
        found += texts_of_module(path.read_text(encoding="utf-8"), str(path.relative_to(folder)))
    for path in sorted(folder.glob("docs_sphinx/**/*.rst")):
        files += 1
        for code, line in blocks_of_page(path.read_text(encoding="utf-8")):
            try:
                found += texts_of_module(code, str(path.relative_to(folder)), line)
            except SyntaxError:
                if re.match(r"d\w+/dt = ", code) and ": unit" not in code:
                    found.append(("equations", code, str(path.relative_to(folder)), line))
                else:
                    unread.append((str(path.relative_to(folder)), line))
    unique = list(dict.fromkeys(found))
    return [{"kind": k, "text": t, "file": f, "line": n} for k, t, f, n in unique], files, unread


if __name__ == "__main__":
    json.dump(texts(sys.argv[1])[0], sys.stdout, indent=1)
