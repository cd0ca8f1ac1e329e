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
pub struct ValueType {
    /// What is measured.
    pub type_: StringIndex,
    /// In which unit.
    pub unit: StringIndex,
}

/// An address range of the process and the binary mapped there (profile.proto: Mapping).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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

/// Which parts of a mapping's symbols are complete (profile.proto: Mapping.has_…).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
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

/// A line of a function, as a location names it (profile.proto: Line).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Line {
    /// The function.
    pub function: FunctionIndex,
    /// The line in the function's file; 0 when not recorded.
    pub line: i64,
    /// The column in that line; 0 when not recorded.
    pub column: i64,
}

/// A place in the program (profile.proto: Location).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
