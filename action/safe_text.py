"""Text that a profile or a pull request may have chosen, made safe to show where GitHub gives text a meaning."""

import re

# What GitHub takes: a comment of 65,536 characters, a job summary of 1 MiB. Counted in bytes, which are never fewer.
MOST_COMMENT_BYTES = 65_536
MOST_SUMMARY_BYTES = 1 << 20

# Shown as nothing, and what it stands in is no mention, reference or link any more.
BREAK = "\u200b"

# @user and @org/team; #12 and GH-12; addresses that would become links.
MEANINGS = re.compile(r"@(?=\w)|#(?=\d)|\bGH-(?=\d)|://|\bwww\.", re.IGNORECASE)


def defused(markdown):
    """Markdown that notifies nobody, refers to nothing and hides nothing: its renderer has escaped the rest."""
    without_comments = markdown.replace("<!--", "&lt;!--")
    return MEANINGS.sub(lambda found: found.group() + BREAK, without_comments)


def fenced(text):
    """Text as it is, in a fence that none of its own lines ends."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text.rstrip()}\n{fence}\n"


def shortened(markdown, most_bytes, note):
    """Markdown of at most so many bytes: whole lines from its top, and a note where some are left out."""
    if len(markdown.encode()) <= most_bytes:
        return markdown
    room = most_bytes - len(f"\n{note}\n".encode())
    kept, fence = [], None
    for line in markdown.splitlines(keepends=True):
        opened = after(fence, line)
        end = len(f"{opened}\n") if opened else 0
        if len(line.encode()) + end > room:
            break
        room -= len(line.encode())
        kept.append(line)
        fence = opened
    if fence:
        kept.append(f"{fence}\n")
    return "".join(kept) + f"\n{note}\n"


def after(fence, line):
    """The fence that is open behind a line."""
    run = re.match(r"`{3,}", line)
    if fence is None:
        return run.group() if run else None
    return None if line.rstrip() == fence else fence
