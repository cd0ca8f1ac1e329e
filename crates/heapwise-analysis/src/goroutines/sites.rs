//! Sites and stacks of several dumps, each kept once.

use std::collections::HashMap;
use std::sync::Arc;

use heapwise_decode::{LocationIndex, Tables};

use super::park::Frame;
use crate::site::granularity::Granularity;
use crate::site::identity::{Site, clean_path, package_of, without_type_arguments};
use crate::site::inlined::Inlined;
use crate::site::interner::Interner;
use crate::site::origin::Origin;
use crate::site::shape::Shape;
use crate::site::table::{NodeId, Nodes};

/// The place of a site in [`super::GoroutineGroups::sites`].
pub type SitePlace = u32;

/// A frame: the place of its site among all.
pub(super) type SiteIndex = u32;
/// A stack among all that have the same frames but for those of the runtime.
pub(super) type StackIndex = u32;

/// All sites, by content.
#[derive(Debug, Default)]
pub(super) struct Sites {
    known: Interner<Site>,
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    frame: Frame,
    is_inlined: bool,
    is_called: bool,
}

impl Sites {
    /// The site of a function, a file and a line; what is not known is empty.
    pub(super) fn add(&mut self, function: &str, file: &[u8], line: i64) -> SiteIndex {
        let function = without_type_arguments(function);
        let site = Site {
            package: package_of(&function),
            file: (!file.is_empty())
                .then(|| String::from_utf8_lossy(&clean_path(file)).into_owned()),
            line: (line > 0).then_some(line),
            function: Some(function).filter(|function| !function.is_empty()),
            ..Site::default()
        };
        self.add_site(site)
    }

    fn add_site(&mut self, site: Site) -> SiteIndex {
        let frame = Frame::of(site.function.as_deref().unwrap_or(""));
        let index = self.known.add(site);
        if self.rows.len() < self.known.len() {
            self.rows.push(Row {
                frame,
                is_inlined: false,
                is_called: false,
            });
        }
        index
    }

    /// The sites of a location's lines, innermost first.
    pub(super) fn of_location(
        &mut self,
        dump: &mut DumpSites,
        tables: &Tables,
        at: LocationIndex,
        into: &mut Vec<SiteIndex>,
    ) {
        if tables.location(at).lines.is_empty() {
            return;
        }
        for (depth, &node) in dump.table.known(at).iter().enumerate().rev() {
            let site = self.of_dump(&dump.table, &mut dump.known, node);
            if let Some(row) = self.rows.get_mut(site as usize) {
                row.is_inlined |= depth > 0;
                row.is_called |= depth == 0;
            }
            into.push(site);
        }
    }

    fn of_dump(
        &mut self,
        table: &Nodes,
        known: &mut [Option<SiteIndex>],
        node: NodeId,
    ) -> SiteIndex {
        let mut slot = known.get_mut(node as usize);
        if let Some(Some(known)) = slot {
            return *known;
        }
        let site = table.site(node);
        let site = self.add_site(Site {
            line: site.line.filter(|&line| line > 0),
            object: None,
            start_line: None,
            ..site
        });
        if let Some(slot) = &mut slot {
            **slot = Some(site);
        }
        site
    }

    fn site(&self, site: SiteIndex) -> Option<&Site> {
        self.known.get(site)
    }

    pub(super) fn frame(&self, site: SiteIndex) -> Frame {
        self.rows
            .get(site as usize)
            .map_or(Frame::Code, |row| row.frame)
    }

    pub(super) fn function(&self, site: SiteIndex) -> &str {
        let site = self.site(site);
        site.and_then(|site| site.function.as_deref()).unwrap_or("")
    }

    pub(super) fn origin(&self, site: SiteIndex) -> Origin {
        self.site(site).map_or(Origin::Unknown, Origin::of)
    }

    /// The sites with whether they were inlined, and the rank of each in the order of content.
    pub(super) fn finish(self) -> (Vec<(Site, Inlined)>, Vec<u32>) {
        let mut order: Vec<usize> = (0..self.rows.len()).collect();
        let sites = self.known.keys();
        order.sort_by_key(|&at| sites.get(at));
        let mut ranks = vec![0; order.len()];
        for (rank, at) in order.into_iter().enumerate() {
            if let Some(slot) = ranks.get_mut(at) {
                *slot = rank as u32;
            }
        }
        let sites = self.known.into_keys().into_iter().zip(self.rows);
        let sites = sites.map(|(site, row)| {
            let inlined = Inlined::from_seen(row.is_inlined, row.is_called);
            (site, inlined)
        });
        (sites.collect(), ranks)
    }
}

/// The sites of one dump, and which of all sites each of them is.
pub(super) struct DumpSites {
    table: Nodes,
    known: Vec<Option<SiteIndex>>,
}

impl DumpSites {
    /// The sites of a dump: lines, with functions as dumps name them.
    pub(super) fn of(tables: &Tables) -> DumpSites {
        let shape = Shape {
            folds_type_arguments: true,
            trim: None,
            ..Shape::new(Granularity::Lines)
        };
        let table = Nodes::of(tables, shape);
        DumpSites {
            known: vec![None; table.len()],
            table,
        }
    }
}

/// A stack as it is shown, the innermost frame first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shown {
    /// Frames that only say how it waits.
    pub(super) parked_in: Box<[SiteIndex]>,
    /// The others.
    pub(super) frames: Box<[SiteIndex]>,
}

/// All stacks, each with all frames that were seen. Stacks are equal when they are but for the frames that
/// say how they wait and those of the runtime, which the forms of a dump show in part.
#[derive(Debug, Default)]
pub(super) struct Stacks {
    by_key: HashMap<Box<[SiteIndex]>, StackIndex>,
    shown: Vec<Shown>,
    key: Vec<SiteIndex>,
}

impl Stacks {
    /// The stack of these frames, innermost first.
    pub(super) fn add(&mut self, frames: &[SiteIndex], sites: &Sites) -> StackIndex {
        let waiting = frames
            .iter()
            .take_while(|&&site| sites.frame(site) != Frame::Code)
            .count();
        // Of a goroutine that is all runtime the outermost frame says what it is.
        let folded = waiting.min(frames.len().saturating_sub(1));
        let (parked_in, rest) = frames.split_at_checked(folded).unwrap_or((frames, &[]));
        self.key.clear();
        let code = rest
            .iter()
            .filter(|&&site| sites.frame(site) != Frame::Runtime);
        self.key.extend(code);
        if self.key.is_empty() {
            self.key.extend(rest);
        }
        if let Some(&known) = self.by_key.get(self.key.as_slice()) {
            self.show_more(known, parked_in, rest);
            return known;
        }
        let index = self.shown.len() as StackIndex;
        self.by_key.insert(self.key.as_slice().into(), index);
        self.shown.push(Shown {
            parked_in: parked_in.into(),
            frames: rest.into(),
        });
        index
    }

    /// Forms differ in what they leave out: the one that leaves out least is shown.
    fn show_more(&mut self, known: StackIndex, parked_in: &[SiteIndex], rest: &[SiteIndex]) {
        if let Some(shown) = self.shown.get_mut(known as usize) {
            if parked_in.len() > shown.parked_in.len() {
                shown.parked_in = parked_in.into();
            }
            if rest.len() > shown.frames.len() {
                shown.frames = rest.into();
            }
        }
    }

    pub(super) fn get(&self, stack: StackIndex) -> Option<&Shown> {
        self.shown.get(stack as usize)
    }

    pub(super) fn into_shown(self) -> Vec<Shown> {
        self.shown
    }
}

/// Texts, each kept once.
#[derive(Debug, Default)]
pub(super) struct Words(Interner<Arc<str>>);

impl Words {
    pub(super) fn add(&mut self, text: &str) -> u32 {
        self.0.add_ref(text)
    }

    /// The text itself, where it was added.
    pub(super) fn find(&self, text: &str) -> Option<&str> {
        self.0.find(text).map(|known| &**known)
    }

    pub(super) fn get(&self, index: u32) -> &str {
        self.0.get(index).map_or("", |text| text)
    }
}
