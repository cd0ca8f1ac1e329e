//! The regular expressions of pprof's readers of texts (profile/legacy_profile.go and
//! legacy_java_profile.go), as they are there: what they accept is what is accepted here.
//!
//! They see bytes, as Go's do where a text is not UTF-8. White space is written out because Go's
//! `\s` has no vertical tab.

use std::sync::LazyLock;

use regex::bytes::{Captures, Regex};

/// One expression, compiled when it is first needed.
pub(super) struct Pattern(LazyLock<Option<Regex>>);

impl Pattern {
    const fn new(compile: fn() -> Option<Regex>) -> Self {
        Self(LazyLock::new(compile))
    }

    /// Whether it matches anywhere.
    pub(super) fn is_in(&self, text: &[u8]) -> bool {
        self.0.as_ref().is_some_and(|regex| regex.is_match(text))
    }

    /// The groups of the first match; empty for a group that took no part, as in Go.
    pub(super) fn groups<'a, const N: usize>(&self, text: &'a [u8]) -> Option<[&'a [u8]; N]> {
        let found: Captures<'a> = self.0.as_ref()?.captures(text)?;
        let group = |at: usize| found.get(at + 1).map_or(&b""[..], |group| group.as_bytes());
        Some(std::array::from_fn(group))
    }

    /// Where the first match ends.
    pub(super) fn end(&self, text: &[u8]) -> Option<usize> {
        Some(self.0.as_ref()?.find(text)?.end())
    }

    /// All matches that do not overlap.
    pub(super) fn all<'a>(&'a self, text: &'a [u8]) -> impl Iterator<Item = &'a [u8]> {
        let regex = self.0.as_ref();
        let all = regex.into_iter().flat_map(|regex| regex.find_iter(text));
        all.map(|found| found.as_bytes())
    }
}

macro_rules! patterns {
    ($($(#[$doc:meta])* $name:ident = $($part:expr),+;)*) => {
        $($(#[$doc])*
        pub(super) static $name: Pattern =
            Pattern::new(|| Regex::new(concat!("(?-u)", $($part),+)).ok());)*

        #[cfg(test)]
        const ALL: &[(&str, &Pattern)] = &[$((stringify!($name), &$name)),*];
    };
}

macro_rules! counts {
    () => {
        r"heap profile: *(\d+): *(\d+) *\[ *(\d+): *(\d+) *\]"
    };
}

macro_rules! range {
    () => {
        r"^[\t\n\f\r ]*(?:0x)?([[:xdigit:]]+)[\t\n\f\r \-]?[\t\n\f\r ]*(?:0x)?([[:xdigit:]]+):?(?:[\t\n\f\r ]+([-rwxp]+))?"
    };
}

macro_rules! word {
    () => {
        r"(?:[\t\n\f\r ]+([^\t\n\f\r ]+))?"
    };
}

macro_rules! hex {
    () => {
        r"(?:[\t\n\f\r ]+([[:xdigit:]]+))?"
    };
}

patterns! {
    HEAP_HEADER = counts!(), r" *@ *(heap[_a-z0-9]*)/?(\d*)";
    GROWTH_HEADER = counts!(), r" @ growthz?";
    FRAGMENTATION_HEADER = counts!(), r" @ fragmentationz?";
    HEAP_SAMPLE = r"(-?\d+): *(-?\d+) *\[ *(\d+): *(\d+) *] @([ x0-9a-f]*)";
    COUNT_SAMPLE = r"\A(\d+) @((?: 0x[0-9a-f]+)+)\z";
    CONTENTION_SAMPLE = r"(\d+) *(\d+) @([ x0-9a-f]*)";
    HEX_NUMBER = r"0x[0-9a-f]+";
    THREADZ_START = r"--- threadz \d+ ---";
    THREAD_START = r"--- Thread ([[:xdigit:]]+) \(name: (.*)/(\d+)\) stack: ---";
    /// A line of /proc/self/maps: start, end, permissions, offset, file.
    PROC_MAPS = range!(), hex!(), r"[\t\n\f\r ]+[[:xdigit:]]+:[[:xdigit:]]+[\t\n\f\r ]+[[:digit:]]+",
        word!();
    /// A shorter form: start, end, permissions, file, offset, build id.
    BRIEF_MAPS = range!(), word!(), r"(?:[\t\n\f\r ]+\(@([[:xdigit:]]+)\))?", hex!();
    /// What a logger writes before a line.
    LOG_PREFIX = r"^[^\[\]]+:[0-9]+][\t\n\f\r ]";
    SHARED_LIBRARY = r"[.]so$|[.]so[._][0-9]+";
    JAVA_ATTRIBUTE = r"([\w ]+)=([\w ]+)";
    JAVA_SAMPLE = r" *(\d+) +(\d+) +@ +([ x0-9a-f]*)";
    JAVA_LOCATION = r"^[\t\n\f\r ]*0x([[:xdigit:]]+)[\t\n\f\r ]+(.*)[\t\n\f\r ]*$";
    JAVA_FILE_LINE = r"^(.*)[\t\n\f\r ]+\((.+):(-?[[:digit:]]+)\)$";
    JAVA_PATH = r"^(.*)[\t\n\f\r ]+\((.*)\)$";
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_pattern_compiles() {
        for (name, pattern) in super::ALL {
            assert!(pattern.0.is_some(), "{name}");
        }
    }
}
