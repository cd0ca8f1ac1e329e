#!/usr/bin/env python3
"""Asks heapwise about a pull request, writes the job summary and one comment, and ends as the verdict says.

It is run by action.yml, which hands over inputs as INPUT_... in the environment, and needs nothing but Python.
"""

import json
import os
import re
import secrets
import subprocess
import sys
from pathlib import Path

from github import GitHub, Refused
from safe_text import MOST_COMMENT_BYTES, MOST_SUMMARY_BYTES, defused, fenced, shortened

VERDICTS = {0: "pass", 1: "fail", 3: "unclear"}
NO_CLAIM = "nothing was claimed, so that nothing was decided"
NO_ANSWER = "nothing was answered, so that nothing was decided: binary and options are to be those of a question"
SILENT = "--silent-when-ok"
SENTENCES = {
    "pass": "every claim holds",
    "fail": "a claim does not hold",
    "unclear": "a claim could not be decided: chance explains what was seen, or more runs are needed",
    "error": "the question could not be answered",
}
FAILING = {"fail": {"fail", "error"}, "unclear": {"fail", "unclear", "error"}, "never": {"error"}}
CUT = "_Shortened to what GitHub takes; the rest is in the log and the job summary._"


class Usage(Exception):
    """An input that means nothing."""


class NothingToCompare(Exception):
    """A commit that has no older one."""


def given(name):
    return os.environ.get("INPUT_" + name.upper().replace("-", "_"), "").strip()


def lines(name):
    return [line.strip() for line in given(name).splitlines() if line.strip()]


def choice(name, known):
    value = given(name)
    if value not in known:
        raise Usage(f"{name}: found {value!r}, expected one of {', '.join(known)}")
    return value


def event():
    path = os.environ.get("GITHUB_EVENT_PATH")
    if not path:
        return {}
    try:
        with open(path, encoding="utf-8") as file:
            happened = json.load(file)
    except ValueError as error:
        raise Usage(f"GITHUB_EVENT_PATH: {path}: found no JSON ({error}), expected the event") from None
    if not isinstance(happened, dict):
        raise Usage(f"GITHUB_EVENT_PATH: {path}: found {type(happened).__name__}, expected an object, the event")
    return happened


# --- What heapwise is asked


def claims():
    words = [f"--require={claim}" for claim in lines("require")]
    words += [f"--{name}={given(name)}" for name in ("forbid-growth", "budget") if given(name)]
    return words


def has_claim():
    """Whether anything is claimed, also by options of heapwise itself."""
    names = ("--require", "--forbid-growth", "--budget")
    return bool(claims()) or any(option.split("=")[0] in names for option in lines("options"))


def expect_claim(fails_on):
    """A gate that asks nothing would pass everything: an input with another name reaches no script."""
    if not has_claim() and fails_on != "never":
        raise Usage("require, forbid-growth, budget: found none of them, expected a claim (or fail-on: never, which shows "
                    "the comparison alone)")


def question(mode, happened):
    """The words for heapwise, without those for its output."""
    if mode == "profiles":
        return profiles_question()
    base = commit_of(given("base") or base_of(happened))
    packages = given("packages").split() or ["./..."]
    odd = [package for package in packages if package.startswith("-")]
    if odd:
        raise Usage(f"packages: found {odd[0]!r}, expected names of packages (go-options are of another input)")
    words = ["bench", f"--against={base}", f"--bench={given('bench') or '.'}", *claims(), *lines("options"), *packages]
    return words + (["--", *lines("go-options")] if lines("go-options") else [])


def profiles_question():
    for name in ("before", "after"):
        if not lines(name):
            raise Usage(f"{name}: found nothing, expected profiles or folders of that side, one a line")
    words = ["verify" if has_claim() else "diff"]
    words += [f"--{name}={path}" for name in ("before", "after") for path in lines(name)]
    words += [f"--{name}={given(name)}" for name in ("before-bench", "after-bench") if given(name)]
    return words + claims() + lines("options")


def base_of(happened):
    """What a commit is compared with, unless the workflow says: what it was proposed for or pushed onto."""
    pull = happened.get("pull_request") or {}
    group = happened.get("merge_group") or {}
    base = merged_onto(pull) or (pull.get("base") or {}).get("sha") or group.get("base_sha") or happened.get("before") or ""
    if not re.fullmatch(r"[0-9a-f]{40,64}", base):
        raise Usage("base: found nothing, expected a revision, for this event has no commit to compare with")
    return base if base.strip("0") else branched_from(happened)


def merged_onto(pull):
    """What a pull request was merged with for its check, which may be newer than the base that its event names."""
    text = git("cat-file", "commit", "HEAD").stdout
    # A shallow checkout has the names of parents that it lacks.
    parents = re.findall(r"^parent ([0-9a-f]{40,64})$", text.split("\n\n")[0], re.MULTILINE)
    head = (pull.get("head") or {}).get("sha")
    return parents[0] if head and len(parents) == 2 and parents[1] == head else None


def branched_from(happened):
    """Where a new branch left the default one."""
    branch = (happened.get("repository") or {}).get("default_branch") or ""
    if not branch or happened.get("ref") == f"refs/heads/{branch}":
        raise NothingToCompare("a new branch, of which no older commit is known")
    # A branch without a history here gets what both have of one.
    deepen = ["--unshallow"] if git("rev-parse", "--is-shallow-repository").stdout.strip() == "true" else []
    print(f"fetching {branch}", flush=True)
    git("fetch", "--quiet", *deepen, "origin", f"+refs/heads/{branch}:refs/remotes/origin/{branch}")
    found = git("merge-base", "HEAD", f"refs/remotes/origin/{branch}")
    if found.returncode != 0:
        raise NothingToCompare(f"a new branch, which has no commit in common with {branch}")
    return found.stdout.strip()


def git(*words):
    command = ["git", "-C", given("working-directory") or ".", *words]
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)


def commit_of(base):
    """The commit of a revision, fetched where a shallow checkout lacks it; else the name, for heapwise to refuse."""
    if base.startswith("-"):
        raise Usage(f"base: found {base!r}, expected a revision")
    for name in (base, f"origin/{base}"):
        found = git("rev-parse", "--quiet", "--verify", "--end-of-options", name + "^{commit}")
        if found.returncode == 0:
            return found.stdout.strip()
    print(f"fetching {base}", flush=True)
    if git("fetch", "--quiet", "--depth=1", "origin", base).returncode == 0:
        return git("rev-parse", "FETCH_HEAD").stdout.strip()
    return base


def ask(words, answer):
    """Runs heapwise; its exit code and what it said beside the answer."""
    binary = given("binary") or str(Path(os.environ.get("RUNNER_TEMP", "/tmp")) / "heapwise" / "bin" / "heapwise")
    if os.sep in binary:
        binary = os.path.abspath(binary)
    output = ["--format=markdown", f"--output={answer}"]
    at = words.index("--") if "--" in words else len(words)
    command = [binary, *words[:at], *output, *words[at:]]
    # The token is of no use to benchmarks, which are code of the pull request.
    environment = {name: value for name, value in os.environ.items() if name != "GITHUB_TOKEN"}
    try:
        done = subprocess.run(command, cwd=given("working-directory") or ".", env=environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    except OSError as error:
        return 2, f"{binary}: {error}"
    return done.returncode, done.stdout.decode(errors="replace")


# --- What is told


def log(text):
    """Prints what may hold anything: the runner takes none of it for a command."""
    token = secrets.token_hex(16)
    print(f"::stop-commands::{token}\n{text.rstrip()}\n::{token}::", flush=True)


def tell(kind, text):
    """A line that the runner shows on the page of the run."""
    escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    print(f"::{kind} title=heapwise::{escaped}", flush=True)


def summary_of(verdict, sentence, code, markdown, said):
    title = f"heapwise {given('name')}".strip()
    text = f"### {title}: {verdict}\n\n{sentence} (exit code {code})\n\n"
    text += defused(markdown)
    if verdict == "error" or not markdown:
        text += "\n" + fenced(said)
    elif said.strip():
        text += f"\n<details><summary>what heapwise said beside it</summary>\n\n{fenced(said)}\n</details>\n"
    return text


def append(variable, text):
    path = os.environ.get(variable)
    if path:
        with open(path, "a", encoding="utf-8") as file:
            file.write(text)


def put_output(name, value):
    end = secrets.token_hex(16)
    append("GITHUB_OUTPUT", f"{name}<<{end}\n{value}\n{end}\n")


def marker():
    name = given("name")
    if not re.fullmatch(r"[\w.-]*", name, re.ASCII) or "--" in name:
        raise Usage(f"name: found {name!r}, expected letters, digits, dots and single dashes")
    return f"<!-- heapwise {name} -->" if name else "<!-- heapwise -->"


def comment(number, text):
    """Writes or updates the comment of this name on a pull request."""
    first = marker() + "\n"
    room = MOST_COMMENT_BYTES - len(first.encode())
    api = os.environ.get("GITHUB_API_URL", "https://api.github.com")
    pause = float(os.environ.get("HEAPWISE_ACTION_PAUSE", "2"))
    github = GitHub(api, os.environ.get("GITHUB_REPOSITORY", ""), os.environ.get("GITHUB_TOKEN", ""), pause)
    number = number(github) if callable(number) else number
    if number is None:
        return False
    address = github.put_comment(number, marker(), first + shortened(text, room, CUT))
    put_output("comment-url", address)
    print(f"comment: {address}", flush=True)
    return True


def try_comment(happened, text):
    """A comment that cannot be written changes no verdict: a fork's token may not, and GitHub may be down."""
    number = (happened.get("pull_request") or {}).get("number")
    if given("comment") != "true" or number is None:
        return
    try:
        comment(number, text)
    except Refused as error:
        if error.status in (401, 403, 404):
            tell("notice", f"no comment was written, for the token may not ({error}): the job summary has all of it. "
                           "A pull request from a fork has such a token; docs/gate-a-pull-request.md has a way to comment")
        else:
            tell("warning", f"no comment was written ({error}): the job summary has all of it")


# --- The modes


def asked(mode, happened, answer):
    """The verdict with its sentence, the exit code, the answer and what was said beside it."""
    answer.unlink(missing_ok=True)
    try:
        expect_claim(given("fail-on"))
        words = question(mode, happened)
    except NothingToCompare as error:
        return "unclear", f"nothing was compared: {error}", 3, "", ""
    except Usage as error:
        return "error", str(error), 2, "", str(error)
    code, said = ask(words, answer)
    log(said)
    verdict = VERDICTS.get(code, "error")
    sentence = SENTENCES[verdict]
    markdown = answer.read_text(encoding="utf-8") if answer.exists() else ""
    if verdict == "pass" and not has_claim():
        verdict, sentence = "unclear", NO_CLAIM
    elif verdict == "pass" and not markdown and SILENT not in lines("options"):
        # An option such as --help ends well, and so does another program.
        verdict, sentence = "error", NO_ANSWER
    return verdict, sentence, code, markdown, said


def gate(mode):
    fails_on = FAILING[choice("fail-on", FAILING)]
    choice("comment", ("true", "false"))
    marker()
    happened = event()
    folder = Path(os.environ.get("RUNNER_TEMP", "/tmp"))
    name = f"heapwise-{given('name') or 'summary'}"
    verdict, sentence, code, markdown, said = asked(mode, happened, folder / f"{name}-answer.md")
    text = summary_of(verdict, sentence, code, markdown, said)
    kept = folder / f"{name}.md"
    kept.write_text(text, encoding="utf-8")
    append("GITHUB_STEP_SUMMARY", shortened(text, MOST_SUMMARY_BYTES, CUT))
    put_output("verdict", verdict)
    put_output("exit-code", code)
    put_output("summary", kept)
    try_comment(happened, text)
    is_failing = verdict in fails_on
    kind = "error" if is_failing else {"pass": "notice"}.get(verdict, "warning")
    tell(kind, f"{verdict}: {sentence}")
    if not is_failing:
        return 0
    return code if code in (1, 2, 3) else 2


def post():
    """Posts what a workflow without rights has kept: for that of a workflow_run, which runs the base's own code."""
    run = event().get("workflow_run") or {}
    if not run:
        raise Usage("mode: found comment outside of a workflow_run, expected bench or profiles")
    text = defused(Path(given("summary")).read_text(encoding="utf-8", errors="replace"))
    owner = ((run.get("head_repository") or {}).get("owner") or {}).get("login", "")

    def number(github):
        return github.pull_request_of(owner, run.get("head_branch", ""), run.get("head_sha", ""))

    if not comment(number, text):
        tell("notice", "no comment was written: no open pull request has the commit that the workflow ran for")
    return 0


def main():
    try:
        mode = choice("mode", ("bench", "profiles", "comment"))
        return post() if mode == "comment" else gate(mode)
    except (Usage, Refused, OSError) as error:
        tell("error", str(error))
        return 2


if __name__ == "__main__":
    sys.exit(main())
