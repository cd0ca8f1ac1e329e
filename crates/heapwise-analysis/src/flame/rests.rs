//! What of a tree is too small to be shown, and below which node that is.

use super::grown::Grown;
use super::run::At;
use super::shown::{Found, NONE};
use super::union::{Kept, ROOT};

/// What of a tree is not shown.
pub(super) struct Rests {
    /// By run, the node that is above those of its nodes that are not shown.
    pub(super) above: Vec<u32>,
    /// By node, how many below it are not shown.
    pub(super) counts: Vec<u64>,
}

impl Rests {
    /// Nothing below a node that is not shown is, so that of each run the first nodes are, or none.
    pub(super) fn of(grown: &Grown, found: &Found, kept: &Kept) -> Rests {
        let mut rests = Rests {
            above: Vec::new(),
            counts: vec![0; kept.nodes()],
        };
        for run in grown.stems.runs() {
            let (mut above, mut count) = (rests.shown(found, run.parent(), kept), 0);
            if found.has(run.number()) {
                for (at, _) in run.stems() {
                    let own = found.get(at);
                    match count == 0 && own != NONE && kept.has(own) {
                        true => above = own,
                        false => count += 1,
                    }
                }
            } else {
                count = run.stem_count() as u64;
            }
            rests.above.push(above);
            if let Some(known) = rests.counts.get_mut(above as usize) {
                *known += count;
            }
        }
        rests
    }

    /// The node that shows a node of a run that is known, or that is above it.
    fn shown(&self, found: &Found, at: At, kept: &Kept) -> u32 {
        let own = found.get(at);
        if own != NONE && kept.has(own) {
            return own;
        }
        self.above.get(at.run as usize).copied().unwrap_or(ROOT)
    }
}
