//! Aligned columns, as Go's text/tabwriter makes them with AlignRight, a padding of one space and no
//! least width.
//!
//! A cell ends with a tab. A column is a run of lines that all have a cell there; it is as wide as
//! its widest cell and the padding. What follows the last tab of a line is not aligned. Names and
//! values of labels may hold any byte, also those that mean something here: a vertical tab ends a
//! cell, too, a form feed ends a line and all columns, and what is between two bytes 0xff is taken
//! as it is.

use std::io::{self, Write};

use crate::formats::go_text::rune_count;

const ESCAPE: u8 = 0xff;
const PADDING: usize = 1;

/// Collects text and aligns it.
#[derive(Default)]
pub(crate) struct TabWriter {
    done: Vec<u8>,
    lines: Vec<Vec<Cell>>,
    cell: Cell,
    is_escaped: bool,
}

#[derive(Default)]
struct Cell {
    text: Vec<u8>,
    width: usize,
    /// How much of `text` has been measured.
    measured: usize,
}

impl Cell {
    fn measure(&mut self) {
        let rest = self.text.get(self.measured..).unwrap_or_default();
        self.width += rune_count(rest);
        self.measured = self.text.len();
    }
}

impl TabWriter {
    /// Adds text.
    pub(crate) fn push(&mut self, text: &[u8]) {
        if self.lines.is_empty() {
            self.lines.push(Vec::new());
        }
        for &byte in text {
            if self.is_escaped {
                self.cell.text.push(byte);
                if byte == ESCAPE {
                    self.end_escape();
                }
                continue;
            }
            match byte {
                b'\t' | b'\x0b' => {
                    self.end_cell();
                }
                b'\n' | b'\x0c' => self.end_line(byte == b'\x0c'),
                ESCAPE => {
                    self.cell.measure();
                    self.cell.text.push(byte);
                    self.is_escaped = true;
                }
                _ => self.cell.text.push(byte),
            }
        }
    }

    /// Writes everything.
    pub(crate) fn finish(mut self, out: &mut dyn Write) -> io::Result<()> {
        self.flush();
        out.write_all(&self.done)
    }

    /// The two escapes count for nothing.
    fn end_escape(&mut self) {
        self.cell.measure();
        self.cell.width = self.cell.width.saturating_sub(2);
        self.is_escaped = false;
    }

    /// Ends a cell; how many the line has now.
    fn end_cell(&mut self) -> usize {
        self.cell.measure();
        let cell = std::mem::take(&mut self.cell);
        match self.lines.last_mut() {
            Some(line) => {
                line.push(cell);
                line.len()
            }
            None => 0,
        }
    }

    fn end_line(&mut self, ends_columns: bool) {
        let cells = self.end_cell();
        self.lines.push(Vec::new());
        if ends_columns || cells == 1 {
            self.flush();
            self.lines.push(Vec::new());
        }
    }

    /// Lays out what is there.
    fn flush(&mut self) {
        if !self.cell.text.is_empty() {
            if self.is_escaped {
                self.end_escape();
            }
            self.end_cell();
        }
        let lines = std::mem::take(&mut self.lines);
        let mut layout = Layout {
            lines: &lines,
            widths: Vec::new(),
            out: &mut self.done,
        };
        layout.format(0, lines.len());
    }
}

struct Layout<'a> {
    lines: &'a [Vec<Cell>],
    widths: Vec<usize>,
    out: &'a mut Vec<u8>,
}

impl Layout<'_> {
    /// Lays out lines of which the columns in `widths` are known.
    fn format(&mut self, start: usize, end: usize) {
        let column = self.widths.len();
        let has_column = |line: &Vec<Cell>| column + 1 < line.len();
        let mut written = start;
        let mut at = start;
        while at < end {
            if !self.lines.get(at).is_some_and(has_column) {
                at += 1;
                continue;
            }
            self.write_lines(written, at);
            let block = self.lines.get(at..end).unwrap_or_default();
            let block = block.iter().take_while(|line| has_column(line));
            let (mut count, mut width) = (0, 0);
            for cell in block.filter_map(|line| line.get(column)) {
                width = width.max(cell.width + PADDING);
                count += 1;
            }
            self.widths.push(width);
            self.format(at, at + count);
            self.widths.pop();
            at += count;
            written = at;
            // Go's loop steps over the line that ended the column; it has no cell there.
            at += 1;
        }
        self.write_lines(written, end);
    }

    fn write_lines(&mut self, start: usize, end: usize) {
        for (at, line) in self.lines.iter().enumerate().take(end).skip(start) {
            for (column, cell) in line.iter().enumerate() {
                if let Some(width) = self.widths.get(column) {
                    let spaces = width.saturating_sub(cell.width);
                    self.out.resize(self.out.len() + spaces, b' ');
                }
                self.out.extend_from_slice(&cell.text);
            }
            if at + 1 < self.lines.len() {
                self.out.push(b'\n');
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::TabWriter;

    fn aligned(text: &[u8]) -> String {
        let mut writer = TabWriter::default();
        writer.push(text);
        let mut out = Vec::new();
        writer.finish(&mut out).unwrap();
        String::from_utf8_lossy(&out).into_owned()
    }

    /// What Go's text/tabwriter makes of the same texts.
    #[test]
    fn aligns_as_go_does() {
        for (text, expected) in [
            (
                "bytes:\t Total 5\n \t1kB:\t 2\n \t100kB:\t 3\n\n",
                " bytes: Total 5\n          1kB: 2\n        100kB: 3\n\n",
            ),
            ("a\tb\tc\nx\n", " a bc\nx\n"),
            ("\n", "\n"),
            ("a\tb\x0clong\tc\n", " ab\n longc\n"),
            ("é\t1\nabcd\t2\n\n", "    é1\n abcd2\n\n"),
            ("a\tb", " ab"),
            ("", ""),
        ] {
            assert_eq!(aligned(text.as_bytes()), expected, "{text:?}");
        }
        let escaped = aligned(b"a\xff\t\n\xffb\tc\nlonger\tx\n\n");
        let expected = b"   a\xff\t\n\xffbc\n longerx\n\n";
        assert_eq!(escaped, String::from_utf8_lossy(expected));
    }
}
