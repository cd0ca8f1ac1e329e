//! Takes apart what answers say as Markdown: the little of it that they are written in.

use super::sort_value::sort_value;

/// A part of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Block {
    /// Words; those that matter most are strong.
    Words {
        text: String,
        is_strong: bool,
    },
    /// One thing after the other.
    List(Vec<String>),
    /// As it is, in letters of one width.
    Code(String),
    Table(Table),
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Table {
    pub(super) head: Vec<Head>,
    pub(super) rows: Vec<Row>,
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) cells: Vec<Cell>,
    /// Whether it is about the other rows, and stays before or behind them whatever they are sorted by.
    pub(super) is_fixed: bool,
}

/// The title of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) text: String,
    pub(super) is_number: bool,
}

/// A cell, and what it is sorted by where that is a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) text: String,
    pub(super) value: Option<String>,
    pub(super) is_number: bool,
}

/// The parts of a text, in its order.
pub(super) fn of(markdown: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = markdown.lines().peekable();
    while let Some(line) = lines.next() {
        if line.trim().is_empty() {
            continue;
        }
        if line.starts_with("```") {
            let inside: Vec<&str> = lines
                .by_ref()
                .take_while(|line| !line.starts_with("```"))
                .collect();
            blocks.push(Block::Code(inside.join("\n")));
        } else if let Some(item) = line.strip_prefix("- ") {
            let mut items = vec![plain(item)];
            while let Some(item) = lines.next_if(|line| line.starts_with("- ")) {
                items.push(plain(item.strip_prefix("- ").unwrap_or(item)));
            }
            blocks.push(Block::List(items));
        } else if line.starts_with('|') {
            let mut rows = vec![cells(line)];
            while let Some(row) = lines.next_if(|line| line.starts_with('|')) {
                rows.push(cells(row));
            }
            blocks.push(Block::Table(Table::of(&rows)));
        } else {
            blocks.push(words(line));
        }
    }
    blocks
}

fn words(line: &str) -> Block {
    let strong = line.strip_prefix("**");
    let strong = strong.and_then(|line| line.strip_suffix("**"));
    Block::Words {
        text: plain(strong.unwrap_or(line)),
        is_strong: strong.is_some(),
    }
}

impl Table {
    /// Of the head, the line of alignments and the rows.
    fn of(rows: &[Vec<String>]) -> Table {
        let [head, marks, rows @ ..] = rows else {
            return Table::default();
        };
        let is_number = |at: usize| marks.get(at).is_some_and(|mark| mark.ends_with(':'));
        let cell = |(at, text): (usize, &String)| Cell {
            text: plain(text),
            value: sort_value(&plain(text))
                .filter(|_| is_number(at))
                .map(|value| value.to_string()),
            is_number: is_number(at),
        };
        Table {
            head: head
                .iter()
                .enumerate()
                .map(|(at, text)| Head {
                    text: plain(text),
                    is_number: is_number(at),
                })
                .collect(),
            rows: with_fixed(rows)
                .map(|(row, is_fixed)| Row {
                    cells: row.iter().enumerate().map(cell).collect(),
                    is_fixed,
                })
                .collect(),
        }
    }
}

/// Rows, with whether they stay where they are: totals and what is left out, at either end.
fn with_fixed(rows: &[Vec<String>]) -> impl Iterator<Item = (&Vec<String>, bool)> {
    let is_about_others = |row: &&Vec<String>| row.iter().any(|cell| is_of_others(&plain(cell)));
    let first = rows.iter().take_while(is_about_others).count();
    let last = rows.iter().rev().take_while(is_about_others).count();
    let last = rows.len() - last;
    let rows = rows.iter().enumerate();
    rows.map(move |(at, row)| (row, at < first || at >= last))
}

/// Whether a name is that of what the other rows are a part of, or of what is left out: `in 14 more`.
fn is_of_others(name: &str) -> bool {
    let count = name.strip_prefix("in ");
    let count = count.and_then(|name| name.strip_suffix(" more"));
    name == "total" || count.is_some_and(|count| count.parse::<u64>().is_ok())
}

/// The cells of a row; a bar that is escaped is a part of one.
fn cells(line: &str) -> Vec<String> {
    let mut cells = Vec::new();
    let mut cell = String::new();
    let mut is_escaped = false;
    for c in line.trim().trim_start_matches('|').chars() {
        match c {
            '|' if !is_escaped => cells.push(std::mem::take(&mut cell).trim().to_owned()),
            other => cell.push(other),
        }
        is_escaped = c == '\\' && !is_escaped;
    }
    cells
}

/// The text that Markdown shows: without what escapes, and without marks.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let entity = [("&lt;", '<'), ("&gt;", '>'), ("&amp;", '&')]
            .into_iter()
            .find(|(name, _)| rest.starts_with(name));
        let skip = match (c, entity) {
            (_, Some((name, meant))) => {
                plain.push(meant);
                name.len()
            }
            ('\\', _) => {
                let escaped = rest.chars().nth(1);
                plain.extend(escaped);
                1 + escaped.map_or(0, char::len_utf8)
            }
            ('`', _) => 1,
            _ if rest.starts_with("**") => 2,
            _ => {
                plain.push(c);
                c.len_utf8()
            }
        };
        rest = rest.get(skip..).unwrap_or_default();
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::{Block, Cell, of, plain};
    use crate::formats::markdown::escape;

    #[test]
    fn takes_an_answer_apart() {
        let text = "**a &gt; b**\n\nwords\n\n- **x** y\n- `z`\n\n| flat | name |\n| ---: | :--- |\n\
                    | 1.50kB | a\\|b |\n|  | in 3 more |\n\n```text\n1 < 2\n```\n";
        let blocks = of(text);
        let [
            Block::Words {
                text,
                is_strong: true,
            },
            _,
            Block::List(list),
            Block::Table(table),
            code,
        ] = blocks.as_slice()
        else {
            panic!("{blocks:?}");
        };
        assert_eq!(
            (text.as_str(), list.join(",")),
            ("a > b", "x y,z".to_owned())
        );
        assert_eq!(code, &Block::Code("1 < 2".to_owned()));
        assert_eq!(table.head[0].text, "flat");
        assert!(table.head[0].is_number && !table.head[1].is_number);
        let cell = Cell {
            text: "1.50kB".to_owned(),
            value: Some("1536".to_owned()),
            is_number: true,
        };
        let [row, rest] = table.rows.as_slice() else {
            panic!("{table:?}");
        };
        assert_eq!((&row.cells[0], row.is_fixed), (&cell, false));
        assert_eq!(row.cells[1].text, "a|b");
        assert_eq!((&rest.cells[0].value, rest.is_fixed), (&None, true));
    }

    #[test]
    fn what_is_about_the_other_rows_stays_at_its_end() {
        let fixed = |names: &[&str]| {
            let rows: Vec<Vec<String>> =
                names.iter().map(|name| vec![(*name).to_owned()]).collect();
            let fixed = super::with_fixed(&rows);
            fixed
                .map(|(_, is_fixed)| u8::from(is_fixed))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            fixed(&["main.a", "main.b", "in 3 more", "total"]),
            [0, 0, 1, 1]
        );
        assert_eq!(fixed(&["total", "main.a"]), [1, 0]);
        // A group may be called so.
        assert_eq!(
            fixed(&["main.a", "total", "main.b", "in a more"]),
            [0, 0, 0, 0]
        );
        assert_eq!(fixed(&["total"]), [1]);
    }

    #[test]
    fn what_is_escaped_comes_back() {
        for text in ["a|b*_`[]\\~#<>&", "main.(*T[...]).f", "**", "&lt;", "\\|"] {
            assert_eq!(plain(&escape(text)), text);
        }
    }
}
