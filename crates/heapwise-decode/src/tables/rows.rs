//! The rows of tables: sample types, mappings, functions, lines.

use super::strings::StringIndex;

macro_rules! index {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub(crate) u32);

        impl $name {
            /// The position in the table, for dense side tables.
            pub fn get(self) -> usize {
                self.0 as usize
            }

            /// The place at a position that [`get`](Self::get) told: what is kept of an index in fewer bits. Beyond
            /// the table it is that of something of which nothing is known.
            pub fn at(position: u32) -> Self {
                Self(position)
            }
        }
    };
}

index! {
    /// The place of a location in a profile's table.
    LocationIndex
}
index! {
    /// The place of a function in a profile's table.
    FunctionIndex
}
index! {
    /// The place of a mapping in a profile's table.
    MappingIndex
}

/// What a value measures, for example `inuse_space` in `bytes` (profile.proto: ValueType).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub struct ValueType {
    /// What is measured.
    pub type_: StringIndex,
    /// In which unit.
    pub unit: StringIndex,
}

/// An address range of the process and the binary mapped there (profile.proto: Mapping).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub struct Mapping {
    /// First address.
    pub start: u64,
    /// First address after the range.
    pub limit: u64,
    /// Offset in the binary of the first address.
    pub offset: u64,
    /// Path of the binary; empty when not recorded.
    pub file: StringIndex,
    /// Build identifier of the binary; empty when not recorded.
    pub build_id: StringIndex,
    /// Which symbols of the range are complete.
    pub symbols: SymbolFlags,
}

impl Mapping {
    /// Of the addresses from `start` to `limit`, with nothing known of the binary.
    #[must_use]
    pub fn new(start: u64, limit: u64) -> Self {
        Self {
            start,
            limit,
            ..Self::default()
        }
    }

    /// With the offset in the binary of the first address.
    #[must_use]
    pub fn with_offset(self, offset: u64) -> Self {
        Self { offset, ..self }
    }

    /// With the path of the binary.
    #[must_use]
    pub fn with_file(self, file: StringIndex) -> Self {
        Self { file, ..self }
    }

    /// With the build identifier of the binary.
    #[must_use]
    pub fn with_build_id(self, build_id: StringIndex) -> Self {
        Self { build_id, ..self }
    }

    /// With which symbols of the range are complete.
    #[must_use]
    pub fn with_symbols(self, symbols: SymbolFlags) -> Self {
        Self { symbols, ..self }
    }
}

/// Which parts of a mapping's symbols are complete (profile.proto: Mapping.has_…).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub struct SymbolFlags {
    /// Function names.
    pub functions: bool,
    /// File names.
    pub filenames: bool,
    /// Line numbers.
    pub line_numbers: bool,
    /// Inlined frames.
    pub inline_frames: bool,
}

/// A function (profile.proto: Function).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Function {
    /// The name for people.
    pub name: StringIndex,
    /// The name in the symbol table.
    pub system_name: StringIndex,
    /// The path of its source file.
    pub filename: StringIndex,
    /// The line at which it starts; 0 when not recorded.
    pub start_line: i64,
}

impl Function {
    /// A function of this name, with nothing else recorded.
    #[must_use]
    pub fn new(name: StringIndex) -> Self {
        Self {
            name,
            system_name: StringIndex::EMPTY,
            filename: StringIndex::EMPTY,
            start_line: 0,
        }
    }

    /// With its name in the symbol table.
    #[must_use]
    pub fn with_system_name(self, system_name: StringIndex) -> Self {
        Self {
            system_name,
            ..self
        }
    }

    /// With the path of its source file.
    #[must_use]
    pub fn with_filename(self, filename: StringIndex) -> Self {
        Self { filename, ..self }
    }

    /// With the line at which it starts.
    #[must_use]
    pub fn with_start_line(self, start_line: i64) -> Self {
        Self { start_line, ..self }
    }
}

/// A line of a function, as a location names it (profile.proto: Line).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Line {
    /// The function.
    pub function: FunctionIndex,
    /// The line in the function's file; 0 when not recorded.
    pub line: i64,
    /// The column in that line; 0 when not recorded.
    pub column: i64,
}

impl Line {
    /// A line of a function; 0 when not recorded.
    #[must_use]
    pub fn new(function: FunctionIndex, line: i64) -> Self {
        Self {
            function,
            line,
            column: 0,
        }
    }

    /// In this function, at the same line and column.
    #[must_use]
    pub fn with_function(self, function: FunctionIndex) -> Self {
        Self { function, ..self }
    }

    /// At this column.
    #[must_use]
    pub fn with_column(self, column: i64) -> Self {
        Self { column, ..self }
    }
}

/// A place in the program (profile.proto: Location).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Location<'a> {
    /// The mapping that holds the address.
    pub mapping: Option<MappingIndex>,
    /// The address of the instruction; 0 when not recorded.
    pub address: u64,
    /// Innermost inlined frame first; the last is the function really called. Empty without
    /// symbols.
    pub lines: &'a [Line],
    /// Several symbols share the address.
    pub is_folded: bool,
}
