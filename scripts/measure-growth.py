#!/usr/bin/env python3
"""Measures verdicts and rates on servers whose memory in use does what is known: build, capture, ask.

usage: GO=go scripts/measure-growth.py HEAPWISE DIR [-n RUNS] [-k SNAPSHOTS] [MODE ...]

Needs Go. The server of examples/go/growth runs on 127.0.0.1 for some seconds in each mode, time being made short: it
collects five times a second, and what leaks in a minute elsewhere leaks in a second. Printed are the labels of the
site in question, how often sites that do not grow are called growing, and how often the interval of the rate holds the
truth. HEAPWISE may be - to capture only; DIR keeps the snapshots, MODE.RUN/NN.txt.gz.
"""
import argparse
import collections
import gzip
import json
import os
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

MB = 1 << 20
ROOT = Path(__file__).resolve().parent.parent
# Mode of the server, MB leaked and churned a second, the site in question and its rate in MB/s where it has one.
MODES = {
    "steady": ("steady", 0, 40, "main.fill", 0),
    "warmup": ("warmup", 0, 40, "main.fill", None),
    "leak": ("steady", 1, 500, "main.forget", 1),
    "slow": ("steady", 0.25, 125, "main.forget", 0.25),
    "sawtooth": ("sawtooth", 0, 40, "main.fill", 0),
    "wander": ("wander", 0, 40, "main.fill", 0),
    "step": ("step", 0, 40, "main.fill", None),
}
EVERY = 0.7


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def fetch(url):
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read()


def capture(binary, folder, mode, snapshots):
    name, leak, churn, _, _ = MODES[mode]
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    span = 1.5 + EVERY * snapshots
    words = [binary, f"127.0.0.1:{port}", name, str(span), str(leak), str(churn)]
    environment = {key: value for key, value in os.environ.items() if key not in ("GOGC", "GOMEMLIMIT", "GODEBUG")}
    server = subprocess.Popen(words, env=environment, stderr=subprocess.DEVNULL)
    try:
        start = time.time() + 1.2
        for number in range(snapshots):
            time.sleep(max(0.0, start + EVERY * number - time.time()))
            text = fetch(f"http://127.0.0.1:{port}/debug/pprof/heap?debug=1")
            (folder / f"{number:02}.txt.gz").write_bytes(gzip.compress(text, 9, mtime=0))
    finally:
        server.kill()
        server.wait()


def ask(heapwise, folder):
    words = [heapwise, "growth", "-q", "-f", "json", str(folder)]
    return json.loads(subprocess.run(words, capture_output=True, check=True).stdout)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("heapwise")
    parser.add_argument("folder", type=Path)
    parser.add_argument("-n", type=int, default=10)
    parser.add_argument("-k", type=int, default=10)
    parser.add_argument("modes", nargs="*", default=list(MODES))
    args = parser.parse_intermixed_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    binary = str(args.folder.resolve() / "growth")
    subprocess.run([os.environ.get("GO", "go"), "build", "-o", binary, "."], cwd=ROOT / "examples/go/growth", check=True)
    for mode in args.modes or MODES:
        labels, alarms, judged, held, asked = collections.Counter(), 0, 0, 0, 0
        for run in range(args.n):
            folder = args.folder / f"{mode}.{run:02}"
            if not folder.exists():
                capture(binary, folder, mode, args.k)
            if args.heapwise == "-":
                continue
            answer = ask(args.heapwise, folder)
            _, _, _, site, truth = MODES[mode]
            for row in answer["sites"]:
                is_alarm = row["label"] == "growing" and not row["tentative"]
                if row["function"] == site:
                    labels[row["label"] + ("?" if row["tentative"] else "")] += 1
                    if truth is not None:
                        rate = row["rate_per_hour"]
                        asked += 1
                        held += rate["low"] <= truth * MB * 3600 <= rate["high"]
                if not (row["function"] == site == "main.forget"):
                    judged += 1
                    alarms += is_alarm
        if args.heapwise != "-":
            print(f"{mode:9} {dict(labels)}; {alarms} of {judged} other rows called growing; rate held {held} of {asked}", flush=True)
    os.remove(binary)


main()
