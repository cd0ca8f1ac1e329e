use heapwise_decode::plural;
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

/// A name no wider than `width` cells: first without directories, then with its middle left out.
pub(crate) fn shorten(name: &str, width: usize) -> String {
    if cells(name) <= width {
        return name.to_owned();
    }
    let short: Vec<&str> = name.split(' ').map(last_element).collect();
    let short = short.join(" ");
    if cells(&short) <= width {
        return short;
    }
    let keep = width.saturating_sub(1);
    let head = start_within(short.chars(), keep / 2);
    let tail = start_within(short.chars().rev(), keep - keep / 2);
    let tail: String = tail.chars().rev().collect();
    format!("{head}…{tail}")
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
    use super::shorten;

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
    }
}
