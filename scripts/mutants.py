#!/usr/bin/env python3
"""What do the tests of a crate not see? Changes of its code in small ways, many of them in one build.

    scripts/mutants.py FOLDER COUNT SEED TEST...

    scripts/mutants.py crates/heapwise-analysis/src/goroutines 120 1 lib:goroutines:: goroutines

takes COUNT of the changes that `cargo mutants --list` makes to FOLDER (needs cargo-mutants), by chance from SEED, puts
them all into a copy of the sources in target/mutants, and runs the tests on each. TEST is a file of tests/, or `lib`
for the tests beside the code, with `:` and a filter of names; `PACKAGE/TEST` is one of another package, such as
`heapwise/leaks`. Each function holds its changed bodies beside its own; which one is run is told by a variable of the
environment, which tests that clear it hand on in the copy. So a crate is built once and not once for every change. What
does not compile is left out, as are `const` functions and those that return an `impl`. Tests that take more than
LIMIT seconds (90 if it is not set) count as failed, JOBS run side by side (2). Give what is quick first.
"""

import collections
import concurrent.futures
import json
import os
import pathlib
import random
import re
import subprocess
import sys

COPY = pathlib.Path("target/mutants")
CHOSEN = """//! Which change is on.

/// Its number, 0 for none.
pub fn chosen() -> u32 {
    static CHOSEN: std::sync::OnceLock<u32> = std::sync::OnceLock::new();
    *CHOSEN.get_or_init(|| std::env::var("MUTANT").ok().and_then(|text| text.parse().ok()).unwrap_or(0))
}
"""
MANIFEST = '[package]\nname = "chosen-mutant"\nversion = "0.1.0"\nedition = "2024"\n'
HANDED_ON = b'.env_clear().env("MUTANT", std::env::var_os("MUTANT").unwrap_or_default())'
DEPENDENCY = 'chosen-mutant = { path = "../chosen-mutant" }\n'


def all_mutants(package, folder):
    listed = subprocess.run(
        ["cargo", "mutants", "--list", "--json", "-p", package, "-f", f"{folder}/**"], check=True, stdout=subprocess.PIPE
    )
    for mutant in json.loads(listed.stdout):
        function = mutant.get("function")
        if function and not re.search(r"\bimpl\b|-> !", function["return_type"]):
            yield mutant


def copy_sources():
    for name in subprocess.run(["git", "ls-files"], check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines():
        to = COPY / name
        to.parent.mkdir(parents=True, exist_ok=True)
        content = pathlib.Path(name).read_bytes()
        write(to, content.replace(b".env_clear()", HANDED_ON) if "/tests/" in name else content)


def write(path, content):
    """Leaves a file alone that has this content, so that nothing is built again for it."""
    if not path.exists() or path.read_bytes() != content:
        path.write_bytes(content)


def body_start(text, at, end):
    """The place of the brace that opens the body of a function; `None` where there is none."""
    depth = 0
    while at < end:
        if text.startswith("//", at):
            at = text.index("\n", at)
        elif text[at] == '"':
            at = text.index('"', at + 1)
        elif text[at] in "([":
            depth += 1
        elif text[at] in ")]":
            depth -= 1
        elif text[at] == "{" and depth == 0:
            return at
        at += 1
    return None


def with_mutants(text, mutants):
    """The text with the changed bodies, and of each the lines that it takes."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    place = lambda of: starts[of["line"] - 1] + of["column"] - 1
    by_function = collections.defaultdict(list)
    for number, mutant in mutants:
        span = mutant["function"]["span"]
        by_function[place(span["start"]), place(span["end"])].append((number, mutant))
    pieces, at, ranges = [], 0, {}
    here = lambda: sum(piece.count("\n") for piece in pieces) + 1
    for (start, end), changes in sorted(by_function.items(), key=lambda item: item[0]):
        brace = body_start(text, start, end)
        if brace is None or start < at or re.search(r"\bconst (unsafe )?fn\b", text[start:brace]):
            continue
        pieces.append(text[at : brace + 1] + "\nmatch chosen_mutant::chosen() {\n")
        for number, mutant in changes:
            first = here()
            before = text[brace + 1 : place(mutant["span"]["start"])]
            after = text[place(mutant["span"]["end"]) : end - 1]
            pieces.append(f"{number} => {{{before}{mutant['replacement']} {after}}}\n")
            ranges[number] = (first, here() - 1)
        pieces.append(f"_ => {{{text[brace + 1 : end - 1]}}}\n}}\n")
        at = end - 1
    pieces.append(text[at:])
    return "".join(pieces), ranges


def cargo(*args):
    done = subprocess.run(["cargo", *args, "--message-format=json"], cwd=COPY, stdout=subprocess.PIPE, text=True)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def put_in(package, mutants):
    """Puts what compiles into the copy, and gives the numbers of it."""
    folder = COPY / "crates/chosen-mutant"
    (folder / "src").mkdir(parents=True, exist_ok=True)
    write(folder / "Cargo.toml", MANIFEST.encode())
    write(folder / "src/lib.rs", CHOSEN.encode())
    manifest = pathlib.Path("crates", package, "Cargo.toml")
    text = manifest.read_text().replace("[dependencies]\n", "[dependencies]\n" + DEPENDENCY, 1)
    write(COPY / manifest, text.encode())
    while True:
        of_file, ranges = collections.defaultdict(list), {}
        for number, mutant in mutants.items():
            of_file[mutant["file"]].append((number, mutant))
        for file in sorted({*of_file, *put_in.files}):
            changed, ranges[file] = with_mutants(pathlib.Path(file).read_text(), of_file[file])
            write(COPY / file, changed.encode())
        put_in.files |= set(of_file)
        code, messages = cargo("check", "--quiet", "-p", package, "--lib")
        if code == 0:
            return sorted(number for known in ranges.values() for number in known)
        spans = [
            span
            for message in messages
            if message.get("reason") == "compiler-message" and message["message"]["level"] == "error"
            for span in message["message"]["spans"]
        ]
        wrong = {
            number
            for span in spans
            for number, (first, last) in ranges.get(span["file_name"], {}).items()
            if first <= span["line_start"] <= last
        }
        if not wrong:
            sys.exit("mutants: the copy does not compile")
        mutants = {number: mutant for number, mutant in mutants.items() if number not in wrong}


put_in.files = set()


def program_of(package, test):
    """The package of a test, its name, and what filters it."""
    name, *filters = test.split(":", 1)
    *other, name = name.split("/")
    return other[0] if other else package, name, filters


def programs(package, tests):
    """Of each test the folder where it runs, the program and what filters it."""
    wanted = collections.defaultdict(list)
    for test in tests:
        its_package, name, _ = program_of(package, test)
        wanted[its_package] += ["--lib"] if name == "lib" else ["--test", name]
    made = {}
    for its_package, chosen in wanted.items():
        code, messages = cargo("test", "--quiet", "--no-run", "-p", its_package, *chosen)
        if code:
            sys.exit("mutants: the tests do not compile")
        for message in messages:
            if message.get("reason") == "compiler-artifact" and message.get("executable"):
                target = message["target"]
                made[its_package, "lib" if "lib" in target["kind"] else target["name"]] = message["executable"]
    known = [program_of(package, test) for test in tests]
    return [(COPY / "crates" / its_package, made[its_package, name], filters) for its_package, name, filters in known]


def is_seen(tests, number):
    environment = dict(os.environ, MUTANT=str(number), PROPTEST_RNG_SEED="1")
    for folder, program, filters in tests:
        command = ["prlimit", "--as=6000000000", program, "--quiet", *filters]
        try:
            done = subprocess.run(
                command,
                cwd=folder,
                env=environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=float(os.environ.get("LIMIT", "90")),
            )
        except subprocess.TimeoutExpired:
            return True
        if done.returncode:
            return True
    return False


def main():
    if len(sys.argv) < 5:
        sys.exit(__doc__)
    folder, count, seed, *tests = sys.argv[1:]
    folder = folder.rstrip("/")
    package = folder.split("/")[1]
    listed = list(all_mutants(package, folder))
    random.Random(int(seed)).shuffle(listed)
    copy_sources()
    mutants = dict(enumerate(listed[: int(count)], 1))
    viable = put_in(package, mutants)
    tests = programs(package, tests)
    if is_seen(tests, 0):
        sys.exit("mutants: the tests fail without a change")
    seen = 0
    with concurrent.futures.ThreadPoolExecutor(int(os.environ.get("JOBS", "2"))) as pool:
        for number, is_one in zip(viable, pool.map(lambda number: is_seen(tests, number), viable)):
            seen += is_one
            if not is_one:
                print(mutants[number]["name"], flush=True)
    print(f"mutants: {seen} of {len(viable)} are seen, of {len(listed)} that there are")


main()
