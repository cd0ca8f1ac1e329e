//! Why rows are allocated, under the rows of a text.

use std::borrow::Cow;
use std::io::{self, Write};

use anstyle::Style;
use heapwise_decode::counted;

use super::page::Page;
use crate::formats::markdown;
use crate::formats::site_text::{LEAST_NAME, cells, cut, shorten};
use crate::formats::text::{Layout, printable, write_details, write_sentence};

const INDENT: usize = 2;
const GAP: usize = 2;

impl Page<'_> {
    /// For people: each row that matters, then why, a line for each reason.
    pub(super) fn write_reasons(&self, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
        let Some(title) = self.reasons_title() else {
            return Ok(());
        };
        writeln!(out)?;
        write_sentence(&title, layout, out)?;
        let (told, rest) = self.told();
        if told.is_empty() {
            return write_sentence(NOTHING, layout, out);
        }
        let names = told.iter().flat_map(|row| &row.lines);
        let name = names.map(|(name, _)| cells(name)).max().unwrap_or(0) + GAP;
        let room = layout.width;
        let room = room.map(|width| width.saturating_sub(INDENT + name).max(LEAST_NAME));
        let bold = Style::new().bold();
        for row in &told {
            let width = layout.width.unwrap_or(usize::MAX).max(LEAST_NAME);
            let title = shorten(&row.title, width);
            match layout.color {
                true => writeln!(out, "\n{bold}{}{bold:#}", printable(&title))?,
                false => writeln!(out, "\n{}", printable(&title))?,
            }
            let lines = row.lines.iter();
            let lines = lines.map(|(name, text)| (name.as_str(), fitting(text, room)));
            write_details(lines, (INDENT, name), room, out)?;
        }
        if rest > 0 {
            writeln!(out, "\n{}", more(rest))?;
        }
        Ok(())
    }

    /// The same as lists.
    pub(super) fn write_reasons_as_markdown(&self, out: &mut dyn Write) -> io::Result<()> {
        let Some(title) = self.reasons_title() else {
            return Ok(());
        };
        writeln!(out, "\n{}", markdown::escape(&title))?;
        let (told, rest) = self.told();
        if told.is_empty() {
            return writeln!(out, "\n{NOTHING}");
        }
        for row in told {
            writeln!(out, "\n**{}**\n", markdown::escape(&row.title))?;
            for (name, text) in &row.lines {
                let line = format!("{name}: {text}");
                writeln!(out, "- {}", markdown::escape(&line))?;
            }
        }
        if rest > 0 {
            writeln!(out, "\n{}", more(rest))?;
        }
        Ok(())
    }
}

/// A text of which no word is longer than a line: a path, or what the compiler writes without blanks.
fn fitting(text: &str, room: Option<usize>) -> String {
    let room = room.unwrap_or(usize::MAX);
    let words: Vec<Cow<'_, str>> = text.split(' ').map(|word| cut(word, room)).collect();
    words.join(" ")
}

fn more(rest: usize) -> String {
    format!("{} more with reasons left out", counted(rest, "row"))
}

const NOTHING: &str = "nothing that matters is allocated by own code, or on behalf of it";
