//! A profile whose samples are read anew as often as they are asked for.

use std::fmt;

use super::first_reading::{First, FirstReading, State, read_fields, read_first};
use super::label_limit::LabelLimit;
use super::sample::Sample;
use super::stack::StackError;
use super::visitor::{Flow, Visitor};
use super::wanted::{Wanted, WantedStack};
use crate::container::{is_large, open};
use crate::edit::TablesEdit;
use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::profile::{Columns, Profile, ProfileBuilder};
use crate::source::Source;
use crate::tables::{IdMap, LocationIndex, Tables};
use crate::wire::{SampleRecord, TopLevel};
use crate::words::counted;

/// Reads a profile and hands its samples to `visitor`, in memory that does not grow with their
/// number. Returns the complete tables.
///
/// A profile that the Go runtime wrote is read once. One whose samples come before their
/// locations, as `go tool pprof -proto` writes them, is read twice. A text is read into a
/// [`Profile`], which then hands out its samples.
///
/// # Errors
///
/// Whatever the input breaks of the rules of the format; nothing the visitor has seen by then is
/// to be trusted.
pub fn visit(
    source: &(impl Source + ?Sized),
    limits: &Limits,
    visitor: &mut impl Visitor,
) -> Result<Tables> {
    Ok(ProfileReader::open(source, limits, visitor)?.into_tables())
}

impl Profile {
    /// Reads a profile into memory.
    ///
    /// # Errors
    ///
    /// As [`visit`], and [`crate::ErrorKind::TooLarge`] beyond
    /// [`Limits::max_column_bytes`](Limits::max_column_bytes).
    pub fn read(source: &(impl Source + ?Sized), limits: &Limits) -> Result<Profile> {
        let mut builder = ProfileBuilder::new(limits);
        let tables = visit(source, limits, &mut builder)?;
        builder.build(tables)
    }
}

/// A profile of which only the tables are in memory: its samples are read from the source as often
/// as they are asked for, and so stay out of memory, however many there are.
///
/// What is no protobuf is kept: texts are small, and a [`Profile`] that was made rather than read
/// has no source.
pub struct ProfileReader<S> {
    tables: Tables,
    samples: Samples<S>,
}

/// Where samples come from.
enum Samples<S> {
    Source {
        source: S,
        limits: Limits,
        /// What the ids of locations mean.
        ids: IdMap,
        count: u64,
    },
    Kept(Columns),
    Stored(Box<dyn SampleStore>),
}

/// Samples that are kept in a form of their own, such as those of a sum.
pub trait SampleStore: Send + Sync {
    /// Number of samples.
    fn count(&self) -> u64;

    /// Tells all samples in order.
    ///
    /// # Errors
    ///
    /// As [`visit`](crate::visit()), where they come from something that is read.
    fn each(&self, tell: &mut dyn FnMut(&Sample<'_>)) -> Result<()>;
}

impl<S> fmt::Debug for ProfileReader<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProfileReader")
            .field("tables", &self.tables)
            .field("sample_count", &self.sample_count())
            .finish_non_exhaustive()
    }
}

impl<S: Source> ProfileReader<S> {
    /// Reads a profile for the first time, as [`visit`](crate::visit()) does.
    ///
    /// # Errors
    ///
    /// As [`visit`](crate::visit()).
    pub fn open(
        source: S,
        limits: &Limits,
        visitor: &mut impl Visitor,
    ) -> Result<ProfileReader<S>> {
        let (reader, state) = match read_first(&source, limits, visitor)? {
            First::Protobuf(first) => ProfileReader::of_first(source, limits, *first),
            First::Text(profile) => {
                profile.visit(visitor);
                return Ok(ProfileReader::of(*profile));
            }
        };
        if state == State::BeforeSamples {
            visitor.start(&reader.tables, true);
        }
        if state == State::Skipping || visitor.end(&reader.tables) == Flow::Reread {
            reader.visit_again(visitor)?;
        }
        Ok(reader)
    }

    /// Reads the tables of a profile and passes its samples over: what is wrong with them shows when
    /// they are visited.
    ///
    /// # Errors
    ///
    /// As [`visit`](crate::visit()).
    pub fn open_tables(source: S, limits: &Limits) -> Result<ProfileReader<S>> {
        Ok(match read_first(&source, limits, &mut PassOver)? {
            First::Protobuf(first) => ProfileReader::of_first(source, limits, *first).0,
            First::Text(profile) => ProfileReader::of(*profile),
        })
    }

    fn of_first(source: S, limits: &Limits, first: FirstReading) -> (ProfileReader<S>, State) {
        let reader = ProfileReader {
            tables: first.tables,
            samples: Samples::Source {
                source,
                limits: *limits,
                ids: first.ids,
                count: first.samples,
            },
        };
        (reader, first.state)
    }

    /// Hands all samples to a visitor, as often as it asks for them. Tables are complete from the
    /// start.
    ///
    /// # Errors
    ///
    /// As [`visit`](crate::visit()).
    pub fn visit(&self, visitor: &mut impl Visitor) -> Result<()> {
        if self.sample_count() == 0 {
            visitor.start(&self.tables, true);
            visitor.end(&self.tables);
            return Ok(());
        }
        self.visit_again(visitor)
    }

    /// The samples in memory.
    ///
    /// # Errors
    ///
    /// As [`Profile::read`].
    pub fn to_profile(&self, limits: &Limits) -> Result<Profile> {
        let mut builder = ProfileBuilder::new(limits);
        self.visit(&mut builder)?;
        builder.build(self.tables.clone())
    }

    fn visit_again(&self, visitor: &mut impl Visitor) -> Result<()> {
        while self.sample_count() > 0 {
            match &self.samples {
                Samples::Kept(columns) => columns.hand_out(&self.tables, visitor),
                Samples::Stored(store) => {
                    visitor.start(&self.tables, true);
                    store.each(&mut |sample| visitor.sample(&self.tables, sample))?;
                }
                Samples::Source {
                    source,
                    limits,
                    ids,
                    ..
                } => Again::new(&self.tables, ids).read(source, limits, visitor)?,
            }
            if visitor.end(&self.tables) == Flow::Proceed {
                break;
            }
        }
        Ok(())
    }
}

impl<S> ProfileReader<S> {
    /// A profile that is in memory.
    pub fn of(profile: Profile) -> ProfileReader<S> {
        let (tables, columns) = profile.into_parts();
        ProfileReader {
            tables,
            samples: Samples::Kept(columns),
        }
    }

    /// Tables with samples that are kept in a form of their own and refer to them.
    pub fn of_store(tables: Tables, store: Box<dyn SampleStore>) -> ProfileReader<S> {
        ProfileReader {
            tables,
            samples: Samples::Stored(store),
        }
    }

    /// Everything but the samples.
    pub fn tables(&self) -> &Tables {
        &self.tables
    }

    /// The same, read from something else that is made of the source.
    pub fn map_source<T>(self, make: impl FnOnce(S) -> T) -> ProfileReader<T> {
        let samples = match self.samples {
            Samples::Source {
                source,
                limits,
                ids,
                count,
            } => Samples::Source {
                source: make(source),
                limits,
                ids,
                count,
            },
            Samples::Kept(columns) => Samples::Kept(columns),
            Samples::Stored(store) => Samples::Stored(store),
        };
        ProfileReader {
            tables: self.tables,
            samples,
        }
    }

    /// Changes the tables, which samples then refer to.
    pub fn edit(&mut self) -> TablesEdit<'_> {
        TablesEdit::new(&mut self.tables)
    }

    /// Number of samples.
    pub fn sample_count(&self) -> u64 {
        match &self.samples {
            Samples::Source { count, .. } => *count,
            Samples::Kept(columns) => columns.len() as u64,
            Samples::Stored(store) => store.count(),
        }
    }

    pub(crate) fn into_tables(self) -> Tables {
        self.tables
    }
}

/// Wants no samples before all tables are there.
struct PassOver;

impl Visitor for PassOver {
    fn start(&mut self, _: &Tables, _: bool) -> Flow {
        Flow::Reread
    }

    fn sample(&mut self, _: &Tables, _: &Sample<'_>) {}

    fn end(&mut self, _: &Tables) -> Flow {
        Flow::Proceed
    }
}

/// A further reading, with complete tables: samples only.
struct Again<'a> {
    tables: &'a Tables,
    ids: &'a IdMap,
    /// All ids from 1 to this one are those of locations one position below.
    last_counted: u32,
    record: SampleRecord,
    stack: WantedStack,
    label_limit: LabelLimit,
}

impl<'a> Again<'a> {
    fn new(tables: &'a Tables, ids: &'a IdMap) -> Self {
        Self {
            tables,
            ids,
            last_counted: ids.counted(),
            record: SampleRecord::default(),
            stack: WantedStack::default(),
            label_limit: LabelLimit::default(),
        }
    }

    fn read(
        mut self,
        source: &impl Source,
        limits: &Limits,
        visitor: &mut impl Visitor,
    ) -> Result<()> {
        visitor.start(self.tables, true);
        let plain = open(source, limits)?;
        let is_aside = !plain.layers.is_empty() && is_large(source.size());
        let mut number = 0;
        read_fields(plain.reader, is_aside, limits, |field| {
            if let TopLevel::Bytes(2, bytes, base) = field {
                self.sample(number, bytes, base, visitor)?;
                number += 1;
            }
            Ok(())
        })?;
        self.label_limit.check(self.tables)
    }

    fn sample(
        &mut self,
        number: u64,
        bytes: &[u8],
        base: u64,
        visitor: &mut impl Visitor,
    ) -> Result<()> {
        let raw = self.record.read(bytes, base)?;
        let wanted = Wanted::by(visitor, raw.values);
        let lookup = |id| self.ids.get(id).map(LocationIndex);
        let read = self.stack.read(raw.ids, wanted, self.last_counted, lookup);
        let stacked = match read {
            Ok(stacked) => stacked,
            Err(StackError::Wire(error)) => return Err(error),
            Err(StackError::Unknown(id)) => return Err(unknown_location(number, id)),
        };
        let types = self.tables.sample_types.len();
        if self.record.values.len() != types {
            return Err(wrong_value_count(number, self.record.values.len(), types));
        }
        self.label_limit.note(number, &self.record.labels)?;
        let sample = stacked.sample(number, &self.record, self.stack.frames());
        visitor.sample(self.tables, &sample);
        Ok(())
    }
}

fn unknown_location(number: u64, id: u64) -> Error {
    Error::structure(
        format!("sample, row {number}"),
        format!("location id {id}"),
        "the id of a location in the table",
    )
}

fn wrong_value_count(number: u64, found: usize, expected: usize) -> Error {
    Error::structure(
        format!("sample, row {number}"),
        counted(found, "value"),
        format!("{expected}, one for each sample type"),
    )
}
