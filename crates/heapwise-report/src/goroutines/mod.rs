//! Goroutines in every format.

mod chart;
mod csv;
mod detail;
mod heat;
mod json;
mod markdown;
mod table;
mod text;
mod words;

use std::io::{self, Write};

pub(crate) use words::{label, open_rise, piling_up};

use heapwise_analysis::{GoroutineGroup, GoroutineGroups, LeakVerdict};

use crate::formats::format::Format;
use crate::formats::text::Layout;
use crate::page::{FlamePicture, Pictures, page_of, title};
use crate::views::input::{Input, Warning};
use crate::with::with;

/// What goroutines there are and what became of them.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct GoroutinesReport {
    /// The dumps, in the order given.
    pub inputs: Vec<Input>,
    /// What the user should know.
    pub warnings: Vec<Warning>,
    /// The answer.
    pub answer: GoroutineGroups,
    /// Groups to show at most; `None` is all.
    pub limit: Option<usize>,
    /// What a goroutine's stack takes.
    pub stack: StackSize,
    /// Whether to show the tree of creators instead of the groups.
    pub tree: bool,
    /// The stacks, of a series those of its moments.
    pub flame: Option<FlamePicture>,
}

impl GoroutinesReport {
    /// Of all groups.
    #[must_use]
    pub fn new(answer: GoroutineGroups) -> Self {
        Self {
            inputs: Vec::new(),
            warnings: Vec::new(),
            answer,
            limit: None,
            stack: StackSize::Floor,
            tree: false,
            flame: None,
        }
    }

    with! {
        /// The profiles that it is of.
        with_inputs(inputs: Vec<Input>);
        /// What the user should know.
        with_warnings(warnings: Vec<Warning>);
        /// Groups to show at most; all without it.
        with_limit(limit: Option<usize>);
        /// What a goroutine's stack takes.
        with_stack(stack: StackSize);
        /// Whether to show the tree of creators instead of the groups.
        with_tree(tree: bool);
        /// The stacks, of a series those of its moments; only a page has them.
        with_flame(flame: Option<FlamePicture>);
    }
}

/// What the stack of a goroutine takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StackSize {
    /// The smallest that there is (runtime/stack.go: stackMin), 2 KiB: a floor.
    Floor,
    /// Bytes that the stacks in use take, over the goroutines of the last dump.
    Measured(i64),
}

impl StackSize {
    /// Bytes for each goroutine.
    pub fn bytes(self) -> i64 {
        match self {
            StackSize::Floor => 2048,
            StackSize::Measured(bytes) => bytes.max(2048),
        }
    }
}

impl GoroutinesReport {
    /// The formats that it has.
    pub const FORMATS: &[Format] = Format::OF_TABLES;

    /// Renders in a format.
    ///
    /// # Errors
    ///
    /// Those of `out`, and a format that is not one of [`Self::FORMATS`].
    pub fn write(&self, format: Format, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
        match format {
            Format::Text => text::write(self, layout, out),
            Format::Json => json::write(self, out),
            Format::Csv => csv::write(self, out),
            Format::Markdown => markdown::write(self, out),
            Format::Html => {
                let title = title("goroutines", &self.inputs);
                let page = page_of(&title, |out| markdown::write(self, out))?;
                let page = page.with_pictures(Pictures {
                    heats: heat::heats(self),
                    charts: chart::charts(self),
                });
                page.with_flame(self.flame.as_ref()).write(out)
            }
            other => Err(other.unsupported()),
        }
    }

    /// The groups to show.
    fn shown(&self) -> &[GoroutineGroup] {
        let groups = &self.answer.groups;
        let limit = self.limit.unwrap_or(groups.len()).min(groups.len());
        groups.get(..limit).unwrap_or(groups)
    }

    /// Groups that are not shown, and their goroutines.
    fn omitted(&self) -> (usize, i64) {
        let left = self.answer.groups.get(self.shown().len()..);
        let left = left.unwrap_or_default();
        let counts = left.iter().map(|group| group.count);
        (left.len(), counts.fold(0, i64::saturating_add))
    }

    /// Bytes of stack that goroutines hold.
    fn holds(&self, goroutines: i64) -> i64 {
        goroutines.saturating_mul(self.stack.bytes())
    }

    fn is_series(&self) -> bool {
        self.answer.series.len() > 1
    }
}

/// Whether a group is to be looked at one by one; not one that is let off.
fn is_alarming(group: &GoroutineGroup) -> bool {
    if group.allowed.is_some() {
        return false;
    }
    let verdict = group.verdict;
    matches!(verdict, Some(LeakVerdict::Leaked | LeakVerdict::Growing)) || !group.causes.is_empty()
}
