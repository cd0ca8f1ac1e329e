//! The samples of one dump, each counted in its group.

use std::collections::HashMap;

use heapwise_decode::{LabelValue, Profile, ProfileKind, Sample, Tables};

use super::dump::{Detail, GroupIndex, NONE, Place, add_label};
use super::group_by::GroupBy;
use super::groups::{Groups, Key};
use super::keys::{GoroutineLabels, Keys};
use super::park::Frame;
use super::phantom::{self, Phantom, Phantoms};
use super::sites::{DumpSites, SiteIndex, StackIndex};
use super::state::{self, HIDDEN, Leaf};
use crate::site::origin::Origin;

/// A dump on its way in.
pub(super) struct DumpReader<'a> {
    all: &'a mut Groups,
    profile: &'a Profile,
    keys: Keys,
    sites: DumpSites,
    /// The frames of the sample at hand, innermost first.
    frames: Vec<SiteIndex>,
    /// Where the sites of each location are in `rows`.
    locations: Vec<Option<(u32, u32)>>,
    rows: Vec<SiteIndex>,
    gopark: Option<u64>,
    places: HashMap<GroupIndex, usize>,
    pub(super) groups: Vec<(GroupIndex, Detail)>,
    pub(super) has_states: bool,
    /// Whether all that the profile lists is leaked.
    lists_leaked: bool,
    /// Whether leaks were looked for when it was taken.
    pub(super) is_proof: bool,
    pub(super) phantoms: Phantoms,
    pub(super) total: i64,
    /// Goroutines with frames none of which has a name.
    pub(super) nameless: i64,
}

/// A sample's state, and the runtime's frames without names that it is labels from.
#[derive(Debug, Clone, Copy)]
struct Wait {
    state: u32,
    hidden: usize,
}

impl<'a> DumpReader<'a> {
    pub(super) fn new(all: &'a mut Groups, profile: &'a Profile) -> DumpReader<'a> {
        let lists_leaked = profile.kind() == ProfileKind::GoroutineLeak;
        let locations = vec![None; profile.tables().location_count()];
        let mut reader = DumpReader {
            all,
            profile,
            keys: Keys::new(),
            sites: DumpSites::of(profile.tables()),
            frames: Vec::new(),
            locations,
            rows: Vec::new(),
            gopark: None,
            places: HashMap::new(),
            groups: Vec::new(),
            has_states: false,
            lists_leaked,
            is_proof: lists_leaked,
            phantoms: Phantoms::default(),
            total: 0,
            nameless: 0,
        };
        reader.gopark = reader.find_gopark();
        reader
    }

    /// Counts a sample in its group; `None` for what a leak profile lists and is no leak.
    pub(super) fn sample(&mut self, sample: &Sample<'_>) -> Option<Place> {
        let tables = self.profile.tables();
        let count = sample.values().first().copied().unwrap_or(0);
        self.collect_frames(sample);
        let about = self.keys.read(tables, sample);
        let wait = self.wait(sample, &about);
        let is_listed = self.lists_leaked;
        let mut is_leaked = about.is_leaked || is_listed;
        if let Some(phantom) = self.phantom(sample, wait).filter(|_| is_leaked) {
            self.phantoms.add(phantom, count);
            if is_listed {
                return None;
            }
            is_leaked = false;
        }
        self.total = self.total.saturating_add(count);
        if self.is_nameless(sample) {
            self.nameless = self.nameless.saturating_add(count);
        }
        let state = wait.state;
        let stack = self.all.stacks.add(&self.frames, &self.all.sites);
        let creator = self.creator(&about);
        let labels = self.labels(&about);
        let key = self.key(stack, creator, state, &labels);
        let group = self.all.group(key);
        let detail = detail_of(&mut self.places, &mut self.groups, group);
        detail.count = detail.count.saturating_add(count);
        if is_leaked {
            detail.leaked = detail.leaked.saturating_add(count);
        }
        if self.has_states {
            let minutes = about.minutes.unwrap_or(0);
            let (least, most) = detail.minutes.unwrap_or((minutes, minutes));
            detail.minutes = Some((least.min(minutes), most.max(minutes)));
        }
        detail.states.add(state, count);
        if !matches!(key, Key::Stack(..)) {
            detail.stacks.add(stack, count);
            detail.creators.add(creator, count);
        }
        for label in labels {
            add_label(&mut detail.labels, label, count);
        }
        let family = self.family(creator);
        Some(Place { group, family })
    }

    /// Frames of the runtime are shown in some forms only.
    fn family(&mut self, creator: SiteIndex) -> u32 {
        let sites = &self.all.sites;
        let mut frames = self.frames.iter().copied();
        let root = frames.rfind(|&site| sites.frame(site) != Frame::Runtime);
        self.all.family(root.unwrap_or(NONE), creator)
    }

    fn phantom(&self, sample: &Sample<'_>, wait: Wait) -> Option<Phantom> {
        if self.lists_leaked && phantom::has_no_stack(self.profile.tables(), sample) {
            return Some(Phantom::NoStack);
        }
        let state = self.all.words.get(wait.state);
        let rests = phantom::is_main_at_rest(state, wait.hidden, &self.frames, &self.all.sites);
        rests.then_some(Phantom::Main)
    }

    fn is_nameless(&self, sample: &Sample<'_>) -> bool {
        let tables = self.profile.tables();
        let mut stack = sample.stack().iter();
        let has_frames = !sample.stack().is_empty();
        has_frames && stack.all(|&at| tables.location(at).lines.is_empty())
    }

    /// The sites of the sample, without the root that all goroutines have and without frames that
    /// have no name.
    fn collect_frames(&mut self, sample: &Sample<'_>) {
        let tables = self.profile.tables();
        self.frames.clear();
        for &location in sample.stack().iter().rev() {
            let at = location.get();
            let known = self.locations.get(at).copied().flatten();
            let (start, end) = known.unwrap_or_else(|| {
                let start = self.rows.len() as u32;
                let (all, rows) = (&mut self.all.sites, &mut self.rows);
                all.of_location(&mut self.sites, tables, location, rows);
                let sites = &self.all.sites;
                let mut at = start as usize;
                while let Some(&site) = self.rows.get(at) {
                    match sites.function(site) {
                        "runtime.goexit" | HIDDEN => {
                            self.rows.remove(at);
                        }
                        _ => at += 1,
                    }
                }
                (start, self.rows.len() as u32)
            });
            if let Some(slot) = self.locations.get_mut(at) {
                *slot = Some((start, end));
            }
            let sites = self.rows.get(start as usize..end as usize);
            self.frames.extend_from_slice(sites.unwrap_or_default());
        }
    }

    /// As the dump says, or as the functions at the leaf tell.
    fn wait(&mut self, sample: &Sample<'_>, labels: &GoroutineLabels) -> Wait {
        let tables = self.profile.tables();
        self.has_states |= labels.state.is_some();
        let text = labels.state.map(|state| tables.text(state));
        if let Some(text) = &text
            && !state::is_vague(text)
        {
            self.is_proof |= phantom::writes_leaks(text, &self.frames, &self.all.sites);
            return Wait {
                state: self.all.words.add(text),
                hidden: 0,
            };
        }
        let names = leaf_names(tables, sample);
        let leaves: Vec<Leaf<'_>> = names.iter().map(NamedFrame::leaf).collect();
        let state = match self.lists_leaked {
            true => state::of_leaked_leaf(&leaves),
            false => state::of_leaf(&leaves, self.gopark),
        };
        // Of a goroutine that waits, the functions at the leaf may say no more than the dump.
        let state = match (&text, state) {
            (Some(said), "waiting" | "runnable") => said,
            _ => state,
        };
        Wait {
            state: self.all.words.add(state),
            hidden: state::hidden_frames(&leaves),
        }
    }

    /// In a dump that leaves out frames of the runtime: the address at which goroutines park.
    fn find_gopark(&self) -> Option<u64> {
        let tables = self.profile.tables();
        let mut functions = tables.functions().iter();
        functions.find(|function| tables.text_bytes(function.name) == HIDDEN.as_bytes())?;
        self.profile.samples().find_map(|sample| {
            let names = leaf_names(tables, &sample);
            let leaves: Vec<Leaf<'_>> = names.iter().map(NamedFrame::leaf).collect();
            state::shows_gopark(&leaves)
        })
    }

    fn creator(&mut self, labels: &GoroutineLabels) -> SiteIndex {
        let tables = self.profile.tables();
        let Some(by) = labels.created_by else {
            return NONE;
        };
        let at = labels
            .created_at
            .map_or(&b""[..], |at| tables.text_bytes(at));
        let (file, line) = file_and_line(at);
        self.all.sites.add(&tables.text(by), file, line)
    }

    fn labels(&mut self, labels: &GoroutineLabels) -> Vec<(u32, u32)> {
        let tables = self.profile.tables();
        let words = &mut self.all.words;
        let label = |&(name, value): &(heapwise_decode::StringIndex, LabelValue)| {
            let name = words.add(&tables.text(name));
            let value = match value {
                LabelValue::Text(text) => words.add(&tables.text(text)),
                LabelValue::Number { value, .. } => words.add(&value.to_string()),
            };
            (name, value)
        };
        labels.own.iter().map(label).collect()
    }

    fn key(
        &mut self,
        stack: StackIndex,
        creator: SiteIndex,
        state: u32,
        labels: &[(u32, u32)],
    ) -> Key {
        match &self.all.options.group_by {
            GroupBy::Stack => Key::Stack(stack, creator),
            GroupBy::State => Key::Word(state),
            GroupBy::Function => Key::Function(self.function_of(stack)),
            GroupBy::Creator if creator != NONE => Key::Creator(creator),
            // Main has none, and only dumps with debug=2 tell those of others.
            GroupBy::Creator => Key::Word(NONE),
            GroupBy::Label(name) => {
                let has_name = |label: &&(u32, u32)| self.all.words.get(label.0) == name;
                let label = labels.iter().find(has_name);
                Key::Word(label.map_or(NONE, |&(_, value)| value))
            }
        }
    }

    /// The function that a stack is at, as a site without a line.
    fn function_of(&mut self, stack: StackIndex) -> SiteIndex {
        let sites = &mut self.all.sites;
        let frames = self
            .all
            .stacks
            .get(stack)
            .map_or(&[][..], |shown| &shown.frames);
        let own = frames
            .iter()
            .find(|&&site| sites.origin(site) == Origin::Own);
        let function = own
            .or(frames.first())
            .map_or("", |&site| sites.function(site));
        let function = function.to_owned();
        sites.add(&function, b"", 0)
    }
}

fn detail_of<'a>(
    places: &mut HashMap<GroupIndex, usize>,
    groups: &'a mut Vec<(GroupIndex, Detail)>,
    group: GroupIndex,
) -> &'a mut Detail {
    let next = groups.len();
    let place = *places.entry(group).or_insert(next);
    if place == next {
        groups.push((group, Detail::default()));
    }
    &mut groups[place].1
}

/// A frame at the leaf with its name.
struct NamedFrame<'a> {
    function: std::borrow::Cow<'a, str>,
    offset: Option<i64>,
    address: u64,
}

impl NamedFrame<'_> {
    fn leaf(&self) -> Leaf<'_> {
        Leaf {
            function: &self.function,
            offset: self.offset,
            address: self.address,
        }
    }
}

/// Frames at the leaf that can tell a state, and the first that cannot.
const MOST_LEAVES: usize = 12;

fn leaf_names<'a>(tables: &'a Tables, sample: &Sample<'_>) -> Vec<NamedFrame<'a>> {
    let mut names = Vec::with_capacity(MOST_LEAVES);
    for &index in sample.stack().iter().rev().take(MOST_LEAVES) {
        let location = tables.location(index);
        for line in location.lines {
            let function = tables.function(line.function);
            let start = function.start_line;
            names.push(NamedFrame {
                function: tables.text(function.name),
                offset: (start > 0 && line.line >= start).then(|| line.line - start),
                address: location.address,
            });
        }
    }
    names
}

/// `/src/main.go:126` as file and line.
fn file_and_line(place: &[u8]) -> (&[u8], i64) {
    let colon = place.iter().rposition(|&byte| byte == b':');
    let split = colon.and_then(|at| {
        let (file, line) = place.split_at_checked(at)?;
        let line = std::str::from_utf8(line.get(1..)?).ok()?.parse().ok()?;
        Some((file, line))
    });
    split.unwrap_or((place, 0))
}
