//! Dumps, read one after another into what is told of each group.

use std::collections::{BTreeMap, HashMap};

use heapwise_decode::{Goroutines, Profile, ProfileKind};

use super::followed::spread;
use super::group_by::GroupBy;
use super::phantom::Phantoms;
use super::plan::{Role, plan};
use super::reading::Reading;
use super::sites::{SiteIndex, Sites, StackIndex, Stacks, Words};
use super::unread::Unread;

/// The place of a group among all.
pub(super) type GroupIndex = u32;
/// No creator, no label.
pub(super) const NONE: u32 = u32::MAX;

/// What goroutines have to share to be one group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Key {
    Stack(StackIndex, SiteIndex),
    Function(SiteIndex),
    Creator(SiteIndex),
    /// Has no creator: the function it started in.
    Started(SiteIndex),
    Word(u32),
}

/// Collects dumps. What it holds grows with the number of different stacks, states and labels,
/// not with that of goroutines.
#[derive(Debug)]
pub struct Gatherer {
    pub(super) options: GoroutineOptions,
    pub(super) sites: Sites,
    pub(super) stacks: Stacks,
    pub(super) words: Words,
    by_key: HashMap<Key, GroupIndex>,
    /// By the words of the two functions.
    families: HashMap<(u32, u32), u32>,
    families_of_sites: HashMap<(SiteIndex, SiteIndex), u32>,
    pub(super) keys: Vec<Key>,
    pub(super) dumps: Vec<Gathered>,
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

/// A dump as it was read.
#[derive(Debug)]
pub(super) struct Gathered {
    pub(super) told: DumpInfo,
    /// Whether the runtime looked for leaks when it was taken.
    pub(super) is_proof: bool,
    /// What it lists as leaked and is not.
    pub(super) phantoms: Phantoms,
    /// The groups that it has, each once.
    pub(super) groups: Vec<(GroupIndex, Detail)>,
    /// The goroutines by number, sorted; where they were asked for.
    pub(super) ids: Vec<Numbered>,
}

/// A goroutine of a dump.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Numbered {
    pub(super) id: u64,
    pub(super) place: Place,
}

/// Where a goroutine is counted, and what it keeps all its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) group: GroupIndex,
    /// The function that it started in and the one that started it: its stack and its state come
    /// and go.
    pub(super) family: u32,
}

/// What a dump says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct DumpInfo {
    /// A goroutine profile, or one of leaked goroutines only.
    pub kind: ProfileKind,
    /// When it was taken, in nanoseconds since 1970-01-01 UTC; texts do not say.
    pub time_nanos: Option<i64>,
    /// Whether it is the difference of two.
    pub is_delta: bool,
    /// Goroutines, by the sums of its samples.
    pub total: i64,
    /// Whether it tells states, creators and numbers: a dump with debug=2, of a panic or SIGQUIT.
    pub has_states: bool,
    /// When the lines around it say that it was written.
    pub written_nanos: Option<i64>,
    /// The highest number of its goroutines, which only goes up; `None` where they have none.
    pub highest: Option<u64>,
    /// Whether it follows the dump before it for certain, because both are in one text.
    pub is_in_sequence: bool,
    /// What of it could not be read.
    pub unread: Unread,
}

/// What a dump tells of a group.
#[derive(Debug, Clone, Default)]
pub(super) struct Detail {
    pub(super) count: i64,
    pub(super) leaked: i64,
    /// Shortest and longest wait that is told.
    pub(super) minutes: Option<(i64, i64)>,
    /// Words of states, with counts.
    pub(super) states: Tally,
    /// Where they were created; only where the group does not say.
    pub(super) creators: Tally,
    /// Stacks; only where the group does not say.
    pub(super) stacks: Tally,
    /// Pairs of words (name and value).
    pub(super) labels: BTreeMap<(u32, u32), i64>,
}

/// How many there are of each, mostly of one.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    first: Option<(u32, i64)>,
    others: BTreeMap<u32, i64>,
}

impl Tally {
    pub(super) fn add(&mut self, item: u32, count: i64) {
        let sum = match &mut self.first {
            Some((known, sum)) if *known == item => sum,
            Some(_) => self.others.entry(item).or_default(),
            None => &mut self.first.insert((item, 0)).1,
        };
        *sum = sum.saturating_add(count);
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, i64)> {
        let others = self.others.iter().map(|(&item, &count)| (item, count));
        self.first.into_iter().chain(others)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.first.is_none()
    }
}

impl Gatherer {
    /// A collector of nothing yet.
    pub fn new(options: GoroutineOptions) -> Gatherer {
        Gatherer {
            options,
            sites: Sites::default(),
            stacks: Stacks::default(),
            words: Words::default(),
            by_key: HashMap::new(),
            families: HashMap::new(),
            families_of_sites: HashMap::new(),
            keys: Vec::new(),
            dumps: Vec::new(),
        }
    }

    /// The dumps, by their order of addition, between which goroutines can be followed, first to
    /// last: those of the series that number them, spread over it where they are many. None for
    /// less than two. See [`Gatherer::follow`].
    pub fn followed(&self, instants: &[String]) -> Vec<usize> {
        let infos: Vec<DumpInfo> = self.dumps.iter().map(|dump| dump.told).collect();
        let plan = plan(&infos, instants);
        let place = |at: usize| {
            let mut series = plan.series.iter();
            series.position(|&other| instants.get(other) == instants.get(at))
        };
        let numbered = infos.iter().enumerate().filter(|(_, dump)| dump.has_states);
        let mut places: Vec<(usize, usize)> = numbered
            .filter(|&(at, _)| {
                let role = plan.roles.get(at);
                matches!(role, Some(Role::Counted | Role::SameInstant))
            })
            .filter_map(|(at, _)| Some((place(at)?, at)))
            .collect();
        places.sort_unstable();
        places.dedup_by_key(|&mut (place, _)| place);
        let dumps: Vec<usize> = places.into_iter().map(|(_, at)| at).collect();
        let totals = dumps.iter().filter_map(|&at| infos.get(at));
        let largest = totals.map(|dump| dump.total).max().unwrap_or(0);
        spread(&dumps, usize::try_from(largest).unwrap_or(0))
    }

    /// Takes the numbers of the goroutines of a dump that was added before.
    pub fn follow(&mut self, dump: usize, goroutines: &Goroutines) {
        let mut ids = Vec::new();
        let read = self.read(goroutines.profile(), &mut |sample, place| {
            let numbers = goroutines.ids(sample).iter();
            ids.extend(numbers.map(|&id| Numbered { id, place }));
        });
        ids.sort_unstable();
        if let (Some(_), Some(dump)) = (read, self.dumps.get_mut(dump)) {
            dump.ids = ids;
        }
    }

    /// Whether a profile counts goroutines.
    pub fn takes(profile: &Profile) -> bool {
        matches!(
            profile.kind(),
            ProfileKind::Goroutine | ProfileKind::GoroutineLeak
        )
    }

    /// Adds one of the dumps of a text, in their order, and when the text says that it was written.
    /// `None` as for [`Gatherer::add`].
    pub fn add_next_of_text(
        &mut self,
        profile: &Profile,
        written_nanos: Option<i64>,
        is_first: bool,
    ) -> Option<DumpInfo> {
        self.add(profile)?;
        let told = &mut self.dumps.last_mut()?.told;
        told.written_nanos = written_nanos;
        told.is_in_sequence = !is_first;
        Some(*told)
    }

    /// Adds a dump and tells what it is; `None`, and nothing is added, for a profile that does not
    /// count goroutines.
    pub fn add(&mut self, profile: &Profile) -> Option<DumpInfo> {
        let dump = self.read(profile, &mut |_, _| {})?;
        let told = dump.told;
        self.dumps.push(dump);
        Some(told)
    }

    fn read(
        &mut self,
        profile: &Profile,
        counted: &mut dyn FnMut(usize, Place),
    ) -> Option<Gathered> {
        if !Self::takes(profile) {
            return None;
        }
        let tables = profile.tables();
        let mut reading = Reading::new(self, profile);
        for (at, sample) in profile.samples().enumerate() {
            if let Some(place) = reading.sample(&sample) {
                counted(at, place);
            }
        }
        Some(Gathered {
            told: DumpInfo {
                kind: profile.kind(),
                time_nanos: tables.time_nanos(),
                is_delta: tables.duration_nanos().is_some(),
                total: reading.total,
                has_states: reading.has_states,
                written_nanos: None,
                highest: tables.highest_goroutine(),
                is_in_sequence: false,
                unread: Unread::of(tables.unread(), reading.nameless),
            },
            is_proof: reading.is_proof,
            phantoms: reading.phantoms,
            groups: reading.groups,
            ids: Vec::new(),
        })
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
        let next = self.families.len() as u32;
        let family = *self.families.entry(functions).or_insert(next);
        self.families_of_sites.insert((root, creator), family);
        family
    }

    pub(super) fn group(&mut self, key: Key) -> GroupIndex {
        let next = self.keys.len() as GroupIndex;
        let group = *self.by_key.entry(key).or_insert(next);
        if group == next {
            self.keys.push(key);
        }
        group
    }
}

pub(super) fn add_label(labels: &mut BTreeMap<(u32, u32), i64>, label: (u32, u32), count: i64) {
    let sum = labels.entry(label).or_default();
    *sum = sum.saturating_add(count);
}
