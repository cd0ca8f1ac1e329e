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

from store_checks import (ROOT, TYPES, Asking, build_program, build_server, capture, check, check_numbers, check_refused, conclude, field,
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


def check_times(asking, heaps):
    times = [asking.moment(path) for path in heaps["v2"]]
    until = times[3] // 1000 * 1000 + 1000
    within = [path for path, time in zip(heaps["v2"], times) if time < until]
    name = asking.source('{version="v2"}', "from=now-30m", f"until={until}")
    check(f"a range that ends after {len(within)} profiles", asking.sites(within, "alloc_space") == asking.sites([name], "alloc_space"))
    files, name = heaps["v2"], asking.source('{version="v2"}', "from=now-70h")
    check("a range of three days, beyond the server's limit of one", asking.sites(files, "alloc_space") == asking.sites([name], "alloc_space"))
    comments = asking.run("comments", name).stdout
    check("and it is said in how many parts", "asked for in 3 parts" in comments, comments)


def check_commands(asking, heaps, goroutines):
    name = asking.source('{service_name="svc"}')
    info = asking.document("info", asking.source('{service_name="svc"}', "type=goroutine"))
    file = asking.document("info", goroutines)
    found = [one["inputs"][0]["kind"] for one in (info, file)]
    check("goroutines are told as such", found == ["goroutine"] * 2, found)
    lines = [asking.sites([one], "goroutine") for one in (name + "&type=goroutine", goroutines)]
    # The store drops goroutines without frames.
    totals = [one.pop("total") for one in lines]
    check("and as many at each line", lines[0] == lines[1] and totals[0] == sum(lines[0].values()), lines)
    top = asking.document("top", name)
    check("errors are approximate", top["inputs"][0]["sampling_error"] == "approximate" and top["total"]["se"] > 0, top["inputs"])
    for form in ("text", "csv", "md"):
        answer = asking.run("top", "-f", form, name)
        check(f"and called so in {form}", "approximate" in answer.stdout + answer.stderr, answer.stderr)
    sides = [asking.source(f'{{version="{release}"}}', "each=pod") for release in ("v1", "v2")]
    one_each = asking.run("diff", *[side.removesuffix("&each=pod") for side in sides])
    check("a diff of one profile a side has no verdict", "no verdicts" in one_each.stderr, one_each.stderr)
    diff = asking.document("diff", "--before", sides[0], "--after", sides[1])
    rows = {row["site"].get("function"): row for row in diff.get("rows", [])}
    leak = rows.get("main.leakHeap", {})
    check("a diff of releases, pod by pod, has one", "more" in json.dumps(leak) or "new" in json.dumps(leak), leak or diff)
    for bound, code in (("inuse_space total <= +10%", 1), ("inuse_space main.leakHeap <= 1GB", 0)):
        answer = asking.run("verify", "--before", sides[0], "--after", sides[1], "--require", bound)
        check(f"verify {bound!r}: exit {code}", answer.returncode == code, (answer.returncode, answer.stdout, answer.stderr))
    answer = asking.run("verify", asking.source('{version="v2"}'), "--require", "inuse_space total <= 1GB")
    check("an approximate error decides no gate", answer.returncode == 3, (answer.returncode, answer.stdout))
    growth = asking.document("growth", asking.source('{version="v2"}', "from=now-30m", "step=1s"))
    rows = {row.get("site", row).get("function") for row in growth.get("sites", [])}
    check("growth by steps", "main.leakHeap" in rows, growth)


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
            check_times(asking, heaps)
            check_commands(asking, heaps, goroutines)
            check_faults(asking)
        finally:
            stop(server)
    conclude()


if __name__ == "__main__":
    # Ended from outside, it still stops its servers.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended before it was done"))
    main(Path(sys.argv[1]).resolve())
