#!/usr/bin/env python3
"""Checks sources of a store against a real Parca server: what was pushed comes back with equal numbers.

usage: GO=go [PARCA=SERVER] scripts/check-parca.py HEAPWISE [FOLDER]

Builds the server of scripts/servers/parca (its modules are downloaded) unless PARCA names one, captures profiles of
testdata/src/srv, and pushes them. All servers listen on 127.0.0.1. One line is printed for each check; the exit code is 1
if one failed, and 77 if the server could not be built. With FOLDER, what the server answers about one profile is kept
there, with the profile.
"""

import os
import signal
import struct
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from store_checks import (TYPES, Asking, build_program, build_server, capture, check, check_commands, check_numbers,
                          check_refused, check_times, conclude, field,
                          free_port, started, stop)

QUERIES = "parca.query.v1alpha1.QueryService"


def called(port, method, message):
    """The body of an answer by gRPC-Web."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}/api/{method}", data=b"\0" + struct.pack(">I", len(message)) + message,
                                     headers={"Content-Type": "application/grpc-web+proto", "X-Grpc-Web": "1"})
    return urllib.request.urlopen(request, timeout=120).read()


def push(port, name, labels, path):
    labels = sorted({"__name__": name, **labels}.items())
    names = b"".join(field(1, field(1, key) + field(2, value)) for key, value in labels)
    series = field(1, names) + field(2, field(1, path.read_bytes()))
    answer = called(port, "parca.profilestore.v1alpha1.ProfileStoreService/WriteRaw", field(2, series))
    if b"grpc-status: 0" not in answer:
        sys.exit(f"the server took no profile: {answer!r}")


def start_server(binary, work):
    port = free_port()
    (work / "parca.yaml").write_text('object_storage:\n  bucket:\n    type: "FILESYSTEM"\n    config:\n      directory: "./data"\n')
    command = [binary, "--config-path=parca.yaml", f"--http-address=127.0.0.1:{port}", "--storage-active-memory=134217728",
               "--debuginfo-cache-dir=cache", "--debuginfod-upstream-servers=127.0.0.1:1"]
    return started(command, work, f"http://127.0.0.1:{port}/metrics"), port


class AskingParca(Asking):
    def source(self, query, *more):
        return "&".join([f"parca+http://127.0.0.1:{self.port}/?query={query}", *more])


def check_type_in_front(asking, heaps):
    whole = asking.source('memory:inuse_space:bytes:space:bytes{version="v1",pod="7"}')
    check("a type in front of the selector", asking.sites([heaps["v1"][7]], "inuse_space") == asking.sites([whole], "inuse_space"))


def check_listing(asking):
    listing = asking.document("sources", asking.source("{}"))
    check("services", listing.get("services") == ["svc"], listing)
    check("types", {known["type"] for known in listing["types"]} == {*TYPES, "goroutine"}, listing)
    labels = {label["name"]: label["values"] for label in listing["labels"]}
    check("labels", labels == {"pod": [str(number) for number in range(8)], "job": ["svc"], "version": ["v1", "v2"]}, labels)


def check_faults(asking):
    name = asking.source('{job="svc"}')
    faults = [
        ("an unknown type", name + "&type=nope", "expected one of goroutine:goroutine"),
        ("a service that is not there", asking.source('{job="none"}'), "found no"),
        ("a range without profiles", name + "&from=now-20h&until=now-10h", "found no"),
        ("a bad selector", asking.source("{a=}"), "INVALID_ARGUMENT"),
        ("a label that is not there", name + "&each=zone", "expected one of the labels job"),
        ("nobody there", name.replace(f":{asking.port}/", f":{free_port()}/"), "connection refused"),
    ]
    check_refused(asking, faults)


def record(port, path, folder):
    """What is asked about one profile, and the answers."""
    folder.mkdir(exist_ok=True)
    (folder / "heap.pb.gz").write_bytes(path.read_bytes())
    end = int(time.time())
    start, end = field(1, end - 3600), field(1, end)
    selector = '{version="v2",pod="7"}'
    ask = lambda name, method, message: (folder / f"{name}.bin").write_bytes(called(port, f"{QUERIES}/{method}", message))
    ask("ProfileTypes", "ProfileTypes", b"")
    ask("Labels", "Labels", field(2, start) + field(3, end))
    ask("Values", "Values", field(1, "pod") + field(3, start) + field(4, end))
    for sample_type in TYPES:
        unit = "count" if sample_type.endswith("objects") else "bytes"
        query = field(1, f"memory:{sample_type}:{unit}:space:bytes{selector}") + field(2, start) + field(3, end)
        ask(sample_type, "Query", field(1, 2) + field(3, query) + field(5, 1))
        ask(f"{sample_type}.range", "QueryRange", query)
    nothing = field(1, 'memory:inuse_space:bytes:space:bytes{job="none"}') + field(2, start) + field(3, end)
    ask("nothing", "Query", field(1, 2) + field(3, nothing) + field(5, 1))


def main(heapwise):
    go = os.environ.get("GO", "go")
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        given = os.environ.get("PARCA")
        binary = Path(given).resolve() if given else build_server(go, work, "parca", "github.com/parca-dev/parca/cmd/parca")
        srv = build_program(go, work)
        server, port = start_server(binary, work)
        try:
            heaps, goroutines = capture(srv, work)
            for release, paths in heaps.items():
                for number, path in enumerate(paths):
                    push(port, "memory", {"job": "svc", "version": release, "pod": str(number)}, path)
            push(port, "goroutine", {"job": "svc", "version": "v2", "pod": "0"}, goroutines)
            time.sleep(1)
            if len(sys.argv) > 2:
                record(port, heaps["v2"][7], Path(sys.argv[2]))
            asking = AskingParca(heapwise, port)
            check_numbers(asking, heaps)
            check_type_in_front(asking, heaps)
            check_listing(asking)
            check_times(asking, heaps)
            check_commands(asking, '{job="svc"}', goroutines)
            check_faults(asking)
        finally:
            stop(server)
    conclude()


if __name__ == "__main__":
    # Ended from outside, it still stops its servers.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended before it was done"))
    main(Path(sys.argv[1]).resolve())
