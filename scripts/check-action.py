#!/usr/bin/env python3
"""Checks the script of action.yml with events and an API of its own: the verdict, the summary, one comment.

usage: scripts/check-action.py HEAPWISE

The API listens on 127.0.0.1 and knows comments, pages of them, and what GitHub answers when it refuses or fails. One
line is printed for each check; the exit code is 1 if one failed.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

ROOT = Path(__file__).resolve().parent.parent
GATE = ROOT / "action" / "gate.py"
CASE = ROOT / "testdata" / "beforeafter" / "buffer-vs-pool"
MARKER = "<!-- heapwise -->"
TOKEN = "token-for-the-check"
SHA = "a" * 40
failed = 0


def check(name, holds, found=""):
    global failed
    failed += not holds
    print(f"{'ok' if holds else 'FAILED'}: {name}" + ("" if holds else f": found {found!r:.1500}"), flush=True)


class Api(ThreadingHTTPServer):
    """What GitHub keeps of one repository, and the faults it is to have."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answers)
        self.comments = []
        self.asked = []
        # What writing gets instead: statuses, one after the other.
        self.faults = []
        self.user = None
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def add(self, body, login="somebody", kind="User"):
        number = len(self.comments) + 1
        self.comments.append({"id": number, "body": body, "user": {"login": login, "type": kind},
                              "html_url": f"https://github.test/c/{number}"})
        return self.comments[-1]

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"


class Answers(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def send(self, status, value):
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def take(self):
        length = int(self.headers.get("Content-Length", 0))
        body = json.loads(self.rfile.read(length) or "null")
        self.server.asked.append((self.command, self.path, self.headers.get("Authorization")))
        if self.server.faults and self.command != "GET":
            self.send(self.server.faults.pop(0), {"message": "Resource not accessible by integration"})
            return None
        return body or {}

    def do_GET(self):
        self.take()
        url = urlsplit(self.path)
        if url.path == "/user":
            return self.send(200, {"login": self.server.user}) if self.server.user else self.send(403, {"message": "no"})
        asked = parse_qs(url.query)
        if url.path == "/repos/o/r/pulls":
            pulls = [{"number": 7, "head": {"sha": SHA}}] if asked["head"] == ["forker:patch"] else []
            return self.send(200, pulls)
        if url.path != "/repos/o/r/issues/7/comments":
            return self.send(404, {"message": "Not Found"})
        size, page = int(asked["per_page"][0]), int(asked["page"][0])
        return self.send(200, self.server.comments[size * (page - 1):size * page])

    def do_POST(self):
        body = self.take()
        if body is not None:
            self.send(201, self.server.add(body["body"], self.server.user or "github-actions[bot]", "Bot"))

    def do_PATCH(self):
        body = self.take()
        if body is not None:
            comment = self.server.comments[int(self.path.rsplit("/", 1)[1]) - 1]
            comment["body"] = body["body"]
            self.send(200, comment)


DEFAULTS = {
    "mode": "profiles", "before": CASE / "before", "after": CASE / "after", "before-bench": CASE / "before.bench.txt",
    "after-bench": CASE / "after.bench.txt", "require": "alloc_space bytes.growSlice <= -50%", "fail-on": "fail", "comment": "true", "working-directory": ROOT,
}
PULL = {"pull_request": {"number": 7, "base": {"sha": SHA}}}


class Run:
    """One run of the script, and what it left."""

    def __init__(self, work, api, binary, happened=PULL, **inputs):
        folder = Path(tempfile.mkdtemp(dir=work))
        paths = {name: folder / name for name in ("event", "summary", "output")}
        paths["event"].write_text(json.dumps(happened))
        values = {**DEFAULTS, "binary": binary, **{name.replace("_", "-"): value for name, value in inputs.items()}}
        env = {"INPUT_" + name.upper().replace("-", "_"): str(value) for name, value in values.items()}
        env |= {"PATH": os.environ["PATH"], "RUNNER_TEMP": str(folder), "GITHUB_EVENT_PATH": str(paths["event"]),
                "GITHUB_STEP_SUMMARY": str(paths["summary"]), "GITHUB_OUTPUT": str(paths["output"]),
                "GITHUB_API_URL": api.url, "GITHUB_REPOSITORY": "o/r", "GITHUB_TOKEN": TOKEN,
                "HEAPWISE_ACTION_PAUSE": "0", "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run([sys.executable, GATE], env=env, capture_output=True, text=True, timeout=300, check=False)
        self.code, self.log = done.returncode, done.stdout + done.stderr
        self.summary = paths["summary"].read_text() if paths["summary"].exists() else ""
        text = paths["output"].read_text() if paths["output"].exists() else ""
        self.output = dict(re.findall(r"^([\w-]+)<<(?:\w+)\n(.*)\n\w{32}$", text, re.MULTILINE))


def said_by(work, name, script):
    """A command in the place of heapwise, for answers that a real one does not give at will."""
    path = Path(work) / name
    path.write_text(f"#!{sys.executable}\nimport os, sys\n"
                    "out = next(word.split('=', 1)[1] for word in sys.argv if word.startswith('--output='))\n" + script)
    path.chmod(0o755)
    return path


def verdicts(work, heapwise):
    """What the exit codes of heapwise become."""
    holds, fails = "alloc_space bytes.growSlice <= -50%", "alloc_space bytes.growSlice <= -99.99%"
    api = Api()
    for name, inputs, verdict, code in [
        ("no claim is refused", {"require": ""}, "error", 2),
        ("so it is where unclear fails", {"require": " \n", "fail_on": "unclear"}, "error", 2),
        ("no claim where nothing fails: the difference alone", {"require": "", "fail_on": "never"}, "unclear", 0),
        ("a claim among the options", {"require": "", "options": "--forbid-growth=5%"}, "pass", 0),
        ("a claim that holds", {"require": holds}, "pass", 0),
        ("a claim that does not", {"require": f"{holds}\nalloc_space total <= 1B/op"}, "fail", 1),
        ("what fails nothing", {"require": "alloc_space total <= 1B/op", "fail_on": "never"}, "fail", 0),
        ("unclear fails nothing unasked", {"require": fails}, "unclear", 0),
        ("unclear fails where that is asked for", {"require": fails, "fail_on": "unclear"}, "unclear", 3),
        ("a name that nothing has", {"require": "alloc_space no.such <= -1%"}, "error", 2),
        ("an error fails always", {"after": "no/such/folder", "fail_on": "never"}, "error", 2),
        ("help is no answer", {"options": "--help"}, "error", 2),
        ("nor is a budget as an example", {"options": "--example-budget"}, "error", 2),
        ("nor is a program of another name", {"binary": "/bin/true"}, "error", 2),
        ("silence that was asked for is", {"options": "--silent-when-ok"}, "pass", 0),
    ]:
        run = Run(work, api, inputs.pop("binary", heapwise), **inputs)
        check(name, (run.output.get("verdict"), run.code) == (verdict, code), (run.output, run.code, run.log))
        told = f"### heapwise: {verdict}" in run.summary and "::" + {0: "", 1: "error", 2: "error", 3: "error"}[code] in run.log
        check(f"{name}: is told", told, (run.summary, run.log))
    check("all of them are one comment", len(api.comments) == 1, api.comments)
    check("the summary is kept", Path(run.output["summary"]).read_text() == run.summary, run.output)
    for name, inputs in [("mode", {"mode": "x"}), ("fail-on", {"fail_on": "x"}), ("comment", {"comment": "x"}),
                         ("name", {"name": "a -->"}), ("before", {"before": ""}),
                         ("packages", {"mode": "bench", "packages": "-x"}), ("base", {"mode": "bench", "base": "-x"})]:
        run = Run(work, api, heapwise, **inputs)
        check(f"{name}: refused", run.code == 2 and f"{name}: found" in run.log, run.log)
    for event, said in [({"pull_request": None}, None), ([], "found list"), ("x", "found str"), (None, "found NoneType")]:
        run = Run(work, api, heapwise, happened=event)
        holds = run.code == (2 if said else 0) and "Traceback" not in run.log and (said or "") in run.log
        check(f"{event!r} as the event", holds, run.log)
    run = Run(work, api, "no-such-heapwise")
    check("no heapwise: an error", run.code == 2 and "no-such-heapwise" in run.summary, run.log)


def comments(work, heapwise):
    """One comment, its own, updated by each run."""
    api = Api()
    for number in range(130):
        api.add(f"comment {number}")
    api.add(f"{MARKER}\nnot the action's")
    api.add(f"quoted: {MARKER}", "github-actions[bot]", "Bot")
    first = Run(work, api, heapwise)
    second = Run(work, api, heapwise, require="alloc_space total <= 1B/op")
    own = [comment for comment in api.comments if comment["body"].startswith(MARKER)]
    check("a second run updates, behind a page of others", len(api.comments) == 133 and len(own) == 2, own)
    check("the comment of another stays", own[0]["body"].endswith("not the action's"), own[0])
    check("the comment is the newest verdict", "### heapwise: fail" in own[1]["body"], own[1])
    check("its address is an output", first.output["comment-url"] == second.output["comment-url"] == own[1]["html_url"],
          second.output)
    Run(work, api, heapwise, name="other")
    check("another name has its own", len(api.comments) == 134, len(api.comments))
    asked = {authorization for _, _, authorization in api.asked}
    check("every request has the token", asked == {f"Bearer {TOKEN}"}, asked)
    before = len(api.asked)
    Run(work, api, heapwise, comment="false")
    Run(work, api, heapwise, happened={"before": SHA})
    check("none where none is asked for, or none can be", len(api.asked) == before, api.asked[before:])
    api = Api()
    api.user = "a-person"
    Run(work, api, heapwise)
    Run(work, api, heapwise)
    check("a person's token finds its comment", len(api.comments) == 1, api.comments)


def refusals(work, heapwise):
    """A comment that cannot be written changes no verdict."""
    for status, kind in [(403, "notice"), (404, "notice"), (401, "notice"), (422, "warning"), (500, "warning")]:
        api = Api()
        api.faults = [status] * 9
        run = Run(work, api, heapwise)
        holds = run.code == 0 and f"::{kind} title=heapwise::no comment was written" in run.log and run.summary
        check(f"{status}: said, and no failure", holds, run.log)
    api = Api()
    api.add(f"{MARKER}\nold", "github-actions[bot]", "Bot")
    api.faults = [502, 503]
    Run(work, api, heapwise)
    check("an update is tried again", "### heapwise: pass" in api.comments[0]["body"], api.comments)
    api = Api()
    api.shutdown()
    api.server_close()
    run = Run(work, api, heapwise)
    check("nobody answers: said, and no failure", run.code == 0 and "::warning title=heapwise::no comment" in run.log, run.log)


def attacks(work):
    """What names of functions in a profile may try."""
    api = Api()
    evil = said_by(work, "evil", "open(out, 'w').write('| @octocat @org/team fixes #12 GH-3 http://evil.test www.evil.test "
                   f"{MARKER} <!-- hidden |')\n"
                   "print('::error::injected\\n``` @octocat\\n````\\n::add-mask::x', file=sys.stderr)\nsys.exit(1)\n")
    run = Run(work, api, evil)
    body = api.comments[0]["body"]
    table = body.split("<details>")[0]
    bad = [text for text in ("@octocat", "@org", "#12", "GH-3", "http://evil", "www.evil") if text in table]
    check("nobody is notified, nothing is linked", not bad, (bad, body))
    check("one marker, and nothing hidden", body.count("<!--") == 1 and "<!--" not in run.summary, body)
    check("what it said is in a fence of its own", "`````text\n::error::injected" in body, body)
    started = re.search(r"::stop-commands::(\w{32})\n(.*?)\n::\1::", run.log, re.DOTALL)
    check("the runner takes none of it for a command", started and "::add-mask::x" in started.group(2), run.log)
    told = said_by(work, "told", "print(os.environ.get('GITHUB_TOKEN'), sys.argv, file=sys.stderr)\nsys.exit(2)\n")
    run = Run(work, api, told, require="$(touch x) `touch x`\n; exit 0 #")
    words = ["--require=$(touch x) `touch x`", "--require=; exit 0 #"]
    check("a claim is one word, and the token is not handed on",
          all(word in run.log for word in words) and "\nNone [" in run.log, run.log)
    long = said_by(work, "long", "open(out, 'w').write('\\n'.join('| a row é |' for _ in range(200000)))\n")
    run = Run(work, api, long)
    size = len(api.comments[0]["body"].encode())
    check("a long comment is cut, and says so", 60_000 < size <= 65_536 and "Shortened" in api.comments[0]["body"], size)
    check("so is a long summary", 1_000_000 < len(run.summary.encode()) <= 1 << 20, len(run.summary.encode()))
    fence = said_by(work, "fence", "print('\\n'.join('line' for _ in range(200000)), file=sys.stderr)\nsys.exit(2)\n")
    Run(work, api, fence)
    check("a fence that is cut is closed", re.search(r"\n```\n\n_Shortened", api.comments[0]["body"]),
          api.comments[0]["body"][-300:])


def other_workflow(work, heapwise):
    """The summary of a fork's pull request, posted by a workflow with rights."""
    api = Api()
    kept = Path(work) / "kept.md"
    kept.write_text(f"### heapwise: pass\n{MARKER} @octocat\n")
    run_of = lambda sha: {"workflow_run": {"head_sha": sha, "head_branch": "patch",
                                           "head_repository": {"owner": {"login": "forker"}}}}
    run = Run(work, api, heapwise, happened=run_of(SHA), mode="comment", summary=kept)
    holds = run.code == 0 and len(api.comments) == 1 and "@octocat" not in api.comments[0]["body"]
    check("it is posted, as harmless as the first", holds, (run.log, api.comments))
    run = Run(work, api, heapwise, happened=run_of("b" * 40), mode="comment", summary=kept)
    check("not for a commit that is no longer proposed", run.code == 0 and len(api.comments) == 1, run.log)
    run = Run(work, api, heapwise, mode="comment", summary=kept)
    check("not outside of such a workflow", run.code == 2 and "mode: found" in run.log, run.log)


def benchmarks(work):
    """What is asked of bench: the base of the pull request, fetched where the checkout lacks it."""
    origin, clone = Path(work) / "origin", Path(work) / "clone"
    git = lambda *words: subprocess.run(["git", "-c", "user.name=x", "-c", "user.email=x@example.com", *words], check=True,
                                        capture_output=True, text=True).stdout.strip()
    git("init", "--quiet", "--initial-branch=main", str(origin))
    for message in ("one", "two"):
        git("-C", str(origin), "commit", "--quiet", "--allow-empty", "-m", message)
    git("-C", str(origin), "config", "uploadpack.allowAnySHA1InWant", "true")
    base = git("-C", str(origin), "rev-parse", "HEAD^")
    git("clone", "--quiet", "--depth=1", f"file://{origin}", str(clone))
    told = said_by(work, "told", "print(sys.argv[1:], file=sys.stderr)\nopen(out, 'w').write('x')\n")
    happened = {"pull_request": {"number": 7, "base": {"sha": base}}}
    inputs = {"mode": "bench", "working_directory": clone, "packages": "./a ./b", "go_options": "-tags=x\n-race",
              "require": "", "forbid_growth": "5%", "comment": "false"}
    run = Run(work, Api(), told, happened=happened, **inputs)
    words = f"['bench', '--against={base}', '--bench=.', '--forbid-growth=5%', './a', './b', '--format=markdown'"
    check("bench is asked about the base", words in run.log and run.log.count("'--', '-tags=x', '-race']") == 1, run.log)
    check("the base was fetched", git("-C", str(clone), "cat-file", "-t", base) == "commit")
    run = Run(work, Api(), told, happened={}, base="main", **inputs)
    head = git("-C", str(origin), "rev-parse", "HEAD")
    check("a branch is that of origin", f"--against={head}" in run.log, run.log)
    run = Run(work, Api(), told, happened={"before": "0" * 40}, **inputs)
    check("a new branch of which no older commit is known", run.code == 0 and "### heapwise: unclear" in run.summary
          and run.output.get("verdict") == "unclear", (run.code, run.log, run.summary))
    run = Run(work, Api(), told, happened={"before": "0" * 40}, **{**inputs, "fail_on": "unclear"})
    check("which fails where unclear does", run.code == 3, run.log)
    run = Run(work, Api(), told, happened={}, **inputs)
    check("an event without a base is refused", run.code == 2 and "base: found nothing" in run.log
          and "### heapwise: error" in run.summary and run.output.get("exit-code") == "2", (run.log, run.summary))
    run = Run(work, Api(), told, happened={"merge_group": {"base_sha": base, "head_sha": head}}, **inputs)
    check("a merge queue has its base", f"--against={base}" in run.log, run.log)
    branches(work, git, told, inputs)


def branches(work, git, told, inputs):
    """Commits that GitHub makes and pushes of new branches, of a checkout with all of its history and of one without."""
    origin = Path(work) / "branches"
    git("init", "--quiet", "--initial-branch=main", str(origin))
    git("-C", str(origin), "config", "uploadpack.allowAnySHA1InWant", "true")

    def commit(message):
        git("-C", str(origin), "commit", "--quiet", "--allow-empty", "-m", message)
        return git("-C", str(origin), "rev-parse", "HEAD")

    old = commit("one")
    git("-C", str(origin), "switch", "--quiet", "-c", "topic")
    topic = commit("proposed")
    git("-C", str(origin), "switch", "--quiet", "main")
    new = commit("two")
    git("-C", str(origin), "switch", "--quiet", "-c", "merged")
    git("-C", str(origin), "merge", "--quiet", "--no-ff", "-m", "for the check", topic)
    pull = {"number": 7, "base": {"sha": old}, "head": {"sha": topic}}
    pushed = {"before": "0" * 40, "ref": "refs/heads/topic", "repository": {"default_branch": "main"}}
    for depth in ([], ["--depth=1"]):
        for branch, happened, base, what in [
            ("merged", {"pull_request": pull}, new, "what a pull request was merged with is its base"),
            ("merged", {"pull_request": {**pull, "head": {"sha": old}}}, old, "a merge of something else is none"),
            ("topic", {"pull_request": pull}, old, "a checkout of its head has the base of the event"),
            ("topic", pushed, old, "a new branch is compared with where it left the default one"),
        ]:
            clone = Path(tempfile.mkdtemp(dir=work)) / "clone"
            git("clone", "--quiet", *depth, "--branch", branch, f"file://{origin}", str(clone))
            run = Run(work, Api(), told, happened=happened, **{**inputs, "working_directory": clone})
            check(f"{what} {depth}", f"--against={base}" in run.log, (run.log, run.summary))


def inputs_agree():
    """Every input of action.yml reaches the script, and no text of it becomes a command."""
    text = (ROOT / "action.yml").read_text()
    declared = re.findall(r"^  ([\w-]+):\n    description", text.split("outputs:")[0], re.MULTILINE)
    passed = re.findall(r"^        (\w+): \$\{\{ inputs\.([\w-]+) \}\}$", text, re.MULTILINE)
    check("every input is handed over", sorted(declared) == sorted(name for _, name in passed), (declared, passed))
    named = all(variable in ("INPUT_" + name.upper().replace("-", "_"), "GITHUB_TOKEN") for variable, name in passed)
    check("under its own name", named, passed)
    script = (ROOT / "action" / "gate.py").read_text()
    asked = re.findall(r"(?:given|lines|choice)\(\"([\w-]+)\"", script)
    check("every input that is asked for is declared", set(asked) <= set(declared), set(asked) - set(declared))
    runs = re.findall(r"^ +run: (.*)$", text, re.MULTILINE)
    check("no input is in a command", runs and not any("${{" in run for run in runs), runs)


def main():
    heapwise = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as work:
        inputs_agree()
        verdicts(work, heapwise)
        comments(work, heapwise)
        refusals(work, heapwise)
        attacks(work)
        other_workflow(work, heapwise)
        benchmarks(work)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
