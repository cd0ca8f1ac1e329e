//! The sites that a graph is made of, and how their names order.

use heapwise_decode::{LocationIndex, Tables};

use super::info::NodeInfo;
use super::kind::GraphKind;
use super::names::{NameRank, name_ranks};
use crate::site::identity::Site;
use crate::site::table::{NodeKey, Nodes};
use crate::view::ViewOptions;

/// A site's number in its graph.
pub(crate) type SiteId = u32;

/// The sites of a profile with the places of their names.
#[derive(Debug, Clone)]
pub(crate) struct Sites {
    table: Nodes,
    names: Vec<NameRank>,
}

impl Sites {
    /// The sites of all locations.
    pub(crate) fn of(tables: &Tables, options: &ViewOptions, kind: GraphKind) -> Sites {
        let table = Nodes::of(tables, kind.shape(options));
        Sites {
            names: name_ranks(&table),
            table,
        }
    }

    /// Number of sites.
    pub(crate) fn len(&self) -> usize {
        self.table.len()
    }

    /// The sites without the order of their names.
    pub(crate) fn table(&self) -> &Nodes {
        &self.table
    }

    /// What names a site.
    pub(crate) fn info(&self, site: SiteId) -> NodeInfo {
        NodeInfo::of(&self.table.parts(site))
    }

    /// A site in texts.
    pub(crate) fn site(&self, site: SiteId) -> Site {
        self.table.site(site)
    }

    /// What sites of one function have in common.
    pub(super) fn function(&self, site: SiteId) -> NodeKey {
        self.table.key(site).of_function()
    }

    /// The place of a site's name.
    pub(crate) fn name(&self, site: SiteId) -> NameRank {
        self.names.get(site as usize).copied().unwrap_or_default()
    }

    /// By site, whether it is inlined in some location.
    pub(super) fn ever_inlined(&self) -> Vec<bool> {
        let sites = 0..self.len() as SiteId;
        sites.map(|site| self.table.is_ever_inlined(site)).collect()
    }

    /// The sites of a location, from the function really called to the innermost inlined one.
    pub(crate) fn of_location(&self, at: LocationIndex) -> &[SiteId] {
        self.table.known(at)
    }
}
