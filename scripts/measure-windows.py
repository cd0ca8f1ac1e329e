#!/usr/bin/env python3
"""Measures verdicts by the second on one unchanged server: build, capture, compare with itself.

usage: scripts/measure-windows.py HEAPWISE DIR [GOGC ...]

Needs Go. For each GOGC the server of testdata/src/steady runs on 127.0.0.1 for about 100 seconds while its heap text is
fetched; then windows are compared with the windows that follow. Printed are the share of claims that a change was seen,
and how far the rate of allocation is from the exact counter.
"""

import collections
import os
import re
import subprocess
import sys
import time
import urllib.request

PORT = 17170


def capture(binary, folder, gogc):
    os.makedirs(folder, exist_ok=True)
    every, count = (3, 33) if int(gogc) <= 400 else (8, 14)
    environment = dict(os.environ, GOGC=gogc)
    server = subprocess.Popen([binary, f"127.0.0.1:{PORT}"], env=environment)
    try:
        time.sleep(4)
        for number in range(count):
            start = time.time()
            address = f"http://127.0.0.1:{PORT}/debug/pprof/heap?debug=1"
            with urllib.request.urlopen(address, timeout=30) as answer:
                text = answer.read()
            with open(f"{folder}/{number:03}.txt", "wb") as file:
                file.write(text)
            time.sleep(max(0.0, every - (time.time() - start)))
    finally:
        server.kill()
        server.wait()


def verify(heapwise, before, after, claim):
    sides = [word for path in before for word in ("--before", path)]
    sides += [word for path in after for word in ("--after", path)]
    words = [heapwise, "verify", "-q", "--per", "seconds", "--require", claim]
    return subprocess.run(words + sides, capture_output=True, check=False).returncode


def exact_rate(first, last):
    """Bytes a second of the counter, by the times at which the files were written."""
    totals = [int(re.search(r"# TotalAlloc = (\d+)", open(path).read()).group(1)) for path in (first, last)]
    return (totals[1] - totals[0]) / (os.path.getmtime(last) - os.path.getmtime(first))


def window_rate(heapwise, first, last):
    words = [heapwise, "top", "-q", "-f", "csv", "-alloc_space", "--per", "seconds", "--base", first, last]
    answer = subprocess.run(words, capture_output=True, text=True, check=False)
    rows = [line.split(",") for line in answer.stdout.splitlines()[1:]]
    head = answer.stdout.splitlines()[0].split(",") if rows else []
    return sum(int(row[head.index("flat")]) for row in rows) if rows else None


def main():
    heapwise, folder, *gogcs = sys.argv[1:]
    binary = os.path.abspath(f"{folder}/server")
    source = os.path.join(os.path.dirname(__file__), "..", "testdata", "src", "steady")
    os.makedirs(folder, exist_ok=True)
    subprocess.run(["go", "build", "-o", binary, "."], cwd=source, check=True)
    for gogc in gogcs or ["100", "400", "1000", "2000"]:
        texts = f"{folder}/gogc{gogc}"
        capture(binary, texts, gogc)
        paths = sorted(f"{texts}/{name}" for name in os.listdir(texts))
        for windows in (1, 3):
            found = collections.Counter()
            for start in range(len(paths) - 2 * windows):
                middle, end = start + windows, start + 2 * windows
                for claim in ("alloc_space total <= -20%", "alloc_space total <= +5%"):
                    code = verify(heapwise, paths[start : middle + 1], paths[middle : end + 1], claim)
                    found[claim, code] += 1
            print(f"GOGC={gogc} {windows} windows a side:", dict(found))
        for start in range(0, len(paths) - 4, 4):
            pair = paths[start], paths[start + 4]
            rate, exact = window_rate(heapwise, *pair), exact_rate(*pair)
            if rate:
                print(f"GOGC={gogc} {rate / exact - 1:+.1%} of the exact {exact / 2**20:.1f}MB/s")


if __name__ == "__main__":
    main()
