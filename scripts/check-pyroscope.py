#!/usr/bin/env python3
"""Checks sources of a store against a real Pyroscope server: what was pushed comes back with equal numbers.

usage: GO=go [PYROSCOPE=SERVER] scripts/check-pyroscope.py HEAPWISE [FOLDER]

Builds the server of scripts/servers/pyroscope (version 1.9; its modules are downloaded) unless PYROSCOPE names one that
is built, or another folder there: pyroscope-1.21, which takes twice as long to build (BUILD_SECONDS=900). Captures
profiles of testdata/src/srv, for those older than an hour are refused, and pushes them for two tenants. All servers
listen on 127.0.0.1. One line is printed for each check; the exit code is 1 if one failed, and 77 if the server could not
be built. With FOLDER, what the server answers about one profile is kept there, with the profile.
"""

import base64
import json
import os
import signal
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from store_checks import (ROOT, TYPES, Asking, build_program, build_server, capture, check, check_commands, check_numbers,
                          check_refused, check_times, conclude, field,
                          free_port, started, stop)


def start_server(binary, work):
    http, grpc, gossip = free_port(), free_port(), free_port()
    here = "127.0.0.1"
    flags = [f"-server.http-listen-address={here}", f"-server.http-listen-port={http}", f"-server.grpc-listen-address={here}",
             f"-server.grpc-listen-port={grpc}", f"-memberlist.bind-addr={here}", f"-memberlist.advertise-addr={here}",
             f"-memberlist.bind-port={gossip}", f"-pyroscopedb.data-path={work}/data", "-storage.backend=filesystem",
             f"-storage.filesystem.dir={work}/shared", "-self-profiling.disable-push=true", "-usage-stats.enabled=false",
             "-auth.multitenancy-enabled=true"]
    for name in ("distributor.ring.instance", "query-frontend.instance", "query-scheduler.ring.instance",
                 "store-gateway.sharding-ring.instance", "compactor.ring.instance", "overrides-exporter.ring.instance",
                 "ingester.lifecycler."):
        flags.append(f"-{name}{'' if name.endswith('.') else '-'}addr={here}")
    return started([binary, *flags], work, f"http://{here}:{http}/ready"), http


def push(port, tenant, name, labels, path):
    labels = {"__name__": name, "__delta__": "false", **labels}
    series = {"labels": [{"name": key, "value": value} for key, value in labels.items()],
              "samples": [{"rawProfile": base64.b64encode(path.read_bytes()).decode()}]}
    headers = {"Content-Type": "application/json", "X-Scope-OrgID": tenant}
    request = urllib.request.Request(f"http://127.0.0.1:{port}/push.v1.PusherService/Push",
                                     data=json.dumps({"series": [series]}).encode(), headers=headers)
    try:
        urllib.request.urlopen(request, timeout=120).read()
    except urllib.error.HTTPError as error:
        sys.exit(f"the server took no profile: {error.read()!r}")


class AskingPyroscope(Asking):
    def source(self, query, *more, tenant="one"):
        return "&".join([f"pyroscope+http://127.0.0.1:{self.port}/?tenant={tenant}&query={query}", *more])


def check_tenants(asking, heaps):
    for tenant, expected in (("one", ["svc"]), ("two", ["other"])):
        listing = asking.document("sources", asking.source("{}", tenant=tenant))
        check(f"sources of tenant {tenant}", listing.get("services") == expected, listing)
    name = asking.source('{service_name="other"}', tenant="two")
    both = asking.sites([heaps["v1"][3]], "alloc_space"), asking.sites([name], "alloc_space")
    check("a profile of the other tenant", both[0] == both[1], sorted(set(both[0].items()) ^ set(both[1].items()), key=str))
    listing = asking.document("sources", asking.source("{}"))
    types = {known["type"] for known in listing["types"]}
    check("types", types == {*TYPES, "goroutine"}, listing)
    labels = {label["name"]: label["values"] for label in listing["labels"]}
    check("labels", labels == {"pod": [str(number) for number in range(8)], "service_name": ["svc"], "version": ["v1", "v2"]}, labels)


def check_parts(asking, heaps):
    name = check_times(asking, heaps, beyond=", beyond the server's limit of one")
    comments = asking.run("comments", name).stdout
    check("and it is said in how many parts", "asked for in 3 parts" in comments, comments)


def check_approximate(asking, sides):
    name = asking.source('{service_name="svc"}')
    for form in ("text", "csv", "md"):
        answer = asking.run("top", "-f", form, name)
        check(f"errors are called approximate in {form}", "approximate" in answer.stdout + answer.stderr, answer.stderr)
    one_each = asking.run("diff", *[side.removesuffix("&each=pod") for side in sides])
    check("a diff of one profile a side has no verdict", "no verdicts" in one_each.stderr, one_each.stderr)
    answer = asking.run("verify", asking.source('{version="v2"}'), "--require", "inuse_space total <= 1GB")
    check("an approximate error decides no gate", answer.returncode == 3, (answer.returncode, answer.stdout))


def check_faults(asking):
    name = asking.source('{service_name="svc"}')
    faults = [
        ("an unknown type", name + "&type=nope", "expected one of goroutine:goroutine"),
        ("a service that is not there", asking.source('{service_name="none"}'), "found no samples"),
        ("a range without profiles", name + "&from=now-20h&until=now-10h", "found no"),
        ("a range too old", name + "&from=now-400d&until=now-399d", "found no"),
        ("no tenant", name.replace("tenant=one&", ""), "401"),
        ("a bad selector", asking.source("{a=}"), "parse error"),
        ("a wrong prefix", name.replace("/?", "/prefix/?"), "404"),
        ("a label that is not there", name + "&each=zone", "expected one of the labels pod"),
        ("nobody there", name.replace(f":{asking.port}/", f":{free_port()}/"), "connection refused"),
    ]
    check_refused(asking, faults)


def record(port, path, folder):
    """What is asked about one profile, and the answers."""
    folder.mkdir(exist_ok=True)
    (folder / "heap.pb.gz").write_bytes(path.read_bytes())
    end = int(time.time() * 1000)
    selector = '{version="v2",pod="7"}'
    between = {"start": end - 3_600_000, "end": end}

    def ask(method, body, kind):
        headers = {"Content-Type": kind, "X-Scope-OrgID": "one"}
        url = f"http://127.0.0.1:{port}/querier.v1.QuerierService/{method}"
        return urllib.request.urlopen(urllib.request.Request(url, data=body, headers=headers), timeout=120).read()

    series = {"profileTypeID": "memory:inuse_space:bytes:space:bytes", "labelSelector": selector, "step": 1, "groupBy": ["pod"]}
    for method, body in (("ProfileTypes", between), ("LabelNames", between), ("SelectSeries", {**series, **between}),
                         ("Series", {"matchers": ['{version="v2"}'], "labelNames": ["pod"], **between})):
        (folder / f"{method}.json").write_bytes(ask(method, json.dumps(body).encode(), "application/json"))
    for sample_type in TYPES:
        unit = "count" if sample_type.endswith("objects") else "bytes"
        body = field(1, f"memory:{sample_type}:{unit}:space:bytes") + field(2, selector) + field(3, between["start"]) + field(4, end)
        (folder / f"{sample_type}.pb").write_bytes(ask("SelectMergeProfile", body, "application/proto"))


def main(heapwise):
    go = os.environ.get("GO", "go")
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        given = os.environ.get("PYROSCOPE", "pyroscope")
        binary = build_server(go, work, given) if (ROOT / "scripts" / "servers" / given).is_dir() else Path(given).resolve()
        srv = build_program(go, work)
        server, port = start_server(binary, work)
        try:
            heaps, goroutines = capture(srv, work)
            for release, paths in heaps.items():
                for number, path in enumerate(paths):
                    push(port, "one", "memory", {"service_name": "svc", "version": release, "pod": str(number)}, path)
            push(port, "one", "goroutine", {"service_name": "svc", "version": "v2", "pod": "0"}, goroutines)
            push(port, "two", "memory", {"service_name": "other"}, heaps["v1"][3])
            if len(sys.argv) > 2:
                record(port, heaps["v2"][7], Path(sys.argv[2]))
            asking = AskingPyroscope(heapwise, port)
            check_numbers(asking, heaps)
            check_tenants(asking, heaps)
            check_parts(asking, heaps)
            check_approximate(asking, check_commands(asking, '{service_name="svc"}', goroutines))
            check_faults(asking)
        finally:
            stop(server)
    conclude()


if __name__ == "__main__":
    # Ended from outside, it still stops its servers.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended before it was done"))
    main(Path(sys.argv[1]).resolve())
