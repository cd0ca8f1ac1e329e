//! Who printed a line: what stands before or beside it and does not change with time.

/// Bytes of an origin that are kept.
const MOST: usize = 120;

/// What the last prefix was and told: most differ from it in a time alone.
#[derive(Default)]
pub(crate) struct Last {
    prefix: Vec<u8>,
    origin: String,
}

impl Last {
    /// What a prefix tells of who wrote the line.
    pub(crate) fn origin(&mut self, prefix: &[u8]) -> &str {
        if !differ_in_a_time(&self.prefix, prefix) {
            self.origin.clear();
            of_prefix(prefix, &mut self.origin);
        }
        self.prefix.clear();
        self.prefix.extend_from_slice(prefix);
        &self.origin
    }
}

/// Whether two prefixes are the same, or all that differs is in one word that is a time in both.
fn differ_in_a_time(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let is_other = |(x, y): (&u8, &u8)| x != y;
    let Some(first) = a.iter().zip(b).position(is_other) else {
        return true;
    };
    let last = a.iter().zip(b).rposition(is_other).unwrap_or(first);
    let is_space = |byte: &u8| byte.is_ascii_whitespace() || *byte == b',';
    let word = |text: &[u8]| -> Option<(usize, usize)> {
        let start = text
            .get(..first)?
            .iter()
            .rposition(is_space)
            .map_or(0, |at| at + 1);
        let after = text.get(last..)?.iter().position(is_space);
        Some((start, after.map_or(text.len(), |at| last + at)))
    };
    let (Some((start, end)), Some(other)) = (word(a), word(b)) else {
        return false;
    };
    let is_a_time = |text: &[u8]| text.get(start..end).is_some_and(|word| is_time(bare(word)));
    (start, end) == other && is_a_time(a) && is_a_time(b)
}

/// Appends the words of a prefix that tell who wrote the line: pods, hosts and processes stay, times,
/// numbers, levels and names of streams go.
pub(crate) fn of_prefix(prefix: &[u8], into: &mut String) {
    let is_between = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b',' | b':');
    for word in prefix.split(is_between) {
        let word = bare(word);
        let is_noise = NOISE.iter().any(|noise| word.eq_ignore_ascii_case(noise));
        if !word.is_empty() && !is_noise && !is_time(word) {
            push(word, into);
        }
    }
}

/// Appends what the fields of a line in JSON or logfmt tell of who wrote it, and the words before the
/// first of them.
pub(crate) fn of_fields(line: &[u8], into: &mut String) {
    let end = line
        .iter()
        .position(|byte| matches!(byte, b'{' | b'"' | b'='));
    let before = line.get(..end.unwrap_or(0)).unwrap_or_default();
    // The word that an equals sign ends is a key.
    let word = before.iter().rposition(u8::is_ascii_whitespace);
    let is_key = end.and_then(|end| line.get(end)) == Some(&b'=');
    let words = match (is_key, word) {
        (false, _) => before,
        (true, Some(word)) => before.get(..word).unwrap_or_default(),
        (true, None) => b"",
    };
    of_prefix(words, into);
    let mut rest = line;
    while let Some((key, value, after)) = field(rest) {
        let value = bare(value);
        if is_identity(key) && !value.is_empty() && value.len() <= MOST {
            push(value, into);
        }
        rest = after;
    }
}

const NOISE: [&[u8]; 15] = [
    b"stdout", b"stderr", b"F", b"P", b"info", b"warn", b"warning", b"error", b"debug", b"trace",
    b"notice", b"err", b"I", b"E", b"W",
];

fn push(word: &[u8], into: &mut String) {
    let room = MOST.saturating_sub(into.len());
    let text = String::from_utf8_lossy(word);
    let plain = text.chars().map(|c| if c.is_control() { '?' } else { c });
    if !into.is_empty() && room > 0 {
        into.push(' ');
    }
    let mut left = room;
    into.extend(plain.take_while(|char| {
        let fits = char.len_utf8() <= left;
        left = left.saturating_sub(char.len_utf8());
        fits
    }));
}

/// Without what loggers put around a word.
fn bare(word: &[u8]) -> &[u8] {
    let is_around = |byte: &u8| matches!(byte, b':' | b',' | b';' | b'|' | b'>' | b'"' | b'\'');
    let start = word.iter().take_while(|byte| is_around(byte)).count();
    let word = word.get(start..).unwrap_or_default();
    let end = word.iter().rev().take_while(|byte| is_around(byte)).count();
    let word = word.get(..word.len() - end).unwrap_or_default();
    match word {
        [b'[', inside @ .., b']']
        | [b'(', inside @ .., b')']
        | [b'[' | b'(' | b'<', inside @ ..] => inside,
        _ => word,
    }
}

/// Whether a word is a time, a day, a number, a duration or mere punctuation. Addresses of hosts are
/// none.
fn is_time(word: &[u8]) -> bool {
    const UNITS: [&[u8]; 9] = [b"t", b"z", b"utc", b"gmt", b"s", b"ms", b"us", b"ns", b"m"];
    const NAMES: [&[u8]; 21] = [
        b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov",
        b"dec", b"mon", b"tue", b"wed", b"thu", b"fri", b"sat", b"sun", b"am", b"pm",
    ];
    let is_in = |all: &[&[u8]], run: &[u8]| all.iter().any(|name| run.eq_ignore_ascii_case(name));
    let is_letter = |byte: &u8| byte.is_ascii_alphabetic() || *byte >= 0x80;
    let has_digit = word.iter().any(u8::is_ascii_digit);
    // Most are of this form.
    let is_plain = |byte: &u8| matches!(byte, b'0'..=b'9' | b':' | b'-' | b'T' | b'Z');
    if has_digit && word.iter().filter(|byte| **byte != b'.').all(is_plain) {
        return !is_address(word);
    }
    if !has_digit {
        return !word.iter().any(is_letter)
            || is_in(&NAMES, word)
            || is_in(&[b"utc", b"gmt"], word);
    }
    let mut runs = word
        .split(|byte| !is_letter(byte))
        .filter(|run| !run.is_empty());
    runs.all(|run| is_in(&UNITS, run) || is_in(&NAMES, run)) && !is_address(word)
}

/// `10.0.0.7`, with or without a port.
fn is_address(word: &[u8]) -> bool {
    let host = word.split(|byte| *byte == b':').next().unwrap_or_default();
    let mut parts = host.split(|byte| *byte == b'.');
    let is_part = |part: &[u8]| matches!(part.len(), 1..=3) && part.iter().all(u8::is_ascii_digit);
    parts.clone().count() == 4 && parts.all(is_part)
}

/// The next `"key": value` or `key=value`, and what stands behind it. Objects within objects are
/// looked into.
fn field(line: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let mut rest = line;
    loop {
        let at = rest.iter().position(|byte| matches!(byte, b'"' | b'='))?;
        let (before, after) = rest.split_at(at);
        if after.first() == Some(&b'=') {
            let is_end = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b',' | b'{');
            let key = before.rsplit(is_end).next().unwrap_or_default();
            let (value, after) = value(after.get(1..).unwrap_or_default());
            return Some((key, value, after));
        }
        let (key, after) = value(after);
        let trimmed = after.trim_ascii_start();
        if let Some(opened) = trimmed.strip_prefix(b":") {
            let opened = opened.trim_ascii_start();
            if !matches!(opened.first(), Some(b'{' | b'[')) {
                let (value, after) = value(opened);
                return Some((key, value, after));
            }
        }
        rest = after;
    }
}

/// A text in quotes without them, or what ends at a space, a comma or a bracket; and what follows.
fn value(text: &[u8]) -> (&[u8], &[u8]) {
    let Some(opened) = text.strip_prefix(b"\"") else {
        let is_end = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b',' | b'}' | b']');
        return text.split_at(text.iter().position(is_end).unwrap_or(text.len()));
    };
    let mut at = 0;
    while let Some(byte) = opened.get(at) {
        match byte {
            b'"' => break,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    let inside = opened.get(..at).unwrap_or(opened);
    (inside, opened.get(at + 1..).unwrap_or_default())
}

/// Whether a field of this name tells one process from another.
fn is_identity(key: &[u8]) -> bool {
    let lower = key.to_ascii_lowercase();
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric();
    let name: Vec<u8> = lower.into_iter().filter(is_part).collect();
    let has = |part: &[u8]| memchr::memmem::find(&name, part).is_some();
    let within: [&[u8]; 7] = [
        b"pod",
        b"container",
        b"host",
        b"instance",
        b"unit",
        b"replica",
        b"machine",
    ];
    let whole: [&[u8]; 9] = [
        b"app",
        b"appname",
        b"service",
        b"servicename",
        b"name",
        b"process",
        b"processid",
        b"node",
        b"task",
    ];
    within.iter().any(|part| has(part)) || whole.contains(&&name[..]) || name.ends_with(b"pid")
}

#[cfg(test)]
mod tests {
    use super::{of_fields, of_prefix};

    #[test]
    fn keeps_what_does_not_change_with_time() {
        for (prefix, expected) in [
            ("", ""),
            ("2026-11-25T14:26:07.81Z stderr F ", ""),
            ("web-1  | ", "web-1"),
            ("logs/app.log:12:", "logs/app.log"),
            ("[INFO] (pid 41) ", "pid"),
            ("[pod/web-7f9c5d-x2x9k/app] ", "pod/web-7f9c5d-x2x9k/app"),
            ("Nov  9 03:14:07 host svc[41]: ", "host svc[41]"),
            (
                "<34>1 2026-11-25T14:26:07Z host app 41 ID47 - ",
                "host app ID47",
            ),
            ("2026/11/25 14:26:07 ", ""),
            ("25/Nov/2026:14:26:07 +0000 INFO ", ""),
            ("10.0.0.7 [   12.345] +3.2s ", "10.0.0.7"),
            ("Sat Nov 28 01:00:00 PM UTC 2026 # ", ""),
        ] {
            let mut found = String::new();
            of_prefix(prefix.as_bytes(), &mut found);
            assert_eq!(found, expected, "{prefix}");
        }
    }

    #[test]
    fn knows_fields_that_tell_a_process() {
        for (line, expected) in [
            (r#"{"log":"gc 1","stream":"stderr","time":"2026"}"#, ""),
            (
                r#"{"msg":"a \"pod\":1","kubernetes":{"pod_name":"web-1","labels":{"a":"b"}},"pid": 41}"#,
                "web-1 41",
            ),
            (r#"web-2 | time=2026 pid=7 msg="gc 1 @pod=3" x"#, "web-2 7"),
            (r#"{"a"#, ""),
            (r#"host="#, ""),
        ] {
            let mut found = String::new();
            of_fields(line.as_bytes(), &mut found);
            assert_eq!(found, expected, "{line}");
        }
    }
}
