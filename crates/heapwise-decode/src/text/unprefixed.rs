//! Dumps whose lines a logger has put something before, or has wrapped in JSON.

use std::io::{self, BufRead, BufReader, Read};

use memchr::memmem;

use super::header;
use super::json;

/// Longer lines are no lines of a dump and are passed over.
const MAX_LINE: u64 = 1 << 20;
/// Longer headers are no headers: a line full of what looks like the start of one is looked at once,
/// not once for each.
const LONGEST_HEADER: usize = 1 << 10;

/// Yields the lines of a dump without what stands before each of them:
///
/// ```text
/// 2026-11-25T14:26:07.81Z stderr F goroutine 1 [running]:
/// {"log":"goroutine 1 [running]:\n","stream":"stderr"}
/// ```
///
/// What stands before is learned from the first line of a goroutine; it may differ from line to
/// line in its numbers. Lines without it are passed over: they are not of the dump.
pub(super) struct Unprefixed<R> {
    input: BufReader<R>,
    line: Vec<u8>,
    learned: Option<Prefix>,
    /// What is to be handed out, and how much of it has been.
    output: Vec<u8>,
    done: usize,
}

/// What stands before the lines of a dump.
struct Prefix {
    bytes: Vec<u8>,
    /// Whether what follows is the rest of a text in JSON.
    is_json: bool,
}

impl<R: Read> Unprefixed<R> {
    pub(super) fn new(input: R) -> Self {
        Self {
            input: BufReader::new(input),
            line: Vec::new(),
            learned: None,
            output: Vec::new(),
            done: 0,
        }
    }

    /// Takes the next line that is of the dump; `false` at the end.
    fn next(&mut self) -> io::Result<bool> {
        loop {
            self.line.clear();
            let mut limited = self.input.by_ref().take(MAX_LINE);
            if limited.read_until(b'\n', &mut self.line)? == 0 {
                return Ok(false);
            }
            if self.line.len() as u64 == MAX_LINE && !self.line.ends_with(b"\n") {
                self.input.skip_until(b'\n')?;
                continue;
            }
            if let Some(prefix) = learn(&self.line) {
                self.learned = Some(prefix);
            }
            let prefix = self.learned.as_ref();
            let Some((prefix, rest)) = prefix.and_then(|p| Some((p, p.strip(&self.line)?))) else {
                continue;
            };
            self.output.clear();
            self.done = 0;
            if prefix.is_json {
                json::unescape(rest, &mut self.output);
                if !self.output.ends_with(b"\n") {
                    self.output.push(b'\n');
                }
            } else {
                self.output.extend_from_slice(rest);
            }
            return Ok(true);
        }
    }
}

impl<R: Read> Read for Unprefixed<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.done >= self.output.len() {
            if !self.next()? {
                return Ok(0);
            }
        }
        let mut rest = self.output.get(self.done..).unwrap_or_default();
        let size = rest.read(out)?;
        self.done += size;
        Ok(size)
    }
}

/// What stands before a goroutine's first line; `None` for any other line.
fn learn(line: &[u8]) -> Option<Prefix> {
    memmem::find_iter(line, b"goroutine ").find_map(|at| {
        let (before, rest) = line.split_at_checked(at)?;
        if before.is_empty() {
            return None;
        }
        let is_json = line.starts_with(b"{") && before.ends_with(b"\"");
        let is_header = if is_json {
            let mut text = Vec::new();
            json::unescape(rest.get(..LONGEST_HEADER).unwrap_or(rest), &mut text);
            let first = text.split(|&byte| byte == b'\n').next();
            first.is_some_and(|first| header::split(first).is_some())
        } else {
            rest.len() <= LONGEST_HEADER && header::split(rest.trim_ascii_end()).is_some()
        };
        is_header.then(|| Prefix {
            bytes: before.to_vec(),
            is_json,
        })
    })
}

impl Prefix {
    /// The line without the prefix. Runs of digits need not be the same digits, and the white space
    /// at the end of the prefix may be missing before an empty line.
    fn strip<'a>(&self, line: &'a [u8]) -> Option<&'a [u8]> {
        let mut wanted = self.bytes.as_slice();
        let mut rest = line;
        while let Some((&byte, after)) = wanted.split_first() {
            if byte.is_ascii_digit() {
                wanted = skip_digits(wanted);
                let skipped = skip_digits(rest);
                if skipped.len() == rest.len() {
                    return None;
                }
                rest = skipped;
                continue;
            }
            match rest.split_first() {
                Some((&found, after_found)) if found == byte => {
                    wanted = after;
                    rest = after_found;
                }
                _ => {
                    let is_empty = rest.trim_ascii().is_empty() && wanted.trim_ascii().is_empty();
                    return is_empty.then_some(rest);
                }
            }
        }
        Some(rest)
    }
}

fn skip_digits(text: &[u8]) -> &[u8] {
    let count = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    text.get(count..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::{MAX_LINE, Prefix, Unprefixed, learn};

    #[test]
    fn learns_what_stands_before_a_goroutine() {
        for (line, before) in [
            ("web-1  | goroutine 7 [running]:\n", Some("web-1  | ")),
            (
                "E1125 x.go:3] goroutine 7 gp=0x1 m=nil [select]:\r\n",
                Some("E1125 x.go:3] "),
            ),
            (
                "{\"log\":\"goroutine 7 [select] {a: \\\"b\\\"}:\\n\",\"x\":1}",
                Some("{\"log\":\""),
            ),
            ("goroutine 7 [running]:\n", None),
            ("the goroutine 7 [running] waits\n", None),
            (
                "a goroutine x, a goroutine 7 [sleep]:",
                Some("a goroutine x, a "),
            ),
        ] {
            let learned = learn(line.as_bytes()).map(|prefix| prefix.bytes);
            assert_eq!(learned.as_deref(), before.map(str::as_bytes), "{line}");
        }
    }

    /// Quadratic work would take minutes.
    #[test]
    fn a_line_full_of_starts_of_headers_costs_no_more_than_it_is_long() {
        for part in ["\\\"goroutine 1 [", "x goroutine 1 [select"] {
            let line = format!("{{\"log\":\"{}\n", part.repeat(20_000));
            assert!(learn(line.as_bytes()).is_none());
        }
    }

    #[test]
    fn a_line_that_is_too_long_is_passed_over_whole() {
        let long = "y".repeat(MAX_LINE as usize + 7);
        let text = format!("a goroutine 1 [select]:\n{long}a goroutine 2 [select]:\na main.f()\n");
        let mut found = String::new();
        Unprefixed::new(text.as_bytes())
            .read_to_string(&mut found)
            .unwrap();
        assert_eq!(found, "goroutine 1 [select]:\nmain.f()\n");
    }

    #[test]
    fn strips_what_differs_only_in_numbers() {
        let prefix = Prefix {
            bytes: b"2026-11-25T14:26:07.81Z stderr F ".to_vec(),
            is_json: false,
        };
        for (line, rest) in [
            (
                "2026-11-25T14:26:08.1Z stderr F \tx.go:7\n",
                Some("\tx.go:7\n"),
            ),
            ("2026-11-25T14:26:08.1Z stderr F\n", Some("\n")),
            ("2026-11-25T14:26:08.1Z stdout F x\n", None),
            ("2026-11-25T14:26:08.1Z", None),
            ("", None),
        ] {
            let found = prefix.strip(line.as_bytes());
            assert_eq!(found, rest.map(str::as_bytes), "{line}");
        }
    }
}
