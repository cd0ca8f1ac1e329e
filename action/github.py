"""The few questions that are put to GitHub's REST API: whose pull request, and one comment on it."""

import json
import time
import urllib.error
import urllib.parse
import urllib.request

PAGE = 100
MOST_PAGES = 30
TRIES = 3


class Refused(Exception):
    """What was asked could not be done, and why; with GitHub's status, or none where it did not answer."""

    def __init__(self, status, why):
        super().__init__(why)
        self.status = status


class GitHub:
    """A repository, with the rights of a token."""

    def __init__(self, api, repository, token, pause=2.0):
        self.api = api.rstrip("/")
        self.repository = repository
        self.token = token
        self.pause = pause

    def ask(self, method, path, body=None):
        """The answer to a request; one that fails on GitHub's side is made again, but for one that may have created."""
        tries = TRIES if method != "POST" else 1
        for left in reversed(range(tries)):
            try:
                return self.once(method, path, body)
            except Refused as error:
                is_passing = error.status is None or error.status >= 500
                if not left or not is_passing:
                    raise
                time.sleep(self.pause)
        raise AssertionError("at least one try")

    def once(self, method, path, body):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.api + path, data=data, method=method)
        request.add_header("Accept", "application/vnd.github+json")
        request.add_header("X-GitHub-Api-Version", "2022-11-28")
        request.add_header("User-Agent", "heapwise-action")
        # Never sent on to where a redirection leads.
        request.add_unredirected_header("Authorization", f"Bearer {self.token}")
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise Refused(error.code, f"{method} {path}: {error.code} {message(error)}") from error
        except (OSError, ValueError) as error:
            raise Refused(None, f"{method} {path}: {error}") from error

    def own_comment(self, number, marker):
        """The comment that begins with the marker and is of this token's user: others may write the marker, too."""
        me = self.login()
        for page in range(1, MOST_PAGES + 1):
            path = f"/repos/{self.repository}/issues/{number}/comments?per_page={PAGE}&page={page}"
            comments = self.ask("GET", path)
            for comment in comments:
                if comment.get("body", "").startswith(marker) and is_by(me, comment.get("user") or {}):
                    return comment
            if len(comments) < PAGE:
                return None
        raise Refused(None, f"found more than {PAGE * MOST_PAGES} comments, and none of them to update")

    def login(self):
        """The user of the token; none where it is an app's, such as that of a workflow, which may not ask."""
        try:
            return self.ask("GET", "/user").get("login")
        except Refused as error:
            if error.status in (401, 403, 404):
                return None
            raise

    def put_comment(self, number, marker, body):
        """Writes the comment, or updates the one that is there; returns its address."""
        known = self.own_comment(number, marker)
        if known:
            path = f"/repos/{self.repository}/issues/comments/{known['id']}"
            return self.ask("PATCH", path, {"body": body}).get("html_url", "")
        path = f"/repos/{self.repository}/issues/{number}/comments"
        return self.ask("POST", path, {"body": body}).get("html_url", "")

    def pull_request_of(self, head_owner, branch, commit):
        """The open pull request of a commit that another workflow ran for; none where there is none any more."""
        head = urllib.parse.quote(f"{head_owner}:{branch}", safe="")
        found = self.ask("GET", f"/repos/{self.repository}/pulls?state=open&per_page={PAGE}&head={head}")
        numbers = [pull["number"] for pull in found if pull.get("head", {}).get("sha") == commit]
        return numbers[0] if numbers else None


def is_by(me, user):
    return user.get("login") == me if me else user.get("type") == "Bot"


def message(error):
    try:
        return json.load(error).get("message", "")
    except (OSError, ValueError, AttributeError):
        return error.reason
