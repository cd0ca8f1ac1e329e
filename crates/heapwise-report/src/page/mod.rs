//! Decides what a page is made of: the answer in words, pictures, tables; one file that asks for
//! nothing else.

mod assets;
mod blocks;
pub(crate) mod chart;
pub(crate) mod heat;
mod sort_value;
pub(crate) mod times;

use std::io::{self, Write};

use askama::Template;

use blocks::Block;

use crate::formats::text::printable;
use crate::views::input::Input;

/// A page of its own.
#[derive(Debug, Default)]
pub(crate) struct Page {
    title: String,
    answer: Vec<Block>,
    rest: Vec<Block>,
    flame: Option<String>,
    pictures: Pictures,
}

/// What is drawn already, and needs no scripts.
#[derive(Debug, Default)]
pub(crate) struct Pictures {
    /// What there is of each thing over time, above the flame graph.
    pub(crate) heats: Vec<String>,
    /// Lines over time, below it.
    pub(crate) charts: Vec<String>,
}

impl Pictures {
    /// Lines only.
    pub(crate) fn of_charts(charts: Vec<String>) -> Pictures {
        Pictures {
            charts,
            ..Pictures::default()
        }
    }
}

impl Page {
    /// A page that says what an answer says as Markdown, which is told what it is of in a title.
    pub(crate) fn of_markdown(title: String, markdown: &[u8]) -> Page {
        let title = unturned(&title);
        let blocks = blocks::of(&unturned(&String::from_utf8_lossy(markdown)));
        let is_table = |block: &Block| matches!(block, Block::Table(_));
        let words = blocks.iter().position(is_table).unwrap_or(blocks.len());
        let mut answer = blocks;
        let rest = answer.split_off(words);
        Page {
            title,
            answer,
            rest,
            ..Page::default()
        }
    }

    /// With more to say.
    pub(crate) fn with_words<'a>(mut self, more: impl Iterator<Item = &'a str>) -> Page {
        self.answer.extend(more.map(|text| Block::Words {
            text: unturned(&printable(text)),
            is_strong: false,
        }));
        self
    }

    /// With a flame graph.
    pub(crate) fn with_flame(self, picture: Option<&FlamePicture>) -> Page {
        Page {
            flame: picture.map(|picture| in_script(&picture.0)),
            ..self
        }
    }

    /// With pictures that are drawn already.
    pub(crate) fn with_pictures(self, pictures: Pictures) -> Page {
        Page { pictures, ..self }
    }

    pub(crate) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let script = assets::script(self.flame.is_some());
        let template = PageTemplate {
            page: self,
            css: assets::CSS,
            css_hash: &assets::hash(assets::CSS),
            script_hash: &assets::hash(&script),
            script: &script,
            version: env!("CARGO_PKG_VERSION"),
        };
        let text = template.render().map_err(io::Error::other)?;
        out.write_all(text.as_bytes())
    }
}

/// Renders an answer as a page of its own, from what it says as Markdown.
pub(crate) fn write_page(
    title: &str,
    out: &mut dyn Write,
    markdown: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    page_of(title, markdown)?.write(out)
}

/// The page of an answer that draws, from what it says as Markdown.
pub(crate) fn page_of(
    title: &str,
    markdown: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<Page> {
    let mut text = Vec::new();
    markdown(&mut text)?;
    Ok(Page::of_markdown(title.to_owned(), &text))
}

/// A flame graph as a page has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlamePicture(pub(crate) String);

/// What the page of an answer about these profiles is called.
pub(crate) fn title(answer: &str, inputs: &[Input]) -> String {
    let short = |input: &Input| last_part(&input.path).to_owned();
    match inputs {
        [] => answer.to_owned(),
        [single] => format!("{answer}: {}", short(single)),
        [first, .., last] => format!("{answer}: {} to {}", short(first), short(last)),
    }
}

/// The last part of a path: what pages and pictures call a file.
pub fn last_part(path: &str) -> &str {
    path.rsplit_once(['/', '\\']).map_or(path, |(_, last)| last)
}

#[derive(Template)]
#[template(path = "page.html")]
struct PageTemplate<'a> {
    page: &'a Page,
    css: &'a str,
    css_hash: &'a str,
    script: &'a str,
    script_hash: &'a str,
    version: &'a str,
}

/// Without what would turn a text around, or hide a part of it.
fn unturned(text: &str) -> String {
    text.replace(
        |c| {
            matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        },
        "\u{fffd}",
    )
}

/// JSON so that nothing in it ends the element that it stands in.
fn in_script(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '<' => safe.push_str("\\u003c"),
            '\u{2028}' => safe.push_str("\\u2028"),
            '\u{2029}' => safe.push_str("\\u2029"),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::{FlamePicture, Page};

    #[test]
    fn nothing_that_a_profile_says_is_markup() {
        let hostile = "</script><script>alert(1)</script><!-- \u{2028}";
        let json = serde_json::to_string(hostile).unwrap();
        let markdown =
            "**&lt;/title&gt;&lt;b&gt;x**\n\n| a |\n| ---: |\n| &lt;img onerror=x&gt; |\n";
        let page = Page::of_markdown("</title><b>".to_owned(), markdown.as_bytes());
        let mut out = Vec::new();
        page.with_flame(Some(&FlamePicture(json)))
            .write(&mut out)
            .unwrap();
        let text = String::from_utf8(out).unwrap();
        for attack in ["<b>", "<img", "<script>alert", "<!-- ", "\u{2028}"] {
            assert!(!text.contains(attack), "{attack}");
        }
        assert!(text.contains("\\u003c/script>") && text.contains("&#60;img onerror=x&#62;"));
    }
}
