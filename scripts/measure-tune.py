#!/usr/bin/env python3
"""Runs examples/go/tune over a grid of GOGC and GOMEMLIMIT and writes what was measured, for the test that
compares predictions with it.

    GO=go scripts/measure-tune.py testdata/tune [steady bursty growing buffers fast small late]

Of each program one baseline (GOGC=100, no limit) and 29 cells, in an order that has nothing to do with the
settings. Limits are multiples of the baseline's live heap. One run at a time: a lock keeps a second copy of
this script waiting, and what else the machine does is noted as its load. About 25 minutes for all.
"""
import fcntl
import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

MIB = 1 << 20
ROOT = Path(__file__).resolve().parent.parent
# Name: mode, live MiB, allocated MiB/s, least seconds. The last is held out: nothing was chosen by it.
PROGRAMS = {
    "steady": ("steady", 40, 400, 2),
    "bursty": ("bursty", 40, 300, 4),
    "growing": ("growing", 40, 400, 8),
    "buffers": ("buffers", 72, 600, 2),
    "fast": ("steady", 24, 700, 2),
    "small": ("bursty", 20, 200, 4),
    "late": ("growing", 24, 300, 6),
}
GOGC = ["25", "50", "100", "200", "400", "off"]
LIMITS = [None, 1.5, 2, 2.6, 4.3]
CYCLES = 24
MOST_SECONDS = 25


def run(binary, program, gogc, limit, least=None):
    mode, live, rate, seconds = PROGRAMS[program]
    env = {key: value for key, value in os.environ.items() if key not in ("GOGC", "GOMEMLIMIT", "GODEBUG")}
    env["GOGC"] = gogc
    if limit:
        env["GOMEMLIMIT"] = str(limit)
    words = [binary, mode, str(live), str(rate), str(least or seconds), str(MOST_SECONDS), str(CYCLES)]
    done = subprocess.run(words, env=env, capture_output=True, text=True, timeout=4 * MOST_SECONDS, check=True)
    row = {"gogc": None if gogc == "off" else int(gogc), "limit": limit, **json.loads(done.stdout)}
    row["load"] = round(os.getloadavg()[0], 1)
    return row


def measure(binary, program):
    baseline = run(binary, program, "100", None, least=max(PROGRAMS[program][3], 4))
    live = baseline["live"][1]
    limits = [times and round(times * live / MIB) * MIB for times in LIMITS]
    cells = [(gogc, limit) for limit in limits for gogc in GOGC if limit or gogc != "off"]
    order = list(range(len(cells)))
    random.Random(1).shuffle(order)
    rows = {at: run(binary, program, *cells[at]) for at in order}
    return [baseline] + [rows[at] for at in range(len(cells))]


def main():
    folder = Path(sys.argv[1])
    wanted = sys.argv[2:] or list(PROGRAMS)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work, open(Path(tempfile.gettempdir()) / "measure-tune.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        binary = str(Path(work) / "tune")
        go = os.environ.get("GO", "go")
        subprocess.run([go, "build", "-o", binary, "."], cwd=ROOT / "examples/go/tune", check=True)
        version = subprocess.run([go, "env", "GOVERSION"], capture_output=True, text=True, check=True).stdout.strip()
        for program in wanted:
            mode, live, rate, _ = PROGRAMS[program]
            head = {"program": f"tune {mode} {live} {rate}", "go": version}
            rows = [json.dumps(row, separators=(",", ":"), sort_keys=True) for row in measure(binary, program)]
            text = json.dumps(head)[:-1] + ', "rows": [\n' + ",\n".join(rows) + "\n]}\n"
            (folder / f"{program}.json").write_text(text)
            print(program, len(rows) - 1, "cells", flush=True)


main()
