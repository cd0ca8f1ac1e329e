//! The rules by name, and what they rest on.

use crate::explain::sizes::Ladder;

/// A rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Rule {
    /// Return a value, or let the caller own it.
    ReturnValue,
    /// Use buffers again through a pool.
    Pool,
    /// Make a slice as large as it becomes.
    SliceCapacity,
    /// Make a map as large as it becomes.
    MapSize,
    /// Avoid conversions to interfaces.
    Boxing,
    /// Build strings at once.
    StringBuilder,
    /// Give what builds a string its size before.
    BuilderSize,
    /// Look at the parts of a string one by one.
    Split,
    /// Compare without regard to case.
    CaseFold,
    /// Avoid conversions between strings and bytes.
    StringConversion,
    /// Append instead of formatting.
    Format,
    /// Make it once and keep it.
    Reuse,
    /// Use one timer again.
    Timer,
    /// Avoid a closure for each call.
    Closure,
    /// Make large values smaller, or keep them.
    LargeValue,
    /// End goroutines that are no longer needed.
    Goroutines,
    /// Pass what lives longer than a variable.
    MovedVariable,
    /// Bound what is kept.
    Accumulating,
}

/// What a piece of advice rests on.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Evidence {
    /// Why it is allocated, in the compiler's words where there are any.
    Decided(String),
    /// What is called, and allocates.
    Calls(String),
    /// Mean size of the blocks.
    MeanSize(f64),
    /// Blocks of so many sizes, of which these are the smallest and the largest.
    Sizes(usize, u64, u64),
    /// Sizes that rise by steps.
    Ladder(Ladder),
    /// The function that its address is passed to, as the code has it.
    PassedTo(String),
    /// Arguments are boxed for the call on the same line.
    Arguments,
    /// The same slice is added to on this line, too.
    AddedTo(Option<i64>),
    /// A variable of this line that it captures is moved to the heap.
    Captured(Option<i64>),
    /// This part of what was ever allocated is in use.
    Kept(f64),
}

impl Rule {
    /// The name used in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Rule::ReturnValue => "return-value",
            Rule::Pool => "pool",
            Rule::SliceCapacity => "slice-capacity",
            Rule::MapSize => "map-size",
            Rule::Boxing => "boxing",
            Rule::StringBuilder => "string-builder",
            Rule::BuilderSize => "builder-size",
            Rule::Split => "split",
            Rule::CaseFold => "case-fold",
            Rule::StringConversion => "string-conversion",
            Rule::Format => "format",
            Rule::Reuse => "reuse",
            Rule::Timer => "timer",
            Rule::Closure => "closure",
            Rule::LargeValue => "large-value",
            Rule::Goroutines => "goroutines",
            Rule::MovedVariable => "moved-variable",
            Rule::Accumulating => "accumulating",
        }
    }
}
