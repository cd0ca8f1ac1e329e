//! Hands out a profile's rows: a first reading finds whether sampled counts can be told, the next tells the rows.

use std::sync::Arc;

use heapwise_decode::{
    Flow, Limits, LocationIndex, ProfileReader, Sample, Source, StringIndex, Tables, Visitor,
};

use super::labels::RowLabels;
use super::sink::{RowFrame, RowSink, RowsOf, SampleRow};
use super::stack_id::{FrameHash, StackHash, frame_hash};
use crate::error::Result;
use crate::profile::header::Header;
use crate::profile::prune::Prune;
use crate::rank::{is_negative, sampling_of_lifetime};
use crate::site::granularity::Granularity;
use crate::site::shape::Shape;
use crate::site::table::Nodes;
use crate::sums::blocks::{Lifetime, Recovery};
use crate::sums::estimate::{Measure, Sampling, sampling_of};
use crate::sums::totals::Totals;

/// Hands the rows of a profile to `sink`, without the frames that the profile itself calls uninteresting.
///
/// What tells frames apart is what does in a comparison of builds.
///
/// # Errors
///
/// As [`heapwise_decode::visit`].
pub fn read_rows(
    source: &(impl Source + ?Sized),
    limits: &Limits,
    sink: &mut impl RowSink,
) -> Result<()> {
    let mut visitor = RowVisitor {
        sink,
        reading: Reading::First,
        recovery: None,
        totals: Totals::default(),
        samples: 0,
        is_complete: false,
    };
    let reader = ProfileReader::open(source, limits, &mut visitor)?;
    if reader.sample_count() == 0 {
        let of = visitor.rows_of(reader.tables());
        visitor.sink.start(&of);
    }
    Ok(())
}

struct RowVisitor<'s, S> {
    sink: &'s mut S,
    reading: Reading,
    recovery: Option<Recovery>,
    totals: Totals,
    samples: u64,
    is_complete: bool,
}

/// What is done with samples.
enum Reading {
    /// They are looked through.
    First,
    /// They become rows.
    Rows(Box<Rows>),
}

/// What turns samples into rows.
struct Rows {
    lines: Nodes,
    prune: Option<Prune>,
    /// By location, the hashes of its frames.
    hashes: Vec<Vec<FrameHash>>,
    /// By location, its frames, made when they are first told.
    frames: Vec<Option<Vec<Arc<RowFrame>>>>,
    /// The hash after each location of the last stack.
    path: Vec<StackHash>,
    labels: RowLabels,
    size: Option<StringIndex>,
    places: Places,
    recovery: Recovery,
    /// Whether sampled counts are those of the rows.
    counts: Counts,
}

/// Where what was allocated and what is in use are counted.
#[derive(Debug, Clone, Copy, Default)]
struct Places {
    allocated: Option<usize>,
    in_use: Option<usize>,
}

/// How sampled blocks are told.
#[derive(Debug, Clone, Copy)]
struct Counts {
    allocated: Option<Sampling>,
    in_use: Option<Sampling>,
}

impl<S: RowSink> RowVisitor<'_, S> {
    fn rows_of(&self, tables: &Tables) -> RowsOf {
        let header = Header::of(tables);
        let known = sampling_of(self.recovery.as_ref(), header.kind);
        let of = |lifetime| {
            let is_measured =
                |of: &_| Measure::of(of).is_some_and(|measure| measure.lifetime == lifetime);
            let types = &header.sample_types;
            types.iter().find(|of| is_measured(of))?;
            let is_negative = is_negative(types, self.totals.by_type(), lifetime);
            Some(sampling_of_lifetime(
                known,
                lifetime,
                header.kind,
                is_negative,
            ))
        };
        RowsOf {
            allocated: of(Lifetime::Allocated),
            in_use: of(Lifetime::InUse),
            samples: self.samples,
            header,
        }
    }

    /// Whether the reading just made has to be made again.
    fn was_wrong(&self, tables: &Tables) -> bool {
        let recovery = self.recovery.as_ref();
        !self.is_complete && recovery.is_some_and(|known| known.was_wrong(tables))
    }
}

impl<S: RowSink> Visitor for RowVisitor<'_, S> {
    fn start(&mut self, tables: &Tables, complete: bool) -> Flow {
        if matches!(self.reading, Reading::First) {
            self.recovery = Some(Recovery::start(tables, complete));
            self.totals = Totals::start(tables, complete);
            self.samples = 0;
            self.is_complete = complete;
        }
        Flow::Proceed
    }

    #[inline]
    fn sample(&mut self, tables: &Tables, sample: &Sample<'_>) {
        match &mut self.reading {
            Reading::First => {
                self.samples += 1;
                self.totals.add(sample);
                if let Some(recovery) = &mut self.recovery {
                    recovery.entry(sample);
                }
            }
            Reading::Rows(rows) => rows.tell(tables, sample, self.sink),
        }
    }

    #[inline]
    fn least_frames(&self, _: &[i64]) -> usize {
        match self.reading {
            Reading::First => usize::MAX,
            Reading::Rows(_) => 0,
        }
    }

    fn end(&mut self, tables: &Tables) -> Flow {
        match self.reading {
            Reading::First if self.was_wrong(tables) => Flow::Reread,
            Reading::First => {
                let of = self.rows_of(tables);
                self.reading = Reading::Rows(Box::new(Rows::new(tables, &of)));
                self.sink.start(&of);
                Flow::Reread
            }
            Reading::Rows(_) => Flow::Proceed,
        }
    }
}

impl Rows {
    fn new(tables: &Tables, of: &RowsOf) -> Rows {
        let shape = |granularity| Shape {
            across_builds: true,
            ..Shape::new(granularity)
        };
        let prune = Prune::of(tables);
        let sites = |granularity| {
            let mut sites = Nodes::of(tables, shape(granularity));
            for (at, count) in prune.iter().flat_map(Prune::shortened) {
                if let Some(location) = tables.location_index(at) {
                    sites.keep_outer_lines(tables, location, count);
                }
            }
            sites
        };
        let (lines, functions) = (sites(Granularity::Lines), sites(Granularity::Functions));
        let locations = (0..tables.location_count()).filter_map(|at| tables.location_index(at));
        let hashes = locations.map(|at| hashes(tables, at, &lines, &functions));
        let is_heap = of.allocated.is_some() || of.in_use.is_some();
        let mut strings = tables.string_indexes().filter(|_| is_heap);
        Rows {
            hashes: hashes.collect(),
            frames: vec![None; tables.location_count()],
            path: Vec::new(),
            labels: RowLabels::default(),
            size: strings.find(|&index| tables.text_bytes(index) == b"bytes"),
            places: Places::of(&of.header),
            recovery: Recovery::start(tables, true),
            counts: Counts {
                allocated: of.allocated,
                in_use: of.in_use,
            },
            lines,
            prune,
        }
    }

    fn tell(&mut self, tables: &Tables, sample: &Sample<'_>, sink: &mut impl RowSink) {
        let stack = match &self.prune {
            None => sample.stack(),
            Some(prune) => prune.cut(sample.stack()),
        };
        let id = self.hash(stack, sample.shared_frames()).id();
        if sink.is_new(id) {
            self.make_frames(tables, stack);
            let frames = stack
                .iter()
                .rev()
                .filter_map(|at| self.frames.get(at.get()));
            let frames = frames.flatten().flat_map(|frames| frames.iter().rev());
            sink.frames(id, &frames.collect::<Vec<_>>());
        }
        let block_size = self.labels.take(tables, sample, self.size);
        let entry = self.recovery.entry(sample);
        let value = |at: Option<usize>| sample.values().get(at?).copied();
        let sampled = |sampling: Option<Sampling>, place: Option<usize>, known: Option<i64>| {
            match sampling? {
                // Every block is counted.
                Sampling::Exact => value(place),
                Sampling::Known(_) => known.or(Some(0)),
                // Of blocks whose sizes are not known none were counted.
                Sampling::Approximate(_) | Sampling::Unknown(_) => None,
            }
        };
        let (allocated, in_use) = (
            entry.map(|entry| entry.allocated),
            entry.map(|entry| entry.in_use),
        );
        sink.sample(&SampleRow {
            stack: id,
            block_size,
            values: sample.values(),
            sampled_allocated: sampled(self.counts.allocated, self.places.allocated, allocated),
            sampled_in_use: sampled(self.counts.in_use, self.places.in_use, in_use),
            labels: self.labels.all(),
        });
    }

    /// The hash of a stack, of which some frames are those of the one before it.
    fn hash(&mut self, stack: &[LocationIndex], shared: usize) -> StackHash {
        self.path.truncate(shared.min(stack.len()));
        let mut hash = self.path.last().copied().unwrap_or_default();
        for at in stack.get(self.path.len()..).unwrap_or_default() {
            let frames = self.hashes.get(at.get()).map_or(&[][..], Vec::as_slice);
            hash = frames.iter().copied().fold(hash, StackHash::then);
            self.path.push(hash);
        }
        hash
    }

    fn make_frames(&mut self, tables: &Tables, stack: &[LocationIndex]) {
        for &at in stack {
            if let Some(made @ None) = self.frames.get_mut(at.get()) {
                *made = Some(frames(tables, at, &self.lines));
            }
        }
    }
}

impl Places {
    fn of(header: &Header) -> Places {
        let place = |names: [&str; 2]| {
            let mut types = header.sample_types.iter();
            types.position(|known| names.contains(&known.type_.as_str()))
        };
        Places {
            allocated: place(["alloc_objects"; 2]),
            in_use: place(["inuse_objects", "objects"]),
        }
    }
}

/// The hashes of a location's frames, from the function really called to the innermost inlined one.
fn hashes(tables: &Tables, at: LocationIndex, lines: &Nodes, functions: &Nodes) -> Vec<FrameHash> {
    let sites = lines.known(at).iter().zip(functions.known(at));
    let hash = |(depth, (&line, &function)): (usize, (_, _))| {
        let start = lines.function_start(tables, line).unwrap_or(0);
        let of_function = functions.parts(function);
        FrameHash {
            line: frame_hash(&lines.parts(line), start, depth > 0),
            function: frame_hash(&of_function, of_function.start_line, false),
        }
    };
    sites.enumerate().map(hash).collect()
}

/// The frames of a location in the same order.
fn frames(tables: &Tables, at: LocationIndex, lines: &Nodes) -> Vec<Arc<RowFrame>> {
    let frame = |(depth, &line): (usize, &_)| {
        let site = lines.site(line);
        Arc::new(RowFrame {
            function: site.function.map(Arc::from),
            package: site.package.map(Arc::from),
            file: site.file.map(Arc::from),
            line: site.line,
            start_line: lines.function_start(tables, line),
            object: site.object.map(Arc::from),
            is_inlined: depth > 0,
        })
    };
    lines.known(at).iter().enumerate().map(frame).collect()
}
