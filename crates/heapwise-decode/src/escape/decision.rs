//! What the compiler decides of an allocation.

/// A place in a file that the compiler names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Position {
    /// The number of the file in [`EscapeLog::files`](super::EscapeLog::files).
    pub file: u32,
    /// From 1.
    pub line: u32,
    /// In bytes, from 1; 0 where there is none.
    pub column: u32,
}

/// What the compiler decides of something that may be allocated.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Decision {
    /// Where it is; of what was inlined, where the outermost call is.
    pub at: Position,
    /// Of what was inlined, where it is in the functions, from the outer to the inner one. Only JSON tells.
    pub inlined: Vec<Position>,
    /// Whether it is a copy in a function into which a call was inlined, as far as the log tells of calls.
    pub is_inlined: bool,
    /// The number of the package that was compiled in [`EscapeLog::packages`](super::EscapeLog::packages).
    pub package: Option<u32>,
    /// The function that it is decided in, without its package: `(*T).F`, `init.func2`. Only `-m=2` tells, since Go 1.26.
    pub function: Option<String>,
    /// What is allocated, as the compiler writes it: `make([]byte, n)`, `t`. Empty where it does not say.
    pub subject: String,
    /// What kind of thing that is.
    pub kind: AllocationKind,
    /// Where it goes.
    pub outcome: EscapeOutcome,
    /// The way it takes to the heap, where the log tells: not with `-m`.
    pub steps: Vec<Step>,
    /// Where the first flow ends, such as `{heap}`, `~r0` or a variable.
    pub destination: Option<String>,
    /// Where the last flow ends: `{heap}`, what is made there, or a variable, which is a result where it has not moved to
    /// the heap itself.
    pub end: Option<String>,
    /// Whether what grows is a parameter of the function, as far as the log tells.
    pub is_of_parameter: bool,
}

impl Decision {
    /// As the compiler says it.
    pub fn words(&self) -> String {
        let subject = &self.subject;
        match (self.outcome, self.kind) {
            (EscapeOutcome::Heap, AllocationKind::Variable) => format!("moved to heap: {subject}"),
            (EscapeOutcome::Heap, _) => format!("{subject} escapes to heap"),
            (EscapeOutcome::Stack, _) => format!("{subject} does not escape"),
        }
    }
}

/// A step on the way to the heap.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Step {
    /// How, in the compiler's words: `return`, `interface-converted` (cmd/compile/internal/escape).
    pub why: String,
    /// Which function a call parameter is of, as it is written there: `fmt.Sprintf`, `s.add`.
    pub callee: Option<String>,
}

/// Where something goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum EscapeOutcome {
    /// To the heap.
    Heap,
    /// It does not escape. It may be allocated all the same: when its size is not known, or when it grows.
    Stack,
}

/// What kind of thing is allocated, by how the compiler writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum AllocationKind {
    /// A variable of the program.
    Variable,
    /// `make([]T, n)`.
    Slice,
    /// `make(map[K]V)` or a literal.
    Map,
    /// `make(chan T)`.
    Channel,
    /// `new(T)`.
    New,
    /// `&T{...}`.
    Composite,
    /// `[]T{...}`.
    SliceLiteral,
    /// `append`.
    Append,
    /// `a + b`.
    Concat,
    /// `[]byte(s)`.
    StringToBytes,
    /// `string(b)`.
    BytesToString,
    /// `[]rune(s)`.
    Runes,
    /// `func literal`.
    Closure,
    /// `x.Close`: a method with what it is called on, kept as a function.
    Method,
    /// `... argument`, the slice of a call's arguments.
    Variadic,
    /// A value that is put into an interface.
    Boxed,
    /// A constant that is put into an interface: it is not allocated.
    Constant,
    /// What has no size, such as `[]T{}`: it is not allocated.
    Empty,
    /// Not told by the words.
    Other,
}
