//! Dumps, read one after another into what is told of each group.

use heapwise_decode::{Goroutines, Profile, ProfileKind, Surroundings};

use super::dump::{Dump, DumpInfo, Numbered, Place};
use super::dump_reader::DumpReader;
use super::falls;
use super::followed::spread;
use super::groups::{GoroutineOptions, Groups};
use super::plan::{Order, Role, plan};
use super::unread::Unread;
use crate::profile::difference::is_difference;

/// Collects dumps. What it holds grows with the number of different stacks, states and labels,
/// not with that of goroutines.
#[derive(Debug)]
pub struct Gatherer {
    pub(super) groups: Groups,
    pub(super) dumps: Vec<Dump>,
}

impl Gatherer {
    /// A collector of nothing yet.
    pub fn new(options: GoroutineOptions) -> Gatherer {
        Gatherer {
            groups: Groups::new(options),
            dumps: Vec::new(),
        }
    }

    /// The dumps, by their order of addition, between which goroutines can be followed, first to
    /// last: those of the series that number them, spread over it where they are many. None for
    /// less than two. See [`Gatherer::follow`].
    pub(super) fn followed(&self, instants: &[String]) -> Vec<usize> {
        let infos: Vec<DumpInfo> = self.dumps.iter().map(|dump| dump.info).collect();
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
        let spread = |dumps: &[usize]| {
            let totals = dumps.iter().filter_map(|&at| infos.get(at));
            let largest = totals.map(|dump| dump.total).max().unwrap_or(0);
            spread(dumps, usize::try_from(largest).unwrap_or(0))
        };
        let is_known = |at: &usize| self.dumps.get(*at).is_some_and(|dump| !dump.ids.is_empty());
        let found = spread(&dumps);
        let known: Vec<usize> = dumps.into_iter().filter(is_known).collect();
        // Of the series of one process as many as were read before it was known to be that.
        match known.is_empty() || found.iter().all(is_known) {
            true => found,
            false => spread(&known),
        }
    }

    /// The dumps whose goroutines are to be read by number, by their order of addition: those between which they can be followed, and
    /// those that tell why numbers go down.
    pub(super) fn numbered(&self, instants: &[String]) -> Vec<usize> {
        let infos: Vec<DumpInfo> = self.dumps.iter().map(|dump| dump.info).collect();
        let plan = plan(&infos, instants);
        let mut dumps = self.followed(instants);
        if plan.order == Order::Given {
            dumps.extend(falls::told_by(&infos, &plan.series));
        }
        dumps.sort_unstable();
        dumps.dedup();
        dumps
    }

    /// Takes the numbers of the goroutines of a dump that was added before.
    pub(super) fn follow(&mut self, dump: usize, goroutines: &Goroutines) {
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

    /// Adds one of the dumps of a text, in their order, and what the lines around it tell.
    /// `None` as for [`Gatherer::add`].
    pub fn add_next_of_text(
        &mut self,
        profile: &Profile,
        around: &Surroundings,
        is_first: bool,
    ) -> Option<DumpInfo> {
        self.add(profile)?;
        let origin = around.origin.as_deref();
        let origin = origin.map(|name| self.groups.words.add(name));
        let info = &mut self.dumps.last_mut()?.info;
        info.written_nanos = around.time_nanos;
        info.is_in_sequence = !is_first;
        info.origin = origin;
        info.ends_process = around.ends_process;
        Some(*info)
    }

    /// Adds a dump and tells what it is; `None`, and nothing is added, for a profile that does not
    /// count goroutines.
    pub fn add(&mut self, profile: &Profile) -> Option<DumpInfo> {
        let dump = self.read(profile, &mut |_, _| {})?;
        let info = dump.info;
        self.dumps.push(dump);
        Some(info)
    }

    fn read(&mut self, profile: &Profile, counted: &mut dyn FnMut(usize, Place)) -> Option<Dump> {
        if !Self::takes(profile) {
            return None;
        }
        let tables = profile.tables();
        let mut reader = DumpReader::new(&mut self.groups, profile);
        for (at, sample) in profile.samples().enumerate() {
            if let Some(place) = reader.sample(&sample) {
                counted(at, place);
            }
        }
        Some(Dump {
            info: DumpInfo {
                kind: profile.kind(),
                time_nanos: tables.time_nanos(),
                is_delta: is_difference(tables),
                total: reader.total,
                has_states: reader.has_states,
                written_nanos: None,
                highest: tables.highest_goroutine(),
                is_in_sequence: false,
                origin: None,
                ends_process: false,
                is_of_another: false,
                fall: None,
                unread: Unread::of(tables, reader.nameless),
            },
            is_proof: reader.is_proof,
            phantoms: reader.phantoms,
            groups: reader.groups,
            ids: Vec::new(),
        })
    }
}
