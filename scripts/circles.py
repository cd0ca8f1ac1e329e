#!/usr/bin/env python3
"""Finds circles of files: modules of a crate that need one another. Exits 1 where there are any.

    scripts/circles.py crates/*/src

Reads `use` lines and paths; what a folder's mod.rs hands on counts for the file that defines it. A folder's own
mod.rs and its files are one thing, and tests do not count.
"""
import re
import sys
from pathlib import Path

DEFINITION = re.compile(
    r"\bpub(?:\([a-z: ]+\))?\s+(?:const |async )?(?:struct|enum|trait|fn|type|const|static)\s+(\w+)"
)
PATH = re.compile(
    r"\b(crate|self|super(?:::super)*)((?:::[a-z_0-9]+)*)(?:::(\{[^}]*\}|\w+))?"
)


def modules(root):
    """The text of each module by its path, without comments and tests."""
    found = {}
    for file in sorted(root.rglob("*.rs")):
        parts = list(file.relative_to(root).with_suffix("").parts)
        is_folder = parts[-1] in ("mod", "lib", "main")
        text = re.split(r"#\[cfg\(test\)\]\s*\n\s*mod tests", file.read_text())[0]
        text = "\n".join(line for line in text.split("\n") if not line.strip().startswith("//"))
        found[tuple(parts[:-1] if is_folder else parts)] = (is_folder, text)
    return found


def needs(found):
    """Which modules each one needs."""
    defined = {module: set(DEFINITION.findall(text)) for module, (_, text) in found.items()}

    def owner(module, name):
        if name in defined[module]:
            return module
        inside = (m for m in found if m[: len(module)] == module and name in defined[m])
        return next(inside, module)

    graph = {}
    for module, (is_folder, text) in found.items():
        graph[module] = set()
        for base, tail, last in PATH.findall(text):
            ups = base.count("super") - (1 if is_folder else 0)
            here = module if is_folder else module[:-1]
            start = () if base == "crate" else here if base == "self" else here[: len(here) - ups]
            if base.startswith("super"):
                start = module[: len(module) - base.count("super")]
            path = start + tuple(part for part in tail.split("::") if part)
            while path not in found:
                path = path[:-1]
            for name in re.findall(r"\w+", last) or [""]:
                graph[module].add(owner(path, name))
        graph[module] = {m for m in graph[module] if module[: len(m)] != m}
    return graph


def circles(graph):
    """The strongly connected components of more than one module (Tarjan 1972)."""
    order, low, stack, found = {}, {}, [], []

    def visit(module):
        order[module] = low[module] = len(order)
        stack.append(module)
        for other in graph[module]:
            if other not in order:
                visit(other)
            if other in stack:
                low[module] = min(low[module], low[other])
        if low[module] == order[module]:
            at = stack.index(module)
            found.append(stack[at:])
            del stack[at:]

    for module in graph:
        if module not in order:
            visit(module)
    return [circle for circle in found if len(circle) > 1]


def main():
    sys.setrecursionlimit(10_000)
    is_any = False
    for root in sys.argv[1:]:
        graph = needs(modules(Path(root)))
        for circle in circles(graph):
            is_any = True
            print(f"{root}: a circle of {len(circle)} files")
            for module in sorted(circle):
                others = sorted("::".join(m) for m in graph[module] if m in circle)
                print(f"  {'::'.join(module)} needs {', '.join(others)}")
    sys.exit(is_any)


main()
