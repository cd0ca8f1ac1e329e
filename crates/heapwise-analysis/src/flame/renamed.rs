//! Which sites of an older build are called otherwise in a newer one.

use std::collections::{BTreeSet, HashMap};

use super::forest::Tree;
use crate::site::identity::Site;
use crate::site::similar::{only_pairs, similar_site};
use crate::site::table::NodeId;

/// The sites of a tree.
pub(super) fn sites_of((grown, _): &Tree<'_>) -> BTreeSet<Site> {
    let runs = grown.stems.runs();
    let sites = runs.flat_map(|run| run.stems().map(|(_, call)| call.site()));
    let sites: BTreeSet<NodeId> = sites.collect();
    sites
        .into_iter()
        .map(|site| grown.sites.site(site))
        .collect()
}

/// What old sites that are not among the new ones are called now, where one of the new ones alone looks alike: as sites
/// are paired (compare/diff/pairing.rs), wherever in stacks they are.
pub(super) fn renamed(old: &BTreeSet<Site>, new: &BTreeSet<Site>) -> HashMap<Site, Site> {
    let keyed = |site: &'_ Site| Some((similar_site(site)?, site.clone()));
    let only_old: Vec<(String, Site)> = old.difference(new).filter_map(keyed).collect();
    let only_new: Vec<(String, Site)> = new.difference(old).filter_map(keyed).collect();
    let numbered = |side: &[(String, Site)]| -> Vec<(String, usize)> {
        let side = side.iter().enumerate();
        side.map(|(at, (key, _))| (key.clone(), at)).collect()
    };
    let pairs = only_pairs(
        numbered(&only_old).into_iter(),
        numbered(&only_new).into_iter(),
    );
    let pairs = pairs.into_iter().filter_map(|(old, new)| {
        let ((_, old), (_, new)) = only_old.get(old).zip(only_new.get(new))?;
        Some((old.clone(), new.clone()))
    });
    pairs.collect()
}
