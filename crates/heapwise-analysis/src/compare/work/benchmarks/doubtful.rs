//! Sites whose values may be set-up.

use std::collections::{HashMap, HashSet};

use crate::rank::Ranking;
use crate::site::identity::Site;

/// Sites of which a part that matters is allocated so seldom that it may be set-up.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Doubtful {
    flat: HashSet<Site>,
    cum: HashSet<Site>,
}

/// Less than this part of a site's value does not matter.
const IMMATERIAL: f64 = 0.05;

impl Doubtful {
    /// From what profiles hold of a benchmark, and what of it is seldom; both profile by profile.
    pub fn of(counted: &[Ranking], seldom: &[Ranking]) -> Doubtful {
        let mut doubtful = Doubtful::default();
        for (counted, seldom) in counted.iter().zip(seldom) {
            let types = counted.header.sample_types.iter();
            let Some(bytes) = types.clone().position(|known| known.type_ == "alloc_space") else {
                continue;
            };
            let rows: HashMap<&Site, (i128, i128)> = counted
                .rows
                .iter()
                .map(|row| (&row.site, (row.flat_of(bytes), row.cum_of(bytes))))
                .collect();
            for row in &seldom.rows {
                let (flat, cum) = rows.get(&row.site).copied().unwrap_or_default();
                if matters(row.flat_of(bytes), flat) {
                    doubtful.flat.insert(row.site.clone());
                }
                if matters(row.cum_of(bytes), cum) {
                    doubtful.cum.insert(row.site.clone());
                }
            }
        }
        doubtful
    }

    /// Those of another side too.
    pub fn or(mut self, other: Doubtful) -> Doubtful {
        self.flat.extend(other.flat);
        self.cum.extend(other.cum);
        self
    }

    pub(crate) fn has_flat(&self, site: &Site) -> bool {
        self.flat.contains(site)
    }

    pub(crate) fn has_cum(&self, site: &Site) -> bool {
        self.cum.contains(site)
    }
}

fn matters(part: i128, whole: i128) -> bool {
    part > 0 && part as f64 > IMMATERIAL * whole as f64
}
