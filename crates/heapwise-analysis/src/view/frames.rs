//! The frames of a view's stacks, one by one.

use heapwise_decode::LocationIndex;

use super::selected::View;
use crate::site::identity::{Site, SiteParts};
use crate::site::shape::Shape;
use crate::site::table::Nodes;

/// The frames of a view's locations, with the parts that its granularity keeps. Paths are those of
/// the profile, cleaned: pprof's traces cut nothing off (report/report.go: printTraces).
#[derive(Debug)]
pub struct ViewFrames {
    sites: Nodes,
}

/// One frame of a stack.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Frame<'a> {
    /// Whether the function was inlined into the next frame's.
    pub is_inlined: bool,
    site: SiteParts<'a>,
}

impl ViewFrames {
    /// The frames of a view.
    pub fn of(view: &View) -> ViewFrames {
        let options = view.options();
        let shape = Shape {
            trim: None,
            ..options.shape(options.granularity.unwrap_or_default())
        };
        ViewFrames {
            sites: Nodes::of(view.tables(), shape),
        }
    }

    /// The frames of a location, the innermost first.
    pub fn of_location(&self, at: LocationIndex) -> impl Iterator<Item = Frame<'_>> {
        let sites = self.sites.known(at).iter().enumerate().rev();
        sites.map(|(depth, &site)| Frame {
            is_inlined: depth > 0,
            site: self.sites.parts(site),
        })
    }
}

impl Frame<'_> {
    /// Appends the name that pprof prints for it.
    pub fn print_name(&self, out: &mut Vec<u8>) {
        self.site.print(out);
    }

    /// The site that it is at.
    pub fn site(&self) -> Site {
        self.site.site()
    }
}
