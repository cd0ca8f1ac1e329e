//! What a frame of a flame graph is called, and whose code it is.

use heapwise_decode::Tables;

use crate::site::identity::Site;
use crate::site::origin::Origin;
use crate::site::table::{NodeId, Nodes};

/// A frame: a site, wherever it is in the graph.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct FlameFrame {
    /// The site.
    pub site: Site,
    /// The file that it is in, whether or not sites are told apart by files.
    pub file: Option<String>,
    /// Its line or, where sites are functions, the line at which the function starts.
    pub line: Option<i64>,
    /// Whose code it is.
    pub origin: Origin,
    /// What it was called in an older build.
    pub older: Option<String>,
}

impl FlameFrame {
    pub(super) fn of(tables: &Tables, sites: &Nodes, number: NodeId) -> FlameFrame {
        let site = sites.site(number);
        let function = sites
            .function_of(number)
            .map(|function| tables.function(function));
        let file = function.map(|function| tables.text(function.filename).into_owned());
        let file = site.file.clone().or(file).filter(|file| !file.is_empty());
        let start = function.map(|function| function.start_line);
        let line = site.line.or(start).filter(|&line| line > 0);
        let placed = Site {
            file: file.clone(),
            ..site.clone()
        };
        FlameFrame {
            origin: Origin::of(&placed),
            site,
            file,
            line,
            older: None,
        }
    }

    /// What is written into the frame.
    pub fn name(&self) -> String {
        self.site.pprof_name()
    }
}
