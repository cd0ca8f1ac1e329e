#!/usr/bin/env python3
"""Checks the HTML report in a real browser: what it shows, how it is steered, and that hostile names stay text.

usage: scripts/check-page.py HEAPWISE OUT_DIR      pages made by `HEAPWISE flame` and `HEAPWISE diff`
       scripts/check-page.py --fixtures OUT_DIR    pages made here from the same assets, without HEAPWISE

Needs chromium and chromedriver; without them it says SKIPPED and succeeds. The sums that the page shows are computed
here a second time, from the data in the page. One line is printed for each check; the exit code is 1 if one failed.
With --shots DIR, pictures of the views are kept there.
"""

import gzip
import html
import json
import math
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from base64 import b64decode, b64encode
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ASSETS = ROOT / "crates" / "heapwise-report" / "assets"
SERVER = ROOT / "testdata" / "server"
SERIES = ROOT / "testdata" / "growth" / "leak"
DUMPS = SERVER / "series" / "chanrecv"
LOG = ROOT / "testdata" / "gc" / "go1.27.3.steady.log"
PAIR = ROOT / "testdata" / "beforeafter" / "buffer-vs-pool"
FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--hide-scrollbars=0", "--window-size=1280,900"]
PAINT_MS, ZOOM_MS, SHARED = 300, 16, 5  # The machine may be busy with other things.
TYPES = [("alloc_objects", "count"), ("alloc_space", "bytes"), ("inuse_objects", "count"), ("inuse_space", "bytes")]
OWN, MODULE, LIBRARY, RUNTIME = range(4)
HOSTILE = ["</script><script>window.pwned=1</script>", "<img src=x onerror=window.pwned=1>", "]]><svg onload=window.pwned=1>",
           "line\u2028separator\u2029", "quotes \"'`", "right\u202eto\u2066left", "nul\u0001tab\t", "", "long " + "x" * 10_000,
           "${window.pwned=1}", "__proto__", "constructor", "&lt;b&gt;", "javascript:window.pwned=1", "<!--", "\U0001f525" * 300]
PRESS = [{"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}]
KEY = {"Enter": "\ue007", "Escape": "\ue00c", "Down": "\ue015", "Up": "\ue013", "Right": "\ue014", "Tab": "\ue004", "Backspace": "\ue003", "Left": "\ue012", "Home": "\ue011", "End": "\ue010", "Shift": "\ue008"}
failed = 0


def check(name, holds, found=""):
    global failed
    failed += not holds
    print(f"{'ok' if holds else 'FAILED'} {name}" + ("" if holds else f": found {found!r:.500}"), flush=True)


# ---- Stacks, from which both the fixture pages and, for HEAPWISE, profiles are made.

PACKAGES = [("main", OWN, 8), ("example.com/shop/cart", OWN, 8), ("example.com/shop/store", OWN, 8),
            ("github.com/lib/orm", MODULE, 10), ("golang.org/x/text/unicode", MODULE, 5), ("net/http", LIBRARY, 10),
            ("encoding/json", LIBRARY, 10), ("bytes", LIBRARY, 4), ("runtime", RUNTIME, 5)]
WORDS = ["main", "load", "(*Cache).Get", "(*Store).put", "decode", "Grow", "render", "(*Conn).read", "walk", "makeSlice"]


def program():
    """Functions as (name, package, file, line, origin)."""
    return [(f"{package}.{WORDS[k % len(WORDS)]}", package, f"/src/{package}/{'abc'[k % 3]}.go", 10 + 7 * k, origin)
            for package, origin, size in PACKAGES for k in range(size)]


def stacks_of(seed, wanted, deepest=24):
    """Stacks of (function, inlined), root first, in one call tree; mostly from own code towards the runtime, with recursion."""
    rng = random.Random(seed)
    size = len(program())
    stacks = [[(0, 0)]]
    while len(stacks) < wanted:
        base = stacks[int(len(stacks) * rng.random() ** 1.3)]
        stack = base[:rng.randint((len(base) + 1) // 2, len(base))]
        for _ in range(rng.randint(1, 4)):
            stack = [*stack, (min(size - 1, max(1, stack[-1][0] + rng.randint(-2, 9))), int(rng.random() < 0.2))]
        stacks.append(stack[:deepest])
    return [tuple(stack) for stack in stacks]


def weigh(stacks, seed):
    rng = random.Random(seed)
    for stack in stacks:
        objects = int(rng.paretovariate(0.9)) + 1
        size = 2 ** rng.randint(4, 13)
        kept = objects * rng.randint(0, 3) // 3
        yield stack, (objects, objects * size, kept, kept * size)


# ---- Fixture pages, of the shape that the report has.

def grow(weighed, columns):
    """Nodes in preorder: depth, function, inlined, and the cumulative values of each column."""
    root = {"kids": {}, "sums": [0] * columns}
    for stack, values in weighed:
        node, path = root, [root]
        for frame in stack:
            node = node["kids"].setdefault(frame, {"kids": {}, "sums": [0] * columns})
            path.append(node)
        for one in path:
            one["sums"] = [a + b for a, b in zip(one["sums"], values)]
    rows, todo = [], [(0, (-1, 0), root)]
    while todo:
        depth, frame, node = todo.pop()
        rows.append((depth, *frame, node["sums"]))
        heaviest = sorted(node["kids"].items(), key=lambda kid: (sum(kid[1]["sums"]), kid[0]))
        todo += [(depth + 1, kid, below) for kid, below in heaviest]
    return rows


def prune(rows, column, below):
    """Replaces small subtrees by one node under their parent."""
    limit, out, left, pruned, skip = below * rows[0][3][column], [], {}, 0, None
    rest = {}
    for row in rows:
        depth, _, _, sums = row
        if skip is not None and depth > skip:
            pruned += 1
            rest[at][1] += 1
            continue
        skip = None
        if depth and sums[column] < limit:
            parents = [k for k, one in enumerate(out) if one[0] == depth - 1]
            at = parents[-1]
            before = rest.setdefault(at, [[0] * len(sums), 0])
            before[0] = [a + b for a, b in zip(before[0], sums)]
            before[1] += 1
            pruned += 1
            skip = depth
            continue
        out.append(row)
    final = []
    for k, row in enumerate(out):
        final.append(row)
        if k in rest:
            left[str(len(final))] = rest[k][1]
            final.append((row[0] + 1, -2, 0, rest[k][0]))
    return final, left, pruned


def tables_of(functions):
    files = sorted({one[2] for one in functions if one[2]})
    return files, {"name": [one[0] for one in functions], "package": [one[1] for one in functions],
                   "file": [files.index(one[2]) if one[2] else -1 for one in functions],
                   "line": [one[3] for one in functions], "origin": [one[4] for one in functions]}


def skeleton(title, functions, rows, left, pruned, below):
    files, table = tables_of(functions)
    nodes = {"depth": [row[0] for row in rows], "function": [row[1] for row in rows], "inlined": [row[2] for row in rows], "left_out": left}
    return {"title": title, "confidence": 0.95, "files": files, "functions": table, "nodes": nodes, "per": None, "min_change": 0.01,
            "pruned": {"frames": pruned, "below": below} if pruned else None}


def one_data(title, functions, weighed, below=0.0005):
    rows, left, pruned = prune(grow(weighed, 4), 1, below)
    data = skeleton(title, functions, rows, left, pruned, below)
    data |= {"mode": "one", "type": 1, "types": [{"name": name, "unit": unit, "sampling": "known"} for name, unit in TYPES], "values": []}
    tree = Tree(data)
    for column in range(4):
        cum = [row[3][column] for row in rows]
        flat = tree.flat(cum)
        ends = lambda value: (round(1.9 * math.sqrt(value)), round(2.1 * math.sqrt(value)))
        values = {"cum": cum, "minus": [ends(value)[0] for value in cum], "plus": [ends(value)[1] for value in cum],
                  "sampled": [max(1, value // 512) if value else 0 for value in cum]}
        values["flat"] = [[node, *ends(flat[node]), 1] for node in range(len(cum)) if flat[node] and tree.end[node] > node + 1]
        data["values"].append(values)
    return data


def diff_data(title, functions, stacks):
    rng = random.Random(11)
    weighed = []
    for (stack, (_, space, _, _)), kind in zip(weigh(stacks, 3), (rng.random() for _ in stacks)):
        factor = 0 if kind < 0.08 else 1 if kind < 0.6 else rng.uniform(0.5, 2.2)
        weighed.append((stack, (0 if kind > 0.93 else space / 2, space * factor / 2)))
    rows, left, pruned = prune([(d, f, i, [*s, sum(s)]) for d, f, i, s in grow(weighed, 2)], 2, 0.0005)
    data = skeleton(title, functions, rows, left, pruned, 0.0005)
    before, after = [row[3][0] for row in rows], [row[3][1] for row in rows]
    noise = [math.sqrt(1000 * max(a, b)) for a, b in zip(before, after)]
    q = [None if row[1] == -2 or not wide else math.exp(-abs(b / 1.1 - a) / wide) for row, a, b, wide in zip(rows, before, after, noise)]
    values = {"before": before, "after": after, "q": q, "minus": noise, "plus": noise}
    data |= {"mode": "diff", "type": 0, "types": [{"name": "alloc_space", "unit": "bytes", "sampling": "known"}], "values": [values],
             "per": {"unit": "op", "before": 1000, "after": 1100}}
    values["verdict"] = [judged(data, node, 0.95) for node in range(len(rows))]
    return data


def sides(data, node):
    """Before and after, for each unit of work where that is known."""
    values, per = data["values"][data["type"]], data["per"] or {"before": 1, "after": 1}
    return values["before"][node] / per["before"], values["after"][node] / per["after"]


def judged(data, node, confidence):
    """The verdict by number: 0 unclear, 1 less, 2 more, 3 new, 4 gone, 5 same, 6 not judged."""
    q = data["values"][data["type"]]["q"][node]
    before, after = sides(data, node)
    if q is None:
        return 6
    if before == after:
        return 5
    if q > 1 - confidence or abs(after - before) < data["min_change"] * before:
        return 0
    return 3 if before == 0 else 4 if after == 0 else 2 if after > before else 1


def hash_of(text):
    return "sha256-" + b64encode(sha256(text.encode()).digest()).decode()


def page(data):
    text = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    paths = [*sorted((ASSETS / "page").glob("[0-8]*.js")), *sorted((ASSETS / "flame").glob("*.js")), ASSETS / "page" / "90-last.js"]
    script = '"use strict";(() => {\n' + "".join(path.read_text("utf-8") for path in paths) + "})();"
    style = (ASSETS / "page.css").read_text("utf-8")
    csp = f"default-src 'none'; script-src '{hash_of(script)}'; style-src '{hash_of(style)}'; img-src data:"
    names, cum = data["functions"]["name"], data["values"][0].get("cum") or data["values"][0]["after"]
    rows = [(names[f], value) for f, value in zip(data["nodes"]["function"], cum) if f >= 0][:20]
    body = "".join(f'<tr><td data-value="{value}">{value:.0f}</td><td>{html.escape(name)}</td></tr>' for name, value in rows)
    title = html.escape(data["title"])
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{csp}">
<title>{title}</title><style>{style}</style></head><body>
<header><h1>{title}</h1></header>
<section id="answer"><pre>What was seen, in words.</pre></section>
<section><h2>Flame graph</h2><noscript><p>The flame graph needs scripts; the tables do not.</p></noscript><div id="flame"></div></section>
<section id="tables"><h2>Functions</h2><table class="data" data-copy><thead><tr><th data-type="number">cum</th><th>function</th></tr></thead>
<tbody>{body}</tbody></table></section>
<script type="application/json" id="heapwise-data">{text}</script>
<script>{script}</script></body></html>
"""


def hostile_functions():
    return [(name, name, name, k, k % 5) for k, name in enumerate(HOSTILE)]


def hostile_stacks():
    frames = [(k, k % 2) for k in range(len(HOSTILE))]
    return [((frames[0], frame), (1, 1000 + k, 1, 1000 + k)) for k, frame in enumerate(frames[1:])] + [(tuple(frames), (1, 5000, 1, 5000))]


# ---- Profiles for HEAPWISE, of the same stacks.

def varint(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def profile(functions, weighed, types=TYPES, period=("space", "bytes")):
    """A heap profile; each function is a location of its own, inlined frames are lines of their caller's."""
    strings = {"": 0}
    text = lambda value: strings.setdefault(value, len(strings))
    kind = lambda name, unit: field(1, text(name)) + field(2, text(unit))
    out = b"".join(field(1, kind(*one)) for one in types)
    locations = {}
    for stack, values in weighed:
        groups = []
        for function, inlined in stack:
            groups = [*groups[:-1], (function, *groups[-1])] if inlined and groups else [*groups, (function,)]
        ids = [locations.setdefault(group, len(locations) + 1) for group in reversed(groups)]
        out += field(2, field(1, b"".join(map(varint, ids))) + field(2, b"".join(varint(value % 2**64) for value in values)))
    for group, number in locations.items():
        lines = b"".join(field(4, field(1, function + 1) + field(2, functions[function][3] + 1)) for function in group)
        out += field(4, field(1, number) + field(3, 4096 + 16 * number) + lines)
    for number, (name, _, file, line, _) in enumerate(functions, 1):
        out += field(5, field(1, number) + field(2, text(name)) + field(3, text(name)) + field(4, text(file)) + field(5, line))
    out += field(11, kind(*period)) + field(12, 524288) + field(14, text(types[-1][0]))
    return gzip.compress(out + b"".join(field(6, one.encode()) for one in strings), mtime=0)


def heap_text(sites):
    """A heap as Go serves it for people, of sites as (name, size, sampled blocks); calls end where the next place begins."""
    lines, main = [f"heap profile: 0: 0 [0: 0] @ heap/{2 * 524288}"], 0x1000000
    for at, (name, size, count) in enumerate(sites):
        here = 0x1000 + 16 * at
        lines += [f"{count}: {count * size} [{count}: {count * size}] @ {here:#x} {main:#x}",
                  f"#\t{here - 1:#x}\t{name}+0x10\t/src/main.go:{10 + at}", f"#\t{main - 1:#x}\tmain.main+0x10\t/src/main.go:1", ""]
    return "\n".join(lines) + "\n"


# ---- The numbers that the page must show.

class Tree:
    def __init__(self, data):
        nodes = data["nodes"]
        self.fn, size = nodes["function"], len(nodes["depth"])
        self.parent, self.end, path = [-1] * size, [size] * size, []
        for node, depth in enumerate(nodes["depth"]):
            for closed in path[depth:]:
                self.end[closed] = node
            path = path[:depth]
            self.parent[node] = path[-1] if path else -1
            path.append(node)

    def flat(self, cum):
        out = list(cum)
        for node in range(1, len(cum)):
            out[self.parent[node]] -= cum[node]
        return out

    def outermost(self, is_wanted):
        node, found = 0, []
        while node < len(self.fn):
            wanted = self.fn[node] >= 0 and is_wanted(self.fn[node])
            found += [node] * wanted
            node = self.end[node] if wanted else node + 1
        return found

    def sandwich(self, fn, cum):
        """The sum of a function, and of its callers and callees one step away, by function."""
        ups, downs = {}, {}
        roots = self.outermost(lambda one: one == fn)
        for root in roots:
            above = self.fn[self.parent[root]]
            if above >= 0:
                ups[above] = ups.get(above, 0) + cum[root]
            for node in range(root + 1, self.end[root]):
                if self.parent[node] == root:
                    downs[self.fn[node]] = downs.get(self.fn[node], 0) + cum[node]
        return sum(cum[root] for root in roots), ups, downs

    def child(self, node, weights):
        """The heaviest child, the leftmost of equals."""
        kids = [one for one in range(node + 1, self.end[node]) if self.parent[one] == node]
        return max(kids, key=lambda one: (weights[one], -one))


def amount(value, unit):
    if unit != "bytes":
        return f"{round(value):,}"
    name, factor = next(((n, 1024 ** k) for k, n in reversed(list(enumerate(["B", "kB", "MB", "GB"]))) if abs(value) >= 1024 ** k), ("B", 1))
    text = f"{value / factor:.2f}".removesuffix(".00")
    return "0" if float(text) == 0 else text + name


def visible(text):
    hidden = r"[\x00-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
    return re.sub(hidden, lambda found: f"\\u{ord(found[0]):04x}", text)


# ---- The browser.

class Browser:
    def __init__(self, work):
        driver = shutil.which("chromedriver")
        self.driver = subprocess.Popen([driver, "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.watch = threading.Timer(110, self.driver.kill)
        self.watch.daemon = True
        self.watch.start()
        port = next(found[1] for line in self.driver.stdout if (found := re.search(r"started successfully on port (\d+)", line)))
        self.base = f"http://127.0.0.1:{port}/session"
        options = {"binary": shutil.which("chromium"), "args": [*FLAGS, f"--user-data-dir={work}/browser"]}
        wanted = {"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
        self.base += "/" + self.send("POST", "", {"capabilities": {"alwaysMatch": wanted}})["sessionId"]

    def send(self, method, path, body=None):
        request = urllib.request.Request(self.base + path, json.dumps(body or {}).encode() if method == "POST" else None,
                                         {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=120) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(json.load(error)["value"]["message"]) from None

    def close(self):
        try:
            self.send("DELETE", "")
        finally:
            self.driver.send_signal(signal.SIGTERM)
            self.driver.wait(60)
            self.watch.cancel()

    def run(self, script, *arguments):
        return self.send("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def devtools(self, command, **parameters):
        return self.send("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def open(self, path, fragment=""):
        self.send("POST", "/url", {"url": "about:blank"})
        self.send("POST", "/url", {"url": path.as_uri() + fragment})
        deadline = time.monotonic() + 60
        while not self.run("return document.documentElement.dataset.ready") and time.monotonic() < deadline:
            time.sleep(0.02)

    def move_to(self, x, y, *then):
        steps = [{"type": "pointerMove", "duration": 0, "x": round(x), "y": round(y)}, *then]
        self.send("POST", "/actions", {"actions": [{"type": "pointer", "id": "mouse", "actions": steps}]})

    def keys(self, *keys):
        steps = [{"type": kind, "value": KEY.get(key, key)} for key in keys for kind in ("keyDown", "keyUp")]
        self.send("POST", "/actions", {"actions": [{"type": "key", "id": "keys", "actions": steps}]})

    def press(self, selector):
        """A real click on an element."""
        found = self.send("POST", "/element", {"using": "css selector", "value": selector})
        self.send("POST", f"/element/{next(iter(found.values()))}/click")

    def resize(self, width, height=900, ratio=1):
        self.devtools("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=ratio, mobile=False)

    def scheme(self, name):
        self.devtools("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": name}])

    def shot(self, path):
        path.write_bytes(b64decode(self.send("GET", "/screenshot")))

    def console(self):
        return [entry["message"] for entry in self.send("POST", "/se/log", {"type": "browser"})]

    def click_node(self, node, name="main", steps=PRESS):
        self.run("document.querySelector('.stage').scrollIntoView({block: 'center'})")
        box = self.run(RECT, node, name)
        self.move_to(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, *steps)


def data_of(path):
    found = re.search(r'<script type="application/json" id="heapwise-data">(.*?)</script>', path.read_text("utf-8"), re.S)
    return json.loads(found[1])


STATE = "return {...heapwise.state}"
RECT = """const box = heapwise.view().panels.find((one) => one.name === arguments[1]).boxes.find((one) => one.node === arguments[0]);
const {left, top} = document.querySelector('canvas').getBoundingClientRect();
return box && {x: left + box.x, y: top + box.y - document.querySelector('.stage').scrollTop, width: box.w, height: 19}"""


# ---- The checks.

def check_opening(browser, path, data, is_big):
    name = path.stem
    paint = float(browser.run("return document.documentElement.dataset.paint"))
    size = len(data["nodes"]["depth"])
    check(f"{name}: first paint of {size} frames after {paint:.0f} ms", paint < SHARED * PAINT_MS * (4 if is_big else 1), paint)
    resources = browser.run("return performance.getEntriesByType('resource').map((one) => one.name)")
    csp = browser.run("return document.querySelector('meta[http-equiv=Content-Security-Policy]')?.content || ''")
    check(f"{name}: nothing is fetched, and nothing may be", not resources and csp.startswith("default-src 'none'") and "connect" not in csp and "unsafe" not in csp, (resources, csp))


def zoomable(tree, weights):
    node = 0
    for _ in range(4):
        if tree.end[node] <= node + 1 or tree.fn[tree.child(node, weights)] < 0:
            break
        node = tree.child(node, weights)
    return node


def check_zoom(browser, path, tree, weights, names):
    target = zoomable(tree, weights)
    browser.click_node(target)
    box = browser.run(RECT, target, "main")
    span = browser.run("return heapwise.view().span")
    check("a click zooms", browser.run(STATE)["zoom"] == target and abs(box["width"] - span) < 1, (browser.run(STATE), box))
    crumbs = browser.run("return [...document.querySelectorAll('.crumbs li button')].map((one) => one.title)")
    check("the way to the frame is shown", crumbs[0] == "all" and crumbs[-1] == visible(names[tree.fn[target]]), crumbs)
    took = browser.run("return heapwise.timings.zoom")
    url = browser.run("return location.hash")
    browser.run("document.querySelector('canvas').focus()")
    browser.keys("Escape")
    check("Escape goes back", browser.run(STATE)["zoom"] == 0 and browser.run("return location.hash") in ("", "#"), browser.run(STATE))
    browser.click_node(target)
    browser.press(".crumbs li button")
    check("the first of the way leads to all", browser.run(STATE)["zoom"] == 0)
    browser.send("POST", "/back")
    check("the browser's own back works", browser.run(STATE)["zoom"] == target, browser.run(STATE))
    browser.open(path, url + "&search=load&flip=true")
    state = browser.run(STATE)
    check("the address restores the view", (state["zoom"], state["search"], state["flip"]) == (target, "load", True), state)
    browser.open(path, "#zoom=99999999&type=x&sandwich=-7&hide=,a,9e9&width=no&confidence=7&up=1.5")
    check("a wrong address does no harm", browser.run("return heapwise.view().panels[0].zoom") == 0)
    print(f"ok zoom drawn in {took:.1f} ms" if took < SHARED * ZOOM_MS else f"FAILED zoom drawn in {took:.1f} ms", flush=True)


def relative(value, minus, plus):
    """The error of a value as the tables write it (formats/error_text.rs)."""
    def up(end):
        percent = 100 * (end / abs(value))
        return "0.1%" if percent < 0.1 else f"{math.ceil(percent * 10) / 10:.1f}%" if percent < 9.95 else f"{math.ceil(percent)}%"
    if plus is None:
        return f"-{up(minus)}..+?"
    low, high = sorted((minus, plus))
    return f"±{up(high)}" if high <= 1.25 * low else f"-{up(minus)}..+{up(plus)}"


def interval(value, minus, plus, unit):
    """What a page says of the error of a value."""
    if minus is None and plus is None:
        return "error unknown"
    if minus == 0 and plus == 0:
        return "exact"
    low = amount(value - minus, unit)
    ends = f"at least {low}" if plus is None else f"{low} .. {amount(value + plus, unit)}"
    return f"{ends} ({relative(value, minus, plus)})" if value else ends


def check_errors(browser, path, data, kinds):
    """Of every frame the error that the data has, in words; the page has to have each kind of them."""
    browser.open(path)
    wrong, found = [], set()
    for number, (kind, values) in enumerate(zip(data["types"], data["values"])):
        browser.run("heapwise.go({type: arguments[0]})", number)
        minus, plus = (values.get(side) for side in ("minus", "plus"))
        for node, value in enumerate(values["cum"]):
            if kind["sampling"] == "exact" or not value:
                continue
            expected = interval(value, minus[node] if minus else 0, plus[node] if plus else 0, kind["unit"])
            found |= {word for word in ("+?", "unknown", "..") if word in expected}
            text = "heapwise.select(arguments[0]); return document.querySelector('.hand dd').textContent"
            shown = browser.run(text, node)
            if not shown.endswith(f" · {expected}"):
                wrong.append((kind["name"], node, shown, expected))
    check(f"{path.stem}: errors are said as they are known", not wrong and set(kinds) <= found, (wrong[:2], found))


BOXES = """const one = heapwise.view().panels[0], boxes = new Map(one.boxes.map((box) => [box.node, box])), tree = one.tree;
    const off = (box, up) => box.x < up.x - 0.01 || box.x + box.w > up.x + up.w + 0.01;
    return [one.boxes.length, one.boxes.filter((box) => box.node && off(box, boxes.get(tree.parent[box.node]))).length, Math.max(...one.boxes.map((box) => box.w)), one.span]"""
NOTES = "return [...document.querySelectorAll('#picture .notes')].map((one) => one.textContent).join()"


def check_below_zero(browser, path, data):
    """What is below zero is drawn without its sign, inside of what called it, and said."""
    browser.open(path)
    tree = Tree(data)
    for number, values in enumerate(data["values"]):
        browser.run("heapwise.go({type: arguments[0]})", number)
        own = tree.flat(values["cum"])
        size, less = sum(map(abs, own)), [value for value in own if value < 0]
        found = browser.run("return heapwise.weights(heapwise.raw, 'cum')[0]")
        check(f"{path.stem}: widths of type {number} add up without signs", bool(less) and found == size, (found, size))
        drawn, outside, widest, span = browser.run(BOXES)
        check(f"{path.stem}: no frame of type {number} is outside of its caller", drawn > 20 and not outside and widest <= span + 0.01, (drawn, outside, widest, span))
        note = browser.run(NOTES)
        wanted = f"Below zero: {amount(sum(less), data['types'][number]['unit'])} of {len(less):,} frames"
        check(f"{path.stem}: what is below zero of type {number} is said", wanted in note, (note, wanted))
    fn = most_recursive(tree)
    browser.run("heapwise.regrow({sandwich: arguments[0]})", fn)
    found = browser.run("return heapwise.view().panels.map((one) => [one.boxes.length, Math.max(0, ...one.boxes.map((box) => box.w)) <= one.span + 0.01])")
    check(f"{path.stem}: a sandwich has both sides", all(boxes > 0 and fits for boxes, fits in found), found)


def check_notes(browser, pages):
    """What was pruned says by what, and shares are of everything, whatever filters have left out."""
    browser.open(pages["fewest"])
    note = browser.run(NOTES)
    check("fewest: a limit on frames is named", "frames other than the 3 largest were pruned" in note and "0.05" not in note, note)
    browser.open(pages["filtered"])
    data = data_of(pages["filtered"])
    cum, whole = data["values"][data["type"]]["cum"][0], data["types"][data["type"]]["whole"]
    said = browser.run("heapwise.select(0); return [document.querySelector('.hand dd').textContent, document.querySelector('h1').textContent]")
    check("filtered: shares are of everything", f", {100 * cum / whole:.1f}% ·" in said[0] and cum < whole, (said, cum, whole))
    check("filtered: the filter is named", "left by focus=net/http" in said[1], said)


def check_hover(browser, data, tree):
    """The frame under the mouse, with the numbers of the data and their intervals."""
    values, kind = data["values"][data["type"]], data["types"][data["type"]]
    node, fn = zoomable(tree, values["cum"]), tree.fn[zoomable(tree, values["cum"])]
    browser.click_node(node, steps=[])
    shown = browser.run("return document.querySelector('.tip').innerText")
    low, high = (values[side][node] for side in ("minus", "plus")) if "minus" in values else (None, None)
    value, unit = values["cum"][node], kind["unit"]
    wanted = [visible(data["functions"]["name"][fn]), f"{value:,} {unit}", amount(value, unit)]
    wanted.append(interval(value, low, high, unit))
    flat = tree.flat(values["cum"])[node]
    wanted += [f"{flat:,} {unit}"] + ([f"{values['sampled'][node]:,}"] if "sampled" in values else [])
    place = data["functions"]["file"][fn]
    wanted += [f"{visible(data['files'][place])}:{data['functions']['line'][fn]}"] if place >= 0 and data["functions"]["line"][fn] else []
    check("hovering tells name, place, numbers and their interval", all(text in shown for text in wanted), (shown, wanted))
    browser.move_to(2, 2)
    check("the tip goes with the mouse", browser.run("return document.querySelector('.tip').hidden"))


def check_search(browser, data, tree, cum, unit):
    browser.run("document.querySelector('canvas').focus()")
    names = data["functions"]["name"]
    word = next(word for word in ("load", "serve") if any(word in visible(name).lower() for name in names))
    browser.keys("/", *word.upper())
    expected = sum(cum[node] for node in tree.outermost(lambda fn: word in visible(names[fn]).lower()))
    frames = sum(fn >= 0 and word in visible(names[fn]).lower() for fn in tree.fn)
    shown = browser.run("return document.querySelector('.found').textContent")
    check("a search sums what matches", browser.run("return heapwise.sum('cum').sum") == expected and amount(expected, unit) in shown
          and shown.startswith(f"{frames:,} frame"), (shown, expected, frames))
    browser.keys("Escape")
    browser.run("heapwise.search('')")


FIRST = """const [tree, side] = [heapwise.view().trees[arguments[0]], arguments[1]]; const out = {};
tree.fn.forEach((fn, node) => { if (tree.depth[node] === 1) out[fn] = heapwise.cum(tree, side)[node]; });
return [heapwise.cum(tree, side)[0], out]"""


def most_recursive(tree):
    """A function that has itself above it, else any with several places."""
    inside = {}
    for node, fn in enumerate(tree.fn):
        above = tree.parent[node]
        while above > 0 and tree.fn[above] != fn:
            above = tree.parent[above]
        inside[fn] = inside.get(fn, 0) + (1000 if fn >= 0 and above > 0 else 1)
    return max((fn for fn in inside if fn >= 0), key=lambda fn: (inside[fn], fn))


def same_sums(found, expected):
    return set(found) == {str(fn) for fn in expected} and all(math.isclose(found[str(fn)], value, rel_tol=1e-9, abs_tol=1e-6) for fn, value in expected.items())


def check_sandwich(browser, tree, cum, side):
    fn = most_recursive(tree)
    browser.run("heapwise.select(arguments[0]); document.querySelector('canvas').focus()", tree.outermost(lambda one: one == fn)[0])
    browser.keys("s")
    total, ups, downs = tree.sandwich(fn, cum)
    found, down = browser.run(FIRST, "callees", side)
    check("a sandwich sums the function once", math.isclose(found, total, rel_tol=1e-9), (found, total))
    check("a sandwich sums callees", same_sums(down, downs), (down, downs))
    check("a sandwich sums callers", same_sums(browser.run(FIRST, "callers", side)[1], ups), ups)
    browser.keys("Down")
    check("keys move within a sandwich", browser.run("return {...heapwise.cursor}")["tree"] == "callees")
    browser.keys("Backspace")
    check("Backspace leaves the sandwich", browser.run(STATE)["sandwich"] == -1)


def check_filters(browser, tree, cum, side):
    fn = most_recursive(tree)
    root = "return heapwise.cum(heapwise.view().trees.main, arguments[0])[0]"
    browser.run("heapwise.regrow({focus: arguments[0]})", fn)
    expected = sum(cum[node] for node in tree.outermost(lambda one: one == fn))
    check("focus keeps the stacks through a function", math.isclose(browser.run(root, side), expected, rel_tol=1e-9))
    browser.run("heapwise.regrow({focus: -1, hide: [arguments[0]]})", fn)
    gone = browser.run("return heapwise.view().trees.main.fn.includes(arguments[0])", fn)
    check("hiding a function keeps the sum", math.isclose(browser.run(root, side), cum[0], rel_tol=1e-9) and not gone)
    browser.run("heapwise.regrow({hide: [], group: true})")
    twice = browser.run("""const t = heapwise.view().trees.main; return t.fn.some((fn, node) => { let up = t.parent[node];
        while (up > 0 && t.fn[up] !== fn) up = t.parent[up]; return fn >= 0 && up > 0; })""")
    check("grouping recursion leaves each function once in a stack", not twice and math.isclose(browser.run(root, side), cum[0], rel_tol=1e-9))
    browser.run("heapwise.regrow({group: false})")


def check_types(browser, data):
    for index, kind in enumerate(data["types"]):
        browser.press(f"select[name=type] option[value='{index}']")
        total = data["values"][index]["cum"][0]
        shown = browser.run("heapwise.select(0); return document.querySelector('.hand').textContent")
        check(f"{kind['name']} can be chosen", browser.run(STATE)["type"] == index and amount(total, kind["unit"]) in shown and f"{total:,} {kind['unit']}" in shown, shown)
    browser.press(f"select[name=type] option[value='{data['type']}']")


def check_keyboard(browser, path, tree, weights, names):
    browser.open(path)
    for _ in range(40):
        browser.keys("Tab")
        if browser.run("return document.activeElement.tagName") == "CANVAS":
            break
    expected = [0]
    for _ in range(3):
        expected.append(tree.child(expected[-1], weights))
    browser.keys("Down", "Down", "Down")
    said = browser.run("return document.querySelector('[aria-live]').textContent")
    check("Tab and arrows reach a frame", browser.run("return heapwise.cursor.node") == expected[-1] and said.startswith(visible(names[tree.fn[expected[-1]]])), said)
    browser.keys("Enter")
    check("Enter zooms", browser.run(STATE)["zoom"] == expected[-1])
    browser.keys("Backspace", "?")
    check("? lists the keys", browser.run("return document.querySelector('dialog').open") and browser.run(STATE)["zoom"] == 0)
    browser.keys("Escape")
    browser.run("document.querySelector('canvas').focus()")
    browser.keys("i")
    at_root = browser.run("return document.querySelector('.stage').getBoundingClientRect().bottom") - browser.run(RECT, 0, "main")["y"]
    check("i puts the root below", browser.run(STATE)["flip"] and at_root < 40, at_root)
    browser.keys("i")


COLOURS = """const canvas = document.querySelector('canvas'), own = document.createElement('canvas');
Object.assign(own, {width: canvas.width, height: Math.min(canvas.height, 400)});
const context = own.getContext('2d', {willReadFrequently: true}); context.drawImage(canvas, 0, 0);
const c = context.getImageData(0, 0, own.width, own.height).data;
const seen = new Set(); for (let k = 0; k < c.length; k += 4) if (c[k + 3]) seen.add(c[k] + ',' + c[k + 1] + ',' + c[k + 2]); return seen.size"""


def check_looks(browser, path):
    browser.open(path)
    lightness = "return getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).reduce((a, b) => a + Number(b), 0)"
    light = browser.run(lightness)
    browser.scheme("dark")
    darker = browser.run(lightness)
    browser.scheme("light")
    check(f"{path.stem}: light and dark", light > 600 and darker < 150, (light, darker))
    for width in (320, 800, 1280, 3840):
        browser.resize(width, ratio=2 if width < 900 else 1)
        time.sleep(0.06)
        found = browser.run("return [document.documentElement.scrollWidth, innerWidth, heapwise.view().span]")
        check(f"{path.stem}: fits {width} px", found[0] <= width == found[1] and found[2] <= width, found)
    browser.resize(1280)
    check(f"{path.stem}: something is drawn", browser.run(COLOURS) > 5)


def check_text_and_tables(browser, data):
    browser.press("details.text summary")
    time.sleep(0.05)
    shown = browser.run("return [...document.querySelectorAll('details.text tbody th[scope=row]')].map((one) => one.textContent)")
    check("the graph is there as text", len(shown) > 5 and shown[0] == "0 all", shown[:5])
    if not browser.run("return document.querySelectorAll('#tables table.data').length"):
        return check("there are tables", False)
    column = """const table = document.querySelector('#tables table.data'), head = table.querySelector('th[data-type=number]');
        return [...table.tBodies[0].rows].filter((row) => !("fixed" in row.dataset)).map((row) => Number(row.cells[head.cellIndex].dataset.value))"""
    browser.press("#tables table.data th[data-type=number] button")
    falling = browser.run(column)
    browser.press("#tables table.data th[data-type=number] button")
    rising = browser.run(column)
    check("a table is sorted", rising == sorted(rising) and falling == sorted(rising, reverse=True), (falling, rising))
    text = browser.run("return heapwise.markdown(document.querySelector('#tables table.data'))").splitlines()
    check("a table is copied as Markdown", "| ---: |" in text[1] and len(text) == 2 + len(rising) + browser.run("return document.querySelector('#tables table.data').querySelectorAll('[data-fixed]').length"), text[:3])
    browser.run("const box = document.querySelector('.tools input'); box.value = 'no such row'; box.dispatchEvent(new Event('input'))")
    check("a table is filtered", browser.run("return [...document.querySelector('#tables table.data').tBodies[0].rows].every((row) => row.hidden)"))


SORTED = """const table = document.querySelector('#tables table.data'), out = [];
    for (const head of table.tHead.rows[0].cells) for (const direction of ['down', 'up']) {
      head.querySelector('button').click();
      out.push([head.textContent, direction, [...table.tBodies[0].rows].map((row) => row.cells[head.cellIndex].textContent)]);
    }
    return [out, [...table.tBodies[0].rows].map((row) => row.cells[row.cells.length - 1].textContent), heapwise.markdown(table)]"""


def wider(error):
    """The wider side of an error; none where it is not known."""
    arms = re.findall(r"[\d.]+(?=%)", error)
    return None if not arms or "?" in error else max(map(float, arms))


def check_sorting(browser, path):
    """Errors are sorted by their wider side, what is not known is last, and what is about the other rows stays at the end."""
    browser.open(path)
    columns, names, markdown = browser.run(SORTED)
    check(f"{path.stem}: what is left out stays the last row", re.fullmatch(r"in \d+ more", names[-1]), names)
    check(f"{path.stem}: so it is in Markdown", re.search(r"in \d+ more \|$", markdown.strip()), markdown)
    for title, direction, cells in columns:
        if title == "±":
            sides = [wider(cell) for cell in cells[:-1]]
            known = [side for side in sides if side is not None]
            expected = sorted(known, reverse=direction == "down") + [None] * (len(sides) - len(known))
            check(f"{path.stem}: errors are sorted {direction} by their wider side", sides == expected and len(known) > 2, cells)


def check_sums(browser, data, tree):
    for index, kind in enumerate(data["types"]):
        values = data["values"][index]
        for side in ("cum", "before", "after"):
            if side in values:
                flat = tree.flat(values[side])
                check(f"{kind['name']} {side}: frames add up to the total", math.isclose(sum(flat), values[side][0], rel_tol=1e-9, abs_tol=1e-6)
                      and min(flat) >= -1e-6 * values[side][0], min(flat))
    note = browser.run("return document.querySelector('.notes').textContent")
    pruned = data["pruned"]
    judged = data.get("judged")
    check("among how many frames are judged is said", not judged or f"judged among {judged['frames']:,} frames" in note, note)
    check("what was pruned is said", not pruned or f"{pruned['frames']:,} frames below {100 * pruned['below']:g}%" in note, note)


def check_diff(browser, path, data, tree):
    browser.open(path)
    size = len(tree.fn)
    words = "const tree = heapwise.raw; return tree.fn.map((_, node) => [heapwise.verdict(tree, node), heapwise.colourOf(tree, node)])"
    number = {"less": 1, "more": 2, "new": 3, "gone": 4}
    coloured = {}
    for confidence in (data["confidence"], 0.5, 0.8, 0.99, 0.999):
        browser.run("heapwise.adjust({confidence: arguments[0]})", confidence)
        found = browser.run(words)
        coloured[confidence] = sum(word in number for word, _ in found)
        wrong = [node for node in range(size) if number.get(found[node][0], 0) != (judged(data, node, confidence) if judged(data, node, confidence) < 5 else 0)]
        grey = [node for node in range(size) if (" 0.000 " in found[node][1] or tree.fn[node] == -2) == (found[node][0] in number)]
        check(f"at {confidence} grey is what is not sure: {coloured[confidence]} of {size} coloured", not wrong and not grey, (wrong[:3], grey[:3]))
        if confidence == data["confidence"]:
            verdicts = data["values"][data["type"]]["verdict"]
            check("at first the verdicts of the report are coloured", all(number.get(found[node][0], 0) == (verdicts[node] if verdicts[node] < 5 else 0) for node in range(size)))
    browser.open(path)
    browser.run("document.querySelector('[name=confidence]').focus()")
    browser.keys("Right", "Right")
    check("the slider changes the confidence", browser.run(STATE)["confidence"] > data["confidence"])
    check_widths(browser, data, tree)


def check_moved(browser, path, data):
    """What a frame lost is found where it went, by the key and by the button."""
    moved = data["values"][0]["moved"]
    check(f"{path.stem}: something moved", len(moved) >= 2, moved)
    for node, other in moved:
        for way in ("key", "button"):
            browser.open(path)
            browser.run("heapwise.go({width: 'change'}); heapwise.select(arguments[0]); document.querySelector('canvas').focus()", node)
            told = browser.run("return document.querySelector('.hand').textContent")
            if way == "key":
                browser.keys("m")
            else:
                browser.press(".hand .actions button[title$='(m)']")
            name = visible(data["functions"]["name"][data["nodes"]["function"][other]])
            at = browser.run("return [heapwise.cursor.node, document.querySelector('.hand .name').textContent]")
            check(f"{path.stem}: the {way} leads from frame {node} to where bytes moved", at == [other, name] and name in told, (at, other, told))


def check_widths(browser, data, tree):
    browser.run("heapwise.go({per: false})")
    before, after = (data["values"][data["type"]][side] for side in ("before", "after"))
    old, new = tree.flat(before), tree.flat(after)
    tiny = lambda value, whole: 0 if abs(value) <= 1e-9 * abs(whole) else value
    new = [tiny(value, whole) for value, whole in zip(new, after)]
    expected = {"after": after[0], "before": before[0], "change": sum(abs(a - b) for a, b in zip(new, old)),
                "gone": sum(max(b, 0) for a, b in zip(new, old) if a == 0), "side": None}
    for width, total in expected.items():
        browser.press(f"select[name=width] option[value={width}]")
        found = browser.run("const v = heapwise.view(); return [heapwise.weights(v.trees.main, v.panels[0].width)[0], v.panels.length]")
        holds = found[1] == 3 if width == "side" else math.isclose(found[0], total, rel_tol=1e-6, abs_tol=1e-6)
        check(f"width {width} is drawn", holds and browser.run(COLOURS) > 3, (found, total))
    browser.press("select[name=width] option[value=after]")
    browser.press("button[name=safe]")
    check("blue and orange can be chosen", browser.run(STATE)["safe"])
    if data["per"]:
        browser.press("button[name=per]")
        found = browser.run("return heapwise.cum(heapwise.raw, 'after')[0]")
        check("values for each operation", math.isclose(found, after[0] / data["per"]["after"], rel_tol=1e-9), found)


def check_hostile(browser, path, data):
    browser.open(path)
    found = browser.run("""document.querySelector('details.text').open = true; heapwise.go({type: heapwise.state.type});
        return {pwned: window.pwned, tags: document.querySelectorAll('img, svg, iframe, object, embed, link, base, form:not(dialog form)').length,
        scripts: document.scripts.length, title: document.title}""")
    check("hostile names make no elements", found["pwned"] is None and found["tags"] == 0 and found["scripts"] == 2, found)
    names = browser.run("return heapwise.raw.fn.map((_, node) => heapwise.nameOf(heapwise.raw, node))")
    expected = [visible(data["functions"]["name"][fn]) or "(no name)" for fn in data["nodes"]["function"] if fn >= 0]
    check("hostile names are shown as text", [name for name, fn in zip(names, data["nodes"]["function"]) if fn >= 0] == expected)
    for node in range(1, len(names)):
        browser.run("heapwise.zoom('main', arguments[0]); heapwise.select(arguments[0])", node)
    browser.run("heapwise.regrow({sandwich: 1, hide: [2], focus: 0})")
    found = browser.run("return [window.pwned, document.querySelectorAll('img, svg, iframe').length, document.scripts.length, document.documentElement.scrollWidth <= innerWidth]")
    check("hostile names stay text in every place", found == [None, 0, 2, True], found)


def summed(data):
    """The sums of each moment by node, which are told as steps."""
    sums, out = [0] * len(data["nodes"]["depth"]), []
    for moment in data["moments"]:
        sums = [a + b for a, b in zip(sums, moment["cum"])]
        out.append(sums)
    return out


def check_policy(browser, path):
    """Neither a script nor a style of another runs, nor does a handler of an element."""
    browser.open(path)
    browser.run("""const script = document.createElement('script'), style = document.createElement('style'), link = document.createElement('button');
        script.textContent = 'window.pwned = 1'; style.textContent = 'body { opacity: 0.5 }'; link.setAttribute('onclick', 'window.pwned = 1');
        document.body.append(script, style, link); link.click(); link.remove()""")
    found = browser.run("return [window.pwned ?? null, getComputedStyle(document.body).opacity]")
    check(f"{path.stem}: no other script and no other style runs", found == [None, "1"], found)
    refused = browser.console()
    check(f"{path.stem}: what is refused is said", any("Content Security Policy" in one for one in refused), refused)


def check_moments(browser, path, data):
    """Each moment of a series, and what changed between two, by the mouse, by keys and by the slider."""
    sums, last = summed(data), len(data["moments"]) - 1
    shown = "return heapwise.cum(heapwise.raw, arguments[0])"
    browser.open(path)
    check(f"{path.stem}: the last moment is shown first", browser.run(shown, "cum") == sums[last])
    for at in range(last + 1):
        browser.run("heapwise.pick({moment: arguments[0], since: -1})", at)
        check(f"{path.stem}: moment {at + 1} has its numbers", browser.run(shown, "cum") == sums[at])
    browser.run("document.querySelector('svg.heat').scrollIntoView({block: 'center'})")
    place = """const heat = heapwise.heats[0], {left, top, width} = heat.svg.getBoundingClientRect(), scale = width / heat.svg.viewBox.baseVal.width;
        const at = arguments[0]; return [left + scale * (heat.edges[at] + heat.edges[at + 1]) / 2, top + scale * (heat.top + heat.high / 2)]"""
    browser.move_to(*browser.run(place, 1), *PRESS)
    state = browser.run(STATE)
    check(f"{path.stem}: a click shows a moment", (state["moment"], state["since"]) == (1, -1) and browser.run(shown, "cum") == sums[1], state)
    browser.move_to(*browser.run(place, 1), PRESS[0])
    browser.move_to(*browser.run(place, last), PRESS[1])
    state = browser.run(STATE)
    check(f"{path.stem}: dragging shows what changed", (state["moment"], state["since"]) == (last, 1)
          and [browser.run(shown, side) for side in ("before", "after")] == [sums[1], sums[last]], state)
    check_between(browser, path, data, sums, 1, last)
    check(f"{path.stem}: something is drawn", browser.run(COLOURS) > 3)
    address = browser.run("return location.hash")
    browser.open(path, address)
    state = browser.run(STATE)
    check(f"{path.stem}: the address restores both moments", (state["moment"], state["since"]) == (last, 1), state)
    check_heat_keys(browser, path, last)


def check_between(browser, path, data, sums, since, moment):
    """Coloured is what both intervals together tell from chance."""
    ends, exact = {}, "minus" not in data["moments"][0]
    for side in ("minus", "plus"):
        now, all_of = [0] * len(sums[0]), []
        for one in data["moments"]:
            now = [a + b for a, b in zip(now, one.get(side) or now)] if not exact else now
            all_of.append(now)
        ends[side] = all_of
    words = browser.run("return heapwise.raw.fn.map((_, node) => heapwise.verdict(heapwise.raw, node))")
    wrong = []
    for node, word in enumerate(words):
        change = sums[moment][node] - sums[since][node]
        low = change - math.hypot(ends["minus"][moment][node], ends["plus"][since][node])
        high = change + math.hypot(ends["plus"][moment][node], ends["minus"][since][node])
        if (word in ("more", "less", "new", "gone")) != (change != 0 and (low > 0 or high < 0)):
            wrong.append((node, word, low, change, high))
    check(f"{path.stem}: coloured is what is sure of a change", not wrong and len(words) > 3, wrong[:3])
    note = browser.run("return [...document.querySelectorAll('.notes')].map((one) => one.textContent).join()")
    check(f"{path.stem}: how much may be coloured by chance is said", exact or "may be coloured by chance" in note, note)


def check_heat_keys(browser, path, last):
    browser.open(path)
    for _ in range(30):
        browser.keys("Tab")
        if browser.run("return document.activeElement.classList.contains('heat')"):
            break
    browser.keys("Left", "Left")
    said = browser.run("return document.activeElement.ariaValueText")
    state = browser.run(STATE)
    check(f"{path.stem}: Tab and arrows reach a moment", state["moment"] == last - 2 and state["since"] == -1 and "," in said, (state, said))
    browser.keys("Down")
    check(f"{path.stem}: arrows go to another row", browser.run("return document.activeElement.ariaValueText") != said)
    hold = lambda kind: {"type": kind, "value": KEY["Shift"]}
    press = lambda name: [{"type": kind, "value": KEY[name]} for kind in ("keyDown", "keyUp")]
    browser.send("POST", "/actions", {"actions": [{"type": "key", "id": "keys", "actions": [hold("keyDown"), *press("Left"), *press("Left"), hold("keyUp")]}]})
    state = browser.run(STATE)
    check(f"{path.stem}: Shift and arrows take two moments", (state["since"], state["moment"]) == (last - 4, last - 2), state)
    browser.keys("Escape", "Home")
    state = browser.run(STATE)
    check(f"{path.stem}: Escape and Home lead to the first", (state["since"], state["moment"]) == (-1, 0), state)
    browser.run("document.querySelector('[name=moment]').focus()")
    browser.keys("Right")
    check(f"{path.stem}: the slider changes the moment", browser.run(STATE)["moment"] == 1)
    browser.press("button[name=compare]")
    state = browser.run(STATE)
    check(f"{path.stem}: Compare starts at the first", (state["since"], state["moment"]) == (0, 1), state)


def check_plain(browser, path):
    """A page without a graph has its tables, its charts, and no faults."""
    browser.open(path)
    found = browser.run("return [document.querySelectorAll('svg.chart').length, document.querySelectorAll('#tables th button').length]")
    check(f"{path.stem}: charts are drawn and tables can be sorted", found[0] > 0 and found[1] > 0, found)
    for width in (320, 1280):
        browser.resize(width)
        time.sleep(0.06)
        fits = browser.run("return document.documentElement.scrollWidth")
        check(f"{path.stem}: fits {width} px", fits <= width, fits)


def check_large(browser, path, data):
    """Every frame of a way down is zoomed to; the median counts."""
    browser.open(path)
    check_opening(browser, path, data, len(data["nodes"]["depth"]) > 50_000)
    times = browser.run("""const out = []; for (let node = 0, k = 0; k < 15; k++) { heapwise.zoom('main', node); out.push(heapwise.timings.zoom);
        node = node + 1 < heapwise.raw.end[node] ? node + 1 : 0; } return out.sort((a, b) => a - b)""")
    median, worst = times[len(times) // 2], times[-1]
    check(f"{path.stem}: zoom drawn in {median:.1f} ms, {worst:.1f} ms at most", median < SHARED * ZOOM_MS, times)


def pictures(browser, pages, shots):
    shots.mkdir(parents=True, exist_ok=True)
    take = lambda name: (time.sleep(0.15), browser.shot(shots / f"{name}.png"))
    browser.resize(1280, 1000)
    browser.open(pages["one"])
    take("flame")
    tree = Tree(data_of(pages["one"]))
    browser.click_node(zoomable(tree, data_of(pages["one"])["values"][1]["cum"]))
    browser.keys("/", *"load")
    take("zoom-search")
    browser.open(pages["one"])
    browser.scheme("dark")
    take("dark")
    browser.run("heapwise.regrow({sandwich: arguments[0]})", most_recursive(tree))
    take("sandwich-dark")
    browser.scheme("light")
    take("sandwich")
    browser.open(pages["diff"])
    take("diff")
    browser.run("heapwise.go({width: 'side', safe: true})")
    take("side")
    browser.scheme("dark")
    browser.run("heapwise.go({width: 'change', safe: false})")
    take("diff-dark")
    browser.scheme("light")
    browser.resize(320, 900, 2)
    browser.open(pages["one"])
    take("320")
    browser.open(pages["diff"])
    take("320-diff")
    browser.resize(1280)
    browser.open(pages["hostile"])
    take("hostile")
    browser.open(pages["one"])
    browser.click_node(zoomable(tree, data_of(pages["one"])["values"][1]["cum"]), steps=[])
    take("hover")
    browser.keys("?")
    take("help")
    browser.open(pages["one"])
    browser.devtools("Emulation.setEmulatedMedia", media="print")
    take("print")


def fixture_pages(out):
    functions = program()
    datas = {"one": one_data("heap.pb.gz", functions, weigh(stacks_of(5, 900), 1)),
             "diff": diff_data("old.pb.gz -> new.pb.gz", functions, stacks_of(5, 900)),
             "hostile": one_data(HOSTILE[0] + HOSTILE[5], hostile_functions(), hostile_stacks()),
             "large": one_data("large", functions, weigh(stacks_of(6, 9000, 60), 2), below=0),
             "huge": one_data("huge", functions, weigh(stacks_of(8, 45_000, 90), 2), below=0)}
    for name, data in datas.items():
        (out / f"{name}.html").write_text(page(data), "utf-8")
    return {name: out / f"{name}.html" for name in datas}


def heapwise_pages(heapwise, out):
    make = lambda *words: subprocess.run(list(map(str, words)), check=True, timeout=300, stdout=subprocess.DEVNULL)
    pages = {name: out / f"{name}.html" for name in ("one", "diff", "hostile", "large", "series", "dumps", "collector", "moved", "cpu", "small",
                                                  "below", "fewest", "filtered", "sorted")}
    (out / "hostile.pb.gz").write_bytes(profile(hostile_functions(), hostile_stacks()))
    (out / "large.pb.gz").write_bytes(profile(program(), weigh(stacks_of(6, 9000, 60), 2)))
    make(heapwise, "flame", SERVER / "heap.pb.gz", "-o", pages["one"])
    make(heapwise, "diff", "--before-ops=300000", "--after-ops=300000", PAIR / "before.merged.pb.gz",
         PAIR / "after.merged.pb.gz", "-o", pages["diff"])
    for name, site in (("old", "main.old"), ("new", "main.renamed")):
        (out / f"{name}.txt").write_text(heap_text([(site, 1024, 200), (site, 64, 90), ("main.b", 96, 900)]), "utf-8")
    make(heapwise, "diff", "-q", "--same-work", out / "old.txt", out / "new.txt", "-o", pages["moved"])
    make(heapwise, "growth", "-q", SERIES, "-o", pages["series"])
    make(heapwise, "goroutines", "-q", DUMPS, "-o", pages["dumps"])
    make(heapwise, "gc", "-q", LOG, "-o", pages["collector"])
    cpu = [(stack, (objects, space)) for stack, (objects, space, _, _) in weigh(stacks_of(5, 30), 1)]
    (out / "cpu.pb.gz").write_bytes(profile(program(), cpu, [("samples", "count"), ("cpu", "nanoseconds")], ("cpu", "nanoseconds")))
    # Blocks of very different sizes, as the counts of the smallest may hide any number.
    sites = [("main.small", 16, 30_000), ("main.middle", 1024, 2000), ("main.large", 2**20, 30)]
    (out / "small.txt").write_text(heap_text(sites), "utf-8")
    make(heapwise, "flame", out / "small.txt", "-o", pages["small"])
    # As a difference has it: some stacks have less than nothing.
    below = [(stack, [value * (1, -1)[at % 3 == 1] for value in values]) for at, (stack, values) in enumerate(weigh(stacks_of(5, 90), 1))]
    (out / "below.pb.gz").write_bytes(profile(program(), below))
    make(heapwise, "flame", "-q", out / "below.pb.gz", "-o", pages["below"])
    make(heapwise, "flame", "-n", 3, SERVER / "heap.pb.gz", "-o", pages["fewest"])
    make(heapwise, "report", "-q", "-sample_index=alloc_space", "-n", 12, SERVER / "heap.pb.gz", "-o", pages["sorted"])
    make(heapwise, "report", "-q", "-focus=net/http", SERVER / "heap.pb.gz", "-o", pages["filtered"])
    for name in ("hostile", "large", "cpu"):
        make(heapwise, "flame", out / f"{name}.pb.gz", "-o", pages[name])
    return pages


def check_pages(browser, pages):
    data = data_of(pages["one"])
    tree, cum, names = Tree(data), data["values"][data["type"]]["cum"], data["functions"]["name"]
    browser.open(pages["one"])
    check_opening(browser, pages["one"], data, False)
    check_sums(browser, data, tree)
    check_zoom(browser, pages["one"], tree, cum, names)
    browser.open(pages["one"])
    check_hover(browser, data, tree)
    check_errors(browser, pages["one"], data, [".."])
    for name, kinds in (("cpu", ["unknown"]), ("small", ["+?"])):
        if name in pages:
            check_errors(browser, pages[name], data_of(pages[name]), kinds)
    if "below" in pages:
        check_below_zero(browser, pages["below"], data_of(pages["below"]))
        check_notes(browser, pages)
        check_sorting(browser, pages["sorted"])
    browser.open(pages["one"])
    check_search(browser, data, tree, cum, data["types"][data["type"]]["unit"])
    check_sandwich(browser, tree, cum, "cum")
    check_filters(browser, tree, cum, "cum")
    check_types(browser, data)
    check_keyboard(browser, pages["one"], tree, cum, names)
    check_text_and_tables(browser, data)
    change = data_of(pages["diff"])
    check_diff(browser, pages["diff"], change, Tree(change))
    check_sums(browser, change, Tree(change))
    if "moved" in pages:
        check_moved(browser, pages["moved"], data_of(pages["moved"]))
    check_hostile(browser, pages["hostile"], data_of(pages["hostile"]))
    for name in ("series", "dumps"):
        if name in pages:
            check_moments(browser, pages[name], data_of(pages[name]))
            check_looks(browser, pages[name])
    if "collector" in pages:
        check_plain(browser, pages["collector"])
    for name in ("one", "diff", "hostile"):
        check_looks(browser, pages[name])
    for name in ("large", "huge"):
        if name in pages:
            check_large(browser, pages[name], data_of(pages[name]))
    noise = browser.console()
    check("the console is clean", not noise, noise)
    check_policy(browser, pages["one"])


def main():
    words = sys.argv[1:]
    shots = Path(words.pop(words.index("--shots") + 1)) if "--shots" in words else None
    words = [word for word in words if word != "--shots"]
    if len(words) != 2:
        sys.exit(__doc__)
    missing = [name for name in ("chromium", "chromedriver") if not shutil.which(name)]
    if missing:
        print(f"SKIPPED: no {' and no '.join(missing)} here")
        return
    out = Path(words[1]).resolve()
    out.mkdir(parents=True, exist_ok=True)
    pages = fixture_pages(out) if words[0] == "--fixtures" else heapwise_pages(Path(words[0]).resolve(), out)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as work:
        browser = Browser(work)
        try:
            browser.resize(1280)
            check_pages(browser, pages)
            if shots:
                pictures(browser, pages, shots)
        finally:
            browser.close()
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
