//! What groups there are: the sites, stacks and words of all dumps, and what goroutines have to share.

use std::collections::HashMap;

use super::dump::{GroupIndex, NONE};
use super::group_by::GroupBy;
use super::sites::{SiteIndex, Sites, StackIndex, Stacks, Words};
use crate::site::interner::Interner;

/// What goroutines have to share to be one group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Key {
    Stack(StackIndex, SiteIndex),
    Function(SiteIndex),
    Creator(SiteIndex),
    /// Also of goroutines of which no creator is told.
    Word(u32),
}

/// What to collect.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct GoroutineOptions {
    /// By what goroutines are put together.
    pub group_by: GroupBy,
    /// Whether to put the tree of creators together, which takes a look at every group's stack.
    pub tree: bool,
}

/// All groups of all dumps.
#[derive(Debug, Default)]
pub(super) struct Groups {
    pub(super) options: GoroutineOptions,
    pub(super) sites: Sites,
    pub(super) stacks: Stacks,
    pub(super) words: Words,
    /// By the words of the two functions.
    families: Interner<(u32, u32)>,
    families_of_sites: HashMap<(SiteIndex, SiteIndex), u32>,
    pub(super) keys: Interner<Key>,
}

impl Groups {
    pub(super) fn new(options: GoroutineOptions) -> Groups {
        Groups {
            options,
            ..Groups::default()
        }
    }

    /// The family of goroutines that began in one function and were created by one: names tell them
    /// apart, of which each pair of sites is looked up once.
    pub(super) fn family(&mut self, root: SiteIndex, creator: SiteIndex) -> u32 {
        if let Some(&known) = self.families_of_sites.get(&(root, creator)) {
            return known;
        }
        let name = |site: SiteIndex| match site {
            NONE => "",
            site => self.sites.function(site),
        };
        let functions = (self.words.add(name(root)), self.words.add(name(creator)));
        let family = self.families.add(functions);
        self.families_of_sites.insert((root, creator), family);
        family
    }

    /// The function that created the goroutines of a family; `None` where dumps do not tell.
    pub(super) fn creator_of(&self, family: u32) -> Option<&str> {
        let (_, creator) = self.families.get(family)?;
        Some(self.words.get(*creator)).filter(|name| !name.is_empty())
    }

    pub(super) fn group(&mut self, key: Key) -> GroupIndex {
        self.keys.add(key)
    }
}
