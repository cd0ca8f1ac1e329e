//! How to rank.

use heapwise_decode::Tables;

use crate::profile::header::Header;
use crate::site::granularity::Granularity;

/// How to rank.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RankOptions {
    /// What counts as one site.
    pub granularity: Granularity,
    /// Whether to find out the sampled blocks behind every number, from which errors follow.
    pub with_errors: bool,
    /// Which sample types to sum by site. Totals are always of all.
    pub columns: Columns,
    /// Whether sites that are 0 in what is summed are rows all the same, as they are where all
    /// sample types are summed: for comparisons, in which it matters that a site was there. Rows
    /// then differ in nothing but the values that are not summed.
    pub all_sites: bool,
    /// Whether the frames that a profile calls uninteresting are gone already, or are to stay.
    pub is_pruned: bool,
    /// How frames become sites.
    pub frames: Frames,
}

/// How frames become sites, beside the granularity.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Frames {
    /// Inlined functions are part of the function they were inlined into.
    pub no_inlines: bool,
    /// Lines are told apart by column.
    pub show_columns: bool,
    /// Files are the same whatever binary they are in, and wherever in them a function starts: both differ between builds.
    pub across_builds: bool,
    /// Prefixes to cut off source paths, separated by colons.
    pub trim_path: String,
}

/// Which sample types are summed by site.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Columns {
    /// All of them.
    #[default]
    All,
    /// The one that a question with this sample index is about, as
    /// [`Header::sample_index`] understands it; rows hold 0 for the others. Samples that are 0
    /// in it, most of a profile for what is in use, then cost next to nothing.
    One(Option<String>),
}

impl Columns {
    /// The only column of interest; `None` is all. Before texts are there the four types of a
    /// heap profile are taken to be in Go's order, to be checked at the end.
    pub(super) fn resolve(&self, tables: &Tables, complete: bool) -> Option<usize> {
        const GO_ORDER: [&str; 4] = [
            "alloc_objects",
            "alloc_space",
            "inuse_objects",
            "inuse_space",
        ];
        let Columns::One(name) = self else {
            return None;
        };
        if complete {
            return Header::of(tables).sample_index(name.as_deref()).ok();
        }
        let types = tables.sample_types();
        let Some(name) = name.as_deref().filter(|name| !name.is_empty()) else {
            return tables.default_sample_index_by_number();
        };
        match name.parse::<usize>() {
            Ok(index) => {
                // Types of one name do not count.
                let mut numbers: Vec<_> = types.iter().map(|known| known.type_).collect();
                numbers.sort_unstable();
                numbers.dedup();
                (index < types.len() && numbers.len() == types.len()).then_some(index)
            }
            Err(_) if types.len() == GO_ORDER.len() => {
                GO_ORDER.iter().position(|&known| known == name)
            }
            Err(_) => None,
        }
    }
}

impl RankOptions {
    /// Ranks by sites of this granularity, with sampling errors.
    pub fn new(granularity: Granularity) -> Self {
        Self {
            granularity,
            with_errors: true,
            columns: Columns::All,
            all_sites: false,
            is_pruned: false,
            frames: Frames::default(),
        }
    }
}
