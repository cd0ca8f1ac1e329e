#!/usr/bin/env python3
"""Checks URLs against real servers: each command says of a URL what it says of the file that --save kept.

usage: GO=go GO_OLD=go1.21 scripts/check-servers.py HEAPWISE

Needs Go. The server of examples/go/server, built by GO (1.27) and GO_OLD (1.21, may be left out), runs on 127.0.0.1 and
a Unix socket for twenty minutes at most. One line is printed for each check; the exit code is 1 if one failed.
"""

import difflib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent / "examples" / "go" / "server"
HEAP = [["top"], ["top", "-sample_index=alloc_space"], ["tree"], ["peek", "main"], ["traces"], ["tags"], ["list", "main.fillCache"],
        ["raw"], ["comments"], ["info"], ["goroutines"], ["convert", "--to", "folded", "-o", "-"], ["convert", "--memory-space", "-o", "/dev/null"],
        ["merge", "--to", "folded", "-o", "-"]]
PAIRS = [["diff"], ["verify", "--require", "inuse_space total <= +10%"], ["growth"]]
# Seconds: of a machine that does much else.
PATIENCE = 300
failed = 0


def check(name, holds, found=""):
    global failed
    failed += not holds
    print(f"{'ok' if holds else 'FAILED'}: {name}" + ("" if holds else f": found {found!r:.600}"), flush=True)


def run(*words):
    return subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=PATIENCE, check=False)


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def plain(text, names):
    """Without the names of sources, and what their lengths do to columns."""
    for name in sorted(map(str, names), key=len, reverse=True):
        text = re.sub(re.escape(name) + r"(:?/debug/[\w/?=&]*)?", "NAME", text)
    text = "\n".join(line for line in text.splitlines() if not line.startswith("heapwise: saved to "))
    return re.sub(r"[ \t]+", " ", text)


def same(heapwise, work, label, command, url, options, times):
    folder = Path(tempfile.mkdtemp(dir=work))
    asked = run(heapwise, *command, *options, "--save", folder, *[url] * times)
    saved = sorted(folder.iterdir())
    again = run(heapwise, *command, *saved)
    names = [url, *saved, *[path.name for path in saved]]
    one = [asked.returncode, plain(asked.stdout, names), plain(asked.stderr, names)]
    two = [again.returncode, plain(again.stdout, names), plain(again.stderr, names)]
    good = len(saved) == times and one[:2] == two[:2]
    check(f"{label}: {' '.join(command)}, exit code {asked.returncode}", good, [len(saved), one, two])


def refused(heapwise, label, words, *expected):
    answer = run(heapwise, *words)
    check(label, answer.returncode == 2 and all(text in answer.stderr for text in expected), answer.stderr)


def collected(heapwise, folder, target, *more):
    answer = run(heapwise, "collect", target, "--every", "300ms", "--count", "8", "--out", folder, *more)
    check(f"collect {folder.name}", answer.returncode == 0 and len(list(folder.glob("*/bundle.json"))) == 8, answer.stderr)
    for command in ("growth", "goroutines", "gc", "top"):
        answer = run(heapwise, command, folder)
        check(f"{command} of {folder.name}", answer.returncode == 0 and bool(answer.stdout), answer.stderr)
    answer = run(heapwise, "diff", *sorted(path.parent for path in folder.glob("*/bundle.json"))[::7])
    check(f"diff of {folder.name}", answer.returncode == 0, answer.stderr)


def ended(heapwise, folder, target, how):
    words = [heapwise, "collect", target, "--every", "300ms", "--count", "6", "--out", str(folder)]
    running = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(1)
    running.send_signal(how)
    running.wait(PATIENCE)
    kept = sorted(folder.glob("*/bundle.json"))
    check(f"collect ended by {how.name} leaves bundles", bool(kept) and all(json.loads(one.read_text()) for one in kept), kept)
    check(f"top of what {how.name} left", run(heapwise, "top", folder).returncode == 0)
    run(*words)
    check(f"resumed after {how.name}: six bundles", len(list(folder.glob("*/bundle.json"))) == 6, list(folder.iterdir()))


def start(binary, work, *more):
    server = subprocess.Popen([binary, "-life", "20m", *map(str, more)], stdout=subprocess.PIPE, text=True)
    server.stdout.readline()
    return server


def checks(heapwise, go, work, new, old, tls, sock):
    certs = work / "certs"
    pair = ["--tls-cert", certs / "client.pem", "--tls-key", certs / "client.key"]
    ca = ["--tls-ca", certs / "ca.pem"]
    ways = [("http", f"http://127.0.0.1:{new}", []), ("https", f"https://127.0.0.1:{tls}", ca + pair),
            ("https+insecure", f"https+insecure://127.0.0.1:{tls}", pair), ("unix", f"unix://{sock}", [])]
    if old:
        ways.append(("Go 1.21", f"http://127.0.0.1:{old}", []))
    for label, url, options in ways:
        for command in HEAP:
            same(heapwise, work, label, command, url, options, 1)
        for command in PAIRS:
            same(heapwise, work, label, command, url, options, 2)
    secure = f"https://127.0.0.1:{tls}"
    refused(heapwise, "no client certificate", ["top", secure, *ca], "wants a certificate of the client")
    refused(heapwise, "another authority", ["top", secure, *pair, "--tls-ca", certs / "other-ca.pem"], "UnknownIssuer")
    stranger = ["--tls-cert", certs / "stranger.pem", "--tls-key", certs / "stranger.key"]
    refused(heapwise, "a stranger's certificate", ["top", secure, *ca, *stranger], "UnknownCA")
    for port in filter(None, (new, old)):
        page = f"http://127.0.0.1:{port}/debug/pprof/"
        refused(heapwise, "debug and seconds", ["top", page + "heap?debug=1&seconds=1"], "seconds and debug params are incompatible")
        answer = run(heapwise, "top", page + "heap?seconds=1")
        check("heap?seconds=1 is a delta", answer.stdout.startswith("delta heap profile"), answer.stdout)
    leaks = "goroutineleak"
    answer = run(heapwise, "goroutines", f"http://127.0.0.1:{new}/debug/pprof/{leaks}")
    check("12 leaked for certain", "12 leaked for certain" in answer.stdout, answer.stdout)
    if old:
        refused(heapwise, "no goroutineleak in Go 1.21", ["goroutines", f"http://127.0.0.1:{old}/debug/pprof/{leaks}"], "Unknown profile", "needs Go 1.27")
    page, kept = f"http://127.0.0.1:{new}/debug/pprof/heap?gc=1", work / "kept"
    run(heapwise, "top", "--save", kept, page)
    for kind in ("inuse_space", "inuse_objects", "alloc_space", "alloc_objects"):
        file = next(kept.iterdir())
        ours = run(heapwise, "top", "--pprof-compatible", f"-sample_index={kind}", file).stdout
        theirs = run(go, "tool", "pprof", "-symbolize=none", "-top", f"-sample_index={kind}", file).stdout
        apart = [line for line in difflib.unified_diff(ours.splitlines(), theirs.splitlines(), lineterm="", n=0)]
        check(f"pprof -top {kind} of the saved file", bool(ours) and not apart, apart)
    # A server that answers allocates: between two fetches another of its blocks may be sampled.
    for _ in range(4):
        run(go, "tool", "pprof", "-proto", "-output", work / "pprof.pb.gz", page)
        # Before the totals stands the time, which may be a second later.
        totals = [run(heapwise, "top", "-q", "--pprof-compatible", "-sample_index=inuse_space", file).stdout.split("Showing")[1:]
                  for file in (work / "pprof.pb.gz", page)]
        if totals[0] and totals[0] == totals[1]:
            break
    check("pprof's fetch has the same totals", bool(totals[0]) and totals[0] == totals[1], totals)
    collected(heapwise, work / "go1.27", f"http://127.0.0.1:{new}", "--leaks", "--gc")
    if old:
        collected(heapwise, work / "go1.21", f"http://127.0.0.1:{old}", "--gc")
    for how in (signal.SIGINT, signal.SIGKILL):
        ended(heapwise, work / how.name, f"http://127.0.0.1:{new}", how)


def main():
    heapwise = os.path.abspath(sys.argv[1])
    go, go_old = os.environ.get("GO", "go"), os.environ.get("GO_OLD")
    with tempfile.TemporaryDirectory() as name:
        work, servers = Path(name), []
        for number, tool in enumerate(filter(None, (go, go_old))):
            subprocess.run([tool, "build", "-o", work / f"server{number}", "."], cwd=SOURCE, check=True,
                           env=dict(os.environ, GOTOOLCHAIN="local"))
        certs, sock = work / "certs", work / "s.sock"
        certs.mkdir()
        subprocess.run([work / "server0", "-make-certificates", certs], check=True)
        new, tls, old = free_port(), free_port(), free_port() if go_old else None
        try:
            servers.append(start(work / "server0", work, "-http", f"127.0.0.1:{new}", "-https", f"127.0.0.1:{tls}", "-unix", sock,
                                 "-cert", certs / "server.pem", "-key", certs / "server.key", "-client-ca", certs / "ca.pem"))
            if go_old:
                servers.append(start(work / "server1", work, "-http", f"127.0.0.1:{old}"))
            checks(heapwise, go, work, new, old, tls, sock)
        finally:
            for server in servers:
                server.terminate()
                server.wait(60)
    print(f"{failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
