#!/usr/bin/env python3
"""Checks what deny.toml says of licences, duplicates and sources, and that no dependency needs a newer Rust.

    scripts/check-dependencies.py

It needs nothing but cargo, so that these hold also where cargo-deny is not installed; advisories need cargo-deny and
its database.
"""

import json
import re
import subprocess
import sys
import tomllib
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def metadata(targets):
    """The packages that are built for any of these targets."""
    packages = {}
    for target in targets:
        command = ["cargo", "metadata", "--locked", "--format-version=1", f"--filter-platform={target}"]
        answer = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout)
        used = {node["id"] for node in answer["resolve"]["nodes"]}
        packages |= {each["id"]: each for each in answer["packages"] if each["id"] in used}
    return sorted(packages.values(), key=lambda each: (each["name"], each["version"]))


def holds(expression, allowed):
    """Whether an SPDX expression can be met with the allowed licences; AND binds more than OR."""
    words = re.findall(r"\(|\)|[^\s()]+", expression.replace("/", " OR "))

    def either():
        value = both()
        while words and words[0] == "OR":
            words.pop(0)
            value = both() or value
        return value

    def both():
        value = one()
        while words and words[0] == "AND":
            words.pop(0)
            value = one() and value
        return value

    def one():
        word = words.pop(0)
        if word == "(":
            value = either()
            words.pop(0)
            return value
        if words and words[0] == "WITH":
            words.pop(0)
            word += f" WITH {words.pop(0)}"
        return word in allowed

    return either()


def faults(config, packages):
    """What is not as deny.toml has it."""
    exceptions = {each["name"]: set(each["allow"]) for each in config["licenses"]["exceptions"]}
    allowed = set(config["licenses"]["allow"])
    banned = {each["name"] for each in config["bans"]["deny"]}
    skipped = {(each["name"], each["version"]): False for each in config["bans"]["skip"]}
    ours = {each["rust_version"] for each in packages if each["name"] == "heapwise"}.pop()
    versions = defaultdict(list)
    for each in packages:
        name, version = each["name"], each["version"]
        if not holds(each["license"] or "none", allowed | exceptions.get(name, set())):
            yield f"{name} {version}: found the licence {each['license']}, expected one of deny.toml"
        if name in banned:
            yield f"{name} {version}: found what deny.toml bans"
        if each["source"] and not each["source"].startswith("registry+"):
            yield f"{name} {version}: found the source {each['source']}, expected a registry"
        if number(each["rust_version"]) > number(ours):
            yield f"{name} {version}: found a need for Rust {each['rust_version']}, expected at most {ours}"
        old = [key for key in skipped if key[0] == name and f"{version}.".startswith(f"{key[1]}.")]
        for key in old:
            skipped[key] = True
        if not old:
            versions[name].append(version)
    for name, several in versions.items():
        if len(several) > 1:
            yield f"{name}: found versions {', '.join(several)}, expected one, or a reason in deny.toml"
    for (name, version), is_used in skipped.items():
        if not is_used:
            yield f"{name} {version}: found in deny.toml, but nothing needs it any more"
    for name in exceptions.keys() - {each["name"] for each in packages}:
        yield f"{name}: found an exception in deny.toml, but nothing needs it any more"


def number(version):
    """A version of Rust as numbers; none is none."""
    return tuple(int(part) for part in (version or "0").split("."))


def main():
    config = tomllib.loads((ROOT / "deny.toml").read_text())
    packages = metadata(config["graph"]["targets"])
    found = list(faults(config, packages))
    for fault in found:
        print(fault, file=sys.stderr)
    print(f"{len(packages)} packages, {len(found)} faults")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
