//! Go's regular expressions (regexp/syntax), matched by the `regex` crate.
//!
//! Both descend from RE2, but what they accept and what it means differ: `\d` and `\b` are of ASCII
//! in Go, `\Q…\E` is only known there, `[a&&b]` only here. So a pattern is read as Go reads it and
//! written again in terms that mean the same to the `regex` crate.

mod bytes;
mod class;
mod error;
mod escape;
mod level;
mod property;
mod translate;

pub use error::{Error, ErrorKind};

/// A regular expression of Go's.
#[derive(Debug, Clone)]
pub struct Regex {
    regex: regex::Regex,
    has_not_boundary: bool,
}

/// Memory for a compiled pattern. Go's limit, 128 MiB, is for another kind of program.
const MAX_SIZE: usize = 32 << 20;
/// Go allows a depth of 1000; each level is written as up to three.
const MAX_NESTING: u32 = 4000;

impl Regex {
    /// Compiles a pattern (regexp/regexp.go: Compile).
    ///
    /// # Errors
    ///
    /// What Go refuses, in Go's words; and what Go accepts but cannot be matched here.
    pub fn new(pattern: &str) -> Result<Regex, Error> {
        let translated = translate::translate(pattern)?;
        let regex = regex::RegexBuilder::new(&translated)
            .size_limit(MAX_SIZE)
            .nest_limit(MAX_NESTING)
            .build();
        match regex {
            Ok(regex) => Ok(Regex {
                regex,
                has_not_boundary: translated.contains(translate::NOT_BOUNDARY),
            }),
            Err(regex::Error::CompiledTooBig(limit)) => Err(Error::unmatchable(
                pattern,
                &format!("it needs more than {limit} bytes"),
            )),
            Err(error) => Err(Error::unmatchable(pattern, &last_line(&error))),
        }
    }

    /// Whether it matches anywhere in a text. Bytes that are not UTF-8 are U+FFFD each, as in Go.
    pub fn is_match(&self, text: &[u8]) -> bool {
        match std::str::from_utf8(text) {
            Ok(text) => self.is_match_text(text),
            Err(_) => self.is_match_text(&bytes::to_text(text)),
        }
    }

    /// `\B` is found between the bytes of a letter, too. `Regex::find` passes over that; `is_match`
    /// of `regex` 1.13 may stop there and say no, as for `.\D|\B` and "é".
    fn is_match_text(&self, text: &str) -> bool {
        if self.has_not_boundary {
            self.regex.find(text).is_some()
        } else {
            self.regex.is_match(text)
        }
    }
}

/// What is wrong, without the pattern in which the `regex` crate points at it.
fn last_line(error: &regex::Error) -> String {
    let text = error.to_string();
    let line = text.lines().last().unwrap_or_default();
    line.strip_prefix("error: ").unwrap_or(line).to_owned()
}

/// The README's example.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
