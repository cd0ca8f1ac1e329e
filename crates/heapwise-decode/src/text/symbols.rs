//! The names of a text on their way into the tables.

use crate::words::counted;
use std::collections::HashMap;

use crate::assembler::ProfileMaker;
use crate::error::{Error, ErrorKind, Result, Stage};
use crate::limits::Limits;
use crate::tables::{Function, FunctionIndex, Line, StringIndex, SymbolFlags};

/// A profile in the making, with its functions found by content.
pub(super) struct Symbols {
    pub(super) maker: ProfileMaker,
    functions: HashMap<(StringIndex, StringIndex), FunctionIndex>,
    max_table_bytes: usize,
}

/// A function and a line of it, as texts show them.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) function: &'a [u8],
    pub(super) file: &'a [u8],
    pub(super) line: i64,
}

/// Which symbols a text with names has.
pub(super) const SYMBOLS: SymbolFlags = SymbolFlags {
    functions: true,
    filenames: true,
    line_numbers: true,
    inline_frames: true,
};

impl Symbols {
    pub(super) fn new(maker: ProfileMaker, limits: &Limits) -> Self {
        Self {
            maker,
            functions: HashMap::new(),
            max_table_bytes: limits.max_table_bytes,
        }
    }

    /// The line of a place, whose function is added when it is new.
    pub(super) fn line(&mut self, place: Place<'_>) -> Line {
        let name = self.maker.text(place.function);
        let filename = self.maker.text(place.file);
        let maker = &mut self.maker;
        let function = *self.functions.entry((name, filename)).or_insert_with(|| {
            maker.add_function(Function {
                name,
                system_name: name,
                filename,
                start_line: 0,
            })
        });
        Line {
            function,
            line: place.line,
            column: 0,
        }
    }

    /// Refuses tables that outgrow their limit. `more` is what the caller holds besides.
    pub(super) fn check(&self, more: usize, line: u64) -> Result<()> {
        let tables = self.maker.tables();
        // Texts are held twice, as table and as the keys of the search.
        let size = more
            + 3 * tables.strings.size()
            + 64 * tables.location_count()
            + 64 * tables.functions().len();
        if size <= self.max_table_bytes {
            return Ok(());
        }
        let max = self.max_table_bytes;
        Err(Error::new(
            ErrorKind::TooLarge,
            Stage::Text,
            format!("line {line}"),
            format!("names and stacks of more than {}", counted(max, "byte")),
            "tables within the limit",
        ))
    }
}

/// `/src/main.go:126` as file and line; a text without a line number is all file.
pub(super) fn split_line(text: &[u8]) -> (&[u8], i64) {
    let split = text.iter().rposition(|&byte| byte == b':').and_then(|at| {
        let (file, line) = text.split_at_checked(at)?;
        let line = std::str::from_utf8(line.get(1..)?).ok()?.parse().ok()?;
        Some((file, line))
    });
    split.unwrap_or((text, 0))
}
