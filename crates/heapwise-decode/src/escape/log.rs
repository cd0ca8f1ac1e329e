//! A log of escape analysis as a value.

use std::collections::BTreeMap;

use super::decision::Decision;

/// What the compiler says of allocations.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct EscapeLog {
    /// Files, as the compiler names them: `./main.go`, `/src/app/main.go`.
    pub files: Vec<String>,
    /// Import paths of packages, of headings (`# example.com/app`) and of JSON.
    pub packages: Vec<String>,
    /// Distinct decisions on allocations, by place.
    pub decisions: Vec<Decision>,
    /// Versions of the compiler; only JSON tells.
    pub compilers: Vec<String>,
    /// Messages that are not known, with how often each came; of very many the last one stands for the rest.
    pub other: BTreeMap<String, u64>,
    /// Messages of the compiler that were understood.
    pub messages: u64,
    /// Lines that are no messages.
    pub unread: u64,
    /// Whether it would say what does not escape, too: text does, JSON does not. There may be nothing of that kind.
    pub has_stack_decisions: bool,
    /// The lines of files at which functions start, in order.
    pub function_lines: Vec<(u32, u32)>,
    /// Whether those are of all functions: `-m` names only those that can be inlined.
    pub has_all_functions: bool,
    /// The names of functions by file and the line they start at, in order: those of [`function_lines`](Self::function_lines) that text
    /// names, without functions with type arguments and literals. JSON names none.
    pub function_names: Vec<(u32, u32, String)>,
}
