//! How many blocks were sampled, from the values that Go scaled up.

use heapwise_decode::{LabelValue, NoteKind, Sample, StringIndex, Tables};

use super::entry::Entry;
use super::{BlockCount, Blocks, UnknownError};
use crate::profile::difference::was_subtracted;
use crate::site::interner::Numbering;
use heapwise_stats::{SamplingRate, SizeClass};

/// Recovers the sampled counts of records as they come.
#[derive(Debug)]
pub(crate) struct Recovery {
    rate: Option<SamplingRate>,
    layout: Option<HeapLayout>,
    /// The name of the label that holds the block size: given by complete tables, else that of
    /// the first number seen, to be checked at the end.
    size_key: Option<StringIndex>,
    /// The name of the label that holds a mean size instead, where complete tables have it.
    mean_key: Option<StringIndex>,
    classes: Vec<SizeClass>,
    by_size: Numbering<u64, RECENT>,
    counted: Vec<Counted>,
    failure: Option<UnknownError>,
}

/// The label of a sample whose blocks are of this size on average: what a store of profiles leaves, which adds up blocks
/// of all sizes of a stack.
///
/// Bytes divided by objects, rounded. Sampled counts and errors computed from it are approximate, and called so.
pub const MEAN_SIZE_LABEL: &str = "mean_block_bytes";

/// Sizes that are found without hashing.
const RECENT: usize = 256;

/// A count that was recovered before. Most samples are of a few blocks of a few sizes, so their values
/// come again and again: looking them up saves a fortieth of the time that a reading takes.
#[derive(Debug, Clone, Copy)]
struct Counted {
    class: u32,
    values: (i64, i64),
    count: i64,
}

/// Counts that are found without recovering them.
const RECENT_COUNTS: usize = 256;

/// No count of any class.
const UNCOUNTED: Counted = Counted {
    class: u32::MAX,
    values: (0, 0),
    count: 0,
};

/// Where a heap profile keeps its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct HeapLayout {
    allocated: Option<(usize, usize)>,
    in_use: Option<(usize, usize)>,
}

/// The order in which Go writes the four values (runtime/pprof/protomem.go: writeHeapProto).
const GO_LAYOUT: HeapLayout = HeapLayout {
    allocated: Some((0, 1)),
    in_use: Some((2, 3)),
};

impl Recovery {
    /// What is known before the first sample. Texts may not be there yet: four values are then
    /// taken for Go's four until the end shows otherwise.
    pub(crate) fn start(tables: &Tables, complete: bool) -> Recovery {
        let layout = if complete {
            HeapLayout::of(tables)
        } else {
            (tables.sample_types().len() == 4).then_some(GO_LAYOUT)
        };
        let key = |name: &[u8]| {
            let mut all = tables.string_indexes();
            all.find(|&index| complete && tables.text_bytes(index) == name)
        };
        let (size_key, mean_key) = (key(b"bytes"), key(MEAN_SIZE_LABEL.as_bytes()));
        let is_difference = complete && was_subtracted(tables);
        let failure = match (layout, size_key) {
            _ if tables.has_note(NoteKind::Truncated) => Some(UnknownError::Incomplete),
            _ if is_difference => Some(UnknownError::Difference),
            (None, _) => Some(UnknownError::Kind),
            (Some(_), None) if complete => Some(UnknownError::NoBlockSizes),
            _ => None,
        };
        let rate = rate(tables);
        Recovery {
            failure: failure.or(rate.is_none().then_some(UnknownError::NoPeriod)),
            rate,
            layout,
            size_key,
            mean_key,
            classes: Vec::new(),
            by_size: Numbering::new(),
            counted: Vec::new(),
        }
    }

    /// Whether complete tables contradict what was assumed while samples came.
    pub(crate) fn was_wrong(&self, tables: &Tables) -> bool {
        let fresh = Recovery::start(tables, true);
        fresh.failure == Some(UnknownError::Difference)
            || fresh.layout != self.layout
            || fresh.rate != self.rate
            || fresh.mean_key != self.mean_key
            || self
                .size_key
                .is_some_and(|key| tables.text_bytes(key) != b"bytes")
    }

    /// Whether there may be counts to recover.
    pub(crate) fn is_needed(&self) -> bool {
        self.failure.is_none() && !self.is_exact()
    }

    /// Why there are no counts.
    pub(crate) fn failure(&self) -> Option<UnknownError> {
        self.failure
    }

    /// The rate at which the profile was sampled.
    pub(crate) fn rate(&self) -> Option<SamplingRate> {
        self.rate
    }

    /// Whether sizes of blocks may be means, so that counts are not those that were sampled but near them.
    pub(crate) fn is_approximate(&self) -> bool {
        self.mean_key.is_some()
    }

    /// Whether every block was recorded, so that there is nothing to recover.
    #[inline]
    fn is_exact(&self) -> bool {
        self.rate.is_some_and(SamplingRate::records_everything)
    }

    /// The counts behind a sample.
    #[inline]
    pub(crate) fn entry(&mut self, sample: &Sample<'_>) -> Option<Entry> {
        if self.failure.is_some() || self.is_exact() {
            return None;
        }
        match self.recovered(sample) {
            Ok(entry) => entry,
            Err(failure) => {
                self.failure = Some(failure);
                None
            }
        }
    }

    fn recovered(&mut self, sample: &Sample<'_>) -> Result<Option<Entry>, UnknownError> {
        let layout = self.layout.ok_or(UnknownError::Kind)?;
        let values = sample.values();
        let pair = |pair: Option<(usize, usize)>| {
            let value = |at: usize| values.get(at).copied().unwrap_or(0);
            pair.map_or((0, 0), |(objects, bytes)| (value(objects), value(bytes)))
        };
        let (allocated, in_use) = (pair(layout.allocated), pair(layout.in_use));
        // What has values of other types only stands for no blocks.
        if allocated == (0, 0) && in_use == (0, 0) {
            return Ok(None);
        }
        let (size, is_mean) = self.size(sample).ok_or(UnknownError::NoBlockSizes)?;
        let class = self.class(size).ok_or(UnknownError::NoBlockSizes)?;
        let allocated_count = self.count(class, is_mean, allocated)?;
        Ok(Some(Entry {
            class,
            allocated: allocated_count,
            in_use: if in_use == allocated {
                allocated_count
            } else {
                self.count(class, is_mean, in_use)?
            },
        }))
    }

    /// How many blocks were sampled, of objects and bytes of a class.
    #[inline]
    fn count(
        &mut self,
        class: u32,
        is_mean: bool,
        values: (i64, i64),
    ) -> Result<i64, UnknownError> {
        let (objects, bytes) = values;
        if values == (0, 0) {
            return Ok(0);
        }
        let place = (bytes ^ bytes >> 9) as usize ^ class as usize;
        let place = place % RECENT_COUNTS;
        if let Some(known) = self.counted.get(place)
            && (known.class, known.values) == (class, values)
        {
            return Ok(known.count);
        }
        let size_class = self.classes.get(class as usize);
        let size_class = size_class.ok_or(UnknownError::NoBlockSizes)?;
        let count = match is_mean {
            true => near(objects, size_class),
            false => size_class
                .recover(objects, bytes)
                .ok_or(UnknownError::Rescaled)?,
        };
        if self.counted.is_empty() {
            self.counted = vec![UNCOUNTED; RECENT_COUNTS];
        }
        if let Some(known) = self.counted.get_mut(place) {
            *known = Counted {
                class,
                values,
                count,
            };
        }
        Ok(count)
    }

    /// The block size that a sample's label tells, and whether that is a mean.
    #[inline]
    fn size(&mut self, sample: &Sample<'_>) -> Option<(u64, bool)> {
        for label in sample.labels().iter() {
            let LabelValue::Number { value, .. } = label.value else {
                continue;
            };
            if self.mean_key == Some(label.key) {
                return Some((u64::try_from(value).ok()?, true));
            }
            if *self.size_key.get_or_insert(label.key) == label.key {
                return Some((u64::try_from(value).ok()?, false));
            }
        }
        None
    }

    #[inline]
    fn class(&mut self, size: u64) -> Option<u32> {
        // Go's sizes are multiples of 8, larger ones of pages.
        let (class, is_new) = self.by_size.of(size, size >> 3 ^ size >> 13);
        if is_new {
            // Without a class nothing more is recovered, so that its number is never missed.
            self.classes.push(SizeClass::new(size, self.rate?)?);
        }
        Some(class)
    }

    /// Entries as blocks by size; a class may come twice.
    pub(crate) fn blocks(&self, entries: impl Iterator<Item = Entry>) -> Blocks {
        let counts = entries.filter_map(|entry| {
            Some(BlockCount {
                size: self.classes.get(entry.class as usize)?.size(),
                allocated: entry.allocated,
                in_use: entry.in_use,
            })
        });
        Blocks::of(counts)
    }
}

/// How many blocks were sampled, nearly: all of them times the chance of one of the mean size. What is there was sampled
/// once at least.
fn near(objects: i64, class: &SizeClass) -> i64 {
    let sampled = (objects as f64 * class.hit_chance()).round() as i64;
    match objects {
        0 => 0,
        objects => sampled.abs().max(1) * objects.signum(),
    }
}

fn rate(tables: &Tables) -> Option<SamplingRate> {
    let period = tables.period()?;
    u64::try_from(period).ok().and_then(SamplingRate::new)
}

impl HeapLayout {
    /// By the names of complete tables; `None` when this is no Go heap profile.
    fn of(tables: &Tables) -> Option<HeapLayout> {
        let position = |name: &str| {
            let types = tables.sample_types();
            types
                .iter()
                .position(|known| tables.text(known.type_) == name)
        };
        let pair = |objects, bytes| Some((position(objects)?, position(bytes)?));
        // What the text form has where nothing was freed yet.
        let only_in_use = || pair("objects", "space").filter(|_| tables.sample_types().len() == 2);
        let layout = HeapLayout {
            allocated: pair("alloc_objects", "alloc_space"),
            in_use: pair("inuse_objects", "inuse_space").or_else(only_in_use),
        };
        (layout.allocated.is_some() || layout.in_use.is_some()).then_some(layout)
    }
}
