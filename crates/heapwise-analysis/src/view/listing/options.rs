//! Which functions are listed, and how.

use std::fmt;

/// Which functions are listed, and how.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct ListOptions<'a> {
    /// Whether a function of that name is.
    pub matches: &'a dyn Fn(&[u8]) -> bool,
    /// An address; the functions that it lands on are, too. pprof's text listing has no such
    /// choice, only its disassembly and its HTML.
    pub address: Option<u64>,
    /// Whether means are left out, as pprof leaves them out here: it adds up whatever `mean` says
    /// (graph/graph.go: Nodes.Sum).
    pub without_means: bool,
}

impl<'a> ListOptions<'a> {
    /// Lists the functions with a name that matches.
    pub fn new(matches: &'a dyn Fn(&[u8]) -> bool) -> ListOptions<'a> {
        ListOptions {
            matches,
            address: None,
            without_means: false,
        }
    }
}

impl fmt::Debug for ListOptions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListOptions")
            .field("address", &self.address)
            .field("without_means", &self.without_means)
            .finish_non_exhaustive()
    }
}
