//! Decides which parts of a frame tell sites apart: what one report's sites differ in from another's.

use super::granularity::Granularity;
use super::source_path::PathTrim;

/// How frames become sites (driver/driver.go: aggregate; profile/profile.go: Aggregate).
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Shape {
    /// What counts as one site.
    pub(crate) granularity: Granularity,
    /// Inlined functions are part of the function they were inlined into.
    pub(crate) no_inlines: bool,
    /// Lines are told apart by column.
    pub(crate) show_columns: bool,
    /// Functions of different binaries, or that start at different lines, are different
    /// (graph/graph.go: Options.ObjNames).
    pub(crate) keeps_objects: bool,
    /// What differs between builds of one code tells no files apart.
    pub(crate) across_builds: bool,
    /// A frame without a function's name has its address and its file, whatever the granularity.
    pub(crate) places_unnamed: bool,
    /// Functions are told apart as Go's dumps name them.
    pub(crate) folds_type_arguments: bool,
    /// What to cut off paths; `None` leaves even what pprof always cuts off, but for traces
    /// (report/report.go: newGraph, printTraces).
    pub(crate) trim: Option<PathTrim>,
}

/// The parts of a frame that are kept.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parts {
    pub(super) name: bool,
    pub(super) file: bool,
    pub(super) line: bool,
    pub(super) column: bool,
    pub(super) address: bool,
}

impl Shape {
    /// What a granularity alone decides.
    pub(crate) fn new(granularity: Granularity) -> Shape {
        Shape {
            granularity,
            no_inlines: false,
            show_columns: false,
            keeps_objects: false,
            across_builds: false,
            places_unnamed: false,
            folds_type_arguments: false,
            trim: Some(PathTrim::new("", "")),
        }
    }

    /// Columns are kept where they are asked for, and where the profile is left as it is
    /// (driver/driver.go: aggregate).
    pub(super) fn parts(&self) -> Parts {
        let line = matches!(
            self.granularity,
            Granularity::Lines | Granularity::Addresses
        );
        let address = self.granularity == Granularity::Addresses;
        Parts {
            name: self.granularity != Granularity::Files,
            file: !matches!(
                self.granularity,
                Granularity::Functions | Granularity::Packages
            ),
            line,
            column: address && !self.no_inlines || line && self.show_columns,
            address,
        }
    }

    /// Whether sites are Go packages.
    pub(super) fn is_package(&self) -> bool {
        self.granularity == Granularity::Packages
    }
}
