//! Which report a graph is for, and what that decides.

use crate::rank::Trim;
use crate::site::granularity::Granularity;
use crate::site::shape::Shape;
use crate::view::ViewOptions;

/// The report that a graph is for: pprof decides by it what is left out and how rows are ordered
/// (driver/driver.go: applyCommandOverrides; report/report.go: newTrimmedGraph, newGraph).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum GraphKind {
    /// A ranking: `-top`, `-text`, `-topproto`.
    Top,
    /// Rows with their callers and callees.
    Tree,
    /// As [`GraphKind::Tree`], of everything, to be looked up in.
    Peek,
    /// A picture, with tags.
    Dot,
    /// Everything by address, for KCachegrind.
    Callgrind,
}

impl GraphKind {
    /// Rows that a report shows when nobody says how many; 0 is all.
    const DEFAULT_NODES: usize = 80;

    /// How frames become sites. The same function of two binaries is two nodes where there are
    /// addresses to tell them apart.
    pub(crate) fn shape(self, options: &ViewOptions) -> Shape {
        match self {
            GraphKind::Callgrind => Shape {
                keeps_objects: true,
                ..options.shape(Granularity::Addresses)
            },
            _ => options.shape(options.granularity.unwrap_or_default()),
        }
    }

    /// What is left out. `node_count` of the result is never `None`.
    pub(crate) fn trim(self, options: &ViewOptions) -> Trim {
        let default = match self {
            GraphKind::Top => 0,
            GraphKind::Tree | GraphKind::Dot => Self::DEFAULT_NODES,
            GraphKind::Peek | GraphKind::Callgrind => {
                return Trim {
                    drop_negative: options.trim.drop_negative,
                    ..Trim::NONE
                };
            }
        };
        Trim {
            node_count: Some(options.trim.node_count.unwrap_or(default)),
            ..options.trim
        }
    }

    /// Whether a function called from two places is two nodes.
    pub(crate) fn is_call_tree(self, options: &ViewOptions) -> bool {
        options.call_tree && matches!(self, GraphKind::Dot | GraphKind::Callgrind)
    }

    /// Whether nodes are chosen and ordered for a picture.
    pub(crate) fn is_visual(self) -> bool {
        self == GraphKind::Dot
    }
}
