//! Adds samples up by the place that allocates while they are read.

use std::collections::{BTreeMap, HashMap};

use heapwise_decode::{Flow, LabelValue, LocationIndex, Sample, Tables, Visitor};

use super::join::Lines;
use super::measured::{Part, part_of};
use super::own::OwnCode;
use super::place::Place;
use super::reason::Reason;
use super::row::{RowNodes, RowShape};
use super::service::{Frame, frame};
use crate::profile::header::Header;
use crate::rank::{RankRow, Ranking};
use crate::site::granularity::Granularity;
use crate::site::identity::Site;
use crate::site::shape::Shape;
use crate::site::table::{NodeId, Nodes};
use crate::sums::blocks::{BlockTable, Recovery};
use crate::sums::estimate::sampling_of;
use crate::sums::totals::Totals;

/// The places of a profile, as rows of a ranking: its row with a number is of the place with that number.
#[derive(Debug)]
pub(super) struct Gathered {
    pub(super) places: Vec<Place>,
    pub(super) ranking: Ranking,
}

/// What tells places apart, in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct PlaceKey {
    row: Option<NodeId>,
    location: Option<LocationIndex>,
    service: Option<Reason>,
    is_runtime: bool,
    own: Option<NodeId>,
    entry: Option<NodeId>,
    is_made_once: bool,
}

/// Adds samples up by place.
pub(super) struct Gatherer<'a> {
    nodes: Option<Nodes>,
    asked: Option<RowShape>,
    rows: Option<RowNodes>,
    frames: Vec<KnownFrame>,
    keys: HashMap<PlaceKey, u32>,
    order: Vec<PlaceKey>,
    sums: Vec<Vec<i128>>,
    /// Whether nothing of a place is of what a benchmark measures, or of another program.
    set_up: Vec<bool>,
    sizes: Vec<BTreeMap<u64, Vec<i128>>>,
    totals: Totals,
    blocks: BlockTable,
    recovery: Option<Recovery>,
    samples: u64,
    lines: &'a Lines<'a>,
}

/// What a site is to a search for who allocates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct KnownFrame {
    frame: Frame,
    is_own: bool,
    is_maker: bool,
    part: Option<Part>,
}

impl<'a> Gatherer<'a> {
    /// By place, for each row where rows are asked about; `lines` tell what benchmarks measure.
    pub(super) fn new(asked: Option<RowShape>, lines: &'a Lines<'a>) -> Gatherer<'a> {
        Gatherer {
            nodes: None,
            asked,
            rows: None,
            frames: Vec::new(),
            keys: HashMap::new(),
            order: Vec::new(),
            sums: Vec::new(),
            set_up: Vec::new(),
            sizes: Vec::new(),
            totals: Totals::default(),
            blocks: BlockTable::default(),
            recovery: None,
            samples: 0,
            lines,
        }
    }

    fn known(&self, node: NodeId) -> KnownFrame {
        let known = self.frames.get(node as usize).copied();
        known.unwrap_or(KnownFrame {
            frame: Frame::Code,
            is_own: false,
            is_maker: false,
            part: None,
        })
    }

    /// The place of a stack: past the runtime's frames at its leaf, which say what they do.
    fn key(&self, nodes: &Nodes, stack: &[LocationIndex]) -> PlaceKey {
        let mut service = None;
        let mut at = stack.iter().rev();
        let mut location = at.next();
        let is_runtime = |location: &LocationIndex| {
            let sites = nodes.known(*location);
            let frames = sites.iter().map(|&site| self.known(site).frame);
            let mut all = frames.clone();
            (!sites.is_empty() && all.all(|frame| frame != Frame::Code)).then(|| {
                let mut reasons = frames.rev();
                reasons.find_map(|frame| match frame {
                    Frame::Runtime(reason) => reason,
                    Frame::Code => None,
                })
            })
        };
        let leaf = location;
        while let Some(found) = location {
            match is_runtime(found) {
                // What is nearest to the code says best what it asked for.
                Some(reason) => service = reason.or(service),
                None => break,
            }
            location = at.next();
        }
        let (own, entry) = self.own(nodes, location, at);
        PlaceKey {
            row: None,
            location: location.or(leaf).copied(),
            service,
            is_runtime: location.is_none() && leaf.is_some(),
            own,
            entry,
            is_made_once: self.is_made_once(nodes, stack),
        }
    }

    /// Whether a pool has it made, which is empty, or it is made once.
    fn is_made_once(&self, nodes: &Nodes, stack: &[LocationIndex]) -> bool {
        let mut sites = stack.iter().flat_map(|location| nodes.known(*location));
        sites.any(|&site| self.known(site).is_maker)
    }

    /// Whether a benchmark makes it before what it measures: what is nearest tells.
    fn is_set_up(&self, nodes: &Nodes, stack: &[LocationIndex]) -> bool {
        let sites = stack.iter().rev().flat_map(|location| {
            let sites = nodes.known(*location);
            sites.iter().rev()
        });
        let mut parts = sites.filter_map(|&site| self.known(site).part);
        parts.next() == Some(Part::SetUp)
    }

    /// The innermost own line, and what it calls.
    fn own<'s>(
        &self,
        nodes: &Nodes,
        place: Option<&'s LocationIndex>,
        callers: impl Iterator<Item = &'s LocationIndex>,
    ) -> (Option<NodeId>, Option<NodeId>) {
        let mut inner = None;
        for location in place.into_iter().chain(callers) {
            for &site in nodes.known(*location).iter().rev() {
                if self.known(site).is_own {
                    return (Some(site), inner);
                }
                inner = Some(site);
            }
        }
        (None, None)
    }

    /// Where in a stack the outermost own code is; its end where there is none.
    fn below_own(&self, nodes: &Nodes, stack: &[LocationIndex]) -> usize {
        let is_own = |location: &LocationIndex| {
            let mut sites = nodes.known(*location).iter();
            sites.any(|&site| self.known(site).is_own)
        };
        stack.iter().position(is_own).unwrap_or(stack.len())
    }

    fn number(&mut self, key: PlaceKey) -> u32 {
        let next = self.order.len() as u32;
        let number = *self.keys.entry(key).or_insert(next);
        if number == next {
            self.order.push(key);
            self.sums.push(vec![0; self.totals.by_type().len()]);
            self.sizes.push(BTreeMap::new());
            self.set_up.push(true);
        }
        number
    }

    fn add(&mut self, (key, is_set_up): (PlaceKey, bool), sample: &Sample<'_>) {
        let number = self.number(key);
        if let Some(all) = self.set_up.get_mut(number as usize) {
            *all &= is_set_up;
        }
        add(self.sums.get_mut(number as usize), sample.values());
        if let (Some(size), Some(sizes)) = (size_of(sample), self.sizes.get_mut(number as usize)) {
            let width = self.totals.by_type().len();
            let sums = sizes.entry(size).or_insert_with(|| vec![0; width]);
            add(Some(sums), sample.values());
        }
        if let Some(entry) = self.recovery.as_mut().and_then(|known| known.entry(sample)) {
            self.blocks.add(number, entry);
        }
    }

    /// The places, and what each has allocated.
    pub(super) fn finish(mut self, tables: &Tables) -> Gathered {
        let header = Header::of(tables);
        let sizes = std::mem::take(&mut self.sizes);
        let places = self.order.iter().zip(sizes).zip(&self.set_up);
        let places = places.map(|((key, sizes), &is_set_up)| Place {
            is_set_up,
            ..self.place(tables, key, sizes)
        });
        let places: Vec<Place> = places.collect();
        let blocks = |number| {
            let recovery = self.recovery.as_ref();
            let recovery = recovery.filter(|recovery| recovery.failure().is_none());
            recovery.map(|recovery| recovery.blocks(self.blocks.entries(number)))
        };
        let rows = places
            .iter()
            .zip(std::mem::take(&mut self.sums))
            .zip(0_u32..);
        let rows: Vec<RankRow> = rows
            .map(|((place, sums), number)| {
                let site = place.site().cloned().unwrap_or_default();
                RankRow::of_flat(site, sums, blocks(number).unwrap_or_default())
            })
            .collect();
        let sampling = sampling_of(self.recovery.as_ref(), header.kind);
        Gathered {
            ranking: Ranking::of_rows(
                header,
                (self.samples, self.totals.without_base()),
                sampling,
                rows,
            ),
            places,
        }
    }

    fn place(&self, tables: &Tables, key: &PlaceKey, sizes: BTreeMap<u64, Vec<i128>>) -> Place {
        let site = |node: NodeId| self.nodes.as_ref().map(|nodes| nodes.site(node));
        let frames = self.nodes.as_ref().zip(key.location);
        let frames = frames.map(|(nodes, location)| {
            let sites = nodes.known(location).iter().rev();
            sites.map(|&node| {
                let start = nodes.function_start(tables, node);
                (nodes.site(node), (start, nodes.inlined(node)))
            })
        });
        let (frames, facts): (_, Vec<_>) = frames.into_iter().flatten().unzip();
        let (starts, inlined) = facts.into_iter().unzip();
        let row = self.rows.as_ref().zip(key.row);
        let own_start = self.nodes.as_ref().zip(key.own);
        let own_inlined = own_start.map(|(nodes, own)| nodes.inlined(own));
        let own_start = own_start.map(|(nodes, own)| nodes.function_start(tables, own));
        Place {
            row: row.map(|(rows, node)| rows.site(node)),
            frames,
            starts,
            inlined,
            service: key.service,
            is_runtime: key.is_runtime,
            own: key.own.and_then(site),
            own_start: own_start.flatten(),
            own_inlined: own_inlined.unwrap_or_default(),
            is_made_once: key.is_made_once,
            is_set_up: false,
            entry: key.entry.and_then(site).and_then(|site| site.function),
            sizes,
        }
    }
}

impl Visitor for Gatherer<'_> {
    fn start(&mut self, tables: &Tables, complete: bool) -> Flow {
        // Whose code a frame is is told by its names, which come last.
        if !complete {
            return Flow::Reread;
        }
        let nodes = Nodes::of(tables, Shape::new(Granularity::Lines));
        let numbers = 0..nodes.len() as NodeId;
        let sites: Vec<Site> = numbers.map(|node| nodes.site(node)).collect();
        let own = OwnCode::of(&sites);
        let known = |site: &Site| KnownFrame {
            frame: frame(site),
            is_own: own.has(site),
            is_maker: is_maker(site),
            part: part_of(site, self.lines),
        };
        let frames = sites.iter().map(known).collect();
        *self = Gatherer {
            frames,
            nodes: Some(nodes),
            rows: self.asked.map(|asked| RowNodes::of(tables, asked)),
            totals: Totals::start(tables, true),
            recovery: Some(Recovery::start(tables, true)),
            ..Gatherer::new(self.asked, self.lines)
        };
        Flow::Proceed
    }

    fn sample(&mut self, _: &Tables, sample: &Sample<'_>) {
        self.samples += 1;
        self.totals.add(sample);
        let Some(nodes) = self.nodes.take() else {
            return;
        };
        let key = self.key(&nodes, sample.stack());
        let is_set_up = self.is_set_up(&nodes, sample.stack());
        let Some(rows) = self.rows.take() else {
            self.nodes = Some(nodes);
            return self.add((key, is_set_up), sample);
        };
        let below = self.below_own(&nodes, sample.stack());
        self.nodes = Some(nodes);
        for (row, is_below) in rows.of_stack(sample.stack(), below) {
            let (own, entry) = match is_below {
                true => (key.own, key.entry),
                false => (None, None),
            };
            let row = Some(row);
            let key = PlaceKey {
                row,
                own,
                entry,
                ..key
            };
            self.add((key, is_set_up), sample);
        }
        self.rows = Some(rows);
    }

    fn end(&mut self, _: &Tables) -> Flow {
        Flow::Proceed
    }
}

/// Whether it is the function by which a pool makes what it has not, or one that runs another once (sync/once.go: doSlow).
fn is_maker(site: &Site) -> bool {
    let makers = ["sync.(*Pool).Get", "sync.(*Once).doSlow"];
    let function = site.function.as_deref();
    function.is_some_and(|function| makers.contains(&function))
}

fn add(sums: Option<&mut Vec<i128>>, values: &[i64]) {
    for (sum, &value) in sums.into_iter().flatten().zip(values) {
        *sum += i128::from(value);
    }
}

/// The block size that a sample of a heap profile tells: its only numeric label
/// (runtime/pprof/protomem.go: writeHeapProto).
fn size_of(sample: &Sample<'_>) -> Option<u64> {
    let mut labels = sample.labels().iter();
    labels.find_map(|label| match label.value {
        LabelValue::Number { value, .. } => u64::try_from(value).ok().filter(|&size| size > 0),
        LabelValue::Text(_) => None,
    })
}
