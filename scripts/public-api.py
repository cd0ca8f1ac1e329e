#!/usr/bin/env python3
"""Compares what the libraries make public with what scripts/public-api.txt says, or writes that.

    cargo doc --workspace --no-deps && scripts/public-api.py [--write]

A line that goes breaks whoever uses it and needs a new minor version while the first number is 0; one that comes does
not. It lists items, by what rustdoc lists, not their methods and fields.
"""

import os
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "scripts/public-api.txt"
CRATES = ["go-regex", "heapwise-stats", "heapwise-decode", "heapwise-analysis", "heapwise-report"]


def items(crate):
    """Kind and path of each public item of a crate."""
    name = crate.replace("-", "_")
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    page = (target / "doc" / name / "all.html").read_text()
    for link in re.findall(r'<li><a href="([^"]+)\.html">', page):
        *modules, last = link.split("/")
        kind, _, item = last.partition(".")
        yield f"{kind} {'::'.join([name, *modules, item])}"


def main():
    found = [item for crate in CRATES for item in sorted(items(crate))]
    if "--write" in sys.argv[1:]:
        KEPT.write_text("".join(f"{item}\n" for item in found))
    kept = KEPT.read_text().splitlines()
    gone, come = [[item for item in one if item not in other] for one, other in ((kept, found), (found, kept))]
    for item in gone:
        print(f"gone: {item}", file=sys.stderr)
    for item in come:
        print(f"new: {item}", file=sys.stderr)
    print(f"{len(found)} public items, {len(gone)} gone, {len(come)} new")
    if gone or come:
        sys.exit("found the above, expected scripts/public-api.txt: scripts/public-api.py --write, and a line in CHANGELOG.md")


if __name__ == "__main__":
    main()
