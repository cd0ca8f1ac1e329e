//! Reads a profile and hands out its samples, in one reading if it can and in more if it must.

use std::io::Read;

use super::label_limit::LabelLimit;
use super::stack::StackError;
use super::visitor::{Flow, Visitor};
use super::wanted::{Stacked, Wanted, WantedStack};
use crate::container::{Chunked, Encoding, is_large, open, read_aside};
use crate::error::{Error, ErrorKind, Result, Stage};
use crate::limits::Limits;
use crate::mangled;
use crate::note::Note;
use crate::otlp;
use crate::profile::Profile;
use crate::sniff;
use crate::source::Source;
use crate::tables::{IdMap, Tables, TablesBuilder};
use crate::text;
use crate::wire::{SampleRecord, TopLevel, read_top_level};
use crate::words::counted;

/// Reads a profile for the first time: collects its tables and hands out its samples while they
/// can be.
pub(super) fn read_first(
    source: &(impl Source + ?Sized),
    limits: &Limits,
    visitor: &mut impl Visitor,
) -> Result<First> {
    let mut reading = Reading {
        builder: TablesBuilder::new(limits),
        record: SampleRecord::default(),
        stack: WantedStack::default(),
        samples: 0,
        label_limit: LabelLimit::default(),
        state: State::BeforeSamples,
        types: 0,
    };
    let plain = reading.read(source, limits, visitor);
    let (encoding, note) =
        match plain.map_err(|error| mangled::explain(error, source.open().ok()))? {
            Form::Protobuf(encoding, note) => (encoding, note),
            Form::Text(profile) => return Ok(First::Text(profile)),
        };
    let (mut tables, ids) = reading.builder.into_parts();
    tables.encoding = encoding;
    tables.notes.extend(note);
    Ok(First::Protobuf(Box::new(FirstReading {
        tables,
        ids,
        samples: reading.samples,
        state: reading.state,
    })))
}

/// What the first reading found.
pub(super) enum First {
    /// A profile in protobuf.
    Protobuf(Box<FirstReading>),
    /// A text.
    Text(Box<Profile>),
}

/// A profile in protobuf after its first reading.
pub(super) struct FirstReading {
    pub(super) tables: Tables,
    /// What the ids of locations mean.
    pub(super) ids: IdMap,
    pub(super) samples: u64,
    pub(super) state: State,
}

/// What became of the samples in the first reading.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// No sample has come yet.
    BeforeSamples,
    /// Samples go to the visitor.
    Handing,
    /// Samples are skipped: they come again in the next reading.
    Skipping,
}

/// What an input turned out to be.
enum Form {
    /// A profile in protobuf, how it was packed, and what is to be known of that.
    Protobuf(Vec<Encoding>, Option<Note>),
    /// A text.
    Text(Box<Profile>),
}

struct Reading {
    builder: TablesBuilder,
    record: SampleRecord,
    stack: WantedStack,
    samples: u64,
    label_limit: LabelLimit,
    state: State,
    /// Sample types known when the first sample came.
    types: usize,
}

impl Reading {
    fn read(
        &mut self,
        source: &(impl Source + ?Sized),
        limits: &Limits,
        visitor: &mut impl Visitor,
    ) -> Result<Form> {
        let plain = open(source, limits)?;
        let (head, reader) = sniff::head(plain.reader)?;
        if let Some(form) = otlp::recognise(&head) {
            return Ok(Form::Text(Box::new(otlp::read(form, source, limits)?)));
        }
        if let Some(form) = text::recognise(&head).filter(|form| form.is_read(limits.texts)) {
            let mut read = text::read(form, source, limits);
            let mut next = text::may_be(form, &head);
            while let (Err(error), Some(form)) = (&read, next) {
                if error.kind() == ErrorKind::TooLarge {
                    break;
                }
                read = text::read(form, source, limits).or(read);
                next = text::may_be(form, &head);
            }
            let profile = read?.ok_or_else(text::no_dump)?;
            return Ok(Form::Text(Box::new(profile)));
        }
        let is_aside = !plain.layers.is_empty() && is_large(source.size());
        let read = read_fields(reader, is_aside, limits, |field| match field {
            TopLevel::Bytes(2, bytes, base) => self.first_sample(bytes, base, visitor),
            other => self.builder.add(other),
        });
        let read = read
            .and_then(|read| if read == 0 { Err(empty()) } else { Ok(()) })
            .and_then(|()| self.builder.finish());
        if let Err(error) = read {
            return no_protobuf(source, limits, &head, error);
        }
        self.check_types()?;
        self.label_limit.check(self.builder.tables())?;
        if self.state == State::Handing && self.types != self.builder.tables().sample_types.len() {
            self.state = State::Skipping;
        }
        Ok(Form::Protobuf(plain.layers, plain.left_out.note()))
    }

    fn first_sample(&mut self, bytes: &[u8], base: u64, visitor: &mut impl Visitor) -> Result<()> {
        let number = self.samples;
        self.samples += 1;
        if self.state == State::BeforeSamples {
            self.types = self.builder.tables().sample_types.len();
            self.state = match visitor.start(self.builder.tables(), false) {
                Flow::Proceed => State::Handing,
                Flow::Reread => State::Skipping,
            };
        }
        if self.state == State::Skipping {
            return Ok(());
        }
        let stacked = match self.read_sample(bytes, base, visitor) {
            Ok(stacked) => stacked,
            Err(StackError::Wire(error)) => return Err(error),
            Err(StackError::Unknown(_)) => return self.give_up(),
        };
        if self.record.values.len() != self.types {
            return self.give_up();
        }
        self.label_limit.note(number, &self.record.labels)?;
        self.hand_out(number, stacked, visitor);
        Ok(())
    }

    #[inline]
    fn read_sample(
        &mut self,
        bytes: &[u8],
        base: u64,
        visitor: &impl Visitor,
    ) -> std::result::Result<Stacked, StackError> {
        let builder = &mut self.builder;
        let raw = self.record.read(bytes, base).map_err(StackError::Wire)?;
        let wanted = Wanted::by(visitor, raw.values);
        let last_counted = builder.last_counted();
        let lookup = |id| builder.ready_location(id);
        self.stack.read(raw.ids, wanted, last_counted, lookup)
    }

    /// Samples without a type of value mean nothing (profile/profile.go: CheckValid).
    fn check_types(&self) -> Result<()> {
        if self.samples > 0 && self.builder.tables().sample_types.is_empty() {
            return Err(Error::structure(
                "sample types",
                format!("none for {}", counted(self.samples, "sample")),
                "at least one sample type",
            ));
        }
        Ok(())
    }

    /// Leaves the samples to the next reading, which knows all there is to know.
    fn give_up(&mut self) -> Result<()> {
        self.state = State::Skipping;
        self.stack.clear();
        Ok(())
    }

    #[inline]
    fn hand_out(&self, number: u64, stacked: Stacked, visitor: &mut impl Visitor) {
        let sample = stacked.sample(number, &self.record, self.stack.frames());
        visitor.sample(self.builder.tables(), &sample);
    }
}

/// What there is instead of a protobuf profile: folded stacks, a text with goroutines somewhere in
/// it, or the error.
fn no_protobuf(
    source: &(impl Source + ?Sized),
    limits: &Limits,
    head: &[u8],
    error: Error,
) -> Result<Form> {
    if !sniff::is_foreign(&error) {
        return Err(error);
    }
    for form in text::guesses(head).filter(|form| form.is_read(limits.texts)) {
        if let Some(profile) = text::read(form, source, limits)? {
            return Ok(Form::Text(Box::new(profile)));
        }
    }
    Err(sniff::explain(head, error))
}

/// Reads the fields of the outermost message, inflated on a thread of their own if `is_aside`.
pub(super) fn read_fields(
    reader: Box<dyn Read + Send + '_>,
    is_aside: bool,
    limits: &Limits,
    handle: impl FnMut(TopLevel<'_>) -> Result<()>,
) -> Result<u64> {
    let mut reader = reader;
    let take = |reader: &mut dyn Chunked| read_top_level(reader, limits, handle);
    if is_aside {
        read_aside(reader, take)
    } else {
        take(&mut reader)
    }
}

fn empty() -> Error {
    Error::new(
        ErrorKind::Empty,
        Stage::Format,
        "byte 0",
        "no bytes",
        "a profile",
    )
}
