//! Annotations of GitHub Actions (docs.github.com: workflow commands).

use std::io::{self, Write};

use super::text::printable;

/// GitHub shows no more of a kind in a step.
pub(crate) const MOST: usize = 10;

/// A remark at a line of a file, or at none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Annotation {
    /// `error`, `warning` or `notice`.
    pub(crate) kind: &'static str,
    /// The file, as the repository names it, and the line.
    pub(crate) place: Option<(String, usize)>,
    pub(crate) title: String,
    pub(crate) message: String,
}

impl Annotation {
    pub(crate) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        write!(out, "::{} ", self.kind)?;
        if let Some((file, line)) = &self.place {
            write!(out, "file={},line={line},", property(file))?;
        }
        let title = property(&self.title);
        writeln!(out, "title={title}::{}", data(&self.message))
    }
}

fn data(text: &str) -> String {
    let escaped = text.replace('%', "%25");
    let escaped = escaped.replace('\r', "%0D").replace('\n', "%0A");
    printable(&escaped).into_owned()
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// A file below a root, as the repository names it.
pub(crate) fn below_root(root: Option<&str>, file: Option<&str>) -> Option<String> {
    let root = root?.trim_end_matches('/');
    let below = file?.strip_prefix(root)?.strip_prefix('/')?;
    Some(below.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{data, property};

    #[test]
    fn escapes_what_ends_a_command() {
        assert_eq!(data("5%: a,\r\nb"), "5%25: a,%0D%0Ab");
        assert_eq!(data("\u{1b}[31m"), "\u{fffd}[31m");
        assert_eq!(property("5%: a,\n"), "5%25%3A a%2C%0A");
    }
}
