//! Whether what came is whole, by reading it to its end, and what it tells.

use std::error::Error;
use std::fmt;

use heapwise_analysis::{DumpSource, Granularity, Header, RankOptions, rank};
use heapwise_decode::{
    Flow, GcSnapshot, GcSource, Limits, ProfileKind, Sample, Tables, Visitor, gc_snapshots, visit,
    with_article,
};

use crate::bundle::Part;

/// What parts tell.
#[derive(Debug, Clone, Default)]
pub(crate) struct Told {
    /// The counters: those of the heap text, where it is there.
    pub(crate) snapshot: Option<GcSnapshot>,
    /// Bytes in use, estimated.
    pub(crate) inuse_space: Option<i64>,
    /// Objects in use, estimated.
    pub(crate) inuse_objects: Option<i64>,
    pub(crate) goroutines: Option<u64>,
}

impl Told {
    /// Adds what another part tells; what is known stays.
    pub(crate) fn absorb(&mut self, other: Told) {
        self.snapshot = self.snapshot.take().or(other.snapshot);
        self.inuse_space = self.inuse_space.or(other.inuse_space);
        self.inuse_objects = self.inuse_objects.or(other.inuse_objects);
        self.goroutines = self.goroutines.or(other.goroutines);
    }
}

/// Why what came is not the part.
#[derive(Debug)]
pub(crate) struct NotThePart {
    reason: String,
    is_other: bool,
}

impl NotThePart {
    /// Whether it is something else, and that whole: the server has no such page.
    pub(crate) fn is_other(&self) -> bool {
        self.is_other
    }
}

impl Error for NotThePart {}

impl fmt::Display for NotThePart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

/// Reads a part to its end.
pub(crate) fn check(part: Part, bytes: &[u8], limits: &Limits) -> Result<Told, NotThePart> {
    let is_cut = bytes.starts_with(b"{") && !bytes.trim_ascii_end().ends_with(b"}");
    told(part, bytes, limits).map_err(|reason| NotThePart {
        reason,
        is_other: part == Part::Variables && !is_cut,
    })
}

fn told(part: Part, bytes: &[u8], limits: &Limits) -> Result<Told, String> {
    match part {
        Part::HeapText => heap_text(bytes, limits),
        Part::Heap => heap(bytes, limits),
        Part::Variables => variables(bytes, limits),
        Part::Goroutines => goroutines(bytes, ProfileKind::Goroutine, limits),
        Part::Leaks => {
            goroutines(bytes, ProfileKind::GoroutineLeak, limits)?;
            Ok(Told::default())
        }
        Part::GoroutineTexts => goroutine_texts(bytes, limits),
    }
}

fn heap_text(bytes: &[u8], limits: &Limits) -> Result<Told, String> {
    let found = gc_snapshots(bytes, limits).map_err(|error| error.to_string())?;
    let mut texts = found.into_iter();
    let snapshot =
        texts.find(|one| one.source == GcSource::HeapText && one.counters.num_gc.is_some());
    let Some(snapshot) = snapshot.filter(|_| bytes.ends_with(b"\n")) else {
        return Err("found no end of a heap text with its counters: it is not whole".to_owned());
    };
    let mut told = heap(bytes, limits)?;
    told.snapshot = Some(snapshot);
    Ok(told)
}

fn heap(bytes: &[u8], limits: &Limits) -> Result<Told, String> {
    let ranking = rank(bytes, &RankOptions::new(Granularity::Packages), limits);
    let ranking = ranking.map_err(|error| error.to_string())?;
    if !ranking.header.kind.is_heap() {
        return Err(other_kind(ranking.header.kind, "a heap profile"));
    }
    let total = |name: &str| {
        let index = ranking.header.sample_index(Some(name)).ok()?;
        i64::try_from(ranking.reference_total(index)).ok()
    };
    Ok(Told {
        inuse_space: total("inuse_space"),
        inuse_objects: total("inuse_objects"),
        ..Told::default()
    })
}

fn variables(bytes: &[u8], limits: &Limits) -> Result<Told, String> {
    let found = gc_snapshots(bytes, limits).map_err(|error| error.to_string())?;
    match found.into_iter().next() {
        Some(first) if first.source == GcSource::Expvar => Ok(Told {
            snapshot: Some(first),
            ..Told::default()
        }),
        _ => Err("found no memstats, expected the variables of package expvar".to_owned()),
    }
}

fn goroutines(bytes: &[u8], kind: ProfileKind, limits: &Limits) -> Result<Told, String> {
    let mut count = Count::default();
    let tables = visit(bytes, limits, &mut count).map_err(|error| error.to_string())?;
    let found = Header::of(&tables).kind;
    match found == kind {
        true => Ok(Told {
            goroutines: Some(count.0),
            ..Told::default()
        }),
        false => Err(other_kind(
            found,
            &with_article(&format!("{} profile", kind.name())),
        )),
    }
}

fn goroutine_texts(bytes: &[u8], limits: &Limits) -> Result<Told, String> {
    match DumpSource::read(bytes, false, limits) {
        Ok(DumpSource::One(_) | DumpSource::Several(_)) => Ok(Told::default()),
        Ok(_) => Err("found no goroutines, expected those of goroutine?debug=2".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

fn other_kind(found: ProfileKind, expected: &str) -> String {
    format!("found {}, expected {expected}", found.with_article())
}

/// Adds up the first value of all samples.
#[derive(Default)]
struct Count(u64);

impl Visitor for Count {
    fn start(&mut self, _: &Tables, _: bool) -> Flow {
        self.0 = 0;
        Flow::Proceed
    }

    fn sample(&mut self, _: &Tables, sample: &Sample<'_>) {
        let value = sample.values().first().copied().unwrap_or(0);
        self.0 = self.0.saturating_add(u64::try_from(value).unwrap_or(0));
    }

    fn end(&mut self, _: &Tables) -> Flow {
        Flow::Proceed
    }
}
