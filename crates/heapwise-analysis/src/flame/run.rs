//! What a tree of stacks is made of.

use crate::site::table::NodeId;

/// A node, and the run that it is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct At {
    pub(super) node: u32,
    pub(super) run: u32,
}

impl At {
    /// The root, which all stacks have in common.
    pub(super) const ROOT: At = At { node: 0, run: 0 };
}

/// Nodes that follow one another: each is below the one before it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run {
    /// Its first node. The others have the next numbers, up to the first of the next run.
    pub(super) start: u32,
    /// What it starts below.
    pub(super) parent: At,
    /// The call of its first node.
    pub(super) first: Call,
}

impl Run {
    /// The root and what follows it.
    pub(super) const ROOT: Run = Run {
        start: 0,
        parent: At::ROOT,
        first: Call::NONE,
    };
}

/// The calls of a site from one place, in a word: twice the site, and 1 more where not all of them were inlined.
///
/// Sites are fewer than 2^31: names and numbers of so many would not fit in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Call(u32);

impl Call {
    /// No call, which is of no site.
    pub(super) const NONE: Call = Call(u32::MAX);

    #[inline]
    pub(super) fn of(site: NodeId, is_inlined: bool) -> Call {
        Call(site << 1 | u32::from(!is_inlined))
    }

    #[inline]
    pub(super) fn site(self) -> NodeId {
        self.0 >> 1
    }

    /// Whether every call was inlined.
    pub(super) fn is_inlined(self) -> bool {
        self.0 & 1 == 0
    }

    #[inline]
    pub(super) fn is_to_the_site_of(self, other: Call) -> bool {
        self.0 ^ other.0 <= 1
    }

    /// Adds another call of the same site.
    #[inline]
    pub(super) fn absorb(&mut self, other: Call) {
        self.0 |= other.0;
    }

    /// The same of another site.
    pub(super) fn to(self, site: NodeId) -> Call {
        Call::of(site, self.is_inlined())
    }
}

#[cfg(test)]
mod tests {
    use super::Call;

    #[test]
    fn a_call_that_was_not_inlined_once_is_not_inlined() {
        let mut call = Call::of(7, true);
        assert!(call.is_to_the_site_of(Call::of(7, false)));
        assert!(!call.is_to_the_site_of(Call::of(6, true)));
        assert!(!call.is_to_the_site_of(Call::NONE));
        call.absorb(Call::of(7, true));
        assert!(call.is_inlined());
        call.absorb(Call::of(7, false));
        call.absorb(Call::of(7, true));
        assert_eq!(call, Call::of(7, false));
        assert_eq!(Call::of(7, true).to(9), Call::of(9, true));
    }
}
