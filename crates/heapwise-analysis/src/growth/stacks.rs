//! By which calls what became more was allocated.

use std::collections::BTreeMap;

use super::answer::{GrowthAnswer, SiteGrowth};
use crate::view::folded::Folded;

impl GrowthAnswer {
    /// The same with the callers of sites, from the stacks of an early and of the last snapshot: of each site those of
    /// the stack that became more by most. Sites that are no functions have none.
    #[must_use]
    pub fn with_callers(mut self, early: &Folded, last: &Folded) -> GrowthAnswer {
        let mut more: BTreeMap<&[u8], i128> = BTreeMap::new();
        for (folded, sign) in [(early, -1), (last, 1)] {
            for row in folded.rows() {
                *more.entry(&row.stack).or_default() += sign * row.value;
            }
        }
        for site in &mut self.sites {
            site.callers = callers(site, &more);
        }
        self
    }
}

fn callers(growth: &SiteGrowth, more: &BTreeMap<&[u8], i128>) -> Vec<String> {
    let function = growth
        .site
        .as_ref()
        .and_then(|site| site.function.as_deref());
    let Some(function) = function else {
        return Vec::new();
    };
    // Of equal ones the first.
    let stacks = more.iter().rev().filter(|(_, more)| **more > 0);
    let stacks = stacks.filter_map(|(stack, more)| Some((above(stack, function)?, *more)));
    let most = stacks.max_by_key(|(_, more)| *more);
    most.map_or(Vec::new(), |(callers, _)| callers)
}

/// The frames above the one of a function that is nearest to the leaf. `None` where it is not on the stack.
fn above(stack: &[u8], function: &str) -> Option<Vec<String>> {
    let mut frames = stack.rsplit(|&byte| byte == b';');
    frames.find(|frame| *frame == function.as_bytes())?;
    let names = frames.map(|frame| String::from_utf8_lossy(frame).into_owned());
    Some(names.collect())
}
