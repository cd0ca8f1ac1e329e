//! Sites and stacks of several dumps, each kept once.

use std::collections::HashMap;

use heapwise_decode::{Line, Location, Tables};

use super::park::{Frame, without_type_arguments};
use crate::site::identity::{Site, clean_path, package_of};
use crate::site::inlined::Inlined;
use crate::site::origin::Origin;

/// The place of a site in [`super::GoroutineGroups::sites`].
pub type SitePlace = u32;

/// A frame: the place of its site among all.
pub(super) type SiteIndex = u32;
/// A stack among all that have the same frames but for those of the runtime.
pub(super) type StackIndex = u32;

/// All sites, by content.
#[derive(Debug, Default)]
pub(super) struct Sites {
    by_content: HashMap<Site, SiteIndex>,
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    site: Site,
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
        if let Some(&known) = self.by_content.get(&site) {
            return known;
        }
        let index = self.rows.len() as SiteIndex;
        self.by_content.insert(site.clone(), index);
        self.rows.push(Row {
            frame: Frame::of(site.function.as_deref().unwrap_or("")),
            site,
            is_inlined: false,
            is_called: false,
        });
        index
    }

    /// The sites of a location's lines, innermost first; one without a name where it has none.
    pub(super) fn of_location(
        &mut self,
        tables: &Tables,
        location: &Location<'_>,
        into: &mut Vec<SiteIndex>,
    ) {
        let outermost = location.lines.len().saturating_sub(1);
        for (at, line) in location.lines.iter().enumerate() {
            let site = self.of_line(tables, line);
            if let Some(row) = self.rows.get_mut(site as usize) {
                row.is_inlined |= at < outermost;
                row.is_called |= at == outermost;
            }
            into.push(site);
        }
    }

    fn of_line(&mut self, tables: &Tables, line: &Line) -> SiteIndex {
        let function = tables.function(line.function);
        let name = tables.text(function.name);
        let file = tables.text_bytes(function.filename);
        self.add(&name, file, line.line)
    }

    pub(super) fn frame(&self, site: SiteIndex) -> Frame {
        self.rows
            .get(site as usize)
            .map_or(Frame::Code, |row| row.frame)
    }

    pub(super) fn function(&self, site: SiteIndex) -> &str {
        let row = self.rows.get(site as usize);
        row.and_then(|row| row.site.function.as_deref())
            .unwrap_or("")
    }

    pub(super) fn origin(&self, site: SiteIndex) -> Origin {
        let row = self.rows.get(site as usize);
        row.map_or(Origin::Unknown, |row| Origin::of(&row.site))
    }

    /// The sites with whether they were inlined, and the rank of each in the order of content.
    pub(super) fn finish(self) -> (Vec<(Site, Inlined)>, Vec<u32>) {
        let mut order: Vec<usize> = (0..self.rows.len()).collect();
        order.sort_by(|&a, &b| {
            let site = |at: usize| self.rows.get(at).map(|row| &row.site);
            site(a).cmp(&site(b))
        });
        let mut ranks = vec![0; order.len()];
        for (rank, at) in order.into_iter().enumerate() {
            if let Some(slot) = ranks.get_mut(at) {
                *slot = rank as u32;
            }
        }
        let rows = self.rows.into_iter();
        let sites = rows.map(|row| {
            let inlined = Inlined::from_seen(row.is_inlined, row.is_called);
            (row.site, inlined)
        });
        (sites.collect(), ranks)
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
pub(super) struct Words {
    by_text: HashMap<String, u32>,
    texts: Vec<String>,
}

impl Words {
    pub(super) fn add(&mut self, text: &str) -> u32 {
        if let Some(&known) = self.by_text.get(text) {
            return known;
        }
        let index = self.texts.len() as u32;
        self.by_text.insert(text.to_owned(), index);
        self.texts.push(text.to_owned());
        index
    }

    /// The text itself, where it was added.
    pub(super) fn find(&self, text: &str) -> Option<&str> {
        let index = self.by_text.get(text)?;
        Some(self.get(*index))
    }

    pub(super) fn get(&self, index: u32) -> &str {
        self.texts.get(index as usize).map_or("", String::as_str)
    }
}
