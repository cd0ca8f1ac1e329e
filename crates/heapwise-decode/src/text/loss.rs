//! Lines by which loggers, terminals and people say that they left lines out.

use memchr::memmem;

use super::header;

/// How sure a line is to tell of loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Loss {
    /// A logger says that it left lines out: `Suppressed 90 messages from app.service`.
    Told,
    /// It is a mark that stands for what is missing there: `[...]`, `-- 12 lines omitted --`.
    Mark,
}

/// Longer lines are no marks.
const LONGEST_MARK: usize = 100;

impl Loss {
    /// What a line tells of loss, without what a logger puts before it.
    pub(super) fn of(line: &[u8]) -> Option<Loss> {
        if is_told(line) || header::is_torn(line.trim_ascii()) {
            return Some(Loss::Told);
        }
        let text = line.trim_ascii();
        let text = text.strip_prefix(b"# ").unwrap_or(text);
        let text = text.get(..LONGEST_MARK + 1).map_or(Some(text), |_| None)?;
        let text = std::str::from_utf8(text).ok()?;
        is_mark(text).then_some(Loss::Mark)
    }
}

/// Whether a logger says it, wherever in the line.
fn is_told(line: &[u8]) -> bool {
    const SAID: [&[u8]; 8] = [
        // rsyslog
        b"messages lost due to rate-limiting",
        b"drop messages due to rate-limiting",
        b"drop messages from pid ",
        // BuildKit, GitHub, GitLab, Travis
        b"[output clipped, log ",
        b"step has been truncated due to its large size",
        b"log exceeded limit of ",
        b"exceeded the maximum log length",
        b"lines have been omitted",
    ];
    const COUNTED: [(&[u8], &[&[u8]]); 4] = [
        // journald
        (b"Suppressed ", &[b" message"]),
        (b"Missed ", &[b" message", b" kernel message"]),
        // rsyslog
        (b"imuxsock lost ", &[b" message"]),
        (b"message repeated ", &[b" time"]),
    ];
    SAID.iter().any(|said| memmem::find(line, said).is_some())
        || COUNTED
            .iter()
            .any(|(before, after)| has_count(line, before, after))
}

/// Whether a number stands between `before` and one of `after`.
fn has_count(line: &[u8], before: &[u8], after: &[&[u8]]) -> bool {
    let Some(at) = memmem::find(line, before) else {
        return false;
    };
    let rest = line.get(at + before.len()..).unwrap_or_default();
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let rest = rest.get(digits..).unwrap_or_default();
    digits > 0 && after.iter().any(|after| rest.starts_with(after))
}

/// Whether a text is nothing but a mark. Frames that Go elides are none.
fn is_mark(text: &str) -> bool {
    const SIGNS: [char; 12] = ['.', '…', '-', '[', ']', '<', '>', '(', ')', '=', '*', '✂'];
    let inner = text.trim_matches(|sign: char| SIGNS.contains(&sign) || sign == ' ');
    let has_dots = ["...", "…", "✂"].iter().any(|dots| text.contains(dots));
    if inner.is_empty() {
        return has_dots;
    }
    let is_in_signs = inner.len() < text.len() && text.starts_with(SIGNS);
    let words =
        inner.split(|sign: char| sign == ' ' || SIGNS.contains(&sign) || ",:;%/".contains(sign));
    let (mut is_loss, mut has_unit) = (false, false);
    for word in words.filter(|word| !word.is_empty()) {
        match Word::of(&word.to_ascii_lowercase()) {
            Some(Word::Loss) => is_loss = true,
            Some(Word::Unit) => has_unit = true,
            Some(Word::Other) => {}
            None => return false,
        }
    }
    let is_counted = has_unit && text.split(' ').any(|word| word == "more");
    match is_in_signs {
        true => is_loss || is_counted || is_pager(text),
        // Programs tell so of their own messages.
        false => is_loss && has_unit && !inner.contains("message"),
    }
}

/// `--More--(12%)`.
fn is_pager(text: &str) -> bool {
    text.starts_with("--More--") || text.starts_with("-- More --")
}

/// A word that may be in a mark.
enum Word {
    /// It says that something is missing.
    Loss,
    /// Of what.
    Unit,
    Other,
}

impl Word {
    fn of(word: &str) -> Option<Word> {
        const LOSS: [&str; 13] = [
            "truncated",
            "truncating",
            "omitted",
            "skipped",
            "skipping",
            "snip",
            "snipped",
            "cut",
            "clipped",
            "elided",
            "suppressed",
            "dropped",
            "trimmed",
        ];
        const UNITS: [&str; 18] = [
            "bytes",
            "byte",
            "kb",
            "mb",
            "kib",
            "mib",
            "lines",
            "line",
            "characters",
            "chars",
            "messages",
            "message",
            "entries",
            "goroutines",
            "goroutine",
            "output",
            "log",
            "logs",
        ];
        const OTHERS: [&str; 17] = [
            "more",
            "the",
            "of",
            "for",
            "brevity",
            "here",
            "rest",
            "remaining",
            "other",
            "others",
            "was",
            "were",
            "has",
            "have",
            "been",
            "and",
            "stacks",
        ];
        if LOSS.contains(&word) {
            return Some(Word::Loss);
        }
        if UNITS.contains(&word) {
            return Some(Word::Unit);
        }
        let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
        (is_number || OTHERS.contains(&word)).then_some(Word::Other)
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_first_line_of_a_goroutine_without_its_end_tells_of_loss() {
        for line in [
            r#"goroutine 21 gp=0x3a59ad780960 m=nil [chan receive] {job: "abcdefg", path: "/v1/"#,
            "goroutine 7 [chan rec",
        ] {
            assert_eq!(
                super::Loss::of(line.as_bytes()),
                Some(super::Loss::Told),
                "{line}"
            );
        }
        for line in [
            "goroutine 7 [select]:",
            "goroutine 7 [select, 3 minutes, locked to thread]:",
            "goroutine 7 gp=0xc0001 m=nil [select (no cases)]:",
            r#"goroutine 7 [select] {job: "x"}:"#,
            "goroutine 7 started",
            "goroutine 7 [running]: main.main() /src/main.go:7",
            "goroutine pool [a]",
            "goroutine profile: total 7",
        ] {
            assert_eq!(super::Loss::of(line.as_bytes()), None, "{line}");
        }
    }

    use super::Loss;

    #[test]
    fn loggers_say_that_lines_are_left_out() {
        for line in [
            "Nov 24 10:00:00 host-1 systemd-journald[231]: Suppressed 90 messages from app.service",
            "systemd-journald[231]: Missed 90 kernel messages",
            "rsyslogd: imuxsock lost 90 messages from pid 4242 due to rate-limiting",
            "rsyslogd: action 'x' : 7 messages lost due to rate-limiting",
            "Nov 24 10:00:00 host app: message repeated 3 times: [ x]",
            "#12 [output clipped, log limit 2MiB reached]",
        ] {
            assert_eq!(Loss::of(line.as_bytes()), Some(Loss::Told), "{line}");
        }
    }

    #[test]
    fn marks_stand_for_what_is_missing() {
        for line in [
            "... (4096 bytes truncated) ...",
            "[...]",
            "[…]",
            "…",
            "...",
            "<snip>",
            "--More--",
            "--More--(12%)",
            "-- 12 lines omitted --",
            "[truncated]",
            "... [truncated] ...",
            "… 200 lines skipped …",
            "...(truncated)",
            "[... 300 bytes omitted ...]",
            "... 15 more goroutines ...",
            "# [...]",
            "12 lines omitted",
            "--- 8 more lines ---",
        ] {
            assert_eq!(Loss::of(line.as_bytes()), Some(Loss::Mark), "{line}");
        }
    }

    #[test]
    fn other_lines_tell_of_no_loss() {
        for line in [
            "",
            "-----",
            "---",
            "...additional frames elided...",
            "...51 frames elided...",
            "main.(*T[...]).f(...)",
            "main.f[...]",
            "\t/src/more.go:12 +0x1d",
            "starting ...",
            "connecting to db...",
            "goroutine 7 [select]:",
            "2 messages dropped",
            "the log was rotated",
            "2026/11/24 10:00:00 skipped",
            "more",
            "Suppressed errors from messages",
            "[INFO] output truncated to 10 columns in table users",
            "[1]",
            "(more)",
        ] {
            assert_eq!(Loss::of(line.as_bytes()), None, "{line}");
        }
    }
}
