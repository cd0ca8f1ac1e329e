//! What a report shows and how.

use crate::flame::FlameOptions;
use crate::profile::calendar::Zone;
use crate::rank::{RowOrder, Trim};
use crate::site::granularity::Granularity;
use crate::site::shape::Shape;
use crate::site::source_path::PathTrim;

/// What a report shows and how, as pprof's options of the same names (driver/config.go: config).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ViewOptions {
    /// What counts as one site; `None` is the report's own default.
    pub granularity: Option<Granularity>,
    /// Inlined frames are part of the function that was called.
    pub no_inlines: bool,
    /// Lines are told apart by column.
    pub show_columns: bool,
    /// The value to show: a type, a number, or the default.
    pub sample_index: Option<String>,
    /// Values are per object.
    pub mean: bool,
    /// What counts the objects of means.
    pub objects: Objects,
    /// What values are divided by.
    pub divide_by: f64,
    /// The unit of values: a name, `minimum` (one that fits the least) or `auto` (each its own).
    pub unit: String,
    /// Order by cumulative instead of flat values.
    pub cum: bool,
    /// What is left out.
    pub trim: Trim,
    /// A function called from two places is two nodes.
    pub call_tree: bool,
    /// Percentages are of what filters leave.
    pub relative_percentages: bool,
    /// A remark to add to those of the profile.
    pub comment: Option<String>,
    /// No lines about the profile above the report.
    pub compact_labels: bool,
    /// Prefixes to cut off source paths, separated by colons.
    pub trim_path: String,
    /// Directories in which sources are looked for, separated by colons.
    pub source_path: String,
    /// Where times are told.
    pub zone: Zone,
    /// What is found out while samples are read for the first time.
    pub along: Along,
    /// The stacks of which a flame graph is to be drawn, added up in that reading, too.
    pub stacks: Option<FlameOptions>,
}

/// What a report needs of all samples, and may have of their first reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Along {
    /// Nothing but the total.
    #[default]
    Nothing,
    /// What every site adds up to.
    Sums,
    /// What every site adds up to, with sampling errors.
    Errors,
}

/// What counts the objects that means are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Objects {
    /// The first value of a sample, whatever is shown, as in pprof (driver/driver.go:
    /// sampleFormat): for what is in use that means nothing.
    #[default]
    First,
    /// The value that counts what the value shown measures: `inuse_objects` for `inuse_space`.
    OfValue,
}

impl ViewOptions {
    /// What rows are ordered by.
    pub fn order(&self) -> RowOrder {
        RowOrder::by_cum(self.cum)
    }
}

impl Default for ViewOptions {
    /// The defaults of `go tool pprof` (driver/config.go: defaultConfig).
    fn default() -> Self {
        ViewOptions {
            granularity: None,
            no_inlines: false,
            show_columns: false,
            sample_index: None,
            mean: false,
            objects: Objects::First,
            divide_by: 1.0,
            unit: "minimum".to_owned(),
            cum: false,
            trim: Trim::default(),
            call_tree: false,
            relative_percentages: false,
            comment: None,
            compact_labels: false,
            trim_path: String::new(),
            source_path: String::new(),
            zone: Zone::default(),
            along: Along::Nothing,
            stacks: None,
        }
    }
}

impl ViewOptions {
    /// How frames become sites of a granularity.
    pub(crate) fn shape(&self, granularity: Granularity) -> Shape {
        Shape {
            no_inlines: self.no_inlines,
            show_columns: self.show_columns,
            trim: Some(PathTrim::new(&self.trim_path, &self.source_path)),
            ..Shape::new(granularity)
        }
    }
}
