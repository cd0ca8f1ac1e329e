//! Equal goroutines of a dump, counted.

use std::collections::HashMap;

use super::frames::{Frames, Node};
use super::header::{self, Header};
use super::symbols::Symbols;
use crate::made_label::MadeLabel;
use crate::tables::{LocationIndex, StringIndex};

/// What goroutines have to share to be one sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    stack: Node,
    header: HeaderIndex,
    creator: CreatorIndex,
}

/// A distinct header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct HeaderIndex(u32);

/// A distinct creator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct CreatorIndex(u32);

/// A goroutine that nothing is known to have created.
pub(super) const NO_CREATOR: CreatorIndex = CreatorIndex(u32::MAX);

/// The groups of a dump, in order of appearance.
#[derive(Default)]
pub(super) struct Groups {
    by_key: HashMap<Key, u32>,
    keys: Vec<Key>,
    counts: Vec<i64>,
    by_text: HashMap<Vec<u8>, HeaderIndex>,
    by_header: HashMap<Header, HeaderIndex>,
    headers: Vec<Header>,
    /// By function, then by place.
    by_creator: HashMap<Vec<u8>, HashMap<Vec<u8>, CreatorIndex>>,
    creators: Vec<(Vec<u8>, Vec<u8>)>,
    text_bytes: usize,
}

impl Groups {
    /// Bytes of memory in use, about.
    pub(super) fn size(&self) -> usize {
        // A group takes its key twice and becomes a sample with up to four labels.
        self.keys.len() * 256 + self.text_bytes
    }

    /// The state in a header.
    pub(super) fn state(&self, header: HeaderIndex) -> &[u8] {
        let header = self.headers.get(header.0 as usize);
        header.map_or(&[], |header| &header.state)
    }

    /// The header of a line from its bracket on; `None` when it is no header.
    pub(super) fn header(&mut self, how: &[u8]) -> Option<HeaderIndex> {
        if let Some(&known) = self.by_text.get(how) {
            return Some(known);
        }
        let parsed = header::parse(how)?;
        let next = HeaderIndex(self.headers.len() as u32);
        let index = *self.by_header.entry(parsed.clone()).or_insert(next);
        if index == next {
            self.headers.push(parsed);
        }
        self.text_bytes += 4 * how.len() + 256;
        self.by_text.insert(how.to_vec(), index);
        Some(index)
    }

    /// The creator with this function and place.
    pub(super) fn creator(&mut self, function: &[u8], place: &[u8]) -> CreatorIndex {
        let known = self.by_creator.get(function);
        if let Some(&known) = known.and_then(|places| places.get(place)) {
            return known;
        }
        let index = CreatorIndex(self.creators.len() as u32);
        let (function, place) = (function.to_vec(), place.to_vec());
        self.text_bytes += 2 * (function.len() + place.len()) + 256;
        self.creators.push((function.clone(), place.clone()));
        let places = self.by_creator.entry(function).or_default();
        places.insert(place, index);
        index
    }

    /// Counts a goroutine; returns the number of its group.
    pub(super) fn count(
        &mut self,
        stack: Node,
        header: HeaderIndex,
        creator: CreatorIndex,
    ) -> usize {
        let key = Key {
            stack,
            header,
            creator,
        };
        let next = self.keys.len() as u32;
        let group = *self.by_key.entry(key).or_insert(next) as usize;
        match self.counts.get_mut(group) {
            Some(count) => *count += 1,
            None => {
                self.keys.push(key);
                self.counts.push(1);
            }
        }
        group
    }

    /// Makes every group a sample.
    pub(super) fn add_samples(&self, frames: &Frames, symbols: &mut Symbols) {
        let names = Names::new(symbols);
        let mut stack: Vec<LocationIndex> = Vec::new();
        let mut labels = Vec::new();
        for (key, &count) in self.keys.iter().zip(&self.counts) {
            stack.clear();
            stack.extend(frames.stack(key.stack));
            labels.clear();
            if let Some(header) = self.headers.get(key.header.0 as usize) {
                names.header(header, symbols, &mut labels);
            }
            if let Some((function, place)) = self.creators.get(key.creator.0 as usize) {
                names.creator(function, place, symbols, &mut labels);
            }
            symbols.maker.add_sample(&stack, &[count], &labels);
        }
    }
}

/// The names of the labels that tell how a goroutine is. Those that CockroachDB's debug=3 has
/// are named as there.
struct Names {
    state: StringIndex,
    minutes: StringIndex,
    unit: StringIndex,
    creator: StringIndex,
    created_at: StringIndex,
    leaked: StringIndex,
    locked: StringIndex,
    yes: StringIndex,
}

impl Names {
    fn new(symbols: &mut Symbols) -> Self {
        let mut text = |text: &str| symbols.maker.text(text.as_bytes());
        Self {
            state: text("go::goroutine_state"),
            minutes: text("go::goroutine_wait_minutes"),
            unit: text("minutes"),
            creator: text("go::goroutine_created_by"),
            created_at: text("go::goroutine_created_at"),
            leaked: text("go::goroutine_leaked"),
            locked: text("go::goroutine_locked_to_thread"),
            yes: text("true"),
        }
    }

    fn header(&self, header: &Header, symbols: &mut Symbols, labels: &mut Vec<MadeLabel>) {
        let state = symbols.maker.text(&header.state);
        labels.push(MadeLabel::Text(self.state, state));
        if header.minutes != 0 {
            labels.push(MadeLabel::Number(self.minutes, header.minutes, self.unit));
        }
        if header.is_leaked {
            labels.push(MadeLabel::Text(self.leaked, self.yes));
        }
        if header.is_locked {
            labels.push(MadeLabel::Text(self.locked, self.yes));
        }
        for (key, value) in &header.labels {
            let key = symbols.maker.text(key);
            let value = symbols.maker.text(value);
            labels.push(MadeLabel::Text(key, value));
        }
    }

    fn creator(
        &self,
        function: &[u8],
        place: &[u8],
        symbols: &mut Symbols,
        labels: &mut Vec<MadeLabel>,
    ) {
        let function = symbols.maker.text(function);
        labels.push(MadeLabel::Text(self.creator, function));
        let place = symbols.maker.text(place);
        labels.push(MadeLabel::Text(self.created_at, place));
    }
}
