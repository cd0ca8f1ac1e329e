//! Decides how the memory of a process becomes a profile: every byte of `Sys` in one sample, under a frame that says
//! what it is.
//!
//! `[Go memory]` has what GOMEMLIMIT counts, `[released]` the rest: address space that was returned to the system. The
//! live heap is divided among stacks by what the profile's sample says is in use; the dead heap, which no profile knows by
//! itself, by what each stack has allocated since the start and no longer uses. This is the shape that is proposed for
//! Go itself (golang/go issue 79179). Memory that is not Go's is left out.

use std::collections::HashMap;

use heapwise_decode::{
    Function, FunctionIndex, GcSnapshot, Limits, Line, LocationIndex, MappingIndex, Profile,
    ProfileMaker, Tables,
};

use super::memory::{LiveHeap, MemoryKind, MemoryRow, MemoryScreen, SystemView, memory_screen};
use crate::error::Result;
use crate::profile::header::Header;
use crate::profile::prune::Prune;
use crate::sums::estimate::Estimate;

/// Where the memory of a process is, as a profile of one sample type, `memory_space` in bytes; its samples add up to `Sys`.
///
/// Frames that the profile calls uninteresting are left out here: a reader would find them below frames that are no
/// program's, and drop more.
///
/// `None` where the counters lack a sum or do not add up, the profile does not say what is in use, or numbers are beyond
/// what a profile holds.
///
/// # Errors
///
/// A profile beyond the limits.
pub fn memory_space(
    snapshot: &GcSnapshot,
    mut profile: Profile,
    limits: &Limits,
) -> Result<Option<Profile>> {
    let prune = Prune::apply(&mut profile.edit());
    let Some(stacks) = Stacks::of(&profile, prune.as_ref()) else {
        return Ok(None);
    };
    let sampled = LiveHeap::Sampled(Estimate::unknown(stacks.live()));
    let live = snapshot.heap.live.map_or(sampled, LiveHeap::Exact);
    let screen = memory_screen(snapshot, live, SystemView::default());
    let Some(screen) = screen.filter(|screen| i64::try_from(screen.sys).is_ok()) else {
        return Ok(None);
    };
    let mut writer = Writer::new(profile.tables(), limits);
    writer.describe(profile.tables(), snapshot, &screen);
    for row in &screen.rows {
        writer.write(row, &stacks);
    }
    Ok(Some(writer.maker.finish()?))
}

/// What each stack of a profile uses, and what it used.
#[derive(Debug, Default)]
struct Stacks {
    stacks: Vec<Stack>,
}

#[derive(Debug)]
struct Stack {
    frames: Vec<LocationIndex>,
    live: i128,
    dead: i128,
}

impl Stacks {
    fn of(profile: &Profile, prune: Option<&Prune>) -> Option<Stacks> {
        let header = Header::of(profile.tables());
        let in_use = header.sample_index(Some("inuse_space")).ok()?;
        let allocated = header.sample_index(Some("alloc_space")).ok();
        let mut stacks: Vec<Stack> = Vec::new();
        let mut places: HashMap<&[LocationIndex], usize> = HashMap::new();
        for sample in profile.samples() {
            let value = |index: usize| i128::from(sample.values().get(index).copied().unwrap_or(0));
            let live = value(in_use);
            let dead = allocated.map_or(0, value) - live;
            let frames = prune.map_or(sample.stack(), |prune| prune.cut(sample.stack()));
            let place = *places.entry(frames).or_insert(stacks.len());
            match stacks.get_mut(place) {
                Some(known) => {
                    known.live += live;
                    known.dead += dead;
                }
                None => stacks.push(Stack {
                    frames: frames.to_vec(),
                    live,
                    dead,
                }),
            }
        }
        Some(Stacks { stacks })
    }

    fn live(&self) -> i128 {
        self.stacks.iter().map(|stack| stack.live.max(0)).sum()
    }

    /// How a row is divided among stacks; `None` where it is of no stack.
    fn weights(&self, kind: MemoryKind) -> Option<Vec<u128>> {
        let weight = |value: i128| u128::try_from(value).unwrap_or(0);
        let stacks = self.stacks.iter();
        match kind {
            MemoryKind::Live => Some(stacks.map(|stack| weight(stack.live)).collect()),
            MemoryKind::Garbage => Some(stacks.map(|stack| weight(stack.dead)).collect()),
            _ => None,
        }
    }
}

/// Divides bytes by weights, so that the parts add up to them: rounded down, and what is left over goes to the largest
/// remainders, the first of equal ones first. Nothing where all weights are 0.
fn apportion(bytes: u64, weights: &[u128]) -> Vec<u64> {
    let Some(all) = weights
        .iter()
        .try_fold(0_u128, |sum, &weight| sum.checked_add(weight))
    else {
        return Vec::new();
    };
    // Beyond 64 bits the last bits of weights make no difference.
    let shift = (128 - all.leading_zeros()).saturating_sub(64);
    let weights: Vec<u128> = weights.iter().map(|weight| weight >> shift).collect();
    let all: u128 = weights.iter().sum();
    if all == 0 {
        return Vec::new();
    }
    let products = weights.iter().map(|weight| weight * u128::from(bytes));
    let products: Vec<u128> = products.collect();
    let whole = |product: &u128| u64::try_from(product / all).unwrap_or(0);
    let mut parts: Vec<u64> = products.iter().map(whole).collect();
    let left = bytes.saturating_sub(parts.iter().sum());
    let mut order: Vec<usize> = (0..parts.len()).collect();
    let remainder = |at: &usize| products.get(*at).map_or(0, |product| product % all);
    order.sort_by_key(|at| std::cmp::Reverse(remainder(at)));
    for at in order.into_iter().take(usize::try_from(left).unwrap_or(0)) {
        if let Some(part) = parts.get_mut(at) {
            *part += 1;
        }
    }
    parts
}

/// The frames of a row, from the root.
fn frames_of(kind: MemoryKind) -> &'static [&'static str] {
    match kind {
        MemoryKind::Live => &["[Go memory]", "[live heap]"],
        MemoryKind::Garbage => &["[Go memory]", "[dead heap]"],
        MemoryKind::Objects => &["[Go memory]", "[heap]"],
        MemoryKind::Fragmentation => &["[Go memory]", "[free room]"],
        MemoryKind::Idle => &["[Go memory]", "[idle]"],
        MemoryKind::Released => &["[released]"],
        MemoryKind::Stacks => &["[Go memory]", "[goroutine stacks]"],
        MemoryKind::Spans => &["[Go memory]", "[spans and caches]"],
        MemoryKind::Collector => &["[Go memory]", "[collector]"],
        MemoryKind::Profilers => &["[Go memory]", "[profilers]"],
        MemoryKind::Other => &["[Go memory]", "[runtime]"],
    }
}

/// Makes the profile.
struct Writer {
    maker: ProfileMaker,
    /// The new places of the profile's locations.
    locations: Vec<LocationIndex>,
    virtual_frames: HashMap<&'static str, LocationIndex>,
}

impl Writer {
    fn new(tables: &Tables, limits: &Limits) -> Writer {
        let types = [(b"memory_space".as_slice(), b"bytes".as_slice())];
        let mut maker = ProfileMaker::new(limits, types);
        maker.set_default_sample_type(b"memory_space");
        Writer {
            locations: copied(tables, &mut maker),
            virtual_frames: HashMap::new(),
            maker,
        }
    }

    /// When it was, and what the numbers are.
    fn describe(&mut self, tables: &Tables, snapshot: &GcSnapshot, screen: &MemoryScreen) {
        let time = tables.time_nanos().or(snapshot.time_nanos);
        self.maker.set_times(time.unwrap_or(0), 0);
        let comment = format!(
            "memory_space: all that Go has from the system (Sys, {} bytes), of which {} are in [Go memory] and count for \
             GOMEMLIMIT. The live heap is scaled from a sample; the dead heap is divided by what each stack allocated and no \
             longer uses. The error of these numbers is not computed.",
            screen.sys, screen.counted
        );
        self.maker.add_comment(comment.as_bytes());
    }

    fn write(&mut self, row: &MemoryRow, stacks: &Stacks) {
        let root: Vec<LocationIndex> = frames_of(row.kind)
            .iter()
            .map(|name| self.virtual_frame(name))
            .collect();
        let parts = stacks.weights(row.kind);
        let parts = parts.map_or_else(Vec::new, |weights| apportion(row.bytes, &weights));
        if parts.is_empty() {
            self.sample(&root, row.bytes);
            return;
        }
        for (stack, bytes) in stacks.stacks.iter().zip(parts) {
            let frames = stack.frames.iter();
            let frames = frames.filter_map(|at| self.locations.get(at.get()).copied());
            let stack: Vec<LocationIndex> = root.iter().copied().chain(frames).collect();
            self.sample(&stack, bytes);
        }
    }

    fn sample(&mut self, stack: &[LocationIndex], bytes: u64) {
        // Each is at most Sys, which fits.
        if let Ok(bytes) = i64::try_from(bytes)
            && bytes > 0
        {
            self.maker.add_sample(stack, &[bytes], &[]);
        }
    }

    fn virtual_frame(&mut self, name: &'static str) -> LocationIndex {
        if let Some(&known) = self.virtual_frames.get(name) {
            return known;
        }
        let text = self.maker.text(name.as_bytes());
        let function = self
            .maker
            .add_function(Function::new(text).with_system_name(text));
        let lines = [Line::new(function, 0)];
        let location = self.maker.add_location(None, 0, &lines, false);
        self.virtual_frames.insert(name, location);
        location
    }
}

/// The locations of a profile with all that they refer to, in another one that is made: new places in the old order.
fn copied(tables: &Tables, maker: &mut ProfileMaker) -> Vec<LocationIndex> {
    let mappings: Vec<MappingIndex> = tables
        .mappings()
        .iter()
        .map(|mapping| {
            let file = maker.text(tables.text_bytes(mapping.file));
            let build_id = maker.text(tables.text_bytes(mapping.build_id));
            maker.add_mapping(mapping.with_file(file).with_build_id(build_id))
        })
        .collect();
    let functions: Vec<FunctionIndex> = tables
        .functions()
        .iter()
        .map(|function| {
            let name = maker.text(tables.text_bytes(function.name));
            let system_name = maker.text(tables.text_bytes(function.system_name));
            let filename = maker.text(tables.text_bytes(function.filename));
            let made = Function::new(name).with_system_name(system_name);
            maker.add_function(
                made.with_filename(filename)
                    .with_start_line(function.start_line),
            )
        })
        .collect();
    let locations = tables.locations().map(|location| {
        let lines = location
            .lines
            .iter()
            .filter_map(|line| Some(line.with_function(*functions.get(line.function.get())?)));
        let lines: Vec<Line> = lines.collect();
        let mapping = location
            .mapping
            .and_then(|at| mappings.get(at.get()).copied());
        maker.add_location(mapping, location.address, &lines, location.is_folded)
    });
    locations.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_add_up_and_the_largest_remainders_get_what_is_left() {
        // 10 by 1:1:1 are 3.33 each: the first of equal remainders gets the last byte.
        assert_eq!(apportion(10, &[1, 1, 1]), [4, 3, 3]);
        // 7 by 5:3:2 are 3.5, 2.1 and 1.4.
        assert_eq!(apportion(7, &[5, 3, 2]), [4, 2, 1]);
        assert_eq!(apportion(0, &[5, 3]), [0, 0]);
        assert_eq!(apportion(5, &[0, 0]), [0; 0]);
        let large = [u128::MAX / 4, u128::MAX / 4, 1];
        assert_eq!(apportion(u64::MAX, &large).iter().sum::<u64>(), u64::MAX);
    }
}
