"""What the checks of sources of stores have in common: real servers, real profiles, and what heapwise makes of both."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TYPES = ["alloc_objects", "alloc_space", "inuse_objects", "inuse_space"]
BUILD_SECONDS = int(os.environ.get("BUILD_SECONDS", "480"))
# Decoders of these servers have assembler parts that newer versions of Go misplace in memory.
TAGS = "noasm,purego"
failed = 0


def check(name, holds, found=""):
    global failed
    failed += not holds
    print(f"{'ok' if holds else 'FAILED'}: {name}" + ("" if holds else f": found {found!r:.900}"), flush=True)


def build_server(go, work, name, package="."):
    """Builds the server of a folder of scripts/servers; ends with 77 where it cannot be built."""
    folder = work / "server"
    folder.mkdir()
    for file in (ROOT / "scripts" / "servers" / name).iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    proxy = subprocess.run([go, "env", "GOPROXY"], capture_output=True, text=True, check=True).stdout.strip()
    # Modules come from the proxy or not at all.
    proxies = ",".join(part for part in proxy.split(",") if part != "direct")
    env = {**os.environ, "GOTOOLCHAIN": "local", "GOPROXY": proxies, "GONOSUMDB": "*",
           "GOFLAGS": "-mod=mod -modcacherw -buildvcs=false"}
    command = ["nice", go, "build", "-tags", TAGS, "-o", "server.bin", package]
    try:
        built = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=BUILD_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        print(f"the server was not built within {BUILD_SECONDS} s")
        sys.exit(77)
    if built.returncode:
        print(built.stderr[-1500:])
        sys.exit(77)
    return folder / "server.bin"


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def started(command, work, ready):
    """A server that answers at `ready`, or the end of this with what it said."""
    log = open(work / "server.log", "wb")
    server = subprocess.Popen(command, stdout=log, stderr=log, cwd=work)
    try:
        for _ in range(480):
            if server.poll() is not None:
                break
            try:
                if urllib.request.urlopen(ready, timeout=2).status == 200:
                    return server
            except OSError:
                time.sleep(0.5)
    except SystemExit:
        stop(server)
        raise
    stop(server)
    print((work / "server.log").read_text(errors="replace")[-2000:])
    sys.exit("the server did not become ready within four minutes")


def stop(process):
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Program:
    """A small Go program under load, and its profiles."""

    def __init__(self, binary, page):
        self.process = subprocess.Popen([binary], stdout=subprocess.PIPE, text=True)
        self.address = self.process.stdout.readline().strip()
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.load, args=(page,))
        self.thread.start()

    def get(self, page):
        return urllib.request.urlopen(f"http://{self.address}{page}", timeout=120).read()

    def load(self, page):
        while not self.over.is_set():
            for one in ("/json", "/html", "/gzip", page):
                self.get(one)
            time.sleep(0.01)

    def stop(self):
        self.over.set()
        self.thread.join()
        stop(self.process)


def capture(srv, work):
    """Heaps of a release that keeps nothing and of one that leaks, side by side, over some seconds; and goroutines."""
    programs = {"v1": Program(srv, "/text"), "v2": Program(srv, "/leak/heap")}
    heaps = {"v1": [], "v2": []}
    try:
        time.sleep(1)
        for number in range(8):
            for release, program in programs.items():
                path = work / f"{release}-{number}.pb.gz"
                path.write_bytes(program.get("/debug/pprof/heap?gc=1"))
                heaps[release].append(path)
            time.sleep(1.2)
        goroutines = work / "goroutine.pb.gz"
        goroutines.write_bytes(programs["v2"].get("/debug/pprof/goroutine"))
    finally:
        for program in programs.values():
            program.stop()
    return heaps, goroutines


class Asking:
    """heapwise, and the numbers of its answers."""

    def __init__(self, heapwise, port):
        self.heapwise, self.port = heapwise, port

    def run(self, *words):
        return subprocess.run([str(self.heapwise), *map(str, words)], capture_output=True, text=True, timeout=300, check=False)

    def document(self, command, *words):
        answer = self.run(command, "-f", "json", *words)
        if answer.returncode not in (0, 1, 3):
            return {"error": answer.stderr}
        return json.loads(answer.stdout)

    def sites(self, name, sample_type):
        """Values by site: of each line of each function."""
        document = self.document("top", "-lines", "-nodecount=100000", "-nodefraction=0", f"-sample_index={sample_type}", *name)
        if "error" in document:
            return document
        rows = {}
        for row in document["rows"]:
            site = row["site"]
            # Stores shorten what Go writes for types, or leave it out.
            key = (re.sub(r"\[.*\]", "", site.get("function") or ""), site.get("file"), site.get("line"))
            rows[key] = rows.get(key, 0) + row["flat"]["value"]
        return {"total": document["net"], **{key: value for key, value in rows.items() if value}}

    def moment(self, path):
        """When a profile was taken, in milliseconds."""
        return self.document("info", path)["inputs"][0]["time_nanos"] // 1_000_000


def check_numbers(asking, heaps):
    for release, number in (("v1", 7), ("v2", 0), ("v2", 7)):
        path = heaps[release][number]
        name = asking.source(f'{{version="{release}",pod="{number}"}}')
        for sample_type in TYPES:
            file, store = asking.sites([path], sample_type), asking.sites([name], sample_type)
            # A small program may have nothing in use that was sampled.
            is_some = len(file) > 1 or sample_type.startswith("inuse")
            check(f"{release} {number}: {sample_type} by site, {len(file) - 1} sites", file == store and is_some, (file, store))
    some = heaps["v2"][2:5]
    name = asking.source('{version="v2",pod=~"[234]"}')
    check("a selector of three pods: allocations are their sum", asking.sites(some, "alloc_space") == asking.sites([name], "alloc_space"))
    mean = {key: value / 3 for key, value in asking.sites(some, "inuse_space").items()}
    store = asking.sites([name], "inuse_space")
    near = store.keys() <= mean.keys() and all(abs(mean[key] - value) <= len(store) for key, value in store.items())
    check("a selector of three pods: what is in use is their mean", near, (mean, store))
    both = [asking.sites(one, "inuse_space") for one in (some, [asking.source('{version="v2",pod=~"[234]"}', "each=pod")])]
    check("each pod apart: added up as files are", both[0] == both[1], both)


def check_times(asking, heaps, beyond=""):
    """Ranges, up to one of three days; `beyond` says what that is for the server."""
    times = [asking.moment(path) for path in heaps["v2"]]
    until = times[3] // 1000 * 1000 + 1000
    within = [path for path, time in zip(heaps["v2"], times) if time < until]
    name = asking.source('{version="v2"}', "from=now-30m", f"until={until}")
    check(f"a range that ends after {len(within)} profiles", asking.sites(within, "alloc_space") == asking.sites([name], "alloc_space"))
    name = asking.source('{version="v2"}', "from=now-70h")
    check(f"a range of three days{beyond}", asking.sites(heaps["v2"], "alloc_space") == asking.sites([name], "alloc_space"))
    return name


def check_commands(asking, selector, goroutines):
    """What commands make of a service; tells the sides of its two releases, pod by pod."""
    name = asking.source(selector)
    info = asking.document("info", asking.source(selector, "type=goroutine"))
    file = asking.document("info", goroutines)
    found = [one["inputs"][0]["kind"] for one in (info, file)]
    check("goroutines are told as such", found == ["goroutine"] * 2, found)
    lines = [asking.sites([one], "goroutine") for one in (name + "&type=goroutine", goroutines)]
    # The store drops goroutines without frames.
    totals = [one.pop("total") for one in lines]
    check("and as many at each line", lines[0] == lines[1] and totals[0] == sum(lines[0].values()), lines)
    top = asking.document("top", name)
    check("errors are approximate", top["inputs"][0]["sampling_error"] == "approximate" and top["total"]["se"] > 0, top["inputs"])
    sides = [asking.source(f'{{version="{release}"}}', "each=pod") for release in ("v1", "v2")]
    diff = asking.document("diff", "--before", sides[0], "--after", sides[1])
    rows = {row["site"].get("function"): row for row in diff.get("rows", [])}
    leak = rows.get("main.leakHeap", {})
    check("a diff of releases, pod by pod, has a verdict", "more" in json.dumps(leak) or "new" in json.dumps(leak), leak or diff)
    for bound, code in (("inuse_space total <= +10%", 1), ("inuse_space main.leakHeap <= 1GB", 0)):
        answer = asking.run("verify", "--before", sides[0], "--after", sides[1], "--require", bound)
        check(f"verify {bound!r}: exit {code}", answer.returncode == code, (answer.returncode, answer.stdout, answer.stderr))
    growth = asking.document("growth", asking.source('{version="v2"}', "from=now-30m", "step=1s"))
    rows = {row.get("site", row).get("function") for row in growth.get("sites", [])}
    check("growth by steps", "main.leakHeap" in rows, growth)
    return sides


def check_refused(asking, faults):
    """Each fault: a word for it, a source, and what has to be said."""
    for label, source, words in faults:
        answer = asking.run("top", source)
        holds = answer.returncode == 2 and not answer.stdout and words in answer.stderr
        check(f"{label}: refused", holds, (answer.returncode, answer.stderr))


def varint(number):
    out = b""
    while number > 127:
        out, number = out + bytes([number & 127 | 128]), number >> 7
    return out + bytes([number])


def field(number, value):
    """A field of a message: bytes, a text, or a number."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def build_program(go, work):
    """The small program that is profiled."""
    srv = work / "srv"
    env = {**os.environ, "GOTOOLCHAIN": "local", "GOFLAGS": "-buildvcs=false"}
    subprocess.run([go, "build", "-trimpath", "-o", str(srv), "main.go"], cwd=ROOT / "testdata" / "src" / "srv", env=env, check=True, timeout=600)
    return srv


def conclude():
    print(f"{failed} failed" if failed else "all hold")
    sys.exit(failed > 0)
