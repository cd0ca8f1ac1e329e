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
    pub(super) rows: Vec<Vec<Cell>>,
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
            rows: rows
                .iter()
                .map(|row| row.iter().enumerate().map(cell).collect())
                .collect(),
        }
    }
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
        assert_eq!(table.rows[0][0], cell);
        assert_eq!(table.rows[0][1].text, "a|b");
        assert_eq!(table.rows[1][0].value, None);
    }

    #[test]
    fn what_is_escaped_comes_back() {
        for text in ["a|b*_`[]\\~#<>&", "main.(*T[...]).f", "**", "&lt;", "\\|"] {
            assert_eq!(plain(&escape(text)), text);
        }
    }
}
