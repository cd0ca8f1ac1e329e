//! How a site is named, and its name shortened.

use heapwise_decode::plural;
use std::borrow::Cow;

use anstyle::{AnsiColor, Style};
use heapwise_analysis::{Granularity, Origin, Site};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// What to call the sites of a granularity, in the singular and in the plural.
pub(crate) fn noun(granularity: Granularity, count: usize) -> String {
    plural(&count, singular(granularity))
}

/// The title of a column of sites.
pub(crate) fn singular(granularity: Granularity) -> &'static str {
    match granularity {
        Granularity::Files => "file",
        Granularity::Lines => "line",
        Granularity::Addresses => "address",
        Granularity::Packages => "package",
        _ => "function",
    }
}

/// How a site's name is shown: own code stands out, Go's runtime steps back.
pub(crate) fn style(site: &Site) -> Style {
    match Origin::of(site) {
        Origin::Own => Style::new().bold(),
        Origin::Module => Style::new().fg_color(Some(AnsiColor::Cyan.into())),
        Origin::Runtime => Style::new().dimmed(),
        Origin::StandardLibrary | Origin::Unknown => Style::new(),
    }
}

/// The least width that a name keeps, however narrow the terminal.
pub(crate) const LEAST_NAME: usize = 20;

/// The name of a site no wider than `width` cells. What tells least goes first: the directories of
/// its file, then those of its package, then its middle.
///
/// All tables and trees shorten names by this.
pub(crate) fn shorten(name: &str, width: usize) -> Cow<'_, str> {
    if cells(name) <= width {
        return Cow::Borrowed(name);
    }
    let start = name.len() - name.trim_start_matches([' ', '<', '-', '>']).len();
    let (mark, words) = name.split_at(start);
    let (function, rest) = match words.split_once(' ') {
        Some((function, rest)) => (function, Some(rest)),
        None => (words, None),
    };
    let rest = rest.map_or_else(String::new, |rest| {
        let words: Vec<&str> = rest.split(' ').map(last_element).collect();
        format!(" {}", words.join(" "))
    });
    let without_folders = format!("{mark}{function}{rest}");
    if cells(&without_folders) <= width {
        return Cow::Owned(without_folders);
    }
    let bare = format!("{mark}{}{rest}", last_element(function));
    Cow::Owned(cut(&bare, width).into_owned())
}

/// A text that is no site's name, such as a label, no wider than `width` cells: its middle goes.
pub(crate) fn cut(text: &str, width: usize) -> Cow<'_, str> {
    if cells(text) <= width {
        return Cow::Borrowed(text);
    }
    let keep = width.saturating_sub(1);
    let head = start_within(text.chars(), keep / 2);
    let tail = start_within(text.chars().rev(), keep - keep / 2);
    let tail: String = tail.chars().rev().collect();
    Cow::Owned(format!("{head}…{tail}"))
}

/// The first characters, as many as take no more than `width` cells.
fn start_within(characters: impl Iterator<Item = char>, width: usize) -> String {
    let mut used = 0;
    characters
        .take_while(|character| {
            used += character.width().unwrap_or(1);
            used <= width
        })
        .collect()
}

/// What is behind the last slash that is not inside type arguments.
fn last_element(word: &str) -> &str {
    let end = word.find('[').unwrap_or(word.len());
    let start = word.get(..end).and_then(|plain| plain.rfind('/'));
    start
        .and_then(|slash| word.get(slash + 1..))
        .unwrap_or(word)
}

/// Terminal cells that a text takes: letters of some scripts take two.
pub(crate) fn cells(text: &str) -> usize {
    if text.is_ascii() {
        text.len()
    } else {
        text.width()
    }
}

#[cfg(test)]
mod tests {
    use super::{cut, shorten};

    #[test]
    fn shortens_from_the_least_telling_part() {
        assert_eq!(shorten("main.f", 10), "main.f");
        assert_eq!(shorten("main.世界世界世界", 12), "main.…界世界");
        assert_eq!(super::cells("main.…界世界"), 12);
        assert_eq!(shorten("example.com/a/b.(*T).Read", 20), "b.(*T).Read");
        assert_eq!(
            shorten("example.com/a/b.F[go.shape.struct { x/y.Z }]", 12)
                .chars()
                .count(),
            12
        );
        assert_eq!(shorten("main.aVeryLongFunctionName", 11), "main.…nName");
        for (name, width, short) in [
            ("a.com/b/c.F /src/c/d.go:12", 20, "a.com/b/c.F d.go:12"),
            ("a.com/b/c.F /src/c/d.go:12", 15, "c.F d.go:12"),
            ("  <- a.com/b/c.F /src/d.go:12", 17, "  <- c.F d.go:12"),
            ("  -> a.com/b/c.F", 8, "  -> c.F"),
            ("/src/app/store/d.go", 8, "d.go"),
            ("a.com/b/c.F (inline)", 12, "c.F (inline)"),
        ] {
            assert_eq!(shorten(name, width), short, "{name}");
        }
        assert_eq!(cut("/api/v1/orders/17", 9), "/api…s/17");
    }
}
