//! What a profile, its samples and its frames are in the columns of tables.

use std::sync::Arc;

use heapwise_analysis::rows::{RowFrame, RowsOf, SampleRow, StackId};
use heapwise_analysis::{SampleType, Sampling};

use super::batch::{Batch, Cell};
use super::fields::VALUES;

/// A profile that is exported: what it says of itself, and what is said of it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ExportedProfile {
    /// Its id.
    pub id: i64,
    /// Where it came from.
    pub source: String,
    /// The service that it is of.
    pub service: Option<Arc<str>>,
    /// The instance of that.
    pub instance: Option<Arc<str>>,
    /// Until when what was allocated is published, in nanoseconds since 1970-01-01 UTC.
    pub published_nanos: Option<i64>,
    of: RowsOf,
    /// By sample type, its column among [`VALUES`], or the name of its value in the column of the others.
    columns: Vec<Result<usize, Arc<str>>>,
}

impl ExportedProfile {
    /// A profile with this id and from there.
    pub fn new(id: i64, source: &str, of: &RowsOf) -> ExportedProfile {
        ExportedProfile {
            id,
            source: source.to_owned(),
            service: None,
            instance: None,
            published_nanos: None,
            columns: columns(&of.header.sample_types),
            of: of.clone(),
        }
    }

    /// When it was taken, in nanoseconds since 1970-01-01 UTC.
    pub fn time_nanos(&self) -> Option<i64> {
        self.of.header.time_nanos
    }

    /// The values of a sample by column, and those of types that have none.
    fn values(&self, row: &SampleRow<'_>) -> ([Option<i64>; VALUES.len()], Cell) {
        let mut own = [None; VALUES.len()];
        let mut others = Vec::new();
        for (column, &value) in self.columns.iter().zip(row.values) {
            match column {
                Ok(at) => {
                    if let Some(place) = own.get_mut(*at) {
                        *place = Some(value);
                    }
                }
                Err(name) => others.push((Arc::clone(name), value)),
            }
        }
        (own, Cell::IntMap(others))
    }
}

/// Each sample type has a column once; what has none, or comes again, is one of the others, told from its like by its
/// position.
fn columns(types: &[SampleType]) -> Vec<Result<usize, Arc<str>>> {
    let column = |name: &str| {
        let name = match name {
            "objects" => "inuse_objects",
            "space" => "inuse_space",
            other => other,
        };
        VALUES.iter().position(|known| *known == name)
    };
    let mut are_taken = [false; VALUES.len()];
    let mut names: Vec<&str> = Vec::new();
    let mut all = Vec::with_capacity(types.len());
    for (at, known) in types.iter().enumerate() {
        let free = column(&known.type_).and_then(|at| Some((at, are_taken.get_mut(at)?)));
        all.push(match free {
            Some((column, is_taken @ false)) => {
                *is_taken = true;
                Ok(column)
            }
            _ if names.contains(&known.type_.as_str()) => {
                Err(format!("{}#{at}", known.type_).into())
            }
            _ => Err(known.type_.as_str().into()),
        });
        // Only the few that profiles have; a hostile one may have millions.
        if names.len() < 64 {
            names.push(&known.type_);
        }
    }
    all
}

impl Batch {
    /// Adds a sample.
    pub fn push_sample(&mut self, profile: &ExportedProfile, row: &SampleRow<'_>) {
        let (values, others) = profile.values(row);
        let [ao, asp, io, isp, g, gl, tc, c, d, s, cpu] = values.map(Cell::Int);
        let labels = row.labels.iter();
        let labels = labels.map(|(name, text)| (name.as_str().into(), text.as_str().into()));
        self.push([
            Cell::Int(Some(profile.id)),
            micros(profile.of.header.time_nanos),
            micros(profile.published_nanos),
            Cell::Text(profile.instance.clone()),
            Cell::Int(Some(row.stack.stack)),
            Cell::Int(Some(row.stack.functions)),
            Cell::Int(row.block_size),
            Cell::Int(profile.of.header.period),
            Cell::Int(row.sampled_allocated),
            Cell::Int(row.sampled_in_use),
            ao,
            asp,
            io,
            isp,
            g,
            gl,
            tc,
            c,
            d,
            s,
            cpu,
            others,
            Cell::TextMap(labels.collect()),
        ]);
    }

    /// Adds a frame; the leaf has depth 0.
    pub fn push_frame(&mut self, stack: StackId, depth: usize, frame: &RowFrame) {
        self.push([
            Cell::Int(Some(stack.stack)),
            Cell::Int(Some(stack.functions)),
            Cell::Int(i64::try_from(depth).ok()),
            Cell::Text(frame.function.clone()),
            Cell::Text(frame.package.clone()),
            Cell::Text(frame.file.clone()),
            Cell::Int(frame.line),
            Cell::Int(frame.start_line),
            Cell::Bool(frame.is_inlined),
            Cell::Text(frame.object.clone()),
        ]);
    }

    /// Adds a profile, exported by that version.
    pub fn push_profile(&mut self, profile: &ExportedProfile, version: &str) {
        let header = &profile.of.header;
        let default = header.default_sample_index;
        let default = default.and_then(|at| header.sample_types.get(at));
        let types = header.sample_types.iter().zip(&profile.columns);
        // Under the names that their values have.
        let units = types.map(|(known, column)| {
            let name = match column {
                Ok(_) => known.type_.as_str().into(),
                Err(name) => Arc::clone(name),
            };
            (name, known.unit.as_str().into())
        });
        let mut units: Vec<(Arc<str>, Arc<str>)> = units.collect();
        units.sort();
        units.dedup_by(|one, other| one.0 == other.0);
        let notes: Vec<&str> = header.notes.iter().map(|(_, note)| note.as_str()).collect();
        let period_type = header.period_type.as_ref();
        self.push([
            Cell::Int(Some(profile.id)),
            text(Some(&profile.source)),
            Cell::Text(profile.service.clone()),
            Cell::Text(profile.instance.clone()),
            text(Some(header.kind.name())),
            micros(header.time_nanos),
            Cell::Int(header.time_nanos),
            micros(profile.published_nanos),
            Cell::Int(header.duration_nanos),
            Cell::Int(header.period),
            text(period_type.map(|known| known.type_.as_str())),
            text(period_type.map(|known| known.unit.as_str())),
            text(default.map(|known| known.type_.as_str())),
            Cell::TextMap(units),
            error(profile.of.allocated),
            error(profile.of.in_use),
            Cell::Int(i64::try_from(profile.of.samples).ok()),
            text(header.binary.as_deref()),
            text(header.build_id.as_deref()),
            lines(&header.comments),
            lines(&notes),
            text(Some(version)),
        ]);
    }
}

/// Nanoseconds as microseconds, which every engine has.
fn micros(nanos: Option<i64>) -> Cell {
    Cell::Int(nanos.map(|nanos| nanos.div_euclid(1000)))
}

fn text(text: Option<&str>) -> Cell {
    Cell::Text(text.map(Arc::from))
}

fn lines<T: std::borrow::Borrow<str>>(all: &[T]) -> Cell {
    text(Some(all.join("\n").as_str()).filter(|_| !all.is_empty()))
}

fn error(sampling: Option<Sampling>) -> Cell {
    text(sampling.map(|sampling| sampling.error().name()))
}
