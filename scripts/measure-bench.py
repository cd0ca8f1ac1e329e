#!/usr/bin/env python3
"""Tries `heapwise bench` on real Go modules: a true change, a refactoring, a change of nothing, and one code beside itself.

scripts/measure-bench.py HEAPWISE [REPETITIONS]; needs go (or GO) and git, and the module proxy. Exits 77 where the
modules cannot be had."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HEAPWISE = str(pathlib.Path(sys.argv[1]).resolve())
REPETITIONS = int(sys.argv[2]) if len(sys.argv) > 2 else 20
GO = os.environ.get("GO", "go")
if os.sep in GO:
    os.environ["PATH"] = str(pathlib.Path(GO).resolve().parent) + os.pathsep + os.environ["PATH"]
failures = []

COMMA = """func Comma(v int64) string {
	var buf [32]byte
	digits := strconv.AppendInt(buf[:0], v, 10)
	start := 0
	if digits[0] == '-' {
		start = 1
	}
	var out [48]byte
	o := append(out[:0], digits[:start]...)
	n := len(digits) - start
	for i, c := range digits[start:] {
		if i > 0 && (n-i)%3 == 0 {
			o = append(o, ',')
		}
		o = append(o, c)
	}
	return string(o)
}
"""


def run(args, cwd, check=True):
    done = subprocess.run(args, cwd=cwd, capture_output=True, text=True)
    if check and done.returncode:
        sys.exit(f"{args}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done


def module(work, name, version):
    """A git repository with the module, committed."""
    (work / "empty").mkdir(exist_ok=True)
    (work / "empty" / "go.mod").write_text("module example.com/empty\n\ngo 1.20\n")
    done = run(["go", "mod", "download", "-json", f"{name}@{version}"], work / "empty", check=False)
    if done.returncode:
        print(f"{name}: cannot be downloaded: {done.stdout}{done.stderr}", file=sys.stderr)
        sys.exit(77)
    to = work / name.replace("/", "_")
    shutil.copytree(json.loads(done.stdout)["Dir"], to)
    run(["chmod", "-R", "u+w", str(to)], work)
    run(["git", "init", "-q", "."], to)
    run(["git", "add", "-A"], to)
    run(["git", "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "base"], to)
    return to


def bench(repository, *args):
    index = (repository / ".git" / "index").read_bytes()
    status = run(["git", "status", "--porcelain"], repository).stdout
    index = (repository / ".git" / "index").read_bytes()
    done = run([HEAPWISE, "bench", "-q", "--against", "HEAD", "-f", "json", *args], repository, check=False)
    expect((repository / ".git" / "index").read_bytes() == index, "the index was touched")
    expect(run(["git", "status", "--porcelain"], repository).stdout == status, "the working tree was touched")
    expect(len(run(["git", "worktree", "list"], repository).stdout.splitlines()) == 1, "a worktree is left")
    if not done.stdout:
        sys.exit(f"bench {args}: {done.returncode}\n{done.stderr}")
    return done.returncode, json.loads(done.stdout)


def expect(holds, what):
    if not holds:
        failures.append(what)
        print(f"FAILED: {what}")


def as_go_test_says(repository, answer):
    """The bytes and objects of the newer side are those that go test prints for as many iterations, but for what the
    runtime itself allocates now and then while a run goes on, which few iterations do not hide."""
    for one in answer["benchmarks"]:
        name = re.sub(r"-\d+$", "", one["name"])
        pattern = "/".join(f"^{re.escape(part)}$" for part in name.split("/"))
        out = run(["go", "test", "-run=^$", f"-bench={pattern}", "-benchmem", f"-benchtime={one['iterations']}x", "."],
                  repository).stdout
        line = next(line for line in out.splitlines() if line.startswith(name))
        found = [float(re.search(rf"([\d.]+) {unit}", line)[1]) for unit in ("B/op", "allocs/op")]
        shown = [one["bytes_per_op"]["after"], one["objects_per_op"]["after"]]
        seldom = 20_000 / one["iterations"]
        same = all(abs(a - b) <= max(1, 0.01 * a, seldom) for a, b in zip(found, shown))
        expect(same, f"{name}: go test says {found}, bench {shown}")


def verdict(answer, name, number="bytes_per_op"):
    all_ = [one for one in answer["benchmarks"] if re.sub(r"-\d+$", "", one["name"]) == name]
    return all_[0][number]["verdict"]


CHANGED = ("decreased", "increased", "new", "gone", "less", "more")


def raised(answer):
    memory = [one["name"] for one in answer["benchmarks"]
              if one["bytes_per_op"]["verdict"] in CHANGED or one["objects_per_op"]["verdict"] in CHANGED]
    sites = [row["benchmark"] for row in answer["rows"] if row["flat"]["verdict"] in CHANGED]
    time = [one["name"] for one in answer["benchmarks"] if one["nanos_per_op"]["verdict"] in CHANGED]
    return memory + sites, time


def main():
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        humanize = module(work, "github.com/dustin/go-humanize", "v1.0.1")
        source = (humanize / "comma.go").read_text()
        changed = re.sub(r"func Comma\(.*?\n}\n", lambda _: COMMA, source, count=1, flags=re.S)
        (humanize / "comma.go").write_text(changed.replace('\t"math"\n', "", 1))
        code, answer = bench(humanize, "--bench", "Comma", "--count", "5", "--benchtime", "100ms", "--require",
                             "alloc_space total <= +1%")
        expect(code == 0, f"the optimisation passes as no growth, found {code}")
        expect(verdict(answer, "BenchmarkCommas") == "decreased", "the optimisation is seen")
        expect(verdict(answer, "BenchmarkBigCommas") not in CHANGED, "what was not changed is not")
        as_go_test_says(humanize, answer)
        code, _ = bench(humanize, "--bench", "Commas$", "--count", "5", "--benchtime", "50ms", "--require",
                        "alloc_space total <= -90%")
        expect(code == 1, f"a claim that does not hold, found {code}")

        uuid = module(work, "github.com/google/uuid", "v1.6.0")
        path = uuid / "uuid.go"
        text = path.read_text()
        text = text.replace("func (uuid UUID) String() string {", "func (uuid UUID) String() string {\n\treturn uuid.text()\n}\n\n"
                            "func (uuid UUID) text() string {", 1)
        path.write_text(text)
        _, answer = bench(uuid, "--bench", "UUID_String|ParseBytes", "--count", "5", "--benchtime", "50ms")
        expect(not [one for one in answer["benchmarks"] if one["bytes_per_op"]["verdict"] in CHANGED],
               "a refactoring changes no bytes")
        as_go_test_says(uuid, answer)

        xxhash = module(work, "github.com/cespare/xxhash/v2", "v2.3.0")
        path = xxhash / "xxhash.go"
        path.write_text(path.read_text() + "\n// nothing.\n")
        _, answer = bench(xxhash, "--bench", "Sum64|Digest", "--count", "5", "--benchtime", "20ms")
        expect(raised(answer)[0] == [], "a comment changes nothing")
        as_go_test_says(xxhash, answer)

        run(["git", "checkout", "-q", "."], humanize)
        memory = time = 0
        for at in range(REPETITIONS):
            _, answer = bench(humanize, "--bench", "Comma|ParseBytes", "--count", "5", "--benchtime", "50ms")
            found = raised(answer)
            memory += bool(found[0])
            time += bool(found[1])
            print(f"A/A {at + 1}: memory and sites {found[0]}, time {found[1]}", flush=True)
        print(f"A/A: of {REPETITIONS} comparisons of one code, {memory} raise memory or a site, {time} time")
        # At 95 % chance makes so many of twenty no more often than once in a hundred. Of few, a machine that does much else
        # beside decides about time.
        most = max(1, round(REPETITIONS * 0.2))
        expect(memory <= most, f"A/A raises memory in {memory} of {REPETITIONS}, expected {most} at most")
        if REPETITIONS >= 20:
            expect(time <= most, f"A/A raises time in {time} of {REPETITIONS}, expected {most} at most")
    sys.exit(1 if failures else 0)


main()
